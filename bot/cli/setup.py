"""``setup``: from a token to a bot that sits in a server, and a configuration that ``run`` starts with.

What can be wrong on this computer is found before anything is asked for. The token is read without being shown, and kept in a file that
only its owner can read; the configuration names that file. Nothing that exists is overwritten: a second run goes on with what the first has
written. It may also be used at any time to check a bot that is set up, and then writes nothing.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
import yaml

from bot.bootstrap.knowledge import knowledge_source
from bot.cli.app import ConfigOption, KnowledgeOption, app, configured
from bot.config import DEFAULT_FILE, Config
from bot.corpus.loading import load_corpus
from bot.corpus.problems import faults
from bot.errors import ConfigError, InputError, SetupIncomplete, StorageError, TokenError
from bot.storage.opening import prepare_place, process_user
from bot.token import discord_token, in_environment, pasted_token, read_token_file

if TYPE_CHECKING:
    from bot.joining import Identity

TOKEN_FILE = "discord-token"  # noqa: S105 - a name
"""Where the token is kept, beside the configuration."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where this installation keeps what setup writes."""

    config_file: Path
    token_file: Path
    writes: bool
    """Whether there is no configuration yet, nor a token in the environment."""


@app.command()
def setup(
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FILE", help="A file that holds the token already, instead of asking for it.")
    ] = None,
    wait: Annotated[float, typer.Option(min=0, max=1440, help="Minutes to wait until the bot is in a server.")] = 15,
    knowledge: KnowledgeOption = None,
    config: ConfigOption = None,
) -> None:
    """Set the bot up: check the token, invite the bot, see what it may do there, and write the configuration."""
    loaded, place = look_around(config, token_file, knowledge)
    if place.writes:
        token, identity = _ask_for(token_file)
        for line in write(place, loaded, token, given=token_file is not None):
            typer.echo(line)
    else:
        typer.echo(f"The token comes from {'the environment' if in_environment() else place.config_file}, so nothing is written.")
        token = discord_token(file=loaded.discord.token_file)
        identity = _identified(token)
    _introduce(identity)
    _wait_for_server(token, 60 * wait)
    option = "" if place.config_file == DEFAULT_FILE.absolute() else f" --config {place.config_file}"
    typer.echo(f"All is set up. Start the bot:\n\n    python -m bot run{option}\n")
    typer.echo("Then use /settings in the server, as somebody who may manage it.")


def look_around(config: Path | None, token_file: Path | None, knowledge: Path | None) -> tuple[Config, Place]:
    """Find out what can be wrong here before anybody is asked for a token.

    Args:
        config: where the configuration is, or will be.
        token_file: a file that holds the token already.
        knowledge: a folder in place of the one that the configuration names.

    Raises:
        ConfigError: the configuration has faults, or there is one that names no token.
        InputError: nobody can be asked for a token, or an option cannot be used.
        KnowledgeError: the folder has nothing to answer from.
        StorageError: a folder cannot be written.
    """
    file = (config or DEFAULT_FILE).absolute()
    exists = file.exists()
    loaded = configured(config if exists else None, knowledge)
    place = Place(file, (token_file or file.with_name(TOKEN_FILE)).absolute(), writes=not exists and not in_environment())
    if exists and loaded.discord.token_file is None and not in_environment():
        raise ConfigError(
            (
                f"{file}: is there and names no token. Setup overwrites nothing: add discord.token_file with the path of a file that holds "
                "the token, or move the configuration away. Then run setup again.",
            )
        )
    if place.writes:
        _require_answers(token_file)
        _require_writable(file.parent, "for the configuration; name another with --config")
        if token_file is None and place.token_file.exists():
            raise InputError(f"{place.token_file} is there, and is not overwritten. Use it with --token-file, or move it away.")
    prepare_place(loaded.database.path.absolute())
    _require_writable(loaded.database.path.absolute().parent, "for the database; set database.path or BOT_DATABASE_PATH")
    _check_knowledge(loaded)
    return loaded, place


def _require_answers(token_file: Path | None) -> None:
    if token_file is None and not sys.stdin.isatty():
        raise InputError(
            "Setup asks for the token, and nobody can type here. Run it in a terminal (in a container: with -it), or give a file that "
            "holds the token with --token-file FILE."
        )


def _require_writable(folder: Path, purpose: str) -> None:
    """Try it: permissions do not tell of a read-only file system."""
    if not folder.is_dir():
        raise StorageError(f"The folder {folder} does not exist. It is needed {purpose}.")
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".setup-"):
            pass
    except OSError as error:
        raise StorageError(
            f"The folder {folder} cannot be written ({error.strerror}). It is needed {purpose}. This is user {process_user()}."
        ) from error


