"""How tall messages are on a phone: what a member has to scroll past, measured in a browser on the page of the demo.

A panel is posted as the answer to a command, or a message that the bot has sent is taken as it is; many stand in the channel at once, so
that a page is loaded for every forty. Measured is the whole message, with the line that says who used which command and the bot's name.
``python -m tests.browser.heights`` measures answers to golden questions, the cards of cases about them, comparisons of licenses and
projects, and timelines, and prints the 95th percentile of each kind; a number after it says how many answers and cases.
"""

from __future__ import annotations

import asyncio
import math
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import Context
from dataclasses import replace
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from playwright.async_api import Browser, async_playwright
from simcord.backend.models import Message
from simcord.results import InteractionResult

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import DeliveryKey, Outcome, OutcomeKind
from bot.bootstrap.knowledge import load_knowledge
from bot.bootstrap.stages import Stages
from bot.cases.case import Actor, Reason, Resolution
from bot.client import FaqBot
from bot.config import Config, KnowledgeConfig
from bot.demo.page import DemoPage
from bot.demo.world import DemoServer
from bot.evaluation.golden import load_golden
from bot.exts.ask.start import reply_panel
from bot.exts.kit.panel import Panel
from bot.exts.lookup.entries import comparison_page
from bot.exts.lookup.page import LookupMessage, page_panel
from bot.exts.lookup.timeline import events_page
from bot.exts.review.case import case_panel
from bot.exts.review.proposals import corrected_section
from bot.feedback.question_log import Asker
from bot.feedback.recording import Recorded, RecordedAnswer
from bot.feedback.votes import NotHelpful
from bot.lookup.timeline import Chosen, select_events
from bot.proposals.patching import NotPatched
from bot.review.queue import QueueFilter
from tests.browser.pictures import fresh_server
from tests.browser.visiting import CHROMIUM, QUIET, settled, view_as
from tests.conftest import REPOSITORY
from tests.integration.making import confirm

PHONE_WIDTH = 390
_PHONE_HEIGHT = 844
_AT_ONCE = 40
"""Messages in the channel; the page shows fifty at most."""
_SHARE = 0.95
_COMPONENTS_V2 = 1 << 15
_HEIGHTS = """() => Object.fromEntries(
    [...document.querySelectorAll("article[data-message-id]")].map(
        (message) => [message.dataset.messageId, Math.ceil(message.getBoundingClientRect().height)]))"""


class Kind(StrEnum):
    """Kinds of messages that have a limit."""

    ANSWER = "answer"
    DECLINE = "decline"
    SUGGESTIONS = "suggestions"
    COMPARISON = "comparison"
    TIMELINE = "timeline"
    CASE = "case"


LIMITS: Mapping[Kind, int] = {
    Kind.ANSWER: 520,
    Kind.DECLINE: 260,
    Kind.SUGGESTIONS: 560,
    Kind.COMPARISON: 700,
    Kind.TIMELINE: 800,
    Kind.CASE: 900,
}
"""Pixels that 95 of 100 messages of a kind stay within."""
KINDS: Mapping[OutcomeKind, Kind] = {
    OutcomeKind.ANSWER: Kind.ANSWER,
    OutcomeKind.SUGGESTIONS: Kind.SUGGESTIONS,
    OutcomeKind.ABSTENTION: Kind.DECLINE,
}


def percentile(heights: Sequence[int]) -> int:
    """The height that 95 of 100 stay within, the nearest rank; of a few messages that is the tallest."""
    return sorted(heights)[math.ceil(_SHARE * len(heights)) - 1]


def post(server: DemoServer, panel: Panel, command: str = "ask", viewer: str = "member") -> Message:
    """Put a panel into the channel as what the bot says to somebody's command."""
    user = {"id": str(server.person(viewer).user.id)}
    backend = server.env.backend
    return backend.create_message(
        server.channel.id,
        backend.bot_user.id,
        components=panel.to_components(),  # type: ignore[no-untyped-call]
        flags=_COMPONENTS_V2,
        interaction_metadata={"type": 2, "command_type": 1, "name": command, "user": user},
        broadcast=False,
    )


def empty(server: DemoServer) -> None:
    """Take all messages out of the channel."""
    server.env.backend.messages[server.channel.id].clear()


async def heights_of(browser: Browser, page: DemoPage, messages: Iterable[Message], viewer: str = "member") -> list[int]:
    """The heights of messages that stand in the channel, at most fifty, as somebody sees them on a phone."""

    async def measured() -> dict[str, int]:
        tab = await browser.new_page(viewport={"width": PHONE_WIDTH, "height": _PHONE_HEIGHT})
        await tab.goto(page.url)
        await settled(tab)
        if viewer != "member":
            await view_as(tab, viewer)
        found: dict[str, int] = await tab.evaluate(_HEIGHTS)
        await tab.close()
        return found

    found = await asyncio.create_task(measured(), context=Context())  # the simulated clock is not for the browser
    return [found[str(message.id)] for message in messages]


