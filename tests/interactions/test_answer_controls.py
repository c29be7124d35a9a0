"""The controls under an answer, before and after a restart, for members and for strangers."""

from __future__ import annotations

from dataclasses import replace

import pytest
import simcord
from simcord.enums import ComponentType

from bot.answering.engine import AnswerEngine
from bot.corpus.document import Corpus, Passage, section_key
from bot.exts.kit.limits import PRESSES_FOR_A_QUESTION
from bot.retrieval.tfidf import TfidfIndex
from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, controls, option_values, raw_components, shown, walk
from tests.interactions.rows import rows, votes

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])


async def ask(server: Server, question: str = "what is copyleft?") -> simcord.ResponseMessage:
    return answer_message(await server.member.slash(server.channel, "ask", question=question))


async def maybe_restart(server: Server, restarted: bool) -> None:
    if restarted:
        await server.restart()


@pytest.mark.fault(17)
@RESTARTED
async def test_helpful_is_saved_and_the_voter_is_thanked_privately(server: Server, restarted: bool) -> None:
    message = await ask(server)
    await maybe_restart(server, restarted)
    thanks = answer_message(await server.second.click(message, label="Helpful"))

    assert thanks.ephemeral
    assert "your vote is saved" in shown(thanks)
    assert votes(server) == [(1, None, None, None)]


@pytest.mark.fault(17, 18)
@RESTARTED
async def test_not_helpful_asks_why_and_saves_reason_comment_and_correction(server: Server, restarted: bool) -> None:
    message = await ask(server)
    await maybe_restart(server, restarted)
    form = await server.member.click(message, label="Not helpful")
    await maybe_restart(server, restarted)
    fields = {"reason": ["outdated"], "comment": "Since 2025\nit differs", "correction": "Say it's 'new'; DROP TABLE votes"}
    thanks = answer_message(await server.member.submit_modal(form, fields))

    assert form.modal is not None
    assert form.modal["title"] == "What was wrong?"
    assert thanks.ephemeral
    assert "your feedback is saved" in shown(thanks)
    assert votes(server) == [(0, "outdated", "Since 2025\nit differs", "Say it's 'new'; DROP TABLE votes")]


async def test_the_comment_and_the_correction_may_be_left_out(server: Server) -> None:
    form = await server.member.click(await ask(server), label="Not helpful")
    await server.member.submit_modal(form, {"reason": ["wrong"]})

    assert votes(server) == [(0, "wrong", None, None)]


@pytest.mark.fault(24)
async def test_the_opposite_vote_replaces_the_first(server: Server) -> None:
    message = await ask(server)
    form = await server.member.click(message, label="Not helpful")
    await server.member.submit_modal(form, {"reason": ["wrong"], "comment": "hm"})
    await server.member.click(message, label="Helpful")

    assert votes(server) == [(1, None, None, None)]


@pytest.mark.fault(24)
async def test_pressing_helpful_many_times_is_one_vote_for_each_member(server: Server) -> None:
    message = await ask(server)
    for _ in range(3):
        await server.member.click(message, label="Helpful")
    await server.second.click(message, label="Helpful")

    assert votes(server) == [(1, None, None, None)] * 2


@RESTARTED
async def test_why_shows_weights_threshold_runner_up_unknown_words_and_ids(server: Server, restarted: bool) -> None:
    message = await ask(server, "what is the copyleft xyzzy?")
    await maybe_restart(server, restarted)
    why = answer_message(await server.second.click(message, label="Why this answer?"))

    text = shown(why)
    assert why.ephemeral
    assert "• copyleft: **0." in text
    assert "Nowhere in the knowledge base: xyzzy" in text
    assert "**Score: " in text
    assert "I answer from 80 %" in text
    assert "Runner-up: " in text
    assert f"fingerprint {server.stages.knowledge.engine.fingerprint}" in text


@RESTARTED
async def test_full_section_shows_all_of_it_to_whoever_presses(server: Server, restarted: bool) -> None:
    message = await ask(server, "how do i install the tools?")
    await maybe_restart(server, restarted)
    section = answer_message(await server.second.click(message, label="Full section"))

    assert section.ephemeral
    assert "```\npip install example_tool  # takes *a minute*\n```" in shown(section)
    assert "`example\\_tool" not in shown(section)


