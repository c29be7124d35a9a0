"""Counts as bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.charts.picture import Picture, draw

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOR = "#2E6F9E"
_MOST_TICKS = 16
_PEAKS = 3


def bars_by_year(title: str, counts: Mapping[int, int], unit: str) -> Picture:
    """Return a bar for each year, with the largest told in the alternative text.

    Args:
        title: what is counted.
        counts: how many there are in each year, in order and without gaps; at least one year.
        unit: what one of them is called in the plural.
    """
    from matplotlib.ticker import MaxNLocator

    years = list(counts)

    def plot(axes: Axes) -> None:
        axes.bar(years, [counts[year] for year in years], color=_COLOR)
        axes.set_title(title, loc="left")
        axes.set_ylabel(unit)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        step = -(-len(years) // _MOST_TICKS)
        axes.set_xticks(years[::step])
        axes.tick_params(axis="x", rotation=45 if len(years) > _MOST_TICKS // 2 else 0)

    peaks = sorted(years, key=lambda year: (-counts[year], year))[:_PEAKS]
    most = ", ".join(f"{year} ({counts[year]})" for year in peaks)
    return draw(plot, f"Bar chart of {sum(counts.values())} {unit}, {years[0]} to {years[-1]}. Most in {most}.")
