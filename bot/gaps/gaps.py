"""Gaps: what several members of a server asked for in vain, kept from one grouping to the next, for its moderators.

A group of questions becomes a gap once enough different members are behind it; below that nothing of it is stored or shown. Its key comes
from the oldest question of the group and stays: the next grouping gives a group the gap that most of its questions belonged to, or, where
the texts of those have expired, the one whose words it repeats. What is shown of members are numbers, a day, and words that enough of them
used in that very form; never a question. Gaps inform moderators and change no answer.

A gap closes by itself when the knowledge has changed and its questions are answered now, and by a moderator who sets it aside; it opens
again when enough members ask after that. Only a closed set of words is stored about it, and all of it goes with the members' data.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from itertools import count

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Answer, OutcomeKind
from bot.cases.case import Actor
from bot.corpus.document import digest, section_key
from bot.errors import NotFound
from bot.feedback.recording import ServerEngines
from bot.gaps.grouping import MOST_QUESTIONS, KnownWords, group_beside
from bot.gaps.reading import GapKind, Group, Unanswered, group_of, read_unanswered
from bot.privacy.deletion import take_out_of_gaps
from bot.storage.audit import AuditAction, write_audit
from bot.storage.columns import StoredRow, record_of
from bot.storage.database import Database
from bot.storage.dialect import PARAMETERS_AT_ONCE
from bot.storage.paging import Order, Page, Position, page_at
from bot.storage.tables import answers, cases, gap_questions, gaps, signals
from bot.texts import gaps as texts

_SETTLED = Fraction(3, 4)
"""The share of a gap's questions that must be answered now for it to close by itself."""
_MOST_ASKED_AGAIN = 12
"""Questions of a gap that are put to a changed knowledge, the newest ones."""
_SAME_WORDS = Fraction(1, 2)
"""The share of a gap's words that a group must repeat to be the same, where no question of it is left to tell."""
_FEWEST_SAME_WORDS = 2
_MOST_CASES = 10
_TRIES = 3


class Ending(StrEnum):
    """How a gap was closed; stored as written here."""

    ANSWERED = "answered"
    """The knowledge has changed, and its questions are answered now."""
    SET_ASIDE = "set-aside"
    """A moderator decided that nothing is to be done."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What several members asked for in vain."""

    guild_id: int
    key: str
    kind: GapKind
    words: tuple[str, ...]
    """Such as enough members used, in the order in which their questions have them; empty where there are none."""
    section_id: str | None
    """The nearest section; None where no word of the questions is known."""
    picked_id: str | None
    """The section that enough members picked in place of what they were shown."""
    askers: int
    """Different members who asked."""
    questions: int
    first_asked_at: datetime
    last_asked_at: datetime
    opened_at: datetime
    """When enough members were behind it."""
    closed_at: datetime | None
    ending: Ending | None
    moderator_id: int | None
    """Who set it aside."""


@dataclass(frozen=True, slots=True)
class GapView:
    """A gap beside the knowledge of today."""

    gap: Gap
    unseen: tuple[str, ...]
    """Its words that the knowledge has never seen."""
    lacking: tuple[str, ...]
    """Its words that the nearest section lacks, though others have them."""
    case_numbers: tuple[int, ...] = ()
    """Cases about its questions, the newest first, at most ten; there members' words can be read."""


