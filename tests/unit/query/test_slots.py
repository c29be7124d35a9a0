"""Messages as one attribute of one name, by the words that are left of them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.query.slots import DeclaredWords, Slots

NAMES = {"pytorch", "lora", "copyleft", "open source", "federated learning", "mit license", "llama cpp", "qwen"}
SLOTS = Slots(
    NAMES.__contains__,
    {"pytorch", "lora", "qwen"}.__contains__,
    [
        DeclaredWords("how large is {}", ("how big", "size", "parameters"), ("how", "many")),
        DeclaredWords("license of {}", ("mit", "gpl"), ("license", "licensed")),
        DeclaredWords("what is the website of {}", ("website", "where find"), ("where",)),
    ],
)


@pytest.mark.parametrize(
    "message",
    [
        "wtf is LoRA",
        "what the hell is LoRA?!",
        "my boss keeps saying LoRA, what does he mean",
        "LoRA, never heard, what does it mean",
        "somebody in the channel mentioned LoRA. What is that?",
        "what is this LoRA everybody talks about",
        "LoRA explained for dummies",
        "is LoRA a real thing",
        "is lora a company or a program",
        "what do people mean by LoRA",
        "what's LoRA and why should I care",
        "I don't get LoRA",
        "information about LoRA",
        "what is LoRA good for",
        "our clinic director wants LoRA, what is it",
    ],
)
def test_what_something_is_is_asked_in_many_ways(message: str) -> None:
    assert SLOTS.in_full(message) == "what is lora"


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("who the hell made PyTorch", "who made pytorch"),
        ("PyTorch creator?", "who made pytorch"),
        ("who came up with LoRA", "who made lora"),
        ("which company is Qwen from", "who made qwen"),
        ("do you remember when PyTorch came out", "when was pytorch released"),
        ("since when is PyTorch around", "when was pytorch released"),
        ("how old is llama.cpp", "when was llama cpp released"),
        ("whats the exact licence of PyTorch", "license of pytorch"),
        ("PyTorch is under which license", "license of pytorch"),
        ("is PyTorch GPL or MIT", "license of pytorch"),
        ("would you call Qwen open source", "is qwen open source"),
        ("qwen - open source yes or no", "is qwen open source"),
        ("what does the MIT license mean", "what is mit license"),
        ("how big is qwen then", "how large is qwen"),
        ("where would somebody find the qwen thing", "what is the website of qwen"),  # "find" alone asks for nothing
        ("find qwen", None),
        ("how far back does qwen go", "when was qwen released"),
        ("when did qwen come back", None),
        ("qwen parameters pls", "how large is qwen"),
        ("my team runs everything on PyTorch, who made it?", None),
    ],
)
def test_an_attribute_is_known_by_its_words_in_any_order(message: str, question: str | None) -> None:
    assert SLOTS.in_full(message) == question


@pytest.mark.parametrize(
    "message",
    [
        "whats the actual difference between LoRA and copyleft pls",
        "LoRA or copyleft, which one should I take",
        "how do LoRA and copyleft differ",
        "is LoRA the same as copyleft",
        "LoRA / copyleft difference",
        "i always mix up LoRA and copyleft",
        "LoRA and copyleft are the same thing, right?",
        "why LoRA and not copyleft",
        "what does LoRA have that copyleft doesn't",
    ],
)
def test_two_names_with_words_that_compare_are_compared(message: str) -> None:
    assert SLOTS.in_full(message) == "lora vs copyleft"


@pytest.mark.parametrize(
    "message",
    [
        "what about qwen",  # the question before, of another thing
        "what does that mean for qwen",
        "what is wrong with PyTorch",
        "what does PyTorch contain",
        "what is in PyTorch",
        "what can i do with PyTorch",
        "what comes with PyTorch",
        "what goes with qwen",
        "why is PyTorch slow",
        "is PyTorch better than JAX",
        "who is PyTorch",
        "who uses PyTorch",
        "what is my qwen",
        "what is the first qwen",
        "when did Meta open source PyTorch",
        "what license does a fine-tune of qwen need",
        "what is not qwen",
        "what is qwen and who made it",
        "how does lora work and how big is lora",
        "criticism of PyTorch, what is it about",
        "the training loss falls but validation gets worse, what is that",
        "our lawyer warned us of copyleft, who is that",
        "is LoRA or copyleft older than Qwen",
        "LoRA or copyleft for my thesis",
        "lora and pytorch",
        "same lora for qwen",
        "PyTorch",
        "",
    ],
)
def test_a_word_that_may_ask_for_something_else_does(message: str) -> None:
    assert SLOTS.in_full(message) is None


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("who the hell made it", "who made {}"),
        ("and when did they put that out exactly", None),
        ("when did it come out exactly", "when was {} released"),
        ("when did it come back", None),
        ("is that closed source or open", "is {} open source"),
        ("is it mit or gpl", "license of {}"),
        ("what is it", None),  # what a pointer is, it has just been told
        ("open source", None),
        ("who made PyTorch", None),
    ],
)
def test_what_only_points_is_asked_of_what_was_spoken_of(message: str, question: str | None) -> None:
    assert SLOTS.of_it(message) == question


WORDS = st.sampled_from(["what", "is", "open", "source", "license", "pytorch", ",", "?", "lora", "the", "made", "who", "vs", "how", "big"])
MOST_LOOKED_AT = 2_000


@given(st.text(max_size=200) | st.lists(WORDS, max_size=8).map(" ".join))
@example("who made {} pytorch")
@example("license of pytorch")
def test_any_message_can_be_read_and_comes_to_a_question_about_a_name(message: str) -> None:
    question = SLOTS.in_full(message)

    assert question is None or [name for name in NAMES if name in question] != []
    assert question is None or "{}" not in question


@settings(deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join))
@example("pytorch " * 60)
@example("lora vs pytorch " * 30)
def test_a_message_of_any_length_is_read_with_few_looks_at_names(message: str) -> None:
    looked_at: list[str] = []

    def is_name(words: str) -> bool:
        looked_at.append(words)
        return words in NAMES

    Slots(is_name, str.isupper).in_full(message)

    assert len(looked_at) < MOST_LOOKED_AT


@pytest.mark.parametrize(
    "message",
    [
        "when do I have to credit PyTorch",
        "which license can I choose with PyTorch",
        "what do people think about LoRA",
        "when should we release qwen",
        "who could we thank for PyTorch",
    ],
)
def test_what_somebody_does_is_no_attribute_of_the_thing(message: str) -> None:
    assert SLOTS.in_full(message) is None


@pytest.mark.parametrize(
    ("message", "full"),
    [
        ("do you know who made PyTorch", "who made pytorch"),
        ("do you remember when PyTorch was released", "when was pytorch released"),
        ("does anybody remember who created PyTorch", "who made pytorch"),
        ("which do you like more, PyTorch or Qwen", "pytorch vs qwen"),
    ],
)
def test_what_somebody_does_who_only_asks_says_nothing(message: str, full: str) -> None:
    assert SLOTS.in_full(message) == full


@pytest.mark.parametrize("message", ["can I mix LoRA and Qwen", "mix PyTorch with Qwen"])
def test_to_mix_is_not_to_compare(message: str) -> None:
    assert SLOTS.in_full(message) is None


def test_to_mix_up_is() -> None:
    assert SLOTS.in_full("i always mix up PyTorch and Qwen") == "pytorch vs qwen"
