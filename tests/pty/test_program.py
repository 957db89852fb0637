"""The real program in a real terminal does what its keys say."""

import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from coach.app.plan import PlanService
from coach.plan.model import PlanDay, PlanWeek, TrainingPhase, monday_of
from tests.pty.terminal import Terminal
from tests.screen.seasons import a_season

ALTERNATE_SCREEN_LEFT = b"\x1b[?1049l"
CURSOR_SHOWN = b"\x1b[?25h"

Start = Callable[..., Terminal]

pytestmark = pytest.mark.pty


@pytest.fixture
def workout(tmp_path: Path) -> Path:
    """Two reps of 1000 m with a rest, timed by hand."""
    path = tmp_path / "by-hand.json"
    steps = [
        {"kind": "work", "until": {"distance": "1000 m"}, "target": {"pace": "4:00/km"}},
        {"kind": "recovery", "until": {"time": "2:00"}},
    ]
    sections = [{"name": "Main", "steps": [{"repeat": 2, "steps": steps}]}]
    path.write_text(json.dumps({"format": "coach-workout/1", "name": "By hand", "sections": sections}))
    return path


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the program in a terminal, and ends it afterwards."""
    started: list[Terminal] = []

    def begin(*arguments: str, log: Path | None = None) -> Terminal:
        started.append(Terminal(list(arguments), tmp_path / "home", log=log))
        return started[-1]

    yield begin
    for terminal in started:
        terminal.close()


def test_a_held_space_bar_is_one_mark(start: Start, workout: Path) -> None:
    """A space bar held down starts the run, and held down again later it is one mark (far too soon), not thirty."""
    terminal = start("run", str(workout), "--sensors", "none", "--marks")
    terminal.until(lambda: terminal.said("phase"), "the run is ready")
    assert terminal.said("phase")[0]["phase"] == "ready"

    terminal.type(" " * 30)
    terminal.until(lambda: terminal.said("step_started"), "go")
    terminal.type("w")
    terminal.until(lambda: b"why" in terminal.output.lower(), "the overlay")
    terminal.watch(1.0)  # over the guard: a mark 0.7 s after a mark is a bounce
    terminal.type(" " * 30)
    terminal.until(lambda: terminal.said("split"), "a split")
    terminal.type("\x1b")
    terminal.watch(0.5)  # an escape followed at once by a letter would be another key
    terminal.type("n")
    terminal.until(lambda: len(terminal.said("step_ended")) == 1, "the rep ends")

    assert [one["role"] for one in terminal.said("split")] == ["start", "doubtful"]
    assert [one["reason"] for one in terminal.said("step_ended")] == ["next"]


def test_quitting_asks_first_and_finishing_ends_the_run(start: Start, workout: Path) -> None:
    """Quitting asks, a stray space there marks and answers nothing, and finish ends the run with its last line."""
    terminal = start("run", str(workout), "--sensors", "none", "--marks")
    terminal.until(lambda: terminal.said("phase"), "the run is ready")
    terminal.type("q")
    terminal.until(lambda: b"Leave the run?" in terminal.output, "the question")
    terminal.type(" ")
    terminal.until(lambda: terminal.said("step_started"), "the space bar still starts the run")
    assert not terminal.said("run_ended")
    terminal.type("f")
    terminal.until(lambda: terminal.said("run_ended"), "the run ends")
    terminal.until(lambda: terminal.manifest()["state"] == "finished", "the manifest says so")

    ended = terminal.said("step_ended")[-1]
    assert ended["reason"] == "finished"
    assert terminal.said("run_ended")[0]["completed"] is False


def test_paused_and_resumed_by_key(start: Start, workout: Path) -> None:
    """The p key pauses, a mark is refused meanwhile, and p again goes on."""
    terminal = start("run", str(workout), "--sensors", "none", "--marks")
    terminal.until(lambda: terminal.said("phase"), "the run is ready")
    terminal.type(" ")
    terminal.until(lambda: terminal.said("step_started"), "go")
    terminal.type("p")
    terminal.until(lambda: terminal.said("phase")[-1]["phase"] == "paused", "paused")
    terminal.watch(1.0)
    terminal.type(" ")
    terminal.until(lambda: terminal.said("rejected"), "the mark is refused")
    terminal.type("p")
    terminal.until(lambda: terminal.said("phase")[-1]["phase"] == "work", "on again")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_a_run_that_can_be_resumed(
    start: Start, workout: Path, number: signal.Signals
) -> None:
    """After Ctrl-C, SIGTERM or SIGHUP the terminal is as before and the run is kept, not ended."""
    terminal = start("run", str(workout), "--sensors", "none", "--marks")
    terminal.until(lambda: terminal.said("phase"), "the run is ready")
    terminal.type(" ")
    terminal.until(lambda: terminal.said("step_started"), "go")
    terminal.send(number)

    assert terminal.exit_code() == (130 if number is signal.SIGINT else 5)
    assert ALTERNATE_SCREEN_LEFT in terminal.output
    assert terminal.output.rfind(CURSOR_SHOWN) > terminal.output.rfind(b"\x1b[?25l")
    assert terminal.manifest()["state"] == "interrupted"
    assert not terminal.said("run_ended")


def test_the_demo_shows_itself_at_any_size(start: Start) -> None:
    """The demo paints its first screen and says which rep is next."""
    terminal = start("demo")
    terminal.until(lambda: b"NEXT" in terminal.output, "the first full screen")


def test_the_demo_of_who_has_set_nothing_begins_once_it_is_painted(tmp_path: Path) -> None:
    """It is painted before its run is loaded; then its sensors are heard, keys press its buttons, and it is left."""
    terminal = Terminal(["demo", "--voice", "off"], tmp_path / "home", is_silent=False)
    try:
        terminal.until(lambda: terminal.shows("searching"), "the first full screen")
        terminal.until(lambda: terminal.shows("PACE /km   target 4:45-6:00"), "the footpod is heard")
        terminal.type("p")
        terminal.until(lambda: terminal.shows("paused, nothing is judged"), "the run is paused")
        terminal.type("q")
        terminal.until(lambda: terminal.shows("Leave the run?"), "the question")
        terminal.type("l")
        assert terminal.exit_code() == 0
    finally:
        terminal.close()
    assert b"Try next: coach run 6x800" in terminal.output


def test_a_workout_is_picked_from_the_library(start: Start) -> None:
    """Without a workout the library opens; typing narrows it down, and Enter begins the run of what is left."""
    terminal = start("run", "--sensors", "sim")
    terminal.until(lambda: b"workouts" in terminal.output, "the library")
    terminal.type("/demo")
    terminal.until(lambda: b"Demo: 2 x 200 m" in terminal.output, "the demonstration is found")
    terminal.type("\r")
    terminal.until(lambda: terminal.said("step_started"), "the run begins")

    assert terminal.output.rfind(b"\x1b[?1003l") > terminal.output.rfind(b"\x1b[?1003h") > 0, (
        "the mouse is back"
    )
    assert terminal.said("run_started")[0]["workout"] == "Demo: 2 x 200 m"
    assert terminal.manifest()["state"] == "recording"


def test_a_session_is_moved_and_run_from_the_calendar(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`coach plan` opens it; what is let go is in the file, and today's session is run from there."""
    monkeypatch.setenv("COACH_HOME", str(tmp_path / "home"))
    service = PlanService()
    weeks = tuple(
        PlanWeek(monday_of(service.today) + timedelta(weeks=number), TrainingPhase.BASE) for number in (0, 1)
    )
    easy = a_season().day(date(2026, 5, 30)).sessions[0]
    days = tuple(
        PlanDay(day, (replace(easy, id=f"e{day:%m%d}", workout="easy-run", why="Zanzibar."),))
        for week in weeks
        for day in week.dates()
    )
    service.begin(replace(a_season(), weeks=weeks, days=days), "test", "Two weeks of easy runs.")
    today, tomorrow = (f"e{service.today + timedelta(days=ahead):%m%d}" for ahead in (0, 1))

    terminal = start("plan")
    # The week and the answer may come in one frame, in which the answer is the upper one.
    terminal.until(lambda: b"Zanzibar" in terminal.output, "the week")
    terminal.until(lambda: b"asks" in terminal.output, "what to run today")
    terminal.type("m\x1b[B\r")
    terminal.until(
        lambda: [each.id for each in PlanService().plan.day(service.today).sessions] == [tomorrow],
        "the session is let go",
    )
    terminal.type("\x1b[A\r")
    terminal.until(lambda: b"timed" in terminal.output, "a race is asked for, or to run by effort")
    terminal.type("\r")
    terminal.until(lambda: terminal.said("phase"), "the run waits for its start")
    terminal.type(" ")
    terminal.until(lambda: terminal.said("step_started"), "the run begins")
    terminal.type("q")
    terminal.until(lambda: b"Finish" in terminal.output, "the way out is asked for")
    terminal.output = b""
    terminal.type("f")
    terminal.until(lambda: b"done" in terminal.output, "the keys of the review")
    terminal.type("q")
    assert terminal.exit_code() == 0
    (session,) = PlanService().plan.day(service.today).sessions
    assert (session.id, session.runs) == (tomorrow, ()), "a run of a second is a false start"
    assert today in [each.id for _, each in PlanService().plan.sessions()]


