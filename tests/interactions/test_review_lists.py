"""Lists of cases: filters, pages, search; and deciding about several at once."""

from __future__ import annotations

import pytest
import simcord
from simcord.enums import ComponentType

from bot.cases.case import Reason
from bot.feedback.votes import NotHelpful
from tests.interactions.conftest import Server
from tests.interactions.forging import choose_forged, press_forged, submit_forged
from tests.interactions.reading import answer_message, controls, option_values, shown
from tests.interactions.reviewing import ask, card, case_row, note_case, some_cases, states, vote_against
from tests.interactions.rows import rows

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
OPEN = "Open a case"
STRING = ComponentType.STRING_SELECT


async def queue(server: Server, **filters: object) -> simcord.ResponseMessage:
    return answer_message(await server.moderator.slash(server.channel, "review queue", **filters))


async def maybe_restart(server: Server, restarted: bool) -> None:
    if restarted:
        await server.restart()


async def test_the_queue_shows_what_waits_with_counts_and_age(server: Server) -> None:
    await some_cases(server, 3)
    await server.moderator.click(await card(server, 2), label="Claim")
    message = await queue(server)

    text = shown(message)
    assert message.ephemeral
    assert "All of this server: Open 2 · Claimed 1" in text
    assert "**#1** what is copyleft?" in text
    assert "-# Somebody finds the answer wrong · <t:" in text
    assert f"with <@{server.moderator.id}>" in text
    assert "<t:" in text
    assert option_values(message, OPEN) == ["1", "2", "3"]


async def test_a_note_is_listed_by_the_title_of_its_section_and_never_by_an_id(server: Server) -> None:
    await note_case(server)

    text = shown(await queue(server))

    assert "Note on " in text
    assert not any(section.id in text for section in server.stages.knowledge.engine.corpus.sections)


async def test_an_empty_queue_says_so(server: Server) -> None:
    assert "Nothing here" in shown(await queue(server))


async def test_each_filter_narrows_the_queue(server: Server) -> None:
    for question, reason in (("what is copyleft?", "wrong"), ("what are open weights?", "outdated")):
        await vote_against(server, await ask(server, question=question), reason=reason, correction="x" if reason == "wrong" else "")
    await note_case(server)
    await server.moderator.click(await card(server, 2), label="Claim")
    weights = next(section for section in server.stages.knowledge.engine.corpus.sections if section.title == "Open weights")
    narrowed: dict[str, dict[str, object]] = {
        "kind": {"kind": "note"},
        "correction": {"kind": "correction"},
        "reason": {"reason": "outdated"},
        "status": {"status": "claimed"},
        "section": {"section": weights.key},
        "title": {"section": "open weights"},
        "mine": {"mine": True},
        "since": {"since": "1d"},
        "area": {"area": weights.area, "kind": "not-helpful"},
    }
    found = {name: option_values(await queue(server, **filters), OPEN) for name, filters in narrowed.items()}

    assert found == {
        "kind": ["3"],
        "correction": ["1"],
        "reason": ["2"],
        "status": ["2"],
        "section": ["2"],
        "title": ["2"],
        "mine": ["2"],
        "since": ["1", "2", "3"],
        "area": ["2"],
    }


@pytest.mark.parametrize(
    ("filters", "reply"),
    [
        ({"since": "last tuesday"}, "I do not understand that day"),
        ({"section": "no such section"}, "I do not know which section"),
        ({"area": "nowhere"}, "I do not know that area"),
    ],
)
async def test_a_filter_that_means_nothing_says_what_to_write(server: Server, filters: dict[str, str], reply: str) -> None:
    assert reply in shown(await queue(server, **filters))


async def test_the_filters_autocomplete(server: Server) -> None:
    sections = await server.moderator.autocomplete(server.channel, "review queue", "section", "copy")
    areas = await server.moderator.autocomplete(server.channel, "review queue", "area", "")

    assert any("opyleft" in choice["name"] for choice in sections)
    assert areas


@RESTARTED
async def test_a_long_queue_is_paged_and_keeps_its_filters(server: Server, restarted: bool) -> None:
    await _many_cases(server, 13)
    first = await queue(server, kind="not-helpful", since="2d")
    await maybe_restart(server, restarted)
    await server.moderator.click(first, label="Next page")
    second = option_values(first, OPEN)
    await server.moderator.click(first, label="Previous page")

    assert second == ["11", "12", "13"]
    assert option_values(first, OPEN) == [str(number) for number in range(1, 11)]
    assert "13 cases · page 1 of 2" in shown(first)
    assert "not helpful · since" in shown(first)


async def test_the_next_page_begins_where_the_last_one_ended_although_cases_were_closed_meanwhile(server: Server) -> None:
    await _many_cases(server, 23)
    first = await queue(server)
    for number in map(int, option_values(first, OPEN)):
        form = await server.moderator.click(await card(server, number), label="Dismiss")
        await server.moderator.submit_modal(form, {"reason": "spam"})
    await server.moderator.click(first, label="Next page")
    second = option_values(first, OPEN)
    await server.moderator.click(first, label="Next page")
    third = option_values(first, OPEN)

    assert second == [str(number) for number in range(11, 21)]
    assert third == ["21", "22", "23"]


