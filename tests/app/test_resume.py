"""A run that was cut off is offered, resumed or closed, in real journals in real folders."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from coach.app.live_run import RunContext
from coach.app.resume import InterruptedRun, ask, close_old_runs, interrupted_run, reopen
from coach.app.setup import header_of, live_setup
from coach.app.terminal import RunMode
from coach.app.workouts import compile_for, read_workout
from coach.edge.clock import MachineClock, WallTime
from coach.edge.run_folder import RunState, new_ulid
from coach.edge.settings import Settings
from coach.edge.store import stored_runs
from coach.live.contract import Closed, Input, RunSetup, encode_event
from coach.live.run import LiveRun
from coach.quantities import Seconds
from coach.recording.codec import Journal, encode_header, encode_input, encode_output, read_journal
from coach.review.journaled import WayOn
from coach.session.events import RunResumed, StepEnded
from coach.simulate import VirtualRunner, simulate
from coach.workout.timeline import Timeline
from tests.app.conftest import QuietConsole

NOW = 1_790_000_000.0
"""The moment of these tests, in Unix time."""
REPS = {
    "format": "coach-workout/1",
    "name": "10 x 200",
    "sections": [
        {
            "name": "Main",
            "steps": [
                {
                    "repeat": 10,
                    "steps": [
                        {"kind": "work", "until": {"distance": "200 m"}, "target": {"pace": "4:00/km"}},
                        {"kind": "recovery", "until": {"time": "0:45"}},
                    ],
                }
            ],
        }
    ],
}


class Clock:
    """A clock that stands still."""

    def __init__(self, epoch_s: float = NOW) -> None:
        """Stand at a moment."""
        self._epoch_s = epoch_s

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self._epoch_s += seconds

    def monotonic(self) -> float:
        """Return the seconds."""
        return self._epoch_s

    def wall(self) -> WallTime:
        """Return the moment by the calendar."""
        return WallTime(self._epoch_s, "UTC", 0)

    def asleep_s(self) -> float:
        """Return 0: the machine never sleeps."""
        return 0.0

    async def sleep_until(self, moment: float) -> None:
        """Return at once."""


@pytest.fixture
def runs(home: Path) -> Path:
    """The runner's folder of runs."""
    folder = home / "data" / "runs"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def workout(tmp_path: Path) -> Path:
    """Ten reps of 200 m."""
    path = tmp_path / "reps.json"
    path.write_text(json.dumps(REPS))
    return path


_WHOLE_RUNS: dict[Timeline, Sequence[Input]] = {}


def whole_run(setup: RunSetup) -> Sequence[Input]:
    """The inputs of a simulated runner from the first step to the last; computed once for all tests."""
    inputs = _WHOLE_RUNS.get(setup.timeline)
    if inputs is None:
        inputs = simulate(LiveRun(setup), VirtualRunner(timeline=setup.timeline)).inputs
        _WHOLE_RUNS[setup.timeline] = inputs
    return inputs


def interrupt(
    runs: Path, workout: Path, console, *, at: float, gap_s: float, sensors: str = "sim", now: float = NOW
) -> Path:
    """Run the workout and cut it off at `at`, `gap_s` before now; return the folder of the run."""
    compiled = compile_for(read_workout(str(workout), console, None), None, console)
    begun_at = now - gap_s - at
    run_id = new_ulid(begun_at)
    setup = live_setup(compiled, Settings(), run_id, RunMode.UNATTENDED, simulated=True)
    inputs = whole_run(setup)
    header = replace(header_of(setup, compiled, Clock(begun_at)), sensors=sensors)
    run, lines = LiveRun(setup), [encode_header(header)]
    for event in inputs:
        if event.at > at:
            break
        lines.append(encode_input(event))
        lines += [encode_output(encode_event(output, run.run_s(output.at))) for output in run.receive(event)]
    folder = runs / run_id
    folder.mkdir()
    (folder / "recording.jsonl").write_bytes(b"".join(lines))
    return folder


def journal_of(folder: Path) -> Journal:
    """The journal of a run."""
    return read_journal((folder / "recording.jsonl").read_bytes())


def offered(runs: Path, at: float = NOW) -> InterruptedRun:
    """Return the run that is offered at a moment."""
    run = interrupted_run(runs, Clock(at))
    assert run is not None
    return run


def states(runs: Path) -> list[str]:
    """Return the states of the runs, the newest first."""
    return [run.manifest.state.value for run in stored_runs(runs)]


