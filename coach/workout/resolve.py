"""Resolves targets as written to targets in numbers, by the numbers of one athlete.

References are looked up, single values get bands, and a missing number becomes a problem with a fix.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, assert_never

from coach.athlete import Athlete, Goal, HeartRateValue, Now, PaceName
from coach.documents.reading import Faulty
from coach.documents.spelling import read_distance, read_pace, read_pace_range, read_time
from coach.physiology import performance, zones
from coach.physiology.predictions import best_race, fitness
from coach.problems import AthleteProblem, WorkoutProblem
from coach.quantities import Metres, MetresPerSecond, format_pace
from coach.workout import targets as written
from coach.workout.describe import pace_label, range_words
from coach.workout.kinds import (
    CADENCE_HALF_BAND,
    FLOAT_BAND,
    FLOATS,
    HEART_RATE_HALF_BAND,
    OTHER_BAND,
    PACED_REPS,
    POWER_HALF_BAND,
    QUICK,
    RACE_BAND,
    RACE_REFS,
    REPS,
    RUN,
    THRESHOLD_BAND,
    TIME_STEER_M,
    Kind,
)
from coach.workout.targets import (
    Measure,
    offset_speed,
    read_cadence,
    read_heart_rate,
    read_power,
    read_speed,
)
from coach.workout.timeline import Band, CoachBy, Quantity, StepTarget


class Number(StrEnum):
    """A number of the athlete that a workout may need."""

    THRESHOLD_PACE = "threshold_pace"
    GOAL_PACE = "goal_pace"
    TOP_SPEED = "top_speed"
    MAX_HEART_RATE = "max_heart_rate"
    REST_HEART_RATE = "rest_heart_rate"
    THRESHOLD_HEART_RATE = "threshold_heart_rate"


COMMANDS: Final = {
    Number.THRESHOLD_PACE: ("threshold pace", "coach athlete set --threshold-pace 4:10/km"),
    Number.GOAL_PACE: ("goal pace", "coach athlete set --goal-pace 4:00/km"),
    Number.TOP_SPEED: ("top speed", "coach athlete set --top-speed 7.5"),
    Number.MAX_HEART_RATE: ("maximum heart rate", "coach athlete set --max-heart-rate 188"),
    Number.REST_HEART_RATE: ("resting heart rate", "coach athlete set --rest-heart-rate 50"),
    Number.THRESHOLD_HEART_RATE: ("threshold heart rate", "coach athlete set --threshold-heart-rate 170"),
}
"""The name of each number, and the command that sets it."""


RACE_COMMAND: Final = "coach athlete set --race 5k=22:30"
"""The command that gives all paces at once."""


class MissingNumber(AthleteProblem):
    """Raised if the workout needs a number that is not set; `number` is the missing one."""

    def __init__(self, number: Number, wanted_for: str) -> None:
        """Name the number, its use, and the command."""
        name, command = COMMANDS[number]
        message, hint = f"This workout needs your {name} ({wanted_for}).", f"Set it with: {command}"
        if number is Number.THRESHOLD_PACE:
            pace = wanted_for.removeprefix("for ")
            message = f"This workout needs your {pace}: a recent race gives it."
            hint = f"Set it with: {RACE_COMMAND}\n  or with: {command}"
        super().__init__(message, hint)
        self.number = number


def workout_problem(faulty: Faulty, name: str) -> WorkoutProblem:
    """Make the problem of a faulty document from a file called `name`."""
    first = faulty.faults[0]
    return WorkoutProblem(f"{first.reason} (in {name})", faulty.hint, where=first.where)


# --- The numbers of an athlete: paces by name, shares of heart rates and speeds
#
# Paces by hand win, then the goal (for `goal`) and the threshold pace (for `threshold`). The rest is derived from the
# best of the latest races or, without one, from the threshold pace, then from a race pace by hand.

NOBODY: Final = Now()
"""The athlete without any numbers."""


@dataclass(frozen=True, slots=True)
class Beats:
    """A heart rate or range in bpm; `estimated` if a number behind it is an estimate."""

    low: float | None
    high: float | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """Looks up references; raises `MissingNumber` where the athlete has no number."""

    now: Now = field(default_factory=lambda: NOBODY)
    unit: str = ""
    """The athlete's unit of paces, `km` or `mile`; empty without an athlete."""

    @classmethod
    def of(cls, athlete: Athlete | None) -> "Numbers":
        """The numbers of an athlete, or of none."""
        return cls() if athlete is None else cls(athlete.now, athlete.units)

    def pace(self, ref: PaceName) -> tuple[MetresPerSecond, MetresPerSecond]:
        """Slowest and fastest speed of a reference pace; equal if it is one pace.

        Raises:
            MissingNumber: no number is set that it could be made from.
        """
        by_hand = self.now.paces.get(ref)
        if by_hand is not None:
            return read_pace_range(by_hand)
        if ref == "goal":
            speed = self._goal()
        elif ref == "threshold" and self.now.threshold_pace is not None:
            speed = read_pace(self.now.threshold_pace)
        else:
            vdot = self._vdot(ref)
            if ref == "easy":
                return performance.easy_speeds(vdot)
            speed = (
                performance.threshold_speed(vdot) if ref == "threshold" else performance.race_speed(vdot, ref)
            )
        return speed, speed

    def is_derived(self, ref: str) -> bool:
        """Return whether a reference pace is made from a race by a formula."""
        is_told = ref in self.now.paces or (ref == "threshold" and self.now.threshold_pace is not None)
        return ref not in {"", "goal"} and not is_told and best_race(self.now) is not None

    def speed(self, measure: Measure) -> tuple[float, float]:
        """Low and high speed in m/s of a speed or of a share of the athlete's own.

        Raises:
            MissingNumber: the threshold pace or top speed is not known.
        """
        if measure.unit == "%threshold":
            own: float = self.pace("threshold")[0]
        elif measure.unit == "%top":
            if self.now.top_speed_mps is None:
                raise MissingNumber(Number.TOP_SPEED, "for a share of top speed")
            own = self.now.top_speed_mps
        else:
            return measure.low, measure.high
        return own * measure.low / 100, own * measure.high / 100

    def beats(self, measure: Measure) -> Beats:
        """The heart rates of a measure.

        Raises:
            MissingNumber: the maximum, resting or threshold heart rate is not known.
        """
        if measure.unit == "bpm":
            return Beats(measure.low, measure.high, estimated=False)
        purpose = f"for {measure.unit.replace('zone', 'zone ')}"
        if measure.unit.startswith("zone"):
            own = self._rate("threshold", Number.THRESHOLD_HEART_RATE, purpose)
            return Beats(*zones.friel_zone(measure.unit[4:], own.bpm), own.source == "estimated")
        low, high = measure.low / 100, measure.high / 100
        if measure.unit == "%lthr":
            own = self._rate("threshold", Number.THRESHOLD_HEART_RATE, purpose)
            return Beats(low * own.bpm, high * own.bpm, own.source == "estimated")
        top = self._rate("max", Number.MAX_HEART_RATE, purpose)
        if measure.unit == "%max":
            return Beats(low * top.bpm, high * top.bpm, top.source == "estimated")
        rest = self._rate("rest", Number.REST_HEART_RATE, purpose)
        guessed = "estimated" in {top.source, rest.source}
        span = top.bpm - rest.bpm
        return Beats(rest.bpm + low * span, rest.bpm + high * span, guessed)

    def _goal(self) -> MetresPerSecond:
        """Speed of the athlete's goal."""
        goal: Goal | None = self.now.goal
        if goal is None:
            raise MissingNumber(Number.GOAL_PACE, "for goal pace")
        if goal.pace is not None:
            return read_pace(goal.pace)
        assert goal.distance is not None
        assert goal.time is not None
        return MetresPerSecond(read_distance(goal.distance) / read_time(goal.time))

    def _vdot(self, ref: str) -> float:
        """VDOT of the result that the paces are made from: a race, the threshold pace, a race pace by hand."""
        current = fitness(self.now)
        if current is not None:
            return current.vdot
        if self.now.threshold_pace is None:
            raise MissingNumber(Number.THRESHOLD_PACE, f"for {ref} pace")
        try:
            return performance.vdot_of_threshold(read_pace(self.now.threshold_pace))
        except ValueError as error:
            reason = f"No {ref} pace can be derived from your threshold pace: {error}."
            raise AthleteProblem(reason, f"Set it by hand: coach athlete set --pace {ref}=5:00/km") from None

    def _rate(self, name: str, number: Number, purpose: str) -> HeartRateValue:
        value: HeartRateValue | None = getattr(self.now.heart_rate, name)
        if value is None:
            raise MissingNumber(number, purpose)
        return value