@RESTARTED
async def test_a_related_section_can_be_opened(server: Server, restarted: bool) -> None:
    message = await ask(server)
    value = option_values(message, "Related topics")[0]
    await maybe_restart(server, restarted)
    section = answer_message(await server.second.select(message, [value]))

    assert section.ephemeral
    assert "### " in shown(section)


@RESTARTED
async def test_the_asker_picks_a_suggestion_and_it_becomes_the_answer(server: Server, restarted: bool) -> None:
    with server.unsure():
        message = await ask(server, "what about patents?")
    picks = [custom_id for custom_id in _custom_ids(message) if custom_id.startswith("suggestion:pick:")]
    await maybe_restart(server, restarted)
    await server.member.click(message, custom_id=picks[0])

    changed = next(found for found in server.channel.history() if found.id == message.id)
    assert "Helpful" in controls(changed)
    assert "Picked from suggestions" in shown(changed)
    assert len(rows(server, "SELECT section_id FROM judgements")) == 1
    assert rows(server, "SELECT outcome FROM answers ORDER BY id") == [("suggestions",), ("answer",)]


async def test_pressing_a_suggestion_many_times_is_one_choice_and_one_answer(server: Server) -> None:
    with server.unsure():
        message = await ask(server, "what about patents?")
    pick = next(custom_id for custom_id in _custom_ids(message) if custom_id.startswith("suggestion:pick:"))
    for _ in range(5):
        await server.second.click(message, custom_id=pick)

    assert len(rows(server, "SELECT 1 FROM judgements")) == 1
    assert len(rows(server, "SELECT 1 FROM answers")) == 2


@pytest.mark.fault(26)
async def test_more_presses_than_the_limit_are_refused_kindly(server: Server) -> None:
    message = await ask(server)
    for _ in range(PRESSES_FOR_A_QUESTION * server.stages.config.limits.member_per_minute):
        await server.second.click(message, label="Helpful")
    refused = answer_message(await server.second.click(message, label="Helpful"))
    other = answer_message(await server.member.click(message, label="Helpful"))

    assert "Please try again in" in shown(refused)
    assert "your vote is saved" in shown(other)


@RESTARTED
async def test_an_alternative_stands_above_the_votes_and_opens_for_the_presser_alone(server: Server, restarted: bool) -> None:
    message = await ask(server, "what are open weights? what is copyleft?")
    await maybe_restart(server, restarted)
    opened = answer_message(await server.second.click(message, label="Or is it: Copyleft"))

    assert "### Open weights" in shown(message)
    assert list(controls(message))[:2] == ["Or is it: Copyleft", "Helpful"]
    assert opened.ephemeral
    assert "### Copyleft" in shown(opened)
    assert len(rows(server, "SELECT 1 FROM answers")) == 1


async def test_at_most_two_alternatives_stand_above_the_votes_within_the_limits_of_discord(server: Server) -> None:
    server.stages.knowledge.engine = _with_alike_sections(server, 6)
    message = await ask(server, "what are zebras?")
    labels = list(controls(message))
    blocks = list(walk(raw_components(message)))
    buttons = [row["components"] for row in blocks if row["type"] == ComponentType.ACTION_ROW]

    assert [label.startswith("Or is it: ") for label in labels[:3]] == [True, True, False]
    assert labels[2] == "Helpful"
    assert not any(label.startswith("Or is it: ") for label in labels[2:])
    assert {len(label) for label in labels[:2]} == {80}
    assert len(blocks) <= 40
    assert all(isinstance(row, list) and len(row) <= 5 for row in buttons)


@RESTARTED
async def test_suggestions_show_a_sentence_and_the_article_of_each_and_two_more_to_open(server: Server, restarted: bool) -> None:
    message = await ask(server, "open source copyleft licence weights")
    await maybe_restart(server, restarted)
    more = option_values(message, "Two more")
    opened = answer_message(await server.second.select(message, [more[0]], custom_id=controls(message)["Two more"]))

    suggested = shown(message).split("\n**")[1:]
    assert len(suggested) == 3
    for block in suggested:
        title, sentence, article = block.splitlines()[:3]
        section = next(one for one in server.stages.knowledge.engine.corpus.sections if f"{one.title}**" == title)
        assert sentence in {passage.text for passage in section.passages}
        assert article == f"-# {section.heading_path[0]}"
        assert section.key not in more
    assert len(more) == 2
    assert opened.ephemeral
    assert shown(opened).startswith("\n### ")


