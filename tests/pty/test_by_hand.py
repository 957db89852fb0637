"""Timing by hand in a real terminal: every press is kept, a kill takes back nothing, and the clock runs on."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coach.edge.squad_files import HandSession, hand_sessions, read_hand_session
from tests.pty.terminal import Terminal
from tests.squad.hand_sessions import NAMES

pytestmark = pytest.mark.pty


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Terminal]]:
    """Starts timing in a terminal, and ends it afterwards."""
    names = tmp_path / "names.txt"
    names.write_text("\n".join(NAMES))
    started: list[Terminal] = []

    def begin() -> Terminal:
        started.append(Terminal(["squad", "time", str(names)], tmp_path / "home"))
        return started[-1]

    yield begin
    for terminal in started:
        terminal.close()


def kept(home: Path) -> HandSession:
    """The session as it is kept now."""
    return read_hand_session(hand_sessions(home / "data/by-hand")[0])


def test_presses_outlive_a_kill_and_the_session_goes_on(start: Callable[[], Terminal]) -> None:
    """24 runners are timed, the program is killed; the next start offers the session with every press."""
    terminal = start()
    terminal.until(lambda: b"at the gun" in terminal.output, "the page")
    terminal.type("]")
    terminal.type("abcdefghijklmnopqrstuvwx")
    home = terminal.home
    terminal.until(lambda: len(kept(home).timing().presses) == 24, "24 presses")
    terminal.type("\r")
    terminal.watch(0.3)
    terminal.type(" " * 30)
    terminal.until(lambda: len(kept(home).timing().presses) > 25, "the held key")
    terminal.watch(1.0)
    terminal.send(signal.SIGKILL)
    assert terminal.exit_code() == -signal.SIGKILL
    timing = kept(home).timing()
    assert [timing.owners[number] for number in range(1, 25)] == [name.lower() for name in NAMES]
    assert len(timing.loose()) == 2
    again = start()
    again.until(lambda: b" presses was cut off" in again.output, "the offer")
    again.type("y\r")
    again.until(lambda: b"kept," in again.output, "the page")
    again.type("\x7f")
    again.until(lambda: len(kept(home).timing().loose()) == 1, "undo")
    again.type("\x1b")
    again.until(lambda: b"End the timing?" in again.output, "the question")
    again.type("\x1b[B\x1b[B\x1b[B\r")
    assert again.exit_code() == 0
    assert kept(home).is_finished
    assert b"presses without a runner" in again.output.rpartition(b"\x1b[?1049l")[2]


def test_a_closed_window_keeps_the_session(start: Callable[[], Terminal]) -> None:
    """The exit code says that the terminal went away; the presses are there, and nothing is ended."""
    terminal = start()
    terminal.until(lambda: b"at the gun" in terminal.output, "the page")
    terminal.type("ab")
    terminal.until(lambda: len(kept(terminal.home).timing().presses) == 2, "two presses")
    terminal.close_window()
    assert terminal.exit_code() == 5
    assert not kept(terminal.home).is_finished
