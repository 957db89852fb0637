"""A plan laid out by days and weeks for its rules, and the classes of rules and findings.

Past days are as recorded, later ones as planned.

Small changes of the days to come give new sessions in place of those of the same ids, the best one first, and describe
themselves in a sentence. `debrief` decides which of them to propose.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from coach.plan.edit import EditedPlan, say_day
from coach.plan.facts import PlanFacts, WorkoutFacts, is_flat_sprint
from coach.plan.model import (
    Dose,
    Family,
    Plan,
    PlanDay,
    PlannedSession,
    PlanWeek,
    RacePriority,
    SessionKind,
    TrainingPhase,
    monday_of,
)
from coach.quantities import format_metres, long_distance
from coach.review.measures import HARD_SESSION_S
from coach.review.season import SeasonRun

_BEFORE_DAYS: Final = 63
"""Days before a plan that its rules look at: nine weeks, as a week is compared with eight."""
_TAPERED: Final = timedelta(weeks=3)
"""From the Monday of the second week before a race on, training is a taper: 14 to 21 days before a marathon."""
_LONG_SHARE: Final = 0.25
"""A recorded run of this share of its week is its long run, where it is the longest. Judged."""


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
    find: "Callable[[CheckView, PlanRule], Iterator[Finding]]"
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


# --- the data of the rules


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


def total(values: Iterable[float | None]) -> float | None:
    """The sum; None where one of them is not known."""
    amount = 0.0
    for value in values:
        if value is None:
            return None
        amount += value
    return amount


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
        return session.is_run and is_flat_sprint(session, self.of(session))

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


def easy_share(whole: float | None, hard: float | None) -> float | None:
    """The share that is easy; None where the whole or the hard part is not known, or nothing is run."""
    return None if not whole or hard is None else max(0.0, 1.0 - hard / whole)


def day_words(day: date) -> str:
    """A day in a sentence: `Tue 8 Dec`."""
    return f"{day:%a} {day.day} {day:%b}"


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


# --- Small changes of the days to come -------------------------------------------------------------------------------

CUT_SHARE: Final = 0.8
"""Share of each run in a lighter week (science 1.8: cutback week). Judged: between the taper's light forms."""
REST_STEP_S: Final = 30.0
"""Growth of rests in seconds. Judged: the step of the library's workouts."""
FEWEST_REPS: Final = 3
"""With fewer reps, one less makes another session."""


@dataclass(frozen=True, slots=True)
class SmallStep:
    """A change of some sessions."""

    sessions: tuple[PlannedSession, ...]
    """The new ones, by the ids of the old."""
    says: str


@dataclass(frozen=True, slots=True)
class ComingDays:
    """The days that can still be changed."""

    days: tuple[PlanDay, ...] = ()
    unit: str = "km"
    later: tuple[PlanDay, ...] = ()
    """The days of the weeks after, changed only as far as they must match these days."""

    def sessions(self) -> Iterator[PlannedSession]:
        """Their sessions that were not run."""
        for day in self.days:
            yield from (each for each in day.sessions if not each.is_done)

    def hard(self, family: Family | None) -> list[PlannedSession]:
        """The hard sessions whose reps are known, those of a family first."""
        sessions = [
            each for each in self.sessions() if each.is_hard and not each.is_fixed and each.dose is not None
        ]
        return sorted(sessions, key=lambda each: each.family is not family)


def lighter_week(coming: ComingDays) -> Iterator[SmallStep]:
    """Every easy run at four fifths and a rep less; or the easy runs alone; or the longest of them."""
    runs = [each for each in coming.sessions() if _can_shrink(each)]
    if not runs:
        return
    light = [_shorter(each) for each in runs]
    words = f"{len(light)} easy run{'' if len(light) == 1 else 's'} at {100 * CUT_SHARE:.0f} % of the length"
    hard = [fewer for each in coming.sessions() if (fewer := with_reps(each, -1)) is not None]
    if hard:
        less = ", ".join(each.title for each in hard)
        yield SmallStep((*light, *hard), f"{words}, and a rep less: {less}.")
    yield SmallStep(tuple(light), f"{words}.")
    yield from shorter_long_run(coming)


def shorter_long_run(coming: ComingDays) -> Iterator[SmallStep]:
    """The longest easy run at four fifths."""
    runs = [each for each in coming.sessions() if _can_shrink(each)]
    if runs:
        longest = max(runs, key=lambda each: each.distance_m or 0.0)
        result = _shorter(longest)
        long, short = (_long(each, coming.unit) for each in (longest, result))
        yield SmallStep((result,), f"{longest.title} of {long} becomes {short}.")


def recovery_day(coming: ComingDays) -> Iterator[SmallStep]:
    """An easy run as a recovery run, at four fifths."""
    for session in coming.sessions():
        if session.family is Family.EASY and _can_shrink(session):
            result = replace(
                _shorter(session),
                family=Family.RECOVERY,
                title="Recovery run",
                workout="recovery-run",
                why="Last week's easy days were not easy: this one is slower than it seems it has to be.",
                instead_of=session.instead_of or session.title,
            )
            long, short = (_long(each, coming.unit) for each in (session, result))
            yield SmallStep((result,), f"{session.title} of {long} becomes a recovery run of {short}.")


