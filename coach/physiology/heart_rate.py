"""Heart rate: how it follows effort, where an effort leads it, and what the intervals between beats show.

Each section names its sources. What is left out, and why: docs/explanation/zones.md and docs/explanation/refusals.md.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, inf, log, sqrt
from statistics import median
from typing import Final

from coach.physiology import within
from coach.quantities import BeatsPerMinute, Seconds

# --- how heart rate follows effort: a dead time, then an exponential that is slower down than up
#
# Source: first order with dead time is an adequate structure for running (F1000Research 13:894; treadmill steps in
# BioMed Eng OnLine 2015, 14:115: time constant 57.6 +- 23.6 s, the same up and down). The defaults are medians over
# 24 recorded interval sessions: up 8 s and 37 s (middle half 28 to 56, 123 reps), down 16 s and 61 s (43 to 84, 72
# recoveries). Every function here is total: it returns a number for any number.

FEWEST_CHANGES: Final = 4
"""Fewest changes of effort with a good curve before a run updates the kinetics."""
_MEMORY: Final = 24
"""Largest weight of what was learned before, in changes, so that the kinetics still adapt as the runner gets fitter."""
_LEAST_EXPLAINED: Final = 0.8
"""Share of the variance (r2) that a curve must explain; worse ones are hills, artefacts and changes of mind."""
_LEAST_BPM: Final = 10.0
"""A smaller change is hidden by the beat-to-beat noise."""
_LONGEST_S: Final = Seconds(240.0)
"""Later than this the heart rate moves by drift, not by the change of effort."""
_SHORTEST_S: Final = Seconds(60.0)
"""A shorter stretch does not show where the curve ends."""
_FEWEST_VALUES: Final = 20
_DELAYS_S: Final = (0.0, 40.0)
_TAUS_S: Final = (8.0, 160.0)
"""The time constants that are tried; a best fit at an edge does not count."""


@dataclass(frozen=True, slots=True)
class HeartRateKinetics:
    """How fast the runner's heart rate follows a change of effort; medians of many runners until it is learned."""

    delay_up_s: Seconds = Seconds(8.0)
    """Dead time after a step up, 0 to 40 s."""
    tau_up_s: Seconds = Seconds(37.0)
    """Time constant of the rise, 8 to 160 s: 63 % of the rise is done one dead time and this long after the step."""
    delay_down_s: Seconds = Seconds(16.0)
    tau_down_s: Seconds = Seconds(61.0)
    ups: int = 0
    """Number of steps up it was learned from; 0 means the default."""
    downs: int = 0

    def follows(self, seconds: float, *, rising: bool) -> float:
        """Share (0 to 1) of a change that is complete after so many seconds; 0 before."""
        delay, tau = (self.delay_up_s, self.tau_up_s) if rising else (self.delay_down_s, self.tau_down_s)
        since = seconds - delay
        if since <= 0.0:
            return 0.0
        return 1.0 - exp(-since / tau) if tau > 0.0 else 1.0

    def after(self, start: float, steady: float, seconds: float) -> BeatsPerMinute:
        """Heart rate so many seconds after an even effort at `start` bpm changed to one that leads to `steady` bpm."""
        return BeatsPerMinute(start + (steady - start) * self.follows(seconds, rising=steady > start))


@dataclass(frozen=True, slots=True)
class EffortChange:
    """A stretch of even effort that began with a change: a rep after a jog, a jog after a rep."""

    at: Seconds
    until: Seconds
    """When the effort changed again."""
    rising: bool
    """True if it is harder than the stretch before."""


@dataclass(frozen=True, slots=True)
class HeartCurve:
    """The curve fitted to the heart rate after one change of effort."""

    delay_s: Seconds
    tau_s: Seconds


