"""Opening everything: what is missing, lost, wrong or in use is found before anything is served, and all is closed again."""

# ruff: noqa: ASYNC240 - nothing else waits for the loop while a test looks at its files

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import open_stages
from bot.config import Config, DatabaseConfig, KnowledgeConfig
from bot.errors import DatabaseRefused, KnowledgeError
from bot.feedback.votes import Helpful, VoteCount
from bot.storage.hashing import create_key, key_file, load_key
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.processes import PATIENCE, python, started
from tests.integration.rows import GUILD, record, rows


@pytest.fixture
def key(path: Path) -> Path:
    """Where the key lies."""
    return key_file(path)


async def install(config: Config, built: BuiltKnowledge) -> None:
    """Start and stop once, as every installation has, with one answer stored."""
    async with open_stages(config, built) as stages:
        await record(stages.database, "answer000001")


async def refusal(config: Config, built: BuiltKnowledge, *, init: bool = False) -> str:
    """Return why the stages do not open."""
    with pytest.raises(DatabaseRefused) as refused:
        async with open_stages(config, built, init=init):
            pytest.fail("the stages opened")
    return str(refused.value)


async def test_the_first_start_makes_a_database_and_a_key_that_only_its_owner_can_read(
    config: Config, built: BuiltKnowledge, path: Path, key: Path
) -> None:
    await install(config, built)

    assert path.is_file()
    assert key.stat().st_mode & 0o777 == 0o600


async def test_a_restart_finds_what_was_stored_and_the_same_members(config: Config, built: BuiltKnowledge) -> None:
    async with open_stages(config, built) as stages:
        await record(stages.database, "answer000001")
        await stages.votes.cast("answer000001", GUILD, stages.hasher.hash(GUILD, 5), Helpful())

    async with open_stages(config, built) as stages:
        assert await stages.votes.count("answer000001", GUILD) == VoteCount(helpful=1, not_helpful=0)
        assert (await stages.members.of(5)).rows == 1


async def test_the_key_itself_is_not_in_the_database(config: Config, built: BuiltKnowledge, path: Path, key: Path) -> None:
    await install(config, built)

    content = path.read_bytes()
    assert load_key(key) not in (None, b"")
    assert (load_key(key) or b"") not in content
    assert key.read_bytes().strip() not in content


async def test_a_lost_database_is_refused_and_none_is_created(config: Config, built: BuiltKnowledge, path: Path) -> None:
    await install(config, built)
    path.unlink()

    reason = await refusal(config, built)

    assert reason.startswith(f"There is no database at {path}, but this installation has had one.")
    assert "--init" in reason
    assert not path.exists()


async def test_an_emptied_database_is_refused_and_stays_empty(config: Config, built: BuiltKnowledge, path: Path) -> None:
    await install(config, built)
    path.write_bytes(b"")

    assert "--init" in await refusal(config, built)
    assert path.read_bytes() == b""


@pytest.mark.parametrize("emptied", [True, False], ids=["empty", "missing"])
async def test_init_begins_again_under_the_same_key(config: Config, built: BuiltKnowledge, path: Path, key: Path, emptied: bool) -> None:
    await install(config, built)
    before = key.read_bytes()
    path.unlink()
    if emptied:
        path.touch()

    async with open_stages(config, built, init=True):
        pass

    assert rows(path, "SELECT count(*) FROM answers") == [(0,)]
    assert key.read_bytes() == before


async def test_init_takes_nothing_from_a_database_that_is_there(config: Config, built: BuiltKnowledge, path: Path) -> None:
    await install(config, built)

    async with open_stages(config, built, init=True):
        pass

    assert rows(path, "SELECT answer_id FROM answers") == [("answer000001",)]


async def test_init_does_not_help_a_file_that_is_no_database(config: Config, built: BuiltKnowledge, path: Path) -> None:
    path.write_bytes(b"my diary")

    assert "is not a SQLite database" in await refusal(config, built, init=True)
    assert path.read_bytes() == b"my diary"


async def test_another_key_is_refused_and_the_right_one_opens_again(config: Config, built: BuiltKnowledge, path: Path, key: Path) -> None:
    await install(config, built)
    right = key.read_bytes()
    key.unlink()
    create_key(key)

    reason = await refusal(config, built)
    key.write_bytes(right)

    assert str(key) in reason
    assert "is not the one under which it was filled" in reason
    async with open_stages(config, built) as stages:
        assert (await stages.question_log.find("answer000001", GUILD)).answer_id == "answer000001"


async def test_a_spoilt_key_file_is_refused_before_the_database_is_touched(
    config: Config, built: BuiltKnowledge, path: Path, key: Path
) -> None:
    key.write_text("not a key")

    assert f"The key file {key} does not hold a key." in await refusal(config, built)
    assert not path.exists()
    assert key.read_text() == "not a key"


