"""What was asked in vain: which answers of the log say that something is missing, and what kind of thing.

Four things say so: a question was declined; suggestions were shown and nobody took one; somebody voted against the answer; a member picked
another section than the one that was shown. Only a question whose text and asker are still stored counts. Reads in a thread of its own,
since a log has many rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from bot.answering.outcome import AskedQuestion, OutcomeKind
from bot.cases.case import Reason
from bot.corpus.document import Corpus
from bot.gaps.grouping import MOST_QUESTIONS, KnownWords, SharedWords, Voiced, nearest_section, shared_words
from bot.query.scope import Scope, scope_of
from bot.retrieval.hit import Hit
from bot.storage.columns import StoredRow
from bot.storage.database import read_in_thread
from bot.storage.dialect import PARAMETERS_AT_ONCE, Place
from bot.storage.tables import answers, hits, judgements, votes


class GapKind(StrEnum):
    """What is missing; stored as written here. Of several that members point to equally often, the first."""

    OUTDATED = "outdated"
    WRONG_SECTION = "wrong-section"
    UNCLEAR = "unclear"
    MISSING_PHRASING = "missing-phrasing"
    MISSING_CONTENT = "missing-content"
    OUT_OF_SCOPE = "out-of-scope"


_KIND_OF_REASON = {
    Reason.WRONG: GapKind.OUTDATED,
    Reason.OUTDATED: GapKind.OUTDATED,
    Reason.INCOMPLETE: GapKind.MISSING_CONTENT,
    Reason.UNCLEAR: GapKind.UNCLEAR,
    Reason.OFF_TOPIC: GapKind.WRONG_SECTION,
}
_LEAST_KNOWN = 0.5
"""The share of its words' information that the knowledge must have of a question for it to be about the knowledge's subject."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that was asked in vain."""

    row: int
    """Of the table ``answers``."""
    asked: AskedQuestion
    """As it was asked then."""
    voiced: Voiced
    outcome: OutcomeKind
    chosen: bool
    """Whether the answer was picked from suggestions, so that asking again says nothing."""
    section_id: str | None
    """What was shown, by its id of today."""
    shown_digest: str
    kind: GapKind
    picked: tuple[str, ...]
    """The sections that members picked in place of the one that was shown."""


def read_unanswered(place: Place, guild_id: int, corpus: Corpus, known: KnownWords) -> tuple[Unanswered, ...]:
    """The newest questions of a guild that were asked in vain, the oldest of them first; blocks, so not on the event loop.

    Raises:
        StorageError: the database cannot be read.
    """
    with read_in_thread(place) as connection:
        found = list(connection.execute(_asked(guild_id)))[::-1]
        ranked = _hits(connection, [row.id for row in found], corpus)
        reasons = _lists(
            connection.execute(sa.select(votes.c.answer, votes.c.reason).where(votes.c.guild_id == guild_id, ~votes.c.helpful))
        )
        picks = _lists(connection.execute(sa.select(judgements.c.answer, judgements.c.section_id).where(judgements.c.guild_id == guild_id)))
    return tuple(
        _unanswered(row, ranked[row.id], reasons[row.id], [corpus.current(name) for name in picks[row.id]], corpus, known) for row in found
    )


def _asked(guild_id: int) -> sa.Select[*tuple[object, ...]]:
    against = sa.exists().where(votes.c.answer == answers.c.id, ~votes.c.helpful)
    judged = sa.exists().where(judgements.c.answer == answers.c.id)
    other = judged.where(judgements.c.section_id != answers.c.section_id)
    stored = (answers.c.guild_id == guild_id) & answers.c.member_hash.is_not(None) & answers.c.question.is_not(None)
    in_vain = sa.or_(
        answers.c.outcome == OutcomeKind.ABSTENTION.value,
        (answers.c.outcome == OutcomeKind.SUGGESTIONS.value) & ~judged,
        (answers.c.outcome == OutcomeKind.ANSWER.value) & (against | other),
    )
    return sa.select(answers).where(stored, in_vain).order_by(answers.c.id.desc()).limit(MOST_QUESTIONS)


