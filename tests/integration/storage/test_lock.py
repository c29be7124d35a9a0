"""One process for one database, whatever name leads to it and whatever became of its lock file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.errors import DatabaseRefused, ExitCode
from bot.storage.hashing import create_key, key_file
from bot.storage.opening import ProcessLock
from tests.integration.processes import started

as_user = pytest.mark.skipif(sys.platform != "win32" and os.getuid() == 0, reason="permission bits do not bind root")

HOLD = (
    "import sys\nfrom pathlib import Path\nfrom bot.storage.opening import ProcessLock\n"
    "lock = ProcessLock(Path(sys.argv[1]))\nlock.acquire()\nprint('held', flush=True)\nsys.stdin.read()"
)


@contextmanager
def held_by_another(path: Path) -> Iterator[int]:
    """Let another process hold the lock; its process id."""
    with started("-c", HOLD, str(path), cwd=path.parent) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        try:
            yield other.pid
        finally:
            other.kill()
            other.wait()


@pytest.mark.fault(43)
def test_a_second_lock_on_the_same_database_is_refused_with_the_process_id(path: Path) -> None:
    """Row 43 of the faults."""
    lock = ProcessLock(path)
    lock.acquire()
    try:
        with pytest.raises(DatabaseRefused, match=rf"\(pid {os.getpid()}\)"):
            ProcessLock(path).acquire()
    finally:
        lock.release()


def test_a_lock_can_be_taken_again_after_its_release(path: Path) -> None:
    lock = ProcessLock(path)
    lock.acquire()
    lock.release()
    lock.release()

    lock.acquire()

    with pytest.raises(DatabaseRefused):
        ProcessLock(path).acquire()
    lock.release()


def test_the_lock_of_a_killed_process_holds_nobody_up(path: Path) -> None:
    with held_by_another(path) as pid, pytest.raises(DatabaseRefused, match=rf"\(pid {pid}\)"):
        ProcessLock(path).acquire()

    lock = ProcessLock(path)
    lock.acquire()

    assert path.with_name("bot.sqlite3.pid").read_text() == str(os.getpid())
    lock.release()


def test_a_symbolic_link_to_the_database_leads_to_the_same_lock(path: Path) -> None:
    path.touch()
    link = path.with_name("link.sqlite3")
    link.symlink_to(path)

    with held_by_another(path) as pid, pytest.raises(DatabaseRefused, match=rf"\(pid {pid}\)"):
        ProcessLock(link).acquire()


@pytest.mark.fault(43)
def test_deleting_the_lock_file_lets_no_second_process_in(path: Path) -> None:
    create_key(key_file(path))

    with held_by_another(path) as pid:
        path.with_name("bot.sqlite3.lock").unlink()
        with pytest.raises(DatabaseRefused, match=rf"\(pid {pid}\)"):
            ProcessLock(path).acquire()
        with pytest.raises(DatabaseRefused, match=rf"\(pid {pid}\)"):
            ProcessLock(path).acquire()


def test_the_key_that_is_locked_is_not_changed(path: Path) -> None:
    create_key(key_file(path))
    before = key_file(path).read_bytes()
    lock = ProcessLock(path)

    lock.acquire()
    with pytest.raises(DatabaseRefused):
        ProcessLock(path).acquire()
    lock.release()

    assert key_file(path).read_bytes() == before


@pytest.mark.parametrize("end", ["lock", "pid"])
def test_a_lock_that_cannot_be_taken_is_refused_with_one_sentence_and_exit_code_74(path: Path, end: str) -> None:
    path.with_name(f"bot.sqlite3.{end}").mkdir()

    with pytest.raises(DatabaseRefused, match=rf"bot\.sqlite3\.{end} beside the database .*owner and permissions.*runs as user") as refused:
        ProcessLock(path).acquire()

    assert refused.value.exit_code is ExitCode.STORAGE


@pytest.mark.fault(38)
@as_user
def test_a_lock_file_of_another_user_is_refused_with_one_sentence(path: Path) -> None:
    path.with_name("bot.sqlite3.lock").touch(mode=0o000)

    with pytest.raises(DatabaseRefused, match=r"bot\.sqlite3\.lock beside the database .*owner and permissions"):
        ProcessLock(path).acquire()
