"""Loads a recorded run and folds it once, for everything that looks back on it, and makes its review.

A review is made with the athlete of that day and what they said of the run; a report, an export and a redacted run are
made from the same fold.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from coach.app.athletes import find_athlete
from coach.app.playback import PlayableRecording, RecordingRequest, load_recording
from coach.app.terminal import SILENT, Console
from coach.athlete import Athlete, HeartRateValue, PaceName
from coach.edge.files import runner_paths, write_atomically
from coach.edge.history import RunFilter
from coach.edge.playback import close_inputs
from coach.edge.run_folder import RunNote, read_manifest, read_note
from coach.edge.settings import load_settings
from coach.edge.store import Store
from coach.interchange.recordings.activity import ActivityFormat
from coach.live.outputs import Output
from coach.live.run import LiveRun, refold
from coach.live.snapshot import Snapshot
from coach.problems import AthleteProblem, CoachProblem, RecordingProblem
from coach.recording.codec import Header
from coach.review.comparison import ComparedRun, Comparison, compare_runs
from coach.review.guided_tests import findings
from coach.review.review import EarlierFactor, KnownRate, Review, Runner, RunnerNotes
from coach.review.reviewer import record_of, review_of
from coach.review.summary import Summary, summarize
from coach.review.trace import RunTrace, WallStart, trace_of
from coach.signals.readings import PODS
from coach.workout.resolve import Numbers

# --- folded


@dataclass(frozen=True, slots=True)
class ReviewedRun:
    """A recorded run, folded once."""

    recording: PlayableRecording
    """Its setup, inputs, day and folder, with the journal or the foreign file it was read from."""
    summary: Summary
    """What it came to."""
    trace: RunTrace
    """What was believed at each second, and what was said."""
    snapshots: tuple[Snapshot, ...] = ()
    """The run after each input, if they were asked for."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What the run said, in order."""
        return tuple(timed.output for timed in self.trace.outputs)

    @property
    def header(self) -> Header | None:
        """The header of its journal: devices, settings, zone; None for the file of another tool."""
        return None if self.recording.journal is None else self.recording.journal.header

    @property
    def athlete(self) -> Athlete | None:
        """The athlete as known on the day of the run; None when nobody was named."""
        return None if self.recording.workout is None else self.recording.workout.athlete

    @property
    def document(self) -> Mapping[str, Any] | None:
        """The workout document as written; None for a free run."""
        return None if self.recording.workout is None else self.recording.workout.document

    @property
    def zone(self) -> str:
        """The name of the time zone it was run in; empty where the recording does not say."""
        return "" if self.header is None else self.header.zone

    @property
    def note(self) -> RunNote | None:
        """What the runner said of it; None for a recording in a file."""
        return None if self.recording.folder is None else read_note(self.recording.folder)


def review_run(request: RecordingRequest, console: Console, *, snapshots: bool | None = False) -> ReviewedRun:
    """Find a run or a file as the command line names it, and fold it once.

    Args:
        request: the recording, and what to coach it with where that is not its own.
        console: for notes on what could not be read.
        snapshots: keep the run after each input; None: where the workout has a guided test.

    Raises:
        CoachProblem: nothing in it can be played, or what is to be coached cannot be found.
    """
    settings = load_settings(runner_paths().settings, os.environ)
    recording = load_recording(request, settings, console)
    return fold(recording, snapshots=_has_test(recording) if snapshots is None else snapshots)


def fold(recording: PlayableRecording, *, snapshots: bool = False) -> ReviewedRun:
    """Fold a recording that was loaded."""
    run = LiveRun(recording.setup)
    inputs = close_inputs(recording.inputs)
    folded = refold(run, inputs, snapshots=snapshots)
    summary = summarize(folded.outputs, run.session.timeline)
    trace = trace_of(run, summary, folded.timed_outputs, inputs, began=began(recording))
    return ReviewedRun(recording, summary, trace, folded.snapshots)


def began(recording: PlayableRecording) -> WallStart | None:
    """When a recording began, by the calendar; None where it does not say."""
    if recording.journal is not None:
        header = recording.journal.header
        return WallStart(header.wall_epoch, header.utc_offset_s) if header.wall_epoch > 0 else None
    foreign = recording.foreign
    return None if foreign is None or foreign.epoch_s is None else WallStart(foreign.epoch_s)


def _has_test(recording: PlayableRecording) -> bool:
    from coach.review.guided_tests import SECTIONS

    return any(step.section in SECTIONS for step in recording.setup.timeline.steps)


# --- reviewed

_MOST_FACTORS: Final = 5
"""How many earlier factors of a pod are shown. Chosen, not measured."""


def load_review(request: RecordingRequest, console: Console) -> Review:
    """Find a run or a file, fold it and review it.

    Raises:
        CoachProblem: nothing in it can be played, or what is to be coached cannot be found.
    """
    return review_folded(review_run(request, console, snapshots=None))


