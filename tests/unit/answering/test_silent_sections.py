"""Questions in a conversation of which what was shown, or only suggested, says nothing, and those to which it said the answer already."""

from __future__ import annotations

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Answer, Outcome, SmallTalk, Suggestions
from bot.answering.readings import turn_of
from bot.query.follow_up import Leaning, Turn, leaning
from tests.unit.answering.outcomes import in_sight


def told(engine: AnswerEngine, *questions: str) -> tuple[Outcome, Turn | None]:
    """The outcome of the last question, and what was remembered before it."""
    previous: Turn | None = None
    for question in questions[:-1]:
        previous = turn_of(engine.answer(question, previous), previous)
    return engine.answer(questions[-1], previous), previous


def shown(outcome: Outcome) -> str:
    assert isinstance(outcome, Answer)
    return outcome.section.id


@pytest.mark.parametrize(
    ("first", "question"),
    [
        ("what is BERT", "would you recommend it"),
        ("what is the Apache Software Foundation", "what do they eat"),
        ("what is llama.cpp", "does it run on a toaster"),
        ("tell me about EleutherAI", "is it haunted"),
        ("what is a transformer", "is it patented"),
        ("are model weights protected by copyright", "what do the neighbours think of it"),
    ],
)
def test_a_section_without_a_word_of_what_is_asked_or_anything_near_it_is_not_the_answer(
    shipped: AnswerEngine, first: str, question: str
) -> None:
    """It, or what says of itself that it is about the same thing, is suggested or named as the nearest."""
    outcome, previous = told(shipped, first, question)

    assert previous is not None
    assert previous.shown
    section = shipped.section(previous.section_id)
    assert section is not None
    assert in_sight(outcome)[0] in {section.id, *section.same_as}


@pytest.mark.parametrize("question", ["why?", "and how", "more please", "was it always like that?", "any examples?"])
def test_what_only_asks_on_is_answered_from_what_was_shown(shipped: AnswerEngine, question: str) -> None:
    outcome, previous = told(shipped, "what license does the Dolma dataset have", question)

    assert previous is not None
    assert shown(outcome) == previous.section_id == "catalogues/projects#dolma"


@pytest.mark.parametrize("question", ["why", "who made it?", "is that still true?", "how do i explain that to my uncle"])
def test_what_was_only_suggested_answers_nothing_of_which_it_has_no_word(shipped: AnswerEngine, question: str) -> None:
    section = "licensing/outputs-and-datasets#who-owns-what-a-model-generates"
    unpicked = Turn("who owns it", section, "Who owns what a model generates?", shown=False, offered=(section,))

    assert isinstance(shipped.answer(question, unpicked), Suggestions)


def test_what_was_only_suggested_answers_what_it_has_the_words_of(shipped: AnswerEngine) -> None:
    section = "licensing/copyleft-licenses#when-does-copyleft-bite"
    unpicked = Turn("gpl at work", section, "When does copyleft bite?", shown=False, offered=(section,))

    assert shown(shipped.answer("and if i publish the code?", unpicked)).startswith("licensing/")


def test_after_suggestions_the_conversation_is_still_about_what_was_shown(shipped: AnswerEngine) -> None:
    outcome, previous = told(shipped, "who is behind Qwen", "is it haunted", "and the license?")

    assert previous is not None
    assert previous.section_id == "catalogues/projects#qwen"
    assert shown(outcome) == "catalogues/projects#qwen"


@pytest.mark.parametrize(
    ("said", "place"),
    [("the second one", 1), ("2", 1), ("number two please", 1), ("i meant the first", 0), ("3rd", 2), ("the last one", 2)],
)
def test_a_member_picks_one_of_several_suggestions_in_words(shipped: AnswerEngine, said: str, place: int) -> None:
    suggested, _ = told(shipped, "is grok open source")
    assert isinstance(suggested, Suggestions)

    outcome, _ = told(shipped, "is grok open source", said)

    assert isinstance(outcome, Answer)
    assert outcome.picked
    assert outcome.section == suggested.candidates[place].section
    assert outcome.asked.question == "is grok open source"


@pytest.mark.parametrize("said", ["the second license", "the fourth one", "which one is the second"])
def test_what_says_more_than_a_place_picks_nothing(shipped: AnswerEngine, said: str) -> None:
    """What is picked answers the question before; this is asked itself, whatever comes of it."""
    outcome, previous = told(shipped, "is grok open source", said)

    assert previous is not None
    assert len(previous.offered) >= 3
    assert outcome.asked.question == said
    assert not (isinstance(outcome, Answer) and outcome.picked)


