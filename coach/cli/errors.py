"""How a command ends: the number it exits with, and what it says on stderr if it fails.

A problem is one line for what is wrong and one for what to do next. A traceback is for `--debug`, and for
nothing else.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from coach.cli.text import narrate, tell
from coach.problems import FAILURE, INTERRUPTED, CoachProblem, TerminalProblem

EXIT_CODES: Final = (
    (0, "done"),
    (FAILURE, "failure"),
    (2, "usage: a command, option or setting that does not fit"),
    (3, "a bad workout, athlete or recording file"),
    (4, "no sensor found"),
    (5, "the terminal or the machine went away; the run is kept and can be resumed"),
    (INTERRUPTED, "interrupted (Ctrl-C); the run is kept"),
)
"""Every exit code of `coach`, with its meaning; numbers 2 to 5 come from the problems themselves."""
_DEBUG: Final = "coach.debug"


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
        TerminalProblem: the terminal or the machine went away.
        click.exceptions.Exit: with any other code but 0.
    """
    if code == TerminalProblem.exit_code:
        raise TerminalProblem("the terminal or the machine went away")
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
        _leave_the_pipe()
        raise click.exceptions.Exit(0) from None
    except CoachProblem as problem:
        _show_traceback(context)
        tell(problem)
        raise click.exceptions.Exit(problem.exit_code) from None
    except (KeyboardInterrupt, click.Abort, EOFError):
        _show_traceback(context)
        narrate("Interrupted.")
        raise click.exceptions.Exit(INTERRUPTED) from None
    except Exception as mistake:  # noqa: BLE001 - the last wall: a runner never sees a traceback unasked
        _show_traceback(context)
        narrate(f"This is a mistake in the program, not yours: {type(mistake).__name__}: {mistake}")
        narrate("  Run the same command with --debug and report what it prints.")
        raise click.exceptions.Exit(FAILURE) from None


def _show_traceback(context: click.Context) -> None:
    if context.meta.get(_DEBUG):
        import traceback

        traceback.print_exc(file=sys.stderr)


def _leave_the_pipe() -> None:
    """Let the reader of stdout go without a word, also when Python flushes it at its end."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except OSError:  # stdout is no real file: nothing will be flushed into a pipe
        return
