"""A replay as the terminal prints it; here, since the terminal knows no database."""

from __future__ import annotations

from bot.answering.outcome import Outcome, confidence_of, hits_of, section_of
from bot.feedback.question_log import StoredAnswer
from bot.feedback.replaying import Replay
from bot.terminal.replay import ReplayReport, Side


def report_of(replay: Replay) -> ReplayReport:
    """Return what a replay found."""
    stored = replay.stored
    return ReplayReport(
        answer_id=stored.answer_id,
        searched=stored.searched,
        then=_then(stored),
        today=None if replay.today is None else _today(replay.today, replay.fingerprint),
        knowledge_changed=replay.knowledge_changed,
        settings_changed=replay.settings_changed,
        same=replay.same,
        difference=replay.difference,
    )


def _then(stored: StoredAnswer) -> Side:
    score = stored.hits[0].score if stored.hits else None
    return Side(stored.outcome, stored.section_id, stored.confidence, score, stored.fingerprint)


def _today(outcome: Outcome, fingerprint: str) -> Side:
    section, hits = section_of(outcome), hits_of(outcome)
    score = hits[0].score if hits else None
    return Side(outcome.kind.value, None if section is None else section.id, confidence_of(outcome), score, fingerprint)
