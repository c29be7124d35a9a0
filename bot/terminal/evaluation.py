"""``evaluate``: the counts as tables for people and as one object for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from bot.evaluation.measuring import Evaluation, Judged, Rate, Verdict, rate, recall_at, reciprocal_rank

_TITLES = {
    "questions": "Questions that the knowledge base answers",
    "declined": "What must be declined (wrong: falsely answered)",
    "follow_ups": "Follow-ups",
}


def print_evaluation(console: Console, evaluation: Evaluation, fingerprint: str) -> None:
    """Print a table for each kind of question, by style."""
    for name, title in _TITLES.items():
        judged: tuple[Judged, ...] = getattr(evaluation, name)
        table = Table("style", "n", *(verdict.value for verdict in Verdict), "recall@1", "recall@3", title=title, title_justify="left")
        for column in table.columns[1:]:
            column.justify = "right"
        for group in dict.fromkeys(item.group for item in judged):
            table.add_row(group, *_cells([item for item in judged if item.group == group]))
        table.add_section()
        table.add_row("all", *_cells(judged))
        console.print(table)
    right = rate(evaluation.questions, Verdict.RIGHT)
    console.print(
        f"right {_percent(right)} (95 % interval {right.interval[0]:.3f} to {right.interval[1]:.3f}), "
        f"MRR@10 {reciprocal_rank(evaluation.questions):.3f}; fingerprint {fingerprint}"
    )


def evaluation_json(evaluation: Evaluation, fingerprint: str) -> str:
    """Return all counts, and every judged question, as a JSON object."""
    value = {"fingerprint": fingerprint} | {name: _object(getattr(evaluation, name)) for name in _TITLES}
    return json.dumps(value, ensure_ascii=False, indent=2)


def _cells(judged: Iterable[Judged]) -> list[str]:
    items = list(judged)
    rates = [*(rate(items, verdict) for verdict in Verdict), recall_at(items, 1), recall_at(items, 3)]
    return [str(len(items)), *(_percent(one) for one in rates)]


def _percent(one: Rate) -> str:
    return f"{100 * one.share:.1f} %"


def _object(judged: tuple[Judged, ...]) -> dict[str, object]:
    return {
        "n": len(judged),
        **{verdict.value: rate(judged, verdict).hits for verdict in Verdict},
        "recall_at_1": round(recall_at(judged, 1).share, 4),
        "recall_at_3": round(recall_at(judged, 3).share, 4),
        "mrr_at_10": round(reciprocal_rank(judged), 4),
        "items": [
            {
                "question": item.question,
                "group": item.group,
                "verdict": item.verdict.value,
                "rank": item.rank,
                "shown": item.shown,
                "confidence": item.confidence,
            }
            for item in judged
        ],
    }
