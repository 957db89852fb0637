"""One step of a document to one step of a timeline; where it stands is added by `compile`."""

from dataclasses import dataclass, replace

from coach.documents.faults import Misspelt
from coach.documents.spelling import (
    LONGEST_M,
    LONGEST_S,
    read_distance,
    read_pace,
    read_time,
)
from coach.quantities import Metres, Seconds, format_clock
from coach.workout import ends as written
from coach.workout.describe import step_name
from coach.workout.errors import MissingNumber
from coach.workout.measures import (
    read_cadence,
    read_heart_rate,
    read_one_heart_rate,
    read_point,
    read_power,
    read_speed,
)
from coach.workout.model import Workout
from coach.workout.numbers import Numbers
from coach.workout.resolve import Shift, resolve, resolve_cap, steer_of
from coach.workout.steps import ChecklistStep, Item, Node, PromptStep, Repeat, RunStep, Use
from coach.workout.steps import Gate as WrittenGate
from coach.workout.steps import Reminder as WrittenReminder
from coach.workout.timeline import (
    AutoStart,
    ChecklistItem,
    DelayStart,
    DistanceEnd,
    End,
    Gate,
    HeartRateEnd,
    Kind,
    MarkEnd,
    Move,
    MovementStart,
    OpenEnd,
    PressStart,
    Quantity,
    Reminder,
    Start,
    Step,
    TimeEnd,
    Until,
)

CHANGED = frozenset({Kind.WORK, Kind.STRIDE, Kind.HILL})
"""Kinds whose length changes from repeat to repeat."""
OPEN = Until((OpenEnd(),))


