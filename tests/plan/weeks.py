"""Plans of a few weeks for tests, as words: which family on which day, from what library workout."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from coach.edge.files import library_path
from coach.plan.ladder import DoneRun
from coach.plan.model import (
    Availability,
    Family,
    Plan,
    PlanDay,
    PlannedRace,
    PlannedSession,
    PlanWeek,
    RacePriority,
    RunnerLevel,
    SessionKind,
    TrainingPhase,
    WeeklyVolume,
)
from coach.workout.document import document_from, load_document
from coach.workout.model import WorkoutDocument
from coach.workout.variants import size_of

MONDAY = date(2027, 3, 1)
WORKOUTS: Mapping[Family, str] = {
    Family.EASY: "easy-run",
    Family.RECOVERY: "recovery-run",
    Family.LONG: "long-8-miles",
    Family.STRIDES: "easy-strides",
    Family.VO2MAX: "6x800-5k",
    Family.THRESHOLD: "tempo-3-miles",
    Family.SPEED: "10x200-mile",
    Family.SPRINTS: "hill-sprints",
    Family.HILLS: "hills-6x1min",
    Family.RACE_PACE: "4x400-race-pace",
    Family.FARTLEK: "fartlek-1-2",
    Family.STRENGTH: "strength-heavy",
}
HARD = frozenset(WORKOUTS) - {Family.EASY, Family.RECOVERY, Family.LONG, Family.STRIDES, Family.STRENGTH}
FIVE_DAYS = {1: Family.VO2MAX, 2: Family.RECOVERY, 3: Family.THRESHOLD, 4: Family.EASY, 6: Family.LONG}
"""The five days of science, K2: Tuesday, Wednesday, Thursday, Friday, Sunday."""


@cache
def library(name: str) -> WorkoutDocument:
    """A workout of the library."""
    return load_document((library_path() / f"{name}.json").read_bytes(), name=name)


def workout_of(session: PlannedSession) -> WorkoutDocument | None:
    """The document of a session; None for one that nobody wrote down."""
    if session.document is not None:
        return document_from(dict(session.document), name="it")
    return library(session.workout) if session.workout else None


def a_session(family: Family, id_: str) -> PlannedSession:
    """A session of a family, from the library."""
    name = WORKOUTS[family]
    document = library(name)
    size = size_of(document)
    kind = SessionKind.STRENGTH if family is Family.STRENGTH else SessionKind.RUN
    minutes = round(size.seconds / 60, 1) or None
    return PlannedSession(
        id_,
        kind,
        family,
        document.name,
        "It has its place in the week.",
        name,
        is_hard=family in HARD,
        minutes=minutes,
        distance_m=None if minutes is None else round(minutes * 165),
        hard_minutes=round(size.hard_s / 60, 1) if family in HARD else None,
    )


def plan_of(
    pattern: Mapping[int, Any] = FIVE_DAYS,
    weeks: int = 4,
    race: date | None = None,
    **changes: Any,
) -> Plan:
    """A plan whose weeks are all alike: weekday (0 is Monday) to family, or families."""
    days: list[PlanDay] = []
    number = 0
    for place in range(weeks * 7):
        families = pattern.get(place % 7, ())
        sessions = []
        for family in (families,) if isinstance(families, Family) else families:
            number += 1
            sessions.append(a_session(family, f"s{number}"))
        days.append(PlanDay(MONDAY + timedelta(days=place), tuple(sessions)))
    phase = TrainingPhase.BUILD
    made = Plan(
        id="spring",
        athlete="ada",
        created=MONDAY - timedelta(days=7),
        level=RunnerLevel.INTERMEDIATE,
        races=() if race is None else (PlannedRace(race, "10 km", RacePriority.A),),
        availability=Availability(tuple(sorted(pattern))),
        volume=WeeklyVolume("m", 40_000.0, 60_000.0),
        weeks=tuple(PlanWeek(MONDAY + timedelta(weeks=each), phase) for each in range(weeks)),
        days=tuple(days),
        next_id=number + 1,
    )
    return replace(made, **changes)


def day(weekday: int, week: int = 0) -> date:
    """A day of the plan."""
    return MONDAY + timedelta(days=weekday, weeks=week)


def done(at: date, *, is_hard: bool | None = None, **more: Any) -> DoneRun:
    """A run that was done."""
    return DoneRun(f"01RUN{at:%m%d}", at, is_hard, **more)


def beginning_on(plan: Plan, monday: date) -> Plan:
    """The same plan, whose first week begins on another Monday."""
    by = monday - plan.first
    return replace(
        plan,
        created=plan.created + by,
        days=tuple(replace(each, date=each.date + by) for each in plan.days),
        weeks=tuple(replace(each, monday=each.monday + by) for each in plan.weeks),
    )


def with_session(plan: Plan, day: date, session: PlannedSession) -> Plan:
    """The plan with one session more on a day, under an id of its own."""
    here = plan.day(day)
    there = (each for each in here.sessions if each.kind is not SessionKind.REST)
    new = replace(session, id=f"s{plan.next_id}")
    return replace(plan, next_id=plan.next_id + 1).with_days([replace(here, sessions=(*there, new))])
