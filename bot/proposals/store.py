"""Proposals: corrections of sections that wait to be handed on to whoever keeps the knowledge.

A proposal keeps the source text as it was and as it should be, never a file: the patch is made when it is wanted, of the folder as it is
then, and refused where somebody else has changed the section meanwhile. What is kept was checked first: the folder is read with it, and
nothing but the section may be another one; how answers change by it is for the gate to say, where the patch goes. The folder that the bot
serves from is read and never written.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from bot.answering.knowledge import Knowledge
from bot.cases.case import Actor, find_case
from bot.cases.signals import bring_up_to_date
from bot.corpus.document import Corpus, Section, digest
from bot.corpus.files import Limits, knowledge_files
from bot.corpus.linting import lint
from bot.corpus.loading import TERMS_FILE, LoadedCorpus, load_corpus
from bot.corpus.problems import Problem, Severity
from bot.errors import KnowledgeError, NotFound
from bot.proposals.patching import Correction, Editable, NotPatched, diff, editable, patched
from bot.storage.audit import AuditAction, write_audit
from bot.storage.columns import StoredRow
from bot.storage.database import Database
from bot.storage.dialect import insert_once
from bot.storage.paging import Order, Page, Position, page_at
from bot.storage.tables import cases, proposals
from bot.texts import proposals as texts


class ProposalState(StrEnum):
    """Where a proposal stands; stored as written here."""

    WAITING = "waiting"
    HANDED_ON = "handed-on"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction that a moderator wrote."""

    proposal_id: int
    guild_id: int
    case_number: int | None
    correction: Correction
    credit: str | None
    """What the moderator wants to be called in the history of the knowledge; None for no name."""
    moderator_id: int
    state: ProposalState
    reference: str | None
    """Where it was handed on to: a branch, or the address of a pull request."""
    proposed_at: datetime

    @property
    def section_id(self) -> str:
        """The section as it was called then."""
        return self.correction.section_id


@dataclass(frozen=True, slots=True)
class Patch:
    """A proposal as a change of a file."""

    path: str
    """Below the knowledge folder."""
    content: bytes
    """The file with the correction."""
    diff: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The text of a section for a form."""

    editable: Editable
    digest: str
    """By which the same text is recognized when the form is sent."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """Keeps what moderators propose."""

    database: Database
    knowledge: Knowledge

    async def open(self, section: Section) -> Opened:
        """What can be edited of a section, as it stands in its file.

        Raises:
            NotPatched: it can only be edited by hand.
        """
        text = editable(await self._file(section), section, self.knowledge.limits)
        return Opened(text, _digest_of(text))

    async def propose(
        self, actor: Actor, number: int, section: Section, after: Editable, *, base: str, credit: str | None = None
    ) -> tuple[Proposal, Patch, tuple[Problem, ...]]:
        """Check a correction and keep it; the warnings are those that the folder has because of it.

        Args:
            actor: who, where and by which interaction.
            number: the case that it is made for.
            section: what it corrects.
            after: the text as it should be.
            base: the digest of the text that the moderator began with.
            credit: what the moderator wants to be called.

        Raises:
            NotFound: the guild has no such case.
            NotPatched: it changes nothing, the text was changed meanwhile, or the knowledge would have a fault.
            NotSaved: it is not kept.
        """
        content = await self._file(section)
        limits = self.knowledge.limits
        before = editable(content, section, limits)
        if _digest_of(before) != base:
            raise NotPatched(texts.CHANGED_SINCE)
        correction = Correction(section.id, before, after)
        new = patched(content, section, correction, limits)
        now = datetime.now(UTC)
        checked = await asyncio.to_thread(check_correction, self.knowledge.folder, limits, section, new, now.date())
        async with self.database.write() as connection:
            case = await find_case(connection, actor.guild_id, number)
            row = {
                "guild_id": actor.guild_id, "case": case.id, "section_id": section.id, "text_before": before.text, "text": after.text,
                "questions_before": _joined(before.questions), "questions": _joined(after.questions), "credit": credit,
                "moderator_id": actor.moderator_id, "state": ProposalState.WAITING.value, "proposed_at": now,
                "interaction_id": actor.interaction_id,
            }  # fmt: skip
            stored = (await connection.execute(insert_once(proposals, row).returning(proposals.c.id))).scalar()
            if stored is not None:
                action = AuditAction.PROPOSED_CORRECTION
                await write_audit(
                    connection, actor.guild_id, actor.moderator_id, action, now, case_number=case.number, detail=section.id
                )  # fmt: skip
                await bring_up_to_date(connection, [case.id], now)  # its card says that the correction waits
            same = proposals.c.id == stored if stored is not None else proposals.c.interaction_id == actor.interaction_id
            kept = (await connection.execute(_query().where(proposals.c.guild_id == actor.guild_id, same))).one()
        return _proposal(kept), Patch(section.path, new, diff(content, new, section.path)), checked.warnings

    async def find(self, guild_id: int, proposal_id: int) -> Proposal:
        """A proposal of a guild.

        Raises:
            NotFound: the guild has none of that id.
        """
        query = _query().where(proposals.c.guild_id == guild_id, proposals.c.id == proposal_id)
        async with self.database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise NotFound(f"guild {guild_id} has no proposal {proposal_id}")
        return _proposal(row)

    async def page(self, guild_id: int, at: int | Position = 0, size: int = 10) -> Page[Proposal]:
        """A page of a guild's proposals, the newest first."""
        query = _query().where(proposals.c.guild_id == guild_id)
        async with self.database.read() as connection:
            rows, paging = await page_at(connection, query, Order((proposals.c.id,)), at, size)
        return paging.of(tuple(_proposal(row) for row in rows))

    async def patch(self, proposal: Proposal) -> Patch:
        """The change of the folder as it is now.

        Raises:
            NotPatched: the section is gone, or was changed meanwhile.
        """
        section = self.knowledge.engine.corpus.section(proposal.section_id)
        if section is None:
            raise NotPatched(texts.SECTION_GONE)
        content = await self._file(section)
        new = patched(content, section, proposal.correction, self.knowledge.limits)
        return Patch(section.path, new, diff(content, new, section.path))

    async def settle(self, actor: Actor, proposal_id: int, state: ProposalState, reference: str | None = None) -> bool:
        """Take note of what became of a proposal; False where it was settled already.

        Raises:
            NotFound: the guild has none of that id.
            NotSaved: it still waits.
        """
        now = datetime.now(UTC)
        proposal = await self.find(actor.guild_id, proposal_id)
        waiting = (proposals.c.guild_id == actor.guild_id) & (proposals.c.id == proposal_id) & proposals.c.settled_at.is_(None)
        settled = {"state": state.value, "reference": reference, "settled_at": now, "settled_by": actor.moderator_id}
        action = AuditAction.DROPPED_CORRECTION if state is ProposalState.DROPPED else AuditAction.HANDED_ON_CORRECTION
        async with self.database.write() as connection:
            changed = (await connection.execute(sa.update(proposals).where(waiting).values(settled))).rowcount
            if changed:
                await write_audit(
                    connection, actor.guild_id, actor.moderator_id, action, now,
                    case_number=proposal.case_number, detail=proposal.section_id,
                )  # fmt: skip
                about = await connection.execute(
                    sa.select(proposals.c.case).where(proposals.c.id == proposal_id, proposals.c.case.is_not(None))
                )
                await bring_up_to_date(connection, about.scalars(), now)
        return bool(changed)

    async def _file(self, section: Section) -> bytes:
        path = self.knowledge.folder / section.path
        try:
            return await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise NotPatched(texts.unreadable(section.path)) from error


