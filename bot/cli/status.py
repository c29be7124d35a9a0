"""``status``: the processes that serve the bot together, with their shards, and the shards that nobody serves.

Which processes run is told by the locks that they have, since a row in a table could be of one that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated

import sqlalchemy as sa
import typer
from rich.console import Console
from rich.table import Table

from bot.cli.app import ConfigOption, app, configured, to_json
from bot.cluster.membership import SHARD_COUNT
from bot.cluster.session import HeldLock, Lock, held_in
from bot.cluster.turns import COUNTED
from bot.errors import InputError
from bot.storage.database import read_in_thread
from bot.storage.dialect import place_of
from bot.storage.postgres import PostgresDatabase
from bot.storage.tables import facts, processes


@dataclass(frozen=True, slots=True)
class ProcessState:
    """A process as ``bot status`` shows it."""

    number: int
    name: str
    shards: tuple[int, ...]
    leads: bool
    version: str
    fingerprint: str
    servers: int
    latency_ms: int | None
    room: int
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ClusterState:
    """All processes, and the shards that nobody serves."""

    processes: tuple[ProcessState, ...]
    free: tuple[int, ...]
    count: int | None
    """How many shards the bot has; None where no process ever served some of several."""
    identified: int = 0
    """How often shards have identified today, in UTC; Discord takes 1,000 a day, and more of larger bots."""


def state_of(connection: sa.Connection, locks: Iterable[HeldLock]) -> ClusterState:
    """The processes that run, by the locks that they have."""
    held = list(locks)
    sessions = {one.number: one.session for one in held if one.lock is Lock.PROCESS}
    found = []
    for row in connection.execute(sa.select(processes).order_by(processes.c.number)):
        if row.number in sessions:
            own = [one for one in held if one.session == sessions[row.number]]
            mine = tuple(sorted(one.number for one in own if one.lock is Lock.SHARD))
            leads = any(one.lock is Lock.LEADER for one in own)
            values = (row.version, row.fingerprint, row.servers, row.latency_ms, row.room, row.started_at, row.seen_at)
            found.append(ProcessState(row.number, row.name, mine, leads, *values))
    known = connection.execute(sa.select(facts.c.value).where(facts.c.name == SHARD_COUNT)).scalar()
    count = None if known is None else int(known)
    taken = {one.number for one in held if one.lock is Lock.SHARD}
    today = f"{COUNTED}{datetime.now(UTC).date()}"
    identified = int(connection.execute(sa.select(facts.c.value).where(facts.c.name == today)).scalar() or 0)
    return ClusterState(tuple(found), tuple(shard for shard in range(count or 0) if shard not in taken), count, identified)


def status(place: PostgresDatabase) -> ClusterState:
    """The processes that serve from a database now.

    Raises:
        StorageError: it cannot be read.
    """
    locks = held_in(place)
    with read_in_thread(place) as connection:
        return state_of(connection, locks)


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
