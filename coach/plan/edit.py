"""Edits of a plan: each returns the new plan, the days it changed, and sentences on the changes with reasons.

A runner's edit is done as it is asked for; the linter reports broken rules, which are not prevented here. Edits that
make no sense are refused: a race has its date, a session that was run stays on its day, and all days are in the plan.

A missed session leads to the smallest change that keeps the rules, mostly to none. At most one quality session is moved
to another day, in its own week and never in the last days before an A race; the rest of the season stays as it is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from coach.plan.ladder import DayFacts, DoneRun, Rung, is_protected, is_quality, main_session
from coach.plan.model import (
    MOST_SESSIONS,
    DaysOff,
    Dose,
    Family,
    OffReason,
    Plan,
    PlanDay,
    PlannedSession,
    PlanOptIn,
    PlanWeek,
    SessionKind,
    monday_of,
)
from coach.plan.sessions import EASY_MPS
from coach.plan.templates import OFF_DAYS_OF_A_DOWN_WEEK
from coach.problems import PlanProblem, UsageProblem
from coach.quantities import long_distance


@dataclass(frozen=True, slots=True)
class EditedPlan:
    """A plan after an edit."""

    plan: Plan
    touched: tuple[date, ...]
    """The days that differ now, by date."""
    says: tuple[str, ...]
    """The changes, a sentence each."""
    reason: str = ""
    """The reason, if it was not the runner's decision."""


# --- moving

_SHEETS: Final = frozenset({SessionKind.STRENGTH, SessionKind.MOBILITY})
_SHOW: Final = "See coach plan show."


def move(plan: Plan, what: str | date, to: date) -> EditedPlan:
    """Move a session by its id, or the main session of a day, to another day.

    A run that is there takes its place, unless it is a race or an appointment: then both are on that day.

    Raises:
        PlanProblem: there is nothing to move, it was run or is a race, or the day has no room or is not in the plan.
    """
    from_day, session = _session_to_move(plan, what)
    _check_inside(plan, to)
    if from_day == to:
        raise PlanProblem(f"{session.title} is on {say_day(to)} already", "Name another day.")
    _check_movable(session, from_day)
    target = plan.day(to)
    displaced = None if session.kind in _SHEETS else _main_run(target)
    if displaced is not None and not _gives_way(displaced):
        displaced = None
    rest = tuple(each for each in plan.day(from_day).sessions if each.id != session.id)
    there = tuple(
        each
        for each in target.sessions
        if each.kind is not SessionKind.REST and (displaced is None or each.id != displaced.id)
    )
    if len(there) >= MOST_SESSIONS:
        names = " and ".join(each.title for each in there)
        raise PlanProblem(
            f"{say_day(to)} has {len(there)} sessions already: {names}",
            f"Move one of them first, or swap the days: coach plan swap {from_day} {to}",
        )
    says = [f"{session.title} moved from {say_day(from_day)} to {say_day(to)}."]
    if displaced is not None:
        rest = (_on_day(displaced, to, from_day), *rest)
        says.append(f"{displaced.title}, which was there, is on {say_day(from_day)} now.")
    elif session.kind not in _SHEETS and any(each.is_run for each in there):
        says.append(f"It shares the day with {next(each.title for each in there if each.is_run)}.")
    if target.off is not None:
        says.append(f"{say_day(to)} is one of your days off ({target.off}).")
    if session.is_fixed:
        says.append("It is an appointment: tell the others.")
    new_days = (
        replace(plan.day(from_day), sessions=rest),
        replace(target, sessions=(_on_day(session, from_day, to), *there)),
    )
    return EditedPlan(plan.with_days(new_days), _by_date(from_day, to), tuple(says))