def fit_kinetics(
    heart_rates: Sequence[tuple[float, float]],
    changes: Sequence[EffortChange],
    before: HeartRateKinetics | None = None,
) -> HeartRateKinetics:
    """Learn how fast the heart rate follows from one recording; what it cannot show stays as in `before`.

    Each direction needs at least `FEWEST_CHANGES` curves that fit (r2 of 0.8, 10 bpm, inside the bounds). Their median
    is averaged with the earlier value, weighted by the number of changes behind each, so one odd run changes little.

    Args:
        heart_rates: times in seconds, in order, and believed values in bpm.
        changes: when the effort changed; each stretch is looked at for at most four minutes.
        before: what was known; a runner nobody has measured if None.
    """
    prior = before or HeartRateKinetics()
    curves = [
        (change.rising, curve)
        for change in changes
        if (curve := curve_after(heart_rates, change)) is not None
    ]
    up = [curve for rising, curve in curves if rising]
    down = [curve for rising, curve in curves if not rising]
    delay_up, tau_up, ups = _average_with(prior.delay_up_s, prior.tau_up_s, prior.ups, up)
    delay_down, tau_down, downs = _average_with(prior.delay_down_s, prior.tau_down_s, prior.downs, down)
    return HeartRateKinetics(delay_up, tau_up, delay_down, tau_down, ups, downs)


def curve_after(heart_rates: Sequence[tuple[float, float]], change: EffortChange) -> HeartCurve | None:
    """Fit the curve after one change of effort; None if no curve is good enough."""
    until = min(change.until, change.at + _LONGEST_S)
    values = [(at - change.at, rate) for at, rate in heart_rates if change.at <= at <= until]
    if len(values) < _FEWEST_VALUES or values[-1][0] < _SHORTEST_S:
        return None
    delays, taus = _DELAYS_S, _TAUS_S
    best = (-1.0, 0.0, 0.0, 0.0)
    for _ in range(4):  # four times finer each time: within half a second at the end
        grid = [(delay, tau) for delay in _steps_between(delays) for tau in _steps_between(taus)]
        best = max(best, *(_fit_of(values, delay, tau) for delay, tau in grid))
        delays, taus = _around(best[1], delays, _DELAYS_S), _around(best[2], taus, _TAUS_S)
    r2, delay, tau, span = best
    inside = delay < _DELAYS_S[1] and _TAUS_S[0] < tau < _TAUS_S[1]
    if r2 < _LEAST_EXPLAINED or not inside or (span if change.rising else -span) < _LEAST_BPM:
        return None
    return HeartCurve(Seconds(delay), Seconds(tau))


def _fit_of(
    values: Sequence[tuple[float, float]], delay: float, tau: float
) -> tuple[float, float, float, float]:
    """Share of the variance a curve explains (least squares), with its delay, time constant and span."""
    n = sx = sy = sxx = sxy = syy = 0.0
    for since, y in values:
        x = 1.0 - exp((delay - since) / tau) if since > delay else 0.0
        n, sx, sy, sxx, sxy, syy = n + 1.0, sx + x, sy + y, sxx + x * x, sxy + x * y, syy + y * y
    xx, xy, yy = sxx - sx * sx / n, sxy - sx * sy / n, syy - sy * sy / n
    if xx <= 0.0 or yy <= 0.0:
        return -1.0, delay, tau, 0.0
    return xy * xy / (xx * yy), delay, tau, xy / xx


def _steps_between(ends: tuple[float, float]) -> list[float]:
    return [ends[0] + (ends[1] - ends[0]) * step / 8.0 for step in range(9)]


def _around(value: float, ends: tuple[float, float], bounds: tuple[float, float]) -> tuple[float, float]:
    reach = (ends[1] - ends[0]) / 8.0
    return max(bounds[0], value - reach), min(bounds[1], value + reach)


def _average_with(
    delay: float, tau: float, count: int, curves: Sequence[HeartCurve]
) -> tuple[Seconds, Seconds, int]:
    """Delay and time constant averaged with the new ones, and the number of changes behind them."""
    new_curves = len(curves)
    if new_curves < FEWEST_CHANGES:
        return Seconds(delay), Seconds(tau), count
    weight = new_curves / (FEWEST_CHANGES + count + new_curves)
    delay += weight * (median(curve.delay_s for curve in curves) - delay)
    tau += weight * (median(curve.tau_s for curve in curves) - tau)
    return Seconds(delay), Seconds(tau), min(_MEMORY, count + new_curves)


