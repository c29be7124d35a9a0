"""Naming a section in a command: what is offered while a member types, and which section is meant by what they sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from discord import app_commands

from bot.corpus.document import Corpus, Section
from bot.errors import InputError
from bot.retrieval.analyzer import fold
from bot.views.text import LONGEST_OPTION, cut

_MOST = 25
_LONGEST_TYPED = 100


def section_choices(typed: str, corpus: Corpus) -> list[app_commands.Choice[str]]:
    """Return up to 25 sections whose title or article holds what was typed, those whose title begins with it first."""
    wanted = fold(typed[:_LONGEST_TYPED]).strip()
    found = sorted(_holding(wanted, corpus), key=lambda section: not fold(section.title).startswith(wanted))
    titles = Counter(fold(section.title) for section in corpus.sections)
    return [app_commands.Choice(name=_name(section), value=_value(section, titles)) for section in found[:_MOST]]


def _value(section: Section, titles: Counter[str]) -> str:
    """Return what stands for a section in the box: its title, as a member would type it, or its key where others share the title."""
    own = titles[fold(section.title)] == 1 and len(section.title) <= LONGEST_OPTION
    return section.title if own else section.key


def section_named(text: str, corpus: Corpus) -> Section:
    """Return the section that a member chose from the list, or named by its title or id.

    Raises:
        InputError: there is none, or more than one.
    """
    chosen = corpus.section_of_key(text) or corpus.section(text)
    if chosen is not None:
        return chosen
    wanted = fold(text[:_LONGEST_TYPED]).strip()
    found = [section for section in corpus.sections if fold(section.title) == wanted]
    if len(found) != 1:
        raise InputError("I do not know which section you mean. Choose one from the list that appears while you type.")
    return found[0]


def _holding(wanted: str, corpus: Corpus) -> Iterator[Section]:
    return (section for section in corpus.sections if wanted in fold(" ".join(section.heading_path)))


def _name(section: Section) -> str:
    return cut(f"{section.title} ({section.heading_path[0]})" if len(section.heading_path) > 1 else section.title, LONGEST_OPTION)
