"""The head of a file: ours, which is checked strictly, or that of another tool, of which only what has the same meaning here is taken.

Ours holds titles, sources and the questions of sections. Heads of other tools are YAML, TOML (``+++``) or JSON. One of them that cannot be
read costs a warning and never the page; one that calls the page a draft keeps it out, with a warning.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from bot.corpus.catalogue.entries import Line, LookedUp
from bot.corpus.files import Limits
from bot.corpus.problems import Problem, Severity
from bot.corpus.yaml_reading import Schema, SourceEntry, YamlDocument, read_yaml, schema_problems

_YAML_FENCE, _TOML_FENCE = "---", "+++"
_KEY_LINE = re.compile(r"[\w.-]+\s*:(?:\s|$)|\s|#|-\s|$")
_ANY_KEY, _ANY_TOML_KEY = re.compile(r"\s*[^\s#-].*:"), re.compile(r"\s*[^\s#].*=")
_OURS = re.compile(r"^sections[ \t]*:", re.MULTILINE)
_DRAFT = re.compile(
    r"^(?:draft\s*[:=]\s*['\"]?(?:true|yes)|publish(?:ed)?\s*[:=]\s*['\"]?(?:false|no)|status\s*[:=]\s*['\"]?draft)\b",
    re.MULTILINE | re.IGNORECASE,
)
_LONGEST_TAKEN = 500
_ALIKE = 0.75
"""From this likeness on a key is a typing error of one of ours."""


def _day(value: object) -> object:
    """Refuse what pydantic would take for a day counted from 1970."""
    if isinstance(value, (int, float)):
        raise ValueError("must be a date: YYYY-MM-DD")  # noqa: TRY004 - pydantic reports ValueError only
    return value


class SectionEntry(Schema):
    """One entry of ``sections``, under the slug of its heading."""

    questions: tuple[Line, ...] = ()
    messages: tuple[Line, ...] = ()
    sources: tuple[Line, ...] = ()
    formerly: tuple[Line, ...] = ()
    checked: LookedUp = ()


class FrontMatter(Schema):
    """The head of an article that was written for this bot."""

    title: Line | None = None
    summary: Line | None = None
    updated: Annotated[date | None, BeforeValidator(_day)] = None
    license: Line | None = None
    sources: dict[str, SourceEntry] = Field(default_factory=dict)
    sections: dict[str, SectionEntry] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a file says, where its body starts, and where its keys stand."""

    content: FrontMatter
    body: str
    body_line: int = 0
    """Lines before the body."""
    document: YamlDocument | None = None
    usable: bool = True
    """False where a fault or a draft keeps the page out; what could be read is there for further checks all the same."""
    draft: bool = False

    def line_of(self, *path: str) -> int | None:
        """For later checks to point at; None where the file has no head."""
        return None if self.document is None else self.document.line_of(path)


@dataclass(frozen=True, slots=True)
class _Found:
    """A head as it stands in a file."""

    fence: str
    text: str
    line: int
    """On which it begins, from 1, the fence included."""
    end: int
    """Lines of the file up to the body."""


def read_head(text: str, name: str, limits: Limits, problems: list[Problem]) -> Head:
    """Split a file into head and body; what is wrong is added to ``problems``."""
    lines = text.split("\n")
    found = _find(lines)
    if found is None:
        return Head(FrontMatter(), text)
    body = "\n".join(lines[found.end :])
    own: list[Problem] = []
    values, document = _values(found, name, limits, own)
    if values is None and own:
        return _unreadable(found, body, name, own, problems)
    if values is None:
        return Head(FrontMatter(), text)  # a list between two rules, not a head
    reason = _draft_key(values)
    if reason is not None:
        problems.append(_draft(name, found.line if document is None else document.line_of((reason,))))
        return Head(FrontMatter(), body, found.end, document, usable=False, draft=True)
    if document is None or not _is_ours(values):
        return Head(FrontMatter.model_validate(_familiar(values, document)), body, found.end, document)
    content, usable = _validated(document, name, problems)
    return Head(content, body, found.end, document, usable)


def _unreadable(found: _Found, body: str, name: str, own: list[Problem], problems: list[Problem]) -> Head:
    """A head with ``own`` problems: a fault where it is plainly meant for this bot, and otherwise a warning, unless it says "draft"."""
    if found.fence == _YAML_FENCE and _OURS.search(found.text):
        problems.extend(own)
        return Head(FrontMatter(), body, found.end, usable=False)
    problems.extend(_as_warning(problem) for problem in own)
    draft = _DRAFT.search(found.text) is not None
    if draft:
        problems.append(_draft(name, found.line))
    return Head(FrontMatter(), body, found.end, usable=not draft, draft=draft)


def _find(lines: Sequence[str]) -> _Found | None:
    """Where a file begins with a head, perhaps after empty lines."""
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    if start is None:
        return None
    fence = lines[start].rstrip()
    if fence.startswith("{"):
        return _json_head(lines, start)
    if fence not in (_YAML_FENCE, _TOML_FENCE):
        return None
    ends = (fence, "...") if fence == _YAML_FENCE else (fence,)
    end = next((number for number, line in enumerate(lines[start + 1 :], start=start + 1) if line.rstrip() in ends), None)
    held = [] if end is None else lines[start + 1 : end]
    key = _ANY_KEY if fence == _YAML_FENCE else _ANY_TOML_KEY
    if end is None or not any(map(key.match, held)):
        return None  # a rule at the top of the page
    if start and fence == _YAML_FENCE and not all(_KEY_LINE.match(line) for line in held):
        return None  # two rules with text between them
    return _Found(fence, "\n".join(held), start + 1, end + 1)


