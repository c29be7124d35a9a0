"""Kinds of text that the YAML of articles and catalogues may hold, with their bounds."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(character.isspace() for character in value):
        raise ValueError("must be a web address that starts with https:// or http://")
    return value


WebAddress = Annotated[Line, AfterValidator(_web_address)]
