"""What is shown of a section: whole passages in reading order, short enough, with the words and the kind of fact that are asked for.

Those that fit the question best are shown, with a mark wherever something is left out between them: a collage without one could make a
sentence untrue. What needs another passage beside it to be understood (a sentence that points back, a list that is announced) is shown
with it or not at all. The opening of a section has the benefit of the doubt, since that is where articles answer. A few words are set
off, so that a reader's eye finds the place; and where a question asks for two things that one article has in two sections, a sentence of
the second stands beside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.answering.entities import TOLD, FactKind, has_fact
from bot.corpus.document import Passage, PassageKind, Section
from bot.retrieval.analyzer import Analyzer, fold, is_content
from bot.retrieval.hit import Explanation, Hit, Index, WordEvidence

_OPENING_BONUS = 0.2
"""In shares of the question's information: what the opening is worth beside its words."""
_FACT_BONUS = 0.4
"""The same for a passage with words of the question and the kind of fact that it asks for."""
_WITHOUT_A_WORD = 0.5
"""Of that bonus for one without a word of the question, where a reason, an objection or examples are asked for."""
_NEIGHBOR_SHARE = 0.15
"""Of the value of a passage that counts for the one before and the one behind it: what explains an answer stands around it."""
_SEEN_COST = 0.3
"""In shares of the question's information: what a passage loses that was shown already."""
SAYS_IT = 0.35
"""Nearness in meaning from which a passage without a word of the question is what answers it."""
_MEANING_SHARE = 0.3
"""Of a passage's nearness in meaning that counts beside its words."""
_LONGEST_PASSAGE = 1500
"""A single passage up to this length is shown whole even where it passes the limit."""
_ELLIPSIS = " …"
_ENDS = tuple(".!?…)\"”’'")
"""What a whole sentence ends with."""
_FEW_WORDS = 3
_GAP = " … "
"""Between passages that stand apart in the section."""


Relevance = Callable[[Sequence[tuple[str, ...]]], Sequence[float]]
"""For each of some texts, given in pieces, the share of the question's information that it holds."""


def best_excerpt(passages: Sequence[Passage], relevance: Relevance, limit: int, wanted: FactKind | None = None) -> str:
    """The passages that answer best, in reading order, of about ``limit`` characters.

    Args:
        passages: the section's passages in order, at least one.
        relevance: what texts hold of the question.
        limit: characters; a single longer passage is shown whole, as far as a message allows.
        wanted: the kind of fact that the question asks for; a passage that has one beside its words is preferred.
    """
    values = _values(passages, relevance, wanted)
    chosen = _chosen(passages, [values[0] + _OPENING_BONUS, *values[1:]], limit)
    return _whole(_joined(passages, chosen), passages[chosen[0]].kind, limit)


def continued_excerpt(
    passages: Sequence[Passage],
    seen: Iterable[int],
    relevance: Relevance,
    limit: int,
    wanted: FactKind | None = None,
    meaning: Relevance | None = None,
) -> str | None:
    """What a section says beyond the passages that were shown, with something new in it.

    A passage that was shown is said again where it has more of what is asked for than any new one: readers ask on about what they passed
    over. It stands beside new ones, and alone where none is left. None where all was shown and none of it has a word of the question, or
    says it in other words.

    Args:
        passages: the section's passages in order.
        seen: numbers of those that were shown.
        relevance: what texts hold of what the question asks beside its subject.
        limit: characters; a single longer passage is shown whole.
        wanted: the kind of fact that the question asks for; where no passage has a word of it, the first with such a fact answers.
        meaning: how near texts are to the question in other words, which decides among those with the same of it, and where no passage
            has a word of it and no fact is wanted.
    """
    known = frozenset(seen)
    if wanted is not None and not any(has_fact(passage.text, wanted) for passage in passages):
        wanted = None  # then what is near in meaning says it in another way
    own = list(relevance([(passage.text,) for passage in passages]))
    if meaning is not None and any(own):
        relevance = _with_meaning(relevance, meaning)
        own = [share if share == 0 else whole for share, whole in zip(own, relevance([(one.text,) for one in passages]), strict=True)]
    new = [number for number in range(len(passages)) if number not in known]
    again = _said_already(passages, own, known, wanted)
    if not new:
        again = _nearest(passages, meaning) if again is None else again
        return None if again is None else _with_its_list(passages, again, limit)
    if meaning is not None and wanted is None and not any(own):
        return continued_excerpt(passages, seen, meaning, limit)
    values = _values(passages, relevance, wanted)
    begun = []
    if again is not None and own[again] > max(own[number] for number in new):
        *_, begun = map(sorted, _needs(passages, again))
    costs = [_SEEN_COST if number in known else 0.0 for number in range(len(passages))]
    chosen = _chosen(passages, [value - cost for value, cost in zip(values, costs, strict=True)], limit, begun)
    if known.issuperset(chosen):
        first = [value if number not in known else -1.0 for number, value in enumerate(values)]
        chosen = _chosen(passages, first, limit, begun)
        if known.issuperset(chosen):
            chosen = _chosen(passages, first, limit)
    return _whole(_joined(passages, chosen), passages[chosen[0]].kind, limit)