# --- Targets in numbers

NO_SLOW_SIDE = RUN - QUICK
"""Kinds in which a single pace never makes the runner hurry."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The change of a step's pace by the repeats around it."""

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
    """Resolve a target of a step.

    Args:
        target: as written.
        numbers: of the athlete.
        kind: of the step; it selects the band of a single value.
        ramp: the target at the end of the step.
        shifts: changes of pace by the repeats around it.
        lenient: return a target without numbers, instead of raising, if a number is missing.

    Raises:
        MissingNumber: a number of the athlete is needed and `lenient` is false.
        Misspelt: the resulting pace is impossible.
    """
    try:
        result = _resolve(target, numbers, kind, shifts)
        if ramp is None:
            return result
        end = _resolve(ramp, numbers, kind, shifts)
    except MissingNumber:
        if not lenient:
            raise
        label = written_words(target) + (f" to {written_words(ramp)}" if ramp else "")
        return StepTarget(Quantity(target.about), Band(), label, ref=ref_of(target))
    label = f"{result.label} to {end.label}"
    estimated = result.estimated or end.estimated
    return StepTarget(
        result.quantity, result.band, label, result.ref, end.band, estimated, result.metric, result.is_range
    )


def resolve_cap(cap: written.Target, numbers: Numbers, *, lenient: bool = False) -> StepTarget:
    """Resolve a cap; a single value or a range written as a text is a maximum, bounds stay as they are.

    If a number of the athlete is missing and `lenient` is true, the cap has words and no numbers.

    Raises:
        MissingNumber: a number of the athlete is needed and `lenient` is false.
        Misspelt: the resulting pace is impossible.
    """
    try:
        result = _exact(cap, numbers)
    except MissingNumber:
        if not lenient:
            raise
        return StepTarget(Quantity(cap.about), Band(), limit_words(cap))
    band = result.band
    if isinstance(getattr(cap, cap.about if cap.pace is None else "pace"), str | written.PaceRef):
        band = Band(high=band.high if band.high is not None else band.low)
    return StepTarget(
        result.quantity,
        band,
        bound_label(band, result, numbers),
        estimated=result.estimated,
        metric=result.metric,
    )


