"""``python -m bot``: run the command line, and turn what it raises into a message and an exit code.

Whatever the standard streams are, a command ends with what it was asked for or with a sentence: they may be closed, of an encoding that
lacks most characters, on a full disk, or read by nobody any more. The exit code is what the command ended with even where nothing can be
said, since whoever supervises the bot decides by it.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
from pathlib import Path
from typing import TextIO

from bot.errors import BotError, ExitCode


def main() -> None:
    """Run the command line and exit with its code."""
    sys.stdout, sys.stderr = _writable(sys.stdout), _writable(sys.stderr)
    gc.disable()  # what is imported stays: looking through it for garbage again and again took a tenth of the time of `ask`
    from bot.cli import command_line

    try:
        command = command_line(sys.argv[1:])
        gc.freeze()
        gc.enable()
        command(prog_name="osai-faq-bot")
    except BotError as error:
        if error.exit_code is ExitCode.OK:
            print(error)
        else:
            with contextlib.suppress(OSError):
                print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    finally:
        _give_up(sys.stderr)


def _writable(stream: TextIO | None) -> TextIO:
    """A stream that takes every character, with a stand-in for what it cannot hold; one that was closed swallows all."""
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


def _give_up(stream: TextIO) -> None:
    """Drop what could not be written; else Python would try it again at its end, and exit with 120 in place of the code."""
    try:
        stream.flush()
    except OSError:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())


if __name__ == "__main__":
    main()
