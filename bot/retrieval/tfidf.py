"""The index: TF-IDF in two stages, with its arithmetic kept explainable.

    score = (words + MESSAGE * messages + MEANING * meaning + PHRASE * phrase + NAME * name + QUESTION * question + LETTER * letters
            + HEAD * head) / (1 + MESSAGE + MEANING + PHRASE + NAME + QUESTION + LETTER + HEAD)        in [0, 1]

``words`` is a saturated TF-IDF sum over the question's words and their synonyms, divided by the most that the question could
reach: about the share of its information that the section holds. The first stage computes it and ``messages`` for all sections, exactly
(``postings``, ``messages``). The second computes the other parts for the best ``pool`` of them (``reranking``). ``messages``, ``meaning``
and ``head`` are there only where sections list messages, where a table of words helps, and where a head was fitted. ``explain`` takes one
score apart with the same stages that made it. A query needs no scikit-learn, which only ``fitting`` uses.

Phrasings that moderators confirmed are further questions of a section, added to a fitted index without building it again. One counts as a
question row does, and for the share of the question's information that it holds, whichever of section and phrasing holds more. Its cost is
that of the phrasings that share a content word.
"""

from __future__ import annotations

import copy
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.corpus.document import Section
from bot.retrieval.analyzer import RememberingAnalyzer, is_content
from bot.retrieval.arrays import FIELDS, IndexArrays, Integers, Singles, name_terms_of
from bot.retrieval.hit import Explanation, Hit, Phrasing, SynonymEvidence, WordEvidence
from bot.retrieval.meaning import table_digest
from bot.retrieval.messages import MessageLikeness
from bot.retrieval.postings import WordPostings, best
from bot.retrieval.reranking import Cosines, Parts, Reranker, trigrams
from bot.retrieval.terms import Query, QueryReader, listed_key, unknown_information

_KEPT_QUESTIONS = 8


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the closest confirmed phrasing of a section says about a question."""

    number: int
    share: float
    """Of the question's information that the phrasing holds, from 0 to 1."""
    cosine: float
    text: str


@dataclass(frozen=True, slots=True)
class _ConfirmedRow:
    number: int
    text: str
    terms: frozenset[str]
    ngrams: frozenset[str]
    length: float


class ConfirmedPhrasings:
    """The confirmed phrasings of the sections that an index has; those of sections that are gone are left out."""

    def __init__(self, phrasings: Sequence[Phrasing], arrays: IndexArrays, numbers: Mapping[str, int], reader: QueryReader) -> None:
        self._information = (
            dict(zip(arrays.ngrams, (arrays.ngram_information.astype(float) ** 2).tolist(), strict=True)) if phrasings else {}
        )
        self._rows = [self._row(numbers[item.section_id], item.text, reader) for item in phrasings if item.section_id in numbers]
        self._by_term: dict[str, list[int]] = {}
        for place, row in enumerate(self._rows):
            for term in row.terms:
                self._by_term.setdefault(term, []).append(place)

    def find(self, query: Query) -> dict[int, Confirmation]:
        """The closest phrasing of each section that has one like the question, by section number."""
        if not self._rows:
            return {}
        asked = {term.term for term in query.distinct if is_content(term.surface)} or {term.term for term in query.distinct}
        places = sorted({place for term in asked for place in self._by_term.get(term, ())})
        ngrams = frozenset(ngram for ngram in trigrams(query.text) if ngram in self._information)
        length = math.sqrt(sum(self._information[ngram] for ngram in ngrams))
        found: dict[int, Confirmation] = {}
        for place in places:
            confirmation = self._compare(self._rows[place], query, ngrams, length)
            known = found.get(confirmation.number)
            if known is None or (known.cosine, known.share) < (confirmation.cosine, confirmation.share):
                found[confirmation.number] = confirmation
        return found

    def _row(self, number: int, text: str, reader: QueryReader) -> _ConfirmedRow:
        query = reader.read(text)
        ngrams = frozenset(ngram for ngram in trigrams(query.text) if ngram in self._information)
        length = math.sqrt(sum(self._information[ngram] for ngram in ngrams))
        return _ConfirmedRow(number, text, frozenset(term.term for term in query.distinct), ngrams, length)

    def _compare(self, row: _ConfirmedRow, query: Query, ngrams: frozenset[str], length: float) -> Confirmation:
        shared = sum(self._information[ngram] for ngram in row.ngrams & ngrams)
        held = sum(
            unknown_information(term.information) if term.column is None else term.information
            for term in query.distinct
            if term.term in row.terms
        )
        return Confirmation(row.number, min(1.0, held / max(query.reachable, 1e-9)), shared / max(length * row.length, 1e-9), row.text)


