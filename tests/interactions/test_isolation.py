"""Forged, foreign and stale ids: always "no longer available", never another server's data."""

from __future__ import annotations

import pytest

from bot.corpus.document import section_key
from tests.interactions.conftest import Server
from tests.interactions.forging import press_forged, submit_forged
from tests.interactions.reading import answer_message, shown
from tests.interactions.rows import rows, votes

GONE = "no longer available"


async def _answer_id(server: Server) -> str:
    await server.member.slash(server.channel, "ask", question="what is copyleft?")
    return str(rows(server, "SELECT answer_id FROM answers ORDER BY id DESC LIMIT 1")[0][0])


@pytest.mark.fault(21)
@pytest.mark.parametrize("action", ["helpful", "why", "section"])
async def test_a_stranger_with_a_foreign_answer_id_gets_not_found(server: Server, action: str) -> None:
    foreign = await _answer_id(server)
    reply = answer_message(await press_forged(server.stranger, server.elsewhere, f"answer:{action}:{foreign}"))

    assert GONE in shown(reply)
    assert "opyleft" not in shown(reply)
    assert votes(server) == []


async def test_a_stranger_cannot_open_an_alternative_of_a_foreign_answer(server: Server) -> None:
    foreign = await _answer_id(server)
    key = section_key("basics/licenses#copyleft")
    reply = answer_message(await press_forged(server.stranger, server.elsewhere, f"answer:alternative:{foreign}:{key}"))
    own = answer_message(await press_forged(server.member, server.channel, f"answer:alternative:{foreign}:{key}"))

    assert GONE in shown(reply)
    assert "opyleft" not in shown(reply)
    assert "### Copyleft" in shown(own)


async def test_an_alternative_that_is_no_section_is_not_found(server: Server) -> None:
    reply = answer_message(await press_forged(server.member, server.channel, f"answer:alternative:{await _answer_id(server)}:{'b' * 12}"))

    assert GONE in shown(reply)
    assert not server.env.errors


async def test_a_stranger_cannot_send_the_form_of_a_foreign_answer(server: Server) -> None:
    foreign = await _answer_id(server)
    reply = answer_message(await submit_forged(server.stranger, server.elsewhere, f"feedback:vote:{foreign}", {"reason": ["wrong"]}))

    assert GONE in shown(reply)
    assert votes(server) == []


@pytest.mark.fault(20)
@pytest.mark.parametrize(
    "custom_id",
    [
        "answer:helpful:aaaaaaaaaaaa",
        "answer:helpful:",
        "answer:helpful:\u0661\u0662\u0663",
        "answer:helpful:" + "a" * 80,
        "answer:alternative:aaaaaaaaaaaa:bbbbbbbbbbbb",
        "answer:alternative:aaaaaaaaaaaa:",
        "suggestion:pick:aaaaaaaaaaaa:bbbbbbbbbbbb",
        "section:page:aaaaaaaaaaaa:0",
        "section:page:aaaaaaaaaaaa:99999999999999999999",
        "review:steal:1",
        "review:claim:\u0661",
        "review:claim:99999999999999999999",
        "answer:moderator:aaaaaaaaaaaa",
        "x",
        "'; DROP TABLE votes; --",
    ],
)
async def test_forged_and_outdated_buttons_get_a_sentence_and_touch_nothing(server: Server, custom_id: str) -> None:
    reply = answer_message(await press_forged(server.member, server.channel, custom_id))

    assert GONE in shown(reply)
    assert votes(server) == []


async def test_a_form_that_nobody_knows_gets_a_sentence(server: Server) -> None:
    reply = answer_message(await submit_forged(server.member, server.channel, "feedback:other:1", {"reason": ["wrong"]}))

    assert GONE in shown(reply)


async def test_a_section_that_was_not_suggested_cannot_be_picked(server: Server) -> None:
    with server.unsure():
        await server.member.slash(server.channel, "ask", question="patent sale")
    answer = rows(server, "SELECT answer_id FROM answers")[0][0]
    corpus = server.stages.knowledge.engine.corpus
    hits = {row[0] for row in rows(server, "SELECT section_id FROM hits")}
    other = next(section for section in corpus.sections if section.id not in hits)
    reply = answer_message(await press_forged(server.member, server.channel, f"suggestion:pick:{answer}:{other.key}"))

    assert GONE in shown(reply)
    assert rows(server, "SELECT 1 FROM judgements") == []


async def test_an_invented_reason_is_refused(server: Server) -> None:
    answer = await _answer_id(server)
    reply = answer_message(await submit_forged(server.member, server.channel, f"feedback:vote:{answer}", {"reason": ["evil"]}))

    assert GONE in shown(reply)
    assert votes(server) == []
    assert not server.env.errors
