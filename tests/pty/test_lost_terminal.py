"""A run loses nothing if its terminal does not read, is stopped, or goes away."""

import signal
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from coach.live.contract import Closed
from coach.signals.readings import Notified
from tests.pty.terminal import COACH, Terminal

ALTERNATE_SCREEN = b"\x1b[?1049h"
ALTERNATE_SCREEN_LEFT = b"\x1b[?1049l"
RUN = ["run", "20min @ 5:00/km + 2x(1km @ 4:00/km / 90s)", "--sensors", "sim"]
UNREAD_S = 60.0
"""How long the terminal is left unread; the kernel's buffer is full after a few seconds."""

Start = Callable[..., Terminal]

pytestmark = [pytest.mark.pty, pytest.mark.timeout(300)]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the program in a terminal, and ends it afterwards; every terminal has a home of its own."""
    started: list[Terminal] = []

    def begin(*arguments: str, program: tuple[str, ...] = (COACH,)) -> Terminal:
        home = tmp_path / f"home{len(started)}"
        started.append(Terminal(list(arguments), home, columns=200, lines=60, program=program))
        return started[-1]

    yield begin
    for terminal in started:
        terminal.close()


@pytest.fixture
def run(start: Start) -> Terminal:
    """A simulated run whose first step has begun."""
    return begun(start)


def begun(start: Start) -> Terminal:
    """Starts a simulated run and waits until its first step has begun."""
    terminal = start(*RUN)
    terminal.until(lambda: terminal.said("step_started"), "the run begins")
    return terminal


def last_at(terminal: Terminal) -> float:
    """The time of the newest input in the journal."""
    return terminal.journal().inputs[-1].at


@pytest.mark.long
def test_a_terminal_unread_for_60_s_loses_nothing_and_is_painted_when_read(run: Terminal) -> None:
    """All samples of a minute are recorded each second though the terminal is full; read again, it is painted."""
    run.fill()
    full_at = last_at(run)
    run.until(lambda: last_at(run) >= full_at + UNREAD_S / 2, "the run goes on")
    run.until(lambda: last_at(run) >= full_at + UNREAD_S, "the run goes on still")
    assert run.is_full()

    samples = [event.at for event in run.journal().inputs if isinstance(event, Notified)]
    unread = sorted({round(at) for at in samples if at >= full_at})
    assert max(later - earlier for earlier, later in pairwise(unread)) <= 2

    run.is_read = True
    seen = len(run.output)
    run.until(lambda: run.output.count(b"NEXT", seen) and run.output.count(b"HR", seen), "the whole screen")


def test_a_terminal_that_never_says_it_has_room_is_filled_and_painted_when_read(start: Start) -> None:
    """Each frame tries to write on, as a kernel may make room without a word; what was dropped is painted anew."""
    wordless = (
        "import asyncio\n"
        "asyncio.SelectorEventLoop.add_writer = lambda *arguments: None\n"
        "asyncio.SelectorEventLoop.remove_writer = lambda *arguments: False\n"
        "from coach.cli import main\n"
        "main()\n"
    )
    terminal = start(*RUN, program=(sys.executable, "-c", wordless))
    terminal.until(lambda: terminal.said("step_started"), "the run begins")
    terminal.fill()
    full_at = last_at(terminal)
    terminal.until(lambda: last_at(terminal) > full_at + 3.0, "the run goes on")

    terminal.is_read = True
    seen = len(terminal.output)
    terminal.until(
        lambda: terminal.output.count(b"NEXT", seen) and terminal.output.count(b"HR", seen),
        "the whole screen",
    )


def test_a_terminal_that_is_not_read_does_not_hold_up_a_signal(run: Terminal) -> None:
    """SIGTERM ends the program with 5 while its terminal is full, and the terminal is given back as it was."""
    run.fill()
    run.send(signal.SIGTERM)

    assert run.exit_code() == 5
    assert run.manifest()["state"] == "interrupted"
    run.is_read = True
    run.watch(0.2)
    assert ALTERNATE_SCREEN_LEFT in run.output


def test_a_terminal_whose_output_is_stopped_does_not_stop_the_run(run: Terminal) -> None:
    """Scroll lock: nothing can be drawn and nothing discarded, and still the run goes on and SIGTERM ends it with 5."""
    with run.stopped_output():
        stopped_at = last_at(run)
        run.until(lambda: last_at(run) > stopped_at + 5.0, "the run goes on")
    seen = len(run.output)
    run.type("t")
    run.until(lambda: run.output.count(b"NEXT", seen), "the whole screen")
    with run.stopped_output():
        run.type("t")
        run.send(signal.SIGTERM)
        assert run.exit_code() == 5
    assert run.manifest()["state"] == "interrupted"


@pytest.mark.long
def test_a_closed_window_ends_the_program_20_of_20_times(start: Start) -> None:
    """A terminal window that is closed ends the program with 5; the run is kept, interrupted, and can be resumed."""
    for _ in range(20):
        terminal = begun(start)
        terminal.close_window()

        assert terminal.exit_code() == 5
        assert terminal.manifest()["state"] == "interrupted"
        assert not any(isinstance(event, Closed) for event in terminal.journal().inputs)


def test_a_window_closed_while_it_is_full_ends_the_program(run: Terminal) -> None:
    """A closed window ends the program also if the terminal was not read before."""
    run.fill()
    run.close_window()

    assert run.exit_code() == 5
    assert run.manifest()["state"] == "interrupted"


def test_the_library_is_left_as_a_run_is(start: Start) -> None:
    """SIGTERM in the library gives the terminal back; a closed window ends the program; both with 5."""
    terminal, other = start("run"), start("run")
    terminal.until(lambda: b"workouts" in terminal.output, "the library")
    terminal.send(signal.SIGTERM)
    assert terminal.exit_code() == 5
    assert ALTERNATE_SCREEN_LEFT in terminal.output

    other.until(lambda: b"workouts" in other.output, "the library")
    other.close_window()
    assert other.exit_code() == 5


def test_a_program_that_is_continued_starts_nothing_twice(run: Terminal) -> None:
    """After SIGCONT alone the threads are the same, and the screen is painted anew."""
    before, seen = run.threads(), len(run.output)
    run.send(signal.SIGCONT)
    run.until(lambda: run.output.count(b"\x1b[?2004h", seen) and run.output.count(b"NEXT", seen), "a repaint")

    assert run.threads() == before
    run.send(signal.SIGTERM)
    assert run.exit_code() == 5


def test_a_program_that_is_stopped_gives_the_terminal_back(run: Terminal) -> None:
    """SIGTSTP leaves the screen and stops the program; SIGCONT takes the screen again and keys work as before."""
    before = run.threads()
    run.send(signal.SIGTSTP)
    run.until(run.is_stopped, "the program is stopped")
    run.watch(0.2)
    assert ALTERNATE_SCREEN_LEFT in run.output

    seen = len(run.output)
    run.send(signal.SIGCONT)
    run.until(
        lambda: run.output.count(ALTERNATE_SCREEN, seen) and run.output.count(b"NEXT", seen), "a repaint"
    )
    assert run.threads() == before
    run.type("q")
    run.until(lambda: run.output.count(b"Leave the run?", seen), "keys are read")


def test_without_a_name_for_its_terminal_the_program_draws_as_textual_does(start: Start) -> None:
    """Where there is no /dev/pts the screen is there all the same, and the log says what that means."""
    nameless = (
        "import os, sys\n"
        "def no_name(descriptor):\n"
        "    raise OSError(2, 'No such file or directory')\n"
        "os.ttyname = no_name\n"
        "from coach.cli import main\n"
        "main()\n"
    )
    terminal = start(*RUN, program=(sys.executable, "-c", nameless))
    terminal.until(lambda: b"NEXT" in terminal.output, "the screen")
    terminal.send(signal.SIGTERM)

    assert terminal.exit_code() == 5
    logs = "".join(path.read_text() for path in terminal.home.rglob("*.log"))
    assert "a terminal that does not read will stop the run" in logs


def test_a_closed_lid_pauses_the_run(start: Start, tmp_path: Path) -> None:
    """A machine that slept for 90 s: nothing is said late, the run is paused there, and goes on with p."""
    asleep = tmp_path / "asleep"
    sleepy = (
        "import os, sys, time\n"
        "clock_gettime = time.clock_gettime\n"
        "def later(clock):\n"
        f"    slept = 90.0 if clock == time.CLOCK_BOOTTIME and os.path.exists({str(asleep)!r}) else 0.0\n"
        "    return clock_gettime(clock) + slept\n"
        "time.clock_gettime = later\n"
        "from coach.cli import main\n"
        "main()\n"
    )
    terminal = start(*RUN, program=(sys.executable, "-c", sleepy))
    terminal.until(lambda: terminal.said("step_started"), "the run begins")
    terminal.until(lambda: last_at(terminal) > 2.0, "samples come")
    seen = len(terminal.output)
    asleep.touch()
    terminal.until(lambda: terminal.said("resumed"), "the gap is told")
    terminal.until(lambda: b"the run is" in terminal.output[seen:], "a message")

    resumed = terminal.said("resumed")[0]
    assert (resumed["choice"], 89 < resumed["gap_s"] < 92) == ("pause", True)
    assert terminal.said("phase")[-1]["phase"] == "paused"
    assert [event["kind"] for event in terminal.said("cue") if event["at_s"] > resumed["from_s"]] == [
        "paused"
    ]
    terminal.type("p")
    terminal.until(lambda: terminal.said("phase")[-1]["phase"] == "work", "it goes on")
    assert last_at(terminal) > 90.0
