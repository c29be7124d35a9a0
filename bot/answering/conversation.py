"""Which reading of a question answers it in a conversation: as it stands, or with what was said before.

Each reading is a text to search for, with or without the section shown before as its context: the question alone, with the subject of the
turn before (what was shown), with what was asked then, or the question before asked of another thing. Rules that pick one by the form of
the words fit the conversations somebody looked at, and no others. So every reading is searched, and the one whose answer is most probably
right is given: by the probability of its own ranking, by how many readings lead to the same section, by how near that section is in
meaning to what was asked, and by how much the words lean on the turn before. Where none is probable enough, there are suggestions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from bot.answering.excerpt import SAYS_IT
from bot.answering.outcome import AskedQuestion, Outcome, OutcomeKind
from bot.answering.readings import FULL, Asked, Context, Judged, Reading, Said, Told, Words, probability
from bot.answering.structured import Understanding
from bot.corpus.document import Section
from bot.query.asking import asking_part, asks
from bot.query.follow_up import (
    Leaning,
    Turn,
    before_pointer,
    corrected,
    leaning,
    names_instead,
    of_another,
    places,
    telling_words,
    with_question,
    with_subject,
    without_new_topic,
)
from bot.query.message import content_words, normalized, plain_words, searchable
from bot.query.patterns import AskedAttribute, Attribute, DeclaredForms, in_full, structure_of
from bot.retrieval.hit import WordEvidence
from bot.texts import ask as texts

CONTEXT_SHARES = {True: 0.4, False: 0.6}
"""Of the answer threshold that is enough for the section that the conversation was about (true), and for one around it."""
LOOKED_AT = 30


class Answering(Protocol):
    """What answers one reading of a question."""

    @property
    def forms(self) -> DeclaredForms:
        """The forms in which the knowledge's own attributes are asked for."""

    @property
    def understanding(self) -> Understanding:
        """What knows the things that the knowledge has, and their versions."""

    def outcome_of(self, asked: AskedQuestion) -> Outcome:
        """Depends on the text and its context only, so that a stored question can be asked again."""

    def judge(self, asked: AskedQuestion) -> Judged:
        """The same, with what the choice among readings needs to know."""

    def evidence(self, searched: str, section_id: str) -> tuple[WordEvidence, ...]:
        """What each word of a text did for a section's score; nothing where the corpus no longer has the section."""

    def told(self, asked: AskedQuestion, section_id: str) -> Told:
        """What a section has of what is asked beside its subject; nothing where there is none of that id (any more)."""

    def settled(self, raw: str) -> Section | None:
        """The section that a question alone is certain to be answered with, because a list or a moderator names it; else None."""

    def is_name(self, word: str) -> bool:
        """Whether a word, in small letters, is the name of something that the catalogues have."""

    def says_license(self, section_id: str) -> bool:
        """Whether a section says something of a license; not where the corpus no longer has it."""

    def context(self, section_id: str) -> Context:
        """The context that a section makes; an empty one where the corpus no longer has it."""


ENOUGH = 0.6
"""Probability from which on a reading answers."""
_MAYBE = 0.35
"""Probability from which a reading may be what was meant by a fragment."""
_FRAGMENT = 2
"""Content words of a question that is a fragment of one."""
_LEANS = {Leaning.STANDS: 0.0, Leaning.MAY_LEAN: 0.5, Leaning.CONTINUES: 0.8, Leaning.LEANS: 1.0}
_HALF = 0.5
_SURE = 0.9
"""Probability from which a question alone has its answer, whatever was spoken of."""
_SEVERAL = 2
_SHORT = 8
"""Words of a question that may leave out what it is about."""
_NOTHING = 0.1
"""Nearness in meaning below which a section that has no word of an attribute says nothing of it."""
_FAR, _NEAR = 0.2, 0.45
"""Nearness in meaning below which a section without a word of what is asked says nothing of it: of one that was shown, of one offered."""
_LIVES = re.compile(
    r"\b(?:he|she)\b.{0,20}\b(?:born|old|age|dead|die[ds]?|lives?|married|stud(?:y|ied))\b|\b(?:old|born) (?:is|was) (?:he|she)\b",
    re.IGNORECASE,
)
"""What somebody asks of a person's life."""
_USUAL = 0.4
"""Information from which a word counts no more, unless the knowledge has never seen it."""
_LEAST = 0.4
"""Share of a question's own words that the answer must have, if words of the conversation were searched for that it does not ask for."""