async def test_another_member_picks_for_themselves_and_leaves_the_message_alone(server: Server) -> None:
    with server.unsure():
        message = await ask(server, "what about patents?")
    pick = next(custom_id for custom_id in _custom_ids(message) if custom_id.startswith("suggestion:pick:"))
    shown_to_second = answer_message(await server.second.click(message, custom_id=pick))

    unchanged = next(found for found in server.channel.history() if found.id == message.id)
    assert shown_to_second.ephemeral
    assert "This one answers it" in controls(unchanged)
    assert len(rows(server, "SELECT 1 FROM judgements")) == 1


async def test_a_vote_on_a_mention_in_a_direct_message_works(server: Server) -> None:
    user = server.member.user
    await user.send_dm("what is copyleft?")
    reply = user.dm_channel.last_message
    assert reply is not None
    await user.click(reply, label="Helpful")

    assert rows(server, "SELECT guild_id, helpful FROM votes") == [(0, 1)]


async def test_votes_are_hidden_where_the_server_does_not_want_them(server: Server) -> None:
    await server.administrator.slash(server.channel, "settings", vote_controls=False)
    message = await ask(server)

    assert set(controls(message)) == {"Why this answer?", "Full section", "Related topics"}


async def test_an_answer_whose_section_is_gone_says_so(server: Server) -> None:
    message = await ask(server)
    knowledge = server.stages.knowledge
    engine, knowledge.engine = knowledge.engine, _without_copyleft(server)
    gone = answer_message(await server.member.click(message, label="Full section"))
    knowledge.engine = engine

    assert "no longer available" in shown(gone)


def _custom_ids(message: simcord.ResponseMessage) -> list[str]:
    return [str(component["custom_id"]) for component in walk(raw_components(message)) if "custom_id" in component]


def _without_copyleft(server: Server) -> AnswerEngine:
    old = server.stages.knowledge.engine
    sections = tuple(section for section in old.corpus.sections if "copyleft" not in section.id)
    corpus = Corpus(old.corpus.articles, sections)
    return AnswerEngine(corpus, TfidfIndex().fit(sections), old.settings, old.confidence)


@RESTARTED
async def test_a_long_section_is_shown_in_pages_that_can_be_turned(server: Server, restarted: bool) -> None:
    knowledge = server.stages.knowledge
    knowledge.engine = _with_a_long_section(server)
    message = await ask(server, "what are zebras?")
    first = answer_message(await server.second.click(message, label="Full section"))
    await maybe_restart(server, restarted)

    await server.second.click(first, label="Next page")
    second = shown(first)
    await server.second.click(first, label="Previous page")

    assert "Page 2 of" in second
    assert "Zebra fact number 99." not in shown(first)
    assert "Page 1 of" in shown(first)
    assert "Zebra fact number 1." in shown(first)


def _with_a_long_section(server: Server) -> AnswerEngine:
    old = server.stages.knowledge.engine
    passages = tuple(Passage(f"Zebra fact number {number}. " + "Stripes differ. " * 4, block=number) for number in range(1, 100))
    model = next(section for section in old.corpus.sections if "copyleft" in section.id)
    zebras = replace(model, id="zoo#zebras", key=section_key("zoo#zebras"), heading_path=("Zoo", "Zebras"), passages=passages, questions=())
    sections = (*old.corpus.sections, zebras)
    return AnswerEngine(Corpus(old.corpus.articles, sections), TfidfIndex().fit(sections), old.settings, old.confidence)


def _with_alike_sections(server: Server, number: int) -> AnswerEngine:
    """An engine that knows several sections of the same text, whose titles are longer than any label may be."""
    old = server.stages.knowledge.engine
    model = next(section for section in old.corpus.sections if "copyleft" in section.id)
    passages = (Passage("Zebras are striped horses."),)
    zebras = tuple(
        replace(
            model,
            id=f"zoo#zebras-{one}",
            key=section_key(f"zoo#zebras-{one}"),
            heading_path=("Zoo", f"Zebras {one} " + "of the plains " * 10),
            passages=passages,
            questions=(),
        )
        for one in range(number)
    )
    sections = (*old.corpus.sections, *zebras)
    settings = replace(old.settings, answer_threshold=0.0)
    return AnswerEngine(Corpus(old.corpus.articles, sections), TfidfIndex().fit(sections), settings, old.confidence)
