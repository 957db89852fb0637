"""Writes the journal of a run on a thread of its own, in order; it drops nothing, however slow the disk is.

The event loop queues records and continues. A record is *acknowledged* once `write` has returned. Records that the disk
refuses stay in memory (3 MB an hour) and are retried. Trouble and its end are reported to the run as inputs.

A file is never used again after a failed sync: the system may have dropped everything since the last one, and the next
sync of the same file would succeed all the same. So the file is closed, and the journal continues in another segment
that begins with what the failed file may have lost. Writing never waits for a sync that fails. `start_recording` and
`resume_recording` make a recorder for a new run and for an interrupted one.
"""

import asyncio
import errno
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from typing import Any, Final, NamedTuple

from coach.edge.clock import Clock, WallTime, local_iso
from coach.edge.run_folder import (
    JOURNAL,
    Manifest,
    RunFolder,
    RunState,
    create_run_folder,
    read_run,
    reopen_run_folder,
)
from coach.live.contract import Input, Output, RecorderRecovered, RecorderTrouble, RunEnded, encode_event
from coach.live.run import TimedOutput
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.recording.codec import Header, Journal, encode_header, encode_input, encode_output, read_journal
from coach.recording.lines import begin_segment
from coach.session.events import (
    COUNTS_AS_DONE,
    BoundaryMoved,
    EndReason,
    PhaseChanged,
    Split,
    StepEnded,
    StepStarted,
    Undone,
    WorkoutChanged,
)

SYNC_EVERY_S: Final = 1.0
"""Seconds between syncs: the most a power cut can lose."""
SLOW_AFTER_S: Final = 2.0
"""A record that waits longer is reported as trouble; a bad SD card stalls for about 1 s."""
RETRY_S: Final = 1.0
"""Seconds between attempts on a disk that refuses to write."""
CLOSE_S: Final = 5.0
"""Seconds the end of a run waits for the disk."""
_LONGEST_WAIT_S: Final = 60.0
"""The longest time between two attempts on a disk that fails to sync; it doubles from a second on."""
_MOST_SEGMENTS: Final = 9
"""Most segments of a run: on a disk that has failed this often, writing continues and nothing counts as synced."""
_LAST_SYNCS: Final = 2
"""Attempts to sync at the end of a run."""
_NO_SYNC: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})
"""Errors of file systems without sync, such as some in user space; writing works, without the guarantee."""
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_TOO_SLOW: Final = "the disk is too slow"

_LOG = logging.getLogger(__name__)


_STATE_EDGES: Final = (
    StepStarted,
    StepEnded,
    PhaseChanged,
    BoundaryMoved,
    Undone,
    WorkoutChanged,
    Split,
    RunEnded,
)


def is_state_edge(output: Output) -> bool:
    """Return whether an output changes the state of a run: it is written before it is shown, and synced immediately."""
    return isinstance(output, _STATE_EDGES)


def _encode_output_line(outputs: TimedOutput) -> bytes:
    return encode_output(encode_event(outputs.output, outputs.run_s))


class StepCount:
    """The steps of a run that were done, and their total once some were added or dropped."""

    def __init__(self) -> None:
        """Count from the start of a run."""
        self.done: set[str] = set()
        """The ids of the steps that count as done."""
        self.total = 0
        """Their number after the last change of the workout; 0 while it is unchanged."""
        self._places: dict[str, int] = {}
        self._place = 0

    def on_event(self, event: Mapping[str, Any]) -> None:
        """Add the next output of the journal."""
        step_id = str(event.get("step_id", ""))
        match event.get("event"):
            case "step_started":
                self._place = self._places[step_id] = _whole(event.get("step"))
            case "step_ended":
                reason, self._place = event.get("reason"), _whole(event.get("step"))
                if reason in COUNTS_AS_DONE:
                    self.done.add(step_id)
                if reason not in {EndReason.FALSE_START, EndReason.RESTARTED}:
                    self._place += -1 if reason == EndReason.BACK else 1
            case "undone":
                self._place = self._places.get(step_id, self._place)
            case "workout_changed":
                self.total = self._place + _whole(event.get("steps_left"))
            case _:
                pass


def _whole(value: object) -> int:
    """A count in a journal; 0 if it is not one."""
    return value if isinstance(value, int) else 0


