"""Spacing of hard days, the next day that keeps it, the handling of missed sessions, and the links of runs.

A missed session costs the smallest change that keeps the rules: mostly none. At most one quality session finds another
day, in its own week and never in the last days before an A race; the rest of the season stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from coach.plan.edit import EditedPlan, drop_session, link_run, move, say_day
from coach.plan.ladder import DayFacts, DoneRun, Rung, is_protected, is_quality, main_session
from coach.plan.model import Family, Plan, PlannedSession, PlanOptIn, SessionKind, monday_of
from coach.problems import PlanProblem

MOST_DAYS_BACK: Final = 7
"""An older missed session is not made up for."""
_FRESH: Final = frozenset({Family.SPRINTS, Family.SPEED})
"""For rested legs only: never the day after something hard or long."""
HEAVY: Final = frozenset({Family.STRENGTH, Family.PLYOMETRICS})
"""Families that make legs heavy for a day or two."""

# --- Spacing


@dataclass(frozen=True, slots=True)
class _Load:
    """The load of a day on the legs."""

    hard: bool = False
    long: bool = False
    fresh: bool = False
    heavy: bool = False


def _load_of(plan: Plan, at: date, facts: DayFacts, now: date) -> _Load:
    """The load of a day: planned from now on, recorded before; past strength counts as planned."""
    sessions = [each for each in plan.day(at).sessions if each.choice != Rung.REST.value]
    was_hard = False
    if at < now:
        sessions = [each for each in sessions if each.is_done or each.family in HEAVY]
        was_hard = any(run.is_hard for run in facts.on(at))
    families = {each.family for each in sessions}
    return _Load(
        was_hard or any(each.is_hard and each.family not in HEAVY for each in sessions),
        Family.LONG in families,
        bool(families & _FRESH),
        bool(families & HEAVY),
    )


def conflicts(
    plan: Plan, first: date, last: date, facts: DayFacts | None = None, now: date | None = None
) -> frozenset[tuple[str, date]]:
    """The breaks of the spacing of hard days between two dates, both included.

    Each is named by its rule and the later of its two days.
    """
    facts, now = facts or DayFacts(), now or first
    breaks: set[tuple[str, date]] = set()
    before = _load_of(plan, first - timedelta(days=1), facts, now)
    for place in range((last - first).days + 2):
        at = first + timedelta(days=place)
        here = _load_of(plan, at, facts, now)
        if here.hard and before.hard and PlanOptIn.BACK_TO_BACK not in plan.opt_ins:
            breaks.add(("hard days next to each other", at))
        if here.hard and before.long:
            breaks.add(("hard the day after the long run", at))
        if here.fresh and (before.hard or before.long):
            breaks.add(("sprints on tired legs", at))
        if here.hard and before.heavy:
            breaks.add(("heavy legs the day before", at))
        before = here
    return frozenset(breaks)


def next_day_for(
    plan: Plan, from_: date, session: PlannedSession, facts: DayFacts, now: date
) -> EditedPlan | None:
    """Move a session to the next day of its week that keeps all spacing, an easy run there going the other way.

    From a past day, an easy run on the new day is left out instead. None without such a day. A session is moved only
    once.
    """
    if session.is_fixed or session.moved_from is not None or session.kind is not SessionKind.RUN:
        return None
    day = max(now, from_ + timedelta(days=1))
    while monday_of(day) == monday_of(from_):
        edited = _put(plan, session, day, is_over=from_ < now)
        if edited is not None:
            span = (min(from_, now) - timedelta(days=1), day + timedelta(days=2))
            if conflicts(edited.plan, *span, facts, now) <= conflicts(plan, *span, facts, now):
                return edited
        day += timedelta(days=1)
    return None


def _put(plan: Plan, session: PlannedSession, to: date, *, is_over: bool) -> EditedPlan | None:
    """Put a session onto a day, where that has room for it."""
    free, there = plan.availability, plan.day(to)
    runs = [each for each in there.sessions if each.is_run or each.kind is SessionKind.CROSS]
    has_time = free.minutes.get(to.weekday())
    if (
        plan.week_of(to) is None
        or is_protected(plan, to)
        or there.off is not None
        or free.off_on(to) is not None
        or (to.weekday() not in free.weekdays and not runs)
        or any(_stays(each) for each in runs)
        or len(runs) > 1
        or (has_time is not None and (session.minutes or 0.0) > has_time)
    ):
        return None
    says: tuple[str, ...] = ()
    try:
        if runs and is_over:
            plan = drop_session(plan, runs[0].id).plan
            says = (f"{runs[0].title} of {say_day(to)} is left out: one run that day is enough.",)
        edited = move(plan, session.id, to)
    except PlanProblem:
        return None  # the day is full
    return replace(
        edited, says=(*edited.says, *says), reason="the next day of its week that keeps all spacing"
    )


def _stays(session: PlannedSession) -> bool:
    """Return whether it cannot be replaced."""
    return is_quality(session) or session.is_fixed or session.is_done or bool(session.choice)


# --- Missed sessions


@dataclass(frozen=True, slots=True)
class MissedSession:
    """A session of a day that is over, which was not run."""

    day: date
    session: PlannedSession


@dataclass(frozen=True, slots=True)
class Mend:
    """The smallest change after sessions were missed."""

    missed: tuple[MissedSession, ...]
    edited: EditedPlan | None
    """The plan with it; None where nothing changes."""
    says: tuple[str, ...]
    """The outcome of each, a sentence each."""
    reason: str

    @property
    def touched(self) -> tuple[date, ...]:
        """The days that change."""
        return () if self.edited is None else self.edited.touched


def missed_sessions(plan: Plan, now: date, facts: DayFacts) -> tuple[MissedSession, ...]:
    """Runs planned for the last week and not run, except on days off and on days with another run."""
    missed = []
    for back in range(MOST_DAYS_BACK, 0, -1):
        day = now - timedelta(days=back)
        planned = plan.day(day)
        if planned.off is not None or facts.on(day) or day < plan.created:
            continue
        missed += [
            MissedSession(day, each)
            for each in planned.sessions
            if each.kind is SessionKind.RUN and not each.is_done and not each.choice
        ]
    return tuple(missed)


def mend_missed(plan: Plan, now: date, facts: DayFacts | None = None) -> Mend | None:
    """Propose the smallest change that keeps the rules after sessions were missed; None where none was.

    At most one quality session finds another day, in its own week; everything else is let go. The rest of the season
    stays as it is.
    """
    facts = facts or DayFacts()
    missed = missed_sessions(plan, now, facts)
    if not missed:
        return None
    wanted = sorted(
        (each for each in missed if is_quality(each.session) and monday_of(each.day) == monday_of(now)),
        key=lambda each: (_has_like(plan, each, now), -each.day.toordinal()),
    )
    for each in wanted:
        edited = next_day_for(plan, each.day, each.session, facts, now)
        if edited is not None:
            others = [other for other in missed if other is not each]
            says = (*edited.says, *(_let_go(other) for other in others))
            reason = (
                "One quality session at most finds another day; the rest is let go, and the season stays."
            )
            return Mend(missed, edited, says, reason)
    reason = (
        "No day left in its week keeps all spacing, so it is let go: one session makes no season."
        if wanted
        else "Easy running and past weeks are not made up for."
    )
    return Mend(missed, None, tuple(_let_go(each) for each in missed), reason)


def _has_like(plan: Plan, missed: MissedSession, now: date) -> bool:
    """Return whether the week has another session of its kind, done or to come: long for long, hard for hard."""
    is_long = missed.session.family is Family.LONG
    monday = monday_of(missed.day)
    for place in range(7):
        at = monday + timedelta(days=place)
        for each in plan.day(at).sessions:
            counts = each.is_done or at >= now
            alike = (
                (each.family is Family.LONG) if is_long else each.is_hard and each.family is not Family.LONG
            )
            if counts and alike and each.id != missed.session.id:
                return True
    return False


def _let_go(missed: MissedSession) -> str:
    return f"{missed.session.title} of {say_day(missed.day)} is let go."


# --- Recorded runs


def link_done(
    plan: Plan, runs: Sequence[DoneRun], titles: Mapping[str, str] | None = None
) -> EditedPlan | None:
    """Link runs to the sessions of their days, by id: the same workout first, else the session the day is about.

    None where there is nothing to link. A run that is linked stays where it is, and nothing is copied.

    Args:
        plan: the plan.
        runs: those that were done.
        titles: titles of the library's workouts, by their names.
    """
    linked = {id_ for _, each in plan.sessions() for id_ in each.runs}
    edited, touched = plan, set()
    for run in sorted(runs, key=lambda each: (each.day, each.id)):
        session = None if run.id in linked else _session_of(edited, run, titles or {})
        if session is not None:
            edited = link_run(edited, session.id, run.id).plan
            touched.add(run.day)
    if not touched:
        return None
    return EditedPlan(edited, tuple(sorted(touched)), ("Runs that were done are linked to their sessions.",))


def _session_of(plan: Plan, run: DoneRun, titles: Mapping[str, str]) -> PlannedSession | None:
    """The session of its day that a run belongs to."""
    open_ = [
        each for each in plan.day(run.day).sessions if not each.is_done and each.kind is not SessionKind.REST
    ]
    named = [
        each
        for each in open_
        if run.workout
        and run.workout in {each.workout, titles.get(each.workout), (each.document or {}).get("name")}
    ]
    if named:
        return named[0]
    kind = {SessionKind.CROSS} if run.is_cross else {SessionKind.RUN, SessionKind.RACE}
    return main_session([each for each in open_ if each.kind in kind])
