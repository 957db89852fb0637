"""How far has the runner come? One total out of whatever measures, that never falls and never jumps.

The best source of the ladder that is not stale drives the total. When another takes over, it is credited with
what it measured itself since the total was last known: a pod that comes back after a lost minute brings that
minute's metres with it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from coach.quantities import Metres, Seconds
from coach.signals.defaults import LearntFactor, SignalSettings
from coach.signals.factor import learnt_factor
from coach.signals.readings import CALIBRATED, DISTANCE_LADDER, Calibrated, Source
from coach.signals.track import Hole, SourceTrack, interpolated, overlapping

_RUNG: Final = {source: rung for rung, source in enumerate(DISTANCE_LADDER)}


class Odometer:
    """The distance run since the first sample, in metres, with the factor of the pod in force."""

    def __init__(self, settings: SignalSettings) -> None:
        """Start with nothing measured and the factors learnt in earlier runs."""
        self._settings = settings
        self._learnt = {factor.source: factor for factor in settings.learnt}
        self._tracks: list[SourceTrack] = []
        self._by_source: dict[Source, SourceTrack] = {}
        self._driver: SourceTrack | None = None
        self._first: Source | None = None
        self._own = 0.0  # what the driver had measured at the newest sample of the total
        self._times: list[float] = []
        self._metres: list[float] = []
        self._holes: list[Hole] = []
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
        if driver is None or driver.source not in CALIBRATED or not self._times:
            return None
        end = min(at, self._times[-1])
        began = self.time_at(
            Metres((self.metres_at(Seconds(end)) or 0.0) - measured), Seconds(self._times[0])
        )
        if began is None or began >= end or self.holes(began, Seconds(end)):
            return None
        learnt = learnt_factor(
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

    def _factor_between(self, driver: SourceTrack, start: float, end: float, measured: float) -> float:
        """The factor that made `measured` metres out of what the pod said: it may have changed within the stretch."""
        raw, since = 0.0, start
        for until, factor in [*self._factors, (end, driver.factor)]:
            if since < until:
                upto = min(until, end)
                then, there = (interpolated(self._times, self._metres, at) for at in (since, upto))
                raw += ((there or 0.0) - (then or 0.0)) / factor
                since = upto
        return measured / raw if raw > 0.0 else driver.factor

    def _new_track(self, source: Source) -> SourceTrack:
        """Begin to listen to a source; sources without a pod's strap-on error keep factor 1."""
        learnt = self._learnt.get(source) if source in CALIBRATED else None
        track = SourceTrack(source, self._settings, learnt)
        self._by_source[source] = track
        self._tracks.append(track)
        self._sort()
        return track

    def _sort(self) -> None:
        self._tracks.sort(key=lambda each: -1 if each.source is self._first else _RUNG[each.source])

    def _takes_over(self, track: SourceTrack, at: float) -> bool:
        """Is `track` now the best source that is not stale?"""
        return next(each for each in self._tracks if at <= each.stale_at) is track

    def _drive(self, track: SourceTrack) -> None:
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

    def _filled(self, track: SourceTrack) -> float:
        """The total by `track`, whose count has just covered what nothing else had measured."""
        since = track.covers_from
        while self._holes and self._holes[-1][0] >= since:
            self._holes.pop()
        then, there = interpolated(self._times, self._metres, since), track.metres_at(since)
        return (then or 0.0) + track.metres[-1] - (there or 0.0)

    def _joined(self, track: SourceTrack, known_at: float) -> float:
        """What `track` had measured when the total was last known; a hole if it was not yet listening."""
        found = track.metres_at(known_at)
        if found is not None:
            return found
        self._holes.append((known_at, track.times[0]))
        return track.metres[0]
