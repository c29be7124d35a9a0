"""Sections put together on demand: their ids and keys lead back to them."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from bot.answering.composed import ComposedSections
from bot.answering.engine import AnswerEngine
from bot.answering.outcome import Answer
from bot.corpus.document import section_key

SHIPPED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def composed(shipped: AnswerEngine) -> ComposedSections:
    return shipped.understanding.composed


def all_ids(engine: AnswerEngine) -> list[str]:
    catalogues = engine.corpus.catalogues
    years = sorted({event.date.year for event in catalogues.timeline})
    span = range(years[0], years[-1] + 1)
    periods = [f"catalogues/timeline#from-{first}-to-{last}" for first in span for last in span if first <= last]
    licenses, projects = [entry.id for entry in catalogues.licenses], [entry.id for entry in catalogues.projects]
    pairs = [f"catalogues/licenses#{one}+{other}" for one, other in permutations(licenses, 2)]
    return [*periods, *pairs, *(f"catalogues/projects#{one}+{other}" for one, other in permutations(projects, 2))]


def test_every_id_that_leads_to_a_section_has_a_key_that_leads_back_to_it(shipped: AnswerEngine, composed: ComposedSections) -> None:
    ids = all_ids(shipped)
    assert len(ids) > 3000

    missing = []
    for section_id in ids:
        section = composed.section_of_key(section_key(section_id))
        if section is None:
            missing.append(section_id)
            continue
        assert (section.id, section.key) == (section_id, section_key(section_id))
        assert section.passages
        assert section.heading_path[-1]
    assert 0 < len(missing) < len(ids) / 10  # years in which nothing happened
    assert [section_id for section_id in missing if composed.section(section_id) is not None] == []


@SHIPPED
@given(data=st.data())
def test_a_composed_section_can_be_found_through_the_engine_by_id_and_key(shipped: AnswerEngine, data: st.DataObject) -> None:
    section_id = data.draw(st.sampled_from(all_ids(shipped)))
    section = shipped.section(section_id)

    assume(section is not None)  # nothing happened in some years
    assert section is not None
    assert shipped.section_of_key(section.key) == section
    assert shipped.corpus.section(section_id) is None
    assert section.related
    assert [own for own in section.related if shipped.corpus.section(own) is None] == []


def test_a_section_of_the_corpus_is_found_by_id_and_key_as_before(shipped: AnswerEngine) -> None:
    assert len(shipped.corpus.sections) > 100

    for section in shipped.corpus.sections[::20]:
        assert shipped.section(section.id) == section == shipped.section_of_key(section.key)


@pytest.mark.parametrize(
    "section_id",
    [
        "", "catalogues/timeline#from-2018", "catalogues/timeline#from-2020-to-2018", "catalogues/timeline#from-٢٠١٨-to-٢٠١٩",
        "catalogues/timeline#from-20181-to-2019", "catalogues/timeline#from-2018-to-2018\n", "catalogues/timeline#from-0000-to-0000",
        "catalogues/timeline#from-1200-to-1300", "catalogues/timeline#from-2900-to-3000", "catalogues/licenses#mit+nothing",
        "catalogues/licenses#", "catalogues/licenses#mit+", "catalogues/licenses#mit+pytorch", "catalogues/glossary#llm+nothing",
        "catalogues/licenses#MIT+APACHE-2-0", "catalogues/projects#bert+bert+bert", "../etc#a+b", "catalogues/licenses#mit+apache-2-0\0",
    ],
)  # fmt: skip
def test_a_forged_id_stands_for_nothing(shipped: AnswerEngine, section_id: str) -> None:
    assert shipped.section(section_id) is None


@SHIPPED
@given(key=st.one_of(st.text(max_size=40), st.from_regex(r"[a-z2-7]{12}", fullmatch=True)))
def test_a_forged_key_stands_for_nothing(shipped: AnswerEngine, key: str) -> None:
    assert shipped.section_of_key(key) is None


@SHIPPED
@given(
    section_id=st.one_of(st.text(st.characters(), max_size=60), st.from_regex(r"catalogues/(licenses|projects|timeline)#[a-z0-9+-]{0,40}"))
)
@example("catalogues/licenses#apache-2-0+mit")
@example("catalogues/timeline#from-2018-to-2019")
def test_any_id_can_be_asked_for_and_no_other_section_stands_for_it(shipped: AnswerEngine, section_id: str) -> None:
    section = shipped.section(section_id)

    assert section is None or section.id == section_id


@pytest.mark.parametrize(
    "section_id", ["catalogues/licenses#apache-2-0+mit", "catalogues/timeline#from-2018-to-2019", "catalogues/licenses#mit"]
)
def test_an_id_that_is_written_as_ours_stands_for_a_section(shipped: AnswerEngine, section_id: str) -> None:
    section = shipped.section(section_id)

    assert section is not None
    assert section.id == section_id


@pytest.mark.parametrize("question", ["what happened between 1940 and 1960", "what happened between 2020 and 2030"])
def test_an_answer_over_years_beyond_the_timeline_has_a_key_that_leads_back_to_it(shipped: AnswerEngine, question: str) -> None:
    outcome = shipped.answer(question)

    assert isinstance(outcome, Answer)
    assert shipped.section_of_key(outcome.section.key) == outcome.section


def test_an_entry_beside_itself_is_no_comparison(shipped: AnswerEngine) -> None:
    assert shipped.section("catalogues/licenses#mit+mit") is None