def test_a_place_picks_nothing_where_nothing_was_suggested(shipped: AnswerEngine) -> None:
    outcome, _ = told(shipped, "what is whisper", "the second one")

    assert isinstance(outcome, Answer)
    assert not outcome.picked
    assert outcome.asked.question == "the second one"
    assert "whisper" in outcome.text.lower()


def test_an_answer_that_is_not_sure_enough_after_a_comparison_is_suggested_though_that_is_in_no_list(shipped: AnswerEngine) -> None:
    outcome, previous = told(shipped, "inference vs training", "is it patented")

    assert previous is not None
    assert shipped.corpus.section(previous.section_id) is None  # it was put together of two entries
    assert isinstance(outcome, Suggestions)
    assert {"catalogues/glossary#inference", "catalogues/glossary#training"} <= set(in_sight(outcome))


def test_what_is_picked_answers_the_pick_where_the_words_before_are_not_held(shipped: AnswerEngine) -> None:
    section = "foundations/openness#is-llama-open-source"
    somebody_elses = Turn("", "", "", chosen=False, shown=False, offered=("catalogues/projects#llama", section))

    outcome = shipped.answer("the second one", somebody_elses)

    assert shown(outcome) == section
    assert outcome.asked.question == "the second one"


def test_a_suggestion_of_an_older_knowledge_is_not_picked(shipped: AnswerEngine) -> None:
    gone = Turn("is grok open source", "a#gone", "Gone", shown=False, offered=("a#gone", "b#gone"))

    outcome = shipped.answer("the second one", gone)

    assert isinstance(outcome, Suggestions)
    assert outcome.asked.question == "the second one"


def test_what_was_passed_over_is_said_again_where_it_answers_in_other_words(shipped: AnswerEngine) -> None:
    outcome, previous = told(shipped, "what is the linux foundation", "who is in it", "where does its money come from")

    assert previous is not None
    assert isinstance(outcome, Answer)
    assert outcome.text.startswith("Member companies pay for it")


def test_what_announces_a_list_is_said_again_with_the_list(shipped: AnswerEngine) -> None:
    section = shipped.section("governance/foundations#linux-foundation")
    assert section is not None
    everything = Turn("tell me about it", section.id, section.title, tuple(range(len(section.passages))))

    outcome = shipped.answer("does it do ai stuff", everything)

    assert shown(outcome) == section.id
    assert "PyTorch Foundation" in outcome.text


@pytest.mark.parametrize(
    ("first", "question", "section_id"),
    [
        ("what is whisper", "how much memory does the small one need", "how-it-works/media-models#speech-to-text"),
        ("is gpt-oss really open", "how much vram for the big one", "history/open-models-2020s#gpt-oss"),
    ],
)
def test_the_big_one_is_one_of_what_was_shown(shipped: AnswerEngine, first: str, question: str, section_id: str) -> None:
    outcome, _ = told(shipped, first, question)

    assert shown(outcome) == section_id


@pytest.mark.parametrize(
    "question", ["why tho", "why not tho?", "famous examples?", "any good alternatives lol", "whats the opposite", "any proof"]
)
def test_a_question_leans_whatever_chat_puts_beside_it(question: str) -> None:
    assert leaning(question) is Leaning.LEANS


@pytest.mark.parametrize("question", ["the small one?", "which gpu for the big one", "and the newest one"])
def test_one_of_what_was_spoken_of_goes_on(question: str) -> None:
    assert leaning(question) in (Leaning.CONTINUES, Leaning.LEANS)


@pytest.mark.parametrize("question", ["which license is the one that google uses", "is the one with the llama logo free"])
def test_the_one_that_the_question_describes_itself_does_not_go_on(question: str) -> None:
    assert leaning(question) not in (Leaning.CONTINUES, Leaning.LEANS)


def test_even_with_another_thing_asks_the_question_before_of_it(shipped: AnswerEngine) -> None:
    outcome, _ = told(shipped, "can I use Whisper commercially", "even with Llama?")

    assert "llama" in shown(outcome)


