"""The forms in which people ask for a fact, read by their words alone."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.query.patterns import CONTRACTED, AskedAttribute, Attribute, Compared, Happened, Structure, _cores, in_full, structure_of
from bot.retrieval.analyzer import meant

DEFINITION, EXPANSION, MAKER, DATE, LICENSE = (
    Attribute.DEFINITION,
    Attribute.EXPANSION,
    Attribute.MAKER,
    Attribute.DATE,
    Attribute.LICENSE,
)
READ: tuple[tuple[str, Structure], ...] = (
    ("what does RLHF stand for", AskedAttribute(EXPANSION, "RLHF")),
    ("OSAID stands for", AskedAttribute(EXPANSION, "OSAID")),
    ("GPL full form", AskedAttribute(EXPANSION, "GPL")),
    ("what is LLM short for?", AskedAttribute(EXPANSION, "LLM")),
    ("define fine-tuning", AskedAttribute(DEFINITION, "fine-tuning")),
    ("what is the definition of open source", AskedAttribute(DEFINITION, "open source")),
    ("meaning of copyleft", AskedAttribute(DEFINITION, "copyleft")),
    ("what does “quantization” mean?", AskedAttribute(DEFINITION, "quantization")),
    ("what is meant by alignment", AskedAttribute(DEFINITION, "alignment")),
    ("openwashing meaning", AskedAttribute(DEFINITION, "openwashing")),
    ("who made PyTorch", AskedAttribute(MAKER, "PyTorch")),
    ("who created Llama?", AskedAttribute(MAKER, "Llama")),
    ("who trains OLMo", AskedAttribute(MAKER, "OLMo")),
    ("who is behind Mistral", AskedAttribute(MAKER, "Mistral")),
    ("llama 3 license", AskedAttribute(LICENSE, "llama 3")),
    ("makers of BLOOM", AskedAttribute(MAKER, "BLOOM")),
    ("who was BERT released by", AskedAttribute(MAKER, "BERT")),
    ("by whom was GPT-2 released", AskedAttribute(MAKER, "GPT-2")),
    ("when was BERT released", AskedAttribute(DATE, "BERT")),
    ("when did Meta publish Llama 2?", AskedAttribute(DATE, "Llama 2")),
    ("in what year did they first open-source PyTorch", AskedAttribute(DATE, "PyTorch")),
    ("which company made Qwen", AskedAttribute(MAKER, "Qwen")),
    ("what lab is behind OLMo?", AskedAttribute(MAKER, "OLMo")),
    ("ok so hello, who made PyTorch exactly then?", AskedAttribute(MAKER, "PyTorch")),
    ("please define copyleft in very simple words!", AskedAttribute(DEFINITION, "copyleft")),
    ("what is this about", AskedAttribute(Attribute.IDENTITY, "this")),
    ("WHEN DID LLAMA 2 COME OUT", AskedAttribute(DATE, "LLAMA 2")),
    ("in which year was TensorFlow published", AskedAttribute(DATE, "TensorFlow")),
    ("what year was Hugging Face founded", AskedAttribute(DATE, "Hugging Face")),
    ("release date of GPT-J", AskedAttribute(DATE, "GPT-J")),
    ("GPT-J release date", AskedAttribute(DATE, "GPT-J")),
    ("license of PyTorch", AskedAttribute(LICENSE, "PyTorch")),
    ("what's the licence for Llama", AskedAttribute(LICENSE, "Llama")),
    ("which license does Mistral use", AskedAttribute(LICENSE, "Mistral")),
    ("under which licence is BERT released", AskedAttribute(LICENSE, "BERT")),
    ("how is Falcon licensed", AskedAttribute(LICENSE, "Falcon")),
    ("what is Llama's license", AskedAttribute(LICENSE, "Llama")),
    ("and its license?", AskedAttribute(LICENSE, "its")),
    ("when was it?", AskedAttribute(DATE, "it")),
    ("who?", AskedAttribute(MAKER, "")),
    ("by whom?", AskedAttribute(MAKER, "")),
    ("compare MIT and Apache 2.0", Compared("MIT", "Apache 2.0")),
    ("difference between GPL and LGPL", Compared("GPL", "LGPL")),
    ("what is the difference between the MIT and the BSD", Compared("MIT", "BSD")),
    ("MIT vs BSD", Compared("MIT", "BSD")),
    ("GPL versus AGPL?", Compared("GPL", "AGPL")),
    ("Llama compared to Mistral", Compared("Llama", "Mistral")),
    ("how does MIT differ from BSD", Compared("MIT", "BSD")),
    ("what happened in 2018", Happened("2018", "2018")),
    ("what happened in AI in 2018?", Happened("2018", "2018")),
    ("events of 2020 about licenses", Happened("2020", "2020", "licenses")),
    ("timeline 2018-2020", Happened("2018", "2020")),
    ("what happened between 2018 and 2020", Happened("2018", "2020")),
    ("what came out since 2022", Happened("2022", "")),
    ("history before 1990", Happened("", "1990")),
    ("since 2021", Happened("2021", "")),
    ("so, who made the PyTorch?", AskedAttribute(MAKER, "PyTorch")),
    ("hey, define copyleft", AskedAttribute(DEFINITION, "copyleft")),
    ("what is open source AI", AskedAttribute(Attribute.IDENTITY, "open source AI")),
    ("what's a tokenizer?", AskedAttribute(Attribute.IDENTITY, "tokenizer")),
    ("is Llama open source", AskedAttribute(Attribute.OPENNESS, "Llama")),
    ("are Qwen models really open source?", AskedAttribute(Attribute.OPENNESS, "Qwen models")),
    ("what happened in march 2025", Happened("march 2025", "march 2025")),
    ("pytorch or tensorflow?", Compared("pytorch", "tensorflow")),
)
RANKED = (
    "", "???", "hello", "2018", "vs", "define", "why do companies publish weights",
    "can I sell a model under the MIT license", "how do I install PyTorch",
    "who can join the foundation", "when should I choose the GPL", "which license should I choose", "license compatibility",
    "how much does it cost to train a model", "what happens if I break the license", "how many parameters does GPT-2 have",
    "comparison of models", "what happened to OpenAI", "when is a model open", "what does the license say about patents",
    "in the year 3 before christ", "what happened in 12345",
)  # fmt: skip


@pytest.mark.parametrize(("question", "structure"), READ)
def test_a_question_of_a_known_form_is_read_as_what_it_asks_for(question: str, structure: Structure) -> None:
    assert structure_of(question) == structure


@pytest.mark.parametrize("question", RANKED)
def test_a_question_of_no_such_form_is_left_to_the_ranking(question: str) -> None:
    assert structure_of(question) is None


@pytest.mark.parametrize(("question", "structure"), READ)
def test_capitals_and_a_question_mark_make_no_difference(question: str, structure: Structure) -> None:
    assert type(structure_of(question.upper() + " ?!")) is type(structure)


@pytest.mark.parametrize(
    ("question", "full"),
    [
        ("and its license?", "license of PyTorch"),
        ("who made it?", "who made PyTorch"),
        ("when?", "when was PyTorch released"),
        ("when was it released", "when was PyTorch released"),
        ("what does it stand for", "what does PyTorch stand for"),
        ("what does that mean?", "what does PyTorch mean"),
        ("by whom?", "who made PyTorch"),
        ("who made Llama?", None),
        ("compare it and Llama", None),
        ("and why?", None),
    ],
)
def test_a_pointer_is_replaced_by_the_subject_where_a_form_asks_about_it(question: str, full: str | None) -> None:
    assert in_full(question, "PyTorch") == full


def test_without_a_subject_nothing_is_put_in_full() -> None:
    assert in_full("who made it?", "") is None


def names(structure: Structure | None) -> tuple[str, ...]:
    match structure:
        case AskedAttribute(name=name):
            return (name,)
        case Compared(left=left, right=right):
            return (left, right)
        case Happened(first=first, last=last, about=about):
            return (first, last, about)
        case None:
            return ()


FORMS = ("{}", "who made {}", "license of {}", "{} vs {}", "what is {}", "is {} open source", "what happened in 2018 about {}")
FORM_WORDS = "what who is the of and vs when 2018 license compare to in a made stand for between 2020 open source".split()


@given(st.sampled_from(FORMS), st.text(st.characters(), max_size=300))
def test_any_text_can_be_read_and_is_about_what_stands_in_it(form: str, text: str) -> None:
    question = form.replace("{}", text)

    assert [name for name in names(structure_of(question)) if name not in CONTRACTED.sub(r"\1 is", meant(question))] == []


@given(st.lists(st.sampled_from(FORM_WORDS), max_size=200).map(" ".join))
@example(" ".join(FORM_WORDS))
@example(f"who made {'the ' * 15}license")
def test_a_long_question_of_form_words_is_read_and_is_about_some_of_them(question: str) -> None:
    assert [name for name in names(structure_of(question)) if name not in question] == []


@given(st.integers(1800, 2099), st.integers(1800, 2099))
def test_every_year_of_two_centuries_is_read_and_ranges_keep_their_order(first: int, last: int) -> None:
    assert structure_of(f"what happened in {first}?") == Happened(str(first), str(first))
    assert structure_of(f"what happened between {first} and {last}") == Happened(str(first), str(last))


@given(
    st.from_regex(r"[A-Za-z][A-Za-z0-9]{2,12}", fullmatch=True), st.sampled_from(["license of {}", "who made {}", "when was {} released"])
)
def test_the_name_is_taken_as_it_was_typed(name: str, form: str) -> None:
    structure = structure_of(form.format(name))

    assert isinstance(structure, AskedAttribute)
    assert structure.name == name


@pytest.mark.parametrize(
    "question", ["define the term alignment", "what does the word alignment mean", "what does the abbreviation alignment mean"]
)
def test_what_introduces_a_name_is_no_part_of_it(question: str) -> None:
    assert structure_of(question) == AskedAttribute(DEFINITION, "alignment")


def test_many_words_that_ask_for_nothing_are_as_few_ways_to_read_a_question_as_some() -> None:
    many = f"{'hey ' * 120}who made PyTorch{' then' * 100}"

    assert structure_of(many) == AskedAttribute(MAKER, "PyTorch")
    assert len(_cores(many)) <= len(_cores("hey hey hey who made PyTorch then then then"))


@pytest.mark.parametrize(
    ("question", "attribute"),
    [
        ("whats the license", Attribute.LICENSE),
        ("the license?", Attribute.LICENSE),
        ("since when?", Attribute.DATE),
        ("when did it come out", Attribute.DATE),
        ("release date?", Attribute.DATE),
        ("which year", Attribute.DATE),
        ("made by?", Attribute.MAKER),
        ("made by whom?", Attribute.MAKER),
        ("the author?", Attribute.MAKER),
        ("open source?", Attribute.OPENNESS),
        ("is it open source now", Attribute.OPENNESS),
    ],
)
def test_an_attribute_alone_is_asked_of_what_was_spoken_of(question: str, attribute: Attribute) -> None:
    structure = structure_of(question)

    assert isinstance(structure, AskedAttribute)
    assert structure.attribute is attribute
    assert in_full(question, "PyTorch") is not None


@pytest.mark.parametrize("question", ["whos behind keras", "who's behind keras", "who is behind keras"])
def test_a_contraction_is_read_with_its_sign_and_without(question: str) -> None:
    assert structure_of(question) == AskedAttribute(Attribute.MAKER, "keras")


@pytest.mark.parametrize("question", ["which came first, keras or jax", "what was first, keras or jax", "which one is older: keras or jax"])
def test_which_was_first_compares(question: str) -> None:
    assert structure_of(question) == Compared("keras", "jax")
