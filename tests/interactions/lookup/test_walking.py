"""Going from one lookup to another by buttons and selects: in place for whoever asked, privately for others, also after a restart."""

from __future__ import annotations

import pytest
import simcord
from simcord.enums import ComponentType

from bot.corpus.document import section_key
from tests.interactions.conftest import Server
from tests.interactions.forging import choose_forged, press_forged
from tests.interactions.lookup.conftest import RESTARTED
from tests.interactions.reading import Message, answer_message, controls, last, option_values, raw_components, shown, walk
from tests.interactions.rows import rows, votes


async def start(server: Server, restarted: bool, command: str, **options: str) -> simcord.ResponseMessage:
    """Look something up, and restart the bot if the test wants that."""
    message = answer_message(await server.member.slash(server.channel, command, **options))
    if restarted:
        await server.restart()
    return message


@RESTARTED
async def test_what_stands_around_a_topic_is_walked_by_the_presser_alone_and_the_topic_stays(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "topic", name="signs of openwashing")
    before = shown(last(server.channel))

    around = answer_message(await server.member.click(message, label="See also"))
    assert around.ephemeral
    assert options(around, "Where to next?") == [("Openwashing", "just before this"), ("Open weights", "in this article")]
    opened = answer_message(await server.member.select(around, [option_values(around, "Where to next?")[0]]))
    assert "Openwashing means calling" in shown(opened)
    further = answer_message(await server.member.click(opened, label="See also"))
    assert options(further, "Where to next?")[0] == ("Signs of openwashing", "next in this article")
    back = answer_message(await server.member.click(further, label="Back to Openwashing"))

    assert "Openwashing means calling" in shown(back)
    assert shown(last(server.channel)) == before
    assert rows(server, "SELECT count(*), count(DISTINCT answer_id) FROM answers") == [(3, 3)]
    await server.member.click(opened, label="Helpful")
    assert votes(server) == [(1, None, None, None)]


@RESTARTED
async def test_areas_articles_and_sections_are_browsed_and_the_way_back_is_there(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "browse")

    await server.member.select(message, [option_values(message, "Choose an area")[0]])
    assert "### Basics" in shown(last(server.channel))
    await server.member.select(last(server.channel), [option_values(last(server.channel), "Choose an article")[0]])
    assert "What is open about open-source AI." in shown(last(server.channel))
    await server.member.select(last(server.channel), [option_values(last(server.channel), "Choose a topic")[0]])
    assert "trained parameters" in shown(last(server.channel))
    for label, text in (
        ("All of “Openness”", "### Openness"),
        ("Back to Basics", "### Basics"),
        ("All areas", "### What would you like to read about?"),
    ):
        await server.member.click(last(server.channel), label=label)
        assert text in shown(last(server.channel))


@RESTARTED
async def test_a_version_of_a_project_is_chosen_from_a_menu_and_leads_back_to_all_of_it(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "project", name="tensorflow")
    more = answer_message(await server.member.click(message, label="More"))
    assert "**Based in** Mountain View, California, United States" in shown(more)
    newest, oldest = option_values(message, "Show a version")

    await server.member.select(message, [newest], custom_id=controls(message)["Show a version"])
    text = shown(last(server.channel))
    assert "### TensorFlow 2.0" in text
    assert "A version of TensorFlow." in text
    assert "**Released** September 30, 2019\n**Sizes** about 400 MB\n**License** Apache-2.0\n**Note** runs eagerly" in text
    assert "as of November 2026" in text
    await server.member.select(last(server.channel), [oldest], custom_id=controls(last(server.channel))["Show a version"])
    assert "**Released** February 2017\n**License** Apache-2.0" in shown(last(server.channel))
    await server.member.click(last(server.channel), label="All about TensorFlow")
    assert "TensorFlow is a framework by Google." in shown(last(server.channel))
    assert rows(server, "SELECT question FROM answers ORDER BY id")[1] == ("/project TensorFlow: TensorFlow 2.0",)


