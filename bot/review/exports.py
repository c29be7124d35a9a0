"""Exports: what a filter shows, as files that fit an upload, made in a thread while the bot goes on answering.

A small export is one plain file. A larger one is compressed, and split into files of which each can be read by itself. Every export is
in the audit log before it is handed out, and members' hashes are in it only where an administrator asked for them.
"""

from __future__ import annotations

import asyncio
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import InputError
from bot.review.case import Actor
from bot.review.export_formats import ExportFormat, writer_of
from bot.review.export_rows import export_rows
from bot.review.queue import QueueFilter
from bot.storage.audit import AuditAction, write_audit
from bot.storage.database import Database
from bot.storage.threads import read_in_thread

MOST_FILES = 10
"""Discord takes no more with one message."""
_COMPRESSED_FROM = 256 * 1024
"""Bytes from which a file is compressed although it would fit."""
_PIECE = 32 * 1024
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
        """Return the files of an export.

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
        return await asyncio.to_thread(_write, self.database.path, request, f"cases-{now:%Y-%m-%d}.{request.format.value}")


def export_lines(path: Path, guild_id: int, filters: QueueFilter, form: ExportFormat, *, identities: bool = False) -> Iterator[str]:
    """Yield the text of an export piece by piece, its head first, then one piece for each case; blocks, so not on the event loop.

    Raises:
        StorageError: the database cannot be read.
    """
    writer = writer_of(form)
    yield writer.head
    with read_in_thread(path) as connection:
        for row in export_rows(connection, guild_id, filters, identities=identities):
            yield writer.row(row)


def _write(path: Path, request: ExportRequest, name: str) -> Export:
    lines = export_lines(path, request.guild_id, request.filters, request.format, identities=request.identities)
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
        self._piece = min(_PIECE, limit // 4)
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
