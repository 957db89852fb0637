"""A disk that fails at any call, and a power cut behind it: what the recorder believed to be safe is there."""

import shutil
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from random import Random

import pytest

from coach.edge.recorder import Recorder
from coach.edge.run_folder import (
    Manifest,
    RunFolder,
    RunState,
    create_run_folder,
    read_run,
    repair_run_folder,
)
from coach.live.contract import Input
from coach.live.run import TimedOutput
from coach.quantities import Seconds
from coach.recording.codec import Header, encode_header, read_journal
from coach.session.events import PhaseChanged
from coach.session.phases import Button, Phase, Pressed
from tests.crash.faulty_disk import CUTS, Fault, FaultyDisk, after_power_cut
from tests.edge.doubles import FakeClock

RUN = "01JD0000000000000000000000"
HEADER = encode_header(Header(RUN, "0", None, None))
RECORDS = 24
CALLS = 48
"""More calls than a session without faults makes."""


class SteppedRecorder(Recorder):
    """A recorder whose work is done when the test says so, on the test's own thread."""

    def _work(self) -> None:
        """Leave the work to the test."""

    def work(self) -> None:
        """Do what there is to do now; what is put off stays so."""
        for _ in range(4):
            if self._queue or self._is_sync_requested or self._until_sync() == 0.0:
                self._work_once()

    def finish(self) -> None:
        """Do what closing does before it gives up."""
        self._is_closing = True
        while self._wait_for_work():
            self._work_once()

    def is_safe(self) -> bool:
        """Whether it believes that all is on the medium."""
        return self._sync_at is None and not self._queue and self._has_sync


class Session:
    """A run whose presses are numbered by their times, with a change of phase at every fifth."""

    def __init__(self, folder: Path, faults: dict[int, Fault], every_sync: Fault | None = None) -> None:
        self.clock, self.disk = FakeClock(), FaultyDisk(faults, every_sync)
        manifest = Manifest(RUN, RunState.RECORDING, "", "", "", header=HEADER.decode().removesuffix("\n"))
        self.folder: RunFolder = create_run_folder(folder, manifest)
        self.recorder = SteppedRecorder(
            self.disk.file(self.folder.open_journal()),
            self.clock,
            header=HEADER,
            folder=self.folder,
            file_type=self.disk.file,
        )
        self.asked = 0
        """How many presses there were."""
        self.safe = 0
        """How many presses the recorder believed to be on the medium."""
        self.written = 0
        """How many it had handed to the system."""

    def play(self) -> Iterator[int]:
        """Record all, one press a step; yields its number."""
        for number in range(RECORDS):
            self.recorder.append_input(Pressed(Seconds(float(number)), Button.MARK))
            if number % 5 == 4:
                self.recorder.append_outputs(
                    [TimedOutput(PhaseChanged(Seconds(float(number)), Phase.WORK), None)]
                )
            self.clock.time += 0.3
            self.recorder.work()
            self.asked = number + 1
            self._look()
            yield number

    def recover(self) -> None:
        """Let a disk that works again take what waits."""
        for _ in range(5):
            self.clock.time += 60.0
            self.recorder.work()
        self._look()

    def _look(self) -> None:
        if not self.recorder._queue:
            self.written = self.asked
        if self.recorder.is_safe():
            self.safe = self.asked

    def close(self) -> None:
        """Let go of the files without writing any more, as a killed program does."""
        self.recorder._file.close()
        self.folder.release()


def numbers(inputs: Sequence[Input]) -> list[int]:
    """The numbers of the presses that were read."""
    return [int(event.at) for event in inputs]


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that failed is tried again at once."""
    monkeypatch.setattr("coach.edge.recorder.RETRY_S", 0.0)


def check(session: Session, scratch: Path, luck: Random) -> None:
    """What is left after a kill, and after each power cut, holds what it should, in order, once, and is repaired."""
    if not session.written:
        return
    killed = numbers(read_journal(read_run(session.folder.path)).inputs)
    assert killed[: session.written] == list(range(session.written))
    assert killed == sorted(set(killed))
    for name, cut in CUTS.items():
        left = after_power_cut(
            session.folder.path, session.disk, cut, luck, scratch / f"{name} {next(_NUMBER)}"
        )
        journal = read_journal(read_run(left)) if session.safe else None
        if journal is not None:
            read = numbers(journal.inputs)
            assert read[: session.safe] == list(range(session.safe)), name
            assert read == sorted(set(read)), name
            repair_run_folder(left)
            assert numbers(read_journal(read_run(left)).inputs) == read
            # A segment without its second line may lie out of order; it is left as it was written.
            problem = read_journal(read_run(left)).problem
            assert not problem or "time runs back" in problem
        shutil.rmtree(left)


_NUMBER = count()


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("often", [1, pytest.param(3, marks=pytest.mark.long)])
def test_a_fault_at_any_call_loses_nothing_that_was_safe(tmp_path, fault, often):
    """A call fails, or three in a row, at every index: killed there or at the end, or the power cut."""
    for index in range(CALLS):
        faults = {index + further: fault for further in range(often)}
        session = Session(tmp_path / str(index), faults)
        luck = Random(index)
        was_checked = False
        for _ in session.play():
            if session.disk.calls > index and not was_checked:
                was_checked = True
                check(session, tmp_path, luck)
        session.recover()
        assert session.written == RECORDS
        check(session, tmp_path, luck)
        session.close()
        shutil.rmtree(tmp_path / str(index))


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.NO_ROOM, Fault.NO_SYNC])
def test_writing_goes_on_while_every_sync_fails(tmp_path, fault):
    """No sync ever succeeds: every record is written at once all the same, nothing is believed, no file is endless."""
    session = Session(tmp_path, {}, every_sync=fault)
    for number in session.play():
        assert session.written == number + 1
    assert session.safe == 0
    assert numbers(read_journal(read_run(session.folder.path)).inputs) == list(range(RECORDS))
    segments = len(list(session.folder.path.glob("recording.*.jsonl")))
    assert segments == 0 if fault is Fault.NO_SYNC else 0 < segments <= 9
    session.close()


def test_a_whole_session_without_faults_makes_fewer_calls_than_are_tried(tmp_path):
    """Every index of a session is tried."""
    session = Session(tmp_path, {})
    assert [*session.play()] == list(range(RECORDS))
    session.recorder.finish()
    assert session.recorder.is_safe()
    assert session.disk.calls < CALLS
    session.close()
