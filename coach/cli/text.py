"""What is printed: data on stdout, everything said about it on stderr, and questions there too.

Names in files and from sensors are written by strangers: a control character in one could move the cursor,
rename the window or hide what follows. Everything printed as text goes through `plain`; JSON is safe because
it is written in ASCII.
"""

import os
import select
import shutil
import signal
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from textwrap import wrap
from typing import Any, Final

import click

from coach.problems import CoachProblem, TerminalProblem

_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that are no writing: controls, invisible formats (direction changes among them), halves
of pairs, private and unassigned characters, line and paragraph separators."""
_SHOWN_INSTEAD: Final = "\N{REPLACEMENT CHARACTER}"


def plain(text: str) -> str:
    """Give the text as one harmless line.

    Tabs and line breaks become blanks, unsafe characters a replacement character; nothing else is changed,
    so that what is printed can still be searched for.
    """
    return text if text.isascii() and text.isprintable() else _cleaned(text)


@lru_cache(maxsize=1024)  # the names of a few workouts stand in thousands of rows
def _cleaned(text: str) -> str:
    return "".join(_plain(character) for character in text)


def out(text: str) -> None:
    """Print one line of data on stdout."""
    click.echo(plain(text))


def emphasized(text: str) -> str:
    """The text so that it stands out on a terminal; where there is none, the colour is taken out when it is printed."""
    return click.style(text, fg="red", bold=True)


def out_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under a head on stdout; on a terminal the head stands out and the last column is wrapped to fit."""
    import shutil

    lines = table(head, rows, width=shutil.get_terminal_size().columns if sys.stdout.isatty() else None)
    for place, line in enumerate(lines):
        click.echo(click.style(line, bold=True) if place == 0 else line)


def out_lines(lines: Iterable[str]) -> None:
    """Print many lines of data on stdout at once; they are safe already, as those of `table` are."""
    click.echo("".join(f"{line}\n" for line in lines), nl=False)


def out_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print one JSON value as one line on stdout, in ASCII."""
    import json

    click.echo(json.dumps(value, ensure_ascii=True, allow_nan=False))


def out_document(value: Mapping[str, Any]) -> None:
    """Print one JSON document on stdout, indented for people."""
    import json

    click.echo(json.dumps(value, ensure_ascii=True, allow_nan=False, indent=2))


def narrate(text: str) -> None:
    """Say one line on stderr; never data."""
    click.echo(plain(text), err=True)


def tell(problem: CoachProblem) -> None:
    """Say a problem on stderr: its sentence, which stands out on a terminal, and its hint below it."""
    click.echo(emphasized(plain(problem.message)), err=True)
    for line in problem.hint.splitlines():
        narrate(f"  {line.removeprefix('  ').rstrip()}")


@contextmanager
def progress_bar(label: str, *, least: int = 20) -> Iterator[Callable[[int, int], None]]:
    """Give what shows how much of how many is done, as a bar on a stderr that is a terminal; elsewhere nothing is said.

    Fewer than `least` are over before anybody could read it. Another count begins another bar.
    """
    bar: Any = None

    def show(done: int, count: int) -> None:
        nonlocal bar
        if count < least or not sys.stderr.isatty():
            return
        if bar is not None and (bar.length != count or done < bar.pos):
            bar.render_finish()
            bar = None
        if bar is None:
            bar = click.progressbar(length=count, label=label, file=sys.stderr)
            bar.__enter__()
        bar.update(done - bar.pos)

    try:
        yield show
    finally:
        if bar is not None:
            bar.render_finish()


def can_ask() -> bool:
    """Tell whether somebody sees a question on stderr and can answer it."""
    return sys.stdin.isatty() and sys.stderr.isatty()


_PATIENCE_S: Final = 0.2
"""How long a line of a live run waits for a stderr that nobody reads. Judged: longer than a busy reader's nap."""
_PIECE: Final = getattr(select, "PIPE_BUF", 512)
"""Bytes that a stream which is ready takes without blocking."""


