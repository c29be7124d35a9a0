"""The simulated server of the demo: who is in it, its clock, what the guide says there, and what is kept of it.

Server, channels and people have the same ids in every run, so that votes and cases of an earlier run are still theirs. simcord's clock
stands still between actions; here it follows this computer's, so that expiry, rate limits and times go on. The guide is a second bot: it
says what to try, and why a command was not taken. Its buttons use ``/ask`` as whoever presses them would; the bot knows nothing of them.

simcord holds its server in memory and has no snapshot of it. What is kept beside the demo's database is what a visitor sees: the messages
with their controls, and the files that they show. A file that does not fit today's demo is left out of account with a line in the log;
the bot's own data is in its database and not touched by this.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import simcord
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass
from simcord.backend.models import EPHEMERAL_FLAG, Message
from simcord.builders import ChannelHandle, UserHandle
from simcord.interactions import command_leaves

from bot.answering.knowledge import BuiltKnowledge
from bot.bootstrap.knowledge import load_knowledge
from bot.bootstrap.stages import open_stages
from bot.client import FaqBot
from bot.config import Config
from bot.exts.kit.panel import Panel, Tone, button, notice, rows
from bot.texts import about as texts

SERVER_ID = 1_400_000_000_000_000_001
BOT_NAME = "osai-faq-bot"
CHANNEL = "ask-the-bot"
KEPT_FILE = "server.json"
"""Beside the demo's database."""
SUGGESTED = texts.SUGGESTED
_GUIDE = "demo-guide"
_ASK_BUTTON = "demo:ask:"
_COMPONENTS_V2 = 1 << 15
_SETTLE_SECONDS = 120.0
"""A page gives up on what takes longer and calls its outcome uncertain; on a busy machine, reloading the knowledge takes half a minute."""
_FORMAT = 1
_MOST_MESSAGES = 200
"""In each channel; the oldest go first."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as whom the page can be used."""

    actor: simcord.MemberActor
    """In the server."""
    user: UserHandle
    """In direct messages."""

    @property
    def name(self) -> str:
        """As the page shows it."""
        return self.user.name


@dataclass(slots=True)
class DemoServer:
    """The simulated server. Whatever acts in it takes ``turn`` first: simcord refuses two things at once."""

    env: simcord.Env
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    people: tuple[Person, ...]
    guide: UserHandle
    kept: Path
    now: Callable[[], datetime]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _seen: int = 0

    def person(self, name: str) -> Person:
        """One of the people.

        Raises:
            KeyError: nobody has that name.
        """
        return {person.name: person for person in self.people}[name]

    @property
    def ids(self) -> tuple[int, ...]:
        """Of all that messages refer to."""
        direct = [person.user.dm_channel.id for person in self.people]
        return (self.guild.id, self.channel.id, self.guide.id, *(person.user.id for person in self.people), *direct)

    async def catch_up(self) -> None:
        """Let the simulated clock show the time of this computer, and whatever was due by then happen."""
        behind = (self.now() - self.env.now()).total_seconds()
        if behind <= 0:
            return
        try:
            await self.env.advance_time(behind)
        except TimeoutError:
            _log.warning("the simulated clock could not go on for now: the bot is busy")

    def has_changed(self) -> bool:
        """Whether anything was said, changed or deleted since the last call."""
        before, self._seen = self._seen, len(self.env.backend.transcript)
        return before != self._seen

    def keep(self) -> None:
        """Write what the channels show to the disk."""
        keep_messages(self.kept, self.env, self.ids)

    def say(self, channel_id: int, panel: Panel, *, to: int | None = None) -> Message:
        """Say something as the guide; the bot does not hear it.

        Args:
            channel_id: where.
            panel: what.
            to: who alone sees it; None for all.
        """
        flags, only = (_COMPONENTS_V2, None) if to is None else (_COMPONENTS_V2 | EPHEMERAL_FLAG, {"user": {"id": str(to)}})
        components = panel.to_components()  # type: ignore[no-untyped-call]
        return self.env.backend.create_message(
            channel_id, self.guide.id, components=components, flags=flags, interaction_metadata=only, broadcast=False
        )

    def why_not(self, text: str, viewer_id: int, channel_id: int) -> str | None:
        """Why a command that was sent like a message is not taken; None for what is no command.

        Discord would post it in the channel, where it helps nobody who tries things out.
        """
        if not text.startswith("/") or not text[1:2].isalpha():
            return None
        typed = text[1:].split()
        known = [path for path in self._commands_of() if typed[: len(path)] == path or typed == path[: len(typed)]]
        if not known:
            return texts.no_command(typed[0])
        name = " ".join(known[0] if len(known) == 1 else typed[:1])
        if self._may_use(known[0], viewer_id, channel_id):
            return texts.sent_as_text(name)
        others = [person.name for person in self.people if self._may_use(known[0], person.user.id, self.channel.id)]
        if any(person.user.id == viewer_id and person.name in others for person in self.people):
            return texts.only_in_server(name, CHANNEL)
        return texts.for_others(name, others)

    def _commands_of(self) -> list[list[str]]:
        commands = [command for scope in self.env.backend.commands.values() for command in scope.values()]
        return [path for command in commands if command.get("type", 1) == 1 for path, _ in command_leaves(command)]

    def _may_use(self, path: Sequence[str], viewer_id: int, channel_id: int) -> bool:
        return any(command["name"] == path[0] for command in self.env.backend.visible_commands(user_id=viewer_id, channel_id=channel_id))


