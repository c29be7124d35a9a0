"""What a member sees of their own data, and of the rules that it is kept by: shown, handed out as a file, and deleted."""

from __future__ import annotations

import io
import json
from dataclasses import asdict

import discord
from discord import app_commands
from discord.ext import commands

from bot.config import KeepQuestions, PrivacyConfig
from bot.exts.kit.channels import everywhere
from bot.exts.kit.controls import Control
from bot.exts.kit.interaction import Click, acknowledge, cases_changed, guarded, guild_of, send, stages_of
from bot.exts.kit.panel import Block, Button, Panel, Tone, button, escape, notice, one_line, rows, rule
from bot.exts.review.words import decision_words
from bot.privacy.member_data import MemberData, OwnAction, OwnPhrasing, OwnSignal, OwnVote

_SHOWN = 10
_SNIPPET = 150


def rules_text(config: PrivacyConfig, server_days: int | None = None) -> str:
    """Say in plain words what is stored and for how long.

    Args:
        config: what the operator allows.
        server_days: for how long the server keeps texts, where it has decided; the shorter period counts.
    """
    own = server_days is not None and server_days < config.feedback_days
    hours = f"{config.question_hours:g} hours"
    days = f"{server_days if own else config.feedback_days:g} days"
    whose = " This server has set that period itself." if own else ""
    match config.keep_questions:
        case KeepQuestions.WITH_FEEDBACK:
            kept = f"The text of a question is deleted after {hours}, or after {days} if you voted on its answer, "
            kept += "chose a suggestion, or sent it to moderators."
        case KeepQuestions.ALWAYS:
            kept = f"The text of a question is deleted after {days}."
        case KeepQuestions.NEVER:
            kept = f"The text of a question is deleted after {hours}, or after {days} if you sent it to moderators."
    return (
        f"I store what you ask me, the answer's section, and your votes with their comments. {kept} "
        f"Comments are deleted after {days}.{whose} "
        "Moderators of the server see votes against an answer, comments, and what you send them, without your name. "
        "A question of which a moderator confirmed the section is kept until they take that back or you delete it. "
        "A keyed hash stands for you, another one in every server. Your id itself is stored only while you wait to hear what "
        "became of something, and for what you do as a moderator. "
        "Nothing is used to train any model, and nothing leaves this bot's computer."
    )


def own_data_panel(data: MemberData, config: PrivacyConfig, server_days: int | None = None) -> Panel:
    """A member's data, the newest first, under the rules in force in the server where it is shown."""
    blocks: list[Block] = ["### What is stored about you", rules_text(config, server_days), rule()]
    if not data.rows and not data.actions:
        return Panel([*blocks, "There is nothing."])
    return Panel([*blocks, *_lists(data)])


def _lists(data: MemberData) -> list[str]:
    """One block of text for each kind of data that there is, the newest ten rows of it."""
    kinds = (
        ("Questions", [f"{_when(row.asked_at)}: {_text(row.question)} → {row.outcome}" for row in data.questions]),
        ("Votes", [_vote(row) for row in data.votes]),
        ("Choices among suggestions", [f"{_when(row.judged_at)}: chose {escape(row.section_id, _SNIPPET)}" for row in data.judgements]),
        ("Sent to moderators", [_signal(row) for row in data.signals]),
        ("Community notes", [f"{_when(row.added_at)}: “{one_line(row.text, _SNIPPET)}”" for row in data.notes]),
        ("Questions whose section a moderator confirmed", [_phrasing(row) for row in data.phrasings]),
        ("Notes as a moderator", [f"{_when(row.noted_at)}, case #{row.case_number}: {_text(row.text)}" for row in data.moderation]),
        ("Done as a moderator, kept for good", [_action(row) for row in data.actions]),
    )
    return [_list(name, lines) for name, lines in kinds if lines]


def _list(name: str, lines: list[str]) -> str:
    more = f"\n-# and {len(lines) - _SHOWN} older: /privacy export gives you all" if len(lines) > _SHOWN else ""
    return f"**{name}: {len(lines)}**\n" + "\n".join(f"• {line}" for line in reversed(lines[-_SHOWN:])) + more


