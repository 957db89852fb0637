"""The journal of a session by hand: without loss, written before it is shown, read again whatever happened to it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from coach.edge.files import is_locked
from coach.edge.run_folder import new_ulid
from coach.edge.squad_files import (
    HAND_SUFFIX,
    HandJournal,
    find_hand_session,
    hand_input_of,
    hand_record,
    hand_sessions,
    read_hand_session,
    setup_record,
)
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.recording.lines import encode_record
from coach.squad.by_hand import (
    ClockStarted,
    HandUndone,
    LinePressed,
    OrderLeft,
    PressesSwapped,
    PressesTakenBack,
    PressGiven,
    PressSource,
    RunnerNamed,
    TimingEnded,
)
from coach.squad.run import GivenBy
from tests.squad.hand_sessions import hand_setup

INPUTS = (
    ClockStarted(Seconds(1.0), 1, Seconds(0.5), is_early=False, is_anew=True),
    LinePressed(Seconds(1.0), Seconds(0.9)),
    LinePressed(Seconds(1.0), Seconds(0.9), PressSource.GATE, "line", "ana", GivenBy.KEY),
    PressGiven(Seconds(1.0), 3, "ana", GivenBy.ORDER),
    PressesSwapped(Seconds(1.0), 3, 4),
    PressesTakenBack(Seconds(1.0), (1, 2), is_held_key=True),
    OrderLeft(Seconds(1.0), "ana"),
    RunnerNamed(Seconds(1.0), "1", "Ana"),
    HandUndone(Seconds(1.0)),
    TimingEnded(Seconds(1.0)),
)


@pytest.mark.parametrize("event", INPUTS, ids=lambda event: type(event).__name__)
def test_an_input_is_kept_without_loss(event):
    """Through JSON and back."""
    assert hand_input_of(json.loads(json.dumps(hand_record(event)))) == event


@pytest.mark.parametrize(
    "record",
    [{}, {"hand": "later"}, {"hand": "press", "at": 1}, {"hand": "undo", "at": "x"}, {"hand": "undo", "at": 1e300},
     {"hand": "undo", "at": float("nan")}, {"hand": "press", "at": 1, "moment": 1, "by": "magic"}],
)  # fmt: skip
def test_a_record_that_is_damaged_is_no_input(record):
    """It is left out."""
    assert hand_input_of(record) is None


# --- the file


def journal(tmp_path, *inputs, name=None, **setup):
    """A session that is kept, closed again."""
    path = tmp_path / f"{name or new_ulid(1_800_000_000.0)}{HAND_SUFFIX}"
    kept = HandJournal(path, hand_setup(3, **setup))
    for event in inputs:
        kept.append(event)
    kept.close()
    return path


def moments(path):
    """When the presses of a session were."""
    inputs: Any = read_hand_session(path).inputs
    return [event.moment for event in inputs]


def test_a_session_is_read_as_it_was_kept(tmp_path):
    """Who, how far, in which heats, and everything that was done."""
    path = journal(tmp_path, *INPUTS[:3], distance=1200, heats=2)
    session = read_hand_session(path)
    assert session.setup == hand_setup(3, distance=1200, heats=2)
    assert session.inputs == list(INPUTS[:3])
    assert session.problems == ()
    assert not session.is_finished
    assert session.until == 1.0
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_damaged_line_costs_itself_alone(tmp_path):
    """The presses around it stand, and it is said."""
    presses = [LinePressed(Seconds(at), Seconds(at)) for at in (60.0, 61.0, 62.0)]
    path = journal(tmp_path, *presses)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(
        b"".join([lines[0], lines[1], lines[2][:-20] + b"x" * 19 + b"\n", lines[3], b'{"hand":"pr'])
    )
    session = read_hand_session(path)
    assert moments(path) == [60.0, 62.0]
    assert session.problems == (f"2 of the lines of {path.name} cannot be read; all others count.",)
    again = HandJournal(path)
    again.append(presses[1])
    again.close()
    assert moments(path) == [60.0, 62.0, 61.0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "coach-by-hand/2"}, "this program knows coach-by-hand/1"),
        ({"roster": {"runners": []}}, "its first line is damaged"),
        ({"heats": [["nobody"]]}, "its first line is damaged"),
        ({"lap_m": "long"}, "its first line is damaged"),
    ],
)
def test_a_first_line_that_cannot_be_used_is_refused(tmp_path, change, says):
    """With what is wrong."""
    path = tmp_path / f"{new_ulid(1.0)}{HAND_SUFFIX}"
    path.write_bytes(encode_record(setup_record(hand_setup(3)) | change))
    with pytest.raises(RecordingProblem, match=says):
        read_hand_session(path)


def test_what_is_no_session_is_refused(tmp_path):
    """Another file, and one whose first line is lost."""
    path = tmp_path / "notes.txt"
    path.write_text("Ana 72.1\n")
    with pytest.raises(RecordingProblem, match="is not a hand-timed session"):
        read_hand_session(path)


def test_two_coaches_do_not_write_one_session(tmp_path):
    """The second is told; who only reads may."""
    path = tmp_path / f"{new_ulid(1.0)}{HAND_SUFFIX}"
    first = HandJournal(path, hand_setup(3))
    assert is_locked(path)
    with pytest.raises(RecordingProblem, match="in use by another coach program"):
        HandJournal(path)
    assert read_hand_session(path).inputs == []
    first.close()
    assert not is_locked(path)
    assert not is_locked(tmp_path / "none")


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    """With the way out."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(RecordingProblem) as problem:
        HandJournal(tmp_path / "file" / f"{new_ulid(1.0)}{HAND_SUFFIX}", hand_setup(3))
    assert "--no-record" in problem.value.hint


