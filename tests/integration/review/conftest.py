"""What the tests of the review share: its services over a database of their own, wired as the bot wires them."""

from __future__ import annotations

import pytest

from bot.feedback.votes import Votes
from bot.guilds.settings import Guilds
from bot.privacy.deletion import Tombstones, tombstone_file
from bot.privacy.member_data import MemberRecords
from bot.review.stage import Review, open_review
from bot.storage.database import Database
from tests.integration.rows import HASHER, signals_of, small_knowledge, votes_of


@pytest.fixture
def review(database: Database) -> Review:
    """The review under test."""
    return open_review(database, small_knowledge(), Guilds(database), signals_of(), Tombstones(tombstone_file(database.path)))


@pytest.fixture
def votes(database: Database) -> Votes:
    """Votes on the same database."""
    return votes_of(database)


@pytest.fixture
def members(database: Database) -> MemberRecords:
    """Member data of the same database."""
    return MemberRecords(database, HASHER, Tombstones(tombstone_file(database.path)))