def _vote(row: OwnVote) -> str:
    texts = "".join(f", “{one_line(text, _SNIPPET)}”" for text in (row.comment, row.correction) if text)
    return f"{_when(row.voted_at)}: {'helpful' if row.helpful else f'not helpful ({row.reason})'}{texts}"


def _signal(row: OwnSignal) -> str:
    ended = f", {decision_words(row.resolution)}" if row.resolution else ""
    waits = ", you will get a message" if row.wants_to_hear else ""
    return f"{_when(row.sent_at)}: {row.kind}, case #{row.case_number}, {row.state}{ended}{waits}"


def _phrasing(row: OwnPhrasing) -> str:
    return f"{_when(row.confirmed_at)}: “{one_line(row.text, _SNIPPET)}” → {escape(row.section_id, _SNIPPET)}"


def _action(row: OwnAction) -> str:
    case = "" if row.case_number is None else f" case #{row.case_number}"
    return f"{_when(row.done_at)}: {row.action}{case}"


def export_bytes(data: MemberData) -> bytes:
    """Everything as JSON that people and programs can read."""
    return json.dumps(asdict(data), default=str, ensure_ascii=False, indent=2).encode("utf-8")


def confirm_deletion_panel(data: MemberData) -> Panel:
    """Ask once more before everything is deleted."""
    if not data.rows:
        return notice("There is nothing stored about you, so there is nothing to delete.")
    count = "1 entry" if data.rows == 1 else f"{data.rows} entries"
    kept = " What you did as a moderator stays in the audit log." if data.actions else ""
    text = f"Delete your {count}, in all servers? Texts and votes are gone for good; only counts without a name remain.{kept}"
    return Panel([text, *rows(DeleteMyData.of())], Tone.FAULT)


class DeleteMyData(Control, template="privacy:delete:me"):
    """Deletes what is stored of whoever presses it."""

    @classmethod
    def of(cls) -> Button:
        """The button below the question whether to delete."""
        return button("Delete everything", cls.id_of(), discord.ButtonStyle.danger)

    async def press(self, interaction: Click) -> None:
        """Delete, and say how much it was."""
        await acknowledge(interaction, private=True)
        stages = stages_of(interaction)
        deleted = await stages.members.delete(interaction.user.id)
        stages.answering.conversations.forget_member(interaction.user.id)
        stages.knowledge.forget_words()
        text = f"Done: {deleted} {'entry' if deleted == 1 else 'entries'} deleted." if deleted else "There was nothing left to delete."
        await send(interaction, notice(text, Tone.SURE), private=True)
        cases_changed(interaction)


def _when(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _text(question: str | None) -> str:
    return "*text deleted*" if question is None else f"“{one_line(question, _SNIPPET)}”"


@everywhere
class Privacy(commands.GroupCog, group_name="privacy", group_description="What is stored about you"):
    """Shows, hands out and deletes a member's own data; always to the member alone."""

    @app_commands.command(name="show", description="What is stored about you, and for how long")
    async def show(self, interaction: Click) -> None:
        """Show the member's data and the rules."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            stages = stages_of(interaction)
            data = await stages.members.of(interaction.user.id)
            settings = await stages.guilds.settings(guild_of(interaction))
            await send(interaction, own_data_panel(data, stages.config.privacy, settings.feedback_days), private=True)

    @app_commands.command(name="export", description="Everything that is stored about you, as a file")
    async def export(self, interaction: Click) -> None:
        """Hand out the member's data as JSON."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            content = export_bytes(await stages_of(interaction).members.of(interaction.user.id))
            file = discord.File(io.BytesIO(content), "my-data.json", description="Everything stored about you, as JSON")
            await send(interaction, "Everything that is stored about you:", private=True, files=[file])

    @app_commands.command(name="delete", description="Delete what is stored about you")
    async def delete(self, interaction: Click) -> None:
        """Ask once more before deleting."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            data = await stages_of(interaction).members.of(interaction.user.id)
            await send(interaction, confirm_deletion_panel(data), private=True)
