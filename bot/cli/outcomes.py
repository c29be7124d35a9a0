"""Outcomes for people at a terminal, and as JSON objects for programs, whose fields are documented in ``docs/programs.md``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, assert_never

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.answering import outcome as outcomes
from bot.answering.engine import AnswerEngine
from bot.cli.app import to_json
from bot.corpus.document import Section, Source
from bot.corpus.freshness import in_words
from bot.corpus.sentences import split_sentences
from bot.query.message import storable
from bot.texts.ask import CERTAINTY, PICKED


class SourceJson(TypedDict):
    """One source of an answer."""

    title: str
    publisher: str | None
    year: int | None
    url: str | None


class SuggestionJson(TypedDict):
    """One of the nearest sections."""

    section: str
    title: str
    score: float
    sentence: str
    """What is read of it without a click."""
    text: str
    """What a click shows."""


class OutcomeJson(TypedDict):
    """An outcome; fields that do not apply are null or empty."""

    id: str | int | None
    question: str
    outcome: str
    title: str | None
    text: str
    section: str | None
    confidence: float | None
    score: float | None
    sources: list[SourceJson]
    suggestions: list[SuggestionJson]
    """In sight where the bot is not sure, the nearest first."""
    more: list[SuggestionJson]
    """Those that come next, behind a click."""
    alternatives: list[SuggestionJson]
    """In sight beside an answer, at most two."""
    answer_id: str
    fingerprint: str
    elapsed_ms: float


def outcome_json(outcome: outcomes.Outcome, question: str, name: str | int | None, seconds: float) -> OutcomeJson:
    """``seconds`` is the time that the answer took; it becomes milliseconds."""
    section = outcome.section if isinstance(outcome, outcomes.Answer) else None
    hits = outcomes.hits_of(outcome)
    return {
        "id": name,
        "question": storable(question),
        "outcome": outcome.kind.value,
        "title": None if section is None else section.title,
        "text": outcome.text,
        "section": None if section is None else section.id,
        "confidence": outcomes.confidence_of(outcome),
        "score": hits[0].score if hits else None,
        "sources": [] if section is None else [source_json(source) for source in section.sources],
        "suggestions": _candidates(outcome.candidates if isinstance(outcome, outcomes.Suggestions) else ()),
        "more": _candidates(outcome.more if isinstance(outcome, outcomes.Suggestions) else ()),
        "alternatives": _candidates(outcome.alternatives if isinstance(outcome, outcomes.Answer) else ()),
        "answer_id": outcome.asked.answer_id,
        "fingerprint": outcome.asked.fingerprint,
        "elapsed_ms": round(1000 * seconds, 3),
    }


def to_line(value: OutcomeJson) -> str:
    """One line whatever the text holds, so that a batch can be read line by line."""
    return to_json(value)


def source_json(source: Source) -> SourceJson:
    """What a source does not say is null."""
    return {"title": source.title, "publisher": source.publisher, "year": source.year, "url": source.url}


def _candidates(found: Sequence[outcomes.Candidate]) -> list[SuggestionJson]:
    return [
        {"section": one.section.id, "title": one.section.title, "score": one.score, "sentence": one.sentence, "text": one.text}
        for one in found
    ]


MOST_SOURCES = 3
"""Sources under an answer unless all are asked for; some glossary entries have eighteen."""
_STYLES = {outcomes.ConfidenceLevel.HIGH: "green", outcomes.ConfidenceLevel.MEDIUM: "blue", outcomes.ConfidenceLevel.LOW: "yellow"}
_UNSEARCHED = {
    outcomes.AbstentionReason.NO_WORDS: "Nothing was searched: the question has no words.",
    outcomes.AbstentionReason.LOG: "Nothing was searched: the question was read as a log or an error message.",
    outcomes.AbstentionReason.OTHER_LANGUAGE: "Nothing was searched: the question was read as another language than English.",
}


@dataclass(frozen=True, slots=True)
class Hints:
    """How whoever reads an outcome gets at more of it, which differs between one question and a conversation."""

    sources: str
    """What shows all sources."""
    why: str = ""
    """What says how an answer was found; empty where it needs no mention under each answer."""
    pick: str = ""
    """What reads a suggestion whole."""
    numbered: bool = False
    """Whether what stands beside an answer is picked by number."""


def print_outcome(console: Console, outcome: outcomes.Outcome, hints: Hints, *, every_source: bool) -> None:
    """Print what a member would be shown, the short answer first; how it was found is ``print_why``'s."""
    match outcome:
        case outcomes.Answer():
            console.print(_answer(outcome, hints, every_source=every_source))
            if outcome.alternatives:
                console.print(Text(_beside(outcome, numbered=hints.numbered)))
            if hints.why:
                console.print(Text(hints.why, style="dim"))
        case outcomes.Suggestions():
            console.print(_suggestions(outcome))
            if hints.pick:
                console.print(Text(hints.pick, style="dim"))
        case outcomes.Abstention():
            close = [section.title for section in outcome.closest]
            said = "\n".join([outcome.text, *([f"Closest: {' · '.join(close)}"] if close else [])])
            console.print(Panel(Text(said), border_style="dim", title="No answer", title_align="left"))
            if hints.why:
                console.print(Text(hints.why, style="dim"))
        case outcomes.SmallTalk():
            console.print(Text(outcome.text))
        case _:
            assert_never(outcome)