def answer_in_conversation(engine: Answering, plain: AskedQuestion, previous: Turn) -> Outcome:
    """Decide which reading of a question answers; the outcome of that reading is returned as it is.

    A question that changes the topic, or corrects the one before, is read by its words. Of several sentences the one that asks is read. One
    that a section lists, or whose form says what it asks, stands unless it leans; and so does one that asks what another thing is, or whose
    message names its own subject beside it.
    """
    said = without_new_topic(plain.question) or corrected(plain.question, previous, engine.is_name)
    if said is not None:
        return engine.outcome_of(replace(plain, searched=searchable(said)))
    whole, plain = plain, with_part(engine, plain)
    part = asking_part(plain.question)
    if not plain_words(plain.searched) or _names_another(engine, plain, previous):
        return engine.outcome_of(plain)
    if whole != plain and engine.settled(whole.question) is not None:
        return engine.outcome_of(whole)
    alone = engine.judge(plain)
    if alone.kind is OutcomeKind.ANSWER and alone.first == previous.section_id and previous.goes_on(plain.question):
        return engine.outcome_of(replace(plain, context=previous.section_id, seen=previous.seen))
    again = normalized(plain.searched) == normalized(previous.question) and not previous.seen
    of_nothing = _is_asked_of_nothing(engine, part, previous)
    leans = Leaning.STANDS if of_nothing else leaning(part, engine.forms)
    if leans is Leaning.STANDS and names_instead(plain.question) and of_another(plain.question, previous, engine.is_name) is not None:
        leans = Leaning.CONTINUES  # "no, Qwen"
    another = leans is not Leaning.LEANS and (_defines_another(engine, plain, alone, previous) or _asks_of_another(engine, alone, previous))
    names_own = plain == whole and part != plain.question  # "Whisper. License?" is not asked of what was shown
    stands = alone.form is not None and (leans is Leaning.STANDS or another or names_own)
    if again or stands:  # with the subject of suggestions that nobody picked, a question asked again would be evidence for itself
        goes_on = of_nothing and plain_words(part)[:1] == ["and"]  # behind what has none, "and license?" asks for no definition
        return (alone.suggest or alone.show)() if goes_on else alone.show()
    unpicked = not previous.chosen and alone.kind is OutcomeKind.ANSWER and leans in (Leaning.STANDS, Leaning.MAY_LEAN)
    elsewhere = unpicked or _is_elsewhere(engine, plain, previous, alone)
    return alone.show() if elsewhere else _chosen(read(engine, plain, previous, alone))


def _is_elsewhere(engine: Answering, plain: AskedQuestion, previous: Turn, alone: Judged) -> bool:
    """Whether an article surely answers a question of which what was shown has not a word: "do I need a vector database for it?".

    An entry is near to every question with its name in it; so is one word to many.
    """
    first = alone.first if alone.kind is OutcomeKind.ANSWER and alone.probability >= _SURE else None
    if first in (None, previous.section_id) or engine.context(first or "").is_entry or len(telling_words(plain.searched)) < _SEVERAL:
        return False
    told = engine.told(plain, previous.section_id)
    return in_full(plain.searched, "it", engine.forms) is None and told.said is Said.NOTHING and told.near < SAYS_IT


