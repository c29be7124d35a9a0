"""Exports: the cases that a filter lets through as CSV, JSON lines or Markdown, in files that fit an upload.

Made in a thread while the bot goes on answering, read from the database in pieces, never all of it at once. A small export is one plain
file; a larger one is compressed, and split into files of which each can be read by itself. Every export is in the audit log before it is
handed out, and members' hashes are in it only where an administrator asked for them. No spreadsheet may take a member's text for a formula,
so in CSV such cells begin with an apostrophe (CWE-1236): also where the sign comes after spaces, or is full-width.
"""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.cases.case import Actor, NoticeState, summary_query
from bot.errors import InputError
from bot.review.proof import IN_FORCE, of_answer, proof_columns, proof_of
from bot.review.queue import QueueFilter, conditions, order_of
from bot.storage.audit import AuditAction, write_audit
from bot.storage.columns import StoredRow
from bot.storage.database import Database, read_in_thread
from bot.storage.dialect import Place
from bot.storage.tables import case_notes, cases, proofs, signals, votes


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A case as it is handed out; times in ISO 8601, UTC."""

    number: int
    kind: str
    state: str
    opened_at: str
    last_signal_at: str
    closed_at: str | None
    signals: int
    question: str | None
    note: str | None
    section_id: str | None
    area: str | None
    reasons: tuple[str, ...]
    comments: tuple[str, ...]
    corrections: tuple[str, ...]
    helpful: int
    not_helpful: int
    resolution: str | None
    dismissal: str | None
    closing_text: str | None
    moderator_notes: tuple[str, ...]
    members: tuple[str, ...] = ()
    """The keyed hashes of the members, only where identities were asked for."""
    moderator_id: int | None = None
    """Likewise."""
    answer_before: str | None = None
    """What the question got, where the case is fixed: outcome and section, as "answer licenses#mit"."""
    answer_after: str | None = None
    """What it got when the case was resolved."""
    fingerprint_before: str | None = None
    """The state of the bot that answered; likewise the next."""
    fingerprint_after: str | None = None
    why_fixed: str | None = None
    """The moderator's reason, where the answer was the same."""
    got_news: int | None = None
    """Members who wanted to hear how it ended and were told; None where nobody wanted to, or all wait. The next are those who could not be
    reached or waited too long, and those of whom that is not known."""
    no_news: int | None = None
    news_unknown: int | None = None


@dataclass(frozen=True, slots=True)
class CaseDetails:
    """A case as an operator looks at it."""

    case: ExportRow
    shown: str | None
    """The answer as it was shown; None where it is not known."""
    today: str | None
    """What the same question gets today; None where its text is gone."""
    history: tuple[str, ...]
    """What was done, the newest first, a line each."""


_PIECE = 500
"""Cases read together."""


def export_rows(connection: sa.Connection, guild_id: int, filters: QueueFilter, *, identities: bool) -> Iterator[ExportRow]:
    """Yield the cases that a filter lets through, in the order of the queue."""
    query = summary_query().where(*conditions(guild_id, filters)).order_by(*order_of(filters).clauses())
    with connection.execute(query, execution_options={"yield_per": _PIECE}) as found:
        for piece in found.partitions():
            yield from rows_of(connection, piece, identities=identities)


def rows_of(connection: sa.Connection, piece: Sequence[StoredRow], *, identities: bool) -> Iterator[ExportRow]:
    """Yield rows of ``summary_query`` with what members and moderators wrote about them."""
    ids = [row.id for row in piece]
    said = _by_case(connection, _said(ids))
    notes = _by_case(
        connection, sa.select(case_notes.c.case, case_notes.c.text).where(case_notes.c.case.in_(ids)).order_by(case_notes.c.id)
    )
    proven = {row.case: proof_of(row) for row in connection.execute(_proven(ids))}
    news = _by_case(connection, sa.select(signals.c.case, signals.c.notice).where(signals.c.case.in_(ids), signals.c.notice.is_not(None)))
    favor = {row.case: row.helpful for row in connection.execute(_helpful(ids))}
    for row in piece:
        behind = said.get(row.id, ())
        proof = proven.get(row.id)
        told = Counter(NoticeState(one.notice) for one in news.get(row.id, ()))
        yield ExportRow(
            number=row.number,
            kind=row.kind,
            state=row.state,
            opened_at=_moment(row.opened_at),
            last_signal_at=_moment(row.last_signal_at),
            closed_at=None if row.closed_at is None else _moment(row.closed_at),
            signals=row.signals,
            question=row.question,
            note=row.note,
            section_id=row.section_id,
            area=row.area,
            reasons=tuple(one.reason for one in behind if one.reason),
            comments=tuple(one.comment for one in behind if one.comment),
            corrections=tuple(one.correction for one in behind if one.correction),
            helpful=favor.get(row.id, 0),
            not_helpful=sum(one.vote is not None for one in behind),
            resolution=row.resolution,
            dismissal=row.dismissal,
            closing_text=row.closing_text,
            moderator_notes=tuple(one.text for one in notes.get(row.id, ()) if one.text),
            members=tuple(one.member_hash for one in behind if one.member_hash) if identities else (),
            moderator_id=row.moderator_id if identities else None,
            answer_before=None if proof is None else of_answer(proof.before),
            answer_after=None if proof is None else of_answer(proof.after),
            fingerprint_before=None if proof is None else proof.fingerprint_before,
            fingerprint_after=None if proof is None else proof.fingerprint_after,
            why_fixed=None if proof is None else proof.why,
            got_news=told[NoticeState.SENT] if told else None,
            no_news=told[NoticeState.REFUSED] + told[NoticeState.EXPIRED] if told else None,
            news_unknown=told[NoticeState.UNKNOWN] if told else None,
        )


