"""How a command ends: the number it exits with, and what it says on stderr if it fails.

A problem is one line for what is wrong and one for what to do next. A traceback is for `--debug`, and for
nothing else.
"""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Final

import click

from coach.cli.text import CONSOLE, emphasized, narrate, tell
from coach.problems import FAILURE, INTERRUPTED, CoachProblem, TerminalProblem

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
