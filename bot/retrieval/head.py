"""The linear head: one linear separator for each section, learned from the questions that the sections list.

It learns which words tell sections apart that are asked about in like words. It pays only where questions are what a corpus is made of
(intents with many phrasings and little text); where sections have texts it was measured to lose, so it is fitted only where
at least half of the sections list five questions and all questions together are at least twice as long as all texts.
A linear support vector machine over TF-IDF of character n-grams (Cortes and Vapnik, 1995), fitted by scikit-learn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.retrieval.arrays import Singles

_LEAST_QUESTIONS = 5
_LONGER_THAN_TEXT = 2


def head_pays(question_counts: Sequence[int], question_tokens: int, text_tokens: int) -> bool:
    """Return whether a corpus is one that the head is good for."""
    enough = sum(count >= _LEAST_QUESTIONS for count in question_counts)
    return 2 * enough >= len(question_counts) > 1 and question_tokens >= _LONGER_THAN_TEXT * text_tokens


def fit_head(rows: sparse.csr_matrix, owners: NDArray[np.intp], count: int) -> tuple[Singles, Singles]:
    """Return the weights (section x n-gram) and intercepts of the separators.

    Args:
        rows: TF-IDF of the known phrasings, one row each, of length 1.
        owners: the section of each row; every section has one.
        count: sections, more than one.
    """
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=1.0, random_state=0).fit(rows, owners)
    if count == 2:  # scikit-learn then fits one separator, for the second class
        weights, intercepts = np.vstack([-machine.coef_, machine.coef_]), np.concatenate([-machine.intercept_, machine.intercept_])
    else:
        weights, intercepts = machine.coef_, machine.intercept_
    return weights.astype(np.float32), intercepts.astype(np.float32)
