"""Cases in words: a case as a line of a list, and all that its card says, made of the texts of the review and what members wrote.

What comes from members or moderators is escaped, on one line and cut here; titles stand where the code has ids. Controls and decisions
are in ``case``.
"""

from __future__ import annotations

import re
from datetime import datetime

import discord

from bot.answering.engine import AnswerEngine
from bot.answering.outcome import OutcomeKind
from bot.cases.case import CaseKind, CaseState, CaseSummary, DismissReason, Refusal, Resolution
from bot.cases.conversation import Turn
from bot.exts.kit.panel import Tone, escape, link, one_line, option
from bot.feedback.question_log import LOOKUP
from bot.review.cards import CaseCard, ChangeKind, DiffLine, ModeratorNote, Said, ShownAnswer, next_step
from bot.storage.audit import AuditAction, AuditEntry
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
_LISTED = 120
_QUESTION = 160
_TURN = 70
_SHOWN = 170
_DIFF = 240
_DIFF_LINE = 110
_SAID = 2
_WORDS = 110
_ALL_WORDS = 250
"""Characters of what members wrote that a card shows in all; a card fits on a phone."""
_NOTE_TEXT = 700
_NOTES = 2
_SIMILAR = 1
_HISTORY = 1
_SOURCES = 3
_NEAREST = 3
_TITLE = 80
_IDS = re.compile(r"[0-9]{15,20}")
_SIGNS = {"moderator_roles": "@&", "review_channel_id": "#", "answer_channels": "#", "forum_channels": "#"}
"""Of settings that are ids: what makes a mention of one."""
_SETTING = re.compile(r"(?P<name>[a-z_]+): (?P<before>.*) → (?P<after>.*)", re.DOTALL)


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
    facts = " · ".join([case_texts.happened(case.kind, case.reason, case.signals), *who, age(case.opened_at)])
    return f"**#{case.number}** {one_line(subject(case, engine), _LISTED)}\n-# {facts}"


def state_option(case: CaseSummary, engine: AnswerEngine) -> discord.SelectOption:
    """A case as a choice of a select."""
    return option(
        f"#{case.number} {subject(case, engine)}", str(case.number), f"{case_texts.KINDS[case.kind]} · {case_texts.STATES[case.state]}"
    )


def entry_line(entry: AuditEntry, engine: AnswerEngine, *, on_card: bool = False) -> str:
    """An entry of the audit log in one line; on a case's own card the case is not named again."""
    case = "it" if on_card else "" if entry.case_number is None else f"case #{entry.case_number}"
    return f"{mention(entry.actor_id)} {texts.act(entry.action, case, _detail(entry, engine))} · {age(entry.done_at)}"


def _detail(entry: AuditEntry, engine: AnswerEngine) -> str:
    """What is stored of an action, in words: titles, names and mentions in place of ids."""
    stored = entry.detail or ""
    match entry.action:
        case AuditAction.RESOLVED | AuditAction.DISMISSED:
            return decision_words(stored)
        case AuditAction.CONFIRMED_PHRASING | AuditAction.WITHDREW_PHRASING | AuditAction.REWORDED_PHRASING:
            return title_of(engine, stored or None)
        case AuditAction.EXPORTED | AuditAction.EXPORTED_IDENTITIES:
            return texts.FORMATS.get(stored, stored).split(",")[0]
        case AuditAction.CHANGED_SETTING:
            return _setting(stored)
        case _:
            return escape(stored, _WORDS)


def _setting(stored: str) -> str:
    """A change of a setting, as the settings of servers write it down."""
    found = _SETTING.fullmatch(stored)
    if found is None:
        return escape(stored.replace("_", " "), _WORDS)
    sign = _SIGNS.get(found["name"], "")
    before, after = (_value(found[name], sign) for name in ("before", "after"))
    return f"{texts.SETTINGS.get(found['name'], found['name'].replace('_', ' '))} from {before} to {after}"


