"""SQLite's full-text search: porter stems, title and questions weighted three times, bm25() of FTS5."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from benchmarks.engines.engine import Engine
from bot.corpus.document import Section
from bot.retrieval.hit import Hit

_WORD = re.compile(r"\w+")
_SEARCH = "SELECT id, -bm25(sections, 0, 3, 3, 1) AS score FROM sections WHERE sections MATCH ? ORDER BY bm25(sections, 0, 3, 3, 1) LIMIT ?"


class Fts5(Engine):
    """BM25 in SQLite; queries are the disjunction of their words."""

    name = "SQLite FTS5"
    _home: tempfile.TemporaryDirectory[str] | None = None

    def fit(self, sections: Sequence[Section]) -> Self:
        """Build the index in a temporary file that lives as long as the engine."""
        self._home = tempfile.TemporaryDirectory(prefix="fts5-")
        self._file = Path(self._home.name) / "index.sqlite3"
        self._connection = sqlite3.connect(self._file)
        self._connection.execute(
            "CREATE VIRTUAL TABLE sections USING fts5(id UNINDEXED, title, questions, body, tokenize = 'porter unicode61')"
        )
        rows = (
            (section.id, "\n".join((*section.heading_path, *section.aliases)), "\n".join(section.questions), section.text)
            for section in sections
        )
        self._connection.executemany("INSERT INTO sections VALUES (?, ?, ?, ?)", rows)
        self._connection.execute("INSERT INTO sections(sections) VALUES ('optimize')")
        self._connection.commit()
        return self

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """At most k hits, best first."""
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(_WORD.findall(query.lower())))
        if not words:
            return []
        return [Hit(name, float(score)) for name, score in self._connection.execute(_SEARCH, (words, k))]

    def save(self, folder: Path) -> None:
        """Copy the file; it holds the texts as well, as FTS5 does by default."""
        shutil.copy(self._file, folder / "index.sqlite3")

    def load(self, folder: Path) -> Self:
        """Open the file."""
        self._connection = sqlite3.connect(folder / "index.sqlite3")
        return self

    def close(self) -> None:
        """Close the file, and remove it where it was temporary."""
        self._connection.close()
        if self._home is not None:
            self._home.cleanup()
