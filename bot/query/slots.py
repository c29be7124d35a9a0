"""What a message asks of one thing, by the words that are left of it: its name, and the words of one attribute.

People ask the same in endless ways ("wtf is PyTorch", "who the hell made PyTorch", "PyTorch, never heard, what does it mean"), and no form
of a whole question fits them all. So a message is taken as a bag of words: the name is put aside, then the words that ask for nothing, and
what remains must be words of one attribute. A word that may ask for something else thereby asks for it, and no slot is filled. What the
answer is, and whether there is one, is for others to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import product

from bot.query.patterns import CONTRACTED, IN_FULL, Attribute
from bot.retrieval.analyzer import fold, meant

_LONGEST_NAME = 6
"""Words."""
_MOST_WORDS = 24
"""Of a message that is looked at: a longer one tells a story, which asks for more than one fact."""


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


_FRAME = _words(
    "a an the is are was were be been am isn aren do does did don doesn has have had can could would t s and or but so if because",
    "then also too i me you u he she it they them we us this that these those my our your their one of about for to here there",
    "somewhere nah yep yeah yes well ok okay hey hi hello please pls plz thanks thx lol sorry newbie noob hell heck fuck fucking",
    "damn right correct show give like want wants know knows knew wonder wondering ask asks asked asking remember someone somebody",
    "anyone anybody everyone everybody people folks guys guy boss colleague colleagues friend friends teacher professor prof manager",
    "dad mom brother sister kid kids child students customer client hear hears heard hearing read reads reading see sees saw seen",
    "seeing mention mentions mentioned mentioning say says said saying talk talks talked talking speak speaks came come comes across",
    "stumbled keep keeps today yesterday now lately recently everywhere always often constantly just only simply really actually",
    "exactly basically essentially precisely properly honestly seriously even again anyway quickly briefly shortly totally",
    "completely very quite such bit something anything thing things stuff whole exact quick short simple easy plain word words term",
    "terms expression concept english sentence sentences twitter reddit internet idea wats yall y ya im ive id dont cant idk ngl tbh",
    "fr yo wait hmm hm man dude bro mate lmao tf forgot forget remind reminded find search searched searching figure figured trying",
    "try tried checking check look looking looked looks post posting posted ideas wild crazy clear answer help slides credit loop",
    "fill handy guess think thought believe believed suppose supposed claim claims claimed seems seem feels feel hyped maybe perhaps",
    "probably finally lowkey literally ppl peeps everyones youre theyre sry sir gonna wanna tryna curious swear whatever got get",
    "some much goes told page anywhere question q m d re ve ll little zero morning afraid before whether sure yet anyways citation",
    "bibliography vendor sheet kindly brief grandma grandpa granny mum mother father uncle aunt cousin neighbor neighbour roommate",
    "teammate coworker coworkers intern nurse lawyer counsel accountant layman laymen laypeople",
    "nodded dropped spreadsheet column footnote headline arguing bet debate hour tonight tomorrow rn tf grateful respects",
)
"""Words that ask for nothing by themselves."""
_WITH_FOR = _words("use uses used using good useful need needed")
"""Words that ask for nothing beyond what something is where there is "for" too: "used for", "good for"."""
_CLASSES = _words(
    "program company tool library model person product organization app website language framework dataset license file format",
    "software startup service platform university paper method technique technology command package brand",
)
"""What something may be asked to be ("is that a program or a company?"): only behind an article, since "which license" asks for one."""
_PLACE = (
    "channel|chat|server|discord|community|video|article|post|thread|reddit|twitter|news|internet|web|meeting|work|school|class|context"
    r"|podcast|talk|book|readme|thesis|essay|seminar|presentation|slides|homework"
    r"|first place|end|moment|earth|nutshell|short|brief|one|two|(?:\w+ )?(?:words?|terms?|sentences?|english)"
)
_ASIDE = re.compile(
    rf"\b(?:(?:in|on|at|from) (?:(?:the|this|that|a|an|our|my|your|some|another) )?"
    rf"(?:(?:other|youtube|news|discord|random|work|team) )?(?:{_PLACE})\b"
    r"|(?:for|to) (?:a |an |the )?(?:non|not)[ -](?:so )?(?:technical|tech|programmer|expert) (?:person|people|folks|users?|audience)\b"
    r"|i\.e\.|e\.g\."
    r"|by\b(?:(?<=\bmean by)|(?<=\bmeant by))|on\b(?:(?<=\binfo on)|(?<=\binfos on)|(?<=\binformation on))|at all\b|by the way\b"
    r"|(?:and |so )?why (?:should|would|do|does|must) (?:i|we|you|anyone|anybody|people|that|it) (?:care|bother|matter)\b"
    r"|(?:i |we )?need to\b|need (?=the\b|a\b)|out of the loop\b|fill me in\b|just the basics\b|real quick\b|any idea\b"
    r"|the deal with\b|at this point\b|in the world\b|to the world\b|as of (?:now|today)\b"
    r"|for (?:dummies|beginners|noobs|newbies)\b|like (?:i ?am|im|i'm) \w+\b|as a beginner\b"
    r"|(?:i ?am|i'm|im) (?:\w+ )?new\b(?: (?:to|at) (?:this|that|it|all this))?)"
)
"""Where and how something was said; what begins each is tried at the beginnings of words only, which takes a third of the time."""
_PUZZLED = re.compile(
    r"\b(?:(?:do|did|does|can)(?: ?not|n'?t)|cannot|never|no|not)(?: (?:really|quite|even|ever|fully|have|had|an?|any|the|slightest))*"
    r" (?:understand|get|know|heard|hear|clue|idea|grasp)\b(?: (?:of|about))?"
)
_INVENTED = re.compile(r"\b(?:c[ao]me|comes) up with\b")
_FAR_BACK = re.compile(r"\bhow far back\b", re.IGNORECASE)
_WHICH = re.compile(r"\bwhat (company|lab|team|year|month|date|day)\b")
_OTHER_THAN = re.compile(r"\b(?:what|how) about\b|\b(?:it|that|this|which) means? (?:\w+ )*for\b", re.IGNORECASE)
"""What asks the question before of another thing, or what follows from something for one."""
_CLAUSE = re.compile(r"(?:[,;:.!?…]+|\s[-–—]+)\s+(?=[^,;:.!?…]+[?.!…\s]*$)")
"""The last separator between two clauses."""
_LOOSE = _FRAME | _words("from understand")
"""Words that may stand between a name and a clause that points to it."""
_JOINING = _words("of to like than as in on for with from by at between than into under via")
"""Before a name: it is a part of what is pointed to."""
_POINTS = _words("it that this its")
_SOMEBODY_DOES = re.compile(
    r"\b(?:do|does|did|can|could|may|must|should|shall|would|might|to) (?:i|we|you|u|one|people|somebody|someone|anybody|anyone)"
    r" (?:have to |need to |even |really |also |please |pls |just )*(think (?:about|of)|[a-z]+)\b"
)
_TELLING = _words(
    "know tell explain define describe say remember mean understand find see hear call pronounce spell help show give name look check",
    "ask think believe guess suppose want like please me us i it remind quickly briefly get use care bother",
)
"""What somebody does who only asks: "do you know who made it"."""
_PEOPLE, _MEAN = _words("he she they"), _words("mean means meant")
_WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]+(?:\+\+|#)?")
_ARTICLES = ("a", "an")
_OTHERS = ("my", "our", "your", "first", "original", "next")
"""Before a name: it is another thing that is asked about."""
_IS_IT = frozenset({"is-it"})
"""Stands for a class that something is asked to be of."""
_ASKING = _words("what which who whom whose when where why how")
_AUXILIARIES = _words("is are was were does do did can could may must should will would has have")
_ANY = _words("a an my our your his her their some any")
"""Before a name: it is one of many that have this name, of which nobody asks who made all of them ("drives a Falcon")."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An attribute that a message may ask for."""

    question: str
    """In full, with {} for the name."""
    words: frozenset[str]
    """Those that may be left of the message."""
    marks: tuple[frozenset[str], ...]
    """Of one of these all must be in it."""
    of_it: bool = True
    """Whether it is asked of what was spoken of before, too."""

    def is_asked(self, left: Set[str], said: Set[str]) -> bool:
        """Whether these words are left for it of those that were said beside the name."""
        return left <= self.words and any(mark <= said for mark in self.marks)


