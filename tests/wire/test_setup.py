"""``python -m bot setup`` against a simulated Discord behind a real socket: it goes well, and each mistake is named with its remedy."""

from __future__ import annotations

import asyncio
import os
import re
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import discord
import pytest
import pytest_asyncio
import simcord

from bot.errors import ExitCode
from bot.joining import NEEDED
from bot.token import discord_token
from tests.conftest import REPOSITORY, SMALL_KNOWLEDGE
from tests.integration.processes import environment
from tests.wire.changes import Changes
from tests.wire.faults import Refused
from tests.wire.process import TOKEN, BotProcess
from tests.wire.simulation import Discord

KNOWLEDGE = ("--knowledge", str(SMALL_KNOWLEDGE))
ASKED = "it is not shown"
"""What is said when the token is asked for."""
NO_TIME = ("--wait", "0")


class Terminal:
    """``setup`` as a process at a terminal of its own."""

    def __init__(self, folder: Path, changes: Changes) -> None:
        self.folder = folder
        self.screen = ""
        self._changes = changes
        self._process: asyncio.subprocess.Process | None = None
        self._end = -1

    async def start(self, address: str, *arguments: str, variables: dict[str, str] | None = None, typing: bool = True) -> None:
        """Start it; without somebody who types it has no terminal."""
        self._end, other = os.openpty()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.wire.launch", address, "setup", *KNOWLEDGE, *arguments),
            cwd=self.folder,
            env=environment({"TERM": "dumb", **(variables or {})}),
            stdin=other if typing else asyncio.subprocess.DEVNULL,
            stdout=other,
            stderr=other,
            start_new_session=True,
        )
        os.close(other)
        asyncio.get_running_loop().add_reader(self._end, self._read)

    def _read(self) -> None:
        data = b""
        with suppress(OSError):  # what Linux says once nobody is at the other end
            data = os.read(self._end, 65536)
        if not data:
            asyncio.get_running_loop().remove_reader(self._end)
        self.screen += data.decode(errors="replace").replace("\r\n", "\n")
        self._changes.notify()

    async def shows(self, text: str, times: int = 1) -> None:
        """Wait until a text is on the screen so many times."""
        await self._changes.until(lambda: self.screen.count(text) >= times, f"{text!r} on the screen:\n{self.screen}")

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._end, text.encode() + b"\n")

    async def ended(self) -> int:
        """Wait for its end; its exit code."""
        assert self._process is not None
        code = await self._process.wait()
        self._read()
        os.close(self._end)
        self._process = None
        return code

    async def stop(self) -> None:
        """End it where it still runs."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self.ended()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[Discord]:
    async with Discord(TOKEN).serving() as served:
        yield served


@pytest_asyncio.fixture(loop_scope="module")
async def world(served: Discord) -> AsyncIterator[Discord]:
    """The simulated Discord, with a bot that is in no server."""
    yield served
    for guild in list(served.backend.guilds):
        served.backend.remove_guild(guild)
    served.forget()


@pytest_asyncio.fixture(loop_scope="module")
async def terminal(world: Discord, tmp_path: Path) -> AsyncIterator[Terminal]:
    made = Terminal(tmp_path, world.changes)
    yield made
    await made.stop()


def invited(world: Discord, *, without: tuple[str, ...] = ()) -> simcord.builders.GuildHandle:
    """A server that the bot was added to, where neither its role nor everybody's has some permissions."""
    guild = world.env.create_guild("Wire")
    deny(world, guild, *without)
    return guild


def deny(world: Discord, guild: simcord.builders.GuildHandle, *names: str) -> None:
    """Take permissions from all roles of a server, and give all roles the others."""
    allowed = discord.Permissions(**{name: name not in names for name in NEEDED})
    for role in list(world.backend.guilds[guild.id].roles):
        world.backend.edit_role(guild.id, role, {"permissions": allowed.value})


def shown_address(screen: str) -> str:
    (address,) = re.findall(r"https://discord\.com/oauth2/authorize\S+", screen)
    return str(address)


async def test_from_a_pasted_token_to_a_bot_that_runs(world: Discord, terminal: Terminal) -> None:
    await terminal.start(world.address)
    await terminal.shows(ASKED)
    terminal.type(TOKEN)
    await terminal.shows("Waiting until it is in a server")
    invited(world).create_text_channel("general")

    assert await terminal.ended() == ExitCode.OK
    assert "In Wire: the bot may do all that it needs." in terminal.screen
    assert TOKEN not in terminal.screen
    token_file, config_file = terminal.folder / "discord-token", terminal.folder / "config.yaml"
    assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
    assert discord_token({}, token_file) == TOKEN
    assert TOKEN not in config_file.read_text(encoding="utf-8")

    written = config_file.read_text(encoding="utf-8")
    bot = BotProcess(terminal.folder, world.address, world.changes)
    config_file.write_text(written, encoding="utf-8")
    try:
        await bot.start(token="")
        await bot.ready()
        assert await bot.stop() == ExitCode.OK
    finally:
        await bot.kill()


