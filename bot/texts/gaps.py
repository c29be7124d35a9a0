"""Gaps and progress: what moderators read about what is missing, and about whether it helped."""

from __future__ import annotations

from collections.abc import Sequence

COMMAND = "What several members asked for and did not get"
OPTION_CLOSED = "Gaps that were closed, in place of those that are open"
OPTION_EXPORT = "Get them all as a file"

KINDS = {
    "missing-content": ("Missing content", "Nothing in the knowledge base answers this."),
    "missing-phrasing": (
        "Missing phrasing",
        "A section may answer this, but not in these words: it was suggested, and nobody took it.",
    ),
    "wrong-section": ("Wrong section", "Members were shown one section and needed another."),
    "unclear": ("Unclear text", "Members found the section, and did not understand it."),
    "outdated": ("Wrong or outdated", "Members say that the section is not true, or no longer."),
    "out-of-scope": ("Out of scope", "Most of these words are not about what the knowledge base covers. It may be fine to leave them."),
}
"""By the stored word: what it is called, and what it means."""

TITLE = "### Gaps"
TITLE_CLOSED = "### Closed gaps"
NONE_OPEN = "No gaps now. Either everything was answered, or too few members asked for the same thing."
NONE_CLOSED = "No gap was closed yet."
OPEN_ONE = "Open a gap"
SET_ASIDE = "Set aside"
REOPEN = "Open again"
BACK = "Back to the list"
SHOW_CLOSED = "Closed gaps"
SHOW_OPEN = "Open gaps"
WAS_CLOSED = "This gap is closed already."
WAS_OPEN = "This gap is open already."
ENDINGS = {"answered": "answered by now", "set-aside": "set aside"}
NO_WORD = "Questions that share no word"
FILE_DESCRIPTION = "Exported gaps"

WEEKS_TITLE = "### Did it help?"
NOTHING_HAPPENED = "Nothing was asked in this period."
NO_VOTES = "No votes on answers in this period, so the confidence cannot be checked."
CHART_FOUND = "found helpful"
CHART_SAID = "said by the bot"
CHART_AXIS = "confidence of the answer, %"
NOT_WORTH = "-# A confidence is the chance that an answer is right, and a vote says that it helped: close, but not the same."


def counted(number: int, what: str) -> str:
    """A number of things: "1 gap", "2 gaps"."""
    return f"{number} {what}" + ("" if number == 1 else "s")


def introduction(least: int) -> str:
    """What the list is, and what it never shows."""
    return (
        f"-# What at least {least} different members asked for and did not get. You see the words they share, never a question: "
        "what members sent you themselves is in its case."
    )


def near(title: str) -> str:
    """The name of a gap whose questions share no word."""
    return f"Questions near “{title}”"


def behind(askers: int, since: str) -> str:
    """How many members, and since which day."""
    return f"{counted(askers, 'member')} since {since}"


def unseen(words: Sequence[str]) -> str:
    """The words that the knowledge does not have."""
    return f"never seen: {', '.join(words)}"


def shared(words: str) -> str:
    """The words that members share."""
    return f"**Words that members share** {words}"


def never_seen(words: str) -> str:
    """The words that the knowledge does not have, in the details."""
    return f"**The knowledge base has never seen** {words}"


def nearest(title: str, source: str, lacking: str) -> str:
    """The nearest section and what it lacks."""
    lacks = f"\nIt says nothing about: {lacking}" if lacking else ""
    return f"**Nearest section** {title}{lacks}\n-# {source}"


def shown(title: str, source: str, lacking: str) -> str:
    """The section that members were shown, and what it lacks."""
    lacks = f"\nIt says nothing about: {lacking}" if lacking else ""
    return f"**Section that was shown** {title}{lacks}\n-# {source}"


def picked(title: str) -> str:
    """The section that members picked instead."""
    return f"**Members picked instead** {title}"


def cases(numbers: Sequence[int]) -> str:
    """Where members' own words can be read."""
    return "**Cases** " + ", ".join(f"#{number}" for number in numbers) + "\n-# /review show opens one."


def details(askers: int, questions: int, since: str, last: str) -> str:
    """The numbers behind a gap."""
    return f"{counted(askers, 'member')} asked {counted(questions, 'question')}, from {since} to {last}"


def digest(is_open: int, opened: int, answered: int) -> str:
    """The line of the digest."""
    return f"**Gaps** {opened} new, {answered} answered, {is_open} open · /review gaps"


def exported(number: int) -> str:
    """What stands above an export."""
    return f"{counted(number, 'gap')}. The file holds numbers and shared words, no question and no member."


def week(monday: str, right_away: int, after: int, not_taken: int, declined: int, asked: int) -> str:
    """What members got in a week."""
    passed = f", {asked} passed on to you" if asked else ""
    return (
        f"**Week of {monday}** {right_away} answered right away, {after} after suggestions, {not_taken} with suggestions that nobody took, "
        f"{declined} declined{passed}"
    )


def done(opened: int, closed: int, fixed: int, median: str) -> str:
    """What was done in a week; "" where nothing was."""
    parts = [f"gaps: {opened} opened, {closed} closed"] if opened or closed else []
    half = "" if fixed == 1 else "half of them "
    parts += [f"{counted(fixed, 'case')} fixed, {half}within {median}"] if fixed else []
    return " · ".join(parts)


def kept(said: int, helpful: int, total: int, *, enough: bool) -> str:
    """What was said, and what members found."""
    return f"said {said} %, {helpful} of {total} helpful" + ("" if enough else " (too few votes to compare)")


def too_few_to_compare(least: int) -> str:
    """Why nothing is said about the confidence."""
    return f"Too few votes yet to check how sure the bot says it is: each range of confidence needs {least}."


def step(low: float, high: float) -> str:
    """A step of confidence."""
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def finding(over: Sequence[str], under: Sequence[str]) -> str:
    """What the votes say about the confidence."""
    if over:
        return f"Where the bot said {' and '.join(over)}, answers helped less often."
    if under:
        return f"Answers helped more often than the bot said at {' and '.join(under)}."
    return "Answers helped about as often as the bot said."


def too_few(votes: int, least: int) -> str:
    """Why no threshold is proposed."""
    return f"A threshold can be proposed from {least} votes on; there are {votes}."


def out_of_reach(share: str) -> str:
    """Why no threshold is proposed, though there are votes."""
    return f"At no threshold did {share} of the voters find the answers helpful. Look at the worst sections first."


def proposal(threshold: str, helpful: str, now: str, dropped: int) -> str:
    """The threshold that is proposed."""
    fewer = f" {counted(dropped, 'vote')} on answers below it would have been about suggestions." if dropped else ""
    return f"**Proposed threshold** Answer from {threshold} on (now {now}). From there, voters found helpful: {helpful}.{fewer}"


def stands(now: str, helpful: str) -> str:
    """Nothing is to be changed."""
    return f"**Threshold** {now} can stay: voters found helpful {helpful}."


def see(threshold: str) -> str:
    """The button for administrators."""
    return f"See what {threshold} changes"
