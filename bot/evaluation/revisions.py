"""The evaluation of another git revision: checked out beside the repository, run by the same Python, and removed again."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.errors import InputError

_MINUTES = 10


def evaluate_revision(repository: Path, revision: str, options: Sequence[str]) -> str:
    """Return what ``evaluate --json`` prints at a revision, with the knowledge and the code of that revision.

    Args:
        repository: a folder inside the git repository.
        revision: anything that git understands: a branch, a tag, a commit, ``HEAD~3``.
        options: further options for the command.

    Raises:
        InputError: there is no such revision, it cannot be checked out, or it cannot evaluate.
    """
    commit = _commit(repository, revision)
    with _checked_out(repository, commit) as folder:
        if not (folder / "bot" / "__main__.py").is_file():  # else Python would take the installed package, which is today's
            raise InputError(f"Revision {revision} has no package `bot` that could be run. Give a later one.")
        command = (sys.executable, "-m", "bot", "evaluate", "--json", *options)
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter, no shell
                command, cwd=folder, capture_output=True, encoding="utf-8", timeout=60 * _MINUTES, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise InputError(f"Revision {revision} took more than {_MINUTES} minutes to evaluate. Compare with a file instead.") from error
        if done.returncode:
            raise InputError(
                f"Revision {revision} cannot be evaluated with {' '.join(options) or 'no options'}; it said:\n{_last_lines(done.stderr)}\n"
                "Leave out options that it does not have, or compare with a file."
            )
        return done.stdout


def _commit(repository: Path, revision: str) -> str:
    found = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode:
        inside = _git(repository, "rev-parse", "--git-dir").returncode == 0
        known = f"{repository} has no such revision" if inside else f"{repository} is no git repository"
        raise InputError(f"{revision!r} is neither a file nor a revision: {known}. Give a file that `evaluate --json` wrote, or a commit.")
    return found.stdout.strip()


@contextmanager
def _checked_out(repository: Path, commit: str) -> Iterator[Path]:
    """Check out a commit into a folder of its own while the block runs."""
    with tempfile.TemporaryDirectory(prefix="evaluate-") as name:
        folder = Path(name).resolve() / "tree"
        added = _git(repository, "worktree", "add", "--detach", "--quiet", str(folder), commit)
        if added.returncode:
            raise InputError(f"Revision {commit[:12]} cannot be checked out; git said:\n{_last_lines(added.stderr)}")
        try:
            yield folder
        finally:
            _git(repository, "worktree", "remove", "--force", str(folder))


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(("git", *arguments), cwd=repository, capture_output=True, encoding="utf-8", check=False)  # noqa: S603, S607
    except OSError as error:
        raise InputError(
            f"git cannot be run ({error.strerror}). Install it, or compare with a file that `evaluate --json` wrote."
        ) from error


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-3:]) or "nothing"
