"""From a folder on disk to text: which files are read, which are refused by name, and the bounds that hold before parsing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.files import Limits, SourceText, find_files, read_text, too_deep_markdown, yaml_structure_fault
from bot.corpus.problems import Problem, Severity
from bot.errors import KnowledgeError
from tests.unit.making import write_folder


def find(root: Path, limits: Limits | None = None) -> tuple[list[str], list[Problem]]:
    problems: list[Problem] = []
    files = find_files(root, limits or Limits(), problems)
    return [path.relative_to(root).as_posix() for path in files], problems


def read(root: Path, content: bytes, limits: Limits | None = None) -> tuple[SourceText | None, list[Problem]]:
    problems: list[Problem] = []
    write_folder(root, {"a.md": content})
    return read_text(root / "a.md", root, limits or Limits(), problems), problems


def refusal(root: Path, content: bytes, limits: Limits | None = None) -> Problem:
    """Read a file that must be refused, and return its only problem."""
    text, problems = read(root, content, limits)
    assert text is None
    (problem,) = problems
    assert (problem.path, problem.severity) == ("a.md", Severity.FAULT)
    return problem


def test_markdown_files_are_found_in_the_order_of_their_paths(tmp_path: Path) -> None:
    write_folder(tmp_path, dict.fromkeys(["b.md", "a/z.MD", "a/b/c.markdown", "a.md", "notes.txt", "data.yaml", "md"], "x"))

    assert find(tmp_path) == (["a.md", "a/b/c.markdown", "a/z.MD", "b.md"], [])


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    write_folder(tmp_path, dict.fromkeys([".hidden.md", ".git/a.md", "seen/.draft.md", "seen/a.md"], "x"))

    assert find(tmp_path) == (["seen/a.md"], [])


def test_a_folder_that_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"no knowledge folder at .*nowhere.*--knowledge"):
        find(tmp_path / "nowhere")


def test_a_file_instead_of_a_folder_raises(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "x"})

    with pytest.raises(KnowledgeError, match="no knowledge folder"):
        find(tmp_path / "a.md")


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    assert find(tmp_path) == ([], [])


def test_more_files_than_allowed_raise(tmp_path: Path) -> None:
    write_folder(tmp_path, dict.fromkeys(["a.md", "b.md", "c.md"], "x"))

    assert len(find(tmp_path, Limits(files=3))[0]) == 3
    with pytest.raises(KnowledgeError, match="holds 3 Markdown files, more than the 2 allowed"):
        find(tmp_path, Limits(files=2))


@pytest.mark.fault(48)
def test_a_link_that_leads_out_of_the_folder_is_refused_by_name(tmp_path: Path) -> None:
    write_folder(tmp_path, {"out/secret.md": "x", "in/a.md": "x"})
    (tmp_path / "in" / "file.md").symlink_to(tmp_path / "out" / "secret.md")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out")

    files, problems = find(tmp_path / "in")

    assert files == ["a.md"]
    assert sorted(problem.path for problem in problems) == ["file.md", "folder"]
    assert all("leads out of the knowledge folder" in problem.message for problem in problems)


def test_a_folder_beside_with_the_same_beginning_is_outside(tmp_path: Path) -> None:
    write_folder(tmp_path, {"in/a.md": "x", "in-secret/s.md": "x"})
    (tmp_path / "in" / "s.md").symlink_to(tmp_path / "in-secret" / "s.md")

    files, (problem,) = find(tmp_path / "in")

    assert files == ["a.md"]
    assert problem.path == "s.md"
    assert "leads out of the knowledge folder" in problem.message


def test_a_link_to_an_article_inside_is_no_second_copy_of_it(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "x"})
    (tmp_path / "b.md").symlink_to("a.md")

    assert find(tmp_path) == (["a.md"], [])


def test_a_link_into_a_hidden_folder_inside_is_followed_as_in_a_mounted_volume(tmp_path: Path) -> None:
    write_folder(tmp_path, {"..data/a.md": "x"})
    (tmp_path / "a.md").symlink_to("..data/a.md")

    assert find(tmp_path) == (["a.md"], [])


def test_a_link_to_nothing_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.md").symlink_to("a.md")

    files, (problem,) = find(tmp_path)

    assert files == []
    assert (problem.path, problem.message) == ("b.md", "is a link to nothing.")


def test_a_folder_that_links_to_one_it_lies_in_is_not_read_for_ever(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a/b/c.md": "x"})
    (tmp_path / "a" / "top").symlink_to(tmp_path)
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")

    files, problems = find(tmp_path)

    assert files == ["a/b/c.md"]
    assert "a/top" in [problem.path for problem in problems]


def test_links_that_lead_to_each_other_are_refused_by_name(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "x"})
    (tmp_path / "x.md").symlink_to("y.md")
    (tmp_path / "y.md").symlink_to("x.md")

    files, problems = find(tmp_path)

    assert files == ["a.md"]
    assert [problem.path for problem in problems] == ["x.md", "y.md"]


def test_a_pipe_with_the_name_of_an_article_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")

    assert find(tmp_path)[0] == []


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is readable for root")
def test_a_folder_that_cannot_be_listed_is_named_and_the_rest_is_found(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "x", "locked/b.md": "x"})
    (tmp_path / "locked").chmod(0)

    try:
        files, problems = find(tmp_path)
    finally:
        (tmp_path / "locked").chmod(0o755)

    assert files == ["a.md"]
    assert [(problem.path, problem.message) for problem in problems] == [("locked", "cannot be listed.")]


def test_a_file_that_vanished_is_refused_by_name(tmp_path: Path) -> None:
    problems: list[Problem] = []

    text = read_text(tmp_path / "gone.md", tmp_path, Limits(), problems)

    assert text is None
    assert str(problems[0]) == "gone.md: cannot be read (No such file or directory). Check its permissions."


@pytest.mark.fault(48)
@pytest.mark.skipif(os.geteuid() == 0, reason="everything is readable for root")
def test_a_file_that_may_not_be_read_is_refused_by_name(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.md": "x"})
    (tmp_path / "a.md").chmod(0)
    problems: list[Problem] = []

    text = read_text(tmp_path / "a.md", tmp_path, Limits(), problems)

    assert text is None
    assert [problem.message for problem in problems] == ["cannot be read (Permission denied)."]


@pytest.mark.fault(47)
@pytest.mark.parametrize(
    "content", [b"one\ntwo\xc3\xa9\n", b"\xef\xbb\xbfone\ntwo\xc3\xa9\n", b"one\r\ntwo\xc3\xa9\r\n", b"one\rtwo\xc3\xa9\r"]
)
def test_byte_order_mark_and_line_endings_make_no_difference(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == (SourceText("a.md", "one\ntwoé\n"), [])


@pytest.mark.fault(47)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_a_byte_order_mark_is_read_with_a_warning(tmp_path: Path, encoding: str) -> None:
    text, problems = read(tmp_path, "\ufeffone\r\ntwo é".encode(encoding))

    assert text == SourceText("a.md", "one\ntwo é")
    assert [(problem.severity, problem.path) for problem in problems] == [(Severity.WARNING, "a.md")]
    assert "UTF-16" in problems[0].message


@pytest.mark.fault(47)
def test_latin_1_is_refused_with_line_and_byte(tmp_path: Path) -> None:
    problem = refusal(tmp_path, "é\nab\nca".encode() + b"f\xe9\n")

    assert problem.line == 3
    assert problem.message == "is not UTF-8: byte 9 is 0xe9."
    assert problem.remedy == "Save the file as UTF-8."


def test_the_wrong_byte_is_named_after_a_byte_order_mark_too(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"\xef\xbb\xbfab\n\xe9").message == "is not UTF-8: byte 6 is 0xe9."


def test_the_line_of_a_wrong_byte_is_right_where_lines_end_in_cr(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"ab\rcd\r\xe9").line == 3


def test_broken_utf_16_is_refused_as_utf_16(tmp_path: Path) -> None:
    assert "UTF-16" in refusal(tmp_path, "\ufeffabc".encode("utf-16-le") + b"x").message


@pytest.mark.parametrize("content", [b"\xed\xa0\x80", b"\xc0\x80", b"\xf5\x80\x80\x80", b"\xff", b"caf\xc3"])
def test_what_only_looks_like_utf_8_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, b"one\n" + content).line == 2


@pytest.mark.fault(44)
def test_a_file_with_a_nul_character_is_refused_with_its_line_and_position(tmp_path: Path) -> None:
    problem = refusal(tmp_path, b"one\ntwo\0three")

    assert (problem.line, problem.message) == (2, "holds a NUL character at position 7.")


def test_utf_16_without_a_byte_order_mark_is_refused(tmp_path: Path) -> None:
    assert "NUL" in refusal(tmp_path, "plain words".encode("utf-16-le")).message


def test_a_file_of_exactly_the_limit_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    assert read(tmp_path, b"x" * 1000, Limits(file_bytes=1000))[0] is not None
    problem = refusal(tmp_path, b"x" * 1001, Limits(file_bytes=1000))

    assert problem.message == "is 1,001 bytes long, more than the 1,000 allowed."


@pytest.mark.fault(48)
def test_the_size_is_looked_at_before_the_content(tmp_path: Path) -> None:
    with (tmp_path / "a.md").open("wb") as file:
        file.truncate(1 << 40)  # a terabyte of nothing; reading it would end the process
    problems: list[Problem] = []

    assert read_text(tmp_path / "a.md", tmp_path, Limits(), problems) is None
    assert "bytes long" in problems[0].message


@given(st.binary(max_size=60))
def test_any_bytes_that_are_not_read_are_refused_with_a_reason(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    text, problems = read(tmp_path_factory.mktemp("any"), content)

    assert (text is None) == any(problem.severity is Severity.FAULT for problem in problems)
    if text is not None:
        assert "\r" not in text.text
        assert "\0" not in text.text
        text.text.encode()


@pytest.mark.parametrize("marker", [">", "> ", "- ", "* ", "+ ", "1. ", "12) "])
def test_a_line_may_open_as_many_levels_as_allowed_and_not_one_more(marker: str) -> None:
    assert too_deep_markdown(marker * 5 + "x", 5) is None
    assert too_deep_markdown("fine\n" + marker * 6 + "x", 5) == 2


@pytest.mark.parametrize("run", ["[" * 64, "![" * 64, "*" * 512, "`" * 512, "<" * 256, "(" * 256])
def test_long_runs_of_marks_are_refused(run: str) -> None:
    assert too_deep_markdown(f"\n\na {run} b", 40) == 3


def test_ordinary_marks_are_not_taken_for_nesting() -> None:
    text = "a **b** [c](d) `e`\n\n- one\n- two\n\n> quoted\n\n---\n\n1.5 is a number, -5 too, **** is nothing"

    assert too_deep_markdown(text, 2) is None


def test_a_list_that_nests_by_indentation_is_refused_as_well() -> None:
    text = "\n".join("  " * level + f"- level {level}" for level in range(70))

    assert too_deep_markdown(text, 40) == 41


def test_a_long_rule_made_of_spaced_dashes_is_not_nesting() -> None:
    assert too_deep_markdown("- " * 45, 40) is None


@pytest.mark.parametrize("text", ["a: &x 1", "a: &x [1]\nb: 2", "a: 1\nb: *a"])
def test_anchors_and_aliases_are_refused(text: str) -> None:
    fault = yaml_structure_fault(text, 10)

    assert fault is not None
    assert "anchors and aliases" in fault[1]


@pytest.mark.fault(48)
def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(20))

    assert yaml_structure_fault(bomb, 40) == (1, "anchors and aliases (& and *) are not allowed")


def test_values_may_nest_as_deep_as_allowed_and_not_deeper() -> None:
    assert yaml_structure_fault("a: [[[1]]]", 4) is None
    assert yaml_structure_fault("x: 1\na: [[[[1]]]]", 4) == (2, "values are nested deeper than 4 levels")


@pytest.mark.fault(48)
def test_thousands_of_brackets_are_refused_without_recursion() -> None:
    assert yaml_structure_fault("[" * 3000 + "]" * 3000, 40) == (1, "values are nested deeper than 40 levels")


def test_a_key_given_twice_is_named_with_its_line() -> None:
    assert yaml_structure_fault("a: 1\nb:\n  c: 1\n  d: [x, {y: 2}]\n  c: 2\n", 10) == (5, "the key 'c' is given twice")


def test_equal_words_that_are_not_keys_of_one_mapping_are_fine() -> None:
    assert yaml_structure_fault("a: a\nb: {a: b, c: a}\nc: [a, a, b, {a: a}]\n? [x]\n: a\nd: a\n", 10) is None


def test_text_that_is_no_yaml_raises() -> None:
    with pytest.raises(yaml.YAMLError):
        yaml_structure_fault("a: [1", 10)


SCALARS = st.none() | st.booleans() | st.integers() | st.text("abc: -#&*\n'", max_size=8)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcd", max_size=3), inner, max_size=3), max_leaves=15
)


@given(TREES)
def test_plain_data_never_has_a_fault(tree: object) -> None:
    text = yaml.dump(tree, Dumper=_WithoutAliases)

    assert yaml_structure_fault(text, 100) is None


class _WithoutAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def test_documentation_that_is_no_markdown_is_passed_over_with_a_warning_for_each_kind(tmp_path: Path) -> None:
    write_folder(tmp_path, dict.fromkeys(("a.md", "faq.mdx", "guide.rst", "b/more.RST", "notes.adoc", "data.csv", ".hidden.rst"), "Text."))
    problems: list[Problem] = []

    found = find_files(tmp_path, Limits(), problems)

    assert [path.name for path in found] == ["a.md", "faq.mdx"]
    assert [(problem.path, problem.message, problem.severity) for problem in sorted(problems)] == [
        ("b/more.RST", "this and 1 more .rst files are passed over, since only Markdown is read.", Severity.WARNING),
        ("notes.adoc", "1 .adoc file is passed over, since only Markdown is read.", Severity.WARNING),
    ]
