"""The whole program in front of a BlueZ of another process: as shipped, in a pipe and in a terminal."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from coach.edge.files import runner_paths
from coach.edge.paired_sensors import PairedSensor, SensorKind, SensorLocks, load_sensors
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.recording.codec import read_journal
from coach.signals.readings import Characteristic, Notified
from tests.patience import LIMIT_S, block_until
from tests.pty.terminal import COACH, Terminal
from tests.radio.daemon import VARIABLE
from tests.radio.fixtures import needed
from tests.radio.outside import Outside

BELT, FOOT = "C0:AC:00:00:00:01", "C0:AC:00:00:00:02"
REPS = 3
SPEED_MPS = 5.0

Wait = Callable[[Callable[[], object], str], None]
Coach = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """A strap and a pod in the air, both sending ten times a second, and a stranger's strap farther off."""
    needed()
    with Outside() as outside:
        monkeypatch.setenv(VARIABLE, outside.address)
        outside.do(
            f"strap belt address={BELT} 'name=Polar H10 A1B2'",
            f"pod foot address={FOOT} name=Stryd",
            "strap theirs 'name=Polar H10 C3D4' rssi_dbm=-85",
            f"speed foot {SPEED_MPS}",
            "stream belt 10",
            "stream foot 10",
        )
        yield outside


@pytest.fixture
def coach(home: Path) -> Coach:
    """Run a command of ours to its end."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [COACH, *arguments]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def paired(home: Path) -> None:
    """Remember both sensors, as `sensors pair` writes them."""
    sensors = load_sensors(runner_paths().sensors)
    sensors.add(PairedSensor(BELT, "Polar H10 A1B2", SensorKind.STRAP, label="my strap"))
    sensors.add(PairedSensor(FOOT, "Stryd", SensorKind.POD, label="my pod"))


@pytest.fixture
def workout(tmp_path: Path) -> str:
    """Three reps, each for as long as the runner likes."""
    rep = {"kind": "work", "until": {"open": True}}
    sections = [{"name": "Main", "steps": [{"repeat": REPS, "steps": [rep]}]}]
    path = tmp_path / "three-reps.json"
    path.write_text(json.dumps({"format": "coach-workout/1", "name": "Three reps", "sections": sections}))
    return str(path)


def piped(*arguments: str) -> "subprocess.Popen[str]":
    """Start a command of ours with pipes for its buttons and its lines."""
    pipe = subprocess.PIPE
    return subprocess.Popen([COACH, *arguments], stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def lose_both(world: Outside, home: Path, wait: Wait) -> None:
    """The runner is out of range for half a second, and back on both sensors."""
    world.do("leave foot", "leave belt", "lost foot", "lost belt", "sleep 0.5", "back foot", "back belt")
    hear_both(world, home, wait)


def hear_both(world: Outside, home: Path, wait: Wait) -> None:
    """Both sensors are listened to, and what the pod says now is in the journal."""
    now_m = world.do("heard belt", "heard foot", "state")["metres"]["foot"]
    wait(lambda: metres_of(home)[-1][1] > now_m, "the pod is heard")


def metres_of(home: Path) -> list[tuple[float, float]]:
    """When the one run below `home` heard the pod, and the metres it had counted."""
    heard = [(0.0, 0.0)]
    (journal,) = home.rglob("recording.jsonl")
    for event in read_journal(journal.read_bytes()).inputs:
        if isinstance(event, Notified) and event.characteristic is Characteristic.RSC_MEASUREMENT:
            measured = RunningSpeedCadenceMeasurement.from_bytes(event.payload)
            assert isinstance(measured, RunningSpeedCadenceMeasurement)
            assert measured.distance is not None
            heard.append((float(event.at), float(measured.distance)))
    return heard


def at(heard: list[tuple[float, float]], moment: float) -> float:
    """The metres at a moment between two packets."""
    for (before, metres), (after, more) in pairwise(heard):
        if before <= moment <= after:
            return metres + (more - metres) * (moment - before) / (after - before)
    return heard[-1][1]


def test_scan_and_pair(world: Outside, coach: Coach, home: Path) -> None:
    """A scan shows who is near and pairing remembers one by its id; afterwards the scan knows whose it is."""
    listed = coach("sensors", "scan", "--seconds", "2", "--json")
    assert listed.returncode == 0, listed.stderr
    found = {one["id"]: one for one in map(json.loads, listed.stdout.splitlines())}
    assert found[BELT]["name"] == "Polar H10 A1B2"
    assert "running" in found[FOOT]["measures"]
    assert len(found) == 3
    assert not any(one["remembered"] for one in found.values())

    paired = coach("sensors", "pair", BELT, "--label", "my strap", "--seconds", str(LIMIT_S))
    assert paired.returncode == 0, paired.stderr
    assert "yours: my strap" in coach("sensors", "scan", "--seconds", "2").stdout
    world.do("lost belt")


@pytest.mark.usefixtures("paired")
def test_a_workout_whose_every_rep_loses_the_link(
    world: Outside, coach: Coach, home: Path, workout: str
) -> None:
    """With both links lost in every rep the workout goes on, its metres are right, and a replay says the same."""
    with piped("run", workout, "--sensors", "ble", "--json") as run:
        assert run.stdin is not None
        world.do("heard belt")
        hear_both(world, home, block_until)
        for _ in range(REPS):
            lose_both(world, home, block_until)
            run.stdin.write("next\n")
            run.stdin.flush()
        printed, narrated = run.communicate(timeout=LIMIT_S)
    assert run.returncode == 0, narrated
    events = [json.loads(line) for line in printed.splitlines()]
    assert (events[-1]["event"], events[-1]["completed"]) == ("run_ended", True)

    heard = metres_of(home)[1:]
    assert sum(more - metres > SPEED_MPS * 0.4 for (_, metres), (_, more) in pairwise(heard)) >= REPS
    first, *reps = [event for event in events if event["event"] == "step_ended"]
    for before, rep in pairwise([first, *reps]):
        run_m = at(heard, rep["ended_at_s"]) - at(heard, before["ended_at_s"])
        assert rep["distance_m"] == pytest.approx(run_m, abs=1.0)
        assert (rep["distance_source"], rep["estimated"]) == ("pod", False)

    replayed = coach("replay", events[0]["run"], "--speed", "max", "--json")
    assert replayed.stdout == printed


@pytest.mark.pty
@pytest.mark.usefixtures("paired")
def test_a_run_on_the_live_screen(
    world: Outside, coach: Coach, home: Path, workout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the screen too the links come back in each rep, and the journal replays to the lines it holds."""
    monkeypatch.setenv("COACH_SESSION_GUARD_S", "0")  # a rep here can be shorter than a runner's two presses
    terminal = Terminal(["run", workout, "--sensors", "ble"], home)
    try:
        world.do("heard belt", "heard foot")
        terminal.until(lambda: terminal.said("phase"), "the run is ready")
        terminal.type(" ")
        for rep in range(1, REPS + 1):
            terminal.until(lambda: len(terminal.said("step_started")) == rep, "the rep begins")  # noqa: B023  # at once
            lose_both(world, home, terminal.until)
            terminal.type("n" if rep < REPS else "q")
        terminal.until(lambda: b"Leave the run?" in terminal.output, "the question")
        terminal.type("f")
        terminal.until(lambda: terminal.said("run_ended"), "the run ends")
        terminal.until(lambda: terminal.manifest()["state"] == "finished", "the manifest says so")
        said = terminal.events()
    finally:
        terminal.close()
    replayed = coach("replay", said[0]["run"], "--speed", "max", "--json")
    assert [json.loads(line) for line in replayed.stdout.splitlines()] == said


