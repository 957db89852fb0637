"""Gates: the workout's own rules, which are asked before a step or watched during it."""

from dataclasses import dataclass, field
from typing import Final

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter, CueRecord
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import Rule, RuleEvent, Subscription
from coach.quantities import Seconds
from coach.session.events import StepStarted
from coach.signals.readings import Reading, is_stale
from coach.workout.timeline import Quantity, StepGate

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
        self.arbiter.emit(now, CueKind.GATE, CueClass.STEP, phrases.gate(gate.rule, gate.text), why)
