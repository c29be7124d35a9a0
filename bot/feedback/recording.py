"""Answers and lookups with a memory: what is shown is logged first, so that it can be judged, explained and replayed.

The calls that every front end with a database makes. Each answers by the server's own engine: with its threshold, and with the phrasings
that its moderators confirmed, read with every question, so that one that was taken back, or deleted with the member who wrote it, is gone
at once. A database that fails costs the controls, and the rotation of facts, but never what was asked for.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from cachetools import TTLCache

from bot.answering.engine import AnswerEngine
from bot.answering.excerpt import shown_passages
from bot.answering.knowledge import Knowledge
from bot.answering.outcome import Answer, DeliveryKey, Outcome, answer_id
from bot.answering.readings import turn_of
from bot.corpus.document import Section
from bot.errors import StorageError
from bot.feedback.question_log import Asker, LookedUp, QuestionLog
from bot.feedback.votes import NO_VOTES, VoteCount, count_votes
from bot.guilds.settings import Guilds
from bot.lookup.browsing import Fact, facts_of, next_fact
from bot.observing import Observer
from bot.query.follow_up import Turn
from bot.retrieval.hit import Phrasing
from bot.storage.database import Database
from bot.storage.tables import phrasings

_log = logging.getLogger(__name__)
_MOST_CONVERSATIONS = 10_000


@dataclass
class Conversations:
    """The last turn of each conversation, by a key of the front end's choosing."""

    seconds: float = 600.0
    clock: Callable[[], float] = time.perf_counter

    def __post_init__(self) -> None:
        self._turns: TTLCache[tuple[int, ...], Turn] = TTLCache(_MOST_CONVERSATIONS, self.seconds, self.clock)

    def recall(self, *key: int) -> Turn | None:
        """The last turn under a key, or None when there was none or it is too long ago."""
        return self._turns.get(key)

    def remember(self, turn: Turn, *key: int) -> None:
        """Keep a turn as the last one under a key, forgetting what is over, and the one that was least in use when there are too many."""
        self._turns[key] = turn

    def forget_all(self) -> None:
        """Drop every conversation."""
        self._turns.clear()

    def forget_member(self, member_id: int) -> None:
        """Drop every conversation of a member, whose id is the last part of its key."""
        for key in [key for key in self._turns if key[-1] == member_id]:
            self._turns.pop(key, None)


@dataclass(frozen=True, slots=True)
class ServerEngines:
    """Finds the engine of a server."""

    knowledge: Knowledge
    guilds: Guilds
    database: Database

    async def engine(self, guild_id: int, answer_threshold: float | None = None) -> AnswerEngine:
        """The engine that answers in a server now; without the database the one that everybody has.

        Args:
            guild_id: the server.
            answer_threshold: in place of the server's own.
        """
        try:
            return await self.exact(guild_id, answer_threshold)
        except StorageError:
            _log.exception("the settings of server %d cannot be read; the operator's are used", guild_id)
            return self.knowledge.engine_for(answer_threshold)

    async def exact(self, guild_id: int, answer_threshold: float | None = None) -> AnswerEngine:
        """The same, for what must not be judged by another server's answers.

        Raises:
            StorageError: what the server has of its own cannot be read.
        """
        threshold = (await self.guilds.settings(guild_id)).answer_threshold if answer_threshold is None else answer_threshold
        return self.knowledge.engine_for(threshold, await self.phrasings(guild_id), guild_id)

    async def phrasings(self, guild_id: int) -> tuple[Phrasing, ...]:
        """What moderators of a server confirmed, in the order in which they did."""
        shown = (phrasings.c.section_id, phrasings.c.text, phrasings.c.wording)
        query = sa.select(*shown).where(phrasings.c.guild_id == guild_id).order_by(phrasings.c.id)
        async with self.database.read() as connection:
            return in_effect([tuple(row) for row in await connection.execute(query)])


def in_effect(confirmed: Iterable[tuple[str, str | None, str | None]]) -> tuple[Phrasing, ...]:
    """What engines take of confirmed phrasings, each once, in the order given.

    Args:
        confirmed: of each its section, the member's words and the moderator's, as far as there are any.
    """
    return tuple(dict.fromkeys(Phrasing(section_id, words) for section_id, *both in confirmed for words in both if words))


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was logged under an id, and what may be done with it."""

    answer_id: str
    saved: bool
    """Whether the log has it; without that no control could find it again."""
    votable: bool
    """Whether the server wants vote controls under its answers."""
    places: str = ""
    """Where else members can ask, as the administrator of the server wrote it."""
    votes: VoteCount = NO_VOTES
    """How many members have voted on it so far."""


@dataclass(frozen=True, slots=True)
class RecordedAnswer(Recorded):
    """The same of a question: with what the bot says to it."""

    outcome: Outcome = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class _Recorder:
    """What answers and lookups share: the log, and the server's say about votes."""

    knowledge: Knowledge
    question_log: QuestionLog
    guilds: Guilds
    conversations: Conversations
    observer: Observer

    async def again(self, answer_id: str, guild_id: int) -> Recorded:
        """What may be done with something that is logged already, such as another page of a lookup."""
        return await self._shown_as(answer_id, guild_id, voted=True)

    async def _shown_as(self, answer_id: str, guild_id: int, *, voted: bool) -> Recorded:
        try:
            settings = await self.guilds.settings(guild_id)
            votes = await count_votes(self.question_log.database, answer_id, guild_id) if voted else NO_VOTES
        except StorageError:
            _log.exception("the settings of server %d could not be read; %s is shown without votes", guild_id, answer_id)
            return Recorded(answer_id, saved=True, votable=False)
        return Recorded(answer_id, saved=True, votable=settings.vote_controls, places=settings.other_places, votes=votes)

    async def shown_in(self, recorded: Recorded, guild_id: int, message_id: int) -> None:
        """Remember the message that shows it; that is out, so a failure only costs the link to it."""
        if not recorded.saved:
            return
        try:
            await self.question_log.shown_in(recorded.answer_id, guild_id, message_id)
        except StorageError:
            _log.exception("the message of answer %s could not be noted", recorded.answer_id)

    async def _logged(self, logging_it: Awaitable[None], answer_id: str, guild_id: int) -> Recorded:
        try:
            await logging_it
        except StorageError:
            _log.exception("answer %s could not be logged; it is given without controls", answer_id)
            return Recorded(answer_id, saved=False, votable=False)
        return await self._shown_as(answer_id, guild_id, voted=False)


