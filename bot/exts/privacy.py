"""What a member sees of their own data, and of the rules that it is kept by: shown, handed out as a file, and deleted."""

from __future__ import annotations

import io
import json
from dataclasses import asdict

import discord
from discord import app_commands
from discord.ext import commands

from bot.answering.engine import AnswerEngine
from bot.cases.case import CaseKind
from bot.config import PrivacyConfig
from bot.exts.kit.channels import everywhere
from bot.exts.kit.controls import Control
from bot.exts.kit.interaction import Click, acknowledge, acknowledge_edit, cases_changed, edit, guarded, guild_of, send, stages_of
from bot.exts.kit.panel import Block, Button, Panel, Tone, button, escape, notice, one_line, rows, rule
from bot.exts.review.words import age, decision_words
from bot.privacy.member_data import MemberData, OwnSignal, OwnVote
from bot.texts import ask as ask_texts
from bot.texts import privacy as texts

_SHOWN = 2
_SNIPPET = 70


def rules_text(config: PrivacyConfig, server_days: int | None = None) -> str:
    """Say in five lines what is stored, for how long, who reads it, and where it goes.

    Args:
        config: what the operator allows.
        server_days: for how long the server keeps texts, where it has decided; the shorter period counts.
    """
    own = server_days is not None and server_days < config.feedback_days
    days = f"{server_days if own else config.feedback_days:g} days" + (texts.SERVER_PERIOD if own else "")
    questions = texts.questions(f"{config.question_hours:g} hours", days, config.keep_questions)
    lines = (questions, texts.VOTES.format(days=days), texts.MODERATORS, texts.NAME, texts.WHERE)
    return "\n".join(f"• {line}" for line in lines)


def own_data_panel(data: MemberData, engine: AnswerEngine, config: PrivacyConfig, server_days: int | None = None) -> Panel:
    """The rules in force where it is shown, then how much is stored of a member, and the newest of each kind.

    Args:
        data: the member's.
        engine: the knowledge of today, for titles.
        config: what the operator allows.
        server_days: for how long the server keeps texts, where it has decided.
    """
    lists = [_list(name, lines) for name, lines in _lists(data, engine)]
    standings = [_signal(row) for row in data.signals if not _is_entry(row)]
    lists += [_list(texts.STANDINGS, standings, counted=False)] if standings else []
    blocks: list[Block] = [texts.TITLE, rules_text(config, server_days), texts.FOOT, rule()]
    counted = [texts.stored(data.rows)] if data.rows else []
    return Panel([*blocks, "\n".join([*counted, *lists]) or texts.NOTHING])


def _is_entry(row: OwnSignal) -> bool:
    """Whether what was sent is an entry of its own; what a vote or a note led to is deleted with that."""
    return row.kind == CaseKind.DECLINED


def _lists(data: MemberData, engine: AnswerEngine) -> list[tuple[str, list[str]]]:
    """The kinds of data that there are, each with a line for every row, the oldest first."""

    def title(section_id: str | None) -> str:
        section = None if section_id is None else engine.section(section_id)
        return texts.REMOVED_SECTION if section is None else escape(section.title, _SNIPPET)

    kinds = (
        (
            texts.QUESTIONS,
            [texts.question(age(row.asked_at), _text(row.question), row.outcome, title(row.section_id)) for row in data.questions],
        ),
        (texts.CAST, [_vote(row) for row in data.votes]),
        (texts.CHOICES, [texts.choice(age(row.judged_at), title(row.section_id)) for row in data.judgements]),
        (texts.SENT, [_signal(row) for row in data.signals if _is_entry(row)]),
        (texts.NOTES, [texts.answered_by(age(row.added_at), one_line(row.text, _SNIPPET), title(row.section_id)) for row in data.notes]),
        (
            texts.CONFIRMED,
            [texts.answered_by(age(row.confirmed_at), one_line(row.text, _SNIPPET), title(row.section_id)) for row in data.phrasings],
        ),
        (
            texts.WORDED,
            [texts.answered_by(age(row.confirmed_at), one_line(row.wording, _SNIPPET), title(row.section_id)) for row in data.wordings],
        ),
        (texts.OWN_NOTES, [texts.own_note(age(row.noted_at), row.case_number, _text(row.text)) for row in data.moderation]),
        (texts.OWN_CORRECTIONS, [texts.own_correction(age(row.proposed_at), title(row.section_id)) for row in data.proposals]),
        (texts.DONE, [texts.did(age(row.done_at), row.action, row.case_number) for row in data.actions]),
    )
    return [(name, lines) for name, lines in kinds if lines]


