"""Runs that were cut off: mended, and gone on with."""

import os

from coach.cli.announcer import Announcer
from coach.cli.errors import narrate
from coach.cli.header import setup_from
from coach.cli.live import run_here, stage_here
from coach.cli.measured import company_of, measured_by, say_default
from coach.cli.wakeful import held_awake
from coach.edge.clock import MachineClock
from coach.edge.debug_log import start_log
from coach.edge.paths import runner_paths
from coach.edge.recorder import Recorder, ResumedRecording, resume_recording
from coach.edge.run_folder import RunState, reopen_run_folder
from coach.edge.settings import load_settings
from coach.edge.store import Store, StoredRun
from coach.live.run import LiveRun
from coach.problems import RecordingProblem
from coach.recording.codec import read_journal
from coach.recording.repair import split_torn


def resume_run(wanted: str | None, *, as_json: bool) -> None:
    """Fold an interrupted run up to where it was cut off, and conduct it from there.

    Raises:
        CoachProblem: there is none, it was ended, or another program has it.
    """
    shelf = Store()
    where = runner_paths()
    settings = load_settings(where.settings, os.environ)
    found = shelf.run(_newest(shelf) if wanted is None else wanted)
    _refuse_unbegun(found)
    start_log(where.log)
    clock = MachineClock()
    resumed = resume_recording(found.path, clock)
    _say_torn(resumed.torn_bytes)
    run = _folded(resumed)
    measured = measured_by(None)
    say_default(measured)
    announcer = Announcer()

    async def begin() -> Recorder:
        return resumed.recorder

    with held_awake() as warning:
        run_here(
            run,
            clock,
            settings,
            stage_here(as_json=as_json),
            company_of(measured, run.setup, clock, announcer),
            begin=begin,
            resumed_at=resumed.at,
            alive_until=resumed.alive_until,
            as_json=as_json,
            announcer=announcer,
            warning=warning,
        )


def repair_run(wanted: str) -> str:
    """Cut a run's journal back to its last good line; returns what was done, in a sentence.

    Raises:
        RecordingProblem: there is no such run, another program has it, or its first line is damaged.
    """
    found = Store().run(wanted)
    folder = reopen_run_folder(found.path, split_torn)
    os.close(folder.descriptor)
    state = found.manifest.state
    folder.update_manifest(state=RunState.INTERRUPTED if state is RunState.RECORDING else state)
    if not folder.torn_bytes:
        return f"Run {found.manifest.run} is whole; nothing was changed."
    return f"Run {found.manifest.run}: {folder.torn_bytes} damaged bytes set aside in recording.jsonl.torn."


def _newest(shelf: Store) -> str:
    cut_off = [run.manifest.run for run in shelf.runs() if run.manifest.state is RunState.INTERRUPTED]
    if not cut_off:
        raise RecordingProblem("there is no run that was cut off", "coach runs list shows those there are.")
    return cut_off[0]


def _refuse_unbegun(found: StoredRun) -> None:
    """Look before anything is opened for writing.

    Raises:
        RecordingProblem: the journal cannot be read, or the run was cut off before its first input.
    """
    name = f"run {found.manifest.run}"
    journal = read_journal(Store().recording(str(found.path)).data, name=name)
    if not journal.inputs:
        raise RecordingProblem(f"{name} had not begun", "Start anew: coach run WORKOUT")


def _folded(resumed: ResumedRecording) -> LiveRun:
    """Fold a journal into the run as it was when it was last alive; nothing of that is said again."""
    run = LiveRun(setup_from(resumed.journal.header))
    for event in resumed.journal.inputs:
        run.receive(event)
    run.fire(resumed.alive_until)
    return run


def _say_torn(torn_bytes: int) -> None:
    if torn_bytes:
        narrate(f"Note: {torn_bytes} damaged bytes at its end were set aside in recording.jsonl.torn.")
