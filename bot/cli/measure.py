"""``evaluate`` and ``calibrate``: how good the answers are, and how far their confidence can be trusted.

For programs every figure and every judged question as one object, from which later versions can be compared; for people the outcomes by
style, area and kind, then the figures with their intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import bot
from bot.answering.confidence import FILE, confidence_json
from bot.bootstrap.knowledge import knowledge_folder
from bot.cli.app import ConfigOption, KnowledgeOption, app, configured, open_engine, to_json
from bot.config import DEFAULT_FILE, Config, KnowledgeConfig
from bot.errors import InputError
from bot.evaluation import calibrating, measuring
from bot.evaluation.comparing import Change, Conditions, EvaluationDiff, compare_evaluations, evaluate_revision, read_earlier
from bot.evaluation.dataset import evaluate_dataset, load_dataset, rank_dataset, write_rankings
from bot.evaluation.golden import Split, Voices, load_golden
from bot.evaluation.measuring import Evaluation, Judged, Rate, Verdict, rate, recall_at
from bot.evaluation.metrics import Estimate
from bot.evaluation.ranking import Thresholds
from bot.evaluation.summary import Outcomes, Summary, curve, outcomes, ranking, reliability_plot, summarize, trust

_DIGITS = 4


def evaluation_json(evaluation: Evaluation, fingerprint: str, conditions: Conditions, comparison: EvaluationDiff | None = None) -> str:
    """All counts, all figures with their intervals, and every judged question, so that a later run can be compared with this one."""
    summary = summarize(evaluation)
    value: dict[str, object] = {
        "fingerprint": fingerprint,
        **asdict(conditions),
        "figures": _figures_json(summary),
        "reliability": [_rounded(asdict(one)) for one in summary.trust.bins],
        "questions": _part(evaluation.questions) | _ranks(evaluation.questions),
        "declined": _part(evaluation.declined),
        "follow_ups": _part(evaluation.follow_ups) | _ranks(evaluation.follow_ups),
    }
    if comparison is not None:
        value["compared"] = asdict(comparison)
    return to_json(value, indent=2)


def _figures_json(summary: Summary) -> dict[str, object]:
    return {
        "questions": _outcomes(summary.questions),
        "declined": _outcomes(summary.declined),
        "follow_ups": _outcomes(summary.follow_ups),
        "recall_at_1": _estimate(summary.ranking.recall_at_1),
        "recall_at_3": _estimate(summary.ranking.recall_at_3),
        "mrr_at_10": _estimate(summary.ranking.reciprocal_rank),
        "ndcg_at_10": _estimate(summary.ranking.ndcg),
        "auroc": _estimate(summary.trust.auroc),
        "coverage_at_95_precision": _estimate(summary.trust.coverage),
        "calibration_error": _estimate(summary.trust.calibration_error),
    }


def _outcomes(found: Outcomes) -> dict[str, object]:
    more = ("within_one_click", "right_of_answers", "right_of_sure")
    return {"n": found.count} | {name: _estimate(getattr(found, name)) for name in (*(verdict.value for verdict in Verdict), *more)}


def _estimate(estimate: Estimate | None) -> dict[str, object] | None:
    return None if estimate is None else _rounded(asdict(estimate))


def _rounded(values: dict[str, object]) -> dict[str, object]:
    return {name: round(value, _DIGITS) if isinstance(value, float) else value for name, value in values.items()}


def _part(judged: Sequence[Judged]) -> dict[str, object]:
    groups = {name: [item for item in judged if item.group == name] for name in dict.fromkeys(item.group for item in judged)}
    return {
        "n": len(judged),
        **_counts(judged),
        "by_group": {name: _outcomes(outcomes(items)) for name, items in groups.items()},
        "items": [_item(item) for item in judged],
    }


def _counts(judged: Sequence[Judged]) -> dict[str, object]:
    return {verdict.value: rate(judged, verdict).hits for verdict in Verdict}


def _ranks(judged: Sequence[Judged]) -> dict[str, object]:
    areas = {name: [item for item in judged if item.area == name] for name in dict.fromkeys(item.area for item in judged)}
    found = ranking(judged)
    return {
        "recall_at_1": _value(found.recall_at_1),
        "recall_at_3": _value(found.recall_at_3),
        "mrr_at_10": _value(found.reciprocal_rank),
        "ndcg_at_10": _value(found.ndcg),
        "by_area": {name: _outcomes(outcomes(items)) for name, items in areas.items()},
    }


def _value(estimate: Estimate | None) -> float:
    return round(estimate.value, _DIGITS) if estimate else 0.0


def _item(item: Judged) -> dict[str, object]:
    return {
        **({} if item.id is None else {"id": item.id}),
        "question": item.question,
        "group": item.group,
        "area": item.area,
        "verdict": item.verdict.value,
        "rank": item.rank,
        "ndcg": round(item.ndcg, _DIGITS),
        "shown": item.shown,
        "confidence": item.confidence,
    }


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
    _print_curve(console, evaluation)
    console.print(asked, markup=False, highlight=False)


def print_evaluation_diff(console: Console, comparison: EvaluationDiff) -> None:
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
    """Columns of figures that fit into 80 characters together."""
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


def _print_curve(console: Console, evaluation: Evaluation) -> None:
    points = curve(evaluation.questions, [item for item in evaluation.declined if item.confidence is not None])
    table = _table("If it answered by the confidence alone, from", "", "answered", "right", "wrong", "falsely answered")
    for one in points:
        table.add_row(
            f"{one.threshold:.2f}", *(f"{100 * value:.1f}" for value in (one.answered, one.right, one.wrong, one.falsely_answered))
        )
    console.print(table)


def _figures(summary: Summary) -> list[tuple[str, Estimate | None]]:
    """Every figure under the name by which it is shown."""
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
    more = (
        ("within one click", found.within_one_click),
        ("answers with an expected section", found.right_of_answers),
        ("the same of those called sure", found.right_of_sure),
    )
    return [*((verdict.value, getattr(found, verdict.value)) for verdict in Verdict), *more]


def _shown(change: Change) -> str:
    return f"{change.shown_before or 'nothing'} -> {change.shown_after or 'nothing'}"


_CompareOption = Annotated[
    str | None,
    typer.Option("--compare", metavar="REV_OR_FILE", help="Show which questions changed since a git revision, or a file of --json."),
]
_DatasetOption = Annotated[
    Path | None,
    typer.Option("--dataset", metavar="DIR", help="A folder of corpus.jsonl and queries.jsonl, instead of the golden questions."),
]
_PlotOption = Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Write the reliability plot of the confidence as PNG.")]
_RankOption = Annotated[
    Path | None, typer.Option("--rank-only", metavar="FILE", help="With --dataset: write the ranked ids as JSON lines.")
]
_ServerOption = Annotated[
    int | None, typer.Option("--server", metavar="ID", help="The questions that this server keeps as tests, instead of the golden ones.")
]


@app.command()
def evaluate(
    split: Annotated[Split | None, typer.Option(help="Only this half; a data set is judged on test by default.")] = None,
    typos: Annotated[bool, typer.Option("--typos", help="Ask each question with typing errors.")] = False,
    voices: Annotated[Voices | None, typer.Option(help="Only golden questions as people really write them, or only the others.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    plot: _PlotOption = None,
    compare: _CompareOption = None,
    dataset: _DatasetOption = None,
    rank_only: _RankOption = None,
    server: _ServerOption = None,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Ask the golden questions, those of a data set or those that a server keeps, and count right, wrong, suggested and declined."""
    loaded = configured(config, knowledge)
    if rank_only is not None:
        _only_rank(dataset, rank_only, split, typos, unused=bool(as_json or plot or compare))
        return
    if server is not None and (dataset or compare or voices):
        raise InputError("--server asks what the server keeps; leave out --dataset, --compare and --voices.")
    if dataset is None:
        evaluation, fingerprint = _ask_golden(loaded, split, typos, voices, server)
    else:
        split = split or Split.TEST
        evaluation, fingerprint = _ask_dataset(loaded, dataset, split, typos)
    if compare is not None and voices is not None:
        raise InputError("--compare asks all golden questions; leave out --voices.")
    conditions = Conditions(None if split is None else split.value, typos)
    comparison = None if compare is None else _compared(compare, evaluation, conditions, _paths(dataset, knowledge, config))
    if plot is not None:
        _write_plot(evaluation, plot)
    if as_json:
        _print_json(evaluation, fingerprint, conditions, comparison)
    else:
        _print(evaluation, f"fingerprint {fingerprint}" if dataset is None else f"data set {fingerprint}, {split} half", comparison)


