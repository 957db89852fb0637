"""What a footpod says: cadence of one foot or both, a speed of 0 that is none, late packets, and which of two leads.

The RSC service leaves open whether a cadence counts one foot or both, and makers disagree (ble.md 7, "the cadence
trap"). What the runner says of a sensor holds. Otherwise what earlier runs found, or what is usual for its name, is
the beginning, and running itself decides: by the stride beside the cadence, or by the cadence that somebody runs
at. Until then a value is doubled when nobody would run (or walk) at it.

Two pods differ by a few per cent, so each change from one to the other is a step in the pace that nobody ran. The
pod that leads keeps the lead until it falls silent, until the other is calibrated and it is not, or until it has
been clearly noisier for a minute.
"""

from collections.abc import Callable
from math import inf
from typing import Final

from coach.signals.config import SignalSettings
from coach.signals.readings import NEVER_STALE_S, Source, stale_after

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


class FootpodDecoder:
    """One footpod, or whatever else speaks as one."""

    __slots__ = (
        "_changed",
        "_counter",
        "_heard_at",
        "_measured_at",
        "_settings",
        "_still_cadence",
        "_still_since",
        "count",
    )

    def __init__(self, settings: SignalSettings, source: Source) -> None:
        """Start with what is known of the sensor."""
        self._settings = settings
        self.count = CadenceCount(settings, source)
        """How it counts."""
        self._still_since: float | None = None
        self._still_cadence = 0.0
        self._changed = False
        self._heard_at = -inf
        self._measured_at = -inf
        self._counter: float | None = None

    def measured_at(self, now: float, period_s: float, distance: float | None, speed: float) -> float:
        """When was this measured? Mostly now; after a stall a radio hands over all at once what it held back.

        The first packet after a stall is late if its counter has only gone on for a part of it; those that come
        right behind a late one are a period apart. Where nothing can be told, it was now.
        """
        if speed > 0.0:
            self._still_since = None
        since, self._heard_at = now - self._heard_at, now
        at = now
        if since > NEVER_STALE_S and stale_after(period_s) < since <= self._settings.most_held_s:
            ran = -1.0 if self._counter is None or distance is None else distance - self._counter
            if ran >= 0.0 and speed >= self._settings.running_speed:
                late = self._measured_at + max(period_s, ran / speed)
                at = late if now - late >= self._settings.late_s else now
        elif self._measured_at < now - since and since < 0.5 * period_s:
            at = min(now, self._measured_at + period_s)
        self._measured_at = at
        self._counter = distance
        return at

    def stands(self, at: float, steps: float) -> bool:
        """Can its speed of 0 be one? Not while the legs go on: that is a pod that has lost it, not a stop.

        Just after a stop pods hold the cadence they had for up to 5 s (8 s seen at a walk); that one does not
        change.
        """
        if steps < self._settings.moving_cadence:
            self._still_since = None
            return True
        if self._still_since is None:
            self._still_since, self._still_cadence, self._changed = at, steps, False
        self._changed = self._changed or steps != self._still_cadence
        return not self._changed or at - self._still_since < self._settings.cadence_held_s


PODS: Final = (Source.POD, Source.POD_2)


class _Foot:
    """One of the two."""

    __slots__ = ("noise", "since", "speed", "stale_at", "watched_s")

    def __init__(self) -> None:
        self.stale_at = -1.0
        self.since = 0.0
        """Since when it has spoken without falling silent."""
        self.speed: float | None = None
        self.noise = 0.0
        """Mean step from one speed to the next, as a share of the speed."""
        self.watched_s = 0.0


class PodPair:
    """Two pods, one of which leads."""

    def __init__(
        self, settings: SignalSettings, is_calibrated: Callable[[Source], bool], lead: Source, at: float
    ) -> None:
        """Let the pod lead that was there first; `is_calibrated` says whether a pod's factor is known now."""
        self._settings = settings
        self._is_calibrated = is_calibrated
        self._feet = {source: _Foot() for source in PODS}
        self._changed_at = 0.0
        self.lead = lead
        """The pod that drives the pace."""
        self._feet[lead].stale_at = at + stale_after(1.0)

    def take(self, source: Source, at: float, period_s: float, speed: float | None) -> bool:
        """Hear one of the pods; does that change who leads? Another source changes nothing."""
        foot = self._feet.get(source)
        if foot is None:
            return False
        self._follow(foot, at, period_s, speed)
        if source is self.lead or not self._is_better(source, foot, at):
            return False
        self.lead = source
        self._changed_at = at
        return True

    def _follow(self, foot: _Foot, at: float, period_s: float, speed: float | None) -> None:
        settings = self._settings
        if at > foot.stale_at:
            foot.since = at
            foot.speed = None
        foot.stale_at = at + stale_after(period_s)
        runs = speed is not None and speed >= settings.running_speed
        if runs and speed is not None and foot.speed is not None:
            foot.watched_s += period_s
            share = period_s / min(foot.watched_s, settings.pod_noise_s)
            foot.noise += (abs(speed - foot.speed) / speed - foot.noise) * min(1.0, share)
        foot.speed = speed if runs else None

    def _is_better(self, source: Source, foot: _Foot, at: float) -> bool:
        settings, lead = self._settings, self._feet[self.lead]
        if at > lead.stale_at:
            return True
        proven, leads_proven = self._is_calibrated(source), self._is_calibrated(self.lead)
        if proven is not leads_proven:
            return proven and at - foot.since >= settings.pod_back_s
        return (
            min(foot.watched_s, lead.watched_s) >= settings.pod_noise_s
            and at - self._changed_at >= settings.pod_change_s
            and lead.noise > settings.pod_noisier * foot.noise
        )