async def test_the_invitation_asks_for_just_what_the_bot_needs_and_is_the_one_of_the_page(world: Discord, terminal: Terminal) -> None:
    await terminal.start(world.address, *NO_TIME)
    await terminal.shows(ASKED)
    terminal.type(TOKEN)
    await terminal.ended()

    page = (REPOSITORY / "docs" / "deploying.md").read_text(encoding="utf-8")
    asked = shown_address(terminal.screen)
    assert f"client_id={world.backend.application_id}&" in asked
    assert re.findall(r"permissions=(\d+)", asked) == re.findall(r"permissions=(\d+)", page)
    assert re.findall(r"scope=([a-z.+]+)", asked) == re.findall(r"scope=([a-z.+]+)", page)
    assert all(f"**{label}**" in page or label in page for label in NEEDED.values())


async def test_a_second_run_goes_on_with_what_the_first_has_written(world: Discord, terminal: Terminal) -> None:
    await terminal.start(world.address, *NO_TIME)
    await terminal.shows(ASKED)
    terminal.type(TOKEN)
    assert await terminal.ended() == ExitCode.UNAVAILABLE
    assert "The bot is in no server yet. Open the invitation above" in terminal.screen
    written = (terminal.folder / "config.yaml").read_bytes()
    invited(world)
    again = Terminal(terminal.folder, world.changes)
    await again.start(world.address, typing=False)

    assert await again.ended() == ExitCode.OK
    assert "All is set up" in again.screen
    assert (terminal.folder / "config.yaml").read_bytes() == written


@pytest.mark.parametrize("pasted", [f"  Bot {TOKEN} ", f'"{TOKEN}"', f"DISCORD_TOKEN={TOKEN}", f"{TOKEN[:30]} {TOKEN[30:]}"])
async def test_what_was_copied_along_with_the_token_is_taken_off(world: Discord, terminal: Terminal, pasted: str) -> None:
    invited(world)
    await terminal.start(world.address)
    await terminal.shows(ASKED)
    terminal.type(pasted)

    assert await terminal.ended() == ExitCode.OK
    assert discord_token({}, terminal.folder / "discord-token") == TOKEN


async def test_a_wrong_token_is_named_and_asked_for_again_and_nothing_is_written(world: Discord, terminal: Terminal) -> None:
    wrong = TOKEN.replace("abc", "cba")
    await terminal.start(world.address)
    for number, typed in enumerate(("1234567890123456789", "a" * 32, wrong), 1):
        await terminal.shows(ASKED, number)
        terminal.type(typed)

    assert await terminal.ended() == ExitCode.CONFIG
    assert "such as the Application ID" in terminal.screen
    assert "the Client Secret" in terminal.screen
    assert "Discord refuses the token. Reset it on the page Bot" in terminal.screen
    assert wrong not in terminal.screen
    assert len(world.requests) == 1
    assert sorted(one.name for one in terminal.folder.iterdir()) == ["data"]


async def test_without_a_network_nothing_is_written_and_the_way_to_discord_is_named(world: Discord, terminal: Terminal) -> None:
    await terminal.start("http://discord.invalid", *NO_TIME)
    await terminal.shows(ASKED)
    terminal.type(TOKEN)

    assert await terminal.ended() == ExitCode.UNAVAILABLE
    assert "error: Discord cannot be reached" in terminal.screen
    assert "firewall and proxy" in terminal.screen
    assert "Traceback" not in terminal.screen
    assert not (terminal.folder / "config.yaml").exists()


async def test_a_permission_that_the_server_does_not_give_is_named_and_waited_for(world: Discord, terminal: Terminal) -> None:
    guild = invited(world, without=("attach_files", "send_messages_in_threads"))
    await terminal.start(world.address)
    await terminal.shows(ASKED)
    terminal.type(TOKEN)
    await terminal.shows("In Wire: the bot lacks Send Messages in Threads, Attach Files. Allow that for its role (Server Settings, Roles")
    deny(world, guild)

    assert await terminal.ended() == ExitCode.OK


async def test_a_permission_that_is_missing_until_the_time_is_over_ends_in_an_error(world: Discord, terminal: Terminal) -> None:
    invited(world, without=("view_channel",))
    (terminal.folder / "token").write_text(TOKEN)
    await terminal.start(world.address, *NO_TIME, "--token-file", "token", typing=False)

    assert await terminal.ended() == ExitCode.UNAVAILABLE
    assert "- In Wire: the bot lacks View Channels" in terminal.screen


async def test_a_channel_in_which_the_bot_may_not_write_is_named_by_its_name(world: Discord, terminal: Terminal) -> None:
    guild = invited(world)
    role = next(role for role in guild.roles.values() if role.name == world.backend.bot_user.name)
    guild.create_text_channel("general")
    guild.create_text_channel("quiet", overwrites={role: discord.PermissionOverwrite(send_messages=False)})
    await terminal.start(world.address)
    await terminal.shows(ASKED)
    terminal.type(TOKEN)

    assert await terminal.ended() == ExitCode.OK
    assert "- In #quiet I need Send Messages. Please allow that in the channel's settings." in terminal.screen
    assert "#general" not in terminal.screen


