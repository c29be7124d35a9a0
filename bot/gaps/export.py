"""Gaps as a file: numbers, days and shared words, as CSV, JSON lines or Markdown; no question, no member, and no gap of too few members.

A server has few gaps, each of one line, so unlike cases they always fit into one file.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.answering.engine import AnswerEngine
from bot.cases.case import Actor
from bot.gaps.gaps import Gap, Gaps, beside, named
from bot.gaps.grouping import KnownWords
from bot.review.export import ExportFile, ExportFormat, formula_safe
from bot.storage.audit import AuditAction, write_audit
from bot.storage.paging import MOST_ON_A_PAGE, Position


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap as it is handed out; days on the server's clock."""

    key: str
    name: str
    kind: str
    askers: int
    questions: int
    first_asked: str
    last_asked: str
    words: tuple[str, ...]
    unseen: tuple[str, ...]
    section_id: str | None
    lacking: tuple[str, ...]
    picked_id: str | None
    opened: str
    closed: str | None
    ending: str | None


async def gap_rows(gaps: Gaps, guild_id: int, engine: AnswerEngine, zone: str) -> tuple[GapRow, ...]:
    """All gaps of a server that enough members are behind, the open ones first."""
    found = [gap for closed in (False, True) for gap in await _all(gaps, guild_id, closed=closed)]
    return await asyncio.to_thread(_rows, found, engine, zone)


async def _all(gaps: Gaps, guild_id: int, *, closed: bool) -> list[Gap]:
    found: list[Gap] = []
    at: int | Position | None = 0
    while at is not None:
        page = await gaps.page(guild_id, at, MOST_ON_A_PAGE, closed=closed)
        found += page.items
        at = page.later
    return found


def day(moment: datetime, zone: str) -> str:
    """The day of a moment on a server's clock; a time to the second could say whose question it was."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def _rows(found: Sequence[Gap], engine: AnswerEngine, zone: str) -> tuple[GapRow, ...]:
    known = KnownWords(engine.index.word_information())
    return tuple(_row(gap, engine, known, zone) for gap in found)


def _row(gap: Gap, engine: AnswerEngine, known: KnownWords, zone: str) -> GapRow:
    view = beside(gap, engine, known)
    return GapRow(
        key=gap.key,
        name=named(gap, engine),
        kind=gap.kind.value,
        askers=gap.askers,
        questions=gap.questions,
        first_asked=day(gap.first_asked_at, zone),
        last_asked=day(gap.last_asked_at, zone),
        words=gap.words,
        unseen=view.unseen,
        section_id=gap.section_id,
        lacking=view.lacking,
        picked_id=gap.picked_id,
        opened=day(gap.opened_at, zone),
        closed=None if gap.closed_at is None else day(gap.closed_at, zone),
        ending=None if gap.ending is None else gap.ending.value,
    )


async def export_gaps(gaps: Gaps, actor: Actor, engine: AnswerEngine, zone: str, form: ExportFormat) -> tuple[int, ExportFile]:
    """Make a file, and write down in the audit log that it was made; how many gaps are in it.

    Raises:
        NotSaved: it could not be written down, so it was not made.
        StorageError: the database cannot be read.
    """
    now = datetime.now(UTC)
    async with gaps.database.write() as connection:
        detail = f"gaps {form.value}"
        await write_audit(
            connection, actor.guild_id, actor.moderator_id, AuditAction.EXPORTED, now, detail=detail, interaction_id=actor.interaction_id
        )
    rows = await gap_rows(gaps, actor.guild_id, engine, zone)
    return len(rows), ExportFile(f"gaps-{now:%Y-%m-%d}.{form.value}", written(rows, form).encode("utf-8", "replace"))


def written(rows: Sequence[GapRow], form: ExportFormat) -> str:
    """The text of a file."""
    match form:
        case ExportFormat.CSV:
            return "\ufeff" + _csv(rows)
        case ExportFormat.JSONL:
            return "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
        case ExportFormat.MARKDOWN:
            return "# Gaps\n" + "".join(map(_markdown, rows))


_COLUMNS = tuple(one.name for one in fields(GapRow))


def _csv(rows: Sequence[GapRow]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([formula_safe(_shown(getattr(row, name))) for name in _COLUMNS] for row in rows)
    return text.getvalue()


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case tuple():
            return " ".join(map(str, value))
        case _:
            return str(value)


def _markdown(row: GapRow) -> str:
    """Words have letters and digits only, so nothing in them is markup; titles are the knowledge's."""
    lines = [f"- {name.replace('_', ' ')}: {_shown(getattr(row, name))}" for name in _COLUMNS[2:] if _shown(getattr(row, name))]
    return f"\n## {row.name} ({row.key})\n\n" + "\n".join(lines) + "\n"
