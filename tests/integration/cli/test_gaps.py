"""``review gaps`` and ``review progress`` as processes: what operators see and what programs read."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import open_stages
from bot.config import Config
from bot.feedback.votes import Helpful
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.making import ANA, BEN, CLEO, ask, member
from tests.integration.processes import python
from tests.integration.rows import GUILD, votes_of

QUESTIONS = ("how do i quantize to gguf for ollama", "which quantize program writes gguf for ollama", "can ollama quantize gguf by itself")


@pytest.fixture
async def folder(migrated: Config, built: BuiltKnowledge, tmp_path: Path) -> Path:
    """A folder whose database has one gap and five votes in GUILD, as few as a share can be taken from."""
    async with open_stages(migrated, built) as stages:
        for question, user in zip(QUESTIONS, (ANA, BEN, CLEO), strict=True):
            await ask(stages.database, question, user)
        await stages.review.gaps.refresh(GUILD)
        answer = await ask(stages.database)
        for voter in range(5):
            await votes_of(stages.database).cast(answer, GUILD, member(ANA + voter), Helpful())
    return tmp_path


def bot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    changes = {"BOT_DATABASE_PATH": str(folder / "bot.sqlite3"), "BOT_KNOWLEDGE_PATH": str(SMALL_KNOWLEDGE), "COLUMNS": "200"}
    return python("-m", "bot", *arguments, cwd=folder, changes=changes)


def test_gaps_are_listed_and_written_to_a_file_without_a_question(folder: Path) -> None:
    shown = bot(folder, "review", "gaps")
    (gap,) = json.loads(bot(folder, "review", "gaps", "--json").stdout)
    written = bot(folder, "review", "gaps", "--export", "gaps.csv")
    (row,) = csv.DictReader(io.StringIO((folder / "gaps.csv").read_text(encoding="utf-8-sig")))

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "gguf" in shown.stdout
    assert gap["askers"] == 3
    assert set(gap["words"]) == {"quantize", "gguf", "ollama"}
    assert "gaps.csv is written: 1 gaps" in written.stdout
    assert row["key"] == gap["key"]
    assert row["questions"] == "3"
    everything = shown.stdout + json.dumps(gap) + str(row)
    assert not any(question in everything or member(user) in everything for question, user in zip(QUESTIONS, (ANA, BEN, CLEO), strict=True))


def test_progress_is_printed_by_week_and_as_json_with_a_chart(folder: Path) -> None:
    shown = bot(folder, "review", "progress", "--chart", "kept.png")
    value = json.loads(bot(folder, "review", "progress", "--json").stdout)

    assert (shown.returncode, shown.stderr) == (0, "")
    assert "5 of 5 helpful" in shown.stdout
    assert value["weeks"][-1]["right_away"] == 1
    assert value["weeks"][-1]["declined"] + value["weeks"][-1]["not_taken"] == 3
    assert value["weeks"][-1]["gaps_opened"] == 1
    assert value["votes"] == 5
    assert (folder / "kept.png").read_bytes().startswith(b"\x89PNG")


def test_a_database_with_fewer_askers_than_are_wanted_shows_nothing(folder: Path) -> None:
    (folder / "config.yaml").write_text("privacy:\n  gap_askers: 4\n")

    assert json.loads(bot(folder, "review", "gaps", "--json").stdout) == []
