"""The plots of the page: quality, and how cost grows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from benchmarks.datasets import DatasetRow
from benchmarks.results import Results
from benchmarks.speed import SpeedRow
from bot.charts import Picture, draw
from bot.evaluation.summary import reliability_plot

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"


def write_pictures(results: Results) -> dict[str, str]:
    """Write the pictures of what was measured, and return their texts for readers who cannot see them, by file name."""
    pictures: dict[str, Picture] = {}
    if results.datasets:
        pictures["quality.png"] = _quality(results.datasets)
    if results.speed:
        pictures["speed.png"] = _speed(results.speed)
    if results.reliability:
        pictures["reliability.png"] = reliability_plot(results.reliability, "Golden questions, test half")
    FOLDER.mkdir(exist_ok=True)
    for name, picture in pictures.items():
        (FOLDER / name).write_bytes(picture.png)
    return {name: picture.alternative_text for name, picture in pictures.items()}


def _quality(rows: Sequence[DatasetRow]) -> Picture:
    engines = list(dict.fromkeys(row.engine for row in rows))
    means = {
        mistyped: [float(np.mean([row.ndcg for row in rows if row.engine == engine and row.mistyped is mistyped])) for engine in engines]
        for mistyped in (False, True)
    }

    def plot(axes: Axes) -> None:
        places = np.arange(len(engines))
        axes.hlines(places, means[True], means[False], color="0.8", linewidth=2, zorder=1)
        axes.scatter(means[False], places, label="clean", color="#5865f2", zorder=2)
        axes.scatter(means[True], places, label="mistyped", color="#e67e22", zorder=2)
        axes.set_yticks(places, engines)
        axes.invert_yaxis()
        axes.set(xlabel="mean nDCG@10 over the public sets, test half")
        axes.grid(axis="x", color="0.9")
        axes.legend(loc="upper left", frameon=False)

    numbers = "; ".join(
        f"{name} {clean:.3f} clean, {typed:.3f} mistyped" for name, clean, typed in zip(engines, *means.values(), strict=True)
    )
    return draw(plot, f"Mean nDCG@10 over the public sets: {numbers}", inches=(7.0, 3.5))


def _speed(rows: Sequence[SpeedRow]) -> Picture:
    engines = list(dict.fromkeys(row.engine for row in rows))

    def plot(axes: Axes) -> None:
        for number, engine in enumerate(engines):
            mine = [row for row in rows if row.engine == engine]
            sizes = [row.sections for row in mine]
            color = f"C{number}"
            axes.plot(sizes, [1000 * row.p50 for row in mine], marker="o", color=color, label=engine)
            axes.plot(sizes, [1000 * row.p99 for row in mine], marker=".", linestyle=":", linewidth=1, color=color)
        axes.set(xscale="log", yscale="log", xlabel="sections", ylabel="ms for one search (dotted: p99)")
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=8)

    numbers = "; ".join(f"{row.engine} at {row.sections}: {1000 * row.p50:.3g} ms" for row in rows)
    return draw(plot, f"Median time of a search by number of sections: {numbers}", inches=(8.0, 4.0))
