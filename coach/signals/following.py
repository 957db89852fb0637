"""Does the heart rate follow the cadence? See `coach.signals.artefacts` for what is looked at, and why."""

from collections import deque

from coach.signals.config import DoubtSettings


class CadenceLockDetector:
    """Compares one heart rate with the cadence of the legs."""

    __slots__ = (
        "_anchor",
        "_cadence",
        "_cadence_mean",
        "_cadence_spread",
        "_gap_mean",
        "_gap_spread",
        "_near_at",
        "_near_since",
        "_past",
        "_settings",
        "_steady_since",
        "_suspect",
        "_weight",
    )

    def __init__(self, settings: DoubtSettings) -> None:
        """Nothing was heard yet."""
        self._settings = settings
        self._past: deque[tuple[float, float]] = deque()
        self.begin(0.0, 0.0, None)

    def begin(self, at: float, bpm: float, cadence: float | None) -> None:
        """Start anew with a first heart rate, after a gap."""
        self._past.clear()
        self._past.append((at, bpm))
        self._cadence = cadence or 0.0
        self._anchor = self._cadence
        self._steady_since = at
        self._near_since: float | None = None
        self._near_at = at
        self._suspect = False
        self._weight = 0.0
        self._cadence_mean = self._cadence_spread = 0.0
        self._gap_mean = self._gap_spread = 0.0

    def take(self, at: float, bpm: float, elapsed: float, cadence: float | None) -> bool:
        """Add the next heart rate, `elapsed` seconds after the one before; does it follow the cadence?"""
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
        if self._suspect and near_s >= settings.stay_s:
            return True
        return self._repeats(elapsed, smooth, gap) and near_s >= settings.repeat_s

    def _come_near(self, at: float, bpm: float) -> None:
        """Note how the heart rate came near the cadence: no heart gets there so fast, or for nothing."""
        settings = self._settings
        self._near_since = at
        self._weight = 0.0
        quick = next(
            (value for when, value in reversed(self._past) if when <= at - settings.quick_entry_s), bpm
        )
        oldest, value = self._past[0]
        is_idle = at - self._steady_since >= settings.steady_s and at - oldest >= settings.slow_entry_s
        self._suspect = abs(bpm - quick) >= settings.quick_entry_bpm or (
            is_idle and abs(bpm - value) >= settings.slow_entry_bpm
        )

    def _repeats(self, elapsed: float, cadence: float, gap: float) -> bool:
        """Does the cadence vary, and the distance from it hardly at all? Two weighted variances."""
        settings = self._settings
        if not self._weight:
            self._weight = elapsed
            self._cadence_mean, self._gap_mean = cadence, gap
            self._cadence_spread = self._gap_spread = 0.0
            return False
        kept = self._weight * settings.repeat_tau_s / (settings.repeat_tau_s + elapsed)
        self._weight = kept + elapsed
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
