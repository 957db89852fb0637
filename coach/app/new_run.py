"""Starts a new run of a workout that is named on the command line or picked on the screen.

The readers of documents are imported in the functions that need them, because a request is created before the library
is painted.
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
    """Other viewers of a run, as requested on the command line."""

    address: str | None = None
    """The address for phones as typed; empty to be asked for, None for none."""
    has_control: bool = False
    """True if phones may press buttons."""
    has_board: bool = False
    """True to open the board in this laptop's own browser."""
    has_relay: bool = False
    """True if phones may forward sensor values."""
    webhook: str | None = None
    """The URL that each cue is posted to, if any."""
    webhook_with: frozenset[str] = frozenset()
    """Extra contents of posted cues: `names`, `heart-rate`."""
    lamps: tuple[str, ...] = ()
    """The lamps and pacing strips as typed."""

    @property
    def is_shared(self) -> bool:
        """True if phones may connect; the board alone is served to this laptop only."""
        return self.address is not None or self.has_control or self.has_relay

    @property
    def is_served(self) -> bool:
        """True if a server is needed."""
        return self.is_shared or self.has_board


@dataclass(frozen=True, slots=True)
class DayRequest:
    """The options for today's session."""

    is_as_planned: bool = False
    """True to run the session as planned, without the suggested change."""
    limits: "DayLimits | None" = None
    """The limits of the day, if any."""
    wind_mps: float | None = None
    is_hilly: bool = False

    @property
    def is_asked(self) -> bool:
        """True if any option was given."""
        return self != DayRequest()


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run as requested on the command line."""

    athlete: str | None
    sensors: str | None
    """`ble`, `sim`, `none` or `relay`, or several with commas; None if not given."""
    requires_sensor: bool
    """True to start only once a sensor is found."""
    marks: bool
    record: str | None
    is_recorded: bool
    race: str | None = None
    """A race whose paces replace the athlete's."""
    weather: tuple[float, float] | None = None
    """Temperature and dew point in Celsius; None for those of the settings."""
    voice: str | None = None
    """The voice: `clips`, `neural`, `system` or `off`; None if not given."""
    listening: str | None = None
    """`ears` or `speaker`; None for the setting."""
    adapter: str | None = None
    """The Bluetooth adapter, by name or address; None for the setting."""
    halfway: bool = False
    """True to call the middle of an easy run, whatever the settings say."""

    light: str = "plan"
    """The reps of the pacing light, as in `LightOf`: those of the plan, or of an earlier run."""
    day: DayRequest = DayRequest()
    """The options for today's session."""
    mqtt: "MqttRequest | None" = None
    """The broker of the command line; None for that of the settings."""
    sharing: ShareRequest | None = None
    """The other viewers of the run, if any."""

    @property
    def relays(self) -> bool:
        """True if phones may forward values, which the run then takes."""
        return self.sharing is not None and self.sharing.has_relay

    def under(self, settings: Settings) -> Settings:
        """Return the settings with the weather and listening of the command line."""
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
        """Return the request for a workout by name: `time` is always timed by hand."""
        from coach.workout.timeline import JUST_TIME

        return replace(self, marks=True) if workout.casefold() == JUST_TIME else self

    def runs(self, usual: Path) -> Path | None:
        """Return the folder to record into; None to record nothing."""
        if not self.is_recorded:
            return None
        return usual if self.record is None else Path(self.record).expanduser()


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that is set up and has not started."""

    setup: "RunSetup"
    workout: "CompiledWorkout"
    sensors: "Mapping[Source, PairedSensor]"
    sources: "RunSources"
    mode: str
    """The sources as in `--sensors`."""
    pool: "Mapping[int, PairedSensor]"
    """The sensors that may be behind a source, by their number."""

    def record(
        self, runs: Path | None, clock: Clock, announcer: Announcer, *, is_offered: bool = True
    ) -> "Recorder | None":
        """Start the recording in a folder of runs, and warn if there is little room; None without a folder.

        Args:
            runs: the folder.
            clock: what it is timed by.
            announcer: prints the warning.
            is_offered: whether it is offered again where it is cut off; a measurement is not, it is repeated.

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

        if is_offered:
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
    """Set up a run of a workout as requested, with the lessons of earlier runs.

    Raises:
        AthleteProblem: an enabled rule needs a number that the athlete lacks.
        CoachProblem: the pacing light should repeat an earlier run, and there is none.
        UsageProblem: forwarded values are requested, and nothing forwards them.
    """
    if choice.relays and not request.relays and context.mqtt is None:
        raise UsageProblem(
            "--sensors relay needs a source of values",
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
    """Run a workout live, recorded unless requested otherwise; return the exit code.

    Raises:
        CoachProblem: the workout or athlete cannot be found or read, a required sensor is not found, or nothing
            can be recorded.
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
    """Return the slug of an athlete; empty for nobody."""
    return "" if athlete is None else athlete.slug
