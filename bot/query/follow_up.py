"""Questions that lean on the one before: "and who made it?", "why?", "what about data?".

Only words are looked at here: how much a question depends on what was said before, whether it says that it changes the topic, and what
is to be searched where it does depend. ``answering.conversation`` decides which of the readings answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.query.asking import asks
from bot.query.message import content_words, place_said, plain_words, words_and_versions
from bot.query.patterns import NO_FORMS, DeclaredForms, in_full
from bot.retrieval.analyzer import fold, is_content, meant

_POINTERS = frozenset(["it", "its", "it's", "they", "them", "their", "theirs", "those", "these", "he", "she", "him", "her", "his"])
_DEMONSTRATIVES = frozenset(["these", "those"])
_FILLERS = frozenset(["really", "even", "actually", "still", "always", "exactly", "ok", "okay"])
_WEAK_POINTERS = frozenset(["this", "that", "that's", "one", "ones", "there", "then", "so", "same", "such"])
_BEFORE_THAT = frozenset(
    "is are was were am does do did can could will would has have had should about from with of for to by like in on at than into "
    "why how when where and but so because after before without isn't aren't wasn't weren't doesn't don't didn't can't couldn't won't "
    "wouldn't wrote made invented started founded created built released decided".split()
)
"""A "that" behind one of these points at something; behind a noun or an adjective it begins a clause."""
_BEHIND_ONE = frozenset(
    "is are was were does do did can could will would has have had should myself yourself instead too either by now for with from to in "
    "on at and or that which who i you we they already then as than out up of".split()
)
_PARTICLES = frozenset("tho though lol lmao bro dude man btw huh eh hm hmm pls plz please".split())
"""What chat puts beside a question, which says nothing."""
_ANY_THING = frozenset("famous known real concrete good typical popular other big main".split())  # said of an attribute, not of a thing
_THE_ONE = re.compile(
    r"\bthe (?:(?!same\b)[a-z]+ )?ones?\b(?! (?:that|which|who|of|with|from|by|in|for|to|i|you|we|they)\b)", re.IGNORECASE
)
"""One of what was spoken of: "the big one"."""
_HERE = frozenset(["bot", "server", "channel", "community", "discord", "question"])
_ASKING_VERBS = frozenset("is are was were does do did can could has have will would why how".split())
_AUXILIARIES = _ASKING_VERBS - {"why", "how"} | frozenset("be been being must may might shall should need needs get gets".split())
_LEFT_OPEN = ("that", "which", "who")  # "any alternative that is"
_OPENERS = frozenset(["and", "but", "or", "also", "so", "then"])
_ABOUT = (("what", "about"), ("how", "about"), ("what", "if"))
_OF_SEVERAL = (("which", "one"), ("which", "ones"), ("which", "is"))  # of what was spoken of, unless it says of which
_BARE = frozenset(
    "when who why where how which what not really exactly more else example examples explain elaborate continue details much many "
    "such as like for instance in short shorter brief briefly summary summarize too long simple simpler simply words terms again "
    "go on anything tell me further keep going please pls".split()
)
_ASKING_ON = _FILLERS | _PARTICLES | _OPENERS | _BARE | frozenset(["yes", "no", "yeah", "nope", "same", "one", "ones"])
"""What asks on says nothing of what it asks about."""
_QUESTION_WORDS = frozenset(
    "what who whom whose which when where why how is are was were do does did can could may will would should a an the it compared "
    "happened".split()
)
_ATTRIBUTES = frozenset(
    "alternative alternatives proof evidence opposite license licence author authors maker makers creator creators difference differences "
    "downside downsides disadvantage disadvantages advantage advantages benefit benefits catch example examples cost costs price size date "
    "year name source sources link website requirements limit limits".split()
)
_REQUESTING = frozenset("can could you u give me us show tell have has got there any some please one more another name list know".split())
_PLACE = re.compile(
    r"\b(?i:africa|america|asia|australia|austria|belgium|brazil|britain|canada|china|denmark|england|europe|finland|france|germany|greece"
    r"|india|indonesia|ireland|israel|italy|japan|kenya|korea|mexico|netherlands|nigeria|norway|poland|portugal|russia|singapore|spain"
    r"|sweden|switzerland|taiwan|turkey|ukraine|usa|uk|vietnam)\b|(?<=\bthe )(?i:us)\b|(?<=\b[iI]n )US\b"
)
_LONGEST_LEANING = 12  # words; a longer question says what it is about
_THANKS = r"(?:(?:ok(?:ay)?|thx|thanks|thank you|ty|great|cool|nice|good|alright|perfect|got it|i see)\b[\s,.!:]*)*"
_OTHER = (
    r"(?:(?:and |now |but |ok |so |for |to )*(?:(?:a |an |one )?(?:(?:totally|completely|entirely|very) )?"
    r"(?:another|different|new|other|more)(?: \w+)? ?(?:thing|question|topic|subject|one)"
    r"|(?:totally|completely|entirely) (?:different|unrelated|else)|"
    r"something (?:else|different|(?:completely|totally|entirely) different|new)|change of (?:topic|subject)|unrelated|off ?topic|"
    r"by the way|btw)\b[\s,.!:-]*)"
)
_NEW_TOPIC = re.compile(rf"^\W*{_THANKS}{_OTHER}(?=\S)", re.IGNORECASE)
_EMPTY_IT = re.compile(  # an "it" that points at nothing
    r"\b(?:does|did|will|would|can|could) it (?:cost|take|matter|make sense|hurt|pay|help)\b|"
    r"\b(?:is|was|would) it (?:possible|true|legal|illegal|ok|okay|allowed|fine|wise|better|safe|worth|normal|hard|easy|a good idea|"
    r"a problem|enough|necessary|common)\b.{0,12}\b(?:to|that|if|when|for)\b",
    re.IGNORECASE,
)
_THAT_ALONE = re.compile(r"\b(?:that|this)\s*[?.!,;]", re.IGNORECASE)
_CLAUSE = re.compile(r",| and | but ", re.IGNORECASE)
_ABBREVIATED = re.compile(r"\(([A-Z0-9][A-Z0-9-]+)\)$")
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
    seen: tuple[int, ...] = ()
    """Numbers of the section's passages that were shown."""
    chosen: bool = True
    """Whether the section was shown as the answer, or was so near that it may be taken for what was meant."""
    shown: bool = True
    """Whether it was shown, and not only suggested."""
    offered: tuple[str, ...] = ()
    """The ids of the sections that were suggested last, in their order, of which a member may say which one is meant."""
    thing: str = ""
    """The project that was named, by its name, until a question is about something else: one that does not point at anything."""

    def picked(self, question: str) -> str | None:
        """The id of the section that a message picks of those that were suggested: "the second one"; None where it picks none."""
        place = place_said(question)
        return self.offered[place] if self.offered and place is not None and place < len(self.offered) else None

    def goes_on(self, question: str) -> bool:
        """Whether a question about the section just shown asks for more of it: it is not the same question once more."""
        return bool(self.seen) and self.chosen and plain_words(question) != plain_words(self.question)

    @property
    def subject(self) -> str:
        """What it was about: the title without the words of a question; of an event, whose title is a date and names, what was asked."""
        if _DATED_TITLE.match(self.title):
            names = _DATED_TITLE.sub("", self.title)
            return " ".join(content_words(self.question)) if self.question != self.title else subject_of(names)
        return subject_of(self.title)

    @property
    def name(self) -> str:
        """The subject by one name: by the abbreviation, where one stands behind it in the title."""
        short = _ABBREVIATED.search(self.title)
        return self.subject if short is None else short[1]


