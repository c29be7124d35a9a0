"""A folder of Markdown to a corpus, with everything that is wrong with it in one report"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.corpus.document import PassageKind, Source
from bot.corpus.files import Limits
from bot.corpus.loading import load_corpus
from bot.corpus.problems import Severity, faults
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
            "bad/alias.md": "---\ntitle: &x A\nsummary: *x\nsections: {}\n---\ntext",
            "bad/deep.md": "---\ntitle: T\n---\n\n" + "> " * 50 + "deep",
            "bad/duplicate.md": "---\ntitle: A\ntitle: B\nsections: {}\n---\ntext",
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


def test_one_fault_of_an_article_hides_no_other(tmp_path: Path) -> None:
    broken = """---
updated: 28 November
sources:
  s: {title: S, url: x.org}
sections:
  nowhere: {}
  here: {sources: [s, ghost], questions: [what is it?]}
---

## Here

Text.
"""
    other = "---\nsections:\n  there: {questions: [What is it]}\n---\n\n## There\n\nText."

    loaded = load_corpus(write_folder(tmp_path, {"a.md": broken, "b.md": other}))

    assert [(problem.path, problem.line, problem.message.rstrip(".")) for problem in loaded.problems] == [
        ("a.md", 2, "updated: must be a date: YYYY-MM-DD, not '28 November'"),
        ("a.md", 4, "sources.s.url: must be a web address that starts with https:// or http://"),
        ("a.md", 6, "sections.nowhere: no heading of the article with text has this slug"),
        ("a.md", 7, "sections.here.sources: 'ghost' is not defined"),
        ("b.md", 6, "b#there and a#here (a.md:10) both claim the question 'What is it'"),
    ]
    assert [section.id for section in loaded.corpus.sections] == ["b#there"]


def test_an_entry_without_a_heading_is_reported_which_headings_there_are(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "---\nsections:\n  open-weigths: {}\n---\n## Open weights\n\nx\n\n## Data\n\ny", "b.md": "text"})

    (problem,) = load_corpus(tmp_path).problems

    assert problem.message == "sections.open-weigths: no heading of the article with text has this slug."
    assert problem.remedy == "Its headings are data, open-weights."


@pytest.mark.fault(46)
def test_a_question_of_two_sections_names_both(tmp_path: Path) -> None:
    head = "---\nsections:\n  one: {questions: ['%s']}\n---\n## One\n\ntext"
    write_folder(tmp_path, {"a.md": head % "What is it?", "b.md": head % "what  is IT"})

    (problem,) = load_corpus(tmp_path).problems

    assert problem.path == "b.md"
    assert "a#one" in problem.message
    assert "b#one" in problem.message
    assert "a.md:5" in problem.message


@pytest.mark.fault(45)
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
