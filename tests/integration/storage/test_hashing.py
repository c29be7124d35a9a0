"""The key file: made once, readable by its owner only, and never replaced by something that only looks like a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import DatabaseRefused
from bot.storage.hashing import MemberHasher, create_key, key_file, load_key


def test_the_key_lies_beside_the_database(path: Path) -> None:
    assert key_file(path) == path.parent / "bot.sqlite3.key"


def test_a_new_key_can_be_read_and_written_by_its_owner_only(tmp_path: Path) -> None:
    create_key(tmp_path / "a.key")

    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600


def test_a_new_key_is_loaded_as_it_was_made(tmp_path: Path) -> None:
    made = create_key(tmp_path / "a.key")

    assert load_key(tmp_path / "a.key") == made
    assert len(made) == 32


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    assert create_key(tmp_path / "a.key") != create_key(tmp_path / "b.key")


def test_a_key_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    made = create_key(tmp_path / "a.key")

    with pytest.raises(FileExistsError):
        create_key(tmp_path / "a.key")

    assert load_key(tmp_path / "a.key") == made


def test_no_key_file_is_no_key(tmp_path: Path) -> None:
    assert load_key(tmp_path / "a.key") is None


@pytest.mark.parametrize("content", [b"", b"\n", b"00" * 31, b"00" * 33, b"zz" * 32, b"\xff" * 64, b"0" * 63, b"\0" * 64], ids=repr)
def test_a_file_that_holds_no_key_is_refused_by_its_path_and_not_shown(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.key").write_bytes(content)

    with pytest.raises(DatabaseRefused, match=r"The key file .*a\.key") as refused:
        load_key(tmp_path / "a.key")

    assert (tmp_path / "a.key").read_bytes() == content
    shown = content.strip().decode("latin-1") or "\n"  # an empty one must not break the sentence either
    assert shown not in str(refused.value)


def test_a_folder_in_place_of_the_key_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused, match="cannot be read"):
        load_key(tmp_path)


def test_a_member_has_another_hash_in_every_server(hasher: MemberHasher) -> None:
    hashes = {hasher.hash(guild, 5) for guild in range(1000)}

    assert len(hashes) == 1000


def test_two_members_of_a_server_have_different_hashes_and_each_always_the_same(hasher: MemberHasher) -> None:
    assert hasher.hash(1, 5) == hasher.hash(1, 5)
    assert hasher.hash(1, 5) != hasher.hash(1, 6)


def test_server_and_member_cannot_be_mistaken_for_each_other(hasher: MemberHasher) -> None:
    assert hasher.hash(1, 23) != hasher.hash(12, 3)


def test_another_key_gives_other_hashes_other_answer_ids_and_another_check(hasher: MemberHasher) -> None:
    other = MemberHasher(bytes(32))

    assert hasher.hash(1, 5) != other.hash(1, 5)
    assert hasher.answer_key != other.answer_key
    assert hasher.check != other.check


def test_nothing_that_is_printed_and_stored_shows_the_key(hasher: MemberHasher) -> None:
    assert hasher.key.hex() not in repr(hasher)
    assert repr(hasher.key) not in repr(hasher)
    assert hasher.answer_key != hasher.key


@pytest.mark.fault(35)
def test_the_name_of_a_new_key_survives_a_power_cut(tmp_path: Path, synced: list[int]) -> None:
    create_key(tmp_path / "key")

    assert synced == [(tmp_path / "key").stat().st_ino, tmp_path.stat().st_ino]
