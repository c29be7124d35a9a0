"""Other words for the same thing, as the names of sections tell them."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.corpus.document import Section
from bot.retrieval.analyzer import Analyzer
from bot.retrieval.terms import EXPANSION_WEIGHT, Synonym, Synonyms, find_synonyms
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.retrieval.corpora import FITTING, QUERIES, corpora, named

FILLER = tuple(named(f"filler-{number}", f"Filler {number}", f"Nothing of note, number {number}.") for number in range(8))
SHORT = ["OSS", "FOSS", "FLOSS", "Libre", "Gratis", "Ossoft", "Softos", "Freeware", "Ossix", "Libros", "Opensoft", "Freesoft"]


def found(*sections: Section) -> set[tuple[str, str]]:
    return {(synonym.written_form, synonym.written_reading) for synonym in find_synonyms(sections, Analyzer())}


def test_an_alias_is_read_as_the_full_name_and_a_full_name_as_its_one_word_alias() -> None:
    section = named("sd", "Stable Diffusion", "A model.", aliases=["SD"])

    assert found(section) == {("SD", "Stable Diffusion"), ("Stable Diffusion", "SD")}


def test_a_full_name_is_not_read_as_an_alias_of_several_words() -> None:
    section = named("llm", "Large Language Model", "A model.", aliases=["big text model"])

    assert found(section) == {("big text model", "Large Language Model")}


def test_a_name_of_one_word_is_not_read_as_its_alias() -> None:
    assert found(named("torch", "PyTorch", "A framework.", aliases=["torchlib"])) == {("torchlib", "PyTorch")}


def test_a_form_that_stands_for_two_things_is_left_alone() -> None:
    first = named("one", "Stable Diffusion", "A model.", aliases=["SD"])
    second = named("two", "Standard Deviation", "A number.", aliases=["SD"])

    assert ("SD", "Stable Diffusion") not in found(first, second)
    assert ("SD", "Standard Deviation") not in found(first, second)
    assert found(first, second) == {("Stable Diffusion", "SD"), ("Standard Deviation", "SD")}


def test_a_full_name_may_have_several_short_ones() -> None:
    section = named("oss", "Open Source Software", "Software.", aliases=["OSS", "FOSS"])

    assert {("Open Source Software", "OSS"), ("Open Source Software", "FOSS")} <= found(section)


def test_what_stands_in_parentheses_is_no_part_of_a_full_name() -> None:
    assert ("CLA", "Contributor License Agreement") in found(named("cla", "Contributor License Agreement (CLA)", "Text.", aliases=["CLA"]))


def test_a_form_of_more_than_five_words_is_found_by_its_own_words() -> None:
    section = named("x", "A Name Of Very Many Long Words", "Text.", aliases=["NVML"])

    assert found(section) == {("NVML", "A Name Of Very Many Long Words")}


def test_an_alias_that_is_the_name_itself_says_nothing() -> None:
    assert found(named("licenses", "Licenses", "Text.", aliases=["licence", "???"])) == set()


@FITTING
@given(corpora())
def test_a_synonym_is_read_back_from_its_line(sections: tuple[Section, ...]) -> None:
    synonyms = find_synonyms(sections, Analyzer())

    assert [Synonym.of_line(synonym.line()) for synonym in synonyms] == synonyms
    assert synonyms == find_synonyms(tuple(reversed(sections)), Analyzer())


def test_the_longest_form_at_a_place_wins_and_a_reading_that_is_there_anyway_is_left_out() -> None:
    lines = [
        Synonym(("open", "sourc"), ("oss",), "open source", "OSS").line(),
        Synonym(("open",), ("libr",), "open", "libre").line(),
    ]
    synonyms = Synonyms(lines)

    assert [(place, synonym.written_reading) for place, synonym in synonyms.within(["the", "open", "sourc"])] == [(1, "OSS")]
    assert [(place, synonym.written_reading) for place, synonym in synonyms.within(["open", "door"])] == [(0, "libre")]
    assert synonyms.within(["open", "sourc", "oss"]) == []
    assert synonyms.within([]) == []


def test_an_abbreviation_finds_what_only_the_full_name_is_written_in() -> None:
    index = TfidfIndex().fit(
        [
            *FILLER,
            named("sd", "Stable Diffusion", "An image model.", aliases=["SD"]),
            named("memory", "Memory", "Stable diffusion needs eight gigabytes."),
        ]
    )

    assert "article#memory" in [hit.section_id for hit in index.search("SD", 5)]
    (evidence,) = index.explain("SD", "article#memory").synonyms
    assert (evidence.typed, evidence.read_as) == ("sd", "Stable Diffusion")
    assert evidence.weight > 0


def test_a_full_name_finds_what_only_the_abbreviation_is_written_in() -> None:
    index = TfidfIndex().fit(
        [*FILLER, named("llm", "Large Language Model", "A model.", aliases=["LLM"]), named("cost", "Cost", "What an LLM costs.")]
    )

    assert "article#cost" in [hit.section_id for hit in index.search("large language model", 5)]


def test_a_reading_gives_a_share_of_its_words_and_never_more_than_what_was_typed() -> None:
    index = TfidfIndex().fit(
        [
            *FILLER,
            named("sd", "Stable Diffusion", "An image model.", aliases=["SD"]),
            *(named(f"sd-{number}", f"Sd {number}", "SD again.") for number in range(6)),
            named("memory", "Stable diffusion, stable diffusion", "Stable diffusion, stable diffusion."),
        ]
    )
    query = index.reader.read("sd")
    (reading,) = query.readings
    number = index.arrays.ids.index("article#memory")

    held = EXPANSION_WEIGHT * sum(index.postings.weight(column, number) for column in reading.columns)

    typed = next(term for term in query.distinct if term.column in reading.form)
    assert reading.most == typed.information < held
    ((best, gain),) = index.postings.gains(query, number)
    assert best == reading
    assert gain == pytest.approx(reading.most)


@FITTING
@given(corpora(), QUERIES)
def test_the_readings_of_a_form_never_give_more_than_what_was_typed(sections: tuple[Section, ...], asked: str) -> None:
    index = TfidfIndex().fit(sections)

    query = index.reader.read(asked)
    for number in range(len(sections)):
        gains = index.postings.gains(query, number)
        assert all(0 <= gain <= reading.most + 1e-9 for reading, gain in gains)
        assert len({reading.form for reading, _ in gains}) == len(gains)


def test_two_spellings_of_one_alias_are_one_synonym() -> None:
    once = named("cc", "Creative Commons Attribution", "A license.", aliases=["CC BY"])
    twice = named("cc", "Creative Commons Attribution", "A license.", aliases=["CC BY", "CC-BY"])
    other = named("other", "Other", "Creative Commons attribution is asked for.")

    def gained(section: Section) -> float:
        return sum(item.weight for item in TfidfIndex().fit([*FILLER, section, other]).explain("cc by", other.id).synonyms)

    assert gained(twice) == pytest.approx(gained(once), rel=0.2)


def test_several_readings_of_a_form_together_give_no_more_than_what_was_typed() -> None:
    index = TfidfIndex().fit(
        [
            *FILLER,
            named("oss", "Open Source Software", "Software.", aliases=SHORT),
            named("other", " ".join(SHORT), " ".join(SHORT)),
        ]
    )

    assert sum(item.weight for item in index.explain("open source software", "article#other").synonyms) <= 1 / index.scale + 1e-9


def test_a_passage_with_the_full_name_is_relevant_to_the_short_one() -> None:
    section = named("osi", "Open Source Initiative", "It approves licenses.", aliases=["OSI"])
    index = TfidfIndex().fit([*FILLER, section])

    by_name, without = index.relevance("what does the OSI do", [("The Open Source Initiative approves licenses.",), ("Something else.",)])

    assert by_name > 0 == without
