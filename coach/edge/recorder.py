"""Writes the journal of a run on a thread of its own, in order; it drops nothing, however slow the disk is.

The event loop queues records and continues. A record is *acknowledged* once `write` has returned. What the disk
refuses stays in memory (3 MB an hour) and is tried again. Each trouble is reported to the run once, as an input.
`start_recording` and `resume_recording` make a recorder for a new run and for an interrupted one.
"""

import asyncio
import errno
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from coach.edge.clock import Clock, WallTime, local_iso
from coach.edge.run_folder import JOURNAL, Manifest, RunFolder, RunState, create_run_folder, reopen_run_folder
from coach.live.encoding import encode_event
from coach.live.inputs import Input
from coach.live.outputs import RunEnded
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.recording.codec import encode_header, encode_input, encode_output, read_journal
from coach.recording.records import Header, Journal
from coach.recording.repair import split_torn
from coach.recording.replay import TimedOutput
from coach.session.events import COUNTS_AS_DONE, PhaseChanged, StepEnded, StepStarted

SYNC_EVERY_S: Final = 1.0
"""Seconds between syncs: the most a power cut can lose."""
SLOW_AFTER_S: Final = 2.0
"""A record that waits longer is reported as trouble; a bad SD card stalls for about 1 s."""
RETRY_S: Final = 1.0
"""Seconds between attempts on a disk that refuses to write."""
CLOSE_S: Final = 5.0
"""Seconds the end of a run waits for the disk."""

_LOG = logging.getLogger(__name__)


def _encode_output_line(outputs: TimedOutput) -> bytes:
    return encode_output(encode_event(outputs.output, outputs.run_s))


class JournalFile:
    """A journal file on disk; each call may be slow or raise OSError."""

    def __init__(self, descriptor: int) -> None:
        """Write to a descriptor opened for appending."""
        self._descriptor = descriptor

    def write(self, data: bytes) -> int:
        """Append bytes with one `write`; returns how many were taken."""
        return os.write(self._descriptor, data)

    def sync(self) -> None:
        """Flush the data to the medium."""
        _sync(self._descriptor)

    def close(self) -> None:
        """Close the descriptor, and with it the lock."""
        os.close(self._descriptor)


