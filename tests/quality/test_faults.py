"""The table of faults: complete, and no older than the tests it is made from."""

from __future__ import annotations

from tests.faults import FAULTS, PAGE, known_faults, page, shown_by


def test_every_fault_is_shown_by_a_test_or_said_not_to_be_offered() -> None:
    tests = shown_by()

    assert [fault.number for fault in known_faults() if not tests.get(fault.number) and fault.not_offered is None] == []
    assert [fault.number for fault in known_faults() if tests.get(fault.number) and fault.not_offered is not None] == []


def test_every_mark_names_a_fault_of_the_list() -> None:
    numbers = [fault.number for fault in known_faults()]

    assert len(numbers) > 50
    assert len(shown_by()) > 50
    assert numbers == sorted(set(numbers))
    assert set(shown_by()) <= set(numbers)


def test_the_page_of_faults_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"run `python -m tests.faults`; the faults themselves are in {FAULTS.name}"
