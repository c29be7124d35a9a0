"""Ids that sections had before, and sections that are about one thing."""

from __future__ import annotations

from pathlib import Path

from bot.corpus.document import section_key
from bot.corpus.loading import LoadedCorpus, load_corpus
from bot.corpus.problems import faults
from bot.corpus.store import corpus_from_json, corpus_json
from tests.unit.making import write_folder

ARTICLE = """---
sources: {s: {title: S}}
sections:
  weights: {questions: [a b], formerly: [old#weights, older#numbers]}
  other: {questions: [c d]%s}
---

## Weights

Text.

## Other

Text.
"""
GLOSSARY = """
sources: {s: {title: S}}
entries:
  - {id: weights, term: weights, definition: Weights are numbers., sources: [s], same_as: [a#weights]%s}
  - {id: parameters, term: parameters, definition: Parameters are numbers., sources: [s], same_as: [catalogues/glossary#weights]}
"""


def load(root: Path, article: str = "", glossary: str = "") -> LoadedCorpus:
    return load_corpus(write_folder(root, {"a.md": ARTICLE % article, "catalogues/glossary.yaml": GLOSSARY % glossary}))


def test_a_section_is_found_by_every_id_and_key_that_it_had(tmp_path: Path) -> None:
    corpus = load(tmp_path).corpus

    for name in ("a#weights", "old#weights", "older#numbers"):
        assert corpus.current(name) == "a#weights"
        found = corpus.section_of_key(section_key(name))
        assert found is not None
        assert found.ids == ("a#weights", "old#weights", "older#numbers")
    assert corpus.current("gone#away") == "gone#away"


def test_a_former_id_that_is_in_use_and_one_claimed_twice_are_faults(tmp_path: Path) -> None:
    for name in ("a#weights", "old#weights"):
        (fault,) = faults(load(tmp_path, f", formerly: [{name}]").problems)

        assert fault.message == f"a#other says that it was {name} before, which leads to a#weights (a.md:8)."


def test_twins_know_of_each_other_whichever_of_them_says_so(tmp_path: Path) -> None:
    corpus = load(tmp_path).corpus
    ids = {"a#weights", "catalogues/glossary#weights", "catalogues/glossary#parameters"}

    for name in ids:
        section = corpus.section(name)
        assert section is not None
        assert set(section.same_as) == ids - {name}


def test_a_twin_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults(load(tmp_path, glossary=", sections: [a#other, gone#away]").problems)

    assert "gone#away, which is not there" in fault.message


def test_former_ids_twins_and_looks_survive_the_cache(tmp_path: Path) -> None:
    corpus = load(tmp_path, ', checked: {law: "2026-11"}').corpus

    assert corpus_from_json(corpus_json(corpus)) == corpus
