"""What administrators read: the checklist of a new server, every setting in words, what a permission is missing; and what owners do."""

from __future__ import annotations

from collections.abc import Sequence

COMMAND = "Show or change this server's settings"
OPTIONS = {
    "vote_controls": "Whether answers carry the buttons Helpful and Not helpful",
    "digest": "How often the review channel gets a summary",
    "digest_hour": "At which hour on this server's clock (0 to 23)",
    "time_zone": "Whose days and hours count, such as Europe/Paris",
    "answer_threshold": "How sure I must be to answer, in percent; 0 leaves it to the operator",
    "forum_threshold": "How sure I must be to answer forum posts by myself, in percent",
    "feedback_days": "For how many days I keep what members write; 0 leaves it to the operator",
}
RHYTHMS = {"off": "Off", "daily": "Every day", "weekly": "Every Monday"}

TITLE = "### Settings of this server"
ALL_SET = "**All set.** Nothing is missing here."
DONE, TO_DO = "Done", "To do"
MODERATORS, CHANNEL, DIGEST, ANSWERS, PERMISSIONS = "Moderators", "Review channel", "Digest", "Where I answer", "Permissions"
MANAGE_MESSAGES = "everybody with Manage Messages"
NO_MODERATORS = "only the owner of this server so far. Choose a role below, or give somebody Manage Messages."
ALLOW_REVIEW = "A role without that permission sees `/review` once you allow it in Server Settings › Integrations."
PUBLIC_CHANNEL = "is seen by everybody, so members' words on its cards are public. Choose one that only moderators see."
NO_CHANNEL = "none yet, so new cases are posted nowhere. Choose one below that only moderators see."
DIGEST_OFF = "off. The option `digest` of `/settings` sends a summary daily or on Mondays."
DIGEST_WAITS = "waits for a review channel."
EVERYWHERE = "in every channel"
PERMITTED = "I may do all that I need to do here."
MISSING = "something is missing; see below."
OPERATORS = " (the operator's choice)"
HELP = "-# Choose below; empty a list to take a choice back. All else is an option of `/settings`. Changes are in `/review audit`."
CHECK = "Check permissions"
ALL_FINE = "I checked every channel that I need. All is well."
MEANT = "\n-# Where I am meant to stay out, leave it as it is."
ROLES_SELECT = "Roles that moderate, beside Manage Messages"
CHANNEL_SELECT = "Review channel"
ANSWERS_SELECT = "Channels where I may answer (none chosen: all)"
FORUMS_SELECT = "Forums where I answer new posts by myself"
VIEW, SEND, SEND_IN_THREADS, HISTORY = "View Channel", "Send Messages", "Send Messages in Threads", "Read Message History"


def to_do(missing: int, all_: int) -> str:
    """How much of the checklist is done."""
    return f"**{all_ - missing} of {all_} done.**" if missing else ALL_SET


def line(name: str, text: str, *, done: bool) -> str:
    """A line of the checklist."""
    return f"• {DONE if done else TO_DO} · **{name}** {text}"


def and_roles(roles: Sequence[str]) -> str:
    """Who moderates, and how those whose role lacks that permission get to see the commands."""
    who = ", ".join([MANAGE_MESSAGES, *roles])
    return f"{who}. {ALLOW_REVIEW}" if roles else who


def digest(rhythm: str, hour: int) -> str:
    """When the digest comes."""
    return f"{'daily' if rhythm == 'daily' else 'Mondays'} at {hour}:00"


def answers(channels: Sequence[str], forums: Sequence[str], forum_percent: str) -> str:
    """Where the bot answers."""
    where = f"in {', '.join(channels)}" if channels else EVERYWHERE
    return where + (f"; new posts in {', '.join(forums)} where I am {forum_percent} sure" if forums else "")


def others(zone: str, threshold: str, votes: str, days: str, elsewhere: str) -> str:
    """The settings that need no decision; ``elsewhere`` is where members may ask what the bot does not know."""
    kept = f"**Members' words** kept for {days} · **Other places to ask** {elsewhere}"
    return f"-# **Time zone** {zone} · **Sure enough to answer** from {threshold} · **Vote buttons** {votes} · {kept}"


SHOWN, HIDDEN = "shown", "hidden"


def days(number: str) -> str:
    """A period."""
    return f"{number} days"


def gone(channel: str) -> str:
    """Of a channel that cannot be found."""
    return f"{channel} is gone, or hidden from me. Please choose another channel, or give me View Channel there."


def lacking(channel: str, permissions: Sequence[str]) -> str:
    """Of a channel in which something is not allowed."""
    named = permissions[0] if len(permissions) == 1 else f"{', '.join(permissions[:-1])} and {permissions[-1]}"
    return f"In {channel} I need {named}. Please allow that in the channel's settings."


def problems(lines: Sequence[str], most: int) -> str:
    """What is to be fixed, as many lines as are shown, and how many more there are."""
    more = f"\n-# and {len(lines) - most} more channels: **{CHECK}** shows them" if len(lines) > most else ""
    return "**Please fix**\n" + "\n".join(f"• {one}" for one in lines[:most]) + more


# what owners do
ADMIN = "For the owner of this bot"
RELOAD_COMMAND = "Read the knowledge folder again"
NOT_OWNER = "Only the owner of this bot can do that."


def reloaded(sections: int, before_and_after: str, warnings: int) -> str:
    """What a reload brought."""
    more = "" if not warnings else " 1 warning is in the log." if warnings == 1 else f" {warnings} warnings are in the log."
    return f"Reloaded: {sections} sections, {before_and_after}.{more}"


def fingerprint(name: str, *, changed: bool) -> str:
    """Whether the knowledge is another one now."""
    return f"fingerprint now {name}" if changed else f"fingerprint unchanged ({name})"
