"""What entries are called and what kinds of facts there are, and whether a text has one: a name, a date, a maker, a license."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from bot.corpus.catalogue.entries import AnyEntry, GlossaryTerm, LicenseEntry, ProjectEntry, TimelineEvent
from bot.corpus.document import PassageKind, Section, join_passages
from bot.lookup.directory import Directory
from bot.lookup.names import MatchKind, spaced, without_parenthesis
from bot.query.patterns import Attribute
from bot.query.scope import symptoms
from bot.retrieval.hit import WordEvidence


class FactKind(StrEnum):
    """What kind of fact a question asks for."""

    DATE = "date"
    NAME = "name"
    MAKER = "maker"
    """A name, where the text says of somebody that they made, founded or published something."""
    NUMBER = "number"
    STEPS = "steps"
    """Numbered ones, where somebody asks how to do something."""
    REASON = "reason"
    OBJECTION = "objection"
    """What speaks against something, or bounds it, where somebody asks for that or doubts."""
    EXAMPLES = "examples"


TOLD = frozenset((FactKind.REASON, FactKind.OBJECTION, FactKind.EXAMPLES))
"""What is told by words that join sentences: not by what stands in one alone."""
_ASKING: tuple[tuple[FactKind, re.Pattern[str]], ...] = (
    (FactKind.DATE, re.compile(r"\b(?:when|(?:what|which) (?:year|month|date|day)|how long ago|since when|release date)\b", re.IGNORECASE)),
    (
        FactKind.NUMBER,
        re.compile(r"\bhow (?:many|much|big|large|long|old|expensive|fast)\b|\b(?:number|size|price|cost) of\b", re.IGNORECASE),
    ),
    (
        FactKind.MAKER,
        re.compile(
            r"\bwho (?:first |originally |actually )?(?:made|makes|created|invented|wrote|built|developed|develops|founded|started"
            r"|trained|released|published|coined|designed|discovered)\b"
            r"|\b(?:by whom|who) (?:was|were|is|are) .{1,60} (?:made|created|invented|written|built|developed|founded|started|trained"
            r"|released|published)\b|\b(?:makers?|creators?|inventors?|authors?|founders?) of\b",
            re.IGNORECASE,
        ),
    ),
    (
        FactKind.NAME,
        re.compile(r"\b(?:who|whom|whose)\b|\b(?:which|what) (?:company|person|organi[sz]ation|lab|group|team)\b", re.IGNORECASE),
    ),
    (FactKind.STEPS, re.compile(r"\bhow (?:(?:do|can|could|should|would) (?:i|we|you|one)|to)\b", re.IGNORECASE)),
    (
        FactKind.OBJECTION,
        re.compile(
            r"\b(?:criti(?:c|q|si[sz])\w*|drawbacks?|downsides?|disadvantages?|weakness(?:es)?|against|(?:what(?:'?s| is)|anything)"
            r" wrong with|problems? with|catch|myths?|lies?|hates?|hype|overrated)\b",
            re.IGNORECASE,
        ),
    ),
    (FactKind.REASON, re.compile(r"\bwhy\b|\bhow come\b|\breasons?\b", re.IGNORECASE)),
    (
        FactKind.EXAMPLES,
        re.compile(
            r"\bexamples?\b|\bsuch as\b|\bwho uses\b|\bwhat are some\b|\bwhich (?:models?|projects?|companies|tools?|ones)\b", re.IGNORECASE
        ),
    ),
)
_MAKES = (
    r"\b(?:made|makes?|makers?|creat(?:e[ds]?|ors?)|develop(?:s|ed|ers?)?|buil[dt]s?|invent(?:s|ed|ors?)|wr(?:ote|itten|ites)|authors?"
    r"|train(?:s|ed)|(?:co-?)?found(?:s|ed|ers?)|launch(?:es|ed)|releas(?:es|ed)|publish(?:es|ed)|introduc(?:es|ed)"
    r"|present(?:s|ed)|propos(?:es|ed)|describ(?:es|ed)|coined|designed|discovered|initiated|family of|models? (?:by|of))\b"
    r"|\bby (?:the )?(?-i:[A-Z])|['’]s? (?:own )?(?:famil(?:y|ies)|model|library|project|program|service|research)"
)
_A_NAME = re.compile(r"(?<=[\w,;:)] )(?:[A-Z][a-z]+|[A-Z]{2,})")
_HAVING = {
    FactKind.DATE: (re.compile(r"\b(?:1[5-9]|20)\d\d\b"),),
    FactKind.NUMBER: (re.compile(r"\d"),),
    FactKind.NAME: (_A_NAME,),
    FactKind.MAKER: (_A_NAME, re.compile(_MAKES, re.IGNORECASE)),
    FactKind.STEPS: (re.compile(r"^\d+\. "),),
    FactKind.OBJECTION: (
        re.compile(
            r"\b(?:critic\w*|against|object(?:s|ed|ions?)?|drawbacks?|weakness(?:es)?|disadvantages?|limits?|risks?|problems?|doubts?|warns?|disputed|contested)\b",
            re.IGNORECASE,
        ),
    ),
    FactKind.REASON: (
        re.compile(
            r"\b(?:because|so that|therefore|reasons?|due to|hence|thus|that is why|otherwise|since (?!\d|\w+ \d))\b", re.IGNORECASE
        ),
    ),
    FactKind.EXAMPLES: (
        re.compile(r"\b(?:such as|for example|for instance|includ(?:e|es|ing)|among them|known cases|examples?)\b", re.IGNORECASE),
    ),
}
"""All of them must be found."""


def wanted_fact(question: str) -> FactKind | None:
    """What kind of fact a question asks for, None where it asks for none in particular."""
    return next((kind for kind, pattern in _ASKING if pattern.search(question)), None)


def has_fact(text: str, kind: FactKind) -> bool:
    """Whether a text has such a fact; a name is a capital inside a sentence."""
    return all(pattern.search(text) is not None for pattern in _HAVING[kind])


_T = TypeVar("_T")
_SHORTEST_MISTYPED = 5
SAYS_OPEN = re.compile(r"\bopen\b|\blicen[cs]e", re.IGNORECASE)
SAYS_LICENSE = re.compile(r"\blicen[cs]", re.IGNORECASE)
_A_LICENSE = re.compile(r"\b(?:MIT|Apache[ -]2\.0|[AL]?GPL|BSD|MPL|CC[ -]BY|CC0|ODC-BY|OpenRAIL|OpenMDW)\b")
"""What well-known licenses are called where the word is left out."""
_ASKS_FOR_LICENSE = re.compile(
    r"\b(?:what|which|whose)(?:'s| is| are)?(?: the)? licen[cs]es?\b|\blicen[cs]es? (?:of|for)\b|^\W*(?:[\w.+-]+['’ ]+){1,4}licen[cs]e\W*$"
    r"|\bhow (?:is|are) .{1,40} licen[cs]ed\b",
    re.IGNORECASE,
)


def says_license(section: Section) -> bool:
    """Whether a section says something of a license."""
    return has(section, Attribute.LICENSE)


def lacks_license(searched: str, section: Section) -> bool:
    """Whether a question asks for a license and a section says nothing of one."""
    return _ASKS_FOR_LICENSE.search(searched) is not None and not says_license(section)


def lacks_symptom(question: str, words: Iterable[WordEvidence]) -> bool:
    """Whether a question tells what is wrong with a program, and a section, of which ``words`` are, has not the rarest word of that."""
    told = symptoms(question)
    rarest = max((word for word in words if word.word in told), key=lambda word: word.information, default=None)
    return rarest is not None and rarest.weight == 0


def exactly(directory: Directory[_T], name: str) -> _T | None:
    """The entry of a name that is written as the entry has it, but for case and hyphens."""
    match = directory.written(name)
    sure = match is not None and match.kind in (MatchKind.EXACT, MatchKind.NORMALIZED)
    return directory.get(match.named.key) if match is not None and sure else None


def resolve(directory: Directory[_T], name: str) -> _T | None:
    """The entry of a name that is recognized surely enough to change an answer."""
    match = directory.match(name)
    if match is None or (match.kind is MatchKind.TYPING_ERROR and len(name) < _SHORTEST_MISTYPED):
        return None
    return directory.get(match.named.key)


def or_best_known(directory: Directory[_T], name: str) -> _T | None:
    """As ``resolve``; of several whose names begin with it ("BSD") the best known, since the comparison says which one it shows."""
    if not directory.names.is_ambiguous(name):
        return resolve(directory, name)
    best = directory.names.complete(name, 1)
    return directory.get(best[0].key) if best else None


def names_of_entry(entry: AnyEntry) -> tuple[str, ...]:
    """All names of an entry, the one that members see first."""
    match entry:
        case LicenseEntry():
            return (entry.name, *entry.aliases, *([entry.spdx] if entry.spdx else []))
        case ProjectEntry():
            return (entry.name, *entry.aliases)
        case GlossaryTerm():
            return (entry.term, *entry.abbreviations, *entry.synonyms)
        case TimelineEvent():
            return (entry.who,)


def first_name_of(entry: AnyEntry) -> str:
    """The name of an entry that members see."""
    return names_of_entry(entry)[0]


def mentions(text: str, entry: AnyEntry) -> bool:
    """Whether a text has one of an entry's names as whole words, however it is spelled; what it ends with in parentheses may be missing."""
    padded = f" {spaced(text)} "
    names = (short for name in names_of_entry(entry) for short in (name, without_parenthesis(name)))
    return any(f" {name} " in padded for name in map(spaced, names) if name)


def has(section: Section, attribute: Attribute) -> bool:
    """Whether a section can answer at all: a date for "when", a word of licensing for "license"."""
    text = join_passages(section.passages)
    match attribute:
        case Attribute.DATE:
            return has_fact(text, FactKind.DATE)
        case Attribute.LICENSE:
            return SAYS_LICENSE.search(text) is not None or _A_LICENSE.search(text) is not None
        case Attribute.OPENNESS:
            return SAYS_OPEN.search(text) is not None
        case Attribute.MAKER:
            told = (passage.text for passage in section.passages if passage.kind is not PassageKind.CODE)
            return any(has_fact(one, FactKind.MAKER) for one in told)
        case Attribute.DEFINITION | Attribute.EXPANSION | Attribute.IDENTITY:
            return True
