"""Why an answer was given: two sentences in plain words, and behind a button the exact arithmetic.

What is shown adds up: rounded summands are rounded so that their sum is the rounded score. A section that came second with a higher score
never stands there without the reason.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import OutcomeKind, knowledge_differs, parts_of, settings_differ
from bot.exts.kit import interaction as kit
from bot.exts.kit.controls import ANSWER, Control
from bot.exts.kit.panel import Block, Button, Panel, button, escape, percent, rows, rule
from bot.feedback.question_log import LOOKUP, StoredAnswer
from bot.retrieval.analyzer import is_content
from bot.retrieval.hit import Explanation, Hit, WordEvidence
from bot.texts import ask as texts

_NAMED = 3
"""Words that a sentence names."""
_MOST_WORDS = 12
_MOST_SYNONYMS = 5
_TITLE = 120
"""Characters of a section's title within a sentence."""
_THOUSANDTHS = 1000
_TITLES = {OutcomeKind.SUGGESTIONS.value: texts.WHY_THESE, OutcomeKind.ABSTENTION.value: texts.WHY_NOTHING}


class WhyThisAnswer(Control, template=f"answer:why:{ANSWER}"):
    """Explains the answer to whoever asks."""

    @classmethod
    def of(cls, answer_id: str, label: str = texts.WHY) -> Button:
        """The button behind the three dots, and on a case."""
        return button(label, cls.id_of(answer=answer_id))

    async def press(self, interaction: kit.Click) -> None:
        """Explain in plain words."""
        await kit.acknowledge(interaction, private=True)
        stored, engine = await _looked_up(interaction, self.state["answer"])
        await kit.send(interaction, why_panel(stored, engine), private=True)


