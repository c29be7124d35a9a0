"""Rows as the tests need them: answers under given names, and looking at the file behind the program's back."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from bot.answering.knowledge import Knowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings, AskedQuestion, SmallTalk
from bot.bootstrap.stages import Review, open_review
from bot.cases.signals import Signals
from bot.corpus.files import Limits
from bot.feedback.question_log import Asker, QuestionLog
from bot.feedback.votes import Votes
from bot.guilds.settings import Guilds
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.storage.database import Database
from bot.storage.hashing import MemberHasher
from bot.storage.postgres import session, storable_here
from bot.storage.tables import metadata
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.postgres import ON_SERVER

GUILD = 101
OTHER_GUILD = 202
CHANNEL = 7
MODERATOR = 9001
OTHER_MODERATOR = 9002
HASHER = MemberHasher(bytes(range(32)))
"""The hasher that all tests share, with a fixed key."""
HOSTILE_TEXTS = (
    "'; DROP TABLE answers; --",
    'Robert"); DELETE FROM votes WHERE ("1"="1',
    "100%_[a-z]\\%",
    "{0.__class__} %s %n %(name)s ${HOME} $(id)",
    "../../etc/passwd",
    "!!python/object/apply:os.system ['id']",
    '" OR answers MATCH "*',
    ":name ?1 @p $p",
    "e\u0301 \u202eabc\u202c \u200b\u200d 𝕌 🦙 \u0130",
    "line one\r\nline two\ttab",
    "a\0b",
    " leading and trailing ",
)
"""Texts that something somewhere would execute, expand, cut or normalize."""

FORGED_IDS = (
    "answer000002",
    "ANSWER000001",
    "answer000001 ",
    "answer00000_",
    "answer%",
    "%",
    "",
    "' OR '1'='1",
    "answer000001' --",
    "answer\0",
    "١٢٣٤٥٦٧٨٩٠١٢",
    "a" * 100_000,
)
"""Ids that no answer has, where there is one with the id answer000001."""


def outcome(answer_id: str, question: str = "What are open weights?") -> SmallTalk:
    """Return an outcome whose id and question the test chooses."""
    return SmallTalk(AskedQuestion(answer_id, "fingerprint-0001", question, question), "Hello!")


async def record(
    database: Database, answer_id: str, member_hash: str = "asker", guild_id: int = GUILD, question: str = "What are open weights?"
) -> str:
    """Log an answer and return its id."""
    await QuestionLog(database).record(outcome(answer_id, question), Asker(guild_id, CHANNEL, member_hash))
    return answer_id


@cache
def small_knowledge() -> Knowledge:
    """Return the small knowledge base in service."""
    return Knowledge(build_knowledge(KnowledgeSource(SMALL_KNOWLEDGE, Limits(), AnswerSettings())))


def signals_of() -> Signals:
    """Return what puts signals into cases."""
    return Signals(HASHER, small_knowledge())


def votes_of(database: Database) -> Votes:
    """Return the votes of a database, wired as the bot wires them."""
    return Votes(database, signals_of())


def review_of(database: Database) -> Review:
    """Return the review of a database, wired as the bot wires it."""
    return open_review(database, small_knowledge(), Guilds(database), signals_of(), Tombstones(tombstone_file(database.path)), 3)


@dataclass
class _OnServer:
    """Executes on a server what is written for SQLite."""

    run: Callable[..., Any]

    def execute(self, query: str, values: Sequence[object] = ()) -> Any:
        query = re.sub(r"CAST\((\w+) AS BLOB\)", r"convert_to(\1, 'UTF8')", query.replace("%", "%%").replace("?", "%s"))
        return self.run(query, values)


@contextmanager
def second_program(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection as another program would have it: a shell or a backup tool."""
    place = ON_SERVER.get(path)
    if place is not None:
        with session(place) as other:
            yield cast("sqlite3.Connection", _OnServer(other.execute))
        return
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    try:
        yield connection
    finally:
        connection.close()


def rows(path: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    """Return what a query finds in the file, or on the server, read by a connection of its own."""
    with second_program(path) as connection:
        return connection.execute(query, values).fetchall()


def as_stored(database: Database, text: str) -> str:
    """Return a text as a database gives it back: PostgreSQL has something else for one character."""
    return storable_here(text) if database.path in ON_SERVER else text


def in_files(path: Path, text: str) -> list[str]:
    """Return the names of the database's files in which the bytes of a text can be found; on a server, of the tables with it.

    What a server has deleted is in no table and no index any more; its bytes are overwritten when they happen to be used again.
    """
    if path in ON_SERVER:
        with second_program(path) as connection:
            names = [table.name for table in metadata.sorted_tables]
            return [
                name
                for name in names
                if connection.execute(f'SELECT 1 FROM "{name}" WHERE strpos("{name}"::text, ?) > 0', [text]).fetchone()
            ]
    files = [path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"), path.with_name(path.name + "-journal")]
    return [file.name for file in files if file.exists() and text.encode() in file.read_bytes()]
