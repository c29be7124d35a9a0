"""Made-up text of any size whose words are as unevenly spread as in real text (Zipf's law), always the same for the same size.

It measures speed and nothing else: no section here answers anything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.corpus.document import Passage, Section, section_key

_SEED = 20261121
_VOCABULARY = 200_000
_EXPONENT = 1.0
_WORDS = 60
"""Mean words of a section; lengths follow a Poisson distribution."""
_TITLE_WORDS = 3
_SHORTEST_QUERY, _LONGEST_QUERY = 4, 10
_SYLLABLES = [first + second + third for first in "bdfgklmnprstvz" for second in "aeiou" for third in ("", "n", "r", "s")]


def zipf_sections(count: int) -> list[Section]:
    """Sections of about 60 words each, with a title of three."""
    chance = np.random.default_rng(_SEED + count)
    words = np.asarray(_vocabulary(), dtype=object)
    spread = np.cumsum(1 / np.arange(1, _VOCABULARY + 1) ** _EXPONENT)
    lengths = chance.poisson(_WORDS, count) + _TITLE_WORDS + 1
    drawn = words[np.searchsorted(spread / spread[-1], chance.random(int(lengths.sum())))]
    ends = np.cumsum(lengths)
    return [_section(number, drawn[end - length : end].tolist()) for number, (end, length) in enumerate(zip(ends, lengths, strict=True))]


def zipf_queries(sections: Sequence[Section], count: int) -> list[str]:
    """Queries of four to ten words, each from one section, so that every query finds something."""
    chance = np.random.default_rng(_SEED)
    queries = []
    for number in chance.integers(0, len(sections), count):
        words = sections[number].text.split()
        length = min(len(words), int(chance.integers(_SHORTEST_QUERY, _LONGEST_QUERY + 1)))
        queries.append(" ".join(words[place] for place in chance.choice(len(words), length, replace=False)))
    return queries


def _vocabulary() -> list[str]:
    """Distinct words, shorter ones for the commoner ranks as in real text."""
    base = len(_SYLLABLES)
    words = []
    for rank in range(_VOCABULARY):
        rest, word = rank, ""
        while True:
            rest, syllable = divmod(rest, base)
            word += _SYLLABLES[syllable]
            if not rest:
                break
            rest -= 1
        words.append(word)
    return words


def _section(number: int, words: list[str]) -> Section:
    name = f"s{number:07d}"
    return Section(
        id=name,
        key=section_key(name),
        area="",
        article=name,
        heading_path=(" ".join(words[:_TITLE_WORDS]),),
        passages=(Passage(" ".join(words[_TITLE_WORDS:])),),
        questions=(),
        sources=(),
        path="zipf.md",
        line=1,
    )
