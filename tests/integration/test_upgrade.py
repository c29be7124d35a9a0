"""What the version before left behind keeps working: its database, its configuration, its formats, and the controls that it posted."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.stages import open_stages
from bot.cases.case import CaseState
from bot.cli.app import configured
from bot.config import Config
from bot.exts.registry import CONTROLS, FORMS
from bot.review.export import ExportFormat, ExportRow, export_lines
from bot.review.queue import QueueFilter
from bot.storage.opening import prepare_database
from tests.conftest import SMALL_KNOWLEDGE, TESTS
from tests.integration.processes import python
from tests.integration.rows import GUILD, OTHER_GUILD, rows

BEFORE = TESTS / "data" / "upgrade"
OUTPUTS: dict[str, dict[str, object]] = json.loads((BEFORE / "outputs.json").read_text(encoding="utf-8"))
CUSTOM_IDS: list[tuple[str, str, str]] = json.loads((BEFORE / "custom_ids.json").read_text(encoding="utf-8"))
ALL_CASES = QueueFilter(states=frozenset())
ANA, MODERATOR = 1001, 9001
_COLUMNS_BEFORE = 22
"""Of an export."""
REPLAYED = {name.removeprefix("replay "): str(printed["answer_id"]) for name, printed in OUTPUTS.items() if name.startswith("replay ")}


@pytest.fixture
def old(path: Path) -> Path:
    """The database of the version before, with its key and its list of deletions."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((BEFORE / "database.sql").read_text(encoding="utf-8"))
    path.with_name(path.name + ".key").write_text(bytes(range(32)).hex() + "\n")
    path.with_name(path.name + ".deletions").write_bytes((BEFORE / "database.deletions").read_bytes())
    return path


def counted(path: Path) -> dict[str, int]:
    tables = [str(name) for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: int(str(rows(path, f'SELECT count(*) FROM "{name}"')[0][0])) for name in tables if name != "alembic_version"}


def command(path: Path, *arguments: str) -> dict[str, object]:
    changes = {"BOT_DATABASE_PATH": str(path), "BOT_KNOWLEDGE_PATH": str(SMALL_KNOWLEDGE)}
    done = python("-m", "bot", *arguments, cwd=path.parent, changes=changes)
    assert (done.returncode, done.stderr) == (0, "")
    printed: dict[str, object] = json.loads(done.stdout)
    return printed


def shape(value: object) -> object:
    """What a program that reads it relies on: names and kinds of values, the first of a list standing for all."""
    match value:
        case dict():
            return {name: shape(one) for name, one in value.items()}
        case list():
            return [shape(value[0])] if value else []
        case bool() | None:
            return type(value).__name__
        case int() | float():
            return "number"
        case _:
            return type(value).__name__


def still_has(now: object, before: object) -> bool:
    """Whether everything that was there is there now; more may be."""
    if isinstance(before, dict) and isinstance(now, dict):
        return all(name in now and still_has(now[name], one) for name, one in before.items())
    if isinstance(before, list) and isinstance(now, list):
        return not before or not now or still_has(now[0], before[0])
    return now == before or "NoneType" in (now, before)


def test_the_old_database_has_rows_of_every_kind(old: Path) -> None:
    assert [name for name, number in counted(old).items() if not number] == []


def test_every_row_is_there_after_the_migration(old: Path) -> None:
    before = counted(old)

    prepare_database(old, must_exist=True)

    now = counted(old)
    added = "SELECT name FROM facts WHERE name IN ('schema-usable-by', 'deletions-seen-before')"
    assert {name: now[name] for name in before if name != "facts"} == {name: before[name] for name in before if name != "facts"}
    assert now["facts"] == before["facts"] + len(rows(old, added)) == before["facts"] + 2
    assert rows(old, "PRAGMA integrity_check") == [("ok",)]
    assert rows(old, "PRAGMA foreign_key_check") == []


