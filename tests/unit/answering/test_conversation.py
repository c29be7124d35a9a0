"""Conversations expire and are bounded; the clock is given."""

from __future__ import annotations

from dataclasses import dataclass

from bot.feedback.recording import Conversations
from bot.query.follow_up import Turn

MOST = 10_000


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def turn(name: str = "a") -> Turn:
    return Turn(f"what is {name}", f"article#{name}", name)


def test_the_last_turn_is_recalled_under_its_own_key_only() -> None:
    conversations = Conversations(60, Clock())

    conversations.remember(turn("a"), 1, 10)
    conversations.remember(turn("b"), 1, 20)
    conversations.remember(turn("c"), 1, 10)

    assert conversations.recall(1, 10) == turn("c")
    assert conversations.recall(1, 20) == turn("b")
    assert conversations.recall(2, 10) is None
    assert conversations.recall(10, 1) is None


def test_a_conversation_ends_when_its_time_is_over_and_not_before() -> None:
    clock = Clock()
    conversations = Conversations(60, clock)
    conversations.remember(turn(), 1)

    clock.now += 59.999

    assert conversations.recall(1) == turn()
    clock.now += 0.001
    assert conversations.recall(1) is None


def test_another_answer_prolongs_a_conversation() -> None:
    clock = Clock()
    conversations = Conversations(60, clock)
    conversations.remember(turn("a"), 1)
    clock.now += 50
    conversations.remember(turn("b"), 1)

    clock.now += 50

    assert conversations.recall(1) == turn("b")


def test_the_oldest_conversation_is_forgotten_when_there_are_too_many() -> None:
    conversations = Conversations(60, Clock())
    for number in range(MOST):
        conversations.remember(turn(), number)
    conversations.remember(turn("again"), 0)

    conversations.remember(turn("new"), MOST)

    assert conversations.recall(0) == turn("again")
    assert conversations.recall(1) is None
    assert conversations.recall(2) == turn()
    assert conversations.recall(MOST) == turn("new")
    assert sum(conversations.recall(number) is not None for number in range(MOST + 1)) == MOST
