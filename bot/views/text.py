"""Text on its way to Discord: escaped, cut, and never able to ping anybody.

Our own escaper, because the library's is cubic in time and leaves masked links, channel and command mentions
alone. It is one pass over the text, and it cuts before it escapes.
"""

from __future__ import annotations

import re

LONGEST_DISPLAY = 4000
"""Characters of text that one message with components may hold in all."""
LONGEST_OPTION = 100

_ADDRESS = r"https?://[^\s<>()\[\]]+"
_MARK = r"[\\*_~`|<>\[\]]|^\s*(?:#|-(?=[#\s])|\+(?=\s))"
_MARKUP = re.compile(rf"(?P<address>{_ADDRESS})|(?P<at>@)|(?P<mark>{_MARK})|(?P<number>^\s*\d+(?=[.)]))", re.MULTILINE | re.IGNORECASE)
_INSIDE_ADDRESS = re.compile(r"[\\*_~`|]")
_ZERO_WIDTH = "\u200b"
_ELLIPSIS = "…"


def escape(text: str, limit: int = LONGEST_DISPLAY, *, links: bool = False) -> str:
    """Return text that Discord shows as it is, without formatting or mentions, of at most ``limit`` characters.

    Args:
        text: any text, of any length.
        limit: characters of the result.
        links: whether web addresses stay live, which is for the knowledge base's text only.
    """
    budget = limit
    while True:
        escaped = _MARKUP.sub(lambda match: _escaped(match, links), cut(text, budget))
        if len(escaped) <= limit or budget <= 1:
            return escaped[:limit]
        budget = max(1, min(budget - 1, budget * limit // len(escaped)))


def _escaped(match: re.Match[str], links: bool) -> str:
    found = match.group()
    if match["address"]:
        return (
            found if links else _INSIDE_ADDRESS.sub(r"\\\g<0>", found.replace("://", f":{_ZERO_WIDTH}//")).replace("@", "@" + _ZERO_WIDTH)
        )
    if match["at"]:
        return found + _ZERO_WIDTH
    if match["number"]:
        return found + "\\"
    return found[:-1] + "\\" + found[-1]


def cut(text: str, limit: int) -> str:
    """Return text of at most ``limit`` characters, ending in an ellipsis where some is left out."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rstrip() + _ELLIPSIS if limit > 1 else text[:limit]


def link(label: str, url: str) -> str:
    """Return a masked link whose label cannot break out of it; for addresses from the knowledge base only."""
    safe = url.replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    return f"[{escape(label, 200)}](<{safe}>)"


def percent(share: float) -> str:
    """Return a share from 0 to 1 as whole percent."""
    return f"{round(100 * share)} %"


def counted(number: int, what: str) -> str:
    """Return a number of things: "1 event", "2 events"."""
    return f"{number} {what}" + ("" if number == 1 else "s")
