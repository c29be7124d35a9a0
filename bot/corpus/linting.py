"""Warnings for articles written for this bot: their form and links, spelling, license ids and near duplicates.

Nothing here keeps anything out of the corpus.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import unquote, urlsplit

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from bot.corpus.catalogue.entries import LicenseEntry
from bot.corpus.document import CATALOGUES, PassageKind, Section, slugify
from bot.corpus.freshness import freshness_warnings
from bot.corpus.loading import TERMS_FILE, LoadedCorpus
from bot.corpus.problems import Problem, Severity, in_order

NEARLY_THE_SAME = 0.8
"""Cosine of two sections' TF-IDF vectors from which one of them should go."""
_NEWER_IDS = frozenset({"OpenMDW-1.0"})
"""Ids of SPDX's list 3.28 (February 2026), while packaging 26 carries 3.27. Remove one when packaging has it."""
_LOWER_CASE = re.compile(r"(?<![\w./:-])[a-z][a-z']+(?![\w/:-]|\.\w)")
"""Words that are neither names nor parts of addresses, files or compounds."""
_STEMS = "organ|recogn|real|optim|standard|token|quant|general|special|minim|summar|emphas|author|central|local|util|visual|custom"
_BRITISH = re.compile(
    rf"\b(?:licence[sd]?|(?:{_STEMS})is(?:e[drs]?|ing|ations?|ers?)|analys(?:e[drs]?|ing)|behaviours?|colours?|favour(?:s|ed|ites?)?|"
    r"labour|centres?|programmes?|defence|modelling|labelled|labelling|grey|whilst|amongst)\b"
)


def editorial_warnings(loaded: LoadedCorpus) -> Iterator[Problem]:
    """Spelling, license ids and near duplicates, only in what was written for this bot: other folders are not ours to judge."""
    prepared = [section for section in loaded.corpus.sections if section.questions]
    for section in prepared:
        yield from _spelling(section)
    if loaded.terms is not None:
        yield from _unknown_words(prepared, loaded.terms)
    yield from _licenses(loaded.corpus.catalogues.licenses, loaded.corpus.sections)
    yield from _near_duplicates(prepared)


def _spelling(section: Section) -> Iterator[Problem]:
    for found in dict.fromkeys(_BRITISH.findall(_prose(section))):
        yield section_warning(section, f"{section.id}: {found!r} is British spelling.", "Articles use American spelling.")


def _unknown_words(sections: Sequence[Section], terms: frozenset[str]) -> Iterator[Problem]:
    """Words that neither an English word list nor the folder's own list of terms knows."""
    from spellchecker import SpellChecker  # reads its word list on import

    words = {section.id: {_plain(word) for word in _LOWER_CASE.findall(_prose(section))} - terms for section in sections}
    unknown = SpellChecker().unknown(set().union(*words.values()))
    for section in sections:
        for word in sorted(words[section.id] & unknown):
            yield section_warning(section, f"{section.id}: {word!r} is no word that I know.", f"Correct it, or add it to {TERMS_FILE}.")


def _plain(word: str) -> str:
    return word.removesuffix("'s").removesuffix("s'")


def _prose(section: Section) -> str:
    return " ".join(passage.text for passage in section.passages if passage.kind is PassageKind.SENTENCE)


def _licenses(entries: Sequence[LicenseEntry], sections: Sequence[Section]) -> Iterator[Problem]:
    by_name = {section.id.rsplit("#", 1)[1]: section for section in sections if section.article.endswith("/licenses")}
    for entry in entries:
        if entry.spdx is None or entry.spdx in _NEWER_IDS:
            continue
        try:
            canonical = str(canonicalize_license_expression(entry.spdx))
        except InvalidLicenseExpression:
            canonical = ""
        if canonical != entry.spdx:
            yield section_warning(
                by_name[entry.id], f"{entry.id}: {entry.spdx!r} is no SPDX id.", "See the list at spdx.org/licenses, or write null."
            )


def _near_duplicates(sections: Sequence[Section]) -> Iterator[Problem]:
    if len(sections) < 2:
        return
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(sublinear_tf=True).fit_transform([section.text for section in sections])
    alike = (vectors @ vectors.T).tocoo()
    for first, second, cosine in zip(alike.row, alike.col, alike.data, strict=True):
        if first < second and cosine >= NEARLY_THE_SAME:
            yield section_warning(
                sections[first], f"{sections[first].id} says nearly the same as {sections[second].id} ({cosine:.2f}).", "Keep one."
            )


def section_warning(section: Section, message: str, remedy: str) -> Problem:
    """A warning at the heading of a section."""
    return Problem(section.path, section.line, message, remedy, Severity.WARNING)


LONGEST_OPENING = 200
"""Characters of a first sentence; it is what gets shown first."""
_QUESTIONS = range(3, 17)
_WORDS = range(60, 181)


def lint(loaded: LoadedCorpus, today: date) -> tuple[Problem, ...]:
    """What was found while loading and what the linter warns of on a day, by file and line."""
    prepared = {section.article for section in loaded.corpus.sections if section.questions}
    warnings = [warning for section in loaded.corpus.sections if section.article in prepared for warning in _section_warnings(section)]
    return in_order(
        [*loaded.problems, *warnings, *_broken_links(loaded), *editorial_warnings(loaded), *freshness_warnings(loaded.corpus, today)]
    )


def _section_warnings(section: Section) -> Iterator[Problem]:
    opening = section.passages[0].text
    if len(opening) >= LONGEST_OPENING:
        yield section_warning(
            section, f"{section.id}: the first sentence has {len(opening)} characters.", f"Keep it under {LONGEST_OPENING}."
        )
    if not section.sources:
        yield section_warning(section, f"{section.id}: has no source.", "Name one under sections or sources.")
    if len(section.questions) not in _QUESTIONS:
        yield section_warning(section, f"{section.id}: lists {len(section.questions)} questions.", "List three to sixteen.")
    if section.area == CATALOGUES:
        return  # an entry is as short as it is
    words = len(section.text.split())
    if words not in _WORDS:
        yield section_warning(section, f"{section.id}: has {words} words.", "60 to 180 are right for one answer.")


def _broken_links(loaded: LoadedCorpus) -> Iterator[Problem]:
    files = {article.path for article in loaded.corpus.articles}
    anchors = {article.path: article.anchors for article in loaded.links}
    for article in loaded.links:
        for link in article.links:
            parts = urlsplit(link.target)
            if parts.scheme or parts.netloc or not link.target or parts.path.startswith("/"):
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(article.path), unquote(parts.path))) if parts.path else article.path
            if not path.lower().endswith((".md", ".markdown")):
                continue
            if path not in files:
                yield Problem(
                    article.path, link.line, f"links to {link.target}, which is not there.", "Correct the link.", Severity.WARNING
                )
            elif parts.fragment and not _named(unquote(parts.fragment)) & anchors.get(path, frozenset()):
                yield Problem(
                    article.path, link.line, f"links to {link.target}, which has no such heading.", "Correct the link.", Severity.WARNING
                )


def _named(fragment: str) -> set[str]:
    """The forms in which an anchor may be written in a link."""
    return {fragment, fragment.casefold(), slugify(fragment)}
