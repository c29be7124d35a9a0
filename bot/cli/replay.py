"""What ``replay`` prints: an answer as it was given beside today's. Apart from ``ask``, which must start without the database."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.answering.outcome import Outcome, confidence_of, hits_of, section_of
from bot.cli.app import to_json
from bot.feedback.question_log import StoredAnswer
from bot.feedback.replaying import Replay

_STYLES = {"+": "green", "-": "red", "@": "dim"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two answers, in words."""

    outcome: str
    section: str | None
    confidence: float | None
    score: float | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """Both answers and what differs."""

    answer_id: str
    searched: str | None
    then: Side
    today: Side | None
    knowledge_changed: bool
    settings_changed: bool
    same: bool | None
    difference: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """What there is to know, in one sentence."""
        causes = [name for name, changed in (("the knowledge", self.knowledge_changed), ("the settings", self.settings_changed)) if changed]
        since = f"{' and '.join(causes)} changed since" if causes else "neither knowledge nor settings changed since"
        match self.same:
            case None:
                return f"It cannot be replayed: the text of the question is gone, or nothing was searched; {since}."
            case True:
                return f"Today's answer is the same; {since}."
            case False:
                return f"Today's answer differs; {since}."


def print_replay(console: Console, report: ReplayReport) -> None:
    """Print both answers and their difference."""
    table = Table("", "then", "today", title=f"Answer {report.answer_id}", title_justify="left")
    for name in ("outcome", "section", "confidence", "score", "fingerprint"):
        sides = (report.then, report.today)
        table.add_row(name, *(Text("" if side is None else _cell(getattr(side, name))) for side in sides))
    console.print(table)
    if report.searched is not None:
        console.print(Text(f"Searched for: {report.searched}"))
    console.print(Text(report.verdict))
    for line in report.difference:
        console.print(Text(line, style=_STYLES.get(line[:1], "")))


def replay_json(report: ReplayReport) -> str:
    """The same for programs, with the verdict as a sentence."""
    return to_json({**asdict(report), "verdict": report.verdict})


def _cell(value: str | float | None) -> str:
    if value is None:
        return "none"
    return f"{value:.4f}" if isinstance(value, float) else value


def replay_report(replay: Replay) -> ReplayReport:
    """Words and numbers of a replay, without what only the database knows."""
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
