"""Greetings, thanks, questions about the bot and orders to it: a short human reply instead of a search.

Only a message that is small talk from end to end counts. "Hi, what is open weights?" is a question. An order is recognized by what it
wants of the bot itself: to be somebody else, to forget its instructions, to make something up, to call people or to tell a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.query.message import normalized, plain_words, searchable
from bot.retrieval.analyzer import shortened
from bot.texts import ask as texts

_GREETINGS = frozenset(("hi hello hey hiya howdy yo greetings hallo hola salut sup morning evening afternoon gm").split())
_THANKS = frozenset(("thanks thank thx ty thankyou tysm cheers merci danke gracias appreciated").split())
_FAREWELLS = frozenset(("bye goodbye cya farewell ciao goodnight gn").split())
_PRAISE = frozenset(
    ("nice cool great awesome perfect excellent good amazing helpful wow lol haha ok okay alright fine yes no yep nope").split()
)
_FILLERS = frozenset(
    (
        "a all and bot so very much you u for the that this it is was were that's there again everyone everybody friend guys "
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
_REPLIES: tuple[tuple[frozenset[str], str], ...] = (
    (_INSULTS, "Sorry that I was no help. Not helpful, under an answer, tells the people who run me what to fix."),
    (_THANKS, "You're welcome! Come back whenever you have a question."),
    (_FAREWELLS, "Goodbye, and come back whenever you have a question."),
    (_GREETINGS, "Hello! What would you like to know?"),
    (_PRAISE, "Good. Ask me whenever you have another question."),
)


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
        (r"\b(?:your|the bot'?s?) (?:bot )?(?:token|password|api key|system prompt)\b", "That is not something that I can tell anybody."),
        (r"^(?:please |pls |can you |could you |hey )*ping (?:@|everyone|here|all|them|him|her)", _OTHER_ORDERS),
        (
            r"^(?:(?:please|pls|hey|can you|could you|now),? )*"
            r"(?:tell|sing|write|make|draw|compose|generate|paint|rap|recite|give) (?:me |us )?(?:a |an |some |another )?(?:\w+ )?"
            r"(?:joke|poem|song|story(?! (?:of|behind|from)\b)|haiku|limerick|riddle|rap|picture|image|essay|pun)s?\b",
            _OTHER_ORDERS,
        ),
    )
)  # fmt: skip


def small_talk_reply(question: str) -> str | None:
    """A short reply when the whole message is small talk or an order to the bot itself, else None."""
    words = [next((one for one in shortened(word) if one in _KNOWN), word) for word in plain_words(question)]
    if not words:
        return None
    for pattern, reply in _ORDERS:
        if pattern.search(question):
            return reply
    phrase = " ".join(_without(words, _GREETINGS | {"bot", "there", "please"}) or words)
    readings = {phrase, " ".join(words), normalized(searchable(question))}  # "what's your name btw"
    for phrases, reply in _PHRASES:
        if not readings.isdisjoint(phrases):
            return reply
    for markers, reply in _REPLIES:
        if any(word in markers for word in words) and all(word in _KNOWN for word in words):
            return reply
    return None


_KNOWN = _INSULTS | _GREETINGS | _THANKS | _FAREWELLS | _PRAISE | _FILLERS


def _without(words: Iterable[str], dropped: Iterable[str]) -> list[str]:
    unwanted = frozenset(dropped)
    return [word for word in words if word not in unwanted]
