"""What an editor is warned of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.corpus.linting import lint
from bot.corpus.loading import load_corpus
from bot.corpus.problems import Problem, Severity
from tests.unit.making import write_folder

TODAY = date(2026, 11, 28)
GOOD = """---
sources: {s: {title: S}}
sections:
  one: {questions: [a b, c d, e f]}
---

## One

The first sentence answers. It goes on: %s
""" % ("word " * 60)


def warnings(root: Path, files: dict[str, str]) -> list[Problem]:
    return list(lint(load_corpus(write_folder(root, files)), TODAY))


def test_a_good_article_has_no_warning(tmp_path: Path) -> None:
    assert warnings(tmp_path, {"a.md": GOOD}) == []


def test_every_weakness_of_a_section_is_reported(tmp_path: Path) -> None:
    text = "---\nsections:\n  one: {questions: [a b]}\n---\n\n## One\n\n" + "long " * 50 + "sentence. " + "word " * 300

    found = warnings(tmp_path, {"a.md": text})

    assert all(problem.severity is Severity.WARNING and (problem.path, problem.line) == ("a.md", 6) for problem in found)
    reply = " ".join(problem.message for problem in found)
    assert "first sentence has" in reply
    assert "no source" in reply
    assert "lists 1 questions" in reply
    assert "words" in reply
    assert len(found) == 4


def test_docs_that_nobody_prepared_are_not_measured(tmp_path: Path) -> None:
    assert warnings(tmp_path, {"README.md": "# Tool\n\nShort."}) == []


def test_links_that_lead_nowhere_are_named_with_their_line(tmp_path: Path) -> None:
    text = "# A\n\nSee [b](sub/b.md), [b two](sub/b.md#two), [gone](gone.md),\n\n[no heading](sub/b.md#three) and [here](#nope)."

    found = warnings(tmp_path, {"a.md": text, "sub/b.md": "## Two\n\nBack to [a](../a.md#a) and [out](../../x.md)."})

    assert [(problem.path, problem.line, problem.message) for problem in found] == [
        ("a.md", 3, "links to gone.md, which is not there."),
        ("a.md", 5, "links to #nope, which has no such heading."),
        ("a.md", 5, "links to sub/b.md#three, which has no such heading."),
        ("sub/b.md", 3, "links to ../../x.md, which is not there."),
    ]


def test_addresses_and_other_files_are_not_followed(tmp_path: Path) -> None:
    assert warnings(tmp_path, {"a.md": "[a](https://x.org/y.md) [b](picture.png) [c](/root.md) [d](mailto:a@b.md) [e]()"}) == []


def test_an_escaped_file_name_in_a_link_is_understood(tmp_path: Path) -> None:
    assert warnings(tmp_path, {"a.md": "[b](my%20page.md#open%20weights)", "my page.md": "## Open weights\n\ntext"}) == []


def test_faults_of_loading_come_with_the_warnings(tmp_path: Path) -> None:
    found = lint(load_corpus(write_folder(tmp_path, {"a.md": "[x](gone.md)", "b.md": b"\xe9"})), TODAY)

    assert [problem.severity for problem in found] == [Severity.WARNING, Severity.FAULT]


def test_a_link_to_a_heading_without_text_of_its_own_is_not_called_broken(tmp_path: Path) -> None:
    assert warnings(tmp_path, {"a.md": "[up](#group)\n\n## Group\n\n### Member\n\ntext"}) == []


def test_links_to_headings_that_exist_in_any_common_form_are_not_warned_about_and_others_are(tmp_path: Path) -> None:
    links = "[a](#pluginyaml) [b](#qa) <a name='old'></a>[c](#old) [d](b.md#Set-Up) [e](#no) [f](b.md#nowhere)"
    text = f"# P\n\n{links}\n\n## plugin.yaml\n\n## Q&A\n"

    found = warnings(tmp_path, {"a.md": text + "\nAsk.", "b.md": "## Set up\n\n### Deeper {#deep}\n\nText."})

    assert [problem.message for problem in found] == [
        "links to #no, which has no such heading.",
        "links to b.md#nowhere, which has no such heading.",
    ]
