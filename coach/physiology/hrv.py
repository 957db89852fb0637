"""How rested is the heart? Numbers from the intervals between beats (R-R), and what may be made of them.

Sources: Task Force (1996) for RMSSD and SDNN; Plews, Buchheit et al. (2013, 2014) for the week's mean of ln RMSSD
against a band of half a standard deviation around the runner's own baseline, with at least three days a week;
the 20 % rule of Malik for artefacts (the better correction is `coach.physiology.artefacts`). A strap's intervals are
counted in 1/1024 s, which adds about 0.4 ms to an RMSSD: nothing at rest, much of what is left in hard running.

No command uses this yet. Not here, and why: docs/explanation/zones.md.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt
from typing import Final

from coach.physiology.limits import within
from coach.quantities import BeatsPerMinute

SHORTEST_MS: Final = 200.0
LONGEST_MS: Final = 3000.0
"""Intervals of 300 to 20 beats a minute; what lies outside is no heartbeat."""
MALIK_SHARE: Final = 0.20
USABLE_SHARE: Final = 0.05
"""With more than 5 % of the beats corrected a recording says nothing about rest."""
FEWEST_DAYS: Final = 3
"""A week with fewer mornings gives no verdict (Plews 2014)."""
FEWEST_BASELINE_DAYS: Final = 14
"""A baseline wants three to four weeks; under two there is no band at all."""


@dataclass(frozen=True, slots=True)
class Variability:
    """What a row of R-R intervals says."""

    beats: int
    rmssd_ms: float
    """Root mean square of successive differences, ms."""
    ln_rmssd: float
    sdnn_ms: float
    """Standard deviation (n - 1), ms."""
    mean_heart_rate: BeatsPerMinute
    pnn50: float
    """Share of successive differences over 50 ms, 0 to 1."""


def variability(intervals_ms: Sequence[float]) -> Variability:
    """RMSSD and its company from R-R intervals in ms, as they are: correct artefacts first.

    Raises:
        ValueError: fewer than 3 intervals, one outside 200 to 3000 ms, or all of them equal.
    """
    _check(intervals_ms)
    count = len(intervals_ms)
    mean = sum(intervals_ms) / count
    steps = [after - before for before, after in itertools.pairwise(intervals_ms)]
    root = rmssd(intervals_ms)
    if root <= 0:
        raise ValueError("all intervals are equal: that is a metronome, not a heart")
    return Variability(
        beats=count,
        rmssd_ms=root,
        ln_rmssd=log(root),
        sdnn_ms=sqrt(sum((each - mean) ** 2 for each in intervals_ms) / (count - 1)),
        mean_heart_rate=BeatsPerMinute(60_000 / mean),
        pnn50=sum(abs(step) > 50 for step in steps) / len(steps),
    )


def rmssd(intervals_ms: Sequence[float]) -> float:
    """Root mean square of successive differences in ms, of R-R intervals in ms.

    Raises:
        ValueError: fewer than 3 intervals, or one outside 200 to 3000 ms.
    """
    _check(intervals_ms)
    steps = [after - before for before, after in itertools.pairwise(intervals_ms)]
    return sqrt(sum(step * step for step in steps) / len(steps))


def malik(intervals_ms: Sequence[float]) -> tuple[int, ...]:
    """Which intervals (by index) differ from the last good one by more than 20 %.

    The first interval is taken for good if it is within 20 % of the median of the first nine, and is named otherwise.
    """
    if not intervals_ms:
        return ()
    beginning = sorted(intervals_ms[:9])
    kept = beginning[len(beginning) // 2]
    bad: list[int] = []
    for place, interval in enumerate(intervals_ms):
        if abs(interval - kept) > MALIK_SHARE * kept:
            bad.append(place)
        else:
            kept = interval
    return tuple(bad)


def without(intervals_ms: Sequence[float], places: Sequence[int]) -> tuple[float, ...]:
    """The intervals without those at some places."""
    left_out = frozenset(places)
    return tuple(each for place, each in enumerate(intervals_ms) if place not in left_out)


class Readiness(StrEnum):
    """What the week says; it is always the runner's to override."""

    BELOW = "below"
    """Easy only."""
    INSIDE = "inside"
    """As planned."""
    ABOVE = "above"
    """As planned, with a note: unusually high can also be fatigue."""
    UNKNOWN = "unknown"
    """Too few mornings for a verdict."""


@dataclass(frozen=True, slots=True)
class HrvWeek:
    """A week of mornings against the runner's own baseline; all in ln ms."""

    verdict: Readiness
    mean: float | None
    low: float | None
    high: float | None
    rule: str
    """The rule that spoke, in words."""


def band(baseline: Sequence[float]) -> tuple[float, float]:
    """The usual range of ln RMSSD: mean of the baseline plus and minus half its standard deviation (n - 1).

    Raises:
        ValueError: fewer than 3 values, or one outside 0 to 7.
    """
    if len(baseline) < 3:
        raise ValueError("a baseline needs at least three mornings, better three weeks")
    for each in baseline:
        within(each, 0.0, 7.0, "ln RMSSD")
    mean = sum(baseline) / len(baseline)
    deviation = sqrt(sum((each - mean) ** 2 for each in baseline) / (len(baseline) - 1))
    return mean - deviation / 2, mean + deviation / 2


def judged(week: Sequence[float], baseline: Sequence[float]) -> HrvWeek:
    """Hold the mean ln RMSSD of the last 7 days' mornings against the band of the weeks before.

    Raises:
        ValueError: a value outside 0 to 7.
    """
    if len(week) < FEWEST_DAYS or len(baseline) < FEWEST_BASELINE_DAYS:
        rule = f"no verdict under {FEWEST_DAYS} mornings a week and {FEWEST_BASELINE_DAYS} before"
        return HrvWeek(Readiness.UNKNOWN, None, None, None, rule)
    low, high = band(baseline)
    mean = sum(within(each, 0.0, 7.0, "ln RMSSD") for each in week) / len(week)
    verdict = Readiness.BELOW if mean < low else Readiness.ABOVE if mean > high else Readiness.INSIDE
    return HrvWeek(
        verdict, mean, low, high, f"mean of the week against {low:.2f} to {high:.2f} of the weeks before"
    )


def _check(intervals_ms: Sequence[float]) -> None:
    if len(intervals_ms) < 3:
        raise ValueError("at least three intervals are needed")
    for each in intervals_ms:
        within(each, SHORTEST_MS, LONGEST_MS, "interval between beats", "ms")
