"""A question to an outcome: clean, search, judge, choose the words.

The engine is immutable: it belongs to one state of the knowledge and one set of settings, whose digest is the
fingerprint on every outcome. The same question and fingerprint give the same bytes. Nothing here waits or touches a disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import cached_property, partial
from itertools import chain

from bot.answering.confidence import Confidence, Features, measure
from bot.answering.conversation import CONTEXT_SHARES, LOOKED_AT, answer_in_conversation
from bot.answering.entities import lacks_license, lacks_symptom, says_license
from bot.answering.outcome import (
    BEYOND,
    Abstention,
    AbstentionReason,
    Answer,
    AnswerSettings,
    AskedQuestion,
    Candidate,
    DeliveryKey,
    Outcome,
    OutcomeKind,
    abstention_text,
    all_shown,
    answer_id,
    fingerprint_of,
)
from bot.answering.readings import Context, Judged, Told, context_of, is_far
from bot.answering.showing import Answered, Ranking, Showing, is_excluded
from bot.answering.structured import NotPossible, StructuredMatch, Understanding
from bot.answering.versions import has_exact_words, is_of_another_version
from bot.corpus.document import Corpus, Section
from bot.lookup.directory import Directories
from bot.lookup.names import name_base
from bot.query.asking import asks, clauses, each_question, without_aside
from bot.query.follow_up import Turn
from bot.query.message import clean_question, content_words, is_clean, normalized, searchable
from bot.query.patterns import DeclaredForms, Happened, in_full, structure_of
from bot.query.scope import is_request, scope_of, small_talk_reply
from bot.retrieval.analyzer import fold
from bot.retrieval.hit import Explanation, Hit, Index, Phrasing, WordEvidence, with_first
from bot.retrieval.tfidf import TfidfIndex
from bot.texts import ask as texts

ENGINE_VERSION = 22
"""Raised whenever code here or in retrieval changes what is answered; part of the fingerprint."""

_WORD = re.compile(r"[^\W_]+")
_HITS = 10
_EVENTS = "catalogues/timeline"
"""The sections whose titles are dates, which nobody would ask for."""
_IN_SIGHT = 2
"""Alternatives that stand beside an answer at most."""
_CLOSE = 0.9
"""Share of the first hit's score from which another one came close."""
_LEAST_OF_A_QUESTION = 2
"""Content words of a sentence that can be a question of its own."""
_FAR = 0.2
"""Nearness in meaning below which an answer out of the section shown before is not called sure: on dev 9 of 16 were right, of others 92 of
96. It is 0 where the question has no words of its own ("why?")."""
_NEAR = 0.3
"""Nearness in meaning from which an answer that has few of a follow-up's own words is one: on dev four conversations more were right, none
wrong; at .25 and .2 one and two more wrong, at .35 one less right."""
_HALF = 0.5
_SAYS_SOMETHING = 0.1
"""Information from which a word can be what a message without a question is about; "open" and "source" are below it in the shipped one."""