def _value(stored: str, sign: str) -> str:
    ids = _IDS.findall(stored)
    if ids and sign:
        return ", ".join(f"<{sign}{one}>" for one in ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
    if re.fullmatch(r"0\.[0-9]+", stored):
        return f"{round(100 * float(stored))} %"
    return texts.NOTHING_CHOSEN if stored == "none" else escape(stored, _WORDS)


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


def card_body(card: CaseCard, engine: AnswerEngine) -> list[str]:
    """What was asked and said around it, the answer then and today, and what members say; empty blocks where there is nothing."""
    if card.summary.kind is CaseKind.NOTE:
        note = case_texts.TEXT_DELETED if card.note is None else one_line(card.note.text, _NOTE_TEXT)
        return [f"**{one_line(subject(card.summary, engine), _LISTED)}**\n{note}"]
    return [_asked(card, engine), _answered(card, engine), _said(card)]


def _asked(card: CaseCard, engine: AnswerEngine) -> str:
    question = card.summary.question
    words = case_texts.asked(None if question is None else one_line(question, _QUESTION))
    before = [_turn(turn, engine, before=True) for turn in card.conversation.before]
    after = [_turn(turn, engine, before=False) for turn in card.conversation.after]
    return "\n".join([*before, words, *after])


def _turn(turn: Turn, engine: AnswerEngine, *, before: bool) -> str:
    words = None if turn.question is None else one_line(turn.question, _TURN)
    return case_texts.turn(words, title_of(engine, turn.section_id), turn.outcome, before=before)


def _answered(card: CaseCard, engine: AnswerEngine) -> str:
    """The answer as it was shown, what is different today, and how it came about."""
    answer = card.answer
    if answer is None:
        return ""
    section_id = card.summary.section_id or answer.stored.section_id
    head = case_texts.answered(title_of(engine, section_id), answer.stored.outcome)
    facts = [_today(answer), _came_about(answer), _sources(section_id, engine)]
    return "\n".join(filter(None, [head, case_texts.circumstances([fact for fact in facts if fact]), _then_and_today(answer, engine)]))


def _today(answer: ShownAnswer) -> str:
    """Whether today's answer is the same; where it is another one, the difference says so."""
    if answer.diff or answer.stored.outcome == LOOKUP:
        return ""
    return case_texts.NO_TODAY if answer.today is None else case_texts.SAME_TODAY if answer.text is not None else ""


def _then_and_today(answer: ShownAnswer, engine: AnswerEngine) -> str:
    if not answer.diff and answer.stored.outcome in (OutcomeKind.ABSTENTION, OutcomeKind.SUGGESTIONS):
        nearest = dict.fromkeys(title_of(engine, hit.section_id) for hit in answer.stored.hits)
        return case_texts.nearest(list(nearest)[:_NEAREST]) if nearest else ""
    if not answer.diff:
        return "" if answer.text is None else _quoted(escape(answer.text, _SHOWN))
    kind = answer.today_kind
    title = title_of(engine, answer.today_section_id) or case_texts.title_removed()
    return f"{case_texts.TODAY['answer' if kind is None else kind].format(title=title)}\n{_quoted(_difference(answer))}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines() if line.strip())


def _difference(answer: ShownAnswer) -> str:
    """The sentences that changed, as many as fit; what stayed between them is an ellipsis."""
    lines: list[str] = []
    left = _DIFF
    for line in answer.diff:
        shown = case_texts.UNCHANGED if line.change is ChangeKind.SAME else _diff_line(line)
        if lines and lines[-1] == shown == case_texts.UNCHANGED:
            continue
        if len(shown) > left:
            lines.append(case_texts.UNCHANGED)
            break
        lines.append(shown)
        left -= len(shown) + 1
    return "\n".join(lines)


def _diff_line(line: DiffLine) -> str:
    words = one_line(line.text, _DIFF_LINE)
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


def _said(card: CaseCard) -> str:
    parts = []
    reasons = [(str(count.reason), count.members) for count in card.reasons]
    if reasons or card.votes.helpful:
        parts.append(case_texts.members_say(reasons, card.votes.helpful))
    words = [said for said in card.said if said.withdrawn or said.comment or said.correction]
    shown = [_words(said) for said in words[:_SAID]]
    if sum(map(len, shown)) > _ALL_WORDS:
        shown = shown[:1]
    more = len(words) - len(shown)
    return "\n".join([*parts, *shown, *([case_texts.more_said(more)] if more else [])])


def _words(said: Said) -> str:
    if said.withdrawn:
        return f"• {case_texts.TAKEN_BACK} {age(said.said_at)}"
    parts = [case_texts.comment(one_line(said.comment, _WORDS))] if said.comment else []
    parts += [case_texts.should_say(one_line(said.correction, _WORDS))] if said.correction else []
    parts += [case_texts.WAITS] if said.wants_to_hear else []
    return f"• {' · '.join(parts)}"


def card_foot(card: CaseCard, engine: AnswerEngine) -> str:
    """What moderators confirmed, wrote and did, and cases like this one; "" where there is nothing."""
    lines = [
        case_texts.confirmed_line(None if one.words is None else one_line(one.words, _TURN), title_of(engine, one.section_id))
        for one in card.phrasings[:_NOTES]
    ]
    lines += [_note(note) for note in card.notes[:_NOTES]]
    lines += [case_texts.similar(one.number, one_line(subject(one, engine), 60), state_line(one)) for one in card.similar[:_SIMILAR]]
    lines += [f"-# {entry_line(entry, engine, on_card=True)}" for entry in card.history[:_HISTORY]]
    return "\n".join(lines)


def _note(note: ModeratorNote) -> str:
    text = None if note.text is None else one_line(note.text, _WORDS)
    return case_texts.note_by(mention(note.moderator_id), age(note.noted_at), text)
