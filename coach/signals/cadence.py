"""Does this sensor count one foot or both?

The RSC service leaves it open and makers disagree (ble.md 7, "the cadence trap"). Once known it is known for
the run; until then a value is doubled when nobody would run (or walk) at it.
"""

from typing import Final

from coach.signals.defaults import SignalSettings

_PER_FOOT_RATIO: Final = (1.6, 2.5)
"""Speed over stride times cadence: near 2, the cadence is of one foot and the stride field holds a step."""
_PER_STEP_RATIO: Final = (0.4, 0.625)
"""Near 1/2: the cadence is of both feet and the stride field holds two steps. Near 1 both readings fit."""
_STRIDE_WATCH_S: Final = 5.0
"""The ratio needs no running average: a few agreeing values settle it."""


class CadenceCount:
    """Turns the cadence one sensor sends into steps per minute of both feet."""

    __slots__ = ("_for_ratio", "_for_ratio_s", "_raw", "_settings", "_watched_s", "factor")

    def __init__(self, settings: SignalSettings) -> None:
        """Start without knowing how the sensor counts."""
        self._settings = settings
        self.factor: int | None = None
        """1 or 2 once known."""
        self._raw: list[float] = []
        self._watched_s = 0.0
        self._for_ratio = 0
        self._for_ratio_s = 0.0

    def steps(self, raw: float, speed: float, stride: float | None, period_s: float) -> float:
        """Steps per minute of both feet, from a raw cadence and the speed (m/s) and stride (m) beside it."""
        factor = self.factor
        if factor is None:
            factor = self._guess(raw, speed, stride, period_s)
        return raw * factor

    def _guess(self, raw: float, speed: float, stride: float | None, period_s: float) -> int:
        """Look at one more value; the factor to use for it."""
        settings = self._settings
        if speed < settings.running_speed or raw <= 0:
            return 2 if raw < settings.walking_per_foot_below else 1
        if stride is not None and stride > 0:
            self._look_at_stride(speed / (stride * raw / 60.0), raw, period_s)
        self._raw.append(raw)
        self._watched_s += period_s
        if self.factor is None and self._watched_s >= settings.cadence_watch_s:
            self._look_at_median()
        return self.factor or (2 if raw < settings.per_foot_below else 1)

    def _look_at_stride(self, ratio: float, raw: float, period_s: float) -> None:
        """Decide once the ratio has said the same for a few seconds."""
        says = 0
        if _PER_FOOT_RATIO[0] < ratio < _PER_FOOT_RATIO[1] and 2 * raw <= self._settings.highest_cadence:
            says = 2
        elif _PER_STEP_RATIO[0] < ratio < _PER_STEP_RATIO[1]:
            says = 1
        if says != self._for_ratio:
            self._for_ratio, self._for_ratio_s = says, 0.0
        self._for_ratio_s += period_s
        if says and self._for_ratio_s >= _STRIDE_WATCH_S:
            self.factor = says

    def _look_at_median(self) -> None:
        """Decide by the median of what was seen at running speed; between the limits, look again later."""
        values = sorted(self._raw)
        median = values[len(values) // 2]
        if median < self._settings.per_foot_below:
            self.factor = 2
        elif median > self._settings.per_step_above:
            self.factor = 1
        self._raw.clear()
        self._watched_s = 0.0
