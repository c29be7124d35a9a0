"""What members read about their own data: what is stored, where it goes, what deleting it does, and each kind of entry in a line.

Every sentence here is a promise. Whoever changes one looks at PRIVACY.md and at ``bot/privacy`` too.
"""

from __future__ import annotations

GROUP = "What is stored about you"
SHOW_COMMAND = "What is stored about you, for how long, and where it goes"
EXPORT_COMMAND = "Everything that is stored about you, as a file"
DELETE_COMMAND = "Delete what is stored about you"

TITLE = "### What is stored about you"
VOTES = "**Votes and choices** until you delete them; comments for {days}."
MODERATORS = (
    "**Moderators** read what you send them or vote against, and the questions around it, never your name. A question whose section they "
    "confirm stays until you delete it."
)
NAME = (
    "**No name**, only a code. Your Discord id while you wait for news, or if you moderate. What remains is that something was asked, "
    "without its words."
)
WHERE = (
    "**Where it goes** Discord sees all that is said here. The rest is with whoever runs me, who can read it, and in their backups; "
    "moderators can export what they read. Nothing trains a model."
)
FOOT = "-# `/privacy export` gives you everything as a file; `/privacy delete` deletes it in all servers."
NOTHING = "There is nothing stored about you."
SERVER_PERIOD = " (this server's own choice)"
DELETED_TEXT = "*text deleted*"
EXPORT_TEXT = "Everything that is stored about you:"
EXPORT_FILE = "Everything stored about you, as JSON"
NOTHING_TO_DELETE = "There is nothing stored about you, so there is nothing to delete."
DELETE_BUTTON = "Delete everything"
CANCEL_BUTTON = "Cancel"
KEPT = "Nothing was deleted."
NOTHING_LEFT = "There was nothing left to delete."
_GOT = {
    "answer": "I answered",
    "suggestions": "I made suggestions",
    "abstention": "I had no answer",
    "smalltalk": "we chatted",
    "lookup": "you looked it up",
}
_SENT = {
    "not-helpful": "your vote against an answer",
    "correction": "your correction",
    "declined": "your question",
    "note": "your note",
    "review": "an answer",
}
_STANDS = {
    "open": "waits for a moderator",
    "claimed": "a moderator is on it",
    "reopened": "waits for a moderator again",
    "resolved": "resolved",
    "dismissed": "not acted on",
    "withdrawn": "taken back",
}
_DID = {
    "set-gap-aside": "set a gap aside",
    "reopened-gap": "opened a gap again",
    "opened": "opened",
    "claimed": "claimed",
    "unclaimed": "gave back",
    "resolved": "resolved",
    "approved": "approved the note of",
    "dismissed": "dismissed",
    "reopened": "reopened",
    "noted": "left a note on",
    "confirmed-phrasing": "confirmed a section for",
    "withdrew-phrasing": "took back a section for",
    "reworded-phrasing": "reworded the question of",
    "kept-question": "kept a test question of",
    "removed-question": "removed a test question of",
    "proposed-correction": "wrote a correction for",
    "handed-on-correction": "handed on a correction",
    "dropped-correction": "dropped a correction",
    "exported": "exported cases",
    "exported-identities": "exported cases with identities",
    "changed-setting": "changed a setting",
}


def entries(number: int) -> str:
    """A number of entries."""
    return "1 entry" if number == 1 else f"{number} entries"


def questions(hours: str, days: str, keep: str) -> str:
    """How long the words of a question are kept.

    Args:
        hours: how long where nothing came of it.
        days: how long otherwise, with whose choice that is.
        keep: the operator's choice, as it is configured.
    """
    rule = {
        "with_feedback": f"for {hours}, or {days} if you voted on the answer, chose a suggestion or asked a moderator",
        "always": f"for {days}",
        "never": f"for {hours}, or {days} if you asked a moderator",
    }[keep]
    return f"**Questions** {rule}."


def heading(name: str, number: int) -> str:
    """Above the entries of a kind; without a number above what was counted already."""
    return f"**{name}: {number}**" if number else f"**{name}**"


def stored(number: int) -> str:
    """How many entries there are of a member that a deletion would take."""
    return f"{entries(number)} of yours:"


STANDINGS = "With the moderators"
QUESTIONS, CAST, CHOICES, SENT, NOTES = "Questions", "Votes", "Choices among suggestions", "Sent to moderators", "Community notes"
CONFIRMED, WORDED, OWN_NOTES, OWN_CORRECTIONS, DONE = (
    "Questions whose section a moderator confirmed",
    "Questions that you worded as a moderator, kept for the server",
    "Notes as a moderator",
    "Corrections of sections",
    "Done as a moderator, kept for good",
)


def older(number: int) -> str:
    """That there are more entries than are shown."""
    return f"-# and {number} older: `/privacy export` gives you all"


def question(when: str, words: str, outcome: str, title: str) -> str:
    """A question that the member asked."""
    got = _GOT[outcome]
    return f"{when}: {words}, {got}{f' from **{title}**' if title and outcome == 'answer' else ''}"


def vote(when: str, reason: str | None, words: str, *, helpful: bool) -> str:
    """A vote that the member cast."""
    return f"{when}: {'helpful' if helpful else f'not helpful ({reason})'}{words}"


def choice(when: str, title: str) -> str:
    """A suggestion that the member chose."""
    return f"{when}: you chose **{title}**"


def signal(when: str, kind: str, case: int, state: str, how: str | None, *, waits: bool) -> str:
    """Something that the member sent to the moderators."""
    ended = f" ({how})" if how else ""
    return f"{when}: {_SENT[kind]}, case #{case}: {_STANDS[state]}{ended}{'; you will get a message' if waits else ''}"


def answered_by(when: str, words: str, title: str) -> str:
    """A question, and the section that a moderator confirmed for it."""
    return f"{when}: “{words}” → **{title}**"


def own_note(when: str, case: int, words: str) -> str:
    """A note that the member left for other moderators."""
    return f"{when}, case #{case}: {words}"


def own_correction(when: str, title: str) -> str:
    """A correction of a section that the member wrote."""
    return f"{when}: **{title}**"


def did(when: str, action: str, case: int | None) -> str:
    """What the member did as a moderator."""
    verb = _DID.get(action, action.replace("-", " "))
    return f"{when}: " + (verb.removesuffix(" for").removesuffix(" of").removesuffix(" on") if case is None else f"{verb} case #{case}")


REMOVED_SECTION = "a section that was removed since"


def confirm_deletion(number: int, phrasings: int, *, moderates: bool) -> str:
    """Asks once more, and says what happens.

    Args:
        number: of entries.
        phrasings: how many of them are questions that a moderator confirmed a section for.
        moderates: whether the member did something as a moderator.
    """
    lines = [
        f"Delete your {entries(number)}, in all servers? This cannot be undone.",
        "• Your votes, choices and notes go, and the words of all your questions, also from what moderators are reading.",
        "• What remains are counts without a name: that somebody asked, and which section answered.",
    ]
    if phrasings:
        what = "one of your questions" if phrasings == 1 else f"{phrasings} of your questions"
        lines.append(
            f"• A moderator confirmed the answer to {what}. Your words go, and that it was you. The server may keep the rule in a "
            "moderator's own words; its moderators are informed, without your name."
        )
    if moderates:
        lines.append("• What you did as a moderator stays in the audit log, and so do questions that you worded for the server.")
    lines.append("• Messages on Discord stay; you or a moderator can delete them there.")
    return "\n".join(lines)


def deleted(number: int) -> str:
    """Says that it is done."""
    return f"Done: {entries(number)} deleted. The numbers under older answers follow with the next vote there."