def explain(index: TfidfIndex, text: str, number: int) -> Explanation:
    """Why a section has its score for a question; all is 0 where it holds no word of it."""
    asked = index.ask(text)
    query = asked.query
    section_id = index.arrays.ids[number]
    if not query.terms:
        return Explanation(section_id, 0.0)
    divisor = max(query.reachable, 1e-9) * index.scale
    words = _evidence(index, query, number, divisor)
    unknown = tuple(term.surface for term in query.distinct if term.column is None)
    gains = index.postings.gains(query, number)
    synonyms = tuple(SynonymEvidence(reading.written_form, reading.written_reading, gain / divisor) for reading, gain in gains if gain > 0)
    held = sum(word.weight for word in words) + sum(synonym.weight for synonym in synonyms)
    confirmed = index.confirmed.find(query)
    phrasing = confirmed.get(number)
    gain = 0.0 if phrasing is None else max(0.0, phrasing.share / index.scale - held)
    likeness = float(asked.likeness[number])
    if held + gain + likeness == 0:
        return Explanation(section_id, 0.0, words, unknown)
    parts, cosines = index.reranker.one(asked.compared, number)
    question = float(parts.question[0]) if phrasing is None else max(float(parts.question[0]), phrasing.cosine)
    summands = Explanation(
        section_id=section_id,
        score=0.0,
        words=words,
        unknown=unknown,
        synonyms=synonyms,
        confirmed_part=gain,
        message_part=index.message_part * likeness / index.scale,
        meaning_part=index.meaning_part * float(parts.meaning[0]) / index.scale,
        phrase_part=index.phrase_part * float(parts.phrase[0]) / index.scale,
        name_part=index.name_part * float(parts.name[0]) / index.scale,
        question_part=index.question_part * question / index.scale,
        letter_part=index.letter_part * float(parts.letters[0]) / index.scale,
        head_part=index.head_part * float(parts.head[0]) / index.scale,
        closest_question=_closest(index, cosines, number, phrasing),
        rest_likeness=index.reranker.rest_likeness(asked.compared, number),
    )
    return replace(summands, score=round(summands.sum, 6))


def _closest(index: TfidfIndex, cosines: Cosines, number: int, phrasing: Confirmation | None) -> str | None:
    """The phrasing that the question is most like; None where that is a confirmed one, whose words may be a member's."""
    listed, cosine = index.reranker.closest_with_cosine(cosines, np.asarray([number]))[0]
    return None if phrasing is not None and phrasing.cosine > cosine else listed


def _evidence(index: TfidfIndex, query: Query, number: int, divisor: float) -> tuple[WordEvidence, ...]:
    found: list[WordEvidence] = []
    columns = _columns(index.arrays, number)
    named = name_terms_of(index.arrays, number)
    for term in query.distinct:
        if term.column is None:
            found.append(WordEvidence(term.surface, None, 0.0, 1.0))
            continue
        weight = term.weight * index.postings.weight(term.column, number) / divisor
        fields = _fields(index.arrays, number, np.flatnonzero(columns == term.column).tolist()) if weight else ()
        found.append(WordEvidence(term.surface, term.matched, weight, term.information / index.reader.top, fields, term.column in named))
    return tuple(found)


def _columns(arrays: IndexArrays, number: int) -> Integers:
    """The terms of a section, in the order of its words."""
    return arrays.surface_columns[arrays.tokens[int(arrays.token_starts[number]) : int(arrays.token_starts[number + 1])]]


def _fields(arrays: IndexArrays, number: int, places: list[int]) -> tuple[str, ...]:
    """Where a section has a term, whose places among its words are given in order; a term that only messages have is nowhere."""
    title, questions = int(arrays.title_ends[number]), int(arrays.question_ends[number])
    ends = (0, bisect_left(places, title), bisect_left(places, questions), len(places))
    return tuple(name for name, begin, end in zip(FIELDS, ends[:-1], ends[1:], strict=True) if begin < end)


class Asked:
    """A question read, and what is found out about it on the way, each thing once."""

    def __init__(self, query: Query, messages: MessageLikeness, reranker: Reranker) -> None:
        self.query = query
        self.compared = reranker.ask(query)
        self._messages = messages

    @cached_property
    def likeness(self) -> Singles:
        """To the messages of each section."""
        return self._messages.of(self.query)


