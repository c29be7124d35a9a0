"""What is shown of a section: whole passages in reading order, short enough, with the words and the kind of fact that are asked for.

A run of neighboring passages is shown, alone or behind the section's first sentence with a mark for what is left out: a collage
without one could make a sentence untrue. The opening of a section has the benefit of the doubt, since that is where articles answer. A
few words are set off, so that a reader's eye finds the place; and where a question asks for two things that one article has in two
sections, a sentence of the second stands beside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.corpus.document import Passage, PassageKind, Section, join_passages
from bot.retrieval.analyzer import Analyzer, fold, is_content
from bot.retrieval.hit import Explanation, Hit, Index, WordEvidence


class FactKind(StrEnum):
    """What kind of fact a question asks for."""

    DATE = "date"
    NAME = "name"
    NUMBER = "number"


_ASKING: tuple[tuple[FactKind, re.Pattern[str]], ...] = (
    (FactKind.DATE, re.compile(r"\b(?:when|(?:what|which) (?:year|month|date|day)|how long ago|since when|release date)\b", re.IGNORECASE)),
    (
        FactKind.NUMBER,
        re.compile(r"\bhow (?:many|much|big|large|long|old|expensive|fast)\b|\b(?:number|size|price|cost) of\b", re.IGNORECASE),
    ),
    (
        FactKind.NAME,
        re.compile(r"\b(?:who|whom|whose)\b|\b(?:which|what) (?:company|person|organi[sz]ation|lab|group|team)\b", re.IGNORECASE),
    ),
)
_HAVING = {
    FactKind.DATE: re.compile(r"\b(?:1[5-9]|20)\d\d\b"),
    FactKind.NUMBER: re.compile(r"\d"),
    FactKind.NAME: re.compile(r"(?<=[\w,;:)] )(?:[A-Z][a-z]+|[A-Z]{2,})"),
}


def wanted_fact(question: str) -> FactKind | None:
    """What kind of fact a question asks for, None where it asks for none in particular."""
    return next((kind for kind, pattern in _ASKING if pattern.search(question)), None)


def has_fact(text: str, kind: FactKind) -> bool:
    """Whether a text has such a fact; a name is a capital inside a sentence."""
    return _HAVING[kind].search(text) is not None


_OPENING_BONUS = 0.3
"""In shares of the question's information: what a later run must add to be shown instead of the opening."""
_LED_BONUS = 0.25
"""The same for a later run that the first sentence of the section leads."""
_FACT_BONUS = 0.6
"""The same for a run with the kind of fact that is asked for: worth a little more than being the opening."""
_LONGEST_PASSAGE = 1500
"""A single sentence up to this length is shown whole even where it passes the limit."""
_SEPARATOR = 2
"""Most characters that join two passages."""
_ELLIPSIS = " …"
_GAP = "\n\n… "
"""Between a first sentence and a later run: something stands between them."""


Relevance = Callable[[Sequence[tuple[str, ...]]], Sequence[float]]
"""For each of some texts, given in pieces, the share of the question's information that it holds."""


