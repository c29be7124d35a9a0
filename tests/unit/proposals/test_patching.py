"""A correction changes the lines that it is about and no other: in articles, in their heads, and in catalogues."""

from __future__ import annotations

import difflib
import random
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.corpus.document import Section
from bot.corpus.files import Limits
from bot.corpus.loading import load_corpus
from bot.proposals.patching import Correction, Editable, NotPatched, diff, editable, patched
from bot.proposals.store import check_correction
from tests.conftest import TESTS
from tests.unit.making import write_folder

DAY = date(2026, 11, 28)
LIMITS = Limits()
ARTICLE = """---
title: Trees  # not a forest
# which sources there are
sources:
  book: {title: "A book", year: 2020}
sections:
  oaks:
    # asked in spring
    questions:
      - What are oaks?   # the first
      - "how old: do oaks get"
      - how do oaks grow
    sources: [book]
  elms-and-others:
    sources: [book]
---

Trees are tall.

## Oaks

Oaks grow *slowly*.

- They become old.
- They bear acorns.

Elms and others
---------------

Elms are rare.


# Ends

```sh
# no heading
```
"""


def section_of(folder: Path, name: str) -> Section:
    found = load_corpus(folder).corpus.section(name)
    assert found is not None
    return found


def changed(folder: Path, section: Section, text: str | None = None, questions: tuple[str, ...] | None = None) -> bytes:
    """The file of a section with another text or other questions."""
    content = (folder / section.path).read_bytes()
    now = editable(content, section, LIMITS)
    after = Editable(now.text if text is None else text, now.questions if questions is None else questions)
    return patched(content, section, Correction(section.id, now, after), LIMITS)


def difference(before: bytes, after: bytes) -> list[str]:
    lines = difflib.ndiff(before.decode().split("\n"), after.decode().split("\n"))
    return [line for line in lines if line[:2] in ("+ ", "- ")]


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "trees", {"trees.md": ARTICLE})


def test_what_can_be_edited_is_what_stands_below_the_heading(trees: Path) -> None:
    texts = {
        name: editable(ARTICLE.encode(), section_of(trees, f"trees#{name}"), LIMITS)
        for name in ("trees", "oaks", "elms-and-others", "ends")
    }

    assert texts["trees"].text == "Trees are tall."
    assert texts["oaks"].text == "Oaks grow *slowly*.\n\n- They become old.\n- They bear acorns."
    assert texts["oaks"].questions == ("What are oaks?", "how old: do oaks get", "how do oaks grow")
    assert texts["elms-and-others"] == Editable("Elms are rare.", ())
    assert texts["ends"] == Editable("```sh\n# no heading\n```", None)


def test_a_line_of_text_is_exchanged_and_everything_else_stays(trees: Path) -> None:
    oaks = section_of(trees, "trees#oaks")
    new = changed(trees, oaks, "Oaks grow *very* slowly.\n\n- They become old.\n- They bear acorns.\n")

    assert difference(ARTICLE.encode(), new) == ["- Oaks grow *slowly*.", "+ Oaks grow *very* slowly."]


def test_questions_are_added_below_the_last_and_taken_out_by_their_lines(trees: Path) -> None:
    oaks = section_of(trees, "trees#oaks")
    new = changed(trees, oaks, questions=("how old: do oaks get", "how do oaks grow", "are oaks: trees?", "why 'oak'"))

    assert difference(ARTICLE.encode(), new) == [
        "-       - What are oaks?   # the first",
        "+       - 'are oaks: trees?'",
        "+       - why 'oak'",
    ]
    assert check_correction(trees, LIMITS, oaks, new, DAY).warnings is not None


def test_a_section_that_lists_no_question_gets_a_list(trees: Path) -> None:
    elms = section_of(trees, "trees#elms-and-others")
    new = changed(trees, elms, questions=("what are elms",))

    assert difference(ARTICLE.encode(), new) == ["+     questions:", "+       - what are elms"]
    check_correction(trees, LIMITS, elms, new, DAY)


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_line_ends_and_a_mark_at_the_beginning_stay(tmp_path: Path, bom: str, end: str, last: str) -> None:
    content = (bom + (ARTICLE.rstrip("\n") + last).replace("\n", end)).encode()
    folder = write_folder(tmp_path / "trees", {"trees.md": content})
    new = changed(folder, section_of(folder, "trees#elms-and-others"), "Elms are\nrare.")

    assert new == content.replace(b"Elms are rare.", f"Elms are{end}rare.".encode())


def test_what_would_be_more_than_this_section_is_refused(trees: Path) -> None:
    oaks = section_of(trees, "trees#oaks")
    for text, reason in (
        ("Oaks grow.\n\n## Beeches\n\nThey grow too.", "would change as well"),
        ("Oaks grow.\n\n```\nopen", "cannot be read"),
    ):
        with pytest.raises(NotPatched, match=reason):
            check_correction(trees, LIMITS, oaks, changed(trees, oaks, text), DAY)


