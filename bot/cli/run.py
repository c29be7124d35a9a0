"""``run``, ``demo`` and ``health``: the bot at work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.app import ConfigOption, KnowledgeOption, app, configured
from bot.config import DEFAULT_FILE, Config
from bot.errors import ConfigError, TokenError


@app.command()
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check configuration, knowledge and database, then exit.")] = False,
    init: Annotated[bool, typer.Option("--init", help="Create a database although this installation has had one.")] = False,
    shards: Annotated[
        str | None, typer.Option(metavar="SHARDS", help="One of several processes: 0-3/16, or auto/16 for those that are free.")
    ] = None,
    at_most: Annotated[int | None, typer.Option("--shards-at-most", min=1, help="How many of them this process takes.")] = None,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Run the bot on Discord."""
    from bot.serving import check_only, serve
    from bot.token import discord_token

    if dry_run:
        check_only(_sharded(configured(config, knowledge), shards, at_most), Console(), init=init)
        return
    try:
        loaded = _sharded(configured(config, knowledge), shards, at_most)
    except ConfigError as error:  # one list, so that nobody fixes one thing only to meet the next
        try:
            discord_token()
        except TokenError as missing:
            if not _names_token_file(config or DEFAULT_FILE):
                raise ConfigError((*error.problems, str(missing))) from error
        raise
    raise typer.Exit(serve(loaded, discord_token(file=loaded.discord.token_file), init=init))


def _sharded(config: Config, shards: str | None, at_most: int | None) -> Config:
    """The configuration, with what the command line says of shards."""
    said = {name: value for name, value in (("shards", shards), ("at_most", at_most)) if value is not None}
    return config.model_copy(update={"sharding": config.sharding.model_copy(update=said)})


def _names_token_file(file: Path) -> bool:
    """Whether a configuration that cannot be used names a file for the token; then nothing is known to be wrong with that."""
    try:
        return "token_file" in file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page on this computer; 0 takes any free one.")] = 8765,
    data: Annotated[Path, typer.Option(help="Folder for what the demo stores.")] = Path("data/demo"),
    browser: Annotated[bool, typer.Option(help="Open the page in a browser where there is one.")] = True,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Run the real bot in a simulated Discord server, on a page in your browser; no token needed."""
    from bot.demo.running import run_demo

    run_demo(configured(config, knowledge), port=port, folder=data, open_browser=browser)


@app.command()
def health(config: ConfigOption = None) -> None:
    """Tell by the exit code whether the bot that uses this configuration is alive; for containers."""
    from bot.heartbeat import require_heartbeat

    require_heartbeat(configured(config, None))
    print("alive")
