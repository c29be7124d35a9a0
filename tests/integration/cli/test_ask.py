"""``ask`` and ``chat`` as processes: what they print for people and programs, how they end, and what the terminal does without."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SMALL_KNOWLEDGE
from tests.integration.processes import PATIENCE, python, started

KNOWLEDGE = ("--knowledge", str(SMALL_KNOWLEDGE))
FIELDS = [
    "id", "question", "outcome", "title", "text", "section", "confidence", "score", "sources", "suggestions", "more", "alternatives",
    "answer_id", "fingerprint", "elapsed_ms",
]  # fmt: skip
UNSURE = {"BOT_ANSWERING_ANSWER_THRESHOLD": "1", "BOT_ANSWERING_SUGGEST_THRESHOLD": "0.01"}
"""Settings under which a question that shares some words gets suggestions."""


def ask(
    folder: Path, *arguments: str | bytes, typed: bytes = b"", changes: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return python("-m", "bot", "ask", *KNOWLEDGE, *arguments, cwd=folder, typed=typed, changes=changes)


def asked(folder: Path, question: str | bytes, **changes: str) -> dict[str, Any]:
    """Return the one object that ``ask --json`` prints."""
    done = ask(folder, "--json", question, changes=changes)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    value: dict[str, Any] = json.loads(done.stdout)
    return value


def batch(folder: Path, *lines: object, **changes: str) -> list[dict[str, Any]]:
    """Return what ``ask --batch -`` prints for lines that are all good."""
    done = ask(folder, "--batch", "-", typed="\n".join(json.dumps(line) for line in lines).encode(), changes=changes)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_ask_prints_the_answer_its_source_and_how_sure_it_is(tmp_path: Path) -> None:
    done = ask(tmp_path, "what", "are", "open", "weights?")

    printed = " ".join(re.sub("[│╭╮╰╯─]", " ", done.stdout).split())
    assert (done.returncode, done.stderr) == (0, "")
    assert "trained parameters of a model can be downloaded by anyone." in printed
    assert "[1] The Open Source AI Definition (Open Source Initiative, 2024) https://opensource.org/ai" in printed
    assert printed.endswith("Sure --why says how this was found")


def test_ask_why_shows_every_word_the_score_and_the_thresholds(tmp_path: Path) -> None:
    done = ask(tmp_path, "--why", "what are open weights?")

    assert "Searched for: what are open weights?" in done.stdout
    assert re.search(r"weights .* \d\.\d{4}", done.stdout)
    assert re.search(r"score .* \d\.\d{4}", done.stdout)
    assert re.search(r"Confidence \d\.\d\d: an answer from 0\.\d\d\n", done.stdout)
    assert re.search(r"One of the first three answers \d\.\d\d: suggestions from 0\.\d\d\n", done.stdout)
    assert re.search("Section basics/openness#open-weights\nAnswer [a-z2-7]{12}, fingerprint [0-9a-f]{16}", done.stdout)
    assert "--why" not in done.stdout


def test_ask_json_prints_exactly_the_documented_fields_and_types_for_an_answer(tmp_path: Path) -> None:
    value = asked(tmp_path, "what are open weights?")

    assert list(value) == FIELDS
    assert (value["id"], value["question"], value["outcome"]) == (None, "what are open weights?", "answer")
    assert (value["title"], value["section"]) == ("Open weights", "basics/openness#open-weights")
    assert value["text"].startswith("Open weights means that the trained parameters")
    assert isinstance(value["confidence"], float)
    assert 0.5 <= value["confidence"] <= 1
    assert isinstance(value["score"], float)
    assert 0 < value["score"] <= 1
    source = {
        "title": "The Open Source AI Definition",
        "publisher": "Open Source Initiative",
        "year": 2024,
        "url": "https://opensource.org/ai",
    }
    assert value["sources"] == [source]
    assert (value["suggestions"], value["more"], value["alternatives"]) == ([], [], [])
    assert re.fullmatch("[a-z2-7]{12}", value["answer_id"])
    assert re.fullmatch("[0-9a-f]{16}", value["fingerprint"])
    assert isinstance(value["elapsed_ms"], float)
    assert value["elapsed_ms"] > 0


def test_a_source_without_publisher_year_and_address_has_nulls(tmp_path: Path) -> None:
    value = asked(tmp_path, "what is open-source AI?")

    assert value["sources"][1] == {"title": "A paper without an address", "publisher": None, "year": None, "url": None}


def test_ask_json_lists_suggestions_with_section_title_and_score_best_first(tmp_path: Path) -> None:
    value = asked(tmp_path, "who publishes open weights", **UNSURE)

    assert list(value) == FIELDS
    assert (value["outcome"], value["title"], value["section"], value["sources"]) == ("suggestions", None, None, [])
    first, *others = value["suggestions"]
    assert list(first) == ["section", "title", "score", "sentence", "text"]
    assert (first["section"], first["title"], first["score"]) == ("basics/openness#open-weights", "Open weights", value["score"])
    assert first["text"].startswith("Open weights means that")
    assert first["sentence"] in first["text"]
    assert all(list(suggestion) == list(first) for suggestion in [*others, *value["more"]])
    assert others
    scores = [suggestion["score"] for suggestion in value["suggestions"]]
    assert scores == sorted(scores, reverse=True)
    assert isinstance(value["confidence"], float)


def test_ask_json_has_what_stands_beside_an_answer(tmp_path: Path) -> None:
    value = asked(tmp_path, "what is copyleft? what are open weights?")

    assert (value["outcome"], value["section"]) == ("answer", "basics/licenses#copyleft")
    assert [beside["section"] for beside in value["alternatives"]] == ["basics/openness#open-weights"]
    assert (value["suggestions"], value["more"]) == ([], [])


def test_ask_json_says_that_it_does_not_know_with_code_0(tmp_path: Path) -> None:
    value = asked(tmp_path, "who won the football cup?")

    assert list(value) == FIELDS
    assert (value["outcome"], value["title"], value["section"]) == ("abstention", None, None)
    assert (value["sources"], value["suggestions"]) == ([], [])
    assert value["text"].startswith("I don't know")


def test_ask_json_answers_small_talk_without_a_claim(tmp_path: Path) -> None:
    value = asked(tmp_path, "hello")

    assert list(value) == FIELDS
    assert (value["outcome"], value["confidence"], value["score"], value["section"]) == ("smalltalk", None, None, None)


def test_the_same_question_in_another_process_prints_the_same_but_for_the_time(tmp_path: Path) -> None:
    first, second = (asked(tmp_path, "what are open weights?", PYTHONHASHSEED=seed) for seed in ("1", "2"))

    assert {**first, "elapsed_ms": 0} == {**second, "elapsed_ms": 0}


def test_bytes_that_are_no_text_are_replaced_and_the_rest_is_answered(tmp_path: Path) -> None:
    value = asked(tmp_path, b"\xff\xfe open weights")

    assert value["question"] == "?? open weights"
    assert value["section"] == "basics/openness#open-weights"


def test_a_batch_is_answered_in_order_under_the_ids_that_were_given(tmp_path: Path) -> None:
    values = batch(
        tmp_path,
        {"id": 7, "question": "what are open weights?"},
        {"id": "b", "question": "who won the football cup?"},
        {"question": "what is copyleft?", "note": "ignored"},
        {"id": "7", "question": "hello"},
    )

    assert [value["id"] for value in values] == [7, "b", None, "7"]
    assert [value["outcome"] for value in values] == ["answer", "abstention", "answer", "smalltalk"]
    assert [list(value) for value in values] == [FIELDS] * 4


def test_a_batch_answers_what_a_single_question_answers(tmp_path: Path) -> None:
    (one,) = batch(tmp_path, {"question": "what are open weights?"})

    assert {**one, "elapsed_ms": 0} == {**asked(tmp_path, "what are open weights?"), "elapsed_ms": 0}


def test_turns_are_one_conversation_whose_last_question_is_answered(tmp_path: Path) -> None:
    led, alone = batch(
        tmp_path, {"id": 1, "turns": ["what is copyleft?", "hello", "who publishes it?"]}, {"id": 2, "turns": ["who publishes it?"]}
    )

    assert (led["question"], led["section"]) == ("who publishes it?", "basics/licenses#copyleft")
    assert alone["section"] != "basics/licenses#copyleft"


def test_lines_that_cannot_be_used_are_reported_by_number_and_the_others_are_answered_in_order(tmp_path: Path) -> None:
    lines = [
        b'\xef\xbb\xbf{"id": 1, "question": "what are open weights?"}\r',
        b"{bad",
        b"",
        b'{"id": 4}',
        b'{"id": 5, "question": "a", "turns": ["b"]}',
        b'{"id": 6, "turns": []}',
        b'{"id": true, "question": "a"}',
        b'{"id": 8, "question": 5}',
        b"[]",
        b'{"id": 10, "question": "\xff"}',
        b'{"id": 11, "question": "\\ud800"}',
        b"[" * 100_000,
        b'{"id": 13, "question": "what is copyleft?"}',
    ]

    done = ask(tmp_path, "--batch", "-", typed=b"\n".join(lines))

    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 13]
    assert [int(number) for number in re.findall("^line ([0-9]+): ", done.stderr, re.MULTILINE)] == [2, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert len(done.stderr.splitlines()) == 10
    assert "Traceback" not in done.stderr


def test_a_batch_is_read_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text('{"id": 1, "question": "hello"}\n')

    done = ask(tmp_path, "--batch", "questions.jsonl")

    assert (done.returncode, json.loads(done.stdout)["id"]) == (0, 1)


def test_an_empty_batch_is_no_fault(tmp_path: Path) -> None:
    assert batch(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give a question"),
        (("--batch", "-", "hello"), "Give a question"),
        (("--batch", "nowhere.jsonl"), "nowhere.jsonl: cannot be read"),
        (("--why", "--json", "hello"), "--why and --sources are for people"),
        (("--sources", "--batch", "-"), "--why and --sources are for people"),
    ],
)
def test_ask_that_is_called_wrongly_says_so_in_one_line_with_code_2(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = ask(tmp_path, *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {said}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_a_folder_that_is_not_there_is_named_with_the_remedy_and_code_65(tmp_path: Path, command: str) -> None:
    done = python("-m", "bot", command, *(["hello"] if command == "ask" else []), "--knowledge", "nowhere", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (65, "")
    assert (
        done.stderr == "error: There is no knowledge folder at nowhere. Set knowledge.path in the configuration or pass --knowledge PATH.\n"
    )


def test_a_reader_that_goes_away_ends_the_batch_without_a_traceback(tmp_path: Path) -> None:
    line = b'{"question": "what are open weights?"}\n'
    with started("-m", "bot", "ask", *KNOWLEDGE, "--batch", "-", cwd=tmp_path) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(line * 5000)
        child.stdin.close()
        child.stdout.readline()
        child.stdout.close()
        errors = child.stderr.read()
        child.wait(PATIENCE)

    assert errors == b""


CHAT = b"what is copyleft?\n/full\nwhat is it?\n/why\n/nope\n"


def test_chat_takes_a_conversation_from_a_pipe_and_ends_with_it(tmp_path: Path) -> None:
    done = python("-m", "bot", "chat", *KNOWLEDGE, cwd=tmp_path, typed=CHAT)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Ask me something: I know 7 sections.")
    assert done.stdout.count("The GPL is the best-known copyleft license.") == 2
    assert done.stdout.count("That is all I have about “Copyleft”.") == 1  # what is asked further goes on where the answer ended
    assert re.search("Searched for: .*copyleft", done.stdout)
    assert "I have no such command;" in done.stdout


def test_chat_picks_a_suggestion_by_its_number(tmp_path: Path) -> None:
    typed = b"who publishes open weights\n9\n1\n/quit\nnever read\n"

    done = python("-m", "bot", "chat", *KNOWLEDGE, cwd=tmp_path, typed=typed, changes=UNSURE)

    assert done.returncode == 0
    asking, refusing, picking = done.stdout.split("you › ")[1:4]
    assert "Is it one of these?" in asking
    assert "1. Open weights (" in asking
    assert "Pick a number from 1 to" in refusing
    assert "trained parameters of a model" in picking


@pytest.mark.parametrize("command", [b"/why\n", b"/full\n"])
def test_chat_has_nothing_to_explain_before_the_first_answer(tmp_path: Path, command: bytes) -> None:
    done = python("-m", "bot", "chat", *KNOWLEDGE, cwd=tmp_path, typed=command)

    assert (done.returncode, "There is no answer yet." in done.stdout) == (0, True)


@pytest.mark.usefixtures("interrupts")
def test_chat_ends_by_control_c_with_a_word_and_code_0(tmp_path: Path) -> None:
    with started("-m", "bot", "chat", *KNOWLEDGE, cwd=tmp_path) as child:
        assert child.stdout is not None
        seen = b""
        while not seen.endswith("you › ".encode()):
            seen += child.stdout.read(1)
        child.send_signal(signal.SIGINT)
        rest, errors = child.communicate(timeout=PATIENCE)

    assert (child.returncode, errors) == (0, b"")
    assert rest.endswith(b"Bye.\n")


LIST_MODULES = """
import sys
from bot.__main__ import main
sys.argv[0] = "bot"
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print("modules:", *sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [("ask", "what are open weights?"), ("ask", "--json", "--batch", "-"), ("chat",)], ids=lambda a: a[0])
def test_the_terminal_needs_neither_discord_nor_a_database(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = python("-c", LIST_MODULES, *arguments, *KNOWLEDGE, cwd=tmp_path, typed=b'{"question": "what is copyleft?"}\n')

    modules = done.stderr.rsplit("modules: ", 1)[1].split()
    assert done.returncode == 0
    assert {"bot", "rapidfuzz"} <= set(modules)
    assert not {"discord", "aiohttp", "sqlalchemy", "sqlite3", "aiosqlite", "alembic", "simcord", "matplotlib"} & set(modules)
    assert list(tmp_path.iterdir()) == []
