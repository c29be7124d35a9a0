"""The card of a case: everything that a moderator needs to decide, read in one view of the database, and what is best done next.

What a member deleted is gone from here at once, since every text is read from where it is stored. Today's answer is computed, not stored,
so that the difference to what was shown then is always that of now, with the server's own threshold and phrasings. Cases like it are those
about the same section, or with a question in nearly the same words. How all that is put into words is a matter of the front end.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import OutcomeKind, section_of
from bot.cases.case import ACTIVE, Actor, CaseKind, CaseState, CaseSummary, Place, Reason, find_case, summary_of, summary_query
from bot.cases.conversation import Conversation, conversation_around
from bot.cases.signals import Signal, Signals, about_answers
from bot.errors import NotFound
from bot.feedback.question_log import LOOKUP, StoredAnswer, find_row, stored_answer
from bot.feedback.recording import ServerEngines
from bot.feedback.replaying import searched_again
from bot.feedback.votes import VoteCount
from bot.review.community_notes import CommunityNote, note_query, note_row
from bot.review.kept import waits_for_words
from bot.review.phrasings import ConfirmedPhrasing, phrasings_of
from bot.review.proof import Proof, proof_in_force
from bot.review.questions import Heard, heard
from bot.review.statistics import ReasonCount
from bot.storage.audit import AuditAction, AuditEntry, entry_of, write_audit
from bot.storage.columns import StoredRow
from bot.storage.database import Database
from bot.storage.tables import answers, audit, case_notes, cases, community_notes, proposals, shown_texts, signals, votes


class ChangeKind(StrEnum):
    """What happened to a sentence of an answer."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A sentence of an answer, then or today."""

    change: ChangeKind
    text: str


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """The answer as it was shown, beside what the bot would say today."""

    stored: StoredAnswer
    """As logged: ids, hits, confidence, fingerprint; enough for the explanation."""
    place: Place
    """Where it was asked, and the message that shows it."""
    text: str | None
    """The very text that was shown; None for answers older than the review of answers."""
    today: str | None
    """What the same question gets today; None where its text is gone."""
    diff: tuple[DiffLine, ...]
    """Sentence by sentence; empty where today's answer is the same, or one of the two is not known."""
    today_kind: OutcomeKind | None = None
    """What kind of outcome that is; None where ``today`` is."""
    today_section_id: str | None = None
    """The section that it shows, if any."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one member said; their name is not known."""

    kind: CaseKind
    said_at: datetime
    reason: Reason | None
    comment: str | None
    correction: str | None
    withdrawn: bool
    """Taken back or deleted: only the count remains."""
    wants_to_hear: bool
    """Whether the member asked to hear how it ended."""


@dataclass(frozen=True, slots=True)
class ModeratorNote:
    """A note that moderators left for each other."""

    moderator_id: int
    text: str | None
    """None once it has expired or was deleted by its author."""
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingCorrection:
    """A correction of a section that a moderator wrote for the case, and that nobody has handed on or dropped yet."""

    proposal_id: int
    section_id: str
    moderator_id: int
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class CaseCard:
    """Everything that is known about a case."""

    summary: CaseSummary
    answer: ShownAnswer | None
    """None for community notes."""
    votes: VoteCount
    """Over all answers that the case joined."""
    reasons: tuple[ReasonCount, ...]
    """The most frequent first."""
    said: tuple[Said, ...]
    """The newest first, at most 25."""
    note: CommunityNote | None
    similar: tuple[CaseSummary, ...]
    """At most 5."""
    notes: tuple[ModeratorNote, ...]
    """The newest first, at most 25."""
    history: tuple[AuditEntry, ...]
    """The newest first, at most 25."""
    conversation: Conversation
    """What the same member asked around the question."""
    phrasings: tuple[ConfirmedPhrasing, ...]
    """What moderators confirmed on the case, the newest first."""
    corrections: tuple[WaitingCorrection, ...]
    """What moderators wrote for it that waits, the newest first."""
    proof: Proof | None
    """What its being fixed stands on; None where it is not, or was before proofs were kept."""
    heard: Heard
    """How many members were told how it ended."""
    waits_for_words: bool
    """Whether it is resolved, and its question could be kept as a test."""

    @property
    def can_name_section(self) -> bool:
        """Whether there are words to name a section for: not for a lookup."""
        stored = None if self.answer is None else self.answer.stored
        return stored is not None and bool(stored.question) and stored.outcome != LOOKUP


