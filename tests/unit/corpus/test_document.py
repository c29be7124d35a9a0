"""What a knowledge folder is in memory, and the names of its sections."""

from __future__ import annotations

import pickle
import re

from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.document import KEY_LENGTH, Passage, PassageKind, Source, join_passages, section_key, slugify, unique_slug
from tests.unit.making import make_corpus, make_section

CORPUS = make_corpus([make_section("b", "Beta.", questions=("What is b?",)), make_section("a", "Alpha.", questions=("What is a?",))])


def test_sentences_of_a_paragraph_are_joined_on_a_line() -> None:
    assert join_passages((Passage("One."), Passage("Two."))) == "One. Two."


def test_items_are_joined_on_lines_and_blocks_stand_apart() -> None:
    passages = (
        Passage("Three things:", block=0),
        Passage("• a", PassageKind.ITEM, 1),
        Passage("• b", PassageKind.ITEM, 1),
        Passage("pip install x", PassageKind.CODE, 2),
    )

    assert join_passages(passages) == "Three things:\n\n• a\n• b\n\npip install x"


def test_a_source_names_publisher_and_year_where_they_are_known() -> None:
    assert str(Source("T", "P", 2024)) == "T (P, 2024)"
    assert str(Source("T", year=2024)) == "T (2024)"
    assert str(Source("T")) == "T"


def test_a_section_is_found_by_its_id_and_by_its_key() -> None:
    section = CORPUS.section("article#a")

    assert section is not None
    assert CORPUS.section_of_key(section.key) is section


def test_a_section_that_is_not_there_is_none() -> None:
    assert CORPUS.section("article#zzz") is None
    assert CORPUS.section_of_key("zzzzzzzzzzzz") is None


def test_neighbours_are_the_other_sections_of_the_article() -> None:
    first, second = CORPUS.sections

    assert CORPUS.neighbours(first) == (second,)


def test_questions_come_in_the_order_of_the_sections() -> None:
    assert CORPUS.questions == ("What is a?", "What is b?")


def test_a_pickled_corpus_is_equal_and_can_still_look_up() -> None:
    copy = pickle.loads(pickle.dumps(CORPUS))

    assert copy == CORPUS
    assert copy.section("article#a") == CORPUS.section("article#a")
    assert copy.fingerprint == CORPUS.fingerprint


def test_every_part_that_is_shown_and_searched_changes_the_fingerprint() -> None:
    base = make_corpus([make_section("a", "Alpha.")])
    variants = [
        make_corpus([make_section("a", "Beta.")]),
        make_corpus([make_section("b", "Alpha.", title="a")]),
        make_corpus([make_section("a", "Alpha.", title="Other")]),
        make_corpus([make_section("a", "Alpha.", questions=("What is a?",))]),
    ]

    fingerprints = {corpus.fingerprint for corpus in (base, *variants)}

    assert len(fingerprints) == 1 + len(variants)


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


class Counting(dict[str, int]):
    """Counts how often somebody asks what is in it."""

    asked = 0

    def __contains__(self, key: object) -> bool:
        self.asked += 1
        return super().__contains__(key)


def test_the_effort_for_equal_slugs_grows_with_their_number_and_not_with_its_square() -> None:
    taken = Counting()

    last = [unique_slug("options", taken) for _ in range(2000)][-1]

    assert last == "options-2000"
    assert taken.asked <= 3 * 2000


def test_a_repeated_slug_gets_the_first_free_number() -> None:
    taken: dict[str, int] = {}

    slugs = [unique_slug(slug, taken) for slug in ("a", "a", "a-2", "a")]

    assert slugs == ["a", "a-2", "a-2-2", "a-3"]


@given(st.lists(st.sampled_from(["a", "a-2", "b", "a-3"]), max_size=12))
def test_unique_slugs_never_repeat(slugs: list[str]) -> None:
    taken: dict[str, int] = {}

    unique = [unique_slug(slug, taken) for slug in slugs]

    assert len(set(unique)) == len(unique)
    assert set(taken) == set(unique)


@given(st.text(max_size=60))
def test_a_section_key_is_short_and_safe_in_a_custom_id(section_id: str) -> None:
    key = section_key(section_id)

    assert re.fullmatch("[a-z2-7]{12}", key)
    assert len(key) == KEY_LENGTH
    assert key == section_key(section_id)


def test_two_sections_have_two_keys() -> None:
    assert section_key("a#b") != section_key("a#c")
