"""The library for the screen: every workout with its last runs, and the start of a run.

The list appears before anything is loaded that reads a document: it consists of catalogue entries and the index of
runs. The rest is imported where it is needed, or on a thread after the list is painted.
"""

import asyncio
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coach.app.catalogue import catalogue_entries, is_own, name_use, save_workout
from coach.app.live_run import (
    LiveScreen,
    RunContext,
    assemble,
    heard_settings,
    mqtt_plan,
    report_ending,
    shared,
    voice_for,
)
from coach.app.sensors import SensorService, choose_sensors, chosen_adapter, radio_for_screen, require_sensor
from coach.app.terminal import SILENT, Console, RunMode, keep_awake, keep_log_off_the_terminal
from coach.edge.clock import MachineClock, local_iso
from coach.edge.files import runner_paths
from coach.edge.machine import start_log
from coach.edge.paired_sensors import load_sensors
from coach.edge.run_folder import RunState
from coach.edge.settings import Settings, load_settings
from coach.edge.store import Store, StoredFile, folders_of_runs, has_interrupted_run
from coach.problems import AthleteProblem, CoachProblem
from coach.quantities import MetresPerSecond, Seconds
from coach.screen.protocols import LibraryEntry, NameUse, PastRun, TypedWorkout, WorkoutDetail
from coach.workout.catalogue_entry import CatalogueEntry, Query
from coach.workout.timeline import FREE_RUN, JUST_RUN, JUST_TIME, WITHOUT_PLAN, free_run

if TYPE_CHECKING:
    from coach.app.athlete_input import SavedAthletes
    from coach.app.feeds import ConductedFeed
    from coach.app.new_run import RunRequest
    from coach.app.resume import InterruptedRun, InterruptedRuns, ReopenedRun
    from coach.app.today import RunDay
    from coach.app.workouts import CompiledWorkout
    from coach.athlete import Athlete
    from coach.edge.conductor import Ending
    from coach.edge.history import IndexedRun
    from coach.edge.recorder import Recorder
    from coach.review.journaled import JournaledRep, WayOn
    from coach.screen.calendar_view import SeasonActions
    from coach.screen.protocols import AthleteEdit, PastRuns
    from coach.workout.athlete_profile import AthleteProfile
    from coach.workout.document import WorkoutDocument

_WITHOUT_PLAN: Final = (
    CatalogueEntry(
        JUST_RUN,
        "Just run",
        "A run without a plan: it starts at once, and every press is a lap.",
        "Run as you like: pace, heart rate and laps are shown and recorded, nothing is judged.",
        "",
        {},
        0.0,
        0.0,
        1,
        1,
    ),
    CatalogueEntry(
        JUST_TIME,
        "Just time",
        "A stopwatch: the first press starts it, every further one is a lap.",
        "Time somebody by hand, without a plan and without a sensor.",
        "",
        {},
        0.0,
        0.0,
        1,
        1,
    ),
)
"""The runs without a plan, as entries of the list."""


# --- when each workout was run, and what it came to


@dataclass(frozen=True, slots=True)
class WorkoutUse:
    """The number of runs of a workout and the day of the last."""

    runs: int
    last_day: date | None


class RunHistory:
    """The runs of one athlete, or of everybody, by the titles of their workouts."""

    def __init__(self, store: Store, athlete: str = "") -> None:
        """Use the runs of a store; an empty slug means everybody."""
        self._store = store
        self._athlete = athlete
        self._by_title: dict[str, list[IndexedRun]] = {}
        """The runs of each workout, the newest first."""

    def uses(self) -> dict[str, WorkoutUse]:
        """Return the use of each workout by its title in lower case; simulated runs do not count."""
        from coach.edge.history import RunFilter  # SQLite loads with it

        self._by_title = {}
        with self._store.history() as history:
            runs = history.runs(RunFilter(is_simulated=False))
        for run in runs:
            was_run = run.workout and (run.state is RunState.FINISHED or run.steps_done)
            if was_run and (not self._athlete or run.athlete in {"", self._athlete}):
                self._by_title.setdefault(run.workout.casefold(), []).append(run)
        return {title: WorkoutUse(len(runs), _day(runs[0])) for title, runs in self._by_title.items()}

    def past(self, title: str, most: int = 3) -> tuple[PastRun, ...]:
        """Return the results of the last runs of a workout, the newest first; needs a call of `uses` before."""
        runs = self._by_title.get(title.casefold(), [])[:most]
        if not runs:
            return ()
        with self._store.history() as history:
            history.read([run.run for run in runs])
            return tuple(_past(day, history.reps(run.run)) for run in runs if (day := _day(run)) is not None)


def _day(run: "IndexedRun") -> date | None:
    return date.fromisoformat(run.day) if run.day else None


