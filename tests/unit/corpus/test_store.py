"""The records of the catalogues as JSON and back."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from bot.corpus.catalogue.entries import Catalogues
from bot.corpus.document import Corpus
from bot.corpus.store import catalogues_digest, catalogues_from_json, catalogues_json, corpus_from_json, corpus_json
from tests.unit.corpus.catalogue.making import GLOSSARY, LICENSES, PROJECTS, TIMELINE, load


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return load(tmp_path, timeline=TIMELINE, licenses=LICENSES, projects=PROJECTS, glossary=GLOSSARY).corpus


def test_records_come_back_equal_with_their_dates_and_kinds(corpus: Corpus) -> None:
    back = catalogues_from_json(catalogues_json(corpus.catalogues))

    assert back == corpus.catalogues
    assert type(back.timeline[0].date) is type(corpus.catalogues.timeline[0].date)
    assert back.licenses[0].family is corpus.catalogues.licenses[0].family
    assert back.projects[0].kind is corpus.catalogues.projects[0].kind


def test_a_folder_without_catalogues_has_empty_ones_which_come_back_empty() -> None:
    assert catalogues_from_json(catalogues_json(Catalogues())) == Catalogues()


def test_a_cached_corpus_has_its_records(corpus: Corpus) -> None:
    assert corpus_from_json(corpus_json(corpus)).catalogues == corpus.catalogues


def test_the_records_of_a_cached_corpus_have_the_digest_that_they_had_before(corpus: Corpus) -> None:
    other = replace(corpus, catalogues=replace(corpus.catalogues, glossary=corpus.catalogues.glossary[1:]))

    assert catalogues_digest(corpus_from_json(corpus_json(corpus))) == catalogues_digest(corpus)
    assert catalogues_digest(other) != catalogues_digest(corpus)


def test_a_corpus_from_another_process_has_its_records(corpus: Corpus) -> None:
    assert pickle.loads(pickle.dumps(corpus)) == corpus
    assert pickle.loads(pickle.dumps(corpus)).catalogues == corpus.catalogues
