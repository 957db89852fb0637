"""What is known of a runner and what follows from it: paces, zones and what is missing, each with its source.

The paces are those that workouts run by (`coach.workout.numbers`): what is shown here is what will be coached.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from coach.athlete import Athlete, HeartRateValue, Now, PaceName
from coach.physiology import vdot, zones
from coach.physiology.critical_speed import CriticalSpeed
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
from coach.problems import AthleteProblem
from coach.quantities import MetresPerSecond, format_pace
from coach.workout.errors import COMMANDS, Number
from coach.workout.numbers import Numbers

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
"""A threshold pace this far from what the races say is spoken of: 3 % are two points of VDOT."""


@dataclass(frozen=True, slots=True)
class PaceLine:
    """A pace with its source."""

    name: str
    slow: MetresPerSecond
    fast: MetresPerSecond
    """Equal to `slow` for one pace."""
    source: str
    derived: bool
    """Did a formula make it? Else the athlete said so."""
    between: tuple[MetresPerSecond, MetresPerSecond] | None = None
    """Slowest and fastest that it may be, where the race behind it is far from its distance."""
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
    """Is a number behind it guessed from age? Then no cue is made from it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A number nobody has told, what it would give, and the command that sets it."""

    what: str
    gives: str
    command: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the numbers of an athlete come to."""

    athlete: Athlete
    fitness: Result | None
    """What the derived paces are made from."""
    paces: tuple[PaceLine, ...]
    pace_zones: tuple[zones.PaceZone, ...]
    """Friel's, of the threshold pace; empty without one."""
    tables: tuple[ZoneTable, ...]
    """The most trustworthy first."""
    critical_speed: CriticalSpeed | None
    predictions: tuple[Prediction, ...]
    missing: tuple[Missing, ...]
    remarks: tuple[str, ...]
    """What to think about, a sentence each."""


def sheet_of(athlete: Athlete) -> Sheet:
    """Work everything out for an athlete as known now (`Athlete.as_of` picks another day)."""
    now, remarks = athlete.now, list[str]()
    found = fitness(now)
    raced = predictions(now)
    paces = tuple(_with_spread(line, raced) for line in _paces(Numbers.of(athlete), found, remarks))
    threshold = next((line.slow for line in paces if line.name == "threshold"), None)
    pace_zones = _tried(lambda: zones.friel_pace(threshold or 0.0), remarks) if threshold else None
    critical = _tried(lambda: critical_speed(now), remarks)
    tables = tuple(_tables(athlete, remarks))
    remarks += _remarks(now, athlete.units)
    return Sheet(
        athlete,
        found,
        paces,
        pace_zones or (),
        tables,
        critical,
        raced,
        tuple(_missing(now)),
        tuple(remarks),
    )


def _paces(numbers: Numbers, found: Result | None, remarks: list[str]) -> Iterator[PaceLine]:
    """Every reference pace that can be had, then those that no workout names."""
    marathon: MetresPerSecond | None = None
    for name in PACES:
        try:
            slow, fast = numbers.pace(name)
        except AthleteProblem:
            continue  # it is among what is missing
        said = _said(numbers.now, name)
        source = said or (f"VDOT {found.vdot:.1f}, {found.words}" if found else "")
        yield PaceLine(name, slow, fast, source, derived=not said)
        marathon = slow if name == "marathon" else marathon
    if found is not None:
        source = f"VDOT {found.vdot:.1f}, {found.words}"
        for name_, speed in (
            ("interval", vdot.interval_speed(found.vdot)),
            ("repetition", vdot.repetition_speed(found.vdot)),
        ):
            yield PaceLine(name_, speed, speed, source, derived=True)
    if marathon is not None:
        by_marathon = marathon
        wide = _tried(lambda: zones.beyond_marathon(by_marathon), remarks)
        if wide is not None:
            yield PaceLine("easy, wide", *wide, "marathon pace + 1 to 2 min a mile", derived=True)


