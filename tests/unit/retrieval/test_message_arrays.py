"""Likeness to what people write, by the formula that the module states."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.retrieval.messages import NEAREST, fit_messages
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section

OWN = "alpha engine"


def likeness(query: str, *messages: str) -> list[float]:
    """Of a section with these messages, and of one without any."""
    sections = [replace(make_section("a", "Alpha engine valve."), messages=messages), make_section("b", "Other beta things.")]
    index = TfidfIndex(spelling=False).fit(sections)
    return [float(each) for each in index.messages.of(index.reader.read(query))]


def test_a_message_with_the_same_words_has_the_cosine_one_and_those_that_are_missing_count_as_nothing() -> None:
    assert likeness(OWN, OWN) == pytest.approx([1 / NEAREST, 0])
    assert likeness(OWN, *[OWN] * (NEAREST + 4)) == pytest.approx([1, 0])
    assert likeness("beta", OWN) == [0, 0]


def test_the_postings_have_a_place_for_every_word_of_the_corpus_also_for_those_in_no_message() -> None:
    starts, posting_starts, postings, lengths = fit_messages([[[0], [0, 1]], []], np.array([3.0, 4.0, 5.0]))

    assert starts.tolist() == [0, 2, 2]
    assert posting_starts.tolist() == [0, 2, 3, 3]
    assert postings.tolist() == [0, 1, 1]
    assert lengths.tolist() == [3.0, 5.0]
