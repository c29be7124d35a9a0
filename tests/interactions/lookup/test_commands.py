"""The lookup commands for members, strangers and in direct messages, privately, and before and after a restart."""

from __future__ import annotations

import discord
import pytest

from bot.exts.lookup.commands import choices
from bot.feedback.votes import VoteCount
from bot.lookup.directory import Completion
from tests.interactions.conftest import Server
from tests.interactions.forging import press_forged
from tests.interactions.lookup.conftest import RESTARTED, from_everywhere
from tests.interactions.lookup.logged import LOGGED
from tests.interactions.reading import answer_message, controls, last, option_values, shown, why
from tests.interactions.rows import rows, votes


@pytest.mark.parametrize(("command", "options", "text", "asked"), LOGGED)
async def test_member_moderator_stranger_and_direct_message_get_the_same_with_its_source_and_vote_controls(
    server: Server, command: str, options: dict[str, str], text: str, asked: str
) -> None:
    for where, result in (await from_everywhere(server, command, **options)).items():
        message = answer_message(result)
        assert text in shown(message), where
        assert "](<https://" in shown(message) or "ource" in shown(message), where
        assert {"Helpful", "Not helpful", "⋯"} <= set(controls(message)), where
        assert not message.ephemeral, where

    stored = rows(server, "SELECT outcome, question, guild_id FROM answers ORDER BY id")
    assert stored == [("lookup", asked, guild) for guild in (server.guild.id, server.guild.id, server.stranger.guild.id, 0)]


@pytest.mark.parametrize(("command", "options", "text", "asked"), LOGGED)
async def test_private_is_seen_by_the_member_alone(server: Server, command: str, options: dict[str, str], text: str, asked: str) -> None:
    message = answer_message(await server.member.slash(server.channel, command, **options, private=True))

    assert asked
    assert text in shown(message)
    assert message.ephemeral
    assert server.channel.last_message is None


@RESTARTED
@pytest.mark.parametrize(("command", "options", "text", "asked"), LOGGED)
async def test_a_lookup_is_voted_on_and_explained(
    server: Server, command: str, options: dict[str, str], text: str, asked: str, restarted: bool
) -> None:
    assert text
    assert asked
    message = answer_message(await server.member.slash(server.channel, command, **options))
    if restarted:
        await server.restart()

    await server.second.click(message, label="Helpful")
    form = await server.member.click(message, label="Not helpful")
    await server.member.submit_modal(form, {"reason": ["outdated"], "comment": "old"})

    assert votes(server) == [(1, None, None, None), (0, "outdated", "old", None)]
    assert "You looked this up by its name" in shown(await why(server.member, message))


async def test_a_stranger_cannot_vote_on_a_foreign_lookup(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "license", name="mit"))
    reply = answer_message(await press_forged(server.stranger, server.elsewhere, controls(message)["Helpful"]))

    assert "no longer available" in shown(reply)
    assert votes(server) == []


async def test_a_server_without_vote_controls_has_none_under_lookups(server: Server) -> None:
    await server.administrator.slash(server.channel, "settings", vote_controls=False)
    message = answer_message(await server.member.slash(server.channel, "glossary", term="lora"))

    assert "⋯" in controls(message)
    assert "Helpful" not in controls(message)


async def test_the_message_of_a_lookup_is_noted_and_counted_like_an_answer(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "glossary", term="lora"))
    await server.second.click(message, label="Helpful")
    answer_id, message_id, section = rows(server, "SELECT answer_id, message_id, section_id FROM answers")[0]

    assert message_id == message.id
    assert section == "catalogues/glossary#low-rank-adaptation"
    assert await server.stages.votes.count(answer_id, server.guild.id) == VoteCount(1, 0)