def print_section(console: Console, section: Section) -> None:
    """Print a whole section."""
    console.print(
        Panel(Text(section.text), title=escape(section.title), title_align="left", subtitle=escape(section.id), subtitle_align="right")
    )


def print_sources(console: Console, section: Section) -> None:
    """Print all sources of a section."""
    console.print(Text("\n".join(source_lines(section, len(section.sources), ""))))


def _answer(answer: outcomes.Answer, hints: Hints, *, every_source: bool) -> RenderableType:
    section = answer.section
    most = len(section.sources) if every_source else MOST_SOURCES
    sources = Text("\n".join(source_lines(section, most, hints.sources)), style="dim")
    sure = Text((PICKED if answer.picked else CERTAINTY[answer.level.name]).capitalize(), style=_STYLES[answer.level])
    return Panel(
        Group(_text(answer), Text(), sources, sure),
        title=f"[bold]{escape(section.title)}[/]", title_align="left", border_style=_STYLES[answer.level],
    )  # fmt: skip


def _text(answer: outcomes.Answer) -> Text:
    """The text with its first sentence set off, since that is the answer in short, and the few words that the question is about."""
    text = Text(answer.text)
    first_line = answer.text.partition("\n")[0]
    for words in (*split_sentences(first_line)[:1], *answer.emphasis):
        place = answer.text.find(words)
        if place >= 0:
            text.stylize("bold", place, place + len(words))
    return text


def source_lines(section: Section, most: int, hint: str) -> list[str]:
    """Lines for at most so many sources, and one that says by what the others are shown; file and line where there are none."""
    if not section.sources:
        return [f"Source: {section.path}, line {section.line}"]
    lines = [f"[{number}] {source}" + (f" {source.url}" if source.url else "") for number, source in enumerate(section.sources[:most], 1)]
    more = len(section.sources) - most
    lines += [f"and {more} more; {hint}"] if more > 0 else []
    return lines if section.as_of is None else [*lines, in_words(section.as_of)]


def _beside(answer: outcomes.Answer, *, numbered: bool) -> str:
    titles = [one.section.title for one in answer.alternatives]
    return "Or is it: " + " · ".join(f"{number}. {title}" if numbered else title for number, title in enumerate(titles, 1))


