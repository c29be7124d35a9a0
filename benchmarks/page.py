"""``docs/performance.md``, written of what was measured."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.ablation import AblationRow
from benchmarks.datasets import DatasetRow
from benchmarks.event_loop import LoopStall
from benchmarks.gaps import GapRow
from benchmarks.goals import Goal, all_goals
from benchmarks.golden import GoldenRow
from benchmarks.load_page import load_text
from benchmarks.processes import RUNS, AnswerTimes, ProcessTimes
from benchmarks.results import Machine, Measured, Results
from benchmarks.speed import SpeedRow

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = REPOSITORY / "docs" / "performance.md"
NOTES = Path(__file__).with_name("notes.md")
"""What people found out about the figures; it is put under the goals as it is."""


def performance_page(results: Results, pictures: Mapping[str, str]) -> str:
    """The page; parts that were not measured are left out."""
    parts = [
        "# Performance\n\nWritten by `make bench`; [evaluation.md](evaluation.md) says how to read it. What is compared is of one run.",
        _machine(results.machine),
        _measured(results.measured),
        _skipped(results.skipped),
        goals_table(all_goals(results)),
        NOTES.read_text(encoding="utf-8").strip() if NOTES.exists() else "",
        golden_tables(results.golden),
        _picture(pictures, "reliability.png"),
        dataset_tables(results.datasets),
        _picture(pictures, "quality.png"),
        speed_tables(results.speed),
        _picture(pictures, "speed.png"),
        growth_table(results.speed),
        answer_table(results.answers),
        process_table(results.processes),
        loop_text(results.loop),
        ablation_table(results.ablation),
        gap_table(results.gaps),
        load_text(results.load),
        results.completion.strip(),
        results.review.strip(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _machine(machine: Machine | None) -> str:
    if machine is None:
        return ""
    return (
        f"Python {machine.python}, {machine.processors} processors; {machine.sections} sections of knowledge, "
        f"fingerprint `{machine.fingerprint}`. Times belong to this machine; ratios carry over."
    )


def _measured(parts: Sequence[Measured]) -> str:
    """Which part is of which day, since not every run measures all."""
    days: dict[tuple[str, str], list[str]] = {}
    for one in parts:
        days.setdefault((one.day, one.fingerprint), []).append(one.part)
    return "\n".join(f"- {day}, knowledge `{fingerprint}`: {', '.join(names)}" for (day, fingerprint), names in sorted(days.items()))


def _skipped(skipped: Sequence[str]) -> str:
    return "Left out of the latest run:\n\n" + "\n".join(f"- {reason}" for reason in skipped) if skipped else ""


def goals_table(goals: Sequence[Goal]) -> str:
    """Every goal with its figure."""
    words = {True: "reached", False: "**not reached**", None: "not measured"}
    rows = [(goal.text, goal.figure, words[goal.reached]) for goal in goals]
    reached = sum(goal.reached is True for goal in goals)
    return f"## Goals\n\n{reached} of {len(goals)} are reached.\n\n" + _table(("goal", "figure", ""), rows)


def golden_tables(rows: Sequence[GoldenRow]) -> str:
    """The outcomes of all engines on the golden questions, then ranking and confidence."""
    if not rows:
        return ""
    outcomes = [
        (
            row.engine,
            _typed(row.mistyped),
            f"{row.right:.1%} ({row.right_low:.1%} to {row.right_high:.1%})",
            *(f"{share:.1%}" for share in (row.wrong, row.suggested, row.false_answers)),
            "" if row.follow_ups_right is None else f"{row.follow_ups_right:.1%}",
        )
        for row in rows
    ]
    figures = [
        (row.engine, _typed(row.mistyped), *_digits(row.recall_at_1, row.recall_at_3, row.reciprocal_rank, row.ndcg), *_trusted(row))
        for row in rows
    ]
    first = rows[0]
    turns = next((row for row in rows if row.follow_ups), None)
    kinds = (
        ""
        if turns is None or turns.leaning_right is None or turns.fresh_right is None
        else f" Of the leaning follow-ups {turns.leaning_right:.1%} are right, of the fresh ones {turns.fresh_right:.1%}."
    )
    return (
        f"## Golden questions, test half\n\n{first.questions} questions, {first.must_decline} messages that must be declined, "
        f"{turns.follow_ups if turns else 0} follow-ups. Nothing was fitted on them (the notes above name the one "
        "choice that followed a look). Every engine answers and suggests by the same "
        "rules; its confidence is a regression of its own, fitted on the dev half. In brackets the 95 % bootstrap interval."
        f"{kinds}\n\n"
        + _table(("engine", "", "right", "wrong", "suggested", "falsely answered", "follow-ups right"), outcomes)
        + "\n\n"
        + _table(("engine", "", "recall@1", "recall@3", "MRR@10", "nDCG@10", *_TRUST), figures)
    )


_TRUST = ("AUROC", "coverage at 95 % precision", "calibration error")


def dataset_tables(rows: Sequence[DatasetRow]) -> str:
    """The nDCG of all engines on all sets, then all figures."""
    if not rows:
        return ""
    sets = list(dict.fromkeys(row.dataset for row in rows))
    table = {(row.dataset, row.engine, row.mistyped): row for row in rows}
    overview: list[Sequence[str]] = []
    for engine in dict.fromkeys(row.engine for row in rows):
        pairs = [[table.get((name, engine, mistyped)) for mistyped in (False, True)] for name in sets]
        gains = [[row.ndcg for row in pair if row is not None] for pair in pairs]
        means = [sum(values) / len(values) for values in zip(*(pair for pair in gains if len(pair) == 2), strict=True)]
        overview.append((engine, *(" / ".join(_digits(*pair)) for pair in gains), " / ".join(_digits(*means))))
    details = [
        (
            row.dataset,
            row.engine,
            _typed(row.mistyped),
            f"{row.ndcg:.3f} ({row.ndcg_low:.3f} to {row.ndcg_high:.3f})",
            *_digits(row.recall_at_1, row.reciprocal_rank),
            *_trusted(row),
        )
        for row in rows
    ]
    return (
        "## Public data sets, test half\n\nnDCG@10, clean / with one or two typing errors. Ours has one setting for all sets; bm25s has "
        "the best k1 and b of each dev half, MiniLM the better of two ways to encode a section.\n\n"
        + _table(("engine", *sets, "mean"), overview)
        + "\n\nThe confidence of each engine is the same regression over its own features, fitted on the dev half, clean and mistyped; "
        "coverage counts what is out of scope as asked.\n\n"
        + _table(("set", "engine", "", "nDCG@10", "recall@1", "MRR@10", *_TRUST), details)
    )


def speed_tables(rows: Sequence[SpeedRow]) -> str:
    """A table for each corpus size, with ratios to tantivy."""
    if not rows:
        return ""
    parts = [
        "## Speed by size\n\nMade-up text by Zipf's law, about 60 words a section, queries of 4 to 10 words; one thread, engines in turn, "
        "each query three times and its median. In brackets the multiple of tantivy in the same run."
    ]
    for size in dict.fromkeys(row.sections for row in rows):
        mine = [row for row in rows if row.sections == size]
        reference = next((row for row in mine if row.engine == "tantivy"), None)
        cells = [
            (
                row.engine,
                _time(row.p50, None if reference is None else reference.p50),
                _time(row.p99, None if reference is None else reference.p99),
                str(row.queries),
                "" if row.build is None else f"{row.build:.2f}",
                "" if row.load is None else f"{1000 * row.load:.1f}",
                "" if row.load is None or not row.build else f"{row.load / row.build:.3f}",
                "" if row.bytes_per_section is None else f"{row.bytes_per_section:,.0f}",
            )
            for row in mine
        ]
        head = ("engine", "p50 in ms", "p99 in ms", "queries", "build in s", "load in ms", "load / build", "bytes a section")
        parts.append(f"### {size:,} sections\n\n" + _table(head, cells))
    return "\n\n".join(parts)


def growth_table(rows: Sequence[SpeedRow]) -> str:
    """By how much each engine's median grows from one size to the next."""
    sizes = sorted({row.sections for row in rows})
    if len(sizes) < 2:
        return ""
    table = {(row.sections, row.engine): row.p50 for row in rows}
    cells = [
        (
            engine,
            *(
                f"{table[after, engine] / table[before, engine]:.1f}" if (before, engine) in table and (after, engine) in table else ""
                for before, after in itertools.pairwise(sizes)
            ),
        )
        for engine in dict.fromkeys(row.engine for row in rows)
    ]
    head = ("p50 grows by", *(f"{before:,} to {after:,}" for before, after in itertools.pairwise(sizes)))
    return (
        "### How cost grows\n\nFrom one size to the next the sections grow by the quotient of the sizes; a search whose cost is its "
        "postings grows with them, and one whose cost is a sum or a sort over all sections with the corpus.\n\n" + _table(head, cells)
    )


