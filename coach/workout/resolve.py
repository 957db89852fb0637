"""The numbers of one athlete: targets resolved by them, what asks too much, and the profile that follows from them.

In a target references are looked up and single values get bands. A missing number becomes a problem with its fix. The
profile shows the same paces that are coached.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import ceil
from typing import Any, Final, TypeVar, assert_never

from coach.athlete import PACE_NAMES, Athlete, Goal, HeartRateValue, Now, PaceName
from coach.physiology import zones
from coach.physiology.performance import (
    TYPICAL_ERROR_M,
    TYPICAL_ERROR_MPS,
    CriticalSpeed,
    Prediction,
    Result,
    best_race,
    critical_speed,
    easy_speeds,
    fitness,
    interval_speed,
    of_threshold,
    predictions,
    race_speed,
    repetition_speed,
    speed_at_cost,
    sustainable_fraction,
    threshold_speed,
    used_share,
    vdot_of_threshold,
)
from coach.problems import AthleteProblem
from coach.quantities import Metres, MetresPerSecond, Seconds, format_clock, format_pace
from coach.spelling import read_distance, read_pace, read_pace_range, read_time
from coach.workout.describe import UNIT_WORDS, pace_label, range_words
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
    CadenceBounds,
    Measure,
    Metric,
    PaceBounds,
    PaceRef,
    PowerBounds,
    Target,
    offset_speed,
    read_cadence,
    read_heart_rate,
    read_power,
    read_speed,
)
from coach.workout.timeline import Band, CoachBy, Quantity, Step, StepTarget, Timeline

# --- the numbers of an athlete: paces by name, shares of heart rates and speeds
#
# Paces by hand win, then the goal (for `goal`) and the threshold pace (for `threshold`). The rest is derived from the
# best of the latest races or, without one, from the threshold pace, then from a race pace by hand.


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
_NEWER_RACE_COMMAND: Final = 'coach athlete set --race "5 km=20:15"'
"""The same in a list of missing numbers, and in a question about an old result."""


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
                return easy_speeds(vdot)
            speed = threshold_speed(vdot) if ref == "threshold" else race_speed(vdot, ref)
        return speed, speed

    def is_derived(self, ref: str) -> bool:
        """Return whether a reference pace is made from a race by a formula."""
        is_by_hand = ref in self.now.paces or (ref == "threshold" and self.now.threshold_pace is not None)
        return ref not in {"", "goal"} and not is_by_hand and best_race(self.now) is not None

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
            return vdot_of_threshold(read_pace(self.now.threshold_pace))
        except ValueError as error:
            reason = f"No {ref} pace can be derived from your threshold pace: {error}."
            raise AthleteProblem(reason, f"Set it by hand: coach athlete set --pace {ref}=5:00/km") from None

    def _rate(self, name: str, number: Number, purpose: str) -> HeartRateValue:
        value: HeartRateValue | None = getattr(self.now.heart_rate, name)
        if value is None:
            raise MissingNumber(number, purpose)
        return value


# --- targets in numbers

NO_SLOW_SIDE: Final = RUN - QUICK
"""Kinds in which a single pace never makes the runner hurry."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The change of a step's pace by the repeats around it."""

    offset: str
    times: int


