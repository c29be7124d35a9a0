"""Measures the review: races, kill -9, a queue of 100,000 cases beside bare SQLite, and an export while the bot answers.

``review_section`` returns the part of ``docs/performance.md`` about it; ``python -m benchmarks.review`` prints that part alone.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.review_rows import GUILD, MODERATORS, fill, no_proof, one_case
from bot.answering.engine import AnswerEngine
from bot.bootstrap.knowledge import load_knowledge
from bot.cases.case import Actor, Decided, DismissReason, Done, Resolution
from bot.config import Config, KnowledgeConfig
from bot.guilds.settings import Guilds
from bot.review.decisions import Decisions
from bot.review.export import ExportFormat, ExportRequest, Exports
from bot.review.queue import Queue, QueueFilter
from bot.review.statistics import Statistics
from bot.storage.database import Database
from bot.storage.opening import prepare_database

_KNOWLEDGE = Path(__file__).resolve().parent.parent / "knowledge"
_CASES = 100_000
_RACES = 10_000
_KILLS = 1_000
_RUNS = 200
_GOAL_MS = 100

Step = Callable[[Decisions, Actor], Awaitable[Decided]]


def review_section(*, cases: int = _CASES, races: int = _RACES, kills: int = _KILLS) -> str:
    """Measure everything and return the section, in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        parts = [_races(Path(folder) / "races", races), _kills(Path(folder), kills), _queue(Path(folder) / "queue", cases)]
    return "\n## Review\n" + "\n".join(parts)


def _note(text: str) -> None:
    print(text, file=sys.stderr)


def _races(path: Path, races: int) -> str:
    _note("races ...")
    one_case(path)
    effects = asyncio.run(_race_all(path, races))
    doubled = sum(effect != 1 for effect in effects)
    with closing(sqlite3.connect(path)) as connection:
        audited = connection.execute("SELECT count(*) FROM audit").fetchone()[0]
    return (
        f"\n{len(effects):,} races of two to four clicks (two moderators, double clicks, second deliveries of a click, arriving at "
        f"random): {doubled} with another number of effects than one. The audit log has {audited:,} rows; {2 * len(effects):,} were to be "
        "expected.\n"
    )


async def _race_all(path: Path, races: int) -> list[int]:
    """How often each race took effect; each is undone afterwards, so that the next one begins alike."""
    database = Database(path)
    decisions, chance, effects = Decisions(database, no_proof), random.Random(23), []
    claim: Step = lambda one, actor: one.claim(actor, 1)  # noqa: E731
    resolve: Step = lambda one, actor: one.resolve(actor, 1, Resolution.NO_CHANGE)  # noqa: E731
    dismiss: Step = lambda one, actor: one.dismiss(actor, 1, DismissReason.SPAM)  # noqa: E731
    undo: dict[Step, Step] = {
        claim: lambda one, actor: one.unclaim(actor, 1), resolve: lambda one, actor: one.reopen(actor, 1),
        dismiss: lambda one, actor: one.reopen(actor, 1),
    }  # fmt: skip
    try:
        for race in range(races):
            step = chance.choice(list(undo))
            clicks = [Actor(GUILD, moderator, 10 * race + place) for place, moderator in enumerate(MODERATORS)]
            clicks += chance.sample([clicks[0], clicks[1], Actor(GUILD, MODERATORS[0], 10 * race + 5)], chance.randrange(3))
            chance.shuffle(clicks)
            results = await asyncio.gather(*(_click(decisions, step, actor, chance.randrange(5)) for actor in clicks))
            done = {
                (result.case.moderator_id, actor.interaction_id)
                for actor, result in zip(clicks, results, strict=True)
                if isinstance(result, Done)
            }
            effects.append(len(done))
            holder = results[0].case.moderator_id
            await undo[step](decisions, Actor(GUILD, holder or 0, 10 * race + 9))
    finally:
        await database.close()
    return effects


async def _click(decisions: Decisions, step: Step, actor: Actor, turns: int) -> Decided:
    for _ in range(turns):
        await asyncio.sleep(0)
    return await step(decisions, actor)


