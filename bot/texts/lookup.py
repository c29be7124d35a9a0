"""What is read in the lookups: licenses, projects, terms, topics, the timeline, browsing, facts and sources.

Labels of facts and the sentences about dates are here too, though the terminal prints some of them.
"""

from __future__ import annotations

from collections.abc import Sequence

PRIVATE = "Show the answer only to you"

LICENSE = "What a license allows and asks for, or two licenses side by side"
LICENSE_NAME = "A license, such as MIT or Apache 2.0"
LICENSE_COMPARE = "A second license, to see both side by side"
LICENSE_GUIDE = "Find a license for your code, weights or data"
PROJECT = "What a project is, who makes it and how it is licensed, or two side by side"
PROJECT_NAME = "A project or organization, such as PyTorch"
PROJECT_COMPARE = "A second one, to see both side by side"
GLOSSARY = "What a term or an abbreviation means"
GLOSSARY_TERM = "A term, such as LoRA or open weights"
TOPIC = "Read about a topic"
TOPIC_NAME = "A topic, such as openwashing"
TIMELINE = "What happened when in open-source AI"
TIMELINE_YEAR = "One year or month, such as 2018 or March 2018"
TIMELINE_FROM = "From this year or month on"
TIMELINE_TO = "Up to this year or month"
TIMELINE_ABOUT = "Only events about this, such as license or Meta"
BROWSE = "Look around by area and article"
FACT = "A fact about open-source AI"
FACT_AREA = "Only from this area"
SOURCES = "Where the knowledge comes from, with links"
SOURCES_TOPIC = "Only for this area, article or topic"

MORE = "More"
SEE_ALSO = "See also"
LICENSE_TEXT = "License text"
WEBSITE = "Website"
ANOTHER_FACT = "Another fact"
WHICH_LICENSE = "Which license should I use?"
ALL_AREAS = "All areas"
NEWER, OLDER = "Newer", "Older"

COMPARE_WITH = "Compare with …"
BACK_TO_COMPARISON = "Back to the comparison"
CHOOSE_VERSION = "Show a version"
CHOOSE_AREA = "Choose an area"
CHOOSE_ARTICLE = "Choose an article"
CHOOSE_SECTION = "Choose a topic"
CHOOSE_LICENSE = "Show a license"
WHERE_NEXT = "Where to next?"
JUMP = "Jump to a year"

BEFORE, AFTER, ABOVE, HERE, RELATED = "just before this", "next in this article", "above this", "in this article", "related"
A_TERM = "term"

PURPOSE = "What it is for"
CONDITIONS = "Conditions"
PATENTS = "Patents"
LIMITS = "Limits"
PERMISSIONS = "Allowed"
USED_BY = "Used by"
KIND = "Kind"
OSI = "Approved by the OSI"
VERSIONS = "Versions"
SPDX = "SPDX id"
MADE_BY = "Made by"
FIRST_RELEASED = "First released"
CODE_LICENSE = "License of the code"
WEIGHTS_LICENSE = "License of the weights"
DATA_LICENSE = "License of the data"
RELEASED, SIZES, VERSION_LICENSE, NOTE = "Released", "Sizes", "License", "Note"
ABBREVIATION, ALSO_CALLED = "Abbreviation", "Also called"

GRANTED, NOT_GRANTED, NOT_MENTIONED = "granted", "not granted", "not mentioned"
YES, NO = "yes", "no"
NO_SPDX = "none"
NOT_LISTED = "not listed"
NO_CONDITIONS = "none"
NO_DIFFERENCE = "I know of no difference between the two."
VERSIONS_HELD = "These are versions that I have; there may be later ones."
COMMERCE_ALLOWED = "{} allowed"
COMMERCE_CONDITIONS = "{}. Conditions: {}"
THEY_AGREE = "They agree in this:"

PERMISSIVE = "Anyone may do nearly anything and keeps your notice"
WEAK_COPYLEFT = "Changes to your files stay open, what is built with them need not"
STRONG_COPYLEFT = "Whoever passes it on keeps the whole work open"
PUBLIC_DOMAIN = "No conditions at all"
DATA = "Made for collections of data"
CONTENT = "Made for texts and pictures, with credit to you"
RESPONSIBLE_AI = "Free to use, except for a list of banned uses (not open source)"
MODEL_SPECIFIC = "Written for the models of one company (not open source)"

GUIDES_TITLE = "Which license?"
GUIDES = "What would you like to license? To read about one license, use `/license name:`."
AREAS_TITLE = "What would you like to read about?"
DID_YOU_KNOW = "Did you know?"
EVERYTHING = "everything I know"
NO_AREA = "General"
"""The area of articles that lie in no folder."""
REFERENCE = "Reference"
"""The area of the catalogues: licenses, projects, terms and events."""
TIMELINE_TITLE = "Timeline"
NO_LICENSES = "My knowledge base has no licenses."
NO_AREAS = "My knowledge base has nothing to browse yet."
NO_FACTS = "I have no facts for that area."
NO_TIMELINE = "My knowledge base has no timeline."


