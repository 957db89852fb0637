"""The facts that a plan is checked against, and the plan laid out by days and weeks for its rules.

Facts are plain data about workouts, past runs, the runner, shoes and simple tests, read by `coach.app.plan`. Unknown
values are None or empty, and rules that need them find nothing. In a `CheckView` past days are as recorded, later ones
as planned.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from coach.athlete import SimpleTest
from coach.physiology.performance import LONGEST_TRIAL_S, SHORTEST_TRIAL_S, CriticalSpeed, fit_critical_speed
from coach.plan.model import (
    Dose,
    Family,
    Plan,
    PlannedSession,
    PlanWeek,
    RacePriority,
    SessionKind,
    TrainingPhase,
    monday_of,
)
from coach.quantities import format_metres, long_distance
from coach.review.measures import BESTS, HARD_SESSION_S
from coach.review.season import SeasonRun
from coach.workout.describe import estimate, likely_seconds, step_metres, typical_speed
from coach.workout.kinds import HARD, PAUSES, REPS, RUN, UPHILL, Kind
from coach.workout.model import Tags
from coach.workout.timeline import Step, Timeline

# --- workouts

SPRINT_M: Final = 200.0
SPRINT_S: Final = 40.0
"""Reps up to here may be sprints; longer ones are paced. Judged: 200 m in the time of a mile's pace."""
SHORT_SPRINT_S: Final = 10.0
"""Sprints up to here are over before a hamstring is stretched at speed for long (science, W4). Judged."""
PLYOMETRICS: Final = "plyometrics"
"""The sheet of jumps in the library."""
BAREFOOT: Final = "barefoot-strides"
"""The opt-in strides without shoes in the library."""
_DRILL_WORDS: Final = ("skip", "high knees", "butt kick", "bounding", "carioca", "toy soldier")


class Sprint(StrEnum):
    """The ground on which a workout is run nearly flat out."""

    NONE = ""
    FLAT = "flat"
    HILL = "hill"


@dataclass(frozen=True, slots=True)
class WorkoutFacts:
    """The facts of a workout for a plan: its size, its main set, and the requirements in its tags."""

    name: str
    """Its name in the plan."""
    title: str = ""
    system: str = ""
    level: str = ""
    seconds: float | None = None
    metres: float | None = None
    """None if unknown."""
    hard_s: float = 0.0
    hard_m: float = 0.0
    """Of work, hills and strides, roughly."""
    threshold_m: float = 0.0
    """Metres at threshold pace."""
    dose: Dose | None = None
    """Its main set; None without reps."""
    warm_up_s: float = 0.0
    """Seconds before its first hard step, not counting strides as one."""
    has_drills: bool = False
    sprint: Sprint = Sprint.NONE
    surface: str = ""
    needs_level: str = ""
    needs_seasons: int = 0
    needs_base_weeks: int = 0
    needs_warm_up_s: float = 0.0
    often: tuple[int, int] | None = None
    """Most times in a number of days."""
    is_fresh: bool = False
    not_with: tuple[str, ...] = ()
    weekly_share: float | None = None
    """Largest share of a week's running for its hard part."""
    is_opt_in: bool = False
    too_fast: str = ""
    """The reason why its hardest target is beyond the runner, a sentence; empty if it is not, or if unknown."""

    def as_json(self) -> dict[str, Any]:
        """The facts as plain data for a file; defaults are left out."""
        tree = {
            each.name: value for each in fields(self) if (value := getattr(self, each.name)) != each.default
        }
        if self.dose is not None:
            tree["dose"] = {each.name: getattr(self.dose, each.name) for each in fields(self.dose)}
        return tree

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "WorkoutFacts":
        """Read the data of `as_json`.

        Raises:
            TypeError: it has a key of another version.
            ValueError: a value is unknown.
        """
        tree = dict(data)
        if "sprint" in tree:
            tree["sprint"] = Sprint(tree["sprint"])
        if "dose" in tree:
            tree["dose"] = Dose(**tree["dose"])
        for name in ("often", "not_with"):
            if name in tree:
                tree[name] = tuple(tree[name])
        return cls(**tree)

    @property
    def is_heavy(self) -> bool:
        """True if it is strength work that tires legs for two days."""
        return self.system == "strength" and self.is_fresh and self.dose is None and self.name != PLYOMETRICS


