"""``status`` in the terminal: who has which shards, and what is wrong."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli.status import print_status, show_status, shown_shards
from bot.cluster.session import ClusterState, ProcessState
from bot.errors import InputError

NOW = datetime.now(UTC)
FIRST = ProcessState(0, "host pid 1", (0, 1, 2, 5), True, "1.0.0", "green", 40, 51, 2, NOW - timedelta(hours=3), NOW)
SECOND = replace(FIRST, number=1, name="host pid 2", shards=(), leads=False, servers=0, latency_ms=None)


def printed(state: ClusterState) -> str:
    console = Console(file=io.StringIO(), width=200)
    print_status(console, state)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_each_process_is_listed_with_its_shards_and_whether_it_leads_or_stands_by() -> None:
    text = printed(ClusterState((FIRST, SECOND), (3, 4), 6, 11))

    assert "0-2, 5" in text
    assert "leads" in text
    assert "standing by" in text
    assert "identified 11 times today" in text
    assert "Served by nobody: shards 3-4 of 6." in text


def test_processes_with_different_knowledge_are_named_as_a_fault() -> None:
    assert "different knowledge" in printed(ClusterState((FIRST, replace(SECOND, fingerprint="blue")), (), 6))
    assert "different knowledge" not in printed(ClusterState((FIRST, SECOND), (), 6))


def test_where_no_process_runs_it_says_how_to_start_one() -> None:
    assert "run --shards" in printed(ClusterState((), (), None))


@pytest.mark.parametrize(("shards", "text"), [((), ""), ((3,), "3"), ((0, 1, 2), "0-2"), ((0, 2, 3, 9), "0, 2-3, 9")])
def test_shards_are_written_as_on_the_command_line(shards: tuple[int, ...], text: str) -> None:
    assert shown_shards(shards) == text


def test_with_sqlite_there_is_one_process_and_another_command(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("database: {path: bot.sqlite3}\n", encoding="utf-8")

    with pytest.raises(InputError, match="With SQLite, one process serves the bot"):
        show_status(as_json=False, config=config)
