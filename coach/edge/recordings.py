"""Starts a recording, and reopens that of an interrupted run."""

from dataclasses import dataclass
from pathlib import Path

from coach.edge.clock import Clock, WallTime, local_iso
from coach.edge.recorder import JournalFile, Recorder
from coach.edge.run_folder import JOURNAL, Manifest, RunState, create, reopen
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.recording.codec import encode_header, read_journal
from coach.recording.records import Header, Journal
from coach.recording.repair import repaired


@dataclass(frozen=True, slots=True)
class ResumedRecording:
    """An interrupted run that can continue: refold the inputs of its journal, then conduct from `at`."""

    recorder: Recorder
    journal: Journal
    at: Seconds
    """The stamp of its `Reopened`: wall time since the first input, never before `alive_until`."""
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
    folder = create(runs, manifest)
    return Recorder(JournalFile(folder.descriptor), clock, header=encode_header(header), folder=folder)


def resume_recording(path: Path, clock: Clock) -> ResumedRecording:
    """Reopen the journal of an interrupted run: its damaged tail is cut off, new records are appended.

    Raises:
        RecordingProblem: there is no journal, the run was ended, or another program is writing it.
    """
    if not (path / JOURNAL).is_file():
        raise RecordingProblem(
            f"{path} is a folder without a recording in it", "coach runs list shows the runs."
        )
    _refuse_ended(path)
    folder = reopen(path, repaired)
    journal = read_journal(folder.content, name=path.name)
    alive_until = last_known_at(journal)
    at = Seconds(max(alive_until, clock.wall().epoch_s - journal.header.wall_epoch))
    recorder = Recorder(JournalFile(folder.descriptor), clock, folder=folder)
    return ResumedRecording(recorder, journal, at, alive_until, folder.torn_bytes)


def last_known_at(journal: Journal) -> Seconds:
    """When a recorded run was last known to be alive: the time of its last input or output."""
    said = max((float(each.get("at_s", 0.0)) for each in journal.outputs), default=0.0)
    return Seconds(max(said, journal.inputs[-1].at if journal.inputs else 0.0))


def _refuse_ended(path: Path) -> None:
    """Refuse a run that was ended, before anything is opened for writing."""
    try:
        journal = read_journal((path / JOURNAL).read_bytes(), name=path.name)
    except OSError as wrong:
        raise RecordingProblem(
            f"{path} cannot be read: {wrong.strerror}", "Mend its rights: chmod -R u+rwX"
        ) from None
    if journal.is_closed:
        raise RecordingProblem(
            f"{path.name} was ended; it cannot go on", f"Watch it: coach replay {path.name}"
        )
