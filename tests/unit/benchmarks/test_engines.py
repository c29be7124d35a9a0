"""Every engine that is installed finds what it should, before and after it was on disk; the others are skipped with a reason."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.engines.engine import Engine, folder_bytes, score_features
from benchmarks.engines.registry import ENTRIES, find_engines
from bot.retrieval.hit import Hit
from tests.unit.making import make_section

SECTIONS = [
    make_section("apples", "Apples are red fruit.", questions=("What is an apple?",)),
    make_section("bananas", "Bananas are yellow fruit.", questions=("Why are bananas bent?",)),
    make_section("cars", "Cars are fast machines."),
]
LEXICAL = tuple(name for name in ENTRIES if name != "minilm")  # the encoder takes seconds to import; `make bench` runs it


@pytest.fixture(params=LEXICAL)
def engine(request: pytest.FixtureRequest) -> type[Engine]:
    found = find_engines((request.param,))
    if found.skipped:
        pytest.skip(found.skipped[request.param])
    return found.engines[request.param]


@pytest.fixture
def fitted(engine: type[Engine]) -> Iterator[Engine]:
    with closing(engine().fit(SECTIONS)) as found:
        yield found


def test_an_engine_finds_the_section_that_has_the_words_best_first(fitted: Engine) -> None:
    hits = fitted.search("why are the bananas yellow?", 2)

    assert hits[0].section_id == "article#bananas"
    assert len(hits) <= 2
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("query", ["", "?!", '"', "AND OR NOT (", "title:x", "zzzzqqqq"])
def test_no_query_stops_an_engine(fitted: Engine, query: str) -> None:
    assert all(isinstance(hit, Hit) for hit in fitted.search(query, 10))


def test_an_index_from_disk_finds_the_same(engine: type[Engine], fitted: Engine, tmp_path: Path) -> None:
    fitted.save(tmp_path)

    assert folder_bytes(tmp_path) > 0
    with closing(engine().load(tmp_path)) as loaded:
        assert loaded.search("red fruit", 3) == fitted.search("red fruit", 3)


def test_every_engine_has_as_many_features_for_any_query(fitted: Engine) -> None:
    assert len({len(fitted.measure(query, fitted.search(query, 10))) for query in ("apples", "fast red fruit machines")}) == 1


def test_an_engine_that_is_not_installed_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bm25s", None)
    monkeypatch.delitem(sys.modules, "benchmarks.engines.bm25s_engine", raising=False)

    found = find_engines(("fts5", "bm25s"))

    assert list(found.engines) == ["fts5"]
    assert found.skipped["bm25s"].startswith("bm25s is not installed")


def test_score_features_are_the_first_score_its_lead_and_the_length() -> None:
    first, margin, second, third, tenth, spread, length = score_features("two words", [Hit("a", 4.0), Hit("b", 2.0)])

    assert (first, margin, second, third, tenth) == (4.0, 2.0, 0.5, 0.0, 0.0)
    assert spread == pytest.approx((4 - 0.6) / 1.2806, abs=1e-3)
    assert length == pytest.approx(1.0986, abs=1e-4)
    assert all(abs(value) < 1e12 for value in score_features("", [Hit("a", 0.0)]))