class JournalFile:
    """A journal file on disk; each call may be slow or raise OSError."""

    def __init__(self, descriptor: int) -> None:
        """Write to a descriptor opened for appending."""
        self._descriptor = descriptor
        self._counts_links = os.fstat(descriptor).st_nlink > 0  # some file systems do not

    def write(self, data: bytes) -> int:
        """Append bytes with one `write`; returns how many were accepted."""
        return os.write(self._descriptor, data)

    def sync(self) -> None:
        """Flush the data to the medium."""
        _sync(self._descriptor)

    def is_removed(self) -> bool:
        """Return whether the file was deleted while it is being written."""
        return self._counts_links and os.fstat(self._descriptor).st_nlink == 0

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._descriptor)


@dataclass(frozen=True, slots=True)
class RecordingResult:
    """The result of a recording when it was closed."""

    is_complete: bool
    """True if every record was written."""
    is_synced: bool
    """True if the disk confirmed all of it, or the file system has no sync."""
    written_until: Seconds | None
    """The time of the last written record; None if there is none."""
    ended_at: Seconds | None
    """The time of the last record."""
    reason: str = ""
    """The trouble, such as `the disk is full`; empty if there was none at the end."""

    @property
    def is_kept(self) -> bool:
        """True if the whole run is on disk, as far as the disk reports."""
        return self.is_complete and self.is_synced


class _QueuedRecord(NamedTuple):
    """A record that waits to be written."""

    queued_at: float
    at: Seconds | None
    """The time of the run it belongs to; None for the header."""
    line: Callable[[], bytes]
    """Encodes it; called on the writer thread."""


