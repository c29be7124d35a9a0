"""A sentence from the section beside: where a question asks for two things that one article tells in two sections.

Only where the runner-up is of the same article, is nearly as good, and has telling words of the question that the first section lacks.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.corpus.document import PassageKind, Section
from bot.retrieval.analyzer import is_telling
from bot.retrieval.hit import Explanation, Hit, Index

_NEARLY = 0.85
"""Share of the best score from which on the evidence counts as split."""
_LONGEST = 300
"""Characters of the sentence; a longer one is not worth the room."""


def sentence_beside(section: Section, runner_up: Section | None, hits: Sequence[Hit], shown: Explanation, index: Index, query: str) -> str:
    """Return what the runner-up adds, as a line that names it; "" where it adds nothing.

    Args:
        section: what is shown.
        runner_up: the second hit's section.
        hits: what was found, best first.
        shown: the arithmetic behind the first hit.
        index: explains the second, and scores sentences.
        query: what was searched for.
    """
    if runner_up is None or runner_up.article != section.article or hits[1].score < _NEARLY * hits[0].score:
        return ""
    lacking = {word.word for word in shown.words if word.weight == 0 and is_telling(word.word)}
    added = [word.word for word in index.explain(query, runner_up.id).words if word.weight > 0 and word.word in lacking]
    sentences = [passage.text for passage in runner_up.passages if passage.kind is PassageKind.SENTENCE and len(passage.text) <= _LONGEST]
    if not added or not sentences:
        return ""
    shares = index.relevance(" ".join(added), sentences)
    best = max(range(len(sentences)), key=lambda place: (shares[place], -place))
    return f"{runner_up.title}: {sentences[best]}" if shares[best] > 0 else ""