def _nearest(passages: Sequence[Passage], meaning: Relevance | None) -> int | None:
    """The number of the passage that says in other words what is asked; None where none is near enough for that."""
    near = [] if meaning is None else list(meaning([(passage.text,) for passage in passages]))
    best = max(range(len(near)), key=near.__getitem__, default=None)
    return best if best is not None and near[best] >= SAYS_IT else None


def _with_its_list(passages: Sequence[Passage], number: int, limit: int) -> str:
    """A passage, and the list that it announces where there is room for that."""
    shown = list(next(iter(_needs(passages, number)))) if passages[number].text.endswith(":") else [number]
    return _joined(passages, shown) if _fits(_joined(passages, shown), limit) else passages[number].text


def _with_meaning(relevance: Relevance, meaning: Relevance) -> Relevance:
    """What texts hold of a question, and a little of how near they are to it in other words."""

    def both(texts: Sequence[tuple[str, ...]]) -> list[float]:
        return [share + _MEANING_SHARE * near for share, near in zip(relevance(texts), meaning(texts), strict=True)]

    return both


def _said_already(passages: Sequence[Passage], own: Sequence[float], known: Iterable[int], wanted: FactKind | None) -> int | None:
    """The number of the passage, of those that were shown, that has most of what is asked for; None where none has a word of it."""
    having = [number for number in known if number < len(passages) and own[number] > 0]
    facts = {number: _FACT_BONUS * (wanted is not None and has_fact(passages[number].text, wanted)) for number in having}
    return max(having, key=lambda number: (own[number] + facts[number], -number), default=None)


def _values(passages: Sequence[Passage], relevance: Relevance, wanted: FactKind | None) -> list[float]:
    """What each passage is worth to the question, by itself and, of a sentence, by what stands beside it; items go on in their order."""
    own = list(relevance([(passage.text,) for passage in passages]))
    if wanted is not None:
        anywhere = not any(own)  # "who wrote it?": then the first that says one
        facts = [has_fact(passage.text, wanted) for passage in passages]
        least = _WITHOUT_A_WORD if wanted in TOLD else 0.0
        own = [value + _FACT_BONUS * fact * (1 if value > 0 or anywhere else least) for value, fact in zip(own, facts, strict=True)]
    around = [0.0, *own, 0.0]
    shares = [0.0 if passage.kind is PassageKind.ITEM else _NEIGHBOR_SHARE for passage in passages]
    return [value + share * (around[place] + around[place + 2]) for place, (value, share) in enumerate(zip(own, shares, strict=True))]


