"""Charts as PNG, drawn without a screen and without global state; never call them on the event loop.

matplotlib takes most of a second to import, so the first chart imports it and not the start.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.texts import lookup as texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = (8.0, 4.0)
_DOTS_PER_INCH = 120
_BARS = (4.4, 1.45)
"""Inches of the bars: low and with large letters, since a phone shows them 265 pixels wide."""
_SHARP = 220
_GROUND, _BAR, _LETTERS = "#2B2D31", "#6FA8DC", "#DBDEE1"
"""A card that stands out neither from Discord's dark nor from its light theme."""
_MOST_TICKS = 6
LETTERS = 10
"""Points of the letters on a card."""
CARD_WIDTH = 3.6
"""Inches; a phone shows them 265 pixels wide, so ten points are ten pixels there."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and the text that says the same to whoever cannot see it."""

    png: bytes
    alternative_text: str


def draw(
    plot: Callable[[Axes], None], alternative_text: str, *, inches: tuple[float, float] = _INCHES, dots_per_inch: int = _DOTS_PER_INCH
) -> Picture:
    """Draw on one pair of axes; it takes a tenth of a second, so call it in a thread from the event loop.

    Args:
        plot: draws on the axes that it is given.
        alternative_text: what the picture says, with its numbers.
        inches: width and height.
        dots_per_inch: how sharp it is.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=inches, dpi=dots_per_inch, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    plot(axes)
    content = io.BytesIO()
    figure.savefig(content, format="png", metadata={"Software": None})
    return Picture(content.getvalue(), alternative_text)


def draw_on_card(plot: Callable[[Axes], None], alternative_text: str, inches: tuple[float, float]) -> Picture:
    """Draw what stands in a message: on the ground of its card, with letters that can be read where a phone shows it 265 pixels wide."""

    def on_card(axes: Axes) -> None:
        if axes.figure is not None:
            axes.figure.set_facecolor(_GROUND)
        axes.set_facecolor(_GROUND)
        plot(axes)
        axes.tick_params(colors=_LETTERS, labelsize=LETTERS, length=0)
        axes.xaxis.label.set(color=_LETTERS, size=LETTERS)
        axes.spines[["bottom", "left"]].set_color(_LETTERS)

    return draw(on_card, alternative_text, inches=inches, dots_per_inch=_SHARP)


def legend(axes: Axes, columns: int) -> None:
    """What each color means, above the axes, so that it covers nothing."""
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=columns, frameon=False, labelcolor=_LETTERS, fontsize=LETTERS,
        handlelength=0.8, handletextpad=0.4, columnspacing=1.0, borderpad=0.2,
    )  # fmt: skip


def bars_by_year(counts: Mapping[int, int], unit: str) -> Picture:
    """A bar for each year; the alternative text says what one sees: where most of them are, and how many at most.

    Args:
        counts: how many there are in each year, in order and without gaps; at least one year, and one of what is counted.
        unit: what one of them is called in the plural.
    """
    from matplotlib.ticker import MaxNLocator

    years = list(counts)

    def plot(axes: Axes) -> None:
        axes.bar(years, [counts[year] for year in years], color=_BAR)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=3))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=_MOST_TICKS))

    peak = max(counts.values())
    text = texts.chart_finding(
        sum(counts.values()), unit, years[0], years[-1], _busiest(counts), peak, [year for year in years if counts[year] == peak]
    )
    return draw_on_card(plot, text, _BARS)


def _busiest(counts: Mapping[int, int]) -> tuple[int, int]:
    """The shortest stretch of years that holds at least half of all, the latest among equals."""
    half = sum(counts.values()) / 2
    stretches = (
        (last - first, -last, first, last)
        for first in counts
        for last in counts
        if first <= last and sum(count for year, count in counts.items() if first <= year <= last) >= half
    )
    _, _, first, last = min(stretches)
    return first, last
