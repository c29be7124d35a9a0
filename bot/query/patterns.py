"""The forms in which people ask for a fact: a question to what it asks for and about what, by its words alone.

Nothing is looked up here; whether the name means anything is for ``answering.structured`` to say. A question that fits
no form is no loss: it is ranked like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.retrieval.analyzer import straight


class Attribute(StrEnum):
    """What is asked about one thing."""

    DEFINITION = "what it means"
    EXPANSION = "what the letters stand for"
    MAKER = "who made it"
    DATE = "when it came out"
    LICENSE = "its license"
    OPENNESS = "whether it is open"
    IDENTITY = "what it is"


@dataclass(frozen=True, slots=True)
class AskedAttribute:
    """One attribute of one thing."""

    attribute: Attribute
    name: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two things side by side."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened in a time; a year is "" at an open end."""

    first: str
    last: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class AskedFact:
    """What the schema of the catalogues calls an attribute, of one thing; the name is "" where nothing is named."""

    attribute: str
    name: str


Structure = AskedAttribute | Compared | Happened

_POINTERS = frozenset(("it", "its", "they", "them", "their", "this", "that", "these", "those", "he", "she", ""))
_IN_FULL = {
    Attribute.DEFINITION: "what does {} mean",
    Attribute.EXPANSION: "what does {} stand for",
    Attribute.MAKER: "who made {}",
    Attribute.DATE: "when was {} released",
    Attribute.LICENSE: "license of {}",
    Attribute.OPENNESS: "is {} open source",
    Attribute.IDENTITY: "what is {}",
}

_NAME = r"(?P<name>\S.{0,78}?)"
_END = (
    r"(?: (?:exactly|actually|really|basically|about|again|then|anyway"
    r"|in (?:very )?(?:simple|plain|layman'?s|easy) (?:words?|terms?|english)))*"
    r"[\s?!.]*$"
)
_START = r"^(?:(?:so|and|ok|hey|hi|hello|please|pls|quick question|btw)[,:]? +)*"
_MADE = (
    "made|makes|created|creates|developed|develops|built|builds|founded|started|invented|wrote|owns|maintains|trained|trains|"
    "released|publishes|published"
)
_OPEN = (
    r"(?:(?:really|actually|truly|fully|completely|even|now|an?) )*"
    r"(?:open[- ]?sourced?|open[- ]?weights?|free software|libre|open)(?: (?:model|software|ai|or not))?"
)
_UNDER = "(?: released| published| available)?(?: under)?"
_CAME = "released|published|founded|created|launched|made|invented|started|announced|introduced|open[- ]sourced|written|born"
_COMES = "come out|start|launch|begin|appear|get released|get published|go open source|become open source"
_BE = "was|were|is|are|did|does|has|had"

