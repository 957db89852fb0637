"""A run that was cut off is offered in a real terminal, goes on there, and is kept when it is cut off again."""

import json
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coach.edge.clock import MachineClock
from tests.app.conftest import QuietConsole
from tests.app.test_resume import REPS, interrupt, states
from tests.pty.terminal import Terminal

Start = Callable[..., Terminal]

pytestmark = pytest.mark.pty


@pytest.fixture
def workout(tmp_path: Path) -> Path:
    """Ten reps of 200 m."""
    path = tmp_path / "reps.json"
    path.write_text(json.dumps(REPS))
    return path


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """The folder of runs of the program in the terminal."""
    folder = tmp_path / "home" / "data" / "runs"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the program in a terminal, and ends it afterwards."""
    started: list[Terminal] = []

    def begin(*arguments: str) -> Terminal:
        started.append(Terminal(list(arguments), tmp_path / "home"))
        return started[-1]

    yield begin
    for terminal in started:
        terminal.close()


def cut_off(runs: Path, workout: Path) -> Path:
    """A run that was cut off two minutes ago."""
    now = MachineClock().wall().epoch_s
    return interrupt(runs, workout, QuietConsole(), at=320.0, gap_s=120.0, now=now)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_question_is_left_as_a_run_is(
    start: Start, runs: Path, workout: Path, number: signal.Signals
) -> None:
    """Where the terminal or the machine goes away under the question, the exit code is 5 and the run waits on."""
    cut_off(runs, workout)
    terminal = start("run", "5x1000-5k", "--sensors", "none")
    terminal.until(lambda: b"r, d, f, n" in terminal.output, "the question")
    terminal.send(number)
    assert terminal.exit_code() == 5
    assert states(runs) == ["interrupted"]


@pytest.mark.parametrize(
    "command", [(), ("run", "5x1000-5k", "--sensors", "none")], ids=["coach", "coach run"]
)
def test_it_is_asked_how_it_goes_on(
    start: Start, runs: Path, workout: Path, command: tuple[str, ...]
) -> None:
    """`coach` and `coach run` ask; what is no answer is asked again; the run goes on in place of the command."""
    cut_off(runs, workout)
    terminal = start(*command)
    terminal.until(lambda: b"r, d, f, n" in terminal.output, "the question")
    assert b"Rep 4 of 10, 0:33 in" in terminal.output
    assert b"count it as done and be in recovery" in terminal.output
    terminal.type("c\r")
    terminal.until(lambda: terminal.output.count(b"r, d, f, n") == 2, "the question again")
    terminal.type("d\r")
    terminal.until(lambda: terminal.said("resumed"), "the run goes on")
    terminal.until(lambda: b"REP 5/10" in terminal.output, "the recovery, before rep 5")
    assert len(list(runs.iterdir())) == 1

    terminal.type("\x03\x03")
    assert terminal.exit_code() == 130
    assert states(runs) == ["interrupted"]
    assert b"coach runs resume" in terminal.output


def test_not_now_leaves_it_as_it_is(start: Start, runs: Path, workout: Path) -> None:
    """The command does its work, and the run can still be resumed."""
    cut_off(runs, workout)
    terminal = start()
    terminal.until(lambda: b"r, d, f, n" in terminal.output, "the question")
    terminal.type("n\r")
    terminal.until(lambda: b"Try next: coach demo" in terminal.output, "what `coach` prints")
    assert terminal.exit_code() == 0
    assert states(runs) == ["interrupted"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_library_offers_it(start: Start, runs: Path, workout: Path, number: signal.Signals) -> None:
    """Over the library a key goes on with it; a signal leaves it interrupted again."""
    cut_off(runs, workout)
    terminal = start("run")
    terminal.until(lambda: b"Restart the rep" in terminal.output, "the offer")
    terminal.type("r")
    terminal.until(lambda: terminal.said("resumed"), "the run goes on")
    assert terminal.said("resumed")[0]["choice"] == "restart"
    terminal.send(number)
    assert terminal.exit_code() == (130 if number is signal.SIGINT else 5)
    assert states(runs) == ["interrupted"]
    assert b"coach runs resume" in terminal.output


def test_a_run_cut_off_on_a_stick_is_offered_as_well(
    start: Start, runs: Path, workout: Path, tmp_path: Path
) -> None:
    """After `--record DIR` the next start without it offers what was cut off there, and goes on with it there."""
    stick = tmp_path / "stick"
    stick.mkdir()
    first = start("run", str(workout), "--sensors", "sim", "--record", str(stick))
    first.until(lambda: list(stick.glob("*/recording.jsonl")), "the recording")
    first.send(signal.SIGKILL)
    first.exit_code()
    (begun,) = stick.iterdir()
    shutil.rmtree(begun)
    folder = cut_off(stick, workout)

    terminal = start()
    terminal.until(lambda: b"r, d, f, n" in terminal.output, "the question")
    terminal.type("f\r")
    assert terminal.exit_code() == 0
    assert str(folder).encode() in terminal.output.replace(b"\r\n", b"")
    assert states(stick) == ["finished"]
    assert not list(runs.iterdir())
