"""Putting the card of a case on somebody's screen, and drawing it anew where it already is."""

from __future__ import annotations

import discord

from bot.review.case import CaseCard, CaseSummary, Decided, Done, Place, Refused
from bot.views.access import guild_of, open_cards_of, stages_of
from bot.views.controls import Click
from bot.views.panel import Panel, Tone, notice
from bot.views.respond import NO_MENTIONS, acknowledge, respond
from bot.views.review.card import card_panel
from bot.views.review.changes import cases_changed
from bot.views.review.words import refusal_text


async def open_card(interaction: Click, number: int) -> None:
    """Show a case to the moderator alone.

    Raises:
        NotFound: this server has no such case.
    """
    await acknowledge(interaction, private=True)
    await show_card(interaction, await stages_of(interaction).review.cards.show(guild_of(interaction), number))


async def show_card(interaction: Click, card: CaseCard) -> None:
    """Show a card to the moderator alone, after an acknowledgement."""
    sent = await interaction.followup.send(view=_panel(interaction, card), ephemeral=True, allowed_mentions=NO_MENTIONS, wait=True)
    open_cards_of(interaction).remember(card.summary.guild_id, card.summary.number, card.summary.version, sent)


async def acknowledge_in_place(interaction: Click) -> None:
    """Tell Discord that the message with the control will change; where there is none, that an answer will come."""
    if interaction.message is None:
        await acknowledge(interaction, private=True)
    elif not interaction.response.is_done():
        await interaction.response.defer()


async def show_decision(interaction: Click, decided: Decided) -> None:
    """Draw the card of a case anew after a decision, and tell the moderator where it was not carried out."""
    await redraw(interaction, decided.case.number)
    match decided:
        case Refused(reason, case):
            await respond(interaction, notice(refusal_text(reason, case), Tone.UNSURE), private=True)
        case Done():
            cases_changed(interaction)


async def redraw(interaction: Click, number: int) -> None:
    """Draw a case on the message whose control was used; where that is gone, on a new one for the moderator alone."""
    card = await stages_of(interaction).review.cards.show(guild_of(interaction), number)
    if interaction.message is None:
        await show_card(interaction, card)
        return
    try:
        edited = await interaction.edit_original_response(view=_panel(interaction, card), allowed_mentions=NO_MENTIONS)
    except discord.HTTPException:  # the message was deleted meanwhile, or its thread archived; the case is still there
        await show_card(interaction, card)
        return
    await _note_drawn(interaction, card.summary, edited)


async def _note_drawn(interaction: Click, case: CaseSummary, message: discord.InteractionMessage) -> None:
    if message.flags.ephemeral:
        open_cards_of(interaction).remember(case.guild_id, case.number, case.version, message)
    elif case.card is not None and case.card.message_id == message.id:
        channel = stages_of(interaction).review.channel
        await channel.posted(case.guild_id, case.number, Place(message.channel.id, message.id), case.version)


def _panel(interaction: Click, card: CaseCard) -> Panel:
    return card_panel(card, stages_of(interaction).knowledge.engine)
