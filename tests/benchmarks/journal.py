"""What a record costs on its way to the disk, and how long a blocked disk holds up a cue."""

import asyncio
import os
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from coach.edge.clock import MachineClock
from coach.edge.conductor import Conductor
from coach.edge.recorder import JournalFile, Recorder
from coach.edge.run_folder import RunState
from coach.live.contract import Input, Output
from coach.live.run import TimedOutput
from coach.quantities import Seconds
from coach.session.events import PhaseChanged
from coach.session.phases import Button, Phase, Pressed
from tests.benchmarks.fold import an_hour
from tests.benchmarks.table import drawn

STALL_S = 1.0


def table(unit: float) -> str:
    """The cost of a record on each thread, and the delay of a change of state."""
    with TemporaryDirectory() as folder:
        queued, written = _an_hour(Path(folder) / "hour.jsonl")
    quiet, stalled = asyncio.run(_delays(stall_s=0.0)), asyncio.run(_delays(stall_s=STALL_S))
    rows = [
        _row("queue a record, on the loop", queued, ""),
        _row("encode and write it, on the writer's thread", written, "20 µs"),
        _row("a change of state until it is shown", quiet, ""),
        _row("the same, over a disk that stalls for 1 s", stalled, "50 ms"),
        ["machine unit", f"{unit * 1e3:.1f} ms", "", ""],
    ]
    return drawn("Journal", ["an hour of records; 200 changes of state", "median", "most", "budget"], rows)


def _row(name: str, seconds: Sequence[float], budget: str) -> list[str]:
    return [name, _duration(median(seconds)), _duration(max(seconds)), budget]


def _duration(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"


class _TimedRecorder(Recorder):
    """A recorder whose thread waits until all is queued, and that notes how long each record takes to write."""

    def _work(self) -> None:
        """Leave the work to `write_all`."""

    def write_all(self) -> list[float]:
        """Write what is queued, record by record, without a sync."""
        took: list[float] = []
        queue, self._queue = self._queue, type(self._queue)()
        for record in queue:
            self._queue.append(record)
            start = time.perf_counter()
            self._write_waiting()
            took.append(time.perf_counter() - start)
            self._sync_at = None
        return took


def _an_hour(path: Path) -> tuple[list[float], list[float]]:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    recorder = _TimedRecorder(JournalFile(descriptor), MachineClock())
    queued: list[float] = []
    for event in an_hour():
        start = time.perf_counter()
        recorder.append_input(event)
        queued.append(time.perf_counter() - start)
    written = recorder.write_all()
    asyncio.run(recorder.close(RunState.FINISHED))
    return queued, written


class _Stalling(JournalFile):
    """A file that takes everything, and stalls now and then."""

    def __init__(self, stall_s: float) -> None:
        self._stall_s = stall_s
        self._stalls_at = time.monotonic() + stall_s / 2

    def write(self, data: bytes) -> int:
        """Take it, late."""
        if self._stall_s and time.monotonic() >= self._stalls_at:
            time.sleep(self._stall_s)
            self._stalls_at = time.monotonic() + self._stall_s / 2
        return len(data)

    def sync(self) -> None:
        """Take nothing to any medium."""

    def is_removed(self) -> bool:
        """It is there."""
        return False

    def close(self) -> None:
        """Close nothing."""


class _Changes:
    """A run that changes its phase with every press, and notes when."""

    def __init__(self) -> None:
        self.at: deque[float] = deque()

    def receive(self, event: Input) -> list[Output]:
        """Change the phase."""
        if not isinstance(event, Pressed):
            return []
        self.at.append(time.perf_counter())
        return [PhaseChanged(event.at, Phase.WORK)]

    def fire(self, at: Seconds) -> list[Output]:
        """Nothing is due."""
        return []

    def wake_at(self) -> Seconds | None:
        """Nothing is due."""
        return None

    def run_s(self, at: Seconds) -> Seconds | None:
        """The time of a run that started at once."""
        return at


class _Arrivals:
    """A sink that notes how late each output arrives."""

    def __init__(self, run: _Changes) -> None:
        self._run = run
        self.late: list[float] = []

    def offer(self, output: TimedOutput) -> None:
        """Note it."""
        self.late.append(time.perf_counter() - self._run.at.popleft())

    async def close(self) -> None:
        """Keep what was noted."""


async def _delays(*, stall_s: float) -> list[float]:
    """How late 200 changes of state are shown, 20 ms apart."""
    run, clock = _Changes(), MachineClock()
    sink, recorder = _Arrivals(run), Recorder(_Stalling(stall_s), clock)
    conductor = Conductor(run, clock, journal=recorder, sinks=[sink])
    conducting = asyncio.create_task(conductor.conduct())
    for _ in range(200):
        conductor.press(Button.GO)
        await asyncio.sleep(0.02)
    conductor.leave()
    await conducting
    await recorder.close(RunState.INTERRUPTED)
    return sink.late
