"""What was measured, kept in ``results.json`` so that the page can be written again when one part alone is measured again.

Figures that are compared were always taken in one run: a run replaces whole parts, never single engines.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.ablation import AblationRow
from benchmarks.datasets import DatasetRow
from benchmarks.event_loop import LoopStall
from benchmarks.gaps import GapRow
from benchmarks.golden import GoldenRow
from benchmarks.load import Load
from benchmarks.processes import AnswerTimes, ProcessTimes
from benchmarks.speed import SpeedRow
from bot.evaluation.summary import ReliabilityBin

FILE = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the latest run was, and over what knowledge."""

    python: str
    processors: int
    sections: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Measured:
    """When a part was measured, and over what knowledge."""

    part: str
    day: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Results:
    """All parts; those that were not measured are empty."""

    machine: Machine | None = None
    golden: tuple[GoldenRow, ...] = ()
    reliability: tuple[ReliabilityBin, ...] = ()
    datasets: tuple[DatasetRow, ...] = ()
    speed: tuple[SpeedRow, ...] = ()
    processes: ProcessTimes | None = None
    answers: tuple[AnswerTimes, ...] = ()
    loop: LoopStall | None = None
    ablation: tuple[AblationRow, ...] = ()
    completion: str = ""
    """The section about completion, as text."""
    review: str = ""
    """The section about the review, as text."""
    skipped: tuple[str, ...] = ()
    """What was left out of the latest run, with the reason."""
    gaps: tuple[GapRow, ...] = ()
    load: Load | None = None
    measured: tuple[Measured, ...] = ()
    """By part; the figures of one are not those of another's state."""


_ADAPTER = TypeAdapter(Results)


def load_results() -> Results:
    """What earlier runs measured."""
    return _ADAPTER.validate_json(FILE.read_bytes()) if FILE.exists() else Results()


def store_results(results: Results) -> None:
    """Keep what was measured."""
    FILE.write_bytes(_ADAPTER.dump_json(results, indent=1) + b"\n")


def merged(before: Results, now: Results) -> Results:
    """The results of a run, with the parts of earlier runs that it did not measure."""
    sizes = {row.sections for row in now.speed}
    speed = sorted((*(row for row in before.speed if row.sections not in sizes), *now.speed), key=lambda row: row.sections)
    return replace(
        before,
        machine=now.machine,
        measured=(*(one for one in before.measured if one.part not in {part.part for part in now.measured}), *now.measured),
        golden=now.golden or before.golden,
        reliability=now.reliability or before.reliability,
        datasets=now.datasets or before.datasets,
        speed=tuple(speed),
        processes=now.processes or before.processes,
        answers=now.answers or before.answers,
        loop=now.loop or before.loop,
        ablation=now.ablation or before.ablation,
        gaps=now.gaps or before.gaps,
        load=now.load or before.load,
        completion=now.completion or before.completion,
        review=now.review or before.review,
        skipped=now.skipped,
    )