def _proven(ids: Sequence[int]) -> sa.Select[*tuple[object, ...]]:
    joined = proofs.join(cases, proofs.c.case == cases.c.id)
    return sa.select(proofs.c.case, *proof_columns()).select_from(joined).where(proofs.c.case.in_(ids), IN_FORCE)


def _said(ids: Sequence[int]) -> sa.Select[*tuple[object, ...]]:
    shown = (signals.c.case, signals.c.reason, signals.c.member_hash, signals.c.vote, votes.c.comment, votes.c.correction)
    joined = signals.outerjoin(votes, signals.c.vote == votes.c.id)
    live = signals.c.case.in_(ids) & signals.c.withdrawn_at.is_(None)
    return sa.select(*shown).select_from(joined).where(live).order_by(signals.c.id)


def _helpful(ids: Sequence[int]) -> sa.Select[*tuple[object, ...]]:
    """Votes in favor of the answers that cases are about."""
    joined = sa.select(signals.c.case, signals.c.answer).where(signals.c.case.in_(ids), signals.c.answer.is_not(None)).distinct().subquery()
    query = sa.select(joined.c.case, sa.func.count().label("helpful")).join(votes, votes.c.answer == joined.c.answer)
    return query.where(votes.c.helpful).group_by(joined.c.case)


def _by_case(connection: sa.Connection, query: sa.Executable) -> dict[int, list[StoredRow]]:
    grouped: dict[int, list[StoredRow]] = {}
    for row in connection.execute(query):
        grouped.setdefault(row.case, []).append(row)
    return grouped


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


_COLUMNS = tuple(one.name for one in fields(ExportRow))
_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
_LIST = "\n"
"""Between several texts in one cell."""
_MARKDOWN_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>()#+-!|~@"})


class ExportFormat(StrEnum):
    """What an export can be written as."""

    CSV = "csv"
    JSONL = "jsonl"
    MARKDOWN = "md"


@dataclass(frozen=True, slots=True)
class Writer:
    """How a format is written: what a file begins with, and each row."""

    head: str
    row: Callable[[ExportRow], str]


def writer_of(form: ExportFormat) -> Writer:
    """How a format is written, row by row, so that no export is held as a whole."""
    match form:
        case ExportFormat.CSV:
            return Writer("\ufeff" + _csv_line(_COLUMNS), _csv_row)
        case ExportFormat.JSONL:
            return Writer("", lambda row: json.dumps(asdict(row), ensure_ascii=False) + "\n")
        case ExportFormat.MARKDOWN:
            return Writer("# Cases\n", _markdown)


