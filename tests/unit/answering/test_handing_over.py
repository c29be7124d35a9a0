"""Knowledge that was built elsewhere answers as where it was built."""

from __future__ import annotations

import gc
import pickle

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge, pack, unpack
from bot.corpus.problems import Problem, Severity
from bot.retrieval.hit import Phrasing
from tests.unit.making import make_engine, make_section

QUESTIONS = (
    "What is copyleft?",
    "what is pytorch",
    "compare Whisper and BERT",
    "what happened in 2018",
    "who won the cup",
    "wat is copyleft",
    "",
)
PROBLEM = Problem("a.md", 3, "a fault", Severity.WARNING)


async def handed_over(engine: AnswerEngine, *problems: Problem) -> tuple[AnswerEngine, tuple[Problem, ...]]:
    """Send an engine as the other process does, as bytes."""
    return await unpack(pickle.loads(pickle.dumps(pack(engine, problems))))


async def test_the_engine_has_the_same_fingerprint_and_gives_the_same_answers(shipped: AnswerEngine) -> None:
    other, problems = await handed_over(shipped, PROBLEM)

    assert other is not shipped
    assert other.fingerprint == shipped.fingerprint
    assert [other.answer(question) for question in QUESTIONS] == [shipped.answer(question) for question in QUESTIONS]
    assert other.corpus == shipped.corpus
    assert problems == (PROBLEM,)


async def test_sections_come_in_chunks_and_all_of_them_in_their_order() -> None:
    sections = [make_section(f"s-{number:03}", f"Thing number {number}.") for number in range(201)]
    package = pack(make_engine(sections), ())

    assert len(package.sections) == 3
    engine, problems = await unpack(package)
    assert [section.id for section in engine.corpus.sections] == [section.id for section in sections]
    assert problems == ()


async def test_garbage_is_collected_again_afterwards(built: BuiltKnowledge) -> None:
    await handed_over(built.engine)
    assert gc.isenabled()

    package = pack(built.engine, ())
    with pytest.raises(pickle.UnpicklingError):
        await unpack(type(package)(package.sections, b"not a pickle"))
    assert gc.isenabled()


def test_an_engine_with_another_index_is_refused(built: BuiltKnowledge) -> None:
    engine = built.engine

    class Other:
        def __getattr__(self, name: str) -> object:
            return getattr(engine.index, name)

    other = AnswerEngine(engine.corpus, Other(), engine.settings, engine.confidence)  # type: ignore[arg-type]

    with pytest.raises(TypeError, match="only a TF-IDF index"):
        pack(other, ())


def test_a_confirmed_phrasing_answers_its_very_question_even_where_another_section_lists_it(built: BuiltKnowledge) -> None:
    """Not the ranking decides that, but the engine, before it."""
    engine = built.engine
    asked = "What is copyleft?"
    taught = engine.varied(engine.settings.answer_threshold, [Phrasing("basics/licenses#mit-license", asked)])

    for typed in (asked, "what is copyleft", "  WHAT is  copyleft ?"):
        outcome = taught.answer(typed)
        section = getattr(outcome, "section", None)
        assert section is not None
        assert section.id == "basics/licenses#mit-license"
    assert taught.fingerprint != engine.fingerprint
    assert getattr(engine.answer(asked), "section", None) != getattr(taught.answer(asked), "section", None)


def test_the_engine_of_a_server_shares_what_was_made_of_the_corpus(built: BuiltKnowledge) -> None:
    taught = built.engine.varied(0.5, [Phrasing("basics/licenses#mit-license", "what is it")])

    assert taught.lookup is built.engine.lookup
    assert taught.understanding is built.engine.understanding
