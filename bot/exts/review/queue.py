"""The home of the review, and lists of cases: the queue by filters, and what a search found.

The home says what is new, what is the moderator's own and what waits longest; every list leads back to it. In a list, a select opens one
case, another picks several for one decision.

What is decided about several cases is stated with their number, and afterwards what came of each. The picked numbers travel in the
``custom_id``, to the base 36, so that ten of them fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import discord

from bot.answering.engine import AnswerEngine
from bot.cases.case import CaseSummary
from bot.errors import InputError, NotFound
from bot.exts.kit import interaction as kit
from bot.exts.kit.controls import PLACE, Control, Fields, Form, Place, case_number, encoded, list_turns, place_of
from bot.exts.kit.panel import Block, Button, Panel, Select, Tone, button, escape, notice, one_line, rows, rule, select
from bot.exts.review.case import DISMISSING, HOME_ID, RESOLVING, Closing, NextCase, home_button, open_card
from bot.exts.review.filters import FILTER, FilterChoice, from_match
from bot.exts.review.kept import KEEP, keep_resolved
from bot.exts.review.words import age, bulk_refusal_text, cases, list_line, state_option
from bot.query.message import storable
from bot.review.decisions import BulkResult, Claim, Decision
from bot.review.queue import Home, QueuePage
from bot.review.statistics import Report
from bot.texts import cases as case_texts
from bot.texts import review as texts

PAGE_SIZE = 10
LONGEST_SEARCH = 60
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PICKED = "(?P<picked>[0-9a-z]{1,7}(?:[.][0-9a-z]{1,7}){0,9})"
_WEEK_DAYS = 7
_ON_A_FULL_HOME = 2
"""Cases of each list where all three lists have some."""


async def show_home(interaction: kit.Click) -> Panel:
    """The first page of the review as a message, for the moderator who acts."""
    stages, guild_id = kit.stages_of(interaction), kit.guild_of(interaction)
    home = await stages.review.queue.home(guild_id, interaction.user.id)
    report = await stages.review.statistics.of(guild_id, _WEEK_DAYS)
    lost = await stages.review.phrasings.without_words(guild_id)
    return home_panel(home, report, lost, stages.knowledge.engine)


def home_panel(home: Home, report: Report, lost: int, engine: AnswerEngine) -> Panel:
    """What there is to do and how answers did this week, in words, with three ways on.

    Args:
        home: the cases.
        report: the numbers of the week.
        lost: confirmed phrasings without words.
        engine: the knowledge of today, for titles.
    """
    todo = texts.waiting(home.active, age(home.oldest_at)) if home.oldest_at is not None else texts.NOTHING_WAITS
    listed: dict[int, CaseSummary] = {}
    blocks: list[Block] = [f"{texts.HOME}\n{todo}"]
    most = _ON_A_FULL_HOME if home.mine else len(home.newest)
    for title, found in ((texts.NEW, home.newest), (texts.YOURS, home.mine), (texts.OLDEST, home.oldest)):
        new = {case.number: case for case in found[: most or len(found)] if case.number not in listed}
        listed |= new
        if new:
            blocks.append("\n".join([title, *(list_line(case, engine) for case in new.values())]))
    votes = report.helpful
    numbers = texts.week(report.answered, report.suggested, report.declined, votes.hits, votes.total)
    waiting = texts.waiting_corrections(home.corrections) if home.corrections else ""
    blocks += [rule(), numbers, texts.lost_words(lost) if lost else "", waiting, texts.ELSEWHERE]
    ways = [NextCase.of(0, label=texts.OPEN_OLDEST, stands_out=True)] if home.active else []
    everything, mine = FilterChoice(), FilterChoice(mine=True)
    ways += [TurnQueue.of(everything, 0, texts.WHOLE_QUEUE), TurnQueue.of(mine, 0, texts.MY_CASES)]
    select_one = [OpenCase.of(tuple(listed.values()), engine)] if listed else []
    return Panel([*blocks, *rows(*select_one, *ways)], Tone.LIKELY)


class GoHome(Control, template=HOME_ID):
    """Shows the home in place of a list or a card."""

    audience = kit.Audience.MODERATOR

    async def press(self, interaction: kit.Click) -> None:
        """Show it."""
        await kit.acknowledge_edit(interaction)
        await kit.edit(interaction, await show_home(interaction))


def _encoded(numbers: Sequence[int]) -> str:
    return ".".join(_to_base_36(number) for number in numbers)


def _to_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _decoded(picked: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(part, len(_DIGITS)) for part in picked.split(".")))


def selected_panel(numbers: Sequence[int]) -> Panel:
    """Ask what to do with the cases that were picked."""
    return Panel([texts.picked(numbers), *rows(*(control.of(numbers) for control in (BulkClaim, BulkResolve, BulkDismiss)))], Tone.UNSURE)


class BulkControl(Control, template="(?!)"):
    """A button that decides about all picked cases."""

    audience = kit.Audience.MODERATOR
    verb = ""

    @classmethod
    def of(cls, numbers: Sequence[int]) -> Button:
        """The button for the picked cases."""
        return button(f"{cls.verb} {cases(len(numbers))}", cls.id_of(picked=_encoded(numbers)))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The picked cases."""
        return _decoded(self.state["picked"])


