"""What of a message asks: divided, without courtesy, with its questions kept apart from its story."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.asking import Asking, asks, each_question, take_apart, without_courtesy
from bot.query.message import LONGEST_QUESTION, searchable

COURTESY_BEFORE = (
    "hi", "Hey guys,", "Hello everyone!", "good morning all,", "quick question:", "noob question here,", "sorry to bother,",
    "ok so", "thanks!", "first time here,",
    "I'm new here,", "does anybody know if", "I was wondering whether", "can someone please explain", "out of curiosity,",
)  # fmt: skip
COURTESY_AFTER = (
    "thanks",
    ", thanks in advance!",
    "please",
    "cheers",
    "any help appreciated",
    "lol",
    ":)",
    ", sorry for my bad english",
    "thx a lot",
)
PIECES = st.sampled_from(
    [
        *COURTESY_BEFORE,
        *COURTESY_AFTER,
        "is it open",
        "what is copyleft",
        "open weights",
        "Llama 3.1",
        "yes",
        "right",
        *"?!,.:(",
        "\n",
        "no",
        "sorry",
    ]
)
MESSAGES = st.lists(PIECES, max_size=12).map(" ".join) | st.text(st.characters(), max_size=120)
WITHIN = 0.5
"""Seconds of processor time; a message of ordinary words takes less than a hundredth of it."""


@pytest.mark.parametrize(
    ("message", "sentences"),
    [
        ("My boss says no. He wants GPL. What is copyleft?", ("My boss says no.", "He wants GPL.", "What is copyleft?")),
        ("What is copyleft? what is MIT", ("What is copyleft?", "what is MIT")),
        ("It is free!\nIs it open?", ("It is free!", "Is it open?")),
        ("we use Llama – is it open", ("we use Llama", "is it open")),
        ("Is Llama 3.1 open? e.g. the 8B one", ("Is Llama 3.1 open?", "e.g. the 8B one")),
        ("It came in 2.0. Is that open", ("It came in 2.0.", "Is that open")),
    ],
)
def test_a_message_is_divided_into_its_sentences_in_order(message: str, sentences: tuple[str, ...]) -> None:
    assert take_apart(message).sentences == sentences


def test_numbers_and_abbreviations_do_not_end_a_sentence() -> None:
    assert take_apart("is Apache 2.0 e.g. fine for v1.5 of it").sentences == ("is Apache 2.0 e.g. fine for v1.5 of it",)


@settings(deadline=None)
@given(st.lists(st.sampled_from(COURTESY_BEFORE), max_size=4), st.lists(st.sampled_from(COURTESY_AFTER), max_size=3))
def test_courtesy_before_and_after_in_any_combination_comes_off(before: list[str], after: list[str]) -> None:
    assert take_apart(" ".join([*before, "what is copyleft", *after])).text == "what is copyleft"


@pytest.mark.parametrize(
    "courtesy",
    ["Great work!", "Sorry for my English.", "I hope you are well.", "I just joined the server today.", "Hello!", "Thanks a lot."],
)
def test_a_whole_sentence_of_courtesy_is_left_out(courtesy: str) -> None:
    assert take_apart(f"{courtesy} What is copyleft?").sentences == ("What is copyleft?",)
    assert take_apart(f"What is copyleft? {courtesy}").sentences == ("What is copyleft?",)


@pytest.mark.parametrize("message", ["hi", "thanks!", "Hello, thank you so much", "please", "sorry?", "can anyone help?", "???", ""])
def test_a_message_of_nothing_but_courtesy_stays_as_it_is(message: str) -> None:
    assert take_apart(message) == Asking((message,), (message,))


def test_a_question_about_a_word_of_courtesy_is_kept() -> None:
    assert without_courtesy("what is a newbie?") == "what is a newbie?"
    assert take_apart("what does tldr mean?").text == "what does tldr mean?"


def test_the_sign_of_a_question_outlives_the_courtesy_behind_it() -> None:
    assert without_courtesy("is BLOOM open, thanks?") == "is BLOOM open?"


def test_praise_that_names_something_is_no_courtesy() -> None:
    assert searchable("I love the PyTorch library. Who made it?") == "I love the PyTorch library. Who made it?"
    assert searchable("I love this great project! Who made PyTorch?") == "Who made PyTorch?"


@pytest.mark.parametrize(
    "sentence",
    [
        "is it free", "What's copyleft", "don’t they have a license", "you can sell it, right", "MIT is permissive, isn't it",
        "the weights are free, correct", "I don't get why Llama is not open source", "MIT versus Apache",
        "difference between open weights and open source", "no idea what copyleft is",
        "you say so (really?)",
    ],
)  # fmt: skip
def test_a_sentence_asks_by_its_sign_its_first_word_and_by_stating(sentence: str) -> None:
    assert asks(sentence)


@pytest.mark.parametrize("sentence", ["My boss says no.", "We use PyTorch and Llama", "copyleft", "He was right about the license", ""])
def test_a_story_does_not_ask(sentence: str) -> None:
    assert not asks(sentence)


def test_the_questions_are_reported_from_the_story_that_stays_in_the_text() -> None:
    asking = take_apart("Hi! We train on our own data. Must we publish it? And who owns the weights? Thanks")

    assert asking.questions == ("Must we publish it?", "who owns the weights?")
    assert asking.text == "We train on our own data. Must we publish it? who owns the weights?"


def test_a_claim_without_any_question_is_taken_as_a_whole() -> None:
    assert take_apart("Llama is not open. Everybody knows it.").questions == ("Llama is not open.", "Everybody knows it.")


@settings(deadline=None, max_examples=300)
@given(MESSAGES)
def test_taking_apart_twice_is_the_same_as_once(message: str) -> None:
    once = take_apart(searchable(message)).text

    assert take_apart(once).text == once


@settings(deadline=None)
@given(MESSAGES)
def test_questions_are_sentences_and_every_message_has_one_of_both(message: str) -> None:
    asking = take_apart(message)

    assert asking.sentences
    assert asking.questions
    assert set(asking.questions) <= set(asking.sentences)


@pytest.mark.parametrize(
    "pattern",
    [
        "!", "(", "- ", "?!", "…,", "'", "\n", "a", "a. ", "? ", "1. A ", "thx ", "so,", "lol,", "hey ", "sorry for ", "hello to the my ",
        "i was just only really ", "i am a complete very quite ", "does anyone please maybe kindly ",
        "thanks a lot so much very much again ",
        "help is are would be will be ", "quick question ", "any help much very greatly ",
    ],
)  # fmt: skip
def test_no_message_of_a_thousand_characters_takes_long(pattern: str) -> None:
    message = (pattern * LONGEST_QUESTION)[:LONGEST_QUESTION]

    assert min(_seconds(message) for _ in range(2)) < WITHIN


def _seconds(message: str) -> float:
    begin = time.process_time()
    take_apart(message)
    return time.process_time() - begin


@pytest.mark.parametrize(
    "message",
    [
        "explain MoE like im 12",
        "explain MoE like I'm five",
        "explain MoE as if I were a five year old",
        "MoE for dummies",
        "MoE for a beginner",
        "MoE for beginner please",
        "MoE for the absolute newbie",
        "MoE in simple words",
        "can someone explain MoE, eli5",
    ],
)
def test_for_whom_something_is_to_be_explained_is_not_what_is_asked(message: str) -> None:
    assert without_courtesy(message) == "MoE"


@pytest.mark.parametrize(
    "message",
    [
        "can I use it as a beginner",
        "what is it like to be a maintainer",
        "is it as good as gpt",
        "which license should I use if I would like to sell",
        "why does it read as if I was the author",
    ],
)
def test_a_comparison_in_a_question_stays(message: str) -> None:
    assert without_courtesy(message) == message


@pytest.mark.parametrize(
    "message",
    ["MCP, what is it and is it open", "vllm: who made it", "the pile - how big is it", "ollama, what for", "deepseek r1, which license"],
)
def test_a_sentence_that_names_its_subject_first_asks(message: str) -> None:
    assert asks(message)


@pytest.mark.parametrize(
    "message",
    ["i met the author, who is a nice man", "we use vllm, which is fast", "it works on linux, that was easy", "ollama: it is great"],
)
def test_what_only_tells_more_of_a_thing_does_not_ask(message: str) -> None:
    assert not asks(message)


def license_of(question: str, subject: str) -> str | None:
    return f"license of {subject}" if question.lower().strip("? ") in ("license", "its license") and subject else None


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("Whisper. License?", ("license of Whisper",)),
        ("We want to put Qwen3 in our app. License?", ("license of Qwen3",)),
        ("What did whisper not release? training data? code?", ("What did whisper not release?",)),
        ("Whisper or Qwen3? License?", ("Whisper or Qwen3?",)),
        ("My shop has no name yet. License?", ()),
        ("License?", ("License?",)),
        ("common voice license? i train a detector", ("common voice license?",)),
        ("What is LoRA? And what is quantization?", ("What is LoRA?", "what is quantization?")),
    ],
)
def test_a_word_beside_sentences_asks_of_the_only_thing_that_they_name_or_nothing(message: str, questions: tuple[str, ...]) -> None:
    parts = take_apart(message)

    assert each_question(parts, lambda word: word in ("whisper", "qwen3"), license_of) == questions
