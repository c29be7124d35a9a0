"""Numbered runs of values, of which an index is made."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.arrays import gather, smallest, sums

RUNS = st.lists(st.lists(st.integers(0, 100), max_size=5), min_size=1, max_size=12)


def borders_of(runs: list[list[int]]) -> np.ndarray:
    return np.cumsum([0, *map(len, runs)]).astype(np.intp)


@given(RUNS, st.data())
def test_the_runs_that_are_gathered_come_in_the_order_asked_for(runs: list[list[int]], data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, len(runs) - 1), min_size=1, max_size=6))
    values = np.asarray([value for run in runs for value in run], dtype=np.uint8)

    found, borders = gather(smallest(borders_of(runs)), values, np.asarray(numbers, dtype=np.intp))

    assert [found[start:end].tolist() for start, end in pairwise(borders)] == [runs[number] for number in numbers]


@given(RUNS)
def test_the_sums_of_runs_are_those_of_each_where_the_last_is_not_empty(runs: list[list[int]]) -> None:
    runs = [*runs, [1]]
    values = np.asarray([value for run in runs for value in run], dtype=np.float32)

    assert sums(values, borders_of(runs)).tolist() == [sum(run) for run in runs]


@pytest.mark.parametrize("runs", [[[1, 2], []], [[3], [1, 2], [], []]])
def test_an_empty_run_at_the_end_takes_nothing_from_the_one_before(runs: list[list[int]]) -> None:
    values = np.asarray([value for run in runs for value in run], dtype=np.float32)

    assert sums(values, borders_of(runs)).tolist() == [sum(run) for run in runs]


@pytest.mark.parametrize(("largest", "size"), [(255, 1), (256, 2), (65_535, 2), (65_536, 4)])
def test_numbers_are_kept_in_the_smallest_type_that_holds_them(largest: int, size: int) -> None:
    assert smallest([0, largest]).dtype.itemsize == size
    assert smallest([0, largest]).tolist() == [0, largest]


def test_no_numbers_at_all_can_be_kept() -> None:
    assert smallest([]).tolist() == []
