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
    """Return True if all of these are on the screen, wherever lines are broken."""
    return lambda seen: all(word in seen.replace(b"\r\n", b" ") for word in words)


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
    """`coach demo` opens the live screen; q asks, l exits with 0, and the terminal is as it was."""
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


def test_a_race_is_asked_for_where_a_pace_is_missing(on_terminal, coach, tmp_path):
    """A wrong answer is told as it was typed; a right one is echoed in paces, dated, and kept for next time."""
    made = tmp_path / "made.csv"
    terminal = on_terminal("simulate", "5x1000-5k", "--out", made)
    terminal.until(
        shows(b"A recent race, such as 5k 22:30 (or a threshold pace 4:10/km; Enter to run by effort)")
    )
    terminal.press(b"5k fast\n")
    terminal.until(shows(b'"5k fast" is not a race result', b"A recent race"))
    terminal.press(b"5k in 22.30\n")
    terminal.until(shows(b"5 km in 22:30 gives 5k pace 4:30/km, easy 5:33 to 6:14: right?"))
    terminal.press(b"y\n")
    terminal.until(shows(b"When?"))
    terminal.press(b"yesterday week\n")
    terminal.until(shows(b'"yesterday week" is not a date', b"When?"))
    terminal.press(b"\n")

    assert terminal.end() == 0
    assert b"coach athlete show me" in terminal.seen
    assert made.exists()
    assert "5 km in 22:30" in coach("athlete", "show").stdout


def test_enter_runs_by_effort(on_terminal, coach, tmp_path):
    """Without a race the reps are run by effort, the journal replays without a question, and nothing is saved."""
    made = tmp_path / "made.jsonl"
    terminal = on_terminal("simulate", "5x1000-5k", "--out", made)
    terminal.until(shows(b"Enter to run by effort"))
    terminal.press(b"\n")

    assert terminal.end() == 0
    assert b"By effort" in terminal.seen
    events = coach("replay", made, "--speed", "max", "--json")
    assert events.exit_code == 0
    assert "5k effort" in events.stdout
    assert "too_slow" not in events.stdout
    assert "No athlete is saved yet" in coach("athlete", "list").stderr


def test_an_old_race_makes_the_bands_wider(on_terminal, tmp_path):
    """A race of last year is reported as old, with the consequence."""
    terminal = on_terminal("simulate", "5x1000-5k", "--out", tmp_path / "made.csv")
    terminal.until(shows(b"A recent race"))
    terminal.press(b"half 1:35 a year ago\n")
    terminal.until(shows(b"right?"))
    terminal.press(b"\n")

    assert terminal.end() == 0
    assert b"12 months old: bands are 2 % wider" in terminal.seen
