"""The questions that a server keeps as tests, for ``evaluate --server``: asked as the server answers, by its threshold and phrasings."""

from __future__ import annotations

import asyncio

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import Knowledge
from bot.bootstrap.knowledge import load_knowledge
from bot.config import Config
from bot.errors import NothingYet
from bot.evaluation.golden import DeclineKind, Golden, GoldenDeclined, GoldenQuestion, Style
from bot.feedback.recording import ServerEngines
from bot.guilds.settings import Guilds
from bot.log import start_logging
from bot.review.kept import KeptQuestion, KeptQuestions
from bot.review.operating import only_guild
from bot.storage.database import Database
from bot.storage.dialect import place_of


def golden_of_server(config: Config, server: int) -> tuple[Golden, AnswerEngine]:
    """The kept questions of a server as golden ones, and the engine that answers there; read while the bot may be running.

    Raises:
        InputError: the database has nothing of the server.
        NothingYet: the server keeps no question.
        DatabaseRefused: there is no database of today's schema.
    """
    start_logging(config.log)
    found, engine = asyncio.run(_read(config, only_guild(place_of(config.database), server)))
    if not found:
        raise NothingYet(f"Server {server} keeps no question as a test yet.")
    return golden_of(found), engine


def golden_of(kept: tuple[KeptQuestion, ...]) -> Golden:
    """The same labels as in a golden file: what answers a question, or that it must be declined."""
    return Golden(
        tuple(GoldenQuestion(question=one.question, style=Style.PLAIN, expect=(one.section_id,)) for one in kept if one.section_id),
        tuple(GoldenDeclined(question=one.question, kind=DeclineKind.NEAR_TOPIC) for one in kept if not one.section_id),
        (),
    )


async def _read(config: Config, guild_id: int) -> tuple[tuple[KeptQuestion, ...], AnswerEngine]:
    database = Database(place_of(config.database))
    try:
        engines = ServerEngines(Knowledge(load_knowledge(config)), Guilds(database), database)
        return await KeptQuestions(database).of_guild(guild_id), await engines.engine(guild_id)
    finally:
        await database.close()
