"""Prints data on stdout, narration and questions on stderr, and decides the exit code of a command.

Names in files and from sensors come from strangers: a control character in one could move the cursor, rename the window
or hide the text after it. All text is printed through `plain`; JSON is safe because it is written in ASCII.

A command that fails prints one line for what is wrong, one for what to do next, and exits with a code of `EXIT_CODES`;
a traceback is printed only with `--debug`.
"""

import errno
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
from io import StringIO
from textwrap import wrap
from typing import Any, Final

import click

from coach.problems import FAILURE, INTERRUPTED, CoachProblem, TerminalProblem

_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that are never printed: control and format characters (such as direction changes), surrogates,
private-use and unassigned characters, line and paragraph separators.
"""
_SHOWN_INSTEAD: Final = "\N{REPLACEMENT CHARACTER}"


def plain(text: str) -> str:
    """Return the text as one harmless line.

    Tabs and line breaks become blanks and unsafe characters a replacement character; the rest stays, so that the output
    can be searched.
    """
    return text if text.isascii() and text.isprintable() else _cleaned(text)


@lru_cache(maxsize=1024)  # a few workout names are repeated in thousands of rows
def _cleaned(text: str) -> str:
    return "".join(_plain(character) for character in text)


def out(text: str) -> None:
    """Print one line of data on stdout."""
    click.echo(plain(text))


def emphasized(text: str) -> str:
    """Highlight the text on a terminal; click removes the colour elsewhere."""
    return click.style(text, fg="red", bold=True)


def out_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under a heading on stdout; on a terminal the heading is bold and the last column is wrapped to fit."""
    import shutil

    lines = table(head, rows, width=shutil.get_terminal_size().columns if sys.stdout.isatty() else None)
    for place, line in enumerate(lines):
        click.echo(click.style(line, bold=True) if place == 0 else line)


def out_lines(lines: Iterable[str]) -> None:
    """Print many lines of data on stdout at once; they must be safe already, as those of `table` are."""
    click.echo("".join(f"{line}\n" for line in lines), nl=False)


def out_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print one JSON value as one line on stdout, in ASCII."""
    import json

    click.echo(json.dumps(value, ensure_ascii=True, allow_nan=False))


def out_document(value: Mapping[str, Any]) -> None:
    """Print one JSON document on stdout, indented."""
    import json

    click.echo(json.dumps(value, ensure_ascii=True, allow_nan=False, indent=2))


def narrate(text: str) -> None:
    """Print one line of narration on stderr."""
    click.echo(plain(text), err=True)


def print_problem(problem: CoachProblem) -> None:
    """Print a problem on stderr: its message, highlighted on a terminal, and its hint below."""
    click.echo(emphasized(plain(problem.message)), err=True)
    for line in problem.hint.splitlines():
        narrate(f"  {line.removeprefix('  ').rstrip()}")


@contextmanager
def progress_bar(label: str, *, least: int = 20) -> Iterator[Callable[[int, int], None]]:
    """Show progress as a bar on stderr if it is a terminal; otherwise show nothing.

    The context value is called with (done, count). Fewer than `least` are not worth a bar; a new count starts a new
    bar.
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
    """Return True if a question on stderr can be seen and answered by a person."""
    return sys.stdin.isatty() and sys.stderr.isatty()


_PATIENCE_S: Final = 0.2
"""How long a line of a live run waits for a blocked stderr, in seconds. Judged: longer than a busy reader pauses."""
_PIECE: Final = getattr(select, "PIPE_BUF", 512)
"""Bytes that a ready stream takes without blocking."""


class TerminalConsole:
    """The console of a command (`coach.app.terminal.Console`): stderr and stdin.

    Lines may be printed in the middle of a run, so a stderr that is not read must not block it: one line waits for it,
    and until it is read again further lines are dropped.
    """

    def __init__(self) -> None:
        self._is_stuck = False

    def say(self, text: str) -> None:
        """Print one line on stderr."""
        try:
            descriptor = sys.stderr.fileno()
        except (OSError, ValueError):  # a stand-in without a descriptor, which cannot block
            narrate(text)
            return
        data = f"{plain(text)}\n".encode(sys.stderr.encoding or "utf-8", "backslashreplace")
        while data and self._is_ready(descriptor):
            try:
                data = data[os.write(descriptor, data[:_PIECE]) :]
            except OSError:  # closed, or full for good
                return

    def _is_ready(self, descriptor: int) -> bool:
        """Return True if stderr takes another piece now."""
        _, ready, _ = select.select([], [descriptor], [], 0.0 if self._is_stuck else _PATIENCE_S)
        self._is_stuck = not ready
        return bool(ready)

    def can_ask(self) -> bool:
        """Return True if a question can be seen and answered by a person."""
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
    """While a question waits, exit with code 5 when the terminal or the machine goes away, as during a run.

    A thread waits for the signals, because a signal just before the read of the keyboard would be handled only with the
    next key. Nothing is open while a question waits, so the process exits at once and restores the terminal.
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
    """Return the modes of stdin's terminal; None without a terminal."""
    import termios  # exists wherever `sigwait` does

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
    """Break a question between words if it and the text behind it are wider than the terminal."""
    columns = shutil.get_terminal_size().columns
    if len(question) + len(behind) <= columns:
        return question
    return "\n".join(wrap(question, max(_NARROWEST, columns - len(behind))))


CONSOLE: Final = TerminalConsole()


