"""A message as a member typed it to a question that can be searched, stored and shown.

Cuts first, so that nothing later depends on how much somebody pasted. Never raises, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata

from bot.query.asking import take_apart
from bot.retrieval.analyzer import fold, is_content

LONGEST_QUESTION = 1000
"""Characters that are read, so that the time to answer stays bounded: of a longer message its beginning and its end, where people ask."""
_LEFT_OUT = " … "

_DISCORD_MARKUP = re.compile(r"<(?:@[!&]?|#|a?:\w{1,32}:|/[\w -]{1,100}:|t:)-?[0-9]{1,20}(?::\w)?>|@(?:everyone|here)\b")
_LINK = re.compile(r"https?://\S+")
_REPOSITORY = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co|github\.com|gitlab\.com)/[\w.-]+/(?P<name>[\w.-]*\w)\S*")
_PACKAGING = re.compile(r"(?:[-_.](?:instruct|chat|it|base|hf|gguf|awq|gptq|git|fp8|bf16|int4|int8|4bit|q\d\w*))+$", re.IGNORECASE)
"""What the name of a repository says of how a model is packed."""
_MARKUP = re.compile(r"```(?:\w+\n)?|\*\*|__|(?<!\S)>+(?=\s)|(?<!\S)#{1,6}(?=\s)|\|\|")
_LIST_NUMBER = re.compile(r"^(?:[-*•]|\(?\d{1,2}[.)])\s+(?=\S)")
_SPACE = re.compile(r"\s+")
_UNUSUAL = re.compile(r"[^ -~]+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*(?:\+\+|#)?")
_WORD_OR_VERSION = re.compile(r"(?:[^\W_]|(?<=\d)\.(?=\d))+(?:['’][^\W_]+)*(?:\+\+|#)?")
_PLACES = {"first": 0, "1st": 0, "1": 0, "second": 1, "2nd": 1, "2": 1, "two": 1, "third": 2, "3rd": 2, "3": 2, "three": 2, "last": -1}
_AROUND_PLACES = frozenset(
    "the one number no option suggestion answer please pls plz yes yeah ok okay i mean meant take want it is its it's was show me".split()
)
_MOST_MARKS = 2
"""Combining marks kept on one letter; real scripts need no more, "zalgo" text has dozens."""


def clean_question(raw: str) -> str:
    """What was asked, cut, on one line, in characters that can be stored and shown."""
    near = raw if len(raw) <= 4 * LONGEST_QUESTION else f"{raw[: 2 * LONGEST_QUESTION]} {raw[-2 * LONGEST_QUESTION :]}"
    text = _SPACE.sub(" ", _DISCORD_MARKUP.sub(" ", _UNUSUAL.sub(_kept, near))).strip()
    return text if len(text) <= LONGEST_QUESTION else _both_ends(text)


def _both_ends(text: str) -> str:
    """The beginning and the end of a text, as long as one half each, with whole words where there are any."""
    half = (LONGEST_QUESTION - len(_LEFT_OUT)) // 2
    begins, ends = text[:half], text[-half:]
    return f"{(begins.rpartition(' ')[0] or begins).rstrip()}{_LEFT_OUT}{(ends.partition(' ')[2] or ends).lstrip()}"


def _kept(found: re.Match[str]) -> str:
    """Of a run of characters that no keyboard has, what can be shown; marks are counted from the letter that they stand on."""
    kept: list[str] = []
    marks = 0
    for character in found.group():
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
    return "".join(kept)


def storable(text: str) -> str:
    """Text with what no encoding can write (lone surrogates) replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def searchable(question: str) -> str:
    """A cleaned question without links, which are no words, without markup, and without courtesy; of a repository its name stays.

    >>> searchable("license? https://huggingface.co/Qwen/Qwen2.5-7B-Instruct")
    'license? Qwen2.5-7B'
    """
    text = _REPOSITORY.sub(lambda found: _PACKAGING.sub("", found["name"]), question)
    text = _SPACE.sub(" ", _MARKUP.sub(" ", _LINK.sub(" ", text))).strip()
    return take_apart(_LIST_NUMBER.sub("", text)).text or text


def plain_words(question: str) -> list[str]:
    """The words of a question in lower case, without accents, with apostrophes kept straight."""
    return [word.replace("’", "'") for word in _WORD.findall(fold(question))]


def words_and_versions(question: str) -> list[str]:
    """The same, but for the point of a version, which is a part of it."""
    return [word.replace("’", "'") for word in _WORD_OR_VERSION.findall(fold(question))]


def content_words(question: str) -> list[str]:
    """The words of a question that can say what it is about; a version is one, as it is in the index.

    >>> content_words("and llama 3.1?")
    ['llama', '3.1']
    """
    return [word for word in words_and_versions(question) if is_content(word.replace("'", ""))]


def normalized(question: str) -> str:
    """The form under which the same question, typed differently, is counted as one."""
    return " ".join(plain_words(question))


def is_clean(question: str) -> bool:
    """Whether a known question is written as one writes in public: from a capital to a question mark."""
    return question[:1].isupper() and question.endswith("?") and not question[:-1].rstrip().endswith("?")


def place_said(question: str) -> int | None:
    """The place in a list that a message says and nothing else, from 0, or -1 for the last; None where it says more, or none.

    >>> place_said("the second one pls"), place_said("the second license")
    (1, None)
    """
    said = [word for word in plain_words(question) if word not in _AROUND_PLACES]
    return _PLACES.get(said[0]) if len(said) == 1 else None
