"""How targets are worded: in their author's words, or in the numbers they came to."""

from coach.quantities import format_pace
from coach.workout import targets as written
from coach.workout.numbers import Numbers
from coach.workout.timeline import Band, Quantity, StepTarget
from coach.workout.wording import range_words


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
