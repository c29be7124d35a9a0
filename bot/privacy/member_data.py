"""What is stored of one member: to be shown, handed out and deleted at their word.

A member's hash differs in every server, so all servers with rows are asked; what a member gets to see is only
ever their own. Deleting leaves the counts (an answer was given, a vote is gone) and no text and no name.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.case import CaseKind
from bot.errors import StorageError
from bot.privacy.deletion import Deleted, Tombstones, erase_member, erase_moderator_notes, erase_proposals
from bot.storage import tables
from bot.storage.columns import StoredRow
from bot.storage.database import Database
from bot.storage.dialect import PARAMETERS_AT_ONCE
from bot.storage.hashing import MemberHasher
from bot.storage.tables import answers, audit, case_notes, cases, community_notes, judgements, phrasings, proposals, signals, votes

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question that the member asked."""

    answer_id: str
    guild_id: int
    asked_at: datetime
    question: str | None
    outcome: str
    section_id: str | None
    searched: str | None
    channel_id: int
    message_id: int | None
    confidence: float | None
    fingerprint: str
    gap: str | None
    """The key of the gap that it is part of: of what several members asked for in vain."""


@dataclass(frozen=True, slots=True)
class OwnVote:
    """A vote that the member cast."""

    answer_id: str
    guild_id: int
    voted_at: datetime
    helpful: bool
    reason: str | None
    comment: str | None
    correction: str | None


@dataclass(frozen=True, slots=True)
class OwnJudgement:
    """A choice among suggestions that the member made."""

    answer_id: str
    guild_id: int
    judged_at: datetime
    section_id: str


@dataclass(frozen=True, slots=True)
class OwnSignal:
    """A question that the member sent to the moderators, or a note for a section, or a vote that moderators look at."""

    guild_id: int
    case_number: int
    kind: str
    sent_at: datetime
    state: str
    resolution: str | None
    """How it was resolved or why it was dismissed; None while it waits."""
    wants_to_hear: bool
    """Whether the member's Discord id is stored, to tell them what became of it."""
    notice: str | None
    """What is known of that message, once it was tried: a word of ``NoticeState``."""


