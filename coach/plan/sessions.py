"""The content of easy sessions, long runs, races and other training, and the reasons of sessions.

A session names a workout of the library for its purpose, and has a size of its own: metres, minutes, reps, rests.
`runnable` writes it as an argument of `coach run`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from coach.plan.hard_sessions import Speeds, dose_line, race_class, spelt_km
from coach.plan.model import (
    Family,
    PlanDay,
    PlannedRace,
    PlannedSession,
    RunnerLevel,
    SessionKind,
    TrainingPhase,
)

# --- Easy running, and fixed sessions


def easy(metres: float, speeds: Speeds, *, family: Family = Family.EASY) -> PlannedSession:
    """An easy run; its reason is added once its neighbours are known."""
    title, workout = _EASY[family]
    return PlannedSession(
        id="",
        kind=SessionKind.RUN,
        family=family,
        title=title,
        why="",
        workout=workout,
        minutes=max(1.0, round(metres / speeds.easy / 60)),
        distance_m=round(metres),
    )


_EASY: Final = {
    Family.EASY: ("Easy run", "easy-run"),
    Family.RECOVERY: ("Recovery run", "recovery-run"),
    Family.LONG: ("Long run", "long-8-miles"),
}

STRIDES: Final = 6
STRIDE_S: Final = 20.0


def with_strides(session: PlannedSession, speeds: Speeds, why: str) -> PlannedSession:
    """An easy run with strides at its end: they are part of its metres."""
    hard_s = STRIDES * STRIDE_S
    return replace(
        session,
        family=Family.STRIDES,
        title="Easy run with strides",
        why=why,
        workout="easy-strides",
        minutes=(session.minutes or 0.0) + STRIDES,
        hard_minutes=round(hard_s / 60, 1),
        hard_m=round(hard_s * speeds.of("strides") / 50) * 50,
    )


def hill_blasts(session: PlannedSession, why: str) -> PlannedSession:
    """An easy run with a few blasts of ten seconds uphill at its end: hardly tiring, and part of its metres."""
    return replace(
        session,
        family=Family.SPRINTS,
        title="Easy run with 10 s hill blasts",
        why=why,
        workout="hill-blasts-weekly",
        minutes=(session.minutes or 0.0) + 10,
        hard_minutes=0.8,
        hard_m=200,
    )


@dataclass(frozen=True, slots=True)
class LongRun:
    """A long run with a finish."""

    workout: str
    title: str
    why: str
    quick_m: float
    pace: str
    least_m: float
    """Least metres of a long run with this finish."""


LONG_FINISHES: Final[Mapping[str, LongRun]] = {
    each.workout: each
    for each in (
        LongRun(
            "long-run-quick-last-mile",
            "Long run with a quick last mile",
            "A quick last mile teaches tired legs to hold their form.",
            1_600,
            "marathon",
            6_000,
        ),
        LongRun(
            "long-12-miles-steady-finish",
            "Long run, the last part steady",
            "The last part steady: easy running made long, with a little of the race in it.",
            3_200,
            "marathon",
            14_000,
        ),
        LongRun(
            "long-12-miles-hmp-finish",
            "Long run, the end at half-marathon pace",
            "The end at the pace of the half, on tired legs: that is where the race is decided.",
            4_000,
            "half",
            16_000,
        ),
        LongRun(
            "long-16-miles-mp-finish",
            "Long run, the end at marathon pace",
            "The end at marathon pace, on tired legs: that is where the race is decided.",
            6_400,
            "marathon",
            21_000,
        ),
    )
}


def long_run(metres: float, speeds: Speeds, finish: str = "") -> PlannedSession:
    """The long run of a week, with a finish if it is long enough for one."""
    session = easy(metres, speeds, family=Family.LONG)
    kind = LONG_FINISHES.get(finish)
    if kind is None or metres < kind.least_m:
        return replace(session, why=LONG_WHY)
    quick_s = kind.quick_m / speeds.of(kind.pace)
    minutes = (metres - kind.quick_m) / speeds.easy / 60 + quick_s / 60
    return replace(
        session,
        title=kind.title,
        workout=kind.workout,
        why=kind.why,
        minutes=round(minutes),
        hard_minutes=round(quick_s / 60, 1),
        hard_m=kind.quick_m,
    )


def finish_for(phase: TrainingPhase, race_m: float, level: RunnerLevel, number: int) -> str:
    """The finish of the long run of a week; every second one has none, nor has any in base and before a race."""
    if phase not in {TrainingPhase.BUILD, TrainingPhase.SPEED} or number % 2:
        return ""
    if level is RunnerLevel.BEGINNER:
        return "long-run-quick-last-mile"
    race = race_class(race_m)
    if phase is TrainingPhase.SPEED and race == "half":
        return "long-12-miles-hmp-finish"
    if phase is TrainingPhase.SPEED and race == "marathon":
        return "long-16-miles-mp-finish"
    return "long-12-miles-steady-finish"


GOAL_PACE_LONG: Final = "medium-long-goal-pace"
"""The last run at goal pace before a marathon, two weeks out."""
GOAL_PACE_M: Final = (3_200.0, 12_900.0, 1_600.0)
"""Metres easy, at goal pace, easy of that run in the library."""


def goal_pace_long(week_m: float, speeds: Speeds) -> PlannedSession:
    """The medium-long run at goal pace two weeks before a marathon; shorter where the weeks are."""
    warm, goal, cool = GOAL_PACE_M
    goal = min(goal, round(0.20 * week_m, -2))
    metres = warm + goal + cool
    goal_s = goal / speeds.of("marathon")
    return PlannedSession(
        id="",
        kind=SessionKind.RUN,
        family=Family.LONG,
        title="Medium-long run at goal pace",
        why="Two weeks out: the last time at the pace of the marathon, long enough to know it.",
        workout=GOAL_PACE_LONG,
        is_hard=True,
        minutes=round((warm + cool) / speeds.easy / 60 + goal_s / 60),
        distance_m=round(metres, -2),
        hard_minutes=round(goal_s / 60, 1),
        hard_m=round(goal),
    )


def race_session(race: PlannedRace, speeds: Speeds) -> PlannedSession:
    """A race on its day."""
    seconds = race.goal_s or race.distance_m / speeds.of(_RACE_PACES[race_class(race.distance_m)])
    why = {
        "A": "The race everything was built for.",
        "B": "A race to learn from: a few easy days before it, no taper.",
        "C": "A race in the place of a hard session, trained through.",
    }[race.priority.value]
    return PlannedSession(
        id="",
        kind=SessionKind.RACE,
        family=Family.RACE,
        title=race.label,
        why=why,
        is_hard=True,
        minutes=max(1.0, round(seconds / 60)),
        distance_m=round(race.distance_m),
        hard_minutes=round(seconds / 60, 1),
        hard_m=round(race.distance_m),
        is_fixed=True,
    )


_RACE_PACES: Final = {"mile": "mile", "5k": "5k", "10k": "10k", "half": "half", "marathon": "marathon"}

SHORT_QUALITY: Final = (
    ("fast-finish", "30 minutes with a fast finish", 1_000.0),
    ("progression-30min", "30 minutes, each ten quicker", 500.0),
)
"""The one short quality session of a down week, in turn: name, title, metres above easy."""


def short_quality(number: int, speeds: Speeds) -> PlannedSession:
    """The short quality session of a down week."""
    workout, title, hard_m = SHORT_QUALITY[number % len(SHORT_QUALITY)]
    hard_s = hard_m / speeds.of("half")
    return PlannedSession(
        id="",
        kind=SessionKind.RUN,
        family=Family.THRESHOLD,
        title=title,
        why="A down week keeps strides and one short quality session: only the volume falls.",
        workout=workout,
        is_hard=True,
        minutes=30.0,
        distance_m=round(30 * 60 * speeds.easy * 1.05, -2),
        hard_minutes=round(hard_s / 60, 1),
        hard_m=hard_m,
    )


def race_week(kind: str, speeds: Speeds, metres: float) -> PlannedSession:
    """The strides or the shakeout before a race."""
    title, workout, why = _RACE_WEEK[kind]
    session = easy(metres, speeds)
    return replace(
        session,
        family=Family.STRIDES,
        title=title,
        workout=workout,
        why=why,
        hard_minutes=1.0,
        hard_m=300,
    )


_RACE_WEEK: Final = {
    "strides": (
        "Easy run with strides",
        "race-week-strides",
        "Strides keep the legs quick while everything else gets less.",
    ),
    "shakeout": (
        "Shakeout",
        "shakeout-3-miles",
        "A few easy minutes before the race, so that the legs are awake on the start line.",
    ),
}


def cross_training(minutes: float) -> PlannedSession:
    """Swim, bike or walk between running days."""
    return PlannedSession(
        id="",
        kind=SessionKind.CROSS,
        family=Family.CROSS,
        title="Swim, bike or walk",
        why="Work for heart and lungs that spares the legs; its load counts, its kilometres do not.",
        minutes=minutes,
    )


def rest_day(why: str) -> PlannedSession:
    """A day without a session."""
    return PlannedSession(id="", kind=SessionKind.REST, family=Family.REST, title="Rest", why=why)


# --- Arguments of `coach run`


def runnable(session: PlannedSession) -> str:
    """The argument of `coach run` for a session: a line if it has a size of its own, else the name of its workout.

    Empty where nothing of it can be run: a rest, a race, a day on which the club decides.
    """
    if session.kind is not SessionKind.RUN or not session.workout:
        return session.workout
    metres, dose = session.distance_m, session.dose
    if dose is not None:
        return dose_line(session, dose)
    if (metres and session.family in {Family.EASY, Family.RECOVERY}) or (
        metres and session.family is Family.LONG and not session.hard_m
    ):
        return f"{spelt_km(metres)} easy"
    if metres and session.family is Family.STRIDES:
        return f'{spelt_km(metres)} easy + {STRIDES}x20s stride @ "fast, smooth" / 1:00 walk'
    return session.workout


# --- Why an easy session is where it is

_DAY: Final = timedelta(days=1)
LONG_WHY: Final = "The long run: time on the feet, at a pace at which one can talk."
BLASTS_WHY: Final = (
    "Ten seconds uphill make legs strong and quick and hardly tire: the only fast running of the base."
)
STRIDES_WHY: Final = "Strides at the end of an easy run keep the legs quick and cost nothing."


def reasoned(days: Sequence[PlanDay]) -> list[PlanDay]:
    """The days with a reason for each session that has none yet, derived from its neighbours."""
    by_date = {day.date: day for day in days}
    result = []
    for day in days:
        sessions = tuple(
            each if each.why else replace(each, why=_easy_why(each, by_date, day.date))
            for each in day.sessions
        )
        result.append(replace(day, sessions=sessions))
    return result


def _easy_why(session: PlannedSession, days: Mapping[date, PlanDay], day: date) -> str:
    """The reason of an easy run or a rest."""
    before, after = (_key(days.get(day + step * _DAY)) for step in (-1, 1))
    if session.kind is SessionKind.REST:
        if before:
            return f"Rest after {before}: the body adapts while it rests."
        return (
            f"Rest, so that {after} finds fresh legs."
            if after
            else "Rest: fitness comes in the days between."
        )
    if before and session.family is Family.RECOVERY:
        return f"Easy after {before}: it brings the legs back, and no more is asked of it."
    if after:
        return f"Easy, so that {after} tomorrow finds fresh legs."
    if before:
        return f"Easy after {before}: slow enough to recover, long enough to count."
    return "Easy kilometres: the base of all other training."


def _key(day: PlanDay | None) -> str:
    """The main topic of a day, for a sentence about its neighbour; empty for an ordinary day."""
    if day is None:
        return ""
    session = next((each for each in day.sessions if each.is_hard or each.family is Family.LONG), None)
    if session is None:
        return ""
    if session.family is Family.LONG and not session.is_fixed:
        return "the long run"
    if session.kind is SessionKind.RACE:
        return f"the {session.title}"
    return session.title
