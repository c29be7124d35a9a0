"""A fix in words: its proof on a case's card and in the audit log, why it was not accepted, and what a member hears of what changed.

Titles stand where the proof has ids of sections; a section that is gone is called removed.
"""

from __future__ import annotations

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import OutcomeKind
from bot.cases.case import CaseSummary, Refusal
from bot.exts.kit.panel import escape, one_line
from bot.exts.review.words import Lines, age, quoted, refusal_text, title_of
from bot.review.cards import CaseCard
from bot.review.proof import Proof, Seen
from bot.storage.audit import AuditAction, AuditEntry
from bot.texts import cases as case_texts
from bot.texts import proofs as texts

_WHY = 110
_ANSWER = 1200


def proof_lines(card: CaseCard, engine: AnswerEngine) -> Lines:
    """What a case's being fixed stands on, and which members were told; and whether a card must have the line."""
    proof, heard = card.proof, card.heard
    lines: list[tuple[str, bool]] = []
    if proof is not None:
        beside = texts.beside(proof.alike.asked, proof.alike.changed, proof.alike.missed)
        circumstances = case_texts.circumstances([*filter(None, [beside]), f"{proof.fingerprint_before} → {proof.fingerprint_after}"])
        lines += [(_verdict(proof, engine), True), (circumstances, False)]
    if heard.wanted > heard.waiting:
        lines.append((texts.heard(heard.sent, heard.refused + heard.expired, heard.unknown), True))
    return lines


def _verdict(proof: Proof, engine: AnswerEngine) -> str:
    before, after = _shown(proof.before, engine), _shown(proof.after, engine)
    if proof.worsened_at is not None:
        return texts.worse_again(before, after, age(proof.worsened_at))
    if not proof.changed or proof.after is None:
        return texts.fixed_without(one_line(proof.why, _WHY) if proof.why else None, known=proof.after is not None)
    text_only = proof.after.section_id is not None and proof.before.same_section(proof.after, engine.corpus)
    return texts.proof_of_text(after) if text_only else texts.proof(before, after)


def _shown(seen: Seen | None, engine: AnswerEngine) -> str:
    if seen is None:
        return texts.NOT_KNOWN
    return texts.SHOWN.get(seen.outcome) or title_of(engine, seen.section_id) or case_texts.title_removed()


def logged_proof(entry: AuditEntry, engine: AnswerEngine) -> str:
    """The proof that an entry of the audit log has, with titles in place of ids; "" where it has none."""
    stored = entry.detail or ""
    match entry.action:
        case AuditAction.RESOLVED:
            stored = stored.partition("; ")[2]
        case AuditAction.REOPENED_WORSE:
            pass
        case _:
            return ""
    return "; ".join(" → ".join(_side(side, engine) for side in part.split(" → ")) for part in stored.split("; "))


def _side(stored: str, engine: AnswerEngine) -> str:
    outcome, _, section_id = stored.partition(" ")
    if outcome == OutcomeKind.ANSWER and section_id:
        return title_of(engine, section_id)
    return texts.SHOWN.get(outcome, escape(stored))


def unproven(case: CaseSummary, message: str | None) -> list[str]:
    """Says that "fixed" needs a reason; what was written to members is handed back."""
    lines = [f"{refusal_text(Refusal.UNPROVEN, case)} {texts.SAY_WHY}"]
    return lines if message is None else [*lines, texts.message_not_sent(quoted(escape(message)))]


def what_changed(proof: Proof, engine: AnswerEngine) -> list[str]:
    """What was answered then, and the new answer; nothing where the answer is the same."""
    if not proof.changed or proof.after is None:
        return []
    before, after = title_of(engine, proof.before.section_id), title_of(engine, proof.after.section_id)
    same = proof.before.same_section(proof.after, engine.corpus)
    lines = [texts.what_changed(proof.before.outcome, before, proof.after.outcome, after, same_section=same)]
    if proof.text and proof.after.outcome != OutcomeKind.ABSTENTION:
        lines.append(quoted(escape(proof.text, _ANSWER)))
    return lines