class NextStep(StrEnum):
    """What is best done next about a case."""

    NOTHING = "nothing"
    """It is closed, or withdrawn."""
    THEIRS = "theirs"
    """Another moderator has it."""
    READ_NOTE = "read-note"
    CHECK_CHANGE = "check-change"
    """Today's answer is another one, so it may be settled."""
    CHECK_CONFIRMED = "check-confirmed"
    """A section was confirmed for it, which has changed the answer."""
    CHECK_CORRECTION = "check-correction"
    HAND_ON = "hand-on"
    """A moderator has written what the section should say."""
    CHECK_SOURCES = "check-sources"
    """The answer may be wrong or out of date."""
    IMPROVE_TEXT = "improve-text"
    """The right section, but unclear or incomplete."""
    NAME_SECTION = "name-section"
    """Another section may answer it."""
    NEW_SECTION = "new-section"
    """No section comes close."""
    READ_ANSWER = "read-answer"


_BY_KIND = {CaseKind.NOTE: NextStep.READ_NOTE, CaseKind.CORRECTION: NextStep.CHECK_CORRECTION}
_BY_REASON: dict[Reason | None, NextStep] = {
    Reason.WRONG: NextStep.CHECK_SOURCES,
    Reason.OUTDATED: NextStep.CHECK_SOURCES,
    Reason.INCOMPLETE: NextStep.IMPROVE_TEXT,
    Reason.UNCLEAR: NextStep.IMPROVE_TEXT,
    Reason.OFF_TOPIC: NextStep.NAME_SECTION,
}


def next_step(card: CaseCard, moderator_id: int | None = None) -> NextStep:
    """The one step that is recommended.

    Args:
        card: the case.
        moderator_id: who reads it; None where several do, as in a channel.
    """
    case = card.summary
    if case.state not in ACTIVE:
        return NextStep.NOTHING
    if case.state is CaseState.CLAIMED and moderator_id not in (None, case.moderator_id):
        return NextStep.THEIRS
    if card.corrections:
        return NextStep.HAND_ON
    if card.answer is not None and card.answer.diff:
        return NextStep.CHECK_CONFIRMED if card.phrasings else NextStep.CHECK_CHANGE
    if case.kind is CaseKind.DECLINED:
        came_close = card.answer is not None and card.can_name_section and card.answer.stored.outcome == OutcomeKind.SUGGESTIONS
        return NextStep.NAME_SECTION if came_close else NextStep.NEW_SECTION
    return _BY_KIND.get(case.kind) or _BY_REASON.get(case.reason, NextStep.READ_ANSWER)


_MOST = 5
_LOOKED_AT = 300
"""The newest cases that a question is compared with; all of them would make a card slow in a large queue."""
_ALIKE = 75.0
"""From 0 to 100; below it, questions were found to share only their grammar."""


async def similar_cases(connection: AsyncConnection, case: StoredRow) -> tuple[CaseSummary, ...]:
    """Other cases of the guild that are worth a look: those with a like question first, then those of the same section."""
    alike = await _with_like_question(connection, case)
    if case.section_id is not None and len(alike) < _MOST:
        same = (cases.c.guild_id == case.guild_id) & (cases.c.section_id == case.section_id) & (cases.c.id != case.id)
        query = sa.select(cases.c.id).where(same).order_by(cases.c.number.desc()).limit(_MOST)
        alike += [row.id for row in await connection.execute(query) if row.id not in alike]
    rows = {row.id: row for row in await connection.execute(summary_query().where(cases.c.id.in_(alike[:_MOST])))}
    return tuple(summary_of(rows[one]) for one in alike[:_MOST])


async def _with_like_question(connection: AsyncConnection, case: StoredRow) -> list[int]:
    if case.question is None:
        return []
    others = (cases.c.guild_id == case.guild_id) & (cases.c.id != case.id) & answers.c.question.is_not(None)
    query = sa.select(cases.c.id, answers.c.question).join(answers, cases.c.answer == answers.c.id).where(others)
    rows = await connection.execute(query.order_by(cases.c.number.desc()).limit(_LOOKED_AT))
    questions: dict[int, str] = {row.id: row.question for row in rows}
    best = process.extract(case.question, questions, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE, limit=_MOST)
    return [found for _, _, found in best]


_SHOWN = 25
"""Of anything that a card lists."""


