"""A workout held against its runner: questions where it asks for too much, and a cap that keeps easy steps easy."""

from bisect import bisect_left
from dataclasses import replace
from typing import Final

from coach.athlete import Athlete, Now
from coach.physiology import zones
from coach.physiology.performance import speed_at_cost, sustainable_fraction
from coach.physiology.predictions import Result, fitness
from coach.quantities import MetresPerSecond, format_pace
from coach.workout.kinds import EASY, JUDGED, PACED_REPS, RESTS
from coach.workout.timeline import Band, Quantity, Step, StepTarget, Timeline

# --- Questions about a workout that asks for more than this runner can do today; it never refuses one
#
# The yardstick is a race: a single stretch is held against a race of its own length, reps against a race as long as
# three of them (rests are what makes reps possible, and three of them are a hard race). What is 3 % faster than that is
# clearly faster; the paces a workout names by race (`5k`, `mile`) never are.

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


# --- A heart-rate cap for easy steps whose author wrote none

_MAYBE_EASY: Final = JUDGED - RESTS
"""Kinds that may be easy. A recovery begins with the heart of the rep before; a stride or hill is not easy."""


def easy_cap(now: Now) -> float | None:
    """Heart rate in bpm that an easy run stays under: 85 % of threshold, else 75 % of a measured maximum.

    None where neither was measured: a number guessed from age never makes a cue.
    """
    threshold, top = now.heart_rate.threshold, now.heart_rate.max
    return zones.heart_rate_cap(
        threshold.bpm if threshold is not None and threshold.source == "measured" else None,
        top.bpm if top is not None and top.source == "measured" else None,
    )


def with_easy_cap(timeline: Timeline, bpm: float | None) -> Timeline:
    """Cap the easy steps of a timeline at `bpm`; the same timeline where nothing is capped.

    Easy are steps at easy pace, and warm-ups and cool-downs without a number to run by. Whoever wrote a heart rate
    into a step, as its target or its cap, has said already what they mean.
    """
    if bpm is None:
        return timeline
    cap = StepTarget(Quantity.HEART_RATE, Band(high=bpm), f"under {bpm:.0f} bpm")
    steps = tuple(
        replace(step, caps=(*step.caps, cap)) if _is_easy(step) else step for step in timeline.steps
    )
    return timeline if steps == timeline.steps else replace(timeline, steps=steps)


def _is_easy(step: Step) -> bool:
    if step.kind not in _MAYBE_EASY or any(cap.quantity is Quantity.HEART_RATE for cap in step.caps):
        return False
    target = step.target
    if target is None or target.quantity is Quantity.EFFORT:
        return step.kind in EASY
    return target.ref == "easy"
