"""What of a message asks: its sentences, without the courtesy around them, and which of them are questions.

People greet, apologize, introduce themselves and thank; they tell a story first; they ask by stating ("X is open source, right?").
Courtesy is peeled off both ends of each sentence, phrase by phrase, until nothing more comes off. The story stays: it names the
subject. How little common words tell is for the index to say (``IndexArrays.information``), which counts them over the messages that
people write; here only what could be taken for the question itself is removed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[?!])[\s\"')]+|(?<=[^\W\d_]{2}\.)\s+(?=\S)|(?<=\d\.)\s+(?=[A-Z])|\s+[–—]\s+|\s+-{2,}\s+|\s*\n\s*")
_PEOPLE = (
    r"(?:all|guys|everyone|everybody|folks|people|team|there|friends?|mates?|devs?|sirs?|madam|authors?|maintainers?"
    r"|fellows?|y'?all|ya|bot|community)"
)
_HELLO = (
    rf"(?:hi+|hey+|hello+|hiya|howdy|yo|heya|greetings|dear|good (?:morning|day|evening|afternoon)|morning|evening|sup)(?:[ "
    rf",]+(?:to )?(?:the |my )?{_PEOPLE})*"
)
_SOMEBODY = r"(?:anybody|anyone|somebody|someone|any ?one here|you guys|you|u|one of you)"
_QUESTION = r"(?:questions?|q|doubts?|thing|query)"
_LEADING = (
    _HELLO,
    r"(?:ok(?:ay)?|so|well|and|but|also|oh|hm+|um+|uh|ah|anyway|btw|by the way|fyi|now|then|right|alright|yes|no|yeah|nope|sure"
    r"|tbh|honestly|actually|basically|just)",
    r"(?:many |much )?(?:thanks?|thx|thank you|ty|cheers)(?: (?:a lot|so much|very much|again|in advance|for [^.,;:!?]{1,60}))?",
    rf"(?:(?:i have |i got |i've got |just |another |got )*(?:a |an |one |my )?(?:very |really |rather |super |bit of a )?"
    rf"(?:quick|short|small|noob|newbie|n00b|newb|beginner'?s?|stupid|dumb|silly|simple|basic|general|random|little|naive|genuine"
    rf"|honest|serious|possibly \w+|maybe \w+|follow-?up|legal|licen[cs]e|licen[cs]ing) {_QUESTION}(?: (?:here|for you|though"
    rf"|from me|about this))?)",
    rf"(?:i have |i got |i've got |just |here'?s )(?:a |an |one |another |some |two |a few |a couple of )?{_QUESTION}(?: (?:here"
    rf"|for you|about this))?",
    r"(?:(?:i'?m |i am )?(?:so |very |really )?sorry|apologies|my apologies|excuse me|pardon|forgive me)"
    r"(?: (?:for|if|about|to) (?:the |my |this |that |it'?s |asking |being )?[^.,;:!?]{1,60}?)?(?=[.,;:!?]|$| but\b)",
    rf"(?:does|do|did|would|could|can|has|is there) {_SOMEBODY}(?: (?:here|please|perhaps|maybe|happen to|be able to|possibly"
    rf"|kindly|ever))*"
    r" (?:know|tell me|explain(?: to me)?|help me(?: out)?(?: (?:to )?(?:understand|with))?|clarify|confirm|say|shed (?:some "
    r")?light on|enlighten me)"
    r"(?: (?:please|pls|me))?(?: (?:if|whether|about))?",
    rf"(?:maybe |perhaps |hopefully )?{_SOMEBODY} (?:knows?|can (?:tell me|explain|help))(?: (?:if|whether|about))?",
    r"(?:i(?:'m| am| was|'ve been)? ?(?:just |only |really |also |kind of |always )*(?:wonder(?:ing|ed)?|curious)(?: (?:if"
    r"|whether|about))?)",
    r"(?:i(?:'d| would)? (?:just |also |really )?(?:want|like|love|need|have) to (?:know|ask|learn|understand|confirm|check"
    r"|clarify)(?: more)?(?: (?:if|whether|about|you))?)",
    r"(?:please|pls|plz|kindly)(?: (?:tell me|explain|help me understand|let me know|advise|clarify))?(?: (?:if|whether|about))?",
    r"(?:(?:just )?(?:out of curiosity|for (?:my )?(?:understanding|clarification)|to be clear|first of all|firstly|one more "
    r"thing|in short|long story short|eli5|tl;?dr))",
    r"(?:please |pls )?(?:correct me if (?:i'?m|i am|that'?s|this is) wrong|if i (?:understand|understood|got) (?:it |this |that "
    r"|you )?(?:right|correctly)|if i'?m not mistaken)(?: but)?",
    r"(?:(?:i'?m |i am )?(?:a |an )?(?:complete(?:ly)? |total(?:ly)? |absolute(?:ly)? |very |quite |pretty |still |kind of |fairly )*"
    r"(?:new|newbie|noob|beginner|newcomer)(?: (?:here|to (?:this|the|all this|all of this|these things|open source|ai|llms?"
    r"|programming)(?: \w+){0,2}|to it all|user))?)(?=[.,;:!?]|$| so\b| and\b| but\b)",
    r"(?:first (?:time|post|question)(?: (?:here|poster|user|on this \w+))?)(?=[.,;:!?]|$)",
    r"(?:tell me(?: more)?(?: about)?|explain(?: to me)?|know anything about|what do you know about|give me (?:some "
    r")?info(?:rmation)? (?:on|about))(?= \S)",
    r"(?:can|could|would) (?:you|u|someone|anyone|somebody)(?: (?:please|pls))? (?:tell me(?: more)?(?: about)?|explain(?: to me)?)",
)
_TRAILING = (
    r"(?:many |much |big )?(?:thanks?|thx|thanx|thank you|thank u|ty|tia|tysm|cheers|danke|merci)"
    r"(?: (?:a lot|so much|very much|again|in advance|guys|all|everyone|you all|for (?:any|your|the|all|reading|taking)[^.;:!?]{0,50}))*",
    r"(?:please|pls|plz|kindly)(?: (?:help|advise|explain|tell me|let me know|clarify))?",
    r"(?:any |some |your |all )?(?:help|advice|hints?|pointers?|input|feedback|answers?|clarification|explanation|info)"
    r"(?: (?:is|are|would be|will be|much|very|greatly|highly|really))*(?: (?:much|very|greatly|highly))* (?:appreciated|welcome"
    r"|great|nice|helpful)",
    r"(?:can|could|does|would) (?:anybody|anyone|somebody|someone)(?: (?:here|please))? (?:help|know|explain|confirm|tell me)(?: "
    r"(?:me|this|that|it))?(?: (?:please|pls|out))?",
    r"(?:anyone|anybody|somebody|someone)(?: (?:knows?|here|else))?",
    r"(?:just |i'?m |was )?(?:curious|wondering|asking for a friend)",
    r"(?:lol|lmao|haha+|hehe|xd|smh|imo|imho|idk|tbh|btw|:\)|:-\)|;\)|:d|<3|\^\^)",
    r"(?:i )?(?:really |very much )?(?:appreciate (?:it|any \w+|your \w+))",
    r"sorry(?: (?:for|if|about) [^.;:!?]{1,60})?",
    r"(?:have a (?:nice|great|good) (?:day|one|weekend|evening))",
    r"(?:best|kind|warm)? ?(?:regards|wishes)",
    r"(?:let me know|tell me)",
    r"(?:just )?(?:like|as if|as though) (?:i'?m|i am|i was|i were) (?:a |an )?"
    r"(?:\d{1,2}|five|ten|twelve|(?:total |complete |absolute )?(?:beginner|kid|child|idiot|dummy|noob|newbie))"
    r"(?:[ -]?years?[ -]?old| ?yo)?",
    r"(?:for (?:dummies|beginners|noobs|newbies|non ?-?(?:techies|technical people|programmers)"
    r"|(?:an? |(?:the )?(?:total|complete|absolute) )*(?:beginner|noob|newbie|newcomer|dummy|non ?-?(?:techie|programmer))))",
    r"(?:in (?:very )?(?:simple|plain|easy|layman'?s) (?:words?|terms?|english)|eli5)",
)
_COURTESY = re.compile(
    r"^(?:(?:great|nice|amazing|awesome|good|excellent|fantastic|cool|impressive|wonderful) (?:work|job|project|tool|library|bot"
    r"|stuff|effort|paper|repo)"
    r"|(?:i )?(?:really )?(?:love|like|enjoy|appreciate) (?:this|the|your) (?:(?:hard|great|good|nice|open|source|amazing) )?"
    r"(?:work|project|tool|library|bot|server"
    r"|community|repo)"
    r"|(?:sorry|apologies) (?:for|about) .{1,60}|my english is .{1,30}|i hope (?:you|this|that|it) .{1,60}|(?:hope|hoping) .{1,40}"
    r"|(?:it'?s |this is )?my first (?:time|post|question|message)\b.{0,30}|(?:i )?(?:just )?joined .{1,40}|not sure (?:if"
    r"|whether|where) .{1,60}(?:right|place|ask|here).{0,20})\W*$",
    re.IGNORECASE,
)
_SEPARATOR = r"[\s,.;:!?…\-–—()]*"
_PEEL_FRONT = re.compile(rf"^{_SEPARATOR}(?:{'|'.join(f'(?:{one})' for one in _LEADING)})(?![\w'])(?:{_SEPARATOR}|$)", re.IGNORECASE)
_SIGN = r"[\s,.;:!?…\-–—()]"
_PEEL_BACK = re.compile(
    rf"(?:^{_SIGN}*|(?<!{_SIGN}){_SIGN}+)"  # only where a run of signs begins: a message of signs alone costs no square of its length
    rf"(?:{'|'.join(f'(?:{one})' for one in _TRAILING)})[\s,.;:!…\-–—()]*[?]*$",
    re.IGNORECASE,
)
_INTERROGATIVES = frozenset(
    "what whats what's who whos who's whom whose when where wheres which why how hows is are was were am does do did can could "
    "may might must "
    "should shall would will has have had isn't aren't doesn't don't didn't can't cannot couldn't won't wouldn't isnt arent "
    "doesnt dont cant".split()
)
_ASKS_BY_STATING = re.compile(
    r"(?:,|\b) ?(?:right|correct|yes|no|true|or not|isn'?t it|aren'?t they|doesn'?t it|does it|is it|or what|or am i wrong)\s*\?*\s*$"
    r"|\b(?:difference between|i (?:don'?t|do not|dont) (?:get|understand|see|know) (?:what|why|how|which|whether|if|the)|what'?s "
    r"the deal with"
    r"|no idea (?:what|why|how|which)|confused (?:about|by)|explain|meaning of|looking for|versus|vs\.?)\b",
    re.IGNORECASE,
)
_AUXILIARY = "(?:is|are|was|were|does|do|did|can|could|will|would|should|may|must|has|have)"
_ASKS_BEHIND_A_NAME = re.compile(
    rf"^[^,:;]{{1,40}}(?:[,:;]| [–—-]) ?"
    rf"(?:(?:{_AUXILIARY} (?:it|they|this|that|there|he|she|i|we|you|one|the|a)|what(?:['’]?s| {_AUXILIARY})"
    rf"|(?:how|when|where|why) (?:{_AUXILIARY}|much|many|big|large|old|long|far|good|safe|come)"
    r"|who (?:made|makes|wrote|created|founded|started|owns|runs|develops|maintains|built|trained)|which (?:licen[cs]e|year|one|version))\b"
    r"|what for\b)",
    re.IGNORECASE,
)
"""The subject first: "Ollama, what is it". Not ", which is" or ", who is", which tell."""
_ASKS_HERE = re.compile(
    r"(?<![\w'’])(?:what(?:['’]?s)?|who(?:['’]?s)?|whom|when|which|how|define|compare"
    r"|(?:(?<=[,;:] )|(?<=\bbut )|(?<=\bso )|(?<=\band )|(?<=\bif )|(?<=\bwhether ))(?:is|are))(?![\w'’])",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s*(?:[,;:?!]|\.(?=\s|$)|\s[–—-]+\s|\s(?:because|cause|cuz|as i|since i|please|pls|plz|thanks|thx|thank you|ty|cheers|sorry|lol)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_WHICH_ONE = 3
"""Words at most of what asks which one of many: "what LLM"; the same with a verb asks what it is."""
_NAME = re.compile(r"[^\W_](?:[\w.+-]*[^\W_])?")
"""A word as it may be written in the name of a thing: "Qwen2.5", "gpt-oss"."""
_BARE = 2
"""Words of a sentence that names something and asks nothing of it."""
_SHORT = 2
"""Letters of a word that is no name by itself: "AI"."""
_NOT_BEFORE_A_NAME = frozenset("a an my our your his her their some any on from at via".split())
_POINTS = re.compile(r"\b(?:it|its|they|them|their|that|this)\b", re.IGNORECASE)
_MOST_SENTENCES = 24
_ASIDE = re.compile(r"\s*\((?=[^()]*\w\s+\w)[^()\d]{3,80}(?:\)|$)")
"""In parentheses; the second of which goes with the courtesy before it: "(the models, not the oracle lol)"."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A message taken apart."""

    sentences: tuple[str, ...]
    """All of it but courtesy, in order; at least one where there are words."""
    questions: tuple[str, ...]
    """Those that ask, in order; of a message without any, that is a claim or a story, all of them."""

    @property
    def is_clear(self) -> bool:
        """Whether one sentence asks, or all do; among others, two questions may be about anything that they tell."""
        return len(self.questions) == 1 or all(map(asks, self.sentences))

    @property
    def text(self) -> str:
        """The whole message without courtesy."""
        return " ".join(self.sentences)


