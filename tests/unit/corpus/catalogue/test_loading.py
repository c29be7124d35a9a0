"""Catalogues to records and sections, with every fault named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.corpus.catalogue.entries import PartialDate
from bot.corpus.loading import load_corpus
from bot.corpus.problems import Problem
from tests.unit.corpus.catalogue.making import GLOSSARY, LICENSES, PROJECTS, TIMELINE, load
from tests.unit.making import write_folder


def only_problem(root: Path, **catalogues: str) -> Problem:
    (problem,) = load(root, **catalogues).problems
    return problem


def test_every_catalogue_becomes_sections_and_records(tmp_path: Path) -> None:
    loaded = load(tmp_path, timeline=TIMELINE, licenses=LICENSES, projects=PROJECTS, glossary=GLOSSARY)

    assert loaded.problems == ()
    assert [section.id for section in loaded.corpus.sections] == [
        "a#a",
        "catalogues/glossary#llm",
        "catalogues/glossary#token",
        "catalogues/licenses#mit",
        "catalogues/projects#tool",
        "catalogues/timeline#bloom",
    ]
    records = loaded.corpus.catalogues
    assert [len(kind) for kind in (records.timeline, records.licenses, records.projects, records.glossary)] == [1, 1, 1, 2]
    assert records.timeline[0].date == PartialDate(2022, 7)
    assert loaded.files == 5


def test_an_event_is_reported_with_its_date(tmp_path: Path) -> None:
    section = load(tmp_path, timeline=TIMELINE).corpus.section("catalogues/timeline#bloom")

    assert section is not None
    assert section.heading_path == ("Timeline", "July 2022: BigScience")
    assert section.text == "July 2022: BLOOM is released. It is large.\n\nA note."
    assert section.questions == ("when was bloom",)
    assert [source.title for source in section.sources] == ["Source"]
    assert (section.path, section.line) == ("catalogues/timeline.yaml", 4)


def test_a_license_is_reported_with_what_it_allows_and_found_by_its_other_names(tmp_path: Path) -> None:
    section = load(tmp_path, licenses=LICENSES).corpus.section("catalogues/licenses#mit")

    assert section is not None
    assert section.aliases == ("Expat", "MIT")
    assert section.text.splitlines() == [
        "A short license.", "", "• Kind of license: permissive", "• SPDX id: MIT", "• Allows: use, sale", "• Demands: notice",
        "• Patent grant: the text says nothing", "• Approved by the OSI: yes", "• Text: https://x.org/mit",
    ]  # fmt: skip


def test_a_project_is_reported_without_what_is_not_known(tmp_path: Path) -> None:
    section = load(tmp_path, projects=PROJECTS).corpus.section("catalogues/projects#tool")

    assert section is not None
    assert "• First released: 2020" in section.text
    assert "• License of the code: MIT" in section.text
    assert "weights" not in section.text


def test_a_term_names_its_abbreviation_and_points_at_others(tmp_path: Path) -> None:
    section = load(tmp_path, glossary=GLOSSARY).corpus.section("catalogues/glossary#llm")

    assert section is not None
    assert section.title == "Large language model (LLM)"
    assert section.text == "A model of text.\n\n• Also called: text model"
    assert section.related == ("catalogues/glossary#token",)


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (("kind: model", "kind: modell"), 4, "bloom: kind: must be one of paper, model"),
        (("'2022-07'", "2022"), 4, "must be in quotes"),
        (("'2022-07'", "July"), 4, "bloom: date: must be YYYY"),
        (("id: bloom", "id: Bloom 1"), 4, "lower-case letters and digits"),
        (("sources: [s]", "sources: []"), 5, "bloom: sources: must have at least one entry"),
        (("sources: [s]", "sources: [ghost]"), 5, "source 'ghost' is not defined"),
        (("who:", "whom:"), 4, "bloom: who: is missing"),
        (("entries:", "entrys:"), 1, "entries: is missing"),
        (("https://x.org", "x.org"), 2, "must be a web address"),
        (("entries:", "entries: &x"), 3, "anchors and aliases"),
    ],
)
def test_a_fault_is_named_with_its_line_and_the_catalogue_left_out(
    tmp_path: Path, change: tuple[str, str], line: int, message: str
) -> None:
    loaded = load(tmp_path, timeline=TIMELINE.replace(*change))

    assert [section.id for section in loaded.corpus.sections] == ["a#a"]
    assert all(problem.path == "catalogues/timeline.yaml" for problem in loaded.problems)
    assert (line, True) in [(problem.line, message in problem.message) for problem in loaded.problems]


@pytest.mark.fault(46)
def test_an_id_given_twice_is_refused_with_the_first_place(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, glossary=GLOSSARY.replace("id: token", "id: llm").replace("see_also: [token], ", ""))

    assert problem.line == 6
    assert "'llm' is taken by the entry on line 4" in problem.message


def test_all_faults_of_all_entries_are_found_in_one_run(tmp_path: Path) -> None:
    broken = """sources:
  s: {title: Source, url: x.org}
