"""Simulates a run of a workout: as a journal, as a CSV stream, or over the air as a Bluetooth sensor."""

import asyncio
import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.athletes import runner_for
from coach.app.header import header_of
from coach.app.live_run import RunContext, assemble
from coach.app.sensors import RunSources
from coach.app.setup import live_setup
from coach.app.terminal import Console, Stage, keep_log_off_the_terminal
from coach.app.workouts import CompiledWorkout, compile_named
from coach.edge.clock import MachineClock, WallTime
from coach.edge.files import SMALL_LIMIT, plain, read_file
from coach.edge.paths import runner_paths
from coach.edge.settings import Settings, load_settings
from coach.edge.sources.simulated import SimulatedRunner
from coach.gatt.heart_rate import HeartRateMeasurement
from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.live.encoding import encode_event
from coach.live.inputs import Input, RunSetup
from coach.live.run import LiveRun
from coach.problems import SensorProblem, SensorTrouble, SettingsProblem
from coach.quantities import Seconds
from coach.recording.codec import encode_header, encode_input, encode_output
from coach.recording.records import Header
from coach.session.buttons import Button, Pressed
from coach.signals.readings import Characteristic, Notified
from coach.simulate.profile import RunnerProfile, read_profile
from coach.simulate.runner import VirtualRunner, simulate

if TYPE_CHECKING:
    from coach.edge.peripheral import VirtualSensor  # bumble may not be there

FORMATS: Final = (".jsonl", ".csv")
"""The suffixes of the files a simulated run can be written to: a journal, a CSV stream."""
COLUMNS: Final = (
    "time_s", "source", "heart_rate_bpm", "rr_ms", "speed_mps", "cadence_spm", "distance_m", "mark",
)  # fmt: skip
"""The columns of a simulated CSV stream."""
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
        return _csv(inputs, feet=2 if profile.counts_one_foot else 1)
    return _journal(setup, header_of(setup, workout, _StillClock()), inputs)


def broadcast(request: SimulationRequest, controllers: Sequence[str], console: Console) -> int:
    """Let a simulated runner run in real time, once somebody listens over the air; returns the exit code.

    Raises:
        CoachProblem: something cannot be found or read, or there is no controller to send with.
    """
    settings = load_settings(runner_paths().settings, os.environ)
    _, setup = _set_up(request, settings, f"radio-{request.seed}", console)
    runner = VirtualRunner(_profile(request.profile), request.seed, timeline=setup.timeline, presses=True)
    keep_log_off_the_terminal()
    context = RunContext(settings, MachineClock(), Stage.UNATTENDED, console)
    return asyncio.run(_broadcast(setup, runner, controllers, context))


def _set_up(
    request: SimulationRequest, settings: Settings, run: str, console: Console
) -> tuple[CompiledWorkout, RunSetup]:
    runner = runner_for(request.athlete, request.race, console=console)
    workout = compile_named(request.workout, runner, console)
    return workout, live_setup(workout, settings, run, Stage.UNATTENDED, simulated=True)


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


class _StillClock:
    """A clock that stands still, so that the same seed makes the same file."""

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


def _journal(setup: RunSetup, header: Header, inputs: Iterable[Input]) -> bytes:
    """Write the journal of a live run: each input, then its outputs."""
    run = LiveRun(setup)
    lines = [encode_header(header)]
    for event in inputs:
        lines.append(encode_input(event))
        lines += [encode_output(encode_event(output, run.run_s(output.at))) for output in run.receive(event)]
    return b"".join(lines)


def _csv(inputs: Iterable[Input], *, feet: int) -> bytes:
    """Write a CSV stream: what the sensors measured, in numbers, and the marks.

    The cadence the footpod sends is multiplied by `feet` to steps.
    """
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(_rows(inputs, feet))
    return text.getvalue().encode()


def _rows(inputs: Iterable[Input], feet: int) -> Iterator[dict[str, object]]:
    for event in inputs:
        match event:
            case Notified(characteristic=Characteristic.HEART_RATE_MEASUREMENT):
                measurement = HeartRateMeasurement.from_bytes(event.payload)
                if isinstance(measurement, HeartRateMeasurement):
                    rr = " ".join(f"{1000 * interval_s:.0f}" for interval_s in measurement.rr_s)
                    yield _row(event.at, source=event.source, heart_rate_bpm=measurement.heart_rate, rr_ms=rr)
            case Notified(characteristic=Characteristic.RSC_MEASUREMENT):
                pace_measurement = RunningSpeedCadenceMeasurement.from_bytes(event.payload)
                if isinstance(pace_measurement, RunningSpeedCadenceMeasurement):
                    yield _row(event.at, source=event.source, **_steps(pace_measurement, feet))
            case Pressed(button=Button.MARK | Button.GO):
                yield _row(event.at, mark=1)
            case _:
                pass


def _steps(step: RunningSpeedCadenceMeasurement, feet: int) -> dict[str, object]:
    cells: dict[str, object] = {"speed_mps": round(step.speed, 3), "cadence_spm": feet * step.cadence}
    if step.distance is not None:
        cells["distance_m"] = round(step.distance, 1)
    return cells


def _row(at: Seconds, **cells: object) -> dict[str, object]:
    return {"time_s": round(at, 3), **cells}
