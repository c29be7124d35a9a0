"""A fix in words: the form that asks for a reason, the proof on a card, and what members hear of what changed."""

from __future__ import annotations

from bot.texts.cases import counted

WHY_FIXED = "Why is it fixed?"
WHY_FIXED_HELP = "Needed for Fixed where the answer is still the same, for example: the new text comes on Monday."
SAY_WHY = "Press **Resolve** and say why in the form."
NOT_KNOWN = "not known"
SHOWN = {"abstention": "no answer", "suggestions": "only suggestions", "smalltalk": "small talk", "lookup": "a lookup"}
"""What is shown where no section is."""


def message_not_sent(text: str) -> str:
    """Gives back what a moderator wrote to members in a form that was not accepted."""
    return f"Your message was not sent:\n{text}"


def proof(before: str, after: str) -> str:
    """What was shown when a member objected, and what is shown since the case was fixed."""
    return f"**Proof** then {before}, now {after}"


def proof_of_text(title: str) -> str:
    """That the same section says something else."""
    return f"**Proof** {title} has another text now"


def fixed_without(why: str | None, *, known: bool) -> str:
    """That a case counts as fixed although the answer is the same, or cannot be known; ``why`` expires."""
    what = "the answer is the same" if known else "the answer is not known"
    return f"**Fixed, though {what}** " + (why or "for a reason whose text was deleted")


def worse_again(before: str, after: str, when: str) -> str:
    """That a case opened again by itself."""
    return f"**Worse again** {when}: the fix no longer holds (at first {before}; after the fix {after})"


def beside(asked: int, changed: int, missed: int) -> str:
    """What the questions like it got; "" where none was asked."""
    if not asked:
        return ""
    parts = [f"{changed} got another answer"] if changed else []
    parts += [f"{missed} not answered by the section that lists it"] if missed else []
    return f"{counted(asked, 'question')} like it: {', '.join(parts) or 'all as before'}"


def heard(sent: int, not_sent: int, unknown: int) -> str:
    """How many members heard how a case ended, and how many could not be."""
    parts = [f"{counted(sent, 'member')} got the news"] if sent else []
    parts += [f"{not_sent} could not be reached"] if not_sent else []
    parts += [f"of {unknown} it is not known whether the message was sent"] if unknown else []
    return f"**News** {', '.join(parts)}"


def what_changed(before: str, before_title: str, after: str, after_title: str, *, same_section: bool) -> str:
    """Tells a member what is different about the answer.

    Args:
        before: the kind of outcome that they got.
        before_title: of the section that they were shown; "" where there was none.
        after: the kind of outcome now.
        after_title: of the section now.
        same_section: whether it is the same.
    """
    then = {"abstention": "I had no answer for it", "suggestions": "I only had suggestions"}.get(
        before
    ) or f"I answered from **{before_title}**"
    match after:
        case "answer" if same_section:
            return f"**{after_title}** says something else now:"
        case "answer":
            return f"Back then {then}. Now I answer from **{after_title}**:"
        case "suggestions":
            return f"Back then {then}. Now I say:"
        case _:
            return f"Back then {then}. Now I say that I do not know."
