"""What an explanation tells beside its numbers."""

from __future__ import annotations

import pytest

from bot.retrieval.hit import Explanation, SynonymEvidence, WordEvidence


def test_missing_words_are_those_the_knowledge_base_knows_but_the_section_lacks() -> None:
    words = (WordEvidence("open", None, 0.3, 0.5, ("text",)), WordEvidence("patent", None, 0.0), WordEvidence("xyzzy", None, 0.0))

    explanation = Explanation("a#b", 0.3, words, unknown=("xyzzy",))

    assert explanation.missing == ("patent",)


def test_every_summand_counts_into_the_sum() -> None:
    explanation = Explanation(
        "a#b",
        0.0,
        (WordEvidence("open", None, 0.2),),
        synonyms=(SynonymEvidence("sd", "Stable Diffusion", 0.1),),
        confirmed_part=0.01,
        phrase_part=0.02,
        name_part=0.03,
        question_part=0.04,
        letter_part=0.05,
        head_part=0.06,
    )

    assert explanation.sum == pytest.approx(0.51)
