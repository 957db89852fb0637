"""How fast a runner can go on, and how much is in reserve above it: critical speed, D' and its balance.

Sources: the linear distance-time model d = CS t + D'; field tests after Galbraith et al. (2011, 2014: runs of about
3, 7 and 12 minutes; typical error 0.14 m/s for CS, 88 m for D', so D' of one test is a hint); the balance after
Skiba et al., Eur J Appl Physiol 115 (2015) 703, in its differential form. The older integral form has its constants
in watts and means nothing in metres. On a track even the differential form predicts exhaustion badly: it is shown
as an estimate, and nothing is ever stopped by it.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from coach.physiology.limits import within
from coach.quantities import Metres, MetresPerSecond, Seconds

TYPICAL_ERROR_MPS: Final = 0.14
"""Typical error of a critical speed from a field test (Galbraith 2014)."""
TYPICAL_ERROR_M: Final = 88.0
"""Typical error of D' from a field test (Galbraith 2014): a third or half of the value."""
SHORTEST_S: Final = 110.0
LONGEST_S: Final = 1500.0
"""Trials shorter than about 2 minutes or longer than about 20 bend the line."""


@dataclass(frozen=True, slots=True)
class CriticalSpeed:
    """The two numbers of a runner; give both errors with them."""

    speed: MetresPerSecond
    """Critical speed in m/s, typical error 0.14."""
    reserve: Metres
    """D' in metres, typical error 88."""
    trials: int
    """How many runs it is from; with two there is nothing to check the line by."""
    worst_s: Seconds
    """How far the worst trial lies from the line, in seconds."""


def fitted(trials: Sequence[tuple[float, float]]) -> CriticalSpeed:
    """Fit critical speed and D' to maximal runs, each (metres, seconds), by least squares of distance on time.

    Valid for two or more runs of about 2 to 25 minutes, the longest at least twice the shortest.

    Raises:
        ValueError: too few or too similar runs, runs out of range, a longer one that was faster, or results nobody
            has (CS outside 1.5 to 7 m/s, D' outside 0 to 600 m).
    """
    _check_trials(trials)
    count = len(trials)
    mean_t = sum(seconds for _, seconds in trials) / count
    mean_d = sum(metres for metres, _ in trials) / count
    covariance = sum((seconds - mean_t) * (metres - mean_d) for metres, seconds in trials)
    speed = covariance / sum((seconds - mean_t) ** 2 for _, seconds in trials)
    reserve = mean_d - speed * mean_t
    within(speed, 1.5, 7.0, "critical speed", "m/s")
    within(reserve, 0.0, 600.0, "D'", "m")
    worst = max(abs(seconds - (metres - reserve) / speed) for metres, seconds in trials)
    return CriticalSpeed(MetresPerSecond(speed), Metres(reserve), count, Seconds(worst))


def _check_trials(trials: Sequence[tuple[float, float]]) -> None:
    if len(trials) < 2:
        raise ValueError("critical speed needs at least two maximal runs, better three")
    in_order = sorted(trials)
    for metres, seconds in in_order:
        within(metres, 400, 8000, "trial distance", "m")
        within(seconds, SHORTEST_S, LONGEST_S, "trial time", "s")
    if in_order[-1][0] < 2 * in_order[0][0]:
        raise ValueError("the longest run should be at least twice as long as the shortest")
    speeds = [metres / seconds for metres, seconds in in_order]
    if any(later >= before for before, later in itertools.pairwise(speeds)):
        raise ValueError("a longer run was as fast as a shorter one, so one of them was not a full effort")


def time_over(found: CriticalSpeed, metres: float) -> Seconds:
    """Time in seconds over a distance, (d - D') / CS; for efforts of about 2 to 25 minutes.

    Raises:
        ValueError: the answer lies outside that.
    """
    seconds = (metres - found.reserve) / found.speed
    return Seconds(within(seconds, SHORTEST_S, LONGEST_S, "time by critical speed", "s"))


class Balance:
    """What is left of D' along a run; a labelled estimate, for a colour, never for a stop.

    Below zero means that the runner had more than the model thought: the numbers want a new test.
    """

    __slots__ = ("_critical", "_full", "_spent")

    def __init__(self, critical: float, reserve: float) -> None:
        """Begin fresh, with a critical speed in m/s and a D' in metres.

        Raises:
            ValueError: a critical speed outside 1.5 to 7 m/s, or a D' outside 10 to 600 m.
        """
        self._critical = within(critical, 1.5, 7.0, "critical speed", "m/s")
        self._full = within(reserve, 10.0, 600.0, "D'", "m")
        self._spent = 0.0

    @property
    def metres(self) -> Metres:
        """What is left, in metres."""
        return Metres(self._full - self._spent)

    @property
    def fraction(self) -> float:
        """What is left as a share of D'; 1 is fresh, below 0 the model is wrong."""
        return 1 - self._spent / self._full

    def run(self, speed: float, seconds: float) -> Metres:
        """Go on at a steady speed in m/s for so many seconds (0 or more); gives what is left, in metres.

        Spending is linear, recovery exponential with the rate (CS - v) / D'; exact for any step size.
        """
        above = speed - self._critical
        if above >= 0:
            self._spent += above * seconds
        else:
            self._spent *= exp(above * seconds / self._full)
        return self.metres


# --- The speed reserve: race speed as a share of top speed
#
# Coaching practice (a "speed reserve"): a runner whose race pace is a small share of top speed has speed and wants
# endurance, and the other way round. Top speed is the best over 60 to 100 m; a footpod at one value a second measures
# it to about 3 %, a timed 60 m by hand to about 4 %.


def used_share(race_speed: float, top_speed: float) -> float:
    """Race speed as a share of top speed, both in m/s; 0 to 1.

    Raises:
        ValueError: a top speed outside 3 to 12.5 m/s, or a race speed above it.
    """
    within(top_speed, 3.0, 12.5, "top speed", "m/s")
    if not 0 < race_speed <= top_speed:
        raise ValueError("the race speed must lie above 0 and not above the top speed")
    return race_speed / top_speed


def reserve(race_speed: float, top_speed: float) -> MetresPerSecond:
    """What lies between race speed and top speed, in m/s.

    Raises:
        ValueError: as `used_share`.
    """
    used_share(race_speed, top_speed)
    return MetresPerSecond(top_speed - race_speed)
