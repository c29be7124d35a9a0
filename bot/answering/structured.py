"""A question with a structure to the section that answers it, or to the statement that there can be none.

The entity is looked up, and what the ranking found about it is preferred. Where the thing asked about is unknown, or an article compares
the two itself, nothing is chosen and the ranking decides. A choice says in words how the question was read, for "Why this answer?".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.answering.composed import SIZE, Comparable, ComposedSections, name_of, opening
from bot.answering.entities import (
    SAYS_LICENSE,
    SAYS_OPEN,
    FactKind,
    exactly,
    first_name_of,
    has,
    mentions,
    names_of_entry,
    or_best_known,
    resolve,
    wanted_fact,
)
from bot.answering.versions import Versioned, Versions, is_member, is_versioned, tells_release, version_name, without_version, writes_of
from bot.corpus.catalogue.entries import AnyEntry, GlossaryTerm, LicenseEntry, ProjectEntry, TimelineEvent, Version
from bot.corpus.document import Section
from bot.lookup.directory import Directories
from bot.lookup.names import normal_form, spaced
from bot.lookup.timeline import Chosen, Impossible, Period, select_events
from bot.query.follow_up import subject_of
from bot.query.message import plain_words
from bot.query.patterns import IN_FULL, AskedAttribute, AskedFact, Attribute, Compared, DeclaredForms, Happened, structure_of
from bot.query.slots import DeclaredWords, Slots
from bot.retrieval.analyzer import is_content
from bot.retrieval.hit import Hit, WordEvidence


@dataclass(frozen=True, slots=True)
class StructuredMatch:
    """The section that answers, and how the question was read."""

    section: Section
    reading: str
    text: str | None = None
    """What to show of it, where that is not for the excerpt to choose."""
    in_order: bool = False
    """Whether to show its passages from the first on, and not those that have most of the question."""
    version: str | None = None
    """The one version of what the section is about that was asked for."""


@dataclass(frozen=True, slots=True)
class NotPossible:
    """What is asked for cannot be; the sentence says what can."""

    text: str


Search = Callable[[], Sequence[Hit]]
_LOOKED_AT = 10
_NEAREST = 3
_MOST_LISTED = 12
_FOUNDED = "founded"
_WHAT_IS = re.compile(r"^what(?:['’]?s| is| are) (?:the |an? )?", re.IGNORECASE)
_AGE = re.compile(r"\bhow old (?:is|are|was) (?P<name>[^,;:?]+?)\W*$", re.IGNORECASE)
"""One that any year of a section may answer."""
_YEAR_DIGITS = 4
_NOTHING_ABOUT_THAT = "The timeline has nothing about that in those years. Ask for the years alone to see what it has."
"""Said without the subject: what is shown is stored longer than what a member typed."""
_SHORT = 2
"""Letters of an abbreviation that is a part of many names: "AI"."""
_LONGEST_BARE = 6
_LONGEST_NAME = 4
"""Words."""
_SIGNS_AROUND = " ?!.,;:\"'"
_BY_NAME = (Attribute.DEFINITION, Attribute.EXPANSION, Attribute.IDENTITY)
"""Attributes of a name itself: a section whose title merely contains it is about something else."""
_BESIDE_LICENSES = ("license", "licensed", "not")


class Understanding:
    """Chooses sections for structures, in one state of the knowledge."""

    def __init__(self, lookup: Directories) -> None:
        self._lookup = lookup
        self.composed = ComposedSections(lookup)
        self._attributes = {attribute.id: attribute for attribute in lookup.corpus.catalogues.attributes}
        declared = ((one.id, one.question, one.asks) for one in lookup.corpus.catalogues.attributes)
        words = [DeclaredWords(one.question, one.words, one.beside) for one in lookup.corpus.catalogues.attributes]
        licenses = DeclaredWords(IN_FULL[Attribute.LICENSE], sorted(lookup.license_words), _BESIDE_LICENSES)
        self.slots = Slots(self._is_called_so, self._is_proper, (*words, licenses))
        self.forms = DeclaredForms(declared, self._is_known, self.slots.of_it)

    def _is_known(self, asked: AskedFact) -> bool:
        return self._declared(asked) is not None

    def _is_called_so(self, name: str) -> bool:
        return normal_form(name) in self._lookup.called or self._versions.of(name) is not None

    def _is_proper(self, name: str) -> bool:
        entry = self._entry(Attribute.IDENTITY, name)
        is_word = isinstance(entry, GlossaryTerm) and spaced(name) not in map(spaced, entry.abbreviations)
        return entry is not None and not is_word and len(name) > _SHORT

    def choose(self, question: str, search: Search) -> StructuredMatch | NotPossible | None:
        """What a question with a structure asks for, None where that is for the ranking to say.

        Args:
            question: what is searched for.
            search: what ranking found, best first; asked for only where the name in the question means something.
        """
        whole = bare_name(_WHAT_IS.sub("", question))
        if whole is not None and " " in whole.name and self._entry(Attribute.IDENTITY, whole.name) is not None:
            named = self._asked(whole, search)
            if named is not None:
                return named  # "Open Source Definition" asks for no definition of open source
        for asked in self.forms.asked(question):
            declared = self._declared(asked)
            if declared is not None:
                return declared
        chosen = (self._chosen(structure, search) for structure in (structure_of(question), bare_name(question)) if structure is not None)
        return next((match for match in chosen if match is not None), None)

    def worded(self, known: StructuredMatch, question: str) -> StructuredMatch:
        """A section that lists a question, with the lines that answer where it is an entry and just its own attribute is asked for."""
        entry, structure = self._lookup.entry_of(known.section), structure_of(question)
        if not isinstance(entry, ProjectEntry) or not isinstance(structure, AskedAttribute):
            return known
        is_its_own = spaced(structure.name) in map(spaced, names_of_entry(entry))  # one may list who made what it makes
        return replace(known, text=self.composed.attribute(entry, structure.attribute)) if is_its_own else known

    def _chosen(self, structure: Happened | Compared | AskedAttribute, search: Search) -> StructuredMatch | NotPossible | None:
        match structure:
            case Happened():
                return self._happened(structure)
            case Compared():
                return self._compared(structure, search)
            case AskedAttribute():
                return self._asked(structure, search)

    def _declared(self, asked: AskedFact) -> StructuredMatch | None:
        """A fact that the schema declares, of the version or the entry that has the name; None where it is not known."""
        attribute = self._attributes[asked.attribute]
        version = self._versions.of(asked.name)
        if version is not None and asked.attribute == SIZE:
            return self._of_version(*version, attribute.label) if version[1].sizes else None
        entry = version[0] if version is not None else self._of_name(asked.name) if asked.name else None
        section = None if entry is None else self._lookup.section_of(entry)
        if entry is None or section is None:
            return None
        lines = self.composed.facts(entry, asked.attribute, attribute.label)
        if not lines:
            return None
        shown = lines[:_MOST_LISTED]
        return StructuredMatch(section, f"{attribute.label.lower()}: {entry.name}", "\n".join(shown) + f"\n\n{opening(entry.summary)}")

    def _of_name(self, name: str) -> ProjectEntry | LicenseEntry | None:
        """The project or license of a name; a project's is that of its license, too, which only the word "license" tells."""
        if SAYS_LICENSE.search(name):
            return resolve(self._lookup.licenses, name)
        return resolve(self._lookup.projects, name) or resolve(self._lookup.licenses, name)

    def lacks_fact(self, question: str, section: Section, words: Iterable[WordEvidence]) -> bool:
        """Whether the form of a question asks for a fact of a thing that the catalogues have, and a section does not have that fact.

        A thing's section is near to every question about it, whether it answers or not. Of a date and a maker the text tells whether it has
        one; of any other fact, that it has a word of the question besides the name. How old somebody is tells no section that merely names
        them, with the date of something else. ``words`` are those of the question in the section.
        """
        structure, is_event = structure_of(question), isinstance(self._lookup.entry_of(section), TimelineEvent)
        if is_event and wanted_fact(question) is FactKind.STEPS:
            return True  # what happened is not how to do it
        if isinstance(structure, AskedAttribute) and structure.attribute in (Attribute.DATE, Attribute.MAKER):
            return self._is_known_name(structure.name) and not has(section, structure.attribute)
        aged = _AGE.search(question)
        if aged is not None and any(map(is_content, plain_words(aged["name"]))) and not self._is_known_name(aged["name"]):
            return is_event or aged["name"].lower() not in section.title.lower()
        said = {word.word for word in words if "text" in word.fields and is_content(word.word)}
        for asked in self.forms.asked(question):
            is_dated = asked.attribute == _FOUNDED and has(section, Attribute.DATE)
            if self._is_known_name(asked.name) and self._declared(asked) is None and not is_dated and said <= set(plain_words(asked.name)):
                return True
        return False

    def _is_known_name(self, name: str) -> bool:
        return bool(name) and self._entry(Attribute.IDENTITY, name) is not None

    def prepare(self) -> None:
        """Make what is made when it is first asked for, so that no member waits for it."""
        _ = self._versions, self._names, self._projects
        self.composed.section_of_key("")

    def named_in(self, title: str) -> str | None:
        """The only thing that a title names, by a name with a capital, beside what it says of it; None where that is all of the title."""
        found = set(self._names.findall(title))
        is_whole = found == {title} or self._versions.of(title) is not None
        return found.pop() if len(found) == 1 and not is_whole else None

    def thing_in(self, question: str) -> str:
        """The name of the only project that a question names, in whatever letters; "" where it names none, or several."""
        words, found = spaced(question).split(), set()
        while words:
            width = next((width for width in range(_LONGEST_NAME, 0, -1) if " ".join(words[:width]) in self._projects), 0)
            found |= {self._projects[" ".join(words[:width])]} if width else set()
            words = words[max(width, 1) :]
        return found.pop() if len(found) == 1 else ""

    @cached_property
    def _projects(self) -> dict[str, str]:
        """What projects are called, as it is compared, and the name of each."""
        return {spaced(name): one.name for one in self._lookup.corpus.catalogues.projects for name in names_of_entry(one)}

    @cached_property
    def _names(self) -> re.Pattern[str]:
        """Every name that is written with a capital, but for a part of something longer, and before a number."""
        catalogues = self._lookup.corpus.catalogues
        entries: tuple[AnyEntry, ...] = (*catalogues.glossary, *catalogues.licenses, *catalogues.projects)
        every = (name for entry in entries for name in names_of_entry(entry))
        names = sorted({name for name in every if name != name.lower() and len(name) > _SHORT}, key=len, reverse=True)
        return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?![\w-]|\.\w| ?\d| [A-Z])")

    def member(self, section_id: str, words: str) -> str | None:
        """The version, of the entry that a section is, that some words tell from the others; None where they tell none."""
        section = self._lookup.corpus.section(section_id)
        entry = None if section is None else self._lookup.entry_of(section)
        return self._versions.member(entry, words) if isinstance(entry, ProjectEntry | LicenseEntry) else None

    @cached_property
    def _versions(self) -> Versions:
        catalogues = self._lookup.corpus.catalogues
        return Versions((*catalogues.licenses, *catalogues.projects))

    def _of_version(self, entry: Versioned, version: Version, label: str) -> StructuredMatch | None:
        section = self._lookup.section_of(entry)
        text = f"• {version.name}: {version.text}\n\n{opening(entry.summary)}"
        return None if section is None else StructuredMatch(section, f"{label.lower()}: {version.name}", text, version=version.name)

    def _happened(self, asked: Happened) -> StructuredMatch | NotPossible | None:
        events = self._lookup.corpus.catalogues.timeline
        if not events:
            return None
        chosen = select_events(events, start=asked.first, end=asked.last, about=asked.about)
        if isinstance(chosen, Impossible):
            return NotPossible(_NOTHING_ABOUT_THAT if asked.about else chosen.text)
        whole = select_events(events, start=asked.first[-_YEAR_DIGITS:], end=asked.last[-_YEAR_DIGITS:])
        section = None if isinstance(whole, Impossible) else self.composed.period(whole)
        if section is None:
            return None
        return StructuredMatch(section, f"the events of the timeline, {_in_words(chosen.period, asked.about)}", _listed(chosen))

    def _compared(self, asked: Compared, search: Search) -> StructuredMatch | None:
        pair = self._pair(asked)
        if pair is None:
            return None
        left, right = pair
        for section in self._found(search()[:_NEAREST]):
            compared = (section.title, *(listed for listed in section.questions if isinstance(structure_of(listed), Compared)))
            compares = any(mentions(text, left) and mentions(text, right) for text in compared)
            compares = compares and mentions(section.text, left) and mentions(section.text, right)  # and does not only list the question
            if compares and self._lookup.entry_of(section) is None:
                # an article that compares the two has reasons, which a table has not
                return StructuredMatch(section, f"{name_of(left)} and {name_of(right)}, which this section compares")
        composed = self.composed.pair(left, right)
        if composed is None:
            return None
        reading = f"{name_of(left)} and {name_of(right)} side by side, from the catalogues"
        return StructuredMatch(composed, reading, in_order=True)  # what each is for, then the facts

    def _pair(self, asked: Compared) -> tuple[Comparable, Comparable] | None:
        by_license, by_project, by_term = (
            (or_best_known(self._lookup.licenses, asked.left), or_best_known(self._lookup.licenses, asked.right)),
            (resolve(self._lookup.projects, asked.left), resolve(self._lookup.projects, asked.right)),
            (resolve(self._lookup.glossary, asked.left), resolve(self._lookup.glossary, asked.right)),
        )
        about_licenses = SAYS_LICENSE.search(f"{asked.left} {asked.right}") is not None
        pairs: tuple[tuple[Comparable | None, Comparable | None], ...] = (
            (by_license, by_project, by_term) if about_licenses else (by_project, by_license, by_term)
        )  # a name such as Gemma is that of a model and of its terms
        for left, right in pairs:
            if left is not None and right is not None and left.id != right.id:
                return left, right
        return None

    def _asked(self, asked: AskedAttribute, search: Search) -> StructuredMatch | NotPossible | None:
        version = self._versions.of(asked.name)
        entry = self._entry(asked.attribute, asked.name)
        if version is not None and _is_its_own(asked.attribute, *version) and entry in (None, version[0]):
            return self._of_version(*version, asked.attribute.value)
        if asked.attribute is Attribute.DATE and (is_versioned(asked.name) or (version is not None and is_member(*version))):
            return self._dated(asked.name if version is None else version[1].name, search)
        if entry is None and version is not None and asked.attribute in (Attribute.MAKER, Attribute.OPENNESS):
            entry = version[0]  # who makes a family makes its members
        own = None if entry is None else self._lookup.section_of(entry)
        if entry is None or own is None:
            return None
        found = list(self._found(search()[:_LOOKED_AT]))
        by_itself = asked.attribute is Attribute.IDENTITY  # such a name is exactly the entry's, whatever the ranking makes of it
        if not (found or by_itself):
            return None
        fits = self._is_called if asked.attribute in (*_BY_NAME, Attribute.DATE) else self._is_about
        about = [section for section in found if fits(section, entry) and has(section, asked.attribute)]
        if not by_itself and not mentions(asked.name, entry) and not self._is_about(found[0], entry):
            return None  # the name was only nearly that of the entry, and the ranking thinks of something else
        its_own = asked.attribute in (Attribute.LICENSE, Attribute.DEFINITION, Attribute.MAKER)
        if asked.attribute is Attribute.OPENNESS:  # an article with the reasons goes before the license that it has
            about = [*(section for section in found if _discusses_openness(section, entry)), *about]
        section = own if its_own else next(iter(about), own)
        in_order = its_own and isinstance(entry, LicenseEntry)  # the license of a license is what it says itself
        text = self.composed.attribute(entry, asked.attribute) if isinstance(entry, ProjectEntry) and section is own else None
        return (
            StructuredMatch(section, f"{asked.attribute.value}: {first_name_of(entry)}", text, in_order=in_order)
            if has(section, asked.attribute)
            else None
        )

    def _dated(self, name: str, search: Search) -> StructuredMatch | NotPossible | None:
        """The date of one version: its own event's, or that of an entry with just this name; the family's date would be another one's."""
        wanted = version_name(name)
        exact = self._dated_exactly(name, wanted)
        if exact is not None:
            return exact
        family = self._entry(Attribute.DATE, name) or self._entry(Attribute.DATE, without_version(name))
        if family is None or is_versioned(first_name_of(family)):
            return None  # not even the family is known, or what is known is one version itself
        number = wanted.rpartition(" ")[2]
        if any(writes_of(section.text, names_of_entry(family), number) for section in self._found(search()[:_LOOKED_AT])):
            return None  # a section may say it in other words
        return NotPossible(f"I have no date for that version. I only have {first_name_of(family)} as a whole.")

    def _dated_exactly(self, name: str, wanted: str) -> StructuredMatch | None:
        license_entry = exactly(self._lookup.licenses, name)
        if license_entry is not None:
            return self._own_date(license_entry)
        dated = [event for event in self._lookup.corpus.catalogues.timeline if tells_release(event, wanted)]
        if dated:
            first = min(dated, key=lambda event: (event.date, event.id))
            section = self._lookup.section_of(first)
            return None if section is None else StructuredMatch(section, f"{Attribute.DATE.value}: {wanted}")
        version = self._versions.of(name)
        if version is not None:
            return self._of_version(*version, Attribute.DATE.value)
        project = exactly(self._lookup.projects, name)
        return None if project is None else self._own_date(project)

    def _own_date(self, entry: LicenseEntry | ProjectEntry) -> StructuredMatch | None:
        own = self._lookup.section_of(entry)
        dated = own is not None and has(own, Attribute.DATE)
        return StructuredMatch(own, f"{Attribute.DATE.value}: {first_name_of(entry)}") if own is not None and dated else None

    def _entry(self, attribute: Attribute, name: str) -> AnyEntry | None:
        lookup = self._lookup
        if not name:
            return None
        match attribute:
            case Attribute.LICENSE:
                return resolve(lookup.projects, name) or or_best_known(lookup.licenses, name)
            case Attribute.MAKER | Attribute.OPENNESS:
                return resolve(lookup.projects, name)
            case Attribute.DATE:
                return resolve(lookup.projects, name) or resolve(lookup.licenses, name)
            case Attribute.DEFINITION | Attribute.EXPANSION:
                term = resolve(lookup.glossary, name)
                is_short = term is not None and spaced(name) in map(spaced, term.abbreviations)
                return term if is_short or attribute is Attribute.DEFINITION else None
            case Attribute.IDENTITY:
                return exactly(lookup.glossary, name) or exactly(lookup.projects, name) or exactly(lookup.licenses, name)

    def _found(self, hits: Sequence[Hit]) -> Iterable[Section]:
        return (section for section in (self._lookup.corpus.section(hit.section_id) for hit in hits) if section is not None)

    def _is_about(self, section: Section, entry: AnyEntry) -> bool:
        """Whether a section is about an entry: by its names, an event by what it says; other entries are about themselves."""
        other = self._lookup.entry_of(section)
        if isinstance(other, TimelineEvent):
            return mentions(f"{other.who} {other.event}", entry)
        if other is not None:
            return other is entry
        return mentions(" \n ".join((section.title, *section.aliases)), entry)

    def _is_called(self, section: Section, entry: AnyEntry) -> bool:
        """Whether a section is an entry's own, or has exactly one of its names."""
        if self._lookup.entry_of(section) is not None:
            return self._lookup.entry_of(section) is entry
        names = {spaced(name) for name in names_of_entry(entry)}
        return any(spaced(name) in names for name in (section.title, subject_of(section.title), *section.aliases))


