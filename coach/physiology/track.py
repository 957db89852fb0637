"""How long a lap is, and where on it the runner is: geometry of a running track.

Source: World Athletics' marking rules: lanes 1.22 m wide; the line of running lies 0.30 m from the kerb in lane 1
and 0.20 m from the line in the others.
"""

from math import pi
from typing import Final

from coach.quantities import Metres

LANE_WIDTH_M: Final = 1.22
STRAIGHT_M: Final = 84.39
KERB_RADIUS_M: Final = 36.50
INNER_LINE_M: Final = 0.30
OTHER_LINE_M: Final = 0.20
MARK_TOLERANCE_M: Final = 1.0
"""A planned place this near a mark is at the mark: a stride more or less."""


def standard_lap(lane: int) -> Metres:
    """Length of a lap of a standard 400 m track in a lane of 1 to 9.

    Raises:
        ValueError: no such lane.
    """
    _check_lane(lane)
    radius = KERB_RADIUS_M + (INNER_LINE_M if lane == 1 else LANE_WIDTH_M * (lane - 1) + OTHER_LINE_M)
    return Metres(2 * STRAIGHT_M + 2 * pi * radius)


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

    A is the finish line, B half a lap on; the quarters are called by their metres. Empty between the marks.
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
    """Refuse a lane no track has."""
    if not 1 <= lane <= 9:
        message = f"there is no lane {lane}; lanes are 1 to 9"
        raise ValueError(message)
