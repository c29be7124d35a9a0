"""``evaluate`` for people: the outcomes by style, area and kind, then the figures with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.evaluation.bootstrap import Estimate
from bot.evaluation.comparing import Change, Comparison
from bot.evaluation.measuring import Evaluation, Judged, Rate, Verdict, rate, recall_at
from bot.evaluation.summary import Outcomes, Summary, outcomes, summarize

_TOP = "(top folder)"
_SHOWN = 50
"""Changed questions that are printed; the rest is in ``--json``."""


def print_evaluation(console: Console, evaluation: Evaluation, asked: str) -> None:
    """Print a table for each kind of question, and the figures of all; last what was asked."""
    questions = evaluation.questions
    _print_outcomes(console, "Questions that are answered here, by style, in percent", questions, _by_group(questions))
    areas = _by_area(questions)
    if len(areas) > 1:
        _print_outcomes(console, "The same, by area", questions, areas)
    _print_declined(console, evaluation.declined)
    if evaluation.follow_ups:
        _print_outcomes(console, "Follow-ups, in percent", evaluation.follow_ups, _by_group(evaluation.follow_ups))
    _print_figures(console, evaluation)
    console.print(asked, markup=False, highlight=False)


def print_comparison(console: Console, comparison: Comparison) -> None:
    """Print which questions changed verdict, losses first."""
    table = Table("was", "is", "question and what was shown", title=f"Compared with {comparison.name}", title_justify="left", box=SIMPLE)
    table.columns[2].overflow = "fold"
    ordered = sorted(comparison.changes, key=lambda change: (change.after is Verdict.RIGHT, change.part))
    for change in ordered[:_SHOWN]:
        table.add_row(change.before.value, change.after.value, f"{escape(change.question)}\n[dim]{escape(_shown(change))}[/dim]")
    if ordered:
        console.print(table)
    if len(ordered) > _SHOWN:
        console.print(f"and {len(ordered) - _SHOWN} more; --json lists all")
    console.print(
        f"compared with {comparison.name}: {len(ordered)} changed, {comparison.unchanged} as before, "
        f"{comparison.only_after} new, {comparison.only_before} no longer asked"
    )


_Groups = dict[str, list[Judged]]


def _by_group(judged: Iterable[Judged]) -> _Groups:
    groups: _Groups = {}
    for item in judged:
        groups.setdefault(item.group, []).append(item)
    return dict(sorted(groups.items()))


def _by_area(judged: Iterable[Judged]) -> _Groups:
    groups: _Groups = {}
    for item in judged:
        groups.setdefault(item.area or _TOP, []).append(item)
    return dict(sorted(groups.items()))


def _print_outcomes(console: Console, title: str, judged: Sequence[Judged], groups: _Groups) -> None:
    table = _table(title, "", "n", *(verdict.value for verdict in Verdict), "R@1", "R@3")
    for name, items in groups.items():
        table.add_row(name, *_outcome_cells(items))
    table.add_section()
    table.add_row("all", *_outcome_cells(judged))
    console.print(table)


def _outcome_cells(items: Sequence[Judged]) -> list[str]:
    return [str(len(items)), *_percents(*(rate(items, verdict) for verdict in Verdict), recall_at(items, 1), recall_at(items, 3))]


def _print_declined(console: Console, judged: Sequence[Judged]) -> None:
    table = _table("What must be declined, by kind, in percent", "", "n", "falsely answered", "suggested", "declined")
    for name, items in _by_group(judged).items():
        table.add_row(name, *_declined_cells(items))
    table.add_section()
    table.add_row("all", *_declined_cells(judged))
    console.print(table)


def _declined_cells(items: Sequence[Judged]) -> list[str]:
    return [str(len(items)), *_percents(*(rate(items, verdict) for verdict in (Verdict.WRONG, Verdict.SUGGESTED, Verdict.DECLINED)))]


def _percents(*rates: Rate) -> list[str]:
    return [f"{100 * one.share:.1f}" for one in rates]


def _table(title: str, *columns: str) -> Table:
    """Return a table of figures that fits into 80 columns."""
    table = Table(*columns, title=title, title_justify="left", box=SIMPLE, collapse_padding=True, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    table.columns[0].no_wrap = True
    return table


def _print_figures(console: Console, evaluation: Evaluation) -> None:
    table = _table("Figures, with bootstrap intervals", "", "value", "95 % interval")
    apart = [(f"follow-ups right: {name}", outcomes(items).right) for name, items in _by_group(evaluation.follow_ups).items()]
    for name, estimate in (*_figures(summarize(evaluation)), *apart):
        if estimate is not None:
            table.add_row(name, f"{estimate.value:.3f}", f"{estimate.low:.3f} to {estimate.high:.3f}")
    console.print(table)


def _figures(summary: Summary) -> list[tuple[str, Estimate | None]]:
    """Return every figure under the name by which it is shown."""
    return [
        *(("questions " + name, value) for name, value in _shares(summary.questions)),
        ("false answers on what must be declined", summary.declined.wrong),
        ("suggestions on what must be declined", summary.declined.suggested),
        ("follow-ups right", summary.follow_ups.right),
        ("recall@1", summary.ranking.recall_at_1),
        ("recall@3", summary.ranking.recall_at_3),
        ("MRR@10", summary.ranking.reciprocal_rank),
        ("nDCG@10", summary.ranking.ndcg),
        ("AUROC of the confidence", summary.trust.auroc),
        ("coverage at 95 % precision", summary.trust.coverage),
        ("calibration error (ECE)", summary.trust.calibration_error),
    ]


def _shares(found: Outcomes) -> list[tuple[str, Estimate | None]]:
    return [(verdict.value, getattr(found, verdict.value)) for verdict in Verdict]


def _shown(change: Change) -> str:
    return f"{change.shown_before or 'nothing'} -> {change.shown_after or 'nothing'}"
