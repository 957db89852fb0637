"""How long and how far a workout will be, before it is run; what nobody can know is counted, not hidden."""

from dataclasses import dataclass

from coach.quantities import Metres, Seconds
from coach.workout.defaults import (
    TYPICAL_EASY_MPS,
    TYPICAL_HARD_MPS,
    TYPICAL_HEART_RATE_REST_S,
    TYPICAL_JOG_MPS,
    TYPICAL_WALK_MPS,
)
from coach.workout.kinds import REPS, RESTS, RUN
from coach.workout.timeline import (
    Band,
    DistanceEnd,
    HeartRateEnd,
    Move,
    Quantity,
    SlotEnd,
    Step,
    TimeEnd,
    Timeline,
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The size of a workout."""

    seconds: Seconds
    """Total time; of steps of unknown length only what they take at least."""
    metres: Metres
    """Total distance, steps of unknown length left out."""
    hard_seconds: Seconds
    """Of work, hills and strides."""
    hard_metres: Metres
    """Of work, hills and strides that have a distance; 0 if none has."""
    hard_about_metres: Metres
    """Of all work, hills and strides, at a typical speed where neither distance nor pace says."""
    guessed_steps: int
    """Steps whose time or distance rests on a typical speed because they have no pace of their own."""
    open_steps: int
    """Steps whose length nobody knows."""


def estimate(timeline: Timeline) -> Estimate:
    """Add a timeline up; optional reps are counted in."""
    seconds = metres = hard_seconds = hard_metres = hard_about = slot_used = 0.0
    guessed = unknown = 0
    for step in timeline.steps:
        time, distance = _size(step, slot_used)
        slot_used = time or 0.0 if step.send_off_s is not None else slot_used + (time or 0.0)
        if step.kind not in RUN:
            continue
        if time is None:
            unknown += 1
            seconds += step.until.not_before_s or 0.0
            continue
        seconds += time
        metres += distance
        guessed += step_seconds(step) is None or (step_metres(step) is None and distance > 0)
        if step.kind in REPS:
            hard_seconds += time
            hard_metres += distance if step.until.distance() is not None else 0.0
            hard_about += distance
    return Estimate(
        Seconds(seconds),
        Metres(metres),
        Seconds(hard_seconds),
        Metres(hard_metres),
        Metres(hard_about),
        guessed,
        unknown,
    )


def step_seconds(step: Step) -> Seconds | None:
    """How long a step takes by its plan; None where neither its end nor its pace says."""
    known: list[float] = []
    for end in step.until.ends:
        if isinstance(end, TimeEnd):
            known.append(end.seconds)
        elif isinstance(end, DistanceEnd):
            speed = planned_speed(step)
            if speed is not None:
                known.append(end.metres / speed)
            elif step.else_time_s is not None:
                known.append(step.else_time_s)
    return Seconds(min(known)) if known else None


def likely_seconds(step: Step) -> Seconds | None:
    """How long a step probably takes, at a typical speed where it has no pace; None where nobody knows."""
    seconds, _ = _size(step, 0.0)
    return None if seconds is None else Seconds(seconds)


def step_metres(step: Step) -> Metres | None:
    """How far a step goes by its plan; None where neither its end nor its pace says."""
    distance = step.until.distance()
    if step.until.time() is None:
        return distance
    speed = planned_speed(step)
    if speed is None:
        return None
    by_time = speed * step.until.time()  # type: ignore[operator]
    return Metres(min(by_time, distance) if distance is not None else by_time)


def planned_speed(step: Step) -> float | None:
    """Mean speed in m/s the target asks for; None without a speed target."""
    if step.target is None or step.target.quantity is not Quantity.SPEED:
        return None
    start = _aim(step.target.band)
    if step.target.ramp is None or start is None:
        return start
    end = _aim(step.target.ramp)
    return start if end is None else (start + end) / 2


def _aim(band: Band) -> float | None:
    """The speed aimed at in a band; a one-sided band is aimed at its edge."""
    return next((value for value in (band.aim, band.high, band.low) if value is not None), None)


def _size(step: Step, slot_used: float) -> tuple[float | None, float]:
    """Time (None if nobody knows) and distance of a step, typical speeds filled in."""
    speed = planned_speed(step) or typical_speed(step)
    end = step.until.ends[0]
    time: float | None = step_seconds(step)
    if time is None and isinstance(end, SlotEnd):
        time = max(0.0, end.every_s - slot_used)
    elif time is None and step.until.distance() is not None:
        time = (step.until.distance() or 0.0) / speed
    elif time is None and isinstance(end, HeartRateEnd):
        time = TYPICAL_HEART_RATE_REST_S
    if time is None:
        return None, 0.0
    time = max(time, step.until.not_before_s or 0.0)
    time = min(time, step.until.cap_s or time)
    return time, step_metres(step) if step_metres(step) is not None else time * speed  # type: ignore[return-value]


def typical_speed(step: Step) -> float:
    """A speed for a step that names none: for estimates only."""
    if step.kind in RESTS:
        return {Move.JOG: TYPICAL_JOG_MPS, Move.WALK: TYPICAL_WALK_MPS, Move.STAND: 0.0001}[step.move]
    return TYPICAL_HARD_MPS if step.kind in REPS else TYPICAL_EASY_MPS
