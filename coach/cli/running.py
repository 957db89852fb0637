"""A live run, from its name on a command line to its first moment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from coach.cli.announcer import Announcer
from coach.cli.header import header_of
from coach.cli.learning import sensors_by_source, taught
from coach.cli.live import run_here, stage_here
from coach.cli.measured import company_of, measured_by, require_sensor, say_default
from coach.cli.plan import Plan, plan_named
from coach.cli.setup import live_setup
from coach.cli.wakeful import held_awake
from coach.edge.clock import Clock, MachineClock
from coach.edge.debug_log import start_log
from coach.edge.paired_sensors import PairedSensor
from coach.edge.paths import runner_paths
from coach.edge.recorder import Recorder, start_recording
from coach.edge.run_folder import new_ulid
from coach.edge.settings import Settings, load_settings
from coach.live.inputs import RunSetup
from coach.live.run import LiveRun
from coach.signals.readings import Source


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run was asked to be like, as on the command line."""

    athlete: str | None
    sensors: str | None
    """`ble`, `sim` or `none`; None when nothing was said."""
    requires_sensor: bool
    """Is it not to start before a sensor is found?"""
    marks: bool
    record: str | None
    is_recorded: bool
    weather: tuple[float, float] | None = None
    """Temperature and dew point in Celsius; None to take what the settings say."""

    def under(self, settings: Settings) -> Settings:
        """The settings with the weather that was told on the command line."""
        if self.weather is None:
            return settings
        temperature, dew_point = self.weather
        told = replace(settings.session, temperature_c=temperature, dew_point_c=dew_point)
        return replace(settings, session=told)

    def runs(self, usual: Path) -> Path | None:
        """The folder to record into; None for not at all."""
        if not self.is_recorded:
            return None
        return usual if self.record is None else Path(self.record).expanduser()


def run_workout(workout: str, wanted: Wanted, *, as_json: bool) -> None:
    """Run a workout live, recorded unless asked otherwise.

    Raises:
        CoachProblem: the workout or athlete cannot be found or read, a sensor that is required is not there,
            or nothing can be recorded.
    """
    where = runner_paths()
    settings = wanted.under(load_settings(where.settings, os.environ))
    plan = plan_named(workout, wanted.athlete or settings.athlete)
    start_log(where.log)
    clock = MachineClock()
    stage = stage_here(as_json=as_json)
    measured = measured_by(wanted.sensors)
    if wanted.sensors is None:
        say_default(measured)
    run = new_ulid(clock.wall().epoch_s)
    setup = live_setup(plan, settings, run, stage, marks=wanted.marks, simulated=measured.is_simulated)
    sensors = sensors_by_source(measured.sensors)
    setup = taught(setup, plan.athlete, sensors)
    announcer = Announcer()
    runs = wanted.runs(where.runs)

    async def begin() -> Recorder | None:
        if wanted.requires_sensor:
            await require_sensor(measured, clock)
        return None if runs is None else recorder_of(setup, plan, clock, runs, sensors)

    with held_awake() as warning:
        run_here(
            LiveRun(setup),
            clock,
            settings,
            stage,
            company_of(measured, setup, clock, announcer),
            begin=begin,
            as_json=as_json,
            announcer=announcer,
            warning=warning,
        )


def recorder_of(
    setup: RunSetup, plan: Plan, clock: Clock, runs: Path, sensors: Mapping[Source, PairedSensor]
) -> Recorder:
    """Begin the recording of a run that is about to start, measured by these sensors.

    Raises:
        RecordingProblem: nothing can be recorded there.
    """
    return start_recording(
        runs,
        header_of(setup, plan, clock, sensors),
        clock,
        workout=setup.timeline.name,
        athlete=setup.athlete,
        steps=len(setup.timeline.steps),
    )
