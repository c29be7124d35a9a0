"""What ``replay`` prints: an answer as it was given beside today's. Apart from ``ask``, which must start without the database."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Self

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.answering.outcome import Outcome, confidence_of, hits_of, section_of
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

    @classmethod
    def then(cls, stored: StoredAnswer) -> Self:
        """As it was logged, with the score that it had then."""
        score = stored.hits[0].score if stored.hits else None
        return cls(stored.outcome, stored.section_id, stored.confidence, score, stored.fingerprint)

    @classmethod
    def today(cls, outcome: Outcome, fingerprint: str) -> Self:
        """As it would be given now."""
        section, hits = section_of(outcome), hits_of(outcome)
        score = hits[0].score if hits else None
        return cls(outcome.kind.value, None if section is None else section.id, confidence_of(outcome), score, fingerprint)


def print_replay(console: Console, replay: Replay) -> None:
    """Print both answers and their difference."""
    sides = _sides(replay)
    table = Table("", "then", "today", title=f"Answer {replay.stored.answer_id}", title_justify="left")
    for name in ("outcome", "section", "confidence", "score", "fingerprint"):
        table.add_row(name, *(Text("" if side is None else _cell(getattr(side, name))) for side in sides))
    console.print(table)
    if replay.stored.searched is not None:
        console.print(Text(f"Searched for: {replay.stored.searched}"))
    console.print(Text(_verdict(replay)))
    for line in replay.difference:
        console.print(Text(line, style=_STYLES.get(line[:1], "")))


def replay_json(replay: Replay) -> str:
    """The same as one JSON object for programs, with the verdict as a sentence."""
    then, today = _sides(replay)
    return json.dumps(
        {
            "answer_id": replay.stored.answer_id,
            "searched": replay.stored.searched,
            "then": asdict(then),
            "today": None if today is None else asdict(today),
            "knowledge_changed": replay.knowledge_changed,
            "settings_changed": replay.settings_changed,
            "same": replay.same,
            "difference": replay.difference,
            "verdict": _verdict(replay),
        },
        ensure_ascii=False,
    )


def _sides(replay: Replay) -> tuple[Side, Side | None]:
    return Side.then(replay.stored), None if replay.today is None else Side.today(replay.today, replay.fingerprint)


def _verdict(replay: Replay) -> str:
    """What there is to know, in one sentence."""
    causes = [name for name, changed in (("the knowledge", replay.knowledge_changed), ("the settings", replay.settings_changed)) if changed]
    since = f"{' and '.join(causes)} changed since" if causes else "neither knowledge nor settings changed since"
    match replay.same:
        case None:
            return f"It cannot be replayed: the text of the question is gone, or nothing was searched; {since}."
        case True:
            return f"Today's answer is the same; {since}."
        case False:
            return f"Today's answer differs; {since}."


def _cell(value: str | float | None) -> str:
    if value is None:
        return "none"
    return f"{value:.4f}" if isinstance(value, float) else value
