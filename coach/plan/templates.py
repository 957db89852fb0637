"""Week templates, and the search for days of the hard and the long run among the available ones.

A template has preferred days and a spread of its kilometres; the runner's own days and appointments come
first. Sources: `docs/reference/plan.md`.
The request for a season stands here too, with its checks, each with a way to fix it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import combinations, pairwise
from typing import Final

from coach.plan import volume as volumes
from coach.plan.hard_sessions import Speeds
from coach.plan.model import (
    Appointment,
    Availability,
    Family,
    PlannedRace,
    PlanOptIn,
    RacePriority,
    RunnerLevel,
    TaperStyle,
    WeeklyVolume,
)
from coach.problems import PlanProblem
from coach.quantities import format_hours


class DayRole(StrEnum):
    """The role of a day of a week."""

    QUALITY = "quality"
    LONG = "long"
    MEDIUM_LONG = "medium-long"
    EASY = "easy"
    RECOVERY = "recovery"
    SHORT = "short"
    CROSS = "cross"
    REST = "rest"


RUN_ROLES: Final = frozenset(
    {DayRole.QUALITY, DayRole.LONG, DayRole.MEDIUM_LONG, DayRole.EASY, DayRole.RECOVERY, DayRole.SHORT}
)
WEIGHTS: Final[Mapping[DayRole, float]] = {
    DayRole.MEDIUM_LONG: 1.5,
    DayRole.EASY: 1.0,
    DayRole.RECOVERY: 0.75,
    DayRole.SHORT: 0.7,
}
"""The spread of the kilometres besides quality and the long run over the other days. Judged."""
LONG_SHARES: Final = (1.0, 0.60, 0.42, 0.35, 0.32, 0.29, 0.26)
"""Share of a week for its long run, by running days. Judged: samples of five and seven days have 0.38 and 0.25."""


@dataclass(frozen=True, slots=True)
class WeekTemplate:
    """The layout of a week, from Monday."""

    name: str
    title: str
    source: str
    roles: tuple[DayRole, DayRole, DayRole, DayRole, DayRole, DayRole, DayRole]
    miles: tuple[float, ...] = ()
    """Miles of each day in the sample it comes from; may be empty."""
    note: str = ""
    """A warning to the runner; only for opt-in templates."""
    taper: TaperStyle | None = None
    """The taper that belongs to it."""

    @property
    def weekdays(self) -> tuple[int, ...]:
        """Its running days."""
        return tuple(day for day, role in enumerate(self.roles) if role in RUN_ROLES)

    @property
    def is_opt_in(self) -> bool:
        """True if it rests on practice that the evidence does not support."""
        return bool(self.note)

    def days_of(self, role: DayRole) -> tuple[int, ...]:
        """The preferred days of a role."""
        return tuple(day for day, each in enumerate(self.roles) if each is role)


_Q, _L, _E, _R, _S, _C, _0 = (
    DayRole.QUALITY,
    DayRole.LONG,
    DayRole.EASY,
    DayRole.RECOVERY,
    DayRole.SHORT,
    DayRole.CROSS,
    DayRole.REST,
)
_NO_EVIDENCE: Final = "An opt-in: parts of it are sound, the system as a whole has no evidence behind it."
_REFUSED: Final = (
    "Left out, because they are unsafe, impossible or without evidence: breathing masks and fast exhaling, HRV windows "
    "of 5 Hz, recovery at 52 % of the maximum heart rate, glucose and muscle-oxygen limits, cooled trousers, a pass "
    "mark of 1.6 % between two pods."
)

SIX_STAGES: Final = "six-stages"
THREE_THREE_ONE: Final = "three-three-one"
SPRINT_ENDURANCE: Final = "sprint-endurance"
IN_ORDER: Final = "endurance-to-specific"
TWO_PEAKS: Final = "two-peaks"

TEMPLATES: Final[Mapping[str, WeekTemplate]] = {
    template.name: template
    for template in (
        WeekTemplate(
            "3-days",
            "Three days: intervals, easy, long, and cross-training between",
            "coaching practice (FIRST)",
            (_0, _Q, _C, _E, _C, _L, _0),
            (0, 5, 0, 5, 0, 8, 0),
        ),
        WeekTemplate(
            "5-days",
            "Five days: Tuesday and Thursday hard, Sunday long",
            "coaching practice",
            (_0, _Q, _R, _Q, _E, _0, _L),
        ),
        WeekTemplate(
            "5-days-sample",
            "Five days by the miles of a sample week of 32",
            "coaching practice",
            (_0, _Q, _E, _Q, _S, _0, _L),
            (0, 6, 4, 7, 3, 0, 12),
        ),
        WeekTemplate(
            "7-days",
            "Seven days: Tuesday and Thursday hard, Sunday long, Monday medium-long",
            "coaching practice",
            (DayRole.MEDIUM_LONG, _Q, _E, _Q, _E, _S, _L),
        ),
        WeekTemplate(
            "7-days-sample",
            "Seven days by the miles of a sample week of 63",
            "coaching practice",
            (DayRole.MEDIUM_LONG, _Q, _R, _Q, _E, _E, _L),
            (8, 10, 5, 10, 6, 8, 16),
        ),
        WeekTemplate(
            "tue-fri-sun",
            "Tuesday and Friday hard, Sunday long, easy between",
            "coaching practice",
            (_0, _Q, _E, _0, _Q, _S, _L),
        ),
        WeekTemplate(
            TWO_PEAKS,
            "A year of two peaks: a 10 k in May and a half in November",
            "coaching practice",
            (_0, _Q, _R, _Q, _E, _0, _L),
        ),
        WeekTemplate(
            SIX_STAGES,
            "Sixteen weeks in six stages",
            "a published system, parts of it plausible",
            (_0, _Q, _R, _Q, _E, _0, _L),
            note=f"{_NO_EVIDENCE} Its taper of -25 % with every run kept is less than studies found best. {_REFUSED}",
            taper=TaperStyle.FREQUENCY,
        ),
        WeekTemplate(
            THREE_THREE_ONE,
            "Three hard days, three of recovery, one taste test of 12 minutes at goal pace",
            "a published system without evidence",
            (_R, _Q, _R, _Q, _R, _Q, _L),
            note=f"{_NO_EVIDENCE} Three hard days and a test in seven are dense. {_REFUSED}",
        ),
        WeekTemplate(
            SPRINT_ENDURANCE,
            "Blocks of four weeks sprint and four weeks endurance in turn",
            "block periodisation, plausible",
            (_0, _Q, _R, _Q, _E, _0, _L),
            note=f"{_NO_EVIDENCE} Four weeks without one of the two are long for most.",
        ),
        WeekTemplate(
            IN_ORDER,
            "Endurance, strength, speed, specific: one after the other",
            "after Lydiard and Canova, plausible",
            (_0, _Q, _R, _Q, _E, _0, _L),
            note=f"{_NO_EVIDENCE} Each quality waits for the one before it.",
        ),
    )
}
USUAL_TEMPLATES: Final = {3: "3-days", 5: "5-days", 7: "7-days"}
"""The default template by running days."""
USUAL_WEEKDAYS: Final[Mapping[int, tuple[int, ...]]] = {
    1: (6,),
    2: (2, 6),
    3: (1, 3, 5),
    4: (1, 2, 4, 6),
    5: (1, 2, 3, 4, 6),
    6: (1, 2, 3, 4, 5, 6),
    7: (0, 1, 2, 3, 4, 5, 6),
}
"""The default running days by their number; with six Monday is off."""

STAGES: Final = (
    (3, "Stage 1 of 6, base reconnaissance"),
    (7, "Stage 2 of 6, density"),
    (10, "Stage 3 of 6, anaerobic lifts"),
    (12, "Stage 4 of 6, changing ground"),
    (14, "Stage 5 of 6, race-pace grooves"),
    (16, "Stage 6 of 6, long taper"),
)
"""The last week of each stage of the sixteen, with the plan's own names."""


