"""The metres one source has measured since it was first heard, whatever its own counter does.

A counter may wrap, start again at 0, fall a little because the device smooths, or jump because it was
somebody else's lifetime odometer: the metres kept here never fall, and what nothing measured is remembered as
a hole.
"""

from bisect import bisect_right
from math import inf

from coach.gatt.running_speed_cadence import DISTANCE_WRAPS_AT
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.freshness import stale_after
from coach.signals.readings import Source

Gap = tuple[float, float]
"""From and to, in seconds: nothing was measured in between."""


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
