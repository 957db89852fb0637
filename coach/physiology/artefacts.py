"""Which beats did the strap get wrong? Ectopic, missed, extra, long and short beats, found and corrected.

Source: J. A. Lipponen and M. P. Tarvainen, J Med Eng Technol 43 (2019) 173-181: differences between successive
intervals, and between each interval and the median of the 11 around it, are held against 5.2 quartile deviations of
the 91 around them. For recordings: it looks 45 beats ahead. Checked against an artefact vector (corrected RMSSD within
4 ms of 3.0 ms); it sees nothing wrong where more than half of the beats around are. No command uses this yet.
"""

import itertools
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ALPHA: Final = 5.2
"""Quartile deviations beyond which a difference is out of the ordinary."""
WINDOW: Final = 91
"""Beats over which the ordinary is found."""
MEDIAN_WINDOW: Final = 11
SLOPE: Final = 0.13
OFFSET: Final = 0.17
"""The lines that tell an ectopic beat from a long or short one."""
_LEAST_MS: Final = 1.0
"""The ordinary is at least what a strap can tell apart, 1/1024 s."""


@dataclass(frozen=True, slots=True)
class Artefacts:
    """Places of wrong intervals (indices), by what is wrong."""

    ectopic: tuple[int, ...] = ()
    """A short interval and a long one, or the other way round."""
    missed: tuple[int, ...] = ()
    """Two beats told as one."""
    extra: tuple[int, ...] = ()
    """One beat told as two."""
    uneven: tuple[int, ...] = ()
    """Too long or too short, and none of the above."""

    def __len__(self) -> int:
        return len(self.ectopic) + len(self.missed) + len(self.extra) + len(self.uneven)


@dataclass(frozen=True, slots=True)
class Corrected:
    """Intervals after correction."""

    intervals_ms: tuple[float, ...]
    found: Artefacts
    """What the first look found."""
    share: float
    """Wrong intervals as a share of all, 0 to 1: over 0.05 the recording says nothing, over 0.03 DFA does not."""


def corrected(intervals_ms: Sequence[float]) -> Corrected:
    """Find and correct artefacts in R-R intervals in ms, again and again while there are fewer each time.

    Raises:
        ValueError: fewer than 12 intervals, or one that is not above 0.
    """
    if len(intervals_ms) < MEDIAN_WINDOW + 1:
        raise ValueError(f"at least {MEDIAN_WINDOW + 1} intervals are needed to tell good from bad")
    if min(intervals_ms) <= 0:
        raise ValueError("an interval between beats must be above 0")
    first = found = artefacts(intervals_ms)
    now = _mended(intervals_ms, found)
    while len(again := artefacts(now)) < len(found):
        found, now = again, _mended(now, again)
    return Corrected(tuple(now), first, min(1.0, len(first) / len(intervals_ms)))


def artefacts(intervals_ms: Sequence[float]) -> Artefacts:
    """Find the artefacts in R-R intervals in ms; needs at least 4 of them."""
    rr = list(intervals_ms)
    steps = [after - before for before, after in itertools.pairwise(rr)]
    steps.insert(0, sum(steps) / len(steps))
    median = _rolling_median(rr)
    beside = [each - middle for each, middle in zip(rr, median, strict=True)]
    beside = [2 * each if each < 0 else each for each in beside]
    step_limits, beside_limits = _limits(steps), _limits(beside)
    return _classified(
        rr,
        median,
        [each / limit for each, limit in zip(steps, step_limits, strict=True)],
        [each / limit for each, limit in zip(beside, beside_limits, strict=True)],
        beside_limits,
    )


