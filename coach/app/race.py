"""Plans a race for a runner, from what they ask, their season and their runs; keeps it, sends it, rehearses it.

The plan is kept as two workouts of the runner's own, `race` and `race-practice`, so that `coach run race` and every
other command that takes a workout finds it by name.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from coach.app.athletes import today
from coach.app.gear import known_runs, shoe_of
from coach.app.setup import live_setup
from coach.app.terminal import SILENT, RunMode
from coach.app.workouts import compile_for, shown_athlete
from coach.athlete import Athlete
from coach.edge.clock import MachineClock
from coach.edge.files import SMALL_LIMIT, plain, read_file, write_document
from coach.edge.plan_files import PlanFiles
from coach.edge.settings import load_settings
from coach.edge.store import FIRST_SLUG, Store
from coach.interchange.recordings.gpx import read_course
from coach.physiology import performance
from coach.physiology.surroundings import Course, lap_in_lane
from coach.plan.gear import gear_of
from coach.plan.pacing import RaceProblem
from coach.plan.race import (
    MADE_BY,
    Drink,
    Fuel,
    RaceDocument,
    RacePlan,
    RaceRequest,
    Weather,
    checked,
    distance_name,
    length_for,
    plan_race,
    race_workout,
    read_drink,
    read_fuel,
    read_goal,
    read_length,
    read_phrases,
)
from coach.plan.race_words import LONG_RUN_S, RaceFacts, checklist
from coach.problems import AthleteProblem, WorkoutProblem
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.workout.document import document_from, written
from coach.workout.resolve import Numbers

if TYPE_CHECKING:
    from coach.interchange.workouts import ExportFormat
    from coach.interchange.workouts.converting import Exported
    from coach.plan.model import PlannedRace
    from coach.simulate.behaviour import RunnerProfile
    from coach.workout.model import WorkoutDocument

_DEFAULT_FUEL: Final = Fuel()


@dataclass(frozen=True, slots=True)
class RaceOptions:
    """A race as it is typed; what was not said is None or empty."""

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
    """What paces are told per, `km` or `mile`; None for that of the runner."""
    surface: str = ""
    lane: int = 1
    shoe: str | None = None
    athlete: str | None = None


@dataclass(frozen=True)
class PlannedRun:
    """A race plan with what is known of its runner."""

    plan: RacePlan
    facts: RaceFacts
    athlete: Athlete | None
    guess: str = ""
    """How the race was read where nobody said how long it is; a sentence."""


def plan_for(options: RaceOptions, store: Store | None = None) -> PlannedRun:
    """Plan a race as it was asked for.

    Raises:
        CoachProblem: something cannot be read, or nobody says how far or how fast.
    """
    store = store or Store()
    athlete = shown_athlete(store, options.athlete)
    options, guess = _with_distance(options, athlete, store)
    metres, goal_s, name = _race(options, athlete, store)
    course = None if options.course is None else _course(options.course, store)
    fuel = _DEFAULT_FUEL if options.fuel is None else read_fuel(options.fuel)
    request = RaceRequest(
        metres=metres,
        goal_s=goal_s,
        split=options.split,
        name=name,
        unit=options.unit or ("km" if athlete is None else athlete.units),
        weather=options.weather,
        course=course,
        spreads_effort=options.spreads_effort,
        fuel=fuel,
        drink=_drink(options.drink),
        phrases=read_phrases(options.phrases, metres),
        lap_m=lap_in_lane(400.0, options.lane),
        surface=options.surface,
    )
    plan = plan_race(request, _threshold(athlete))
    return PlannedRun(plan, _facts(options, athlete, store), athlete, guess)


def _with_distance(options: RaceOptions, athlete: Athlete | None, store: Store) -> tuple[RaceOptions, str]:
    """The options with the one distance a time can mean, where nothing else says how long the race is."""
    if options.distance is not None or options.goal is None or _known_races(athlete, store):
        return options, ""
    metres = length_for(options.goal)
    if metres is None:
        return options, ""
    return replace(options, distance=f"{metres:g} m"), f"{options.goal} was read as {distance_name(metres)}."


def _drink(text: str | None) -> Drink | None:
    return None if text is None else read_drink(text)


def _course(text: str, store: Store) -> Course:
    file = store.recording(text)
    return read_course(file.data, name=file.name)


def _threshold(athlete: Athlete | None) -> MetresPerSecond | None:
    """The runner's speed at threshold; None where nothing is known it could be made from."""
    if athlete is None:
        return None
    try:
        slow, fast = Numbers.of(athlete).pace("threshold")
    except AthleteProblem:
        return None
    return MetresPerSecond((slow + fast) / 2)


