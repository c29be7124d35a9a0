"""Questions, votes and cases as the tests of the review need them."""

from __future__ import annotations

from itertools import count

from bot.answering.outcome import DeliveryKey
from bot.cases.case import Actor, CaseSummary, Done, Reason, Refused
from bot.feedback.question_log import Asker, QuestionLog
from bot.feedback.votes import NotHelpful
from bot.review.phrasings import ConfirmedPhrasing, Phrasings
from bot.storage.database import Database
from tests.integration.rows import CHANNEL, GUILD, HASHER, MODERATOR, OTHER_MODERATOR, small_knowledge, votes_of

ANA, BEN, CLEO = 1001, 1002, 1003
OPEN_WEIGHTS = "basics/openness#open-weights"
COPYLEFT = "basics/licenses#copyleft"
UNKNOWN = "Who won the football match in Ulaanbaatar?"
"""A question that the small knowledge base does not answer."""

_deliveries = count(1)


def member(user_id: int, guild_id: int = GUILD) -> str:
    """Return the hash of a member."""
    return HASHER.hash(guild_id, user_id)


def moderator(user_id: int = MODERATOR, *, guild_id: int = GUILD, interaction_id: int | None = None) -> Actor:
    """Return a moderator who acts by an interaction of its own, unless one is given."""
    return Actor(guild_id, user_id, next(_deliveries) if interaction_id is None else interaction_id)


def other_moderator() -> Actor:
    """Return the other moderator."""
    return moderator(OTHER_MODERATOR)


async def ask(
    database: Database, question: str = "What are open weights?", user_id: int = ANA, guild_id: int = GUILD, message_id: int | None = None
) -> str:
    """Ask the small knowledge base, log the answer, and return its id."""
    outcome = small_knowledge().engine.answer(question, None, DeliveryKey(b"key", f"delivery {next(_deliveries)}"))
    log = QuestionLog(database)
    await log.record(outcome, Asker(guild_id, CHANNEL, member(user_id, guild_id)))
    if message_id is not None:
        await log.shown_in(outcome.asked.answer_id, guild_id, message_id)
    return outcome.asked.answer_id


async def vote_down(
    database: Database,
    answer_id: str,
    user_id: int = ANA,
    *,
    guild_id: int = GUILD,
    reason: Reason = Reason.WRONG,
    comment: str | None = None,
    correction: str | None = None,
    notify: bool = False,
) -> None:
    """Vote against an answer."""
    vote = NotHelpful(reason, comment, correction)
    await votes_of(database).cast(answer_id, guild_id, member(user_id, guild_id), vote, notify_user_id=user_id if notify else None)


async def open_case(database: Database, question: str = "What are open weights?", user_id: int = ANA, guild_id: int = GUILD) -> str:
    """Open a case by a question and a vote against its answer; return the id of the answer."""
    answer_id = await ask(database, question, user_id, guild_id)
    await vote_down(database, answer_id, user_id, guild_id=guild_id)
    return answer_id


def done(decided: Done | Refused) -> CaseSummary:
    """Return the case of a decision that was carried out."""
    assert isinstance(decided, Done), decided
    return decided.case


def refused(decided: Done | Refused) -> str:
    """Return why a decision was refused."""
    assert isinstance(decided, Refused), decided
    return decided.reason.value


async def confirm(
    phrasings: Phrasings, actor: Actor, number: int, section_id: str, wording: str | None = None, *, answer_id: str | None = None
) -> ConfirmedPhrasing:
    """Confirm that a section answers the question of a case, without a look at what that changes."""
    draft = await phrasings.draft(actor, number, section_id, wording, answer_id=answer_id)
    return await phrasings.accept(actor, draft.draft_id)


async def reword(phrasings: Phrasings, actor: Actor, phrasing_id: int, wording: str) -> ConfirmedPhrasing:
    """Put a confirmed phrasing into a moderator's words, without a look at what that changes."""
    return await phrasings.accept(actor, (await phrasings.draft_wording(actor, phrasing_id, wording)).draft_id)