async def heights_of_panels(browser: Browser, server: DemoServer, page: DemoPage, panels: Sequence[Panel]) -> list[int]:
    """The heights of any number of panels, each as the answer to ``/ask``; the channel is empty afterwards."""
    heights: list[int] = []
    for start in range(0, len(panels), _AT_ONCE):
        empty(server)
        posted = [post(server, panel) for panel in panels[start : start + _AT_ONCE]]
        heights += await heights_of(browser, page, posted)
    empty(server)
    return heights


def golden_sample(engine: AnswerEngine, size: int, seed: int = 0) -> Iterator[tuple[Kind, Outcome]]:
    """What the bot says to golden questions drawn at random, small talk left out."""
    golden = load_golden(REPOSITORY / "knowledge")
    questions = [*(item.question for item in golden.questions), *(item.question for item in golden.declined)]
    for question in random.Random(seed).sample(questions, min(size, len(questions))):
        outcome = engine.answer(question)
        if outcome.kind in KINDS:
            yield KINDS[outcome.kind], outcome


def shown(outcome: Outcome, engine: AnswerEngine) -> Panel:
    """The message for an outcome in a server's channel, with all its controls."""
    recorded = RecordedAnswer(outcome.asked.answer_id, saved=True, votable=True, outcome=outcome)
    return reply_panel(recorded, engine, askable=True, repeat_question=True)


def compared(engine: AnswerEngine, size: int, seed: int = 0) -> list[tuple[str, Panel]]:
    """Comparisons of licenses and of projects drawn at random, each with what it compares."""
    lookup, chance = engine.lookup, random.Random(seed)
    licenses = chance.sample([*combinations(lookup.licenses.entries, 2)], size)
    projects = chance.sample([*combinations(lookup.projects.entries, 2)], size)
    pages = [comparison_page(left, right, lookup) for left, right in licenses]
    return [_looked_up(page) for page in (*pages, *(comparison_page(left, right, lookup) for left, right in projects))]


def timelines(engine: AnswerEngine) -> list[tuple[str, Panel]]:
    """All pages of the whole timeline but the first, which has a chart."""
    lookup = engine.lookup
    chosen = select_events(lookup.corpus.catalogues.timeline)
    assert isinstance(chosen, Chosen)
    last = len(chosen.events) // 6
    pages = {page.footer: page for page in (events_page(chosen, number, lookup) for number in range(1, last))}
    return [_looked_up(page) for page in pages.values()]


def _looked_up(page: LookupMessage) -> tuple[str, Panel]:
    return f"{page.asked} {page.footer[:40]}", page_panel(page, Recorded("a" * 12, saved=True, votable=True))


CHARTS: Sequence[Mapping[str, str]] = ({}, {"from": "2012"}, {"about": "license"}, {"about": "model"}, {"from": "2015", "to": "2022"})
"""Options of ``/timeline`` for which it draws a chart."""


async def charts(server: DemoServer) -> list[tuple[str, Message]]:
    """Timelines with a chart, as a member asks for them."""
    made = []
    for options in CHARTS:
        result: InteractionResult = await server.person("member").actor.slash(server.channel, "timeline", **options)
        assert result.response is not None, options
        made.append((f"/timeline {dict(options)}", server.env.backend.get_message(server.channel.id, result.response.id)))
    return made


COMMENTS = (
    "wrong",
    "That is not what I asked.",
    "It does not say whether I may sell what I build with it.",
    "This was true last year. The new version has another license, see the announcement on their blog.",
    "I read it twice and still do not know what to do. An example with numbers would help, or a link to something that goes step by step.",
    "My team uses this every day and it works the other way round: first you have to convert the file, then it loads. We lost an afternoon "
    "because of this answer, and two others here had the same trouble, so please have somebody look at it who has done it.",
)
CORRECTIONS = (
    "It is allowed, as long as the license text goes along.",
    "Since version 3 the weights are under Apache 2.0; only the older ones have the community license, with its limit of users.",
)
MODERATORS_NOTES = (
    "Asked an editor.",
    "The second source says otherwise. I wrote to whoever keeps the article, they want to look on Monday; please leave it open until then.",
)
"""What people write about answers, short and long."""


