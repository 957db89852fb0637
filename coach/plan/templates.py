"""The weeks of a season: their volume, their blocks, their days, and the request they are made from.

A volume is a share, or a number in the unit it was asked in: metres or seconds. Blocks are planned backwards from each
A race. A week template has preferred days and a spread of its kilometres; the runner's own days and appointments come
first. Sources: `docs/reference/plan.md`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations, pairwise
from typing import Final

from coach.plan.model import (
    Appointment,
    Availability,
    DaysOff,
    Family,
    PlannedRace,
    PlanOptIn,
    RacePriority,
    RunnerLevel,
    TaperStyle,
    TrainingPhase,
    WeeklyVolume,
    monday_of,
)
from coach.plan.sessions import Speeds, race_class
from coach.problems import PlanProblem
from coach.quantities import format_hours

# --- the volume of each week

GROWTH: Final = 0.08
"""Growth of an up week over the one before: 25 to 40 miles in nine weeks, two of them down. Practice."""
DOWN: Final = 0.25
"""Fall of a down week from the week before it; -20 to -30 % is usual. Practice."""
DOWN_EVERY: Final = 4
"""Weeks from one down week to the next. Practice: each third or fourth."""
OFF_DAYS_OF_A_DOWN_WEEK: Final = 3
"""A week with this many days off is the down week by itself. Judged."""
PHASE_SHARE: Final = {
    TrainingPhase.BASE: 1.0,
    TrainingPhase.BUILD: 0.95,
    TrainingPhase.SPEED: 0.90,
    TrainingPhase.PEAK: 0.80,
    TrainingPhase.TAPER: 0.80,
    TrainingPhase.RACE: 0.80,
    TrainingPhase.SHARPEN: 0.85,
    TrainingPhase.FREE: 1.0,
}
"""Share of the volume reached that a phase runs: it dips as intensity rises, and peak has -20 to -30 %. The last is
the week before a taper begins; the steps between are judged."""
RECOVERY_SHARES: Final = (0.25, 0.35, 0.50, 0.60)
"""Share of the peak volume in the weeks after an A race: 20 to 30 min runs, then a little more. Judged."""


def weeks_to_reach(start: float, peak: float, *, every: int = DOWN_EVERY, growth: float = GROWTH) -> int:
    """The number of weeks from the first to the first at the peak, down weeks included."""
    weeks, up = 1, start
    while up < peak * (1 - 1e-9):
        weeks += 1
        if weeks % every:
            up *= 1 + growth
    return weeks


def down_weeks(
    mondays: Sequence[date], off: Sequence[DaysOff], *, every: int = DOWN_EVERY, barred: Collection[date] = ()
) -> tuple[bool, ...]:
    """Choose the down weeks: those with days off first, and in between as many as keep them `every` apart.

    Barred weeks (peak, race, recovery) are not down weeks, and the count starts again after them.
    """
    downs = [monday not in barred and _days_off(monday, off) >= OFF_DAYS_OF_A_DOWN_WEEK for monday in mondays]
    begin = 0
    for place in range(len(mondays) + 1):
        is_end = place == len(mondays)
        if not is_end and not downs[place] and mondays[place] not in barred:
            continue
        is_before_down = not is_end and downs[place]
        for at in _between(place - begin, every, is_before_down=is_before_down):
            downs[begin + at] = True
        begin = place + 1
    return tuple(downs)


def _between(weeks: int, every: int, *, is_before_down: bool) -> list[int]:
    """Choose the down weeks of a row of weeks, evenly if another one follows them."""
    if not is_before_down:
        return list(range(every - 1, weeks, every))
    count = -(-(weeks + 1) // every) - 1
    return [round((weeks + 1) * (each + 1) / (count + 1)) - 1 for each in range(count)]


def _days_off(monday: date, off: Sequence[DaysOff]) -> int:
    return sum(1 for step in range(7) if any(monday + timedelta(days=step) in each for each in off))


# --- the taper

TAPER_DAYS: Final = (
    (2_000.0, 7),
    (5_500.0, 8),
    (12_000.0, 10),
    (25_000.0, 14),
    (1e9, 21),
)
"""Days of taper up to a race distance: mile, 5 k and 10 k 7 to 10, half 14, marathon 14 to 21 (Bosquet 2007; Wang
2023: 21 at most). Where a taper of three weeks does not fit, the marathon has 14."""
SHORT_MARATHON_TAPER_DAYS: Final = 14
TAPER_CUTS: Final = {TaperStyle.STANDARD: 0.50, TaperStyle.LIGHT: 0.25, TaperStyle.FREQUENCY: 0.25}
"""Average fall of running over the whole taper. Evidence: -41 to -60 % (Bosquet 2007)."""
TAPER_EVIDENCE: Final = (41.0, 60.0)
"""Fall of volume in per cent that studies found best."""


def taper_days(distance_m: float, weeks: int = 52) -> int:
    """Days of taper before a race, as many as fit into the weeks."""
    days = next(days for up_to, days in TAPER_DAYS if distance_m <= up_to)
    if days > SHORT_MARATHON_TAPER_DAYS and weeks < 18:
        days = SHORT_MARATHON_TAPER_DAYS
    return min(days, weeks * 7)


def taper_share(day: date, race: date, days: int, cut: float) -> float:
    """Share of an ordinary day's volume on a day of the taper: 1 before it, then less each day.

    It falls in a line around its mean, `1 - cut`: for a cut of 0.5 from 0.75 to 0.25 of the ordinary.
    """
    days_left = (race - day).days
    if days_left <= 0 or days_left > days:
        return 1.0
    place = (days - days_left + 0.5) / days
    return 1 - cut * (0.5 + place)


# --- blocks, planned backwards from each A race

BASE_WEEKS: Final = (8, 12)
BUILD_WEEKS: Final = (6, 10)
SPEED_WEEKS: Final = (4, 8)
"""The last part of the build, in weeks."""
PEAK_WEEKS: Final = (2, 3)
"""With the week of the race; a peak cannot be held longer than three weeks."""
FULL_WEEKS: Final = BASE_WEEKS[0] + BUILD_WEEKS[0] + PEAK_WEEKS[0]
"""16, the shortest full cycle."""
LONGEST_WEEKS: Final = BASE_WEEKS[1] + BUILD_WEEKS[1] + PEAK_WEEKS[1]
"""25; more weeks than that are run without a plan, before the base."""
SHARPEN_BELOW_WEEKS: Final = 4
"""With less time than that there is only sharpening and the taper."""
RECOVERY_WEEKS: Final = ((12_000.0, 1, 1), (25_000.0, 2, 1), (1e9, 4, 2))
"""Weeks of recovery after an A race up to a distance, of 1 to 4, and at least: it is not negotiable. The least is for
two races that lie close together. Judged: the marathon has the four."""
SHORT_RACE_M: Final = 10_500.0
_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Cycle:
    """The weeks of each block of one peak."""

    free: int = 0
    base: int = 0
    build: int = 0
    """Before the speed part."""
    speed: int = 0
    peak: int = 0
    """With the week of the race."""
    sharpen: int = 0

    @property
    def weeks(self) -> int:
        """All weeks."""
        return self.free + self.base + self.build + self.speed + self.peak + self.sharpen

    def phases(self) -> Iterator[TrainingPhase]:
        """The phase of each week, the last of which is the race's."""
        yield from [TrainingPhase.FREE] * self.free
        yield from [TrainingPhase.BASE] * self.base
        yield from [TrainingPhase.BUILD] * self.build
        yield from [TrainingPhase.SPEED] * self.speed
        yield from [TrainingPhase.SHARPEN] * self.sharpen
        yield from [TrainingPhase.PEAK] * (self.peak - 1)
        yield TrainingPhase.RACE


