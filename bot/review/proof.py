"""The proof of a fix: what a question got when a member objected, and what it gets now that the case is called fixed.

The question is asked again of the state that is live, by the server's own engine, and so are a few like it: questions that the server still
stores, and such as the nearest sections list as theirs. Kept is what changed, by outcome, section, digest of the text and fingerprint,
and of the questions beside it only how many; no text of a member, so a proof outlives the words that it was made with.

What was fixed by another answer is watched: when the state of the bot is another one, by its fingerprint, the question is asked again, once
for each state and also across restarts, and a case whose answer got worse opens again by itself, once for each time that a moderator
resolves it. Where a reason took the place of another answer there is nothing to fall back from, and a question whose words are gone
cannot be asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from rapidfuzz import fuzz, process
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Outcome, OutcomeKind, hits_of, section_of
from bot.cases.case import CaseState, Resolution, find_case
from bot.cases.signals import REOPENED, bring_up_to_date, has_something_left
from bot.corpus.document import Corpus, digest
from bot.feedback.question_log import StoredAnswer, stored_answer
from bot.feedback.recording import ServerEngines
from bot.feedback.replaying import searched_again
from bot.query.message import normalized
from bot.storage.audit import BY_ITSELF, AuditAction, write_audit
from bot.storage.columns import StoredRow
from bot.storage.database import Database
from bot.storage.dialect import insert_once, upsert
from bot.storage.tables import answers, cases, proofs, shown_texts


@dataclass(frozen=True, slots=True)
class Seen:
    """What a member is shown, in words of this program."""

    outcome: str
    section_id: str | None
    digest: str
    """Of the text."""

    def same(self, other: Seen, corpus: Corpus) -> bool:
        """Whether a member sees the same; a section that moved is the same one."""
        return (self.outcome, self.digest) == (other.outcome, other.digest) and self.same_section(other, corpus)

    def same_section(self, other: Seen, corpus: Corpus) -> bool:
        """Whether both show one section, or neither shows any."""
        mine, theirs = (None if one is None else corpus.current(one) for one in (self.section_id, other.section_id))
        return mine == theirs


@dataclass(frozen=True, slots=True)
class Alike:
    """What became of the questions nearest to the one that was fixed."""

    asked: int
    """At most six."""
    changed: int
    """Stored questions that get another answer than they got."""
    missed: int
    """Questions that a section lists as its own, and that it does not answer."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A question before and after."""

    before: Seen
    fingerprint_before: str
    after: Seen | None
    """None where nothing could be asked: the words of the question are gone, or it was looked up or picked."""
    fingerprint_after: str
    text: str | None
    """What is shown after."""
    changed: bool
    alike: Alike
    proved_at: datetime
    why: str | None = None
    """Why it counts as fixed although the answer is the same, in a moderator's words; expires like all that moderators write."""
    worsened_at: datetime | None = None
    """When the case was opened again because the answer had become worse."""

    @property
    def summary(self) -> str:
        """Both sides in one line of words of this program, for logs and files; ids of sections as they were."""
        return f"{of_answer(self.before)} → {of_answer(self.after)}; {self.fingerprint_before} → {self.fingerprint_after}"


def of_answer(seen: Seen | None) -> str:
    """Outcome and section, as "answer licenses#mit"."""
    if seen is None:
        return "not known"
    return seen.outcome if seen.section_id is None else f"{seen.outcome} {seen.section_id}"


def seen_of(outcome: Outcome) -> Seen:
    """What a member is shown by an outcome."""
    section = section_of(outcome)
    return Seen(outcome.kind.value, None if section is None else section.id, digest(outcome.text))


def got_worse(proof: Proof, now: Seen, corpus: Corpus) -> bool:
    """Whether a fix is undone: the old answer is back, or the section that answered does so no longer.

    A text that was edited is no change for the worse, and neither is an answer where there had been suggestions; of what is declined on
    purpose any answer is.
    """
    if proof.after is None or now.same(proof.after, corpus):
        return False
    if now.same(proof.before, corpus):
        return True
    match proof.after.outcome:
        case OutcomeKind.ANSWER:
            return now.outcome != OutcomeKind.ANSWER or not now.same_section(proof.after, corpus)
        case OutcomeKind.SUGGESTIONS:
            return now.outcome == OutcomeKind.ABSTENTION
        case OutcomeKind.ABSTENTION:
            return now.outcome == OutcomeKind.ANSWER
        case _:
            return False


