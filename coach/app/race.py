"""Plans a race for a runner, from options, their season and their runs; saves, exports and rehearses the plan.

The plan is saved as two workouts of the runner's own, `race` and `race-practice`, so that `coach run race` and every
other command that takes a workout finds it by name. A race with a name, or with a day in the season, is saved beside
others too: `race-city-run`, `race-2027-05-16`.
"""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from coach.app.athletes import change_athlete, shoes_with, today
from coach.app.terminal import SILENT, RunMode
from coach.athlete import Athlete
from coach.edge.clock import MachineClock, local_iso
from coach.edge.files import SMALL_LIMIT, plain, read_file, write_document
from coach.edge.run_folder import RunNote, append_note
from coach.edge.store import FIRST_SLUG, Store
from coach.edge.training_files import PlanFiles
from coach.physiology import performance
from coach.physiology.surroundings import Course, lap_in_lane
from coach.plan.pacing import (
    EXAMPLE_FUEL,
    RaceProblem,
    check_length,
    distance_name,
    length_for,
    read_drink,
    read_fuel,
    read_goal,
    read_length,
    read_phrases,
)
from coach.plan.race import (
    MADE_BY,
    Gear,
    RaceDocument,
    RacePlan,
    RaceRequest,
    ShoeRun,
    Weather,
    gear_of,
    plan_race,
    race_workout,
)
from coach.plan.race_words import LONG_RUN_S, RaceFacts, checklist
from coach.problems import AthleteProblem, WorkoutProblem, suggestion
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.spelling import SLUG_PATTERN, file_name
from coach.workout.resolve import Numbers

if TYPE_CHECKING:
    from coach.edge.history import IndexedRun
    from coach.edge.store import StoredRun
    from coach.interchange.workouts import ExportFormat
    from coach.interchange.workouts.converting import Exported
    from coach.plan.model import PlannedRace
    from coach.simulate import RunnerProfile
    from coach.workout.model import WorkoutDocument


@dataclass(frozen=True, slots=True)
class RaceOptions:
    """A race as typed; options that were not given are None or empty."""

    distance: str | None = None
    goal: str | None = None
    split: str = "even"
    weather: Weather | None = None
    course: str | None = None
    spreads_effort: bool = False
    fuel: str | None = None
    drink: str | None = None
    phrases: tuple[str, ...] = ()
    start_minute: int | None = None
    unit: str | None = None
    """The unit of paces, `km` or `mile`; None for that of the runner."""
    surface: str = ""
    lane: int = 1
    shoe: str | None = None
    athlete: str | None = None
    name: str | None = None
    """Its name, or the name of a race of the season."""
    day: date | None = None
    """The day of a race of the season."""


@dataclass(frozen=True)
class PlannedRun:
    """A race plan with the facts about its runner."""

    plan: RacePlan
    facts: RaceFacts
    athlete: Athlete | None
    guess: str = ""
    """The reading of a goal without a distance, in a sentence."""
    day: date | None = None
    """Its day, if known."""

    @property
    def key(self) -> str:
        """The key by which the race is saved beside others, its name or its day; empty if it has neither."""
        return race_key(self.plan.request.name, self.day)


def race_key(name: str, day: date | None) -> str:
    """Return the key by which a race is saved: `city-run`, `2027-05-16`."""
    words = file_name(name, _LONGEST_KEY)
    if words.endswith("practice"):
        words += "-race"  # else it would replace the rehearsal of another race
    return words or ("" if day is None else day.isoformat())


_LONGEST_KEY: Final = 40


def plan_for(options: RaceOptions, store: Store | None = None) -> PlannedRun:
    """Plan a race as requested.

    Raises:
        CoachProblem: something cannot be read, or distance or goal are unknown.
    """
    from coach.app.workouts import shown_athlete

    store = store or Store()
    athlete = shown_athlete(store, options.athlete)
    options, guess = _with_distance(options, athlete, store)
    race = _race(options, athlete, store)
    metres, goal_s = race.metres, race.goal_s
    course = None if options.course is None else _course(options.course, store)
    fuel = EXAMPLE_FUEL if options.fuel is None else read_fuel(options.fuel)
    request = RaceRequest(
        metres=metres,
        goal_s=goal_s,
        split=options.split,
        name=_name(options.name or "", race.name),
        unit=options.unit or ("km" if athlete is None else athlete.units),
        weather=options.weather,
        course=course,
        spreads_effort=options.spreads_effort,
        fuel=fuel,
        drink=None if options.drink is None else read_drink(options.drink),
        phrases=read_phrases(options.phrases, metres),
        lap_m=lap_in_lane(400.0, options.lane),
        surface=options.surface,
    )
    plan = plan_race(request, _threshold(athlete))
    return PlannedRun(plan, _facts(options, athlete, store), athlete, guess, options.day or race.day)


