"""The pictures of README and docs/commands.md show what the bot answers today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

from tests.browser.pictures import FOLDER, PICTURES, RECORD, Picture, asked, digest, fresh_server, said

STALE = "run `make pictures`"


class Recorded(TypedDict):
    said: list[str]
    files: dict[str, str]


def recorded() -> dict[str, Recorded]:
    record: dict[str, Recorded] = json.loads(RECORD.read_text(encoding="utf-8"))
    return record


async def test_each_picture_shows_the_answer_that_the_bot_gives(tmp_path: Path) -> None:
    record = recorded()
    answers: dict[str, list[str]] = {}
    async with fresh_server(tmp_path) as server:
        for picture in PICTURES:
            answers[picture.name] = said(await asked(server, picture))

    assert list(record) == [picture.name for picture in PICTURES], STALE
    for name, lines in answers.items():
        assert record[name]["said"] == lines, f"{name}: {STALE}"


def test_each_file_is_the_one_that_was_taken_when_that_was_said() -> None:
    record = recorded()

    for picture in PICTURES:
        assert record[picture.name]["files"] == {file: digest(FOLDER / file) for file in picture.files}, f"{picture.name}: {STALE}"


async def test_another_question_would_be_noticed(tmp_path: Path) -> None:
    other = Picture("topic", "topic", options={"name": "open weights"})
    async with fresh_server(tmp_path) as server:
        assert said(await asked(server, other)) != recorded()["topic"]["said"]
