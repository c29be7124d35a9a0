"""Connections that break while somebody waits for an answer."""

from __future__ import annotations

import pytest

from tests.wire.conftest import Wire
from tests.wire.faults import FOLLOWUP
from tests.wire.gateway import Greeting


@pytest.mark.fault(1)
async def test_an_answer_is_delivered_although_the_connection_breaks_meanwhile(live: Wire) -> None:
    with live.discord.holding(FOLLOWUP) as answer:
        asked = await live.ask()
        await answer.reached()
        live.discord.gateway.abort()
        await live.discord.changes.until(lambda: live.discord.gateway.greetings, "the bot connects again")
        answer.release()
        await live.answered(asked, "Copyleft demands")

    assert live.discord.gateway.greetings == [Greeting.RESUME]
    assert asked.followups == []
    await live.works()
