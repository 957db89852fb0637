"""The cadence that goes with a speed: a line through self-selected cadences, and the step length that follows.

Sources: van Oeveren et al. 2017 (novices chose 154, 158 and 160 steps per minute at 2.4, 2.6 and 2.9 m/s: the line
126.84 + 11.579 v); Lieberman 2015 (economical at 169.6 +- 7.2 at 3.0 m/s). Runners differ by +- 10 steps per minute
and more at one speed, so the line is a starting value; there is no 180 for everybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

from coach.physiology import within
from coach.quantities import Metres, StepsPerMinute

if TYPE_CHECKING:
    from coach.learnt import CadenceLesson, Lesson  # loads pydantic, which a run starts without

SPREAD_SPM: Final = 10.0
"""Runners lie about this far from the line."""
SLOWEST_MPS: Final = 2.0
FASTEST_MPS: Final = 7.0
"""Below this range people walk; above it the line bends up, because speed then comes from cadence."""
LARGEST_GAIN: Final = 0.05
"""A cadence is raised by 5 % over some weeks, and by no more at a time."""
GAIN_WEEKS: Final = 4
"""Weeks over which a cadence is raised (science 1.7)."""


@dataclass(frozen=True, slots=True)
class CadenceLine:
    """The cadence a runner chooses at a speed: a line, and how far single stretches lie from it."""

    speed_mps: float
    """Mean of the speeds it was learned at."""
    cadence_spm: float
    """Mean cadence at those speeds."""
    slope: float
    """Steps per minute per m/s; 0 where the speeds were too similar to tell."""
    sd_spm: float
    """Standard deviation of a stretch about the line."""
    slowest_mps: float
    fastest_mps: float
    """The line is used between these two speeds."""

    def at(self, speed: float) -> float | None:
        """The cadence at a speed in m/s; None outside the speeds it was learned at."""
        if not self.slowest_mps <= speed <= self.fastest_mps:
            return None
        return self.cadence_spm + self.slope * (speed - self.speed_mps)


def usual_cadence(speed: float) -> StepsPerMinute:
    """Cadence in steps per minute, both feet, that runners mostly choose at a speed in m/s, within +-10.

    Raises:
        ValueError: a speed outside 2 to 7 m/s.
    """
    within(speed, SLOWEST_MPS, FASTEST_MPS, "running speed", "m/s")
    return StepsPerMinute(126.84 + 11.579 * speed)


def personal_cadence(speed: float, known_speed: float, known_cadence: float) -> StepsPerMinute:
    """Cadence at a speed, for a runner whose cadence at another is known: the usual line moved through that point.

    Raises:
        ValueError: a speed outside 2 to 7 m/s, or a cadence outside 120 to 240.
    """
    within(known_cadence, 120, 240, "cadence", "steps/min")
    return StepsPerMinute(usual_cadence(speed) + known_cadence - usual_cadence(known_speed))


def step_length(speed: float, cadence: float) -> Metres:
    """Length of a step in metres at a speed in m/s and a cadence in steps per minute (60 to 300).

    Raises:
        ValueError: a cadence outside that.
    """
    return Metres(speed / within(cadence, 60, 300, "cadence", "steps/min") * 60)


def next_goal(cadence: float) -> StepsPerMinute:
    """The highest cadence to try next for a runner who wants more: 5 % up.

    Raises:
        ValueError: a cadence outside 120 to 240.
    """
    return StepsPerMinute(within(cadence, 120, 240, "cadence", "steps/min") * (1 + LARGEST_GAIN))


# --- The habit of one runner: a line through the cadences of their runs

FEWEST_RUNS: Final = 3
"""A cadence habit needs at least three runs."""
_FEWEST_STRETCHES: Final = 30
"""Of twenty seconds each: ten minutes of even running in all."""
_LEAST_SPREAD_MPS: Final = 0.15
"""If all speeds are closer together than this (SD), the slope of the cadence cannot be measured."""


def cadence_line(lessons: Iterable["Lesson"]) -> CadenceLine | None:
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


def _mean(runs: Sequence["CadenceLesson"], values: Sequence[float]) -> float:
    """Mean, weighted by the number of stretches in each run."""
    total = sum(one.stretches for one in runs)
    return sum(one.stretches * value for one, value in zip(runs, values, strict=True)) / total


def cadence_goal(own_spm: float, week: int) -> float:
    """The cadence to aim at in a week of a goal, 1 to 4: the runner's own and up to 5 %."""
    return own_spm * (1 + LARGEST_GAIN * min(max(week, 0), GAIN_WEEKS) / GAIN_WEEKS)
