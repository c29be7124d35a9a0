"""The Typer application that every module of this package adds its commands to; options that several commands have, and what they open."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import __version__
from bot.config import Config, KnowledgeConfig, at_home, load_config
from bot.errors import InputError

if TYPE_CHECKING:
    from bot.answering.engine import AnswerEngine

app = typer.Typer(
    name="osai-faq-bot",
    help="A FAQ bot over a folder of articles: on Discord, in a local demo, and here in the terminal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def main(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    """Answer questions from a folder of articles."""


KnowledgeOption = Annotated[Path | None, typer.Option("--knowledge", help="Folder of Markdown articles, instead of knowledge.path.")]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="Configuration file, instead of config.yaml.")]


def configured(file: Path | None, knowledge: Path | None) -> Config:
    """The options of the command line go before the file and the environment.

    Raises:
        ConfigError: it has faults; all are named.
        InputError: --knowledge has a tilde for which no home is known.
    """
    return with_knowledge(load_config(file), knowledge)


def with_knowledge(config: Config, knowledge: Path | None) -> Config:
    """``--knowledge`` replaces ``knowledge.path`` and nothing else; without it the configuration stays as it is."""
    if knowledge is None:
        return config
    try:
        knowledge = at_home(knowledge)
    except ValueError as error:
        raise InputError(f"--knowledge: {error}.") from error
    changed: KnowledgeConfig = config.knowledge.model_copy(update={"path": knowledge})
    return config.model_copy(update={"knowledge": changed})


def to_json(value: object, *, indent: int | None = None) -> str:
    """JSON that standard output can hold: with escapes where its encoding lacks characters. Dates become text."""
    encoding = (sys.stdout.encoding or "").lower()
    return json.dumps(value, ensure_ascii=not encoding.startswith("utf"), indent=indent, default=str)


def open_engine(config: Config) -> AnswerEngine:
    """Start the log and load the knowledge."""
    from bot.bootstrap.knowledge import load_knowledge
    from bot.log import start_logging

    start_logging(config.log)
    return load_knowledge(config).engine
