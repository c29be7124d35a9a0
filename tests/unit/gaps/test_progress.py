"""What votes say about the confidence, and the threshold that follows from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gaps.progress import FEWEST_VOTES, WANTED, finding, kept_by, kept_chart, propose
from bot.guilds.settings import HIGHEST_THRESHOLD, LOWEST_THRESHOLD

JUDGED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=120)


def votes(said: float, helpful: int, total: int) -> list[tuple[float, bool]]:
    return [(said, number < helpful) for number in range(total)]


@given(JUDGED)
def test_every_vote_is_in_exactly_one_step(judged: list[tuple[float, bool]]) -> None:
    kept = kept_by(judged)

    assert sum(one.helpful.total for one in kept) == len(judged)
    assert sum(one.helpful.hits for one in kept) == sum(good for _, good in judged)
    assert all(one.low <= one.said <= one.high for one in kept)


@given(JUDGED)
def test_from_a_proposed_threshold_on_enough_voters_found_answers_helpful_and_no_lower_one_does(judged: list[tuple[float, bool]]) -> None:
    proposal = propose(judged)

    def good_enough(threshold: float) -> bool:
        above = [good for said, good in judged if said >= threshold - 1e-9]
        return len(above) >= FEWEST_VOTES and sum(above) >= WANTED * len(above)

    if proposal is not None:
        assert LOWEST_THRESHOLD <= proposal.threshold <= HIGHEST_THRESHOLD
        assert proposal.helpful.total >= FEWEST_VOTES
        assert proposal.helpful.share >= WANTED
        assert proposal.helpful.total + proposal.dropped == len(judged)
        if LOWEST_THRESHOLD < proposal.threshold < HIGHEST_THRESHOLD:
            assert good_enough(proposal.threshold)
    else:
        assert not any(good_enough(percent / 100) for percent in range(101))


@pytest.mark.parametrize(("total", "expected"), [(FEWEST_VOTES - 1, None), (FEWEST_VOTES, 0.8)])
def test_too_few_votes_propose_nothing(total: int, expected: float | None) -> None:
    proposal = propose(votes(0.8, total, total))

    assert (None if proposal is None else proposal.threshold) == expected


def test_a_threshold_is_raised_to_where_nine_of_ten_found_answers_helpful() -> None:
    proposal = propose([*votes(0.93, 46, 50), *votes(0.82, 10, 20)])

    assert proposal is not None
    assert proposal.threshold == 0.93
    assert (proposal.helpful.hits, proposal.helpful.total, proposal.dropped) == (46, 50, 20)


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        (votes(0.95, 95, 100), "Answers helped about as often as the bot said."),
        (votes(0.95, 60, 100), "Where the bot said 90 to 100 %, answers helped less often."),
        (votes(0.55, 95, 100), "Answers helped more often than the bot said at 50 to 60 %."),
        ([*votes(0.95, 60, 100), *votes(0.85, 40, 100)], "Where the bot said 80 to 90 % and 90 to 100 %, answers helped less often."),
    ],
)
def test_the_alternative_text_begins_with_the_finding_and_has_the_numbers(judged: list[tuple[float, bool]], expected: str) -> None:
    kept = kept_by(judged)
    picture = kept_chart(kept)

    assert finding(kept) == expected
    assert picture.alternative_text.startswith(expected)
    for one in kept:
        assert f"said {round(100 * one.said)} %, {one.helpful.hits} of {one.helpful.total} helpful" in picture.alternative_text
    assert picture.png.startswith(b"\x89PNG")


def test_one_to_four_votes_are_counted_and_nothing_is_said_of_them() -> None:
    few = kept_by([*votes(0.95, 0, 4)])
    beside = kept_by([*votes(0.95, 95, 100), *votes(0.55, 0, 4)])

    assert finding(few) == "Too few votes yet to check how sure the bot says it is: each range of confidence needs 5."
    assert finding(beside) == "Answers helped about as often as the bot said."
    assert "said 55 %, 0 of 4 helpful (too few votes to compare)" in kept_chart(beside).alternative_text
    assert finding(kept_by(votes(0.95, 0, 5))) == "Where the bot said 90 to 100 %, answers helped less often."
