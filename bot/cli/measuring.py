"""``evaluate`` and ``calibrate``: how good the answers are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.cli.app import app
from bot.cli.options import ConfigOption, KnowledgeOption, configured, open_engine
from bot.config import DEFAULT_FILE
from bot.errors import InputError
from bot.evaluation.golden import Split

if TYPE_CHECKING:
    from bot.config import Config
    from bot.evaluation.comparing import Comparison, Conditions
    from bot.evaluation.measuring import Evaluation

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


@app.command()
def evaluate(
    split: Annotated[Split | None, typer.Option(help="Only this half; a data set is judged on test unless told otherwise.")] = None,
    typos: Annotated[bool, typer.Option("--typos", help="Ask each question with typing errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    plot: _PlotOption = None,
    compare: _CompareOption = None,
    dataset: _DatasetOption = None,
    rank_only: _RankOption = None,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Ask the golden questions, or those of a data set, and count right, wrong, suggested and declined."""
    from bot.evaluation.comparing import Conditions

    loaded = configured(config, knowledge)
    if rank_only is not None:
        _only_rank(dataset, rank_only, split, typos, unused=bool(as_json or plot or compare))
        return
    if dataset is None:
        evaluation, fingerprint = _ask_golden(loaded, split, typos)
    else:
        split = split or Split.TEST
        evaluation, fingerprint = _ask_dataset(loaded, dataset, split, typos)
    conditions = Conditions(None if split is None else split.value, typos)
    comparison = None if compare is None else _compared(compare, evaluation, conditions, _paths(dataset, knowledge, config))
    if plot is not None:
        _write_plot(evaluation, plot)
    if as_json:
        _print_json(evaluation, fingerprint, conditions, comparison)
    else:
        _print(evaluation, f"fingerprint {fingerprint}" if dataset is None else f"data set {fingerprint}, {split} half", comparison)


def _ask_golden(config: Config, split: Split | None, typos: bool) -> tuple[Evaluation, str]:
    from bot.bootstrap.knowledge import knowledge_folder
    from bot.evaluation.golden import load_golden
    from bot.evaluation.measuring import evaluate as ask_all

    golden = load_golden(knowledge_folder(config.knowledge.path))
    engine = open_engine(config)
    return ask_all(engine, golden if split is None else golden.half(split), mistyped=typos), engine.fingerprint


def _ask_dataset(config: Config, folder: Path, split: Split, typos: bool) -> tuple[Evaluation, str]:
    from bot.evaluation.dataset import load_dataset
    from bot.evaluation.dataset_evaluation import evaluate_dataset
    from bot.evaluation.ranking import Thresholds

    answering = config.answering
    thresholds = Thresholds(answering.answers_from, answering.suggests_from, answering.suggestions)
    dataset = load_dataset(folder)
    return evaluate_dataset(dataset, split, thresholds, mistyped=typos), dataset.name


def _only_rank(folder: Path | None, file: Path, split: Split | None, typos: bool, *, unused: bool) -> None:
    from bot.evaluation.dataset import load_dataset
    from bot.evaluation.dataset_evaluation import rank_dataset, write_rankings

    if folder is None:
        raise InputError("--rank-only needs --dataset DIR.")
    if unused:
        raise InputError("--rank-only judges nothing, so it goes with neither --json, --plot nor --compare.")
    ranked = rank_dataset(load_dataset(folder), split, mistyped=typos)
    write_rankings(ranked, file)
    print(f"{file} has the rankings of {len(ranked)} queries")


def _paths(dataset: Path | None, knowledge: Path | None, config: Path | None) -> list[str]:
    """Return the options that name files, as another folder must be told them."""
    used = config or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    named = (("--dataset", dataset), ("--knowledge", knowledge), ("--config", used))
    return [word for name, path in named if path is not None for word in (name, str(path.resolve()))]


def _compared(target: str, evaluation: Evaluation, conditions: Conditions, paths: list[str]) -> Comparison:
    from bot.evaluation.comparing import compare, read_earlier

    file = Path(target)
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else _at_revision(target, conditions, paths)
    return compare(read_earlier(text, target, conditions), evaluation, target)


def _at_revision(revision: str, conditions: Conditions, paths: list[str]) -> str:
    import bot
    from bot.evaluation.revisions import evaluate_revision

    half = ["--split", conditions.split] if conditions.split else []
    typed = ["--typos"] if conditions.typos else []
    return evaluate_revision(Path(bot.__file__).resolve().parent.parent, revision, [*paths, *half, *typed])


def _write_plot(evaluation: Evaluation, file: Path) -> None:
    from bot.evaluation.reliability import reliability_plot
    from bot.evaluation.summary import trust

    trusted = trust((*evaluation.questions, *evaluation.declined))
    try:
        file.write_bytes(reliability_plot(trusted.bins, "Reliability of the confidence").png)
    except OSError as error:
        raise InputError(f"{file} cannot be written ({error.strerror}). Give a file in a folder that is there.") from error


def _print_json(evaluation: Evaluation, fingerprint: str, conditions: Conditions, comparison: Comparison | None) -> None:
    from bot.terminal.evaluation_json import evaluation_json

    print(evaluation_json(evaluation, fingerprint, conditions, comparison))


def _print(evaluation: Evaluation, asked: str, comparison: Comparison | None) -> None:
    from bot.terminal.evaluation import print_comparison, print_evaluation

    console = Console()
    print_evaluation(console, evaluation, asked)
    if comparison is not None:
        print_comparison(console, comparison)


@app.command()
def calibrate(knowledge: KnowledgeOption = None, config: ConfigOption = None) -> None:
    """Fit the confidence on the dev half of the golden questions, and store it beside them."""
    from bot.answering.confidence import FILE, confidence_json
    from bot.bootstrap.knowledge import knowledge_folder
    from bot.evaluation.calibrating import calibrate as fit
    from bot.evaluation.golden import load_golden

    loaded = configured(config, knowledge)
    folder = knowledge_folder(loaded.knowledge.path)
    confidence = fit(open_engine(loaded), load_golden(folder))
    (folder / FILE).write_text(confidence_json(confidence), encoding="utf-8")
    print(f"{folder / FILE} is fitted for corpus {confidence.fitted_for}")
