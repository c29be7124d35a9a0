"""One important fact, and the next one."""

from __future__ import annotations

from bot.errors import NotFound
from bot.lookup.browsing import area_title
from bot.lookup.facts import Fact
from bot.views.access import asker_of, conversation_of, stages_of
from bot.views.controls import Click, Control
from bot.views.lookup_page import Page, is_own, lookup_of, occasion_of, send_recorded, show_in_place
from bot.views.panel import Tone, button, notice, rows
from bot.views.respond import acknowledge, respond
from bot.views.text import escape

_ANY = "-"
_NAME = 100


def unknown_area_text(typed: str, interaction: Click) -> str:
    """Return what is said where no area has that name."""
    names = ", ".join(area.title for area in lookup_of(interaction).tree.areas)
    return f"I know no area called “{escape(typed, _NAME)}”. There are: {escape(names, 1000)}."


async def tell_fact(interaction: Click, area: str | None, *, in_place: bool, private: bool, note: str = "") -> None:
    """Tell the next fact of this channel, below a note if there is one, after the interaction was acknowledged."""
    lookups = stages_of(interaction).lookups
    told = await lookups.tell_fact(area, asker_of(interaction), occasion_of(interaction), conversation_of(interaction))
    if told is None:
        await respond(interaction, notice("My knowledge base has no facts to tell there.", Tone.NONE), private=True)
        return
    fact, recorded = told
    page = _page(fact, area, interaction, note)
    if in_place:
        await show_in_place(interaction, page, recorded)
    else:
        await send_recorded(interaction, page, recorded, private=private)


class AnotherFact(Control, template=f"fact:next:(?P<key>[a-z2-7]{{12}}|{_ANY})"):
    """Tells the next fact: in place for whoever asked, privately for others."""

    async def press(self, interaction: Click) -> None:
        """Tell it."""
        key = self.state["key"]
        area = lookup_of(interaction).tree.area(key)
        if area is None and key != _ANY:
            raise NotFound("that area is no longer in the knowledge base")
        own = is_own(interaction)
        await (interaction.response.defer() if own else acknowledge(interaction, private=True))
        await tell_fact(interaction, None if area is None else area.slug, in_place=own, private=True)


def _page(fact: Fact, area: str | None, interaction: Click, note: str) -> Page:
    tree = lookup_of(interaction).tree
    held = next((other for other in tree.areas if other.slug == area), None)
    title = "Did you know?" if area is None else f"Did you know? ({area_title(area)})"
    place = " › ".join(fact.section.heading_path)
    return Page(
        asked="",
        blocks=(*([note] if note else []), f"### {escape(title, 200)}", escape(fact.text), f"-# {escape(place, 300)}"),
        sections=(fact.section,),
        rows=tuple(rows([button("Another fact", f"fact:next:{_ANY if held is None else held.key}")])),
        full_section=True,
    )