def swap(plan: Plan, first: date, second: date) -> EditedPlan:
    """Exchange everything that is planned on two days.

    Raises:
        PlanProblem: both are empty, something on them was run or is a race, or a day is not in the plan.
    """
    if first == second:
        raise PlanProblem(f"{say_day(first)} cannot be swapped with itself", "Name another day.")
    days = (plan.day(first), plan.day(second))
    for day in days:
        _check_inside(plan, day.date)
        for session in day.sessions:
            _check_movable(session, day.date)
    if not any(day.sessions for day in days):
        raise PlanProblem(f"nothing is planned on {say_day(first)} nor on {say_day(second)}", _SHOW)
    new_days = [
        replace(day, sessions=tuple(_on_day(each, other.date, day.date) for each in other.sessions))
        for day, other in (days, days[::-1])
    ]
    says = [
        f"{_titles(day.sessions) or 'Nothing'} {'are' if len(day.sessions) > 1 else 'is'} "
        f"on {say_day(day.date)} now."
        for day in new_days
    ]
    if any(each.is_fixed for day in days for each in day.sessions):
        says.append("An appointment was moved: tell the others.")
    return EditedPlan(plan.with_days(new_days), _by_date(first, second), tuple(says))


def _session_to_move(plan: Plan, what: str | date) -> tuple[date, PlannedSession]:
    if isinstance(what, str):
        return _find_session(plan, what)
    _check_inside(plan, what)
    session = _main_run(plan.day(what)) or next(
        (each for each in plan.day(what).sessions if each.kind is not SessionKind.REST), None
    )
    if session is None:
        raise PlanProblem(f"nothing is planned on {say_day(what)}", _SHOW)
    return what, session


def _main_run(day: PlanDay) -> PlannedSession | None:
    """The main run of a day: the hard one, else the first."""
    runs = [each for each in day.sessions if each.is_run or each.kind is SessionKind.CROSS]
    return next((each for each in runs if each.is_hard), runs[0] if runs else None)


def _gives_way(session: PlannedSession) -> bool:
    """Return whether a session may be replaced by one that is moved onto its day."""
    return not (session.is_fixed or session.is_done or session.kind is SessionKind.RACE)


def _on_day(session: PlannedSession, from_day: date, to: date) -> PlannedSession:
    """A session on another day; it remembers the day it was planned for, until it is back on it."""
    if session.kind is SessionKind.REST:
        return session
    planned_for = session.moved_from or from_day
    return replace(session, moved_from=None if planned_for == to else planned_for)


def _check_inside(plan: Plan, day: date) -> None:
    if plan.week_of(day) is None:
        raise PlanProblem(f"{day} is outside the plan, {plan.first} to {plan.last}", _SHOW)


def _check_movable(session: PlannedSession, day: date) -> None:
    if session.kind is SessionKind.RACE:
        raise PlanProblem(
            f"{session.title} on {say_day(day)} is a race and cannot be moved",
            "Make a new plan with another --race: coach plan new",
        )
    if session.is_done:
        raise PlanProblem(
            f"{session.title} on {say_day(day)} has already been run",
            "A session that was run cannot be moved.",
        )


# --- days off

ILL_FROM_DAYS: Final = 3
"""After this many days of illness the first days back are easy. Judged: less is a short cold."""
EASY_AFTER_ILLNESS_DAYS: Final = 2
"""Days back that are easy. Judged."""
LONGEST_OFF_DAYS: Final = 120
"""More days off need a new plan."""


