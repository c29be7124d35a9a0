"""What is read under ``/help`` and ``/about``, and in reply to a mention that says nothing else."""

from __future__ import annotations

HELP_COMMAND = "How to ask, with examples to press"
HELP_TITLE = "### Ask me about open-source AI"
TRY_ONE = "**Try one:**"
LOOK_UP = "To look something up: `/license` `/project` `/glossary` `/topic` `/timeline` `/browse` `/fact` `/sources`"
BESIDE = (
    "**Helpful** and **Not helpful** show the moderators what to improve. Where I don't know, **Ask a moderator** passes your question on."
)
FURTHER = "-# /about says what I know · /privacy says what is stored, and shows or deletes it"

ABOUT_COMMAND = "Version, knowledge, fingerprint and license of this bot"
HOW = (
    "Answers are found by TF-IDF retrieval: no language model, no outside service. The same question gives the same answer for as long as "
    "the fingerprint is the same."
)
LICENSE = "This bot is free software under Apache-2.0; its knowledge base is under CC BY 4.0."
SOURCE_CODE = "Source code"


def how_to_ask(mention: str) -> str:
    """The ways to ask."""
    return (
        f"Use `/ask`, mention me ({mention} what is open weights?), write me a direct message, or right-click (hold) a message and choose "
        "Apps › Find an answer. I answer from a curated knowledge base, word for word; “and why?” right after an answer works too."
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
