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
from bot.exts.review.proofs import logged_proof
from bot.exts.review.words import entry_line, title_of
from bot.review.export import ExportFormat, ExportRequest
from bot.review.statistics import Report, SectionScore, report_chart
from bot.texts import review as texts

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
        texts.days_heading(days, escape(report.zone)),
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
    return texts.answers_numbers(report.answered, report.suggested, report.declined, report.helpful.described)


def _cases(report: Report) -> str:
    known = report.median_hours is not None and report.p90_hours is not None
    times = (texts.hours(report.median_hours or 0.0), texts.hours(report.p90_hours or 0.0)) if known else None
    return texts.cases_numbers(report.opened, report.closed, report.waiting, times)


def _reasons(report: Report) -> str:
    return texts.reasons_numbers([(str(count.reason), count.members) for count in report.reasons])


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
    lines = [texts.worst_line(title_of(engine, score.section_id), score.not_helpful, score.helpful) for score in ordered]
    return "\n".join([texts.WORST, *lines])


_RESERVE = 64 * 1024
"""Bytes of a request that are not the file."""


async def send_export(interaction: Click, choice: FilterChoice, file_format: ExportFormat, *, identities: bool) -> None:
    """Send the cases that a choice lets through to the moderator alone, one message for each file, after an acknowledgement.

    Raises:
        NotAllowed: identities were asked for by somebody who is no administrator.
    """
    if identities and not await belongs(interaction, Audience.ADMINISTRATOR):
        raise NotAllowed(texts.NOT_FOR_YOU)
    stages = stages_of(interaction)
    zone = (await stages.guilds.settings(guild_of(interaction))).time_zone
    filters = choice.filters(stages.knowledge.engine, interaction.user.id, zone)
    limit = interaction.filesize_limit - _RESERVE
    request = ExportRequest(guild_of(interaction), filters, file_format, limit, identities=identities, actor=actor_of(interaction))
    export = await stages.review.exports.write(request)
    for number, file in enumerate(export.files, start=1):
        await send(
            interaction,
            texts.exported(export.rows, number, len(export.files)),
            private=True,
            files=[discord.File(io.BytesIO(file.content), file.name, description=texts.FILE_DESCRIPTION)],
        )


async def show_audit(interaction: Click, at: Place = 0, moderator_id: int | None = None, number: int | None = None) -> Panel:
    """One page of the audit log of this server as a message."""
    stages = stages_of(interaction)
    engine = stages.knowledge.engine
    found = await stages.review.audit.page(guild_of(interaction), at, moderator_id=moderator_id, number=number)
    blocks: list[Block] = [texts.AUDIT, texts.AUDIT_NOTE, rule()]
    if not found.items:
        return Panel([*blocks, texts.NOTHING_RECORDED])
    lines = "\n".join(f"• {entry_line(entry, engine, more=logged_proof(entry, engine))}" for entry in found.items)
    blocks += [lines, texts.list_end(found.total, "entry", found.page + 1, found.pages, "entries")]
    turns = list_turns(found, lambda place, label: TurnAudit.of(place, label, moderator_id, number), (texts.NEWER, texts.OLDER))
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
