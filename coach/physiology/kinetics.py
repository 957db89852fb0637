"""How does the heart follow the legs? A dead time, then an exponential: slower down than up.

Source: first order with dead time is an adequate structure for running (F1000Research 13:894; treadmill steps in
BioMed Eng OnLine 2015, 14:115: time constant 57.6 +- 23.6 s, the same up and down). The numbers of somebody not yet
measured are medians over 24 recorded interval sessions: up 8 s and 37 s (middle half 28 to 56, 123 reps), down 16 s
and 61 s (43 to 84, 72 recoveries). Every function here is total: it answers any number with a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from statistics import median
from typing import Final

from coach.quantities import BeatsPerMinute, Seconds

FEWEST: Final = 4
"""Changes of effort that must have been understood before a run says anything of its runner."""
_MEMORY: Final = 24
"""No more changes than this are remembered as a weight, so that a runner who grows fitter is still learnt of."""
_GOOD: Final = 0.8
"""Share of the variance (r2) a curve must explain: worse ones are hills, artefacts and second thoughts."""
_LEAST_BPM: Final = 10.0
"""A smaller change drowns in the beat-to-beat noise."""
_LONGEST_S: Final = Seconds(240.0)
"""Later than this it is drift that moves the heart rate, not the change of effort."""
_SHORTEST_S: Final = Seconds(60.0)
"""A shorter stretch does not show where the curve ends."""
_FEWEST_VALUES: Final = 20
_DELAYS_S: Final = (0.0, 40.0)
_TAUS_S: Final = (8.0, 160.0)
"""Where a curve is looked for; one found at an edge was none."""


@dataclass(frozen=True, slots=True)
class HeartRateKinetics:
    """How fast one runner's heart rate follows a change of effort; as medians of many runners until learnt."""

    delay_up_s: Seconds = Seconds(8.0)
    """Dead time after a step up, 0 to 40 s."""
    tau_up_s: Seconds = Seconds(37.0)
    """Time constant of the rise, 8 to 160 s: 63 % of it is done a dead time and this long after the step."""
    delay_down_s: Seconds = Seconds(16.0)
    tau_down_s: Seconds = Seconds(61.0)
    ups: int = 0
    """How many steps up it was learnt from; 0 is nobody's own."""
    downs: int = 0

    def follows(self, seconds: float, *, rising: bool) -> float:
        """Share (0 to 1) of a change that is done so many seconds after it; 0 before."""
        delay, tau = (self.delay_up_s, self.tau_up_s) if rising else (self.delay_down_s, self.tau_down_s)
        since = seconds - delay
        if since <= 0.0:
            return 0.0
        return 1.0 - exp(-since / tau) if tau > 0.0 else 1.0

    def after(self, start: float, steady: float, seconds: float) -> BeatsPerMinute:
        """Heart rate so many seconds after an even effort at `start` bpm became one that leads to `steady`."""
        return BeatsPerMinute(start + (steady - start) * self.follows(seconds, rising=steady > start))


@dataclass(frozen=True, slots=True)
class EffortChange:
    """A stretch of even effort that began with a change: a rep after a jog, a jog after a rep."""

    at: Seconds
    until: Seconds
    """When the effort changed again."""
    rising: bool
    """Is it harder than what was before?"""


@dataclass(frozen=True, slots=True)
class Curve:
    """What was found in the heart rate after one change of effort."""

    delay_s: Seconds
    tau_s: Seconds
    span_bpm: float
    """From the start to where it leads; minus downwards."""
    r2: float
    """Share of the variance the curve explains."""


def fit(
    heart_rates: Sequence[tuple[float, float]],
    changes: Sequence[EffortChange],
    before: HeartRateKinetics | None = None,
) -> HeartRateKinetics:
    """Learn how fast a heart follows from one recording; what it cannot tell stays as `before` has it.

    Each direction needs at least `FEWEST` curves that fit (r2 of 0.8, 10 bpm, inside the bounds); their median
    is laid beside what was known, weighted by the changes behind each. Sum of it: one odd run moves little.

    Args:
        heart_rates: times in seconds, in order, and believed values in bpm.
        changes: when the effort changed; each stretch is looked at for at most four minutes.
        before: what was known; a runner nobody has measured if None.
    """
    known = before or HeartRateKinetics()
    curves = [(one.rising, curve) for one in changes if (curve := curve_after(heart_rates, one)) is not None]
    up = [curve for rising, curve in curves if rising]
    down = [curve for rising, curve in curves if not rising]
    delay_up, tau_up, ups = _laid_beside(known.delay_up_s, known.tau_up_s, known.ups, up)
    delay_down, tau_down, downs = _laid_beside(known.delay_down_s, known.tau_down_s, known.downs, down)
    return HeartRateKinetics(delay_up, tau_up, delay_down, tau_down, ups, downs)


def curve_after(heart_rates: Sequence[tuple[float, float]], change: EffortChange) -> Curve | None:
    """Find the curve after one change of effort; None where there is none to believe."""
    until = min(change.until, change.at + _LONGEST_S)
    values = [(at - change.at, rate) for at, rate in heart_rates if change.at <= at <= until]
    if len(values) < _FEWEST_VALUES or values[-1][0] < _SHORTEST_S:
        return None
    delays, taus = _DELAYS_S, _TAUS_S
    best = (-1.0, 0.0, 0.0, 0.0)
    for _ in range(4):  # four times finer each time: within half a second in the end
        grid = [(delay, tau) for delay in _spaced(delays) for tau in _spaced(taus)]
        best = max(best, *(_explained(values, delay, tau) for delay, tau in grid))
        delays, taus = _around(best[1], delays, _DELAYS_S), _around(best[2], taus, _TAUS_S)
    r2, delay, tau, span = best
    inside = delay < _DELAYS_S[1] and _TAUS_S[0] < tau < _TAUS_S[1]
    if r2 < _GOOD or not inside or (span if change.rising else -span) < _LEAST_BPM:
        return None
    return Curve(Seconds(delay), Seconds(tau), span, r2)


def _explained(
    values: Sequence[tuple[float, float]], delay: float, tau: float
) -> tuple[float, float, float, float]:
    """How much of the variance a curve explains (least squares), with its delay, time constant and span."""
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
    delay: float, tau: float, count: int, curves: Sequence[Curve]
) -> tuple[Seconds, Seconds, int]:
    """Delay and time constant with what was newly found, and how many changes are behind them now."""
    found = len(curves)
    if found < FEWEST:
        return Seconds(delay), Seconds(tau), count
    weight = found / (FEWEST + count + found)
    delay += weight * (median(curve.delay_s for curve in curves) - delay)
    tau += weight * (median(curve.tau_s for curve in curves) - tau)
    return Seconds(delay), Seconds(tau), min(_MEMORY, count + found)
