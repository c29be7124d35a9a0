"""The one kind of message that the bot sends: a container of text blocks and rows of controls, and text made fit for it.

All limits of a message with components are kept here, by construction: the text of all blocks together, the number of blocks and of
components, the length of labels, the number of options and of buttons in a row. A text that finds no place is cut; a block that finds none
at all is left out; what is longer than a message is divided into pages of whole lines.

The escaper is our own, because the library's is cubic in time and leaves masked links, channel and command mentions alone. It is one pass
over the text, and it cuts before it escapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import TypeVar

import discord
from discord import app_commands

from bot.texts import kit as texts

LONGEST_DISPLAY = 4000
"""Characters of text that one message with components may hold in all."""
LONGEST_OPTION = 100

_ADDRESS = r"https?://[^\s<>()\[\]]+"
_MARK = r"[\\*_~`|<>\[\]]|^\s*(?:#|-(?=[#\s])|\+(?=\s))"
_MARKUP = re.compile(rf"(?P<address>{_ADDRESS})|(?P<at>@)|(?P<mark>{_MARK})|(?P<number>^\s*\d+(?=[.)]))", re.MULTILINE | re.IGNORECASE)
_INSIDE_ADDRESS = re.compile(r"[\\*_~`|]")
_ZERO_WIDTH = "\u200b"
_ELLIPSIS = "…"
_WIDTH, _SMALL_WIDTH, _QUOTED_WIDTH = 30, 36, 27
"""Characters of a line on a phone that is 390 pixels wide: of usual text, of small text, of a quotation."""


def escape(text: str, limit: int = LONGEST_DISPLAY, *, links: bool = False) -> str:
    """Make text that Discord shows as it is, without formatting or mentions, of at most ``limit`` characters.

    Args:
        text: any text, of any length.
        limit: characters of the result.
        links: whether web addresses stay live, which is for the knowledge base's text only.
    """
    budget = limit
    while True:
        escaped = _MARKUP.sub(lambda match: _escaped(match, links), cut(text, budget))
        if len(escaped) <= limit or budget <= 1:
            return escaped[:limit]
        budget = max(1, min(budget - 1, budget * limit // len(escaped)))


def _escaped(match: re.Match[str], links: bool) -> str:
    found = match.group()
    if match["address"]:
        return (
            found if links else _INSIDE_ADDRESS.sub(r"\\\g<0>", found.replace("://", f":{_ZERO_WIDTH}//")).replace("@", "@" + _ZERO_WIDTH)
        )
    if match["at"]:
        return found + _ZERO_WIDTH
    if match["number"]:
        return found + "\\"
    return found[:-1] + "\\" + found[-1]


def unescape(shown: str) -> str:
    """The text that ``escape`` made fit to be shown."""
    return re.sub(r"\\(.)", r"\1", shown, flags=re.DOTALL).replace("\u200b", "")


def one_line(text: str, limit: int = LONGEST_DISPLAY) -> str:
    """Make what somebody typed fit to be shown within a line; what they wrote below each other could pass for lines of the bot."""
    return escape(" ".join(line.strip() for line in text.splitlines() if line.strip()), limit)


_CHANNEL = re.compile(r"(<#\d{1,19}>)")


def with_channels(text: str, limit: int = LONGEST_DISPLAY) -> str:
    """What an administrator typed, within a line, in which mentions of channels and addresses stay live; neither pings anybody."""
    parts = _CHANNEL.split(" ".join(text.split()))
    return "".join(part if number % 2 else escape(part, limit, links=True) for number, part in enumerate(parts))


def cut(text: str, limit: int) -> str:
    """Cut text to at most ``limit`` characters; it ends in an ellipsis where some is left out."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rstrip() + _ELLIPSIS if limit > 1 else text[:limit]


def link(label: str, url: str) -> str:
    """A masked link whose label cannot break out of it; for addresses from the knowledge base only."""
    safe = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    return f"[{escape(label, 200)}](<{safe}>)"


def percent(share: float) -> str:
    """A share from 0 to 1 as whole percent."""
    return f"{round(100 * share)} %"


def cut_at_a_word(text: str, limit: int) -> str:
    """Cut text to at most ``limit`` characters between two words; it ends in an ellipsis where some is left out."""
    if len(text) <= limit:
        return text
    border = text.rfind(" ", 0, limit - 1)
    return cut(text, limit) if border <= 0 else text[:border].rstrip(" ,;:.") + " " + _ELLIPSIS


_CLAUSE = re.compile(r"[,;:]\s|\s\(")


