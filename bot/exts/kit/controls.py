"""The base of every button, select and form: state in the ``custom_id``, errors said, nothing kept in memory.

A class owns what it is about: its ``template`` (``stage:action:state``), its ``audience``, and ``of``, which makes the button, select or
modal; nobody else writes its id. Discord hands the id back after any restart, and whoever forges one can at most ask for what their own
server has. Ids are matched with ASCII classes only.

discord.py forgets an open modal when it restarts and drops what the member typed. So ours are never registered with it: they are marked
as finished before they are sent, and ``registry`` reads every submission from Discord's own data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import ClassVar, Self, TypeVar

import discord

from bot.answering.outcome import ANSWER_ID_PATTERN
from bot.corpus.document import KEY_LENGTH
from bot.errors import NotFound
from bot.exts.kit.interaction import Audience, Click, admit, guarded
from bot.exts.kit.panel import Button
from bot.query.message import storable
from bot.storage.paging import POSITION, Page, Position
from bot.texts import kit as texts

ANSWER = f"(?P<answer>{ANSWER_ID_PATTERN})"
KEY_PATTERN = f"[a-z2-7]{{{KEY_LENGTH}}}"
KEY = f"(?P<key>{KEY_PATTERN})"
NUMBER = "(?P<number>[0-9]{1,4})"
CASE = "(?P<case>[0-9]{1,18})"
SNOWFLAKE = "[0-9]{1,19}"
PLACE = f"(?P<place>{POSITION}|[0-9]{{1,4}})"
"""Where in a list a page begins; numbers are those of pages, on messages that were posted before there were positions."""
_LARGEST_SNOWFLAKE = 2**63 - 1
_GROUP = re.compile(r"\(\?P<([a-z]+)>")
_LONGEST_FIELD = 1000
"""Characters; a field takes no more, but for those that hold the source text of a section."""
LONGEST_SOURCE = 4000
"""As many as Discord lets a field hold."""
SOURCE, LISTED = "source", "listed"
"""The names of those fields."""
_SELECTS = (discord.ui.Select, discord.ui.RoleSelect, discord.ui.ChannelSelect, discord.ui.UserSelect, discord.ui.MentionableSelect)
_CHECKED = "true"
"""What a checked box sends; one that is not checked is left out."""

_Word = TypeVar("_Word", bound=StrEnum)
_Item = TypeVar("_Item")


def case_number(digits: str) -> int:
    """The number of a case, note or phrasing that was chosen in a select.

    Raises:
        NotFound: it is none, so nobody offered it.
    """
    if not re.fullmatch("[0-9]{1,10}", digits):
        raise NotFound("a choice that was never offered")
    return int(digits)


def snowflake(digits: str) -> int:
    """An id of Discord that a ``custom_id`` or a member gave.

    Raises:
        NotFound: none of Discord's ids looks like that.
    """
    if not re.fullmatch(SNOWFLAKE, digits) or int(digits) > _LARGEST_SNOWFLAKE:
        raise NotFound("no id of Discord's")
    return int(digits)


Place = int | Position


def place_of(text: str) -> Place:
    """Where in a list a page begins, by what ``PLACE`` found.

    Raises:
        NotFound: no list has such a place.
    """
    place = int(text) if text.isdecimal() else Position.decoded(text)
    if place is None:
        raise NotFound("no list has such a place")
    return place


def encoded(place: Place) -> str:
    """A place as a part of a ``custom_id``; fits ``PLACE``."""
    return place.encoded if isinstance(place, Position) else str(place)


def list_turns(
    page: Page[_Item], of: Callable[[Position, str], Button], labels: tuple[str, str] = (texts.PREVIOUS_PAGE, texts.NEXT_PAGE)
) -> list[Button]:  # fmt: skip
    """The buttons to what comes before a page of a list, and after it; nothing is skipped, whatever was closed meanwhile."""
    ways = zip((page.earlier, page.later), labels, strict=True)
    return [of(place, label) for place, label in ways if place is not None]


def chosen_word(value: str, offered: Iterable[_Word]) -> _Word:
    """The word of a closed set that a value stands for.

    Raises:
        NotFound: it is none of what was offered; the error does not repeat what somebody may have typed instead.
    """
    for word in offered:
        if word.value == value:
            return word
    raise NotFound("a choice that was never offered")


def _id_of(template: str, state: Mapping[str, object]) -> str:
    """Fill the groups of a template; a value that its group would not take is a fault of the program."""
    filled = "".join(part if position % 2 == 0 else str(state[part]) for position, part in enumerate(_parts(template)))
    if not re.fullmatch(template, filled):
        raise ValueError(f"the template {template!r} does not take this state")
    return filled


@cache
def _parts(template: str) -> tuple[str, ...]:
    """Divide a template into what is written as it is and names of groups, in turns."""
    parts: list[str] = []
    place = 0
    for group in _GROUP.finditer(template):
        if group.start() >= place:  # a group inside another is filled with it
            parts += [template[place : group.start()], group[1]]
            place = _end_of_group(template, group.start())
    return (*parts, template[place:])


def _end_of_group(template: str, start: int) -> int:
    depth = 0
    for place in range(start, len(template)):
        depth += {"(": 1, ")": -1}.get(template[place], 0)
        if depth == 0:
            return place + 1
    raise ValueError(f"a group of {template!r} does not end")


class Control(discord.ui.DynamicItem[discord.ui.Item[discord.ui.LayoutView]], template="(?!)"):
    """A button or select that acts by ``press``, with its state as groups of its template."""

    audience: ClassVar[Audience] = Audience.EVERYONE
    """For whom it acts; checked at every press."""
    state: re.Match[str]

    @classmethod
    def id_of(cls, **state: str | int) -> str:
        """The ``custom_id`` with which Discord hands this state back; for ``of`` of the class alone."""
        return _id_of(cls.__discord_ui_compiled_template__.pattern, state)

    @classmethod
    async def from_custom_id(cls, interaction: Click, item: discord.ui.Item[discord.ui.LayoutView], match: re.Match[str]) -> Self:
        """Make the control from what Discord handed back; its appearance plays no part."""
        control = cls.__new__(cls)
        discord.ui.DynamicItem.__init__(control, item)
        control.state = match
        return control

    async def callback(self, interaction: Click) -> None:
        """Act, and say to the member whatever goes wrong; discord.py would only log it."""
        async with guarded(interaction):
            await admit(interaction, self.audience)
            await self.press(interaction)

    async def press(self, interaction: Click) -> None:
        """Act on the press or choice."""
        raise NotImplementedError

    @property
    def chosen(self) -> str:
        """The value chosen in a select.

        Raises:
            NotFound: there is none.
        """
        chosen = self.all_chosen
        if not chosen:
            raise NotFound("a select that lets nobody choose nothing")
        return chosen[0]

    @property
    def all_chosen(self) -> tuple[str, ...]:
        """The values chosen in a select, in their order; none where it was emptied.

        Raises:
            NotFound: the control is no select, so nobody offered it.
        """
        if not isinstance(self.item, _SELECTS):
            raise NotFound("a button in place of a select")
        return tuple(value if isinstance(value, str) else str(value.id) for value in self.item.values)


@dataclass(frozen=True, slots=True)
class Fields:
    """What was typed and chosen in a submitted form; what is empty is left out."""

    values: Mapping[str, str]

    def text(self, name: str) -> str | None:
        """What was typed into a field; None where it is empty."""
        return self.values.get(name, "").strip() or None

    def required(self, name: str) -> str:
        """What was typed into a field that Discord lets nobody leave empty.

        Raises:
            NotFound: it is empty, so the form is none of ours.
        """
        text = self.text(name)
        if text is None:
            raise NotFound("a form without what it demands")
        return text

    def choice(self, name: str, offered: Iterable[_Word]) -> _Word:
        """What was chosen of what was offered.

        Raises:
            NotFound: it is none of that.
        """
        return chosen_word(self.values.get(name, ""), offered)

    def checked(self, name: str) -> bool:
        """Whether a box is checked."""
        return self.values.get(name) == _CHECKED


FormRow = discord.ui.Label[discord.ui.LayoutView] | discord.ui.TextDisplay[discord.ui.LayoutView]


class Form:
    """A modal, and what is done once it is sent; its state are the groups of its template."""

    template: ClassVar[str]
    audience: ClassVar[Audience] = Audience.EVERYONE
    """Who may submit it; checked when it is submitted."""

    def __init_subclass__(cls, *, template: str) -> None:
        super().__init_subclass__()
        cls.template = template

    def __init__(self, state: re.Match[str]) -> None:
        self.state = state

    @classmethod
    def modal(cls, title: str, rows: Sequence[FormRow], **state: str | int) -> discord.ui.Modal:
        """A modal that is not kept in memory; for ``of`` of the class alone."""
        modal = discord.ui.Modal(title=title, custom_id=_id_of(cls.template, state), timeout=None)
        for row in rows:
            modal.add_item(row)
        modal.stop()
        return modal

    async def submit(self, interaction: Click, fields: Fields) -> None:
        """Act on what was sent."""
        raise NotImplementedError


def paragraph(name: str, *, longest: int, required: bool = False, text: str | None = None) -> discord.ui.TextInput[discord.ui.LayoutView]:
    """A field for some lines of text of at most ``longest`` characters."""
    return discord.ui.TextInput(custom_id=name, style=discord.TextStyle.paragraph, required=required, max_length=longest, default=text)


def received_id(interaction: Click) -> str:
    """The ``custom_id`` of what was submitted or pressed; "" where there is none."""
    data = interaction.data
    value = data.get("custom_id") if data is not None else None
    return value if isinstance(value, str) else ""


def submitted_fields(interaction: Click) -> Fields:
    """Read the fields of a submitted form from Discord's data; of several choices in one field the first counts."""
    return Fields(dict(_values(interaction.data)))


def _values(node: object) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        name, value, values = node.get("custom_id"), node.get("value"), node.get("values")
        if isinstance(name, str) and isinstance(value, str) and value.strip():
            yield name, storable(value[: LONGEST_SOURCE if name in (SOURCE, LISTED) else _LONGEST_FIELD])
        elif isinstance(name, str) and value is True:
            yield name, _CHECKED
        elif isinstance(name, str) and isinstance(values, list) and values and isinstance(values[0], str):
            yield name, storable(values[0][:_LONGEST_FIELD])
        yield from _values(node.get("component"))
        yield from _values(node.get("components"))
    elif isinstance(node, list):
        for child in node:
            yield from _values(child)
