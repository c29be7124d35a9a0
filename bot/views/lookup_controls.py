"""Buttons and selects that lead from one lookup to another, as they appear; ``opening``, ``browse`` and ``license_guide`` handle them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import discord

from bot.corpus.document import Article, Section
from bot.lookup.browsing import article_key
from bot.lookup.guide import Work
from bot.views.panel import Button, Row, button, option, select_row

WAY = "(?P<way>[a-z]{1,10})"
OTHER_KEY = "(?P<other>[a-z2-7]{12})"


class Way(StrEnum):
    """Why a button leads to an entry; keeps two buttons to the same entry apart, which Discord demands."""

    PREVIOUS = "previous"
    NEXT = "next"
    PARENT = "parent"
    MEANT = "meant"


def open_button(way: Way, section: Section, label: str) -> Button:
    """Return the button that opens an entry or a section."""
    return button(label, f"lookup:open:{way}:{section.key}")


def choose_row(placeholder: str, slot: str, sections: Iterable[tuple[Section, str, str]]) -> list[Row]:
    """Return a row with a select that opens one of some sections.

    Args:
        placeholder: what the select is for.
        slot: one word, different for each select of a message.
        sections: what can be opened, each with its label and a description.
    """
    return select_row(placeholder, f"lookup:choose:{slot}", (option(label, section.key, text) for section, label, text in sections))


def compare_row(section: Section, others: Iterable[tuple[Section, str]]) -> list[Row]:
    """Return a row with a select of what an entry can be compared with."""
    return select_row("Compare with …", f"lookup:compare:{section.key}", (option(label, other.key) for other, label in others))


def compare_button(left: Section, right: Section, label: str) -> Button:
    """Return the button that compares two entries."""
    return button(label, f"lookup:sides:{left.key}:{right.key}")


def guide_button(work: Work, label: str | None = None) -> Button:
    """Return the button that opens the guide for a kind of work."""
    return button(label or f"For {work.value}", f"license:guide:{work.value}")


def article_button(article: Article) -> Button:
    """Return the button that lists the sections of an article."""
    return button(f"All of “{article.title}”", f"browse:article:{article_key(article)}:0")


def turn_buttons(number: int, pages: int, id_of_page: str) -> list[Button]:
    """Return the buttons to the pages before and after one.

    Args:
        number: the page shown, from 0.
        pages: how many there are.
        id_of_page: a ``custom_id`` with ``{page}`` where the number belongs.
    """
    turns = []
    if number > 0:
        turns.append(button("Previous page", id_of_page.replace("{page}", str(number - 1)), discord.ButtonStyle.primary))
    if number + 1 < pages:
        turns.append(button("Next page", id_of_page.replace("{page}", str(number + 1)), discord.ButtonStyle.primary))
    return turns
