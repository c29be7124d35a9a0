"""``evaluate`` and ``calibrate``: how good the answers are."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from bot.cli.app import app
from bot.cli.options import ConfigOption, KnowledgeOption, configured, open_engine
from bot.evaluation.golden import Split


@app.command()
def evaluate(
    split: Annotated[Split | None, typer.Option(help="Only this half of the golden questions.")] = None,
    typos: Annotated[bool, typer.Option("--typos", help="Ask each question with typing errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Ask the golden questions and count right, wrong, suggested and declined."""
    from bot.bootstrap.knowledge import knowledge_folder
    from bot.evaluation.golden import load_golden
    from bot.evaluation.measuring import evaluate as ask_all
    from bot.terminal.evaluation import evaluation_json, print_evaluation

    loaded = configured(config, knowledge)
    golden = load_golden(knowledge_folder(loaded.knowledge.path))
    engine = open_engine(loaded)
    result = ask_all(engine, golden if split is None else golden.half(split), mistyped=typos)
    if as_json:
        print(evaluation_json(result, engine.fingerprint))
    else:
        print_evaluation(Console(), result, engine.fingerprint)


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