def _is_its_own(attribute: Attribute, family: Versioned, version: Version) -> bool:
    """Whether a version's own line says what is asked of it."""
    return (attribute is Attribute.LICENSE and version.license is not None) or (
        attribute is Attribute.IDENTITY and is_member(family, version)
    )


def bare_name(question: str) -> AskedAttribute | None:
    """A message of few words may be a name and nothing else."""
    name = question.strip(_SIGNS_AROUND)
    return AskedAttribute(Attribute.IDENTITY, name) if 0 < len(name.split()) <= _LONGEST_BARE else None


def _discusses_openness(section: Section, entry: AnyEntry) -> bool:
    """Whether a section lists the question whether an entry is open."""
    listed = (one for one in (section.title, *section.questions) if SAYS_OPEN.search(one) and mentions(one, entry))
    return any(isinstance(asked := structure_of(one), AskedAttribute) and asked.attribute is Attribute.OPENNESS for one in listed)


def _in_words(period: Period, about: str) -> str:
    return f"{period}" + (f", about {about}" if about else "")


def _listed(chosen: Chosen) -> str:
    lines = [f"• {event.date}: {event.event}" for event in chosen.events[:_MOST_LISTED]]
    rest = len(chosen.events) - len(lines)
    return "\n".join([*lines, f"… and {rest} more; the full section has them all." if rest else ""]).rstrip()
