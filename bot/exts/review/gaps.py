"""/review gaps: what several members asked for in vain, as a list, one by one, and as a file; and the weeks of /review stats.

What is shown of a gap are numbers, days and words that several members share, so nothing here is what one member wrote. Gaps are found
again whenever the list is asked for, before a digest, and every few hours, so that one closes soon after the knowledge has changed.
"""

from __future__ import annotations

import asyncio
import io
import logging
import re

import discord
from discord.ext import commands, tasks

from bot.answering.engine import AnswerEngine
from bot.bootstrap.stages import Stages
from bot.errors import NotFound, StorageError
from bot.exts.kit import interaction as kit
from bot.exts.kit import panel
from bot.exts.kit.controls import KEY, KEY_PATTERN, PLACE, Control, Place, encoded, list_turns, place_of
from bot.exts.kit.sections import source_line
from bot.exts.review.previews import send_threshold
from bot.gaps.export import day, export_gaps
from bot.gaps.gaps import Gap, GapCounts, GapView, named
from bot.gaps.progress import FEWEST_VOTES, WANTED, ProgressReport, Week, finding, kept_chart, kept_line
from bot.gaps.reading import GapKind
from bot.guilds.settings import HIGHEST_THRESHOLD, LOWEST_THRESHOLD
from bot.review.export import ExportFormat
from bot.storage.paging import Page
from bot.texts import gaps as texts

_log = logging.getLogger(__name__)

PAGE_SIZE = 8
_NAME = 120
_WORDS = 300
_TITLE = 120
_HOURS = 3.0
"""Between two looks for gaps."""
_FILE = "review-confidence.png"
_MOST_WEEKS = 6
"""In which anything happened, shown one by one; a message holds no more."""


async def show_gaps(interaction: kit.Click, at: Place = 0, *, closed: bool = False) -> panel.Panel:
    """One page of the gaps of this server as a message."""
    stages, guild_id = kit.stages_of(interaction), kit.guild_of(interaction)
    found = await stages.review.gaps.page(guild_id, at, PAGE_SIZE, closed=closed)
    engine = await stages.answering.engines.engine(guild_id)
    zone = (await stages.guilds.settings(guild_id)).time_zone
    return gaps_panel(found, engine, zone, stages.review.gaps.least, closed=closed)


def gaps_panel(found: Page[Gap], engine: AnswerEngine, zone: str, least: int, *, closed: bool) -> panel.Panel:
    """A page of gaps."""
    head = (texts.TITLE_CLOSED if closed else texts.TITLE) + "\n" + texts.introduction(least)
    other = TurnGaps.of(0, texts.SHOW_OPEN if closed else texts.SHOW_CLOSED, closed=not closed)
    if not found.items:
        return panel.Panel([head, panel.rule(), texts.NONE_CLOSED if closed else texts.NONE_OPEN, *panel.rows(other)])
    page = f"-# {texts.counted(found.total, 'gap')}" + (f" · page {found.page + 1} of {found.pages}" if found.pages > 1 else "")
    lines = "\n".join(_line(gap, engine, zone) for gap in found.items)
    turns = list_turns(found, lambda place, label: TurnGaps.of(place, label, closed=closed))
    return panel.Panel([head, panel.rule(), lines, panel.rule(), page, *panel.rows(OpenGap.of(found, engine, zone), *turns, other)])


def _line(gap: Gap, engine: AnswerEngine, zone: str) -> str:
    ending = "" if gap.ending is None else f" · {texts.ENDINGS[gap.ending.value]}"
    kind = texts.KINDS[gap.kind.value][0]
    section = None if gap.section_id is None or not gap.words else engine.section(gap.section_id)
    near = "" if section is None else f" · nearest: {panel.escape(section.title, _TITLE)}"
    behind = texts.behind(gap.askers, day(gap.first_asked_at, zone))
    return f"**{panel.one_line(named(gap, engine), _NAME)}** · {kind}\n-# {behind}{near}{ending}"


class TurnGaps(Control, template=f"review:gaps:(?P<closed>[01]):{PLACE}"):
    """Shows another page of the gaps in place of this one."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, place: Place, label: str, *, closed: bool) -> panel.Button:
        """The button that leads to a page of the open or the closed ones."""
        return panel.button(label, cls.id_of(closed=int(closed), place=encoded(place)))

    async def press(self, interaction: kit.Click) -> None:
        """Show the page."""
        await kit.acknowledge_edit(interaction)
        closed = self.state["closed"] == "1"
        await kit.edit(interaction, await show_gaps(interaction, place_of(self.state["place"]), closed=closed))


class OpenGap(Control, template="review:gap"):
    """Shows one gap of a list in place of the list."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, found: Page[Gap], engine: AnswerEngine, zone: str) -> panel.Select:
        """The select of the gaps of a page."""
        return panel.select(texts.OPEN_ONE, cls.id_of(), (_option(gap, engine, zone) for gap in found.items))

    async def press(self, interaction: kit.Click) -> None:
        """Show it."""
        await kit.acknowledge_edit(interaction)
        await kit.edit(interaction, await _gap_panel(interaction, gap_key(self.chosen)))