def _past(day: date, reps: "Sequence[JournaledRep]") -> PastRun:
    """Summarise a run by its hard steps that were run whole."""
    whole = [rep for rep in reps if rep.is_whole]
    metres = [(rep.distance_m, rep.time_s) for rep in whole if rep.distance_m is not None]
    time_s = sum(each for _, each in metres)
    lights = [rep.light_s for rep in whole if rep.light_s is not None]
    is_measured = len(metres) == len(whole) and time_s > 0
    return PastRun(
        day,
        len(whole),
        MetresPerSecond(sum(each for each, _ in metres) / time_s) if is_measured else None,
        Seconds(sum(lights) / len(lights)) if lights and len(lights) == len(whole) else None,
    )


# --- the library


class RunLibrary:
    """The library for the screen; a run of the picked workout starts at once."""

    def __init__(self, screen: LiveScreen, context: RunContext, request: "RunRequest") -> None:
        """Offer every workout that can be run by name, with the options of the request."""
        self._screen = screen
        self._context = context
        self._request = request
        self._store = Store()
        self._document = self._store.athlete(request.athlete)
        self._history = RunHistory(self._store, self.who)
        self._entries: dict[str, CatalogueEntry] = {}
        self.run = ""
        """The ID of the run that was started; empty before."""
        self.recorder: Recorder | None = None
        self._day: RunDay | None = None
        """The day of the plan, if the run is today's session."""

    @property
    def who(self) -> str:
        """The slug of the athlete who runs."""
        return _slug_in(self._document)

    @property
    def unit(self) -> str:
        """The unit of this athlete's runs."""
        return _unit_of(self._document, self._context.settings)

    @property
    def hint(self) -> str:
        """The key that pairs a sensor, if no sensor would measure a run although none was switched off."""
        if self._request.sensors is not None or load_sensors(runner_paths().sensors).of(self.who):
            return ""
        return "No sensor is paired yet: b pairs strap and pod."

    def now(self) -> datetime:
        """Return the local time."""
        return datetime.fromisoformat(local_iso(self._context.clock.wall()))

    def prepare(self) -> Callable[[], None] | None:
        """Return the work for a thread: load document readers, run screen and radio, and index all names."""

        def load() -> None:
            import coach.app.header
            import coach.app.setup
            import coach.app.workouts
            import coach.edge.conductor
            import coach.edge.radio.radio
            import coach.edge.sinks
            import coach.screen.run  # noqa: F401

            for query in (Query("a"), Query("7")):
                for entry in list(self._entries.values()):
                    query.rank(entry)

        return load

    def entries(self) -> Sequence[LibraryEntry]:
        """List the runs without a plan, then every workout that can be read."""
        self._document = self._store.athlete(self._request.athlete)
        uses = self._history.uses()
        entries = catalogue_entries(self._store, self._request.athlete, self._request.race)
        self._entries = {entry.name: entry for entry in entries if isinstance(entry, CatalogueEntry)}
        rows = []
        for entry in (*_WITHOUT_PLAN, *self._entries.values()):
            use = uses.get(_run_title(entry).casefold(), WorkoutUse(0, None))
            rows.append(LibraryEntry(entry, use.last_day, use.runs))
        return rows

    def detail(self, slug: str) -> WorkoutDetail:
        """Read a workout for the athlete who runs."""
        if slug in WITHOUT_PLAN:
            return WorkoutDetail(free_run(), past=self._history.past(FREE_RUN) if slug == JUST_RUN else ())
        from coach.app.workouts import outline_document, read_workout
        from coach.workout.document import in_short

        try:
            document = read_workout(slug, SILENT, self.athlete)
            outlined = outline_document(slug, document, self.athlete)
        except CoachProblem as problem:
            return WorkoutDetail(problem=str(problem))
        particulars = in_short(outlined.timeline, document.workout)
        return WorkoutDetail(outlined.timeline, "", particulars, self._history.past(document.workout.name))

    def start(self, slug: str, *, by_effort: bool = False) -> "ConductedFeed":
        """Start a run of a workout, or one without a plan.

        Raises:
            MissingNumber: it needs an unknown number, and is not run by effort.
            CoachProblem: it cannot be read, or nothing can be recorded.
        """
        from coach.app.workouts import compile_text

        request = self._request.for_workout(slug)
        by_effort = by_effort or request.marks
        return self._begin(compile_text(slug, self.athlete, SILENT, by_hand=by_effort), request)

    def understand(self, line: str) -> TypedWorkout:
        """Read a line while it is typed, for the athlete who runs."""
        from coach.app.workouts import read_typed

        return read_typed(line, self.athlete)

    @property
    def athlete(self) -> "Athlete | None":
        """The athlete whose paces are shown."""
        from coach.app.athletes import runner_for

        return runner_for(self._request.athlete, self._request.race)

    def open(self, slug: str) -> "tuple[WorkoutDocument, bool]":
        """Read a workout for the editor; the flag is True if the runner owns it."""
        from coach.app.workouts import read_workout

        return read_workout(slug, SILENT, self.athlete), is_own(slug)

    def open_line(self, line: str) -> "WorkoutDocument":
        """Read a line as a workout for the editor."""
        from coach.workout import notation

        return notation.read(line, self.athlete).document

    def name_use(self, name: str) -> NameUse:
        """Return the owner of a name, by the names and titles of the library and the runner's own workouts."""
        return name_use(name)

    def save(self, document: "WorkoutDocument") -> str:
        """Save a workout among the runner's own."""
        return save_workout(document)

    def start_document(self, document: "WorkoutDocument", *, by_effort: bool = False) -> "ConductedFeed":
        """Start a run of an edited workout; raises as `start`."""
        from coach.app.workouts import compile_for

        by_effort = by_effort or self._request.marks
        return self._begin(compile_for(document, self.athlete, SILENT, by_hand=by_effort), self._request)

    def start_line(self, line: str, *, by_effort: bool = False) -> "ConductedFeed":
        """Start a run of a workout from a line; raises as `start`."""
        return self.start_document(self.open_line(line), by_effort=by_effort)

    def today(self) -> str:
        """Return today's session of the plan in a row; empty without one."""
        if not any(runner_paths().plans.glob("*/plan.json")):
            return ""  # before anything is loaded that reads plans
        from coach.app.calendar import today_words

        return today_words(self._request.athlete, self.now().date())

    def start_today(self, *, as_planned: bool, by_effort: bool = False) -> "ConductedFeed":
        """Start today's session as suggested, or as planned; raises as `start`."""
        from coach.app.new_run import DayRequest
        from coach.app.today import TODAY, day_of

        request = replace(self._request, day=DayRequest(is_as_planned=as_planned))
        day = day_of(TODAY, request, SILENT)
        by_effort = by_effort or request.marks
        compiled = day.compiled(self.athlete, SILENT, by_hand=by_effort)
        self._day = day
        return self._begin(compiled, request, day)

    def season(self) -> "SeasonActions":
        """Return the season of the athlete who runs."""
        from coach.app.calendar import SeasonService

        return SeasonService(self, self._request.athlete)

    def keep_day(self) -> None:
        """Link the run to today's session of the plan, if it is that."""
        if self._day is not None and self.run:
            runs = self._request.runs(runner_paths().runs)
            self._day.keep(self.run, runs, self._context.console)

    def _begin(
        self, compiled: "CompiledWorkout", request: "RunRequest", day: "RunDay | None" = None
    ) -> "ConductedFeed":
        """Set up and start a run."""
        from coach.app.new_run import set_up, slug_of
        from coach.live.run import LiveRun

        # Not earlier: a sensor may have been paired on the screen.
        choice = choose_sensors(
            request.sensors,
            self._context.console,
            slug_of(compiled.athlete),
            adapter=request.adapter,
            relays=request.relays,
        )
        if day is not None:
            self._context.settings = day.under(self._context.settings)
        new = set_up(compiled, request, choice, self._context)
        if day is not None:
            new = replace(new, sources=day.with_presses(new.sources))
            day.begin()
        self.run = new.setup.run
        runs = request.runs(runner_paths().runs)
        self.recorder = new.record(runs, self._context.clock, self._context.announcer)
        run = LiveRun(new.setup)
        return self._screen.begin(assemble(run, new.sources, self._context, recorder=self.recorder))