def take_off(plan: Plan, off: DaysOff) -> EditedPlan:
    """Take days off: their sessions are dropped, and at most one key session of each week finds another day.

    After an illness nothing is made up for, and the first days back are easy.

    Raises:
        PlanProblem: the days are not in the plan, a race lies on them, or they are too many.
        UsageProblem: they end before they begin.
    """
    if off.last < off.first:
        raise UsageProblem(f"{off.first}..{off.last} ends before it begins", "Put the earlier day first.")
    if off.days > LONGEST_OFF_DAYS:
        raise PlanProblem(f"{off.days} days off are too many for one plan", "Make a new plan: coach plan new")
    inside = [day for day in plan.days if day.date in off]
    if not inside:
        raise PlanProblem(
            f"{off.first}..{off.last} is outside the plan, {plan.first}..{plan.last}",
            "See coach plan show.",
        )
    for day in inside:
        race = next((each for each in day.sessions if each.kind is SessionKind.RACE), None)
        if race is not None and off.why is not OffReason.ILLNESS:
            raise PlanProblem(
                f"{race.title} is on {say_day(day.date)}",
                "Leave that day out, or make a new plan: coach plan new",
            )
    free = replace(plan.availability, off=_off_with(plan.availability.off, off))
    open_sessions = {day.date: tuple(each for each in day.sessions if not each.is_done) for day in inside}
    days = {
        day.date: replace(day, off=off.why, sessions=tuple(each for each in day.sessions if each.is_done))
        for day in inside
    }
    edited = replace(plan, availability=free).with_days(days.values())
    says = [f"{_span(off)}: off ({off.why})."]
    for week in _weeks_of(edited, days):
        edited = _settle_week(
            edited, week, {d: s for d, s in open_sessions.items() if monday_of(d) == week.monday}, off, says
        )
    if off.why is OffReason.ILLNESS and off.days >= ILL_FROM_DAYS:
        edited = _ease_after(edited, off.last, says)
    touched = tuple(day.date for day, old in zip(edited.days, plan.days, strict=True) if day != old)
    return EditedPlan(edited, touched, tuple(says))


def _off_with(off: Sequence[DaysOff], new: DaysOff) -> tuple[DaysOff, ...]:
    """Add days off, by date; those that lie wholly within the new ones are left out."""
    others = [each for each in off if not (new.first <= each.first and each.last <= new.last)]
    return tuple(sorted([*others, new], key=lambda each: each.first))


def _weeks_of(plan: Plan, days: Iterable[date]) -> list[PlanWeek]:
    mondays = dict.fromkeys(monday_of(day) for day in days)
    return [week for week in plan.weeks if week.monday in mondays]


def _settle_week(
    plan: Plan,
    week: PlanWeek,
    open_sessions: dict[date, tuple[PlannedSession, ...]],
    off: DaysOff,
    says: list[str],
) -> Plan:
    """Find a day for the most important session of a week, and name the dropped ones."""
    dropped = [
        session
        for sessions in open_sessions.values()
        for session in sessions
        if session.kind is not SessionKind.REST
    ]
    key_session = None
    if off.why is not OffReason.ILLNESS:
        candidates = [each for each in dropped if not each.is_fixed and is_quality(each)]
        for session in sorted(candidates, key=lambda each: not each.is_hard):
            day = _room_for(plan, week, session)
            if day is not None:
                key_session = session
                from_day = next(d for d, sessions in open_sessions.items() if session in sessions)
                here = plan.day(day)
                replaced = [each for each in here.sessions if each.is_run or each.kind is SessionKind.REST]
                rest = tuple(each for each in here.sessions if each not in replaced)
                dropped += [each for each in replaced if each.is_run]
                again = _on_day(session, from_day, day)
                plan = plan.with_days([replace(here, sessions=(again, *rest)[:MOST_SESSIONS])])
                says.append(f"{session.title} moved to {say_day(day)}: it matters most in that week.")
                break
    names = [each.title for each in dropped if each is not key_session and each.kind not in _SHEETS]
    sheets = sum(each.kind in _SHEETS for each in dropped)
    if sheets:
        names.append(f"{sheets} sheet{'' if sheets == 1 else 's'} of strength or mobility")
    if names:
        says.append(f"Left out: {_list(names)}.")
    days_off = sum(1 for day in plan.days_of(week) if day.off is not None)
    if days_off >= OFF_DAYS_OF_A_DOWN_WEEK and not week.is_down:
        note = f"{days_off} days off make this the down week."
        weeks = tuple(
            replace(each, is_down=True, note=each.note or note) if each.monday == week.monday else each
            for each in plan.weeks
        )
        plan = replace(plan, weeks=weeks)
        says.append(f"The week of {week.monday} is a down week now.")
    return plan


