"""Questions in a conversation: what is near the section shown goes first among nearly equals, and nothing fresh is bent."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import (
    Abstention,
    AbstentionReason,
    Answer,
    ConfidenceLevel,
    Outcome,
    Suggestions,
    confidence_of,
    hits_of,
    section_of,
)
from bot.answering.readings import Context, context_of, turn_of
from bot.query.follow_up import Leaning, Turn, leaning
from bot.retrieval.hit import Hit
from tests.unit.answering.outcomes import in_sight

ARTICLE = Context("own", frozenset({"near"}))
ENTRY = Context("own", frozenset({"near"}), is_entry=True)
SHIPPED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


_UNSURE = "sspl is approved by the osi, correct"


def turn(engine: AnswerEngine, section_id: str) -> Turn:
    section = engine.section(section_id)
    assert section is not None
    return Turn("what is it", section_id, section.title)


def said(outcome: Outcome) -> tuple[object, ...]:
    return outcome.kind, outcome.text, section_of(outcome), hits_of(outcome), confidence_of(outcome)


def order(context: Context, *hits: Hit) -> list[str]:
    return [hit.section_id for hit in context.weighed(list(hits))]


def test_the_section_of_an_article_goes_before_what_is_around_it_and_that_before_the_rest() -> None:
    assert order(ARTICLE, Hit("far", 0.52), Hit("near", 0.5), Hit("own", 0.48)) == ["own", "near", "far"]


def test_around_an_entry_that_was_shown_whole_what_is_near_goes_first() -> None:
    assert order(ENTRY, Hit("own", 0.5), Hit("near", 0.48), Hit("far", 0.51)) == ["near", "own", "far"]


def test_a_section_with_a_much_higher_score_stays_first() -> None:
    assert order(ARTICLE, Hit("far", 0.8), Hit("own", 0.5), Hit("near", 0.5))[0] == "far"


def test_those_of_the_same_weight_keep_their_order_and_nothing_is_lost() -> None:
    hits = [Hit("a", 0.5), Hit("b", 0.5), Hit("c", 0.4)]

    assert ARTICLE.weighed(hits) == tuple(hits)
    assert ARTICLE.weighed([]) == ()


@given(
    st.lists(
        st.builds(Hit, st.sampled_from(["own", "near", "far", "farther"]), st.floats(0, 1)),
        max_size=8,
        unique_by=lambda hit: hit.section_id,
    )
)
def test_weighing_takes_no_score_down_and_orders_by_what_it_gives(hits: list[Hit]) -> None:
    weighed = ARTICLE.weighed(hits)
    before = {hit.section_id: hit.score for hit in hits}

    assert sorted(hit.section_id for hit in weighed) == sorted(before)
    assert all(hit.score >= before[hit.section_id] - 1e-6 for hit in weighed)
    assert [hit.score for hit in weighed] == sorted((hit.score for hit in weighed), reverse=True)


def test_a_context_is_what_a_section_points_at_what_points_at_it_and_its_article(shipped: AnswerEngine) -> None:
    corpus = shipped.corpus
    pointing = next(section for section in corpus.sections if section.related)
    context = context_of(pointing, corpus)

    assert set(pointing.related) <= context.near
    assert context.is_entry
    assert pointing.id not in context.near
    assert pointing.id in context
    assert all(pointing.id in context_of(corpus.section(other), corpus) for other in pointing.related)


def test_of_an_article_the_rest_of_it_is_near(shipped: AnswerEngine) -> None:
    corpus = shipped.corpus
    section = next(section for section in corpus.sections if not corpus.is_catalogue(section) and corpus.neighbours(section))
    context = context_of(section, corpus)

    assert {other.id for other in corpus.neighbours(section)} <= context.near
    assert not context.is_entry


def test_a_section_that_is_gone_makes_an_empty_context(shipped: AnswerEngine) -> None:
    assert context_of(None, shipped.corpus) == Context("", frozenset())
    asked = shipped.answer("why?", Turn("what was it", "gone#away", "Copyleft")).asked
    assert (asked.searched, asked.context) == ("why copyleft", "gone#away")


@pytest.mark.parametrize("said_first", ["another thing: ", "thanks! something else: ", "ok, new topic: ", "by the way, "])
def test_a_new_topic_is_answered_as_if_nothing_had_been_said(shipped: AnswerEngine, said_first: str) -> None:
    about = turn(shipped, "catalogues/projects#pytorch")

    outcome = shipped.answer(f"{said_first}what is copyleft?", about)

    assert outcome.asked.context is None
    assert said(outcome) == said(shipped.answer("what is copyleft?"))


def test_a_thin_question_that_finds_nothing_alone_is_read_with_the_subject(shipped: AnswerEngine) -> None:
    about = turn_of(shipped.answer("what is prompt injection"))
    assert about is not None
    assert isinstance(shipped.answer("any full prevention?"), Abstention)

    outcome = shipped.answer("any full prevention?", about)

    assert isinstance(outcome, Answer)
    assert "injection" in outcome.asked.searched
    assert outcome.asked.context == about.section_id


def test_a_name_of_which_the_section_shown_speaks_is_asked_about_there_and_not_in_its_own_entry(shipped: AnswerEngine) -> None:
    question = "which one is deepseek r1"
    alone = shipped.answer(question)
    found = shipped.answer(question, turn_of(shipped.answer("what are the MOF classes")))

    assert isinstance(alone, Answer)
    assert alone.section.id == "catalogues/projects#deepseek"
    assert isinstance(found, Answer)
    assert found.section.id == "foundations/definition#the-three-classes-of-the-mof"
    assert "Class III" in found.text


def test_words_of_the_conversation_that_lead_away_from_it_answer_nothing(shipped: AnswerEngine) -> None:
    question = "in what year did weizenbaum die and where is he buried"
    found = shipped.answer(question, turn(shipped, "licensing/permissive-licenses#mit-license"))

    assert isinstance(found, Suggestions)
    assert in_sight(found)[0] == "history/early-years#eliza"


def test_what_was_asked_is_a_subject_too_where_what_was_shown_was_another_thing(shipped: AnswerEngine) -> None:
    first = shipped.answer("who invented the words open source")
    found = shipped.answer("and stallman was against it, why", turn_of(first))

    assert isinstance(first, Answer)
    assert first.section.id == "history/frameworks-and-models#attention-is-all-you-need"
    assert isinstance(found, Answer)
    assert found.section.id == "history/early-years#free-software-and-the-open-source-label"


def test_a_question_near_what_was_shown_is_answered_there_where_nothing_else_is_sure(shipped: AnswerEngine) -> None:
    question = "my linter complains about plain GPL-3.0, why"
    found = shipped.answer(question, turn_of(shipped.answer("what is SPDX good for")))

    assert not isinstance(shipped.answer(question), Answer)
    assert isinstance(found, Answer)
    assert found.section.id == "licensing/license-basics#spdx-identifiers"


@pytest.mark.parametrize(
    ("about", "question"),
    [
        ("history/early-years#deep-blue", "what is the AI act?"),
        ("history/early-years#deep-blue", "who won the football match yesterday"),
        ("history/early-years#deep-blue", "my laptop is too slow"),
        ("catalogues/glossary#copyleft", "my laptop is too slow for that"),
        ("catalogues/glossary#copyleft", "what is a good free text editor for AI?"),
        ("how-it-works/running-models#hardware-needs", "is the AI act in force?"),
    ],
)
def test_a_question_that_shares_a_word_that_is_everywhere_is_not_answered_with_what_was_shown_before(
    shipped: AnswerEngine, about: str, question: str
) -> None:
    outcome = shipped.answer(question, turn(shipped, about))

    assert said(outcome) == said(shipped.answer(question))


def test_an_answer_in_a_context_depends_on_what_is_searched_and_the_context_only(shipped: AnswerEngine) -> None:
    outcome = shipped.answer("who made it?", turn(shipped, "catalogues/projects#pytorch"))

    assert outcome.asked.context == "catalogues/projects#pytorch"
    assert shipped.outcome_of(outcome.asked) == outcome


@SHIPPED
@given(data=st.data())
def test_a_listed_question_that_stands_and_is_answered_alone_is_never_bent(
    shipped: AnswerEngine, standing: list[str], data: st.DataObject
) -> None:
    question = data.draw(st.sampled_from(standing))
    alone = shipped.answer(question)
    about = turn(shipped, data.draw(st.sampled_from(shipped.corpus.sections)).id)

    assume(isinstance(alone, Answer))
    assert said(shipped.answer(question, about)) == said(alone)


def test_a_question_that_may_lean_but_has_a_sure_answer_alone_is_not_bent(engine: AnswerEngine) -> None:
    question = "so what is copyleft?"
    alone = engine.answer(question)
    assert leaning(question) is Leaning.MAY_LEAN
    assert isinstance(alone, Answer)
    assert alone.level is ConfidenceLevel.HIGH

    outcome = engine.answer(question, turn(engine, next(section.id for section in engine.corpus.sections if "copyleft" not in section.id)))

    assert outcome.asked.context is None
    assert said(outcome) == said(alone)


@pytest.mark.parametrize("again", [_UNSURE, f"{_UNSURE}?", f"please, {_UNSURE}"])
def test_a_question_that_is_asked_again_does_not_speak_for_a_suggestion_that_nobody_picked(shipped: AnswerEngine, again: str) -> None:
    first = shipped.answer(_UNSURE)
    turn = turn_of(first)
    second = shipped.answer(again, turn)

    assert turn is not None
    assert turn.chosen
    assert isinstance(first, Suggestions)
    assert isinstance(second, Suggestions)
    assert [one.section.id for one in second.candidates] == [one.section.id for one in first.candidates]


@pytest.mark.parametrize(
    "question", ["can somebody merge it today, our whole team in Lisbon is stuck", "my printer eats the paper since it got the update"]
)
def test_a_follow_up_of_many_words_that_the_section_does_not_have_is_no_question_about_it(shipped: AnswerEngine, question: str) -> None:
    first = shipped.answer("what is a pull request")
    found = shipped.answer(question, turn_of(first))

    assert isinstance(first, Answer)
    assert in_sight(found)[0].endswith("pull-request"), "suggested, or named as the nearest: the line that was shown, or the article"


def test_and_another_name_asks_the_question_before_and_not_what_that_is(shipped: AnswerEngine) -> None:
    first = shipped.answer("May I train my small model on text that DeepSeek wrote?")
    found = shipped.answer("and llama 3.1?", turn_of(first))

    assert isinstance(first, Answer)
    assert isinstance(found, Answer)
    assert found.section.id == first.section.id == "how-it-works/adapting#distillation"
    assert "llama 3 1" in found.asked.searched


def test_and_another_version_gets_what_the_question_before_asked(shipped: AnswerEngine) -> None:
    found = shipped.answer("and llama 3.1?", turn_of(shipped.answer("what is the license of mistral 7b")))

    assert isinstance(found, Answer)
    assert found.section.id == "catalogues/projects#llama"
    assert found.reading == "its license: Llama 3.1"


@pytest.mark.parametrize("signs", ["?", "....?", "?!"])
def test_a_message_of_signs_asks_nothing_of_what_was_shown_before(shipped: AnswerEngine, signs: str) -> None:
    found = shipped.answer(signs, turn_of(shipped.answer("what is deep blue")))

    assert isinstance(found, Abstention)
    assert found.reason is AbstentionReason.NO_WORDS


@pytest.mark.parametrize(
    ("before", "question", "section_id"),
    [
        ("what is data poisoning", "whisper, what is its license", "catalogues/projects#whisper"),
        ("what is ELIZA", "onnx, whose format is it", "catalogues/projects#onnx"),
    ],
)
def test_a_pronoun_behind_a_name_points_at_that_and_not_at_what_was_shown_before(
    shipped: AnswerEngine, before: str, question: str, section_id: str
) -> None:
    found = shipped.answer(question, turn_of(shipped.answer(before)))

    assert said(found) == said(shipped.answer(question))
    assert isinstance(found, Answer)
    assert found.section.id == section_id


def test_a_sure_answer_around_what_was_shown_goes_before_more_of_that(shipped: AnswerEngine) -> None:
    before = turn_of(shipped.answer("Why does the Open Source AI Definition not ask for the training data itself?"))
    found = shipped.answer("and must the code be released", before)

    assert isinstance(found, Answer)
    assert found.section.id == "foundations/definition#what-must-be-released"


def test_a_question_that_is_none_alone_is_one_of_what_was_shown_where_the_subject_makes_it_sure(shipped: AnswerEngine) -> None:
    question = "we keep our own tests secret, is this enough"
    found = shipped.answer(question, turn_of(shipped.answer("what is benchmark contamination")))

    assert not isinstance(shipped.answer(question), Answer)
    assert isinstance(found, Answer)
    assert found.section.id == "how-it-works/evaluation#benchmark-contamination"


def test_these_with_a_noun_asks_about_what_the_noun_names(shipped: AnswerEngine) -> None:
    found = shipped.answer("do these foundations own the code", turn_of(shipped.answer("what is the transformer")))

    assert isinstance(found, Answer)
    assert found.section.id == "governance/models#non-profit-foundation"
    assert said(found) == said(shipped.answer("do these foundations own the code"))


def test_where_both_readings_lead_to_one_section_the_one_shown_before_does_not_stand_in_its_way(shipped: AnswerEngine) -> None:
    question = "what problems do those ways of funding have"
    found = shipped.answer(question, turn(shipped, "catalogues/projects#scikit-learn"))

    assert isinstance(found, Answer)
    assert found.section.id == "governance/community#funding"


def test_a_sure_answer_of_its_own_gives_way_where_the_subject_makes_what_was_shown_as_sure(shipped: AnswerEngine) -> None:
    question = "so it takes less gpu memory, right?"
    found = shipped.answer(question, turn(shipped, "how-it-works/adapting#lora"))

    assert isinstance(found, Answer)
    assert found.section.id == "how-it-works/adapting#lora"


@pytest.mark.parametrize(
    ("about", "question", "sections"),
    [
        ("governance/contributing#translating", "do i have to ask first", {"governance/contributing#translating"}),
        ("ethics/security#data-poisoning", "how do i protect my model", {"ethics/security#data-poisoning"}),
    ],
)
def test_a_short_question_without_a_name_or_a_rare_word_is_about_what_was_shown(
    shipped: AnswerEngine, about: str, question: str, sections: set[str]
) -> None:
    found = shipped.answer(question, turn(shipped, about))

    assert isinstance(found, Answer)
    assert found.section.id in sections


@pytest.mark.parametrize(
    "question", ["who founded rome", "who invented the telephone", "are burmese pythons venomous", "can you delete my account"]
)
@pytest.mark.parametrize("about", ["catalogues/glossary#bdfl", "how-it-works/tools#version-control", "catalogues/licenses#openmdw"])
def test_a_short_question_with_a_rare_word_or_to_somebody_is_not_about_what_was_shown_for_being_short(
    shipped: AnswerEngine, about: str, question: str
) -> None:
    """Other sections may be suggested, or named as the nearest."""
    assert about not in in_sight(shipped.answer(question, turn(shipped, about)))


def test_all_of_what_was_shown_is_no_end_where_another_thing_is_named(shipped: AnswerEngine) -> None:
    previous = None
    for question in ("is llama open source", "why not"):
        previous = turn_of(shipped.answer(question, previous), previous)

    found = shipped.answer("and mistral?", previous)

    assert "all I have about" not in found.text
    assert "Mistral" in found.text


def test_a_question_is_answered_out_of_the_section_shown_before_only_where_that_says_something_near_what_is_asked(
    shipped: AnswerEngine,
) -> None:
    near, far = (
        shipped.answer(question, turn_of(shipped.answer(before)))
        for before, question in (("what is whisper", "who made it"), ("what is openwashing", "do people criticize it"))
    )

    assert isinstance(near, Answer)
    assert (near.section.title, near.level) == ("Whisper", ConfidenceLevel.HIGH)
    assert isinstance(far, Suggestions)
    assert in_sight(far)[0] == "foundations/openness#openwashing"


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("what are the AI act rules for general purpose models", "ok and in brazil, do they have something like that"),
        ("what is the difference between CLA and DCO", "and which one does vllm want?"),
        ("what does the harvard study say, 8.8 trillion?", "how much of that is pytorch alone"),
    ],
)
def test_a_section_with_nothing_of_the_thing_or_place_that_a_follow_up_names_is_suggested_and_no_answer(
    shipped: AnswerEngine, before: str, question: str
) -> None:
    shown = shipped.answer(before)
    found = shipped.answer(question, turn_of(shown))

    assert isinstance(shown, Answer)
    assert isinstance(found, Suggestions)
    assert in_sight(found)[0] == shown.section.id


def test_of_a_follow_up_of_several_sentences_the_one_that_asks_is_read(shipped: AnswerEngine) -> None:
    about = turn_of(shipped.answer("Is it correct that ELIZA's code was shared openly at MIT in the sixties?"))
    question = "Interesting, I have been teaching that wrong for years. Is there any way to try the original today?"
    found = shipped.answer(question, about)

    assert isinstance(found, Answer)
    assert found.section.id == "history/early-years#eliza"
    assert found.asked.question == question
    assert shipped.outcome_of(found.asked) == found


def test_what_an_auxiliary_verb_leaves_open_is_what_was_said_before(shipped: AnswerEngine) -> None:
    about = turn_of(shipped.answer("Is LM Studio open source?"))
    found = shipped.answer("any alternative that is", about)

    assert isinstance(found, Answer)
    assert "Jan" in found.text


def test_and_what_another_thing_is_is_answered_by_that_thing(engine: AnswerEngine) -> None:
    about = turn_of(engine.answer("what are open weights"))
    for question in ("and what is copyleft?", "so what does copyleft mean"):
        found = engine.answer(question, about)
        assert isinstance(found, Answer)
        assert found.section.id == "basics/licenses#copyleft"


@pytest.mark.parametrize("question", ["is it rude", "what is the danger of it"])
def test_what_leans_on_a_subject_and_is_not_said_of_it_leads_to_nothing_else(shipped: AnswerEngine, question: str) -> None:
    found = shipped.answer(question, turn_of(shipped.answer("what is quantization")))

    assert isinstance(found, Abstention)
    assert in_sight(found)[0] == hits_of(found)[0].section_id == "how-it-works/adapting#quantization"


@pytest.mark.parametrize(
    ("before", "question", "title"),
    [
        ("what is falcon", "what is a tokenizer and what does it do?", "Tokenizers"),
        ("what is lora", "what is quantization and what does it do?", "Quantization"),
        ("what is quantization", "I found The Pile. what license does it have?", "The Pile"),
        ("what is the mit license", "I want to train on RedPajama. Is it free?", "RedPajama"),
        ("what is the gpl", "we are a company in France. can we sell it?", "GPL 3.0"),
        ("what is hugging face", "headquarters?", "Hugging Face"),
        ("what is keras", "founders", "Keras"),
    ],
)
def test_a_follow_up_is_about_the_thing_that_it_names_itself_and_else_about_what_was_shown(
    shipped: AnswerEngine, before: str, question: str, title: str
) -> None:
    found = shipped.answer(question, turn_of(shipped.answer(before)))

    assert isinstance(found, Answer)
    assert found.section.title == title
    assert shipped.outcome_of(found.asked) == found


def test_a_claim_in_other_words_is_answered_where_it_is_near_in_meaning(shipped: AnswerEngine) -> None:
    shown = turn_of(shipped.answer("can two hospitals train one model together without giving away the data"))
    found = shipped.answer("so its private by default and nobody can get patient data out", shown)

    assert isinstance(found, Answer)
    assert found.section.id == "ethics/privacy-and-control#federated-learning"


def test_an_attribute_of_which_the_section_shown_has_no_word_is_not_answered_with_more_of_it(shipped: AnswerEngine) -> None:
    shown = turn_of(shipped.answer("free for a small firm, the kimi k3 license?", turn_of(shipped.answer("is kimi k3 open source"))))
    found = shipped.answer("how many params", shown)

    assert isinstance(found, Suggestions)
    assert "history/open-models-late-2026#kimi-k3" in [one.section.id for one in found.candidates]


def test_a_license_is_one_without_the_word(shipped: AnswerEngine) -> None:
    shown = shipped.answer("which open source ocr can read old handwriting, church books 1750")
    found = shipped.answer("license?", turn_of(shown))

    assert isinstance(shown, Answer)
    assert isinstance(found, Answer)
    assert found.section.id == shown.section.id
    assert "Apache-2.0" in found.text


@pytest.mark.parametrize(
    ("first", "section_id"),
    [("gpt-oss license?", "history/open-models-2020s#gpt-oss"), ("what is Common Crawl", "catalogues/projects#common-crawl")],
)
def test_a_name_of_two_words_is_one(shipped: AnswerEngine, first: str, section_id: str) -> None:
    found = shipped.answer("open source?", turn_of(shipped.answer(first)))

    assert isinstance(found, Answer)
    assert found.section.id == section_id


@pytest.mark.parametrize("question", ["who the hell made it", "is that closed source or open", "is it mit or apache"])
def test_an_attribute_is_asked_of_what_was_shown_in_words_of_all_kinds(shipped: AnswerEngine, question: str) -> None:
    found = shipped.answer(question, turn_of(shipped.answer("what is keras")))

    assert isinstance(found, Answer)
    assert "keras" in f"{found.section.id} {found.text}".lower()


@pytest.mark.parametrize(
    ("first", "question", "section_id"),
    [
        ("what is qwen3.8", "context length?", "history/open-models-late-2026#qwen3-8"),
        ("tell me about mistral large 4", "context window?", "history/open-models-late-2026#mistral-large-4"),
        ("what is quantization", "context length?", "catalogues/glossary#context-window"),
    ],
)
def test_a_noun_alone_is_asked_of_what_was_shown_where_that_says_something_of_it(
    shipped: AnswerEngine, first: str, question: str, section_id: str
) -> None:
    found = shipped.answer(question, turn_of(shipped.answer(first)))

    assert isinstance(found, Answer)
    assert found.section.id == section_id


def test_which_one_is_one_of_what_was_spoken_of(shipped: AnswerEngine) -> None:
    faster = shipped.answer("which one is faster", turn_of(shipped.answer("ollama vs llama.cpp")))
    simpler = shipped.answer("which is simpler", turn_of(shipped.answer("langchain vs llamaindex")))

    assert isinstance(faster, Answer)
    assert faster.section.id == "how-it-works/running-models#ollama"
    assert isinstance(simpler, Abstention)
    assert in_sight(simpler)[:2] == ["catalogues/projects#langchain", "catalogues/projects#llamaindex"]


def test_which_one_of_what_the_question_names_is_a_question_of_its_own(shipped: AnswerEngine) -> None:
    found = shipped.answer("which one is older, keras or pytorch", turn_of(shipped.answer("ollama vs llama.cpp")))

    assert isinstance(found, Answer)
    assert found.section.id == "catalogues/projects#keras+pytorch"
