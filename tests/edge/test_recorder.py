"""The recorder: in order, nothing dropped, acknowledged when written, whatever the disk does."""

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from coach.edge.recorder import JournalFile, Recorder, StepCount
from coach.edge.run_folder import JOURNAL, Manifest, RunState, create_run_folder, read_manifest
from coach.live.contract import Opened, Output
from coach.live.run import TimedOutput
from coach.quantities import Seconds
from coach.session.events import PhaseChanged
from coach.session.phases import Phase
from tests.edge.doubles import FakeClock, cue

ROOT = Path(__file__).parents[2]


class FakeFile(JournalFile):
    """A journal file that does what a test says: takes so many bytes a time, refuses, hangs."""

    def __init__(self) -> None:
        self.data = b""
        self.writes: list[bytes] = []
        self.synced: list[int] = []
        self.closed = False
        self.refuses: OSError | None = None
        self.takes = 1 << 20
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.tried = threading.Semaphore(0)
        self.sync_done = threading.Semaphore(0)

    def write(self, data: bytes) -> int:
        """Append, refuse or hang."""
        self.tried.release()
        assert self.goes_on.wait(20)
        if self.refuses is not None:
            raise self.refuses
        self.writes.append(data)
        self.data += data[: self.takes]
        return len(data[: self.takes])

    def sync(self) -> None:
        """Note how much was there."""
        self.synced.append(len(self.data))
        self.sync_done.release()

    def is_removed(self) -> bool:
        """It is there."""
        return False

    def close(self) -> None:
        """Note it."""
        self.closed = True


def line(record: object) -> bytes:
    """A record as a short line."""
    return f"{type(record).__name__} {getattr(record, 'at', '')}\n".encode()


def recorder_on(disk: FakeFile, clock: FakeClock, **more: Any) -> Recorder:
    """A recorder with short lines."""
    return Recorder(disk, clock, input_line=line, output_line=lambda said: line(said.output), **more)


def said(*outputs: Output) -> list[TimedOutput]:
    """Outputs before the start of the run."""
    return [TimedOutput(output, None) for output in outputs]


def opened(number: float) -> Opened:
    """An input with a number to know it by."""
    return Opened(Seconds(number))


@pytest.mark.asyncio
async def test_writes_in_order_one_write_a_record():
    """Header, inputs and outputs are on disk in the order they came, each by one write of its own."""
    disk = FakeFile()
    recorder = recorder_on(disk, FakeClock(), header=b"header\n")
    recorder.append_input(opened(1.0))
    recorder.append_outputs(said(cue(1.0), cue(2.0)))
    recorder.append_input(opened(3.0))
    assert (await recorder.close(RunState.FINISHED)).is_kept
    assert disk.writes == [b"header\n", b"Opened 1.0\n", b"Cue 1.0\n", b"Cue 2.0\n", b"Opened 3.0\n"]
    assert recorder.acknowledged == 5
    assert (disk.synced[-1], disk.closed) == (len(disk.data), True)


@pytest.mark.asyncio
async def test_syncs_at_a_state_edge_and_after_a_second():
    """A change of phase is synced at once, an ordinary record with the first one a second later."""
    disk, clock = FakeFile(), FakeClock()
    recorder = recorder_on(disk, clock)
    recorder.append_outputs(said(PhaseChanged(Seconds(0.0), Phase.WORK)))
    assert disk.sync_done.acquire(timeout=20)
    recorder.append_input(opened(1.0))
    while recorder.acknowledged < 2:
        assert disk.tried.acquire(timeout=20)
    assert len(disk.synced) == 1
    clock.time += 1.0
    recorder.append_input(opened(2.0))
    assert disk.sync_done.acquire(timeout=20)
    await recorder.close(RunState.FINISHED)


