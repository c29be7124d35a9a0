"""``python -m bot``: run the command line, and turn what it raises into a message and an exit code."""

from __future__ import annotations

import sys

from bot.errors import BotError, ExitCode


def main() -> None:
    """Run the command line and exit with its code."""
    from bot.cli import command_line

    try:
        command_line(sys.argv[1:])(prog_name="osai-faq-bot")
    except BotError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)


if __name__ == "__main__":
    main()
