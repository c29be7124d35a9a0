"""How problems are shown and ordered."""

from __future__ import annotations

from bot.corpus.problems import Problem, Severity, faults, in_order


def test_a_problem_is_reported_with_its_place_and_its_remedy() -> None:
    problem = Problem("a.md", 3, "is wrong.", "Mend it.")

    assert str(problem) == "a.md:3: is wrong. Mend it."


def test_a_problem_of_a_whole_file_is_reported_without_a_line() -> None:
    assert str(Problem("a.md", None, "is wrong.", "")) == "a.md: is wrong."


def test_only_faults_count_as_left_out() -> None:
    fault = Problem("a.md", 1, "x", "y")
    warning = Problem("a.md", 1, "x", "y", Severity.WARNING)

    assert faults([warning, fault]) == (fault,)


def test_problems_are_ordered_by_file_and_line_with_whole_files_first() -> None:
    later, whole, earlier, other = (Problem(path, line, "m", "r") for path, line in (("a", 9), ("a", None), ("a", 2), ("b", 1)))

    assert in_order([other, later, earlier, whole]) == (whole, earlier, later, other)
