"""Answer ids: short, and unguessable wherever a key is given.

An id is a keyed hash of what was answered and on which occasion. The same delivery of the same question has the same id, which
makes answering idempotent; on Discord the key is the installation's secret, so no id can be made up. In the terminal
there is nothing to protect, the key is empty, and the same question prints the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

ANSWER_ID_LENGTH = 12
ANSWER_ID_PATTERN = "[a-z2-7]{12}"


def answer_id(key: bytes, *parts: str) -> str:
    """Return the id for an occasion described by parts (fingerprint, question, the turn before, interaction or message id)."""
    message = b"\0".join(part.encode("utf-8", "surrogatepass") for part in parts)
    mac = hmac.new(key, message, hashlib.sha256).digest()
    return base64.b32encode(mac).decode("ascii").lower()[:ANSWER_ID_LENGTH]
