"""What is read under ``/ask``, a mention, a direct message and "Find an answer": answers, suggestions, declines, why, and both forms."""

from __future__ import annotations

from collections.abc import Sequence

# --- the commands

ASK_COMMAND = "Ask a question about open-source AI"
ASK_QUESTION = "Your question, in your own words"
ASK_PRIVATE = "Only you see the answer"
FIND_MENU = "Find an answer"
PICTURE = "I cannot read pictures or other files. Please ask me in words."
UNREADABLE_REPLY = "Discord does not show me what you reply to a command's answer. Mention me in the reply, or use /ask."


def only_here(channels: str) -> str:
    """Where the server wants the bot's answers."""
    return f"I don't answer in this channel. Please ask me here: {channels}"


WHO_I_AM = (
    "I am an FAQ bot. I answer questions from a curated knowledge base, with the source, and I say so when it has no answer. "
    "What would you like to know?"
)
"""Where somebody asks what the bot is or can do; examples to press stand below it."""

# --- an answer

HELPFUL = "Helpful"
NOT_HELPFUL = "Not helpful"
MORE = "More"
MENU = "⋯"
PICKED = "picked from suggestions"
CERTAINTY = {"HIGH": "sure", "MEDIUM": "fairly sure", "LOW": "not sure"}
"""By the name of the level of confidence."""


def counted(label: str, number: int) -> str:
    """The label of a vote button: how many pressed it, once anybody has."""
    return f"{label} · {number}" if number else label


def question_line(question: str) -> str:
    """What was asked, where the channel does not see it."""
    return f"“{question}”"


def follow_up_line(title: str) -> str:
    """What the answer before was about, above one that goes on from it."""
    return f"More on {title}"


def alternative(title: str) -> str:
    """The label of a button to what came close, or to a second question's answer."""
    return f"Or is it: {title}"


# --- suggestions

NOT_SURE = "I'm not sure. Is it one of these?"
DID_IT_ANSWER = "Did this answer your question?"
YES = "Yes"
NO = "No"
NOTED = "Thank you! I noted that."
SORRY = "Sorry about that. Try other words, or pass your question on to a person."
SORRY_ALONE = "Sorry about that. Try asking in other words."


def all_shown(title: str) -> str:
    """What is said where a conversation has shown all that a section says."""
    return f"That is all I have about “{title}”. Is it one of these?"


def show(number: int) -> str:
    """The label of the button that opens a suggestion."""
    return f"Show {number}"


# --- no answer

NO_WORDS = "I can only read words, in English: ask me in a sentence what you would like to know."
OTHER_LANGUAGE = "I only know English; please ask me again in English."
LOG = "That looks like an error message; I can't debug programs, but ask me in a sentence if a word in it is unclear."
DONT_KNOW = "I don't know that, and I would rather not guess."
ASK_MODERATOR = "Ask a moderator"


def closest(titles: Sequence[str]) -> str:
    """What is nearest, in one line."""
    return f"Closest: {' · '.join(titles)}"


def knows_about(areas: Sequence[str], more: int) -> str:
    """What the knowledge base is about, where nothing in it is near a question: some areas, and that there are more."""
    return f"I know about {', '.join(areas)}{' and more' if more else ''}: /browse"


def other_places(places: str) -> str:
    """Where else a member can ask, as the administrator of the server wrote it."""
    return f"You can also ask here: {places}"


OTHER_PLACES_OPTION = "Where else to ask when I don't know, such as a channel; none for nowhere"
NOWHERE = "none"

# --- behind the three dots

WHY = "Why this answer?"
WHY_THESE = "Why these?"
WHY_NOTHING = "Why no answer?"
REPORT = "Report a mistake"
RELATED = "Related topics"
TWO_MORE = "Two more"
CLOSEST_TOPICS = "Closest topics"
ABOUT_ANSWER = "What you can do with this answer:"
ABOUT_SUGGESTIONS = "If none of the three is it, here are the next ones."
ABOUT_DECLINE = "I only answer from what is written in my knowledge base. This is what comes closest there."

# --- why this answer

DETAILS = "Details"
DETAILS_TITLE = "### Details"
SMALL_TALK = "That was small talk, so nothing was searched."
LOOKED_UP = "You looked this up by its name. Nothing was searched and nothing was guessed."
NO_WORD_KNOWN = "No word of the question is in my knowledge base."
TEXT_GONE = (
    "The text of the question is not stored any more, or never was, so I can no longer say which words fit. The scores are still here."
)
GONE = "a section that is gone"
SECTION_GONE = "The section that was shown is no longer in my knowledge base."
PICKED_WHY = "A member picked this section from suggestions."
SCORES_WERE = "The scores of that time"