class Recorder:
    """Writes the journal of one run."""

    def __init__(
        self,
        file: JournalFile,
        clock: Clock,
        *,
        header: bytes = b"",
        folder: RunFolder | None = None,
        on_trouble: Callable[[str], None] | None = None,
        input_line: Callable[[Input], bytes] = encode_input,
        output_line: Callable[[TimedOutput], bytes] = _encode_output_line,
    ) -> None:
        """Write `header` (the first line of a new journal), then records; `on_trouble` is called on any thread."""
        self._on_trouble = on_trouble
        self._file = file
        self._input_line = input_line
        self._output_line = output_line
        self._clock = clock
        self.folder = folder
        self._queue: deque[tuple[float, Callable[[], bytes]]] = deque()
        self._ready = threading.Condition()
        self._is_sync_requested = False
        self._is_closing = False
        self._trouble_reason = ""
        self._acknowledged = 0
        self._partial_line = b""
        self._unsynced_since: float | None = None
        self._has_given_up = False
        self._done_steps: set[str] = set()
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
        if header:
            self._enqueue(lambda: header)
        self._thread.start()

    @property
    def acknowledged(self) -> int:
        """Number of records written, including the header of a new journal."""
        return self._acknowledged

    def report_trouble_to(self, callback: Callable[[str], None]) -> None:
        """Call `callback` once for each trouble, on any thread; immediately if there is trouble now."""
        with self._ready:
            self._on_trouble = callback
            trouble = self._trouble_reason
        if trouble:
            callback(trouble)

    def append_input(self, event: Input) -> None:
        """Queue an input before the run receives it; returns immediately."""
        self._enqueue(partial(self._input_line, event))

    def append_outputs(self, outputs: Sequence[TimedOutput]) -> None:
        """Queue the run's outputs; a change of step or phase is synced immediately."""
        for output in outputs:
            self._enqueue(partial(self._output_line, output))
            if isinstance(output.output, StepEnded) and output.output.reason in COUNTS_AS_DONE:
                self._done_steps.add(output.output.step.step_id)
        if any(
            isinstance(output.output, StepStarted | StepEnded | PhaseChanged | RunEnded) for output in outputs
        ):
            with self._ready:
                self._is_sync_requested = True
                self._ready.notify()

    def count_done(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Count the steps that were done before a run was interrupted, by the outputs in its journal."""
        for event in events:
            if event.get("event") == "step_ended" and event.get("reason") in COUNTS_AS_DONE:
                self._done_steps.add(str(event.get("step_id")))

    async def close(self, state: RunState) -> bool:
        """Write what is queued, for at most `CLOSE_S`, and store the final state; returns True if all is on disk."""
        with self._ready:
            self._is_closing = True
            self._ready.notify()
        await asyncio.to_thread(self._thread.join, CLOSE_S)
        is_complete = not self._thread.is_alive()
        self._has_given_up = True
        self._update_manifest(state)
        if is_complete:
            self._file.close()
        else:
            _LOG.error("%d records could not be written", len(self._queue))
        return is_complete

    def _enqueue(self, line: Callable[[], bytes]) -> None:
        """Queue a record; the writer thread encodes it."""
        now = self._clock.monotonic()
        with self._ready:
            self._queue.append((now, line))
            is_slow = now - self._queue[0][0] > SLOW_AFTER_S
            self._ready.notify()
        if is_slow:
            self._report_trouble("the disk is too slow")

    def _work(self) -> None:
        """Run the writer thread."""
        while self._wait_for_work():
            try:
                self._write_waiting()
                self._sync_if_due()
            except OSError as error:
                self._report_trouble(
                    "the disk is full" if error.errno == errno.ENOSPC else str(error.strerror).lower()
                )
                with self._ready:
                    self._ready.wait(RETRY_S)

    def _wait_for_work(self) -> bool:
        """Sleep until there is something to write or sync; returns False when all is done or given up."""
        with self._ready:
            if not (self._queue or self._is_sync_requested or self._is_closing):
                self._ready.wait(self._until_sync())
            return not self._has_given_up and (not self._is_closing or self._has_work())

    def _has_work(self) -> bool:
        return bool(self._queue) or self._unsynced_since is not None

    def _until_sync(self) -> float | None:
        """Seconds until the next sync is due; None when all is synced."""
        if self._unsynced_since is None:
            return None
        return max(0.0, self._unsynced_since + SYNC_EVERY_S - self._clock.monotonic())

    def _write_waiting(self) -> None:
        """Write records, one `write` each, until the queue is empty or a sync is due."""
        while self._queue and self._until_sync() != 0.0:
            line = self._partial_line or self._make_line()  # the rest of a partly written record comes first
            self._partial_line = line[self._file.write(line) :] if line else b""
            if self._unsynced_since is None:
                self._unsynced_since = self._clock.monotonic()
            if not self._partial_line:
                with self._ready:
                    self._queue.popleft()
                self._acknowledged += 1

    def _make_line(self) -> bytes:
        """Encode the oldest record; one that cannot be encoded is a bug, and is skipped so that others are written."""
        try:
            return self._queue[0][1]()
        except Exception:  # noqa: BLE001 - one bad record must not stop the writer
            _LOG.exception("a record could not be made")
            self._report_trouble("a record could not be made")
            return b""

    def _sync_if_due(self) -> None:
        """Sync on a change of step or phase, at the end, and a second after the oldest unsynced record."""
        is_sync_requested, self._is_sync_requested = self._is_sync_requested, False
        if self._unsynced_since is None or not (
            is_sync_requested or self._is_closing or self._until_sync() == 0.0
        ):
            return
        self._file.sync()
        self._unsynced_since = None
        if not self._queue:
            self._trouble_reason = ""
        if is_sync_requested:
            self._update_manifest(RunState.RECORDING)

    def _update_manifest(self, state: RunState) -> None:
        """Update the manifest; the journal does not depend on it, so a failure is only logged."""
        if self.folder is None:
            return
        steps_done = max(len(self._done_steps), self.folder.manifest.steps_done)
        if (state, steps_done) == (self.folder.manifest.state, self.folder.manifest.steps_done):
            return
        try:
            self.folder.update_manifest(state=state, steps_done=steps_done)
        except OSError:
            _LOG.exception("the manifest could not be written")

    def _report_trouble(self, reason: str) -> None:
        """Report trouble to the run, once until the disk works again."""
        with self._ready:
            if self._trouble_reason:
                return
            self._trouble_reason = reason
            callback = self._on_trouble
        _LOG.error("recording: %s", reason)
        if callback is not None:
            callback(reason)


_sync: Final = getattr(os, "fdatasync", os.fsync)  # macOS has no fdatasync


@dataclass(frozen=True, slots=True)
class ResumedRecording:
    """An interrupted run that can continue: refold the inputs of its journal, then conduct from `at`."""

    recorder: Recorder
    journal: Journal
    at: Seconds
    """The stamp of its `Resumed`: wall time since the first input, never before `alive_until`."""
    alive_until: Seconds
    """When the run was last known to be alive; without sensors only its outputs show it."""
    torn_bytes: int
    """Bytes of a damaged tail that were moved to a file beside the journal."""


def start_recording(
    runs: Path, header: Header, clock: Clock, *, workout: str, athlete: str = "", steps: int = 0
) -> Recorder:
    """Make the folder of a new run under `runs` and start its journal; the names go into the manifest.

    Raises:
        RecordingProblem: the folder cannot be made or written.
    """
    started = local_iso(WallTime(header.wall_epoch, header.zone, header.utc_offset_s))
    manifest = Manifest(header.run, RunState.RECORDING, workout, athlete, started, steps=steps)
    folder = create_run_folder(runs, manifest)
    return Recorder(JournalFile(folder.descriptor), clock, header=encode_header(header), folder=folder)


def resume_recording(path: Path, clock: Clock, *, may_have_ended: bool = False) -> ResumedRecording:
    """Reopen the journal of an interrupted run: its damaged tail is cut off, new records are appended.

    `may_have_ended` where the end is to be taken back.

    Raises:
        RecordingProblem: there is no journal, the run was ended, or another program is writing it.
    """
    if not (path / JOURNAL).is_file():
        raise RecordingProblem(
            f"{path} is a folder without a recording in it", "coach runs list shows the runs."
        )
    if not may_have_ended:
        _refuse_ended(path)
    folder = reopen_run_folder(path, split_torn)
    journal = read_journal(folder.content, name=path.name)
    alive_until = last_known_at(journal)
    at = Seconds(max(alive_until, clock.wall().epoch_s - journal.header.wall_epoch))
    recorder = Recorder(JournalFile(folder.descriptor), clock, folder=folder)
    recorder.count_done(journal.outputs)
    return ResumedRecording(recorder, journal, at, alive_until, folder.torn_bytes)


def last_known_at(journal: Journal) -> Seconds:
    """When a recorded run was last known to be alive: the time of its last input or output."""
    last_output_at = max((float(event.get("at_s", 0.0)) for event in journal.outputs), default=0.0)
    return Seconds(max(last_output_at, journal.inputs[-1].at if journal.inputs else 0.0))


def _refuse_ended(path: Path) -> None:
    """Refuse a run that was ended, before anything is opened for writing."""
    try:
        journal = read_journal((path / JOURNAL).read_bytes(), name=path.name)
    except OSError as error:
        raise RecordingProblem(
            f"{path} cannot be read: {error.strerror}", "Mend its rights: chmod -R u+rwX"
        ) from None
    if journal.is_closed:
        raise RecordingProblem(
            f"{path.name} was ended; it cannot go on", f"Watch it: coach replay {path.name}"
        )
