"""The harness on little: made-up text, a race of engines, one data set, and what the command refuses."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.datasets import measure_dataset
from benchmarks.engines.fts5 import Fts5
from benchmarks.engines.ours import Ours
from benchmarks.engines.plain_tfidf import PlainTfidf
from benchmarks.golden import measure_product, measure_rival
from benchmarks.run import main
from benchmarks.speed import measure_speed
from benchmarks.zipf import zipf_queries, zipf_sections
from bot.evaluation.dataset import load_dataset
from bot.evaluation.golden import DeclineKind, Golden, GoldenDeclined, GoldenQuestion, Style
from bot.evaluation.ranking import Thresholds
from tests.unit.evaluation.making import folder
from tests.unit.making import make_engine, make_section

THRESHOLDS = Thresholds(0.6, 0.3, 3)


def test_made_up_text_is_the_same_each_time_and_spread_as_words_are() -> None:
    sections = zipf_sections(500)
    counts = Counter(word for section in sections for word in section.text.split())
    (_, most), (_, second) = counts.most_common(2)

    assert sections == zipf_sections(500)
    assert len({section.id for section in sections}) == 500
    assert 55 < counts.total() / 500 < 66
    assert 1.5 < most / second < 2.6
    assert sum(count == 1 for count in counts.values()) > len(counts) / 3


def test_made_up_queries_have_four_to_ten_words_of_one_section() -> None:
    sections = zipf_sections(50)
    texts = [set(section.text.split()) for section in sections]

    for query in zipf_queries(sections, 100):
        assert 4 <= len(query.split()) <= 10
        assert any(set(query.split()) <= words for words in texts)


def test_each_engine_of_a_race_has_its_times_and_its_size() -> None:
    rows = measure_speed(60, {"ours": Ours, "fts5": Fts5, "tfidf": PlainTfidf}, asked=40)

    assert [(row.sections, row.engine, row.queries) for row in rows] == [
        (60, name, 40) for name in ("ours", "ours, stage 1", "SQLite FTS5", "TfidfVectorizer")
    ]
    assert all(0 < row.p50 <= row.p99 for row in rows)
    assert all(row.build and row.load and row.bytes_per_section for row in rows if not row.engine.endswith("stage 1"))


def test_a_data_set_is_measured_clean_and_mistyped(tmp_path: Path) -> None:
    rows = list(measure_dataset(load_dataset(folder(tmp_path)), Ours, THRESHOLDS))

    assert [(row.dataset, row.engine, row.mistyped) for row in rows] == [(tmp_path.name, "ours", False), (tmp_path.name, "ours", True)]
    assert rows[0].ndcg == 1
    assert rows[0].ndcg_low <= rows[0].ndcg <= rows[0].ndcg_high
    assert rows[1].ndcg <= rows[0].ndcg


def test_the_golden_questions_are_asked_of_the_product_and_of_others_by_the_same_rules() -> None:
    names = [f"fruit{chr(97 + first)}{chr(97 + second)}x" for first in range(6) for second in range(6)]
    engine = make_engine([make_section(name, f"The {name} grows in gardens.") for name in names])
    golden = Golden(
        tuple(GoldenQuestion(question=f"what is {name}", style=Style.PLAIN, expect=(f"article#{name}",)) for name in names),
        (
            *(GoldenDeclined(question=f"gardens and cars number {name}z", kind=DeclineKind.OFF_TOPIC) for name in names),
            *(GoldenDeclined(question=text, kind=DeclineKind.SMALL_TALK) for text in ("hi", "thanks", "hello", "good morning")),
        ),
        (),
    )

    product = [row for row, _ in measure_product(engine, golden)]
    rival = list(measure_rival(PlainTfidf, engine, golden, THRESHOLDS))

    assert [(row.engine, row.mistyped) for row in (*product, *rival)] == [
        (name, typed) for name in ("ours", "TfidfVectorizer") for typed in (False, True)
    ]
    assert {(row.questions, row.must_decline) for row in product} == {(row.questions, row.must_decline) for row in rival}
    assert product[0].right == rival[0].right == 1
    assert rival[0].false_answers < 0.5


def test_a_run_of_chosen_engines_prints_tables_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder(tmp_path / "fruits")

    main(["--only", "datasets", "--engines", "fts5", "--datasets", str(tmp_path)])

    shown = capsys.readouterr()
    assert "| SQLite FTS5 | 1.000 / " in shown.out
    assert "fruits: fts5" in shown.err
    assert "is written" not in shown.out


def test_data_sets_that_are_not_there_are_skipped_with_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--only", "datasets", "--engines", "fts5", "--datasets", str(tmp_path / "nowhere")])

    assert "- public data sets: they are not there" in capsys.readouterr().out


@pytest.mark.parametrize(("option", "value"), [("--engines", "lucene"), ("--only", "everything")])
def test_what_there_is_not_is_refused_with_what_there_is(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([option, value])

    assert f"there is no '{value}'; there are " in capsys.readouterr().err


def test_the_kept_results_are_those_of_the_page() -> None:
    from benchmarks.page import PAGE, performance_page
    from benchmarks.results import FILE, load_results

    page = PAGE.read_text(encoding="utf-8")
    pictures = {
        name: line.split("](")[0][2:] for line in page.splitlines() if line.startswith("![") for name in [line.split("pictures/")[1][:-1]]
    }

    assert json.loads(FILE.read_text(encoding="utf-8"))
    assert performance_page(load_results(), pictures) == page
