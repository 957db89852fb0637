"""What the outside does to a recording: disks that fill up, fail to sync or go away, folders that are removed."""

import asyncio
import errno
import os
import shutil
from pathlib import Path

import pytest

from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor, Ending, run_live
from coach.edge.recorder import SYNC_EVERY_S, JournalFile, Recorder, resume_recording, start_recording
from coach.edge.run_folder import JOURNAL, RunState, read_manifest, read_run, room_warning
from coach.live.contract import Opened, RecorderRecovered, RecorderTrouble
from coach.live.run import TimedOutput
from coach.problems import FAILURE, RecordingProblem
from coach.quantities import Seconds
from coach.recording.codec import Header, read_journal
from coach.session.events import PhaseChanged
from coach.session.phases import Button, Phase, Pressed
from tests.edge.doubles import FakeClock, StubRun

pytestmark = pytest.mark.asyncio
RUN = "01JD0000000000000000000000"
HEADER = Header(RUN, "0", None, None)


class Disk:
    """Opens real journal files whose writes and syncs fail as a test says, and notes the syncs of each."""

    def __init__(self) -> None:
        self.fails_write = 0
        self.fails_sync = 0
        self.refused = 0
        self.syncs: list[str] = []

    def open(self, descriptor: int) -> JournalFile:
        """Make a journal file."""
        disk, name = self, Path(f"/proc/self/fd/{descriptor}").resolve().name

        class Failing(JournalFile):
            def write(self, data: bytes) -> int:
                if disk.fails_write:
                    disk.refused += 1
                    raise OSError(disk.fails_write, os.strerror(disk.fails_write))
                return super().write(data)

            def sync(self) -> None:
                disk.syncs.append(name)
                if disk.fails_sync:
                    raise OSError(disk.fails_sync, os.strerror(disk.fails_sync))

        return Failing(descriptor)


class Told:
    """Keeps what the recorder tells, and waits for it."""

    def __init__(self) -> None:
        self.all: list[str | None] = []

    async def count(self, number: int) -> None:
        """Wait until so much was told."""
        while len(self.all) < number:  # noqa: ASYNC110 - a thread tells
            await asyncio.sleep(0.001)


async def written(recorder: Recorder, records: int) -> None:
    """Wait until so many records are written."""
    while recorder.acknowledged < records:  # noqa: ASYNC110 - a thread writes
        await asyncio.sleep(0.001)


async def tried(disk: Disk) -> None:
    """Wait until a sync was begun, and a write behind it was refused."""
    while not disk.syncs:  # noqa: ASYNC110 - a thread syncs
        await asyncio.sleep(0.001)
    refused = disk.refused
    while disk.refused == refused:  # noqa: ASYNC110 - a thread writes
        await asyncio.sleep(0.001)


def change(recorder: Recorder, at: float) -> None:
    """Record a change of state, which is synced at once."""
    recorder.append_outputs([TimedOutput(PhaseChanged(Seconds(at), Phase.WORK), None)])


def recorder_in(runs: Path, disk: Disk, told: Told) -> Recorder:
    """A recorder of a new run."""
    recorder = start_recording(runs, HEADER, MachineClock(), workout="Test", file_type=disk.open)
    recorder.report_trouble_to(told.all.append)
    return recorder


def pressed(at: float) -> Pressed:
    """A press with a number to know it by."""
    return Pressed(Seconds(at), Button.MARK)


def times(run: Path) -> list[float]:
    """The times of the inputs that are read."""
    return [event.at for event in read_journal(read_run(run)).inputs]


@pytest.fixture(autouse=True)
def _quickly(monkeypatch):
    """What is tried again is tried at once."""
    monkeypatch.setattr("coach.edge.recorder.RETRY_S", 0.001)


async def test_a_file_system_without_sync_is_written_all_the_same(tmp_path):
    """After the first refusal nothing is synced and nothing is announced; the run is kept."""
    disk, told = Disk(), Told()
    disk.fails_sync = errno.EINVAL
    recorder = recorder_in(tmp_path, disk, told)
    for at in range(5):
        recorder.append_input(pressed(float(at)))
    assert (await recorder.close(RunState.FINISHED)).is_kept
    assert (told.all, disk.syncs) == ([], [JOURNAL])
    assert times(tmp_path / RUN) == [0.0, 1.0, 2.0, 3.0, 4.0]


