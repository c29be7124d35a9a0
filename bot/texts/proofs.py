"""A fix in words: the form that asks for a reason, the proof on a card, what members hear of what changed, and the test that keeps it."""

from __future__ import annotations

from collections.abc import Sequence

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


# the question of a resolved case, kept as a test
KEEP, KEEP_HELP = "Keep the question as a test", "In your words only. Before answers are changed it is asked, to show what would get worse."
KEEP_BUTTON, KEEP_ON_CARD = "Write it in my words", "Keep as a test"
KEEP_OFFER = "To keep the question of this case as a test, put it into your own words. The member's words are not kept."
KEEP_SECTION, KEEP_DECLINED, KEEP_DECLINED_HELP = "What is right?", "No section: I must decline", "Nothing in the knowledge base answers it"
KEEP_WORDS = "The question as you would ask it. It stays until a moderator removes it."
KEEP_RESOLVED_ONLY = "Only the question of a resolved case is kept as a test, and this case is not resolved (any more)."
KEPT = (
    "### Questions kept as tests\n-# From resolved cases, in moderators' words. They are asked before a change is made, and by the "
    "operator with `evaluate --server`. Members see nothing of them."
)
NO_KEPT, REMOVE_ONE = "There are none yet. Resolve a case, and its question is kept if you have put it into your own words.", "Remove one"


def keep_title(number: int) -> str:
    """The title of the form that keeps a question."""
    return f"Test question of case #{number}"


def not_kept(numbers: Sequence[int], reference: str) -> str:
    """The cases are resolved, and that is all."""
    if len(numbers) == 1:
        said = f"Case #{numbers[0]} is resolved, but I could not keep its question as a test. You can write it in a minute."
    else:
        named = ", ".join(f"#{number}" for number in numbers)
        said = f"Cases {named} are resolved, but I could not keep their questions as tests. You can do that on their cards in a minute."
    return f"{said} Reference: {reference}"


def kept_notice(words: Sequence[str]) -> str:
    """What is kept from now on."""
    listed = ", ".join(f"“{one}”" for one in words)
    return f"Kept as a test, in your words: {listed}. /review kept lists and removes such questions."


def kept_line(words: str, title: str | None, case: int | None, age: str) -> str:
    """A kept question in the list; ``title`` is None where it must be declined."""
    right = "*must be declined*" if title is None else f"**{title}**"
    return f"• “{words}” → {right}{f' · case #{case}' if case is not None else ''} · {age}"