@RESTARTED
async def test_a_license_is_compared_with_a_chosen_one(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "license", name="mit")
    more = answer_message(await server.member.click(message, label="More"))
    rail = section_key("catalogues/licenses#openrail-m")
    both = answer_message(await server.member.select(more, [rail], custom_id=controls(more)["Compare with …"]))

    assert both.ephemeral
    assert shown(both).strip().startswith("### MIT and OpenRAIL-M\n**MIT** is a short permissive license.\n**OpenRAIL-M**")
    assert "**Patents** MIT: not mentioned · OpenRAIL-M: granted" in shown(both)
    whole = answer_message(await server.member.click(both, label="More"))
    single = answer_message(await server.member.click(whole, label="MIT"))
    assert "The MIT License is a short permissive license." in shown(single)


@RESTARTED
async def test_more_shows_all_of_a_comparison_to_the_presser_alone_and_leads_back(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "license", name="mit", compare="apache")
    whole = answer_message(await server.second.click(message, label="More"))
    text = shown(whole)
    if restarted:
        await server.restart()
    back = answer_message(await server.second.click(whole, label="Back to the comparison"))

    assert list(controls(message)) == ["More", "Helpful", "Not helpful", "⋯"]
    assert whole.ephemeral
    assert "**Patents**\nMIT: not mentioned\nApache 2.0: granted" in text
    assert "**SPDX id**" in text
    assert shown(back).strip().startswith("### MIT and Apache 2.0")


@RESTARTED
async def test_the_guide_leads_to_licenses_for_each_kind_of_work(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "license", name="mit")
    more = answer_message(await server.member.click(message, label="More"))
    guides = answer_message(await server.member.click(more, label="Which license should I use?"))
    weights = answer_message(await server.member.click(guides, label="For weights"))
    assert "**OpenRAIL-M** · free to use, except for a list of banned uses (not open source)" in shown(weights)
    assert controls(answer_message(await server.member.click(weights, label="For code")))["For weights"]

    menu = answer_message(await server.member.slash(server.channel, "license"))
    await server.member.select(menu, [section_key("catalogues/licenses#apache-2-0")])
    assert "### Apache License 2.0" in shown(last(server.channel))


async def test_the_guide_says_where_it_knows_no_licenses(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "license", guide="data"))

    assert "no licenses for data" in shown(message)


@RESTARTED
async def test_a_term_leads_to_what_to_see_also(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "glossary", term="lora")
    also = answer_message(await server.member.click(message, label="See also"))
    opened = answer_message(await server.member.select(also, option_values(also, "See also")[:1]))

    assert "An adapter is a small set" in shown(opened)


@RESTARTED
async def test_a_long_timeline_has_a_chart_and_pages_that_keep_their_vote_controls(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "timeline")
    before = controls(message)["Helpful"]
    (attachment,) = message.attachments
    assert attachment.filename == "chart.png"
    assert (await attachment.read()).startswith(b"\x89PNG")
    assert descriptions(message) == [
        "Bar chart of 31 events, 2010 to 2024. At least half of them fall in 2017 to 2024. Most in one year: 3, in 2022."
    ]

    await server.member.click(message, label="Older")
    second = last(server.channel)
    assert "page 2 of 4" in shown(second)
    assert controls(second)["Helpful"] == before
    assert second.attachments == []

    await server.member.click(second, label="Newer")
    assert len(last(server.channel).attachments) == 1
    assert rows(server, "SELECT count(*) FROM answers") == [(1,)]


@RESTARTED
async def test_a_timeline_begins_with_the_newest_event_and_jumps_to_a_year(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "timeline")
    first = shown(message)
    assert first.index("2024") < first.index("2022")
    assert options(message, "Jump to a year")[0] == ("2024", "2 events")

    await server.member.select(message, ["2013"], custom_id=controls(message)["Jump to a year"])
    jumped = last(server.channel)
    assert "[Aug 2013](<https://example.org/timeline>) Model number 7" in shown(jumped)
    assert controls(jumped)["Helpful"] == controls(message)["Helpful"]
    await server.member.select(jumped, ["2024"], custom_id=controls(jumped)["Jump to a year"])
    assert shown(last(server.channel)) == first


