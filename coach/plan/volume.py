"""The volume of each week: small steps up, every third or fourth week down, less as training gets faster, and a taper.

Everything is a share or a number in the unit it was asked in, metres or seconds. Sources: `docs/reference/plan.md`.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Final

from coach.plan.model import DaysOff, TaperStyle, TrainingPhase

GROWTH: Final = 0.08
"""Growth of an up week over the one before: 25 to 40 miles in nine weeks, two of them down. Practice."""
DOWN: Final = 0.25
"""Fall of a down week from the week before it, of -20 to -30 %. Practice."""
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
    left = (race - day).days
    if left <= 0 or left > days:
        return 1.0
    place = (days - left + 0.5) / days
    return 1 - cut * (0.5 + place)
