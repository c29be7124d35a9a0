"""The messages of the simulated server, kept beside the demo's database, so that the next run shows the channel as it was left.

simcord holds its server in memory and has no snapshot of it. What is kept is what a visitor sees: the messages with their controls, and
the files that they show. Who is there, channels and commands are made again at each start, with the same ids. A file that does not fit
today's demo is left out of account with a line in the log; the bot's own data is in its database and not touched by this.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path

import simcord
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from simcord.backend.models import Message

_FORMAT = 1
_MOST_MESSAGES = 200
"""In each channel; the oldest go first."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"))
class KeptMessages:
    """What the file holds."""

    format: int
    ids: tuple[int, ...]
    """Of the server, its channels and people; with others, the messages would belong to nobody."""
    messages: list[Message]
    files: dict[str, bytes] = field(default_factory=dict)
    """By the address under which a message shows them."""


_FILE = TypeAdapter(KeptMessages)


def keep_messages(path: Path, env: simcord.Env, ids: Sequence[int]) -> None:
    """Write what the channels show, whole or not at all; readable by the owner only, like the database."""
    backend = env.backend
    messages = [message for channel in backend.messages.values() for message in list(channel.values())[-_MOST_MESSAGES:]]
    addresses = [str(attachment["url"]) for message in messages for attachment in message.attachments]
    files = {address: data for address in addresses if (data := backend.cdn.get(address)) is not None}
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_bytes(_FILE.dump_json(KeptMessages(_FORMAT, tuple(ids), messages, files)))
    draft.replace(path)


def restore_messages(path: Path, env: simcord.Env, ids: Sequence[int]) -> None:
    """Put back what was kept, without telling the bot: Discord does not repeat old messages to it either."""
    kept = _read(path)
    if kept is None:
        return
    if (kept.format, kept.ids) != (_FORMAT, tuple(ids)):
        _log.warning("%s was written by another version of the demo; its channels begin empty", path)
        return
    backend = env.backend
    for message in kept.messages:
        backend.reserve_id(message.id)
        backend.messages.setdefault(message.channel_id, {})[message.id] = message
        backend.get_channel(message.channel_id).last_message_id = message.id
    backend.cdn._blobs.update(kept.files)


def _read(path: Path) -> KeptMessages | None:
    try:
        return _FILE.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError, json.JSONDecodeError) as error:
        _log.warning("%s cannot be used, so the channels begin empty: %s", path, type(error).__name__)
        return None
