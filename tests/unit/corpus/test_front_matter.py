"""The head of an article: ours is checked strictly, any other tool's is tolerated."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.files import Limits
from bot.corpus.loading import Head, read_head
from bot.corpus.problems import Problem, Severity

OURS = "sections: {}"


def read(head: str, limits: Limits | None = None) -> tuple[Head | None, list[Problem]]:
    problems: list[Problem] = []
    return read_head(f"---\n{head}\n---\nBody.\n", "a.md", limits or Limits(), problems), problems


def refusal(head: str, limits: Limits | None = None) -> Problem:
    """Read a head that must be refused, and return its only problem."""
    content, problems = read(head, limits)
    assert content is None
    (problem,) = problems
    assert problem.severity is Severity.FAULT
    return problem


def test_a_file_without_a_head_is_all_body() -> None:
    problems: list[Problem] = []

    head = read_head("# Title\n\nText: yes.\n", "a.md", Limits(), problems)

    assert head is not None
    assert (head.body, head.body_line, head.content.title, problems) == ("# Title\n\nText: yes.\n", 0, None, [])


@pytest.mark.parametrize("text", ["---\n\nA rule at the top, nothing else.", "---\njust words\n---\nbody", "---", ""])
def test_a_rule_at_the_top_of_a_page_is_not_a_head(text: str) -> None:
    problems: list[Problem] = []

    head = read_head(text, "a.md", Limits(), problems)

    assert head is not None
    assert (head.body, problems) == (text, [])


def test_our_head_is_read_whole() -> None:
    head, problems = read(
        "title: T\nsummary: S.\nupdated: 2026-01-15\nlicense: MIT\n"
        "sources:\n  s: {title: Source, publisher: P, year: 2024, url: 'https://x.org/a'}\n"
        "sections:\n  one: {questions: [What is it?], sources: [s]}"
    )

    assert problems == []
    assert head is not None
    content = head.content
    assert (content.title, content.summary, content.updated, content.license) == ("T", "S.", date(2026, 1, 15), "MIT")
    assert content.sources["s"].url == "https://x.org/a"
    assert content.sections["one"].questions == ("What is it?",)
    assert head.body == "Body.\n"
    assert head.body_line == 10


def test_lines_of_keys_are_those_of_the_file() -> None:
    head, _ = read("title: T\nsections:\n  one:\n    questions: [q]")

    assert head is not None
    assert head.line_of("title") == 2
    assert head.line_of("sections", "one", "questions") == 5
    assert head.line_of("sections", "one", "sources") == 4
    assert head.line_of("nothing") is None


@pytest.mark.parametrize(
    ("head", "line", "key", "meant"),
    [
        ("titel: T\nsections: {}", 2, "titel", "'title'"),
        ("sections:\n  one:\n    question: [q]", 4, "sections.one.question", "'questions'"),
        ("sources:\n  s:\n    title: T\n    publischer: P", 5, "sources.s.publischer", "'publisher'"),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_what_was_meant(head: str, line: int, key: str, meant: str) -> None:
    problem = refusal(head)

    assert problem.line == line
    assert problem.message.startswith(f"{key}: ")
    assert problem.remedy == f"Did you mean {meant}?"


def test_a_key_like_no_other_is_answered_with_the_known_ones() -> None:
    assert refusal(f"{OURS}\nxyzzy: 1").remedy == "Known keys are title, summary, updated, license, sources, sections."


def test_all_wrong_keys_of_a_head_are_told_at_once() -> None:
    head, problems = read(f"{OURS}\ntitel: T\nupdated: soon\nlicense: []")

    assert head is None
    assert [(problem.line, problem.message.split(":")[0]) for problem in sorted(problems)] == [(3, "titel"), (4, "updated"), (5, "license")]


@pytest.mark.parametrize("value", ["x.org", "ftp://x.org", "'https://x.org/a b'", "javascript:alert(1)"])
def test_a_source_address_must_be_a_web_address(value: str) -> None:
    problem = refusal(f"sources:\n  s:\n    title: T\n    url: {value}")

    assert problem.line == 5
    assert "must be a web address" in problem.message


@pytest.mark.parametrize("value", ["2026-13-45", "soon", "2026-01-15T10:00:00Z", "[2026]"])
def test_a_date_that_is_none_is_refused(value: str) -> None:
    content, problems = read(f"{OURS}\nupdated: {value}")

    assert content is None
    assert len(problems) == 1


@pytest.mark.parametrize("value", ["2026-01-15", "'2026-01-15'"])
def test_a_date_may_be_quoted(value: str) -> None:
    head, _ = read(f"{OURS}\nupdated: {value}")

    assert head is not None
    assert head.content.updated == date(2026, 1, 15)


def test_a_number_is_not_a_date() -> None:
    assert refusal(f"{OURS}\nupdated: 0").line == 3


@pytest.mark.parametrize("value", ["''", "'  '", "x" + 500 * "y", "[a]", "12"])
def test_a_title_must_be_a_line_of_text(value: str) -> None:
    assert refusal(f"{OURS}\ntitle: {value}").line == 3


@pytest.mark.parametrize(
    "head",
    [
        "layout: post\ntags: [a, b]\ntitle: From Jekyll\npermalink: /x",
        "title: From Jekyll\nsidebar_position: 3\nupdated: yesterday",
        "title: From Jekyll\nsources: [a, b]\nlicense: {name: MIT}",
    ],
)
def test_the_head_of_another_tool_is_tolerated_and_its_title_taken(head: str) -> None:
    content, problems = read(head)

    assert problems == []
    assert content is not None
    assert content.content.title == "From Jekyll"


def test_the_description_of_another_tool_is_the_summary() -> None:
    head, _ = read("description: What it is.\nupdated: 2026-01-15\ntitle: 7")

    assert head is not None
    assert (head.content.summary, head.content.updated, head.content.title) == ("What it is.", date(2026, 1, 15), None)


def test_a_duplicate_key_is_refused_with_its_line() -> None:
    problem = refusal("title: A\nsections: {}\ntitle: B")

    assert problem.line == 4
    assert "'title' is given twice" in problem.message


def test_aliases_are_refused_with_their_line() -> None:
    problem = refusal("title: A\nsummary: &x B\nlicense: *x")

    assert problem.line == 3
    assert "anchors and aliases" in problem.message


def test_deep_nesting_is_refused() -> None:
    assert "nested deeper than 40" in refusal("title: A\nx: " + "[" * 60 + "]" * 60).message


@pytest.mark.parametrize("head", ["title: [a", "a: b: c", "title: 'x", "\ta: b"])
def test_a_head_that_is_no_yaml_is_refused(head: str) -> None:
    problem = refusal(head)

    assert problem.message.startswith("is not valid YAML")
    assert problem.line is not None
    assert problem.line >= 2


def test_a_head_that_is_a_list_is_refused() -> None:
    assert "a list of keys" in refusal("- a: b").message


def test_a_head_larger_than_the_limit_is_refused_before_it_is_parsed() -> None:
    problem = refusal("title: [" + "x" * 200, Limits(front_matter_bytes=100))

    assert "more than 100 bytes" in problem.message


@pytest.mark.parametrize("head", ["updated: !!timestamp abc", "title: !!bool x", "title: !!int ''", "title: !!float ''"])
def test_an_impossible_value_under_a_yaml_tag_is_refused(head: str) -> None:
    assert refusal(head).message.startswith("is not valid YAML")


@given(st.text(st.sampled_from("abt:-&*!'\"[]{}#|>%@ \n\t0129.,?"), max_size=60))
def test_any_head_is_read_or_refused_with_a_reason(text: str) -> None:
    head, problems = read(text)

    assert (head is None) == bool(problems)
