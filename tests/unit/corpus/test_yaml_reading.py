"""YAML to values with the line of every key."""

from __future__ import annotations

from bot.corpus.files import Limits
from bot.corpus.problems import Problem
from bot.corpus.yaml_reading import YamlDocument, read_yaml


def read(text: str, first_line: int = 1) -> tuple[YamlDocument | None, list[Problem]]:
    problems: list[Problem] = []
    return read_yaml(text, "a.yaml", Limits(), problems, first_line=first_line), problems


def test_values_are_read_with_the_lines_of_keys_and_entries() -> None:
    document, problems = read("a: 1\nb:\n  - {c: 2}\n  -\n    c: 3\n", first_line=10)

    assert problems == []
    assert document is not None
    assert document.values == {"a": 1, "b": [{"c": 2}, {"c": 3}]}
    assert [document.line_of(path) for path in (("a",), ("b",), ("b", 0, "c"), ("b", 1), ("b", 1, "c"))] == [10, 11, 12, 14, 14]


def test_a_path_that_is_not_there_is_placed_at_what_is() -> None:
    document, _ = read("a:\n  b: 1\n")

    assert document is not None
    assert document.line_of(("a", "x", 3)) == 1
    assert document.line_of(("z",)) is None


def test_what_cannot_be_read_is_placed_in_its_file() -> None:
    document, (problem,) = read("a: 1\nb: [", first_line=5)

    assert document is None
    assert problem.path == "a.yaml"
    assert problem.line in (6, 7)


def test_an_empty_document_is_refused() -> None:
    document, (problem,) = read("# nothing\n")

    assert document is None
    assert "a list of keys" in problem.message