def _list(name: str, lines: list[str], *, counted: bool = True) -> str:
    more = [texts.older(len(lines) - _SHOWN)] if len(lines) > _SHOWN else []
    return "\n".join([texts.heading(name, len(lines) if counted else 0), *(f"• {line}" for line in reversed(lines[-_SHOWN:])), *more])


def _vote(row: OwnVote) -> str:
    words = "".join(f", “{one_line(text, _SNIPPET)}”" for text in (row.comment, row.correction) if text)
    reason = None if row.reason is None else ask_texts.REASONS[row.reason][0].lower()
    return texts.vote(age(row.voted_at), reason, words, helpful=row.helpful)


def _signal(row: OwnSignal) -> str:
    how = decision_words(row.resolution) if row.resolution else None
    return texts.signal(age(row.sent_at), row.kind, row.case_number, row.state, how, waits=row.wants_to_hear)


def _text(question: str | None) -> str:
    return texts.DELETED_TEXT if question is None else f"“{one_line(question, _SNIPPET)}”"


def export_bytes(data: MemberData) -> bytes:
    """Everything as JSON that people and programs can read."""
    return json.dumps(asdict(data), default=str, ensure_ascii=False, indent=2).encode("utf-8")


def confirm_deletion_panel(data: MemberData) -> Panel:
    """Say what deleting does, and ask once more."""
    if not data.rows:
        return notice(texts.NOTHING_TO_DELETE)
    text = texts.confirm_deletion(data.rows, len(data.phrasings), moderates=bool(data.actions or data.wordings))
    return Panel([text, *rows(DeleteMyData.of(), KeepMyData.of())], Tone.FAULT)


class DeleteMyData(Control, template="privacy:delete:me"):
    """Deletes what is stored of whoever presses it."""

    @classmethod
    def of(cls) -> Button:
        """The button below the question whether to delete."""
        return button(texts.DELETE_BUTTON, cls.id_of(), discord.ButtonStyle.danger)

    async def press(self, interaction: Click) -> None:
        """Delete, and say in place of the question how much it was."""
        await acknowledge_edit(interaction)
        stages = stages_of(interaction)
        deleted = await stages.members.delete(interaction.user.id)
        stages.answering.conversations.forget_member(interaction.user.id)
        stages.knowledge.forget_words()
        text = texts.deleted(deleted) if deleted else texts.NOTHING_LEFT
        await edit(interaction, notice(text, Tone.SURE))
        cases_changed(interaction)


class KeepMyData(Control, template="privacy:keep:me"):
    """Ends the question whether to delete."""

    @classmethod
    def of(cls) -> Button:
        """The button beside the one that deletes."""
        return button(texts.CANCEL_BUTTON, cls.id_of())

    async def press(self, interaction: Click) -> None:
        """Say that nothing was deleted."""
        await acknowledge_edit(interaction)
        await edit(interaction, notice(texts.KEPT))


@everywhere
class Privacy(commands.GroupCog, group_name="privacy", group_description=texts.GROUP):
    """Shows, hands out and deletes a member's own data; always to the member alone."""

    @app_commands.command(name="show", description=texts.SHOW_COMMAND)
    async def show(self, interaction: Click) -> None:
        """Show the member's data and the rules."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            stages = stages_of(interaction)
            data = await stages.members.of(interaction.user.id)
            settings = await stages.guilds.settings(guild_of(interaction))
            panel = own_data_panel(data, stages.knowledge.engine, stages.config.privacy, settings.feedback_days)
            await send(interaction, panel, private=True)

    @app_commands.command(name="export", description=texts.EXPORT_COMMAND)
    async def export(self, interaction: Click) -> None:
        """Hand out the member's data as JSON."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            content = export_bytes(await stages_of(interaction).members.of(interaction.user.id))
            file = discord.File(io.BytesIO(content), "my-data.json", description=texts.EXPORT_FILE)
            await send(interaction, texts.EXPORT_TEXT, private=True, files=[file])

    @app_commands.command(name="delete", description=texts.DELETE_COMMAND)
    async def delete(self, interaction: Click) -> None:
        """Ask once more before deleting."""
        async with guarded(interaction):
            await acknowledge(interaction, private=True)
            data = await stages_of(interaction).members.of(interaction.user.id)
            await send(interaction, confirm_deletion_panel(data), private=True)
