"""Questions over a knowledge base with catalogues: what composed answers, abstentions and explanations offer, also after a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import simcord

from bot.exts.review.channel import digest_panel
from bot.gaps.gaps import GapCounts
from bot.guilds.settings import DigestRhythm
from tests.interactions.conftest import Server
from tests.interactions.forging import press_forged
from tests.interactions.lookup.conftest import RESTARTED
from tests.interactions.reading import answer_message, behind_the_dots, controls, details, option_values, shown, why
from tests.interactions.reviewing import card, vote_against
from tests.interactions.rows import rows, votes

PAIR = "compare PyTorch and TensorFlow"
YEARS = "what happened since 1990"
UNKNOWN = "zebra license of a giraffe in Peru"


async def ask(server: Server, question: str, restarted: bool = False) -> simcord.ResponseMessage:
    message = answer_message(await server.member.slash(server.channel, "ask", question=question))
    if restarted:
        await server.restart()
    return message


@RESTARTED
@pytest.mark.parametrize(("question", "section_id", "text"), [(PAIR, "pytorch+tensorflow", "TensorFlow"), (YEARS, "from-", "20")])
async def test_a_composed_answer_has_its_full_section_and_can_be_voted_on(
    server: Server, question: str, section_id: str, text: str, restarted: bool
) -> None:
    message = await ask(server, question, restarted)
    full = answer_message(await press_forged(server.second, server.channel, controls(message)["⋯"].replace("menu", "section")))
    await server.second.click(message, label="Helpful")

    assert section_id in str(rows(server, "SELECT section_id FROM answers")[0][0])
    assert full.ephemeral
    assert text in shown(full)
    assert "no longer" not in shown(full)
    assert votes(server) == [(1, None, None, None)]


@RESTARTED
@pytest.mark.parametrize(
    ("question", "read"),
    [(PAIR, "PyTorch and TensorFlow side by side"), ("who made PyTorch?", "who made it: PyTorch"), (YEARS, "the events of the timeline")],
)
async def test_why_tells_how_a_question_was_read(server: Server, question: str, read: str, restarted: bool) -> None:
    message = await ask(server, question, restarted)
    assert f"I read the question as: {read}" in shown(await why(server.second, message))


async def test_why_tells_the_synonyms_of_a_word(server: Server) -> None:
    message = await ask(server, "where is LoRA used?")
    label = next(label for label in controls(await behind_the_dots(server.second, message)) if label.startswith("Why"))

    assert "lora, also read as low-rank adaptation" in shown(await details(server.second, message, label)).lower()


@RESTARTED
async def test_why_tells_the_conversation_s_context(server: Server, restarted: bool) -> None:
    await ask(server, "what is PyTorch?")
    message = await ask(server, "who made it?", restarted)

    assert rows(server, "SELECT context_id FROM answers ORDER BY id") == [(None,), ("catalogues/projects#pytorch",)]
    assert "The conversation was about **PyTorch**" in shown(await why(server.second, message))


@RESTARTED
async def test_an_abstention_names_no_lacking_word_and_opens_what_is_closest_behind_the_dots(server: Server, restarted: bool) -> None:
    message = await ask(server, UNKNOWN, restarted)
    menu = await behind_the_dots(server.second, message)
    offered = option_values(menu, "Closest topics")
    opened = answer_message(await server.second.select(menu, [offered[0]]))

    assert (
        shown(message).strip()
        == f"-# “{UNKNOWN}”\nI don't know that, and I would rather not guess.\n-# I know about Basics, Licensing: /browse"
    )
    assert list(controls(message)) == ["Ask a moderator", "⋯"]
    assert 1 <= len(offered) <= 3
    assert opened.ephemeral
    assert "###" in shown(opened)


async def test_the_first_sentence_is_bold_and_nothing_else(server: Server) -> None:
    text = shown(await ask(server, "is PyTorch a framework for neural networks?"))

    assert "**PyTorch is a Python framework for neural networks.**" in text
    assert text.count("**") == 2


async def test_a_case_about_a_composed_answer_has_its_area_and_its_title_everywhere(server: Server) -> None:
    message = await ask(server, PAIR)
    await vote_against(server, message)
    section = server.stages.knowledge.engine.section(str(rows(server, "SELECT section_id FROM answers")[0][0]))
    assert section is not None
    opened = await card(server)
    stats = (await server.moderator.slash(server.channel, "review stats")).response
    assert stats is not None
    digest = await server.stages.review.digests.preview(server.guild.id, DigestRhythm.DAILY, now=datetime.now(UTC) + timedelta(days=1))
    panel = digest_panel(digest, server.stages.knowledge.engine, GapCounts(0, 0, 0))
    listed = answer_message(await press_forged(server.moderator, server.channel, f"review:queue:a--0:{section.key}:::0"))

    assert rows(server, "SELECT area FROM cases") == [(section.area,)]
    assert f"**Answer** {section.title}" in shown(opened)
    assert f"{section.title}: 1 not helpful" in shown(stats)
    assert any(f"{section.title}: 1 not helpful" in str(item.to_component_dict()) for item in panel.walk_children())
    assert "#1" in shown(listed)


async def test_a_case_about_a_lookup_says_that_it_was_looked_up_and_names_no_right_section(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "license", name="mit"))
    await vote_against(server, message)
    opened = await card(server)
    forged = answer_message(await press_forged(server.moderator, server.channel, "review:section:1"))

    assert "Looked up with a command, so nothing was searched" in shown(opened)
    assert "confidence" not in shown(opened)
    assert "outcome" not in shown(opened)
    assert "Right section" not in controls(opened)
    assert "looked up with a command, not asked" in shown(forged)
