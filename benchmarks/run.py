"""Measures speed and quality beside other engines, and writes ``docs/performance.md``.

    make bench               golden questions, public data sets, 1,000 sections, processes
    make bench FULL=1        100,000 and 1,000,000 sections as well; takes the better part of an hour and 16 GB
    python -m benchmarks.run --only load               many servers on several processes; half an hour, and needs PostgreSQL
    python -m benchmarks.run --only datasets --sets covidfaq --engines ours,bm25s      prints tables, writes nothing

A run of chosen engines or sets only prints; a run of whole parts renews those parts of the page.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from benchmarks.ablation import dev_halves, measure_ablation
from benchmarks.autocomplete import autocomplete_section
from benchmarks.datasets import DatasetRow, measure_dataset
from benchmarks.engines.registry import ENTRIES, Available, find_engines
from benchmarks.event_loop import measure_loop
from benchmarks.gaps import SETS, measure_groups
from benchmarks.golden import GoldenRow, measure_product, measure_rival
from benchmarks.load import measure_load
from benchmarks.page import PAGE, REPOSITORY, performance_page
from benchmarks.pictures import write_pictures
from benchmarks.processes import measure_answers, measure_processes
from benchmarks.results import Machine, Measured, Results, load_results, merged, store_results
from benchmarks.review import review_section
from benchmarks.speed import measure_speed
from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.corpus.files import Limits
from bot.evaluation.dataset import load_dataset
from bot.evaluation.golden import Golden, load_golden
from bot.evaluation.ranking import Thresholds

KNOWLEDGE = REPOSITORY / "knowledge"
DATASETS = REPOSITORY.parent / "shared" / "datasets"
PARTS = ("golden", "datasets", "ablation", "speed", "processes", "loop", "completion", "review", "gaps")
_LONG_PARTS = ("load",)
"""Those that are measured only where they are asked for; they take half an hour on a machine that does nothing else."""
_SIZES, _MORE_SIZES = (1_000,), (100_000, 1_000_000)


def main(arguments: list[str] | None = None) -> None:
    """Measure what was asked for, print it, and write the page where whole parts were measured."""
    options = _options(arguments)
    if options.page_only:
        _write_page(load_results())
        return
    engines = find_engines(options.engines)
    for name, reason in engines.skipped.items():
        _say(f"skipping {name}: {reason}")
    kept = options.engines == tuple(ENTRIES) and not options.sets
    results = Results()
    for results in _measure(options, engines):
        if kept:  # after each step, since the last ones take long
            store_results(merged(load_results(), results))
    if kept:
        _write_page(load_results())
    else:
        print(performance_page(results, {}))


def _write_page(results: Results) -> None:
    PAGE.write_text(performance_page(results, write_pictures(results)), encoding="utf-8")
    print(f"{PAGE.relative_to(REPOSITORY)} is written")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Measure speed and quality beside other engines.")
    parser.add_argument(
        "--only", type=_chosen((*PARTS, *_LONG_PARTS)), default=PARTS, help=f"parts, by commas: {', '.join((*PARTS, *_LONG_PARTS))}"
    )
    parser.add_argument("--engines", type=_chosen(tuple(ENTRIES)), default=tuple(ENTRIES), help=f"engines, by commas: {', '.join(ENTRIES)}")
    parser.add_argument("--sets", type=lambda text: tuple(text.split(",")), default=(), help="public data sets, by commas; all by default")
    parser.add_argument("--datasets", type=Path, default=DATASETS, help="folder of public data sets")
    parser.add_argument(
        "--sizes", type=lambda text: tuple(map(int, text.split(","))), default=_SIZES, help="sections of synthetic corpora, by commas"
    )
    parser.add_argument("--full", action="store_true", help="synthetic corpora of 100,000 and 1,000,000 sections as well")
    parser.add_argument("--page-only", action="store_true", help="measure nothing; write the page of what was measured, with notes.md")
    return parser.parse_args(arguments)


class _chosen:  # noqa: N801 - used as a function
    """Reads names by commas, and refuses those that there are not."""

    def __init__(self, known: tuple[str, ...]) -> None:
        self._known = known

    def __call__(self, text: str) -> tuple[str, ...]:
        names = tuple(text.split(","))
        unknown = [name for name in names if name not in self._known]
        if unknown:
            raise argparse.ArgumentTypeError(f"there is no {unknown[0]!r}; there are {', '.join(self._known)}")
        return names


def _measure(options: argparse.Namespace, engines: Available) -> Iterator[Results]:
    """Yield what was measured so far, after each step."""
    golden = load_golden(KNOWLEDGE)
    product = build_knowledge(KnowledgeSource(KNOWLEDGE, Limits(), AnswerSettings())).engine
    machine = Machine(platform.python_version(), os.cpu_count() or 1, len(product.corpus.sections), product.fingerprint)
    skipped = tuple(f"{name}: {reason}" for name, reason in engines.skipped.items())
    results = Results(machine=machine, skipped=skipped)
    for part in options.only:
        _say(f"{part} ...")
        match part:
            case "golden":
                results = _golden(results, engines, product, golden)
            case "datasets":
                results = _datasets(results, options, engines, _thresholds(product))
            case "speed":
                before, sizes = results, (*options.sizes, *(_MORE_SIZES if options.full else ()))
                for results in _speed(before, sizes, engines):
                    yield results
            case "processes":
                results = replace(results, processes=measure_processes(), answers=tuple(measure_answers(product, golden)))
            case "loop":
                results = replace(results, loop=measure_loop())
            case "load":
                results = replace(results, load=measure_load())
            case "ablation":
                results = replace(results, ablation=tuple(measure_ablation(dev_halves(product, golden, options.datasets))))
            case _:
                results = _of_review(part, results, options, product)
        results = replace(results, measured=(*results.measured, Measured(part, str(datetime.now(UTC).date()), product.fingerprint)))
        yield results


def _of_review(part: str, results: Results, options: argparse.Namespace, product: AnswerEngine) -> Results:
    """What is measured of completion and of what moderators work with."""
    if part == "completion":
        return replace(results, completion=autocomplete_section())
    if part == "review":
        return replace(results, review=review_section())
    folders = _folders(options.datasets, options.sets or SETS)
    return replace(results, gaps=tuple(chain.from_iterable(measure_groups(load_dataset(folder), product) for folder in folders)))


def _golden(results: Results, engines: Available, product: AnswerEngine, golden: Golden) -> Results:
    rows: list[GoldenRow] = []
    if "ours" in engines.engines:
        measured = list(measure_product(product, golden))
        rows += [row for row, _ in measured]
        results = replace(results, reliability=measured[0][1].bins)
    for name, engine in engines.engines.items():
        if name != "ours":
            _say(f"  {name}")
            rows += measure_rival(engine, product, golden, _thresholds(product))
    return replace(results, golden=tuple(rows))


def _datasets(results: Results, options: argparse.Namespace, engines: Available, thresholds: Thresholds) -> Results:
    folders = list(_folders(options.datasets, options.sets))
    if not folders:
        reason = (
            f"public data sets: {options.datasets.name} has no folder with corpus.jsonl"
            if options.datasets.is_dir()
            else "public data sets: they are not there"
        )
        _say(f"skipping {reason}")
        return replace(results, skipped=(*results.skipped, reason))
    rows: list[DatasetRow] = []
    for folder in folders:
        dataset = load_dataset(folder)
        for name, engine in engines.engines.items():
            _say(f"  {dataset.name}: {name}")
            rows += measure_dataset(dataset, engine, thresholds)
    return replace(results, datasets=tuple(rows))


def _folders(folder: Path, wanted: tuple[str, ...]) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in sorted(folder.iterdir()) if (path / "corpus.jsonl").is_file() and (not wanted or path.name in wanted))


def _thresholds(product: AnswerEngine) -> Thresholds:
    settings = product.settings
    return Thresholds(settings.answer_threshold, settings.suggest_threshold, settings.suggestions)


def _speed(results: Results, sizes: Sequence[int], engines: Available) -> Iterator[Results]:
    """Measure each size; encoding a query takes as long whatever the size, so it is measured once."""
    for size in sizes:
        _say(f"  {size:,} sections")
        raced = {name: engine for name, engine in engines.engines.items() if size == sizes[0] or name != "minilm"}
        results = replace(results, speed=(*results.speed, *measure_speed(size, raced)))
        yield results


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
