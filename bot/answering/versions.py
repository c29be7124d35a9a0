"""Which version or year a question names, and whether an event or a section is of just that one.

A family is not its members: GPL 2 is not GPL 3, and what only speaks of a version is not its release. Which catalogue entry a name stands
for is the matter of ``structured``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.corpus.catalogue.entries import LicenseEntry, ProjectEntry, TimelineEvent, Version
from bot.lookup.names import spaced
from bot.retrieval.analyzer import is_content, one_form
from bot.retrieval.hit import WordEvidence

_VERSIONED = re.compile(r"(?:^|[\s-])[a-z]?\d+(?:\.\d+)*[a-z]?\b", re.IGNORECASE)
_BEFORE_NUMBER = re.compile(r"\b(?:versions?|vers\.?|v\.?)\s*(?=\d)", re.IGNORECASE)
_EXACT = re.compile(r"(?<![\w.])(?:v\.? ?(\d+(?:\.\d+)*)|((?:19|20)\d\d|\d+(?:\.\d+)+))(?![\w.]*\w)", re.IGNORECASE)
"""Words that mean one thing only: a year, a version."""
_DAY = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r" \d{1,2}(?: and \d{1,2})?(?:, \d{4})?(?![\w.]*\w)"
)
_NUMBER = r"\d{1,3}(?:\.\d+)*[ac-z]?(?![\w.]*\w)"
"""Of a version; one with a b behind it is a size."""
_SIZED = re.compile(r"^(.*\S)[\s-]+(\d+(?:\.\d+)?) ?b$", re.IGNORECASE)
"""A name with billions of parameters behind it."""
_FIRST = ("1", "1.0")
"""What came first often had no number when it came."""
_UNIT = r"(?! ?-?(?:[kmgt]i?b|bits?|billion|million|trillion|tokens?|cards?|gpus?|hours?|days?|years?|euros?|dollars?|%)(?!\w))"
"""What follows a number of something else than versions does not follow here."""
_ASKED_NUMBER = re.compile(rf"(?<![\w-])(?:[\w-]+-)?([a-z]{{2,}})[ -]({_NUMBER}){_UNIT}")
_NAMED_NUMBER = re.compile(rf"\b([A-Z][\w+]*)[ -]({_NUMBER})(?:( to | and |, | or |–|/)({_NUMBER}))?")
_RELEASED = re.compile(
    r"\b(?:releas(?:ed|ing|e of)|published|announced|launched|presented|previewed|unveiled|introduced|opened|open-sourced|created|described"
    r"|made|brought out|showed|uploaded|(?:weights|code|version) of)\b"
    r"((?:(?!, |; |\. | under | since | after | before | instead of | like | than | based on ).)+)"
)
"""What somebody released, in the words of an event."""
_UP_TO = (" to ", "–")
_THE_ONES = ("the", "one", "ones", "version", "versions", "model", "models", "variant", "variants")
_PARTS = frozenset(("code", "weights", "data", "dataset", "output", "outputs", "license", "licence"))
"""What a project has, and not which version of it is meant."""
_LONG, _ENDINGS = 4, ("s", "ed", "es")
"""Letters of a word that has other forms, and what they end with."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def version_name(name: str) -> str:
    """A version's name without what people put before its number: "GPL version 1" and "GPL v1" are "gpl 1"."""
    return spaced(_BEFORE_NUMBER.sub(" ", one_form(name)))


Versioned = ProjectEntry | LicenseEntry


def is_member(family: Versioned, version: Version) -> bool:
    """Whether a version has a name of its own, and not that of the family."""
    return version_name(version.name) != version_name(family.name)


class Versions:
    """All versions by what they are called."""

    def __init__(self, entries: Iterable[Versioned]) -> None:
        families = tuple(entries)
        versions = [(entry, version) for entry in families for version in entry.versions]
        self._families = {version_name(name): one for one in families for name in (one.name, *one.aliases)}
        self._named: dict[str, tuple[Versioned, Version]] = {version_name(one.name): (entry, one) for entry, one in versions}
        for entry, version in versions:
            for name in _short_names(entry, version):
                self._named.setdefault(version_name(name), (entry, version))

    def of(self, name: str) -> tuple[Versioned, Version] | None:
        """The version of a name, but for case, hyphens and a size behind it that it has: "Llama 3.1 405B", "Llama 405B" if no other has."""
        found = self._named.get(version_name(name)) if name else None
        sized = _SIZED.search(name)
        if found is not None or sized is None:
            return found
        found = self._named.get(version_name(sized[1])) or self._of_size(sized[1], sized[2])
        return found if found is not None and _is_of_size(found[1], sized[2]) else None

    def _of_size(self, family: str, size: str) -> tuple[Versioned, Version] | None:
        """The only version of a family that has a size."""
        entry = self._families.get(version_name(family))
        having = [] if entry is None else [version for version in entry.versions if _is_of_size(version, size)]
        return (entry, having[0]) if entry is not None and len(having) == 1 else None

    def member(self, entry: Versioned, words: str) -> str | None:
        """The name of the only version of an entry that some words tell from the others: "the 405b", "the distilled ones"."""
        said = [word for word in spaced(one_form(words)).split() if word not in _THE_ONES]
        if _PARTS.issuperset(said):
            return None
        sized = _SIZED.search(f"x {' '.join(said)}")
        if sized is not None and sized[1] == "x":
            having = [version for version in entry.versions if _is_of_size(version, sized[2])]
        else:
            having = [one for one in entry.versions if said and all(_is_in(word, one, entry) for word in said)]
            having = [one for one in having if _told(one, entry) == set(said)] or having  # "large v3" is not "large v3 turbo"
        return having[0].name if len(having) == 1 else None