def _race(options: RaceOptions, athlete: Athlete | None, store: Store) -> tuple[Metres, Seconds | None, str]:
    """How far, in which time, and what the race is called: as told, else by the season's plan, else by the goal."""
    distance, goal = options.distance, options.goal
    if distance is not None and goal is not None:
        return *read_goal(distance, goal), ""
    has_own = options.split.strip().casefold().startswith("own")
    metres = None if distance is None else read_length(distance)
    for far, seconds, name in _known_races(athlete, store):
        if metres is not None and abs(far / metres - 1) > _SAME_RACE:
            continue
        if goal is not None:
            return *read_goal(f"{far:g} m", goal), name
        if seconds is not None or has_own:
            return checked(far), None if has_own else Seconds(seconds or 0.0), name
        raise RaceProblem(
            f"nobody says in which time {name or 'the race'} is to be run", "Name it with --goal 50:00."
        )
    if metres is not None and has_own:
        return metres, None, ""
    if metres is not None:
        raise RaceProblem("nobody says in which time the race is to be run", "Name it with --goal 50:00.")
    raise RaceProblem(
        "nobody says how long the race is",
        "Name it with --distance 10k --goal 50:00; a season's plan would say it (coach plan new).",
    )


_SAME_RACE: Final = 0.01


def _known_races(athlete: Athlete | None, store: Store) -> list[tuple[float, float | None, str]]:
    """The races to come of the season's plan, the next first, and the goal of the athlete: metres, seconds, name."""
    own, goals = None if athlete is None else athlete.now.goal, list[tuple[float, float, str]]()
    if own is not None and own.distance and own.time:
        goals.append((*read_goal(own.distance, own.time), own.name or ""))
    day = date.fromisoformat(today())
    races: list[tuple[float, float | None, str]] = []
    for race in _season_races(FIRST_SLUG if athlete is None else athlete.slug, store):
        if race.date >= day:
            same = [seconds for far, seconds, _ in goals if abs(far / race.distance_m - 1) <= _SAME_RACE]
            races.append((race.distance_m, race.goal_s or next(iter(same), None), race.name))
    return [*races, *goals]


def _season_races(slug: str, store: Store) -> "Sequence[PlannedRace]":
    """The races of an athlete's season, by date; none without a plan."""
    files = PlanFiles(store.paths.plans / slug)
    if not files.exists:
        return ()
    from coach.plan.document import read_plan

    return read_plan(files.read(), name=plain(files.path)).races


def _facts(options: RaceOptions, athlete: Athlete | None, store: Store) -> RaceFacts:
    """What runs and shoes say; nothing where there is no run yet."""
    runs = known_runs(athlete, store)
    gear = gear_of(() if athlete is None else athlete.shoes, runs.shoe_runs())
    shoe = gear.race_shoe()
    if options.shoe is not None:
        if athlete is None:
            raise AthleteProblem(
                "--shoe names a pair of an athlete, and there is none", "coach gear set racer adds one."
            )
        shoe = gear.shoe(shoe_of(athlete, options.shoe))
    return RaceFacts(shoe, bool(runs.runs), runs.last_fuelled(LONG_RUN_S), options.start_minute)


# --- Kept and sent

KEPT: Final = (RaceDocument.RACE, RaceDocument.REHEARSAL)
"""The workouts that a plan is kept as."""


def keep(planned: PlannedRun, store: Store | None = None) -> list[Path]:
    """Keep the plan as workouts of the runner's own, in place of the plan before; returns where.

    Raises:
        WorkoutProblem: a workout of that name is not one of these, and stays.
        CoachProblem: nothing can be written.
    """
    store = store or Store()
    lines = [line.text for line in checklist(planned.plan, planned.facts)]
    paths = [store.paths.workouts / f"{kind}.json" for kind in KEPT]
    for path in paths:
        _check_ours(path)
    for kind, path in zip(KEPT, paths, strict=True):
        write_document(path, written(race_workout(planned.plan, kind, lines)))
    return paths


def kept_race(metres: float | None, store: Store | None = None) -> "WorkoutDocument | None":
    """The race plan that is kept, where it is one of this distance; None where there is none.

    Raises:
        WorkoutProblem: it cannot be read.
    """
    from coach.app.workouts import read_workout

    store = store or Store()
    if metres is None or not (store.paths.workouts / f"{RaceDocument.RACE}.json").exists():
        return None
    document = read_workout(str(RaceDocument.RACE), SILENT, None)
    model = document.workout
    is_ours = (model.source or "").startswith(MADE_BY)
    return document if is_ours and distance_name(metres) in model.tags.focus else None