def workout_facts(name: str, timeline: Timeline, tags: Tags, *, too_fast: str = "") -> WorkoutFacts:
    """The facts of a workout for a plan, from its steps for a runner and its tags.

    Args:
        name: its name in the plan.
        timeline: its steps, with the paces of the runner where those are known.
        tags: as its document has them.
        too_fast: why its hardest target is beyond the runner (`coach.workout.resolve.too_ambitious`).
    """
    size, first = estimate(timeline), tags.first
    often = tags.often
    is_sized = size.open_steps == 0
    seconds = tags.minutes * 60 if tags.minutes is not None else size.seconds if is_sized else None
    return WorkoutFacts(
        name=name,
        title=timeline.name,
        system=tags.system or "",
        level=tags.level or "",
        seconds=seconds,
        metres=size.metres if is_sized else None,
        hard_s=size.hard_seconds,
        hard_m=size.hard_about_metres,
        threshold_m=sum(_metres(step) for step in timeline.steps if _is_threshold(step)),
        dose=dose_of(timeline.steps),
        warm_up_s=_warm_up_s(timeline.steps),
        has_drills=tags.system != "strength"
        and any(step.kind is Kind.CHECKLIST and _is_drills(step) for step in timeline.steps),
        sprint=_sprint(timeline.steps, tags),
        surface=timeline.context.surface,
        needs_level=(first.level or "") if first else "",
        needs_seasons=(first.seasons or 0) if first else 0,
        needs_base_weeks=(first.base_weeks or 0) if first else 0,
        needs_warm_up_s=60 * (first.warm_up or 0.0) if first else 0.0,
        often=None if often is None else (often.times, often.days),
        is_fresh=tags.is_fresh,
        not_with=tags.not_with,
        weekly_share=None if tags.weekly_share_percent is None else tags.weekly_share_percent / 100,
        is_opt_in=tags.opt_in,
        too_fast=too_fast,
    )


def dose_of(steps: Sequence[Step]) -> Dose | None:
    """The main set of a workout: the reps of one length and pace that take longest; None without reps."""
    groups: dict[tuple[float | None, float | None, str], list[int]] = {}
    for place, step in enumerate(steps):
        if step.kind in REPS and step.kind is not Kind.STRIDE:
            key = (step.until.distance(), step.until.time(), _pace(step))
            groups.setdefault(key, []).append(place)
    if not groups:
        return None
    (metres, seconds, pace), places = max(
        groups.items(), key=lambda item: sum(likely_seconds(steps[place]) or 0.0 for place in item[1])
    )
    following = next((step for step in steps[places[0] + 1 :] if step.kind in RUN), None)
    rest = following if following is not None and following.kind in PAUSES and len(places) > 1 else None
    if rest is None:
        return Dose(len(places), pace, metres, seconds)
    return Dose(len(places), pace, metres, seconds, round(likely_seconds(rest) or 0.0, 1), str(rest.move))


def _pace(step: Step) -> str:
    """The pace of a rep: the name of a pace, else its label."""
    if step.target is None:
        return ""
    return step.target.ref or step.target.label


def _metres(step: Step) -> float:
    """The metres of a step, roughly."""
    metres = step_metres(step)
    return metres if metres is not None else (likely_seconds(step) or 0.0) * typical_speed(step)


def _is_threshold(step: Step) -> bool:
    return step.kind in HARD and step.target is not None and step.target.ref == "threshold"


def _warm_up_s(steps: Sequence[Step]) -> float:
    """Seconds before the first hard step; strides and drills are part of a warm-up, a list counts a minute an item."""
    total = 0.0
    for step in steps:
        if step.kind in HARD and step.kind is not Kind.STRIDE:
            break
        total += 60.0 * len(step.items) if step.items else likely_seconds(step) or 0.0
    return total