def take_apart(message: str) -> Asking:
    """Divide a cleaned message; one of nothing but courtesy stays as it is."""
    found = [part for part in (without_courtesy(one) for one in _divided(message)) if part]
    if not found:
        return Asking((message,), (message,))
    asking = tuple(one for one in found if asks(one))
    return Asking(tuple(found), asking or tuple(found))


def each_question(parts: Asking, is_name: Callable[[str], bool], in_full: Callable[[str, str], str | None]) -> tuple[str, ...]:
    """The questions of a message, each as it is read by itself.

    Beside other sentences, one that names nothing is asked of the only thing that they name ("We use Whisper. License?"); where there is
    none, or nobody knows that of it, a word or two are no question of their own: "What did DeepSeek not release? training data? code?".

    Args:
        parts: the message.
        is_name: whether a word, in small letters, is the name of something that the knowledge has.
        in_full: a question that names nothing, asked of a subject; None where it is no such question.
    """
    bare = {one for one in parts.questions if _is_bare(one)}
    may_lack = bare.union(filter(_POINTS.search, parts.questions))  # "I fine-tuned Llama. Which license?" asks of what is the asker's own
    if len(parts.sentences) == 1 or not may_lack:
        return parts.questions
    named = {name for one in parts.sentences for name in _names_in(one, is_name)}
    subject = named.pop() if len(named) == 1 else ""
    found: list[str] = []
    for one in parts.questions:
        full = in_full(one, subject) if subject and one in may_lack else None
        if full or one not in bare or one == parts.sentences[0]:
            found.append(full or one)
    return tuple(found)


