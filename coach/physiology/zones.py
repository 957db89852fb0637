"""Heart rates as shares of the athlete's own, zones of heart rate and pace, and the training load that follows.

Sources: Karvonen et al. 1957 (reserve); J. Friel, running zones as percentages of the lactate threshold heart rate
(2009); Tanaka et al. 2001 (maximum from age, standard deviation 7 to 11 bpm: a starting value only).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, sqrt
from typing import Final

from coach.physiology import within
from coach.quantities import METRES_PER_MILE, BeatsPerMinute, MetresPerSecond

FRIEL_ZONES: Final = {
    "1": (0.0, 0.85),
    "2": (0.85, 0.90),
    "3": (0.90, 0.95),
    "4": (0.95, 1.00),
    "5a": (1.00, 1.03),
    "5b": (1.03, 1.07),
    "5c": (1.07, inf),
}
"""Shares of the threshold heart rate, half open, so that 89.5 % has a zone although the printed table has a gap."""


def of_maximum(share: float, maximum: float) -> BeatsPerMinute:
    """Heart rate at a share (0 to 1.0) of the maximum in bpm.

    Raises:
        ValueError: the share lies outside, or the maximum outside 100 to 240.
    """
    _check_share(share, 1.0)
    within(maximum, 100, 240, "maximum heart rate")
    return BeatsPerMinute(share * maximum)


def of_reserve(share: float, rest: float, maximum: float) -> BeatsPerMinute:
    """Heart rate at a share (0 to 1.0) of the reserve between rest and maximum in bpm (Karvonen).

    Raises:
        ValueError: a value out of range, or a rest not below the maximum by 30.
    """
    _check_share(share, 1.0)
    within(maximum, 100, 240, "maximum heart rate")
    within(rest, 25, 110, "resting heart rate")
    if maximum - rest < 30:
        message = "the maximum heart rate must lie at least 30 above the resting one"
        raise ValueError(message)
    return BeatsPerMinute(rest + share * (maximum - rest))


def of_threshold(share: float, threshold: float) -> BeatsPerMinute:
    """Heart rate at a share (0 to 1.3) of the threshold heart rate in bpm.

    Raises:
        ValueError: the share lies outside, or the threshold outside 90 to 230.
    """
    _check_share(share, 1.3)
    within(threshold, 90, 230, "threshold heart rate")
    return BeatsPerMinute(share * threshold)


def friel_zone(zone: str, threshold: float) -> tuple[BeatsPerMinute | None, BeatsPerMinute | None]:
    """Borders of a Friel running zone (`1` to `4`, `5a`, `5b`, `5c`) in bpm; an open side is None.

    Raises:
        ValueError: no such zone, or a threshold outside 90 to 230.
    """
    if zone not in FRIEL_ZONES:
        message = f'there is no zone "{zone}"; the zones are {", ".join(FRIEL_ZONES)}'
        raise ValueError(message)
    within(threshold, 90, 230, "threshold heart rate")
    low, high = FRIEL_ZONES[zone]
    return (
        BeatsPerMinute(low * threshold) if low > 0 else None,
        BeatsPerMinute(high * threshold) if high < inf else None,
    )


def estimated_maximum(age_years: float) -> BeatsPerMinute:
    """Maximum heart rate estimated from age, 208 - 0.7 age (Tanaka 2001), off by 7 to 11 bpm in one person of three.

    Raises:
        ValueError: an age outside 10 to 100.
    """
    within(age_years, 10, 100, "age")
    return BeatsPerMinute(208 - 0.7 * age_years)


def _check_share(share: float, most: float) -> None:
    """Refuse a share outside 0 to `most`."""
    if not 0 <= share <= most:
        message = f"{share:.0%} is not a share between 0 % and {most:.0%}"
        raise ValueError(message)


# --- zones: five models, all without gaps


_MEANINGS: Final = {
    "1": "recovery",
    "2": "easy endurance",
    "3": "steady",
    "4": "just under threshold",
    "5a": "threshold",
    "5b": "5k to 3k effort",
    "5c": "faster",
}
_PACE_BORDERS: Final = {
    # per cent of the time a distance takes at threshold pace: where the zone begins (slow side)
    "2": 1.29,
    "3": 1.14,
    "4": 1.06,
    "5a": 1.005,
    "5b": 0.97,
    "5c": 0.90,
}
"""Zone 4 is printed as 99-105 % in one place and 101-105 % in another, and overlaps 5a (97-100 %): here it ends at
100.5 %, so that threshold pace itself is 5a, as threshold heart rate is."""
_SHARES: Final = {
    "1": (0.50, 0.60, "very easy"),
    "2": (0.60, 0.70, "easy"),
    "3": (0.70, 0.80, "steady"),
    "4": (0.80, 0.90, "threshold"),
    "5": (0.90, 1.00, "hard"),
}
GEAR_BORDER: Final = 0.80
"""Share of the maximum at which gear 3 (steady) becomes gear 4 (threshold), unless the athlete says otherwise."""
GEAR_BORDER_RANGE: Final = (0.72, 0.88)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of heart rate, half open: it begins at `low` and ends before `high`."""

    name: str
    meaning: str
    low: BeatsPerMinute | None
    """In bpm; None is open."""
    high: BeatsPerMinute | None
    """In bpm; None is open. Both None: the zone has no heart rate."""