def _is_of_size(version: Version, size: str) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(size)}(?!\d|\.\d)", version.sizes or "") is not None


def _is_in(word: str, version: Version, entry: Versioned) -> bool:
    """Whether a word, in whatever form, is one that a version's name has beside the entry's."""
    return any(word == one or (len(one) >= _LONG and one.isalpha() and word.removeprefix(one) in _ENDINGS) for one in _told(version, entry))


def _told(version: Version, entry: Versioned) -> set[str]:
    """The words of a version's name beside the entry's."""
    return set(version_name(version.name).split()) - set(version_name(entry.name).split())


def _short_names(entry: Versioned, version: Version) -> Iterator[str]:
    """What a version is called beside its name: by another name of its family ("SD 1.5"), without a zero behind ("Keras 3")."""
    whole = version.name
    behind = whole[len(entry.name) :] if whole.lower().startswith(entry.name.lower()) else ""
    families = tuple(f"{alias}{behind}" for alias in entry.aliases if not is_versioned(alias)) if behind.startswith((" ", "-")) else ()
    for name in (whole, *version.also, *families):
        yield name
        yield name.removesuffix(".0")


def is_versioned(name: str) -> bool:
    """Whether a name has a number of a version, such as "Llama 3.1"."""
    return _VERSIONED.search(one_form(name)) is not None


def without_version(name: str) -> str:
    """The name of the family: "Llama 3.1" without its number."""
    return _VERSIONED.sub(" ", one_form(name)).strip()


def _has_version(text: str, wanted: str) -> bool:
    """Whether a text names a version, and not a longer one that begins the same: "gemma 3" is not in "gemma 3n" or "gemma 3.1"."""
    return re.search(rf"(?<!\w){re.escape(wanted)}(?![\w.]*\w)", spaced(one_form(text))) is not None


def tells_release(event: TimelineEvent, wanted: str) -> bool:
    """Whether an event is the release of a version, and does not only speak of it: "alternatives to GPT-3", "versions of Llama 2"."""
    return any(_has_version(released.group(1), wanted) for released in _RELEASED.finditer(event.event))


def writes_of(text: str, names: Iterable[str], number: str) -> bool:
    """Whether a text names a version: one of a thing's names and its number behind it, with zeros or without."""
    last_words = {spaced(name).rpartition(" ")[2] for name in names}
    numbers = (other for word, others in _numbered(text).items() if word in last_words for other in others)
    return any(number.removesuffix(".0") == other.removesuffix(".0") for other in numbers)


def has_exact_words(searched: str, words: Iterable[WordEvidence]) -> bool:
    """Whether a section has every year and version that a question names; about another one it is no answer."""
    exact = {number for found in _EXACT.findall(searched) for number in found if number}
    return all(word.weight > 0 for word in words if word.word in exact)


def is_of_another_version(question: str, title: str, text: str) -> bool:
    """Whether a section is about another version of what a question names with a number, by its title, or else by all it says.

    So is one that has that number of another thing in its title, and not a word of what is asked about.

    >>> is_of_another_version("is gemma 5 open", "Gemma", "Gemma 4 is under Apache-2.0.")
    True
    >>> is_of_another_version("is gemma 2 open", "Gemma", "Google made Gemma 1 to 3.")
    False
    >>> is_of_another_version("phi-4 size", "Mistral Large 4", "Mistral Large 4 has one trillion parameters.")
    True
    """
    asked: dict[str, set[str]] = {}
    for word, number in _ASKED_NUMBER.findall(_BEFORE_NUMBER.sub(" ", one_form(question)).lower()):
        if number not in _FIRST and is_content(word):  # "with 24 GB" has no version of "with"
            asked.setdefault(word, set()).add(number)
    if not asked:
        return False
    by_title, said = _numbered(title), f"{title} {text}".lower()
    if any(word not in said and numbers & other for word, numbers in asked.items() for other in by_title.values()):
        return True
    return _contradicts(asked, by_title) or _contradicts(asked, _numbered(text))


def _contradicts(asked: dict[str, set[str]], known: dict[str, set[str]]) -> bool:
    return any(
        word in known and not any(_is_same(number, other) for number in numbers for other in known[word]) for word, numbers in asked.items()
    )


def _numbered(text: str) -> dict[str, set[str]]:
    """The numbers that follow names in a text, by the word before them: "Gemma 1 to 3" has 1, 2 and 3 of gemma; days of a date are none."""
    found: dict[str, set[str]] = {}
    for word, first, joint, last in _NAMED_NUMBER.findall(_BEFORE_NUMBER.sub(" ", _DAY.sub(" ", one_form(text)))):
        numbers = found.setdefault(word.lower(), set())
        numbers.update(filter(None, (first, last)))
        if joint in _UP_TO and first.isdecimal() and last.isdecimal():
            numbers.update(map(str, range(int(first), int(last))))
    return found


def _is_same(number: str, other: str) -> bool:
    """Whether two numbers may be of one version: a family's number is that of its members."""
    one, two = (text.rstrip(_LETTERS).removesuffix(".0") for text in (number, other))
    return one == two or one.startswith(f"{two}.") or two.startswith(f"{one}.")