async def test_a_year_that_was_never_offered_is_not_found(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "timeline"))
    reply = answer_message(
        await choose_forged(server.member, server.channel, controls(message)["Jump to a year"], ComponentType.STRING_SELECT, ["x" * 9])
    )

    assert "no longer available" in shown(reply)


async def test_few_events_are_shown_with_their_notes_and_need_no_controls_but_the_votes(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "timeline", about="license"))

    assert "\n-# It bans some uses." in shown(message)
    assert {"Newer", "Older", "Jump to a year"} & set(controls(message)) == set()


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("license", {"name": "mit"}), ("license", {"name": "mit", "compare": "apache"}), ("license", {"guide": "code"}), ("license", {}),
        ("project", {"name": "tensorflow"}), ("glossary", {"term": "lora"}), ("topic", {"name": "signs of openwashing"}), ("timeline", {}),
        ("browse", {}), ("fact", {}), ("sources", {}),
    ],
)  # fmt: skip
async def test_a_lookup_has_one_row_of_grey_buttons_and_at_most_one_menu(server: Server, command: str, asked: dict[str, str]) -> None:
    message = answer_message(await server.member.slash(server.channel, command, **asked))
    made = [component["components"] for component in walk(raw_components(message)) if component.get("type") == 1]
    menus = [row for row in made if isinstance(row, list) and row[0]["type"] == 3]

    assert len(menus) <= 1
    assert len(made) - len(menus) <= 1
    own = [component for component in walk(raw_components(message)) if component.get("type") == 2 and "url" not in component]
    assert {component["style"] for component in own if not str(component["custom_id"]).startswith("answer:")} <= {2}


async def test_up_to_five_years_need_no_chart(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "timeline", **{"from": "2020", "to": "2024"}))

    assert message.attachments == []


@RESTARTED
async def test_others_get_their_own_copy_and_the_message_stays(server: Server, restarted: bool) -> None:
    message = await start(server, restarted, "timeline")
    before = shown(last(server.channel))
    reply = answer_message(await server.second.click(message, label="Older"))

    assert reply.ephemeral
    assert "page 2 of 4" in shown(reply)
    assert shown(last(server.channel)) == before


async def test_in_a_private_answer_one_walks_in_place(server: Server) -> None:
    message = answer_message(await server.member.slash(server.channel, "topic", name="open weights", private=True))
    result = await server.member.click(message, label="See also")

    assert result.followups == []
    assert server.channel.last_message is None


async def test_in_a_direct_message_one_walks_too(server: Server) -> None:
    alone = server.env.create_user("alone")
    message = answer_message(await alone.slash("topic", name="open weights"))
    around = answer_message(await alone.click(message, label="See also"))
    opened = answer_message(await alone.select(around, option_values(around, "Where to next?")[:1]))

    assert "Openwashing means calling" in shown(opened)
    assert rows(server, "SELECT DISTINCT guild_id FROM answers") == [(0,)]


MIT_KEY = section_key("catalogues/licenses#mit")
TORCH_KEY = section_key("catalogues/projects#pytorch")


@pytest.mark.parametrize(
    "custom_id",
    [
        "lookup:open:meant:aaaaaaaaaaaa",
        "lookup:open:meant:AAAAAAAAAAAA",
        "lookup:more:aaaaaaaaaaaa",
        "browse:section:aaaaaaaaaaaa:0",
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


def options(message: Message, placeholder: str) -> list[tuple[str, str]]:
    """The labels and descriptions of what a menu offers."""
    menu = next(component for component in walk(raw_components(message)) if component.get("placeholder") == placeholder)
    held = menu["options"]
    assert isinstance(held, list)
    return [(str(one["label"]), str(one.get("description"))) for one in held]


def descriptions(message: simcord.ResponseMessage) -> list[str]:
    """Return the alternative texts of the pictures in a message."""
    return [str(item["description"]) for component in walk(raw_components(message)) for item in _items(component)]


def _items(component: object) -> list[dict[str, object]]:
    assert isinstance(component, dict)
    items = component.get("items", [])
    assert isinstance(items, list)
    return items
