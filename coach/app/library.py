"""Lists workouts and recorded runs, starts a run, computes seasons, and finds the run a pacing light repeats.

The list of workouts appears before anything is loaded that reads a document: it consists of entries from a cache and
of the index of runs. The rest is imported where it is needed, or on a thread after the list is painted.
"""

import asyncio
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.feeds import ConductedFeed, ObservableRun, PlayedFeed, RecordedNotes, keymap_of
from coach.app.live_run import (
    DayRequest,
    LiveScreen,
    RunContext,
    RunRequest,
    assemble,
    heard_settings,
    mqtt_plan,
    report_ending,
    set_up,
    shared,
    slug_of,
    voice_for,
)
from coach.app.sensors import SensorService, choose_sensors, chosen_adapter, radio_for_screen, require_sensor
from coach.app.terminal import (
    SILENT,
    Console,
    RunMode,
    drop_gone_terminal,
    keep_awake,
    keep_log_off_the_terminal,
)
from coach.app.workouts import (
    CompiledWorkout,
    catalogue_entries,
    compile_for,
    compile_text,
    is_own,
    name_use,
    outline_document,
    read_typed,
    read_workout,
    save_workout,
)
from coach.edge.clock import Clock, MachineClock, local_iso
from coach.edge.files import runner_paths
from coach.edge.machine import ShutdownSignals, start_log
from coach.edge.paired_sensors import load_sensors
from coach.edge.run_folder import RunNote, RunState, append_note
from coach.edge.settings import Settings, load_settings
from coach.edge.store import Store, StoredFile, folders_of_runs, has_interrupted_run
from coach.physiology.zones import session_load
from coach.problems import (
    INTERRUPTED,
    AthleteProblem,
    CoachProblem,
    RecordingProblem,
    TerminalProblem,
    UsageProblem,
)
from coach.quantities import MetresPerSecond, Seconds, format_pace
from coach.screen.protocols import HistoryRow, LibraryEntry, NameUse, PastRun, TypedWorkout, WorkoutDetail
from coach.workout.describe import CatalogueEntry, Query
from coach.workout.edits import light_speed
from coach.workout.kinds import CROSS, REPS
from coach.workout.timeline import FREE_RUN, JUST_RUN, JUST_TIME, WITHOUT_PLAN, free_run

if TYPE_CHECKING:
    from coach.app.athletes import SavedAthletes
    from coach.app.resume import InterruptedRun, InterruptedRuns, ReopenedRun
    from coach.app.reviews import RecordedReview
    from coach.app.today import RunDay
    from coach.athlete import Athlete
    from coach.edge.conductor import Ending
    from coach.edge.history import History, IndexedRun, IndexFigures
    from coach.edge.recorder import Recorder
    from coach.live.contract import RunSetup
    from coach.review.journaled import JournaledRep, WayOn
    from coach.review.season import LoadKind, Season, SeasonRun
    from coach.screen.calendar_page import SeasonActions
    from coach.screen.protocols import AthleteEdit
    from coach.workout.model import WorkoutDocument
    from coach.workout.resolve import AthleteProfile
    from coach.workout.timeline import Step


Progress = Callable[[int, int], None]


# --- the last runs of each workout


@dataclass(frozen=True, slots=True)
class WorkoutUse:
    """The number of runs of a workout and the day of the last."""

    runs: int
    last_day: date | None


class RunHistory:
    """The runs of one athlete, or of all, by the titles of their workouts."""

    def __init__(self, store: Store, athlete: str = "") -> None:
        """Use the runs of a store; an empty slug means all athletes."""
        self._store = store
        self._athlete = athlete
        self._by_title: dict[str, list[IndexedRun]] = {}
        """The runs of each workout, the newest first."""

    def uses(self) -> dict[str, WorkoutUse]:
        """Return the use of each workout by its title in lower case; simulated runs do not count."""
        from coach.edge.history import RunFilter

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
            return tuple(
                _past_run(day, history.reps(run.run)) for run in runs if (day := _day(run)) is not None
            )


def _past_run(day: date, reps: "Sequence[JournaledRep]") -> PastRun:
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


def _day(run: "IndexedRun") -> date | None:
    """Return the local day of a run; None if its manifest has none."""
    return date.fromisoformat(run.day) if run.day else None


# --- the library

