"""Text on its way to Discord: escaped, cut, and never able to ping anybody."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.exts.kit.panel import cut, cut_around, cut_at_a_clause, escape, link, one_line, percent, unescape

SPECIAL = "\\*_~`|<>[]"
LINE_START = re.compile(r"^\s*(?:#|-[#\s]|\+\s|\d+[.)])", re.MULTILINE)
NASTY = st.text(st.sampled_from("\\*_~`|<>[]()#-+1.2) @everyon\n\t:/&!é😀"), max_size=300)
PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\u200b"), max_size=300)


def unescaped(text: str) -> list[str]:
    """Return the special characters of a Discord text that no backslash stands before."""
    return re.findall(rf"[{re.escape(SPECIAL)}]", re.sub(r"\\.", "", text, flags=re.DOTALL))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, (really) 100 %!", "plain words, (really) 100 %!"),
        ("**bold** _soft_ ~~gone~~ `code` ||spoiler||", r"\*\*bold\*\* \_soft\_ \~\~gone\~\~ \`code\` \|\|spoiler\|\|"),
        ("# heading\n  ## two", "\\# heading\n  \\## two"),
        ("- item\n+ item\n* item\n-# small", "\\- item\n\\+ item\n\\* item\n\\-# small"),
        ("1. one\n 12) twelve\n3.5 GB", "1\\. one\n 12\\) twelve\n3\\.5 GB"),
        ("> quote\n>>> all", "\\> quote\n\\>\\>\\> all"),
        ("a - b + c # d", "a - b + c # d"),
        ("\\*", "\\\\\\*"),
        ("<@1> <#2> </ask:3> <:e:4>", "\\<@\u200b1\\> \\<#2\\> \\</ask:3\\> \\<:e:4\\>"),
        ("@everyone @here @Moderators", "@\u200beveryone @\u200bhere @\u200bModerators"),
    ],
)
def test_text_is_shown_as_it_was_typed(text: str, shown: str) -> None:
    assert escape(text) == shown


@pytest.mark.fault(57)
def test_every_masked_link_of_a_line_is_neutralized() -> None:
    shown = escape("[first](https://a.org) and [second](http://b.org) and [third](<https://c.org>)")

    assert not re.search(r"(?<!\\)\[", shown)
    assert not re.search(r"https?://", shown)
    assert shown.count("\\[") == 3


def test_a_typed_address_is_not_live_and_its_marks_are_escaped() -> None:
    assert escape("see HTTPS://x.org/a_b*c~d now") == "see HTTPS:\u200b//x.org/a\\_b\\*c\\~d now"


def test_an_address_of_the_knowledge_base_stays_live_where_asked_for() -> None:
    assert escape("see https://x.org/a_b_c and *this*", links=True) == "see https://x.org/a_b_c and \\*this\\*"


@pytest.mark.fault(57)
@pytest.mark.parametrize("text", ["https://x/@everyone", "http://@everyone", "https://x/@here"])
def test_nobody_is_pinged_from_within_an_address(text: str) -> None:
    assert not re.search("@(everyone|here)", escape(text))


@pytest.mark.parametrize("text", ["https://x/||spoiler||", "https://x/`code`", "https://x/\\"])
def test_marks_within_an_address_are_escaped(text: str) -> None:
    assert unescaped(escape(text)) == []


@pytest.mark.fault(57)
@given(NASTY | PLAIN, st.integers(2, 400))
def test_escaped_text_is_within_its_limit_and_has_no_live_mark_and_no_mention(text: str, limit: int) -> None:
    shown = escape(text, limit)

    assert len(shown) <= limit
    assert not re.search("@(everyone|here)", shown)
    assert not LINE_START.search(shown)
    if "://" not in text:
        assert unescaped(shown) == []


@given(NASTY | PLAIN)
def test_taking_the_escapes_away_gives_the_text_back(text: str) -> None:
    shown = escape(text)

    assert unescape(shown) == text.replace("\u200b", "")


@pytest.mark.parametrize("text", ["*" * 200_000, "@" * 200_000, "\n" * 200_000, "[a](" * 50_000, "https://x/_" * 20_000])
def test_a_pasted_book_is_cut_and_escaped(text: str) -> None:
    shown = escape(text)

    assert len(shown) <= 4000


def test_what_is_left_out_is_marked() -> None:
    assert cut("one two three", 8) == "one two…"
    assert cut("one two", 7) == "one two"
    assert cut("one", 1) == "o"
    assert escape("**" * 10, 10).endswith("…")
    assert len(escape("*", 1)) == 1


SENTENCE = "Yes: whoever has the weights can take a model further, but a license may ask that what is sold afterwards names its origin."


@pytest.mark.parametrize(
    ("limit", "words", "shown"),
    [
        (200, {"sold"}, SENTENCE),
        (60, {"sold", "afterwards"}, "… license may ask that what is sold afterwards names its …"),
        (60, {"weights", "model", "origin"}, "Yes: whoever has the weights can take a model further, but …"),
        (60, {"origin"}, "… may ask that what is sold afterwards names its origin."),
        (60, {"license"}, "… a model further, but a license may ask that what is sold …"),
        (60, {"football"}, "Yes: whoever has the weights can take a model further, but …"),
    ],
)
def test_a_sentence_is_cut_so_that_the_useful_words_stay(limit: int, words: set[str], shown: str) -> None:
    assert cut_around(SENTENCE, limit, lambda word: word.strip(".,:") in words) == shown


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        (200, SENTENCE),
        (100, "Yes: whoever has the weights can take a model further …"),
        (50, "Yes: whoever has the weights can take a model …"),
    ],
)
def test_a_sentence_is_cut_where_a_clause_ends_unless_that_leaves_too_little(limit: int, shown: str) -> None:
    assert cut_at_a_clause(SENTENCE, limit) == shown


@given(st.lists(st.text("abc ", max_size=12), max_size=30).map(" ".join), st.integers(8, 60))
def test_what_is_cut_around_useful_words_is_within_its_limit(text: str, limit: int) -> None:
    shown = cut_around(text, limit, lambda word: "a" in word)

    assert len(shown) <= limit
    assert shown == " ".join(text.split()) or "…" in shown


def test_lines_below_each_other_become_one_that_cannot_pass_for_lines_of_the_bot() -> None:
    assert one_line(" first\n\n  second \r\nthird") == "first second third"


@given(PLAIN, st.integers(0, 50))
def test_a_cut_text_is_within_its_limit_and_begins_like_the_whole(text: str, limit: int) -> None:
    short = cut(text, limit)

    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    ("label", "url", "masked"),
    [
        ("OSI", "https://opensource.org/ai", "[OSI](<https://opensource.org/ai>)"),
        ("a](http://evil) [b", "https://x.org", "[a\\](http:\u200b//evil) \\[b](<https://x.org>)"),
        ("x", "https://x.org/a_(b)>c d", "[x](<https://x.org/a_%28b%29%3Ec%20d>)"),
    ],
)
def test_neither_label_nor_address_breaks_out_of_a_link(label: str, url: str, masked: str) -> None:
    assert link(label, url) == masked


@pytest.mark.parametrize(("share", "text"), [(0, "0 %"), (0.5, "50 %"), (0.256, "26 %"), (1, "100 %")])
def test_a_share_is_reported_as_whole_percent(share: float, text: str) -> None:
    assert percent(share) == text
