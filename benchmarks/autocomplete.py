"""How fast names are completed among ten thousand entries, beside a plain scan by rapidfuzz in the same run.

The plain scan is what one would write first: ``rapidfuzz.process.extract`` over all names for every key that is typed.
"""

from __future__ import annotations

import random
import string
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz import process

from bot.lookup.names import MOST_CHOICES, Named, Names

_ENTRIES = 10_000
_WORDS = 4_000
_KEYS = 1_000
_SCANS = 200
_SEED = 20_261_121


def autocomplete_section() -> str:
    """The section of ``docs/performance.md`` about completion."""
    print("autocomplete ...", file=sys.stderr)
    chance = random.Random(_SEED)
    entries = _entries(chance)
    start = time.perf_counter()
    names = Names(entries)
    built = time.perf_counter() - start
    typed = [_typed(chance, entries) for _ in range(_KEYS)]
    labels = [name for entry in entries for name in (entry.label, *entry.names)]
    ours = _milliseconds(names.complete, typed)
    plain = _milliseconds(lambda text: process.extract(text, labels, limit=MOST_CHOICES), typed[:_SCANS])
    resolving = _milliseconds(names.resolve, typed)
    return (
        f"\n## Completing names\n\n{_ENTRIES:,} entries with {len(labels):,} names; {_KEYS:,} beginnings, "
        f"a third of them with a typing error. The last column is `rapidfuzz.process.extract` over the same names in the same run.\n\n"
        "| | p50, ms | p99, ms | goal for p99, ms | p99, share of a plain scan |\n| --- | --- | --- | --- | --- |\n"
        f"| completion | {_cells(ours)} | 10 | {_share(ours, plain)} |\n"
        f"| recognizing a whole name | {_cells(resolving)} | 10 | {_share(resolving, plain)} |\n"
        f"| plain scan | {_cells(plain)} | | 1 |\n\nThe directory is made in {built:.2f} s, once for each state of the knowledge.\n"
    )  # fmt: skip


def _entries(chance: random.Random) -> list[Named]:
    words = ["".join(chance.choices(string.ascii_lowercase, k=chance.randint(3, 9))) for _ in range(_WORDS)]

    def name(most: int) -> str:
        return " ".join(chance.choices(words, k=chance.randint(1, most)))

    return [
        Named(f"entry-{number}", name(5), tuple(name(3) for _ in range(chance.randint(0, 3))), chance.randint(0, 50))
        for number in range(_ENTRIES)
    ]


def _typed(chance: random.Random, entries: Sequence[Named]) -> str:
    """The beginning of a name, in one of three cases with a wrong letter."""
    text = chance.choice(entries).label[: chance.randint(1, 14)]
    place = chance.randrange(len(text))
    wrong = text[:place] + chance.choice(string.ascii_lowercase) + text[place + 1 :]
    return wrong if chance.random() < 1 / 3 else text


def _milliseconds(action: Callable[[str], object], typed: Sequence[str]) -> list[float]:
    for text in typed[:20]:
        action(text)
    times = []
    for text in typed:
        start = time.perf_counter()
        action(text)
        times.append(1000 * (time.perf_counter() - start))
    return times


def _cells(times: Sequence[float]) -> str:
    return " | ".join(f"{np.percentile(times, percent):.2f}" for percent in (50, 99))


def _share(times: Sequence[float], reference: Sequence[float]) -> str:
    return f"{np.percentile(times, 99) / np.percentile(reference, 99):.3f}"


if __name__ == "__main__":
    print(autocomplete_section())
