"""One important fact and the next one, and where the knowledge comes from, as a list with links, in pages."""

from __future__ import annotations

from functools import partial

from bot.errors import NotFound
from bot.exts.kit.controls import KEY_PATTERN, NUMBER, Control
from bot.exts.kit.interaction import Click, acknowledge, acknowledge_edit, asker_of, conversation_of, delivery_of, send, stages_of
from bot.exts.kit.panel import Button, Select, Tone, button, escape, notice, one_line, page_at, slices
from bot.exts.kit.sections import source_text
from bot.exts.lookup import page
from bot.lookup.browsing import Fact, Scope, SourceUse, area_title, used_sources
from bot.lookup.directory import Directories, Missed
from bot.texts import lookup as texts

_ANY = "-"
"""In place of a key: everywhere, everything."""
_TOPIC = 150
_LISTED = 8
"""Sources on a page."""


class AnotherFact(Control, template=f"fact:next:(?P<key>{KEY_PATTERN}|{_ANY})"):
    """Shows the next fact: in place for whoever asked, privately for others."""

    @classmethod
    def of(cls, area: str | None, lookup: Directories) -> Button:
        """The button under a fact of an area, or of any."""
        held = next((other for other in lookup.tree.areas if other.slug == area), None)
        return button(texts.ANOTHER_FACT, cls.id_of(key=_ANY if held is None else held.key))

    async def press(self, interaction: Click) -> None:
        """Show it."""
        key = self.state["key"]
        area = page.lookup_of(interaction).tree.area(key)
        if area is None and key != _ANY:
            raise NotFound("that area is no longer in the knowledge base")
        own = page.is_own(interaction)
        await (acknowledge_edit(interaction) if own else acknowledge(interaction, private=True))
        await show_fact(interaction, None if area is None else area.slug, in_place=own, private=True)


async def show_fact(interaction: Click, area: str | None, *, in_place: bool, private: bool, note: str = "") -> None:
    """Show the next fact of this channel, below a note if there is one, after the interaction was acknowledged."""
    lookups = stages_of(interaction).lookups
    chosen = await lookups.tell_fact(area, asker_of(interaction), delivery_of(interaction), conversation_of(interaction))
    if chosen is None:
        await send(interaction, notice(texts.NO_FACTS, Tone.NONE), private=True)
        return
    fact, recorded = chosen
    message = _fact_page(fact, area, page.lookup_of(interaction)).noted(note)
    if in_place:
        await page.show_in_place(interaction, message, recorded)
    else:
        await page.send_recorded(interaction, message, recorded, private=private)


def _fact_page(fact: Fact, area: str | None, lookup: Directories) -> page.LookupMessage:
    title = texts.DID_YOU_KNOW if area is None else texts.fact_title(area_title(area))
    place = " › ".join(fact.section.heading_path)
    return page.LookupMessage(
        asked="",
        blocks=(f"### {escape(title, 200)}", escape(fact.text), f"-# {escape(place, 300)}"),
        sections=(fact.section,),
        controls=(AnotherFact.of(area, lookup),),
        full_section=True,
    )


class TurnSources(Control, template=f"sources:page:{page.ANSWER_OR_NONE}:(?P<key>{KEY_PATTERN}|{_ANY}):{NUMBER}"):
    """Shows another page of sources in place of this one."""

    @classmethod
    def of(cls, scope: Scope, label: str) -> Button:
        """The button to the first page of what may have been meant."""
        return button(label, cls.id_of(answer="-", key=scope.key, number=0))

    @classmethod
    def turns(cls, scope: Scope, number: int, pages: int, answer_id: str) -> list[Button | Select]:
        """The buttons to the pages before and after one."""
        state = {"answer": answer_id, "key": scope.key}
        return [*page.turn_buttons(number, pages, lambda target, label: button(label, cls.id_of(**state, number=target)))]

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        lookup, key = page.lookup_of(interaction), self.state["key"]
        scope = _everything(lookup) if key == _ANY else lookup.scopes.get(key)
        if scope is None:
            raise NotFound("that part of the knowledge base is no longer there")
        await page.turn_over(interaction, self.state["answer"], list_page(scope, int(self.state["number"])))


def sources_page(lookup: Directories, topic: str) -> page.LookupMessage:
    """The sources of everything, or of an area, an article or a section by name."""
    if not topic.strip():
        return list_page(_everything(lookup), 0)
    found = lookup.scopes.find(topic)
    if not isinstance(found, Missed):
        return list_page(found, 0)
    text = texts.missed("topic", one_line(topic, _TOPIC))
    meant = [TurnSources.of(scope, label) for scope, label in zip(found.closest, found.labels, strict=True)]
    return page.nothing_found(texts.did_you_mean(text) if meant else text, *meant)


def _everything(lookup: Directories) -> Scope:
    return Scope(_ANY, texts.EVERYTHING, lookup.corpus.sections)


def list_page(scope: Scope, number: int) -> page.LookupMessage:
    """One page of the sources of a part of the knowledge; the last one where there are fewer."""
    uses = used_sources(scope.sections)
    if not uses:
        return page.LookupMessage("", (texts.no_sources(escape(scope.title, _TOPIC)),), tone=Tone.NONE)
    pages = slices(uses, _LISTED)
    shown, number = page_at(pages, number)
    place = [texts.page_of(number + 1, len(pages))] if len(pages) > 1 else []
    return page.LookupMessage(
        asked="/sources" + ("" if scope.key == _ANY else f" {scope.title}"),
        blocks=(f"### {texts.sources_title(escape(scope.title, _TOPIC))}", "\n".join(map(_line, shown))),
        logged="\n".join(f"{use.source.title}: {use.source.url}" if use.source.url else use.source.title for use in uses),
        turns=partial(TurnSources.turns, scope, number, len(pages)),
        footer=" · ".join([texts.sources_count(len(uses), len(scope.sections)), *place]),
    )


def _line(use: SourceUse) -> str:
    return f"• {source_text(use.source)}" + (f" · {texts.used_in(use.sections)}" if use.sections > 1 else "")
