"""What is read everywhere: what went wrong or is not allowed, limits, pages, where facts come from, notes below a section."""

from __future__ import annotations

from collections.abc import Sequence

# --- what is not allowed, and what went wrong

NO_SERVER = "That works in a server only, and only where I was added to it."
FOR_MODERATORS = "That is for moderators of this server: members with the permission Manage Messages, or with a moderators' role."
FOR_ADMINISTRATORS = "Only members who may manage this server can do that."
NOT_FOUND = "That is no longer available here: it may have been deleted, or it belongs to another server."
BUSY = "I am sorry, right now there is more to do than I can manage, so I have not begun with this. Please try again in a minute."
UNKNOWN_SECTION = "I do not know which section you mean. Choose one from the list that appears while you type."


def discord_refuses(seconds: float) -> str:
    """Discord's own limit is reached."""
    return f"Discord lets me send nothing more for now. Please try again in {seconds:.0f} seconds."


def too_often(seconds: float) -> str:
    """A member, or all of a server, asked too much."""
    left = max(1, round(seconds))
    return f"That is a lot in one minute. Please try again in {left} second{'' if left == 1 else 's'}."


def not_saved(reference: str) -> str:
    """The database took nothing."""
    return f"I could not save that, and nothing was stored. Please try again in a minute. Reference: {reference}"


def failed(reference: str) -> str:
    """A fault of the program, whose log has the reference."""
    return f"Something went wrong on my side, and I am sorry. If it happens again, tell a moderator this reference: {reference}"


# --- pages

PREVIOUS_PAGE, NEXT_PAGE = "Previous page", "Next page"


def page_of(number: int, pages: int) -> str:
    """Which page of a section is shown; the beginning of a line."""
    return f"Page {number} of {pages}"


# --- a section

UNNAMED = "(no name)"
"""On a control whose text is empty."""
COMMUNITY_NOTES = "**Notes from the community**"


def in_article(title: str, article: str) -> str:
    """A section with its article, where sections are chosen by name."""
    return f"{title} ({article})"


def sources(named: Sequence[str], all_there_are: int) -> str:
    """The first sources, already made for Discord, and how many more there are."""
    more = all_there_are - len(named)
    return ("Sources: " if all_there_are > 1 else "Source: ") + "; ".join(named) + (f"; and {more} more" if more else "")


def source_file(path: str, line: int) -> str:
    """Where the facts of a section come from that names no source."""
    return f"Source: {path}, line {line}"


def more_notes(number: int) -> str:
    """Notes below a section that are not shown."""
    return f"and {number} more: /note list"
