"""Events as a list, the newest first, in pages for a phone; above it a chart where they spread over more than five years."""

from __future__ import annotations

import re
from calendar import month_abbr
from functools import partial

from bot.charts import bars_by_year
from bot.corpus.catalogue.entries import PartialDate, TimelineEvent
from bot.errors import NotFound
from bot.exts.kit.controls import NUMBER, Control
from bot.exts.kit.interaction import Click
from bot.exts.kit.panel import MOST_OPTIONS, Button, Select, button, cut_at_a_clause, escape, link, option, page_at, select
from bot.exts.lookup.page import ANSWER_OR_NONE, LookupMessage, lookup_of, nothing_found, phone_lines, turn_buttons, turn_over
from bot.lookup.directory import Directories
from bot.lookup.timeline import Chosen, Impossible, select_events
from bot.texts import lookup as texts

LONGEST_ABOUT = 40
"""Characters of a subject; it must fit into the ``custom_id`` of the controls that turn the pages."""
_FEWEST, _MOST = 6, 8
"""Events on a page, but for the last one."""
_LINES, _LINES_BELOW_CHART = 23, 19
"""Lines on a phone that the events of a page may take where there are more than the fewest."""
_EVENT, _EVENT_BELOW_CHART = 100, 84
"""Characters of an event."""
_NOTED = 3
"""Events up to which their notes have room."""
_NOTE = 300
_YEARS = 15
"""Years that the menu names one by one where there are more than it can hold; older ones share an option for each decade."""
_DATE = "[0-9]{4}(?:-[0-9]{2})?"
_STATE = f"{ANSWER_OR_NONE}:(?P<first>{_DATE}|-):(?P<last>{_DATE}|-)"
_ABOUT = "(?P<about>.{0,40})"


def timeline_page(lookup: Directories, *, year: str = "", start: str = "", end: str = "", about: str = "") -> LookupMessage:
    """The events that were asked for, or what is possible where there can be none."""
    chosen = select_events(lookup.corpus.catalogues.timeline, year=year, start=start, end=end, about=about)
    if isinstance(chosen, Impossible):
        return nothing_found(escape(chosen.text))
    return events_page(chosen, 0, lookup)


class TurnTimeline(Control, template=f"timeline:page:{_STATE}:{NUMBER}:{_ABOUT}"):
    """Shows another page of a timeline in place of this one."""

    @classmethod
    def turns(cls, chosen: Chosen, number: int, pages: int, answer_id: str) -> list[Button]:
        """The buttons to the pages before and after one."""
        state = _state(chosen, answer_id)
        ways = (texts.NEWER, texts.OLDER)
        return turn_buttons(number, pages, lambda target, label: button(label, cls.id_of(**state, number=target)), ways)

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        lookup = lookup_of(interaction)
        page = events_page(_chosen_again(self, lookup), int(self.state["number"]), lookup)
        await turn_over(interaction, self.state["answer"], page)