def test_a_run_that_was_cut_off_is_offered_for_half_an_hour(runs, workout, console):
    """It is offered until 30 minutes after it was last alive."""
    interrupt(runs, workout, console, at=320.0, gap_s=120.0)
    run = offered(runs)
    assert run.since == "10 x 200, cut off 2 min ago"
    assert (
        run.sentence
        == "Rep 4 of 10, 0:33 in: restart the rep, count it as done and be in recovery, or finish"
    )
    assert interrupted_run(runs, Clock(NOW + 1679.0)) is not None
    assert interrupted_run(runs, Clock(NOW + 1681.0)) is None


def test_a_step_is_continued_only_after_a_short_gap(runs, workout, console):
    """A rep can continue after a gap of less than 15 s."""
    interrupt(runs, workout, console, at=320.0, gap_s=10.0)
    ways = {gap_s: offered(runs, NOW + gap_s - 10.0).ways[0][0] for gap_s in (10.0, 14.0, 16.0)}
    assert ways == {10.0: WayOn.CONTINUE, 14.0: WayOn.CONTINUE, 16.0: WayOn.RESTART}


def test_a_step_that_was_asked_about_for_too_long_does_not_continue(runs, workout):
    """Continuing was offered after 10 s and chosen after 30: it is refused with its reason."""
    clock, asked = Clock(NOW), []

    class Slow(QuietConsole):
        def ask(self, question: str) -> str:
            asked.append(question)
            clock.later(20.0)
            return "c" if len(asked) == 1 else "r"

    console = Slow()
    interrupt(runs, workout, QuietConsole(), at=320.0, gap_s=10.0)
    run = interrupted_run(runs, clock)
    assert run is not None
    assert ask(run, console) is WayOn.RESTART
    assert asked == ["c, r, d, f, n", "r, d, f, n"]
    assert [line for line in console.lines if line.startswith("  c  ")] == ["  c  continue at 0:33"]
    assert (
        "Rep 4 of 10, 0:33 in: it was cut off 30 s ago; a step continues only within 15 s." in console.lines
    )


def test_a_later_false_start_hides_nothing(runs, workout, console):
    """A later run of a few seconds does not replace the run before it; alone it is offered."""
    real = interrupt(runs, workout, console, at=320.0, gap_s=300.0)
    false_start = interrupt(runs, workout, console, at=8.0, gap_s=60.0)
    assert offered(runs).path == real
    assert offered(runs, NOW + 1600.0).path == false_start


def test_of_two_runs_the_newer_is_offered(runs, workout, console):
    """Both were cut off, and neither is a false start."""
    interrupt(runs, workout, console, at=320.0, gap_s=900.0)
    newer = interrupt(runs, workout, console, at=330.0, gap_s=100.0)
    assert offered(runs).path == newer


def test_a_clock_that_was_set_back_offers_the_run(runs, workout, console):
    """If the clock is before the start of the run, the run counts as cut off just now."""
    interrupt(runs, workout, console, at=320.0, gap_s=-4000.0)
    assert offered(runs).gap_s == 0.0


@pytest.mark.parametrize("data", [b"", b"\xff\x00", b'{"format":"coach-journal/99"}\t00000000\n'])
def test_what_cannot_be_read_is_not_offered(runs, data):
    """An empty, damaged or newer journal is ignored and unchanged."""
    folder = runs / new_ulid(NOW - 60.0)
    folder.mkdir()
    (folder / "recording.jsonl").write_bytes(data)
    assert interrupted_run(runs, Clock()) is None
    close_old_runs(runs, Clock(NOW + 9000.0))
    assert (folder / "recording.jsonl").read_bytes() == data


def test_older_runs_are_closed_where_they_were_cut_off(runs, workout, console):
    """A run of an hour ago ends at its last input and loses nothing; one of a minute ago stays open."""
    old = interrupt(runs, workout, console, at=320.0, gap_s=3600.0)
    before = (old / "recording.jsonl").read_bytes()
    interrupt(runs, workout, console, at=320.0, gap_s=60.0)
    close_old_runs(runs, Clock())
    assert states(runs) == ["interrupted", "finished"]
    assert (old / "recording.jsonl").read_bytes().startswith(before)
    journal = journal_of(old)
    assert journal.is_closed
    assert journal.inputs[-1].at == pytest.approx(320.0, abs=1.0)
    assert [event["event"] for event in journal.outputs[-2:]] == ["phase", "run_ended"]
    assert journal.outputs[-1]["completed"] is False


