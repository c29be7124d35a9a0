"""What validation and the YAML parser found, in words of this program: what stands there, and what is possible.

The libraries' own sentences ("Input should be a valid integer", "did not find expected key") name their inner steps; an editor
needs to know what to change. Used for the knowledge, the configuration and batches of questions alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic_core import ErrorDetails

_LONGEST_SHOWN = 60
_KINDS: tuple[tuple[type, str], ...] = (
    (type(None), "nothing"), (bool, "a yes or no"), (int, "a number"), (float, "a number"), (str, "text"), (dict, "keys with values"),
    (list, "a list"), (tuple, "a list"),
)  # fmt: skip
_BOUNDS = {
    "greater_than": ("above", "gt"), "greater_than_equal": ("at least", "ge"), "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
}  # fmt: skip
_FORMS = (
    ("int", "must be a whole number"), ("float", "must be a number"), ("finite", "must be a number that is not infinite"),
    ("bool", "must be true or false"), ("date", "must be a date: YYYY-MM-DD"), ("string", "must be text"), ("path", "must be a path"),
    ("dict", "must hold keys with values"), ("model", "must hold keys with values"), ("dataclass", "must hold keys with values"),
    ("mapping", "must hold keys with values"), ("list", "must be a list"), ("tuple", "must be a list"),
)  # fmt: skip
"""The first words of pydantic's error types, and what each asks for."""


def fault_of(detail: ErrorDetails) -> str:
    """What is wrong with a value: what must stand there, and what does."""
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    exact: dict[str, Callable[[], str]] = {
        "missing": lambda: "is missing",
        "extra_forbidden": lambda: "there is no such key",
        "unexpected_keyword_argument": lambda: "there is no such key",
        "value_error": lambda: detail["msg"].removeprefix("Value error, "),
        "string_too_short": lambda: "must not be empty",
        "string_too_long": lambda: f"has more than {context['max_length']} characters",
        "too_short": lambda: "must have at least one entry" if context["min_length"] == 1 else f"must have {context['min_length']} entries",
        "too_long": lambda: f"must have at most {context['max_length']} entries",
        "enum": lambda: f"must be one of {_listed(context['expected'])}{_instead(given)}",
        "literal_error": lambda: f"must be one of {_listed(context['expected'])}{_instead(given)}",
        "string_pattern_mismatch": lambda: f"does not have the right form{_instead(given)}",
        "json_invalid": lambda: "is not JSON",
    }
    if kind in exact:
        return exact[kind]()
    if kind in _BOUNDS:
        word, name = _BOUNDS[kind]
        return f"must be {word} {context[name]:g}{_instead(given)}"
    form = next((text for begin, text in _FORMS if kind.startswith(begin)), "cannot be used")
    return form + _instead(given)


def _listed(expected: str) -> str:
    """Pydantic writes "'a', 'b' or 'c'"."""
    return expected.replace("'", "").replace(" or ", ", ")


def _instead(given: Any) -> str:  # noqa: ANN401 - whatever somebody wrote
    kind = next((name for form, name in _KINDS if isinstance(given, form)), None)
    if kind is None:
        return ""
    if isinstance(given, (dict, list, tuple)) or given is None:
        return f", not {kind}"
    shown = str(given).lower() if isinstance(given, bool) else str(given)
    shown = " ".join(shown.split())
    shown = shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 1] + "…"
    return f", not {shown!r}" if isinstance(given, str) else f", not {shown}"


_MISFIT = (
    "a line does not fit those above it",
    "Indent entries of one list alike, and put a value in quotes as a whole or not at all.",
)
_USUAL: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), fault, remedy)
    for pattern, fault, remedy in (
        (r"mapping values are not allowed", "a colon stands inside a value", "Put the value in quotes."),
        (r"quoted scalar|unexpected end of stream", "a quote is opened and not closed", "Close the quote, or double one that is meant."),
        (r"expected ',' or ['\"]?[\]}]|flow (?:sequence|mapping|node)", "a bracket is opened and not closed", "Close the bracket, or put "
         "the value in quotes."),
        (r"could not find expected ':'", "a line has no colon after its key", "Write `key: value`."),
        (r"tag|constructor", "an exclamation mark begins a value", "Put the value in quotes."),
        (r"'[%@`]'|character .* cannot start", "a value begins with a character that means something in YAML", "Put the value in quotes."),
        (r"anchor|alias", "& or * begins a value", "Put the value in quotes."),
        (r"block", *_MISFIT),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class YamlFault:
    """Where YAML breaks off, what is usually wrong there, and what to do about it."""

    line: int | None
    """From 1; None where the parser does not say."""
    text: str
    remedy: str


def yaml_fault(error: Exception, text: str) -> YamlFault:
    """What is usually wrong where the parser gives up on a text."""
    if isinstance(error, yaml.reader.ReaderError):
        return YamlFault(text.count("\n", 0, error.position) + 1, "an invisible control character stands there", "Remove it.")
    mark: yaml.Mark | None = getattr(error, "problem_mark", None)
    opened: yaml.Mark | None = getattr(error, "context_mark", None)
    said = " ".join(str(getattr(error, name, None) or "") for name in ("context", "problem"))
    line = text.split("\n")[mark.line] if mark is not None and mark.line <= text.count("\n") else ""
    if mark is not None and line[mark.column : mark.column + 1] == "\t":
        return YamlFault(mark.line + 1, "a tab stands where only spaces may", "Replace tabs by spaces.")
    for pattern, fault, remedy in _USUAL:
        if pattern.search(said):
            alone = "colon" in fault and line.count(":") < 2
            place = opened if "opened" in fault and opened is not None else mark
            return YamlFault(None if place is None else place.line + 1, *(_MISFIT if alone else (fault, remedy)))
    return YamlFault(None if mark is None else mark.line + 1, "a value does not fit what is said of it", "Put the value in quotes.")
