"""Ask a moderator: a question that the bot could not answer goes to the queue, and who wants to hear how it ended is found again.

Only who asked can agree to that. Where the text has expired by then, or was never stored, what the member typed into the form takes its
place. A member's Discord id is stored for the reply alone, only where they asked for it, and forgotten before it is sent.
What is still to be sent follows from the closed cases, so a crash between decision and message loses nothing. A message is claimed before
it is sent, as one of which nobody knows whether it was; what becomes of it is noted after. So nobody hears twice, and where the bot was
killed in between, that is counted and shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.outcome import OutcomeKind
from bot.cases.case import CLOSED, CaseKind, CaseSummary, NoticeState, summary_of, summary_query
from bot.cases.signals import Signal, Signals
from bot.cluster.shards import Shards
from bot.feedback.question_log import find_row
from bot.query.message import clean_question, normalized, searchable
from bot.review.proof import IN_FORCE, Proof, proof_columns, proof_of
from bot.storage.columns import StoredRow
from bot.storage.database import Database
from bot.storage.tables import DIRECT_MESSAGES, answers, cases, proofs, signals

_UNANSWERED = frozenset({OutcomeKind.ABSTENTION.value, OutcomeKind.SUGGESTIONS.value})


@dataclass(frozen=True, slots=True)
class Sent:
    """The question is in the queue."""

    number: int
    """Of its case."""
    repeated: bool
    """Whether it was there already."""


class NotSentReason(StrEnum):
    """Why a question was not sent to the moderators."""

    NOT_ASKER = "not-asker"
    """Only who asked can agree to it."""
    NO_TEXT = "no-text"
    """Its text has expired or was never stored: let the member type it."""
    ANSWERED = "answered"
    """It has an answer."""
    NO_MODERATORS = "no-moderators"
    """It was asked in a direct message."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """The question was not sent."""

    reason: NotSentReason


@dataclass(frozen=True, slots=True)
class Questions:
    """Sends questions to the moderators."""

    database: Database
    signals: Signals

    async def ask_moderator(
        self, answer_id: str, guild_id: int, member_hash: str, notify_user_id: int | None = None, typed: str | None = None
    ) -> Sent | NotSent:
        """Put a question that was not answered into the queue, in the name of who asked it; once, also after its case was closed.

        Args:
            answer_id: what the bot said to it.
            guild_id: where.
            member_hash: who agrees.
            notify_user_id: their Discord id, where they want to hear what became of it.
            typed: the question, where its text is no longer stored.

        Raises:
            NotFound: the guild has no such answer.
            NotSaved: nothing was stored.
        """
        async with self.database.write() as connection:
            answer = await find_row(connection, answer_id, guild_id)
            reason = _not_sent(answer, member_hash, typed)
            if reason is not None:
                return NotSent(reason)
            before = await _case_before(connection, answer.id, member_hash)
            question = await _with_text(connection, answer, typed)
            if before is not None and (before.closed_at is not None or notify_user_id is None):
                return Sent(before.number, repeated=True)
            wanted = Signal(guild_id, CaseKind.DECLINED, answer.id, question, member_hash=member_hash, notify_user_id=notify_user_id)
            joined = await self.signals.send(connection, wanted)
            if joined is None:
                return NotSent(NotSentReason.NO_MODERATORS)
            return Sent(joined.number, repeated=before is not None)


def _not_sent(answer: StoredRow, member_hash: str, typed: str | None) -> NotSentReason | None:
    if answer.guild_id == DIRECT_MESSAGES:
        return NotSentReason.NO_MODERATORS
    if answer.member_hash != member_hash:
        return NotSentReason.NOT_ASKER
    if answer.outcome not in _UNANSWERED:
        return NotSentReason.ANSWERED
    return NotSentReason.NO_TEXT if answer.question is None and not clean_question(typed or "") else None


async def _with_text(connection: AsyncConnection, answer: StoredRow, typed: str | None) -> str:
    """The question in its normalized form; what was typed is stored where there is none."""
    if answer.normalized_question is not None:
        return str(answer.normalized_question)
    question = clean_question(typed or "")
    text = {"question": question, "normalized_question": normalized(question), "searched": searchable(question)}
    await connection.execute(sa.update(answers).where(answers.c.id == answer.id).values(text))
    return text["normalized_question"]


async def _case_before(connection: AsyncConnection, answer: int, member_hash: str) -> StoredRow | None:
    """The case that this question of this member is in already."""
    mine = (signals.c.answer == answer) & (signals.c.member_hash == member_hash) & (signals.c.kind == CaseKind.DECLINED.value)
    query = sa.select(cases.c.number, cases.c.closed_at).join(signals, signals.c.case == cases.c.id).where(mine)
    return (await connection.execute(query.order_by(cases.c.number.desc()))).first()


_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Notice:
    """A member to tell."""

    notice_id: int
    user_id: int
    """Discord id."""
    case: CaseSummary
    """Closed: ``resolution`` or ``dismissal`` says how, ``closing_text`` what the moderator wrote."""
    proof: Proof | None
    """What changed, where it was fixed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Of the members behind a case who wanted to hear of it: how many were told, and how many were not and why."""

    waiting: int = 0
    sent: int = 0
    refused: int = 0
    unknown: int = 0
    expired: int = 0

    @property
    def wanted(self) -> int:
        """All of them; a member who is behind it with two answers is told once, and counted once."""
        return self.waiting + self.sent + self.refused + self.unknown + self.expired


async def heard(connection: AsyncConnection, case: int) -> Heard:
    """Count, for a case by its row."""
    state = sa.case((signals.c.notify_user_id.is_not(None), "waiting"), else_=signals.c.notice)
    one = sa.func.coalesce(signals.c.notify_user_id, -signals.c.id)
    query = sa.select(state, sa.func.count(one.distinct())).where(signals.c.case == case, state.is_not(None)).group_by(state)
    return Heard(**{str(name): int(members) for name, members in await connection.execute(query)})


@dataclass(frozen=True, slots=True)
class Notices:
    """Knows who is to get a message, and what became of each."""

    database: Database
    shards: Shards = field(default_factory=Shards)

    async def pending(self, guild_id: int | None = None, number: int | None = None) -> tuple[Notice, ...]:
        """Whom to tell, at most 50 at once; of one guild, or of one case there."""
        closed = cases.c.state.in_(sorted(state.value for state in CLOSED))
        query = (
            summary_query()
            .add_columns(signals.c.id.label("notice_id"), signals.c.notify_user_id, *proof_columns())
            .join(signals, signals.c.case == cases.c.id)
            .outerjoin(proofs, (proofs.c.case == cases.c.id) & IN_FORCE)
            .where(signals.c.notify_user_id.is_not(None), closed)
            .order_by(signals.c.id)
            .limit(_AT_ONCE)
        )
        query = query.where(self.shards.owned(cases.c.guild_id) if guild_id is None else cases.c.guild_id == guild_id)
        if number is not None:
            query = query.where(cases.c.number == number)
        async with self.database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(Notice(row.notice_id, row.notify_user_id, summary_of(row), proof_of(row)) for row in rows)

    async def settle(self, notice: Notice) -> bool:
        """Claim a message before it is sent, and forget the member's id; False where it was claimed already, or its decision was withdrawn.

        Settle first and send then: a member rather gets no message than two. Whoever is behind the case with several answers hears once.

        Raises:
            NotSaved: the id is still stored, and nothing is claimed.
        """
        theirs = signals.c.notify_user_id == notice.user_id
        decided = sa.exists().where(cases.c.id == signals.c.case, cases.c.closed_at == notice.case.closed_at)
        this = (signals.c.id == notice.notice_id) & theirs & decided
        claimed = {"notify_user_id": None, "notice": NoticeState.UNKNOWN.value}
        async with self.database.write() as connection:
            case = (await connection.execute(sa.update(signals).where(this).values(claimed).returning(signals.c.case))).scalar()
            if case is None:
                return False
            await connection.execute(sa.update(signals).where(signals.c.case == case, theirs).values(notify_user_id=None))
            return True

    async def note(self, notice: Notice, state: NoticeState) -> None:
        """Take note of what became of a message that was claimed; a second time changes nothing.

        Raises:
            NotSaved: it stays unknown.
        """
        this = (signals.c.id == notice.notice_id) & (signals.c.notice == NoticeState.UNKNOWN.value)
        async with self.database.write() as connection:
            case = (await connection.execute(sa.update(signals).where(this).values(notice=state.value).returning(signals.c.case))).scalar()
            newer = sa.update(cases).where(cases.c.id == case).values(version=cases.c.version + 1)
            await connection.execute(newer)  # so that its card is drawn again
