"""Averages over a time constant, for values that come at any spacing.

The weight of a value is `exp(-age / tau)`, normalised. Right after a reseed the mean is the plain mean of the samples
since: values of the step before do not count, and the first sample weighs no more than the others. After a gap older
values weigh less, but the sample that ends the gap counts for no more time than any other.
"""

from collections import deque
from math import exp, sqrt
from typing import Final

from coach.signals.readings import must_reset

_LONGEST: Final = 2.0
"""The most periods a sample stands for."""


class Ema:
    """An exponential mean with a time constant in seconds, for any spacing of its samples."""

    __slots__ = ("_at", "_gain", "_keep", "_step", "_sum", "_weight", "tau_s")

    def __init__(self, tau_s: float) -> None:
        """Start empty, with a time constant above 0."""
        self.tau_s = tau_s
        self._at: float | None = None
        self._sum = 0.0
        self._weight = 0.0
        self._step = 0.0
        self._keep = 1.0
        self._gain = 0.0

    @property
    def value(self) -> float | None:
        """The mean; None before the first sample."""
        return self._sum / self._weight if self._weight else None

    @property
    def weight(self) -> float:
        """How full its memory is: 0 when empty, near 1 after a few time constants."""
        return self._weight

    def add(self, at: float, value: float, period_s: float = 1.0) -> float:
        """Add a sample and return the mean; the first one, and one not later than the last, counts a period."""
        step_s = period_s if self._at is None else at - self._at
        if step_s <= 0.0:
            step_s = period_s
        if step_s != self._step:
            self._step = step_s
            self._keep = exp(-step_s / self.tau_s)
            self._gain = 1.0 - exp(-min(step_s, _LONGEST * period_s) / self.tau_s)
        keep, gain = self._keep, self._gain
        self._sum = self._sum * keep + value * gain
        self._weight = self._weight * keep + gain
        self._at = at
        return self._sum / self._weight

    def adapt(self, tau_s: float) -> None:
        """Continue with another time constant, in seconds above 0; what is remembered stays."""
        if tau_s != self.tau_s:
            self.tau_s = tau_s
            self._step = 0.0

    def reseed(self) -> None:
        """Start anew, empty."""
        self._at = None
        self._sum = 0.0
        self._weight = 0.0


class SpeedFilter:
    """A smoothed speed that starts anew after a silence; it averages speed, never pace."""

    __slots__ = ("_at", "_ema")

    def __init__(self, tau_s: float) -> None:
        """Start empty, with a time constant in seconds, above 0."""
        self._ema = Ema(tau_s)
        self._at: float | None = None

    @property
    def value(self) -> float | None:
        """The smoothed speed in m/s; None before the first sample since the last reseed."""
        return self._ema.value

    @property
    def weight(self) -> float:
        """How full its memory is: 0 when empty, near 1 after a few time constants without a gap."""
        return self._ema.weight

    @property
    def window_s(self) -> float:
        """Seconds of the plain mean that would be as certain: two time constants, less while it fills."""
        weight = self._ema.weight
        return 2.0 * self._ema.tau_s * weight / (2.0 - weight)

    def adapt(self, tau_s: float) -> None:
        """Continue with another time constant."""
        self._ema.adapt(tau_s)

    def add(self, at: float, speed: float, period_s: float = 1.0) -> float:
        """Add a speed in m/s and return the mean; a silence of more than max(15 s, 5 periods) clears the past."""
        if self._at is not None and must_reset(at - self._at, period_s):
            self.reseed()
        self._at = at
        return self._ema.add(at, speed, period_s)

    def reseed(self) -> None:
        """Start anew, empty, at a step change."""
        self._ema.reseed()
        self._at = None


class RecentMean:
    """The plain mean of the last seconds: what is true now, where an exponential mean still remembers the past."""

    __slots__ = ("_samples", "_sum", "value", "window_s")

    def __init__(self, window_s: float) -> None:
        """Start empty, with a window in seconds; it is two periods of the source where these are longer."""
        self.window_s = window_s
        self._samples: deque[tuple[float, float]] = deque()
        self._sum = 0.0
        self.value: float | None = None
        """The mean; None before the first sample since the last reseed."""

    def add(self, at: float, value: float, period_s: float = 1.0) -> None:
        """Add a sample and forget those that are older than the window."""
        samples = self._samples
        since = at - max(self.window_s, 2.0 * period_s)
        samples.append((at, value))
        self._sum += value
        while samples[0][0] <= since:
            self._sum -= samples.popleft()[1]
        self.value = self._sum / len(samples)

    def reseed(self) -> None:
        """Start anew, empty."""
        self._samples.clear()
        self._sum = 0.0
        self.value = None


class Scatter:
    """An exponential mean, and the relative standard deviation of the values around it."""

    __slots__ = ("_mean", "_squares")

    def __init__(self, tau_s: float) -> None:
        """Start empty, with a time constant in seconds, above 0."""
        self._mean = Ema(tau_s)
        self._squares = Ema(tau_s)

    def add(self, at: float, value: float, period_s: float = 1.0) -> float:
        """Add a sample and return the mean."""
        self._squares.add(at, value * value, period_s)
        return self._mean.add(at, value, period_s)

    @property
    def value(self) -> float | None:
        """The mean; None before the first sample since the last reseed."""
        return self._mean.value

    def relative(self) -> float | None:
        """Standard deviation as a share of the mean, 0.01 is 1 %; None before the first sample, or around 0."""
        mean, squares = self._mean.value, self._squares.value
        if mean is None or squares is None or mean == 0.0:
            return None
        return sqrt(max(0.0, squares - mean * mean)) / abs(mean)

    def reseed(self) -> None:
        """Start anew, empty."""
        self._mean.reseed()
        self._squares.reseed()
