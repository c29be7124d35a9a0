"""Which license for code, weights or data: the section that advises, and the licenses that are made for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.corpus.catalogue.entries import LicenseEntry, LicenseFamily
from bot.corpus.document import Section
from bot.lookup.directory import Directories
from bot.lookup.names import MatchKind
from bot.texts import lookup as texts


class Work(StrEnum):
    """What is to be licensed."""

    CODE = "code"
    WEIGHTS = "weights"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class FamilyOfLicenses:
    """Licenses that do the same to whoever takes the work."""

    meaning: str
    licenses: tuple[LicenseEntry, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """Advice for one kind of work."""

    work: Work
    families: tuple[FamilyOfLicenses, ...]
    section: Section | None
    """The section of the knowledge base that advises; None where it has none."""


_MEANINGS = {
    LicenseFamily.PERMISSIVE: texts.PERMISSIVE,
    LicenseFamily.WEAK_COPYLEFT: texts.WEAK_COPYLEFT,
    LicenseFamily.STRONG_COPYLEFT: texts.STRONG_COPYLEFT,
    LicenseFamily.PUBLIC_DOMAIN: texts.PUBLIC_DOMAIN,
    LicenseFamily.DATA: texts.DATA,
    LicenseFamily.CONTENT: texts.CONTENT,
    LicenseFamily.RESPONSIBLE_AI: texts.RESPONSIBLE_AI,
    LicenseFamily.MODEL_SPECIFIC: texts.MODEL_SPECIFIC,
}
_FAMILIES = {
    Work.CODE: (LicenseFamily.PERMISSIVE, LicenseFamily.WEAK_COPYLEFT, LicenseFamily.STRONG_COPYLEFT),
    Work.WEIGHTS: (LicenseFamily.PERMISSIVE, LicenseFamily.RESPONSIBLE_AI, LicenseFamily.MODEL_SPECIFIC),
    Work.DATA: (LicenseFamily.PUBLIC_DOMAIN, LicenseFamily.DATA, LicenseFamily.CONTENT),
}
_ADVICE = {
    Work.CODE: ("Which license for my code?", "Choosing a license for code"),
    Work.WEIGHTS: ("Which license for my model weights?", "Choosing a license for weights"),
    Work.DATA: ("Which license for my dataset?", "Choosing a license for data"),
}
"""Titles under which a knowledge base may hold its advice."""


def guide(work: Work, lookup: Directories) -> Guide:
    """Families without a license in the catalogue are left out; without catalogues nothing but the advice is left."""
    families = (
        FamilyOfLicenses(_MEANINGS[family], tuple(entry for entry in lookup.licenses.entries if entry.family is family))
        for family in _FAMILIES[work]
    )
    return Guide(work, tuple(family for family in families if family.licenses), _advice(work, lookup))


def _advice(work: Work, lookup: Directories) -> Section | None:
    for title in _ADVICE[work]:
        match = lookup.topics.match(title)
        if match is not None and match.kind in (MatchKind.EXACT, MatchKind.NORMALIZED):
            return lookup.topics.get(match.named.key)
    return None
