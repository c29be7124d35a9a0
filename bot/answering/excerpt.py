"""The passages of a section that answer a question: whole sentences, in reading order, short enough.

A run of neighbouring passages is shown, never a collage: what stands between two sentences may be what
makes the second one true. The opening of a section has the benefit of the doubt, since that is where our articles answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.answering.facts import FactKind, has_fact
from bot.corpus.document import Passage, PassageKind, join_passages

_OPENING_BONUS = 0.5
"""In shares of the question's information: what a later run must add to be shown instead of the opening."""
_FACT_BONUS = 0.6
"""The same for a run with the kind of fact that is asked for: worth a little more than being the opening."""
_LONGEST_PASSAGE = 1500
"""A single sentence up to this length is shown whole even where it passes the limit."""
_SEPARATOR = 2
"""Most characters that join two passages."""
_ELLIPSIS = " …"


def best_excerpt(
    passages: Sequence[Passage], relevance: Callable[[Sequence[str]], Sequence[float]], limit: int, wanted: FactKind | None = None
) -> str:
    """Return the run of passages that answers best, of at most about ``limit`` characters.

    Args:
        passages: the section's passages in order, at least one.
        relevance: returns for each of some texts the share of the question's information that it holds.
        limit: characters; a single longer sentence is shown whole, as far as a message allows.
        wanted: the kind of fact that the question asks for; a run that has one beside its words is preferred.
    """
    runs = [_run_from(passages, start, limit) for start in _starts(passages, limit)]
    texts = [join_passages(tuple(run)) for run in runs]
    values = list(relevance(texts))
    values[0] += _OPENING_BONUS
    if wanted is not None:
        values = [value + _FACT_BONUS * has_fact(text, wanted) for value, text in zip(values, texts, strict=True)]
    best = max(range(len(runs)), key=lambda start: (values[start], -start))
    text = texts[best]
    return text if len(text) <= max(limit, _LONGEST_PASSAGE) else _shorten(text, runs[best][0].kind, _LONGEST_PASSAGE)


def _starts(passages: Sequence[Passage], limit: int) -> list[int]:
    """Return where a run may begin: with a paragraph or list, or anywhere in one that is longer than an excerpt."""
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
    """Leave out the lone first sentence of a paragraph: what it leads up to, or is corrected by, would be missing."""
    last = run[-1]
    alone = len(run) > 1 and run[-2].block != last.block
    if alone and rest and rest[0].block == last.block and last.kind is PassageKind.SENTENCE:
        run = run[:-1]
    while len(run) > 1 and run[-1].text.endswith(":"):
        run.pop()  # it announces something that does not fit
    return run


def _shorten(text: str, kind: PassageKind, limit: int) -> str:
    """Cut a passage that no message can hold: code between lines, anything else between words."""
    border = text.rfind("\n" if kind is PassageKind.CODE else " ", 0, limit)
    return text[: border if border > 0 else limit].rstrip() + _ELLIPSIS
