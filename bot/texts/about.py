"""What a newcomer reads: under ``/help`` and ``/about``, in reply to a mention that says nothing else, and from the guide of the demo."""

from __future__ import annotations

from collections.abc import Sequence

HELP_COMMAND = "How to ask, with examples to press"
HELP_TITLE = "### Ask me about open-source AI"
TRY_ONE = "**Try one:**"
LOOK_UP = "**Look something up:** `/license` `/project` `/glossary` `/topic` `/timeline` `/browse` `/fact` `/sources`"
BESIDE = (
    "**Helpful** and **Not helpful** show the moderators what to improve. Where I don't know, **Ask a moderator** passes your question on."
)
FURTHER = "-# /about says what I know · /privacy says what is stored, and shows or deletes it"

ABOUT_COMMAND = "What this bot is, what it knows, its version and license"
PURPOSE = "I answer questions about open-source AI: licenses, models, running and tuning them, history and people."
HOW = (
    "Answers are found by TF-IDF retrieval: no language model, no outside service. The same question gives the same answer for as long as "
    "the fingerprint is the same."
)
LICENSE = "This bot is free software under Apache-2.0; its knowledge base is under CC BY 4.0."
SOURCE_CODE = "Source code"


def how_to_ask(mention: str) -> str:
    """The ways to ask."""
    return (
        "**Ask your own,** in your words:\n"
        "• `/ask` and your question\n"
        f"• mention me: {mention} what are open weights?\n"
        "• a direct message to me\n"
        "• about somebody's message: right-click or hold it, Apps › Find an answer\n"
        "After an answer, “and why?” works too."
    )


def about_title(version: str) -> str:
    """The name of the program."""
    return f"### osai-faq-bot {version}"


def knowledge(sections: int, articles: int, phrasings: int, sources: int, servers: int) -> str:
    """How much there is."""
    places = "1 server" if servers == 1 else f"{servers} servers"
    return f"{sections} sections in {articles} articles, {phrasings} known phrasings, {sources} sources; in {places}."


def fingerprint(value: str) -> str:
    """The state of knowledge and settings."""
    return f"Fingerprint {value}"


# --- the guide of the demo, which says what to try there, and why a command was not taken

SUGGESTED = ("What is open-source AI?", "How do MIT and Apache 2.0 differ?", "Who won the football cup yesterday?")
"""Two that are answered, and one that is declined; none is bent by the one before it."""
ALONE = "Other members do not see this. Ask without a mention; what moderators decide about your reports arrives here."


def welcome(bot: str) -> str:
    """What to try in the server."""
    return (
        f"**Ask:** press a question, or write `@{bot}` and your own.\n"
        "**Judge:** press **Not helpful**; then, as **moderator**, `/review queue`.\n"
        "**Direct messages**, above, are where the bot writes to you alone."
    )


def no_command(name: str) -> str:
    """Nothing is called like what was typed."""
    return f"There is no command `/{name}`. Type `/` to see those that you can use here."


def sent_as_text(name: str) -> str:
    """A command was sent like a message."""
    return f"Choose `/{name}` from the list that opens when you type `/`; sent as text, it is no command."


def only_in_server(name: str, channel: str) -> str:
    """A command was sent in direct messages."""
    return f"`/{name}` works in the server only. Choose **#{channel}** above."


def for_others(name: str, who: Sequence[str]) -> str:
    """A command that other people of the demo may use."""
    return f"You may not use `/{name}`. Choose **{' or '.join(who)}** under “Viewing as” to see what it does."
