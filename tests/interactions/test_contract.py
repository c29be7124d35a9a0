"""Every body that the bot sends is valid by Discord's own API specification, and within the limits for components."""

from __future__ import annotations

import pytest
from simcord.enums import ComponentType

from tests.interactions.conftest import Server
from tests.interactions.forging import press_forged
from tests.interactions.reading import answer_message, behind_the_dots, controls, details, option_values, walk
from tests.interactions.specification import SPECIFICATION, bodies_of, validate


async def drive(server: Server) -> None:
    """Use everything there is, so that every kind of message is sent."""
    ask = answer_message(await server.member.slash(server.channel, "ask", question="how do i install the tools?"))
    await server.member.click(ask, label="Helpful")
    form = await server.member.click(ask, label="Not helpful")
    await server.member.submit_modal(form, {"reason": ["wrong"], "comment": "c" * 1000, "correction": "d" * 1000})
    await details(server.member, ask)
    menu = await behind_the_dots(server.member, ask)
    await server.member.select(menu, [option_values(menu, "Related topics")[0]])
    await press_forged(server.member, server.channel, controls(ask)["⋯"].replace("menu", "section"))
    with server.unsure():
        unsure = answer_message(await server.member.slash(server.channel, "ask", question="what about patents?"))
    for number, said in enumerate(("Yes", "No"), 1):
        await server.member.click(answer_message(await server.member.click(unsure, label=f"Show {number}")), label=said)
    beside = answer_message(await server.by_role.slash(server.channel, "ask", question="what are open weights? what is copyleft?"))
    await server.by_role.click(beside, label="Or is it: Copyleft")
    suggested = answer_message(await server.second_moderator.slash(server.channel, "ask", question="open source copyleft licence weights"))
    more = await behind_the_dots(server.second_moderator, suggested)
    await server.second_moderator.select(more, [option_values(more, "Two more")[0]])
    for question in ("hello", "who won the cup?", "@everyone `*_~|<>[](){}#" * 200):
        await server.member.slash(server.channel, "ask", question=question, private=True)
    for name in ("help", "about", "privacy show", "privacy export", "privacy delete"):
        shown = answer_message(await server.member.slash(server.channel, name))
        for label in [label for label, custom_id in controls(shown).items() if custom_id.startswith("help:ask:")]:
            await server.member.click(shown, label=label)
    await server.administrator.slash(server.channel, "settings", vote_controls=True)
    await server.administrator.slash(server.channel, "admin reload")
    await server.member.autocomplete(server.channel, "ask", "question", "what")
    await server.second.send(server.channel, f"{server.mention} what is copyleft?")
    await drive_review(server)


async def drive_review(server: Server) -> None:
    """Use everything that moderators and administrators have, with the longest texts there can be."""
    review = server.guild.create_text_channel("review")
    await server.administrator.slash(server.channel, "settings", digest="weekly", time_zone="Europe/Paris", feedback_days=30)
    settings = answer_message(await server.administrator.slash(server.channel, "settings"))
    await server.administrator.select(settings, [server.helpers], custom_id="settings:roles")
    await server.administrator.select(settings, [review], custom_id="settings:review-channel")
    for question in ("what is copyleft?", "what are open weights?", "what does the MIT license allow?"):
        message = answer_message(await server.second.slash(server.channel, "ask", question=question))
        form = await server.second.click(message, label="Not helpful")
        fields = {"reason": ["outdated"], "comment": "*" * 1000, "correction": "`" * 1000, "tell": True}
        await server.second.submit_modal(form, fields)
    declined = answer_message(await server.second.slash(server.channel, "ask", question="who won the " + "zebra " * 150 + "cup?"))
    await server.second.submit_modal(await server.second.click(declined, label="Ask a moderator"), {"tell": True})
    await server.second.slash(server.channel, "note add", section="Copyleft", text="_" * 1000, tell_me=True)
    for name in ("queue", "stats", "audit", "export"):
        await server.moderator.slash(server.channel, f"review {name}")
    await server.moderator.slash(server.channel, "review search", text="copyleft")
    await server.moderator.context_menu(server.channel, "Review this answer", message)
    card = answer_message(await server.moderator.slash(server.channel, "review show", case=1))
    await server.moderator.click(card, label="Claim")
    await server.moderator.submit_modal(await server.moderator.click(card, label="Note"), {"text": "#" * 1000})
    await server.moderator.submit_modal(await server.moderator.click(card, label="Resolve"), {"outcome": "fixed", "message": "~" * 1000})
    reasoned = {"outcome": "fixed", "why": "<" * 1000, "message": "~" * 1000}
    await server.moderator.submit_modal(await server.moderator.click(card, label="Resolve"), reasoned)
    await server.moderator.click(card, label="Reopen")
    await server.moderator.submit_modal(await server.moderator.click(card, label="Dismiss"), {"reason": "spam", "text": "|" * 1000})
    queue = answer_message(await server.moderator.slash(server.channel, "review queue"))
    picked = answer_message(await server.moderator.select(queue, option_values(queue, "Pick several cases"), custom_id="review:pick"))
    await server.moderator.click(picked, custom_id=controls(picked)[f"Claim {len(option_values(queue, 'Open a case'))} cases"])
    note = answer_message(await server.moderator.slash(server.channel, "review show", case=6))
    await server.moderator.click(note, label="Approve note")
    await server.second.slash(server.channel, "note list")
    await server.second.slash(server.channel, "privacy show")


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="Discord's OpenAPI specification is not beside the checkout")
async def test_every_request_body_is_valid_by_discords_specification(server: Server) -> None:
    await drive(server)

    checked = [validate(request) for request in server.env.http_requests if request.json is not None]
    assert len([name for name in checked if name]) >= 70


@pytest.mark.fault(14)
async def test_messages_stay_within_the_limits_for_components(server: Server) -> None:
    await drive(server)

    bodies = list(bodies_of(server.env))
    assert len(bodies) >= 45
    for body in bodies:
        components = list(walk(body["components"]))
        assert len(components) <= 40
        assert sum(len(str(component.get("content", ""))) for component in components) <= 4000
        assert all(len(str(component.get("custom_id", ""))) <= 100 for component in components)
        assert all(len(str(component.get("label", ""))) <= 80 for component in components)
        assert all(len(list(walk(component))) <= 1 + 5 for component in components if component.get("type") == ComponentType.ACTION_ROW)
