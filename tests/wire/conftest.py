"""A simulated Discord with one server and people in it, and the shipped bot connected to it; shared by the tests of a module.

All tests of a module run in one event loop, which serves the simulated Discord between and during them.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import discord
import pytest
import pytest_asyncio
import simcord

from tests.interactions.reading import answer_message, controls, shown
from tests.wire.changes import PATIENCE
from tests.wire.launch import LOCKED
from tests.wire.process import TOKEN, BotProcess
from tests.wire.simulation import Discord

QUESTION = "what is copyleft?"
ANSWER = "Copyleft demands"
"""How the answer to ``QUESTION`` begins in the small knowledge base."""


class Wire:
    """A simulated server, its people, and the bot as a process."""

    def __init__(self, discord_: Discord, folder: Path) -> None:
        self.discord = discord_
        env = discord_.env
        self.guild = env.create_guild("Wire")
        self.channel = self.guild.create_text_channel("general")
        self.review = self.guild.create_text_channel("review")
        moderators = self.guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
        self.member = self.guild.add_member(env.create_user("ann"))
        self.moderator = self.guild.add_member(env.create_user("mod"), roles=[moderators])
        administrators = self.guild.create_role("Administrators", permissions=discord.Permissions(administrator=True))
        self.administrator = self.guild.add_member(env.create_user("admin"), roles=[administrators])
        self.bot = BotProcess(folder, discord_.address, discord_.changes)

    @property
    def mention(self) -> str:
        """How the bot is mentioned."""
        return f"<@{self.discord.backend.bot_user.id}>"

    def another(self, name: str) -> simcord.MemberActor:
        """Somebody who has done nothing yet."""
        return self.guild.add_member(self.discord.env.create_user(name))

    async def ask(
        self, question: str = QUESTION, *, by: simcord.MemberActor | None = None, hurry: bool = False
    ) -> simcord.InteractionResult:
        """Use /ask; the answer comes later (``answered``), and in a hurry within Discord's three seconds or never."""
        self.discord.tick()  # after a long pause the clock would else jump beyond the life of the interaction that is made here
        asked = await (by or self.member).slash(self.channel, "ask", question=question)
        return asked if hurry else self._patient(asked)

    async def press(
        self, message: simcord.ResponseMessage, label: str, *, by: simcord.MemberActor | None = None
    ) -> simcord.InteractionResult:
        """Press a button; what follows comes later."""
        self.discord.tick()
        return self._patient(await (by or self.member).click(message, label=label))

    async def submit(
        self, form: simcord.InteractionResult, values: Mapping[str, object], *, by: simcord.MemberActor | None = None
    ) -> simcord.InteractionResult:
        """Send a form that is shown; what follows comes later."""
        self.discord.tick()
        return self._patient(await (by or self.member).submit_modal(form, dict(values)))

    async def say(self, content: str, *, by: simcord.MemberActor | None = None) -> discord.Message:
        """Write a message into the channel."""
        self.discord.tick()
        return await (by or self.member).send(self.channel, content)

    def _patient(self, result: simcord.InteractionResult) -> simcord.InteractionResult:
        """Take away Discord's three seconds, which a busy machine may exceed."""
        self.discord.tick()
        record = result._interaction
        record.initial_response_deadline = None
        return result

    async def answered(self, result: simcord.InteractionResult, text: str = "", *, seconds: float = PATIENCE) -> simcord.ResponseMessage:
        """Wait until an interaction is answered, and with what; give the message back."""
        await self.discord.changes.until(lambda: text in seen(result) and seen(result), f"{text!r}, seen {seen(result)!r}", seconds)
        return answer_message(result)

    async def counts(self, message: simcord.ResponseMessage, label: str) -> None:
        """Wait until a vote is counted on its button."""
        await self.discord.changes.until(lambda: label in controls(message), f"a button {label!r}")

    async def form(self, result: simcord.InteractionResult) -> simcord.InteractionResult:
        """Wait until an interaction shows a form."""
        await self.discord.changes.until(lambda: result.modal is not None, "a form")
        return result

    async def replies(self, message: discord.Message, *, at_least: int = 1) -> list[str]:
        """Wait until the bot has replied to a message, and give back the text of every reply."""
        return await self.discord.changes.until(lambda: found if len(found := self.replies_now(message)) >= at_least else None, "a reply")

    def replies_now(self, message: discord.Message) -> list[str]:
        """The text of every reply of the bot that a message has."""
        backend = self.discord.backend
        found = []
        for one in backend.messages.get(self.channel.id, {}).values():
            if one.author_id == backend.bot_user.id and one.reference and one.reference.get("message_id") == str(message.id):
                found.append(shown(simcord.ResponseMessage(self.discord.env, one)))
        return found

    async def works(self) -> None:
        """Ask something, and get the answer."""
        await self.answered(await self.ask(), ANSWER)

    async def votable(self, by: simcord.MemberActor) -> simcord.ResponseMessage:
        """An answer that can be voted on, asked for by somebody."""
        message = await self.answered(await self.ask(by=by), ANSWER)
        assert "Helpful" in controls(message)
        return message


def seen(result: simcord.InteractionResult) -> str:
    """What a member has seen of an interaction by now; "" while Discord shows that the bot is thinking."""
    messages: Iterable[simcord.ResponseMessage | None] = (result.response, *result.followups)
    return "\n".join(text for message in messages if message is not None and (text := shown(message).strip()))


@asynccontextmanager
async def wired(folder: Path) -> AsyncIterator[Wire]:
    """A simulated Discord with a bot that is not started yet; whatever runs at the end is killed."""
    async with Discord(TOKEN).serving() as served:
        wire = Wire(served, folder)
        try:
            yield wire
        finally:
            await wire.bot.kill()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Wire]:
    """The bot, connected; ``live`` gives it to a test."""
    async with wired(tmp_path_factory.mktemp("wire")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def live(wire: Wire) -> Wire:
    """The connected bot, started again where the test before has ended it; its log and requests begin with the test."""
    if not wire.bot.running:
        await wire.bot.start(changes={LOCKED: str(PATIENCE)})
        await wire.bot.ready()
    wire.discord.forget()
    wire.bot.log = ""
    return wire


@pytest_asyncio.fixture(loop_scope="module")
async def idle(wire: Wire) -> Wire:
    """The bot, not running, for tests of a start."""
    if wire.bot.running:
        await wire.bot.stop()
    wire.discord.forget()
    return wire


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all tests of a module in one event loop."""
    for item in items:
        if item.path.parent == Path(__file__).parent and isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.function):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)
