"""Validates a heart rate: spikes, values that stand still, and optical sensors that count steps instead of beats.

A doubted value is still shown; a rule that judges by heart rate asks since when it has been clean. A heart rate near
the cadence is no sign by itself: real hearts stay within 3 bpm of it for up to 91 s in public recordings. There are
three signs that a heart rate follows the cadence (`cadence lock`): it came near faster than a heart can, it came near
while the cadence was steady, or it repeats the ups and downs of the cadence. `docs/explanation/doubts.md` has the
measurements behind each number.
"""

from collections import deque
from collections.abc import Sequence
from math import inf
from typing import Final

from coach.gatt.heart_rate import Contact
from coach.signals.config import DoubtSettings
from coach.signals.readings import NEVER_STALE_S, stale_after
from coach.signals.sensors import SenderPeriod

FOLLOWS_CADENCE: Final = "follows the cadence"
STANDS_STILL: Final = "stands still"
NO_CONTACT: Final = "no contact"
NO_BEATS: Final = "sends no heart rate"
_DETECTED: Final = Contact.DETECTED
_NOT_DETECTED: Final = Contact.NOT_DETECTED


class HeartRateValidator:
    """Validates the heart rate of one sensor."""

    __slots__ = (
        "_at",
        "_bpm",
        "_effort",
        "_had_contact",
        "_intervals",
        "_leap_to",
        "_lock",
        "_loose_bpm",
        "_loose_since",
        "_odd_beats_s",
        "_same_since",
        "_settings",
        "clean_since",
        "contact",
        "doubt",
        "missing",
        "period",
    )

    def __init__(self, settings: DoubtSettings) -> None:
        """Start without a heart rate."""
        self._settings = settings
        self._lock = CadenceLockDetector(settings)
        self._at: float | None = None
        self._bpm = 0.0
        self._leap_to: float | None = None
        self._same_since = 0.0
        self._effort: tuple[float, float] | None = None
        self._intervals: deque[float] = deque(maxlen=settings.beats)
        self._odd_beats_s = 0.0
        self.clean_since: float = inf
        """Since when every value has been the heart's; infinite while the newest is doubted."""
        self.doubt = ""
        """Why the newest value is doubted; empty if it is not."""
        self.missing = ""
        """Why the packets that arrive hold no heart rate; empty while they hold one."""
        self.period = SenderPeriod()
        """How far apart the values are."""
        self.contact = Contact.UNKNOWN
        """The contact with the skin that was last asked about."""
        self._had_contact = False
        self._loose_since: float | None = None
        self._loose_bpm = 0.0

    def is_worn(self, at: float, bpm: float, contact: Contact, rr_s: Sequence[float]) -> bool:
        """Return True if a strap's value is that of a heart, by its contact with the skin.

        Good values come without contact too. So one counts for as long as something else shows a heart: its
        changes, and from a strap that did report contact in this run changes beside intervals between beats.
        """
        self.contact = contact
        if contact is not _NOT_DETECTED:
            self._loose_since = None
            if contact is _DETECTED:
                self._had_contact = True
            return True
        shows_heart = bpm != self._loose_bpm and (bool(rr_s) or not self._had_contact)
        self._loose_bpm = bpm
        if self._loose_since is None or shows_heart:
            self._loose_since = at
        settings = self._settings
        limit_s = settings.loose_s if self._had_contact else settings.never_worn_s
        return at - self._loose_since < limit_s

    def on_sample(
        self, at: float, bpm: float, period_s: float, cadence: float | None, rr_s: Sequence[float] = ()
    ) -> str:
        """Validate one more value and return the reason if it is a spike, which is not believed at all.

        `at` never falls. `cadence` is that of both feet, None when it is not known now.
        """
        previous_at = self._at
        elapsed_s = 0.0 if previous_at is None else at - previous_at
        if previous_at is None or (elapsed_s > NEVER_STALE_S and elapsed_s > stale_after(period_s)):
            self._restart(at, bpm)
            self._lock.restart(at, bpm, cadence)
            return ""
        leap = abs(bpm - self._bpm)
        if leap > self._settings.leap_bpm + self._settings.leap_bpm_per_s * elapsed_s and not self._confirms(
            bpm
        ):
            self._leap_to = bpm
            self._break_clean_spell(at)
            return f"a leap from {self._bpm:g} to {bpm:g} bpm"
        if self._leap_to is not None:
            self._leap_to = None
            self._break_clean_spell(at)
        doubt = FOLLOWS_CADENCE if self._lock.on_sample(at, bpm, elapsed_s, cadence) else ""
        if leap:
            self._bpm = bpm
            self._same_since = at
            if self._effort is not None or self._intervals:
                self._effort = None
                self._odd_beats_s = 0.0
                self._intervals.clear()
        elif at - self._same_since >= self._settings.same_s and self._stands_still(
            at, elapsed_s, cadence, rr_s
        ):
            doubt = STANDS_STILL
        self._at = at
        if doubt is not self.doubt:
            self.clean_since = inf if doubt else at
            self.doubt = doubt
        return ""

    def on_dropout(self) -> None:
        """Compare the next value with no earlier one, as before gaps were forgiven."""
        self._at = None
        self.clean_since = inf

    def _restart(self, at: float, bpm: float) -> None:
        self._at = self.clean_since = self._same_since = at
        self._bpm = bpm
        self._leap_to = None
        self._effort = None
        self.doubt = ""

    def _break_clean_spell(self, at: float) -> None:
        """Count the heart rate as clean only from this leap on, unless it is doubted anyway."""
        if not self.doubt:
            self.clean_since = at

    def _confirms(self, bpm: float) -> bool:
        """Return True if the value is where the last leap went: two in a row are a new level, not a spike."""
        return self._leap_to is not None and abs(bpm - self._leap_to) <= self._settings.leap_bpm

    def _stands_still(self, at: float, elapsed: float, cadence: float | None, rr_s: Sequence[float]) -> bool:
        """Return True if a value that has not changed for a while stays although the legs or the beats have moved."""
        settings = self._settings
        if cadence is not None:
            low, high = self._effort or (cadence, cadence)
            self._effort = low, high = min(low, cadence), max(high, cadence)
            if high - low >= settings.effort_spm and at - self._same_since >= settings.same_effort_s:
                return True
        if not rr_s:
            return False
        self._intervals.extend(rr_s)
        intervals = sorted(self._intervals)
        median = intervals[len(intervals) // 2]
        is_odd = (
            len(intervals) == settings.beats and abs(60.0 - self._bpm * median) > settings.beats_bpm * median
        )
        self._odd_beats_s = self._odd_beats_s + elapsed if is_odd else 0.0
        return self._odd_beats_s >= settings.odd_beats_s


class CadenceLockDetector:
    """Detects a heart rate that follows the cadence of the legs."""

    __slots__ = (
        "_anchor",
        "_cadence",
        "_cadence_mean",
        "_cadence_spread",
        "_gap_mean",
        "_gap_spread",
        "_is_suspect",
        "_near_at",
        "_near_since",
        "_past",
        "_settings",
        "_steady_since",
        "_weight",
    )

    def __init__(self, settings: DoubtSettings) -> None:
        """Start without a heart rate."""
        self._settings = settings
        self._past: deque[tuple[float, float]] = deque()
        self.restart(0.0, 0.0, None)

    def restart(self, at: float, bpm: float, cadence: float | None) -> None:
        """Reset to a first heart rate, after a gap."""
        self._past.clear()
        self._past.append((at, bpm))
        self._cadence = cadence or 0.0
        self._anchor = self._cadence
        self._steady_since = at
        self._near_since: float | None = None
        self._near_at = at
        self._is_suspect = False
        self._weight = 0.0
        self._cadence_mean = self._cadence_spread = 0.0
        self._gap_mean = self._gap_spread = 0.0

    def on_sample(self, at: float, bpm: float, elapsed: float, cadence: float | None) -> bool:
        """Add a heart rate, `elapsed` seconds after the one before, and return whether it follows the cadence."""
        settings = self._settings
        past = self._past
        past.append((at, bpm))
        while at - past[1][0] >= settings.slow_entry_s:
            past.popleft()
        if cadence is None or cadence < settings.running_cadence:
            self._cadence = 0.0
            self._near_since = None
            return False
        if self._cadence:
            self._cadence += (cadence - self._cadence) * elapsed / (elapsed + settings.cadence_tau_s)
        else:
            self._cadence = cadence
            self._steady_since = at
            self._anchor = cadence
        smooth = self._cadence
        if abs(smooth - self._anchor) > settings.steady_spm:
            self._anchor = smooth
            self._steady_since = at
        gap = bpm - smooth
        if -settings.near_bpm <= gap <= settings.near_bpm:
            if self._near_since is None:
                self._come_near(at, bpm)
            self._near_at = at
        elif self._near_since is not None and at - self._near_at > settings.leave_s:
            self._near_since = None
        if self._near_since is None:
            return False
        near_s = at - self._near_since
        if self._is_suspect and near_s >= settings.stay_s:
            return True
        return self._repeats(elapsed, smooth, gap) and near_s >= settings.repeat_s

    def _come_near(self, at: float, bpm: float) -> None:
        """Note whether the heart rate came near the cadence faster than a heart can, or while nothing changed."""
        settings = self._settings
        self._near_since = at
        self._weight = 0.0
        recent_bpm = next(
            (
                past_bpm
                for past_at, past_bpm in reversed(self._past)
                if past_at <= at - settings.quick_entry_s
            ),
            bpm,
        )
        oldest_at, oldest_bpm = self._past[0]
        is_steady = at - self._steady_since >= settings.steady_s and at - oldest_at >= settings.slow_entry_s
        self._is_suspect = abs(bpm - recent_bpm) >= settings.quick_entry_bpm or (
            is_steady and abs(bpm - oldest_bpm) >= settings.slow_entry_bpm
        )

    def _repeats(self, elapsed: float, cadence: float, gap: float) -> bool:
        """Return True if the cadence varies and the distance from it hardly does, by two weighted variances."""
        settings = self._settings
        if not self._weight:
            self._weight = elapsed
            self._cadence_mean, self._gap_mean = cadence, gap
            self._cadence_spread = self._gap_spread = 0.0
            return False
        kept_s = self._weight * settings.repeat_tau_s / (settings.repeat_tau_s + elapsed)
        self._weight = kept_s + elapsed
        share = elapsed / self._weight
        off = cadence - self._cadence_mean
        self._cadence_mean += share * off
        self._cadence_spread = (1.0 - share) * (self._cadence_spread + share * off * off)
        off = gap - self._gap_mean
        self._gap_mean += share * off
        self._gap_spread = (1.0 - share) * (self._gap_spread + share * off * off)
        least = settings.repeat_spm * settings.repeat_spm
        return (
            self._cadence_spread >= least and self._gap_spread <= settings.repeat_share * self._cadence_spread
        )
