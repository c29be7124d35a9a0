"""Modals that live in their ``custom_id`` alone, and what comes back from them.

discord.py forgets an open modal when it restarts and drops what the member typed. So ours are never registered with it: they
are marked as finished before they are sent, and every submission is read here from Discord's own data.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import discord

from bot.answering.question import storable
from bot.views.controls import Click
from bot.views.permission import Audience

Fields = Mapping[str, str]
_LONGEST_FIELD = 4000
CHECKED = "true"
"""What a checked box sends; one that is not checked is left out."""


@dataclass(frozen=True, slots=True)
class Form:
    """What is done with a submitted modal."""

    template: str
    """The pattern of its ``custom_id``; the groups are its state."""
    save: Callable[[Click, re.Match[str], Fields], Awaitable[None]]
    audience: Audience = Audience.EVERYONE
    """Who may submit it; checked when it is submitted."""


Row = discord.ui.Label[discord.ui.LayoutView] | discord.ui.TextDisplay[discord.ui.LayoutView]


def form(title: str, custom_id: str, rows: Sequence[Row]) -> discord.ui.Modal:
    """Return a modal that is not kept in memory."""
    modal = discord.ui.Modal(title=title, custom_id=custom_id, timeout=None)
    for row in rows:
        modal.add_item(row)
    modal.stop()
    return modal


def paragraph(name: str, *, longest: int, required: bool = False, text: str | None = None) -> discord.ui.TextInput[discord.ui.LayoutView]:
    """Return a field for some lines of text of at most ``longest`` characters."""
    return discord.ui.TextInput(custom_id=name, style=discord.TextStyle.paragraph, required=required, max_length=longest, default=text)


def form_id(interaction: Click) -> str:
    """Return the ``custom_id`` of what was submitted or pressed."""
    data = interaction.data
    value = data.get("custom_id") if data is not None else None
    return value if isinstance(value, str) else ""


def submitted_fields(interaction: Click) -> dict[str, str]:
    """Return the text or choice of each field of a submitted form; what is empty is left out."""
    return dict(_fields(interaction.data))


def _fields(node: object) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        name, value, values = node.get("custom_id"), node.get("value"), node.get("values")
        if isinstance(name, str) and isinstance(value, str) and value.strip():
            yield name, storable(value[:_LONGEST_FIELD])
        elif isinstance(name, str) and value is True:
            yield name, CHECKED
        elif isinstance(name, str) and isinstance(values, list) and values and isinstance(values[0], str):
            yield name, storable(values[0][:_LONGEST_FIELD])
        yield from _fields(node.get("component"))
        yield from _fields(node.get("components"))
    elif isinstance(node, list):
        for child in node:
            yield from _fields(child)