def formula_safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (CWE-1236)."""
    return "'" + text if text.lstrip(" \u00a0\u3000").startswith(_FORMULA) else text


def _csv_row(row: ExportRow) -> str:
    return _csv_line(_cell(getattr(row, name)) for name in _COLUMNS)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case tuple():
            return formula_safe(_LIST.join(map(str, value)))
        case str():
            return formula_safe(value)
        case _:
            return str(value)


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([cell.replace("\0", "\ufffd") for cell in cells])
    return line.getvalue()


def _markdown(row: ExportRow) -> str:
    lines = [f"\n## Case {row.number}: {row.kind}, {row.state}\n"]
    for name in _COLUMNS[3:]:
        value = getattr(row, name)
        for text in value if isinstance(value, tuple) else (value,):
            if text not in (None, ""):
                lines.append(f"- {name.replace('_', ' ')}: {_one_line(str(text))}")
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    """Text that stays text in Markdown: on one line, its signs escaped."""
    return " ".join(text.split()).translate(_MARKDOWN_SIGNS)


MOST_FILES = 10
"""Discord takes no more with one message."""
_COMPRESSED_FROM = 256 * 1024
"""Bytes from which a file is compressed although it would fit."""
_WRITTEN_AT_ONCE = 32 * 1024
"""Bytes that are compressed together; the size of a file is known only between two pieces."""
_FRAME = 64
"""Bytes that gzip adds to a piece at the most, with head and end."""


class ExportTooLarge(InputError):
    """What was asked for does not fit into the files that can be sent; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be exported."""

    guild_id: int
    filters: QueueFilter
    format: ExportFormat
    byte_limit: int
    """Of one file."""
    actor: Actor
    identities: bool = False
    """Members' hashes and moderators' ids; for administrators only, which the caller has checked."""


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to be sent."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Export:
    """The files of an export."""

    rows: int
    files: tuple[ExportFile, ...]


@dataclass(frozen=True, slots=True)
class Exports:
    """Makes exports."""

    database: Database

    async def write(self, request: ExportRequest) -> Export:
        """Make an export in a thread, after it was written into the audit log.

        Raises:
            ExportTooLarge: it would take more than ten files.
            NotSaved: it could not be written down in the audit log, so it was not made.
            StorageError: the database cannot be read.
        """
        now = datetime.now(UTC)
        action = AuditAction.EXPORTED_IDENTITIES if request.identities else AuditAction.EXPORTED
        actor = request.actor
        async with self.database.write() as connection:
            await write_audit(
                connection, request.guild_id, actor.moderator_id, action, now,
                detail=request.format.value, interaction_id=actor.interaction_id,
            )  # fmt: skip
        return await asyncio.to_thread(_write, self.database.place, request, f"cases-{now:%Y-%m-%d}.{request.format.value}")


def export_lines(place: Place, guild_id: int, filters: QueueFilter, form: ExportFormat, *, identities: bool = False) -> Iterator[str]:
    """Yield the text of an export piece by piece, its head first, then one piece for each case; blocks, so not on the event loop.

    Raises:
        StorageError: the database cannot be read.
    """
    writer = writer_of(form)
    yield writer.head
    with read_in_thread(place) as connection:
        for row in export_rows(connection, guild_id, filters, identities=identities):
            yield writer.row(row)


def _write(place: Place, request: ExportRequest, name: str) -> Export:
    lines = export_lines(place, request.guild_id, request.filters, request.format, identities=request.identities)
    head = next(lines).encode("utf-8", "replace")
    parcels = _Parcels(name, head, request.byte_limit)
    rows = 0
    for line in lines:
        parcels.add(line.encode("utf-8", "replace"))
        rows += 1
    return Export(rows, parcels.files())


class _Parcels:
    """Fills file after file up to the limit; compresses only when it turns out to be worth it."""

    def __init__(self, name: str, head: bytes, limit: int) -> None:
        self._name, self._head, self._limit = name, head, limit
        self._plain: bytearray | None = bytearray(head)
        self._waiting = bytearray()
        self._piece = min(_WRITTEN_AT_ONCE, limit // 4)
        self._done: list[bytes] = []
        self._begin()

    def add(self, line: bytes) -> None:
        if self._plain is not None:
            self._plain += line
            if len(self._plain) > min(self._limit, _COMPRESSED_FROM):
                self._plain = None
        self._waiting += line
        if len(self._waiting) >= self._piece:
            self._pack()

    def files(self) -> tuple[ExportFile, ...]:
        if self._plain is not None:
            return (ExportFile(self._name, bytes(self._plain)),)
        self._pack()
        self._end()
        stem, _, suffix = self._name.rpartition(".")
        if len(self._done) == 1:
            return (ExportFile(f"{self._name}.gz", self._done[0]),)
        return tuple(ExportFile(f"{stem}-{number}.{suffix}.gz", content) for number, content in enumerate(self._done, start=1))

    def _pack(self) -> None:
        piece, self._waiting = bytes(self._waiting), bytearray()
        if self._buffer.tell() + len(piece) + _FRAME > self._limit and self._packed:
            self._end()
            self._begin()
        if len(self._head) + len(piece) + 2 * _FRAME > self._limit:
            raise ExportTooLarge("One case alone is larger than a file may be here. Use python -m bot review export on the bot's computer.")
        self._gzip.write(piece)
        self._gzip.flush()
        self._packed += 1

    def _begin(self) -> None:
        if len(self._done) >= MOST_FILES:
            raise ExportTooLarge("That is more than can be sent here. Narrow the filter, for example by since, and export in parts.")
        self._buffer = io.BytesIO()
        self._gzip = gzip.GzipFile(fileobj=self._buffer, mode="wb", mtime=0)
        self._gzip.write(self._head)
        self._gzip.flush()
        self._packed = 0

    def _end(self) -> None:
        self._gzip.close()
        self._done.append(self._buffer.getvalue())