def marks_of(*texts: str) -> tuple[frozenset[str], ...]:
    """Of texts with a mark in each word, "a+b" for a mark of two: the words of each, all of which must be there."""
    return tuple(frozenset(mark.split("+")) for text in texts for mark in text.split())


_MAKING = (
    "made make makes making created create creates creating developed develop develops developing built build builds building invented",
    "invent inventing wrote write writing written cooked cook",
    "trained train released release published publish programmed coded behind responsible thank",
)
_MAKERS = "dev devs maker makers author authors creator creators developer developers inventor inventors"
_EXPLAINING = (
    "what wtf explain explained explains explanation define defined definition describe description meaning mean means tldr overview",
    "introduction intro summary info infos information tell understand real buzzword slang hype is-it rundown basics",
)
_SLOTS = (
    Slot(
        IN_FULL[Attribute.IDENTITY],
        _words(*_EXPLAINING, "meant eli5 learn marketing scam legit purpose point sense kind sort type refer refers basic"),
        marks_of(*_EXPLAINING),
        of_it=False,
    ),
    Slot(
        IN_FULL[Attribute.EXPANSION],
        _words("what which stand stands abbreviation acronym abbreviated spelled letters full long form"),
        marks_of("stand stands abbreviation acronym abbreviated spelled letters full+form long+form"),
        of_it=False,
    ),
    Slot(
        IN_FULL[Attribute.MAKER],
        _words(
            "who whom whose which company companies lab labs team org organization university uni startup by from first original",
            "originally project person up",
            *_MAKING,
            _MAKERS,
        ),
        (
            *map(frozenset, product(("who", "whom"), _words(*_MAKING))),
            *marks_of(
                _MAKERS,
                "which+responsible whose company+which company+from lab+which team+which org+which by+whom from+whom",
                "made+by built+by developed+by",
            ),
        ),
    ),
    Slot(
        IN_FULL[Attribute.DATE],
        _words(
            "when which what year years month date day old age how long ago out release released publish published",
            "publication launch launched start started begin began founded created made born birthday invented introduced announced",
            "appear appeared exist exists existing existence around since from in into at point goes go live public available become",
            "first original originally initial initially recent drop dropped ship shipped debut debuted version feels forever time",
            "place timeline scene many while access its by on been",
        ),
        marks_of(
            "when which+year which+month date age birthday which+point what+point how+old how+long+around",
            "how+long+been how+long+exist how+long+out how+long+exists how+long+existing how+recent how+years+ago",
        ),
    ),
    Slot(
        IN_FULL[Attribute.LICENSE],
        _words(
            "license licensed licensing lic what which how under with kind type sort publish publishes published released",
            "distributed use uses using current its on from as spdx id pick picked choose chose file copyright field covers applies",
            "attached situation info name go terms called put slap slapped",
        ),
        marks_of("license licensed licensing lic spdx"),
    ),
    Slot(
        IN_FULL[Attribute.OPENNESS],
        _words(
            "open source sourced opensource opensourced src foss oss closed proprietary free libre software not yes no y n true",
            "truly fully still how call called consider considered considers count counts as real isnt arent properly thats whether",
            "status ever legit keeping keep locked marketing in meet definition camp belong belongs qualify qualifies themselves",
        ),
        marks_of("open opensource opensourced sourced foss oss closed proprietary libre"),
    ),
)