def counted(number: int, one: str, several: str = "") -> str:
    """A number of things: "1 event", "2 events"."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def listed(words: Sequence[object], joint: str = "and") -> str:
    """Words in a sentence: "2018, 2020 and 2022"."""
    texts = [str(word) for word in words]
    return f"{', '.join(texts[:-1])} {joint} {texts[-1]}" if len(texts) > 1 else "".join(texts)


def private_because(channels: str) -> str:
    """Above what a member alone sees, since the server wants answers in other channels."""
    return f"-# Only you can see this. This server wants my answers in {channels}."


def missed(kind: str, name: str) -> str:
    """Nothing has that name."""
    return f"I don't know a {kind} called “{name}”."


def did_you_mean(text: str) -> str:
    """What may have been meant follows as buttons."""
    return f"{text} Did you mean one of these?"


def some_known(text: str) -> str:
    """A few that are known follow as a menu."""
    return f"{text} Here are some that I know. I also suggest names while you type."


def none_of_kind(kind: str) -> str:
    """There is no catalogue of that kind."""
    return f"My knowledge base has no {kind}s."


def choose_a(kind: str) -> str:
    """The placeholder of a menu."""
    return f"Choose a {kind}"


def unknown_area(name: str, areas: str) -> str:
    """No area has that name."""
    return f"I don't know an area called “{name}”. I have {areas}."


def version_of(name: str) -> str:
    """Below the name of a version."""
    return f"A version of {name}."


def all_about(name: str) -> str:
    """The way back from a version."""
    return f"All about {name}"


def back_to(name: str) -> str:
    """The way back to an entry or an area."""
    return f"Back to {name}"


def all_of(article: str) -> str:
    """The way from a section to the contents of its article."""
    return f"All of “{article}”"


def more_about(name: str) -> str:
    """The title of what is shown to whoever wants more."""
    return f"More about {name}"


def compared(left: str, right: str) -> str:
    """The title of a comparison."""
    return f"{left} and {right}"


def only(name: str) -> str:
    """What one side has and the other lacks."""
    return f"only {name}"


def same_for_both(facts: str) -> str:
    """What two entries share, on one line."""
    return f"Same for both: {facts}"


def and_more(number: int) -> str:
    """How many of a list are left out."""
    return f"and {number} more"


def for_work(work: str) -> str:
    """The button to the guide for a kind of work."""
    return f"For {work}"


def guide_title(work: str) -> str:
    """The title of the guide for a kind of work."""
    return f"Which license for {work}?"


def no_licenses_for(work: str) -> str:
    """The guide has nothing for a kind of work."""
    return f"My knowledge base has no licenses for {work}."


def page_of(number: int, pages: int) -> str:
    """Where in a list a page is."""
    return f"page {number} of {pages}"


def fact_title(area: str) -> str:
    """Above a fact of an area."""
    return f"{DID_YOU_KNOW} ({area})"


def sources_title(scope: str) -> str:
    """Above a list of sources."""
    return f"Sources for {scope}"


def no_sources(scope: str) -> str:
    """A part of the knowledge names no sources."""
    return f"I have no sources listed for {scope}."


def sources_count(sources: int, sections: int) -> str:
    """Below a list of sources."""
    return f"{counted(sources, 'source')} for {counted(sections, 'topic')}"


def used_in(sections: int) -> str:
    """How much rests on a source."""
    return f"used in {sections} topics"


def source_file(path: str, line: int) -> str:
    """Where something comes from that names no source."""
    return f"From {path}, line {line}"


def in_period(first: str, last: str) -> str:
    """A stretch of time, or one that is open at an end, which is then empty."""
    if not first and not last:
        return "all years"
    if not first or not last:
        return f"since {first}" if first else f"until {last}"
    return first if first == last else f"{first} to {last}"


def about_title(period: str, about: str) -> str:
    """What was asked of the timeline, in words."""
    return TIMELINE_TITLE + (f" {period}" if period else "") + (f", about {about}" if about else "")


def decade(year: int) -> str:
    """Ten years in a menu."""
    return f"{year // 10 * 10}s"


EVENTS = "events"


def chart_finding(total: int, unit: str, first: int, last: int, busiest: tuple[int, int], peak: int, peak_years: Sequence[int]) -> str:
    """What a chart of counts by year says.

    Args:
        total: how many there are.
        unit: what they are called in the plural.
        first: the first year.
        last: the last year.
        busiest: first and last year of the shortest stretch that holds at least half of them.
        peak: the largest number in one year.
        peak_years: the years that have it.
    """
    begin, end = busiest
    stretch = str(begin) if begin == end else f"{begin} to {end}"
    years = listed(peak_years) if len(peak_years) < 4 else f"{len(peak_years)} different years"
    return f"Bar chart of {total} {unit}, {first} to {last}. At least half of them fall in {stretch}. Most in one year: {peak}, in {years}."


YEAR_OR_STRETCH = "Please give me either a year, or from and to. With from alone you get everything since then."


def unreadable_date(typed: str) -> str:
    """What was typed is no date."""
    return f"I can't read “{typed}” as a date. A year works (2018), and so does a month (2018-03 or March 2018)."


def covered(first: str, last: str) -> str:
    """What the timeline has; the beginning of a sentence."""
    return f"The timeline goes from {first} to {last}"


def swapped(first: str, last: str, meant: str, covers: str) -> str:
    """The end is before the beginning."""
    return f"{first} is after {last}. Did you mean {meant}? {covers}."


def too_late(year: int, covers: str, last: int) -> str:
    """A year after the last event."""
    return f"I have nothing for {year}. {covers}, so choose a year up to {last}."


def too_early(year: int, covers: str, first: int) -> str:
    """A year before the first event."""
    return f"I have nothing for {year}. {covers}, so choose a year from {first} on."


def nothing_about(subject: str, kinds: str) -> str:
    """No event has to do with a subject."""
    return f"The timeline has nothing about “{subject}”. It has these kinds of events: {kinds}."


def nothing_then(subject: str, period: str, years: str) -> str:
    """No event then, and the nearest years that have one."""
    about = f" about “{subject}”" if subject else ""
    return f"The timeline has nothing{about} for {period}. There is something for {years}."
