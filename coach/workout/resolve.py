"""From a target as written to a target in numbers: references looked up, bands laid around single values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from coach.documents.spelling import read_pace, read_pace_range
from coach.quantities import Metres, format_pace
from coach.workout import targets as written
from coach.workout.defaults import (
    CADENCE_HALF_BAND,
    FLOAT_BAND,
    HEART_RATE_HALF_BAND,
    OTHER_BAND,
    POWER_HALF_BAND,
    RACE_BAND,
    RACE_REFS,
    THRESHOLD_BAND,
    TIME_STEER_M,
)
from coach.workout.describe import pace_label, range_words
from coach.workout.errors import MissingNumber
from coach.workout.kinds import FLOATS, PACED_REPS, QUICK, REPS, RUN, Kind
from coach.workout.numbers import Numbers
from coach.workout.targets import (
    Measure,
    offset_speed,
    read_cadence,
    read_heart_rate,
    read_power,
    read_speed,
)
from coach.workout.timeline import Band, CoachBy, Quantity, StepTarget

NO_SLOW_SIDE = RUN - QUICK
"""Kinds in which nobody is told to hurry by a single pace."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What the repeats around a step do to its pace."""

    offset: str
    times: int


def resolve(
    target: written.Target,
    numbers: Numbers,
    kind: Kind,
    *,
    ramp: written.Target | None = None,
    shifts: tuple[Shift, ...] = (),
    lenient: bool = False,
) -> StepTarget:
    """Make a target of a step from what was written.

    Args:
        target: as written.
        numbers: of the athlete.
        kind: of the step; it chooses the band of a single value.
        ramp: what the target becomes by the end of the step.
        shifts: changes of pace by the repeats around it.
        lenient: give a target without numbers, instead of raising, where the athlete does not say.

    Raises:
        MissingNumber: a number of the athlete is needed and `lenient` is false.
        Misspelt: the pace that results is one nobody runs.
    """
    try:
        made = _resolve(target, numbers, kind, shifts)
        if ramp is None:
            return made
        end = _resolve(ramp, numbers, kind, shifts)
    except MissingNumber:
        if not lenient:
            raise
        label = written_words(target) + (f" to {written_words(ramp)}" if ramp else "")
        return StepTarget(Quantity(target.about), Band(), label, ref=ref_of(target))
    label = f"{made.label} to {end.label}"
    estimated = made.estimated or end.estimated
    return StepTarget(
        made.quantity, made.band, label, made.ref, end.band, estimated, made.metric, made.is_range
    )


def resolve_cap(cap: written.Target, numbers: Numbers, *, lenient: bool = False) -> StepTarget:
    """Make a cap; a single value or a range written as a text is a maximum, bounds are kept as they are.

    Where a number of the athlete is missing and `lenient` is true, it has its author's words and no numbers.

    Raises:
        MissingNumber: a number of the athlete is needed and `lenient` is false.
        Misspelt: the pace that results is one nobody runs.
    """
    try:
        made = _exact(cap, numbers)
    except MissingNumber:
        if not lenient:
            raise
        return StepTarget(Quantity(cap.about), Band(), limit_words(cap))
    band = made.band
    if isinstance(getattr(cap, cap.about if cap.pace is None else "pace"), str | written.PaceRef):
        band = Band(high=band.high if band.high is not None else band.low)
    return StepTarget(
        made.quantity, band, bound_label(band, made, numbers), estimated=made.estimated, metric=made.metric
    )


def steer_of(
    target: StepTarget | None, kind: Kind, metres: Metres | None, wish: str | None
) -> CoachBy | None:
    """In what a step is coached: as written; race paces in time; without a reference by kind and length."""
    if target is None or target.quantity is not Quantity.SPEED:
        return None
    if wish is not None:
        return CoachBy(wish)
    if kind not in PACED_REPS or target.ramp is not None:
        return CoachBy.RATE
    if target.ref:
        return CoachBy.TIME if target.ref in RACE_REFS else CoachBy.RATE
    return CoachBy.TIME if metres is not None and metres <= TIME_STEER_M else CoachBy.RATE