def answer_table(rows: Sequence[AnswerTimes]) -> str:
    """What a search and a whole answer cost on the knowledge that ships."""
    if not rows:
        return ""
    cells = [
        (
            str(row.sections),
            row.what,
            *(f"{1000 * value:.2f}" for value in (row.p50, row.p99)),
            f"{row.p50_ratio:.2f}",
            f"{row.p99_ratio:.2f}",
        )
        for row in rows
    ]
    return (
        "## One question in a running bot\n\nOver all golden questions; the reference is scikit-learn's `TfidfVectorizer` with its "
        "defaults: transform, sparse product, sort. The goal is a p99 under 20 ms for a whole answer at 100 sections.\n\n"
        + _table(("sections", "", "p50 in ms", "p99 in ms", "p50 / reference", "p99 / reference"), cells)
    )


def process_table(times: ProcessTimes | None) -> str:
    """What one question costs as a process."""
    if times is None:
        return ""
    rows = [("nothing cached: read, fit, answer", f"{times.cold:.2f}", "2"), ("index cached", f"{times.warm:.2f}", "0.5")]
    return (
        '## One question as a process\n\n`python -m bot ask`, as a multiple of `python -c "import sklearn.feature_extraction.text"`; '
        f"medians of {RUNS} alternating runs.\n\n" + _table(("", "ratio", "goal"), rows)
    )


