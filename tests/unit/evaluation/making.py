"""A data set of fruits, small and regular."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.unit.making import write_folder

FRUITS = [f"fruit{chr(97 + first)}{chr(97 + second)}x" for first in range(5) for second in range(8)]


DOCUMENTS = [{"id": name, "title": f"The {name}", "questions": [f"What is a {name}?"], "text": "It grows in gardens."} for name in FRUITS]


QUERIES = [
    {"id": f"{kind}{split}{name}", "text": text.format(name), "relevant": [name] if kind == "in" else None, "split": split}
    for name in FRUITS
    for split in ("dev", "test")
    for kind, text in (("in", f"{split} question about {{}}"), ("out", f"{split} gardens of {{}}zzq cars"))
]


def lines(rows: Sequence[Mapping[str, object]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def folder(path: Path, corpus: str | None = None, queries: str | None = None) -> Path:
    return write_folder(
        path,
        {"corpus.jsonl": lines(DOCUMENTS) if corpus is None else corpus, "queries.jsonl": lines(QUERIES) if queries is None else queries},
    )
