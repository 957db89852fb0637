"""Repairs and resumes runs that were cut off."""

import os

from coach.app.live_run import RunContext, run_here
from coach.app.sensors import choose_sensors, say_default, sources_for
from coach.app.setup import recorded_setup
from coach.app.terminal import Console, keep_awake, stage_here
from coach.edge.clock import MachineClock
from coach.edge.debug_log import start_log
from coach.edge.paths import runner_paths
from coach.edge.recorder import Recorder, ResumedRecording, resume_recording
from coach.edge.run_folder import RunState, reopen_run_folder
from coach.edge.settings import load_settings
from coach.edge.store import Store, StoredRun
from coach.live.inputs import Resumed
from coach.live.run import LiveRun
from coach.problems import RecordingProblem
from coach.recording.codec import read_journal
from coach.recording.repair import split_torn
from coach.session.events import ResumeChoice


def resume_run(name: str | None, console: Console, *, as_json: bool) -> int:
    """Fold an interrupted run up to where it was cut off, conduct it from there, and return the exit code.

    Raises:
        CoachProblem: there is none, it was ended, or another program has it.
    """
    store = Store()
    paths = runner_paths()
    settings = load_settings(paths.settings, os.environ)
    interrupted = store.run(_newest(store) if name is None else name)
    _refuse_unbegun(interrupted)
    start_log(paths.log)
    clock = MachineClock()
    resumed = resume_recording(interrupted.path, clock)
    if resumed.torn_bytes:
        console.say(
            f"Note: {resumed.torn_bytes} damaged bytes at its end were set aside in recording.jsonl.torn."
        )
    run = _refold(resumed, console)
    choice = choose_sensors(None, console)
    say_default(choice, console)
    context = RunContext(settings, clock, stage_here(as_json=as_json), console, as_json)
    sources = sources_for(choice, run.setup, clock, context.announcer)

    async def begin() -> Recorder:
        return resumed.recorder

    event = Resumed(resumed.at, resumed.alive_until, ResumeChoice.CONTINUE)
    with keep_awake(console) as warning:
        return run_here(run, sources, context, begin=begin, resumed=event, warning=warning)


def repair_run(name: str) -> str:
    """Cut a run's journal back to its last good line; returns what was done, in a sentence.

    Raises:
        RecordingProblem: there is no such run, another program has it, or its first line is damaged.
    """
    run = Store().run(name)
    folder = reopen_run_folder(run.path, split_torn)
    os.close(folder.descriptor)
    state = run.manifest.state
    folder.update_manifest(state=RunState.INTERRUPTED if state is RunState.RECORDING else state)
    if not folder.torn_bytes:
        return f"Run {run.manifest.run} is whole; nothing was changed."
    return f"Run {run.manifest.run}: {folder.torn_bytes} damaged bytes set aside in recording.jsonl.torn."


def _newest(store: Store) -> str:
    interrupted = [run.manifest.run for run in store.runs() if run.manifest.state is RunState.INTERRUPTED]
    if not interrupted:
        raise RecordingProblem("there is no run that was cut off", "coach runs list shows those there are.")
    return interrupted[0]


def _refuse_unbegun(run: StoredRun) -> None:
    """Refuse a run without inputs, before anything is opened for writing.

    Raises:
        RecordingProblem: the journal cannot be read, or the run was cut off before its first input.
    """
    name = f"run {run.manifest.run}"
    journal = read_journal(Store().recording(str(run.path)).data, name=name)
    if not journal.inputs:
        raise RecordingProblem(f"{name} had not begun", "Start anew: coach run WORKOUT")


def _refold(resumed: ResumedRecording, console: Console) -> LiveRun:
    """Refold a journal to the state in which the run was last alive; its outputs are not emitted again."""
    run = LiveRun(recorded_setup(resumed.journal.header, console))
    for event in resumed.journal.inputs:
        run.receive(event)
    run.fire(resumed.alive_until)
    return run
