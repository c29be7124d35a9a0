"""The one kind of message that the bot sends: a container of text blocks and rows of controls.

All limits of a message with components are kept here, by construction: the text of all blocks together, the number of blocks
and of components, the length of labels, the number of options and of buttons in a row. A text that finds no room is cut; a block
that finds none at all is left out. What is longer than a message is divided by ``paging``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

import discord

from bot.views.text import LONGEST_DISPLAY, LONGEST_OPTION, cut

_MOST_BLOCKS = 12
_MOST_COMPONENTS = 40
MOST_OPTIONS = 25
_MOST_IN_A_ROW = 5
_LONGEST_LABEL = 80
_LONGEST_PLACEHOLDER = 150
_LONGEST_DESCRIPTION = 256
_UNNAMED = "(no name)"
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
Row = discord.ui.ActionRow[discord.ui.LayoutView]


class Panel(discord.ui.LayoutView):
    """A message made of blocks; its controls carry their state and need no view in memory."""

    def __init__(self, blocks: Sequence[Block], tone: Tone = Tone.NONE) -> None:
        super().__init__(timeout=None)
        container: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(accent_colour=int(tone))
        room = LONGEST_DISPLAY - _RESERVE - sum(_length(block) for block in blocks if not isinstance(block, str))
        components = 1
        for block in blocks[:_MOST_BLOCKS]:
            components += _components(block)
            if components > _MOST_COMPONENTS:
                break
            if not isinstance(block, str):
                container.add_item(block)
            elif block.strip() and room > 1:
                shown = cut(block, room)
                room -= len(shown)
                container.add_item(discord.ui.TextDisplay(shown))
        self.add_item(container)
        self.stop()  # finished views are not registered, so ten thousand messages cost no memory


def _length(block: Block) -> int:
    if not isinstance(block, discord.ui.Section):
        return 0
    return sum(len(child.content) for child in block.children if isinstance(child, discord.ui.TextDisplay))


def _components(block: Block) -> int:
    """Return how many components a block counts as, itself included."""
    match block:
        case discord.ui.ActionRow():
            return 1 + len(block.children)
        case discord.ui.Section():
            return 2 + len(block.children)
        case _:
            return 1


def rows(buttons: Sequence[Button]) -> list[Row]:
    """Return buttons in as few rows as hold them; no button, no row."""
    return [discord.ui.ActionRow(*buttons[start : start + _MOST_IN_A_ROW]) for start in range(0, len(buttons), _MOST_IN_A_ROW)]


def button(label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> Button:
    """Return a button whose label fits."""
    return discord.ui.Button(label=_named(label, _LONGEST_LABEL), custom_id=custom_id, style=style)


def link_button(label: str, url: str) -> Button:
    """Return a button that opens a web address of the knowledge base."""
    return discord.ui.Button(label=_named(label, _LONGEST_LABEL), url=url)


def option(label: str, value: str, description: str = "") -> discord.SelectOption:
    """Return an option of a select whose texts fit."""
    return discord.SelectOption(
        label=_named(label, LONGEST_OPTION), value=value, description=cut(description.strip(), LONGEST_OPTION) or None
    )


def select_row(placeholder: str, custom_id: str, options: Iterable[discord.SelectOption]) -> list[Row]:
    """Return a row with a select of the first 25 options, each value once; no option, no row."""
    held = list({choice.value: choice for choice in options}.values())[:MOST_OPTIONS]
    if not held:
        return []
    return [discord.ui.ActionRow(discord.ui.Select(placeholder=cut(placeholder, _LONGEST_PLACEHOLDER), custom_id=custom_id, options=held))]


def picture(file_name: str, alternative_text: str) -> discord.ui.MediaGallery[discord.ui.LayoutView]:
    """Return a picture that is attached to the message under a name, with the text that stands for it."""
    return discord.ui.MediaGallery(
        discord.MediaGalleryItem(f"attachment://{file_name}", description=cut(alternative_text, _LONGEST_DESCRIPTION))
    )


def _named(text: str, limit: int) -> str:
    return cut(text.strip() or _UNNAMED, limit)


def rule() -> discord.ui.Separator[discord.ui.LayoutView]:
    """Return a thin line between blocks."""
    return discord.ui.Separator(spacing=discord.SeparatorSpacing.small)


def notice(text: str, tone: Tone = Tone.NONE) -> Panel:
    """Return a message of one sentence or two."""
    return Panel([text], tone)
