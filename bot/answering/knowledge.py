"""The knowledge in service: how an engine is built from a folder, and how it is swapped while serving.

Building takes seconds for a large folder and would stop the event loop, so a running bot builds in another process and takes the finished
engine over in one assignment: every answer comes wholly from the old knowledge or wholly from the new. A folder with a fault leaves the old
engine serving.

Unpickling one large object holds the interpreter until it is done, which stopped the loop for 400 ms at 10,000 sections. So the sections
come over in chunks, each unpickled by a thread, and what is computed from them is computed in a thread as well.
"""

from __future__ import annotations

import gc
import logging
import pickle
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot.answering.cache import cache_folder, cache_key, load_cached, store_cached
from bot.answering.confidence import FILE as CALIBRATION
from bot.answering.confidence import Confidence, label_free_threshold, load_confidence
from bot.answering.engine import AnswerEngine
from bot.answering.outcome import AnswerSettings
from bot.corpus.catalogue.entries import Catalogues
from bot.corpus.document import Article, Corpus, Section
from bot.corpus.files import Limits
from bot.corpus.problems import Problem, faults
from bot.errors import KnowledgeError
from bot.retrieval.arrays import IndexArrays
from bot.retrieval.hit import Phrasing
from bot.retrieval.tfidf import TfidfIndex

_CHUNK = 100
"""Sections that are unpickled at once; some milliseconds."""


@dataclass(frozen=True, slots=True)
class Package:
    """Built knowledge, ready to be sent."""

    sections: tuple[bytes, ...]
    rest: bytes


@dataclass(frozen=True, slots=True)
class _Rest:
    articles: tuple[Article, ...]
    catalogues: Catalogues
    fingerprint: str
    arrays: IndexArrays
    settings: AnswerSettings
    confidence: Confidence
    problems: tuple[Problem, ...]


def pack(engine: AnswerEngine, problems: tuple[Problem, ...]) -> Package:
    """An engine with a TF-IDF index, in pieces.

    Raises:
        TypeError: the engine has another index.
    """
    if not isinstance(engine.index, TfidfIndex):
        raise TypeError("only a TF-IDF index can be handed over")
    corpus = engine.corpus
    chunks = [corpus.sections[start : start + _CHUNK] for start in range(0, len(corpus.sections), _CHUNK)]
    rest = _Rest(
        corpus.articles, corpus.catalogues, corpus.fingerprint, engine.index.arrays, engine.settings, engine.confidence, problems
    )  # fmt: skip
    return Package(tuple(map(pickle.dumps, chunks)), pickle.dumps(rest, protocol=5))


async def unpack(package: Package) -> tuple[AnswerEngine, tuple[Problem, ...]]:
    """The engine in a package and what was wrong with the folder, without stopping the event loop."""
    import asyncio  # a single question in the terminal starts faster without it

    gc.disable()  # a collection would look at everything while the loop waits
    try:
        sections: list[Section] = []
        for chunk in package.sections:
            sections.extend(await asyncio.to_thread(pickle.loads, chunk))
        rest: _Rest = await asyncio.to_thread(pickle.loads, package.rest)
        engine = await asyncio.to_thread(_assemble, tuple(sections), rest)
        await asyncio.to_thread(engine.prepare)
    finally:
        gc.freeze()  # what is built here lives as long as it serves
        gc.enable()
    return engine, rest.problems


def _assemble(sections: tuple[Section, ...], rest: _Rest) -> AnswerEngine:
    corpus = Corpus(rest.articles, sections, rest.catalogues, rest.fingerprint)  # computing that again would stop the loop
    return AnswerEngine(corpus, TfidfIndex().take(rest.arrays), rest.settings, rest.confidence)


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KnowledgeSource:
    """Where the knowledge lies, and with what settings an engine is built of it."""

    path: Path
    limits: Limits
    settings: AnswerSettings
    cached: bool = True
    """Whether an index on disk may be used and written."""
    threshold_is_set: bool = False
    """Whether the operator chose the answer threshold; where nobody did, and nothing is calibrated for the folder, it is measured."""


