"""The goals that were set beforehand, against what was measured; a goal that was not measured is not reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from benchmarks.datasets import DatasetRow
from benchmarks.gaps import KMEANS, GapRow
from benchmarks.golden import GoldenRow
from benchmarks.load import Load
from benchmarks.results import Results
from benchmarks.speed import SpeedRow

_Row = TypeVar("_Row")
OURS, FIRST_STAGE, MINILM, TANTIVY = "ours", "ours, stage 1", "MiniLM", "tantivy"
BM25 = ("bm25s", TANTIVY, "SQLite FTS5")
SMALL, LARGE, LARGEST = 1_000, 100_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal, the figure, and whether it was reached; None where a figure is missing."""

    text: str
    figure: str
    reached: bool | None


def all_goals(results: Results) -> list[Goal]:
    """Every goal with its figure."""
    return [
        *_golden(results.golden),
        *_datasets(results.datasets),
        *_speed(results.speed),
        *_index(results.speed),
        *_running(results),
        *_groups(results.gaps),
        *_load(results.load),
    ]


def _load(load: Load | None) -> Iterator[Goal]:
    most = max((row.processes for row in load.minutes), default=0) if load else 0
    taken = max((row.rate for row in load.minutes if row.taken and row.processes == most), default=0.0) if load else None
    for rate in (60, 200):
        yield _at_least("10,000 servers: interactions a second that three processes take", taken, rate)
    yield _at_most("a setting is obeyed by another process, s, p99", _of(load, lambda one: one.obeyed_p99), 1.0, 3)
    yield _at_most("a deploy: seconds for which a shard is silent, at the worst", _of(load, lambda one: max(one.deploy.silences)), 10.0, 1)
    odd = _of(load, lambda one: float(one.deploy.unanswered + one.deploy.twice))
    yield _at_most("a deploy: interactions that stay without an answer, or have two", odd, 0.0, 0)


def _golden(rows: Sequence[GoldenRow]) -> Iterator[Goal]:
    found = {(row.engine, row.mistyped): row for row in rows}
    half = "golden, test half"
    clean, typed = found.get((OURS, False)), found.get((OURS, True))
    yield _at_least(f"{half}: right", _of(clean, lambda row: row.right), 0.92, percent=True)
    yield _at_most(f"{half}: wrong", _of(clean, lambda row: row.wrong), 0.04, percent=True)
    yield _at_most(f"{half}: false answers on what must be declined", _of(clean, lambda row: row.false_answers), 0.03, percent=True)
    yield _at_least(f"{half}: follow-ups right", _of(clean, lambda row: row.follow_ups_right), 0.85, percent=True)
    kept = _quotient(_of(typed, lambda row: row.right), _of(clean, lambda row: row.right))
    yield _at_least(f"{half}: right when mistyped / clean", kept, 0.95)
    for name, ours, rival in (("clean", clean, found.get((MINILM, False))), ("mistyped", typed, found.get((MINILM, True)))):
        text = f"golden, {name}: ahead of MiniLM"
        if ours is None or rival is None:
            yield Goal(text, "", None)
        else:
            yield Goal(text, f"right {ours.right:.1%} against {rival.right:.1%}", ours.right > rival.right)


def _datasets(rows: Sequence[DatasetRow]) -> Iterator[Goal]:
    table = {(row.dataset, row.engine, row.mistyped): row for row in rows}
    sets = list(dict.fromkeys(row.dataset for row in rows))

    def mean(engine: str, mistyped: bool) -> float | None:
        return _mean(table[name, engine, mistyped].ndcg for name in sets) if _complete(table, sets, engine) else None

    for mistyped, word, over_bm25, over_minilm in ((False, "clean", 1.05, 0.96), (True, "mistyped", 1.16, 1.03)):
        text = f"public sets, {word}: nDCG@10 at least the best BM25 on every set"
        present = [engine for engine in BM25 if _complete(table, sets, engine)]
        if not present or not _complete(table, sets, OURS):
            yield Goal(text, "", None)
            yield Goal(f"public sets, {word}: mean nDCG@10 / best BM25 at least {over_bm25}", "", None)
        else:
            best = {name: max(table[name, engine, mistyped].ndcg for engine in present) for name in sets}
            below = [name for name in sets if table[name, OURS, mistyped].ndcg < best[name]]
            yield Goal(text, f"below it on {', '.join(below)}" if below else "on every set", not below)
            ratio = _quotient(mean(OURS, mistyped), _mean(best.values()))
            yield _at_least(f"public sets, {word}: mean nDCG@10 / best BM25", ratio, over_bm25)
        yield _at_least(f"public sets, {word}: mean nDCG@10 / MiniLM", _quotient(mean(OURS, mistyped), mean(MINILM, mistyped)), over_minilm)
    yield _at_least("public sets: mean nDCG@10 when mistyped / clean", _quotient(mean(OURS, True), mean(OURS, False)), 0.97)
    yield from _trust(table, sets)


