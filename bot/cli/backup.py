"""``backup`` and ``restore``: the database to a file and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.app import app
from bot.cli.options import ConfigOption, configured


@app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(help="Where the backup goes; one that is there already is replaced once the new one is verified.")
    ],
    config: ConfigOption = None,
) -> None:
    """Copy the database to a file, verified, also while the bot is running."""
    from bot.storage.backup import make_backup
    from bot.terminal.backup import print_backup

    print_backup(Console(), file, make_backup(configured(config, None).database.path, file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup that was made by the command backup, with its manifest beside it.")],
    config: ConfigOption = None,
) -> None:
    """Put a backup in the place of the database, without what members have deleted since; the bot must be stopped."""
    import asyncio

    from bot.bootstrap.restoring import restore as put_back
    from bot.log import start_logging
    from bot.terminal.backup import print_restored

    loaded = configured(config, None)
    start_logging(loaded.log)
    restored = asyncio.run(put_back(loaded, file))
    print_restored(Console(), file, restored.manifest.made_at, restored.kept_aside, restored.deletions)