def _is_bare(question: str) -> bool:
    words = _WORD.findall(question.lower())
    return 0 < len(words) <= _BARE and words[0] not in _INTERROGATIVES


def _names_in(sentence: str, is_name: Callable[[str], bool]) -> Iterator[str]:
    """The things that a sentence names, with their numbers ("Llama 3.1"); not where somebody or something is ("on GitHub", "a pile")."""
    words = _NAME.findall(sentence)
    place = 0
    while place < len(words):
        width = next((width for width in (2, 1) if _is_name(words[place : place + width], width, is_name)), 0)
        end = place + max(width, 1)
        while width and end < len(words) and words[end][0].isdigit():
            end += 1
        if width and not (place and words[place - 1].lower() in _NOT_BEFORE_A_NAME):
            yield " ".join(words[place:end])
        place = end


def _is_name(words: Sequence[str], width: int, is_name: Callable[[str], bool]) -> bool:
    whole = len(words) == width and all(len(word) > _SHORT for word in words)
    return whole and is_name(" ".join(words).lower()) and (width == 1 or not is_name(words[1].lower()))


def asking_part(message: str) -> str:
    """The only sentence of several that asks, as it was typed; else the whole message.

    Of a message that stands alone the rest is its story, which says what it is about; in a conversation that was said before.

    >>> asking_part("oh nice, only the name. is it the same for qwen?")
    'is it the same for qwen?'
    """
    asking = [sentence for sentence in _divided(message) if asks(sentence)]
    return asking[0] if len(asking) == 1 else message


