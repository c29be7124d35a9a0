"""Greetings, thanks and questions about the bot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.smalltalk import small_talk_reply


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ("hi", "Hello"),
        ("Hello there, bot!", "Hello"),
        ("good morning everyone", "Hello"),
        ("THANKS a lot", "welcome"),
        ("thank you so much for your help", "welcome"),
        ("bye, see you later", "Goodbye"),
        ("nice work", "Good."),
        ("how are you?", "All good"),
        ("Hey, who are you?", "FAQ bot"),
        ("what can you do", "FAQ bot"),
        ("What's your name?", "FAQ bot"),
        ("ping", "I am here"),
    ],
)
def test_small_talk_from_end_to_end_gets_a_reply(message: str, part: str) -> None:
    reply = small_talk_reply(message)

    assert reply is not None
    assert part in reply


@pytest.mark.parametrize(
    "message",
    [
        "Hi, what is open weights?",
        "thanks, and what is copyleft",
        "how are you trained",
        "",
        "???",
        "what is a great license",
        "the",
        "who are the authors",
        "is yo a language",
    ],
)
def test_a_question_is_no_small_talk_even_with_a_greeting(message: str) -> None:
    assert small_talk_reply(message) is None


@given(st.text(st.characters(), max_size=100))
def test_any_message_can_be_looked_at(message: str) -> None:
    reply = small_talk_reply(message)

    assert reply is None or reply.strip()
