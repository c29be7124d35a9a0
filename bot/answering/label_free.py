"""A threshold for a corpus without labelled questions: how sure the bot is where it must be wrong.

Each stored question is asked with its own section left out, so that whatever comes first is no answer to it. Nine tenths of these
confidences lie below the threshold; below the one of the configuration it never falls. (The own section's twin may answer as well,
so the threshold errs on the side of declining.)
"""

from __future__ import annotations

import numpy as np

from bot.answering.confidence import Confidence
from bot.answering.question import searchable
from bot.corpus.document import Corpus
from bot.retrieval.hit import Index

_MOST_ASKED = 120
_LEAST_ASKED = 10
_SHARE = 90
_HIGHEST = 0.95
_HITS = 10


def label_free_threshold(corpus: Corpus, index: Index, confidence: Confidence) -> float | None:
    """Return the confidence below which nine of ten unanswerable questions fall, None where there are too few sections to tell."""
    asked = [(section.id, question) for section in corpus.sections for question in (section.questions or (section.title,))]
    sample = asked[:: max(1, len(asked) // _MOST_ASKED)]
    confidences = [_without(own, question, index, confidence) for own, question in sample]
    if len(confidences) < _LEAST_ASKED:
        return None
    return round(min(_HIGHEST, float(np.percentile(confidences, _SHARE))), 4)


def _without(section_id: str, question: str, index: Index, confidence: Confidence) -> float:
    query = searchable(question)
    rest = [hit for hit in index.search(query, _HITS + 1) if hit.section_id != section_id][:_HITS]
    return confidence.of(query, rest, index.explain(query, rest[0].section_id)) if rest else 0.0