def gap_key(value: str) -> str:
    """The key of a gap that was chosen.

    Raises:
        NotFound: it is none, so nobody offered it.
    """
    if not re.fullmatch(KEY_PATTERN, value):
        raise NotFound("a choice that was never offered")
    return value


def _option(gap: Gap, engine: AnswerEngine, zone: str) -> discord.SelectOption:
    behind = texts.behind(gap.askers, day(gap.first_asked_at, zone))
    return panel.option(named(gap, engine), gap.key, f"{texts.KINDS[gap.kind.value][0]} · {behind}")


async def _gap_panel(interaction: kit.Click, key: str) -> panel.Panel:
    stages, guild_id = kit.stages_of(interaction), kit.guild_of(interaction)
    view = await stages.review.gaps.view(guild_id, key)
    zone = (await stages.guilds.settings(guild_id)).time_zone
    return gap_panel(view, await stages.answering.engines.engine(guild_id), zone)


def gap_panel(view: GapView, engine: AnswerEngine, zone: str) -> panel.Panel:
    """One gap: what is missing, who asked, and what is nearest."""
    gap = view.gap
    label, meaning = texts.KINDS[gap.kind.value]
    state = "" if gap.ending is None else f" · {texts.ENDINGS[gap.ending.value]}"
    numbers = texts.details(gap.askers, gap.questions, day(gap.first_asked_at, zone), day(gap.last_asked_at, zone))
    blocks: list[panel.Block] = [
        f"### {panel.one_line(named(gap, engine), _NAME)}\n-# {numbers}{state}",
        f"**{label}** {meaning}",
        texts.shared(_listed(gap.words)) if gap.words else "",
        texts.never_seen(_listed(view.unseen)) if view.unseen else "",
        _section(view, engine),
        texts.cases(view.case_numbers) if view.case_numbers else "",
        panel.rule(),
    ]
    decide = SetGapAside.of(gap.key) if gap.closed_at is None else ReopenGap.of(gap.key)
    back = TurnGaps.of(0, texts.BACK, closed=gap.closed_at is not None)
    return panel.Panel([*blocks, *panel.rows(decide, back)], panel.Tone.UNSURE if gap.closed_at is None else panel.Tone.NONE)


def _listed(words: tuple[str, ...]) -> str:
    return panel.one_line(", ".join(words), _WORDS)


_SHOWN = frozenset({GapKind.WRONG_SECTION, GapKind.UNCLEAR, GapKind.OUTDATED})


def _section(view: GapView, engine: AnswerEngine) -> str:
    section = None if view.gap.section_id is None else engine.section(view.gap.section_id)
    picked = None if view.gap.picked_id is None else engine.section(view.gap.picked_id)
    lines = []
    if section is not None:
        say = texts.shown if view.gap.kind in _SHOWN else texts.nearest
        lines.append(say(panel.escape(section.title, _TITLE), source_line(section), _listed(view.lacking)))
    if picked is not None:
        lines.append(texts.picked(panel.escape(picked.title, _TITLE)))
    return "\n".join(lines)