entries:
  - {id: llm, term: model, definition: A model., see_also: [token]}
  - {id: llm, term: token, definition: 5, sources: [s, ghost]}
  - {term: nameless, sources: [s]}
  - {id: token, term: token, definition: A piece., sources: [s], sections: [nowhere#x], questions: [why]}
  - {id: piece, term: piece, definition: A piece., sources: [s], questions: [Why?]}
colour: red
"""

    problems = load(tmp_path, glossary=broken).problems

    assert [(problem.line, problem.message.rstrip(".")) for problem in problems] == [
        (2, "sources.s.url: must be a web address that starts with https:// or http://"),
        (4, "llm: sources: is missing"),
        (5, "llm: definition: must be text, not 5"),
        (5, "llm: source 'ghost' is not defined"),
        (5, "the id 'llm' is taken by the entry on line 4"),
        (6, "entry 3: definition: is missing"),
        (6, "entry 3: id: is missing"),
        (7, "catalogues/glossary#token refers to nowhere#x, which is not there"),
        (8, "catalogues/glossary#piece and catalogues/glossary#token (catalogues/glossary.yaml:7) both claim the question 'Why?'"),
        (9, "colour: there is no such key"),
    ]


@pytest.mark.parametrize("name", ["glossary.YAML", "Glossary.yml", "GLOSSARY.Yaml"])
def test_a_catalogue_is_read_whatever_the_case_of_its_name(tmp_path: Path, name: str) -> None:
    loaded = load_corpus(write_folder(tmp_path, {"a.md": "Text.", f"catalogues/{name}": GLOSSARY}))

    assert (len(loaded.corpus.catalogues.glossary), loaded.problems) == (2, ())
    assert loaded.corpus.section("catalogues/glossary#llm") is not None


def test_a_second_file_of_one_catalogue_is_refused(tmp_path: Path) -> None:
    (problem,) = load_corpus(
        write_folder(tmp_path, {"a.md": "Text.", "catalogues/glossary.yaml": GLOSSARY, "catalogues/glossary.yml": GLOSSARY})
    ).problems

    assert (problem.path, problem.message) == ("catalogues/glossary.yml", "is a second glossary beside glossary.yaml.")


@pytest.mark.parametrize("name", [".#glossary.yaml", "._glossary.yaml", ".glossary.yaml.swp", "glossary.yaml~", "#glossary.yaml#"])
def test_what_editors_and_systems_keep_beside_a_catalogue_is_passed_over(tmp_path: Path, name: str) -> None:
    write_folder(tmp_path, {"a.md": "Text.", "catalogues/glossary.yaml": GLOSSARY})
    (tmp_path / "catalogues" / name).symlink_to("user@host.1")

    assert load_corpus(tmp_path).problems == ()


def test_a_catalogue_that_the_bot_does_not_have_is_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, timelines=TIMELINE, glossary=GLOSSARY)

    assert (problem.path, problem.message) == ("catalogues/timelines.yaml", "is no catalogue of this bot.")


def test_a_catalogue_that_links_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, {"secret.yaml": GLOSSARY, "in/a.md": "Text.", "in/catalogues/b.md": "Text."})
    (tmp_path / "in" / "catalogues" / "glossary.yaml").symlink_to(tmp_path / "secret.yaml")

    loaded = load_corpus(tmp_path / "in")

    assert [problem.path for problem in loaded.problems] == ["catalogues/glossary.yaml"]
    assert loaded.corpus.catalogues.glossary == ()


def test_an_article_beside_a_catalogue_of_the_same_name_has_other_ids(tmp_path: Path) -> None:
    corpus = load_corpus(
        write_folder(tmp_path, {"catalogues/glossary.yaml": GLOSSARY, "catalogues/glossary.md": "## Token\n\nAnother text."})
    ).corpus

    assert len({section.id for section in corpus.sections}) == len(corpus.sections)
