"""A fitted index on disk: arrays as NumPy files that are memory-mapped, strings as JSON. Loading it cannot run code."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from bot.retrieval.arrays import IndexArrays

_STRINGS = ("ids", "vocabulary", "surfaces", "letters", "row_texts", "ngrams", "synonyms")
_STRINGS_FILE = "strings.json"


def save_arrays(arrays: IndexArrays, folder: Path) -> None:
    """Write an index into an existing folder."""
    strings = {name: getattr(arrays, name) for name in _STRINGS}
    (folder / _STRINGS_FILE).write_text(json.dumps(strings, ensure_ascii=True), encoding="ascii")
    for field in fields(arrays):
        if field.name not in _STRINGS:
            np.save(folder / f"{field.name}.npy", getattr(arrays, field.name), allow_pickle=False)


def load_arrays(folder: Path) -> IndexArrays:
    """Return the index in a folder.

    Raises:
        OSError, ValueError, KeyError, TypeError, EOFError: something is missing or damaged.
    """
    strings = json.loads((folder / _STRINGS_FILE).read_text(encoding="ascii"))
    values: dict[str, Any] = {name: tuple(strings[name]) for name in _STRINGS}
    arrays: dict[str, Any] = {
        field.name: np.load(folder / f"{field.name}.npy", mmap_mode="r", allow_pickle=False)
        for field in fields(IndexArrays)
        if field.name not in _STRINGS
    }
    return IndexArrays(**values, **arrays)
