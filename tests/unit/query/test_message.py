"""A message as somebody typed it to a question that can be searched, stored and shown."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.query.message import LONGEST_QUESTION, clean_question, normalized, plain_words, searchable

ANYTHING = st.text(st.characters(), max_size=300)
PIECES = st.lists(
    st.sampled_from(
        [
            "<@1>",
            "<@!22>",
            "<@&3>",
            "<#4>",
            "<:e:5>",
            "<a:e:6>",
            "</ask:7>",
            "<t:8:R>",
            "@everyone",
            "@here",
            "<@",
            ">",
            "\u0301",
            "\u200b",
            "\u202e",
            "\ud800",
            "\x00",
            "a",
            " ",
            "\n",
        ]
    ),
    max_size=60,
).map("".join)


def marks_in_a_row(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        longest = max(longest, run)
    return longest


@pytest.mark.fault(55)
@pytest.mark.parametrize(
    ("raw", "question"),
    [
        ("  What \n\t is\u00a0it? ", "What is it?"),
        ("a\ud800b\udfffc", "abc"),
        ("a\x00b\x07c", "abc"),
        ("\u202etrap\u202c \u200bhidden\ufeff", "trap hidden"),
        ("<@123> what <@!4>is<#5> it <@&6> <:smile:7> <a:wave:8> </ask:9> <t:10:R>?", "what is it ?"),
        ("@everyone what is @here it", "what is it"),
        ("mail me@example.org <3 a < b > c", "mail me@example.org <3 a < b > c"),
        ("Cafe\u0301 naïve", "Cafe\u0301 naïve"),
        ("👩\u200d💻 codes", "👩\u200d💻 codes"),
        ("مرحبا ما هو", "مرحبا ما هو"),
        ("", ""),
        ("\u200b\ud800", ""),
    ],
)
def test_a_question_is_cleaned(raw: str, question: str) -> None:
    assert clean_question(raw) == question


@pytest.mark.fault(53, 55)
def test_a_letter_keeps_no_more_than_two_marks() -> None:
    assert clean_question("z" + "\u0301" * 50 + "algo") == "z\u0301\u0301algo"


def test_marks_with_invisible_characters_between_them_are_counted_together() -> None:
    assert marks_in_a_row(clean_question("z" + "\u0301\u0301\u200b" * 50)) <= 2


@pytest.mark.fault(53)
def test_of_a_hundred_thousand_characters_the_beginning_and_the_end_are_read() -> None:
    question = clean_question(f"Hello. {'word ' * 20_000} What is copyleft?")

    assert len(question) <= LONGEST_QUESTION
    assert question.startswith("Hello. word word")
    assert " … " in question
    assert question.endswith("word What is copyleft?")


def test_what_is_just_short_enough_is_not_cut() -> None:
    assert clean_question(f"{'w' * (LONGEST_QUESTION - 3)} ok") == f"{'w' * (LONGEST_QUESTION - 3)} ok"
    assert len(clean_question("w" * (LONGEST_QUESTION + 1))) <= LONGEST_QUESTION


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("https://huggingface.co/meta-llama/Llama-3.3-70B-Instruct", "Llama-3.3-70B"),
        ("https://huggingface.co/Qwen/Qwen2.5-7B-Instruct-GGUF/tree/main?x=1", "Qwen2.5-7B"),
        ("https://github.com/ggml-org/llama.cpp/issues/12", "llama.cpp"),
        ("https://github.com/vllm-project/vllm.git", "vllm"),
        ("https://example.com/a/b", ""),
    ],
)
def test_of_a_link_to_a_repository_the_name_is_read(link: str, name: str) -> None:
    assert searchable(f"license of {link}") == f"license of {name}".strip()


def test_a_mention_put_together_by_removing_another_is_not_left() -> None:
    assert clean_question("<@<@1>2> @every@everyone one") == "<@ 2> @every one"


@pytest.mark.fault(54)
@given(ANYTHING | PIECES)
def test_cleaning_never_raises_and_gives_one_bounded_line_that_can_be_encoded(raw: str) -> None:
    question = clean_question(raw)

    assert len(question) <= LONGEST_QUESTION
    assert question.encode("utf-8").decode("utf-8") == question
    assert question == question.strip()
    assert "\n" not in question
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in question)


@given(st.text("ab <>@#!&:1\u0301", max_size=200))
def test_cleaning_a_clean_question_changes_nothing(raw: str) -> None:
    once = clean_question(raw)
    assume("<@" not in raw)
    assume("@" not in once)

    assert clean_question(once) == once


@given(st.integers(1, 5), ANYTHING)
def test_cleaning_is_bounded_for_any_length(times: int, piece: str) -> None:
    assert len(clean_question(piece * times * 400)) <= LONGEST_QUESTION


def test_addresses_are_no_words_to_search_for() -> None:
    assert searchable("see https://x.org/open-weights what is it") == "see what is it"


def test_words_are_plain_and_keep_their_apostrophes() -> None:
    assert plain_words("What’s THE Café's C++ & C# (2.0)?") == ["what's", "the", "cafe's", "c++", "c#", "2", "0"]


@pytest.mark.fault(55)
def test_the_same_question_typed_differently_is_one() -> None:
    assert normalized("What  is OPEN-weights?!") == normalized("what is open weights")


@given(ANYTHING)
def test_normalizing_twice_is_normalizing_once(raw: str) -> None:
    once = normalized(clean_question(raw))

    assert normalized(once) == once
