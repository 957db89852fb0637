"""Interprets a footpod: cadence of one foot or both, wrong speeds of 0, late packets, and which of two pods leads.

The RSC service leaves open whether a cadence counts one foot or both, and makers disagree.
A count that the runner states is never changed. Otherwise the count of earlier runs, or the usual one for the
sensor's name, is taken first. Then this run decides, by the stride beside the cadence or by the cadence at running
speed. Until then a cadence at which nobody runs (or walks) is doubled.

Two pods differ by a few per cent, so each change from one to the other is a step in the pace that nobody ran. The
pod that leads keeps the lead until it falls silent, until the other is calibrated and it is not, or until it has
been clearly noisier for a minute.
"""

from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Final

from coach.signals.config import LearntFactor, PooledSensor, SignalSettings
from coach.signals.readings import NEVER_STALE_S, PODS, Source, stale_after
from coach.signals.sensors import SenderPeriod

_LEAST_PER_FOOT: Final = 1.6
_MOST_PER_FOOT: Final = 2.5
"""Speed over stride times cadence: near 2, the cadence is of one foot and the stride field holds a step."""
_LEAST_PER_STEP: Final = 0.4
_MOST_PER_STEP: Final = 0.625
"""Near 1/2, the cadence is of both feet and the stride field holds two steps. Near 1 both readings fit."""
_STRIDE_WATCH_S: Final = 5.0
"""How long the ratio must agree; it needs no running average."""
_CONTRARY_FINDINGS: Final = 3
"""How often in a row this run must find otherwise before the count of earlier runs is dropped: cadences drop out."""


