"""The volume of each week: small steps up, every third or fourth week down, less as training gets faster, and a taper.

Everything is a share or a number in the unit it was asked in, metres or seconds. Sources: `docs/reference/plan.md`.
The blocks of a season stand here too, planned backwards from each A race.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from coach.plan.hard_sessions import race_class
from coach.plan.model import DaysOff, PlannedRace, RacePriority, TaperStyle, TrainingPhase, monday_of

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


# --- Blocks, planned backwards from each A race: base, build, peak, race, recovery -----------------------------------

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
PEAKS_A_YEAR: Final = 2
SHORT_PEAKS_A_YEAR: Final = 3
"""Three, if every race is 10 k or shorter: 3 x (16 + 1 of recovery) = 51 weeks."""
SHORT_RACE_M: Final = 10_500.0
_YEAR: Final = timedelta(days=365)
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
    great = [race for race in races if race.priority is RacePriority.A]
    for race, following in zip(great, [*great[1:], None], strict=True):
        count = (monday_of(race.date) - monday).days // 7 + 1
        blocks = cycle(count, is_long=race.distance_m > SHORT_RACE_M, is_even=is_even)
        cut += _cut(blocks, race)
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


def _cut(blocks: Cycle, race: PlannedRace) -> Iterator[str]:
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


# --- which races a season can be built for


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


_RACE_FREE: Final = timedelta(days=7)
"""Days after an A race without anything hard, and without another race."""


def _in_recovery(races: Sequence[PlannedRace]) -> Iterator[str]:
    """Say which smaller races lie in the week after an A race."""
    for great in (race for race in races if race.priority is RacePriority.A):
        for race in races:
            if race.priority is not RacePriority.A and timedelta() < race.date - great.date <= _RACE_FREE:
                yield (
                    f"{race.label} on {race.date} lies in the recovery after {great.label} on {great.date}: "
                    "go along for the day, and do not race."
                )


def _great(races: Sequence[PlannedRace]) -> list[int]:
    return [place for place, race in enumerate(races) if race.priority is RacePriority.A]


def _too_close(races: Sequence[PlannedRace]) -> tuple[int, str] | None:
    """An A race that lies in the recovery of the one before it."""
    great = _great(races)
    for before, place in pairwise(great):
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
    great = _great(races)
    for first in great:
        year = [place for place in great if timedelta() <= races[place].date - races[first].date < _YEAR]
        is_short = all(races[place].distance_m <= SHORT_RACE_M for place in year)
        most = SHORT_PEAKS_A_YEAR if is_short else PEAKS_A_YEAR
        if len(year) <= most:
            continue
        place = min(year[1:], key=lambda each: races[each].date - races[great[great.index(each) - 1]].date)
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