_ENTRIES_WITHOUT_PLAN: Final = (
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


class RunLibrary:
    """The library for the screen; a run of the picked workout starts at once."""

    def __init__(self, screen: LiveScreen, context: RunContext, request: RunRequest) -> None:
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
        return _slug_of_document(self._document)

    @property
    def unit(self) -> str:
        """The unit of this athlete's runs."""
        return _unit_of_document(self._document, self._context.settings)

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
            import coach.app.setup
            import coach.edge.conductor
            import coach.edge.radio
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
        for entry in (*_ENTRIES_WITHOUT_PLAN, *self._entries.values()):
            use = uses.get(_run_title(entry).casefold(), WorkoutUse(0, None))
            rows.append(LibraryEntry(entry, use.last_day, use.runs))
        return rows

    def detail(self, slug: str) -> WorkoutDetail:
        """Read a workout for the athlete who runs."""
        if slug in WITHOUT_PLAN:
            return WorkoutDetail(free_run(), past=self._history.past(FREE_RUN) if slug == JUST_RUN else ())
        from coach.workout.document import rules_in_short

        try:
            document = read_workout(slug, SILENT, self.athlete)
            outlined = outline_document(slug, document, self.athlete)
        except CoachProblem as problem:
            return WorkoutDetail(problem=str(problem))
        particulars = rules_in_short(outlined.timeline, document.workout)
        return WorkoutDetail(outlined.timeline, "", particulars, self._history.past(document.workout.name))

    def start(self, slug: str, *, by_effort: bool = False) -> ConductedFeed:
        """Start a run of a workout, or one without a plan.

        Raises:
            MissingNumber: it needs an unknown number, and is not run by effort.
            CoachProblem: it cannot be read, or nothing can be recorded.
        """
        request = self._request.for_workout(slug)
        by_effort = by_effort or request.marks
        return self._begin(compile_text(slug, self.athlete, SILENT, by_hand=by_effort), request)

    def understand(self, line: str) -> TypedWorkout:
        """Read a line while it is typed, for the athlete who runs."""
        return read_typed(line, self.athlete)

    @property
    def athlete(self) -> "Athlete | None":
        """The athlete whose paces are shown."""
        from coach.app.athletes import runner_for

        return runner_for(self._request.athlete, self._request.race)

    def open(self, slug: str) -> "tuple[WorkoutDocument, bool]":
        """Read a workout for the editor; the flag is True if the runner owns it."""
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

    def start_document(self, document: "WorkoutDocument", *, by_effort: bool = False) -> ConductedFeed:
        """Start a run of an edited workout; raises as `start`."""
        by_effort = by_effort or self._request.marks
        return self._begin(compile_for(document, self.athlete, SILENT, by_hand=by_effort), self._request)

    def start_line(self, line: str, *, by_effort: bool = False) -> ConductedFeed:
        """Start a run of a workout from a line; raises as `start`."""
        return self.start_document(self.open_line(line), by_effort=by_effort)

    def today(self) -> str:
        """Return today's session of the plan in a row; empty without one."""
        if not any(runner_paths().plans.glob("*/plan.json")):
            return ""  # before anything is loaded that reads plans
        from coach.app.calendar import today_words

        return today_words(self._request.athlete, self.now().date())

    def start_today(self, *, as_planned: bool, by_effort: bool = False) -> ConductedFeed:
        """Start today's session as suggested, or as planned; raises as `start`."""
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
        self, compiled: CompiledWorkout, request: RunRequest, day: "RunDay | None" = None
    ) -> ConductedFeed:
        """Set up and start a run."""
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


def athlete_here(store: Store, settings: Settings) -> tuple[str, str]:
    """Return the default athlete's slug and unit; no slug if there are several and none is chosen."""
    document = None
    with suppress(AthleteProblem):
        document = store.athlete()
    return _slug_of_document(document), _unit_of_document(document, settings)


def _slug_of_document(document: StoredFile | None) -> str:
    """Return the slug of an athlete, before their document is checked; empty without one."""
    return "" if document is None else str(document.tree().get("slug", document.path.stem))


def _unit_of_document(document: StoredFile | None, settings: Settings) -> str:
    """Return the unit of an athlete's runs: that of the settings if it is not `km`, else that of their document."""
    if settings.units != "km" or document is None:
        return settings.units
    return str(document.tree().get("units", "km"))


