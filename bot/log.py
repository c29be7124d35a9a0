"""Logging to standard error: one line an event, no members' text, no tokens, no control characters.

In JSON, what was logged on behalf of one interaction or message has one ``trace``, from its arrival to what was written for it; it is
also the reference that a member is given on a fault.

discord.py logs whole requests at DEBUG, so its loggers stay at WARNING whatever is configured. A
burst of one and the same error is thinned out, so that a fault cannot fill a disk.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections import Counter
from datetime import UTC, datetime

from bot.config import LogConfig, LogFormat
from bot.observing import current_trace
from bot.token import TOKEN_PATTERN

_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029) if code not in (9, 10)}
_SAME_PER_MINUTE = 20
"""Lines with the same origin that one minute may hold."""


class _Redact(logging.Filter):
    """Blanks out tokens and thins out repetition."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: Counter[tuple[str, int]] = Counter()
        self._minute = 0

    def filter(self, record: logging.LogRecord) -> bool:
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute = minute
            self._seen.clear()
        origin = (record.pathname, record.lineno)
        self._seen[origin] += 1
        return self._seen[origin] <= _SAME_PER_MINUTE or record.levelno < logging.WARNING


def safe_line(text: str) -> str:
    """Blank out tokens and control characters, so that no event can forge another's line."""
    return TOKEN_PATTERN.sub("[token]", text).translate(_CONTROL)


class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
        message = safe_line(record.getMessage()).replace("\n", "\n    ")
        line = f"{at}Z {record.levelname.lower():<7} {record.name}: {message}"
        if record.exc_info:
            line += "\n    " + safe_line(self.formatException(record.exc_info)).replace("\n", "\n    ")
        return line


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, str] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": safe_line(record.getMessage()),
        }
        trace = current_trace()
        if trace:
            entry["trace"] = trace
        if record.exc_info:
            entry["traceback"] = safe_line(self.formatException(record.exc_info))
        return json.dumps(entry)


def start_logging(config: LogConfig) -> None:
    """Send the program's log to standard error as configured; calling it again replaces the handler."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if config.format is LogFormat.JSON else _TextFormatter())
    handler.addFilter(_Redact())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(config.level.value.upper())
    logging.getLogger("discord").setLevel(logging.WARNING)
    logging.raiseExceptions = False  # a full disk or a closed stream must not take the bot down