def _run_title(entry: CatalogueEntry) -> str:
    """Return the title that the runs of a workout have."""
    if entry.name == JUST_RUN:
        return FREE_RUN
    return "" if entry.name == JUST_TIME else entry.title


def _athlete_tree(document: StoredFile | None) -> Mapping[str, Any]:
    """Return an athlete's document without validation: the list shows a name and a unit before it is read."""
    try:
        tree = {} if document is None else json.loads(document.data)
    except (ValueError, RecursionError):
        return {}
    return tree if isinstance(tree, dict) else {}


def athlete_here(store: Store, settings: Settings) -> tuple[str, str]:
    """Return the default athlete's slug and unit; no slug if there are several and none is chosen."""
    document = None
    with suppress(AthleteProblem):
        document = store.athlete()
    return _slug_in(document), _unit_of(document, settings)


def _unit_of(document: StoredFile | None, settings: Settings) -> str:
    return settings.units if settings.units != "km" else str(_athlete_tree(document).get("units", "km"))


def _slug_in(document: StoredFile | None) -> str:
    return "" if document is None else str(_athlete_tree(document).get("slug", document.path.stem))


class _InterruptedRuns:
    """The runs that were cut off; their reader loads only if there is one."""

    def __init__(self, screen: LiveScreen, context: RunContext, runs: Path) -> None:
        self._screen = screen
        self._context = context
        self._folder = runs
        self._runs: InterruptedRuns | None = None

    @property
    def reopened(self) -> "ReopenedRun | None":
        """The run that was resumed; None while none is."""
        return None if self._runs is None else self._runs.reopened

    def offered(self) -> "InterruptedRun | None":
        """Return the run to offer; None if there is none."""
        for folder in dict.fromkeys([self._folder, *folders_of_runs(runner_paths())]):
            if not has_interrupted_run(folder):
                continue
            from coach.app.resume import InterruptedRuns

            self._runs = InterruptedRuns(self._screen, self._context, folder)
            if (run := self._runs.offered()) is not None:
                return run
        return None

    def go_on(self, way: "WayOn") -> "ConductedFeed | None":
        """Resume the run that was offered."""
        return None if self._runs is None else self._runs.go_on(way)


