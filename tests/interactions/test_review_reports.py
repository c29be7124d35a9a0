"""/review stats, export and audit."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import replace

import pytest

from bot.client import FaqBot
from tests.interactions.conftest import Server
from tests.interactions.forging import press_forged
from tests.interactions.reading import answer_message, controls, raw_components, shown, walk
from tests.interactions.reviewing import COMMENT, ask, card, one_case, some_cases, vote_against
from tests.interactions.rows import rows

PNG = b"\x89PNG\r\n\x1a\n"
RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])


async def test_stats_are_numbers_and_a_chart_with_alternative_text(server: Server) -> None:
    message = await ask(server)
    await server.second.click(message, label="Helpful")
    await vote_against(server, message)
    await server.second.slash(server.channel, "ask", question="who won the cup?")  # in a conversation of its own
    form = await server.moderator.click(await card(server), label="Resolve")
    await server.moderator.submit_modal(form, {"outcome": "fixed", "why": "by the next reload"})
    stats = (await server.moderator.slash(server.channel, "review stats", days=7)).response

    assert stats is not None
    text = shown(stats)
    assert stats.ephemeral
    assert "The last 7 days" in text
    assert "1 answered, 0 with suggestions, 1 declined" in text
    assert "**Helpful** 1 of 2 votes, too few for a share\n" in text
    assert "Days by UTC" in text
    assert "1 opened, 1 closed, 0 waiting now" in text
    assert "half within" in text
    assert "wrong 1" in text
    assert "Copyleft: 1 not helpful, 1 helpful" in text
    assert (await stats.attachments[0].read()).startswith(PNG)
    image = next(item for item in walk(raw_components(stats)) if "items" in item)
    items = image["items"]
    assert isinstance(items, list)
    assert "1" in items[0]["description"]


async def test_stats_of_a_server_where_nothing_happened_yet(server: Server) -> None:
    stats = (await server.foreign_moderator.slash(server.elsewhere, "review stats")).response

    assert stats is not None
    assert "no votes yet" in shown(stats)
    assert "0 opened, 0 closed, 0 waiting now" in shown(stats)


async def _exported(server: Server, **options: object) -> bytes:
    message = answer_message(await server.moderator.slash(server.channel, "review export", **options))
    assert message.ephemeral
    attachment = message.attachments[0]
    content = await attachment.read()
    return gzip.decompress(content) if attachment.filename.endswith(".gz") else content


async def test_a_csv_export_has_what_the_filter_shows_and_no_formula(server: Server) -> None:
    await vote_against(server, await ask(server), comment="=HYPERLINK(1)")
    await vote_against(server, await ask(server, question="what are open weights?"), reason="outdated")
    table = list(csv.DictReader(io.StringIO((await _exported(server, reason="wrong")).decode("utf-8-sig"))))

    assert len(table) == 1
    assert "what is copyleft?" in table[0].values()
    assert not any(str(cell).startswith(("=", "+", "-", "@")) for cell in table[0].values())


@pytest.mark.parametrize("form", ["jsonl", "md"])
async def test_other_formats_hold_the_words(server: Server, form: str) -> None:
    await one_case(server)
    content = (await _exported(server, format=form)).decode()

    assert COMMENT in content
    if form == "jsonl":
        assert [json.loads(line)["question"] for line in content.splitlines()] == ["what is copyleft?"]


async def test_an_export_names_no_member_unless_an_administrator_asks_and_that_is_recorded(server: Server) -> None:
    await one_case(server)
    name = str(rows(server, "SELECT member_hash FROM votes")[0][0]).encode()
    plain = await _exported(server)
    refused = answer_message(await server.moderator.slash(server.channel, "review export", identities=True))
    full = answer_message(await server.administrator.slash(server.channel, "review export", identities=True))

    assert name not in plain
    assert str(server.member.id).encode() not in plain
    assert "Only administrators can export who said what" in shown(refused)
    assert name in await full.attachments[0].read()
    exports = "SELECT actor_id, action FROM audit WHERE action LIKE 'exported%' ORDER BY id"
    assert rows(server, exports) == [(server.moderator.id, "exported"), (server.administrator.id, "exported-identities")]


async def test_an_export_never_has_another_servers_cases(server: Server) -> None:
    await one_case(server)
    message = answer_message(await server.foreign_moderator.slash(server.elsewhere, "review export"))

    assert b"copyleft" not in await message.attachments[0].read()


async def test_the_audit_log_says_who_did_what(server: Server) -> None:
    await some_cases(server, 2)
    await server.moderator.click(await card(server), label="Claim")
    await server.second_moderator.click(await card(server, 2, server.second_moderator), label="Claim")
    await server.name_helpers()
    answers = frozenset({server.channel.id})
    decide = lambda settings: replace(settings, answer_channels=answers)  # noqa: E731
    await server.stages.guilds.change(server.guild.id, server.administrator.id, decide)
    preview = await server.administrator.slash(server.channel, "settings", digest="daily", answer_threshold=75)
    await server.administrator.click(answer_message(preview), label="Save")
    everything = shown(answer_message(await server.moderator.slash(server.channel, "review audit")))
    of_one = shown(answer_message(await server.moderator.slash(server.channel, "review audit", moderator=server.second_moderator)))
    of_case = shown(answer_message(await server.moderator.slash(server.channel, "review audit", case=1)))
    foreign = shown(answer_message(await server.foreign_moderator.slash(server.elsewhere, "review audit")))

    assert f"<@{server.moderator.id}> claimed case #1 ·" in everything
    assert f"<@{server.administrator.id}> changed the digest from off to daily ·" in everything
    assert f"<@{server.administrator.id}> changed where I answer from nothing to <#{server.channel.id}> ·" in everything
    assert f"<@{server.administrator.id}> changed the roles that moderate from nothing to <@&{server.helpers.id}> ·" in everything
    assert f"<@{server.administrator.id}> changed how sure I must be to answer from default to 75 % ·" in everything
    assert "claimed case #2" in of_one
    assert "claimed case #1" not in of_one
    assert "claimed case #1" in of_case
    assert "claimed case #2" not in of_case
    assert "Nothing is recorded yet" in foreign


@RESTARTED
async def test_a_long_audit_log_is_paged(server: Server, restarted: bool) -> None:
    await one_case(server)
    opened = await card(server)
    for _ in range(9):
        await server.moderator.click(opened, label="Claim")
        await server.moderator.click(opened, label="Unclaim")
    message = answer_message(await server.moderator.slash(server.channel, "review audit"))
    if restarted:
        await server.restart()
    assert "page 1 of 2" in shown(message)
    await server.moderator.click(message, label="Older")

    assert "page 2 of 2" in shown(message)
    assert "Newer" in controls(message)


async def test_a_forged_page_of_the_audit_log_is_the_last_one(server: Server) -> None:
    await one_case(server)
    result = await press_forged(server.moderator, server.channel, "review:audit:::9999")

    assert not result.followups
    assert not server.env.errors


@pytest.mark.fault(61)
async def test_fault_61_an_export_larger_than_the_upload_limit_comes_in_several_files(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some_cases(server, 4)
    monkeypatch.setattr("bot.exts.review.reports._RESERVE", 25 * 1024 * 1024 - 1000)
    result = await server.moderator.slash(server.channel, "review export", format="jsonl")

    sent = [message for message in (result.response, *result.followups) if message is not None]
    files = [attachment for message in sent for attachment in message.attachments]
    assert len(files) > 1
    assert max(file.size for file in files) <= 1000
    assert f"(file 1 of {len(files)})" in shown(sent[0])


async def test_each_command_is_within_discords_8000_characters(server: Server) -> None:
    client = server.env.bot
    assert isinstance(client, FaqBot)

    assert all(_characters(command.to_dict(client.tree)) < 8000 for command in client.tree.get_commands())


def _characters(node: object) -> int:
    """Count what Discord counts: names, descriptions and the values of choices, of all options too."""
    if isinstance(node, dict):
        return sum(len(node[key]) for key in ("name", "description", "value") if isinstance(node.get(key), str)) + sum(
            _characters(node.get(key)) for key in ("options", "choices")
        )
    return sum(_characters(child) for child in node) if isinstance(node, list) else 0


async def test_a_dismissal_is_called_the_same_on_the_card_in_its_history_in_the_audit_log_and_by_privacy_show(server: Server) -> None:
    await one_case(server)
    opened = await card(server)
    form = await server.moderator.click(opened, label="Dismiss")
    await server.moderator.submit_modal(form, {"reason": "not-actionable"})
    log = answer_message(await server.moderator.slash(server.channel, "review audit"))
    own = answer_message(await server.member.slash(server.channel, "privacy show"))

    for message in (opened, log, own):
        assert "not-actionable" not in shown(message)
    assert shown(opened).count("nothing to act on") == 2
    assert "dismissed case #1: nothing to act on" in shown(log)
    assert "not acted on (nothing to act on)" in shown(own)
