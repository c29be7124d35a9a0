"""The base of every button and select: state in the ``custom_id``, errors told, nothing kept in memory.

A ``custom_id`` is ``stage:action:id``; Discord hands it back after any restart, and whoever forges one can at most ask for what
their own server has. Ids are matched with ASCII classes only.
"""

from __future__ import annotations

import re
import time
from typing import ClassVar, Self, cast

import discord

from bot.answering.identity import ANSWER_ID_PATTERN
from bot.corpus.slugs import KEY_LENGTH
from bot.errors import InputError, NotFound
from bot.views.access import guild_of, presses_of
from bot.views.panel import Tone, notice
from bot.views.permission import Audience, require
from bot.views.respond import acknowledge, guarded, respond

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
