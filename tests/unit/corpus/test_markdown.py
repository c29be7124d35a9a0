"""Markdown to plain, readable text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.document import PassageKind
from bot.corpus.markdown import Heading, Link, TextBlock, parse_markdown, plain_html


def lines(text: str) -> list[str]:
    """Return the lines of all blocks of a Markdown text, headings left out."""
    return [line for block in parse_markdown(text).blocks if isinstance(block, TextBlock) for line in block.lines]


def only_block(text: str) -> TextBlock:
    (block,) = parse_markdown(text).blocks
    assert isinstance(block, TextBlock)
    return block


def test_headings_of_both_styles_have_text_level_and_line() -> None:
    parsed = parse_markdown("# *One*\n\nTwo\n===\n\nThree\n---\n\n###### Six ######\n", first_line=10)

    assert parsed.blocks == (Heading("One", 1, 11), Heading("Two", 1, 13), Heading("Three", 2, 16), Heading("Six", 6, 19))


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**Bold**, *soft*, `code`, ~~gone~~.", "Bold, soft, code, gone."),
        ("A [link *here*](x.md 't') and <https://x.org>.", "A link here and https://x.org."),
        ("See [it][1].\n\n[1]: x.md", "See it."),
        ("![A chart](a.png) rises ![](b.png)", "A chart rises"),
        ("&lt;b&gt; &amp; &copy; &#65;", "<b> & © A"),
        (r"\*not soft\* and \<b\>", "*not soft* and <b>"),
        ("one\ntwo  \nthree\\\nfour", "one two three four"),
        ("x<br>y <kbd>Ctrl</kbd> <!-- hidden --> z", "x y Ctrl z"),
        ('before <img src="x" alt="a cat"> after', "before a cat after"),
    ],
)
def test_marks_are_dropped_and_words_are_kept(markdown: str, text: str) -> None:
    assert only_block(markdown) == TextBlock((text,), PassageKind.SENTENCE, 1)


def test_a_fenced_code_block_stays_as_it_is() -> None:
    assert only_block("```py\nif x:\n    *y* = '&amp;'\n\n```") == TextBlock(("if x:\n    *y* = '&amp;'",), PassageKind.CODE, 1)


def test_an_indented_code_block_stays_as_it_is() -> None:
    assert only_block("    a  b\n\n      c") == TextBlock(("a  b\n\n  c",), PassageKind.CODE, 1)


def test_an_empty_code_block_says_nothing() -> None:
    assert parse_markdown("```\n\n```").blocks == ()


def test_nested_lists_are_indented_and_numbered() -> None:
    block = only_block("3. first\n   - inner\n     - innermost\n4. second\n\n   more of it")

    assert block.kind is PassageKind.ITEM
    assert block.lines == ("3. first", "  • inner", "    • innermost", "4. second", "  more of it")


def test_code_in_a_list_item_stays_with_its_item() -> None:
    assert lines("- run\n\n  ```sh\n  make\n  make test\n  ```\n- done") == ["• run", "  make\nmake test", "• done"]


def test_text_after_a_list_is_a_block_of_its_own() -> None:
    blocks = parse_markdown("- a\n- b\n\nAfter.").blocks

    assert blocks == (TextBlock(("• a", "• b"), PassageKind.ITEM, 1), TextBlock(("After.",), PassageKind.SENTENCE, 4))


def test_a_table_row_repeats_its_headings_and_leaves_empty_cells_out() -> None:
    block = only_block("| Name | License | |\n|---|:-:|---|\n| **Gemma** | own | x |\n| BLOOM | | |")

    assert block == TextBlock(("Name: Gemma · License: own · x", "Name: BLOOM"), PassageKind.ROW, 1)


def test_a_quotation_is_read_as_text() -> None:
    assert lines("> Open means *open*.\n>\n> - really") == ["Open means open.", "• really"]


def test_html_is_read_as_a_browser_would_show_it() -> None:
    html = "<div class='x'>\n<h2>Title</h2><p>One &amp; <b>two</b></p><script>evil()</script><style>p{}</style><img alt='a cat'>\n</div>"

    assert lines(html) == ["Title One & two a cat"]


def test_a_comment_is_not_shown() -> None:
    assert parse_markdown("<!-- hidden\nstill hidden -->").blocks == ()


def test_details_show_their_summary_and_their_body() -> None:
    assert lines("<details><summary>More</summary>\n\nThe **body**.\n\n</details>") == ["More", "The body."]


def test_an_inline_script_is_not_shown() -> None:
    assert lines("before <script>evil()</script> after") == ["before after"]


def test_the_words_of_a_table_without_rows_are_kept() -> None:
    assert lines("| Name | License |\n|---|---|") == ["Name · License"]


def test_a_row_of_empty_cells_says_nothing() -> None:
    assert lines("| a |\n|---|\n| b |\n| |\n") == ["a: b"]


def test_links_are_listed_with_their_lines() -> None:
    parsed = parse_markdown("Text.\n\nA [b](c.md#d) and\n\n- [e](f.md)\n", first_line=4)

    assert parsed.links == (Link("c.md#d", 7), Link("f.md", 9))


def test_a_list_deeper_than_the_parser_goes_does_not_fail() -> None:
    text = "\n".join("  " * level + f"- level {level}" for level in range(30))

    assert lines(text)[0] == "• level 0"
    assert len(lines(text)) == 30


def test_a_marked_section_in_html_does_not_stop_the_reading() -> None:
    assert "words" in " ".join(lines("<div>\n<![if gte mso 9]><p>words</p><![foo[ x ]]>\n</div>"))


MARKDOWN = st.lists(
    st.sampled_from(
        [
            "# ",
            "- ",
            "1. ",
            "> ",
            "```",
            "    ",
            "---",
            "===",
            "\n",
            "\n\n",
            "*",
            "_",
            "`",
            "[a]",
            "(b)",
            "!",
            "<b>",
            "</b>",
            "<div>",
            "&amp;",
            "&#0;",
            "~~",
            "\\",
            "x",
            " ",
        ]
    ),
    max_size=40,
).map("".join)


@given(MARKDOWN)
def test_any_markdown_becomes_lines_that_are_not_empty(text: str) -> None:
    for block in parse_markdown(text).blocks:
        if isinstance(block, TextBlock):
            assert block.lines
            assert all(line.strip() for line in block.lines)
            assert block.line >= 1


@given(st.text("ab .,", min_size=1, max_size=60))
def test_plain_words_come_through_unchanged(text: str) -> None:
    assert " ".join(lines(text)).split() == text.split()


@given(st.text(st.sampled_from("<>/!-ab&;#='\" "), max_size=40))
def test_any_html_becomes_one_line(html: str) -> None:
    text = plain_html(html)

    assert text == " ".join(text.split())


def test_a_heading_within_a_quotation_is_a_line_of_it_and_opens_nothing() -> None:
    parsed = parse_markdown("## Picking\n\n> ### A neighbor wrote\n>\n> Bring a basket.\n\nFrom nine.\n\n## After")

    assert [block.text for block in parsed.blocks if isinstance(block, Heading)] == ["Picking", "After"]
    assert lines("> # Quoted\n\nText.") == ["Quoted", "Text."]


@pytest.mark.parametrize(
    "text",
    [
        "- First\n\n  | Pot | Size |\n  |---|---|\n  | Clay | big |\n\n- Second",
        "1. First\n\n   <table><tr><th>Pot</th><th>Size</th></tr><tr><td>Clay</td><td>big</td></tr></table>",
        "<table>\n<thead><tr><th>Pot</th><th>Size</th></tr></thead>\n<tbody><tr><td>Clay</td><td><b>big</b></td></tr></tbody>\n</table>",
        "> | Pot | Size |\n> |---|---|\n> | Clay | big |",
    ],
)
def test_a_table_keeps_its_rows_wherever_and_however_it_is_written(text: str) -> None:
    assert "Pot: Clay · Size: big" in [line.lstrip("• 1.").strip() for line in lines(text)]


def test_a_table_of_html_without_headings_has_its_cells() -> None:
    assert lines("<table><tr><td>Clay</td><td>big</td></tr><tr><td></td></tr></table>") == ["Clay · big"]


def test_links_may_point_at_headings_as_site_builders_write_them_and_at_explicit_names() -> None:
    text = "# Plugin\n\n## plugin.yaml\n\n## Q&A\n\n## Set *up* it\n\n## Q&A\n\n## Tree {#apple}\n\n<a name='Old'></a>Text."

    anchors = parse_markdown(text).anchors

    assert {"plugin", "pluginyaml", "plugin-yaml", "qa", "q-a", "set-up-it", "qa-1", "q-a-2", "qa_1", "apple", "Old"} <= anchors
    assert "nowhere" not in anchors
