"""The controls under an answer. Each looks up its answer in the server it was pressed in, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.corpus.document import Section
from bot.feedback.question_log import StoredAnswer
from bot.feedback.votes import Helpful
from bot.views.access import guild_of, in_server, member_hash, stages_of
from bot.views.controls import ANSWER, Click, Control
from bot.views.explanation import explanation_panel
from bot.views.feedback_modal import feedback_modal
from bot.views.panel import Tone, notice
from bot.views.respond import acknowledge, respond
from bot.views.review.changes import cases_changed
from bot.views.section_panel import show_section
from bot.views.text import LONGEST_OPTION, cut

Button = discord.ui.Button[discord.ui.LayoutView]

THANKS = "Thank you, your vote is saved. You can change it at any time."
_MOST_RELATED = 25


async def stored_answer(interaction: Click, answer_id: str) -> StoredAnswer:
    """Return the answer that a control belongs to.

    Raises:
        NotFound: this server has no such answer.
    """
    return await stages_of(interaction).question_log.find(answer_id, guild_of(interaction))


class HelpfulVote(Control, template=f"answer:helpful:{ANSWER}"):
    """Votes that the answer helped."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """Return the button for an answer."""
        return discord.ui.Button(label="Helpful", style=discord.ButtonStyle.success, custom_id=f"answer:helpful:{answer_id}")

    async def press(self, interaction: Click) -> None:
        """Save the vote and thank the voter."""
        await acknowledge(interaction, private=True)
        await stages_of(interaction).votes.cast(self.state["answer"], guild_of(interaction), member_hash(interaction), Helpful())
        await respond(interaction, notice(THANKS, Tone.SURE), private=True)
        cases_changed(interaction)


class NotHelpfulVote(Control, template=f"answer:unhelpful:{ANSWER}"):
    """Asks what was wrong with the answer; the vote is cast when the form is sent."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """Return the button for an answer."""
        return discord.ui.Button(label="Not helpful", style=discord.ButtonStyle.danger, custom_id=f"answer:unhelpful:{answer_id}")

    async def press(self, interaction: Click) -> None:
        """Open the form. It cannot follow a deferral, so the answer is looked up when it is sent."""
        await interaction.response.send_modal(feedback_modal(self.state["answer"], in_server=in_server(interaction)))


class WhyThisAnswer(Control, template=f"answer:why:{ANSWER}"):
    """Explains the answer to whoever asks."""

    @classmethod
    def of(cls, answer_id: str, label: str = "Why this answer?") -> Button:
        """Return the button for an answer."""
        return discord.ui.Button(label=label, custom_id=f"answer:why:{answer_id}")

    async def press(self, interaction: Click) -> None:
        """Show the arithmetic."""
        await acknowledge(interaction, private=True)
        stored = await stored_answer(interaction, self.state["answer"])
        engine = await stages_of(interaction).answering.engines.engine(guild_of(interaction))  # the server's threshold and phrasings
        await respond(interaction, explanation_panel(stored, engine), private=True)


class FullSection(Control, template=f"answer:section:{ANSWER}"):
    """Shows the whole section that the answer was taken from."""

    @classmethod
    def of(cls, answer_id: str) -> Button:
        """Return the button for an answer."""
        return discord.ui.Button(label="Full section", custom_id=f"answer:section:{answer_id}")

    async def press(self, interaction: Click) -> None:
        """Show the section."""
        await acknowledge(interaction, private=True)
        stored = await stored_answer(interaction, self.state["answer"])
        await show_section(interaction, stages_of(interaction).knowledge.engine.section(stored.section_id or ""))


class RelatedSections(Control, template=f"answer:related:{ANSWER}"):
    """Offers the sections around an answer."""

    @classmethod
    def of(cls, answer_id: str, sections: Sequence[Section], label: str = "Related topics") -> discord.ui.Select[discord.ui.LayoutView]:
        """Return the select for an answer."""
        options = [
            discord.SelectOption(
                label=cut(section.title, LONGEST_OPTION), value=section.key, description=cut(section.heading_path[0], LONGEST_OPTION)
            )
            for section in sections[:_MOST_RELATED]
        ]
        return discord.ui.Select(placeholder=label, options=options, custom_id=f"answer:related:{answer_id}")

    async def press(self, interaction: Click) -> None:
        """Show the chosen section."""
        await show_section(interaction, stages_of(interaction).knowledge.engine.section_of_key(self.chosen))


def pick_button(answer_id: str, section: Section) -> Button:
    """Return the button that says "this one answers it"; ``views.picking`` handles it."""
    return discord.ui.Button(label="This one answers it", custom_id=f"suggestion:pick:{answer_id}:{section.key}")