def test_a_run_that_was_over_is_closed_at_once(runs, workout, console):
    """A run that was cut off after its last step is closed as completed."""
    done = interrupt(runs, workout, console, at=1e6, gap_s=1e6)
    inputs = journal_of(done).inputs
    lines = (done / "recording.jsonl").read_bytes().splitlines(keepends=True)
    closed = next(place for place, line in enumerate(lines) if b'"in":"closed"' in line)
    (done / "recording.jsonl").write_bytes(b"".join(lines[:closed]))
    moment = Clock(journal_of(done).header.wall_epoch + inputs[-1].at + 60.0)
    assert interrupted_run(runs, moment) is None
    close_old_runs(runs, moment)
    assert states(runs) == ["finished"]
    assert journal_of(done).outputs[-1]["completed"] is True


def reopened(folder: Path, way: WayOn, console, *, now: float = NOW):
    """Return the run, folded again and resumed that way."""
    clock = Clock(now)
    return reopen(
        offered(folder.parent, now), way, RunContext(Settings(), clock, RunMode.UNATTENDED, console)
    )


def test_it_is_refolded_to_where_it_was(runs, workout, console):
    """The event names the step as it was shown, and the fold agrees."""
    folder = interrupt(runs, workout, console, at=320.0, gap_s=120.0)
    ready = reopened(folder, WayOn.DONE, console)
    event = ready.resumption.event
    assert event.at - event.alive_until == pytest.approx(120.0, abs=1.0)
    assert event.under_way.step_id == ready.run.session.step.step_id
    assert event.under_way.started_at == ready.run.session.step_started_at
    assert ready.resumption.unsaid == ()
    outputs = ready.run.receive(event)
    assert [type(output) for output in outputs if isinstance(output, RunResumed | StepEnded)] == [
        RunResumed,
        StepEnded,
    ]
    assert ready.run.session.phase == "recovery"


def test_what_the_journal_lost_is_said_when_it_goes_on(runs, workout, console):
    """Outputs that were lost after their input are written to the journal first."""
    folder = interrupt(runs, workout, console, at=400.0, gap_s=60.0)
    lines = (folder / "recording.jsonl").read_bytes().splitlines(keepends=True)
    ended = max(place for place, line in enumerate(lines) if b"step_ended" in line)
    kept = [line for line in lines[ended:] if b'"in":' in line][:3]
    (folder / "recording.jsonl").write_bytes(b"".join(lines[:ended] + kept))
    ready = reopened(folder, WayOn.RESTART, console)
    unsaid = [encode_event(timed.output, timed.run_s) for timed in ready.resumption.unsaid]
    assert unsaid[0] == json.loads(lines[ended][:-10])["out"]
    assert ready.resumption.event.under_way.step_id == ready.run.session.step.step_id


def test_where_this_version_folds_otherwise_the_journal_is_right(runs, workout, console):
    """The journal shows a rest that the fold did not reach: the run goes on in that rest."""
    folder = interrupt(runs, workout, console, at=320.0, gap_s=60.0)
    began = journal_of(folder).inputs[-1].at - 7.0
    rest = {"v": 1, "at_s": began, "run_s": began, "event": "step_started", "step": 7, "step_id": "0.0/3.1"}
    rest |= {"path": "Main / rep 4 of 10 / recovery", "kind": "recovery", "rep": 4, "of": 10}
    with (folder / "recording.jsonl").open("ab") as file:
        file.write(encode_output(rest))
    ready = reopened(folder, WayOn.CONTINUE, console, now=NOW - 55.0)
    assert ready.resumption.unsaid == ()
    ready.run.receive(ready.resumption.event)
    assert ready.run.session.step.step_id == "0.0/3.1"
    assert ready.run.session.step_time(ready.resumption.event.at) == pytest.approx(7.0, abs=0.1)


@pytest.mark.parametrize("sensors", ["sim", "none"])
def test_it_is_measured_as_it_was(runs, workout, console, sensors, monkeypatch):
    """A simulated run stays simulated, one without sensors has none; no radio is opened."""
    monkeypatch.setattr("coach.app.sensors.my_sensors", None)
    folder = interrupt(runs, workout, console, at=320.0, gap_s=60.0, sensors=sensors)
    ready = reopened(folder, WayOn.RESTART, console)
    assert (ready.sources.runner is not None) is (sensors == "sim")
    assert len(ready.sources.sources) == (sensors == "sim")


