"""The whole bot in a simulated server: real database, real index, simulated Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import discord
import pytest
import pytest_asyncio
import simcord

from bot.answering.engine import AnswerEngine
from bot.answering.knowledge import BuiltKnowledge
from bot.answering.outcome import AnswerSettings
from bot.bootstrap.stages import Stages, open_stages
from bot.client import FaqBot
from bot.config import Config
from bot.texts.review import MENU as REVIEW_MENU
from tests.conftest import PATIENCE_SECONDS
from tests.interactions.accessibility import faults, told_by_color_alone
from tests.interactions.specification import bodies_of

_NEVER = 2.0
"""Above any confidence, and still so where a conversation lowers the threshold."""


@dataclass
class Server:
    """A simulated server with members, moderators and an administrator; and in another server a stranger and a moderator of theirs."""

    env: simcord.Env
    stages: Stages
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    member: simcord.MemberActor
    second: simcord.MemberActor
    moderator: simcord.MemberActor
    administrator: simcord.MemberActor
    elsewhere: simcord.ChannelHandle
    stranger: simcord.MemberActor
    second_moderator: simcord.MemberActor
    by_role: simcord.MemberActor
    """Has the role ``helpers``, which moderates once ``name_helpers`` was called, and no permission."""
    helpers: simcord.RoleHandle
    foreign_moderator: simcord.MemberActor
    """May do everything, in the other server."""

    async def name_helpers(self) -> None:
        """Make the role ``helpers`` a role of moderators."""
        roles = frozenset({self.helpers.id})
        await self.stages.guilds.change(self.guild.id, self.administrator.id, lambda settings: replace(settings, moderator_roles=roles))

    async def take_role(self) -> None:
        """Take the role ``helpers`` from the member who has it."""
        self.env.backend.remove_member_role(self.guild.id, self.by_role.id, self.helpers.id)
        await self.env.settle()

    async def open_command(self, name: str, *actors: simcord.MemberActor) -> None:
        """Let members run a command that Discord hides from them, as a server's own integration settings can."""
        client = self.env.bot
        assert isinstance(client, FaqBot)
        command = next(command for command in await client.tree.fetch_commands() if command.name == name)
        self.guild.set_command_permissions(command, dict.fromkeys(actors, True))

    @property
    def mention(self) -> str:
        """How the bot is mentioned."""
        user = self.env.bot.user
        assert user is not None
        return user.mention

    @contextmanager
    def unsure(self) -> Iterator[None]:
        """Let the bot be sure of nothing for a while, so that it suggests whatever is nearest."""
        knowledge = self.stages.knowledge
        engine = knowledge.engine
        never = AnswerSettings(answer_threshold=_NEVER, suggest_threshold=0.0)
        knowledge.engine = AnswerEngine(engine.corpus, engine.index, never, engine.confidence)
        try:
            yield
        finally:
            knowledge.engine = engine

    async def restart(self) -> None:
        """Stop the bot and start a new one on the same database."""
        await self.env.restart_bot(FaqBot(self.stages))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the simulated Discord time to wait for the bot."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.simcord(settle_timeout=PATIENCE_SECONDS))


@pytest.fixture(autouse=True)
def long_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute, in which a member may ask so often, is not over before the test is, however busy the machine is."""
    monkeypatch.setattr("bot.exts.kit.limits._WINDOW_SECONDS", 10 * PATIENCE_SECONDS)


@pytest_asyncio.fixture
async def stages(migrated: Config, built: BuiltKnowledge) -> AsyncIterator[Stages]:
    """Open stages on a real database."""
    async with open_stages(migrated, built) as opened:
        yield opened


@pytest_asyncio.fixture
async def simcord_bot(stages: Stages) -> FaqBot:
    """The bot that the simulated Discord runs."""
    return FaqBot(stages)


@pytest.fixture
def server(simcord_env: simcord.Env, stages: Stages) -> Iterator[Server]:
    """A server with the bot in it; an error that the bot did not handle fails the test, and so does a message that not all can use."""
    yield new_server(simcord_env, stages)
    bodies = list(bodies_of(simcord_env))
    assert [fault for body in bodies for fault in faults(body)] == []
    assert told_by_color_alone(bodies) == []


def _open_to_all(env: simcord.Env, guild: simcord.GuildHandle) -> None:
    """Offer members the commands of moderators, as a server's integration settings can, so that what is checked is what the bot checks."""
    everybody = {"id": str(guild.id), "type": 1, "permission": True}
    for command in (command for scope in env.backend.commands.values() for command in scope.values()):
        if command["name"] in ("review", REVIEW_MENU):
            env.backend.set_command_permissions(guild.id, int(command["id"]), [everybody])


def new_server(env: simcord.Env, stages: Stages) -> Server:
    """Found both servers and let everybody join. In every environment they get the same ids."""
    guild = env.create_guild("Here")
    _open_to_all(env, guild)
    other = env.create_guild("Elsewhere")
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    helpers = guild.create_role("Helpers")
    their_moderators = other.create_role("Moderators", permissions=discord.Permissions(administrator=True))
    administrators = guild.create_role("Administrators", permissions=discord.Permissions(administrator=True))
    return Server(
        env,
        stages,
        guild,
        channel=guild.create_text_channel("general"),
        member=guild.add_member(env.create_user("member")),
        second=guild.add_member(env.create_user("second")),
        moderator=guild.add_member(env.create_user("moderator"), roles=[moderators]),
        administrator=guild.add_member(env.create_user("administrator"), roles=[administrators]),
        elsewhere=other.create_text_channel("general"),
        stranger=other.add_member(env.create_user("stranger")),
        second_moderator=guild.add_member(env.create_user("second-moderator"), roles=[moderators]),
        by_role=guild.add_member(env.create_user("by-role"), roles=[helpers]),
        helpers=helpers,
        foreign_moderator=other.add_member(env.create_user("foreign-moderator"), roles=[their_moderators]),
    )
