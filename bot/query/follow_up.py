"""Questions that lean on the one before: "and who made it?", "why?", "what about data?".

Only words are looked at here: how much a question depends on what was said before, whether it says that it changes the topic, and what
is to be searched where it does depend. ``answering.conversation`` decides which of the readings answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from bot.query.message import plain_words
from bot.query.patterns import NO_FORMS, DeclaredForms, in_full
from bot.retrieval.analyzer import is_content

_POINTERS = frozenset(["it", "its", "it's", "they", "them", "their", "theirs", "those", "these", "he", "she", "him", "her", "his"])
_WEAK_POINTERS = frozenset(["this", "that", "that's", "one", "ones", "there", "then", "so", "same", "such"])
_ASKING_VERBS = frozenset("is are was were does do did can could has have will would why how".split())
_OPENERS = frozenset(["and", "but", "or", "also", "so", "then"])
_ABOUT = (("what", "about"), ("how", "about"), ("what", "if"))
_BARE = frozenset(
    "when who why where how which what not really exactly more else example examples explain elaborate continue details much many".split()
)
_QUESTION_WORDS = frozenset(
    [
        "what",
        "who",
        "whom",
        "whose",
        "which",
        "when",
        "where",
        "why",
        "how",
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "can",
        "could",
        "may",
        "will",
        "would",
        "should",
        "a",
        "an",
        "the",
        "it",
        "compared",
        "happened",
    ]
)
_ATTRIBUTES = frozenset(
    "alternative alternatives license licence author authors maker makers creator creators difference differences downside downsides "
    "disadvantage disadvantages advantage advantages benefit benefits catch example examples cost costs price size date year name "
    "source sources link website requirements limit limits".split()
)
_LONGEST_LEANING = 12
"""Words; a longer question says what it is about."""
_THANKS = r"(?:(?:ok(?:ay)?|thx|thanks|thank you|ty|great|cool|nice|good|alright|perfect|got it|i see)\b[\s,.!:]*)*"
_OTHER = (
    r"(?:(?:and |now |but )?(?:(?:a |an |one )?(?:another|different|new|other|more)(?: \w+)? ?(?:thing|question|topic|subject|one)|"
    r"something (?:else|different|completely different|new)|unrelated|off ?topic|by the way|btw)\b[\s,.!:-]*)"
)
_NEW_TOPIC = re.compile(rf"^\W*{_THANKS}{_OTHER}(?=\S)", re.IGNORECASE)
_EMPTY_IT = re.compile(
    r"\b(?:does|did|will|would|can|could) it (?:cost|take|matter|make sense|hurt|pay|help)\b|"
    r"\b(?:is|was|would) it (?:possible|true|legal|illegal|ok|okay|allowed|fine|wise|better|safe|worth|normal|hard|easy|a good idea|"
    r"a problem|enough|necessary|common)\b.{0,12}\b(?:to|that|if|when|for)\b",
    re.IGNORECASE,
)
"""An "it" that points at nothing."""
_CLAUSE = re.compile(r",| and | but ", re.IGNORECASE)
_DATED_TITLE = re.compile(r"^(?:\w+ )?(?:\d{1,2}, )?\d{4}: ")


class Leaning(Enum):
    """How much a question depends on what was said before."""

    STANDS = auto()
    MAY_LEAN = auto()
    CONTINUES = auto()
    LEANS = auto()


@dataclass(frozen=True, slots=True)
class Turn:
    """What an earlier answer in the conversation was about."""

    question: str
    section_id: str
    title: str

    @property
    def subject(self) -> str:
        """What it was about: the title without the words of a question; of an event, whose title is a date and names, what was asked."""
        if _DATED_TITLE.match(self.title):
            names = _DATED_TITLE.sub("", self.title)
            return " ".join(content_words(self.question)) if self.question != self.title else subject_of(names)
        return subject_of(self.title)


def leaning(question: str, declared: DeclaredForms = NO_FORMS) -> Leaning:
    """Whether a question needs the turn before it to be understood; ``declared`` are the forms of the knowledge's own attributes."""
    words = plain_words(_EMPTY_IT.sub(" ", question))
    if not words or len(words) > _LONGEST_LEANING:
        return Leaning.STANDS
    bare = all(word in _BARE or word in _OPENERS or word in _POINTERS for word in words)
    if bare or (not _names_its_own(question) and _points(question, words, declared)):
        return Leaning.LEANS
    if words[0] == "and":
        return Leaning.CONTINUES
    points_back = words[-1] in _WEAK_POINTERS or (words[1:2] and words[1] in _WEAK_POINTERS and words[0] in _ASKING_VERBS)
    leaps = words[0] in _OPENERS or tuple(words[:2]) in _ABOUT or points_back
    return Leaning.MAY_LEAN if leaps and not _names_its_own(question) else Leaning.STANDS


def _points(question: str, words: list[str], declared: DeclaredForms) -> bool:
    """Whether a question has a pronoun, or asks for a property and names nothing that has it."""
    return any(word in _POINTERS for word in words) or _asks_for_an_attribute(words) or in_full(question, "it", declared) is not None


def _names_its_own(question: str) -> bool:
    """Whether a pointer points at what the question itself has named: "what is X, and how do I use it?"."""
    first, *rest = _CLAUSE.split(question)
    words = plain_words(first)
    pointing = any(word in _POINTERS | _WEAK_POINTERS for word in words)
    return bool(rest) and not pointing and len(words) > 2 and bool(content_words(first)) and words[0] not in _OPENERS


def _asks_for_an_attribute(words: list[str]) -> bool:
    """Whether a question asks for a property and names nothing that has it: "what's the alternative?"."""
    if "a" in words or "an" in words:
        return False  # "what is a license" asks what licenses are
    rest = [word for word in words if word not in _QUESTION_WORDS and word not in _OPENERS and not word.startswith("what'")]
    return bool(rest) and all(word in _ATTRIBUTES for word in rest)


def with_subject(question: str, turn: Turn, declared: DeclaredForms = NO_FORMS) -> str:
    """The question with the subject of the turn before it in place of what points at it."""
    full = in_full(question, turn.subject, declared)
    if full is not None:
        return full
    kept = [word for word in plain_words(question) if word not in _POINTERS | _OPENERS]
    return " ".join([*kept, turn.subject])


def without_new_topic(question: str) -> str | None:
    """A question without the words that say it changes the topic, None where it does not say so.

    >>> without_new_topic("thanks! another thing: who made git?")
    'who made git?'
    """
    match = _NEW_TOPIC.match(question)
    return None if match is None else question[match.end() :]


def content_words(question: str) -> list[str]:
    """The words of a question that can say what it is about."""
    return [word for word in plain_words(question) if is_content(word.replace("'", ""))]


def subject_of(title: str) -> str:
    """What a title is about, without the words that make it a question.

    >>> subject_of("What is open weights?")
    'open weights'
    """
    words = plain_words(title)
    subject = [word for word in words if word not in _QUESTION_WORDS]
    return " ".join(subject or words)
