"""Kinds of messages that were once misunderstood, each with inputs of its own, asked of the shipped knowledge."""

from __future__ import annotations

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Answer, SmallTalk
from bot.answering.readings import turn_of
from bot.query.asking import clauses
from bot.query.patterns import excluded
from bot.retrieval.analyzer import Analyzer, shortened
from bot.retrieval.terms import SpellingRepair


def answering(engine: AnswerEngine, message: str) -> str | None:
    outcome = engine.answer(message)
    return outcome.section.id if isinstance(outcome, Answer) else None


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("what´s mistral", "what's mistral"),
        ("what’s the license of whisper", "what's the license of whisper"),
        ("waht is quantization", "what is quantization"),
        ("whats teh license of falcon", "whats the license of falcon"),
        ("who craeted tensorflow", "who created tensorflow"),
        ("whaaaat is openwashing", "what is openwashing"),
        ("stablediffusion", "stable diffusion"),
        ("ccby", "cc by"),
        ("my teacher wants to know: what is distillation", "what is distillation"),
        ("we argue here all day, is gemma open source", "is gemma open source"),
        ("what is a checkpoint exactly", "what is a checkpoint"),
        ("agpl v3", "agpl 3"),
    ],
)
def test_the_same_question_written_another_way_has_the_same_answer(shipped: AnswerEngine, written: str, plain: str) -> None:
    assert answering(shipped, plain) is not None
    assert answering(shipped, written) == answering(shipped, plain)


@pytest.mark.parametrize("message", ["hiiiii", "thankssss", "byeeee", "okkkk", "goood eveninggg"])
def test_stretched_small_talk_is_small_talk(shipped: AnswerEngine, message: str) -> None:
    assert isinstance(shipped.answer(message), SmallTalk)


@pytest.mark.parametrize(
    "message",
    [
        *"abcdefghijklmnopqrstuvwxyz",
        "water",
        "source of water",
        "is it open source or not?",
        "are they open source",
        "everything except llama",
    ],
)
def test_what_names_nothing_is_not_answered(shipped: AnswerEngine, message: str) -> None:
    assert answering(shipped, message) is None


@pytest.mark.parametrize("question", ["is it open source or not?", "are they open source"])
def test_a_pronoun_is_understood_where_something_was_named_before(shipped: AnswerEngine, question: str) -> None:
    named = shipped.answer("what is llama?")
    found = shipped.answer(question, turn_of(named))

    assert isinstance(named, Answer)
    assert isinstance(found, Answer)
    assert found.section.id == "foundations/openness#is-llama-open-source"


def test_what_a_question_excludes_is_read() -> None:
    assert excluded("a model that is not Llama, please") == ("Llama",)
    assert excluded("licenses other than the MIT license") == ("MIT license",)
    assert excluded("is chatgpt not open source?") == ()


def test_the_only_clause_that_asks_is_found_and_several_are_not() -> None:
    assert clauses("sorry to ask again, what is a fork pls i am lost")[-1] == "what is a fork"
    assert clauses("what is a fork and who made git") == ()
    assert clauses("i made a fork") == ()


@pytest.mark.parametrize("message", ["8 GB of VRAM, what LLM?", "a shop needs a chatbot which model", "no gpu what model pls"])
def test_what_asks_which_one_of_many_is_no_clause(message: str) -> None:
    assert clauses(message) == ()


def test_a_clause_with_a_verb_is_one_however_short() -> None:
    assert clauses("my boss asked me what copyleft is") == ("what copyleft is",)


def test_stretched_letters_are_at_most_two() -> None:
    assert "hello" in shortened("hellllo")
    assert shortened("hello") == ()
    assert shortened("aaabbbcccddd") == ()


def test_a_name_without_its_seam_is_split_but_not_at_a_function_word() -> None:
    repair = SpellingRepair({"node": 3, "js": 5, "is": 90, "land": 4})

    found = repair.repair("nodejs")

    assert found is not None
    assert found.surfaces == ("node", "js")
    assert repair.repair("island") is None


def test_a_name_in_camel_case_is_found_by_its_words_behind_an_underscore() -> None:
    assert {"raw", "transact"} <= set(Analyzer().terms("eth_sendRawTransaction"))
