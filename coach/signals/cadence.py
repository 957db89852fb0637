"""Does this sensor count one foot or both?

The RSC service leaves it open and makers disagree (ble.md 7, "the cadence trap"). What the runner says of a
sensor holds. Else what earlier runs found, or what is usual for its name, is a beginning; running itself tells:
the stride beside the cadence, or what cadence it is that somebody runs at. Until then a value is doubled when
nobody would run (or walk) at it.
"""

from typing import Final

from coach.signals.config import SignalSettings
from coach.signals.readings import Source

_PER_FOOT_RATIO: Final = (1.6, 2.5)
"""Speed over stride times cadence: near 2, the cadence is of one foot and the stride field holds a step."""
_PER_STEP_RATIO: Final = (0.4, 0.625)
"""Near 1/2: the cadence is of both feet and the stride field holds two steps. Near 1 both readings fit."""
_STRIDE_WATCH_S: Final = 5.0
"""The ratio needs no running average: a few agreeing values settle it."""
_AGAINST: Final = 3
"""How often in a row this run must say otherwise before what earlier runs found is given up: cadences drop out."""


class CadenceCount:
    """Turns the cadence one sensor sends into steps per minute of both feet."""

    __slots__ = (
        "_against",
        "_for_ratio",
        "_for_ratio_s",
        "_is_settled",
        "_raw",
        "_settings",
        "_watched_s",
        "factor",
        "found",
    )

    def __init__(self, settings: SignalSettings, source: Source = Source.POD) -> None:
        """Start with what is known of the sensor."""
        self._settings = settings
        said = settings.cadence_counts.get(source)
        self.factor: int | None = said or settings.learnt_cadence_counts.get(source)
        """1 or 2 once known."""
        self.found: int | None = None
        """What this run found out and nobody knew, until it is `told`."""
        self._is_settled = said is not None
        self._raw: list[float] = []
        self._watched_s = 0.0
        self._for_ratio = 0
        self._for_ratio_s = 0.0
        self._against = 0

    def steps(self, raw: float, speed: float, stride: float | None, period_s: float) -> float:
        """Steps per minute of both feet, from a raw cadence and the speed (m/s) and stride (m) beside it."""
        if self._is_settled:
            return raw * (self.factor or 1)
        return raw * self._guess(raw, speed, stride, period_s)

    def told(self) -> None:
        """What was found was told."""
        self.found = None

    def _guess(self, raw: float, speed: float, stride: float | None, period_s: float) -> int:
        """Look at one more value; the factor to use for it."""
        settings = self._settings
        if speed < settings.running_speed or raw <= 0:
            return self.factor or (2 if raw < settings.walking_per_foot_below else 1)
        if stride is not None and stride > 0:
            self._look_at_stride(speed / (stride * raw / 60.0), raw, period_s)
        if not self._is_settled:
            self._raw.append(raw)
            self._watched_s += period_s
            if self._watched_s >= settings.cadence_watch_s:
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
            self._for_ratio_s = 0.0
            self._say(says)

    def _look_at_median(self) -> None:
        """Decide by the median of what was seen at running speed; between the limits, look again later."""
        values = sorted(self._raw)
        median = values[len(values) // 2]
        if median < self._settings.per_foot_below:
            self._say(2)
        elif median > self._settings.per_step_above:
            self._say(1)
        self._raw.clear()
        self._watched_s = 0.0

    def _say(self, factor: int) -> None:
        """Settle it, unless earlier runs found otherwise and this one has not said so often enough."""
        if self.factor is not None and factor != self.factor:
            self._against += 1
            if self._against < _AGAINST:
                return
        self._is_settled = True
        if factor != self.factor:
            self.factor = self.found = factor