Prover = Callable[[int, int, str | None], Awaitable[Proof | None]]
"""``Proofs.of``: makes the proof of a guild's case."""
_EACH = 3
"""Questions asked beside the one that was fixed, of the stored and of the listed."""
_LOOKED_AT = 2000
"""The newest questions of a server, of which those are compared that still have their words."""
_NEAREST_SECTIONS = 5
_ALIKE = 75.0
"""From 0 to 100; below it, questions share only their grammar."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Makes proofs."""

    database: Database
    engines: ServerEngines

    async def of(self, guild_id: int, number: int, why: str | None) -> Proof | None:
        """Ask the question of a case and a few like it again, in a thread; None for a case that is about no answer.

        Raises:
            NotFound: the guild has no such case.
            StorageError: the server's own engine, or what was asked, cannot be read, so nothing is proved.
        """
        engine = await self.engines.exact(guild_id)
        async with self.database.read() as connection:
            case = await find_case(connection, guild_id, number)
            row = (await connection.execute(sa.select(answers).where(answers.c.id == case.answer))).first()
            if row is None:
                return None
            stored = await stored_answer(connection, row)
            beside = [await stored_answer(connection, one) for one in await _stored_alike(connection, row)]
        return await asyncio.to_thread(_replayed, engine, stored, beside, why)


async def _stored_alike(connection: AsyncConnection, asked: StoredRow) -> Sequence[StoredRow]:
    """The rows of stored questions nearest to one, each in other words."""
    if asked.question is None:
        return ()
    here = sa.select(answers).where(answers.c.guild_id == asked.guild_id, answers.c.id != asked.id)
    newest = here.order_by(answers.c.asked_at.desc()).limit(_LOOKED_AT).subquery()
    computed = newest.c.outcome.in_([OutcomeKind.ANSWER.value, OutcomeKind.SUGGESTIONS.value, OutcomeKind.ABSTENTION.value])
    searched = newest.c.searched.is_not(None) & computed & newest.c.picked.is_not(True)
    found = (await connection.execute(sa.select(newest.c.id, newest.c.normalized_question).where(searched).order_by(newest.c.id))).all()
    own = normalized(asked.question)
    questions = {row.normalized_question: row.id for row in found if row.normalized_question != own}
    best = await asyncio.to_thread(_nearest, own, list(questions))
    return (await connection.execute(sa.select(answers).where(answers.c.id.in_([questions[text] for text in best])))).all()


def _nearest(own: str, questions: Sequence[str]) -> list[str]:
    """The questions nearest to one; for a thread, since thousands of long ones take a tenth of a second."""
    best = process.extract(own, questions, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE, limit=_EACH)
    return [text for text, _, _ in best]


def _replayed(engine: AnswerEngine, stored: StoredAnswer, beside: Sequence[StoredAnswer], why: str | None) -> Proof:
    """The proof; asks the engine at most seven times, so it is for a thread."""
    corpus = engine.corpus
    before = _as_it_was(stored)
    outcome = searched_again(stored, engine)
    after = None if outcome is None else seen_of(outcome)
    again = [(_as_it_was(one), searched_again(one, engine)) for one in beside]
    asked = [(was, seen_of(now)) for was, now in again if now is not None]
    listed = [] if outcome is None else _listed_alike(engine, stored.question or stored.searched or "", outcome)
    missed = 0
    for question, expected in listed:
        section = section_of(engine.answer(question))
        missed += section is None or section.id not in expected
    others = sum(not was.same(now, corpus) for was, now in asked)
    changed = after is not None and not after.same(before, corpus)
    return Proof(
        before=before,
        fingerprint_before=stored.fingerprint,
        after=after,
        fingerprint_after=engine.fingerprint,
        text=None if outcome is None else outcome.text,
        changed=changed,
        alike=Alike(len(asked) + len(listed), others, missed),
        proved_at=datetime.now(UTC),
        why=None if changed else why,
    )


