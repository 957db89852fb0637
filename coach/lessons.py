"""What did a run teach about its runner? Dated, by the run it came from, so that it can be taken back; data only.

Lessons stand in the athlete document (`learnt`), one for each run that taught something. What counts is made from all
of them: the newest factor of a pod in a shoe, the newest kinetics (each rests on the ones before), and one line through
the cadences of every run.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Annotated, Final, Literal

from pydantic import Field

from coach.documents.faults import Strict
from coach.documents.spelling import Name

FEWEST_RUNS: Final = 3
"""A cadence habit is one only if it was seen on three outings."""
_FEWEST_STRETCHES: Final = 30
"""Of twenty seconds each: ten minutes of even running in all."""
_LEAST_SPREAD_MPS: Final = 0.15
"""With all speeds closer together than this (SD), how cadence rises with speed cannot be seen."""


class PodLesson(Strict):
    """The factor of one pod on one pair of shoes, as it stood at the end of a run."""

    pod: Name
    """The sensor's id."""
    shoe: str = ""
    """The slug of the pair it sat on; empty where nobody said."""
    factor: float = Field(ge=0.9, le=1.1)
    """True metres per metre the pod says."""
    sd: float = Field(gt=0, le=0.1)
    """Standard deviation of the factor."""


class CountLesson(Strict):
    """How a sensor counts cadence."""

    sensor: Name
    """The sensor's id."""
    feet: Literal[1, 2]
    """1: one foot, so that its number is doubled; 2: both."""


class HeartLesson(Strict):
    """How fast the heart follows the legs, with every run before this one in it (`coach.physiology.kinetics`)."""

    delay_up_s: float = Field(ge=0, le=40)
    tau_up_s: float = Field(ge=8, le=160)
    delay_down_s: float = Field(ge=0, le=40)
    tau_down_s: float = Field(ge=8, le=160)
    ups: int = Field(ge=0, le=100)
    downs: int = Field(ge=0, le=100)


class CadenceLesson(Strict):
    """The cadences of one run against its speeds: sums over even stretches of twenty seconds."""

    stretches: int = Field(ge=1, le=10_000)
    speed_mps: float = Field(ge=2, le=8)
    """Their mean speed."""
    cadence_spm: float = Field(ge=120, le=260)
    """Their mean cadence, both feet."""
    speed_variance: float = Field(ge=0, le=9)
    cadence_variance: float = Field(ge=0, le=2000)
    covariance: float = Field(ge=-150, le=150)
    """Means of the squares and of the product, about the means above."""


class Lesson(Strict):
    """What one run taught; what it says nothing of stays as it was."""

    run: Name
    """The run's id."""
    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The day it was run, `2026-05-31`."""
    pods: Annotated[tuple[PodLesson, ...], Field(max_length=4)] = ()
    counts: Annotated[tuple[CountLesson, ...], Field(max_length=8)] = ()
    heart: HeartLesson | None = None
    cadence: CadenceLesson | None = None

    @property
    def is_empty(self) -> bool:
        """Did the run teach nothing?"""
        return not self.pods and not self.counts and self.heart is None and self.cadence is None


@dataclass(frozen=True, slots=True)
class CadenceLine:
    """The cadence a runner takes at a speed by themself: a line, and how far single stretches lie from it."""

    speed_mps: float
    """Mean of the speeds it was learnt at."""
    cadence_spm: float
    """Mean cadence there."""
    slope: float
    """Steps per minute more for each m/s more; 0 where the speeds were too alike to tell."""
    sd_spm: float
    """Standard deviation of a stretch about the line."""
    slowest_mps: float
    fastest_mps: float
    """The line is believed between them."""

    def at(self, speed: float) -> float | None:
        """The cadence at a speed in m/s; None outside the speeds it was learnt at."""
        if not self.slowest_mps <= speed <= self.fastest_mps:
            return None
        return self.cadence_spm + self.slope * (speed - self.speed_mps)


def pod_factor(lessons: Iterable[Lesson], pod: str, shoe: str) -> PodLesson | None:
    """The newest factor of a pod on a pair of shoes; None where no run has taught one."""
    found = [one for lesson in lessons for one in lesson.pods if (one.pod, one.shoe) == (pod, shoe)]
    return found[-1] if found else None


def feet_counted(lessons: Iterable[Lesson], sensor: str) -> Literal[1, 2] | None:
    """How a sensor counts cadence, by the newest run that could tell; None where none could."""
    found = [one.feet for lesson in lessons for one in lesson.counts if one.sensor == sensor]
    return found[-1] if found else None


def heart_lesson(lessons: Iterable[Lesson]) -> HeartLesson | None:
    """The newest kinetics; None where no run has taught any."""
    found = [lesson.heart for lesson in lessons if lesson.heart is not None]
    return found[-1] if found else None


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
    vc = _mean(
        runs, [one.covariance + (one.speed_mps - speed) * (one.cadence_spm - cadence) for one in runs]
    )
    spread = sqrt(vv)
    slope = vc / vv if spread >= _LEAST_SPREAD_MPS else 0.0
    left = max(0.0, cc - slope * vc)
    reach = 2.0 * max(spread, _LEAST_SPREAD_MPS)
    return CadenceLine(speed, cadence, slope, sqrt(left), speed - reach, speed + reach)


def _mean(runs: Sequence[CadenceLesson], values: Sequence[float]) -> float:
    """Weighted by how many stretches each run has."""
    total = sum(one.stretches for one in runs)
    return sum(one.stretches * value for one, value in zip(runs, values, strict=True)) / total
