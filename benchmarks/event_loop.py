"""How long a running bot cannot react while 10,000 sections are reloaded: the longest pause of a task that wants to run all the time."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.zipf import zipf_sections
from bot.answering.knowledge import Knowledge, KnowledgeSource, build_knowledge
from bot.answering.outcome import AnswerSettings
from bot.corpus.files import Limits

SECTIONS = 10_000
_SECTIONS_PER_FILE = 100
_TICK = 0.002


@dataclass(frozen=True, slots=True)
class LoopStall:
    """The longest pause of the event loop during a reload, and the reload's length, in seconds."""

    sections: int
    longest: float
    reload: float


def measure_loop() -> LoopStall:
    """Reload a made-up folder and watch the event loop."""
    with tempfile.TemporaryDirectory() as name:
        _write(Path(name))
        knowledge = Knowledge(build_knowledge(KnowledgeSource(Path(name), Limits(), AnswerSettings(), cached=False)))
        return asyncio.run(_watch(knowledge))


async def _watch(knowledge: Knowledge) -> LoopStall:
    pauses: list[float] = []
    ticking = asyncio.create_task(_tick(pauses))
    start = time.perf_counter()
    reload = await knowledge.reload()
    took = time.perf_counter() - start
    await asyncio.sleep(10 * _TICK)
    ticking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await ticking
    return LoopStall(reload.sections, max(pauses), took)


async def _tick(pauses: list[float]) -> None:
    while True:
        start = time.perf_counter()
        await asyncio.sleep(_TICK)
        pauses.append(time.perf_counter() - start - _TICK)


def _write(folder: Path) -> None:
    sections = zipf_sections(SECTIONS)
    for first in range(0, SECTIONS, _SECTIONS_PER_FILE):
        parts = [
            f"## {section.title} {section.id}\n\n{section.text.capitalize()}.\n" for section in sections[first : first + _SECTIONS_PER_FILE]
        ]
        (folder / f"article-{first:05d}.md").write_text(f"# Article {first}\n\n" + "\n".join(parts), encoding="utf-8")