def _as_it_was(stored: StoredAnswer) -> Seen:
    return Seen(stored.outcome, stored.section_id, stored.shown_digest)


def _listed_alike(engine: AnswerEngine, question: str, outcome: Outcome) -> list[tuple[str, frozenset[str]]]:
    """What the sections nearest to a question list in words like its own, and which sections answer each."""
    named: dict[str, frozenset[str]] = {}
    for hit in hits_of(outcome)[:_NEAREST_SECTIONS]:
        section = engine.corpus.section(hit.section_id)
        if section is not None:
            expected = frozenset((section.id, *section.same_as))
            named |= {text: expected | named.get(text, frozenset()) for text in (*section.questions, *section.messages)}
    best = process.extract(question, list(named), scorer=fuzz.token_sort_ratio, limit=_EACH)
    return [(text, named[text]) for text, _, _ in best]


async def store_proof(connection: AsyncConnection, case: StoredRow, proof: Proof) -> None:
    """Keep a proof in place of an earlier one of the same case, within the transaction of the decision."""
    after = proof.after
    values = {
        "outcome_before": proof.before.outcome, "section_before": proof.before.section_id, "digest_before": proof.before.digest,
        "fingerprint_before": proof.fingerprint_before, "outcome_after": None if after is None else after.outcome,
        "section_after": None if after is None else after.section_id, "digest_after": None if after is None else after.digest,
        "fingerprint_after": proof.fingerprint_after, "changed": proof.changed, "why": proof.why, "alike": proof.alike.asked,
        "alike_changed": proof.alike.changed, "alike_missed": proof.alike.missed, "proved_at": proof.proved_at,
        "checked": proof.fingerprint_after, "worsened_at": None,
    }  # fmt: skip
    await connection.execute(upsert(proofs, {"case": case.id}, values, {"guild_id": case.guild_id}))
    if after is not None and proof.text is not None:
        await connection.execute(insert_once(shown_texts, {"digest": after.digest, "text": proof.text}))


IN_FORCE = (cases.c.resolution == Resolution.FIXED.value) | (proofs.c.worsened_at.is_not(None) & cases.c.closed_at.is_(None))
"""Whether a proof says something of its case as it stands: it is fixed, or was opened again because it is worse now."""


def proof_columns() -> tuple[sa.ColumnElement[object], ...]:
    """The columns that ``proof_of`` reads, from a query that joins ``proofs``."""
    text = sa.select(shown_texts.c.text).where(shown_texts.c.digest == proofs.c.digest_after).scalar_subquery()
    chosen = (one for one in proofs.c if one.name not in {"id", "guild_id", "case"})
    return (*chosen, text.label("text_after"))


def proof_of(row: StoredRow) -> Proof | None:
    """Read a proof from a row that has the columns; None where an outer join found none."""
    if row.outcome_before is None:
        return None
    after = None if row.outcome_after is None else Seen(row.outcome_after, row.section_after, row.digest_after)
    return Proof(
        before=Seen(row.outcome_before, row.section_before, row.digest_before),
        fingerprint_before=row.fingerprint_before,
        after=after,
        fingerprint_after=row.fingerprint_after,
        text=row.text_after,
        changed=row.changed,
        alike=Alike(row.alike, row.alike_changed, row.alike_missed),
        proved_at=row.proved_at,
        why=row.why,
        worsened_at=row.worsened_at,
    )


async def proof_in_force(connection: AsyncConnection, case: int) -> Proof | None:
    """The proof that a case stands on, by its row in ``cases``."""
    query = sa.select(*proof_columns()).select_from(proofs.join(cases, proofs.c.case == cases.c.id)).where(cases.c.id == case, IN_FORCE)
    row = (await connection.execute(query)).first()
    return None if row is None else proof_of(row)