async def test_a_lookup_gives_a_question_after_it_its_subject(server: Server) -> None:
    await server.member.slash(server.channel, "license", name="openrail-m")
    await server.member.slash(server.channel, "ask", question="why is it so?")

    (searched,) = rows(server, "SELECT searched FROM answers WHERE outcome != 'lookup'")[0]
    assert "openrail" in searched


@pytest.mark.parametrize(
    ("command", "options", "text", "offered"),
    [
        ("license", {"name": "apache 1.1"}, "I don't know a license called “apache 1.1”. Did you mean one of these?", "Apache License 2.0"),
        ("license", {"name": "zebra"}, "Here are some that I know", "Choose a license"),
        ("license", {"name": "mit", "compare": "apache 9"}, "a license called “apache 9”", "Apache License 2.0"),
        ("license", {"name": "apache 9", "compare": "mit"}, "a license called “apache 9”", "Apache License 2.0"),
        ("project", {"name": "tensrflwoo"}, "a project called", "TensorFlow"),
        ("glossary", {"term": "rank"}, "a term called", "low-rank adaptation"),
        ("topic", {"name": "opne weihgtss"}, "a topic called", "Open weights"),
        ("sources", {"topic": "lisenzinng"}, "a topic called", "Licensing"),
    ],
)  # fmt: skip
@RESTARTED
async def test_a_miss_is_reported_to_the_member_alone_and_offers_what_was_meant(
    server: Server, command: str, options: dict[str, str], text: str, offered: str, restarted: bool
) -> None:
    message = answer_message(await server.member.slash(server.channel, command, **options))
    assert text in shown(message)
    assert message.ephemeral
    assert rows(server, "SELECT * FROM answers") == []
    if restarted:
        await server.restart()

    if offered.startswith("Choose"):
        await server.member.select(message, [option_values(message, offered)[0]])
    else:
        await server.member.click(message, label=offered)

    assert rows(server, "SELECT outcome FROM answers") == [("lookup",)]


async def test_a_missed_name_is_shown_without_its_markup(server: Server) -> None:
    text = shown(answer_message(await server.member.slash(server.channel, "license", name="**@everyone** [x](https://evil.org)")))

    assert "\\*\\*@\u200beveryone" in text
    assert "](https://evil" not in text


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"year": "3000"}, "choose a year up to 2024"),
        ({"from": "2020", "to": "2018"}, "2020 is after 2018. Did you mean 2018 to 2020?"),
        ({"year": "yesterday"}, "A year works (2018)"),
        ({"about": "zebras"}, "It has these kinds of events: model, license."),
    ],
)
async def test_a_time_that_cannot_be_gets_a_sentence_that_says_what_is_possible(server: Server, options: dict[str, str], text: str) -> None:
    message = answer_message(await server.member.slash(server.channel, "timeline", **options))

    assert text in shown(message)
    assert message.ephemeral


async def test_an_area_that_is_not_there_gets_a_sentence_with_those_that_are(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "fact", area="cooking"))

    assert "I don't know an area called “cooking”. I have Basics, Licensing and Reference." in shown(message)


@pytest.mark.parametrize("command", ["license", "browse"])
async def test_a_menu_is_not_logged(server: Server, command: str) -> None:
    for where, result in (await from_everywhere(server, command)).items():
        assert controls(answer_message(result)), where
    assert rows(server, "SELECT * FROM answers") == []


@pytest.mark.parametrize("option", ["name", "compare"])
async def test_licenses_are_offered_while_one_is_typed(server: Server, option: str) -> None:
    async def offered(typed: str) -> list[str]:
        return [choice["name"] for choice in await server.member.autocomplete(server.channel, "license", option, typed)]

    assert await offered("") == ["Apache License 2.0", "MIT License", "OpenRAIL-M"]
    assert (await offered("mi"))[0] == "MIT License"
    assert (await offered("apahce"))[0] == "Apache License 2.0"