class BulkClaim(BulkControl, template=f"review:bulk-claim:{_PICKED}"):
    """Claims all picked cases."""

    verb = case_texts.CLAIM

    async def press(self, interaction: kit.Click) -> None:
        """Claim, and say what was not possible."""
        await _apply(interaction, self.numbers, Claim(), texts.DONE_WORDS["claim"])


class BulkForm(Form, template="(?!)"):
    """Closes all picked cases alike."""

    audience = kit.Audience.MODERATOR
    closing: Closing

    @classmethod
    def of(cls, numbers: Sequence[int]) -> discord.ui.Modal:
        """The form for the picked cases."""
        return cls.modal(f"{cls.closing.verb} {cases(len(numbers))}", cls.closing.asks(), picked=_encoded(numbers))

    async def submit(self, interaction: kit.Click, fields: Fields) -> None:
        """Decide, and say what was not possible."""
        numbers, decision = _decoded(self.state["picked"]), self.closing.decision(fields)
        await _apply(interaction, numbers, decision, self.closing.done, keep=fields.checked(KEEP))


class BulkResolveForm(BulkForm, template=f"review:bulk-resolve:{_PICKED}"):
    """Resolves all picked cases."""

    closing = RESOLVING


class BulkDismissForm(BulkForm, template=f"review:bulk-dismiss:{_PICKED}"):
    """Dismisses all picked cases."""

    closing = DISMISSING


class BulkFormControl(BulkControl, template="(?!)"):
    """Asks how all picked cases are closed."""

    form: type[BulkForm]

    async def press(self, interaction: kit.Click) -> None:
        """Open the form."""
        await interaction.response.send_modal(self.form.of(self.numbers))


class BulkResolve(BulkFormControl, template=f"review:bulk-resolve:{_PICKED}"):
    """Asks how all picked cases are resolved."""

    verb = RESOLVING.verb
    form = BulkResolveForm


class BulkDismiss(BulkFormControl, template=f"review:bulk-dismiss:{_PICKED}"):
    """Asks why all picked cases are dismissed."""

    verb = DISMISSING.verb
    form = BulkDismissForm


async def _apply(interaction: kit.Click, numbers: Sequence[int], decision: Decision, done: str, *, keep: bool = False) -> None:
    await kit.acknowledge(interaction, private=True)
    results = await kit.stages_of(interaction).review.bulk.apply(kit.actor_of(interaction), numbers, decision)
    await kit.send(interaction, result_panel(results, done), private=True)
    kit.cases_changed(interaction)
    if keep:
        await keep_resolved(interaction, [result.number for result in results if result.refusal is None])


def result_panel(results: Sequence[BulkResult], done: str) -> Panel:
    """Say how many cases were decided, and why the others were not."""
    refused = [bulk_refusal_text(result.number, result.refusal, result.case) for result in results if result.refusal is not None]
    head = texts.decided(len(results) - len(refused), len(results), done)
    if not refused:
        return notice(head, Tone.SURE)
    return Panel([head, "\n".join([texts.NOT_POSSIBLE, *(f"• {line}" for line in refused)])], Tone.UNSURE)


async def show_queue(interaction: kit.Click, choice: FilterChoice, at: Place = 0) -> Panel:
    """One page of the queue as a message."""
    stages = kit.stages_of(interaction)
    zone = (await stages.guilds.settings(kit.guild_of(interaction))).time_zone
    filters = choice.filters(stages.knowledge.engine, interaction.user.id, zone)
    found = await stages.review.queue.page(kit.guild_of(interaction), filters, at, PAGE_SIZE)
    shown = texts.shown_filter(escape(choice.described))
    listed = _Listed(texts.QUEUE, shown, texts.EMPTY, lambda place, label: TurnQueue.of(choice, place, label))
    return _list_panel(listed, found, stages.knowledge.engine)


