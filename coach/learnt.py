"""The lessons of recorded runs, each with the run it comes from, so that it can be removed again; data only.

The athlete document holds them under `learnt`, one lesson for each run that taught something. Together they give the
newest factor of a pod in a shoe, the newest kinetics (each rests on the ones before), and one line through the cadences
of all runs (`coach.physiology.performance`).
"""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from coach.documents.reading import Name, Strict


class PodLesson(Strict):
    """The factor of one pod on one pair of shoes at the end of a run."""

    pod: Name
    """The sensor's ID."""
    shoe: str = ""
    """The slug of the pair; empty if unknown."""
    factor: float = Field(ge=0.9, le=1.1)
    """True metres per metre of the pod."""
    sd: float = Field(gt=0, le=0.1)
    """Standard deviation of the factor."""


class CountLesson(Strict):
    """The counting of cadence by a sensor: both feet or one."""

    sensor: Name
    """The sensor's ID."""
    factor: Literal[1, 2]
    """Steps of both feet per step of the sensor: 2 if it counts one foot."""


class HeartLesson(Strict):
    """The delay of the heart rate, from this run and those before it (`coach.physiology.kinetics`)."""

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
    """The lessons of one run; missing ones stay as they were."""

    run: Name
    """The run's ID."""
    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The day of the run, `2026-05-31`."""
    pods: Annotated[tuple[PodLesson, ...], Field(max_length=4)] = ()
    counts: Annotated[tuple[CountLesson, ...], Field(max_length=8)] = ()
    heart: HeartLesson | None = None
    cadence: CadenceLesson | None = None

    @property
    def is_empty(self) -> bool:
        """True if the run taught nothing."""
        return not self.pods and not self.counts and self.heart is None and self.cadence is None


def pod_factor(lessons: Iterable[Lesson], pod: str, shoe: str) -> PodLesson | None:
    """Return the newest factor of a pod on a pair of shoes; None without one."""
    factors = [each for lesson in lessons for each in lesson.pods if (each.pod, each.shoe) == (pod, shoe)]
    return factors[-1] if factors else None


def cadence_count(lessons: Iterable[Lesson], sensor: str) -> Literal[1, 2] | None:
    """Return the newest factor from a sensor's cadence to steps of both feet; None without one."""
    counts = [each.factor for lesson in lessons for each in lesson.counts if each.sensor == sensor]
    return counts[-1] if counts else None


def heart_lesson(lessons: Iterable[Lesson]) -> HeartLesson | None:
    """Return the newest kinetics; None without any."""
    hearts = [lesson.heart for lesson in lessons if lesson.heart is not None]
    return hearts[-1] if hearts else None
