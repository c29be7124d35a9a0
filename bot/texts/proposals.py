"""What moderators read when they correct a section: the form, the check, the difference, and what becomes of it."""

from __future__ import annotations

COMMAND = "Corrections of sections that moderators wrote"
BUTTON = "Correct the section"
SEE = "See the correction"
TEXT = "Text"
TEXT_OF_ARTICLE = "As it stands in its file, in Markdown, below the heading. Write no headings."
TEXT_OF_ENTRY = "The keys of the entry as they stand in the catalogue (YAML). Leave its id as it is."
QUESTIONS = "Questions that it answers"
QUESTIONS_HELP = "One on each line."
CREDIT = "Your name for the history"
CREDIT_HELP = "Optional. Goes along with the change and is public then. Empty: no name."
NO_SECTION = "The section of this case is not in the knowledge base any more, so there is nothing to correct."
NOT_KEPT = "What you wrote is attached, so that it is not lost."
KEPT = "Checked and kept. Nothing has changed for members yet: whoever keeps the knowledge takes it over."
WARNINGS = "**Worth a look**"
OUTDATED = "It fits today's text no more: the section has been changed since. The file shows what was wanted."
LIST = "### Corrections of sections\n-# What moderators here wrote by **Correct the section** on a case. Choose one to see what it changes."
NONE = "There are none yet."
CHOOSE = "Look at one"
EXPORT = "As a patch"
EXPORTED = "Apply it with `git apply` in the folder of the knowledge, then run `python -m bot check`, and `python -m bot gate`."
HAND_ON = "Hand it on"
DROP = "Drop it"
MORE = "… (cut; **As a patch** gives all of it)"
BETWEEN = "…"
"""In place of what stays between two lines that differ."""
STATES = {"waiting": "waits", "handed-on": "handed on", "dropped": "dropped"}


# why a correction is not taken
CHANGES_NOTHING = "This correction changes nothing."
CHANGED_SINCE = "The section has been changed since this correction was begun. Open it again, and correct today's text."
MOVED = "The section is not where it was. Reload the knowledge, and open it again."
ENTRY_BY_HAND = "The entry is not in the catalogue as it stands, or in a form that can only be edited by hand."
HEAD_BY_HAND = "The head of this article can only be edited by hand."
QUESTIONS_BY_HAND = "The questions of this section can only be edited by hand."
KEEP_A_QUESTION = "Keep at least one of the questions that the section lists; to replace all, edit the file by hand."
SECTION_GONE = "The section is not in the knowledge base any more."
LOSES_SECTION = "With this text there would be no such section any more. Leave its heading, or its id, as it is."


def not_utf8(path: str) -> str:
    """Of a file in another encoding."""
    return f"{path} is not UTF-8, so it can only be edited by hand."


def mixed_line_ends(path: str) -> str:
    """Of a file with two kinds of line ends."""
    return f"{path} mixes line ends, so it can only be edited by hand."


def unreadable(path: str) -> str:
    """Of a file that is gone, or closed to the bot."""
    return f"{path} cannot be read any more."


def breaks_reading(error: str) -> str:
    """Of a text with which nothing could be loaded."""
    return f"With this text the knowledge cannot be read: {error}"


def has_fault(problem: str) -> str:
    """Of a text that the check refuses."""
    return f"With this text the knowledge has a fault. {problem}"


def changes_another(section_id: str) -> str:
    """Of a text that spills into another section."""
    return f"With this text {section_id} would change as well. Write no headings, and close what you open."


def form_title(title: str) -> str:
    """Of the form; the title of the section is short enough for what Discord takes."""
    return f"Correct “{title}”"


def form_about(title: str, article: str, number: int) -> str:
    """Above the fields of the form: which section, in which article, for which case."""
    return f"**{title}** in {article}, for case #{number}"


def heading(title: str) -> str:
    """Of what is shown about one correction."""
    return f"### Correction of “{title}”"


def facts(state: str, who: str, when: str, case: int | None, reference: str | None) -> str:
    """Who wrote it, when, for which case, and where it stands."""
    about = "" if case is None else f" · case #{case}"
    where = "" if reference is None else f": {reference}"
    return f"-# {who}, {when}{about} · {STATES[state]}{where}"


def too_long(title: str, most: int) -> str:
    """A form takes no more."""
    return f"“{title}” is longer than the {most:,} characters that fit into a form on Discord. Ask an editor to change its file."


SETTLED = "This correction was handed on or dropped already."