# --- the heart rate that an effort leads to, with its uncertainty
#
# After the dead time of a change of effort, heart rate h approaches what the effort leads to, u, with a time constant:
# dh/dt = (u - h) / tau. A Kalman filter follows both. A runner's tau is not known well, and it differs from rep to rep
# by a factor of 1.6 either way in 24 recorded sessions. So three filters run side by side and are weighted by how well
# each predicted the last minute. When the effort changes, u is unknown: a rep that has just begun gives no prediction
# until the heart rate itself shows one.

_TAU_SHARES: Final = (0.6, 1.0, 1.6)
"""The time constants tried, as multiples of the athlete's own."""
_READING_SD: Final = 1.0
"""Standard deviation of a reading in bpm: a whole number, smoothed by the strap."""
_STRAYS: Final = 0.3
"""Random drift of the heart rate away from the curve, in bpm per root second."""
_EFFORT_STRAYS: Final = 0.35
"""Random drift of the heart rate that the effort leads to, in bpm per root second: 2.7 in a minute, with pace, slope
and heat.
"""
_UNKNOWN_SD: Final = 30.0
"""Standard deviation in bpm of where a new effort leads: practically unknown."""
_REMEMBERS_S: Final = 50.0
"""Time over which the three filters are compared, in seconds."""
_HOLE_S: Final = 15.0
"""After a silence this long the estimate starts anew."""
EACH_S: Final = 2.9
"""Seconds between readings that are used: heart rate changes no faster, and the fold is quicker."""
_FEWEST_READINGS: Final = 3
"""Fewest such readings, after the first, before anything is predicted."""


class Heading:
    """Follows the heart rate of one effort; it is reset for the next."""

    __slots__ = ("_at", "_count", "_filters", "_since", "_taus")

    def __init__(self, kinetics: HeartRateKinetics) -> None:
        """Start without knowledge of the effort; the heart rate follows as `kinetics` says."""
        self._taus = tuple(max(1.0, share * kinetics.tau_up_s) for share in _TAU_SHARES)
        self._filters: tuple[_Filter, ...] = ()
        self._at = 0.0
        self._since = 0.0
        self._count = 0

    def reset(self) -> None:
        """Reset, because the effort changed."""
        self._filters = ()
        self._count = 0

    @property
    def seen_s(self) -> float:
        """How long the heart rate of this effort has been followed, in seconds."""
        return self._at - self._since if self._filters else 0.0

    def add(self, at: float, rate: float) -> None:
        """Add a heart rate in bpm, if it is not too soon after the last one.

        After 15 s of silence the estimate starts anew.
        """
        if self._filters and at - self._at > _HOLE_S:
            self.reset()
        if not self._filters:
            self._filters = tuple(_Filter(tau, rate) for tau in self._taus)
            self._since = self._at = at
            return
        step = at - self._at
        if step < EACH_S:
            return
        self._at = at
        self._count += 1
        for each in self._filters:
            each.take(step, rate)

    def most(self) -> float:
        """The highest heart rate in bpm that any of the filters leads to; minus infinity before the first reading."""
        return max((each.leads_to for each in self._filters), default=-inf)

    def ahead(self, seconds: float) -> tuple[float, float] | None:
        """Heart rate expected `seconds` ahead at this effort, and its standard deviation, both in bpm.

        None before the fourth reading that was taken in.
        """
        if self._count < _FEWEST_READINGS:
            return None
        best = max(each.belief for each in self._filters)
        total = mean = square = 0.0
        for each in self._filters:
            weight = exp(each.belief - best)
            value, variance = each.ahead(seconds)
            total += weight
            mean += weight * value
            square += weight * (variance + value * value)
        mean /= total
        return mean, sqrt(max(0.0, square / total - mean * mean))


