"""Infoboxes, and two of them side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.corpus.catalogue.entries import LicenseEntry
from bot.lookup.comparison import ComparedRow, compare, infobox_of, introduction, short_name, sides_of
from tests.unit.lookup.catalogues import APACHE, MIT, MODEL, RAIL, TOOL, license_entry


def test_a_license_is_reported_as_facts_in_the_order_in_which_they_matter_the_spdx_id_last() -> None:
    assert [(fact.label, fact.text) for fact in infobox_of(MIT)] == [
        ("Conditions", "notice"), ("Patents", "not mentioned"), ("Allowed", "use"), ("Kind", "permissive"), ("Approved by the OSI", "yes"),
        ("SPDX id", "MIT"),
    ]  # fmt: skip


def test_a_project_is_reported_as_facts_its_licenses_first() -> None:
    assert [(fact.label, fact.text) for fact in infobox_of(TOOL)] == [
        ("License of the code", "MIT"), ("Made by", "People"), ("First released", "2020"), ("Kind", "tool"),
    ]  # fmt: skip


def test_two_licenses_agree_whatever_the_case_and_differ_in_what_only_one_has() -> None:
    comparison = compare(MIT, APACHE)

    assert comparison.heads == ("MIT", "Apache 2.0")
    assert [row.label for row in comparison.differences] == ["What it is for", "Patents", "Used by", "SPDX id"]
    assert [row.label for row in comparison.agreements] == ["Conditions", "Allowed", "Kind", "Approved by the OSI"]
    assert next(row for row in comparison.rows if row.label == "Used by").left == ("not listed",)


def test_a_permission_that_only_one_license_lists_is_not_said_to_be_only_its_own() -> None:
    hosting = license_entry("h", "Hosting License", permissions=("use", "hosting"))
    silent = license_entry("s", "Silent License", permissions=("use",))
    denying = license_entry("d", "Denying License", permissions=("use",), limitations=("no hosting, not even at home",))

    allowed = {
        name: next(row for row in compare(hosting, one).rows if row.label == "Allowed") for name, one in (("s", silent), ("d", denying))
    }

    assert (allowed["s"].left, allowed["s"].right, allowed["s"].differs) == (("use",), ("use",), False)
    assert (allowed["d"].only_left, allowed["d"].only_right) == (("hosting",), ())


def test_a_permission_under_a_condition_differs_from_the_one_without() -> None:
    free = license_entry("f", "Free License", permissions=("commercial use",))
    small = license_entry("s", "Small License", permissions=("commercial use below $1 million",))

    row = next(row for row in compare(free, small).rows if row.label == "Allowed")

    assert (row.left, row.right) == (("commercial use",), ("commercial use below $1 million",))


def test_a_granted_patent_is_not_said_again_among_what_is_allowed() -> None:
    assert "patent use" not in {value for fact in infobox_of(APACHE) for value in fact.values}


def test_what_both_sides_share_is_left_out_of_what_differs() -> None:
    row = ComparedRow("Limits", ("no warranty",), ("No warranty", "no trademark rights"))

    assert row.shared == ("no warranty",)
    assert sides_of(row, ("MIT", "Apache 2.0")) == (("only Apache 2.0", ("no trademark rights",)),)
    assert sides_of(ComparedRow("Made by", ("A",), ("B",)), ("x", "y")) == (("x", ("A",)), ("y", ("B",)))


def test_a_comparison_the_other_way_round_differs_in_the_same_rows() -> None:
    there, back = compare(TOOL, MODEL), compare(MODEL, TOOL)

    assert [row.label for row in there.rows] == [row.label for row in back.rows]
    assert [(row.left, row.right) for row in there.rows] == [(row.right, row.left) for row in back.rows]


def test_a_thing_compared_with_itself_does_not_differ() -> None:
    assert compare(MIT, MIT).differences == ()


@pytest.mark.parametrize(
    ("entry", "short"),
    [
        (MIT, "MIT"),
        (APACHE, "Apache 2.0"),
        (RAIL, "OpenRAIL-M"),
        (TOOL, "Tool"),
        (license_entry("gpl", "GNU General Public License 3.0", spdx="GPL-3.0-or-later"), "GPL 3.0"),
        (license_entry("by", "Creative Commons Attribution 4.0", spdx="CC-BY-4.0"), "CC-BY 4.0"),
        (license_entry("o", "OpenRAIL-M (Open Responsible AI License for models)"), "OpenRAIL-M"),
        (replace(TOOL, name="Mistral (models by Mistral AI)"), "Mistral"),
        (license_entry("l", "License"), "License"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.id,
)
def test_a_name_gets_short_as_people_write_it(entry: LicenseEntry, short: str) -> None:
    assert short_name(entry) == short


@pytest.mark.parametrize(
    ("summary", "read"),
    [
        ("The Apache License 2.0 is permissive. It is old.", " is permissive."),
        ("Apache 2 (2004) is permissive.", " (2004) is permissive."),
        ("A permissive license.", ": A permissive license."),
    ],
)
def test_an_introduction_goes_on_where_the_short_name_ends(summary: str, read: str) -> None:
    assert introduction(replace(APACHE, summary=summary, aliases=("Apache 2",))) == ("Apache 2.0", read)