def with_part(engine: Answering, plain: AskedQuestion) -> AskedQuestion:
    """A question with the sentence that asks as what is searched for; the whole message where the rest of it names a thing of its own."""
    part = searchable(asking_part(plain.question))
    asked = set(plain_words(part))
    named = any(engine.is_name(word) for word in plain_words(plain.searched) if word not in asked)
    return plain if named else replace(plain, searched=part)


def read(engine: Answering, plain: AskedQuestion, previous: Turn, alone: Judged) -> Asked:
    """All readings of a question, each judged."""
    lean = _LEANS[leaning(asking_part(plain.question), engine.forms)]
    if lean == 0 and alone.kind is not OutcomeKind.ANSWER and _names_nothing(engine, plain, previous):
        lean = _LEANS[Leaning.CONTINUES]
    named = _named(engine, plain)
    is_attribute = bool(content_words(plain.searched)) and in_full(plain.searched, "it", engine.forms) is not None
    is_of_person = _LIVES.search(plain.question) is not None  # nobody whom a section names is what it is about
    readings: list[Reading] = []
    told: dict[str | None, Told] = {None: Told(0.0, Said.NOTHING)}
    silent: dict[str | None, bool] = {None: False}
    for asked, words in _texts(engine, plain, previous):
        judged = alone if asked == plain else engine.judge(asked)
        is_asked = words is not Words.OWN or judged.first == previous.section_id
        if judged.first is not None and judged.first not in told:
            held = told[judged.first] = engine.told(plain, judged.first)
            lacks = is_attribute and not _has_form(judged) and held.near < _NOTHING and _share(engine, plain.searched, judged.first) == 0
            silent[judged.first] = lacks or is_of_person or _has_none(engine, named, judged.first)
        is_offered = not previous.shown and judged.first == previous.section_id
        unsaid = not (is_attribute or _has_form(judged)) and _says_nothing(told[judged.first], is_offered=is_offered)
        found = _share(engine, plain.searched, judged.first) if is_asked else 0.0
        readings.append(Reading(judged, words, found, told[judged.first].near, silent[judged.first] or unsaid))
    return Asked(plain, previous, engine.context(previous.section_id), lean, tuple(readings), alone)


def _says_nothing(told: Told, *, is_offered: bool) -> bool:
    """Whether a section says nothing of what is asked: not a word of it, and nothing near in meaning.

    One that was only suggested must be nearer: nobody has said that it was meant.
    """
    match told.said:
        case Said.WORDS:
            return False
        case Said.FACT | Said.NOTHING_ASKED:
            return is_offered
        case Said.NOTHING:
            return told.near < (_NEAR if is_offered else _FAR)


def _texts(engine: Answering, plain: AskedQuestion, previous: Turn) -> Iterator[tuple[AskedQuestion, Words]]:
    """What each reading searches for, and whose words these are.

    With the section shown before as the context first: of that section they show what is new. A section that nobody picked is no context.
    """
    shown = replace(plain, searched=with_subject(plain.searched, previous, engine.forms))
    said = replace(plain, searched=with_question(plain.searched, previous))
    named = set(content_words(plain.searched)), set(content_words(shown.searched))
    is_plain = in_full(plain.searched, previous.name, engine.forms) is not None
    led = (shown,) if is_plain or set(content_words(said.searched)) in named else (shown, said)  # the same again would agree with itself
    another = of_another(plain.question, previous, engine.is_name, partial(engine.understanding.member, previous.section_id))
    thing = engine.understanding.named_in(previous.title)
    if previous.chosen:
        for one in (shown, plain, *led[1:]):
            yield replace(one, context=previous.section_id, seen=previous.seen), Words.OWN if one is plain else Words.LED
    if another is not None:
        yield replace(plain, searched=another), Words.ANOTHER
    yield plain, Words.OWN
    for one in led:
        yield one, Words.LED
    if thing is not None:  # what is asked may be said of it elsewhere; an attribute that is none of the section's is its own
        of_thing = with_subject(plain.searched, replace(previous, title=thing), engine.forms)
        yield replace(plain, searched=of_thing), Words.ANOTHER if _asks_of_a_thing(engine, plain, previous) else Words.LED
    elif _is_meant(engine, plain, previous):
        yield replace(plain, searched=with_subject(plain.searched, replace(previous, title=previous.thing), engine.forms)), Words.ANOTHER


