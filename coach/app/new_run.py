"""Starts a new run of a workout that is named on the command line or picked on the screen."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coach.app.athletes import SavedAthletes, runner_for
from coach.app.catalogue import cards
from coach.app.feeds import ConductedFeed
from coach.app.header import header_of
from coach.app.live_run import LiveScreen, RunContext, assemble, report_ending, run_here
from coach.app.one_line import understood
from coach.app.own_workouts import is_own, name_use, save_workout
from coach.app.resume import InterruptedRuns, ask_here, close_old_runs
from coach.app.sensor_desk import RadioDesk
from coach.app.sensors import (
    RunSources,
    SensorChoice,
    choose_sensors,
    radio_for,
    require_sensor,
    say_default,
    sensors_by_source,
    sources_for,
)
from coach.app.setup import live_setup, with_lessons
from coach.app.terminal import (
    SILENT,
    Console,
    Stage,
    keep_awake,
    keep_log_off_the_terminal,
    stage_here,
)
from coach.app.workouts import CompiledWorkout, compile_for, compile_named, outline_of, read_workout
from coach.athlete import Athlete
from coach.edge.clock import Clock, MachineClock
from coach.edge.conductor import Ending
from coach.edge.debug_log import start_log
from coach.edge.paired_sensors import PairedSensor, load_sensors
from coach.edge.paths import runner_paths
from coach.edge.recorder import Recorder, start_recording
from coach.edge.run_folder import new_ulid
from coach.edge.settings import Settings, load_settings
from coach.live.inputs import RunSetup
from coach.live.run import LiveRun
from coach.problems import CoachProblem
from coach.screen.ports import LibraryEntry, NameUse, TypedWorkout
from coach.signals.readings import Source
from coach.workout import notation
from coach.workout.card import Card
from coach.workout.document import WorkoutDocument
from coach.workout.particulars import in_short


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run as requested on the command line."""

    athlete: str | None
    sensors: str | None
    """`ble`, `sim` or `none`; None if it was not given."""
    requires_sensor: bool
    """True if it starts only once a sensor is found."""
    marks: bool
    record: str | None
    is_recorded: bool
    race: str | None = None
    """A race whose paces are run in place of the athlete's."""
    weather: tuple[float, float] | None = None
    """Temperature and dew point in Celsius; None for those of the settings."""

    def under(self, settings: Settings) -> Settings:
        """The settings with the weather of the command line."""
        if self.weather is None:
            return settings
        temperature, dew_point = self.weather
        session = replace(settings.session, temperature_c=temperature, dew_point_c=dew_point)
        return replace(settings, session=session)

    def runs(self, usual: Path) -> Path | None:
        """The folder to record into; None for not at all."""
        if not self.is_recorded:
            return None
        return usual if self.record is None else Path(self.record).expanduser()


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that is set up and has not begun."""

    setup: RunSetup
    workout: CompiledWorkout
    sensors: Mapping[Source, PairedSensor]
    sources: RunSources
    mode: str
    """What measures it, as `--sensors` says it."""

    def record(self, runs: Path | None, clock: Clock) -> Recorder | None:
        """Begin the recording in a folder of runs; None for a run that is not recorded.

        Raises:
            RecordingProblem: nothing can be recorded there.
        """
        if runs is None:
            return None
        return start_recording(
            runs,
            header_of(self.setup, self.workout, clock, self.sensors, self.mode),
            clock,
            workout=self.setup.timeline.name,
            athlete=self.setup.athlete,
            steps=len(self.setup.timeline.steps),
        )


def set_up(
    workout: CompiledWorkout, request: RunRequest, choice: SensorChoice, context: RunContext
) -> NewRun:
    """Set up a run of a workout as it is requested, with what earlier runs taught.

    Raises:
        AthleteProblem: a rule that is switched on needs a number the athlete has not.
    """
    run = new_ulid(context.clock.wall().epoch_s)
    sensors = sensors_by_source(choice.sensors)
    setup = live_setup(
        workout, context.settings, run, context.stage, marks=request.marks, simulated=choice.is_simulated
    )
    setup = with_lessons(setup, workout.athlete, sensors)
    sources = sources_for(choice, setup, context.clock, context.announcer)
    return NewRun(setup, workout, sensors, sources, choice.mode.value)


def run_workout(workout: str, request: RunRequest, console: Console, *, as_json: bool) -> int:
    """Run a workout live, recorded unless asked otherwise; returns the exit code.

    Raises:
        CoachProblem: the workout or athlete cannot be found or read, a sensor that is required is not there,
            or nothing can be recorded.
    """
    paths = runner_paths()
    clock, runs = MachineClock(), request.runs(paths.runs) or paths.runs
    code = ask_here(runs, clock, console, as_json=as_json)
    if code is not None:
        return code
    settings = request.under(load_settings(paths.settings, os.environ))
    runner = runner_for(request.athlete, request.race)
    compiled = compile_named(workout, runner, console, by_hand=request.marks)
    start_log(paths.log)
    context = RunContext(settings, clock, stage_here(as_json=as_json), console, as_json)
    choice = choose_sensors(request.sensors, console)
    if request.sensors is None:
        say_default(choice, console)
    new = set_up(compiled, request, choice, context)

    async def begin() -> Recorder | None:
        if request.requires_sensor:
            await require_sensor(choice, context.clock, console)
        return new.record(request.runs(paths.runs), context.clock)

    with keep_awake(console) as warning:
        code = run_here(LiveRun(new.setup), new.sources, context, begin=begin, warning=warning)
    close_old_runs(runs, clock)
    return code


class RunLibrary:
    """The library as the screen shows it; a run of what is picked there begins at once."""

    def __init__(
        self, screen: LiveScreen, context: RunContext, request: RunRequest, athlete: Athlete | None
    ) -> None:
        """Offer every workout that can be run by name, to be run as requested."""
        self._screen = screen
        self._context = context
        self._request = request
        self._athlete = athlete
        self.run = ""
        """The id of the run that was begun; empty before."""
        self.recorder: Recorder | None = None

    def entries(self) -> Sequence[LibraryEntry]:
        """Every workout that can be read, by name; one that cannot be outlined is listed with its problem."""
        listed = cards(athlete=self._request.athlete, race=self._request.race)
        return [_entry(card, self._request) for card in listed if isinstance(card, Card)]

    def start(self, slug: str) -> ConductedFeed:
        """Begin a run of a workout.

        Raises:
            CoachProblem: it cannot be read, a number is missing, or nothing can be recorded.
        """
        return self._begin(read_workout(slug, SILENT, self._athlete))

    def understand(self, line: str) -> TypedWorkout:
        """Read a workout that is being written in a line, for the athlete who is about to run."""
        return understood(line, self._athlete)

    @property
    def athlete(self) -> Athlete | None:
        """Whose paces workouts are seen with."""
        return self._athlete

    def open(self, slug: str) -> tuple[WorkoutDocument, bool]:
        """Read a workout to be edited, and whether it is the runner's own."""
        return read_workout(slug, SILENT, self._athlete), is_own(slug)

    def open_line(self, line: str) -> WorkoutDocument:
        """Read a line as a workout to be edited."""
        return notation.read(line, self._athlete).document

    def name_use(self, name: str) -> NameUse:
        """Tell whose a name is, by what a workout of that name is run by and by the titles of the library."""
        return name_use(name)

    def save(self, document: WorkoutDocument) -> str:
        """Keep a workout among the runner's own."""
        return save_workout(document)

    def start_document(self, document: WorkoutDocument) -> ConductedFeed:
        """Begin a run of a workout that was edited."""
        return self._begin(document)

    def start_line(self, line: str) -> ConductedFeed:
        """Begin a run of a workout that was written in a line.

        Raises:
            CoachProblem: as `start`; the line cannot be read.
        """
        return self._begin(notation.read(line, self._athlete).document)

    def _begin(self, document: WorkoutDocument) -> ConductedFeed:
        """Begin a run of a document."""
        compiled = compile_for(document, self._athlete, SILENT, by_hand=self._request.marks)
        # Now, not earlier: a sensor may have been paired on the screen.
        choice = choose_sensors(self._request.sensors, self._context.console)
        new = set_up(compiled, self._request, choice, self._context)
        self.run = new.setup.run
        self.recorder = new.record(self._request.runs(runner_paths().runs), self._context.clock)
        run = LiveRun(new.setup)
        return self._screen.begin(assemble(run, new.sources, self._context, recorder=self.recorder))