_ATTRIBUTES: tuple[tuple[Attribute, re.Pattern[str]], ...] = tuple(
    (attribute, re.compile(_START + pattern + _END, re.IGNORECASE))
    for attribute, pattern in (
        (Attribute.EXPANSION, rf"what (?:does|do|did) {_NAME} stand for"),
        (Attribute.EXPANSION, rf"{_NAME} stands for(?: what)?"),
        (Attribute.EXPANSION, rf"{_NAME} (?:abbreviation|acronym|full form|spelled out)"),
        (Attribute.EXPANSION, rf"what is {_NAME} (?:short|an abbreviation|an acronym) (?:for|of)"),
        (Attribute.DEFINITION, rf"define {_NAME}"),
        (Attribute.DEFINITION, rf"(?:what(?:'?s| is) the )?(?:definition|meaning) of {_NAME}"),
        (Attribute.DEFINITION, rf"what (?:does|do) {_NAME} mean"),
        (Attribute.DEFINITION, rf"what is meant by {_NAME}"),
        (Attribute.DEFINITION, rf"{_NAME} (?:meaning|definition)"),
        (Attribute.MAKER, rf"who (?:{_MADE}) {_NAME}"),
        (Attribute.MAKER, rf"who (?:is|are|was|were) behind {_NAME}"),
        (Attribute.MAKER, rf"who (?:is|are|was|were) the (?:makers?|authors?|creators?|developers?|founders?|owners?) of {_NAME}"),
        (Attribute.MAKER, rf"(?:makers?|authors?|creators?|developers?|founders?) of {_NAME}"),
        (Attribute.MAKER, rf"(?:by whom|who) (?:was|were|is|are) {_NAME} (?:{_CAME})(?: by)?"),
        (Attribute.DATE, rf"(?:when|(?:in )?(?:what|which) (?:year|month)) (?:{_BE}) {_NAME} (?:first )?(?:{_CAME}|{_COMES})"),
        (Attribute.DATE, rf"(?:release|launch|publication|founding) (?:date|year) of {_NAME}"),
        (Attribute.DATE, rf"{_NAME} (?:release|launch|publication) (?:date|year)"),
        (Attribute.LICENSE, rf"(?:what(?:'?s| is) the )?licen[cs]e (?:of|for) {_NAME}"),
        (Attribute.LICENSE, rf"(?:what|which) licen[cs]e (?:does|do|has|have) {_NAME}(?: (?:have|use|come with))?"),
        (Attribute.LICENSE, rf"(?:under )?(?:what|which) licen[cs]e (?:is|are|was|were) {_NAME}{_UNDER}"),
        (Attribute.LICENSE, rf"how (?:is|are) {_NAME} licen[cs]ed"),
        (Attribute.LICENSE, rf"what(?:'?s| is) {_NAME}(?:'s|s') licen[cs]e"),
        (Attribute.OPENNESS, rf"(?:is|are) {_NAME} {_OPEN}"),
        (Attribute.LICENSE, r"(?:what(?:'s| is| about) )?(?P<name>its|their|the)? ?licen[cs]e"),
        (Attribute.LICENSE, r"(?:and )?(?:under )?(?:what|which) licen[cs]e(?: (?:is|was) (?P<name>it|that|this)(?: under)?)?"),
        (Attribute.DATE, r"when(?: (?:was|is|were) (?P<name>that|it|this))?"),
        (Attribute.IDENTITY, rf"what(?:'?s| is| are) (?:a |an )?{_NAME}"),
        (Attribute.MAKER, r"(?:by )?whom?(?: (?:was|is) (?P<name>that|it|this))?"),
    )
)  # fmt: skip
_PAIR = r"(?P<left>\S.{0,60}?)(?: +(?:and|with|to|vs\.?|versus|or|against)|,) +(?P<right>\S.{0,60}?)"
_COMPARISONS = tuple(
    re.compile(_START + pattern + _END, re.IGNORECASE)
    for pattern in (
        rf"(?:please )?compare {_PAIR}",
        rf"(?:what(?:'?s| is| are) the )?(?:diff(?:erence)?s?)(?: is there)? between {_PAIR}",
        r"(?P<left>\S.{0,60}?) +(?:vs\.?|versus|compared (?:to|with)) +(?P<right>\S.{0,60}?)",
        r"(?:which is (?:better|stricter|older|newer|faster)[,:]? )?(?P<left>\S.{0,60}?) or (?!not\b)(?P<right>\S.{0,60}?)",
        r"how (?:does|do|is|are) (?P<left>\S.{0,60}?) (?:differ(?:ent)?|compared?) (?:from|to|with|than) (?P<right>\S.{0,60}?)",
    )
)
_MONTH = r"(?:(?:january|february|march|april|may|june|july|august|september|october|november|december) )?"
_YEAR = rf"{_MONTH}(?:1[89]|20|30)\d\d"
_SUBJECT = r"(?: (?:about|on|regarding|around|with|for) (?P<about>.{2,60}?))?"
_FIELD = r"(?: (?:in|with|for) (?:open[- ]source ai|open ai|ai|the field|the world of (?:open )?ai))?"
_EVENTS = (
    r"(?:(?:what|anything)(?: all| important| new| big)? (?:happened|has happened|happen|went on|came out|was new|was released)"
    rf"|events|timeline|history|milestones){_FIELD}"
)
_PERIODS = tuple(
    re.compile(_START + pattern + _END, re.IGNORECASE)
    for pattern in (
        rf"{_EVENTS}(?: (?:in|during|of|for|from))? (?P<first>{_YEAR}){_FIELD}{_SUBJECT}",
        rf"{_EVENTS}(?: (?:between|from|in|of))? (?P<first>{_YEAR}) ?(?:and|to|until|till|-|–) ?(?P<last>{_YEAR}){_FIELD}{_SUBJECT}",
        rf"{_EVENTS} (?:since|after) (?P<since>{_YEAR}){_FIELD}{_SUBJECT}",
        rf"{_EVENTS} (?:before|until|up to) (?P<until>{_YEAR}){_FIELD}{_SUBJECT}",
        rf"since (?P<since>{_YEAR}){_SUBJECT}",
    )
)
_ARTICLE = re.compile(r"^(?:the (?:term|word|abbreviation|acronym)|an? model called|the|an?|this|that) +", re.IGNORECASE)
_EXCLUDED = re.compile(
    r"\b(?:(?:that|which|who) (?:is|are|was|were) not|(?:that|which) (?:isn'?t|aren'?t)|other than|except(?: for)?|besides|apart from"
    r"|aside from|anything but|everything but|instead of|rather than|without using) (?P<name>[^,;:?!]{1,60})",
    re.IGNORECASE,
)
_QUOTES = " \t\"'“”‘’`,;:()"