def _kills(folder: Path, kills: int) -> str:
    _note("kill -9 ...")
    found = {}
    for variant, times in (("acknowledge-late", kills), ("acknowledge-early", max(50, kills // 10))):
        command = [sys.executable, "-m", "benchmarks.killing", str(folder / variant), str(times), variant]
        found[variant] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=_KNOWLEDGE.parent).stdout)
    real, control = found["acknowledge-late"], found["acknowledge-early"]
    return (
        f"\n{real['kills']:,} times `kill -9` while moderators' notes are written: {real['acknowledged']:,} acknowledged, "
        f"{real['lost']} lost, {real['half']} written by half, database {'whole' if real['whole'] else 'DAMAGED'}, open again in "
        f"{real['seconds_to_open']:.2f} s. A control that acknowledges before the commit lost {control['lost']} of "
        f"{control['acknowledged']:,} in {control['kills']:,} kills.\n"
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was asked of the stage, and of bare SQLite for the same rows, in turns."""

    name: str
    milliseconds: Sequence[float]
    bare: Sequence[float]

    def row(self) -> str:
        """A row of the table."""
        ours, theirs = np.percentile(self.milliseconds, [50, 99]), np.percentile(self.bare, [50, 99])
        return f"| {self.name} | {ours[0]:.1f} | {ours[1]:.1f} | {theirs[0]:.1f} | {theirs[1]:.1f} | {ours[0] / theirs[0]:.2f} |"


def _queue(path: Path, cases: int) -> str:
    _note(f"queue of {cases} cases ...")
    prepare_database(path, must_exist=False)
    fill(path, cases)
    table = "\n".join(one.row() for one in asyncio.run(_measure(path, cases)))
    _note("export ...")
    export = asyncio.run(_export_while_answering(path))
    return (
        f"\nA queue of {cases:,} cases of one server over a year, {_RUNS} runs each; in turns with them, one bare SQLite query of the same "
        f"rows. The goal is a p99 under {_GOAL_MS} ms.\n\n"
        "| | p50 in ms | p99 in ms | p50 of bare SQLite | p99 of bare SQLite | p50 / bare |\n"
        f"| --- | --- | --- | --- | --- | --- |\n{table}\n\n{export}"
    )


async def _measure(path: Path, cases: int) -> list[_Measured]:
    database = Database(path)
    queue, numbers, chance = Queue(database), Statistics(database, Guilds(database)), random.Random(5)
    since = round((time.time() - 30 * 86_400) * 1000)
    words = iter(lambda: f"number{chance.randrange(cases)}", "")
    places = iter(lambda: chance.randrange(cases // 20), -1)
    measured: list[tuple[str, Callable[[], Awaitable[object]], Callable[[], Sequence[_Query]]]] = [
        (
            "a page",
            lambda: queue.page(GUILD, QueueFilter(), next(places)),
            lambda: [(_PAGE, (GUILD, 10 * next(places))), (_STATES, (GUILD,))],
        ),
        ("a search, rare word", lambda: queue.search(GUILD, next(words)), lambda: [(_SEARCH, (GUILD, next(words)))]),
        ("a search, frequent word", lambda: queue.search(GUILD, "copyleft"), lambda: [(_SEARCH, (GUILD, "copyleft"))]),
        ("statistics of 30 days", lambda: numbers.of(GUILD, 30), lambda: [(query, (GUILD, since)) for query in _NUMBERS]),
    ]
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as bare:
            return [await _in_turns(name, ours, bare, theirs) for name, ours, theirs in measured]
    finally:
        await database.close()


_Query = tuple[str, tuple[object, ...]]
_PAGE = (
    "SELECT c.*, a.question FROM cases c LEFT JOIN answers a ON a.id = c.answer WHERE c.guild_id = ? AND c.closed_at IS NULL "
    "ORDER BY c.number LIMIT 10 OFFSET ?"
)
_STATES = "SELECT state, count(*) FROM cases WHERE guild_id = ? GROUP BY state"
_SEARCH = (
    'SELECT c.*, count(*) OVER () FROM case_texts t JOIN cases c ON c.id = t."case" WHERE t.guild_id = ? AND instr(t.text, ?) '
    "ORDER BY c.number DESC LIMIT 10"
)
_NUMBERS = (
    "SELECT asked_at / 86400000, outcome, count(*) FROM answers WHERE guild_id = ? AND asked_at >= ? GROUP BY 1, 2",
    "SELECT section_id, helpful, reason, count(*) FROM votes WHERE guild_id = ? AND voted_at >= ? GROUP BY 1, 2, 3",
    "SELECT closed_at - opened_at FROM cases WHERE guild_id = ? AND closed_at >= ? ORDER BY 1",
)


async def _in_turns(
    name: str, ours: Callable[[], Awaitable[object]], bare: sqlite3.Connection, theirs: Callable[[], Sequence[_Query]]
) -> _Measured:
    times: list[float] = []
    bare_times: list[float] = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        await ours()
        times.append(1000 * (time.perf_counter() - start))
        queries = theirs()
        start = time.perf_counter()
        for query, values in queries:
            bare.execute(query, values).fetchall()
        bare_times.append(1000 * (time.perf_counter() - start))
    return _Measured(name, times, bare_times)


async def _export_while_answering(path: Path) -> str:
    """Export everything while questions are answered, and measure for how long the loop ever stood still."""
    engine = load_knowledge(Config(knowledge=KnowledgeConfig(path=_KNOWLEDGE))).engine  # as the bot loads it
    database = Database(path)
    request = ExportRequest(GUILD, QueueFilter(states=frozenset()), ExportFormat.CSV, 10 * 1024 * 1024, Actor(GUILD, MODERATORS[0]))
    try:
        await _answer_until(asyncio.create_task(asyncio.sleep(2)), engine)
        alone = await _answer_until(asyncio.create_task(asyncio.sleep(5)), engine)
        start = time.perf_counter()
        exporting = asyncio.create_task(Exports(database).write(request))
        stalls = await _answer_until(exporting, engine)
        seconds = time.perf_counter() - start
        export = await exporting
    finally:
        await database.close()
    size = sum(len(file.content) for file in export.files) / 1024 / 1024
    return (
        f"An export of {export.rows:,} rows as CSV takes {seconds:.0f} s in its thread (files: {len(export.files)}, {size:.1f} MiB). "
        f"Meanwhile the bot answered {len(stalls):,} questions, and the loop stood still for {max(stalls):.0f} ms at the longest (p99 "
        f"{np.percentile(stalls, 99):.0f} ms); without an export, for {max(alone):.0f} ms. The goal is under {_GOAL_MS} ms.\n"
    )


async def _answer_until(other: asyncio.Task[object], engine: AnswerEngine) -> list[float]:
    """Answer a question every ten milliseconds until a task is done; return by how much each turn of the loop came late, in ms."""
    late = []
    while not other.done():
        start = time.perf_counter()
        await asyncio.sleep(0.01)
        late.append(1000 * (time.perf_counter() - start - 0.01))
        engine.answer("what is the difference between open weights and open source?")
    return late


if __name__ == "__main__":
    print(review_section())
