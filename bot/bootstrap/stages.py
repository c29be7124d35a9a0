"""From the configuration to open, wired stages, for the bot on Discord and in the demo.

What can be wrong is found out before anything connects: knowledge, key and database are checked in that order. Whatever
was opened is closed again, also when something later fails.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.answering.conversation import Conversations
from bot.answering.knowledge import BuiltKnowledge, Knowledge
from bot.bootstrap.knowledge import knowledge_source, load_knowledge
from bot.config import Config
from bot.errors import DatabaseRefused
from bot.feedback.question_log import QuestionLog
from bot.feedback.recorded_answering import RecordedAnswering
from bot.feedback.votes import Votes
from bot.guilds.settings import Guilds
from bot.privacy.hashing import MemberHasher, create_key, key_file, load_key
from bot.privacy.member_data import MemberRecords
from bot.privacy.retention import Retention
from bot.stages import Stages
from bot.storage.database import Database
from bot.storage.facts import recall_fact, store_fact
from bot.storage.opening import ProcessLock, prepare_database

_KEY_CHECK = "member-key-check"


@asynccontextmanager
async def open_stages(config: Config, built: BuiltKnowledge | None = None, *, init: bool = False) -> AsyncIterator[Stages]:
    """Open the database and wire the stages; close everything when the block ends.

    Args:
        config: the checked configuration.
        built: knowledge that was built already; None builds it.
        init: create a database even where this installation has lost one.

    Raises:
        KnowledgeError: there is no usable knowledge.
        DatabaseRefused: the database must not be opened as it is.
    """
    built = built or load_knowledge(config)
    path = config.database.path
    held_key = load_key(key_file(path))
    prepare_database(path, must_exist=held_key is not None and not init)
    lock = ProcessLock(path)
    lock.acquire()
    database = Database(path)
    try:
        hasher = MemberHasher(held_key or create_key(key_file(path)))
        await _check_key(database, hasher, path)
        yield _wire(config, built, database, hasher)
    finally:
        await database.close()
        lock.release()


async def _check_key(database: Database, hasher: MemberHasher, path: Path) -> None:
    """Refuse a key that is not the one this database was filled under: members could not delete their data."""
    known = await recall_fact(database, _KEY_CHECK)
    if known is None:
        await store_fact(database, _KEY_CHECK, hasher.check)
    elif known != hasher.check:
        raise DatabaseRefused(
            f"The key in {key_file(path)} is not the one under which {path} was filled, so members' votes could not be found again. "
            "Put the right key file beside the database."
        )


def _wire(config: Config, built: BuiltKnowledge, database: Database, hasher: MemberHasher) -> Stages:
    knowledge = Knowledge(knowledge_source(config.knowledge, config.answering), built)
    question_log = QuestionLog(database)
    guilds = Guilds(database)
    conversations = Conversations(seconds=60 * config.answering.conversation_minutes)
    return Stages(
        config=config,
        knowledge=knowledge,
        database=database,
        hasher=hasher,
        answering=RecordedAnswering(knowledge, question_log, guilds, conversations),
        question_log=question_log,
        votes=Votes(database),
        guilds=guilds,
        members=MemberRecords(database, hasher),
        retention=Retention(database, config.privacy),
    )