async def test_a_sync_ends_no_trouble_of_writing(tmp_path):
    """What was written before is synced while the disk is full; the next record ends the trouble."""
    disk, told, clock = Disk(), Told(), FakeClock()
    recorder = start_recording(tmp_path, HEADER, clock, workout="Test", file_type=disk.open)
    recorder.report_trouble_to(told.all.append)
    recorder.append_input(pressed(1.0))
    await written(recorder, 2)
    disk.fails_write = errno.ENOSPC
    recorder.append_input(pressed(2.0))
    await told.count(1)
    clock.time += SYNC_EVERY_S
    await tried(disk)
    assert told.all == ["the disk is full"]
    disk.fails_write = 0
    change(recorder, 3.0)
    await told.count(2)
    assert (await recorder.close(RunState.FINISHED)).is_kept
    assert told.all == ["the disk is full", None]


async def test_after_a_sync_that_failed_the_journal_goes_on_in_another_segment(tmp_path):
    """The file is not synced again; the segment repeats what it may have lost, and both are read as one."""
    disk, told = Disk(), Told()
    disk.fails_sync = errno.EIO
    recorder = recorder_in(tmp_path, disk, told)
    recorder.append_input(pressed(1.0))
    change(recorder, 1.0)
    await told.count(1)
    disk.fails_sync = 0
    recorder.append_input(pressed(2.0))
    result = await recorder.close(RunState.FINISHED)
    assert result.is_kept
    assert told.all == ["input/output error", None]
    assert disk.syncs.count(JOURNAL) == 1
    assert (tmp_path / RUN / "recording.2.jsonl").exists()
    assert times(tmp_path / RUN) == [1.0, 2.0]


async def test_what_the_first_file_lost_is_in_the_segment(tmp_path):
    """Zeros in place of what the failed sync dropped: it is read from the segment, and nothing is twice."""
    disk, told = Disk(), Told()
    disk.fails_sync = errno.EIO
    recorder = recorder_in(tmp_path, disk, told)
    recorder.append_input(pressed(1.0))
    recorder.append_input(pressed(2.0))
    change(recorder, 2.0)
    await told.count(1)
    disk.fails_sync = 0
    await recorder.close(RunState.FINISHED)
    first = tmp_path / RUN / JOURNAL
    first.write_bytes(bytes(first.stat().st_size))
    journal = read_journal(read_run(tmp_path / RUN))
    assert [event.at for event in journal.inputs] == [1.0, 2.0]
    assert journal.header.run == RUN


async def test_a_run_in_segments_goes_on_in_another(tmp_path):
    """A run that was cut off after a failed disk is resumed in order, however its last segment ends."""
    disk, told = Disk(), Told()
    disk.fails_sync = errno.EIO
    recorder = recorder_in(tmp_path, disk, told)
    recorder.append_input(pressed(1.0))
    recorder.append_input(pressed(2.0))
    change(recorder, 2.0)
    await told.count(1)
    disk.fails_sync = 0
    await recorder.close(RunState.INTERRUPTED)
    last = max((tmp_path / RUN).glob("recording.*.jsonl"))
    last.write_bytes(last.read_bytes() + b'{"in":"pres')
    resumed = resume_recording(tmp_path / RUN, FakeClock())
    resumed.recorder.append_input(pressed(5000.0))
    assert (await resumed.recorder.close(RunState.FINISHED)).is_kept
    journal = read_journal(read_run(tmp_path / RUN))
    assert ([event.at for event in journal.inputs], journal.problem) == ([1.0, 2.0, 5000.0], "")


async def test_a_removed_folder_is_noticed_and_written_again(tmp_path):
    """Whoever removes the folder of a run that is recorded gets it back, whole, and the run is told."""
    disk, told = Disk(), Told()
    recorder = recorder_in(tmp_path, disk, told)
    recorder.append_input(pressed(1.0))
    await written(recorder, 2)
    shutil.rmtree(tmp_path / RUN)
    recorder.append_input(pressed(2.0))
    change(recorder, 2.0)
    await told.count(2)
    assert told.all == ["its folder was removed", None]
    assert (await recorder.close(RunState.FINISHED)).is_kept
    assert times(tmp_path / RUN) == [1.0, 2.0]
    assert read_manifest(tmp_path / RUN).state is RunState.FINISHED


