"""The passages that are shown: whole, in reading order, short enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.excerpt import FactKind, best_excerpt
from bot.corpus.document import Passage, PassageKind, join_passages

LONGEST = 1500


def holds(word: str, share: float = 1.0) -> Callable[[Sequence[str]], list[float]]:
    """Return a relevance that is ``share`` for texts with a word and 0 for others."""
    return lambda texts: [share if word in text else 0.0 for text in texts]


def sentences(*texts: str) -> tuple[Passage, ...]:
    return tuple(Passage(text, block=number) for number, text in enumerate(texts))


def test_a_short_section_is_shown_whole() -> None:
    passages = (Passage("One."), Passage("Two."), Passage("• three", PassageKind.ITEM, 1))

    assert best_excerpt(passages, holds("zzz"), 200) == "One. Two.\n\n• three"


def test_the_run_with_the_answer_is_shown_in_reading_order() -> None:
    passages = sentences("Opening. " * 20, "Filler. " * 23, "The needle is here.", "It goes on.")

    assert best_excerpt(passages, holds("needle"), 200) == "The needle is here.\n\nIt goes on."


def test_the_opening_is_preferred_where_a_later_run_says_no_more() -> None:
    passages = sentences("Opening needle. " + "x" * 150, "Later needle. " + "y" * 150)

    assert best_excerpt(passages, holds("needle"), 200).startswith("Opening")


def test_the_opening_has_the_benefit_of_the_doubt_up_to_half_of_the_question() -> None:
    passages = sentences("Opening. " + "x" * 150, "Later needle. " + "y" * 150)

    assert best_excerpt(passages, holds("needle", 0.49), 200).startswith("Opening")
    assert best_excerpt(passages, holds("needle", 0.51), 200).startswith("Later")


def test_of_later_runs_that_say_the_same_the_first_is_shown() -> None:
    passages = sentences("Opening. " + "x" * 150, "First needle. " + "y" * 150, "Second needle. " + "z" * 150)

    assert best_excerpt(passages, holds("needle"), 200).startswith("First")


def test_an_announcement_of_what_does_not_fit_is_left_out() -> None:
    passages = (*sentences("Opening.", "These are the parts:"), Passage("• " + "x" * 190, PassageKind.ITEM, 2))

    assert best_excerpt(passages, holds("Opening"), 100) == "Opening."


def test_a_run_of_several_paragraphs_ends_with_a_whole_one() -> None:
    passages = (Passage("Opening.", block=0), Passage("Half of it. " + "x" * 60, block=1), Passage("The other half. " + "y" * 60, block=1))

    assert best_excerpt(passages, holds("Opening"), 100) == "Opening."


def test_a_sentence_longer_than_the_limit_is_shown_whole() -> None:
    long = "word " * 100 + "end."

    assert best_excerpt(sentences(long, "More."), holds("word"), 200) == long


def test_code_is_kept_whole_up_to_what_a_message_holds() -> None:
    code = "\n".join(f"line {number}" for number in range(100))

    assert best_excerpt((Passage(code, PassageKind.CODE),), holds("line"), 200) == code


def test_code_that_no_message_holds_is_cut_between_lines() -> None:
    code = "\n".join(f"call_number({number})" for number in range(500))

    text = best_excerpt((Passage(code, PassageKind.CODE),), holds("call"), 200)

    assert text.endswith(" …")
    assert code.startswith(text.removesuffix(" …") + "\n")
    assert len(text) <= LONGEST + 2


def test_a_sentence_that_no_message_holds_is_cut_between_words() -> None:
    text = best_excerpt(sentences("wordy " * 500), holds("wordy"), 200)

    assert text.endswith("wordy …")
    assert len(text) <= LONGEST + 2


def test_one_endless_word_is_cut_all_the_same() -> None:
    assert best_excerpt(sentences("x" * 5000), holds("x"), 200) == "x" * LONGEST + " …"


PASSAGES = st.lists(
    st.builds(
        lambda word, count, end, kind, block: Passage(" ".join([word] * count) + end, kind, block),
        st.sampled_from(["needle", "hay", "straw", "a"]),
        st.integers(1, 60),
        st.sampled_from([".", ":", "!"]),
        st.sampled_from(PassageKind),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=12,
).map(tuple)


@given(PASSAGES, st.integers(50, 700))
def test_an_excerpt_is_a_run_of_whole_passages_within_the_limit(passages: tuple[Passage, ...], limit: int) -> None:
    text = best_excerpt(passages, holds("needle"), limit)

    runs = {join_passages(passages[start:end]) for start in range(len(passages)) for end in range(start + 1, len(passages) + 1)}
    assert text in runs
    assert len(text) <= limit or text in {passage.text for passage in passages}


@pytest.mark.parametrize(
    ("wanted", "fact"), [(FactKind.DATE, "It came in 2018."), (FactKind.NUMBER, "It has 7 parts."), (FactKind.NAME, "It is by Ada.")]
)
def test_a_run_with_the_fact_that_is_asked_for_goes_before_the_opening(wanted: FactKind, fact: str) -> None:
    passages = sentences("it opens needle. " + "x" * 180, f"{fact} needle " + "y" * 150, "more needle " + "z" * 170)

    assert best_excerpt(passages, holds("needle"), 200).startswith("it opens")
    assert best_excerpt(passages, holds("needle"), 200, wanted).startswith(fact)


def test_the_opening_is_kept_where_it_has_the_fact_too() -> None:
    passages = sentences("In 2017 the needle. " + "x" * 170, "In 2018 the needle. " + "y" * 170)

    assert best_excerpt(passages, holds("needle"), 200, FactKind.DATE).startswith("In 2017")


def test_a_fact_alone_does_not_outweigh_the_words_of_the_question() -> None:
    passages = sentences("The opening needle. " + "x" * 170, "Another matter of 2018. " + "y" * 170)

    assert best_excerpt(passages, holds("needle"), 200, FactKind.DATE).startswith("The opening")


@given(PASSAGES, st.integers(50, 700), st.sampled_from(FactKind))
def test_whatever_fact_is_wanted_no_sentence_is_cut(passages: tuple[Passage, ...], limit: int, wanted: FactKind) -> None:
    text = best_excerpt(passages, holds("needle"), limit, wanted)

    assert text in {join_passages(passages[start:end]) for start in range(len(passages)) for end in range(start + 1, len(passages) + 1)}