def _chosen(passages: Sequence[Passage], values: Sequence[float], limit: int, begun: Sequence[int] = ()) -> list[int]:
    """Numbers of the passages to show, in order: those begun with, then the most valuable, each with what it needs, while there is room."""
    kept = list(begun)
    lengths = [len(passage.text) for passage in passages]
    for number in sorted(range(len(passages)), key=lambda one: (-values[one], one)):
        ways = [sorted({*kept, *needed}) for needed in _needs(passages, number)]
        fallback = kept or ways[-1]  # too long is better than nothing
        short = (way for way in ways if sum(lengths[one] for one in way) <= limit)  # most are not, and need not be put together
        kept = next((way for way in short if _fits(_joined(passages, way), limit)), fallback)
    return kept


def _needs(passages: Sequence[Passage], number: int) -> Iterator[Sequence[int]]:
    """A passage and those without which it is not understood, best first: what a sentence points back to, what announces a list.

    A list is shown whole where there is room: readers ask for the item that is missing. Else one that is announced begins with what
    announces it, and of any other each item is understood by itself.
    """
    passage = passages[number]
    announces = number + 1 < len(passages) and _announces(passage)
    listed = number + announces
    if passages[listed].kind is PassageKind.SENTENCE:
        yield range(_what_it_means(passages, number), listed + 1)
        return
    block = [place for place, one in enumerate(passages) if one.block == passages[listed].block]
    announced = block[0] > 0 and _announces(passages[block[0] - 1])
    begins = _what_it_means(passages, block[0] - 1) if announced else block[0]
    yield range(begins, block[-1] + 1)
    first = listed
    while first > block[0] and passages[first].text.startswith(" "):
        first -= 1  # a line of the item above
    yield (*range(begins, block[0]), *range(first, listed + 1))


def _what_it_means(passages: Sequence[Passage], number: int) -> int:
    """Where to begin, so that a sentence is understood: with itself, or with the one to which it points back, step by step.

    "It" at the beginning of a paragraph is what the section is about, which its title says.
    """
    while number > 0 and _leans(passages, number):
        number -= 1
    return number


def _leans(passages: Sequence[Passage], number: int) -> bool:
    passage = passages[number]
    begins = number == 0 or passages[number - 1].block != passage.block
    pattern = _POINTS_FAR_BACK if begins else _POINTS_BACK
    return passage.kind is PassageKind.SENTENCE and pattern.match(passage.text) is not None


def _announces(passage: Passage) -> bool:
    """Whether a passage says nothing without what follows: no whole sentence, one of few words ("There is a catch."), or a question."""
    text = passage.text
    is_open = text.endswith("?") or text[-1:] not in _ENDS or text.count(" ") < _FEW_WORDS
    return passage.kind is PassageKind.SENTENCE and is_open


def shown_passages(passages: Sequence[Passage], text: str) -> tuple[int, ...]:
    """Numbers of the passages that a text shows."""
    return tuple(number for number, passage in enumerate(passages) if passage.text in text)


def best_sentence(passages: Sequence[Passage], relevance: Relevance, wanted: FactKind | None = None) -> str:
    """Choose the one passage that fits a question best, the first where none has a word of it.

    Neither code, a heading or a link, nor what leans on another passage is chosen where there is anything else.
    """
    said = (number for number, passage in enumerate(passages) if passage.kind is not PassageKind.CODE and not _leans(passages, number))
    whole = [passages[number].text for number in said if not _SAYS_LITTLE.search(passages[number].text)]
    readable = whole or [passage.text for passage in passages]
    values = list(relevance([(text,) for text in readable]))
    if wanted is not None:
        values = [value + _FACT_BONUS * bool(value) * has_fact(text, wanted) for value, text in zip(values, readable, strict=True)]
    values[0] += _OPENING_BONUS / 2
    return readable[max(range(len(readable)), key=lambda place: (values[place], -place))]


_SAYS_LITTLE = re.compile(r"^\W*(?:\w+: )?https?://\S+$|^[^\d:]{0,30}:$|^\W*\w+(?: \w+){0,2}\.\W*$")
"""A link, a heading, or a sentence of three words."""
_POINTING = (
    "this|these|that|those|he|she|his|her|such|both|there|then|so|also|but|and|or|yet|here|another|others?|the (?:former|latter|same)"
)
_POINTS_FAR_BACK = re.compile(rf"(?:{_POINTING})\b", re.IGNORECASE)
"""The same at the beginning of a paragraph."""
_POINTS_BACK = re.compile(rf"(?:it|its|they|their|{_POINTING})\b", re.IGNORECASE)
"""At the beginning of a sentence that means nothing without the one before it."""


