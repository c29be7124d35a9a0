"""Composed sections that are longer than a message: all their pages, turned also after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.corpus.files import Limits
from tests.conftest import REPOSITORY
from tests.interactions.conftest import Server
from tests.interactions.lookup.conftest import RESTARTED
from tests.interactions.reading import answer_message, controls, shown
from tests.interactions.rows import rows, votes


@pytest.fixture(scope="session")
def built(own_cache: Path) -> BuiltKnowledge:
    """The knowledge that ships, whose timeline fills several pages."""
    assert own_cache.is_dir()
    return build_knowledge(KnowledgeSource(REPOSITORY / "knowledge", Limits(), AnswerSettings()))


@RESTARTED
async def test_the_events_of_many_years_are_paged_and_voted_on(server: Server, restarted: bool) -> None:
    message = answer_message(await server.member.slash(server.channel, "ask", question="what happened since 2000"))
    if restarted:
        await server.restart()
    first = answer_message(await server.second.click(message, label="More"))
    before = shown(first)
    second = answer_message(await server.second.click(first, custom_id=controls(first)["Next page"]))
    await server.second.click(message, label="Helpful")

    assert str(rows(server, "SELECT section_id FROM answers")[0][0]).endswith("to-2026")
    assert "Page 2 of" in shown(second)
    assert shown(second) != before
    assert votes(server) == [(1, None, None, None)]
