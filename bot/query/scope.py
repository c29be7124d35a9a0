"""Messages that no knowledge base can answer: pasted logs and error messages, other languages, what has no words at all, and small talk.

Evidence is counted, and only strong evidence decides: what is left over is for the confidence to judge. A message in another language is
known from English by the function words of both; names and terms are the same in all languages and say nothing.

Greetings, thanks, questions about the bot and orders to it get a short human reply instead of a search. Only a message that is small talk
from end to end counts: "Hi, what is open weights?" is a question. An order is recognized by what it wants of the bot itself: to be somebody
else, to forget its instructions, to make something up, to call people or to tell a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from bot.query.asking import asks, take_apart
from bot.query.message import normalized, plain_words, searchable
from bot.query.slots import marks_of
from bot.retrieval.analyzer import fold, is_content, shortened
from bot.texts import ask as texts


class Scope(StrEnum):
    """Whether a message can be a question for this bot at all."""

    QUESTION = "question"
    LOG = "log"
    OTHER_LANGUAGE = "other language"
    NO_WORDS = "no words"


_LOG = re.compile(
    r"\b(?:Traceback \(most recent call last\)|File \"[^\"]+\", line \d+"
    r"|(?:Runtime|Value|Type|Key|Import|Index|Attribute|Assertion|OS|Memory|ModuleNotFound)Error\b"
    r"|(?:npm|yarn) ERR!|fatal: |(?:ERROR|FATAL|WARN(?:ING)?|CRITICAL)\b ?[:\]]"
    r"|(?:segmentation fault|core dumped|stack trace|access violation|kernel panic)\b"
    r"|(?:CUDA|HIP|ROCm|cuDNN|NCCL|Vulkan|MPS|OpenCL)\b.{0,24}\b(?:out of memory|error|not available|failed)\b"
    r"|out of memory\b.{0,30}\b(?:tried to allocate|MiB|GiB)\b|tried to allocate\b|size mismatch for\b|undefined symbol\b"
    r"|no module named\b|command not found\b|no such file or directory\b|connection (?:refused|reset|timed out)\b"
    r"|exit(?:ed)?(?: with)?(?: status| code) -?\d+|exit code \d+|errno \d+"
    r"|(?:HTTP ?(?:Error)? ?)?(?:40[0-9]|41\d|42\d|50\d)\b(?: client error| server error| forbidden| unauthorized| not found|:)"
    r"|(?:40[13]|50[023]) (?:on|when|error|from|for|while)\b|0x[0-9a-f]{6,}\b|at [\w.$]+\([\w.]+:\d+\)"
    r"|cannot (?:import name|open shared object|allocate memory)\b"
    r"|failed to (?:build|import|compile|allocate|initialize|resolve|load)\b.{0,40}[:/.])"
    r"|[a-z](?:Error|Exception)\b ?[:(]|\[(?:error|warn|info|debug)\]|(?<![\w-])(?:[\w-]+/){2,}[\w-]+\.\w{1,4}:\d+",
    re.IGNORECASE,
)
_MOST_TOLD, _LEAST_TOLD = 24, 3
"""Words in which an error is told, and not copied; and how many of them are those that join others."""
_COPIED = re.compile(r"[\[\]{}<>=\\_|]|/\w|\w/|\w\.\w+\(|: \S|\w:\d|\n|Traceback|Error\b|ERR!")
"""What a program prints and nobody types."""
_REQUEST = re.compile(
    r"\bwhen (?:will|would) (?!(?:i|we|my|our)\b)(?:[^?.!]{1,40}? )?(?:be )?"
    r"(?:support|add|releas|publish|fix|merg|implement|updat|port)(?:e?d|e|s)?\b"
    r"|\bwhen (?:will|would) (?!(?:my|our)\b)[^?.!]{1,40}? be (?:available|ready|out)\b"
    r"|\b(?:any|(?:is|are) there (?:a )?) ?(?:plans?|eta|roadmap) (?:to|for|on)\b|\bfeature request\b"
    r"|\b(?:please|pls|plz|could you(?: please)?) (?:add|support|implement|release|upload|fix)\b"
    r"|\b(?:would|will) be (?:so |really |very )?(?:great|nice|cool|awesome|helpful|amazing) (?:if (?:you|there|it|this)|to have)\b",
    re.IGNORECASE,
)
"""What the makers of something are asked for, or when they will do it: nobody else knows."""
_SYMPTOM = re.compile(
    r"\b(?:(?P<does>crash(?:es|ed|ing)?|freez(?:es|ing)|frozen|hangs|corrupt(?:ed|s)?|(?:black|blank)(?= (?:screen|window|page|image)s?\b)"
    r"|missing(?= after\b)|closes(?= (?:itself|again|immediately)\b))"
    r"|(?<!\bi )(?<!\bwe )(?<!\byou )(?:does(?: not|n['’]?t)|won['’]?t|will not|can['’]?t|cannot|stopped) (?:even )?"
    r"(?P<not>see|detect|start|open|load|connect|respond|install|launch|boot)"
    r"|(?:after|since) (?:the |an? |my |today's |yesterday's |last )?(?:\w+ )?"
    r"(?P<since>update|upgrade|reinstall(?:ing)?|reboot(?:ing)?))\b",
    re.IGNORECASE,
)
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
_NAMED = re.compile(r"(?<=[\w,] )[A-Z][a-z]{1,3}(?= [A-Z])")
"""A short word in a name: "La Plateforme" behind other words."""
_LOAN, _LOANED = frozenset(["de", "en", "la"]), re.compile(r"\b(?:de (?:jure|facto)|en (?:masse|route|bloc)|a la)\b", re.IGNORECASE)
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


def _is_told(message: str) -> bool:
    """Whether somebody names an error in a sentence of their own: "cuda out of memory as soon as the chat gets long"."""
    said = next((one for one in take_apart(message).sentences if _LOG.search(one)), "")
    joining = sum(not is_content(word) for word in plain_words(said))
    return joining >= _LEAST_TOLD and len(plain_words(message)) <= _MOST_TOLD and _COPIED.search(message) is None


def is_request(message: str) -> bool:
    """Whether a message asks the makers of something for a change of it, or when that will come: "when will LM Studio be supported"."""
    return _REQUEST.search(message) is not None


def symptoms(message: str) -> tuple[str, ...]:
    """The words, in small letters, with which a message says what is wrong with somebody's program.

    >>> symptoms("Ollama keeps crashing since the last update")
    ('crashing', 'update')
    """
    return tuple((found["does"] or found["not"] or found["since"]).lower() for found in _SYMPTOM.finditer(message))


def scope_of(message: str) -> Scope:
    """What kind of message a cleaned one is."""
    message = fold(message) if not message.isascii() and fold(message).isascii() else message  # full-width letters
    words = plain_words(message)
    if not words or (len(words) == 1 and len(words[0]) == 1):
        return Scope.NO_WORDS
    if _LOG.search(message) and not _asks_beside(message) and not _is_told(message):
        return Scope.LOG
    letters = sum(map(str.isalpha, message))
    other = sum(map(str.isalpha, _NON_LATIN.findall(message)))  # a superscript or a fraction is no letter of any language
    if other > letters / 3:
        return Scope.OTHER_LANGUAGE
    names = set(map(str.lower, _NAMED.findall(message))) | (_LOAN if _LOANED.search(message) else set())
    foreign = sum(word in _FOREIGN and word not in _SHARED and word not in names for word in words)
    english = sum((word in _ENGLISH and word not in _SHARED) or not is_content(word) for word in words)
    if len(words) >= _LEAST_WORDS and foreign >= 2 and foreign > 2 * english:
        return Scope.OTHER_LANGUAGE
    return Scope.QUESTION


_GREETINGS = frozenset(("hi hello hey hiya howdy yo greetings hallo hola salut sup morning evening afternoon gm").split())
_THANKS = frozenset(("kthx thanks thank thx ty thankyou tysm cheers merci danke gracias appreciated").split())
_FAREWELLS = frozenset(("bye goodbye cya farewell ciao goodnight gn").split())
_PRAISE = frozenset(("nice cool great awesome perfect excellent good amazing helpful wow lol haha ok okay alright fine yes yep").split())
_FILLERS = frozenset(
    (
        "k kk a all and bot so very much you u for the that this it is was were that's there again everyone everybody friend guys "
        "folks mate pal bro bruh dude man buddy fam sir boss to my dear help your "
        "answer lot lots really later see take care day have one job work well done are is what such"
    ).split()
)
_PHRASES: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"how are you", "how are you doing", "how is it going", "how's it going", "what's up", "whats up", "how do you do"}),
        "All good here, thank you. What would you like to know?",
    ),
    (
        frozenset(
            {
                "who are you", "what are you", "what can you do", "what do you do", "help", "help me", "are you a bot", "are you human",
                "are you an ai", "are you a robot", "are you real", "what is this bot", "how do you work", "what's your name",
                "what is your name", "how can you help me", "what can i ask you", "what can i ask",
            }
        ),
        texts.WHO_I_AM,
    ),
    (
        frozenset(
            {
                "are you chatgpt", "are you gpt", "are you an llm", "are you a language model", "are you claude", "are you gemini",
                "is this chatgpt", "are you ai",
            }
        ),
        "No. There is no language model in me: I look your question up in a knowledge base and show what it says, with the source.",
    ),
    (
        frozenset(
            {
                "bump", "+1", "1", "same", "same here", "same question", "me too", "following", "any news", "any update", "any updates",
                "up",
            }
        ),
        "I see no question in that. Ask me one in a sentence, and I look it up.",
    ),
    (frozenset({"test", "testing", "ping", "are you there", "anyone there"}), "I am here. Ask me anything."),
)  # fmt: skip

_INSULTS = frozenset(
    "stupid dumb useless bad worst idiot idiotic sucks suck trash garbage crap terrible awful moron shit shitty hate".split()
)
_NO_HELP = f"Sorry that I was no help. {texts.NOT_HELPFUL}, under an answer, tells the people who run me what to fix."
_GOOD = "Good. Ask me whenever you have another question."
_REPLIES: tuple[tuple[frozenset[str], str], ...] = (
    (_INSULTS, _NO_HELP),
    (_THANKS, "You're welcome! Come back whenever you have a question."),
    (_FAREWELLS, "Goodbye, and come back whenever you have a question."),
    (_GREETINGS, "Hello! What would you like to know?"),
    (_PRAISE, _GOOD),
)


_ASKED_WITH = frozenset("is was were does do did should would will has have who which when where how".split())
"""First words of a question about what was shown; "are you sure" is none."""
_NEGATED = re.compile(r"\b(?:do|does|did|is|are|was|were|ca|could|would)n'?t\b|\bcannot\b|\bnever\b")
_LONGEST_REACTION = 12
_AROUND = frozenset(
    (
        "a an the that this it its it's thats that's is are am was were be been i i'm im you you're u your my me he they we and but so "
        "then well ok okay oh ah hm hmm lol haha please pls just very too so much lot lots all at for to of now today here do did have had "
        "bot answer"
    ).split()
)
"""Words that say nothing in a reaction."""


def _reacts(marks: str, beside: str, reply: str) -> tuple[tuple[frozenset[str], ...], frozenset[str], str]:
    found = marks_of(marks)
    return found, frozenset(beside.split()).union(*found), reply


_SOUNDS = frozenset("ok okay k kk ah oh hm hmm hmmm well lol haha uh um no nah nope yep yeah wow phew nice damn wait".split())
_ALL_RIGHT = "All right. Ask me whenever you have another question."
_MISSED = (
    f"Sorry. Say it in other words, best with the name of what you mean, and I look again. {texts.NOT_HELPFUL}, under an answer, tells the "
    "people who run me what to fix."
)
ASKED_FOR_SOURCES = (
    f"Under every answer stands where it is from, and {texts.WHY} shows how I found it. If it is wrong, {texts.NOT_HELPFUL} tells the "
    "people who run me."
)
"""The reply to who doubts or asks for sources, where none was shown."""
_AS_WRITTEN = (
    f"You may well see it otherwise: I only pass on what the articles say. {texts.WHY} shows where it is from, and if it is wrong, "
    f"{texts.NOT_HELPFUL} tells the people who run me."
)
_REACTIONS = (
    _reacts(
        "wrong false incorrect untrue nonsense bullshit not+true not+right not+correct",
        "no nah nope not yes totally completely still",
        _NO_HELP,
    ),
    _reacts(
        "stupid ridiculous absurd dumb silly bs crap lame unfair insane fearmongering fear+mongering propaganda biased outrageous",
        "what fear mongering kinda kind sort such not total totally complete completely pure some thing",
        _AS_WRITTEN,
    ),
    _reacts(
        "not+asked not+meant not+mean not+question not+helpful not+help not+helping not+understand not+get not+useful not+sense not+needed "
        "not+wanted not+looking no+help no+sense off+topic",
        "no what word thing any answered makes",
        _MISSED,
    ),
    _reacts(
        "really sure seriously source sources proof says+who believe+why believe+should believe+not",
        "true why should what where come from get got information says said not do",
        ASKED_FOR_SOURCES,
    ),
    _reacts(
        "repeat say+again come+again simpler easier huh wait+what english+in simple+words easy+words what+sorry",
        "explain in simple english words way what wait sorry again say can could it come",
        "I can only show what the articles say. Name a word of it that you want explained, and I look that up.",
    ),
    _reacts(
        "nvm not+know whatever forget idk brb maybe not+mind no+idea no+clue complicated later crazy long+read ask+else let+think",
        "no idea clue not mind what means mean wow later thats me care long read if will ill i'll someone somebody else let think",
        _ALL_RIGHT,
    ),
    _reacts(
        "got see interesting know+good not+know helps helped helpful try makes+sense sounds fair understood learned needed exactly",
        "good nice cool great perfect thanks thx thank ty cheers makes sense sounds enough will i'll ill try one know "
        "exactly what not yes wow fair",
        _GOOD,
    ),
)  # fmt: skip


_PERSON = "real|human|person|bot|robot|machine|ai|alive|sentient|conscious|awake|male|female|man|woman|boy|girl|single|married|happy|sad|ok"
_OTHER_ORDERS = (
    "I only look questions up in a knowledge base, so I cannot do that. Is there something about it that you would like to know?"
)
_ORDERS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reply)
    for pattern, reply in (
        (
            rf"^(?:so )?(?:are|r) (?:you|u) (?:a |an |the |really |actually )*(?:{_PERSON})"
            rf"(?:[ ,]+(?:or|and|a|an|the|just|only|{_PERSON}))*[?!. ]*$",
            "I am a bot: I look questions up in a knowledge base and show what it says, with the source.",
        ),
        (
            r"^(?:(?:hey|hi|btw|so),? )*(?:do|can|did|have|will) you (?:ever )?"
            r"(?:sleep|eat|dream|drink|feel|love|hate|like|think|cry|laugh|die|get)"
            r"(?: (?:me|us|it|that|at all|too|anything|tired|bored|lonely))*[?!. ]*$",
            "I am a program, so no. What would you like to know?",
        ),
        (
            r"\b(?:ignore|forget|disregard)\b.{0,30}\b(?:instructions?|prompts?|rules?)\b.{0,60}"
            r"\b(?:you are|you must|act|pretend|swear|say|tell|write)\b",
            _OTHER_ORDERS,
        ),
        (r"\b(?:from now on|pretend (?:that )?|act as if |imagine (?:that )?) ?you(?:'re| are| were)\b", _OTHER_ORDERS),
        (
            r"^(?:(?:hey|hi|btw|so),? )*who (?:made|created|built|wrote|programmed|coded|trained|runs|owns|hosts)"
            r" (?:you|u|this bot|the bot)[?!. ]*$",
            "People who run this server host me; /about says which software and which knowledge I am.",
        ),
        (
            r"^(?!how\b).*\b(?:your|the bot'?s?) (?:bot )?(?:token|password|api key|system prompt)\b",
            "That is not something that I can tell anybody.",
        ),
        (r"^(?:please |pls |can you |could you |hey )*ping (?:@|everyone|here|all|them|him|her)", _OTHER_ORDERS),
        (
            r"^(?:(?:please|pls|hey|can you|could you|now),? )*"
            r"(?:tell|sing|write|make|draw|compose|generate|paint|rap|recite|give) (?:me |us )?(?:a |an |some |another )?(?:\w+ )?"
            r"(?:joke|poem|song|story(?! (?:of|behind|from)\b)|haiku|limerick|riddle|rap|picture|image|essay|pun)s?\b",
            _OTHER_ORDERS,
        ),
        (
            r"^(?:(?:please|pls|hey|can you|could you|now|and|then),? )*"
            r"(?:(?:write|generate|code|create|make|build|draft)(?: me| us)?|give (?:me|us)) (?:a |an |the |some |another )"
            r"(?:\w+ ){0,2}?(?:script|dockerfile|docker-compose|code|function|regex|snippet|notebook|e-?mail|letter|cv|homework"
            r"|presentation|tweet|makefile)s?\b(?! of conduct| review)",
            _OTHER_ORDERS,
        ),
        (
            r"^(?:(?:please|pls|hey|can you|could you|now),? )*"
            r"(?:(?:translate|summari[sz]e|proofread|rewrite|debug|solve) (?:this|the following|it|these|that)\b"
            r"|(?:translate|summari[sz]e|proofread|rewrite|debug|fix|solve|review) my"
            r" (?:code|script|text|essay|homework|bug|error|config)\b)",
            _OTHER_ORDERS,
        ),
        (
            r"\b(?:how many (?:members|people|users|mods|moderators)|who (?:owns|runs|made|moderates|founded|is the (?:owner|admin|mod\w*))"
            r"|(?:who|which) (?:are|is) the (?:mods?|moderators?|admins?))(?: (?:of|on|in|are|has|have|does))* (?:this|your|our)"
            r" (?:discord|server|channel)(?: server)?(?: have| has| run| there)*\W*$",
            "Of this server itself I know nothing: I only look questions up in a knowledge base. Its moderators can tell you.",
        ),
    )
)  # fmt: skip


_ASKED_BESIDE = re.compile(
    r"[,;:.!?]\s*(?:so |and |but |then )?(?:what|which|who|whose|how|when|where|why|is|are|can|may|do|does|did)\b"
    r"|\bwho owns\b|\blicen[cs]e|\bcopyright|\blegal\b",
    re.IGNORECASE,
)
"""Behind an order, what makes it a question of its own: "imagine you are a startup: which license fits?"."""


def small_talk_reply(question: str, searched: str | None = None) -> str | None:
    """A short reply when the whole message is small talk or an order to the bot itself, else None.

    ``searched`` is the question as it is searched for, where that is known.
    """
    words = [next((one for one in shortened(word) if one in _KNOWN), word) for word in plain_words(question)]
    if not words:
        return None
    for pattern, reply in _ORDERS:
        order = pattern.search(question)
        if order is not None and _ASKED_BESIDE.search(question, order.end()) is None:
            return reply
    phrase = " ".join(_without(words, _GREETINGS | {"bot", "there", "please"}) or words)
    readings = {phrase, " ".join(words), normalized(searchable(question) if searched is None else searched)}  # "what's your name btw"
    for phrases, reply in _PHRASES:
        if not readings.isdisjoint(phrases):
            return reply
    is_asked = words[0] in _ASKED_WITH  # "is it good?" asks about what was shown
    for markers, reply in _REPLIES:
        if not is_asked and any(word in markers for word in words) and all(word in _KNOWN for word in words):
            return reply
    return _reaction(question)


def _reaction(question: str) -> str | None:
    """A reply to what says no more than how somebody takes an answer, by the words that are left of it ("nah that is wrong")."""
    words = _NEGATED.sub(" not ", normalized(question)).split()
    left = frozenset(words) - _AROUND
    if len(words) > _LONGEST_REACTION or words[0] in _ASKED_WITH:
        return None
    if _SOUNDS.issuperset(words) and "?" not in question:
        return _ALL_RIGHT
    fits = (reply for marks, beside, reply in _REACTIONS if left <= beside | {"really"} and any(mark <= left for mark in marks))
    reply = next(fits, None)
    return None if reply in (_ALL_RIGHT, _GOOD) and "?" in question else reply


_KNOWN = _INSULTS | _GREETINGS | _THANKS | _FAREWELLS | _PRAISE | _FILLERS


def _without(words: Iterable[str], dropped: Iterable[str]) -> list[str]:
    unwanted = frozenset(dropped)
    return [word for word in words if word not in unwanted]
