"""What happens by itself and what owners do: expiry of what has been kept long enough, signs of life, servers that come and go, reload."""

from __future__ import annotations

import logging

import discord
from discord import app_commands
from discord.ext import commands, tasks

from bot.bootstrap.stages import Stages
from bot.corpus.problems import Severity
from bot.errors import NotAllowed, StorageError
from bot.exts.kit.interaction import Click, acknowledge, guarded, send, stages_of
from bot.exts.kit.panel import Tone, escape, notice
from bot.heartbeat import EVERY_SECONDS, beat
from bot.texts import settings as texts

_log = logging.getLogger(__name__)

_MINUTES = 30
"""Between two passes of expiry; a text outlives its hours by at most this much."""


class Maintenance(commands.Cog):
    """Keeps promises about time."""

    def __init__(self, bot: commands.Bot, stages: Stages) -> None:
        self.bot = bot
        self.stages = stages
        self._heard = False
        self._known: dict[int, dict[int, discord.Guild]] = {}
        """By shard, the servers that discord.py had when it was ready last, or that came since."""

    @property
    def connected(self) -> bool:
        """Whether Discord hears from the bot and the bot from Discord, as far as is known; of several shards, in all that are its own."""
        if isinstance(self.bot, discord.AutoShardedClient):
            up = {shard for shard, info in self.bot.shards.items() if not info.is_closed()}
            return self.bot.is_ready() and self.stages.shards.held <= up
        return self._heard

    async def cog_load(self) -> None:
        """Start what is periodic."""
        self.expire.start()
        self.heartbeat.start()

    async def cog_unload(self) -> None:
        """Stop it."""
        self.expire.cancel()
        self.heartbeat.cancel()

    @tasks.loop(seconds=EVERY_SECONDS)
    async def heartbeat(self) -> None:
        """Give a sign of life while connected."""
        if not self.connected:
            return
        try:
            beat(self.stages.config)
        except OSError as error:
            _log.warning("no sign of life could be given: %s", error)

    @tasks.loop(minutes=_MINUTES)
    async def expire(self) -> None:
        """Delete what has expired, in one of several processes; a failure is logged and tried again by the next pass."""
        if not self.stages.shards.leads:
            return
        try:
            expired = await self.stages.retention.expire()
        except Exception:  # noqa: BLE001 - the boundary: an exception that leaves a loop ends it for good, and nothing would expire any more
            _log.exception("expired data could not be deleted; the next pass tries again")
            return
        if expired.guilds:
            self.stages.guilds.forget_held()
        if expired:
            _log.info("expired: %d questions, %d comments, %d servers", expired.questions, expired.comments, expired.guilds)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Take note of the connection, and of servers that came or went while the bot was away."""
        self._heard = True
        if not isinstance(self.bot, discord.AutoShardedClient):
            await self._reconcile(None)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """The same for one of several shards; of servers in others, nothing is known here."""
        await self._reconcile(shard_id)

    async def _reconcile(self, shard: int | None) -> None:
        here = {guild.id: guild for guild in self.bot.guilds if shard is None or guild.shard_id == shard}
        if shard is not None:
            # discord.py keeps the servers of a shard that connects anew, and makes those anew that Discord names: what is still the same
            # object was not named
            before, self._known[shard] = self._known.get(shard, {}), here
            here = {number: guild for number, guild in here.items() if before.get(number) is not guild}
        try:
            await self.stages.guilds.reconcile(frozenset(here), shard)
        except StorageError:
            _log.exception("servers that came or went could not be noted")

    @commands.Cog.listener()
    async def on_resumed(self) -> None:
        """Take note that the connection is back."""
        self._heard = True

    @commands.Cog.listener()
    async def on_disconnect(self) -> None:
        """Stop the signs of life until the connection is back."""
        self._heard = False

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Take note of a server, new or come back."""
        self._known.setdefault(guild.shard_id, {})[guild.id] = guild
        await self._note(guild, present=True)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Start the clock of retention; discord.py does not call this for an outage."""
        await self._note(guild, present=False)

    async def _note(self, guild: discord.Guild, *, present: bool) -> None:
        try:
            await (self.stages.guilds.joined(guild.id) if present else self.stages.guilds.removed(guild.id))
        except StorageError:
            _log.exception("server %d: joining or leaving could not be noted", guild.id)


@app_commands.default_permissions(administrator=True)
class Administration(commands.GroupCog, group_name="admin", group_description=texts.ADMIN):
    """Takes up changed knowledge while the bot is serving."""

    def __init__(self, bot: commands.Bot) -> None:
        self.bot = bot

    @app_commands.command(name="reload", description=texts.RELOAD_COMMAND)
    async def reload(self, interaction: Click) -> None:
        """Reload the knowledge, for an owner."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            if not await self.bot.is_owner(interaction.user):
                raise NotAllowed(texts.NOT_OWNER)
            reload = await stages_of(interaction).reloading.reload()
            if reload.changed:
                self.bot.dispatch("knowledge_changed")  # ``review.channel`` looks whether what was fixed still is
            warnings = sum(problem.severity is Severity.WARNING for problem in reload.problems)
            state = texts.fingerprint(escape(str(reload.after)), changed=reload.changed)
            await send(interaction, notice(texts.reloaded(reload.sections, state, warnings), Tone.SURE), private=True)