@dataclass(frozen=True, slots=True)
class Cards:
    """Puts cards together."""

    database: Database
    engines: ServerEngines
    signals: Signals

    async def show(self, guild_id: int, number: int) -> CaseCard:
        """Read the card of a case, with today's answer by the server's own engine.

        Raises:
            NotFound: the guild has no such case.
        """
        return await read_card(self.database, await self.engines.engine(guild_id), guild_id, number)

    async def open_for(self, actor: Actor, answer_id: str) -> CaseCard:
        """The card of the newest case about an answer; where there is none, one is opened in the moderator's name.

        Raises:
            NotFound: the guild has no such answer.
            NotSaved: no case could be opened.
        """
        async with self.database.write() as connection:
            number = await self._number_for(connection, actor, await find_row(connection, answer_id, actor.guild_id))
        return await self.show(actor.guild_id, number)

    async def open_for_message(self, actor: Actor, message_id: int) -> CaseCard:
        """The same for the answer that a message shows.

        Raises:
            NotFound: the message shows no answer of this guild.
            NotSaved: no case could be opened.
        """
        mine = (answers.c.guild_id == actor.guild_id) & (answers.c.message_id == message_id)
        async with self.database.write() as connection:
            answer = (await connection.execute(sa.select(answers).where(mine).order_by(answers.c.id.desc()).limit(1))).first()
            if answer is None:
                raise NotFound(f"message {message_id} shows no answer of guild {actor.guild_id}")
            number = await self._number_for(connection, actor, answer)
        return await self.show(actor.guild_id, number)

    async def _number_for(self, connection: AsyncConnection, actor: Actor, answer: StoredRow) -> int:
        about = (cases.c.guild_id == actor.guild_id) & about_answers(answer.id)
        newest = sa.select(cases.c.number).where(about).order_by(cases.c.number.desc()).limit(1)
        number: int | None = (await connection.execute(newest)).scalar()
        if number is not None:
            return number
        wanted = Signal(actor.guild_id, CaseKind.REVIEW, answer.id, answer.normalized_question, answer.section_id)
        joined = await self.signals.send(connection, wanted)
        if joined is None:
            raise NotFound("there are no cases in direct messages")
        if joined.opened:
            await write_audit(
                connection, actor.guild_id, actor.moderator_id, AuditAction.OPENED, datetime.now(UTC),
                case_number=joined.number, interaction_id=actor.interaction_id,
            )  # fmt: skip
        return joined.number


async def read_card(database: Database, engine: AnswerEngine, guild_id: int, number: int) -> CaseCard:
    """Read a card in one view of the database, beside what the server's engine says today.

    Raises:
        NotFound: the guild has no such case.
    """
    async with database.read() as connection:
        case = await find_case(connection, guild_id, number)
        row, shown = await _answer_of(connection, case)
        stored = None if row is None else await stored_answer(connection, row)
        return CaseCard(
            summary=summary_of(case),
            answer=None if stored is None else _shown(engine, stored, shown),
            votes=await _votes_of(connection, case),
            reasons=await _reasons_of(connection, case),
            said=await _said_of(connection, case),
            note=await _note_of(connection, case),
            similar=await similar_cases(connection, case),
            notes=await _notes_of(connection, case),
            history=await _history_of(connection, case),
            conversation=Conversation() if row is None else await conversation_around(connection, row),
            phrasings=await phrasings_of(connection, case.id),
            corrections=await _corrections_of(connection, case),
            proof=await proof_in_force(connection, case.id),
            heard=await heard(connection, case.id),
            waits_for_words=await waits_for_words(connection, case),
        )


def _shown(engine: AnswerEngine, stored: StoredAnswer, text: str | None) -> ShownAnswer:
    place = Place(stored.channel_id, stored.message_id)
    again = searched_again(stored, engine)
    if again is None:
        return ShownAnswer(stored, place, text, None, ())
    diff = () if text is None else diff_of(_sentences(text), _sentences(again.text))
    if all(line.change is ChangeKind.SAME for line in diff):
        diff = ()
    section = section_of(again)
    return ShownAnswer(stored, place, text, again.text, diff, again.kind, None if section is None else section.id)


_SENTENCE_ENDS = re.compile(r"(?<=[.!?])(?:\s+…)?\s+(?=[A-Z“\"])")
"""Also where sentences between were left out."""


def _sentences(text: str) -> str:
    """One sentence a line, so that a word that changed does not mark a whole paragraph."""
    return "\n".join(part for line in text.splitlines() if line.strip() for part in _SENTENCE_ENDS.split(line.strip()))


