"""Cases in words: a case as a line of a list, and all that its card says, made of the texts of the review and what members wrote.

What comes from members or moderators is escaped, on one line and cut here; titles stand where the code has ids. Controls and decisions
are in ``case``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate

import discord

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import OutcomeKind
from bot.cases.case import CaseKind, CaseState, CaseSummary, DismissReason, Refusal, Resolution
from bot.cases.conversation import Turn
from bot.exts.kit.panel import Tone, cut_at_a_word, escape, height_on_phone, link, one_line, option
from bot.feedback.question_log import LOOKUP
from bot.review.cards import CaseCard, ChangeKind, DiffLine, ModeratorNote, Said, ShownAnswer, next_step
from bot.storage.audit import BY_ITSELF, AuditAction, AuditEntry
from bot.texts import cases as case_texts
from bot.texts import review as texts

TONES = {
    CaseState.OPEN: Tone.UNSURE,
    CaseState.CLAIMED: Tone.LIKELY,
    CaseState.REOPENED: Tone.UNSURE,
    CaseState.RESOLVED: Tone.SURE,
    CaseState.DISMISSED: Tone.NONE,
    CaseState.WITHDRAWN: Tone.NONE,
}
OFFERED_RESOLUTIONS = (Resolution.FIXED, Resolution.ANSWERED, Resolution.NO_CHANGE)
"""What a moderator chooses from; notes are approved instead."""
Lines = Sequence[tuple[str, bool]]
_LISTED = 120
_TURN = 70
_DETAIL = 110
_NOTE_TEXT = 700
_SOURCES = 3
_NEAREST = 3
_TITLE = 80
_IDS = re.compile(r"[0-9]{15,20}")
_SIGNS = {"moderator_roles": "@&", "review_channel_id": "#", "answer_channels": "#", "forum_channels": "#"}
"""Of settings that are ids: what makes a mention of one."""
_SETTING = re.compile(r"(?P<name>[a-z_]+): (?P<before>.*) → (?P<after>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a case is shown: characters of one text, numbers of a kind."""

    question: int
    shown: int
    """Of the answer as it was shown."""
    diff: int
    """Of all sentences that changed."""
    sentence: int
    words: int
    """Of what a member or a moderator wrote."""
    said: int
    notes: int
    similar: int
    history: int
    lines: int
    """On a phone, estimated; where it is more, texts are shorter, and what stands last is left out."""

    @property
    def tighter(self) -> Room:
        """For a case about which much is to be said."""
        return replace(self, question=self.question * 3 // 4, shown=self.shown * 2 // 3, diff=self.diff * 2 // 3, words=self.words * 2 // 3)


BRIEF = Room(question=160, shown=140, diff=230, sentence=110, words=100, said=2, notes=2, similar=1, history=1, lines=24)
"""A card fits on a phone."""
EVERYTHING = Room(question=400, shown=900, diff=1200, sentence=400, words=1000, said=25, notes=25, similar=5, history=10, lines=1000)
_TIGHTENED = 3
"""How often a card may be made tighter, until its texts are two fifths as long; what must be said may need the place of all else."""


def mention(member_id: int) -> str:
    """How a member is named; nobody is pinged, since no message of the bot may."""
    return f"<@{member_id}>"


def moment(at: datetime) -> str:
    """A time that every reader sees in their own time zone."""
    return discord.utils.format_dt(at, "f")


def age(at: datetime) -> str:
    """How long ago a time is, counted by the reader's client."""
    return discord.utils.format_dt(at, "R")


def members(count: int) -> str:
    """A number of members."""
    return case_texts.counted(count, "member")


def cases(count: int) -> str:
    """A number of cases."""
    return case_texts.counted(count, "case")


def title_of(engine: AnswerEngine, section_id: str | None) -> str:
    """The title of a section, escaped; in its place, that it is gone; "" where there is none."""
    if section_id is None:
        return ""
    section = engine.section(section_id)
    return case_texts.title_removed() if section is None else escape(section.title, _TITLE)


def state_line(case: CaseSummary) -> str:
    """Where a case stands, and by whom."""
    name = None if case.moderator_id is None else mention(case.moderator_id)
    how = None
    if case.state is CaseState.RESOLVED and case.resolution is not None:
        how = case_texts.RESOLUTIONS[case.resolution][0].lower()
    if case.state is CaseState.DISMISSED and case.dismissal is not None:
        how = case_texts.DISMISSALS[case.dismissal][0].lower()
    return case_texts.stands(case.state, name, how)


def decision_words(stored: str) -> str:
    """How a decision that is stored by its value is called on cards; other words as they are."""
    found = {outcome.value: case_texts.RESOLUTIONS[outcome] for outcome in Resolution} | {
        reason.value: case_texts.DISMISSALS[reason] for reason in DismissReason
    }
    return found[stored][0].lower() if stored in found else stored


def subject(case: CaseSummary, engine: AnswerEngine) -> str:
    """What a case is about, in plain characters: the question, or where its text is gone the section's title."""
    section = None if case.section_id is None else engine.section(case.section_id)
    title = None if case.section_id is None else case_texts.title_removed() if section is None else section.title
    if case.kind is CaseKind.NOTE and title is not None:
        return case_texts.note_on(title)
    return case.question or title or case_texts.NO_TEXT


def list_line(case: CaseSummary, engine: AnswerEngine) -> str:
    """A case as a line of a list: what it is about, what happened, who is on it, if anybody, and since when."""
    who = [] if case.state is CaseState.OPEN else [state_line(case)]
    facts = " · ".join([_happened(case), *who, age(case.opened_at)])
    return f"**#{case.number}** {one_line(subject(case, engine), _LISTED)}\n-# {facts}"


def _happened(case: CaseSummary) -> str:
    counts = {"agreeing": case.agreeing, "corrections": case.corrections, "suggested": case.suggested}
    return case_texts.happened(case.kind, case.reason, case.standing, **counts)


def state_option(case: CaseSummary, engine: AnswerEngine) -> discord.SelectOption:
    """A case as a choice of a select."""
    return option(
        f"#{case.number} {subject(case, engine)}", str(case.number), f"{case_texts.KINDS[case.kind]} · {case_texts.STATES[case.state]}"
    )


def entry_line(entry: AuditEntry, engine: AnswerEngine, *, on_card: bool = False, more: str = "") -> str:
    """An entry of the audit log in one line; on a case's own card the case is not named again, and ``more`` is said of it in brackets."""
    case = "it" if on_card else "" if entry.case_number is None else f"case #{entry.case_number}"
    who = texts.BY_ITSELF if entry.actor_id == BY_ITSELF else mention(entry.actor_id)
    return f"{who} {texts.act(entry.action, case, _detail(entry, engine))}{f' ({more})' if more else ''} · {age(entry.done_at)}"


def _detail(entry: AuditEntry, engine: AnswerEngine) -> str:
    """What is stored of an action, in words: titles, names and mentions in place of ids; a proof is said by ``proofs``."""
    stored = entry.detail or ""
    match entry.action:
        case AuditAction.RESOLVED | AuditAction.DISMISSED:
            return decision_words(stored.partition("; ")[0])
        case AuditAction.REOPENED_WORSE:
            return ""
        case (
            AuditAction.CONFIRMED_PHRASING | AuditAction.WITHDREW_PHRASING | AuditAction.REWORDED_PHRASING
            | AuditAction.PROPOSED_CORRECTION | AuditAction.HANDED_ON_CORRECTION | AuditAction.DROPPED_CORRECTION
            | AuditAction.KEPT_QUESTION | AuditAction.REMOVED_QUESTION
        ):  # fmt: skip
            return title_of(engine, stored or None)
        case AuditAction.EXPORTED | AuditAction.EXPORTED_IDENTITIES:
            return texts.FORMATS.get(stored, stored).split(",")[0]
        case AuditAction.CHANGED_SETTING:
            return _setting(stored)
        case _:
            return escape(stored, _DETAIL)


def _setting(stored: str) -> str:
    """A change of a setting, as the settings of servers write it down."""
    found = _SETTING.fullmatch(stored)
    if found is None:
        return escape(stored.replace("_", " "), _DETAIL)
    sign = _SIGNS.get(found["name"], "")
    before, after = (_value(found[name], sign) for name in ("before", "after"))
    return f"{texts.SETTINGS.get(found['name'], found['name'].replace('_', ' '))} from {before} to {after}"


def _value(stored: str, sign: str) -> str:
    ids = _IDS.findall(stored)
    if ids and sign:
        return ", ".join(f"<{sign}{one}>" for one in ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
    if re.fullmatch(r"0\.[0-9]+", stored):
        return f"{round(100 * float(stored))} %"
    return texts.NOTHING_CHOSEN if stored == "none" else escape(stored, _DETAIL)


def refusal_text(refusal: Refusal, case: CaseSummary) -> str:
    """Why a decision was not carried out, in a sentence that says who has the case."""
    who = "another moderator" if case.moderator_id is None else mention(case.moderator_id)
    return case_texts.refusals(f"Case #{case.number}", who, case.state, note=case.kind is CaseKind.NOTE)[refusal]


def bulk_refusal_text(number: int, refusal: Refusal, case: CaseSummary | None) -> str:
    """Why one case of a bulk action was left as it was."""
    if case is not None:
        return refusal_text(refusal, case)
    known = refusal if refusal is Refusal.NOT_SAVED else Refusal.NOT_FOUND
    return case_texts.refusals(f"Case #{number}", "another moderator", CaseState.OPEN, note=False)[known]


def card_head(card: CaseCard, moderator_id: int | None) -> str:
    """The case in two lines, and what is best done next.

    Args:
        card: the case.
        moderator_id: who reads it; None where several do.
    """
    case = card.summary
    last = age(case.last_signal_at) if abs((case.last_signal_at - case.opened_at).total_seconds()) > 60 else None
    lines = [case_texts.heading(case.number, case.kind), case_texts.standing(state_line(case), case.signals, age(case.opened_at), last)]
    return "\n".join([*lines, *filter(None, [case_texts.recommended(next_step(card, moderator_id))])])


def card_parts(card: CaseCard, engine: AnswerEngine, room: Room, head: str = "", first: Lines = ()) -> tuple[list[str], str]:
    """What a card says below its head, in blocks, and what stands last: confirmed, noted, alike, done.

    Args:
        card: the case.
        engine: the knowledge of today, for titles and sources.
        room: how much of it is shown.
        head: what stands above, which takes room too.
        first: what comes first of what stands last, and whether a card must have it.
    """
    for tried in accumulate(range(_TIGHTENED), lambda wider, _: wider.tighter, initial=room):
        foot = [*first, *_foot(card, engine, tried)]
        blocks = _blocks(card, engine, tried)
        left = room.lines - height_on_phone("\n".join([head, *blocks])) - sum(height_on_phone(line) for line, must in foot if must)
        if left >= 0:
            break
    shown: list[str] = []
    for line, must in foot:
        left -= 0 if must else height_on_phone(line)
        if left >= 0 or must:
            shown.append(line)
    return blocks, "\n".join(shown)


def _blocks(card: CaseCard, engine: AnswerEngine, room: Room) -> list[str]:
    if card.summary.kind is CaseKind.NOTE:
        note = case_texts.TEXT_DELETED if card.note is None else one_line(card.note.text, _NOTE_TEXT)
        return [f"**{one_line(subject(card.summary, engine), _LISTED)}**\n{note}"]
    return [_asked(card, engine, room), _answered(card, engine, room), _said(card, room)]


def has_more(card: CaseCard, engine: AnswerEngine, head: str, first: Lines) -> bool:
    """Whether a brief card leaves out words that somebody wrote, or changes of the answer."""
    brief, all_words = replace(BRIEF, similar=0, history=0), replace(EVERYTHING, shown=BRIEF.shown, similar=0, history=0)
    needed = [(line, must) for line, must in first if must]
    return card_parts(card, engine, brief, head, needed) != card_parts(card, engine, all_words, head, needed)


def _asked(card: CaseCard, engine: AnswerEngine, room: Room) -> str:
    question = card.summary.question
    words = case_texts.asked(None if question is None else one_line(question, room.question))
    before = [_turn(turn, engine, before=True) for turn in card.conversation.before]
    after = [_turn(turn, engine, before=False) for turn in card.conversation.after]
    return "\n".join([*before, words, *after])


def _turn(turn: Turn, engine: AnswerEngine, *, before: bool) -> str:
    words = None if turn.question is None else one_line(turn.question, _TURN)
    return case_texts.turn(words, title_of(engine, turn.section_id), turn.outcome, before=before)


def _answered(card: CaseCard, engine: AnswerEngine, room: Room) -> str:
    """The answer as it was shown, what is different today, and how it came about."""
    answer = card.answer
    if answer is None:
        return ""
    section_id = card.summary.section_id or answer.stored.section_id
    head = case_texts.answered(title_of(engine, section_id), answer.stored.outcome)
    facts = [_today(answer), _came_about(answer), _sources(section_id, engine)]
    return "\n".join(
        filter(None, [head, case_texts.circumstances([fact for fact in facts if fact]), _then_and_today(answer, engine, room)])
    )


def _today(answer: ShownAnswer) -> str:
    """Whether today's answer is the same; where it is another one, the difference says so."""
    if answer.diff or answer.stored.outcome == LOOKUP:
        return ""
    return case_texts.NO_TODAY if answer.today is None else case_texts.SAME_TODAY if answer.text is not None else ""


def _then_and_today(answer: ShownAnswer, engine: AnswerEngine, room: Room) -> str:
    if not answer.diff and answer.stored.outcome in _NO_ANSWER:
        nearest = dict.fromkeys(title_of(engine, hit.section_id) for hit in answer.stored.hits)
        return case_texts.nearest(list(nearest)[:_NEAREST]) if nearest else ""
    if not answer.diff:
        return "" if answer.text is None else quoted(_beginning(answer.text, room.shown))
    kind = answer.today_kind
    title = title_of(engine, answer.today_section_id) or case_texts.title_removed()
    telling = [line for line in answer.diff if not (line.change is ChangeKind.REMOVED and answer.stored.outcome in _NO_ANSWER)]
    telling = [line for line in telling if not (line.change is ChangeKind.ADDED and kind in _NO_ANSWER)]
    return f"{case_texts.TODAY['answer' if kind is None else kind].format(title=title)}\n{quoted(difference(telling, room))}"


_NO_ANSWER = frozenset({OutcomeKind.ABSTENTION, OutcomeKind.SUGGESTIONS})
"""What the bot says then is always the same, so which of its sentences are gone or new tells nothing."""


def _beginning(text: str, characters: int) -> str:
    """The whole text, line by line; where it is too long its beginning, on one line."""
    return escape(text) if len(text) <= characters else one_line(cut_at_a_word(" ".join(text.split()), characters), 2 * characters)


def quoted(text: str) -> str:
    """A text as a quotation; empty lines are left out."""
    return "\n".join(f"> {line}" for line in text.splitlines() if line.strip())


def difference(diff: Sequence[DiffLine], room: Room) -> str:
    """The sentences that changed, as many as fit; what stayed between them, or found no place there, is an ellipsis.

    What is gone and what is new share the place equally, so that a long old answer does not hide the new one; of both there is at least
    the beginning of one sentence.
    """
    changed = {line.change for line in diff} - {ChangeKind.SAME}
    most = room.diff // max(1, len(changed))
    left = dict.fromkeys(changed, most)
    lines: list[str] = []
    for line in diff:
        shown = case_texts.UNCHANGED
        if line.change in left:
            first = left[line.change] == most
            shown = _diff_line(line, min(room.sentence, most - len(case_texts.removed(""))) if first else room.sentence)
            left[line.change] -= len(shown)
            if left[line.change] < 0 and not first:
                left[line.change], shown = -1, case_texts.UNCHANGED
        if not (lines and lines[-1] == shown == case_texts.UNCHANGED):
            lines.append(shown)
    around = [place for place, shown in enumerate(lines) if shown != case_texts.UNCHANGED] or [0]
    return "\n".join(lines[around[0] : around[-1] + 1])


def _diff_line(line: DiffLine, characters: int) -> str:
    words = one_line(line.text, characters)
    return case_texts.removed(words) if line.change is ChangeKind.REMOVED else case_texts.added(words)


def _came_about(answer: ShownAnswer) -> str:
    stored = answer.stored
    if stored.outcome == LOOKUP:
        return case_texts.LOOKED_UP
    return case_texts.how_sure(stored.confidence) if stored.hits else case_texts.NO_WORD


def _sources(section_id: str | None, engine: AnswerEngine) -> str:
    """The sources of a section as numbers that lead there; where none has an address, nothing."""
    section = None if section_id is None else engine.section(section_id)
    if section is None:
        return ""
    linked = [source.url for source in section.sources if source.url is not None][:_SOURCES]
    return " ".join(link(f"[{number}]", url) for number, url in enumerate(linked, 1))


def _said(card: CaseCard, room: Room) -> str:
    parts = []
    reasons = [(str(count.reason), count.members) for count in card.reasons]
    if reasons or card.votes.helpful:
        parts.append(case_texts.members_say(reasons, card.votes.helpful))
    words = [said for said in card.said if said.withdrawn or said.comment or said.correction]
    shown = [_words(said, room) for said in words[: room.said]]
    if sum(map(len, shown)) > room.said * room.words:
        shown = shown[:1]
    more = len(words) - len(shown)
    return "\n".join([*parts, *shown, *([case_texts.more_said(more)] if more else [])])


def _words(said: Said, room: Room) -> str:
    if said.withdrawn:
        return f"• {case_texts.TAKEN_BACK} {age(said.said_at)}"
    each = room.words * 2 // 3 if said.comment and said.correction else room.words
    parts = [case_texts.comment(one_line(said.comment, each))] if said.comment else []
    parts += [case_texts.should_say(one_line(said.correction, each))] if said.correction else []
    parts += [case_texts.WAITS] if said.wants_to_hear else []
    return f"• {' · '.join(parts)}"


def _foot(card: CaseCard, engine: AnswerEngine, room: Room) -> Iterable[tuple[str, bool]]:
    """Lines in the order in which they matter, and whether a card must have them: whoever does something sees that it was done."""
    for place, one in enumerate(card.phrasings[: room.notes]):
        words = None if one.words is None else one_line(one.words, _TURN)
        yield case_texts.confirmed_line(words, title_of(engine, one.section_id)), place == 0
    for place, correction in enumerate(card.corrections[: room.notes]):
        who, when = mention(correction.moderator_id), age(correction.proposed_at)
        yield case_texts.correction_line(title_of(engine, correction.section_id), who, when), place == 0
    for place, note in enumerate(card.notes[: room.notes]):
        yield _note(note, room), place == 0
    for case in card.similar[: room.similar]:
        yield case_texts.similar(case.number, one_line(subject(case, engine), 60), state_line(case)), False
    for entry in card.history[: room.history]:
        yield f"-# {entry_line(entry, engine, on_card=True)}", False


def _note(note: ModeratorNote, room: Room) -> str:
    text = None if note.text is None else one_line(note.text, room.words)
    return case_texts.note_by(mention(note.moderator_id), age(note.noted_at), text)