def best_excerpt(
    passages: Sequence[Passage],
    relevance: Relevance,
    limit: int,
    wanted: FactKind | None = None,
    *,
    again: bool = False,
) -> str:
    """Choose what answers best: a run of neighbors, or the section's first sentence and such a run, of about ``limit`` characters.

    Args:
        passages: the section's passages in order, at least one.
        relevance: what texts hold of the question.
        limit: characters; a single longer sentence is shown whole, as far as a message allows.
        wanted: the kind of fact that the question asks for; a run that has one beside its words is preferred.
        again: whether the section was shown just before, so that its opening is known and what follows is wanted.
    """
    opening = -_OPENING_BONUS if again else _OPENING_BONUS
    starts = _starts(passages, 0 if again else limit)
    candidates = [_Candidate(_run_from(passages, start, limit), opening if start == 0 else 0.0) for start in starts]
    first = passages[0]
    rest = limit - len(first.text) - len(_GAP)
    if first.kind is PassageKind.SENTENCE and rest > limit // 3 and not again:
        later = [start for start in _starts(passages, 0) if start > 1]
        candidates += [_Candidate(_run_from(passages, start, rest), _LED_BONUS, first.text) for start in later]
    goes_on = [_what_goes_on(one.run, passages) for one in candidates]
    pieces = [(*one.led_by, *(passage.text for passage in one.run), *more) for one, more in zip(candidates, goes_on, strict=True)]
    texts = [one.text(more) for one, more in zip(candidates, goes_on, strict=True)]
    values = [value + one.bonus for value, one in zip(relevance(pieces), candidates, strict=True)]
    if wanted is not None:
        values = [value + _FACT_BONUS * has_fact(text, wanted) for value, text in zip(values, texts, strict=True)]
    added = [len(text) > limit and (one.lead is not None or len(one.run) > 1) for text, one in zip(texts, candidates, strict=True)]
    chosen = min(range(len(candidates)), key=lambda place: (added[place], -values[place], place))
    text = texts[chosen]
    return text if len(text) <= max(limit, _LONGEST_PASSAGE) else _shorten(text, candidates[chosen].run[0].kind, _LONGEST_PASSAGE)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A run of passages, alone or behind the section's first sentence, and what it has ahead of others."""

    run: Sequence[Passage]
    bonus: float
    lead: str | None = None

    @property
    def led_by(self) -> tuple[str, ...]:
        return () if self.lead is None else (self.lead,)

    def text(self, goes_on: tuple[str, ...]) -> str:
        lead = "" if self.lead is None else self.lead + _GAP
        return lead + _as_text(self.run, goes_on)


_SEEN_COST = 0.05
"""In shares of the question's information: what a run loses that was shown already; one that was shown in part loses a part of it."""


def continued_excerpt(
    passages: Sequence[Passage],
    seen: Iterable[int],
    relevance: Relevance,
    limit: int,
    wanted: FactKind | None = None,
) -> str | None:
    """What a section says beyond the passages that were shown: the run of neighbors that fits best and has something new.

    A passage that was shown may stand before a new one where it has what is asked for, and alone where nothing new is left. None where
    all was shown and none of it has a word of the question.

    Args:
        passages: the section's passages in order.
        seen: numbers of those that were shown.
        relevance: what texts hold of what the question asks beside its subject.
        limit: characters; a single longer sentence is shown whole.
        wanted: the kind of fact that the question asks for.
    """
    shown = frozenset(seen)
    single = list(relevance([(passage.text,) for passage in passages]))
    facts = [wanted is not None and has_fact(passage.text, wanted) for passage in passages]
    runs = [(start, _run_from(passages, start, limit)) for start in range(len(passages))]
    runs = [(start, run) for start, run in runs if any(number not in shown for number in range(start, start + len(run)))]
    if not runs:
        best = max(range(len(passages)), key=lambda number: (single[number] + _FACT_BONUS * facts[number] * (single[number] > 0), -number))
        return passages[best].text if single[best] > 0 else None
    if any(facts) and not any(single):  # "who wrote it?": the first that says one
        start = facts.index(True)
        return _as_text(run := _run_from(passages, start, limit), _what_goes_on(run, passages))
    values = list(relevance([tuple(passage.text for passage in run) for _, run in runs]))
    for place, (start, run) in enumerate(runs):
        values[place] += _FACT_BONUS * any(facts[start : start + len(run)]) - _SEEN_COST * _share_of(shown, start, run)
    start, run = runs[max(range(len(runs)), key=lambda place: (values[place], -place))]
    length = len(join_passages(tuple(run)))
    while start and length + len(passages[start - 1].text) + _SEPARATOR <= limit:
        start -= 1
        run = [passages[start], *run]
        length += len(passages[start].text) + _SEPARATOR
    return _as_text(run, _what_goes_on(run, passages))


def _share_of(shown: frozenset[int], start: int, run: Sequence[Passage]) -> float:
    """The share of a run's characters that are in passages that were shown."""
    known = sum(len(passage.text) for number, passage in enumerate(run, start) if number in shown)
    return known / sum(len(passage.text) for passage in run)


