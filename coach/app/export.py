"""Writes recorded runs as files for other programs, and redacted runs without person, date and place."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from coach.app.header import header_of
from coach.app.playback import RecordingRequest
from coach.app.reviews import ReviewedRun, review_run
from coach.app.setup import recorded_setup
from coach.app.simulation import StillClock, journal_of
from coach.app.terminal import Console
from coach.athlete import athlete_from, dump_athlete
from coach.cues.cue import Cue
from coach.edge.clock import WallTime, local_iso
from coach.edge.conductor import close_inputs
from coach.edge.files import plain, write_atomically
from coach.edge.history import RunFilter
from coach.edge.run_folder import RunState
from coach.edge.store import Store
from coach.interchange.recordings.activity import ACTIVITY_FORMATS, Activity, ActivityFormat, write_activity
from coach.live.run import LiveRun, refold
from coach.problems import CoachProblem
from coach.recording.codec import Header, encode_input
from coach.recording.redaction import (
    NOBODY,
    redacted_athlete,
    redacted_inputs,
    redacted_workout,
    run_id_of,
)
from coach.workout.kinds import KINDS

FEWEST_LETTERS: Final = 6
"""Fewest letters of a run's ID in the name of its file; more if another run ends in the same. Judged."""


@dataclass(frozen=True, slots=True)
class ExportedRun:
    """The result of exporting one of several runs."""

    run: str
    file: Path | None
    """The file; None if it was not written."""
    problem: str = ""
    """The reason that it was not written, with a hint; else empty."""


def export_run(run: ReviewedRun, to: ActivityFormat, console: Console | None = None) -> bytes:
    """Write a replayed run in a format; a made-up date is mentioned on the console."""
    activity = activity_of(run)
    if console is not None and ACTIVITY_FORMATS[to].is_dated and not activity.has_date:
        console.say("Note: the recording has no date; the file says 2000-01-01.")
    if console is not None and run.trace.started_at is None:
        console.say("Note: the run never started; no time and no distance are in the file.")
    return write_activity(activity, to)


def activity_of(run: ReviewedRun) -> Activity:
    """Return a run as the writers of activities take it."""
    return Activity(
        run=run.summary.run,
        summary=run.summary,
        trace=run.trace,
        setup=run.recording.setup,
        inputs=run.recording.inputs,
        document=run.document,
    )


def export_file_name(run: ReviewedRun, to: ActivityFormat, ending: str = "") -> str:
    """Return the file name of a run: its day, if known, and the end of its ID, `2026-05-26-7Q2K9M.fit`.

    `ending` is a longer end of the ID, if six letters are not unique.
    """
    activity = activity_of(run)
    began = activity.began
    day = run.recording.day if activity.has_date else ""
    if activity.has_date and began.utc_offset_s is not None:
        day = local_iso(WallTime(began.epoch_s, "", began.utc_offset_s))[:10]
    return "-".join(filter(None, (day, ending or run.summary.run[-FEWEST_LETTERS:]))) + f".{to}"


class RunEndings:
    """The shortest unique ends of the IDs of all runs, which file names carry."""

    def __init__(self, runs: Iterable[str]) -> None:
        """Sort the IDs of the runs by their last letters."""
        self._runs: dict[str, list[str]] = {}
        for run in runs:
            self._runs.setdefault(run[-FEWEST_LETTERS:], []).append(run)

    def of(self, run: str) -> str:
        """Return the last letters of a run's ID that no other run has."""
        others = [other for other in self._runs.get(run[-FEWEST_LETTERS:], ()) if other != run]
        count = FEWEST_LETTERS
        while count < len(run) and any(other.endswith(run[-count:]) for other in others):
            count += 1
        return run[-count:]

    def run_of(self, file: Path) -> str | None:
        """Return the run that a file belongs to by its name; None if it is none, or ambiguous."""
        ending = file.stem.rpartition("-")[2]
        runs = [run for run in self._runs.get(ending[-FEWEST_LETTERS:], ()) if run.endswith(ending)]
        return runs[0] if len(runs) == 1 else None


@dataclass(frozen=True, slots=True)
class RunsToExport:
    """The runs to export."""

    runs: tuple[str, ...]
    """Their IDs, the oldest first."""
    endings: RunEndings
    simulated: int
    """The number of simulated runs that were left out."""