def leaning(question: str, declared: DeclaredForms = NO_FORMS) -> Leaning:
    """Whether a question needs the turn before it to be understood; ``declared`` are the forms of the knowledge's own attributes."""
    question = meant(question)
    words = [word for word in plain_words(_EMPTY_IT.sub(" ", question)) if word not in _PARTICLES]
    if not words or len(words) > _LONGEST_LEANING:
        return Leaning.STANDS
    if words[-1] in _AUXILIARIES and words[-2:-1] and words[-2] in _LEFT_OPEN and not _names_its_own(question):
        return Leaning.LEANS
    bare = all(word in _BARE or word in _OPENERS or word in _POINTERS for word in words)
    if bare or (not _names_its_own(question) and _points(question, words, declared)):
        return Leaning.LEANS
    if _is_said_of_a_pointer(words) or (tuple(words[:2]) in _OF_SEVERAL and "or" not in words):
        return Leaning.LEANS
    if words[0] == "and" or (_THE_ONE.search(question) and not _names_its_own(question)):
        return Leaning.CONTINUES
    points_back = (
        words[-1] in _WEAK_POINTERS
        or _THAT_ALONE.search(question) is not None
        or words[0] in _DEMONSTRATIVES
        or any(_points_weakly(words, place) for place in range(1, len(words)))
    )
    leaps = words[0] in _OPENERS or tuple(words[:2]) in _ABOUT or points_back
    return Leaning.MAY_LEAN if leaps and not _names_its_own(question) else Leaning.STANDS


