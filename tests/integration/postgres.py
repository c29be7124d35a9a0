"""A real PostgreSQL for the tests: a server in a folder of its own, reached by a socket there, and one database that each test finds empty.

Each process that runs tests has its own server, so none of them waits for another and none has to stop what another uses. What is slow, to
make the cluster with the tables in it, is done once and copied. The server does not write through to the disk: tests kill it rarely, and
never the computer.
"""

from __future__ import annotations

import getpass
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.storage import moving
from bot.storage.database import read_in_thread
from bot.storage.opening import prepare_database
from bot.storage.postgres import OLDEST_VERSION, PostgresDatabase, number_on, thread_engine
from bot.storage.tables import metadata

ON_SERVER: dict[Path, PostgresDatabase] = {}
"""Databases on the server by the path that they stand for, so that a test that looks at "the file" looks at the right one."""
USER = "faq"
TEMPLATE = "pristine"
"""A database of today's schema in which nothing is, and that nothing is written to."""
_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=16MB -c max_connections=40 -c autovacuum=off"
AS_INSTALLED = "-c max_connections=100"
"""Everything as PostgreSQL comes, so that what it acknowledges is on the disk."""
_PLAIN_USER = "nobody"
"""Under whom the server runs where the tests are run by root, which it refuses."""


@cache
def programs() -> Path | None:
    """The folder with the newest PostgreSQL that the bot can use; None where there is none."""
    found = [Path(name).resolve().parent for name in (shutil.which("postgres"), shutil.which("pg_ctl")) if name]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    for folder in found:
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
            version = re.search(r"\d+", said)
            if version is not None and int(version[0]) >= OLDEST_VERSION:
                return folder
    return None


@cache
def why_not() -> str | None:
    """Why nothing can be tested on PostgreSQL here; None where it can."""
    try:
        import psycopg
    except ImportError:
        return "the driver for PostgreSQL is not installed (extra postgres)"
    if psycopg.pq.version() and programs() is None:
        return f"no PostgreSQL {OLDEST_VERSION} or newer is installed (Debian: apt install postgresql)"
    return None


class Server:
    """A running server; ``stop`` it."""

    def __init__(self, folder: Path, options: str = _FAST) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._options = options

    @property
    def pid(self) -> int:
        """Of the process that starts one for each connection."""
        return int((self._data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])

    def start(self) -> None:
        self._control("start", "-w", "-l", str(self.folder / "log"), "-o", f"-k {self.folder} -c listen_addresses='' {self._options}")

    def stop(self, how: str = "immediate") -> None:
        self._control("stop", "-w", "-m", how)

    def database(self, path: Path, name: str = "bot") -> PostgresDatabase:
        """A database of it, with what lies beside it in the folder of a path."""
        return PostgresDatabase.at(f"postgresql://{USER}@/{name}?host={self.folder}", path)

    def url(self, name: str = "bot") -> str:
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def run(self, *statements: str, name: str = "postgres") -> None:
        """Execute statements of which each stands for itself."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user=USER, dbname=name, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def empty(self, name: str = "bot") -> None:
        """Let nothing be in the database, as after it was made."""
        import psycopg

        tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        replica = "SET session_replication_role = replica"  # the audit log does not let itself be emptied
        try:
            self.run(replica, f"TRUNCATE {tables} RESTART IDENTITY", name=name)
        except psycopg.errors.UndefinedTable:  # a test before this one has broken it
            self.make(name)

    def make(self, name: str, template: str = TEMPLATE) -> None:
        """Make a database, in place of one of that name."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {template}")

    def _control(self, *arguments: str) -> None:
        as_plain_user(self.folder, "pg_ctl", "-D", str(self._data), *arguments)


def as_plain_user(folder: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, by somebody whom it accepts."""
    place = programs()
    assert place is not None
    who: dict[str, Any] = {"user": _PLAIN_USER, "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C", "USER": _PLAIN_USER if who else getpass.getuser()}
    with (folder / "output").open("w+") as output:  # not a pipe: the server would hold it open
        done = subprocess.run([place / program, *arguments], stdout=output, stderr=output, env=environment, cwd=folder, check=False, **who)
        output.seek(0)
        assert done.returncode == 0, output.read()


def new_folder() -> Path:
    """A folder with a short name, as sockets need it, that the server may use."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    _hand_over(folder)
    return folder


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, _PLAIN_USER, "nogroup")


def make_cluster(draft: Path) -> None:
    """Make a cluster with an empty database of today's schema, and leave its files."""
    folder = new_folder()
    try:
        as_plain_user(folder, "initdb", "-D", str(folder / "data"), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        server = Server(folder)
        server.start()
        try:
            server.run(f"CREATE DATABASE {TEMPLATE}")
            prepare_database(server.database(folder / "bot.sqlite3", TEMPLATE), must_exist=False)
            server.make("bot")
            server.run("CREATE ROLE restricted LOGIN PASSWORD 'right'")
        finally:
            server.stop("fast")
        access = folder / "data" / "pg_hba.conf"
        access.write_text("local all restricted scram-sha-256\n" + access.read_text())
        shutil.copytree(folder / "data", draft)
    finally:
        shutil.rmtree(folder)


def fill(place: PostgresDatabase, path: Path) -> None:
    """Put the rows of a file into an empty database."""
    engine = thread_engine(place, writes=True)
    with engine.begin() as writing, read_in_thread(path) as reading:
        for table in metadata.sorted_tables:
            moving._carried(reading, writing, table)
            if table.autoincrement_column is not None:
                number_on(writing, table.name)
    engine.dispose()


@contextmanager
def running_server(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Iterator[Server]:
    """A server of this process; the test is skipped where there can be none."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    with started_server(made_once("cluster", make_cluster)) as server:
        yield server


@contextmanager
def started_server(cluster: Path, options: str = _FAST) -> Iterator[Server]:
    """A server with a copy of the files that ``make_cluster`` has made."""
    folder = new_folder()
    shutil.copytree(cluster, folder / "data")
    _hand_over(folder)
    (folder / "data").chmod(0o700)
    server = Server(folder, options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
