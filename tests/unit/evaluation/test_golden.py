"""The labelled questions: their halves, and what is said of a file that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.evaluation.coverage import coverage_table, load_coverage, unknown_sections
from bot.evaluation.golden import Split, load_golden, split_of
from tests.unit.making import make_corpus, make_section, write_folder

GOLDEN = """questions:
  - question: what is an apple
    style: plain
    expect: [article#apples]
declined:
  - question: who won the match
    kind: off-topic
follow_ups:
  - turns: [what is an apple, and why]
    style: followup
    expect: [article#apples]
"""
COVERAGE = """areas:
  - area: Fruit
    items:
      - item: apples | pears
        sections: [article#apples, article#pears]
"""


def test_the_half_of_a_text_never_changes() -> None:
    known = {"what is copyleft": "test", "who made pytorch": "test", "is llama open source": "dev"}

    assert {text: split_of(text).value for text in known} == known


@given(st.lists(st.text(min_size=1, max_size=20), max_size=5))
def test_every_text_is_in_exactly_one_half(texts: list[str]) -> None:
    assert all(split_of(text) in (Split.DEV, Split.TEST) for text in texts)


def test_the_two_halves_together_are_the_whole(tmp_path: Path) -> None:
    golden = load_golden(write_folder(tmp_path, {"golden.yaml": GOLDEN}))

    dev, test = golden.half(Split.DEV), golden.half(Split.TEST)

    assert len(golden.questions) == len(golden.declined) == len(golden.follow_ups) == 1
    assert {*dev.questions, *test.questions} == set(golden.questions)
    assert len(dev.declined) + len(test.declined) == len(dev.follow_ups) + len(test.follow_ups) == 1


@pytest.mark.parametrize(
    ("before", "after", "reply"),
    [
        ("style: plain", "style: rude", r"golden\.yaml:3: questions\.0\.style"),
        ("kind: off-topic", "kinds: off-topic", r"golden\.yaml:\d+: declined\.0\.kind.* Did you mean 'kind'"),
        ("turns: [what is an apple, and why]", "turns: [alone]", r"golden\.yaml:9: follow_ups\.0\.turns"),
        ("questions:", "questions: [", "is not valid YAML"),
        (
            "expect: [article#apples]\ndeclined",
            "expect: [article#apples]\n    says: ['(red']\ndeclined",
            r"golden\.yaml:5: questions\.0\.says\.0.*is no regular expression",
        ),
        ("style: followup", "style: followup\n    says: [red, '*']", r"golden\.yaml:\d+: follow_ups\.0\.says\.1.*is no regular expression"),
    ],
)
def test_a_fault_is_reported_with_file_line_and_key(tmp_path: Path, before: str, after: str, reply: str) -> None:
    write_folder(tmp_path, {"golden.yaml": GOLDEN.replace(before, after, 1)})

    with pytest.raises(KnowledgeError, match=f"(?s){reply}"):
        load_golden(tmp_path)


def test_what_the_text_must_say_is_read_as_patterns_in_order(tmp_path: Path) -> None:
    wanted = GOLDEN.replace("expect: [article#apples]", "expect: [article#apples]\n    says: ['red|green', '\\bfruit\\b']", 1)

    golden = load_golden(write_folder(tmp_path, {"golden.yaml": wanted}))

    assert golden.questions[0].says == ("red|green", r"\bfruit\b")
    assert golden.follow_ups[0].says == ()


def test_real_voices_and_the_others_together_are_the_whole(tmp_path: Path) -> None:
    real = GOLDEN.replace("style: plain", "style: real").replace("kind: off-topic", "kind: off-topic\n    style: real")
    golden = load_golden(write_folder(tmp_path, {"golden.yaml": real}))

    assert (len(golden.real().questions), len(golden.real().declined), len(golden.real().follow_ups)) == (1, 1, 0)
    assert (len(golden.clean().questions), len(golden.clean().declined), len(golden.clean().follow_ups)) == (0, 0, 1)


def test_a_folder_without_labels_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"has no golden questions. Label some in golden\.yaml"):
        load_golden(tmp_path)
    with pytest.raises(KnowledgeError, match=r"coverage\.yaml is missing"):
        load_coverage(tmp_path)


def test_the_coverage_table_has_a_row_for_each_topic_and_names_what_is_not_there(tmp_path: Path) -> None:
    coverage = load_coverage(write_folder(tmp_path, {"coverage.yaml": COVERAGE}))

    assert "| apples / pears | `article#apples`, `article#pears` |" in coverage_table(coverage)
    assert unknown_sections(coverage, make_corpus([make_section("apples", "Red.")])) == ("article#pears",)


def test_a_topic_without_a_section_is_a_fault(tmp_path: Path) -> None:
    write_folder(tmp_path, {"coverage.yaml": COVERAGE.replace("[article#apples, article#pears]", "[]")})

    with pytest.raises(KnowledgeError, match=r"areas\.0\.items\.0\.sections"):
        load_coverage(tmp_path)
