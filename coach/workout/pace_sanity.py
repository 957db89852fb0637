"""Questions a workout that asks for more than this runner can do today; it never refuses one.

The yardstick is a race: a single stretch is held against a race of its own length, reps against a race as long as
three of them (rests are what makes reps possible, and three of them are a hard race). What is 3 % faster than that is
clearly faster; the paces a workout names by race (`5k`, `mile`) never are.
"""

from bisect import bisect_left
from typing import Final

from coach.athlete import Athlete
from coach.physiology.predictions import Result, fitness
from coach.physiology.vdot import speed_at_cost, sustainable_fraction
from coach.quantities import MetresPerSecond, format_pace
from coach.workout.kinds import PACED_REPS
from coach.workout.timeline import Quantity, Step, Timeline

CLEARLY: Final = 0.03
"""Share of speed beyond the race's that is worth a question: more than a good day."""
REPS_OF_A_RACE: Final = 3
SHORTEST_S: Final = 45.0
"""Shorter reps are sprints, of which a race says nothing; top speed does."""
SHORTEST_RACE_S: Final = 210.0
LONGEST_RACE_S: Final = 4 * 3600.0
"""Where the formula behind VDOT holds."""


def too_ambitious(timeline: Timeline, athlete: Athlete | None) -> str:
    """Question a workout whose hardest target is clearly faster than the athlete's fitness; empty if none is.

    Says nothing about an athlete of whom neither a race nor a threshold pace is known.
    """
    if athlete is None:
        return ""
    found, top = fitness(athlete.now), athlete.now.top_speed_mps
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
        if found is None:
            continue
        alike = len(speeds) - bisect_left(speeds, 0.99 * speed)
        limit = race_speed_over(found, seconds * min(alike, REPS_OF_A_RACE))
        if speed / limit - 1 > most:
            most, worst = speed / limit - 1, _question(step, speed, limit, found.words, athlete)
    return worst


def race_speed_over(found: Result, seconds: float) -> MetresPerSecond:
    """Speed in m/s that a runner of this fitness could race for a time in seconds (held to 3.5 minutes to 4 hours)."""
    lasting = min(LONGEST_RACE_S, max(SHORTEST_RACE_S, seconds))
    return speed_at_cost(found.vdot * sustainable_fraction(lasting))


def _asked(step: Step) -> float | None:
    """The speed a step asks for: its aim, else the slow side of what it allows."""
    target = step.target
    if target is None or target.quantity is not Quantity.SPEED:
        return None
    return target.band.aim if target.band.aim is not None else target.band.low


def _length(step: Step, speed: float) -> float | None:
    """How long the step takes at that speed, in seconds."""
    metres = step.until.distance()
    return step.until.time() if metres is None else metres / speed


def _question(step: Step, speed: float, limit: MetresPerSecond, source: str, athlete: Athlete) -> str:
    asked, able = format_pace(speed, unit=athlete.units), format_pace(limit, unit=athlete.units)
    return (
        f"{step.path} asks for {asked}; your {source} speaks for {able}. Train where you are, "
        'or tell of a newer result: coach athlete set --race "5 km=20:15"'
    )
