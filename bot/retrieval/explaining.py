"""The arithmetic behind one score, taken from the same stages that made it: what each word, synonym and part contributed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bot.retrieval.arrays import FIELDS, IndexArrays
from bot.retrieval.confirmed import Confirmation
from bot.retrieval.hit import Explanation, SynonymEvidence, WordEvidence
from bot.retrieval.query import Query, QueryTerm

if TYPE_CHECKING:
    from bot.retrieval.tfidf import TfidfIndex


def explain(index: TfidfIndex, text: str, number: int) -> Explanation:
    """Return why a section has its score for a question; all is 0 where it holds no word of it."""
    query = index.reader.read(text)
    section_id = index.arrays.ids[number]
    if not query.terms:
        return Explanation(section_id, 0.0)
    divisor = max(query.reachable, 1e-9) * index.scale
    words = tuple(_evidence(index, term, number, divisor) for term in query.distinct)
    unknown = tuple(term.surface for term in query.distinct if term.column is None)
    gains = index.postings.gains(query, number)
    synonyms = tuple(SynonymEvidence(reading.written_form, reading.written_reading, gain / divisor) for reading, gain in gains if gain > 0)
    held = sum(word.weight for word in words) + sum(synonym.weight for synonym in synonyms)
    confirmed = index.confirmed.find(query)
    phrasing = confirmed.get(number)
    gain = 0.0 if phrasing is None else max(0.0, phrasing.share / index.scale - held)
    if held + gain == 0:
        return Explanation(section_id, 0.0, words, unknown)
    parts = index.parts(query, np.asarray([number]), confirmed)
    summands = Explanation(
        section_id=section_id,
        score=0.0,
        words=words,
        unknown=unknown,
        synonyms=synonyms,
        confirmed_part=gain,
        phrase_part=index.phrase_part * float(parts.phrase[0]) / index.scale,
        name_part=index.name_part * float(parts.name[0]) / index.scale,
        question_part=index.question_part * float(parts.question[0]) / index.scale,
        letter_part=index.letter_part * float(parts.letters[0]) / index.scale,
        head_part=index.head_part * float(parts.head[0]) / index.scale,
        closest_question=_closest(index, query, number, phrasing),
    )
    return replace(summands, score=round(summands.sum, 6))


def _closest(index: TfidfIndex, query: Query, number: int, phrasing: Confirmation | None) -> str | None:
    """Return the phrasing that the question is most like; None where that is a confirmed one, whose words may be a member's."""
    listed, cosine = index.reranker.closest_with_cosine(query, np.asarray([number]))[0]
    return None if phrasing is not None and phrasing.cosine > cosine else listed


def _evidence(index: TfidfIndex, term: QueryTerm, number: int, divisor: float) -> WordEvidence:
    if term.column is None:
        return WordEvidence(term.surface, None, 0.0, 1.0)
    rarity = term.information / index.reader.top
    weight = term.weight * index.postings.weight(term.column, number) / divisor
    fields = _fields(index.arrays, number, term.column) if weight else ()
    return WordEvidence(term.surface, term.matched, weight, rarity, fields)


def _fields(arrays: IndexArrays, number: int, column: int) -> tuple[str, ...]:
    """Return where a section has a term."""
    start, end = int(arrays.token_starts[number]), int(arrays.token_starts[number + 1])
    places = np.flatnonzero(arrays.surface_columns[arrays.tokens[start:end]] == column)
    ends = (int(arrays.title_ends[number]), int(arrays.question_ends[number]), end - start)
    begins = (0, *ends[:-1])
    return tuple(name for name, begin, stop in zip(FIELDS, begins, ends, strict=True) if ((places >= begin) & (places < stop)).any())
