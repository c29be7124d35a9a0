"""Data sets: what is read, what is refused with file, line and remedy, and what the product makes of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import InputError
from bot.evaluation.dataset import evaluate_dataset, load_dataset, rank_dataset, write_rankings
from bot.evaluation.golden import Split
from bot.evaluation.measuring import Evaluation, Verdict
from bot.evaluation.ranking import Thresholds
from tests.unit.evaluation.making import FRUITS, QUERIES, folder, lines

THRESHOLDS = Thresholds(0.6, 0.3, 3)


def test_a_data_set_has_a_section_for_each_document_and_its_queries_by_half(tmp_path: Path) -> None:
    dataset = load_dataset(folder(tmp_path / "fruits"))

    assert dataset.name == "fruits"
    first = dataset.sections[0]
    assert (first.id, first.title, first.questions, first.text) == (
        FRUITS[0],
        f"The {FRUITS[0]}",
        (f"What is a {FRUITS[0]}?",),
        "It grows in gardens.",
    )
    assert len(dataset.half(Split.DEV)) == len(dataset.half(Split.TEST)) == len(QUERIES) / 2
    assert len(dataset.half(None)) == len(QUERIES)
    assert {query.relevant == () for query in dataset.half(None)} == {True, False}


DOCUMENT, QUERY = '{"id": "c", "title": "t", "questions": [], "text": "x"}', '{"id": "q", "text": "t", "relevant": ["c"], "split": "dev"}'


@pytest.mark.parametrize(
    ("corpus", "queries", "reply"),
    [
        ("not json", QUERY, r"corpus\.jsonl:1: .*A row is \{"),
        (f"{DOCUMENT}\n\n{DOCUMENT}", QUERY, r"corpus\.jsonl:3: id 'c' was used in line 1"),
        ('{"id": "c", "title": "t", "questions": []}', QUERY, r"corpus\.jsonl:1: text: field required"),
        ('{"id": "", "title": "t", "questions": [], "text": ""}', QUERY, r"corpus\.jsonl:1: id: "),
        ("", QUERY, r"corpus\.jsonl: is empty"),
        (DOCUMENT, QUERY.replace("dev", "train"), r"queries\.jsonl:1: split: .*'dev' or 'test'"),
        (DOCUMENT, QUERY.replace('["c"]', "[]"), r"queries\.jsonl:1: relevant: .*null"),
        (DOCUMENT, QUERY.replace('["c"]', '["d"]'), r"queries\.jsonl:1: relevant: corpus\.jsonl has no 'd'"),
        (DOCUMENT, QUERY.replace("relevant", "relevent"), r"queries\.jsonl:1: .*relevent"),
        (DOCUMENT, f"{QUERY}\n[1]", r"queries\.jsonl:2: "),
        (DOCUMENT, "[" * 5000, r"queries\.jsonl:1: "),
    ],
)
def test_a_bad_row_is_reported_with_file_line_and_remedy(tmp_path: Path, corpus: str, queries: str, reply: str) -> None:
    with pytest.raises(InputError, match=f"(?s){reply}"):
        load_dataset(folder(tmp_path, corpus, queries))


def test_all_bad_rows_are_reported_up_to_a_number(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        load_dataset(folder(tmp_path, "x\n" * 30, QUERY))

    assert str(raised.value).count("corpus.jsonl:") == 20
    assert str(raised.value).endswith("and 10 more")


def test_a_missing_file_is_reported_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"corpus\.jsonl cannot be read .* A data set is a folder with corpus\.jsonl and queries\.jsonl"):
        load_dataset(tmp_path)


def test_a_byte_order_mark_and_empty_lines_are_no_fault(tmp_path: Path) -> None:
    assert len(load_dataset(folder(tmp_path, f"\ufeff{DOCUMENT}\n\n", f"{QUERY}\r\n")).sections) == 1


def test_the_product_is_judged_on_the_half_that_it_was_not_fitted_on(tmp_path: Path) -> None:
    dataset = load_dataset(folder(tmp_path))

    evaluation = evaluate_dataset(dataset, Split.TEST, THRESHOLDS)

    assert len(evaluation.questions) == len(evaluation.declined) == len(FRUITS)
    assert {item.verdict for item in evaluation.questions} == {Verdict.RIGHT}
    assert Verdict.WRONG not in {item.verdict for item in evaluation.declined}
    assert evaluation == evaluate_dataset(dataset, Split.TEST, THRESHOLDS)
    assert evaluation.questions != evaluate_dataset(dataset, Split.TEST, THRESHOLDS, mistyped=True).questions


def test_labels_of_the_test_half_change_no_confidence(tmp_path: Path) -> None:
    turned = [query | {"relevant": [FRUITS[-1]]} if query["split"] == "test" else query for query in QUERIES]

    first = evaluate_dataset(load_dataset(folder(tmp_path)), Split.TEST, THRESHOLDS)
    second = evaluate_dataset(load_dataset(folder(tmp_path, queries=lines(turned))), Split.TEST, THRESHOLDS)

    def confidences(evaluation: Evaluation) -> dict[str | None, float | None]:
        return {item.id: item.confidence for item in (*evaluation.questions, *evaluation.declined)}

    assert confidences(first) == confidences(second)
    assert {item.verdict for item in first.questions} != {item.verdict for item in second.questions}


def test_a_dev_half_that_cannot_be_fitted_on_is_reported(tmp_path: Path) -> None:
    only_right = QUERY.replace('"t"', '"x"')

    with pytest.raises(InputError, match="the dev half has no right or no wrong first hit"):
        evaluate_dataset(load_dataset(folder(tmp_path, DOCUMENT, only_right)), Split.TEST, THRESHOLDS)


def test_documents_without_a_word_are_reported(tmp_path: Path) -> None:
    corpus = '{"id": "c", "title": "...", "questions": [], "text": "!"}'

    with pytest.raises(InputError, match="there is nothing to index"):
        rank_dataset(load_dataset(folder(tmp_path, corpus, QUERY)), None)


def test_rankings_are_written_for_each_query_in_order_without_looking_at_labels(tmp_path: Path) -> None:
    dataset, file = load_dataset(folder(tmp_path)), tmp_path / "ranked.jsonl"

    write_rankings(rank_dataset(dataset, None), file)

    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [row["id"] for row in rows] == [query["id"] for query in QUERIES]
    assert rows[0]["ranked"][0] == FRUITS[0]
    assert all(0 < len(row["ranked"]) <= 10 for row in rows)
    assert len(rank_dataset(dataset, Split.DEV)) == len(QUERIES) / 2


def test_a_file_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_rankings((), tmp_path / "nowhere" / "ranked.jsonl")
