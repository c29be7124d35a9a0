"""``review``, ``backup`` and ``restore`` as processes: what operators see, what programs read, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import open_stages
from bot.cases.case import Resolution
from bot.config import Config
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.making import BEN, OPEN_WEIGHTS, UNKNOWN, ask, confirm, moderator, open_case, vote_down
from tests.integration.processes import python
from tests.integration.rows import GUILD, MODERATOR, OTHER_GUILD


@pytest.fixture
async def folder(migrated: Config, built: BuiltKnowledge, tmp_path: Path) -> Path:
    """A folder whose database has one open and one resolved case in GUILD."""
    async with open_stages(migrated, built) as stages:
        await vote_down(stages.database, await ask(stages.database), comment="=1+1 is [red]wrong[/red]")
        await open_case(stages.database, "What is copyleft?", BEN)
        await stages.review.decisions.resolve(moderator(), 2, Resolution.FIXED, "done", "by the next reload")
    return tmp_path


def bot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    changes = {"BOT_DATABASE_PATH": str(folder / "bot.sqlite3"), "BOT_KNOWLEDGE_PATH": str(SMALL_KNOWLEDGE), "COLUMNS": "200"}
    return python("-m", "bot", *arguments, cwd=folder, changes=changes)


def test_list_shows_what_waits_and_with_filters_the_rest(folder: Path) -> None:
    shown = bot(folder, "review", "list")
    resolved = json.loads(bot(folder, "review", "list", "--json", "--status", "resolved", "--moderator", str(MODERATOR)).stdout)
    every = json.loads(bot(folder, "review", "list", "--json", "--all").stdout)
    none = json.loads(bot(folder, "review", "list", "--json", "--all", "--text", "nothing of that").stdout)

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "What are open weights?" in shown.stdout
    assert "copyleft" not in shown.stdout
    assert [case["number"] for case in resolved] == [2]
    assert [case["number"] for case in every] == [2, 1]
    assert none == []


def test_show_tells_all_about_a_case_with_members_text_as_text(folder: Path) -> None:
    shown = bot(folder, "review", "show", "1")
    value = json.loads(bot(folder, "review", "show", "2", "--json").stdout)

    assert "=1+1 is [red]wrong[/red]" in shown.stdout
    assert "Open weights means that the trained parameters" in shown.stdout
    assert (value["case"]["state"], value["case"]["closing_text"]) == ("resolved", "done")
    assert "resolved fixed" in value["history"][0]


async def test_show_computes_todays_answer_with_the_servers_own_phrasings(folder: Path, config: Config, built: BuiltKnowledge) -> None:
    async with open_stages(config, built) as stages:
        await open_case(stages.database, UNKNOWN)
        await confirm(stages.review.phrasings, moderator(), 3, OPEN_WEIGHTS)
    value = json.loads(bot(folder, "review", "show", "3", "--json").stdout)

    assert value["today"].startswith("Open weights means that the trained parameters")


def test_stats_prints_numbers_as_table_json_and_chart(folder: Path) -> None:
    shown = bot(folder, "review", "stats", "--days", "7", "--chart", "chart.png")
    value = json.loads(bot(folder, "review", "stats", "--json").stdout)

    assert shown.returncode == 0
    assert "Helpful: 0 of 2 votes, too few for a share\n" in shown.stdout
    assert (folder / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert (value["answered"], value["opened"], value["closed"], value["waiting"], len(value["days"])) == (2, 2, 1, 1, 30)
    assert value["helpful"]["interval"][0] == 0


def test_export_writes_the_cases_of_the_filter_without_formulas_and_names(folder: Path) -> None:
    done = bot(folder, "review", "export", "cases.csv", "--all")

    table = list(csv.DictReader(io.StringIO((folder / "cases.csv").read_text(encoding="utf-8-sig"), newline="")))
    assert done.stdout == "cases.csv is written: 2 cases\n"
    assert table[1]["comments"] == "'=1+1 is [red]wrong[/red]"
    assert {row["members"] for row in table} == {""}
    assert bot(folder, "review", "export", "cases.jsonl", "--format", "jsonl").stdout == "cases.jsonl is written: 1 cases\n"


@pytest.mark.parametrize(
    ("arguments", "code", "reply"),
    [
        (("show", "99"), 2, f"Server {GUILD} has no case 99"),
        (("list", "--guild", "5"), 2, f"Servers with data: {GUILD}"),
        (("list", "--all", "--status", "open"), 2, "exclude each other"),
        (("export", "no/such/folder.csv"), 2, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_reported_in_one_sentence(folder: Path, arguments: tuple[str, ...], code: int, reply: str) -> None:
    done = bot(folder, "review", *arguments)

    assert done.returncode == code
    assert reply in done.stderr
    assert "Traceback" not in done.stderr


async def test_with_several_servers_one_must_be_named(folder: Path, config: Config, built: BuiltKnowledge) -> None:
    async with open_stages(config, built) as stages:
        await open_case(stages.database, guild_id=OTHER_GUILD)

    unnamed = bot(folder, "review", "list")
    named = json.loads(bot(folder, "review", "list", "--json", "--guild", str(OTHER_GUILD)).stdout)

    assert (unnamed.returncode, f"{GUILD}, {OTHER_GUILD}" in unnamed.stderr) == (2, True)
    assert [case["number"] for case in named] == [1]


@pytest.mark.parametrize("arguments", [("list",), ("stats",), ("show", "1"), ("export", "cases.csv")])
async def test_a_database_without_servers_has_no_cases_yet(
    config: Config, built: BuiltKnowledge, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    async with open_stages(config, built):
        pass

    done = bot(tmp_path, "review", *arguments)

    assert (done.returncode, done.stdout, done.stderr) == (0, "No cases yet.\n", "")


def test_no_database_is_reported_and_none_is_created(tmp_path: Path) -> None:
    done = bot(tmp_path, "review", "list")

    assert done.returncode == 74
    assert "There is no database" in done.stderr
    assert list(tmp_path.iterdir()) == []


async def test_review_and_backup_work_while_the_bot_is_running_and_restore_does_not(
    folder: Path, config: Config, built: BuiltKnowledge
) -> None:
    async with open_stages(config, built):
        listed, saved = bot(folder, "review", "list", "--json"), bot(folder, "backup", "backup.sqlite3")
        restored = bot(folder, "restore", "backup.sqlite3")

    assert len(json.loads(listed.stdout)) == 1
    assert (saved.returncode, saved.stderr) == (0, "")
    assert "is written and verified" in saved.stdout
    assert restored.returncode == 74
    assert "Another bot process" in restored.stderr


def test_a_backup_is_restored_by_its_name(folder: Path) -> None:
    bot(folder, "backup", "backup.sqlite3")

    restored = bot(folder, "restore", "backup.sqlite3")

    assert restored.returncode == 0
    assert "is the database now" in restored.stdout
    assert "carried out again: 0" in restored.stdout
    assert len(json.loads(bot(folder, "review", "list", "--json", "--all").stdout)) == 2
