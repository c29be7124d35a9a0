"""What an editor should look at, beyond what can be read at all: warnings for articles written for this bot.

An ordinary folder of documentation is only checked for links that lead nowhere. Faults come from loading.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from bot.corpus.document import CATALOGUES, Section
from bot.corpus.editorial import editorial_warnings, section_warning
from bot.corpus.loading import LoadedCorpus
from bot.corpus.problems import Problem, Severity, in_order
from bot.corpus.slugs import slugify

LONGEST_OPENING = 200
"""Characters of a first sentence; it is what gets shown first."""
_QUESTIONS = range(3, 17)
_WORDS = range(60, 181)


def lint(loaded: LoadedCorpus) -> tuple[Problem, ...]:
    """Return the problems found while loading and the linter's warnings, by file and line."""
    prepared = {section.article for section in loaded.corpus.sections if section.questions}
    warnings = [warning for section in loaded.corpus.sections if section.article in prepared for warning in _section_warnings(section)]
    return in_order([*loaded.problems, *warnings, *_broken_links(loaded), *editorial_warnings(loaded)])


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
    headings: dict[str, set[str]] = {}
    for section in loaded.corpus.sections:
        anchors = headings.setdefault(section.path, set())
        anchors.update(slugify(heading) for heading in section.heading_path)
        anchors.add(section.id.split("#", 1)[1])
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
            elif parts.fragment and slugify(unquote(parts.fragment)) not in headings.get(path, set()):
                yield Problem(
                    article.path, link.line, f"links to {link.target}, which has no such heading.", "Correct the link.", Severity.WARNING
                )
