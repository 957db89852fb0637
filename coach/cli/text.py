"""What is printed: data on stdout, everything said about it on stderr, and questions there too.

Names in files and from sensors are written by strangers: a control character in one could move the cursor,
rename the window or hide what follows. Everything printed as text goes through `plain`; JSON is safe because
it is written in ASCII.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import click

from coach.problems import CoachProblem

_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that are no writing: controls, invisible formats (direction changes among them), halves
of pairs, private and unassigned characters, line and paragraph separators."""
_SHOWN_INSTEAD: Final = "\N{REPLACEMENT CHARACTER}"


def plain(text: str) -> str:
    """Give the text as one harmless line.

    Tabs and line breaks become blanks, unsafe characters a replacement character; nothing else is changed,
    so that what is printed can still be searched for.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_plain(character) for character in text)


def out(text: str) -> None:
    """Print one line of data on stdout."""
    click.echo(plain(text))


def out_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print one JSON value as one line on stdout, in ASCII."""
    click.echo(json.dumps(value, ensure_ascii=True, allow_nan=False))


def out_document(value: Mapping[str, Any]) -> None:
    """Print one JSON document on stdout, indented for people."""
    click.echo(json.dumps(value, ensure_ascii=True, allow_nan=False, indent=2))


def narrate(text: str) -> None:
    """Say one line on stderr; never data."""
    click.echo(plain(text), err=True)


def tell(problem: CoachProblem) -> None:
    """Say a problem on stderr: its sentence, and its hint below it."""
    narrate(problem.message)
    for line in problem.hint.splitlines():
        narrate(f"  {line.removeprefix('  ').rstrip()}")


def can_ask() -> bool:
    """Tell whether somebody sees a question on stderr and can answer it."""
    return sys.stdin.isatty() and sys.stderr.isatty()


class TerminalConsole:
    """The console of a command (`coach.app.terminal.Console`): stderr and stdin."""

    def say(self, text: str) -> None:
        """Say one line on stderr."""
        narrate(text)

    def can_ask(self) -> bool:
        """Tell whether somebody sees a question and can answer it."""
        return can_ask()

    def ask(self, question: str) -> str:
        """Ask for a line; empty for Enter alone."""
        return str(click.prompt(question, default="", show_default=False, err=True)).strip()

    def confirm(self, question: str) -> bool:
        """Ask for yes or no; Enter alone is yes."""
        return click.confirm(question, default=True, err=True)


CONSOLE: Final = TerminalConsole()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Set rows under a head in columns as wide as they need; the last column is not padded."""
    cells = [[plain(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]


def _plain(character: str) -> str:
    if character in "\t\n\r":
        return " "
    return _SHOWN_INSTEAD if unicodedata.category(character) in _UNSAFE else character
