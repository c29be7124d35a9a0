"""The bot over a small knowledge base that has catalogues."""

from __future__ import annotations

from pathlib import Path

import pytest
import simcord

from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.config import Config, DatabaseConfig, KnowledgeConfig
from bot.corpus.files import Limits
from tests.conftest import PATIENCE_SECONDS, TESTS
from tests.interactions.conftest import Server

KNOWLEDGE = TESTS / "data" / "lookup"
RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the simulated Discord time to wait for the bot."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.simcord(settle_timeout=PATIENCE_SECONDS))


@pytest.fixture(scope="session")
def built(own_cache: Path) -> BuiltKnowledge:
    """A small knowledge base with catalogues, built as the bot builds it."""
    assert own_cache.is_dir()
    return build_knowledge(KnowledgeSource(KNOWLEDGE, Limits(), AnswerSettings()))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration whose database is in a temporary folder."""
    return Config(knowledge=KnowledgeConfig(path=KNOWLEDGE), database=DatabaseConfig(path=tmp_path / "bot.sqlite3"))


async def from_everywhere(server: Server, command: str, **options: object) -> dict[str, simcord.InteractionResult]:
    """Use a command as a member, as a moderator, as a stranger in another server, and in a direct message."""
    alone = server.env.create_user("alone")
    return {
        "member": await server.member.slash(server.channel, command, **options),
        "moderator": await server.moderator.slash(server.channel, command, **options),
        "stranger": await server.stranger.slash(server.elsewhere, command, **options),
        "direct message": await alone.slash(command, **options),
    }
