"""What happens by itself in a running bot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.client import FaqBot
from bot.exts.maintenance import Maintenance
from tests.integration.rows import second_program
from tests.interactions.conftest import Server
from tests.interactions.rows import rows

GONE = 404


async def test_a_server_whose_data_was_deleted_has_the_defaults_at_once(server: Server) -> None:
    guilds = server.stages.guilds
    await guilds.change(GONE, server.administrator.id, lambda now: replace(now, vote_controls=False))
    await guilds.removed(GONE)
    assert not (await guilds.settings(GONE)).vote_controls
    with second_program(server.stages.database.path) as program:
        program.execute("UPDATE guild_settings SET removed_at = 1 WHERE guild_id = ?", (GONE,))

    client = server.env.bot
    assert isinstance(client, FaqBot)
    maintenance = client.get_cog("Maintenance")
    assert isinstance(maintenance, Maintenance)
    await maintenance.expire()

    assert rows(server, "SELECT 1 FROM guild_settings WHERE guild_id = ?", GONE) == []
    assert (await guilds.settings(GONE)).vote_controls


@pytest.mark.fault(19)
async def test_an_error_that_nobody_foresaw_does_not_end_expiry_for_good(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = server.env.bot
    assert isinstance(client, FaqBot)
    maintenance = client.get_cog("Maintenance")
    assert isinstance(maintenance, Maintenance)

    def break_once(*_: object) -> None:
        monkeypatch.undo()
        raise ZeroDivisionError

    monkeypatch.setattr(type(server.stages.retention), "expire", break_once)
    await maintenance.expire()
    await maintenance.expire()

    assert [record.message for record in caplog.records if record.name == "bot.exts.maintenance"] == [
        "expired data could not be deleted; the next pass tries again"
    ]