def _points(question: str, words: list[str], declared: DeclaredForms) -> bool:
    """Whether a question has a pronoun, or asks for a property and names nothing that has it."""
    pointed = any(word in _POINTERS and not _is_with_noun(words, place) for place, word in enumerate(words))
    return pointed or _asks_for_an_attribute(words) or in_full(question, "it", declared) is not None


def _is_said_of_a_pointer(words: list[str]) -> bool:
    """Whether all that a question names is one word that it says of "that" or "this": "is that legal", "would this be enough then"."""
    said = [word for word in content_words(" ".join(words)) if word not in _FILLERS | _OPENERS]
    pointed = any(word in _DEMONSTRATIVES | {"this", "that"} and words[place] in _BEFORE_THAT for place, word in enumerate(words[1:]))
    return pointed and len(said) == 1


def _is_with_noun(words: list[str], place: int) -> bool:
    """Whether a pointer says which of what it names itself: "these foundations", and not "these" alone."""
    after = words[place + 1] if place + 1 < len(words) else ""
    return words[place] in _DEMONSTRATIVES and after != "" and is_content(after) and after not in _BEHIND_ONE | _BEFORE_THAT


def _points_weakly(words: list[str], place: int) -> bool:
    """Whether a word that often means nothing before it does here: "when was that invented", "how do I make one myself"."""
    before, word, after = words[place - 1], words[place], words[place + 1] if place + 1 < len(words) else ""
    match word:
        case "this":
            return after not in _HERE
        case "that" | "that's":
            return before in _BEFORE_THAT
        case "one" | "ones":
            return after in _BEHIND_ONE
        case "these" | "those":
            return True
        case _:
            return place == 1 and word in _WEAK_POINTERS and before in _ASKING_VERBS


def _names_its_own(question: str) -> bool:
    """Whether a pointer points at what the question itself has named: "what is X, and how do I use it?"."""
    first, *rest = _CLAUSE.split(question)
    words = plain_words(first)
    pointing = any(word in _POINTERS | _WEAK_POINTERS for word in words)
    return bool(rest) and not pointing and len(words) > 2 and bool(content_words(first)) and words[0] not in _OPENERS


def _asks_for_an_attribute(words: list[str]) -> bool:
    """Whether a question asks for a property and names nothing that has it: "what's the alternative?"."""
    if ("a" in words or "an" in words) and not any(word in _REQUESTING for word in words):
        return False  # "what is a license" asks what licenses are
    passed_over = _QUESTION_WORDS | _OPENERS | _REQUESTING | _FILLERS | _ANY_THING
    rest = [word for word in words if word not in passed_over and not word.startswith(("what'", "whats"))]
    return bool(rest) and all(word in _ATTRIBUTES for word in rest)


def before_pointer(question: str) -> list[str]:
    """The content words before the first pronoun, of which one may be what it points at: "qwen, who makes it?".

    >>> before_pointer("qwen, who makes it for Alibaba")
    ['qwen', 'makes']
    """
    words = plain_words(question)
    place = next((place for place, word in enumerate(words) if word in _POINTERS), 0)
    return content_words(" ".join(words[:place]))


def points(question: str) -> bool:
    """Whether a question has a pronoun, so that it may be about what was named before."""
    return not (_POINTERS | _DEMONSTRATIVES | {"this", "that"}).isdisjoint(plain_words(question))


def places(question: str) -> list[str]:
    """The countries and continents that a question names, as words of it.

    >>> places("and in the US?"), places("what does it bring us in brazil")
    (['us'], ['brazil'])
    """
    return [fold(found) for found in _PLACE.findall(question)]


def with_subject(question: str, turn: Turn, declared: DeclaredForms = NO_FORMS) -> str:
    """The question with the subject of the turn before it in place of what points at it."""
    full = in_full(question, turn.name, declared)
    if full is not None:
        return full
    kept = [word for word in plain_words(question) if word not in _POINTERS | _OPENERS]
    return " ".join([*kept, turn.subject])


def with_question(question: str, turn: Turn) -> str:
    """The question with the words of the one before that it lacks, for what was asked may be more than what was shown is about.

    >>> with_question("and how do I make it longer?", Turn("my ollama forgets the chat", "a#b", "Context windows"))
    'how do i make longer ollama forgets chat'
    """
    kept = [word for word in plain_words(question) if word not in _POINTERS | _OPENERS]
    return " ".join([*kept, *(word for word in content_words(turn.question) if word not in kept)])


