"""What is wrong with a knowledge folder, said so that an editor can fix it at once.

All problems of a folder are collected and reported together. Whether a problem stops something is
for the caller: a start goes on with the files that can be read, a reload is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """FAULT: it must be fixed; something is left out, or two things contradict each other. WARNING: worth a look."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, where, and what to do about it."""

    path: str
    line: int | None
    message: str
    remedy: str
    severity: Severity = Severity.FAULT

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message} {self.remedy}".rstrip()


def faults(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Only what must be fixed before a reload is allowed."""
    return tuple(problem for problem in problems if problem.severity is Severity.FAULT)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file and line; what concerns a whole file comes first."""
    return tuple(sorted(problems, key=lambda problem: (problem.path, problem.line or 0, problem.message)))
