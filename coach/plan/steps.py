"""Small changes of the days to come: a lighter week, a shorter run, a recovery day, longer rests, a rep less or more.

Each gives the new sessions in place of those of the same ids, the best step first, and describes in a sentence what is
changed. Whether a step may be taken is decided where it is proposed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from coach.plan.checked import CheckView, total
from coach.plan.edit import EditedPlan, say_day
from coach.plan.facts import PlanFacts
from coach.plan.model import Dose, Family, Plan, PlanDay, PlannedSession, SessionKind
from coach.quantities import long_distance

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
    hard = [made for each in coming.sessions() if (made := with_reps(each, -1)) is not None]
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
        made = _shorter(longest)
        long, short = (_long(each, coming.unit) for each in (longest, made))
        yield SmallStep((made,), f"{longest.title} of {long} becomes {short}.")


def recovery_day(coming: ComingDays) -> Iterator[SmallStep]:
    """An easy run as a recovery run, at four fifths."""
    for session in coming.sessions():
        if session.family is Family.EASY and _can_shrink(session):
            made = replace(
                _shorter(session),
                family=Family.RECOVERY,
                title="Recovery run",
                workout="recovery-run",
                why="Last week's easy days were not easy: this one is slower than it seems it has to be.",
                instead_of=session.instead_of or session.title,
            )
            long, short = (_long(each, coming.unit) for each in (session, made))
            yield SmallStep((made,), f"{session.title} of {long} becomes a recovery run of {short}.")


def longer_rests(coming: ComingDays, family: Family | None) -> Iterator[SmallStep]:
    """Half a minute more between the reps of the next hard session, which is no longer in all; else a rep less.

    Where the sessions after it grow by a rep, a rest that fell back would be a second change: they keep the longer one.
    """
    for session in coming.hard(family):
        made = _rested(session)
        if made is not None:
            rest_s = 0.0 if made.dose is None else made.dose.rest_s
            words = f"{session.title}: rests of {rest_s:.0f} s, {REST_STEP_S:.0f} s longer"
            yield SmallStep((made,), f"{words}; it takes no longer in all.")
            alike = [each for each in _later(coming) if _is_alike(each, session)]
            after = [changed for each in alike if (changed := _rested(each)) is not None]
            if after:
                times = "the one after it" if len(after) == 1 else f"the {len(after)} after it"
                yield SmallStep((made, *after), f"{words}, and so in {times}; none takes longer in all.")
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
        made = with_reps(session, -1)
        if made is not None:
            yield SmallStep((made,), f"{made.title} instead of {session.title}.")


def one_more_rep(coming: ComingDays, family: Family | None) -> Iterator[SmallStep]:
    """A rep more in the next session of a family."""
    for session in coming.hard(family):
        made = with_reps(session, 1) if session.family is family else None
        if made is not None:
            yield SmallStep((made,), f"{made.title} instead of {session.title}.")


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