@pytest.mark.parametrize(
    ("first", "question", "section_id"),
    [
        ("what is pytorch", "vs tensorflow?", "catalogues/projects#tensorflow+pytorch"),
        ("what is OLMo", "vs pythia", "catalogues/projects#pythia+olmo"),
        ("what is mistral", "vs qwen?", "catalogues/projects#qwen+mistral"),
    ],
)
def test_vs_another_thing_compares_it_with_what_was_shown(shipped: AnswerEngine, first: str, question: str, section_id: str) -> None:
    outcome, _ = told(shipped, first, question)

    assert shown(outcome) == section_id


def test_an_article_that_surely_answers_goes_before_more_of_what_has_not_a_word_of_it(shipped: AnswerEngine) -> None:
    outcome, _ = told(shipped, "what is RAG", "do i need a vector database for it")

    assert shown(outcome) == "how-it-works/building-with-models#vector-stores"


def test_one_word_of_an_entry_does_not_lead_away_from_what_was_shown(shipped: AnswerEngine) -> None:
    outcome, _ = told(shipped, "what is ollama", "does it need a gpu")

    assert shown(outcome) == "how-it-works/running-models#ollama"  # and not catalogues/glossary#gpu


@pytest.mark.parametrize("question", ["liscense?", "waht licens", "wich lisence"])
def test_words_of_form_are_read_as_they_are_meant(shipped: AnswerEngine, question: str) -> None:
    outcome, _ = told(shipped, "what is whisper", question)

    assert shown(outcome) == "catalogues/projects#whisper"
    assert "MIT" in outcome.text


@pytest.mark.parametrize("question", ["how do i contribute to an open source project", "how to contribute to open source"])
def test_who_asks_how_gets_the_steps_in_a_row(shipped: AnswerEngine, question: str) -> None:
    outcome = shipped.answer(question)

    assert isinstance(outcome, Answer)
    assert [f"{number}. " in outcome.text for number in (1, 2, 3)] == [True] * 3


@pytest.mark.parametrize(
    "questions",
    [
        ("tell me about deepseek", "do they get my data if i run it on my own pc", "license?"),
        ("what is qwen", "how do I run it on my own computer", "is it open source"),
    ],
)
def test_a_license_is_asked_of_the_project_that_was_named_last_where_the_section_shown_is_no_thing(
    shipped: AnswerEngine, questions: tuple[str, ...]
) -> None:
    outcome, previous = told(shipped, *questions)

    assert previous is not None
    assert previous.thing
    assert previous.title != previous.thing
    assert previous.thing.lower() in shown(outcome)


@pytest.mark.parametrize("question", ["which license is it exactly", "license?", "who made it", "is it open source"])
def test_what_a_declined_question_named_is_remembered(shipped: AnswerEngine, question: str) -> None:
    outcome, previous = told(shipped, "does qwen clean my windows on sundays", question)

    assert previous == Turn("", "", "", chosen=False, shown=False, thing="Qwen")  # and not what was asked
    assert isinstance(outcome, Answer)
    assert "qwen" in outcome.text.lower()


@pytest.mark.parametrize(
    "question",
    [
        "what is chatgpt",
        "what is claude",
        "what is the mit license",
        "who made the gpl",
        "mit vs apache",
    ],
)
def test_a_project_is_forgotten_once_something_else_is_asked(shipped: AnswerEngine, question: str) -> None:
    _, previous = told(shipped, "what is qwen", question, "is it open source")

    assert previous is not None
    assert previous.thing == ""


@pytest.mark.parametrize(
    ("first", "question", "section_id"),
    [
        ("what did nvidia agree with hugging face", "what does it cost", "governance/hugging-face#nvidia-s-agreement-to-buy-hugging-face"),
        ("what does the pytorch foundation do", "who founded it", "governance/foundations#pytorch-foundation"),
    ],
)
def test_what_an_article_tells_itself_is_not_asked_of_the_thing_in_its_title(
    shipped: AnswerEngine, first: str, question: str, section_id: str
) -> None:
    outcome, previous = told(shipped, first, question)

    assert previous is not None
    assert shown(outcome) == previous.section_id == section_id


def test_two_that_were_compared_are_no_thing_to_ask_of(shipped: AnswerEngine) -> None:
    _, previous = told(shipped, "ollama vs vllm", "license?")

    assert previous is not None
    assert "+" in previous.section_id
    assert previous.thing == ""


