"""/review phrasings: what moderators confirmed, page by page, and taking one back; also after a restart."""

from __future__ import annotations

from dataclasses import replace

import pytest
import simcord

from bot.answering.engine import AnswerEngine
from bot.cases.case import Actor
from bot.corpus.document import Corpus
from bot.exts.review.phrasings import PAGE_SIZE
from bot.retrieval.tfidf import TfidfIndex
from tests.interactions.conftest import Server
from tests.interactions.forging import press_forged
from tests.interactions.reading import answer_message, controls, option_values, shown
from tests.interactions.reviewing import ask, card, one_case
from tests.interactions.rows import rows

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
ASKED = "tell me of zebra stripes"
MIT = "basics/licenses#mit-license"


async def maybe_restart(server: Server, restarted: bool) -> None:
    if restarted:
        await server.restart()


async def confirm(server: Server, *texts: str | None, section_id: str = MIT) -> None:
    """Let a moderator say that a section answers some questions; None takes the member's words alone."""
    await one_case(server)
    actor, phrasings = Actor(server.guild.id, server.moderator.id), server.stages.review.phrasings
    for text in texts:
        await phrasings.accept(actor, (await phrasings.draft(actor, 1, section_id, text)).draft_id)


async def drafted(server: Server) -> simcord.ResponseMessage:
    """The preview of a phrasing that nobody has confirmed yet."""
    await one_case(server)
    form = await server.moderator.click(await card(server), label="Right section")
    assert form.modal is not None
    key = form.modal["components"][1]["component"]["options"][0]["value"]
    return answer_message(await server.moderator.submit_modal(form, {"section": [key], "wording": ASKED}))


@RESTARTED
async def test_a_named_section_answers_that_question_at_once_and_the_list_takes_it_back(server: Server, restarted: bool) -> None:
    before = shown(await ask(server, server.second, ASKED))
    await one_case(server)
    form = await server.moderator.click(await card(server), label="Right section")
    assert form.modal is not None
    chosen = form.modal["components"][1]
    key = chosen["component"]["options"][0]["value"]
    saved = answer_message(await server.moderator.submit_modal(form, {"section": [key], "wording": ASKED}))
    previewed, still = shown(saved), shown(await ask(server, server.second, ASKED))
    await maybe_restart(server, restarted)
    await server.moderator.click(saved, label="Confirm")
    during = shown(await ask(server, server.second, ASKED))
    listed = answer_message(await server.moderator.slash(server.channel, "review phrasings"))
    first = shown(listed)
    value = option_values(listed, "Take one back")[0]
    await maybe_restart(server, restarted)
    await server.moderator.select(listed, [value], custom_id="review:unphrase:0")
    after = shown(await ask(server, server.second, ASKED))

    assert "Whoever asks just this in this server will be shown it. First you see what that changes." in str(chosen)
    assert saved.ephemeral
    assert f"**Copyleft** answers “{ASKED}”. It does not count yet." in previewed
    assert f"• “{ASKED}”\n-# now: no answer · then: **Copyleft**" in previewed
    assert "2 questions asked here in the last 4 weeks, confirmed or kept here" in previewed
    assert "### Copyleft" not in still
    assert "From now on, whoever asks that here is shown this section" in shown(saved)
    assert "### Copyleft" not in before
    assert "Copyleft" in during
    assert listed.ephemeral
    assert f"“{ASKED}” (asked as “what is copyleft?”) → **Copyleft** · case #1" in first
    assert "There are none yet." in shown(listed)
    assert "### Copyleft" not in after


async def test_a_draft_that_is_left_changes_nothing_and_is_gone(server: Server) -> None:
    preview = await drafted(server)
    await server.moderator.click(preview, label="Leave it as it is")
    after = shown(await ask(server, server.second, ASKED))

    assert shown(preview).strip() == "Nothing was changed."
    assert "### Copyleft" not in after
    assert rows(server, "SELECT 1 FROM phrasings UNION SELECT 1 FROM phrasing_drafts") == []
    assert rows(server, "SELECT 1 FROM audit WHERE action LIKE '%phrasing'") == []


async def test_a_draft_for_a_section_that_is_gone_meanwhile_is_not_confirmed(server: Server) -> None:
    preview = await drafted(server)
    knowledge = server.stages.knowledge
    old = knowledge.engine
    sections = tuple(section for section in old.corpus.sections if "copyleft" not in section.id)
    corpus = Corpus(old.corpus.articles, sections)
    knowledge.engine = AnswerEngine(corpus, TfidfIndex().fit(sections), old.settings, old.confidence)
    said = answer_message(await server.moderator.click(preview, label="Confirm"))
    refused = rows(server, "SELECT 1 FROM phrasings")
    knowledge.engine = old
    await server.moderator.click(preview, label="Confirm")

    assert "no longer available" in shown(said)
    assert refused == []
    assert rows(server, "SELECT section_id FROM phrasings") == [("basics/licenses#copyleft",)]