async def test_an_invitation_without_commands_is_named(world: Discord, terminal: Terminal) -> None:
    invited(world)
    with world.failing("/applications/*/guilds/*/commands", Refused(403, 50001, "Missing Access"), method="GET", times=9):
        await terminal.start(world.address, *NO_TIME)
        await terminal.shows(ASKED)
        terminal.type(TOKEN)

        assert await terminal.ended() == ExitCode.UNAVAILABLE
    assert "invited without its commands (the scope applications.commands). Open the invitation again." in terminal.screen


async def test_what_is_wrong_on_the_pages_of_the_application_is_named(world: Discord, terminal: Terminal) -> None:
    bot = {"id": str(world.backend.application_id), "username": "bot", "discriminator": "0", "avatar": None}
    application = {
        "id": bot["id"],
        "name": "bot",
        "icon": None,
        "description": "",
        "verify_key": "0",
        "owner": bot,
        "flags": 0,
        "team": None,
        "bot_public": False,
        "bot_require_code_grant": True,
        "interactions_endpoint_url": "https://example.org/",
    }
    with world.failing("/oauth2/applications/@me", Refused(200, extra=application)):
        await terminal.start(world.address, *NO_TIME)
        await terminal.shows(ASKED)
        terminal.type(TOKEN)
        await terminal.ended()

    assert "Requires OAuth2 Code Grant is on, so the invitation would fail. Switch it off on the page Bot." in terminal.screen
    assert "An Interactions Endpoint URL is set" in terminal.screen
    assert "it is private: only its owner" in terminal.screen


async def test_a_gateway_that_does_not_let_the_bot_in_is_told_from_a_wrong_token(world: Discord, terminal: Terminal) -> None:
    world.gateway.refuses = 4014
    try:
        await terminal.start(world.address, *NO_TIME)
        await terminal.shows(ASKED)
        terminal.type(TOKEN)
        assert await terminal.ended() == ExitCode.REFUSED
    finally:
        world.gateway.refuses = None
    assert "privileged intent" in terminal.screen
    assert "Traceback" not in terminal.screen


async def test_who_cannot_type_is_told_to_give_a_file(world: Discord, terminal: Terminal) -> None:
    await terminal.start(world.address, typing=False)

    assert await terminal.ended() == ExitCode.USAGE
    assert "nobody can type here" in terminal.screen
    assert "--token-file FILE" in terminal.screen
    assert world.requests == []


async def test_a_configuration_that_exists_is_not_overwritten(world: Discord, terminal: Terminal) -> None:
    file = terminal.folder / "config.yaml"
    file.write_text("log: {level: debug}\n")
    await terminal.start(world.address)

    assert await terminal.ended() == ExitCode.CONFIG
    assert "names no token. Setup overwrites nothing: add discord.token_file" in terminal.screen
    assert file.read_text() == "log: {level: debug}\n"
    assert world.requests == []


@pytest.mark.parametrize(
    ("variables", "arguments", "code", "said"),
    [
        ({"BOT_DATABASE_PATH": "/proc/self/bot.sqlite3"}, (), ExitCode.STORAGE, "/proc/self cannot be written"),
        ({}, ("--config", "/proc/self/config.yaml"), ExitCode.STORAGE, "for the configuration; name another with --config"),
        ({}, ("--config", "nowhere/config.yaml"), ExitCode.STORAGE, "nowhere does not exist"),
        ({}, ("--knowledge", "nowhere"), ExitCode.KNOWLEDGE, "nowhere"),
        ({}, ("--knowledge", "."), ExitCode.KNOWLEDGE, "error:"),
        ({"BOT_ANSWERING_SUGGESTIONS": "many"}, (), ExitCode.CONFIG, "answering.suggestions"),
    ],
)
async def test_what_is_wrong_on_this_computer_is_said_before_the_token_is_asked_for(
    world: Discord, terminal: Terminal, variables: dict[str, str], arguments: tuple[str, ...], code: ExitCode, said: str
) -> None:
    await terminal.start(world.address, *arguments, variables=variables)

    assert await terminal.ended() == code
    assert said in terminal.screen
    assert ASKED not in terminal.screen
    assert "Traceback" not in terminal.screen


async def test_a_token_file_that_others_can_read_is_used_and_named(world: Discord, terminal: Terminal) -> None:
    invited(world)
    file = terminal.folder / "token"
    file.write_text(TOKEN)
    file.chmod(0o644)
    await terminal.start(world.address, "--token-file", "token", typing=False)

    assert await terminal.ended() == ExitCode.OK
    assert f"Keep them out: chmod 600 {file}" in terminal.screen
    assert not (terminal.folder / "discord-token").exists()


async def test_a_token_of_the_environment_is_checked_and_nothing_is_written(world: Discord, terminal: Terminal) -> None:
    invited(world)
    await terminal.start(world.address, variables={"DISCORD_TOKEN": TOKEN}, typing=False)

    assert await terminal.ended() == ExitCode.OK
    assert "comes from the environment, so nothing is written" in terminal.screen
    assert sorted(one.name for one in terminal.folder.iterdir()) == ["data"]