class SetGapAside(Control, template=f"review:gap-aside:{KEY}"):
    """Closes a gap about which nothing is to be done."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, key: str) -> panel.Button:
        """The button below an open gap."""
        return panel.button(texts.SET_ASIDE, cls.id_of(key=key))

    async def press(self, interaction: kit.Click) -> None:
        """Close it, and draw it again."""
        await kit.acknowledge_edit(interaction)
        key = self.state["key"]
        changed = await kit.stages_of(interaction).review.gaps.set_aside(kit.actor_of(interaction), key)
        await kit.edit(interaction, await _gap_panel(interaction, key))
        if not changed:
            await kit.send(interaction, panel.notice(texts.WAS_CLOSED, panel.Tone.UNSURE), private=True)


class ReopenGap(Control, template=f"review:gap-reopen:{KEY}"):
    """Opens a closed gap again."""

    audience = kit.Audience.MODERATOR

    @classmethod
    def of(cls, key: str) -> panel.Button:
        """The button below a closed gap."""
        return panel.button(texts.REOPEN, cls.id_of(key=key))

    async def press(self, interaction: kit.Click) -> None:
        """Open it, and draw it again."""
        await kit.acknowledge_edit(interaction)
        key = self.state["key"]
        changed = await kit.stages_of(interaction).review.gaps.reopen(kit.actor_of(interaction), key)
        await kit.edit(interaction, await _gap_panel(interaction, key))
        if not changed:
            await kit.send(interaction, panel.notice(texts.WAS_OPEN, panel.Tone.UNSURE), private=True)


async def send_gaps(interaction: kit.Click, file_format: ExportFormat | None, *, closed: bool) -> None:
    """Look for gaps and send them to the moderator alone, as a list or a file, after an acknowledgement."""
    stages, guild_id = kit.stages_of(interaction), kit.guild_of(interaction)
    await stages.review.gaps.refresh(guild_id)
    if file_format is None:
        await kit.send(interaction, await show_gaps(interaction, closed=closed), private=True)
        return
    zone = (await stages.guilds.settings(guild_id)).time_zone
    engine = await stages.answering.engines.engine(guild_id)
    number, file = await export_gaps(stages.review.gaps, kit.actor_of(interaction), engine, zone, file_format)
    attached = discord.File(io.BytesIO(file.content), file.name, description=texts.FILE_DESCRIPTION)
    await kit.send(interaction, texts.exported(number), private=True, files=[attached])


def digest_line(counts: GapCounts) -> str:
    """What a digest says about gaps; "" where there is nothing to say."""
    return texts.digest(counts.open, counts.opened, counts.answered) if counts.open or counts.opened or counts.answered else ""


async def send_progress(interaction: kit.Click, days: int) -> None:
    """Send the weeks of a period, and how well the confidence is kept, to the moderator alone, after an acknowledgement."""
    report = await kit.stages_of(interaction).review.progress.of(kit.guild_of(interaction), days)
    if not any(one.enough for one in report.kept):
        await kit.send(interaction, progress_panel(report), private=True)
        return
    picture = await asyncio.to_thread(kept_chart, report.kept)
    file = discord.File(io.BytesIO(picture.png), _FILE, description=panel.cut(picture.alternative_text, 1024))
    await kit.send(interaction, progress_panel(report, picture.alternative_text), private=True, files=[file])


def progress_panel(report: ProgressReport, alternative_text: str | None = None) -> panel.Panel:
    """What members got week by week, what votes say about the confidence, and the threshold that follows from them."""
    busy = [week for week in report.weeks if week.happened][-_MOST_WEEKS:]
    weeks = "\n".join(map(_week, reversed(busy))) or texts.NOTHING_HAPPENED
    blocks: list[panel.Block] = [f"{texts.WEEKS_TITLE}\n-# Weeks by {panel.escape(report.zone)}", weeks, panel.rule()]
    if not report.kept:
        return panel.Panel([*blocks, texts.NO_VOTES])
    lines = [f"**{finding(report.kept)}**", *(f"• {kept_line(one)}" for one in reversed(report.kept)), texts.NOT_WORTH]
    chart = [] if alternative_text is None else [panel.picture(_FILE, alternative_text)]
    return panel.Panel([*blocks, "\n".join(lines), *chart, *_proposal(report)])


def _week(week: Week) -> str:
    got = texts.week(week.monday.isoformat(), week.right_away, week.after_suggestions, week.not_taken, week.declined, week.asked_moderator)
    done = texts.done(week.gaps_opened, week.gaps_closed, week.fixed, _hours(week.median_hours or 0.0))
    return f"{got}\n-# helpful: {week.helpful.described}" + (f" · {done}" if done else "")


def _hours(hours: float) -> str:
    if hours < 1:
        return f"{max(1, round(60 * hours))} min"
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"


def _proposal(report: ProgressReport) -> list[panel.Block]:
    proposal, now = report.proposal, panel.percent(report.threshold)
    if proposal is None:
        few = report.votes < FEWEST_VOTES
        return [texts.too_few(report.votes, FEWEST_VOTES) if few else texts.out_of_reach(panel.percent(WANTED))]
    if round(100 * proposal.threshold) == round(100 * report.threshold):
        return [texts.stands(now, proposal.helpful.described)]
    text = texts.proposal(panel.percent(proposal.threshold), proposal.helpful.described, now, proposal.dropped)
    return [text, *panel.rows(PreviewThreshold.of(round(100 * proposal.threshold)))]


class PreviewThreshold(Control, template="review:threshold:(?P<percent>[0-9]{2})"):
    """Shows what the proposed threshold would change, so that it can be saved."""

    audience = kit.Audience.ADMINISTRATOR

    @classmethod
    def of(cls, percent: int) -> panel.Button:
        """The button below a proposal; whoever presses it must be an administrator."""
        return panel.button(texts.see(f"{percent} %"), cls.id_of(percent=percent))

    async def press(self, interaction: kit.Click) -> None:
        """Show it, as /settings would."""
        await kit.acknowledge(interaction, private=True)
        percents = int(self.state["percent"])
        if not LOWEST_THRESHOLD <= percents / 100 <= HIGHEST_THRESHOLD:
            raise NotFound("a threshold that was never proposed")
        await send_threshold(interaction, percents)


class GapMaintenance(commands.Cog):
    """Looks for gaps from time to time, so that they open and close without anybody asking."""

    def __init__(self, bot: commands.Bot, stages: Stages) -> None:
        self.bot = bot
        self.stages = stages

    async def cog_load(self) -> None:
        """Start what is periodic."""
        self.look.start()

    async def cog_unload(self) -> None:
        """Stop it."""
        self.look.cancel()

    @tasks.loop(hours=_HOURS)
    async def look(self) -> None:
        """Look in every server in which something was asked in vain; what fails is logged, and the next pass tries again."""
        if not self.bot.is_ready():
            return
        try:
            for guild_id in await self.stages.review.gaps.guilds_with_questions():
                await self.stages.review.gaps.refresh(guild_id)
        except StorageError:
            _log.exception("gaps could not be looked for; the next pass tries again")