def _classified(
    rr: Sequence[float],
    median: Sequence[float],
    step: Sequence[float],
    beside: Sequence[float],
    limits: Sequence[float],
) -> Artefacts:
    """Follow the paper's decision tree, beat after beat."""
    ectopic: list[int] = []
    missed: list[int] = []
    extra: list[int] = []
    uneven: list[int] = []
    at, last = 0, len(rr) - 2
    while at < last:
        size = abs(step[at])
        if size <= 1:
            at += 1
            continue
        if _is_ectopic(step, at):
            ectopic.append(at)
            at += 1
            continue
        candidates = [at, at + 1] if abs(step[at + 1]) < abs(step[at + 2]) else [at]
        for place in candidates:
            is_long = step[place] > 1 and _ahead(step, place) < -1
            is_short = step[place] < -1 and _ahead(step, place) > 1
            if is_short and abs(rr[place] + rr[place + 1] - median[place]) < limits[place]:
                extra.append(place)
            elif is_long and abs(rr[place] / 2 - median[place]) < limits[place]:
                missed.append(place)
            elif is_long or is_short or abs(beside[place]) > 3:
                uneven.append(place)
            at += 1
    return Artefacts(tuple(ectopic), tuple(missed), tuple(extra), tuple(uneven))


def _is_ectopic(step: Sequence[float], at: int) -> bool:
    """Do the neighbours jump the other way as far as an early (or late) beat makes them?"""
    before, after = _mirrored(step, at - 1), _mirrored(step, at + 1)
    here = step[at]
    if here > 1:
        return max(before, after) < -SLOPE * here - OFFSET
    return min(before, after) > -SLOPE * here + OFFSET


def _ahead(step: Sequence[float], at: int) -> float:
    """The larger jump the other way among the next two."""
    following = _mirrored(step, at + 1), _mirrored(step, at + 2)
    return min(following) if step[at] >= 0 else max(following)


def _mirrored(values: Sequence[float], at: int) -> float:
    """A value of the row, mirrored at its ends."""
    if at < 0:
        return values[-at]
    return values[at] if at < len(values) else values[2 * (len(values) - 1) - at]


def _rolling_median(values: Sequence[float]) -> list[float]:
    half = MEDIAN_WINDOW // 2
    return [_quantile(sorted(values[max(0, at - half) : at + half + 1]), 0.5) for at in range(len(values))]


def _limits(values: Sequence[float]) -> list[float]:
    """5.2 quartile deviations of the sizes around each value."""
    half, count = WINDOW // 2, len(values)
    sizes = [abs(each) for each in values]
    inside = sorted(sizes[:half])
    limits: list[float] = []
    for at in range(count):
        if at + half < count:
            insort(inside, sizes[at + half])
        if at - half - 1 >= 0:
            del inside[bisect_left(inside, sizes[at - half - 1])]
        spread = _quantile(inside, 0.75) - _quantile(inside, 0.25)
        limits.append(max(_LEAST_MS, ALPHA * spread / 2))
    return limits


def _quantile(in_order: Sequence[float], share: float) -> float:
    """A quantile of values in order, interpolated."""
    place = share * (len(in_order) - 1)
    below = int(place)
    above = min(below + 1, len(in_order) - 1)
    return in_order[below] + (place - below) * (in_order[above] - in_order[below])


def _mended(intervals_ms: Sequence[float], found: Artefacts) -> list[float]:
    """Join what was split, split what was joined, and put misplaced beats midway between their neighbours."""
    extra, missed = frozenset(found.extra), frozenset(found.missed)
    moved = frozenset((*found.ectopic, *found.uneven))
    beats, shifted = [0.0], set[int]()
    total = 0.0
    for place, interval in enumerate(intervals_ms):
        total += interval
        if place in extra:
            continue  # its end was no beat: the next interval grows by it
        if place in missed:
            beats.append(total - interval / 2)
        elif place in moved:
            shifted.add(len(beats))
        beats.append(total)
    for place in sorted(shifted):  # never the first beat nor the last: nothing is found in the last interval
        beats[place] = (beats[place - 1] + beats[place + 1]) / 2
    return [after - before for before, after in itertools.pairwise(beats)]
