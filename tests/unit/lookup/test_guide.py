"""Which license for which work."""

from __future__ import annotations

import pytest

from bot.corpus.document import Corpus
from bot.lookup.comparison import Work, guide
from bot.lookup.directory import Directories
from tests.unit.lookup.catalogues import APACHE, MIT, RAIL, corpus


def test_the_guide_for_code_has_its_families_and_the_section_that_advises() -> None:
    found = guide(Work.CODE, Directories(corpus()))

    assert [family.licenses for family in found.families] == [(APACHE, MIT)]
    assert found.section is not None
    assert found.section.title == "Which license for my code?"


def test_the_guide_for_weights_names_licenses_with_bans_apart() -> None:
    assert [family.licenses for family in guide(Work.WEIGHTS, Directories(corpus())).families] == [(APACHE, MIT), (RAIL,)]


@pytest.mark.parametrize("work", Work)
def test_a_knowledge_base_without_licenses_has_an_empty_guide(work: Work) -> None:
    found = guide(work, Directories(Corpus((), ())))

    assert (found.families, found.section) == ((), None)
