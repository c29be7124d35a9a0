"""The Typer application that every module of this package adds its commands to."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import __version__

app = typer.Typer(
    name="osai-faq-bot",
    help="A FAQ bot about open-source AI: on Discord, in a local demo, and here in the terminal.",
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
    """Answer questions about open-source AI."""
