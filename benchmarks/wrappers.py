"""Words around a question: how many plain questions keep their answer when somebody greets, excuses or thanks around them.

Run by hand: ``python -m benchmarks.wrappers`` prints a table over the shipped knowledge. The plain questions are "what is NAME" for
every glossary term and project; an answer is kept when the wrapped question is answered with the same section. The second half of the
wrappers was written before the first was measured, and nothing was changed for it: it says what wrappers that nobody thought of cost.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import build_knowledge
from bot.answering.outcome import Answer
from bot.bootstrap.knowledge import knowledge_source
from bot.config import AnsweringConfig, KnowledgeConfig

PLACE = "{}"
"""Where a wrapper has the question."""
SEEN = (
    "{} thanks",
    "{} pls",
    "hey guys, {}",
    "noob question: {}",
    "new to this server. {}",
    "{} help appreciated, thanks in advance!",
    "yo {}",
    "hi all! {}?",
    "Hello everyone, {}?",
    "ok so {}",
    "sorry if this was asked before, {}",
    "sorry to bother, but {}",
    "quick one, {}",
    "i'm confused, {}",
    "asking for a friend: {}",
    "first post here, {}",
    "dumb question but {}",
    "can somebody tell me {}",
    "{}? cheers",
    "{}? any help is appreciated",
    "{}? i'm new here",
    "{}? sorry for the noob question",
    "{} lol",
    "{}? ty!!",
    "{}, anyone?",
    "i just joined and was wondering {}",
)
HELD_OUT = (
    "good evening folks. {}?",
    "hey there bot, {}",
    "hope you are all doing well! {}?",
    "not sure where to ask this. {}?",
    "maybe a silly question, {}",
    "apologies if this is the wrong channel: {}",
    "long time lurker, first time poster. {}?",
    "i'm a complete beginner, so {}?",
    "complete newbie here: {}",
    "my boss asked me {}",
    "been wondering for a while, {}",
    "could you please tell me {}?",
    "does anyone happen to know {}?",
    "real quick: {}",
    "{}? thank you so much for your time",
    "{}? asking because i am a student",
    "{}? many thanks and have a great weekend",
    "{} plz i need to know",
    "{}? i could not find it anywhere",
    "{}? sorry, my english is not good",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """How many answers one wrapper kept, of how many."""

    wrapper: str
    kept: int
    asked: int
    lost: tuple[str, ...]
    """The plain questions whose answer it cost."""

    @property
    def share(self) -> float:
        """From 0 to 1; 1 where nothing was asked."""
        return self.kept / self.asked if self.asked else 1.0


def plain_questions(engine: AnswerEngine) -> list[str]:
    """What asks for every glossary term and project by its name."""
    catalogues = engine.corpus.catalogues
    return [
        f"what is {name}" for name in (*(term.term for term in catalogues.glossary), *(project.name for project in catalogues.projects))
    ]


def answered(engine: AnswerEngine, questions: Iterable[str]) -> dict[str, str]:
    """The id of the section that answers, by question; those without an answer are left out."""
    outcomes = ((question, engine.answer(question)) for question in questions)
    return {question: outcome.section.id for question, outcome in outcomes if isinstance(outcome, Answer)}


def keeping(engine: AnswerEngine, wrapper: str, plain: dict[str, str]) -> Kept:
    """Ask every plain question in a wrapper."""
    wrapped = {question: wrapper.replace(PLACE, question) for question in plain}
    found = answered(engine, wrapped.values())
    lost = tuple(question for question, section in plain.items() if found.get(wrapped[question]) != section)
    return Kept(wrapper, len(plain) - len(lost), len(plain), lost)


def measured(engine: AnswerEngine, wrappers: Sequence[str], show: Callable[[str], None]) -> float:
    """Show a line for each wrapper and one for all; the share of answers that were kept."""
    plain = answered(engine, plain_questions(engine))
    rows = [keeping(engine, wrapper, plain) for wrapper in wrappers]
    for row in rows:
        show(f"{row.share:7.1%}  {row.wrapper}" + (f"   e.g. {'; '.join(row.lost[:3])}" if row.lost else ""))
    share = sum(row.kept for row in rows) / max(1, sum(row.asked for row in rows))
    show(f"{share:7.1%}  of all")
    return share


def main() -> int:
    """Print the table of both halves."""
    source = knowledge_source(KnowledgeConfig(path=Path("knowledge")), AnsweringConfig())
    engine = build_knowledge(source).engine
    asked = plain_questions(engine)
    print(f"answered plain: {len(answered(engine, asked))} of {len(asked)}")
    for wrappers in (SEEN, HELD_OUT):
        measured(engine, wrappers, print)
    return 0


if __name__ == "__main__":
    sys.exit(main())
