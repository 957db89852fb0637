"""The values of the calendar screen, made from a plan, and the protocol by which it reads and changes the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from coach.plan.model import (
    OffReason,
    Plan,
    PlanDay,
    PlannedSession,
    PlanWeek,
    RacePriority,
    SessionKind,
    TrainingPhase,
)
from coach.quantities import format_hours, long_distance
from coach.screen.paint import sanitise
from coach.screen.widgets.calendar_page import Answer, DayLine, DayTone, SessionLine, StripWeek, TypedRace

if TYPE_CHECKING:
    from coach.plan.edit import EditedPlan
    from coach.screen.protocols import LiveFeed

_COUNTS: Final = ("", "one", "two", "three", "four", "five", "six", "seven", "eight")
_OUT_OF_TRAINING: Final = frozenset({TrainingPhase.RACE, TrainingPhase.RECOVERY, TrainingPhase.FREE})

# --- the actions of the screen


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule of the season that is broken."""

    days: tuple[date, ...]
    """Empty if it concerns the whole season."""
    words: str
    """A sentence, which may hold any characters."""
    fix: str = ""
    """A way to fix it."""
    is_mild: bool = False
    """True if it is only listed, and marks no day."""


class SeasonActions(Protocol):
    """The season of a runner, and the actions on it."""

    @property
    def who(self) -> str:
        """The athlete's name; empty if unknown."""
        ...

    @property
    def unit(self) -> str:
        """`km` or `mile`."""
        ...

    def now(self) -> datetime:
        """Return the local time."""
        ...

    def read(self) -> Plan | None:
        """Read the current plan; called off the loop. None without a plan.

        Raises:
            CoachProblem: it cannot be read; the screen shows message and hint.
        """
        ...

    def done(self) -> Mapping[str, str]:
        """Return the results of the runs by their ids: `mean 5:48, RPE 4`; called off the loop after `read`."""
        ...

    def answer(self) -> Answer | None:
        """Work out today's session with its reasons, and read the rules' data; called off the loop after `read`.

        Raises:
            CoachProblem: something cannot be read; the screen shows message and hint.
        """
        ...

    def why(self) -> Sequence[tuple[str, str]]:
        """Return each rule that was checked today, with its value, its limit and its source."""
        ...

    def broken(self, plan: Plan) -> Sequence[BrokenRule]:
        """Return the rules that a season breaks, the worst first."""
        ...

    def keep(self, edited: "EditedPlan", who: str) -> Plan:
        """Save a change; `who` is its author in the journal of the plan.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def undo(self) -> str:
        """Undo the last change and return its description, empty if there is none.

        Raises:
            CoachProblem: it cannot be written.
        """
        ...

    def start(self, *, as_planned: bool, by_effort: bool = False) -> "LiveFeed":
        """Start today's session as answered, or as planned, which is stored as the runner's choice.

        Raises:
            MissingNumber: it needs a number; the screen asks whether it is to be run by effort.
            CoachProblem: it cannot be started; the screen shows message and hint.
        """
        ...

    def understand(self, line: str) -> TypedRace:
        """Read a race while it is typed, and plan for it; called with every key."""
        ...

    def enter(self, line: str) -> Plan:
        """Make and save a season for a race that was typed.

        Raises:
            CoachProblem: it cannot be read, planned for, or written.
        """
        ...


# --- from a plan to the values of the page


def session_line(session: PlannedSession, unit: str, done: Mapping[str, str]) -> SessionLine:
    """Return a session as the page shows it."""
    tone = DayTone.HARD if session.is_hard else DayTone.EASY if session.is_run else DayTone.OTHER
    results = [done[run] for run in session.runs if done.get(run)]
    return SessionLine(
        session.title,
        tone,
        "" if session.minutes is None else format_hours(60 * session.minutes),
        "" if not session.distance_m or not session.is_run else long_distance(session.distance_m, unit)[0],
        session.why,
        results[0] if results else "done" if session.runs else "",
    )


def day_line(
    day: PlanDay,
    unit: str,
    done: Mapping[str, str],
    *,
    off_note: str = "",
    is_broken: bool = False,
    is_edited: bool = False,
) -> DayLine:
    """Return a day as the page shows it; a session of rest is a day without one, `off_note` explains a day off."""
    sessions = tuple(
        session_line(each, unit, done) for each in day.sessions if each.kind is not SessionKind.REST
    )
    rest = next((each.why for each in day.sessions if each.kind is SessionKind.REST), "")
    note = day.note or rest
    if day.off is not None:
        reason = "day off" if day.off is OffReason.OFF else day.off.value
        note = f"{reason}: {off_note}" if off_note else reason
    return DayLine(
        day.date, sessions, note, is_off=day.off is not None, is_broken=is_broken, is_edited=is_edited
    )


def strip_of(plan: Plan) -> tuple[StripWeek, ...]:
    """Return the weeks of a season with their volume as a share of the largest."""
    sizes = [week_size(plan, week) for week in plan.weeks]
    most = max((size for size in sizes if size is not None), default=0.0) or 1.0
    return tuple(
        StripWeek(
            week.monday,
            week.phase.value,
            None if size is None else size / most,
            week.phase in _OUT_OF_TRAINING,
        )
        for week, size in zip(plan.weeks, sizes, strict=True)
    )


def week_size(plan: Plan, week: PlanWeek) -> float | None:
    """The volume of a week, in metres or in seconds as the plan counts it; None if unknown."""
    days = plan.days_of(week)
    if plan.volume.unit == "s":
        planned, target = 60 * sum(day.run_minutes for day in days), week.target_s
    else:
        planned, target = sum(day.distance_m for day in days), week.target_m
    return planned or target


def week_head(plan: Plan, day: date) -> str:
    """`week 13 of 18, build`."""
    week = plan.week_of(day)
    if week is None:
        where = "before" if day < plan.first else "after"
        return f"{where} the season"
    number = plan.weeks.index(week) + 1
    return f"week {number} of {len(plan.weeks)}, {week.phase.value}"


def week_summary(plan: Plan, day: date, unit: str) -> str:
    """`44 km, 2 hard days, 84 % easy`; unknown parts are left out."""
    week = plan.week_of(day)
    if week is None:
        return ""
    days = plan.days_of(week)
    hard = sum(each.is_hard for each in days)
    parts = [size_words(plan, week, unit), f"{hard} hard {'day' if hard == 1 else 'days'}"]
    runs = [session for each in days for session in each.sessions if session.is_run]
    times = [(each.minutes, each.hard_minutes or 0.0) for each in runs]
    minutes = sum(each or 0.0 for each, _ in times)
    is_known = all(each is not None for each, _ in times) and not any(
        each.is_hard and each.hard_minutes is None for each in runs
    )
    if is_known and minutes > 0:
        share = 1 - sum(each for _, each in times) / minutes
        parts.append(f"{100 * max(0.0, share):.0f} % easy")
    return ", ".join(part for part in parts if part)


def size_words(plan: Plan, week: PlanWeek, unit: str) -> str:
    """`44 km`, or `5:20 h` if the plan counts time; empty if unknown."""
    size = week_size(plan, week)
    if size is None:
        return ""
    if plan.volume.unit == "s":
        return f"{format_hours(size)} h"
    figure, word = long_distance(size, unit)
    return f"{float(figure):.0f} {word}"


def coming_words(plan: Plan, day: date, unit: str) -> str:
    """`Next week: 35 km, the lighter of four.`; empty without a next week."""
    following = plan.week_of(day + timedelta(days=7))
    if following is None:
        return ""
    place = plan.weeks.index(following)
    words = size_words(plan, following, unit) or following.phase.value
    if following.is_down:
        since = next((back for back in range(1, place + 1) if plan.weeks[place - back].is_down), place + 1)
        words += f", the lighter of {_COUNTS[since]}" if 1 < since < len(_COUNTS) else ", a lighter one"
    elif place and following.phase is not plan.weeks[place - 1].phase:
        words += f", {following.phase.value} begins"
    return f"Next week: {words}."


def race_words(plan: Plan, day: date) -> str:
    """`10 km on 28 June, A race`: the next A race, else the next race."""
    race = plan.next_race(day, RacePriority.A) or plan.next_race(day)
    if race is None:
        return "no race to come"
    year = f" {race.date.year}" if (race.date - day).days > 300 else ""
    return f"{sanitise(race.label, 40)} on {race.date.day} {race.date:%B}{year}, {race.priority.value} race"