class MadeOfCorpus:
    """What engines on one corpus share beside its index, each made when it is first used, so that a single question starts fast."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    @cached_property
    def phrasings(self) -> tuple[tuple[str, str], ...]:
        """What is offered to somebody who types, folded and as it is written: clean questions, then titles, no raw phrasing or message."""
        questions = (question for question in self._corpus.questions if is_clean(question))
        titles = (section.title for section in self._corpus.sections if section.article != _EVENTS)
        return tuple((fold(offered), offered) for offered in dict.fromkeys([*questions, *titles]))

    @cached_property
    def lookup(self) -> Directories:
        """What can be looked up by name."""
        return Directories(self._corpus)

    @cached_property
    def understanding(self) -> Understanding:
        """What chooses sections for questions with a structure."""
        return Understanding(self.lookup)


class AnswerEngine:
    """Answers questions from one corpus with one index."""

    def __init__(
        self,
        corpus: Corpus,
        index: Index,
        settings: AnswerSettings,
        confidence: Confidence,
        phrasings: Sequence[Phrasing] = (),
        made: MadeOfCorpus | None = None,
    ) -> None:
        self.corpus = corpus
        found = [replace(phrasing, section_id=corpus.current(phrasing.section_id)) for phrasing in phrasings]
        self.index = index.with_phrasings(found) if found else index
        self.settings = settings
        self.confidence = confidence
        self.fingerprint = fingerprint_of(corpus, index, confidence, {"engine": ENGINE_VERSION, "settings": asdict(settings)}, phrasings)
        self._made = MadeOfCorpus(corpus) if made is None else made
        self.showing = Showing(corpus, self.index, settings.excerpt_characters, settings.suggestions)
        self._confirmed = {normalized(phrasing.text): phrasing.section_id for phrasing in found}

    def with_confidence(self, confidence: Confidence) -> AnswerEngine:
        """An engine that differs in its confidence only."""
        return AnswerEngine(self.corpus, self.index, self.settings, confidence, made=self._made)

    def varied(self, answer_threshold: float, phrasings: Sequence[Phrasing]) -> AnswerEngine:
        """An engine on the same corpus and index with another threshold, and with confirmed phrasings in place of its own."""
        suggest = min(self.settings.suggest_threshold, answer_threshold)
        choice = self.settings.choice_threshold if answer_threshold == self.settings.answer_threshold else None
        settings = replace(self.settings, answer_threshold=answer_threshold, suggest_threshold=suggest, choice_threshold=choice)
        return AnswerEngine(self.corpus, self.index, settings, self.confidence, phrasings, self._made)

    def apart(self) -> AnswerEngine:
        """The same engine without confirmed phrasings, for another thread.

        Raises:
            TypeError: it has another index than ours.
        """
        if not isinstance(self.index, TfidfIndex):
            raise TypeError("only a TF-IDF index can be used in several threads")
        return AnswerEngine(self.corpus, self.index.apart(), self.settings, self.confidence, made=self._made)

    @property
    def phrasings(self) -> tuple[tuple[str, str], ...]:
        """What is offered to somebody who types, folded and as it is written; made when the first question is typed."""
        return self._made.phrasings

    @property
    def lookup(self) -> Directories:
        """What can be looked up by name; its directories are made when they are first used."""
        return self._made.lookup

    @property
    def forms(self) -> DeclaredForms:
        """The forms of questions that the schema of the knowledge declares."""
        return self.understanding.forms

    @property
    def understanding(self) -> Understanding:
        """What chooses sections for questions with a structure; made when the first one is asked."""
        return self._made.understanding

    def is_name(self, word: str) -> bool:
        """Whether a word, in small letters, is what a project or license is called, its version left out."""
        return word in self.lookup.bases or name_base(word) in self.lookup.bases

    def says_license(self, section_id: str) -> bool:
        """Whether a section says something of a license; not where there is none of that id (any more)."""
        section = self.section(section_id)
        return section is not None and says_license(section)

    def context(self, section_id: str) -> Context:
        """The context that a section makes in a conversation; an empty one where there is none of that id (any more)."""
        return context_of(self.section(section_id), self.corpus)

    def prepare(self) -> None:
        """Make what is made when it is first asked for, so that no member waits for it; for a thread."""
        self.lookup.prepare()
        self.understanding.prepare()

    def section(self, section_id: str) -> Section | None:
        """A section of the corpus, or one composed of catalogue entries; None where there is none of that id (any more)."""
        return self.corpus.section(section_id) or self.understanding.composed.section(section_id)

    def section_of_key(self, key: str) -> Section | None:
        """The section, of the corpus or composed, that a key from a ``custom_id`` stands for, or None."""
        return self.corpus.section_of_key(key) or self.understanding.composed.section_of_key(key)

    def answer(self, raw: str, previous: Turn | None = None, delivery: DeliveryKey | None = None) -> Outcome:
        """The outcome for a question, read as a follow-up of ``previous`` where it leans on it."""
        question = clean_question(raw)
        delivery = delivery or DeliveryKey()
        name = answer_id(delivery.key, self.fingerprint, question, delivery.name or (previous.section_id if previous else ""))
        plain = AskedQuestion(name, self.fingerprint, question, searchable(question), thing=self.understanding.thing_in(question))
        reply = small_talk_reply(question, plain.searched)
        if reply is not None:
            return self.showing.small_talk(plain, reply, previous)
        meant = None if previous is None else self.section(previous.picked(question) or "")
        if previous is not None and meant is not None:
            return self.present(meant, previous.question or question, delivery)
        if previous is not None and previous.section_id:
            return answer_in_conversation(self, plain, previous)
        full = in_full(plain.searched, previous.thing, self.forms) if previous is not None else None
        return self.outcome_of(plain if full is None else replace(plain, searched=full))

    def present(self, section: Section, question: str, delivery: DeliveryKey) -> Answer:
        """A section as the answer to a question, because a member chose it."""
        name = answer_id(delivery.key, self.fingerprint, question, delivery.name, "chosen", section.id)
        asked = AskedQuestion(name, self.fingerprint, question, searchable(question))
        ordered = with_first(section.id, self.index.search(asked.searched, _HITS))
        explanation = self.explain(asked.searched, section.id)
        confidence = self.confidence.of(asked.searched, ordered, explanation)
        return self.showing.answer(asked, section, ordered, confidence, explanation, picked=True)

    def explain(self, searched: str, section_id: str) -> Explanation | None:
        """The arithmetic behind a section's score, or None when the corpus does not have it, or no longer."""
        section = self.corpus.section(section_id)
        return None if section is None else self.index.explain(searched, section.id)

    def evidence(self, searched: str, section_id: str) -> tuple[WordEvidence, ...]:
        """What each word of a text did for a section's score; nothing where the corpus does not have it, or no longer."""
        return () if self.corpus.section(section_id) is None else self.index.evidence(searched, section_id)

    def measure(self, searched: str, hits: Sequence[Hit]) -> dict[str, float]:
        """What the confidence in the first hit is computed from, by name; nothing where it is no section of the index."""
        explanation = self.explain(searched, hits[0].section_id) if hits else None
        if explanation is None:
            return {}
        return dict(zip(Features.names(), measure(searched, hits, explanation).values(), strict=True))

    def searched_for(self, asked: AskedQuestion) -> tuple[str, ...]:
        """Every text that is searched for on the way to an outcome, each once."""
        questions = self._questions(asked)
        return tuple(dict.fromkeys([*self._readings(asked, questions), *questions]))

    def settled(self, raw: str) -> Section | None:
        """The section that a question alone is certain to be answered with, because a list or a moderator names it; else None."""
        question = clean_question(raw)
        asked = AskedQuestion("", self.fingerprint, question, searchable(question))
        known = self._known(asked)
        measured = self.settings.choice_threshold
        enough = self.confidence.structured >= (self.settings.answer_threshold if measured is None else measured)
        if known is None or not enough or small_talk_reply(question) is not None or self._beyond_scope(asked) is not None:
            return None
        return None if is_excluded(asked, known.section) else known.section

    def choice_of(self, searched: str, question: str = "", hits: Sequence[Hit] | None = None) -> StructuredMatch | None:
        """The section that a structure, a list or a moderator chooses for what is searched for, or for the question as it was asked.

        ``hits`` are those of what is searched for, where they are known.
        """
        found = self.index.search(searched, _HITS) if hits is None else hits
        asked = AskedQuestion("", self.fingerprint, question or searched, searched)
        choice = self._choice(asked, self._questions(asked), found)
        return choice if isinstance(choice, StructuredMatch) else None

    def outcome_of(self, asked: AskedQuestion) -> Outcome:
        """The outcome for what is to be searched; it depends on that text and its context only."""
        return self.judge(asked).show()

    def judge(self, asked: AskedQuestion) -> Judged:
        """The same before it is put into words, with what its ranking alone leads to, and how probable that is."""
        beyond = self._beyond_scope(asked)
        if beyond is not None:
            return Judged(asked, OutcomeKind.ABSTENTION, lambda: beyond)
        ranking, questions = self._ranked(asked), self._questions(asked)
        answer = self._answered(asked, questions, ranking)
        if not isinstance(answer, Answered):
            return answer
        section, hits, confidence = answer.section, answer.hits, answer.confidence
        nameless = asked.context is None and answer.choice is None and self._is_nameless(asked.searched)
        if nameless or (asked.is_led and is_far(asked, answer.explanation) and not self._is_near(asked, section, ranking)):
            first = ranking.hits[0].section_id if ranking.hits else None
            show = partial(self.showing.suggestions, asked, hits, confidence)
            return Judged(asked, OutcomeKind.SUGGESTIONS, show, first, ranking.confidence)
        reading = None if answer.choice is None else answer.choice.reading
        others = tuple(hit for hit in hits if hit.section_id != section.id)
        if reading is None and others and self.showing.is_all_shown(asked, section):
            show = partial(self.showing.suggestions, asked, others, confidence, all_shown(section))
            return Judged(asked, OutcomeKind.SUGGESTIONS, show, section.id, ranking.confidence, is_all=True)
        likely = ranking.confidence if reading is None else max(ranking.confidence, self.confidence.structured)
        suggest = partial(self.showing.suggestions, asked, with_first(section.id, hits), confidence)
        return Judged(asked, OutcomeKind.ANSWER, partial(self._shown, asked, questions, answer), section.id, likely, reading, suggest)

    def _is_near(self, asked: AskedQuestion, section: Section, ranking: Ranking) -> bool:
        """Whether a section that has few of a follow-up's own words is about it all the same: by its rank, and in meaning."""
        return ranking.confidence >= _HALF and self.showing.nearness(asked, section) >= _NEAR

    def told(self, asked: AskedQuestion, section_id: str) -> Told:
        """What a section has of what is asked beside its subject; nothing where there is none of that id (any more)."""
        return self.showing.told(asked, self.section(section_id))

    def _shown(self, asked: AskedQuestion, questions: Sequence[str], answer: Answered) -> Answer:
        choice, section, hits = answer.choice, answer.section, answer.hits
        others = self._alternatives(asked, hits, questions, by_form=choice is not None)
        if choice is not None and not others and len(questions) > 1:
            choice = replace(choice, text=None)  # the other questions are about the same thing: not one fact of it alone
        return self.showing.answer(asked, section, hits, answer.confidence, answer.explanation, choice=choice, alternatives=others)

    def _answered(self, asked: AskedQuestion, questions: Sequence[str], ranking: Ranking) -> Answered | Judged:
        hits, explanation, confidence = ranking.hits, ranking.explanation, ranking.confidence
        first = hits[0].section_id if hits else None
        if first is not None and ranking.is_known and confidence >= self.settings.answer_threshold * CONTEXT_SHARES[first == asked.context]:
            if first != asked.context:  # it answers, but is not called sure for being near
                confidence = max(confidence, self.settings.answer_threshold)
            else:  # neither is the section itself, where what is asked is about something else
                far = 0 < self.showing.nearness(asked, self.showing.section(hits[0])) < _FAR
                confidence = self.settings.answer_threshold if far else self.confidence.in_context
        choice = self._choice(asked, questions, sorted(hits, key=lambda hit: -hit.score))
        if isinstance(choice, NotPossible):
            abstention = Abstention(asked, choice.text, AbstentionReason.NOT_POSSIBLE, confidence, hits)
            return Judged(asked, OutcomeKind.ABSTENTION, lambda: abstention, first, ranking.confidence)
        if choice is not None:
            sure = max(self.confidence.structured, confidence if first == choice.section.id else 0.0)
            measured = self.settings.choice_threshold
            enough = sure >= (self.settings.answer_threshold if measured is None else measured)
            if enough and not is_excluded(asked, choice.section):
                shown = explanation if first == choice.section.id else self.explain(asked.searched, choice.section.id)
                return Answered(choice.section, with_first(choice.section.id, hits), sure, shown, choice)
        sure_enough = confidence >= self.settings.answer_threshold
        if sure_enough and explanation is not None and not self._is_open(asked, hits, explanation):
            section = self.showing.whole_of(asked, hits)
            shown = explanation if section.id == first else self.explain(asked.searched, section.id)
            return Answered(section, with_first(section.id, hits), confidence, shown)
        if hits and self.confidence.near(asked.searched, ranking.weighed, explanation) >= self.settings.suggest_threshold:
            suggest = partial(self.showing.suggestions, asked, hits, confidence)
            return Judged(asked, OutcomeKind.SUGGESTIONS, suggest, first, ranking.confidence)
        abstain = partial(self.showing.abstention, asked, hits, explanation, confidence)
        return Judged(asked, OutcomeKind.ABSTENTION, abstain, first, ranking.confidence)

    def _is_open(self, asked: AskedQuestion, hits: Sequence[Hit], explanation: Explanation) -> bool:
        """Whether a sure first hit is no answer all the same: about something else, without what is asked, one word alone; or a request."""
        first, searched, words = self.showing.section(hits[0]), asked.searched, explanation.words
        if is_request(asked.question) or not has_exact_words(searched, words) or is_of_another_version(searched, first.title, first.text):
            return True
        if (
            self.showing.names_kin(searched, first, self.is_name)
            or is_excluded(asked, first)
            or lacks_license(searched, first)
            or self.understanding.lacks_fact(searched, first, words)
            or lacks_symptom(asked.question, words)
        ):
            return True
        if asked.context is None and self.showing.is_one_word(first, explanation):
            return True
        if len(hits) > 1 and hits[1].score >= _CLOSE * hits[0].score:
            second = self.showing.section(hits[1])
            if second.title == first.title and second.article != first.article and not self.showing.are_twins(first, second):
                return True
        if asked.context is not None or asks(asked.question) or structure_of(asked.searched) is not None:
            return False
        shared = [word for word in explanation.words if word.weight > 0 and word.information >= _SAYS_SOMETHING]
        return len(shared) < _LEAST_OF_A_QUESTION and not any("title" in word.fields and len(word.word) > 1 for word in shared)

    def _beyond_scope(self, asked: AskedQuestion) -> Abstention | None:
        reason = BEYOND.get(scope_of(asked.question))
        if reason is not None and self.index.listed(asked.question) is not None:
            return None  # a section says that it answers just that
        return None if reason is None else Abstention(asked, abstention_text(reason), reason, 0.0, ())

    def _alternatives(self, asked: AskedQuestion, hits: tuple[Hit, ...], beside: Sequence[str], *, by_form: bool) -> tuple[Candidate, ...]:
        """What stands beside an answer: what answers a second question of the message, then what came close in the ranking."""
        near = [] if by_form else [hit for hit in hits[1:] if hit.score >= _CLOSE * hits[0].score]
        others = [one for one in beside if one != asked.searched and len(content_words(one)) >= (1 if by_form else _LEAST_OF_A_QUESTION)]
        found = chain.from_iterable(self.index.search(question, 1) for question in reversed(others))  # searched for as they are needed
        shown = [hit for hit in hits[:1] if self.corpus.section(hit.section_id) is not None]  # one composed of entries is like no other
        return self.showing.candidates(asked, chain(shown, found, near), len(shown) + _IN_SIGHT, skipped=len(shown))

    def _ranked(self, asked: AskedQuestion) -> Ranking:
        """What is found, in a conversation in its light."""
        if asked.context is None:
            hits = weighed = tuple(self.index.search(asked.searched, _HITS))
            is_known = False
        else:
            found = self.index.search(asked.searched, LOOKED_AT)
            context = self.context(asked.context)
            weighed = context.weighed(found)[:_HITS]
            scores = {hit.section_id: hit.score for hit in found}
            hits = tuple(Hit(hit.section_id, scores[hit.section_id]) for hit in weighed)
            is_known = bool(hits) and hits[0].section_id in context
        explanation = self.index.explain(asked.searched, hits[0].section_id) if hits else None
        return Ranking(hits, weighed, is_known, explanation, self.confidence.of(asked.searched, weighed, explanation))

    def _choice(self, asked: AskedQuestion, questions: Sequence[str], hits: Sequence[Hit]) -> StructuredMatch | NotPossible | None:
        known = self._known(asked)
        if known is not None:
            return self.understanding.worded(known, asked.searched)
        for text in self._readings(asked, questions):
            search = (lambda: hits) if text == asked.searched else partial(self.index.search, text, _HITS)
            choice = self.understanding.choose(text, search) or self._listed(text, asked)
            if choice is not None:
                return choice
        return None

    def _known(self, asked: AskedQuestion) -> StructuredMatch | None:
        """The section of which moderators, or the section itself, say that it answers this very question."""
        known = [self._confirmed[text] for text in map(normalized, (asked.question, asked.searched)) if text in self._confirmed]
        confirmed = self.corpus.section(known[0] if known else "")
        moderated = None if confirmed is None else StructuredMatch(confirmed, texts.CONFIRMED)
        of_subject = asked.is_led and self._is_nameless(asked.question)  # "license?" lists what a license is, not that of what was shown
        typed = None if of_subject else self._listed(asked.question, asked)
        listed = typed or self._listed(asked.searched, asked)
        is_event = listed is not None and listed.section.article == _EVENTS  # all of a year, and not one event that lists it
        return moderated or (None if is_event and isinstance(structure_of(asked.searched), Happened) else listed)

    def _is_nameless(self, question: str) -> bool:
        """Whether the form of a question asks for an attribute of something that it does not name."""
        return in_full(question, "it", self.forms) is not None

    def _listed(self, text: str, asked: AskedQuestion) -> StructuredMatch | None:
        """The section that lists a text; what is searched for in a conversation was put together, and nobody typed it."""
        listed = None if asked.context is not None else self.corpus.section(self.index.listed(text) or "")
        return None if listed is None else StructuredMatch(listed, texts.LISTED)

    def _readings(self, asked: AskedQuestion, questions: Sequence[str]) -> Iterator[str]:
        """What may have the form of a question: all of it, its sentences if one asks or all do, the only clause; and these repaired."""
        clear = questions if asked.apart.is_clear else ()
        whole = (asked.searched, without_aside(asked.searched))
        typed = list(dict.fromkeys([*whole, *clear, *(clauses(clear[0]) if len(clear) == 1 else ())]))
        yield from typed
        yield from self._in_full(typed if asked.is_led else [*typed, asked.question])  # "explain" is not searched for, but asks
        repaired = [self._repaired(text) for text in typed]
        yield from dict.fromkeys(text for text, as_typed in zip(repaired, typed, strict=True) if text != as_typed)
        yield from self._in_full([text for text in (self._repaired(one, apart=False) for one in typed) if text not in typed])

    def _in_full(self, texts: Sequence[str]) -> Iterator[str]:
        yield from dict.fromkeys(full for text in dict.fromkeys(texts) if (full := self.understanding.slots.in_full(text)) is not None)

    def _questions(self, asked: AskedQuestion) -> tuple[str, ...]:
        """The questions of a message, each to be read by itself; none of what a conversation put together."""
        return each_question(asked.apart, self.is_name, partial(in_full, declared=self.forms))

    def _repaired(self, text: str, *, apart: bool = True) -> str:
        """A text with the words that the knowledge has in place of those that were mistyped, or typed as one: "TinyLlama" is no Llama."""
        read = {word: known for word, known in self.index.repairs(text).items() if apart or " " not in known}
        return _WORD.sub(lambda found: read.get(fold(found.group()), found.group()), text) if read else text