async def test_a_lost_key_is_refused(config: Config, built: BuiltKnowledge, key: Path) -> None:
    await install(config, built)
    key.unlink()

    assert f"The key {key} of the database {config.database.path} is missing" in await refusal(config, built)


async def test_no_key_is_made_in_place_of_a_lost_one(config: Config, built: BuiltKnowledge, key: Path) -> None:
    await install(config, built)
    key.unlink()

    await refusal(config, built)

    assert not key.exists()


async def test_a_second_start_on_the_same_database_is_refused_with_the_process_id(config: Config, built: BuiltKnowledge) -> None:
    async with open_stages(config, built) as stages:
        reason = await refusal(config, built)
        await record(stages.database, "answer000001")

    assert reason.startswith(f"Another bot process (pid {os.getpid()}) uses this database.")


@pytest.mark.fault(43)
async def test_a_second_process_on_the_same_database_is_refused_with_the_first_ones_id(
    config: Config, built: BuiltKnowledge, tmp_path: Path
) -> None:
    with started("-c", HOLD, str(config.database.path), str(SMALL_KNOWLEDGE), "", cwd=tmp_path) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        reason = await refusal(config, built)
        _, errors = other.communicate(b"", timeout=PATIENCE)

    assert f"(pid {other.pid})" in reason
    assert (other.returncode, errors) == (0, b"")
    async with open_stages(config, built):
        pass


async def test_a_second_start_is_refused_before_it_touches_the_database(config: Config, built: BuiltKnowledge, path: Path) -> None:
    async with open_stages(config, built):
        path.rename(path.with_suffix(".away"))
        try:
            await refusal(config, built, init=True)
            created = path.exists()
        finally:
            path.with_suffix(".away").rename(path)

    assert not created


async def test_knowledge_that_cannot_be_used_is_found_before_anything_is_created(config: Config, tmp_path: Path) -> None:
    broken = config.model_copy(update={"knowledge": KnowledgeConfig(path=tmp_path / "nowhere")})

    with pytest.raises(KnowledgeError, match="nowhere"):
        async with open_stages(broken):
            pass

    assert list(tmp_path.iterdir()) == []


async def test_an_error_while_serving_closes_everything_so_that_it_can_be_opened_again(config: Config, built: BuiltKnowledge) -> None:
    with pytest.raises(ZeroDivisionError):
        async with open_stages(config, built):
            raise ZeroDivisionError

    async with open_stages(config, built) as stages:
        await record(stages.database, "answer000001")


@pytest.mark.parametrize("ending", ["", "raise SystemExit(7)", "raise RuntimeError('serving failed')"], ids=["end", "exit", "error"])
def test_a_process_ends_when_its_stages_are_closed(tmp_path: Path, ending: str) -> None:
    done = python("-c", HOLD, str(tmp_path / "bot.sqlite3"), str(SMALL_KNOWLEDGE), ending, cwd=tmp_path)

    assert done.stdout.startswith("open\n")
    assert done.returncode == {"": 0, "raise SystemExit(7)": 7}.get(ending, 1)
    assert ("serving failed" in done.stderr) == ("serving failed" in ending)


def test_a_process_that_is_refused_ends_too(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3").write_bytes(b"my diary")

    done = python("-c", HOLD, str(tmp_path / "bot.sqlite3"), str(SMALL_KNOWLEDGE), "", cwd=tmp_path)

    assert done.returncode == 1
    assert "is not a SQLite database" in done.stderr


async def test_two_installations_in_one_folder_do_not_disturb_each_other(config: Config, built: BuiltKnowledge, tmp_path: Path) -> None:
    other = config.model_copy(update={"database": DatabaseConfig(path=tmp_path / "other.sqlite3")})

    async with open_stages(config, built) as mine, open_stages(other, built) as theirs:
        await record(mine.database, "answer000001")

        assert rows(theirs.database.path, "SELECT count(*) FROM answers") == [(0,)]
        assert mine.hasher.key != theirs.hasher.key


HOLD = """
import asyncio, sys
from pathlib import Path
from bot.bootstrap.stages import open_stages
from bot.config import Config, DatabaseConfig, KnowledgeConfig

async def main() -> None:
    config = Config(knowledge=KnowledgeConfig(path=Path(sys.argv[2])), database=DatabaseConfig(path=Path(sys.argv[1])))
    async with open_stages(config) as stages:
        await stages.guilds.joined(1)
        print("open", flush=True)
        sys.stdin.read()
        exec(sys.argv[3])

asyncio.run(main())
"""