@dataclass(frozen=True, slots=True)
class GapCounts:
    """How many gaps of a server there are."""

    open: int
    opened: int
    """In a period."""
    answered: int
    """Closed in it because their questions are answered now."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """Finds, keeps and shows gaps."""

    database: Database
    engines: ServerEngines
    least: int
    """Different members who must have asked; fewer are never shown."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def refresh(self, guild_id: int, *, now: datetime | None = None) -> None:
        """Group the questions of a server anew, off the event loop, and store what changed.

        Raises:
            NotSaved: nothing was stored.
            StorageError: the database cannot be read.
        """
        async with self._turn:
            engine = await self.engines.engine(guild_id)
            for _ in range(_TRIES):
                asked, groups = await asyncio.to_thread(self._find, guild_id, engine)
                async with self.database.write() as connection:
                    if await _are_still_there(connection, asked):
                        await self._store(connection, guild_id, asked, groups, now or datetime.now(UTC), engine)
                        break
            await self._close_answered(guild_id, engine, {one.row: one for one in asked}, now or datetime.now(UTC))

    async def guilds_with_questions(self) -> tuple[int, ...]:
        """The servers of this process in which anything was asked in vain, or that have a gap."""
        unanswered = answers.c.outcome.in_([OutcomeKind.ABSTENTION.value, OutcomeKind.SUGGESTIONS.value])
        query = sa.union(sa.select(answers.c.guild_id).where(answers.c.guild_id != 0, unanswered), sa.select(gaps.c.guild_id))
        async with self.database.read() as connection:
            found = sorted(row.guild_id for row in await connection.execute(query))
        return tuple(filter(self.engines.guilds.shards.owns, found))

    async def page(self, guild_id: int, at: int | Position = 0, size: int = 10, *, closed: bool = False) -> Page[Gap]:
        """A page of a server's gaps, those with the most members first; of the closed ones, those closed last."""
        listed = visible_gaps(guild_id, self.least, closed=closed).subquery()
        first = listed.c.closed_at if closed else listed.c.askers
        async with self.database.read() as connection:
            rows, paging = await page_at(connection, sa.select(listed), Order((first, listed.c.id)), at, size)
        return paging.of(tuple(self._gap(row) for row in rows))

    async def view(self, guild_id: int, key: str) -> GapView:
        """A gap beside the knowledge of today.

        Raises:
            NotFound: the server has no such gap, or too few members are behind it by now.
        """
        async with self.database.read() as connection:
            gap = self._gap(await self._row(connection, guild_id, key))
            numbers = (await connection.execute(_cases(guild_id, key))).scalars().all()
        engine = await self.engines.engine(guild_id)
        return beside(gap, engine, KnownWords(engine.index.word_information()), tuple(numbers))

    async def counts(self, guild_id: int, since: datetime, until: datetime) -> GapCounts:
        """How many gaps are open now, and how many were opened and answered in a period."""
        async with self.database.read() as connection:
            found = [(row.opened_at, row.closed_at, row.ending) for row in await connection.execute(visible_gaps(guild_id, self.least))]
        return GapCounts(
            open=sum(closed is None for _, closed, _ in found),
            opened=sum(since <= opened < until for opened, _, _ in found),
            answered=sum(closed is not None and since <= closed < until and ending == Ending.ANSWERED for _, closed, ending in found),
        )

    async def set_aside(self, actor: Actor, key: str) -> bool:
        """Close a gap about which nothing is to be done; False where it was closed already.

        Raises:
            NotFound: the server has no such gap.
            NotSaved: nothing was changed.
        """
        now = datetime.now(UTC)
        values = {"closed_at": now, "ending": Ending.SET_ASIDE.value, "moderator_id": actor.moderator_id}
        return await self._change(actor, key, gaps.c.closed_at.is_(None), values, AuditAction.SET_GAP_ASIDE, now)

    async def reopen(self, actor: Actor, key: str) -> bool:
        """Open a closed gap again; False where it is open already.

        Raises:
            NotFound: the server has no such gap.
            NotSaved: nothing was changed.
        """
        values = {"closed_at": None, "ending": None, "moderator_id": None}
        return await self._change(actor, key, gaps.c.closed_at.is_not(None), values, AuditAction.REOPENED_GAP, datetime.now(UTC))

    async def _change(
        self, actor: Actor, key: str, condition: sa.ColumnElement[bool], values: Mapping[str, object], action: AuditAction, now: datetime
    ) -> bool:
        async with self.database.write() as connection:
            gap = await self._row(connection, actor.guild_id, key)
            this = (gaps.c.id == gap.id) & condition
            changed = (await connection.execute(sa.update(gaps).where(this).values(dict(values)))).rowcount == 1
            if changed:
                await write_audit(
                    connection, actor.guild_id, actor.moderator_id, action, now, detail=key, interaction_id=actor.interaction_id
                )
        return changed

    async def _row(self, connection: AsyncConnection, guild_id: int, key: str) -> StoredRow:
        row = (await connection.execute(visible_gaps(guild_id, self.least).where(gaps.c.key == key))).first()
        if row is None:
            raise NotFound(f"no gap {key} in guild {guild_id}")
        return row

    def _gap(self, row: StoredRow) -> Gap:
        return gap_of(row, self.least)

    def _find(self, guild_id: int, engine: AnswerEngine) -> tuple[tuple[Unanswered, ...], list[Group]]:
        known = KnownWords(engine.index.word_information())
        asked = read_unanswered(self.database.place, guild_id, engine.corpus, known)
        found = group_beside(known, [one.voiced for one in asked])
        return asked, [group_of(known, [asked[place] for place in places], self.least) for places in found]

    async def _store(
        self,
        connection: AsyncConnection,
        guild_id: int,
        asked: Sequence[Unanswered],
        groups: Sequence[Group],
        now: datetime,
        engine: AnswerEngine,
    ) -> None:
        stored = (await connection.execute(sa.select(gaps).where(gaps.c.guild_id == guild_id).order_by(gaps.c.id))).all()
        shares = await _shares(connection, guild_id)
        same = _same_gaps(groups, shares, stored, KnownWords(engine.index.word_information()))
        for place, one in enumerate(groups):
            if place not in same and one.askers >= self.least:
                same[place] = await _open(connection, guild_id, one, now, {row.key for row in stored})
        belongs = {member.row: gap for place, gap in same.items() for member in groups[place].members}
        await _move(connection, guild_id, belongs, shares, oldest=asked[0].row if len(asked) == MOST_QUESTIONS else 0)
        for place, gap in same.items():
            await connection.execute(sa.update(gaps).where(gaps.c.id == gap).values(_described(groups[place], self.least)))
        await self._reopen_asked_again(connection, guild_id, now)

    async def _reopen_asked_again(self, connection: AsyncConnection, guild_id: int, now: datetime) -> None:
        """Open closed gaps again for which as many members asked after they were closed as it takes to open one."""
        joined = gaps.join(gap_questions, gap_questions.c.gap == gaps.c.id).join(answers, gap_questions.c.answer == answers.c.id)
        again = (
            sa.select(gaps.c.id)
            .select_from(joined)
            .where(gaps.c.guild_id == guild_id, gaps.c.closed_at.is_not(None), answers.c.asked_at > gaps.c.closed_at)
            .group_by(gaps.c.id)
            .having(sa.func.count(answers.c.member_hash.distinct()) >= self.least)
        )
        values = {"closed_at": None, "ending": None, "moderator_id": None, "opened_at": now}
        await connection.execute(sa.update(gaps).where(gaps.c.id.in_(again)).values(values))

    async def _close_answered(self, guild_id: int, engine: AnswerEngine, asked: Mapping[int, Unanswered], now: datetime) -> None:
        """Put the questions of open gaps to a knowledge that has changed since, and close those that it answers."""
        unchecked = gaps.c.checked.is_distinct_from(engine.fingerprint)
        query = (
            sa.select(gaps.c.id, gap_questions.c.answer)
            .join(gap_questions, gap_questions.c.gap == gaps.c.id)
            .where(gaps.c.guild_id == guild_id, gaps.c.closed_at.is_(None), unchecked)
        )
        async with self.database.read() as connection:
            found = (await connection.execute(query)).all()
        behind: dict[int, list[Unanswered]] = {}
        for gap, answer in found:
            mine = behind.setdefault(gap, [])
            if answer in asked:
                mine.append(asked[answer])
        if not behind:
            return
        answered = await asyncio.to_thread(lambda: [gap for gap, mine in behind.items() if _are_settled(mine, engine)])
        these = gaps.c.id.in_(list(behind)) & gaps.c.closed_at.is_(None)
        async with self.database.write() as connection:
            await connection.execute(sa.update(gaps).where(these).values(checked=engine.fingerprint))
            closed = {"closed_at": now, "ending": Ending.ANSWERED.value}
            await connection.execute(sa.update(gaps).where(these, gaps.c.id.in_(answered)).values(closed))


