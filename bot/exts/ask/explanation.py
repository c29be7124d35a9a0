"""The panel behind "Why this answer?": the arithmetic of a score, in words a member can follow."""

from __future__ import annotations

from bot.answering.engine import AnswerEngine, knowledge_differs, settings_differ
from bot.answering.outcome import OutcomeKind, parts_of
from bot.exts.kit.panel import Block, Panel, escape, percent, rule
from bot.feedback.question_log import LOOKUP, StoredAnswer
from bot.retrieval.hit import Explanation, WordEvidence

_MOST_WORDS = 12
_MOST_SYNONYMS = 5
_TITLE = 120


def explanation_panel(stored: StoredAnswer, engine: AnswerEngine) -> Panel:
    """Why an answer was given: words and weights, threshold, runner-up, ids."""
    blocks: list[Block] = ["### Why this answer?", *_reasons(stored, engine), rule(), _identity(stored, engine)]
    return Panel(blocks)


def _reasons(stored: StoredAnswer, engine: AnswerEngine) -> list[str]:
    if stored.outcome == OutcomeKind.SMALLTALK:
        return ["That was small talk, so nothing was searched."]
    if stored.outcome == LOOKUP:
        return ["This was looked up by its name with a command. Nothing was searched and nothing was guessed, so there are no scores."]
    if not stored.hits:
        return ["No word of the question occurs in the knowledge base."]
    best = stored.hits[0]
    decision = _decision(stored, engine)
    if stored.searched is None:
        kept = "\n".join(f"{rank}. {_title(engine, hit.section_id)}: {hit.score:.3f}" for rank, hit in enumerate(stored.hits[:3], 1))
        return [
            f"The text of the question is not stored any more, or never was, so its words are gone. The scores remain:\n{kept}",
            decision,
        ]
    reasons = _how_chosen(stored, engine)
    if stored.context_id is not None:
        about = _title(engine, stored.context_id)
        reasons.append(f"You were talking about {about}, so that section and those around it went before others of nearly the same score.")
    explanation = engine.explain(stored.searched, best.section_id)
    if explanation is None:
        return [*(reasons or ["The section that was shown is no longer in the knowledge base."]), decision]
    return [*reasons, _words(explanation), _parts(explanation), decision, _runner_up(stored, engine)]


def _how_chosen(stored: StoredAnswer, engine: AnswerEngine) -> list[str]:
    """What chose the section, where that was not the ranking."""
    if stored.picked:
        return ["A member picked this section from suggestions."]
    choice = engine.choice_of(stored.searched or "") if stored.outcome == OutcomeKind.ANSWER else None
    if choice is None or stored.section_id not in choice.section.ids:
        return []
    return [f"I read the question as: {escape(choice.reading, 300)}. The section was chosen for that."]


def _words(explanation: Explanation) -> str:
    matched = sorted((word for word in explanation.words if word.weight > 0), key=lambda word: -word.weight)
    lines = [f"• {_word(word)}: **{word.weight:.3f}** ({', '.join(word.fields)})" for word in matched[:_MOST_WORDS]]
    text = "**Words that matched**\n" + ("\n".join(lines) or "none")
    if len(matched) > _MOST_WORDS:
        rest = sum(word.weight for word in matched[_MOST_WORDS:])
        text += f"\n• {len(matched) - _MOST_WORDS} more words: **{rest:.3f}**"
    if explanation.missing:
        text += f"\nNot in this section: {escape(', '.join(explanation.missing), 300)}"
    if explanation.unknown:
        text += f"\nNowhere in the knowledge base: {escape(', '.join(explanation.unknown), 300)}"
    return text


def _word(word: WordEvidence) -> str:
    name = escape(word.word, 40)
    return name if word.matched is None else f"{name}, read as {escape(word.matched, 40)}"


def _parts(explanation: Explanation) -> str:
    lines = [
        f"• {escape(synonym.typed, 60)}, also read as {escape(synonym.read_as, 60)}: **{synonym.weight:.3f}**"
        for synonym in explanation.synonyms[:_MOST_SYNONYMS]
    ]
    for name, detail, weight in parts_of(explanation):
        lines.append(f"• {name}{f' “{escape(detail, 150)}”' if detail else ''}: **{weight:.3f}**")
    return "\n".join(lines) + f"\n**Score: {explanation.score:.3f}** of 1, the sum of the above"


def _decision(stored: StoredAnswer, engine: AnswerEngine) -> str:
    settings = engine.settings
    return (
        f"Confidence: **{percent(stored.confidence or 0.0)}**. I answer from {percent(settings.answer_threshold)}, "
        f"suggest from {percent(settings.suggest_threshold)}, and decline below."
    )


def _runner_up(stored: StoredAnswer, engine: AnswerEngine) -> str:
    if len(stored.hits) < 2:
        return "Runner-up: none"
    second = stored.hits[1]
    return f"Runner-up: {_title(engine, second.section_id)}, score {second.score:.3f}"


def _title(engine: AnswerEngine, section_id: str) -> str:
    section = engine.section(section_id)
    return escape(section_id if section is None else section.title, _TITLE)


def _identity(stored: StoredAnswer, engine: AnswerEngine) -> str:
    text = f"-# Answer {stored.answer_id} · fingerprint {stored.fingerprint}"
    if stored.fingerprint != engine.fingerprint:
        causes = [("the knowledge", knowledge_differs), ("the settings", settings_differ)][: 1 if stored.outcome == LOOKUP else 2]
        changed = " and ".join(name for name, differ in causes if differ(stored.fingerprint, engine.fingerprint))
        if not changed:
            return text
        text += f" · {changed} changed since (now {engine.fingerprint}); the weights above are today's"
    return text
