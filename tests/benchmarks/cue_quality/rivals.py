"""The other rules: two that runners use today, and the textbook detectors, all fed with speed over target.

Every detector takes one value a second from the start of the step: speed over target pace, less 1. Those that have
a threshold get it by `thresholds`; the two rules of today's applications have theirs, and the band of the target.
"""

from collections import deque
from collections.abc import Sequence
from math import inf
from typing import Final, Protocol

BAND: Final = 0.025
"""The band a single pace gets, in pace, to either side."""
NEVER: Final = (0, 0)


class Rule(Protocol):
    """A detector with nothing to set: takes a second's speed over target, less 1; gives -1, 0 or 1."""

    def take(self, off: float) -> int:
        """Say what it says of this second."""
        ...


class Statistic(Protocol):
    """A detector that wants a threshold: gives a signed number that grows with the error."""

    def take(self, off: float) -> float:
        """Give the number after this second."""
        ...

    def forget(self) -> None:
        """Begin anew after an alarm, if it does so."""
        ...


class RunnerUp:
    """The rule of RunnerUp: pace over 20 s, its trimmed mean of 20 s, looked at after 20 s, then every 31 s.

    After `TargetTrigger.java`: 20 s until the first look, 30 s of grace after each look whatever it found; the
    lowest and highest 5 % are left out of the mean. It averages pace (time over distance), never speed.
    """

    _SLOTS: Final = 20
    _FIRST_S: Final = 20
    _GRACE_S: Final = 30

    def __init__(self) -> None:
        """Start a step."""
        self._metres = 0.0
        self._way: deque[float] = deque([0.0], maxlen=self._SLOTS + 1)
        self._paces: deque[float] = deque(maxlen=self._SLOTS)
        self._grace = self._FIRST_S

    def take(self, off: float) -> int:
        """Look once the grace is over."""
        self._metres += 1.0 + off
        self._way.append(self._metres)
        gone = self._metres - self._way[0]
        self._paces.append((len(self._way) - 1) / gone if gone > 0.0 else inf)
        if self._grace > 0:
            self._grace -= 1
            return 0
        self._grace = self._GRACE_S
        trimmed = int(len(self._paces) * 0.05)
        kept = sorted(self._paces)[trimmed : len(self._paces) - trimmed]
        mean = sum(kept) / len(kept)
        if mean < 1.0 - BAND:
            return 1
        return -1 if mean > 1.0 + BAND else 0


class RunPowerWorkout:
    """The rule of RunPowerWorkout: a mean of 3 s out of the band, at most every 15 s and 3 times until back."""

    _MEAN_S: Final = 3
    _DELAY_S: Final = 15
    _MOST: Final = 3

    def __init__(self) -> None:
        """Start a step."""
        self._last: deque[float] = deque(maxlen=self._MEAN_S)
        self._second = 0
        self._said_at = 0
        self._said = 0

    def take(self, off: float) -> int:
        """Say it again after 15 s, three times."""
        self._second += 1
        self._last.append(off)
        speed = 1.0 + sum(self._last) / len(self._last)
        sign = 1 if speed > 1.0 / (1.0 - BAND) else -1 if speed < 1.0 / (1.0 + BAND) else 0
        if sign == 0:
            self._said = 0
        elif self._second - self._said_at > self._DELAY_S and self._said < self._MOST:
            self._said_at = self._second
            self._said += 1
            return sign
        return 0


class MovingAverage:
    """The mean of the last so many seconds."""

    def __init__(self, seconds: int) -> None:
        """Start empty."""
        self._last: deque[float] = deque(maxlen=seconds)

    def take(self, off: float) -> float:
        """Give the mean."""
        self._last.append(off)
        return sum(self._last) / len(self._last)

    def forget(self) -> None:
        """Go on as before."""


class Exponential:
    """An exponential mean, the plain mean as long as it is young."""

    def __init__(self, alpha: float) -> None:
        """Start empty."""
        self._keeps = 1.0 - alpha
        self._sum = 0.0
        self._weight = 0.0

    def take(self, off: float) -> float:
        """Give the mean."""
        self._sum = self._sum * self._keeps + off
        self._weight = self._weight * self._keeps + 1.0
        return self._sum / self._weight

    def forget(self) -> None:
        """Go on as before."""


class Cusum:
    """Errors added up beyond a reference of 2 %, to each side; begins anew after an alarm."""

    def __init__(self, reference: float = 0.02) -> None:
        """Start at none."""
        self._reference = reference
        self._high = self._low = 0.0

    def take(self, off: float) -> float:
        """Give the larger sum, signed."""
        self._high = max(0.0, self._high + off - self._reference)
        self._low = max(0.0, self._low - off - self._reference)
        return self._high if self._high >= self._low else -self._low

    def forget(self) -> None:
        """Begin anew."""
        self._high = self._low = 0.0


class Matched:
    """Knows the size and sign of the step and the colour of the noise (AR(6)): what a test could do at best."""

    def __init__(self, step: float, weights: Sequence[float], variance: float) -> None:
        """Start a test for one step."""
        self._weights = weights
        self._shift = step * (1.0 - sum(weights))
        self._variance = variance
        self._sign = 1.0 if step > 0.0 else -1.0
        self._past: deque[float] = deque(maxlen=len(weights))
        self._sum = 0.0

    def take(self, off: float) -> float:
        """Give the sequential likelihood ratio, signed as the step."""
        told = sum(weight * past for weight, past in zip(self._weights, self._past, strict=False))
        self._past.appendleft(off)
        if len(self._past) == len(self._weights):
            gained = self._shift * (off - told - self._shift / 2.0) / self._variance
            self._sum = max(0.0, self._sum + gained)
        return self._sign * self._sum

    def forget(self) -> None:
        """Begin anew."""
        self._sum = 0.0


def coloured(windows: Sequence[Sequence[float]], order: int = 6) -> tuple[list[float], float]:
    """The autoregression of some windows (values around 0): its weights and the variance it leaves."""
    lags = [_covariance(windows, lag) for lag in range(order + 1)]
    weights: list[float] = []
    left = lags[0]
    for lag in range(1, order + 1):
        more = (lags[lag] - sum(weight * lags[lag - 1 - i] for i, weight in enumerate(weights))) / left
        weights = [weight - more * other for weight, other in zip(weights, reversed(weights), strict=True)]
        weights.append(more)
        left *= 1.0 - more * more
    return weights, left


def _covariance(windows: Sequence[Sequence[float]], lag: int) -> float:
    found = [sum(a * b for a, b in zip(one, one[lag:], strict=False)) / len(one) for one in windows]
    return sum(found) / len(found)