def test_a_fault_is_refused_with_its_reason_and_a_warning_is_said(trees: Path) -> None:
    write_folder(trees, {"other.md": "---\nsections:\n  one: {questions: [what are elms]}\n---\n# One\n\nText of one.\n"})
    elms = section_of(trees, "trees#elms-and-others")

    with pytest.raises(NotPatched, match="both claim the question 'what are elms'"):
        check_correction(trees, LIMITS, elms, changed(trees, elms, questions=("what are elms",)), DAY)
    found = check_correction(trees, LIMITS, elms, changed(trees, elms, "Elms are rare today."), DAY)
    assert [problem.message for problem in found.warnings] == ["trees#elms-and-others: has 4 words."]


def test_what_was_changed_meanwhile_and_what_changes_nothing_are_refused(trees: Path) -> None:
    oaks = section_of(trees, "trees#oaks")
    now = editable(ARTICLE.encode(), oaks, LIMITS)
    correction = Correction(oaks.id, now, replace(now, text="Oaks."))
    edited = ARTICLE.replace("*slowly*", "quickly").encode()

    with pytest.raises(NotPatched, match="has been changed since"):
        patched(edited, oaks, correction, LIMITS)
    with pytest.raises(NotPatched, match="changes nothing"):
        patched(ARTICLE.encode(), oaks, replace(correction, after=now), LIMITS)


CATALOGUE = """# terms
sources:
  book: {title: A book}
entries:
  # trees first
  - id: oak
    term: oak
    # what it is
    definition: "An oak: a tree."
    sources: [book]

  # then others
  - id: elm
    term: elm
    definition: >
      An elm is a tree
      that is rare.
    sources: [book]
"""


def test_an_entry_of_a_catalogue_is_edited_as_it_stands_and_its_comments_stay(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "trees", {"trees.md": ARTICLE, "catalogues/glossary.yaml": CATALOGUE})
    oak, elm = section_of(folder, "catalogues/glossary#oak"), section_of(folder, "catalogues/glossary#elm")
    text = editable(CATALOGUE.encode(), oak, LIMITS).text
    new = changed(folder, oak, text.replace("a tree.", "a slow tree.") + '\nquestions:\n  - "what: an oak"')

    assert text == 'id: oak\nterm: oak\n# what it is\ndefinition: "An oak: a tree."\nsources: [book]'
    assert editable(CATALOGUE.encode(), elm, LIMITS).text.endswith(">\n  An elm is a tree\n  that is rare.\nsources: [book]")
    assert difference(CATALOGUE.encode(), new) == [
        '-     definition: "An oak: a tree."',
        '+     definition: "An oak: a slow tree."',
        "+     questions:",
        '+       - "what: an oak"',
    ]
    check_correction(folder, LIMITS, oak, new, DAY)
    with pytest.raises(NotPatched, match="no such section any more"):
        check_correction(folder, LIMITS, oak, changed(folder, oak, text.replace("id: oak", "id: oaks")), DAY)


def scripted(chance: random.Random, now: Editable, number: int) -> tuple[Editable, int]:
    """A correction as a moderator might make it, and how many lines differ by it."""
    lines = now.text.split("\n")
    if now.questions and chance.random() < 0.4:
        kept = [question for question in now.questions if question != chance.choice(now.questions)] or list(now.questions)
        return replace(now, questions=(*kept, f"is correction {number}: fine?")), len(now.questions) - len(kept) + 1
    if lines[0].startswith("{"):
        listed = f"questions: [is correction {number} fine"
        text = now.text.replace("questions: [", f"{listed}, ") if "questions: [" in now.text else f"{now.text[:-1]}, {listed}]}}"
        return replace(now, text=text), 2
    if now.questions is None and not lines[0].startswith("id: "):
        place = len(lines) - 1
    elif now.questions is None:
        written = [place for place, line in enumerate(lines) if line.startswith(("definition: ", "summary: ", "event: ", "used_by: "))]
        if not written or lines[written[0]].endswith((">", "|", "]")):
            return replace(now, text=now.text + f"\n# correction {number}"), 1
        place = written[0]
        end = lines[place][-1] if lines[place][-1] in "\"'" else ""
        lines[place] = f"{lines[place].removesuffix(end)} Correction {number}.{end}"
        return replace(now, text="\n".join(lines)), 2
    else:
        place = chance.choice([place for place, line in enumerate(lines) if line.strip() and line[0].isalpha()] or [0])
    lines[place] += f" Correction {number}."
    return replace(now, text="\n".join(lines)), 2


@pytest.mark.parametrize("count", [8, pytest.param(100, marks=pytest.mark.soak)])
@pytest.mark.parametrize("name", ["knowledge", "lookup"])
def test_scripted_corrections_apply_pass_the_check_and_touch_their_lines_only(name: str, count: int, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(TESTS / "data" / name, folder)
    subprocess.run(("git", "init", "--quiet"), cwd=folder, check=True)
    sections = load_corpus(folder).corpus.sections
    chance = random.Random(200)
    for number in range(count):
        section = chance.choice(sections)
        section = section_of(folder, section.id)
        before = (folder / section.path).read_bytes()
        now = editable(before, section, LIMITS)
        after, lines = scripted(chance, now, number)
        new = patched(before, section, Correction(section.id, now, after), LIMITS)

        assert len(difference(before, new)) == lines, section.id
        check_correction(folder, LIMITS, section, new, DAY)
        patch = diff(before, new, section.path).encode()
        subprocess.run(("git", "apply", "-"), cwd=folder, input=patch, check=True)
        assert (folder / section.path).read_bytes() == new
