"""Lookups with a memory: what a lookup command showed is logged like an answer, so that it can be judged like one.

A database that fails costs the vote, and the rotation of facts, but never what was looked up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.answering.conversation import Conversations
from bot.answering.engine import Occasion
from bot.answering.follow_up import Turn
from bot.answering.identity import answer_id
from bot.answering.knowledge import Knowledge
from bot.corpus.document import Section
from bot.errors import StorageError
from bot.feedback.question_log import Asker, Lookup, QuestionLog
from bot.guilds.settings import Guilds
from bot.lookup.facts import Fact, facts_of, next_fact

_log = logging.getLogger(__name__)


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

    async def record(self, looked_up: LookedUp, asker: Asker, occasion: Occasion, conversation: tuple[int, ...]) -> RecordedLookup:
        """Log a lookup; a single section becomes the subject of the conversation, so that "and who made it?" works."""
        fingerprint = self.knowledge.engine.fingerprint
        name = answer_id(occasion.key, fingerprint, looked_up.asked, occasion.name)
        if len(looked_up.sections) == 1:
            (section,) = looked_up.sections
            self.conversations.remember(Turn(section.title, section.id, section.title), *conversation)
        ids = tuple(section.id for section in looked_up.sections)
        try:
            await self.question_log.record_lookup(Lookup(name, fingerprint, looked_up.asked, looked_up.shown, ids), asker)
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
        self, area: str | None, asker: Asker, occasion: Occasion, conversation: tuple[int, ...]
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
