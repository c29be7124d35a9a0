"""From the configuration to built knowledge: which folder, with which settings, and what is said about its faults."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from bot.bootstrap.knowledge import knowledge_folder, knowledge_source, load_knowledge
from bot.config import AnsweringConfig, Config, KnowledgeConfig
from bot.errors import KnowledgeError
from tests.conftest import REPOSITORY, SMALL_KNOWLEDGE


def test_the_settings_reach_the_engine_and_change_its_fingerprint(config: Config) -> None:
    strict = config.model_copy(update={"answering": AnsweringConfig(answer_threshold=0.9, suggestions=1)})

    usual, changed = load_knowledge(config).engine, load_knowledge(strict).engine

    assert (changed.settings.answer_threshold, changed.settings.suggestions) == (0.9, 1)
    assert usual.fingerprint != changed.fingerprint
    assert usual.corpus == changed.corpus


def test_the_limits_reach_the_source() -> None:
    source = knowledge_source(KnowledgeConfig(max_files=3, max_file_bytes=2048, max_nesting=7), AnsweringConfig())

    assert (source.limits.files, source.limits.file_bytes, source.limits.nesting) == (3, 2048, 7)


def test_the_folder_beside_the_package_is_used_where_the_working_directory_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert knowledge_folder(Path("knowledge")) == REPOSITORY / "knowledge"


def test_the_folder_of_the_working_directory_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "knowledge").mkdir()
    monkeypatch.chdir(tmp_path)

    assert knowledge_folder(Path("knowledge")) == Path("knowledge")


def test_a_folder_that_was_asked_for_is_never_replaced_by_another(tmp_path: Path) -> None:
    assert knowledge_folder(tmp_path / "mine") == tmp_path / "mine"


@pytest.mark.parametrize("named", ["nowhere", "empty"])
def test_a_folder_without_knowledge_is_refused_by_name_and_leaves_the_collector_on(tmp_path: Path, named: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(KnowledgeError, match=named):
        load_knowledge(Config(knowledge=KnowledgeConfig(path=tmp_path / named)))

    assert gc.isenabled()


def test_faults_are_logged_and_the_rest_is_loaded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.md").write_bytes((SMALL_KNOWLEDGE / "basics" / "openness.md").read_bytes())
    (folder / "bad.md").write_bytes(b"# Title\n\nA text with \0 in it.\n")

    built = load_knowledge(Config(knowledge=KnowledgeConfig(path=folder)))

    assert [article.slug for article in built.engine.corpus.articles] == ["good"]
    assert "knowledge: bad.md" in caplog.text


def test_the_costs_reach_the_engine_as_thresholds() -> None:
    source = knowledge_source(KnowledgeConfig(), AnsweringConfig(wrong_answer_cost=4, missed_answer_cost=5))

    assert (source.settings.answer_threshold, source.settings.suggest_threshold) == (0.75, 0.2)
    assert not source.threshold_is_set


def test_a_threshold_of_the_operator_s_is_known_as_such() -> None:
    assert knowledge_source(KnowledgeConfig(), AnsweringConfig(answer_threshold=0.4)).threshold_is_set
    assert not knowledge_source(KnowledgeConfig(), AnsweringConfig(suggest_threshold=0.1)).threshold_is_set


def test_a_folder_s_calibration_for_another_state_of_it_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "openness.md").write_bytes((SMALL_KNOWLEDGE / "basics" / "openness.md").read_bytes())
    folder = Config(knowledge=KnowledgeConfig(path=tmp_path))
    load_knowledge(folder)
    assert "another state" not in caplog.text

    (tmp_path / "calibration.json").write_bytes((REPOSITORY / "knowledge" / "calibration.json").read_bytes())
    load_knowledge(folder)

    assert "the calibration was fitted for another state of this folder; run `python -m bot calibrate`" in caplog.text