def _with_spread(line: PaceLine, raced: Sequence[Prediction]) -> PaceLine:
    """A race pace with what it may be, where no race is near its distance."""
    race = next((race for race in raced if race.name == line.name), None)
    if race is None or not line.derived or not race.is_far or not race.quickest_s or not race.slowest_s:
        return line
    slow, fast = (MetresPerSecond(race.metres / seconds) for seconds in (race.slowest_s, race.quickest_s))
    return replace(line, between=(slow, fast), times_off=race.times_off)


def _said(now: Now, name: PaceName) -> str:
    """Where a pace comes from that the athlete told; empty if a formula makes it."""
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
    made: list[tuple[str, str, Callable[[], tuple[zones.Zone, ...]], tuple[HeartRateValue, ...]]] = []
    if rates.threshold:
        limit = rates.threshold
        made.append(("threshold", "Friel, by threshold", lambda: zones.friel(limit.bpm), (limit,)))
    if rates.max and rates.rest:
        top, rest = rates.max, rates.rest
        made.append(
            ("reserve", "Karvonen, by reserve", lambda: zones.karvonen(rest.bpm, top.bpm), (top, rest))
        )
    if rates.max:
        most = rates.max
        made.append(("maximum", "by maximum", lambda: zones.maximum(most.bpm), (most,)))
        made.append(("gears", "six gears, by maximum", lambda: zones.gears(most.bpm, border=border), (most,)))
    for model, words, table, behind in made:
        found = _tried(table, remarks)
        if found is not None:
            of = " and ".join(f"{value.bpm:.0f} bpm {value.source}" for value in behind)
            guessed = any(value.source == "estimated" for value in behind)
            yield ZoneTable(model, f"{words} of {of}", found, estimated=guessed)


def _remarks(now: Now, unit: str) -> Iterator[str]:
    """What in the numbers wants a thought."""
    if now.heart_rate.max and now.heart_rate.max.source == "estimated":
        yield "Your maximum heart rate is an estimate, off by 7 to 11 bpm in one of three: no cue is made from it."
    race, threshold = best_race(now), of_threshold(now)
    if race is not None and threshold is not None:
        raced, told = vdot.threshold_speed(race.vdot), threshold.metres / threshold.seconds
        if abs(told / raced - 1) > _APART:
            how = "faster" if told > raced else "slower"
            pace = format_pace(raced, unit=unit)
            yield (
                f"Your threshold pace {now.threshold_pace} is {how} than {race.words} says ({pace}): "
                "test it again (coach run test-threshold-30min)."
            )
    if race is not None and now.top_speed_mps is not None:
        five = vdot.race_speed(race.vdot, "5k")
        if five < now.top_speed_mps:
            used = used_share(five, max(3.0, now.top_speed_mps))
            yield f"Your 5k pace is {used:.0%} of your top speed."


def _missing(now: Now) -> Iterator[Missing]:
    """What nobody has told, the most useful first."""
    if not now.races:
        command = 'coach athlete set --race "5 km=20:15"'
        yield Missing("a race result", "all paces and predictions", command)
    wanted = (
        (now.threshold_pace is None and not now.races, Number.THRESHOLD_PACE, "threshold paces"),
        (now.heart_rate.threshold is None, Number.THRESHOLD_HEART_RATE, "the best zones"),
        (now.heart_rate.max is None, Number.MAX_HEART_RATE, "zones by maximum"),
        (now.heart_rate.rest is None, Number.REST_HEART_RATE, "zones by reserve"),
        (now.goal is None, Number.GOAL_PACE, "workouts at goal pace"),
        (now.top_speed_mps is None, Number.TOP_SPEED, "sprints as a share of top speed"),
    )
    for is_missing, number, gives in wanted:
        if is_missing:
            yield Missing(COMMANDS[number][0], gives, COMMANDS[number][1])
    if not now.trials:
        command = 'coach athlete set --trial "1200 m=4:10" --trial "2400 m=8:50" --trial "3600 m=13:40"'
        yield Missing("critical-speed trials", "critical speed and D'", command)


def _tried(make: Callable[[], Made], remarks: list[str]) -> Made | None:
    """Make something of numbers a formula may refuse; the reason becomes a remark."""
    try:
        return make()
    except ValueError as reason:
        remarks.append(f"{str(reason)[:1].upper()}{str(reason)[1:]}.")
        return None
