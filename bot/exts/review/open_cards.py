"""The cards that moderators have open for themselves, so that they change when the case does.

Only Discord and this process can edit a message that one member sees, and only for a quarter of an hour; what is remembered here may be
forgotten at any time. A card that is out of date does no harm: each of its buttons asks the database first.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

import discord

_SECONDS = 14 * 60.0
"""Discord takes edits for 15 minutes after the interaction."""
_MOST = 500


@dataclass(frozen=True, slots=True)
class OpenCard:
    """A card on somebody's screen."""

    guild_id: int
    number: int
    version: int
    """Of the case, when the card was drawn."""
    message: discord.WebhookMessage | discord.InteractionMessage
    until: float
    """When it can no longer be edited, on a monotonic clock."""


@dataclass
class OpenCards:
    """Remembers the last few hundred cards that were opened."""

    _held: OrderedDict[int, OpenCard] = field(default_factory=OrderedDict, repr=False)

    def remember(self, guild_id: int, number: int, version: int, message: discord.WebhookMessage | discord.InteractionMessage) -> None:
        """Take note of a card that was drawn; the same message once more replaces what was known of it."""
        self._held[message.id] = OpenCard(guild_id, number, version, message, time.monotonic() + _SECONDS)
        self._held.move_to_end(message.id)
        while len(self._held) > _MOST:
            self._held.popitem(last=False)

    def redrawn(self, card: OpenCard, version: int) -> None:
        """Take note that a card shows a newer version now; its time does not start again."""
        if card.message.id in self._held:
            self._held[card.message.id] = replace(card, version=version)

    def forget(self, card: OpenCard) -> None:
        """Forget a card that is gone."""
        self._held.pop(card.message.id, None)

    def editable(self) -> tuple[OpenCard, ...]:
        """Return the cards that can still be edited, and forget the others."""
        now = time.monotonic()
        for card in [card for card in self._held.values() if card.until <= now]:
            self.forget(card)
        return tuple(self._held.values())


@runtime_checkable
class HoldsOpenCards(Protocol):
    """A Discord client that remembers the cards."""

    open_cards: OpenCards


def open_cards_of(interaction: discord.Interaction[discord.Client]) -> OpenCards:
    """Return the cases that moderators have on their screens."""
    client = interaction.client
    if not isinstance(client, HoldsOpenCards):
        raise TypeError("the client remembers no cards; build it with bot.client.FaqBot")
    return client.open_cards
