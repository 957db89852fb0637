"""Which cadence does this runner fall into at a speed? One line through what their runs have shown."""

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Final

from coach.learnt import CadenceLesson, Lesson
from coach.physiology.cadence import CadenceLine

FEWEST_RUNS: Final = 3
"""A cadence habit is one only if it was seen on three outings."""
_FEWEST_STRETCHES: Final = 30
"""Of twenty seconds each: ten minutes of even running in all."""
_LEAST_SPREAD_MPS: Final = 0.15
"""With all speeds closer together than this (SD), how cadence rises with speed cannot be seen."""


def cadence_line(lessons: Iterable[Lesson]) -> CadenceLine | None:
    """The line through the cadences of all runs; None under `FEWEST_RUNS` runs or ten minutes of even running."""
    runs = [lesson.cadence for lesson in lessons if lesson.cadence is not None]
    count = sum(one.stretches for one in runs)
    if len(runs) < FEWEST_RUNS or count < _FEWEST_STRETCHES:
        return None
    speed = _mean(runs, [one.speed_mps for one in runs])
    cadence = _mean(runs, [one.cadence_spm for one in runs])
    vv = _mean(runs, [one.speed_variance + (one.speed_mps - speed) ** 2 for one in runs])
    cc = _mean(runs, [one.cadence_variance + (one.cadence_spm - cadence) ** 2 for one in runs])
    vc = _mean(runs, [one.covariance + (one.speed_mps - speed) * (one.cadence_spm - cadence) for one in runs])
    spread = sqrt(vv)
    slope = vc / vv if spread >= _LEAST_SPREAD_MPS else 0.0
    left = max(0.0, cc - slope * vc)
    reach = 2.0 * max(spread, _LEAST_SPREAD_MPS)
    return CadenceLine(speed, cadence, slope, sqrt(left), speed - reach, speed + reach)


def _mean(runs: Sequence[CadenceLesson], values: Sequence[float]) -> float:
    """Weighted by how many stretches each run has."""
    total = sum(one.stretches for one in runs)
    return sum(one.stretches * value for one, value in zip(runs, values, strict=True)) / total
