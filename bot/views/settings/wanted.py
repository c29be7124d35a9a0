"""What an administrator asks /settings to change: only what was given, in the units of the command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from bot.guilds.settings import DigestRhythm, GuildSettings

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of the command; what is None stays as it is."""

    vote_controls: bool | None = None
    digest: DigestRhythm | None = None
    digest_hour: int | None = None
    time_zone: str | None = None
    answer_threshold: int | None = None
    """In percent; 0 means the operator's."""
    forum_threshold: int | None = None
    """In percent."""
    feedback_days: int | None = None
    """0 means the operator's."""

    def applied_to(self, now: GuildSettings) -> GuildSettings:
        """Return the settings with what is wanted."""
        return replace(
            now,
            vote_controls=_or(self.vote_controls, now.vote_controls),
            digest=_or(self.digest, now.digest),
            digest_hour=_or(self.digest_hour, now.digest_hour),
            time_zone=_or(self.time_zone, now.time_zone),
            answer_threshold=now.answer_threshold if self.answer_threshold is None else self.answer_threshold / 100 or None,
            forum_threshold=now.forum_threshold if self.forum_threshold is None else self.forum_threshold / 100,
            feedback_days=now.feedback_days if self.feedback_days is None else self.feedback_days or None,
        )


def _or(wanted: _Value | None, now: _Value) -> _Value:
    return now if wanted is None else wanted