def test_who_made_the_thing_just_explained_is_not_who_made_the_project_named_before(shipped: AnswerEngine) -> None:
    outcome, _ = told(shipped, "what is llama", "what is quantization", "who invented it")

    assert isinstance(outcome, Suggestions)
    assert in_sight(outcome)[0] == "how-it-works/adapting#quantization"
    assert [section_id for section_id in in_sight(outcome) if "llama" in section_id] == []


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("is llama any good", "Llama"),
        ("does llama.cpp crash", "llama.cpp"),
        ("the hugging face hub", "Hugging Face Hub"),
        ("scikit learn or numpy", ""),
        ("PyTorch, torch, py torch", "PyTorch"),
        ("what is copyleft", ""),
        ("", ""),
    ],
)
def test_a_question_names_a_project_by_any_of_its_names(shipped: AnswerEngine, question: str, name: str) -> None:
    assert shipped.understanding.thing_in(question) == name


def test_other_names_answer_nothing_but_a_question_for_names(shipped: AnswerEngine) -> None:
    banned, _ = told(shipped, "what is a guardrail", "should it be banned?")
    called, _ = told(shipped, "what is a guardrail", "is it called something else too")

    assert isinstance(banned, Suggestions)
    assert "all I have about “Guardrails”" in banned.opening
    assert isinstance(called, Answer)
    assert "safety filter" in called.text


@pytest.mark.parametrize("question", ["source?", "says who", "are you sure?"])
def test_who_asks_for_sources_gets_those_of_what_was_shown(shipped: AnswerEngine, question: str) -> None:
    outcome, previous = told(shipped, "who wrote PyTorch", question)
    alone = shipped.answer(question)

    assert previous is not None
    section = shipped.section(previous.section_id)
    assert section is not None
    assert str(section.sources[0]) in outcome.text
    assert f"and {len(section.sources) - 3} more" in outcome.text
    assert isinstance(alone, SmallTalk)
    assert str(section.sources[0]) not in alone.text


@pytest.mark.parametrize("question", ["vs llama.cpp?", "compared to llama.cpp?", "versus llama.cpp"])
def test_what_is_compared_with_what_was_shown_may_have_a_point_in_its_name(shipped: AnswerEngine, question: str) -> None:
    outcome, _ = told(shipped, "What is vLLM?", question)

    assert shown(outcome) == "catalogues/projects#llama-cpp+vllm"


@pytest.mark.parametrize("question", ["who is behind it", "who made it"])
def test_an_entry_that_has_the_attribute_is_not_silent_about_it(shipped: AnswerEngine, question: str) -> None:
    outcome, _ = told(shipped, "qwen license?", "all sizes?", question)

    assert shown(outcome) == "catalogues/projects#qwen"


@pytest.mark.parametrize("question", ["and tensorflow, who makes that one", "and what license has numpy"])
def test_an_attribute_of_another_thing_that_is_named_is_not_asked_of_what_was_shown(shipped: AnswerEngine, question: str) -> None:
    outcome, _ = told(shipped, "what does the pytorch foundation do", question)

    assert shown(outcome) in ("catalogues/projects#tensorflow", "catalogues/projects#numpy")


def test_what_stands_alone_is_not_asked_of_a_suggestion_that_nobody_picked(shipped: AnswerEngine) -> None:
    outcome, previous = told(
        shipped, "can someone sue me for using an open model", "even with MIT?", "what if the model outputs copyrighted text"
    )

    assert previous is not None
    assert not previous.chosen
    assert shown(outcome) == "licensing/outputs-and-datasets#who-owns-what-a-model-generates"


def test_a_project_is_remembered_while_what_was_shown_stays(shipped: AnswerEngine) -> None:
    outcome, previous = told(shipped, "is DeepSeek R1 open source", "commercially too?", "how big is it")

    assert previous is not None
    assert previous.thing == "DeepSeek"
    assert shown(outcome) == "catalogues/projects#deepseek"


@pytest.mark.parametrize(("first", "question"), [("Who founded Hugging Face?", "when was he born"), ("who made BERT", "how old is he")])
def test_what_is_asked_of_a_persons_life_is_no_attribute_of_the_thing(shipped: AnswerEngine, first: str, question: str) -> None:
    outcome, _ = told(shipped, first, question)

    assert not isinstance(outcome, Answer)


@pytest.mark.parametrize("question", ["and license?", "and the license"])
def test_behind_what_has_no_license_and_license_asks_for_no_definition(shipped: AnswerEngine, question: str) -> None:
    outcome, _ = told(shipped, "that runs on 12gb vram, which model", question)

    assert not isinstance(outcome, Answer)