def _ask_golden(config: Config, split: Split | None, typos: bool, voices: Voices | None, server: int | None) -> tuple[Evaluation, str]:
    if server is None:
        golden, engine = load_golden(knowledge_folder(config.knowledge.path)).of(voices), open_engine(config)
    else:
        from bot.cli.kept import golden_of_server

        golden, engine = golden_of_server(config, server)
    return measuring.evaluate(engine, golden if split is None else golden.half(split), mistyped=typos), engine.fingerprint


def _ask_dataset(config: Config, folder: Path, split: Split, typos: bool) -> tuple[Evaluation, str]:
    answering = config.answering
    thresholds = Thresholds(answering.answers_from, answering.suggests_from, answering.suggestions)
    dataset = load_dataset(folder)
    return evaluate_dataset(dataset, split, thresholds, mistyped=typos), dataset.name


def _only_rank(folder: Path | None, file: Path, split: Split | None, typos: bool, *, unused: bool) -> None:
    if folder is None:
        raise InputError("--rank-only needs --dataset DIR.")
    if unused:
        raise InputError("--rank-only judges nothing, so it goes with neither --json, --plot nor --compare.")
    ranked = rank_dataset(load_dataset(folder), split, mistyped=typos)
    write_rankings(ranked, file)
    print(f"{file} has the rankings of {len(ranked)} queries")


