"""What the tests of the review share: feedback that becomes cases, and looking at them."""

from __future__ import annotations

from collections.abc import Mapping

import simcord

from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, controls
from tests.interactions.rows import rows

QUESTION = "what is copyleft?"
COMMENT = "zebra crossing comment"
CORRECTION = "zebra crossing correction"


async def ask(server: Server, who: simcord.MemberActor | None = None, question: str = QUESTION) -> simcord.ResponseMessage:
    """Ask in the channel and return the answer."""
    return answer_message(await (who or server.member).slash(server.channel, "ask", question=question))


async def vote_against(
    server: Server, message: simcord.ResponseMessage, who: simcord.MemberActor | None = None, *, reason: str = "wrong", tell: bool = False,
    comment: str = COMMENT, correction: str = "",
) -> simcord.ResponseMessage:  # fmt: skip
    """Vote Not helpful and return the thanks."""
    actor = who or server.member
    button = next(name for name in controls(message).values() if name.startswith("answer:unhelpful:"))  # its label counts the votes
    form = await actor.click(message, custom_id=button)
    fields: dict[str, object] = {"reason": [reason], "comment": comment, "tell": tell}
    return answer_message(await actor.submit_modal(form, fields | ({"correction": correction} if correction else {})))


async def one_case(server: Server, question: str = QUESTION, *, tell: bool = False) -> simcord.ResponseMessage:
    """Make a case of a vote, and return the answer that it is about."""
    message = await ask(server, question=question)
    await vote_against(server, message, tell=tell)
    return message


async def some_cases(server: Server, count: int) -> None:
    """Make several cases of votes on different answers."""
    questions = ("what is copyleft?", "what are open weights?", "what does the MIT license allow?", "how do i install the tools?")
    for question in questions[:count]:
        await one_case(server, question)


async def note_case(server: Server, text: str = "zebra crossing note") -> None:
    """Make a case of a community note."""
    section = next(section for section in server.stages.knowledge.engine.corpus.sections if "opyleft" in section.title)
    await server.member.slash(server.channel, "note add", section=section.key, text=text)


GAP_QUESTIONS = (
    "how do i quantize to gguf for ollama",
    "which quantize program writes gguf for ollama",
    "can ollama quantize gguf by itself",
)
"""Nothing in the knowledge of the tests answers these."""


async def one_gap(server: Server) -> str:
    """Let three members ask for the same in vain, and return the key of the gap."""
    for who, question in zip((server.member, server.second, server.second_moderator), GAP_QUESTIONS, strict=True):
        await ask(server, who, question)
    await server.stages.review.gaps.refresh(server.guild.id)
    return str(rows(server, "SELECT key FROM gaps")[0][0])


async def card(server: Server, number: int = 1, who: simcord.MemberActor | None = None) -> simcord.ResponseMessage:
    """Open the card of a case."""
    return answer_message(await (who or server.moderator).slash(server.channel, "review show", case=number))


def states(server: Server) -> list[str]:
    """Return the state of every case, by number."""
    return [row[0] for row in rows(server, "SELECT state FROM cases ORDER BY guild_id, number")]


def case_row(server: Server, number: int = 1) -> tuple[object, ...]:
    """Return state, moderator, resolution, dismissal and closing text of a case."""
    query = "SELECT state, moderator_id, resolution, dismissal, closing_text FROM cases WHERE number = ?"
    return rows(server, query, number)[0]


async def confirm(
    server: Server, form: simcord.InteractionResult, fields: Mapping[str, object], who: simcord.MemberActor | None = None
) -> simcord.ResponseMessage:  # fmt: skip
    """Submit the form "Right section", confirm what its preview shows, and return the message, which says what holds now."""
    moderator = who or server.moderator
    message = answer_message(await moderator.submit_modal(form, dict(fields)))
    await moderator.click(message, label="Confirm")
    return message
