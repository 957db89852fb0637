"""Averages over a time constant, for values that come at any spacing, and the noise of a source.

The weight of a value is `exp(-age / tau)`, normalised. Right after a reseed the mean is the plain mean of the samples
since: values of the step before do not count, and the first sample weighs no more than the others. After a gap older
values weigh less, but the sample that ends the gap counts for no more time than any other.
"""

from collections import deque
from math import exp, sqrt
from statistics import median
from typing import Final

from coach.signals.config import NoiseSettings
from coach.signals.readings import is_live, must_reset

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
        """Reset to empty."""
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
    def tau_s(self) -> float:
        """The time constant in seconds."""
        return self._ema.tau_s

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
        """Reset to empty, at a step change."""
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
        """Reset to empty."""
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
        """Reset to empty."""
        self._mean.reseed()
        self._squares.reseed()


# --- the noise: how much the speed of a source fluctuates at a steady pace, for each stretch and speed
#
# The measure is the relative standard deviation of the mean of 10 s around the mean of the stretch, so that a runner
# who holds a wrong pace is not taken for a noisy sensor. Three things go into it:
# - a prior, worth some seconds, for a source of which nothing is known yet,
# - earlier stretches run at about the same speed (a jogged warm-up must not widen a rep),
# - the stretch under way, taken late, so that an error that just began is not learnt as noise before it is called.


class Noise:
    """The noise of one source; the caller adds steady running only."""

    __slots__ = (
        "_at",
        "_block_ends",
        "_changes",
        "_count",
        "_earlier",
        "_earlier_s",
        "_earlier_square",
        "_last",
        "_late",
        "_mean",
        "_means",
        "_number",
        "_settings",
        "_squares",
        "_sum",
        "level",
        "presumed",
    )

    def __init__(self, settings: NoiseSettings) -> None:
        """Start with nothing but the prior."""
        self._settings = settings
        self._earlier: deque[tuple[float, float, float]] = deque(maxlen=settings.stretches)
        self._earlier_square = 0.0
        self._earlier_s = 0.0
        self._at: float | None = None
        self._late: deque[float] = deque()
        self._last: float | None = None
        self._sum = self._block_ends = 0.0
        self._count = 0
        self._mean = self._squares = self._number = 0.0
        self._changes: deque[float] = deque(maxlen=int(settings.memory_blocks))
        self._means: deque[float] = deque(maxlen=2)
        self.level = settings.prior
        """Relative standard deviation of a mean of 10 s: 0.02 is 2 %."""
        self.presumed = settings.prior
        """An estimate of the noise at a speed not run before, by the quietest stretch; too low for an alarm."""

    @property
    def mean(self) -> float | None:
        """Mean speed of the stretch in m/s, as far as it is learnt; None before."""
        return self._mean if self._number else None

    def begin(self, speed: float | None) -> None:
        """Begin a stretch to be run at about `speed` (m/s): the one before becomes an earlier one.

        Without a speed (no target) no earlier stretch counts as similar.
        """
        settings = self._settings
        if len(self._changes) >= settings.least_blocks:
            robust = min(settings.robust * median(self._changes), settings.earlier_most)
            self._earlier.append((self._mean, robust * robust, len(self._changes) * settings.block_s))
        self._reset_stretch()
        quietest = min((square for _, square, _ in self._earlier), default=settings.prior * settings.prior)
        self.presumed = min(settings.prior, settings.presumed * sqrt(quietest))
        self._earlier_s = self._earlier_square = 0.0
        for mean, square, length_s in reversed(self._earlier):
            if speed is None or abs(mean - speed) > settings.alike * speed:
                continue
            counted_s = min(length_s, settings.earlier_s - self._earlier_s)
            self._earlier_s += counted_s
            self._earlier_square += counted_s * square
        self._learn()

    def add(self, at: float, speed: float, period_s: float = 1.0) -> bool:
        """Add a speed (m/s) of steady running, and return whether `level` has changed."""
        last_at = self._at
        if last_at is None or not is_live(at - last_at, period_s):
            if last_at is not None and must_reset(at - last_at, period_s):
                self.reset()
            self._at, self._sum, self._count, self._last = at, speed, 1, None
            self._late.clear()
            self._block_ends = at - period_s + self._settings.block_s
            return False
        self._at = at
        self._sum += speed
        self._count += 1
        if at < self._block_ends:
            return False
        self._block_ends = at + self._settings.block_s
        mean, previous_mean = self._sum / self._count, self._last
        self._sum, self._count, self._last = 0.0, 0, mean
        if previous_mean is None:
            return False
        if previous_mean + mean <= 0.0:
            return False
        self._late.append((previous_mean + mean) / 2.0)
        if len(self._late) <= self._settings.late_blocks:
            return False
        self._add(self._late.popleft())
        return True

    def interrupt(self) -> None:
        """Drop what is not learnt yet, because the runner does not run steadily."""
        self._at = None

    def reset(self) -> None:
        """Reset to the prior alone, as after a long silence (freshness table)."""
        self._earlier.clear()
        self._earlier_s = self._earlier_square = 0.0
        self._reset_stretch()
        self._learn()

    def _reset_stretch(self) -> None:
        self._at = None
        self._mean = self._squares = self._number = 0.0
        self._changes.clear()
        self._means.clear()

    def _add(self, mean: float) -> None:
        """Add a mean of 10 s (m/s, above 0) to the stretch; its last minutes decide what is noise."""
        settings = self._settings
        if self._number >= settings.memory_blocks:
            share = 1.0 - 1.0 / settings.memory_blocks
            self._number *= share
            self._squares *= share
        self._number += 1.0
        off = mean - self._mean
        if self._number > 1.0:
            most = settings.outlier * self.level * self._mean
            off = min(max(off, -most), most)
        share = 1.0 / min(self._number, settings.centre_blocks)
        self._mean += off * share
        self._changes.append(abs(mean - self._means[0]) / self._mean if len(self._means) == 2 else 0.0)
        self._means.append(mean)
        self._squares += off * off * (1.0 - share)
        self._learn()

    def _variance(self) -> float:
        return self._squares / self._number / (self._mean * self._mean) if self._mean > 0.0 else 0.0

    def _learn(self) -> None:
        settings, variance = self._settings, self._variance() if self._number else 0.0
        is_calmer = variance * self._earlier_s < self._earlier_square
        own_s = (settings.calm_weight if is_calmer else settings.own_weight) * self._number * settings.block_s
        own_square = variance * own_s
        prior_square = settings.prior * settings.prior * settings.prior_s
        whole_s = settings.prior_s + self._earlier_s + own_s
        self.level = sqrt((prior_square + self._earlier_square + own_square) / whole_s)