def _paths(dataset: Path | None, knowledge: Path | None, config: Path | None) -> list[str]:
    """The options that name files, absolute, since the other revision runs in another folder."""
    used = config or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    named = (("--dataset", dataset), ("--knowledge", knowledge), ("--config", used))
    return [word for name, path in named if path is not None for word in (name, str(path.resolve()))]


def _compared(target: str, evaluation: Evaluation, conditions: Conditions, paths: list[str]) -> EvaluationDiff:
    file = Path(target)
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else _at_revision(target, conditions, paths)
    return compare_evaluations(read_earlier(text, target, conditions), evaluation, target)


def _at_revision(revision: str, conditions: Conditions, paths: list[str]) -> str:
    half = ["--split", conditions.split] if conditions.split else []
    typed = ["--typos"] if conditions.typos else []
    return evaluate_revision(Path(bot.__file__).resolve().parent.parent, revision, [*paths, *half, *typed])


def _write_plot(evaluation: Evaluation, file: Path) -> None:
    trusted = trust((*evaluation.questions, *evaluation.declined))
    try:
        file.write_bytes(reliability_plot(trusted.bins, "Reliability of the confidence").png)
    except OSError as error:
        raise InputError(f"{file} cannot be written ({error.strerror}). Give a file in a folder that is there.") from error


def _print_json(evaluation: Evaluation, fingerprint: str, conditions: Conditions, comparison: EvaluationDiff | None) -> None:
    print(evaluation_json(evaluation, fingerprint, conditions, comparison))


def _print(evaluation: Evaluation, asked: str, comparison: EvaluationDiff | None) -> None:
    console = Console()
    print_evaluation(console, evaluation, asked)
    if comparison is not None:
        print_evaluation_diff(console, comparison)


@app.command()
def calibrate(knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Fit the confidence on the dev half of the golden questions, and store it where the bot reads it."""
    loaded = configured(config, knowledge)
    folder = knowledge_folder(loaded.knowledge.path)
    confidence = calibrating.calibrate(open_engine(loaded), load_golden(folder))
    for file in calibration_files(folder):
        file.write_text(confidence_json(confidence), encoding="utf-8")
        print(f"{file} is fitted for corpus {confidence.fitted_for}")


def calibration_files(folder: Path) -> tuple[Path, ...]:
    """The files from which the bot reads a calibration that was fitted on a folder.

    What was fitted on the knowledge base that ships is also what folders without a calibration of their own use.
    """
    package = Path(bot.__file__).resolve().parent
    ships = folder.resolve() == package.parent / KnowledgeConfig().path
    return (folder / FILE, package / "answering" / FILE) if ships else (folder / FILE,)
