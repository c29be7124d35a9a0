"""A chart as bytes: drawn by matplotlib's own canvas without a screen, without global state, and never on the event loop.

matplotlib takes most of a second to import, so it is imported by the first chart and not at start.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = (8.0, 4.0)
_DOTS_PER_INCH = 120


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and the text that says the same to whoever cannot see it."""

    png: bytes
    alternative_text: str


def draw(plot: Callable[[Axes], None], alternative_text: str, *, inches: tuple[float, float] = _INCHES) -> Picture:
    """Return what ``plot`` draws on one pair of axes; slow, so call it in a thread from the event loop.

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