def _name(option: str, own: str) -> str:
    """Return the name of a race: as typed, unless the season spells the same name itself."""
    return own if not option or race_key(option, None) == race_key(own, None) else option


def _with_distance(options: RaceOptions, athlete: Athlete | None, store: Store) -> tuple[RaceOptions, str]:
    """Return the options with the one distance a time can mean, if the distance is not known otherwise."""
    if options.distance is not None or options.goal is None or _known_races(athlete, store):
        return options, ""
    metres = length_for(options.goal)
    if metres is None:
        return options, ""
    return replace(options, distance=f"{metres:g} m"), f"{options.goal} was read as {distance_name(metres)}."


def _course(text: str, store: Store) -> Course:
    from coach.interchange.recordings.track import read_course

    file = store.recording(text)
    return read_course(file.data, name=file.name)


def _threshold(athlete: Athlete | None) -> MetresPerSecond | None:
    """Return the runner's speed at threshold; None if it is unknown."""
    if athlete is None:
        return None
    try:
        slow, fast = Numbers.of(athlete).pace("threshold")
    except AthleteProblem:
        return None
    return MetresPerSecond((slow + fast) / 2)


class KnownRace(NamedTuple):
    """A race from the season's plan, the goal of the athlete, or the options."""

    metres: Metres
    goal_s: Seconds | None
    name: str = ""
    day: date | None = None


def _race(options: RaceOptions, athlete: Athlete | None, store: Store) -> KnownRace:
    """Return distance, time, name and day of the race: by the options, else by the season, else by the goal."""
    distance, goal = options.distance, options.goal
    if distance is not None and goal is not None:
        return KnownRace(*read_goal(distance, goal))
    has_own = options.split.strip().casefold().startswith("own")
    metres = None if distance is None else read_length(distance)
    races = _known_races(athlete, store)
    for race in _meant(options, races):
        if metres is not None and abs(race.metres / metres - 1) > _SAME_RACE:
            continue
        if goal is not None:
            far, seconds = read_goal(f"{race.metres:g} m", goal)
            return race._replace(metres=far, goal_s=seconds)
        if race.goal_s is not None or has_own:
            return race._replace(metres=check_length(race.metres), goal_s=None if has_own else race.goal_s)
        raise RaceProblem(f"the goal of {race.name or 'the race'} is not known", "Name it with --goal 50:00.")
    if metres is not None and has_own:
        return KnownRace(metres, None)
    if metres is not None:
        raise RaceProblem("the goal of the race is not known", "Name it with --goal 50:00.")
    raise RaceProblem(
        "the distance of the race is not known",
        "Name it with --distance 10k --goal 50:00, or plan a season (coach plan new).",
    )


_SAME_RACE: Final = 0.01


def _meant(options: RaceOptions, races: Sequence[KnownRace]) -> Sequence[KnownRace]:
    """Return the known races that a name or a day means; all if it means none of them.

    Raises:
        RaceProblem: no race of the season is on that day, or the next one has another name, and the distance is
            unknown otherwise.
    """
    if options.day is not None:
        on_day = [race for race in races if race.day == options.day]
        if not on_day and options.distance is None:
            days = ", ".join(race.day.isoformat() for race in races if race.day is not None)
            raise RaceProblem(
                f"the season has no race on {options.day}",
                f"It has races on {days}." if days else "Name it with --distance 10k --goal 50:00.",
            )
        return on_day
    if options.name is None:
        return races
    called = [race for race in races if race_key(race.name, None) == race_key(options.name, None)]
    names = [race.name for race in races if race.name]
    if not called and options.distance is None and races and races[0].name:
        raise RaceProblem(
            f"no race of the season is called {options.name}",
            f"Its races are called {', '.join(names)}. Name another with --distance 10k --goal 50:00.",
        )
    return called or races