def cut_at_a_clause(text: str, limit: int) -> str:
    """Cut text to at most ``limit`` characters where a part of a sentence ends, if that leaves half of them, else between two words."""
    if len(text) <= limit:
        return text
    ends = [match.start() for match in _CLAUSE.finditer(text, 0, limit - 1) if match.start() >= limit // 2]
    return f"{text[: ends[-1]]} {_ELLIPSIS}" if ends else cut_at_a_word(text, limit)


def cut_around(text: str, limit: int, useful: Callable[[str], bool]) -> str:
    """Cut text to at most ``limit`` characters between two words, so that as many useful words as can be are kept, and their surroundings.

    Where no stretch has more of them than the beginning, that is kept; an ellipsis stands at each end that was cut.
    """
    words = text.split()
    if len(" ".join(words)) <= limit:
        return " ".join(words)
    named = [word.casefold() if useful(word) else "" for word in words]
    room = limit - 2 * len(f" {_ELLIPSIS}")
    best, starts, end, length = -1, [0], 0, 0
    for start in range(len(words)):
        while end < len(words) and (length + len(words[end]) + 1 <= room or end == start):
            length += len(words[end]) + 1
            end += 1
        found = len({*named[start:end]} - {""})
        if found >= best:
            starts = [*starts, start] if found == best else [start]
            best = found
        if end == len(words):
            break
        length -= len(words[start]) + 1
    start = 0 if starts[0] == 0 else starts[len(starts) // 2]
    kept = cut_at_a_word(" ".join(words[start:]), limit - (len(f"{_ELLIPSIS} ") if start else 0))
    return f"{_ELLIPSIS} {kept}" if start else kept


def counted(number: int, what: str) -> str:
    """A number of things: "1 event", "2 events"."""
    return f"{number} {what}" + ("" if number == 1 else "s")


_MOST_BLOCKS = 12
_MOST_COMPONENTS = 40
MOST_OPTIONS = 25
_MOST_IN_A_ROW = 5
_LONGEST_LABEL = 80
_LONGEST_PLACEHOLDER = 150
_LONGEST_DESCRIPTION = 256
_RESERVE = 40
"""Characters kept free, so that a count that differs by a character from Discord's never fails a message."""


class Tone(IntEnum):
    """The color at the edge of a message; never the only sign of anything."""

    SURE = 0x2E8B57
    LIKELY = 0x3B82C4
    UNSURE = 0xC98A1B
    NONE = 0x6B7280
    FAULT = 0xB4443C


Block = (
    str
    | discord.ui.Section[discord.ui.LayoutView]
    | discord.ui.ActionRow[discord.ui.LayoutView]
    | discord.ui.Separator[discord.ui.LayoutView]
    | discord.ui.MediaGallery[discord.ui.LayoutView]
)
Button = discord.ui.Button[discord.ui.LayoutView]
Select = discord.ui.Select[discord.ui.LayoutView]
AnySelect = Select | discord.ui.RoleSelect[discord.ui.LayoutView] | discord.ui.ChannelSelect[discord.ui.LayoutView]
ControlRow = discord.ui.ActionRow[discord.ui.LayoutView]


class Panel(discord.ui.LayoutView):
    """A message made of blocks; its controls carry their state and need no view in memory."""

    def __init__(self, blocks: Sequence[Block], tone: Tone | None = Tone.NONE, below: Sequence[ControlRow] = ()) -> None:
        """Make the message.

        Args:
            blocks: what is on the card.
            tone: the color at its edge; None: without a card, as a person writes, which leaves a sixth more width on a phone.
            below: rows of controls under the card, where a phone has more room for them; they are never left out.
        """
        super().__init__(timeout=None)
        card = None if tone is None else discord.ui.Container[discord.ui.LayoutView](accent_colour=int(tone))
        place: discord.ui.LayoutView | discord.ui.Container[discord.ui.LayoutView] = self if card is None else card
        left = LONGEST_DISPLAY - _RESERVE - sum(_length(block) for block in blocks if not isinstance(block, str))
        components = 1 + sum(map(_components, below))
        for block in blocks[:_MOST_BLOCKS]:
            components += _components(block)
            if components > _MOST_COMPONENTS:
                break
            if not isinstance(block, str):
                place.add_item(block)
            elif block.strip() and left > 1:
                shown = cut(block, left)
                left -= len(shown)
                place.add_item(discord.ui.TextDisplay(shown))
        if card is not None:
            self.add_item(card)
        for row in below:
            self.add_item(row)
        self.stop()  # finished views are not registered, so ten thousand messages cost no memory


def view_of(message: discord.Message) -> discord.ui.LayoutView:
    """The parts of a message that was sent, to change some of them; a picture that is attached to it stays the one that is attached."""
    view = discord.ui.LayoutView.from_message(message, timeout=None)
    attached = {attachment.filename for attachment in message.attachments}
    for child in view.walk_children():
        if isinstance(child, discord.ui.MediaGallery):
            for item in child.items:
                name = item.media.url.partition("?")[0].rpartition("/")[2]
                item.media = f"attachment://{name}" if name in attached else item.media
    view.stop()
    return view


def _length(block: Block) -> int:
    if not isinstance(block, discord.ui.Section):
        return 0
    return sum(len(child.content) for child in block.children if isinstance(child, discord.ui.TextDisplay))


def _components(block: Block) -> int:
    """How many components a block counts as, itself included."""
    match block:
        case discord.ui.ActionRow():
            return 1 + len(block.children)
        case discord.ui.Section():
            return 2 + len(block.children)
        case _:
            return 1


def button(label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> Button:
    """A button whose label fits."""
    return discord.ui.Button(label=_named(label, _LONGEST_LABEL), custom_id=custom_id, style=style)


def link_button(label: str, url: str) -> Button:
    """A button that opens a web address: one of the knowledge base, or of a message in Discord."""
    return discord.ui.Button(label=_named(label, _LONGEST_LABEL), url=url)


def option(label: str, value: str, description: str = "") -> discord.SelectOption:
    """An option of a select whose texts fit."""
    return discord.SelectOption(
        label=_named(label, LONGEST_OPTION), value=value, description=cut(description.strip(), LONGEST_OPTION) or None
    )


def select(placeholder: str, custom_id: str, options: Iterable[discord.SelectOption], *, most: int = 1) -> Select:
    """A select of the first 25 options, each value once, of which up to ``most`` can be chosen."""
    held = list({choice.value: choice for choice in options}.values())[:MOST_OPTIONS]
    return discord.ui.Select(
        placeholder=cut(placeholder, _LONGEST_PLACEHOLDER), custom_id=custom_id, options=held, max_values=max(1, min(most, len(held)))
    )


def rows(*controls: Button | AnySelect) -> list[ControlRow]:
    """Controls in as few rows as hold them, in their order: a select has a row of its own, and one that offers nothing is left out."""
    made: list[list[Button | AnySelect]] = []
    for control in controls:
        if isinstance(control, discord.ui.Select) and not control.options:
            continue
        if (
            isinstance(control, discord.ui.Button)
            and made
            and isinstance(made[-1][0], discord.ui.Button)
            and len(made[-1]) < _MOST_IN_A_ROW
        ):
            made[-1].append(control)
        else:
            made.append([control])
    return [discord.ui.ActionRow(*row) for row in made]


def picture(file_name: str, alternative_text: str) -> discord.ui.MediaGallery[discord.ui.LayoutView]:
    """A picture that is attached to the message under a name, with the text that stands for it."""
    return discord.ui.MediaGallery(
        discord.MediaGalleryItem(f"attachment://{file_name}", description=cut(alternative_text, _LONGEST_DESCRIPTION))
    )


def _named(text: str, limit: int) -> str:
    return cut(text.strip() or texts.UNNAMED, limit)


def rule() -> discord.ui.Separator[discord.ui.LayoutView]:
    """A thin line between blocks."""
    return discord.ui.Separator(spacing=discord.SeparatorSpacing.small)


def notice(text: str, tone: Tone = Tone.NONE) -> Panel:
    """A message of one sentence or two."""
    return Panel([text], tone)


def height_on_phone(text: str) -> int:
    """About how many lines a text takes on a phone; small ones count a little less there, which is left out."""
    widths = {"-# ": _SMALL_WIDTH, "> ": _QUOTED_WIDTH}
    lines = ((line, next((width for sign, width in widths.items() if line.startswith(sign)), _WIDTH)) for line in text.splitlines())
    return sum(-(-len(_without_markup(line)) // width) for line, width in lines)


def _without_markup(text: str) -> str:
    """A text without what Discord does not show: addresses, signs of markup; moments and mentions as long as they look."""
    text = re.sub(r"\]\(<[^>]*>\)", "]", text)
    return re.sub(r"[*~\\>]", "", re.sub(r"<[^>]*>", "@moderator now", text))


PAGE_CHARACTERS = 2600
"""Characters of plain text on a page; escaping may lengthen it by a third and it still fits beside title, source and controls."""

_T = TypeVar("_T")


def page_at(pages: Sequence[_T], number: int) -> tuple[_T, int]:
    """A page and its number, counted from 0; the last one where the number is too high, as after a reload."""
    place = min(max(number, 0), len(pages) - 1)
    return pages[place], place


def slices(items: Sequence[_T], size: int) -> tuple[Sequence[_T], ...]:
    """Divide items into pages of so many, at least one page, which may be empty."""
    return tuple(items[start : start + size] for start in range(0, len(items), size)) or (items,)


_Word = TypeVar("_Word", bound=StrEnum)


def choices_of(names: Mapping[_Word, str]) -> list[app_commands.Choice[str]]:
    """Choices of a command's option under the names that people read; discord.py would show the names of the code."""
    return [app_commands.Choice(name=name, value=value.value) for value, name in names.items()]
