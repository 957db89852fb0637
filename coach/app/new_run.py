"""Starts a new run of a workout that is named on the command line or picked on the screen.

What reads documents is imported by the functions that need it: a request is made before the library is painted.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from coach.app.terminal import Announcer, Console, keep_awake, run_mode_here
from coach.cues.config import Listening
from coach.edge.clock import Clock, MachineClock
from coach.edge.files import runner_paths
from coach.edge.settings import Settings, load_settings
from coach.problems import UsageProblem

if TYPE_CHECKING:
    from coach.app.live_run import RunContext
    from coach.app.sensors import RunSources, SensorChoice
    from coach.app.workouts import CompiledWorkout
    from coach.athlete import Athlete
    from coach.edge.paired_sensors import PairedSensor
    from coach.edge.recorder import Recorder
    from coach.edge.telemetry.address import MqttRequest
    from coach.live.inputs import RunSetup
    from coach.plan.today import DayLimits
    from coach.signals.readings import Source


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """Who else is to see a run, as requested on the command line."""

    address: str | None = None
    """Where phones may look, as written; empty to be asked, None for nowhere."""
    has_control: bool = False
    """True if a phone may press buttons."""
    has_board: bool = False
    """True for the page in this laptop's own browser."""
    has_relay: bool = False
    """True if phones may send what sensors measure."""
    webhook: str | None = None
    """Where each cue is posted; None for nowhere."""
    webhook_with: frozenset[str] = frozenset()
    """What the posted cues tell besides: `names`, `heart-rate`."""
    lamps: tuple[str, ...] = ()
    """The lamps that show the state and the strips that are a lap, as written."""

    @property
    def is_shared(self) -> bool:
        """Whether phones may connect; the board alone is for this laptop only."""
        return self.address is not None or self.has_control or self.has_relay

    @property
    def is_served(self) -> bool:
        """Whether there is a server."""
        return self.is_shared or self.has_board


