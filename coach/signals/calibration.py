"""The factors of measured distances: of a pod, updated by Bayes with normal distributions, and of track positions."""

from bisect import bisect_left
from collections import deque
from math import hypot, isfinite, sqrt
from statistics import median
from typing import Final, NamedTuple

from coach.signals.config import SignalSettings

# --- Whether the speed of a source agrees with its own distance, and what corrects the speed if it does not.
#
# Some watches tell a speed and a distance that differ by 6 to 19 % over whole runs, the one of a filter or a pod,
# the other of positions. Over a minute the ratio of any watch is mostly noise, with a standard deviation of 6 to
# 18 %, so it is learnt slowly: from blocks of half a minute of running, once it is far from 1 for certain. Distance
# rules.


_AS_SD: Final = 1.48
"""A standard deviation over the median distance from the mean, of a normal distribution."""


class SpeedAgreement:
    """The ratio of the distance of one source to its speed integrated over time."""

    __slots__ = (
        "_blocks",
        "_distance_m",
        "_elapsed_s",
        "_settings",
        "_speed_m",
        "has_news",
        "ratio",
        "scatter",
        "sd",
    )

    def __init__(self, settings: SignalSettings) -> None:
        """Start with a speed that agrees."""
        self._settings = settings
        self._blocks: deque[tuple[float, float]] = deque(maxlen=settings.agreement_blocks)
        self._elapsed_s = self._speed_m = self._distance_m = 0.0
        self.ratio = 1.0
        """What the speed is multiplied by, in force now; 1 while nothing else is certain."""
        self.sd = 0.0
        """Its standard deviation when it was learnt."""
        self.scatter: float | None = None
        """How much the ratio of a block scatters, as a standard deviation; None while too few blocks were run.

        It is by the median: a late speed misses metres in blocks in which the runner changes pace.
        """
        self.has_news = False
        """Whether the ratio in force has changed and that has not been emitted."""

    def add(self, elapsed_s: float, speed_m: float, distance_m: float) -> None:
        """Add metres by speed and by distance of one stretch between two samples; standing tells nothing."""
        settings = self._settings
        if not settings.reconciles_speed or speed_m < settings.agreement_from * elapsed_s:
            return
        self._elapsed_s += elapsed_s
        self._speed_m += speed_m
        self._distance_m += distance_m
        if self._elapsed_s >= settings.agreement_block_s:
            self._blocks.append((self._speed_m, self._distance_m))
            self._elapsed_s = self._speed_m = self._distance_m = 0.0
            self._learn()

    def drain_news(self) -> tuple[float, float]:
        """Return the ratio in force and its standard deviation; afterwards `has_news` is False."""
        self.has_news = False
        return self.ratio, self.sd

    def _learn(self) -> None:
        settings, blocks = self._settings, self._blocks
        if len(blocks) < settings.agreement_least_blocks:
            return
        measured, by_speed = sum([ran for _, ran in blocks], 0.0), sum([speed for speed, _ in blocks], 0.0)
        ratio = measured / by_speed  # apart, as mypyc takes a sum that divides for an int
        squares = sum([(distance / speed - ratio) ** 2 for speed, distance in blocks])
        self.scatter = _AS_SD * median([abs(distance / speed - ratio) for speed, distance in blocks])
        prior, weight = settings.agreement_prior, settings.agreement_prior_blocks
        sd = sqrt((squares + weight * prior * prior) / (len(blocks) - 1 + weight) / len(blocks))
        off = abs(ratio - 1.0)
        is_certain = off >= settings.agreement_differs and off >= settings.agreement_times * sd
        if self.ratio == 1.0 and not is_certain:
            return
        believed = 1.0 + (ratio - 1.0) / (1.0 + (sd / settings.agreement_spread) ** 2)  # Bayes, about 1
        if abs(believed - self.ratio) >= settings.agreement_step:
            self.ratio, self.sd, self.has_news = believed, sd, True


# --- The factor of a pod: true metres per metre it measures


def updated_factor(
    settings: SignalSettings,
    *,
    in_force: float,
    prior_and_sd: tuple[float, float],
    is_first: bool,
    measured_m: float,
    true_m: float,
    speed: float,
    origin: str,
) -> tuple[float, float] | None:
    """Return the factor and its standard deviation after a stretch of `true_m` that the pod measured as `measured_m`.

    Args:
        settings: Bounds and tolerances.
        in_force: The factor that made `measured_m` of the pod's own metres.
        prior_and_sd: The factor learnt so far, in force or not, and its standard deviation.
        is_first: Whether no press was learnt before, in this run or earlier ones; later ones move it by 2 % at most.
        measured_m: Metres as measured, above 0.
        true_m: Metres on the ground.
        speed: Mean speed over the stretch in m/s, which converts the error of a press to metres.
        origin: `mark`, `stretch` or `line`; a declared stretch may be further off than a press.

    Returns:
        Factor and standard deviation, or None where nothing may be learnt from the stretch.
    """
    if not (isfinite(measured_m) and isfinite(true_m) and isfinite(speed)):
        return None
    if true_m < settings.shortest_stretch or speed <= settings.slowest_stretch or measured_m <= 0:
        return None
    tolerance = settings.stretch_tolerance if origin == "stretch" else settings.mark_tolerance
    tolerance_m = settings.mark_tolerance_m
    if abs(measured_m - true_m) > max(tolerance * true_m, tolerance_m):
        return None
    observed = in_force * true_m / measured_m
    observed_sd = settings.press_sd_s * speed / true_m
    prior, prior_sd = prior_and_sd
    weight = prior_sd**2 / (prior_sd**2 + observed_sd**2)
    step = weight * (observed - prior)
    if not is_first:
        step = max(-settings.most_per_press, min(settings.most_per_press, step))
    factor = max(settings.lowest_factor, min(settings.highest_factor, prior + step))
    sd = max(settings.lowest_factor_sd, prior_sd * sqrt(1.0 - weight))
    return factor, sd


# --- The factor of positions, learnt from laps of the track itself: a runner passes the same place again
#
# Positions cut the bends or zigzag, so a lap of 400 m may be counted as 385 or 410. A lap is closed where the runner
# passes a place they passed about one lap length before, in the same direction, having run all along: walking and
# standing add metres that nobody ran. Each pass measures the lap anew; their mean is the lap as positions count it.


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
        """Return True if the runner ran over the last few seconds; one short step alone is the noise of a position."""
        since = bisect_left(self._passes, here.at - self._settings.lap_slow_s, key=lambda one: one.at)
        first = self._passes[min(since, len(self._passes) - 1)]
        return _apart(first, here) >= self._settings.running_speed * (here.at - first.at)

    def _closed(self, here: _Pass) -> float | None:
        """Return what the lap that ends here was counted as; None if none does."""
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
        """Return the direction of running at a place, over the metres before it; None where there are none."""
        passes, here = self._passes, self._passes[index]
        before = bisect_left(passes, here.metres - self._settings.lap_heading_m, key=lambda one: one.metres)
        length = _apart(passes[before], here)
        if length <= 0.0:
            return None
        return (here.east - passes[before].east) / length, (here.north - passes[before].north) / length

    def _estimate(self) -> tuple[float, float] | None:
        """Return the mean of the passes, weighed against the prior by Bayes; None while that is not certain enough."""
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
