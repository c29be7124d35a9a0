"""The Discord token: from the environment or a file, never from the configuration, never printed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from bot.config import at_home
from bot.errors import TokenError

TOKEN_PATTERN = re.compile(r"[\w-]{18,}\.[\w-]{5,}\.[\w-]{20,}", re.ASCII)
"""What a bot token looks like: id, time and signature, each base64. Also what the log blanks out."""

_HOW_TO = (
    "Create an application at https://discord.com/developers/applications, open its page Bot, press Reset Token, and start the bot with\n"
    "    DISCORD_TOKEN=... python -m bot run\n"
    "or name a file that holds the token in DISCORD_TOKEN_FILE. To try the bot without a token: make demo, or python -m bot chat."
)


def discord_token(environment: Mapping[str, str] | None = None) -> str:
    """DISCORD_TOKEN, or what the file holds that DISCORD_TOKEN_FILE names.

    Raises:
        TokenError: there is none, there are two, or it cannot be a token; the message never shows it.
    """
    environment = os.environ if environment is None else environment
    given = environment.get("DISCORD_TOKEN", "").strip()
    file = environment.get("DISCORD_TOKEN_FILE", "").strip()
    if given and file:
        raise TokenError("Both DISCORD_TOKEN and DISCORD_TOKEN_FILE are set. Set one of them.")
    if file:
        try:
            given = at_home(Path(file)).read_text(encoding="utf-8-sig").strip()
        except (OSError, ValueError) as error:
            raise TokenError(f"DISCORD_TOKEN_FILE: {file} cannot be read. Check the path and its permissions.") from error
    if not given:
        raise TokenError(f"There is no Discord token, so the bot cannot log in. {_HOW_TO}")
    if not TOKEN_PATTERN.fullmatch(given):
        raise TokenError(
            "The Discord token does not have the form of a bot token: three parts with dots between them, no spaces or quotes. "
            f"It may be the client secret or the public key instead. {_HOW_TO}"
        )
    return given
