"""What a message must have so that those who do not see it can use it too: words, and nothing that only the eye can tell.

Discord reads labels, placeholders and descriptions aloud, each component in its order; colors, symbols and pictures it cannot read.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from simcord.enums import ComponentType

from bot.texts.ask import MENU
from tests.interactions.reading import walk

Body = Mapping[str, Any]

_WORD = re.compile(r"\w{2,}")
"""Of every control but the three dots under an answer, which are read as an ellipsis; all that is behind them has words."""
_HEADING = re.compile(r"^(#{1,3}) ", re.MULTILINE)
_CELL = re.compile(r" · |\||: |\*\*|\t")
"""What divides a line into things that are read one by one."""
_QUOTED = re.compile("“[^”]*”")
"""What somebody typed may be a symbol alone."""
_MATHEMATICAL = set("≠≈≤≥⋯→←↑↓")
_SELECTS = {
    ComponentType.SELECT,
    ComponentType.USER_SELECT,
    ComponentType.ROLE_SELECT,
    ComponentType.MENTIONABLE_SELECT,
    ComponentType.CHANNEL_SELECT,
}
_FIELDS = {*_SELECTS, ComponentType.TEXT_INPUT, ComponentType.RADIO_GROUP, ComponentType.CHECKBOX_GROUP, ComponentType.CHECKBOX}
_LEAST_OF_A_PICTURE = 5
"""Words of the text that stands for a picture."""


def faults(body: Body) -> Iterator[str]:
    """What of a message or a form cannot be used by hearing alone, a sentence for each."""
    if "title" in body:
        yield from _faults_of_form(body)
        return
    components = list(walk(body["components"]))
    beside = {id(part["accessory"]) for part in components if part.get("type") == ComponentType.SECTION}
    yield from _unnamed(components)
    yield from _alike([str(part["label"]) for part in _of(components, ComponentType.BUTTON) if "label" in part and id(part) not in beside])
    yield from _alike([str(part.get("placeholder")) for part in components if part.get("type") in _SELECTS])
    yield from _out_of_order(components)
    for part in _of(components, ComponentType.TEXT_DISPLAY):
        yield from _symbols_alone(str(part["content"]))
    for gallery in _of(components, ComponentType.MEDIA_GALLERY):
        for item in gallery["items"]:
            yield from _wordless_picture(item)
    for thumbnail in _of(components, ComponentType.THUMBNAIL):
        yield from _wordless_picture(thumbnail)


def told_by_color_alone(bodies: Iterable[Body]) -> list[str]:
    """What was said in the same words and in other colors: there the color says what the words do not."""
    colors: dict[str, set[str]] = {}
    for body in bodies:
        components = list(walk(body["components"]))
        words = json.dumps([[part.get(name) for name in ("content", "label", "placeholder")] for part in components], ensure_ascii=False)
        seen = json.dumps([[part.get("accent_color"), part.get("style")] for part in components])
        colors.setdefault(words, set()).add(seen)
    return [words for words, seen in colors.items() if len(seen) > 1]


def _faults_of_form(form: Body) -> Iterator[str]:
    if not _WORD.search(str(form["title"])):
        yield "a form without a title"
    components = list(walk(form["components"]))
    labeled = {id(part["component"]): str(part.get("label", "")) for part in _of(components, ComponentType.LABEL)}
    for part in components:
        if part.get("type") in _FIELDS and not _WORD.search(labeled.get(id(part), str(part.get("label", "")))):
            yield f"the field {part.get('custom_id')} of the form “{form['title']}” has no label"
        yield from _unnamed_options(part)
    yield from _alike([str(part.get("label")) for part in _of(components, ComponentType.LABEL)])


def _of(components: Iterable[Mapping[str, Any]], kind: ComponentType) -> Iterator[Mapping[str, Any]]:
    return (part for part in components if part.get("type") == kind)


def _unnamed(components: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for part in components:
        label = str(part.get("label", ""))
        if part.get("type") == ComponentType.BUTTON and not _WORD.search(label) and label != MENU:
            yield f"the button {part.get('custom_id') or part.get('url')} has no words: {part.get('label')!r}"
        if part.get("type") in _SELECTS and not _WORD.search(str(part.get("placeholder", ""))):
            yield f"the select {part.get('custom_id')} has no words: {part.get('placeholder')!r}"
        yield from _unnamed_options(part)


def _unnamed_options(part: Mapping[str, Any]) -> Iterator[str]:
    options = part.get("options") or []
    labels = [str(option.get("label", "")) for option in options]
    if not all(re.search(r"\w", label) for label in labels):
        yield f"an option of {part.get('custom_id')} has no words: {labels}"
    yield from _alike([f"{option.get('label')} {option.get('description')}" for option in options])


def _alike(words: list[str]) -> Iterator[str]:
    twice = {one for one in words if words.count(one) > 1}
    if twice:
        yield f"several controls or options are called the same: {sorted(twice)}"


def _out_of_order(components: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A control, or a picture, before any text, and a heading that skips a level."""
    read = ""
    for part in components:
        if part.get("type") == ComponentType.TEXT_DISPLAY:
            read += f"{part['content']}\n"
        elif part.get("type") in {ComponentType.ACTION_ROW, ComponentType.MEDIA_GALLERY} and not read:
            yield "controls or a picture come before the text that they belong to"
    levels = [len(mark) for mark in _HEADING.findall(read)]
    if any(later > earlier + 1 for earlier, later in pairwise(levels)):
        yield f"headings skip a level: {levels}"


def _symbols_alone(text: str) -> Iterator[str]:
    for line in _QUOTED.sub("quoted", text).splitlines():
        for cell in _CELL.split(line):
            if any(_is_symbol(character) for character in cell) and not re.search(r"\w", cell):
                yield f"a symbol stands alone in {line!r}"


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) == "So" or character in _MATHEMATICAL


def _wordless_picture(item: Mapping[str, Any]) -> Iterator[str]:
    """A picture must have a text, and the text the finding: how many, or when."""
    name, words = str(item["media"]["url"]), str(item.get("description") or "")
    if len(words.split()) < _LEAST_OF_A_PICTURE or not re.search(r"\d", words):
        yield f"the text that stands for the picture {name} does not tell what it shows: {words!r}"
