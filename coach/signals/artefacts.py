"""Is this the heart? Spikes, values that stand still, and optical sensors that count steps instead of beats.

What is doubted is still shown; whoever judges by it asks since when it has been clean. Three signs say that a
heart rate follows the cadence (`cadence lock`), because being near it says nothing: real hearts stay within
3 bpm of the cadence for up to 91 s in public recordings. It came there faster than a heart can, it came there
while the legs did nothing new, or it repeats the ups and downs of the cadence. `docs/explanation/doubts.md`
has the measurements behind each number.
"""

from collections import deque
from collections.abc import Sequence
from math import inf
from typing import Final

from coach.signals.config import DoubtSettings
from coach.signals.following import CadenceLockDetector
from coach.signals.freshness import NEVER_STALE_S, stale_after

FOLLOWS_CADENCE: Final = "follows the cadence"
STANDS_STILL: Final = "stands still"


class HeartRateValidator:
    """Watches the heart rate of one sensor."""

    __slots__ = (
        "_at",
        "_bpm",
        "_effort",
        "_following",
        "_intervals",
        "_odd_beats_s",
        "_pending",
        "_same_since",
        "_settings",
        "clean_since",
        "doubt",
    )

    def __init__(self, settings: DoubtSettings) -> None:
        """Nothing was heard yet."""
        self._settings = settings
        self._following = CadenceLockDetector(settings)
        self._at: float | None = None
        self._bpm = 0.0
        self._pending: float | None = None
        self._same_since = 0.0
        self._effort: tuple[float, float] | None = None
        self._intervals: deque[float] = deque(maxlen=settings.beats)
        self._odd_beats_s = 0.0
        self.clean_since: float = inf
        """Since when every value was the heart's; infinite while the newest is doubted."""
        self.doubt = ""
        """Why the newest value is doubted; empty if it is not."""

    def take(
        self, at: float, bpm: float, period_s: float, cadence: float | None, rr_s: Sequence[float] = ()
    ) -> str:
        """Look at one more value; give the reason if it is a spike, which is not to be believed at all.

        `at` never falls. `cadence` is that of both feet, None when it is not known now.
        """
        before = self._at
        elapsed = 0.0 if before is None else at - before
        if before is None or (elapsed > NEVER_STALE_S and elapsed > stale_after(period_s)):
            self._begin(at, bpm)
            self._following.begin(at, bpm, cadence)
            return ""
        leap = abs(bpm - self._bpm)
        if leap > self._settings.leap_bpm + self._settings.leap_bpm_per_s * elapsed and not self._confirms(
            bpm
        ):
            self._pending = bpm
            self._soil(at)
            return f"a leap from {self._bpm:g} to {bpm:g} bpm"
        if self._pending is not None:
            self._pending = None
            self._soil(at)
        doubt = FOLLOWS_CADENCE if self._following.take(at, bpm, elapsed, cadence) else ""
        if leap:
            self._bpm = bpm
            self._same_since = at
            if self._effort is not None or self._intervals:
                self._effort = None
                self._odd_beats_s = 0.0
                self._intervals.clear()
        elif at - self._same_since >= self._settings.same_s and self._stands_still(
            at, elapsed, cadence, rr_s
        ):
            doubt = STANDS_STILL
        self._at = at
        if doubt is not self.doubt:
            self.clean_since = inf if doubt else at
            self.doubt = doubt
        return ""

    def lose(self) -> None:
        """The sensor says itself that it has no heart rate: what it says next is a new beginning."""
        self._at = None
        self.clean_since = inf

    def _begin(self, at: float, bpm: float) -> None:
        self._at = self.clean_since = self._same_since = at
        self._bpm = bpm
        self._pending = None
        self._effort = None
        self.doubt = ""

    def _soil(self, at: float) -> None:
        """What comes after a leap is clean from here on, unless it is doubted anyway."""
        if not self.doubt:
            self.clean_since = at

    def _confirms(self, bpm: float) -> bool:
        """Is it where the last leap went to: two values in a row are a new level, not a spike?"""
        return self._pending is not None and abs(bpm - self._pending) <= self._settings.leap_bpm

    def _stands_still(self, at: float, elapsed: float, cadence: float | None, rr_s: Sequence[float]) -> bool:
        """Does a value that has not changed for a while hold on although the legs or the beats moved?"""
        settings = self._settings
        if cadence is not None:
            low, high = self._effort or (cadence, cadence)
            self._effort = low, high = min(low, cadence), max(high, cadence)
            if high - low >= settings.effort_spm and at - self._same_since >= settings.same_effort_s:
                return True
        if not rr_s:
            return False
        self._intervals.extend(rr_s)
        in_order = sorted(self._intervals)
        middle = in_order[len(in_order) // 2]
        is_odd = (
            len(in_order) == settings.beats and abs(60.0 - self._bpm * middle) > settings.beats_bpm * middle
        )
        self._odd_beats_s = self._odd_beats_s + elapsed if is_odd else 0.0
        return self._odd_beats_s >= settings.odd_beats_s
