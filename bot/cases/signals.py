"""What members say that a moderator should hear of, the case that it joins, and what the case says of all its signals.

Many signals about the same answer, or about the same question however it was typed, make one case with a counter. A signal is sent in the
transaction of whatever caused it, so that neither is ever stored alone; direct messages have no moderators, so nothing becomes a case
there. Kind, reason, answer, searched text and state of a case follow from its signals, and are made again whenever one comes, changes or
goes: votes, deletion and expiry all end here, so that no case keeps a text or a count that its signals no longer support. A case whose
members all took back what they said is withdrawn, unless a moderator has closed it before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.knowledge import Knowledge
from bot.cases.case import ACTIVE, CaseKind, CaseState, Reason
from bot.retrieval.analyzer import fold
from bot.storage.columns import StoredRow
from bot.storage.dialect import PARAMETERS_AT_ONCE, upsert
from bot.storage.hashing import MemberHasher
from bot.storage.tables import DIRECT_MESSAGES, answers, case_notes, case_texts, cases, community_notes, signals, votes

_WEIGHT = {kind: weight for weight, kind in enumerate((CaseKind.REVIEW, CaseKind.NOT_HELPFUL, CaseKind.CORRECTION))}
"""Which kind a case has where its signals have several: a correction is the most that one can say."""


def about_answers(rows: sa.Select[int] | int) -> sa.ColumnElement[bool]:
    """Whether a case is about an answer, or one of several; by index, whatever the size of the queue."""
    chosen = sa.select(sa.literal(rows)) if isinstance(rows, int) else rows
    found = sa.union(sa.select(signals.c.case).where(signals.c.answer.in_(chosen)), sa.select(cases.c.id).where(cases.c.answer.in_(chosen)))
    return cases.c.id.in_(found)


async def take_back(connection: AsyncConnection, which: sa.ColumnElement[bool], now: datetime) -> list[int]:
    """Take signals back: they stay as a count, without member; return the rows of their cases."""
    live = which & signals.c.withdrawn_at.is_(None)
    touched = [row.case for row in await connection.execute(sa.select(signals.c.case).where(live).distinct())]
    nobody = {"withdrawn_at": now, "member_hash": None, "notify_user_id": None, "vote": None}
    await connection.execute(sa.update(signals).where(live).values(nobody))
    await bring_up_to_date(connection, touched, now)
    return touched


async def bring_up_to_date(connection: AsyncConnection, touched: Iterable[int], now: datetime) -> None:
    """Make kind, reason, answer, searched text and state of cases follow from their signals, and raise their version."""
    rows = sorted(set(touched))
    for start in range(0, len(rows), PARAMETERS_AT_ONCE):
        await _bring_up_to_date(connection, rows[start : start + PARAMETERS_AT_ONCE], now)


async def _bring_up_to_date(connection: AsyncConnection, chunk: Sequence[int], now: datetime) -> None:
    behind = await _by_case(connection, _signals_of(chunk))
    written = await _by_case(connection, _texts_of(chunk))
    for case in (await connection.execute(sa.select(cases).where(cases.c.id.in_(chunk)))).all():
        mine = behind.get(case.id, [])
        await connection.execute(sa.update(cases).where(cases.c.id == case.id).values(_follows(case, mine, now)))
        texts = [case.section_id, case.closing_text, *(row.text for row in written.get(case.id, []))]
        texts += [text for row in mine for text in (row.normalized_question, row.comment, row.correction)]
        texts += await _own_question(connection, case)
        await _store_text(connection, case, "\n".join(dict.fromkeys(fold(text) for text in texts if text)))


def _follows(case: StoredRow, behind: Sequence[StoredRow], now: datetime) -> dict[str, object]:
    """The columns of a case that follow from its signals, the newest of which comes first."""
    live = [row for row in behind if row.withdrawn_at is None]
    values: dict[str, object] = {"version": cases.c.version + 1}
    if behind and not live:
        values["question_key"] = None
        if case.state in ACTIVE:
            values |= {"state": CaseState.WITHDRAWN.value, "closed_at": now}
        return values
    if live and case.kind in _WEIGHT:
        values["kind"] = max((row.kind for row in live), key=lambda kind: _WEIGHT.get(kind, 0))
    if live:
        reasons = Counter(row.reason for row in live if row.reason is not None)
        values["reason"] = reasons.most_common(1)[0][0] if reasons else None
        with_text = [row.answer for row in live if row.normalized_question is not None]
        values["answer"] = (with_text or [row.answer for row in live])[0]
    return values


def _signals_of(chunk: Sequence[int]) -> sa.Select[*tuple[object, ...]]:
    joined = signals.outerjoin(answers, signals.c.answer == answers.c.id).outerjoin(votes, signals.c.vote == votes.c.id)
    shown = (
        signals.c.case, signals.c.kind, signals.c.reason, signals.c.answer, signals.c.withdrawn_at, answers.c.normalized_question,
        votes.c.comment, votes.c.correction,
    )  # fmt: skip
    return sa.select(*shown).select_from(joined).where(signals.c.case.in_(chunk)).order_by(signals.c.id.desc())


def _texts_of(chunk: Sequence[int]) -> sa.CompoundSelect[*tuple[object, ...]]:
    return sa.union_all(*(sa.select(table.c.case, table.c.text).where(table.c.case.in_(chunk)) for table in (case_notes, community_notes)))


async def _by_case(connection: AsyncConnection, query: sa.Executable) -> dict[int, list[StoredRow]]:
    grouped: dict[int, list[StoredRow]] = {}
    for row in await connection.execute(query):
        grouped.setdefault(row.case, []).append(row)
    return grouped


async def _own_question(connection: AsyncConnection, case: StoredRow) -> list[str]:
    """The question of an answer that a moderator opened a case for without any signal."""
    query = sa.select(answers.c.normalized_question).where(answers.c.id == case.answer, answers.c.normalized_question.is_not(None))
    return [row.normalized_question for row in await connection.execute(query)]


async def _store_text(connection: AsyncConnection, case: StoredRow, text: str) -> None:
    if not text:
        await connection.execute(sa.delete(case_texts).where(case_texts.c.case == case.id))
        return
    await connection.execute(upsert(case_texts, {"case": case.id}, {"text": text}, {"guild_id": case.guild_id}))


def has_something_left() -> sa.ColumnElement[bool]:
    """Whether somebody behind a case has not taken back what they said, or nobody ever was."""
    return (cases.c.signals == 0) | sa.exists().where(signals.c.case == cases.c.id, signals.c.withdrawn_at.is_(None))


def _key_if_free() -> sa.ColumnElement[str]:
    """A case's key, or nothing where a newer case, still active, goes by it already."""
    newer = cases.alias()
    same = (newer.c.guild_id == cases.c.guild_id) & (newer.c.question_key == cases.c.question_key) & newer.c.closed_at.is_(None)
    return sa.case((sa.exists().where(same), sa.null()), else_=cases.c.question_key)


