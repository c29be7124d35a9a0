"""The Discord client: default intents, our cogs and controls, and one line at start that says the state.

The stages are opened before and closed after it (see ``bootstrap``). Commands are sent to Discord only when their definition
has changed, since Discord limits how often that may happen. Where Discord refuses them, the bot serves with those that Discord has,
and sends them again later.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from itertools import chain, repeat

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

import bot
from bot.bootstrap.stages import Stages
from bot.cluster.membership import Cluster
from bot.cluster.turns import take_turn
from bot.config import SyncCommands
from bot.corpus.document import digest
from bot.errors import ConnectionRefused, StorageError
from bot.exts.about import Information
from bot.exts.ask.commands import Asking, Forum, Messages
from bot.exts.ask.start import Help
from bot.exts.kit.interaction import NO_MENTIONS, HoldsStages, report_error
from bot.exts.kit.limits import PRESSES_FOR_A_QUESTION, Deliveries, RateLimit, Workload
from bot.exts.kit.reach import LONGEST_WAIT, UNREACHABLE, Door
from bot.exts.lookup.commands import NamedEntries, Reference
from bot.exts.maintenance import Administration, Maintenance
from bot.exts.notes import Notes
from bot.exts.privacy import Privacy
from bot.exts.registry import CONTROLS, Forms
from bot.exts.review.channel import ReviewMaintenance
from bot.exts.review.commands import ReviewCommands
from bot.exts.review.gaps import GapMaintenance
from bot.exts.review.open_cards import OpenCards
from bot.exts.settings import Settings
from bot.storage.database import recall_fact, store_fact

_log = logging.getLogger(__name__)

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
"""What Discord tells the bot of: servers with their channels and threads, and messages, of which it reads those that mention it. Who types,
reacts or speaks is not asked for: it is the most of what happens in a large server, and nobody's business here."""
_SENDING_SECONDS = 60.0
"""How long a start waits for Discord to take the commands; discord.py would wait a day where Discord asks for that."""
_CONNECTIONS = 100
"""To Discord at once; more than what is under way at once needs, so that a refusal need not wait for it."""
_STARTS_KEPT = 20
_DATABASE_AGAIN_SECONDS = 2.0
_AGAIN_MINUTES = (5, 15, 60, 360)
"""How long to wait before each further attempt; the last one is repeated. Discord's limit of new commands is one for a day."""


class Commands(app_commands.CommandTree[discord.Client]):
    """The command tree; says to members what goes wrong outside a command's own body."""

    async def interaction_check(self, interaction: discord.Interaction[discord.Client], /) -> bool:
        """Offer nothing for what is being typed while there is too much to do; whoever sends it is heard."""
        client = interaction.client
        typing = interaction.type is discord.InteractionType.autocomplete
        if not typing or not isinstance(client, HoldsStages) or not client.workload.full:
            return True
        await interaction.response.autocomplete([])
        return False

    async def on_error(self, interaction: discord.Interaction[discord.Client], error: app_commands.AppCommandError) -> None:
        """Report the cause, not discord.py's wrapping of it."""
        cause = error.__cause__
        await report_error(interaction, cause if isinstance(cause, Exception) else error)


