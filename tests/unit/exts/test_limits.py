"""What Discord takes is kept by construction; the counting of presses and of what is under way forgets only what is over."""

from __future__ import annotations

from types import SimpleNamespace

import discord
import pytest

from bot.config import LimitsConfig
from bot.exts.kit import limits
from bot.exts.kit.limits import Busy, RateLimit, TooOften, Workload
from bot.exts.kit.panel import Panel, button, link_button, option, picture, rows, select


@pytest.mark.fault(14)
def test_controls_are_cut_to_what_discord_takes() -> None:
    chosen = select("x" * 300, "id", [option("y" * 300, str(number), "z" * 300) for number in range(40)])

    assert len(button("x" * 300, "id").label or "") == 80
    assert len(link_button("x" * 300, "https://a.org").label or "") == 80
    assert len(chosen.placeholder or "") == 150
    assert len(chosen.options) == 25
    assert {(len(each.label), len(each.description or "")) for each in chosen.options} == {(100, 100)}
    assert len(picture("a.png", "x" * 300).items[0].description or "") == 256
    assert [len(row.children) for row in rows(*[button("x", str(number)) for number in range(7)])] == [5, 2]
    assert (button(" ", "id").label, select("x", "id", []).max_values) == ("(no name)", 1)


def test_forty_components_are_shown_and_the_forty_first_is_left_out() -> None:
    """A row counts with its buttons, a text alone, and the container itself is one."""
    full = rows(*[button("x", str(number)) for number in range(30)])

    (container,) = Panel([*full, "a", "b", "c", "d"]).children

    assert isinstance(container, discord.ui.Container)
    assert [type(child) for child in container.children] == [discord.ui.ActionRow] * 6 + [discord.ui.TextDisplay] * 3


@pytest.mark.fault(14)
@pytest.mark.parametrize(("texts", "shown"), [(1, 12), (3, 7)])
def test_a_section_counts_with_its_button_and_its_texts_among_the_forty_components(texts: int, shown: int) -> None:
    sections = [discord.ui.Section("text", accessory=button("x", str(number))) for number in range(12)]
    for section in sections:
        for _ in range(texts - 1):
            section.add_item("more")

    (container,) = Panel(sections).children

    assert isinstance(container, discord.ui.Container)
    assert len(container.children) == shown


def test_where_many_windows_are_held_those_that_are_over_are_forgotten_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 1000.0
    monkeypatch.setattr(limits, "time", SimpleNamespace(perf_counter=lambda: seconds))
    monkeypatch.setattr(limits, "_MOST_HELD", 2)
    limit = RateLimit(LimitsConfig(member_per_minute=1))

    def refused(member: int) -> bool | None:
        """Whether a refusal is the first of its window; None where there is no refusal."""
        try:
            limit.count(0, member)
        except TooOften as error:
            return error.first
        return None

    assert [refused(1), refused(1)] == [None, True]
    seconds = 1050.0
    assert [refused(2), refused(2)] == [None, True]
    seconds = 1070.0
    assert refused(3) is None
    assert set(limit._windows) == {("member", 2), ("member", 3)}
    assert set(limit._refused) == {("member", 2)}
    assert refused(2) is False


def test_what_is_under_way_is_bounded_and_what_has_ended_makes_place() -> None:
    workload = Workload(most=2)
    workload.begin(1)
    workload.begin(2)

    with pytest.raises(Busy):
        workload.begin(3)
    workload.end(1)
    workload.begin(3)
    assert workload.full


def test_what_waits_for_discord_for_long_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: now))
    workload = Workload(most=2)
    workload.begin(1)
    now = 105.0
    workload.begin(2)
    now = 110.5

    assert not workload.full
    workload.begin(3)
    assert workload.full
