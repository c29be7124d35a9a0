"""The engine that answers in a server: with its own threshold, and with the phrasings that its moderators confirmed.

A server's phrasings are read with every question, so that a new one takes effect at once and one that was taken back, or deleted with the
member who wrote it, is gone at once. They never reach another server.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import sqlalchemy as sa

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import Knowledge
from bot.errors import StorageError
from bot.guilds.settings import Guilds
from bot.retrieval.hit import Phrasing
from bot.storage.database import Database
from bot.storage.review_tables import phrasings

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
