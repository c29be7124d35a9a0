"""Questions that ask for the same thing, found without a model: vectors made from the knowledge alone, joined by average linkage.

A question is a vector of its content words and of the sections that were nearest to it. How much a word weighs is read from the index of
the knowledge, damped, so that several shared words count for more than one rare one; a word that the knowledge has never seen weighs as
much as its rarest. Nothing is fitted on the questions: the same questions over the same knowledge make the same groups, and how many there
are follows from one distance.

The constants were chosen on the dev halves of banking77 and clinc150, each with its own documents as the knowledge and with a knowledge
that has never seen their subject, and on the dev half of our golden questions; ``benchmarks/gaps.py`` judges them on the test halves.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.retrieval.analyzer import Analyzer, Word, is_content
from bot.retrieval.hit import Hit

MOST_QUESTIONS = 4000
"""Grouped together; the distances between more would take hundreds of megabytes."""
_MOST_IN_THREAD = 300
"""Questions that are grouped in some hundredths of a second."""
_POWER = 0.3
"""Of a word's information; at 1, questions that share one rare word and nothing else would be one group."""
_SECTION_POWER = 3
"""Of the scores of the nearest sections; it lets the first of them speak louder than those behind it."""
_SURE_SCORE = 0.5
"""The score from which a nearest section counts for as much as all words of a question; below, it counts for less in proportion."""
_MOST_SECTIONS = 10
_DISTANCE = 0.65
"""The mean cosine distance between the questions of two groups up to which they are joined."""
MOST_WORDS = 6
"""Words of a group's name."""


@dataclass(frozen=True, slots=True)
class Voiced:
    """A question as it is compared with others."""

    text: str
    hits: tuple[Hit, ...]
    """The nearest sections, the best first, by ids of today."""
    asker: str
    """Under what name the member is stored; different members make a group, not one who asks again and again."""


@dataclass(frozen=True, slots=True)
class SharedWords:
    """Words that several members used, in the order in which their questions have them."""

    words: tuple[str, ...]
    support: int
    """The members who used the rarest of them; 0 where there is no word."""


class KnownWords:
    """What the knowledge says about the words of questions; made for one grouping, so that no question stays in memory."""

    def __init__(self, information: Mapping[str, float]) -> None:
        """Take what an index says of its words (``Index.word_information``)."""
        self._analyzer = Analyzer()
        self._information = information
        self._rarest = max(information.values())

    def content(self, text: str) -> list[Word]:
        """The content words of a text in order, each term once."""
        return list({word.term: word for word in self._analyzer.words(text) if is_content(word.surface)}.values())

    def weight(self, term: str) -> float:
        """How much a word counts when questions are compared."""
        return float(self._information.get(term, self._rarest) ** _POWER)

    def is_known(self, surface: str) -> bool:
        """Whether the knowledge has a folded word in any form."""
        return self._analyzer.stem(surface) in self._information

    def terms(self, texts: Iterable[str]) -> frozenset[str]:
        """The terms of some texts of the knowledge."""
        return frozenset(term for text in texts for term in self._analyzer.terms(text))

    def term(self, surface: str) -> str:
        """The term of a folded word."""
        return self._analyzer.stem(surface)

    def known_share(self, text: str) -> float:
        """How much of the information of a question's content words is in words that the knowledge has; 0 without content words."""
        found = self.content(text)
        total = sum(self._information.get(word.term, self._rarest) for word in found)
        return sum(self._information.get(word.term, 0.0) for word in found) / total if total else 0.0


def group_beside(known: KnownWords, asked: Sequence[Voiced]) -> list[list[int]]:
    """Do the same as ``group`` from a thread, and in another process where there are many questions.

    Comparing thousands takes seconds in which nothing else of this process could run, whatever the thread.
    """
    if len(asked) <= _MOST_IN_THREAD:
        return group(known, asked)
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(group, known, asked).result()