class _Filter:
    """One hypothesis about tau: the heart rate and the value it leads to, with their covariances."""

    __slots__ = ("_hh", "_hu", "_keep", "_rate", "_step", "_tau", "_uu", "belief", "leads_to")

    def __init__(self, tau: float, rate: float) -> None:
        self._tau = tau
        self._rate = self.leads_to = rate
        self._hh, self._hu, self._uu = _READING_SD**2, 0.0, _UNKNOWN_SD**2
        self._step = 0.0
        self._keep = 1.0
        self.belief = 0.0
        """Logarithm of how well it predicted the last minute, up to a constant."""

    def take(self, step: float, reading: float) -> None:
        """Predict the reading after `step` seconds, compare, and correct by the difference."""
        if step != self._step:
            self._step, self._keep = step, exp(-step / self._tau)
        keep = self._keep
        go = 1.0 - keep
        hu, uu = self._hu, self._uu
        hh = keep * keep * self._hh + 2.0 * keep * go * hu + go * go * uu + _STRAYS**2 * step
        hu = keep * hu + go * uu
        uu += _EFFORT_STRAYS**2 * step
        rate = self._rate + go * (self.leads_to - self._rate)
        spread = hh + _READING_SD**2
        off = reading - rate
        gain_h, gain_u = hh / spread, hu / spread
        self._rate, self.leads_to = rate + gain_h * off, self.leads_to + gain_u * off
        self._hh, self._hu, self._uu = (1.0 - gain_h) * hh, (1.0 - gain_h) * hu, uu - gain_u * hu
        self.belief += -0.5 * (off * off / spread + log(spread)) - self.belief * min(1.0, step / _REMEMBERS_S)

    def ahead(self, seconds: float) -> tuple[float, float]:
        """Heart rate in so many seconds, and its variance."""
        keep = exp(-seconds / self._tau)
        go = 1.0 - keep
        strays = _EFFORT_STRAYS**2 * seconds / 2.0
        variance = keep * keep * self._hh + 2.0 * keep * go * self._hu + go * go * (self._uu + strays)
        return self._rate + go * (self.leads_to - self._rate), variance


# --- intervals between beats: ectopic, missed, extra, long and short beats, found and corrected
#
# Source: J. A. Lipponen and M. P. Tarvainen, J Med Eng Technol 43 (2019) 173-181: differences between successive
# intervals, and between each interval and the median of the 11 around it, are compared with 5.2 quartile deviations of
# the 91 around them. It is for recordings, because it looks 45 beats ahead. Checked against an artefact vector
# (corrected RMSSD within 4 ms of 3.0 ms); it finds nothing where more than half of the surrounding beats are wrong.

ALPHA: Final = 5.2
"""A difference beyond this many quartile deviations is an outlier."""
WINDOW: Final = 91
"""Number of beats that set the scale."""
MEDIAN_WINDOW: Final = 11
SLOPE: Final = 0.13
OFFSET: Final = 0.17
"""Lines that separate an ectopic beat from a long or short one."""
_LEAST_MS: Final = 1.0
"""Lower bound of the scale: a strap's resolution, 1/1024 s."""


@dataclass(frozen=True, slots=True)
class Artefacts:
    """Places of wrong intervals (indices), by what is wrong."""

    ectopic: tuple[int, ...] = ()
    """A short interval and a long one, in either order."""
    missed: tuple[int, ...] = ()
    """Two beats reported as one."""
    extra: tuple[int, ...] = ()
    """One beat reported as two."""
    uneven: tuple[int, ...] = ()
    """Too long or too short, and none of the above."""

    def __len__(self) -> int:
        return len(self.ectopic) + len(self.missed) + len(self.extra) + len(self.uneven)


@dataclass(frozen=True, slots=True)
class CorrectedBeats:
    """Intervals after correction."""

    intervals_ms: tuple[float, ...]
    artefacts: Artefacts
    """The artefacts found in the first pass."""
    share: float
    """Wrong intervals as a share of all, 0 to 1; over 0.05 the recording is unusable, over 0.03 DFA is."""


def correct_beats(intervals_ms: Sequence[float]) -> CorrectedBeats:
    """Find and correct artefacts in R-R intervals in ms, repeatedly while their number falls.

    Raises:
        ValueError: fewer than 12 intervals, or one that is not above 0.
    """
    if len(intervals_ms) < MEDIAN_WINDOW + 1:
        raise ValueError(f"at least {MEDIAN_WINDOW + 1} intervals are needed to tell good from bad")
    if min(intervals_ms) <= 0:
        raise ValueError("an interval between beats must be above 0")
    first = latest = find_artefacts(intervals_ms)
    now = _mend(intervals_ms, latest)
    while latest and len(again := find_artefacts(now)) < len(latest):
        latest, now = again, _mend(now, again)
    return CorrectedBeats(tuple(now), first, min(1.0, len(first) / len(intervals_ms)))


