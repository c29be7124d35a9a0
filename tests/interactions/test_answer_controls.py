"""The controls under an answer, before and after a restart, for members and for strangers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import simcord
from simcord.enums import ComponentType

from bot.answering.engine import AnswerEngine
from bot.corpus.document import Corpus, Passage, section_key
from bot.errors import StorageError
from bot.exts.kit.limits import PRESSES_FOR_A_QUESTION
from bot.feedback.votes import Votes
from bot.retrieval.tfidf import TfidfIndex
from tests.interactions.conftest import Server
from tests.interactions.forging import choose_forged, press_forged
from tests.interactions.reading import (
    answer_message,
    behind_the_dots,
    controls,
    details,
    last,
    option_values,
    raw_components,
    shown,
    vote,
    walk,
    why,
)  # fmt: skip
from tests.interactions.rows import rows, votes

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])


async def ask(server: Server, question: str = "what is copyleft?") -> simcord.ResponseMessage:
    return answer_message(await server.member.slash(server.channel, "ask", question=question))


async def maybe_restart(server: Server, restarted: bool) -> None:
    if restarted:
        await server.restart()


@pytest.mark.fault(17)
@RESTARTED
async def test_helpful_is_saved_and_counted_on_its_button_and_adds_no_message(server: Server, restarted: bool) -> None:
    message = await ask(server)
    before, text = len(server.channel.history()), shown(message)
    await maybe_restart(server, restarted)
    pressed = await server.second.click(message, label="Helpful")
    await server.member.click(message, custom_id=vote(message, "Helpful"))

    assert pressed.followups == []
    assert len(server.channel.history()) == before
    assert next(iter(controls(message))) == "Helpful · 2"
    assert shown(message) == text
    assert votes(server) == [(1, None, None, None)] * 2


@pytest.mark.fault(17, 18)
@RESTARTED
async def test_not_helpful_asks_why_and_saves_reason_comment_and_correction(server: Server, restarted: bool) -> None:
    message = await ask(server)
    await maybe_restart(server, restarted)
    form = await server.member.click(message, label="Not helpful")
    await maybe_restart(server, restarted)
    fields = {"reason": ["outdated"], "comment": "Since 2025\nit differs", "correction": "Say it's 'new'; DROP TABLE votes"}
    sent = await server.member.submit_modal(form, fields)

    assert form.modal is not None
    assert form.modal["title"] == "What was wrong?"
    assert len(server.channel.history()) == 1
    assert sent.followups[0].ephemeral
    assert "Thank you! That is saved." in shown(sent.followups[0])
    assert "Not helpful · 1" in controls(message)
    assert votes(server) == [(0, "outdated", "Since 2025\nit differs", "Say it's 'new'; DROP TABLE votes")]


@RESTARTED
async def test_a_mistake_reported_behind_the_dots_is_counted_in_the_answer(server: Server, restarted: bool) -> None:
    message = await ask(server)
    opened = await behind_the_dots(server.second, message)
    await maybe_restart(server, restarted)
    form = await server.second.click(opened, label="Report a mistake")
    await server.second.submit_modal(form, {"reason": ["wrong"]})

    assert "Not helpful · 1" in controls(message)
    assert rows(server, "SELECT helpful, reason FROM votes") == [(0, "wrong")]


async def test_a_mistake_reported_on_an_answer_that_was_deleted_meanwhile_is_saved(server: Server) -> None:
    message = await ask(server)
    opened = await behind_the_dots(server.second, message)
    await server.administrator.delete(message)
    form = await server.second.click(opened, label="Report a mistake")
    thanks = answer_message(await server.second.submit_modal(form, {"reason": ["wrong"]}))

    assert "Thank" in shown(thanks)
    assert rows(server, "SELECT helpful, reason FROM votes") == [(0, "wrong")]


async def test_the_comment_and_the_correction_may_be_left_out(server: Server) -> None:
    form = await server.member.click(await ask(server), label="Not helpful")
    await server.member.submit_modal(form, {"reason": ["wrong"]})

    assert votes(server) == [(0, "wrong", None, None)]


@pytest.mark.fault(24)
async def test_the_opposite_vote_replaces_the_first(server: Server) -> None:
    message = await ask(server)
    form = await server.member.click(message, label="Not helpful")
    await server.member.submit_modal(form, {"reason": ["wrong"]})
    await server.member.click(message, label="Helpful")

    assert votes(server) == [(1, None, None, None)]
    assert list(controls(message))[:2] == ["Helpful · 1", "Not helpful"]


async def test_a_vote_counts_where_its_number_can_no_longer_be_shown(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_: object, **__: object) -> None:
        raise TimeoutError

    message = await ask(server)
    monkeypatch.setattr("bot.exts.ask.feedback.edit", gone)
    pressed = await server.member.click(message, label="Helpful")

    assert votes(server) == [(1, None, None, None)]
    assert "Something went wrong" not in shown(answer_message(pressed))


async def test_a_press_that_cannot_read_the_vote_before_deletes_nothing(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    message = await ask(server)
    await server.member.submit_modal(
        await server.member.click(message, label="Not helpful"), {"reason": ["wrong"], "comment": "no example"}
    )

    async def unreadable(*_: object) -> None:
        raise StorageError("the database is busy")

    monkeypatch.setattr(Votes, "of", unreadable)
    await server.member.click(message, label="Helpful")

    assert votes(server) == [(0, "wrong", "no example", None)]


@RESTARTED
async def test_helpful_deletes_what_its_voter_wrote_only_where_they_say_so(server: Server, restarted: bool) -> None:
    message = await ask(server)
    form = await server.member.click(message, label="Not helpful")
    await server.member.submit_modal(form, {"reason": ["wrong"], "comment": "It is *not*"})
    await maybe_restart(server, restarted)
    asked = await server.member.click(message, label="Helpful")
    before = votes(server)
    await maybe_restart(server, restarted)
    await server.member.submit_modal(asked, {})

    assert before == [(0, "wrong", "It is *not*", None)]
    said = "".join(str(part.get("content", "")) for part in walk(asked.modal))
    assert "“It is \\*not\\*”" in said
    assert "these words are deleted" in said
    assert votes(server) == [(1, None, None, None)]
    assert list(controls(message))[:2] == ["Helpful · 1", "Not helpful"]
    assert rows(server, "SELECT state FROM cases") == [("withdrawn",)]


@pytest.mark.fault(24)
async def test_pressing_helpful_again_takes_the_vote_of_that_member_back(server: Server) -> None:
    message = await ask(server)
    for _ in range(3):
        await server.member.click(message, custom_id=vote(message, "Helpful"))
    await server.second.click(message, custom_id=vote(message, "Helpful"))
    both = votes(server)
    pressed = await server.member.click(message, custom_id=vote(message, "Helpful"))

    assert both == [(1, None, None, None)] * 2
    assert votes(server) == [(1, None, None, None)]
    assert pressed.followups == []
    assert next(iter(controls(message))) == "Helpful · 1"


@RESTARTED
async def test_pressing_not_helpful_again_shows_what_was_sent_to_change_it_or_take_it_back(server: Server, restarted: bool) -> None:
    message = await ask(server)
    first = await server.member.click(message, label="Not helpful")
    await server.member.submit_modal(first, {"reason": ["outdated"], "comment": "Since 2025"})
    others = await server.second.click(message, custom_id=vote(message, "Not helpful"))
    await maybe_restart(server, restarted)
    again = await server.member.click(message, custom_id=vote(message, "Not helpful"))
    taken = await server.member.submit_modal(again, {"reason": ["outdated"], "comment": "Since 2025", "back": True})

    assert "Since 2025" not in str(others.modal)
    assert "Take my vote back" not in str(others.modal)
    assert [part["value"] for part in walk(again.modal) if part.get("custom_id") == "comment"] == ["Since 2025"]
    options = [one for part in walk(again.modal) if isinstance(listed := part.get("options"), list) for one in listed]
    assert [one["value"] for one in options if one.get("default")] == ["outdated"]
    assert "Your vote is taken back" in shown(taken.followups[0])
    assert votes(server) == []
    assert list(controls(message))[:2] == ["Helpful", "Not helpful"]
    assert rows(server, "SELECT state FROM cases") == [("withdrawn",)]


@RESTARTED
async def test_why_says_in_two_sentences_which_words_decided_and_what_the_next_best_lacks(server: Server, restarted: bool) -> None:
    message = await ask(server, "copyleft xyzzy keeps changed versions under the same license?")
    await maybe_restart(server, restarted)
    panel = await why(server.second, message)

    text = shown(panel)
    assert panel.ephemeral
    assert "I chose **Copyleft** because the words *copyleft* and *license* are in its title and the words " in text
    assert "The next best, **" in text
    assert "I answer from 75 % on" in text
    assert re.search(r"Answer [a-z2-7]{12}", text)
    assert not re.search(r"0\.\d\d\d", text)


@RESTARTED
async def test_details_show_weights_that_add_up_the_threshold_the_next_best_unknown_words_and_ids(server: Server, restarted: bool) -> None:
    message = await ask(server, "copyleft xyzzy keeps changed versions under the same license?")
    await maybe_restart(server, restarted)
    panel = await details(server.second, message)

    text = shown(panel)
    weights = [int(one) for one in re.findall(r"^• .*\*\*0\.(\d{3})\*\*", text, re.MULTILINE)]
    total = re.search(r"\*\*Score: 0\.(\d{3})\*\*", text)
    assert panel.ephemeral
    assert total is not None
    assert sum(weights) == int(total[1])
    assert "• copyleft: **0." in text
    assert "Nowhere in the knowledge base: xyzzy" in text
    assert "I answer from 75 %" in text
    assert "Next best: " in text
    assert f"fingerprint {server.stages.knowledge.engine.fingerprint}" in text


@RESTARTED
async def test_more_shows_all_of_the_section_to_whoever_presses(server: Server, restarted: bool) -> None:
    server.stages.knowledge.engine = _with_characters(server, 60)
    message = await ask(server, "how do i install the tools?")
    await maybe_restart(server, restarted)
    section = answer_message(await server.second.click(message, label="More"))

    assert "pip install" not in shown(message)
    assert section.ephemeral
    assert "```\npip install example_tool  # takes *a minute*\n```" in shown(section)
    assert "`example\\_tool" not in shown(section)


@RESTARTED
async def test_a_related_section_can_be_opened(server: Server, restarted: bool) -> None:
    message = await ask(server)
    await maybe_restart(server, restarted)
    menu = await behind_the_dots(server.second, message)
    section = answer_message(await server.second.select(menu, [option_values(menu, "Related topics")[0]]))

    assert menu.ephemeral
    assert section.ephemeral
    assert "### " in shown(section)


@RESTARTED
async def test_a_suggestion_is_read_first_and_then_said_to_be_the_answer(server: Server, restarted: bool) -> None:
    with server.unsure():
        message = await ask(server, "what about patents?")
    await maybe_restart(server, restarted)
    opened = answer_message(await server.member.click(message, label="Show 1"))
    asked = shown(opened)
    assert rows(server, "SELECT 1 FROM judgements") == []
    await maybe_restart(server, restarted)
    await server.member.click(opened, label="Yes")

    assert opened.ephemeral
    assert "Did this answer your question?" in asked
    assert "Thank you! I noted that." in shown(opened)
    assert controls(opened) == {}
    assert len(rows(server, "SELECT section_id FROM judgements")) == 1
    assert rows(server, "SELECT outcome, picked FROM answers ORDER BY id") == [("suggestions", 0), ("answer", 1)]


@RESTARTED
async def test_a_suggestion_that_is_not_the_answer_leads_to_a_moderator_for_whoever_asked(server: Server, restarted: bool) -> None:
    with server.unsure():
        message = await ask(server, "what about patents?")
    await maybe_restart(server, restarted)
    own, other = [answer_message(await actor.click(message, label="Show 2")) for actor in (server.member, server.second)]
    await server.member.click(own, label="No")
    await server.second.click(other, label="No")

    assert set(controls(own)) == {"Ask a moderator"}
    assert len(shown(own)) < 200
    assert controls(other) == {}
    assert "Try asking in other words" in shown(other)
    assert rows(server, "SELECT 1 FROM judgements") == []


async def test_saying_yes_to_a_suggestion_many_times_is_one_choice_and_one_answer(server: Server) -> None:
    with server.unsure():
        message = await ask(server, "what about patents?")
    opened = answer_message(await server.second.click(message, label="Show 1"))
    pressed = controls(opened)["Yes"]
    for _ in range(5):
        await press_forged(server.second, server.channel, pressed)

    assert len(rows(server, "SELECT 1 FROM judgements")) == 1
    assert len(rows(server, "SELECT 1 FROM answers")) == 2


@RESTARTED
async def test_the_controls_of_messages_from_before_still_act(server: Server, restarted: bool) -> None:
    with server.unsure():
        message = await ask(server, "what about patents?")
    pick = controls(message)["Show 1"].replace("suggestion:show:", "suggestion:pick:")
    answer = await ask(server)
    name = controls(answer)["⋯"].rpartition(":")[2]
    await maybe_restart(server, restarted)
    picked = await press_forged(server.second, server.channel, pick)
    old = [await press_forged(server.second, server.channel, f"answer:{action}:{name}") for action in ("section", "why")]
    related = option_values(await behind_the_dots(server.second, answer), "Related topics")[:1]
    chosen = await choose_forged(server.second, server.channel, f"answer:related:{name}", ComponentType.STRING_SELECT, related)

    assert "picked from suggestions" in shown(answer_message(picked))
    assert "### Copyleft" in shown(answer_message(old[0]))
    assert "### Why this answer?" in shown(answer_message(old[1]))
    assert "### " in shown(answer_message(chosen))
    assert len(rows(server, "SELECT 1 FROM judgements")) == 1


@pytest.mark.fault(26)
async def test_more_presses_than_the_limit_are_refused_kindly(server: Server) -> None:
    message = await ask(server)
    for _ in range(PRESSES_FOR_A_QUESTION * server.stages.config.limits.member_per_minute):
        await behind_the_dots(server.second, message)
    refused = await behind_the_dots(server.second, message)
    await server.member.click(message, custom_id=vote(message, "Helpful"))

    assert "Please try again in" in shown(refused)
    assert "Helpful · 1" in controls(message)


@RESTARTED
async def test_an_alternative_stands_above_the_votes_and_opens_for_the_presser_alone(server: Server, restarted: bool) -> None:
    message = await ask(server, "what are open weights? what is copyleft?")
    await maybe_restart(server, restarted)
    opened = answer_message(await server.second.click(message, label="Or is it: Copyleft"))

    assert "**Open weights" in shown(message)
    assert list(controls(message))[:2] == ["Or is it: Copyleft", "Helpful"]
    assert opened.ephemeral
    assert "### Copyleft" in shown(opened)
    assert len(rows(server, "SELECT 1 FROM answers")) == 1


async def test_at_most_two_alternatives_stand_above_the_votes_within_the_limits_of_discord(server: Server) -> None:
    server.stages.knowledge.engine = _with_alike_sections(server, 6)
    message = await ask(server, "are zebras striped horses?")
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
async def test_suggestions_show_a_sentence_and_the_article_of_each_and_two_more_behind_the_dots(server: Server, restarted: bool) -> None:
    message = await ask(server, "open source copyleft licence weights")
    await maybe_restart(server, restarted)
    menu = await behind_the_dots(server.second, message)
    more = option_values(menu, "Two more")
    opened = answer_message(await server.second.select(menu, [more[0]]))

    suggested = shown(message).split("\n**")[1:]
    assert [block.partition(". ")[0] for block in suggested] == ["1", "2", "3"]
    for block in suggested:
        title, sentence, article = block.splitlines()[:3]
        section = next(one for one in server.stages.knowledge.engine.corpus.sections if f"{one.title}**" == title.partition(". ")[2])
        assert any(sentence.strip("… ") in passage.text for passage in section.passages)
        assert article == f"-# {section.heading_path[0]}"
        assert section.key not in more
    assert list(controls(message)) == ["Show 1", "Show 2", "Show 3", "⋯"]
    assert len(more) == 2
    assert opened.ephemeral
    assert shown(opened).startswith("\n### ")


async def test_a_follow_up_names_its_section_once(server: Server) -> None:
    await server.member.send(server.channel, f"{server.mention} what is copyleft?")
    await server.member.send(server.channel, f"{server.mention} and why?")

    text = shown(last(server.channel))
    assert text.strip().startswith("-# More on Copyleft\n")
    assert text.splitlines()[-1].startswith("-# fairly sure") or text.splitlines()[-1].startswith("-# sure")


async def test_a_vote_on_a_mention_in_a_direct_message_works(server: Server) -> None:
    user = server.member.user
    await user.send_dm("what is copyleft?")
    reply = user.dm_channel.last_message
    assert reply is not None
    await user.click(reply, label="Helpful")

    assert rows(server, "SELECT guild_id, helpful FROM votes") == [(0, 1)]
    assert "Helpful · 1" in controls(last(user.dm_channel))


async def test_votes_are_hidden_where_the_server_does_not_want_them(server: Server) -> None:
    await server.administrator.slash(server.channel, "settings", vote_controls=False)
    message = await ask(server)

    assert set(controls(message)) == {"⋯"}


async def test_an_answer_whose_section_is_gone_says_so(server: Server) -> None:
    knowledge = server.stages.knowledge
    engine = knowledge.engine
    knowledge.engine = _with_characters(server, 60)
    message = await ask(server)
    knowledge.engine = _without_copyleft(server)
    gone = answer_message(await server.member.click(message, label="More"))
    knowledge.engine = engine

    assert "no longer available" in shown(gone)


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
    first = answer_message(await server.second.click(message, label="More"))
    await maybe_restart(server, restarted)

    await server.second.click(first, label="Next page")
    second = shown(first)
    await server.second.click(first, label="Previous page")

    assert "Page 2 of" in second
    assert "Zebra fact number 99." not in shown(first)
    assert "Page 1 of" in shown(first)
    assert "Zebra fact number 1." in shown(first)


async def test_a_suggestion_whose_pages_are_turned_still_asks_whether_it_was_the_answer(server: Server) -> None:
    server.stages.knowledge.engine = _with_a_long_section(server)
    with server.unsure():
        message = await ask(server, "what about zebras?")
    opened = answer_message(await server.second.click(message, label="Show 1"))
    before = list(controls(opened))
    await server.second.click(opened, label="Next page")
    turned, text = controls(opened), shown(opened)
    await server.second.click(opened, label="Yes")

    assert before == ["Next page", "Yes", "No"]
    assert list(turned) == ["Previous page", "Next page", "Yes", "No"]
    assert text.endswith("Did this answer your question?")
    assert len(rows(server, "SELECT 1 FROM judgements")) == 1


def _with_characters(server: Server, number: int) -> AnswerEngine:
    """An engine that shows so little of a section that there is more."""
    old = server.stages.knowledge.engine
    return AnswerEngine(old.corpus, old.index, replace(old.settings, excerpt_characters=number), old.confidence)


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
