"""The forms in which people ask for a fact: a question to what it asks for and about what, by its words alone.

Nothing is looked up here; whether the name means anything is for ``answering.structured`` to say. A question that fits
no form is no loss: it is ranked like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.retrieval.analyzer import meant


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


_Key = TypeVar("_Key")
Structure = AskedAttribute | Compared | Happened

_UNNAMED = "it"
_POINTERS = frozenset(("it", "its", "they", "them", "their", "this", "that", "these", "those", ""))
IN_FULL = {
    Attribute.DEFINITION: "what does {} mean",
    Attribute.EXPANSION: "what does {} stand for",
    Attribute.MAKER: "who made {}",
    Attribute.DATE: "when was {} released",
    Attribute.LICENSE: "license of {}",
    Attribute.OPENNESS: "is {} open source",
    Attribute.IDENTITY: "what is {}",
}

_NAME = r"(?P<name>\S.{0,78}?)"
_BEFORE = re.compile(r"(?:so|and|ok|hey|hi|hello|please|pls|quick question|btw)[,:]? +", re.IGNORECASE)
CONTRACTED = re.compile(r"\b(what|who|where|when|how)(?:'s|s)\b", re.IGNORECASE)
_BEHIND = (
    r" (?:exactly|actually|really|basically|about|again|then|anyway"
    r"|in (?:very )?(?:simple|plain|layman'?s|easy) (?:words?|terms?|english))"
)
_SIGNS = r"[\s?!.]*"
_MOST_LEFT = 3
"""Words at each end that may be left as a part of what is asked."""
_ALL_BEHIND = re.compile(rf"(?:{_BEHIND})+{_SIGNS}$", re.IGNORECASE)
_ONE_BEHIND = re.compile(_BEHIND, re.IGNORECASE)
_MADE = (
    "made|makes|created|creates|developed|develops|built|builds|invented|wrote|owns|maintains|trained|trains|released|publishes|published"
)
_OPEN = (
    r"(?:(?:really|actually|truly|fully|completely|even|now|an?) )*"
    r"(?:open[- ]?sourced?|open[- ]?weights?|free software|libre|open)(?: (?:model|software|ai|or not))?(?: (?:now|today|yet|already))?"
)
_UNDER = "(?: released| published| available)?(?: under)?"
_CAME = "released|published|founded|created|launched|made|invented|started|announced|introduced|open[- ]sourced|written|born"
_RELEASE = "release|publish|launch|announce|introduce|unveil|present|open[- ]?source|put out|bring out|found|create|develop|invent|write"
_BODY = "(?:what|which) (?:compan(?:y|ies)|labs?|teams?|startups?|organi[sz]ations?|firms?)"
_COMES = "come out|start|launch|begin|appear|get released|get published|go open source|become open source"
_COMING = "coming(?: out)?|out|available|ready|dropping|drop|arriving|arrive"
_NUMBERED = r"(?P<name>\S.{0,60}?[ -]?v?\d[\w.]*)"
_BE = "was|were|is|are|did|does|has|had"


def _form(pattern: str) -> re.Pattern[str]:
    """For a whole question, but for what ``_cores`` takes away: with that in each of a hundred forms a start took longer than answering."""
    return re.compile(f"(?:{pattern}){_SIGNS}", re.IGNORECASE)


_ATTRIBUTES: tuple[tuple[Attribute, re.Pattern[str]], ...] = tuple(
    (attribute, _form(pattern))
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
        (Attribute.MAKER, rf"{_BODY} (?:{_MADE}|founded|started) {_NAME}"),
        (Attribute.MAKER, rf"(?:who|{_BODY}) (?:is|are|was|were) behind {_NAME}"),
        (Attribute.MAKER, rf"who (?:is|are|was|were) the (?:makers?|authors?|creators?|developers?|owners?) of {_NAME}"),
        (Attribute.MAKER, rf"(?:makers?|authors?|creators?|developers?) of {_NAME}"),
        (Attribute.MAKER, rf"(?:by whom|who) (?:was|were|is|are) {_NAME} (?:{_CAME})(?: by)?"),
        (Attribute.DATE, rf"(?:when|(?:in )?(?:what|which) (?:year|month)) (?:{_BE}) {_NAME} (?:first )?(?:{_CAME}|{_COMES})"),
        (Attribute.DATE, rf"(?:when|(?:in )?(?:what|which) (?:year|month)) did (?:\S+ ){{1,4}}?(?:first )?(?:{_RELEASE}) {_NAME}"),
        (Attribute.DATE, rf"when (?:will|is|are|does|do) {_NUMBERED} (?:going to |gonna )?(?:be )?(?:{_CAME}|{_COMES}|{_COMING})"),
        (Attribute.DATE, rf"(?:release|launch|publication|founding) (?:date|year) of {_NAME}"),
        (Attribute.DATE, rf"{_NAME} (?:release|launch|publication) (?:date|year)"),
        (Attribute.LICENSE, rf"(?:what(?:'?s| is) the )?licen[cs]e (?:of|for) {_NAME}"),
        (Attribute.LICENSE, rf"(?:what|which) licen[cs]e (?:does|do|has|have) {_NAME}(?: (?:have|use|come with))?"),
        (Attribute.LICENSE, rf"(?:under )?(?:what|which) licen[cs]e (?:is|are|was|were) {_NAME}{_UNDER}"),
        (Attribute.LICENSE, rf"how (?:is|are) {_NAME} licen[cs]ed"),
        (Attribute.LICENSE, rf"what(?:'?s| is) {_NAME}(?:'s|s') licen[cs]e"),
        (Attribute.LICENSE, r"(?P<name>\S.{0,60}?[ -]v?\d[\w.]*) licen[cs]e"),
        (Attribute.OPENNESS, rf"(?:is|are) {_NAME} {_OPEN}"),
        (Attribute.LICENSE, r"(?:what(?:'s| is| about) )?(?:the |(?P<name>its|their) )?licen[cs]e"),
        (Attribute.LICENSE, r"(?:and )?(?:under )?(?:what|which) licen[cs]e(?: (?:is|was) (?P<name>it|that|this)(?: under)?)?"),
        (Attribute.DATE, rf"(?:since )?when(?: (?:was|is|were|did) (?P<name>that|it|this|they)(?: (?:{_CAME}|{_COMES}))?)?"),
        (Attribute.DATE, r"(?:in )?(?:what|which) year(?: was (?P<name>that|it|this))?"),
        (Attribute.DATE, r"(?:the |(?P<name>its) )?(?:(?:release|launch) )?(?:date|year)"),
        (Attribute.MAKER, r"(?:the |(?P<name>its|their) )?(?:makers?|authors?|creators?|developers?)"),
        (Attribute.MAKER, r"(?:made|created|developed|written|built) by(?: whom?)?(?P<name>)"),
        (Attribute.OPENNESS, rf"(?:(?:is|are) (?P<name>it|that|this|they) )?{_OPEN}"),
        (Attribute.IDENTITY, rf"what(?:'?s| is| are) (?:a |an )?{_NAME}"),
        (Attribute.MAKER, r"(?:by )?whom?(?: (?:was|is) (?P<name>that|it|this))?"),
    )
)  # fmt: skip
_MORE = (
    r"(?:what|which|who)(?: one)?(?: (?:is|was|are|were|came|comes))? (?:the )?"
    r"(?:better|stricter|older|newer|faster|first|earlier|bigger|smaller)"
)
_PAIR = r"(?P<left>\S.{0,60}?)(?: +(?:and|with|to|vs\.?|versus|or|against)|,) +(?P<right>\S.{0,60}?)"
_COMPARISONS = tuple(
    (None, _form(pattern))
    for pattern in (
        rf"(?:please )?compare {_PAIR}",
        rf"(?:what(?:'?s| is| are) the )?(?:diff(?:erence)?s?)(?: is there)? between {_PAIR}",
        r"(?P<left>\S.{0,60}?) +(?:vs\.?|versus|compared (?:to|with)) +(?P<right>\S.{0,60}?)",
        rf"(?:{_MORE},?:? )?(?P<left>\S.{{0,60}}?) or (?!not\b)(?P<right>\S.{{0,60}}?)",
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
    (None, _form(pattern))
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
    r"\b(?:(?:that|which|who|models?|licen[cs]es?|tools?|projects?|ones) (?:is|are|was|were) not"
    r"|(?:that|which) (?:isn'?t|aren'?t)|other than|except(?: for)?|besides|apart from"
    r"|aside from|anything but|everything but|instead of|rather than|without using) (?P<name>[^,;:?!]{1,60})",
    re.IGNORECASE,
)
_QUOTES = " \t\"'“”‘’`,;:()"


def structure_of(question: str) -> Structure | None:
    """What a question asks for by its form, None where it has none of ours."""
    cores = _cores(question)
    for _, match in _matches(_PERIODS, cores):
        return _happened(match.groupdict())
    for _, match in _matches(_COMPARISONS, cores):
        return Compared(_name(match["left"]), _name(match["right"]))
    for attribute, match in _matches(_ATTRIBUTES, cores):
        return AskedAttribute(attribute, _name(match["name"] or ""))
    return None


def _cores(question: str) -> list[str]:
    """A question without words before and behind it that ask for nothing, the shortest first: a name may begin or end with such a word.

    No name has more than some of them; a message of nothing else would have as many ways as the square of its words.
    """
    text = CONTRACTED.sub(r"\1 is", meant(question))
    starts = [0]
    while (word := _BEFORE.match(text, starts[-1])) is not None:
        starts.append(word.end())
    behind = _ALL_BEHIND.search(text)
    ends = [] if behind is None else [word.start() for word in _ONE_BEHIND.finditer(text, behind.start())]
    return [text[start:end] for start in reversed(starts[-_MOST_LEFT:]) for end in (*ends[:_MOST_LEFT], len(text))]


def _matches(forms: Iterable[tuple[_Key, re.Pattern[str]]], cores: Sequence[str]) -> Iterator[tuple[_Key, re.Match[str]]]:
    """Of each form that fits the first match, as they are asked for."""
    for key, form in forms:
        for core in cores:
            match = form.fullmatch(core)
            if match is not None:
                yield key, match
                break


class DeclaredForms:
    """The forms of questions that the schema of a knowledge base declares for its attributes."""

    def __init__(
        self,
        attributes: Iterable[tuple[str, str, Sequence[str]]] = (),
        has: Callable[[AskedFact], bool] = lambda _: False,
        of_it: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        """Compile them.

        Args:
            attributes: for each the id, the question in full with {} for the name, and the forms: regular expressions of whole
                questions, with {} for the name or without any.
            has: whether the knowledge says that of what has this name.
            of_it: what a question about "it" that has no form comes to, with {} for the name.
        """
        self._has, self._of_it = has, of_it
        held = tuple(attributes)
        self._full = {attribute: question for attribute, question, _ in held}
        self._forms = tuple((attribute, _form(form.replace("{}", _NAME))) for attribute, _, forms in held for form in forms)

    def asked(self, question: str) -> tuple[AskedFact, ...]:
        """Every reading that a form allows, in the order of the schema; a name is without articles and quotes."""
        found = _matches(self._forms, _cores(question))
        return tuple(dict.fromkeys(AskedFact(attribute, _name(match.groupdict().get("name") or "")) for attribute, match in found))

    def in_full(self, question: str, subject: str) -> str | None:
        """A question about "it", or about nothing that it names, with the subject named.

        None where it is no such question, or where that is not known of the subject; of "it" nobody knows yet.
        """
        for asked in self.asked(question) if subject else ():
            known = subject == _UNNAMED or self._has(AskedFact(asked.attribute, subject))
            if asked.name.lower() in _POINTERS and known:
                return self._full[asked.attribute].format(subject)
        return None

    def left_over(self, question: str, subject: str) -> str | None:
        """The same for a question that has no form, by the words that are left of it."""
        full = self._of_it(question) if subject else None
        attribute = next((one for one, text in self._full.items() if text == full), None)
        is_known = attribute is None or subject == _UNNAMED or self._has(AskedFact(attribute, subject))
        return full.format(subject) if full is not None and is_known else None


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
        return IN_FULL[structure.attribute].format(subject)
    return declared.left_over(question, subject)


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