def gap_of(row: StoredRow, least: int) -> Gap:
    """A row of ``visible_gaps`` as a value; words that too few members are behind by now are left out."""
    words = tuple(row.words.split()) if row.words and row.support >= least else ()
    ending = None if row.ending is None else Ending(row.ending)
    return record_of(Gap, row, kind=GapKind(row.kind), words=words, ending=ending)


def visible_gaps(guild_id: int, least: int, *, closed: bool | None = None) -> sa.Select[*tuple[object, ...]]:
    """The gaps of a guild that enough members are behind, with how many; closed ones, open ones, or for None both."""
    askers = sa.func.count(answers.c.member_hash.distinct())
    joined = gaps.join(gap_questions, gap_questions.c.gap == gaps.c.id).join(answers, gap_questions.c.answer == answers.c.id)
    counted = (askers.label("askers"), sa.func.count().label("questions"))
    moments = (sa.func.min(answers.c.asked_at).label("first_asked_at"), sa.func.max(answers.c.asked_at).label("last_asked_at"))
    mine = [gaps.c.guild_id == guild_id, answers.c.member_hash.is_not(None)]
    if closed is not None:
        mine.append(gaps.c.closed_at.is_not(None) if closed else gaps.c.closed_at.is_(None))
    return sa.select(gaps, *counted, *moments).select_from(joined).where(*mine).group_by(gaps.c.id).having(askers >= least)


