"""A public data set as a folder: ``corpus.jsonl`` and ``queries.jsonl``, read row by row, with every bad row named.

corpus.jsonl   {"id": "c0", "title": "...", "questions": ["..."], "text": "..."}
queries.jsonl  {"id": "q0", "text": "...", "relevant": ["c0"], "split": "dev"}    relevant: null is out of scope
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, ValidationError

from bot.corpus.document import Passage, Section
from bot.corpus.passages import split_sentences
from bot.corpus.schema import Schema
from bot.corpus.slugs import section_key
from bot.errors import InputError
from bot.evaluation.golden import Split
from bot.evaluation.ranking import Labelled

CORPUS, QUERIES = "corpus.jsonl", "queries.jsonl"
_MOST_TOLD = 20
"""Bad rows that are told; a file of another form has one in every line."""
_ROWS = {
    CORPUS: 'A row is {"id": "c0", "title": "...", "questions": ["..."], "text": "..."}.',
    QUERIES: 'A row is {"id": "q0", "text": "...", "relevant": ["c0"] or null, "split": "dev" or "test"}.',
}
_Id = Annotated[str, Field(min_length=1)]


class DatasetDocument(Schema):
    """A row of ``corpus.jsonl``."""

    id: _Id
    title: str
    questions: tuple[str, ...]
    text: str


class DatasetQuery(Schema):
    """A row of ``queries.jsonl``."""

    id: _Id
    text: Annotated[str, Field(min_length=1)]
    relevant: Annotated[tuple[_Id, ...], Field(min_length=1)] | None
    split: Split


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set as it is searched and asked."""

    name: str
    sections: tuple[Section, ...]
    queries: tuple[DatasetQuery, ...]

    def half(self, split: Split | None) -> tuple[Labelled, ...]:
        """Return the queries of one half, or for None of both."""
        return tuple(Labelled(query.id, query.text, query.relevant or ()) for query in self.queries if split in (None, query.split))


_Row = TypeVar("_Row", DatasetDocument, DatasetQuery)


def load_dataset(folder: Path) -> Dataset:
    """Read a data set.

    Raises:
        InputError: a file is missing, empty or has bad rows; each is named with file, line and remedy.
    """
    problems: list[str] = []
    documents = _rows(folder / CORPUS, DatasetDocument, problems)
    queries = _rows(folder / QUERIES, DatasetQuery, problems)
    known = {row.id for _, row in documents}
    for number, query in queries:
        unknown = [name for name in query.relevant or () if name not in known]
        if unknown and not problems:
            problems.append(f"{QUERIES}:{number}: relevant: {CORPUS} has no {unknown[0]!r}. Add the document, or take its id out.")
    if problems:
        more = len(problems) - _MOST_TOLD
        told = [*problems[:_MOST_TOLD], *([f"and {more} more"] if more > 0 else [])]
        raise InputError(f"{folder} has faults:\n" + "\n".join(f"- {problem}" for problem in told))
    return Dataset(folder.resolve().name, tuple(_section(row) for _, row in documents), tuple(row for _, row in queries))


def _rows(path: Path, schema: type[_Row], problems: list[str]) -> list[tuple[int, _Row]]:
    """Return the rows of a file with their line numbers, and tell of those that cannot be used."""
    rows: list[tuple[int, _Row]] = []
    first_lines: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            row = schema.model_validate_json(line)
        except ValidationError as error:
            problems.append(f"{path.name}:{number}: {_reason(error)}. {_ROWS[path.name]}")
            continue
        if row.id in first_lines:
            problems.append(f"{path.name}:{number}: id {row.id!r} was used in line {first_lines[row.id]}. Give each row its own.")
        first_lines.setdefault(row.id, number)
        rows.append((number, row))
    if not rows and not problems:
        problems.append(f"{path.name}: is empty. {_ROWS[path.name]}")
    return rows


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}). A data set is a folder with {CORPUS} and {QUERIES}.") from error
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _reason(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg'].lower()}".removeprefix(": ") for item in details)


def _section(row: DatasetDocument) -> Section:
    return Section(
        id=row.id,
        key=section_key(row.id),
        area="",
        article=row.id,
        heading_path=(row.title,),
        passages=tuple(Passage(sentence) for sentence in split_sentences(row.text)),
        questions=row.questions,
        sources=(),
        path=CORPUS,
        line=1,
    )
