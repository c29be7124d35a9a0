"""What the card of a case says: all that is known about it, as blocks of text. The controls below it, and decisions, are in ``case``."""

from __future__ import annotations

from bot.answering.engine import AnswerEngine
from bot.cases.case import CaseSummary
from bot.cases.kinds import CaseKind
from bot.exts.kit.panel import cut, escape, percent
from bot.exts.kit.sections import source_line
from bot.exts.review.words import KINDS, REASONS, age, entry_line, members, mention, state_line, subject
from bot.feedback.question_log import LOOKUP
from bot.review.cards import CaseCard, ChangeKind, DiffLine, ModeratorNote, Said, ShownAnswer

_QUESTION = 400
_SHOWN = 600
_DIFF = 600
_DIFF_LINE = 200
_SAID = 4
_WORDS = 220
_NOTE_TEXT = 700
_NOTES = 3
_SIMILAR = 3
_HISTORY = 4
_MARKS = {ChangeKind.SAME: " ", ChangeKind.REMOVED: "-", ChangeKind.ADDED: "+"}


def said_blocks(card: CaseCard) -> list[str]:
    """What the case is about, what was shown then and would be today, and what members said; empty blocks where there is nothing."""
    case = card.summary
    return [
        f"### Case #{case.number} · {KINDS[case.kind]}\n"
        f"-# {state_line(case)} · {members(case.signals)} · opened {age(case.opened_at)} · last {age(case.last_signal_at)}",
        _asked(card),
        _changed(card.answer),
        _said(card),
    ]


def fact_blocks(card: CaseCard, engine: AnswerEngine) -> list[str]:
    """Votes, section and scores by the knowledge of today, and what moderators wrote and did; empty blocks where there is nothing."""
    return [_facts(card, engine), _around(card)]


def _asked(card: CaseCard) -> str:
    if card.summary.kind is CaseKind.NOTE:
        return "**Note**\n" + ("*text deleted*" if card.note is None else escape(card.note.text, _NOTE_TEXT))
    question = "*text deleted*" if card.summary.question is None else f"“{escape(card.summary.question, _QUESTION)}”"
    text = f"**Question** {question}"
    if card.answer is not None and card.answer.text is not None:
        text += f"\n**Shown then**\n{_quoted(escape(card.answer.text, _SHOWN))}"
    return text


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def _changed(answer: ShownAnswer | None) -> str:
    """Today's answer against the one shown, or nothing where they are the same."""
    if answer is None or not answer.diff:
        return ""
    lines: list[str] = []
    left = _DIFF
    for line in answer.diff:
        shown = _diff_line(line)
        if len(shown) > left:
            lines.append("…")
            break
        lines.append(shown)
        left -= len(shown) + 1
    return "**Today's answer differs**\n```diff\n" + "\n".join(lines) + "\n```"


def _diff_line(line: DiffLine) -> str:
    """A line of a diff; a fence in the text would end the code block, so it is written otherwise."""
    text = " ".join(line.text.split()).replace("```", "'''")
    return f"{_MARKS[line.change]} {cut(text, _DIFF_LINE)}"


def _said(card: CaseCard) -> str:
    if card.summary.kind is CaseKind.NOTE:
        return ""
    parts = []
    if card.reasons:
        parts.append("**Reasons** " + ", ".join(f"{REASONS[count.reason]} {count.members}" for count in card.reasons))
    words = [said for said in card.said if said.withdrawn or said.comment or said.correction]
    parts += [_words(said) for said in words[:_SAID]]
    if len(words) > _SAID:
        parts.append(f"-# and {len(words) - _SAID} more in /review export")
    return "\n".join(parts)


def _words(said: Said) -> str:
    if said.withdrawn:
        return f"• *withdrawn by the member* {age(said.said_at)}"
    parts = [f"“{escape(said.comment, _WORDS)}”"] if said.comment else []
    parts += [f"should say: “{escape(said.correction, _WORDS)}”"] if said.correction else []
    waits = " · wants to hear" if said.wants_to_hear else ""
    return f"• {' · '.join(parts)} {age(said.said_at)}{waits}"


def _facts(card: CaseCard, engine: AnswerEngine) -> str:
    lines = []
    if card.votes.helpful or card.votes.not_helpful:
        lines.append(f"**Votes** {card.votes.helpful} helpful, {card.votes.not_helpful} not helpful")
    lines.append(_section(card.summary, engine))
    if card.answer is not None:
        lines.append(_why(card.answer, engine))
    return "\n".join(line for line in lines if line)


def _section(case: CaseSummary, engine: AnswerEngine) -> str:
    if case.section_id is None:
        return ""
    section = engine.section(case.section_id)
    if section is None:
        return f"**Section** {escape(case.section_id, 150)}, removed from the knowledge base since"
    return f"**Section** {escape(section.title, 150)}\n-# {source_line(section)}"


def _why(answer: ShownAnswer, engine: AnswerEngine) -> str:
    hits = answer.stored.hits
    if answer.stored.outcome == LOOKUP:
        return "**Why** it was looked up with a command, so nothing was searched"
    if not hits:
        return "**Why** no word of the question occurs in the knowledge base"
    ranked = ", then ".join(f"{_title(engine, hit.section_id)} {hit.score:.3f}" for hit in hits[:2])
    return f"**Why** {ranked}; confidence {percent(answer.stored.confidence or 0.0)}, outcome {answer.stored.outcome}"


def _title(engine: AnswerEngine, section_id: str) -> str:
    section = engine.section(section_id)
    return escape(section_id if section is None else section.title, 80)


def _around(card: CaseCard) -> str:
    """What moderators wrote and did, and cases like this one."""
    lines = [_note(note) for note in card.notes[:_NOTES]]
    lines += [f"-# Similar: #{case.number} {escape(subject(case), 60)} ({state_line(case)})" for case in card.similar[:_SIMILAR]]
    lines += [f"-# {entry_line(entry)}" for entry in card.history[:_HISTORY]]
    return "\n".join(lines)


def _note(note: ModeratorNote) -> str:
    text = "*text deleted*" if note.text is None else escape(note.text, _WORDS)
    return f"**Note** by {mention(note.moderator_id)} {age(note.noted_at)}: {text}"
