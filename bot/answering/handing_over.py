"""Built knowledge from the process that builds to the one that serves, in pieces small enough for its event loop.

Unpickling one large object holds the interpreter until it is done, which stopped the loop for 400 ms at 10,000 sections. So the sections
come in chunks, each unpickled by a thread, and what is computed from them (dictionaries, look-ups) is computed in a thread as well.
"""

from __future__ import annotations

import asyncio
import gc
import pickle
from dataclasses import dataclass

from bot.answering.confidence import Confidence
from bot.answering.engine import AnswerEngine, AnswerSettings
from bot.corpus.catalogue.entries import Catalogues
from bot.corpus.document import Article, Corpus, Section
from bot.corpus.problems import Problem
from bot.retrieval.arrays import IndexArrays
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
    """Return an engine with a TF-IDF index, in pieces.

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
    """Return the engine in a package and what was wrong with the folder, without stopping the event loop."""
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
    corpus = Corpus(rest.articles, sections, rest.catalogues)
    corpus.__dict__["fingerprint"] = rest.fingerprint  # computed where it was built; doing it again would stop the loop
    return AnswerEngine(corpus, TfidfIndex().take(rest.arrays), rest.settings, rest.confidence)
