"""What moderators and administrators read before a change of answers is made: what it would change, and the question whether to make it."""

from __future__ import annotations

TITLE_PHRASING = "### Before you confirm"
TITLE_THRESHOLD = "### Before you save"
CONFIRM, SAVE, LEAVE = "Confirm", "Save", "Leave it as it is"
LEFT = "Nothing was changed."
TOO_MANY = "Several previews are under way. Please try again in a minute."
BEST = "**What gets better**"
WORST = "**What gets worse**"
OTHERWISE = "**Answered differently**"
NOTHING = "No answer would change."
NO_ANSWER = "no answer"
SUGGESTIONS = "a choice of sections"
SAME_SECTION = "another part of it"


def phrasing(question: str, title: str) -> str:
    """What is about to be confirmed."""
    return f"**{title}** answers “{question}”. It does not count yet."


def threshold(before: str, after: str) -> str:
    """What is about to be saved."""
    return f"Answer from a confidence of **{after}** on, instead of {before}. It is not saved yet."


def saved(threshold_now: str) -> str:
    """What holds from now on."""
    return f"Saved: from now on I answer here from {threshold_now} on, and suggest below. /settings changes it back."


def looked_at(total: int, of_server: int, weeks: int, left_out: int) -> str:
    """On which questions the preview rests, and for how many there was no time."""
    asked = "1 question" if of_server == 1 else f"{of_server:,} questions"
    rest = "the rest is labeled or listed in the knowledge base"
    time = f" There was no time for {left_out:,} more." if left_out else ""
    if not total:
        return f"-# I had no question to look at.{time}"
    questions = "1 question" if total == 1 else f"{total:,} questions"
    return f"-# I looked at {questions}: {asked} asked here in the last {weeks} weeks, confirmed or kept here; {rest}.{time}"


def counts(better: int, worse: int, other: int) -> str:
    """The sum of it."""
    sides = f"{_answers(better)} better, {worse} worse" if better or worse else ""
    differ = f"{other} {'changes' if other == 1 else 'change'} without anybody having said which is right" if other else ""
    return "; ".join(part for part in (sides, differ) if part) + "."


def _answers(count: int) -> str:
    return "1 answer gets" if count == 1 else f"{count} answers get"


def line(question: str, was: str, becomes: str) -> str:
    """One question whose answer changes."""
    return f"• “{question}”\n-# now: {was} · then: {becomes}"


def more(count: int) -> str:
    """How many are not listed."""
    return f"-# and {count} more"
