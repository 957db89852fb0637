"""Wind, hills and tired legs: a speed off the target that is no error, or that nobody should be pushed for.

- On a track the wind comes back at the same place of every lap. Only what differs from the lap before counts, or what
  lasts longer than half a lap.
- Off the track a runner whose heart works as hard as their target usually costs gives what the day allows.
"""

from typing import Final

from coach.signals.readings import Reading
from coach.signals.smoothing import Ema, RecentMean

_PLACE_M: Final = 25.0
"""Length of a place on the track; judged: a smoothed speed changes little over it."""
_LEAST_LAP: Final = 0.75
"""The share of a lap that must be known before anything is taken for wind; judged: three of its four parts."""
_MOST_WIND: Final = 0.1
"""A runner further off the target than this is not so by wind alone; judged: 6 m/s against them cost 8 to 9 %."""
EACH_S: Final = 3.0
"""What is learnt is learnt this often; judged: a place is run through in five seconds and more."""
_LEAST_READINGS: Final = 10
"""Fewer heart rates on a target do not tell what it costs; judged: half a minute."""
_MOST_READINGS: Final = 20
"""The cost is that of the last minute on a target; judged: a heart drifts up over a run, and a fade shows soon."""
_MARGIN_BPM: Final = 1.0
"""A heart so much under the cost still works as hard; judged: a mean of six seconds wavers as much."""
_RECENT_S: Final = 6.0
"""Length of the mean of the heart rate that is compared; judged: two breaths, over which a heart swings."""


class LapSwing:
    """Compares the runner with themselves at the same places one lap before.

    What the lap before leads to expect is smoothed as the speed is, so that both remember as much of the straight and
    the bend before. A place is counted from the start of the step. A rep is taken to start where the last one did:
    where it does not, its first lap is like no other, and every error counts.
    """

    __slots__ = ("_before", "_error", "_expected", "_lap_m", "_latest", "_place", "_since_m")

    def __init__(self, lap_m: float) -> None:
        """Start with no lap run; `lap_m` is the length of a lap in metres."""
        self._lap_m = lap_m
        self._latest: dict[int, float] = {}
        """The latest error at each place."""
        self._before: dict[int, float] = {}
        """The error at each place the lap before that."""
        self._expected = Ema(1.0)
        self._place: int | None = None
        self._since_m: float | None = None
        self._error = 0.0

    def begin_step(self) -> None:
        """Start a step; the laps of the one before are kept."""
        self._place = self._since_m = None
        self._error = 0.0
        self._expected.reseed()

    def reseed(self) -> None:
        """Expect nothing of what was run before, because the speed is smoothed anew."""
        self._expected.reseed()

    def reset(self) -> None:
        """Start with no lap run, because another source begins."""
        self._latest.clear()
        self._before.clear()
        self.begin_step()

    def add(self, at: float, metres: float, errors: tuple[float, float], least: float, tau_s: float) -> None:
        """Add the errors at a place, in metres into the step: of the last seconds, and smoothed over `tau_s`.

        A smoothed error under `least` is none.
        """
        recent, smooth = errors
        place = self._place_at(metres)
        if place != self._place and place in self._latest:
            self._before[place] = self._latest[place]
        self._place = place
        self._latest[place] = recent
        before = self._before.get(place)
        if before is not None:
            self._expected.adapt(tau_s)
            self._expected.add(at, before - self.mean(), EACH_S)
        previous, self._error = self._error, smooth
        if abs(smooth) < least or smooth * previous < 0.0:
            self._since_m = None
        elif self._since_m is None:
            self._since_m = metres

    def mean(self) -> float:
        """Return the mean error of the last lap."""
        return sum(self._latest.values()) / len(self._latest) if self._latest else 0.0

    def is_lap_known(self) -> bool:
        """Return True if most of a lap was run."""
        return len(self._latest) * _PLACE_M >= _LEAST_LAP * self._lap_m

    def is_wind(self, metres: float, error: float, limit: float = 0.0) -> bool:
        """Return True if a smoothed error is the wind's, not the runner's.

        It is shorter than half a lap. Without what was to be expected by the lap before, less than half of it is left,
        or less than `limit`.
        """
        expected = self._expected.value
        if expected is None or self._place_at(metres) not in self._before or not self.is_lap_known():
            return False
        if self._is_long(metres):
            return False
        left = expected - error if error < 0.0 else error - expected
        return left <= max(0.5 * abs(error), limit)

    def is_unknown(self, metres: float, error: float) -> bool:
        """Return True if an error may be the wind's: the place was not run before, and half a lap is not over."""
        if abs(error) > _MOST_WIND or self._is_long(metres):
            return False
        return not self.is_lap_known() or self._place_at(metres) not in self._before

    def _is_long(self, metres: float) -> bool:
        return self._since_m is not None and metres - self._since_m >= self._lap_m / 2.0

    def _place_at(self, metres: float) -> int:
        return int(metres % self._lap_m / _PLACE_M)


class HeartRateCost:
    """What each target of a run usually costs: the heart rate of the last minute in which the runner was on it."""

    __slots__ = ("_costs", "_recent")

    def __init__(self) -> None:
        """Start with no target run."""
        self._costs: dict[float, tuple[float, int]] = {}
        self._recent = RecentMean(_RECENT_S)

    def add(self, reading: Reading) -> None:
        """Add a heart rate in bpm."""
        self._recent.add(reading.at, reading.value, reading.period_s)

    def learn(self, aim: float) -> None:
        """Learn what a target (m/s) costs from a runner who is on it and whose heart has followed."""
        bpm = self._recent.value
        if bpm is not None:
            mean, count = self._costs.get(aim, (0.0, 0))
            count = min(count + 1, _MOST_READINGS)
            self._costs[aim] = (mean + (bpm - mean) / count, count)

    def is_reached(self, aim: float) -> bool:
        """Return True if the heart works as hard as a target usually costs; False while that is not known."""
        mean, count = self._costs.get(aim, (0.0, 0))
        bpm = self._recent.value
        return bpm is not None and count >= _LEAST_READINGS and bpm >= mean - _MARGIN_BPM