def _is_drills(step: Step) -> bool:
    """Return whether a list names two form drills or more."""
    names = " ".join(item.do.casefold() for item in step.items)
    return sum(word in names for word in _DRILL_WORDS) > 1


def _sprint(steps: Sequence[Step], tags: Tags) -> Sprint:
    """Classify its reps: sprints need rested legs and strain hamstrings, or are short and not at the pace of a race."""
    reps = [step for step in steps if step.kind in REPS and step.kind is not Kind.STRIDE]
    if tags.system not in {"speed", "test"} or not tags.is_fresh:
        return Sprint.NONE
    if any(step.kind in UPHILL for step in reps):
        return Sprint.HILL
    if "hamstring" in tags.not_with:
        return Sprint.FLAT
    if not reps:
        return Sprint.NONE
    is_paced = any(step.target is not None and step.target.ref for step in reps)
    is_short = all(
        (step.until.distance() or 0.0) <= SPRINT_M and (step.until.time() or 0.0) <= SPRINT_S for step in reps
    )
    return Sprint.FLAT if is_short and not is_paced else Sprint.NONE


# --- the runner

HARD_HISTORY_DAYS: Final = 42
"""Hard runs of six weeks count as trials do."""


@dataclass(frozen=True, slots=True)
class ShoeUse:
    """The past use of a pair of shoes."""

    slug: str
    name: str
    runs: int
    metres: float
    last: date


@dataclass(frozen=True, slots=True)
class SidesResult:
    """The result of a simple test on a day, left and right."""

    test: SimpleTest
    day: date
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class DoneSheet:
    """A strength, mobility or drill session that was recorded."""

    run: str
    day: date
    workout: str
    """Its title."""
    system: str


@dataclass(frozen=True, slots=True)
class FitnessFacts:
    """The fitness of an athlete by their results."""

    vdot: float | None = None
    vdot_words: str = ""
    """The result behind it: `5 km in 20:15 on 2026-05-31`."""
    threshold_mps: float | None = None
    """The threshold pace on record."""


@dataclass(frozen=True)
class PlanFacts:
    """The facts for checking a plan or deciding a day."""

    runs: tuple[SeasonRun, ...] = ()
    """Recorded runs, oldest first, without simulated runs and sheets."""
    sheets: tuple[DoneSheet, ...] = ()
    """Recorded sheets, oldest first."""
    workouts: Mapping[str, WorkoutFacts] = field(default_factory=dict)
    """By the key of `workout_key`."""
    missing: frozenset[str] = frozenset()
    """Workouts in the plan that do not exist."""
    seasons: int | None = None
    """Half-years of regular running so far; None if unknown."""
    histories: tuple[str, ...] = ()
    """Old injuries given by the athlete, beside those of the plan."""
    fitness: FitnessFacts = FitnessFacts()
    shoes: tuple[ShoeUse, ...] = ()
    """Those worn in a recorded run."""
    tests: tuple[SidesResult, ...] = ()
    """Oldest first."""
    unit: str = "km"
    """Unit of distances and paces."""

    @cached_property
    def runs_by_day(self) -> Mapping[date, tuple[SeasonRun, ...]]:
        """The recorded runs of each day that has any."""
        days: dict[date, tuple[SeasonRun, ...]] = {}
        for run in self.runs:
            days[run.day] = (*days.get(run.day, ()), run)
        return days

    def of(self, session: PlannedSession) -> WorkoutFacts | None:
        """The facts of a session's workout; None without a workout, or if unknown."""
        return self.workouts.get(workout_key(session))


def workout_key(session: PlannedSession) -> str:
    """The key of a session's workout: its name or line, or `inline:` with the id of a session that holds it."""
    return session.workout or (f"inline:{session.id}" if session.document is not None else "")


