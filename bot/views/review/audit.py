"""The audit log as moderators read it: who did what, and when."""

from __future__ import annotations

import discord

from bot.review.audit import AuditEntry
from bot.storage.audit import AuditAction
from bot.views.access import guild_of, stages_of
from bot.views.controls import NUMBER, SNOWFLAKE, Click, Control, snowflake
from bot.views.panel import Block, Panel, rule
from bot.views.permission import Audience
from bot.views.review.words import age, decision_words, mention
from bot.views.text import escape

_DETAIL = 100
_NOBODY = "Nothing is recorded yet."


def entry_line(entry: AuditEntry) -> str:
    """Return an entry in one line."""
    who = mention(entry.actor_id)
    case = "" if entry.case_number is None else f" #{entry.case_number}"
    decided = entry.action in (AuditAction.RESOLVED, AuditAction.DISMISSED)
    told = decision_words(entry.detail or "") if decided else (entry.detail or "").replace("_", " ")
    detail = f": {escape(told, _DETAIL)}" if told else ""
    return f"{who} · {entry.action.value.replace('-', ' ')}{case}{detail} · {age(entry.done_at)}"


async def show_audit(interaction: Click, page: int, moderator_id: int | None = None, number: int | None = None) -> Panel:
    """Return one page of the audit log of this server as a message."""
    found = await stages_of(interaction).review.audit.page(guild_of(interaction), page, moderator_id=moderator_id, number=number)
    blocks: list[Block] = ["### Audit log", "-# Kept for good; entries cannot be changed or deleted.", rule()]
    if not found.items:
        return Panel([*blocks, _NOBODY])
    blocks += ["\n".join(f"• {entry_line(entry)}" for entry in found.items), f"-# Page {found.page + 1} of {found.pages}"]
    turns = [
        TurnAudit.to(target, label, moderator_id, number)
        for label, target in (("Newer", found.page - 1), ("Older", found.page + 1))
        if 0 <= target < found.pages
    ]
    return Panel([*blocks, discord.ui.ActionRow(*turns)] if turns else blocks)


class TurnAudit(Control, template=f"review:audit:(?P<who>{SNOWFLAKE}|):(?P<case>[0-9]{{1,18}}|):{NUMBER}"):
    """Shows another page of the audit log in place of this one."""

    audience = Audience.MODERATOR

    @classmethod
    def to(cls, page: int, label: str, moderator_id: int | None, number: int | None) -> discord.ui.Button[discord.ui.LayoutView]:
        """Return the button that leads to a page."""
        return discord.ui.Button(label=label, custom_id=f"review:audit:{moderator_id or ''}:{number or ''}:{page}")

    async def press(self, interaction: Click) -> None:
        """Show the page."""
        await interaction.response.defer()
        who, case = self.state["who"], self.state["case"]
        panel = await show_audit(interaction, int(self.state["number"]), snowflake(who) if who else None, int(case) if case else None)
        await interaction.edit_original_response(view=panel)
