"""How even was this step? Its quarters against each other, from what a screen would have shown."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from coach.live.snapshot import Snapshot
from coach.quantities import BeatsPerMinute
from coach.signals.readings import Freshness
from coach.workout.timeline import Step

QUARTERS: Final = 4
LAST_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Evenness:
    """What was measured is there, what was not is None."""

    variation: float | None = None
    """Standard deviation (n - 1) of the quarters' speeds over their mean; 0.015 is even."""
    last_heart_rate: BeatsPerMinute | None = None
    """Mean of the live heart rates of the last minute, in bpm."""


def evenness(step: Step, snapshots: Sequence[Snapshot]) -> Evenness:
    """Judge a step that ends by time from the snapshots of the run, one after each input."""
    lasting = step.until.time()
    ours = [
        shot
        for shot in snapshots
        if shot.step is not None and shot.step.step_id == step.step_id and shot.step_time_s is not None
    ]
    if lasting is None or not ours:
        return Evenness()
    beats = [
        shot.heart_rate.value
        for shot in ours
        if shot.heart_rate is not None
        and shot.heart_rate.freshness is Freshness.LIVE
        and (shot.step_time_s or 0.0) >= lasting - LAST_S
    ]
    heart = BeatsPerMinute(sum(beats) / len(beats)) if beats else None
    return Evenness(_variation(ours, lasting), heart)


def _variation(shots: Sequence[Snapshot], lasting: float) -> float | None:
    """How far the quarters lie apart; None if one of them was not measured."""
    places = [(0.0, 0.0)]
    for quarter in range(1, QUARTERS + 1):
        # The last snapshot of the step lies up to one input before its end.
        due = lasting * quarter / QUARTERS
        near = min(shots, key=lambda shot: abs((shot.step_time_s or 0.0) - due))
        if near.step_m is None or near.step_time_s is None or abs(near.step_time_s - due) > 5:
            return None
        places.append((near.step_time_s, near.step_m))
    speeds = [
        (metres - before_m) / (seconds - before_s)
        for (before_s, before_m), (seconds, metres) in itertools.pairwise(places)
        if seconds > before_s
    ]
    mean = sum(speeds) / len(speeds)
    if len(speeds) < QUARTERS or mean <= 0:
        return None
    return sqrt(sum((speed - mean) ** 2 for speed in speeds) / (len(speeds) - 1)) / mean