def _room_for(plan: Plan, week: PlanWeek, session: PlannedSession) -> date | None:
    """The nearest day of a week on which a session keeps its distance from all hard or long ones."""
    for day in plan.days_of(week):
        sessions = day.sessions
        if day.off is not None or any(each.is_fixed or each.is_done or is_quality(each) for each in sessions):
            continue
        if not any(each.is_run for each in sessions) and day.date.weekday() not in plan.availability.weekdays:
            continue
        before, after = (plan.day(day.date + timedelta(days=step)) for step in (-1, 1))
        if any(is_quality(each) for near in (before, after) for each in near.sessions):
            continue
        minutes = plan.availability.minutes.get(day.date.weekday())
        if minutes is not None and session.minutes is not None and session.minutes > minutes:
            continue
        return day.date
    return None


def _ease_after(plan: Plan, last: date, says: list[str]) -> Plan:
    """Make the first days after an illness easy."""
    easy_days: list[PlanDay] = []
    for step in range(1, EASY_AFTER_ILLNESS_DAYS + 1):
        day = plan.day(last + timedelta(days=step))
        sessions = tuple(
            easier(each, "The first days after an illness are easy, whatever was planned.")
            if is_quality(each) and each.kind is SessionKind.RUN and not each.is_done
            else each
            for each in day.sessions
        )
        if sessions != day.sessions:
            easy_days.append(replace(day, sessions=sessions))
            says.append(f"{say_day(day.date)} is easy: the first days after an illness are.")
    return plan.with_days(easy_days)


def easier(session: PlannedSession, why: str, minutes: float = 30.0) -> PlannedSession:
    """An easy run in place of a session; the appointment, the id and the day it came from stay."""
    return replace(
        session,
        kind=SessionKind.RUN,
        family=Family.EASY,
        title=f"Easy run, {minutes:.0f} min",
        why=why,
        workout="easy-run",
        document=None,
        is_hard=False,
        minutes=minutes,
        distance_m=round(minutes * 60 * EASY_MPS, -2),
        hard_minutes=None,
        hard_m=None,
        dose=None,
        is_unknown=False,
        instead_of=session.instead_of or session.title,
    )


# --- one session


def replace_session(plan: Plan, new: PlannedSession, *, reason: str = "") -> EditedPlan:
    """Put a session in the place of the one that has its id.

    Raises:
        PlanProblem: there is no session of this id.
    """
    day, old = _find_session(plan, new.id)
    edited = _with_sessions(
        plan, day, (new if each.id == new.id else each for each in plan.day(day).sessions)
    )
    says = (
        (f"{say_day(day)}: {new.title} instead of {old.title}.",)
        if new.title != old.title
        else (f"{say_day(day)}: {new.title} was changed.",)
    )
    return EditedPlan(edited, (day,), says, reason)


def drop_session(plan: Plan, id_: str, *, reason: str = "") -> EditedPlan:
    """Take a session out.

    Raises:
        PlanProblem: there is none of this id, or it was run.
    """
    day, session = _find_session(plan, id_)
    if session.is_done:
        raise PlanProblem(
            f"{session.title} on {say_day(day)} has already been run",
            "A session that was run cannot be removed.",
        )
    edited = _with_sessions(plan, day, (each for each in plan.day(day).sessions if each.id != id_))
    return EditedPlan(edited, (day,), (f"{say_day(day)}: {session.title} left out.",), reason)


def link_run(plan: Plan, id_: str, run: str, choice: str = "") -> EditedPlan:
    """Record that a session was run: by the id of the run, which is never copied.

    Raises:
        PlanProblem: there is no session of this id.
    """
    day, session = _find_session(plan, id_)
    linked = replace(
        session, runs=tuple(dict.fromkeys([*session.runs, run])), choice=choice or session.choice
    )
    edited = _with_sessions(
        plan, day, (linked if each.id == id_ else each for each in plan.day(day).sessions)
    )
    return EditedPlan(edited, (day,), (f"{say_day(day)}: {session.title} was run.",))


