"""The terminal of a run: whether somebody is at the keys, the console to tell and ask them, and the sleep inhibitor.

What else depends on a screen being shown is here too: how garbage is collected, and how high the letters are.
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
"""Stands in the title bar of a run on a laptop that cannot be held awake."""


class RunMode(Enum):
    """Where a run happens."""

    SCREEN = auto()
    """Live, on a terminal with somebody at the keys."""
    UNATTENDED = auto()
    """Live, where nobody may be at the keys, or a simulated runner runs into a file."""


class Console(Protocol):
    """Tells the person something, and asks them."""

    def say(self, text: str) -> None:
        """Say one line; never data."""
        ...

    def can_ask(self) -> bool:
        """Tell whether somebody sees a question and can answer it."""
        ...

    def ask(self, question: str) -> str:
        """Ask for a line; empty for Enter alone."""
        ...

    def confirm(self, question: str) -> bool:
        """Ask for yes or no; Enter alone is yes."""
        ...


class SilentConsole:
    """Says nothing and cannot ask: for work under a screen, which shows problems itself."""

    def say(self, text: str) -> None:
        """Say nothing."""

    def can_ask(self) -> bool:
        """Nobody can be asked."""
        return False

    def ask(self, question: str) -> str:
        """Raise EOFError: there is no answer."""
        raise EOFError(question)

    def confirm(self, question: str) -> bool:
        """Raise EOFError: there is no answer."""
        raise EOFError(question)


SILENT: Final = SilentConsole()


class Announcer:
    """Says things on the console while a run goes on, or on the screen that covers it."""

    def __init__(self, console: Console) -> None:
        """Speak on the console."""
        self._console = console
        self._say: Callable[[str], None] = console.say
        self._ring: Callable[[], None] = ring_terminal

    def __call__(self, text: str) -> None:
        """Say something."""
        self._say(text)

    def ring(self) -> None:
        """Ring the bell of the terminal."""
        self._ring()

    def use_screen(self, say: Callable[[str], None], ring: Callable[[], None] = lambda: None) -> None:
        """Say everything from now on by `say`, on the screen that covers the console, and ring by `ring`."""
        self._say, self._ring = say, ring

    def use_console(self) -> None:
        """Say everything from now on on the console again."""
        self._say, self._ring = self._console.say, ring_terminal


def ring_terminal() -> None:
    """Ring the bell of the terminal, if stderr is one."""
    if sys.stderr.isatty():
        sys.stderr.write("\a")
        sys.stderr.flush()


def run_mode_here(*, as_json: bool) -> RunMode:
    """Tell whether there is a terminal with somebody at the keys."""
    is_terminal = sys.stdout.isatty() and sys.stdin.isatty() and os.environ.get("TERM") != "dumb"
    return RunMode.SCREEN if is_terminal and not as_json else RunMode.UNATTENDED


def is_piped(descriptor: int) -> bool:
    """Tell whether lines can come down a descriptor: a pipe, a file or a socket, but no terminal and no device."""
    try:
        kind = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(kind) or stat.S_ISREG(kind) or stat.S_ISSOCK(kind)


def keep_log_off_the_terminal() -> None:
    """Let log lines go nowhere, where no log was started, rather than over the screen."""
    logging.getLogger().addHandler(logging.NullHandler())


def drop_gone_terminal() -> bool:
    """Tell whether the terminal has gone; what is still written to it then goes nowhere, in place of raising."""
    try:
        import termios
    except ImportError:  # Windows
        return False
    has_gone = False
    for descriptor in (0, 1, 2):
        try:
            termios.tcgetattr(descriptor)
        except termios.error as error:
            if error.args[0] == errno.EIO:  # what is no terminal answers ENOTTY
                nowhere = os.open(os.devnull, os.O_RDWR)
                os.dup2(nowhere, descriptor)
                os.close(nowhere)
                has_gone = True
    return has_gone


@contextmanager
def keep_awake(console: Console) -> Iterator[str]:
    """Keep the machine awake during the block; yields a warning for the title bar, empty if there is none."""
    from coach.edge.machine import (
        SleepInhibitor,  # ctypes loads with it, which the demonstration does not need
    )

    with SleepInhibitor() as awake:
        if awake.trouble:
            console.say(f"Note: the laptop may sleep during the run: {awake.trouble}")
        yield MAY_SLEEP if awake.trouble else ""


_COLLECT_EVERY: Final = 2_000
"""Objects between two garbage collections while a screen is shown; judged, Python's own is 700 or 2,000."""


def collect_as_usual() -> None:
    """Collect garbage as usual from here on, but never look again at what was loaded so far.

    A full collection that looks at a library of 1,000 workouts takes 60 to 100 ms, and one came with a key press.
    """
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY, *gc.get_threshold()[1:])


def letters_here(columns: int, lines: int, *, may_ask: bool = True) -> tuple[str, str]:
    """Say how high the pace is in a run on this terminal, from where it is read, and what to change.

    The terminal is asked for its pixels only where `may_ask`: not while a screen reads its keys.
    """
    from coach.edge.machine import cell_height_px, panel_here, row_height
    from coach.screen.widgets.sizing import said_of

    height = row_height(lines, cell_px=cell_height_px(lines, may_ask=may_ask), panel=panel_here())
    return said_of(columns, lines, height.mm, height.full_mm, height.how)


def first_sizing() -> Callable[[int, int], tuple[str, str]] | None:
    """Give what says how high the letters are, before the first run that waits for its start; None ever after."""
    from coach.edge.files import make_private_folder, runner_paths

    marker = runner_paths().letters_seen
    try:
        make_private_folder(marker.parent)
        marker.touch(mode=0o600, exist_ok=False)
    except OSError:  # seen before, or a home that may not be written
        return None
    return partial(letters_here, may_ask=False)
