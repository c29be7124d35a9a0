"""The passages that are shown: whole, in reading order, short enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.entities import FactKind
from bot.answering.excerpt import answer_first, best_excerpt, best_sentence, continued_excerpt, shown_passages
from bot.corpus.document import Passage, PassageKind
from tests.unit.answering.excerpts import read_back

LONGEST = 1500


def holds(word: str, share: float = 1.0) -> Callable[[Sequence[tuple[str, ...]]], list[float]]:
    """Return a relevance that is ``share`` for texts with a word and 0 for others."""
    return lambda texts: [share if word in " ".join(pieces) else 0.0 for pieces in texts]


def sentences(*texts: str) -> tuple[Passage, ...]:
    return tuple(Passage(text, block=number) for number, text in enumerate(texts))


def test_a_short_section_is_shown_whole() -> None:
    passages = (Passage("One."), Passage("Two."), Passage("• three", PassageKind.ITEM, 1))

    assert best_excerpt(passages, holds("zzz"), 200) == "One. Two.\n\n• three"


def test_what_answers_is_shown_in_reading_order_with_what_stands_around_it() -> None:
    passages = sentences("Opening. " * 20, "Filler. " * 23, "The needle is here.", "It goes on.")

    assert best_excerpt(passages, holds("needle"), 200) == "The needle is here. It goes on."


def test_what_is_left_out_between_two_sentences_leaves_a_mark() -> None:
    passages = sentences(
        "It opens what follows.", "Filler. " + "x" * 190, "The needle is here.", "More filler. " + "y" * 190, "A needle at the end."
    )

    assert best_excerpt(passages, holds("needle"), 200) == "It opens what follows. … The needle is here. … A needle at the end."


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (FactKind.REASON, "It fails because of its bans."),
        (FactKind.OBJECTION, "Critics find that too much."),
        (FactKind.EXAMPLES, "Known cases: one and two."),
    ],
)
def test_what_a_question_wants_to_be_told_is_shown_without_a_word_of_it(wanted: FactKind, said: str) -> None:
    passages = sentences("The needle is this.", "Filler. " + "x" * 150, "More filler. " + "y" * 150, said)

    assert best_excerpt(passages, holds("needle"), 80, wanted) == f"The needle is this. … {said}"


def test_the_reason_is_not_told_before_what_it_is_of() -> None:
    passages = sentences("The needle fails.", "Filler.", "Because of the needle nobody takes it.")

    assert answer_first(" ".join(one.text for one in passages), passages, holds("needle"), FactKind.REASON).startswith("The needle fails.")


def test_the_opening_is_preferred_where_a_later_passage_says_no_more() -> None:
    passages = sentences("Opening needle. " + "x" * 150, "Later needle. " + "y" * 150)

    assert best_excerpt(passages, holds("needle"), 200).startswith("Opening")


def test_the_opening_has_the_benefit_of_the_doubt_up_to_a_fifth_of_the_question() -> None:
    passages = sentences("Opening. " + "x" * 150, "Filler. " + "z" * 150, "Later needle. " + "y" * 150)

    assert best_excerpt(passages, holds("needle", 0.19), 200).startswith("Opening")
    assert best_excerpt(passages, holds("needle", 0.21), 200).startswith("Later")


def test_of_later_passages_that_say_the_same_the_first_is_shown() -> None:
    passages = sentences("Opening. " + "x" * 150, "First needle. " + "y" * 150, "Second needle. " + "z" * 150)

    assert best_excerpt(passages, holds("needle"), 200).startswith("First")


def test_an_announcement_of_what_does_not_fit_is_left_out() -> None:
    passages = (*sentences("Opening of it all.", "These are the parts:"), Passage("• " + "x" * 190, PassageKind.ITEM, 2))

    assert best_excerpt(passages, holds("Opening"), 100) == "Opening of it all."


def test_a_sentence_that_points_back_is_shown_with_the_one_before_it_or_not_at_all() -> None:
    passages = (Passage("It opens the needle."), Passage("Ada wrote it. " + "x" * 60, block=1), Passage("She is the needle.", block=1))

    assert best_excerpt(passages, holds("needle"), 130) == " ".join(passage.text for passage in passages)
    assert best_excerpt(passages, holds("needle"), 60) == "It opens the needle."


def test_a_sentence_points_back_over_paragraphs_and_over_others_that_do() -> None:
    passages = sentences(
        "It opens what follows.", "Filler. " + "x" * 60, "Ada wrote the program.", "She was first.", "That was the needle."
    )

    assert best_excerpt(passages, holds("needle"), 100) == (
        "It opens what follows. … Ada wrote the program. She was first. That was the needle."
    )


def test_a_list_whose_announcement_points_back_is_shown_with_that() -> None:
    items = [Passage(f"• {word}", PassageKind.ITEM, 3) for word in ("hay", "needle")]
    passages = (*sentences("It opens what follows.", "Ada wrote the program.", "Her reasons:"), *items)

    text = best_excerpt(passages, holds("needle"), 80)

    assert text.startswith(("It opens what follows. Ada wrote the program. Her reasons:", "Ada wrote the program. Her reasons:"))
    assert "• needle" in text


def test_what_is_left_out_before_a_list_leaves_a_mark() -> None:
    items = [Passage(f"• needle {number}", PassageKind.ITEM, 2) for number in range(2)]
    passages = (*sentences("The needle opens what follows.", "Filler of many words. " + "x" * 190 + "."), *items)

    assert best_excerpt(passages, holds("needle"), 200) == "The needle opens what follows.\n\n…\n• needle 0\n• needle 1"


def test_the_opening_that_follows_a_list_stands_apart_from_its_last_item() -> None:
    items = tuple(Passage(f"• needle {number}", PassageKind.ITEM, 1) for number in range(3))
    passages = (Passage("Something opens the needle."), Passage("In 2018 the needle had parts:", block=0), *items)
    text = best_excerpt(passages, holds("needle"), 300)

    assert answer_first(text, passages, holds("needle"), FactKind.DATE).endswith("• needle 2\n\n… Something opens the needle.")


def test_an_announced_list_is_shown_whole_where_there_is_room_and_else_the_item_that_answers() -> None:
    items = [Passage(f"• {word} {'x' * 20}", PassageKind.ITEM, 1) for word in ("hay", "straw", "needle")]
    passages = (Passage("It opens the needle. " + "z" * 50, block=0), Passage("These are the parts:", block=0), *items)

    assert best_excerpt(passages, holds("needle"), 300).count("•") == 3
    assert best_excerpt(passages, holds("needle"), 150).endswith(f"These are the parts:\n\n• needle {'x' * 20}\n… and 2 more")


def test_a_list_that_nothing_announces_is_shown_whole_before_what_stands_apart() -> None:
    items = [Passage(f"• {word}", PassageKind.ITEM, 1) for word in ("hay", "straw", "the needle")]
    passages = (Passage("It opens what follows.", block=0), *items, Passage("Apart, " + "x" * 40 + ".", block=2))
    shares = {"needle": 1.0, "Apart": 0.5}

    def relevance(texts: Sequence[tuple[str, ...]]) -> list[float]:
        return [sum(share for word, share in shares.items() if word in " ".join(pieces)) for pieces in texts]

    assert best_excerpt(passages, relevance, 75).endswith("• hay\n• straw\n• the needle")
    assert best_excerpt(passages, relevance, 20).endswith("• the needle\n… and 2 more")


def test_a_sentence_of_few_words_is_shown_with_the_one_behind_it() -> None:
    passages = sentences("It opens what follows.", "Filler. " + "x" * 190, "The needle, then.", "And what it is for, in many words.")

    assert best_excerpt(passages, holds("needle"), 200).endswith("… The needle, then. And what it is for, in many words.")


def test_a_line_of_an_item_is_not_shown_without_the_item() -> None:
    passages = (
        Passage("It opens what follows."),
        Passage("• item", PassageKind.ITEM, 1),
        Passage("  the needle", PassageKind.ITEM, 1),
        *LIST,
    )

    assert "• item\n  the needle" in best_excerpt(passages, holds("needle"), 100)


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


SMALLEST = 3
"""Passages that may be shown although they are too long together: an item, the one above whose line it is, and what announces it."""
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


@given(PASSAGES, st.integers(50, 700), st.none() | st.sampled_from(FactKind))
def test_an_excerpt_is_whole_passages_in_order_within_the_limit(passages: tuple[Passage, ...], limit: int, wanted: FactKind | None) -> None:
    text = best_excerpt(passages, holds("needle"), limit, wanted)

    assert read_back(text, passages)
    texts = {passage.text for passage in passages}
    shown = [one for one in texts if one in text and not any(one in other for other in texts - {one})]
    assert len(text) <= limit or len(shown) <= SMALLEST


@pytest.mark.parametrize(
    ("wanted", "fact"), [(FactKind.DATE, "It came in 2018."), (FactKind.NUMBER, "It has 7 parts."), (FactKind.NAME, "It is by Ada.")]
)
def test_a_passage_with_the_fact_that_is_asked_for_goes_before_the_opening(wanted: FactKind, fact: str) -> None:
    passages = sentences("it opens needle. " + "x" * 180, f"{fact} needle " + "y" * 150, "more needle " + "z" * 170)

    assert best_excerpt(passages, holds("needle"), 200).startswith("it opens")
    assert best_excerpt(passages, holds("needle"), 200, wanted).startswith(fact)


def test_the_opening_is_kept_where_it_has_the_fact_too() -> None:
    passages = sentences("In 2017 the needle. " + "x" * 170, "In 2018 the needle. " + "y" * 170)

    assert best_excerpt(passages, holds("needle"), 200, FactKind.DATE).startswith("In 2017")


def test_a_fact_alone_does_not_outweigh_the_words_of_the_question() -> None:
    passages = sentences("The opening needle. " + "x" * 170, "Another matter of 2018. " + "y" * 170)

    assert best_excerpt(passages, holds("needle"), 200, FactKind.DATE).startswith("The opening")


LIST = tuple(Passage(f"• item {number} " + "x" * 30, PassageKind.ITEM, 1) for number in range(9))


def test_a_list_that_goes_on_says_by_how_many_items() -> None:
    text = best_excerpt((Passage("The needle list:"), *LIST), holds("needle"), 200)

    assert text.count("•") == 3
    assert text.endswith("\n… and 6 more")


def test_items_that_say_nothing_of_the_question_are_shown_from_the_first_on() -> None:
    passages = (Passage("The needle is in four parts, as follows."), *LIST, Passage("More on the needle.", block=2))

    assert "• item 0" in (text := best_excerpt(passages, holds("needle"), 280))
    assert "• item 1" in text
    assert text.index("item 0") < text.index("item 1")


def test_a_list_that_is_shown_whole_says_nothing_of_more() -> None:
    assert "more" not in best_excerpt((Passage("The needle list:"), *LIST), holds("needle"), 1000)


def test_long_code_with_the_answer_goes_before_a_short_sentence_without_it() -> None:
    code = "\n".join(f"needle({number})" for number in range(60))

    assert best_excerpt((*sentences("Unrelated to all that."), Passage(code, PassageKind.CODE, 1)), holds("needle"), 200) == code


def test_the_sentence_of_a_suggestion_is_the_one_that_fits_best_and_no_code() -> None:
    passages = (*sentences("It opens what follows.", "The needle is here."), Passage("needle()", PassageKind.CODE, 2))

    assert best_sentence(passages, holds("needle")) == "The needle is here."
    assert best_sentence(passages, holds("zzz")) == "It opens what follows."
    assert best_sentence(passages[2:], holds("zzz")) == "needle()"


def test_the_sentence_of_a_suggestion_has_the_fact_that_is_asked_for() -> None:
    passages = sentences("It opens what follows.", "The needle is here.", "The needle came in 2018.", "Something else came in 2017.")

    assert best_sentence(passages, holds("needle"), FactKind.DATE) == "The needle came in 2018."


LONG = tuple(Passage(f"{name} {'x' * 150}.", block=number) for number, name in enumerate(("Opening", "Needle", "Third", "Last in 1999")))


def test_what_was_shown_is_not_what_a_follow_up_is_shown() -> None:
    text = continued_excerpt(LONG, (0, 1), holds("zzz"), 400)

    assert text is not None
    assert shown_passages(LONG, text) == (2, 3)


def test_a_passage_that_was_shown_stands_before_what_is_new_where_it_has_the_words() -> None:
    text = continued_excerpt(LONG, (0, 1), holds("Needle"), 400)

    assert text is not None
    assert shown_passages(LONG, text) == (1, 2)


def test_of_what_was_shown_the_passage_with_most_of_the_question_stands_beside_what_is_new() -> None:
    text = continued_excerpt(LONG, (0, 1), holds("Needle", 0.25), 400)

    assert text is not None
    assert shown_passages(LONG, text) == (1, 2)


def test_what_was_shown_is_not_said_again_where_something_new_has_as_much_of_the_question() -> None:
    text = continued_excerpt(LONG, (0, 1), lambda texts: [0.25 * ("Needle" in one or "Last" in one) for (one,) in texts], 400)

    assert text is not None
    assert shown_passages(LONG, text) == (2, 3)


def test_of_a_list_that_was_shown_the_item_with_the_words_is_said_again_and_not_the_list() -> None:
    listed = (
        Passage("They published these:", block=0),
        *(Passage(f"• {name} {'x' * 80}", PassageKind.ITEM, 1) for name in ("Old", "Older", "Newest")),
        Passage(f"Afterwards {'x' * 80}.", block=2),
    )
    text = continued_excerpt(listed, (0, 1, 2, 3), holds("Newest", 0.25), 310)

    assert text is not None
    assert shown_passages(listed, text) == (0, 3, 4)


@pytest.mark.parametrize(
    ("word", "wanted", "shown"),
    [("zzz", None, (3,)), ("Third", None, (2, 3)), ("zzz", FactKind.DATE, (3,)), ("zzz", FactKind.NUMBER, (3,))],
)
def test_where_no_passage_has_a_word_of_a_follow_up_and_no_fact_is_wanted_meaning_decides(
    word: str, wanted: FactKind | None, shown: tuple[int, ...]
) -> None:
    last = "Last in 1999" if wanted is None else "Second"
    text = continued_excerpt(LONG, (0,), holds(word), 200, wanted, holds(last))

    assert text is not None
    assert shown_passages(LONG, text) == shown


def test_of_passages_with_the_same_words_the_nearest_in_meaning_is_shown() -> None:
    alike = sentences(*(f"The {word} language is {'x' * 80}." for word in ("First", "Second", "Third", "Fourth")))

    text = continued_excerpt(alike, (0,), holds("language", 0.5), 120, meaning=holds("Third"))

    assert text is not None
    assert shown_passages(alike, text) == (2,)


def test_meaning_does_not_outweigh_a_word_of_the_question() -> None:
    alike = sentences(*(f"The {word} one is {'x' * 80}." for word in ("First", "Second", "Third", "Fourth")))

    text = continued_excerpt(alike, (0,), holds("Second"), 120, meaning=holds("Fourth"))

    assert text is not None
    assert shown_passages(alike, text) == (1,)


def test_a_follow_up_that_asks_for_a_fact_gets_the_first_that_has_one() -> None:
    text = continued_excerpt(LONG, (0, 1, 2), holds("zzz"), 200, FactKind.DATE)

    assert text is not None
    assert "1999" in text


@pytest.mark.parametrize(("word", "shown"), [("Needle", (1,)), ("zzz", None)])
def test_of_a_section_that_was_shown_whole_only_what_has_the_words_is_said_again(word: str, shown: tuple[int, ...] | None) -> None:
    text = continued_excerpt(LONG, range(4), holds(word), 400)

    assert (None if text is None else shown_passages(LONG, text)) == shown


@given(st.sets(st.integers(0, 3), max_size=3), st.sampled_from(["Opening", "Needle", "Third", "zzz"]))
def test_what_goes_on_always_has_something_new(seen: set[int], word: str) -> None:
    text = continued_excerpt(LONG, seen, holds(word), 400)

    assert text is not None
    assert set(shown_passages(LONG, text)) - seen


def test_what_is_asked_for_again_stays_where_nothing_new_has_a_word_of_it() -> None:
    named = tuple(Passage(f"The {word} One Person is {'x' * 60}.", block=number) for number, word in enumerate(("Old", "Older", "Needle")))
    last = Passage("it goes on. " + "y" * 60 + ".", block=3)

    text = continued_excerpt((*named, last), (0, 1, 2), holds("Needle", 0.25), 190, FactKind.NAME, lambda texts: [0.5] * len(texts))

    assert text is not None
    assert shown_passages((*named, last), text) == (2, 3)


def test_a_question_within_a_text_is_shown_with_what_answers_it() -> None:
    passages = sentences("Opening. " + "x" * 40, "Which is better, Needle or Pin?", "Both are good.", "Filler. " + "y" * 150)

    assert best_excerpt(passages, holds("Needle"), 110).endswith("Which is better, Needle or Pin? Both are good.")


@pytest.mark.parametrize("empty", ["• Link: https://needle.example/needle", "You can ask about Needle:", "No Needle advice."])
def test_a_link_a_heading_or_three_words_do_not_stand_for_a_section(empty: str) -> None:
    passages = (Passage("Openings say something else entirely.", block=0), Passage(empty, block=1))

    assert best_sentence(passages, holds("Needle")) == passages[0].text


def test_a_section_of_links_alone_is_read_by_its_first() -> None:
    links = (Passage("• Link: https://one.example", block=0), Passage("• Link: https://two.example", block=1))

    assert best_sentence(links, holds("zzz")) == links[0].text
