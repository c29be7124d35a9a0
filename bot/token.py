"""The Discord token: from the environment, a file or what somebody pastes; never from the configuration itself, never printed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from bot.config import at_home
from bot.errors import TokenError

TOKEN_PATTERN = re.compile(r"(?<![\w-])[\w-]{18,}\.[\w-]{5,}\.[\w-]{20,}", re.ASCII)
"""What a bot token looks like: id, time and signature, each base64. Also what the log blanks out."""

_HOW_TO = (
    "Create an application at https://discord.com/developers/applications, open its page Bot, press Reset Token, and start the bot with\n"
    "    DISCORD_TOKEN=... python -m bot run\n"
    "or let python -m bot setup ask for the token and keep it in a file. To try the bot without a token: make demo, or python -m bot chat."
)
_AROUND = re.compile(r"^(?:export\s+)?(?:DISCORD_TOKEN\s*=\s*)?[\"'`]*(?:Bot\s+)?|[\"'`]+$", re.IGNORECASE)
"""What people copy along with a token: an assignment, quotation marks, and the "Bot" of an HTTP header."""
_MISTAKEN = (
    (re.compile(r"[0-9]{17,20}"), "an id, such as the Application ID"),
    (re.compile(r"[0-9a-f]{64}"), "the Public Key of the page General Information"),
    (re.compile(r"[\w-]{32}", re.ASCII), "the Client Secret of the page OAuth2"),
)


def discord_token(environment: Mapping[str, str] | None = None, file: Path | None = None) -> str:
    """DISCORD_TOKEN, or what the file holds that DISCORD_TOKEN_FILE names, or else the one that the configuration names.

    Raises:
        TokenError: there is none, there are two, or it cannot be a token; the message never shows it.
    """
    environment = os.environ if environment is None else environment
    given = environment.get("DISCORD_TOKEN", "").strip()
    named = environment.get("DISCORD_TOKEN_FILE", "").strip()
    if given and named:
        raise TokenError("Both DISCORD_TOKEN and DISCORD_TOKEN_FILE are set. Set one of them.")
    if named:
        given = read_token_file(named, "DISCORD_TOKEN_FILE")
    elif not given and file is not None:
        given = read_token_file(str(file), "discord.token_file")
    if not given:
        raise TokenError(f"There is no Discord token, so the bot cannot log in. {_HOW_TO}")
    if not TOKEN_PATTERN.fullmatch(given):
        raise TokenError(
            "The Discord token does not have the form of a bot token: three parts with dots between them, no spaces or quotes. "
            f"It may be the client secret or the public key instead. {_HOW_TO}"
        )
    return given


def in_environment(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the environment holds a token or names its file, so that nothing else is looked at."""
    environment = os.environ if environment is None else environment
    return any(environment.get(name, "").strip() for name in ("DISCORD_TOKEN", "DISCORD_TOKEN_FILE"))


def read_token_file(file: str, named_by: str) -> str:
    """What a file holds, without spaces around it; "" where it is empty.

    Raises:
        TokenError: it cannot be read; says which setting names it.
    """
    try:
        return at_home(Path(file)).read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as error:
        raise TokenError(f"{named_by}: {file} cannot be read. Check the path and its permissions.") from error


def pasted_token(text: str) -> str:
    """The token in what somebody pasted, without what is easily copied along: spaces, quotation marks, ``Bot``, ``DISCORD_TOKEN=``.

    Raises:
        TokenError: there is none in it; says what it may be instead, and never shows it.
    """
    token = "".join(_AROUND.sub("", text.strip()).split())
    if TOKEN_PATTERN.fullmatch(token):
        return token
    if not token:
        raise TokenError("Nothing was entered. Copy the token on the page Bot of your application (Reset Token, then Copy).")
    mistaken = next((name for pattern, name in _MISTAKEN if pattern.fullmatch(token)), None)
    if mistaken is not None:
        raise TokenError(f"That looks like {mistaken}, not like the bot's token. The token is on the page Bot: Reset Token, then Copy.")
    raise TokenError(
        "That is no bot token: one has three parts with dots between them. It may have been cut off. "
        "Copy it once more on the page Bot of your application; Reset Token shows a new one."
    )
