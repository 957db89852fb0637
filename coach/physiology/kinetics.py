"""How heart rate follows effort: a dead time, then an exponential that is slower down than up.

Source: first order with dead time is an adequate structure for running (F1000Research 13:894; treadmill steps in BioMed
Eng OnLine 2015, 14:115: time constant 57.6 +- 23.6 s, the same up and down). The defaults are medians over 24 recorded
interval sessions: up 8 s and 37 s (middle half 28 to 56, 123 reps), down 16 s and 61 s (43 to 84, 72 recoveries). Every
function here is total: it returns a number for any number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from statistics import median
from typing import Final

from coach.quantities import BeatsPerMinute, Seconds

FEWEST: Final = 4
"""Fewest changes of effort with a good curve before a run updates the kinetics."""
_MEMORY: Final = 24
"""Largest weight of what was learned before, in changes, so that the kinetics still adapt as the runner gets fitter."""
_GOOD: Final = 0.8
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


def fit(
    heart_rates: Sequence[tuple[float, float]],
    changes: Sequence[EffortChange],
    before: HeartRateKinetics | None = None,
) -> HeartRateKinetics:
    """Learn how fast the heart rate follows from one recording; what it cannot show stays as in `before`.

    Each direction needs at least `FEWEST` curves that fit (r2 of 0.8, 10 bpm, inside the bounds). Their median is
    averaged with the earlier value, weighted by the number of changes behind each, so one odd run changes little.

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
    delay_up, tau_up, ups = _laid_beside(prior.delay_up_s, prior.tau_up_s, prior.ups, up)
    delay_down, tau_down, downs = _laid_beside(prior.delay_down_s, prior.tau_down_s, prior.downs, down)
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
        grid = [(delay, tau) for delay in _spaced(delays) for tau in _spaced(taus)]
        best = max(best, *(_explained(values, delay, tau) for delay, tau in grid))
        delays, taus = _around(best[1], delays, _DELAYS_S), _around(best[2], taus, _TAUS_S)
    r2, delay, tau, span = best
    inside = delay < _DELAYS_S[1] and _TAUS_S[0] < tau < _TAUS_S[1]
    if r2 < _GOOD or not inside or (span if change.rising else -span) < _LEAST_BPM:
        return None
    return HeartCurve(Seconds(delay), Seconds(tau))


def _explained(
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


def _spaced(ends: tuple[float, float]) -> list[float]:
    return [ends[0] + (ends[1] - ends[0]) * step / 8.0 for step in range(9)]


def _around(value: float, ends: tuple[float, float], bounds: tuple[float, float]) -> tuple[float, float]:
    reach = (ends[1] - ends[0]) / 8.0
    return max(bounds[0], value - reach), min(bounds[1], value + reach)


def _laid_beside(
    delay: float, tau: float, count: int, curves: Sequence[HeartCurve]
) -> tuple[Seconds, Seconds, int]:
    """Delay and time constant averaged with the new ones, and the number of changes behind them."""
    new_curves = len(curves)
    if new_curves < FEWEST:
        return Seconds(delay), Seconds(tau), count
    weight = new_curves / (FEWEST + count + new_curves)
    delay += weight * (median(curve.delay_s for curve in curves) - delay)
    tau += weight * (median(curve.tau_s for curve in curves) - tau)
    return Seconds(delay), Seconds(tau), min(_MEMORY, count + new_curves)


# --- Prediction: the heart rate that an effort leads to, with its uncertainty
#
# After the dead time of a change of effort, heart rate h approaches what the effort leads to, u, with a time constant:
# dh/dt = (u - h) / tau (`coach.physiology.kinetics`). A Kalman filter follows both. A runner's tau is not known well,
# and it differs from rep to rep by a factor of 1.6 either way in 24 recorded sessions. So three filters run side by
# side and are weighted by how well each predicted the last minute. When the effort changes, u is unknown: a rep that
# has just begun gives no prediction until the heart rate itself shows one.

_SPREAD: Final = (0.6, 1.0, 1.6)
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
_FEWEST: Final = 3
"""Fewest such readings, after the first, before anything is predicted."""


class Heading:
    """Follows the heart rate of one effort; it is reset for the next."""

    __slots__ = ("_at", "_count", "_filters", "_since", "_taus")

    def __init__(self, kinetics: HeartRateKinetics) -> None:
        """Start without knowledge of the effort; the heart rate follows as `kinetics` says."""
        self._taus = tuple(max(1.0, share * kinetics.tau_up_s) for share in _SPREAD)
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
        if self._count < _FEWEST:
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