def critical_speed_of(runs: Sequence[SeasonRun], today: date) -> CriticalSpeed | None:
    """Critical speed by the best stretches of the hard runs of six weeks; None if they are too few or too alike.

    Training is seldom run at full effort: it is a lower bound of a test's result.
    """
    first = today - timedelta(days=HARD_HISTORY_DAYS)
    best: dict[float, float] = {}
    for run in runs:
        if run.is_hard and first <= run.day <= today:
            for name, seconds in run.bests.items():
                metres = BESTS.get(name)
                if metres is not None and SHORTEST_TRIAL_S <= seconds <= LONGEST_TRIAL_S:
                    best[metres] = min(seconds, best.get(metres, seconds))
    try:
        return fit_critical_speed(sorted(best.items())) if len(best) > 1 else None
    except ValueError:
        return None


# --- a plan laid out for its rules

_BEFORE_DAYS: Final = 63
"""Days before a plan that its rules look at: nine weeks, as a week is compared with eight."""
_TAPERED: Final = timedelta(weeks=3)
"""From the Monday of the second week before a race on, training is a taper: 14 to 21 days before a marathon."""
_LONG_SHARE: Final = 0.25
"""A recorded run of this share of its week is its long run, where it is the longest. Judged."""
QUIET: Final = frozenset(
    {
        TrainingPhase.RECOVERY,
        TrainingPhase.TAPER,
        TrainingPhase.RACE,
        TrainingPhase.FREE,
        TrainingPhase.SHARPEN,
    }
)
"""Phases with fewer runs and kilometres than training has."""
HALF_A_WEEK: Final = 4
FAST: Final = frozenset(
    {
        Family.STRIDES,
        Family.SPRINTS,
        Family.HILLS,
        Family.FARTLEK,
        Family.SPEED,
        Family.VO2MAX,
        Family.THRESHOLD,
        Family.RACE_PACE,
        Family.TUNE_UP,
        Family.RACE,
    }
)
"""Families in which something is run fast."""
_ALWAYS_HARD: Final = frozenset({Family.RACE, Family.TUNE_UP})
_NEVER_HARD: Final = frozenset({Family.EASY, Family.RECOVERY, Family.STRIDES, Family.SPRINTS, Family.LONG})
"""Families that are hard only where the plan says so, however many minutes of them are quick."""


@dataclass(frozen=True, slots=True)
class CheckedDay:
    """A day as the rules see it: planned, or as recorded."""

    date: date
    sessions: tuple[PlannedSession, ...] = ()
    """The planned sessions; empty for a past day."""
    hard: tuple[str, ...] = ()
    """The hard sessions by their titles."""
    long: str = ""
    """The long run by its title; empty without one."""
    has_run: bool = False
    is_fast: bool = False
    """True if anything in it is run fast, strides included."""
    is_off: bool = False
    metres: float | None = 0.0
    """Of running; None where a run of it is not known in metres."""
    minutes: float | None = 0.0
    hard_minutes: float | None = 0.0
    """Minutes above easy."""
    hard_metres: float | None = 0.0


@dataclass(frozen=True, slots=True)
class CheckedWeek:
    """A week as the rules see it."""

    week: PlanWeek
    days: tuple[CheckedDay, ...]
    is_tapering: bool = False
    """True if it lies within two weeks of an A race, whatever its phase is called."""

    @property
    def monday(self) -> date:
        """Its first day."""
        return self.week.monday

    @property
    def words(self) -> str:
        """The week in a sentence: `The week of Mon 4 Jan`."""
        return f"The week of {day_words(self.monday)}"

    @property
    def dates(self) -> tuple[date, ...]:
        """Its days with a run, or all of them."""
        return tuple(day.date for day in self.days if day.has_run) or self.week.dates()

    @property
    def run_days(self) -> int:
        """The number of days with a run."""
        return sum(day.has_run for day in self.days)

    @property
    def metres(self) -> float | None:
        """Metres of running in it; None if a run of it is unknown."""
        return total(day.metres for day in self.days)

    @property
    def minutes(self) -> float | None:
        """Minutes of running in it; None if a run of it is unknown."""
        return total(day.minutes for day in self.days)

    @property
    def days_off(self) -> int:
        """Days of travel, illness or other things."""
        return sum(day.is_off for day in self.days)

    @property
    def is_quiet(self) -> bool:
        """True if it is no ordinary week of training: recovery, a taper, a race, or days off for half of it."""
        return self.week.phase in QUIET or self.is_tapering or self.days_off >= HALF_A_WEEK


