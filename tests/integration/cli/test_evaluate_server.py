"""``evaluate --server`` as a process: what one server keeps, asked as it answers there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import open_stages
from bot.cases.case import Resolution
from bot.config import Config
from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.making import COPYLEFT, confirm, done, moderator, open_case
from tests.integration.processes import python
from tests.integration.rows import GUILD, OTHER_GUILD


@pytest.fixture
async def folder(migrated: Config, built: BuiltKnowledge, tmp_path: Path) -> Path:
    """A folder whose database keeps two questions in GUILD, one of which only a confirmed phrasing answers."""
    async with open_stages(migrated, built) as stages:
        await open_case(stages.database)
        await open_case(stages.database, guild_id=OTHER_GUILD)
        await confirm(stages.review.phrasings, moderator(), 1, COPYLEFT, "xyzzy of the plugh")
        done(await stages.review.decisions.resolve(moderator(), 1, Resolution.NO_CHANGE))
        await stages.review.kept.keep_worded(moderator(), 1)
        await stages.review.kept.keep(moderator(), 1, "who won the football match in Ulaanbaatar", None)
    return tmp_path


def evaluate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    changes = {"BOT_DATABASE_PATH": str(folder / "bot.sqlite3"), "BOT_KNOWLEDGE_PATH": str(SMALL_KNOWLEDGE), "COLUMNS": "200"}
    return python("-m", "bot", "evaluate", *arguments, cwd=folder, changes=changes)


def test_what_a_server_keeps_is_asked_as_the_server_answers(folder: Path) -> None:
    done = evaluate(folder, "--server", str(GUILD), "--json")
    value = json.loads(done.stdout)

    assert (done.returncode, done.stderr) == (0, "")
    assert [(one["question"], one["verdict"], one["shown"]) for one in value["questions"]["items"]] == [
        ("xyzzy of the plugh", "right", COPYLEFT)
    ]
    assert [(one["question"], one["verdict"]) for one in value["declined"]["items"]] == [
        ("who won the football match in Ulaanbaatar", "declined")
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "reply"),
    [
        (("--server", str(OTHER_GUILD)), 0, "keeps no question as a test yet"),
        (("--server", "404"), 2, "There is nothing of server 404"),
        (("--server", str(GUILD), "--voices", "real"), 2, "leave out --dataset, --compare and --voices"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(folder: Path, arguments: tuple[str, ...], code: int, reply: str) -> None:
    done = evaluate(folder, *arguments)

    assert done.returncode == code
    assert reply in done.stdout + done.stderr
