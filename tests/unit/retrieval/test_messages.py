"""Messages that sections list: the mean likeness of the eight nearest, as a part of the score that is explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.document import Section
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section
from tests.unit.retrieval.corpora import FITTING, QUERIES, corpora, texts

ASKED = "wheels squeak loudly"
OTHERS = tuple(make_section(f"other-{number}", f"Other things of kind {number}, and their squeak and loudly.") for number in range(6))


def saying(name: str, messages: Sequence[str], text: str = "Cars have wheels.") -> Section:
    return replace(make_section(name, text), messages=tuple(messages))


def likeness(index: TfidfIndex, asked: str, name: str) -> float:
    return float(index.messages.of(index.reader.read(asked))[index.arrays.ids.index(f"article#{name}")])


def of_copies(count: int, *, further: Sequence[str] = ()) -> float:
    return likeness(TfidfIndex().fit([saying("cars", [*[ASKED] * count, *further]), *OTHERS]), ASKED, "cars")


def test_eight_messages_like_the_question_are_as_like_as_can_be() -> None:
    assert of_copies(8) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("count", [1, 3, 7])
def test_messages_that_are_missing_to_eight_count_as_unlike(count: int) -> None:
    assert of_copies(count) == pytest.approx(count / 8, abs=1e-5)


@pytest.mark.parametrize("count", [9, 20, 64])
def test_more_than_eight_messages_do_not_raise_the_likeness(count: int) -> None:
    assert of_copies(count) == pytest.approx(1, abs=1e-5)


def test_unlike_messages_beside_the_eight_nearest_do_not_lower_it() -> None:
    assert of_copies(8, further=["about other things"] * 20) == pytest.approx(1, abs=1e-5)


def test_the_likeness_is_the_mean_of_the_cosines_of_content_words() -> None:
    index = TfidfIndex().fit([saying("cars", ["wheels squeak", "the wheels"]), *OTHERS])
    information = {term.surface: term.information for term in index.reader.read("wheels squeak").terms}
    long, short = (float(np.hypot(information["wheels"], information["squeak"])), information["wheels"])

    assert likeness(index, "wheels?", "cars") == pytest.approx((short / long + 1) / 8, abs=1e-5)


def test_a_word_that_is_repeated_in_a_message_counts_once() -> None:
    once, twice = (TfidfIndex().fit([saying("cars", [text]), *OTHERS]) for text in ("wheels squeak", "wheels wheels wheels squeak"))

    assert likeness(once, "wheels", "cars") == likeness(twice, "wheels", "cars")


def test_at_most_sixty_four_messages_of_a_section_are_looked_at() -> None:
    at_the_border = [*["cars drive"] * (64 - 1), ASKED]
    beyond = [*["cars drive"] * 64, *[ASKED] * 8]

    assert likeness(TfidfIndex().fit([saying("cars", at_the_border), *OTHERS]), ASKED, "cars") == pytest.approx(1 / 8, abs=1e-5)
    assert likeness(TfidfIndex().fit([saying("cars", beyond), *OTHERS]), ASKED, "cars") == 0


def test_a_section_without_messages_has_no_part_in_it_whichever_others_have_some() -> None:
    index = TfidfIndex().fit([saying("a", []), saying("cars", [ASKED] * 8), saying("z", []), *OTHERS])

    assert [likeness(index, ASKED, name) for name in ("a", "z", "other-0")] == [0, 0, 0]
    assert likeness(index, ASKED, "cars") == pytest.approx(1, abs=1e-5)


def test_a_knowledge_base_without_messages_ranks_as_if_there_were_no_such_part() -> None:
    sections = [saying("cars", []), *OTHERS]
    with_part, without = (TfidfIndex(message_part=part).fit(sections) for part in (1.2, 0.0))

    assert with_part.scale == without.scale
    assert with_part.search("wheels", 5) == without.search("wheels", 5)


def test_a_section_is_found_by_the_words_of_its_messages_alone() -> None:
    sections = [saying(f"s{number}", [f"my flivver is number {number}"], f"Thing {number}.") for number in range(2)]
    index = TfidfIndex().fit([*sections, saying("cars", ["the flivver squeaks", "flivver noise"]), *OTHERS])

    assert index.search("flivver noise", 3)[0].section_id == "article#cars"
    assert index.explain("flivver noise", "article#cars").message_part > 0


def test_a_word_of_too_few_sections_messages_may_be_a_typing_error_and_is_not_known() -> None:
    few = TfidfIndex().fit([saying("one", ["my flivver"]), saying("two", ["a flivver"]), *OTHERS])

    assert few.reader.read("flivver").distinct[0].column is None


def test_messages_decide_between_sections_that_share_all_words() -> None:
    texts_alike = "A license lets people sell changes."
    index = TfidfIndex().fit([saying("a", ["nothing of it"], texts_alike), saying("b", ["can people sell that"] * 3, texts_alike)])

    assert index.search("do people sell it", 2)[0].section_id == "article#b"


def test_messages_are_never_offered_as_the_closest_question() -> None:
    index = TfidfIndex().fit([saying("cars", [ASKED]), *OTHERS])

    assert index.explain(ASKED, "article#cars").closest_question != ASKED
    assert ASKED not in index.closest_phrasings(ASKED, ["article#cars"])


@FITTING
@given(corpora(fewest=2, most=8), st.lists(st.lists(texts(longest=5), max_size=10), min_size=8, max_size=8), QUERIES)
def test_every_score_with_messages_is_the_sum_of_what_explains_it(
    sections: tuple[Section, ...], messages: list[list[str]], asked: str
) -> None:
    saying_too = [replace(section, messages=tuple(own)) for section, own in zip(sections, messages, strict=False)]
    index = TfidfIndex().fit(saying_too)

    for hit in index.search(asked, 10):
        explanation = index.explain(asked, hit.section_id)
        assert explanation.sum == pytest.approx(explanation.score, abs=2e-6)
        assert explanation.score == pytest.approx(hit.score, abs=2e-6)
        assert 0 <= explanation.message_part <= index.message_part / index.scale + 1e-6


def test_a_word_that_the_messages_of_many_sections_have_tells_little() -> None:
    rare = [saying(f"s{number}", [], f"Thing {number} of its own.") for number in range(10)]
    stories = [replace(section, messages=("my boss asked me about it",)) for section in rare]
    boss = make_section("boss", "A boss of a game.")

    def information(sections: Sequence[Section]) -> dict[str, float]:
        read = TfidfIndex().fit([*sections, boss]).reader.read("boss game")
        return {term.surface: term.information for term in read.terms}

    quiet, loud = information(rare), information(stories)

    assert quiet["boss"] == pytest.approx(quiet["game"])
    assert loud["boss"] < 0.2 * loud["game"]
    assert loud["game"] == pytest.approx(quiet["game"])


def test_one_section_s_many_messages_with_a_word_do_not_make_it_common() -> None:
    sections = [saying("cars", ["wheels and wheels"] * count) for count in (1, 40)]

    one, forty = (TfidfIndex().fit([section, *OTHERS]).reader.read("wheels").terms[0].information for section in sections)

    assert one == forty