def cycle(weeks: int, *, is_long: bool = False, is_even: bool = False) -> Cycle:
    """Divide the weeks up to a race and with its own, 1 or more, into blocks.

    Args:
        weeks: how many there are.
        is_long: a half or longer, whose taper wants a third week of peak before anything else grows.
        is_even: whether base and build grow alike and the peak stays short, as in a year of two peaks.
    """
    if weeks < SHARPEN_BELOW_WEEKS:
        return Cycle(sharpen=weeks - 1, peak=1)
    if weeks < FULL_WEEKS:
        spare = weeks - PEAK_WEEKS[0]
        build = -(-spare * BUILD_WEEKS[0] // (FULL_WEEKS - PEAK_WEEKS[0]))
        speed = -(-build * 2 // 3)
        return Cycle(base=spare - build, build=build - speed, speed=speed, peak=PEAK_WEEKS[0])
    sizes = {"base": BASE_WEEKS[0], "build": BUILD_WEEKS[0], "peak": PEAK_WEEKS[0]}
    goals = [
        ("build", 8),
        ("base", 10),
        ("peak", PEAK_WEEKS[1]),
        ("build", BUILD_WEEKS[1]),
        ("base", BASE_WEEKS[1]),
    ]
    if is_even:
        goals = [
            ("build", 9),
            ("base", 10),
            ("build", BUILD_WEEKS[1]),
            ("base", BASE_WEEKS[1]),
            ("peak", PEAK_WEEKS[1]),
        ]
    elif is_long:
        goals.insert(0, ("peak", PEAK_WEEKS[1]))
    spare = weeks - FULL_WEEKS
    for name, goal in goals:
        more = min(spare, goal - sizes[name])
        sizes[name] += more
        spare -= more
    speed = min(SPEED_WEEKS[1], max(SPEED_WEEKS[0], round(sizes["build"] * 0.6)))
    return Cycle(spare, sizes["base"], sizes["build"] - speed, speed, sizes["peak"])


def recovery_weeks(distance_m: float) -> tuple[int, int]:
    """Weeks of recovery after an A race of this distance, and the least."""
    return next((usual, least) for up_to, usual, least in RECOVERY_WEEKS if distance_m <= up_to)


@dataclass(frozen=True, slots=True)
class BlockWeek:
    """A week of the season: its phase and the race it leads to."""

    monday: date
    phase: TrainingPhase
    race: PlannedRace | None
    """The A race it is for, or, in recovery, the one it follows; None after the last recovery."""
    place: int
    """Place in its block, from 0."""
    of: int
    """Length of its block in weeks."""
    peak_weeks: int = 1
    """Length of the peak of its race in weeks."""

    @property
    def to_race(self) -> int | None:
        """Weeks to the race, 0 in its own; None in recovery and where there is none."""
        if self.race is None or self.phase is TrainingPhase.RECOVERY:
            return None
        return (monday_of(self.race.date) - self.monday).days // 7


@dataclass(frozen=True, slots=True)
class SeasonBlocks:
    """The weeks of a season, and what was left out, with reasons."""

    weeks: tuple[BlockWeek, ...]
    cut: tuple[str, ...]


def season_blocks(
    first: date,
    races: Sequence[PlannedRace],
    *,
    recovery: int | None = None,
    until: date | None = None,
    is_even: bool = False,
) -> SeasonBlocks:
    """Lay out the weeks from a Monday on, backwards from each A race.

    Args:
        first: the Monday of the first week.
        races: the races, as `with_priorities` returns them; blocks lead to the A races.
        recovery: weeks of recovery after each A race, where not its distance decides.
        until: the day up to which weeks without a plan follow the last recovery.
        is_even: as of `cycle`.
    """
    weeks: list[BlockWeek] = []
    cut: list[str] = []
    monday = first
    a_races = [race for race in races if race.priority is RacePriority.A]
    for race, following in zip(a_races, [*a_races[1:], None], strict=True):
        count = (monday_of(race.date) - monday).days // 7 + 1
        blocks = cycle(count, is_long=race.distance_m > SHORT_RACE_M, is_even=is_even)
        cut += _short_blocks(blocks, race)
        weeks += _block_weeks(monday, list(blocks.phases()), race, blocks.peak)
        monday = monday_of(race.date) + _WEEK
        usual, least = recovery_weeks(race.distance_m)
        usual = recovery or usual
        if following is not None:
            gap = (monday_of(following.date) - monday).days // 7
            usual = min(usual, max(least, gap - SHARPEN_BELOW_WEEKS + 1))
        weeks += _block_weeks(monday, [TrainingPhase.RECOVERY] * usual, race, 1)
        monday += usual * _WEEK
    if until is not None and monday <= until:
        count = (monday_of(until) - monday).days // 7 + 1
        weeks += _block_weeks(monday, [TrainingPhase.FREE] * count, None, 1)
    return SeasonBlocks(tuple(weeks), tuple(cut))


def _block_weeks(
    monday: date, phases: Sequence[TrainingPhase], race: PlannedRace | None, peak: int
) -> Iterator[BlockWeek]:
    for place, phase in enumerate(phases):
        yield BlockWeek(
            monday + place * _WEEK, phase, race, place - phases.index(phase), phases.count(phase), peak
        )


def _short_blocks(blocks: Cycle, race: PlannedRace) -> Iterator[str]:
    """Name the blocks that a cycle has to shorten or leave out."""
    count = blocks.weeks
    weeks = f"{count} week{'' if count == 1 else 's'}"
    if blocks.free:
        yield (
            f"{weeks} with that of {race.label}: base, build and peak take {LONGEST_WEEKS} at most, so "
            f"the first {blocks.free} are easy running without a plan."
        )
    elif count < SHARPEN_BELOW_WEEKS:
        yield (
            f"{weeks} with that of {race.label}: too little for base or build, which take {FULL_WEEKS} with the peak; "
            "only sharpening and the taper are left."
        )
    elif count < FULL_WEEKS:
        yield (
            f"{weeks} with that of {race.label}: a full cycle takes {FULL_WEEKS}. Base has {blocks.base} instead of "
            f"{BASE_WEEKS[0]}, build {blocks.build + blocks.speed} instead of {BUILD_WEEKS[0]}."
        )


# --- the races that a season can be built for

PEAKS_A_YEAR: Final = 2
SHORT_PEAKS_A_YEAR: Final = 3
"""Three, if every race is 10 k or shorter: 3 x (16 + 1 of recovery) = 51 weeks."""
_YEAR: Final = timedelta(days=365)
_RACE_FREE: Final = timedelta(days=7)
"""Days after an A race without anything hard, and without another race."""


def with_priorities(races: Sequence[PlannedRace]) -> tuple[tuple[PlannedRace, ...], tuple[str, ...]]:
    """The races by date; an A race that has no room for its blocks becomes a B or C race, with a note.

    The recovery after a race is not negotiable, so none lies in it; and there are one or two peaks a year, three if
    every race is 10 k or shorter.
    """
    ordered = sorted(races, key=lambda race: race.date)
    says: list[str] = []
    while (conflict := _too_close(ordered)) is not None:
        place, sentence = conflict
        ordered[place] = replace(ordered[place], priority=RacePriority.C)
        says.append(sentence)
    while (conflict := _too_many(ordered)) is not None:
        place, sentence = conflict
        ordered[place] = replace(ordered[place], priority=RacePriority.B)
        says.append(sentence)
    words = " ".join(says)
    says += [each for each in _in_recovery(ordered) if each.partition(" lies ")[0] not in words]
    return tuple(ordered), tuple(says)


def _in_recovery(races: Sequence[PlannedRace]) -> Iterator[str]:
    """Say which smaller races lie in the week after an A race."""
    for a_race in (races[place] for place in _a_races(races)):
        for race in races:
            if race.priority is not RacePriority.A and timedelta() < race.date - a_race.date <= _RACE_FREE:
                yield (
                    f"{race.label} on {race.date} lies in the recovery after {a_race.label} on {a_race.date}: "
                    "go along for the day, and do not race."
                )


def _a_races(races: Sequence[PlannedRace]) -> list[int]:
    """The places of the A races."""
    return [place for place, race in enumerate(races) if race.priority is RacePriority.A]


def _too_close(races: Sequence[PlannedRace]) -> tuple[int, str] | None:
    """An A race that lies in the recovery of the one before it."""
    places = _a_races(races)
    for before, place in pairwise(places):
        earlier, later = races[before], races[place]
        least = recovery_weeks(earlier.distance_m)[1]
        weeks = (monday_of(later.date) - monday_of(earlier.date)).days // 7
        if weeks <= least:
            sentence = (
                f"{later.label} on {later.date} lies in the recovery after {earlier.label} on {earlier.date}, which is "
                "not negotiable: run it for the day, as a C race."
            )
            return place, sentence
    return None


def _too_many(races: Sequence[PlannedRace]) -> tuple[int, str] | None:
    """The A race to give up where a year has too many: the one with the least time before it, but never the first."""
    places = _a_races(races)
    for first in places:
        year = [place for place in places if timedelta() <= races[place].date - races[first].date < _YEAR]
        is_short = all(races[place].distance_m <= SHORT_RACE_M for place in year)
        most = SHORT_PEAKS_A_YEAR if is_short else PEAKS_A_YEAR
        if len(year) <= most:
            continue
        place = min(year[1:], key=lambda each: races[each].date - races[places[places.index(each) - 1]].date)
        why = (
            "three only if every race is 10 k or shorter"
            if not is_short
            else "three at most, 3 x 17 weeks = 51"
        )
        race = races[place]
        sentence = (
            f"{len(year)} A races lie within a year, which has room for one or two peaks, {why}: {race.label} on "
            f"{race.date} is planned as a B race."
        )
        return place, sentence
    return None


# --- the days round a race

EVE_DAYS: Final = {"shakeout": 2, "strides": 4}
"""Most days between them and a race. Judged."""
QUIET_DAYS: Final = {RacePriority.A: 3, RacePriority.B: 2, RacePriority.C: 1}
"""Days before a race on which nothing is hard. Judged."""
NO_LONG_DAYS: Final = {RacePriority.A: 6, RacePriority.B: 3, RacePriority.C: 2}
"""Days before a race on which the long run does not lie. Judged."""
QUIET_DAYS_AFTER: Final = {"mile": 1, "5k": 1, "10k": 2, "half": 3, "marathon": 7}
"""Days after a race, where it is no C race, on which nothing is hard. Judged."""


def quiet_after(race: PlannedRace) -> int:
    """Days after a race on which nothing is hard."""
    return 1 if race.priority is RacePriority.C else QUIET_DAYS_AFTER[race_class(race.distance_m)]


# --- week templates


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


# --- the search for the days of a week

_SHORTEST_HARD_MIN: Final = 35.0
"""Minutes below which a session with its warm-up cannot be done. Judged."""


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


def _ease_neighbours(roles: list[DayRole]) -> None:
    """Make the day after a hard or long one a recovery day, if it was to be easy."""
    for day, role in enumerate(list(roles)):
        if role is DayRole.EASY and roles[day - 1] in {DayRole.QUALITY, DayRole.LONG} and day:
            roles[day] = DayRole.RECOVERY


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


# --- the request for a season, and its checks

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
    easier_until: date | None = None
    """Up to this day jumps are reduced, after a fall in a simple test; None without one."""
    speeds: Speeds = field(default_factory=Speeds)
    down_every: int = DOWN_EVERY
    growth: float = GROWTH
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
    days_of_a_races = sorted(race.date for race in races if race.priority is RacePriority.A)
    for earlier, later in pairwise(days_of_a_races):
        if (later - earlier).days < 7:
            raise PlanProblem(
                f"two A races lie within a week, on {earlier} and {later}: you cannot peak twice in a week",
                "Make one of them a B or a C race: --race DATE:10k:B",
            )


def _check_volume(volume: WeeklyVolume) -> None:
    is_metres = volume.unit == "m"
    widest, narrowest = (WIDEST_WEEK_M, NARROWEST_WEEK_M) if is_metres else (WIDEST_WEEK_S, NARROWEST_WEEK_S)

    def words(value: float) -> str:
        return f"{value / 1000:g} km" if is_metres else f"{format_hours(value)} hours"

    for value in (volume.start, volume.peak):
        if value > widest:
            raise PlanProblem(
                f"a week of {words(value)} is more than anybody trains",
                "The best marathon runners run 160 to 220 km.",
            )
        if value < narrowest:
            raise PlanProblem(
                f"a week of {words(value)} is too little to be planned",
                f"Begin with {words(narrowest)} or more.",
            )
    if volume.peak < volume.start:
        raise PlanProblem(
            f"the peak of {words(volume.peak)} lies below the start of {words(volume.start)}",
            "Change the two, or make them equal.",
        )
