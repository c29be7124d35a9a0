"""Load: interactions that come at a rate whatever the bot does, and what became of each.

Nobody waits for the bot here, as members do not wait for each other. Where the machine has no cores to spare, the simulated Discord
competes with the bot for them; so rates are for comparison on one machine, and no figure is compared with one from elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.interactions.reading import controls
from tests.wire.conftest import Wire
from tests.wire.raw import RawInteraction, command, press
from tests.wire.simulation import Request, snowflake
from tests.wire.voting import DEFERRED, SAVED, stored_voters

ACKNOWLEDGED_SECONDS = 3.0
"""Discord takes no first answer later than this."""
BUSY = "more to do than I can manage"
"""How the bot says that it takes nothing more."""
_UNSAVED = "could not save"
_FINISHED_SECONDS = 60.0
_QUESTIONS = ("what is copyleft?", "What does open weights mean?", "who won the zebra cup?", "can I sell a model under the MIT license?")
_ASKED = 0.7
"""The share of questions; the rest are votes."""
_MEMBERS = 5000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the interactions of a run."""

    rate: float
    """Interactions a second, as they were sent."""
    sent: int
    taken: int
    """Acknowledged in time, and not refused."""
    refused: int
    """Refused in time, with the sentence for it."""
    late: int
    """Answered later than Discord takes it, or not at all."""
    lost: int
    """Acknowledged or said to be saved, and then nothing, or nothing stored."""
    slowest: float
    """Seconds to the first answer of the slowest one that was answered."""
    memory: int
    """The most KB that the bot had in memory."""

    @property
    def good(self) -> bool:
        """Whether every interaction was taken or kindly refused in time, and none was lost."""
        return self.late == 0 and self.lost == 0

    def __str__(self) -> str:
        return (
            f"{self.rate:6.1f}/s: {self.sent} sent, {self.taken} taken, {self.refused} refused, {self.late} late, {self.lost} lost, "
            f"slowest {self.slowest:.2f} s, {self.memory / 1024:.0f} MB"
        )


@dataclass(frozen=True, slots=True)
class _Sent:
    at: float
    interaction: RawInteraction
    voter: int | None


class Load:
    """Members who ask and vote, each from a fixed sequence of draws."""

    def __init__(self, wire: Wire, helpful: str) -> None:
        self._wire = wire
        self._helpful = helpful
        self._chance = random.Random(4)
        self._members = [snowflake() for _ in range(_MEMBERS)]

    @classmethod
    async def of(cls, wire: Wire) -> Load:
        """Load on a connected bot."""
        return cls(wire, controls(await wire.answered(await wire.ask()))["Helpful"])

    async def run(self, rate: float, seconds: float) -> Outcome:
        """Send so many interactions a second for so long, and wait until the bot has done with them."""
        wire, sent, most = self._wire, list[_Sent](), 0
        wire.discord.forget()
        start = time.monotonic()
        for number in range(round(rate * seconds)):
            due = start + number / rate
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            elif number % 8 == 0:
                await asyncio.sleep(0)
            sent.append(self._send())
            if number % 50 == 0:
                most = max(most, memory(wire.bot.pid))
        took = time.monotonic() - start
        with contextlib.suppress(AssertionError):  # what is not answered counts as late or lost
            await wire.discord.changes.until(lambda: all(self._finished(one) for one in sent), "all is answered", _FINISHED_SECONDS)
        most = max(most, memory(wire.bot.pid))
        return self._outcome(sent, len(sent) / max(took, seconds), most)

    def _send(self) -> _Sent:
        member = self._chance.choice(self._members)
        if self._chance.random() < _ASKED:
            made = command(self._wire.discord, self._wire.channel, "ask", question=self._chance.choice(_QUESTIONS), user_id=member)
            voter = None
        else:
            voter = snowflake()
            made = press(self._wire.discord, self._wire.channel, self._helpful, user_id=voter)
        sent = _Sent(time.monotonic(), made, voter)
        made.deliver(self._wire.discord)
        return sent

    def _requests(self, sent: _Sent) -> Sequence[Request]:
        return self._wire.discord.raw.get(sent.interaction.token, ())

    def _finished(self, sent: _Sent) -> bool:
        return any(request.body.get("type") not in DEFERRED for request in self._requests(sent))

    def _outcome(self, sent: Sequence[_Sent], rate: float, most: int) -> Outcome:
        taken = refused = late = lost = 0
        slowest = 0.0
        stored = stored_voters(self._wire, [one.voter for one in sent if one.voter is not None], self._wire.bot.database)
        for one in sent:
            requests = self._requests(one)
            if not requests:
                late += 1
                continue
            waited = requests[0].at - one.at
            slowest = max(slowest, waited)
            said = str([request.body for request in requests])
            if waited > ACKNOWLEDGED_SECONDS:
                late += 1
            elif BUSY in said or _UNSAVED in said:
                refused += 1
            else:
                taken += 1
                lost += not self._finished(one) or (SAVED in said and one.voter not in stored)
        return Outcome(rate, len(sent), taken, refused, late, lost, slowest, most)


def memory(pid: int) -> int:
    """KB that a process has in the memory of the machine."""
    found = re.search(r"^VmRSS:\s+([0-9]+) kB$", Path(f"/proc/{pid}/status").read_text(encoding="ascii"), re.MULTILINE)
    assert found is not None
    return int(found[1])
