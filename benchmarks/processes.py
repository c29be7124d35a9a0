"""What one question costs outside a search: as a process of its own, and as a whole answer in a running bot."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.engines.ours import Ours
from benchmarks.engines.plain_tfidf import PlainTfidf
from bot.answering.engine import AnswerEngine
from bot.evaluation.golden import Golden
from bot.retrieval.tfidf import TfidfIndex

REPOSITORY = Path(__file__).resolve().parent.parent
RUNS = 9
_QUESTION = "is llama open source?"
_WARM_UP = 50


@dataclass(frozen=True, slots=True)
class ProcessTimes:
    """`ask` as a process, as multiples of importing scikit-learn's text module."""

    cold: float
    """Nothing cached: read, fit, answer."""
    warm: float
    """Index cached."""


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """One question in a running bot, in seconds, and as multiples of plain scikit-learn's search."""

    sections: int
    what: str
    p50: float
    p99: float
    p50_ratio: float
    p99_ratio: float


def measure_processes() -> ProcessTimes:
    """Compare `ask` as a process with importing scikit-learn's text module, without and with its cache: medians of alternating runs."""
    reference = [sys.executable, "-c", "import sklearn.feature_extraction.text"]
    asking = [sys.executable, "-m", "bot", "ask", _QUESTION]
    cold: list[float] = []
    warm: list[float] = []
    imports: list[float] = []
    with tempfile.TemporaryDirectory() as kept:
        _seconds(asking, kept)
        for _ in range(RUNS):
            imports.append(_seconds(reference, kept))
            with tempfile.TemporaryDirectory() as fresh:
                cold.append(_seconds(asking, fresh))
            warm.append(_seconds(asking, kept))
    return ProcessTimes(_ratio(cold, imports), _ratio(warm, imports))


def _seconds(command: Sequence[str], cache: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=REPOSITORY, env={**os.environ, "XDG_CACHE_HOME": cache}, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _ratio(values: Sequence[float], reference: Sequence[float]) -> float:
    return statistics.median(values) / statistics.median(reference)


def measure_answers(engine: AnswerEngine, golden: Golden) -> list[AnswerTimes]:
    """Compare a search and a whole answer with plain scikit-learn, on the whole knowledge and on 100 sections."""
    questions = [item.question for item in golden.questions]
    rows: list[AnswerTimes] = []
    for sections in (engine.corpus.sections[:100], engine.corpus.sections):
        index, plain, ours = TfidfIndex().fit(sections), PlainTfidf().fit(sections), Ours().fit(sections)
        asked = AnswerEngine(type(engine.corpus)(engine.corpus.articles, sections), index, engine.settings, engine.confidence)
        reference = _times(lambda question, plain=plain: plain.search(question, 10), questions)  # type: ignore[misc]
        searching = _times(lambda question, ours=ours: ours.search(question, 10), questions)  # type: ignore[misc]
        rows.append(_row(len(sections), "search", searching, reference))
        rows.append(_row(len(sections), "whole answer", _times(asked.answer, questions), reference))
    return rows


def _times(action: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    for question in questions[:_WARM_UP]:
        action(question)
    times = []
    for question in questions:
        start = time.perf_counter()
        action(question)
        times.append(time.perf_counter() - start)
    return times


def _row(sections: int, what: str, times: Sequence[float], reference: Sequence[float]) -> AnswerTimes:
    p50, p99 = np.percentile(times, (50, 99)).tolist()
    reference50, reference99 = np.percentile(reference, (50, 99)).tolist()
    return AnswerTimes(sections, what, p50, p99, p50 / reference50, p99 / reference99)