def words_that_matched(title: str) -> str:
    """The head of the arithmetic."""
    return f"**Words that matched** in {title}"


def in_words(words: Sequence[str]) -> str:
    """Words, already escaped, in a row: "*a*, *b* and *c*"."""
    marked = [f"*{word}*" for word in words]
    return marked[0] if len(marked) == 1 else f"{', '.join(marked[:-1])} and {marked[-1]}"


def words_in(words: Sequence[str], place: str) -> str:
    """Where the words of a question are: "the words *open* and *weights* are in its title"; whoever reads it need not have asked it."""
    return f"the word{'s' if len(words) > 1 else ''} {in_words(words)} {'are' if len(words) > 1 else 'is'} {place}"


IN_TITLE = "in its title"
IN_QUESTIONS = "in a question that it answers"
IN_TEXT = "in its text"


def because_of(title: str, reasons: Sequence[str]) -> str:
    """Why a section came first: by where the question's words are in it."""
    return f"I chose **{title}** because {' and '.join(reasons)}."


def by_likeness(title: str) -> str:
    """Why a section came first that has no telling word of the question."""
    return f"I chose **{title}** because its wording is close to the question."


LISTED = "a question that this section lists, or its title"
CONFIRMED = "a question that moderators of this server say this section answers"
"""Readings of a question that was found as it stands."""


def read_as(reading: str) -> str:
    """How a question with a structure was read, or that it was found as it stands."""
    if reading == LISTED:
        return "The question is one that this section says it answers."
    if reading == CONFIRMED:
        return "Moderators of this server say that this section answers the question."
    return f"I read the question as: {reading}."


def talking_about(title: str) -> str:
    """Why a section came before others in a conversation."""
    return f"The conversation was about **{title}**, so I looked there first."


NO_SECOND = "Nothing else came near."


def second_lacks(title: str, words: Sequence[str]) -> str:
    """What the runner-up does not have."""
    return f"The next best, **{title}**, lacks {in_words(words)}."


def second_fits_less(title: str) -> str:
    """The runner-up has the same words and still a lower score."""
    return f"The next best, **{title}**, has these words too, but fits them less closely."


def second_is_higher_but_chosen(title: str) -> str:
    """The runner-up has a higher score, and the question's form or a person decided."""
    return f"**{title}** shares more words with the question, but this section has what was asked for."


def second_is_higher_but_talked(title: str, about: str) -> str:
    """The runner-up has a higher score, and the conversation decided."""
    return f"**{title}** fits the words a little better, but it is not about **{about}**."


def not_sure_enough(title: str, words: Sequence[str]) -> str:
    """Why there are suggestions, or nothing: the nearest section alone does not settle it."""
    shares = f"has the word{'s' if len(words) > 1 else ''} {in_words(words)}" if words else "is near in its wording"
    return f"The nearest section, **{title}**, {shares}."


def without(words: Sequence[str]) -> str:
    """What no near section has, or the nearest has not."""
    return f"It says nothing about {in_words(words)}, so I was not sure enough to answer."


NOT_ENOUGH = "That alone was not enough to be sure."


def certainty(confidence: str, answers: str, suggests: str) -> str:
    """The figure behind the words, and from which figures on the bot answers and suggests."""
    return f"Confidence {confidence}. I answer from {answers} on, suggest from {suggests} on, and decline below."


def answer_line(answer_id: str) -> str:
    """The id of an answer, to quote to people and programs."""
    return f"Answer {answer_id}"


def fingerprint_line(answer_id: str, fingerprint: str) -> str:
    """The same with the state of knowledge and settings that it was given in."""
    return f"Answer {answer_id} · fingerprint {fingerprint}"


def changed_since(what: str, fingerprint: str) -> str:
    """That an answer of today may be another one."""
    return f"{what} changed since (now {fingerprint}); the weights above are today's"


KNOWLEDGE, SETTINGS = "the knowledge", "the settings"


def word_weight(word: str, weight: str, fields: str) -> str:
    """One word of the arithmetic."""
    return f"• {word}: **{weight}** ({fields})"