def stage_of(to_race: int) -> str:
    """The stage of a week `to_race` weeks before the race; empty before the first."""
    week = STAGES[-1][0] - to_race
    return "" if week < 1 else next(name for last, name in STAGES if week <= last)


def hard_days(level: RunnerLevel, days: int) -> int:
    """Hard sessions of a week: one or two for beginners, two or three for others, as many as can be kept apart."""
    if days < 2:
        return 0
    return 1 if level is RunnerLevel.BEGINNER or days < 4 else 2


# --- finding the days


@dataclass(frozen=True, slots=True)
class WeekLayout:
    """The roles of the days of a week."""

    roles: tuple[DayRole, ...]
    """Seven, from Monday."""
    fixed: Mapping[int, Appointment]
    """Appointments by weekday."""
    cut: str = ""
    """The parts that found no day, a sentence; may be empty."""

    def days_of(self, role: DayRole) -> tuple[int, ...]:
        """The days of a role."""
        return tuple(day for day, each in enumerate(self.roles) if each is role)


def lay_out(
    template: WeekTemplate,
    weekdays: Collection[int],
    hard: int,
    fixed: Sequence[Appointment] = (),
    *,
    minutes: Mapping[int, float] | None = None,
    barred: Collection[int] = (),
    no_long: Collection[int] = (),
    after_hard: bool = False,
) -> WeekLayout:
    """Find days for the long run and the hard sessions: apart from each other and from the appointments.

    Args:
        template: its preferred days.
        weekdays: the running days there are.
        hard: how many hard sessions there should be, those of the appointments among them.
        fixed: the appointments; they stay where they are.
        minutes: the most minutes of a day; a day of little time gets neither the long run nor a hard one.
        barred: days on which nothing hard may lie, such as the day before a race.
        no_long: days on which the long run should not lie.
        after_hard: whether the Sunday before was hard or long, so that Monday is easy.
    """
    appointments = {each.weekday: each for each in fixed}
    days = sorted({*weekdays, *appointments})
    fixed_hard = {day for day, each in appointments.items() if each.is_hard}
    fixed_long = {day for day, each in appointments.items() if each.family is Family.LONG}
    sessions_to_place = max(0, hard - len(fixed_hard - fixed_long))
    wishes = _Wishes(template, fixed_hard, minutes or {}, barred, no_long, after_hard)
    free = [day for day in days if day not in appointments]
    longs: list[int | None] = [*(fixed_long or free)] or [None]
    good = [day for day in longs if day not in no_long]
    # One hard session less is better than a long run on a day of `no_long`; no hard session at all is worse.
    best = next(
        (
            choice
            for candidates, fewest in ((good, 1), (longs, 0))
            for count in range(sessions_to_place, min(fewest, sessions_to_place) - 1, -1)
            if (choice := wishes.best(candidates, free, count)) is not None
        ),
        None,
    )
    long_day, quality = best or (_least_bad(longs, fixed_hard), ())
    roles = [_other_role(template, day, days) for day in range(7)]
    for day in quality:
        roles[day] = DayRole.QUALITY
    for day in fixed_hard - fixed_long:
        roles[day] = DayRole.QUALITY
    if long_day is not None:
        roles[long_day] = DayRole.LONG
    _ease_neighbours(roles)
    cut = ""
    if len(quality) < sessions_to_place:
        have = len(quality) + len(fixed_hard - fixed_long)
        sessions = f"{have} hard session{'' if have == 1 else 's'}"
        cut = f"Your days leave room for {sessions} a week that lie apart, not {hard}."
    return WeekLayout(tuple(roles), appointments, cut)