def longer_rests(coming: ComingDays, family: Family | None) -> Iterator[SmallStep]:
    """Half a minute more rest in the next hard session, which takes no longer in all; else a rep less.

    The sessions after it may grow by a rep. A rest that fell back would then be a second change, so they keep the
    longer one.
    """
    for session in coming.hard(family):
        longer = _rested(session)
        if longer is not None:
            rest_s = 0.0 if longer.dose is None else longer.dose.rest_s
            words = f"{session.title}: rests of {rest_s:.0f} s, {REST_STEP_S:.0f} s longer"
            yield SmallStep((longer,), f"{words}; it takes no longer in all.")
            alike = [each for each in _later(coming) if _is_alike(each, session)]
            after = [longer_after for each in alike if (longer_after := _rested(each)) is not None]
            if after:
                times = "the one after it" if len(after) == 1 else f"the {len(after)} after it"
                yield SmallStep((longer, *after), f"{words}, and so in {times}; none takes longer in all.")
    yield from fewer_reps(coming, family)


def _later(coming: ComingDays) -> Iterator[PlannedSession]:
    for day in coming.later:
        yield from day.sessions


def _rested(session: PlannedSession) -> PlannedSession | None:
    """A session with longer rests; None where it has none."""
    dose = session.dose
    if dose is None or not dose.rest_s or dose.reps < FEWEST_REPS - 1 or session.is_done or session.is_fixed:
        return None
    return replace(session, dose=replace(dose, rest_s=dose.rest_s + REST_STEP_S))


def _is_alike(session: PlannedSession, like: PlannedSession) -> bool:
    """Return whether two sessions have the same reps with the same rest, apart from their number."""
    if session.dose is None or like.dose is None or session.family is not like.family:
        return False
    return replace(session.dose, reps=like.dose.reps) == like.dose


def fewer_reps(coming: ComingDays, family: Family | None) -> Iterator[SmallStep]:
    """A rep less in a hard session."""
    for session in coming.hard(family):
        fewer = with_reps(session, -1)
        if fewer is not None:
            yield SmallStep((fewer,), f"{fewer.title} instead of {session.title}.")


def one_more_rep(coming: ComingDays, family: Family | None) -> Iterator[SmallStep]:
    """A rep more in the next session of a family."""
    for session in coming.hard(family):
        more = with_reps(session, 1) if session.family is family else None
        if more is not None:
            yield SmallStep((more,), f"{more.title} instead of {session.title}.")


def with_reps(session: PlannedSession, more: int) -> PlannedSession | None:
    """A session with `more` reps more, and its size; None if its reps are unknown, or too few to count."""
    dose = session.dose
    is_fit = session.is_hard and not session.is_fixed and not session.is_done
    if dose is None or not is_fit or dose.reps < FEWEST_REPS:
        return None
    if re.match(rf"{dose.reps}\b", session.title) is None:
        return None
    reps, hard_m, hard_min = dose.reps + more, session.hard_m, session.hard_minutes
    rep_m = None if hard_m is None else hard_m / dose.reps
    rep_min = None if hard_min is None else hard_min / dose.reps + dose.rest_s / 60
    metres, minutes = session.distance_m, session.minutes
    return replace(
        session,
        title=re.sub(rf"^{dose.reps}\b", str(reps), session.title),
        dose=Dose(reps, dose.pace, dose.rep_m, dose.rep_s, dose.rest_s, dose.move),
        hard_m=None if hard_m is None else round(hard_m * reps / dose.reps),
        hard_minutes=None if hard_min is None else round(hard_min * reps / dose.reps, 1),
        distance_m=metres if metres is None or rep_m is None else round(metres + more * rep_m),
        minutes=minutes if minutes is None or rep_min is None else max(1, round(minutes + more * rep_min)),
    )


def _shorter(session: PlannedSession) -> PlannedSession:
    minutes, metres = session.minutes, session.distance_m
    return replace(
        session,
        minutes=None if minutes is None else max(1, int(minutes * CUT_SHARE)),
        distance_m=None if metres is None else max(100, int(metres * CUT_SHARE / 100) * 100),
    )


def _can_shrink(session: PlannedSession) -> bool:
    """Return whether a run is easy throughout, and has a size of its own that `coach run` takes."""
    is_open = not (session.is_fixed or session.is_done or session.is_hard or session.hard_m)
    return (
        is_open
        and session.kind is SessionKind.RUN
        and session.family in {Family.EASY, Family.RECOVERY, Family.LONG}
        and session.document is None
        and (session.distance_m or 0.0) >= _LEAST_M
    )


_LEAST_M: Final = 2000.0
"""Shorter runs are not shortened. Judged."""


def applied(plan: Plan, step: SmallStep, reason: str) -> EditedPlan:
    """The plan with a step taken."""
    new = {each.id: each for each in step.sessions}
    days = [
        replace(day, sessions=tuple(new.get(each.id, each) for each in day.sessions))
        for day in plan.days
        if any(each.id in new for each in day.sessions)
    ]
    touched = tuple(day.date for day in days)
    says = f"{say_day(touched[0])}: {step.says}" if len(touched) == 1 else step.says
    return EditedPlan(plan.with_days(days), touched, (says,), reason)


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


def _long(session: PlannedSession, unit: str) -> str:
    return distance_words(session.distance_m or 0.0, unit)
