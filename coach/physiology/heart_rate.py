"""Heart rates as shares of the maximum, of the reserve and of the threshold; Friel's zones.

Sources: Karvonen et al. 1957 (reserve); J. Friel, running zones as percentages of the lactate threshold heart
rate (2009); Tanaka et al. 2001 (age estimate, standard deviation 7 to 11 bpm: a starting value only).
"""

from math import inf
from typing import Final

from coach.physiology.limits import within
from coach.quantities import BeatsPerMinute

FRIEL_ZONES: Final = {
    "1": (0.0, 0.85),
    "2": (0.85, 0.90),
    "3": (0.90, 0.95),
    "4": (0.95, 1.00),
    "5a": (1.00, 1.03),
    "5b": (1.03, 1.07),
    "5c": (1.07, inf),
}
"""Shares of the threshold heart rate, half open, so that 89.5 % has a zone although the printed table says 85-89."""


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


def zone_of(heart_rate: float, threshold: float) -> str:
    """The Friel zone a heart rate lies in: every heart rate has exactly one.

    Raises:
        ValueError: a threshold outside 90 to 230.
    """
    within(threshold, 90, 230, "threshold heart rate")
    share = heart_rate / threshold
    return next(zone for zone, (low, high) in FRIEL_ZONES.items() if low <= share < high or high == inf)


def estimated_maximum(age_years: float) -> BeatsPerMinute:
    """Maximum heart rate guessed from age, 208 - 0.7 age (Tanaka 2001), off by 7 to 11 bpm in one person of three.

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
