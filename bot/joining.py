"""How the bot comes into a server: who a token belongs to, the link that invites it, and what it lacks where it was added.

For ``setup``. Nothing is posted or changed on Discord: permissions are computed from what Discord says of roles and channels, over the same
kind of connection that ``run`` will need, so that a firewall that lets no such connection through is found here as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import discord
from discord import app_commands

from bot.errors import SetupIncomplete
from bot.exts.kit.reach import LONGEST_WAIT, UNREACHABLE
from bot.exts.settings import permission_problems
from bot.guilds.settings import GuildSettings
from bot.serving import raise_refusal

NEEDED = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
    "attach_files": "Attach Files",
}
"""The permissions that the invitation asks for, by Discord's names, as discord.py and people have them."""
SCOPES = ("bot", "applications.commands")
_CONNECTING_SECONDS = 30.0
_LOOK_SECONDS = 0.5
_ASK_AGAIN_SECONDS = 10.0
"""Between two questions about commands; each that Discord refuses counts towards a ban."""
_MOST_SERVERS = 20
_MENTION = re.compile(r"<#([0-9]+)>")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a token belongs to, and how its application is set up."""

    name: str
    application_id: int
    public: bool
    problems: tuple[str, ...]
    """What on the application's pages would keep the bot from working, each with the remedy."""

    @property
    def invitation(self) -> str:
        """The address at which somebody with Manage Server adds the bot to their server."""
        permissions = discord.Permissions(**dict.fromkeys(NEEDED, True))
        return discord.utils.oauth_url(self.application_id, permissions=permissions, scopes=SCOPES)


@dataclass(frozen=True, slots=True)
class Membership:
    """A server that the bot is in, and what is missing there."""

    name: str
    missing: tuple[str, ...]
    """What it cannot do anywhere in the server, each with the remedy."""
    channels: tuple[str, ...]
    """What it lacks in channels that everybody uses; a server may mean that."""


async def identify(token: str) -> Identity:
    """Log in and out.

    Raises:
        TokenError: Discord does not know the token.
        ConnectionRefused: this computer is banned for a while.
        SetupIncomplete: Discord could not be reached.
    """
    async with _logged_in(token) as client:
        user, application = client.user, client.application
        if user is None or application is None:
            raise SetupIncomplete("Discord did not say whom the token belongs to. Please try again in a minute.")
        problems = []
        if application.bot_require_code_grant:
            problems.append("Requires OAuth2 Code Grant is on, so the invitation would fail. Switch it off on the page Bot.")
        if application.interactions_endpoint_url is not None:
            problems.append(
                "An Interactions Endpoint URL is set, so commands would be sent there and never reach this bot. Empty it on the page "
                "General Information."
            )
        return Identity(user.name, application.id, application.bot_public, tuple(problems))


async def join(token: str, seconds: float, say: Callable[[str], None]) -> tuple[Membership, ...]:
    """Connect, and wait until the bot is in a server in which it lacks nothing.

    Args:
        token: of the bot.
        seconds: for how long to wait for that; it is looked at least once.
        say: takes a sentence whenever something else is missing than before.

    Raises:
        TokenError: Discord does not know the token any more.
        ConnectionRefused: Discord would refuse the next connection as well.
        SetupIncomplete: there is no connection, or something was still missing when the time was over.
    """
    async with _logged_in(token) as client:
        connecting = asyncio.create_task(client.connect(), name="discord connection")
        looking = asyncio.create_task(_joined(client, seconds, say), name="waiting for a server")
        try:
            await asyncio.wait((connecting, looking), return_when=asyncio.FIRST_COMPLETED)
            if not looking.done():
                error = connecting.exception()
                if error is not None:
                    raise_refusal(error)
                raise SetupIncomplete("Discord has ended the connection. Please try again in a minute.")
            return looking.result()
        finally:
            for task in (connecting, looking):
                task.cancel()
            await asyncio.gather(connecting, looking, return_exceptions=True)


