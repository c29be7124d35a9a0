"""The configuration: file and environment, checked as a whole."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import (
    AnsweringConfig,
    Config,
    KeepQuestions,
    LogFormat,
    LogLevel,
    ProposalTarget,
    SyncCommands,
    environment_name,
    load_config,
)
from bot.errors import ConfigError, ExitCode


def load(folder: Path, text: str, environment: dict[str, str] | None = None) -> Config:
    file = folder / "config.yaml"
    file.write_bytes(text.encode())
    return load_config(file, environment or {})


def problems(folder: Path, text: str, environment: dict[str, str] | None = None) -> tuple[str, ...]:
    """Load a configuration that must be refused, and return what is wrong with it."""
    with pytest.raises(ConfigError) as caught:
        load(folder, text, environment)
    return caught.value.problems


def test_without_a_file_every_key_has_its_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert load_config(None, {}) == Config()


def test_the_file_in_the_working_directory_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("log: {level: error}")

    assert load_config(None, {}).log.level is LogLevel.ERROR


def test_the_environment_of_the_process_is_read_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_LOG_LEVEL", "debug")

    assert load_config().log.level is LogLevel.DEBUG


@pytest.mark.parametrize("text", ["", "# only a comment\n", "knowledge:\nlog:\n", "\ufefflog: {}\r\n"])
def test_empty_files_and_sections_change_nothing(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == Config()


def test_values_of_the_file_are_taken(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        "knowledge: {path: articles, max_files: 5}\nanswering:\n  answer_threshold: 0.7\n"
        "privacy: {keep_questions: never}\ndiscord: {owner_ids: [1, 2]}\n",
    )

    assert (config.knowledge.path, config.knowledge.max_files) == (Path("articles"), 5)
    assert config.answering.answer_threshold == 0.7
    assert config.privacy.keep_questions is KeepQuestions.NEVER
    assert config.discord.owner_ids == (1, 2)


OVERRIDES: dict[tuple[str, str], tuple[str, object]] = {
    ("knowledge", "path"): ("some/where", Path("some/where")),
    ("knowledge", "max_file_bytes"): ("2048", 2048),
    ("knowledge", "max_files"): ("7", 7),
    ("knowledge", "max_nesting"): ("9", 9),
    ("knowledge", "cache"): ("false", False),
    ("answering", "wrong_answer_cost"): ("4", 4.0),
    ("answering", "missed_answer_cost"): ("4", 4.0),
    ("answering", "answer_threshold"): ("0.9", 0.9),
    ("answering", "suggest_threshold"): ("0.1", 0.1),
    ("answering", "excerpt_characters"): ("300", 300),
    ("answering", "suggestions"): ("5", 5),
    ("answering", "conversation_minutes"): ("0.5", 0.5),
    ("database", "path"): ("x.sqlite3", Path("x.sqlite3")),
    ("database", "url"): ("postgresql://faq@db.example:5433/faq?sslmode=require",) * 2,
    ("database", "password_file"): ("secrets/database", Path("secrets/database")),
    ("sharding", "shards"): ("auto/16",) * 2,
    ("sharding", "at_most"): ("6", 6),
    ("privacy", "keep_questions"): ("always", KeepQuestions.ALWAYS),
    ("privacy", "question_hours"): ("1.5", 1.5),
    ("privacy", "feedback_days"): ("30", 30.0),
    ("privacy", "removed_guild_days"): ("0", 0.0),
    ("privacy", "gap_askers"): ("2", 2),
    ("limits", "member_per_minute"): ("1", 1),
    ("limits", "guild_per_minute"): ("2", 2),
    ("discord", "token_file"): ("secrets/token", Path("secrets/token")),
    ("discord", "owner_ids"): (" 11, 22 ,", (11, 22)),
    ("discord", "source_url"): ("https://x.org/code", "https://x.org/code"),
    ("discord", "sync_commands"): ("never", SyncCommands.NEVER),
    ("proposals", "to"): ("none", ProposalTarget.NONE),
    ("proposals", "servers"): ("11, 22", (11, 22)),
    ("proposals", "base"): ("trunk", "trunk"),
    ("proposals", "repository"): ("owner/name", "owner/name"),
    ("proposals", "folder"): ("docs/faq", "docs/faq"),
    ("proposals", "api"): ("https://git.example.org/api/v4", "https://git.example.org/api/v4"),
    ("log", "level"): ("warning", LogLevel.WARNING),
    ("log", "format"): ("json", LogFormat.JSON),
    ("monitoring", "port"): ("9464", 9464),
    ("monitoring", "address"): ("0.0.0.0", "0.0.0.0"),
    ("monitoring", "metrics"): ("false", False),
}


def test_every_key_is_tried_below() -> None:
    keys = {(section, key) for section, value in Config() for key in type(value).model_fields}

    assert keys == set(OVERRIDES)


@pytest.mark.parametrize(("section", "key"), OVERRIDES)
def test_the_environment_overrides_every_key_of_the_file(tmp_path: Path, section: str, key: str) -> None:
    text, value = OVERRIDES[section, key]

    config = load(tmp_path, f"{section}: {{}}", {environment_name(section, key): text, "HOME": "/", "bot_x": "y"})

    assert getattr(getattr(config, section), key) == value
    assert load(tmp_path, f"{section}: {{}}") == Config()


@pytest.mark.parametrize(("base", "fits"), [("main", True), ("a" * 201, True), ("a" * 202, False), ("-x", False), ("a b", False)])
def test_a_branch_has_a_form_and_a_length(tmp_path: Path, base: str, fits: bool) -> None:
    if fits:
        assert load(tmp_path, f"proposals: {{base: '{base}'}}").proposals.base == base
        return
    with pytest.raises(ConfigError, match=r"proposals\.base"):
        load(tmp_path, f"proposals: {{base: '{base}'}}")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://faq:hunter2@db.example/faq", "database.password_file, or set PGPASSWORD"),
        ("postgresql://db.example/faq?password=hunter2", "database.password_file, or set PGPASSWORD"),
        ("postgresql://db.example/faq?sslmode=require&passfile=hunter2", "database.password_file, or set PGPASSWORD"),
        ("mysql://hunter2@db.example/faq", "must begin with postgresql://"),
        ("postgresql://faq@hunter2", "must name one database"),
        ("postgresql://faq@db.example/hunter2/b", "must name one database"),
        ("postgresql://faq@db.example:hunter2/faq", "is no address of a database"),
        ("postgresql://db.example/faq?hunter2=1", "host, sslmode"),
        ("hunter2", "must begin with postgresql://"),
    ],
)
@pytest.mark.parametrize("by_environment", [True, False])
def test_an_address_that_cannot_be_used_is_refused_without_being_shown(tmp_path: Path, url: str, said: str, by_environment: bool) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, "{}", {"BOT_DATABASE_URL": url}) if by_environment else load(tmp_path, f"database: {{url: '{url}'}}")

    assert said in str(caught.value)
    assert "database.url" in str(caught.value)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(("text", "ids"), [("[1, 2]", (1, 2)), ("3", (3,)), ("[]", ())])
def test_owners_may_be_written_with_brackets_and_without(tmp_path: Path, text: str, ids: tuple[int, ...]) -> None:
    assert load(tmp_path, "discord: {owner_ids: [9]}", {"BOT_DISCORD_OWNER_IDS": text}).discord.owner_ids == ids


@pytest.mark.fault(50)
def test_all_problems_are_reported_at_once_each_with_its_key_and_what_to_do(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "knowlege: {}\nknowledge: {max_files: many, pat: x}\nanswering: {answer_threshold: 1.5}\nlog: {level: loud}\n",
        {"BOT_LIMITS_MEMBER_PER_MINUTE": "0", "BOT_LOG_LEVL": "info"},
    )

    keys = (
        "knowlege",
        "knowledge.max_files",
        "knowledge.pat",
        "answering.answer_threshold",
        "log.level",
        "limits.member_per_minute",
        "BOT_LOG_LEVL",
    )
    assert sorted(problem.split(":")[0].split(" ")[0] for problem in found) == sorted(keys)
    assert all(problem.endswith(("?", ".")) for problem in found)


def test_the_message_counts_the_problems_and_the_exit_code_says_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"(?s)has 2 problems:\n- .*\n- ") as caught:
        load(tmp_path, "x: 1\ny: 2")

    assert caught.value.exit_code is ExitCode.CONFIG


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("knowlege: {path: x}", "knowlege: no such key. Did you mean 'knowledge'?"),
        ("privacy: {feedback_day: 3}", "privacy.feedback_day: no such key. Did you mean 'feedback_days'?"),
        ("log: {xyzzy: 3}", "log.xyzzy: no such key. Known keys here are level, format."),
    ],
)
def test_an_unknown_key_is_answered_with_what_was_meant(tmp_path: Path, text: str, hint: str) -> None:
    assert problems(tmp_path, text) == (hint,)


def test_an_unknown_variable_is_answered_with_what_was_meant(tmp_path: Path) -> None:
    found = problems(tmp_path, "", {"BOT_KNOWLEDGE_PTH": "x", "BOT_QQQ": "x"})

    assert found == (
        "BOT_KNOWLEDGE_PTH: no such setting. Did you mean BOT_KNOWLEDGE_PATH?",
        "BOT_QQQ: no such setting. See config.example.yaml for the names.",
    )


def test_a_wrong_value_names_the_variable_that_sets_it(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "", {"BOT_LIMITS_GUILD_PER_MINUTE": "lots"})

    assert problem.startswith("limits.guild_per_minute (or BOT_LIMITS_GUILD_PER_MINUTE): ")


@pytest.mark.fault(51)
@pytest.mark.parametrize(
    "text",
    ["discord: {token: SECRET1}", "token: SECRET1", "discord_token: SECRET1", "DISCORD_TOKEN: SECRET1", "discord: {bot_Token: SECRET1}"],
)
def test_a_token_in_the_file_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    (problem,) = problems(tmp_path, text)

    assert "a token does not belong in this file. Set DISCORD_TOKEN" in problem
    assert "SECRET1" not in problem


def test_a_token_is_not_repeated_where_the_yaml_cannot_be_read(tmp_path: Path) -> None:
    assert "SECRET1" not in problems(tmp_path, "discord: {token: !x SECRET1}")[0]


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("answering: {answer_threshold: 0.3, suggest_threshold: 0.4}", {}),
        ("answering: {answer_threshold: 0.05}", {}),
        ("", {"BOT_ANSWERING_SUGGEST_THRESHOLD": "0.9"}),
    ],
)
def test_thresholds_must_be_in_order(tmp_path: Path, text: str, environment: dict[str, str]) -> None:
    (problem,) = problems(tmp_path, text, environment)

    assert problem.startswith("answering: suggest_threshold must not be above answer_threshold")


def test_equal_thresholds_are_in_order(tmp_path: Path) -> None:
    assert load(tmp_path, "answering: {answer_threshold: 0.4, suggest_threshold: 0.4}").answering.suggest_threshold == 0.4


@pytest.mark.parametrize(
    "text",
    [
        "answering: {answer_threshold: .nan}",
        "answering: {conversation_minutes: .inf}",
        "knowledge: {max_files: 1.5}",
        "knowledge: {path: null}",
        "knowledge: 5",
        "discord: {owner_ids: [0]}",
        "discord: {owner_ids: [-1]}",
        "discord: {owner_ids: [9223372036854775808]}",
        "log: {level: [info]}",
        "answering: {suggestions: 6}",
        "privacy: {question_hours: 0.5}",
        "discord: {source_url: x.org}",
    ],
)
def test_values_that_make_no_sense_are_refused(tmp_path: Path, text: str) -> None:
    assert len(problems(tmp_path, text)) == 1


def test_an_empty_path_is_refused(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "knowledge: {path: ' '}")) == 1


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    config = load(tmp_path, "knowledge: {path: mine}", {"BOT_KNOWLEDGE_PATH": "", "BOT_LOG_LEVEL": " ", "BOT_QQQ": ""})

    assert (config.knowledge.path, config.log.level) == (Path("mine"), LogLevel.INFO)


@pytest.mark.parametrize(
    "name",
    [
        "BOT_PORT",
        "BOT_PORT_80_TCP",
        "BOT_PORT_80_TCP_ADDR",
        "BOT_PORT_80_TCP_PROTO",
        "BOT_SERVICE_HOST",
        "BOT_SERVICE_PORT",
        "BOT_SERVICE_PORT_HTTP",
        "BOT_WEB_SERVICE_HOST",
        "BOT_WEB_PORT_53_UDP",
    ],
)
def test_what_a_container_platform_sets_for_a_service_is_passed_over_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    assert load(tmp_path, "", {name: "tcp://10.0.0.1:80"}) == Config()
    assert f"{name} is passed over" in caplog.text


@pytest.mark.parametrize("name", ["BOT_PROT", "BOT_SERVICE_HOSTS", "BOT_LOG_LEVLE", "BOT_REPORT", "BOT_PORT_80"])
def test_any_other_unknown_variable_stays_a_fault(tmp_path: Path, name: str) -> None:
    assert len(problems(tmp_path, "", {name: "x"})) == 1


def test_a_tilde_in_a_path_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    config = load(tmp_path, "knowledge: {path: ~/articles}", {"BOT_DATABASE_PATH": "~/bot.sqlite3"})

    assert (config.knowledge.path, config.database.path) == (tmp_path / "home" / "articles", tmp_path / "home" / "bot.sqlite3")


def test_a_tilde_without_a_home_is_refused_instead_of_making_a_folder_of_that_name(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "database: {path: ~nobody-of-that-name/bot.sqlite3}")

    assert problem.startswith("database.path (or BOT_DATABASE_PATH): ~nobody-of-that-name/bot.sqlite3 begins with a tilde")


@pytest.mark.parametrize("text", ["- a", "words", "a: [", "a: &x 1\nb: *x", "a: {a: 1, a: 2}", "a: " + "[" * 20 + "]" * 20, "a: \x07"])
def test_a_file_that_is_no_configuration_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (problem,) = problems(tmp_path, text)

    assert problem.startswith(str(tmp_path / "config.yaml"))
    assert problem.endswith("config.example.yaml.")


def test_files_that_are_not_there_not_utf_8_and_too_large_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "nowhere.yaml", {})
    (tmp_path / "latin.yaml").write_bytes(b"log: caf\xe9")
    with pytest.raises(ConfigError, match="is not UTF-8: byte 8 is 0xe9"):
        load_config(tmp_path / "latin.yaml", {})
    (tmp_path / "large.yaml").write_bytes(b"#" * 300_000)
    with pytest.raises(ConfigError, match="larger than"):
        load_config(tmp_path / "large.yaml", {})


@pytest.mark.parametrize("text", ["log: !!bool x", "log: !!timestamp x", "log: !!int ''"])
def test_an_impossible_value_under_a_yaml_tag_is_refused(tmp_path: Path, text: str) -> None:
    assert len(problems(tmp_path, text)) == 1


@given(st.text(st.sampled_from("loganswerigdcf:{}[] \n\"'#-0123.!?"), max_size=60))
def test_any_file_that_is_not_taken_is_refused_with_reasons(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(text)

    taken = attempt(file)
    if not isinstance(taken, Config):
        assert taken


def attempt(file: Path) -> Config | tuple[str, ...]:
    """Return the configuration in a file, or what is wrong with it."""
    try:
        return load_config(file, {})
    except ConfigError as error:
        return error.problems


@given(st.floats(1.01, 100), st.floats(1.01, 100))
def test_thresholds_follow_from_the_costs(wrong: float, missed: float) -> None:
    if 1 / missed > 1 - 1 / wrong:
        with pytest.raises(ValueError, match="suggest_threshold must not be above answer_threshold"):
            AnsweringConfig(wrong_answer_cost=wrong, missed_answer_cost=missed)
        return
    config = AnsweringConfig(wrong_answer_cost=wrong, missed_answer_cost=missed)

    # an answer is wrong with probability 1 - p, which costs more than the 1 of suggestions as long as p is below the threshold
    assert (1 - config.answers_from) * wrong == pytest.approx(1)
    # to decline is a miss with probability p, which costs as much as suggestions at the threshold
    assert config.suggests_from * missed == pytest.approx(1)


@pytest.mark.parametrize(
    ("wrong", "missed", "answers", "suggests"),
    [(2.0, 4.0, 0.5, 0.25), (4.0, 2.0, 0.75, 0.5), (10.0, 10.0, 0.9, 0.1), (2.5, 4.0, 0.6, 0.25)],
)
def test_costs_are_turned_into_these_thresholds(wrong: float, missed: float, answers: float, suggests: float) -> None:
    config = AnsweringConfig(wrong_answer_cost=wrong, missed_answer_cost=missed)

    assert config.answers_from == pytest.approx(answers)
    assert config.suggests_from == pytest.approx(suggests)


def test_a_wrong_answer_that_costs_more_makes_answers_rarer() -> None:
    answers = [AnsweringConfig(wrong_answer_cost=cost).answers_from for cost in (2.5, 3, 10, 100)]

    assert answers == sorted(set(answers))


def test_a_threshold_that_is_set_goes_before_the_costs() -> None:
    config = AnsweringConfig(wrong_answer_cost=10, missed_answer_cost=10, answer_threshold=0.55, suggest_threshold=0.2)

    assert (config.answers_from, config.suggests_from) == (0.55, 0.2)


def test_each_threshold_may_be_set_alone() -> None:
    assert AnsweringConfig(answer_threshold=0.8).suggests_from == AnsweringConfig().suggests_from
    assert AnsweringConfig(suggest_threshold=0.0).answers_from == AnsweringConfig().answers_from


@pytest.mark.parametrize("key", ["wrong_answer_cost", "missed_answer_cost"])
@pytest.mark.parametrize("value", ["1", "0", "-3", "101", "nan", "inf", "much"])
def test_a_cost_that_is_none_is_refused_by_name(tmp_path: Path, key: str, value: str) -> None:
    (problem,) = problems(tmp_path, f"answering: {{{key}: {value}}}")

    assert problem.startswith(f"answering.{key} (or BOT_ANSWERING_{key.upper()})")


def test_costs_that_leave_no_room_for_suggestions_are_refused_with_what_they_come_to(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "answering: {wrong_answer_cost: 1.25, missed_answer_cost: 2}")

    assert "answers from 0.20, suggestions from 0.50" in problem
