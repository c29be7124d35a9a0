"""The configuration: a YAML file, overridden by ``BOT_…`` environment variables, checked as a whole.

Every key has a default, so no file is needed. All problems are reported together, each with its key and
remedy. The Discord token is not configuration: a key may name the file that holds it (``token`` reads it), and a configuration that holds
one itself is refused.
"""

from __future__ import annotations

import difflib
import logging
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.corpus.catalogue.entries import WebAddress
from bot.corpus.files import yaml_structure_fault
from bot.corpus.wording import fault_of, yaml_fault
from bot.corpus.yaml_reading import BAD_VALUES
from bot.errors import ConfigError

DEFAULT_FILE = Path("config.yaml")
ENVIRONMENT_PREFIX = "BOT_"
_LONGEST_FILE = 256 * 1024
_DEEPEST = 8
_OF_A_PLATFORM = re.compile(
    r"BOT_(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT(?:_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)"
)
"""What Kubernetes, and Docker for links, set in every container beside a service whose name is, or begins with, "bot"."""

_log = logging.getLogger(__name__)


def _not_blank(value: object) -> object:
    """Refuse an empty path, which would mean the working directory."""
    if isinstance(value, str) and not value.strip():
        raise ValueError("must not be empty")
    return value


def at_home(path: Path) -> Path:
    """A path with a tilde at its beginning as the home folder, as a shell would have it.

    Raises:
        ValueError: there is no such home folder; a folder named ``~`` is never meant.
    """
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError(f"{path} begins with a tilde, and no home folder is known for it; write the whole path") from error


_Path = Annotated[Path, BeforeValidator(_not_blank), AfterValidator(at_home)]
_Share = Annotated[float, Field(ge=0.0, le=1.0)]


class KeepQuestions(StrEnum):
    """How long the text of a question is kept after the first hours."""

    WITH_FEEDBACK = "with_feedback"
    ALWAYS = "always"
    NEVER = "never"


class SyncCommands(StrEnum):
    """When the slash commands are sent to Discord."""

    CHANGED = "changed"
    ALWAYS = "always"
    NEVER = "never"


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """The form of a log line."""

    TEXT = "text"
    JSON = "json"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KnowledgeConfig(_Section):
    """Where the articles are, and how large they may be."""

    path: _Path = Path("knowledge")
    max_file_bytes: int = Field(4 * 1024 * 1024, ge=1024, le=64 * 1024 * 1024)
    max_files: int = Field(10_000, ge=1, le=1_000_000)
    max_nesting: int = Field(40, ge=5, le=100)
    cache: bool = True


class AnsweringConfig(_Section):
    """When the bot answers, suggests or declines, and how much it shows."""

    wrong_answer_cost: float = Field(4, gt=1, le=100)
    missed_answer_cost: float = Field(3.3, gt=1, le=100)
    answer_threshold: _Share | None = None
    suggest_threshold: _Share | None = None
    excerpt_characters: int = Field(500, ge=200, le=2000)
    suggestions: int = Field(3, ge=1, le=5)
    conversation_minutes: float = Field(10, ge=0, le=1440)

    @model_validator(mode="after")
    def _in_order(self) -> AnsweringConfig:
        if self.suggests_from > self.answers_from:
            raise ValueError(
                "suggest_threshold must not be above answer_threshold. Where they are not set, they follow from the costs: "
                f"answers from {self.answers_from:.2f}, suggestions from {self.suggests_from:.2f}"
            )
        return self

    @property
    def answers_from(self) -> float:
        """The probability from which an answer costs less than suggestions: 1 - 1 / wrong_answer_cost, where it is not set."""
        return 1 - 1 / self.wrong_answer_cost if self.answer_threshold is None else self.answer_threshold

    @property
    def suggests_from(self) -> float:
        """The probability from which suggestions cost less than declining: 1 / missed_answer_cost, where it is not set."""
        return 1 / self.missed_answer_cost if self.suggest_threshold is None else self.suggest_threshold


_POSTGRES_OPTIONS = ("host", "sslmode", "sslrootcert", "sslcert", "sslkey")
"""What may follow the question mark of ``database.url``; none of it is a secret."""


def _postgres_address(text: str) -> str:
    """Pass an address of a PostgreSQL database that names one and holds no password; what is wrong is said without showing it.

    Raises:
        ValueError: it does not.
    """
    example = "write it as postgresql://user@host:5432/database"
    try:
        address = urlsplit(text.strip())
        port, options = address.port, parse_qs(address.query, keep_blank_values=True)
    except ValueError:
        raise ValueError(f"is no address of a database; {example}") from None
    if address.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"must begin with postgresql://; {example}. For SQLite, leave it out and set database.path")
    if address.password is not None or any("pass" in name for name in options):
        raise ValueError(
            "holds a password, which does not belong here. Put the password into a file of its own and name that in "
            "database.password_file, or set PGPASSWORD"
        )
    if not address.path.strip("/") or "/" in address.path[1:] or address.fragment or port == 0:
        raise ValueError(f"must name one database behind the host; {example}")
    unknown = sorted(set(options) - set(_POSTGRES_OPTIONS))
    if unknown or any(len(values) > 1 for values in options.values()):
        raise ValueError(f"knows no such option; possible, once each, are {', '.join(_POSTGRES_OPTIONS)}")
    return text.strip()


