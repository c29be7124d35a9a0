"""Cards on moderators' own screens, so that they change when the case does.

Only Discord and this process can edit a message that one member sees; what is remembered here may be forgotten at any time. Cards in the
review channel are in the database.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from bot.cases.case import CaseSummary
from bot.exts.kit import interaction as kit

_SECONDS = 14 * 60.0
"""Discord takes edits of what one member sees for 15 minutes after the interaction."""
_MOST_OPEN = 500


@dataclass(frozen=True, slots=True)
class OpenCard:
    """A card on somebody's screen."""

    guild_id: int
    number: int
    version: int
    """Of the case, when the card was drawn."""
    message: kit.SentMessage
    until: float
    """When it can no longer be edited, on a monotonic clock."""
    moderator_id: int
    """Discord id of who alone sees it."""


@dataclass
class OpenCards:
    """The last few hundred cards that moderators opened for themselves."""

    _held: OrderedDict[int, OpenCard] = field(default_factory=OrderedDict, repr=False)

    def remember(self, case: CaseSummary, message: kit.SentMessage, moderator_id: int) -> None:
        """Take note of a card that was drawn; the same message once more replaces what was known of it."""
        until = time.monotonic() + _SECONDS
        self._held[message.id] = OpenCard(case.guild_id, case.number, case.version, message, until, moderator_id)
        self._held.move_to_end(message.id)
        while len(self._held) > _MOST_OPEN:
            self._held.popitem(last=False)

    def redrawn(self, card: OpenCard, version: int) -> None:
        """Take note that a card shows a newer version now; its time does not start again."""
        if card.message.id in self._held:
            self._held[card.message.id] = replace(card, version=version)

    def forget(self, card: OpenCard) -> None:
        """Forget a card that is gone."""
        self._held.pop(card.message.id, None)

    def editable(self) -> tuple[OpenCard, ...]:
        """The cards that can still be edited; the others are forgotten."""
        now = time.monotonic()
        for card in [card for card in self._held.values() if card.until <= now]:
            self.forget(card)
        return tuple(self._held.values())


@runtime_checkable
class HoldsOpenCards(Protocol):
    """A Discord client that remembers the cards."""

    open_cards: OpenCards


def open_cards_of(interaction: kit.Click) -> OpenCards:
    """The cards that the bot which received an interaction remembers."""
    client = interaction.client
    if not isinstance(client, HoldsOpenCards):
        raise TypeError("the client remembers no cards; build it with bot.client.FaqBot")
    return client.open_cards
