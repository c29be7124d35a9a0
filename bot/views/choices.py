"""Choices of a command's option, under the names that people read; discord.py would show the names of the code."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from discord import app_commands

_Word = TypeVar("_Word", bound=StrEnum)


def choices_of(names: Mapping[_Word, str]) -> list[app_commands.Choice[str]]:
    """Return one choice for each value, in the order given."""
    return [app_commands.Choice(name=name, value=value.value) for value, name in names.items()]
