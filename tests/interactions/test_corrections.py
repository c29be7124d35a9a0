"""Correct the section: the form, the difference, the list, the file; after restarts, and for moderators of the server alone."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import simcord

from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.config import ProposalsConfig, ProposalTarget
from bot.corpus.files import Limits
from bot.proposals.sending import GitBranch
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.processes import git
from tests.interactions.conftest import Server
from tests.interactions.forging import press_forged
from tests.interactions.reading import answer_message, controls, option_values, shown
from tests.interactions.reviewing import card, one_case
from tests.interactions.rows import rows

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])
OLD = "Copyleft demands that changed versions are shared under the same license. The GPL is the best-known copyleft license."
NEW = "Copyleft demands that changed versions are shared under the same license. `zebra`"


@pytest.fixture(scope="module")
def built(own_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> BuiltKnowledge:
    """The small knowledge base in a folder of its own."""
    folder = tmp_path_factory.mktemp("corrected") / "knowledge"
    shutil.copytree(SMALL_KNOWLEDGE, folder)
    return build_knowledge(KnowledgeSource(folder, Limits(), AnswerSettings()))


async def opened(server: Server) -> simcord.InteractionResult:
    await one_case(server)
    return await server.moderator.click(await card(server), label="Correct the section")


async def corrected(server: Server, text: str = NEW) -> simcord.ResponseMessage:
    await one_case(server)
    return await corrected_from(server, await card(server), text)


async def corrected_from(server: Server, opened: simcord.ResponseMessage, text: str = NEW) -> simcord.ResponseMessage:
    form = await server.moderator.click(opened, label="Correct the section")
    assert form.modal is not None
    fields = {row["component"]["custom_id"]: row["component"].get("value") or "" for row in form.modal["components"] if "component" in row}
    return answer_message(await server.moderator.submit_modal(form, {**fields, "source": text, "credit": "Ana *of* here"}))


@RESTARTED
async def test_the_form_has_todays_text_and_what_is_sent_is_checked_kept_and_shown(server: Server, restarted: bool) -> None:
    form = await opened(server)
    assert form.modal is not None
    values = {row["component"]["custom_id"]: row["component"].get("value") for row in form.modal["components"] if "component" in row}
    if restarted:
        await server.restart()
    message = answer_message(await server.moderator.submit_modal(form, {**values, "source": NEW, "credit": "Ana"}))

    assert form.modal["title"] == "Correct “Copyleft”"
    assert form.modal["components"][0]["content"] == "**Copyleft** in Licenses, for case #1"
    assert values["source"] == OLD
    assert values["listed"].startswith("What is copyleft?\n")
    assert message.ephemeral
    assert "### Correction of “Copyleft”" in shown(message)
    assert "```diff\n " in shown(message)
    assert "@@" not in shown(message)
    assert f"-{OLD}\n+{NEW.replace('`', chr(0x2CB))}\n" in shown(message)
    assert "Checked and kept. Nothing has changed for members yet" in shown(message)
    assert rows(server, "SELECT state, credit, moderator_id FROM proposals") == [("waiting", "Ana", server.moderator.id)]


@RESTARTED
async def test_the_list_leads_to_the_difference_and_to_a_file_that_git_takes(server: Server, restarted: bool) -> None:
    await corrected(server)
    listed = answer_message(await server.second_moderator.slash(server.channel, "review corrections"))
    if restarted:
        await server.restart()
    (value,) = option_values(listed, "Look at one")
    found = answer_message(await server.second_moderator.select(listed, [value], custom_id="review:correction"))
    file = answer_message(await server.second_moderator.click(found, label="As a patch"))
    patch = (await file.attachments[0].read()).decode()

    assert "**Copyleft** waits" in shown(listed)
    assert f"-{OLD}" in shown(found)
    assert patch.startswith("diff --git a/basics/licenses.md b/basics/licenses.md\n--- a/basics/licenses.md\n")
    assert f"+{NEW}\n" in patch
    assert (listed.ephemeral, found.ephemeral, file.ephemeral) == (True, True, True)


@RESTARTED
async def test_the_card_of_a_case_says_that_its_correction_waits_and_leads_to_it(server: Server, restarted: bool) -> None:
    await one_case(server)
    before = await card(server)
    await corrected_from(server, before)
    redrawn = shown(before)
    if restarted:
        await server.restart()
    after = await card(server, who=server.second_moderator)
    said = shown(after)
    kinds = set(controls(after))
    found = answer_message(await server.second_moderator.click(after, label="See the correction"))
    seen = shown(found)
    await server.second_moderator.click(found, label="Drop it")
    dropped = await card(server)

    line = f"**Correction** of Copyleft by <@{server.moderator.id}>"
    assert line in said
    assert line in redrawn
    assert "A correction waits." in said
    assert f"-{OLD}" in seen
    assert "Correct the section" not in kinds
    assert "dropped the correction of **Copyleft**" in shown(dropped)
    assert "**Correction**" not in shown(dropped)
    assert "Correct the section" in controls(dropped)


@RESTARTED
async def test_a_correction_is_dropped_once(server: Server, restarted: bool) -> None:
    message = await corrected(server)
    if restarted:
        await server.restart()
    await server.moderator.click(message, label="Drop it")
    again = answer_message(await press_forged(server.second_moderator, server.channel, "review:drop-correction:1"))

    assert "dropped" in shown(message)
    assert "Drop it" not in controls(message)
    assert "was handed on or dropped already" in shown(again)
    assert rows(server, "SELECT action FROM audit WHERE action LIKE '%correction'") == [("proposed-correction",), ("dropped-correction",)]


async def test_what_is_refused_goes_back_to_who_wrote_it(server: Server) -> None:
    message = await corrected(server, "Copyleft.\n\n## More\n\nText of more.")
    back = await message.attachments[0].read()

    assert "With this text basics/licenses#more would change as well" in shown(message).replace("\\", "")
    assert "What you wrote is attached" in shown(message)
    assert back.decode() == "Copyleft.\n\n## More\n\nText of more."
    assert rows(server, "SELECT 1 FROM proposals") == []


async def test_nobody_but_moderators_of_the_server_sees_or_drops_a_correction(server: Server) -> None:
    await corrected(server)
    for who, place in ((server.member, server.channel), (server.foreign_moderator, server.elsewhere)):
        for custom_id in ("review:patch:1", "review:drop-correction:1", "review:correct:1"):
            result = await press_forged(who, place, custom_id)
            text = "" if result.modal is not None else shown(answer_message(result))
            assert result.modal is None
            assert "Copyleft demands" not in text
    there = answer_message(await server.foreign_moderator.slash(server.elsewhere, "review corrections"))

    assert "There are none yet." in shown(there)
    assert rows(server, "SELECT state FROM proposals") == [("waiting",)]


async def allowed(server: Server, *servers: int) -> Path:
    """Let moderators of some servers hand corrections on to a branch, and return the repository."""
    folder = server.stages.knowledge.folder
    if not (folder / ".git").exists():
        for arguments in (("init", "--quiet", "--initial-branch", "main"), ("add", "."), ("commit", "--quiet", "--message", "before")):
            await asyncio.to_thread(git, folder, *arguments)
    proposals = ProposalsConfig(to=ProposalTarget.BRANCH, servers=servers)
    config = server.stages.config.model_copy(update={"proposals": proposals})
    server.stages = replace(server.stages, config=config, destination=GitBranch(folder, "main", Limits()))
    await server.restart()
    return folder


@RESTARTED
async def test_a_correction_is_handed_on_to_a_branch_where_the_operator_allows_it(server: Server, restarted: bool) -> None:
    folder = await allowed(server, server.guild.id)
    message = await corrected(server, NEW + f" {restarted}")
    if restarted:
        await server.restart()
    (number,) = rows(server, "SELECT id FROM proposals")[0]
    git(folder, "branch", "--force", "kept", "main")
    if git(folder, "branch", "--list", f"correction-{number}"):
        git(folder, "branch", "-D", f"correction-{number}")
    await server.moderator.click(message, label="Hand it on")
    again = answer_message(await press_forged(server.second_moderator, server.channel, f"review:hand-on:{number}"))

    assert f"handed on: branch correction-{number}" in shown(message).replace("\\", "")
    assert "Hand it on" not in controls(message)
    assert "was handed on or dropped already" in shown(again)
    assert "Suggested-by: Ana *of* here" in git(folder, "log", "-1", "--format=%B", f"correction-{number}")
    assert git(folder, "rev-list", "--count", f"main..correction-{number}").strip() == "1"


async def test_elsewhere_nothing_is_handed_on(server: Server) -> None:
    await allowed(server, server.guild.id + 1)
    message = await corrected(server)
    reply = answer_message(await press_forged(server.moderator, server.channel, "review:hand-on:1"))

    assert "Hand it on" not in controls(message)
    assert "no longer available" in shown(reply)
    assert rows(server, "SELECT state FROM proposals") == [("waiting",)]