def shown_passages(passages: Sequence[Passage], text: str) -> tuple[int, ...]:
    """Numbers of the passages that a text shows."""
    return tuple(number for number, passage in enumerate(passages) if passage.text in text)


def best_sentence(passages: Sequence[Passage], relevance: Relevance, wanted: FactKind | None = None) -> str:
    """Choose the one passage that fits a question best, the first where none has a word of it; code only where there is nothing else."""
    readable = [passage.text for passage in passages if passage.kind is not PassageKind.CODE] or [passage.text for passage in passages]
    values = list(relevance([(text,) for text in readable]))
    if wanted is not None:
        values = [value + _FACT_BONUS * bool(value) * has_fact(text, wanted) for value, text in zip(values, readable, strict=True)]
    values[0] += _OPENING_BONUS / 2
    return readable[max(range(len(readable)), key=lambda place: (values[place], -place))]


_POINTS_BACK = re.compile(
    r"(?:it|its|they|their|this|these|that|those|he|she|his|her|such|both|there|then|so|also|but|and|or|yet|here|another|others?"
    r"|the (?:former|latter|same))\b",
    re.IGNORECASE,
)
"""At the beginning of a sentence that means nothing without the one before it."""


def answer_first(text: str, passages: Sequence[Passage], relevance: Relevance, wanted: FactKind | None) -> str:
    """Text of a section with the sentence that has the fact which is asked for, and what follows it, before what led there.

    Without such a fact, or where the first sentence has one, nothing moves: openings are written to answer, and what merely shares more
    words with the question often answers another one. Neither does a sentence that points back to the one before it.
    """
    shown = [passage for passage in passages if passage.text in text]
    if wanted is None or len(shown) < 2 or shown[0].kind is not PassageKind.SENTENCE or has_fact(shown[0].text, wanted):
        return text
    sentences = [passage.text for passage in shown[1:] if passage.kind is PassageKind.SENTENCE and not _POINTS_BACK.match(passage.text)]
    values = dict(zip(sentences, relevance([(one,) for one in sentences]), strict=True)) if sentences else {}
    best = max((one for one in sentences if values[one] > 0 and has_fact(one, wanted)), key=lambda one: values[one], default=None)
    before, _, after = text.partition(best or "\0")
    if best is None or before.rstrip().endswith(":"):
        return text
    return f"{best}{after.rstrip()}{_GAP}{before.strip().removesuffix(_GAP.strip()).rstrip()}"


def _as_text(run: Sequence[Passage], goes_on: tuple[str, ...]) -> str:
    return "\n".join((join_passages(tuple(run)), *goes_on))


def _what_goes_on(run: Sequence[Passage], passages: Sequence[Passage]) -> tuple[str, ...]:
    """Of a list that goes on behind a run: by how many items."""
    last = run[-1]
    if last.kind is not PassageKind.ITEM:
        return ()
    items = sum(passage.block == last.block for passage in passages)
    before = sum(passage.block == last.block for passage in run)
    return (f"… and {items - before} more",) if items > before else ()


def _starts(passages: Sequence[Passage], limit: int) -> list[int]:
    """Where a run may begin: with a paragraph or list, or anywhere in one that is longer than an excerpt."""
    lengths: dict[int, int] = {}
    for passage in passages:
        lengths[passage.block] = lengths.get(passage.block, 0) + len(passage.text)
    return [
        number
        for number, passage in enumerate(passages)
        if number == 0 or passages[number - 1].block != passage.block or lengths[passage.block] > limit
    ]


def _run_from(passages: Sequence[Passage], start: int, limit: int) -> list[Passage]:
    run = [passages[start]]
    length = len(passages[start].text)
    for passage in passages[start + 1 :]:
        length += len(passage.text) + _SEPARATOR
        if length > limit:
            break
        run.append(passage)
    return _at_a_border(run, passages[start + len(run) :])