@contextlib.asynccontextmanager
async def _logged_in(token: str) -> AsyncIterator[discord.Client]:
    """A client that hears of servers, and of nothing that anybody says.

    Raises:
        TokenError, ConnectionRefused: as for ``identify``.
        SetupIncomplete: Discord could not be reached.
    """
    client = discord.Client(intents=discord.Intents(guilds=True), max_messages=None, max_ratelimit_timeout=LONGEST_WAIT)
    async with client:
        try:
            await client.login(token)
        except (discord.LoginFailure, *UNREACHABLE) as error:
            raise_refusal(error)
            raise SetupIncomplete(
                f"Discord cannot be reached ({type(error).__name__}). Check that this computer reaches https://discord.com: its network, "
                "name resolution, firewall and proxy. Then run the same command again."
            ) from error
        yield client


async def _joined(client: discord.Client, seconds: float, say: Callable[[str], None]) -> tuple[Membership, ...]:
    try:
        async with asyncio.timeout(_CONNECTING_SECONDS):
            await client.wait_until_ready()
    except TimeoutError as error:
        raise SetupIncomplete(
            "The token is right, but Discord's gateway cannot be reached. Let this computer open connections to wss://gateway.discord.gg "
            "(port 443): a firewall or proxy may stop web sockets. Then run the same command again."
        ) from error
    looking = _Looking(client)
    said: tuple[str, ...] = ()
    over = asyncio.get_running_loop().time() + seconds
    while True:
        found = await looking.look()
        if any(not one.missing for one in found):
            return found
        missing = tuple(f"In {one.name}: {text}" for one in found for text in one.missing)
        if missing and missing != said:
            say("\n".join(missing))
        said = missing
        if asyncio.get_running_loop().time() >= over:
            raise SetupIncomplete(_still_missing(missing))
        await asyncio.sleep(_LOOK_SECONDS)


def _still_missing(missing: tuple[str, ...]) -> str:
    if missing:
        return "The bot is in a server, but something is still missing there:\n" + "\n".join(f"- {text}" for text in missing)
    return (
        "The bot is in no server yet. Open the invitation above in the browser in which you are logged in to Discord, choose a server in "
        "which you have Manage Server, and press Authorize. Then run the same command again."
    )


class _Looking:
    """Looks at the servers as the connection knows them, which costs Discord nothing but the question about commands."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._tree = app_commands.CommandTree(client)
        self._commands: dict[int, tuple[float, bool]] = {}
        """When each server was asked about commands, and whether there are any."""

    async def look(self) -> tuple[Membership, ...]:
        """The servers that the bot was added to last, with what is missing."""
        there = [guild for guild in self._client.guilds if not guild.unavailable]
        newest = sorted(there, key=lambda guild: guild.me.joined_at or guild.created_at, reverse=True)
        return tuple([await self._membership(guild) for guild in newest[:_MOST_SERVERS]])

    async def _membership(self, guild: discord.Guild) -> Membership:
        lacking = [label for name, label in NEEDED.items() if not getattr(guild.me.guild_permissions, name)]
        if lacking:
            where = f"Server Settings, Roles, {guild.me.top_role.name}"
            remedy = f"Allow that for its role ({where}), or open the invitation again."
            return Membership(guild.name, (f"the bot lacks {', '.join(lacking)}. {remedy}",), ())
        if not await self._has_commands(guild):
            text = "the bot was invited without its commands (the scope applications.commands). Open the invitation again."
            return Membership(guild.name, (text,), ())
        names = {str(channel.id): f"#{channel.name}" for channel in guild.channels}
        found = permission_problems(GuildSettings(guild.id), guild, public=True)
        return Membership(guild.name, (), tuple(_MENTION.sub(lambda match: names.get(match[1], match[0]), text) for text in found))

    async def _has_commands(self, guild: discord.Guild) -> bool:
        asked, known = self._commands.get(guild.id, (-_ASK_AGAIN_SECONDS, False))
        now = asyncio.get_running_loop().time()
        if known or now - asked < _ASK_AGAIN_SECONDS:
            return known
        try:
            await self._tree.fetch_commands(guild=guild)
            known = True
        except UNREACHABLE as error:
            known = not isinstance(error, discord.Forbidden)  # any other failure says nothing against it
        self._commands[guild.id] = (now, known)
        return known
