"""Questions to offer while somebody is typing one: those that the knowledge base says it answers."""

from __future__ import annotations

from bot.answering.engine import AnswerEngine
from bot.retrieval.analyzer import fold

_LONGEST = 100
"""Characters that Discord shows of a choice."""
_SECTIONS = 10
"""Sections whose phrasings are offered beside those that hold what was typed."""


def complete_question(typed: str, engine: AnswerEngine, limit: int = 25) -> list[str]:
    """Return known questions for what has been typed: those that begin with it, then contain it, then mean it.

    The last kind is found as an answer would be: by ranking the sections and taking the closest phrasing of each.
    """
    wanted = " ".join(fold(typed[:_LONGEST]).split())
    holding = [(plain, question) for plain, question in engine.phrasings if wanted in plain and len(question) <= _LONGEST]
    if not wanted:
        return [question for _, question in holding[:limit]]
    starting = [question for plain, question in holding if plain.startswith(wanted)]
    found = list(dict.fromkeys([*starting, *(question for _, question in holding)]))[:limit]
    if len(found) < limit:
        found = list(dict.fromkeys([*found, *_meant(typed[:_LONGEST], engine)]))
    return found[:limit]


def _meant(typed: str, engine: AnswerEngine) -> list[str]:
    found = [hit.section_id for hit in engine.index.search(typed, _SECTIONS)]
    closest: list[str] = []
    for section, phrasing in zip(map(engine.corpus.section, found), engine.index.closest_phrasings(typed, found), strict=True):
        if section is not None:
            phrasings = [phrasing] if phrasing in section.questions else section.questions
            closest.extend([question for question in phrasings if question is not None and len(question) <= _LONGEST][:1])
    return closest