def _at_a_border(run: list[Passage], rest: Sequence[Passage]) -> list[Passage]:
    """Leave out the lone first sentence of a paragraph, and the lone first item of a list: what follows would be missing."""
    last = run[-1]
    alone = len(run) > 1 and run[-2].block != last.block
    if alone and rest and rest[0].block == last.block and last.kind in (PassageKind.SENTENCE, PassageKind.ITEM):
        run = run[:-1]
    while len(run) > 1 and run[-1].text.endswith(":"):
        run.pop()  # it announces something that does not fit
    return run


def _shorten(text: str, kind: PassageKind, limit: int) -> str:
    """Cut a passage that no message can hold: code between lines, anything else between words."""
    border = text.rfind("\n" if kind is PassageKind.CODE else " ", 0, limit)
    return text[: border if border > 0 else limit].rstrip() + _ELLIPSIS


_MORE = re.compile(r"… and (\d+) more\b.*")


def within(text: str, limit: int) -> str:
    """Text of about ``limit`` characters: whole lines, and of a line that is too long whole words.

    A list says how many items are left out. Lines that end early take more place on a phone than their characters.
    """
    lines = text.split("\n")
    kept: list[str] = []
    for line in lines:
        joined = "\n".join([*kept, line])
        if kept and (len(joined) > limit or len(joined) + _LINE * len(kept) > limit + _FREE_LINES * _LINE):
            break
        kept.append(line)
    if len(kept) == len(lines) and len(text) <= limit:
        return text
    left = lines[len(kept) :]
    items = sum(line.startswith("•") for line in left) + sum(int(found[1]) for line in left if (found := _MORE.fullmatch(line)))
    shown = "\n".join(kept).rstrip().removesuffix(_ELLIPSIS.strip()).rstrip()
    if len(shown) > limit:
        return _shorten(shown, PassageKind.SENTENCE, limit - len(_ELLIPSIS))
    return f"{shown}\n… and {items} more" if items else shown


_LINE = 24
"""Characters that a line more stands for."""
_FREE_LINES = 3
"""Lines more that count nothing."""
_MOST = 3
_LEAST_INFORMATION = 0.35
"""Rarity (0 to 1) from which a word says what a question is about; setting off common words would be noise."""
_WORD = re.compile(r"[^\W_]+(?:['’+#][^\W_]*)*")


def emphasized_words(text: str, title: str, evidence: Iterable[WordEvidence], analyzer: Analyzer) -> tuple[str, ...]:
    """At most three words as they stand in a text: those of the question that carry most information.

    Words of the title are left out; they stand in large letters above.
    """
    above = set(analyzer.terms(title))
    wanted = {
        analyzer.stem(fold(word.matched or word.word)): word.information
        for word in evidence
        if word.weight > 0 and word.information >= _LEAST_INFORMATION and is_content(word.word)
    }
    wanted = {term: information for term, information in wanted.items() if term not in above}
    found: dict[str, str] = {}
    for word in _WORD.findall(text) if wanted else ():
        term = analyzer.stem(fold(word))
        if term in wanted:
            found.setdefault(term, word)
    best = sorted(found, key=lambda term: (-wanted[term], term))[:_MOST]
    return tuple(found[term] for term in best)


_NEARLY = 0.85
"""Share of the best score from which on the evidence counts as split."""
_LONGEST = 300
"""Characters of the sentence; a longer one is not worth the space."""


def sentence_beside(section: Section, runner_up: Section | None, hits: Sequence[Hit], shown: Explanation, index: Index, query: str) -> str:
    """What the runner-up adds, as a line that names it; "" where it adds nothing.

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
    lacking = {word.word for word in shown.words if word.weight == 0 and is_content(word.word)}
    added = [word.word for word in index.explain(query, runner_up.id).words if word.weight > 0 and word.word in lacking]
    sentences = [passage.text for passage in runner_up.passages if passage.kind is PassageKind.SENTENCE and len(passage.text) <= _LONGEST]
    if not added or not sentences:
        return ""
    shares = index.relevance(" ".join(added), [(sentence,) for sentence in sentences])
    best = max(range(len(sentences)), key=lambda place: (shares[place], -place))
    return f"{runner_up.title}: {sentences[best]}" if shares[best] > 0 else ""