class _SavedPeople:
    """The saved athletes; their reader loads when the athlete screen first asks."""

    def __init__(self, library: RunLibrary) -> None:
        self._library = library
        self._reader: SavedAthletes | None = None

    @property
    def _people(self) -> "SavedAthletes":
        """The reader, created at the first use."""
        if self._reader is None:
            from coach.app.athlete_input import SavedAthletes

            self._reader = SavedAthletes(self._library.athlete)
        return self._reader

    def profiles(self) -> "Sequence[AthleteProfile]":
        """Return the profile of each."""
        return self._people.profiles()

    def today(self) -> str:
        """Return the local day."""
        return self._people.today()

    def understand(self, slug: str, what: str, text: str, day: str | None = None) -> "AthleteEdit":
        """Read what was typed for an athlete."""
        return self._people.understand(slug, what, text, day)

    def without(self, slug: str, what: str) -> "AthleteEdit":
        """Return an athlete without a value, ready to be saved."""
        return self._people.without(slug, what)

    def keep(self, edit: "AthleteEdit") -> None:
        """Save a change."""
        self._people.keep(edit)

    def undo(self) -> str:
        """Undo the last saved change."""
        return self._people.undo()


def _past_runs(library: RunLibrary, context: RunContext) -> "PastRuns":
    """Return the past runs; their reader loads when somebody looks at them."""
    from coach.app.history import PastRunService

    return PastRunService(Store(), context.clock, library.who, library.unit)


def pick_and_run(request: "RunRequest", console: Console, *, opens_season: bool = False) -> int:
    """Show the library, or the season on top of it, conduct the run that is picked, and return the exit code.

    Raises:
        CoachProblem: the settings or the athlete cannot be read, or a required sensor is not found.
    """
    paths = runner_paths()
    settings = load_settings(paths.settings, os.environ)
    if request.athlete is None and len(Store().athletes()) > 1:
        from coach.app.athletes import ask_athlete

        request = replace(request, athlete=ask_athlete(Store(), console) or None)
    start_log(paths.log)
    keep_log_off_the_terminal()
    voice = voice_for(settings, request.voice, RunMode.SCREEN)
    context = RunContext(
        heard_settings(settings, voice),
        MachineClock(),
        RunMode.SCREEN,
        console,
        voice=voice,
        mqtt=mqtt_plan(request.mqtt, settings),
    )

    async def show(screen: LiveScreen, library: RunLibrary) -> "tuple[Ending, int]":
        if request.requires_sensor:
            choice = choose_sensors(request.sensors, console, library.who, adapter=request.adapter)
            await require_sensor(choice, context.clock, console)
        service = SensorService(
            lambda: load_sensors(runner_paths().sensors),
            lambda: radio_for_screen(chosen_adapter(request.adapter)),
            context.clock,
            athlete=library.who,
            athletes=Store().athletes(),
        )
        app = screen.app(
            library=library,
            people=_SavedPeople(library),
            sensors=service,
            interrupted=interrupted,
            past=lambda: _past_runs(library, context),
            season=library.season,
            opens_season=opens_season,
        )
        return await screen.show(app)

    runs = request.runs(paths.runs) or paths.runs
    with shared(request.sharing, context), keep_awake(console) as warning:
        screen = LiveScreen.of(context, warning)
        library = RunLibrary(screen, context, request)
        interrupted = _InterruptedRuns(screen, context, runs)
        ending, code = asyncio.run(show(screen, library))
    if library.run:
        report_ending(library.run, ending, library.recorder, console)
        library.keep_day()
    elif interrupted.reopened is not None:
        run, recorder = interrupted.reopened.run.setup.run, interrupted.reopened.recorder
        report_ending(run, ending, recorder, console)
    return code
