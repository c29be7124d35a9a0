"""The head of an article: ours is checked strictly, any other tool's is tolerated."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.corpus.files import Limits
from bot.corpus.front_matter import FrontMatter, Head, read_head
from bot.corpus.problems import Problem, Severity

OURS = "sections: {}"


def read_page(text: str, limits: Limits | None = None) -> tuple[Head, list[Problem]]:
    problems: list[Problem] = []
    return read_head(text, "a.md", limits or Limits(), problems), problems


def read(head: str, limits: Limits | None = None) -> tuple[Head, list[Problem]]:
    return read_page(f"---\n{head}\n---\nBody.\n", limits)


def refusal(head: str, limits: Limits | None = None) -> Problem:
    """Read a head that keeps its page out, and return its only problem."""
    content, problems = read(head, limits)
    assert not content.usable
    (problem,) = problems
    assert problem.severity is Severity.FAULT
    return problem


def warning(head: str, limits: Limits | None = None) -> Problem:
    """Read a head that cannot be used, of a page that is read all the same, and return its only problem."""
    content, problems = read(head, limits)
    assert (content.usable, content.body, content.content.title) == (True, "Body.\n", None)
    (problem,) = problems
    assert problem.severity is Severity.WARNING
    assert problem.message.endswith("; the page is read without its head.")
    return problem


def test_a_file_without_a_head_is_all_body() -> None:
    problems: list[Problem] = []

    head = read_head("# Title\n\nText: yes.\n", "a.md", Limits(), problems)

    assert (head.body, head.body_line, head.content.title, problems) == ("# Title\n\nText: yes.\n", 0, None, [])


@pytest.mark.parametrize("text", ["---\n\nA rule at the top, nothing else.", "---\njust words\n---\nbody", "---", ""])
def test_a_rule_at_the_top_of_a_page_is_not_a_head(text: str) -> None:
    problems: list[Problem] = []

    head = read_head(text, "a.md", Limits(), problems)

    assert (head.body, problems) == (text, [])


def test_our_head_is_read_whole() -> None:
    head, problems = read(
        "title: T\nsummary: S.\nupdated: 2026-01-15\nlicense: MIT\n"
        "sources:\n  s: {title: Source, publisher: P, year: 2024, url: 'https://x.org/a'}\n"
        "sections:\n  one: {questions: [What is it?], sources: [s]}"
    )

    assert problems == []
    content = head.content
    assert (content.title, content.summary, content.updated, content.license) == ("T", "S.", date(2026, 1, 15), "MIT")
    assert content.sources["s"].url == "https://x.org/a"
    assert content.sections["one"].questions == ("What is it?",)
    assert head.body == "Body.\n"
    assert head.body_line == 10


def test_lines_of_keys_are_those_of_the_file() -> None:
    head, _ = read("title: T\nsections:\n  one:\n    questions: [q]")

    assert head.line_of("title") == 2
    assert head.line_of("sections", "one", "questions") == 5
    assert head.line_of("sections", "one", "sources") == 4
    assert head.line_of("nothing") is None


@pytest.mark.fault(44)
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


def test_all_wrong_keys_of_a_head_are_reported_at_once() -> None:
    head, problems = read(f"{OURS}\ntitel: T\nupdated: soon\nlicense: []")

    assert not head.usable
    assert [(problem.line, problem.message.split(":")[0]) for problem in sorted(problems)] == [(3, "titel"), (4, "updated"), (5, "license")]


@pytest.mark.parametrize("value", ["x.org", "ftp://x.org", "'https://x.org/a b'", "javascript:alert(1)"])
def test_a_source_address_must_be_a_web_address(value: str) -> None:
    problem = refusal(f"sources:\n  s:\n    title: T\n    url: {value}")

    assert problem.line == 5
    assert "must be a web address" in problem.message


@pytest.mark.parametrize("value", ["2026-13-45", "soon", "2026-01-15T10:00:00Z", "[2026]"])
def test_a_date_that_is_none_is_refused(value: str) -> None:
    content, problems = read(f"{OURS}\nupdated: {value}")

    assert not content.usable
    assert len(problems) == 1


@pytest.mark.parametrize("value", ["2026-01-15", "'2026-01-15'"])
def test_a_date_may_be_quoted(value: str) -> None:
    head, _ = read(f"{OURS}\nupdated: {value}")

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
    assert content.content.title == "From Jekyll"


def test_the_description_of_another_tool_is_the_summary() -> None:
    head, _ = read("description: What it is.\nupdated: 2026-01-15\ntitle: [7]")

    assert (head.content.summary, head.content.updated, head.content.title) == ("What it is.", date(2026, 1, 15), None)


@pytest.mark.parametrize("title", ["1.10", "No", "2024-05-01", "007", "1_000", "null"])
def test_a_title_of_another_tool_is_kept_as_it_is_written(title: str) -> None:
    head, problems = read(f"title: {title}")

    assert (head.content.title, problems) == (None if title == "null" else title, [])


@pytest.mark.fault(46)
def test_a_duplicate_key_is_refused_with_its_line() -> None:
    problem = refusal("title: A\nsections: {}\ntitle: B")

    assert problem.line == 4
    assert "'title' is given twice" in problem.message


def test_aliases_are_refused_with_their_line() -> None:
    problem = refusal("sections: {}\nsummary: &x B\nlicense: *x")

    assert problem.line == 3
    assert "anchors and aliases" in problem.message


def test_deep_nesting_is_refused() -> None:
    assert "nested deeper than 40" in refusal("sections: {}\nx: " + "[" * 60 + "]" * 60).message


BROKEN = ["title: [a", "a: b: c", "title: 'x", "\ta: b", "a: 1\na: 2", "x: " + "[" * 60 + "]" * 60, "a: &x 1\nb: *x"]


@pytest.mark.parametrize("head", BROKEN)
def test_a_head_of_ours_that_is_no_yaml_is_refused(head: str) -> None:
    problem = refusal(f"sections: {{}}\n{head}")

    assert problem.line is not None
    assert problem.line >= 2


@pytest.mark.parametrize("head", BROKEN)
def test_a_head_of_another_tool_that_is_no_yaml_costs_a_warning_and_not_the_page(head: str) -> None:
    assert warning(head).line in (2, 3)


@pytest.mark.fault(44)
@pytest.mark.parametrize(
    ("head", "fault", "remedy"),
    [
        ("a: 1\ntitle: Fry: the fish", "3: is not valid YAML: a colon stands inside a value (`title: Fry: the fish`)", "in quotes"),
        ('a: 1\ntitle: "Open\nb: 2', '3: is not valid YAML: a quote is opened and not closed (`title: "Open`)', "Close the quote"),
        ("a:\n\tb: 1", "3: is not valid YAML: a tab stands where only spaces may (`b: 1`)", "Replace tabs"),
        ("a: [1, 2\nb: 3", "2: is not valid YAML: a bracket is opened and not closed (`a: [1, 2`)", "Close the bracket"),
        ("a: @home", "2: is not valid YAML: a value begins with a character that means something in YAML (`a: @home`)", "in quotes"),
        ("a: !x y", "2: is not valid YAML: an exclamation mark begins a value (`a: !x y`)", "in quotes"),
        ("a: 'it's'", "2: is not valid YAML: a line does not fit those above it (`a: 'it's'`)", "as a whole"),
    ],
)
def test_what_is_usually_wrong_with_yaml_is_said_with_the_line(head: str, fault: str, remedy: str) -> None:
    problem = warning(head)

    assert f"{problem.line}: {problem.message}".startswith(fault)
    assert remedy in problem.remedy


def test_a_list_between_two_rules_is_text() -> None:
    head, problems = read("- a: b")

    assert (head.body, problems) == ("---\n- a: b\n---\nBody.\n", [])


def test_a_head_larger_than_the_limit_is_passed_over_before_it_is_parsed() -> None:
    problem = warning("title: [" + "x" * 200, Limits(front_matter_bytes=100))

    assert "more than 100 bytes" in problem.message


@pytest.mark.parametrize("value", ["updated: !!timestamp abc", "title: !!bool x", "title: !!int ''", "title: !!float ''"])
def test_an_impossible_value_under_a_yaml_tag_is_refused(value: str) -> None:
    assert refusal(f"sections: {{}}\n{value}").message.startswith("is not valid YAML")


@pytest.mark.parametrize(
    "head",
    [
        "title: T\nsources: [a, b]",
        "title: T\nsources: {a: b}",
        "title: T\nsections: true",
        "title: T\nsections: [intro]",
        "title: T\nsections: {intro: {weight: 3}}",
        "title: T\nsources: {api: {path: src}}",
        "title: T\nlicense: {name: MIT}\nupdated: {by: me}",
    ],
)
def test_a_key_of_another_tool_that_has_the_name_of_one_of_ours_is_no_fault(head: str) -> None:
    content, problems = read(head)

    assert (content.usable, content.content, problems) == (True, FrontMatter(title="T"), [])


@pytest.mark.parametrize(
    "head",
    [
        "sections: {a: {question: [q]}}",
        "sections: {a: {}}\ntitel: T",
        "sources: {s: {titel: T}}",
        "sources: {s: {title: T}}\nsection: {}",
    ],
)
def test_a_typing_error_in_a_head_that_is_plainly_ours_stays_a_fault(head: str) -> None:
    content, problems = read(head)

    assert not content.usable
    assert {problem.severity for problem in problems} == {Severity.FAULT}


@pytest.mark.parametrize(
    "text",
    [
        '+++\ntitle = "Hose"\ndate = 2026-01-01\ntags = ["water"]\n+++\nBody.\n',
        '{\n  "title": "Hose",\n  "tags": ["water"]\n}\nBody.\n',
        "\n---\ntitle: Hose\nsecret_tag: internal\n---\nBody.\n",
        '\n\n+++\ntitle = "Hose"\n+++\nBody.\n',
    ],
)
def test_toml_json_and_a_head_after_empty_lines_are_heads(text: str) -> None:
    head, problems = read_page(text)

    assert (head.content.title, head.body, problems) == ("Hose", "Body.\n", [])
    assert head.body_line == text[: text.index("Body.")].count("\n")


@pytest.mark.parametrize("text", ["+++\nnot toml = = x\n+++\nBody.\n", "+++\na = 1\na = 2\n+++\nBody.\n"])
def test_toml_that_cannot_be_read_costs_a_warning_and_not_the_page(text: str) -> None:
    head, (problem,) = read_page(text)

    assert (head.usable, head.body, problem.severity) == (True, "Body.\n", Severity.WARNING)


@pytest.mark.parametrize(
    "text",
    ["\n---\n\nText: with a colon, and more\nof it.\n\n---\n\nEnd.", "{* include *}\n\nText.", "{}\nText.", "+++\n\nText.", "{ a: 1 }"],
)
def test_what_only_looks_like_a_head_is_text(text: str) -> None:
    head, problems = read_page(text)

    assert (head.body, problems) == (text, [])


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: T\ndraft: true\n---\nBody.",
        "---\nDraft: yes\n---\nBody.",
        "---\npublished: false\n---\nBody.",
        "---\npublish: no\n---\nBody.",
        "---\nstatus: Draft\n---\nBody.",
        "+++\ndraft = true\n+++\nBody.",
        '{"draft": true}\nBody.',
        "---\nsections: {}\ndraft: true\n---\nBody.",
        "---\ntitle: a: b\ndraft: true\n---\nBody.",
    ],
)
def test_a_draft_is_left_out_and_that_is_said(text: str) -> None:
    head, problems = read_page(text)

    assert (head.draft, head.usable) == (True, False)
    assert {problem.severity for problem in problems} == {Severity.WARNING}
    assert "is a draft by its head, so it is left out." in [problem.message for problem in problems]


@pytest.mark.parametrize("head", ["draft: false", "published: true", "published: 2024-01-01", "status: stable", "drafts: true"])
def test_a_page_that_is_no_draft_is_kept(head: str) -> None:
    assert read(head)[0].usable


def test_what_is_left_of_a_faulty_head_of_ours_takes_part_in_further_checks() -> None:
    head, problems = read(
        "title: T\nupdated: 28 November\nsources:\n  osi: {titel: X}\nsections:\n  one: {questions: [q, 5], sources: [osi]}"
    )

    assert len(problems) == 4
    assert (head.content.title, head.content.updated) == ("T", None)
    assert head.content.sections["one"].questions == ("q",)
    assert list(head.content.sources) == ["osi"]


@given(st.text(st.sampled_from("abt:-&*!'\"[]{}#|>%@ \n\t0129.,?"), max_size=60))
def test_any_head_of_ours_that_is_not_read_is_refused_with_a_reason(text: str) -> None:
    head, problems = read(f"{OURS}\n{text}")

    assume(not head.usable)
    assert problems
    assert "" not in {problem.message for problem in problems}
