"""Outcomes as JSON objects for programs; the fields are documented in ``docs/programs.md``."""

from __future__ import annotations

import json
from typing import TypedDict

from bot.answering.outcome import Answer, Outcome, Suggestions, confidence_of, hits_of
from bot.answering.question import storable
from bot.corpus.document import Source


class SourceJson(TypedDict):
    """One source of an answer."""

    title: str
    publisher: str | None
    year: int | None
    url: str | None


class SuggestionJson(TypedDict):
    """One of the nearest sections."""

    section: str
    title: str
    score: float


class OutcomeJson(TypedDict):
    """An outcome; fields that do not apply are null or empty."""

    id: str | int | None
    question: str
    outcome: str
    title: str | None
    text: str
    section: str | None
    confidence: float | None
    score: float | None
    sources: list[SourceJson]
    suggestions: list[SuggestionJson]
    answer_id: str
    fingerprint: str
    elapsed_ms: float


def outcome_json(outcome: Outcome, question: str, name: str | int | None, seconds: float) -> OutcomeJson:
    """Return an outcome as the documented object."""
    section = outcome.section if isinstance(outcome, Answer) else None
    hits = hits_of(outcome)
    return {
        "id": name,
        "question": storable(question),
        "outcome": outcome.kind.value,
        "title": None if section is None else section.title,
        "text": outcome.text,
        "section": None if section is None else section.id,
        "confidence": confidence_of(outcome),
        "score": hits[0].score if hits else None,
        "sources": [] if section is None else [source_json(source) for source in section.sources],
        "suggestions": _suggestions(outcome),
        "answer_id": outcome.asked.answer_id,
        "fingerprint": outcome.asked.fingerprint,
        "elapsed_ms": round(1000 * seconds, 3),
    }


def to_line(value: OutcomeJson) -> str:
    """Return an object on one line."""
    return json.dumps(value, ensure_ascii=False)


def source_json(source: Source) -> SourceJson:
    """Return a source as the documented object."""
    return {"title": source.title, "publisher": source.publisher, "year": source.year, "url": source.url}


def _suggestions(outcome: Outcome) -> list[SuggestionJson]:
    if not isinstance(outcome, Suggestions):
        return []
    scores = {hit.section_id: hit.score for hit in outcome.hits}
    return [{"section": section.id, "title": section.title, "score": scores[section.id]} for section in outcome.candidates]