class _LazyInterruptedRuns:
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

    def go_on(self, way: "WayOn") -> ConductedFeed | None:
        """Resume the run that was offered."""
        return None if self._runs is None else self._runs.go_on(way)


class _LazyAthletes:
    """The saved athletes; their reader loads when the athlete screen first asks."""

    def __init__(self, library: RunLibrary) -> None:
        self._library = library
        self._athletes: SavedAthletes | None = None

    @property
    def _loaded(self) -> "SavedAthletes":
        """The saved athletes, loaded at the first use."""
        if self._athletes is None:
            from coach.app.athletes import SavedAthletes

            self._athletes = SavedAthletes(self._library.athlete)
        return self._athletes

    def profiles(self) -> "Sequence[AthleteProfile]":
        """Return the profile of each."""
        return self._loaded.profiles()

    def today(self) -> str:
        """Return the local day."""
        return self._loaded.today()

    def understand(self, slug: str, what: str, text: str, day: str | None = None) -> "AthleteEdit":
        """Read what was typed for an athlete."""
        return self._loaded.understand(slug, what, text, day)

    def without(self, slug: str, what: str) -> "AthleteEdit":
        """Return an athlete without a value, ready to be saved."""
        return self._loaded.without(slug, what)

    def keep(self, edit: "AthleteEdit") -> None:
        """Save a change."""
        self._loaded.keep(edit)

    def undo(self) -> str:
        """Undo the last saved change."""
        return self._loaded.undo()


def pick_and_run(request: RunRequest, console: Console, *, opens_season: bool = False) -> int:
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
            people=_LazyAthletes(library),
            sensors=service,
            interrupted=interrupted,
            past=lambda: PastRunService(Store(), context.clock, library.who, library.unit),
            season=library.season,
            opens_season=opens_season,
        )
        return await screen.show(app)

    runs = request.runs(paths.runs) or paths.runs
    with shared(request.sharing, context), keep_awake(console) as warning:
        screen = LiveScreen.of(context, warning)
        library = RunLibrary(screen, context, request)
        interrupted = _LazyInterruptedRuns(screen, context, runs)
        ending, code = asyncio.run(show(screen, library))
    if library.run:
        report_ending(library.run, ending, library.recorder, console)
        library.keep_day()
    elif interrupted.reopened is not None:
        run, recorder = interrupted.reopened.run.setup.run, interrupted.reopened.recorder
        report_ending(run, ending, recorder, console)
    return code


# --- the history


class PastRunService:
    """The recorded runs for the History screen. The index is opened for each call, on the thread of the caller."""

    def __init__(self, store: Store, clock: Clock, who: str = "", unit: str = "km") -> None:
        """Show the runs of a store.

        Args:
            store: the runs.
            clock: gives the local time.
            who: the slug of the athlete; empty without one.
            unit: `km` or `mile`.
        """
        self._store = store
        self._clock = clock
        self.who = who
        self.unit = unit
        self._removed: list[str] = []
        """The runs that were removed and can be restored, the latest last."""

    def now(self) -> datetime:
        """Return the local time."""
        return datetime.fromisoformat(local_iso(self._clock.wall()))

    def rows(self, progress: Progress) -> list[HistoryRow]:
        """Return the runs with their figures, the newest first."""
        with self._store.history() as history:
            return [_history_row(run) for run in history.runs(with_results=True, progress=progress)]

    def reps(self, run: str) -> "tuple[JournaledRep, ...]":
        """Return the hard steps of a run."""
        with self._store.history() as history:
            return history.reps(run)

    def open(self, run: str) -> tuple[PlayedFeed, RecordedNotes]:
        """Replay a run for its summary."""
        from coach.app.playback import RecordingRequest, load_recording
        from coach.edge.conductor import replay_max
        from coach.live.run import LiveRun

        settings = load_settings(self._store.paths.settings, os.environ)
        recording = load_recording(RecordingRequest(run), settings, SILENT)
        watched = ObservableRun(LiveRun(recording.setup))
        for _ in replay_max(watched, recording.inputs):
            pass
        stored = self._store.run(run)
        feed = PlayedFeed(watched, _EndedPlayback(recording.inputs[-1].at))
        return feed, RecordedNotes.of(stored.path, stored.manifest)

    def actions(self, run: str, *, against: str = "") -> "RecordedReview":
        """Return a run for the Review screen, compared with another or with the last of its workout before it."""
        from coach.app.reviews import RecordedReview

        find = self._store.run_path
        return RecordedReview(find(run), find(against) if against else None)

    def note(self, run: str, text: str) -> None:
        """Save a remark, with the time of the answer."""
        append_note(self._store.run(run).path, RunNote(text=text, answered_at=local_iso(self._clock.wall())))

    def delete(self, run: str) -> None:
        """Remove a run; until `close` it can be restored."""
        self._removed.append(self._store.set_run_aside(run).path.name)

    def undo(self) -> str:
        """Restore the run that was removed last; return its ID, empty if there is none."""
        if not self._removed:
            return ""
        self._store.put_run_back(self._removed[-1])
        return self._removed.pop()

    def close(self) -> None:
        """Delete the removed runs for good."""
        self._removed.clear()
        self._store.purge_runs()

    def season(self, progress: Progress) -> "Season":
        """Return the season up to today."""
        return season_here(
            athlete=self.who or None, unit=self.unit, store=self._store, clock=self._clock, progress=progress
        )