def pace_band(speed: float, ref: str, kind: Kind) -> Band:
    """The band of a single speed in m/s by the table of `workout/defaults.py`."""
    if kind in FLOATS:
        faster, slower = FLOAT_BAND
    elif ref == "threshold":
        faster, slower = THRESHOLD_BAND
    elif ref in RACE_REFS:
        faster, slower = RACE_BAND
    else:
        faster, slower = OTHER_BAND
    no_slow_side = ref == "easy" or kind in NO_SLOW_SIDE
    return Band(None if no_slow_side else speed / (1 + slower / 100), speed, speed / (1 - faster / 100))


def _resolve(target: written.Target, numbers: Numbers, kind: Kind, shifts: tuple[Shift, ...]) -> StepTarget:
    """Resolve one target, bands laid around single values."""
    made = _exact(target, numbers)
    band = made.band
    if made.quantity is Quantity.SPEED:
        return _speed_target(target, made, numbers, kind, shifts)
    if band.low is None or band.low != band.high:
        return made
    half = {
        Quantity.HEART_RATE: HEART_RATE_HALF_BAND,
        Quantity.CADENCE: CADENCE_HALF_BAND,
        Quantity.POWER: POWER_HALF_BAND * band.low,
    }.get(made.quantity, 0.0)
    around = Band(band.low - half, band.low, band.low + half)
    return StepTarget(made.quantity, around, made.label, made.ref, None, made.estimated, made.metric)


def _speed_target(
    target: written.Target, made: StepTarget, numbers: Numbers, kind: Kind, shifts: tuple[Shift, ...]
) -> StepTarget:
    """Shift a speed target by the repeats around it and lay its band."""
    low, high = made.band.low, made.band.high
    if kind in REPS:
        for shift in shifts:
            low = low and offset_speed(low, shift.offset, times=shift.times)
            high = high and offset_speed(high, shift.offset, times=shift.times)
    unit = numbers.unit or unit_of(target)
    ref = made.ref
    if low is None or high is None:
        band = Band(low, None, high)
        return StepTarget(Quantity.SPEED, band, bound_label(band, made, numbers, unit), ref, is_range=True)
    in_speed = isinstance(target.speed, str) and "%" not in target.speed and not shifts
    label = written_words(target) if in_speed else pace_label(low, high, unit)
    if low == high:
        return StepTarget(Quantity.SPEED, pace_band(low, ref, kind), label, ref)
    open_slow = ref == "easy"
    band = Band(None if open_slow else low, (low + high) / 2, high)
    return StepTarget(Quantity.SPEED, band, label, ref, is_range=True)


def _exact(target: written.Target, numbers: Numbers) -> StepTarget:
    """The numbers of a target without any band laid around them."""
    match target.about:
        case "speed":
            low, high = _speeds(target, numbers)
            return StepTarget(Quantity.SPEED, Band(low, None, high), written_words(target), ref_of(target))
        case "heart_rate":
            return _heart_rate(target, numbers)
        case "cadence":
            assert target.cadence is not None
            return _plain(target.cadence, read_cadence, Quantity.CADENCE, "spm")
        case "power":
            assert target.power is not None
            return _plain(target.power, read_power, Quantity.POWER, "W")
        case "metric":
            metric = target.metric
            assert metric is not None
            band = Band(metric.min, None, metric.max)
            label = f"{metric.name} {range_words(metric.min, metric.max)} {metric.unit}".strip()
            return StepTarget(Quantity.METRIC, band, label, metric=metric.name)
        case "effort":
            return StepTarget(Quantity.EFFORT, Band(), target.effort or "")
        case _ as never:
            assert_never(never)


def _speeds(target: written.Target, numbers: Numbers) -> tuple[float | None, float | None]:
    """Slow and fast edge of a pace or speed; equal for a single value, None for an open side."""
    pace, speed = target.pace, target.speed
    if isinstance(pace, str):
        return read_pace_range(pace)
    if isinstance(pace, written.PaceRef):
        low, high = numbers.pace(pace.ref)
        if pace.offset:
            low, high = offset_speed(low, pace.offset), offset_speed(high, pace.offset)
        return low, high
    if isinstance(pace, written.PaceBounds):
        return pace.slowest and read_pace(pace.slowest), pace.fastest and read_pace(pace.fastest)  # type: ignore[return-value]
    if isinstance(speed, str):
        return numbers.speed(read_speed(speed))
    assert speed is not None
    low_side = numbers.speed(read_speed(speed.min))[0] if speed.min else None
    return low_side, numbers.speed(read_speed(speed.max))[1] if speed.max else None


