"""/settings: every setting shown, changed, refused where it makes no sense, and audited; and that the bot keeps to them."""

from __future__ import annotations

from collections.abc import Mapping

import discord
import pytest

from bot.exts.settings import checklist, permission_problems
from bot.guilds.settings import LONGEST_PLACES, GuildSettings, SettingsRefused, check_settings
from tests.interactions.conftest import Server
from tests.interactions.reading import answer_message, controls, last, raw_components, shown, walk, why
from tests.interactions.reviewing import ask, states
from tests.interactions.rows import rows

RESTARTED = pytest.mark.parametrize("restarted", [False, True], ids=["running", "after a restart"])


async def settings(server: Server, **options: object) -> str:
    """Change settings, a threshold also by the button below its preview, and say what the checklist shows then."""
    result = await server.administrator.slash(server.channel, "settings", **options)
    for message in (answer_message(result), *result.followups):
        if "Save" in controls(message):
            await server.administrator.click(message, label="Save")
            return shown(answer_message(await server.administrator.slash(server.channel, "settings")))
    return shown(answer_message(result))


async def test_the_settings_of_a_server_that_decided_nothing(server: Server) -> None:
    text = await settings(server)

    assert "**3 of 5 done.**" in text
    assert "• Done · **Moderators** everybody with Manage Messages\n" in text
    assert "• To do · **Review channel** none yet, so new cases are posted nowhere" in text
    assert "• To do · **Digest** off" in text
    assert "• Done · **Where I answer** in every channel\n" in text
    assert "• Done · **Permissions** I may do all" in text
    assert "**Time zone** UTC" in text
    assert "**Sure enough to answer** from 75 % (the operator's choice)" in text
    assert "**Vote buttons** shown" in text
    assert "90 days (the operator's choice)" in text
    assert rows(server, "SELECT 1 FROM audit") == []


async def test_words_and_numbers_are_changed_by_options_and_audited(server: Server) -> None:
    text = await settings(
        server, digest="weekly", digest_hour=0, time_zone="Europe/Paris", answer_threshold=75, forum_threshold=90, feedback_days=7
    )

    assert "• To do · **Digest** waits for a review channel" in text
    assert "Europe/Paris" in text
    assert "**Sure enough to answer** from 75 % ·" in text
    assert "7 days" in text
    assert rows(server, "SELECT COUNT(*), MIN(actor_id) FROM audit WHERE action = 'changed-setting'") == [(6, server.administrator.id)]


async def test_zero_gives_a_setting_back_to_the_operator(server: Server) -> None:
    await settings(server, answer_threshold=75, feedback_days=7)
    text = await settings(server, answer_threshold=0, feedback_days=0)

    assert "75 % (the operator's choice)" in text
    assert "90 days (the operator's choice)" in text