class DatabaseConfig(_Section):
    """Where feedback is stored: a file, or with ``url`` a PostgreSQL database."""

    path: _Path = Path("data/osai-faq.sqlite3")
    """The SQLite file. Key, sign of life, lock and list of deletions lie beside it, with PostgreSQL too."""
    url: Annotated[str, AfterValidator(_postgres_address)] | None = None
    password_file: _Path | None = None


FEWEST_ASKERS = 2
"""Members who must have asked for something before moderators may read of it; one alone could be recognized."""


class ShardingConfig(_Section):
    """Which shards of the bot this process serves, where several processes serve it together; all of it alone where nothing is set."""

    shards: str | None = None
    at_most: int | None = Field(None, ge=1, le=4096)


class PrivacyConfig(_Section):
    """What is kept of what members write, and for how long."""

    keep_questions: KeepQuestions = KeepQuestions.WITH_FEEDBACK
    question_hours: float = Field(24, ge=1, le=168)
    feedback_days: float = Field(90, ge=1, le=3650)
    removed_guild_days: float = Field(30, ge=0, le=3650)
    gap_askers: int = Field(3, ge=FEWEST_ASKERS, le=100)


class LimitsConfig(_Section):
    """How often members may ask, so that nobody can use up the bot for the others."""

    member_per_minute: int = Field(12, ge=1, le=10_000)
    guild_per_minute: int = Field(120, ge=1, le=100_000)


class DiscordConfig(_Section):
    """What concerns Discord itself."""

    token_file: _Path | None = None
    source_url: WebAddress | None = None
    owner_ids: tuple[Annotated[int, Field(gt=0, lt=2**63)], ...] = ()
    sync_commands: SyncCommands = SyncCommands.CHANGED


class ProposalTarget(StrEnum):
    """Where corrections of sections are handed on to."""

    NONE = "none"
    BRANCH = "branch"
    GITHUB = "github"
    GITLAB = "gitlab"


class ProposalsConfig(_Section):
    """What becomes of corrections that moderators write."""

    to: ProposalTarget = ProposalTarget.NONE
    servers: tuple[Annotated[int, Field(gt=0, lt=2**63)], ...] = ()
    base: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w./-]*$", max_length=201)] = "main"  # counted in the pattern, each start cost .1 s
    repository: Annotated[str, Field(pattern=r"^[\w.-]+(?:/[\w.-]+)+$")] | None = None
    folder: Annotated[str, Field(pattern=r"^[\w./ -]*$")] = "knowledge"
    api: WebAddress | None = None

    @model_validator(mode="after")
    def _complete(self) -> ProposalsConfig:
        if self.to in (ProposalTarget.GITHUB, ProposalTarget.GITLAB) and self.repository is None:
            raise ValueError("to: github and gitlab need a repository, such as owner/name")
        if self.to is not ProposalTarget.NONE and not self.servers:
            raise ValueError("to: name the servers whose moderators may hand corrections on, since the knowledge is that of all servers")
        return self


class LogConfig(_Section):
    """What is logged, and how. Members' text is never logged."""

    level: LogLevel = LogLevel.INFO
    format: LogFormat = LogFormat.TEXT


class MonitoringConfig(_Section):
    """Whether programs can ask this one how it is; off where no port is set."""

    port: int | None = Field(None, ge=0, le=65535)
    address: Annotated[str, Field(pattern=r"^[0-9A-Za-z:.-]{1,253}$")] = "127.0.0.1"
    metrics: bool = False

    @model_validator(mode="after")
    def _reachable(self) -> MonitoringConfig:
        if self.metrics and self.port is None:
            raise ValueError("metrics: true needs a port, such as 9464")
        return self


class Config(_Section):
    """The whole configuration."""

    knowledge: KnowledgeConfig = KnowledgeConfig()
    answering: AnsweringConfig = AnsweringConfig()
    database: DatabaseConfig = DatabaseConfig()
    sharding: ShardingConfig = ShardingConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    limits: LimitsConfig = LimitsConfig()
    discord: DiscordConfig = DiscordConfig()
    proposals: ProposalsConfig = ProposalsConfig()
    log: LogConfig = LogConfig()
    monitoring: MonitoringConfig = MonitoringConfig()


_Values = dict[str, object]