_COMPARED = "{} vs {}"
_COMPARING = _words(
    "difference differences different differently differ differs differing diff compare compared compares comparing comparison distinguish",
    "distinction better same confuse confused vs versus relation related apart separates distinguishes unlike",
    "contrast contrasts identical interchangeable synonyms",
)
_COMPARE = marks_of(" ".join(sorted(_COMPARING)), "or have+doesn has+doesn does+doesn mix+up mixed+up mixing+up")
_BESIDE_COMPARED = _words(
    "what which who how why or between from with than as not up like should use take choose pick prefer best actual main big real",
    "explain tell understand identical each other both two over instead rather way ways part parts changing changes interchangeable",
    "coming where in sets side next put list stack up entirely thing name important test v pretty well pitched being another",
    "mix mixed mixing more most likes love loves favor favour favorite favourite recommend suggest",
)
_OF_COMPARISONS = _FRAME | _COMPARING | _BESIDE_COMPARED
_BETWEEN = _words("and or vs versus from with than to as not against that")
"""One of these stands between what is compared."""


@dataclass(frozen=True, slots=True)
class DeclaredWords:
    """The words of an attribute that the knowledge declares."""

    question: str
    """In full, with {} for the name."""
    words: Sequence[str]
    """One of these must be there; of several words in one, all."""
    beside: Iterable[str] = ()
    """What may be left as well."""