async def test_nobody_but_moderators_of_the_server_confirms_or_drops_a_draft(server: Server) -> None:
    await drafted(server)
    replies = [
        answer_message(await press_forged(who, place, custom_id))
        for who, place in ((server.member, server.channel), (server.foreign_moderator, server.elsewhere))
        for custom_id in ("review:accept:1", "review:drop:1")
    ]

    assert ["moderators" in shown(reply) for reply in replies] == [True, True, False, False]
    assert "no longer available" in shown(replies[2])
    assert rows(server, "SELECT id FROM phrasing_drafts") == [(1,)]
    assert rows(server, "SELECT 1 FROM phrasings UNION SELECT 1 FROM audit WHERE action LIKE '%phrasing'") == []


@RESTARTED
async def test_the_list_is_paged_with_the_newest_first_and_a_choice_stays_on_its_page(server: Server, restarted: bool) -> None:
    await confirm(server, *(f"zebra {number}" for number in range(PAGE_SIZE + 2)))
    listed = answer_message(await server.moderator.slash(server.channel, "review phrasings"))
    first = shown(listed)
    await maybe_restart(server, restarted)
    await server.moderator.click(listed, label="Older")
    second = shown(listed)
    await server.moderator.select(listed, [option_values(listed, "Take one back")[0]], custom_id=controls(listed)["Take one back"])
    third = shown(listed)
    await server.moderator.click(listed, label="Newer")

    assert "zebra 11" in first
    assert "12 questions · page 1 of 2" in first
    assert "“zebra 1”" in second
    assert "“zebra 0”" in second
    assert "“zebra 1”" not in third
    assert "“zebra 0”" in third
    assert shown(listed).count("→") == PAGE_SIZE


async def test_a_phrasing_that_is_gone_already_is_said_so_and_the_list_is_drawn_again(server: Server) -> None:
    await confirm(server, ASKED)
    first = answer_message(await server.moderator.slash(server.channel, "review phrasings"))
    second = answer_message(await server.second_moderator.slash(server.channel, "review phrasings"))
    await server.moderator.select(first, ["1"], custom_id="review:unphrase:0")
    reply = answer_message(await server.second_moderator.select(second, ["1"], custom_id="review:unphrase:0"))

    assert "no longer available" in shown(reply)
    assert "There are none yet." in shown(second)
    assert len(rows(server, "SELECT 1 FROM audit WHERE action = 'withdrew-phrasing'")) == 1


async def test_another_servers_phrasings_are_not_listed_and_markup_stays_text(server: Server) -> None:
    await confirm(server, "@everyone [a](https://evil.example) **zebra**", section_id="gone#away")
    here = answer_message(await server.moderator.slash(server.channel, "review phrasings"))
    there = answer_message(await server.foreign_moderator.slash(server.elsewhere, "review phrasings"))

    assert "@everyone" not in shown(here)
    assert "[a](" not in shown(here)
    assert "a section that was removed since" in shown(here)
    assert "zebra" not in shown(there)
    assert "Take one back" not in controls(there)


@RESTARTED
async def test_moderators_are_informed_once_of_words_that_a_member_deleted_and_can_write_their_own(server: Server, restarted: bool) -> None:
    review = server.guild.create_text_channel("review")
    await server.stages.guilds.change(
        server.guild.id, server.administrator.id, lambda settings: replace(settings, review_channel_id=review.id)
    )
    await confirm(server, None)
    await server.member.click(answer_message(await server.member.slash(server.channel, "privacy delete")), label="Delete everything")
    await maybe_restart(server, restarted)
    await server.env.advance_time(61)
    informed = [message for message in review.history() if "A member has deleted their data" in shown(message)]
    listed = answer_message(await server.moderator.slash(server.channel, "review phrasings"))
    home = answer_message(await server.moderator.slash(server.channel, "review home"))
    refused = answer_message(await server.member.click(informed[0], label="Put it into my words"))
    form = await server.moderator.click(informed[0], label="Put it into my words")
    await maybe_restart(server, restarted)
    saved = answer_message(await server.moderator.submit_modal(form, {"wording": ASKED}))
    await maybe_restart(server, restarted)
    await server.moderator.click(saved, label="Confirm")

    assert len(informed) == 1
    assert f"a question that <@{server.moderator.id}> confirmed for **MIT License** on case #1" in shown(informed[0])
    assert "the member deleted their words, so it counts for nothing" in shown(listed)
    assert "1 confirmed question has lost the member's words" in shown(home)
    assert "That is for moderators" in shown(refused)
    assert "These are your own words, so they stay" in shown(saved)
    assert "MIT" in shown(await ask(server, server.second, ASKED))


async def test_a_question_of_the_list_is_put_into_a_moderators_words(server: Server) -> None:
    await confirm(server, "zebra words")
    listed = answer_message(await server.moderator.slash(server.channel, "review phrasings"))
    form = await server.moderator.select(listed, ["1"], custom_id="review:reword")
    preview = answer_message(await server.moderator.submit_modal(form, {"wording": "giraffe words"}))
    before = [one.wording for one in await server.stages.review.phrasings.confirmed()]
    await server.moderator.click(preview, label="Confirm")
    theirs = answer_message(await press_forged(server.foreign_moderator, server.elsewhere, "review:reword:1"))

    assert before == ["zebra words"]
    assert [one.wording for one in await server.stages.review.phrasings.confirmed()] == ["giraffe words"]
    assert "no longer available" in shown(theirs)