def beside(gap: Gap, engine: AnswerEngine, known: KnownWords, case_numbers: tuple[int, ...] = ()) -> GapView:
    """What today's knowledge, by the words of its index too, says about the words of a gap."""
    unseen = tuple(word for word in gap.words if not known.is_known(word))
    section = None if gap.section_id is None else engine.section(gap.section_id)
    held = frozenset[str]() if section is None else known.terms((*section.heading_path, *section.aliases, *section.questions, section.text))
    lacking = () if section is None else tuple(word for word in gap.words if word not in unseen and known.term(word) not in held)
    return GapView(gap, unseen, lacking, case_numbers)


def named(gap: Gap, engine: AnswerEngine) -> str:
    """What a gap is called, in plain characters: the words that members share, or else the nearest section."""
    section = None if gap.section_id is None else engine.section(gap.section_id)
    if gap.words:
        return " ".join(gap.words)
    return texts.NO_WORD if section is None else texts.near(section.title)


def _cases(guild_id: int, key: str) -> sa.Select[int]:
    questions = sa.select(gap_questions.c.answer).join(gaps, gap_questions.c.gap == gaps.c.id)
    mine = questions.where(gaps.c.guild_id == guild_id, gaps.c.key == key)
    signaled = sa.select(signals.c.case).where(signals.c.answer.in_(mine))
    about = cases.c.answer.in_(mine) | cases.c.id.in_(signaled)
    return sa.select(cases.c.number).where(cases.c.guild_id == guild_id, about).order_by(cases.c.number.desc()).limit(_MOST_CASES)


def _described(one: Group, least: int) -> dict[str, object]:
    """The columns of a gap that follow from its group; words of before stay where too few texts are left to have any."""
    values: dict[str, object] = {"section_id": one.section_id, "kind": one.kind.value, "picked_id": one.picked_id}
    if one.shared.support >= least:
        values |= {"words": " ".join(one.shared.words), "support": one.shared.support}
    return values


async def _are_still_there(connection: AsyncConnection, asked: Sequence[Unanswered]) -> bool:
    """Whether nobody's question was deleted while it was grouped."""
    left = 0
    for start in range(0, len(asked), PARAMETERS_AT_ONCE):
        rows = [one.row for one in asked[start : start + PARAMETERS_AT_ONCE]]
        these = answers.c.id.in_(rows) & answers.c.member_hash.is_not(None) & answers.c.question.is_not(None)
        left += (await connection.execute(sa.select(sa.func.count()).select_from(answers).where(these))).scalar_one()
    return left == len(asked)


