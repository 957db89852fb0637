"""Where paces come from: Daniels and Gilbert's curves of oxygen cost and sustainable fraction.

Source: J. Daniels and J. Gilbert, "Oxygen Power" (1979); the training paces are the shares of VDOT that reproduce
the printed tables of "Daniels' Running Formula". Valid for maximal efforts of about 3.5 minutes to 4 hours.
"""

from math import exp, sqrt
from typing import Final

from coach.quantities import METRES_PER_MILE, Metres, MetresPerSecond, Seconds

SHORTEST_M: Final = 1200.0
"""Shorter races say more about sprinting than about oxygen."""
SHORTEST_S: Final = 180.0
"""As above, in seconds."""
LONGEST_S: Final = 5 * 3600.0
"""The curve was fitted up to about 4 hours; printed tables go to 4:50 for the marathon."""
LOWEST: Final = 15.0
HIGHEST: Final = 95.0
"""The range of VDOT for which paces are given; the printed tables span 30 to 85."""

THRESHOLD_SHARE: Final = 0.88
"""Threshold pace is the speed that costs 88 % of VDOT (within 1 s/km of the printed table)."""
EASY_SHARES: Final = (0.63, 0.73)
"""Easy runs lie between these shares of VDOT (within 3 s/km of the printed table)."""
INTERVAL_SHARE: Final = 0.975
"""Interval pace, reps of 2 to 5 minutes (within 1 s/km of the printed table)."""
REPETITION_SHARE: Final = 1.075
"""Repetition pace, reps of up to 2 minutes (within 1.3 s per 400 m of the printed table, VDOT 35 to 70)."""

RACES: Final = {
    "marathon": Metres(42_195.0),
    "half": Metres(21_097.5),
    "10k": Metres(10_000.0),
    "5k": Metres(5_000.0),
    "3k": Metres(3_000.0),
    "mile": Metres(METRES_PER_MILE),
}
"""The race distances whose paces a workout may refer to."""


def oxygen_cost(speed: float) -> float:
    """Oxygen cost of running in ml/kg/min at a speed in m/s above 0."""
    per_minute = speed * 60
    return -4.60 + 0.182258 * per_minute + 0.000104 * per_minute**2


def sustainable_fraction(seconds: float) -> float:
    """Share of VO2max a runner can hold for a time in seconds, 0.8 to about 1.29."""
    minutes = seconds / 60
    return 0.8 + 0.1894393 * exp(-0.012778 * minutes) + 0.2989558 * exp(-0.1932605 * minutes)


def speed_at_cost(oxygen: float) -> MetresPerSecond:
    """Speed in m/s whose oxygen cost is `oxygen` ml/kg/min; the inverse of `oxygen_cost` above 0."""
    a, b = 0.000104, 0.182258
    return MetresPerSecond((-b + sqrt(b * b + 4 * a * (4.60 + oxygen))) / (2 * a) / 60)


def vdot_of_race(metres: float, seconds: float) -> float:
    """VDOT of a race result.

    Raises:
        ValueError: shorter than 1200 m or 3 minutes, longer than 5 hours, or a speed no runner reaches.
    """
    if metres < SHORTEST_M or seconds < SHORTEST_S:
        message = "a race under 1200 m or 3 minutes says too little about endurance"
        raise ValueError(message)
    if seconds > LONGEST_S:
        message = "a race of over 5 hours lies outside what the formula was made from"
        raise ValueError(message)
    return _in_range(oxygen_cost(metres / seconds) / sustainable_fraction(seconds))


def vdot_of_threshold(speed: float) -> float:
    """VDOT of a threshold speed in m/s.

    Raises:
        ValueError: a speed whose VDOT lies outside 15 to 95.
    """
    return _in_range(oxygen_cost(speed) / THRESHOLD_SHARE)


def race_time(vdot: float, metres: float) -> Seconds:
    """Time in seconds for a race of `metres` at a VDOT, found by halving; within 0.25 % of the printed tables.

    Raises:
        ValueError: a VDOT outside 15 to 95 or a distance outside 1200 m to the marathon.
    """
    _in_range(vdot)
    if not SHORTEST_M <= metres <= RACES["marathon"]:
        message = "race times are given from 1200 m to the marathon"
        raise ValueError(message)
    fast, slow = metres / 10.0, metres / 0.8
    for _ in range(60):
        middle = (fast + slow) / 2
        if oxygen_cost(metres / middle) / sustainable_fraction(middle) > vdot:
            fast = middle
        else:
            slow = middle
    return Seconds(slow)


def threshold_speed(vdot: float) -> MetresPerSecond:
    """Threshold speed in m/s at a VDOT of 15 to 95."""
    return speed_at_cost(THRESHOLD_SHARE * _in_range(vdot))


def interval_speed(vdot: float) -> MetresPerSecond:
    """Speed in m/s of intervals at a VDOT of 15 to 95."""
    return speed_at_cost(INTERVAL_SHARE * _in_range(vdot))


def repetition_speed(vdot: float) -> MetresPerSecond:
    """Speed in m/s of short repetitions at a VDOT of 15 to 95."""
    return speed_at_cost(REPETITION_SHARE * _in_range(vdot))


def easy_speeds(vdot: float) -> tuple[MetresPerSecond, MetresPerSecond]:
    """Slowest and fastest easy speed in m/s at a VDOT of 15 to 95."""
    slow, fast = EASY_SHARES
    return speed_at_cost(slow * _in_range(vdot)), speed_at_cost(fast * vdot)


def race_speed(vdot: float, race: str) -> MetresPerSecond:
    """Mean speed in m/s of a race named in `RACES` at a VDOT of 15 to 95."""
    return MetresPerSecond(RACES[race] / race_time(vdot, RACES[race]))


def _in_range(vdot: float) -> float:
    """Give a VDOT back that the formula can be asked about."""
    if not LOWEST <= vdot <= HIGHEST:
        message = f"a VDOT of {vdot:.1f} lies outside {LOWEST:.0f} to {HIGHEST:.0f}"
        raise ValueError(message)
    return vdot