class TfidfIndex:
    """Ranks sections by TF-IDF.

    Args:
        title_weight: how often a word of the title counts; more favors sections about the word.
        phrase_part: weight of word pairs; 0 ignores word order.
        name_part: weight of the likeness to a section's title or another of its names; 0 ignores names.
        question_part: weight of likeness to a section's own questions; 0 ignores their wording.
        letter_part: weight of the character 4-grams of a section's words; 0 asks for whole words.
        head_part: weight of the linear head, where there is one.
        message_part: weight of likeness to the messages that sections list, where there are any.
        meaning_part: weight of likeness in meaning to what a section is asked; 0 asks for the same words.
        saturation: BM25's k1; larger lets repetition count for longer.
        length_penalty: BM25's b, from 0 (length is ignored) to 1.
        pool: sections that the second stage looks at.
        spelling: whether unknown words are repaired.
    """

    def __init__(
        self,
        *,
        title_weight: float = 3.0,
        phrase_part: float = 0.32,
        name_part: float = 0.1,
        question_part: float = 0.3,
        letter_part: float = 0.4,
        head_part: float = 0.6,
        message_part: float = 1.2,
        meaning_part: float = 0.8,
        saturation: float = 1.5,
        length_penalty: float = 0.7,
        pool: int = 30,
        spelling: bool = True,
    ) -> None:
        self.title_weight = title_weight
        self.phrase_part = phrase_part
        self.name_part = name_part
        self.question_part = question_part
        self.letter_part = letter_part
        self.head_part = head_part
        self.message_part = message_part
        self.meaning_part = meaning_part
        self.saturation = saturation
        self.length_penalty = length_penalty
        self.pool = pool
        self.spelling = spelling

    def get_params(self) -> dict[str, float]:
        """Part of the fingerprint: another value is another state of the bot."""
        return {
            "title_weight": self.title_weight,
            "phrase_part": self.phrase_part,
            "name_part": self.name_part,
            "question_part": self.question_part,
            "letter_part": self.letter_part,
            "head_part": self.head_part,
            "message_part": self.message_part,
            "meaning_part": self.meaning_part,
            "meaning_table": float(table_digest()),
            "saturation": self.saturation,
            "length_penalty": self.length_penalty,
            "pool": float(self.pool),
            "spelling": float(self.spelling),
        }

    def fit(self, sections: Sequence[Section]) -> Self:
        """Build the index of these sections.

        Raises:
            ValueError: there is no section, or none has a word.
        """
        from bot.retrieval.fitting import fit_arrays

        arrays = fit_arrays(
            sections,
            RememberingAnalyzer(),
            title_weight=self.title_weight,
            saturation=self.saturation,
            length_penalty=self.length_penalty,
        )
        return self.take(arrays)

    def take(self, arrays: IndexArrays) -> Self:
        """Use an index that was fitted before, with the same parameters."""
        self.arrays = arrays
        self._numbers = {section_id: number for number, section_id in enumerate(arrays.ids)}
        self.reader = QueryReader(arrays, spelling=self.spelling)
        self._asked: dict[str, Asked] = {}
        self.postings = WordPostings(arrays)
        self.reranker = Reranker(arrays)
        self.messages = MessageLikeness(arrays)
        self.confirmed = ConfirmedPhrasings((), arrays, self._numbers, self.reader)
        return self

    def with_phrasings(self, phrasings: Sequence[Phrasing]) -> Self:
        """The same index with these confirmed phrasings in place of earlier ones; the fitted data is shared."""
        other = copy.copy(self)
        other.confirmed = ConfirmedPhrasings(phrasings, self.arrays, self._numbers, self.reader)
        return other

    def apart(self) -> Self:
        """The same index without confirmed phrasings for another thread: whatever searching writes to is its own, the rest is shared."""
        other = copy.copy(self)
        other.reader = QueryReader(self.arrays, spelling=self.spelling)
        other._asked = {}
        return other.with_phrasings(())

    def ranks_like(self, other: TfidfIndex, text: str, section_id: str) -> bool:
        """Whether a section has the same score for a text as in an index that differs in its confirmed phrasings only.

        By the arithmetic of a search, at a part of its cost: a phrasing raises the words and the likeness to questions, and nothing else.
        """
        asked = self.ask(text)
        number = self._numbers[section_id]
        mine, others = (index.confirmed.find(asked.query).get(number) for index in (self, other))
        if mine == others or not asked.query.terms:
            return True
        words = self.postings.scores(asked.query)[number]
        cosine = self.reranker.cosines(asked.compared, np.asarray([number])).values.max()

        def raised(found: Confirmation | None) -> tuple[float, float]:
            return (words, cosine) if found is None else (max(words, np.float32(found.share)), max(cosine, np.float32(found.cosine)))

        return raised(mine) == raised(others)

    @property
    def scale(self) -> float:
        """What the parts are divided by, so that no score exceeds 1."""
        head = self.head_part if len(self.arrays.head_intercepts) else 0.0
        messages = self.message_part if len(self.arrays.message_lengths) else 0.0
        meaning = self.meaning_part if len(self.arrays.meaning_rows) else 0.0
        return 1 + messages + meaning + self.phrase_part + self.name_part + self.question_part + self.letter_part + head

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """At most k sections with a score above 0, best first, ties by section id."""
        asked = self.ask(query)
        read = asked.query
        if not read.terms:
            return []
        words = self.postings.scores(read)
        confirmed = self.confirmed.find(read)
        for confirmation in confirmed.values():
            words[confirmation.number] = max(words[confirmation.number], confirmation.share)
        first = words + self.message_part * asked.likeness if len(self.arrays.message_lengths) else words
        pool = best(first, max(k, self.pool))
        if not len(pool):
            return []
        totals = self.totals(first[pool], self._parts(asked, pool, confirmed)).round(6)
        order = np.lexsort((pool, -totals))[:k]
        found = zip(pool[order].tolist(), totals[order].tolist(), strict=True)
        return [Hit(self.arrays.ids[number], round(score, 6)) for number, score in found]

    def _parts(self, asked: Asked, numbers: NDArray[np.intp], confirmed: dict[int, Confirmation]) -> Parts:
        """The parts of some sections' scores, with what confirmed phrasings say."""
        parts = self.reranker.parts(asked.compared, numbers)
        if not confirmed:
            return parts
        said = [confirmed[number].cosine if number in confirmed else 0.0 for number in numbers.tolist()]
        return replace(parts, question=np.maximum(parts.question, np.asarray(said, dtype=np.float32)))

    def totals(self, words: Singles, parts: Parts) -> Singles:
        """The scores that the first stage (words and messages) and the parts of the second add up to."""
        weighted = self.phrase_part * parts.phrase + self.name_part * parts.name + self.question_part * parts.question
        weighted += self.meaning_part * parts.meaning
        total: Singles = (words + weighted + self.letter_part * parts.letters + self.head_part * parts.head) / self.scale
        return total

    def explain(self, query: str, section_id: str) -> Explanation:
        """The arithmetic behind a section's score for a query.

        Raises:
            KeyError: the index has no such section.
        """
        return explain(self, query, self._numbers[section_id])

    def evidence(self, query: str, section_id: str) -> tuple[WordEvidence, ...]:
        """The words of an explanation alone, without the cost of the rest.

        Raises:
            KeyError: the index has no such section.
        """
        read = self.ask(query).query
        return _evidence(self, read, self._numbers[section_id], max(read.reachable, 1e-9) * self.scale)

    def closest_phrasings(self, query: str, section_ids: Sequence[str]) -> list[str | None]:
        """For each section which of its questions and names is most like the query; None where none is.

        Raises:
            KeyError: the index has no such section.
        """
        if not section_ids:
            return []
        numbers = np.asarray([self._numbers[section_id] for section_id in section_ids])
        return self.reranker.closest(self.ask(query).compared, numbers)

    def repairs(self, text: str) -> dict[str, str]:
        """What each mistyped word of a text, folded, is taken for: one word, or two that were typed as one."""
        read = [(term.surface, term.matched) for term in self.ask(text).query.terms if term.matched is not None]
        return {surface: " ".join(part for word, part in read if word == surface) for surface, _ in read}

    def listed(self, text: str) -> str | None:
        """The id of the only section that lists a text as it stands, or has it as its title."""
        terms = self.reader.terms(text)
        key = listed_key(terms)
        place = int(np.searchsorted(self.arrays.listed_keys, np.uint64(key)))
        known = bool(terms) and place < len(self.arrays.listed_keys) and int(self.arrays.listed_keys[place]) == key
        return self.arrays.ids[int(self.arrays.listed_sections[place])] if known else None

    def relevance(self, query: str, texts: Sequence[tuple[str, ...]]) -> list[float]:
        """As ``Index`` says; a word counts log(1 + n / having) / log(1 + n) of its information (Sparck Jones, 1972, among the texts)."""
        asked = self.ask(query).query
        total = sum(term.information for term in asked.distinct) or 1.0
        held = [set(chain.from_iterable(map(self.reader.columns_of, text))) for text in texts]
        for columns in held if asked.readings else ():
            columns.update(chain.from_iterable(one.form for one in asked.readings if columns.issuperset(one.columns)))
        having = Counter(chain.from_iterable(held))
        worth = {
            term.column: term.weight * term.information / total * math.log1p(len(texts) / having[term.column]) / math.log1p(len(texts))
            for term in asked.distinct
            if term.column is not None and term.column in having
        }
        return [sum(value for column, value in worth.items() if column in columns) for columns in held]

    def word_information(self) -> dict[str, float]:
        """Of each term of the vocabulary, as weights use it."""
        return dict(zip(self.arrays.vocabulary, self.arrays.information.tolist(), strict=True))

    def forget_questions(self) -> None:
        """Drop the questions that were read last."""
        self._asked.clear()

    def ask(self, text: str) -> Asked:
        """A question, read; the last few are remembered, since answering one takes several steps that each begin here."""
        held = self._asked.get(text)
        if held is None:
            if len(self._asked) >= _KEPT_QUESTIONS:
                self._asked.clear()
            held = self._asked[text] = Asked(self.reader.read(text), self.messages, self.reranker)
        return held