@dataclass(frozen=True, slots=True)
class _EndedPlayback:
    """The playback of a recording that has reached its end."""

    at: Seconds

    def now(self) -> Seconds:
        """Return the last moment."""
        return self.at


def _history_row(run: "IndexedRun") -> HistoryRow:
    """Return a run as a row of the history."""
    return HistoryRow(
        run=run.run,
        number=run.number,
        workout=run.workout,
        day=_day(run),
        clock=run.started[11:16],
        athlete=run.athlete,
        kind=run.kind or "",
        is_simulated=run.is_simulated,
        is_cut_off=run.state is RunState.INTERRUPTED,
        is_under_way=run.state is RunState.RECORDING,
        time_s=run.time_s,
        distance_m=run.distance_m,
        hard_m=run.hard_m,
        light_s=run.light_s,
        effort=run.effort,
        note=run.note or "",
    )


def show_history() -> int:
    """Show the recorded runs on the screen, and return the exit code.

    Raises:
        CoachProblem: the settings cannot be read.
    """
    from coach.screen.app import CoachApp, Leaving

    keep_log_off_the_terminal()
    store = Store()
    settings = load_settings(store.paths.settings, os.environ)
    who, unit = athlete_here(store, settings)
    service = PastRunService(store, MachineClock(), who, unit)
    app = CoachApp(past=lambda: service, theme=settings.theme, keymap=keymap_of(settings))

    async def show() -> int:
        with ShutdownSignals(lambda: app.exit(Leaving.INTERRUPTED)) as signals:
            leaving = await app.run_async()
        if drop_gone_terminal() or leaving is Leaving.GONE:
            return TerminalProblem.exit_code
        return signals.exit_code or app.return_code or (INTERRUPTED if leaving is Leaving.INTERRUPTED else 0)

    return asyncio.run(show())


# --- the season

_WARM_UPS: Final = 2
"""Runs are read from this many times `WARM_UP_DAYS` before a season, so that fitness has settled when it begins."""


def season_here(
    since: date | None = None,
    *,
    athlete: str | None = None,
    load: "LoadKind | None" = None,
    unit: str = "km",
    store: Store | None = None,
    clock: Clock | None = None,
    progress: Progress | None = None,
) -> "Season":
    """Return the season of the runs in a store, up to today, without simulated runs.

    Args:
        since: a day of its first week; None for the last 24 weeks.
        athlete: the slug of the athlete; runs without an athlete count too. None for all athletes.
        load: the kind of load; None for the kind that most runs have.
        unit: the unit of distances and paces, `km` or `mile`.
        store: the runs; None for the usual folder.
        clock: gives the local day; None for the machine's.
        progress: called with (done, count) while runs are read, then while figures are computed.
    """
    from coach.edge.history import IndexFigures, RunFilter
    from coach.review.season import WARM_UP_DAYS, first_day, season

    today = date.fromisoformat(local_iso((clock or MachineClock()).wall())[:10])
    begin = first_day(today, since)
    which = RunFilter(since=begin - timedelta(days=_WARM_UPS * WARM_UP_DAYS), until=today)
    store = store or Store()
    with store.history() as history:
        runs = history.runs(which, with_results=True, progress=progress)
        own_runs = [run for run in runs if not athlete or run.athlete in {"", athlete}]
        real_runs = [run for run in own_runs if not run.is_simulated]
        add_figures(history, [run.run for run in real_runs], store, progress)
        figures = history.figures()
    rows = [
        season_run(run, figures.get(run.run, IndexFigures()))
        for run in real_runs
        if run.time_s and run.day and not run.is_sheet
    ]
    simulated = sum(run.is_simulated and run.day >= begin.isoformat() for run in own_runs)
    return season(rows, today=today, since=since, load=load, unit=unit, simulated=simulated)


