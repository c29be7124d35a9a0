"""The rules by which every message of these tests is looked at for those who do not see it; the fixture ``server`` applies them.

So each panel that any test here makes the bot send is walked through: what every command says, and what every control does for everyone
who may press it.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.interactions.accessibility import faults, told_by_color_alone
from tests.interactions.conftest import Server
from tests.interactions.specification import bodies_of

TEXT = {"type": 10, "content": "### Copyleft\nIt passes the same terms on."}
BUTTON = {"type": 2, "style": 2, "label": "Helpful", "custom_id": "a"}
SELECT = {"type": 3, "placeholder": "Choose one", "custom_id": "b", "options": [{"label": "MIT", "value": "mit"}]}
DRAWN = {"media": {"url": "attachment://chart.png"}}
CHART = {"type": 12, "items": [{**DRAWN, "description": "Most events, 12 of 60, were in 2023."}]}
LABEL = {"type": 18, "label": "Comment", "component": {"type": 4, "custom_id": "comment"}}


def row(*controls: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(controls)}


def message(*blocks: dict[str, Any], color: int = 0) -> dict[str, Any]:
    return {"components": [{"type": 17, "accent_color": color, "components": list(blocks)}]}


def form(*rows: dict[str, Any], title: str = "What was wrong?") -> dict[str, Any]:
    return {"title": title, "custom_id": "form", "components": list(rows)}


def test_what_has_words_for_everything_has_no_fault() -> None:
    section = {"type": 9, "components": [TEXT], "accessory": {**BUTTON, "custom_id": "c"}}

    quoted = {**TEXT, "content": "-# “😀”"}

    assert list(faults(message(TEXT, CHART, row(BUTTON), row(SELECT), section, quoted))) == []
    assert list(faults(form(LABEL))) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (message(TEXT, row({**BUTTON, "label": "→"})), "has no words"),
        (message(TEXT, row({"type": 2, "emoji": {"name": "👍"}, "custom_id": "a"})), "has no words"),
        (message(TEXT, row({**SELECT, "placeholder": ""})), "has no words"),
        (message(TEXT, row({**SELECT, "options": [{"label": "✓", "value": "yes"}]})), "an option of b has no words"),
        (message(TEXT, row(BUTTON, {**BUTTON, "custom_id": "c"})), "called the same: ['Helpful']"),
        (message(TEXT, row({**SELECT, "options": [{"label": "Care", "value": "1"}, {"label": "Care", "value": "2"}]})), "called the same"),
        (message(row(BUTTON), TEXT), "before the text"),
        (message(CHART, TEXT), "before the text"),
        (message({**TEXT, "content": "# Licenses\n### MIT"}), "headings skip a level: [1, 3]"),
        (message({**TEXT, "content": "**Commercial use:** ✅"}), "a symbol stands alone"),
        (message({**TEXT, "content": "MIT | ✗"}), "a symbol stands alone"),
        (message(TEXT, {**CHART, "items": [DRAWN]}), "does not tell what it shows"),
        (message(TEXT, {**CHART, "items": [{**DRAWN, "description": "a chart of all the events"}]}), "does not tell what it shows"),
        (form({"type": 18, "label": "…", "component": {"type": 4, "custom_id": "comment"}}), "the field comment"),
        (form(row({"type": 4, "custom_id": "comment"})), "the field comment"),
        (form(LABEL, LABEL), "called the same: ['Comment']"),
        (form(LABEL, title="?"), "a form without a title"),
    ],
)  # fmt: skip
def test_what_only_the_eye_can_tell_is_a_fault(body: dict[str, Any], fault: str) -> None:
    found = list(faults(body))

    assert len(found) == 1
    assert fault in found[0]


def test_the_same_words_in_another_color_are_a_fault_and_other_words_are_none() -> None:
    green, red, said = message(TEXT, color=1), message(TEXT, color=2), message({**TEXT, "content": "Not sure"}, color=2)
    quiet, loud = message(TEXT, row(BUTTON)), message(TEXT, row({**BUTTON, "style": 3}))

    assert told_by_color_alone([green, green, said]) == []
    assert len(told_by_color_alone([green, red])) == 1
    assert len(told_by_color_alone([quiet, loud])) == 1


async def test_what_the_bot_sends_is_looked_at(server: Server) -> None:
    await server.member.slash(server.channel, "ask", question="what is copyleft?")

    assert len(list(bodies_of(server.env))) == 1
