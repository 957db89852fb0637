"""The command line: one file a command group, which parses, calls `coach.app` and prints.

Heavy imports happen inside the command that needs them, so that help is quick.
"""

import gc
import os
import signal
import sys

__all__ = ["main"]

_COLLECT_EVERY = 500_000
"""Objects between two garbage collections while the program loads, when nearly everything made is kept. Counted: the
library of 1,000 workouts with all that reads them makes 190,000 objects, and collections cost 0.05 s of its first
picture.
"""

_WENT_AWAY = 5
"""The exit code of a program whose terminal or machine went away."""


def main() -> None:
    """Run `coach` with the arguments of this process, and exit with its exit code.

    Ctrl-C while the program loads, or after its last line, ends it as the system does: with 130 at the shell and
    without a traceback. A program whose terminal went away exits with 5, and ignores further signals.
    """
    gc.set_threshold(_COLLECT_EVERY, *gc.get_threshold()[1:])
    handler = signal.getsignal(signal.SIGINT)
    is_caught = handler is signal.default_int_handler  # else SIGINT is ignored, as under nohup, and stays so
    if is_caught:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    _open_closed_streams()
    from coach.cli.group import root

    if is_caught:
        signal.signal(signal.SIGINT, handler)
    try:
        root(prog_name="coach")
    except SystemExit as leaving:
        if leaving.code == _WENT_AWAY:
            _ignore_signals()
        raise
    finally:
        if is_caught:
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def _ignore_signals() -> None:
    """Ignore further signals: a window that closes sends several, and all output has been written."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # there is no SIGHUP on Windows
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def _open_closed_streams() -> None:
    """Open each closed standard stream onto the null device, so that no file of the program gets its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open to the end