def _suggestions(suggestions: outcomes.Suggestions) -> RenderableType:
    offered = Table.grid(padding=(0, 1))
    for number, one in enumerate(suggestions.candidates, 1):
        title = Text(one.section.title, style="bold").append(f" ({one.section.heading_path[0]})", style="dim not bold")
        offered.add_row(f"{number}.", Text("\n").join([title, Text(one.sentence), Text()]))
    return Panel(Group(Text(suggestions.opening), Text(), offered), border_style="yellow", title="Not sure", title_align="left")


def print_why(console: Console, outcome: outcomes.Outcome, engine: AnswerEngine) -> None:
    """Print how an outcome was found, with the whole arithmetic, and nothing of the outcome again."""
    console.print(_why(outcome, engine))


def _why(outcome: outcomes.Outcome, engine: AnswerEngine) -> RenderableType:
    hits = outcomes.hits_of(outcome)
    asked = outcome.asked
    section = outcomes.section_of(outcome)
    shown = "" if section is None else f"Section {section.id}\n"
    identity = Text(f"{shown}Answer {asked.answer_id}, fingerprint {asked.fingerprint}", style="dim")
    reading = outcome.reading if isinstance(outcome, outcomes.Answer) else None
    explanation = engine.explain(asked.searched, hits[0].section_id) if hits else None
    if explanation is None:
        return Group(Text(_unsearched(outcome) if reading is None else f"Read as: {reading}."), identity)
    table = Table("word", "read as", "where", "weight", title=f"Why {explanation.section_id}", title_justify="left")
    table.columns[3].justify = "right"
    for word in explanation.words:
        state = ", ".join(word.fields) or ("unknown" if word.word in explanation.unknown else "not in this section")
        table.add_row(escape(word.word), escape(word.matched or ""), state, f"{word.weight:.4f}")
    for synonym in explanation.synonyms:
        table.add_row(escape(synonym.typed), f"also {escape(synonym.read_as)}", "synonym", f"{synonym.weight:.4f}")
    for name, detail, weight in outcomes.parts_of(explanation):
        table.add_row(name, escape(detail), "", f"{weight:.4f}")
    table.add_row("[bold]score[/]", "", "", f"[bold]{explanation.score:.4f}[/]")
    features = "Confidence from: " + ", ".join(f"{name} {value:.3g}" for name, value in engine.measure(asked.searched, hits).items())
    read = [] if reading is None else [Text(f"Read as: {reading}. The section was chosen for that.")]
    near = outcomes.nearest_lines(outcome.nearest, outcome.unseen) if isinstance(outcome, outcomes.Abstention) else []
    return Group(table, *read, *map(Text, near), Text(features), Text(_decision(outcome, engine)), identity)


def _unsearched(outcome: outcomes.Outcome) -> str:
    """What there is to say where no section was weighed."""
    match outcome:
        case outcomes.SmallTalk():
            return "That was small talk, so nothing was searched."
        case outcomes.Abstention(reason=reason) if reason in _UNSEARCHED:
            return _UNSEARCHED[reason]
        case _:
            return "No word of the question occurs in the knowledge base."


def _decision(outcome: outcomes.Outcome, engine: AnswerEngine) -> str:
    """What decided between the outcomes; that one of the first three answers is measured as if there were no conversation."""
    settings, asked = engine.settings, outcome.asked
    hits = outcomes.hits_of(outcome)
    explanation = engine.explain(asked.searched, hits[0].section_id) if hits else None
    lines = [
        f"Searched for: {asked.searched}" + (f", in a conversation about {asked.context}" if asked.context else ""),
        f"Confidence {outcomes.confidence_of(outcome) or 0:.2f}: an answer from {settings.answer_threshold:.2f}",
        f"One of the first three answers {engine.confidence.near(asked.searched, hits, explanation):.2f}: "
        f"suggestions from {settings.suggest_threshold:.2f}",
    ]
    if len(hits) > 1:
        lines.append(f"Runner-up: {hits[1].section_id}, score {hits[1].score:.4f}")
    return "\n".join(lines)