def _find_session(plan: Plan, id_: str) -> tuple[date, PlannedSession]:
    place = plan.find(id_)
    if place is None:
        raise PlanProblem(
            f"there is no session {id_[:40]!r} in the plan", "coach plan show --json has their ids."
        )
    return place


def _with_sessions(plan: Plan, day: date, sessions: Iterable[PlannedSession]) -> Plan:
    return plan.with_days([replace(plan.day(day), sessions=tuple(sessions))])


# --- the spacing of hard days

_FRESH: Final = frozenset({Family.SPRINTS, Family.SPEED})
"""For rested legs only: never the day after something hard or long."""
HEAVY: Final = frozenset({Family.STRENGTH, Family.PLYOMETRICS})
"""Families that make legs heavy for a day or two."""


@dataclass(frozen=True, slots=True)
class _Load:
    """The load of a day on the legs."""

    is_hard: bool = False
    is_long: bool = False
    is_fresh: bool = False
    """True if something in it is for rested legs only."""
    is_heavy: bool = False
    """True if it makes legs heavy for a day or two."""


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
        if here.is_hard and before.is_hard and PlanOptIn.BACK_TO_BACK not in plan.opt_ins:
            breaks.add(("hard days next to each other", at))
        if here.is_hard and before.is_long:
            breaks.add(("hard the day after the long run", at))
        if here.is_fresh and (before.is_hard or before.is_long):
            breaks.add(("sprints on tired legs", at))
        if here.is_hard and before.is_heavy:
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
        edited = _put_on_day(plan, session, day, is_over=from_ < now)
        if edited is not None:
            span = (min(from_, now) - timedelta(days=1), day + timedelta(days=2))
            if conflicts(edited.plan, *span, facts, now) <= conflicts(plan, *span, facts, now):
                return edited
        day += timedelta(days=1)
    return None


def _put_on_day(plan: Plan, session: PlannedSession, to: date, *, is_over: bool) -> EditedPlan | None:
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
        or any(_must_stay(each) for each in runs)
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


def _must_stay(session: PlannedSession) -> bool:
    """Return whether it cannot be replaced."""
    return is_quality(session) or session.is_fixed or session.is_done or bool(session.choice)


# --- missed sessions

MOST_DAYS_BACK: Final = 7
"""An older missed session is not made up for."""


@dataclass(frozen=True, slots=True)
class MissedSession:
    """A session of a day that is over, which was not run."""

    day: date
    session: PlannedSession


@dataclass(frozen=True, slots=True)
class MissedChange:
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


def change_for_missed(plan: Plan, now: date, facts: DayFacts | None = None) -> MissedChange | None:
    """Propose the smallest change that keeps the rules after sessions were missed; None where none was.

    At most one quality session finds another day, in its own week; nothing else is made up for. The rest of the
    season stays as it is.
    """
    facts = facts or DayFacts()
    missed = missed_sessions(plan, now, facts)
    if not missed:
        return None
    candidates = sorted(
        (each for each in missed if is_quality(each.session) and monday_of(each.day) == monday_of(now)),
        key=lambda each: (_has_like(plan, each, now), -each.day.toordinal()),
    )
    for each in candidates:
        edited = next_day_for(plan, each.day, each.session, facts, now)
        if edited is not None:
            others = [other for other in missed if other is not each]
            says = (*edited.says, *(_not_made_up_for(other) for other in others))
            reason = (
                "One quality session at most finds another day; the rest is let go, and the season stays."
            )
            return MissedChange(missed, edited, says, reason)
    reason = (
        "No day left in its week keeps all spacing, so it is let go: a single session changes little."
        if candidates
        else "Easy running and past weeks are not made up for."
    )
    return MissedChange(missed, None, tuple(_not_made_up_for(each) for each in missed), reason)


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


