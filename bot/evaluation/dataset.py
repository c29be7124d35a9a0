"""A public data set as a folder: ``corpus.jsonl`` and ``queries.jsonl``, read row by row, with every bad row named.

corpus.jsonl   {"id": "c0", "title": "...", "questions": ["..."], "text": "..."}
queries.jsonl  {"id": "q0", "text": "...", "relevant": ["c0"], "split": "dev"}    relevant: null is out of scope

On it the product is measured with its own index over the set's documents, its own features, and a confidence fitted on the dev half.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, ValidationError

from bot.corpus.document import Passage, Section, section_key
from bot.corpus.sentences import split_sentences
from bot.corpus.yaml_reading import Schema
from bot.errors import InputError
from bot.evaluation.golden import Split
from bot.evaluation.measuring import Evaluation, mistype
from bot.evaluation.metrics import DEPTH
from bot.evaluation.ranking import IndexRanker, Labelled, Thresholds, fit_probability, judge_queries
from bot.retrieval.tfidf import TfidfIndex

CORPUS, QUERIES = "corpus.jsonl", "queries.jsonl"
_MOST_NAMED = 20
"""Bad rows that are named; a file of another form has one in every line."""
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
        """The queries of one half, or for None of both."""
        return tuple(Labelled(query.id, query.text, query.relevant or ()) for query in self.queries if split in (None, query.split))


_Record = TypeVar("_Record", DatasetDocument, DatasetQuery)


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
        more = len(problems) - _MOST_NAMED
        named = [*problems[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])]
        raise InputError(f"{folder} has faults:\n" + "\n".join(f"- {problem}" for problem in named))
    return Dataset(folder.resolve().name, tuple(_section(row) for _, row in documents), tuple(row for _, row in queries))


def _rows(path: Path, schema: type[_Record], problems: list[str]) -> list[tuple[int, _Record]]:
    """The rows of a file with their line numbers; those that cannot be used are named in ``problems``."""
    rows: list[tuple[int, _Record]] = []
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


@dataclass(frozen=True, slots=True)
class RankedQuery:
    """A query and the ids that were found for it, best first."""

    id: str
    ranked: tuple[str, ...]


def evaluate_dataset(dataset: Dataset, split: Split, thresholds: Thresholds, *, mistyped: bool = False) -> Evaluation:
    """Judge one half, with a confidence that was fitted on the dev half, plain and mistyped.

    Raises:
        InputError: the dev half cannot be fitted on, or no document has a word.
    """
    ranker = _ranker(dataset)
    probability = fit_probability(ranker, dataset.half(Split.DEV))
    if probability is None:
        raise InputError(
            f"{dataset.name}: the confidence cannot be fitted, because the dev half has no right or no wrong first hit. "
            "Add dev queries of both kinds, or use --rank-only."
        )
    return judge_queries(ranker, probability, dataset.half(split), thresholds, mistyped=mistyped)


def rank_dataset(dataset: Dataset, split: Split | None, *, mistyped: bool = False) -> tuple[RankedQuery, ...]:
    """The ranking of each query of one half, or of both; nothing is fitted on labels.

    Raises:
        InputError: no document has a word.
    """
    ranker = _ranker(dataset)
    put = mistype if mistyped else str
    return tuple(
        RankedQuery(query.id, tuple(hit.section_id for hit in ranker.search(put(query.text), DEPTH))) for query in dataset.half(split)
    )


def write_rankings(ranked: tuple[RankedQuery, ...], path: Path) -> None:
    """Write rankings as JSON lines: ``{"id": "q0", "ranked": ["c0", "c7"]}``.

    Raises:
        InputError: the file cannot be written.
    """
    lines = (json.dumps({"id": query.id, "ranked": query.ranked}, ensure_ascii=False) for query in ranked)
    try:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}). Give a file in a folder that is there.") from error


def _ranker(dataset: Dataset) -> IndexRanker:
    try:
        return IndexRanker(TfidfIndex().fit(dataset.sections))
    except ValueError as error:
        raise InputError(f"{dataset.name}: there is nothing to index: {error}.") from error