@dataclass(frozen=True, slots=True)
class BuiltKnowledge:
    """An engine, and what was wrong with the folder it was built from."""

    engine: AnswerEngine
    problems: tuple[Problem, ...]
    source: KnowledgeSource


@dataclass(frozen=True, slots=True)
class Reload:
    """What a reload did."""

    before: str
    after: str
    sections: int
    problems: tuple[Problem, ...]

    @property
    def changed(self) -> bool:
        """Whether the knowledge is another one now."""
        return self.before != self.after


def build_knowledge(source: KnowledgeSource) -> BuiltKnowledge:
    """Read a folder and build its engine, from the cache where nothing has changed.

    Raises:
        KnowledgeError: nothing in the folder can be answered from.
    """
    index = TfidfIndex()
    confidence = load_confidence(source.path)
    key = _cache_key(source, index)
    cached = None if key is None else load_cached(key)
    if cached is not None:
        corpus, arrays, problems = cached
        index.take(arrays)
    else:
        corpus, problems = _build(source, index)
        if key is not None:
            store_cached(key, corpus, index.arrays, problems)
    settings, confidence = _fitting(source, corpus, index, confidence)
    return BuiltKnowledge(AnswerEngine(corpus, index, settings, confidence), problems, source)


def _fitting(source: KnowledgeSource, corpus: Corpus, index: TfidfIndex, confidence: Confidence) -> tuple[AnswerSettings, Confidence]:
    """The settings and confidence, with thresholds for the folder itself where it has no calibration of its own."""
    if source.threshold_is_set or (source.path / CALIBRATION).is_file() or confidence.fitted_for == corpus.fingerprint:
        return source.settings, confidence
    measured = label_free_threshold(corpus, index, confidence)
    if measured is None or measured <= source.settings.answer_threshold:
        return source.settings, confidence
    _log.info("knowledge: no calibration was fitted for %s; by its own questions, answers begin at %.2f", source.path, measured)
    suggest = min(source.settings.suggest_threshold, _SUGGEST_UNCALIBRATED)
    nearness = replace(confidence, near_answers=confidence.first_answers)
    usual = source.settings.answer_threshold
    return replace(source.settings, answer_threshold=measured, suggest_threshold=suggest, choice_threshold=usual), nearness


def _build(source: KnowledgeSource, index: TfidfIndex) -> tuple[Corpus, tuple[Problem, ...]]:
    from bot.corpus.loading import load_corpus

    loaded = load_corpus(source.path, source.limits)
    try:
        index.fit(loaded.corpus.sections)
    except ValueError as error:
        raise KnowledgeError(f"There is nothing to index in {source.path}: {error}.") from error
    return loaded.corpus, loaded.problems


def _cache_key(source: KnowledgeSource, index: TfidfIndex) -> str | None:
    """The key of a folder's cache entry, or None where it cannot be known or is not wanted."""
    if not source.cached:
        return None
    limits = {name: float(value) for name, value in asdict(source.limits).items()}
    try:
        cache_folder()
        return cache_key(source.path, source.limits, index.get_params() | limits)
    except (OSError, RuntimeError):
        return None  # a file that cannot be read is named by the build; RuntimeError: this user has no home


_SUGGEST_UNCALIBRATED = 0.1
"""Where another folder's calibration says 0.1 of the first hit, one of the first three often answers; a suggestion leaves the choice to the
member. (What that calibration says of the first three itself does not carry over.)"""
_MOST_VARIED = 200
"""Engines with a server's own settings that are kept; making one takes a few milliseconds."""
Builder = Callable[[KnowledgeSource], BuiltKnowledge]