def test_the_simulated_runner_is_where_they_were(runs, workout, console):
    """The simulated runner has run the run again: pod and heart rate continue."""
    folder = interrupt(runs, workout, console, at=320.0, gap_s=5.0)
    runner = reopened(folder, WayOn.CONTINUE, console).sources.runner._runner
    assert runner.metres > 600.0
    assert runner.heart_rate > 120.0
    assert runner.advance(Seconds(326.0)) != []
    assert runner.advance(Seconds(326.0)) == []


# --- the commands


def typed(home: Path, *words: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, with pipes for its streams."""
    command = [sys.executable, "-m", "coach", *map(str, words)]
    environment = os.environ | {"COACH_HOME": str(home)}
    return subprocess.run(command, env=environment, input=stdin, capture_output=True, text=True, check=False)


def now() -> float:
    """Return the moment by the machine's clock."""
    return MachineClock().wall().epoch_s


LEAD = "10 x 200, cut off"


def test_without_a_terminal_a_line_names_the_command(home, runs, workout, console):
    """`coach` and `coach run` ask nothing; stderr names the command that resumes the run."""
    folder = interrupt(runs, workout, console, at=320.0, gap_s=120.0, now=now())
    bare = typed(home)
    assert bare.returncode == 0
    assert bare.stdout.startswith("Trackside Coach")
    for ran in (bare, typed(home, "run", workout, "--sensors", "none", "--json", stdin="finish\n")):
        assert ran.returncode == 0
        assert LEAD in ran.stderr
        assert f"coach runs resume {folder.name}" in ran.stderr
        assert LEAD not in ran.stdout
    assert states(runs) == ["finished", "interrupted"]


def test_doctor_tells_of_it(coach, runs, workout, console, monkeypatch):
    """`coach doctor` warns of a run that waits, names its place, and changes nothing."""
    assert "none was cut off" in coach("doctor", "--seconds", "0.1").stdout
    folder = interrupt(runs, workout, console, at=320.0, gap_s=120.0, now=now())
    said = coach("doctor", "--seconds", "0.1").stdout
    assert "Rep 4 of 10, 0:33 in" in said
    assert f"coach runs resume {folder.name}" in said
    assert states(runs) == ["interrupted"]


def test_coach_closes_what_is_old(home, runs, workout, console):
    """An hour later `coach` offers nothing; the run is closed and can be shown."""
    folder = interrupt(runs, workout, console, at=320.0, gap_s=3600.0, now=now())
    bare = typed(home)
    assert (bare.returncode, bare.stderr) == (0, "")
    assert states(runs) == ["finished"]
    assert "ended early, 5:" in typed(home, "runs", "show", folder.name).stdout


@pytest.mark.parametrize(("way", "reason"), [("restart", "restarted"), ("done", "done")])
def test_it_goes_on_as_it_is_told(home, workout, console, way, reason):
    """The rep starts again or counts as done; the gap is printed, and the run goes on to its end."""
    runs = home / "data" / "runs"
    runs.mkdir(parents=True)
    folder = interrupt(runs, workout, console, at=320.0, gap_s=120.0, now=now())
    ran = typed(home, "runs", "resume", f"--{way}", "--json", stdin="finish\n")
    events = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 0, ran.stderr
    facts = [event for event in events if event["event"] in {"resumed", "step_ended", "run_ended"}]
    assert facts[0]["choice"] == way
    assert facts[0]["gap_s"] >= 120.0
    assert (facts[1]["step_id"], facts[1]["reason"]) == ("0.0/3.0", reason)
    assert facts[-1]["event"] == "run_ended"
    following = next(event for event in events if event["event"] == "step_started")
    assert following["kind"] == ("work" if way == "restart" else "recovery")
    assert states(runs) == ["finished"]
    assert typed(home, "replay", folder.name, "--speed", "max", "--json").stdout.splitlines() == [
        json.dumps(event, separators=(",", ":"), ensure_ascii=False) for event in journal_of(folder).outputs
    ]


def test_finished_it_ends_where_it_was_cut_off(home, runs, workout, console):
    """No sensor is used: the run ends at its last input, and is reported like any run."""
    folder = interrupt(runs, workout, console, at=320.0, gap_s=120.0, now=now())
    ran = typed(home, "runs", "resume", "--finish", folder.name[:20])
    assert (ran.returncode, ran.stdout) == (0, "")
    assert f"coach runs show {folder.name}" in ran.stderr
    assert journal_of(folder).inputs[-1].at == pytest.approx(320.0, abs=1.0)
    assert typed(home, "runs", "resume", folder.name).returncode == 3


def test_what_does_not_go_is_refused_in_words(home, runs, workout, console):
    """A step does not continue after minutes; nothing is written, and the run still waits."""
    folder = interrupt(runs, workout, console, at=320.0, gap_s=120.0, now=now())
    before = (folder / "recording.jsonl").read_bytes()
    ran = typed(home, "runs", "resume", "--continue")
    assert ran.returncode == 2
    assert "Rep 4 of 10, 0:33 in" in ran.stderr
    assert (folder / "recording.jsonl").read_bytes() == before
    assert states(runs) == ["interrupted"]


def test_unasked_a_step_begins_anew_after_a_long_gap(home, runs, workout, console):
    """Without a terminal the choice is printed, with the other ways."""
    interrupt(runs, workout, console, at=320.0, gap_s=120.0, now=now())
    ran = typed(home, "runs", "resume", "--json", stdin="finish\n")
    assert "restart the rep. Another way: --done, --finish" in ran.stderr
    assert (
        json.loads(next(line for line in ran.stdout.splitlines() if '"resumed"' in line))["choice"]
        == "restart"
    )


def test_a_run_recorded_elsewhere_is_resumed_by_its_folder(home, tmp_path, workout, console):
    """Runs of `--record DIR` are offered where the next run is recorded, by a name that finds them."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder = interrupt(elsewhere, workout, console, at=320.0, gap_s=120.0, now=now())
    words = ("run", workout, "--sensors", "none", "--record", elsewhere, "--json")
    assert f"coach runs resume {folder}" in typed(home, *words, stdin="finish\n").stderr
    ran = typed(home, "runs", "resume", folder, "--done", "--json", stdin="finish\n")
    assert ran.returncode == 0, ran.stderr
    assert journal_of(folder).is_closed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_cut_off_again_it_is_offered_again(home, runs, workout, console, number):
    """A resumed run that is cut off again, even by two signals at once, can be resumed."""
    interrupt(runs, workout, console, at=320.0, gap_s=120.0, now=now())
    command = [sys.executable, "-m", "coach", "runs", "resume", "--restart", "--json"]
    pipe = subprocess.PIPE
    environment = os.environ | {"COACH_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=environment, text=True, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe
    ) as program:
        assert program.stdout is not None
        while '"resumed"' not in program.stdout.readline():
            pass
        program.send_signal(number)
        program.send_signal(number)
        _, err = program.communicate(timeout=60)
    assert program.returncode == (130 if number is signal.SIGINT else 5)
    assert "Traceback" not in err
    assert states(runs) == [RunState.INTERRUPTED]
    run = interrupted_run(runs, MachineClock())
    assert run is not None
    assert run.title.startswith("Rep 4 of 10")


def test_the_gap_is_told_afterwards(coach, runs, workout, console):
    """`show` and `explain` print the gap, and a moment in it is shown as before it; a replay skips it."""
    folder = interrupt(runs, workout, console, at=320.0, gap_s=1500.0)
    ready = reopened(folder, WayOn.DONE, console)
    with (folder / "recording.jsonl").open("ab") as file:
        file.write(encode_input(ready.resumption.event))
        for event in (ready.resumption.event, Closed(Seconds(ready.resumption.event.at + 5.0))):
            file.write(encode_input(event) if isinstance(event, Closed) else b"")
            outputs = ready.run.receive(event)
            file.write(b"".join(encode_output(encode_event(one, ready.run.run_s(one.at))) for one in outputs))

    shown = coach("runs", "show", folder.name)
    assert "At 5:20 the run was cut off for 25:00, then counted as done." in shown.stdout
    tree = json.loads(coach("runs", "show", folder.name, "--json").stdout)
    assert [gap["choice"] for gap in tree["gaps"]] == ["done"]
    rep = next(row for row in tree["steps"] if row["step_id"] == "0.0/3.0")
    assert rep["broken"]
    assert not {"distance_m", "mean_speed_mps", "light_s"} & rep.keys()

    moment = coach("explain", folder.name, "--at", "15:00")
    assert "Rep 4" not in moment.stderr
    assert "The run was cut off from 5:20 to 30:20: this is the state before." in moment.stdout
    tree = json.loads(coach("explain", folder.name, "--at", "15:00", "--json").stdout)
    assert (tree["step_id"], tree["at_s"]) == ("0.0/3.0", tree["from_s"])
    assert tree["after"] == []

    whole = coach("replay", folder.name, "--speed", "max", "--json").stdout
    assert coach("replay", folder.name, "--speed", "400", "--json").stdout == whole
