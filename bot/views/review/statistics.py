"""The statistics of a server: numbers in words, and the same as a picture with alternative text."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence

import discord

from bot.answering.engine import AnswerEngine
from bot.charts.picture import Picture
from bot.review.chart import report_chart
from bot.review.report import Report, SectionScore
from bot.views.access import guild_of, stages_of
from bot.views.controls import Click
from bot.views.panel import Block, Panel, rule
from bot.views.respond import NO_MENTIONS
from bot.views.review.words import REASONS
from bot.views.text import escape

_FILE = "review-stats.png"
_LONGEST_ALTERNATIVE = 1024


async def send_statistics(interaction: Click, days: int) -> None:
    """Send the statistics of the last days to the moderator alone, after an acknowledgement."""
    stages = stages_of(interaction)
    report = await stages.review.statistics.of(guild_of(interaction), days)
    picture = await asyncio.to_thread(report_chart, report)
    await interaction.followup.send(
        view=statistics_panel(report, picture, days, stages.knowledge.engine),
        file=discord.File(io.BytesIO(picture.png), _FILE, description=picture.alternative_text[:_LONGEST_ALTERNATIVE]),
        ephemeral=True,
        allowed_mentions=NO_MENTIONS,
    )


def statistics_panel(report: Report, picture: Picture, days: int, engine: AnswerEngine) -> Panel:
    """Return the numbers as a message; the picture comes as an attachment of it."""
    image: discord.ui.MediaGallery[discord.ui.LayoutView] = discord.ui.MediaGallery(
        discord.MediaGalleryItem(f"attachment://{_FILE}", description=picture.alternative_text[:_LONGEST_ALTERNATIVE])
    )
    blocks: list[Block] = [
        f"### The last {days} days\n-# Days by {escape(report.zone)}",
        answers_text(report),
        _cases(report),
        _reasons(report),
        worst_text(report.worst, engine),
        rule(),
        image,
    ]
    return Panel(blocks)


def answers_text(report: Report) -> str:
    """Return how many questions were answered, and how helpful the answers were."""
    return (
        f"**Questions** {report.answered} answered, {report.suggested} with suggestions, {report.declined} declined\n"
        f"**Helpful** {report.helpful.described}"
    )


def _cases(report: Report) -> str:
    text = f"**Cases** {report.opened} opened, {report.closed} closed, {report.waiting} waiting now"
    if report.median_hours is None or report.p90_hours is None:
        return text
    return f"{text}\n**Time to a decision** half within {_hours(report.median_hours)}, nine of ten within {_hours(report.p90_hours)}"


def _hours(hours: float) -> str:
    if hours < 1:
        return f"{max(1, round(60 * hours))} min"
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"


def _reasons(report: Report) -> str:
    return "**Reasons** " + ", ".join(f"{REASONS[count.reason]} {count.members}" for count in report.reasons) if report.reasons else ""


def worst_text(worst: Sequence[SectionScore], engine: AnswerEngine) -> str:
    """Return the sections that helped least, or nothing."""
    if not worst:
        return ""
    lines = [f"• {_title(engine, score.section_id)}: {score.not_helpful} not helpful, {score.helpful} helpful" for score in worst]
    return "**Sections that help least**\n" + "\n".join(lines)


def _title(engine: AnswerEngine, section_id: str) -> str:
    section = engine.section(section_id)
    return escape(section_id if section is None else section.title, 120)