def test_a_full_disk_is_trouble_and_no_end(tmp_path):
    """The press still counts on the screen."""
    path = tmp_path / f"{new_ulid(1.0)}{HAND_SUFFIX}"
    kept = HandJournal(path, hand_setup(3))
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, kept._descriptor)
    os.close(full)
    kept.append(INPUTS[1])
    assert kept.trouble == "No space left on device"
    kept.close()


@pytest.mark.asyncio
async def test_what_is_kept_comes_to_the_disk_while_the_loop_runs(tmp_path, monkeypatch):
    """Once for presses that come together."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    kept = HandJournal(tmp_path / f"{new_ulid(1.0)}{HAND_SUFFIX}", hand_setup(3))
    for event in INPUTS[:3]:
        kept.append(event)
    while not synced:  # noqa: ASYNC110 a thread sets it
        await asyncio.sleep(0)
    assert len(synced) == 1
    kept.close()


def test_sessions_are_found_by_number_id_and_path(tmp_path):
    """The newest first."""
    old = journal(tmp_path, name=new_ulid(1_700_000_000.0))
    new = journal(tmp_path, name=new_ulid(1_800_000_000.0))
    (tmp_path / f"notes{HAND_SUFFIX}").write_text("")
    assert hand_sessions(tmp_path) == [new, old]
    assert hand_sessions(tmp_path / "none") == []
    for name, path in (("last", new), ("2", old), (old.name[:10], old), (str(old), old)):
        assert find_hand_session(name, tmp_path) == path
    for name in ("3", "x", "", "9" * 40):
        with pytest.raises(RecordingProblem, match="there is no session by hand"):
            find_hand_session(name, tmp_path)
    with pytest.raises(RecordingProblem, match="2 sessions begin with"):
        find_hand_session("0", tmp_path)


_KILLED = """
import os, signal, sys
from pathlib import Path
from coach.app.by_hand import HandTimingService
from coach.edge.clock import MachineClock
from coach.edge.squad_files import HandJournal
from tests.squad.hand_sessions import hand_setup
setup = hand_setup(3)
service = HandTimingService(setup, MachineClock(), journal=HandJournal(Path(sys.argv[1]), setup))
def shown(event):
    os.write(1, f"{event['event']} {event.get('press', 0)} {event.get('runner', '')}\\n".encode())
service.listen(shown)
service.begin()
for number in range(200):
    service.cross()
    if number % 3 == 0:
        service.name("ana")
    if number == 150:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_takes_back_nothing_that_was_shown(tmp_path):
    """Everything that was printed is in the journal, and the clock runs on."""
    path = tmp_path / f"{new_ulid(1.0)}{HAND_SUFFIX}"
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    timing = read_hand_session(path).timing()
    printed = [line.split(" ") for line in done.stdout.splitlines()]
    shown = {press: runner for kind, press, runner in printed if kind.startswith("line")}
    assert shown == {str(number): owner for number, owner in timing.owners.items()}
    assert len(shown) == 151


def test_a_session_that_goes_on_has_run_on_meanwhile(tmp_path):
    """By the wall clock: a race does not wait for a laptop."""
    from coach.app.by_hand import HandTimingService
    from tests.edge.doubles import FakeClock

    clock = FakeClock()
    setup = replace(hand_setup(3), started_s=clock.wall().epoch_s)
    path = tmp_path / f"{new_ulid(1.0)}{HAND_SUFFIX}"
    service = HandTimingService(setup, clock, journal=HandJournal(path, setup))
    service.begin()
    clock.time += 70.0
    service.name("ana")
    service.close()
    clock.time += 68.0
    session = read_hand_session(path)
    again = HandTimingService(session.setup, clock, session=session)
    again.begin()
    assert again.now() == 138.0
    again.cross()
    assert again.timing.owners == {1: "ana", 2: "ana"}
    assert len(again.timing.clocks) == 1
