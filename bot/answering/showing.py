"""What is shown of the sections that were chosen: an answer, candidates to choose from, or what was near where there is no answer.

The engine decides which of them it is, and for which sections; here their passages, neighbors and emphasized words are chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from bot.answering import excerpt
from bot.answering.entities import has_fact, wanted_fact
from bot.answering.outcome import (
    NOT_SURE,
    Abstention,
    AbstentionReason,
    Answer,
    AskedQuestion,
    Candidate,
    SmallTalk,
    Suggestions,
    abstention_text,
    nearest,
    suggestions_text,
    unseen,
)
from bot.answering.readings import Said, Told
from bot.answering.structured import StructuredMatch
from bot.corpus.document import Corpus, Section
from bot.query.asking import asking_part
from bot.query.follow_up import Turn, subject_of, telling_words
from bot.query.message import content_words, normalized, plain_words
from bot.query.patterns import excluded, structure_of
from bot.query.scope import ASKED_FOR_SOURCES
from bot.retrieval.analyzer import Analyzer, fold, is_content
from bot.retrieval.arrays import Singles
from bot.retrieval.hit import Explanation, Hit, Index
from bot.retrieval.meaning import word_table
from bot.texts import ask as texts
from bot.texts import lookup as lookup_texts

_RELATED = 5
_MORE = 2
"""Suggestions behind a click, beside those that are read without one."""
_BUTTON = 40
"""Characters whose place the button to an alternative takes on a phone."""
_LEAST = 150
"""Characters of a section that are shown in any case, whatever else stands beside them."""
_RELATED_SHARE = 0.4
"""A section is called related from this share of the best score on."""
_MOST_SOURCES = 3
_WHOLE_SHARE = 0.6
"""Of the best score that the article of an entry must have to be shown in its place."""
_OTHER_NAMES = f"• {lookup_texts.ALSO_CALLED}:"
_REMEMBERED = 10_000
"""Passages whose numbers are held, for all engines together: about 5 MB."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What is found for a text."""

    hits: tuple[Hit, ...]
    """In order."""
    weighed: tuple[Hit, ...]
    """The same with the scores that they have in the conversation."""
    is_known: bool
    """Whether the conversation was about the first of them, or about what is around it."""
    explanation: Explanation | None
    """Of the first."""
    confidence: float


@dataclass(frozen=True, slots=True)
class Answered:
    """A section that is sure enough, before it is looked at in the light of the conversation."""

    section: Section
    hits: tuple[Hit, ...]
    confidence: float
    explanation: Explanation | None
    choice: StructuredMatch | None = None


