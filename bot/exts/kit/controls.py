"""The base of every button and select: state in the ``custom_id``, errors told, nothing kept in memory.

A ``custom_id`` is ``stage:action:id``; Discord hands it back after any restart, and whoever forges one can at most ask for what
their own server has. Ids are matched with ASCII classes only.

Modals that live in their ``custom_id`` alone, and what comes back from them.

discord.py forgets an open modal when it restarts and drops what the member typed. So ours are never registered with it: they
are marked as finished before they are sent, and every submission is read here from Discord's own data.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self, cast

import discord

from bot.answering.outcome import ANSWER_ID_PATTERN
from bot.corpus.document import KEY_LENGTH
from bot.errors import InputError, NotFound
from bot.exts.kit.interaction import Audience, acknowledge, guarded, guild_of, presses_of, require, respond
from bot.exts.kit.panel import Tone, notice
from bot.query.message import storable

ANSWER = f"(?P<answer>{ANSWER_ID_PATTERN})"
KEY = f"(?P<key>[a-z2-7]{{{KEY_LENGTH}}})"
NUMBER = "(?P<number>[0-9]{1,4})"
CASE = "(?P<case>[0-9]{1,18})"
SNOWFLAKE = "[0-9]{1,19}"
_LARGEST_SNOWFLAKE = 2**63 - 1

Click = discord.Interaction[discord.Client]


def case_number(digits: str) -> int:
    """Return the number of a case, note or phrasing that was chosen in a select.

    Raises:
        NotFound: it is none, so nobody offered it.
    """
    if not re.fullmatch("[0-9]{1,18}", digits):
        raise NotFound("a choice that was never offered")
    return int(digits)


def snowflake(digits: str) -> int:
    """Return an id of Discord that a ``custom_id`` or a member gave.

    Raises:
        NotFound: no id is as large as that.
    """
    number = int(digits)
    if number > _LARGEST_SNOWFLAKE:
        raise NotFound("the id is larger than any of Discord's")
    return number


async def not_too_often(interaction: Click) -> bool:
    """Count a press; return whether it may act, after telling the member where it may not."""
    refused = presses_of(interaction).refuse(guild_of(interaction), interaction.user.id, time.perf_counter())
    if refused is not None:
        await respond(interaction, notice(refused.text, Tone.UNSURE), private=True)
    return refused is None


async def begin(interaction: Click, audience: Audience) -> None:
    """Acknowledge a command that answers its member alone, count it, and let pass whom it is for.

    Raises:
        InputError: too many were sent within a minute.
        NotAllowed: it is for others.
    """
    await acknowledge(interaction, private=True)
    refused = presses_of(interaction).refuse(guild_of(interaction), interaction.user.id, time.perf_counter())
    if refused is not None:
        raise InputError(refused.text)
    await require(interaction, audience)


class Control(discord.ui.DynamicItem[discord.ui.Item[discord.ui.LayoutView]], template="(?!)"):
    """A button or select that acts by ``press``, with its state as groups of its template."""

    audience: ClassVar[Audience] = Audience.EVERYONE
    """For whom it acts; checked at every press."""
    state: re.Match[str]

    @classmethod
    async def from_custom_id(cls, interaction: Click, item: discord.ui.Item[discord.ui.LayoutView], match: re.Match[str]) -> Self:
        """Make the control from what Discord handed back; its appearance plays no part."""
        control = cls.__new__(cls)
        discord.ui.DynamicItem.__init__(control, item)
        control.state = match
        return control

    async def callback(self, interaction: Click) -> None:
        """Act, and tell the member whatever goes wrong; discord.py would only log it."""
        async with guarded(interaction):
            if await not_too_often(interaction):
                await require(interaction, self.audience)
                await self.press(interaction)

    async def press(self, interaction: Click) -> None:
        """Act on the press or choice."""
        raise NotImplementedError

    @property
    def chosen(self) -> str:
        """The value chosen in a select."""
        return self.all_chosen[0]

    @property
    def all_chosen(self) -> tuple[str, ...]:
        """The values chosen in a select, in their order; none where it was emptied."""
        values = cast("discord.ui.Select[discord.ui.LayoutView] | discord.ui.RoleSelect[discord.ui.LayoutView]", self.item).values
        return tuple(value if isinstance(value, str) else str(value.id) for value in values)


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


FormRow = discord.ui.Label[discord.ui.LayoutView] | discord.ui.TextDisplay[discord.ui.LayoutView]


def form(title: str, custom_id: str, rows: Sequence[FormRow]) -> discord.ui.Modal:
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
