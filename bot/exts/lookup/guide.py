"""Which license for code, weights or data: advice, and the licenses that are made for it."""

from __future__ import annotations

from bot.exts.kit.controls import Click, Control
from bot.exts.kit.panel import ControlRow, Tone, escape, rows, rule
from bot.exts.kit.sections import body, pages_of
from bot.exts.lookup.page import LookupMessage, choose_row, guide_button, lookup_of, nothing_found, turn_to
from bot.lookup.directory import Directories
from bot.lookup.guide import Guide, Work, guide

_NAMES = 600


def guide_page(work: Work, lookup: Directories) -> LookupMessage:
    """Return the advice for one kind of work, with its licenses to open."""
    found = guide(work, lookup)
    if not found.families and found.section is None:
        return nothing_found(f"My knowledge base has no licenses for {work.value}.", tone=Tone.NONE)
    others = [guide_button(other) for other in Work if other is not work]
    advice, longer = _advice(found)
    return LookupMessage(
        asked=f"/license guide {work.value}",
        blocks=(f"### Which license for {work.value}?", advice, rule(), _families(found)),
        logged=_plain(found),
        sections=() if found.section is None else (found.section,),
        rows=(*_choice(found, lookup), *rows(others)),
        full_section=longer,
    )


def guides_page(lookup: Directories) -> LookupMessage:
    """Return the question for which kind of work a license is wanted."""
    popular = [(section, entry.name, "") for entry in lookup.licenses.entries if (section := lookup.section_of(entry))]
    if not popular:
        return nothing_found("My knowledge base has no licenses.", tone=Tone.NONE)
    text = "What would you like to license? Or name a license that you want to know about: `/license name:`"
    return LookupMessage(
        "",
        ("### Which license?", text),
        rows=(*rows([guide_button(work) for work in Work]), *choose_row("Show a license", "popular", popular)),
        tone=Tone.NONE,
    )


class OpenGuide(Control, template=f"license:guide:(?P<work>{'|'.join(Work)})"):
    """Opens the guide for one kind of work."""

    async def press(self, interaction: Click) -> None:
        """Show the advice."""
        await turn_to(interaction, guide_page(Work(self.state["work"]), lookup_of(interaction)))


class OpenGuides(Control, template="license:guides"):
    """Asks for which kind of work a license is wanted."""

    async def press(self, interaction: Click) -> None:
        """Show the choice."""
        await turn_to(interaction, guides_page(lookup_of(interaction)))


def _advice(found: Guide) -> tuple[str, bool]:
    """Return the first page of the section that advises, and whether it has more."""
    if found.section is None:
        return "", False
    pages = pages_of(found.section)
    return body(pages[0], found.section.passages), len(pages) > 1


def _plain(found: Guide) -> str:
    advice = "" if found.section is None else pages_of(found.section)[0]
    families = [f"{family.meaning}: {', '.join(entry.name for entry in family.licenses)}" for family in found.families]
    return "\n".join([advice, *families]).strip()


def _families(found: Guide) -> str:
    lines = [
        f"**{family.meaning}:** {escape(', '.join(entry.name for entry in family.licenses), _NAMES)}" for family in found.families
    ]  # fmt: skip
    return "\n".join(lines)


def _choice(found: Guide, lookup: Directories) -> list[ControlRow]:
    entries = [
        (section, entry.name, family.meaning)
        for family in found.families
        for entry in family.licenses
        if (section := lookup.section_of(entry))
    ]
    return choose_row("Show a license", "license", entries)
