"""What a member sees of their own data, and of the rules that it is kept by."""

from __future__ import annotations

import json
from dataclasses import asdict

import discord

from bot.config import KeepQuestions, PrivacyConfig
from bot.privacy.member_data import MemberData
from bot.views.access import stages_of
from bot.views.controls import Click, Control
from bot.views.panel import Block, Panel, Tone, notice, rule
from bot.views.respond import acknowledge
from bot.views.review.changes import cases_changed
from bot.views.text import escape

_SHOWN = 10
_SNIPPET = 150


def rules_text(config: PrivacyConfig) -> str:
    """Return in plain words what is stored and for how long, as configured."""
    hours, days = f"{config.question_hours:g} hours", f"{config.feedback_days:g} days"
    match config.keep_questions:
        case KeepQuestions.WITH_FEEDBACK:
            kept = f"The text of a question is deleted after {hours}, or after {days} if you voted on its answer or chose a suggestion."
        case KeepQuestions.ALWAYS:
            kept = f"The text of a question is deleted after {days}."
        case KeepQuestions.NEVER:
            kept = f"The text of a question is deleted after {hours}."
    return (
        f"I store what you ask me, the answer's section, and your votes with their comments. {kept} Comments are deleted after {days}. "
        "Your name and id are not stored: a keyed hash stands for them, another one in every server. "
        "Nothing is used to train any model, and nothing leaves this bot's computer."
    )


def own_data_panel(data: MemberData, config: PrivacyConfig) -> Panel:
    """Return a member's data, the newest first."""
    blocks: list[Block] = ["### What is stored about you", rules_text(config), rule()]
    if not data.rows:
        return Panel([*blocks, "There is nothing."])
    questions = [f"• {_when(row.asked_at)}: {_text(row.question)} → {row.outcome}" for row in reversed(data.questions[-_SHOWN:])]
    votes = [
        f"• {_when(row.voted_at)}: {'helpful' if row.helpful else f'not helpful ({row.reason})'}"
        + "".join(f", “{escape(text, _SNIPPET)}”" for text in (row.comment, row.correction) if text)
        for row in reversed(data.votes[-_SHOWN:])
    ]
    choices = [f"• {_when(row.judged_at)}: chose {escape(row.section_id, _SNIPPET)}" for row in reversed(data.judgements[-_SHOWN:])]
    for name, rows, count in (
        ("Questions", questions, len(data.questions)),
        ("Votes", votes, len(data.votes)),
        ("Choices among suggestions", choices, len(data.judgements)),
    ):
        if rows:
            more = f"\n-# and {count - len(rows)} older: /privacy export gives you all" if count > len(rows) else ""
            blocks.append(f"**{name}: {count}**\n" + "\n".join(rows) + more)
    return Panel(blocks)


def export_bytes(data: MemberData) -> bytes:
    """Return everything as JSON that people and programs can read."""
    return json.dumps(asdict(data), default=str, ensure_ascii=False, indent=2).encode("utf-8")


def confirm_deletion_panel(data: MemberData) -> Panel:
    """Ask once more before everything is deleted."""
    if not data.rows:
        return notice("There is nothing stored about you, so there is nothing to delete.")
    count = "1 entry" if data.rows == 1 else f"{data.rows} entries"
    button: discord.ui.Button[discord.ui.LayoutView] = discord.ui.Button(
        label="Delete everything", style=discord.ButtonStyle.danger, custom_id=DeleteMyData.ID
    )
    text = f"Delete your {count}, in all servers? Texts and votes are gone for good; only counts without a name remain."
    return Panel([text, discord.ui.ActionRow(button)], Tone.FAULT)


class DeleteMyData(Control, template="privacy:delete:me"):
    """Deletes what is stored of whoever presses it."""

    ID = "privacy:delete:me"

    async def press(self, interaction: Click) -> None:
        """Delete, and say how much it was."""
        await acknowledge(interaction, private=True)
        stages = stages_of(interaction)
        deleted = await stages.members.delete(interaction.user.id)
        stages.answering.conversations.forget_member(interaction.user.id)
        text = f"Done: {deleted} {'entry' if deleted == 1 else 'entries'} deleted." if deleted else "There was nothing left to delete."
        await interaction.followup.send(view=notice(text, Tone.SURE), ephemeral=True)
        cases_changed(interaction)


def _when(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _text(question: str | None) -> str:
    return "*text deleted*" if question is None else f"“{escape(question, _SNIPPET)}”"
