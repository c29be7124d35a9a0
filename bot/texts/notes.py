"""What members read when they add community notes to sections, list them, and take their own back."""

from __future__ import annotations

GROUP = "Useful notes by members, under the sections they belong to"
ADD_COMMAND = "Write a note for a section; a moderator approves it first"
ADD_SECTION = "The section it belongs to"
ADD_TEXT = "Your note"
ADD_TELL_ME = "Send me a direct message once a moderator has decided"
LIST_COMMAND = "What members noted, and your own notes"
LIST_SECTION = "Only notes on this section"

TITLE = "### Community notes"
NONE = "There are none yet. `/note add` sends one; it appears once a moderator has approved it."
TAKE_BACK = "Take one of your notes back"
PUBLISHED, WAITING = "published", "waiting"
ADDED = "Thank you! A moderator will read your note. Once approved, it stands under the section, without your name."
REPEATED = "You have sent that note already. A moderator will read it."
DELETED = "Your note is deleted."
GONE = "That note is not there any more."
REMOVED_SECTION = "a section that was removed since"


def refused(problem: str, most: int, longest: int) -> str:
    """Why a note was not taken.

    Args:
        problem: as the review calls it.
        most: how many notes of one member may wait.
        longest: how many characters a note may have.
    """
    return {
        "too-many-waiting": f"{most} of your notes are waiting for a moderator already. Please wait until one of them is decided.",
        "empty": "The note is empty. Please write something.",
        "too-long": f"The note is too long; {longest} characters is the most.",
    }[problem]


def list_end(page: int, pages: int) -> str:
    """What stands below the list."""
    return f"-# Page {page} of {pages} · written by members, approved by moderators"


def yours(published: int, waiting: int) -> str:
    """How many notes of the reader there are."""
    return f"-# Yours: {published} published, {waiting} waiting for a moderator"