def resolve(
    target: Target,
    numbers: Numbers,
    kind: Kind,
    *,
    ramp: Target | None = None,
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


def resolve_cap(cap: Target, numbers: Numbers, *, lenient: bool = False) -> StepTarget:
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
    if isinstance(_written_value(cap), str | PaceRef):
        band = Band(high=band.high if band.high is not None else band.low)
    return StepTarget(
        result.quantity,
        band,
        bound_label(band, result, numbers),
        estimated=result.estimated,
        metric=result.metric,
    )


def _resolve(target: Target, numbers: Numbers, kind: Kind, shifts: tuple[Shift, ...]) -> StepTarget:
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
    target: Target, target_alone: StepTarget, numbers: Numbers, kind: Kind, shifts: tuple[Shift, ...]
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


def _exact(target: Target, numbers: Numbers) -> StepTarget:
    """The numbers of a target, without any added band."""
    match target.about:
        case "speed":
            low, high = _speeds(target, numbers)
            return StepTarget(Quantity.SPEED, Band(low, None, high), written_words(target), ref_of(target))
        case "heart_rate":
            return _heart_rate(target, numbers)
        case "cadence":
            assert target.cadence is not None
            return _plain(target.cadence, read_cadence, Quantity.CADENCE)
        case "power":
            assert target.power is not None
            return _plain(target.power, read_power, Quantity.POWER)
        case "metric":
            metric = target.metric
            assert metric is not None
            band = Band(metric.min, None, metric.max)
            return StepTarget(Quantity.METRIC, band, _metric_words(metric), metric=metric.name)
        case "effort":
            return StepTarget(Quantity.EFFORT, Band(), target.effort or "")
        case _ as never:
            assert_never(never)


def _speeds(target: Target, numbers: Numbers) -> tuple[float | None, float | None]:
    """Slow and fast edge of a pace or speed; equal for a single value, None for an open side."""
    pace, speed = target.pace, target.speed
    if isinstance(pace, str):
        return read_pace_range(pace)
    if isinstance(pace, PaceRef):
        low, high = numbers.pace(pace.ref)
        if pace.offset:
            low, high = offset_speed(low, pace.offset), offset_speed(high, pace.offset)
        return low, high
    if isinstance(pace, PaceBounds):
        return pace.slowest and read_pace(pace.slowest), pace.fastest and read_pace(pace.fastest)  # type: ignore[return-value]
    if isinstance(speed, str):
        return numbers.speed(read_speed(speed))
    assert speed is not None
    low_side = numbers.speed(read_speed(speed.min))[0] if speed.min else None
    return low_side, numbers.speed(read_speed(speed.max))[1] if speed.max else None


def _heart_rate(target: Target, numbers: Numbers) -> StepTarget:
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
    value: str | CadenceBounds | PowerBounds,
    read: Callable[[str], Measure],
    quantity: Quantity,
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
    return StepTarget(quantity, Band(low, None, high), f"{range_words(low, high)} {UNIT_WORDS[quantity]}")


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


# --- the words of targets: as written, or with the resolved numbers


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
    return f"{range_words(low and round(low), high and round(high))} {UNIT_WORDS[target.quantity]}"


def ref_of(target: Target) -> str:
    """The reference of a target."""
    return target.pace.ref if isinstance(target.pace, PaceRef) else ""


def unit_of(target: Target) -> str:
    """The unit of a pace as written."""
    text = str(target.pace if isinstance(target.pace, str) else "")
    if isinstance(target.pace, PaceBounds):
        text = f"{target.pace.fastest or target.pace.slowest}"
    return "mile" if "/mi" in text else "km"


def _written_value(target: Target) -> Any:
    """The value of a target as written: a text, a reference or bounds."""
    return getattr(target, target.about if target.pace is None else "pace")


def written_words(target: Target) -> str:
    """A target as written, if its numbers are unknown."""
    value = _written_value(target)
    if isinstance(value, PaceRef):
        return f"{value.ref} {value.offset}" if value.offset else f"{value.ref} pace"
    if isinstance(value, str):
        return value
    if isinstance(value, PaceBounds):
        words = [f"no faster than {value.fastest}"] if value.fastest else []
        return ", ".join([*words, f"no slower than {value.slowest}"] if value.slowest else words)
    low, high = value.min, value.max
    return f"{low} to {high}" if low and high else f"over {low}" if low else f"under {high}"


def _metric_words(metric: Metric) -> str:
    """The range of an external metric: `core under 38.5 C`."""
    return f"{metric.name} {range_words(metric.min, metric.max)} {metric.unit}".strip()


def limit_words(cap: Target) -> str:
    """A limit as written: a single value and the fast side of a pace are maximums."""
    if cap.metric is not None:
        return _metric_words(cap.metric)
    words = written_words(cap)
    is_text = isinstance(_written_value(cap), str | PaceRef)
    if is_text:
        return f"no faster than {words}" if cap.about == "speed" else f"at most {words}"
    return words


# --- questions about a workout that asks for more than this runner can do today; none is ever refused
#
# The measure is a race: a single stretch is compared with a race of its own length, reps with a race as long as three
# of them (rests make reps possible, and three of them are a hard race). A target 3 % faster than that is clearly
# faster; the paces a workout names by race (`5k`, `mile`) never are.

CLEARLY: Final = 0.03
"""Share of speed beyond the race's that is questioned: more than a good day gives."""
REPS_OF_A_RACE: Final = 3
SHORTEST_S: Final = 45.0
"""Shorter reps are sprints, which are limited by top speed and not by race speed."""
SHORTEST_RACE_S: Final = 210.0
LONGEST_RACE_S: Final = 4 * 3600.0
"""The longest race for which the formula behind VDOT holds."""


def too_ambitious(timeline: Timeline, athlete: Athlete | None) -> str:
    """Question a workout whose hardest target is clearly faster than the athlete's fitness; empty if none is.

    Returns nothing for an athlete without a race or a threshold pace.
    """
    if athlete is None:
        return ""
    result, top = fitness(athlete.now), athlete.now.top_speed_mps
    reps = [
        (step, speed, seconds)
        for step in timeline.steps
        if step.kind in PACED_REPS and (speed := _asked_speed(step)) and (seconds := _seconds_at(step, speed))
    ]
    speeds = sorted(speed for _, speed, seconds in reps if seconds >= SHORTEST_S)
    worst, most = "", CLEARLY
    for step, speed, seconds in reps:
        if seconds < SHORTEST_S:
            if top is not None and speed / top - 1 > most:
                most, worst = (
                    speed / top - 1,
                    _question_about(step, speed, MetresPerSecond(top), "top speed", athlete),
                )
            continue
        if result is None:
            continue
        alike = len(speeds) - bisect_left(speeds, 0.99 * speed)
        limit = race_speed_over(result, seconds * min(alike, REPS_OF_A_RACE))
        if speed / limit - 1 > most:
            most, worst = speed / limit - 1, _question_about(step, speed, limit, result.words, athlete)
    return worst


def race_speed_over(result: Result, seconds: float) -> MetresPerSecond:
    """Speed in m/s that a runner of this fitness could race for a time in seconds (held to 3.5 minutes to 4 hours)."""
    lasting = min(LONGEST_RACE_S, max(SHORTEST_RACE_S, seconds))
    return speed_at_cost(result.vdot * sustainable_fraction(lasting))


def _asked_speed(step: Step) -> float | None:
    """The speed a step requires: its aim, else the slow side of its band."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED:
        return None
    return target.band.aim if target.band.aim is not None else target.band.low


def _seconds_at(step: Step, speed: float) -> float | None:
    """How long the step takes at that speed, in seconds."""
    metres = step.until.distance()
    return step.until.time() if metres is None else metres / speed


def _question_about(step: Step, speed: float, limit: MetresPerSecond, source: str, athlete: Athlete) -> str:
    required, able = format_pace(speed, unit=athlete.units), format_pace(limit, unit=athlete.units)
    return (
        f"{step.path} asks for {required}; your {source} predicts {able}. Run at your current level, "
        f"or add a newer result: {_NEWER_RACE_COMMAND}"
    )


# --- the profile of a runner: paces, zones and missing numbers, each with its source

Made = TypeVar("Made")
_APART: Final = 0.03
"""A threshold pace this far from the races' is questioned: 3 % are two points of VDOT."""


@dataclass(frozen=True, slots=True)
class PaceLine:
    """A pace with its source."""

    name: str
    slow: MetresPerSecond
    fast: MetresPerSecond
    """Equal to `slow` for one pace."""
    source: str
    derived: bool
    """True if a formula made it; else the athlete set it."""
    between: tuple[MetresPerSecond, MetresPerSecond] | None = None
    """Its slowest and fastest value, where the race behind it is far from its distance."""
    times_off: float = 1.0
    """How many times as long or as short that race is."""


@dataclass(frozen=True, slots=True)
class ZoneTable:
    """A table of heart-rate zones with its source."""

    model: str
    """`threshold`, `reserve`, `maximum` or `gears`."""
    source: str
    zones: tuple[zones.Zone, ...]
    estimated: bool
    """True if a number behind it is estimated from age; then no cue is made from it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A number that is not set, what it would give, and the command that sets it."""

    what: str
    gives: str
    command: str


@dataclass(frozen=True, slots=True)
class AthleteProfile:
    """Everything that follows from the numbers of an athlete."""

    athlete: Athlete
    fitness: Result | None
    """What the derived paces are made from."""
    paces: tuple[PaceLine, ...]
    pace_zones: tuple[zones.PaceZone, ...]
    """Friel's, of the threshold pace; empty without one."""
    tables: tuple[ZoneTable, ...]
    """The most reliable first."""
    critical_speed: CriticalSpeed | None
    predictions: tuple[Prediction, ...]
    missing: tuple[Missing, ...]
    remarks: tuple[str, ...]
    """Doubtful points, a sentence each."""


def profile_of(athlete: Athlete) -> AthleteProfile:
    """Derive everything for an athlete as known now (`Athlete.as_of` selects another day)."""
    now, remarks = athlete.now, list[str]()
    result = fitness(now)
    raced = predictions(now)
    paces = tuple(_with_spread(line, raced) for line in _paces(Numbers.of(athlete), result, remarks))
    threshold = next((line.slow for line in paces if line.name == "threshold"), None)
    pace_zones = _result_or_remark(lambda: zones.friel_pace(threshold or 0.0), remarks) if threshold else None
    critical = _result_or_remark(lambda: critical_speed(now), remarks)
    tables = tuple(_tables(athlete, remarks))
    remarks += _doubts(now, athlete.units)
    return AthleteProfile(
        athlete,
        result,
        paces,
        pace_zones or (),
        tables,
        critical,
        raced,
        tuple(_missing(now)),
        tuple(remarks),
    )


def _paces(numbers: Numbers, result: Result | None, remarks: list[str]) -> Iterator[PaceLine]:
    """Every available reference pace, then those that no workout names."""
    marathon: MetresPerSecond | None = None
    for name in PACE_NAMES:
        try:
            slow, fast = numbers.pace(name)
        except AthleteProblem:
            continue  # it is among the missing ones
        source_words = _own_source(numbers.now, name)
        source = source_words or (f"VDOT {result.vdot:.1f}, {result.words}" if result else "")
        yield PaceLine(name, slow, fast, source, derived=not source_words)
        marathon = slow if name == "marathon" else marathon
    if result is not None:
        source = f"VDOT {result.vdot:.1f}, {result.words}"
        for name_, speed in (
            ("interval", interval_speed(result.vdot)),
            ("repetition", repetition_speed(result.vdot)),
        ):
            yield PaceLine(name_, speed, speed, source, derived=True)
    if marathon is not None:
        by_marathon = marathon
        wide = _result_or_remark(lambda: zones.beyond_marathon(by_marathon), remarks)
        if wide is not None:
            yield PaceLine("easy, wide", *wide, "marathon pace + 1 to 2 min a mile", derived=True)


def _with_spread(line: PaceLine, raced: Sequence[Prediction]) -> PaceLine:
    """A race pace with its range, where no race is near its distance."""
    race = next((race for race in raced if race.name == line.name), None)
    if race is None or not line.derived or not race.is_far or not race.quickest_s or not race.slowest_s:
        return line
    slow, fast = (MetresPerSecond(race.metres / seconds) for seconds in (race.slowest_s, race.quickest_s))
    return replace(line, between=(slow, fast), times_off=race.times_off)


def _own_source(now: Now, name: PaceName) -> str:
    """The source of a pace that the athlete set; empty if a formula makes it."""
    if name in now.paces:
        return "set by hand"
    if name == "threshold" and now.threshold_pace is not None:
        return "your threshold pace"
    if name == "goal" and now.goal is not None:
        goal = now.goal
        return "your goal pace" if goal.pace is not None else f"your goal, {goal.distance} in {goal.time}"
    return ""


def _tables(athlete: Athlete, remarks: list[str]) -> Iterator[ZoneTable]:
    """Zone tables, by threshold, by reserve, by maximum."""
    rates = athlete.now.heart_rate
    border = (athlete.gear_border_percent or 100 * zones.GEAR_BORDER) / 100
    rows: list[tuple[str, str, Callable[[], tuple[zones.Zone, ...]], tuple[HeartRateValue, ...]]] = []
    if rates.threshold:
        limit = rates.threshold
        rows.append(("threshold", "Friel, by threshold", lambda: zones.friel(limit.bpm), (limit,)))
    if rates.max and rates.rest:
        top, rest = rates.max, rates.rest
        rows.append(
            ("reserve", "Karvonen, by reserve", lambda: zones.karvonen(rest.bpm, top.bpm), (top, rest))
        )
    if rates.max:
        most = rates.max
        rows.append(("maximum", "by maximum", lambda: zones.maximum(most.bpm), (most,)))
        rows.append(("gears", "six gears, by maximum", lambda: zones.gears(most.bpm, border=border), (most,)))
    for model, words, table, behind in rows:
        zones_of_table = _result_or_remark(table, remarks)
        if zones_of_table is not None:
            of = " and ".join(f"{value.bpm:.0f} bpm {value.source}" for value in behind)
            guessed = any(value.source == "estimated" for value in behind)
            yield ZoneTable(model, f"{words} of {of}", zones_of_table, estimated=guessed)


def _doubts(now: Now, unit: str) -> Iterator[str]:
    """Doubtful points in the numbers."""
    if now.heart_rate.max and now.heart_rate.max.source == "estimated":
        yield "Your maximum heart rate is an estimate, off by 7 to 11 bpm in one of three: no cue is made from it."
    race, threshold = best_race(now), of_threshold(now)
    if race is not None and threshold is not None:
        raced, entered = threshold_speed(race.vdot), threshold.metres / threshold.seconds
        if abs(entered / raced - 1) > _APART:
            how = "faster" if entered > raced else "slower"
            pace = format_pace(raced, unit=unit)
            yield (
                f"Your threshold pace {now.threshold_pace} is {how} than {race.words} says ({pace}): "
                "test it again (coach run test-threshold-30min)."
            )
    if race is not None and now.top_speed_mps is not None:
        five = race_speed(race.vdot, "5k")
        if five < now.top_speed_mps:
            share = used_share(five, max(3.0, now.top_speed_mps))
            yield f"Your 5k pace is {share:.0%} of your top speed."


def _missing(now: Now) -> Iterator[Missing]:
    """The numbers that are not set, the most useful first."""
    if not now.races:
        yield Missing("a race result", "all paces and predictions", _NEWER_RACE_COMMAND)
    needs = (
        (now.threshold_pace is None and not now.races, Number.THRESHOLD_PACE, "threshold paces"),
        (now.heart_rate.threshold is None, Number.THRESHOLD_HEART_RATE, "the best zones"),
        (now.heart_rate.max is None, Number.MAX_HEART_RATE, "zones by maximum"),
        (now.heart_rate.rest is None, Number.REST_HEART_RATE, "zones by reserve"),
        (now.goal is None, Number.GOAL_PACE, "workouts at goal pace"),
        (now.top_speed_mps is None, Number.TOP_SPEED, "sprints as a share of top speed"),
    )
    for is_missing, number, gives in needs:
        if is_missing:
            yield Missing(COMMANDS[number][0], gives, COMMANDS[number][1])
    if not now.trials:
        command = 'coach athlete set --trial "1200 m=4:10" --trial "2400 m=8:50" --trial "3600 m=13:40"'
        yield Missing("critical-speed trials", "critical speed and D'", command)


def _result_or_remark(make: Callable[[], Made], remarks: list[str]) -> Made | None:
    """Apply a formula that may refuse its numbers; the reason becomes a remark."""
    try:
        return make()
    except ValueError as reason:
        remarks.append(f"{str(reason)[:1].upper()}{str(reason)[1:]}.")
        return None


# --- the profile in words: blocks of a heading and a table, for terminals and screens to set in their own way


@dataclass(frozen=True, slots=True)
class ProfileSection:
    """A part of the profile."""

    heading: str
    head: tuple[str, ...] = ()
    """The heads of the columns; empty when there is no table."""
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()
    """What stands below the heading in plain lines."""


def profile_blocks(profile: AthleteProfile) -> Iterator[ProfileSection]:
    """The profile without its predictions: paces, zones, critical speed, notes, what is missing."""
    unit = profile.athlete.units
    if profile.paces:
        heading = "Paces"
        if profile.fitness is not None:
            heading += f", derived from VDOT {profile.fitness.vdot:.1f}: {profile.fitness.words}"
        paces = tuple(
            (line.name, pace_words(line, unit), _source_words(line, unit)) for line in profile.paces
        )
        yield ProfileSection(heading, ("pace", f"per {unit}", "from"), paces)
    for each in profile.tables:
        guessed = " (an estimate: no cue is made from it)" if each.estimated else ""
        beats = tuple((zone.name, beats_words(zone), zone.meaning) for zone in each.zones)
        yield ProfileSection(f"Heart rate: {each.source}{guessed}", ("zone", "bpm", ""), beats)
    if profile.pace_zones:
        speeds = tuple((zone.name, zone_words(zone, unit), zone.meaning) for zone in profile.pace_zones)
        yield ProfileSection("Pace: Friel, by threshold pace", ("zone", f"per {unit}", ""), speeds)
    critical = profile.critical_speed
    if critical is not None:
        pace = format_pace(critical.speed, unit=unit)
        reserve = f"{critical.reserve:.0f} m (± {TYPICAL_ERROR_M:.0f} m)"
        lines = (
            f"{pace} (± {TYPICAL_ERROR_MPS} m/s), reserve above it {reserve}",
            f"from {critical.trials} runs, the worst {critical.worst_s:.0f} s off the line",
        )
        yield ProfileSection("Critical speed", lines=lines)
    if profile.remarks:
        yield ProfileSection("Notes", lines=profile.remarks)
    if profile.missing:
        missing = tuple((item.what, item.gives, item.command) for item in profile.missing)
        yield ProfileSection("Not known yet", ("what", "would give", "set it with"), missing)


def prediction_block(predictions: Sequence[Prediction], unit: str = "km") -> ProfileSection:
    """The time of each race by each formula, its pace per `unit`, and below it what has no prediction and why."""
    has_critical = any(prediction.critical_speed_s is not None for prediction in predictions)
    rows = []
    for prediction in predictions:
        if prediction.by is None:
            continue
        seconds = prediction.vdot_s or prediction.riegel_s
        pace = "" if seconds is None else format_pace(prediction.metres / seconds, unit=unit, with_unit=False)
        times = [
            prediction.vdot_s,
            prediction.riegel_s,
            *([prediction.critical_speed_s] if has_critical else []),
        ]
        rows.append(
            (
                prediction.name,
                *(_time_words(each) for each in times),
                pace,
                _spread_words(prediction),
                prediction_source(prediction),
            )
        )
    refused = tuple(
        f"{prediction.name}: no prediction. {prediction.refused}"
        for prediction in predictions
        if prediction.by is None
    )
    head = (
        "race",
        "VDOT",
        "Riegel",
        *(["critical speed"] if has_critical else []),
        f"per {unit}",
        "between",
        "from",
    )
    return ProfileSection("Predictions", head if rows else (), tuple(rows), refused)


def prediction_source(prediction: Prediction) -> str:
    """The source of a prediction, and how far it is from the race where it is far."""
    if prediction.by is None or prediction.nearest is None:
        return ""
    words = prediction.by.words
    if prediction.nearest.words != words:
        words += f", Riegel from {prediction.nearest.words}"
    return (
        f"{words}: wide, {_distance_off_words(prediction.times_off, prediction.metres > prediction.nearest.metres)}"
        if prediction.is_far
        else words
    )


def _distance_off_words(times_off: float, is_longer: bool) -> str:
    return f"{times_off:.1f} times as {'far' if is_longer else 'short'}"


def pace_words(line: PaceLine, unit: str) -> str:
    """A pace or a range of paces, the faster first: `4:56-5:34`."""
    slow = format_pace(line.slow, unit=unit, with_unit=False)
    fast = format_pace(line.fast, unit=unit, with_unit=False)
    return slow if slow == fast else f"{fast}-{slow}"


def beats_words(zone: zones.Zone) -> str:
    """The whole heart rates of a zone: `145-152`, `under 145`, `182 and over`; `-` where it has none."""
    if zone.low is None:
        return "-" if zone.high is None else f"under {ceil(zone.high)}"
    low = ceil(zone.low)
    return f"{low} and over" if zone.high is None else f"{low}-{ceil(zone.high) - 1}"


def zone_words(zone: zones.PaceZone, unit: str) -> str:
    """The paces of a zone: `4:14-4:34`, `slower than 5:10`, `3:36 and faster`."""
    if zone.slow is None:
        return f"slower than {format_pace(zone.fast or 0.0, unit=unit, with_unit=False)}"
    slow = format_pace(zone.slow, unit=unit, with_unit=False)
    if zone.fast is None:
        return f"{slow} and faster"
    return f"{format_pace(zone.fast, unit=unit, with_unit=False)}-{slow}"


def _source_words(line: PaceLine, unit: str) -> str:
    source = "derived" if line.derived and line.source.startswith("VDOT") else line.source
    if line.between is None:
        return source
    slow, fast = (format_pace(speed, unit=unit, with_unit=False) for speed in line.between)
    return f"{source}, wide: {fast}-{slow}, as no race is near"


def _time_words(seconds: Seconds | None) -> str:
    return "" if seconds is None else format_clock(seconds)


def _spread_words(prediction: Prediction) -> str:
    return f"{_time_words(prediction.quickest_s)}-{_time_words(prediction.slowest_s)}"