REOPENED = {
    "moderator_id": None, "claimed_at": None, "closed_at": None, "resolution": None, "dismissal": None, "closing_text": None,
    "question_key": _key_if_free(),
}  # fmt: skip
"""What the columns of a case become when it is opened again, beside its state."""


_ABOUT_ANSWERS = (CaseKind.NOT_HELPFUL, CaseKind.CORRECTION, CaseKind.REVIEW)


@dataclass(frozen=True, slots=True)
class Signal:
    """What one member said."""

    guild_id: int
    kind: CaseKind
    answer: int | None = None
    """Row of the answer that it is about."""
    normalized_question: str | None = None
    section_id: str | None = None
    member_hash: str | None = None
    """None where a moderator opens the case: nobody is counted."""
    vote: int | None = None
    reason: Reason | None = None
    notify_user_id: int | None = None
    """The Discord id of a member who wants to hear what became of it; forgotten once they were."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The case that a signal joined."""

    case: int
    """Its row."""
    number: int
    opened: bool
    """Whether the signal opened it."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Puts signals into cases."""

    hasher: MemberHasher
    knowledge: Knowledge

    async def send(self, connection: AsyncConnection, signal: Signal) -> Joined | None:
        """Add a signal to the case that it belongs to, opening one where there is none; None for direct messages.

        A vote has at most one signal in a case that is not closed; sent again, that one is changed.
        """
        if signal.guild_id == DIRECT_MESSAGES:
            return None
        now = datetime.now(UTC)
        key = self._key(signal)
        joined = await _active_case(connection, signal, key) or await self._open(connection, signal, key, now)
        if signal.member_hash is not None:
            known = await _known(connection, signal, joined.case)
            if known is None:
                await connection.execute(sa.insert(signals).values(case=joined.case, sent_at=now, **_columns(signal)))
                counted = {"signals": cases.c.signals + 1, "last_signal_at": now}
                await connection.execute(sa.update(cases).where(cases.c.id == joined.case).values(counted))
            else:
                changed = {name: value for name, value in _columns(signal).items() if name != "notify_user_id" or value is not None}
                await connection.execute(sa.update(signals).where(signals.c.id == known).values(changed))  # who waits for news still does
            await bring_up_to_date(connection, [joined.case], now)
        return joined

    async def take_back_vote(self, connection: AsyncConnection, vote: int) -> None:
        """Take back what a vote said, because the member votes otherwise now, or not at all."""
        await take_back(connection, signals.c.vote == vote, datetime.now(UTC))

    async def _open(self, connection: AsyncConnection, signal: Signal, key: str | None, now: datetime) -> Joined:
        last = sa.select(sa.func.coalesce(sa.func.max(cases.c.number), 0)).where(cases.c.guild_id == signal.guild_id)
        number = (await connection.execute(last)).scalar_one() + 1
        section = None if signal.section_id is None else self.knowledge.engine.section(signal.section_id)
        row = {
            "guild_id": signal.guild_id, "number": number, "kind": signal.kind.value, "state": CaseState.OPEN.value, "question_key": key,
            "answer": signal.answer, "section_id": signal.section_id, "area": None if section is None else section.area,
            "reason": None if signal.reason is None else signal.reason.value, "signals": 0, "opened_at": now, "last_signal_at": now,
        }  # fmt: skip
        stored: int = (await connection.execute(sa.insert(cases).values(row).returning(cases.c.id))).scalar_one()
        await bring_up_to_date(connection, [stored], now)
        return Joined(stored, number, opened=True)

    def _key(self, signal: Signal) -> str | None:
        """What the same question is known by; None where its words are not known, or it has none."""
        if signal.kind is CaseKind.NOTE or not signal.normalized_question:
            return None
        about = "answer" if signal.kind in _ABOUT_ANSWERS else signal.kind.value
        return self.hasher.question_key(signal.guild_id, about, signal.normalized_question)


