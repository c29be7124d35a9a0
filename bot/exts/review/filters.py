"""What a list of cases shows, as moderators choose it and as it travels in a ``custom_id``.

A button of a list must find the same list again after a restart, so the whole choice is written into its id, in at most 60 characters:
sections and areas by their short keys, the day as digits, the rest as one letter each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.answering.engine import AnswerEngine
from bot.cases.case import ACTIVE, WAITING, CaseKind, CaseState, Reason
from bot.corpus.document import KEY_LENGTH, Corpus, section_key
from bot.errors import InputError, NotFound
from bot.guilds.settings import day_begins
from bot.review.queue import QueueFilter
from bot.texts import cases as case_texts
from bot.texts import review as texts


class Status(StrEnum):
    """The states that a list can be narrowed to; the values are what a list says it shows."""

    ACTIVE = "to do"
    WAITING = "open"
    CLAIMED = "claimed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    ALL = "all"


STATUSES = {status: texts.STATUSES[status] for status in Status}
_STATES = {
    Status.ACTIVE: ACTIVE,
    Status.WAITING: WAITING,
    Status.CLAIMED: frozenset({CaseState.CLAIMED}),
    Status.RESOLVED: frozenset({CaseState.RESOLVED}),
    Status.DISMISSED: frozenset({CaseState.DISMISSED}),
    Status.WITHDRAWN: frozenset({CaseState.WITHDRAWN}),
    Status.ALL: frozenset[CaseState](),
}
_STATUS_LETTERS = dict(zip("awcrdxz", Status, strict=True))
_KIND_LETTERS = dict(zip("hcdnr", CaseKind, strict=True))
_REASON_LETTERS = dict(zip("woiut", Reason, strict=True))
_ANY = "-"

_OPTIONAL_KEY = f"[a-z2-7]{{{KEY_LENGTH}}}|"
FILTER = (
    f"(?P<status>[awcrdxz])(?P<kind>[hcdnr-])(?P<reason>[woiut-])(?P<mine>[01]):"
    f"(?P<section>{_OPTIONAL_KEY}):(?P<area>{_OPTIONAL_KEY}):(?P<since>[0-9]{{8}}|)"
)
"""The pattern of a choice within a ``custom_id``; its groups are read by ``from_match``."""

_AGO = re.compile(r"\s*([0-9]{1,4})\s*(d|days?|w|weeks?)?\s*", re.IGNORECASE)
_YEAR = re.compile(r"\s*((?:19|2[0-9])[0-9]{2})\s*")
"""Four digits alone; as many days back would be before Discord."""
_FIRST_DAY = date(2015, 1, 1)
"""Discord is not older."""
_LAST_DAY = date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """What a moderator wants to see."""

    status: Status = Status.ACTIVE
    kind: CaseKind | None = None
    reason: Reason | None = None
    section: str = ""
    """Key of a section, or empty."""
    area: str = ""
    """Key of an area, or empty."""
    since: date | None = None
    mine: bool = False

    @property
    def encoded(self) -> str:
        """The choice as part of a ``custom_id``."""
        since = "" if self.since is None else f"{self.since:%Y%m%d}"
        letters = _letter(_STATUS_LETTERS, self.status) + _letter(_KIND_LETTERS, self.kind) + _letter(_REASON_LETTERS, self.reason)
        return f"{letters}{int(self.mine)}:{self.section}:{self.area}:{since}"

    @property
    def described(self) -> str:
        """The choice in words."""
        parts = [str(self.status)]
        parts += [case_texts.KINDS[self.kind].lower()] if self.kind else []
        parts += [case_texts.REASONS[self.reason]] if self.reason else []
        parts += [texts.ONE_SECTION] if self.section else []
        parts += [texts.ONE_AREA] if self.area else []
        parts += [f"since {self.since:%Y-%m-%d}"] if self.since else []
        parts += [texts.MINE] if self.mine else []
        return " · ".join(parts)

    def narrowed(self, *, section: str, area: str, since: date | None) -> FilterChoice:
        """The choice, narrowed to the keys of a section and an area and to a day."""
        return replace(self, section=section, area=area, since=since)

    def filters(self, engine: AnswerEngine, moderator_id: int, zone: str) -> QueueFilter:
        """What the queue is asked for.

        Args:
            engine: the knowledge of today, for the names behind the keys; composed sections too.
            moderator_id: who is asking, for "mine".
            zone: on whose clock the day begins.

        Raises:
            NotFound: the section or area is no longer in the knowledge base.
        """
        area = _area(engine.corpus, self.area)
        return QueueFilter(
            states=_STATES[self.status],
            kind=self.kind,
            reason=self.reason,
            section_ids=_section_ids(engine, self.section),
            area=area,
            area_ids=()
            if area is None
            else tuple(one for section in engine.corpus.sections if section.area == area for one in section.ids),
            since=None if self.since is None else day_begins(self.since, zone),
            moderator_id=moderator_id if self.mine else None,
        )


def from_match(match: re.Match[str]) -> FilterChoice:
    """Read the choice that a ``custom_id`` carries.

    Raises:
        NotFound: its day is none.
    """
    return FilterChoice(
        _STATUS_LETTERS[match["status"]],
        _KIND_LETTERS.get(match["kind"]),
        _REASON_LETTERS.get(match["reason"]),
        match["section"],
        match["area"],
        _day(match["since"]),
        match[texts.MINE] == "1",
    )


def parse_since(typed: str, today: date) -> date:
    """Read the day that a moderator means by ``2026-11-01``, ``2026``, ``7d``, ``2w`` or ``7``.

    Raises:
        InputError: it is none of these.
    """
    ago = _AGO.fullmatch(typed)
    year = _YEAR.fullmatch(typed)
    try:
        if year is not None:
            return _within_reason(date(int(year[1]), 1, 1))
        if ago is not None:
            weeks = (ago[2] or "d").lower().startswith("w")
            return _within_reason(today - timedelta(days=int(ago[1]) * (7 if weeks else 1)))
        return _within_reason(date.fromisoformat(typed.strip()))
    except (ValueError, OverflowError):
        raise InputError(texts.BAD_SINCE) from None


def area_key(area: str) -> str:
    """The short stand-in of an area."""
    return section_key(area)


def area_named(text: str, corpus: Corpus) -> str:
    """Find the key of the area that a moderator chose from the list or typed.

    Raises:
        InputError: there is none.
    """
    for area in areas(corpus):
        if text.casefold() == area.casefold() or text == area_key(area):
            return area_key(area)
    raise InputError(texts.BAD_AREA)


def areas(corpus: Corpus) -> tuple[str, ...]:
    """The areas of the knowledge base in their order."""
    return tuple(dict.fromkeys(section.area for section in corpus.sections))


def _letter(letters: dict[str, Status] | dict[str, CaseKind] | dict[str, Reason], value: Status | CaseKind | Reason | None) -> str:
    return next((letter for letter, meant in letters.items() if meant is value), _ANY)


def _day(digits: str) -> date | None:
    if not digits:
        return None
    try:
        return _within_reason(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    except ValueError:
        raise NotFound("the id holds no day") from None


def _within_reason(day: date) -> date:
    """The day, or the first or last that makes a difference; at the ends of the calendar, time zones overflow."""
    return min(max(day, _FIRST_DAY), _LAST_DAY)


def _section_ids(engine: AnswerEngine, key: str) -> tuple[str, ...]:
    if not key:
        return ()
    section = engine.section_of_key(key)
    if section is None:
        raise NotFound("the section is no longer in the knowledge base")
    return section.ids


def _area(corpus: Corpus, key: str) -> str | None:
    if not key:
        return None
    found = next((area for area in areas(corpus) if area_key(area) == key), None)
    if found is None:
        raise NotFound("the area is no longer in the knowledge base")
    return found
