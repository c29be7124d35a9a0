"""After **Find an answer** on somebody else's message, no word of it is stored, not even by the question after it."""

from __future__ import annotations

from bot.answering.engine import DeliveryKey
from bot.bootstrap.stages import Stages
from bot.feedback.question_log import Asker
from tests.integration.rows import rows

THEIRS = "my neighbor Karl wants to know: what is copyleft?"


async def test_a_follow_up_holds_no_word_of_somebody_elses_message(stages: Stages) -> None:
    conversation = (1, 2)
    first = Asker(7, 1, "a" * 32, own_words=False)
    await stages.answering.ask(THEIRS, first, DeliveryKey(b"key", "1"), conversation)
    await stages.answering.ask("who made it?", Asker(7, 1, "a" * 32), DeliveryKey(b"key", "2"), conversation)

    stored = str(rows(stages.database.path, "SELECT * FROM answers"))

    assert "who made it?" in stored
    assert "karl" not in stored.lower()
    assert "neighbor" not in stored.lower()
