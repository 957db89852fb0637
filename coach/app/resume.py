"""Finds runs that were cut off, offers them, resumes or ends them, and repairs their journals.

A run is offered for 30 minutes after it was last alive; what is offered is read from its journal, without folding it.
A run that is offered no longer, or of which every step was run, is closed where it was cut off, and kept.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

from coach.app.feeds import ConductedFeed
from coach.app.live_run import (
    AssembledRun,
    LiveScreen,
    RunContext,
    ShareRequest,
    assemble,
    mqtt_plan,
    report_ending,
    run_here,
    shared,
    voice_for,
)
from coach.app.sensors import RunSources, choose_sensors, say_default, sources_for
from coach.app.setup import device_numbers, recorded_setup, recorded_workout
from coach.app.terminal import SILENT, Console, RunMode, keep_awake, run_mode_here
from coach.edge.clock import Clock, MachineClock
from coach.edge.conductor import Ending, Resumption
from coach.edge.files import runner_paths
from coach.edge.machine import start_log
from coach.edge.paired_sensors import SensorMode
from coach.edge.recorder import Recorder, ResumedRecording, resume_recording
from coach.edge.run_folder import RunState, read_run, repair_run_folder
from coach.edge.settings import load_settings
from coach.edge.store import Store, run_name, stored_runs
from coach.live.contract import Closed, Output, Resumed, RunSetup, encode_event
from coach.live.run import LiveRun, TimedOutput
from coach.problems import CoachProblem, RecordingProblem, UsageProblem
from coach.quantities import Seconds
from coach.recording.codec import Header, Journal, read_journal
from coach.review.journaled import CONTINUED_WITHIN_S, KEYS_ON, CutOff, WayOn, cut_off, read_cut_off
from coach.session.events import ResumeChoice, StepUnderWay
from coach.workout.timeline import Step

if TYPE_CHECKING:
    from coach.edge.mqtt_address import MqttRequest


OFFERED_FOR_S: Final = 30 * 60.0
"""How long after it was last alive a run is offered, in seconds. Judged: later the runner is on another outing."""
_UNITS: Final = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"))
_LATER: Final = "n"
"""The answer that leaves a run as it is."""


@dataclass(frozen=True, slots=True)
class InterruptedRun:
    """A run that was cut off, as it is offered."""

    path: Path
    header: Header
    cut_off: CutOff
    alive_until: float
    """The moment it was last alive, in seconds since 1970."""
    clock: Clock
    steps: tuple[Step, ...] = ()
    """The steps of its workout; empty if it cannot be read."""

    @property
    def name(self) -> str:
        """The name that commands find it by."""
        return run_name(self.path, runner_paths().runs)

    @property
    def gap_s(self) -> float:
        """Seconds since it was last alive, as of now: it grows while the question waits."""
        return max(0.0, self.clock.wall().epoch_s - self.alive_until)

    @property
    def title(self) -> str:
        """The place in the workout: `Rep 4 of 10, 0:43 in`."""
        return self.cut_off.where

    @property
    def ways(self) -> tuple[tuple[WayOn, str], ...]:
        """The ways to resume it, each with a sentence."""
        return self.cut_off.ways(self.gap_s, self.steps)

    @property
    def since(self) -> str:
        """Workout and time: `10 x 400 m, cut off 2 min ago`."""
        return f"{self.cut_off.workout or 'A free run'}, cut off {self.ago}"

    @property
    def ago(self) -> str:
        """The time since it was cut off: `2 min ago`."""
        for size, word in _UNITS:
            if self.gap_s >= size:
                return f"{self.gap_s / size:.0f} {word} ago"
        return f"{self.gap_s:.0f} s ago"

    @property
    def too_late(self) -> str:
        """The reason that its step cannot continue."""
        return f"{self.title}: it was cut off {self.ago}; a step continues only within {CONTINUED_WITHIN_S:.0f} s"

    @property
    def sentence(self) -> str:
        """The whole offer in a sentence."""
        return self.cut_off.sentence(self.gap_s, self.steps)


# --- runs that were cut off: found, and offered


def interrupted_run(runs: Path, clock: Clock) -> InterruptedRun | None:
    """Return the run of a folder to offer; None if there is none.

    A false start hides no run before it.
    """
    offered = [run for run in interrupted_runs(runs, clock) if _is_offered(run)]
    if not offered:
        return None
    best = min(offered, key=lambda run: (run.cut_off.is_false_start, run.gap_s))
    return _with_steps(best)


def interrupted_runs(runs: Path, clock: Clock) -> list[InterruptedRun]:
    """Return the interrupted runs of a folder, the newest first; unreadable ones are left out."""
    paths = [run.path for run in stored_runs(runs) if run.manifest.state is RunState.INTERRUPTED]
    return [run for path in paths if (run := _read(path, clock)) is not None]


def _read(path: Path, clock: Clock) -> InterruptedRun | None:
    """Read the moment a run was cut off; None if it had not started, or cannot be read."""
    try:
        data = read_run(path)
        header = read_journal(data[: data.find(b"\n") + 1], name=path.name).header
    except (OSError, CoachProblem):
        return None
    where = read_cut_off(data)
    if where is None:
        return None
    return InterruptedRun(path, header, where, header.wall_epoch + where.alive_until, clock)


def _is_offered(run: InterruptedRun) -> bool:
    where = run.cut_off
    return run.gap_s < OFFERED_FOR_S and where.kind is not None and not where.is_over


def _with_steps(run: InterruptedRun) -> InterruptedRun:
    """Return the run with the steps of its workout, which tell what comes next."""
    try:
        return replace(run, steps=recorded_workout(run.header, SILENT).timeline.steps)
    except CoachProblem:
        return run


def ask_here(
    runs: Path,
    clock: Clock,
    console: Console,
    *,
    as_json: bool = False,
    sharing: ShareRequest | None = None,
    mqtt: "MqttRequest | None" = None,
) -> int | None:
    """Offer to resume the run that was cut off; return its exit code if it was resumed.

    None means that the command should continue: there is no such run, it is to wait, or it was ended. If the
    console cannot ask, a line names the command that resumes it.
    """
    run = interrupted_run(runs, clock)
    if run is None:
        return None
    if not console.can_ask() or run_mode_here(as_json=as_json) is not RunMode.SCREEN:
        console.say(f"{run.since}. {run.sentence}.")
        console.say(f"  Resume it: coach runs resume {run.name}")
        return None
    way = ask(run, console)
    if way is None:
        return None
    return go_on(run, way, console, as_json=as_json, sharing=sharing, mqtt=mqtt)


def ask(run: InterruptedRun, console: Console) -> WayOn | None:
    """Ask how a run continues; None for not now, or without an answer."""
    console.say(f"{run.since}")
    letters = _say_ways(run, console)
    while True:
        try:
            answer = console.ask(", ".join([*letters, _LATER])).casefold()
        except EOFError:
            return None
        if answer in {_LATER, ""}:
            return None
        ways = {KEYS_ON[way]: way for way, _ in run.ways}
        if answer in letters and answer not in ways:
            console.say(f"{run.too_late}.")
            letters = _say_ways(run, console)
        if answer in ways:
            return ways[answer]


def _say_ways(run: InterruptedRun, console: Console) -> list[str]:
    """Print the ways to resume a run as of now; return their letters."""
    console.say(f"{run.title}:")
    ways = [(KEYS_ON[way], text) for way, text in run.ways]
    for letter, sentence in [*ways, (_LATER, "not now")]:
        console.say(f"  {letter}  {sentence}")
    return [letter for letter, _ in ways]


# --- resumed by name or from the library


def resume_run(
    name: str | None,
    way: WayOn | None,
    console: Console,
    *,
    as_json: bool,
    sharing: ShareRequest | None = None,
    mqtt: "MqttRequest | None" = None,
) -> int:
    """Resume a run that was cut off, by default the newest, and return the exit code.

    Without a `way` the runner is asked. If the console cannot ask, a short gap is continued, and after a longer one
    the step starts again.

    Raises:
        CoachProblem: there is none, it was ended, another program has it open, or it cannot continue that way.
    """
    clock = MachineClock()
    run = run_called(name, clock)
    ways = [way_on for way_on, _ in run.ways]
    if not ways:
        way = WayOn.FINISH
    elif way is None:
        if console.can_ask() and run_mode_here(as_json=as_json) is RunMode.SCREEN:
            way = ask(run, console)
            if way is None:
                return 0
        else:
            way = ways[0]
            console.say(f"{run.title}: {run.ways[0][1]}. Another way: {_flags(ways[1:])}")
    if way not in {*ways, WayOn.FINISH}:
        raise UsageProblem(f"{_refusal(run, way)}. It can go on with {_flags(ways)}.")
    return go_on(run, way, console, as_json=as_json, sharing=sharing, mqtt=mqtt) or 0


def run_called(name: str | None, clock: Clock) -> InterruptedRun:
    """Find an interrupted run by name or folder, by default the newest that is no false start.

    Raises:
        RecordingProblem: there is none, it was ended, or it had not started.
    """
    if name is None:
        runs = [run for run in interrupted_runs(runner_paths().runs, clock) if not run.cut_off.is_over]
        if not runs:
            raise RecordingProblem("there is no run that was cut off", "coach runs list shows all runs.")
        return _with_steps(min(runs, key=lambda run: (run.cut_off.is_false_start, run.gap_s)))
    path = Store().run(name).path
    data = Store().recording(str(path)).data
    journal = read_journal(data, name=path.name)
    if journal.is_closed:
        raise RecordingProblem(
            f"{path.name} has ended and cannot be resumed", f"Watch it: coach replay {path.name}"
        )
    run = _read(path, clock) if journal.inputs else None
    if run is None:
        raise RecordingProblem(f"run {path.name} had not started", "Start a new one: coach run WORKOUT")
    return _with_steps(run)


def _flags(ways: Sequence[WayOn]) -> str:
    return ", ".join(f"--{way}" for way in ways)


def _refusal(run: InterruptedRun, way: WayOn) -> str:
    if way is WayOn.CONTINUE:
        return run.too_late
    return f"{run.title}: no step was under way"


def go_on(
    run: InterruptedRun,
    way: WayOn,
    console: Console,
    *,
    as_json: bool,
    sharing: ShareRequest | None = None,
    mqtt: "MqttRequest | None" = None,
) -> int | None:
    """Resume a run in the chosen way, and return the exit code; None if it is ended instead."""
    clock = MachineClock()
    choice = way.choice
    if choice is None:
        finish_run(run.path, clock, console)
        return None
    paths = runner_paths()
    settings = load_settings(paths.settings, os.environ)
    start_log(paths.log)
    run_mode = run_mode_here(as_json=as_json)
    voice = voice_for(settings, None, run_mode)
    context = RunContext(settings, clock, run_mode, console, as_json, voice, mqtt_plan(mqtt, settings))

    async def begin() -> Recorder:
        return ready.recorder

    with shared(sharing, context), keep_awake(console) as warning:
        ready = reopen(run, way, context)
        return run_here(
            ready.run,
            ready.sources,
            context,
            begin=begin,
            resumption=ready.resumption,
            earlier=ready.earlier,
            warning=warning,
        )


class InterruptedRuns:
    """The runs that were cut off, for the library screen."""

    def __init__(self, screen: LiveScreen, context: RunContext, runs: Path) -> None:
        """Offer the run of a folder, and resume it on this screen."""
        self._screen = screen
        self._context = context
        self._runs = runs
        self._run: InterruptedRun | None = None
        self.reopened: ReopenedRun | None = None
        """The run that was resumed; None while none is."""

    def offered(self) -> InterruptedRun | None:
        """Return the run to offer; None if there is none."""
        self._run = interrupted_run(self._runs, self._context.clock)
        return self._run

    def go_on(self, way: WayOn) -> ConductedFeed | None:
        """Resume the run that was offered; None if the runner chose to end it.

        Raises:
            CoachProblem: it was ended meanwhile, another program has it open, or it cannot be opened or read.
        """
        if self._run is None:
            return None
        if way is WayOn.FINISH:
            ending = Thread(target=finish_run, args=(self._run.path, self._context.clock, SILENT))
            ending.start()  # it has a loop of its own, and this is called on the loop of the screen
            ending.join()
            return None
        reopened = self.reopened = reopen(self._run, way, self._context)
        return self._screen.begin(reopened.assemble(self._context))


# --- ended, closed, repaired


def finish_run(path: Path, clock: Clock, console: Console) -> None:
    """End a run at the moment it was cut off, and say so.

    Raises:
        CoachProblem: another program has it open, or it cannot be opened or read.
    """
    recorder, is_complete = asyncio.run(_close(path, clock))
    if is_complete:
        report_ending(path.name, Ending.FINISHED, recorder, console)
    else:
        console.say(f"Run {path.name} could not be closed; its recording is kept.")


def close_run(path: Path, clock: Clock) -> None:
    """Close a run that is too old to be offered, if it can be closed.

    Its remaining outputs are journaled.
    """
    with suppress(CoachProblem):
        asyncio.run(_close(path, clock))


def close_old_runs(runs: Path, clock: Clock) -> None:
    """Close the runs of a folder that are too old to be offered, at the moment they were cut off."""
    old_runs = [
        run for run in interrupted_runs(runs, clock) if run.gap_s >= OFFERED_FOR_S or run.cut_off.is_over
    ]
    for run in old_runs:
        close_run(run.path, clock)


def repair_run(name: str) -> str:
    """Rewrite a run's journal from all its intact records; return a sentence about it.

    Raises:
        RecordingProblem: there is no such run, another program has it open, a newer version wrote it, or its
            header is lost.
    """
    run = Store().run(name)
    result = repair_run_folder(run.path)
    if not result.damaged_places:
        return f"Run {run.manifest.run} is intact, all {result.records:,} records of it; nothing was lost."
    places = "1 place was" if result.damaged_places == 1 else f"{result.damaged_places} places were"
    size = "1 byte" if result.damaged_bytes == 1 else f"{result.damaged_bytes:,} bytes"
    return (
        f"Run {run.manifest.run}: {result.records:,} records saved. {places} damaged: "
        f"{size} set aside in recording.jsonl.torn."
    )


async def _close(path: Path, clock: Clock) -> tuple[Recorder, bool]:
    """Close the journal of an interrupted run at the moment it was last alive."""
    resumed = resume_recording(path, clock)
    recorder = resumed.recorder
    run = LiveRun(recorded_setup(resumed.journal.header, SILENT))
    refolded = _refold(resumed.journal, run, RunSources())
    recorder.append_outputs(refolded.missing)
    closed = Closed(refolded.alive_until)
    recorder.append_input(closed)
    recorder.append_outputs([TimedOutput(output, run.run_s(output.at)) for output in run.receive(closed)])
    return recorder, (await recorder.close(RunState.FINISHED)).is_complete


# --- a journal opened again and replayed

_SAME_S: Final = 2e-3
"""Starts of a step within this time are the same, in seconds: outputs have whole milliseconds."""
_ROUNDED_S: Final = 5e-4
"""The most that rounding to whole milliseconds can move an output, in seconds."""


@dataclass(frozen=True, slots=True)
class ReopenedRun:
    """An interrupted run, replayed and ready to be conducted."""

    run: LiveRun
    sources: RunSources
    recorder: Recorder
    resumption: Resumption
    earlier: tuple[Output, ...] = ()
    """Its outputs so far."""

    def assemble(self, context: RunContext) -> AssembledRun:
        """Connect it with its sources, sinks and recording."""
        return assemble(
            self.run,
            self.sources,
            context,
            recorder=self.recorder,
            resumption=self.resumption,
            earlier=self.earlier,
        )


def reopen(
    interrupted: InterruptedRun,
    way: WayOn,
    context: RunContext,
    *,
    sources: Callable[[RunSetup], RunSources] | None = None,
) -> ReopenedRun:
    """Open the journal of an interrupted run and replay it, with the sources it had before, or these `sources`.

    Raises:
        CoachProblem: it was ended, another program has it open, or it cannot be opened or read.
    """
    return _reopened_run(resume_recording(interrupted.path, context.clock), way.choice, context, sources)


def take_end_back(path: Path, context: RunContext) -> ReopenedRun:
    """Open the journal of a run that has just ended, and replay it up to its end, to take the end back.

    Raises:
        CoachProblem: another program has it open, or it cannot be opened or read.
    """
    resumed = resume_recording(path, context.clock, may_have_ended=True)
    return _reopened_run(resumed, ResumeChoice.TAKE_BACK, context)


def _reopened_run(
    resumed: ResumedRecording,
    way: ResumeChoice | None,
    context: RunContext,
    sources_of: Callable[[RunSetup], RunSources] | None = None,
) -> ReopenedRun:
    """Replay an opened journal, and create the sources of the run."""
    if resumed.torn_bytes:
        context.console.say(
            f"Note: {resumed.torn_bytes} damaged bytes at its end were set aside in recording.jsonl.torn."
        )
    header = resumed.journal.header
    setup = recorded_setup(header, context.console)
    sources = _recorded_sources(header, setup, context) if sources_of is None else sources_of(setup)
    run = LiveRun(setup)
    refolded = _refold(resumed.journal, run, sources)
    at = Seconds(max(resumed.at, refolded.alive_until))
    under_way = None if way is ResumeChoice.TAKE_BACK else refolded.under_way
    event = Resumed(at, refolded.alive_until, way, under_way)
    _advance_runner(sources, at)
    return ReopenedRun(run, sources, resumed.recorder, Resumption(event, refolded.missing), refolded.outputs)


def _recorded_sources(header: Header, setup: RunSetup, context: RunContext) -> RunSources:
    """Return the sources of a resumed run: those it had before."""
    mode, relays = _recorded_mode(header.sensors, context)
    if not header.sensors and not header.devices:
        mode = SensorMode.NONE  # its header is older than the field for sources: no paired sensor measured it
    choice = choose_sensors(mode, context.console, setup.athlete, relays=relays)
    if mode is None:
        say_default(choice, context.console)
    numbers = device_numbers(header)
    return sources_for(choice, setup, context.clock, context.announcer, numbers or None)


def _recorded_mode(recorded: str, context: RunContext) -> tuple[str | None, bool]:
    """Return the sources of a resumed run (None for the sensors paired now), and True if values are forwarded.

    They are forwarded if an address is open for them, and continue to be if there is a broker.
    """
    modes = [word for word in recorded.split(",") if word != SensorMode.RELAY]
    was_relayed = len(modes) < len(recorded.split(","))
    has_address = context.sharing is not None and context.sharing.takes_values
    relays = has_address or (was_relayed and context.mqtt is not None)
    if was_relayed and not relays:
        context.console.say("Note: phones have no address to forward to; --relay opens one.")
    if not modes:
        return SensorMode.NONE, relays
    return modes[0] if modes[0] in {SensorMode.SIM, SensorMode.NONE} else None, relays


@dataclass(frozen=True, slots=True)
class _Refolded:
    """The result of replaying a journal."""

    alive_until: Seconds
    under_way: StepUnderWay | None
    """The step under way as it was shown; None if the journal does not say."""
    missing: tuple[TimedOutput, ...]
    """The outputs of the last inputs that the journal lacks."""
    outputs: tuple[Output, ...]
    """All outputs."""


def _refold(journal: Journal, run: LiveRun, sources: RunSources) -> _Refolded:
    """Replay a journal to the state in which the run was last alive; a simulated runner relives it too."""
    answered_at = max((float(event.get("at_s", 0.0)) + _ROUNDED_S for event in journal.outputs), default=0.0)
    alive_until = Seconds(max(answered_at, journal.inputs[-1].at))
    timed_outputs: list[TimedOutput] = []

    def collect(outputs: Sequence[Output]) -> None:
        for output in outputs:
            timed_outputs.append(TimedOutput(output, run.run_s(output.at)))
            if sources.runner is not None:
                sources.runner.offer(timed_outputs[-1])

    for event in journal.inputs[: journal.answered]:
        _advance_runner(sources, event.at)
        collect(run.receive(event))
    rest = journal.inputs[journal.answered :]
    collect(run.fire(Seconds(min(answered_at, *(event.at for event in rest[:1]), alive_until))))
    recorded, replayed = cut_off(journal.outputs, journal.inputs[-1].at).under_way, _under_way(run)
    for event in rest:
        _advance_runner(sources, event.at)
        collect(run.receive(event))
    collect(run.fire(alive_until))
    missing = _missing_outputs(journal, timed_outputs)
    if recorded is not None and (missing is not None or _is_same(recorded, replayed)):
        recorded = _under_way(run)
    outputs = tuple(timed.output for timed in timed_outputs)
    return _Refolded(alive_until, recorded, missing or (), outputs)


def _advance_runner(sources: RunSources, at: Seconds) -> None:
    if sources.runner is not None:
        sources.runner.skip_to(at)


def _under_way(run: LiveRun) -> StepUnderWay:
    step = run.session.step
    return StepUnderWay("" if step is None else step.step_id, run.session.index, run.session.step_started_at)


def _is_same(recorded: StepUnderWay, replayed: StepUnderWay) -> bool:
    if recorded.step_id != replayed.step_id or recorded.started_at is None or replayed.started_at is None:
        return False
    return abs(recorded.started_at - replayed.started_at) < _SAME_S


def _missing_outputs(
    journal: Journal, timed_outputs: Sequence[TimedOutput]
) -> tuple[TimedOutput, ...] | None:
    """Return the outputs after those of the journal; None if this version derives others from the same inputs."""
    count = len(journal.outputs)
    events = [encode_event(timed.output, timed.run_s) for timed in timed_outputs[:count]]
    return tuple(timed_outputs[count:]) if events == list(journal.outputs) else None
