"""A sound plan in a few lines, to be broken in one place, and the workouts of the library as plans see them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from coach.plan.check import RULES, check
from coach.plan.facts import Finding, PlanFacts, WorkoutFacts, workout_facts
from coach.plan.model import (
    Availability,
    Dose,
    Family,
    Plan,
    PlanDay,
    PlannedRace,
    PlannedSession,
    PlanWeek,
    RunnerLevel,
    SessionKind,
    TrainingPhase,
    WeeklyVolume,
)
from coach.review.season import SeasonRun
from coach.workout.document import load_document, outline

LIBRARY = Path(__file__).parents[2] / "workouts"
MONDAY = date(2027, 1, 4)
TODAY = date(2027, 1, 2)
_IDS = count(1)
SHEET_FAMILIES = {
    Family.STRENGTH: SessionKind.STRENGTH,
    Family.PLYOMETRICS: SessionKind.STRENGTH,
    Family.DRILLS: SessionKind.MOBILITY,
    Family.MOBILITY: SessionKind.MOBILITY,
    Family.CROSS: SessionKind.CROSS,
    Family.RACE: SessionKind.RACE,
}


def session(family: Family, title: str = "", workout: str = "", **known: Any) -> PlannedSession:
    """One session; a hard one says so."""
    kind = SHEET_FAMILIES.get(family, SessionKind.RUN)
    return PlannedSession(
        f"t{next(_IDS)}", kind, family, title or str(family), "Why.", workout=workout, **known
    )


def easy(km: float = 8.0) -> PlannedSession:
    """An easy run."""
    return session(Family.EASY, "Easy run", minutes=6 * km, distance_m=1000 * km, hard_minutes=0.0)


def long(km: float = 16.0) -> PlannedSession:
    """The long run."""
    return session(Family.LONG, "Long run", minutes=6 * km, distance_m=1000 * km, hard_minutes=0.0)


def reps(
    number: int, pace: str = "5k", metres: float = 800, rest_s: float = 120, family: Family = Family.VO2MAX
) -> PlannedSession:
    """Hard reps."""
    return session(
        family,
        f"{number} x {metres:.0f} m",
        is_hard=True,
        minutes=50.0,
        distance_m=9000.0,
        hard_minutes=number * metres / 250,
        hard_m=number * metres,
        dose=Dose(number, pace, metres, None, rest_s),
    )


def strides() -> PlannedSession:
    """An easy run with strides at its end."""
    return session(Family.STRIDES, "Easy with strides", minutes=48.0, distance_m=8000.0, hard_minutes=2.0)


def mobility() -> PlannedSession:
    """Ten minutes."""
    return session(Family.MOBILITY, "Mobility", "mobility-10min", minutes=10.0)


def week(number: int) -> list[list[PlannedSession]]:
    """A week of five runs without a fault: 49 km, one hard day; reps go up by one and never stand still."""
    return [
        [mobility()],
        [reps(4 + number)],
        [easy()],
        [],
        [strides()],
        [easy()],
        [long()],
    ]


def plan_of(weeks: int = 8, **changes: Any) -> Plan:
    """A plan of so many weeks of build from `MONDAY`, each fourth of them down; changes are fields of it."""
    made, days = [], []
    for number in range(weeks):
        monday = MONDAY + timedelta(weeks=number)
        is_down = number % 4 == 3
        made.append(PlanWeek(monday, TrainingPhase.BUILD, 49_000.0, is_down=is_down))
        for place, sessions in enumerate(week(number)):
            days.append(PlanDay(monday + timedelta(days=place), tuple(sessions)))
    plan = Plan(
        "p1",
        "me",
        TODAY,
        RunnerLevel.INTERMEDIATE,
        (),
        Availability((1, 2, 4, 5, 6)),
        WeeklyVolume("m", 49_000.0, 60_000.0),
        tuple(made),
        tuple(days),
    )
    return replace(plan, **changes)


def day(week_number: int, weekday: int) -> date:
    """A day of the plan: weeks and weekdays from 0."""
    return MONDAY + timedelta(weeks=week_number, days=weekday)


def put(plan: Plan, day_: date, *sessions: PlannedSession) -> Plan:
    """The plan with these sessions on a day, in place of what was there."""
    return plan.with_days([replace(plan.day(day_), sessions=sessions)])


def phases(plan: Plan, *names: TrainingPhase) -> Plan:
    """The plan with these phases, the last of them to its end."""
    last = len(names) - 1
    weeks = [replace(each, phase=names[min(place, last)]) for place, each in enumerate(plan.weeks)]
    return replace(plan, weeks=tuple(weeks))


def race(day_: date, distance: str = "10 km", **known: Any) -> PlannedRace:
    """A race."""
    return PlannedRace(day_, distance, **known)


def ran(
    day_: date, km: float | None = 8.0, *, is_hard: bool | None = False, workout: str = "", **known: Any
) -> SeasonRun:
    """A run that was recorded."""
    metres = None if km is None else 1000 * km
    hard_s = 900.0 if is_hard else None
    known = {"time_s": 360 * (km or 8.0), "hard_s": hard_s} | known
    return SeasonRun(f"r{day_}", day_, workout, distance_m=metres, is_hard=is_hard, **known)


def ran_weeks(number: int, runs: Sequence[int] = (1, 2, 4, 6), km: float = 10.0) -> tuple[SeasonRun, ...]:
    """Weeks of regular runs right before the plan."""
    first = MONDAY - timedelta(weeks=number)
    days = [first + timedelta(weeks=back, days=each) for back in range(number) for each in runs]
    return tuple(ran(each, km) for each in days)


@cache
def library(name: str) -> WorkoutFacts:
    """A workout of the library as a plan sees it."""
    document = load_document((LIBRARY / f"{name}.json").read_bytes(), name=name)
    return workout_facts(name, outline(document), document.workout.tags)


def knowing(plan: Plan, facts: PlanFacts | None = None) -> PlanFacts:
    """Facts with the workouts of a plan that the library has."""
    names = {each.workout for _, each in plan.sessions() if (LIBRARY / f"{each.workout}.json").exists()}
    known = facts or PlanFacts()
    return replace(known, workouts={**known.workouts, **{name: library(name) for name in names}})


def found(plan: Plan, rule: str, facts: PlanFacts | None = None, today: date = TODAY) -> tuple[Finding, ...]:
    """A plan that breaks one rule."""
    assert rule in RULES
    return tuple(each for each in check(plan, knowing(plan, facts), today) if each.rule == rule)


def only(findings: Iterable[Finding]) -> Finding:
    """The one finding there is."""
    (finding,) = findings
    return finding
