"""A message as a member typed it to a question that can be searched, stored and shown.

Cuts first, so that nothing later depends on how much somebody pasted. Never raises, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata

from bot.retrieval.analyzer import fold

LONGEST_QUESTION = 1000
"""Characters that are read. No question needs more, and the time to answer stays bounded."""

_DISCORD_MARKUP = re.compile(r"<(?:@[!&]?|#|a?:\w{1,32}:|/[\w -]{1,100}:|t:)-?[0-9]{1,20}(?::\w)?>|@(?:everyone|here)\b")
_LINK = re.compile(r"https?://\S+")
_SPACE = re.compile(r"\s+")
_ANNOUNCEMENT = re.compile(
    r"^(?:(?:hi|hey|hello|ok|so|please|pls),?\s+)*"
    r"(?:(?:can|could|would) (?:you|u|someone|anyone|somebody) (?:please |pls )?)?"
    r"(?:tell me(?: more)?(?: about)?|explain(?: to me)?|(?:do you )?know anything about|what do you know about|"
    r"i(?:'d| would)? (?:want|like|need) to (?:know|learn|understand)(?: more)?(?: about)?|"
    r"give me (?:some )?info(?:rmation)? (?:on|about))\s+(?=\S)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*(?:\+\+|#)?")
_MOST_MARKS = 2
"""Combining marks kept on one letter; real scripts need no more, "zalgo" text has dozens."""


def clean_question(raw: str) -> str:
    """Return what was asked, cut, on one line, in characters that can be stored and shown."""
    kept: list[str] = []
    marks = 0
    for character in raw[: 2 * LONGEST_QUESTION]:
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += 1
            if marks > _MOST_MARKS:
                continue
        elif category not in ("Cc", "Cs", "Cf", "Co", "Cn"):
            marks = 0
        if character.isspace():
            kept.append(" ")
        elif category not in ("Cc", "Cs", "Cf", "Co", "Cn") or character == "\u200d":
            kept.append(character)
    text = _DISCORD_MARKUP.sub(" ", "".join(kept))
    return _SPACE.sub(" ", text).strip()[:LONGEST_QUESTION].rstrip()


def storable(text: str) -> str:
    """Return text with what no encoding can write (lone surrogates) replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def searchable(question: str) -> str:
    """Return a cleaned question without links, which are no words, and without a phrase that only announces it."""
    text = _SPACE.sub(" ", _LINK.sub(" ", question)).strip()
    return _ANNOUNCEMENT.sub("", text, count=1) or text


def plain_words(question: str) -> list[str]:
    """Return the words of a question in lower case, without accents, with apostrophes kept straight."""
    return [word.replace("’", "'") for word in _WORD.findall(fold(question))]


def normalized(question: str) -> str:
    """Return the form under which the same question, typed differently, is counted as one."""
    return " ".join(plain_words(question))
