"""The index: what it ranks first, that it is deterministic, and that its arithmetic adds up."""

from __future__ import annotations

import pickle
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.document import Section
from bot.retrieval.tfidf import TfidfIndex
from tests.unit.making import make_section
from tests.unit.retrieval.corpora import FITTING

SECTIONS = (
    make_section("apples", "Apples are red fruit. They grow on trees.", questions=("What is an apple?",)),
    make_section("bananas", "Bananas are yellow fruit from the tropics.", questions=("Why are bananas bent?",)),
    make_section("cars", "Cars are machines with four wheels and an engine.", questions=("How fast is a car?",)),
    make_section(
        "licenses",
        "A license says what one may do. The Apache license grants patents.",
        questions=("which permissive license has a patent grant",),
    ),
    make_section("organization", "An organization of people who organize things."),
)
INDEX = TfidfIndex().fit(SECTIONS)
WORDS = st.sampled_from(
    "apples apple red fruit trees bananas yellow bent tropics cars wheels engine license apache patents "
    "patent grant organisation the are xyzzy wieghts aples bannanas licens what is of 2.0 c++ ? ’s".split()
)
QUERIES = st.lists(WORDS, max_size=12).map(" ".join)


def first(query: str, index: TfidfIndex = INDEX) -> str | None:
    hits = index.search(query, 1)
    return hits[0].section_id.removeprefix("article#") if hits else None


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("red fruit", "apples"),
        ("yellow fruit", "bananas"),
        ("why is a banana bent", "bananas"),
        ("how many wheels has a car", "cars"),
        ("patent grant", "licenses"),
        ("does the licence grant patents?", "licenses"),
        ("organisations", "organization"),
        ("APPLE", "apples"),
        ("trees", "apples"),
    ],
)
def test_the_section_that_a_human_would_choose_comes_first(query: str, best: str) -> None:
    assert first(query) == best


def test_a_section_about_a_word_comes_before_one_that_mentions_it() -> None:
    index = TfidfIndex().fit(
        [
            make_section("a", "The engine room. Some words about ships and docks."),
            make_section("b", "Words about ships.", title="Engine"),
            make_section("c", "Other things."),
        ]
    )

    assert first("engine", index) == "b"


def test_words_that_stand_together_as_in_the_question_count_more() -> None:
    index = TfidfIndex().fit(
        [
            make_section("a", "Weights may be open here today."),
            make_section("b", "Open weights may be here today."),
            make_section("c", "Nothing."),
        ]
    )

    assert first("open weights", index) == "b"


def test_the_wording_of_a_section_s_own_question_counts() -> None:
    plain = TfidfIndex().fit([make_section("a", "Alpha things."), make_section("b", "Beta things.")])
    asked = TfidfIndex().fit([make_section("a", "Alpha things."), make_section("b", "Beta things.", questions=("who pays for alpha",))])

    assert first("who pays for alpha", plain) == "a"
    assert first("who pays for alpha", asked) == "b"


def test_mistyped_words_are_taken_for_known_ones() -> None:
    assert first("bannanas") == "bananas"
    assert first("lisence patens") == "licenses"
    assert TfidfIndex(spelling=False).fit(SECTIONS).search("bannanas", 5) == []


def test_a_repair_is_reported_and_counts_less_than_the_right_word() -> None:
    typed = INDEX.explain("bannanas", "article#bananas").words[0]
    right = INDEX.explain("bananas", "article#bananas").words[0]

    assert (typed.word, typed.matched, right.matched) == ("bannanas", "bananas", None)
    assert typed.weight == pytest.approx(0.8 * right.weight)


def test_equal_scores_are_ordered_by_section_id() -> None:
    sections = [make_section(name, "The same words here.", title="Same") for name in ("c", "a", "b")]

    hits = TfidfIndex().fit(sections).search("same words", 3)

    assert [hit.section_id for hit in hits] == ["article#a", "article#b", "article#c"]
    assert len({hit.score for hit in hits}) == 1


def test_at_most_k_hits_come_back_and_none_without_a_shared_word() -> None:
    assert len(INDEX.search("fruit", 1)) == 1
    assert {hit.section_id for hit in INDEX.search("fruit", 10)} == {"article#apples", "article#bananas"}
    assert INDEX.search("zzz qqq", 10) == []
    assert INDEX.search("", 10) == []
    assert INDEX.search("?!", 10) == []


@FITTING
@given(st.permutations(SECTIONS))
def test_the_order_in_which_sections_are_given_makes_no_difference(sections: Sequence[Section]) -> None:
    index = TfidfIndex().fit(sections)

    for query in ("red fruit", "a license for wheels", "bannanas"):
        assert index.search(query, 5) == INDEX.search(query, 5)


@FITTING
@given(QUERIES)
def test_a_second_index_of_the_same_sections_ranks_the_same(query: str) -> None:
    assert TfidfIndex().fit(SECTIONS).search(query, 5) == INDEX.search(query, 5)