@dataclass(frozen=True)
class CheckView:
    """A plan with its facts, laid out by days and weeks, once for all rules."""

    plan: Plan
    facts: PlanFacts
    today: date

    def of(self, session: PlannedSession) -> WorkoutFacts | None:
        """The facts of a session's workout."""
        return self.facts.of(session)

    def is_hard(self, session: PlannedSession) -> bool:
        """Return whether it is a hard session: by the plan, or by the size of its workout."""
        if session.is_hard or session.kind is SessionKind.RACE or session.family in _ALWAYS_HARD:
            return session.is_run or session.is_hard
        if not session.is_run or session.family in _NEVER_HARD:
            return False
        return (self.hard_minutes(session) or 0.0) * 60 >= HARD_SESSION_S

    def hard_minutes(self, session: PlannedSession) -> float | None:
        """Minutes of it above easy; None if it is hard and they are unknown."""
        if session.hard_minutes is not None:
            return session.hard_minutes
        facts = self.of(session)
        if facts is not None:
            return facts.hard_s / 60
        return None if session.is_hard else 0.0

    def minutes(self, session: PlannedSession) -> float | None:
        """Its duration in minutes."""
        facts = self.of(session)
        if session.minutes is not None or facts is None:
            return session.minutes
        return None if facts.seconds is None else facts.seconds / 60

    def metres(self, session: PlannedSession) -> float | None:
        """Its length in metres."""
        facts = self.of(session)
        return session.distance_m if session.distance_m is not None or facts is None else facts.metres

    def dose(self, session: PlannedSession) -> Dose | None:
        """Its main set."""
        facts = self.of(session)
        return session.dose or (None if facts is None else facts.dose)

    def is_fresh(self, session: PlannedSession) -> bool:
        """Return whether it is run on rested legs only."""
        facts = self.of(session)
        return session.is_run and (session.family is Family.SPRINTS or (facts is not None and facts.is_fresh))

    def is_flat_sprint(self, session: PlannedSession) -> bool:
        """Return whether it is run nearly flat out on the flat."""
        if not session.is_run:
            return False
        facts, is_sprints = self.of(session), session.family is Family.SPRINTS
        if facts is not None and (facts.dose is not None or not is_sprints):
            return facts.sprint is Sprint.FLAT
        return is_sprints and "hill" not in f"{session.title} {session.workout}".casefold()

    def is_heavy(self, session: PlannedSession) -> bool:
        """Return whether it tires the legs for two days."""
        facts = self.of(session)
        return session.kind is SessionKind.STRENGTH and facts is not None and facts.is_heavy

    @cached_property
    def days(self) -> tuple[CheckedDay, ...]:
        """Every day from nine weeks before the plan to its end."""
        first = self.plan.first - timedelta(days=_BEFORE_DAYS)
        return tuple(
            self._day(first + timedelta(days=number)) for number in range((self.plan.last - first).days + 1)
        )

    @cached_property
    def coming(self) -> tuple[tuple[date, PlannedSession], ...]:
        """The sessions from today on."""
        return tuple(
            (day.date, session) for day in self.days if day.date >= self.today for session in day.sessions
        )

    @cached_property
    def weeks(self) -> tuple[CheckedWeek, ...]:
        """The weeks of the plan."""
        by_date = self._by_date
        races = [race.date for race in self.plan.races if race.priority is RacePriority.A]
        return tuple(
            CheckedWeek(
                week,
                tuple(by_date[each] for each in week.dates()),
                any(timedelta(0) <= race - week.monday < _TAPERED for race in races),
            )
            for week in self.plan.weeks
        )

    @cached_property
    def coming_weeks(self) -> tuple[CheckedWeek, ...]:
        """The weeks of the plan that are not over."""
        return tuple(week for week in self.weeks if week.week.sunday >= self.today)

    @cached_property
    def _by_date(self) -> Mapping[date, CheckedDay]:
        return {day.date: day for day in self.days}

    def day(self, day: date) -> CheckedDay:
        """A day; an empty one outside of the plan and its past."""
        return self._by_date.get(day) or CheckedDay(day)

    def known_since(self) -> date | None:
        """The first day with a recorded run; None without any."""
        return self.facts.runs[0].day if self.facts.runs else None

    def _day(self, day: date) -> CheckedDay:
        plan_day = self.plan.day(day)
        runs = self.facts.runs_by_day.get(day, ())
        is_over = day < self.today or (day == self.today and bool(runs))
        if is_over and (runs or self.facts.runs or not plan_day.sessions):
            return self._past(day, runs, is_off=plan_day.off is not None)
        sessions = plan_day.sessions
        run = [session for session in sessions if session.is_run]
        hard = [session for session in run if self.is_hard(session)]
        return CheckedDay(
            day,
            sessions,
            tuple(session.title for session in hard),
            next((session.title for session in run if session.family is Family.LONG), ""),
            bool(run),
            bool(hard) or any(session.family in FAST for session in run),
            plan_day.off is not None or self.plan.availability.off_on(day) is not None,
            total(self.metres(session) for session in run),
            total(self.minutes(session) for session in run),
            total(self.hard_minutes(session) for session in run),
            total(self._hard_metres(session) for session in run),
        )

    def _hard_metres(self, session: PlannedSession) -> float | None:
        facts = self.of(session)
        if session.hard_m is not None or facts is None:
            return session.hard_m if session.hard_m is not None or self.is_hard(session) else 0.0
        return facts.hard_m

    def _past(self, day: date, runs: Sequence[SeasonRun], *, is_off: bool) -> CheckedDay:
        """A past day, as recorded."""
        hard = tuple(run.workout or "the run" for run in runs if run.is_hard)
        return CheckedDay(
            day,
            (),
            hard,
            next((run.workout or "the long run" for run in runs if self._was_long(run)), ""),
            bool(runs),
            any(run.hard_s or run.is_hard for run in runs),
            is_off,
            total(run.distance_m for run in runs),
            total(None if run.time_s is None else run.time_s / 60 for run in runs),
            total(
                None if run.hard_s is None and run.is_hard is None else (run.hard_s or 0.0) / 60
                for run in runs
            ),
            total(run.hard_m or 0.0 for run in runs),
        )

    def _was_long(self, run: SeasonRun) -> bool:
        """Return whether a recorded run was the long run of its week: the longest, and a quarter of the week."""
        monday = monday_of(run.day)
        week = [each for each in self._runs_by_week.get(monday, ()) if each.distance_m is not None]
        metres = [each.distance_m or 0.0 for each in week]
        return (
            run.distance_m is not None
            and len(week) > 1
            and run.distance_m >= max(metres)
            and run.distance_m >= _LONG_SHARE * sum(metres)
        )

    @cached_property
    def _runs_by_week(self) -> Mapping[date, list[SeasonRun]]:
        weeks: dict[date, list[SeasonRun]] = {}
        for run in self.facts.runs:
            weeks.setdefault(monday_of(run.day), []).append(run)
        return weeks

    def distance(self, metres: float) -> str:
        """A distance in the runner's unit."""
        return format_metres(metres, self.facts.unit)


