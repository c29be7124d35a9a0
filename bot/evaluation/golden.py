"""The golden questions: labelled, divided into a half to tune on and a half to judge by.

The half is decided by a fixed hash of the text, so it cannot be chosen, and a question keeps its half for ever. Files beside the articles
(this one and the coverage file) are read strictly, and all faults of one are named together.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, ValidationError

from bot.corpus.catalogue.entries import Line
from bot.corpus.document import Corpus
from bot.corpus.files import Limits, read_text
from bot.corpus.problems import Problem
from bot.corpus.yaml_reading import Schema, read_yaml, schema_problems
from bot.errors import KnowledgeError

_Records = TypeVar("_Records", bound=Schema)


def load_records(path: Path, schema: type[_Records], entries: Mapping[str, type[Schema]]) -> _Records:
    """What a file of the knowledge folder holds.

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


FILE = "golden.yaml"


class Split(StrEnum):
    """The half that a question belongs to."""

    DEV = "dev"
    TEST = "test"


class Style(StrEnum):
    """How a question is put."""

    PLAIN = "plain"
    PARAPHRASE = "paraphrase"
    KEYWORDS = "keywords"
    TYPO = "typo"
    CHATTY = "chatty"
    COMPARE = "compare"
    WHEN = "when"
    HOWTO = "howto"
    REAL = "real"
    """As people write in public: the story first, two questions, a claim to confirm, second-language English."""


class DeclineKind(StrEnum):
    """Why a message must be declined."""

    OFF_TOPIC = "off-topic"
    OTHER_SENSE = "other-sense"
    NEAR_TOPIC = "near-topic"
    SMALL_TALK = "small-talk"
    NONSENSE = "nonsense"
    INJECTION = "injection"
    SUPPORT = "support"
    """Help with somebody's own program, or a request to a project."""
    LOG = "log"
    """An error message or a traceback, with or without a question."""
    COMPLAINT = "complaint"
    OTHER_LANGUAGE = "other-language"
    UNKNOWN_FACT = "unknown-fact"
    """The subject is known, what is asked of it is not."""


class Voices(StrEnum):
    """Which of the golden questions are asked."""

    REAL = "real"
    """As people really write."""
    CLEAN = "clean"
    """Short, alone, and about one thing."""


class FollowUpStyle(StrEnum):
    """Whether the last turn leans on the one before."""

    FOLLOW_UP = "followup"
    FRESH = "fresh"
    REAL = "real"


_Sections = Annotated[tuple[Line, ...], Field(min_length=1)]


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error
    return value


_Says = tuple[Annotated[Line, AfterValidator(_pattern)], ...]


class GoldenQuestion(Schema):
    """A question, and the sections that answer it."""

    question: Line
    style: Style
    expect: _Sections
    says: _Says = ()
    """Patterns that the text shown must contain, all of them, in upper or lower case."""


class GoldenDeclined(Schema):
    """A message that the knowledge base cannot answer."""

    question: Line
    kind: DeclineKind
    style: Style | None = None
    """Set where the voice is real."""


class GoldenFollowUp(Schema):
    """A conversation, and the sections that answer its last turn."""

    turns: Annotated[tuple[Line, ...], Field(min_length=2)]
    style: FollowUpStyle
    expect: tuple[Line, ...]
    """Empty where the last turn cannot be answered."""
    says: _Says = ()


class GoldenFile(Schema):
    """``knowledge/golden.yaml``."""

    questions: tuple[GoldenQuestion, ...]
    declined: tuple[GoldenDeclined, ...]
    follow_ups: tuple[GoldenFollowUp, ...]


@dataclass(frozen=True, slots=True)
class Golden:
    """The golden questions of one half, or of both."""

    questions: tuple[GoldenQuestion, ...]
    declined: tuple[GoldenDeclined, ...]
    follow_ups: tuple[GoldenFollowUp, ...]

    def half(self, split: Split) -> Golden:
        """Whatever is chosen or fitted sees the dev half alone."""
        return Golden(
            tuple(item for item in self.questions if split_of(item.question) is split),
            tuple(item for item in self.declined if split_of(item.question) is split),
            tuple(item for item in self.follow_ups if split_of(" ".join(item.turns)) is split),
        )

    def named_as_in(self, corpus: Corpus) -> Golden:
        """The same with ids of before replaced by those of today, so that a section may move without its labels."""

        def today(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
            return {"expect": tuple(dict.fromkeys(map(corpus.current, names)))}

        return Golden(
            tuple(item.model_copy(update=today(item.expect)) for item in self.questions),
            self.declined,
            tuple(item.model_copy(update=today(item.expect)) for item in self.follow_ups),
        )

    def of(self, voices: Voices | None) -> Golden:
        """Those in some voices; None is all."""
        match voices:
            case None:
                return self
            case Voices.REAL:
                return self.real()
            case Voices.CLEAN:
                return self.clean()

    def real(self) -> Golden:
        """Only the messages in real voices."""
        return Golden(
            tuple(item for item in self.questions if item.style is Style.REAL),
            tuple(item for item in self.declined if item.style is Style.REAL),
            tuple(item for item in self.follow_ups if item.style is FollowUpStyle.REAL),
        )

    def clean(self) -> Golden:
        """Only the others: short, alone, and about one thing."""
        real = self.real()
        return Golden(
            tuple(item for item in self.questions if item not in real.questions),
            tuple(item for item in self.declined if item not in real.declined),
            tuple(item for item in self.follow_ups if item not in real.follow_ups),
        )


def split_of(text: str) -> Split:
    """By a digest of the text, so that a question stays in its half when others are added."""
    first = hashlib.blake2b(text.encode("utf-8"), digest_size=1).digest()[0]
    return Split.DEV if first % 2 == 0 else Split.TEST


def load_golden(folder: Path) -> Golden:
    """Read the golden questions of a knowledge folder.

    Raises:
        KnowledgeError: there are none, or the file has faults; the message names them all.
    """
    path = folder / FILE
    if not path.exists():
        raise KnowledgeError(f"{folder} has no golden questions. Label some in {FILE}.")
    file = load_records(path, GoldenFile, {"questions": GoldenQuestion, "declined": GoldenDeclined, "follow_ups": GoldenFollowUp})
    return Golden(file.questions, file.declined, file.follow_ups)
