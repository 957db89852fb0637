"""The distance run: one total from all sources, which never falls and never jumps, and the factors that correct it.

The best source that is not stale drives the total. When another takes over, it is credited with what it measured
itself since the total was last known: a pod that comes back after a lost minute brings that minute's metres with it.

The counter of a source may wrap, start again at 0, fall a little because the device smooths, or jump because it is
a lifetime's. The metres kept here never fall, and a stretch that nothing measured is remembered as a gap.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Mapping, Sequence
from math import hypot, inf, isfinite, sqrt
from statistics import median
from typing import Final, NamedTuple

from coach.gatt.running_speed_cadence import DISTANCE_WRAPS_AT
from coach.quantities import Metres, Seconds
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.readings import (
    CALIBRATED,
    DISTANCE_PRIORITY,
    PODS,
    Calibrated,
    Source,
    gone_after,
    stale_after,
)

# --- a speed that differs from its own distance
#
# Some watches send a speed and a distance that differ by 6 to 19 % over whole runs, the one of a filter or a pod, the
# other of positions. Over a minute the ratio of any watch is mostly noise, with a standard deviation of 6 to 18 %, so
# it is learnt slowly: from blocks of half a minute of running, once it is far from 1 for certain. The distance is
# taken for right.

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


# --- the factor of a pod: true metres per metre it measures
#
# It is updated by Bayes, with normal distributions.


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


# --- the factor of positions, from laps of the track
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
            del passes[: bisect_left(passes, metres - 2 * self._lap_m, key=lambda past: past.metres)]
        closed = self._closed(here)
        if closed is None:
            return None
        self._since = metres
        self._ratios.append(self._lap_m / closed)
        return self._estimate()

    def _runs(self, here: _Pass) -> bool:
        """Return True if the runner ran over the last few seconds; one short step alone is the noise of a position."""
        since = bisect_left(self._passes, here.at - self._settings.lap_slow_s, key=lambda past: past.at)
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
            bisect_left(passes, metres, key=lambda past: past.metres) for metres in (farthest, nearest)
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
        before = bisect_left(passes, here.metres - self._settings.lap_heading_m, key=lambda past: past.metres)
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


# --- the sources, and the total

Gap = tuple[float, float]
"""A stretch of time that nothing measured, from and to in seconds."""

_SOURCES_DIFFER: Final = 0.02
"""How far two sources may differ over a lap before both are shown; judged: a proven pod is sure to 1 %."""

_SUM_OF_SPEEDS: Final = 0.25
"""Metres that differ from the speeds by less than this share of their noise are the sum of them; judged."""

_PRIORITY: Final = {source: place for place, source in enumerate(DISTANCE_PRIORITY)}


class SourceDistance:
    """Cumulative, calibrated metres of one source since its first sample."""

    __slots__ = (
        "_counter",
        "_counter_at",
        "_counter_metres",
        "_settings",
        "_speed",
        "agreement",
        "covers_from",
        "factor",
        "factor_sd",
        "gaps",
        "last_at",
        "metres",
        "period_s",
        "presses",
        "since",
        "source",
        "stale_at",
        "times",
    )

    def __init__(self, source: Source, settings: SignalSettings, learnt: LearntFactor | None = None) -> None:
        """Start with no metres, and with the factor of earlier runs where there is one."""
        self.source = source
        self.factor = learnt.factor if learnt else 1.0
        """True metres per metre the source measures, in force now."""
        self.factor_sd = learnt.sd if learnt else settings.prior_factor_sd
        self.presses = 1 if learnt else 0
        """How many presses of this or earlier runs the factor rests on; any number above one counts the same."""
        self.times = array("d")
        self.metres = array("d")
        self.gaps: list[Gap] = []
        self.covers_from = inf
        """The time from which the newest count holds every metre; infinite if the newest sample has no count."""
        self.period_s = 1.0
        self.last_at = 0.0
        self.stale_at = -1.0
        """When its distance becomes stale."""
        self.since = 0.0
        """Since when it has measured without falling silent."""
        self.agreement = SpeedAgreement(settings)
        """How its speed agrees with its distance."""
        self._settings = settings
        self._counter: float | None = None
        self._counter_at = 0.0
        self._counter_metres = 0.0
        self._speed: float | None = None

    def on_sample(
        self, at: float, period_s: float, distance: float | None, speed: float | None, wraps: bool
    ) -> str:
        """Add a sample and return why its distance was not believed, or an empty string.

        `at` never falls; `distance` and `speed` are finite and not below 0; `wraps` says that the counter is a
        u32 of decimetres.
        """
        limit = stale_after(period_s)
        self.period_s = period_s
        self.covers_from = inf
        reason = ""
        if not self.times:
            total = 0.0
            if distance is not None:
                self._anchor(at, distance, total)
        elif distance is None or self._counter is None:
            total = self.metres[-1] + self._integrated(at, speed, limit)
            if distance is not None:
                self._anchor(at, distance, total)
        else:
            total, reason = self._counted(at, distance, speed, limit, wraps)
        self._speed = speed
        if at > self.stale_at:
            self.since = at
        self.last_at = at
        self.stale_at = at + limit
        if self.times and at <= self.times[-1]:
            self.metres[-1] = total
        else:
            self.times.append(at)
            self.metres.append(total)
        return reason

    def change_sensor(self, learnt: LearntFactor | None) -> None:
        """Measure on by another sensor: nothing follows from the count of the one before."""
        self.factor = learnt.factor if learnt else 1.0
        self.factor_sd = learnt.sd if learnt else self._settings.prior_factor_sd
        self.presses = 1 if learnt else 0
        self.agreement = SpeedAgreement(self._settings)
        self._counter = None
        self._speed = None

    def begin_at_zero(self, at: float) -> None:
        """Begin with a count of 0 at `at`, before the first sample."""
        self._anchor(at, 0.0, 0.0)
        self.times.append(at)
        self.metres.append(0.0)
        self.last_at = at

    def metres_at(self, at: float) -> float | None:
        """Return the metres at a time, interpolated; None before the first sample and beyond the newest."""
        return interpolated(self.times, self.metres, at)

    def _counted(
        self, at: float, distance: float, speed: float | None, limit: float, wraps: bool
    ) -> tuple[float, str]:
        """Return the metres at a sample with a count, and why the count was not believed."""
        assert self._counter is not None
        ran_m = distance - self._counter
        if wraps and ran_m < -DISTANCE_WRAPS_AT / 2:
            ran_m += DISTANCE_WRAPS_AT
        if -self._settings.jitter <= ran_m < 0.0:
            return self.metres[-1], ""  # wait until the counter is past itself again
        elapsed = at - self._counter_at
        fastest_m = self._settings.highest_speed * (elapsed + limit)  # late bytes come in bursts
        if 0.0 <= ran_m <= fastest_m:
            # metres integrated since the last count are part of these, not on top of them; gaps are filled
            self.covers_from = self._counter_at
            while self.gaps and self.gaps[-1][0] >= self._counter_at:
                self.gaps.pop()
            total = self._counter_metres + ran_m * self.factor
            is_whole = self._counter_at == self.last_at and 0.0 < elapsed <= limit
            if is_whole and speed is not None and self._speed is not None:
                self.agreement.add(elapsed, 0.5 * (self._speed + speed) * elapsed, ran_m)
            self._anchor(at, distance, total)
            return max(self.metres[-1], total), ""
        reason = "the distance was reset" if ran_m < 0.0 else "the distance jumped"
        covered_m = self._integrated(at, speed, limit)
        if ran_m < 0.0 and at - self.last_at > limit and distance <= fastest_m:
            covered_m = distance * self.factor  # run since the pod woke up; what came before is the gap
        total = self.metres[-1] + covered_m
        self._anchor(at, distance, total)
        return total, reason

    def _integrated(self, at: float, speed: float | None, limit: float) -> float:
        """Metres since the last sample, by both speeds; 0, and a gap, where one of them is missing or old."""
        elapsed_s = at - self.last_at
        if elapsed_s > limit or speed is None or self._speed is None:
            if elapsed_s > 0.0:
                self.gaps.append((self.last_at, at))
            return 0.0
        return 0.5 * (self._speed + speed) * elapsed_s * self.factor * self.agreement.ratio

    def _anchor(self, at: float, distance: float, total: float) -> None:
        """Count on from this value of the counter."""
        self._counter = distance
        self._counter_at = at
        self._counter_metres = total


class Odometer:
    """The distance run since the first sample, in metres, with the factor of the pod in force."""

    def __init__(self, settings: SignalSettings) -> None:
        """Start with nothing measured, and with the factors of earlier runs."""
        self._settings = settings
        self._learnt = {factor.source: factor for factor in settings.learnt}
        self._sources: list[SourceDistance] = []  # by priority
        self._by_source: dict[Source, SourceDistance] = {}
        self._driver: SourceDistance | None = None
        self._first: Source | None = None
        self._own: float | None = 0.0
        """What the driver had measured at the newest sample of the total; None while its own samples are older."""
        self._times = array("d")
        self._metres = array("d")
        self._latest: tuple[Seconds, Metres] | None = None
        self._gaps: list[Gap] = []
        self._offer: dict[Source, tuple[float, float]] = {}
        self._counts_from: float | None = None
        self._awaits_lap = False
        self.lap_change: tuple[float, float] | None = None
        """The factor of positions before and after laps changed it, until `drain_lap_change`."""
        self._holds_source = False
        self._has_changed = False  # whether the source was changed in this step
        self._past_factors: list[tuple[float, float]] = []  # when each ceased to be in force, and the factor

    def on_sample(
        self,
        source: Source,
        at: float,
        period_s: float,
        distance: float | None,
        speed: float | None,
        *,
        wraps: bool = False,
    ) -> str:
        """Add a sample of a source and return why its distance was not believed, or an empty string.

        `at` never falls from call to call; distance and speed are finite and not below 0. A source without a
        priority, or a sample with neither value, is ignored.
        """
        record = self._by_source.get(source)
        if record is None:
            if source not in _PRIORITY or (distance is None and speed is None):
                return ""
            record = self._new_source(source)
        elif distance is None and speed is None:
            return ""
        if not self._times and self._counts_from is not None and distance is not None:
            self._begin_at_zero(record, self._counts_from, at, distance)
        reason = record.on_sample(at, period_s, distance, speed, wraps)
        if record is self._driver or self._takes_over(record, at):
            self._drive(record)
        return reason

    def count_from(self, at: float) -> None:
        """Take the first count as metres run since `at`, where the counter stood at 0; for files, which say so."""
        self._counts_from = at

    def hold_source(self) -> None:
        """Change to a better source once in a step at most; one that is lost is always replaced.

        For a run in which phones and gateways forward sensors: their links come and go, and two sensors differ by a
        few per cent, so that each change is a step in the pace that nobody ran.
        """
        self._holds_source = True

    def differing(self, lap: Metres) -> Mapping[Source, tuple[Metres, Metres]]:
        """Return what other sources measured of the last lap beside the one in use, in metres, where they differ.

        Two pods are left out: `coach.review.lessons` compares them.
        """
        driver = self._driver
        if driver is None or len(self._sources) < 2 or driver.metres[-1] < lap:
            return {}
        differences: dict[Source, tuple[Metres, Metres]] = {}
        for other in self._sources:
            if other is driver or (other.source in PODS and driver.source in PODS):
                continue
            end = min(driver.last_at, other.last_at)
            used_m = driver.metres_at(end)
            if used_m is None or driver.last_at > other.stale_at:
                continue
            start = driver.times[max(0, bisect_right(driver.metres, used_m - lap) - 1)]
            own_m, used_m = _ran(other, start, end), _ran(driver, start, end)
            if own_m is None or not used_m or used_m < lap:
                continue
            if abs(own_m - used_m) > _SOURCES_DIFFER * used_m:
                differences[other.source] = Metres(own_m), Metres(used_m)
        return differences

    def source_at(self, now: Seconds) -> Source | None:
        """Return the first source by priority whose distance is not stale at `now`."""
        for record in self._sources:
            if now <= record.stale_at:
                return record.source
        return None

    def last_source(self) -> Source | None:
        """Return the source that last drove the total, however long ago."""
        return self._driver.source if self._driver else None

    def latest(self) -> tuple[Seconds, Metres] | None:
        """Return the newest sample of the total, `(at, metres)`."""
        return self._latest

    def sample_times(self) -> Sequence[float]:
        """Return when the samples of the total were taken, oldest first."""
        return self._times

    def metres_at(self, at: Seconds) -> Metres | None:
        """Return the total at a time, interpolated; None before the first sample and beyond the newest."""
        metres = interpolated(self._times, self._metres, at)
        return None if metres is None else Metres(metres)

    def time_at(self, metres: Metres, after: Seconds) -> Seconds | None:
        """Return when the total first reached `metres`, interpolated, but not before `after`; None if not yet."""
        right = bisect_left(self._metres, metres)
        if right == len(self._metres):
            return None
        reached_at = self._times[right]
        if right:
            low, high = self._metres[right - 1], self._metres[right]
            reached_at -= (high - metres) / (high - low) * (reached_at - self._times[right - 1])
        return max(Seconds(reached_at), after)

    def period_s(self) -> Seconds:
        """Return how far apart the samples of the driving source nominally are; 1 s before the first."""
        return Seconds(self._driver.period_s if self._driver else 1.0)

    def has_gap_since(self, start: Seconds) -> bool:
        """Return True if nothing measured some stretch after `start`."""
        return bool(self._gaps) and self._gaps[-1][1] > start

    def gaps(self, start: Seconds, end: Seconds) -> Sequence[tuple[Seconds, Seconds]]:
        """Return the stretches of time between `start` and `end` that nothing has measured, oldest first."""
        if not self.has_gap_since(start):
            return ()  # asked at every sample, and nearly always so
        return [(Seconds(a), Seconds(b)) for a, b in overlapping(self._gaps, start, end)]

    def factor(self) -> tuple[float, float]:
        """Return the factor in force and its standard deviation; without a calibration 1.0 and the prior's."""
        if self._driver is None:
            return 1.0, self._settings.prior_factor_sd
        return self._driver.factor, self._driver.factor_sd

    def speed_factor_of(self, source: Source) -> float:
        """Return what a source's speed is multiplied by: the factor in force, and what its distance corrects."""
        record = self._by_source.get(source)
        return record.factor * record.agreement.ratio if record else 1.0

    def counted_speed(self, source: Source, seconds: float, noise: float) -> float | None:
        """Return the mean speed of the last seconds by the metres of a source, in m/s; None if it adds nothing.

        It adds nothing if another source leads, if there was a gap, or if the metres do not count by themselves: they
        are the sum of the speeds, or differ from them by more than `noise` from one half minute to the next.
        """
        driver, latest = self._driver, self.latest()
        if driver is None or latest is None or driver.source is not source:
            return None
        scatter, since = driver.agreement.scatter, Seconds(latest[0] - seconds)
        if scatter is None or not _SUM_OF_SPEEDS * noise <= scatter <= noise or self.has_gap_since(since):
            return None
        total = self.metres_at(since)
        return None if total is None else (latest[1] - total) / seconds

    def agreement_of(self, source: Source) -> SpeedAgreement | None:
        """Return how the speed of one source agrees with its distance; None before its first sample."""
        record = self._by_source.get(source)
        return record.agreement if record else None

    def is_calibrated(self, source: Source) -> bool:
        """Return True if the factor of a pod is known, from earlier runs or from this one."""
        record = self._by_source.get(source)
        return source in self._learnt if record is None else record.presses > 0

    def change_sensor(self, source: Source, factor: LearntFactor | None) -> None:
        """Count on by another pod in the place of a source's: with its own factor, and from its own count.

        What the one before taught stays its own. The total does not jump.
        """
        if factor is None:
            self._learnt.pop(source, None)
        else:
            self._learnt[source] = factor
        self._offer.pop(source, None)
        record = self._by_source.get(source)
        if record is None:
            return
        if record is self._driver:
            self._past_factors.append((self._times[-1], record.factor))
        record.change_sensor(factor)

    def prefer(self, source: Source) -> None:
        """Put this source first from now on."""
        self._first = source
        self._sort()

    def can_continue(self, source: Source, at: float) -> bool:
        """Return True if a sample of this source, measured `at` in the past, can continue the total."""
        driver = self._driver
        return driver is not None and driver.source is source and self._times[-1] <= at

    def learn(self, at: Seconds, measured: Metres, true: Metres, origin: str) -> Calibrated | None:
        """Learn the driving pod's factor from a stretch of `true` metres that ended at `at`.

        `measured` is its length by the total. The factor comes in force with `apply`. Returns None where nothing may
        be learnt: no pod, too short, too slow, a gap in it, or so far off that another stretch was meant.
        """
        driver = self._driver
        if driver is None or driver.source not in CALIBRATED or not self._times:
            return None
        end_at = min(at, self._times[-1])
        began_at = self.time_at(
            Metres((self.metres_at(Seconds(end_at)) or 0.0) - measured), Seconds(self._times[0])
        )
        if began_at is None or began_at >= end_at or self.gaps(began_at, Seconds(end_at)):
            return None
        update = updated_factor(
            self._settings,
            in_force=self._factor_between(driver, began_at, end_at, measured),
            prior_and_sd=self._offer.get(driver.source, (driver.factor, driver.factor_sd)),
            is_first=driver.presses == 0,
            measured_m=measured,
            true_m=true,
            speed=measured / (end_at - began_at),
            origin=origin,
        )
        if update is None:
            return None
        driver.presses += 1
        self._offer[driver.source] = update
        return Calibrated(at, update[0], update[1], origin, driver.source)

    def await_lap(self) -> None:
        """On a track, treat positions as uncalibrated until a lap has given their factor."""
        self._awaits_lap = True

    def awaits_lap(self) -> bool:
        """Return True if the total comes from positions on a track whose factor no lap has told yet."""
        driver = self._driver
        return self._awaits_lap and driver is not None and driver.source is Source.POSITIONS

    def learn_lap(self, at: Seconds, factor: float, sd: float) -> Calibrated | None:
        """Learn the factor of positions from laps of a track; it is in force at once, and for this run only.

        Returns None where it hardly changes: each change is a step in the pace that nobody ran.
        """
        record, settings = self._by_source[Source.POSITIONS], self._settings
        is_first, self._awaits_lap = self._awaits_lap, False
        record.factor_sd = sd
        if not is_first and abs(factor - record.factor) < settings.lap_step:
            return None
        self.lap_change = (record.factor, factor) if self.lap_change is None else (self.lap_change[0], factor)
        record.factor = factor
        return Calibrated(at, factor, sd, "lap", Source.POSITIONS)

    def drain_lap_change(self) -> tuple[float, float] | None:
        """Return the factor of positions before and after laps changed it since the last call; None if none did."""
        change, self.lap_change = self.lap_change, None
        return change

    def learnt(self) -> Sequence[LearntFactor]:
        """Return the factor of each calibrated pod, including those not yet in force."""
        return [
            LearntFactor(record.source, *self._offer.get(record.source, (record.factor, record.factor_sd)))
            for record in self._sources
            if record.presses
        ]

    def apply(self) -> None:
        """Put the learnt factors in force from now on, where a step begins; the total does not jump."""
        self._has_changed = False
        for source, (factor, sd) in self._offer.items():
            record = self._by_source[source]
            self._past_factors.append((self._times[-1], record.factor))
            record.factor, record.factor_sd = factor, sd
        self._offer.clear()

    def _factor_between(self, driver: SourceDistance, start: float, end: float, measured: float) -> float:
        """Return the factor that made `measured` metres of a stretch; it may have changed within the stretch."""
        raw_m, since = 0.0, start
        for until, factor in [*self._past_factors, (end, driver.factor)]:
            if since < until:
                last_at = min(until, end)
                before, after = (interpolated(self._times, self._metres, at) for at in (since, last_at))
                raw_m += ((after or 0.0) - (before or 0.0)) / factor
                since = last_at
        return measured / raw_m if raw_m > 0.0 else driver.factor

    def _new_source(self, source: Source) -> SourceDistance:
        """Begin to measure by a source; one whose distance does not follow from steps keeps factor 1."""
        learnt = self._learnt.get(source) if source in CALIBRATED else None
        record = SourceDistance(source, self._settings, learnt)
        self._by_source[source] = record
        self._sources.append(record)
        self._sort()
        return record

    def _begin_at_zero(self, record: SourceDistance, since: float, at: float, distance: float) -> None:
        """Begin the total at the zero of the first count, unless that would need an impossible speed."""
        if at <= since or distance > self._settings.highest_speed * (at - since):
            return
        record.begin_at_zero(since)
        self._times.append(since)
        self._metres.append(0.0)
        self._latest = (Seconds(since), Metres(0.0))
        self._driver = record

    def _sort(self) -> None:
        self._sources.sort(
            key=lambda record: -1 if record.source is self._first else _PRIORITY[record.source]
        )

    def _takes_over(self, record: SourceDistance, at: float) -> bool:
        """Return True if `record` is now the first source that is not stale, and it may be changed to."""
        if next(other for other in self._sources if at <= other.stale_at) is not record:
            return False
        driver = self._driver
        if not self._holds_source or driver is None:
            return True
        if self._has_changed:
            return at > driver.last_at + gone_after(driver.period_s)
        return at > driver.stale_at or at - record.since >= self._settings.pod_back_s

    def _drive(self, record: SourceDistance) -> None:
        """Extend the total by what `record` measured since the newest sample of the total."""
        at, own_m = record.last_at, record.metres[-1]
        if record is not self._driver:
            self._has_changed = self._driver is not None
            self._driver, self._own = record, None
        if self._times and self._own is None and at < self._times[-1]:
            return  # a forwarded value that is older than the total: the next one joins them
        if not self._times:
            self._times.append(at)
            self._metres.append(0.0)
            self._latest = (Seconds(at), Metres(0.0))
        else:
            newest_at = self._times[-1]
            before_m = self._join(record, newest_at) if self._own is None else self._own
            if record.gaps and record.gaps[-1][1] > newest_at:
                self._gaps += overlapping(record.gaps, newest_at, at)
            total = self._metres[-1] + max(0.0, own_m - before_m)
            if self._gaps and self._gaps[-1][0] >= record.covers_from:
                total = max(total, self._fill_gaps(record))
            if at > newest_at:
                self._times.append(at)
                self._metres.append(total)
            else:
                self._metres[-1] = total
            self._latest = (Seconds(max(at, newest_at)), Metres(total))
        self._own = own_m

    def _fill_gaps(self, record: SourceDistance) -> float:
        """Drop the gaps that the count of `record` has just covered, and return the total by it."""
        since = record.covers_from
        while self._gaps and self._gaps[-1][0] >= since:
            self._gaps.pop()
        total, own_m = interpolated(self._times, self._metres, since), record.metres_at(since)
        return (total or 0.0) + record.metres[-1] - (own_m or 0.0)

    def _join(self, record: SourceDistance, at: float) -> float:
        """Return what `record` had measured at the newest sample of the total; adds a gap if it began later."""
        metres = record.metres_at(at)
        if metres is not None:
            return metres
        self._gaps.append((at, record.times[0]))
        return record.metres[0]


def _ran(record: SourceDistance, start: float, end: float) -> float | None:
    """Return what one source measured between two times; None where it did not, or not all of it."""
    before, after = record.metres_at(start), record.metres_at(end)
    if before is None or after is None or overlapping(record.gaps, start, end):
        return None
    return after - before


def interpolated(times: Sequence[float], values: Sequence[float], at: float) -> float | None:
    """Return the value at a time between samples; None outside them."""
    if not times or at < times[0] or at > times[-1]:
        return None
    right = bisect_right(times, at)
    if right == len(times):
        return values[-1]
    before, after = times[right - 1], times[right]
    return values[right - 1] + (values[right] - values[right - 1]) * (at - before) / (after - before)


def overlapping(gaps: list[Gap], start: float, end: float) -> list[Gap]:
    """Return the parts of gaps between `start` and `end`, oldest first."""
    parts: list[Gap] = []
    for first, last in reversed(gaps):
        if last <= start:
            break
        if first < end:
            parts.append((max(first, start), min(last, end)))
    parts.reverse()
    return parts