@dataclass(frozen=True, slots=True)
class OwnNote:
    """A community note that the member wrote."""

    note_id: int
    guild_id: int
    section_id: str
    text: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class OwnPhrasing:
    """A question of the member, in their words, of which a moderator said that a section answers it."""

    answer_id: str
    guild_id: int
    section_id: str
    text: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class OwnModeration:
    """A note that the member left for other moderators."""

    guild_id: int
    case_number: int
    text: str | None
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class OwnWording:
    """A question that the member put into words as a moderator; it belongs to the server, and is kept when the rest is deleted.

    What was not confirmed is among them, for as long as it waits, and what is kept as a test; the latter may have no section.
    """

    guild_id: int
    section_id: str | None
    wording: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class OwnProposal:
    """A correction of a section that the member wrote as a moderator."""

    proposal_id: int
    guild_id: int
    section_id: str
    text: str
    questions: str | None
    credit: str | None
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class OwnAction:
    """What the member did as a moderator, as the audit log has it; it is kept when the rest is deleted."""

    guild_id: int
    done_at: datetime
    action: str
    case_number: int | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class MemberData:
    """Everything that is stored of a member."""

    questions: tuple[OwnQuestion, ...] = ()
    votes: tuple[OwnVote, ...] = ()
    judgements: tuple[OwnJudgement, ...] = ()
    notes: tuple[OwnNote, ...] = ()
    signals: tuple[OwnSignal, ...] = ()
    phrasings: tuple[OwnPhrasing, ...] = ()
    moderation: tuple[OwnModeration, ...] = ()
    proposals: tuple[OwnProposal, ...] = ()
    actions: tuple[OwnAction, ...] = ()
    wordings: tuple[OwnWording, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows a deletion would take; what was done and worded as a moderator is not among them."""
        sent = sum(one.kind == CaseKind.DECLINED for one in self.signals)
        others = (self.questions, self.votes, self.judgements, self.notes, self.phrasings, self.moderation, self.proposals)
        return sum(map(len, others)) + sent


@dataclass(frozen=True, slots=True)
class MemberRecords:
    """Finds and deletes the rows of a member."""

    database: Database
    hasher: MemberHasher
    tombstones: Tombstones

    async def of(self, member_id: int) -> MemberData:
        """Read everything that is stored of a member, in all servers, from one view of the database."""
        async with self.database.read() as connection:
            hashes = await self._hashes(connection, member_id)
            questions = [OwnQuestion(*row) for part in hashes for row in await connection.execute(_asked(part))]
            cast = [OwnVote(*row) for part in hashes for row in await connection.execute(_cast(part))]
            judged = [OwnJudgement(*row) for part in hashes for row in await connection.execute(_judged(part))]
            notes = [OwnNote(*row) for part in hashes for row in await connection.execute(_noted(part))]
            sent = [OwnSignal(*row) for part in hashes for row in await connection.execute(_sent(part))]
            confirmed = [OwnPhrasing(*row) for part in hashes for row in await connection.execute(_confirmed(part))]
            moderation = [OwnModeration(*row) for row in await connection.execute(_moderated(member_id))]
            proposed = [OwnProposal(*row) for row in await connection.execute(_proposed(member_id))]
            actions = [OwnAction(*row) for row in await connection.execute(_acted(member_id))]
            wordings = [OwnWording(*row) for query in (_worded, _drafted, _kept) for row in await connection.execute(query(member_id))]
        return MemberData(
            questions=tuple(questions),
            votes=tuple(cast),
            judgements=tuple(judged),
            notes=tuple(notes),
            signals=tuple(sent),
            phrasings=tuple(confirmed),
            moderation=tuple(moderation),
            actions=tuple(actions),
            proposals=tuple(proposed),
            wordings=tuple(wordings),
        )

    async def delete(self, member_id: int) -> int:
        """Delete a member's votes, choices, notes, what they sent to moderators and the text of their questions; counts the rows.

        When this returns, no byte of the text is left in the database file, or, where that is large, in a minute; should that fail, the
        next periodic pass does it. Open cases that showed some of it have a new version.

        Raises:
            NotSaved: nothing was deleted.
        """
        now = datetime.now(UTC)
        changed = 0
        async with self.database.read() as connection:  # all servers are gone through, so not while others wait to write
            held = [row for part in await self._hashes(connection, member_id) for row in await _held(connection, part)]
        async with self.database.write() as connection:
            if held:
                await self.tombstones.add(connection, Deleted.MEMBER, [row.member_hash for row in held], now)
            for start in range(0, len(held), PARAMETERS_AT_ONCE):
                some = held[start : start + PARAMETERS_AT_ONCE]
                hashes, guild_ids = [row.member_hash for row in some], [row.guild_id for row in some]
                changed += await erase_member(connection, hashes, now, guild_ids=guild_ids)
            notes = [row.id for row in await connection.execute(_with_text(member_id))]
            if notes:
                await self.tombstones.add(connection, Deleted.MODERATOR_NOTE, notes, now)
                await erase_moderator_notes(connection, notes, now)
                changed += len(notes)
            written = [row.id for row in await connection.execute(sa.select(proposals.c.id).where(proposals.c.moderator_id == member_id))]
            if written:
                await self.tombstones.add(connection, Deleted.PROPOSAL, written, now)
                await erase_proposals(connection, written)
                changed += len(written)
        try:
            await self.database.forget_deleted_bytes()
        except StorageError:
            _log.exception("the rows of a member are deleted; their bytes are overwritten by the next pass")
        return changed

    async def _hashes(self, connection: AsyncConnection, member_id: int) -> list[Sequence[str]]:
        """The member's hashes in all servers that have rows, in chunks for one statement each."""
        parts = [sa.select(table.c.guild_id) for table in (answers, votes, judgements, signals, community_notes)]
        guilds = [row.guild_id for row in await connection.execute(sa.union(*parts))]
        hashes = [self.hasher.hash(guild_id, member_id) for guild_id in guilds]
        return [hashes[start : start + PARAMETERS_AT_ONCE] for start in range(0, len(hashes), PARAMETERS_AT_ONCE)]


async def _held(connection: AsyncConnection, hashes: Sequence[str]) -> Sequence[StoredRow]:
    """Those of a member's hashes that have rows, with their servers; only these are deleted, and written down as deleted."""
    named = [
        sa.select(table.c.guild_id, table.c.member_hash).where(table.c.member_hash.in_(hashes))
        for table in (answers, votes, judgements, signals, community_notes)
    ]
    return (await connection.execute(sa.union(*named))).all()


def _asked(
    hashes: Sequence[str],
) -> sa.Select[str, int, datetime, str | None, str, str | None, str | None, int, int | None, float | None, str, str | None]:
    shown = (
        answers.c.answer_id, answers.c.guild_id, answers.c.asked_at, answers.c.question, answers.c.outcome, answers.c.section_id,
        answers.c.searched, answers.c.channel_id, answers.c.message_id, answers.c.confidence, answers.c.fingerprint,
        tables.gaps.c.key,
    )  # fmt: skip
    joined = answers.outerjoin(tables.gap_questions, tables.gap_questions.c.answer == answers.c.id).outerjoin(
        tables.gaps, tables.gap_questions.c.gap == tables.gaps.c.id
    )
    return sa.select(*shown).select_from(joined).where(answers.c.member_hash.in_(hashes)).order_by(answers.c.id)


def _cast(hashes: Sequence[str]) -> sa.Select[str, int, datetime, bool, str | None, str | None, str | None]:
    shown = (
        answers.c.answer_id, votes.c.guild_id, votes.c.voted_at, votes.c.helpful, votes.c.reason, votes.c.comment, votes.c.correction,
    )  # fmt: skip
    joined = votes.join(answers, votes.c.answer == answers.c.id)
    return sa.select(*shown).select_from(joined).where(votes.c.member_hash.in_(hashes)).order_by(votes.c.id)


def _judged(hashes: Sequence[str]) -> sa.Select[str, int, datetime, str]:
    shown = (answers.c.answer_id, judgements.c.guild_id, judgements.c.judged_at, judgements.c.section_id)
    joined = judgements.join(answers, judgements.c.answer == answers.c.id)
    return sa.select(*shown).select_from(joined).where(judgements.c.member_hash.in_(hashes)).order_by(judgements.c.id)


def _noted(hashes: Sequence[str]) -> sa.Select[int, int, str, str, datetime]:
    shown = (
        community_notes.c.id, community_notes.c.guild_id, community_notes.c.section_id, community_notes.c.text, community_notes.c.added_at,
    )  # fmt: skip
    return sa.select(*shown).where(community_notes.c.member_hash.in_(hashes)).order_by(community_notes.c.id)


def _confirmed(hashes: Sequence[str]) -> sa.Select[str, int, str, str, datetime]:
    shown = (answers.c.answer_id, phrasings.c.guild_id, phrasings.c.section_id, phrasings.c.text, phrasings.c.confirmed_at)
    joined = phrasings.join(answers, phrasings.c.answer == answers.c.id)
    theirs = answers.c.member_hash.in_(hashes) & phrasings.c.text.is_not(None)
    return sa.select(*shown).select_from(joined).where(theirs).order_by(phrasings.c.id)


def _sent(hashes: Sequence[str]) -> sa.Select[int, int, str, datetime, str, str | None, bool, str | None]:
    ended = sa.func.coalesce(cases.c.resolution, cases.c.dismissal)
    shown = (
        signals.c.guild_id, cases.c.number, signals.c.kind, signals.c.sent_at, cases.c.state, ended, signals.c.notify_user_id.is_not(None),
        signals.c.notice,
    )  # fmt: skip
    joined = signals.join(cases, signals.c.case == cases.c.id)
    return sa.select(*shown).select_from(joined).where(signals.c.member_hash.in_(hashes)).order_by(signals.c.id)


def _moderated(member_id: int) -> sa.Select[int, int, str | None, datetime]:
    shown = (case_notes.c.guild_id, cases.c.number, case_notes.c.text, case_notes.c.noted_at)
    joined = case_notes.join(cases, case_notes.c.case == cases.c.id)
    written = (case_notes.c.moderator_id == member_id) & case_notes.c.text.is_not(None)
    return sa.select(*shown).select_from(joined).where(written).order_by(case_notes.c.id)


def _proposed(member_id: int) -> sa.Select[int, int, str, str, str | None, str | None, datetime]:
    shown = (
        proposals.c.id, proposals.c.guild_id, proposals.c.section_id, proposals.c.text, proposals.c.questions, proposals.c.credit,
        proposals.c.proposed_at,
    )  # fmt: skip
    return sa.select(*shown).where(proposals.c.moderator_id == member_id).order_by(proposals.c.id)


def _with_text(member_id: int) -> sa.Select[int]:
    return sa.select(case_notes.c.id).where(case_notes.c.moderator_id == member_id, case_notes.c.text.is_not(None))


def _acted(member_id: int) -> sa.Select[int, datetime, str, int | None, str | None]:
    shown = (audit.c.guild_id, audit.c.done_at, audit.c.action, audit.c.case_number, audit.c.detail)
    return sa.select(*shown).where(audit.c.actor_id == member_id).order_by(audit.c.id)


def _worded(member_id: int) -> sa.Select[int, str | None, str, datetime]:
    shown = (phrasings.c.guild_id, phrasings.c.section_id, phrasings.c.wording, phrasings.c.confirmed_at)
    mine = (phrasings.c.moderator_id == member_id) & phrasings.c.wording.is_not(None)
    return sa.select(*shown).where(mine).order_by(phrasings.c.id)


def _drafted(member_id: int) -> sa.Select[int, str | None, str, datetime]:
    drafts = tables.phrasing_drafts.c
    shown = (drafts.guild_id, drafts.section_id, drafts.wording, drafts.drafted_at)
    return sa.select(*shown).where(drafts.moderator_id == member_id, drafts.wording.is_not(None)).order_by(drafts.id)


def _kept(member_id: int) -> sa.Select[int, str | None, str, datetime]:
    kept = tables.kept_questions.c
    return sa.select(kept.guild_id, kept.section_id, kept.question, kept.kept_at).where(kept.moderator_id == member_id).order_by(kept.id)
