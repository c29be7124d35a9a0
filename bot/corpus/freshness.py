"""Which facts should be looked up again: those that change, by when they were last checked, and words that age without a date.

Nothing here is ever a fault: time passes without anybody's doing, and what was right when it was written must not stop a start, a reload
or a test. What day it is, the caller says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.corpus.catalogue.entries import Checked, PartialDate
from bot.corpus.document import Corpus, PassageKind, Section
from bot.corpus.problems import Problem, Severity

_AGEING = re.compile(
    r"\b(?:latest|newest|most recent|recent|recently|today|nowadays|now|currently|at present|at the moment|these days)\b",
    re.IGNORECASE,
)
_NO_TIME = re.compile(r"\b(?:now and then|from now on|by now|until now|right now|now that|here and now)\b", re.IGNORECASE)
"""In these the word says nothing of the day on which it was written."""
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the changing facts of one kind in a section."""

    section: Section
    checked: Checked

    def overdue(self, today: date) -> bool:
        """Whether another look is due on a day."""
        due = self.checked.due()
        return (due.year, due.month) <= (today.year, today.month)


def looks(corpus: Corpus) -> tuple[Look, ...]:
    """Every look that a corpus records, what is due first at the head; of equal ones, the older look."""
    found = [Look(section, checked) for section in corpus.sections for checked in section.checked]
    return tuple(sorted(found, key=lambda look: (look.checked.due(), look.checked, look.section.id)))


def freshness_warnings(corpus: Corpus, today: date) -> Iterator[Problem]:
    """What is overdue on a day, and what says "today" of a day that it does not name, in sections written for this bot."""
    for look in looks(corpus):
        if look.overdue(today):
            kind, month = look.checked.kind, look.checked.month
            message = f"{look.section.id}: its {kind.value} were last checked in {month}, more than {kind.months} months ago."
            yield _warning(look.section, message, "Look them up again, and change `checked`.")
    for section in corpus.sections:
        if section.questions and not section.checked:
            for word in dict.fromkeys(_undated(section)):
                yield _warning(section, f"{section.id}: {word!r} ages, and nothing says of when it is.", "Name the year, or add `checked`.")


def _undated(section: Section) -> Iterator[str]:
    for passage in section.passages:
        if passage.kind is not PassageKind.CODE and not _YEAR.search(passage.text):
            yield from _AGEING.findall(_NO_TIME.sub(" ", passage.text))


def _warning(section: Section, message: str, remedy: str) -> Problem:
    return Problem(section.path, section.line, message, remedy, Severity.WARNING)


def in_words(month: PartialDate) -> str:
    """Of which month what was said is, for members: "as of November 2026"."""
    return f"as of {month}"