async def test_a_folder_that_cannot_be_made_again_is_not_called_kept(tmp_path):
    """Where a file stands in its place, nothing is believed to be on disk, and the reason is told."""
    disk, told = Disk(), Told()
    recorder = recorder_in(tmp_path / "runs", disk, told)
    recorder.append_input(pressed(1.0))
    shutil.rmtree(tmp_path / "runs")
    (tmp_path / "runs").write_text("")
    recorder.append_input(pressed(2.0))
    result = await recorder.close(RunState.FINISHED)
    assert (result.is_kept, result.is_synced, result.reason) == (False, False, "its folder was removed")


async def test_a_run_that_could_not_be_written_exits_with_1(tmp_path, monkeypatch):
    """A disk that is full to the end: the run goes on, says how much is written and why, and is not finished."""
    monkeypatch.setattr("coach.edge.recorder.CLOSE_S", 0.2)
    disk = Disk()
    recorder = recorder_in(tmp_path, disk, Told())
    await written(recorder, 1)
    conductor = Conductor(StubRun(), MachineClock(), journal=recorder)
    disk.fails_write = errno.ENOSPC
    conductor.close()
    assert await run_live(conductor, recorder=recorder) == (Ending.FINISHED, FAILURE)
    assert recorder.result is not None
    assert (recorder.result.is_complete, recorder.result.reason) == (False, "the disk is full")
    assert recorder.result.written_until is None
    assert read_manifest(tmp_path / RUN).state is RunState.INTERRUPTED
    disk.fails_write = 0


async def test_a_slow_disk_is_no_longer_slow_when_all_is_written(tmp_path):
    """The end of trouble is told once nothing waits any more."""
    disk, told = Disk(), Told()
    recorder = recorder_in(tmp_path, disk, told)
    disk.fails_write = errno.ENOSPC
    recorder.append_input(pressed(1.0))
    await told.count(1)
    disk.fails_write = 0
    assert (await recorder.close(RunState.FINISHED)).is_kept
    assert told.all == ["the disk is full", None]


async def test_trouble_of_a_run_that_was_cut_off_ends_when_it_goes_on(tmp_path):
    """A journal that ends in trouble: the recorder that goes on with it works, and tells so, once."""
    recorder = start_recording(tmp_path, HEADER, FakeClock(), workout="Test")
    recorder.append_input(Opened(Seconds(0.0)))
    recorder.append_input(RecorderTrouble(Seconds(1.0), "the disk is full", lasts=True))
    await recorder.close(RunState.INTERRUPTED)
    for expected in ([None], []):
        resumed, told = resume_recording(tmp_path / RUN, FakeClock()), Told()
        resumed.recorder.report_trouble_to(told.all.append)
        assert told.all == expected
        resumed.recorder.append_input(RecorderRecovered(Seconds(9000.0)))
        await resumed.recorder.close(RunState.INTERRUPTED)


async def test_a_start_with_too_little_room_warns(tmp_path, monkeypatch):
    """Under 20 MB the room is named; with enough, and where nobody knows, nothing is said."""
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=3 << 20))
    assert "Only 3.0 MB are free" in room_warning(tmp_path / "not" / "there")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1 << 30))
    assert room_warning(tmp_path) == ""

    def unknown(_: Path) -> None:
        raise OSError

    monkeypatch.setattr(shutil, "disk_usage", unknown)
    assert room_warning(tmp_path) == ""


async def test_a_folder_that_cannot_be_written_is_refused_at_the_start(tmp_path):
    """A place that is no folder: nothing is begun, and another folder or none is offered."""
    (tmp_path / "runs").write_text("")
    with pytest.raises(RecordingProblem, match="cannot be recorded into") as refused:
        start_recording(tmp_path / "runs", HEADER, FakeClock(), workout="Test")
    assert "--record DIR" in refused.value.hint
    assert "--no-record" in refused.value.hint
