"""The numbers of a period as a picture: how the questions went, day by day or week by week, and the text that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from bot.charts.picture import Picture, draw
from bot.review.report import DayCount, Report, WeekCount

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_DAYS = 45
"""Shown day by day; longer periods week by week."""
_MOST_LABELS = 10
_COLORS = ("#2a9d8f", "#e9c46a", "#b5524a")
"""Told apart also in grey and with the common color blindnesses."""


def report_chart(report: Report) -> Picture:
    """Return the chart of a period; slow, so call it in a thread from the event loop."""
    weekly = len(report.days) > _MOST_DAYS
    bars: Sequence[DayCount | WeekCount] = report.weeks if weekly else report.days
    dates = [bar.monday if isinstance(bar, WeekCount) else bar.date for bar in bars]
    unit = "week from Monday" if weekly else "day"

    def plot(axes: Axes) -> None:
        _stack(axes, bars, dates)
        axes.set_title(f"Questions per {unit}, {report.zone}")

    return draw(plot, _text(report, bars, dates, unit))


def _stack(axes: Axes, bars: Sequence[DayCount | WeekCount], dates: Sequence[date]) -> None:
    from matplotlib.ticker import MaxNLocator

    places = range(len(bars))
    floor = [0] * len(bars)
    for name, color in zip(("answered", "suggested", "declined"), _COLORS, strict=True):
        heights = [int(getattr(bar, name)) for bar in bars]
        axes.bar(places, heights, 0.8, bottom=floor, color=color, label=name)
        floor = [low + height for low, height in zip(floor, heights, strict=True)]
    told = range(0, len(bars), -(-len(bars) // _MOST_LABELS))
    axes.set_xticks(list(told), [f"{dates[place]:%b} {dates[place].day}" for place in told])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(-0.7, len(bars) - 0.3)
    axes.set_ylim(0, max([1, *floor]) * 1.2)
    axes.set_ylabel("questions")
    axes.legend(loc="upper left", ncols=3, frameon=False)


def _text(report: Report, bars: Sequence[DayCount | WeekCount], dates: Sequence[date], unit: str) -> str:
    total = report.answered + report.suggested + report.declined
    head = (
        f"Bar chart of {total} questions per {unit}, from {report.days[0].date} to {report.days[-1].date}: "
        f"{report.answered} answered, {report.suggested} suggested, {report.declined} declined."
    )
    if not total:
        return head
    sums = [bar.answered + bar.suggested + bar.declined for bar in bars]
    most = max(range(len(bars)), key=lambda place: sums[place])
    return f"{head} The most were asked in the {unit.split(maxsplit=1)[0]} of {dates[most]}: {sums[most]}."
