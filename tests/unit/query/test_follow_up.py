"""Questions that lean on the one before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.query.follow_up import Leaning, Turn, before_pointer, corrected, leaning, of_another, subject_of, with_subject, without_new_topic

TURN = Turn("what are open weights", "a#open-weights", "What is open weights?")


@pytest.mark.parametrize(
    "question", ["why?", "and who made it?", "when", "is it free", "do they train them", "tell me more examples of it", "And why exactly?"]
)
def test_a_question_that_points_back_and_one_that_is_bare_lean(question: str) -> None:
    assert leaning(question) is Leaning.LEANS


@pytest.mark.parametrize("question", ["such as?", "can you give me an example?", "too long. in short?", "any examples please"])
def test_a_question_that_only_asks_for_more_leans(question: str) -> None:
    assert leaning(question) is Leaning.LEANS


@pytest.mark.parametrize(
    "question",
    [
        "what about data?",
        "how about llama",
        "what if i sell copies",
        "then who pays",
        "how do i make one myself",
        "did anybody look into this scientifically",
        "linus signed that? hard to believe",
        "who pays for these foundations",
        "are those licenses free",
    ],
)
def test_a_question_that_may_point_back_may_lean(question: str) -> None:
    assert leaning(question) is Leaning.MAY_LEAN


@pytest.mark.parametrize(
    "question",
    [
        "What is copyleft?",
        "",
        "???",
        "which license has a patent grant",
        "a license that is not copyleft",
        "is this bot open source",
        "Is It Possible to sell copies",
        "if a company sells it to another company can the other one sell it again to me",
    ],
)
def test_a_question_that_says_what_it_is_about_stands(question: str) -> None:
    assert leaning(question) is Leaning.STANDS


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("why?", "why open weights"),
        ("and who made it?", "who made open weights"),
        ("what about data", "what about data open weights"),
        ("it", "open weights"),
    ],
)
def test_a_leaning_question_gets_the_subject_for_what_points_at_it(question: str, searched: str) -> None:
    assert with_subject(question, TURN) == searched


@pytest.mark.parametrize(
    ("title", "subject"),
    [("How do I install the tools?", "i install tools"), ("Copyleft", "copyleft"), ("What is it?", "what is it"), ("", "")],
)
def test_the_subject_of_a_title_is_what_is_left_without_question_words(title: str, subject: str) -> None:
    assert subject_of(title) == subject


@given(st.text(st.characters(), max_size=100))
def test_any_text_can_be_read_as_a_follow_up(question: str) -> None:
    assert leaning(question) in Leaning
    assert with_subject(question, TURN).endswith("open weights")


@pytest.mark.parametrize("question", ["and patents?", "and 70b", "And for images?"])
def test_a_question_that_begins_with_and_goes_on_with_what_was_said(question: str) -> None:
    assert leaning(question) is Leaning.CONTINUES


def test_the_subject_of_an_event_is_what_was_asked_and_its_names_never_its_date() -> None:
    asked = Turn("when was kaggle founded?", "catalogues/timeline#kaggle", "2010: Anthony Goldbloom, Ben Hamner")

    assert asked.subject == "kaggle founded"
    assert Turn(asked.title, asked.section_id, asked.title).subject == "anthony goldbloom ben hamner"


@pytest.mark.parametrize(
    "question", ["another thing: who made git?", "Thanks! Another thing: who made git?", "OK, New Topic: who made git?"]
)
def test_a_new_topic_is_said_in_any_case_of_letters(question: str) -> None:
    assert without_new_topic(question) == "who made git?"


NAMES = {"llama", "deepseek", "mistral", "cc0"}.__contains__


@pytest.mark.parametrize(
    ("before", "question", "asked"),
    [
        ("when did Meta publish Llama 2?", "and llama 3?", "when did Meta publish llama 3?"),
        ("when did Meta publish llama 3?", "and 4?", "when did Meta publish llama 4?"),
        ("who makes mistral", "ok, and deepseek?", "who makes deepseek"),
        ("who makes mistral", "wut abt deepseek", "who makes deepseek"),
        ("what does CC0 mean for a work?", "what about CC BY?", "what does CC BY mean for a work?"),
        ("may I train on what DeepSeek R1 wrote", "and for Claude?", "may I train on what Claude wrote"),
        ("where do I report a bug", "and in a fork?", "where do I report a bug in a fork"),
        ("can i use llama commercially", "and privately?", "can i use llama commercially privately"),
        ("phi-4 license?", "and deepseek v4", "deepseek v4 license?"),
        ("when did Meta publish llama 3?", "and 4? i lost track", "when did Meta publish llama 4?"),
        ("who makes llama", "Good. And mistral, is it the same?", "who makes mistral"),
        ("who makes llama", "nice! what about deepseek? my uncle works there", "who makes deepseek"),
        ("runs llama on a Mac?", "great. and for AMD, just bought one", "runs AMD on a Mac?"),
    ],
)
def test_a_question_that_names_another_thing_is_the_question_before_about_that(before: str, question: str, asked: str) -> None:
    assert of_another(question, Turn(before, "a#b", "Something else"), NAMES) == asked


@pytest.mark.parametrize(
    "question",
    [
        "and why?",
        "and who made it?",
        "and must the weights be open?",
        "what about that one?",
        "llama 3",
        "and what does the license of it say about data?",
        "and?",
        "ok and thanks. i got it",
        "and deepseek? does it run on my laptop?",
        "but my boss said no. what now?",
        "and llama? and qwen?",
        "and for work, he says so. and then, i go home, and sleep",
    ],
)
def test_a_question_that_names_nothing_else_is_not_the_question_before(question: str) -> None:
    assert of_another(question, Turn("who makes mistral", "a#b", "Mistral"), NAMES) is None


@pytest.mark.parametrize(
    ("question", "words"),
    [("qwen, who makes it?", ["qwen", "makes"]), ("does it run qwen", []), ("their license", []), ("who makes qwen", [])],
)
def test_what_a_pronoun_may_point_at_stands_before_it(question: str, words: list[str]) -> None:
    assert before_pointer(question) == words


def test_a_name_of_several_words_is_replaced_whole() -> None:
    before = Turn("what does the linux foundation do in ai", "a#b", "Linux Foundation")

    assert of_another("and the mozilla foundation?", before, NAMES) == "what does the mozilla foundation do in ai"


def test_what_a_lookup_showed_has_no_question_to_ask_of_another_thing() -> None:
    assert of_another("and llama?", Turn("Mistral", "a#b", "Mistral"), NAMES) is None


@pytest.mark.parametrize(
    "question", ["no, I meant the first one", "not the first one", "we meant the first one", "no no, that's not it: the first one"]
)
def test_a_correction_is_read_with_the_question_before(question: str) -> None:
    read = corrected(question, Turn("deepseek license?", "a#b", "DeepSeek"))

    assert read is not None
    assert read.startswith("deepseek license ")
    assert read.endswith("first one")


@pytest.mark.parametrize(
    "question", ["sry i meant the license", "oh sorry, I meant the license not the size", "oops, i meant the license, not that size"]
)
def test_a_corrected_attribute_is_asked_of_the_same_thing_in_place_of_the_one_before(question: str) -> None:
    assert corrected(question, Turn("how big was bloom", "a#b", "BLOOM")) == "the license bloom"


@pytest.mark.parametrize(
    "question",
    [
        "is that legal",
        "ok and is this free?",
        "are those really safe",
        "so is that hard?",
        "why would that be illegal",
        "when was that invented, and by who",
    ],
)
def test_a_question_that_says_one_word_of_what_it_points_at_leans(question: str) -> None:
    assert leaning(question) is Leaning.LEANS


@pytest.mark.parametrize(
    "question", ["is that Apache license compatible with the GPL", "is this model free for a company", "is gemma free"]
)
def test_a_question_that_names_what_it_asks_about_is_no_bare_predicate(question: str) -> None:
    assert leaning(question) is not Leaning.LEANS


@pytest.mark.parametrize("question", ["no", "note that", "is it not open?", "nothing else, thanks", "not that I doubt it, but is MIT ok?"])
def test_what_corrects_nothing_is_no_correction(question: str) -> None:
    assert corrected(question, Turn("deepseek license?", "a#b", "DeepSeek")) is None


@pytest.mark.parametrize("question", ["not that one, I mean llama", "no not this, i meant llama", "not those. I meant llama"])
def test_what_is_taken_back_in_two_steps_is_corrected_whole(question: str) -> None:
    assert corrected(question, Turn("is qwen open", "a#b", "Qwen"), {"llama", "qwen"}.__contains__) == "is llama open"


@pytest.mark.parametrize(
    ("before", "question", "asked"),
    [
        ("is it allowed with llama outputs", "and with chatgpt outputs?", "is it allowed with chatgpt outputs"),
        ("can i train on llama data", "what about mistral data", "can i train on mistral data"),
    ],
)
def test_of_what_is_named_with_what_it_has_both_are_replaced(before: str, question: str, asked: str) -> None:
    assert of_another(question, Turn(before, "a#b", "Distillation"), {"llama", "chatgpt", "mistral"}.__contains__) == asked
