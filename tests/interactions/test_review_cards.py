"""The card of a case: what it shows, each of its controls before and after a restart, and two moderators at once."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import simcord

from bot.corpus.document import Corpus
from bot.exts.kit.limits import PRESSES_FOR_A_QUESTION
from bot.exts.review.words import BRIEF, card_parts
from bot.retrieval.tfidf import TfidfIndex
from tests.interactions.conftest import Server
from tests.interactions.forging import press_forged, press_together, submit_forged
from tests.interactions.reading import answer_message, behind_the_dots, controls, option_values, raw_components, sent_messages, shown, walk
from tests.interactions.reviewing import (
    COMMENT,
    CORRECTION,
    ask,
    card,
    case_row,
    confirm,
    note_case,
    one_case,
    some_cases,
    states,
    vote_against,
)
from tests.interactions.rows import rows

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])


async def maybe_restart(server: Server, restarted: bool) -> None:
    if restarted:
        await server.restart()


async def test_the_card_shows_question_answer_next_step_reasons_comments_votes_section_sources_and_how_sure_it_was(server: Server) -> None:
    message = await ask(server, question="what are open weights?")
    await vote_against(server, message, reason="outdated", correction=CORRECTION, tell=True)
    await vote_against(server, message, server.second, reason="wrong", comment="so *wrong*")
    await server.administrator.click(message, label="Helpful")
    opened = await card(server)

    text = shown(opened)
    assert opened.ephemeral
    assert "Case #1 · Suggested correction" in text
    assert "“what are open weights?”" in text
    assert "that the trained parameters of a model can be downloaded by anyone" in text
    assert "**Next step** Check the suggestion against the sources" in text
    assert "**Members say** outdated (1), wrong (1), helpful (1)" in text
    assert COMMENT in text
    assert f"should say: “{CORRECTION}” · would like to hear back" in text
    assert "so \\*wrong\\*" in text
    assert "**Answer** Open weights" in text
    assert "-# The same today · the bot was 94\u00a0% sure · " in text
    assert "[\\[1\\]](<https://opensource.org/ai>)" in text
    assert not any(section.id in text for section in server.stages.knowledge.engine.corpus.sections)
    assert {"Claim", "Resolve", "Dismiss", "Note", "Why?", "Next", "Home"} <= set(controls(opened))
    links = [str(component["url"]) for component in walk(raw_components(opened)) if component.get("label") == "Jump"]
    assert links == [f"https://discord.com/channels/{server.guild.id}/{server.channel.id}/{message.id}"]


async def test_two_members_with_the_same_complaint_are_one_case(server: Server) -> None:
    await one_case(server)
    second = await ask(server, server.second)
    await vote_against(server, second, server.second)

    assert states(server) == ["open"]
    assert "2 members" in shown(await card(server))


@RESTARTED
async def test_claim_and_unclaim(server: Server, restarted: bool) -> None:
    await one_case(server)
    opened = await card(server)
    await maybe_restart(server, restarted)
    await server.moderator.click(opened, label="Claim")
    claimed = shown(opened)
    assert case_row(server)[:2] == ("claimed", server.moderator.id)
    await server.moderator.click(opened, label="Unclaim")

    assert f"With <@{server.moderator.id}>" in claimed
    assert case_row(server)[:2] == ("open", None)


@RESTARTED
async def test_resolve_with_an_outcome_and_a_message(server: Server, restarted: bool) -> None:
    await one_case(server)
    opened = await card(server)
    await maybe_restart(server, restarted)
    form = await server.moderator.click(opened, label="Resolve")
    await maybe_restart(server, restarted)
    await server.moderator.submit_modal(form, {"outcome": "fixed", "why": "by the next reload", "message": "fixed"})

    assert case_row(server) == ("resolved", server.moderator.id, "fixed", None, "fixed")
    assert "fixed" in shown(opened)
    offered = {"Reopen", "Keep as a test", "Note", "Why?", "Right section", "Correct the section", "Next", "Home"}
    assert set(controls(opened)) == offered


@RESTARTED
async def test_dismiss_with_a_reason(server: Server, restarted: bool) -> None:
    await one_case(server)
    opened = await card(server)
    await maybe_restart(server, restarted)
    form = await server.moderator.click(opened, label="Dismiss")
    await maybe_restart(server, restarted)
    await server.moderator.submit_modal(form, {"reason": "spam"})

    assert case_row(server) == ("dismissed", server.moderator.id, None, "spam", None)
    assert "Dismissed by" in shown(opened)


@RESTARTED
async def test_reopen(server: Server, restarted: bool) -> None:
    await one_case(server)
    opened = await card(server)
    form = await server.moderator.click(opened, label="Dismiss")
    await server.moderator.submit_modal(form, {"reason": "spam"})
    await maybe_restart(server, restarted)
    await server.second_moderator.click(await card(server, who=server.second_moderator), label="Reopen")

    assert case_row(server)[0] == "reopened"


@RESTARTED
async def test_notes_are_for_the_other_moderators_and_not_for_members(server: Server, restarted: bool) -> None:
    message = await one_case(server)
    opened = await card(server)
    await maybe_restart(server, restarted)
    form = await server.moderator.click(opened, label="Note")
    await maybe_restart(server, restarted)
    await server.moderator.submit_modal(form, {"text": "asked an *editor*"})

    assert "asked an \\*editor\\*" in shown(opened)
    assert "asked an \\*editor\\*" in shown(await card(server, who=server.second_moderator))
    assert "asked an" not in shown(message)


async def test_a_note_is_on_the_card_at_once_however_much_else_is_to_be_said(server: Server) -> None:
    await one_case(server)
    await server.moderator.submit_modal(await server.moderator.click(await card(server), label="Note"), {"text": "asked an editor"})
    found = await server.stages.review.cards.show(server.guild.id, 1)

    _, foot = card_parts(found, server.stages.knowledge.engine, replace(BRIEF, lines=3))

    assert foot.startswith(f"**Note** by <@{server.moderator.id}>")
    assert len(foot.splitlines()) == 1  # there was no place for what matters less


async def test_why_on_a_card_calls_the_askers_words_not_the_moderators(server: Server) -> None:
    await one_case(server)
    why = answer_message(await server.moderator.click(await card(server), label="Why?"))

    assert "*copyleft*" in shown(why)
    assert not re.search(r"\byours?\b", shown(why), re.IGNORECASE)


@RESTARTED
async def test_next_goes_through_what_waits(server: Server, restarted: bool) -> None:
    await some_cases(server, 3)
    opened = await card(server)
    await maybe_restart(server, restarted)
    await server.moderator.click(opened, label="Next")
    second = shown(opened)
    await server.moderator.click(opened, label="Next")

    assert "Case #2" in second
    assert "Case #3" in shown(opened)


async def test_next_says_when_nothing_else_waits(server: Server) -> None:
    await one_case(server)
    opened = await card(server)
    form = await server.moderator.click(opened, label="Dismiss")
    await server.moderator.submit_modal(form, {"reason": "spam"})
    reply = answer_message(await server.moderator.click(opened, label="Next"))

    assert "No other case is waiting" in shown(reply)


@RESTARTED
async def test_approving_a_note_puts_it_under_its_section(server: Server, restarted: bool) -> None:
    await note_case(server)
    opened = await card(server)
    before = await behind_the_dots(server.second, await ask(server))
    await maybe_restart(server, restarted)
    await server.moderator.click(opened, label="Approve note")
    after = await behind_the_dots(server.second, await ask(server))
    elsewhere = answer_message(await server.stranger.slash(server.elsewhere, "ask", question="what is copyleft?"))
    foreign = await behind_the_dots(server.stranger, elsewhere)

    assert "zebra crossing note" not in shown(before)
    assert "zebra crossing note" in shown(after)
    assert "zebra crossing note" not in shown(foreign)
    assert "approved" in shown(opened)


@pytest.mark.fault(23)
async def test_fault_23_of_two_moderators_who_click_together_one_wins_and_the_other_is_reported_who(server: Server) -> None:
    await one_case(server)
    first, second = await card(server), await card(server, who=server.second_moderator)
    results = await press_together([(server.moderator, first, "review:claim:1"), (server.second_moderator, second, "review:claim:1")])

    winner = case_row(server)[1]
    reply = [shown(result.followups[-1]) for result in results if result.followups]
    assert winner in (server.moderator.id, server.second_moderator.id)
    assert reply == [f"\nCase #1 is with <@{winner}>."]
    assert len(rows(server, "SELECT 1 FROM audit WHERE action = 'claimed'")) == 1
    assert f"With <@{winner}>" in shown(first)
    assert f"With <@{winner}>" in shown(second)


@pytest.mark.fault(24)
async def test_fault_24_a_double_click_acts_once(server: Server) -> None:
    await one_case(server)
    opened = await card(server)
    await press_together([(server.moderator, opened, "review:claim:1")] * 3)

    assert len(rows(server, "SELECT 1 FROM audit WHERE action = 'claimed'")) == 1
    assert case_row(server)[:2] == ("claimed", server.moderator.id)


@pytest.mark.fault(25)
async def test_fault_25_an_interaction_that_is_delivered_twice_acts_once(server: Server) -> None:
    await one_case(server)
    opened = await card(server)
    await press_together([(server.moderator, opened, "review:claim:1")], deliveries=2)

    assert len(rows(server, "SELECT 1 FROM audit WHERE action = 'claimed'")) == 1
    assert not server.env.errors


@pytest.mark.fault(26)
async def test_fault_26_a_moderator_who_floods_is_reported_to_wait_and_others_are_not(server: Server) -> None:
    await one_case(server)
    most = PRESSES_FOR_A_QUESTION * server.stages.config.limits.member_per_minute
    count = server.env.bot.presses.count  # type: ignore[attr-defined]
    for _ in range(most):
        count(server.guild.id, server.moderator.id)
    refused = [
        answer_message(await server.moderator.slash(server.channel, "review queue")),
        answer_message(await press_forged(server.moderator, server.channel, "review:claim:1")),
    ]
    other = answer_message(await server.second_moderator.slash(server.channel, "review queue"))

    assert all("Please try again in" in shown(reply) for reply in refused)
    assert "Review queue" in shown(other)
    assert case_row(server)[0] == "open"


@pytest.mark.fault(21)
async def test_fault_21_a_number_of_another_server_is_not_found(server: Server) -> None:
    await one_case(server)
    pressed = answer_message(await press_forged(server.foreign_moderator, server.elsewhere, "review:claim:1"))
    sent = answer_message(await submit_forged(server.foreign_moderator, server.elsewhere, "review:resolve:1", {"outcome": ["fixed"]}))
    asked = answer_message(await server.foreign_moderator.slash(server.elsewhere, "review show", case=1))

    assert all("no longer available" in shown(reply) for reply in (pressed, sent, asked))
    assert case_row(server) == ("open", None, None, None, None)


@pytest.mark.fault(22)
async def test_fault_22_a_button_outlives_the_role_but_does_not_act(server: Server) -> None:
    await server.name_helpers()
    await one_case(server)
    opened = await card(server, who=server.by_role)
    await server.take_role()
    reply = answer_message(await server.by_role.click(opened, label="Claim"))

    assert "That is for moderators" in shown(reply)
    assert case_row(server)[0] == "open"


@pytest.mark.fault(27)
async def test_fault_27_a_section_that_is_gone_is_called_removed(server: Server) -> None:
    await one_case(server)
    knowledge = server.stages.knowledge
    engine = knowledge.engine
    sections = tuple(section for section in engine.corpus.sections if "copyleft" not in section.id)
    knowledge.engine = type(engine)(
        Corpus(engine.corpus.articles, sections), TfidfIndex().fit(sections), engine.settings, engine.confidence
    )
    text = shown(await card(server))
    knowledge.engine = engine

    assert "a section that was removed since" in text
    assert "Copyleft demands" in text
    assert "Today " in text


@pytest.mark.fault(28)
async def test_fault_28_a_member_deletes_their_data_while_a_card_is_open(server: Server) -> None:
    await one_case(server)
    opened = await card(server)
    assert COMMENT in shown(opened)
    question = answer_message(await server.member.slash(server.channel, "privacy delete"))
    await server.member.click(question, label="Delete everything")

    assert COMMENT not in shown(opened)
    assert "Taken back by whoever said it" in shown(opened)
    assert not {"Claim", "Resolve", "Dismiss"} & set(controls(opened))


@pytest.mark.fault(28)
async def test_fault_28_a_click_on_an_old_card_says_withdrawn(server: Server) -> None:
    await one_case(server)
    question = answer_message(await server.member.slash(server.channel, "privacy delete"))
    await server.member.click(question, label="Delete everything")
    result = await press_forged(server.moderator, server.channel, "review:claim:1")

    assert "was taken back by the members behind it" in shown(result.followups[-1])
    assert COMMENT not in "".join(str(body.json) for body in server.env.http_requests[-3:])


async def test_an_administrator_takes_a_case_back_from_somebody_else_but_a_moderator_cannot(server: Server) -> None:
    await one_case(server)
    await server.moderator.click(await card(server), label="Claim")
    refused = await server.second_moderator.click(await card(server, who=server.second_moderator), label="Unclaim")
    assert case_row(server)[0] == "claimed"
    await server.administrator.click(await card(server, who=server.administrator), label="Unclaim")

    assert f"is with <@{server.moderator.id}>" in shown(refused.followups[-1])
    assert case_row(server)[0] == "open"


@pytest.mark.parametrize("name", ["review:resolve:1", "review:bulk-resolve:1"])
async def test_a_forged_outcome_is_refused(server: Server, name: str) -> None:
    await one_case(server)
    for outcome in ("evil", "approved"):
        await submit_forged(server.moderator, server.channel, name, {"outcome": [outcome]})

    assert case_row(server)[0] == "open"
    assert not server.env.errors


@pytest.mark.fault(55, 57)
async def test_a_case_of_words_that_look_like_markup_stays_text(server: Server) -> None:
    evil = "``` @everyone <@&1> [a](https://evil.example) <#1> </x:1> =cmd|' /C calc'!A0"
    message = await ask(server)
    await vote_against(server, message, comment=evil, correction=evil)
    text = shown(await card(server))

    assert "[a](" not in text
    assert "<@&1>" not in text
    assert "@everyone" not in text
    assert all(body["allowed_mentions"]["parse"] == [] for body in sent_messages(server.env) if "allowed_mentions" in body)


async def test_review_this_answer_opens_a_case_for_an_answer_that_nobody_voted_on(server: Server) -> None:
    message = await ask(server)
    opened = answer_message(await server.moderator.context_menu(server.channel, "Review this answer", message))
    again = answer_message(await server.second_moderator.context_menu(server.channel, "Review this answer", message))

    assert "Case #1 · Opened by a moderator" in shown(opened)
    assert "Case #1" in shown(again)
    assert states(server) == ["open"]


async def test_review_this_answer_on_another_message_says_so(server: Server) -> None:
    written = await server.member.send(server.channel, "hello")
    reply = answer_message(await server.moderator.context_menu(server.channel, "Review this answer", written))

    assert "no longer available" in shown(reply)


@RESTARTED
async def test_a_moderator_names_the_right_section_and_takes_it_back(server: Server, restarted: bool) -> None:
    await one_case(server, "what about patents in apache?")
    opened = await card(server)
    await maybe_restart(server, restarted)
    form = await server.moderator.click(opened, label="Right section")
    section = _first_section(form)
    await maybe_restart(server, restarted)
    saved = await confirm(server, form, {"section": [section]})
    confirmed = await server.stages.review.phrasings.confirmed(server.guild.id)
    await maybe_restart(server, restarted)
    await server.second_moderator.slash(server.channel, "review audit")
    back = answer_message(await server.moderator.click(saved, label="Take it back"))

    assert "answers “what about patents in apache?”" in shown(saved)
    assert [phrasing.words for phrasing in confirmed] == ["what about patents in apache?"]
    assert "Taken back" in shown(back)
    assert await server.stages.review.phrasings.confirmed() == ()


@RESTARTED
async def test_any_section_is_reached_by_words_of_its_title_and_the_moderators_wording_is_not_lost(server: Server, restarted: bool) -> None:
    await one_case(server)
    opened = await card(server)

    async def name(**fields: object) -> simcord.ResponseMessage:
        return answer_message(await server.moderator.submit_modal(await server.moderator.click(opened, label="Right section"), fields))

    none = await name(title="zebra")
    several = await name(title="licenses", wording="Must I *share* it?")
    await maybe_restart(server, restarted)
    values = option_values(several, "Which section do you mean?")
    apache = server.stages.knowledge.engine.corpus.section("basics/licenses#apache-license")
    assert apache is not None
    select = next(str(one["custom_id"]) for one in walk(raw_components(several)) if one.get("placeholder"))
    saved = answer_message(await server.moderator.select(several, [apache.key], custom_id=select))
    previewed = shown(saved)
    one = await name(title="installing", section=[apache.key])
    for preview in (saved, one):
        await server.moderator.click(preview, label="Confirm")

    assert "No section has “zebra” in its title" in shown(none)
    assert "**4 sections** fit “licenses”" in shown(several)
    assert apache.key in values
    assert "**Apache License** answers “Must I \\*share\\* it?”. It does not count yet." in previewed
    assert "Saved: **Apache License** answers “what is copyleft?”" in shown(saved)
    assert "**Installing** answers" in shown(one)  # what was typed counts instead of the list


async def test_a_section_can_be_named_for_a_question_to_which_none_came_close(server: Server) -> None:
    declined = await ask(server, question="zzzyx qqqrt?")
    await server.member.submit_modal(await server.member.click(declined, label="Ask a moderator"), {})
    opened = await card(server)
    advised = shown(opened)
    form = await server.moderator.click(opened, label="Right section")
    saved = await confirm(server, form, {"title": "copyleft"})

    assert "Nothing was near enough" in advised
    assert "Saved: **Copyleft** answers “zzzyx qqqrt?”" in shown(saved)


async def test_a_question_confirmed_in_the_members_words_counts_no_more_once_the_member_deleted_them(server: Server) -> None:
    await one_case(server)
    form = await server.moderator.click(await card(server), label="Right section")
    assert form.modal is not None
    saved = await confirm(server, form, {"section": [_first_section(form)]})
    dialog = answer_message(await server.member.slash(server.channel, "privacy delete"))
    asked = shown(dialog)
    await server.member.click(dialog, label="Delete everything")

    assert "These are the member's words, so they go when the member deletes their data" in shown(saved)
    assert "A moderator confirmed the answer to one of your questions. Your words go" in asked
    assert await server.stages.review.phrasings.confirmed() == ()


@RESTARTED
async def test_a_question_in_a_moderators_words_stays_when_the_member_deletes_theirs(server: Server, restarted: bool) -> None:
    await one_case(server)
    form = await server.moderator.click(await card(server), label="Right section")
    await maybe_restart(server, restarted)
    answers = {"section": [_first_section(form)], "wording": "what is that zebra license thing?"}
    saved = await confirm(server, form, answers)
    on_card = shown(await card(server))
    own = answer_message(await server.member.slash(server.channel, "privacy show"))
    await server.member.click(answer_message(await server.member.slash(server.channel, "privacy delete")), label="Delete everything")
    left = await server.stages.review.phrasings.confirmed()

    assert "your own words, which stay when the member deletes theirs" in shown(saved)
    assert "**Confirmed** Copyleft answers “what is that zebra license thing?”" in on_card
    assert "Questions whose section a moderator confirmed: 1" in shown(own)
    assert "zebra license" not in shown(own)
    assert [(one.text, one.wording) for one in left] == [(None, "what is that zebra license thing?")]
    assert "**Copyleft**" not in shown(await ask(server, server.second, "what is that zebra crossing?"))


async def test_the_form_demands_a_moderators_words_for_a_follow_up_and_the_card_shows_what_came_before(server: Server) -> None:
    await ask(server, question="what is copyleft?")
    await vote_against(server, await ask(server, question="and why?"))
    opened = await card(server)
    form = await server.moderator.click(opened, label="Right section")
    assert form.modal is not None
    field = form.modal["components"][-1]["component"]

    assert "Before: “what is copyleft?” → Copyleft" in shown(opened)
    assert "**Asked** “and why?”" in shown(opened)
    assert field["required"] is True
    await confirm(server, form, {"section": [_first_section(form)], "wording": "why does copyleft exist?"})
    (confirmed,) = await server.stages.review.phrasings.confirmed()
    assert (confirmed.text, confirmed.wording) == (None, "why does copyleft exist?")


async def test_dismissing_a_case_takes_its_confirmed_question_back(server: Server) -> None:
    await one_case(server)
    form = await server.moderator.click(await card(server), label="Right section")
    await confirm(server, form, {"section": [_first_section(form)], "wording": "the zebra license"})
    opened = await card(server)
    dismissal = await server.moderator.click(opened, label="Dismiss")
    await server.moderator.submit_modal(dismissal, {"reason": "spam"})

    assert "A section confirmed for this case is taken back." in str(dismissal.modal)
    assert "took **Copyleft** back" in shown(opened)
    assert "**Confirmed**" not in shown(opened)
    assert await server.stages.review.phrasings.confirmed() == ()


def _first_section(form: simcord.InteractionResult) -> str:
    """The value of the first section that the form "Right section" offers."""
    assert form.modal is not None
    return next(str(row["component"]["options"][0]["value"]) for row in form.modal["components"] if row.get("component", {}).get("options"))


async def test_a_form_about_a_question_that_was_deleted_meanwhile_stores_nothing(server: Server) -> None:
    await one_case(server)
    opened = await card(server)
    form = await server.moderator.click(opened, label="Right section")
    section = _first_section(form)
    await server.member.click(answer_message(await server.member.slash(server.channel, "privacy delete")), label="Delete everything")
    reply = answer_message(await server.moderator.submit_modal(form, {"section": [section]}))
    again = answer_message(await press_forged(server.moderator, server.channel, "review:section:1"))

    assert "no longer available" in shown(reply)
    assert "The text of this question is gone" in shown(again)
    assert await server.stages.review.phrasings.confirmed() == ()


async def test_another_servers_moderator_cannot_take_a_named_section_back(server: Server) -> None:
    await one_case(server)
    form = await server.moderator.click(await card(server), label="Right section")
    section = _first_section(form)
    await confirm(server, form, {"section": [section]})
    reply = answer_message(await press_forged(server.foreign_moderator, server.elsewhere, "review:phrasing:1"))

    assert "no longer available" in shown(reply)
    assert len(await server.stages.review.phrasings.confirmed()) == 1


FORGED = "fine\n-# forged: 99 helpful\r**forged** decision\u2028### forged case\x0b> forged quote"


async def test_f8_line_breaks_in_what_members_and_moderators_write_forge_no_line_anywhere(server: Server) -> None:
    await vote_against(server, await ask(server), comment=FORGED, correction=FORGED)
    await note_case(server, FORGED)
    await server.moderator.submit_modal(await server.moderator.click(await card(server), label="Note"), {"text": FORGED})
    form = await server.moderator.click(await card(server), label="Right section")
    key = _first_section(form)
    preview = answer_message(await server.moderator.submit_modal(form, {"section": [key], "wording": FORGED}))
    previewed = shown(preview)
    await server.moderator.click(preview, label="Confirm")
    pending = shown(await card(server, 2))
    await server.moderator.click(await card(server, 2), label="Approve note")
    read = [
        previewed,
        shown(preview),
        shown(await card(server)),
        pending,
        shown(answer_message(await server.second.slash(server.channel, "note list"))),
        shown(answer_message(await server.member.slash(server.channel, "privacy show"))),
        shown(answer_message(await server.moderator.slash(server.channel, "privacy show"))),
        shown(answer_message(await server.moderator.slash(server.channel, "review phrasings"))),
        shown(answer_message(await server.moderator.slash(server.channel, "review search", text=FORGED[:60]))),
    ]

    assert all("forged" in text for text in read)
    assert [line for text in read for line in text.splitlines() if "forged" in line and "fine" not in line] == []


@RESTARTED
async def test_more_shows_the_moderator_alone_all_that_was_written_where_the_card_shows_the_beginning(
    server: Server, restarted: bool
) -> None:
    message = await ask(server)
    await vote_against(server, message, comment="begins here and goes on " + "and on " * 60 + "to the end")
    await vote_against(server, message, server.second, comment="a second comment " + "that is long " * 20)
    opened = await card(server)
    brief = shown(opened)
    await maybe_restart(server, restarted)
    whole = answer_message(await server.moderator.click(opened, label="More"))

    assert "and what 1 more member wrote" in brief
    assert "to the end" not in brief
    assert whole.ephemeral
    assert "to the end" in shown(whole)
    assert "a second comment" in shown(whole)
    assert "Why?" in controls(whole)


async def test_a_card_whose_words_all_fit_has_no_more(server: Server) -> None:
    await one_case(server)

    assert {"Why?", "More"} & set(controls(await card(server))) == {"Why?"}
