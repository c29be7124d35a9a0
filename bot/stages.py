"""The stages of the flow, wired together: what a front end holds in its hand.

Built by ``bootstrap``, used by ``cogs`` and ``views``. Nothing is done here.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.answering.knowledge import Knowledge
from bot.config import Config
from bot.feedback.question_log import QuestionLog
from bot.feedback.recorded_answering import RecordedAnswering
from bot.feedback.recorded_lookups import RecordedLookups
from bot.feedback.votes import Votes
from bot.guilds.settings import Guilds
from bot.privacy.hashing import MemberHasher
from bot.privacy.member_data import MemberRecords
from bot.privacy.retention import Retention
from bot.review.stage import Review
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Stages:
    """Everything that a question passes through, open and ready."""

    config: Config
    knowledge: Knowledge
    database: Database
    hasher: MemberHasher
    answering: RecordedAnswering
    lookups: RecordedLookups
    question_log: QuestionLog
    votes: Votes
    guilds: Guilds
    members: MemberRecords
    retention: Retention
    review: Review
