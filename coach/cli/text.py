"""What commands print, data on stdout and narration and questions on stderr, and how they end.

Names in files and from sensors are written by strangers: a control character in one could move the cursor,
rename the window or hide what follows. Everything printed as text goes through `plain`; JSON is safe because
it is written in ASCII.

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
"""Every exit code of `coach`, with its meaning; numbers 2 to 5 come from the problems themselves."""
_DEBUG: Final = "coach.debug"
_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
"""What the system answers where stdout can take no more: a full disk or /dev/full, a quota, a closed descriptor."""


def want_debug(context: click.Context) -> None:
    """Let the command of this context end with a traceback when it fails."""
    context.meta[_DEBUG] = True


def exit_with(code: int) -> None:
    """End the command with an exit code.

    Raises:
        click.exceptions.Exit: with any code but 0.
    """
    if code:
        raise click.exceptions.Exit(code)


def exit_with_run(code: int) -> None:
    """End the command with the exit code of a live run.

    Raises:
        click.exceptions.Exit: with any code but 0.
    """
    if code == TerminalProblem.exit_code:
        CONSOLE.say("The terminal or the machine went away.")
    exit_with(code)


@contextmanager
def answered_for(context: click.Context) -> Iterator[None]:
    """Turn whatever a command ends with into words on stderr and an exit code.

    Raises:
        click.exceptions.Exit: with the code, after a problem, an interruption or a mistake of ours.
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
        tell(problem)
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
    """Run the command line and give its exit code; what ends it outside of a command becomes words too."""
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
    """Say a usage error as click does, with the word Error standing out on a terminal."""
    page = StringIO()
    error.show(page)
    head, word, rest = page.getvalue().rstrip().rpartition("Error:")
    click.echo(f"{head}{emphasized(word)}{rest}", err=True, color=error.show_color)


def _is_unwritable(error: OSError) -> bool:
    """Tell whether stdout refused what was to be written; an error about a file names the file."""
    return error.filename is None and error.errno in _UNWRITABLE


def _tell_unwritable(error: OSError) -> None:
    narrate(f"The output cannot be written: {error.strerror}.")
    narrate("  Make room where it goes, or send it elsewhere, and run the same command again.")
    _leave_stdout()


def _hides_interruption(mistake: BaseException | None) -> bool:
    """Tell whether a Ctrl-C lies behind an error: pydantic, building its validators, names it in the text alone."""
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
    """Write nothing more to stdout, also when Python flushes it at its end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except OSError:  # stdout is no real file: nothing is flushed into one
        return
