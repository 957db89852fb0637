"""Simulates a run of a workout: as a journal, as a CSV stream, or over the air as a Bluetooth sensor."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.athletes import runner_for
from coach.app.header import header_of
from coach.app.live_run import RunContext, assemble
from coach.app.sensors import RunSources
from coach.app.setup import live_setup
from coach.app.terminal import Console, RunMode, keep_log_off_the_terminal
from coach.app.workouts import CompiledWorkout, compile_named
from coach.edge.clock import MachineClock, WallTime
from coach.edge.files import SMALL_LIMIT, plain, read_file, runner_paths
from coach.edge.playback import SimulatedRunner
from coach.edge.settings import Settings, load_settings
from coach.interchange.recordings.csv import csv_stream
from coach.live.inputs import Input, RunSetup
from coach.live.outputs import encode_event
from coach.live.run import LiveRun
from coach.problems import SensorProblem, SensorTrouble, SettingsProblem
from coach.recording.codec import Header, encode_header, encode_input, encode_output
from coach.simulate.behaviour import RunnerProfile, read_profile
from coach.simulate.runner import VirtualRunner, simulate

if TYPE_CHECKING:
    from coach.edge.peripheral import VirtualSensor  # bumble may not be there

FORMATS: Final = (".jsonl", ".csv")
"""The suffixes of the files a simulated run can be written to: a journal, a CSV stream."""
_PROFILE_HINT: Final = 'A profile is JSON such as {"format": "coach-runner/1", "pod_factor": 1.02}.'


@dataclass(frozen=True, slots=True)
class SimulationRequest:
    """A simulated run as requested on the command line."""

    workout: str
    seed: int
    athlete: str | None
    profile: str | None
    """The file of a runner's profile; None for a club runner."""
    race: str | None = None
    """A race whose paces are run in place of the athlete's."""


def simulated_file(request: SimulationRequest, suffix: str, console: Console) -> bytes:
    """Let a virtual runner run a workout; returns the run as a file of this suffix.

    Raises:
        CoachProblem: something cannot be found or read.
    """
    settings = load_settings(runner_paths().settings, os.environ)
    workout, setup = _set_up(request, settings, f"sim-{request.seed}", console)
    setup = replace(setup, ends_after_s=None)  # the runner stands for some seconds before it is closed
    profile = _profile(request.profile)
    runner = VirtualRunner(profile, request.seed, timeline=setup.timeline, presses=True)
    inputs = simulate(LiveRun(setup), runner).inputs
    if suffix == ".csv":
        return csv_stream(inputs, setup.signals)
    return journal_of(setup, header_of(setup, workout, StillClock()), inputs)


def broadcast(request: SimulationRequest, controllers: Sequence[str], console: Console) -> int:
    """Let a simulated runner run in real time, once somebody listens over the air; returns the exit code.

    Raises:
        CoachProblem: something cannot be found or read, or there is no controller to send with.
    """
    settings = load_settings(runner_paths().settings, os.environ)
    _, setup = _set_up(request, settings, f"radio-{request.seed}", console)
    runner = VirtualRunner(_profile(request.profile), request.seed, timeline=setup.timeline, presses=True)
    keep_log_off_the_terminal()
    context = RunContext(settings, MachineClock(), RunMode.UNATTENDED, console)
    return asyncio.run(_broadcast(setup, runner, controllers, context))


def _set_up(
    request: SimulationRequest, settings: Settings, run: str, console: Console
) -> tuple[CompiledWorkout, RunSetup]:
    runner = runner_for(request.athlete, request.race, console=console)
    workout = compile_named(request.workout, runner, console)
    return workout, live_setup(workout, settings, run, RunMode.UNATTENDED, simulated=True)


def _profile(name: str | None) -> RunnerProfile:
    """Read the runner of a profile's file; a club runner where none is named.

    Raises:
        SettingsProblem: the file cannot be read, or is no profile.
    """
    if name is None:
        return RunnerProfile()
    path = Path(name).expanduser()
    data = read_file(path, limit=SMALL_LIMIT, what="profile", problem=SettingsProblem, hint=_PROFILE_HINT)
    return read_profile(data, name=plain(name))


# --- over the air


async def _broadcast(
    setup: RunSetup, runner: VirtualRunner, controllers: Sequence[str], context: RunContext
) -> int:
    """Run on the air from the first listener to the end; the exit code."""
    try:
        from coach.edge.peripheral import Broadcast, on_air, sensors_by_controller
    except ImportError as error:
        raise SensorProblem(
            f"--radio needs {error.name}, which is not installed",
            "Install it with: python -m pip install 'trackside-coach[radio]'",
            reason=SensorTrouble.NOT_SUPPORTED,
        ) from error
    simulated = SimulatedRunner(runner, context.clock)
    async with on_air(sensors_by_controller(controllers)) as sensors:
        names = " and ".join(sensor.profile.name for sensor in sensors)
        context.console.say(
            f"On the air: {names}. He starts when somebody connects and listens; Ctrl-C ends it."
        )
        await _wait_for_listener(sensors)
        context.console.say("Somebody listens: off he goes.")
        sources = RunSources([Broadcast(simulated, sensors)], simulated)
        _, code = await assemble(LiveRun(setup), sources, context).conduct()
        return code


async def _wait_for_listener(sensors: "Sequence[VirtualSensor]") -> None:
    """Wait until somebody listens to one of them."""
    listeners = [asyncio.ensure_future(sensor.subscribed.wait()) for sensor in sensors]
    try:
        await asyncio.wait(listeners, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for listener in listeners:
            listener.cancel()


# --- as a file


class StillClock:
    """A clock that stands still, so that the same inputs make the same file, and nobody sees from it when."""

    def monotonic(self) -> float:
        """Always 0."""
        return 0.0

    def wall(self) -> WallTime:
        """Always the beginning of 1970."""
        return WallTime(0.0, "UTC", 0)

    def asleep_s(self) -> float:
        """Always 0."""
        return 0.0

    async def sleep_until(self, moment: float) -> None:
        """Do not wait."""


def journal_of(setup: RunSetup, header: Header, inputs: Iterable[Input]) -> bytes:
    """Write the journal of a run: each input, then its outputs."""
    run = LiveRun(setup)
    lines = [encode_header(header)]
    for event in inputs:
        lines.append(encode_input(event))
        lines += [encode_output(encode_event(output, run.run_s(output.at))) for output in run.receive(event)]
    return b"".join(lines)
