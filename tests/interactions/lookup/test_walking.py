"""Going from one lookup to another by buttons and selects: in place for whoever asked, privately for others, also after a restart."""

from __future__ import annotations

import pytest
import simcord

from bot.corpus.document import section_key
from tests.interactions.conftest import Server
from tests.interactions.forging import press_forged
from tests.interactions.lookup.conftest import RESTARTED
from tests.interactions.reading import answer_message, controls, last, option_values, raw_components, shown, walk
from tests.interactions.rows import rows, votes


async def start(server: Server, restarted: bool, command: str, **options: str) -> simcord.ResponseMessage:
    """Look something up, and restart the bot if the test wants that."""
    message = answer_message(await server.member.slash(server.channel, command, **options))
    if restarted:
        await server.restart()
    return message


@RESTARTED
async def test_the_neighbours_of_a_topic_are_walked_in_place(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "topic", name="signs of openwashing")

    await server.member.click(message, label="Previous: Openwashing")
    assert "Openwashing means calling" in shown(last(server.channel))
    await server.member.click(last(server.channel), label="Next: Signs of openwashing")
    await server.member.click(last(server.channel), label="Up: Openwashing")

    assert "Openwashing means calling" in shown(last(server.channel))
    assert rows(server, "SELECT count(*), count(DISTINCT answer_id) FROM answers") == [(4, 4)]
    assert rows(server, "SELECT DISTINCT message_id FROM answers") == [(message.id,)]
    await server.member.click(last(server.channel), label="Helpful")
    assert votes(server) == [(1, None, None, None)]


@RESTARTED
async def test_areas_articles_and_sections_are_browsed_and_the_way_back_is_there(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "browse")

    await server.member.select(message, [option_values(message, "Choose an area")[0]])
    assert "### Basics" in shown(last(server.channel))
    await server.member.select(last(server.channel), [option_values(last(server.channel), "Choose an article")[0]])
    assert "What is open about open-source AI." in shown(last(server.channel))
    await server.member.select(last(server.channel), [option_values(last(server.channel), "Choose a section")[0]])
    assert "trained parameters" in shown(last(server.channel))
    for label, text in (("All of “Openness”", "### Openness"), ("Back to Basics", "### Basics"), ("All areas", "### What I know about")):
        await server.member.click(last(server.channel), label=label)
        assert text in shown(last(server.channel))


@RESTARTED
async def test_a_version_of_a_project_is_chosen_from_a_menu_and_leads_back_to_all_of_it(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "project", name="tensorflow")
    assert "**Based in:** Mountain View, California, United States" in shown(message)
    newest, oldest = option_values(message, "Show a version")

    await server.member.select(message, [newest], custom_id=controls(message)["Show a version"])
    text = shown(last(server.channel))
    assert "### TensorFlow 2.0" in text
    assert "A version of TensorFlow." in text
    assert "**Released:** September 30, 2019\n**Sizes:** about 400 MB\n**License:** Apache-2.0\n**Note:** runs eagerly" in text
    assert "as of November 2026" in text
    await server.member.select(last(server.channel), [oldest], custom_id=controls(last(server.channel))["Show a version"])
    assert "**Released:** February 2017\n**License:** Apache-2.0" in shown(last(server.channel))
    await server.member.click(last(server.channel), label="All about TensorFlow")
    assert "TensorFlow is a framework by Google." in shown(last(server.channel))
    assert rows(server, "SELECT question FROM answers ORDER BY id")[1] == ("/project TensorFlow: TensorFlow 2.0",)


@RESTARTED
async def test_a_license_is_compared_with_a_chosen_one(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "license", name="mit")
    await server.member.select(message, [section_key("catalogues/licenses#openrail-m")], custom_id=controls(message)["Compare with …"])

    text = shown(last(server.channel))
    assert "### MIT License and OpenRAIL-M" in text
    assert "• OpenRAIL-M: **no**" in text
    await server.member.select(last(server.channel), [section_key("catalogues/licenses#mit")])
    assert "The MIT License is a short permissive license." in shown(last(server.channel))


@RESTARTED
async def test_the_guide_leads_to_licenses_for_each_kind_of_work(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "license", name="mit")
    await server.member.click(message, label="Which license should I use?")
    await server.member.click(last(server.channel), label="For weights")
    assert "Free use except for a list of banned uses; not open source:** OpenRAIL-M" in shown(last(server.channel))
    await server.member.click(last(server.channel), label="For code")
    await server.member.select(last(server.channel), [section_key("catalogues/licenses#apache-2-0")])

    assert "### Apache License 2.0" in shown(last(server.channel))


async def test_the_guide_says_where_it_knows_no_licenses(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "license", guide="data"))

    assert "no licenses for data" in shown(message)


@RESTARTED
async def test_a_term_leads_to_what_to_see_also(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "glossary", term="lora")
    await server.member.select(message, option_values(message, "See also"))

    assert "An adapter is a small set" in shown(last(server.channel))


