"""``status``: the processes that serve the bot together, with their shards, and the shards that nobody serves."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.app import ConfigOption, app, configured, to_json
from bot.cluster.session import ClusterState, status
from bot.errors import InputError
from bot.storage.dialect import place_of
from bot.storage.postgres import PostgresDatabase


def print_status(console: Console, state: ClusterState) -> None:
    """The processes as a table, how often shards identified today, then what is not as it should be."""
    if not state.processes:
        console.print("No process runs that serves shards. Start one with `python -m bot run --shards ...`.")
        return
    table = Table("number", "process", "shards", "servers", "latency", "version", "knowledge", "running for", "")
    now = datetime.now(UTC)
    for one in state.processes:
        latency = "-" if one.latency_ms is None else f"{one.latency_ms} ms"
        role = "leads" if one.leads else "" if one.shards else "standing by"
        hours = (now - one.started_at).total_seconds() / 3600
        shards = shown_shards(one.shards) or "none"
        table.add_row(str(one.number), one.name, shards, str(one.servers), latency, one.version, one.fingerprint, f"{hours:.1f} h", role)
    console.print(table)
    console.print(f"Shards have identified {state.identified} times today (UTC).", soft_wrap=True)
    differing = len({one.fingerprint for one in state.processes}) > 1
    if differing:
        console.print("The processes serve different knowledge. Bring their folders up to date, and reload.", soft_wrap=True)
    if state.free:
        console.print(f"Served by nobody: shards {shown_shards(state.free)} of {state.count}.", soft_wrap=True)


def shown_shards(shards: tuple[int, ...]) -> str:
    """Shards as on the command line: 0-3, 7."""
    runs: list[list[int]] = []
    for shard in shards:
        if runs and shard == runs[-1][-1] + 1:
            runs[-1].append(shard)
        else:
            runs.append([shard])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


@app.command("status")
def show_status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: ConfigOption = None,
) -> None:
    """List the processes that serve the bot together."""
    place = place_of(configured(config, None).database)
    if not isinstance(place, PostgresDatabase):
        raise InputError("With SQLite, one process serves the bot; `python -m bot health` tells whether it does.")
    state = status(place)
    if as_json:
        print(to_json(asdict(state), indent=2))
        return
    print_status(Console(), state)
