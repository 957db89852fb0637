"""Speed, distance and place from positions.

Latitude and longitude are dropped at once. Kept is how far apart positions lie, and where each lies from the first:
the shape of the way, which a lap of a track is told by, but not where on earth it is.
"""

from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Final, NamedTuple

from coach.interchange.clock import OUT_OF_ORDER_S
from coach.interchange.common import count

EARTH_M: Final = 6_371_008.8
"""Mean radius of the earth in metres (IUGG)."""

FASTEST_MPS: Final = 12.5
"""No runner is faster (the record is 12.4 m/s); a step between positions that would be is a jump of the
receiver."""

GAP_S: Final = 10.0
"""Across a longer gap the straight line counts as distance, but tells no speed."""

JUMPS_BELIEVED: Final = 3
"""So many jumps in a row are a new place after all."""


class Walked(NamedTuple):
    """What a position tells; unknown is None."""

    speed: float | None = None
    """m/s since the one before."""
    distance: float | None = None
    """Metres walked so far."""
    place: tuple[float, float] | None = None
    """Metres east and north of the first position, to a tenth."""


class Walker:
    """Walks along positions and says how fast and how far, as the receiver saw it; nothing is smoothed."""

    def __init__(self) -> None:
        """Stand at no place yet."""
        self._last: tuple[float, float, float] | None = None
        self._first: tuple[float, float, float] | None = None
        self._metres = 0.0
        self._in_a_row = 0
        self._jumps = 0

    def step(self, at: float, latitude: float, longitude: float) -> Walked:
        """Go on to a position in degrees, at a time in seconds; where the clock was set back, anew from there."""
        if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
            return Walked()
        here = (at, radians(latitude), radians(longitude))
        if self._last is None:
            self._last = here
            self._first = self._first or here
            return Walked(None, self._metres, self._place(here))
        seconds = at - self._last[0]
        if seconds < -OUT_OF_ORDER_S:
            self._last = here
            return Walked(None, self._metres, self._place(here))
        if seconds <= 0:
            return Walked()
        metres = _metres(self._last, here)
        if metres > FASTEST_MPS * seconds:
            return self._jump(here)
        self._in_a_row = 0
        self._last = here
        self._metres += metres
        return Walked(metres / seconds if seconds <= GAP_S else None, self._metres, self._place(here))

    def restart(self) -> None:
        """Forget the place after a pause: the way to the next one does not count."""
        self._last = None

    def problems(self) -> list[str]:
        """Say how many positions were not believed."""
        if not self._jumps:
            return []
        return [f"{count(self._jumps, 'position')} farther off than anyone can run, left out."]

    def _place(self, here: tuple[float, float, float]) -> tuple[float, float]:
        """East and north of the first position, on a plane: over the length of a track it is one."""
        first = self._first or here
        east = EARTH_M * cos(first[1]) * (here[2] - first[2])
        return round(east, 1), round(EARTH_M * (here[1] - first[1]), 1)

    def _jump(self, here: tuple[float, float, float]) -> Walked:
        self._jumps += 1
        self._in_a_row += 1
        if self._in_a_row >= JUMPS_BELIEVED:
            self._last = here
            self._in_a_row = 0
        return Walked()


def _metres(start: tuple[float, float, float], end: tuple[float, float, float]) -> float:
    """Great-circle distance by the haversine formula."""
    _, latitude, longitude = start
    _, other_latitude, other_longitude = end
    half = sin((other_latitude - latitude) / 2) ** 2
    half += cos(latitude) * cos(other_latitude) * sin((other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(min(1.0, half)))
