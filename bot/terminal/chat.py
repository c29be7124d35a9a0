"""``chat``: a conversation in the terminal, with history, follow-ups and the words behind each answer."""

from __future__ import annotations

from rich.console import Console

from bot.answering.engine import AnswerEngine, Occasion, turn_of
from bot.answering.follow_up import Turn
from bot.answering.outcome import Answer, Outcome, Suggestions
from bot.terminal.render import print_outcome, print_section

_HELP = """Ask in your own words; a question right after an answer may lean on it ("and why?").
A number picks one of the suggestions.
/why    how the last answer was found
/full   the whole section behind it
/help   this
/quit   end (or Ctrl-D)"""


class Chat:
    """One conversation."""

    def __init__(self, engine: AnswerEngine, console: Console) -> None:
        self._engine = engine
        self._console = console
        self._turn: Turn | None = None
        self._last: Outcome | None = None

    def run(self) -> None:
        """Talk until the end of input."""
        _with_line_editing()
        self._console.print(f"{len(self._engine.corpus.sections)} sections are loaded. /help tells what you can do.", style="dim")
        while True:
            try:
                line = self._console.input("[bold cyan]you[/] › ").strip()
            except EOFError:
                self._console.print()
                return
            except KeyboardInterrupt:
                self._console.print("\nBye.")
                return
            if line.lower() in ("/quit", "/exit", "/q", "quit", "exit"):
                return
            self._take(line)

    def _take(self, line: str) -> None:
        match line:
            case "/help":
                self._console.print(_HELP)
            case "/why" if self._last is not None:
                print_outcome(self._console, self._last, self._engine, why=True)
            case "/full" if isinstance(self._last, Answer):
                print_section(self._console, self._last.section)
            case "/why" | "/full":
                self._console.print("There is no answer yet.")
            case _ if line.startswith("/"):
                self._console.print("There is no such command. /help lists them.")
            case _ if line.isascii() and line.isdigit() and isinstance(self._last, Suggestions):
                self._pick(int(line), self._last)
            case _:
                self._show(self._engine.answer(line, self._turn))

    def _pick(self, number: int, suggestions: Suggestions) -> None:
        if not 1 <= number <= len(suggestions.candidates):
            self._console.print(f"Choose a number from 1 to {len(suggestions.candidates)}.")
            return
        section = suggestions.candidates[number - 1]
        self._show(self._engine.present(section, suggestions.asked.question, Occasion()))

    def _show(self, outcome: Outcome) -> None:
        self._last = outcome
        self._turn = turn_of(outcome) or self._turn
        print_outcome(self._console, outcome, self._engine, why=False, hint="/why")


def _with_line_editing() -> None:
    """Let the arrow keys recall earlier lines, where Python was built with readline."""
    try:
        import readline
    except ImportError:
        return
    readline.set_history_length(1000)
