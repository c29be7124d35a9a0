"""The one kind of message that the bot sends: a container of text blocks and rows of controls.

All limits of a message with components are kept here, by construction: the text of all blocks together, and the number
of blocks. A block that finds no room is cut; one that finds none at all is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import discord

from bot.views.text import LONGEST_DISPLAY, cut

_MOST_BLOCKS = 12
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


class Panel(discord.ui.LayoutView):
    """A message made of blocks; its controls carry their state and need no view in memory."""

    def __init__(self, blocks: Sequence[Block], tone: Tone = Tone.NONE) -> None:
        super().__init__(timeout=None)
        container: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(accent_colour=int(tone))
        room = LONGEST_DISPLAY - _RESERVE - sum(_length(block) for block in blocks if not isinstance(block, str))
        for block in blocks[:_MOST_BLOCKS]:
            if not isinstance(block, str):
                container.add_item(block)
            elif block and room > 1:
                shown = cut(block, room)
                room -= len(shown)
                container.add_item(discord.ui.TextDisplay(shown))
        self.add_item(container)
        self.stop()  # finished views are not registered, so ten thousand messages cost no memory


def _length(block: Block) -> int:
    if not isinstance(block, discord.ui.Section):
        return 0
    return sum(len(child.content) for child in block.children if isinstance(child, discord.ui.TextDisplay))


def rule() -> discord.ui.Separator[discord.ui.LayoutView]:
    """Return a thin line between blocks."""
    return discord.ui.Separator(spacing=discord.SeparatorSpacing.small)


def notice(text: str, tone: Tone = Tone.NONE) -> Panel:
    """Return a message of one sentence or two."""
    return Panel([text], tone)
