"""What the workout itself says: reminders with amounts that add up, gates, and the middle of an easy run.

A gate is a rule of the workout's own, asked before a step or watched during it.
"""

from dataclasses import dataclass, field
from typing import Final

from coach.cues import phrases
from coach.cues.arbiter import CueArbiter, CueRecord
from coach.cues.context import StepContext
from coach.cues.cue import CueClass, CueKind, Sound, Why
from coach.cues.rule import DUST_S, NEVER, Rule, RuleEvent, Subscription, deadline
from coach.quantities import Metres, Seconds
from coach.session.events import StepStarted
from coach.signals.readings import Reading, is_stale
from coach.workout.kinds import EASY, ENDLESS, RESTS
from coach.workout.timeline import Quantity, Step, StepGate, StepReminder


@dataclass(slots=True)
class _Pending:
    """A reminder with the time or distance it is next due at; both None once it is over."""

    reminder: StepReminder
    at_s: float | None
    at_m: float | None
    is_unmeasured: bool = False
    """Whether its next distance counts from the first one measured, as none was when it was said."""


class Reminders(Rule):
    """Says the reminders of the step and of the run when they are due."""

    __slots__ = ("_pending", "_run", "_step_id", "_totals")

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing due and no amounts."""
        super().__init__(context, arbiter)
        self._pending: list[_Pending] = []
        self._run: dict[StepReminder, _Pending] = {}
        self._totals: dict[tuple[str, str], float] = {}
        self._step_id = ""

    def on_step(self, now: Seconds) -> None:
        """Read the step's reminders; those of the run go on, and after an undo those of the step."""
        step, time_s = self.context.step, self.context.session.step_time(now) or 0.0
        step_id = "" if step is None else step.step_id
        if step_id == self._step_id and time_s > 0.0:
            return
        self._step_id = step_id
        self._pending = []
        for reminder in () if step is None else step.reminders:
            if reminder.of_run:
                self._run.setdefault(reminder, _first(reminder))
            else:
                self._pending.append(_first(reminder))
        metres = self.context.session.step_metres(now) or 0.0
        for pending in self._pending:
            self._skip(pending, time_s, metres)

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the distance if a reminder counts it, now or later."""
        is_counted = any(
            pending.at_m is not None or pending.reminder.every_m is not None for pending in self._all()
        )
        return (Subscription.DISTANCE,) if is_counted else ()

    def on_distance(self, metres: Metres, now: Seconds) -> None:
        """Say what is due at the metres run."""
        for pending in self._all():
            run_m = self._run_metres() if pending.reminder.of_run else metres
            if pending.is_unmeasured and run_m is not None:
                pending.is_unmeasured, pending.at_m = False, run_m + (pending.reminder.every_m or 0.0)
            if pending.at_m is not None and run_m is not None and run_m >= pending.at_m:
                self._say(pending, now)
                pending.at_m = _after(pending.at_m, pending.reminder.every_m, run_m)
                self._count_time(pending, now)

    def schedule(self, now: Seconds) -> None:
        """Schedule the next reminder by time."""
        self.due = NEVER
        if not self.context.is_running():
            return
        for pending in self._all():
            time_s = self._time(pending, now)
            if pending.at_s is not None and time_s is not None:
                self.due = min(self.due, deadline(now, max(pending.at_s - time_s, 0.0)))

    def fire(self, now: Seconds) -> None:
        """Say what is due."""
        for pending in self._all():
            time_s = self._time(pending, now)
            if pending.at_s is not None and time_s is not None and time_s >= pending.at_s - DUST_S:
                self._say(pending, now)
                pending.at_s = _after(pending.at_s, pending.reminder.every_s, time_s)
                self._count_metres(pending, now)

    def _count_time(self, pending: _Pending, now: Seconds) -> None:
        """Count the time to the next from here on, if a distance came first and it repeats by time."""
        every_s, time_s = pending.reminder.every_s, self._time(pending, now)
        if every_s is not None and time_s is not None:
            pending.at_s = time_s + every_s

    def _count_metres(self, pending: _Pending, now: Seconds) -> None:
        """Count the metres to the next from here on, if a time came first and it repeats by distance."""
        every_m = pending.reminder.every_m
        if every_m is None:
            return
        metres = self._run_metres() if pending.reminder.of_run else self.context.session.step_metres(now)
        pending.is_unmeasured = metres is None
        pending.at_m = None if metres is None else metres + every_m

    def _all(self) -> list[_Pending]:
        return [*self._pending, *self._run.values()]

    def _time(self, pending: _Pending, now: Seconds) -> float | None:
        session = self.context.session
        return session.run_time(now) if pending.reminder.of_run else session.step_time(now)

    def _run_metres(self) -> float | None:
        latest = self.context.signals.distance.latest()
        return None if latest is None else latest[1]

    def _skip(self, pending: _Pending, time: float, metres: float) -> None:
        if pending.at_s is not None and time > pending.at_s + DUST_S:
            pending.at_s = _after(pending.at_s, pending.reminder.every_s, time)
            if pending.reminder.every_m is not None:
                pending.at_m = metres + pending.reminder.every_m
        elif pending.at_m is not None and metres > pending.at_m:
            pending.at_m = _after(pending.at_m, pending.reminder.every_m, metres)
            if pending.reminder.every_s is not None:
                pending.at_s = time + pending.reminder.every_s

    def _say(self, pending: _Pending, now: Seconds) -> None:
        reminder, total = pending.reminder, None
        if reminder.amount is not None:
            key = (reminder.text, reminder.unit)
            total = self._totals[key] = self._totals.get(key, 0.0) + reminder.amount
        kind = CueKind.FORM if reminder.amount is None else CueKind.FUEL
        self.arbiter.emit(now, kind, CueClass.INFO, self.phrases.reminder(reminder, total), Why("reminder"))


class Halfway(Rule):
    """Says where to turn around on an easy run that begins and ends at the laptop, for runners who asked for it.

    By distance, or by the time run, which a pause moves. Nobody turns around on a track or a belt.
    """

    __slots__ = ("_record",)

    def __init__(self, context: StepContext, arbiter: CueArbiter) -> None:
        """Start with nothing said."""
        super().__init__(context, arbiter)
        self._record = arbiter.record("halfway")

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Subscribe to the distance of an easy run by distance."""
        step = self._easy_run()
        return () if step is None or step.until.distance() is None else (Subscription.DISTANCE,)

    def on_distance(self, metres: Metres, now: Seconds) -> None:
        """Say it at the first sample past the middle."""
        step = self._easy_run()
        length = None if step is None else step.until.distance()
        if length is not None and metres >= length / 2:
            self._say(now)

    def schedule(self, now: Seconds) -> None:
        """Schedule the middle of an easy run by time."""
        self.due = NEVER
        step, time_s = self._easy_run(), self.context.session.step_time(now)
        length_s = None if step is None or step.until.distance() is not None else step.until.time()
        if length_s is not None and time_s is not None and self.context.is_running():
            self.due = deadline(now, max(length_s / 2 - time_s, 0.0))

    def fire(self, now: Seconds) -> None:
        """Say it."""
        self._say(now)

    def _easy_run(self) -> Step | None:
        """Return the step under way if it is a long enough easy run, and nothing was said of it yet."""
        context, step = self.context, self.context.step
        if not context.settings.halfway or step is None or step.rep is not None:
            return None
        if context.is_track() or context.is_treadmill or self._record.was_said_of(step.step_id):
            return None
        is_easy = step.kind in ENDLESS - EASY or (step.target is not None and step.target.ref == "easy")
        is_long = context.expected_s is None or context.expected_s >= context.settings.halfway_from_s
        return step if is_easy and is_long and step.kind not in RESTS else None

    def _say(self, now: Seconds) -> None:
        step = self.context.step
        self._record.note(now, None if step is None else step.step_id)
        words = self.phrases.language.halfway
        self.arbiter.emit(now, CueKind.STEP, CueClass.STEP, words, Why("halfway"), sound=Sound.ON)


def _first(reminder: StepReminder) -> _Pending:
    if reminder.at_s is None and reminder.at_m is None:
        return _Pending(reminder, reminder.every_s, reminder.every_m)
    return _Pending(reminder, reminder.at_s, reminder.at_m)


def _after(at: float, every: float | None, position: float) -> float | None:
    """Return the next time or distance after the one run; None if there is no next."""
    if not every:
        return None
    while at <= position + DUST_S:
        at += every
    return at


# --- gates -----------------------------------------------------------------------------------------------------------

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
