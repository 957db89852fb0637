"""Training load of a session and of the weeks, and how steady a run was.

Sources: Banister's TRIMP (men 0.64 e^1.92r, women 0.86 e^1.67r; some programs use 0.64 for women too), Edwards' and
Lucia's sums of minutes in zones, session RPE, monotony and strain (Foster 2001), fitness and fatigue as running means
of 42 and 7 days, aerobic decoupling (speed per heart beat, first half against second).

Loads of different kinds cannot be added. No number here foretells an injury: the ratio of this week to the month
before is not offered, for random numbers show the same "effect" (Lolli 2019, Impellizzeri 2020); only the change from
week to week is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import Final

from coach.physiology.limits import within

_TRIMP: Final = {"men": (0.64, 1.92), "women": (0.86, 1.67)}
FITNESS_DAYS: Final = 42.0
FATIGUE_DAYS: Final = 7.0
STEADY_S: Final = 2400.0
"""Decoupling is for steady, cool, flat runs of 40 minutes and more."""


def trimp(seconds: float, heart_rate: float, rest: float, maximum: float, *, weights: str = "men") -> float:
    """Banister's impulse of so many seconds at a steady heart rate in bpm; add it up second by second, it is convex.

    Raises:
        ValueError: no such weights, or a rest not below the maximum by 30.
    """
    if weights not in _TRIMP:
        raise ValueError(f"the weights are {' or '.join(_TRIMP)}")
    if maximum - rest < 30:
        raise ValueError("the maximum heart rate must lie at least 30 above the resting one")
    share = min(1.0, max(0.0, (heart_rate - rest) / (maximum - rest)))
    factor, power = _TRIMP[weights]
    return seconds / 60 * share * factor * exp(power * share)


def edwards(minutes: Sequence[float]) -> float:
    """Minutes in the five tenths of the maximum from 50 %, weighted 1 to 5.

    Raises:
        ValueError: not five of them.
    """
    return _weighted(minutes, 5)


def lucia(minutes: Sequence[float]) -> float:
    """Minutes below, between and above the two thresholds, weighted 1 to 3.

    Raises:
        ValueError: not three of them.
    """
    return _weighted(minutes, 3)


def session_load(rating: float, minutes: float) -> float:
    """Load of a session: how hard it felt (0 to 10, asked half an hour later) times its minutes.

    Raises:
        ValueError: a rating outside 0 to 10, or minutes outside 0 to 1440.
    """
    return within(rating, 0, 10, "rating of effort") * within(minutes, 0, 1440, "length", "min")


@dataclass(frozen=True, slots=True)
class LoadWeek:
    """A week of daily loads."""

    load: float
    monotony: float | None
    """Mean over standard deviation (n - 1) of the days; None when all days are alike."""
    strain: float | None


def week(loads: Sequence[float]) -> LoadWeek:
    """Load, monotony and strain of seven daily loads, days off counted as 0.

    Raises:
        ValueError: not seven of them.
    """
    if len(loads) != 7:
        raise ValueError("a week has seven days; a day off is 0")
    total, spread = sum(loads), _deviation(loads)
    if spread <= 0:
        return LoadWeek(total, None, None)
    monotony = total / 7 / spread
    return LoadWeek(total, monotony, total * monotony)


def running_mean(loads: Iterable[float], days: float, *, start: float = 0.0) -> float:
    """Fitness (42 days) or fatigue (7 days) after daily loads: each day moves it by the difference over `days`.

    Raises:
        ValueError: days outside 2 to 365.
    """
    within(days, 2, 365, "time constant", "days")
    found = start
    for load in loads:
        found += (load - found) / days
    return found


def weekly_change(before: float, now: float) -> float | None:
    """This week's load against the last one's, 0.10 is a tenth more; None after a week of nothing."""
    return None if before <= 0 else now / before - 1


def decoupling(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Aerobic decoupling of a steady run of 40 minutes and more: its halves as (m/s, bpm); 0.05 is a usual limit.

    Raises:
        ValueError: a speed or heart rate that is not above 0.
    """
    if min(*first, *second) <= 0:
        raise ValueError("speeds and heart rates must be above 0")
    before, after = first[0] / first[1], second[0] / second[1]
    return (before - after) / before


def variation(values: Sequence[float]) -> float:
    """Standard deviation (n - 1) over mean: how even laps were, 0.015 is even.

    Raises:
        ValueError: fewer than two values, or a mean that is not above 0.
    """
    if len(values) < 2 or sum(values) <= 0:
        raise ValueError("at least two values above 0 are needed")
    return _deviation(values) / (sum(values) / len(values))


def _weighted(minutes: Sequence[float], zones: int) -> float:
    if len(minutes) != zones or min(minutes) < 0:
        raise ValueError(f"minutes of {zones} zones are needed, none below 0")
    return sum(place * each for place, each in enumerate(minutes, 1))


def _deviation(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sqrt(sum((each - mean) ** 2 for each in values) / (len(values) - 1))
