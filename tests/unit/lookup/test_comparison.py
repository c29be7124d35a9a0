"""Infoboxes, and two of them side by side."""

from __future__ import annotations

from bot.lookup.comparison import compare, infobox_of
from tests.unit.lookup.catalogues import APACHE, MIT, MODEL, TOOL


def test_a_license_is_reported_as_facts_without_what_is_empty() -> None:
    assert {fact.label: fact.text for fact in infobox_of(MIT)} == {
        "Kind": "permissive", "SPDX id": "MIT", "Approved by the OSI": "yes", "Patent grant": "the text says nothing",
        "Permissions": "use", "Conditions": "notice",
    }  # fmt: skip


def test_a_project_is_reported_as_facts() -> None:
    assert {fact.label: fact.text for fact in infobox_of(TOOL)} == {
        "Kind": "tool", "Made by": "People", "First released": "2020", "License of the code": "MIT",
    }  # fmt: skip


def test_two_licenses_agree_whatever_the_case_and_differ_in_what_only_one_has() -> None:
    comparison = compare(MIT, APACHE)

    assert [row.label for row in comparison.differences] == ["SPDX id", "Patent grant", "Permissions", "Used by"]
    assert [row.label for row in comparison.agreements] == ["Kind", "Approved by the OSI", "Conditions"]
    permissions = next(row for row in comparison.rows if row.label == "Permissions")
    assert (permissions.only_left, permissions.only_right) == ((), ("patent use",))
    assert comparison.rows[-1].left == ("not listed",)


def test_a_comparison_the_other_way_round_differs_in_the_same_rows() -> None:
    there, back = compare(TOOL, MODEL), compare(MODEL, TOOL)

    assert [row.label for row in there.rows] == [row.label for row in back.rows]
    assert [(row.left, row.right) for row in there.rows] == [(row.right, row.left) for row in back.rows]


def test_a_thing_compared_with_itself_does_not_differ() -> None:
    assert compare(MIT, MIT).differences == ()