_AT_ONCE = 25
"""Cases that are asked, and then written, together."""
_IS_FIXED = (cases.c.state == CaseState.RESOLVED.value) & (cases.c.resolution == Resolution.FIXED.value)


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A fixed case, and what it stands on."""

    case: int
    number: int
    stored: StoredAnswer
    proof: Proof


@dataclass(frozen=True, slots=True)
class Watch:
    """Asks fixed cases again."""

    database: Database
    engines: ServerEngines

    async def look(self) -> int:
        """Put the state that is live to every fixed case that has not seen it; the number is of those that opened again.

        Raises:
            StorageError: it could not be finished; the next look does the rest.
        """
        watched = proofs.join(cases, proofs.c.case == cases.c.id)
        query = sa.select(proofs.c.guild_id).select_from(watched).where(_IS_FIXED, proofs.c.changed).distinct()
        query = query.where(self.engines.guilds.shards.owned(proofs.c.guild_id))
        async with self.database.read() as connection:
            guilds = sorted((await connection.execute(query)).scalars())
        return sum([await self._look_in(guild_id) for guild_id in guilds])

    async def _look_in(self, guild_id: int) -> int:
        engine = await self.engines.exact(guild_id)
        opened = 0
        while watched := await self._not_asked(guild_id, engine.fingerprint):
            worse = await asyncio.to_thread(_worse, engine, watched)
            async with self.database.write() as connection:
                for one in watched:
                    opened += await _settle(connection, guild_id, one, engine.fingerprint, worse.get(one.case))
        return opened

    async def _not_asked(self, guild_id: int, fingerprint: str) -> list[_Fixed]:
        joined = proofs.join(cases, proofs.c.case == cases.c.id).join(answers, cases.c.answer == answers.c.id)
        mine = (proofs.c.guild_id == guild_id) & (proofs.c.checked != fingerprint) & proofs.c.changed & _IS_FIXED
        mine &= answers.c.searched.is_not(None)  # else every case that was ever fixed would be looked at in every state
        query = sa.select(cases.c.id.label("case_id"), cases.c.number, *proof_columns(), answers).select_from(joined).where(mine)
        watched = []
        async with self.database.read() as connection:
            for row in (await connection.execute(query.order_by(cases.c.id).limit(_AT_ONCE))).all():
                proof = proof_of(row)
                if proof is not None:
                    watched.append(_Fixed(row.case_id, row.number, await stored_answer(connection, row), proof))
        return watched


def _worse(engine: AnswerEngine, watched: Sequence[_Fixed]) -> dict[int, str]:
    """What is answered now to the cases whose answer got worse, by their rows."""
    found = {}
    for one in watched:
        if one.stored.context_id is not None and one.stored.shown_digest != one.proof.before.digest:
            continue  # the newest answer of the case may be to the same words in another conversation
        outcome = searched_again(one.stored, engine)
        if outcome is not None and got_worse(one.proof, seen_of(outcome), engine.corpus):
            found[one.case] = of_answer(seen_of(outcome))
    return found


async def _settle(connection: AsyncConnection, guild_id: int, one: _Fixed, fingerprint: str, worse: str | None) -> bool:
    """Take note that a case was asked, and open it again where it got worse; nothing where it was decided about meanwhile."""
    now = datetime.now(UTC)
    same = (proofs.c.case == one.case) & (proofs.c.proved_at == one.proof.proved_at)
    noted = await connection.execute(sa.update(proofs).where(same).values(checked=fingerprint))
    if worse is None or noted.rowcount == 0:
        return False
    values = {**REOPENED, "state": CaseState.REOPENED.value}
    if (
        await connection.execute(sa.update(cases).where(cases.c.id == one.case, _IS_FIXED, has_something_left()).values(values))
    ).rowcount == 0:
        return False
    await connection.execute(sa.update(proofs).where(same).values(worsened_at=now))
    detail = f"{of_answer(one.proof.after)} → {worse}; {one.proof.fingerprint_after} → {fingerprint}"
    await write_audit(connection, guild_id, BY_ITSELF, AuditAction.REOPENED_WORSE, now, case_number=one.number, detail=detail)
    await bring_up_to_date(connection, [one.case], now)
    return True
