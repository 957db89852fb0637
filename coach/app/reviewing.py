"""Loads a recorded run and folds it once, for everything that looks back on it: review, report, export, redaction."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coach.app.playback import PlayableRecording, RecordingRequest, load_recording
from coach.app.terminal import Console
from coach.athlete import Athlete
from coach.edge.paths import runner_paths
from coach.edge.playback import close_inputs
from coach.edge.run_folder import RunNote, read_note
from coach.edge.settings import load_settings
from coach.live.outputs import Output
from coach.live.run import LiveRun
from coach.live.snapshot import Snapshot
from coach.recording.records import Header
from coach.recording.replay import refold
from coach.review.summary import Summary, summarize
from coach.review.trace import RunTrace, WallStart, trace_of


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
