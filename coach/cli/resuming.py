"""Runs that were cut off: mended, and gone on with."""

import os

from coach.cli.errors import narrate
from coach.cli.live import Company, recorder_again, run_here, stage_here
from coach.cli.playing import last_moment
from coach.cli.setup import setup_from
from coach.edge.clock import MachineClock
from coach.edge.debug_log import start_log
from coach.edge.places import places
from coach.edge.recorder import Recorder
from coach.edge.run_folder import RunFolder, RunState, reopen
from coach.edge.settings import load_settings
from coach.edge.shelf import Shelf, ShelvedRun
from coach.live.run import LiveRun
from coach.problems import RecordingProblem
from coach.quantities import Seconds
from coach.recording.codec import read_journal
from coach.recording.fold import Said
from coach.recording.records import Journal
from coach.recording.repair import repaired
from coach.session.buttons import Button, Origin, Pressed
from coach.session.phases import Phase


def resume_run(wanted: str | None, *, as_json: bool) -> None:
    """Fold an interrupted run up to where it was cut off, and conduct it from there.

    Raises:
        CoachProblem: there is none, it was ended, or another program has it.
    """
    shelf = Shelf()
    where = places()
    settings = load_settings(where.settings, os.environ)
    found = shelf.run(_newest(shelf) if wanted is None else wanted)
    journal = _read(found)
    start_log(where.log)
    folder = reopen(found.path, repaired)
    _say_torn(folder)
    clock = MachineClock()
    recorder = recorder_again(folder, clock)
    run, last = _folded(journal, recorder)
    run_here(
        run,
        clock,
        settings,
        stage_here(as_json=as_json),
        Company(),
        recorder=recorder,
        resumed_at=last,
        as_json=as_json,
    )


def repair_run(wanted: str) -> str:
    """Cut a run's journal back to its last good line; returns what was done, in a sentence.

    Raises:
        RecordingProblem: there is no such run, another program has it, or its first line is damaged.
    """
    found = Shelf().run(wanted)
    folder = reopen(found.path, repaired)
    os.close(folder.handle)
    state = found.manifest.state
    folder.describe(state=RunState.INTERRUPTED if state is RunState.RECORDING else state)
    if not folder.torn_bytes:
        return f"Run {found.manifest.run} is whole; nothing was changed."
    return f"Run {found.manifest.run}: {folder.torn_bytes} damaged bytes set aside in recording.jsonl.torn."


def _newest(shelf: Shelf) -> str:
    cut_off = [run.manifest.run for run in shelf.runs() if run.manifest.state is RunState.INTERRUPTED]
    if not cut_off:
        raise RecordingProblem("there is no run that was cut off", "coach runs list shows those there are.")
    return cut_off[0]


def _read(found: ShelvedRun) -> Journal:
    """Read the journal of a run that is to go on.

    Raises:
        RecordingProblem: it cannot be read, or the run was ended.
    """
    document = Shelf().recording(str(found.path))
    journal = read_journal(document.data, name=f"run {found.manifest.run}")
    if journal.is_closed:
        raise RecordingProblem(
            f"run {found.manifest.run} was ended and cannot go on",
            f"Look at it: coach runs show {found.manifest.run}",
        )
    if not journal.inputs:
        raise RecordingProblem(f"run {found.manifest.run} had not begun", "Start anew: coach run WORKOUT")
    return journal


def _folded(journal: Journal, recorder: Recorder) -> tuple[LiveRun, Seconds]:
    """Fold a journal into the run as it was, and say when that was.

    Without sensors hours may pass without an input, and then only what was said tells how far the run had come.
    An input that changes nothing marks that moment in the journal: without it, the next fold would take all
    those hours for the gap.
    """
    run = LiveRun(setup_from(journal.header))
    for event in journal.inputs:
        run.receive(event)
    last, alive = journal.inputs[-1].at, last_moment(journal)
    if alive > last:
        is_paused = run.snapshot().phase is Phase.PAUSED
        mark = Pressed(alive, Button.PAUSE if is_paused else Button.RESUME, Origin.RECORDING)
        recorder.eat(mark)
        recorder.say([Said(output, run.run_s(output.at)) for output in run.receive(mark)])
        last = alive
    return run, last


def _say_torn(folder: RunFolder) -> None:
    if folder.torn_bytes:
        narrate(f"Note: {folder.torn_bytes} damaged bytes at its end were set aside in recording.jsonl.torn.")
