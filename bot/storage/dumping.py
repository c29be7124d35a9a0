"""Backups of a PostgreSQL database, by its own programs: a dump made while the bot serves, verified before it counts, and the way back.

The dump and the count of rows are of one snapshot, and the dump is read again to its end and must have as many rows; then it is put in
place with its manifest, as a backup of SQLite is. A restore is one transaction, in which what was there is dropped: a dump that breaks off
halfway changes nothing. Address and password reach the programs by their environment, so that no list of processes shows them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from bot.errors import BackupRefused
from bot.storage import backup as storage
from bot.storage.backup import Manifest, TableRows
from bot.storage.database import read_in_thread
from bot.storage.postgres import PostgresDatabase, session

_COPY = re.compile(rb'COPY [^ ]*?\.?"?(\w+)"? \(')
_END = b"\\.\n"
_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
_FUNCTIONS = "keep_audit(), refuse_change_of_audit()"
_AS_DUMP = ("--format=custom", "--no-owner", "--no-privileges")


def make_dump(place: PostgresDatabase, backup: Path) -> Manifest:
    """Dump a database, also one in use, to a file; an earlier backup there is replaced only by a verified one.

    Raises:
        BackupRefused: the dump could not be made or verified; nothing that was there before has changed.
        StorageError: the database cannot be read.
    """
    program = _program("pg_dump")
    with storage.drafted(backup) as draft, read_in_thread(place) as connection:
        snapshot = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
        names = sorted(connection.execute(sa.text(_TABLES)).scalars())
        counted = tuple(TableRows(name, connection.execute(sa.text(f'SELECT count(*) FROM "{name}"')).scalar_one()) for name in names)  # noqa: S608
        schema = str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())
        _run(program, *_AS_DUMP, f"--snapshot={snapshot}", f"--file={draft}", place=place)
        if dumped_rows(draft) != counted:
            raise BackupRefused("The dump has other rows than the database had. Nothing was kept of it; try again.")
        return storage.put_in_place(backup, draft, schema, counted)


def verify_dump(backup: Path) -> Manifest:
    """Make sure that a dump is whole: its size, its SHA-256 and its rows are those of its manifest.

    Raises:
        BackupRefused: it is missing, incomplete or changed; the message says what to do.
    """
    manifest = storage.described_backup(backup)
    if dumped_rows(backup) != manifest.rows:
        raise BackupRefused(f"{backup} has other rows than its manifest says. Take another backup.")
    return manifest


def dumped_rows(dump: Path) -> tuple[TableRows, ...]:
    """Count the rows of each table in a dump by reading it to its end.

    Raises:
        BackupRefused: it cannot be read.
    """
    counted, table = Counter[str](), ""
    with _script(dump) as lines:
        for line in lines:
            begins = None if table else _COPY.match(line)
            if begins is not None:
                table = begins[1].decode("ascii")
                counted[table] += 0
            elif table and line == _END:
                table = ""
            elif table:
                counted[table] += 1
    return tuple(TableRows(name, counted[name]) for name in sorted(counted))


def load_dump(place: PostgresDatabase, dump: Path | None) -> None:
    """Put what a dump holds in the place of everything in a database, in one transaction; nothing, where there is no dump.

    Raises:
        BackupRefused: it could not be done, and everything is as it was.
        DatabaseRefused: the database cannot be reached.
    """
    with session(place) as connection:
        names = [str(name) for (name,) in connection.execute(_TABLES)]
    dropped = "".join(f'DROP TABLE IF EXISTS "{name}" CASCADE;\n' for name in names) + f"DROP FUNCTION IF EXISTS {_FUNCTIONS};\n"
    arguments = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--file=-")
    command = [_program("psql"), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(place)) as loading:
        assert loading.stdin is not None
        assert loading.stderr is not None
        try:
            with suppress(BrokenPipeError), loading.stdin as script:  # it ends at its first error, and says which
                script.write(b"BEGIN;\n" + dropped.encode())
                if dump is not None:
                    with _script(dump) as lines:
                        shutil.copyfileobj(lines, script)
                script.write(b"COMMIT;\n")  # only now: what comes before it and breaks off is rolled back
        finally:
            said = loading.stderr.read()
    _finished(subprocess.CompletedProcess(command, loading.returncode, b"", said))


def keep_aside(place: PostgresDatabase) -> Path | None:
    """Dump what is in a database before something takes its place; None where nothing is.

    Raises:
        BackupRefused: it could not be dumped.
    """
    with session(place) as connection:
        if connection.execute(_TABLES).fetchone() is None:
            return None
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    aside = place.path.with_name(f"{place.path.name}.before-restore-{stamp}.dump")
    aside.touch(mode=0o600)
    try:
        _run(_program("pg_dump"), *_AS_DUMP, f"--file={aside}", place=place)
    except BackupRefused:
        aside.unlink()
        raise
    return aside


@contextmanager
def _script(dump: Path) -> Iterator[IO[bytes]]:
    """Give what a dump consists of, as statements."""
    with subprocess.Popen(
        [_program("pg_restore"), "--no-owner", "--file=-", str(dump)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        try:
            yield run.stdout
        finally:
            run.stdout.close()
            said = run.stderr.read()
    _finished(subprocess.CompletedProcess(run.args, run.returncode, b"", said))


def _run(program: str, *arguments: str, place: PostgresDatabase) -> None:
    _finished(subprocess.run([program, *arguments], capture_output=True, env=_environment(place), check=False))


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupRefused(f"The program {name} of PostgreSQL is not installed here. On Debian: apt install postgresql-client.")
    return found


def _environment(place: PostgresDatabase) -> dict[str, str]:
    return {**os.environ, **place.environment, "PGCONNECT_TIMEOUT": "5", "PGCLIENTENCODING": "UTF8"}


def _finished(run: subprocess.CompletedProcess[bytes]) -> None:
    """Pass where a program of PostgreSQL did what it was asked.

    Raises:
        BackupRefused: it did not; says in which words, but for those about rows.
    """
    if run.returncode:
        lines = [line for line in run.stderr.decode("utf-8", "replace").splitlines() if ("error" in line.lower()) or "mismatch" in line]
        reason = lines[0][:300] if lines else f"exit code {run.returncode}"
        raise BackupRefused(f"PostgreSQL's own program could not do it: {reason}. Nothing was changed.")
