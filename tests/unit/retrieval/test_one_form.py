"""What people write in several ways is one thing: in the index and in a question alike."""

from __future__ import annotations

import pytest

from bot.retrieval.analyzer import Analyzer, one_form
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section

ANALYZER = Analyzer()
SAME = [
    ("E.U. law", "EU law"),
    ("the U.S.A.", "the USA"),
    ("the E.U.'s law", "the EU's law"),
    ("GPL v3", "GPL 3"),
    ("GPLv3", "GPL 3"),
    ("GPL v. 3", "GPL 3"),
    ("v2.0 of it", "2.0 of it"),
    ("Llama3", "Llama 3"),
    ("Llama3.1", "Llama 3.1"),
    ("10,000 times", "10000 times"),
    ("1,234,567 tokens", "1234567 tokens"),
    ("don’t", "don't"),
    ("donʼt", "don't"),
    ("don`t", "don't"),
    ("don´t", "don't"),
    ("don′t", "don't"),
    ("Meta’s model", "Meta model"),
    ("10³ times", "10 3 times"),
    ("licences", "licenses"),
    ("text2speech", "text to speech"),
    ("txt2img", "text to image"),
    ("Image2Video", "image to video"),
]
DIFFERENT = [
    ("GPL 2", "GPL 3"),
    ("10³", "103"),
    ("Llama 3", "Llama 3.1"),
    ("1,23", "123"),
    ("C++", "C#"),
    ("C", "C++"),
    ("3.1", "31"),
    ("GPT4", "GPTQ"),
    ("word2vec", "word to vec"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_thing_written_differently_has_the_same_terms(one: str, other: str) -> None:
    assert ANALYZER.terms(one) == ANALYZER.terms(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_things_stay_different(one: str, other: str) -> None:
    assert ANALYZER.terms(one) != ANALYZER.terms(other)


@pytest.mark.parametrize(
    ("identifier", "parts"),
    [("AutoTokenizerFast", ["auto", "tokenizer", "fast"]), ("fromPretrained", ["from", "pretrained"]), ("useCache", ["use", "cache"])],
)
def test_an_identifier_is_found_whole_and_by_its_parts(identifier: str, parts: list[str]) -> None:
    words = [word.surface for word in ANALYZER.words(identifier)]

    assert words[0] == identifier.lower()
    assert set(parts) <= set(words)


@pytest.mark.parametrize("name", ["PyTorch", "LLaMA", "OpenAI", "iOS", "CC-BY", "www.example.org", "v", "very 3", "Nov 3", "H100", "A5"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert one_form(name) == name


@pytest.mark.parametrize(("one", "other"), SAME)
def test_whichever_way_the_text_has_it_the_question_finds_it_in_the_other(one: str, other: str) -> None:
    others = [make_section(f"o{number}", f"Something else, number {number + 70}.") for number in range(5)]
    for text, asked in ((one, other), (other, one)):
        index = TfidfIndex(spelling=False).fit([make_section("it", f"About {text} today.", title="It"), *others])
        explanation = index.explain(asked, "article#it")
        assert explanation.unknown == ()
        assert all(word.weight > 0 for word in explanation.words)
