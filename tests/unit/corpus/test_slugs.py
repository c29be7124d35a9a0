"""Names made from headings and paths."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.document import KEY_LENGTH, section_key, slugify, unique_slug


def test_a_slug_is_lower_case_with_one_hyphen_for_each_run_of_other_characters() -> None:
    assert slugify("What is  *open* weights?!") == "what-is-open-weights"


def test_a_heading_without_letters_gets_a_slug_all_the_same() -> None:
    assert slugify("???") == "section"


def test_letters_of_every_script_stay_in_a_slug() -> None:
    assert slugify("Was heißt Öffnung? 開放") == "was-heisst-öffnung-開放"


@given(st.text(max_size=80))
def test_a_slug_is_stable_and_holds_only_letters_digits_and_single_hyphens(text: str) -> None:
    slug = slugify(text)

    assert slug
    assert slugify(slug) == slug
    assert "--" not in slug
    assert not slug.startswith("-")
    assert not slug.endswith("-")
    assert not re.search(r"[\s_#/]", slug)


def test_a_repeated_slug_gets_the_first_free_number() -> None:
    taken: set[str] = set()

    slugs = [unique_slug(slug, taken) for slug in ("a", "a", "a-2", "a")]

    assert slugs == ["a", "a-2", "a-2-2", "a-3"]


@given(st.lists(st.sampled_from(["a", "a-2", "b", "a-3"]), max_size=12))
def test_unique_slugs_never_repeat(slugs: list[str]) -> None:
    taken: set[str] = set()

    unique = [unique_slug(slug, taken) for slug in slugs]

    assert len(set(unique)) == len(unique)
    assert taken == set(unique)


@given(st.text(max_size=60))
def test_a_section_key_is_short_and_safe_in_a_custom_id(section_id: str) -> None:
    key = section_key(section_id)

    assert re.fullmatch("[a-z2-7]{12}", key)
    assert len(key) == KEY_LENGTH
    assert key == section_key(section_id)


def test_two_sections_have_two_keys() -> None:
    assert section_key("a#b") != section_key("a#c")
