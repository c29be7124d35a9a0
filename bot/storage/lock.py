"""One bot process for one database: the lock that keeps a second one off, for as long as the first lives.

The lock is on a file beside the database that the path leads to, so that a symbolic link does not let a second process in. Somebody may
take that file for a leftover and delete it, so on Unix the key file is locked too, which nobody deletes; on Windows an open file cannot be
deleted. Both locks go with the process, however it ends. Who holds them is written into a file of its own, since a locked file cannot be
read everywhere.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import DatabaseRefused
from bot.storage.hashing import key_file

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
                f"The lock {name} of the database {self._database} cannot be taken ({error.strerror or error}). "
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
