"""Answering with a memory: the outcome of a question, logged, with the conversation it belongs to.

The one call that every front end with a database makes. A database that fails costs the vote, never the answer.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from bot.answering.conversation import Conversations
from bot.answering.engine import Occasion, turn_of
from bot.answering.knowledge import Knowledge
from bot.answering.outcome import Answer, Outcome
from bot.corpus.document import Section
from bot.errors import StorageError
from bot.feedback.question_log import Asker, QuestionLog
from bot.feedback.server_engines import ServerEngines
from bot.guilds.settings import Guilds

_log = logging.getLogger(__name__)


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

    async def ask(self, question: str, asker: Asker, occasion: Occasion, conversation: tuple[int, ...]) -> Recorded:
        """Answer a question, in the light of the conversation so far and by the server's threshold, and log it."""
        engine = await self.engines.engine(asker.guild_id)
        outcome = engine.answer(question, self.conversations.recall(*conversation), occasion)
        turn = turn_of(outcome)
        if turn is not None:
            # somebody else's words are not held: what is asked next is searched with the subject of this turn, and that is stored
            self.conversations.remember(turn if asker.own_words else replace(turn, question=turn.title), *conversation)
        return await self._recorded(outcome, asker)

    async def ask_if_sure(self, question: str, asker: Asker, occasion: Occasion, at_least: float) -> Recorded | None:
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

    async def choose(self, section: Section, question: str, asker: Asker, occasion: Occasion) -> Recorded:
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
