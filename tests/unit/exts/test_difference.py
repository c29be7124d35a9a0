"""How a card shows what changed between the answer of then and today's."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.exts.review.words import BRIEF, EVERYTHING, difference
from bot.review.cards import ChangeKind, DiffLine
from bot.texts import cases as texts

LINES = st.lists(st.builds(DiffLine, st.sampled_from(ChangeKind), st.text("abc ", min_size=1, max_size=150)), max_size=12)


def gone(number: int) -> DiffLine:
    return DiffLine(ChangeKind.REMOVED, f"Sentence {number} of the old answer, which is long enough to fill a line of its own on any card.")


def test_a_long_old_answer_does_not_hide_the_new_one() -> None:
    shown = difference([*map(gone, range(8)), DiffLine(ChangeKind.ADDED, "The new answer.")], BRIEF)

    assert texts.removed(gone(0).text) in shown
    assert shown.endswith(texts.added("The new answer."))


def test_where_room_is_scarce_there_is_still_the_beginning_of_what_is_gone_and_of_what_is_new() -> None:
    new = DiffLine(ChangeKind.ADDED, "The new answer begins here " + "and goes on " * 20)

    shown = difference([*map(gone, range(2)), new], BRIEF.tighter)

    assert "Sentence 0 of the old answer" in shown
    assert "**+** The new answer begins here" in shown


def test_what_is_only_gone_has_all_the_place() -> None:
    shown = difference([gone(1), gone(2)], BRIEF)

    assert shown == f"{texts.removed(gone(1).text)}\n{texts.removed(gone(2).text)}"


@given(LINES)
def test_what_stayed_or_found_no_place_is_one_ellipsis(lines: list[DiffLine]) -> None:
    for room in (BRIEF, EVERYTHING):
        shown = difference(lines, room).split("\n")
        changed = [line for line in shown if line and line != texts.UNCHANGED]

        assert sum(map(len, changed)) <= room.diff
        assert not any(one == other == texts.UNCHANGED for one, other in pairwise(shown))