_Table = dict[tuple[str, str, bool], DatasetRow]


def _trust(table: _Table, sets: Sequence[str]) -> Iterator[Goal]:
    def coverage(engine: str) -> float | None:
        return _mean(table[name, engine, False].coverage for name in sets) if _complete(table, sets, engine) else None

    yield _at_least("public sets: mean coverage at 95 % precision / MiniLM", _quotient(coverage(OURS), coverage(MINILM)), 1.05)
    errors = {name: table[name, OURS, False].calibration_error for name in sets} if _complete(table, sets, OURS) else {}
    worst = max(errors, key=lambda name: errors[name], default="")
    yield _at_most("public sets: mean calibration error", _mean(errors.values()), 0.04, 3)
    yield _at_most(f"public sets: worst calibration error{f' ({worst})' if worst else ''}", errors.get(worst), 0.04, 3)


def _speed(rows: Sequence[SpeedRow]) -> Iterator[Goal]:
    table = {(row.sections, row.engine): row for row in rows}

    def ratio(size: int, engine: str, reference: str = TANTIVY, *, tail: bool = False) -> float | None:
        ours, other = table.get((size, engine)), table.get((size, reference))
        if ours is None or other is None:
            return None
        return ours.p99 / other.p99 if tail else ours.p50 / other.p50

    for size, most in ((SMALL, 1.0), (LARGE, 0.5), (LARGEST, 0.5)):
        yield _at_most(f"stage 1 at {size:,} sections: p50 / tantivy", ratio(size, FIRST_STAGE), most)
    for size in (SMALL, LARGE, LARGEST):
        yield _at_most(f"stage 1 at {size:,} sections: p99 / tantivy", ratio(size, FIRST_STAGE, tail=True), 1.0)
    yield _at_most(f"whole search at {SMALL:,} sections: p50 / tantivy", ratio(SMALL, OURS), 10.0)
    yield _at_most(f"whole search at {LARGE:,} sections: p50 / tantivy", ratio(LARGE, OURS), 1.0)
    yield _at_most(f"whole search at {SMALL:,} sections: p50 / one MiniLM encoding", ratio(SMALL, OURS, "MiniLM, one encoding"), 1 / 40, 3)


def _index(rows: Sequence[SpeedRow]) -> Iterator[Goal]:
    ours = [row for row in rows if row.engine == OURS]
    sizes = [row.bytes_per_section for row in ours if row.bytes_per_section is not None]
    loads = [row.load / row.build for row in ours if row.load is not None and row.build]
    yield _at_most("index on disk: bytes a section, at the worst size", max(sizes, default=None), 1200, 0)
    yield _at_most("index: load / build, at the worst size", max(loads, default=None), 0.1, 3)


def _running(results: Results) -> Iterator[Goal]:
    yield _at_most("`ask` as a process, index cached / importing scikit-learn", _of(results.processes, lambda times: times.warm), 0.5)
    yield _at_most(
        "longest pause of the event loop in a reload of 10,000 sections, ms", _of(results.loop, lambda stall: 1000 * stall.longest), 100, 0
    )


def _groups(rows: Sequence[GapRow]) -> Iterator[Goal]:
    for name, least in (("banking77", 0.72), ("clinc150", 0.80)):
        worse = min((row.v_measure for row in rows if row.dataset == name and row.knowledge != KMEANS), default=None)
        yield _at_least(f"gaps, {name}, number of groups unknown: V-measure, with either knowledge", worse, least)


def _of(row: _Row | None, figure: Callable[[_Row], float | None]) -> float | None:
    return None if row is None else figure(row)


def _complete(table: _Table, sets: Sequence[str], engine: str) -> bool:
    return bool(sets) and all((name, engine, mistyped) in table for name in sets for mistyped in (False, True))


def _mean(values: Iterable[float]) -> float | None:
    kept = list(values)
    return float(np.mean(kept)) if kept else None


def _quotient(value: float | None, reference: float | None) -> float | None:
    return None if value is None or not reference else value / reference


def _at_least(text: str, value: float | None, least: float, *, percent: bool = False) -> Goal:
    wanted = f"{least:.0%}" if percent else f"{least:g}"
    return Goal(f"{text}: at least {wanted}", _figure(value, 2, percent=percent), None if value is None else value >= least)


def _at_most(text: str, value: float | None, most: float, digits: int = 2, *, percent: bool = False) -> Goal:
    wanted = f"{most:.0%}" if percent else f"{most:g}"
    return Goal(f"{text}: at most {wanted}", _figure(value, digits, percent=percent), None if value is None else value <= most)


def _figure(value: float | None, digits: int, *, percent: bool) -> str:
    if value is None:
        return ""
    return f"{value:.1%}" if percent else f"{value:.{digits}f}"
