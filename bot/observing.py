"""What a running bot can be watched by: numbers that arise in the stages, and the trace that ties the log lines of one action together.

An ``Observer`` is handed down from the composition root; this one forgets what it hears, and ``metrics`` has one that counts. It hears of
durations and closed sets only: no text, no id, nothing about who or where. How it is counted, and how it is shown, is not known here.
"""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from enum import StrEnum


class Step(StrEnum):
    """How far the bot has come with what somebody did, since it heard of it."""

    ACKNOWLEDGED = "acknowledged"
    """Discord knows that an answer will come; it waits three seconds for that."""
    ANSWERED = "answered"
    """Something to read is there."""


class Failure(StrEnum):
    """Why somebody did not get what they asked for."""

    BUSY = "busy"
    TOO_OFTEN = "too often"
    NOT_SAVED = "not saved"
    TOO_LATE = "too late"
    """Discord no longer took the answer."""
    DISCORD = "discord"
    """It takes nothing more for now."""
    UNEXPECTED = "unexpected"


class Access(StrEnum):
    """What was done with the database."""

    READ = "read"
    WRITE = "write"


class Observer:
    """Hears what the bot does, and forgets it."""

    def decided(self, outcome: str) -> None:
        """An outcome was given; ``outcome`` is the value of an ``OutcomeKind``, or ``lookup``."""

    def received(self, age: float) -> None:
        """An interaction or message was received, so many seconds after Discord made it, by this computer's clock."""

    def took(self, step: Step, seconds: float) -> None:
        """A step was reached, so many seconds after the bot heard of what somebody did."""

    def failed(self, why: Failure) -> None:
        """Somebody was refused, or told that something went wrong."""

    def requested(self, status: int | None, limit: str | None = None) -> None:
        """Discord's interface was asked for something.

        Args:
            status: of the answer; None where there was none.
            limit: whose limit refused it (``user``, ``shared``, ``global``), or ``banned``; None where none did.
        """

    def accessed(self, access: Access, seconds: float, *, saved: bool = True) -> None:
        """The database was read or written, waiting for its turn included; whether that succeeded."""

    def looked_up_settings(self, *, held: bool) -> None:
        """The settings of a server were needed; whether memory held them."""


SILENT = Observer()

_trace: ContextVar[str] = ContextVar("trace", default="")


def begin_trace() -> str:
    """Give what this task does from here, and whatever it starts, a name of eight digits; it says nothing about who acts."""
    name = secrets.token_hex(4)
    _trace.set(name)
    return name


def current_trace() -> str:
    """The name of what is being done; "" for what the bot does by itself."""
    return _trace.get()