@RESTARTED
async def test_a_long_timeline_has_a_chart_and_pages_that_keep_their_vote_controls(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "timeline")
    before = controls(message)["Helpful"]
    (attachment,) = message.attachments
    assert attachment.filename == "chart.png"
    assert (await attachment.read()).startswith(b"\x89PNG")
    assert descriptions(message) == ["Bar chart of 31 events, 2010 to 2024. Most in 2022 (3), 2010 (2), 2011 (2)."]

    await server.member.click(message, label="Next page")
    second = last(server.channel)
    assert "page 2 of 2" in shown(second)
    assert "A license for models is published" in shown(second)
    assert controls(second)["Helpful"] == before
    assert second.attachments == []

    await server.member.click(second, label="Previous page")
    assert len(last(server.channel).attachments) == 1
    assert rows(server, "SELECT count(*) FROM answers") == [(1,)]


@RESTARTED
async def test_an_event_is_opened_from_the_timeline(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "timeline", about="license")
    await server.member.select(message, option_values(message, "More about an event"))

    assert "It bans some uses." in shown(last(server.channel))


async def test_up_to_five_years_need_no_chart(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "timeline", **{"from": "2020", "to": "2024"}))

    assert message.attachments == []


@RESTARTED
async def test_others_get_their_own_copy_and_the_message_stays(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "timeline")
    before = shown(last(server.channel))
    reply = answer_message(await server.second.click(message, label="Next page"))

    assert reply.ephemeral
    assert "page 2 of 2" in shown(reply)
    assert shown(last(server.channel)) == before


async def test_in_a_private_answer_one_walks_in_place(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "topic", name="open weights", private=True))
    result = await server.member.click(message, label="Next: Openwashing")

    assert result.followups == []
    assert server.channel.last_message is None


async def test_in_a_direct_message_one_walks_in_place(server: Server) -> None:
    alone = server.env.create_user("alone")
    message = answer_message(await alone.slash("topic", name="open weights"))
    await alone.click(message, label="Next: Openwashing")

    assert "Openwashing means calling" in shown(last(alone.dm_channel))
    assert rows(server, "SELECT DISTINCT guild_id FROM answers") == [(0,)]


MIT_KEY = section_key("catalogues/licenses#mit")
TORCH_KEY = section_key("catalogues/projects#pytorch")


@pytest.mark.parametrize(
    "custom_id",
    [
        "lookup:open:meant:aaaaaaaaaaaa",
        "lookup:open:meant:AAAAAAAAAAAA",
        f"lookup:sides:{MIT_KEY}:{TORCH_KEY}",
        f"lookup:sides:{MIT_KEY}:aaaaaaaaaaaa",
        "license:guide:cars",
        "browse:area:aaaaaaaaaaaa:0",
        "browse:article:aaaaaaaaaaaa:0",
        "browse:area:-:0",
        "browse:areas:-:99999",
        "timeline:page:-:3000:-:0:",
        "timeline:page:-:2018:-:٣:",
        "timeline:page:-:-:-:0:" + "x" * 41,
        "sources:page:-:aaaaaaaaaaaa:0",
        "fact:next:x",
    ],
)
async def test_forged_and_outdated_ids_get_a_sentence(server: Server, custom_id: str) -> None:
    reply = answer_message(await press_forged(server.member, server.channel, custom_id))

    assert "no longer available" in shown(reply)
    assert rows(server, "SELECT * FROM answers") == []


@pytest.mark.parametrize("custom_id", ["timeline:page:-:-:-:9999:", "sources:page:-:-:9999", "browse:areas:-:9999"])
async def test_a_page_beyond_the_end_is_the_last_page(server: Server, custom_id: str) -> None:
    reply = answer_message(await press_forged(server.member, server.channel, custom_id))

    assert "no longer available" not in shown(reply)
    assert len(shown(reply)) > 40


async def test_a_forged_answer_id_on_a_page_gives_no_vote_on_a_foreign_answer(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "license", name="mit"))
    foreign = controls(message)["Helpful"].rsplit(":", 1)[1]
    reply = answer_message(await press_forged(server.stranger, server.elsewhere, f"timeline:page:{foreign}:-:-:1:"))
    await server.stranger.click(reply, label="Helpful")

    assert rows(server, "SELECT answer_id FROM answers WHERE guild_id = ?", server.guild.id) == [(foreign,)]
    assert rows(server, "SELECT count(*) FROM votes JOIN answers ON answers.id = votes.answer WHERE answer_id = ?", foreign) == [(0,)]


def descriptions(message: simcord.ResponseMessage) -> list[str]:
    """Return the alternative texts of the pictures in a message."""
    return [str(item["description"]) for component in walk(raw_components(message)) for item in _items(component)]


def _items(component: object) -> list[dict[str, object]]:
    assert isinstance(component, dict)
    items = component.get("items", [])
    assert isinstance(items, list)
    return items