# --- rules and findings

COACHING: Final = "coaching practice"
"""The source of most rules."""


class Severity(StrEnum):
    """The weight of a finding, the worst first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule, its place, and a way to fix it."""

    rule: str
    severity: Severity
    source: str
    days: tuple[date, ...]
    """The days it is about, the earliest first."""
    sentence: str
    fix: str
    you: str = ""
    """The value in the plan, in short."""
    limit: str = ""
    """The limit of the rule, in short."""


@dataclass(frozen=True, slots=True)
class PlanRule:
    """One rule: a row of the table, and the function that finds where a plan breaks it."""

    id: str
    """Its name in switches."""
    what: str
    """A sentence."""
    limit: float
    """Its number."""
    unit: str
    """The unit of the limit, as `limit_words` writes it."""
    severity: Severity
    source: str
    find: Callable[[CheckView, "PlanRule"], Iterator[Finding]]
    is_on: bool = True
    """True if it is on by default."""
    has_switch: bool = True

    @property
    def limit_words(self) -> str:
        """Its number as a person reads it: `48 hours`, `80 %`."""
        number = f"{100 * self.limit:g}" if self.unit.startswith("%") else f"{self.limit:g}"
        return f"{number} {self.unit}".strip()

    def at(self, days: Sequence[date], sentence: str, fix: str, you: str = "", *, limit: str = "") -> Finding:
        """Return a finding of this rule."""
        return Finding(
            self.id,
            self.severity,
            self.source,
            tuple(sorted(days)),
            sentence,
            fix,
            you,
            limit or self.limit_words,
        )


