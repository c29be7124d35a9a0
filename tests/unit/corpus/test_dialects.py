"""Other dialects of Markdown: their marks go, their words stay, code stays as it is, and every line stays on its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.dialects import explicit_anchors, to_commonmark
from bot.corpus.markdown import Heading, parse_markdown
from tests.conftest import REPOSITORY


def shown(text: str) -> list[str]:
    """What a reader sees of a text, line by line."""
    return [line for block in parse_markdown(text).blocks for line in ([block.text] if isinstance(block, Heading) else block.lines)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('!!! warning "Gas"\n\n    Never **alone**.\n\nAfter.', ["Gas:", "Never alone.", "After."]),
        ("!!! note\n    Body.", ["Body."]),
        ('???+ tip "Is it safe?"\n    Yes.', ["Is it safe? Yes."]),
        ('=== "Left"\n\n    One.\n\n=== "Right"\n\n    Two.', ["Left:", "One.", "Right:", "Two."]),
        ('!!! note "Outer"\n\n    === "Tab"\n\n        Deep.\n\n    Shallow.\n\nOut.', ["Outer:", "Tab:", "Deep.", "Shallow.", "Out."]),
        ('!!! note "Code"\n    ```\n    !!! x\n    ```\nOut.', ["Code:", "!!! x", "Out."]),
        (":::tip Rain\n\nDry.\n\n:::", ["Rain:", "Dry."]),
        (":::note[My title]\nText.\n:::", ["My title: Text."]),
        ("::: warning\nText.\n:::", ["Text."]),
        ("::::{grid} 2\n:::{card} Title\nText.\n:::\n::::", ["2: Title: Text."]),
        ("/// tip | Safety\n\nUpright.\n\n///", ["Safety:", "Upright."]),
        ("> [!warning] Wet paint\n> Two days.", ["Wet paint: Two days."]),
        ("> [!NOTE]\n> Text.", ["Text."]),
        ("> [!tip]- Morning\n> > [!info]\n> > Early.", ["Morning:", "Early."]),
        ("```{note} Careful\n:class: x\n\nText *here*.\n```\nAfter.", ["Careful:", "Text here.", "After."]),
        ("```{toctree}\n:maxdepth: 2\na\nb\n```\nAfter.", ["After."]),
    ],
)
def test_notes_tabs_and_callouts_are_their_title_and_text(text: str, lines: list[str]) -> None:
    assert shown(text) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Use the [[Watering can|can]] or [[Roses#Pruning]]. ![[rose.png]]", ["Use the can or Roses > Pruning."]),
        ("See [[#Care]] and [[Note#^id]].", ["See Care and Note."]),
        ("==Never== at noon. ^rose-1", ["Never at noon."]),
        ("Shown. %% hidden %% Too.\n\n%%\nlong\n\nremark\n%%\nEnd.", ["Shown. Too.", "End."]),
        ("[[1]](x.md) and a == b, c == d, [[1, 2], [3, 4]], x^2", ["[1] and a == b, c == d, [[1, 2], [3, 4]], x^2"]),
    ],
)
def test_marks_of_wikis_go_and_their_words_stay(text: str, lines: list[str]) -> None:
    assert shown(text) == lines


@pytest.mark.parametrize(
    "heading", ["## T {#apple}", "## T {#apple .wide}", "## T {: #apple }", "## T {.wide}", "## T[[apple-tree]]", "## T {#apple} ##"]
)
def test_attributes_of_a_heading_are_no_part_of_it(heading: str) -> None:
    assert shown(heading + "\n\nText.") == ["T", "Text."]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("{{< note >}}\nHot.\n{{< /note >}}", ["Hot."]),
        ('{{% include "/oven.md" %}}\n\nText {% if x %}yes{% endif %} {{ site.name }}.', ["Text yes ."]),
        (":heavy_check_mark: Done :tada:", ["Done"]),
        ("At 10:30:15 see http://x.org:80/a:b: and std::vec::Vec", ["At 10:30:15 see http://x.org:80/a:b: and std::vec::Vec"]),
        ("import Note from '@theme/Note';\nimport {\n  A,\n  B,\n} from 'x';\n\nexport const a = {\n  b: 1,\n};\n\nText.", ["Text."]),
        ('<Note kind="small" items={[1, 2]}>\n\nFold.\n\n</Note>', ["Fold."]),
        ('<Tabs>\n<Tab title="npm">\n\nInstall.\n\n</Tab>\n</Tabs>', ["npm:", "Install."]),
        ("{/* picture\nto come */}\n\nText.<>\n\nx</>", ["Text.", "x"]),
        ("if a < B and C > d", ["if a < B and C > d"]),
        ("import the file from 'there' and export it", ["import the file from 'there' and export it"]),
    ],
)
def test_shortcodes_components_and_imports_go_and_their_inner_text_stays(text: str, lines: list[str]) -> None:
    assert shown(text) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[[autodoc]] rope.Rope\n    - forward\n    - all\n\nText.", ["Text."]),
        ("::: rope.config.Rope\n    options:\n      members: x\n\nText.", ["Text."]),
        ("Use [`~Rope.pull`] and [`Rope.cut`].", ["Use pull and Rope.cut."]),
        ("{* ../src/lamp.py hl[3] *}\n\nText.", ["Text."]),
        ('--8<-- "a.md"\n\n;--8<-- "b"\n\n{!c.md!}\n\n<<< @/d.js\n\n[TOC]\n\n[[_TOC_]]\n\nText.', ["Text."]),
        ("Text.\n{: .no_toc }\n\n{:toc}", ["Text."]),
        ("![a](b.png){ width=200 } and [c](d){:target=_blank}", ["a and c"]),
        ("Bees.[^1] They sleep.[^n]\n\n[^1]: In July.\n[^n]: For warmth.", ["Bees. They sleep.", "• In July.", "• For warmth."]),
        ("Text.\n\n<!-- draft\n\n## Hidden\n\nMore.", ["Text."]),
        ("Text.\n\n<!-- closed -->\n\nMore.", ["Text.", "More."]),
        ("`<!--` opens one.\n\nMore.", ["<!-- opens one.", "More."]),
    ],
)
def test_what_stands_for_other_text_goes(text: str, lines: list[str]) -> None:
    assert shown(text) == lines


MARKS = [
    '!!! note "T"', '    === "T"', ":::tip T", ":::", "/// x | T", "> [!NOTE] T", "[[autodoc]] a.b", "::: a.b", "{* x *}", "{{< x >}}",
    "[[a|b]] ==c== [^1] :tada:", "%% x %%", "import a from 'b';", "<Note>", "[TOC]",
]  # fmt: skip


@pytest.mark.parametrize("fence", ["```", "~~~~", "```python", "``` {.python}"])
def test_code_is_left_as_it_is(fence: str) -> None:
    close = fence[: len(fence) - len(fence.lstrip("`~"))] or fence
    block = "\n".join([fence, *MARKS, close])
    indented = "\n".join(["Text.", "", *(f"    {mark}" for mark in MARKS[8:])])
    spans = "Text with `[[a]]`, ``==b== :tada:``, `<Note>` and `{{ c }}`."

    assert to_commonmark(block) == block
    assert to_commonmark(spans) == spans
    assert to_commonmark(indented) == indented


@given(
    st.lists(
        st.sampled_from([*MARKS, "", "Text.", "```", "~~~", "    deep", "- item", "<!--", "-->", "{/*", "*/}", "```{note} T", "## T {#a}"])
    )
)
def test_every_line_stays_on_its_line(lines: list[str]) -> None:
    assert to_commonmark("\n".join(lines)).count("\n") == max(0, len(lines) - 1)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert to_commonmark(text).count("\n") == text.count("\n")


def test_ordinary_markdown_is_left_as_it_is() -> None:
    articles = sorted((REPOSITORY / "knowledge").rglob("*.md"))
    assert len(articles) > 30

    for page in (*articles, REPOSITORY / "CONTRIBUTING.md", REPOSITORY / "PRIVACY.md"):
        text = page.read_text(encoding="utf-8").split("---\n", 2)[-1]
        assert to_commonmark(text) == text, page


def test_names_that_links_may_point_at_are_collected() -> None:
    text = '## A {#one .x}\n\n## B[[two]]\n\n<a name="three"></a> <span id=four>x</span>\n\nText. ^five'

    assert explicit_anchors(text) == {"one", "two", "three", "four", "^five"}