@dataclass(frozen=True, slots=True)
class DayRequest:
    """What is asked for of today's session: `coach run today`, and what of it is said before any run."""

    is_as_planned: bool = False
    """True if what was planned is run, whatever is suggested."""
    limits: "DayLimits | None" = None
    """What the day leaves room for."""
    wind_mps: float | None = None
    is_hilly: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether anything of it was given."""
        return self != DayRequest()


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run as requested on the command line."""

    athlete: str | None
    sensors: str | None
    """`ble`, `sim`, `none` or `relay`, or several with commas; None if it was not given."""
    requires_sensor: bool
    """True if it starts only once a sensor is found."""
    marks: bool
    record: str | None
    is_recorded: bool
    race: str | None = None
    """A race whose paces are run in place of the athlete's."""
    weather: tuple[float, float] | None = None
    """Temperature and dew point in Celsius; None for those of the settings."""
    voice: str | None = None
    """Who speaks: `clips`, `neural`, `system` or `off`; None if it was not given."""
    listening: str | None = None
    """Where cues are heard, `ears` or `speaker`; None for that of the settings."""
    adapter: str | None = None
    """The Bluetooth adapter, by name or address; None for that of the settings."""
    halfway: bool = False
    """True if the middle of an easy run is called, whatever the settings say."""

    light: str = "plan"
    """Whose reps the pacing light runs, as `LightOf` names it: the plan's, or those of an earlier run."""
    day: DayRequest = DayRequest()
    """What is asked for of today's session."""
    mqtt: "MqttRequest | None" = None
    """The broker that is asked for; None for that of the settings."""
    sharing: ShareRequest | None = None
    """Who else is to see the run; None for nobody."""

    @property
    def relays(self) -> bool:
        """Whether there is an address to forward values to, which are then taken."""
        return self.sharing is not None and self.sharing.has_relay

    def under(self, settings: Settings) -> Settings:
        """The settings with the weather and the way of listening of the command line."""
        cues = settings.cues
        listening = cues.listening if self.listening is None else Listening(self.listening)
        cues = replace(cues, listening=listening, halfway=cues.halfway or self.halfway)
        settings = replace(settings, cues=cues)
        if self.weather is None:
            return settings
        temperature, dew_point = self.weather
        session = replace(settings.session, temperature_c=temperature, dew_point_c=dew_point)
        return replace(settings, session=session)

    def for_workout(self, workout: str) -> "RunRequest":
        """The same for a workout by name: `time` is timed by hand whatever was asked for."""
        from coach.workout.timeline import JUST_TIME

        return replace(self, marks=True) if workout.casefold() == JUST_TIME else self

    def runs(self, usual: Path) -> Path | None:
        """The folder to record into; None for not at all."""
        if not self.is_recorded:
            return None
        return usual if self.record is None else Path(self.record).expanduser()


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that is set up and has not begun."""

    setup: "RunSetup"
    workout: "CompiledWorkout"
    sensors: "Mapping[Source, PairedSensor]"
    sources: "RunSources"
    mode: str
    """What measures it, as `--sensors` says it."""
    pool: "Mapping[int, PairedSensor]"
    """The sensors any of which may be behind a source, by their number."""

    def record(self, runs: Path | None, clock: Clock, announcer: Announcer) -> "Recorder | None":
        """Begin the recording in a folder of runs, and warn of little room; None for a run that is not recorded.

        Raises:
            RecordingProblem: nothing can be recorded there.
        """
        from coach.edge.files import runner_paths
        from coach.edge.recorder import start_recording
        from coach.edge.run_folder import room_warning
        from coach.edge.store import remember_folder

        if runs is None:
            return None
        if warning := room_warning(runs):
            announcer(f"Note: {warning}")
        from coach.app.header import header_of

        remember_folder(runs, runner_paths())
        return start_recording(
            runs,
            header_of(self.setup, self.workout, clock, self.sensors, self.mode, pool=self.pool),
            clock,
            workout=self.setup.timeline.name,
            athlete=self.setup.athlete,
            steps=len(self.setup.timeline.steps),
        )


def set_up(
    workout: "CompiledWorkout", request: RunRequest, choice: "SensorChoice", context: "RunContext"
) -> NewRun:
    """Set up a run of a workout as it is requested, with what earlier runs taught.

    Raises:
        AthleteProblem: a rule that is switched on needs a number the athlete has not.
        CoachProblem: the pacing light is to run as an earlier run did, and there is none.
        UsageProblem: forwarded values are asked for, and nothing leads to them.
    """
    if choice.relays and not request.relays and context.mqtt is None:
        raise UsageProblem(
            "--sensors relay needs a way in",
            "--relay opens an address for phones; with --mqtt gateways publish to a broker.",
        )
    from coach.app.sensors import pooled_sensors, sensors_by_source, sources_for
    from coach.app.setup import by_light, live_setup, with_lessons
    from coach.edge.run_folder import new_ulid

    run = new_ulid(context.clock.wall().epoch_s)
    sensors, pool = sensors_by_source(choice.sensors), pooled_sensors(choice.sensors)
    setup = live_setup(
        workout, context.settings, run, context.run_mode, marks=request.marks, simulated=choice.is_simulated
    )
    setup = with_lessons(setup, workout.athlete, sensors, pool)
    if request.light != "plan":
        from coach.app.history import LightOf, earlier_light

        light = earlier_light(setup, LightOf(request.light))
        context.announcer(light.words)
        setup = by_light(setup, light.speeds)
    sources = sources_for(choice, setup, context.clock, context.announcer)
    return NewRun(setup, workout, sensors, sources, choice.words, pool)


def run_workout(workout: str, request: RunRequest, console: Console, *, as_json: bool) -> int:
    """Run a workout live, recorded unless asked otherwise; returns the exit code.

    Raises:
        CoachProblem: the workout or athlete cannot be found or read, a sensor that is required is not there,
            or nothing can be recorded.
    """
    from coach.app.athletes import runner_for
    from coach.app.live_run import RunContext, heard_settings, mqtt_plan, run_here, shared, voice_for
    from coach.app.sensors import choose_sensors, require_sensor, say_default
    from coach.app.today import day_of
    from coach.edge.machine import start_log
    from coach.live.run import LiveRun

    paths = runner_paths()
    clock = MachineClock()
    run_mode = run_mode_here(as_json=as_json)
    settings = request.under(load_settings(paths.settings, os.environ))
    voice = voice_for(settings, request.voice, run_mode)
    settings = heard_settings(settings, voice)
    runner = runner_for(request.athlete, request.race, console=console)
    request = request.for_workout(workout)
    day = day_of(workout, request, console)
    compiled = day.compiled(runner, console, by_hand=request.marks)
    settings = day.under(settings)
    start_log(paths.log)
    context = RunContext(
        settings, clock, run_mode, console, as_json, voice, mqtt_plan(request.mqtt, settings)
    )
    choice = choose_sensors(
        request.sensors,
        console,
        slug_of(compiled.athlete),
        adapter=request.adapter,
        relays=request.relays,
    )
    if request.sensors is None:
        say_default(choice, console)
    new = set_up(compiled, request, choice, context)
    new = replace(new, sources=day.with_presses(new.sources))

    async def begin() -> "Recorder | None":
        if request.requires_sensor:
            await require_sensor(choice, context.clock, console)
        day.begin()
        return new.record(request.runs(paths.runs), context.clock, context.announcer)

    with shared(request.sharing, context), keep_awake(console) as warning:
        code = run_here(LiveRun(new.setup), new.sources, context, begin=begin, warning=warning)
    day.keep(new.setup.run, request.runs(paths.runs), console)
    return code


def slug_of(athlete: "Athlete | None") -> str:
    """The slug of an athlete; empty for nobody."""
    return "" if athlete is None else athlete.slug
