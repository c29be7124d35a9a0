"""A section and a term as messages, with what stands beside them."""

from __future__ import annotations

from bot.corpus.catalogue.entries import GlossaryTerm
from bot.corpus.document import Section
from bot.lookup.directory import Lookup
from bot.views.lookup_controls import Way, article_button, choose_row, open_button
from bot.views.lookup_page import Page
from bot.views.panel import Button, rows
from bot.views.section_panel import body, heading, pages_of
from bot.views.text import escape

_TERM = 200
_DEFINITION = 2600
_NAMES = 500


def topic_page(section: Section, lookup: Lookup) -> Page:
    """Return a section with the ways to the one before it, after it and above it."""
    pages = pages_of(section)
    related = [other for other in map(lookup.corpus.section, section.related) if other is not None]
    return Page(
        asked=f"/topic {section.title}",
        blocks=(heading(section), body(pages[0], section.passages)),
        logged=pages[0],
        sections=(section,),
        rows=(
            *rows(_ways(section, lookup)),
            *choose_row("Related topics", "related", [(other, other.title, other.heading_path[0]) for other in related]),
        ),
        full_section=len(pages) > 1,
    )


def glossary_page(term: GlossaryTerm, lookup: Lookup) -> Page:
    """Return a definition, other names, and terms to see also."""
    section = lookup.section_of(term)
    others = [lookup.glossary.get(name) for name in term.see_also]
    also = [(other, lookup.section_of(other)) for other in others if other is not None]
    more = [] if section is None else [lookup.corpus.section(target) for target in term.sections]
    names = (("Abbreviation", term.abbreviations), ("Also called", term.synonyms), ("See also", tuple(other.term for other, _ in also)))
    facts = "\n".join(f"**{label}:** {escape(', '.join(values), _NAMES)}" for label, values in names if values)
    targets = [(target, other.term, "Term") for other, target in also if target is not None]
    targets += [(target, target.title, target.heading_path[0]) for target in more if target is not None]
    return Page(
        asked=f"/glossary {term.term}",
        blocks=(
            f"### {escape(term.term[:1].upper() + term.term[1:], _TERM)}",
            f"{escape(term.definition, _DEFINITION)}\n\n{facts}".rstrip(),
        ),
        logged="\n".join([term.definition, *(f"{label}: {', '.join(values)}" for label, values in names if values)]),
        sections=() if section is None else (section,),
        rows=tuple(choose_row("See also", "related", targets)),
    )


def _ways(section: Section, lookup: Lookup) -> list[Button]:
    tree = lookup.tree
    beside = tree.neighbours(section)
    article = tree.article_of(section)
    ways = [
        (Way.PREVIOUS, beside.previous, "Previous: {}"),
        (Way.NEXT, beside.following, "Next: {}"),
        (Way.PARENT, beside.parent, "Up: {}"),
    ]
    buttons = [open_button(way, other, label.format(other.title)) for way, other, label in ways if other is not None]
    return [*buttons, *([] if article is None else [article_button(article)])]