@dataclass(frozen=True, slots=True)
class Changes:
    """What the repeats around a step have changed by now."""

    shifts: tuple[Shift, ...] = ()
    seconds: float = 0.0
    metres: float = 0.0
    recovery_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles single steps for one athlete."""

    numbers: Numbers
    lenient: bool

    def step(self, node: Node, changes: Changes) -> Step:
        """Make a step without a place.

        Raises:
            MissingNumber: the athlete does not say what is needed, and this is not lenient.
            Misspelt: what comes out is impossible; its key names the part of the step.
        """
        assert not isinstance(node, Repeat | Use)
        if isinstance(node, ChecklistStep):
            return self._checklist(node)
        if isinstance(node, PromptStep):
            name = node.name or "Question"
            return Step(
                "", "", "", Kind.PROMPT, name, OPEN,
                question=node.question, answers=node.answers, purpose=node.purpose or "",
            )  # fmt: skip
        return self._run(node, changes)

    def reminder(self, reminder: WrittenReminder, *, of_run: bool) -> Reminder:
        """Make a reminder."""
        at = reminder.at or reminder.after or reminder.every
        assert at is not None
        at_s, at_m = read_point(at)
        every_s, every_m = read_point(reminder.every) if reminder.every else (None, None)
        amount, unit = reminder.amount, reminder.unit
        return Reminder(
            reminder.text, at_s, at_m, every_s, every_m, amount, unit, of_run or reminder.of == "run"
        )

    def gate(self, gate: WrittenGate) -> Gate | None:
        """Make a gate; None where the athlete does not say enough and this is lenient."""
        try:
            quantity, above, below = self._watched(gate)
        except MissingNumber:
            if not self.lenient:
                raise
            return None
        return Gate(
            gate.rule,
            gate.when,
            gate.text,
            quantity,
            above,
            below,
            read_time(gate.for_time) if gate.for_time else None,
            read_distance(gate.per) if gate.per else None,
            gate.metric.name if gate.metric else "",
        )

    def _checklist(self, node: ChecklistStep) -> Step:
        """Make a checklist."""
        return Step(
            "", "", "", Kind.CHECKLIST, node.name or "Checklist", OPEN,
            start=_start(node.start),
            items=tuple(_item(item) for item in node.items),
            gates=self._gates(node.gates),
            purpose=node.purpose or "",
        )  # fmt: skip

    def _run(self, node: RunStep, changes: Changes) -> Step:
        """Make a stretch of running or recovering."""
        kind = Kind(node.kind)
        until = self._until(node, kind, changes)
        target = None
        if node.target is not None:
            with _at("target"):
                target = resolve(
                    node.target,
                    self.numbers,
                    kind,
                    ramp=node.ramp,
                    shifts=changes.shifts,
                    lenient=self.lenient,
                )
        caps = [resolve_cap(cap, self.numbers, lenient=self.lenient) for cap in node.caps]
        move = Move(node.move or "jog")
        says = tuple(Reminder(word.text, *read_point(word.at)) for word in node.says)
        return Step(
            "", "", "", kind, node.name or step_name(kind, until, move), until,
            target=target,
            caps=tuple(cap for cap in caps if cap is not None),
            start=_start(node.start),
            move=move,
            steer=steer_of(target, kind, until.distance(), node.steer),
            else_time_s=read_time(node.else_time) if node.else_time else None,
            reminders=says + tuple(self.reminder(reminder, of_run=False) for reminder in node.reminders),
            gates=self._gates(node.gates),
            calibrate=node.calibrate,
            purpose=node.purpose or "",
        )  # fmt: skip

    def _gates(self, gates: tuple[WrittenGate, ...]) -> tuple[Gate, ...]:
        """Make gates."""
        return tuple(made for gate in gates if (made := self.gate(gate)) is not None)

    def _until(self, node: RunStep, kind: Kind, changes: Changes) -> Until:
        """Make the end of a step, changed as the repeats around it say."""
        if node.until is None:
            return OPEN
        with _at("until"):
            made = [self._end(one, kind, changes) for one in node.until.ones()]
        ends = tuple(end for end in made if end is not None)
        floor = read_time(node.until.not_before) if node.until.not_before else None
        cap = read_time(node.until.cap) if node.until.cap else None
        return Until(ends or OPEN.ends, floor, cap)

    def _end(self, one: written.One, kind: Kind, changes: Changes) -> End | None:
        """Make one end; None for a heart rate the athlete does not give, where lenient."""
        if one.time is not None:
            rise = (
                changes.seconds if kind in CHANGED else changes.recovery_s if kind is Kind.RECOVERY else 0.0
            )
            return TimeEnd(_possible_time(read_time(one.time) + rise))
        if one.distance is not None:
            metres = read_distance(one.distance) + (changes.metres if kind in CHANGED else 0.0)
            return DistanceEnd(_possible_distance(metres))
        if one.mark:
            return MarkEnd()
        if one.open:
            return OpenEnd()
        text = one.heart_rate_below or one.heart_rate_above
        assert text is not None
        try:
            beats = self.numbers.beats(read_one_heart_rate(text))
        except MissingNumber:
            if not self.lenient:
                raise
            return None
        assert beats.high is not None
        return HeartRateEnd(beats.high, below=one.heart_rate_below is not None)

    def _watched(self, gate: WrittenGate) -> tuple[Quantity | None, float | None, float | None]:
        """What a gate watches, and its limit from above or below."""
        if gate.heart_rate is not None:
            above, below = gate.heart_rate.above, gate.heart_rate.below
            high = self.numbers.beats(read_heart_rate(above)).high if above else None
            low = self.numbers.beats(read_heart_rate(below)).low if below else None
            return Quantity.HEART_RATE, high, low
        if gate.pace is not None:
            faster, slower = gate.pace.faster, gate.pace.slower
            return (
                Quantity.SPEED,
                read_pace(faster) if faster else None,
                read_pace(slower) if slower else None,
            )
        if gate.speed is not None:
            above, below = gate.speed.above, gate.speed.below
            high = self.numbers.speed(read_speed(above))[1] if above else None
            low = self.numbers.speed(read_speed(below))[0] if below else None
            return Quantity.SPEED, high, low
        if gate.cadence is not None:
            above, below = gate.cadence.above, gate.cadence.below
            return (
                Quantity.CADENCE,
                read_cadence(above).high if above else None,
                read_cadence(below).low if below else None,
            )
        if gate.power is not None:
            above, below = gate.power.above, gate.power.below
            return (
                Quantity.POWER,
                read_power(above).high if above else None,
                read_power(below).low if below else None,
            )
        if gate.metric is not None:
            return Quantity.METRIC, gate.metric.above, gate.metric.below
        return None, None, None


def run_rules(steps: list[Step], workout: Workout, compiler: Compiler) -> list[Step]:
    """Give reminders and gates of the whole run to its steps.

    Questions before the start stand on the first step. What is watched, and reminders counted from the start
    of the run, stand on every step: their times and distances are of the run, so each comes up once.
    """
    if not steps or not (workout.reminders or workout.gates):
        return steps
    reminders = tuple(compiler.reminder(reminder, of_run=True) for reminder in workout.reminders)
    gates = tuple(made for gate in workout.gates if (made := compiler.gate(gate)) is not None)
    during = tuple(gate for gate in gates if gate.when == "during")
    given = [
        replace(step, reminders=step.reminders + reminders, gates=step.gates + during)
        if step.kind not in {Kind.CHECKLIST, Kind.PROMPT}
        else step
        for step in steps
    ]
    before = tuple(gate for gate in gates if gate.when == "before")
    given[0] = replace(given[0], gates=before + given[0].gates)
    return given


class _at:  # noqa: N801 - reads as a preposition
    """Adds the key of a part of a step to what goes wrong in it."""

    def __init__(self, key: str) -> None:
        """Take the key."""
        self._key = key

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        """Name the key, if it has not been named."""
        if isinstance(problem, Misspelt) and not problem.key:
            problem.key = self._key


def _start(start: object) -> Start | None:
    """Make a start."""
    if isinstance(start, written.Delay):
        return DelayStart(read_time(start.delay))
    words: dict[object, Start] = {"auto": AutoStart(), "press": PressStart(), "movement": MovementStart()}
    return words.get(start)


def _item(item: Item) -> ChecklistItem:
    """Make an exercise."""
    return ChecklistItem(
        item.do,
        item.sets,
        item.reps,
        Seconds(item.seconds) if item.seconds is not None else None,
        Metres(item.metres) if item.metres is not None else None,
        item.each_side,
    )


def _possible_time(seconds: float) -> Seconds:
    """Refuse a time that a change has made impossible."""
    if not 0 < seconds <= LONGEST_S:
        raise Misspelt(
            f"the changes of the repeats make its time {format_clock(seconds)}", "Change less, or less often."
        )
    return Seconds(seconds)


def _possible_distance(metres: float) -> Metres:
    """Refuse a distance that a change has made impossible."""
    if not 1 <= metres <= LONGEST_M:
        raise Misspelt(
            f"the changes of the repeats make its distance {metres:.0f} m", "Change less, or less often."
        )
    return Metres(metres)
