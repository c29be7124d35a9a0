"""From the configuration to open, wired stages: what a front end holds in its hand, on Discord and in the demo.

What can be wrong is found out before anything connects: knowledge, key and database are checked in that order. Whatever was opened is
closed again, also when something later fails.
"""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.answering.knowledge import BuiltKnowledge, Knowledge
from bot.bootstrap.following import Following, Reloading
from bot.bootstrap.knowledge import load_knowledge
from bot.cases.signals import Signals
from bot.cluster.membership import Cluster
from bot.cluster.shards import ShardPlan, Shards
from bot.config import Config
from bot.errors import ConfigError, DatabaseRefused
from bot.feedback.question_log import QuestionLog
from bot.feedback.recording import Conversations, RecordedAnswering, RecordedLookups, ServerEngines
from bot.feedback.votes import Votes
from bot.gaps.gaps import Gaps
from bot.gaps.progress import Progress
from bot.guilds.settings import Guilds
from bot.observing import SILENT, Observer
from bot.preview.server import Previews
from bot.privacy.deletion import Tombstones, repeat_deletions, tombstone_file
from bot.privacy.member_data import MemberRecords
from bot.privacy.retention import Retention
from bot.proposals.sending import Destination, destination
from bot.proposals.store import Proposals
from bot.review.cards import Cards
from bot.review.community_notes import CommunityNotes
from bot.review.decisions import Bulk, Decisions
from bot.review.digest import Digests, ReviewChannel
from bot.review.export import Exports
from bot.review.kept import KeptQuestions
from bot.review.phrasings import Phrasings
from bot.review.proof import Proofs, Watch
from bot.review.questions import Notices, Questions
from bot.review.queue import Queue
from bot.review.statistics import Statistics
from bot.storage.audit import AuditLog
from bot.storage.database import Database, fact_in, put_fact, recall_fact, store_fact
from bot.storage.dialect import Place, place_of
from bot.storage.hashing import MemberHasher, create_key, key_file, load_key
from bot.storage.opening import ProcessLock, prepare_database, prepare_place
from bot.storage.postgres import PostgresDatabase, Serving


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
    watch: Watch
    channel: ReviewChannel
    digests: Digests
    statistics: Statistics
    exports: Exports
    phrasings: Phrasings
    kept: KeptQuestions
    previews: Previews
    gaps: Gaps
    progress: Progress
    proposals: Proposals
    audit: AuditLog


def open_review(
    database: Database, knowledge: Knowledge, guilds: Guilds, signals: Signals, tombstones: Tombstones, gap_askers: int
) -> Review:
    """Wire the services of the review over one database; a gap is shown where so many members are behind it."""
    engines, phrasings = ServerEngines(knowledge, guilds, database), Phrasings(database, guilds.shards)
    decisions = Decisions(database, Proofs(database, engines).of)
    return Review(
        queue=Queue(database),
        cards=Cards(database, engines, signals),
        decisions=decisions,
        bulk=Bulk(decisions),
        questions=Questions(database, signals),
        notes=CommunityNotes(database, signals, tombstones),
        notices=Notices(database, guilds.shards),
        watch=Watch(database, engines),
        channel=ReviewChannel(database, guilds.shards),
        digests=Digests(database, guilds),
        statistics=Statistics(database, guilds),
        exports=Exports(database),
        phrasings=phrasings,
        kept=KeptQuestions(database),
        previews=Previews(engines, phrasings),
        gaps=Gaps(database, engines, gap_askers),
        progress=Progress(database, guilds, engines, gap_askers),
        proposals=Proposals(database, knowledge),
        audit=AuditLog(database),
    )


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
    observer: Observer
    destination: Destination | None
    """Where corrections are handed on to; None where the operator wants that done by hand."""
    shards: Shards
    reloading: Reloading
    cluster: Cluster | None = None
    """The place among several processes; None where this one serves alone."""
    following: Following | None = None


_KEY_CHECK = "member-key-check"


