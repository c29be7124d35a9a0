"""Dates that are known to the year, the month or the day, and are never shown as more exact than that."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A year, perhaps with month and day; 0 stands for what is not known, so that it sorts first."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Return the date in ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

        Raises:
            ValueError: it has another form, or there is no such day.
        """
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError("must be YYYY, YYYY-MM or YYYY-MM-DD, in quotes")
        year, month, day = (int(part or 0) for part in match.groups())
        date(year, month if match[2] else 1, day if match[3] else 1)
        return cls(year, month, day)

    def __str__(self) -> str:
        if not self.month:
            return str(self.year)
        month = month_name[self.month]
        return f"{month} {self.day}, {self.year}" if self.day else f"{month} {self.year}"