def search_words(typed: str) -> str:
    """What is searched for, short enough to be part of a ``custom_id``, which Discord may count in units of UTF-16.

    Raises:
        InputError: there is nothing to search for.
    """
    text = storable(" ".join(typed.split()))
    while len(text.encode("utf-16-le")) > 2 * LONGEST_SEARCH:
        text = text[:-1]
    if not text:
        raise InputError(texts.NO_SEARCH_WORD)
    return text


async def show_search(interaction: kit.Click, text: str, at: Place = 0) -> Panel:
    """One page of what a search found as a message."""
    stages = kit.stages_of(interaction)
    engine = stages.knowledge.engine
    found = await stages.review.queue.search(kit.guild_of(interaction), text, at, PAGE_SIZE, titles=engine.corpus)
    shown = texts.searched_for(one_line(text))
    listed = _Listed(texts.FOUND, shown, texts.FOUND_NOTHING, lambda place, label: TurnSearch.of(text, place, label))
    return _list_panel(listed, found, engine)


@dataclass(frozen=True, slots=True)
class _Listed:
    """What a list says of itself."""

    title: str
    shown: str
    """What it is narrowed to."""
    empty: str
    """What it says where there is nothing."""
    turn: Callable[[Place, str], Button]


def _list_panel(listed: _Listed, found: QueuePage, engine: AnswerEngine) -> Panel:
    counts = texts.all_of_server([(str(count.state), count.cases) for count in found.counts]) if found.counts else ""
    blocks: list[Block] = [listed.title, "\n".join(filter(None, [listed.shown, counts])), rule()]
    if not found.cases:
        return Panel([*blocks, listed.empty, *rows(home_button())])
    blocks += ["\n".join(list_line(case, engine) for case in found.cases)]
    blocks += [rule(), texts.list_end(found.total, "case", found.page + 1, found.pages)]
    selects = (OpenCase.of(found.cases, engine), PickCases.of(found.cases, engine))
    return Panel([*blocks, *rows(*selects, *list_turns(found, listed.turn), home_button())])


class TurnQueue(Control, template=f"review:queue:(?P<choice>{FILTER}):{PLACE}"):
    """Shows another page of the queue in place of this one."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, choice: FilterChoice, place: Place, label: str) -> Button:
        """The button that leads to a page of what a choice lets through."""
        return button(label, cls.id_of(choice=choice.encoded, place=encoded(place)))

    async def press(self, interaction: kit.Click) -> None:
        """Show the page."""
        await kit.acknowledge_edit(interaction)
        await kit.edit(interaction, await show_queue(interaction, from_match(self.state), place_of(self.state["place"])))


class TurnSearch(Control, template=rf"review:search:(?P<text>[\s\S]{{1,{LONGEST_SEARCH}}}):{PLACE}"):
    """Shows another page of what a search found in place of this one."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, text: str, place: Place, label: str) -> Button:
        """The button that leads to a page of what a search found."""
        return button(label, cls.id_of(text=text, place=encoded(place)))

    async def press(self, interaction: kit.Click) -> None:
        """Show the page."""
        await kit.acknowledge_edit(interaction)
        await kit.edit(interaction, await show_search(interaction, search_words(self.state["text"]), place_of(self.state["place"])))


class OpenCase(Control, template="review:open"):
    """Opens the card of a case chosen from a list."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, listed: Sequence[CaseSummary], engine: AnswerEngine) -> Select:
        """The select of the cases of a list."""
        return select(texts.OPEN_ONE, cls.id_of(), (state_option(case, engine) for case in listed))

    async def press(self, interaction: kit.Click) -> None:
        """Show the card."""
        await open_card(interaction, case_number(self.chosen))


class PickCases(Control, template="review:pick"):
    """Picks several cases of a list, for one decision about all of them."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, listed: Sequence[CaseSummary], engine: AnswerEngine) -> Select:
        """The select of the cases of a list."""
        return select(texts.PICK_SEVERAL, cls.id_of(), (state_option(case, engine) for case in listed), most=len(listed))

    async def press(self, interaction: kit.Click) -> None:
        """Ask what to do with them."""
        numbers = tuple(dict.fromkeys(map(case_number, self.all_chosen[:PAGE_SIZE])))
        if not numbers:
            raise NotFound("a select that lets nobody choose nothing")
        await kit.send(interaction, selected_panel(numbers), private=True)
