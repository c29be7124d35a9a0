"""What a case says of its signals, made anew whenever one comes, changes or goes.

The one place for it: votes, deletion and expiry all end here, so that no case keeps a text or a count that its signals no longer
bear out. A case whose members all took back what they said is withdrawn, unless a moderator has closed it before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.feedback.case_kinds import ACTIVE, CaseKind, CaseState
from bot.retrieval.analyzer import fold
from bot.storage.review_tables import case_notes, case_texts, cases, community_notes, signals
from bot.storage.tables import answers, votes

_CHUNK = 500
"""Cases looked at together; SQLite allows 32,766 parameters."""
_WEIGHT = {kind: weight for weight, kind in enumerate((CaseKind.REVIEW, CaseKind.NOT_HELPFUL, CaseKind.CORRECTION))}
"""Which kind a case has where its signals have several: a correction is the most that one can say."""


def about_answers(rows: sa.Select[int] | int) -> sa.ColumnElement[bool]:
    """Return whether a case is about an answer, or one of several; by index, whatever the size of the queue."""
    chosen = sa.select(sa.literal(rows)) if isinstance(rows, int) else rows
    found = sa.union(sa.select(signals.c.case).where(signals.c.answer.in_(chosen)), sa.select(cases.c.id).where(cases.c.answer.in_(chosen)))
    return cases.c.id.in_(found)


SignalRow = sa.Row[*tuple[object, ...]]


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
    for start in range(0, len(rows), _CHUNK):
        await _bring_up_to_date(connection, rows[start : start + _CHUNK], now)


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


def _follows(case: SignalRow, behind: Sequence[SignalRow], now: datetime) -> dict[str, object]:
    """Return the columns of a case that follow from its signals, the newest of which comes first."""
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


async def _by_case(connection: AsyncConnection, query: sa.Executable) -> dict[int, list[SignalRow]]:
    grouped: dict[int, list[SignalRow]] = {}
    for row in await connection.execute(query):
        grouped.setdefault(row.case, []).append(row)
    return grouped


async def _own_question(connection: AsyncConnection, case: SignalRow) -> list[str]:
    """Return the question of an answer that a moderator opened a case for without any signal."""
    query = sa.select(answers.c.normalized_question).where(answers.c.id == case.answer, answers.c.normalized_question.is_not(None))
    return [row.normalized_question for row in await connection.execute(query)]


async def _store_text(connection: AsyncConnection, case: SignalRow, text: str) -> None:
    if not text:
        await connection.execute(sa.delete(case_texts).where(case_texts.c.case == case.id))
        return
    row = {"case": case.id, "guild_id": case.guild_id, "text": text}
    await connection.execute(insert(case_texts).values(row).on_conflict_do_update(index_elements=["case"], set_={"text": text}))
