"""tantivy, Lucene's design in Rust: BM25 with fixed k1 and b over one field, English stems, one segment."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import tantivy

from benchmarks.engines.engine import Engine, whole_text
from bot.corpus.document import Section
from bot.retrieval.hit import Hit

_WORD = re.compile(r"[^\W_]+")
_HEAP = 500_000_000


class Tantivy(Engine):
    """BM25 in Rust; queries are the disjunction of their words."""

    name = "tantivy"
    _home: tempfile.TemporaryDirectory[str] | None = None

    def __init__(self) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("body", tokenizer_name="en_stem", index_option="freq")
        self._schema = builder.build()

    def fit(self, sections: Sequence[Section]) -> Self:
        """Build the index in a temporary folder that lives as long as the engine."""
        self._home = tempfile.TemporaryDirectory(prefix="tantivy-")
        self._index = tantivy.Index(self._schema, path=self._home.name)
        writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        for section in sections:
            writer.add_document(tantivy.Document(id=section.id, body=whole_text(section)))
        writer.commit()
        writer.wait_merging_threads()
        self._open()
        return self

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """At most k hits, best first."""
        parsed = self._index.parse_query(" ".join(_WORD.findall(query.lower())), ["body"])
        found = self._searcher.search(parsed, limit=k, count=False).hits
        return [Hit(self._searcher.doc(address)["id"][0], float(score)) for score, address in found]

    def save(self, folder: Path) -> None:
        """Copy the index files; locks are left out."""
        if self._home is None:
            raise ValueError("only an index that was built here can be saved")
        shutil.copytree(self._home.name, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.lock"))

    def load(self, folder: Path) -> Self:
        """Open the index on disk."""
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._open()
        return self

    def close(self) -> None:
        """Remove the index where it was temporary."""
        if self._home is not None:
            self._home.cleanup()

    def _open(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()
