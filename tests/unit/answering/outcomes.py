"""Reads an outcome that is no answer: what a member is offered instead."""

from __future__ import annotations

from bot.answering.outcome import Abstention, Outcome, Suggestions


def in_sight(outcome: Outcome) -> list[str]:
    """The ids of the sections that are suggested, or named as the nearest of what is declined; an answer and small talk fail the test."""
    assert isinstance(outcome, Suggestions | Abstention), outcome
    shown = outcome.candidates if isinstance(outcome, Suggestions) else outcome.nearest
    return [one.section.id for one in shown]
