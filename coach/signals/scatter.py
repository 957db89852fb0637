"""A mean with its scatter: how much a value swings around where it lies, for the evidence behind a cue."""

from math import sqrt

from coach.signals.smoothing import Ema


class Scatter:
    """An exponential mean, and the relative standard deviation of the values around it."""

    __slots__ = ("_mean", "_squares")

    def __init__(self, tau_s: float) -> None:
        """Start empty, with a time constant in seconds, above 0."""
        self._mean = Ema(tau_s)
        self._squares = Ema(tau_s)

    def take(self, at: float, value: float, period_s: float = 1.0) -> float:
        """Add a sample, and give the mean."""
        self._squares.take(at, value * value, period_s)
        return self._mean.take(at, value, period_s)

    def relative(self) -> float | None:
        """Standard deviation as a share of the mean, 0.01 is 1 %; None before the first sample, or around 0."""
        mean, squares = self._mean.value, self._squares.value
        if mean is None or squares is None or mean == 0.0:
            return None
        return sqrt(max(0.0, squares - mean * mean)) / abs(mean)

    def reseed(self) -> None:
        """Forget everything."""
        self._mean.reseed()
        self._squares.reseed()
