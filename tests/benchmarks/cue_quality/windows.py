"""Steady stretches of real runs: 180 s of even running, what was run before them, and how noisy they are.

Every stretch without a gap or a stop is a window in which a straight line through it changes by less than 15 % and
30 s means lie within 10 % of that line: running at one pace, tame or not. The line is taken out, and what is left is
clipped at 8 robust standard deviations of its file. The metres of a window and of what came before it are scaled to
its speeds: windows ask about noise, and a source whose speed and distance differ is a matter of whole sessions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt
from statistics import fmean, median
from typing import Final

from coach.signals.readings import Source
from tests.benchmarks.cue_quality.series import Sample, Series

WINDOW_S: Final = 180
LEAD_S: Final = 300
"""So much of the run before a window is fed as it is: what a coach has heard by then."""
_PART_S: Final = 30
_WITHIN: Final = 0.10
_DRIFT: Final = 0.15
_LONGEST_GAP_S: Final = 2.0
_SEARCHED_EVERY_S: Final = 10
_SLOWEST: Final = 1.8
"""m/s; slower is walking."""
_STOPPED: Final = 1.5
"""m/s; slower for 3 s is a stop."""
_STOP_S: Final = 3
_CLIPPED_AT: Final = 8.0
_TO_SD: Final = 1.4826
"""A median distance from the median, as a standard deviation."""


@dataclass(frozen=True)
class Window:
    """Even running, as shares of its own pace."""

    file: str
    source: Source
    start_s: float
    pace: float
    """m/s; the shares are of it."""
    shares: tuple[float, ...]
    """Speed over pace, one a second; their mean is 1."""
    gained: tuple[float, ...] | None
    """Metres gained over pace in each second, where the source counts metres by itself."""
    lead: tuple[Sample, ...]
    """What came before, in shares of the pace and of it in a second, at seconds before the window (below 0)."""
    made_up: bool = False

    @property
    def sd(self) -> float:
        """How noisy it is, as a share of its speed."""
        return sqrt(fmean((share - 1.0) ** 2 for share in self.shares))


def windows_of(series: Series, *, made_up: bool = False) -> list[Window]:
    """Every steady window of a series, none overlapping another."""
    found: list[_Stretch] = []
    samples = series.samples
    index = 0
    while index < len(samples):
        stretch = _stretch_at(samples, index)
        if stretch is not None:
            found.append(stretch)
        index = _index_at(samples, index, _SEARCHED_EVERY_S if stretch is None else WINDOW_S)
    limit = _CLIPPED_AT * _robust_sd([off for stretch in found for off in stretch.off])
    return [replace(_window(series, stretch, limit), made_up=made_up) for stretch in found]


def autocorrelation(shares: Sequence[float], lag: int) -> float:
    """How alike values `lag` seconds apart are, -1 to 1."""
    mean = fmean(shares)
    off = [share - mean for share in shares]
    return sum(a * b for a, b in zip(off, off[lag:], strict=False)) / sum(a * a for a in off)


@dataclass(frozen=True)
class _Stretch:
    """A steady stretch as it was found."""

    index: int
    seconds: Sequence[Sample]
    along: Sequence[float]
    """The line through it, second by second."""

    @property
    def off(self) -> list[float]:
        """How far each speed is off the line, as a share of it."""
        return [one.speed / at - 1.0 for one, at in zip(self.seconds, self.along, strict=True)]

    @property
    def gained(self) -> list[float] | None:
        """The metres of each second, as a share of the line; None where they are not counted."""
        metres = [one.metres for one in self.seconds if one.metres is not None]
        if len(metres) < len(self.seconds):
            return None
        steps = [metres[1] - metres[0], *(later - earlier for earlier, later in pairwise(metres))]
        return [step / at for step, at in zip(steps, self.along, strict=True)]


def _stretch_at(samples: Sequence[Sample], index: int) -> _Stretch | None:
    seconds = _each_second(samples, index)
    if seconds is None:
        return None
    speeds = [one.speed for one in seconds]
    if fmean(speeds) < _SLOWEST or _has_stop(speeds):
        return None
    along = _line_through(speeds)
    off = [speed / at - 1.0 for speed, at in zip(speeds, along, strict=True)]
    parts = [fmean(off[start : start + _PART_S]) for start in range(0, WINDOW_S, _PART_S)]
    if abs(along[-1] - along[0]) >= _DRIFT * fmean(speeds) or any(abs(part) > _WITHIN for part in parts):
        return None
    return _Stretch(index, seconds, along)


def _has_stop(speeds: Sequence[float]) -> bool:
    """True if the runner stood or nearly did, which is told as a stop and not as a pace."""
    return any(max(speeds[start : start + _STOP_S]) < _STOPPED for start in range(len(speeds) - _STOP_S + 1))


def _line_through(values: Sequence[float]) -> list[float]:
    """The least-squares line through evenly spaced values, at each of them."""
    middle, mean = (len(values) - 1) / 2.0, fmean(values)
    slope = sum((i - middle) * (value - mean) for i, value in enumerate(values))
    slope /= sum((i - middle) ** 2 for i in range(len(values)))
    return [mean + slope * (i - middle) for i in range(len(values))]


def _window(series: Series, stretch: _Stretch, limit: float) -> Window:
    samples, index, gained = series.samples, stretch.index, stretch.gained
    metres_per_metre = 1.0 if gained is None else fmean(gained)
    return Window(
        series.name,
        series.source,
        samples[index].at,
        fmean(one.speed for one in stretch.seconds),
        _clipped([1.0 + off for off in stretch.off], limit),
        None if gained is None else _clipped(gained, limit),
        _lead(samples, index, stretch.along[0], metres_per_metre),
    )


def _clipped(shares: Sequence[float], limit: float) -> tuple[float, ...]:
    mean = fmean(shares)
    clipped = [min(1.0 + limit, max(1.0 - limit, share / mean)) for share in shares]
    mean = fmean(clipped)
    return tuple(share / mean for share in clipped)


def _lead(samples: Sequence[Sample], index: int, pace: float, scale: float) -> tuple[Sample, ...]:
    """What came before a window, in shares of the pace; its metres are divided by `scale` as well."""
    start = samples[index].at
    before = [one for one in samples[max(0, index - LEAD_S) : index] if one.at >= start - LEAD_S]
    zero = next((one.metres for one in before if one.metres is not None), 0.0)
    return tuple(
        Sample(
            one.at - start,
            one.speed / pace,
            None if one.metres is None else (one.metres - zero) / (scale * pace),
        )
        for one in before
    )


def _each_second(samples: Sequence[Sample], index: int) -> list[Sample] | None:
    """180 samples a second apart, single lost seconds filled with the one before; None across a longer gap."""
    start, found, at = samples[index].at, [], index
    for second in range(WINDOW_S):
        while at + 1 < len(samples) and samples[at + 1].at <= start + second + 0.01:
            at += 1
        if start + second - samples[at].at > _LONGEST_GAP_S - 0.5:
            return None
        found.append(samples[at])
    return found


def _index_at(samples: Sequence[Sample], index: int, seconds: float) -> int:
    until = samples[index].at + seconds
    while index < len(samples) and samples[index].at < until:
        index += 1
    return index


def _robust_sd(values: Sequence[float]) -> float:
    if not values:
        return 0.0
    middle = median(values)
    return _TO_SD * median(abs(value - middle) for value in values)
