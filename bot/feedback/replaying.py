"""A stored answer, computed again: whether it would be the same today, and if not, whether the knowledge or the settings changed.

What was searched for is all that an answer depends on beside knowledge and settings, so as long as its text is stored, an answer can be
replayed by whoever has the database. What was looked up by name, and what a member chose from suggestions, was not computed.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import sqlalchemy as sa

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge, Knowledge
from bot.answering.outcome import ANSWER_ID_PATTERN, AskedQuestion, Outcome, OutcomeKind, knowledge_differs, section_of, settings_differ
from bot.errors import InputError
from bot.feedback.question_log import StoredAnswer, stored_answer
from bot.feedback.recording import ServerEngines
from bot.guilds.settings import Guilds
from bot.storage.database import Database
from bot.storage.dialect import Place
from bot.storage.opening import require_current
from bot.storage.tables import answers, shown_texts


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer as it was given, and as it would be given today."""

    stored: StoredAnswer
    shown: str | None
    """The text that was shown; None where it is not stored any more."""
    today: Outcome | None
    """None where the text of the question is gone, or nothing was computed."""
    fingerprint: str
    """Of the knowledge and settings of today."""

    @property
    def knowledge_changed(self) -> bool:
        """Whether the knowledge is another one now."""
        return knowledge_differs(self.stored.fingerprint, self.fingerprint)

    @property
    def settings_changed(self) -> bool:
        """Whether settings, confirmed phrasings or the program are others now."""
        return settings_differ(self.stored.fingerprint, self.fingerprint)

    @property
    def same(self) -> bool | None:
        """Whether today's answer shows the same section with the same text; None where it cannot be known."""
        if self.today is None:
            return None
        section = section_of(self.today)
        same_section = self.stored.section_id in ((None,) if section is None else section.ids)
        return same_section and (self.stored.outcome, self.shown) == (self.today.kind.value, self.today.text)

    @property
    def difference(self) -> tuple[str, ...]:
        """The lines of both texts that differ, marked "-" for then and "+" for today."""
        if self.today is None or self.shown is None:
            return ()
        return tuple(difflib.unified_diff(self.shown.splitlines(), self.today.text.splitlines(), "then", "today", lineterm="", n=1))


def searched_again(stored: StoredAnswer, engine: AnswerEngine) -> Outcome | None:
    """What an engine says to what was searched for then; None where that text is gone or nothing was searched."""
    if stored.searched is None or stored.picked or stored.outcome == OutcomeKind.SMALLTALK:
        return None
    question = stored.question or stored.searched
    asked = AskedQuestion(stored.answer_id, engine.fingerprint, question, stored.searched, stored.context_id, stored.seen)
    return engine.outcome_of(asked)


async def replay(place: Place, built: BuiltKnowledge, answer_id: str) -> Replay:
    """Compute a stored answer of any server again, by the server's own threshold and phrasings.

    Raises:
        DatabaseRefused: there is no database of today's schema.
        InputError: it has no such answer.
    """
    require_current(place)
    database = Database(place)
    try:
        stored, shown = await _find(database, answer_id)
        engine = await ServerEngines(Knowledge(built), Guilds(database), database).engine(stored.guild_id)
        return Replay(stored, shown, searched_again(stored, engine), engine.fingerprint)
    finally:
        await database.close()


async def _find(database: Database, answer_id: str) -> tuple[StoredAnswer, str | None]:
    async with database.read() as connection:
        row = (await connection.execute(sa.select(answers).where(answers.c.answer_id == answer_id))).first()
        if row is None:
            raise InputError(
                f"{database.place} has no answer {answer_id!r}. An id has twelve characters ({ANSWER_ID_PATTERN}); "
                "“Why this answer?” shows it under each answer."
            )
        text = sa.select(shown_texts.c.text).where(shown_texts.c.digest == row.shown_digest)
        return await stored_answer(connection, row), (await connection.execute(text)).scalar()
