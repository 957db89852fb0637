"""The facts that a plan is checked against: its workouts, past runs, the runner, shoes, simple tests.

Everything here is plain data, read by `coach.app.plan_facts`. Unknown values are None or empty, and rules that need
them find nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from coach.athlete import SimpleTest
from coach.physiology.performance import LONGEST_TRIAL_S, SHORTEST_TRIAL_S, CriticalSpeed, fitted
from coach.plan.model import Dose, Family, PlannedSession
from coach.review.measures import BESTS
from coach.review.season import SeasonRun
from coach.workout.describe import estimate, likely_seconds, step_metres, typical_speed
from coach.workout.kinds import HARD, PAUSES, REPS, RUN, UPHILL, Kind
from coach.workout.model import Tags
from coach.workout.timeline import Step, Timeline

SPRINT_M: Final = 200.0
SPRINT_S: Final = 40.0
"""Reps up to here may be sprints; longer ones are paced. Judged: 200 m in the time of a mile's pace."""
SHORT_SPRINT_S: Final = 10.0
"""Sprints up to here are over before a hamstring is stretched at speed for long (science, W4). Judged."""
HARD_HISTORY_DAYS: Final = 42
"""Hard runs of six weeks count as trials do."""


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

    def kept(self) -> dict[str, Any]:
        """The facts as plain data for a file; defaults are left out."""
        tree = {
            each.name: value for each in fields(self) if (value := getattr(self, each.name)) != each.default
        }
        if self.dose is not None:
            tree["dose"] = {each.name: getattr(self.dose, each.name) for each in fields(self.dose)}
        return tree

    @classmethod
    def from_kept(cls, data: Mapping[str, Any]) -> "WorkoutFacts":
        """Read the data of `kept`.

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


PLYOMETRICS: Final = "plyometrics"
"""The sheet of jumps in the library."""
BAREFOOT: Final = "barefoot-strides"
"""The opt-in strides without shoes in the library."""


def workout_facts(name: str, timeline: Timeline, tags: Tags, *, too_fast: str = "") -> WorkoutFacts:
    """The facts of a workout for a plan, from its steps for a runner and its tags.

    Args:
        name: its name in the plan.
        timeline: its steps, with the paces of the runner where those are known.
        tags: as its document has them.
        too_fast: why its hardest target is beyond the runner (`coach.workout.athlete_profile.too_ambitious`).
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


_DRILL_WORDS: Final = ("skip", "high knees", "butt kick", "bounding", "carioca", "toy soldier")


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


def is_flat_sprint(session: PlannedSession, facts: WorkoutFacts | None) -> bool:
    """Return whether a session is run nearly flat out on the flat."""
    if facts is not None and (facts.dose is not None or session.family is not Family.SPRINTS):
        return facts.sprint is Sprint.FLAT
    return session.family is Family.SPRINTS and "hill" not in f"{session.title} {session.workout}".casefold()


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
        return fitted(sorted(best.items())) if len(best) > 1 else None
    except ValueError:
        return None
