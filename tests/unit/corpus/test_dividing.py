"""Blocks to sections, and text to passages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.document import PassageKind
from bot.corpus.loading import LONGEST_SECTION, Draft, article_title, divide, to_passages
from bot.corpus.markdown import TextBlock, parse_markdown
from bot.corpus.sentences import split_sentences


def drafts(text: str, title: str = "Article") -> tuple[Draft, ...]:
    return divide(parse_markdown(text), title)


def words(draft: Draft) -> int:
    return sum(len(line.split()) for block in draft.blocks for line in block.lines)


def test_each_heading_opens_a_section_with_a_slug_path_and_line() -> None:
    found = drafts("## One thing\n\nText.\n\n## Two\n\nMore.")

    assert [(draft.slug, draft.heading_path, draft.line) for draft in found] == [
        ("one-thing", ("Article", "One thing"), 1),
        ("two", ("Article", "Two"), 5),
    ]


def test_setext_headings_open_sections_too() -> None:
    assert [draft.heading_path for draft in drafts("One\n===\ntext\n\nTwo\n---\ntext")] == [("Article", "One"), ("Article", "One", "Two")]


def test_text_before_the_first_heading_belongs_to_the_article() -> None:
    lead, one = drafts("Lead.\n\n## One\n\nText.")

    assert (lead.slug, lead.heading_path) == ("article", ("Article",))
    assert one.slug == "one"


def test_deep_headings_carry_the_whole_path_and_a_shallow_one_ends_it() -> None:
    found = drafts("## A\n\na\n\n#### C\n\nc\n\n###### E\n\ne\n\n### D\n\nd\n\n## B\n\nb")

    assert [draft.heading_path[1:] for draft in found] == [("A",), ("A", "C"), ("A", "C", "E"), ("A", "D"), ("B",)]


def test_equal_headings_are_numbered_in_reading_order() -> None:
    found = drafts("## Setup\n\na\n\n## Setup\n\nb\n\n## Setup 2\n\nc\n\n## Setup\n\nd")

    assert [draft.slug for draft in found] == ["setup", "setup-2", "setup-2-2", "setup-3"]


def test_a_heading_without_text_below_it_is_no_section() -> None:
    assert [draft.slug for draft in drafts("## Group\n\n### Member\n\nText.\n\n## Empty")] == ["member"]


def test_an_empty_heading_leaves_the_section_with_the_one_above() -> None:
    assert [draft.heading_path for draft in drafts("## A\n\na\n\n###\n\nb")] == [("Article", "A"), ("Article", "A")]


def test_a_top_heading_that_is_the_title_is_not_named_twice() -> None:
    found = drafts("# Article\n\nLead.\n\n## One\n\nText.")

    assert [draft.heading_path for draft in found] == [("Article",), ("Article", "One")]


@pytest.mark.parametrize(
    ("text", "given_title", "title"),
    [
        ("# First\n\nx", "Given", "Given"),
        ("## Second\n\n# *First*", None, "First"),
        ("## Second", None, "read me first"),
        ("", None, "read me first"),
    ],
)
def test_the_title_is_the_given_one_else_the_first_top_heading_else_the_file_name(text: str, given_title: str | None, title: str) -> None:
    assert article_title(parse_markdown(text), given_title, "read-me_first.md") == title


def test_a_section_of_the_longest_size_stays_whole() -> None:
    paragraphs = "\n\n".join(["word " * 40] * (LONGEST_SECTION // 40))

    assert [draft.slug for draft in drafts(f"## One\n\n{paragraphs}")] == ["one"]


def test_a_huge_section_is_divided_between_blocks_into_numbered_parts() -> None:
    paragraphs = "\n\n".join(f"p{number} " + "word " * 149 for number in range(5))

    found = drafts(f"## One\n\n{paragraphs}")

    assert [draft.slug for draft in found] == ["one", "one-2", "one-3"]
    assert [words(draft) for draft in found] == [300, 300, 150]
    assert all(draft.heading_path == ("Article", "One") for draft in found)


def test_the_parts_of_a_huge_section_stand_on_rising_lines() -> None:
    paragraphs = "\n\n".join(f"p{number} " + "word " * 149 for number in range(5))

    first, second, third = drafts(f"## One\n\n{paragraphs}")

    assert first.line < second.line < third.line


def test_a_huge_list_is_divided_between_its_items() -> None:
    items = "\n".join(f"- item {number} " + "word " * 7 for number in range(200))

    found = drafts(f"## One\n\n{items}")

    assert len(found) == 5
    assert all(words(draft) <= LONGEST_SECTION for draft in found)
    assert [line for draft in found for block in draft.blocks for line in block.lines] == [
        line for block in parse_markdown(items).blocks if isinstance(block, TextBlock) for line in block.lines
    ]


def test_a_huge_paragraph_is_never_cut() -> None:
    (draft,) = drafts("word " * 1000)

    assert words(draft) == 1000


BLOCKS = st.sampled_from(
    ["# Article", "## A", "## A", "### B", "###### C", "#", "text one", "- x\n- y", "```\ncode\n```", "long " * 250, "\n---\n"]
)


@given(st.lists(BLOCKS, max_size=15).map("\n\n".join))
def test_division_keeps_all_text_in_order_under_unique_slugs(text: str) -> None:
    parsed = parse_markdown(text)

    found = divide(parsed, "Article")

    assert [line for draft in found for block in draft.blocks for line in block.lines] == [
        line for block in parsed.blocks if isinstance(block, TextBlock) for line in block.lines
    ]
    slugs = [draft.slug for draft in found]
    assert len(set(slugs)) == len(slugs)


WORDS = st.sampled_from(
    ["One", "two.", "Three!", "e.g.", "Dr.", "(Four", "five.)", "“Six?”", "7", "8.", "U.S.", "I.", "M.", "…", "nine", '"Ten."']
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It works. It is free.", ("It works.", "It is free.")),
        ("Really? Yes! Good.", ("Really?", "Yes!", "Good.")),
        ("It is 3.5 GB, e.g. A phone's share. Yes.", ("It is 3.5 GB, e.g. A phone's share.", "Yes.")),
        ("See Dr. Smith. He knows.", ("See Dr. Smith.", "He knows.")),
        ("J. R. Smith wrote it. It sold.", ("J. R. Smith wrote it.", "It sold.")),
        ("In Doe v. Roe it won. Then it lost.", ("In Doe v. Roe it won.", "Then it lost.")),
        ("It was I. Then we left.", ("It was I.", "Then we left.")),
        ('He said "No." Then he left.', ('He said "No."', "Then he left.")),
        ("Open (as in MIT.) Next one.", ("Open (as in MIT.)", "Next one.")),
        ("Version v1.2 is out. 3.5 follows.", ("Version v1.2 is out.", "3.5 follows.")),
        ("Well… Yes.", ("Well…", "Yes.")),
        ("not. a border", ("not. a border",)),
        ("你好。再见！好", ("你好。", "再见！", "好")),
        ("", ()),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, sentences: tuple[str, ...]) -> None:
    assert split_sentences(text) == sentences


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_sentences_joined_by_spaces_are_the_paragraph_again(text: str) -> None:
    assert " ".join(split_sentences(text)) == text


@given(st.text(max_size=300))
def test_splitting_never_loses_a_character_of_any_text(text: str) -> None:
    sentences = split_sentences(text)

    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() and sentence for sentence in sentences)


def test_only_running_text_is_split_and_blocks_are_numbered() -> None:
    blocks = (
        TextBlock(("One. Two.",), PassageKind.SENTENCE, 1),
        TextBlock(("• A. B.", "• C"), PassageKind.ITEM, 3),
        TextBlock(("x = 1. Y\ny = 2",), PassageKind.CODE, 6),
    )

    passages = to_passages(blocks)

    assert [(passage.text, passage.kind, passage.block) for passage in passages] == [
        ("One.", PassageKind.SENTENCE, 0),
        ("Two.", PassageKind.SENTENCE, 0),
        ("• A. B.", PassageKind.ITEM, 1),
        ("• C", PassageKind.ITEM, 1),
        ("x = 1. Y\ny = 2", PassageKind.CODE, 2),
    ]