def _known_races(athlete: Athlete | None, store: Store) -> list[KnownRace]:
    """Return the coming races of the season's plan, the next first, then the goal of the athlete."""
    own, goals = None if athlete is None else athlete.now.goal, list[KnownRace]()
    if own is not None and own.distance and own.time:
        goals.append(KnownRace(*read_goal(own.distance, own.time), own.name or ""))
    day = date.fromisoformat(today())
    races: list[KnownRace] = []
    for race in _season_races(FIRST_SLUG if athlete is None else athlete.slug, store):
        if race.date >= day:
            same = [each.goal_s for each in goals if abs(each.metres / race.distance_m - 1) <= _SAME_RACE]
            goal_s = next(iter(same), None) if race.goal_s is None else Seconds(race.goal_s)
            races.append(KnownRace(Metres(race.distance_m), goal_s, race.name, race.date))
    return [*races, *goals]


def _season_races(slug: str, store: Store) -> "Sequence[PlannedRace]":
    """Return the races of an athlete's season, by date; empty without a plan."""
    files = PlanFiles(store.paths.plans / slug)
    if not files.exists:
        return ()
    from coach.plan.document import read_plan

    return read_plan(files.read(), name=plain(files.path)).races


def _facts(options: RaceOptions, athlete: Athlete | None, store: Store) -> RaceFacts:
    """Return the facts from runs and shoes; empty if there is no run yet."""
    runs = athlete_runs(athlete, store)
    gear = gear_of(() if athlete is None else athlete.shoes, runs.shoe_runs())
    shoe = gear.race_shoe()
    if options.shoe is not None:
        if athlete is None:
            raise AthleteProblem(
                "--shoe needs an athlete, and none is saved", "coach gear set racer adds one."
            )
        shoe = gear.shoe(shoe_of(athlete, options.shoe))
    return RaceFacts(shoe, bool(runs.runs), runs.last_fuelled(LONG_RUN_S), options.start_minute)


# --- the saved plan

KEPT: Final = (RaceDocument.RACE, RaceDocument.REHEARSAL)
"""The workouts of the race that was planned last."""


def workout_names(key: str) -> tuple[str, ...]:
    """Return the names of the workouts of a race beside others: `race-city-run`, `race-city-run-practice`."""
    return (f"race-{key}", f"race-{key}-practice") if key else ()