class JumpToYear(Control, template=f"timeline:year:{_STATE}:{_ABOUT}"):
    """Shows the page with the events of a year in place of this one."""

    @classmethod
    def of(cls, chosen: Chosen, answer_id: str) -> Select:
        """The menu of the years that have events, the newest first."""
        counts = {year: count for year, count in reversed(chosen.counts.items()) if count}
        single = list(counts)[: MOST_OPTIONS if len(counts) <= MOST_OPTIONS else _YEARS]
        older = [year for year in counts if year not in single]
        decades = {texts.decade(year): [other for other in older if other // 10 == year // 10] for year in older}
        options = [option(str(year), str(year), texts.counted(counts[year], "event")) for year in single]
        options += [
            option(name, str(years[0]), texts.counted(sum(counts[year] for year in years), "event")) for name, years in decades.items()
        ]
        return select(texts.JUMP, cls.id_of(**_state(chosen, answer_id)), options)

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        if not re.fullmatch("[0-9]{1,4}", self.chosen):
            raise NotFound("a year that was never offered")
        lookup = lookup_of(interaction)
        chosen = _chosen_again(self, lookup)
        pages = _divided(chosen)
        year = int(self.chosen)
        number = next((place for place, events in enumerate(pages) if events[-1].date.year <= year), len(pages) - 1)
        await turn_over(interaction, self.state["answer"], events_page(chosen, number, lookup))


def _state(chosen: Chosen, answer_id: str) -> dict[str, str | int]:
    return {"answer": answer_id, "first": _code(chosen.period.first), "last": _code(chosen.period.last), "about": chosen.about}


def _chosen_again(control: Control, lookup: Directories) -> Chosen:
    """The events that a control's message shows.

    Raises:
        NotFound: there are none of them any more.
    """
    start, end = (control.state[name].removeprefix("-") for name in ("first", "last"))
    chosen = select_events(lookup.corpus.catalogues.timeline, start=start, end=end, about=control.state["about"])
    if isinstance(chosen, Impossible):
        raise NotFound("the timeline has no such events any more")
    return chosen


def events_page(chosen: Chosen, number: int, lookup: Directories) -> LookupMessage:
    """One page of the events that were chosen; the last one where there are fewer."""
    pages = _divided(chosen)
    events, number = page_at(pages, number)
    place = [texts.counted(len(chosen.events), "event")] + ([texts.page_of(number + 1, len(pages))] if len(pages) > 1 else [])
    noted = len(chosen.events) <= _NOTED
    return LookupMessage(
        asked=f"/timeline {chosen.title.removeprefix(texts.TIMELINE_TITLE).strip()}".strip(),
        blocks=(
            f"### {escape(chosen.title, 200)}",
            "\n".join(_line(event, lookup, _characters(chosen, number), noted=noted) for event in events),
        ),
        logged="\n".join(f"{event.date}: {event.event}" for event in events),
        turns=partial(_turns, chosen, number, len(pages)),
        footer=" · ".join(place),
        draw=partial(bars_by_year, chosen.counts, texts.EVENTS) if _has_chart(chosen, number) else None,
    )


def _turns(chosen: Chosen, number: int, pages: int, answer_id: str) -> list[Button | Select]:
    jump = [JumpToYear.of(chosen, answer_id)] if pages > 1 and len(chosen.years) > 1 else []
    return [*jump, *TurnTimeline.turns(chosen, number, pages, answer_id)]


def _has_chart(chosen: Chosen, number: int) -> bool:
    return chosen.is_long and number == 0


def _characters(chosen: Chosen, number: int) -> int:
    return _EVENT_BELOW_CHART if _has_chart(chosen, number) else _EVENT


def _code(date: PartialDate | None) -> str:
    if date is None:
        return "-"
    return f"{date.year:04}-{date.month:02}" if date.month else f"{date.year:04}"


def _divided(chosen: Chosen) -> list[tuple[TimelineEvent, ...]]:
    """Divide events, the newest first, into pages that a phone shows at once."""
    pages: list[tuple[TimelineEvent, ...]] = []
    current: tuple[TimelineEvent, ...] = ()
    for event in reversed(chosen.events):
        grown = (*current, event)
        lines, characters = _LINES_BELOW_CHART if _has_chart(chosen, len(pages)) else _LINES, _characters(chosen, len(pages))
        if len(grown) > _MOST or (len(grown) > _FEWEST and sum(_lines_of(one, characters) for one in grown) > lines):
            pages.append(current)
            grown = (event,)
        current = grown
    return [*pages, current]


def _lines_of(event: TimelineEvent, characters: int) -> int:
    return phone_lines(f"{_short(event.date)} {cut_at_a_clause(event.event, characters)}")


def _line(event: TimelineEvent, lookup: Directories, characters: int, *, noted: bool) -> str:
    """An event with its date, which links to its source."""
    section = lookup.section_of(event)
    url = next((source.url for source in (() if section is None else section.sources) if source.url is not None), None)
    date = _short(event.date)
    note = f"\n-# {escape(' '.join(event.note.split()), _NOTE)}" if noted and event.note else ""
    text = escape(cut_at_a_clause(event.event, characters) if not noted else event.event, 600)
    return f"{f'**{date}**' if url is None else link(date, url)} {text}{note}"


def _short(date: PartialDate) -> str:
    if not date.month:
        return str(date.year)
    return f"{month_abbr[date.month]} {date.day}, {date.year}" if date.day else f"{month_abbr[date.month]} {date.year}"
