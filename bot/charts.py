"""Charts as PNG, drawn without a screen and without global state; never call them on the event loop.

matplotlib takes most of a second to import, so the first chart imports it and not the start.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = (8.0, 4.0)
_DOTS_PER_INCH = 120
_COLOR = "#2E6F9E"
_MOST_TICKS = 16
_PEAKS = 3
"""Years that the alternative text names."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and the text that says the same to whoever cannot see it."""

    png: bytes
    alternative_text: str


def draw(plot: Callable[[Axes], None], alternative_text: str, *, inches: tuple[float, float] = _INCHES) -> Picture:
    """Draw on one pair of axes; it takes a tenth of a second, so call it in a thread from the event loop.

    Args:
        plot: draws on the axes that it is given.
        alternative_text: what the picture says, with its numbers.
        inches: width and height, at 120 dots per inch.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=inches, dpi=_DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    plot(axes)
    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return Picture(content.getvalue(), alternative_text)


def bars_by_year(title: str, counts: Mapping[int, int], unit: str) -> Picture:
    """A bar for each year; the alternative text names the largest.

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