class CadenceCount:
    """Converts the cadence of one sensor to steps per minute of both feet."""

    __slots__ = (
        "_contrary",
        "_is_settled",
        "_ratio_multiplier",
        "_ratio_s",
        "_raw",
        "_settings",
        "_watched_s",
        "has_news",
        "multiplier",
    )

    def __init__(
        self,
        settings: SignalSettings,
        source: Source = Source.POD,
        sensor: PooledSensor | None = None,
    ) -> None:
        """Start with the count of the sensor, or of the source in the settings, if there is one."""
        self._settings = settings
        if sensor is None:
            stated_count = settings.cadence_counts.get(source)
            learnt_count = settings.learnt_cadence_counts.get(source)
        else:
            stated_count, learnt_count = sensor.stated_count, sensor.learnt_count
        self.multiplier: int | None = stated_count or learnt_count
        """1 where the sensor counts both feet, 2 where it counts one; None until that is known."""
        self.has_news = False
        """Whether this run found a multiplier that was not known before and has not been emitted."""
        self._is_settled = stated_count is not None
        self._raw: list[float] = []
        self._watched_s = 0.0
        self._ratio_multiplier = 0
        self._ratio_s = 0.0
        self._contrary = 0

    def steps_per_minute(self, raw: float, speed: float, stride: float | None, period_s: float) -> float:
        """Steps per minute of both feet, from a raw cadence and the speed (m/s) and stride (m) beside it."""
        if self._is_settled:
            return raw * (self.multiplier or 1)
        return raw * self._estimate(raw, speed, stride, period_s)

    def drain_news(self) -> int:
        """Return the multiplier this run has found; afterwards `has_news` is False."""
        assert self.multiplier is not None
        self.has_news = False
        return self.multiplier

    def _estimate(self, raw: float, speed: float, stride: float | None, period_s: float) -> int:
        """Learn from one more value and return the multiplier to use for it."""
        settings = self._settings
        if speed < settings.running_speed or raw <= 0:
            return self.multiplier or (2 if raw < settings.walking_per_foot_below else 1)
        if stride is not None and stride > 0:
            self._learn_from_stride(speed / (stride * raw / 60.0), raw, period_s)
        if not self._is_settled:
            self._raw.append(raw)
            self._watched_s += period_s
            if self._watched_s >= settings.cadence_watch_s:
                self._learn_from_median()
        return self.multiplier or (2 if raw < settings.per_foot_below else 1)

    def _learn_from_stride(self, ratio: float, raw: float, period_s: float) -> None:
        """Decide once the ratio has agreed for a few seconds."""
        multiplier = 0
        if _LEAST_PER_FOOT < ratio < _MOST_PER_FOOT and 2 * raw <= self._settings.highest_cadence:
            multiplier = 2
        elif _LEAST_PER_STEP < ratio < _MOST_PER_STEP:
            multiplier = 1
        if multiplier != self._ratio_multiplier:
            self._ratio_multiplier, self._ratio_s = multiplier, 0.0
        self._ratio_s += period_s
        if multiplier and self._ratio_s >= _STRIDE_WATCH_S:
            self._ratio_s = 0.0
            self._decide(multiplier)

    def _learn_from_median(self) -> None:
        """Decide by the median of the values at running speed; between the limits, look again later."""
        values = sorted(self._raw)
        median = values[len(values) // 2]
        if median < self._settings.per_foot_below:
            self._decide(2)
        elif median > self._settings.per_step_above:
            self._decide(1)
        self._raw.clear()
        self._watched_s = 0.0

    def _decide(self, multiplier: int) -> None:
        """Settle on a multiplier, unless earlier runs found another and this one has not found it often enough."""
        if self.multiplier is not None and multiplier != self.multiplier:
            self._contrary += 1
            if self._contrary < _CONTRARY_FINDINGS:
                return
        self._is_settled = True
        if multiplier != self.multiplier:
            self.multiplier = multiplier
            self.has_news = True


class FootpodDecoder:
    """Interprets one footpod, or another sensor with the same characteristic: its times, cadence and speeds of 0."""

    __slots__ = (
        "_counter",
        "_has_changed",
        "_measured_at",
        "_received_at",
        "_settings",
        "_still_cadence",
        "_still_since",
        "cadence",
        "period",
    )

    def __init__(self, settings: SignalSettings, source: Source, sensor: PooledSensor | None = None) -> None:
        """Start with the count of the sensor, or of the source in the settings, if there is one."""
        self._settings = settings
        self.cadence = CadenceCount(settings, source, sensor)
        """How it counts steps."""
        self.period = SenderPeriod()
        """How far apart its packets are."""
        self._still_since: float | None = None
        self._still_cadence = 0.0
        self._has_changed = False
        self._received_at = -inf
        self._measured_at = -inf
        self._counter: float | None = None

    def measurement_time(self, now: float, period_s: float, distance: float | None, speed: float) -> float:
        """Return when the packet that came now was measured.

        That is now, except after a stall, when a radio hands over at once what it held back. The first packet after
        a stall is late if its counter has only gone on for a part of the stall; packets right behind a late one are
        a period apart. Where nothing can be concluded, it is now.
        """
        if speed > 0.0:
            self._still_since = None
        gap_s, self._received_at = now - self._received_at, now
        at = now
        if gap_s > NEVER_STALE_S and stale_after(period_s) < gap_s <= self._settings.most_held_s:
            ran_m = -1.0 if self._counter is None or distance is None else distance - self._counter
            if ran_m >= 0.0 and speed >= self._settings.running_speed:
                late_at = self._measured_at + max(period_s, ran_m / speed)
                at = late_at if now - late_at >= self._settings.late_s else now
        elif self._measured_at < now - gap_s and gap_s < 0.5 * period_s:
            at = min(now, self._measured_at + period_s)
        self._measured_at = at
        self._counter = distance
        return at

    def note_speed(self, speed: float) -> None:
        """Note the speed of a packet whose time is known from elsewhere."""
        if speed > 0.0:
            self._still_since = None

    def may_be_standing(self, at: float, steps: float) -> bool:
        """Return True if a speed of 0 beside this cadence can be right; it is lost while the legs move.

        Just after a stop pods hold the cadence they had for up to 5 s (8 s seen at a walk); a held one does not
        change.
        """
        if steps < self._settings.moving_cadence:
            self._still_since = None
            return True
        if self._still_since is None:
            self._still_since, self._still_cadence, self._has_changed = at, steps, False
        self._has_changed = self._has_changed or steps != self._still_cadence
        return not self._has_changed or at - self._still_since < self._settings.cadence_held_s


class PodPool:
    """What is known of each sensor where any of several may be worn, and which one is behind each source."""

    def __init__(self, settings: SignalSettings) -> None:
        """Start with what earlier runs taught."""
        self._sensors = {sensor.number: sensor for sensor in settings.learnt_of_pool}
        self._numbers: dict[Source, int] = {}

    def sensor_of(self, source: Source) -> PooledSensor | None:
        """Return what is known of the sensor behind a source; None where only one can be."""
        number = self._numbers.get(source)
        return None if number is None else self._sensors.get(number, PooledSensor(number))

    def is_behind(self, source: Source, number: int) -> bool:
        """Return True if this sensor is behind a source, or would be the first there."""
        return self._numbers.get(source, number) == number

    def change(
        self, source: Source, number: int, factor: LearntFactor | None, footpod: FootpodDecoder | None
    ) -> PooledSensor | None:
        """Put another sensor behind a source, and return what is known of it; None if it is the same.

        `factor` and `footpod` are those of the one before; it may be used again, so they are kept.
        """
        before, self._numbers[source] = self.sensor_of(source), number
        if before is not None:
            if before.number == number:
                return None
            count = None if footpod is None else footpod.cadence.multiplier
            self._sensors[before.number] = replace(
                before,
                factor=before.factor if factor is None else factor.factor,
                sd=before.sd if factor is None else factor.sd,
                learnt_count=count or before.learnt_count,
            )
        return self.sensor_of(source)


class _PodRecord:
    """The recent samples of one of two pods."""

    __slots__ = ("noise", "since", "speed", "stale_at", "watched_s")

    def __init__(self) -> None:
        self.stale_at = -1.0
        self.since = 0.0
        """Since when it has sent without falling silent."""
        self.speed: float | None = None
        self.noise = 0.0
        """Mean step from one speed to the next, as a share of the speed."""
        self.watched_s = 0.0


class PodPair:
    """Two pods, one of which leads."""

    def __init__(
        self, settings: SignalSettings, is_calibrated: Callable[[Source], bool], lead: Source, at: float
    ) -> None:
        """Start with the pod that sent first as the lead; `is_calibrated` tells whether a pod's factor is known."""
        self._settings = settings
        self._is_calibrated = is_calibrated
        self._records = {source: _PodRecord() for source in PODS}
        self._changed_at = 0.0
        self.lead = lead
        """The pod that drives the pace."""
        self._records[lead].stale_at = at + stale_after(1.0)

    def on_sample(self, source: Source, at: float, period_s: float, speed: float | None) -> bool:
        """Take in a sample of one pod and return whether that changes the lead; other sources change nothing."""
        record = self._records.get(source)
        if record is None:
            return False
        self._update(record, at, period_s, speed)
        if source is self.lead or not self._is_better(source, record, at):
            return False
        self.lead = source
        self._changed_at = at
        return True

    def _update(self, record: _PodRecord, at: float, period_s: float, speed: float | None) -> None:
        settings = self._settings
        if at > record.stale_at:
            record.since = at
            record.speed = None
        record.stale_at = at + stale_after(period_s)
        is_running = speed is not None and speed >= settings.running_speed
        if is_running and speed is not None and record.speed is not None:
            record.watched_s += period_s
            share = period_s / min(record.watched_s, settings.pod_noise_s)
            record.noise += (abs(speed - record.speed) / speed - record.noise) * min(1.0, share)
        record.speed = speed if is_running else None

    def _is_better(self, source: Source, record: _PodRecord, at: float) -> bool:
        settings, lead = self._settings, self._records[self.lead]
        if at > lead.stale_at:
            return True
        is_calibrated, is_lead_calibrated = self._is_calibrated(source), self._is_calibrated(self.lead)
        if is_calibrated is not is_lead_calibrated:
            return is_calibrated and at - record.since >= settings.pod_back_s
        return (
            min(record.watched_s, lead.watched_s) >= settings.pod_noise_s
            and at - self._changed_at >= settings.pod_change_s
            and lead.noise > settings.pod_noisier * record.noise
        )
