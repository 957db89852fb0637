"""Targets of cadence and power. Out of the band for a while is said; back in, once. Pace: `coach.cues.pace`.

External metrics - muscle oxygen, core temperature - against targets and caps of the workout or the runner.

The thresholds are always somebody's own: none is built in, and none is advised (docs/explanation/refusals.md).
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter
from coach.cues.context import UNJUDGED, StepContext, pace_of
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import BandMonitor, Rule, Side, Subscription
from coach.quantities import Seconds
from coach.signals.readings import Reading
from coach.signals.scatter import Scatter
from coach.workout.timeline import Kind, Quantity, Target


class SideWords(NamedTuple):
    """What a band says on each side."""

    high: tuple[CueKind, str]
    low: tuple[CueKind, str]


class BandLimits(NamedTuple):
    """The band as it is judged: as written, for cadence is the quietest channel there is."""

    low: float | None
    aim: float
    high: float | None


_CADENCE: Final = SideWords(
    (CueKind.CADENCE_HIGH, phrases.CADENCE_HIGH), (CueKind.CADENCE_LOW, phrases.CADENCE_LOW)
)
_POWER: Final = SideWords((CueKind.POWER_HIGH, phrases.POWER_HIGH), (CueKind.POWER_LOW, phrases.POWER_LOW))


class CadenceBand(Rule):
    """Cadence targets: settle, hold, hysteresis, and silence as soon as it is right."""

    __slots__ = ("_limits", "_mean", "_target", "_watch")

    quantity = Quantity.CADENCE
    channel = Subscription.CADENCE
    unit = "cadence_spm"
    rule = "cadence_band"
    words = _CADENCE

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Begin inside the band, with no mean."""
        super().__init__(context, arbiter)
        self._watch = BandMonitor(arbiter.record(self.rule))
        self._mean = Scatter(context.settings.smooth_s)
        self._target: Target | None = None
        self._limits: BandLimits | None = None

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Begin inside the band, with no mean."""
        self._watch.reset()
        self._mean.reseed()
        self._target = None

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Listen where the step's target is of this quantity and the clock runs."""
        step = self.context.step
        if step is None or step.target is None or step.target.quantity is not self.quantity:
            return ()
        if step.kind in UNJUDGED or step.target.estimated or not self.context.is_running():
            return ()
        return (self.channel,)

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Judge the mean; on target, with nothing told, that is all there is to do."""
        value = self._mean.take(reading.at, reading.value)
        limits = self._limits_now(now)
        if limits is None:
            return
        low, aim, high = limits
        inside = (low is None or value >= low) and (high is None or value <= high)
        if inside and not self._watch.said.was_said():
            self._watch.interrupt()
            return
        if not self.context.is_settled(now) or self.context.is_walking(now):
            self._watch.interrupt()
            return
        side = self._watch.update(now, value, low, high, aim * self.context.settings.hysteresis)
        if side is not None:
            self._speak(side, value, limits, reading, now)

    def _limits_now(self, now: Seconds) -> BandLimits | None:
        """Work the limits out once for a target."""
        target = self.context.session.target_now(now)
        if target is not self._target:
            self._target = target
            aim = None if target is None else pace_of(target.band)
            self._limits = None
            if target is not None and aim is not None:
                self._limits = BandLimits(target.band.low, aim, target.band.high)
        return self._limits

    def _speak(self, side: Side, value: float, limits: BandLimits, reading: Reading, now: Seconds) -> None:
        held = self._watch.held_s(now)
        window, age, noise = Seconds(held), Seconds(now - reading.at), self._mean.relative()
        why = Why(self.rule, value, self.unit, limits.low, limits.high, window, age, noise)
        if side is Side.BACK:
            if held >= self.context.settings.hold_back_s and self.arbiter.remark(
                now, CueKind.BACK_ON_TARGET, CueClass.INFO, phrases.ON, why
            ):
                self._watch.said.forget()
            return
        if held < self.context.settings.hold_steps_s or not (side is Side.HIGH or self.context.may_push()):
            return
        kind, text = self.words.high if side is Side.HIGH else self.words.low
        if self.arbiter.advise(now, kind, text, why):
            self._watch.said.note(now, side)


class PowerBand(CadenceBand):
    """Power targets, as cadence."""

    __slots__ = ()

    quantity = Quantity.POWER
    channel = Subscription.POWER
    unit = "power_w"
    rule = "power_band"
    words = _POWER


_UNJUDGED = frozenset({Kind.STRIDE, Kind.CHECKLIST, Kind.PROMPT})


@dataclass(slots=True)
class _MetricLimit:
    """One limit on a metric, and since when it is broken."""

    target: Target
    scatter: Scatter
    watch: BandMonitor = field(default_factory=BandMonitor)
    at: float | None = None


class MetricBand(Rule):
    """Says that a metric is over or under a limit, once until it is back inside."""

    __slots__ = ("_watched",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Begin with no limit."""
        super().__init__(context, arbiter)
        self._watched: list[_MetricLimit] = []

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Take the limits of the step; what was told of one that holds on is not told again."""
        step, before = self.context.step, {one.target: one for one in self._watched}
        limits = () if step is None or step.kind in _UNJUDGED else (step.target, *step.caps)
        about = [one for one in limits if one is not None and one.quantity is Quantity.METRIC]
        tau_s = self.context.settings.metric_hold_s
        self._watched = [before.get(target) or _MetricLimit(target, Scatter(tau_s)) for target in about]

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Listen where the step has such a limit and its clock runs."""
        return (Subscription.METRIC,) if self._watched and self.context.is_running() else ()

    def metrics(self) -> tuple[str, ...]:
        """Name what the limits are about."""
        return tuple(sorted({one.target.metric for one in self._watched}))

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Hold a value against each limit on its metric."""
        for one in self._watched:
            if self.context.signals.metric(one.target.metric) == reading:
                self._judge(one, reading, now)

    def _judge(self, one: _MetricLimit, reading: Reading, now: Seconds) -> None:
        settings, band = self.context.settings, one.target.band
        if one.at is not None and now - one.at > max(3.0, 3.0 * reading.period_s):
            one.watch.interrupt()  # a hold without a hole is wanted
        one.at = now
        one.scatter.take(reading.at, reading.value, reading.period_s)
        side = one.watch.update(now, reading.value, band.low, band.high, 0.0)
        held = one.watch.held_s(now)
        if side is Side.BACK:
            if held >= settings.metric_hold_s:
                one.watch.said.forget()
            return
        if side is None or one.watch.said.was_said_of(side) or held < settings.metric_hold_s:
            return
        kind = CueKind.METRIC_HIGH if side is Side.HIGH else CueKind.METRIC_LOW
        name = one.target.metric
        window, age = Seconds(held), Seconds(now - reading.at)
        noise = one.scatter.relative()
        why = Why("metric_band", reading.value, name, band.low, band.high, window, age, noise)
        words = phrases.metric(name, high=side is Side.HIGH)
        if self.arbiter.advise(now, kind, words, why):
            one.watch.said.note(now, side)
