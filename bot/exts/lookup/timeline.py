"""Events as a list with months, in pages, and as a chart where they spread over more than five years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from bot.charts import bars_by_year
from bot.corpus.catalogue.entries import PartialDate, TimelineEvent
from bot.errors import NotFound
from bot.exts.kit.controls import NUMBER, Control
from bot.exts.kit.interaction import Click
from bot.exts.kit.panel import Button, counted, cut, escape, page_at, rows
from bot.exts.kit.sections import sources_line
from bot.exts.lookup.entries import ChooseEntry
from bot.exts.lookup.page import ANSWER_OR_NONE, LookupMessage, lookup_of, nothing_found, turn_button, turn_buttons, turn_over
from bot.lookup.directory import Directories
from bot.lookup.timeline import Chosen, Impossible, select_events

LONGEST_ABOUT = 40
"""Characters of a subject; it must fit into the ``custom_id`` of the buttons that turn the pages."""
_CHARACTERS = 2400
_MOST_EVENTS = 20
_EVENT = 400
_DATE = "[0-9]{4}(?:-[0-9]{2})?"


def timeline_page(lookup: Directories, *, year: str = "", start: str = "", end: str = "", about: str = "") -> LookupMessage:
    """The events that were asked for, or what is possible where there can be none."""
    chosen = select_events(lookup.corpus.catalogues.timeline, year=year, start=start, end=end, about=about)
    if isinstance(chosen, Impossible):
        return nothing_found(escape(chosen.text))
    return events_page(chosen, 0, lookup)


class TurnTimeline(
    Control, template=f"timeline:page:{ANSWER_OR_NONE}:(?P<first>{_DATE}|-):(?P<last>{_DATE}|-):{NUMBER}:(?P<about>.{{0,40}})"
):
    """Shows another page of a timeline in place of this one."""

    @classmethod
    def turns(cls, chosen: Chosen, number: int, pages: int, answer_id: str) -> list[Button]:
        """The buttons to the pages before and after one."""
        first, last = _code(chosen.period.first), _code(chosen.period.last)
        return turn_buttons(
            number,
            pages,
            lambda target, label: turn_button(
                label, cls.id_of(answer=answer_id, first=first, last=last, number=target, about=chosen.about)
            ),
        )  # fmt: skip

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        lookup = lookup_of(interaction)
        start, end = (self.state[name].removeprefix("-") for name in ("first", "last"))
        chosen = select_events(lookup.corpus.catalogues.timeline, start=start, end=end, about=self.state["about"])
        if isinstance(chosen, Impossible):
            raise NotFound("the timeline has no such events any more")
        await turn_over(interaction, self.state["answer"], events_page(chosen, int(self.state["number"]), lookup))


def events_page(chosen: Chosen, number: int, lookup: Directories) -> LookupMessage:
    """One page of the events that were chosen; the last one where there are fewer."""
    pages = _divided(chosen.events)
    events, number = page_at(pages, number)
    sections = [(event, section) for event in events if (section := lookup.section_of(event))]
    sources = tuple(dict.fromkeys(source for _, section in sections for source in section.sources))
    count = counted(len(chosen.events), "event")
    place = f"{count} · page {number + 1} of {len(pages)}" if len(pages) > 1 else count
    details = [(section, _label(event), event.event) for event, section in sections]
    return LookupMessage(
        asked=f"/timeline {chosen.title.removeprefix('Timeline').strip()}".strip(),
        blocks=(f"### {escape(chosen.title, 200)}", f"-# {place}", "\n".join(_lines(events))),
        logged="\n".join(f"{event.date}: {event.event}" for event in events),
        turns=partial(TurnTimeline.turns, chosen, number, len(pages)),
        rows=tuple(rows(ChooseEntry.of("More about an event", "event", details))),
        footer=sources_line(sources),
        draw=partial(bars_by_year, _chart_title(chosen), chosen.counts, "events") if chosen.is_long and number == 0 else None,
    )


def _code(date: PartialDate | None) -> str:
    if date is None:
        return "-"
    return f"{date.year:04}-{date.month:02}" if date.month else f"{date.year:04}"


def _divided(events: Sequence[TimelineEvent]) -> list[tuple[TimelineEvent, ...]]:
    """Divide events into pages that can be read at a glance, that a message holds, and whose events one select can offer."""
    pages: list[tuple[TimelineEvent, ...]] = []
    current: tuple[TimelineEvent, ...] = ()
    for event in events:
        grown = (*current, event)
        if current and (len(grown) > _MOST_EVENTS or len("\n".join(_lines(grown))) > _CHARACTERS):
            pages.append(current)
            grown = (event,)
        current = grown
    return [*pages, current]


def _lines(events: Sequence[TimelineEvent]) -> Iterator[str]:
    for year, of_year in groupby(events, key=lambda event: event.date.year):
        yield f"**{year}**"
        for event in of_year:
            day = str(event.date).removesuffix(str(year)).rstrip(", ")
            yield f"• {day}: {escape(event.event, _EVENT)}" if day else f"• {escape(event.event, _EVENT)}"


def _label(event: TimelineEvent) -> str:
    return f"{event.date}: {event.who}"


def _chart_title(chosen: Chosen) -> str:
    return cut(f"Events a year: {chosen.title.removeprefix('Timeline').strip(' ,') or 'all'}", 70)