@pytest.mark.pty
@pytest.mark.usefixtures("paired")
@pytest.mark.parametrize("is_full", [False, True], ids=["read", "unread and full"])
def test_a_closed_window_frees_the_sensors(
    world: Outside, home: Path, workout: str, *, is_full: bool
) -> None:
    """The window is closed under a run: both links are let go of, the exit code is 5, the run is kept."""
    terminal = Terminal(["run", workout, "--sensors", "ble"], home, columns=200, lines=60)
    try:
        world.do("heard belt", "heard foot")
        terminal.until(lambda: terminal.said("phase"), "the run is ready")
        if is_full:
            terminal.fill()
        terminal.close_window()
        assert terminal.exit_code() == 5
        world.do("lost belt", "lost foot")
    finally:
        terminal.close()
    assert terminal.manifest()["state"] == "interrupted"


@pytest.mark.usefixtures("paired")
def test_a_second_coach_says_who_holds_the_sensors(world: Outside, workout: str) -> None:
    """Of two coaches on one machine the second says which process holds the strap, and takes it when that one ends."""
    command = ("run", workout, "--sensors", "ble", "--no-record", "--json")
    with ExitStack() as another:
        another.enter_context(SensorLocks(runner_paths().sensor_locks, "another run").lock(BELT))
        with piped(*command) as run:
            world.do("heard foot")
            assert run.stderr is not None
            told = next(line for line in run.stderr if "held by" in line)
            assert world.do("state")["connected"] == ["foot"]
            another.close()
            world.do("heard belt")
            run.communicate("finish\n", timeout=LIMIT_S)
    assert run.returncode == 0
    assert told.startswith(f"my strap is held by another coach, process {os.getpid()} (another run).")