async def golden_cases(stages: Stages, guild_id: int, channel_id: int, size: int, seed: int = 0) -> list[int]:
    """Make cases of golden questions as a server has them, and return their numbers.

    Answers get votes against them, of one to three members, with comments and corrections; what was suggested or declined is passed on to
    the moderators. Some were follow-ups. Moderators have claimed, noted, confirmed, corrected and closed some of them.
    """
    golden = load_golden(REPOSITORY / "knowledge")
    drawn = random.Random(seed)
    questions = [*(item.question for item in golden.questions), *(item.question for item in golden.declined)]
    members = [stages.hasher.hash(guild_id, 1000 + number) for number in range(3 * size)]
    for question in drawn.sample(questions, min(size, len(questions))):
        asker = Asker(guild_id, channel_id, members.pop())
        talk = (len(members),)
        if drawn.random() < _OF_FIVE:
            await stages.answering.ask(drawn.choice(questions), asker, DeliveryKey(b"before", question), talk)
        recorded = await stages.answering.ask(question, asker, DeliveryKey(b"key", question), talk)
        await stages.answering.shown_in(recorded, guild_id, len(members))
        if recorded.outcome.kind is OutcomeKind.ANSWER:
            for voter in [asker.member_hash, *members[: drawn.choice((0, 0, 0, 1, 2))]]:
                correction = drawn.choice(CORRECTIONS) if drawn.random() < _OF_FIVE else None
                vote = NotHelpful(drawn.choice(list(Reason)), drawn.choice((None, *COMMENTS)), correction)
                await stages.votes.cast(recorded.answer_id, guild_id, voter, vote)
        else:
            await stages.review.questions.ask_moderator(recorded.answer_id, guild_id, asker.member_hash)
    numbers = list(range(1, (await stages.review.queue.page(guild_id, QueueFilter())).total + 1))
    for number in numbers:
        await _moderated(stages, guild_id, number, drawn)
    return numbers


_OF_FIVE = 0.2
"""The share of cases that each thing beside the usual happened to."""


async def _moderated(stages: Stages, guild_id: int, number: int, drawn: random.Random) -> None:
    """Let moderators do something with a case."""
    actor, review = Actor(guild_id, 7000 + number % 3), stages.review
    happens = {what: drawn.random() < _OF_FIVE for what in ("note", "confirm", "claim", "correct", "close")}
    card = await review.cards.show(guild_id, number)
    section = stages.knowledge.engine.corpus.section(corrected_section(card) or "")
    if happens["correct"] and section is not None:
        with suppress(NotPatched):
            opened = await review.proposals.open(section)
            better = replace(opened.editable, text=f"{opened.editable.text}\nOne sentence more.")
            await review.proposals.propose(actor, number, section, better, base=opened.digest)
    if happens["confirm"] and card.can_name_section and card.answer is not None and card.answer.stored.hits:
        await confirm(review.phrasings, actor, number, card.answer.stored.hits[-1].section_id, f"In my words, this is about case {number}")
    if happens["claim"]:
        await review.decisions.claim(actor, number)
    if happens["note"]:
        await review.decisions.note(actor, number, drawn.choice(MODERATORS_NOTES))
    if happens["close"]:
        await review.decisions.resolve(actor, number, drawn.choice((Resolution.FIXED, Resolution.NO_CHANGE)))


def stages_of(server: DemoServer) -> Stages:
    """The bot's own parts."""
    client = server.env.bot
    assert isinstance(client, FaqBot)
    return client.stages


async def case_panels(server: DemoServer, size: int, seed: int = 0) -> dict[int, Panel]:
    """The cards of cases about golden questions, by their numbers, as one moderator sees them."""
    stages, guild_id = stages_of(server), server.guild.id
    numbers = await golden_cases(stages, guild_id, server.channel.id, size, seed)
    moderator = server.person("moderator").user.id
    cards = [await stages.review.cards.show(guild_id, number) for number in numbers]
    return {card.summary.number: case_panel(card, stages.knowledge.engine, moderator) for card in cards}


async def main(size: int) -> None:
    """Measure answers to golden questions, cases about them and lookups, and say how tall they are."""
    if CHROMIUM is None:
        raise SystemExit("There is no Chromium on this computer. Install it: apt install chromium")
    built = load_knowledge(Config(knowledge=KnowledgeConfig(path=REPOSITORY / "knowledge")))
    sample = list(golden_sample(built.engine, size))
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright, fresh_server(Path(folder), built) as server, DemoPage(server, 0, "UTC") as page:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            panels = [(kind, outcome.asked.question, shown(outcome, built.engine)) for kind, outcome in sample]
            panels += [(Kind.COMPARISON, name, panel) for name, panel in compared(built.engine, size // 5)]
            panels += [(Kind.TIMELINE, name, panel) for name, panel in timelines(built.engine)]
            panels += [(Kind.CASE, f"case {number}", panel) for number, panel in (await case_panels(server, size)).items()]
            heights = await heights_of_panels(browser, server, page, [panel for _, _, panel in panels])
            drawn = await charts(server)
            with_chart = await heights_of(browser, page, [message for _, message in drawn])
            await browser.close()
    measured = [(kind, height, name) for (kind, name, _), height in zip(panels, heights, strict=True)]
    measured += [(Kind.TIMELINE, height, name) for (name, _), height in zip(drawn, with_chart, strict=True)]
    for kind in Kind:
        mine = sorted((height, question) for one, height, question in measured if one is kind)
        if mine:
            tall = percentile([height for height, _ in mine])
            print(f"{kind}: {len(mine)} messages, median {mine[len(mine) // 2][0]}, 95 of 100 within {tall} (limit {LIMITS[kind]})")
            print(*(f"  {height}: {question[:120]}" for height, question in reversed(mine[-3:])), sep="\n")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
