"""Before a database is used: is it ours, whole, unused by others, and of today's schema?

Everything here happens before the bot connects to Discord, and blocks. A file that must not be opened is left untouched, and the message
says what to do. Older schemas are copied first and then migrated in one transaction.

One process uses one database. The lock is on a file beside the database that the path leads to, so that a symbolic link does not let a
second process in. Somebody may take that file for a leftover and delete it, so on Unix the key file is locked too, which nobody deletes;
on Windows an open file cannot be deleted. Both locks go with the process, however it ends. Who holds them is written into a file of its
own, since a locked file cannot be read everywhere. Where the database is on a server, these locks are on what lies beside it here; a lock
of the server keeps bots of other computers away (``postgres``), also while the schema is looked at and migrated.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock, Timeout

from bot.errors import DatabaseRefused
from bot.storage import postgres
from bot.storage.dialect import Place, cause, companions, migration_engine, open_plain, path_of, upsert
from bot.storage.hashing import key_file, sync_folder
from bot.storage.migrations.versions import RELEASED
from bot.storage.postgres import PostgresDatabase
from bot.storage.tables import facts

_TAKEN = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK})


def process_user() -> str:
    """Under whom this process runs, for messages about permissions."""
    return str(os.getuid()) if hasattr(os, "getuid") else "this user"


class ProcessLock:
    """Keeps a second bot process off the same database."""

    def __init__(self, path: Path) -> None:
        self._database = path.resolve()
        self._pid_file = self._database.with_name(self._database.name + ".pid")
        self._lock = FileLock(self._database.with_name(self._database.name + ".lock"), thread_local=False)
        self._key: int | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            DatabaseRefused: another process holds it, and the message names its process id; or its files belong to another user.
        """
        try:
            self._lock.acquire(timeout=0)
            self.lock_key()
            self._pid_file.write_text(str(os.getpid()), encoding="ascii")
        except Timeout as error:
            raise self._held() from error
        except OSError as error:
            self.release()
            name = Path(error.filename or self._lock.lock_file).name
            raise DatabaseRefused(
                f"The file {name} beside the database {self._database} cannot be locked ({error.strerror or error}). "
                f"Check its owner and permissions: the bot runs as user {process_user()}."
            ) from error
        except DatabaseRefused:
            self.release()
            raise

    def lock_key(self) -> None:
        """Lock the key file too, if there is one; called once more when the first start has made it.

        Raises:
            DatabaseRefused: another process holds it.
        """
        try:
            import fcntl
        except ImportError:  # Windows, where the lock file cannot be deleted
            return
        path = key_file(self._database)
        if self._key is not None or not path.exists():
            return
        descriptor = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if error.errno in _TAKEN:
                raise self._held() from error
            return  # a file system without such locks has the other one only
        self._key = descriptor

    def release(self) -> None:
        """Give the lock back."""
        if self._key is not None:
            os.close(self._key)
            self._key = None
        self._lock.release()

    def _held(self) -> DatabaseRefused:
        holder = "unknown"
        with suppress(OSError):
            holder = self._pid_file.read_text(encoding="ascii", errors="replace").strip() or holder
        return DatabaseRefused(
            f"Another bot process (pid {holder}) uses this database. Stop it first, or give this one another database.path."
        )


_USABLE_BY = "schema-usable-by"
"""The fact that names the schema of the release before, whose program can go on, and come back, after this one has migrated: migrations of
a release only add what the one before does not mind (docs/releasing.md). So processes are replaced one after the other."""
_MAGIC = b"SQLite format 3\0"
_COPY_DAYS = 30
_MIGRATIONS = Path(__file__).with_name("migrations")


