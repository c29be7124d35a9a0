"""``backup`` and ``restore``: what was done, for people."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.storage.backup import Manifest, manifest_file


def print_backup(console: Console, file: Path, manifest: Manifest) -> None:
    """Print what is in a backup that was just verified."""
    console.print(f"{file} is written and verified.", soft_wrap=True)
    table = Table("table", "rows")
    table.columns[1].justify = "right"
    for one in manifest.rows:
        table.add_row(one.table, str(one.rows))
    console.print(table)
    console.print(f"{manifest.size} bytes, schema {manifest.schema}, SHA-256 {manifest.sha256}", soft_wrap=True)
    console.print(f"Keep {manifest_file(file).name} beside it, and the key file apart from both.", soft_wrap=True)


def print_restored(console: Console, file: Path, made_at: str, kept_aside: Path | None, deletions: int) -> None:
    """Print what a restore did."""
    console.print(f"{file}, made at {made_at}, is the database now.", soft_wrap=True)
    if kept_aside is not None:
        console.print(f"The one that was there is kept as {kept_aside.name}; delete it when you no longer need it.", soft_wrap=True)
    console.print(f"Deletions made since the backup and carried out again: {deletions}.")
