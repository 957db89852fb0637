"""Windows made up where no public recording has them: speed noise with a given size, colour and tail.

The noise is the sum of two smooth processes (each white noise through two equal first-order filters, as devices
smooth), a quick one and a slow one, whose shares and time constants give the autocorrelations measured on real
windows; its size swings slowly, which gives the heavy tail that turns and crossings give real running. Speed from
positions has the differences of position errors on top. What comes out goes the way of a recording: windows are
found in it as in any other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log, sqrt
from random import Random
from typing import Final

from coach.signals.readings import Source
from tests.benchmarks.cue_quality.series import Sample, Series

_SWING_S: Final = 25.0
_WARM_S: Final = 120


@dataclass(frozen=True)
class Colour:
    """What the noise of a class of sources is like."""

    source: Source
    pace: float
    """m/s."""
    sd: tuple[float, float]
    """Its size from run to run, as a share of the speed: p10 and p90, taken evenly by ratio."""
    quick_s: float
    slow_s: float
    """Time constants of the two processes."""
    slow_share: float
    """The share of the slow one in the variance."""
    swing: float = 0.35
    """How much its size swings: standard deviation of its logarithm."""
    jitter: float = 0.0
    """Position errors in m: what differences of positions add."""
    jitter_keeps: float = 0.0
    """How much of a position error lasts to the next second."""


def made_up(name: str, colour: Colour, minutes: float, seed: int) -> Series:
    """A run at even pace as a source of this class would tell it."""
    rng = Random(f"{name} {seed}")
    low, high = colour.sd
    sd = low * exp(rng.random() * log(high / low))
    speeds = shares(colour, sd, rng)
    samples: list[Sample] = []
    metres = 0.0
    for second in range(int(60 * minutes)):
        speed = max(0.0, next(speeds)) * colour.pace
        metres += speed
        samples.append(Sample(float(second), speed, metres))
    return Series(f"{name} {seed}", colour.source, tuple(samples))


def shares(colour: Colour, sd: float, rng: Random) -> Iterator[float]:
    """What a source of this class says of a speed, as shares of it, one a second."""
    quick, slow = _smooth(colour.quick_s, rng), _smooth(colour.slow_s, rng)
    swing, size = _smooth(_SWING_S, rng), colour.swing
    errors = _errors(colour, rng)
    for _ in range(_WARM_S):
        next(quick), next(slow), next(swing)
    slowly, quickly = sqrt(colour.slow_share), sqrt(1.0 - colour.slow_share)
    while True:
        louder = exp(size * next(swing) - size * size)
        noise = sd * louder * (quickly * next(quick) + slowly * next(slow))
        yield 1.0 + noise + next(errors) / colour.pace


def _smooth(tau_s: float, rng: Random) -> Iterator[float]:
    """White noise through two equal first-order filters, with variance 1."""
    keeps = exp(-1.0 / tau_s)
    variance = (1.0 + keeps**2) / (1.0 - keeps**2) ** 3
    one = two = 0.0
    while True:
        one = keeps * one + rng.gauss(0.0, 1.0)
        two = keeps * two + one
        yield two / sqrt(variance)


def _errors(colour: Colour, rng: Random) -> Iterator[float]:
    """What errors of positions add to the metres of a second."""
    error = 0.0
    while True:
        before = error
        error = colour.jitter_keeps * error + rng.gauss(0.0, colour.jitter)
        yield error - before