_SHORTEST_HARD_MIN: Final = 35.0
"""Minutes below which a session with its warm-up cannot be done. Judged."""


@dataclass(frozen=True, slots=True)
class _Wishes:
    """The criteria of a choice of days."""

    template: WeekTemplate
    fixed_hard: Collection[int]
    minutes: Mapping[int, float]
    barred: Collection[int]
    no_long: Collection[int]
    after_hard: bool

    def best(
        self, longs: Sequence[int | None], free: Sequence[int], count: int
    ) -> tuple[int | None, tuple[int, ...]] | None:
        """The best days for the long run and `hard` sessions; None if no choice keeps the rules."""
        choices = (
            (cost, long, quality)
            for long in longs
            for quality in combinations([day for day in free if day != long], count)
            if (cost := self.cost(long, quality)) is not None
        )
        choice = min(choices, key=lambda each: each[0], default=None)
        return None if choice is None else choice[1:]

    def cost(self, long: int | None, quality: Sequence[int]) -> float | None:
        """The distance of a choice of days from the template's; None if it breaks a rule."""
        hard = sorted({*quality, *self.fixed_hard} - {long})
        if any((later - earlier) % 7 in {1, 6} for earlier in hard for later in hard if earlier < later):
            return None
        if long is not None and (long + 1) % 7 in hard:
            return None
        if any(day in self.barred or self.minutes.get(day, 999.0) < _SHORTEST_HARD_MIN for day in quality):
            return None
        if self.after_hard and 0 in quality:
            return None
        cost = 0.0
        wanted_long = self.template.days_of(DayRole.LONG)
        if long is not None and wanted_long:
            cost += 0.0 if long in wanted_long else {6: 1.0, 5: 1.5}.get(long, 3.0)
            cost += max(0.0, 120.0 - self.minutes.get(long, 999.0)) / 20.0
            cost += 1.0 if (long - 1) % 7 in hard else 0.0
            cost += 10.0 if long in self.no_long else 0.0
        liked = self.template.days_of(DayRole.QUALITY)
        cost += sum(0.0 if day in liked else 0.6 + 0.01 * day for day in quality)
        gaps = [(later - earlier) % 7 for earlier, later in zip(hard, [*hard[1:], *hard[:1]], strict=True)]
        return cost + sum(0.2 for gap in gaps if 0 < gap < 3)


