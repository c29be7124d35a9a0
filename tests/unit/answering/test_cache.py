"""Built knowledge on disk: used where nothing has changed, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.cache import cache_folder
from bot.answering.knowledge import BuiltKnowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.corpus.files import Limits
from tests.unit.making import write_folder

TEXT = "## Apples\n\nApples are red.\n\n## Cars\n\nCars are fast."


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def build(folder: Path, *, cached: bool = True) -> BuiltKnowledge:
    return build_knowledge(KnowledgeSource(folder, Limits(), AnswerSettings(), cached=cached))


def test_a_second_build_takes_the_cache_and_answers_the_same(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"a.md": TEXT, "b.md": "[x](gone.md) words", "c.md": "é".encode("utf-16")})
    plain, first = build(folder, cached=False), build(folder)
    (entry,) = cache_folder().iterdir()

    second = build(folder)

    assert list(cache_folder().iterdir()) == [entry]
    for built in (first, second):
        assert built.engine.fingerprint == plain.engine.fingerprint
        assert built.engine.corpus == plain.engine.corpus
        assert built.problems == plain.problems
        assert built.engine.answer("apples") == plain.engine.answer("apples")


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"a.md": TEXT})
    before = build(folder)
    write_folder(folder, {"a.md": TEXT.replace("red", "green")})

    after = build(folder)

    assert after.engine.fingerprint != before.engine.fingerprint
    assert after.engine.corpus == build(folder, cached=False).engine.corpus


@pytest.mark.parametrize("name", ["check.json", "corpus.json", "strings.json", "pairs.npy"])
def test_a_damaged_entry_is_built_again(tmp_path: Path, name: str) -> None:
    folder = write_folder(tmp_path / "in", {"a.md": TEXT})
    before = build(folder)
    (entry,) = cache_folder().iterdir()
    (entry / name).write_bytes(b"{}")

    assert build(folder).engine.corpus == before.engine.corpus


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    folder = write_folder(tmp_path / "in", {"a.md": TEXT})

    assert len(build(folder).engine.corpus.sections) == 2


def test_a_folder_that_was_moved_is_read_again(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"one/docs/a.md": TEXT})
    build(folder)
    (folder / "one").rename(folder / "two")

    assert [section.id for section in build(folder).engine.corpus.sections] == ["two/docs/a#apples", "two/docs/a#cars"]


def test_a_fault_that_was_fixed_is_not_reported_again(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", {"a.md": TEXT})
    (folder / "link.md").symlink_to("/etc/hostname")
    assert build(folder).problems
    (folder / "link.md").unlink()

    assert build(folder).problems == ()