def find_artefacts(intervals_ms: Sequence[float]) -> Artefacts:
    """Find the artefacts in R-R intervals in ms; needs at least 4 of them."""
    rr = list(intervals_ms)
    steps = [after - before for before, after in pairwise(rr)]
    steps.insert(0, sum(steps) / len(steps))
    medians = _rolling_median(rr)
    beside = [each - middle for each, middle in zip(rr, medians, strict=True)]
    beside = [2 * each if each < 0 else each for each in beside]
    step_limits, beside_limits = _limits(steps), _limits(beside)
    return _classify(
        rr,
        medians,
        [each / limit for each, limit in zip(steps, step_limits, strict=True)],
        [each / limit for each, limit in zip(beside, beside_limits, strict=True)],
        beside_limits,
    )


def _classify(
    rr: Sequence[float],
    medians: Sequence[float],
    step: Sequence[float],
    beside: Sequence[float],
    limits: Sequence[float],
) -> Artefacts:
    """Classify each beat by the paper's decision tree."""
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
            if is_short and abs(rr[place] + rr[place + 1] - medians[place]) < limits[place]:
                extra.append(place)
            elif is_long and abs(rr[place] / 2 - medians[place]) < limits[place]:
                missed.append(place)
            elif is_long or is_short or abs(beside[place]) > 3:
                uneven.append(place)
            at += 1
    return Artefacts(tuple(ectopic), tuple(missed), tuple(extra), tuple(uneven))


def _is_ectopic(step: Sequence[float], at: int) -> bool:
    """Return whether the neighbours jump the other way as far as an early (or late) beat makes them."""
    before, after = _mirrored_value(step, at - 1), _mirrored_value(step, at + 1)
    here = step[at]
    if here > 1:
        return max(before, after) < -SLOPE * here - OFFSET
    return min(before, after) > -SLOPE * here + OFFSET


def _ahead(step: Sequence[float], at: int) -> float:
    """The larger of the next two jumps in the opposite direction."""
    following = _mirrored_value(step, at + 1), _mirrored_value(step, at + 2)
    return min(following) if step[at] >= 0 else max(following)


def _mirrored_value(values: Sequence[float], at: int) -> float:
    """A value of the row, mirrored at its ends."""
    if at < 0:
        return values[-at]
    return values[at] if at < len(values) else values[2 * (len(values) - 1) - at]


def _rolling_median(values: Sequence[float]) -> list[float]:
    half, count = MEDIAN_WINDOW // 2, len(values)
    return [
        sorted(values[at - half : at + half + 1])[half]
        if half <= at < count - half
        else _quantile(sorted(values[max(0, at - half) : at + half + 1]), 0.5)
        for at in range(count)
    ]


def _limits(values: Sequence[float]) -> list[float]:
    """5.2 quartile deviations of the sizes around each value."""
    half, count = WINDOW // 2, len(values)
    sizes = [abs(each) for each in values]
    inside = sorted(sizes[:half])
    limits: list[float] = []
    last = first = third = -1
    low_share = high_share = 0.0
    for at in range(count):
        if at - half - 1 >= 0:
            del inside[bisect_left(inside, sizes[at - half - 1])]
        if at + half < count:
            insort(inside, sizes[at + half])
        # As `_quantile`, inlined: it would be called 2,400 times for five minutes of beats.
        if len(inside) - 1 != last:
            last = len(inside) - 1
            first, third = last // 4, 3 * last // 4
            low_share, high_share = 0.25 * last - first, 0.75 * last - third
        below, above = inside[first], inside[third]
        if low_share:
            below += low_share * (inside[first + 1] - below)
        if high_share:
            above += high_share * (inside[third + 1] - above)
        spread = ALPHA * (above - below) / 2
        limits.append(max(_LEAST_MS, spread))
    return limits


def _quantile(in_order: Sequence[float], share: float) -> float:
    """A quantile of values in order, interpolated."""
    place = share * (len(in_order) - 1)
    below = int(place)
    above = min(below + 1, len(in_order) - 1)
    return in_order[below] + (place - below) * (in_order[above] - in_order[below])