def suggested_question(custom_id: str) -> str | None:
    """The question that a button of the guide asks; None for the bot's own controls."""
    number = custom_id.removeprefix(_ASK_BUTTON)
    return SUGGESTED[int(number)] if number != custom_id else None


@asynccontextmanager
async def demo_server(
    config: Config,
    built: BuiltKnowledge | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    settle_seconds: float = _SETTLE_SECONDS,
) -> AsyncIterator[DemoServer]:
    """Run the bot in a simulated server, with the messages of the run before, or a welcome where there are none.

    Args:
        config: of the bot; what the server shows is kept beside the database.
        built: knowledge that was built already.
        now: the clock that the simulated one follows.
        settle_seconds: for how long the bot may be busy with one thing; a page that nobody waits for can give it more.

    Raises:
        BotError: the knowledge or the database cannot be used.
    """
    async with open_stages(config, built or load_knowledge(config)) as stages:
        client = FaqBot(stages)
        running = simcord.run(client, check_errors=False, settle_timeout=settle_seconds)
        server = _make(running._env, config.database.path.with_name(KEPT_FILE), now)
        async with running as env:
            _complete_mentions(env)
            client.owner_ids, client.owner_id = {server.person("administrator").user.id}, None
            _welcome(server)
            server.has_changed()
            yield server
            server.keep()


def _make(env: simcord.Env, kept: Path, now: Callable[[], datetime]) -> DemoServer:
    """Put everything in place before the bot connects.

    What needs the same id in each run comes first, in an order that decides the ids, while simcord's clock shows when it always begins. A
    clock that was set only after the start would let the bot's periodic work make up for months.
    """
    guild = env.create_guild("Open-source AI", id=SERVER_ID)
    channel = guild.create_text_channel(CHANNEL)
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    administrators = guild.create_role("Administrators", permissions=discord.Permissions(administrator=True))
    roles = {"member": [], "second-member": [], "moderator": [moderators], "administrator": [administrators]}
    people = []
    for name, held in roles.items():
        user = env.create_user(name)
        people.append(Person(guild.add_member(user, roles=held), user))
    guide = env.create_user(_GUIDE, bot=True)
    server = DemoServer(env, guild, channel, tuple(people), guide, kept, now)
    ids = server.ids  # which opens the direct messages
    env.backend.edit_bot_profile(BOT_NAME)
    env.backend.clock._epoch = now()
    restore_messages(server.kept, env, ids)
    return server


def _welcome(server: DemoServer) -> None:
    """Say in each empty channel what to try there."""
    asking = rows(*(button(question, f"{_ASK_BUTTON}{number}", discord.ButtonStyle.primary) for number, question in enumerate(SUGGESTED)))
    places: list[tuple[ChannelHandle, str]] = [(server.channel, texts.welcome(BOT_NAME))]
    places += [(person.user.dm_channel, texts.ALONE) for person in server.people]
    for channel, text in places:
        if not server.env.backend.messages.get(channel.id):
            server.say(channel.id, Panel([text, *asking], Tone.LIKELY))


def refusal(text: str) -> Panel:
    """What the guide says instead of posting a command as chat."""
    return notice(text, Tone.UNSURE)


def _complete_mentions(env: simcord.Env) -> None:
    """Turn a typed ``@osai-faq-bot`` into a mention, which Discord's own message box does and the simulated one does not."""
    mention = f"<@{env.backend.bot_user.id}>"
    create = env.backend.create_message

    def create_with_mention(channel_id: int, author_id: int, content: str = "", **details: Any) -> Any:  # noqa: ANN401 - passed on as it comes
        return create(channel_id, author_id, content.replace(f"@{BOT_NAME}", mention), **details)

    env.backend.create_message = create_with_mention  # type: ignore[method-assign, assignment]


@checked_dataclass(frozen=True, slots=True, config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))
class KeptMessages:
    """What the file holds."""

    format: int
    ids: tuple[int, ...]
    """Of the server, its channels and people; with others, the messages would belong to nobody."""
    messages: list[Message]
    files: dict[str, bytes] = field(default_factory=dict)
    """By the address under which a message shows them."""


_FILE = TypeAdapter(KeptMessages)


def keep_messages(path: Path, env: simcord.Env, ids: Sequence[int]) -> None:
    """Write what the channels show, whole or not at all; readable by the owner only, like the database."""
    backend = env.backend
    messages = [message for channel in backend.messages.values() for message in list(channel.values())[-_MOST_MESSAGES:]]
    addresses = [str(attachment["url"]) for message in messages for attachment in message.attachments]
    files = {address: data for address in addresses if (data := backend.cdn.get(address)) is not None}
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_bytes(_FILE.dump_json(KeptMessages(_FORMAT, tuple(ids), messages, files)))
    draft.replace(path)


def restore_messages(path: Path, env: simcord.Env, ids: Sequence[int]) -> None:
    """Put back what was kept, without telling the bot: Discord does not repeat old messages to it either."""
    kept = _read(path)
    if kept is None:
        return
    if (kept.format, kept.ids) != (_FORMAT, tuple(ids)):
        _log.warning("%s was written by another version of the demo; its channels begin empty", path)
        return
    backend = env.backend
    for message in kept.messages:
        backend.reserve_id(message.id)
        backend.messages.setdefault(message.channel_id, {})[message.id] = message
        backend.get_channel(message.channel_id).last_message_id = message.id
    backend.cdn._blobs.update(kept.files)


def _read(path: Path) -> KeptMessages | None:
    try:
        return _FILE.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError, json.JSONDecodeError) as error:
        _log.warning("%s cannot be used, so the channels begin empty: %s", path, type(error).__name__)
        return None