_NO_NAMES = _POINTERS | _WEAK_POINTERS | _QUESTION_WORDS - {"a", "an", "the"} | _AUXILIARIES | _BARE | _ATTRIBUTES
_MOST_NAMED = 4
"""Words of a thing that is named in place of another."""
_NAMES_ANOTHER = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|thx|thanks|thank you|cool|nice|great)\b[\s,.!]*)?"
    r"(?:and|or|but|also|same|even|what about|how about|what if|what of|(?:no+[\s,.]+)?wait|no|nope|(?:i )?meant?|rather)\b"
    r"(?:[\s,]+(?:what about|how about|the same|is it))*"
    r"[\s,]+(?P<place>(?:with|for|in|of|on|about|under|at)\s+)?"
    r"(?P<name>[^?!.;,:]{1,60}?(?:\.\d[^?!;,:]{0,20}?)?)(?: then| too| as well| instead)?[?!.\s]*$",
    re.IGNORECASE,
)
_PART = re.compile(r"(?<=[?!])\s+|(?<=\w\w)\.\s+|(?<=\d)\.\s+(?=[a-z])|,\s+")
_MOST_PARTS = 3
_THE_SAME = re.compile(
    r"(?:(?:and|or|so) )?(?:(?:is|are|was|were|does|do|has) (?:it|that|this|they) )?"
    r"(?:(?:just|exactly|about) )?(?:the |do the )?(?:same|other|different)(?: (?:thing|one|way|there|here|as well|too|or not))*\W*",
    re.IGNORECASE,
)
"""Says once more that the question before is asked again."""
_NUMBER = re.compile(r"v?\d+(?:\.\d+)*[a-z]?", re.IGNORECASE)
_VERSION = re.compile(r"\d")
_NAME_AND_NUMBER = re.compile(r"[^\W\d_]+[\W_]?\d")
_TOKEN = re.compile(r"[^\s?!,;:()\"]+")


def of_another(question: str, turn: Turn, is_name: Callable[[str], bool], member: Callable[[str], str | None] | None = None) -> str | None:
    """The question before, asked of what this one names in place of its subject; None where this is no such question.

    Args:
        question: as it was asked.
        turn: the one before.
        is_name: whether a word, in small letters, is the name of something that the knowledge has.
        member: the name of a version of what was shown, by the words that tell it from the others ("the 405b"); None where they tell none.

    >>> of_another("and llama 3.1?", Turn("When was Llama 2 released?", "a#b", "Llama"), lambda word: False)
    'When was llama 3.1 released?'
    """
    question = meant(question)
    match = _NAMES_ANOTHER.match(question) or _named_beside(question, is_name)
    named = plain_words(match["name"]) if match else []
    if match is None or not named or len(named) > _MOST_NAMED or turn.question == turn.title:
        return None
    version = None if member is None else member(match["name"])
    if version is None and any(word in _NO_NAMES for word in named):
        return None
    name = version or match["name"].strip()
    found = _replaced(turn, name, is_name)
    if found is None:
        return f"{turn.question.rstrip('?!. ')} {match['place'] or ''}{name}"
    before, behind = turn.question[: found[0]].rstrip(), turn.question[found[1] :]
    return f"{before.removesuffix(' the') if name.startswith('the ') else before} {name}{behind}".strip()


def _named_beside(question: str, is_name: Callable[[str], bool]) -> re.Match[str] | None:
    """The only part of a message that names another thing, where nothing else of it asks: "and 4? i lost track"."""
    parts = [part for part in _PART.split(question) if part.strip() and not _THE_SAME.fullmatch(part.strip())]
    found = [(part, match) for part in parts if (match := _NAMES_ANOTHER.match(part)) is not None]
    if len(found) != 1 or len(parts) > _MOST_PARTS:
        return None
    named, match = found[0]
    others = (part for part in parts if part is not named)
    return match if _is_thing(match["name"].split(), is_name) and not any(map(asks, others)) else None


def _is_thing(named: Sequence[str], is_name: Callable[[str], bool]) -> bool:
    """Whether words are the name of a thing, by the knowledge, by a number or by how they are written."""
    plain = [word.lower().strip(".'’") for word in named]
    return any(is_name(word) or _VERSION.search(word) for word in plain) or any(map(_is_written_as_name, named))