class Knowledge:
    """The engine in service. Read ``engine`` once for each question and use what you read."""

    def __init__(self, built: BuiltKnowledge, builder: Builder = build_knowledge) -> None:
        self._source = built.source
        self._builder = builder
        self._reloading = False
        self.engine = built.engine
        self.problems = built.problems
        self._base = built.engine
        self._varied: dict[tuple[int, float], tuple[tuple[Phrasing, ...], AnswerEngine]] = {}

    @property
    def folder(self) -> Path:
        """Where it was read from, and is read from again."""
        return self._source.path

    @property
    def limits(self) -> Limits:
        """Within which it is read."""
        return self._source.limits

    def engine_for(self, answer_threshold: float | None = None, phrasings: tuple[Phrasing, ...] = (), server: int = 0) -> AnswerEngine:
        """The engine in service with a server's own threshold and confirmed phrasings; it has a fingerprint of its own.

        It shares everything that was built, so a new phrasing takes effect at the next question. One engine is held for a server and
        threshold; the one before it, with what it held of phrasings, is dropped.
        """
        threshold = self.engine.settings.answer_threshold if answer_threshold is None else answer_threshold
        if threshold == self.engine.settings.answer_threshold and not phrasings:
            return self.engine
        if self._base is not self.engine or len(self._varied) >= _MOST_VARIED:
            self._base, self._varied = self.engine, {}
        key = (server, threshold)
        held = self._varied.get(key)
        if held is None or held[0] != phrasings:
            held = self._varied[key] = (phrasings, self.engine.varied(threshold, phrasings))
        return held[1]

    @property
    def engines_held(self) -> int:
        """How many servers' own engines are in memory."""
        return len(self._varied)

    def forget_words(self) -> None:
        """Drop what may hold words that were just deleted: the engines of servers, with their phrasings, and the questions read last."""
        self._varied = {}
        self.engine.index.forget_questions()

    async def reload(self) -> Reload:
        """Build the folder again in another process and put the result into service.

        Raises:
            KnowledgeError: the folder has a fault; the old knowledge goes on serving. Also when a reload is under way.
        """
        return self.serve(await self.build())

    async def build(self) -> BuiltKnowledge:
        """Build the folder again in another process, and leave what is in service as it is.

        Raises:
            KnowledgeError: the folder has a fault, or a build is under way.
        """
        if self._reloading:
            raise KnowledgeError("A reload is under way already. Wait for it to finish.")
        self._reloading = True
        try:
            built = await _in_other_process(self._builder, self._source)
            broken = faults(built.problems)
            if broken:
                details = "\n".join(f"- {problem}" for problem in broken)
                raise KnowledgeError(f"The knowledge was not reloaded; the old one goes on serving.\n{details}")
            return built
        finally:
            self._reloading = False

    def serve(self, built: BuiltKnowledge) -> Reload:
        """Put what was built into service."""
        for problem in built.problems:
            _log.warning("knowledge: %s", problem)
        before = self.engine.fingerprint
        self.engine, self.problems = built.engine, built.problems
        return Reload(before, self.engine.fingerprint, len(self.engine.corpus.sections), built.problems)


async def _in_other_process(builder: Builder, source: KnowledgeSource) -> BuiltKnowledge:
    """Run a builder in a fresh process, and take over what it built without stopping the event loop."""
    import asyncio

    engine, problems = await unpack(await asyncio.to_thread(_built_elsewhere, builder, source))
    return BuiltKnowledge(engine, problems, source)


def _built_elsewhere(builder: Builder, source: KnowledgeSource) -> Package:
    """Wait for the other process from its start to its end, both of which take a while; for a thread."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawning, initializer=_end_with_the_bot) as pool:
        return pool.submit(_packed, builder, source).result()


def _end_with_the_bot() -> None:
    """Let this process end when the bot does, also when that is killed; else it would wait for work for ever."""
    import multiprocessing
    import os
    import threading

    bot = multiprocessing.parent_process()

    def wait() -> None:
        if bot is not None:
            bot.join()
            os._exit(1)

    threading.Thread(target=wait, name="waits for the bot's end", daemon=True).start()


def _packed(builder: Builder, source: KnowledgeSource) -> Package:
    built = builder(source)
    return pack(built.engine, built.problems)
