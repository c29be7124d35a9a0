"""The log of answers: what each answer id stands for, so that a vote or a button can refer to it.

The text of the question is there for a while only (see ``privacy.retention``); everything else says what was
shown, not what was typed. Every look-up names the guild it comes from; another guild's ids are unknown to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.outcome import Answer, Outcome, confidence_of, hits_of, section_of
from bot.corpus.document import Section, digest
from bot.errors import NotFound
from bot.query.message import normalized
from bot.retrieval.hit import Hit
from bot.storage.columns import StoredRow, record_of
from bot.storage.database import Database
from bot.storage.dialect import insert_once
from bot.storage.tables import answers, hits, shown_texts


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, and where."""

    guild_id: int
    channel_id: int
    member_hash: str
    own_words: bool = True
    """Whether the question is the asker's own; somebody else's message is not stored."""


LOOKUP = "lookup"
"""The ``outcome`` of what was looked up by name: nothing was searched, so it has no confidence."""
_MOST_HITS = 10


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a lookup command is about to show."""

    asked: str
    """The command with the names that were recognized, such as "/license MIT License"."""
    shown: str
    sections: tuple[Section, ...]
    """What it was made from, the main section first; may be empty."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it was given."""

    row: int
    answer_id: str
    guild_id: int
    channel_id: int
    message_id: int | None
    member_hash: str | None
    question: str | None
    """None once it has expired or was deleted."""
    searched: str | None
    context_id: str | None
    """The section that the conversation was about, where that was taken into account."""
    seen: tuple[int, ...]
    """Numbers of its passages that the conversation had shown."""
    picked: bool
    """Whether a member picked the section from suggestions."""
    outcome: str
    section_id: str | None
    shown_digest: str
    confidence: float | None
    fingerprint: str
    asked_at: datetime
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class QuestionLog:
    """Stores and finds answers."""

    database: Database

    async def record(self, outcome: Outcome, asker: Asker) -> None:
        """Store an outcome; the same delivery a second time changes nothing.

        Raises:
            NotSaved: nothing was stored.
        """
        section = section_of(outcome)
        row: dict[str, object] = {
            "answer_id": outcome.asked.answer_id,
            "guild_id": asker.guild_id,
            "channel_id": asker.channel_id,
            "member_hash": asker.member_hash,
            "question": outcome.asked.question if asker.own_words else None,
            "normalized_question": normalized(outcome.asked.question) if asker.own_words else None,
            "searched": outcome.asked.searched if asker.own_words else None,
            "context_id": outcome.asked.context,
            "context_seen": ",".join(map(str, outcome.asked.seen)) or None,
            "picked": isinstance(outcome, Answer) and outcome.picked,
            "outcome": outcome.kind.value,
            "section_id": None if section is None else section.id,
            "shown_digest": digest(outcome.text),
            "confidence": confidence_of(outcome),
            "fingerprint": outcome.asked.fingerprint,
            "asked_at": datetime.now(UTC),
        }
        await self._insert(asker.guild_id, row, outcome.text, hits_of(outcome))

    async def record_lookup(self, answer_id: str, fingerprint: str, lookup: LookedUp, asker: Asker) -> None:
        """Store what was looked up by name; the same delivery a second time changes nothing.

        Raises:
            NotSaved: nothing was stored.
        """
        ids = [section.id for section in lookup.sections[:_MOST_HITS]]
        row: dict[str, object] = {
            "answer_id": answer_id,
            "guild_id": asker.guild_id,
            "channel_id": asker.channel_id,
            "member_hash": asker.member_hash,
            "question": lookup.asked,
            "normalized_question": normalized(lookup.asked),
            "outcome": LOOKUP,
            "section_id": ids[0] if ids else None,
            "shown_digest": digest(lookup.shown),
            "fingerprint": fingerprint,
            "asked_at": datetime.now(UTC),
        }
        await self._insert(asker.guild_id, row, lookup.shown, tuple(Hit(section_id, 1.0) for section_id in ids))

    async def times_shown(self, guild_id: int, channel_id: int) -> dict[str, int]:
        """How often each section was shown in a guild's channel, by its id."""
        here = (answers.c.guild_id == guild_id) & (answers.c.channel_id == channel_id) & answers.c.section_id.is_not(None)
        query = sa.select(answers.c.section_id, sa.func.count()).where(here).group_by(answers.c.section_id)
        async with self.database.read() as connection:
            return {str(row[0]): int(row[1]) for row in await connection.execute(query)}

    async def _insert(self, guild_id: int, row: dict[str, object], shown: str, ranked: tuple[Hit, ...]) -> None:
        statement = insert_once(answers, row).returning(answers.c.id)
        async with self.database.write(guild_id) as connection:
            stored = (await connection.execute(statement)).scalar()
            await connection.execute(insert_once(shown_texts, {"digest": row["shown_digest"], "text": shown}))
            if stored is not None and ranked:
                await connection.execute(
                    sa.insert(hits),
                    [
                        {"answer": stored, "rank": rank, "section_id": hit.section_id, "score": hit.score}
                        for rank, hit in enumerate(ranked, start=1)
                    ],
                )

    async def has_answered_in(self, guild_id: int, channel_id: int) -> bool:
        """Whether anything was answered in a guild's channel, such as a thread."""
        there = sa.exists().where(answers.c.guild_id == guild_id, answers.c.channel_id == channel_id)
        async with self.database.read() as connection:
            return bool((await connection.execute(sa.select(there))).scalar_one())

    async def shown_in(self, answer_id: str, guild_id: int, message_id: int) -> None:
        """Remember the message that shows an answer."""
        mine = (answers.c.answer_id == answer_id) & (answers.c.guild_id == guild_id)
        async with self.database.write(guild_id) as connection:
            await connection.execute(sa.update(answers).where(mine).values(message_id=message_id))

    async def find(self, answer_id: str, guild_id: int) -> StoredAnswer:
        """Look up an answer by its id, in its own guild only.

        Raises:
            NotFound: the guild has no such answer.
        """
        async with self.database.read() as connection:
            return await stored_answer(connection, await find_row(connection, answer_id, guild_id))


async def stored_answer(connection: AsyncConnection, found: StoredRow) -> StoredAnswer:
    """Turn a row of the table ``answers`` into values, with its hits as they were ranked."""
    query = sa.select(hits.c.section_id, hits.c.score).where(hits.c.answer == found.id).order_by(hits.c.rank)
    ranked = tuple(Hit(row.section_id, row.score) for row in await connection.execute(query))
    seen = tuple(int(number) for number in found.context_seen.split(",")) if found.context_seen else ()
    return record_of(StoredAnswer, found, row=found.id, seen=seen, picked=bool(found.picked), hits=ranked)


async def find_row(connection: AsyncConnection, answer_id: str, guild_id: int) -> StoredRow:
    """Look up an answer by its id, in its own guild only.

    Raises:
        NotFound: the guild has no such answer.
    """
    query = sa.select(answers).where(answers.c.answer_id == answer_id, answers.c.guild_id == guild_id)
    row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(f"no answer {answer_id} in guild {guild_id}")
    return row