@dataclass(frozen=True, slots=True)
class PaceZone:
    """A zone of speed, half open as `Zone`."""

    name: str
    meaning: str
    slow: MetresPerSecond | None
    """In m/s; None is open."""
    fast: MetresPerSecond | None


def friel(threshold: float) -> tuple[Zone, ...]:
    """Friel's seven zones by threshold heart rate in bpm; error: that of the test, 2 to 4 bpm.

    Raises:
        ValueError: a threshold outside 90 to 230.
    """
    return tuple(Zone(name, _MEANINGS[name], *friel_zone(name, threshold)) for name in FRIEL_ZONES)


def friel_pace(threshold_speed: float) -> tuple[PaceZone, ...]:
    """Friel's seven zones by threshold speed in m/s, as shares of the time a distance takes; on the flat.

    Raises:
        ValueError: a threshold speed outside 1.5 to 7 m/s.
    """
    within(threshold_speed, 1.5, 7.0, "threshold speed", "m/s")
    slow = {name: MetresPerSecond(threshold_speed / share) for name, share in _PACE_BORDERS.items()}
    names = list(_MEANINGS)
    following: Mapping[str, str | None] = dict(zip(names, [*names[1:], None], strict=True))
    return tuple(
        PaceZone(name, _MEANINGS[name], slow.get(name), slow[after] if (after := following[name]) else None)
        for name in names
    )


def karvonen(rest: float, maximum: float) -> tuple[Zone, ...]:
    """Five zones by tenths of the reserve between resting and maximum heart rate in bpm, from 50 %.

    The share of the reserve is about that of oxygen uptake above rest; error: that of the maximum.

    Raises:
        ValueError: a value out of range, or a rest not below the maximum by 30.
    """
    return tuple(
        Zone(
            name,
            meaning,
            of_reserve(low, rest, maximum),
            of_reserve(high, rest, maximum) if high < 1 else None,
        )
        for name, (low, high, meaning) in _SHARES.items()
    )


def maximum(rate: float) -> tuple[Zone, ...]:
    """Five zones by tenths of the maximum heart rate in bpm, from 50 %; a starting value.

    Raises:
        ValueError: a maximum outside 100 to 240.
    """
    return tuple(
        Zone(name, meaning, of_maximum(low, rate), of_maximum(high, rate) if high < 1 else None)
        for name, (low, high, meaning) in _SHARES.items()
    )


def gears(rate: float, *, border: float = GEAR_BORDER) -> tuple[Zone, ...]:
    """Six gears by the maximum heart rate in bpm, without the gap between 70 and 90 %.

    As described by coaches, gears 1 and 2 reach to 70 %, gear 5 is 90 to 100 %, gears 3 and 4 have no numbers and gear
    6 is a sprint, which heart rate does not show. Gears 3 and 4 share the gap at `border`.

    Raises:
        ValueError: a maximum outside 100 to 240, or a border outside 0.72 to 0.88.
    """
    within(border, *GEAR_BORDER_RANGE, "border between gears 3 and 4")
    at = {share: of_maximum(share, rate) for share in (0.60, 0.70, 0.90, border)}
    return (
        Zone("1", "recovery, full sentences", None, at[0.60]),
        Zone("2", "easy, full sentences", at[0.60], at[0.70]),
        Zone("3", "steady, about marathon effort", at[0.70], at[border]),
        Zone("4", "threshold, talk in phrases", at[border], at[0.90]),
        Zone("5", "reps of 2 to 5 minutes", at[0.90], None),
        Zone("6", "sprint: by pace and feel", None, None),
    )