def _hits(connection: sa.Connection, rows: Sequence[int], corpus: Corpus) -> dict[int, tuple[Hit, ...]]:
    ranked: dict[int, list[Hit]] = defaultdict(list)
    for chunk in _chunks(rows):
        query = (
            sa.select(hits.c.answer, hits.c.section_id, hits.c.score).where(hits.c.answer.in_(chunk)).order_by(hits.c.answer, hits.c.rank)
        )
        for row in connection.execute(query):
            name = corpus.current(row.section_id)
            if corpus.section(name) is not None:
                ranked[row.answer].append(Hit(name, row.score))
    return defaultdict(tuple, {answer: tuple(found) for answer, found in ranked.items()})


def _chunks(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    return (rows[start : start + PARAMETERS_AT_ONCE] for start in range(0, len(rows), PARAMETERS_AT_ONCE))


def _lists(found: Iterable[sa.Row[int, str | None]]) -> dict[int, list[str]]:
    """What was said of each answer."""
    said: dict[int, list[str]] = defaultdict(list)
    for answer, value in found:
        if value is not None:
            said[answer].append(value)
    return said


def _unanswered(
    row: StoredRow, ranked: tuple[Hit, ...], reasons: Sequence[str], picks: Sequence[str], corpus: Corpus, known: KnownWords
) -> Unanswered:
    text = row.searched or row.question
    shown = None if row.section_id is None else corpus.current(row.section_id)
    outcome = OutcomeKind(row.outcome)
    picked = tuple(name for name in picks if name != shown) if outcome is OutcomeKind.ANSWER else ()
    return Unanswered(
        row=row.id,
        asked=AskedQuestion(row.answer_id, row.fingerprint, row.question, text, row.context_id),
        voiced=Voiced(text, ranked, row.member_hash),
        outcome=outcome,
        chosen=bool(row.picked),
        section_id=shown,
        shown_digest=row.shown_digest,
        kind=_kind(outcome, [Reason(reason) for reason in reasons], row.question, known.known_share(text), picked),
        picked=picked,
    )


def _kind(outcome: OutcomeKind, reasons: Sequence[Reason], question: str, known_share: float, picked: Sequence[str]) -> GapKind:
    if picked:
        return GapKind.WRONG_SECTION
    if reasons:
        return most_frequent(_KIND_OF_REASON[reason] for reason in reasons)
    if outcome is OutcomeKind.SUGGESTIONS:
        return GapKind.MISSING_PHRASING
    beyond = known_share < _LEAST_KNOWN or scope_of(question) is not Scope.QUESTION
    return GapKind.OUT_OF_SCOPE if beyond else GapKind.MISSING_CONTENT


def most_frequent(kinds: Iterable[GapKind]) -> GapKind:
    """The kind named most often; of several the first in their order."""
    counted = Counter(kinds)
    return max(GapKind, key=lambda kind: counted[kind])


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it was found now."""

    members: tuple[Unanswered, ...]
    shared: SharedWords
    terms: frozenset[str]
    """All its words, whoever used them; compared with, never stored."""
    section_id: str | None
    picked_id: str | None
    kind: GapKind

    @property
    def askers(self) -> int:
        """Different members who asked."""
        return len({one.voiced.asker for one in self.members})


_OF_NO_SECTION = frozenset({GapKind.MISSING_CONTENT, GapKind.MISSING_PHRASING, GapKind.OUT_OF_SCOPE})
"""Kinds that say nothing about the section that was shown."""


def group_of(known: KnownWords, members: Sequence[Unanswered], least: int) -> Group:
    """What some questions that ask for the same have in common; words and picks only of at least ``least`` members."""
    voiced = [one.voiced for one in members]
    by_member: dict[str, list[GapKind]] = {}
    picked: dict[str, set[str]] = {}
    for one in members:
        by_member.setdefault(one.voiced.asker, []).append(one.kind)
        for section_id in one.picked:
            picked.setdefault(section_id, set()).add(one.voiced.asker)
    best = min(picked, key=lambda name: (-len(picked[name]), name), default=None)
    kind = most_frequent(most_frequent(kinds) for kinds in by_member.values())
    shown = Counter(one.section_id for one in members if one.section_id is not None)
    preferred = min(shown, key=lambda name: (-shown[name], name), default=None) if kind not in _OF_NO_SECTION else None
    return Group(
        tuple(members),
        shared_words(known, voiced, least),
        frozenset(word.term for one in voiced for word in known.content(one.text)),
        preferred or nearest_section(voiced),
        best if best is not None and len(picked[best]) >= least else None,
        kind,
    )
