"""What lookups say is short enough for a phone, begins with what matters, and loses nothing: the rest is for whoever asks for more."""

from __future__ import annotations

from dataclasses import replace

from bot.charts import bars_by_year
from bot.corpus.catalogue.entries import Fact, TimelineEvent
from bot.corpus.document import Passage, PassageKind
from bot.exts.lookup.infobox import comparison_blocks, entry_text, more_text, section_opening, section_text, whole_comparison
from bot.exts.lookup.page import phone_lines
from bot.exts.lookup.timeline import JumpToYear, events_page
from bot.lookup.comparison import compare
from bot.lookup.directory import Directories
from bot.lookup.timeline import Chosen, select_events, subjects_of
from tests.unit.lookup.catalogues import APACHE, ARTICLE, EVENTS, MIT, TOOL, corpus, event, license_entry

LOOKUP = Directories(corpus())
MANY = tuple(event(f"e{year}", str(year), f"Model number {year} is released with open weights.") for year in range(1950, 2027))


def chosen_of(events: tuple[TimelineEvent, ...] = MANY) -> Chosen:
    chosen = select_events(events)
    assert isinstance(chosen, Chosen)
    return chosen


def pages_of(chosen: Chosen) -> list[list[str]]:
    """The logged lines of every page."""
    pages: list[list[str]] = []
    while (page := events_page(chosen, len(pages), LOOKUP).logged.splitlines()) not in pages:
        pages.append(page)
    return pages


def test_every_event_is_on_one_page_of_six_to_eight_the_newest_first() -> None:
    pages = pages_of(chosen_of())
    years = [int(line.split(":")[0]) for page in pages for line in page]

    assert years == list(range(2026, 1949, -1))
    assert all(6 <= len(page) <= 8 for page in pages[:-1])


def test_only_the_first_page_of_a_long_timeline_has_a_chart() -> None:
    assert [events_page(chosen_of(), number, LOOKUP).draw is not None for number in (0, 1)] == [True, False]


def test_the_menu_of_years_names_the_newest_alone_and_the_older_ones_by_decade() -> None:
    options = [(option.label, option.value) for option in JumpToYear.of(chosen_of(), "-").options]

    assert len(options) <= 25
    assert options[0] == ("2026", "2026")
    assert options[-1] == ("1950s", "1959")
    few = JumpToYear.of(chosen_of(MANY[-20:]), "-").options
    assert [option.label for option in few] == [str(year) for year in range(2026, 2006, -1)]


def test_the_alternative_text_of_a_chart_says_what_one_sees() -> None:
    assert bars_by_year({2018: 1, 2019: 0, 2020: 4, 2021: 4}, "events").alternative_text == (
        "Bar chart of 9 events, 2018 to 2021. At least half of them fall in 2020 to 2021. Most in one year: 4, in 2020 and 2021."
    )


def test_a_channel_sees_the_first_passages_of_a_section_that_fit() -> None:
    section = ARTICLE[0]
    long = tuple(Passage("Word " * 39 + "end.", PassageKind.SENTENCE, block) for block in range(4))

    assert section_opening(replace(section, passages=long)) == "\n\n".join(one.text for one in long[:2])
    assert section_opening(replace(section, passages=(Passage("x" * 900, PassageKind.SENTENCE, 0), *long))) == "x" * 900
    assert section_opening(section) == section.text


def test_the_first_sentence_of_a_section_is_bold_where_others_follow() -> None:
    first, second = (Passage(text, PassageKind.SENTENCE, 0) for text in ("One *is*.", "Two."))
    section = replace(ARTICLE[0], passages=(first, second))

    assert section_text(section, "One *is*. Two.") == r"**One \*is\*.** Two."
    assert section_text(section, "One *is*.") == r"One \*is\*."