def without_courtesy(sentence: str) -> str:
    """Peel courtesy off both ends; "" where nothing else is left.

    >>> without_courtesy("Hey guys, quick question: does anybody know if Llama is open source? thanks in advance!")
    'Llama is open source?'
    """
    text = sentence.strip()
    if _COURTESY.match(text):
        return ""
    for pattern in (_PEEL_BACK, _PEEL_FRONT):
        while text:
            ends = text.rstrip()[-1:] if pattern is _PEEL_BACK else ""
            shorter = pattern.sub("", text, count=1).strip()
            if shorter == text:
                break
            if pattern is _PEEL_FRONT and _stands_for_itself(text, shorter):
                break
            text = shorter + ("?" if ends == "?" and shorter and not shorter.endswith("?") else "")
    return text if _WORD.search(text) else ""


def asks(sentence: str) -> bool:
    """Whether a sentence asks, by its sign, its first word, or by stating."""
    words = _WORD.findall(sentence.replace("’", "'").lower())
    if sentence.rstrip("\"') ").endswith("?") or (words and words[0] in _INTERROGATIVES):
        return True
    return any(pattern.search(sentence) is not None for pattern in (_ASKS_BY_STATING, _ASKS_BEHIND_A_NAME))


def clauses(text: str) -> tuple[str, ...]:
    """The only clause of a text that asks, from its first word on: as it goes on to the end, and cut where something else follows.

    Nothing where several clauses ask or none does, or where it is no clause: "8 GB of VRAM, what LLM?" asks which one. What stands around
    the clause may matter, so that it is only for those who look up what it names.

    >>> clauses("my boss asked me what is copyleft pls i need to know")
    ('what is copyleft pls i need to know', 'what is copyleft')
    """
    asking = list(_ASKS_HERE.finditer(text))
    if len(asking) != 1:
        return ()
    clause = text[asking[0].start() :]
    words = _WORD.findall(clause.lower())
    if asking[0].start() and words[0] in ("what", "which") and len(words) <= _WHICH_ONE and _INTERROGATIVES.isdisjoint(words[1:]):
        return ()
    return tuple(dict.fromkeys((clause, _GOES_ON.split(clause, maxsplit=1)[0].strip())))


def without_aside(text: str) -> str:
    """A text without what is said in parentheses, in some words and without a number: that may be what is asked for.

    >>> without_aside("what is Pythia (the models, not the oracle)"), without_aside("what is GPL (v2)")
    ('what is Pythia', 'what is GPL (v2)')
    """
    return _ASIDE.sub("", text).strip() or text


def _divided(message: str) -> list[str]:
    return [part.strip() for part in _SENTENCE.split(message)[:_MOST_SENTENCES] if part and part.strip()]


def _stands_for_itself(text: str, shorter: str) -> bool:
    """Whether peeling leaves nothing of a short question that asks of a courtesy's own words, such as "what is a newbie?"."""
    return not _WORD.search(shorter) and text.rstrip().endswith("?")