@asynccontextmanager
async def open_stages(
    config: Config, built: BuiltKnowledge | None = None, *, init: bool = False, observer: Observer = SILENT, plan: ShardPlan | None = None
) -> AsyncIterator[Stages]:
    """Open the database and wire the stages; close everything when the block ends.

    Args:
        config: the checked configuration.
        built: knowledge that was built already; None builds it.
        init: create a database even where this installation has lost one.
        observer: hears what happens in the stages.
        plan: the shards that this process should take, beside others; None serves everything alone.

    Raises:
        ConfigError: there can be several processes only with PostgreSQL.
        KnowledgeError: there is no usable knowledge.
        DatabaseRefused: the database must not be opened as it is.
    """
    built = built or load_knowledge(config)
    place, path = _place_for(config, plan), config.database.path
    prepare_place(path)
    async with AsyncExitStack() as stack:
        lock = ProcessLock(path)
        if plan is None:
            lock.acquire()  # before anything is migrated, so that no running bot has its tables changed under it
            stack.callback(lock.release)
        held_key = load_key(key_file(path))
        prepare_database(place, must_exist=held_key is not None and not init, together=plan is not None)
        database = Database(place, observer, Serving.ALONE if plan is None else Serving.TOGETHER)
        stack.push_async_callback(database.close)
        await database.claim()
        hasher = await (_hasher(database, held_key, path) if plan is None else _shared_hasher(database, path))
        if plan is None:
            lock.lock_key()
        await repeat_deletions(database, Tombstones(tombstone_file(path)))
        shards = Shards() if plan is None else Shards(count=1, held=set(), leads=False)
        stages = _wire(config, built, database, hasher, observer, shards)
        if plan is not None and isinstance(place, PostgresDatabase):
            stages = await stack.enter_async_context(_joined(stages, place, plan))
        yield stages


def _place_for(config: Config, plan: ShardPlan | None) -> Place:
    place = place_of(config.database)
    if plan is not None and not isinstance(place, PostgresDatabase):
        raise ConfigError(("sharding.shards: several processes share a PostgreSQL database; set database.url, or leave this out.",))
    return place


@asynccontextmanager
async def _joined(stages: Stages, place: PostgresDatabase, plan: ShardPlan) -> AsyncIterator[Stages]:
    """The same stages as part of those processes that serve from one database."""
    cluster = Cluster(place, stages.database, plan, stages.shards, f"{socket.gethostname()} pid {os.getpid()}")
    following = Following(cluster, stages.database, stages.knowledge, stages.guilds, stages.answering.conversations)
    async with cluster.joined():
        yield replace(stages, reloading=following, cluster=cluster, following=following)


async def require_key(database: Database, held_key: bytes | None, path: Path) -> str | None:
    """Refuse another key than the one that the database was filled under: members could not delete their data.

    Raises:
        DatabaseRefused: the key of the database at ``path`` is missing or another one.
    """
    known = await recall_fact(database, _KEY_CHECK)
    if known is not None and (held_key is None or MemberHasher(held_key).check != known):
        state = "is missing" if held_key is None else "is not the one under which it was filled"
        raise DatabaseRefused(
            f"The key {key_file(path)} of the database {database.place} {state}, so members' votes could not be found again. "
            "Put the right key file there."
        )
    return known


async def _hasher(database: Database, held_key: bytes | None, path: Path) -> MemberHasher:
    """The hasher of this database, whose key is made where there is none yet."""
    known = await require_key(database, held_key, path)
    hasher = MemberHasher(create_key(key_file(path)) if held_key is None else held_key)
    if known is None:
        await store_fact(database, _KEY_CHECK, hasher.check)
    return hasher


async def _shared_hasher(database: Database, path: Path) -> MemberHasher:
    """The same for one of several processes: the first one whose turn it is makes the key, and nobody looks for it before."""
    async with database.write() as connection:
        if await fact_in(connection, _KEY_CHECK) is None:
            key = load_key(key_file(path)) or create_key(key_file(path))
            await put_fact(connection, _KEY_CHECK, MemberHasher(key).check)
    return await _hasher(database, load_key(key_file(path)), path)


def _wire(config: Config, built: BuiltKnowledge, database: Database, hasher: MemberHasher, observer: Observer, shards: Shards) -> Stages:
    knowledge = Knowledge(built)
    question_log = QuestionLog(database)
    guilds = Guilds(database, observer, shards)
    conversations = Conversations(seconds=60 * config.answering.conversation_minutes)
    signals = Signals(hasher, knowledge)
    tombstones = Tombstones(tombstone_file(database.path))
    return Stages(
        config=config,
        knowledge=knowledge,
        database=database,
        hasher=hasher,
        answering=RecordedAnswering(knowledge, question_log, guilds, conversations, observer, ServerEngines(knowledge, guilds, database)),
        lookups=RecordedLookups(knowledge, question_log, guilds, conversations, observer),
        question_log=question_log,
        votes=Votes(database, signals),
        guilds=guilds,
        members=MemberRecords(database, hasher, tombstones),
        retention=Retention(database, config.privacy, tombstones),
        review=open_review(database, knowledge, guilds, signals, tombstones, config.privacy.gap_askers),
        observer=observer,
        destination=destination(config.proposals, knowledge.folder, knowledge.limits),
        shards=shards,
        reloading=knowledge,
    )
