"""A section that moved: what was stored under its id of before still finds it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import KnowledgeSource, build_knowledge
from bot.answering.outcome import Answer, AnswerSettings
from bot.corpus.files import Limits
from bot.evaluation.golden import Golden, GoldenQuestion, Style
from bot.evaluation.measuring import Verdict, evaluate
from bot.exts.review.reports import worst_text
from bot.feedback.question_log import StoredAnswer
from bot.feedback.replaying import Replay
from bot.lookup.browsing import Fact, next_fact
from bot.query.follow_up import Turn
from bot.retrieval.hit import Hit, Phrasing
from bot.review.statistics import SectionScore
from tests.unit.making import write_folder

BEFORE, TODAY = "old#copyleft", "licensing#copyleft"
ARTICLE = """---
sources: {s: {title: S}}
sections:
  copyleft: {formerly: [old#copyleft], questions: [what is copyleft]}
---

## Copyleft

Copyleft makes you share changes under the same license.

## Permissive

A permissive license asks for a notice only.
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> AnswerEngine:
    folder = write_folder(tmp_path_factory.mktemp("moved"), {"licensing.md": ARTICLE})
    return build_knowledge(KnowledgeSource(folder, Limits(), AnswerSettings(), cached=False)).engine


def stored(section_id: str) -> StoredAnswer:
    hits = (Hit(section_id, 1.0),)
    now = datetime(2026, 11, 28, tzinfo=UTC)
    return StoredAnswer(1, "a", 1, 1, None, None, "q", "q", None, (), False, "answer", section_id, "d", 0.9, "f", now, hits)


def test_a_phrasing_that_was_confirmed_before_answers_with_the_section_of_today(engine: AnswerEngine) -> None:
    outcome = engine.varied(0.8, (Phrasing(BEFORE, "must I give my changes back?"),)).answer("must I give my changes back?")

    assert isinstance(outcome, Answer)
    assert outcome.section.id == TODAY


def test_an_old_answer_is_explained_and_counts_as_the_same_when_its_text_is(engine: AnswerEngine) -> None:
    today = engine.answer("what is copyleft")
    assert isinstance(today, Answer)

    explanation = engine.explain("what is copyleft", BEFORE)
    assert explanation is not None
    assert explanation.section_id == TODAY
    assert Replay(stored(BEFORE), today.text, today, engine.fingerprint).same
    assert not Replay(stored("other#section"), today.text, today, engine.fingerprint).same


def test_a_conversation_about_the_section_goes_on(engine: AnswerEngine) -> None:
    outcome = engine.answer("what does it make you share?", Turn("what is copyleft", BEFORE, "Copyleft"))

    assert isinstance(outcome, Answer)
    assert outcome.section.id == TODAY


def test_a_label_of_before_is_judged_as_the_section_of_today(engine: AnswerEngine) -> None:
    asked = GoldenQuestion(question="what is copyleft", style=Style.PLAIN, expect=(BEFORE,))

    (judged,) = evaluate(engine, Golden((asked,), (), ())).questions
    assert judged.verdict is Verdict.RIGHT


def test_votes_under_both_ids_are_one_line_of_a_report(engine: AnswerEngine) -> None:
    text = worst_text((SectionScore(TODAY, 1, 2), SectionScore("gone#away", 0, 2), SectionScore(BEFORE, 3, 1)), engine)

    assert text.splitlines()[1:] == ["• Copyleft: 3 not helpful, 4 helpful", "• a section that was removed since: 2 not helpful, 0 helpful"]


def test_a_fact_that_was_shown_under_its_id_of_before_is_not_shown_again_at_once(engine: AnswerEngine) -> None:
    facts = [Fact(section, section.text, 0) for section in engine.corpus.sections]

    fact = next_fact(facts, {BEFORE: 1}, "here")
    assert fact is not None
    assert fact.section.id == "licensing#permissive"
