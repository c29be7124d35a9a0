"""What a change would do to the answers, as a part of a message; and a server's threshold, saved once that was looked at.

The few worst are shown, since these decide; numbers stand for the rest. Questions of members are shown to those alone who may read them.
Confirming a phrasing is in ``phrasings``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.answering.outcome import OutcomeKind
from bot.exts.kit import interaction as kit
from bot.exts.kit import panel
from bot.exts.kit.controls import Control
from bot.preview.effects import Change, Direction, Effects
from bot.preview.probes import OF_SERVERS, Standing
from bot.preview.server import WEEKS
from bot.texts import preview as texts
from bot.texts import settings as settings_texts

_SHOWN = 3
_QUESTION = 150
_TITLE = 80


def effect_blocks(found: Effects) -> list[panel.Block]:
    """What changes, the worst first, and what the preview rests on."""
    of_server = sum(found.looked_at[origin] for origin in OF_SERVERS)
    rests_on = texts.looked_at(found.total, of_server, WEEKS, found.left_out)
    if not found.changes:
        return [texts.NOTHING, rests_on]
    better, worse, other = (found.of(direction) for direction in (Direction.BETTER, Direction.WORSE, Direction.OTHER))
    listed = [
        *_listed(texts.BEST, better[:_SHOWN], len(better)),
        *_listed(texts.WORST, found.worst(_SHOWN), len(worse)),
        *_listed(texts.OTHERWISE, other[:_SHOWN], len(other)),
    ]
    return [texts.counts(len(better), len(worse), len(other)), *listed, rests_on]


def _listed(title: str, changes: Sequence[Change], total: int) -> list[panel.Block]:
    if not changes:
        return []
    more = [texts.more(total - len(changes))] if total > len(changes) else []
    return ["\n".join([title, *map(_line, changes), *more])]


def _line(change: Change) -> str:
    same = change.before.shown is not None and change.before.shown == change.after.shown
    becomes = texts.SAME_SECTION if same else _shown(change.after)
    return texts.line(panel.one_line(change.probe.text, _QUESTION), _shown(change.before), becomes)


def _shown(seen: Standing) -> str:
    if seen.title is not None:
        return f"**{panel.escape(seen.title, _TITLE)}**"
    return texts.SUGGESTIONS if seen.kind is OutcomeKind.SUGGESTIONS else texts.NO_ANSWER


def threshold_text(own: float | None, operators: float) -> str:
    """A threshold in words; None is the operator's."""
    return panel.percent(operators) + settings_texts.OPERATORS if own is None else panel.percent(own)


async def send_threshold(interaction: kit.Click, percents: int) -> None:
    """Show to the administrator alone what another threshold would change, after an acknowledgement; 0 is the operator's.

    Raises:
        InputError: too many previews wait.
        StorageError: the database cannot be read.
    """
    stages, guild_id = kit.stages_of(interaction), kit.guild_of(interaction)
    wanted, operators = percents / 100 or None, stages.config.answering.answers_from
    held = (await stages.guilds.settings(guild_id)).answer_threshold
    found = await stages.review.previews.threshold(guild_id, wanted)
    said = texts.threshold(threshold_text(held, operators), threshold_text(wanted, operators))
    controls = panel.rows(SaveThreshold.of(percents), LeaveThreshold.of())
    blocks = [texts.TITLE_THRESHOLD, said, panel.rule(), *effect_blocks(found), *controls]
    await kit.send(interaction, panel.Panel(blocks, panel.Tone.LIKELY), private=True)


class SaveThreshold(Control, template="settings:threshold:(?P<percent>[0-9]{1,2})"):
    """Saves a threshold whose effect was shown."""

    audience = kit.Audience.ADMINISTRATOR

    @classmethod
    def of(cls, percents: int) -> panel.Button:
        """The button below the preview; 0 is the operator's threshold."""
        return panel.button(texts.SAVE, cls.id_of(percent=percents), discord.ButtonStyle.success)

    async def press(self, interaction: kit.Click) -> None:
        """Save it, as /settings would, and say so."""
        await kit.acknowledge_edit(interaction)
        stages, wanted = kit.stages_of(interaction), int(self.state["percent"]) / 100 or None
        await stages.guilds.change(
            kit.guild_of(interaction), interaction.user.id, lambda settings: replace(settings, answer_threshold=wanted)
        )
        holds = threshold_text(wanted, stages.config.answering.answers_from)
        await kit.edit(interaction, panel.notice(texts.saved(holds), panel.Tone.SURE))


class LeaveThreshold(Control, template="settings:leave-threshold"):
    """Leaves the threshold as it is."""

    audience = kit.Audience.ADMINISTRATOR

    @classmethod
    def of(cls) -> panel.Button:
        """The button below the preview."""
        return panel.button(texts.LEAVE, cls.id_of())

    async def press(self, interaction: kit.Click) -> None:
        """Take the question off the screen."""
        await kit.acknowledge_edit(interaction)
        await kit.edit(interaction, panel.notice(texts.LEFT))
