"""A folder of Markdown to a corpus, with everything that is wrong with it in one report; our front matter and that of other tools."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.document import PassageKind, Source
from bot.corpus.files import Limits
from bot.corpus.loading import Head, load_corpus, read_head
from bot.corpus.problems import Problem, Severity, faults
from bot.errors import KnowledgeError
from tests.conftest import SMALL_KNOWLEDGE
from tests.unit.making import write_folder

PREPARED = """---
title: Openness
summary: What open means.
updated: 2026-01-15
sources:
  osi: {title: The definition, publisher: OSI, year: 2024, url: https://opensource.org/ai}
  other: {title: Another}
sections:
  open-weights:
    sources: [osi]
    questions: [What are open weights?]
---

Lead text.

## Open weights

Weights that are open. Anyone may have them.

- one
- two

## Data

More.
"""


def test_an_article_becomes_sections_with_ids_questions_and_sources(tmp_path: Path) -> None:
    loaded = load_corpus(write_folder(tmp_path, {"foundations/what-is-open.md": PREPARED}))

    (article,) = loaded.corpus.articles
    assert (article.slug, article.area, article.title, article.updated) == (
        "foundations/what-is-open",
        "foundations",
        "Openness",
        date(2026, 1, 15),
    )
    assert article.summary == "What open means."
    assert article.sections == tuple(f"foundations/what-is-open#{slug}" for slug in ("openness", "open-weights", "data"))
    section = loaded.corpus.section("foundations/what-is-open#open-weights")
    assert section is not None
    assert section.heading_path == ("Openness", "Open weights")
    assert section.questions == ("What are open weights?",)
    assert section.sources == (Source("The definition", "OSI", 2024, "https://opensource.org/ai"),)
    assert (section.path, section.line) == ("foundations/what-is-open.md", 16)
    assert section.text == "Weights that are open. Anyone may have them.\n\n• one\n• two"
    assert [passage.kind for passage in section.passages] == [PassageKind.SENTENCE] * 2 + [PassageKind.ITEM] * 2
    assert loaded.problems == ()


def test_a_section_that_names_no_source_has_all_of_the_article(tmp_path: Path) -> None:
    corpus = load_corpus(write_folder(tmp_path, {"a.md": PREPARED})).corpus

    section = corpus.section("a#data")

    assert section is not None
    assert [source.title for source in section.sources] == ["The definition", "Another"]


def test_the_lead_text_says_on_which_line_it_stands(tmp_path: Path) -> None:
    corpus = load_corpus(write_folder(tmp_path, {"a.md": PREPARED})).corpus

    section = corpus.section("a#openness")

    assert section is not None
    assert section.line == 14


def test_sections_are_ordered_by_id_whatever_the_files_are_called(tmp_path: Path) -> None:
    corpus = load_corpus(write_folder(tmp_path, {"b.md": "## Z\n\nx\n\n## A\n\ny", "a/c.md": "Text."})).corpus

    assert [section.id for section in corpus.sections] == ["a/c#c", "b#a", "b#z"]


@pytest.mark.parametrize(
    "form",
    [
        PREPARED.encode("utf-8-sig"),
        PREPARED.replace("\n", "\r\n").encode(),
        PREPARED.replace("\n", "\r").encode(),
        PREPARED.replace("\n", "\r\n").encode("utf-8-sig"),
        PREPARED.encode("utf-16"),
    ],
)
def test_the_form_of_a_file_does_not_change_the_fingerprint(tmp_path: Path, form: bytes) -> None:
    plain = load_corpus(write_folder(tmp_path / "plain", {"a.md": PREPARED}))
    other = load_corpus(write_folder(tmp_path / "other", {"a.md": form}))

    assert other.corpus.fingerprint == plain.corpus.fingerprint
    assert not faults(other.problems)


def test_a_changed_word_changes_the_fingerprint(tmp_path: Path) -> None:
    plain = load_corpus(write_folder(tmp_path / "plain", {"a.md": PREPARED}))
    other = load_corpus(write_folder(tmp_path / "other", {"a.md": PREPARED.replace("More.", "Less.")}))

    assert other.corpus.fingerprint != plain.corpus.fingerprint


def test_two_files_with_one_slug_have_two(tmp_path: Path) -> None:
    corpus = load_corpus(write_folder(tmp_path, {"My Page.md": "One.", "my-page.md": "Two.", "my_page.markdown": "Three."})).corpus

    assert sorted(article.slug for article in corpus.articles) == ["my-page", "my-page-2", "my-page-3"]
    assert len({section.id for section in corpus.sections}) == 3


def test_all_faults_of_all_files_are_in_one_report_and_the_rest_is_loaded(tmp_path: Path) -> None:
    write_folder(
        tmp_path,
        {
            "bad/alias.md": "---\ntitle: &x A\nsummary: *x\n---\ntext",
            "bad/deep.md": "---\ntitle: T\n---\n\n" + "> " * 50 + "deep",
            "bad/duplicate.md": "---\ntitle: A\ntitle: B\n---\ntext",
            "bad/entry.md": "---\nsections:\n  nowhere: {}\n  here: {sources: [ghost]}\n---\n## Here\n\ntext",
            "bad/large.md": "x" * 3000,
            "bad/latin.md": b"one\ncaf\xe9",
            "bad/nul.md": b"one\0",
            "bad/unknown.md": "---\ntitel: A\nsections: {}\n---\ntext",
            "good.md": "Good text.",
        },
    )
    (tmp_path / "bad" / "link.md").symlink_to("/etc/hostname")

    loaded = load_corpus(tmp_path, Limits(file_bytes=2000))

    assert [(Path(problem.path).stem, problem.line) for problem in loaded.problems] == [
        ("alias", 2), ("deep", 5), ("duplicate", 3), ("entry", 3), ("entry", 4), ("large", None),
        ("latin", 2), ("link", None), ("nul", 1), ("unknown", 2),
    ]  # fmt: skip
    assert all(problem.severity is Severity.FAULT and problem.remedy for problem in loaded.problems)
    assert [section.id for section in loaded.corpus.sections] == ["good#good"]


def test_an_entry_without_a_heading_is_told_which_headings_there_are(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "---\nsections:\n  open-weigths: {}\n---\n## Open weights\n\nx\n\n## Data\n\ny", "b.md": "text"})

    (problem,) = load_corpus(tmp_path).problems

    assert problem.message == "sections.open-weigths: no heading of the article with text has this slug."
    assert problem.remedy == "Its headings are data, open-weights."


def test_a_question_of_two_sections_names_both(tmp_path: Path) -> None:
    head = "---\nsections:\n  one: {questions: ['%s']}\n---\n## One\n\ntext"
    write_folder(tmp_path, {"a.md": head % "What is it?", "b.md": head % "what  is IT"})

    (problem,) = load_corpus(tmp_path).problems

    assert problem.path == "b.md"
    assert "a#one" in problem.message
    assert "b#one" in problem.message
    assert "a.md:5" in problem.message


@pytest.mark.parametrize("files", [{}, {"a.txt": "text"}, {"a.md": ""}, {"a.md": "# Only a heading"}, {"a.md": "<!-- nothing -->"}])
def test_a_folder_with_nothing_to_say_raises(tmp_path: Path, files: dict[str, str]) -> None:
    write_folder(tmp_path, files)

    with pytest.raises(KnowledgeError, match="nothing to answer from"):
        load_corpus(tmp_path)


def test_a_folder_with_nothing_but_faults_raises_with_all_of_them(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": b"\xe9", "b.md": b"\0"})

    with pytest.raises(KnowledgeError, match=r"(?s)a\.md:1: is not UTF-8.*b\.md:1: holds a NUL"):
        load_corpus(tmp_path)


def test_a_head_in_brackets_of_yaml_is_refused_before_it_can_exhaust_the_process(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "---\nx: " + "[" * 5000 + "\n---\ntext", "b.md": "text"})

    (problem,) = load_corpus(tmp_path).problems

    assert "nested deeper than 40" in problem.message


def test_yaml_that_is_no_catalogue_is_left_alone(tmp_path: Path) -> None:
    loaded = load_corpus(write_folder(tmp_path, {"a.md": "Text.", "mkdocs.yaml": "- [broken", "sub/x.yml": "\0"}))

    assert loaded.files == 1
    assert loaded.problems == ()


def test_loading_twice_gives_an_equal_corpus() -> None:
    first, second = load_corpus(SMALL_KNOWLEDGE), load_corpus(SMALL_KNOWLEDGE)

    assert first == second
    assert first.corpus.fingerprint == second.corpus.fingerprint


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