class TerminalConsole:
    """The console of a command (`coach.app.terminal.Console`): stderr and stdin.

    What is said here may be said in the middle of a run. So a stderr that nobody reads holds nothing up: a line waits
    for it once, and until it is read again the lines that find no room are dropped.
    """

    def __init__(self) -> None:
        self._is_stuck = False

    def say(self, text: str) -> None:
        """Say one line on stderr."""
        try:
            descriptor = sys.stderr.fileno()
        except (OSError, ValueError):  # a stand-in, which cannot block
            narrate(text)
            return
        data = f"{plain(text)}\n".encode(sys.stderr.encoding or "utf-8", "backslashreplace")
        while data and self._is_ready(descriptor):
            try:
                data = data[os.write(descriptor, data[:_PIECE]) :]
            except OSError:  # closed, or full for good: there is nobody to tell
                return

    def _is_ready(self, descriptor: int) -> bool:
        """Tell whether stderr takes another piece now."""
        _, ready, _ = select.select([], [descriptor], [], 0.0 if self._is_stuck else _PATIENCE_S)
        self._is_stuck = not ready
        return bool(ready)

    def can_ask(self) -> bool:
        """Tell whether somebody sees a question and can answer it."""
        return can_ask()

    def ask(self, question: str) -> str:
        """Ask for a line; empty for Enter alone."""
        with _left_by_hangup():
            return str(click.prompt(_in_lines(question), default="", show_default=False, err=True)).strip()

    def confirm(self, question: str) -> bool:
        """Ask for yes or no; Enter alone is yes."""
        with _left_by_hangup():
            return click.confirm(_in_lines(question, " [Y/n]: "), default=True, err=True)


@contextmanager
def _left_by_hangup() -> Iterator[None]:
    """While a question waits, leave with 5 when the terminal or the machine goes away, as during a run.

    A thread waits for the signals: one that comes just before the keyboard is waited for would be seen only with the
    next key. Nothing is open while a question waits, so the process ends there and then, its terminal as it was.
    """
    numbers = {signal.SIGHUP, signal.SIGTERM} if hasattr(signal, "sigwait") else set()
    numbers = {number for number in numbers if signal.getsignal(number) is signal.SIG_DFL}
    if not numbers or threading.current_thread() is not threading.main_thread():
        yield
        return
    before, modes = signal.pthread_sigmask(signal.SIG_BLOCK, numbers), _terminal_modes()
    is_answered = threading.Event()

    def wait() -> None:
        signal.sigwait(numbers)
        if not is_answered.is_set():
            _set_terminal_modes(modes)
            os._exit(TerminalProblem.exit_code)

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    try:
        yield
    finally:
        is_answered.set()
        signal.pthread_kill(waiting.ident or 0, next(iter(numbers)))
        waiting.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _terminal_modes() -> list[Any] | None:
    """The modes of the terminal of stdin; None where there is none."""
    import termios  # where there is `sigwait` there is this

    try:
        return termios.tcgetattr(sys.stdin)
    except (termios.error, OSError, ValueError):
        return None


def _set_terminal_modes(modes: list[Any] | None) -> None:
    import termios

    with suppress(termios.error, OSError, ValueError):
        if modes is not None:
            termios.tcsetattr(sys.stdin, termios.TCSANOW, modes)


def _in_lines(question: str, behind: str = ": ") -> str:
    """A question broken between words where it and what stands behind it are wider than the terminal."""
    columns = shutil.get_terminal_size().columns
    if len(question) + len(behind) <= columns:
        return question
    return "\n".join(wrap(question, max(_NARROWEST, columns - len(behind))))


CONSOLE: Final = TerminalConsole()


_NARROWEST: Final = 20
"""Cells of a last column that are not worth wrapping into."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, width: int | None = None) -> list[str]:
    """Set rows under a head in columns as wide as they need; the last column is not padded.

    With a `width` the last column is wrapped within it, where there is room for one.
    """
    cells = [[plain(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    room = 0 if width is None else width - sum(widths[:-1]) - 2 * (len(head) - 1)
    if room >= _NARROWEST:
        cells = [line for row in cells for line in _wrapped(row, room)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]


def _wrapped(row: Sequence[str], room: int) -> Iterator[list[str]]:
    """A row as lines: the first with every column, the others with the rest of the last one."""
    import textwrap

    first, *rest = textwrap.wrap(row[-1], room) or [""]
    yield [*row[:-1], first]
    yield from ([*[""] * (len(row) - 1), line] for line in rest)


def _plain(character: str) -> str:
    if character in "\t\n\r":
        return " "
    return _SHOWN_INSTEAD if unicodedata.category(character) in _UNSAFE else character
