"""The classes of speed sources, what must be reached in each, and the windows there are of it.

A series belongs to a class by its source and its noise, never by its file: other recordings are sorted the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Final, NamedTuple

from coach.signals.readings import Source
from tests.benchmarks.cue_quality.noise import Colour, made_up
from tests.benchmarks.cue_quality.series import RECORDINGS, series_in
from tests.benchmarks.cue_quality.windows import Window, windows_of


class Bound(NamedTuple):
    """What is asked of the delay for a size of step; infinite where nothing is."""

    median_s: float = inf
    missed: float = inf


@dataclass(frozen=True)
class SourceClass:
    """A kind of source, as noisy as it is."""

    name: str
    label: str
    source: Source
    noisier_than: float
    """From this size of noise on (median of its windows) a series of this source belongs here."""
    must: MappingProxyType[float, Bound]
    aim: MappingProxyType[float, Bound]
    colour: Colour
    """What its noise is like, to make up windows from."""


def _asked(eight: Bound, four: Bound | None = None) -> MappingProxyType[float, Bound]:
    return MappingProxyType({0.04: four or Bound(), 0.08: eight})


CLASSES: Final = (
    SourceClass(
        "treadmill",
        "treadmill pod",
        Source.POD,
        0.0,
        _asked(Bound(10, 0.08), Bound(20, 0.12)),
        _asked(Bound(6, 0.08), Bound(11, 0.12)),
        Colour(Source.POD, 3.9, (0.0085, 0.013), 1.4, 12.0, 0.45, swing=0.5),
    ),
    SourceClass(
        "outdoor",
        "outdoor pod",
        Source.POD,
        0.020,
        _asked(Bound(20, 0.08)),
        _asked(Bound(15, 0.08), Bound(40, 0.35)),
        Colour(Source.POD, 3.4, (0.027, 0.032), 2.5, 15.0, 0.35, swing=0.3),
    ),
    SourceClass(
        "slow",
        "slow or hilly pod",
        Source.POD,
        0.035,
        _asked(Bound(33, 0.08)),
        _asked(Bound(28, 0.08)),
        Colour(Source.POD, 2.7, (0.050, 0.100), 2.5, 10.0, 0.10, swing=0.5),
    ),
    SourceClass(
        "smooth",
        "smooth GPS watch",
        Source.WATCH,
        0.0,
        _asked(Bound(14, 0.08), Bound(32, 0.30)),
        _asked(Bound(11, 0.08), Bound(24, 0.20)),
        Colour(Source.WATCH, 3.1, (0.017, 0.055), 3.0, 14.0, 0.5, swing=0.5),
    ),
    SourceClass(
        "rough",
        "rough GPS watch",
        Source.WATCH,
        0.025,
        _asked(Bound(26, 0.08)),
        _asked(Bound(20, 0.08), Bound(60)),
        Colour(Source.WATCH, 3.1, (0.045, 0.075), 3.2, 14.0, 0.6, swing=0.5),
    ),
    SourceClass(
        "positions",
        "positions",
        Source.POSITIONS,
        0.0,
        _asked(Bound(28, 0.08)),
        _asked(Bound(20, 0.08), Bound(60)),
        Colour(Source.POSITIONS, 3.6, (0.030, 0.060), 3.3, 10.0, 0.55, jitter=0.62, jitter_keeps=-0.12),
    ),
)
FALSE_PER_10_MIN: Final = 1.0
SPOILED: Final = 0.15
WRONG: Final = 0.03
ENOUGH_MIN: Final = 20.0
"""A class with less real steady running than this is given made-up windows beside it."""
_MADE_UP_RUNS: Final = 10
_MADE_UP_MIN: Final = 14.0


def class_of(source: Source, sd: float) -> SourceClass | None:
    """The class of a series by its source and its noise; None for a source no class is of."""
    found = [one for one in CLASSES if one.source is source and sd >= one.noisier_than]
    return max(found, key=lambda one: one.noisier_than, default=None)


def windows_by_class(folder: Path = RECORDINGS) -> dict[str, list[Window]]:
    """Every real steady window of a folder of recordings, by the name of its class."""
    found: dict[str, list[Window]] = {one.name: [] for one in CLASSES}
    for series in series_in(folder):
        windows = windows_of(series)
        kind = class_of(series.source, median(one.sd for one in windows)) if windows else None
        if kind is not None:
            found[kind.name] += windows
    return found


def made_up_windows(kind: SourceClass, runs: int = _MADE_UP_RUNS) -> list[Window]:
    """Steady windows of made-up runs of a class, the same ones every time."""
    return [
        window
        for seed in range(runs)
        for window in windows_of(
            made_up(f"made-up {kind.name}", kind.colour, _MADE_UP_MIN, seed), made_up=True
        )
    ]


def minutes(windows: Sequence[Window]) -> float:
    """How much running some windows hold."""
    return sum(len(one.shares) for one in windows) / 60.0
