"""The lookup commands as processes: tables for people, JSON for programs, and what is meant where nothing has the name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SMALL_KNOWLEDGE, TESTS
from tests.integration.processes import python
from tests.unit.making import write_folder

NO_CALIBRATION = "no calibration was fitted for"
"""Told at each load of this folder, which has none of its own."""
KNOWLEDGE = ("--knowledge", str(TESTS / "data" / "lookup"))


def run(*arguments: str, cwd: Path) -> str:
    done = python("-m", "bot", *arguments, *KNOWLEDGE, cwd=cwd)
    said = [line for line in done.stderr.splitlines() if NO_CALIBRATION not in line]
    assert (done.returncode, said) == (0, [])
    return done.stdout


def read(*arguments: str, cwd: Path) -> Any:
    return json.loads(run(*arguments, "--json", cwd=cwd))


@pytest.mark.parametrize(
    ("arguments", "texts"),
    [
        (("timeline", "2018"), ("Timeline 2018", "Model number 16", "2 events")),
        (("license", "apache", "2"), ("Apache License 2.0", "written patent grant", "Patents", "licenses/LICENSE-2.0")),
        (("license", "mit", "--compare", "apache"), ("MIT", "Apache 2.0", "≠", "=", "not mentioned")),
        (("license", "--guide", "code"), ("Which license for my code?", "Licenses for code", "MIT License")),
        (("project", "pytroch"), ("PyTorch", "September 2016", "BSD-3-Clause")),
        (("project", "torch", "--compare", "tensorflow"), ("PyTorch", "TensorFlow", "≠")),
        (("glossary", "lora"), ("low-rank adaptation", "LoRA", "adapter")),
        (("topic", "signs", "of", "openwashing"), ("Signs of openwashing", "Previous: Openwashing", "Up: Openwashing")),
        (("fact", "basics"), ("Did you know?", "basics/openness#")),
        (("sources", "licensing"), ("Sources of Licensing", "https://choosealicense.com")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_people_get_tables(tmp_path: Path, arguments: tuple[str, ...], texts: tuple[str, ...]) -> None:
    printed = run(*arguments, cwd=tmp_path)

    assert all(text in printed for text in texts), printed


def test_programs_get_json(tmp_path: Path) -> None:
    license_read = read("license", "ASL 2.0", cwd=tmp_path)
    assert (license_read["id"], license_read["patent_grant"], license_read["used_by"]) == ("apache-2-0", True, ["JAX", "Qwen3"])
    assert license_read["sources"][0]["url"] == "https://www.apache.org/licenses/LICENSE-2.0"
    timeline = read("timeline", "--from", "2022-05", "--about", "licences", cwd=tmp_path)
    assert [(event["id"], event["date"]) for event in timeline["events"]] == [("license-day", "2022-05-02")]
    rows = read("project", "torch", "--compare", "tensorflow", cwd=tmp_path)["rows"]
    assert [row["label"] for row in rows if not row["differs"]] == ["Kind"]
    assert read("project", "torch", cwd=tmp_path)["first_release"] == "2016-09"
    assert read("glossary", "LoRA", cwd=tmp_path)["see_also"] == ["adapter"]
    assert read("topic", "open weights", cwd=tmp_path)["neighbours"]["next"] == "basics/openness#openwashing"
    assert read("license", "--guide", "code", cwd=tmp_path)["section"] == "licensing/choosing#which-license-for-my-code"
    assert read("sources", "licensing", cwd=tmp_path)["sources"][0]["sections"] == 2


def test_each_number_is_another_fact_until_all_were_shown(tmp_path: Path) -> None:
    reply = [read("fact", "basics", "--number", str(number), cwd=tmp_path)["section"] for number in range(4)]

    assert len(set(reply)) == 3
    assert reply[3] == reply[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("license", "apache", "1.1"), "There is no license called 'apache 1.1'. Did you mean Apache License 2.0"),
        (("license", "mit", "--compare", "apache 9"), "There is no license called 'apache 9'."),
        (("license",), "Name a license, or give --guide."),
        (("license", "mit", "--guide", "code"), "Name a license, or give --guide."),
        (("timeline", "3000"), "choose a year up to 2024"),
        (("timeline", "--from", "2020", "--to", "2018"), "Did you mean 2018 to 2020?"),
        (("fact", "cooking"), "There are: Basics, Licensing, Reference."),
        (("sources", "licensing stuff"), "There is no topic called 'licensing stuff'.\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_miss_is_reported_with_what_is_possible_and_code_2(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    done = python("-m", "bot", *arguments, *KNOWLEDGE, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_short_name_of_several_is_answered_with_all_of_them(tmp_path: Path) -> None:
    write_folder(
        tmp_path, {"k/gardening/iron.md": "# Iron pans\n\n## Care\n\nOil it.", "k/copper.md": "# Copper pans\n\n## Care\n\nRub it."}
    )

    done = python("-m", "bot", "topic", "care", "--knowledge", "k", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert "error: Several topics are called 'care': Care (Copper pans), Care (Iron pans).\n" in done.stderr


def test_a_folder_without_licenses_has_no_guide_to_them(tmp_path: Path) -> None:
    done = python("-m", "bot", "license", "--guide", "data", "--knowledge", str(SMALL_KNOWLEDGE), cwd=tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", "error: The knowledge base has no licenses.\n")


@pytest.mark.parametrize(("command", "what"), [("license", "licenses"), ("project", "projects"), ("glossary", "terms")])
def test_a_folder_without_catalogues_is_reported(tmp_path: Path, command: str, what: str) -> None:
    done = python("-m", "bot", command, "x", "--knowledge", str(SMALL_KNOWLEDGE), cwd=tmp_path)

    assert (done.returncode, done.stderr) == (2, f"error: The knowledge base has no {what}.\n")