def _not_made_up_for(missed: MissedSession) -> str:
    return f"{missed.session.title} of {say_day(missed.day)} is let go."


# --- recorded runs


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
    matches = [
        each
        for each in open_
        if run.workout
        and run.workout in {each.workout, titles.get(each.workout), (each.document or {}).get("name")}
    ]
    if matches:
        return matches[0]
    kind = {SessionKind.CROSS} if run.is_cross else {SessionKind.RUN, SessionKind.RACE}
    return main_session([each for each in open_ if each.kind in kind])


# --- small changes of the days to come
#
# They give new sessions in place of those of the same ids, the best change first, and describe themselves in a
# sentence. `coach.plan.debrief` decides which of them to propose.

CUT_SHARE: Final = 0.8
"""Share of each run in a lighter week (science 1.8: cutback week). Judged: between the taper's light forms."""
REST_STEP_S: Final = 30.0
"""Growth of rests in seconds. Judged: the step of the library's workouts."""
FEWEST_REPS: Final = 3
"""With fewer reps, one less makes another session."""
_LEAST_M: Final = 2000.0
"""Shorter runs are not shortened. Judged."""


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
        long, short = (_length_words(each, coming.unit) for each in (longest, result))
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
            long, short = (_length_words(each, coming.unit) for each in (session, result))
            yield SmallStep((result,), f"{session.title} of {long} becomes a recovery run of {short}.")


def longer_rests(coming: ComingDays, family: Family | None) -> Iterator[SmallStep]:
    """Half a minute more rest in the next hard session, which takes no longer in all; else a rep less.

    The sessions after it may grow by a rep. A rest that fell back would then be a second change, so they keep the
    longer one.
    """
    for session in coming.hard(family):
        longer = _with_longer_rests(session)
        if longer is not None:
            rest_s = 0.0 if longer.dose is None else longer.dose.rest_s
            words = f"{session.title}: rests of {rest_s:.0f} s, {REST_STEP_S:.0f} s longer"
            yield SmallStep((longer,), f"{words}; it takes no longer in all.")
            alike = [each for each in _later(coming) if _is_alike(each, session)]
            after = [longer_after for each in alike if (longer_after := _with_longer_rests(each)) is not None]
            if after:
                times = "the one after it" if len(after) == 1 else f"the {len(after)} after it"
                yield SmallStep((longer, *after), f"{words}, and so in {times}; none takes longer in all.")
    yield from fewer_reps(coming, family)


def _later(coming: ComingDays) -> Iterator[PlannedSession]:
    for day in coming.later:
        yield from day.sessions


def _with_longer_rests(session: PlannedSession) -> PlannedSession | None:
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


def take_step(plan: Plan, step: SmallStep, reason: str) -> EditedPlan:
    """Put the new sessions of a step into a plan."""
    new = {each.id: each for each in step.sessions}
    days = [
        replace(day, sessions=tuple(new.get(each.id, each) for each in day.sessions))
        for day in plan.days
        if any(each.id in new for each in day.sessions)
    ]
    touched = tuple(day.date for day in days)
    says = f"{say_day(touched[0])}: {step.says}" if len(touched) == 1 else step.says
    return EditedPlan(plan.with_days(days), touched, (says,), reason)


# --- words


def say_day(day: date) -> str:
    """A day in a sentence: `Tue 2027-02-16`."""
    return f"{day:%a} {day}"


def _span(off: DaysOff) -> str:
    return say_day(off.first) if off.days == 1 else f"{say_day(off.first)} to {say_day(off.last)}"


def _titles(sessions: Sequence[PlannedSession]) -> str:
    return " and ".join(each.title for each in sessions)


def _list(names: Sequence[str]) -> str:
    most = 5
    text = ", ".join(names[:most])
    return f"{text} and {len(names) - most} more" if len(names) > most else text


def _by_date(*days: date) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


def _length_words(session: PlannedSession, unit: str) -> str:
    return " ".join(long_distance(session.distance_m or 0.0, unit))