def test_what_a_message_about_an_entry_leaves_out_is_behind_more() -> None:
    entry = license_entry(
        "l", "Long License", summary="It is long. " + "It goes on and on, sentence by sentence. " * 9, used_by=("Tool",),
        facts=(Fact("output-terms", ("free",), "What its output may be used for"),),
    )  # fmt: skip

    assert entry_text(entry).startswith("**It is long.** It goes on")
    assert "-# permissive · Approved by the OSI: yes" in entry_text(entry)
    assert {"**Used by** Tool", "**What its output may be used for** free"} <= set(more_text(entry).splitlines())
    shown = entry_text(entry).replace("*", "") + more_text(entry)
    assert shown.count("It goes on and on") == 9


def test_a_comparison_begins_with_what_each_is_for_and_fits_on_a_phone_whatever_the_entries_hold() -> None:
    facts = tuple(Fact(f"f{number}", ("left side " * 9,), f"Fact {number}") for number in range(30))
    left, right = replace(TOOL, facts=facts), replace(TOOL, id="t", name="Other", summary="Other is a thing.")
    heads, rows, *_ = comparison_blocks(left, right, compare(left, right))

    assert heads == "**Tool**: It helps.\n**Other** is a thing."
    assert phone_lines(f"{heads}\n{rows}".replace("**", "")) <= 18


def test_a_side_of_a_comparison_breaks_between_two_facts_and_more_shows_all_of_both() -> None:
    conditions = ("keep the notices", "offer the source of the whole work", "keep the license", "name every change that was made to it")
    left, right = replace(MIT, conditions=conditions), replace(APACHE, conditions=("mark changes",))
    rows = comparison_blocks(left, right, compare(left, right))[1]
    everything = "\n".join(whole_comparison(left, right, compare(left, right)))

    first = "**Conditions** MIT: keep the notices, offer the source of the whole work, keep the license, and 1 more"
    assert rows.splitlines()[0] == f"{first} · Apache 2.0: mark changes"
    assert f"**Conditions**\nMIT: {', '.join(conditions)}\nApache 2.0: mark changes" in everything
    assert "**Used by**" in everything
    assert "…" not in everything


def test_a_comparison_has_conditions_and_patents_whatever_else_finds_no_place() -> None:
    long = ("keep every notice that anybody ever wrote about anything " * 3, "and another condition " * 9)
    left = replace(MIT, conditions=long, summary=f"MIT License {'goes on and ' * 20} ends.", limitations=("no warranty of any kind " * 9,))
    right = replace(APACHE, conditions=("use it " * 40,), summary=f"Apache License 2.0 {'goes on and ' * 20} ends.")
    rows = comparison_blocks(left, right, compare(left, right))[1]

    assert [line.split("**")[1] for line in rows.splitlines()] == ["Conditions", "Patents"]


def test_a_comparison_names_each_difference_once_with_what_is_the_same_in_small_print() -> None:
    heads, rows, small = comparison_blocks(MIT, APACHE, compare(MIT, APACHE))

    assert heads == "**MIT** is a license.\n**Apache 2.0** is a license."
    assert rows == "**Patents** MIT: not mentioned · Apache 2.0: granted"
    assert small.splitlines() == ["-# Same for both: permissive, approved by the OSI: yes, notice, use", "-# SPDX id: MIT · Apache-2.0"]


def test_while_a_subject_is_typed_names_are_offered_and_no_pieces_of_sentences() -> None:
    assert "a Microsoft company" not in subjects_of((event("g", "2018", "It opens.", who="GitHub, a Microsoft company"),))


def test_events_are_no_topics_whose_sources_are_offered() -> None:
    titles = {scope.title for scope in LOOKUP.scopes.entries}

    assert "MIT License" in titles
    assert not titles & {section.title for one in EVENTS if (section := LOOKUP.section_of(one))}


def test_dates_are_short_as_exact_as_they_are_known_and_link_to_their_source_where_there_is_one() -> None:
    exact = (event("a", "2018", "A."), event("b", "2018-05", "B."), event("unknown", "2018-05-09", "C."))
    text = str(events_page(chosen_of(exact), 0, LOOKUP).blocks[1])

    assert text == "**May 9, 2018** C.\n[May 2018](<https://x.org/g>) B.\n[2018](<https://x.org/g>) A."
