"""Targets of cadence and power, and limits on external metrics such as muscle oxygen or core temperature.

A value out of its band for a while is called, and back inside it is said once. Limits on metrics come from the
workout or the athlete: none is built in or advised (docs/explanation/refusals.md).
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter
from coach.cues.context import StepContext, pace_of
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import BandMonitor, Rule, Side, Subscription
from coach.quantities import Seconds
from coach.signals.readings import Reading
from coach.signals.smoothing import Scatter
from coach.workout.kinds import JUDGED, LIMITED
from coach.workout.timeline import Quantity, StepTarget


class SideWords(NamedTuple):
    """The cue of each side of a band."""

    high: tuple[CueKind, str]
    low: tuple[CueKind, str]


class BandLimits(NamedTuple):
    """The limits a mean is compared with, as written: cadence has so little noise that they are not widened."""

    low: float | None
    aim: float
    high: float | None


_CADENCE: Final = SideWords(
    (CueKind.CADENCE_HIGH, phrases.CADENCE_HIGH), (CueKind.CADENCE_LOW, phrases.CADENCE_LOW)
)
_POWER: Final = SideWords((CueKind.POWER_HIGH, phrases.POWER_HIGH), (CueKind.POWER_LOW, phrases.POWER_LOW))


class CadenceBand(Rule):
    """Judges cadence targets, with a settle time, a hold and a hysteresis."""

    __slots__ = ("_limits", "_mean", "_monitor", "_target")

    quantity = Quantity.CADENCE
    channel = Subscription.CADENCE
    unit = "cadence_spm"
    rule = "cadence_band"
    words = _CADENCE

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start inside the band, with no mean."""
        super().__init__(context, arbiter)
        self._monitor = BandMonitor(arbiter.record(self.rule))
        self._mean = Scatter(context.settings.smooth_s)
        self._target: StepTarget | None = None
        self._limits: BandLimits | None = None

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start inside the band, with no mean."""
        self._monitor.reset()
        self._mean.reseed()
        self._target = None

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe if the step has a target of this quantity and its clock runs."""
        step = self.context.step
        if step is None or step.target is None or step.target.quantity is not self.quantity:
            return ()
        if step.kind not in JUDGED or step.target.estimated or not self.context.is_running():
            return ()
        return (self.channel,)

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Compare the mean with the band."""
        value = self._mean.add(reading.at, reading.value)
        limits = self._limits_now(now)
        if limits is None:
            return
        low, aim, high = limits
        is_inside = (low is None or value >= low) and (high is None or value <= high)
        if is_inside and not self._monitor.record.was_said():
            self._monitor.interrupt()
            return
        if not self.context.is_settled(now) or self.context.is_walking(now):
            self._monitor.interrupt()
            return
        side = self._monitor.update(now, value, low, high, aim * self.context.settings.hysteresis)
        if side is not None:
            self._call(side, value, limits, reading, now)

    def _limits_now(self, now: Seconds) -> BandLimits | None:
        """Return the limits of the present target, which are made once for each target."""
        target = self.context.session.target_now(now)
        if target is not self._target:
            self._target = target
            aim = None if target is None else pace_of(target.band)
            self._limits = None
            if target is not None and aim is not None:
                self._limits = BandLimits(target.band.low, aim, target.band.high)
        return self._limits

    def _call(self, side: Side, value: float, limits: BandLimits, reading: Reading, now: Seconds) -> None:
        held_s = self._monitor.held_s(now)
        window_s, age_s, noise = Seconds(held_s), Seconds(now - reading.at), self._mean.relative()
        why = Why(self.rule, value, self.unit, limits.low, limits.high, window_s, age_s, noise)
        if side is Side.BACK:
            if held_s >= self.context.settings.hold_back_s and self.arbiter.remark(
                now, CueKind.BACK_ON_TARGET, CueClass.INFO, phrases.ON, why
            ):
                self._monitor.record.reset()
            return
        if held_s < self.context.settings.hold_steps_s or not (side is Side.HIGH or self.context.may_push()):
            return
        kind, text = self.words.high if side is Side.HIGH else self.words.low
        if self.arbiter.advise(now, kind, text, why):
            self._monitor.record.note(now, side)


class PowerBand(CadenceBand):
    """Judges power targets, in the same way as cadence."""

    __slots__ = ()

    quantity = Quantity.POWER
    channel = Subscription.POWER
    unit = "power_w"
    rule = "power_band"
    words = _POWER


@dataclass(slots=True)
class _MetricLimit:
    """One limit on a metric, and how long it has been exceeded."""

    target: StepTarget
    scatter: Scatter
    monitor: BandMonitor = field(default_factory=BandMonitor)
    at: float | None = None


class MetricBand(Rule):
    """Calls a metric beyond a limit once, and again only after it was back inside."""

    __slots__ = ("_metric_limits",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with no limits."""
        super().__init__(context, arbiter)
        self._metric_limits: list[_MetricLimit] = []

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Read the limits of the step; a limit that goes on is not called again."""
        step, previous_limits = self.context.step, {limit.target: limit for limit in self._metric_limits}
        limits = () if step is None or step.kind not in LIMITED else (step.target, *step.caps)
        targets = [target for target in limits if target is not None and target.quantity is Quantity.METRIC]
        tau_s = self.context.settings.metric_hold_s
        self._metric_limits = [
            previous_limits.get(target) or _MetricLimit(target, Scatter(tau_s)) for target in targets
        ]

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe if the step limits a metric and its clock runs."""
        return (Subscription.METRIC,) if self._metric_limits and self.context.is_running() else ()

    def metrics(self) -> tuple[str, ...]:
        """Return the metrics that are limited."""
        return tuple(sorted({limit.target.metric for limit in self._metric_limits}))

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Compare a value with each limit on its metric."""
        for limit in self._metric_limits:
            if self.context.signals.metric(limit.target.metric) == reading:
                self._compare(limit, reading, now)

    def _compare(self, limit: _MetricLimit, reading: Reading, now: Seconds) -> None:
        settings, band = self.context.settings, limit.target.band
        if limit.at is not None and now - limit.at > max(3.0, 3.0 * reading.period_s):
            limit.monitor.interrupt()  # a hold must have no gap
        limit.at = now
        limit.scatter.add(reading.at, reading.value, reading.period_s)
        side = limit.monitor.update(now, reading.value, band.low, band.high, 0.0)
        held_s = limit.monitor.held_s(now)
        if side is Side.BACK:
            if held_s >= settings.metric_hold_s:
                limit.monitor.record.reset()
            return
        if side is None or limit.monitor.record.was_said_of(side) or held_s < settings.metric_hold_s:
            return
        kind = CueKind.METRIC_HIGH if side is Side.HIGH else CueKind.METRIC_LOW
        name = limit.target.metric
        window_s, age_s = Seconds(held_s), Seconds(now - reading.at)
        noise = limit.scatter.relative()
        why = Why("metric_band", reading.value, name, band.low, band.high, window_s, age_s, noise)
        words = phrases.metric(name, high=side is Side.HIGH)
        if self.arbiter.advise(now, kind, words, why):
            limit.monitor.record.note(now, side)