@pytest.mark.asyncio
async def test_a_full_disk_is_told_and_its_end_and_nothing_is_lost(monkeypatch):
    """While the disk refuses, records wait; once it works they are all there; each trouble and its end is told once."""
    disk = FakeFile()
    told: list[str | None] = []
    monkeypatch.setattr("coach.edge.recorder.RETRY_S", 0.001)
    disk.refuses = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    recorder = recorder_on(disk, FakeClock(), on_trouble=told.append)
    for number in range(5):
        recorder.append_input(opened(float(number)))
        assert disk.tried.acquire(timeout=20)
    assert told == ["the disk is full"]
    disk.refuses = None
    recorder.append_outputs(said(PhaseChanged(Seconds(5.0), Phase.WORK)))
    assert disk.sync_done.acquire(timeout=20)
    while len(told) < 2:
        assert disk.tried.acquire(timeout=20)
        recorder.append_outputs(said(PhaseChanged(Seconds(5.0), Phase.WORK)))
    disk.refuses = OSError(errno.EIO, os.strerror(errno.EIO))
    recorder.append_input(opened(6.0))
    while len(told) < 3:
        assert disk.tried.acquire(timeout=20)
        recorder.append_input(opened(7.0))
    disk.refuses = None
    assert (await recorder.close(RunState.FINISHED)).is_kept
    assert told == ["the disk is full", None, "input/output error", None]
    assert disk.data.count(b"\n") == recorder.acknowledged
    assert disk.data.splitlines()[:6] == [b"Opened %d.0" % number for number in range(5)] + [
        b"PhaseChanged 5.0"
    ]


@pytest.mark.asyncio
async def test_a_record_cut_short_is_finished_first():
    """A disk that takes a few bytes at a time gets whole records, one after the other."""
    disk = FakeFile()
    disk.takes = 4
    recorder = recorder_on(disk, FakeClock())
    recorder.append_input(opened(1.0))
    recorder.append_input(opened(2.0))
    assert (await recorder.close(RunState.FINISHED)).is_kept
    assert disk.data == b"Opened 1.0\nOpened 2.0\n"
    assert recorder.acknowledged == 2


@pytest.mark.asyncio
async def test_a_slow_disk_holds_up_nobody_and_is_told():
    """While a write hangs records are taken at once; after 2 s the run is told; all are written."""
    disk, clock = FakeFile(), FakeClock()
    told: list[str | None] = []
    disk.goes_on.clear()
    recorder = recorder_on(disk, clock, on_trouble=told.append)
    recorder.append_input(opened(0.0))
    assert disk.tried.acquire(timeout=20)
    clock.time += 1.9
    recorder.append_input(opened(1.0))
    assert told == []
    clock.time += 0.2
    recorder.append_input(opened(2.0))
    recorder.append_input(opened(3.0))
    assert told == ["the disk is too slow"]
    assert recorder.acknowledged == 0
    disk.goes_on.set()
    assert (await recorder.close(RunState.FINISHED)).is_kept
    assert recorder.acknowledged == 4


@pytest.mark.asyncio
async def test_a_disk_that_never_answers_does_not_keep_the_program(monkeypatch):
    """Closing waits a bounded time for a hanging disk and says that not all was written."""
    monkeypatch.setattr("coach.edge.recorder.CLOSE_S", 0.01)
    disk = FakeFile()
    disk.goes_on.clear()
    recorder = recorder_on(disk, FakeClock())
    recorder.append_input(opened(0.0))
    assert not (await recorder.close(RunState.INTERRUPTED)).is_complete
    assert not disk.closed
    disk.goes_on.set()


@pytest.mark.asyncio
async def test_a_record_that_cannot_be_made_costs_no_other():
    """A mistake in making one line is told as trouble, and the records around it are written."""

    def picky(record: object) -> bytes:
        if record == opened(2.0):
            raise ValueError
        return line(record)

    disk = FakeFile()
    told: list[str | None] = []
    recorder = Recorder(disk, FakeClock(), input_line=picky, on_trouble=told.append)
    for number in (1.0, 2.0, 3.0):
        recorder.append_input(opened(number))
    result = await recorder.close(RunState.FINISHED)
    assert (result.is_complete, result.is_synced, result.reason) == (
        False,
        True,
        "1 record could not be made",
    )
    assert disk.data == b"Opened 1.0\nOpened 3.0\n"
    assert told[0] == "a record could not be made"


@pytest.mark.asyncio
async def test_a_run_folder_is_private_and_described(tmp_path):
    """Folders are 0700, files 0600, and the manifest says what became of the run."""
    runs = tmp_path / "data" / "runs"
    folder = create_run_folder(
        runs, Manifest("01J", RunState.RECORDING, "Test", "anna", "2026-11-21T18:04:05+01:00")
    )
    recorder = Recorder(JournalFile(folder.open_journal()), FakeClock(), folder=folder, input_line=line)
    assert read_manifest(folder.path).state is RunState.RECORDING
    recorder.append_input(opened(1.0))
    assert (await recorder.close(RunState.INTERRUPTED)).is_kept
    assert (folder.path / JOURNAL).read_bytes() == b"Opened 1.0\n"
    assert read_manifest(folder.path) == Manifest(
        "01J", RunState.INTERRUPTED, "Test", "anna", "2026-11-21T18:04:05+01:00"
    )
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").rglob("*")}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert {path.name for path in modes if path.is_file()} == {"recording.jsonl", "manifest.json"}