def _mend(intervals_ms: Sequence[float], wrong: Artefacts) -> list[float]:
    """Join split intervals, split joined ones, and put misplaced beats midway between their neighbours."""
    extra, missed = frozenset(wrong.extra), frozenset(wrong.missed)
    moved = frozenset((*wrong.ectopic, *wrong.uneven))
    beats, shifted = [0.0], set[int]()
    total = 0.0
    for place, interval in enumerate(intervals_ms):
        total += interval
        if place in extra:
            continue  # it ended at no beat: the next interval grows by it
        if place in missed:
            beats.append(total - interval / 2)
        elif place in moved:
            shifted.add(len(beats))
        beats.append(total)
    for place in sorted(shifted):  # never the first beat nor the last: nothing is found in the last interval
        beats[place] = (beats[place - 1] + beats[place + 1]) / 2
    return [after - before for before, after in pairwise(beats)]


# --- variability: how rested the heart is, and which measurements are usable
#
# Sources: Task Force (1996) for RMSSD and SDNN; Plews, Buchheit et al. (2013, 2014) for the week's mean of ln RMSSD
# against a band of half a standard deviation around the runner's own baseline, with at least three days a week; the
# 20 % rule of Malik for artefacts (`correct_beats` is better). A strap counts intervals in 1/1024 s, which adds about
# 0.4 ms to an RMSSD: negligible at rest, a large share in hard running.
#
# How a week of mornings affects a day is in `coach.plan.readiness`.

SHORTEST_MS: Final = 200.0
LONGEST_MS: Final = 3000.0
"""Range of an interval: 300 to 20 beats a minute."""
MALIK_SHARE: Final = 0.20
USABLE_SHARE: Final = 0.05
"""With more than 5 % of the beats corrected a recording does not show rest."""
FEWEST_DAYS: Final = 3
"""A week with fewer mornings gives no verdict (Plews 2014)."""
FEWEST_AT_REST: Final = 40
"""Fewest beats of a measurement: a minute at 40 beats a minute."""
MOST_JUMPS: Final = 0.25
"""Largest share of jumps of over 20 % from beat to beat at rest. Judged: 910 real beats at rest have 0.8 %."""
FEWEST_FILLED: Final = 0.90
"""Smallest share of the time that the beats must fill. Judged."""


@dataclass(frozen=True, slots=True)
class Variability:
    """Heart-rate variability of a series of R-R intervals."""

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
    """RMSSD, SDNN and pNN50 of R-R intervals in ms, as they are: correct artefacts first.

    Raises:
        ValueError: fewer than 3 intervals, one outside 200 to 3000 ms, or all of them equal.
    """
    _check_intervals(intervals_ms)
    count = len(intervals_ms)
    mean = sum(intervals_ms) / count
    steps = [after - before for before, after in pairwise(intervals_ms)]
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
    _check_intervals(intervals_ms)
    steps = [after - before for before, after in pairwise(intervals_ms)]
    return sqrt(sum(step * step for step in steps) / len(steps))