def _least_bad(longs: Sequence[int | None], fixed_hard: Collection[int]) -> int | None:
    """The long run if the appointments leave no good day for it: the latest day that is not before a hard one."""
    days = [day for day in longs if day is not None]
    return max(days, key=lambda day: ((day + 1) % 7 not in fixed_hard, day), default=None)


def _other_role(template: WeekTemplate, day: int, weekdays: Collection[int]) -> DayRole:
    """The role of a day that is neither hard nor long."""
    role = template.roles[day]
    if day not in weekdays:
        return role if role is DayRole.CROSS else DayRole.REST
    return role if role in WEIGHTS else DayRole.EASY


def without_one(
    roles: tuple[DayRole, ...], races: Collection[int], days: Sequence[int]
) -> tuple[DayRole, ...]:
    """The roles of a week with an easy day less for each race on a day on which nothing else would be run."""
    result = list(roles)
    for race in sorted(set(races) - set(days)):
        easy = [
            day
            for day in days
            if result[day] in {DayRole.EASY, DayRole.RECOVERY, DayRole.SHORT, DayRole.MEDIUM_LONG}
        ]
        if easy:
            result[min(easy, key=lambda day: abs(day - race))] = DayRole.REST
    return tuple(result)


def _ease_neighbours(roles: list[DayRole]) -> None:
    """Make the day after a hard or long one a recovery day, if it was to be easy."""
    for day, role in enumerate(list(roles)):
        if role is DayRole.EASY and roles[day - 1] in {DayRole.QUALITY, DayRole.LONG} and day:
            roles[day] = DayRole.RECOVERY


# --- The request for a season, and its checks ------------------------------------------------------------------------

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
                f"two A races lie within a week, on {earlier} and {later}: you cannot peak twice in a week",
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
