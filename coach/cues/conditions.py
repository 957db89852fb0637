"""Wind, hills and tired legs: a speed off the target that is no error, or that nobody should be pushed for.

- On a track the wind comes back at the same place of every lap. Only what differs from the lap before counts, or what
  lasts longer than half a lap.
- Off the track a runner whose heart works as hard as their target usually costs gives what the day allows.
"""

from typing import Final

from coach.signals.readings import Reading
from coach.signals.smoothing import RecentMean

_PLACE_M: Final = 25.0
"""Length of a place on the track; judged: a smoothed speed changes little over it."""
_LEAST_LAP: Final = 0.75
"""The share of a lap that must be known before anything is taken for wind; judged: three of its four parts."""
EACH_S: Final = 3.0
"""What is learnt is learnt this often; judged: a place is run through in five seconds and more."""
_LEAST_READINGS: Final = 10
"""Fewer heart rates on a target do not tell what it costs; judged: half a minute."""
_MOST_READINGS: Final = 20
"""The cost is that of the last minute on a target; judged: a heart drifts up over a run, and a fade shows soon."""
_MARGIN_BPM: Final = 1.0
"""A heart so much under the cost still works as hard; judged: a mean of six seconds wavers as much."""
_RECENT_S: Final = 6.0
"""Length of the mean of the heart rate that is compared."""


class LapSwing:
    """Compares the runner with themselves at the same place one lap before.

    A place is counted from the start of the step. A rep is taken to start where the last one did: where it does not,
    its first lap is like no other, and every error counts.
    """

    __slots__ = ("_before", "_lap_m", "_latest", "_place", "_since_m")

    def __init__(self, lap_m: float) -> None:
        """Start with no lap run; `lap_m` is the length of a lap in metres."""
        self._lap_m = lap_m
        self._latest: dict[int, float] = {}
        """The latest error at each place."""
        self._before: dict[int, float] = {}
        """The error at each place the lap before that."""
        self._place: int | None = None
        self._since_m: float | None = None

    def begin_step(self) -> None:
        """Start a step; the laps of the one before are kept."""
        self._place = self._since_m = None

    def reset(self) -> None:
        """Start with no lap run, because another source begins."""
        self._latest.clear()
        self._before.clear()
        self.begin_step()

    def add(self, metres: float, error: float, least: float) -> None:
        """Add the smoothed error at a place, in metres into the step; an error under `least` is none."""
        place = self._place_at(metres)
        previous = self._latest.get(place if self._place is None else self._place, 0.0)
        if place != self._place and place in self._latest:
            self._before[place] = self._latest[place]
        self._place = place
        self._latest[place] = error
        if abs(error) < least or error * previous < 0.0:
            self._since_m = None
        elif self._since_m is None:
            self._since_m = metres

    def is_wind(self, metres: float, error: float) -> bool:
        """Return True if an error is the wind's, not the runner's.

        It is shorter than half a lap, at least half of it was there one lap before, and the mean error of the whole
        lap is less than half of it.
        """
        before, places = self._before.get(self._place_at(metres)), len(self._latest)
        if before is None or places * _PLACE_M < _LEAST_LAP * self._lap_m:
            return False
        if self._since_m is not None and metres - self._since_m >= self._lap_m / 2.0:
            return False
        if 2.0 * abs(sum(self._latest.values()) / places) >= abs(error):
            return False
        return 2.0 * before <= error if error < 0.0 else 2.0 * before >= error

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
