"""What a confirmed phrasing or another threshold would change in a server, over what is known and what its members asked lately.

Computed when a moderator or an administrator asks for it, and never stored: the questions stay where they are, and expire there. It takes
seconds, so it runs in a thread, on an engine that shares with the serving one nothing that answering writes to.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import AskedQuestion, OutcomeKind
from bot.corpus.document import Corpus
from bot.errors import InputError, KnowledgeError
from bot.evaluation.golden import FILE as GOLDEN_FILE
from bot.evaluation.golden import load_golden
from bot.feedback.recording import ServerEngines
from bot.preview.effects import Compared, Effects, PhrasingReach, Reach, ThresholdReach, effects
from bot.preview.probes import Origin, Probe, golden_probes, listed_probes
from bot.query.message import normalized, searchable
from bot.retrieval.hit import Phrasing
from bot.review.phrasings import Draft, PhrasingChange, Phrasings
from bot.storage.database import read_in_thread
from bot.storage.tables import answers, kept_questions, votes
from bot.texts import preview as texts

MOST_QUESTIONS = 2000
"""Questions that a preview looks at, as far as there is time."""
SECONDS = 4.0
MOST_WAITING = 5
"""Previews that wait for the one that is computed; a sixth would come after half a minute."""
_MOST_OF_MEMBERS = 600
_MOST_LISTED = 300
WEEKS = 4
"""How far back members' questions are looked at, as far as their text is kept."""
_MOST_ROWS = 5000
_MOST_KEPT = 200
_NEAREST = 30
"""Sections whose listed questions a phrasing is previewed on."""
_SEARCHED = (OutcomeKind.ANSWER.value, OutcomeKind.SUGGESTIONS.value, OutcomeKind.ABSTENTION.value)

_log = logging.getLogger(__name__)
_Item = TypeVar("_Item")
_Key = tuple[str | None, str]
"""What makes a question the same: the section that the conversation was about, where it was a follow-up, and its words, normalized."""


@dataclass(frozen=True, slots=True)
class _Apart:
    """A state of the knowledge, ready to be asked in a thread, with the questions that belong to it."""

    engine: AnswerEngine
    golden: tuple[Probe, ...]
    listed: tuple[Probe, ...]
    compared: dict[tuple[Phrasing, ...], dict[Probe, Compared]]
    """Of those questions and the phrasings that were confirmed when a threshold was last previewed."""

    def varied(self, threshold: float | None, phrasings: Sequence[Phrasing]) -> AnswerEngine:
        """As ``Knowledge.engine_for`` makes it; None is the operator's threshold."""
        return self.engine.varied(self.engine.settings.answer_threshold if threshold is None else threshold, phrasings)


