"""The review as one value: what a front end needs for moderators, wired over one database."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answering.knowledge import Knowledge
from bot.cases.signals import Signals
from bot.feedback.recording import ServerEngines
from bot.guilds.settings import Guilds
from bot.privacy.deletion import Tombstones
from bot.review.audit import AuditLog
from bot.review.cards import Cards
from bot.review.community_notes import CommunityNotes
from bot.review.decisions import Bulk, Decisions
from bot.review.digest import Digests, ReviewChannel
from bot.review.export import Exports
from bot.review.phrasings import Phrasings
from bot.review.questions import Notices, Questions
from bot.review.queue import Queue
from bot.review.statistics import Statistics
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that moderators work with."""

    queue: Queue
    cards: Cards
    decisions: Decisions
    bulk: Bulk
    questions: Questions
    notes: CommunityNotes
    notices: Notices
    channel: ReviewChannel
    digests: Digests
    statistics: Statistics
    exports: Exports
    phrasings: Phrasings
    audit: AuditLog


def open_review(database: Database, knowledge: Knowledge, guilds: Guilds, signals: Signals, tombstones: Tombstones) -> Review:
    """Wire the services of the review over one database."""
    decisions = Decisions(database)
    return Review(
        queue=Queue(database),
        cards=Cards(database, ServerEngines(knowledge, guilds, database), signals),
        decisions=decisions,
        bulk=Bulk(decisions),
        questions=Questions(database, signals),
        notes=CommunityNotes(database, signals, tombstones),
        notices=Notices(database),
        channel=ReviewChannel(database),
        digests=Digests(database, guilds),
        statistics=Statistics(database, guilds),
        exports=Exports(database),
        phrasings=Phrasings(database),
        audit=AuditLog(database),
    )
