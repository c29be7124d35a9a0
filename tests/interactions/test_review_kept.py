"""Keeping the question of a resolved case as a test: offered, put into own words, listed, removed; also after a restart."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from simcord.enums import ComponentType

from bot.cases.case import Actor, Resolution
from bot.exts.review.kept import PAGE_SIZE
from tests.interactions.conftest import Server
from tests.interactions.forging import choose_forged, press_forged, submit_forged
from tests.interactions.reading import answer_message, controls, option_values, shown
from tests.interactions.reviewing import card, confirm, one_case, some_cases, states
from tests.interactions.rows import rows

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
WORDING = "what is that zebra license thing?"


async def maybe_restart(server: Server, restarted: bool) -> None:
    if restarted:
        await server.restart()


def write(server: Server, statement: str) -> None:
    with closing(sqlite3.connect(server.stages.database.path)) as connection:
        connection.execute(statement)
        connection.commit()


async def keep(server: Server, *questions: str) -> None:
    """Keep some questions of a resolved case, of which nothing is answered by a section."""
    await one_case(server)
    actor, review = Actor(server.guild.id, server.moderator.id), server.stages.review
    await review.decisions.resolve(actor, 1, Resolution.NO_CHANGE)
    for question in questions:
        await review.kept.keep(actor, 1, question, None)


@RESTARTED
async def test_resolving_offers_to_keep_the_question_and_asks_for_the_moderators_words(server: Server, restarted: bool) -> None:
    await one_case(server)
    form = await server.moderator.click(await card(server), label="Resolve")
    offer = answer_message(await server.moderator.submit_modal(form, {"outcome": "no-change", "keep": True}))
    await maybe_restart(server, restarted)
    words = await server.moderator.click(offer, label="Write it in my words")
    assert words.modal is not None
    section = words.modal["components"][1]["component"]["options"][0]
    await maybe_restart(server, restarted)
    kept = answer_message(await server.moderator.submit_modal(words, {"section": [section["value"]], "wording": WORDING}))
    await server.member.click(answer_message(await server.member.slash(server.channel, "privacy delete")), label="Delete everything")
    listed = shown(answer_message(await server.moderator.slash(server.channel, "review kept")))

    assert "put it into your own words. The member's words are not kept." in shown(offer)
    assert offer.ephemeral
    assert (section["label"], section["default"]) == ("Copyleft", True)
    assert f"Kept as a test, in your words: “{WORDING}”" in shown(kept)
    assert f"“{WORDING}” → **Copyleft** · case #1" in listed
    assert rows(server, "SELECT question, section_id FROM kept_questions") == [(WORDING, "basics/licenses#copyleft")]


async def test_what_was_confirmed_in_a_moderators_words_is_kept_without_a_question(server: Server) -> None:
    await one_case(server)
    form = await server.moderator.click(await card(server), label="Right section")
    assert form.modal is not None
    key = form.modal["components"][1]["component"]["options"][0]["value"]
    await confirm(server, form, {"section": [key], "wording": WORDING})
    resolving = await server.moderator.click(await card(server), label="Resolve")
    assert resolving.modal is not None
    box = resolving.modal["components"][-1]["component"]
    said = answer_message(await server.moderator.submit_modal(resolving, {"outcome": "no-change", "keep": True}))

    assert box["default"] is True
    assert f"Kept as a test, in your words: “{WORDING}”" in shown(said)
    assert states(server) == ["resolved"]
    assert rows(server, "SELECT question FROM kept_questions") == [(WORDING,)]
    assert "kept the question of case #1 as a test for **Copyleft**" in shown(
        answer_message(await server.moderator.slash(server.channel, "review audit"))
    )


async def test_where_keeping_fails_the_case_is_said_to_be_resolved_and_the_question_can_be_kept_later(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    await one_case(server)
    actor, phrasings = Actor(server.guild.id, server.moderator.id), server.stages.review.phrasings
    await phrasings.accept(actor, (await phrasings.draft(actor, 1, "basics/licenses#copyleft", WORDING)).draft_id)
    opened = await card(server)
    form = await server.moderator.click(opened, label="Resolve")
    write(server, "CREATE TRIGGER full BEFORE INSERT ON kept_questions BEGIN SELECT raise(abort, 'no tests today'); END")
    said = answer_message(await server.moderator.submit_modal(form, {"outcome": "no-change", "keep": True}))
    write(server, "DROP TRIGGER full")
    on_card = "Keep as a test" in controls(opened)
    words = await server.moderator.click(said, label="Write it in my words")
    await server.moderator.submit_modal(words, {"section": ["declined"], "wording": "zebra crossing"})

    assert states(server) == ["resolved"]
    assert "Case #1 is resolved, but I could not keep its question as a test." in shown(said)
    assert shown(said).rsplit(" ", 1)[-1] in caplog.text
    assert "nothing was stored" not in shown(said)
    assert rows(server, "SELECT question FROM kept_questions") == [("zebra crossing",)]
    assert (on_card, "Keep as a test" in controls(await card(server))) == (True, False)


async def test_of_several_whose_keeping_fails_the_numbers_are_named(server: Server) -> None:
    await some_cases(server, 2)
    actor, phrasings = Actor(server.guild.id, server.moderator.id), server.stages.review.phrasings
    for number in (1, 2):
        await phrasings.accept(actor, (await phrasings.draft(actor, number, "basics/licenses#copyleft", f"{WORDING} {number}")).draft_id)
    listed = answer_message(await server.moderator.slash(server.channel, "review queue"))
    picked = answer_message(await server.moderator.select(listed, ["1", "2"], custom_id="review:pick"))
    form = await server.moderator.click(picked, label="Resolve 2 cases")
    write(server, "CREATE TRIGGER full BEFORE INSERT ON kept_questions BEGIN SELECT raise(abort, 'no tests today'); END")
    said = await server.moderator.submit_modal(form, {"outcome": "no-change", "keep": True})

    assert any("are resolved, but I could not keep their questions as tests." in shown(message) for message in said.followups)
    assert states(server) == ["resolved", "resolved"]


async def test_who_clears_the_box_keeps_nothing_and_is_asked_nothing(server: Server) -> None:
    await one_case(server)
    form = await server.moderator.click(await card(server), label="Resolve")
    said = await server.moderator.submit_modal(form, {"outcome": "no-change", "keep": False})

    assert states(server) == ["resolved"]
    assert not any("own words" in shown(message) for message in said.followups)
    assert rows(server, "SELECT 1 FROM kept_questions") == []


async def test_the_members_own_words_are_refused(server: Server) -> None:
    await keep(server)
    reply = answer_message(
        await submit_forged(server.moderator, server.channel, "review:keep:1", {"section": ["declined"], "wording": "What is COPYLEFT"})
    )

    assert "only repeats the member's" in shown(reply)
    assert rows(server, "SELECT 1 FROM kept_questions") == []


async def test_several_cases_that_are_resolved_keep_what_was_worded(server: Server) -> None:
    await some_cases(server, 2)
    actor, phrasings = Actor(server.guild.id, server.moderator.id), server.stages.review.phrasings
    await phrasings.accept(actor, (await phrasings.draft(actor, 2, "basics/licenses#copyleft", WORDING)).draft_id)
    listed = answer_message(await server.moderator.slash(server.channel, "review queue"))
    picked = answer_message(await server.moderator.select(listed, ["1", "2"], custom_id="review:pick"))
    form = await server.moderator.click(picked, label="Resolve 2 cases")
    said = await server.moderator.submit_modal(form, {"outcome": "no-change", "keep": True})

    assert any(f"Kept as a test, in your words: “{WORDING}”" in shown(message) for message in said.followups)
    assert states(server) == ["resolved", "resolved"]


@RESTARTED
async def test_the_list_is_paged_and_a_question_is_removed_from_it(server: Server, restarted: bool) -> None:
    await keep(server, *(f"zebra {number}" for number in range(PAGE_SIZE + 2)))
    listed = answer_message(await server.moderator.slash(server.channel, "review kept"))
    first = shown(listed)
    await maybe_restart(server, restarted)
    await server.moderator.click(listed, label="Older")
    second = shown(listed)
    await server.moderator.select(listed, [option_values(listed, "Remove one")[0]], custom_id=controls(listed)["Remove one"])
    third = shown(listed)

    assert "12 questions · page 1 of 2" in first
    assert "“zebra 11” → *must be declined* · case #1" in first
    assert "“zebra 1”" in second
    assert "“zebra 1”" not in third
    assert "“zebra 0”" in third
    assert len(rows(server, "SELECT 1 FROM kept_questions")) == PAGE_SIZE + 1


async def test_another_servers_questions_are_neither_listed_nor_removed_nor_kept_and_markup_stays_text(server: Server) -> None:
    await keep(server, "@everyone [a](https://evil.example) **zebra**")
    here = answer_message(await server.moderator.slash(server.channel, "review kept"))
    there = answer_message(await server.foreign_moderator.slash(server.elsewhere, "review kept"))
    forged = [
        await choose_forged(server.foreign_moderator, server.elsewhere, "review:unkeep:0", ComponentType.STRING_SELECT, ["1"]),
        await press_forged(server.foreign_moderator, server.elsewhere, "review:keep:1"),
        await submit_forged(
            server.foreign_moderator, server.elsewhere, "review:keep:1", {"section": ["declined"], "wording": "zebra crossing"}
        ),
    ]

    assert "@everyone" not in shown(here)
    assert "[a](" not in shown(here)
    assert "There are none yet." in shown(there)
    assert ["no longer available" in shown(answer_message(result)) for result in forged] == [True, True, True]
    assert len(rows(server, "SELECT 1 FROM kept_questions")) == 1