def word_read_as(word: str, read: str) -> str:
    """A word that was taken for another one, such as a mistyped one."""
    return f"{word}, read as {read}"


def more_words(number: int, weight: str) -> str:
    """The words that are not listed."""
    return f"• {number} more words: **{weight}**"


def synonym_weight(typed: str, read: str, weight: str) -> str:
    """What a synonym gave."""
    return f"• {typed}, also read as {read}: **{weight}**"


def more_synonyms(number: int, weight: str) -> str:
    """The synonyms that are not listed."""
    return f"• {number} more synonyms: **{weight}**"


def part_weight(name: str, detail: str, weight: str) -> str:
    """What a part of the score beside its words gave."""
    return f"• {name}{f' “{detail}”' if detail else ''}: **{weight}**"


def not_in_section(words: str) -> str:
    """Words that this section lacks."""
    return f"Not in this section: {words}"


def nowhere(words: str) -> str:
    """Words that no section has."""
    return f"Nowhere in the knowledge base: {words}"


def score(value: str) -> str:
    """The sum."""
    return f"**Score: {value}** of 1, the sum of the above"


def runner_up(title: str, value: str) -> str:
    """The second of the ranking."""
    return f"Next best: {title}, score {value}"


NO_RUNNER_UP = "Next best: none"
HIGHER_BY_CHOICE = "A higher score, but the section above was chosen by what the question asks for."
HIGHER_BY_PICK = "A higher score, but a member picked the section above."
HIGHER_BY_TALK = "A higher score, but the conversation was about something else."
HIGHER_TODAY = "A higher score than today's, since something changed after the answer was given."

# --- the form about an answer that did not help

FEEDBACK_TITLE = "What was wrong?"
REASON = "Reason"
CHOOSE_ONE = "Choose one"
COMMENT = "Comment"
COMMENT_HINT = "Optional. Please no personal data."
CORRECTION = "What should it say?"
CORRECTION_HINT = "Optional: a correction."
REASONS = {
    "wrong": ("Wrong", "It says something that is not true"),
    "outdated": ("Outdated", "It was true once"),
    "incomplete": ("Incomplete", "Something important is missing"),
    "unclear": ("Unclear", "I do not understand it"),
    "off-topic": ("Not my question", "It answers another question than mine"),
}
"""By the value of the reason: what is chosen, and what that means."""
VOTE_SAVED = "Thank you, your vote is saved."
VOTE_TAKEN_BACK = "Your vote is taken back, with all that you wrote."
FEEDBACK_SAVED = "Thank you! That is saved. To change it or take it back, press **Not helpful** again."
TAKE_BACK = "Take my vote back"
TAKE_BACK_HINT = "Your vote and what you wrote are deleted, also for the moderators."
CHANGE_TITLE = "Change your vote?"
NOTIFY = "Let me know what happens"
NOTIFY_HINT = "By direct message. Your id is kept until that is sent, then deleted."


def change_vote(written: Sequence[str]) -> str:
    """What is lost by a vote for an answer that a member wrote against before, as they are asked for it."""
    words = "\n".join(f"“{one}”" for one in written)
    then = "If you submit this, your vote becomes **Helpful**, and these words are deleted."
    return f"You said that this did not help, and wrote:\n{words}\n\n{then}"


# --- the form that passes a question on

CONSENT = "I pass your question on to the moderators of this server, word for word and without your name. /privacy delete takes it back."
YOUR_QUESTION = "Your question"
YOUR_QUESTION_HINT = "Its text is no longer stored."
SENT = "Thank you. The moderators have your question now."
NEWS = "I'll write you a direct message when there is news."
SENT_BEFORE = "The moderators have your question already."
NOT_ASKER = "Only the member who asked can pass this question on. Ask it yourself with /ask."
NO_TEXT = "The text of this question is no longer stored. Please ask it again with /ask."
NO_MODERATORS = "There are no moderators here. Please ask in a server."
WAS_ANSWERED = "That question was answered. If the answer is wrong, press “Not helpful” below it."


def told_by(title: str, sources: Sequence[str], more: int) -> str:
    """Where what was shown is from.

    Args:
        title: of its section.
        sources: the first of them, each with who published it and when.
        more: how many there are beside these.
    """
    rest = f", and {more} more" if more else ""
    how = f"{WHY} shows how I found it; if it is wrong, {NOT_HELPFUL} tells the people who run me."
    return f"“{title}” rests on: {'; '.join(sources)}{rest}. {how}"
