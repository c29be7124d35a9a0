"""Things by their names: what is recognized, what is only offered, and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.lookup.names import MOST_CHOICES, MatchKind, Named, Names

LICENSES = Names(
    [
        Named("mit", "MIT License", ("Expat License", "MIT"), 5),
        Named("apache-2-0", "Apache License 2.0", ("ASL 2.0", "Apache-2.0"), 9),
        Named("bsd-3", "BSD 3-Clause License", ("New BSD License",), 3),
        Named("bsd-2", "BSD 2-Clause License", ("Simplified BSD License",), 1),
        Named("gpl", "GNU General Public License 3.0", ("GPLv3", "GPL-3.0-or-later"), 2),
        Named("cc-by-sa", "Creative Commons Attribution-ShareAlike 4.0", ("CC-BY-SA-4.0", "CC BY-SA"), 1),
        Named("cc-by", "Creative Commons Attribution 4.0", ("CC-BY-4.0", "CC BY"), 4),
    ]
)
PROJECTS = Names(
    [
        Named("pytorch", "PyTorch", ("torch",), 9),
        Named("bert", "BERT"),
        Named("llama", "Llama", ("llama 2", "LLaMA"), 5),
        Named("llama-cpp", "llama.cpp", (), 2),
        Named("hf", "Hugging Face", ("HF",), 7),
        Named("hub", "Hugging Face Hub", (), 1),
        Named("lora", "low-rank adaptation", ("LoRA",)),
    ]
)


def key_of(names: Names, text: str) -> str | None:
    match = names.resolve(text)
    return None if match is None else match.named.key


@pytest.mark.parametrize(
    "text",
    ["Apache License 2.0", "apache 2", "Apache-2.0", "APACHE-2", "apache licence version two", "the Apache license, v2.0",
     "apache2", "Apache License v 2", "apache_2.0", "apache", "appache", "apahce 2", "Apache Licence"],
)  # fmt: skip
def test_a_license_is_recognized_however_it_is_written(text: str) -> None:
    assert key_of(LICENSES, text) == "apache-2-0"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("gpl 3", "gpl"), ("gplv3", "gpl"), ("GPL-3.0-only", "gpl"), ("gnu general public licence v3 or later", "gpl"), ("gpl3+", "gpl"),
        ("cc by sa", "cc-by-sa"), ("cc by 4", "cc-by"), ("bsd three clause", "bsd-3"), ("expat", "mit"), ("mit", "mit"),
    ],
)  # fmt: skip
def test_ids_abbreviations_and_number_words_are_recognized(text: str, key: str) -> None:
    assert key_of(LICENSES, text) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [("py-torch", "pytorch"), ("PyTroch", "pytorch"), ("huging face", "hf"), ("LoRA", "lora"), ("low rank adaption", "lora"),
     ("lama", "llama"), ("llama2", "llama"), ("llamacpp", "llama-cpp"), ("hf", "hf")],
)  # fmt: skip
def test_projects_and_terms_are_recognized_with_up_to_two_typing_errors(text: str, key: str) -> None:
    assert key_of(PROJECTS, text) == key


@pytest.mark.parametrize("text", ["bart", "gpt", "hg", "llama 3", "", "   ", "???", "x" * 5000])
def test_what_may_be_something_else_is_not_guessed(text: str) -> None:
    assert PROJECTS.resolve(text) is None


@pytest.mark.parametrize("text", ["apache 1.1", "gpl 2", "bsd", "bsd 4-clause"])
def test_another_version_and_an_ambiguous_name_are_not_guessed_but_offered(text: str) -> None:
    assert LICENSES.resolve(text) is None
    assert LICENSES.closest(text, 3)


FAMILIES = Names(
    [
        Named("cc0", "CC0 1.0 Universal", ("CC0", "CC0-1.0", "Creative Commons Zero"), 9),
        Named("cc-by", "Creative Commons Attribution 4.0", ("CC BY", "CC-BY-4.0"), 4),
        Named("cdla-permissive", "Community Data License Agreement - Permissive 2.0", ("CDLA Permissive", "CDLA-P-2.0"), 5),
        Named("cdla-sharing", "Community Data License Agreement - Sharing 1.0", ("CDLA Sharing",), 1),
        Named("falcon-two", "Falcon Two", ("TII license",), 1),
        Named("falcon-180b", "Falcon 180B", ("TII license",), 1),
        Named("unrelated", "Qwen License Agreement"),
    ]
)


@pytest.mark.parametrize("text", ["creative commons", "cc", "CDLA", "community data license agreement", "falcon", "TII license", "tii"])
def test_a_short_name_of_several_is_settled_for_none_of_them_and_all_are_offered(text: str) -> None:
    assert FAMILIES.resolve(text) is None
    assert FAMILIES.is_ambiguous(text)
    assert len(FAMILIES.closest(text, 5)) == 2


@pytest.mark.parametrize(
    ("text", "key"),
    [("creative commons zero", "cc0"), ("cc0", "cc0"), ("cc by", "cc-by"), ("cdla sharing", "cdla-sharing"), ("falcon 2", "falcon-two")],
)
def test_a_number_word_in_a_name_is_a_part_of_it(text: str, key: str) -> None:
    assert key_of(FAMILIES, text) == key


@pytest.mark.parametrize("text", ["phi", "system card", "unlicense", "qwen licence of mine", "nonsense", "common data", "q"])
def test_a_name_that_only_looks_alike_is_not_offered(text: str) -> None:
    assert (FAMILIES.closest(text, 5) == ()) == (text != "q")
    assert not FAMILIES.is_ambiguous(text)


@pytest.mark.parametrize(
    ("text", "key"), [("pytorhcs", "pytorch"), ("huging fcae", "hf"), ("low rank adaptaton", "lora"), ("llamm", "llama")]
)
def test_a_name_that_is_near_in_letters_and_length_is_not_missed(text: str, key: str) -> None:
    assert key in {named.key for named in PROJECTS.closest(text, 5)} | {key_of(PROJECTS, text)}


def test_a_match_says_how_sure_it_is() -> None:
    kinds = [match.kind for text in ("apache license 2.0", "apache license 2", "the apache 2", "apache", "apahce")
             if (match := LICENSES.resolve(text))]  # fmt: skip

    assert kinds == [MatchKind.EXACT, MatchKind.NORMALIZED, MatchKind.LOOSE, MatchKind.UNVERSIONED, MatchKind.TYPING_ERROR]


def test_completion_offers_prefix_then_word_start_then_likeness() -> None:
    assert [named.key for named in PROJECTS.complete("fa")] == ["hf", "hub"]
    assert [named.key for named in PROJECTS.complete("ll")] == ["llama", "llama-cpp"]
    assert [named.key for named in PROJECTS.complete("hug")] == ["hf", "hub"]
    assert PROJECTS.complete("pytroc")[0].key == "pytorch"
    assert [named.key for named in LICENSES.complete("creatve com")][:2] == ["cc-by", "cc-by-sa"]
    assert LICENSES.complete("m")[0].key == "mit"


def test_completion_of_nothing_offers_the_most_popular() -> None:
    assert [named.key for named in LICENSES.complete("", 2)] == ["apache-2-0", "mit"]


def test_two_things_of_one_name_are_reported_apart_in_choices() -> None:
    names = Names([Named("a#overview", "Overview", (), 2), Named("b#overview", "Overview")])

    assert [names.value_of(named) for named in names.complete("over")] == ["Overview", "b#overview"]
    assert key_of(names, "b#overview") == "b#overview"


def test_a_name_too_long_for_a_choice_is_stood_for_by_its_key() -> None:
    names = Names([Named("long", "word " * 50)])

    assert names.value_of(names.entries[0]) == "long"


def test_no_entries_are_no_error() -> None:
    names = Names([])

    assert (names.resolve("x"), names.complete("x"), names.closest("x", 3)) == (None, (), ())


TEXTS = st.text(max_size=30)


@given(st.lists(st.tuples(TEXTS, st.lists(TEXTS, max_size=3)), max_size=20), st.text(max_size=200))
def test_whatever_is_typed_at_whatever_names_there_are_at_most_25_choices_and_no_entry_twice(
    raw: list[tuple[str, list[str]]], typed: str
) -> None:
    names = Names(Named(f"entry-{number}", label, tuple(others)) for number, (label, others) in enumerate(raw))

    names.resolve(typed)
    for found in (names.complete(typed), names.closest(typed, MOST_CHOICES)):
        assert len(found) <= MOST_CHOICES
        assert len({named.key for named in found}) == len(found)
        assert all(0 < len(names.value_of(named)) <= 100 or not named.label for named in found)


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20), min_size=1, max_size=10, unique=True))
def test_every_entry_is_found_by_what_a_choice_sends(labels: list[str]) -> None:
    names = Names(Named(f"entry-{number}", label) for number, label in enumerate(labels))

    assert [key_of(names, names.value_of(named)) for named in names.entries] == [named.key for named in names.entries]