async def test_a_search_goes_on_where_it_was_although_cases_came_meanwhile(server: Server) -> None:
    await _many_cases(server, 12)
    found = answer_message(await server.moderator.slash(server.channel, "review search", text="zebras"))
    await server.member.slash(server.channel, "ask", question="what is copyleft number 99 about zebras?")
    newest = rows(server, "SELECT answer_id FROM answers ORDER BY id DESC LIMIT 1")[0][0]
    await server.stages.votes.cast(newest, server.guild.id, "m" * 32, NotHelpful(Reason.WRONG, "", ""))
    await server.moderator.click(found, label="Next page")

    assert option_values(found, OPEN) == ["2", "1"]


@pytest.mark.parametrize(
    ("custom_id", "said"),
    [
        ("review:queue:a--0::::1", "page 2 of 2"),
        ("review:search:zebras:1", "page 2 of 2"),
        ("review:audit:::0", "Audit log"),
        ("review:phrasings:0", "Confirmed questions"),
        ("note:page:any:0", "Community notes"),
    ],
)
async def test_a_button_that_was_posted_with_a_page_number_still_works(server: Server, custom_id: str, said: str) -> None:
    await _many_cases(server, 12)
    pressed = await press_forged(server.moderator, server.channel, custom_id)

    assert said in shown(answer_message(pressed))


async def _many_cases(server: Server, count: int) -> None:
    """Make cases of votes on as many questions, without drawing a message for each."""
    for number in range(count):
        await ask(server, (server.member, server.second)[number % 2], question=f"what is copyleft number {number} about zebras?")
    votes = server.stages.votes
    for (answer_id,) in rows(server, "SELECT answer_id FROM answers ORDER BY id"):
        await votes.cast(answer_id, server.guild.id, "m" * 32, NotHelpful(Reason.WRONG, "", ""))


@RESTARTED
async def test_opening_a_case_from_the_list(server: Server, restarted: bool) -> None:
    await some_cases(server, 2)
    message = await queue(server)
    await maybe_restart(server, restarted)
    opened = answer_message(await server.moderator.select(message, ["2"], custom_id="review:open"))

    assert opened.ephemeral
    assert "Case #2" in shown(opened)


@RESTARTED
async def test_search_finds_words_of_comments_and_closed_cases_and_is_paged(server: Server, restarted: bool) -> None:
    await some_cases(server, 2)
    await vote_against(
        server, await ask(server, server.second, "what does the MIT license allow?"), server.second, comment="giraffes: 100%"
    )
    form = await server.moderator.click(await card(server, 3), label="Dismiss")
    await server.moderator.submit_modal(form, {"reason": "spam"})
    message = answer_message(await server.moderator.slash(server.channel, "review search", text="giraffes"))
    nothing = answer_message(await server.moderator.slash(server.channel, "review search", text="elephants"))
    await maybe_restart(server, restarted)
    turned = await press_forged(server.moderator, server.channel, "review:search:giraffes:5")

    assert option_values(message, OPEN) == ["3"]
    assert "No case has all of these words" in shown(nothing)
    assert not turned.followups


@RESTARTED
async def test_bulk_dismiss_states_the_number_and_lists_what_was_not_possible(server: Server, restarted: bool) -> None:
    await some_cases(server, 3)
    await server.second_moderator.click(await card(server, 2, server.second_moderator), label="Claim")
    message = await queue(server)
    await maybe_restart(server, restarted)
    asked = answer_message(await server.moderator.select(message, ["1", "2", "3"], custom_id="review:pick"))
    await maybe_restart(server, restarted)
    form = await server.moderator.click(asked, label="Dismiss 3 cases")
    await maybe_restart(server, restarted)
    result = answer_message(await server.moderator.submit_modal(form, {"reason": "duplicate", "text": "see #9"}))

    assert "You picked **3 cases**: #1, #2, #3" in shown(asked)
    assert form.modal is not None
    assert form.modal["title"] == "Dismiss 3 cases"
    assert "**2 of 3 cases** dismissed." in shown(result)
    assert f"• Case #2 is with <@{server.second_moderator.id}>." in shown(result)
    assert states(server) == ["dismissed", "claimed", "dismissed"]


@RESTARTED
async def test_bulk_claim_and_bulk_resolve(server: Server, restarted: bool) -> None:
    await some_cases(server, 2)
    asked = answer_message(await server.moderator.select(await queue(server), ["1", "2"], custom_id="review:pick"))
    await maybe_restart(server, restarted)
    claimed = answer_message(await server.moderator.click(asked, label="Claim 2 cases"))
    assert states(server) == ["claimed", "claimed"]
    form = await server.moderator.click(asked, label="Resolve 2 cases")
    resolved = answer_message(await server.moderator.submit_modal(form, {"outcome": "answered", "message": "said so"}))

    assert "**2 of 2 cases** claimed." in shown(claimed)
    assert "**2 of 2 cases** resolved." in shown(resolved)
    assert case_row(server, 2) == ("resolved", server.moderator.id, "answered", None, "said so")