def _is_meant(engine: Answering, plain: AskedQuestion, previous: Turn) -> bool:
    """Whether the thing that was named is asked for something that what was shown does not say.

    What is itself called by that thing ("PyTorch Foundation", but not "Is Llama open source?") is asked for anything but its license.
    """
    if not previous.thing or engine.context(previous.section_id).is_entry:
        return False
    is_named = not previous.title.endswith("?") and set(plain_words(previous.thing)) <= set(plain_words(previous.title))
    return _is_about_a_license(engine, plain) or (not is_named and _asks_of_a_thing(engine, plain, previous))


def _asks_of_a_thing(engine: Answering, plain: AskedQuestion, previous: Turn) -> bool:
    """Whether a question asks for an attribute of which what was shown says nothing; what an article tells of has a date, too."""
    structure = structure_of(plain.searched)
    is_date = isinstance(structure, AskedAttribute) and structure.attribute is Attribute.DATE
    if is_date or in_full(plain.searched, "it", engine.forms) is None:
        return False
    told = engine.told(plain, previous.section_id)
    return told.said is not Said.WORDS and told.near < SAYS_IT


def _is_about_a_license(engine: Answering, plain: AskedQuestion) -> bool:
    """Whether a question asks under which license something is, or whether it is open, and does not name it."""
    structure = structure_of(plain.searched)
    is_license = isinstance(structure, AskedAttribute) and structure.attribute in (Attribute.LICENSE, Attribute.OPENNESS)
    return is_license and in_full(plain.searched, "it", engine.forms) is not None


def _chosen(asked: Asked) -> Outcome:
    """The outcome of the reading whose answer is most probably right, or that all of what is right was shown; else suggestions."""
    may = answers(asked)
    compared = (one.judged for one in asked.readings if one.words is Words.LED and _compares(asked.plain, one.judged))
    another = next(compared, None) or next((one.judged for one in asked.readings if one.words is Words.ANOTHER), None)
    if another is not None and another.kind is OutcomeKind.ANSWER and another.form is not None:  # a list that has it asks just that, too
        return another.show()
    names_another = any(one.words is Words.ANOTHER for one in asked.readings)  # then it is no end that all of what was shown is said
    ends = [one for one in asked.readings if one.judged.is_all and not names_another]
    likely = [(probability(asked, one), one) for one in (*may, *ends)]
    most, best = max(likely, key=lambda one: one[0], default=(0.0, None))
    if best is not None and most >= ENOUGH:
        same = [one.judged for one in may if one.judged.first == best.judged.first]
        return (best.judged if best.judged.is_all else _shown(asked, same)).show()
    if asked.alone.kind is not OutcomeKind.ANSWER and asked.lean == 0:
        return (_near_to_what_was_said(asked) or asked.alone).show()
    led = [one for one in asked.readings if one.words is not Words.OWN or one.judged.first == asked.previous.section_id]
    may_suggest = (
        led if led and asked.lean >= _LEANS[Leaning.CONTINUES] else asked.readings
    )  # else what it finds alone is beside the subject
    unsure = [one for one in may_suggest if one.judged.kind is OutcomeKind.SUGGESTIONS and not (one.judged.is_all and names_another)]
    nearest = max(unsure, key=lambda one: probability(asked, one), default=None)
    if nearest is None and may_suggest is led:
        nearest = max(led, key=lambda one: probability(asked, one))
    if nearest is None or (asked.alone.form is not None and nearest.judged.first == asked.alone.first):
        return asked.alone.show()
    return (nearest.judged.suggest or nearest.judged.show)()


