"""The files under ``knowledge/catalogues`` as pydantic checks them; only a start without cache needs this."""

from __future__ import annotations

from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry, TimelineEvent
from bot.corpus.schema import Schema, SourceEntry


class TimelineFile(Schema):
    """``timeline.yaml``."""

    sources: dict[str, SourceEntry]
    entries: tuple[TimelineEvent, ...]


class LicensesFile(Schema):
    """``licenses.yaml``."""

    sources: dict[str, SourceEntry]
    entries: tuple[LicenseEntry, ...]


class ProjectsFile(Schema):
    """``projects.yaml``."""

    sources: dict[str, SourceEntry]
    entries: tuple[ProjectEntry, ...]


class GlossaryFile(Schema):
    """``glossary.yaml``."""

    sources: dict[str, SourceEntry]
    entries: tuple[GlossaryTerm, ...]