@pytest.mark.fault(21)
async def test_bulk_with_numbers_of_another_server_changes_nothing_here(server: Server) -> None:
    await some_cases(server, 2)
    asked = answer_message(await choose_forged(server.foreign_moderator, server.elsewhere, "review:pick", STRING, ["1", "2"]))
    reply = answer_message(await press_forged(server.foreign_moderator, server.elsewhere, controls(asked)["Claim 2 cases"]))

    assert "**0 of 2 cases** claimed." in shown(reply)
    assert "Case #1 is not here." in shown(reply)
    assert states(server) == ["open", "open"]


@pytest.mark.parametrize("values", [["x"], ["\u0661"], ["9" * 30], ["-1"]])
async def test_a_choice_that_was_never_offered_is_not_found(server: Server, values: list[str]) -> None:
    for name in ("review:open", "review:pick"):
        reply = answer_message(await choose_forged(server.moderator, server.channel, name, STRING, values))
        assert "no longer available" in shown(reply)


@pytest.mark.fault(20)
@pytest.mark.parametrize(
    "custom_id",
    [
        "review:queue:zzz0::::0",
        "review:queue:a--0:::99999999:0",
        "review:queue:a--0:aaaaaaaaaaaa:::0",
        "review:queue:a--0::aaaaaaaaaaaa::0",
        "review:bulk-claim:",
        "review:bulk-claim:1.2.3.4.5.6.7.8.9.a.b",
        "review:audit:9999999999999999999::0",
        "review:next:99999999999999999999",
    ],
)
async def test_fault_20_a_forged_list_is_no_longer_available(server: Server, custom_id: str) -> None:
    await some_cases(server, 1)
    result = await press_forged(server.moderator, server.channel, custom_id)

    assert "no longer available" in shown(answer_message(result))
    assert states(server) == ["open"]


async def test_a_forged_bulk_form_of_twelve_cases_is_no_form(server: Server) -> None:
    name = "review:bulk-dismiss:" + ".".join("123456789abc")
    reply = answer_message(await submit_forged(server.moderator, server.channel, name, {"reason": ["spam"]}))

    assert "no longer available" in shown(reply)


async def test_a_search_of_sixty_emoji_still_fits_into_the_ids_of_its_pages(server: Server) -> None:
    found = answer_message(await server.moderator.slash(server.channel, "review search", text="🦓" * 60))
    nothing = answer_message(await server.moderator.slash(server.channel, "review search", text="   "))

    assert shown(found).count("🦓") == 30
    assert "write a word to search for" in shown(nothing)


@RESTARTED
async def test_the_home_says_what_is_new_mine_and_oldest_and_how_the_week_was_and_leads_on_and_back(
    server: Server, restarted: bool
) -> None:
    await some_cases(server, 4)
    await server.moderator.click(await card(server, 2), label="Claim")
    home = answer_message(await server.moderator.slash(server.channel, "review home"))
    first = shown(home)
    await maybe_restart(server, restarted)
    await server.moderator.click(home, label="My cases")
    mine = option_values(home, OPEN)
    await server.moderator.click(home, label="Home")
    back = shown(home)
    await server.moderator.click(home, label="Whole queue")
    everything = option_values(home, OPEN)
    await server.moderator.click(home, label="Home")
    await server.moderator.click(home, label="Open the oldest")
    opened = shown(home)
    await server.moderator.click(home, label="Home")

    assert home.ephemeral
    assert "**4 cases** to do. The oldest came <t:" in first
    assert first.index("**New**") < first.index("**#4**") < first.index("**Yours**") < first.index("**#2**")
    assert first.index("**Waiting longest**") < first.index("**#1**")
    assert "**This week** 4 questions: 4 answered" in first
    assert "Helpful: 0 of 4 votes." in first
    fresh = answer_message(await server.moderator.slash(server.channel, "review home"))
    assert {"Open the oldest", "Whole queue", "My cases"} <= set(controls(fresh))
    assert sorted(option_values(fresh, OPEN)) == ["1", "2", "3", "4"]
    assert "Case #3" in shown(answer_message(await server.moderator.select(fresh, ["3"], custom_id="review:open")))
    assert mine == ["2"]
    assert everything == ["1", "2", "3", "4"]
    assert back == first
    assert "Case #1" in opened
    assert shown(home) == first


async def test_a_home_without_cases_says_so_in_a_friendly_way(server: Server) -> None:
    home = answer_message(await server.moderator.slash(server.channel, "review home"))

    assert "Nothing is waiting" in shown(home)
    assert "nobody asked anything" in shown(home)
    assert "Open the oldest" not in controls(home)
