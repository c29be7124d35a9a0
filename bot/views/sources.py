"""Where the knowledge comes from, as a list with links, in pages."""

from __future__ import annotations

from functools import partial

from bot.errors import NotFound
from bot.lookup.directory import Missed
from bot.lookup.sources import Scope, SourceUse, used_sources
from bot.views.controls import NUMBER, Click, Control
from bot.views.lookup_controls import turn_buttons
from bot.views.lookup_page import ANSWER_OR_NONE, Page, PageMaker, lookup_of, nothing_found, turn_over
from bot.views.paging import page_at, pages_of_lines
from bot.views.panel import Tone, button, rows
from bot.views.section_panel import source_text
from bot.views.text import counted, escape

_EVERYTHING = "-"
_NAME = 150


def sources_page(interaction: Click, topic: str) -> Page | PageMaker:
    """Return the sources of everything, or of an area, an article or a section by name."""
    lookup = lookup_of(interaction)
    if not topic.strip():
        return partial(list_page, Scope(_EVERYTHING, "the whole knowledge base", lookup.corpus.sections), 0)
    found = lookup.scopes.find(topic)
    if not isinstance(found, Missed):
        return partial(list_page, found, 0)
    text = f"I know no topic called “{escape(topic, _NAME)}”."
    meant = [button(label, _id_of_page(scope, "-").replace("{page}", "0"))
             for scope, label in zip(found.closest, found.labels, strict=True)]  # fmt: skip
    return nothing_found(f"{text} Did you mean one of these?" if meant else text, *rows(meant))


class TurnSources(Control, template=f"sources:page:{ANSWER_OR_NONE}:(?P<key>[a-z2-7]{{12}}|{_EVERYTHING}):{NUMBER}"):
    """Shows another page of sources in place of this one."""

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        scope = _scope(interaction, self.state["key"])
        await turn_over(interaction, self.state["answer"], partial(list_page, scope, int(self.state["number"])))


def _scope(interaction: Click, key: str) -> Scope:
    lookup = lookup_of(interaction)
    if key == _EVERYTHING:
        return Scope(_EVERYTHING, "the whole knowledge base", lookup.corpus.sections)
    found = lookup.scopes.get(key)
    if found is None:
        raise NotFound("that part of the knowledge base is no longer there")
    return found


def list_page(scope: Scope, number: int, answer_id: str) -> Page:
    """Return one page of the sources of a part of the knowledge; the last one where there are fewer."""
    uses = used_sources(scope.sections)
    if not uses:
        return nothing_found(f"No sources are named for {escape(scope.title, _NAME)}.", tone=Tone.NONE)
    pages = pages_of_lines([_line(use) for use in uses])
    text, number = page_at(pages, number)
    place = f" · page {number + 1} of {len(pages)}" if len(pages) > 1 else ""
    return Page(
        asked="/sources" + ("" if scope.key == _EVERYTHING else f" {scope.title}"),
        blocks=(f"### Sources of {escape(scope.title, _NAME)}", text),
        logged="\n".join(f"{use.source.title}: {use.source.url}" if use.source.url else use.source.title for use in uses),
        footer=f"{counted(len(uses), 'source')} of {counted(len(scope.sections), 'section')}{place}",
        rows=tuple(rows(turn_buttons(number, len(pages), _id_of_page(scope, answer_id)))),
    )  # fmt: skip


def _id_of_page(scope: Scope, answer_id: str) -> str:
    return f"sources:page:{answer_id}:{scope.key}:{{page}}"


def _line(use: SourceUse) -> str:
    return f"• {source_text(use.source)}" + (f", in {use.sections} sections" if use.sections > 1 else "")
