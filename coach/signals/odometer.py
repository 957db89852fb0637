"""The distance run: one total from whatever measures, that never falls and never jumps.

The best source that is not stale drives the total. When another takes over, it is credited with what it measured
itself since the total was last known: a pod that comes back after a lost minute brings that minute's metres with it.

The counter of a source may wrap, start again at 0, fall a little because the device smooths, or jump because it is
a lifetime's. The metres kept here never fall, and a stretch that nothing measured is remembered as a gap.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import inf
from typing import Final

from coach.gatt.running_speed_cadence import DISTANCE_WRAPS_AT
from coach.quantities import Metres, Seconds
from coach.signals.calibration import updated_factor
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.readings import DISTANCE_PRIORITY, Calibrated, Source, stale_after

Gap = tuple[float, float]
"""From and to, in seconds: nothing was measured in between."""

_RUNG: Final = {source: rung for rung, source in enumerate(DISTANCE_PRIORITY)}
_PODS: Final = frozenset({Source.POD, Source.POD_2, Source.SIM})


class SourceDistance:
    """Cumulative, calibrated metres of one source."""

    __slots__ = (
        "_counter",
        "_counter_at",
        "_counter_metres",
        "_settings",
        "_speed",
        "covers_from",
        "factor",
        "factor_sd",
        "holes",
        "last_at",
        "metres",
        "period_s",
        "presses",
        "source",
        "stale_at",
        "times",
    )

    def __init__(self, source: Source, settings: SignalSettings, learnt: LearntFactor | None = None) -> None:
        """Start with no metres, and with the factor of earlier runs where there is one."""
        self.source = source
        self.factor = learnt.factor if learnt else 1.0
        """True metres per metre the source says, in force now."""
        self.factor_sd = learnt.sd if learnt else settings.prior_factor_sd
        self.presses = 1 if learnt else 0
        """How many presses (of this or earlier runs) the factor rests on; more than one are all the same."""
        self.times: list[float] = []
        self.metres: list[float] = []
        self.holes: list[Gap] = []
        self.covers_from = inf
        """The newest sample is a count of everything since then; infinite when it is no count."""
        self.period_s = 1.0
        self.last_at = 0.0
        self.stale_at = -1.0
        """From then on its distance is stale."""
        self._settings = settings
        self._counter: float | None = None
        self._counter_at = 0.0
        self._counter_metres = 0.0
        self._speed: float | None = None

    def take(
        self, at: float, period_s: float, distance: float | None, speed: float | None, wraps: bool
    ) -> str:
        """Add what the source said; give the reason if its distance was not believed, else an empty string.

        `at` never falls; `distance` and `speed` are finite and not below 0; `wraps`: the counter is a u32 of
        decimetres.
        """
        limit = stale_after(period_s)
        self.period_s = period_s
        self.covers_from = inf
        trouble = ""
        if not self.times:
            total = 0.0
            if distance is not None:
                self._anchor(at, distance, total)
        elif distance is None or self._counter is None:
            total = self.metres[-1] + self._integrated(at, speed, limit)
            if distance is not None:
                self._anchor(at, distance, total)
        else:
            total, trouble = self._counted(at, distance, speed, limit, wraps)
        self._speed = speed
        self.last_at = at
        self.stale_at = at + limit
        if self.times and at <= self.times[-1]:
            self.metres[-1] = total
        else:
            self.times.append(at)
            self.metres.append(total)
        return trouble

    def metres_at(self, at: float) -> float | None:
        """The metres at a time, interpolated; None before the first sample and beyond the newest."""
        return interpolated(self.times, self.metres, at)

    def _counted(
        self, at: float, distance: float, speed: float | None, limit: float, wraps: bool
    ) -> tuple[float, str]:
        """The metres at a sample of the counter, and why its counter was not believed."""
        assert self._counter is not None
        ran = distance - self._counter
        if wraps and ran < -DISTANCE_WRAPS_AT / 2:
            ran += DISTANCE_WRAPS_AT
        if -self._settings.jitter <= ran < 0.0:
            return self.metres[-1], ""  # wait until the counter is past itself again
        elapsed = at - self._counter_at
        fastest = self._settings.highest_speed * (elapsed + limit)  # late bytes come in bursts
        if 0.0 <= ran <= fastest:
            # metres integrated since the last count are part of these, not on top of them; holes are filled
            self.covers_from = self._counter_at
            while self.holes and self.holes[-1][0] >= self._counter_at:
                self.holes.pop()
            counted = self._counter_metres + ran * self.factor
            self._anchor(at, distance, counted)
            return max(self.metres[-1], counted), ""
        why = "the distance was reset" if ran < 0.0 else "the distance jumped"
        known = self._integrated(at, speed, limit)
        if ran < 0.0 and at - self.last_at > limit and distance <= fastest:
            known = distance * self.factor  # run since the pod woke up again; what came before is the hole
        total = self.metres[-1] + known
        self._anchor(at, distance, total)
        return total, why

    def _integrated(self, at: float, speed: float | None, limit: float) -> float:
        """Metres since the last sample by its speed and this; 0 and a hole where one is missing or old."""
        gap = at - self.last_at
        if gap > limit or speed is None or self._speed is None:
            if gap > 0.0:
                self.holes.append((self.last_at, at))
            return 0.0
        return 0.5 * (self._speed + speed) * gap * self.factor

    def _anchor(self, at: float, distance: float, total: float) -> None:
        """Count from this value of the counter on."""
        self._counter = distance
        self._counter_at = at
        self._counter_metres = total


class Odometer:
    """The distance run since the first sample, in metres, with the factor of the pod in force."""

    def __init__(self, settings: SignalSettings) -> None:
        """Start with nothing measured and the factors learnt in earlier runs."""
        self._settings = settings
        self._learnt = {factor.source: factor for factor in settings.learnt}
        self._tracks: list[SourceDistance] = []
        self._by_source: dict[Source, SourceDistance] = {}
        self._driver: SourceDistance | None = None
        self._first: Source | None = None
        self._own = 0.0  # what the driver had measured at the newest sample of the total
        self._times: list[float] = []
        self._metres: list[float] = []
        self._holes: list[Gap] = []
        self._offer: dict[Source, tuple[float, float]] = {}
        self._factors: list[tuple[float, float]] = []  # until when which factor was in force

    def take(
        self,
        source: Source,
        at: float,
        period_s: float,
        distance: float | None,
        speed: float | None,
        *,
        wraps: bool = False,
    ) -> str:
        """Add what a source said; give the reason if its distance was not believed, else an empty string.

        `at` never falls from call to call; distance and speed are finite and not below 0. A source off the
        ladder, or one that said neither, is ignored.
        """
        track = self._by_source.get(source)
        if track is None:
            if source not in _RUNG or (distance is None and speed is None):
                return ""
            track = self._new_track(source)
        elif distance is None and speed is None:
            return ""
        trouble = track.take(at, period_s, distance, speed, wraps)
        if track is self._driver or self._takes_over(track, at):
            self._drive(track)
        return trouble

    def rung(self, now: Seconds) -> Source | None:
        """The best source of the ladder whose distance is not stale at `now`."""
        for track in self._tracks:
            if now <= track.stale_at:
                return track.source
        return None

    def last_source(self) -> Source | None:
        """The source that drove the total last, however long ago."""
        return self._driver.source if self._driver else None

    def latest(self) -> tuple[Seconds, Metres] | None:
        """The newest sample of the total, `(at, metres)`."""
        return (Seconds(self._times[-1]), Metres(self._metres[-1])) if self._times else None

    def metres_at(self, at: Seconds) -> Metres | None:
        """The total at a time, interpolated; None before the first sample and beyond the newest."""
        found = interpolated(self._times, self._metres, at)
        return None if found is None else Metres(found)

    def time_at(self, metres: Metres, after: Seconds) -> Seconds | None:
        """When the total first reached `metres`, interpolated, but not before `after`; None if not yet."""
        right = bisect_left(self._metres, metres)
        if right == len(self._metres):
            return None
        found = self._times[right]
        if right:
            low, high = self._metres[right - 1], self._metres[right]
            found -= (high - metres) / (high - low) * (found - self._times[right - 1])
        return max(Seconds(found), after)

    def period_s(self) -> Seconds:
        """How far apart the samples of the driving source nominally are; 1 s before the first."""
        return Seconds(self._driver.period_s if self._driver else 1.0)

    def holes(self, start: Seconds, end: Seconds) -> Sequence[tuple[Seconds, Seconds]]:
        """The stretches between `start` and `end` that nothing measured, then or later, oldest first."""
        if not self._holes or self._holes[-1][1] <= start:
            return ()  # asked at every sample, and nearly always so
        return [(Seconds(a), Seconds(b)) for a, b in overlapping(self._holes, start, end)]

    def factor(self) -> tuple[float, float]:
        """The calibration factor in force and its sd; (1.0, prior sd) when uncalibrated."""
        if self._driver is None:
            return 1.0, self._settings.prior_factor_sd
        return self._driver.factor, self._driver.factor_sd

    def factor_of(self, source: Source) -> float:
        """The factor in force for the speeds of one source; 1 unless it is a pod that was calibrated."""
        track = self._by_source.get(source)
        return track.factor if track else 1.0

    def is_calibrated(self, source: Source) -> bool:
        """Is the factor of a pod known, from earlier runs or from this one?"""
        track = self._by_source.get(source)
        return source in self._learnt if track is None else track.presses > 0

    def prefer(self, source: Source) -> None:
        """Let this source stand on the first rung from now on."""
        self._first = source
        self._sort()

    def goes_on(self, source: Source, at: float) -> bool:
        """Can the total be carried on by this source from a moment that is not now?"""
        driver = self._driver
        return driver is not None and driver.source is source and self._times[-1] <= at

    def learn(self, at: Seconds, measured: Metres, true: Metres, origin: str) -> Calibrated | None:
        """Learn from a stretch that ended at `at`: the total said `measured`, the ground says `true` metres.

        Returns what was learnt, in force only from `apply` on; None where nothing may be learnt from it (no
        pod, too short, too slow, a hole in it, or too far off to have been meant).
        """
        driver = self._driver
        if driver is None or driver.source not in _PODS or not self._times:
            return None
        end = min(at, self._times[-1])
        began = self.time_at(
            Metres((self.metres_at(Seconds(end)) or 0.0) - measured), Seconds(self._times[0])
        )
        if began is None or began >= end or self.holes(began, Seconds(end)):
            return None
        learnt = updated_factor(
            self._settings,
            in_force=self._factor_between(driver, began, end, measured),
            so_far=self._offer.get(driver.source, (driver.factor, driver.factor_sd)),
            first=driver.presses == 0,
            measured=measured,
            true=true,
            speed=measured / (end - began),
            origin=origin,
        )
        if learnt is None:
            return None
        driver.presses += 1
        self._offer[driver.source] = learnt
        return Calibrated(at, learnt[0], learnt[1], origin, driver.source)

    def learnt(self) -> Sequence[LearntFactor]:
        """The factor of each pod that this run or an earlier one has taught, what is not yet in force included."""
        known = [(track, self._offer.get(track.source)) for track in self._tracks if track.presses]
        return [
            LearntFactor(track.source, *(offer or (track.factor, track.factor_sd))) for track, offer in known
        ]

    def apply(self) -> None:
        """Put what was learnt in force from here on; the total does not jump."""
        for source, (factor, sd) in self._offer.items():
            track = self._by_source[source]
            self._factors.append((self._times[-1], track.factor))
            track.factor, track.factor_sd = factor, sd
        self._offer.clear()

    def _factor_between(self, driver: SourceDistance, start: float, end: float, measured: float) -> float:
        """The factor that made `measured` metres out of what the pod said: it may have changed within the stretch."""
        raw, since = 0.0, start
        for until, factor in [*self._factors, (end, driver.factor)]:
            if since < until:
                upto = min(until, end)
                then, there = (interpolated(self._times, self._metres, at) for at in (since, upto))
                raw += ((there or 0.0) - (then or 0.0)) / factor
                since = upto
        return measured / raw if raw > 0.0 else driver.factor

    def _new_track(self, source: Source) -> SourceDistance:
        """Begin to listen to a source; sources without a pod's strap-on error keep factor 1."""
        learnt = self._learnt.get(source) if source in _PODS else None
        track = SourceDistance(source, self._settings, learnt)
        self._by_source[source] = track
        self._tracks.append(track)
        self._sort()
        return track

    def _sort(self) -> None:
        self._tracks.sort(key=lambda each: -1 if each.source is self._first else _RUNG[each.source])

    def _takes_over(self, track: SourceDistance, at: float) -> bool:
        """Is `track` now the best source that is not stale?"""
        return next(each for each in self._tracks if at <= each.stale_at) is track

    def _drive(self, track: SourceDistance) -> None:
        """Carry the total on by what `track` measured since the total was last known."""
        at, there = track.last_at, track.metres[-1]
        if not self._times:
            self._times.append(at)
            self._metres.append(0.0)
        else:
            known_at = self._times[-1]
            from_there = self._own if track is self._driver else self._joined(track, known_at)
            if track.holes and track.holes[-1][1] > known_at:
                self._holes += overlapping(track.holes, known_at, at)
            total = self._metres[-1] + max(0.0, there - from_there)
            if self._holes and self._holes[-1][0] >= track.covers_from:
                total = max(total, self._filled(track))
            if at > known_at:
                self._times.append(at)
                self._metres.append(total)
            else:
                self._metres[-1] = total
        self._own = there
        self._driver = track

    def _filled(self, track: SourceDistance) -> float:
        """The total by `track`, whose count has just covered what nothing else had measured."""
        since = track.covers_from
        while self._holes and self._holes[-1][0] >= since:
            self._holes.pop()
        then, there = interpolated(self._times, self._metres, since), track.metres_at(since)
        return (then or 0.0) + track.metres[-1] - (there or 0.0)

    def _joined(self, track: SourceDistance, known_at: float) -> float:
        """What `track` had measured when the total was last known; a hole if it was not yet listening."""
        found = track.metres_at(known_at)
        if found is not None:
            return found
        self._holes.append((known_at, track.times[0]))
        return track.metres[0]


def interpolated(times: list[float], values: list[float], at: float) -> float | None:
    """The value at a time between samples; None outside them."""
    if not times or at < times[0] or at > times[-1]:
        return None
    right = bisect_right(times, at)
    if right == len(times):
        return values[-1]
    before, after = times[right - 1], times[right]
    return values[right - 1] + (values[right] - values[right - 1]) * (at - before) / (after - before)


def overlapping(holes: list[Gap], start: float, end: float) -> list[Gap]:
    """The parts of holes between `start` and `end`, oldest first."""
    found: list[Gap] = []
    for first, last in reversed(holes):
        if last <= start:
            break
        if first < end:
            found.append((max(first, start), min(last, end)))
    found.reverse()
    return found