def _near_to_what_was_said(asked: Asked) -> Judged | None:
    """What may be meant by a question that alone is declined, though with what was said before something fits it: "even with llama?"."""
    if asked.alone.kind is not OutcomeKind.ABSTENTION or len(content_words(asked.plain.searched)) > _FRAGMENT:
        return None
    kinds = (OutcomeKind.ANSWER, OutcomeKind.SUGGESTIONS)
    found = [one for one in asked.readings if one.words is not Words.OWN and one.judged.kind in kinds and not one.is_silent]
    best = max(found, key=lambda one: probability(asked, one), default=None)
    return None if best is None or probability(asked, best) < _MAYBE else replace(best.judged, show=best.judged.suggest or best.judged.show)


def _shown(asked: Asked, same: Sequence[Judged]) -> Judged:
    """Which of several readings that lead to one section shows it.

    That is the question alone where it brings another section than the one shown before; else what has a form.
    """
    if asked.alone in same and asked.alone.first != asked.previous.section_id:
        return asked.alone
    return next(filter(_has_form, same), same[0])


def _compares(plain: AskedQuestion, judged: Judged) -> bool:
    """Whether a reading puts what was spoken of beside another thing, which the question names: "vs TensorFlow?"."""
    _, _, pair = (judged.first or "").partition("#")
    return _has_form(judged) and "+" in pair and any(word in pair.replace("-", "+").split("+") for word in content_words(plain.searched))


def _has_form(judged: Judged) -> bool:
    """Whether the form of what was searched says what is asked; that it is the section's title says nothing of that."""
    return judged.kind is OutcomeKind.ANSWER and judged.form not in (None, texts.LISTED, texts.CONFIRMED)


def answers(asked: Asked) -> tuple[Reading, ...]:
    """The readings that may answer."""
    found = (one for one in asked.readings if one.judged.kind is OutcomeKind.ANSWER)
    return tuple(one for one in found if not (_strays(asked, one) or _repeats(asked, one) or _is_about_another(one)))


def _strays(asked: Asked, reading: Reading) -> bool:
    """Whether a reading leads astray: away from what a question means that is nothing without the conversation, or along with its words.

    Words of the conversation lead a question that does not lean on it to what it was not about, or to what has little of the question's own
    words: then they have only made something look more probable.
    """
    if reading.words is Words.OWN and asked.lean == _LEANS[Leaning.LEANS] and asked.previous.chosen:
        return reading.judged.first not in asked.context
    return reading.words is not Words.OWN and asked.lean == 0 and (reading.judged.first not in asked.context or reading.found < _LEAST)


def _is_about_another(reading: Reading) -> bool:
    """Whether only the conversation leads to a section, and what the question names is nowhere in it: "and in brazil?"."""
    return reading.is_silent and (reading.words is Words.LED or reading.judged.asked.context is not None)


def _repeats(asked: Asked, reading: Reading) -> bool:
    """Whether a reading would show once more of the section shown before what another one found to be all of it."""
    if reading.judged.first != asked.previous.section_id:
        return False
    return any(one.judged.is_all for one in asked.readings)


def _share(engine: Answering, searched: str, section_id: str | None) -> float:
    """The share of a question's content words that a section has, 1 where it has none.

    One that is everywhere counts less ("AI"), and one that is nowhere in the knowledge more than the others.
    """
    own = set(content_words(searched))
    words = [] if section_id is None else [word for word in engine.evidence(searched, section_id) if word.word in own]
    asked = sum(map(_says, words))
    return sum(_says(word) for word in words if word.weight > 0) / asked if asked else 1.0


def _says(word: WordEvidence) -> float:
    return word.information if word.information < _USUAL or word.information == 1 else _USUAL


