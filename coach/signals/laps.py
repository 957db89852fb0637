"""The factor of positions on a track, learnt from laps of the track itself: a runner passes the same place again.

Positions cut the bends or zigzag, so a lap of 400 m may be counted as 385 or 410. A lap is closed where the runner
passes a place they passed about one lap length before, in the same direction, having run all along: walking and
standing add metres that nobody ran. Each pass measures the lap anew; their mean is the lap as positions count it.
"""

from bisect import bisect_left
from math import hypot, sqrt
from typing import NamedTuple

from coach.signals.config import SignalSettings


class _Pass(NamedTuple):
    at: float
    east: float
    north: float
    metres: float
    """Metres of the source, as it counts them."""


class TrackLaps:
    """Finds the closed laps in the places of one source, and what a lap measures."""

    __slots__ = ("_lap_m", "_passes", "_ratios", "_settings", "_since")

    def __init__(self, settings: SignalSettings, lap_m: float) -> None:
        """Expect laps of `lap_m` metres, along the lane that is run in."""
        self._settings = settings
        self._lap_m = lap_m
        self._passes: list[_Pass] = []
        self._ratios: list[float] = []
        self._since = 0.0  # metres at the newest closed lap

    def add(self, at: float, place: tuple[float, float], metres: float) -> tuple[float, float] | None:
        """Add a place, metres east and north of any zero, at a time in seconds; `metres` is what was counted so far.

        Returns:
            The factor (true metres per metre counted) and its standard deviation if a lap was closed here and that is
            certain enough, or None.
        """
        here = _Pass(at, *place, metres)
        passes, settings = self._passes, self._settings
        if passes:
            before = passes[-1]
            step_m, counted_m, elapsed_s = _apart(before, here), metres - before.metres, at - before.at
            if elapsed_s <= 0:
                return None
            if abs(step_m - counted_m) > settings.lap_break_m or elapsed_s > settings.lap_gap_s:
                passes.clear()  # a pause, a jump or a reset: what came before is no part of a lap
            elif step_m < settings.running_speed * elapsed_s and not self._runs(here):
                passes.clear()
        passes.append(here)
        if metres - passes[0].metres > 4 * self._lap_m:
            del passes[: bisect_left(passes, metres - 2 * self._lap_m, key=lambda one: one.metres)]
        closed = self._closed(here)
        if closed is None:
            return None
        self._since = metres
        self._ratios.append(self._lap_m / closed)
        return self._estimate()

    def _runs(self, here: _Pass) -> bool:
        """Whether the runner ran over the last few seconds; one short step alone is the noise of a position."""
        since = bisect_left(self._passes, here.at - self._settings.lap_slow_s, key=lambda one: one.at)
        first = self._passes[min(since, len(self._passes) - 1)]
        return _apart(first, here) >= self._settings.running_speed * (here.at - first.at)

    def _closed(self, here: _Pass) -> float | None:
        """What the lap that ends here was counted as; None if none does."""
        settings, passes, lap_m = self._settings, self._passes, self._lap_m
        if self._ratios and here.metres - self._since < settings.lap_every_m:
            return None
        nearest = here.metres - lap_m * (1.0 - settings.lap_tolerance)
        if passes[0].metres > nearest:
            return None
        farthest = here.metres - lap_m * (1.0 + settings.lap_tolerance)
        first, last = (
            bisect_left(passes, metres, key=lambda one: one.metres) for metres in (farthest, nearest)
        )
        if last - first < 3:
            return None
        place = min(range(first, last), key=lambda index: _apart(passes[index], here))
        then = passes[place]
        if place in {first, last - 1} or _apart(then, here) > settings.lap_near_m:
            return None
        heading, heading_then = self._heading(len(passes) - 1), self._heading(place)
        if heading is None or heading_then is None:
            return None
        if heading[0] * heading_then[0] + heading[1] * heading_then[1] < settings.lap_same_way:
            return None
        seconds, counted_m = here.at - then.at, here.metres - then.metres
        if counted_m < settings.slowest_stretch * seconds:
            return None
        past_m = (here.east - then.east) * heading[0] + (here.north - then.north) * heading[1]
        return counted_m - past_m

    def _heading(self, index: int) -> tuple[float, float] | None:
        """The direction of running at a place, over the metres before it; None where there are none."""
        passes, here = self._passes, self._passes[index]
        before = bisect_left(passes, here.metres - self._settings.lap_heading_m, key=lambda one: one.metres)
        length = _apart(passes[before], here)
        if length <= 0.0:
            return None
        return (here.east - passes[before].east) / length, (here.north - passes[before].north) / length

    def _estimate(self) -> tuple[float, float] | None:
        """The mean of the passes, weighed against the prior by Bayes; None while that is not certain enough."""
        settings, ratios = self._settings, self._ratios
        laps = len(ratios) * settings.lap_every_m / self._lap_m
        variance, prior = settings.lap_sd**2 / laps, settings.prior_factor_sd**2
        weight = prior / (prior + variance)
        sd = sqrt(weight * variance)
        if sd > settings.lap_least_sd:
            return None
        return 1.0 + weight * (sum(ratios) / len(ratios) - 1.0), max(settings.lowest_factor_sd, sd)


def _apart(one: _Pass, other: _Pass) -> float:
    return hypot(other.east - one.east, other.north - one.north)