def loop_text(stall: LoopStall | None) -> str:
    """How a reload holds up the event loop."""
    if stall is None:
        return ""
    return (
        f"## Reload of a large folder\n\nWhile another process reloaded {stall.sections:,} sections, for {stall.reload:.1f} s, "
        f"the event loop paused for {1000 * stall.longest:.0f} ms at the longest."
    )


def ablation_table(rows: Sequence[AblationRow]) -> str:
    """What each part of the ranking gives."""
    if not rows:
        return ""
    cells = [(row.variant, f"{row.clean:.3f}", f"{row.mistyped:.3f}", f"{row.time:.2f}") for row in rows]
    return (
        "## What each part of the ranking gives\n\nThe mean nDCG@10 over the golden questions and the public sets, on the dev halves, "
        "where the parts were chosen.\n\n" + _table(("", "clean", "mistyped", "time of a search"), cells)
    )


def gap_table(rows: Sequence[GapRow]) -> str:
    """How well questions are grouped."""
    if not rows:
        return ""
    cells = [
        (
            row.dataset,
            row.knowledge,
            f"{row.questions} of {row.labels} kinds",
            str(row.groups),
            *(f"{value:.3f}" for value in (row.v_measure, row.single, row.adjusted_information)),
            f"{row.seconds:.1f}",
        )
        for row in rows
    ]
    head = ("set", "words and weights from", "questions", "groups found", "V-measure", "V-measure of single questions", "AMI", "s")
    return (
        "## Groups of questions\n\nWhat `/review gaps` does, on the test halves with labels hidden. Ours is not told how many groups there "
        "are, and nothing is fitted on the questions; k-means is told the number, and its TF-IDF is fitted on them. The V-measure favors "
        "many groups: putting every question into one of its own scores what the sixth column says. The mutual information adjusted for "
        "chance (AMI) does not.\n\n" + _table(head, cells)
    )


def _time(seconds: float, reference: float | None) -> str:
    return f"{1000 * seconds:.3g}" + (f" ({seconds / reference:.2f})" if reference else "")


def _typed(mistyped: bool) -> str:
    return "mistyped" if mistyped else "clean"


def _digits(*values: float) -> list[str]:
    return [f"{value:.3f}" for value in values]


def _trusted(row: GoldenRow | DatasetRow) -> list[str]:
    return _digits(row.auroc, row.coverage, row.calibration_error)


def _picture(pictures: Mapping[str, str], name: str) -> str:
    return f"![{pictures[name]}](pictures/{name})" if name in pictures else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
