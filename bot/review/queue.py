"""The queue: which cases wait, filtered and paged, and which one is next.

What waits is shown oldest first, since it has waited longest; what is closed, newest first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.case import ACTIVE, WAITING, CaseKind, CaseState, CaseSummary, Reason, find_case, summary_of, summary_query
from bot.corpus.document import Corpus
from bot.retrieval.analyzer import fold
from bot.storage.database import Database
from bot.storage.dialect import contains, one_of
from bot.storage.paging import Order, Page, Position, page_at
from bot.storage.tables import case_texts, cases, phrasings, proposals, signals

_MOST_WORDS = 8
_LONGEST_WORD = 64


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which cases are meant; what is None does not narrow."""

    states: frozenset[CaseState] = ACTIVE
    """Empty means all."""
    kind: CaseKind | None = None
    reason: Reason | None = None
    """At least one member gave it."""
    section_ids: tuple[str, ...] = ()
    """The ids that one section has and had, whether it was shown or a moderator confirmed it; empty means all sections."""
    area: str | None = None
    area_ids: tuple[str, ...] = ()
    """The ids of the sections of the area, by which cases are found for which a moderator confirmed one of them."""
    since: datetime | None = None
    """Opened then or later."""
    moderator_id: int | None = None
    """Claimed or closed by this moderator."""
    text: str | None = None
    """Words that all occur in what is written about the case, or in the id or title of a section that was shown or confirmed."""
    titles: Corpus | None = field(default=None, repr=False)
    """The knowledge of today, where titles are searched too."""


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many cases of a guild are in a state."""

    state: CaseState
    cases: int


@dataclass(frozen=True, slots=True)
class QueuePage(Page[CaseSummary]):
    """A page of the queue."""

    counts: tuple[StateCount, ...] = ()
    """Of the whole guild, whatever the filter."""

    @property
    def cases(self) -> tuple[CaseSummary, ...]:
        """What is on the page."""
        return self.items


_AT_HOME = 3


@dataclass(frozen=True, slots=True)
class Home:
    """What a moderator sees first."""

    active: int
    """Cases in which there is something to do."""
    newest: tuple[CaseSummary, ...]
    """At most three that nobody has yet, the newest first."""
    mine: tuple[CaseSummary, ...]
    """At most three that this moderator has claimed, the oldest first."""
    oldest: tuple[CaseSummary, ...]
    """At most three that nobody has yet, the oldest first."""
    oldest_at: datetime | None
    """When the oldest of all was opened; None where there is nothing to do."""
    corrections: int
    """Corrections of sections that nobody has handed on or dropped."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much there is to do."""

    active: int
    """Cases in which there is something to do."""
    oldest_at: datetime | None
    """When the oldest of them was opened; None where there is none."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Reads the cases of a guild."""

    database: Database

    async def page(self, guild_id: int, filters: QueueFilter, at: int | Position = 0, size: int = 10) -> QueuePage:
        """A page of the cases that a filter lets through.

        Args:
            guild_id: whose cases.
            filters: which of them.
            at: a position in the list, or a page number from 0; past the end it is the last page.
            size: cases on a page.
        """
        async with self.database.read() as connection:
            narrowed = sa.select(cases.c.id).where(*conditions(guild_id, filters))
            by_scan = filters.text is not None or filters.reason is not None
            rows, page = await page_at(connection, narrowed, order_of(filters), at, size, by_scan=by_scan)
            ids = [row.id for row in rows]
            found = {row.id: summary_of(row) for row in await connection.execute(summary_query().where(cases.c.id.in_(ids)))}
            counted = sa.select(cases.c.state, sa.func.count()).where(cases.c.guild_id == guild_id).group_by(cases.c.state)
            counts = {CaseState(state): number for state, number in await connection.execute(counted)}
        listed = tuple(found[row] for row in ids)
        states = tuple(StateCount(state, counts[state]) for state in CaseState if state in counts)
        return QueuePage(listed, page.page, page.pages, page.total, page.earlier, page.later, states)

    async def search(self, guild_id: int, text: str, at: int | Position = 0, size: int = 10, *, titles: Corpus | None = None) -> QueuePage:
        """A page of the cases, whatever their state, about which all words of a text are written, like ``page``."""
        return await self.page(guild_id, QueueFilter(states=frozenset(), text=text, titles=titles), at, size)

    async def find(self, guild_id: int, number: int) -> CaseSummary:
        """A case.

        Raises:
            NotFound: the guild has no such case.
        """
        async with self.database.read() as connection:
            return summary_of(await find_case(connection, guild_id, number))

    async def backlog(self) -> Backlog:
        """What there is to do in all servers together; for whoever runs the bot, who sees no more of it than these two numbers."""
        counted = sa.select(sa.func.count(), sa.func.min(cases.c.opened_at)).where(cases.c.closed_at.is_(None))
        async with self.database.read() as connection:
            number, oldest_at = (await connection.execute(counted)).one()
        return Backlog(number, oldest_at)

    async def home(self, guild_id: int, moderator_id: int) -> Home:
        """What is new, what a moderator has claimed, and what waits longest."""
        active = (cases.c.guild_id == guild_id) & cases.c.closed_at.is_(None)
        waits = active & cases.c.state.in_([state.value for state in WAITING])
        mine = active & (cases.c.state == CaseState.CLAIMED.value) & (cases.c.moderator_id == moderator_id)
        async with self.database.read() as connection:
            counted = sa.select(sa.func.count(), sa.func.min(cases.c.opened_at)).where(active)
            number, since = (await connection.execute(counted)).one()
            newest = await _some(connection, waits, cases.c.number.desc())
            own = await _some(connection, mine, cases.c.number)
            oldest = await _some(connection, waits, cases.c.number)
            waiting = (proposals.c.guild_id == guild_id) & proposals.c.settled_at.is_(None)
            corrections = (await connection.execute(sa.select(sa.func.count()).select_from(proposals).where(waiting))).scalar_one()
        return Home(number, newest, own, oldest, since, corrections)

    async def next(self, guild_id: int, after: int, moderator_id: int) -> CaseSummary | None:
        """The next case that waits or that this moderator has claimed, from the start again at the end."""
        mine = (cases.c.state == CaseState.CLAIMED.value) & (cases.c.moderator_id == moderator_id)
        waits = cases.c.state.in_([state.value for state in WAITING])
        query = (
            summary_query()
            .where(cases.c.guild_id == guild_id, cases.c.closed_at.is_(None), cases.c.number != after, waits | mine)
            .order_by(cases.c.number)
            .limit(1)
        )
        async with self.database.read() as connection:
            for condition in (cases.c.number > after, sa.true()):
                row = (await connection.execute(query.where(condition))).first()
                if row is not None:
                    return summary_of(row)
        return None


