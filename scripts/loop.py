"""Plays the whole loop in the demo's server, in two minutes: a bad answer, a case, a correction, a reload, the proof, a test, the news.

``python -m scripts.loop`` prints what each of them does and reads. With ``--watch`` it also serves the demo's page and waits at each step,
so that somebody can look on in a browser. The bot is the one that runs on Discord; the knowledge is a copy in a temporary folder.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import simcord

from bot.bootstrap.knowledge import knowledge_folder
from bot.client import FaqBot
from bot.config import Config, KnowledgeConfig
from bot.demo.page import DemoPage, local_time_zone
from bot.demo.running import demo_config
from bot.demo.world import DemoServer, demo_server

QUESTION = "what is openwashing?"
COMMENT = "It does not say how I can recognize it before I download something."
ADDED = "To recognize openwashing before a download, look for the license of the weights: where none is named, nothing is allowed."
OWN_WORDS = "How do I recognize it when something is called open and is not?"
REPLY = "Thank you both. The section says now how to recognize it."
_PATIENCE_SECONDS = 300.0
"""For a check of the whole folder, or a reload, on a busy machine."""
_SECONDS_A_STEP = 10.0
"""For a reader; there are ten steps, so it takes under two minutes."""


@dataclass(frozen=True)
class Step:
    """What somebody did and reads now."""

    title: str
    reads: str


Tell = Callable[[Step], Awaitable[None]]


async def play(server: DemoServer, folder: Path, tell: Tell, question: str = QUESTION) -> None:
    """Play the loop.

    Args:
        server: nothing was asked in it yet.
        folder: of its knowledge; a file of it is changed.
        tell: is given each step once it is done.
        question: is answered by a section of an article, not by a catalogue.
    """
    member, second, moderator, administrator = (
        server.person(name).actor for name in ("member", "second-member", "moderator", "administrator")
    )
    for who, name in ((member, "A member"), (second, "Another member")):
        answer = _shown(await who.slash(server.channel, "ask", question=question))
        await tell(Step(f"{name} asks “{question}”", _text(answer.components)))
        form = await who.click(answer, label="Not helpful")
        await who.submit_modal(form, {"reason": ["incomplete"], "comment": COMMENT, "tell": True})
    card = _shown(await moderator.slash(server.channel, "review show", case=1))
    await tell(Step("Both votes are one case, which a moderator opens", _text(card.components)))
    form = await moderator.click(card, label="Correct the section")
    written = _fields(form)
    corrected = _shown(await moderator.submit_modal(form, {**written, "source": f"{written['source'].rstrip()}\n\n{ADDED}"}))
    await tell(Step("The moderator corrects the section in a form; it is checked, and shown as a difference", _text(corrected.components)))
    refused = _shown(await _resolve(server, card))
    await tell(Step("Fixed? Not yet: the answer is still the same, so it would need a reason", _text(refused.components)))
    client = server.env.bot
    assert isinstance(client, FaqBot)
    (proposal,) = (await client.stages.review.proposals.page(server.guild.id)).items
    patch = await client.stages.review.proposals.patch(proposal)
    await asyncio.to_thread((folder / patch.path).write_bytes, patch.content)
    reload = _shown(await administrator.slash(server.channel, "admin reload"))
    await tell(Step("An editor applies the patch, and the owner reloads the knowledge", _text(reload.components)))
    offer = _shown(await _resolve(server, card))
    proved = _shown(await moderator.slash(server.channel, "review show", case=1))
    await tell(Step("Fixed, with its proof: what was answered then and now, and in which states of the bot", _text(proved.components)))
    form = await moderator.click(offer, label="Write it in my words")
    kept = _shown(await moderator.submit_modal(form, {"wording": OWN_WORDS, "section": [_first_option(form)]}))
    await tell(Step("The question becomes a test of this server, in the moderator's words", _text(kept.components)))
    direct = server.person("member").user.dm_channel
    newest = direct.last_message
    assert newest is not None
    news = server.env.backend.get_message(direct.id, newest.id)
    await tell(Step("The member hears what changed, once; so does the other", _text(news.components)))
    log = _shown(await moderator.slash(server.channel, "review audit"))
    await tell(Step("All of it is in the audit log", _text(log.components)))


async def _resolve(server: DemoServer, card: simcord.ResponseMessage) -> simcord.InteractionResult:
    moderator = server.person("moderator").actor
    form = await moderator.click(card, label="Resolve")
    return await moderator.submit_modal(form, {"outcome": "fixed", "message": REPLY, "keep": True})


def _shown(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    return message


def _fields(form: simcord.InteractionResult) -> dict[str, str]:
    assert form.modal is not None
    rows = [row["component"] for row in form.modal["components"] if "component" in row]
    return {row["custom_id"]: row.get("value") or "" for row in rows}


def _first_option(form: simcord.InteractionResult) -> str:
    """The value of the first choice of the one select in a form."""
    assert form.modal is not None
    (select,) = (row["component"] for row in form.modal["components"] if "options" in row.get("component", {}))
    return str(select["options"][0]["value"])


def _text(components: Sequence[Any]) -> str:
    """What a message of these components says, without what Discord does not show."""
    lines = [line for component in components for text in _texts(component) for line in text.splitlines() if line.strip()]
    return "\n".join(re.sub(r"\]\(<[^>]*>\)|<t:[0-9]+:[a-zA-Z]>|-# |\*\*|### ", "", line) for line in lines)


def _texts(component: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(component.get("content"), str):
        yield component["content"]
    for inner in component.get("components") or ():
        yield from _texts(inner)


async def _main(*, watch: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "knowledge"
        await asyncio.to_thread(shutil.copytree, knowledge_folder(KnowledgeConfig().path), folder)
        config = demo_config(Config(knowledge=KnowledgeConfig(path=folder)), Path(place))
        async with demo_server(config, settle_seconds=_PATIENCE_SECONDS) as server:

            async def tell(step: Step) -> None:
                print(f"\n== {step.title}\n\n{step.reads}", flush=True)
                if watch:
                    server.turn.release()
                    await asyncio.sleep(_SECONDS_A_STEP)
                    await server.turn.acquire()

            async with DemoPage(server, 0, local_time_zone()) if watch else contextlib.nullcontext() as page:
                if page is not None:
                    print(f"Look on in a browser: {page.url}", flush=True)
                async with server.turn:
                    await server.catch_up()
                    await play(server, folder, tell)


def main() -> None:
    """Play it once."""
    parser = argparse.ArgumentParser(description="Play the loop from a bad answer to a proved fix in the demo's server.")
    parser.add_argument("--watch", action="store_true", help="serve the demo's page too, and wait at each step")
    asyncio.run(_main(watch=parser.parse_args().watch))


if __name__ == "__main__":
    main()