# --- loads, and weeks compared


def total(values: Iterable[float | None]) -> float | None:
    """The sum; None where one of them is not known."""
    amount = 0.0
    for value in values:
        if value is None:
            return None
        amount += value
    return amount


def easy_share(whole: float | None, hard: float | None) -> float | None:
    """The share that is easy; None where the whole or the hard part is not known, or nothing is run."""
    return None if not whole or hard is None else max(0.0, 1.0 - hard / whole)


@dataclass(frozen=True, slots=True)
class WeekChange:
    """A week compared with the one before, without a verdict."""

    monday: date
    metres: float | None
    minutes: float | None
    change: float | None
    """0.10 is a tenth more; None where one of the two is not known or nothing was run."""
    easy_by_time: float | None
    """Shares that are easy; None where not known."""
    easy_by_distance: float | None
    easy_by_sessions: float | None


def week_changes(view: CheckView) -> Iterator[WeekChange]:
    """Each week of the plan compared with the one before it, by metres, else by minutes."""
    before: CheckedWeek | None = None
    for week in view.weeks:
        change = None
        for now, then in ((week.metres, before and before.metres), (week.minutes, before and before.minutes)):
            if change is None and now and then:
                change = now / then - 1
        yield WeekChange(
            week.monday,
            week.metres,
            week.minutes,
            change,
            easy_share(week.minutes, total(day.hard_minutes for day in week.days)),
            easy_share(week.metres, total(day.hard_metres for day in week.days)),
            easy_share(week.run_days, sum(bool(day.hard) for day in week.days)),
        )
        before = week


def load_of(plan: Plan, facts: PlanFacts, monday: date, today: date) -> tuple[float | None, ...]:
    """Minutes, metres and hard minutes planned for a week from today on; None for an unknown one."""
    view = CheckView(plan, facts, today)
    week = plan.week_of(monday)
    days = () if week is None else plan.days_of(week)
    runs = [each for day in days if day.date >= today for each in day.sessions if each.is_run]
    return (
        total(view.minutes(each) for each in runs),
        total(view.metres(each) for each in runs),
        total(view.hard_minutes(each) for each in runs),
    )


def is_more(before: Sequence[float | None], after: Sequence[float | None]) -> bool:
    """Return whether a load is larger than another in any known value."""
    return any(
        then is not None and (now is None or now > then + 1e-6)
        for then, now in zip(before, after, strict=True)
    )


# --- words


def day_words(day: date) -> str:
    """A day in a sentence: `Tue 8 Dec`."""
    return f"{day:%a} {day.day} {day:%b}"


def distance_words(metres: float, unit: str = "km") -> str:
    """A long distance: `10.6 km`."""
    return " ".join(long_distance(metres, unit))


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{100 * share:.0f} %"


def signed_percent(share: float | None) -> str:
    """A change in per cent, with its sign."""
    return f"{100 * (share or 0.0):+.1f} %"


def runs_words(number: int, what: str = "run") -> str:
    """A number of runs or other things: `1 run`, `3 runs`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