@pytest.mark.parametrize(
    ("options", "reply"),
    [
        ({"time_zone": "Europe/Nowhere"}, "time zone"),
        ({"answer_threshold": 5}, "answer threshold"),
        ({"forum_threshold": 1}, "forum threshold"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_remedy(server: Server, options: dict[str, object], reply: str) -> None:
    text = await settings(server, **options)

    assert text.strip().startswith(reply)
    assert rows(server, "SELECT 1 FROM audit") == []


async def test_time_zones_are_completed_while_typing(server: Server) -> None:
    choices = await server.administrator.autocomplete(server.channel, "settings", "time_zone", "new york")

    assert [choice["value"] for choice in choices] == ["America/New_York"]


@RESTARTED
async def test_roles_and_channels_are_chosen_in_the_message(server: Server, restarted: bool) -> None:
    review = server.guild.create_text_channel("review")
    forum = server.guild.create_forum_channel("help")
    message = answer_message(await server.administrator.slash(server.channel, "settings"))
    if restarted:
        await server.restart()
    await server.administrator.select(message, [server.helpers], custom_id="settings:roles")
    await server.administrator.select(message, [review], custom_id="settings:review-channel")
    await server.administrator.select(message, [server.channel], custom_id="settings:answer-channels")
    await server.administrator.select(message, [forum], custom_id="settings:forums")

    text = shown(message)
    assert (
        f"everybody with Manage Messages, <@&{server.helpers.id}>. A role without that permission sees `/review` once you allow it" in text
    )
    assert f"• To do · **Review channel** <#{review.id}> is seen by everybody" in text
    assert f"**Where I answer** in <#{server.channel.id}>; new posts in <#{forum.id}> where I am 85 % sure" in text
    await server.administrator.select(message, [], custom_id="settings:review-channel")
    assert "• To do · **Review channel** none yet" in shown(message)


async def test_the_checklist_says_when_all_is_done_and_the_digest_when_it_comes(server: Server) -> None:
    here = server.env.bot.get_guild(server.guild.id)
    assert here is not None
    no, yes = discord.PermissionOverwrite(view_channel=False), discord.PermissionOverwrite(view_channel=True, send_messages=True)
    alone = server.guild.create_text_channel("moderators", overwrites={server.guild.default_role: no, here.me: yes})
    await server.env.settle()
    message = answer_message(await server.administrator.slash(server.channel, "settings", digest="weekly", digest_hour=0))
    await server.administrator.select(message, [alone], custom_id="settings:review-channel")

    assert "**All set.**" in shown(message)
    assert "• Done · **Digest** Mondays at 0:00" in shown(message)
    assert "To do" not in shown(message)


async def test_a_review_channel_that_everybody_sees_is_said_to_show_comments_to_all(server: Server) -> None:
    settings = GuildSettings(server.guild.id, review_channel_id=server.channel.id)
    guild = server.env.bot.get_guild(server.guild.id)

    (step,) = (step for step in checklist(settings, guild) if step.name == "Review channel")

    assert not step.done
    assert "members' words on its cards are public" in step.text
    assert permission_problems(settings, guild) == ()


@pytest.mark.parametrize(("kind", "public"), [(discord.ChannelType.public_thread, True), (discord.ChannelType.private_thread, False)])
async def test_a_thread_is_seen_by_everybody_who_sees_its_channel_unless_it_is_private(
    server: Server, kind: discord.ChannelType, public: bool
) -> None:
    channel = server.env.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="cases", type=kind)
    await server.env.settle()

    step = checklist(GuildSettings(server.guild.id, review_channel_id=thread.id), server.env.bot.get_guild(server.guild.id))[1]

    assert step.done is not public


async def test_the_check_of_permissions_names_a_review_channel_that_everybody_sees(server: Server) -> None:
    message = answer_message(await server.administrator.slash(server.channel, "settings"))
    await server.administrator.select(message, [server.channel], custom_id="settings:review-channel")
    checked = answer_message(await server.administrator.click(message, label="Check permissions"))

    assert f"<#{server.channel.id}> is seen by everybody" in shown(checked)


async def test_the_checklist_of_a_server_in_which_nobody_may_moderate_says_so(server: Server) -> None:
    alone = server.env.create_guild("Small")
    await server.env.settle()
    guild = server.env.bot.get_guild(alone.id)
    without, chosen = GuildSettings(alone.id), GuildSettings(alone.id, moderator_roles=frozenset({server.helpers.id}))

    assert (checklist(without, guild)[0].done, checklist(chosen, guild)[0].done) == (False, True)
    assert "only the owner of this server so far" in checklist(without, guild)[0].text


@RESTARTED
async def test_the_permissions_are_checked_channel_by_channel(server: Server, restarted: bool) -> None:
    message = answer_message(await server.administrator.slash(server.channel, "settings"))
    if restarted:
        await server.restart()
    fine = answer_message(await server.administrator.click(message, label="Check permissions"))
    me = server.env.bot.get_guild(server.guild.id).me  # type: ignore[union-attr]
    await server.env.bot.get_channel(server.channel.id).set_permissions(me, read_message_history=False)  # type: ignore[union-attr]
    await server.env.settle()
    lacking = answer_message(await server.administrator.click(message, label="Check permissions"))

    assert fine.ephemeral
    assert "All is well" in shown(fine)
    assert f"In <#{server.channel.id}> I need Read Message History." in shown(lacking)
    assert "Where I am meant to stay out, leave it as it is." in shown(lacking)


async def test_a_review_channel_that_the_bot_cannot_write_in_is_reported_at_once(server: Server) -> None:
    closed = server.guild.create_text_channel(
        "closed", overwrites={server.guild.default_role: discord.PermissionOverwrite(view_channel=True, send_messages=False)}
    )
    message = answer_message(await server.administrator.slash(server.channel, "settings"))
    await server.administrator.select(message, [closed], custom_id="settings:review-channel")

    assert f"In <#{closed.id}> I need Send Messages." in shown(message)
    assert "• To do · **Permissions**" in shown(message)
    await server.administrator.select(message, [server.channel], custom_id="settings:review-channel")
    assert "I need Send Messages" not in shown(message)


async def test_a_role_that_moderates_may_review(server: Server) -> None:
    before = answer_message(await server.by_role.slash(server.channel, "review queue"))
    await server.name_helpers()
    after = answer_message(await server.by_role.slash(server.channel, "review queue"))

    assert "That is for moderators" in shown(before)
    assert "Review queue" in shown(after)


async def test_the_bot_answers_in_allowed_channels_only(server: Server) -> None:
    other = server.guild.create_text_channel("other")
    message = answer_message(await server.administrator.slash(server.channel, "settings"))
    await server.administrator.select(message, [other], custom_id="settings:answer-channels")
    asked = answer_message(await server.member.slash(server.channel, "ask", question="what is copyleft?"))
    sent = await server.member.send(server.channel, f"{server.mention} what is copyleft?")
    there = answer_message(await server.member.slash(other, "ask", question="what is copyleft?"))
    await server.member.send(other, f"{server.mention} what is copyleft?")
    await server.member.user.send_dm("what is copyleft?")

    assert f"Please ask me here: <#{other.id}>" in shown(asked)
    assert asked.ephemeral
    assert server.channel.history()[-1].id == sent.id
    assert "Copyleft demands" in shown(there)
    assert "Copyleft demands" in shown(last(other))
    assert "Copyleft demands" in shown(last(server.member.user.dm_channel))


async def test_a_thread_of_an_allowed_channel_is_allowed(server: Server) -> None:
    message = answer_message(await server.administrator.slash(server.channel, "settings"))
    await server.administrator.select(message, [server.channel], custom_id="settings:answer-channels")
    channel = server.env.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="talk", type=discord.ChannelType.public_thread)
    thread = server.channel.threads[0]
    await server.member.send(thread, f"{server.mention} what is copyleft?")
    asked = answer_message(await server.member.slash(thread, "ask", question="what is copyleft?"))

    assert "Copyleft demands" in shown(last(thread))
    assert "Copyleft demands" in shown(asked)


async def test_the_servers_own_threshold_decides_and_is_reported(server: Server) -> None:
    await settings(server, answer_threshold=99)
    message = await ask(server, question="what about patents in apache?")
    told = await why(server.member, message, "Why these?") if "Is it one of these" in shown(message) else None
    elsewhere = answer_message(await server.stranger.slash(server.elsewhere, "ask", question="what is copyleft?"))

    assert "Copyleft demands" in shown(elsewhere)
    assert told is not None
    assert "I answer from 99 %" in shown(told)


@RESTARTED
async def test_a_threshold_is_saved_only_after_its_effect_was_shown(server: Server, restarted: bool) -> None:
    await ask(server, question="what about patents in apache?")
    result = await server.administrator.slash(server.channel, "settings", answer_threshold=99, digest="daily")
    preview = answer_message(result)
    before, saved = shown(preview), rows(server, "SELECT detail FROM audit")
    if restarted:
        await server.restart()
    await server.administrator.click(preview, label="Save")

    assert "Answer from a confidence of **99 %** on, instead of 75 % (the operator's choice). It is not saved yet." in before
    assert "• “what about patents in apache?”\n-# now: **Apache License** · then: a choice of sections" in before
    assert "1 question asked here in the last 4 weeks, confirmed or kept here" in before
    assert preview.ephemeral
    assert [str(row[0]).split(":")[0] for row in saved] == ["digest"]
    assert "from now on I answer here from 99 % on" in shown(preview)
    assert "**Sure enough to answer** from 99 %" in await settings(server)


async def test_a_threshold_that_is_left_stays(server: Server) -> None:
    preview = answer_message(await server.administrator.slash(server.channel, "settings", answer_threshold=60))
    await server.administrator.click(preview, label="Leave it as it is")

    assert shown(preview).strip() == "Nothing was changed."
    assert rows(server, "SELECT 1 FROM audit") == []
    assert "75 % (the operator's choice)" in await settings(server)


async def test_settings_of_one_server_are_not_those_of_another(server: Server) -> None:
    await settings(server, digest="daily", vote_controls=False)
    await server.open_command("settings", server.administrator)
    text = shown(answer_message(await server.foreign_moderator.slash(server.elsewhere, "settings")))

    assert "**Digest** off" in text
    assert "**Vote buttons** shown" in text
    assert states(server) == []


async def test_a_role_and_a_channel_that_were_deleted_do_not_break_the_settings(server: Server) -> None:
    gone = server.guild.create_text_channel("gone")
    message = answer_message(await server.administrator.slash(server.channel, "settings"))
    await server.administrator.select(message, [server.helpers], custom_id="settings:roles")
    await server.administrator.select(message, [gone], custom_id="settings:review-channel")
    channel, guild = server.env.bot.get_channel(gone.id), server.env.bot.get_guild(server.guild.id)
    assert isinstance(channel, discord.TextChannel)
    assert guild is not None
    await channel.delete()
    role = guild.get_role(server.helpers.id)
    assert role is not None
    await role.delete()
    await server.env.settle()
    later = answer_message(await server.administrator.slash(server.channel, "settings"))

    assert f"<#{gone.id}> is gone, or hidden from me" in shown(later)
    assert not [chosen for component in walk(raw_components(later)) for chosen in _chosen(component)]


def _chosen(component: Mapping[str, object]) -> list[object]:
    chosen = component.get("default_values", [])
    assert isinstance(chosen, list)
    return chosen


async def test_a_time_zone_is_found_without_regard_to_case_and_spaces(server: Server) -> None:
    message = answer_message(await server.administrator.slash(server.channel, "settings", time_zone=" america / new YORK"))

    assert "**Time zone** America/New\\_York" in shown(message)


async def test_other_places_to_ask_stand_under_a_decline_with_what_was_typed_escaped_and_its_channels_live(server: Server) -> None:
    await settings(server, other_places=f"<#{server.channel.id}>, **forum** @everyone\nor https://example.org/ask")
    declined = shown(await ask(server, question="who won the football cup yesterday?"))
    await settings(server, other_places="none")
    after = shown(await ask(server, question="who won the football cup yesterday?"))

    live = f"You can also ask here: <#{server.channel.id}>, \\*\\*forum\\*\\* @\u200beveryone or https://example.org/ask"
    assert live in declined
    assert "also ask here" not in after


async def test_other_places_that_are_too_long_are_refused(server: Server) -> None:
    with pytest.raises(SettingsRefused, match="other places to ask"):
        check_settings(GuildSettings(server.guild.id, other_places="x" * (LONGEST_PLACES + 1)))