def coach_by(
    target: StepTarget | None, kind: Kind, metres: Metres | None, wish: str | None
) -> CoachBy | None:
    """How a step is coached: as written; race paces in time; without a reference by kind and length."""
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
    """The band around a single speed in m/s, by the table of `workout/kinds.py`."""
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
    """Resolve one target, with bands around single values."""
    result = _exact(target, numbers)
    band = result.band
    if result.quantity is Quantity.SPEED:
        return _speed_target(target, result, numbers, kind, shifts)
    if band.low is None or band.low != band.high:
        return result
    half = {
        Quantity.HEART_RATE: HEART_RATE_HALF_BAND,
        Quantity.CADENCE: CADENCE_HALF_BAND,
        Quantity.POWER: POWER_HALF_BAND * band.low,
    }.get(result.quantity, 0.0)
    around = Band(band.low - half, band.low, band.low + half)
    return StepTarget(
        result.quantity, around, result.label, result.ref, None, result.estimated, result.metric
    )


def _speed_target(
    target: written.Target, target_alone: StepTarget, numbers: Numbers, kind: Kind, shifts: tuple[Shift, ...]
) -> StepTarget:
    """Shift a speed target by the repeats around it, and add its band."""
    low, high = target_alone.band.low, target_alone.band.high
    if kind in REPS:
        for shift in shifts:
            low = low and offset_speed(low, shift.offset, times=shift.times)
            high = high and offset_speed(high, shift.offset, times=shift.times)
    unit = numbers.unit or unit_of(target)
    ref = target_alone.ref
    if low is None or high is None:
        band = Band(low, None, high)
        return StepTarget(
            Quantity.SPEED, band, bound_label(band, target_alone, numbers, unit), ref, is_range=True
        )
    in_speed = isinstance(target.speed, str) and "%" not in target.speed and not shifts
    label = written_words(target) if in_speed else pace_label(low, high, unit)
    if low == high:
        return StepTarget(Quantity.SPEED, pace_band(low, ref, kind), label, ref)
    open_slow = ref == "easy"
    band = Band(None if open_slow else low, (low + high) / 2, high)
    return StepTarget(Quantity.SPEED, band, label, ref, is_range=True)


def _exact(target: written.Target, numbers: Numbers) -> StepTarget:
    """The numbers of a target, without any added band."""
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


# --- The words of targets: as written, or with the resolved numbers


def bound_label(band: Band, target: StepTarget, numbers: Numbers, unit: str = "") -> str:
    """The words of a one-sided band."""
    if target.quantity is Quantity.SPEED:
        unit = unit or numbers.unit or "km"
        words = []
        if band.high is not None:
            words.append(f"no faster than {format_pace(band.high, unit=unit)}")
        if band.low is not None:
            words.append(f"no slower than {format_pace(band.low, unit=unit)}")
        return ", ".join(words)
    low, high = (round(side, 1) if side is not None else None for side in (band.low, band.high))
    if target.quantity is Quantity.METRIC:
        return target.label
    unit = {Quantity.HEART_RATE: "bpm", Quantity.CADENCE: "spm", Quantity.POWER: "W"}[target.quantity]
    return f"{range_words(low and round(low), high and round(high))} {unit}"


def ref_of(target: written.Target) -> str:
    """The reference of a target."""
    return target.pace.ref if isinstance(target.pace, written.PaceRef) else ""


def unit_of(target: written.Target) -> str:
    """The unit of a pace as written."""
    text = str(target.pace if isinstance(target.pace, str) else "")
    if isinstance(target.pace, written.PaceBounds):
        text = f"{target.pace.fastest or target.pace.slowest}"
    return "mile" if "/mi" in text else "km"


def written_words(target: written.Target) -> str:
    """A target as written, if its numbers are unknown."""
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
    """A limit as written: a single value and the fast side of a pace are maximums."""
    if cap.metric is not None:
        return f"{cap.metric.name} {range_words(cap.metric.min, cap.metric.max)} {cap.metric.unit}".strip()
    words = written_words(cap)
    is_text = isinstance(getattr(cap, cap.about if cap.pace is None else "pace"), str | written.PaceRef)
    if is_text:
        return f"no faster than {words}" if cap.about == "speed" else f"at most {words}"
    return words