WRITER = """
import sys, time
from pathlib import Path
from typing import Any
from coach.edge.clock import MachineClock
from coach.edge.recorder import JournalFile, Recorder
from coach.edge.run_folder import Manifest, RunState, create_run_folder
from coach.live.contract import Opened
from coach.live.contract import Output
folder = create_run_folder(Path(sys.argv[1]), Manifest("01J", RunState.RECORDING, "", "", ""))
recorder = Recorder(JournalFile(folder.open_journal()), MachineClock(), folder=folder,
                    input_line=lambda event: f"{event.at:08.0f} {'x' * 120}\\n".encode())
number, told = 0, 0
while True:
    recorder.append_input(Opened(float(number)))
    number += 1
    time.sleep(0.0025)
    if recorder.acknowledged > told:
        told = recorder.acknowledged
        sys.stdout.write(f"{told}\\n")
        sys.stdout.flush()
"""


@pytest.mark.parametrize("records", [1, 37, 160])
def test_kill_loses_nothing_that_was_acknowledged(tmp_path, records):
    """A program writing 400 records a second is killed: all it acknowledged is there, whole, in order."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, cwd=ROOT)
    assert writer.stdout is not None
    acknowledged = 0
    while acknowledged < records:
        acknowledged = int(writer.stdout.readline())
    writer.send_signal(signal.SIGKILL)
    last_words = writer.stdout.read().splitlines(keepends=True)
    acknowledged = max([acknowledged, *(int(word) for word in last_words if word.endswith(b"\n"))])
    writer.wait()
    writer.stdout.close()
    lines = (tmp_path / "01J" / JOURNAL).read_bytes().splitlines(keepends=True)
    assert len(lines) >= acknowledged >= records
    assert all(each.startswith(b"%08d " % number) for number, each in enumerate(lines))
    assert all(each.endswith(b"x\n") for each in lines)


@pytest.mark.asyncio
async def test_trouble_from_before_anybody_listened_is_told_to_who_comes(monkeypatch):
    """A disk that was full when the journal began is told as soon as the run listens."""
    monkeypatch.setattr("coach.edge.recorder.RETRY_S", 0.001)
    disk = FakeFile()
    told: list[str | None] = []
    disk.refuses = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    recorder = recorder_on(disk, FakeClock(), header=b"header\n")
    for _ in range(2):
        assert disk.tried.acquire(timeout=20)
    recorder.report_trouble_to(told.append)
    disk.refuses = None
    assert (await recorder.close(RunState.FINISHED)).is_kept
    assert told == ["the disk is full", None]


@pytest.mark.parametrize(
    ("events", "total"),
    [
        ([], 0),
        ([("workout_changed", "", 0, 17)], 17),
        ([("step_started", "a", 4, 0), ("workout_changed", "", 0, 13)], 17),
        ([("step_started", "a", 4, 0), ("step_ended", "a", 4, "done"), ("workout_changed", "", 0, 12)], 17),
        (
            [
                ("step_started", "a", 4, 0),
                ("step_ended", "a", 4, "false_start"),
                ("workout_changed", "", 0, 13),
            ],
            17,
        ),
        ([("step_started", "a", 4, 0), ("step_ended", "a", 4, "back"), ("workout_changed", "", 0, 14)], 17),
        (
            [
                ("step_started", "a", 4, 0),
                ("step_ended", "a", 4, "done"),
                ("undone", "a", 0, 0),
                ("workout_changed", "", 0, 13),
            ],
            17,
        ),
    ],
)
def test_a_rep_that_is_added_counts_among_the_steps(events, total):
    """The list of runs says 17 of 17 where a rep and its rest were added to 15, wherever in the run that was."""
    count = StepCount()
    for name, step_id, step, more in events:
        count.on_event({"event": name, "step_id": step_id, "step": step, "reason": more, "steps_left": more})
    assert count.total == total
