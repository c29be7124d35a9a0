"""Questions with a structure, read on the knowledge that ships."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NoReturn

import pytest

from bot.answering.engine import AnswerEngine
from bot.answering.entities import has
from bot.answering.outcome import Abstention, AbstentionReason, Answer, AskedQuestion, Suggestions
from bot.answering.readings import turn_of
from bot.answering.structured import NotPossible, StructuredMatch, Understanding
from bot.answering.versions import is_of_another_version, tells_release
from bot.corpus.catalogue.entries import EventKind, PartialDate, TimelineEvent
from bot.corpus.loading import load_corpus
from bot.lookup.directory import Directories
from bot.query.patterns import Attribute, structure_of
from tests.unit.answering.outcomes import in_sight


def chosen(engine: AnswerEngine, question: str) -> StructuredMatch | NotPossible | None:
    return engine.understanding.choose(question, lambda: engine.index.search(question, 10))


def outcome(engine: AnswerEngine, question: str) -> Answer:
    found = engine.answer(question)
    assert isinstance(found, Answer)
    return found


@pytest.mark.parametrize(
    ("question", "section_id", "reading"),
    [
        ("under which license is PyTorch released", "catalogues/projects#pytorch", "its license: PyTorch"),
        ("who is behind PyTorch?", "catalogues/projects#pytorch", "who made it: PyTorch"),
        ("by whom was OLMo created", "catalogues/projects#olmo", "who made it: OLMo"),
        ("when was Keras released", "catalogues/projects#keras", "when it came out: Keras"),
        ("define fine-tuning", "catalogues/glossary#fine-tuning", "what it means: fine-tuning"),
        ("what does RLHF stand for", "catalogues/glossary#rlhf", "what the letters stand for: reinforcement learning from human feedback"),
    ],
)
def test_an_attribute_of_a_known_thing_is_answered_by_its_entry_and_the_reading_is_reported(
    shipped: AnswerEngine, question: str, section_id: str, reading: str
) -> None:
    found = outcome(shipped, question)

    assert (found.section.id, found.reading) == (section_id, reading)
    assert reading_of(shipped, question) == reading
    assert found.confidence >= shipped.settings.answer_threshold


def test_the_date_is_in_the_section_that_a_question_for_one_is_answered_with(shipped: AnswerEngine) -> None:
    assert "2018" in outcome(shipped, "when was BERT released").section.text


def test_two_entries_are_put_side_by_side(shipped: AnswerEngine) -> None:
    found = outcome(shipped, "compare Whisper and BERT")

    assert found.section.id == "catalogues/projects#whisper+bert"
    assert found.reading == "Whisper and BERT side by side, from the catalogues"
    assert [line for line in found.text.splitlines() if line not in found.section.text and not line.startswith("… and ")] == []


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("compare Gemma and Qwen", "catalogues/projects#gemma+qwen"),
        ("Llama license vs Gemma license", "catalogues/licenses#llama-community+gemma-terms"),
    ],
)
def test_names_of_models_and_of_their_licenses_differ_by_the_word_license(shipped: AnswerEngine, question: str, section_id: str) -> None:
    assert outcome(shipped, question).section.id == section_id


def test_a_comparison_that_an_article_makes_is_answered_by_the_article_with_its_reasons(shipped: AnswerEngine) -> None:
    found = outcome(shipped, "compare MIT and Apache 2.0")

    assert found.section.id == "licensing/permissive-licenses#mit-vs-apache-2-0"
    assert found.reading == "MIT License and Apache License 2.0, which this section compares"
    assert found.confidence >= shipped.settings.answer_threshold


@pytest.mark.parametrize(
    ("question", "section_id", "years"),
    [
        ("what happened in 2018", "from-2018-to-2018", {"2018"}),
        ("what happened between 2019 and 2020?", "from-2019-to-2020", {"2019", "2020"}),
        ("what happened before 1957", "from-1950-to-1957", {"1950", "1955", "1956"}),
    ],
)
def test_years_and_ranges_are_answered_by_the_events_of_the_timeline(
    shipped: AnswerEngine, question: str, section_id: str, years: set[str]
) -> None:
    found = outcome(shipped, question)

    assert found.section.id == f"catalogues/timeline#{section_id}"
    lines = [line for line in found.text.splitlines() if line.startswith("•")]
    assert lines
    assert {line.split(":")[0][-4:] for line in lines} <= years
    assert "the events of the timeline" in (found.reading or "")


def test_events_about_a_subject_are_only_those(shipped: AnswerEngine) -> None:
    every, some = outcome(shipped, "what happened in 2018"), outcome(shipped, "what happened in 2018 with transformers")

    assert some.section == every.section
    assert 0 < len(some.text) < len(every.text)
    assert "about transformers" in (some.reading or "")


def test_a_long_list_of_events_is_cut_and_says_how_many_more_there_are(shipped: AnswerEngine) -> None:
    text = outcome(shipped, "what happened since 2000").text

    shown, rest = text.count("•"), re.search(r"… and (\d+) more$", text)
    assert rest is not None
    assert 3 <= shown < 12
    assert shown + int(rest[1]) > 100


@pytest.mark.parametrize(
    ("question", "said"),
    [("what happened in 2035", "up to 2026"), ("what happened in 1850", "from 1950 on"), ("timeline 2018 to 2016", "2016 to 2018")],
)
def test_an_impossible_year_is_declined_with_what_is_possible(shipped: AnswerEngine, question: str, said: str) -> None:
    found = shipped.answer(question)

    assert isinstance(found, Abstention)
    assert found.reason is AbstentionReason.NOT_POSSIBLE
    assert said in found.text


@pytest.mark.parametrize(
    "question",
    ["license of bananas", "who made bananas", "define banana", "gpl vs bananas", "when was zxqwv released", "what does zxqwv stand for",
     "MIT vs MIT", "difference between PyTorch and MIT"],
)  # fmt: skip
def test_what_is_asked_about_things_unknown_and_not_comparable_is_left_to_the_ranking(shipped: AnswerEngine, question: str) -> None:
    assert chosen(shipped, question) is None
    assert reading_of(shipped, question) is None


def test_years_without_an_event_about_a_subject_are_declined_with_what_is_possible(shipped: AnswerEngine) -> None:
    found = shipped.answer("what happened in 2018 about cats")

    assert isinstance(found, Abstention)
    assert found.reason is AbstentionReason.NOT_POSSIBLE
    assert "nothing about that in those years" in found.text
    assert "cats" not in found.text


def test_a_question_without_a_structure_has_no_reading(shipped: AnswerEngine) -> None:
    assert reading_of(shipped, "is Llama better") is None
    assert reading_of(shipped, "???") is None


def test_a_question_that_an_article_lists_is_the_article_s_whatever_its_form(shipped: AnswerEngine) -> None:
    listed = [
        (section, text)
        for section in shipped.corpus.sections
        if section.area != "catalogues"
        for text in (*section.questions, *section.messages)
        if structure_of(text) is not None and shipped.index.listed(text) is not None
    ]
    assert len(listed) > 50

    for section, text in listed[::5]:
        choice = shipped.choice_of(text)
        assert choice is not None
        assert (choice.section.id, choice.reading) == (section.id, "a question that this section lists, or its title")


@pytest.mark.parametrize(
    ("question", "section_id", "said"),
    [
        ("when was Llama 3 released", "catalogues/timeline#llama-3", "April 18, 2024"),
        ("when was Llama 3.1 released", "catalogues/timeline#llama-3-1", "July 23, 2024"),
        ("when was Llama 3.2 released", "catalogues/timeline#llama-3-2", "September 25, 2024"),
        ("in which year was Gemma v3 published", "catalogues/timeline#gemma-3", "March 12, 2025"),
    ],
)
def test_a_version_has_the_date_of_its_own_event_and_of_no_longer_number(
    shipped: AnswerEngine, question: str, section_id: str, said: str
) -> None:
    found = outcome(shipped, question)

    assert found.section.id == section_id
    assert said in found.text


@pytest.mark.parametrize(
    ("question", "family"),
    [("when was Llama 9 released", "Llama"), ("release date of PyTorch v7.5", "PyTorch"), ("when was Whisper 9 released", "Whisper")],
)
def test_of_a_version_that_is_unknown_it_is_said_that_only_its_family_is_known(shipped: AnswerEngine, question: str, family: str) -> None:
    found = shipped.answer(question)

    assert isinstance(found, Abstention)
    assert found.reason is AbstentionReason.NOT_POSSIBLE
    assert found.text == f"I have no date for that version. I only have {family} as a whole."


def test_nothing_is_denied_of_a_version_that_a_section_found_writes_about(shipped: AnswerEngine) -> None:
    for question in ("when was GPL 3 published", "when was GPL 3.0 published"):
        choice = chosen(shipped, question)
        assert isinstance(choice, StructuredMatch)
        assert choice.section.id == "catalogues/licenses#gpl-3-0"


def test_a_term_s_own_entry_defines_it_and_not_that_of_a_longer_name(shipped: AnswerEngine) -> None:
    assert outcome(shipped, "definition of open source").section.id == "catalogues/glossary#open-source"


def test_a_composed_answer_is_the_same_each_time(shipped: AnswerEngine) -> None:
    assert shipped.answer("what happened in 2018") == shipped.answer("what happened in 2018")
    assert shipped.outcome_of(AskedQuestion("a", "b", "what happened in 2018", "what happened in 2018")) == shipped.outcome_of(
        AskedQuestion("a", "b", "what happened in 2018", "what happened in 2018")
    )


def reading_of(engine: AnswerEngine, question: str) -> str | None:
    """Return how a question is read, None where the ranking decides."""
    choice = engine.choice_of(question)
    return None if choice is None else choice.reading


def test_nothing_is_searched_for_where_the_name_means_nothing(shipped: AnswerEngine) -> None:
    def search() -> NoReturn:
        raise AssertionError("a ranking cannot change that")

    assert shipped.understanding.choose("who made qwertyuiop", search) is None
    assert shipped.understanding.choose("compare qwertyuiop and asdfghjkl", search) is None


@pytest.mark.parametrize(
    ("question", "title", "text", "another"),
    [
        ("is gemma 5 open?", "Gemma", "Gemma 4 is under Apache-2.0.", True),
        ("is gemma 2 open?", "Gemma", "Google made Gemma 1 to 3.", False),
        ("is gemma 2 open?", "Gemma", "Google made Gemma 1 and 3.", True),
        ("is gemma 2 open?", "Gemma", "The terms are those of Google.", False),
        ("is llama 3.1 open?", "Llama", "Llama 3 has a license of its own.", False),
        ("how many GPUs for Mistral Large 3?", "Mistral Large 4", "Unlike Mistral Large 3 it is restricted.", True),
        ("gpl 2 or gpl 3 for my app?", "GPL 3.0", "GPL 3 adds patents.", False),
        ("runs llama 70b here?", "Llama", "Llama 8B runs on a laptop.", False),
        ("is gemma 2 open?", "Gemma", "Gemma 2 and 3 came, on March 4 and 5, before Gemma 4.", False),
        ("what happened on march 5?", "Gemma", "It came on March 12 and 13, 2025.", False),
        ("where does llama 1 come from?", "LLaMA", "Llama 2 followed.", False),
        ("is gemma v5 open?", "Gemma", "It came on May 4, 2025, and Gemma 5 followed.", False),
        ("70B on one card with 24 GB?", "Hardware needs", "With 4 bits it fits. With 5 it does not.", False),
        ("does With 24 run?", "Hardware needs", "With 4 bits it fits. With 5 it does not.", False),
        ("is Gemma 24 GB large?", "Gemma", "Google made Gemma 1 to 3.", False),
    ],
)
def test_a_section_about_another_version_is_told_apart_from_one_that_names_none(
    question: str, title: str, text: str, another: bool
) -> None:
    assert is_of_another_version(question, title, text) is another


def test_a_sure_hit_about_another_version_is_suggested_and_not_answered(shipped: AnswerEngine) -> None:
    found = shipped.answer("How many GPUs did Mistral need for Mistral Large 3?")

    assert isinstance(found, Suggestions)
    assert in_sight(found)[0] == "history/open-models-late-2026#mistral-large-4"


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("when was Llama 2 released", "catalogues/timeline#llama-2"),
        ("when did Meta publish Llama 2?", "catalogues/timeline#llama-2"),
        ("when was GPT-3 released", "catalogues/timeline#gpt-3"),
        ("when was LAION-5B published", "catalogues/timeline#laion-5b"),
    ],
)
def test_a_release_is_the_event_of_the_thing_itself_and_the_first_of_it(shipped: AnswerEngine, question: str, section_id: str) -> None:
    assert outcome(shipped, question).section.id == section_id


@pytest.mark.parametrize(
    ("event", "version", "tells"),
    [
        ("Meta released Code Llama, versions of Llama 2 for programming.", "llama 2", False),
        ("Meta released Llama 2 for free download.", "llama 2", True),
        ("Meta released Llama 2.1 for free download.", "llama 2", False),
        ("A group began with the aim of building open alternatives to GPT-3.", "gpt 3", False),
        ("OpenAI released gpt-oss, its first open model since GPT-2.", "gpt 2", False),
        ("Google released Gemma 4 under the Apache License 2.0.", "license 2.0", False),
        ("Someone made the first public release of PyTorch 1.", "pytorch 1", True),
    ],
)
def test_an_event_that_only_speaks_of_a_version_is_not_its_release(event: str, version: str, tells: bool) -> None:
    told = TimelineEvent(id="a", sources=("a",), date=PartialDate(2023), event=event, who="Somebody", kind=EventKind.MODEL)

    assert tells_release(told, version) is tells


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("sdxl release date", "July 26, 2023"),
        ("license of stable diffusion xl", "Open RAIL++-M"),
        ("how big is sd3", "2 billion parameters"),
        ("when did sd 1.5 come out", "October 2022"),
        ("how big is r1", "671 billion parameters"),
        ("keras 3 release date", "November 2023"),
        ("llama 3.1 405b license", "Llama 3.1 Community License"),
        ("what license has qwen2.5 72b", "Qwen2.5: September 19, 2024"),
        ("what is whisper large v3", "Whisper large-v3"),
    ],
)
def test_a_version_is_known_by_its_short_names_and_with_a_size_that_it_has_behind_it(
    shipped: AnswerEngine, question: str, said: str
) -> None:
    answer = outcome(shipped, question)

    assert said in answer.text.partition("\n")[0]
    assert answer.version is not None


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("how big is sdxl", "catalogues/projects#stable-diffusion"),
        ("how big is Keras 3", "catalogues/projects#keras"),
        ("how big is llama 3.1 9b", "catalogues/projects#llama"),
    ],
)
def test_a_version_whose_size_nobody_wrote_down_does_not_get_the_sizes_of_others(
    shipped: AnswerEngine, question: str, section_id: str
) -> None:
    """The entry with the others is suggested, or named as the nearest."""
    assert section_id in in_sight(shipped.answer(question))


def test_a_family_is_not_one_of_its_versions_for_having_the_name_of_the_first(shipped: AnswerEngine) -> None:
    assert outcome(shipped, "when was whisper released").version is None


@pytest.mark.parametrize(
    ("question", "attribute", "said"),
    [
        ("whats sdxl", "license?", "Open RAIL++-M"),
        ("how big is deepseek r1", "and when did it come out", "January 20, 2025"),
        ("gemma 3n", "how big is it", "E2B and E4B"),
        ("when was sdxl released", "who made it?", "Stability AI"),
    ],
)
def test_what_follows_a_version_is_asked_of_that_version(shipped: AnswerEngine, question: str, attribute: str, said: str) -> None:
    answer = shipped.answer(attribute, turn_of(shipped.answer(question)))

    assert isinstance(answer, Answer)
    assert said in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("who invented scikit-learn", "David Cournapeau"),
        ("who is behind Keras", "François Chollet"),
        ("who made Falcon", "Technology Innovation Institute"),
    ],
)
def test_who_made_something_begins_with_its_makers_and_has_its_founders(shipped: AnswerEngine, question: str, said: str) -> None:
    answer = outcome(shipped, question)
    makers, _, _ = answer.text.partition("\n\n")

    assert makers.startswith("• Made by: ")
    assert said in makers


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("license of pytorch", "• License of the code: BSD-style (BSD-3-Clause)"),
        ("what license does BLOOM have", "• License of the code: Apache-2.0"),
        ("when was Whisper released", "• First released: September 21, 2022"),
        ("since when does Keras exist", "• First released: March 27, 2015"),
    ],
)
def test_the_line_that_answers_comes_first_and_then_what_it_is_also_where_the_entry_lists_the_question(
    shipped: AnswerEngine, question: str, line: str
) -> None:
    first, _, rest = outcome(shipped, question).text.partition("\n")

    assert first == line
    assert rest.strip()


@pytest.mark.parametrize(
    ("question", "maker", "not_said"),
    [
        ("who wrote the LM Evaluation Harness", "EleutherAI", "Made by: Founded by"),
        ("makers of olmo and dolma", "Allen Institute for AI", "Made by: Founded by"),
        ("who built bloom", "BigScience", "Made by: Volunteer"),
    ],
)
def test_who_made_what_an_organization_lists_is_not_who_made_the_organization(
    shipped: AnswerEngine, question: str, maker: str, not_said: str
) -> None:
    answer = outcome(shipped, question)

    assert maker in answer.text
    assert not answer.text.startswith(f"• {not_said}")


def test_a_license_is_said_whole_also_where_the_turn_before_has_shown_a_part_of_it(shipped: AnswerEngine) -> None:
    answer = shipped.answer("license?", turn_of(shipped.answer("what is Llama")))

    assert isinstance(answer, Answer)
    assert "License of the weights: Llama Community License" in answer.text


def test_where_something_was_made_is_not_said_again_where_its_maker_says_it(shipped: AnswerEngine) -> None:
    found = outcome(shipped, "who made The Pile")

    assert "First made at: EleutherAI" in found.section.text
    assert found.text.startswith("• Made by: EleutherAI\n")
    assert "First made at" not in found.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("was Falcon made in Dubai?", "Abu Dhabi"),
        ("was Whisper developed in Berlin", "San Francisco"),
        ("is Mistral from Germany", "Paris"),
        ("does DeepSeek come from China", "Hangzhou"),
    ],
)
def test_a_claim_about_a_place_is_answered_with_the_place_whether_it_holds_or_not(shipped: AnswerEngine, question: str, said: str) -> None:
    assert said in outcome(shipped, question).text.partition("\n")[0]


@pytest.mark.parametrize("question", ["was PyTorch made in Python", "was Llama made in secret", "was Keras created in 2015"])
def test_what_something_was_made_in_is_a_place_only_where_it_may_be_one(shipped: AnswerEngine, question: str) -> None:
    """Whatever the ranking makes of it: two are answered, with something else, and of the secret nothing is known."""
    assert chosen(shipped, question) is None
    assert "Based in" not in shipped.answer(question).text.partition("\n")[0]


def test_an_article_that_lists_a_comparison_but_has_nothing_of_the_other_side_does_not_compare(shipped: AnswerEngine) -> None:
    answer = outcome(shipped, "gguf vs safetensors")

    assert answer.section.article == "catalogues/glossary"
    assert "safetensors:" in answer.text


def test_a_version_is_recognized_in_a_question_in_any_words(shipped: AnswerEngine) -> None:
    assert "Llama 3.1 Community License" in outcome(shipped, "hey so which license is llama 3.1 405b under actually").text
    assert "keep the Llama licenses" in outcome(shipped, "r1 distill license").text


def test_the_size_of_a_family_is_that_of_its_versions(shipped: AnswerEngine) -> None:
    text = outcome(shipped, "how big is Falcon").text

    assert "Falcon 180B" in text
    assert "180 billion parameters" in text


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("how big is GitLab?", "catalogues/projects#gitlab"),
        ("where is Keras based?", "catalogues/projects#keras"),
        ("what came after NumPy?", "catalogues/projects#numpy"),
        ("which language is LAION-5B written in?", "catalogues/projects#laion-5b"),
        ("who invented overfitting?", "catalogues/glossary#overfitting"),
        ("when was red teaming invented?", "catalogues/glossary#red-teaming"),
        ("how much does a hyperparameter cost?", "catalogues/glossary#hyperparameter"),
        ("who founded Ollama?", "catalogues/projects#ollama"),
        ("who founded Llama", "catalogues/projects#llama"),
        ("who founded Whisper", "catalogues/projects#whisper"),
        ("who started BERT", "history/frameworks-and-models#bert"),
        ("Dolma founder", "catalogues/projects#dolma"),
        ("trinity large license?", "catalogues/timeline#trinity-large"),
        ("under which license is Trinity Large", "catalogues/timeline#trinity-large"),
    ],
)
def test_a_fact_that_nobody_wrote_down_of_a_known_thing_is_not_answered_with_what_its_section_says(
    shipped: AnswerEngine, question: str, section_id: str
) -> None:
    """The section is suggested, or named as the nearest."""
    assert section_id in in_sight(shipped.answer(question))


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("how old is JAX?", "catalogues/timeline#jax"),
        ("who founded EleutherAI?", "catalogues/projects#eleutherai"),
        ("when was BERT released?", "history/frameworks-and-models#bert"),
        ("where is the Allen Institute for AI based?", "catalogues/projects#ai2"),
        ("llama 3 licence?", "catalogues/projects#llama"),
        ("deepseek v3 license", "catalogues/projects#deepseek"),
        ("gpl 3 license", "catalogues/licenses#gpl-3-0"),
        ("RedPajama price", "catalogues/projects#redpajama"),
        ("Keras founders", "catalogues/projects#keras"),
        ("founder of Keras", "catalogues/projects#keras"),
        ("Hugging Face headquarters", "catalogues/projects#hugging-face"),
    ],
)
def test_a_fact_that_a_section_has_in_its_text_is_answered_with_it(shipped: AnswerEngine, question: str, section_id: str) -> None:
    assert outcome(shipped, question).section.id == section_id


def test_a_comparison_says_what_each_is_for_and_then_the_facts(shipped: AnswerEngine) -> None:
    lines = outcome(shipped, "compare gpl and mit").text.splitlines()

    assert lines[0].startswith("• The GNU General Public License 3.0 is ")
    assert lines[1].startswith("• The MIT License is ")
    assert lines[2].startswith("• Patents: GPL 3.0: granted")


def test_a_family_of_licenses_is_compared_by_its_best_known_member(shipped: AnswerEngine) -> None:
    assert outcome(shipped, "difference between MIT and BSD").section.title == "MIT License and BSD 2-Clause License compared"


@pytest.mark.parametrize(("name", "kind"), [("MIT", "permissive"), ("AGPL", "strong copyleft"), ("MPL", "weak copyleft")])
def test_an_entry_of_a_license_says_of_what_kind_it_is(shipped: AnswerEngine, name: str, kind: str) -> None:
    entry = shipped.lookup.licenses.match(name)
    assert entry is not None
    section = shipped.section(f"catalogues/licenses#{entry.named.key}")

    assert section is not None
    assert f"Kind of license: {kind}" in section.text


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("is spaCy safe?", "catalogues/projects#spacy"),
        ("is LangChain dead", "catalogues/projects#langchain"),
        ("logo of JAX", "catalogues/projects#jax"),
        ("alternatives to MLflow", "catalogues/projects#mlflow"),
        ("GPT-J-6B age limit", "catalogues/projects#gpt-j"),
        ("can children use GitLab", "catalogues/projects#gitlab"),
        # a long name is no more of an answer than a short one
        ("Open Data Commons Open Database License 1.0 mascot", "catalogues/licenses#odbl-1-0"),
        ("reinforcement learning from human feedback stock price", "catalogues/glossary#rlhf"),
        ("stop sequence mascot", "catalogues/glossary#stop-sequence"),
        ("how many employees does BigScience have", "catalogues/projects#bigscience"),
        ("red teaming hiring", "catalogues/glossary#red-teaming"),
    ],
)
def test_of_a_known_thing_what_its_section_has_no_word_of_and_nobody_asks_is_not_answered(
    shipped: AnswerEngine, question: str, section_id: str
) -> None:
    """The section is the first that is suggested, or named as the nearest."""
    assert in_sight(shipped.answer(question))[0] == section_id


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("is cc0 free for commercial use", "licensing/data-and-content-licenses#cc0"),
        ("pytorch license", "catalogues/projects#pytorch"),
        ("whisper languages", "catalogues/projects#whisper"),
    ],
)
def test_what_a_section_says_or_is_asked_in_other_words_is_answered_with_it(shipped: AnswerEngine, question: str, section_id: str) -> None:
    assert outcome(shipped, question).section.id == section_id


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("When will LM Studio be supported?", "how-it-works/running-in-practice#desktop-apps"),
        ("please add support for AMD cards of the RX 5000 series", "how-it-works/running-in-practice#amd-graphics-cards"),
    ],
)
def test_what_only_the_makers_of_something_know_is_suggested_and_not_answered(
    shipped: AnswerEngine, question: str, section_id: str
) -> None:
    found = shipped.answer(question)

    assert isinstance(found, Suggestions)
    assert in_sight(found)[0] == section_id


def test_of_two_questions_with_a_form_one_is_answered_and_the_other_is_in_sight(shipped: AnswerEngine) -> None:
    found = outcome(shipped, "what is lora? and what is quantization?")

    assert [found.section.title, *(other.section.title for other in found.alternatives)] == ["LoRA", "Quantization"]


@pytest.mark.parametrize(
    ("message", "section_id"),
    [
        ("Ollama. it crashes all the time on my laptop.", "catalogues/projects#ollama"),
        ("I hate this. Ollama.", "catalogues/projects#ollama"),
        ("PyTorch. I cannot install it on my mac.", "how-it-works/running-in-practice#apple-computers"),
    ],
)
def test_a_name_among_statements_does_not_ask_what_it_is(shipped: AnswerEngine, message: str, section_id: str) -> None:
    """What is near is suggested, or named as the nearest."""
    assert section_id in in_sight(shipped.answer(message))
    assert reading_of(shipped, message) is None


def test_of_two_facts_of_one_thing_not_one_alone_is_shown(shipped: AnswerEngine) -> None:
    found = outcome(shipped, "who founded Keras? what does Keras cost?")

    assert found.section.title == "Keras"
    assert found.text.startswith("Keras is a Python library")


@pytest.mark.parametrize(
    "question",
    ["who is the president", "what is the market", "where is the phone", "when was the court", "what is the energy", "who is the music"],
)
def test_a_section_that_has_one_common_word_is_suggested_and_not_the_answer(shipped: AnswerEngine, question: str) -> None:
    found = shipped.answer(question)

    assert isinstance(found, Suggestions)
    assert question.rsplit(maxsplit=1)[-1] in found.candidates[0].section.text.lower()


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("what is copyleft", "catalogues/glossary#copyleft"),
        ("what are tokenizers?", "how-it-works/language-models#tokenizers"),
        ("what is a frankenmerge?", "how-it-works/building-with-models#model-merging"),
        ("whisper", "catalogues/projects#whisper"),
    ],
)
def test_one_word_that_a_section_is_called_or_alone_has_is_answered_with_it(shipped: AnswerEngine, question: str, section_id: str) -> None:
    assert outcome(shipped, question).section.id == section_id


@pytest.mark.parametrize(
    ("message", "section_id"),
    [
        ("Whisper. License?", "catalogues/projects#whisper"),
        ("We want to put Qwen3 in our app. License?", "catalogues/projects#qwen"),
        ("I use Whisper every day. Who made it?", "catalogues/projects#whisper"),
    ],
)
def test_a_question_that_names_nothing_is_asked_of_what_the_message_names(shipped: AnswerEngine, message: str, section_id: str) -> None:
    outcome = shipped.answer(message)

    assert isinstance(outcome, Answer)
    assert outcome.section.id == section_id
    assert outcome.reading is not None


@pytest.mark.parametrize(
    ("message", "section_id"),
    [
        ("What did DeepSeek not release with R1? training data? code?", "catalogues/projects#deepseek"),
        (
            "Is there a difference between Llama and Qwen? License? Price?",
            "licensing/model-licenses#licenses-of-well-known-language-models",
        ),
        ("I run a 7B model and it is slow. GPU?", "how-it-works/running-models#hardware-needs"),
    ],
)
def test_a_noun_beside_a_question_does_not_ask_what_the_word_means(shipped: AnswerEngine, message: str, section_id: str) -> None:
    assert outcome(shipped, message).section.id == section_id


@pytest.mark.parametrize(
    ("message", "section_id"),
    [
        ("Which parts of Llama 4 are secret? dataset? code?", "catalogues/projects#llama"),
        ("Do I have to publish my changes? fork?", "catalogues/glossary#fork"),
    ],
)
def test_a_noun_beside_a_question_that_has_no_answer_is_none_that_has_one(shipped: AnswerEngine, message: str, section_id: str) -> None:
    """What is near, also what the noun means, is suggested or named as the nearest."""
    assert in_sight(shipped.answer(message))[0] == section_id


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("ollama website", "• Link: https://ollama.com"),
        ("where can i download whisper", "• Link: https://github.com/openai/whisper"),
        ("whats the url of onnx", "• Link: https://onnx.ai"),
        ("vllm github", "• Link: https://github.com/vllm-project/vllm"),
        ("full text of the MIT license", "• Link: https://opensource.org/license/mit"),
        ("are the weights of whisper open", "• License of the weights: MIT"),
        ("olmo training data", "• License of the data: Dolma, ODC-BY since April 2024"),
    ],
)
def test_an_address_and_the_licenses_of_weights_and_data_are_facts_of_an_entry(shipped: AnswerEngine, question: str, line: str) -> None:
    outcome = shipped.answer(question)

    assert isinstance(outcome, Answer)
    assert line in outcome.text


def test_what_is_not_on_a_site_for_code_has_no_repository_there(shipped: AnswerEngine) -> None:
    found = shipped.answer("mistral github")

    assert "catalogues/projects#mistral" in in_sight(found)
    assert "mistral.ai" not in found.text.split("\n")[0]


@pytest.mark.parametrize("question", ["is gemma open source", "is deepseek r1 open source", "is qwen3 open source now"])
def test_whether_a_model_is_open_is_answered_by_the_article_with_the_reasons(shipped: AnswerEngine, question: str) -> None:
    outcome = shipped.answer(question)

    assert isinstance(outcome, Answer)
    assert outcome.section.id == "foundations/openness#are-deepseek-qwen-and-mistral-open-source"


@pytest.mark.parametrize("question", ["what is MCP", "mcp?", "whats mcp", "MCP, what is it and is it open"])
def test_what_a_section_is_called_for_short_is_one_of_its_names(shipped: AnswerEngine, question: str) -> None:
    outcome = shipped.answer(question)

    assert isinstance(outcome, Answer)
    assert outcome.section.id == "how-it-works/building-with-models#model-context-protocol"


@pytest.mark.parametrize(
    ("message", "section_id"),
    [
        ("RAG? I have lots of PDFs.", "catalogues/glossary#rag"),
        ("copyleft? my teacher asked", "catalogues/glossary#copyleft"),
        ("training data", "catalogues/glossary#dataset"),
        ("open source", "catalogues/glossary#open-source"),
    ],
)
def test_a_word_that_begins_a_message_asks_what_it_means(shipped: AnswerEngine, message: str, section_id: str) -> None:
    outcome = shipped.answer(message)

    assert isinstance(outcome, Answer)
    assert outcome.section.id == section_id


@pytest.mark.parametrize(
    ("message", "reading"),
    [
        ("We run Llama 3.1. When was it released?", "when it came out: llama 3.1"),
        ("We chose stable diffusion. License?", "its license: Stable Diffusion"),
        ("I saw Ollama on GitHub. License?", "its license: Ollama"),
        ("I'm building an AI app with Whisper. License?", "its license: Whisper"),
    ],
)
def test_the_only_thing_that_a_message_names_has_all_its_words_and_its_number(shipped: AnswerEngine, message: str, reading: str) -> None:
    outcome = shipped.answer(message)

    assert isinstance(outcome, Answer)
    assert outcome.reading == reading


@pytest.mark.parametrize(
    "message",
    [
        "My code is on GitHub. Which license?",
        "I fine-tuned Llama. Which license?",
        "There is a pile of data here. Who made it?",
        "My boss drives a Falcon. Is it open?",
        "I use Stable Diffusion and Whisper. License?",
    ],
)
def test_what_is_beside_a_question_is_not_what_it_asks_about(shipped: AnswerEngine, message: str) -> None:
    """The ranking decides, which may answer as well as suggest."""
    found = shipped.answer(message)

    assert reading_of(shipped, message) is None
    assert isinstance(found, Answer | Suggestions)
    assert not isinstance(found, Answer) or found.reading is None


@pytest.mark.parametrize(
    ("message", "section_id"),
    [
        ("My code is on GitHub. Which license?", "licensing/license-basics#no-license-at-all"),
        ("I fine-tuned Llama. Which license?", "licensing/license-questions#is-a-fine-tuned-model-a-derivative"),
        ("I use Stable Diffusion and Whisper. License?", "licensing/model-licenses#licenses-of-image-speech-and-vision-models"),
    ],
)
def test_a_question_beside_what_it_does_not_ask_about_is_answered_by_an_article(
    shipped: AnswerEngine, message: str, section_id: str
) -> None:
    assert outcome(shipped, message).section.id == section_id


@pytest.mark.parametrize(
    ("question", "license_id"),
    [
        ("where can i read the llama license", "catalogues/licenses#llama-community"),
        ("gemma license link", "catalogues/licenses#gemma-terms"),
        ("text of the qwen license", "catalogues/licenses#qwen-license"),
    ],
)
def test_the_link_of_a_license_is_not_that_of_the_project(shipped: AnswerEngine, question: str, license_id: str) -> None:
    outcome = shipped.answer(question)

    assert isinstance(outcome, Answer)
    assert outcome.section.id == license_id


@pytest.mark.parametrize(
    ("question", "section_id"),
    [
        ("wtf is PyTorch", "catalogues/projects#pytorch"),
        ("define PyTorch", "catalogues/projects#pytorch"),
        ("our clinic director wants federated learning, what is it", "ethics/privacy-and-control#federated-learning"),
        ("openwashing, is that a real term or twitter slang", "foundations/openness#openwashing"),
        ("customer demands an SBOM from us, never heard, is it software or a paper?", "catalogues/glossary#sbom"),
        ("information about GPT-NeoX-20B", "catalogues/projects#gpt-neox"),
        ("PyTorch explianed for dummies", "catalogues/projects#pytorch"),
    ],
)
def test_what_a_thing_is_is_asked_in_words_of_all_kinds(shipped: AnswerEngine, question: str, section_id: str) -> None:
    found = shipped.answer(question)

    assert isinstance(found, Answer)
    assert found.section.id == section_id


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        (
            "can I use Whisper commercially?",
            ["• License of the weights: MIT", "• MIT License: commercial use allowed. Conditions: keep the"],
        ),
        ("is Llama ok for commercial use", ["• License of the weights: Llama Community License", "700 million monthly users"]),
        (
            "stable diffusion commercial license",
            ["OpenRAIL-M (Open Responsible AI License for models): commercial use", "below $1 million"],
        ),
        ("is CC BY-NC ok for commercial use", ["• Creative Commons Attribution-NonCommercial 4.0: no commercial use"]),
        ("ollama for commercial purposes?", ["• License of the code: MIT"]),
    ],
)
def test_whether_something_may_be_used_commercially_is_what_its_license_says(
    shipped: AnswerEngine, question: str, lines: list[str]
) -> None:
    found = shipped.answer(question)

    assert isinstance(found, Answer)
    assert [line for line in lines if line not in found.text] == []
    assert len(found.text) <= shipped.settings.excerpt_characters


@pytest.mark.parametrize("name", ["GitHub", "The Pile", "RedPajama"])
def test_where_no_license_that_is_known_decides_nobody_is_told_that_commercial_use_is_allowed(shipped: AnswerEngine, name: str) -> None:
    """Whether what is known of it is the answer, is suggested, or is named as the nearest of what is declined."""
    found = shipped.answer(f"is {name} ok for commercial use")

    sections = [found.section.id] if isinstance(found, Answer) else in_sight(found)
    assert sections[0] == f"catalogues/projects#{name.lower().replace(' ', '-')}"
    assert "commercial use allowed" not in found.text


@pytest.mark.parametrize(
    "question",
    [
        "who made tinyllama",
        "tinyllama how big is it",
        "openllama license",
        "when did tinyllama come out",
        "superqwen license",
        "modernbert license",
        "how big is codegemma",
        "is openllama open source",
        "what is tinyllama",
    ],
)
def test_what_only_has_a_known_name_in_it_is_not_that(shipped: AnswerEngine, question: str) -> None:
    """It is not read as that; what is near may be suggested, or named as the nearest."""
    assert reading_of(shipped, question) is None
    assert isinstance(shipped.answer(question), Suggestions | Abstention)


def test_a_name_and_its_number_or_its_kin_that_is_known_are_read_when_typed_as_one(shipped: AnswerEngine) -> None:
    for question, text in (("mistral7b license", "Mistral 7B"), ("how big is codellama", "Code Llama"), ("how big is llama3", "Llama 3")):
        assert text in outcome(shipped, question).text


def test_letters_that_nobody_spelled_out_are_not_said_to_be(shipped: AnswerEngine) -> None:
    found = shipped.answer("what does GGUF stand for")

    assert isinstance(found, Suggestions)
    assert in_sight(found)[0] == "how-it-works/model-files#gguf"
    assert "arameter-efficient fine-tuning" in outcome(shipped, "peft stands for").text


def test_who_made_something_is_what_its_entry_says(shipped: AnswerEngine) -> None:
    for question in ("who created pytorch", "who's behind ollama"):
        assert "• Made by: " in outcome(shipped, question).text


@pytest.mark.parametrize("question", ["what is the newest keras", "latest numpy?", "which versions of spaCy are there"])
def test_the_newest_version_that_is_known_is_not_said_to_be_the_newest(shipped: AnswerEngine, question: str) -> None:
    assert "there may be later ones" in outcome(shipped, question).text


def test_a_repository_is_asked_for_in_words_of_all_kinds(shipped: AnswerEngine) -> None:
    assert "github.com/ggml-org/llama.cpp" in outcome(shipped, "where can i find the llama.cpp repo").text


@pytest.mark.parametrize(
    ("question", "made"),
    [
        ("what has hugging face released", "Diffusers"),
        ("which models are by OpenAI", "Whisper"),
        ("models and datasets from Ai2", "Dolma"),
        ("what did EleutherAI make", "The Pile"),
        ("which models has Mistral published so far", "Mistral Large 4"),
    ],
)
def test_what_somebody_has_made_is_said_from_the_entries_that_name_them_as_maker_or_from_their_versions(
    shipped: AnswerEngine, question: str, made: str
) -> None:
    assert made in outcome(shipped, question).text.partition("\n\n")[0]


@pytest.mark.parametrize("question", ["license of llama 405b", "llama 405b license", "what license has Llama 405B"])
def test_a_size_that_one_version_of_a_family_has_names_that_version(shipped: AnswerEngine, question: str) -> None:
    assert outcome(shipped, question).version == "Llama 3.1"


def test_a_size_that_several_versions_have_names_none(shipped: AnswerEngine) -> None:
    found = shipped.answer("license of llama 8b")

    assert chosen(shipped, "license of llama 8b") is None
    assert isinstance(found, Abstention)
    assert "catalogues/licenses#llama-community" in in_sight(found)


@pytest.mark.parametrize(
    ("first", "question", "version"),
    [
        ("license of llama", "and the 405b?", "Llama 3.1"),
        ("license of deepseek r1", "what about the distilled ones", "DeepSeek-R1-Distill"),
        ("when was whisper released", "what about large v3?", "Whisper large-v3"),
    ],
)
def test_words_that_tell_one_version_from_the_others_ask_the_question_before_of_it(
    shipped: AnswerEngine, first: str, question: str, version: str
) -> None:
    answer = shipped.answer(question, turn_of(shipped.answer(first)))

    assert isinstance(answer, Answer)
    assert answer.version == version


@pytest.mark.parametrize("question", ["and the fast one?", "what about the other ones", "and those?", "what about code"])
def test_words_that_tell_no_version_ask_of_none(shipped: AnswerEngine, question: str) -> None:
    answer = shipped.answer(question, turn_of(shipped.answer("license of llama")))

    assert isinstance(answer, Answer)
    assert answer.version is None
    assert "llama" in answer.section.id


def test_a_word_that_tells_nothing_of_what_was_shown_is_not_answered_with_it(shipped: AnswerEngine) -> None:
    assert isinstance(shipped.answer("and the coder?", turn_of(shipped.answer("license of llama"))), Suggestions)


@pytest.mark.parametrize(
    ("first", "question", "section_id"),
    [
        ("is llama open source", "how big is it", "catalogues/projects#llama"),
        ("is llama open source", "who made it?", "catalogues/projects#llama"),
        ("what did nvidia agree with hugging face", "who founded it", "catalogues/projects#hugging-face"),
    ],
)
def test_an_attribute_is_asked_of_the_thing_that_the_title_of_an_article_names(
    shipped: AnswerEngine, first: str, question: str, section_id: str
) -> None:
    before = shipped.answer(first)
    answer = shipped.answer(question, turn_of(before))

    assert isinstance(before, Answer)
    assert before.section.article != "catalogues/projects"
    assert isinstance(answer, Answer)
    assert answer.section.id == section_id


def test_when_something_happened_that_an_article_tells_is_not_the_date_of_the_thing_in_its_title(shipped: AnswerEngine) -> None:
    before = shipped.answer("what did nvidia agree with hugging face")
    answer = shipped.answer("when was it announced", turn_of(before))

    assert isinstance(answer, Answer)
    assert answer.section.id == "governance/hugging-face#nvidia-s-agreement-to-buy-hugging-face"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("AI Act exemption for open source", "AI Act"),
        ("Is Llama open source?", "Llama"),
        ("Llama", None),
        ("MIT vs. Apache 2.0", None),
        ("PyTorch Foundation", None),
        ("Funding", None),
        ("llama.cpp", None),
        ("Llama 3.1", None),
        ("Stable Diffusion XL", None),
    ],
)
def test_a_title_names_one_thing_beside_what_it_says_of_it(shipped: AnswerEngine, title: str, name: str | None) -> None:
    assert shipped.understanding.named_in(title) == name


@pytest.mark.parametrize("question", ["who made pytorch", "who wrote PyTorch?"])
def test_who_made_something_is_answered_with_the_sentence_that_names_makers(shipped: AnswerEngine, question: str) -> None:
    assert "Paszke" in outcome(shipped, question).text


def test_a_text_that_names_somebody_who_made_nothing_has_no_maker(shipped: AnswerEngine) -> None:
    section = shipped.section("how-it-works/language-models#attention")

    assert section is not None
    assert not has(section, Attribute.MAKER)
    assert has(shipped.lookup.section_of(shipped.lookup.projects.entries[0]) or section, Attribute.MAKER)


def test_where_there_are_no_catalogues_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "cats.md").write_text("# Cats\n\nCats sleep a lot.\n", encoding="utf-8")
    understanding = Understanding(Directories(load_corpus(tmp_path).corpus))

    understanding.prepare()

    assert understanding.named_in("About Llama") is None
    assert understanding.thing_in("what is llama") == ""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what is Mistral's license", "Apache-2.0 for many models"),
        ("mistral license", "Apache-2.0 for many models"),
        ("what is Pythia (the models, not the oracle lol)", "EleutherAI"),
        ("who made Falcon (the LLM, not the bird)?", "Technology Innovation Institute"),
        ("license of https://huggingface.co/meta-llama/Llama-3.3-70B-Instruct", "Llama 3.3 Community License"),
    ],
)
def test_a_thing_is_meant_by_its_short_name_beside_an_aside_and_in_a_link(shipped: AnswerEngine, question: str, said: str) -> None:
    assert said in outcome(shipped, question).text


def test_all_of_a_year_goes_before_one_event_that_lists_it(shipped: AnswerEngine) -> None:
    assert outcome(shipped, "what happened in AI in 2019").text == outcome(shipped, "what happened in 2019 in AI").text


def test_a_title_that_asks_for_a_year_leads_to_its_article(shipped: AnswerEngine) -> None:
    assert outcome(shipped, "What happened in 2026").section.id == "history/open-models-2020s#what-happened-in-2026"