def _query() -> sa.Select[StoredRow]:
    return sa.select(proposals, cases.c.number).select_from(proposals.outerjoin(cases, proposals.c.case == cases.c.id))


def _proposal(row: StoredRow) -> Proposal:
    before = Editable(row.text_before, _divided(row.questions_before))
    correction = Correction(row.section_id, before, Editable(row.text, _divided(row.questions)))
    return Proposal(
        row.id, row.guild_id, row.number, correction, row.credit, row.moderator_id, ProposalState(row.state), row.reference, row.proposed_at
    )  # fmt: skip


def _joined(questions: tuple[str, ...] | None) -> str | None:
    return None if questions is None else "\n".join(questions)


def _divided(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(text.split("\n")) if text else ()


def _digest_of(text: Editable) -> str:
    return digest(repr((text.text, text.questions)))


@dataclass(frozen=True, slots=True)
class Checked:
    """What ``check`` says about the folder with a correction that it did not say before."""

    warnings: tuple[Problem, ...]


def check_correction(root: Path, limits: Limits, section: Section, content: bytes, today: date) -> Checked:
    """Read the folder as it is and with a file in its new form; takes seconds, so it is for a thread.

    Raises:
        NotPatched: the new form has a fault, or more would change than this section.
    """
    try:
        before = load_corpus(root, limits)
        with _with_file(root, limits, section.path, content) as folder:
            after = load_corpus(folder, limits)
            known = set(lint(before, today))
            new = [problem for problem in lint(after, today) if problem not in known]
    except KnowledgeError as error:
        raise NotPatched(texts.breaks_reading(str(error))) from error
    faulty = [problem for problem in new if problem.severity is Severity.FAULT]
    if faulty:
        raise NotPatched(texts.has_fault(str(faulty[0])))
    _only_this_one(before, after, section)
    return Checked(tuple(new))


def _only_this_one(before: LoadedCorpus, after: LoadedCorpus, section: Section) -> None:
    was, now = _by_id(before.corpus), _by_id(after.corpus)
    own = {one.id for one in before.corpus.sections if one.article == section.article and one.heading_path == section.heading_path}
    others = sorted(name for name in was.keys() | now.keys() if name not in own and was.get(name) != now.get(name))
    if section.id not in now:
        raise NotPatched(texts.LOSES_SECTION)
    parts = {name for name in others if (one := now.get(name)) is not None and one.heading_path == section.heading_path}
    others = [name for name in others if name not in parts]
    if others:
        raise NotPatched(texts.changes_another(others[0]))


def _by_id(corpus: Corpus) -> dict[str, Section]:
    """What a section says; not on which line, nor what an entry elsewhere says of it."""
    return {section.id: replace(section, line=0, same_as=()) for section in corpus.sections}


@contextmanager
def _with_file(root: Path, limits: Limits, path: str, content: bytes) -> Iterator[Path]:
    """A copy of what is read of a folder, with one file in another form, while the block runs."""
    with tempfile.TemporaryDirectory(prefix="correction-") as name:
        folder = Path(name).resolve() / root.resolve().name
        folder.mkdir()
        for file in (*knowledge_files(root, limits, []), root / TERMS_FILE):
            if file.is_file():
                target = folder / file.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
        (folder / path).write_bytes(content)
        yield folder
