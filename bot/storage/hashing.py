"""Members are stored as keyed hashes of their ids, another one in every server.

Whoever gets hold of the database alone cannot say who asked what, nor whether two rows of two servers are
the same person. The key lies in a file of its own, beside the database by default and outside its copies.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import DatabaseRefused

_KEY_BYTES = 32
_HASH_BYTES = 15


@dataclass(frozen=True, slots=True)
class MemberHasher:
    """Hashes member ids under the installation's key."""

    key: bytes = field(repr=False)

    def hash(self, guild_id: int, member_id: int) -> str:
        """The name under which a member's rows of one server are stored: 24 characters, another one in every server."""
        return self._mac(f"member:{guild_id}:{member_id}")

    def question_key(self, guild_id: int, about: str, normalized_question: str) -> str:
        """The name under which the same question is known again in one server, also after its text is gone."""
        mac = hmac.new(self.key, f"question:{guild_id}:{about}:{normalized_question}".encode("utf-8", "surrogatepass"), hashlib.sha256)
        return base64.b32encode(mac.digest()[:_HASH_BYTES]).decode("ascii").lower()

    @property
    def check(self) -> str:
        """What a database remembers of the key, so that another key is noticed; says nothing of the key."""
        return self._mac("check")

    @property
    def answer_key(self) -> bytes:
        """The key of answer ids, derived so that the one key has one purpose each."""
        return hmac.new(self.key, b"answer-ids", hashlib.sha256).digest()

    def _mac(self, message: str) -> str:
        mac = hmac.new(self.key, message.encode("ascii"), hashlib.sha256).digest()[:_HASH_BYTES]
        return base64.b32encode(mac).decode("ascii").lower()


def key_file(database: Path) -> Path:
    """Beside the database by default; whoever has both can name its members."""
    return database.with_name(database.name + ".key")


def load_key(path: Path) -> bytes | None:
    """Read the 32 bytes of a key, written as hexadecimal digits; None where there is no file.

    Raises:
        DatabaseRefused: the file is there but cannot be read or does not hold a key.
    """
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise DatabaseRefused(f"The key file {path} cannot be read. Check its owner and permissions.") from error
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise DatabaseRefused(f"The key file {path} does not hold a key. Restore it from a copy; without it, votes lose their members.")
    return key


def create_key(path: Path) -> bytes:
    """Write a new key to a file that only its owner can read, and return it."""
    key = secrets.token_bytes(_KEY_BYTES)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # whole or not at all, whenever the process is killed, and never over another key
    finally:
        draft.unlink()
    return key
