"""The rules of cadence, power and external metrics, of standing in rests, of form, and of the gates of a workout.

A target is judged in its own quantity, and a cap beside it in the cap's. A value out of its band for a while is called,
the second time in other words, and back inside it is said once. Limits on metrics come from the workout or the athlete:
none is built in or advised (docs/explanation/refusals.md).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Final, NamedTuple

from coach.cues.arbiter import BandMonitor, CueArbiter, CueRecord, Rule, RuleEvent, Side, Subscription
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Phrases, Settling, Why, sentence
from coach.cues.language import Words
from coach.quantities import Seconds
from coach.session.events import StepStarted
from coach.session.phases import Phase
from coach.signals.readings import Reading, is_stale
from coach.signals.smoothing import Ema, Scatter
from coach.workout.kinds import LIMITED, PACED_REPS, RESTS, TYPICAL_HARD_MPS
from coach.workout.timeline import DistanceEnd, Limits, Move, Quantity, StepGate, StepTarget, TimeEnd


class SideWords(NamedTuple):
    """The cue of one side of a band."""

    kind: CueKind
    words: Callable[[Phrases, int, float], str | Words]
    """Makes its words, by how often it was said without an answer and by the edge of the band."""


class CadenceBand(Rule):
    """Judges cadence by a target or cap, with a settle time, a hold and a hysteresis.

    The limits are taken as written: cadence has so little noise that they are not widened.
    """

    __slots__ = ("_mean", "_monitor")

    quantity: ClassVar = Quantity.CADENCE
    channel: ClassVar = Subscription.CADENCE
    unit: ClassVar = "cadence_spm"
    topic: ClassVar = "cadence"
    high: ClassVar = SideWords(CueKind.CADENCE_HIGH, Phrases.cadence_high)
    low: ClassVar = SideWords(CueKind.CADENCE_LOW, Phrases.cadence_low)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start inside the band, with no mean."""
        super().__init__(context, arbiter)
        self._monitor = BandMonitor(arbiter.record(f"{self.topic}_band"))
        self._mean = Scatter(context.settings.smooth_s)

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start inside the band, with no mean."""
        self._monitor.reset()
        self._mean = Scatter(self._smooth_s())

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe if the step limits this quantity and its clock runs."""
        is_limited = self.context.is_running() and self.context.is_limited(self.quantity)
        return (self.channel,) if is_limited else ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Compare the mean with the band."""
        context = self.context
        value = self._mean.add(reading.at, reading.value)
        limits = context.limits(self.quantity, now)
        aim = None if limits is None else limits.band.nominal
        if limits is None or aim is None:
            return
        if limits.band.contains(value) and not self._monitor.record.was_said():
            self._monitor.interrupt()
            return
        if not self._is_settled(now) or context.is_walking(now):
            self._monitor.interrupt()
            return
        inner = aim * context.settings.hysteresis
        side = self._monitor.update(now, value, limits.band.low, limits.band.high, inner)
        if side is not None:
            self._call(side, value, limits, reading, now)

    def evidence(self, now: Seconds) -> Why | None:
        """Return the present mean with the band it is compared with."""
        reading, value = self.context.newest(self.quantity), self._mean.value
        limits = self.context.limits(self.quantity, now) if self.subscriptions() else None
        if limits is None or reading is None or value is None:
            return None
        return self._why(f"{self.topic}_band", value, limits, reading, now)

    def settling(self, now: Seconds) -> Settling | None:
        """Return what is left of the settle time of the step."""
        return self.context.settling(now)

    def _call(self, side: Side, value: float, limits: Limits, reading: Reading, now: Seconds) -> None:
        context, record = self.context, self._monitor.record
        held_s = self._monitor.held_s(now)
        if side is Side.BACK:
            why = self._why(f"{self.topic}_band", value, limits, reading, now)
            if held_s >= context.settings.hold_back_s and self.arbiter.remark(
                now, CueKind.BACK_ON_TARGET, CueClass.INFO, self._back_words(), why
            ):
                record.reset()
                self.arbiter.reset_back_off()
            return
        times = record.times if record.was_said_of(side) else 0
        if held_s < self._hold_s() or (side is Side.LOW and not self._may_push(times)):
            return
        is_high = side is Side.HIGH
        words, edge = (self.high, limits.band.high) if is_high else (self.low, limits.band.low)
        is_capped = limits.is_high_capped if is_high else limits.is_low_capped
        why = self._why(f"{self.topic}_{'cap' if is_capped else 'band'}", value, limits, reading, now)
        if self.arbiter.advise(
            now,
            words.kind,
            words.words(self.phrases, times, edge or 0.0),
            why,
            is_gross=self._is_said_in_short(),
        ):
            record.note(now, side)

    def _why(self, rule: str, value: float, limits: Limits, reading: Reading, now: Seconds) -> Why:
        window_s, age_s = Seconds(self._monitor.held_s(now)), Seconds(now - reading.at)
        band, noise = limits.band, self._mean.relative()
        return Why(rule, value, self.unit, band.low, band.high, window_s, age_s, noise)

    def _back_words(self) -> str:
        return self.phrases.language.cadence_right

    def _may_push(self, times: int) -> bool:
        """Return True if more may be asked for: in work, off a belt, and twice at most without an answer."""
        return self.context.may_push() and times < self.context.settings.push_most

    def _is_settled(self, now: Seconds) -> bool:
        return self.context.is_settled(now)

    def _smooth_s(self) -> float:
        return self.context.settings.smooth_s

    def _hold_s(self) -> float:
        return self.context.settings.hold_steps_s

    def _is_said_in_short(self) -> bool:
        """Return True if it is called in reps in which pace is not."""
        return False


class PowerBand(CadenceBand):
    """Judges power, in steps of half a minute and more.

    A pod's power follows the runner within seconds, so the settle time is its own and short. In a short step the mean
    and the hold are shorter too.
    """

    __slots__ = ()

    quantity: ClassVar = Quantity.POWER
    channel: ClassVar = Subscription.POWER
    unit: ClassVar = "power_w"
    topic: ClassVar = "power"
    high: ClassVar = SideWords(CueKind.POWER_HIGH, Phrases.power_high)
    low: ClassVar = SideWords(CueKind.POWER_LOW, Phrases.power_low)

    def _back_words(self) -> str:
        return self.phrases.language.power_right

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe if the step limits power, is long enough, and its clock runs."""
        expected_s = self._expected_s()
        is_brief = expected_s is not None and expected_s < self.context.settings.power_from_s
        return () if is_brief else super().subscriptions()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Compare the mean with the band; the power of the first seconds is that of getting going."""
        if not self._is_settled(now):
            self._mean.reseed()
        super().on_sample(reading, now)

    def settling(self, now: Seconds) -> Settling | None:
        """Return what is left of the short settle time of power."""
        return self.context.settling_for(now, self.context.settings.power_settle_s)

    def _is_settled(self, now: Seconds) -> bool:
        return self.context.has_run_for(now, self.context.settings.power_settle_s)

    def _smooth_s(self) -> float:
        settings, expected_s = self.context.settings, self._expected_s()
        if expected_s is None:
            return settings.smooth_s
        return min(settings.smooth_s, max(settings.smooth_rep_s, settings.smooth_rep_share * expected_s))

    def _hold_s(self) -> float:
        settings, expected_s = self.context.settings, self._expected_s()
        if expected_s is None:
            return settings.hold_steps_s
        return min(settings.hold_steps_s, settings.power_hold_share * expected_s)

    def _is_said_in_short(self) -> bool:
        return True

    def _expected_s(self) -> float | None:
        """Return how long the step takes: by its end, its pace or, by distance alone, at a typical speed."""
        context = self.context
        if context.step is None or context.step.until.time() is not None or context.is_paced():
            return context.expected_s
        return None if context.length_m is None else context.length_m / TYPICAL_HARD_MPS


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
        target = None if limit.target.ramp is None else self.context.session.target_now(now)
        if target is not None:
            band = target.band
        if limit.at is not None and now - limit.at > max(3.0, 3.0 * reading.period_s):
            limit.monitor.interrupt()  # a hold must have no gap
        limit.at = now
        limit.scatter.add(reading.at, reading.value, reading.period_s)
        side = limit.monitor.update(now, reading.value, band.low, band.high, 0.0)
        held_s = limit.monitor.held_s(now)
        if side is Side.BACK:
            if held_s >= settings.metric_hold_s:
                limit.monitor.record.reset()
                self.arbiter.open_verdict = None
            return
        if side is None or limit.monitor.record.was_said_of(side) or held_s < settings.metric_hold_s:
            return
        kind = CueKind.METRIC_HIGH if side is Side.HIGH else CueKind.METRIC_LOW
        name = limit.target.metric
        window_s, age_s = Seconds(held_s), Seconds(now - reading.at)
        noise = limit.scatter.relative()
        why = Why("metric_band", reading.value, name, band.low, band.high, window_s, age_s, noise)
        words = self.phrases.metric(name, high=side is Side.HIGH)
        if self.arbiter.advise(now, kind, words, why):
            limit.monitor.record.note(now, side)


# --- rests that are stood
#
# A runner who stands in a jogged recovery is asked to jog, once a set: jogging clears lactate faster than standing.
# It is not asked where the workout has a walk or a stand, nor in the rest of a send-off, which is spent at the line.
# No trial of single workouts is known.

_WITH_AN_END: Final = (TimeEnd, DistanceEnd)
"""Ends of a recovery with a known length. In a recovery that a press ends the runner may stand."""


class StandingRest(Rule):
    """Watches the cadence in a jogged recovery."""

    __slots__ = ("_monitor", "_record")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with a runner who jogs."""
        super().__init__(context, arbiter)
        self._monitor = BandMonitor()
        self._record = arbiter.record("standing_rest")

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start with a runner who jogs."""
        self._monitor.reset()

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the cadence in a recovery that is to be jogged, unless it was called in this set."""
        step = self.context.step
        if step is None or step.kind not in RESTS or step.move is not Move.JOG:
            return ()
        if self.context.session.phase is not Phase.RECOVERY or self._record.was_said_of(step.set_id):
            return ()
        return (
            (Subscription.CADENCE,) if any(isinstance(end, _WITH_AN_END) for end in step.until.ends) else ()
        )

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Ask for a jog if the runner has stood for long enough and enough of the recovery is left."""
        settings, session, step = self.context.settings, self.context.session, self.context.step
        if reading.value >= settings.standing_spm:
            self._monitor.interrupt()
            return
        time_s, speed = session.step_time(now), self.context.signals.speed()
        if time_s is None or step is None or time_s < settings.standing_from_s:
            return
        if speed is not None and self.context.is_live(speed, now) and speed.value > settings.standing_mps:
            self._monitor.interrupt()  # the runner moves, so the sensor counts no steps
            return
        side = self._monitor.update(now, reading.value, settings.standing_spm, None, 0.0)
        held_s = self._monitor.held_s(now)
        if side is not Side.LOW or held_s < settings.standing_hold_s or self._record.was_said_of(step.set_id):
            return
        end = session.expected_end(now)
        if end is not None and end - now < settings.standing_left_s:
            return
        age_s = Seconds(now - reading.at)
        why = Why(
            "standing_rest", reading.value, "cadence_spm", settings.standing_spm, None, Seconds(held_s), age_s
        )
        if self.arbiter.advise(now, CueKind.ADVICE, self.phrases.language.keep_jogging, why, is_gross=True):
            self._record.note(now, step.set_id)


# --- form
#
# For runners who switched it on, when the cadence drops in the last third of a rep. Their own cadence at a speed must
# be known from at least three runs (`coach.athlete`), because a drop that the speed explains is no loss of form.

_SMOOTH_S = 5.0
"""Time constant of the judged cadence, which smooths single odd strides."""


class FormRule(Rule):
    """Compares the cadence of the last third of a rep with that of the first two."""

    __slots__ = ("_baseline", "_count", "_record", "_sample_at", "_since", "_smooth", "_turn")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with the first of the phrases."""
        super().__init__(context, arbiter)
        self._turn = 0
        self._smooth = Ema(_SMOOTH_S)
        self._baseline = 0.0
        self._count = 0
        self._since: float | None = None
        self._sample_at = 0.0
        self._record = arbiter.record("cadence_drop")

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Start a rep with no baseline."""
        self._baseline = 0.0
        self._count = 0
        self._since = None
        self._record.reset()
        self._smooth.reseed()

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe in paced work if the runner wants it and their cadence is known."""
        step, context = self.context.step, self.context
        if not context.settings.form_cues or context.athlete.cadence_line is None or not context.is_running():
            return ()
        is_wanted = (
            step is not None and step.kind in PACED_REPS and context.is_paced() and not context.is_treadmill
        )
        return (Subscription.CADENCE, Subscription.SPEED) if is_wanted else ()

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Add to the baseline; in the last third, compare the cadence with it and with the runner's usual cadence."""
        context = self.context
        newest, speed = context.signals.cadence(), context.smooth.value
        if (
            self._record.was_said()
            or speed is None
            or newest is None
            or newest != reading
            or not context.is_settled(now)
        ):
            return
        if is_stale(now - self._sample_at, reading.period_s) or context.is_walking(now):
            self._since = None  # a hold must have no gap
        self._sample_at = now
        self._smooth.add(reading.at, reading.value, reading.period_s)
        share, line = self._share_done(now), context.athlete.cadence_line
        usual = None if line is None else line.at(speed)
        if share is None or usual is None or self._smooth.value is None:
            return
        if share < context.settings.form_from_share:
            self._count += 1
            self._baseline += (self._smooth.value - usual - self._baseline) / self._count
        elif self._count:
            self._hold(usual, now, reading)

    def _hold(self, usual: float, now: Seconds, reading: Reading) -> None:
        """Call the drop once it has lasted: below the rep's baseline and below the usual cadence."""
        settings, value = self.context.settings, self._smooth.value
        assert value is not None
        least = min(usual, usual + self._baseline) - settings.form_drop_spm
        if value > least:
            self._since = None
            return
        since = self._since = now if self._since is None else self._since
        held_s = Seconds(now - since)
        if held_s < settings.form_hold_s:
            return
        why = Why("cadence_drop", value, "cadence_spm", least, None, held_s, Seconds(now - reading.at))
        form = self.phrases.language.form
        words = form[self._turn % len(form)]
        if self.arbiter.advise(now, CueKind.FORM, words, why):
            self._record.note(now)
            self._turn += 1

    def _share_done(self, now: Seconds) -> float | None:
        """Return how much of the rep is run, 0 to 1; None if its metres are bridged over a gap."""
        step = self.context.step
        is_by_distance = step is not None and step.until.distance() is not None
        if is_by_distance and self.context.session.is_estimated(now):
            return None
        return self.context.share_done(now)