def add_figures(
    history: "History", runs: Collection[str], store: Store, progress: Progress | None = None
) -> None:
    """Compute the figures of those runs that lack them, the newest first, and save them in the index.

    Each is saved at once, so that an interrupted computation continues later.
    """
    names = frozenset(runs)
    waiting = [run for run in history.without_figures() if run in names]
    for place, run in enumerate(waiting, 1):
        history.keep_figures(run, _figures_of(store.run_path(run)))
        if progress is not None:
            progress(place, len(waiting))


def _figures_of(path: Path) -> "IndexFigures | None":
    """Return the figures of a run; None if it cannot be replayed."""
    from coach.app.playback import RecordingRequest
    from coach.app.reviews import load_review
    from coach.edge.history import IndexFigures
    from coach.review import measures
    from coach.review.season import LoadKind

    try:
        review = load_review(RecordingRequest(str(path)), SILENT)
    except CoachProblem:
        return None
    loads = {kind: review.value(kind) for kind in (LoadKind.TRIMP, LoadKind.EDWARDS)}
    return IndexFigures(
        {kind.value: load for kind, load in loads.items() if load is not None},
        None if review.thirds is None else review.thirds.seconds,
        None if review.thirds is None else review.thirds.metres,
        measures.best_efforts(review.seconds),
        measures.heart_at_paces(review.seconds),
    )


def season_run(run: "IndexedRun", figures: "IndexFigures") -> "SeasonRun":
    """Return a row of the season: the results and figures of a run, and its effort."""
    from coach.review.measures import is_hard_session
    from coach.review.season import LoadKind, SeasonRun

    loads = {LoadKind(kind): load for kind, load in figures.loads.items() if kind in set(LoadKind)}
    if run.effort is not None and run.time_s is not None:
        with suppress(ValueError):
            loads[LoadKind.SRPE] = session_load(run.effort, run.time_s / 60)
    return SeasonRun(
        run=run.run,
        day=date.fromisoformat(run.day),
        workout=run.workout,
        kind=run.kind or "",
        time_s=run.time_s,
        distance_m=run.distance_m,
        rpe=run.effort,
        loads=loads,
        zone_s=figures.zone_s,
        zone_m=figures.zone_m,
        hard_s=run.hard_s,
        hard_m=run.hard_m,
        is_hard=is_hard_session(run.hard_s, figures.zone_s),
        is_cross=run.kind == CROSS,
        bests=figures.bests,
        heart_at_pace=figures.heart_rates,
        surface=run.surface or "",
        route=run.route or "",
        shoe=run.shoe or "",
    )


# --- an earlier run, whose reps the pacing light repeats
#
# The speeds are looked up once, before the run starts, and stored in its header: a replay has the same light even if
# the earlier run is deleted or a better one follows.

_FURTHEST: Final = 0.15
"""The most that a rep may differ from its planned length to be paced by, as a share. Judged: beyond, it was jogged or
measured wrongly.
"""
_SAME_M: Final = 1.0
"""Metres by which a rep may differ from the plan's and be the same rep. Judged."""
_SAME_S: Final = 2.0
"""Seconds by which a rep may differ from the plan's and be the same rep. Judged."""


class LightOf(StrEnum):
    """The run whose reps the pacing light repeats."""

    PLAN = "plan"
    LAST = "last"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class EarlierLight:
    """The reps of an earlier run, for the pacing light."""

    run: str
    day: str
    """Local day of that run; empty if its manifest has none."""
    speeds: Mapping[str, MetresPerSecond]
    """Speeds by step ID; a missing rep is paced as planned."""
    words: str
    """The sentence about it for the runner."""


