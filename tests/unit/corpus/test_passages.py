"""Where one sentence ends and the next begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.document import PassageKind
from bot.corpus.markdown import TextBlock
from bot.corpus.sections import split_sentences, to_passages

WORDS = st.sampled_from(
    ["One", "two.", "Three!", "e.g.", "Dr.", "(Four", "five.)", "“Six?”", "7", "8.", "U.S.", "I.", "M.", "…", "nine", '"Ten."']
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It works. It is free.", ("It works.", "It is free.")),
        ("Really? Yes! Good.", ("Really?", "Yes!", "Good.")),
        ("It is 3.5 GB, e.g. A phone's share. Yes.", ("It is 3.5 GB, e.g. A phone's share.", "Yes.")),
        ("See Dr. Smith. He knows.", ("See Dr. Smith.", "He knows.")),
        ("J. R. Smith wrote it. It sold.", ("J. R. Smith wrote it.", "It sold.")),
        ("It was I. Then we left.", ("It was I.", "Then we left.")),
        ('He said "No." Then he left.', ('He said "No."', "Then he left.")),
        ("Open (as in MIT.) Next one.", ("Open (as in MIT.)", "Next one.")),
        ("Version v1.2 is out. 3.5 follows.", ("Version v1.2 is out.", "3.5 follows.")),
        ("Well… Yes.", ("Well…", "Yes.")),
        ("not. a border", ("not. a border",)),
        ("你好。再见！好", ("你好。", "再见！", "好")),
        ("", ()),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, sentences: tuple[str, ...]) -> None:
    assert split_sentences(text) == sentences


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_sentences_joined_by_spaces_are_the_paragraph_again(text: str) -> None:
    assert " ".join(split_sentences(text)) == text


@given(st.text(max_size=300))
def test_splitting_never_loses_a_character_of_any_text(text: str) -> None:
    sentences = split_sentences(text)

    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() and sentence for sentence in sentences)


def test_only_running_text_is_split_and_blocks_are_numbered() -> None:
    blocks = (
        TextBlock(("One. Two.",), PassageKind.SENTENCE, 1),
        TextBlock(("• A. B.", "• C"), PassageKind.ITEM, 3),
        TextBlock(("x = 1. Y\ny = 2",), PassageKind.CODE, 6),
    )

    passages = to_passages(blocks)

    assert [(passage.text, passage.kind, passage.block) for passage in passages] == [
        ("One.", PassageKind.SENTENCE, 0),
        ("Two.", PassageKind.SENTENCE, 0),
        ("• A. B.", PassageKind.ITEM, 1),
        ("• C", PassageKind.ITEM, 1),
        ("x = 1. Y\ny = 2", PassageKind.CODE, 2),
    ]