async def _shares(connection: AsyncConnection, guild_id: int) -> dict[int, int]:
    """The gap of each question that has one."""
    found = await connection.execute(sa.select(gap_questions.c.answer, gap_questions.c.gap).where(gap_questions.c.guild_id == guild_id))
    return {row.answer: row.gap for row in found}


def _same_gaps(groups: Sequence[Group], shares: Mapping[int, int], stored: Sequence[StoredRow], known: KnownWords) -> dict[int, int]:
    """Which gap a group is, by its place: the one most of whose questions it has, or whose words it repeats."""
    overlaps = [
        (-number, gap, place)
        for place, one in enumerate(groups)
        for gap, number in Counter(shares[member.row] for member in one.members if member.row in shares).items()
    ]
    same: dict[int, int] = {}
    for _, gap, place in sorted(overlaps):
        if place not in same and gap not in same.values():
            same[place] = gap
    left = {row.id: frozenset(map(known.term, row.words.split())) for row in stored if row.words and row.id not in same.values()}
    repeated = [
        (-len(words & one.terms), gap, place)
        for place, one in enumerate(groups)
        for gap, words in left.items()
        if place not in same and len(words & one.terms) >= max(_FEWEST_SAME_WORDS, math.ceil(_SAME_WORDS * len(words)))
    ]
    for _, gap, place in sorted(repeated):
        if place not in same and gap not in same.values():
            same[place] = gap
    return same


async def _open(connection: AsyncConnection, guild_id: int, one: Group, now: datetime, taken: Iterable[str]) -> int:
    """Store a new gap; its key is that of its oldest question, or of the next where another gap began with that one."""
    keys = (section_key(f"gap {member.asked.answer_id} {turn}") for turn in count() for member in one.members)
    key = next(key for key in keys if key not in taken)
    row = {"guild_id": guild_id, "key": key, "opened_at": now, "kind": one.kind.value}
    gap: int = (await connection.execute(sa.insert(gaps).values(row).returning(gaps.c.id))).scalar_one()
    return gap


async def _move(connection: AsyncConnection, guild_id: int, belongs: Mapping[int, int], shares: Mapping[int, int], *, oldest: int) -> None:
    """Make the stored shares those of this grouping; questions whose text has expired, and those before ``oldest``, stay where they are."""
    moved = [row for row, gap in shares.items() if row >= oldest and belongs.get(row) != gap]
    gone: list[int] = []
    for start in range(0, len(moved), PARAMETERS_AT_ONCE):
        some = answers.c.id.in_(moved[start : start + PARAMETERS_AT_ONCE])
        live = sa.select(answers.c.id).where(some, answers.c.question.is_not(None))
        gone += (await connection.execute(live)).scalars().all()
    await take_out_of_gaps(connection, gone)
    kept = set(shares) - set(gone)
    added = [{"answer": row, "gap": gap, "guild_id": guild_id} for row, gap in belongs.items() if row not in kept]
    if added:
        await connection.execute(sa.insert(gap_questions), added)


def _are_settled(asked: Sequence[Unanswered], engine: AnswerEngine) -> bool:
    """Whether enough of the newest questions of a gap are answered now; asks no more of them than it takes to know."""
    newest = sorted(asked, key=lambda one: one.row)[-_MOST_ASKED_AGAIN:]
    open_ones = 0
    for one in newest:
        open_ones += not _is_settled(one, engine)
        if open_ones > (1 - _SETTLED) * len(newest):
            return False
    return bool(newest)


def _is_settled(one: Unanswered, engine: AnswerEngine) -> bool:
    """Whether a question is answered now, and otherwise than when it was asked in vain."""
    if one.asked.fingerprint == engine.fingerprint or one.chosen:
        return False
    outcome = engine.outcome_of(replace(one.asked, fingerprint=engine.fingerprint))
    return isinstance(outcome, Answer) and (one.outcome is not OutcomeKind.ANSWER or digest(outcome.text) != one.shown_digest)
