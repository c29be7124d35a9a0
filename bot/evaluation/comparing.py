"""Which questions changed verdict between two evaluations, read from what ``evaluate --json`` printed.

The earlier one may be a file, or another git revision: checked out beside the repository, run by the same Python, and removed again.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import InputError
from bot.evaluation.measuring import Evaluation, Judged, Verdict


class _Lenient(BaseModel):
    """Keys that other versions print are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class EarlierItem(_Lenient):
    """One question of an earlier evaluation."""

    question: str
    verdict: Verdict
    id: str | None = None
    shown: str | None = None


class EarlierPart(_Lenient):
    """The questions of one kind."""

    items: tuple[EarlierItem, ...] = ()


class EarlierEvaluation(_Lenient):
    """What ``evaluate --json`` printed."""

    questions: EarlierPart
    declined: EarlierPart
    follow_ups: EarlierPart = Field(default_factory=EarlierPart)
    fingerprint: str = "unknown"
    split: str | None = "unknown"
    typos: bool | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """How an evaluation was made; only those made alike can be compared."""

    split: str | None
    """The half, or None for both."""
    typos: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose verdict is another one now."""

    part: str
    """"questions", "declined" or "follow_ups"."""
    question: str
    before: Verdict
    after: Verdict
    shown_before: str | None
    shown_after: str | None


@dataclass(frozen=True, slots=True)
class EvaluationDiff:
    """What changed between an earlier evaluation and this one."""

    name: str
    """What it is compared with."""
    changes: tuple[Change, ...]
    unchanged: int
    only_before: int
    """Questions that are asked no more."""
    only_after: int
    """Questions that are new."""


def read_earlier(text: str, name: str, conditions: Conditions) -> EarlierEvaluation:
    """An earlier evaluation.

    Raises:
        InputError: it is none, or it was made under other conditions.
    """
    try:
        earlier = EarlierEvaluation.model_validate_json(text)
    except ValidationError as error:
        raise InputError(f"{name} is not what `python -m bot evaluate --json` prints. Make it with `evaluate --json > FILE`.") from error
    was = Conditions(
        conditions.split if earlier.split == "unknown" else earlier.split, conditions.typos if earlier.typos is None else earlier.typos
    )
    if was != conditions:
        raise InputError(
            f"{name} was made with {_options(was)}, and this one is made with {_options(conditions)}. Use the same options for both."
        )
    return earlier


def compare_evaluations(earlier: EarlierEvaluation, evaluation: Evaluation, name: str) -> EvaluationDiff:
    """What changed, in the order in which the questions are asked now."""
    changes: list[Change] = []
    unchanged = only_before = only_after = 0
    for part, items, judged in _parts(earlier, evaluation):
        before = {item.id or item.question: item for item in items}
        for now in judged:
            was = before.pop(now.id or now.question, None)
            if was is None:
                only_after += 1
            elif was.verdict is now.verdict:
                unchanged += 1
            else:
                changes.append(Change(part, now.question, was.verdict, now.verdict, was.shown, now.shown))
        only_before += len(before)
    return EvaluationDiff(name, tuple(changes), unchanged, only_before, only_after)


def _parts(earlier: EarlierEvaluation, evaluation: Evaluation) -> Iterator[tuple[str, tuple[EarlierItem, ...], tuple[Judged, ...]]]:
    yield "questions", earlier.questions.items, evaluation.questions
    yield "declined", earlier.declined.items, evaluation.declined
    yield "follow_ups", earlier.follow_ups.items, evaluation.follow_ups


def _options(conditions: Conditions) -> str:
    half = f"--split {conditions.split}" if conditions.split else "both halves"
    return f"{half} {'and --typos' if conditions.typos else 'and no --typos'}"


_MINUTES = 10


def evaluate_revision(repository: Path, revision: str, options: Sequence[str]) -> str:
    """What ``evaluate --json`` prints at a revision, with the knowledge and the code of that revision.

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
    found = git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode:
        inside = git(repository, "rev-parse", "--git-dir").returncode == 0
        known = f"{repository} has no such revision" if inside else f"{repository} is no git repository"
        raise InputError(f"{revision!r} is neither a file nor a revision: {known}. Give a file that `evaluate --json` wrote, or a commit.")
    return found.stdout.strip()


@contextmanager
def _checked_out(repository: Path, commit: str) -> Iterator[Path]:
    """Check out a commit into a folder of its own while the block runs."""
    with tempfile.TemporaryDirectory(prefix="evaluate-") as name:
        folder = Path(name).resolve() / "tree"
        added = git(repository, "worktree", "add", "--detach", "--quiet", str(folder), commit)
        if added.returncode:
            raise InputError(f"Revision {commit[:12]} cannot be checked out; git said:\n{_last_lines(added.stderr)}")
        try:
            yield folder
        finally:
            git(repository, "worktree", "remove", "--force", str(folder))


def git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What git says in a folder; whether it succeeded is for the caller to look at.

    Raises:
        InputError: git cannot be run.
    """
    done = git_bytes(repository, *arguments)
    said, complained = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, said, complained)


def git_bytes(repository: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The same where git gives no text."""
    try:
        return subprocess.run(("git", *arguments), cwd=repository, capture_output=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise InputError(f"git cannot be run ({error.strerror}). Install it, or compare with a file or a folder.") from error


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-3:]) or "nothing"