class Showing:
    """Makes outcomes of sections of one corpus."""

    def __init__(self, corpus: Corpus, index: Index, characters: int, suggestions: int) -> None:
        """``characters`` are those of an excerpt, ``suggestions`` how many are read without a click."""
        self._corpus = corpus
        self._index = index
        self._characters = characters
        self._suggested = suggestions
        self._least = min(_LEAST, characters)
        self._analyzer = Analyzer()

    def suggestions(self, asked: AskedQuestion, hits: tuple[Hit, ...], confidence: float, opening: str = NOT_SURE) -> Suggestions:
        """The nearest sections, led by a sentence that says why there is no one answer; one composed of entries is in no list."""
        found = (hit for hit in hits if self._corpus.section(hit.section_id) is not None)
        near = self.candidates(asked, found, self._suggested + _MORE)
        shown, more = near[: self._suggested], near[self._suggested :]
        return Suggestions(asked, suggestions_text(opening, shown), shown, confidence, hits, more, opening)

    def is_all_shown(self, asked: AskedQuestion, section: Section) -> bool:
        """Whether a conversation has shown all that a section says, and what is asked is not among it."""
        if asked.context != section.id or not asked.seen or not set(self._telling(asked, section)).issubset(asked.seen):
            return False
        return self._continued(asked, section, self._characters) is None

    def _continued(self, asked: AskedQuestion, section: Section, limit: int) -> str | None:
        """What a section that the conversation is about says beyond what was shown; None where that is nothing."""
        asks_for = self._own_words(f"{asked.question} {asked.searched}", section)  # a question in full is in our words, not in the asker's
        relevance = partial(self._index.relevance, asks_for)
        told = self._telling(asked, section)
        seen = [place for place, number in enumerate(told) if number in asked.seen]
        passages, meaning = [section.passages[number] for number in told], partial(self._meaning, asked, section)
        known = seen or (0,)  # of what was shown in another way at least the opening is known
        return excerpt.continued_excerpt(passages, known, relevance, limit, wanted_fact(asked.searched), meaning)

    def _telling(self, asked: AskedQuestion, section: Section) -> list[int]:
        """Numbers of the passages that may say more; other names of a thing answer nothing but a question for names."""
        own = self._own_words(asked.question, section)
        names = {number for number, one in enumerate(section.passages) if one.text.startswith(_OTHER_NAMES)}
        named = {number for number in names if any(self._index.relevance(own, [(section.passages[number].text,)]))}
        return [number for number in range(len(section.passages)) if number not in names - named]

    def nearness(self, asked: AskedQuestion, section: Section) -> float:
        """How near the nearest passage of a section is in meaning to what is asked beside its subject."""
        return max(self._meaning(asked, section, [(passage.text,) for passage in section.passages]), default=0.0)

    def told(self, asked: AskedQuestion, section: Section | None) -> Told:
        """What a section has of what a follow-up asks beside the subject; nothing where there is no section (any more)."""
        return Told(0.0, Said.NOTHING) if section is None else Told(self.nearness(asked, section), self._said(asked, section))

    def _said(self, asked: AskedQuestion, section: Section) -> Said:
        own = self._own_words(" ".join(telling_words(asking_part(asked.question))), section)
        wanted = wanted_fact(asked.question)
        if own and any(self._index.relevance(own, [(passage.text,) for passage in section.passages])):
            return Said.WORDS
        if wanted is not None and any(has_fact(passage.text, wanted) for passage in section.passages):
            return Said.FACT
        return Said.NOTHING if own else Said.NOTHING_ASKED

    def _meaning(self, asked: AskedQuestion, section: Section, texts: Sequence[tuple[str, ...]]) -> list[float]:
        """How near texts are in meaning to what a follow-up asks beside the subject; 0 where the table of words knows none of it."""
        wanted = _numbers(self._own_words(asking_part(asked.question), section), self._analyzer)
        return [max(0.0, float(wanted @ _passage_numbers(" ".join(text)))) for text in texts]

    def _own_words(self, searched: str, section: Section) -> str:
        """What a follow-up asks beside the subject, which is in what is searched for, in whatever form, but not what is wanted."""
        subject = set(self._analyzer.terms(section.title))
        return " ".join(word for word in content_words(searched) if self._analyzer.stem(word.replace("'", "")) not in subject)

    def names_kin(self, searched: str, section: Section, is_name: Callable[[str], bool]) -> bool:
        """Whether a question names what a known name is only a part of ("TinyLlama"), of which a section has not a word."""
        kin = [known for known in self._index.repairs(searched).values() if " " in known and not any(map(str.isdigit, known))]
        named = [known for known in kin if any(map(is_name, known.split()))]
        return bool(named) and not any(f" {known} " in f" {normalized(section.text)} " for known in named)

    def is_one_word(self, section: Section, explanation: Explanation) -> bool:
        """Whether a question has one word that may be about anything ("who is the president"), and a section is not called just that.

        A word that no other section has is a term of the section's own.
        """
        words = [word for word in explanation.words if is_content(word.word)]
        if len(words) != 1 or words[0].information == 1:
            return False
        term = self._analyzer.stem(fold(words[0].matched or words[0].word))
        called = (section.title, *section.aliases, _initials(section.title))
        return [term] not in ([word.term for word in self._analyzer.words(name) if is_content(word.surface)] for name in called)

    def candidates(self, asked: AskedQuestion, hits: Iterable[Hit], most: int, *, skipped: int = 0) -> tuple[Candidate, ...]:
        """The first sections of a ranking, of several about one thing the best, but for the skipped, with what is shown."""
        kept: list[Section] = []
        scores: dict[str, float] = {}
        for hit in hits:
            section = self.section(hit)
            if not any(one.id == section.id or self.are_twins(one, section) for one in kept):
                kept.append(section)
                scores[section.id] = hit.score
            if len(kept) == most:
                break
        relevance = partial(self._index.relevance, asked.searched)
        wanted = wanted_fact(asked.searched)
        return tuple(
            Candidate(
                section,
                scores[section.id],
                excerpt.best_sentence(section.passages, relevance, wanted),
                excerpt.best_excerpt(section.passages, relevance, self._characters, wanted),
            )
            for section in kept[skipped:]
        )

    def small_talk(self, asked: AskedQuestion, reply: str, previous: Turn | None) -> SmallTalk:
        """A short reply; to who asks where it is from, the sources of the section shown last, where nothing was suggested since."""
        shown = self._corpus.section(previous.section_id) if previous is not None and previous.shown and not previous.offered else None
        if shown is None or not shown.sources or reply != ASKED_FOR_SOURCES:
            return SmallTalk(asked, reply)
        named = [str(source) for source in shown.sources[:_MOST_SOURCES]]
        return SmallTalk(asked, texts.told_by(shown.title, named, len(shown.sources) - len(named)))

    def whole_of(self, asked: AskedQuestion, hits: Sequence[Hit]) -> Section:
        """The first section found; in place of an entry that says in short what it is, the section of the same that also came near.

        The entry answers where the form says what is asked: for a definition, for a difference.
        """
        first = self.section(hits[0])
        if not self._corpus.is_catalogue(first) or structure_of(asked.searched) is not None:
            return first
        near = (self.section(hit) for hit in hits[1:] if hit.score >= _WHOLE_SHARE * hits[0].score)
        return next((one for one in near if one.id in first.same_as and not self._corpus.is_catalogue(one)), first)

    def are_twins(self, one: Section, other: Section) -> bool:
        """Whether two sections are about one thing: by what an entry says, or a catalogue entry and what else has its name."""
        if other.id in one.same_as:
            return True
        if not (self._corpus.is_catalogue(one) or self._corpus.is_catalogue(other)):
            return False
        return bool(names_of(one) & names_of(other))

    def answer(
        self,
        asked: AskedQuestion,
        section: Section,
        hits: tuple[Hit, ...],
        confidence: float,
        explanation: Explanation | None,
        *,
        picked: bool = False,
        choice: StructuredMatch | None = None,
        alternatives: tuple[Candidate, ...] = (),
    ) -> Answer:
        """A section as the answer, with the passages that fit; of one that was just shown, what comes next."""
        beside = ""
        if explanation is not None and choice is None and len(hits) > 1 and not self._corpus.is_catalogue(section):
            beside = excerpt.sentence_beside(
                section, self._corpus.section(hits[1].section_id), hits, explanation, self._index, asked.searched
            )
        text = None if choice is None else choice.text
        if text is None:
            in_order = choice is not None and choice.in_order
            text = self._text(asked, section, len(beside) + _BUTTON * len(alternatives), in_order=in_order)
        text = excerpt.within("\n\n".join(part for part in (text, beside) if part), max(self._characters, len(beside) + self._least))
        evidence = () if explanation is None else explanation.words
        emphasis = excerpt.emphasized_words(text, section.title, evidence, self._analyzer)
        reading, version = (None, None) if choice is None else (choice.reading, choice.version)
        related = self.related(section, hits)
        return Answer(asked, section, text, confidence, hits, related, picked, emphasis, reading, version, alternatives)

    def _text(self, asked: AskedQuestion, section: Section, beside: int, *, in_order: bool) -> str:
        """The passages to show, beside so many characters; of a section that was just shown what is new."""
        again = asked.context == section.id
        limit = max(self._least, self._characters - beside)
        relevance = partial(self._index.relevance, self._own_words(asked.searched, section) if again else asked.searched)
        wanted = wanted_fact(asked.searched)
        if again:  # the same card again would say nothing: what is new, or where there is nothing new one sentence
            return self._continued(asked, section, limit) or excerpt.best_sentence(section.passages, relevance, wanted)
        if in_order:
            return excerpt.best_excerpt(section.passages, lambda texts: [0.0] * len(texts), limit)
        text = excerpt.best_excerpt(section.passages, relevance, limit, wanted)
        return excerpt.answer_first(text, section.passages, relevance, wanted)

    def abstention(self, asked: AskedQuestion, hits: tuple[Hit, ...], explanation: Explanation | None, confidence: float) -> Abstention:
        """That there is no answer, with what was near and the words that were never seen."""
        reason = AbstentionReason.NOTHING_CLOSE if plain_words(asked.searched) else AbstentionReason.NO_WORDS
        shown = hits[: self._suggested]
        near = tuple(nearest(self.section(hit), self._index.evidence(asked.searched, hit.section_id)) for hit in shown)
        near = tuple(item for item in near if item.matched)
        never_seen = unseen(explanation)
        return Abstention(asked, abstention_text(reason), reason, confidence, hits, near, never_seen)

    def related(self, section: Section, hits: Sequence[Hit]) -> tuple[Section, ...]:
        """What an editor says goes with a section, what scored nearly as well, and what stands around it; of one thing one."""
        best = max((hit.score for hit in hits), default=0.0)  # a section that structure chose may have none
        found = (self._corpus.section(hit.section_id) for hit in hits[1:] if hit.score >= _RELATED_SHARE * best)
        close = [other for other in found if other is not None and other.id != section.id]
        named = [other for other in map(self._corpus.section, (*section.same_as, *section.related)) if other is not None]
        kept: list[Section] = []
        for other in dict.fromkeys([*named, *close, *self._corpus.neighbours(section)]):
            if len(kept) < _RELATED and not any(one.id in other.same_as for one in kept):  # of several about one thing, one leads there
                kept.append(other)
        return tuple(kept)

    def section(self, hit: Hit) -> Section:
        """The section of a hit; the index was built of this very corpus, so there is one."""
        section = self._corpus.section(hit.section_id)
        if section is None:
            raise KeyError(hit.section_id)
        return section


def is_excluded(asked: AskedQuestion, section: Section) -> bool:
    """Whether a question says of what a section is called that it is not meant."""
    names = names_of(section)
    return any(f"{text} ".startswith(f"{name} ") for text in map(normalized, excluded(asked.searched)) for name in names if name)


def _initials(title: str) -> str:
    """What a name of several words is called for short; "" for a title that is no name, in which not every word has a capital."""
    words = title.split()
    return "".join(word[0] for word in words) if all(word[0].isupper() for word in words) else ""


def names_of(section: Section) -> frozenset[str]:
    """What a section is called, in small letters."""
    return frozenset(normalized(name) for name in (section.title, subject_of(section.title), *section.aliases))


def _numbers(text: str, analyzer: Analyzer) -> Singles:
    """What a text means, in the numbers of the table of words."""
    return word_table().of(word.surface for word in analyzer.words(text))


@lru_cache(_REMEMBERED)
def _passage_numbers(passage: str) -> Singles:
    """Those of a passage of the knowledge: compared in each reading of a follow-up, on every server. No member's text comes here."""
    return _numbers(passage, Analyzer())  # one of its own, since threads share what is remembered