def _heart_rate(target: written.Target, numbers: Numbers) -> StepTarget:
    """Resolve a heart rate."""
    rate = target.heart_rate
    if isinstance(rate, str):
        beats = numbers.beats(read_heart_rate(rate))
        low, high, estimated = beats.low, beats.high, beats.estimated
    else:
        assert rate is not None
        least = numbers.beats(read_heart_rate(rate.min)) if rate.min else None
        most = numbers.beats(read_heart_rate(rate.max)) if rate.max else None
        low = None if least is None else least.low
        high = None if most is None else most.high
        estimated = any(side.estimated for side in (least, most) if side)
    label = f"{range_words(low and round(low), high and round(high))} bpm"
    return StepTarget(Quantity.HEART_RATE, Band(low, None, high), label, estimated=estimated)


def _plain(
    value: str | written.CadenceBounds | written.PowerBounds,
    read: Callable[[str], Measure],
    quantity: Quantity,
    unit: str,
) -> StepTarget:
    """Resolve a cadence or power, which need no athlete."""
    low: float | None
    high: float | None
    if isinstance(value, str):
        measure = read(value)
        low, high = measure.low, measure.high
    else:
        low = read(value.min).low if value.min else None
        high = read(value.max).high if value.max else None
    return StepTarget(quantity, Band(low, None, high), f"{range_words(low, high)} {unit}")


# --- How targets are worded: in their author's words, or in the numbers they came to


def bound_label(band: Band, made: StepTarget, numbers: Numbers, unit: str = "") -> str:
    """Word an open-sided band."""
    if made.quantity is Quantity.SPEED:
        unit = unit or numbers.unit or "km"
        words = []
        if band.high is not None:
            words.append(f"no faster than {format_pace(band.high, unit=unit)}")
        if band.low is not None:
            words.append(f"no slower than {format_pace(band.low, unit=unit)}")
        return ", ".join(words)
    low, high = (round(side, 1) if side is not None else None for side in (band.low, band.high))
    if made.quantity is Quantity.METRIC:
        return made.label
    unit = {Quantity.HEART_RATE: "bpm", Quantity.CADENCE: "spm", Quantity.POWER: "W"}[made.quantity]
    return f"{range_words(low and round(low), high and round(high))} {unit}"


def ref_of(target: written.Target) -> str:
    """The reference a target was made from."""
    return target.pace.ref if isinstance(target.pace, written.PaceRef) else ""


def unit_of(target: written.Target) -> str:
    """The unit a pace was written in."""
    text = str(target.pace if isinstance(target.pace, str) else "")
    if isinstance(target.pace, written.PaceBounds):
        text = f"{target.pace.fastest or target.pace.slowest}"
    return "mile" if "/mi" in text else "km"


def written_words(target: written.Target) -> str:
    """A target in its author's words, for when its numbers are not known."""
    value = getattr(target, target.about if target.pace is None else "pace")
    if isinstance(value, written.PaceRef):
        return f"{value.ref} {value.offset}" if value.offset else f"{value.ref} pace"
    if isinstance(value, str):
        return value
    if isinstance(value, written.PaceBounds):
        words = [f"no faster than {value.fastest}"] if value.fastest else []
        return ", ".join([*words, f"no slower than {value.slowest}"] if value.slowest else words)
    low, high = value.min, value.max
    return f"{low} to {high}" if low and high else f"over {low}" if low else f"under {high}"


def limit_words(cap: written.Target) -> str:
    """A limit in its author's words: a single value and the fast side of a pace are the most that is allowed."""
    if cap.metric is not None:
        return f"{cap.metric.name} {range_words(cap.metric.min, cap.metric.max)} {cap.metric.unit}".strip()
    words = written_words(cap)
    is_text = isinstance(getattr(cap, cap.about if cap.pace is None else "pace"), str | written.PaceRef)
    if is_text:
        return f"no faster than {words}" if cap.about == "speed" else f"at most {words}"
    return words