def _check_knowledge(config: Config) -> None:
    source = knowledge_source(config.knowledge, config.answering)
    found = load_corpus(source.path, source.limits)
    broken = len(faults(found.problems))
    more = f", and {broken} faults; python -m bot check names them" if broken else ""
    typer.echo(f"Knowledge: {len(found.corpus.sections)} sections in {source.path}{more}")


def _ask_for(token_file: Path | None) -> tuple[str, Identity]:
    """The token, once Discord has said whose it is; whoever types it may try again.

    Raises:
        TokenError: there is none, or Discord does not know it.
    """
    if token_file is not None:
        token = pasted_token(read_token_file(str(token_file), "--token-file"))
        return token, _identified(token)
    typer.echo("The token is on https://discord.com/developers/applications, your application, page Bot: Reset Token, then Copy.")
    for left in reversed(range(_TRIES)):
        try:
            token = pasted_token(getpass("Paste it here, and press Enter (it is not shown): "))
            return token, _identified(token)
        except EOFError as error:
            raise InputError("Nothing was entered, and nothing was written.") from error
        except TokenError as error:
            if not left:
                raise
            typer.echo(f"{error}\n")
    raise AssertionError("the last try returns or raises")


def _identified(token: str) -> Identity:
    from bot.joining import identify

    return asyncio.run(identify(token))


def write(place: Place, config: Config, token: str, *, given: bool) -> tuple[str, ...]:
    """Write the token, unless it was given in a file, and the configuration; both are new files, or nothing is left of either.

    Returns:
        what was done, in sentences.

    Raises:
        StorageError: they could not be written.
    """
    done = []
    if not given:
        _create(place.token_file, token + "\n", 0o600)
        done.append(f"The token is in {place.token_file}, which only user {process_user()} can read.")
    elif os.name == "posix" and place.token_file.stat().st_mode & 0o077:
        done.append(f"Others on this computer can read {place.token_file}. Keep them out: chmod 600 {place.token_file}")
    try:
        _create(place.config_file, _configuration(place, config), 0o644)
    except StorageError:
        if not given:
            place.token_file.unlink()
        raise
    return (*done, f"The configuration is in {place.config_file}; config.example.yaml has every key.")


def _create(file: Path, text: str, mode: int) -> None:
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as opened:  # noqa: PTH123 - with a mode
            opened.write(text)
    except OSError as error:
        if not isinstance(error, FileExistsError):
            with suppress(OSError):
                file.unlink()
        raise StorageError(f"{file} cannot be written ({error.strerror}). Nothing was kept.") from error


def _configuration(place: Place, config: Config) -> str:
    """What differs from the defaults, or depends on the working directory otherwise."""
    server = {} if config.database.url is None else {"url": config.database.url}
    if config.database.password_file is not None:
        server["password_file"] = str(config.database.password_file.absolute())
    sections = {
        "database": {"path": str(config.database.path.absolute()), **server},
        "discord": {"token_file": str(place.token_file)},
    }
    if config.knowledge.path != Config().knowledge.path:
        sections["knowledge"] = {"path": str(config.knowledge.path.absolute())}
    head = f"# Written by `python -m bot setup` on {datetime.now(UTC):%Y-%m-%d}. config.example.yaml has every key.\n"
    return head + yaml.safe_dump(sections, allow_unicode=True)


def _introduce(identity: Identity) -> None:
    typer.echo(f"\nThe token belongs to {_plain(identity.name)} (application {identity.application_id}).")
    for problem in identity.problems:
        typer.echo(f"Please change: {problem}")
    who = "" if identity.public else " (it is private: only its owner, logged in, can do that)"
    typer.echo(f"Invite the bot with this address{who}:\n\n    {identity.invitation}\n")


def _wait_for_server(token: str, seconds: float) -> None:
    from bot.joining import join

    typer.echo("Waiting until it is in a server in which it may do what it needs; Ctrl-C ends that, and what was written stays.")
    say: Callable[[str], None] = typer.echo
    try:
        servers = asyncio.run(join(token, seconds, lambda text: say(_plain(text))))
    except SetupIncomplete as error:
        raise SetupIncomplete(_plain(str(error))) from error
    for server in servers:
        missing = [*server.missing, *server.channels]
        typer.echo(f"In {_plain(server.name)}: {'some things are missing' if missing else 'the bot may do all that it needs'}.")
        for text in missing:
            typer.echo(f"- {_plain(text)}")
        if server.channels:
            typer.echo("  If the bot is meant to stay out of a channel, ignore its line.")


def _plain(text: str) -> str:
    """Names of servers and channels are other people's: nothing in them may steer the terminal."""
    return "".join(character if character.isprintable() or character == "\n" else "?" for character in text)
