"""The part of ``docs/performance.md`` about many servers on several processes, and what follows from it on paper for still more."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from benchmarks.load import IN_TIME_SECONDS, MESSAGES, P99_SECONDS, SECONDS, SERVERS, SHARDS, Load, LoadRow

_RECKONED = (10_000, 30_000, 100_000)
"""Servers."""
_ASKED_AN_HOUR = 2.0
"""Interactions a server in the busiest hour, as is assumed."""
_WRITTEN_A_MINUTE = 1.0
"""Messages a server in the busiest hour, as is assumed."""
_SERVERS_A_SHARD = 1_500
_BUSY_AT_MOST = 0.6
"""The share of a processor that is used, so that something is left for peaks, a reload and a deploy."""
_SHARDS_TOGETHER = 16
"""Of a large bot, Discord lets so many shards identify at once, and wants a number of shards that it divides."""


def load_text(load: Load | None) -> str:
    """The section; "" where it was not measured."""
    if load is None:
        return ""
    cost = load.cost
    return "\n\n".join(
        (
            f"## Many servers on several processes\n\nA simulated Discord with {SERVERS:,} servers (20 channels, 10 roles) on {SHARDS} "
            "shards, the shipped bot and knowledge, PostgreSQL as it is installed, all on this machine. Members ask (40 %), type a name "
            f"(25 %), look one up (15 %) and vote (20 %) at random moments for {SECONDS:.0f} seconds; {MESSAGES} messages a second are "
            f"none of the bot's business. A rate is taken where each interaction is acknowledged within {IN_TIME_SECONDS:.0f} s, none is "
            f"refused, and 99 of 100 within {_ms(P99_SECONDS)} ms. Processors are seconds of processor time a second.",
            _minutes(load.minutes),
            _highest(load.minutes),
            f"A process with {cost.few:,} servers has {cost.memory_few / 1e6:.0f} MB, one with {cost.many:,} has "
            f"{cost.memory_many / 1e6:.0f} MB: {cost.bytes_each / 1000:.0f} KB a server. Hearing of a message that is none of its business "
            f"takes it {1e6 * cost.message:.0f} µs. A setting that one process changes is obeyed by another after "
            f"{1000 * load.obeyed_p50:.1f} ms, and in 99 of 100 times after {_ms(load.obeyed_p99)} ms, saving it included.",
            _deploy(load),
            _reckoning(load),
        )
    )


def _minutes(rows: Sequence[LoadRow]) -> str:
    head = (
        "| processes | a second | missed | acknowledged p50 / p99 / slowest, ms | done p99, ms | bot | database | simulation | memory, MB |"
    )
    lines = [
        f"| {row.processes} | {row.rate:.0f} | {row.missed} of {row.sent:,} | {_ms(row.p50)} / {_ms(row.p99)} / {_ms(row.slowest)} "
        f"| {_ms(row.finished_p99)} | {row.bot_cores:.2f} | {row.database_cores:.2f} | {row.discord_cores:.2f} | {row.memory / 1e6:.0f} |"
        for row in rows
    ]
    return "\n".join([head, "| " + " | ".join(["---"] * 9) + " |", *lines])


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f}" if math.isfinite(seconds) else "never"


def _highest(rows: Sequence[LoadRow]) -> str:
    taken = {processes: max((row.rate for row in rows if row.processes == processes and row.taken), default=0.0)
             for processes in sorted({row.processes for row in rows})}  # fmt: skip
    said = ", ".join(f"{rate:.0f} with {processes}" for processes, rate in taken.items())
    return f"The highest rate that was taken, by the number of processes: {said} (goal: 60 with 3, 200 aimed at)."


def _deploy(load: Load) -> str:
    seen = load.deploy
    return (
        f"While {seen.processes} processes are replaced one after the other ({seen.seconds:.0f} s at {seen.rate:.0f} interactions a "
        f"second), a shard is without a connection for {min(seen.silences):.1f} to {max(seen.silences):.1f} s, {len(seen.silences)} times "
        f"in all; in these moments fell {seen.undelivered} of {seen.sent:,} interactions, to which Discord itself says that the "
        f"application did not respond. Of those that reached the bot, {seen.unanswered} stayed without an answer and {seen.twice} had two."
    )


def _reckoning(load: Load) -> str:
    rows = [row for row in load.minutes if row.taken and row.processes == max(one.processes for one in load.minutes)]
    bot, database = (_each(rows, which) for which in ("bot", "database"))
    lines = []
    for servers in _RECKONED:
        asked, written = servers * _ASKED_AN_HOUR / 3600, servers * _WRITTEN_A_MINUTE / 60
        busy = asked * bot + written * load.cost.message
        shards = max(1, math.ceil(servers / _SERVERS_A_SHARD))
        shards = shards if shards < _SHARDS_TOGETHER else math.ceil(shards / _SHARDS_TOGETHER) * _SHARDS_TOGETHER
        processes = max(2, math.ceil(busy / _BUSY_AT_MOST))
        memory = processes * load.cost.memory_few + servers * load.cost.bytes_each
        cells = (f"{servers:,}", shards, f"{asked:.1f}", f"{written:.0f}", f"{busy:.2f}", processes, f"{memory / 1e9:.1f}")
        lines.append(f"| {' | '.join(map(str, cells))} | {asked * database:.2f} |")
    head = ("servers", "shards", "interactions a second", "messages a second", "processors, bot", "processes", "memory, GB",
            "processors, database")  # fmt: skip
    return (
        f"**On paper**, for what was not measured: an interaction takes {1000 * bot:.1f} ms of the bot's processor and "
        f"{1000 * database:.1f} ms of the database's (the slope over the rates that were taken). With {_ASKED_AN_HOUR:.0f} interactions "
        f"and {60 * _WRITTEN_A_MINUTE:.0f} messages a server in the busiest hour, and a process that is busy for at most "
        f"{_BUSY_AT_MOST:.0%}:\n\n| {' | '.join(head)} |\n| {' | '.join(['---'] * len(head))} |\n" + "\n".join(lines) + "\n\n"
        "A process uses one processor, so a machine of four takes four processes, and a machine more takes as many again: processes share "
        "nothing but the database, where what is written about different servers waits for nobody, and what is about all of them, which "
        "is rare, for a moment. One database serves all; it may be a machine of its own."
    )


def _each(rows: Sequence[LoadRow], which: str) -> float:
    """Processor seconds an interaction: the slope over the rates, since what a second costs anyway is no interaction's."""
    spent = [row.bot_cores if which == "bot" else row.database_cores for row in rows]
    rates = [row.rate for row in rows]
    if len(rows) < 2:
        return spent[0] / rates[0] if rows else 0.0
    return float(np.polyfit(rates, spent, 1)[0])
