"""The reasons of sessions, one sentence each, derived from the sessions around them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from coach.plan.model import Dose, Family, PlanDay, PlannedSession, SessionKind

_DAY: Final = timedelta(days=1)
LONG_WHY: Final = "The long run: time on the feet, at a pace at which one can talk."
BLASTS_WHY: Final = (
    "Ten seconds uphill make legs strong and quick and hardly tire: the only fast running of the base."
)
STRIDES_WHY: Final = "Strides at the end of an easy run keep the legs quick and cost nothing."


def moved_words(purpose: str, dose: Dose, moved: str, *, has_full_rests: bool) -> str:
    """The reason of a session's size, a sentence: which of reps, pace and rest changed."""
    match moved:
        case "rest":
            return f"{purpose}; of reps, pace and rest only the rest moved, to {dose.rest_s:.0f} s."
        case "reps":
            return f"{purpose}; of reps, pace and rest only the reps moved: {dose.reps}."
        case "fewer":
            return f"{purpose}; fewer reps at the same pace, because the week is smaller."
        case "peak":
            return f"{purpose}; fewer reps at the same pace: the peak keeps the speed and rests the legs."
        case "less":
            return f"{purpose}; a little less this time, to come back to it with something new."
        case "same":
            return f"{purpose}; the same as last time, and it should feel easier."
        case _:
            full = ", with full rests until the reps are familiar" if has_full_rests else ""
            return f"{purpose}; new in this block{full}."


def reasoned(days: Sequence[PlanDay]) -> list[PlanDay]:
    """The days with a reason for each session that has none yet, derived from its neighbours."""
    by_date = {day.date: day for day in days}
    made = []
    for day in days:
        sessions = tuple(
            each if each.why else replace(each, why=_easy_why(each, by_date, day.date))
            for each in day.sessions
        )
        made.append(replace(day, sessions=sessions))
    return made


def _easy_why(session: PlannedSession, days: Mapping[date, PlanDay], day: date) -> str:
    """The reason of an easy run or a rest."""
    before, after = (_key(days.get(day + step * _DAY)) for step in (-1, 1))
    if session.kind is SessionKind.REST:
        if before:
            return f"Rest after {before}: the work sinks in when nothing is done."
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
    return "Easy kilometres: everything else stands on them."


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
