"""The terminal of a run: its mode, the console that prints and asks, and the sleep inhibitor.

It also has what depends on a screen being shown: the rhythm of garbage collection, and the height of the letters.
"""

import errno
import gc
import logging
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from functools import partial
from typing import Final, Protocol

MAY_SLEEP: Final = "laptop may sleep"
"""The warning in the title bar of a run on a laptop that cannot be kept awake."""


class RunMode(Enum):
    """Where a run happens."""

    SCREEN = auto()
    """Live, on a terminal with a person at the keys."""
    UNATTENDED = auto()
    """Live without a person at the keys, or simulated into a file."""


class Console(Protocol):
    """Prints lines for a person and asks them."""

    def say(self, text: str) -> None:
        """Print one line of narration."""
        ...

    def can_ask(self) -> bool:
        """Return True if a question can be seen and answered by a person."""
        ...

    def ask(self, question: str) -> str:
        """Ask for a line; empty for Enter alone."""
        ...

    def confirm(self, question: str) -> bool:
        """Ask for yes or no; Enter alone is yes."""
        ...


class SilentConsole:
    """Prints nothing and cannot ask: for work under a screen, which shows problems itself."""

    def say(self, text: str) -> None:
        """Discard the line."""

    def can_ask(self) -> bool:
        """Return False: it cannot ask."""
        return False

    def ask(self, question: str) -> str:
        """Raise EOFError: there is no answer."""
        raise EOFError(question)

    def confirm(self, question: str) -> bool:
        """Raise EOFError: there is no answer."""
        raise EOFError(question)


SILENT: Final = SilentConsole()


class Announcer:
    """Prints on the console during a run, or on the screen that covers it."""

    def __init__(self, console: Console) -> None:
        """Start on the console."""
        self._console = console
        self._say: Callable[[str], None] = console.say
        self._ring: Callable[[], None] = ring_terminal

    def __call__(self, text: str) -> None:
        """Print a line."""
        self._say(text)

    def ring(self) -> None:
        """Ring the bell of the terminal."""
        self._ring()

    def use_screen(self, say: Callable[[str], None], ring: Callable[[], None] = lambda: None) -> None:
        """Print by `say` from now on, on the screen that covers the console, and ring by `ring`."""
        self._say, self._ring = say, ring

    def use_console(self) -> None:
        """Print on the console again."""
        self._say, self._ring = self._console.say, ring_terminal


def ring_terminal() -> None:
    """Ring the bell of the terminal, if stderr is one."""
    if sys.stderr.isatty():
        sys.stderr.write("\a")
        sys.stderr.flush()


def run_mode_here(*, as_json: bool) -> RunMode:
    """Return SCREEN if there is a terminal with a person at the keys, unless JSON lines are requested."""
    is_terminal = sys.stdout.isatty() and sys.stdin.isatty() and os.environ.get("TERM") != "dumb"
    return RunMode.SCREEN if is_terminal and not as_json else RunMode.UNATTENDED


def is_piped(descriptor: int) -> bool:
    """Return True if lines can come from a descriptor: a pipe, a file or a socket, but no terminal and no device."""
    try:
        kind = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(kind) or stat.S_ISREG(kind) or stat.S_ISSOCK(kind)


def keep_log_off_the_terminal() -> None:
    """Discard log lines if no log was started, instead of printing them over the screen."""
    logging.getLogger().addHandler(logging.NullHandler())


def drop_gone_terminal() -> bool:
    """Return True if the terminal has gone; further writes to it are discarded instead of raising."""
    try:
        import termios
    except ImportError:  # Windows
        return False
    has_gone = False
    for descriptor in (0, 1, 2):
        try:
            termios.tcgetattr(descriptor)
        except termios.error as error:
            if error.args[0] == errno.EIO:  # a descriptor that is no terminal answers ENOTTY
                nowhere = os.open(os.devnull, os.O_RDWR)
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
                has_gone = True
    return has_gone


@contextmanager
def keep_awake(console: Console) -> Iterator[str]:
    """Keep the machine awake during the block; yield a warning for the title bar, empty if there is none."""
    from coach.edge.machine import (
        SleepInhibitor,  # ctypes loads with it, which the demonstration does not need
    )

    with SleepInhibitor() as awake:
        if awake.trouble:
            console.say(f"Note: the laptop may sleep during the run: {awake.trouble}")
        yield MAY_SLEEP if awake.trouble else ""


_COLLECT_EVERY: Final = 2_000
"""Objects between two garbage collections while a screen is shown. Judged; Python's own is 700 or 2,000."""


def collect_as_usual() -> None:
    """Collect garbage regularly from here on, but exclude everything loaded so far.

    Measured: a full collection over a library of 1,000 workouts takes 60 to 100 ms, and one delayed a key press.
    """
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY, *gc.get_threshold()[1:])


def letters_here(columns: int, lines: int, *, may_ask: bool = True) -> tuple[str, str]:
    """Describe the height of the pace on this terminal, the distance it can be read from, and how to enlarge it.

    The terminal is asked for its pixels only if `may_ask`: not while a screen reads its keys.
    """
    from coach.edge.machine import cell_height_px, panel_here, row_height
    from coach.screen.run import reading_advice

    height = row_height(lines, cell_px=cell_height_px(lines, may_ask=may_ask), panel=panel_here())
    return reading_advice(columns, lines, height.mm, height.full_mm, height.how)


def first_sizing() -> Callable[[int, int], tuple[str, str]] | None:
    """Return the description of the letters' height for the first run that waits for its start; None for later runs."""
    from coach.edge.files import make_private_folder, runner_paths

    marker = runner_paths().letters_seen
    try:
        make_private_folder(marker.parent)
        marker.touch(mode=0o600, exist_ok=False)
    except OSError:  # seen before, or the home cannot be written
        return None
    return partial(letters_here, may_ask=False)