def prepare_place(path: Path) -> None:
    """Make sure that the folder of a database is there and can be written.

    Raises:
        DatabaseRefused: it cannot.
    """
    if not path.parent.exists():
        if not path.parent.parent.exists():
            raise DatabaseRefused(f"The folder of the database, {path.parent}, does not exist. Create it or correct database.path.")
        try:
            path.parent.mkdir(mode=0o700)
        except OSError as error:
            raise DatabaseRefused(f"The folder {path.parent} cannot be created ({error.strerror}). Check its permissions.") from error
    target = path if path.exists() else path.parent
    if path.is_dir():
        raise DatabaseRefused(f"{path} is a folder. Set database.path to a file.")
    if not os.access(target, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise DatabaseRefused(f"{target} cannot be written. Check its owner and permissions: the bot runs as user {process_user()}.")


def prepare_database(place: Place, *, must_exist: bool, together: bool = False) -> None:
    """Make sure that there is a database of today's schema, creating or migrating it.

    Args:
        place: the SQLite file, or a database on a server.
        must_exist: refuse instead of creating, since this installation has had a database before.
        together: other processes of the same bot may be running on it, of this version or the one before.

    Raises:
        DatabaseRefused: it is missing, empty, damaged, foreign, newer, not writable or not reached.
    """
    prepare_place(path_of(place))
    if isinstance(place, Path):
        _prepare_file(place, must_exist=must_exist)
        return
    if together:
        prepare_on_server(place, must_exist=must_exist)
        return
    with postgres.session(place, alone=True):
        prepare_on_server(place, must_exist=must_exist)


def prepare_on_server(place: PostgresDatabase, *, must_exist: bool) -> None:
    """The same for a database on a server, by whoever keeps bots away from it already, or means to share it with others of the same.

    Raises:
        DatabaseRefused: likewise.
    """
    if is_empty(place) and must_exist:
        raise DatabaseRefused(
            f"The {place} is empty, but this installation has had a database. To carry one over that is a file, use "
            "`python -m bot move-database`; to restore a backup, `python -m bot restore FILE`; to begin again and lose nothing but "
            "the past, start with --init."
        )
    _forget_old_copies(place.path)
    with _migration_connection(place) as connection:
        _migrate(connection, place)


@contextmanager
def created(place: Place) -> Iterator[sa.Connection]:
    """Give a transaction in which today's tables are made where nothing is yet; unless it is committed, nothing is there afterwards either.

    Raises:
        DatabaseRefused: something is there already, a bot is running on it, or the server is not reached.
    """
    prepare_place(path_of(place))
    if isinstance(place, PostgresDatabase):
        with postgres.session(place, alone=True):
            if not is_empty(place):
                raise DatabaseRefused(f"The {place} is not empty. It was left as it is; create another database.")
            with _migration_connection(place) as connection:
                _migrate(connection, place)
                yield connection
        return
    if place.exists():
        raise DatabaseRefused(f"{place} is there already. It was left as it is; name another file, or move it away.")
    draft = place.with_name(place.name + ".draft")
    forget = (draft, *companions(draft))
    try:
        for leftover in forget:
            leftover.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        with _migration_connection(draft) as connection:
            _migrate(connection, draft)
            yield connection
        draft.replace(place)
        sync_folder(place)
    finally:
        for leftover in forget:
            leftover.unlink(missing_ok=True)


def is_empty(place: PostgresDatabase) -> bool:
    """Whether nothing is in a database on a server.

    Raises:
        DatabaseRefused: the server is too old, writes text otherwise, or the database is another program's.
    """
    with postgres.session(place) as connection:
        version = connection.info.server_version // 10_000
        if version < postgres.OLDEST_VERSION:
            raise DatabaseRefused(f"The server is PostgreSQL {version}, and the bot needs {postgres.OLDEST_VERSION} or newer. Upgrade it.")
        if connection.info.parameter_status("server_encoding") != "UTF8":
            raise DatabaseRefused(f"The {place} does not store text as UTF8. Create another: CREATE DATABASE name ENCODING 'UTF8'.")
        found = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
        tables = {str(name) for (name,) in found}
    if tables and "alembic_version" not in tables:
        raise DatabaseRefused(f"The {place} is that of another program. It was left as it is; correct database.url.")
    return not tables


def _prepare_file(path: Path, *, must_exist: bool) -> None:
    exists = path.exists()
    if must_exist and (not exists or path.stat().st_size == 0):
        raise DatabaseRefused(
            f"There is no database at {path}, but this installation has had one. A volume may not be mounted, or database.path "
            "may be wrong. To restore a backup, use `python -m bot restore FILE`; to begin again and lose nothing but the past, "
            "start with --init."
        )
    if exists:
        _check_file(path)
    else:
        path.touch(mode=0o600)
    _forget_old_copies(path)
    with _migration_connection(path) as connection:
        _migrate(connection, path)


def require_current(place: Place) -> None:
    """Make sure that a database can be read as it is, without changing anything about it.

    Raises:
        DatabaseRefused: it is missing, damaged, foreign, not reached, or of another schema than today's.
    """
    found = _revision_of_file(place) if isinstance(place, Path) else _revision_on_server(place)
    head = _scripts().get_current_head()
    if found != head:
        raise DatabaseRefused(f"The database {place} has schema {found}, and this program needs {head}. Start the bot once: it migrates.")


def _revision_of_file(path: Path) -> str:
    if not path.is_file() or path.stat().st_size == 0:
        raise DatabaseRefused(f"There is no database at {path}. Check database.path, or run the bot once.")
    _check_file(path)
    with closing(open_plain(path, "ro")) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(revision)


def _revision_on_server(place: PostgresDatabase) -> str:
    if is_empty(place):
        raise DatabaseRefused(f"The {place} is empty. Check database.url, or run the bot once.")
    with postgres.session(place) as connection:
        return str((connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("?",))[0])


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise DatabaseRefused(f"{path} cannot be read ({error.strerror}). Check its owner and permissions.") from error
    if head and head != _MAGIC:
        raise DatabaseRefused(f"{path} is not a SQLite database. It was left as it is; move it away or correct database.path.")
    try:
        with closing(open_plain(path, "ro")) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.OperationalError as error:
        raise DatabaseRefused(f"The database {path} cannot be read now ({error}). Another program may be using it; try again.") from error
    except sqlite3.DatabaseError as error:
        verdict, tables = str(error), set()
    if verdict != "ok":
        raise DatabaseRefused(
            f"The database {path} is damaged ({verdict}). It was left as it is. Restore a backup with `python -m bot restore FILE`, "
            f"which keeps the damaged file aside, or try `sqlite3 {path} .recover`."
        )
    if tables and "alembic_version" not in tables:
        raise DatabaseRefused(f"{path} is a database of another program. It was left as it is; correct database.path.")


@contextmanager
def _migration_connection(place: Place) -> Iterator[sa.Connection]:
    engine = migration_engine(place)
    try:
        with engine.begin() as connection:
            yield connection
    except sa.exc.OperationalError as error:
        raise DatabaseRefused(f"The database {place} cannot be opened ({cause(error)}). Is another program using it?") from error
    except sa.exc.DBAPIError as error:
        if isinstance(place, Path):
            raise
        raise DatabaseRefused(f"The {place} cannot be used: {cause(error)}.") from None
    finally:
        engine.dispose()


def _alembic() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


@cache
def _scripts() -> ScriptDirectory:
    """The migrations that came with this program; reading them takes longer than opening a database that needs none."""
    return ScriptDirectory.from_config(_alembic())


def _migrate(connection: sa.Connection, place: Place) -> None:
    scripts = _scripts()
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        if scripts.get_current_head() in _usable_by(connection):
            return
        raise DatabaseRefused(
            f"The database {place} has schema {current}, which this version of the bot does not know: it was used by a newer one. "
            "Install that version again, or restore the copy that was made before the upgrade."
        )
    if current == scripts.get_current_head():
        return
    if current is not None and isinstance(place, Path):
        _copy(place, current)
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if current is not None:  # a program of before may be running on it, or come back to it
        connection.execute(upsert(facts, {"name": _USABLE_BY}, {"value": RELEASED}))


def _usable_by(connection: sa.Connection) -> frozenset[str]:
    """The older schemas whose program can use the database as it is."""
    if not sa.inspect(connection).has_table(facts.name):
        return frozenset()
    return frozenset((connection.execute(sa.select(facts.c.value).where(facts.c.name == _USABLE_BY)).scalar() or "").split())


def _copy(path: Path, revision: str) -> None:
    """Copy a database beside itself through SQLite's own backup, which sees the write-ahead log too."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.name}.before-migration-{revision}-{stamp}")
    target.touch(mode=0o600)
    with closing(open_plain(path, "ro")) as source, closing(open_plain(target, "rw")) as copy:
        source.backup(copy)


def _forget_old_copies(path: Path) -> None:
    """Delete copies from before migrations and restores: what members deleted since must not live on in them."""
    oldest = time.time() - _COPY_DAYS * 86_400
    for pattern in (f"{path.name}.before-migration-*", f"{path.name}.before-restore-*"):
        for copy in path.parent.glob(pattern):
            if copy.stat().st_mtime < oldest:
                copy.unlink()
