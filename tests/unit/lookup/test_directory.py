"""Everything that can be looked up, by name."""

from __future__ import annotations

from bot.corpus.document import Corpus, Section
from bot.lookup.directory import Directories, Missed
from tests.unit.lookup.catalogues import APACHE, LLM, MIT, TOKEN, TOOL, corpus


def test_entries_are_found_by_name_alias_id_and_abbreviation() -> None:
    lookup = Directories(corpus())

    assert lookup.licenses.find("apache licence version two") is APACHE
    assert lookup.projects.find("the tool") is TOOL
    assert lookup.glossary.find("LLMs") is LLM


def test_a_topic_is_found_by_its_title() -> None:
    found = Directories(corpus()).topics.find("which licence for my code")

    assert isinstance(found, Section)
    assert found.id == "basics/guide#code"


def test_a_miss_offers_what_may_have_been_meant() -> None:
    missed = Directories(corpus()).licenses.find("apache 1.1")

    assert missed == Missed("apache 1.1", (APACHE,), ("Apache License 2.0",))


def test_events_are_no_topics() -> None:
    labels = [choice.label for choice in Directories(corpus()).topics.complete("")]

    assert "Start" in labels
    assert not any("Google" in label for label in labels)


def test_what_is_pointed_at_most_is_offered_first() -> None:
    assert Directories(corpus()).glossary.entries == (TOKEN, LLM)
    assert Directories(corpus()).licenses.entries[0] is APACHE


def test_a_choice_stands_for_its_entry() -> None:
    topics = Directories(corpus()).topics

    for choice in topics.complete(""):
        found = topics.find(choice.value)
        assert isinstance(found, Section)
        assert found.title == choice.label


def test_an_entry_and_its_section_lead_to_each_other() -> None:
    lookup = Directories(corpus())
    section = lookup.section_of(MIT)

    assert section is not None
    assert lookup.entry_of(section) is MIT
    assert lookup.entry_of(lookup.corpus.sections[0]) is None


def test_knowledge_without_catalogues_has_empty_directories() -> None:
    lookup = Directories(Corpus((), ()))
    lookup.prepare()

    assert (len(lookup.licenses), len(lookup.projects), len(lookup.glossary), len(lookup.topics)) == (0, 0, 0, 0)