class Recorder:
    """Writes the journal of one run."""

    def __init__(
        self,
        file: JournalFile,
        clock: Clock,
        *,
        header: bytes = b"",
        folder: RunFolder | None = None,
        on_trouble: Callable[[str | None], None] | None = None,
        input_line: Callable[[Input], bytes] = encode_input,
        output_line: Callable[[TimedOutput], bytes] = _encode_output_line,
        file_type: Callable[[int], JournalFile] = JournalFile,
    ) -> None:
        """Write `header` (the first line of a new journal), then records; `on_trouble` as in `report_trouble_to`."""
        self._on_trouble = on_trouble
        self._file = file
        self._file_type = file_type
        self._input_line = input_line
        self._output_line = output_line
        self._clock = clock
        self.folder = folder
        self.result: RecordingResult | None = None
        """The result of the recording; None until it is closed."""
        self._queue: deque[_QueuedRecord] = deque()
        self._ready = threading.Condition()
        self._is_sync_requested = False
        self._is_closing = False
        self._trouble_reason = ""
        self._queued = 0
        self._acknowledged = 0
        self._unmade = 0
        self._written_until: Seconds | None = None
        self._ended_at: Seconds | None = None
        self._awaited: tuple[int, Callable[[], None]] | None = None
        self._line = b""
        self._line_rest = b""
        self._unsynced: list[bytes] = []
        self._synced_bytes = 0 if folder is None else folder.size
        self._sync_at: float | None = None
        self._has_sync = True
        self._is_refused = False
        self._is_doubtful = False
        self._segments = 1
        self._failed_syncs = 0
        self._last_syncs = 0
        self._has_given_up = False
        self._steps = StepCount()
        self._was_in_trouble = False
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
        if folder is not None and folder.is_segmented and not self._begin_segment():
            folder.release()
            raise RecordingProblem(
                f"run {folder.manifest.run} cannot be written", "Free some space, and try again."
            )
        if header:
            self._enqueue(None, lambda: header)
        self._thread.start()

    @property
    def acknowledged(self) -> int:
        """Number of records written, including the header of a new journal."""
        return self._acknowledged

    def report_trouble_to(self, callback: Callable[[str | None], None]) -> None:
        """Call `callback` with each trouble, and with None when it is over; immediately if there is trouble now.

        It may be called on any thread.
        """
        with self._ready:
            self._on_trouble = callback
            trouble, was_in_trouble = self._trouble_reason, self._was_in_trouble
            self._was_in_trouble = False
        if trouble or was_in_trouble:
            callback(trouble or None)

    def append_input(self, event: Input) -> None:
        """Queue an input before the run receives it; returns immediately."""
        self._enqueue(event.at, partial(self._input_line, event))

    def append_outputs(self, outputs: Sequence[TimedOutput]) -> int:
        """Queue the run's outputs; a change of state is synced immediately. Returns the position of the last record."""
        for output in outputs:
            self._enqueue(output.output.at, partial(self._output_line, output))
            if isinstance(output.output, StepStarted | StepEnded | Undone | WorkoutChanged):
                self._steps.on_event(encode_event(output.output, output.run_s))
        if any(is_state_edge(output.output) for output in outputs):
            with self._ready:
                self._is_sync_requested = True
                self._ready.notify()
        return self._queued

    def is_written(self, record: int, callback: Callable[[], None]) -> bool:
        """Return whether a record was handed to the system; if not, call `callback` once it is, on another thread.

        Only one record can be waited for at a time.
        """
        with self._ready:
            is_written = self._acknowledged >= record
            self._awaited = None if is_written else (record, callback)
        return is_written

    def follow(self, journal: Journal) -> None:
        """Continue the journal of an interrupted run: count the finished steps, and end its trouble."""
        for past in journal.inputs:
            if isinstance(past, RecorderTrouble | RecorderRecovered):
                self._was_in_trouble = isinstance(past, RecorderTrouble) and past.lasts
        for event in journal.outputs:
            self._steps.on_event(event)

    async def close(self, state: RunState) -> RecordingResult:
        """Write the queue, for at most `CLOSE_S`, and store the final state; returns the result."""
        with self._ready:
            self._is_closing = True
            self._ready.notify()
        await asyncio.to_thread(self._thread.join, CLOSE_S)
        has_stopped = not self._thread.is_alive()
        self._has_given_up = True
        is_complete = has_stopped and not self._queue and not self._unmade
        reason = _unmade_words(self._unmade) if self._unmade else self._trouble_reason
        self.result = RecordingResult(
            is_complete,
            has_stopped and self._sync_at is None,
            self._written_until,
            self._ended_at,
            reason or ("" if is_complete else _TOO_SLOW),
        )
        self._update_manifest(state if is_complete else RunState.INTERRUPTED)
        if has_stopped:
            with suppress(OSError):
                self._file.close()
        if not is_complete:
            _LOG.error("%d records could not be written", len(self._queue) + self._unmade)
        if self.folder is not None and has_stopped:
            self.folder.release()
        return self.result

    def _enqueue(self, at: Seconds | None, line: Callable[[], bytes]) -> None:
        """Queue a record; the writer thread encodes it."""
        now = self._clock.monotonic()
        with self._ready:
            self._queue.append(_QueuedRecord(now, at, line))
            self._queued += 1
            self._ended_at = at
            is_slow = now - self._queue[0].queued_at > SLOW_AFTER_S
            self._ready.notify()
        if is_slow:
            self._report_trouble(_TOO_SLOW)

    # --- the writer thread

    def _work(self) -> None:
        """Run the writer thread."""
        while self._wait_for_work():
            self._work_once()

    def _work_once(self) -> None:
        """Write the queue and sync if due; after a failed write, wait before the next."""
        try:
            self._write_waiting()
            self._sync_if_due()
        except OSError as error:
            self._report_trouble(_reason(error))
            if error.errno not in _NO_ROOM:
                self._begin_segment()
            with self._ready:
                self._ready.wait_for(lambda: self._has_given_up, RETRY_S)

    def _wait_for_work(self) -> bool:
        """Sleep until there is something to write or sync; returns False when all is done or given up."""
        with self._ready:
            if not (self._queue or self._is_sync_requested or self._is_closing):
                self._ready.wait(self._until_sync())
            return not self._has_given_up and (not self._is_closing or self._has_work())

    def _has_work(self) -> bool:
        """Return whether a recording that is being closed can still do something."""
        return bool(self._queue) or (self._sync_at is not None and self._last_syncs < _LAST_SYNCS)

    def _until_sync(self) -> float | None:
        """Seconds until the next sync is due; None when all is synced."""
        if self._sync_at is None:
            return None
        return max(0.0, self._sync_at - self._clock.monotonic())

    def _write_waiting(self) -> None:
        """Write records, one `write` each, until the queue is empty or a sync is due."""
        while self._queue and self._until_sync() != 0.0:
            if not self._line_rest:  # the rest of a partly written record comes first
                self._line = self._line_rest = self._make_line()
            if self._line_rest:
                self._is_refused = True  # until all of it was accepted
                self._line_rest = self._line_rest[self._file.write(self._line_rest) :]
            if not self._line_rest:
                self._is_refused = False
                self._acknowledge()

    def _acknowledge(self) -> None:
        """Remove the written record from the queue, and notify the caller that waits for it."""
        if self._sync_at is None:
            self._sync_at = self._clock.monotonic() + SYNC_EVERY_S
        self._unsynced.append(self._line)
        with self._ready:
            record = self._queue.popleft()
            self._acknowledged += 1
            awaited = self._awaited
            is_awaited = awaited is not None and awaited[0] <= self._acknowledged
            if is_awaited:
                self._awaited = None
        if record.at is not None:
            self._written_until = record.at
        if is_awaited and awaited is not None:
            awaited[1]()

    def _make_line(self) -> bytes:
        """Encode the oldest record; one that cannot be encoded is a bug, and is skipped so that others are written."""
        try:
            return self._queue[0].line()
        except Exception:  # noqa: BLE001 - one bad record must not stop the writer
            _LOG.exception("a record could not be made")
            self._unmade += 1
            self._report_trouble("a record could not be made")
            return b""

    def _sync_if_due(self) -> None:
        """Sync on a change of state, at the end, and a second after the oldest unsynced record."""
        is_requested, self._is_sync_requested = self._is_sync_requested, False
        is_due = self._until_sync() == 0.0 or (is_requested and not self._failed_syncs)
        if self._sync_at is None or not (is_due or self._is_closing):
            return
        if self._is_closing:
            self._last_syncs += 1
        if (self._file.is_removed() and not self._restore()) or (
            self._is_doubtful and not self._begin_segment()
        ):
            self._postpone_sync()
            return
        try:
            if self._has_sync:
                self._file.sync()
        except OSError as error:
            if error.errno in _NO_SYNC:
                self._has_sync = False
                _LOG.warning("the file system of the recording has no sync: %s", error.strerror)
            else:
                self._on_failed_sync(error)
                return
        self._on_synced()
        if is_requested:
            self._update_manifest(RunState.RECORDING)

    def _on_synced(self) -> None:
        """Drop the copy for a failed disk, and report the end of the trouble if nothing is left to write."""
        self._synced_bytes += sum(map(len, self._unsynced))
        self._unsynced.clear()
        self._sync_at = None
        self._failed_syncs = 0
        with self._ready:
            waits_since = self._queue[0].queued_at if self._queue else inf
            is_late = self._clock.monotonic() - waits_since >= SLOW_AFTER_S
            is_over = bool(self._trouble_reason) and not (is_late or self._is_refused)
            if is_over:
                self._trouble_reason = ""
            callback = self._on_trouble
        if is_over:
            _LOG.info("recording works again")
            if callback is not None:
                callback(None)

    def _on_failed_sync(self, error: OSError) -> None:
        """Continue in another segment with what the file may have lost; a second failure in a row waits longer."""
        self._report_trouble(_reason(error))
        self._is_doubtful = True
        self._postpone_sync()
        if self._begin_segment() and self._failed_syncs == 1:
            self._sync_at = self._clock.monotonic()

    def _postpone_sync(self) -> None:
        """Let the writing continue, and retry the sync after a second, two, four, up to a minute."""
        self._failed_syncs += 1
        wait = min(_LONGEST_WAIT_S, SYNC_EVERY_S * 2.0 ** (self._failed_syncs - 1))
        self._sync_at = self._clock.monotonic() + wait

    def _begin_segment(self) -> bool:
        """Leave the file for another segment that begins with the unsynced records; returns False if that fails.

        The old file counts up to its last successful sync.
        """
        folder = self.folder
        if folder is None or self._segments >= _MOST_SEGMENTS:
            return False
        try:
            file = self._file_type(folder.add_segment())
        except OSError:
            _LOG.exception("no segment could be begun")
            return False
        self._segments += 1
        content = begin_segment(folder.manifest.header.encode() + b"\n", self._synced_bytes)
        content += b"".join(self._unsynced)
        try:
            while content:
                content = content[file.write(content) :]
        except OSError:
            _LOG.exception("the segment could not be written")
            with suppress(OSError):
                file.close()
            return False
        old, self._file = self._file, file
        with suppress(OSError):
            old.close()
        self._line_rest = b""
        self._is_doubtful = False
        return True

    def _restore(self) -> bool:
        """Write the journal again in a folder that was removed; returns False if it cannot be created."""
        self._report_trouble("its folder was removed")
        if self.folder is None or self._segments > 1:
            return False
        try:
            file = self._file_type(self.folder.restore())
        except (OSError, RecordingProblem):
            _LOG.exception("the folder of the run could not be created again")
            return False
        old, self._file = self._file, file
        with suppress(OSError):
            old.close()
        return True

    def _update_manifest(self, state: RunState) -> None:
        """Update the manifest; the journal does not depend on it, so a failure is only logged."""
        if self.folder is None:
            return
        manifest = self.folder.manifest
        steps_done = max(len(self._steps.done), manifest.steps_done)
        steps = self._steps.total or manifest.steps
        if (state, steps_done, steps) == (manifest.state, manifest.steps_done, manifest.steps):
            return
        try:
            self.folder.update_manifest(state=state, steps_done=steps_done, steps=steps)
        except OSError:
            _LOG.exception("the manifest could not be written")

    def _report_trouble(self, reason: str) -> None:
        """Report trouble to the run, once until it is over or has another reason."""
        with self._ready:
            if self._trouble_reason and (reason == _TOO_SLOW or self._trouble_reason != _TOO_SLOW):
                return
            self._trouble_reason = reason
            callback = self._on_trouble
        _LOG.error("recording: %s", reason)
        if callback is not None:
            callback(reason)