def answer_first(text: str, passages: Sequence[Passage], relevance: Relevance, wanted: FactKind | None) -> str:
    """Text of a section with the sentence that has the fact which is asked for, and what follows it, before what led there.

    Without such a fact, or where the first sentence has one, nothing moves: openings are written to answer, and what merely shares more
    words with the question often answers another one. Neither does a sentence that points back to the one before it.
    """
    shown = [passage for passage in passages if passage.text in text]
    if wanted is None or wanted in TOLD or len(shown) < 2 or shown[0].kind is not PassageKind.SENTENCE or has_fact(shown[0].text, wanted):
        return text
    sentences = [passage.text for passage in shown[1:] if passage.kind is PassageKind.SENTENCE and not _POINTS_BACK.match(passage.text)]
    values = dict(zip(sentences, relevance([(one,) for one in sentences]), strict=True)) if sentences else {}
    best = max((one for one in sentences if values[one] > 0 and has_fact(one, wanted)), key=lambda one: values[one], default=None)
    before, _, after = text.partition(best or "\0")
    if best is None or before.rstrip().endswith(":"):
        return text
    joint = f"\n\n{_GAP.lstrip()}" if "\n" in after.rstrip() else _GAP  # a list ends with its last line
    return f"{best}{after.rstrip()}{joint}{before.strip().removesuffix(_GAP.strip()).rstrip()}"


def _joined(passages: Sequence[Passage], chosen: Sequence[int]) -> str:
    """Passages by their numbers, with a mark where some are left out before another, and of lists how many items are."""
    parts: list[str] = []
    for place, number in enumerate(chosen):
        passage = passages[number]
        if place:
            skipped = passages[chosen[place - 1] + 1 : number]
            is_counted = passage.kind is not PassageKind.SENTENCE  # of a list it is said below how many items are left out
            apart = any(not is_counted or one.block != passage.block for one in skipped)
            parts.append(_joint(passages[chosen[place - 1]], passage, apart=apart))
        parts.append(passage.text)
        ends = place + 1 == len(chosen) or passages[chosen[place + 1]].block != passage.block
        if ends and passage.kind in (PassageKind.ITEM, PassageKind.ROW):
            left = sum(one.block == passage.block for one in passages) - sum(passages[one].block == passage.block for one in chosen)
            parts.append(f"\n… and {left} more" if left else "")
    return "".join(parts)


def _whole(text: str, kind: PassageKind, limit: int) -> str:
    """A text as it is, unless no message can hold it."""
    return text if len(text) <= max(limit, _LONGEST_PASSAGE) else _shorten(text, kind, _LONGEST_PASSAGE)


def _joint(previous: Passage, passage: Passage, *, apart: bool) -> str:
    """What stands between two passages that are shown one behind the other."""
    match previous.kind, passage.kind:
        case PassageKind.SENTENCE, PassageKind.SENTENCE:
            return _GAP if apart else " "  # lines that end early take place on a phone
        case _, PassageKind.SENTENCE:
            return f"\n\n{_GAP.lstrip()}" if apart else "\n\n"
        case _ if previous.block == passage.block:
            return "\n"
        case _:
            return f"\n\n{_GAP.strip()}\n" if apart else "\n\n"


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
        if kept and not _fits("\n".join([*kept, line]), limit):
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


def _fits(text: str, limit: int) -> bool:
    """Whether a text has about ``limit`` characters at most, and no more place than so many take; a blank line takes half of a line."""
    lines = text.count("\n") - text.count("\n\n") / 2
    return len(text) <= limit and len(text) + _LINE * max(0.0, lines - _FREE_LINES) <= limit


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