async def _some(connection: AsyncConnection, which: sa.ColumnElement[bool], order: sa.ColumnElement[int]) -> tuple[CaseSummary, ...]:
    query = summary_query().where(which).order_by(order).limit(_AT_HOME)
    return tuple(summary_of(row) for row in await connection.execute(query))


def conditions(guild_id: int, filters: QueueFilter) -> tuple[sa.ColumnElement[bool], ...]:
    """What the rows of ``cases`` must fulfil; the guild is always among it."""
    found: list[sa.ColumnElement[bool]] = [cases.c.guild_id == guild_id]
    if filters.states and filters.states <= ACTIVE:
        found.append(cases.c.closed_at.is_(None))
    if filters.states and filters.states != ACTIVE:
        found.append(cases.c.state.in_(sorted(state.value for state in filters.states)))
    for column, value in (
        (cases.c.kind, filters.kind),
        (cases.c.moderator_id, filters.moderator_id),
    ):
        if value is not None:
            found.append(column == value)
    if filters.area is not None:
        found.append((cases.c.area == filters.area) | _confirmed(guild_id, one_of(phrasings.c.section_id, filters.area_ids)))
    if filters.section_ids:
        confirmed = _confirmed(guild_id, phrasings.c.section_id.in_(filters.section_ids))
        found.append(cases.c.section_id.in_(filters.section_ids) | confirmed)
    if filters.reason is not None:
        given = (signals.c.guild_id == guild_id) & (signals.c.reason == filters.reason.value)
        found.append(cases.c.id.in_(sa.select(signals.c.case).where(given)))
    if filters.since is not None:
        found.append(cases.c.opened_at >= filters.since)
    if filters.text is not None:
        found += [_written(guild_id, word, filters.titles) for word in _words(filters.text)] or [sa.false()]
    return tuple(found)


def _confirmed(guild_id: int, which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether a moderator confirmed a section on the case that fulfils a condition."""
    return cases.c.id.in_(sa.select(phrasings.c.case).where(phrasings.c.guild_id == guild_id, phrasings.c.case.is_not(None), which))


def _written(guild_id: int, word: str, titles: Corpus | None) -> sa.ColumnElement[bool]:
    """Whether a word occurs in what is written about a case, or names a section of it."""
    texts = sa.select(case_texts.c.case).where(case_texts.c.guild_id == guild_id, contains(case_texts.c.text, word))
    places = [cases.c.id.in_(texts), _confirmed(guild_id, contains(phrasings.c.section_id, word))]
    named = [] if titles is None else [one for section in titles.sections if word in fold(section.title) for one in section.ids]
    if named:
        places += [one_of(cases.c.section_id, named), _confirmed(guild_id, one_of(phrasings.c.section_id, named))]
    return sa.or_(*places)


def order_of(filters: QueueFilter) -> Order:
    """Oldest first where something is to be done, else newest first; what is closed, by when that was."""
    if filters.states and filters.states <= ACTIVE:
        return Order((cases.c.number,), descending=False)
    if filters.states and not filters.states & ACTIVE:
        return Order((cases.c.closed_at, cases.c.number))
    return Order((cases.c.number,))


def _words(text: str) -> list[str]:
    return [word[:_LONGEST_WORD] for word in fold(text).split()[:_MOST_WORDS]]
