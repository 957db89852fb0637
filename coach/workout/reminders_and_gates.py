"""Compiles reminders and gates to numbers, and chooses the steps that carry those of the whole run."""

from dataclasses import replace

from coach.documents.spelling import read_distance, read_pace, read_time
from coach.workout import rules as written
from coach.workout.errors import MissingNumber
from coach.workout.kinds import RUN
from coach.workout.measures import read_cadence, read_heart_rate, read_point, read_power, read_speed
from coach.workout.model import Workout
from coach.workout.numbers import Numbers
from coach.workout.timeline import Quantity, Step, StepGate, StepReminder


def make_reminder(reminder: written.Reminder, *, of_run: bool) -> StepReminder:
    """Make a reminder."""
    at = reminder.at or reminder.after or reminder.every
    assert at is not None
    at_s, at_m = read_point(at)
    every_s, every_m = read_point(reminder.every) if reminder.every else (None, None)
    amount, unit = reminder.amount, reminder.unit
    return StepReminder(
        reminder.text, at_s, at_m, every_s, every_m, amount, unit, of_run or reminder.of == "run"
    )


def make_gate(gate: written.Gate, numbers: Numbers, *, lenient: bool) -> StepGate:
    """Make a gate; it watches nothing where the athlete does not say enough and this is lenient."""
    quantity: Quantity | None
    try:
        quantity, above, below = _watched(gate, numbers)
    except MissingNumber:
        if not lenient:
            raise
        quantity, above, below = None, None, None
    return StepGate(
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


def run_rules(steps: list[Step], workout: Workout, numbers: Numbers, *, lenient: bool) -> list[Step]:
    """Give reminders and gates of the whole run to its steps.

    Questions before the start stand on the first step. What is watched, and reminders counted from the start
    of the run, stand on every step: their times and distances are of the run, so each comes up once.
    """
    if not steps or not (workout.reminders or workout.gates):
        return steps
    reminders = tuple(make_reminder(reminder, of_run=True) for reminder in workout.reminders)
    gates = tuple(make_gate(gate, numbers, lenient=lenient) for gate in workout.gates)
    during = tuple(gate for gate in gates if gate.when == "during")
    given = [
        replace(step, reminders=step.reminders + reminders, gates=step.gates + during)
        if step.kind in RUN
        else step
        for step in steps
    ]
    before = tuple(gate for gate in gates if gate.when == "before")
    given[0] = replace(given[0], gates=before + given[0].gates)
    return given


def _watched(gate: written.Gate, numbers: Numbers) -> tuple[Quantity | None, float | None, float | None]:
    """What a gate watches, and its limit from above or below."""
    if gate.heart_rate is not None:
        above, below = gate.heart_rate.above, gate.heart_rate.below
        high = numbers.beats(read_heart_rate(above)).high if above else None
        low = numbers.beats(read_heart_rate(below)).low if below else None
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
        high = numbers.speed(read_speed(above))[1] if above else None
        low = numbers.speed(read_speed(below))[0] if below else None
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