class Slots:
    """Reads messages as one attribute of one name."""

    def __init__(self, is_name: Callable[[str], bool], is_proper: Callable[[str], bool], declared: Iterable[DeclaredWords] = ()) -> None:
        """Take what the knowledge declares.

        Args:
            is_name: whether words, in small letters, are what something in the knowledge is called.
            is_proper: whether a word is a name or an abbreviation, and not a word of the language.
            declared: further attributes, which are read before those of this module.
        """
        self._is_name, self._is_proper = is_name, is_proper
        own = (Slot(one.question, _words(*one.words, *one.beside), tuple(_words(mark) for mark in one.words)) for one in declared)
        self._slots = (*own, *_SLOTS)
        self._known = _FRAME | _WITH_FOR | _CLASSES | frozenset().union(*(slot.words for slot in self._slots))

    def in_full(self, message: str) -> str | None:
        """The question that a message comes to, None where it asks for more, for less, or for several things."""
        text = _plain(message)
        if text is None:
            return None
        words = _bag(text)
        found = None if _is_of_somebody(text) else self._filled(words) or self._filled_before(text)
        if found is not None:
            return found[0].question.format(found[1])
        pair = self._pair(words)
        return None if pair is None else _COMPARED.format(*pair)

    def of_it(self, message: str) -> str | None:
        """The question that a message comes to which only points ("who the hell made it"), with {} for what it is asked of, else None."""
        text = _plain(message)
        words = [] if text is None else _bag(text)
        slot = self._slot(words) if len(words) <= _MOST_WORDS and not _POINTS.isdisjoint(words) else None
        return slot.question if slot is not None and slot.of_it else None

    def _pair(self, words: Sequence[str]) -> tuple[str, str] | None:
        """The two names that are compared, together the longest; None where anything else is asked."""
        if len(words) > _MOST_WORDS or not any(mark.issubset(words) for mark in _COMPARE):
            return None
        strange = [place for place, word in enumerate(words) if word not in _OF_COMPARISONS]
        pairs = [
            (left, right)
            for cut in range(1, len(strange))
            for left in self._names_around(words, strange[:cut], 0, strange[cut])
            for right in self._names_around(words, strange[cut:], left.stop, len(words))
            if left.stop == right.start or not _BETWEEN.isdisjoint(words[left.stop : right.start])
        ]
        if not pairs:
            return None
        left, right = max(pairs, key=lambda pair: len(pair[0]) + len(pair[1]))
        return " ".join(words[left.start : left.stop]), " ".join(words[right.start : right.stop])

    def _names_around(self, words: Sequence[str], core: Sequence[int], low: int, high: int) -> Iterator[range]:
        """Where names stand that have the words of some places, from one place and before another."""
        for begin in range(max(low, core[-1] + 1 - _LONGEST_NAME), core[0] + 1):
            for end in range(core[-1] + 1, min(high, begin + _LONGEST_NAME) + 1):
                if self._is_name(" ".join(words[begin:end])):
                    yield range(begin, end)

    def _filled(self, words: Sequence[str]) -> tuple[Slot, str] | None:
        for begin, end in self._spans(words):
            slot = self._slot([*words[:begin], *words[end:]])
            name = " ".join(words[begin:end])
            is_other = begin > 0 and words[begin - 1] in _OTHERS
            is_mark = slot is not None and any(mark.issubset(words[begin:end]) for mark in slot.marks)  # "MIT Apache" are two licenses
            if slot is not None and not (is_other or is_mark) and not _FRAME.issuperset(words[begin:end]) and self._is_name(name):
                return slot, name
        return None

    def _filled_before(self, text: str) -> tuple[Slot, str] | None:
        """Of a last clause that points to what the one before ends with: "the director wants LoRA, what is it?"."""
        cut = _CLAUSE.search(text)
        if cut is None:
            return None
        before, asking = _bag(text[: cut.start()]), _bag(text[cut.end() :])
        while before and before[-1] in _LOOSE:
            before.pop()
        if not before or before[0] in _ASKING | _AUXILIARIES or len(asking) > _MOST_WORDS:
            return None  # a question of its own
        points = not _POINTS.isdisjoint(asking) or not (_PEOPLE.isdisjoint(asking) or _MEAN.isdisjoint(asking))
        slot = self._slot(asking) if points else None
        name = None if slot is None else self._last_name(before, _JOINING | _ANY if slot.of_it else _JOINING)
        return None if slot is None or name is None else (slot, name)

    def _last_name(self, words: Sequence[str], not_behind: Set[str]) -> str | None:
        """The longest name that some words end with, where it is not a part of something longer or one of many."""
        for width in range(min(_LONGEST_NAME, len(words)), 0, -1):
            name = " ".join(words[-width:])
            if self._is_name(name):
                is_part = len(words) > width and words[-width - 1] in not_behind
                return None if is_part or (width == 1 and not self._is_proper(name)) else name
        return None

    def _spans(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Where a name may stand, the longest first: it has every word that is in no question of ours."""
        if len(words) > _MOST_WORDS:
            return
        strange = [place for place, word in enumerate(words) if word not in self._known]
        low, high = (strange[0], strange[-1] + 1) if strange else (len(words), 0)
        for width in range(min(_LONGEST_NAME, len(words)), 0, -1):
            for begin in range(len(words) - width + 1):
                if begin <= low and high <= begin + width:
                    yield begin, begin + width

    def _slot(self, words: Sequence[str]) -> Slot | None:
        """What the words beside a name ask for."""
        if sum(word in _ASKING for word in words) > 1:
            return None  # two questions
        says_for = "for" in words
        classes = _classes(words)
        kept = (word for place, word in enumerate(words) if place not in classes and not (says_for and word in _WITH_FOR))
        said = frozenset(kept)
        left = said - _FRAME
        if classes or (not left and "about" in words):
            said, left = said | _IS_IT, left | _IS_IT
        return next((slot for slot in self._slots if slot.is_asked(left, said)), None) if left else None


def _is_of_somebody(text: str) -> bool:
    """Whether a message asks what somebody does, and not what a thing is: "when do I have to credit Llama"."""
    return any(found[1] not in _TELLING for found in _SOMEBODY_DOES.finditer(text.lower()))


def _plain(message: str) -> str | None:
    """A message with its short forms in full; None where it asks for something beyond one thing."""
    text = CONTRACTED.sub(r"\1 is", meant(message))
    return None if _OTHER_THAN.search(text) else text


def _classes(words: Sequence[str]) -> set[int]:
    """Where the words stand that say what something may be: "is it software or a paper"."""
    around = enumerate(zip(["", *words], words, [*words[1:], ""], strict=False))
    return {place for place, (before, word, behind) in around if word in _CLASSES and (before in _ARTICLES or "or" in (before, behind))}


def _bag(text: str) -> list[str]:
    """The words of a text in order, without where something was said, and each way not to understand as one word."""
    text = _FAR_BACK.sub("how old", text)
    plain = _PUZZLED.sub(" understand ", _ASIDE.sub(" ", fold(text))).replace(" and not ", " vs ")
    return [word.replace("licenc", "licens") for word in _WORD.findall(_WHICH.sub(r"which \1", _INVENTED.sub("invented", plain)))]