def _replaced(turn: Turn, name: str, is_name: Callable[[str], bool]) -> tuple[int, int] | None:
    """Where the question before has what is named instead: a word of the same name, a number, another name, or a word of the title.

    What is no name of a thing ("and privately?") takes the place of none, unless the question before was about one word.
    """
    named = [word.strip(".'’") for word in name.lower().split()]
    tokens = list(_TOKEN.finditer(turn.question))
    words = [token.group().lower().rstrip(".'’") for token in tokens]
    title = set(content_words(turn.title))
    thing = _is_thing(name.split(), is_name)
    tests: tuple[Callable[[int], bool], ...] = (
        lambda place: words[place] in named and is_content(words[place]),
        lambda place: all(_NUMBER.fullmatch(word) for word in named) and _NUMBER.fullmatch(words[place]) is not None,
        lambda place: thing and is_name(words[place]),
        lambda place: (
            thing and _is_written_as_name(tokens[place].group()) and (place > 0 or _NAME_AND_NUMBER.match(words[place]) is not None)
        ),
        lambda place: (thing or len(title) == 1) and (words[place] in title or words[place].removesuffix("s") in title),
    )
    for fits in tests:
        places = [place for place in range(len(tokens)) if fits(place)]
        if places:
            first = last = places[0]
            while last + 1 < len(tokens) and (last + 1 in places or _VERSION.search(words[last + 1])):
                last += 1
            while first and (title.issuperset(words[first - 1 : first + 1]) or (words[first] in named[1:] and is_name(words[first - 1]))):
                first -= 1  # "the Linux Foundation" is replaced whole, and so is "Llama license" by "Gemma license"
            return tokens[first].start(), tokens[last].start() + len(tokens[last].group().rstrip(".'’"))
    return None


def _is_written_as_name(token: str) -> bool:
    return (token[0].isupper() and token not in ("I", "I'm", "I've", "I'd")) or any(map(str.isdigit, token))


_CORRECTION = re.compile(
    r"^\W*(?:(?:no+|nope|nah|sorry|sry|srry|hm+|wait|oh+|ah+|oops|ups|whoops|argh|well)\b[\s,.!]*)*"
    r"(?:(?:(?:that'?s|that is|this is) not (?:it|what i (?:meant|asked|mean))\b|not (?:this|that|these|those)(?: ones?)?\b"
    r"|(?:i|we) (?:actually |really )?(?:meant|mean|asked (?:about|for))\b|not (?:the|about)\b)[\s,.:-]*"
    r"|(?<=no )(?=the\b)|(?<=no, )(?=the\b))+",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\W*(?:no+|nope|wait|rather|i mean)\b", re.IGNORECASE)
_NOT_MEANT = re.compile(r"[\s,]+(?:and )?not (?:the |about |that |its )?\w+(?: \w+)?\W*$", re.IGNORECASE)


def corrected(question: str, turn: Turn, is_name: Callable[[str], bool] = lambda _: False) -> str | None:
    """The question before together with what this one says was meant by it; None where this corrects nothing.

    Where an attribute was meant, it is asked of the same subject, in place of what was asked before; where another thing was, the question
    before is asked of that one. ``is_name`` is as for ``of_another``.

    >>> corrected("no, I meant the first one", Turn("deepseek license?", "a#b", "DeepSeek"))
    'deepseek license the first one'
    >>> corrected("sry i meant the license, not the size", Turn("how big was bloom", "a#b", "BLOOM"))
    'the license bloom'
    """
    question = _NOT_MEANT.sub("", question)
    match = _CORRECTION.match(question)
    said = plain_words(question[match.end() :]) if match else []
    if match is None or not said or len(said) > _LONGEST_LEANING or any(word in _ASKING_VERBS for word in said):
        return None  # "not that I doubt it, but is it open?" asks
    if _asks_for_an_attribute(said):
        return f"{question[match.end() :]} {turn.subject}"
    of_that_one = of_another(f"and {question[match.end() :]}", turn, is_name) if any(map(is_name, said)) else None
    return of_that_one or f"{turn.question.rstrip('?!. ')} {question[match.end() :]}"


def names_instead(question: str) -> bool:
    """Whether a question begins with what takes something back, as in "no, Qwen" and "wait, qwen"."""
    return _INSTEAD.match(question) is not None


def without_new_topic(question: str) -> str | None:
    """A question without the words that say it changes the topic, None where it does not say so.

    >>> without_new_topic("thanks! another thing: who made git?")
    'who made git?'
    """
    match = _NEW_TOPIC.match(question)
    return None if match is None else question[match.end() :]


def telling_words(question: str) -> list[str]:
    """Its content words without those that only ask on or say yes and no, in whatever they are about.

    >>> telling_words("and was it always like that, with examples?"), telling_words("is it binding?")
    ([], ['binding'])
    """
    return [word for word in content_words(question) if word not in _ASKING_ON]


def subject_of(title: str) -> str:
    """What a title is about, without the words that make it a question.

    >>> subject_of("What is open weights?")
    'open weights'
    >>> subject_of("Llama 3.1")
    'llama 3.1'
    """
    words = words_and_versions(title)
    subject = [word for word in words if word not in _QUESTION_WORDS]
    return " ".join(subject or words)