async def _active_case(connection: AsyncConnection, signal: Signal, key: str | None) -> Joined | None:
    """The case, not yet closed, about the same answer or else about the same question."""
    if signal.kind is CaseKind.NOTE:
        return None
    kinds = _ABOUT_ANSWERS if signal.kind in _ABOUT_ANSWERS else (signal.kind,)
    active = sa.select(cases.c.id, cases.c.number).where(cases.c.guild_id == signal.guild_id, cases.c.closed_at.is_(None))
    # looked up first, so that SQLite goes by their numbers and does not search the whole queue on every vote
    known = (
        []
        if signal.answer is None
        else [row.id for row in await connection.execute(sa.select(cases.c.id).where(about_answers(signal.answer)))]
    )
    same_answer = cases.c.id.in_(known) & cases.c.kind.in_([kind.value for kind in kinds])
    same_question = sa.false() if key is None else cases.c.question_key == key
    for condition in (same_answer, same_question):
        row = (await connection.execute(active.where(condition))).first()
        if row is not None:
            return Joined(row.id, row.number, opened=False)
    return None


async def _known(connection: AsyncConnection, signal: Signal, case: int) -> int | None:
    """The row of the signal that this one takes the place of, in the same case."""
    same = signals.c.vote == signal.vote if signal.vote is not None else signals.c.answer == signal.answer
    mine = (signals.c.case == case) & same & (signals.c.member_hash == signal.member_hash) & signals.c.withdrawn_at.is_(None)
    found: int | None = (await connection.execute(sa.select(signals.c.id).where(mine))).scalar()
    return found


def _columns(signal: Signal) -> dict[str, str | int | None]:
    return {
        "guild_id": signal.guild_id, "kind": signal.kind.value, "answer": signal.answer, "vote": signal.vote,
        "reason": None if signal.reason is None else signal.reason.value, "member_hash": signal.member_hash,
        "notify_user_id": signal.notify_user_id,
    }  # fmt: skip
