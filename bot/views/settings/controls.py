"""The selects of the settings: each replaces one list of roles or channels, and shows the settings anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.guilds.settings import GuildSettings
from bot.views.access import guild_of, stages_of
from bot.views.controls import Click, Control, snowflake
from bot.views.permission import Audience
from bot.views.settings.panel import settings_panel


class SettingSelect(Control, template="(?!)"):
    """A select that changes one setting."""

    audience = Audience.ADMINISTRATOR

    async def press(self, interaction: Click) -> None:
        """Store the choice, and show what holds now."""
        await interaction.response.defer()
        chosen = frozenset(snowflake(value) for value in self.all_chosen)
        stages = stages_of(interaction)
        settings = await stages.guilds.change(guild_of(interaction), interaction.user.id, self.decide(chosen))
        await interaction.edit_original_response(view=settings_panel(settings, stages.config, interaction.guild))

    def decide(self, chosen: frozenset[int]) -> Callable[[GuildSettings], GuildSettings]:
        """Return the change that a choice of ids means."""
        raise NotImplementedError


class ModeratorRoles(SettingSelect, template="settings:roles"):
    """Roles whose members moderate."""

    def decide(self, chosen: frozenset[int]) -> Callable[[GuildSettings], GuildSettings]:
        """Replace the roles."""
        return lambda settings: replace(settings, moderator_roles=chosen)


class ReviewChannelSelect(SettingSelect, template="settings:review-channel"):
    """The channel in which cases are posted."""

    def decide(self, chosen: frozenset[int]) -> Callable[[GuildSettings], GuildSettings]:
        """Replace the channel."""
        return lambda settings: replace(settings, review_channel_id=next(iter(chosen), None))


class AnswerChannels(SettingSelect, template="settings:answer-channels"):
    """The channels where the bot may answer."""

    def decide(self, chosen: frozenset[int]) -> Callable[[GuildSettings], GuildSettings]:
        """Replace the channels."""
        return lambda settings: replace(settings, answer_channels=chosen)


class ForumChannels(SettingSelect, template="settings:forums"):
    """The forums where new posts are answered."""

    def decide(self, chosen: frozenset[int]) -> Callable[[GuildSettings], GuildSettings]:
        """Replace the forums."""
        return lambda settings: replace(settings, forum_channels=chosen)


SETTINGS_CONTROLS: tuple[type[Control], ...] = (ModeratorRoles, ReviewChannelSelect, AnswerChannels, ForumChannels)
