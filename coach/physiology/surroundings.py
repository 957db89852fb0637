"""Where a run takes place: how much heat and slopes slow a runner, and the geometry of a running track."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log, pi
from typing import Final, Self

from coach.physiology import within
from coach.quantities import Metres, MetresPerSecond

# --- heat: the sum of air temperature and dew point, after M. Hadley
#
# Source: Maximum Performance Running (M. Hadley's table, coaching practice, not a trial); the direction agrees with
# El Helou 2012 (1.8 million marathon finishes) and Ely 2007. Dew point by the Magnus formula (17.625, 243.04), good to
# 0.4 degrees from -40 to 50 Celsius. Heart rate is raised in heat for the same pace, so targets in heart rate need no
# adjustment: only pace does.

_TABLE: Final = (
    (100.0, 0.0, 0.0),
    (110.0, 0.0, 0.5),
    (120.0, 0.5, 1.0),
    (130.0, 1.0, 2.0),
    (140.0, 2.0, 3.0),
    (150.0, 3.0, 4.5),
    (160.0, 4.5, 6.0),
    (170.0, 6.0, 8.0),
    (180.0, 8.0, 10.0),
    (inf, 8.0, 10.0),
)
"""Up to a sum in degrees Fahrenheit: per cent slower, from and to."""
CAUTION_SUM_F: Final = 180.0
"""Above this sum hard running is not recommended at all, whatever the pace."""
REPEAT_M: Final = 1609.344
"""Repeats up to a mile, with their rests, need half of it."""


@dataclass(frozen=True, slots=True)
class HeatAdjustment:
    """How much slower, in per cent of the pace."""

    least: float
    most: float
    caution: bool
    """True if it is too hot for hard running at all; then no target may be raised."""


def dew_point(celsius: float, humidity: float) -> float:
    """Dew point in degrees Celsius of air at a temperature in Celsius and a relative humidity of 0 to 1 (Magnus).

    Raises:
        ValueError: a temperature outside -40 to 55, or a humidity outside 0.01 to 1.
    """
    within(celsius, -40, 55, "temperature", "Celsius")
    within(humidity, 0.01, 1.0, "relative humidity")
    gamma = log(humidity) + 17.625 * celsius / (243.04 + celsius)
    return 243.04 * gamma / (17.625 - gamma)


def fahrenheit(celsius: float) -> float:
    """Turn degrees Celsius into degrees Fahrenheit."""
    return celsius * 9 / 5 + 32


def heat_sum(celsius: float, dew_celsius: float) -> float:
    """Sum in degrees Fahrenheit of an air temperature and a dew point, both given in Celsius.

    Raises:
        ValueError: a temperature outside -40 to 55, or a dew point above it.
    """
    within(celsius, -40, 55, "temperature", "Celsius")
    if dew_celsius > celsius + 0.5:
        raise ValueError("the dew point cannot lie above the temperature")
    return fahrenheit(celsius) + fahrenheit(dew_celsius)


def adjustment(sum_f: float, *, rep_metres: float | None = None) -> HeatAdjustment:
    """How much slower to run at a sum in degrees Fahrenheit; half for repeats of up to a mile.

    Raises:
        ValueError: a sum outside -100 to 250.
    """
    within(sum_f, -100, 250, "sum of temperature and dew point", "Fahrenheit")
    _, least, most = next(row for row in _TABLE if sum_f <= row[0])
    share = 0.5 if rep_metres is not None and rep_metres <= REPEAT_M else 1.0
    return HeatAdjustment(share * least, share * most, caution=sum_f > CAUTION_SUM_F)


def slowed(speed: float, percent: float) -> MetresPerSecond:
    """Speed in m/s whose pace is `percent` (0 to 20) slower.

    Raises:
        ValueError: a percentage outside that: heat never makes a target faster.
    """
    within(percent, 0.0, 20.0, "slowing", "%")
    return MetresPerSecond(speed / (1 + percent / 100))


# --- slopes: the metabolic cost of running up and down
#
# Source: A. E. Minetti et al., J Appl Physiol 93 (2002) 1039-1046, a polynomial for slopes of -0.45 to 0.45. It gives
# 3.6 J/kg/m on the level where 3.40 +- 0.24 were measured. What is derived is a *metabolic* equivalent, not a pace to
# aim at: below about -10 % it flatters, because legs, not oxygen, limit a descent.

LABEL: Final = "metabolic equivalent, not a target"
"""The label that stands beside every time made from it."""
STEEPEST: Final = 0.45
FLATTERS_BELOW: Final = -0.10
"""Slopes below this need a note beside the label."""


def cost(slope: float) -> float:
    """Energy in J per kg and metre at a slope (rise over run); steeper than +-0.45 is taken as +-0.45.

    Raises:
        ValueError: a slope outside -1 to 1.
    """
    i = min(STEEPEST, max(-STEEPEST, within(slope, -1.0, 1.0, "slope")))
    return ((((155.4 * i - 30.4) * i - 43.3) * i + 46.3) * i + 19.5) * i + 3.6


def factor(slope: float) -> float:
    """Cost at a slope as a multiple of that on the level, 0.49 to 5.4.

    Raises:
        ValueError: a slope outside -1 to 1.
    """
    return cost(slope) / cost(0.0)


# --- a course: its height along the way

COURSE_STEP_M: Final = 25.0
"""Distance between the points of a course."""
_SMOOTH_POINTS: Final = 4
"""Heights are averaged over this many points on each side, 200 m in all: the height of a position jumps by metres, and
over 25 m a jump of 2 m would be a slope of 8 %. Judged on a recording of a flat track, whose noise it halves.
"""


@dataclass(frozen=True, slots=True)
class Course:
    """The heights of a course, `COURSE_STEP_M` apart from its start to its end, smoothed."""

    length: Metres
    heights: tuple[float, ...]
    """In metres; at least two."""

    @classmethod
    def of(cls, points: Sequence[tuple[float, float]]) -> Self:
        """Make a course of (metres from the start, height in metres) in order of the metres.

        Raises:
            ValueError: fewer than two points, or a course without a length.
        """
        if len(points) < 2 or points[-1][0] - points[0][0] < COURSE_STEP_M:
            raise ValueError("a course needs two points that lie apart")
        start = points[0][0]
        length = points[-1][0] - start
        count = max(2, round(length / COURSE_STEP_M) + 1)
        places = [metres - start for metres, _ in points]
        raw = [_height(points, places, length * each / (count - 1)) for each in range(count)]
        return cls(Metres(length), tuple(_smooth(raw)))

    def scaled(self, length: float) -> "Course":
        """The course stretched to a length: positions lie beside the line that was measured."""
        return Course(Metres(length), self.heights)

    def slope(self, metres: float) -> float:
        """The slope (rise over run) at a place, within +-0.45; 0 before the start and after the end."""
        spacing = self.length / (len(self.heights) - 1)
        place = int(metres // spacing)
        if not 0 <= place < len(self.heights) - 1:
            return 0.0
        rise = self.heights[place + 1] - self.heights[place]
        return min(STEEPEST, max(-STEEPEST, rise / spacing))

    def between(self, start: float, end: float) -> tuple[float, float, float]:
        """Climb and descent in metres, and the mean metabolic factor, between two places."""
        steps = max(1, round((end - start) / COURSE_STEP_M))
        run = (end - start) / steps
        slopes = [self.slope(start + (each + 0.5) * run) for each in range(steps)]
        climb = sum(max(0.0, each) for each in slopes) * run
        descent = sum(max(0.0, -each) for each in slopes) * run
        return climb, descent, sum(factor(each) for each in slopes) / steps


def _height(points: Sequence[tuple[float, float]], places: Sequence[float], at: float) -> float:
    """The height at a place, on a straight line between the points around it."""
    after = min(len(points) - 1, max(1, bisect_right(places, at)))
    low, high = places[after - 1], places[after]
    share = (at - low) / (high - low) if high > low else 1.0
    return points[after - 1][1] + (points[after][1] - points[after - 1][1]) * min(1.0, max(0.0, share))


def _smooth(raw: Sequence[float]) -> list[float]:
    """Each height averaged with its neighbours; near the ends with as many as there are on both sides."""
    smooth = []
    for place in range(len(raw)):
        reach = min(_SMOOTH_POINTS, place, len(raw) - 1 - place)
        window = raw[place - reach : place + reach + 1]
        smooth.append(sum(window) / len(window))
    return smooth


# --- the track: how long a lap is in a lane, and which mark lies where
#
# Source: World Athletics' marking rules: lanes 1.22 m wide; the line of running lies 0.30 m from the kerb in lane 1
# and 0.20 m from the line in the others.

LANE_WIDTH_M: Final = 1.22
INNER_LINE_M: Final = 0.30
OTHER_LINE_M: Final = 0.20
MARK_TOLERANCE_M: Final = 1.0
"""A planned place this near to a mark is at the mark: a stride more or less."""


def lap_in_lane(lap: float, lane: int) -> Metres:
    """Length of a lap in a lane, from that in lane 1 (100 to 1000 m): + 2 pi (1.22 (n - 1) - 0.10) from lane 2 on.

    Raises:
        ValueError: no such lap or lane.
    """
    _check_lane(lane)
    if not 100 <= lap <= 1000:
        message = f"a lap of {lap:g} m is not between 100 and 1000 m"
        raise ValueError(message)
    return Metres(lap if lane == 1 else lap + stagger(lane))


def stagger(lane: int) -> Metres:
    """How much longer a lap is in a lane of 1 to 9 than in lane 1, in metres.

    Raises:
        ValueError: no such lane.
    """
    _check_lane(lane)
    if lane == 1:
        return Metres(0.0)
    return Metres(2 * pi * (LANE_WIDTH_M * (lane - 1) - (INNER_LINE_M - OTHER_LINE_M)))


def mark_at(metres: float, lap: float) -> str:
    """Name the mark at a place on the lap, counted from the finish line: `A`, `100`, `B`, `300` on a 400 m lap.

    A is the finish line and B half a lap on; the quarters are named by their metres. Empty between the marks.
    """
    quarter = lap / 4
    place = round(metres / quarter)
    if abs(metres - place * quarter) > MARK_TOLERANCE_M:
        return ""
    return ("A", f"{quarter:.0f}", "B", f"{3 * quarter:.0f}")[place % 4]


def mark_m(mark: str, lap: float) -> Metres:
    """Where on the lap a mark of `mark_at` lies, in metres after the finish line.

    Raises:
        ValueError: there is no such mark on the lap.
    """
    quarters = ("A", f"{lap / 4:.0f}", "B", f"{3 * lap / 4:.0f}")
    return Metres(quarters.index(mark) * lap / 4)


def _check_lane(lane: int) -> None:
    """Refuse a lane that no track has."""
    if not 1 <= lane <= 9:
        message = f"there is no lane {lane}; lanes are 1 to 9"
        raise ValueError(message)