async def test_the_stages_open_it_and_find_what_was_stored(old: Path, config: Config, built: BuiltKnowledge) -> None:
    async with open_stages(config, built) as stages:
        settings = await stages.guilds.settings(GUILD)
        listed = await stages.review.queue.page(GUILD, ALL_CASES, size=25)
        card = await stages.review.cards.show(GUILD, 1)
        own = await stages.members.of(ANA)
        audit = await stages.review.audit.page(GUILD, size=25)
        notes = await stages.review.notes.published(GUILD)
        phrasings = await stages.review.phrasings.page(GUILD)
        pending = await stages.review.notices.pending(GUILD)
        deleted = await stages.members.delete(ANA)

    assert old == config.database.path
    assert (settings.time_zone, settings.moderator_roles, settings.feedback_days) == ("Europe/Paris", frozenset({31, 32}), 200)
    assert not (await _vote_controls(config, built, OTHER_GUILD))
    assert {case.state for case in listed.items} == set(CaseState)
    assert (card.summary.state, card.summary.moderator_id) == (CaseState.CLAIMED, MODERATOR)
    assert (len(card.said), card.votes.helpful, card.votes.not_helpful) == (2, 1, 2)
    assert [note.text for note in card.notes] == ["ask the zoologist"]
    assert (len(own.questions), len(own.votes), len(own.notes)) == (6, 2, 1)
    assert (audit.total, notes.total, phrasings.total, len(pending)) == (24, 1, 1, 1)
    assert [(one.wording, one.text is not None, one.case_number is not None) for one in phrasings.items] == [(None, True, True)]
    assert deleted > 0


async def _vote_controls(config: Config, built: BuiltKnowledge, guild_id: int) -> bool:
    async with open_stages(config, built) as stages:
        return (await stages.guilds.settings(guild_id)).vote_controls


@pytest.mark.parametrize("form", list(ExportFormat))
def test_an_export_is_the_same_to_the_last_byte(old: Path, form: ExportFormat) -> None:
    prepare_database(old, must_exist=True)

    text = "".join(export_lines(old, GUILD, ALL_CASES, form, identities=True))

    assert _without_new_columns(text, form).encode() == (BEFORE / f"export.{form.value}").read_bytes()


def _without_new_columns(text: str, form: ExportFormat) -> str:
    """What was added since stands behind the rest, and is empty for cases of before."""
    match form:
        case ExportFormat.MARKDOWN:
            return text
        case ExportFormat.CSV:
            added = [f.name for f in fields(ExportRow)][_COLUMNS_BEFORE:]
            return text.replace("," + ",".join(added), "").replace("," * len(added) + "\r\n", "\r\n")
        case ExportFormat.JSONL:
            rows_ = [dict(list(json.loads(line).items())[:_COLUMNS_BEFORE]) for line in text.splitlines()]
            return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows_)


@pytest.mark.parametrize("name", sorted(REPLAYED))
def test_a_replay_says_of_then_what_it_said_and_has_the_same_fields(old: Path, name: str) -> None:
    prepare_database(old, must_exist=True)

    now, before = command(old, "replay", REPLAYED[name], "--json"), OUTPUTS[f"replay {name}"]

    assert [now[one] for one in ("answer_id", "searched", "then")] == [before[one] for one in ("answer_id", "searched", "then")]
    assert list(now)[: len(before)] == list(before)
    assert still_has(shape(now), shape(before))


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("answer", "What are open weights?"),
        ("suggestions", "which license is it"),
        ("abstention", "Who won the football match in Ulaanbaatar?"),
        ("small-talk", "hello"),
    ],
)
def test_ask_prints_every_field_that_it_printed(path: Path, name: str, question: str) -> None:
    now, before = command(path, "ask", question, "--json"), OUTPUTS[f"ask {name}"]

    assert set(before) <= set(now)
    if now["outcome"] == before["outcome"]:
        assert still_has(shape(now), shape(before))


@pytest.mark.parametrize("arguments", [("show", "1"), ("list", "--all"), ("stats",)], ids=lambda arguments: arguments[0])
def test_the_review_commands_print_every_field_that_they_printed(old: Path, arguments: tuple[str, ...]) -> None:
    prepare_database(old, must_exist=True)

    now = command(old, "review", *arguments, "--json", "--guild", str(GUILD))

    assert still_has(shape(now), shape(OUTPUTS[f"review {arguments[0]}"]))


def test_the_old_configuration_is_accepted_as_it_is() -> None:
    assert configured(BEFORE / "config.yaml", None).database.path.name == "osai-faq.sqlite3"


@pytest.mark.parametrize(("kind", "name", "custom_id"), CUSTOM_IDS, ids=lambda value: value[:40])
def test_every_control_and_form_that_was_posted_leads_to_exactly_one_of_today(kind: str, name: str, custom_id: str) -> None:
    if kind == "form":
        assert len([form for form in FORMS if re.fullmatch(form.template, custom_id)]) == 1, name
        return

    matching = [control.__name__ for control in CONTROLS if control.__discord_ui_compiled_template__.fullmatch(custom_id)]

    assert len(matching) == 1, (name, matching)
