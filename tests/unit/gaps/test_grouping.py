"""Questions that ask for the same thing are found from the knowledge's own words, whatever their order."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.knowledge import KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.corpus.files import Limits
from bot.gaps.grouping import KnownWords, Voiced, group, group_beside, nearest_section, shared_words
from bot.retrieval.hit import Hit, Index
from tests.conftest import SMALL_KNOWLEDGE

QUANTIZING = ("how do i quantize to gguf", "gguf quantize program", "can ollama quantize gguf")
PIZZA = ("best pizza dough recipe", "pizza dough flour", "dough for a pizza")
WORDS = st.lists(st.sampled_from("quantize gguf ollama pizza dough weights copyleft license the of what zebra".split()), max_size=6)


@cache
def index() -> Index:
    return build_knowledge(KnowledgeSource(SMALL_KNOWLEDGE, Limits(), AnswerSettings())).engine.index


@pytest.fixture
def known() -> KnownWords:
    return KnownWords(index().word_information())


def voiced(*texts: str) -> list[Voiced]:
    return [Voiced(text, tuple(index().search(text, 10)), f"member {number}") for number, text in enumerate(texts)]


def test_questions_that_share_words_are_one_group_and_others_another(known: KnownWords) -> None:
    assert group(known, voiced(*QUANTIZING, *PIZZA)) == [[0, 1, 2], [3, 4, 5]]


def test_function_words_alone_join_nothing(known: KnownWords) -> None:
    asked = [Voiced(f"what is a {animal}", (), animal) for animal in ("zebra", "quokka", "wombat")]

    assert group(known, asked) == [[0], [1], [2]]


def test_questions_near_the_same_section_join_though_they_share_no_word(known: KnownWords) -> None:
    near = (Hit("basics/openness#open-weights", 0.6),)
    far = (Hit("basics/licenses#copyleft", 0.6),)
    asked = [Voiced("quokka", near, "a"), Voiced("wombat", near, "b"), Voiced("dingo", far, "c")]

    assert group(known, asked) == [[0, 1], [2]]


def test_the_less_sure_a_section_is_the_less_it_joins(known: KnownWords) -> None:
    near = (Hit("basics/openness#open-weights", 0.05),)

    assert group(known, [Voiced("quokka", near, "a"), Voiced("wombat", near, "b")]) == [[0], [1]]


@given(st.lists(WORDS, max_size=12), st.integers())
def test_the_order_of_the_questions_changes_no_group(texts: list[list[str]], seed: int) -> None:
    known = KnownWords(index().word_information())
    asked = [Voiced(" ".join(words), (), str(number)) for number, words in enumerate(sorted(texts))]
    mixed = random.Random(seed).sample(asked, len(asked))

    plain = {frozenset(asked[place].text for place in places) for places in group(known, asked)}
    other = {frozenset(mixed[place].text for place in places) for places in group(known, mixed)}

    assert sorted(place for places in group(known, asked) for place in places) == list(range(len(asked)))
    assert plain == other


def test_a_word_that_the_knowledge_has_never_seen_weighs_as_much_as_its_rarest(known: KnownWords) -> None:
    rarest = max(index().word_information().values())

    assert known.weight("zebra") == pytest.approx(rarest**0.3)
    assert known.weight(known.term("license")) < known.weight("zebra")


@given(st.lists(st.tuples(WORDS, st.integers(0, 4)), max_size=10), st.integers(2, 4))
def test_every_word_that_is_shown_was_used_by_enough_members(said: list[tuple[list[str], int]], least: int) -> None:
    asked = [Voiced(" ".join(words), (), str(member)) for words, member in said]
    shared = shared_words(KnownWords(index().word_information()), asked, least)

    for word in shared.words:
        assert len({one.asker for one in asked if word in one.text.split()}) >= max(least, shared.support)
    assert bool(shared.words) == (shared.support > 0)


def test_a_name_has_its_words_in_the_order_of_the_questions(known: KnownWords) -> None:
    assert shared_words(known, voiced("convert gguf ollama", "convert gguf ollama fast", "convert a gguf in ollama"), 3).words == (
        "convert", "gguf", "ollama",
    )  # fmt: skip


def test_the_nearest_section_is_that_of_the_group_as_a_whole() -> None:
    asked = [Voiced("", (Hit("a", 0.4), Hit("b", 0.3)), "x"), Voiced("", (Hit("b", 0.3), Hit("c", 0.2)), "y")]

    assert nearest_section(asked) == "b"
    assert nearest_section([]) is None


def test_nothing_and_one_question_can_be_grouped(known: KnownWords) -> None:
    assert group(known, []) == []
    assert group(known, voiced("")) == [[0]]
    assert group(known, voiced("", "")) == [[0], [1]]


def test_many_questions_are_grouped_alike_in_another_process(known: KnownWords, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = voiced(*QUANTIZING, *PIZZA)
    monkeypatch.setattr("bot.gaps.grouping._MOST_IN_THREAD", 3)

    assert group_beside(known, asked) == group(known, asked) == [[0, 1, 2], [3, 4, 5]]
