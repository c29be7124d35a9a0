"""What moderators read beside cases: the home, lists, decisions about several, numbers, files, the log, the digest; and all commands.

What they and members read of one case is in ``cases``.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts.cases import REASONS, STATES, counted

FORMATS = {"csv": "CSV, for spreadsheets", "jsonl": "JSONL, for programs", "md": "Markdown, for people"}
STATUSES = {
    "to do": "To do: open or claimed",
    "open": "Open",
    "claimed": "Claimed",
    "resolved": "Resolved",
    "dismissed": "Dismissed",
    "withdrawn": "Taken back by the members",
    "all": "All",
}

# commands and their options
GROUP = "What members say about answers, for moderators"
MENU = "Review this answer"
HOME_COMMAND = "Start here: what is new, what is yours, and how answers did this week"
QUEUE_COMMAND = "What waits for a moderator"
SHOW_COMMAND = "Show a case"
SHOW_CASE = "The number of the case"
SEARCH_COMMAND = "Find cases by their words"
SEARCH_TEXT = "Words of the question, a comment, a note or a section"
STATS_COMMAND = "Did it help? Numbers and charts: answers, votes, cases, gaps"
STATS_DAYS = "How many days back"
EXPORT_COMMAND = "Cases as a file"
EXPORT_FORMAT = "CSV for spreadsheets, JSONL for programs, Markdown for people"
EXPORT_IDENTITIES = "Who said what, by their keyed hash; administrators only, and recorded in the audit log"
AUDIT_COMMAND = "Who did what and when"
AUDIT_MODERATOR = "Only what this member did"
AUDIT_CASE = "Only what was done to this case"
PHRASINGS_COMMAND = "Questions whose section a moderator confirmed: reword one, or take one back"
KEPT_COMMAND = "Questions of resolved cases that are kept as tests: look at them, or remove one"
FILTERS = {
    "status": "Where the cases stand; to do means open or claimed",
    "kind": "What members said",
    "reason": "The reason that members gave",
    "section": "The section that was shown, or that a moderator confirmed",
    "area": "The area of the knowledge base that this section is in",
    "since": "Opened since: a day like 2026-11-01, or back from today like 7d or 2w",
    "mine": "Only what you have claimed or closed",
}
BAD_SINCE = "I do not understand that day. Write it like 2026-11-01, or as days or weeks back, like 7d or 2w."
BAD_AREA = "I do not know that area. Choose one from the list that appears while you type."
NO_SEARCH_WORD = "Please write a word to search for."
ONE_SECTION, ONE_AREA, MINE = "one section", "one area", "mine"


# the home and the lists
HOME = "### Review"
NEW, YOURS, OLDEST = "**New**", "**Yours**", "**Waiting longest**"
NOTHING_WAITS = "Nothing is waiting. Enjoy the day!"
OPEN_OLDEST, WHOLE_QUEUE, MY_CASES = "Open the oldest", "Whole queue", "My cases"
QUEUE = "### Review queue"
FOUND = "### Cases found"
EMPTY = "Nothing here. Other filters may show more."
FOUND_NOTHING = "No case has all of these words. Fewer or other words may find it."
ELSEWHERE = "-# There is more: /review search, gaps, stats, phrasings, kept, corrections, export and audit."
OPEN_ONE, PICK_SEVERAL = "Open a case", "Pick several cases"


def waiting(number: int, oldest: str) -> str:
    """How much there is to do; ``oldest`` is when the first of it came."""
    return f"**{counted(number, 'case')}** to do. The oldest came {oldest}."


def week(answered: int, suggested: int, declined: int, helpful: int, votes: int) -> str:
    """How answers did in the last seven days."""
    total = answered + suggested + declined
    if not total:
        return "**This week** nobody asked anything."
    kinds = ((answered, "answered"), (suggested, "with suggestions"), (declined, "without an answer"))
    text = f"**This week** {counted(total, 'question')}: {', '.join(f'{number} {kind}' for number, kind in kinds if number)}."
    return f"{text} Helpful: {helpful} of {counted(votes, 'vote')}." if votes else f"{text} No votes yet."


def lost_words(number: int) -> str:
    """Reminds of confirmed questions that count for nothing any more."""
    what = "1 confirmed question has" if number == 1 else f"{number} confirmed questions have"
    return f"-# {what} lost the member's words. /review phrasings lets you write your own."


def waiting_corrections(number: int) -> str:
    """Reminds of corrections that nobody has passed on."""
    what = "1 correction of a section waits" if number == 1 else f"{number} corrections of sections wait"
    return f"-# {what} to be passed on or dropped: /review corrections"


def shown_filter(choice: str) -> str:
    """What a list shows."""
    return f"-# Shown: {choice}"


def searched_for(text: str) -> str:
    """What was searched for."""
    return f"-# Searched for “{text}”"


def all_of_server(counts: Sequence[tuple[str, int]]) -> str:
    """The cases of a server by state."""
    return "-# All of this server: " + " · ".join(f"{STATES[state]} {number}" for state, number in counts)


def list_end(total: int, what: str, page: int, pages: int, several: str = "") -> str:
    """What stands below a list of so many things."""
    return f"-# {counted(total, what, several)}" + (f" · page {page} of {pages}" if pages > 1 else "")


# several at once
DONE_WORDS = {"claim": "claimed", "resolve": "resolved", "dismiss": "dismissed"}
NOT_POSSIBLE = "Not possible:"


def picked(numbers: Sequence[int]) -> str:
    """Asks what to do with picked cases."""
    return f"You picked **{counted(len(numbers), 'case')}**: {', '.join(f'#{number}' for number in numbers)}. What would you like to do?"


def too_many(most: int) -> str:
    """Of more cases than are decided at once."""
    return f"At most {most} cases can be decided at once."


def decided(done: int, total: int, word: str) -> str:
    """How many were decided."""
    return f"**{done} of {counted(total, 'case')}** {word}."


# numbers, files, the log
NOT_FOR_YOU = "Only administrators can export who said what. Leave that option out, and the export has no member in it."
AUDIT = "### Audit log"
AUDIT_NOTE = "-# Kept for good; entries cannot be changed or deleted."
NOTHING_RECORDED = "Nothing is recorded yet."
NEWER, OLDER = "Newer", "Older"
FILE_DESCRIPTION = "Exported review cases"


def days_heading(days: int, zone: str) -> str:
    """The title of the numbers."""
    return f"### The last {days} days\n-# Days by {zone}"


def answers_numbers(answered_: int, suggested: int, declined: int, helpful: str) -> str:
    """How many questions were answered, and how helpful the answers were."""
    return f"**Questions** {answered_} answered, {suggested} with suggestions, {declined} declined\n**Helpful** {helpful}"


def few_votes(helpful: int, votes: int) -> str:
    """Of fewer votes than a share can be taken from."""
    return f"{helpful} of {counted(votes, 'vote')}, too few for a share" if votes else "no votes yet"


def share_of_votes(share: str, votes: int, low: str, high: str) -> str:
    """A share, of how many votes, and between what it lies with 95 % probability."""
    return f"{share} of {counted(votes, 'vote')} (95 % interval {low} to {high})"


CHART_SERIES = ("answered", "suggested", "declined")


def chart_axis(unit: str) -> str:
    """Below a chart of questions."""
    return f"questions per {unit}"


def chart_text(questions: int, unit: str, first: str, last: str, counts: tuple[int, int, int]) -> str:
    """What a chart of questions shows, for who cannot see it."""
    got = ", ".join(f"{number} {name}" for number, name in zip(counts, CHART_SERIES, strict=True))
    return f"Bar chart of {questions} questions per {unit}, from {first} to {last}: {got}."


def chart_peak(unit: str, first: str, questions: int) -> str:
    """When the most was asked."""
    return f"The most were asked in the {unit.split(maxsplit=1)[0]} of {first}: {questions}."


def cases_numbers(opened: int, closed: int, waiting_: int, times: tuple[str, str] | None) -> str:
    """How many cases there were, and how long they took: half of them, nine of ten."""
    text = f"**Cases** {opened} opened, {closed} closed, {waiting_} waiting now"
    return text if times is None else f"{text}\n**Time to a decision** half within {times[0]}, nine of ten within {times[1]}"


def hours(number: float) -> str:
    """A time in the unit that fits."""
    if number < 1:
        return f"{max(1, round(60 * number))} min"
    return f"{number:.1f} h" if number < 48 else f"{number / 24:.1f} days"


def reasons_numbers(counts: Sequence[tuple[str, int]]) -> str:
    """How often each reason was given; "" where none was."""
    return "**Reasons** " + ", ".join(f"{REASONS[reason]} {number}" for reason, number in counts) if counts else ""


WORST = "**Most votes against**"


def worst_line(title: str, not_helpful: int, helpful: int) -> str:
    """A section that did not help."""
    return f"• {title}: {not_helpful} not helpful, {helpful} helpful"


def exported(rows: int, part: int, parts: int) -> str:
    """What accompanies a file."""
    of = f" (file {part} of {parts})" if parts > 1 else ""
    return f"{counted(rows, 'case')}{of}. It holds what members wrote, so please keep it as carefully as their words."


SETTINGS = {
    "vote_controls": "the vote buttons",
    "moderator_roles": "the roles that moderate",
    "review_channel_id": "the review channel",
    "digest": "the digest",
    "digest_hour": "the hour of the digest",
    "time_zone": "the time zone",
    "answer_channels": "where I answer",
    "forum_channels": "the forums I answer in",
    "forum_threshold": "how sure I must be in forums",
    "answer_threshold": "how sure I must be to answer",
    "feedback_days": "for how many days members' words are kept",
    "other_places": "where else to ask",
}
NOTHING_CHOSEN = "nothing"


BY_ITSELF = "I"
"""Who did what nobody did."""


def act(action: str, case: str, detail: str) -> str:
    """What somebody did, after their name.

    Args:
        action: as it is stored.
        case: the case, such as "case #3", or "it" on its own card.
        detail: what else is known: how, a section's title, a setting, a format.
    """
    end = f": {detail}" if detail else ""
    about = f" **{detail}**" if detail else " a section"
    return {
        "opened": f"opened {case}",
        "claimed": f"claimed {case}",
        "unclaimed": f"gave {case} back",
        "resolved": f"resolved {case}{end}",
        "approved": f"approved the note of {case}" if case != "it" else "approved the note",
        "dismissed": f"dismissed {case}{end}",
        "reopened": f"reopened {case}",
        "noted": f"left a note on {case}",
        "confirmed-phrasing": f"confirmed{about} for {case or 'a question'}",
        "withdrew-phrasing": f"took{about} back" + (f" from {case}" if case else ""),
        "reworded-phrasing": f"put the question for{about} into their own words",
        "kept-question": f"kept the question of {case or 'a case'} as a test" + (f" for{about}" if detail else ""),
        "removed-question": f"removed a test question{f' for{about}' if detail else ''}" + (f" of {case}" if case else ""),
        "exported": f"exported cases{f' as {detail}' if detail else ''}",
        "exported-identities": f"exported cases with identities{f' as {detail}' if detail else ''}",
        "changed-setting": f"changed {detail}",
        "proposed-correction": f"corrected{about}" + (f" from {case}" if case else ""),
        "handed-on-correction": f"handed the correction of{about} on",
        "dropped-correction": f"dropped the correction of{about}",
        "set-gap-aside": f"set the gap {detail or 'of several questions'} aside",
        "reopened-worse": f"opened {case} again, since its answer got worse{end}",
        "reopened-gap": f"opened the gap {detail or 'of several questions'} again",
    }[action]


# what goes to channels and members by itself
DIGEST = "### Review digest"
DIGEST_FOOT = "-# /review home shows what is new · /settings changes how often this comes"
TROUBLE_GONE = "is gone"
TROUBLE_FORBIDDEN = "does not let me post: I need View Channel and Send Messages there"
TROUBLE_OTHER = "does not take my messages; an archived thread, for example, does not"


def digest_cases(opened: int, closed: int, waiting_: int, oldest: str | None) -> str:
    """The cases of a digest."""
    since = f", the oldest from {oldest}" if oldest else ""
    return f"**Cases** {opened} opened, {closed} closed, {waiting_} waiting{since}"


def period(since: str, until: str) -> str:
    """From when to when."""
    return f"-# From {since} to {until}"


def channel_trouble(server: str, channel: str, what: str) -> str:
    """Informs the owner of a server that the review channel takes no messages."""
    return (
        f"In **{server}**, the review channel {channel} {what}. No case is lost: /review queue shows them all. Please choose another "
        "channel in /settings, or give me the permission."
    )
