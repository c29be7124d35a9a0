"""The questions that a change is previewed on, what is known about their answers, and what an engine says to them.

Golden questions come with labels; what a section lists is labelled by that; what members asked has the label that their votes gave it, if
any. Labels are ids of sections of the state that is judged, so a section that moved keeps its questions. Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Abstention, Answer, AskedQuestion, Outcome, OutcomeKind, SmallTalk, Suggestions, confidence_of, section_of
from bot.answering.readings import turn_of
from bot.corpus.document import Corpus, Section
from bot.evaluation.golden import Golden
from bot.evaluation.measuring import Verdict, judge
from bot.query.follow_up import Turn


class Origin(StrEnum):
    """Where a question comes from."""

    GOLDEN = "golden"
    """Labelled, with sections that answer it."""
    DECLINED = "declined"
    """Labelled as one that must not be answered."""
    FOLLOW_UP = "follow-up"
    """A conversation whose last turn is labelled."""
    LISTED = "listed"
    """Listed by a section as a question that it answers."""
    MESSAGE = "message"
    """Listed by a section as a message that it answers."""
    MEMBERS = "members"
    """Asked in a server lately, or confirmed there."""
    KEPT = "kept"
    """Kept by a server from a resolved case."""


OF_SERVERS = frozenset({Origin.MEMBERS, Origin.KEPT})
"""What a folder of knowledge has none of."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A question to ask before and after a change."""

    origin: Origin
    turns: tuple[str, ...]
    """The last one is judged; those before it set the scene."""
    expect: tuple[str, ...] | None = None
    """Sections that answer it; none where it must be declined; None where nobody has said so."""
    says: tuple[str, ...] = ()
    """Patterns that the text shown must contain."""
    refused: str | None = None
    """A section that members said does not answer it."""
    replayed: AskedQuestion | None = None
    """What was searched for in the server, with the conversation of then; such a question is not read once more."""

    @property
    def text(self) -> str:
        """The question, with the turns before it."""
        return " > ".join(self.turns)


@dataclass(frozen=True, slots=True)
class Standing:
    """What an engine says to a question, and how that is judged."""

    kind: OutcomeKind
    shown: str | None
    """The id of the section shown."""
    title: str | None
    text: str
    in_sight: tuple[str, ...]
    """Sections that are offered beside the one shown, or in place of it."""
    confidence: float | None
    verdict: Verdict | None
    """None where there is no label."""

    def looks_like(self, other: Standing) -> bool:
        """Whether a member would see the same, whatever the digits behind it."""
        return (self.kind, self.shown, self.text, self.in_sight) == (other.kind, other.shown, other.text, other.in_sight)


def ask(engine: AnswerEngine, probe: Probe) -> Outcome:
    """What an engine says to the last turn of a question."""
    if probe.replayed is not None:
        return engine.outcome_of(replace(probe.replayed, fingerprint=engine.fingerprint))
    previous: Turn | None = None
    *before, last = probe.turns
    for turn in before:
        previous = turn_of(engine.answer(turn, previous), previous)
    return engine.answer(last, previous)


class Asker:
    """Asks one engine, and names sections by the ids that they have in the state that is judged."""

    def __init__(self, engine: AnswerEngine, named_in: Corpus) -> None:
        self.engine = engine
        self._named_in = named_in
        self._before: dict[str, list[str]] = {}
        """Of ids of today: those that the engine knows their sections by, where they are others."""
        for section in engine.corpus.sections:
            today = named_in.current(section.id)
            if today != section.id:
                self._before.setdefault(today, []).append(section.id)

    def standing(self, probe: Probe) -> Standing:
        """Ask a question and judge what comes of it."""
        outcome = ask(self.engine, probe)
        current = self._named_in.current
        shown = section_of(outcome)
        match outcome:
            case Answer():
                beside = outcome.alternatives
            case Suggestions():
                beside = outcome.candidates
            case Abstention() | SmallTalk():
                beside = ()
        return Standing(
            outcome.kind,
            None if shown is None else current(shown.id),
            None if shown is None else shown.title,
            outcome.text,
            tuple(current(one.section.id) for one in beside),
            confidence_of(outcome),
            self._verdict(probe, outcome),
        )

    def _verdict(self, probe: Probe, outcome: Outcome) -> Verdict | None:
        if probe.expect is None:
            return None
        expected = [*probe.expect, *(before for name in probe.expect for before in self._before.get(name, ()))]
        return judge(probe.text, "", outcome, tuple(expected), probe.says).verdict


def golden_probes(golden: Golden, corpus: Corpus) -> Iterator[Probe]:
    """The golden questions with the ids that their sections have in a corpus."""
    named = golden.named_as_in(corpus)
    for question in named.questions:
        yield Probe(Origin.GOLDEN, (question.question,), question.expect, question.says)
    for declined in named.declined:
        yield Probe(Origin.DECLINED, (declined.question,), ())
    for conversation in named.follow_ups:
        yield Probe(Origin.FOLLOW_UP, conversation.turns, conversation.expect, conversation.says)


def listed_probes(sections: Iterable[Section]) -> Iterator[Probe]:
    """What sections say that they answer; a section about the same thing is as right."""
    for section in sections:
        expect = (section.id, *section.same_as)
        for question in section.questions:
            yield Probe(Origin.LISTED, (question,), expect)
        for message in section.messages:
            yield Probe(Origin.MESSAGE, (message,), expect)