def test_stderr_to_a_file_does_not_blank_the_screen(start: Start, workout: Path, tmp_path: Path) -> None:
    """With `2> log` the screen is in the terminal, and the log holds words only."""
    log = tmp_path / "log"
    terminal = start("run", str(workout), "--sensors", "none", "--marks", log=log)
    terminal.until(lambda: b"TO START" in terminal.output, "the live screen")
    assert b"\x1b[" not in log.read_bytes()
    terminal.type("qf")
    terminal.until(lambda: b"Review" in terminal.output, "the review")


def test_the_mouse_and_a_change_of_size_do_no_harm(start: Start, workout: Path) -> None:
    """Clicks, the wheel and a dragged window press nothing; the run goes on and its keys still work."""
    terminal = start("run", str(workout), "--sensors", "none", "--marks")
    terminal.until(lambda: terminal.said("phase"), "the run is ready")
    assert b"\x1b[?1003h" not in terminal.output, "the terminal keeps its mouse"
    for column in range(1, 120, 7):
        terminal.type(f"\x1b[<0;{column};20M\x1b[<0;{column};20m\x1b[<64;{column};20M")
    for columns, lines in ((80, 24), (20, 6), (200, 60), (1, 1), (120, 40)):
        terminal.resize(columns, lines)
        terminal.watch(0.3)
    assert not terminal.said("step_started")
    terminal.type(" ")
    terminal.until(lambda: terminal.said("step_started"), "go")