def _check_ours(path: Path) -> None:
    """Refuse to write over a workout that this program did not make."""
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
            f"{plain(path)} is a workout of your own, and was left as it is",
            "Rename it, or leave the plan unkept with --no-keep.",
        )


def exported(planned: PlannedRun, to: "ExportFormat") -> "Exported":
    """The plan as a workout for another program, a step a kilometre."""
    from coach.interchange.workouts.converting import ExportRequest, export_workout

    document = document_from(race_workout(planned.plan, RaceDocument.WATCH), name="race")
    return export_workout(ExportRequest(document, planned.athlete, MachineClock().wall().epoch_s), to)


# --- Rehearsed


@dataclass(frozen=True, slots=True)
class RehearsedSplit:
    """A kilometre as a simulated runner ran it."""

    name: str
    planned_s: float
    time_s: float
    off_s: float
    """Behind the plan at its end, + is behind."""
    heart_rate_bpm: float | None
    climb_m: float | None


@dataclass(frozen=True, slots=True)
class RehearsalCue:
    """What was said on the way."""

    at_s: float
    """Since the start of the race."""
    kind: str
    text: str
    is_own: bool
    """Whether they are words of the plan: phrases, fuel, the start."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A race as a simulated runner ran it."""

    splits: tuple[RehearsedSplit, ...]
    heard: tuple[RehearsalCue, ...]
    completed: bool

    @property
    def time_s(self) -> float:
        """The time at the finish."""
        return sum(split.time_s for split in self.splits)


_OWN_RULES: Final = ("reminder", "gate: ")


def rehearse(planned: PlannedRun, seed: int = 0, kind: RaceDocument = RaceDocument.REHEARSAL) -> Rehearsal:
    """Let a simulated runner run the plan, over its course where it has one; the same seed runs the same.

    Raises:
        CoachProblem: the settings cannot be read.
    """
    from coach.cues.cue import Cue
    from coach.live.run import LiveRun
    from coach.session.events import StepEnded, StepStarted
    from coach.simulate.runner import VirtualRunner, simulate

    plan, store = planned.plan, Store()
    settings = load_settings(store.paths.settings, os.environ)
    workout = compile_for(
        document_from(race_workout(plan, kind), name="race"), planned.athlete, SILENT, by_hand=True
    )
    setup = replace(
        live_setup(workout, settings, f"sim-{seed}", RunMode.UNATTENDED, simulated=True), ends_after_s=None
    )
    course = plan.request.course
    runner = VirtualRunner(_profile(planned), seed, timeline=setup.timeline, presses=True, course=course)
    longest = Seconds(1.5 * plan.pacing.total_s + 1800)
    simulated = simulate(LiveRun(setup), runner, longest_s=longest)
    began = next((output.at for output in simulated.outputs if isinstance(output, StepStarted)), Seconds(0.0))
    every_m = 1000.0 if plan.request.unit == "km" else 1609.344
    rows, passed = list[RehearsedSplit](), 0.0
    ends = [output for output in simulated.outputs if isinstance(output, StepEnded)]
    for row, end in zip(plan.splits(every_m), ends, strict=False):
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
    heard = tuple(
        RehearsalCue(
            output.at - began, output.kind.value, output.text, output.why.rule.startswith(_OWN_RULES)
        )
        for output in simulated.outputs
        if isinstance(output, Cue) and output.is_heard
    )
    return Rehearsal(tuple(rows), heard, simulated.completed)


def _profile(planned: PlannedRun) -> "RunnerProfile":
    """A runner who can just run the goal, with the heart rates of the athlete where they are known."""
    from coach.simulate.behaviour import RunnerProfile

    plan, profile = planned.plan, RunnerProfile()
    try:
        fit = performance.vdot_of_race(plan.metres, plan.cool.total_s)
        profile = replace(profile, vo2max=fit, threshold_speed=performance.threshold_speed(fit))
    except ValueError:  # a distance or a time the formula does not know
        pass
    if planned.athlete is None:
        return profile
    rates = planned.athlete.now.heart_rate
    most = profile.heart_rate_max if rates.max is None else BeatsPerMinute(rates.max.bpm)
    rest = profile.heart_rate_rest if rates.rest is None else BeatsPerMinute(rates.rest.bpm)
    return replace(
        profile, heart_rate_max=most, heart_rate_rest=rest, heart_rate_start=BeatsPerMinute(rest + 20)
    )