@pytest.mark.parametrize(
    ("command", "option", "typed", "first"),
    [
        ("project", "name", "ten", "TensorFlow"),
        ("project", "compare", "py", "PyTorch"),
        ("glossary", "term", "lora", "low-rank adaptation"),
        ("topic", "name", "signs", "Signs of openwashing"),
        ("timeline", "year", "20", "2024 (2)"),
        ("timeline", "from", "2022", "2022 (3)"),
        ("timeline", "to", "", "2024 (2)"),
        ("timeline", "about", "big", "BigScience"),
        ("fact", "area", "lic", "Licensing"),
        ("sources", "topic", "lice", "Licensing"),
    ],
)
async def test_names_years_and_areas_are_offered_while_they_are_typed(
    server: Server, command: str, option: str, typed: str, first: str
) -> None:
    offered = await server.member.autocomplete(server.channel, command, option, typed)

    assert offered[0]["name"] == first
    assert len(offered) <= 25


async def test_what_is_offered_in_a_direct_message_is_the_same(server: Server) -> None:
    alone = server.env.create_user("alone")

    assert [choice["value"] for choice in await alone.autocomplete("glossary", "term", "lor")] == ["low-rank adaptation"]


async def test_too_many_lookups_in_a_minute_are_refused_kindly(server: Server) -> None:
    for _ in range(server.stages.config.limits.member_per_minute):
        await server.member.slash(server.channel, "browse", private=True)
    reply = answer_message(await server.member.slash(server.channel, "license", name="mit"))

    assert "That is a lot in one minute" in shown(reply)
    assert reply.ephemeral


async def test_lookups_can_be_installed_by_members_and_used_everywhere(server: Server) -> None:
    names = {"license", "project", "glossary", "topic", "timeline", "browse", "fact", "sources"}
    commands = {command.name: command for command in server.env.bot.tree.get_commands()}  # type: ignore[attr-defined]

    for name in names:
        sent = commands[name].to_dict(server.env.bot.tree)  # type: ignore[attr-defined]
        assert sent["integration_types"] == [0, 1], name
        assert sent["contexts"] == [0, 1, 2], name
    for name in commands.keys() - names - {"help", "about", "privacy"}:
        assert commands[name].to_dict(server.env.bot.tree)["integration_types"] == [0], name  # type: ignore[attr-defined]


async def test_facts_do_not_come_twice_in_a_channel_before_all_were_shown_whatever_restarts(server: Server) -> None:
    facts = 5  # sections of these two areas that open with a statement
    reply: list[str] = []
    for number in range(facts):
        area = "basics" if number < 3 else "licensing"
        reply.append(shown(answer_message(await server.second.slash(server.channel, "fact", area=area))))
        await server.restart()

    assert len(set(reply)) == facts
    again = shown(answer_message(await server.member.slash(server.channel, "fact", area="licensing")))
    assert again in reply


async def test_another_fact_takes_the_place_of_the_first(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "fact", area="basics"))
    first = shown(message)
    await server.restart()
    await server.member.click(message, label="Another fact")

    second = shown(last(server.channel))
    assert isinstance(last(server.channel), discord.Message)
    assert second != first
    assert "Did you know? (Basics)" in second
    assert rows(server, "SELECT count(DISTINCT section_id) FROM answers") == [(2,)]


def test_what_discord_would_refuse_is_not_offered() -> None:
    offered = choices(
        [
            Completion("x" * 300, "key"),
            Completion("a", "v" * 101),
            Completion(" ", "value"),
            *(Completion(str(n), str(n)) for n in range(40)),
        ]
    )

    assert len(offered) == 25
    assert (len(offered[0].name), offered[0].value, offered[1].name) == (100, "key", "0")


async def test_another_fact_of_an_area_that_is_gone_is_none(server: Server) -> None:
    reply = answer_message(await press_forged(server.member, server.channel, "fact:next:aaaaaaaaaaaa"))

    assert "no longer available" in shown(reply)
    assert rows(server, "SELECT 1 FROM answers") == []
