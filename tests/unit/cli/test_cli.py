"""The command line as a whole: which module has which command."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cli import COMMANDS, command_line


def registered() -> Iterator[tuple[str, str]]:
    """Yield module and name of every command that the application has when everything is imported."""
    app = command_line(())
    for command in app.registered_commands:
        assert command.callback is not None
        yield command.callback.__module__, command.name or command.callback.__name__
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            assert command.callback is not None
            yield command.callback.__module__, group.name or ""


def test_the_table_of_commands_is_complete_and_true() -> None:
    assert {(f"bot.cli.{module}", name) for module, names in COMMANDS.items() for name in names} == set(registered())
