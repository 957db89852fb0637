"""The profile of a runner: paces, zones and missing numbers, each with its source, and questions about hard workouts.

The paces are those of `coach.workout.resolve`, so the profile shows what is coached.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final, TypeVar

from coach.athlete import Athlete, HeartRateValue, Now, PaceName
from coach.physiology import performance, zones
from coach.physiology.performance import (
    TYPICAL_ERROR_M,
    TYPICAL_ERROR_MPS,
    CriticalSpeed,
    speed_at_cost,
    sustainable_fraction,
)
from coach.physiology.predictions import (
    Prediction,
    Result,
    best_race,
    critical_speed,
    fitness,
    of_threshold,
    predictions,
    used_share,
)
from coach.physiology.zones import PaceZone, Zone
from coach.problems import AthleteProblem
from coach.quantities import MetresPerSecond, Seconds, format_clock, format_pace
from coach.workout.kinds import PACED_REPS
from coach.workout.resolve import COMMANDS, Number, Numbers
from coach.workout.timeline import Quantity, Step, Timeline

Made = TypeVar("Made")

PACES: Final[tuple[PaceName, ...]] = (
    "easy",
    "marathon",
    "half",
    "threshold",
    "10k",
    "5k",
    "3k",
    "mile",
    "goal",
)
"""Every pace a workout may name, slowest first."""
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
    pace_zones = _tried(lambda: zones.friel_pace(threshold or 0.0), remarks) if threshold else None
    critical = _tried(lambda: critical_speed(now), remarks)
    tables = tuple(_tables(athlete, remarks))
    remarks += _remarks(now, athlete.units)
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
    for name in PACES:
        try:
            slow, fast = numbers.pace(name)
        except AthleteProblem:
            continue  # it is among the missing ones
        source_words = _said(numbers.now, name)
        source = source_words or (f"VDOT {result.vdot:.1f}, {result.words}" if result else "")
        yield PaceLine(name, slow, fast, source, derived=not source_words)
        marathon = slow if name == "marathon" else marathon
    if result is not None:
        source = f"VDOT {result.vdot:.1f}, {result.words}"
        for name_, speed in (
            ("interval", performance.interval_speed(result.vdot)),
            ("repetition", performance.repetition_speed(result.vdot)),
        ):
            yield PaceLine(name_, speed, speed, source, derived=True)
    if marathon is not None:
        by_marathon = marathon
        wide = _tried(lambda: zones.beyond_marathon(by_marathon), remarks)
        if wide is not None:
            yield PaceLine("easy, wide", *wide, "marathon pace + 1 to 2 min a mile", derived=True)


def _with_spread(line: PaceLine, raced: Sequence[Prediction]) -> PaceLine:
    """A race pace with its range, where no race is near its distance."""
    race = next((race for race in raced if race.name == line.name), None)
    if race is None or not line.derived or not race.is_far or not race.quickest_s or not race.slowest_s:
        return line
    slow, fast = (MetresPerSecond(race.metres / seconds) for seconds in (race.slowest_s, race.quickest_s))
    return replace(line, between=(slow, fast), times_off=race.times_off)


def _said(now: Now, name: PaceName) -> str:
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
        zones_of_table = _tried(table, remarks)
        if zones_of_table is not None:
            of = " and ".join(f"{value.bpm:.0f} bpm {value.source}" for value in behind)
            guessed = any(value.source == "estimated" for value in behind)
            yield ZoneTable(model, f"{words} of {of}", zones_of_table, estimated=guessed)


def _remarks(now: Now, unit: str) -> Iterator[str]:
    """Doubtful points in the numbers."""
    if now.heart_rate.max and now.heart_rate.max.source == "estimated":
        yield "Your maximum heart rate is an estimate, off by 7 to 11 bpm in one of three: no cue is made from it."
    race, threshold = best_race(now), of_threshold(now)
    if race is not None and threshold is not None:
        raced, entered = performance.threshold_speed(race.vdot), threshold.metres / threshold.seconds
        if abs(entered / raced - 1) > _APART:
            how = "faster" if entered > raced else "slower"
            pace = format_pace(raced, unit=unit)
            yield (
                f"Your threshold pace {now.threshold_pace} is {how} than {race.words} says ({pace}): "
                "test it again (coach run test-threshold-30min)."
            )
    if race is not None and now.top_speed_mps is not None:
        five = performance.race_speed(race.vdot, "5k")
        if five < now.top_speed_mps:
            share = used_share(five, max(3.0, now.top_speed_mps))
            yield f"Your 5k pace is {share:.0%} of your top speed."


def _missing(now: Now) -> Iterator[Missing]:
    """The numbers that are not set, the most useful first."""
    if not now.races:
        command = 'coach athlete set --race "5 km=20:15"'
        yield Missing("a race result", "all paces and predictions", command)
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


def _tried(make: Callable[[], Made], remarks: list[str]) -> Made | None:
    """Apply a formula that may refuse its numbers; the reason becomes a remark."""
    try:
        return make()
    except ValueError as reason:
        remarks.append(f"{str(reason)[:1].upper()}{str(reason)[1:]}.")
        return None


# --- The profile in words: blocks of a heading and a table, for terminals and screens to set in their own way


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
        paces = tuple((line.name, pace_words(line, unit), _source(line, unit)) for line in profile.paces)
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
                *(_clock(each) for each in times),
                pace,
                _spread(prediction),
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
        f"{words}: wide, {_far(prediction.times_off, prediction.metres > prediction.nearest.metres)}"
        if prediction.is_far
        else words
    )


def _far(times_off: float, is_longer: bool) -> str:
    return f"{times_off:.1f} times as {'far' if is_longer else 'short'}"


def pace_words(line: PaceLine, unit: str) -> str:
    """A pace or a range of paces, the faster first: `4:56-5:34`."""
    slow = format_pace(line.slow, unit=unit, with_unit=False)
    fast = format_pace(line.fast, unit=unit, with_unit=False)
    return slow if slow == fast else f"{fast}-{slow}"


def beats_words(zone: Zone) -> str:
    """The whole heart rates of a zone: `145-152`, `under 145`, `182 and over`; `-` where it has none."""
    if zone.low is None:
        return "-" if zone.high is None else f"under {ceil(zone.high)}"
    low = ceil(zone.low)
    return f"{low} and over" if zone.high is None else f"{low}-{ceil(zone.high) - 1}"


def zone_words(zone: PaceZone, unit: str) -> str:
    """The paces of a zone: `4:14-4:34`, `slower than 5:10`, `3:36 and faster`."""
    if zone.slow is None:
        return f"slower than {format_pace(zone.fast or 0.0, unit=unit, with_unit=False)}"
    slow = format_pace(zone.slow, unit=unit, with_unit=False)
    if zone.fast is None:
        return f"{slow} and faster"
    return f"{format_pace(zone.fast, unit=unit, with_unit=False)}-{slow}"


def _source(line: PaceLine, unit: str) -> str:
    source = "derived" if line.derived and line.source.startswith("VDOT") else line.source
    if line.between is None:
        return source
    slow, fast = (format_pace(speed, unit=unit, with_unit=False) for speed in line.between)
    return f"{source}, wide: {fast}-{slow}, as no race is near"


def _clock(seconds: Seconds | None) -> str:
    return "" if seconds is None else format_clock(seconds)


def _spread(prediction: Prediction) -> str:
    return f"{_clock(prediction.quickest_s)}-{_clock(prediction.slowest_s)}"


# --- Questions about a workout that asks for more than this runner can do today; none is ever refused
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
        if step.kind in PACED_REPS and (speed := _asked(step)) and (seconds := _length(step, speed))
    ]
    speeds = sorted(speed for _, speed, seconds in reps if seconds >= SHORTEST_S)
    worst, most = "", CLEARLY
    for step, speed, seconds in reps:
        if seconds < SHORTEST_S:
            if top is not None and speed / top - 1 > most:
                most, worst = (
                    speed / top - 1,
                    _question(step, speed, MetresPerSecond(top), "top speed", athlete),
                )
            continue
        if result is None:
            continue
        alike = len(speeds) - bisect_left(speeds, 0.99 * speed)
        limit = race_speed_over(result, seconds * min(alike, REPS_OF_A_RACE))
        if speed / limit - 1 > most:
            most, worst = speed / limit - 1, _question(step, speed, limit, result.words, athlete)
    return worst


def race_speed_over(result: Result, seconds: float) -> MetresPerSecond:
    """Speed in m/s that a runner of this fitness could race for a time in seconds (held to 3.5 minutes to 4 hours)."""
    lasting = min(LONGEST_RACE_S, max(SHORTEST_RACE_S, seconds))
    return speed_at_cost(result.vdot * sustainable_fraction(lasting))


def _asked(step: Step) -> float | None:
    """The speed a step requires: its aim, else the slow side of its band."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED:
        return None
    return target.band.aim if target.band.aim is not None else target.band.low


def _length(step: Step, speed: float) -> float | None:
    """How long the step takes at that speed, in seconds."""
    metres = step.until.distance()
    return step.until.time() if metres is None else metres / speed


def _question(step: Step, speed: float, limit: MetresPerSecond, source: str, athlete: Athlete) -> str:
    required, able = format_pace(speed, unit=athlete.units), format_pace(limit, unit=athlete.units)
    return (
        f"{step.path} asks for {required}; your {source} predicts {able}. Run at your current level, "
        'or add a newer result: coach athlete set --race "5 km=20:15"'
    )
