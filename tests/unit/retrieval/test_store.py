"""A fitted index on disk."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given

from bot.corpus.document import Section
from bot.retrieval.arrays import load_arrays, save_arrays
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section
from tests.unit.retrieval.corpora import FITTING, corpora, named

SECTIONS = [make_section("apples", "Äpples are red “fruit”.", questions=("What is an apple?",)), make_section("cars", "Cars have wheels.")]
VERBS = ("block", "change", "lose", "order", "cancel")


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
    victims = sorted(tmp_path.glob("*.npy"))
    assert len(victims) > 20

    for victim in victims:
        content = victim.read_bytes()
        victim.write_bytes(b"")
        with pytest.raises((OSError, ValueError, KeyError, TypeError, EOFError)):
            load_arrays(tmp_path)
        victim.write_bytes(content)


def test_an_index_with_a_head_and_synonyms_is_read_back_as_it_was(tmp_path: Path) -> None:
    intents = [
        named(name, name, f"{name}.", aliases=(f"{name[0]}x",), questions=[f"how do i {verb} my {name}" for verb in VERBS])
        for name in ("card", "password")
    ]
    index = TfidfIndex().fit(intents)
    assert len(index.arrays.head_intercepts) == 2
    assert index.arrays.synonyms
    save_arrays(index.arrays, tmp_path)

    copy = TfidfIndex().take(load_arrays(tmp_path))

    for query in ("block px", "how do i change cards", "zzz"):
        assert copy.search(query, 5) == index.search(query, 5)


def test_what_is_stored_is_read_without_running_code(tmp_path: Path) -> None:
    save_arrays(TfidfIndex().fit(SECTIONS).arrays, tmp_path)
    with (tmp_path / "word_weights.npy").open("wb") as file:
        np.save(file, np.asarray([Path()], dtype=object), allow_pickle=True)

    with pytest.raises(ValueError, match="Python objects"):
        load_arrays(tmp_path)


@FITTING
@given(corpora())
def test_every_array_of_any_index_is_read_back_bit_by_bit(sections: tuple[Section, ...]) -> None:
    arrays = TfidfIndex().fit(sections).arrays
    with TemporaryDirectory() as folder:
        save_arrays(arrays, Path(folder))
        copy = load_arrays(Path(folder))

        for field in fields(arrays):
            first, second = getattr(arrays, field.name), getattr(copy, field.name)
            assert np.array_equal(first, second)
            assert getattr(first, "dtype", None) == getattr(second, "dtype", None)
        del copy, second