def earlier_light(setup: "RunSetup", light_of: LightOf) -> EarlierLight:
    """Find the run whose reps the light repeats, among those of this workout and athlete.

    `LAST` is the newest with a usable rep, `BEST` the one with the fastest reps among those that ran all.

    Raises:
        UsageProblem: the workout has no rep with a pace.
        RecordingProblem: no earlier run has such reps.
    """
    timeline = setup.timeline
    paced = {step.step_id: step for step in timeline.steps if step.kind in REPS and light_speed(step)}
    if not paced:
        raise UsageProblem(
            f"{timeline.name} has no rep with a pace, so no pacing light runs in it.",
            "Leave out --light, or write a pace: 6x800 @ 5k / 400 jog.",
        )
    with Store().history() as history:
        candidates = list(_earlier_runs(history, setup, paced, needs_all=light_of is LightOf.BEST))
    if not candidates:
        whole = "all reps of it whole" if light_of is LightOf.BEST else "a whole rep of it"
        raise RecordingProblem(
            f"The light cannot repeat your {light_of.value} reps: no earlier run has {whole}, near its paces.",
            "Leave out --light for the planned light; coach runs list shows your runs.",
        )
    if light_of is LightOf.LAST:
        run, speeds = candidates[0]
    else:
        run, speeds = min(candidates, key=lambda each: _time_per_metre(each[1], paced))
    return EarlierLight(run.run, run.day, speeds, _light_words(run, speeds, paced, light_of, setup.unit))


def _earlier_runs(
    history: "History", setup: "RunSetup", paced: "Mapping[str, Step]", *, needs_all: bool
) -> "Iterator[tuple[IndexedRun, dict[str, MetresPerSecond]]]":
    """Yield the runs of this workout, the newest first, with the speeds of their reps; simulated runs are left out.

    Only their journals are read, and only once.
    """
    from coach.edge.history import RunFilter

    def of_workout() -> "list[IndexedRun]":
        return [
            run
            for run in history.known_runs(RunFilter(is_simulated=False))
            if run.workout == setup.timeline.name and run.athlete == setup.athlete and run.run != setup.run
        ]

    history.update()
    history.read([run.run for run in of_workout()])
    for run in of_workout():  # a journal may say that its runner was simulated
        speeds = _rep_speeds(history.reps(run.run), paced)
        if speeds and (len(speeds) == len(paced) or not needs_all):
            yield run, speeds


def _rep_speeds(reps: "Sequence[JournaledRep]", paced: "Mapping[str, Step]") -> dict[str, MetresPerSecond]:
    """Return the speeds of the reps that may be repeated, by step ID."""
    return {
        rep.step_id: MetresPerSecond(rep.mean_speed_mps)
        for rep in reps
        if rep.mean_speed_mps is not None
        and rep.light_s is not None  # else its distance was not measured
        and rep.is_whole
        and (step := paced.get(rep.step_id)) is not None
        and _is_as_long(rep, step)
        and abs(rep.mean_speed_mps / (light_speed(step) or 1.0) - 1.0) <= _FURTHEST
    }


def _is_as_long(rep: "JournaledRep", step: "Step") -> bool:
    """Return True if the rep was as long as the step is."""
    length, seconds = step.until.distance(), step.until.time()
    if length is not None or rep.length_m is not None:
        return length is not None and rep.length_m is not None and abs(rep.length_m - length) <= _SAME_M
    return seconds is None or abs(rep.time_s - seconds) <= _SAME_S


def _time_per_metre(speeds: Mapping[str, MetresPerSecond], paced: "Mapping[str, Step]") -> float:
    """Return the seconds per metre of the reps; a rep by time weighs as many metres as were run."""
    metres = seconds = 0.0
    for step_id, speed in speeds.items():
        until = paced[step_id].until
        length = until.distance()
        rep_s = length / speed if length is not None else (until.time() or 1.0)
        metres += rep_s * speed
        seconds += rep_s
    return seconds / metres


def _light_words(
    run: "IndexedRun",
    speeds: Mapping[str, MetresPerSecond],
    paced: "Mapping[str, Step]",
    light_of: LightOf,
    unit: str,
) -> str:
    """Say which reps the pacing light repeats."""
    pace = format_pace(1.0 / _time_per_metre(speeds, paced), unit=unit)
    day = _day(run)
    when = "" if day is None else f" of {day:%a} {day.day} {day:%b %Y}"
    rest = "" if len(speeds) == len(paced) else f"; {len(paced) - len(speeds)} of {len(paced)} as planned"
    return f"The pacing light repeats your {light_of.value} reps{when}, {pace} on average{rest}."
