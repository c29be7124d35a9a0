"""The words of a catalogue's entries: a license or a project as an infobox, two of them side by side, a term, advice on licenses.

Only texts are made here, for the message and for the log; what leads on from them, and from where they are opened, is in ``entries``.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry, Version
from bot.exts.kit.panel import escape
from bot.exts.kit.sections import body, pages_of
from bot.lookup.comparison import Comparison, infobox_of
from bot.lookup.guide import Guide

_SUMMARY = 1200
_FACT = 500
_SIDE = 240
_DEFINITION = 2600
_NAMES = 500
_FAMILY = 600


def entry_text(entry: LicenseEntry | ProjectEntry) -> str:
    """A license or a project: what it is, and its facts one below the other."""
    facts = "\n".join(f"**{fact.label}:** {escape(fact.text, _FACT)}" for fact in infobox_of(entry))
    return f"{escape(entry.summary, _SUMMARY)}\n\n{facts}"


def entry_log(entry: LicenseEntry | ProjectEntry) -> str:
    """The same in plain characters."""
    return "\n".join([entry.summary, *(f"{fact.label}: {fact.text}" for fact in infobox_of(entry))])


def version_text(entry: LicenseEntry | ProjectEntry, version: Version) -> str:
    """One version: what is known of it, and of what it is a version."""
    facts = "\n".join(f"**{label}:** {escape(text, _FACT)}" for label, text in _version_rows(version))
    return f"A version of {escape(entry.name, _FACT)}.\n\n{facts}"


def version_log(version: Version) -> str:
    """The same in plain characters."""
    return "\n".join([version.name, *(f"{label}: {text}" for label, text in _version_rows(version))])


def _version_rows(version: Version) -> list[tuple[str, str]]:
    found = (("Released", str(version.date)), ("Sizes", version.sizes), ("License", version.license), ("Note", version.note))
    return [(label, text) for label, text in found if text]


def differences_text(comparison: Comparison) -> str:
    """What two entries differ in, and what only one of them has in bold."""
    if not comparison.differences:
        return "They do not differ in anything that I know of them."
    return "**What differs** (bold: on this side only)\n" + "\n".join(
        f"≠ __{row.label}__\n"
        f"• {escape(comparison.left, 80)}: {_side(row.left, row.only_left)}\n"
        f"• {escape(comparison.right, 80)}: {_side(row.right, row.only_right)}"
        for row in comparison.differences
    )  # fmt: skip


def agreements_text(comparison: Comparison) -> str:
    """What is the same of two entries; "" where nothing is."""
    lines = [f"= {row.label}: {escape(', '.join(row.left), _SIDE)}" for row in comparison.agreements]
    return "**The same for both**\n" + "\n".join(lines) if lines else ""


def comparison_log(comparison: Comparison) -> str:
    """Both sides of every row in plain characters."""
    sides = [f"{row.label}: {', '.join(row.left)} / {', '.join(row.right)}" for row in comparison.rows]
    return "\n".join([f"{comparison.left} / {comparison.right}", *sides])


def _side(values: tuple[str, ...], only: tuple[str, ...]) -> str:
    """The values of one side, those that the other lacks in bold, in a limited length."""
    parts: list[str] = []
    length = 0
    for value in values:
        length += len(value) + 2
        if length > _SIDE and parts:
            parts.append("…")
            break
        shown = escape(value, _SIDE)
        parts.append(f"**{shown}**" if value in only else shown)
    return ", ".join(parts)


def term_text(term: GlossaryTerm, also: Sequence[str]) -> str:
    """A definition, and below it other names of the term and terms to see also."""
    names = "\n".join(f"**{label}:** {escape(', '.join(values), _NAMES)}" for label, values in _names(term, also))
    return f"{escape(term.definition, _DEFINITION)}\n\n{names}".rstrip()


def term_log(term: GlossaryTerm, also: Sequence[str]) -> str:
    """The same in plain characters."""
    return "\n".join([term.definition, *(f"{label}: {', '.join(values)}" for label, values in _names(term, also))])


def _names(term: GlossaryTerm, also: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    names = (("Abbreviation", term.abbreviations), ("Also called", term.synonyms), ("See also", also))
    return [(label, values) for label, values in names if values]


def advice_text(found: Guide) -> str:
    """The first page of the section that advises; "" where there is none."""
    return "" if found.section is None else body(pages_of(found.section)[0], found.section.passages)


def families_text(found: Guide) -> str:
    """The licenses that are made for a kind of work, by what they do to whoever takes it."""
    return "\n".join(
        f"**{family.meaning}:** {escape(', '.join(entry.name for entry in family.licenses), _FAMILY)}" for family in found.families
    )


def guide_log(found: Guide) -> str:
    """Advice and licenses in plain characters."""
    advice = "" if found.section is None else pages_of(found.section)[0]
    families = [f"{family.meaning}: {', '.join(entry.name for entry in family.licenses)}" for family in found.families]
    return "\n".join([advice, *families]).strip()
