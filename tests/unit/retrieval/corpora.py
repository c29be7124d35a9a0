"""Sections, corpora and questions that the tests of retrieval are made with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st

from bot.corpus.document import Section
from bot.retrieval.analyzer import is_content
from tests.unit.making import make_section

WORDS = (
    "apples apple red green fruit trees bananas yellow bent tropics cars wheels engine license apache patents patent grant open source "
    "weights model models gpt 2 transformer language large the of is what are and in do"
).split()
CONTENT = [word for word in WORDS if is_content(word)]
STRANGE_WORDS = [*WORDS, *"xyzzy wieghts aples gpt2 opensource aplpes 2.0 c++ ? ’s Ünï zz".split()]


def named(name: str, title: str, text: str, *, aliases: Sequence[str] = (), questions: Sequence[str] = ()) -> Section:
    """Return a section with other names."""
    return replace(make_section(name, text, title=title, questions=questions), aliases=tuple(aliases))


def texts(words: Sequence[str] = WORDS, *, longest: int = 14) -> st.SearchStrategy[str]:
    """Return texts of at least one of some words."""
    return st.lists(st.sampled_from(words), min_size=1, max_size=longest).map(" ".join)


def corpora(*, fewest: int = 1, most: int = 24) -> st.SearchStrategy[tuple[Section, ...]]:
    """Return corpora of small sections with names of content words; with more than ten sections rare words are no longer stored densely."""
    content = st.tuples(
        texts(CONTENT, longest=3), texts(longest=9), st.lists(texts(longest=5), max_size=1), st.lists(texts(CONTENT, longest=2), max_size=1)
    )
    return st.lists(content, min_size=fewest, max_size=most).map(
        lambda items: tuple(
            named(f"s{number:03}", title, f"{text}.", aliases=aliases, questions=questions)
            for number, (title, text, questions, aliases) in enumerate(items)
        )
    )


QUERIES = texts(STRANGE_WORDS, longest=8)

FITTING = settings(max_examples=25, deadline=None)
"""For properties of which each example fits an index."""
