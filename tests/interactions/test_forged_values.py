"""Values that nobody offered, in every control, form and option: a sentence, no row, and nothing of them in the log."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence

import pytest
import simcord
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simcord import actors
from simcord.enums import ComponentType, InteractionType

from bot.corpus.document import section_key
from bot.exts.kit.controls import Control, Form
from bot.exts.registry import CONTROLS, FORMS
from tests.interactions.conftest import Server
from tests.interactions.forging import choose_forged, press_forged, submit_forged
from tests.interactions.reading import answer_message, shown
from tests.interactions.reviewing import one_case
from tests.interactions.rows import rows

GONE = "no longer available"
SECRET = "zebra secret"
ALL_SELECTS = [ComponentType.STRING_SELECT, ComponentType.ROLE_SELECT, ComponentType.CHANNEL_SELECT]
FIELDS = ("reason", "comment", "correction", "tell", "question", "outcome", "message", "text", "section")
NUMBERS = ["", " ", "0", "1", "-1", "9" * 18, "9" * 19, "9" * 40, "٣", "1.5", "1e9", "NaN"]
HOSTILE = st.one_of(st.sampled_from([*NUMBERS, "true", "wrong", "fixed", "approved", "spam"]), st.text(max_size=40), st.just(SECRET))
ACTIONS: list[type[Control] | type[Form]] = [*CONTROLS, *FORMS]


def template_of(kind: type[Control] | type[Form]) -> str:
    return kind.template if issubclass(kind, Form) else kind.__discord_ui_compiled_template__.pattern


def settled(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """Assert that nothing went wrong inside the bot."""
    assert not server.env.errors
    assert "Traceback" not in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.fault(20)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
async def test_no_value_breaks_a_control_nor_a_form(server: Server, caplog: pytest.LogCaptureFixture, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(ACTIONS))
    ids: st.SearchStrategy[str] = st.from_regex(re.compile(template_of(kind), re.ASCII), fullmatch=True)
    custom_id = data.draw(ids.filter(lambda name: 0 < len(name) <= 100))
    actor = data.draw(st.sampled_from([server.member, server.moderator, server.administrator]))
    if issubclass(kind, Form):
        fields: Mapping[str, str | Sequence[str]] = data.draw(
            st.dictionaries(st.sampled_from(FIELDS), st.one_of(HOSTILE, st.lists(HOSTILE, max_size=3)), max_size=5)
        )
        await submit_forged(actor, server.channel, custom_id, fields)
    elif data.draw(st.booleans()):
        await press_forged(actor, server.channel, custom_id)
    else:
        values = data.draw(st.lists(HOSTILE, max_size=12, unique=True))
        await choose_forged(actor, server.channel, custom_id, data.draw(st.sampled_from(ALL_SELECTS)), values)

    settled(server, caplog)


@pytest.mark.parametrize(
    ("custom_id", "values"),
    [
        ("review:pick", []),
        ("review:pick", ["9" * 18]),
        ("review:pick", ["x"]),
        ("review:open", []),
        ("review:open", [SECRET]),
        ("note:withdraw", []),
        ("note:withdraw", ["9" * 30]),
        ("review:unphrase:0", [SECRET]),
        ("settings:roles", [SECRET]),
        ("settings:review-channel", ["9" * 40]),
        ("browse:choose:area", [SECRET]),
        ("browse:choose:section", [SECRET]),
        ("timeline:year:-:-:-:", [SECRET]),
        ("lookup:choose:related", []),
        (f"lookup:version:{section_key('catalogues/projects#tensorflow')}", [SECRET]),
        (f"lookup:version:{section_key('catalogues/licenses#mit')}", []),
    ],
)
async def test_a_choice_that_was_never_offered_is_not_found(
    server: Server, caplog: pytest.LogCaptureFixture, custom_id: str, values: list[str]
) -> None:
    chosen = await choose_forged(server.administrator, server.channel, custom_id, ComponentType.STRING_SELECT, values)

    assert GONE in shown(answer_message(chosen))
    settled(server, caplog)


@pytest.mark.parametrize("custom_id", ["review:pick", "review:open", "note:withdraw", "settings:roles", "lookup:choose:related"])
async def test_a_button_in_place_of_a_select_is_not_found(server: Server, caplog: pytest.LogCaptureFixture, custom_id: str) -> None:
    pressed = await press_forged(server.administrator, server.channel, custom_id)

    assert GONE in shown(answer_message(pressed))
    settled(server, caplog)


@pytest.mark.fault(20)
@pytest.mark.parametrize(
    ("custom_id", "fields"),
    [
        ("feedback:vote:{answer}", {"reason": [SECRET]}),
        ("feedback:vote:{answer}", {}),
        ("feedback:report:{answer}:9999999999999999999", {"reason": ["wrong"]}),
        ("review:resolve:1", {"outcome": [SECRET]}),
        ("review:resolve:1", {"outcome": ["approved"]}),
        ("review:dismiss:1", {"reason": SECRET}),
        ("review:dismiss:1", {}),
        ("review:note:1", {}),
        ("review:bulk-resolve:1", {}),
        ("review:bulk-dismiss:1", {"reason": [SECRET]}),
        ("review:section:1:{answer}", {"section": [SECRET], "question": "x"}),
    ],
)
async def test_a_form_with_a_value_that_was_never_offered_is_not_found_and_not_in_the_log(
    server: Server, caplog: pytest.LogCaptureFixture, custom_id: str, fields: dict[str, str | Sequence[str]]
) -> None:
    await one_case(server)
    answer = str(rows(server, "SELECT answer_id FROM answers")[0][0])
    before = rows(server, "SELECT * FROM cases"), rows(server, "SELECT * FROM votes"), rows(server, "SELECT * FROM case_notes")
    reply = answer_message(await submit_forged(server.moderator, server.channel, custom_id.format(answer=answer), fields))

    assert GONE in shown(reply)
    assert SECRET not in caplog.text
    assert (rows(server, "SELECT * FROM cases"), rows(server, "SELECT * FROM votes"), rows(server, "SELECT * FROM case_notes")) == before
    settled(server, caplog)


async def slash_forged(actor: simcord.MemberActor, channel: simcord.ChannelHandle, name: str, **given: str) -> simcord.InteractionResult:
    """Use a command with any values of its options, as a modified client can."""
    root_name, *path = name.split()
    root = actor._resolve_root(root_name, 1, channel.id)
    options: list[dict[str, object]] = [{"name": option, "type": 3, "value": value} for option, value in given.items()]
    for part in reversed(path):
        options = [{"name": part, "type": 1, "options": options}]
    data = {"id": root["id"], "name": root_name, "type": 1, "options": options}
    return await actors._dispatch_actor_interaction(actor, InteractionType.APPLICATION_COMMAND, channel, data)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("review queue", {"status": SECRET}),
        ("review queue", {"kind": SECRET}),
        ("review queue", {"reason": SECRET}),
        ("review export", {"format": SECRET}),
        ("settings", {"digest": SECRET}),
        ("license", {"guide": SECRET}),
    ],
)
async def test_an_option_that_was_never_offered_is_not_found_and_not_in_the_log(
    server: Server, caplog: pytest.LogCaptureFixture, command: str, options: dict[str, str]
) -> None:
    reply = answer_message(await slash_forged(server.administrator, server.channel, command, **options))

    assert GONE in shown(reply)
    assert SECRET not in caplog.text
    settled(server, caplog)
