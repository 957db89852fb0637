"""Gates of the workout: its author's own rules, asked before or watched during a step; each names itself."""

from dataclasses import dataclass, field
from typing import Final

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter, SaidRecord
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.rule import Rule, RuleEvent, Subscription
from coach.quantities import Seconds
from coach.session.facts import StepStarted
from coach.signals.freshness import freshness
from coach.signals.readings import Freshness, Reading
from coach.workout.timeline import Gate, Quantity

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
    """A gate with the seconds spent beyond it: in a row, or in the present stretch of a set."""

    gate: Gate
    quantity: Quantity
    at: float | None = None
    spent_s: float = 0.0
    stretch: int = 0
    said: SaidRecord = field(default_factory=SaidRecord)


class Gates(Rule):
    """Says a gate's question at the start, and its words when it is broken, once a step or stretch.

    A stretch, such as the kilometre of "three red minutes per km", goes on from rep to rep of a set with the metres
    of its jogs; another set begins a new one.
    """

    __slots__ = ("_budgets", "_metres", "_set", "_watched")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Begin with none."""
        super().__init__(context, arbiter)
        self._watched: list[_GateCounter] = []
        self._set = ""
        self._budgets: dict[Gate, _GateCounter] = {}
        self._metres: dict[str, float] = {}
        """Metres of each step of the set."""

    def on_step(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Take the gates of the step that are watched; budgets of the same set go on."""
        step = self.context.step
        if step is not None and step.set_id != self._set:
            self._set = step.set_id
            self._budgets.clear()
            self._metres.clear()
        during = () if step is None else tuple(gate for gate in step.gates if gate.when == "during")
        self._watched = [self._watch(gate) for gate in during if gate.quantity in _CHANNELS]

    def on_event(self, event: RuleEvent, now: Seconds) -> None:
        """Ask the gates of a step's start."""
        if isinstance(event, StepStarted):
            for gate in event.step.gates:
                if gate.when == "before":
                    self._say(gate, Why(f"gate: {gate.rule}"), now)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Listen to what the gates are about."""
        if not self.context.is_running():
            return ()
        return tuple(sorted({_CHANNELS[one.quantity] for one in self._watched}))

    def metrics(self) -> tuple[str, ...]:
        """Name the external metrics the gates are about."""
        return tuple(sorted({one.gate.metric for one in self._watched if one.gate.metric}))

    def on_sample(self, reading: Reading, now: Seconds) -> None:
        """Count the time beyond each gate of this quantity."""
        for one in self._watched:
            if self._is_about(one, reading):
                self._count(one, self._value(one, reading), reading, now)

    def _watch(self, gate: Gate) -> _GateCounter:
        assert gate.quantity is not None
        if gate.per_m is None:
            return _GateCounter(gate, gate.quantity)
        budget = self._budgets.setdefault(gate, _GateCounter(gate, gate.quantity))
        budget.at = None
        return budget

    def _is_about(self, one: _GateCounter, reading: Reading) -> bool:
        signals = self.context.signals
        if one.quantity is Quantity.METRIC:
            newest = signals.metric(one.gate.metric)
        else:
            newest = {
                Quantity.SPEED: signals.speed,
                Quantity.HEART_RATE: signals.heart_rate,
                Quantity.CADENCE: signals.cadence,
                Quantity.POWER: signals.power,
            }[one.quantity]()
        return newest is not None and newest == reading

    def _value(self, one: _GateCounter, reading: Reading) -> float:
        smooth = self.context.quick.value if one.quantity is Quantity.SPEED else None
        return reading.value if smooth is None else smooth

    def _count(self, one: _GateCounter, value: float, reading: Reading, now: Seconds) -> None:
        gate = one.gate
        whole = one.at is not None and freshness(now - one.at, reading.period_s) is Freshness.LIVE
        step_s = now - one.at if whole and one.at is not None else 0.0
        one.at = now
        self._next_stretch(one, now)
        beyond = (gate.above is not None and value > gate.above) or (
            gate.below is not None and value < gate.below
        )
        if beyond:
            one.spent_s += step_s
        elif gate.per_m is None:
            one.spent_s = 0.0
            one.said.forget()
        if beyond and not one.said.was_said() and one.spent_s >= (gate.for_s or 0.0):
            one.said.note(now)
            age, window = Seconds(now - reading.at), Seconds(one.spent_s)
            unit = gate.metric or _UNITS[one.quantity]
            self._say(gate, Why(f"gate: {gate.rule}", value, unit, gate.below, gate.above, window, age), now)

    def _next_stretch(self, one: _GateCounter, now: Seconds) -> None:
        step, metres = self.context.step, self.context.session.step_metres(now)
        if one.gate.per_m is None or metres is None or step is None:
            return
        self._metres[step.step_id] = metres
        stretch = int(sum(self._metres.values()) // one.gate.per_m)
        if stretch != one.stretch:
            one.stretch, one.spent_s = stretch, 0.0
            one.said.forget()

    def _say(self, gate: Gate, why: Why, now: Seconds) -> None:
        self.arbiter.emit(now, CueKind.GATE, CueClass.STEP, phrases.gate(gate.rule, gate.text), why)
