"""The tones of the cues, the tick of the metronome, and the quiet noise that wakes earphones: samples, made by sums.

Two tones that rise mean faster, two that fall mean ease, one means on. They lie between 440 and 990 Hz, which the
speaker of a laptop still carries outdoors. Judged.
"""

from array import array
from collections.abc import Sequence
from functools import cache
from math import log10, pi, sin, sqrt
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    Samples: TypeAlias = array[int]
else:
    Samples = array  # it takes a parameter from Python 3.12 on
"""16-bit samples of one channel."""

RATE: Final = 24_000
"""Samples a second of everything in this room: that of the recorded voice."""
FULL: Final = 32_767
SILENCE_DB: Final = -120.0
"""What a level below one step of a sample is called."""

_HIGH, _MIDDLE, _LOW, _GO = 880.0, 660.0, 440.0, 990.0
_LEVEL_DB: Final = -9.0
"""Level of a tone's peak. A tone is longer than a syllable, and as loud as the voice at this peak. Judged."""
_RAMP_S: Final = 0.008
"""A tone that starts at once clicks."""
NOISE_DB: Final = -66.0
"""Level of the noise that wakes earphones: about 16 steps of a sample, heard by nobody outdoors. Judged."""
TICK_DB: Final = -14.0
DUCK_DB: Final = -12.0
"""How much quieter the metronome is while something is said."""


def gain(decibels: float) -> float:
    """Return the factor of a level in decibels."""
    return float(10 ** (decibels / 20))


def rms_db(samples: Sequence[int]) -> float:
    """Return the mean level of samples in decibels below full scale."""
    if not samples:
        return SILENCE_DB
    mean = sqrt(sum(value * value for value in samples) / len(samples))
    return SILENCE_DB if mean < 1e-3 else 20 * log10(mean / FULL)


def peak_db(samples: Sequence[int]) -> float:
    """Return the level of the loudest sample in decibels below full scale."""
    peak = max(map(abs, samples), default=0)
    return 20 * log10(peak / FULL) if peak else SILENCE_DB


def frames(seconds: float) -> int:
    """Return how many samples a time has."""
    return round(seconds * RATE)


def silence(count: int) -> Samples:
    """Return so many samples of silence."""
    return array("h", bytes(2 * max(0, count)))


def scaled(samples: Sequence[int], factor: float) -> Samples:
    """Return samples made louder or quieter, held within what a sample can be."""
    return array("h", [max(-FULL, min(FULL, round(value * factor))) for value in samples])


def tone(frequency: float, seconds: float, level_db: float = _LEVEL_DB) -> Samples:
    """Return a tone with a second harmonic, which small speakers need, and soft ends."""
    count, ramp, peak = frames(seconds), frames(_RAMP_S), FULL * gain(level_db) / 1.25
    step = 2 * pi * frequency / RATE
    samples = array("h")
    for index in range(count):
        edge = min(1.0, index / ramp, (count - 1 - index) / ramp)
        samples.append(round(peak * edge * (sin(step * index) + 0.25 * sin(2 * step * index))))
    return samples


@cache
def tones(name: str) -> Samples:
    """Return the samples of a sound by its name in lower case; empty for `none` and for one that is not known.

    Names: `faster`, `ease`, `on`, `go`, `beep`, `low`.
    """
    gap = silence(frames(0.03))
    made = {
        "faster": (tone(_MIDDLE, 0.12), gap, tone(_HIGH, 0.15)),
        "ease": (tone(_HIGH, 0.12), gap, tone(_MIDDLE, 0.15)),
        "on": (tone(_MIDDLE, 0.15),),
        "go": (tone(_GO, 0.45),),
        "beep": (tone(_HIGH, 0.12),),
        "low": (tone(_LOW, 0.3), gap, tone(_LOW, 0.3)),
    }.get(name, ())
    samples = array("h")
    for part in made:
        samples.extend(part)
    return samples


@cache
def tick(*, is_ducked: bool = False) -> Samples:
    """Return a tick of the metronome: 18 ms, like a wood block."""
    count, peak = frames(0.018), FULL * gain(TICK_DB + (DUCK_DB if is_ducked else 0.0))
    return array(
        "h",
        [
            round(peak * sin(2 * pi * 1_500.0 * index / RATE) * (1 - index / count) ** 3)
            for index in range(count)
        ],
    )


@cache
def noise() -> Samples:
    """Return one second of very quiet noise, always the same (the generator of Numerical Recipes)."""
    peak, state = FULL * gain(NOISE_DB) * sqrt(3.0), 1
    samples = array("h")
    for _ in range(RATE):
        state = (1_664_525 * state + 1_013_904_223) & 0xFFFF_FFFF
        samples.append(round(peak * (state / 0x8000_0000 - 1.0)))
    return samples
