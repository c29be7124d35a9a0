"""Every error that this program raises on purpose, in one tree, and the exit codes they lead to.

    BotError
    ├── ConfigError         the configuration: all its problems, each with key and remedy
    ├── TokenError          no Discord token, or one that cannot be right
    ├── ConnectionRefused   Discord does not let this program connect, and would refuse it again
    ├── SetupIncomplete     setup could not go on: Discord is not reached, or the bot is not where it should be
    ├── KnowledgeError      the knowledge folder: nothing in it can be answered from
    ├── InputError          what a caller passed on the command line or by a pipe
    ├── StorageError        the database could not do what was asked
    │   ├── DatabaseRefused     it must not be opened: newer, foreign, damaged, in use, missing
    │   ├── BackupRefused       a backup could not be made, or must not be restored
    │   └── NotSaved            a write failed; the reader learns that nothing was stored
    ├── NothingYet          what was asked for is empty, and that is no error
    ├── NoHeartbeat         the bot is not alive, or has lost its connection
    ├── NotAllowed          who acts lacks the permission
    └── NotFound            an id that is unknown here, forged, expired or another guild's

A message says what is wrong and what to do about it; it never holds a token or a member's text.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process returns; documented in ``docs/deploying.md``."""

    OK = 0
    FAULTS = 1
    USAGE = 2
    KNOWLEDGE = 65
    UNAVAILABLE = 69
    STORAGE = 74
    RESTART = 75
    REFUSED = 77
    CONFIG = 78
    INTERRUPTED = 130


NO_RESTART = (ExitCode.USAGE, ExitCode.KNOWLEDGE, ExitCode.STORAGE, ExitCode.REFUSED, ExitCode.CONFIG)
"""Codes against which a restart does not help; the unit in ``docs/deploying.md`` names the same, and a test compares them."""


class BotError(Exception):
    """Root of the tree; ``exit_code`` is what the command line returns for it."""

    exit_code: ExitCode = ExitCode.FAULTS


class ConfigError(BotError):
    """The configuration cannot be used; ``problems`` lists everything that is wrong with it."""

    exit_code = ExitCode.CONFIG

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"The configuration has {count}:\n" + "\n".join("- " + problem.replace("\n", "\n  ") for problem in problems))


class TokenError(BotError):
    """There is no usable Discord token; the message says how to get one."""

    exit_code = ExitCode.CONFIG


class ConnectionRefused(BotError):
    """Discord does not let this program connect, whatever the token; each further attempt makes it worse."""

    exit_code = ExitCode.REFUSED


class SetupIncomplete(BotError):
    """Setting up could not be finished yet; the message says what is missing, and the same command goes on from there."""

    exit_code = ExitCode.UNAVAILABLE


class KnowledgeError(BotError):
    """The knowledge folder cannot be answered from."""

    exit_code = ExitCode.KNOWLEDGE


class InputError(BotError):
    """An argument or a line of input cannot be used."""

    exit_code = ExitCode.USAGE


class StorageError(BotError):
    """The database could not do what was asked."""

    exit_code = ExitCode.STORAGE


class DatabaseRefused(StorageError):
    """The database must not be opened as it is; the file is left untouched."""


class BackupRefused(StorageError):
    """A backup could not be made or must not be restored; nothing that was there before has changed."""


class NotSaved(StorageError):
    """A write failed and nothing of it was stored."""


class NothingYet(BotError):
    """What was asked for is empty; the message says so, and nothing is wrong."""

    exit_code = ExitCode.OK


class NoHeartbeat(BotError):
    """The bot is not running, or has not been connected for a while."""

    exit_code = ExitCode.UNAVAILABLE


class NotAllowed(BotError):
    """Who acts lacks the permission; the message is a sentence for them."""


class NotFound(BotError):
    """An id that is unknown here: never issued, expired, forged or of another guild."""
