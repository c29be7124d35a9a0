"""Speed on synthetic corpora: a search, a build, a load from disk, and bytes on disk, all engines in one run and one thread.

Engines alternate in blocks of queries, so that what else the machine does falls on all of them. Absolute times belong to one machine;
ratios to tantivy in the same run carry over.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.engines.engine import Engine, folder_bytes
from benchmarks.zipf import zipf_queries, zipf_sections
from bot.corpus.document import Section

QUERIES = 1000
_LEAST_QUERIES = 100
_BUDGET = 30.0
"""Seconds of searching after which a slow engine is asked no more."""
_BLOCK = 20
_PASSES = 3
"""Times that each query is searched for; the median counts, so that p99 is that of hard queries and not of what else the machine did."""
_WARM_UP = 20
_LOADS = 3
_ENCODINGS = 100
_DEPTH = 10


@dataclass(frozen=True, slots=True)
class SpeedRow:
    """One engine on one corpus; times in seconds, of one thread."""

    sections: int
    engine: str
    p50: float
    p99: float
    queries: int
    build: float | None
    load: float | None
    bytes_per_section: float | None


@dataclass(slots=True)
class _Contestant:
    engine: Engine
    search: Callable[[str], object]
    build: float | None = None
    load: float | None = None
    size: float | None = None
    times: list[float] = field(default_factory=list)


def measure_speed(count: int, engines: Mapping[str, type[Engine]], asked: int = QUERIES) -> list[SpeedRow]:
    """A row for each engine on a corpus of so many sections; of MiniLM only the encoding of a query is measured."""
    sections = zipf_sections(count)
    queries = zipf_queries(sections, asked)
    with threadpool_limits(1):
        contestants = [one for name, engine in engines.items() if name != "minilm" for one in _built(engine, sections)]
        del sections
        gc.collect()
        gc.freeze()  # as a running bot does
        try:
            _race(contestants, queries)
            rows = [_row(count, one) for one in contestants]
            if "minilm" in engines:
                rows.append(_encoding(count, queries))
        finally:
            gc.unfreeze()
            for one in contestants:
                one.engine.close()
    return rows


def _built(engine: type[Engine], sections: Sequence[Section]) -> list[_Contestant]:
    """An engine that was built, saved and loaded, timed; and its first stage where it has one of its own."""
    fresh = engine()
    start = time.perf_counter()
    fitted = fresh.fit(sections)
    build = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fitted.save(folder)
        size = folder_bytes(folder) / len(sections)
        load = statistics.median(_loading(engine, folder) for _ in range(_LOADS))
    whole = _Contestant(fitted, lambda query: fitted.search(query, _DEPTH), build, load, size)
    first = fitted.first_stage
    return [whole] if first is None else [whole, _Contestant(fitted, first)]


def _loading(engine: type[Engine], folder: Path) -> float:
    fresh = engine()
    start = time.perf_counter()
    fresh.load(folder)
    took = time.perf_counter() - start
    fresh.close()
    return took


def _race(contestants: Sequence[_Contestant], queries: Sequence[str]) -> None:
    for one in contestants:
        for query in queries[:_WARM_UP]:
            one.search(query)
    for block in range(0, len(queries), _BLOCK):
        for one in contestants:
            if len(one.times) < _LEAST_QUERIES or _PASSES * sum(one.times) < _BUDGET:
                one.times.extend(_medians(one.search, queries[block : block + _BLOCK]))


def _medians(action: Callable[[str], object], queries: Sequence[str]) -> list[float]:
    passes = [[_seconds(action, query) for query in queries] for _ in range(_PASSES)]
    return [statistics.median(times) for times in zip(*passes, strict=True)]


def _seconds(action: Callable[[str], object], query: str) -> float:
    start = time.perf_counter()
    action(query)
    return time.perf_counter() - start


def _row(count: int, one: _Contestant) -> SpeedRow:
    name = one.engine.name if one.build is not None else f"{one.engine.name}, stage 1"
    p50, p99 = np.percentile(one.times, (50, 99)).tolist()
    return SpeedRow(count, name, p50, p99, len(one.times), one.build, one.load, one.size)


def _encoding(count: int, queries: Sequence[str]) -> SpeedRow:
    from benchmarks.engines.minilm import MiniLM

    model = MiniLM()
    model.encode_alone(queries[0])
    times = _medians(model.encode_alone, queries[:_ENCODINGS])
    p50, p99 = np.percentile(times, (50, 99)).tolist()
    return SpeedRow(count, "MiniLM, one encoding", p50, p99, len(times), None, None, None)
