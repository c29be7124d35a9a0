"""A case in words: what happened, how it stands, its card and forms, what was confirmed on it, and what members hear of it.

Kinds, states and reasons are looked up by the words under which they are stored. Names of members and times come in as Discord shows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

KINDS = {
    "not-helpful": "Not helpful",
    "correction": "Suggested correction",
    "declined": "Unanswered question",
    "note": "Community note",
    "review": "Opened by a moderator",
}
STATES = {
    "open": "Open",
    "claimed": "Claimed",
    "reopened": "Open again",
    "resolved": "Resolved",
    "dismissed": "Dismissed",
    "withdrawn": "Taken back",
}
RESOLUTIONS = {
    "fixed": ("Fixed", "What I answer was corrected, or soon will be"),
    "answered": ("Answered", "The member got an answer"),
    "no-change": ("No change needed", "The answer is right as it is"),
    "approved": ("Approved", "The note stands under its section"),
}
DISMISSALS = {
    "not-actionable": ("Nothing to act on", "It does not say what to change"),
    "off-topic": ("Off-topic", "It is not what this bot is for"),
    "duplicate": ("Duplicate", "Another case has it"),
    "spam": ("Spam", "It was not meant seriously"),
    "other": ("Other", "Say it in the text below"),
}
REASONS = {"wrong": "wrong", "outdated": "outdated", "incomplete": "incomplete", "unclear": "unclear", "off-topic": "off-topic"}
NO_TEXT = "(text deleted)"


def counted(number: int, what: str, several: str = "") -> str:
    """A number of things: "1 case", "2 cases"; ``several`` is their name where it takes more than an s."""
    return f"{number} {what if number == 1 else several or f'{what}s'}"


def who(members: int) -> str:
    """So many members, at the beginning of a sentence."""
    return "Somebody" if members <= 1 else f"{members} members"


_FOUND = {
    "wrong": "wrong",
    "outdated": "out of date",
    "incomplete": "incomplete",
    "unclear": "hard to understand",
}


def _finds(reason: str, members: int, what: str) -> str:
    """What members say of an answer who gave a reason."""
    return f"find{'s' if members <= 1 else ''} {what} {_FOUND[reason]}" if reason in _FOUND else "got the answer to another question"


_NOBODY_COUNTED = {"note": "Somebody wrote a note", "review": "A moderator wants this answer looked at"}


def happened(kind: str, reason: str | None, members: int, *, agreeing: int, corrections: int, suggested: int) -> str:
    """What led to a case, as a clause that is true of everybody it names: "2 members find the answer wrong".

    Args:
        kind: of the case.
        reason: the one given most often.
        members: how many said something and did not take it back.
        agreeing: how many of these gave that reason.
        corrections: how many of these wrote what the answer should say.
        suggested: how many of these had got suggestions.
    """
    if kind in _NOBODY_COUNTED:
        return _NOBODY_COUNTED[kind]
    if not members:
        return "What members said was taken back"
    if kind == "declined":
        got = "no answer" if not suggested else "only suggestions" if suggested >= members else "no answer, or only suggestions"
        return f"{who(members)} asked this and got {got}"
    better = f"suggest{'s' if corrections <= 1 else ''} better words"
    if kind == "correction":
        all_say, some_say = (better, "") if corrections >= members else ("", f"{corrections} {better}")
    else:
        agreed = reason or ""
        all_say = _finds(agreed, members, "the answer") if agreed and agreeing >= members else ""
        some_say = f"{agreeing} {_finds(agreed, agreeing, 'it')}" if agreed else ""
    if all_say:
        return f"{who(members)} {all_say}"
    return "; ".join(filter(None, [f"{who(members)} did not find the answer helpful", some_say]))


def stands(state: str, name: str | None, how: str | None) -> str:
    """Where a case stands, as a clause.

    Args:
        state: its state.
        name: who has or closed it.
        how: how it was closed, in small letters.
    """
    by = "a moderator" if name is None else name
    end = "" if how is None else f": {how}"
    return {
        "open": "nobody is on it yet",
        "claimed": f"with {by}",
        "reopened": "open again",
        "resolved": f"resolved by {by}{end}",
        "dismissed": f"dismissed by {by}{end}",
        "withdrawn": "taken back by whoever said it",
    }[state]


def note_on(title: str) -> str:
    """What a community note is about."""
    return f"Note on {title}"


# a case
CLAIM, UNCLAIM, RESOLVE, DISMISS, REOPEN, NOTE = "Claim", "Unclaim", "Resolve", "Dismiss", "Reopen", "Note"
APPROVE, NEXT, RIGHT_SECTION, WHY, MORE, JUMP, HOME_BUTTON = "Approve note", "Next", "Right section", "Why?", "More", "Jump", "Home"
NO_OTHER = "No other case is waiting. Well done!"
OUTCOME, MESSAGE, REASON, IN_YOUR_WORDS = "Outcome", "Message to the members", "Reason", "In your words"
MESSAGE_HELP = "Optional. Members who asked for news get it as a direct message."
DISMISS_HELP = "Optional. For moderators only. A section confirmed for this case is taken back."
NOTE_HELP = "Moderators see it on the card."
NEXT_STEPS = {
    "nothing": "",
    "theirs": "Another moderator is on it. Look at the next case.",
    "read-note": "Read the note. Approve it if it helps others, or dismiss it.",
    "check-change": "The answer has changed since. If it is correct now, resolve as fixed.",
    "check-confirmed": "The confirmed section answers now. If that is right, resolve as fixed.",
    "check-correction": "Check the suggestion against the sources. If it holds, correct the section.",
    "hand-on": "A correction waits. Read it, and pass it to whoever keeps the knowledge.",
    "check-sources": "Compare the answer with its sources. If it is wrong, correct the section.",
    "improve-text": "The section fits, but its text is unclear or leaves something out. Correct the section.",
    "name-section": "If another section answers it, name that under Right section.",
    "new-section": "Nothing was near enough. If a section answers it, name that under Right section; if it is off-topic, dismiss it.",
    "read-answer": "Read the answer. If another section fits better, name it under Right section.",
}
TEXT_DELETED = "*text deleted*"
SAME_TODAY = "the same today"
NO_TODAY = "what it would be today is not known, since the words of the question are gone"
LOOKED_UP = "looked up with a command, so nothing was searched"
TODAY = {
    "answer": "**Today it differs** ({title})",
    "suggestions": "**Today I would only suggest sections**",
    "abstention": "**Today I would decline**",
    "smalltalk": "**Today I would take it for small talk**",
}
UNCHANGED = "…"
NO_WORD = "no word of it occurs in the knowledge base"
GOT = {
    "answer": "got an answer",
    "suggestions": "got suggestions",
    "abstention": "got no answer",
    "lookup": "looked it up",
    "smalltalk": "",
}


def removed(words: str) -> str:
    """A sentence that an answer has no longer."""
    return f"**−** ~~{words}~~"


def added(words: str) -> str:
    """A sentence that is new in an answer."""
    return f"**+** {words}"


def heading(number: int, kind: str) -> str:
    """The title of a card."""
    return f"### Case #{number} · {KINDS[kind]}"


def standing(state: str, members: int, opened: str, last: str | None) -> str:
    """Below the title: how the case stands, how many members, and when the first and the last of them spoke."""
    behind = f" · {counted(members, 'member')}" if members else ""
    return f"-# {state[:1].upper()}{state[1:]}{behind} · {opened}" + (f", last {last}" if last else "")


def recommended(step: str) -> str:
    """The one next step; "" where there is none."""
    text = NEXT_STEPS[step]
    return f"**Next step** {text}" if text else ""


def asked(question: str | None) -> str:
    """The question of a case."""
    return "**Asked** " + (TEXT_DELETED if question is None else f"“{question}”")


def turn(question: str | None, title: str | None, outcome: str, *, before: bool) -> str:
    """Another question of the same conversation."""
    words = TEXT_DELETED if question is None else f"“{question}”"
    got = f" → {title}" if title else f" ({GOT[outcome]})" if GOT.get(outcome) else ""
    return f"-# {'Before' if before else 'After'}: {words}{got}"


def answered(title: str | None, outcome: str) -> str:
    """What the bot said: which section, or that it had no answer."""
    return f"**Answer** {_NO_ANSWER.get(outcome) or title or ''}"


_NO_ANSWER = {"abstention": "none", "suggestions": "only suggestions"}


def nearest(titles: Sequence[str]) -> str:
    """What came closest to a question without an answer."""
    return f"-# Nearest: {' · '.join(titles)}"


def title_removed() -> str:
    """Of a section that was there once."""
    return "a section that was removed since"


def how_sure(confidence: float | None) -> str:
    """How sure the bot was; which word the member read for it depends on what chose the answer, too."""
    return f"the bot was {round(100 * (confidence or 0.0))}\u00a0% sure"


def circumstances(parts: Sequence[str]) -> str:
    """What is to be known about an answer, in one small line."""
    line = " · ".join(parts)
    return f"-# {line[:1].upper()}{line[1:]}"


def members_say(reasons: Sequence[tuple[str, int]], helpful: int) -> str:
    """How many gave which reason, and how many were helped."""
    counts = [f"{REASONS[reason]} ({number})" for reason, number in reasons]
    counts += [f"helpful ({helpful})"] if helpful else []
    return "**Members say** " + ", ".join(counts)


def comment(words: str) -> str:
    """What a member wrote."""
    return f"“{words}”"


def should_say(words: str) -> str:
    """What a member suggests."""
    return f"should say: “{words}”"


TAKEN_BACK = "*taken back by the member*"
WAITS = "would like to hear back"


def more_said(number: int) -> str:
    """That there is more than a card shows."""
    return f"-# and what {counted(number, 'more member')} wrote"


def confirmed_line(words: str | None, title: str) -> str:
    """What a moderator confirmed on a case."""
    return f"**Confirmed** {title} answers “{words}”" if words else f"**Confirmed** {title}; the member's words are gone"


def correction_line(title: str, name: str, age: str) -> str:
    """What a moderator wrote for a case that nobody has handed on or dropped yet."""
    return f"**Correction** of {title} by {name} {age} waits to be taken over"


def note_by(name: str, age: str, text: str | None) -> str:
    """What a moderator left for the others."""
    return f"**Note** by {name} {age}: {TEXT_DELETED if text is None else text}"


def similar(number: int, subject: str, state: str) -> str:
    """A case like this one."""
    return f"-# Similar: #{number} {subject} ({state})"


def refusals(name: str, by: str, state: str, *, note: bool) -> Mapping[str, str]:
    """Why a decision was not carried out.

    Args:
        name: of the case.
        by: who has or closed it.
        state: where it stands.
        note: whether it is a community note.
    """
    return {
        "taken": f"{name} is with {by}.",
        "already": f"{name} is that already. You did it a moment ago.",
        "closed": f"{name} was {STATES[state].lower()} by {by}.",
        "not-closed": f"{name} is not closed, so there is nothing to reopen.",
        "not-claimed": f"Nobody has claimed {name.lower()}.",
        "withdrawn": f"{name} was taken back by the members behind it, so there is nothing left to decide.",
        "wrong-kind": f"{name} is {'a community note: approve it or dismiss it' if note else 'no community note'}.",
        "unproven": f"{name} was not resolved: the answer is the same as before, or can no longer be asked, so **Fixed** needs a reason.",
        "not-found": f"{name} is not here.",
        "not-saved": f"{name} could not be saved. Please try again in a minute.",
    }


# confirmed questions
PHRASINGS = (
    "### Confirmed questions\n-# In this server, whoever asks one of these is shown its section. **Right section** on a case adds one; "
    "changes count from the next question on."
)
NO_PHRASINGS = "There are none yet."
TAKE_ONE_BACK, REWORD_ONE = "Take one back", "Put one into your own words"
TAKE_BACK, REWORD = "Take it back", "Put it into my words"
TAKEN_BACK_NOTICE = "Taken back. It no longer counts, starting with the next question. **Right section** on its case names a section again."
SECTION_LABEL, SECTION_CHOOSE = "Which section answers it?", "Choose one"
SECTION_EFFECT = "Whoever asks just this in this server will be shown it. First you see what that changes."
WORDING_LABEL = "In your own words"
WORDING_HELP = "Optional: as you would ask it. It stays; the member's words go with their data."
WORDING_NEEDED = "Needed: this was a follow-up, and its words alone would catch other questions too."
REWORD_TITLE = "In your own words"
REWORD_HELP = "The question as you would ask it. It belongs to the server and stays."
LOOKED_UP_NO_QUESTION = "This was looked up with a command, not asked, so there is no question to name a section for."
OTHER_LABEL = "Another section"
OTHER_HELP = "Words of its title, if it is not in the list. They go before a choice from the list."
SECTION_NEEDED = "Please choose a section from the list, or write words of its title."
WHICH_SECTION = "Which section do you mean?"
YOUR_WORDING = "-# In your words: "
QUESTION_GONE = "The text of this question is gone, so no section can be named for it."
FOLLOW_UP_NEEDS_WORDING = "This was a follow-up, so its words mean little alone. Please write the whole question in your own words."
NO_OWN_WORDS = "Please write the question in your own words; what you sent has none, or only repeats the member's."


def none_titled(typed: str) -> str:
    """Of words that are in no title."""
    return f"No section has “{typed}” in its title. /browse shows all of them."


def several_titled(typed: str, number: int) -> str:
    """Asks which section is meant."""
    return f"**{counted(number, 'section')}** fit “{typed}”."


def section_title(number: int) -> str:
    """The title of the form that names a section."""
    return f"Right section for case #{number}"


def saved_phrasing(title: str, words: str, wording: str | None, *, members: bool) -> str:
    """Says what was confirmed, and what happens to it.

    Args:
        title: of the section.
        words: what counts from now on.
        wording: the moderator's own words beside them, if any.
        members: whether the member's words count.
    """
    text = (
        f"Saved: **{title}** answers “{words}”. From now on, whoever asks that here is shown this section; other servers are not affected."
    )
    if wording and members:
        return f"{text} So is whoever asks “{wording}”: your own words, which stay when the member deletes theirs."
    if members:
        return f"{text} These are the member's words, so they go when the member deletes their data. Put it into yours to keep it then."
    return f"{text} These are your own words, so they stay when the member deletes their data."


def phrasing_line(words: str | None, also: str | None, title: str, case: int | None, age: str) -> str:
    """A confirmed question in the list."""
    asked_as = "*the member deleted their words, so it counts for nothing*" if words is None else f"“{words}”"
    beside = f" (asked as “{also}”)" if also else ""
    of = f" · case #{case}" if case is not None else ""
    return f"• {asked_as}{beside} → **{title}**{of} · {age}"


def words_lost(title: str, name: str, case: int | None) -> str:
    """Informs moderators that a confirmed question counts for nothing any more."""
    of = f" on case #{case}" if case is not None else ""
    return (
        f"A member has deleted their data. With it went the words of a question that {name} confirmed for **{title}**{of}, so it no longer "
        "counts. To keep it, write the question in your own words."
    )


# what members hear
A_SERVER = "a server"
NEWS_FOOT = "-# I no longer keep your id for this. /privacy in the server shows what is stored about you."
NOTE_APPROVED = "Your note was approved. It now stands under its section. Thank you!"
NOTE_NOT_APPROVED = "A moderator read your note and decided not to publish it."


def news(server: str) -> str:
    """The beginning of a message to a member who asked for news."""
    return f"Here is the news you asked for about what you sent in **{server}**."


def news_resolved(label: str, text: str) -> str:
    """How it ended well."""
    return f"The moderators resolved it: **{label}**. {text}."


def news_dismissed(reason: str | None) -> str:
    """How it ended otherwise."""
    why = "" if reason is None else f" ({reason})"
    return f"The moderators looked at it and decided to leave things as they are{why}."


def moderator_writes(text: str) -> str:
    """What a moderator wrote to the member."""
    return f"A moderator writes:\n{text}"
