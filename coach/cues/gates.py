"""Gates of the workout: its author's own rules, asked before or watched during a step; each names itself."""

from dataclasses import dataclass
from typing import Final

from coach.cues import phrases
from coach.cues.cue import CueClass, CueKind, Why
from coach.cues.manners import Manners
from coach.cues.rule import Channel, Heard, Rule
from coach.cues.scene import Scene
from coach.quantities import Seconds
from coach.session.facts import StepStarted
from coach.signals.readings import Freshness, Reading, freshness
from coach.workout.timeline import Gate, Quantity

_CHANNELS: Final = {
    Quantity.SPEED: Channel.SPEED,
    Quantity.HEART_RATE: Channel.HEART_RATE,
    Quantity.CADENCE: Channel.CADENCE,
    Quantity.POWER: Channel.POWER,
    Quantity.METRIC: Channel.METRIC,
}
_UNITS: Final = {
    Quantity.SPEED: "speed_mps",
    Quantity.HEART_RATE: "heart_rate_bpm",
    Quantity.CADENCE: "cadence_spm",
    Quantity.POWER: "power_w",
}


@dataclass(slots=True)
class _Watched:
    """A gate with the seconds spent beyond it: in a row, or in the present stretch of a set."""

    gate: Gate
    quantity: Quantity
    at: float | None = None
    spent_s: float = 0.0
    stretch: int = 0
    fired: bool = False


class Gates(Rule):
    """Says a gate's question at the start, and its words when it is broken, once a step or stretch.

    A stretch, such as the kilometre of "three red minutes per km", goes on from rep to rep of a set with the metres
    of its jogs; another set begins a new one.
    """

    __slots__ = ("_budgets", "_metres", "_set", "_watched")

    def __init__(self, scene: Scene, manners: Manners) -> None:
        """Begin with none."""
        super().__init__(scene, manners)
        self._watched: list[_Watched] = []
        self._set = ""
        self._budgets: dict[Gate, _Watched] = {}
        self._metres: dict[str, float] = {}
        """Metres of each step of the set."""

    def begin(self, now: Seconds) -> None:  # noqa: ARG002  (as the base has it)
        """Take the gates of the step that are watched; budgets of the same set go on."""
        step = self.scene.step
        if step is not None and step.set_id != self._set:
            self._set = step.set_id
            self._budgets.clear()
            self._metres.clear()
        during = () if step is None else tuple(gate for gate in step.gates if gate.when == "during")
        self._watched = [self._watch(gate) for gate in during if gate.quantity in _CHANNELS]

    def hear(self, event: Heard, now: Seconds) -> None:
        """Ask the gates of a step's start."""
        if isinstance(event, StepStarted):
            for gate in event.step.gates:
                if gate.when == "before":
                    self._say(gate, Why(f"gate: {gate.rule}"), now)

    def listens(self) -> tuple[Channel, ...]:
        """Listen to what the gates are about."""
        if not self.scene.running():
            return ()
        return tuple(sorted({_CHANNELS[one.quantity] for one in self._watched}))

    def metrics(self) -> tuple[str, ...]:
        """Name the external metrics the gates are about."""
        return tuple(sorted({one.gate.metric for one in self._watched if one.gate.metric}))

    def judge(self, reading: Reading, now: Seconds) -> None:
        """Count the time beyond each gate of this quantity."""
        for one in self._watched:
            if self._is_about(one, reading):
                self._count(one, self._value(one, reading), reading, now)

    def _watch(self, gate: Gate) -> _Watched:
        assert gate.quantity is not None
        if gate.per_m is None:
            return _Watched(gate, gate.quantity)
        budget = self._budgets.setdefault(gate, _Watched(gate, gate.quantity))
        budget.at = None
        return budget

    def _is_about(self, one: _Watched, reading: Reading) -> bool:
        signals = self.scene.signals
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

    def _value(self, one: _Watched, reading: Reading) -> float:
        smooth = self.scene.quick.value if one.quantity is Quantity.SPEED else None
        return reading.value if smooth is None else smooth

    def _count(self, one: _Watched, value: float, reading: Reading, now: Seconds) -> None:
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
            one.fired = False
        if beyond and not one.fired and one.spent_s >= (gate.for_s or 0.0):
            one.fired = True
            age, window = Seconds(now - reading.at), Seconds(one.spent_s)
            unit = gate.metric or _UNITS[one.quantity]
            self._say(gate, Why(f"gate: {gate.rule}", value, unit, gate.below, gate.above, window, age), now)

    def _next_stretch(self, one: _Watched, now: Seconds) -> None:
        step, metres = self.scene.step, self.scene.session.step_metres(now)
        if one.gate.per_m is None or metres is None or step is None:
            return
        self._metres[step.step_id] = metres
        stretch = int(sum(self._metres.values()) // one.gate.per_m)
        if stretch != one.stretch:
            one.stretch, one.spent_s, one.fired = stretch, 0.0, False

    def _say(self, gate: Gate, why: Why, now: Seconds) -> None:
        self.manners.say(now, CueKind.GATE, CueClass.STEP, phrases.gate(gate.rule, gate.text), why)
