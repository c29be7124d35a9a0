"""Groups of questions on public sets: labels hidden, the number of groups unknown, beside k-means that is told the number.

Judged on the test halves, with the questions that have a label. Two kinds of knowledge give words and weights: the set's own documents, and
the knowledge that ships, which has never seen the subject. The V-measure rises with the number of groups, up to every question being one of
its own, so what it would be then stands beside it, and the mutual information adjusted for chance, which does not.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from bot.answering.engine import AnswerEngine
from bot.evaluation.dataset import Dataset
from bot.evaluation.golden import Split
from bot.gaps.grouping import KnownWords, Voiced, group
from bot.retrieval.hit import Index
from bot.retrieval.tfidf import TfidfIndex

SETS = ("banking77", "clinc150")
OWN, FOREIGN = "its own documents", "never seen the subject"
KMEANS = "k-means on TF-IDF, told the number"
_RUNS = 10
_NEAREST = 10


@dataclass(frozen=True, slots=True)
class GapRow:
    """One way to group one set."""

    dataset: str
    knowledge: str
    """Where words and weights come from."""
    questions: int
    labels: int
    groups: int
    v_measure: float
    adjusted_information: float
    single: float
    """The V-measure of groups of one question each."""
    seconds: float


def measure_groups(dataset: Dataset, product: AnswerEngine, split: Split = Split.TEST) -> Iterator[GapRow]:
    """Yield k-means, and ours with either knowledge."""
    asked = [query for query in dataset.half(split) if query.relevant]
    texts, labels = [query.text for query in asked], [query.relevant[0] for query in asked]
    started = time.perf_counter()
    found = _kmeans(texts, len(set(labels)))
    yield _row(dataset.name, KMEANS, labels, found, time.perf_counter() - started)
    for name, index in ((OWN, TfidfIndex().fit(dataset.sections)), (FOREIGN, product.index)):
        voiced = _voiced(index, texts)
        started = time.perf_counter()
        groups = group(KnownWords(index.word_information()), voiced)
        took = time.perf_counter() - started
        numbers = {place: number for number, places in enumerate(groups) for place in places}
        yield _row(dataset.name, name, labels, [numbers[place] for place in range(len(labels))], took)


def _voiced(index: Index, texts: list[str]) -> list[Voiced]:
    """The questions with the sections that the log would have stored with them."""
    return [Voiced(text, tuple(index.search(text, _NEAREST)), str(number)) for number, text in enumerate(texts)]


def _kmeans(texts: list[str], number: int) -> list[int]:
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import TfidfVectorizer

    found: list[int] = KMeans(number, n_init=_RUNS, random_state=0).fit_predict(TfidfVectorizer().fit_transform(texts)).tolist()
    return found


def _row(dataset: str, knowledge: str, labels: list[str], found: list[int], seconds: float) -> GapRow:
    from sklearn.metrics import adjusted_mutual_info_score, v_measure_score

    return GapRow(
        dataset=dataset,
        knowledge=knowledge,
        questions=len(labels),
        labels=len(set(labels)),
        groups=len(set(found)),
        v_measure=float(v_measure_score(labels, found)),
        adjusted_information=float(adjusted_mutual_info_score(labels, found)),
        single=float(v_measure_score(labels, list(range(len(labels))))),
        seconds=seconds,
    )
