"""The request for a season, and its checks, each with a way to fix it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final

from coach.plan import volume as volumes
from coach.plan.hard_sessions import Speeds
from coach.plan.model import (
    Availability,
    PlannedRace,
    PlanOptIn,
    RacePriority,
    RunnerLevel,
    TaperStyle,
    WeeklyVolume,
)
from coach.plan.templates import TEMPLATES
from coach.problems import PlanProblem
from coach.quantities import format_hours

FURTHEST_WEEKS: Final = 150
"""A race further away is a typing error, or the clock is wrong."""
WIDEST_WEEK_M: Final = 250_000.0
WIDEST_WEEK_S: Final = 25 * 3600.0
NARROWEST_WEEK_M: Final = 3_000.0
NARROWEST_WEEK_S: Final = 20 * 60.0


@dataclass(frozen=True, slots=True)
class SeasonRequest:
    """The input of a season plan."""

    athlete: str
    races: tuple[PlannedRace, ...]
    volume: WeeklyVolume
    level: RunnerLevel = RunnerLevel.INTERMEDIATE
    weekdays: tuple[int, ...] = ()
    """Running days; empty for those of the template."""
    days: int = 0
    """Number of running days, if they are not named."""
    availability: Availability = field(default_factory=lambda: Availability(()))
    """Minutes, days off and appointments; its running days are `weekdays`."""
    template: str = ""
    taper: TaperStyle | None = None
    taper_percent: float | None = None
    opt_ins: tuple[PlanOptIn, ...] = ()
    histories: tuple[str, ...] = ()
    eased_until: date | None = None
    """Up to this day jumps are reduced, after a fall in a simple test; None without one."""
    speeds: Speeds = field(default_factory=Speeds)
    down_every: int = volumes.DOWN_EVERY
    growth: float = volumes.GROWTH
    recovery: int | None = None
    """Weeks of recovery after each A race; None to decide by its distance."""
    grain_m: float = 100.0
    """Rounding of distances: 100 m, or a tenth of a mile."""
    unit: str = "km"
    """Unit of the sentences: `km` or `mile`."""


def check_request(request: SeasonRequest, today: date) -> None:
    """Refuse a request that cannot be planned.

    Raises:
        PlanProblem: with a way to fix it.
    """
    if request.template and request.template not in TEMPLATES:
        raise PlanProblem(f"there is no template {request.template!r}", f"There are {', '.join(TEMPLATES)}.")
    if not request.races:
        raise PlanProblem("there is no race to plan for", "Name one: --race 2027-05-16:10k:A")
    for race in request.races:
        if race.date < today:
            raise PlanProblem(
                f"{race.label} on {race.date} is over: this computer says it is {today}",
                "Name a race that is to come.",
            )
        if (race.date - today).days > 7 * FURTHEST_WEEKS:
            raise PlanProblem(
                f"{race.label} on {race.date} is {(race.date - today).days // 365} years away: "
                f"this computer says it is {today}",
                "Is the year right, and the clock of this computer?",
            )
    if not any(race.priority is RacePriority.A for race in request.races):
        raise PlanProblem(
            "none of the races is an A race, which a season is built for", "Make one: --race DATE:10k:A"
        )
    _check_a_races(request.races)
    _check_volume(request.volume)
    if len(request.weekdays) == 0 and request.days not in range(8):
        raise PlanProblem(f"{request.days} running days a week are not possible", "Name 1 to 7: --days 5")


def _check_a_races(races: Sequence[PlannedRace]) -> None:
    """Refuse two A races in one week, and two races on one day."""
    days: dict[date, PlannedRace] = {}
    for race in races:
        other = days.setdefault(race.date, race)
        if other is not race:
            raise PlanProblem(
                f"two races are on {race.date}: {other.label} and {race.label}", "Keep one of them."
            )
    great = sorted(race.date for race in races if race.priority is RacePriority.A)
    for earlier, later in pairwise(great):
        if (later - earlier).days < 7:
            raise PlanProblem(
                f"two A races lie within a week, on {earlier} and {later}: nobody can be at their best twice",
                "Make one of them a B or a C race: --race DATE:10k:B",
            )


def _check_volume(volume: WeeklyVolume) -> None:
    is_metres = volume.unit == "m"
    widest, narrowest = (WIDEST_WEEK_M, NARROWEST_WEEK_M) if is_metres else (WIDEST_WEEK_S, NARROWEST_WEEK_S)

    def said(value: float) -> str:
        return f"{value / 1000:g} km" if is_metres else f"{format_hours(value)} hours"

    for value in (volume.start, volume.peak):
        if value > widest:
            raise PlanProblem(
                f"a week of {said(value)} is more than anybody trains",
                "The best marathon runners run 160 to 220 km.",
            )
        if value < narrowest:
            raise PlanProblem(
                f"a week of {said(value)} is too little to be planned",
                f"Begin with {said(narrowest)} or more.",
            )
    if volume.peak < volume.start:
        raise PlanProblem(
            f"the peak of {said(volume.peak)} lies below the start of {said(volume.start)}",
            "Change the two, or make them equal.",
        )
