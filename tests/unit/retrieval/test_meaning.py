"""Likeness in meaning: the same thing in other words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval import meaning
from bot.retrieval.analyzer import Analyzer
from bot.retrieval.arrays import Singles
from bot.retrieval.meaning import TABLE, MeaningLikeness, rows_of, word_table
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section

CHEAP = make_section(
    "cheap",
    "Graphics cards are dear.",
    title="Low-cost hardware",
    questions=["an inexpensive computer", "hardware that costs little", "a bargain", "without much money", "a discount for students"],
)
BOOK = make_section(
    "book",
    "Graphics cards are dear.",
    title="Printed books",
    questions=["a novel about a river", "paper and ink", "which pages to read", "a library in town", "poems and stories"],
)


def numbers_of(text: str) -> Singles:
    return word_table().of(word.surface for word in Analyzer().words(text))


def likeness(index: TfidfIndex, query: str, *numbers: int) -> list[float]:
    return [float(value) for value in MeaningLikeness(index.arrays).of(index.ask(query).compared.meaning, np.asarray(numbers))]


def test_words_for_the_same_thing_are_nearer_than_words_for_different_things() -> None:
    cheap, inexpensive, river = map(numbers_of, ("cheap", "inexpensive", "river"))

    assert float(cheap @ inexpensive) > 0.5 > float(cheap @ river)


def test_the_numbers_of_a_text_have_length_1_and_repeating_a_word_changes_nothing() -> None:
    once, twice = numbers_of("a model with open weights"), numbers_of("a model with open open weights, model")

    assert float(once @ once) == pytest.approx(1, abs=1e-5)
    assert once == pytest.approx(twice, abs=1e-5)


def test_words_that_the_table_lacks_count_for_nothing() -> None:
    assert not numbers_of("xqzzy blorptastic").any()
    assert numbers_of("open weights xqzzy") == pytest.approx(numbers_of("open weights"), abs=1e-5)


@given(st.lists(st.lists(st.sampled_from([*sorted(word_table().words)[::400], "xqzzy"]), max_size=12), min_size=1, max_size=20))
def test_many_texts_have_the_numbers_that_each_has_alone(texts: list[list[str]]) -> None:
    alone = np.asarray([word_table().of(words) for words in texts])

    assert word_table().of_each(texts) == pytest.approx(alone, abs=1e-6)


def test_among_sections_with_the_same_words_the_one_that_means_it_comes_first() -> None:
    cards = [
        make_section(name, "Cards and chips.", title=title, questions=list(questions))
        for name, title, questions in (
            ("low", "Bargains", ("inexpensive things", "what costs little", "discount", "without much money", "sale")),
            ("high", "Streams", ("water flowing", "creeks nearby", "fishing trip", "a boat to the sea", "waterfall")),
        )
    ]
    index = TfidfIndex().fit(cards)

    for query, first, second in (("affordable cards", "article#low", "article#high"), ("lake cards", "article#high", "article#low")):
        assert [hit.section_id for hit in index.search(query)] == [first, second]
        assert index.explain(query, first).meaning_part > index.explain(query, second).meaning_part + 0.01


def test_the_mean_of_the_three_nearest_rows_counts() -> None:
    index = TfidfIndex().fit([CHEAP, BOOK])
    cosines = sorted(float(numbers_of("cheap") @ numbers_of(row)) for row in rows_of(CHEAP))

    assert likeness(index, "cheap", index.arrays.ids.index(CHEAP.id)) == [pytest.approx(np.mean(cosines[-3:]), abs=0.02)]


WHISPER = make_section(
    "whisper",
    "It turns speech into text.",
    title="Whisper",
    questions=[
        "which languages does whisper know",
        "whisper in turkish",
        "does whisper speak german",
        "whisper and finnish",
        "whisper, english only?",
    ],
)


def rest_likeness(query: str, index: TfidfIndex, section_id: str = WHISPER.id) -> float:
    return index.explain(query, section_id).rest_likeness


def test_of_a_known_thing_what_it_is_usually_asked_is_nearer_than_anything_else() -> None:
    index = TfidfIndex().fit([WHISPER, BOOK])

    usual, unusual = rest_likeness("whisper in spanish", index), rest_likeness("whisper and the salary of its boss", index)

    assert usual > unusual + 0.2
    assert rest_likeness("what is whisper", index) == rest_likeness("whisper", index) == 1, "it asks for the thing itself"


def test_the_name_of_a_thing_makes_no_question_look_like_what_it_is_asked() -> None:
    index = TfidfIndex().fit([WHISPER, BOOK])

    assert rest_likeness("whisper text", index) == rest_likeness("text", index) < 1
    assert rest_likeness("whisper, Whisper: salary", index) == rest_likeness("whisper salary", index) < 0.5


def test_an_index_that_cannot_tell_says_so_for_everything() -> None:
    index = TfidfIndex().fit([make_section("one", "Some text.", title="Cheap hardware"), make_section("two", "More text.")])

    assert rest_likeness("cheap text", index, "article#one") == rest_likeness("some xqzzy", index, "article#one") == 0.9


def test_it_has_no_part_where_sections_list_no_questions_or_the_table_does_not_know_their_language() -> None:
    titles = [make_section("one", "Some text.", title="Cheap hardware"), make_section("two", "More text.", title="Printed books")]
    foreign = [
        make_section(name, "Texto.", title=title, questions=[f"{word} cuestan {title} nuevos" for word in words])
        for name, title, words in (
            ("uno", "ordenadores", ["cuánto", "dónde", "quiénes", "cómo", "cuándo"]),
            ("dos", "bolígrafos", ["desafortunadamente", "próximamente", "ayuntamiento", "mantequilla", "paraguas"]),
        )
    ]

    for sections in (titles, foreign):
        index = TfidfIndex().fit(sections)
        assert not len(index.arrays.meaning_rows)
        assert index.scale == TfidfIndex(meaning_part=0).fit(sections).scale
        assert [index.explain("cheap hardware", hit.section_id).meaning_part for hit in index.search("cheap hardware nuevos")] in (
            [0],
            [0, 0],
        )


def test_a_typing_error_is_read_as_the_word_it_is_taken_for() -> None:
    index = TfidfIndex().fit([CHEAP, BOOK])

    assert likeness(index, "inexpensiev computer", 0) == likeness(index, "inexpensive computer", 0)


@given(st.lists(st.sampled_from(["open", "weights", "xqzzy", "what", "is", "cheap", "?"]), max_size=8).map(" ".join))
def test_it_is_a_share_for_any_question(query: str) -> None:
    index = TfidfIndex().fit([CHEAP, BOOK])

    assert all(0 <= value <= 1 for value in likeness(index, query, 0, 1))
    assert all(0 <= rest_likeness(query, index, section.id) <= 2 for section in (CHEAP, BOOK))


def test_another_table_is_another_state_of_the_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = TfidfIndex().get_params()
    for file in TABLE.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    np.save(tmp_path / "steps.npy", np.load(TABLE / "steps.npy") * np.float16(2))
    monkeypatch.setattr(meaning, "TABLE", tmp_path)
    meaning.table_digest.cache_clear()

    assert TfidfIndex().get_params() != before
    meaning.table_digest.cache_clear()
