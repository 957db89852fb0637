"""EXPERIMENTAL: how ordered is the beat? The short-term scaling exponent of R-R intervals, DFA alpha-1.

Sources: detrended fluctuation analysis, Peng et al. 1995; 0.75 near the aerobic threshold in 15 runners (Rogers et al.
2021), about 0.5 at high intensity. Experimental, because 3 % of artefacts spoil it, even corrected ones push it up, and
shorter windows than two minutes do not repeat (ICC 0.02). Nothing is paced by it. Windows of 4 to 16 beats, side by
side, linear trend removed, no detrending before: not to be compared with Kubios, which smooths first. No command uses
this yet.
"""

from collections.abc import Sequence
from math import log, sqrt
from typing import Final

EXPERIMENTAL: Final = True
"""Whoever shows it says so."""
SCALES: Final = tuple(range(4, 17))
"""Beats in a window."""
FEWEST_BEATS: Final = 100
USABLE_SHARE: Final = 0.03
"""With more artefacts than this, corrected or not, it means nothing."""


def alpha_1(intervals_ms: Sequence[float]) -> float:
    """Scaling exponent of R-R intervals in ms over windows of 4 to 16 beats; about 0.5 (noise) to 1.5 (a walk).

    Meant for two minutes of beats, recomputed every 5 to 20 s.

    Raises:
        ValueError: fewer than 100 intervals, or intervals that are all equal.
    """
    if len(intervals_ms) < FEWEST_BEATS:
        raise ValueError(f"at least {FEWEST_BEATS} intervals are needed, about a minute of running")
    mean = sum(intervals_ms) / len(intervals_ms)
    walk: list[float] = []
    total = 0.0
    for each in intervals_ms:
        total += each - mean
        walk.append(total)
    points = [(log(scale), _fluctuation(walk, scale)) for scale in SCALES]
    if any(size <= 0 for _, size in points):
        raise ValueError("the intervals do not vary: that is a metronome, not a heart")
    return _slope([(place, log(size)) for place, size in points])


def _fluctuation(walk: Sequence[float], scale: int) -> float:
    """Root mean square of what is left in windows of so many beats when each loses its trend."""
    windows = len(walk) // scale
    return sqrt(sum(_left_over(walk[at * scale : (at + 1) * scale]) for at in range(windows)) / windows)


def _left_over(window: Sequence[float]) -> float:
    """Mean square of a window without its linear trend."""
    count = len(window)
    middle = (count - 1) / 2
    mean = sum(window) / count
    spread = count * (count * count - 1) / 12
    covariance = sum((at - middle) * each for at, each in enumerate(window))
    total = sum((each - mean) ** 2 for each in window)
    return max(0.0, total - covariance * covariance / spread) / count


def _slope(points: Sequence[tuple[float, float]]) -> float:
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
