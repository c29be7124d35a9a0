"""What moderators read and take away: the numbers of a server with a chart, cases as files, and the audit log.

A file is small enough for the server's upload limit; what is longer comes in several.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence

import discord

from bot.answering.engine import AnswerEngine
from bot.charts import Picture
from bot.errors import NotAllowed
from bot.exts.kit.controls import PLACE, SNOWFLAKE, Control, Place, encoded, list_turns, place_of, snowflake
from bot.exts.kit.interaction import Audience, Click, acknowledge_edit, actor_of, belongs, edit, guild_of, send, stages_of
from bot.exts.kit.panel import Block, Button, Panel, button, escape, rows, rule
from bot.exts.review.filters import FilterChoice
from bot.exts.review.words import REASONS, cases, entry_line
from bot.review.export import ExportFormat, ExportRequest
from bot.review.statistics import Report, SectionScore, report_chart

_FILE = "review-stats.png"
_LONGEST_ALTERNATIVE = 1024


async def send_statistics(interaction: Click, days: int) -> None:
    """Send the statistics of the last days to the moderator alone, after an acknowledgement."""
    stages = stages_of(interaction)
    report = await stages.review.statistics.of(guild_of(interaction), days)
    picture = await asyncio.to_thread(report_chart, report)
    file = discord.File(io.BytesIO(picture.png), _FILE, description=picture.alternative_text[:_LONGEST_ALTERNATIVE])
    await send(interaction, statistics_panel(report, picture, days, stages.knowledge.engine), private=True, files=[file])


def statistics_panel(report: Report, picture: Picture, days: int, engine: AnswerEngine) -> Panel:
    """The numbers as a message; the picture comes as an attachment of it."""
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
    """How many questions were answered, and how helpful the answers were."""
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
    """The sections that helped least, with the votes that they got under ids of before; "" where there are none."""
    if not worst:
        return ""
    merged: dict[str, SectionScore] = {}
    for score in worst:
        name = engine.corpus.current(score.section_id)
        before = merged.get(name, SectionScore(name, 0, 0))
        merged[name] = SectionScore(name, before.helpful + score.helpful, before.not_helpful + score.not_helpful)
    ordered = sorted(merged.values(), key=lambda score: -score.not_helpful)
    lines = [f"• {_title(engine, score.section_id)}: {score.not_helpful} not helpful, {score.helpful} helpful" for score in ordered]
    return "**Sections that help least**\n" + "\n".join(lines)


def _title(engine: AnswerEngine, section_id: str) -> str:
    section = engine.section(section_id)
    return escape(section_id if section is None else section.title, 120)


_RESERVE = 64 * 1024
"""Bytes of a request that are not the file."""
_IDENTITIES = "Only administrators can export who said what. Leave that option out, and the export has no member in it."


async def send_export(interaction: Click, choice: FilterChoice, file_format: ExportFormat, *, identities: bool) -> None:
    """Send the cases that a choice lets through to the moderator alone, one message for each file, after an acknowledgement.

    Raises:
        NotAllowed: identities were asked for by somebody who is no administrator.
    """
    if identities and not await belongs(interaction, Audience.ADMINISTRATOR):
        raise NotAllowed(_IDENTITIES)
    stages = stages_of(interaction)
    zone = (await stages.guilds.settings(guild_of(interaction))).time_zone
    filters = choice.filters(stages.knowledge.engine, interaction.user.id, zone)
    limit = interaction.filesize_limit - _RESERVE
    request = ExportRequest(guild_of(interaction), filters, file_format, limit, identities=identities, actor=actor_of(interaction))
    export = await stages.review.exports.write(request)
    for number, file in enumerate(export.files, start=1):
        part = f" (file {number} of {len(export.files)})" if len(export.files) > 1 else ""
        await send(
            interaction,
            f"{cases(export.rows)}{part}. Please keep this file as carefully as the members' words in it.",
            private=True,
            files=[discord.File(io.BytesIO(file.content), file.name, description="Exported review cases")],
        )


_NOBODY = "Nothing is recorded yet."


async def show_audit(interaction: Click, at: Place = 0, moderator_id: int | None = None, number: int | None = None) -> Panel:
    """One page of the audit log of this server as a message."""
    found = await stages_of(interaction).review.audit.page(guild_of(interaction), at, moderator_id=moderator_id, number=number)
    blocks: list[Block] = ["### Audit log", "-# Kept for good; entries cannot be changed or deleted.", rule()]
    if not found.items:
        return Panel([*blocks, _NOBODY])
    blocks += ["\n".join(f"• {entry_line(entry)}" for entry in found.items), f"-# Page {found.page + 1} of {found.pages}"]
    turns = list_turns(found, lambda place, label: TurnAudit.of(place, label, moderator_id, number), ("Newer", "Older"))
    return Panel([*blocks, *rows(*turns)])


class TurnAudit(Control, template=f"review:audit:(?P<who>{SNOWFLAKE}|):(?P<case>[0-9]{{1,18}}|):{PLACE}"):
    """Shows another page of the audit log in place of this one."""

    audience = Audience.MODERATOR

    @classmethod
    def of(cls, place: Place, label: str, moderator_id: int | None, number: int | None) -> Button:
        """The button that leads to a page of what a moderator did, or of what was done to a case."""
        return button(label, cls.id_of(who=moderator_id or "", case=number or "", place=encoded(place)))

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        await acknowledge_edit(interaction)
        who, case = self.state["who"], self.state["case"]
        panel = await show_audit(interaction, place_of(self.state["place"]), snowflake(who) if who else None, int(case) if case else None)
        await edit(interaction, panel)