def test_a_pickled_index_gives_the_same_hits_and_explanations() -> None:
    copy = pickle.loads(pickle.dumps(INDEX))

    for query in ("red fruit", "aples and bannanas", "patent grant", "xyzzy"):
        assert copy.search(query, 5) == INDEX.search(query, 5)
        assert copy.explain(query, "article#apples") == INDEX.explain(query, "article#apples")


@given(QUERIES)
def test_the_parts_of_an_explanation_add_up_to_the_score_of_the_hit(query: str) -> None:
    for hit in INDEX.search(query, 10):
        explanation = INDEX.explain(query, hit.section_id)

        parts = (
            explanation.confirmed_part,
            explanation.phrase_part,
            explanation.name_part,
            explanation.question_part,
            explanation.letter_part,
            explanation.head_part,
        )
        weights = [*(word.weight for word in explanation.words), *(synonym.weight for synonym in explanation.synonyms)]
        assert sum(weights) + sum(parts) == pytest.approx(hit.score, abs=2e-6)
        assert explanation.sum == pytest.approx(explanation.score, abs=1e-6)
        assert explanation.score == pytest.approx(hit.score, abs=2e-6)
        assert 0 < hit.score <= 1 + 1e-9


@given(QUERIES)
def test_hits_are_in_descending_order_and_unique(query: str) -> None:
    hits = INDEX.search(query, 10)

    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.section_id))
    assert len({hit.section_id for hit in hits}) == len(hits)


def test_a_section_that_is_no_hit_is_explained_with_the_score_0() -> None:
    query = "fruit"
    assert "article#cars" not in [hit.section_id for hit in INDEX.search("what fruit", 10)]

    assert INDEX.explain(query, "article#cars").score == 0 == INDEX.explain("what fruit", "article#cars").score


def test_an_explanation_says_where_each_word_was_found() -> None:
    explanation = INDEX.explain("apple trees engine xyzzy", "article#apples")

    fields = {word.word: word.fields for word in explanation.words}
    assert fields == {"apple": ("title", "questions", "text"), "trees": ("text",), "engine": (), "xyzzy": ()}
    assert explanation.unknown == ("xyzzy",)
    assert explanation.missing == ("engine",)


def test_an_explanation_names_the_nearest_of_the_section_s_own_questions() -> None:
    assert INDEX.explain("why are bananas so bent", "article#bananas").closest_question == "Why are bananas bent?"


def test_the_closest_phrasing_of_each_section_is_its_own_and_in_the_order_asked_for() -> None:
    index = TfidfIndex().fit(
        [
            make_section("boats", "Boats float.", questions=("Who built the first boat?", "Do boats sink?")),
            make_section("planes", "Planes fly.", questions=("How high do planes fly?", "Who built the first plane?")),
        ]
    )

    asked = ["article#planes", "article#boats"]

    assert index.closest_phrasings("who built the first", asked) == ["Who built the first plane?", "Who built the first boat?"]
    assert index.closest_phrasings("", asked) == [None, None]


def test_a_repeated_word_counts_once() -> None:
    assert [word.word for word in INDEX.explain("fruit fruit fruits", "article#apples").words] == ["fruit"]


def test_an_unknown_section_cannot_be_explained() -> None:
    with pytest.raises(KeyError):
        INDEX.explain("fruit", "article#nowhere")


@pytest.mark.parametrize("sections", [(), (make_section("none", "???", title="!!!"),)])
def test_a_corpus_without_sections_and_one_without_words_raise(sections: tuple[Section, ...]) -> None:
    wordless = [Section(s.id, s.key, s.area, s.article, ("…",), s.passages, (), (), s.path, s.line) for s in sections]

    with pytest.raises(ValueError, match="no section has a word"):
        TfidfIndex().fit(wordless)


def test_a_corpus_of_nothing_but_common_words_can_be_searched() -> None:
    index = TfidfIndex().fit([make_section("a", "The of and to.", title="It is"), make_section("b", "The of and to.", title="It is")])

    assert [hit.section_id for hit in index.search("the", 5)] == ["article#a", "article#b"]


def test_a_corpus_of_one_section_can_be_searched() -> None:
    (hit,) = TfidfIndex().fit([make_section("a", "Only this.")]).search("only this", 5)

    assert hit.section_id == "article#a"
    assert 0 < hit.score <= 1


def test_a_rare_word_carries_more_information_than_a_common_one_and_an_unknown_word_most() -> None:
    information = {word.word: word.information for word in INDEX.explain("fruit red are xyzzy", "article#apples").words}

    assert 0 <= information["are"] < information["fruit"] < information["red"] <= information["xyzzy"] == 1


@given(QUERIES)
def test_relevance_and_information_are_shares(query: str) -> None:
    texts = [("apples are red",), (), ("a license for", "patents xyzzy bananas"), (query,)]

    assert all(0 <= value <= 1 + 1e-9 for value in INDEX.relevance(query, texts))
    assert all(0 <= word.information <= 1 for word in INDEX.explain(query, "article#apples").words)


