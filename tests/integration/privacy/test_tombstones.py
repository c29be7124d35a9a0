"""Deletions outlive an older backup: written down beside the database, carried out again before anything is served, and only once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap.stages import Review, open_review
from bot.config import PrivacyConfig
from bot.errors import NotSaved
from bot.guilds.settings import Guilds
from bot.privacy.deletion import Deleted, Tombstones, repeat_deletions, tombstone_file
from bot.privacy.member_data import MemberData, MemberRecords
from bot.privacy.retention import Retention
from bot.review.community_notes import NewNote
from bot.storage.backup import make_backup
from bot.storage.database import Database
from bot.storage.opening import prepare_database
from tests.integration.making import ANA, BEN, OPEN_WEIGHTS, ask, member, moderator, open_case, vote_down
from tests.integration.rows import GUILD, HASHER, MODERATOR, OTHER_GUILD, in_files, rows, signals_of, small_knowledge


def opened(path: Path) -> tuple[Database, Review, MemberRecords]:
    """Return a database with its services, wired as the bot wires them."""
    prepare_database(path, must_exist=False)
    database = Database(path)
    tombstones = Tombstones(tombstone_file(path))
    review = open_review(database, small_knowledge(), Guilds(database), signals_of(), tombstones, 3)
    return database, review, MemberRecords(database, HASHER, tombstones)


def older(path: Path, backup: Path) -> Tombstones:
    """Put a backup in the place of the database as somebody would by hand, and return the deletions beside it."""
    for suffix in ("-wal", "-shm", ""):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(backup.read_bytes())
    return Tombstones(tombstone_file(path))


async def everything(database: Database, review: Review) -> None:
    """Fill a database with what Ana, Ben and a moderator wrote, in two servers."""
    for guild in (GUILD, OTHER_GUILD):
        answer_id = await ask(database, "What are open weights?", ANA, guild)
        await vote_down(database, answer_id, ANA, guild_id=guild, comment="anas comment")
        await vote_down(database, answer_id, BEN, guild_id=guild, comment="bens comment")
    await review.notes.add(NewNote(GUILD, member(BEN), OPEN_WEIGHTS, "bens note", 1))
    await review.decisions.note(moderator(), 1, "the moderators note")


@pytest.mark.fault(29)
async def test_row_29_an_older_backup_does_not_bring_back_what_a_member_deleted(path: Path, tmp_path: Path) -> None:
    database, review, members = opened(path)
    await everything(database, review)
    make_backup(path, tmp_path / "backup")
    await members.delete(ANA)
    await members.delete(MODERATOR)
    bens = await members.of(BEN)
    await database.close()
    tombstones = older(path, tmp_path / "backup")
    assert in_files(path, "anas comment") == ["bot.sqlite3"]

    database, _, members = opened(path)
    try:
        assert await repeat_deletions(database, tombstones) == 2
        assert await repeat_deletions(database, tombstones) == 0
        assert (await members.of(ANA), (await members.of(BEN))) == (MemberData(), bens)
        assert [in_files(path, text) for text in ("anas comment", member(ANA), member(ANA, OTHER_GUILD), "the moderators note")] == [[]] * 4
        assert in_files(path, "bens note") != []
    finally:
        await database.close()


@pytest.mark.fault(29)
async def test_row_29_nor_a_note_that_was_withdrawn_nor_a_server_whose_data_had_to_go(path: Path, tmp_path: Path) -> None:
    database, review, members = opened(path)
    await everything(database, review)
    make_backup(path, tmp_path / "backup")
    ((note,),) = rows(path, "SELECT id FROM community_notes")
    assert isinstance(note, int)
    await review.notes.withdraw(GUILD, note, member(BEN))
    await Guilds(database).removed(OTHER_GUILD)
    await Retention(database, PrivacyConfig(), Tombstones(tombstone_file(path))).expire(datetime.now(UTC) + timedelta(days=31))
    await database.close()
    tombstones = older(path, tmp_path / "backup")

    database, _, members = opened(path)
    try:
        assert await repeat_deletions(database, tombstones) == 2
        assert in_files(path, "bens note") == []
        assert rows(path, "SELECT DISTINCT guild_id FROM answers UNION SELECT guild_id FROM signals") == [(GUILD,)]
        assert len((await members.of(BEN)).votes) == 1
    finally:
        await database.close()


async def test_a_member_who_came_back_after_the_deletion_keeps_what_they_wrote_then(path: Path, tmp_path: Path) -> None:
    database, review, members = opened(path)
    await everything(database, review)
    await members.delete(ANA)
    await database.close()
    (only,) = tombstone_file(path).read_text().splitlines()
    database, review, members = opened(path)
    try:
        async with database.write() as connection:
            await connection.exec_driver_sql("UPDATE answers SET asked_at = asked_at - 10")
        await open_case(database, "What is copyleft?", ANA)
        async with database.write() as connection:
            await connection.exec_driver_sql("UPDATE answers SET asked_at = asked_at + 1000 WHERE question IS NOT NULL")
            await connection.exec_driver_sql("UPDATE votes SET voted_at = voted_at + 1000")
            await connection.exec_driver_sql("UPDATE signals SET sent_at = sent_at + 1000")
            await connection.exec_driver_sql("DELETE FROM facts")
            await connection.exec_driver_sql("DELETE FROM deletions_seen")
        assert await repeat_deletions(database, Tombstones(tombstone_file(path))) == 1
        assert [question.question for question in (await members.of(ANA)).questions] == ["What is copyleft?"]
        assert only.startswith("[")
    finally:
        await database.close()


async def test_the_list_holds_neither_an_id_nor_a_text(path: Path) -> None:
    database, review, members = opened(path)
    await everything(database, review)
    await members.delete(ANA)
    await database.close()

    text = tombstone_file(path).read_text()

    assert str(ANA) not in text.replace(member(ANA), "").replace(member(ANA, OTHER_GUILD), "")
    assert "anas" not in text
    assert {member(ANA), member(ANA, OTHER_GUILD)} <= set(text.replace('"', " ").replace(",", " ").split())
    assert tombstone_file(path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "cut", [lambda text: text[:-1], lambda text: text[:-9], lambda text: text + "[2, 17", lambda text: text + "\n\n{}\n"]
)
async def test_a_line_that_a_crash_cut_short_spoils_nothing_but_itself(path: Path, cut: Callable[[str], str]) -> None:
    database, review, members = opened(path)
    await everything(database, review)
    await members.delete(ANA)
    file = tombstone_file(path)
    file.write_text(cut(file.read_text()))

    await members.delete(BEN)
    async with database.write() as connection:
        await connection.exec_driver_sql("DELETE FROM facts")
        await connection.exec_driver_sql("DELETE FROM deletions_seen")
    async with database.read() as connection:
        unseen = await Tombstones(file).unseen(connection)
    await database.close()

    assert unseen[-1].what is Deleted.MEMBER
    assert set(unseen[-1].names) == {member(BEN), member(BEN, OTHER_GUILD)}
    assert len({one.number for one in unseen}) == len(unseen)


async def test_nothing_is_deleted_where_the_deletion_cannot_be_written_down(path: Path) -> None:
    database, review, members = opened(path)
    try:
        await everything(database, review)
        before = await members.of(ANA)
        tombstone_file(path).mkdir()

        with pytest.raises(NotSaved):
            await members.delete(ANA)

        assert await members.of(ANA) == before
    finally:
        await database.close()


@pytest.mark.fault(35)
async def test_the_name_of_a_new_list_survives_a_power_cut(database: Database, synced: list[int]) -> None:
    tombstones = Tombstones(tombstone_file(database.path))
    for number in (1, 2):
        async with database.write() as connection:
            await tombstones.add(connection, Deleted.NOTE, [number], datetime.now(UTC))

    listed, folder = tombstones.path.stat().st_ino, database.path.parent.stat().st_ino
    assert [one for one in synced if one in (listed, folder)] == [listed, folder, listed]


async def test_what_one_list_says_is_carried_out_though_another_list_is_longer(path: Path, tmp_path: Path) -> None:
    """Of two processes on two computers, each has a list of its own."""
    database, review, members = opened(path)
    try:
        await everything(database, review)
        elsewhere = Tombstones(tmp_path / "elsewhere.deletions")
        async with database.write() as connection:
            await elsewhere.add(connection, Deleted.MEMBER, [member(BEN), member(BEN, OTHER_GUILD)], datetime.now(UTC))
        await members.delete(ANA)
        async with database.write() as connection:  # a backup from between the two
            await connection.exec_driver_sql(f"DELETE FROM deletions_seen WHERE number = {elsewhere._read()[0].number}")

        assert await repeat_deletions(database, Tombstones(tombstone_file(path))) == 0
        assert await repeat_deletions(database, elsewhere) == 1
        assert await repeat_deletions(database, elsewhere) == 0
    finally:
        await database.close()


async def test_deletions_that_were_seen_before_numbers_were_kept_are_not_carried_out_again(path: Path) -> None:
    database, review, members = opened(path)
    try:
        await everything(database, review)
        await members.delete(ANA)
        async with database.write() as connection:
            await connection.exec_driver_sql("DELETE FROM deletions_seen")
            await connection.exec_driver_sql(
                "INSERT INTO facts SELECT 'deletions-seen-before', value FROM facts WHERE name = 'deletions-seen'"
            )

        assert await repeat_deletions(database, Tombstones(tombstone_file(path))) == 0
    finally:
        await database.close()