class Previews:
    """Previews changes of servers, one at a time, so that several moderators together slow down nobody else."""

    def __init__(self, engines: ServerEngines, phrasings: Phrasings, seconds: float = SECONDS) -> None:
        """``seconds`` is how long questions are asked for one preview; a moderator waits for it."""
        self._engines = engines
        self._phrasings = phrasings
        self._seconds = seconds
        self._apart: WeakKeyDictionary[AnswerEngine, _Apart] = WeakKeyDictionary()
        self._one_at_a_time = asyncio.Lock()
        self._under_way = 0

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait until no other preview is computed.

        Raises:
            InputError: so many wait that this one would come too late.
        """
        if self._under_way > MOST_WAITING:
            raise InputError(texts.TOO_MANY)
        self._under_way += 1
        try:
            async with self._one_at_a_time:
                yield
        finally:
            self._under_way -= 1

    async def phrasing(self, draft: Draft) -> Effects:
        """What changes in its server once a draft is accepted; nothing where it is confirmed already.

        Raises:
            NotFound: the text of its question is gone, or what it puts into other words.
            InputError: too many previews wait.
            StorageError: the database cannot be read.
        """
        async with self._turn():
            change = await self._phrasings.foresee(draft)
            threshold = (await self._engines.guilds.settings(draft.guild_id)).answer_threshold
            return await asyncio.to_thread(self._of_phrasing, draft.guild_id, threshold, change)

    async def threshold(self, guild_id: int, answer_threshold: float | None) -> Effects:
        """What changes in a server once another threshold holds; None is the operator's.

        Raises:
            InputError: too many previews wait.
            StorageError: the database cannot be read.
        """
        async with self._turn():
            held = (await self._engines.guilds.settings(guild_id)).answer_threshold
            confirmed = await self._engines.phrasings(guild_id)
            return await asyncio.to_thread(self._of_threshold, guild_id, (held, answer_threshold), confirmed)

    def _of_phrasing(self, guild_id: int, threshold: float | None, change: PhrasingChange) -> Effects:
        if change.now == change.then:
            return Effects(Counter(), 0, ())
        apart = self._prepared()
        before, after = (apart.varied(threshold, confirmed) for confirmed in (change.now, change.then))
        found = (apart.engine.index.search(searchable(phrasing.text), _NEAREST) for phrasing in change.changing)
        near = {hit.section_id for hits in found for hit in hits} | {phrasing.section_id for phrasing in change.changing}
        listed = [probe for probe in apart.listed if not near.isdisjoint(probe.expect or ())]
        named = [Probe(Origin.MEMBERS, (phrasing.text,), (phrasing.section_id,)) for phrasing in change.then if phrasing not in change.now]
        said = {normalized(probe.text) for probe in named}
        asked = [probe for probe in self._asked(guild_id, apart, change.now) if normalized(probe.text) not in said]
        probes = _chosen([*named, *asked], listed, apart.golden)  # of those named now a moderator has just said what is right
        return self._effects(before, after, probes, PhrasingReach(before, after, change.changing))

    def _of_threshold(self, guild_id: int, thresholds: tuple[float | None, float | None], confirmed: Sequence[Phrasing]) -> Effects:
        apart = self._prepared()
        before, after = (apart.varied(threshold, confirmed) for threshold in thresholds)
        asked = self._asked(guild_id, apart, confirmed)
        known = apart.compared.get(tuple(confirmed), {})
        apart.compared.clear()
        apart.compared[tuple(confirmed)] = known
        return self._effects(before, after, _chosen(asked, apart.listed, apart.golden), ThresholdReach(before, after, known))

    def _effects(self, before: AnswerEngine, after: AnswerEngine, probes: Sequence[Probe], reach: Reach) -> Effects:
        try:
            return effects(before, after, probes, reach, self._seconds)
        finally:
            before.index.forget_questions()  # of which some are members'; both engines hold the same

    def _asked(self, guild_id: int, apart: _Apart, confirmed: Sequence[Phrasing]) -> list[Probe]:
        """What a server kept, confirmed and asked, each question once."""
        corpus = apart.engine.corpus
        held: dict[_Key, Probe] = {
            (None, normalized(one.text)): Probe(Origin.MEMBERS, (one.text,), (corpus.current(one.section_id),)) for one in confirmed
        }
        with read_in_thread(self._engines.database.place) as connection:
            kept, asked = _kept(connection, guild_id, corpus), _asked(connection, guild_id, corpus)
        in_order = kept | held | asked
        return list((in_order | held | kept).values())  # what is known of a question's answer counts before votes

    def _prepared(self) -> _Apart:
        """The state that serves now; what is made of it goes with it, at the next reload."""
        knowledge = self._engines.knowledge
        serving = knowledge.engine
        held = self._apart.get(serving)
        if held is None:
            listed = tuple(probe for probe in listed_probes(serving.corpus.sections) if probe.origin is Origin.LISTED)
            held = self._apart[serving] = _Apart(serving.apart(), _golden(knowledge.folder, serving.corpus), listed, {})
        return held


def _golden(folder: Path, corpus: Corpus) -> tuple[Probe, ...]:
    """The golden questions that stand alone; none where the folder has none, or a faulty file."""
    if not (folder / GOLDEN_FILE).is_file():
        return ()
    try:
        return tuple(probe for probe in golden_probes(load_golden(folder), corpus) if len(probe.turns) == 1)
    except KnowledgeError as error:
        _log.warning("previews go without golden questions: %s", error)
        return ()


def _chosen(asked: Sequence[Probe], listed: Sequence[Probe], golden: Sequence[Probe]) -> list[Probe]:
    """As many as a preview looks at: what members asked, then the golden ones with the listed ones spread among them."""
    first, listed = asked[:_MOST_OF_MEMBERS], _thinned(listed, _MOST_LISTED)
    golden = _thinned(golden, MOST_QUESTIONS - len(first) - len(listed))
    spread = [(place / len(probes), probe) for probes in (golden, listed) for place, probe in enumerate(probes)]
    return [*first, *(probe for _, probe in sorted(spread, key=itemgetter(0)))]


def _thinned(items: Sequence[_Item], most: int) -> list[_Item]:
    """At most so many, evenly spread, always the same ones."""
    return list(items) if len(items) <= most else [items[place * len(items) // most] for place in range(most)]


def _kept(connection: sa.Connection, guild_id: int, corpus: Corpus) -> dict[_Key, Probe]:
    """The questions that a server keeps as tests, the newest first; of the same words the newest counts."""
    newest = (kept_questions.c.kept_at.desc(), kept_questions.c.id.desc())
    query = sa.select(kept_questions.c.question, kept_questions.c.section_id).where(kept_questions.c.guild_id == guild_id)
    probes: dict[_Key, Probe] = {}
    for row in connection.execute(query.order_by(*newest).limit(_MOST_KEPT)):
        expect = () if row.section_id is None else (corpus.current(row.section_id),)
        probes.setdefault((None, normalized(row.question)), Probe(Origin.KEPT, (row.question,), expect))
    return probes


def _asked(connection: sa.Connection, guild_id: int, corpus: Corpus) -> dict[_Key, Probe]:
    """What members asked lately, the newest first, each question once; with what votes say about it, unless it was a follow-up."""
    since = datetime.now(UTC) - timedelta(weeks=WEEKS)
    here = (answers.c.guild_id == guild_id) & (answers.c.asked_at >= since) & answers.c.searched.is_not(None)
    searched = here & answers.c.outcome.in_(_SEARCHED) & sa.func.coalesce(answers.c.picked, sa.false()).is_(sa.false())
    columns = (answers.c.question, answers.c.normalized_question, answers.c.searched, answers.c.context_id, answers.c.context_seen)
    probes: dict[_Key, Probe] = {}
    voted = _votes(connection, guild_id, since, corpus)
    for row in connection.execute(sa.select(*columns).where(searched).order_by(answers.c.id.desc()).limit(_MOST_ROWS)):
        question = row.question or row.searched
        key = (row.context_id, normalized(question))
        if key in probes:
            continue
        seen = tuple(int(number) for number in row.context_seen.split(",")) if row.context_seen else ()
        balance = voted.get(row.normalized_question, {}) if row.context_id is None else {}
        right = max(balance, key=balance.__getitem__, default=None)
        refused = min(balance, key=balance.__getitem__, default=None)
        probes[key] = Probe(
            Origin.MEMBERS,
            (question,),
            None if right is None or balance[right] <= 0 else (right,),
            refused=None if refused is None or balance[refused] >= 0 else refused,
            replayed=AskedQuestion("", "", question, row.searched, row.context_id, seen),
        )
    return probes


def _votes(connection: sa.Connection, guild_id: int, since: datetime, corpus: Corpus) -> dict[str, dict[str, int]]:
    """Of each question, in its normalized form, how many more members found a section helpful than not.

    Those of follow-ups are left out: the same words mean something else in another conversation.
    """
    question = answers.c.normalized_question
    counts = question.is_not(None) & answers.c.context_id.is_(None) & votes.c.section_id.is_not(None)
    query = (
        sa.select(question, votes.c.section_id, sa.func.sum(sa.case((votes.c.helpful, 1), else_=-1)))
        .select_from(votes.join(answers, votes.c.answer == answers.c.id))
        .where(votes.c.guild_id == guild_id, votes.c.voted_at >= since, counts)
        .group_by(question, votes.c.section_id)
        .order_by(question, votes.c.section_id)
    )
    found: dict[str, dict[str, int]] = {}
    for text, section_id, balance in connection.execute(query):
        of_question = found.setdefault(text, {})
        name = corpus.current(section_id)
        of_question[name] = of_question.get(name, 0) + balance
    return found
