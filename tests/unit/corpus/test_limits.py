"""Bounds that hold before anything is parsed."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.files import too_deep_markdown, yaml_structure_fault


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


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(20))

    assert yaml_structure_fault(bomb, 40) == (1, "anchors and aliases (& and *) are not allowed")


def test_values_may_nest_as_deep_as_allowed_and_not_deeper() -> None:
    assert yaml_structure_fault("a: [[[1]]]", 4) is None
    assert yaml_structure_fault("x: 1\na: [[[[1]]]]", 4) == (2, "values are nested deeper than 4 levels")


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
