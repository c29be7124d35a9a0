"""Choosing among suggestions: the choice is a judgement, and the chosen section becomes the answer."""

from __future__ import annotations

from dataclasses import replace

from bot.answering.engine import Occasion
from bot.errors import NotFound
from bot.views.access import asker_of, stages_of
from bot.views.answer_controls import stored_answer
from bot.views.answer_message import answer_panel
from bot.views.controls import ANSWER, KEY, Click, Control
from bot.views.respond import NO_MENTIONS, acknowledge, respond


class PickSuggestion(Control, template=f"suggestion:pick:{ANSWER}:{KEY}"):
    """Says that a suggested section answers the question: records the judgement and shows the answer."""

    async def press(self, interaction: Click) -> None:
        """Record the choice, then show the answer: in place for the one who asked, privately for others."""
        stages = stages_of(interaction)
        stored = await stored_answer(interaction, self.state["answer"])
        section = stages.knowledge.engine.corpus.section_of_key(self.state["key"])
        if section is None or section.id not in {hit.section_id for hit in stored.hits}:
            raise NotFound("the section was not among the suggestions, or is no longer there")
        asker = asker_of(interaction)
        own = stored.member_hash == asker.member_hash
        asker = replace(asker, own_words=own)
        await (interaction.response.defer() if own else acknowledge(interaction, private=True))
        await stages.votes.judge(stored.answer_id, stored.guild_id, asker.member_hash, section.id)
        occasion = Occasion(stages.hasher.answer_key, f"{stored.answer_id}:{asker.member_hash}")  # pressing twice is one answer
        recorded = await stages.answering.choose(section, stored.question or section.title, asker, occasion)
        panel = answer_panel(recorded, askable=False)
        if own:
            await interaction.edit_original_response(view=panel, allowed_mentions=NO_MENTIONS)
        else:
            await respond(interaction, panel, private=True)