def malik(intervals_ms: Sequence[float]) -> tuple[int, ...]:
    """Which intervals (by index) differ from the last good one by more than 20 %.

    The first interval counts as good if it is within 20 % of the median of the first nine, and is listed otherwise.
    """
    if not intervals_ms:
        return ()
    beginning = sorted(intervals_ms[:9])
    reference = beginning[len(beginning) // 2]
    bad: list[int] = []
    for place, interval in enumerate(intervals_ms):
        if abs(interval - reference) > MALIK_SHARE * reference:
            bad.append(place)
        else:
            reference = interval
    return tuple(bad)


def without(intervals_ms: Sequence[float], places: Sequence[int]) -> tuple[float, ...]:
    """The intervals without those at the given places."""
    left_out = frozenset(places)
    return tuple(each for place, each in enumerate(intervals_ms) if place not in left_out)


def usual_band(baseline: Sequence[float]) -> tuple[float, float]:
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


@dataclass(frozen=True, slots=True)
class AtRest:
    """The result of measuring some minutes at rest."""

    beats: int
    corrected_share: float
    """Wrong intervals as a share of all, 0 to 1."""
    variability: Variability | None
    """Of the corrected intervals; None where they are not usable."""
    why_not: str = ""
    """Why they are not usable, in words; empty if they are."""

    @property
    def is_usable(self) -> bool:
        """Whether the values may be used."""
        return not self.why_not


def at_rest(intervals_ms: Sequence[float], seconds: float | None = None) -> AtRest:
    """Correct the beats of some minutes at rest and return their variability, or why it is unusable.

    Args:
        intervals_ms: R-R intervals in ms, as a strap sent them; any values.
        seconds: how long was measured, where that is known: contact was lost where the beats do not fill it.
    """
    beats = [each for each in intervals_ms if SHORTEST_MS <= each <= LONGEST_MS]
    wild = len(intervals_ms) - len(beats)
    if len(beats) < FEWEST_AT_REST:
        return AtRest(
            len(beats), 1.0 if wild else 0.0, None, f"{len(beats)} beats, {FEWEST_AT_REST} are needed"
        )
    correction = correct_beats(beats)
    steps = pairwise(beats)
    jumps = sum(abs(after - before) > MALIK_SHARE * before for before, after in steps) / (len(beats) - 1)
    wrong = min(1.0, (correction.share * len(beats) + wild) / len(intervals_ms))
    # Where more than half is wrong nothing is an outlier any more, so the share of jumps decides.
    share = wrong if jumps <= MOST_JUMPS else max(wrong, jumps)
    filled = 1.0 if seconds is None else sum(beats) / 1000 / seconds
    why = ""
    if share > USABLE_SHARE:
        why = f"{share:.0%} of the beats had to be corrected, {USABLE_SHARE:.0%} is the most"
    elif filled < FEWEST_FILLED:
        why = f"beats for {filled:.0%} of the time only: contact was lost"
    if why:
        return AtRest(len(beats), share, None, why)
    try:
        return AtRest(len(beats), share, variability(correction.intervals_ms))
    except ValueError as error:  # what is left cannot be heartbeats
        return AtRest(len(beats), share, None, str(error))


def _check_intervals(intervals_ms: Sequence[float]) -> None:
    if len(intervals_ms) < 3:
        raise ValueError("at least three intervals are needed")
    for each in intervals_ms:
        within(each, SHORTEST_MS, LONGEST_MS, "interval between beats", "ms")


# --- EXPERIMENTAL: the short-term scaling exponent of intervals, DFA alpha-1
#
# Sources: detrended fluctuation analysis, Peng et al. 1995; 0.75 near the aerobic threshold in 15 runners (Rogers et
# al. 2021), about 0.5 at high intensity. Experimental, because 3 % of artefacts spoil it, even corrected ones push it
# up, and shorter windows than two minutes do not repeat (ICC 0.02). Nothing is paced by it. Windows of 4 to 16 beats,
# side by side, linear trend removed, no detrending before: not to be compared with Kubios, which smooths first. The
# review of a run shows it, marked experimental.

SCALES: Final = tuple(range(4, 17))
"""Sizes of the windows, in beats."""
FEWEST_BEATS: Final = 100
USABLE_SHARE_DFA: Final = 0.03
"""With a larger share of artefacts, corrected or not, the exponent is meaningless."""


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
    return _line_slope([(place, log(size)) for place, size in points])


def _fluctuation(walk: Sequence[float], scale: int) -> float:
    """Root mean square of what remains in windows of so many beats after each loses its trend."""
    windows = len(walk) // scale
    return sqrt(
        sum(_variance_off_trend(walk[at * scale : (at + 1) * scale]) for at in range(windows)) / windows
    )


def _variance_off_trend(window: Sequence[float]) -> float:
    """Mean square of a window without its linear trend."""
    count = len(window)
    middle = (count - 1) / 2
    mean = sum(window) / count
    spread = count * (count * count - 1) / 12
    covariance = sum((at - middle) * each for at, each in enumerate(window))
    total = sum((each - mean) ** 2 for each in window)
    return max(0.0, total - covariance * covariance / spread) / count


def _line_slope(points: Sequence[tuple[float, float]]) -> float:
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
