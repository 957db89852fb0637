"""Speed and distance from positions, which are dropped at once: only how far apart they lie is kept."""

from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Final

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


class Walker:
    """Walks along positions and says how fast and how far, as the receiver saw it; nothing is smoothed."""

    def __init__(self) -> None:
        """Stand at no place yet."""
        self._last: tuple[float, float, float] | None = None
        self._metres = 0.0
        self._in_a_row = 0
        self._jumps = 0

    def step(self, at: float, latitude: float, longitude: float) -> tuple[float | None, float | None]:
        """Go on to a position in degrees, at a time in seconds; m/s and metres so far, None if unknown."""
        if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
            return None, None
        here = (at, radians(latitude), radians(longitude))
        if self._last is None:
            self._last = here
            return None, self._metres
        seconds = at - self._last[0]
        if seconds <= 0:
            return None, None
        metres = _metres(self._last, here)
        if metres > FASTEST_MPS * seconds:
            return self._jump(here)
        self._in_a_row = 0
        self._last = here
        self._metres += metres
        return (metres / seconds if seconds <= GAP_S else None), self._metres

    def restart(self) -> None:
        """Forget the place after a pause: the way to the next one does not count."""
        self._last = None

    def problems(self) -> list[str]:
        """Say how many positions were not believed."""
        if not self._jumps:
            return []
        return [f"{count(self._jumps, 'position')} farther off than anyone can run, left out."]

    def _jump(self, here: tuple[float, float, float]) -> tuple[None, None]:
        self._jumps += 1
        self._in_a_row += 1
        if self._in_a_row >= JUMPS_BELIEVED:
            self._last = here
            self._in_a_row = 0
        return None, None


def _metres(start: tuple[float, float, float], end: tuple[float, float, float]) -> float:
    """Great-circle distance by the haversine formula."""
    _, latitude, longitude = start
    _, other_latitude, other_longitude = end
    half = sin((other_latitude - latitude) / 2) ** 2
    half += cos(latitude) * cos(other_latitude) * sin((other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(min(1.0, half)))
