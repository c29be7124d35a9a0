"""House rules for the content of prepared articles and catalogues: one spelling, real license ids, nothing written twice.

These are warnings for editors. Folders that nobody prepared are never judged by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from bot.corpus.catalogue.entries import LicenseEntry
from bot.corpus.document import PassageKind, Section
from bot.corpus.loading import TERMS_FILE, LoadedCorpus
from bot.corpus.problems import Problem, Severity

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
    """Yield what an editor should mend in the prepared part of a corpus."""
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
    """Yield words that neither an English word list nor the folder's own list of terms knows."""
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
    """Return what an editor should look at in a section."""
    return Problem(section.path, section.line, message, remedy, Severity.WARNING)
