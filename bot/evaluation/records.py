"""A YAML file beside the articles to checked records; all its faults are told together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from bot.corpus.limits import Limits
from bot.corpus.problems import Problem
from bot.corpus.reading import read_text
from bot.corpus.schema import Schema, schema_problems
from bot.corpus.yaml_document import read_yaml
from bot.errors import KnowledgeError

_Records = TypeVar("_Records", bound=Schema)


def load_records(path: Path, schema: type[_Records], entries: Mapping[str, type[Schema]]) -> _Records:
    """Return what a file of the knowledge folder holds.

    Args:
        path: the file.
        schema: its form.
        entries: the form of one entry of each of its lists.

    Raises:
        KnowledgeError: it cannot be read, or it has faults; the message names them all.
    """
    problems: list[Problem] = []
    limits = Limits()
    source = read_text(path, path.parent, limits, problems)
    document = None if source is None else read_yaml(source.text, path.name, limits, problems)
    if document is not None:
        try:
            return schema.model_validate(document.values)
        except ValidationError as error:
            problems.extend(schema_problems(error, document, path.name, {"": schema, **entries}))
    raise KnowledgeError(f"{path} has faults:\n" + "\n".join(f"- {problem}" for problem in problems))
