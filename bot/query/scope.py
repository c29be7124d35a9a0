"""Messages that no knowledge base can answer: pasted logs and error messages, other languages, and what has no words at all.

Evidence is counted, and only strong evidence decides: what is left over is for the confidence to judge. A message in another language is
known from English by the function words of both; names and terms are the same in all languages and say nothing.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.query.asking import asks, take_apart
from bot.query.message import plain_words
from bot.retrieval.analyzer import is_content


class Scope(StrEnum):
    """Whether a message can be a question for this bot at all."""

    QUESTION = "question"
    LOG = "log"
    OTHER_LANGUAGE = "other language"
    NO_WORDS = "no words"


_LOG = re.compile(
    r"Traceback \(most recent call last\)|\bFile \"[^\"]+\", line \d+"
    r"|\b[A-Z][A-Za-z]*(?:Error|Exception)\b ?[:(]|\b(?:Runtime|Value|Type|Key|Import|Index|Attribute|Assertion|OS|Memory"
    r"|ModuleNotFound)Error\b"
    r"|\b(?:npm|yarn) ERR!|\bfatal: |\b(?:ERROR|FATAL|WARN(?:ING)?|CRITICAL)\b ?[:\]]|\[(?:error|warn|info|debug)\]"
    r"|\b(?:segmentation fault|core dumped|stack trace|access violation|kernel panic)\b"
    r"|\b(?:CUDA|HIP|ROCm|cuDNN|NCCL|Vulkan|MPS|OpenCL)\b.{0,24}\b(?:out of memory|error|not available|failed)\b"
    r"|\bout of memory\b.{0,30}\b(?:tried to allocate|MiB|GiB)\b|\btried to allocate\b|\bsize mismatch for\b|\bundefined symbol\b"
    r"|\bno module named\b|\bcommand not found\b|\bno such file or directory\b|\bconnection (?:refused|reset|timed out)\b"
    r"|\bexit(?:ed)?(?: with)?(?: status| code) -?\d+|\bexit code \d+|\berrno \d+"
    r"|\b(?:HTTP ?(?:Error)? ?)?(?:40[0-9]|41\d|42\d|50\d)\b(?: client error| server error| forbidden| unauthorized| not found|:)"
    r"|\b(?:40[13]|50[023]) (?:on|when|error|from|for|while)\b|\b0x[0-9a-f]{6,}\b|\bat [\w.$]+\([\w.]+:\d+\)"
    r"|(?:[\w-]+/){2,}[\w-]+\.\w{1,4}:\d+"
    r"|\bcannot (?:import name|open shared object|allocate memory)\b|\bfailed to (?:build|import|compile|allocate|initialize"
    r"|resolve|load)\b.{0,40}[:/.]",
    re.IGNORECASE,
)  # fmt: skip
_REQUEST = re.compile(
    r"\bwhen (?:will|would) (?:[^?.!]{1,40}? )?(?:be )?(?:support|add|releas|publish|fix|merg|implement|updat|port)(?:e?d|e|s)?\b"
    r"|\bwhen (?:will|would) [^?.!]{1,40}? be (?:available|ready|out)\b"
    r"|\b(?:any|(?:is|are) there (?:a )?) ?(?:plans?|eta|roadmap) (?:to|for|on)\b|\bfeature request\b"
    r"|\b(?:please|pls|plz|could you(?: please)?) (?:add|support|implement|release|upload|fix)\b"
    r"|\b(?:would|will) be (?:so |really |very )?(?:great|nice|cool|awesome|helpful|amazing) (?:if (?:you|there|it|this)|to have)\b",
    re.IGNORECASE,
)
"""What the makers of something are asked for, or when they will do it: nobody else knows."""
_NON_LATIN = re.compile(r"[^\W\d_a-zÀ-ɏ]", re.IGNORECASE)
_FOREIGN = frozenset(
    (  # without "mit", which is a license, and "w", which is in "w/o"
        "der die das und ist nicht ich ein eine wie was für auf kann den dem von zu wo warum gibt es wird haben bin sind mein oder "
        "le la les des et est une un je pas que qui pour dans avec sur ce cette comment puis peut sont vous nous mon ou du quel quelle "
        "el los las y es no una que de para con por como puedo cual esta este mi se lo su hay donde "
        "quando quem onde alguém sabe o os as e é não um uma para com por como posso qual está meu em do da no na isso você "
        "il lo gli è non che di per con come posso quale sono mio nel della "
        "het een en niet ik wat hoe kan met van op zijn mijn deze dit waar "
        "jest nie jak czy to co na się mogę och att är inte jag som på kan hur "
        "ve bir bu için nasıl mi değil"
    ).split()
)
_ENGLISH = frozenset(
    (
        "the and is are was it its i my me you your we our they he she to of for with from this that these those what who when "
        "where which why "
        "how can could would should will do does did have has had be been not but or if so there here any some be by at about as "
        "than then"
    ).split()
)
_SHARED = _FOREIGN & _ENGLISH
_LEAST_WORDS = 3
_LEAST_CONTENT = 2


_TROUBLE = frozenset(
    (
        "fix fixed help solve solved wrong error errors problem issue happen happens happened happening mean means work works working "
        "fail fails failed failing idea ideas"
    ).split()
)


def _asks_beside(message: str) -> bool:
    """Whether a sentence without a trace of a log asks for more than to be helped."""
    beside = [one for one in take_apart(message).sentences if asks(one) and not _LOG.search(one)]
    return any(sum(is_content(word) and word not in _TROUBLE for word in plain_words(one)) >= _LEAST_CONTENT for one in beside)


def is_request(message: str) -> bool:
    """Whether a message asks the makers of something for a change of it, or when that will come: "when will LM Studio be supported"."""
    return _REQUEST.search(message) is not None


def scope_of(message: str) -> Scope:
    """What kind of message a cleaned one is."""
    words = plain_words(message)
    if not words or (len(words) == 1 and len(words[0]) == 1):
        return Scope.NO_WORDS
    if _LOG.search(message) and not _asks_beside(message):
        return Scope.LOG
    letters = sum(map(str.isalpha, message))
    other = sum(map(str.isalpha, _NON_LATIN.findall(message)))  # a superscript or a fraction is no letter of any language
    if other > letters / 3:
        return Scope.OTHER_LANGUAGE
    foreign = sum(word in _FOREIGN and word not in _SHARED for word in words)
    english = sum((word in _ENGLISH and word not in _SHARED) or not is_content(word) for word in words)
    if len(words) >= _LEAST_WORDS and foreign >= 2 and foreign > 2 * english:
        return Scope.OTHER_LANGUAGE
    return Scope.QUESTION
