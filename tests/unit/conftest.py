"""The knowledge that ships, built once for the tests of answering."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import build_knowledge
from bot.bootstrap.knowledge import knowledge_source
from bot.config import AnsweringConfig, KnowledgeConfig
from bot.query.follow_up import Leaning, leaning
from tests.conftest import REPOSITORY


@pytest.fixture(scope="session")
def shipped(own_cache: Path) -> AnswerEngine:
    """An engine over the shipped knowledge, with the settings that an operator gets who sets none."""
    assert own_cache.is_dir()
    return build_knowledge(knowledge_source(KnowledgeConfig(path=REPOSITORY / "knowledge"), AnsweringConfig())).engine


@pytest.fixture(scope="session")
def standing(shipped: AnswerEngine) -> list[str]:
    """The questions listed in the shipped knowledge that stand by themselves; looked for once, for there are thousands."""
    return [question for question in shipped.corpus.questions if leaning(question) is Leaning.STANDS]