def diff_of(then: str, today: str) -> tuple[DiffLine, ...]:
    """What happened to each line of a text, lines of both in their order."""
    kinds = {"  ": ChangeKind.SAME, "- ": ChangeKind.REMOVED, "+ ": ChangeKind.ADDED}
    lines = difflib.Differ().compare(then.splitlines(), today.splitlines())
    return tuple(DiffLine(kinds[line[:2]], line[2:]) for line in lines if line[:2] in kinds)


async def _answer_of(connection: AsyncConnection, case: StoredRow) -> tuple[StoredRow | None, str | None]:
    """The answer that stands for a case, and the text that it showed."""
    query = sa.select(answers).where(answers.c.id == case.answer, answers.c.guild_id == case.guild_id)
    row = (await connection.execute(query)).first()
    if row is None:
        return None, None
    text = sa.select(shown_texts.c.text).where(shown_texts.c.digest == row.shown_digest)
    return row, (await connection.execute(text)).scalar()


def _answers_in(case: StoredRow) -> sa.ColumnElement[bool]:
    joined = sa.select(signals.c.answer).where(signals.c.case == case.id, signals.c.answer.is_not(None))
    about_it = sa.or_(votes.c.answer.in_(joined), votes.c.answer == case.answer)
    return sa.and_(about_it, votes.c.guild_id == case.guild_id)


async def _votes_of(connection: AsyncConnection, case: StoredRow) -> VoteCount:
    query = sa.select(votes.c.helpful, sa.func.count()).where(_answers_in(case)).group_by(votes.c.helpful)
    counts = {bool(helpful): number for helpful, number in await connection.execute(query)}
    return VoteCount(counts.get(True, 0), counts.get(False, 0))


async def _reasons_of(connection: AsyncConnection, case: StoredRow) -> tuple[ReasonCount, ...]:
    members = sa.func.count().label("members")
    given = (signals.c.case == case.id) & signals.c.withdrawn_at.is_(None) & signals.c.reason.is_not(None)
    query = sa.select(signals.c.reason, members).where(given).group_by(signals.c.reason).order_by(members.desc(), signals.c.reason)
    return tuple(ReasonCount(Reason(row.reason), row.members) for row in await connection.execute(query))


async def _said_of(connection: AsyncConnection, case: StoredRow) -> tuple[Said, ...]:
    joined = signals.outerjoin(votes, signals.c.vote == votes.c.id)
    query = sa.select(signals, votes.c.comment, votes.c.correction).select_from(joined).where(signals.c.case == case.id)
    return tuple(_said(row) for row in await connection.execute(query.order_by(signals.c.id.desc()).limit(_SHOWN)))


def _said(row: StoredRow) -> Said:
    return Said(
        kind=CaseKind(row.kind),
        said_at=row.sent_at,
        reason=None if row.reason is None else Reason(row.reason),
        comment=row.comment,
        correction=row.correction,
        withdrawn=row.withdrawn_at is not None,
        wants_to_hear=row.notify_user_id is not None,
    )


async def _note_of(connection: AsyncConnection, case: StoredRow) -> CommunityNote | None:
    row = (await connection.execute(note_query(case.guild_id).where(community_notes.c.case == case.id))).first()
    return None if row is None else note_row(row)


async def _notes_of(connection: AsyncConnection, case: StoredRow) -> tuple[ModeratorNote, ...]:
    query = sa.select(case_notes).where(case_notes.c.case == case.id).order_by(case_notes.c.id.desc()).limit(_SHOWN)
    return tuple(ModeratorNote(row.moderator_id, row.text, row.noted_at) for row in await connection.execute(query))


async def _corrections_of(connection: AsyncConnection, case: StoredRow) -> tuple[WaitingCorrection, ...]:
    waiting = (proposals.c.guild_id == case.guild_id) & (proposals.c.case == case.id) & proposals.c.settled_at.is_(None)
    rows = await connection.execute(sa.select(proposals).where(waiting).order_by(proposals.c.id.desc()).limit(_SHOWN))
    return tuple(WaitingCorrection(row.id, row.section_id, row.moderator_id, row.proposed_at) for row in rows)


async def _history_of(connection: AsyncConnection, case: StoredRow) -> tuple[AuditEntry, ...]:
    mine = (audit.c.guild_id == case.guild_id) & (audit.c.case_number == case.number)
    rows: Sequence[StoredRow] = (await connection.execute(sa.select(audit).where(mine).order_by(audit.c.id.desc()).limit(_SHOWN))).all()
    return tuple(entry_of(row) for row in rows)
