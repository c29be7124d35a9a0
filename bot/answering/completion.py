"""Questions to offer while somebody is typing one: those that the knowledge base says it answers."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.retrieval.analyzer import fold

_LEAST_LIKENESS = 55.0
_LONGEST = 100
"""Characters that Discord shows of a choice."""


def complete_question(typed: str, questions: Sequence[str], limit: int = 25) -> list[str]:
    """Return known questions for what has been typed: those that begin with it, then contain it, then resemble it."""
    offered = [question for question in questions if len(question) <= _LONGEST]
    wanted = " ".join(fold(typed[:_LONGEST]).split())
    if not wanted:
        return offered[:limit]
    folded = [fold(question) for question in offered]
    starting = [question for question, plain in zip(offered, folded, strict=True) if plain.startswith(wanted)]
    holding = [question for question, plain in zip(offered, folded, strict=True) if wanted in plain]
    found = list(dict.fromkeys([*starting, *holding]))
    if len(found) < limit:
        alike = process.extract(wanted, folded, scorer=fuzz.WRatio, limit=limit, score_cutoff=_LEAST_LIKENESS)
        found = list(dict.fromkeys([*found, *(offered[position] for _, _, position in alike)]))
    return found[:limit]
