"""The real program on a real terminal: the screen opens, asks before it leaves, and gives the terminal back."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.pty

PATIENCE_S = 30.0
"""Longer than any machine needs; nobody waits for it unless something is broken."""


class Terminal:
    """A pseudo-terminal of 120 x 40 with the program in it."""

    def __init__(self, home, *words: object) -> None:
        """Start `coach` with these words."""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.modes = termios.tcgetattr(theirs)
        self._theirs = theirs
        self.program = subprocess.Popen(
            [sys.executable, "-m", "coach", *(str(word) for word in words)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=os.environ | {"COACH_HOME": str(home), "TERM": "xterm-256color"},
            start_new_session=True,
        )
        self.seen = b""

    def until(self, is_there: Callable[[bytes], bool]) -> None:
        """Read until what was shown since the last key is as wanted."""
        while not is_there(self.seen):
            assert select.select([self._ours], [], [], PATIENCE_S)[0], self.seen[-2000:]
            self.seen += os.read(self._ours, 65536)

    def press(self, keys: bytes) -> None:
        """Type, and forget what was shown before."""
        self.seen = b""
        os.write(self._ours, keys)

    def end(self) -> int:
        """Read the program to its end; returns its exit code."""
        while self.program.poll() is None:
            if select.select([self._ours], [], [], 0.1)[0]:
                self.seen += os.read(self._ours, 65536)
        while select.select([self._ours], [], [], 0.1)[0]:
            self.seen += os.read(self._ours, 65536)
        assert termios.tcgetattr(self._theirs) == self.modes, "the terminal is not as it was"
        os.close(self._ours)
        os.close(self._theirs)
        return self.program.returncode


def shows(*words: bytes) -> Callable[[bytes], bool]:
    """Are all of these on the screen?"""
    return lambda seen: all(word in seen for word in words)


@pytest.fixture
def on_terminal(home):
    """Starts the program on a terminal; what is left of it after a failure is ended."""
    started: list[Terminal] = []

    def start(*words: object) -> Terminal:
        started.append(Terminal(home, *words))
        return started[-1]

    yield start
    for terminal in started:
        if terminal.program.poll() is None:
            terminal.program.kill()
            terminal.program.wait()


def test_the_demonstration_opens_the_screen_and_asks_before_it_leaves(on_terminal):
    """`coach demo` opens the live screen; q asks, l leaves with 0, and the terminal is as it was."""
    terminal = on_terminal("demo")
    terminal.until(shows(b"\x1b[?1049h", b"Demo"))
    terminal.press(b"q")
    terminal.until(shows(b"Leave"))
    terminal.press(b"l")

    assert terminal.end() == 0
    assert b"\x1b[?1049l" in terminal.seen
    assert b"Traceback" not in terminal.seen


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 5), (signal.SIGINT, 130)])
def test_a_signal_keeps_the_run_and_restores_the_terminal(on_terminal, coach, number, code):
    """A run on the screen that is told to go is kept, its terminal restored, and resuming it is suggested."""
    terminal = on_terminal("run", "demo", "--marks")
    terminal.until(shows(b"\x1b[?1049h", b"Demo"))
    terminal.program.send_signal(number)

    assert terminal.end() == code
    assert b"\x1b[?1049l" in terminal.seen
    assert b"coach runs resume" in terminal.seen
    assert "interrupted" in coach("runs", "list").stdout


def test_ctrl_c_on_the_screen_is_an_interruption(on_terminal, coach):
    """Ctrl-C leaves at once with 130, and the run is kept."""
    terminal = on_terminal("run", "demo")
    terminal.until(shows(b"\x1b[?1049h", b"Demo"))
    terminal.press(b"\x03")

    assert terminal.end() == 130
    assert "interrupted" in coach("runs", "list").stdout


def test_a_recording_plays_on_the_screen(on_terminal, coach, tmp_path):
    """`coach replay` on a terminal opens the screen; q leaves at once, for nothing can be lost."""
    made = tmp_path / "made.jsonl"
    assert coach("simulate", "demo", "--out", made).exit_code == 0
    terminal = on_terminal("replay", made)
    terminal.until(shows(b"\x1b[?1049h", b"Demo"))
    terminal.press(b"q")

    assert terminal.end() == 0
    assert b"\x1b[?1049l" in terminal.seen


def test_the_number_that_is_missing_is_asked_for(on_terminal, coach, tmp_path):
    """On a terminal a workout asks for the one number it needs, and saves it when that is wanted."""
    made = tmp_path / "made.csv"
    terminal = on_terminal("simulate", "5x1000-5k", "--out", made)
    terminal.until(shows(b"Your threshold pace"))
    terminal.press(b"4:10/km\n")
    terminal.until(shows(b"Save it"))
    terminal.press(b"y\n")

    assert terminal.end() == 0
    assert made.exists()
    assert "4:10/km" in coach("athlete", "show").stdout
