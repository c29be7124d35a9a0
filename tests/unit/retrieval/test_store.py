"""A fitted index on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.retrieval.store import load_arrays, save_arrays
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section

SECTIONS = [make_section("apples", "Äpples are red “fruit”.", questions=("What is an apple?",)), make_section("cars", "Cars have wheels.")]


def test_an_index_read_back_gives_the_same_hits_and_explanations(tmp_path: Path) -> None:
    index = TfidfIndex().fit(SECTIONS)
    save_arrays(index.arrays, tmp_path)

    copy = TfidfIndex().take(load_arrays(tmp_path))

    for query in ("red fruit", "what is an aple", "fast wheels", "zzz"):
        assert copy.search(query, 5) == index.search(query, 5)
        assert copy.explain(query, "article#cars") == index.explain(query, "article#cars")


def test_a_cut_file_raises(tmp_path: Path) -> None:
    save_arrays(TfidfIndex().fit(SECTIONS).arrays, tmp_path)
    victims = sorted(tmp_path.iterdir())
    assert len(victims) > 5

    for victim in victims:
        content = victim.read_bytes()
        victim.write_bytes(content[: len(content) // 3])
        with pytest.raises((OSError, ValueError, KeyError, TypeError, EOFError)):
            load_arrays(tmp_path)
        victim.write_bytes(content)


def test_an_empty_file_raises_as_documented(tmp_path: Path) -> None:
    save_arrays(TfidfIndex().fit(SECTIONS).arrays, tmp_path)
    (tmp_path / "pairs.npy").write_bytes(b"")

    with pytest.raises((OSError, ValueError, KeyError, TypeError, EOFError)):
        load_arrays(tmp_path)