def test_relevance_is_that_of_each_text() -> None:
    (alone,) = INDEX.relevance("red wheels", [("Red", "on wheels")])
    full, half, none = INDEX.relevance("red wheels", [("Red", "on wheels"), ("a wheel",), ("green",)])

    assert alone == pytest.approx(1)
    assert 0 < half < full < 1
    assert none == 0


def test_a_word_that_fewer_of_some_texts_have_tells_more_about_the_one_that_has_it() -> None:
    apart = INDEX.relevance("red fruit", [("red",), ("fruit",), ("another fruit",), ("fruit again",)])
    alike = INDEX.relevance("red fruit", [("red",), ("fruit",)])

    assert apart[0] / apart[1] > alike[0] / alike[1]


def test_settings_that_change_the_ranking_are_reported() -> None:
    assert TfidfIndex(title_weight=5.0, spelling=False).get_params() == {**TfidfIndex().get_params(), "title_weight": 5.0, "spelling": 0.0}


@pytest.mark.parametrize("text", ["Word.", "Word word word.", "word"])
def test_a_corpus_of_one_word_can_be_searched(text: str) -> None:
    section = make_section("word", text, title="word")
    index = TfidfIndex().fit([Section(section.id, section.key, "", "word", ("word",), section.passages, (), (), "word.md", 1)])

    (hit,) = index.search("words", 3)

    assert 0 < hit.score <= 1
    assert index.search("other", 3) == []
    assert index.explain("word other", section.id).unknown == ("other",)


@pytest.mark.parametrize("query", ["ＡＰＰＬＥＳ", "ápplés", "app\u200bles", "APPLES\u0000", "🍎 apples 🍎", "apples’s", "\u202eapples"])
def test_a_word_is_known_however_unicode_writes_it(query: str) -> None:
    assert first(query) == "apples"


@pytest.mark.parametrize("query", ["中文 тест العربية", "\ud800", "\u0301" * 50, "🎉" * 300, "\x00\x07"])
def test_a_query_of_foreign_characters_finds_nothing_and_raises_nothing(query: str) -> None:
    assert INDEX.search(query, 5) == []
    assert INDEX.explain(query, "article#apples").score == 0
    assert INDEX.relevance(query, [("apples",)]) == [0.0]


@given(st.text(st.characters(), max_size=60))
def test_any_text_can_be_asked_and_explained(query: str) -> None:
    for hit in INDEX.search(query, 5):
        assert INDEX.explain(query, hit.section_id).score == pytest.approx(hit.score, abs=2e-6)


@pytest.mark.parametrize("query", ["apples " * 142, "x" * 1000, "bannanas yelow " * 66, " ".join(f"w{number}" for number in range(200))])
def test_a_question_of_a_thousand_characters_is_answered_like_any_other(query: str) -> None:
    hits = INDEX.search(query, 5)

    assert hits == INDEX.search(query, 5)
    assert all(0 < hit.score <= 1 for hit in hits)


def test_a_word_said_many_times_is_asked_for_once_but_word_pairs_remain() -> None:
    assert INDEX.search("apples apples apples", 1)[0].section_id == INDEX.search("apples", 1)[0].section_id


def test_an_index_can_be_given_another_one_s_arrays() -> None:
    index = TfidfIndex().fit([make_section("old", "Old words about ships.")])

    index.take(INDEX.arrays)

    assert index.search("red fruit", 5) == INDEX.search("red fruit", 5)
    assert index.search("ships", 5) == []
    with pytest.raises(KeyError):
        index.explain("ships", "article#old")


@pytest.mark.parametrize(
    ("part", "index"),
    [
        ("phrase_part", TfidfIndex(phrase_part=0)),
        ("name_part", TfidfIndex(name_part=0)),
        ("question_part", TfidfIndex(question_part=0)),
        ("letter_part", TfidfIndex(letter_part=0)),
    ],
)
def test_a_part_that_is_switched_off_adds_nothing(part: str, index: TfidfIndex) -> None:
    query = "what is red apples fruit"

    without = index.take(INDEX.arrays).explain(query, "article#apples")

    assert getattr(without, part) == 0
    assert getattr(INDEX.explain(query, "article#apples"), part) > 0
    assert index.search(query, 1)[0].score == pytest.approx(without.score, abs=2e-6)


def test_more_hits_than_the_pool_are_looked_at_where_they_are_asked_for() -> None:
    index = TfidfIndex(pool=2).fit([make_section(f"s{number}", "Same words.", title="Same") for number in range(8)])

    assert len(index.search("same", 8)) == 8


@given(QUERIES)
def test_the_evidence_is_that_of_the_whole_explanation(query: str) -> None:
    assert INDEX.evidence(query, "article#apples") == INDEX.explain(query, "article#apples").words
