"""Thousands of interactions, honest and forged: the bot acknowledges each and holds no more memory than after the first ones."""

from __future__ import annotations

import importlib
import random
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.exts.registry import CONTROLS, FORMS
from tests.interactions.reading import controls
from tests.wire.conftest import QUESTION, Wire, wired
from tests.wire.load import memory
from tests.wire.raw import RawInteraction, command, press, submit
from tests.wire.simulation import snowflake
from tests.wire.voting import DEFERRED

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not say how much memory a process has")

_AT_ONCE = 20
_MEMBERS = 200
_WARM_UP = 500
_MOST = 1.10
"""What the memory may have grown to, as a share of what it was after the warm-up."""
_QUESTIONS = (
    QUESTION,
    "what are open weights?",
    "who won the zebra cup?",
    "hello",
    "may I sell it under the mit license?",
    "🙂",
    "x" * 900,
)
_PRESSED = ("Helpful", "Not helpful", "⋯")
_SIGNS = "0123456789٣:abcdefghijklmnopqrstuvwxyz-_'\"; \x00💥"

_PARSER: Any = importlib.import_module("re._parser")
"""Reads a pattern into its parts; part of Python, though not of what it documents."""

Made = Callable[[Wire], RawInteraction]


async def carried(wire: Wire, number: int, made: Made) -> None:
    """Send so many interactions, some at once, and wait until each has been answered."""
    sent: list[str] = []
    while len(sent) < number:
        few = [made(wire) for _ in range(min(_AT_ONCE, number - len(sent)))]
        for one in few:
            one.deliver(wire.discord)
        sent += [one.token for one in few]
        await wire.discord.changes.until(partial(all_done, wire, few), "every interaction is answered")
        for one in few:
            del wire.discord.raw[one.token]
        wire.discord.requests.clear()
    assert wire.bot.running


def all_done(wire: Wire, sent: Sequence[RawInteraction]) -> bool:
    """Whether all are answered."""
    return all(done(wire, one.token) for one in sent)


def done(wire: Wire, token: str) -> bool:
    """Whether the bot has said something: not only that it is thinking, and not only to the first of several requests."""
    requests = wire.discord.raw.get(token, [])
    return any(one.body.get("type") not in DEFERRED for one in requests) and all(one.status is not None for one in requests)


def first_traceback(wire: Wire) -> str:
    """What the log says around the first one."""
    place = wire.bot.log.find("Traceback")
    return wire.bot.log[max(0, place - 500) : place + 3_000]


def faults(wire: Wire) -> set[str]:
    """What went wrong inside the bot; on a busy machine a vote may wait too long for its turn, which is said and no fault."""
    named = re.findall(r"reference [0-9a-f]+: ([A-Za-z]+)|^ *bot\.errors\.([A-Za-z]+)", wire.bot.log, re.MULTILINE)
    named = [by_reference or by_traceback for by_reference, by_traceback in named]
    return {*named, *(["an error without a reference"] if wire.bot.log.count("Traceback") and not named else [])}


@pytest.mark.fault(64)
@pytest.mark.parametrize("number", [2000, pytest.param(10_000, marks=pytest.mark.soak)])
async def test_memory_is_flat_over_thousands_of_interactions(tmp_path: Path, number: int) -> None:
    chance = random.Random(64)
    members = [snowflake() for _ in range(_MEMBERS)]
    async with wired(tmp_path) as wire:
        await wire.bot.start()
        await wire.bot.ready()
        buttons = controls(await wire.votable(wire.member))
        ids = [buttons[label] for label in _PRESSED]

        def made(wire: Wire) -> RawInteraction:
            member = chance.choice(members)
            if chance.random() < 0.5:
                return command(wire.discord, wire.channel, "ask", question=chance.choice(_QUESTIONS), user_id=member)
            return press(wire.discord, wire.channel, chance.choice(ids), user_id=member)

        await carried(wire, _WARM_UP, made)
        before = memory(wire.bot.pid)
        await carried(wire, number - _WARM_UP, made)
        after = memory(wire.bot.pid)
        assert await wire.bot.stop() == 0

    assert after < _MOST * before
    assert faults(wire) <= {"NotSaved"}, first_traceback(wire)


@pytest.mark.fault(20)
@pytest.mark.parametrize("number", [500, pytest.param(20_000, marks=pytest.mark.soak)])
async def test_forged_interactions_are_answered_change_nothing_and_cost_nothing(tmp_path: Path, number: int) -> None:
    chance = random.Random(20)
    async with wired(tmp_path) as wire:
        await wire.bot.start()
        await wire.bot.ready()
        known = [kind.__discord_ui_compiled_template__.pattern for kind in CONTROLS], [kind.template for kind in FORMS]

        def made(wire: Wire) -> RawInteraction:
            is_form = chance.random() < 0.3
            custom_id = forged(chance, chance.choice(known[is_form]))
            if is_form:
                return submit(wire.discord, wire.channel, custom_id, {"reason": ["wrong"], "comment": forged(chance, "[a-z]{1,40}")})
            return press(wire.discord, wire.channel, custom_id)

        await carried(wire, number // 5, made)
        before = memory(wire.bot.pid)
        await carried(wire, number - number // 5, made)
        after = memory(wire.bot.pid)
        changed = [wire.bot.rows(f"SELECT count(*) FROM {table}") for table in ("votes", "cases", "case_notes", "audit")]
        await wire.works()
        assert await wire.bot.stop() == 0

    assert after < _MOST * before
    assert changed == [[(0,)]] * 4
    assert faults(wire) <= {"NotSaved"}, first_traceback(wire)


def forged(chance: random.Random, template: str) -> str:
    """An id that fits a template, so that only what it names is made up; every second time with some signs put in between."""
    signs = list(_drawn(chance, _PARSER.parse(template)))
    for _ in range(chance.choice((0, 0, 1, 5))):
        signs.insert(chance.randint(0, len(signs)), chance.choice(_SIGNS))
    return "".join(signs)[:100] or "x"


def _drawn(chance: random.Random, pattern: Iterable[tuple[object, Any]]) -> str:
    """A text that a parsed pattern matches."""
    text = ""
    for kind, what in pattern:
        match str(kind):
            case "LITERAL":
                text += chr(what)
            case "IN":
                text += _sign(chance, chance.choice(what))
            case "MAX_REPEAT":
                text += "".join(_drawn(chance, what[2]) for _ in range(chance.randint(what[0], min(what[1], what[0] + 12))))
            case "SUBPATTERN":
                text += _drawn(chance, what[-1])
            case "BRANCH":
                text += _drawn(chance, chance.choice(what[1]))
            case "ANY":
                text += chance.choice(_SIGNS)
            case other:
                raise ValueError(f"nobody has written yet how to draw {other}")
    return text


def _sign(chance: random.Random, member: tuple[object, Any]) -> str:
    kind, what = member
    match str(kind):
        case "LITERAL":
            return chr(what)
        case "RANGE":
            return chr(chance.randint(*what))
        case _:  # a class of signs that a template takes: anything but a space
            return chance.choice("0aZ_-é数")
