"""Messages that no knowledge base can answer: logs, other languages, and what has no words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.query.message import plain_words
from bot.query.scope import Scope, is_request, scope_of, symptoms

LOGS = (
    'Traceback (most recent call last): File "train.py", line 7, in <module>',
    "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB",
    "ModuleNotFoundError: No module named 'transformers'",
    "npm ERR! code ELIFECYCLE",
    "bash: pip: command not found",
    "[error] connection refused while loading the model",
    "Segmentation fault (core dumped)",
    "401 Client Error: Unauthorized for url",
    "at org.example.Main.run(Main.java:17)",
)


@pytest.mark.parametrize("log", LOGS)
def test_a_log_is_known_by_its_form(log: str) -> None:
    assert scope_of(log) is Scope.LOG


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize(
    "beside", ["please help!", "how do I fix this error?", "what is wrong?", "Why does it not work?", "any idea what happened?"]
)
def test_a_log_with_a_cry_for_help_beside_it_is_still_a_log(log: str, beside: str) -> None:
    assert scope_of(f"{beside} {log}") is Scope.LOG


@pytest.mark.parametrize("log", LOGS)
def test_a_log_with_a_real_question_beside_it_is_a_question(log: str) -> None:
    assert scope_of(f"Which license does the Llama model have? {log}") is Scope.QUESTION


def test_a_question_about_errors_in_words_is_a_question() -> None:
    assert scope_of("what kinds of errors do open models make?") is Scope.QUESTION
    assert scope_of("why do models run out of memory on small cards") is Scope.QUESTION


@pytest.mark.fault(58)
@pytest.mark.parametrize(
    "message",
    [
        "Was ist der Unterschied zwischen MIT und Apache?",
        "wie kann ich das Modell benutzen",
        "¿Qué es el código abierto y por qué es bueno?",
        "C'est quoi la différence entre MIT et GPL pour un projet?",
        "alguém sabe onde posso usar o modelo em português",
        "hoe kan ik dit model gebruiken met mijn data",
        "Что такое открытый исходный код?",
        "什么是开源人工智能？",
        "オープンソースとは何ですか",
        "ما هو المصدر المفتوح؟",
    ],
)
def test_a_message_in_another_language_is_known_by_script_and_by_function_words(message: str) -> None:
    assert scope_of(message) is Scope.OTHER_LANGUAGE


@pytest.mark.parametrize(
    "message",
    [
        "who made Le Chat and La Plateforme",
        "what is the Deutsche Telekom doing with open source",
        "is El Salvador using open models",
        "who is Yann LeCun and what is an En-De model",
        "tell me about Der Spiegel and Die Zeit using open AI models",
        "does the model by Mistral with the name Les Ministraux have a license",
        "Mistral Llama BLOOM Falcon",
        "is 百度 ERNIE open source",
        "what is the Université de Montréal known for",
        "mit license",
        "gitlab CE MIT, EE proprietary??",
        "raw pretrained model w/o chat tuning = ?",
        "me no speak good english, license is what",
        "open weights Σ vs π",
    ],
)
def test_names_in_an_english_sentence_are_not_foreign(message: str) -> None:
    assert scope_of(message) is Scope.QUESTION


@pytest.mark.parametrize("message", ["A²", "what is 10⁻³ of it", "½ of the weights", "x₁ and x₂", "m² ³ ¹", "1²³⁴⁵⁶⁷⁸⁹ a"])
def test_superscripts_and_fractions_are_no_letters_of_another_language(message: str) -> None:
    assert scope_of(message) is not Scope.OTHER_LANGUAGE


@pytest.mark.fault(52, 58)
@pytest.mark.parametrize("message", ["", "???", "🎉", "x", "?!x?!", "…"])
def test_messages_of_signs_and_of_one_letter_have_no_words(message: str) -> None:
    assert scope_of(message) is Scope.NO_WORDS


@settings(deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_any_message_has_a_scope_and_only_one_with_less_than_two_letters_has_no_words(message: str) -> None:
    assert (scope_of(message) is Scope.NO_WORDS) is (len("".join(plain_words(message))) < 2)


@pytest.mark.parametrize(
    ("message", "requests"),
    [
        ("When will LM Studio be supported?", True),
        ("when will you release the bigger version", True),
        ("any plans for a smaller model?", True),
        ("Please add support for AMD cards", True),
        ("it would be great if you could support older cards", True),
        ("could you please fix the tokenizer", True),
        ("when will the ban on face swaps apply", False),
        ("when was LM Studio released", False),
        ("when will my pull request be merged", False),
        ("when would I publish code under the GPL?", False),
        ("can you add a clause to the MIT license", False),
        ("would it be legal to release it", False),
    ],
)
def test_what_the_makers_of_something_are_asked_for_is_told_from_what_can_be_known(message: str, requests: bool) -> None:
    assert is_request(message) is requests


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("LM Studio closes itself since yesterday's update", ("closes", "update")),
        ("llama.cpp won't start", ("start",)),
        ("whisper crashes on long files", ("crashes",)),
        ("black window on start", ("black",)),
    ],
)
def test_what_is_wrong_with_a_program_is_heard(message: str, words: tuple[str, ...]) -> None:
    assert symptoms(message) == words


@pytest.mark.parametrize(
    "message", ["how do I start", "I can't see why", "a black box", "what is missing for the definition", "is it broken"]
)
def test_what_merely_sounds_like_it_is_not(message: str) -> None:
    assert symptoms(message) == ()


@pytest.mark.parametrize(
    "message",
    [
        "i got cuda out of memory what do i do",
        "cuda out of memory as soon as the conversation gets long",
        "why do i get connection refused from the other pc",
        "there is a segmentation fault in llama.cpp when I load a big model",
        "it says 401 when I pull the model, do I need a token",
    ],
)
def test_an_error_that_is_told_in_a_sentence_is_a_question(message: str) -> None:
    assert scope_of(message) is Scope.QUESTION


@pytest.mark.parametrize("message", ["Mistral Le Chat vs La Plateforme", "de jure vs de facto open source?", "ｗｈａｔ ｉｓ ｌｌａｍａ"])
def test_names_loan_words_and_wide_letters_are_no_other_language(message: str) -> None:
    assert scope_of(message) is Scope.QUESTION