# --- gates: rules of the workout's own, asked before a step or watched during it

_CHANNELS: Final = {
    Quantity.SPEED: Subscription.SPEED,
    Quantity.HEART_RATE: Subscription.HEART_RATE,
    Quantity.CADENCE: Subscription.CADENCE,
    Quantity.POWER: Subscription.POWER,
    Quantity.METRIC: Subscription.METRIC,
}
_UNITS: Final = {
    Quantity.SPEED: "speed_mps",
    Quantity.HEART_RATE: "heart_rate_bpm",
    Quantity.CADENCE: "cadence_spm",
    Quantity.POWER: "power_w",
}


@dataclass(slots=True)
class _GateCounter:
    """The seconds spent beyond a gate: in a row, or in the present stretch of a set."""

    gate: StepGate
    quantity: Quantity
    at: float | None = None
    spent_s: float = 0.0
    stretch: int = 0
    record: CueRecord = field(default_factory=CueRecord)


class Gates(Rule):
    """Says the question of a gate at a step's start, and its words once a step or stretch when it is exceeded.

    A stretch, such as the kilometre of "three red minutes per km", goes on from rep to rep of a set, with the metres of
    its jogs. Another set starts a new one.
    """

    __slots__ = ("_budgets", "_counters", "_metres", "_set")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with no gates."""
        super().__init__(context, arbiter)
        self._counters: list[_GateCounter] = []
        self._set = ""
        self._budgets: dict[StepGate, _GateCounter] = {}
        self._metres: dict[str, float] = {}
        """The metres of each step of the set."""

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002 - the base's signature
        """Read the gates of the step; stretches of the same set go on."""
        step = self.context.step
        if step is not None and step.set_id != self._set:
            self._set = step.set_id
            self._budgets.clear()
            self._metres.clear()
        gates = () if step is None else tuple(gate for gate in step.gates if gate.when == "during")
        self._counters = [self._counter_of(gate) for gate in gates if gate.quantity in _CHANNELS]

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Ask the gates at a step's start."""
        if isinstance(event, StepStarted):
            for gate in event.step.gates:
                if gate.when == "before":
                    self._say(gate, Why(f"gate: {gate.rule}"), now)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the quantities of the gates."""
        if not self.context.is_running():
            return ()
        return tuple(sorted({_CHANNELS[counter.quantity] for counter in self._counters}))

    def metrics(self) -> tuple[str, ...]:
        """Return the external metrics of the gates."""
        return tuple(sorted({counter.gate.metric for counter in self._counters if counter.gate.metric}))

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Count the time beyond each gate of this quantity."""
        for counter in self._counters:
            if self._is_about(counter, reading):
                self._count(counter, self._value(counter, reading), reading, now)

    def _counter_of(self, gate: StepGate) -> _GateCounter:
        assert gate.quantity is not None
        if gate.per_m is None:
            return _GateCounter(gate, gate.quantity)
        budget = self._budgets.setdefault(gate, _GateCounter(gate, gate.quantity))
        budget.at = None
        return budget

    def _is_about(self, counter: _GateCounter, reading: Reading) -> bool:
        signals = self.context.signals
        if counter.quantity is Quantity.METRIC:
            newest = signals.metric(counter.gate.metric)
        else:
            newest = {
                Quantity.SPEED: signals.speed,
                Quantity.HEART_RATE: signals.heart_rate,
                Quantity.CADENCE: signals.cadence,
                Quantity.POWER: signals.power,
            }[counter.quantity]()
        return newest is not None and newest == reading

    def _value(self, counter: _GateCounter, reading: Reading) -> float:
        smooth = self.context.recent.value if counter.quantity is Quantity.SPEED else None
        return reading.value if smooth is None else smooth

    def _count(self, counter: _GateCounter, value: float, reading: Reading, now: Seconds) -> None:
        gate = counter.gate
        has_no_gap = counter.at is not None and not is_stale(now - counter.at, reading.period_s)
        step_s = now - counter.at if has_no_gap and counter.at is not None else 0.0
        counter.at = now
        self._next_stretch(counter, now)
        is_beyond = (gate.above is not None and value > gate.above) or (
            gate.below is not None and value < gate.below
        )
        if is_beyond:
            counter.spent_s += step_s
        elif gate.per_m is None:
            counter.spent_s = 0.0
            counter.record.reset()
        if is_beyond and not counter.record.was_said() and counter.spent_s >= (gate.for_s or 0.0):
            counter.record.note(now)
            age_s, window_s = Seconds(now - reading.at), Seconds(counter.spent_s)
            unit = gate.metric or _UNITS[counter.quantity]
            self._say(
                gate, Why(f"gate: {gate.rule}", value, unit, gate.below, gate.above, window_s, age_s), now
            )

    def _next_stretch(self, counter: _GateCounter, now: Seconds) -> None:
        step, metres = self.context.step, self.context.session.step_metres(now)
        if counter.gate.per_m is None or metres is None or step is None:
            return
        self._metres[step.step_id] = metres
        stretch = int(sum(self._metres.values()) // counter.gate.per_m)
        if stretch != counter.stretch:
            counter.stretch, counter.spent_s = stretch, 0.0
            counter.record.reset()

    def _say(self, gate: StepGate, why: Why, now: Seconds) -> None:
        self.arbiter.emit(now, CueKind.GATE, CueClass.STEP, sentence(gate.text or gate.rule), why)
