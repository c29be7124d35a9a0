"""What an explanation tells beside its numbers."""

from __future__ import annotations

from bot.retrieval.hit import Explanation, WordEvidence


def test_missing_words_are_those_the_knowledge_base_knows_but_the_section_lacks() -> None:
    words = (WordEvidence("open", None, 0.3, 0.5, ("text",)), WordEvidence("patent", None, 0.0), WordEvidence("xyzzy", None, 0.0))

    explanation = Explanation("a#b", 0.3, words, ("xyzzy",), 0.0, 0.0, 0.0, None)

    assert explanation.missing == ("patent",)