@dataclass(frozen=True, slots=True)
class RecordedAnswering(_Recorder):
    """Answers questions and logs what was answered."""

    engines: ServerEngines

    async def ask(self, question: str, asker: Asker, delivery: DeliveryKey, conversation: tuple[int, ...]) -> RecordedAnswer:
        """Answer a question, in the light of the conversation so far and by the server's threshold, and log it."""
        engine = await self.engines.engine(asker.guild_id)
        previous = self.conversations.recall(*conversation)
        outcome = engine.answer(question, previous, delivery)
        turn = turn_of(outcome, previous)
        if turn is not None and turn is not previous:
            # somebody else's words are not held: what is asked next is searched with the subject of this turn, and that is stored
            self.conversations.remember(turn if asker.own_words else replace(turn, question=turn.title), *conversation)
        return await self._recorded(outcome, asker)

    async def ask_if_sure(self, question: str, asker: Asker, delivery: DeliveryKey, at_least: float) -> RecordedAnswer | None:
        """Answer a question that nobody put to the bot, and log it; None, and nothing is logged, where it is not sure enough.

        Args:
            question: what somebody wrote.
            asker: who and where.
            delivery: by which message.
            at_least: the probability of being right from which it answers.
        """
        engine = await self.engines.engine(asker.guild_id, at_least)
        outcome = engine.answer(question, None, delivery)
        return await self._recorded(outcome, asker) if isinstance(outcome, Answer) else None

    async def choose(
        self, section: Section, question: str, asker: Asker, delivery: DeliveryKey, conversation: tuple[int, ...]
    ) -> RecordedAnswer:
        """Present the section that a member chose as the answer to their question, log that, and let the conversation go on from it."""
        engine = await self.engines.engine(asker.guild_id)
        answer = engine.present(section, question, delivery)
        self.conversations.remember(
            Turn(section.title, section.id, section.title, shown_passages(section.passages, answer.text)), *conversation
        )
        return await self._recorded(answer, asker)

    async def _recorded(self, outcome: Outcome, asker: Asker) -> RecordedAnswer:
        self.observer.decided(outcome.kind)
        _log.debug("outcome %s", outcome.kind)
        done = await self._logged(self.question_log.record(outcome, asker), outcome.asked.answer_id, asker.guild_id)
        return RecordedAnswer(done.answer_id, done.saved, done.votable, done.places, done.votes, outcome=outcome)


@dataclass(frozen=True, slots=True)
class RecordedLookups(_Recorder):
    """Logs lookups, and chooses facts by what was shown before."""

    _choosing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def record(self, looked_up: LookedUp, asker: Asker, delivery: DeliveryKey, conversation: tuple[int, ...]) -> Recorded:
        """Log a lookup; a single section becomes the subject of the conversation, so that "and who made it?" works."""
        self.observer.decided("lookup")
        fingerprint = self.knowledge.engine.fingerprint
        name = answer_id(delivery.key, fingerprint, looked_up.asked, delivery.name)
        if len(looked_up.sections) == 1:
            (section,) = looked_up.sections
            self.conversations.remember(Turn(section.title, section.id, section.title), *conversation)
        return await self._logged(self.question_log.record_lookup(name, fingerprint, looked_up, asker), name, asker.guild_id)

    async def tell_fact(
        self, area: str | None, asker: Asker, delivery: DeliveryKey, conversation: tuple[int, ...]
    ) -> tuple[Fact, Recorded] | None:
        """Choose the fact that is next in a channel and log it; None where there is none.

        One at a time, so that two members who ask at once do not get the same.
        """
        facts = facts_of(self.knowledge.engine.corpus, area)
        async with self._choosing:
            fact = next_fact(facts, await self._shown(asker), f"{asker.guild_id}:{asker.channel_id}")
            if fact is None:
                return None
            looked_up = LookedUp("/fact" + (f" {area}" if area else ""), fact.text, (fact.section,))
            return fact, await self.record(looked_up, asker, delivery, conversation)

    async def _shown(self, asker: Asker) -> Mapping[str, int]:
        try:
            return await self.question_log.times_shown(asker.guild_id, asker.channel_id)
        except StorageError:
            _log.exception("what channel %d was shown could not be read; a fact may come twice", asker.channel_id)
            return {}