def review_folded(run: ReviewedRun) -> Review:
    """Review a run that was folded."""
    recording = run.recording
    is_known = run.trace.began is not None or recording.journal is None  # a simulated run has no day
    day = recording.day if is_known else ""
    record = record_of(
        run.trace,
        run.summary,
        recording.setup,
        recording.inputs,
        day=day,
        earlier=earlier_factors(run.athlete, day),
    )
    tests = findings(run.outputs, run.snapshots, unit=recording.setup.unit) if run.snapshots else ()
    return review_of(record, runner_of(run.athlete), notes_of(run), tests)


def runner_of(athlete: Athlete | None) -> Runner:
    """What a review needs of an athlete; of nobody nothing is known."""
    if athlete is None:
        return Runner()
    numbers, rates = Numbers.of(athlete), athlete.now.heart_rate
    return Runner(
        threshold=_rate(rates.threshold),
        maximum=_rate(rates.max),
        rest=_rate(rates.rest),
        threshold_speed=_speed(numbers, "threshold"),
        easy_speed=_speed(numbers, "easy"),
    )


def _rate(value: HeartRateValue | None) -> KnownRate | None:
    return None if value is None else KnownRate(value.bpm, value.source == "measured")


def _speed(numbers: Numbers, ref: PaceName) -> float | None:
    """The middle of a reference pace; None where nothing is known it could be made from."""
    try:
        slow, fast = numbers.pace(ref)
    except AthleteProblem:
        return None
    return (slow + fast) / 2


def notes_of(run: ReviewedRun) -> RunnerNotes:
    """What the runner said of a run of ours; of a file nothing."""
    note, began = run.note, run.trace.began
    if note is None:
        return RunnerNotes()
    after_s = None
    with suppress(ValueError):
        if note.rpe_at and began is not None:
            said_at = datetime.fromisoformat(note.rpe_at).timestamp()
            after_s = said_at - began.epoch_s - run.trace.ended_at
    return RunnerNotes(
        rpe=note.rpe,
        text=note.text or "",
        worked=note.worked or "",
        failed=note.failed or "",
        shoe=note.shoe or "",
        answered_at=note.answered_at,
        can_answer=True,
        after_s=after_s if after_s is not None and after_s >= 0 else None,
    )


def earlier_factors(athlete: Athlete | None, day: str) -> tuple[EarlierFactor, ...]:
    """What the last runs before a day taught of the athlete's first pod, oldest first.

    The header of a recording has no lessons, so they are those of the athlete as saved.
    """
    if athlete is None or not day:
        return ()
    with suppress(CoachProblem):
        saved = find_athlete(athlete.slug)
        factors = [
            EarlierFactor(PODS[0], lesson.day, each.factor, each.sd)
            for lesson in (() if saved is None else saved.learnt)
            if lesson.day < day
            for each in lesson.pods[:1]
        ]
        return tuple(factors[-_MOST_FACTORS:])
    return ()


@dataclass(frozen=True, slots=True)
class RecordedReview:
    """A recorded run as the Review screen asks about it."""

    path: Path
    """The folder of the run."""
    against: Path | None = None
    """The folder of the run it is compared with; None for the last one of its workout before it."""

    def review(self) -> Review:
        """Read the run and review it.

        Raises:
            CoachProblem: it cannot be read.
        """
        return load_review(RecordingRequest(str(self.path)), SILENT)

    def compare(self) -> Comparison | None:
        """Hold it against another run, or the last one of its workout before it; None where there is none.

        Raises:
            CoachProblem: one of them cannot be read.
        """
        before = self.against or self._last_time()
        if before is None:
            return None
        runs = [review_run(RecordingRequest(str(path)), SILENT) for path in (before, self.path)]
        return compare_runs([ComparedRun(run.summary, run.recording.day) for run in runs])

    def _last_time(self) -> Path | None:
        """The last run of its workout and athlete before it."""
        own, store = read_manifest(self.path), Store()
        with store.history() as history:
            runs = history.runs(RunFilter(athlete=own.athlete))  # the newest first
        is_simulated = any(run.run == own.run and run.is_simulated for run in runs)
        return next(
            (
                store.paths.runs / run.run
                for run in runs
                if run.workout == own.workout
                and run.athlete == own.athlete
                and run.run < own.run
                and run.is_simulated is is_simulated
            ),
            None,
        )

    def export(self) -> str:
        """Write it as FIT into the folder the program was started in; tells where. A file that is there is kept.

        Raises:
            CoachProblem: it cannot be read or written.
        """
        from coach.app.export import export_file_name, export_run  # loads the writers

        run = review_run(RecordingRequest(str(self.path)), SILENT)
        file = Path.cwd() / export_file_name(run, ActivityFormat.FIT)
        if file.exists():
            return f"{file} is there already."
        try:
            write_atomically(file, export_run(run, ActivityFormat.FIT))
        except OSError as error:
            raise RecordingProblem(
                f"{file} cannot be written: {error.strerror}", "Try coach export last --to fit --out FILE."
            ) from None
        return f"Wrote {file}."