def _json_head(lines: Sequence[str], start: int) -> _Found | None:
    text = "\n".join(lines[start:])
    try:
        values, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or not values or text[end:].split("\n", 1)[0].strip():
        return None
    return _Found("{", text[:end], start + 1, start + text.count("\n", 0, end) + 1)


def _values(
    found: _Found, name: str, limits: Limits, problems: list[Problem]
) -> tuple[Mapping[object, object] | None, YamlDocument | None]:
    if len(found.text.encode("utf-8", "surrogatepass")) > limits.front_matter_bytes:
        problems.append(Problem(name, found.line, f"has a head of more than {limits.front_matter_bytes:,} bytes.", "Divide the article."))
        return None, None
    if found.fence == _YAML_FENCE:
        document = read_yaml(found.text, name, limits, problems, first_line=found.line + 1)
        return (None if document is None else document.values), document
    try:
        read: dict[str, object] = json.loads(found.text) if found.fence == "{" else tomllib.loads(found.text)
    except (ValueError, RecursionError):
        problems.append(Problem(name, found.line, "has a head that is not valid TOML.", "Correct it."))
        return None, None
    values: dict[object, object] = {}
    values.update(read)
    return values, None


def _as_warning(problem: Problem) -> Problem:
    message = problem.message.rstrip(".") + "; the page is read without its head."
    return Problem(problem.path, problem.line, message, problem.remedy, Severity.WARNING)


def _draft(name: str, line: int | None) -> Problem:
    return Problem(name, line, "is a draft by its head, so it is left out.", "Change its head when it is ready.", Severity.WARNING)


def _draft_key(values: Mapping[object, object]) -> str | None:
    """The key by which a head of any tool says that its page is not meant for readers yet."""
    for key, value in values.items():
        said = str(value).strip().lower()
        match str(key).strip().lower():
            case "draft" | "private" if said in ("true", "yes", "1"):
                return str(key)
            case "published" | "publish" if said in ("false", "no", "0"):
                return str(key)
            case "status" | "state" if said in ("draft", "unpublished"):
                return str(key)
    return None


def _is_ours(values: Mapping[object, object]) -> bool:
    """Whether a head is meant for this bot: its ``sections`` or ``sources`` have our form, but for typing errors."""
    sections, sources = values.get("sections"), values.get("sources")
    entries = list(sections.values()) if isinstance(sections, dict) else [sections]
    if all(isinstance(entry, dict) and _like(entry, SectionEntry) for entry in entries):
        return True
    return isinstance(sources, dict) and any(isinstance(entry, dict) and _like(entry, SourceEntry) for entry in sources.values())


def _like(entry: Mapping[object, object], schema: type[Schema]) -> bool:
    return not entry or any(difflib.get_close_matches(str(key), schema.model_fields, 1, _ALIKE) for key in entry)


def _familiar(values: Mapping[object, object], document: YamlDocument | None) -> dict[str, object]:
    """Take from another tool's head what has the same meaning here, where it has the right form."""
    taken: dict[str, object] = {}
    for ours, theirs in (("title", "title"), ("summary", "summary"), ("summary", "description")):
        written = _scalar(values.get(theirs), theirs, document)
        if written:
            taken.setdefault(ours, written[:_LONGEST_TAKEN])
    if type(values.get("updated")) is date:
        taken["updated"] = values["updated"]
    return taken


def _scalar(value: object, key: str, document: YamlDocument | None) -> str:
    """A value as it is written: YAML would make a number of the title 1.10, and a truth value of the title No."""
    if not isinstance(value, (str, int, float, bool, date, datetime)):
        return ""
    written = None if document is None else document.written(key)
    return " ".join((str(value) if written is None else written).split())


def _validated(document: YamlDocument, name: str, problems: list[Problem]) -> tuple[FrontMatter, bool]:
    """A head of ours; where it has faults, what is left of it without them, so that later checks find theirs in the same run."""
    values = dict(document.values)
    try:
        return FrontMatter.model_validate(values), True
    except ValidationError as error:
        problems.extend(schema_problems(error, document, name, {"": FrontMatter, "sections": SectionEntry, "sources": SourceEntry}))
        try:
            return FrontMatter.model_validate(_without_faults(values, error)), False
        except ValidationError:
            return FrontMatter(), False


def _without_faults(values: dict[object, object], error: ValidationError) -> dict[object, object]:
    """The same values without those that a validation refused; what is missing gets a stand-in."""
    faulty = {tuple(map(str, detail["loc"])): detail["type"] for detail in error.errors(include_url=False)}

    def cleaned(value: object, path: tuple[str, ...]) -> object:
        if isinstance(value, dict):
            kept = {key: cleaned(one, (*path, str(key))) for key, one in value.items() if (*path, str(key)) not in faulty}
            missing = {place[-1]: "?" for place, kind in faulty.items() if kind == "missing" and place[:-1] == path}
            return kept | missing
        if isinstance(value, list):
            return [cleaned(one, (*path, str(number))) for number, one in enumerate(value) if (*path, str(number)) not in faulty]
        return value

    cleaned_values = cleaned(values, ())
    return cleaned_values if isinstance(cleaned_values, dict) else {}