def group(known: KnownWords, asked: Sequence[Voiced]) -> list[list[int]]:
    """Put questions into groups; slow, so never on the event loop.

    Args:
        known: the words of the knowledge.
        asked: the questions, at most ``MOST_QUESTIONS``.

    Returns:
        the places of each group's questions in ascending order; the groups by their first question.
    """
    if len(asked) < 2:
        return [[place] for place in range(len(asked))]
    from sklearn.cluster import AgglomerativeClustering

    linking = AgglomerativeClustering(n_clusters=None, metric="precomputed", linkage="average", distance_threshold=_DISTANCE)
    order = sorted(range(len(asked)), key=lambda place: _position(asked[place]))  # so that no chance settles ties
    groups: dict[int, list[int]] = defaultdict(list)
    for place, label in zip(order, linking.fit_predict(_distances(known, [asked[place] for place in order])).tolist(), strict=True):
        groups[label].append(place)
    return sorted(map(sorted, groups.values()))


def _position(voiced: Voiced) -> tuple[str, tuple[tuple[str, float], ...]]:
    return voiced.text, tuple((hit.section_id, hit.score) for hit in voiced.hits)


def _distances(known: KnownWords, asked: Sequence[Voiced]) -> np.ndarray:
    """The cosine distance between any two questions."""
    from scipy import sparse

    columns: dict[tuple[str, str], int] = {}
    rows, places, values = [], [], []
    for row, voiced in enumerate(asked):
        for name, value in _vector(known, voiced):
            rows.append(row)
            places.append(columns.setdefault(name, len(columns)))
            values.append(value)
    vectors = sparse.csr_matrix((values, (rows, places)), shape=(len(asked), max(1, len(columns))), dtype=np.float64)
    distances: np.ndarray = 1 - (vectors @ vectors.T).toarray()
    np.clip(distances.round(9), 0, 1, out=distances)  # rounded, since the last digits depend on the order of the questions
    np.fill_diagonal(distances, 0)
    return distances


def _vector(known: KnownWords, voiced: Voiced) -> list[tuple[tuple[str, str], float]]:
    """A question as named numbers of length 1: its words, and its sections as far as the nearest of them is sure."""
    words = _scaled([(("word", word.term), known.weight(word.term)) for word in known.content(voiced.text)], 1.0)
    nearest = voiced.hits[:_MOST_SECTIONS]
    sure = min(1.0, nearest[0].score / _SURE_SCORE) if nearest else 0.0
    sections = _scaled([(("section", hit.section_id), hit.score**_SECTION_POWER) for hit in nearest], sure)
    return _scaled([*words, *sections], 1.0)


def _scaled(parts: list[tuple[tuple[str, str], float]], length: float) -> list[tuple[tuple[str, str], float]]:
    whole = math.sqrt(sum(value * value for _, value in parts))
    return [(name, length * value / whole) for name, value in parts] if whole else []


def shared_words(known: KnownWords, asked: Sequence[Voiced], least: int) -> SharedWords:
    """The words that at least ``least`` members used, in the very form in which they did; no other word leaves a group."""
    users: dict[str, set[str]] = defaultdict(set)
    positions: dict[str, list[float]] = defaultdict(list)
    for voiced in asked:
        content = known.content(voiced.text)
        for place, word in enumerate(content):
            users[word.surface].add(voiced.asker)
            positions[word.surface].append(place / len(content))
    best: dict[str, str] = {}
    for surface in sorted(users, key=lambda one: (-len(users[one]), one)):
        if len(users[surface]) >= least:
            best.setdefault(known.term(surface), surface)
    ranked = sorted(best.values(), key=lambda one: (-len(users[one]) * known.weight(known.term(one)), one))[:MOST_WORDS]
    ordered = sorted(ranked, key=lambda one: (sum(positions[one]) / len(positions[one]), one))
    return SharedWords(tuple(ordered), min((len(users[one]) for one in ordered), default=0))


def nearest_section(asked: Sequence[Voiced]) -> str | None:
    """The section that is nearest to a group as a whole; None where no word of it is known."""
    scores: dict[str, float] = defaultdict(float)
    for voiced in asked:
        for hit in voiced.hits[:_MOST_SECTIONS]:
            scores[hit.section_id] += hit.score
    return min(scores, key=lambda name: (-round(scores[name], 6), name), default=None)
