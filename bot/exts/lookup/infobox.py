"""The words of a catalogue's entries: a license or a project as an infobox, two of them side by side, a term, advice on licenses.

Only texts are made here, for the message and for the log; what leads on from them, and from where they are opened, is in ``entries``.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.corpus.catalogue.entries import GlossaryTerm, LicenseEntry, ProjectEntry, Version
from bot.corpus.document import PassageKind, Section, join_passages
from bot.corpus.sentences import split_sentences
from bot.exts.kit.panel import PAGE_CHARACTERS, cut, cut_at_a_word, escape
from bot.exts.kit.sections import body, pages_of
from bot.exts.lookup.page import phone_lines
from bot.lookup.comparison import Comparison, Entry, Guide, InfoboxRow, infobox_of, introduction, short_name, sides_of
from bot.texts import lookup as texts

_SUMMARY = 240
"""Characters of a summary that a channel sees, whole sentences, the first of them at least."""
_LONGEST = 1200
_FACT = 500
_LISTED = 4
"""Values of a list that a message shows."""
_PURPOSE = 140
_SIDE = 90
_SAME = 60
_LINES, _LINES_OF_LONG_NAMES = 18, 15
"""Lines on a phone that a comparison may take, its small print left aside; long names take more room in its title and on its buttons."""
_DEFINITION = 2600
_NAMES = 500
_FAMILY = 400
_OPENING = 500
"""Characters of a section that a channel sees; the rest is for whoever asks for it."""
_ADVICE = 260

_MAIN = frozenset([
    texts.CONDITIONS, texts.PATENTS, texts.LIMITS, texts.PERMISSIONS,
    texts.CODE_LICENSE, texts.WEIGHTS_LICENSE, texts.DATA_LICENSE, texts.MADE_BY, texts.FIRST_RELEASED,
])  # fmt: skip
_QUIET = frozenset([texts.KIND, texts.OSI, texts.SPDX])
_MENUS = frozenset([texts.VERSIONS])
"""What has a menu of its own."""
_ELSEWHERE = frozenset([texts.PURPOSE, texts.SPDX, texts.USED_BY, texts.VERSIONS])
"""Rows of a comparison that are no line of its table: above it, below it, or in the message of each."""
_ALWAYS = frozenset([texts.CONDITIONS, texts.PATENTS])
"""Rows of a comparison that find a place whatever they need."""
_SHARED = (texts.KIND, texts.OSI, texts.PATENTS, texts.CONDITIONS, texts.PERMISSIONS, texts.LIMITS)
"""What is worth saying of both where they agree, in this order."""


def entry_text(entry: Entry) -> str:
    """A license or a project: what it is, what matters of it line by line, and the rest of a license in small print."""
    (first, *others), _ = _summary(entry)
    summary = " ".join([f"**{escape(cut(first, _LONGEST))}**", *map(escape, others)])
    facts = infobox_of(entry)
    lines = [f"**{fact.label}** {escape(_some(fact.values), _FACT)}" for fact in facts if fact.label in _MAIN]
    quiet = [_quiet(fact) for fact in facts if fact.label in _QUIET] if isinstance(entry, LicenseEntry) else []
    small = [f"-# {escape(' · '.join(quiet), _FACT)}"] if quiet else []
    return "\n".join([summary, *lines, *small])


def entry_log(entry: Entry) -> str:
    """The same in plain characters."""
    facts = (fact for fact in infobox_of(entry) if fact.label in _MAIN or (fact.label in _QUIET and isinstance(entry, LicenseEntry)))
    return "\n".join([" ".join(_summary(entry)[0]), *(f"{fact.label}: {fact.text}" for fact in facts)])


def more_text(entry: Entry) -> str:
    """What ``entry_text`` leaves out; "" where that is nothing."""
    facts = infobox_of(entry)
    long = {fact.label for fact in facts if len(fact.values) > _LISTED}
    quiet = _QUIET if isinstance(entry, LicenseEntry) else frozenset()
    lines = [fact for fact in facts if fact.label in long or fact.label not in _MAIN | quiet | _MENUS]
    rest = escape(" ".join(_summary(entry)[1]), _LONGEST)
    return "\n".join([*([rest] if rest else []), *(f"**{fact.label}** {escape(fact.text, _FACT)}" for fact in lines)])


def _summary(entry: Entry) -> tuple[list[str], list[str]]:
    """The sentences of a summary that a channel sees, and the others."""
    sentences = split_sentences(entry.summary)
    count = next((number for number in range(len(sentences), 1, -1) if len(" ".join(sentences[:number])) <= _SUMMARY), 1)
    return list(sentences[:count]), list(sentences[count:])


def _some(values: Sequence[str], most: int = _LISTED) -> str:
    """The first values, and how many more there are."""
    more = [texts.and_more(len(values) - most)] if len(values) > most else []
    return ", ".join([*values[:most], *more])


def _whole(values: Sequence[str], characters: int) -> str:
    """As many values as fit, each whole, at least one, and how many more there are; a value that alone is too long is cut."""
    shown = next((count for count in range(min(len(values), _LISTED), 1, -1) if len(_some(values, count)) <= characters), 1)
    return cut_at_a_word(values[0], characters) if len(values) == 1 else _some((cut_at_a_word(values[0], characters), *values[1:]), shown)


def _quiet(fact: InfoboxRow) -> str:
    """A fact in small print: its kind needs no label."""
    return fact.text if fact.label == texts.KIND else f"{fact.label}: {fact.text}"


def version_text(entry: Entry, version: Version) -> str:
    """One version: what is known of it, and of what it is a version."""
    facts = "\n".join(f"**{label}** {escape(text, _FACT)}" for label, text in _version_rows(version))
    return f"{escape(texts.version_of(entry.name), _FACT)}\n{facts}"


def version_log(version: Version) -> str:
    """The same in plain characters."""
    return "\n".join([version.name, *(f"{label}: {text}" for label, text in _version_rows(version))])


def _version_rows(version: Version) -> list[tuple[str, str]]:
    values = (str(version.date), version.sizes, version.license, version.note)
    labels = (texts.RELEASED, texts.SIZES, texts.VERSION_LICENSE, texts.NOTE)
    return [(label, text) for label, text in zip(labels, values, strict=True) if text]


def comparison_blocks(left: LicenseEntry | ProjectEntry, right: LicenseEntry | ProjectEntry, comparison: Comparison) -> list[str]:
    """What each is for, what differs in as many lines as a phone shows, and in small print what is the same."""
    purposes = [(head, cut_at_a_word(purpose, _PURPOSE)) for head, purpose in map(introduction, (left, right))]
    used = sum(phone_lines(f"{head}{purpose}") for head, purpose in purposes)
    most = _LINES if phone_lines(texts.compared(*comparison.heads)) == 1 else _LINES_OF_LONG_NAMES
    lines: list[str] = []
    for row in comparison.differences:
        if row.label in _ELSEWHERE:
            continue
        sides = [(who, _whole(values, _SIDE)) for who, values in sides_of(row, comparison.heads)]
        needed = phone_lines(" · ".join([row.label, *(f"{who}: {text}" for who, text in sides)]))
        if used + needed > most and row.label not in _ALWAYS:
            continue
        used += needed
        lines.append(f"**{row.label}** " + " · ".join(f"{escape(who)}: {escape(text, _FACT)}" for who, text in sides))
    heads = "\n".join(f"**{escape(head, 80)}**{escape(purpose, _FACT)}" for head, purpose in purposes)
    small = "\n".join(f"-# {escape(text, _FACT)}" for text in _small_print(comparison))
    return [heads, "\n".join(lines) or texts.NO_DIFFERENCE, *([small] if small else [])]


def whole_comparison(left: LicenseEntry | ProjectEntry, right: LicenseEntry | ProjectEntry, comparison: Comparison) -> list[str]:
    """All that ``comparison_blocks`` cuts or leaves out: every purpose and every fact of both, each in full."""
    purposes = (f"**{escape(head, 80)}**{escape(purpose, _LONGEST)}" for head, purpose in map(introduction, (left, right)))
    rows = []
    for row in comparison.rows:
        if row.differs and row.label != texts.PURPOSE:
            sides = (f"{escape(who)}: {escape(', '.join(values), _FACT)}" for who, values in sides_of(row, comparison.heads))
            rows.append("\n".join([f"**{row.label}**", *sides]))
    same = (f"{row.label[:1].lower()}{row.label[1:]}: {', '.join(row.shared)}" for row in comparison.rows if row.shared)
    agreed = escape(texts.same_for_both("; ".join(same)), _LONGEST)
    return ["\n".join(purposes), "\n".join(rows) or texts.NO_DIFFERENCE, f"-# {agreed}"]


def _small_print(comparison: Comparison) -> list[str]:
    rows = {row.label: row for row in comparison.rows}
    same: list[str] = []
    for row in (rows[label] for label in _SHARED if label in rows):
        named = row.label in (texts.OSI, texts.PATENTS)  # their values say nothing without their name
        same += [f"{row.label[:1].lower()}{row.label[1:]}: {value}" if named else value for value in row.shared]
    spdx = next((row for row in comparison.differences if row.label == texts.SPDX), None)
    return [
        *([texts.same_for_both(_whole(same, _SAME))] if same else []),
        *([f"{texts.SPDX}: {spdx.left[0]} · {spdx.right[0]}"] if spdx else []),
    ]


def comparison_log(comparison: Comparison) -> str:
    """Both sides of every row in plain characters."""
    sides = [f"{row.label}: {', '.join(row.left)} / {', '.join(row.right)}" for row in comparison.rows]
    return "\n".join([f"{comparison.left} / {comparison.right}", *sides])


def term_text(term: GlossaryTerm) -> str:
    """A definition, and below it other names of the term."""
    names = "\n".join(f"-# {label}: {escape(', '.join(values), _NAMES)}" for label, values in _names(term))
    return f"{escape(term.definition, _DEFINITION)}\n{names}".rstrip()


def term_log(term: GlossaryTerm) -> str:
    """The same in plain characters."""
    return "\n".join([term.definition, *(f"{label}: {', '.join(values)}" for label, values in _names(term))])


def _names(term: GlossaryTerm) -> list[tuple[str, Sequence[str]]]:
    names = ((texts.ABBREVIATION, term.abbreviations), (texts.ALSO_CALLED, term.synonyms))
    return [(label, values) for label, values in names if values]


def section_opening(section: Section, characters: int = _OPENING) -> str:
    """The first passages of a section: as many as a channel should see, at least one, and no more than a message holds."""
    passages = section.passages
    count = next((number for number in range(len(passages), 1, -1) if len(join_passages(passages[:number])) <= characters), 1)
    text = join_passages(passages[:count])
    return text if len(text) <= PAGE_CHARACTERS else pages_of(section)[0]


def section_text(section: Section, text: str) -> str:
    """Text of a section, its first sentence in bold where it begins with one."""
    first = section.passages[0]
    if first.kind is not PassageKind.SENTENCE or not text.startswith(first.text) or text == first.text:
        return body(text, section.passages)
    return f"**{escape(first.text, links=True)}**{body(text[len(first.text) :], section.passages)}"


def advice(found: Guide) -> str:
    """The opening of the section that advises, in plain characters; "" where there is none."""
    return "" if found.section is None else section_opening(found.section, _ADVICE)


def guide_text(found: Guide) -> list[str]:
    """Advice, and the licenses that are made for a kind of work, by what they do to whoever takes it."""
    lines = [
        f"**{escape(', '.join(map(short_name, family.licenses)), _FAMILY)}** · {family.meaning[:1].lower()}{family.meaning[1:]}"
        for family in found.families
    ]
    head = [] if found.section is None else [section_text(found.section, advice(found))]
    return [*head, *(["\n".join(lines)] if lines else [])]


def guide_log(found: Guide) -> str:
    """Advice and licenses in plain characters."""
    families = [f"{family.meaning}: {', '.join(entry.name for entry in family.licenses)}" for family in found.families]
    return "\n".join([advice(found), *families]).strip()