def structure_of(question: str) -> Structure | None:
    """What a question asks for by its form, None where it has none of ours."""
    question = straight(question)
    for pattern in _PERIODS:
        match = pattern.match(question)
        if match is not None:
            return _happened(match.groupdict())
    for pattern in _COMPARISONS:
        match = pattern.match(question)
        if match is not None:
            return Compared(_name(match["left"]), _name(match["right"]))
    for attribute, pattern in _ATTRIBUTES:
        match = pattern.match(question)
        if match is not None:
            return AskedAttribute(attribute, _name(match["name"] or ""))
    return None


class DeclaredForms:
    """The forms of questions that the schema of a knowledge base declares for its attributes."""

    def __init__(self, attributes: Iterable[tuple[str, str, Sequence[str]]] = ()) -> None:
        """Compile them.

        Args:
            attributes: for each the id, the question in full with {} for the name, and the forms: regular expressions of whole
                questions, with {} for the name or without any.
        """
        held = tuple(attributes)
        self._full = {attribute: question for attribute, question, _ in held}
        self._forms = tuple(
            (attribute, re.compile(_START + f"(?:{form.replace('{}', _NAME)})" + _END, re.IGNORECASE))
            for attribute, _, forms in held
            for form in forms
        )

    def asked(self, question: str) -> tuple[AskedFact, ...]:
        """Every reading that a form allows, in the order of the schema; a name is without articles and quotes."""
        text = straight(question)
        found = ((attribute, form.match(text)) for attribute, form in self._forms)
        read = (AskedFact(attribute, _name(match.groupdict().get("name") or "")) for attribute, match in found if match is not None)
        return tuple(dict.fromkeys(read))

    def in_full(self, question: str, subject: str) -> str | None:
        """A question about "it", or about nothing that it names, with the subject named; None where it is no such question."""
        for asked in self.asked(question) if subject else ():
            if asked.name.lower() in _POINTERS:
                return self._full[asked.attribute].format(subject)
        return None


NO_FORMS = DeclaredForms()


def excluded(question: str) -> tuple[str, ...]:
    """What a question says it is not about, as it was typed; each begins with a name and may go on behind it.

    >>> excluded("a license other than the GPL")
    ('GPL',)
    """
    return tuple(_name(found["name"]) for found in _EXCLUDED.finditer(question))


def in_full(question: str, subject: str, declared: DeclaredForms = NO_FORMS) -> str | None:
    """A question about "it" with the subject named, None where it is no such question.

    Args:
        question: what was asked.
        subject: what was spoken of.
        declared: the forms of the knowledge's own attributes, which are read before those of this module.

    >>> in_full("and who made it?", "PyTorch")
    'who made PyTorch'
    """
    full = declared.in_full(question, subject)
    if full is not None:
        return full
    structure = structure_of(question)
    if isinstance(structure, AskedAttribute) and structure.name.lower() in _POINTERS and subject:
        return _IN_FULL[structure.attribute].format(subject)
    return None


def _happened(found: dict[str, str | None]) -> Happened:
    about = _name(found.get("about") or "")
    if found.get("since"):
        return Happened(found["since"] or "", "", about)
    if found.get("until"):
        return Happened("", found["until"] or "", about)
    first = found.get("first") or ""
    return Happened(first, found.get("last") or first, about)


def _name(text: str) -> str:
    """A name without articles and quotes around it."""
    return _ARTICLE.sub("", text.strip(_QUOTES)).strip(_QUOTES)