class WhyInDetail(Control, template=f"answer:details:{ANSWER}"):
    """Shows the arithmetic to whoever asks."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """The button under the plain words."""
        return button(texts.DETAILS, cls.id_of(answer=answer_id))

    async def press(self, interaction: kit.Click) -> None:
        """Show it."""
        await kit.acknowledge(interaction, private=True)
        stored, engine = await _looked_up(interaction, self.state["answer"])
        await kit.send(interaction, explanation_panel(stored, engine), private=True)


async def _looked_up(interaction: kit.Click, answer_id: str) -> tuple[StoredAnswer, AnswerEngine]:
    """An answer, and the engine of its server, with the threshold and phrasings that hold there."""
    stored = await kit.answer_of_control(interaction, answer_id)
    return stored, await kit.stages_of(interaction).answering.engines.engine(kit.guild_of(interaction))


def why_panel(stored: StoredAnswer, engine: AnswerEngine) -> Panel:
    """Why an answer was given, in two sentences; its id for whoever wants to quote it."""
    sentences = _plain(stored, engine)
    blocks: list[Block] = [
        f"### {_TITLES.get(stored.outcome, texts.WHY)}",
        " ".join(sentences),
        f"-# {texts.answer_line(stored.answer_id)}",
    ]
    searched = stored.outcome not in (OutcomeKind.SMALLTALK, LOOKUP) and bool(stored.hits)
    if searched and stored.confidence is not None:
        blocks[-1] = f"-# {_decision(stored, engine)}\n-# {texts.answer_line(stored.answer_id)}"
    return Panel([*blocks, *(rows(WhyInDetail.of(stored.answer_id)) if searched else [])])


def _plain(stored: StoredAnswer, engine: AnswerEngine) -> list[str]:
    nothing = _nothing_to_explain(stored)
    if nothing or stored.searched is None:
        return [nothing]
    best = stored.hits[0]
    explanation = engine.explain(stored.searched, best.section_id)
    title = _title(engine, best.section_id)
    if stored.outcome != OutcomeKind.ANSWER:
        return [texts.SECTION_GONE] if explanation is None else _not_enough(explanation, title)
    chosen = _how_chosen(stored, engine)
    if chosen is None and explanation is None:
        return [texts.SECTION_GONE]
    talked = [] if stored.context_id is None else [texts.talking_about(_title(engine, stored.context_id))]
    first = chosen or _because(explanation, title)
    return [*talked, first, _second(stored, engine, explanation, chosen=chosen is not None)]


def _nothing_to_explain(stored: StoredAnswer) -> str:
    if stored.outcome == OutcomeKind.SMALLTALK:
        return texts.SMALL_TALK
    if stored.outcome == LOOKUP:
        return texts.LOOKED_UP
    if not stored.hits:
        return texts.NO_WORD_KNOWN
    return "" if stored.searched is not None else texts.TEXT_GONE


def _not_enough(explanation: Explanation, title: str) -> list[str]:
    missing = _named([word for word in explanation.words if word.weight == 0 and is_content(word.word)])
    return [texts.not_sure_enough(title, _matched(explanation)), texts.without(missing) if missing else texts.NOT_ENOUGH]


def _because(explanation: Explanation | None, title: str) -> str:
    """By where the telling words are, each named once: in the title, else in a question, else in the text."""
    words = [] if explanation is None else [word for word in explanation.words if word.weight > 0 and is_content(word.word)]
    reasons = []
    for field, place in (("title", texts.IN_TITLE), ("questions", texts.IN_QUESTIONS), ("text", texts.IN_TEXT)):
        there = [word for word in words if field in word.fields]
        words = [word for word in words if field not in word.fields]
        reasons += [texts.words_in(_named(there), place)] if there else []
    return texts.because_of(title, reasons[:2]) if reasons else texts.by_likeness(title)


def _second(stored: StoredAnswer, engine: AnswerEngine, explanation: Explanation | None, *, chosen: bool) -> str:
    """What the next best has less, or where it has a higher score, what decided."""
    if len(stored.hits) < 2:
        return texts.NO_SECOND
    best, second = stored.hits[:2]
    title = _title(engine, second.section_id, beside=best.section_id)
    if second.score > best.score:
        if stored.context_id is not None and not chosen:
            return texts.second_is_higher_but_talked(title, _title(engine, stored.context_id))
        return texts.second_is_higher_but_chosen(title)
    other = engine.explain(stored.searched or "", second.section_id)
    if explanation is None or other is None:
        return texts.second_fits_less(title)
    has = {word.word for word in explanation.words if word.weight > 0}
    lacking = _named([word for word in other.words if word.weight == 0 and word.word in has and is_content(word.word)])
    return texts.second_lacks(title, lacking) if lacking else texts.second_fits_less(title)


def _matched(explanation: Explanation) -> list[str]:
    return _named([word for word in explanation.words if word.weight > 0 and is_content(word.word)])


def _named(words: Sequence[WordEvidence]) -> list[str]:
    """The words that tell most, as they were typed."""
    telling = sorted(words, key=lambda word: (-word.weight, -word.information, word.word))[:_NAMED]
    return [escape(word.word, 40) for word in telling]


def _how_chosen(stored: StoredAnswer, engine: AnswerEngine) -> str | None:
    """What chose the section, where that was not the ranking."""
    if stored.picked:
        return texts.PICKED_WHY
    choice = engine.choice_of(stored.searched or "") if stored.outcome == OutcomeKind.ANSWER else None
    if choice is None or stored.section_id not in choice.section.ids:
        return None
    return texts.read_as(escape(choice.reading, 300))


def explanation_panel(stored: StoredAnswer, engine: AnswerEngine) -> Panel:
    """The arithmetic behind an answer: words and weights, what else counted, threshold, runner-up, ids."""
    blocks: list[Block] = [texts.DETAILS_TITLE, *_reasons(stored, engine), rule(), _identity(stored, engine)]
    return Panel(blocks)


def _reasons(stored: StoredAnswer, engine: AnswerEngine) -> list[str]:
    if stored.outcome in (OutcomeKind.SMALLTALK, LOOKUP) or not stored.hits:
        return _plain(stored, engine)
    if stored.searched is None:
        kept = "\n".join(f"{rank}. {_title(engine, hit.section_id)}: {hit.score:.3f}" for rank, hit in enumerate(stored.hits[:3], 1))
        return [texts.TEXT_GONE, f"{texts.SCORES_WERE}:\n{kept}", _decision(stored, engine)]
    chosen = _how_chosen(stored, engine)
    reasons = [] if chosen is None else [chosen]
    if stored.context_id is not None:
        reasons.append(texts.talking_about(_title(engine, stored.context_id)))
    best = stored.hits[0]
    explanation = engine.explain(stored.searched, best.section_id)
    if explanation is None:
        return [*(reasons or [texts.SECTION_GONE]), _decision(stored, engine)]
    second = _runner_up(stored, engine, explanation, chosen=chosen is not None)
    return [*reasons, _arithmetic(explanation, _title(engine, best.section_id)), _decision(stored, engine), second]


def _arithmetic(explanation: Explanation, title: str) -> str:
    """Every summand of a score and the score, all in thousandths, so that they add up."""
    matched = sorted((word for word in explanation.words if word.weight > 0), key=lambda word: -word.weight)
    synonyms = sorted(explanation.synonyms, key=lambda synonym: -synonym.weight)
    parts = [part for part in parts_of(explanation) if part[2] > 0]
    values = [
        *(word.weight for word in matched[:_MOST_WORDS]),
        sum(word.weight for word in matched[_MOST_WORDS:]),
        *(synonym.weight for synonym in synonyms[:_MOST_SYNONYMS]),
        sum(synonym.weight for synonym in synonyms[_MOST_SYNONYMS:]),
        *(weight for _, _, weight in parts),
    ]
    shown = adding_up(values, explanation.score)
    lines = [texts.words_that_matched(title)]
    lines += [texts.word_weight(_word(word), next(shown), ", ".join(word.fields)) for word in matched[:_MOST_WORDS]]
    rest, more = next(shown), len(matched) - _MOST_WORDS
    lines += [texts.more_words(more, rest)] if more > 0 else []
    lines += [texts.synonym_weight(escape(one.typed, 60), escape(one.read_as, 60), next(shown)) for one in synonyms[:_MOST_SYNONYMS]]
    rest, more = next(shown), len(synonyms) - _MOST_SYNONYMS
    lines += [texts.more_synonyms(more, rest)] if more > 0 else []
    lines += [texts.part_weight(name, escape(detail, 150), next(shown)) for name, detail, _ in parts]
    lines.append(texts.score(f"{explanation.score:.3f}"))
    lines += [texts.not_in_section(escape(", ".join(explanation.missing), 300))] if explanation.missing else []
    lines += [texts.nowhere(escape(", ".join(explanation.unknown), 300))] if explanation.unknown else []
    return "\n".join(lines)


def adding_up(values: Sequence[float], total: float) -> Iterator[str]:
    """Summands with three decimals whose sum is that of the total with three: the largest remainders are rounded up.

    Args:
        values: the summands, none below 0.
        total: their sum, but for the last digits of the computer's arithmetic.
    """
    floors = [math.floor(value * _THOUSANDTHS) for value in values]
    missing = round(total * _THOUSANDTHS) - sum(floors)
    by_remainder = sorted(range(len(values)), key=lambda place: floors[place] - values[place] * _THOUSANDTHS)
    up = set(by_remainder[: max(0, missing)])
    return (f"{(floor + (place in up)) / _THOUSANDTHS:.3f}" for place, floor in enumerate(floors))


def _word(word: WordEvidence) -> str:
    name = escape(word.word, 40)
    return name if word.matched is None else texts.word_read_as(name, escape(word.matched, 40))


def _decision(stored: StoredAnswer, engine: AnswerEngine) -> str:
    settings = engine.settings
    return texts.certainty(percent(stored.confidence or 0.0), percent(settings.answer_threshold), percent(settings.suggest_threshold))


def _runner_up(stored: StoredAnswer, engine: AnswerEngine, explanation: Explanation, *, chosen: bool) -> str:
    if len(stored.hits) < 2:
        return texts.NO_RUNNER_UP
    second = stored.hits[1]
    title = _title(engine, second.section_id, beside=stored.hits[0].section_id)
    line = texts.runner_up(title, f"{second.score:.3f}")
    reason = _why_higher(stored, second, explanation, chosen=chosen) if second.score >= explanation.score else ""
    return "\n".join(part for part in (line, reason) if part)


def _why_higher(stored: StoredAnswer, second: Hit, explanation: Explanation, *, chosen: bool) -> str:
    if stored.picked:
        return texts.HIGHER_BY_PICK
    if chosen:
        return texts.HIGHER_BY_CHOICE
    if stored.context_id is not None:
        return texts.HIGHER_BY_TALK
    return texts.HIGHER_TODAY if second.score > explanation.score else ""


def _title(engine: AnswerEngine, section_id: str, beside: str = "") -> str:
    """The title of a section, with its article where another one that is named beside it has the same title."""
    section, other = engine.section(section_id), engine.section(beside)
    if section is not None and other is not None and section.title == other.title:
        return escape(f"{section.title} ({section.heading_path[0]})", _TITLE)
    return texts.GONE if section is None else escape(section.title, _TITLE)


def _identity(stored: StoredAnswer, engine: AnswerEngine) -> str:
    text = f"-# {texts.fingerprint_line(stored.answer_id, stored.fingerprint)}"
    if stored.fingerprint != engine.fingerprint:
        causes = [(texts.KNOWLEDGE, knowledge_differs), (texts.SETTINGS, settings_differ)][: 1 if stored.outcome == LOOKUP else 2]
        changed = " and ".join(name for name, differ in causes if differ(stored.fingerprint, engine.fingerprint))
        if not changed:
            return text
        text += f" · {texts.changed_since(changed, engine.fingerprint)}"
    return text
