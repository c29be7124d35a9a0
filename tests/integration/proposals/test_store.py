"""Proposals: checked, kept, made into a patch of the folder as it is then, settled once, and deleted with who wrote them."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.answering.knowledge import KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings, DeliveryKey
from bot.bootstrap.stages import Stages, open_stages
from bot.cases.case import Actor, Reason
from bot.config import Config
from bot.corpus.document import Section
from bot.corpus.files import Limits
from bot.errors import NotFound
from bot.feedback.question_log import Asker
from bot.feedback.votes import NotHelpful
from bot.proposals.patching import NotPatched
from bot.proposals.store import Proposal, ProposalState
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.rows import CHANNEL, GUILD, MODERATOR, OTHER_GUILD, OTHER_MODERATOR

COPYLEFT = "basics/licenses#copyleft"
NEW = "Copyleft demands that changed versions are shared under the same license."
ACTOR = Actor(GUILD, MODERATOR, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A knowledge folder of its own."""
    shutil.copytree(SMALL_KNOWLEDGE, tmp_path / "knowledge")
    return tmp_path / "knowledge"


@pytest_asyncio.fixture
async def stages(migrated: Config, folder: Path) -> AsyncIterator[Stages]:
    """All stages over that folder, with a case in the database."""
    async with open_stages(migrated, build_knowledge(KnowledgeSource(folder, Limits(), AnswerSettings()))) as opened:
        member = opened.hasher.hash(GUILD, 1001)
        asked = await opened.answering.ask("what is copyleft?", Asker(GUILD, CHANNEL, member), DeliveryKey(b"k", "d"), (1,))
        await opened.votes.cast(asked.answer_id, GUILD, member, NotHelpful(Reason.WRONG))
        yield opened


def copyleft(stages: Stages) -> Section:
    section = stages.knowledge.engine.corpus.section(COPYLEFT)
    assert section is not None
    return section


async def propose(stages: Stages, text: str = NEW, actor: Actor = ACTOR) -> Proposal:
    opened = await stages.review.proposals.open(copyleft(stages))
    after = replace(opened.editable, text=text)
    done = await stages.review.proposals.propose(actor, 1, copyleft(stages), after, base=opened.digest, credit="Ana")
    return done[0]


def apply(folder: Path, patch: str) -> None:
    """Apply a patch as an editor does."""
    subprocess.run(("git", "init", "--quiet"), cwd=folder, check=True)
    subprocess.run(("git", "apply", "-"), cwd=folder, input=patch.encode(), check=True)


async def test_a_correction_is_kept_with_its_difference_and_leaves_the_folder_as_it_is(stages: Stages, folder: Path) -> None:
    before = (folder / "basics/licenses.md").read_bytes()
    kept = await propose(stages)
    patch = await stages.review.proposals.patch(kept)
    found = await stages.review.proposals.find(GUILD, kept.proposal_id)

    assert (found, found.credit, found.case_number, found.state) == (kept, "Ana", 1, ProposalState.WAITING)
    assert "-Copyleft demands that changed versions are shared under the same license. The GPL is the best-known" in patch.diff
    assert f"+{NEW}\n" in patch.diff
    assert (folder / "basics/licenses.md").read_bytes() == before
    await asyncio.to_thread(apply, folder, patch.diff)
    assert (folder / "basics/licenses.md").read_bytes() == patch.content


async def test_the_same_form_delivered_twice_is_one_proposal(stages: Stages) -> None:
    first, second = await propose(stages), await propose(stages)

    assert first.proposal_id == second.proposal_id
    assert (await stages.review.proposals.page(GUILD)).total == 1


async def test_what_has_a_fault_or_was_changed_meanwhile_is_not_kept(stages: Stages, folder: Path) -> None:
    opened = await stages.review.proposals.open(copyleft(stages))
    shared = replace(opened.editable, questions=(*(opened.editable.questions or ()), "What are open weights?"))
    with pytest.raises(NotPatched, match="both claim the question"):
        await stages.review.proposals.propose(ACTOR, 1, copyleft(stages), shared, base=opened.digest)
    file = folder / "basics/licenses.md"
    file.write_text(file.read_text().replace("best-known copyleft", "most used copyleft"))
    with pytest.raises(NotPatched, match="has been changed since this correction was begun"):
        await stages.review.proposals.propose(ACTOR, 1, copyleft(stages), replace(opened.editable, text=NEW), base=opened.digest)

    assert (await stages.review.proposals.page(GUILD)).total == 0


async def test_a_proposal_that_fits_the_folder_no_more_makes_no_patch(stages: Stages, folder: Path) -> None:
    kept = await propose(stages)
    file = folder / "basics/licenses.md"
    file.write_text(file.read_text().replace("best-known copyleft", "most used copyleft"))

    with pytest.raises(NotPatched, match="has been changed since"):
        await stages.review.proposals.patch(kept)


async def test_it_is_settled_once_and_audited(stages: Stages) -> None:
    kept = await propose(stages)
    first = await stages.review.proposals.settle(Actor(GUILD, OTHER_MODERATOR, 2), kept.proposal_id, ProposalState.HANDED_ON, "a branch")
    second = await stages.review.proposals.settle(ACTOR, kept.proposal_id, ProposalState.DROPPED)
    found = await stages.review.proposals.find(GUILD, kept.proposal_id)
    audit = await stages.review.audit.page(GUILD, 0)

    assert (first, second, found.state, found.reference) == (True, False, ProposalState.HANDED_ON, "a branch")
    assert [entry.action.value for entry in audit.items if "correction" in entry.action.value] == [
        "handed-on-correction",
        "proposed-correction",
    ]


async def test_another_server_has_no_part_in_it(stages: Stages) -> None:
    kept = await propose(stages)
    elsewhere = Actor(OTHER_GUILD, MODERATOR, 3)
    with pytest.raises(NotFound):
        await stages.review.proposals.find(OTHER_GUILD, kept.proposal_id)
    with pytest.raises(NotFound):
        await stages.review.proposals.settle(elsewhere, kept.proposal_id, ProposalState.DROPPED)
    with pytest.raises(NotFound):
        await propose(stages, NEW + " Really.", elsewhere)

    assert (await stages.review.proposals.page(OTHER_GUILD)).items == ()
    assert (await stages.review.proposals.find(GUILD, kept.proposal_id)).state is ProposalState.WAITING


async def test_it_is_shown_to_who_wrote_it_and_goes_with_their_data(stages: Stages) -> None:
    await propose(stages)
    mine, others = await stages.members.of(MODERATOR), await stages.members.of(OTHER_MODERATOR)
    deleted = await stages.members.delete(MODERATOR)

    assert ([one.text for one in mine.proposals], others.proposals, deleted) == ([NEW], (), 1)
    assert (await stages.review.proposals.page(GUILD)).total == 0
    assert [one.what.value for one in stages.members.tombstones._read()] == ["proposal"]


async def test_what_was_settled_expires_like_what_moderators_write_and_what_waits_stays(stages: Stages) -> None:
    waiting, dropped = await propose(stages), await propose(stages, NEW + " Really.", Actor(GUILD, MODERATOR, 2))
    await stages.review.proposals.settle(ACTOR, dropped.proposal_id, ProposalState.DROPPED)
    days = stages.config.privacy.feedback_days
    await stages.retention.expire(datetime.now(UTC) + timedelta(days=days - 1))
    young = (await stages.review.proposals.page(GUILD)).total
    await stages.retention.expire(datetime.now(UTC) + timedelta(days=days + 1))

    assert young == 2
    assert [one.proposal_id for one in (await stages.review.proposals.page(GUILD)).items] == [waiting.proposal_id]