def keep(race: PlannedRun, store: Store | None = None) -> list[Path]:
    """Save the plan as workouts of the runner's own, replacing those of that name; return their paths.

    Raises:
        WorkoutProblem: a workout of that name was not made by this program, and stays.
        CoachProblem: a file cannot be written.
    """
    from coach.workout.document import written_document

    store = store or Store()
    lines = [line.text for line in checklist(race.plan, race.facts)]
    names = [*KEPT, *workout_names(race.key)]
    paths = [store.paths.workouts / f"{name}.json" for name in names]
    for path in paths:
        _check_ours(path)
    for kind, path in zip(KEPT * (len(paths) // 2), paths, strict=True):
        write_document(path, written_document(race_workout(race.plan, kind, lines)))
    return paths


def saved_race(
    metres: float | None, day: date | None = None, name: str = "", store: Store | None = None
) -> "WorkoutDocument | None":
    """Return the saved plan of a race: by its name, by its day, else the last one; None if there is none.

    Raises:
        WorkoutProblem: it cannot be read.
    """
    from coach.app.workouts import read_workout

    store = store or Store()
    keys = dict.fromkeys((race_key(name, None), race_key("", day)))
    names = [each for key in keys for each in workout_names(key)[:1]] + [str(RaceDocument.RACE)]
    for workout in names if metres is not None else ():
        if not (store.paths.workouts / f"{workout}.json").exists():
            continue
        document = read_workout(workout, SILENT, None)
        is_ours = (document.workout.source or "").startswith(MADE_BY)
        if is_ours and distance_name(metres or 0.0) in document.workout.tags.focus:
            return document
    return None


def _check_ours(path: Path) -> None:
    """Refuse to replace a workout that this program did not make."""
    if not path.exists():
        return
    data = read_file(path, limit=SMALL_LIMIT, what="workout", problem=WorkoutProblem, hint="")
    try:
        tree = json.loads(data)
    except ValueError:
        tree = None
    source = tree.get("source") if isinstance(tree, dict) else None
    if not (isinstance(source, str) and source.startswith(MADE_BY)):
        raise WorkoutProblem(
            f"{plain(path)} is a workout of your own, and stays as it is",
            "Rename it, or do not save the plan: --no-keep.",
        )


def export_race(race: PlannedRun, to: "ExportFormat") -> "Exported":
    """Return the plan as a workout for another program, a step a kilometre."""
    from coach.interchange.workouts.converting import ExportRequest, export_workout
    from coach.workout.document import document_from

    document = document_from(race_workout(race.plan, RaceDocument.WATCH), name="race")
    return export_workout(ExportRequest(document, race.athlete, MachineClock().wall().epoch_s), to)


# --- the rehearsal


@dataclass(frozen=True, slots=True)
class RehearsedSplit:
    """A kilometre as a simulated runner ran it."""

    name: str
    planned_s: float
    time_s: float
    off_s: float
    """Seconds against the plan at its end, + is behind."""
    heart_rate_bpm: float | None
    climb_m: float | None


@dataclass(frozen=True, slots=True)
class RehearsalCue:
    """A cue of the rehearsal."""

    at_s: float
    """Seconds since the start of the race."""
    kind: str
    text: str
    is_own: bool
    """True for words of the plan: phrases, fuel, the start."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A race as a simulated runner ran it."""

    splits: tuple[RehearsedSplit, ...]
    cues: tuple[RehearsalCue, ...]
    completed: bool

    @property
    def time_s(self) -> float:
        """The time at the finish."""
        return sum(split.time_s for split in self.splits)


_OWN_RULES: Final = ("reminder", "gate: ")


def rehearse(race: PlannedRun, seed: int = 0, kind: RaceDocument = RaceDocument.REHEARSAL) -> Rehearsal:
    """Let a simulated runner run the plan, over its course if it has one; the same seed runs the same.

    Raises:
        CoachProblem: the settings cannot be read.
    """
    from coach.app.setup import live_setup
    from coach.app.workouts import compile_for
    from coach.cues.cue import Cue
    from coach.edge.settings import load_settings
    from coach.live.run import LiveRun
    from coach.session.events import StepEnded, StepStarted
    from coach.simulate import VirtualRunner, simulate
    from coach.workout.document import document_from

    plan, store = race.plan, Store()
    settings = load_settings(store.paths.settings, os.environ)
    workout = compile_for(
        document_from(race_workout(plan, kind), name="race"), race.athlete, SILENT, by_hand=True
    )
    setup = replace(
        live_setup(workout, settings, f"sim-{seed}", RunMode.UNATTENDED, simulated=True), ends_after_s=None
    )
    course = plan.request.course
    runner = VirtualRunner(_profile(race), seed, timeline=setup.timeline, presses=True, course=course)
    longest = Seconds(1.5 * plan.pacing.total_s + 1800)
    simulated = simulate(LiveRun(setup), runner, longest_s=longest)
    began = next((output.at for output in simulated.outputs if isinstance(output, StepStarted)), Seconds(0.0))
    rows, passed = list[RehearsedSplit](), 0.0
    ends = [output for output in simulated.outputs if isinstance(output, StepEnded)]
    for row, end in zip(plan.splits(plan.step_m), ends, strict=False):
        passed += end.time_s
        rows.append(
            RehearsedSplit(
                end.step.name,
                row.time_s,
                end.time_s,
                passed - row.passed_s,
                end.mean_heart_rate,
                row.climb_m,
            )
        )
    cues = tuple(
        RehearsalCue(
            output.at - began, output.kind.value, output.text, output.why.rule.startswith(_OWN_RULES)
        )
        for output in simulated.outputs
        if isinstance(output, Cue) and output.is_heard
    )
    return Rehearsal(tuple(rows), cues, simulated.completed)


def _profile(race: PlannedRun) -> "RunnerProfile":
    """Return a runner who can just run the goal, with the heart rates of the athlete if they are known."""
    from coach.simulate import RunnerProfile

    plan, profile = race.plan, RunnerProfile()
    try:
        fit = performance.vdot_of_race(plan.metres, plan.cool.total_s)
        profile = replace(profile, vo2max=fit, threshold_speed=performance.threshold_speed(fit))
    except ValueError:  # a distance or a time the formula does not know
        pass
    if race.athlete is None:
        return profile
    rates = race.athlete.now.heart_rate
    most = profile.heart_rate_max if rates.max is None else BeatsPerMinute(rates.max.bpm)
    rest = profile.heart_rate_rest if rates.rest is None else BeatsPerMinute(rates.rest.bpm)
    return replace(
        profile, heart_rate_max=most, heart_rate_rest=rest, heart_rate_start=BeatsPerMinute(rest + 20)
    )


# --- shoes: their kilometres by the runs in the history, and changes to the pairs

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class AthleteRuns:
    """The recorded runs of an athlete, for questions about shoes and races."""

    runs: "tuple[IndexedRun, ...]"
    """Runs that are not simulated, the newest first."""

    def shoe_runs(self) -> tuple[ShoeRun, ...]:
        """Return the runs with what matters to shoes."""
        return tuple(
            ShoeRun(
                run.run,
                date.fromisoformat(run.day),
                run.shoe or "",
                run.distance_m,
                0.0 if run.hard_s is None and run.time_s is not None else run.hard_m,
            )
            for run in self.runs
            if run.day and run.time_s
        )

    def last_fuelled(self, at_least_s: float) -> date | None:
        """Return the day of the last run of at least this time with a cue about fuel; None if there is none."""
        days = [
            run.day for run in self.runs if run.has_fuel and run.day and (run.time_s or 0.0) >= at_least_s
        ]
        return date.fromisoformat(max(days)) if days else None


def athlete_runs(athlete: Athlete | None, store: Store, progress: Progress | None = None) -> AthleteRuns:
    """Return the runs of an athlete and those without an athlete, but no simulated ones."""
    from coach.edge.history import RunFilter

    slug = "" if athlete is None else athlete.slug
    with store.history() as history:
        runs = history.runs(RunFilter(is_simulated=False), with_results=True, progress=progress)
    return AthleteRuns(tuple(run for run in runs if not slug or run.athlete in {"", slug}))


def gear_here(athlete: Athlete, store: Store | None = None, progress: Progress | None = None) -> Gear:
    """Return the shoes of an athlete with the figures of their runs."""
    return gear_of(athlete.shoes, athlete_runs(athlete, store or Store(), progress).shoe_runs())


def shoe_of(athlete: Athlete, slug: str) -> str:
    """Return the slug of a pair of shoes by its slug or its name.

    Raises:
        AthleteProblem: there is none.
    """
    plain = slug.strip().casefold()
    for shoe in athlete.shoes:
        if plain in {shoe.slug, shoe.name.casefold()}:
            return shoe.slug
    slugs = [shoe.slug for shoe in athlete.shoes]
    names = f" There are {', '.join(slugs)}." if slugs else ""
    raise AthleteProblem(
        f"{athlete.name} has no shoes {slug[:40]!r}{suggestion(plain, slugs)}.{names}",
        f"coach gear set {plain or 'racer'} adds them.",
    )


def change_shoe(athlete: str | None, slug: str, changes: Mapping[str, Any]) -> Athlete:
    """Change a pair of shoes, or add one; a value of None is removed.

    Raises:
        CoachProblem: a value is invalid, or the athlete cannot be written.
    """
    if not re.fullmatch(SLUG_PATTERN, slug):
        raise AthleteProblem(
            f"{slug[:40]!r} is not a short name for a pair of shoes",
            "Up to 32 of a-z, 0-9, - and _, such as racer; --name gives their full name.",
        )

    def changed(tree: dict[str, Any]) -> dict[str, Any]:
        shoes = shoes_with(tree.get("shoes", []), [{"slug": slug, **changes}])
        return tree | {
            "shoes": [{name: each[name] for name in each if each[name] is not None} for each in shoes]
        }

    return change_athlete(athlete, changed)


def remove_shoe(athlete: Athlete, slug: str) -> Athlete:
    """Remove a pair; its runs keep its name, and the factors of pods on it are removed too."""
    return change_athlete(
        athlete.slug,
        lambda tree: tree | {"shoes": [each for each in tree.get("shoes", []) if each.get("slug") != slug]},
    )


def note_shoe(run: str, slug: str, athlete: str = "") -> "StoredRun":
    """Save the shoes of a recorded run, with `athlete` as in `Store.run`; return the run.

    Raises:
        CoachProblem: there is no such run, or the note cannot be written.
    """
    stored = Store().run(run, athlete)
    append_note(stored.path, RunNote(shoe=slug, answered_at=local_iso(MachineClock().wall())))
    return stored