def _defines_another(engine: Answering, plain: AskedQuestion, alone: Judged, previous: Turn) -> bool:
    """Whether a question asks what another thing is, by one of its names: "and what is copyleft?"."""
    own = content_words(plain.searched)
    if alone.first in (None, previous.section_id) or not own or not isinstance(structure_of(plain.searched), AskedAttribute):
        return False
    return all(word.is_name for word in engine.evidence(plain.searched, alone.first) if word.word in own)


def _asks_of_another(engine: Answering, alone: Judged, previous: Turn) -> bool:
    """Whether a form asks for something of another thing, which the question names: "and tensorflow, who makes that one"."""
    words = plain_words(alone.asked.searched)
    named = [word for word in words if engine.is_name(word)]
    asks_for = [word for word in telling_words(alone.asked.searched) if word.isalpha() and word not in named]
    return _has_form(alone) and bool(named and asks_for) and set(plain_words(previous.title)).isdisjoint(named)


def _is_asked_of_nothing(engine: Answering, part: str, previous: Turn) -> bool:
    """Whether what names nothing asks for an attribute that what was shown has not: then a noun may be meant itself ("parameters?").

    A license and openness are those of things; of what is no thing ("what is quantization") nobody asks for them.
    """
    bare = not any(asked.name for asked in engine.forms.asked(part)) and in_full(part, "it", engine.forms) is not None
    if not bare or in_full(part, previous.name, engine.forms) is None:
        return bare and not _says_half(engine, content_words(part), previous.section_id)
    structure = structure_of(part)
    if not isinstance(structure, AskedAttribute) or structure.name or _is_thing(engine, previous.title):
        return False
    is_license = structure.attribute is Attribute.LICENSE and not engine.says_license(previous.section_id)
    return is_license or structure.attribute is Attribute.OPENNESS


def _is_thing(engine: Answering, title: str) -> bool:
    """Whether a title has the name of something that the catalogues have."""
    return engine.is_name(title.lower()) or any(map(engine.is_name, plain_words(title)))


def _named(engine: Answering, plain: AskedQuestion) -> list[str]:
    """The words of the things and places that a question names itself."""
    structure = structure_of(plain.searched)
    by_form = content_words(structure.name) if isinstance(structure, AskedAttribute) else []
    return [*filter(engine.is_name, plain_words(plain.searched)), *places(asking_part(plain.question)), *by_form]


def _has_none(engine: Answering, words: Sequence[str], section_id: str) -> bool:
    """Whether there are words, and a section has none of them."""
    found = engine.evidence(" ".join(words), section_id) if words else ()
    return bool(found) and all(word.weight == 0 for word in found)


def _says_half(engine: Answering, words: Sequence[str], section_id: str) -> bool:
    """Whether there are words, and a section says half of them in its text."""
    found = engine.evidence(" ".join(words), section_id) if words else ()
    return bool(found) and sum("text" in word.fields for word in found) >= _HALF * len(found)


def _names_nothing(engine: Answering, plain: AskedQuestion, previous: Turn) -> bool:
    """Whether a short question says not what it is about: "can i refuse?", "who is one today?"; none of its words is rare or a name.

    What begins with "can you" is wanted of somebody, and not of what was shown.
    """
    own, words = content_words(plain.searched), plain_words(plain.searched)
    short = 0 < len(own) <= FULL and len(words) <= _SHORT and "you" not in words[:2]
    found = engine.evidence(plain.searched, previous.section_id) if short and asks(plain.question) else ()
    usual = all(word.information < _HALF and word.matched is None for word in found)
    return bool(found) and usual and not any(map(engine.is_name, own))


def _names_another(engine: Answering, plain: AskedQuestion, previous: Turn) -> bool:
    """Whether a pronoun points at what the question itself names before it, of which the section shown before has no word."""
    return _has_none(engine, [word for word in before_pointer(plain.searched) if engine.is_name(word)], previous.section_id)
