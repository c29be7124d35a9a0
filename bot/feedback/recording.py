"""The engine that answers in a server: with its own threshold, and with the phrasings that its moderators confirmed.

A server's phrasings are read with every question, so that a new one takes effect at once and one that was taken back, or deleted with the
member who wrote it, is gone at once. They never reach another server.

Answering with a memory: the outcome of a question, logged, with the conversation it belongs to.

The one call that every front end with a database makes. A database that fails costs the vote, never the answer.

Lookups with a memory: what a lookup command showed is logged like an answer, so that it can be judged like one.

A database that fails costs the vote, and the rotation of facts, but never what was looked up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from bot.answering.conversation import Conversations
from bot.answering.engine import AnswerEngine, DeliveryKey, turn_of
from bot.answering.knowledge import Knowledge
from bot.answering.outcome import Answer, Outcome, answer_id
from bot.corpus.document import Section
from bot.errors import StorageError
from bot.feedback.question_log import Asker, LookupRecord, QuestionLog
from bot.guilds.settings import Guilds
from bot.lookup.browsing import Fact, facts_of, next_fact
from bot.query.follow_up import Turn
from bot.retrieval.hit import Phrasing
from bot.storage.database import Database
from bot.storage.tables import phrasings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServerEngines:
    """Finds the engine of a server."""

    knowledge: Knowledge
    guilds: Guilds
    database: Database

    async def engine(self, guild_id: int, answer_threshold: float | None = None) -> AnswerEngine:
        """Return the engine that answers in a server now; without the database the one that everybody has.

        Args:
            guild_id: the server.
            answer_threshold: in place of the server's own.
        """
        try:
            threshold = (await self.guilds.settings(guild_id)).answer_threshold if answer_threshold is None else answer_threshold
            return self.knowledge.engine_for(threshold, await self._phrasings(guild_id), guild_id)
        except StorageError:
            _log.exception("the settings of server %d cannot be read; the operator's are used", guild_id)
            return self.knowledge.engine_for(answer_threshold)

    async def _phrasings(self, guild_id: int) -> tuple[Phrasing, ...]:
        query = sa.select(phrasings.c.section_id, phrasings.c.text).where(phrasings.c.guild_id == guild_id).order_by(phrasings.c.id)
        async with self.database.read() as connection:
            return tuple(Phrasing(row.section_id, row.text) for row in await connection.execute(query))


@dataclass(frozen=True, slots=True)
class Recorded:
    """An outcome, and what may be done with it."""

    outcome: Outcome
    saved: bool
    """Whether the log has it; without that no control could find it again."""
    votable: bool
    """Whether the server wants vote controls under its answers."""


@dataclass(frozen=True, slots=True)
class RecordedAnswering:
    """Answers questions and logs what was answered."""

    knowledge: Knowledge
    question_log: QuestionLog
    guilds: Guilds
    conversations: Conversations
    engines: ServerEngines

    async def ask(self, question: str, asker: Asker, occasion: DeliveryKey, conversation: tuple[int, ...]) -> Recorded:
        """Answer a question, in the light of the conversation so far and by the server's threshold, and log it."""
        engine = await self.engines.engine(asker.guild_id)
        outcome = engine.answer(question, self.conversations.recall(*conversation), occasion)
        turn = turn_of(outcome)
        if turn is not None:
            # somebody else's words are not held: what is asked next is searched with the subject of this turn, and that is stored
            self.conversations.remember(turn if asker.own_words else replace(turn, question=turn.title), *conversation)
        return await self._recorded(outcome, asker)

    async def ask_if_sure(self, question: str, asker: Asker, occasion: DeliveryKey, at_least: float) -> Recorded | None:
        """Answer a question that nobody put to the bot, and log it; None, and nothing is logged, where it is not sure enough.

        Args:
            question: what somebody wrote.
            asker: who and where.
            occasion: by which message.
            at_least: the probability of being right from which it answers.
        """
        engine = await self.engines.engine(asker.guild_id, at_least)
        outcome = engine.answer(question, None, occasion)
        return await self._recorded(outcome, asker) if isinstance(outcome, Answer) else None

    async def choose(self, section: Section, question: str, asker: Asker, occasion: DeliveryKey) -> Recorded:
        """Present the section that a member chose as the answer to their question, and log that."""
        engine = await self.engines.engine(asker.guild_id)
        return await self._recorded(engine.present(section, question, occasion), asker)

    async def shown_in(self, recorded: Recorded, guild_id: int, message_id: int) -> None:
        """Remember the message that shows an answer; the answer is out, so a failure only costs the link to it."""
        if not recorded.saved:
            return
        try:
            await self.question_log.shown_in(recorded.outcome.asked.answer_id, guild_id, message_id)
        except StorageError:
            _log.exception("the message of answer %s could not be noted", recorded.outcome.asked.answer_id)

    async def _recorded(self, outcome: Outcome, asker: Asker) -> Recorded:
        try:
            await self.question_log.record(outcome, asker)
            settings = await self.guilds.settings(asker.guild_id)
        except StorageError:
            _log.exception("answer %s could not be logged; it is given without controls", outcome.asked.answer_id)
            return Recorded(outcome, saved=False, votable=False)
        return Recorded(outcome, saved=True, votable=settings.vote_controls)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What is about to be shown."""

    asked: str
    """The command with the names that were recognized, such as "/license MIT License"."""
    shown: str
    sections: tuple[Section, ...]
    """What it was made from, the main section first."""


@dataclass(frozen=True, slots=True)
class RecordedLookup:
    """What may be done with a lookup."""

    answer_id: str
    saved: bool
    """Whether the log has it; without that no control could find it again."""
    votable: bool
    """Whether the server wants vote controls under its answers."""


@dataclass(frozen=True, slots=True)
class RecordedLookups:
    """Logs lookups, and chooses facts by what was shown before."""

    knowledge: Knowledge
    question_log: QuestionLog
    guilds: Guilds
    conversations: Conversations
    _telling: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def record(self, looked_up: LookedUp, asker: Asker, occasion: DeliveryKey, conversation: tuple[int, ...]) -> RecordedLookup:
        """Log a lookup; a single section becomes the subject of the conversation, so that "and who made it?" works."""
        fingerprint = self.knowledge.engine.fingerprint
        name = answer_id(occasion.key, fingerprint, looked_up.asked, occasion.name)
        if len(looked_up.sections) == 1:
            (section,) = looked_up.sections
            self.conversations.remember(Turn(section.title, section.id, section.title), *conversation)
        ids = tuple(section.id for section in looked_up.sections)
        try:
            await self.question_log.record_lookup(LookupRecord(name, fingerprint, looked_up.asked, looked_up.shown, ids), asker)
        except StorageError:
            _log.exception("lookup %s could not be logged; it is shown without controls", name)
            return RecordedLookup(name, saved=False, votable=False)
        return await self.again(name, asker.guild_id)

    async def again(self, name: str, guild_id: int) -> RecordedLookup:
        """Return what may be done with a lookup that is logged already, on another of its pages."""
        try:
            settings = await self.guilds.settings(guild_id)
        except StorageError:
            _log.exception("the settings of server %d could not be read; lookup %s is shown without votes", guild_id, name)
            return RecordedLookup(name, saved=True, votable=False)
        return RecordedLookup(name, saved=True, votable=settings.vote_controls)

    async def tell_fact(
        self, area: str | None, asker: Asker, occasion: DeliveryKey, conversation: tuple[int, ...]
    ) -> tuple[Fact, RecordedLookup] | None:
        """Choose the fact that is next in a channel and log it; None where there is none.

        One at a time, so that two members who ask at once are not told the same.
        """
        facts = facts_of(self.knowledge.engine.corpus, area)
        async with self._telling:
            fact = next_fact(facts, await self._shown(asker), f"{asker.guild_id}:{asker.channel_id}")
            if fact is None:
                return None
            looked_up = LookedUp("/fact" + (f" {area}" if area else ""), fact.text, (fact.section,))
            return fact, await self.record(looked_up, asker, occasion, conversation)

    async def shown_in(self, recorded: RecordedLookup, guild_id: int, message_id: int) -> None:
        """Remember the message that shows a lookup; it is out, so a failure only costs the link to it."""
        if not recorded.saved:
            return
        try:
            await self.question_log.shown_in(recorded.answer_id, guild_id, message_id)
        except StorageError:
            _log.exception("the message of lookup %s could not be noted", recorded.answer_id)

    async def _shown(self, asker: Asker) -> Mapping[str, int]:
        try:
            return await self.question_log.times_shown(asker.guild_id, asker.channel_id)
        except StorageError:
            _log.exception("what channel %d was shown could not be read; a fact may come twice", asker.channel_id)
            return {}
