"""A queue as large as one will ever be: 100,000 cases of one guild over a year, each with its question, answer, vote and comment."""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from bot.storage.opening import prepare_database

GUILD = 101
MODERATORS = (9001, 9002)
_YEAR = 365 * 86_400_000
_DAYS_10 = 10 * 86_400_000
_WORDS = (
    "license weights model training data open source apache copyleft gguf quantize lora fine tune cost gpu run locally commercial use why "
    "how what difference between distillation benchmark safety card dataset tokenizer attention"
).split()
_OUTCOMES = ("answer", "answer", "suggestions", "abstention")
_ANSWERS = (
    "id, answer_id, guild_id, channel_id, message_id, member_hash, question, normalized_question, searched, outcome, section_id, "
    "shown_digest, confidence, fingerprint, asked_at"
)
_CASES = (
    "id, guild_id, number, kind, state, question_key, answer, section_id, area, reason, signals, opened_at, last_signal_at, moderator_id, "
    "closed_at, resolution, dismissal"
)


def fill(path: Path, cases: int) -> None:
    """Store cases in an empty database of today's schema, the same ones every time."""
    chance = random.Random(1)
    now = round(time.time() * 1000)
    with closing(sqlite3.connect(path)) as connection:
        for start in range(1, cases + 1, 10_000):
            rows = [_row(number, now, chance) for number in range(start, min(start + 10_000, cases + 1))]
            _insert(connection, "answers", _ANSWERS, [row[0] for row in rows])
            votes = "id, answer, guild_id, member_hash, helpful, reason, comment, voted_at, section_id"
            _insert(connection, "votes", votes, [row[1] for row in rows])
            _insert(connection, "cases", _CASES, [row[2] for row in rows])
            signals = 'id, guild_id, "case", kind, answer, vote, reason, member_hash, sent_at'
            _insert(connection, "signals", signals, [row[3] for row in rows])
            _insert(connection, "case_texts", '"case", guild_id, text', [row[4] for row in rows])
        connection.execute("ANALYZE")
        connection.commit()


def one_case(path: Path) -> None:
    """Create a database with a single case, number 1, that somebody may fight over."""
    prepare_database(path, must_exist=False)
    with closing(sqlite3.connect(path)) as connection:
        columns = "guild_id, number, kind, state, signals, opened_at, last_signal_at"
        _insert(connection, "cases", columns, [(GUILD, 1, "review", "open", 0, 1, 1)])
        connection.commit()


def _insert(connection: sqlite3.Connection, table: str, columns: str, rows: list[tuple[object, ...]]) -> None:
    places = ", ".join("?" * len(rows[0]))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608 - names of our own tables


def _row(number: int, now: int, chance: random.Random) -> tuple[tuple[object, ...], ...]:
    asked_at = now - chance.randrange(_YEAR)
    question, comment = (" ".join(chance.choices(_WORDS, k=8)) for _ in range(2))
    question += f" number{number}"
    area, member = f"area{number % 8}", f"member{number % 5000}"
    section, outcome = f"{area}/article{number % 40}#section{number % 400}", chance.choice(_OUTCOMES)
    state = chance.choice(["open", "open", "claimed", "resolved", "dismissed"])
    closed = state in ("resolved", "dismissed")
    return (
        (
            number, f"a{number:011}", GUILD, 7, 10**6 + number, member, question, question, question, outcome, section,
            f"digest{number % 900}", 0.8, "fingerprint", asked_at,
        ),
        (number, number, GUILD, member, chance.random() < 0.7, None, comment, asked_at, section),
        (
            number, GUILD, number, "not-helpful", state, f"key{number}", number, section, area, "wrong", 1, asked_at, asked_at,
            None if state == "open" else chance.choice(MODERATORS), asked_at + chance.randrange(_DAYS_10) if closed else None,
            "fixed" if state == "resolved" else None, "spam" if state == "dismissed" else None,
        ),
        (number, GUILD, number, "not-helpful", number, number, "wrong", member, asked_at),
        (number, GUILD, f"{section}\n{question}\n{comment}"),
    )  # fmt: skip


async def no_proof(_guild_id: int, _number: int, _why: str | None) -> None:
    """Prove nothing, where nothing is resolved as fixed."""