_NARROWEST: Final = 20
"""Columns below which the last column of a table is not wrapped."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, width: int | None = None) -> list[str]:
    """Lay rows out under a heading, in columns as wide as their text; the last column is not padded.

    With a `width` the last column is wrapped to fit it, unless less than `_NARROWEST` columns are left.
    """
    cells = [[plain(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    room = 0 if width is None else width - sum(widths[:-1]) - 2 * (len(head) - 1)
    if room >= _NARROWEST:
        cells = [line for row in cells for line in _wrapped(row, room)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells]


def _wrapped(row: Sequence[str], room: int) -> Iterator[list[str]]:
    """Split a row into lines: the first has every column, the others the rest of the last column."""
    import textwrap

    first, *rest = textwrap.wrap(row[-1], room) or [""]
    yield [*row[:-1], first]
    yield from ([*[""] * (len(row) - 1), line] for line in rest)


def _plain(character: str) -> str:
    if character in "\t\n\r":
        return " "
    return _SHOWN_INSTEAD if unicodedata.category(character) in _UNSAFE else character


# --- exit codes: how a command ends, and what it says on stderr if it fails ------------------------------------------

EXIT_CODES: Final = (
    (0, "done"),
    (FAILURE, "failure"),
    (2, "usage: a command, option or setting that does not fit"),
    (3, "a bad workout, athlete, plan or recording file"),
    (4, "no sensor found"),
    (5, "the terminal or the machine went away; the run is kept and can be resumed"),
    (INTERRUPTED, "interrupted (Ctrl-C); the run is kept"),
)
"""Every exit code of `coach` with its meaning; 2 to 5 come from the problems themselves."""
_DEBUG: Final = "coach.debug"
_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
"""Errors of a stdout that takes no more: a full disk or /dev/full, a quota, a closed descriptor."""


def want_debug(context: click.Context) -> None:
    """Print a traceback if the command of this context fails."""
    context.meta[_DEBUG] = True


def exit_with(code: int) -> None:
    """End the command with an exit code.

    Raises:
        click.exceptions.Exit: with any code but 0.
    """
    if code:
        raise click.exceptions.Exit(code)


def exit_with_run(code: int) -> None:
    """End the command with the exit code of a live run; code 5 is explained on stderr.

    Raises:
        click.exceptions.Exit: with any code but 0.
    """
    if code == TerminalProblem.exit_code:
        CONSOLE.say("The terminal or the machine went away.")
    exit_with(code)


@contextmanager
def answered_for(context: click.Context) -> Iterator[None]:
    """Report any error of the block on stderr and turn it into an exit code.

    Raises:
        click.exceptions.Exit: with the code, after a problem, an interruption or a mistake in the program.
    """
    try:
        yield
    except (click.ClickException, click.exceptions.Exit):
        raise
    except BrokenPipeError:
        _leave_stdout()
        raise click.exceptions.Exit(0) from None
    except CoachProblem as problem:
        _show_traceback(context)
        print_problem(problem)
        raise click.exceptions.Exit(problem.exit_code) from None
    except (KeyboardInterrupt, click.Abort, EOFError):
        _show_traceback(context)
        narrate("Interrupted.")
        raise click.exceptions.Exit(INTERRUPTED) from None
    except OSError as error:
        if not _is_unwritable(error):
            _tell_mistake(context, error)
            raise click.exceptions.Exit(FAILURE) from None
        _show_traceback(context)
        _tell_unwritable(error)
        raise click.exceptions.Exit(FAILURE) from None
    except Exception as mistake:  # noqa: BLE001 - the last wall: a runner never sees a traceback unasked
        if _hides_interruption(mistake):
            narrate("Interrupted.")
            raise click.exceptions.Exit(INTERRUPTED) from None
        _tell_mistake(context, mistake)
        raise click.exceptions.Exit(FAILURE) from None


def exit_code_of(run: Callable[[], object]) -> int:
    """Run the command line and return its exit code; errors outside a command are reported too."""
    try:
        code = run()
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort, EOFError):
        narrate("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        _leave_stdout()
        return 0
    except OSError as error:
        if not _is_unwritable(error):
            raise
        _tell_unwritable(error)
        return FAILURE


def _show(error: click.ClickException) -> None:
    """Print a usage error as click does, with the word Error highlighted on a terminal."""
    page = StringIO()
    error.show(page)
    head, word, rest = page.getvalue().rstrip().rpartition("Error:")
    click.echo(f"{head}{emphasized(word)}{rest}", err=True, color=error.show_color)


def _is_unwritable(error: OSError) -> bool:
    """Return True if stdout refused the output; errors about files carry a file name."""
    return error.filename is None and error.errno in _UNWRITABLE


def _tell_unwritable(error: OSError) -> None:
    narrate(f"The output cannot be written: {error.strerror}.")
    narrate("  Free some space, or choose another destination, and run the same command again.")
    _leave_stdout()


def _hides_interruption(mistake: BaseException | None) -> bool:
    """Return True if a Ctrl-C caused the error: pydantic mentions it only in the text while it builds validators."""
    while mistake is not None:
        if isinstance(mistake, KeyboardInterrupt) or KeyboardInterrupt.__name__ in str(mistake):
            return True
        mistake = mistake.__cause__ or mistake.__context__
    return False


def _tell_mistake(context: click.Context, mistake: Exception) -> None:
    _show_traceback(context)
    narrate(f"This is a mistake in the program, not yours: {type(mistake).__name__}: {mistake}")
    narrate("  Run the same command with --debug and report what it prints.")


def _show_traceback(context: click.Context) -> None:
    if context.meta.get(_DEBUG):
        import traceback

        traceback.print_exc(file=sys.stderr)


def _leave_stdout() -> None:
    """Discard further output to stdout, including Python's last flush."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except OSError:  # stdout is no real file: nothing is flushed into it
        return