def zone_of(rate: float, table: tuple[Zone, ...]) -> str | None:
    """The name of the zone a heart rate in bpm lies in; None below a table that does not begin at 0."""
    for zone in table:
        bottom = zone.low is None or zone.low <= rate
        top = zone.high is None or rate < zone.high
        if bottom and top and (zone.low is not None or zone.high is not None):
            return zone.name
    return None


# --- easy running: three definitions, which need not agree
#
# Sources: shares of VDOT (see `performance`); marathon pace plus one to two minutes a mile (coaching practice; Daniels'
# own easy range at VDOT 50 is 40 to 101 s a mile slower than marathon); heart-rate caps (coaching practice; 85 % of the
# threshold heart rate, else 75 % of a measured maximum).

BEYOND_MARATHON_S: Final = (60.0, 120.0)
"""Seconds a mile slower than marathon pace: fastest and slowest easy."""
CAP_OF_THRESHOLD: Final = 0.85
CAP_OF_MAXIMUM: Final = 0.75


def beyond_marathon(marathon_speed: float) -> tuple[MetresPerSecond, MetresPerSecond]:
    """Slowest and fastest easy speed in m/s by marathon speed: one to two minutes a mile slower.

    Raises:
        ValueError: a marathon speed outside 1.5 to 6.5 m/s.
    """
    per_mile = METRES_PER_MILE / within(marathon_speed, 1.5, 6.5, "marathon speed", "m/s")
    least, most = BEYOND_MARATHON_S
    return MetresPerSecond(METRES_PER_MILE / (per_mile + most)), MetresPerSecond(
        METRES_PER_MILE / (per_mile + least)
    )


def heart_rate_cap(threshold: float | None, measured_maximum: float | None) -> BeatsPerMinute | None:
    """The heart rate in bpm an easy run stays under; None when neither number was measured.

    A maximum estimated from age gives no cap: it is off by 7 to 11 bpm in one person of three.

    Raises:
        ValueError: a threshold outside 90 to 230 or a maximum outside 100 to 240.
    """
    if threshold is not None:
        return BeatsPerMinute(CAP_OF_THRESHOLD * within(threshold, 90, 230, "threshold heart rate", "bpm"))
    if measured_maximum is not None:
        return BeatsPerMinute(
            CAP_OF_MAXIMUM * within(measured_maximum, 100, 240, "maximum heart rate", "bpm")
        )
    return None


# --- training load of a session and of the weeks, and how steady a run was
#
# Sources: Banister's TRIMP (men 0.64 e^1.92r, women 0.86 e^1.67r; some programs use 0.64 for women too), Edwards' and
# Lucia's sums of minutes in zones, session RPE, monotony and strain (Foster 2001), fitness and fatigue as running means
# of 42 and 7 days, aerobic decoupling (speed per heart beat, first half against second).
#
# Loads of different kinds cannot be added. No number here predicts an injury: the ratio of this week to the month
# before is not offered, because random numbers show the same "effect" (Lolli 2019, Impellizzeri 2020). Only the change
# from week to week is.

_TRIMP: Final = {"men": (0.64, 1.92), "women": (0.86, 1.67)}
FITNESS_DAYS: Final = 42.0
FATIGUE_DAYS: Final = 7.0
STEADY_S: Final = 2400.0
"""Decoupling is valid for steady, cool, flat runs of 40 minutes or more."""


def trimp(seconds: float, heart_rate: float, rest: float, maximum: float, *, weights: str = "men") -> float:
    """Banister's impulse of so many seconds at a steady heart rate in bpm. It is convex, so add it up second by second.

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
    return _weighted_sum(minutes, 5)


def lucia(minutes: Sequence[float]) -> float:
    """Minutes below, between and above the two thresholds, weighted 1 to 3.

    Raises:
        ValueError: not three of them.
    """
    return _weighted_sum(minutes, 3)


def session_load(rating: float, minutes: float) -> float:
    """Load of a session: the rating (0 to 10, half an hour later) times its minutes.

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
    mean = start
    for load in loads:
        mean += (load - mean) / days
    return mean


def weekly_change(before: float, now: float) -> float | None:
    """The change of this week's load against last week's: 0.10 is a tenth more; None after a week without load."""
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


def _weighted_sum(minutes: Sequence[float], zones: int) -> float:
    if len(minutes) != zones or min(minutes) < 0:
        raise ValueError(f"minutes of {zones} zones are needed, none below 0")
    return sum(place * each for place, each in enumerate(minutes, 1))


def _deviation(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sqrt(sum((each - mean) ** 2 for each in values) / (len(values) - 1))
