"""Follow-ups on the knowledge that ships: they lean on the turn before, and a fresh question does not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import NOT_SURE, Abstention, Answer, Outcome, Suggestions, confidence_of, hits_of, section_of
from bot.answering.readings import turn_of
from bot.query.follow_up import Leaning, Turn, leaning

PYTORCH = Turn("what is pytorch", "catalogues/projects#pytorch", "PyTorch")
SHIPPED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def said(outcome: Outcome) -> tuple[object, ...]:
    """Return all that an outcome says; its id also names the turn before."""
    return outcome.kind, outcome.text, section_of(outcome), hits_of(outcome), confidence_of(outcome), outcome.asked.searched


def about(engine: AnswerEngine, section_id: str) -> Turn:
    section = engine.section(section_id)
    assert section is not None
    return Turn("what is it", section_id, section.title)


@pytest.mark.parametrize("name", ["olmo", "bert", "whisper"])
@pytest.mark.parametrize(("question", "reading"), [("and its license?", "its license"), ("who made it?", "who made it")])
def test_a_question_about_it_is_answered_for_the_thing_of_the_turn_before(
    shipped: AnswerEngine, name: str, question: str, reading: str
) -> None:
    outcome = shipped.answer(question, about(shipped, f"catalogues/projects#{name}"))

    assert isinstance(outcome, Answer)
    assert outcome.section.id == f"catalogues/projects#{name}"
    assert (outcome.reading or "").startswith(f"{reading}: ")


def test_the_date_of_a_thing_is_not_that_of_another_around_it(shipped: AnswerEngine) -> None:
    outcome = shipped.answer("when was it released?", PYTORCH)

    assert isinstance(outcome, Answer)
    assert outcome.section.id == PYTORCH.section_id  # and not governance/foundations#pytorch-foundation


@pytest.mark.parametrize(
    "question", ["who is the president of France?", "what is the price of bitcoin", "my dog is sick", "how do I bake bread"]
)
def test_a_question_about_something_else_is_declined_in_a_conversation_as_without_one(shipped: AnswerEngine, question: str) -> None:
    turn = turn_of(shipped.answer("what is the Open Source AI Definition?"))

    assert turn is not None
    for previous in (None, turn):
        assert isinstance(shipped.answer(question, previous), Abstention)


def test_a_conversation_goes_on_from_answer_to_answer(shipped: AnswerEngine) -> None:
    turn = turn_of(shipped.answer("what is whisper"))
    for question in ("who made it?", "and its license?", "what is its license?"):
        outcome = shipped.answer(question, turn)
        assert isinstance(outcome, Answer)
        assert outcome.section.id == "catalogues/projects#whisper"
        turn = turn_of(outcome)


@pytest.mark.parametrize("question", ["who made it?", "and its license?", "when?"])
def test_without_a_turn_before_a_pointer_means_nothing_in_particular(shipped: AnswerEngine, question: str) -> None:
    assert reading_of(shipped, question) is None


@SHIPPED
@given(data=st.data())
def test_a_fresh_question_is_answered_exactly_as_without_a_turn_before(
    shipped: AnswerEngine, standing: list[str], data: st.DataObject
) -> None:
    question = data.draw(st.sampled_from(standing))
    turn = about(shipped, data.draw(st.sampled_from(shipped.corpus.sections)).id)

    assert said(shipped.answer(question, turn)) == said(shipped.answer(question))


def test_nearly_every_listed_question_stands(shipped: AnswerEngine, standing: list[str]) -> None:
    assert len(standing) > len(shipped.corpus.questions) * 0.9


def test_of_the_listed_questions_that_seem_to_lean_few_are_answered_otherwise_after_another_turn(
    shipped: AnswerEngine, standing: list[str]
) -> None:
    seeming = set(shipped.corpus.questions) - set(standing)
    assert len(seeming) > 100

    bent = [question for question in seeming if section_of(shipped.answer(question, PYTORCH)) != section_of(shipped.answer(question))]

    assert len(bent) <= len(shipped.corpus.questions) * 0.001


def test_a_question_that_asks_what_a_license_is_stands() -> None:
    assert leaning("what is a license") is Leaning.STANDS


def test_a_bare_by_whom_leans() -> None:
    assert leaning("by whom?") is Leaning.LEANS


def test_the_maker_of_a_thing_is_not_that_of_another_whose_name_holds_its_name(shipped: AnswerEngine) -> None:
    outcome = shipped.answer("who made it?", about(shipped, "catalogues/projects#llama"))

    assert isinstance(outcome, Answer)
    assert outcome.section.id == "catalogues/projects#llama"  # and not catalogues/projects#llama-cpp


def reading_of(engine: AnswerEngine, question: str) -> str | None:
    """Return how a question is read, None where the ranking decides."""
    choice = engine.choice_of(question)
    return None if choice is None else choice.reading


def conversation(engine: AnswerEngine, *questions: str) -> list[Outcome]:
    """Ask one question after another, as one member in one channel."""
    turn: Turn | None = None
    outcomes = []
    for question in questions:
        outcomes.append(engine.answer(question, turn))
        turn = turn_of(outcomes[-1], turn)
    return outcomes


def test_no_turn_of_a_conversation_shows_what_the_turn_before_showed(shipped: AnswerEngine) -> None:
    outcomes = conversation(shipped, "can somebody poison the data of an open model?", "tell me more about it", "and what else?", "more?")

    texts = [outcome.text for outcome in outcomes]
    assert len(set(texts)) == len(texts)


def test_where_all_was_shown_the_bot_says_so_and_offers_what_is_near(shipped: AnswerEngine) -> None:
    *_, last = conversation(shipped, "what is a pull request", "why?", "and why?", "but why?", "why though?")

    assert isinstance(last, Suggestions)
    assert last.opening != NOT_SURE
    assert "Opening a pull request" in last.text.splitlines()[0]
    offered = [one.section.id for one in last.candidates]
    assert offered[0] == "catalogues/glossary#pull-request"
    assert "governance/contributing#opening-a-pull-request" not in offered


def test_who_asks_on_after_a_definition_gets_the_article(shipped: AnswerEngine) -> None:
    first, second = conversation(shipped, "what is a pull request", "why?")

    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert (first.section.id, second.section.id) == ("catalogues/glossary#pull-request", "governance/contributing#opening-a-pull-request")


def test_what_a_section_said_is_said_again_where_just_that_is_asked(shipped: AnswerEngine) -> None:
    _, last = conversation(shipped, "when did xAI publish Grok-1?", "under which license?")

    assert isinstance(last, Answer)
    assert "Apache" in last.text


@pytest.mark.parametrize(
    ("first", "second", "section_id"),
    [
        ("who makes olmo", "and qwen?", "catalogues/projects#qwen"),
        ("when was pytorch released", "and tensorflow", "catalogues/projects#tensorflow"),
        ("what license is mistral under", "what about gemma 3", "catalogues/projects#gemma"),
    ],
)
def test_another_thing_that_is_named_is_asked_the_question_before(shipped: AnswerEngine, first: str, second: str, section_id: str) -> None:
    _, last = conversation(shipped, first, second)

    assert isinstance(last, Answer)
    assert last.section.id == section_id


def test_a_section_that_nobody_said_was_meant_is_no_answer_to_what_follows(shipped: AnswerEngine) -> None:
    first, last = conversation(shipped, "Is there any text dataset that is 100% clean regarding licences", "how big is it")

    assert isinstance(first, Suggestions)
    assert isinstance(last, Suggestions)


def test_the_same_question_again_has_the_same_answer(shipped: AnswerEngine) -> None:
    first, again = conversation(shipped, "what is copyleft?", "what is copyleft?")

    assert said(again) == said(first)


def test_a_follow_up_that_is_asked_again_from_the_log_says_the_same(shipped: AnswerEngine) -> None:
    for outcome in conversation(shipped, "who makes olmo", "and qwen?", "and why?", "how big is it", "what do they pay an engineer there"):
        assert said(shipped.outcome_of(outcome.asked)) == said(outcome)


def test_a_word_of_the_title_in_another_form_is_the_subject_and_not_what_is_asked(shipped: AnswerEngine) -> None:
    swapping = about(shipped, "how-it-works/tools#swapping-components")
    found = shipped.answer("can one swap the tokenizer too", swapping)

    assert isinstance(found, Answer)
    assert "its own tokenizer" in found.text


def test_what_no_sentence_has_a_word_of_is_answered_by_the_nearest_in_meaning(shipped: AnswerEngine) -> None:
    _, last = conversation(shipped, "what is quantization", "will the answers be worse")

    assert isinstance(last, Answer)
    assert "Quality" in last.text


@pytest.mark.parametrize(
    "question", ["license?", "whats the license", "the license?", "open source?", "since when", "made by?", "website?"]
)
@pytest.mark.parametrize("name", ["onnx", "ollama", "keras", "whisper"])
def test_a_bare_attribute_is_asked_of_the_thing_before_and_not_defined(shipped: AnswerEngine, name: str, question: str) -> None:
    first = shipped.answer(f"what is {name}")
    second = shipped.answer("who made it", turn_of(first))

    for turn in (turn_of(first), turn_of(second, turn_of(first))):
        outcome = shipped.answer(question, turn)
        assert isinstance(outcome, Answer)
        assert name in f"{outcome.section.title} {outcome.section.text}".casefold()
        assert not outcome.section.id.startswith("catalogues/glossary#")


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("training data?", "• License of the data: Dolma, ODC-BY since April 2024"),
        ("parameters?", "• Olmo 3: November 20, 2025; sizes: 7 and 32 billion parameters"),
        ("weights?", "• License of the weights: Apache-2.0"),
        ("link?", "• Link: https://allenai.org/olmo"),
    ],
)
def test_what_the_schema_has_of_a_thing_is_shown_where_a_noun_alone_asks_for_it(shipped: AnswerEngine, question: str, line: str) -> None:
    outcome = shipped.answer(question, turn_of(shipped.answer("what is olmo")))

    assert isinstance(outcome, Answer)
    assert line in outcome.text


def test_a_noun_alone_is_defined_where_nobody_wrote_it_of_the_thing_before(shipped: AnswerEngine) -> None:
    turn = turn_of(shipped.answer("what is quantization"))

    outcome = shipped.answer("parameters?", turn)

    assert isinstance(outcome, Answer)
    assert outcome.section.id == "catalogues/glossary#parameter"


@pytest.mark.parametrize("question", ["no, Qwen", "wait, qwen", "no wait, Qwen", "no i mean qwen"])
def test_another_thing_may_be_named_by_correcting(shipped: AnswerEngine, question: str) -> None:
    turn = turn_of(shipped.answer("how much does keras cost"))

    outcome = shipped.answer(question, turn)

    assert isinstance(outcome, Answer)
    assert (outcome.reading or "").startswith("price: Qwen")


@pytest.mark.parametrize(
    ("first", "question", "section_id"),
    [
        ("what is quantization", "license?", "catalogues/glossary#license"),
        ("what is rlhf", "license?", "catalogues/glossary#license"),
        ("difference between open source and open weights", "free software?", "catalogues/glossary#free-software"),
        ("who made keras", "no wait, Llama", "catalogues/projects#llama"),
        ("is keras open source", "and llama?", "foundations/openness#is-llama-open-source"),
        ("what is whisper", "github?", "catalogues/projects#whisper"),
        ("what is ollama", "license?", "catalogues/projects#ollama"),
    ],
)
def test_an_attribute_of_things_is_asked_of_things_alone(shipped: AnswerEngine, first: str, question: str, section_id: str) -> None:
    outcome = shipped.answer(question, turn_of(shipped.answer(first)))

    assert isinstance(outcome, Answer)
    assert outcome.section.id == section_id


def test_a_thing_that_was_shown_by_its_abbreviation_is_replaced_by_another(shipped: AnswerEngine) -> None:
    first = shipped.answer("what is onnx")
    second = shipped.answer("license?", turn_of(first))

    outcome = shipped.answer("and whisper?", turn_of(second, turn_of(first)))

    assert isinstance(outcome, Answer)
    assert outcome.reading == "its license: Whisper"


@pytest.mark.parametrize("first", ["what is ollama", "ollama website", "what is copyleft"])
@pytest.mark.parametrize(
    ("message", "reading"),
    [
        ("Whisper. License?", "its license: Whisper"),
        ("We run Llama 3.1. When was it released?", "when it came out: llama 3.1"),
        ("I saw Keras on GitHub. License?", "its license: Keras"),
        ("We chose vLLM for serving. How much does it cost?", "price: vLLM"),
    ],
)
def test_a_message_that_names_its_own_subject_is_not_asked_of_what_was_shown(
    shipped: AnswerEngine, first: str, message: str, reading: str
) -> None:
    outcome = shipped.answer(message, turn_of(shipped.answer(first)))

    assert isinstance(outcome, Answer)
    assert outcome.reading == reading