def _unmade_words(records: int) -> str:
    return "1 record could not be made" if records == 1 else f"{records} records could not be made"


def _reason(error: OSError) -> str:
    """Name the reason why the disk refuses."""
    return "the disk is full" if error.errno in _NO_ROOM else str(error.strerror or error).lower()


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
    runs: Path,
    header: Header,
    clock: Clock,
    *,
    workout: str,
    athlete: str = "",
    steps: int = 0,
    file_type: Callable[[int], JournalFile] = JournalFile,
) -> Recorder:
    """Create the folder of a new run under `runs` and start its journal; the names go into the manifest.

    Raises:
        RecordingProblem: the folder cannot be made or written.
    """
    started = local_iso(WallTime(header.wall_epoch, header.zone, header.utc_offset_s))
    line = encode_header(header)
    manifest = Manifest(
        header.run,
        RunState.RECORDING,
        workout,
        athlete,
        started,
        steps=steps,
        header=line.decode().removesuffix("\n"),
    )
    folder = create_run_folder(runs, manifest)
    file = file_type(folder.open_journal())
    return Recorder(file, clock, header=line, folder=folder, file_type=file_type)


def resume_recording(path: Path, clock: Clock, *, may_have_ended: bool = False) -> ResumedRecording:
    """Reopen the journal of an interrupted run: its damaged tail is cut off, new records are appended.

    `may_have_ended` is true if the end is to be undone.

    Raises:
        RecordingProblem: there is no journal, the run was ended, or another program is writing it.
    """
    if not (path / JOURNAL).is_file():
        raise RecordingProblem(
            f"{path} is a folder without a recording in it", "coach runs list shows the runs."
        )
    if not may_have_ended:
        _refuse_ended(path)
    folder = reopen_run_folder(path)
    journal = read_journal(folder.content, name=path.name)
    alive_until = last_known_at(journal)
    at = Seconds(max(alive_until, clock.wall().epoch_s - journal.header.wall_epoch))
    recorder = Recorder(JournalFile(folder.open_journal()), clock, folder=folder)
    recorder.follow(journal)
    return ResumedRecording(recorder, journal, at, alive_until, folder.torn_bytes)


def last_known_at(journal: Journal) -> Seconds:
    """When a recorded run was last known to be alive: the time of its last input or output."""
    last_output_at = max((float(event.get("at_s", 0.0)) for event in journal.outputs), default=0.0)
    return Seconds(max(last_output_at, journal.inputs[-1].at if journal.inputs else 0.0))


def _refuse_ended(path: Path) -> None:
    """Refuse a run that was ended, before anything is opened for writing."""
    try:
        journal = read_journal(read_run(path), name=path.name)
    except OSError as error:
        raise RecordingProblem(
            f"{path} cannot be read: {error.strerror}", "Change its permissions: chmod -R u+rwX"
        ) from None
    if journal.is_closed:
        raise RecordingProblem(
            f"{path.name} has ended and cannot be resumed", f"Watch it: coach replay {path.name}"
        )