def load_config(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """A file, or ``config.yaml`` where there is one; the environment goes before it.

    Raises:
        ConfigError: with everything that is wrong with it.
    """
    problems: list[str] = []
    values = _read_file(file, problems)
    _override(values, os.environ if environment is None else environment, problems)
    try:
        config = Config.model_validate(values)
    except ValidationError as error:
        problems.extend(_describe(tuple(map(str, item["loc"])), fault_of(item), item["type"]) for item in error.errors())
        raise ConfigError(tuple(dict.fromkeys(problems))) from None
    if problems:
        raise ConfigError(tuple(dict.fromkeys(problems)))
    return config


def environment_name(section: str, key: str) -> str:
    """The variable that goes before a key of the file: ``BOT_SECTION_KEY``."""
    return f"{ENVIRONMENT_PREFIX}{section}_{key}".upper()


def _read_file(file: Path | None, problems: list[str]) -> _Values:
    path = file or DEFAULT_FILE
    if file is None and not path.exists():
        return {}
    try:
        loaded = _parse(path)
    except OSError as error:
        problems.append(f"{path}: cannot be read ({error.strerror}). Check the path given with --config.")
        return {}
    except yaml.YAMLError as error:
        broken = yaml_fault(error, path.read_text(encoding="utf-8-sig"))
        place = str(path) if broken.line is None else f"{path}:{broken.line}"  # the line itself is not shown: it may hold a secret
        problems.append(f"{place}: is not valid YAML: {broken.text}. {broken.remedy} Compare it with config.example.yaml.")
        return {}
    except UnicodeDecodeError as error:
        problems.append(
            f"{path}: is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}. Compare it with config.example.yaml."
        )
        return {}
    except BAD_VALUES as error:
        reason = str(error) if isinstance(error, _Unusable) else "a value does not fit what is said of it"
        problems.append(f"{path}: {reason}. Compare it with config.example.yaml.")
        return {}
    return {str(key): ({} if value is None else value) for key, value in loaded.items()}


class _Unusable(ValueError):
    """A file that can be read and is no configuration; the message says why."""


def _parse(path: Path) -> dict[object, object]:
    """Sections with their keys, as YAML has them.

    Raises:
        OSError: the file cannot be read.
        _Unusable: it does not hold a mapping of sections, or holds what no configuration needs.
        yaml.YAMLError: it is not YAML.
    """
    if path.stat().st_size > _LONGEST_FILE:
        raise _Unusable(f"is larger than {_LONGEST_FILE:,} bytes, so it cannot be a configuration file")
    text = path.read_text(encoding="utf-8-sig")
    fault = yaml_structure_fault(text, _DEEPEST)
    if fault is not None:
        raise _Unusable(f"line {fault[0]}: {fault[1]}")
    loaded = yaml.safe_load(text)
    if loaded is not None and not isinstance(loaded, dict):
        raise _Unusable("must hold sections with keys")
    return loaded or {}


def _override(values: _Values, environment: Mapping[str, str], problems: list[str]) -> None:
    """Lay the environment's values over the file's."""
    known = {
        environment_name(section, key): (section, key)
        for section, field in Config.model_fields.items()
        for key in getattr(field.annotation, "model_fields", {})
    }
    for name in sorted(environment):
        if not name.startswith(ENVIRONMENT_PREFIX) or not environment[name].strip():
            continue  # an empty variable counts as not set, as container platforms pass on what has no value
        if name not in known and _OF_A_PLATFORM.fullmatch(name):
            _log.warning("%s is passed over: a container platform sets it for a service of that name.", name)
            continue
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {close[0]}?" if close else "See config.example.yaml for the names."
            problems.append(f"{name}: no such setting. {hint}")
            continue
        section, key = known[name]
        held = values.setdefault(section, {})
        if isinstance(held, dict):
            values[section] = {**held, key: _environment_value(section, key, environment[name])}


def _environment_value(section: str, key: str, text: str) -> object:
    if (section, key) in (("discord", "owner_ids"), ("proposals", "servers")):
        return [part.strip() for part in text.strip("[] ").split(",") if part.strip()]
    return text


def _describe(path: tuple[str, ...], message: str, kind: str) -> str:
    name = ".".join(path)
    variable = f" (or {environment_name(path[0], path[1])})" if len(path) == 2 and kind != "extra_forbidden" else ""
    if kind == "model_type":
        return f"{name}: must hold keys, each on a line of its own below it. See config.example.yaml."
    if kind != "extra_forbidden":
        return f"{name}{variable}: {message}. See config.example.yaml."
    if "token" in path[-1].lower():
        return f"{name}: a token does not belong in this file. Set DISCORD_TOKEN, or name the file that holds it in discord.token_file."
    section = Config.model_fields.get(path[0])
    candidates = list(Config.model_fields) if len(path) == 1 or section is None else list(getattr(section.annotation, "model_fields", {}))
    close = difflib.get_close_matches(path[-1], candidates, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Known keys here are {', '.join(candidates)}."
    return f"{name}: no such key. {hint}"