def pick_and_run(request: RunRequest, console: Console) -> int:
    """Show the library on the screen, conduct what is picked, and return the exit code.

    Raises:
        CoachProblem: the settings or the athlete cannot be read, or a sensor that is required is not there.
    """
    paths = runner_paths()
    settings = load_settings(paths.settings, os.environ)
    athlete = runner_for(request.athlete, request.race)
    start_log(paths.log)
    keep_log_off_the_terminal()
    context = RunContext(settings, MachineClock(), Stage.SCREEN, console)

    async def show(screen: LiveScreen, library: RunLibrary) -> tuple[Ending, int]:
        if request.requires_sensor:
            await require_sensor(choose_sensors(request.sensors, console), context.clock, console)
        desk = RadioDesk(
            lambda: load_sensors(runner_paths().sensors),
            lambda: radio_for("the sensors screen"),
            context.clock,
        )
        app = screen.app(
            library=library, people=SavedAthletes(athlete), sensors=desk, interrupted=interrupted
        )
        return await screen.show(app)

    runs = request.runs(paths.runs) or paths.runs
    with keep_awake(console) as warning:
        screen = LiveScreen(context, warning)
        library = RunLibrary(screen, context, request, athlete)
        interrupted = InterruptedRuns(screen, context, runs)
        ending, code = asyncio.run(show(screen, library))
    if library.run:
        report_ending(library.run, ending, library.recorder, console)
    elif interrupted.reopened is not None:
        run, recorder = interrupted.reopened.run.setup.run, interrupted.reopened.recorder
        report_ending(run, ending, recorder, console)
    close_old_runs(runs, context.clock)
    return code


def _entry(card: Card, request: RunRequest) -> LibraryEntry:
    particulars: tuple[str, ...] = ()
    try:
        outlined = outline_of(card.name, SILENT, request.athlete, request.race)
        timeline, problem = outlined.timeline, ""
        particulars = in_short(timeline, outlined.document.workout)
    except CoachProblem as error:
        timeline, problem = None, str(error)
    return LibraryEntry(
        slug=card.name,
        title=card.title,
        sentence=card.sentence,
        description="\n\n".join(part for part in (card.purpose, card.description) if part),
        particulars=particulars,
        tags=tuple(str(tag) for tag in card.tags.values() if isinstance(tag, str)),
        timeline=timeline,
        problem=problem,
        card=card,
    )