class FaqBot(commands.Bot, HoldsStages):
    """The bot on Discord."""

    def __init__(self, stages: Stages) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=INTENTS,
            allowed_mentions=NO_MENTIONS,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),  # commands that members may install say so
            tree_cls=Commands,
            owner_ids=set(stages.config.discord.owner_ids) or None,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_WAIT,
            http_trace=Door(stages.observer).watched(),
        )
        self.stages = stages
        self.presses = RateLimit(stages.config.limits, factor=PRESSES_FOR_A_QUESTION)
        self.deliveries = Deliveries()
        self.workload = Workload()
        self.open_cards = OpenCards()
        self.stopping = False
        """Whether nothing new is taken any more."""
        self._sending: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether the bot takes what happens on Discord."""
        maintenance = self.get_cog(Maintenance.__cog_name__)
        return not self.stopping and isinstance(maintenance, Maintenance) and maintenance.connected

    @property
    def standing_by(self) -> bool:
        """Whether the bot waits, ready, for something to serve."""
        return False

    @property
    def servers(self) -> int:
        """How many servers the bot is in."""
        return len(self.guilds)

    @property
    def under_way(self) -> int:
        """How many interactions and messages are worked on."""
        return self.workload.under_way

    async def login(self, token: str) -> None:
        """Log in, over connections that are used again and again.

        discord.py opens another one for each request that comes while the others are in use, which in a flood costs more than the request.
        """
        self.http.connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
        await super().login(token)

    async def setup_hook(self) -> None:
        """Add cogs and controls, then send the commands where they have changed."""
        limit = RateLimit(self.stages.config.limits)
        await asyncio.to_thread(self.stages.knowledge.engine.prepare)
        self.add_dynamic_items(*CONTROLS)
        await self.add_cog(Asking(self, limit))
        await self.add_cog(Messages(self, self.stages, limit, self.workload))
        await self.add_cog(NamedEntries(limit))
        await self.add_cog(Reference(limit))
        await self.add_cog(Help())
        await self.add_cog(Information())
        await self.add_cog(Privacy())
        await self.add_cog(Administration(self))
        await self.add_cog(Settings())
        await self.add_cog(Notes())
        await self.add_cog(ReviewCommands(self))
        await self.add_cog(ReviewMaintenance(self, self.stages, self.open_cards))
        await self.add_cog(GapMaintenance(self, self.stages))
        await self.add_cog(Forum(self, self.stages, limit, self.workload))
        await self.add_cog(Forms())
        await self.add_cog(Maintenance(self, self.stages))
        await self._begin_sending()

    async def _begin_sending(self) -> None:
        if not await self._sync_commands():
            self._sending = asyncio.create_task(self._keep_sending(), name="commands again")

    async def close(self) -> None:
        """Stop sending commands, then disconnect."""
        if self._sending is not None:
            self._sending.cancel()
        await super().close()

    async def on_message(self, message: discord.Message) -> None:
        """Leave messages to the cog ``Messages``; there are no prefix commands."""

    async def on_ready(self) -> None:
        """Log the state; called again after every reconnect."""
        engine = self.stages.knowledge.engine
        _log.info(
            "ready: version %s, fingerprint %s, %d sections, %d servers, database %s",
            bot.__version__,
            engine.fingerprint,
            len(engine.corpus.sections),
            len(self.guilds),
            self.stages.database.place,
        )

    async def _keep_sending(self) -> None:
        for minutes in chain(_AGAIN_MINUTES, repeat(_AGAIN_MINUTES[-1])):
            await asyncio.sleep(60 * minutes)
            with contextlib.suppress(StorageError):
                if await self._sync_commands():
                    return

    async def _sync_commands(self) -> bool:
        """Send the commands where that is wanted; False where Discord did not take them."""
        mode = self.stages.config.discord.sync_commands
        name = f"commands-sent:{self.application_id}"
        definition = digest(json.dumps([command.to_dict(self.tree) for command in self.tree.get_commands()], sort_keys=True, default=str))
        if mode is SyncCommands.NEVER:
            return True
        if mode is SyncCommands.CHANGED and await recall_fact(self.stages.database, name) == definition:
            _log.info("commands unchanged since they were last sent")
            return True
        try:
            async with asyncio.timeout(_SENDING_SECONDS):
                await self.tree.sync()
        except UNREACHABLE as error:
            reason = str(error) or f"no answer within {_SENDING_SECONDS:.0f} seconds"
            _log.warning("Discord did not take the commands; those it has go on working, and they are sent again later: %s", reason)
            return False
        await store_fact(self.stages.database, name, definition)
        _log.info("commands sent to Discord")
        return True


class ShardedFaqBot(FaqBot, commands.AutoShardedBot):
    """The same on some shards of several, of which more may come while it runs."""

    def __init__(self, stages: Stages, cluster: Cluster, shards: tuple[int, ...]) -> None:
        super().__init__(stages)
        self.shard_ids, self.shard_count = list(shards), stages.shards.count
        self._cluster = cluster
        self._concurrency = 1
        self._set_up = asyncio.Event()

    @property
    def servers(self) -> int:
        """How many servers the shards have that are this process's; discord.py remembers those of shards that were handed over as well."""
        held = self.stages.shards.held
        return sum(guild.shard_id in held for guild in self.guilds)

    async def setup_hook(self) -> None:
        """Ask how many shards may identify at once, before any does.

        Raises:
            ConnectionRefused: so few starts are left that the last ones are kept for people.
        """
        limits = await self.fetch_session_start_limits()
        if limits.remaining <= _STARTS_KEPT:
            raise ConnectionRefused(
                f"Of {limits.total} starts of a connection a day, {limits.remaining} are left, and Discord resets the token of a bot that "
                f"uses all. Find out why it starts so often; in {limits.reset_after / 3_600_000:.1f} hours there are {limits.total} again."
            )
        self._concurrency = limits.max_concurrency
        await super().setup_hook()
        self._set_up.set()

    async def _begin_sending(self) -> None:
        self._sending = asyncio.create_task(self._send_when_leading(), name="commands")

    async def _send_when_leading(self) -> None:
        """Send the commands once this process is the one that does such things, so that those of the newest version win in the end."""
        await self._cluster.leading()
        with contextlib.suppress(StorageError):  # the lead often changes when the server is restarted
            if await self._sync_commands():
                return
        await self._keep_sending()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the turn of a shard among all processes; discord.py would count only its own."""
        while True:
            try:
                await asyncio.sleep(await take_turn(self.stages.database, shard_id or 0, self._concurrency))
            except StorageError as error:
                _log.warning("shard %s waits for the database before it identifies: %s", shard_id, error)
                await asyncio.sleep(_DATABASE_AGAIN_SECONDS)
            else:
                break
        await self._cluster.serves(shard_id or 0)  # not where it was left meanwhile, and is another process's

    async def keep_taking(self) -> None:
        """Serve each shard that comes to this process from now on; ends only by being canceled.

        Not before the first ones are ready: READY of another one would end discord.py's wait for their servers for good.
        """
        await self._set_up.wait()
        await self.wait_until_ready()
        while True:
            shard = await self._cluster.next_shard()
            _log.info("shard %d is this process's now", shard)
            self.shard_ids = sorted({*(self.shard_ids or ()), shard})
            self._connection.shard_ids = self.shard_ids
            await self.launch_shard(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY, shard)

    async def hand_over(self) -> None:
        """Leave all shards to whoever waits for them; those that are still to be left are served meanwhile."""
        await self._cluster.hand_over(self._leave, self._concurrency)

    async def _leave(self, shard: int) -> None:
        """End the connection of a shard; what is under way is still answered."""
        info = self.get_shard(shard)
        if info is not None:
            await info.disconnect()