def runs_since(day: date | None) -> RunsToExport:
    """Return every ended run from a day on, except simulated ones, which would count as training elsewhere."""
    with Store().history() as history:
        everything = history.runs()
        matching = history.known_runs(RunFilter(since=day))
    ended = [run for run in reversed(matching) if run.state is not RunState.RECORDING]
    real = tuple(run.run for run in ended if not run.is_simulated)
    return RunsToExport(real, RunEndings(run.run for run in everything), len(ended) - len(real))


def export_all(
    selection: RunsToExport, to: ActivityFormat, folder: Path, console: Console
) -> Iterator[ExportedRun]:
    """Write each run into a folder, and yield its result; an existing file is kept.

    Raises:
        CoachProblem: the folder cannot be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CoachProblem(
            f"{plain(folder)} is no folder and cannot be made: {error.strerror}", "Name another with --out."
        ) from None
    there = {selection.endings.run_of(path): path for path in folder.iterdir() if path.suffix == f".{to}"}
    store = Store()
    for run in selection.runs:
        if run in there:
            yield ExportedRun(run, there[run])
            continue
        try:
            reviewed = review_run(RecordingRequest(str(store.run_path(run))), console)
            path = folder / export_file_name(reviewed, to, selection.endings.of(run))
            write_atomically(path, export_run(reviewed, to, console))
            yield ExportedRun(run, path)
        except CoachProblem as problem:
            yield ExportedRun(run, None, f"{problem.message} {problem.hint}".strip())
        except OSError as error:
            yield ExportedRun(run, None, f"it cannot be written: {error.strerror}")


# --- redacted: without name, date and place


@dataclass(frozen=True, slots=True)
class RedactedRun:
    """A run without person, date and place."""

    data: bytes
    """The journal."""
    cues: int
    """The number of its cues."""
    others: int
    """The number of cues that differ in time or kind from those of the original."""


def redact_run(request: RecordingRequest, console: Console) -> RedactedRun:
    """Return the journal of a run, or of another program's file, without anything about its runner.

    Raises:
        CoachProblem: it cannot be replayed.
    """
    run = review_run(request, console)
    recording = run.recording
    assert recording.workout is not None
    workout, athlete = recording.workout, run.athlete
    inputs = tuple(redacted_inputs(close_inputs(recording.inputs)))
    setup = replace(recording.setup, run=run_id_of(map(encode_input, inputs)))
    document = None if workout.document is None else redacted_workout(workout.document, library_texts())
    if athlete is not None:
        slug, _ = NOBODY
        setup = replace(setup, athlete=slug)
        athlete = athlete_from(redacted_athlete(json.loads(dump_athlete(athlete))), name="the athlete")
    compiled = replace(workout, document=document, athlete=athlete)
    header = header_of(setup, compiled, StillClock(), mode=_mode(run.header))
    if run.header is not None and document is None and "marks_are_laps" not in run.header.settings:
        settings = {key: value for key, value in header.settings.items() if key != "marks_are_laps"}
        header = replace(header, settings=settings)  # as version 0.1.0 ran it
    again = recorded_setup(header, console)
    after = [(cue.at, cue.kind) for cue in refold(LiveRun(again), inputs).outputs if isinstance(cue, Cue)]
    before = [(cue.at, cue.kind) for cue in run.trace.cues]
    same = (Counter(before) & Counter(after)).total()
    return RedactedRun(journal_of(again, header, inputs), len(after), max(len(before), len(after)) - same)


def _mode(header: Header | None) -> str:
    """Return the source of a run as one of our own words; empty if unknown."""
    return header.sensors if header is not None and header.sensors in _MODES else ""


_MODES: Final = frozenset({"ble", "sim", "none", "relay", "ble,relay", "sim,relay"})


@cache
def library_texts() -> frozenset[str]:
    """Return every text of the workout library, and the program's own names of steps."""
    store = Store()
    texts: set[str] = {
        "Warm-up",
        "Main",
        "Cool-down",
        "Workout",
        *(traits.label for traits in KINDS.values()),
    }
    for name in store.library_names():
        texts.update(_texts(json.loads(store.workout(name).data)))
    return frozenset(texts)


def _texts(tree: object) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from _texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value)
