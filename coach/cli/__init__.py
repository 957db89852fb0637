"""The command line: one file a command group, which parses, calls `coach.app` and prints.

Heavy imports happen inside the command that needs them, so that help is quick.
"""

import os
import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run `coach` with the arguments of this process, and exit with its exit code.

    A Ctrl-C while the program loads, or after it has said its last word, ends it as the system does: with 130 at the
    shell, and without a traceback.
    """
    handler = signal.getsignal(signal.SIGINT)
    is_caught = handler is signal.default_int_handler  # else it is ignored, as under nohup, and stays so
    if is_caught:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    _open_closed_streams()
    from coach.cli.root import root

    if is_caught:
        signal.signal(signal.SIGINT, handler)
    try:
        root(prog_name="coach")
    finally:
        if is_caught:
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def _open_closed_streams() -> None:
    """Open the standard streams that are closed onto nothing: no file of ours may get their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open to the end
