"""Wind, hills and tired legs: a speed off the target that is no error, or for which a runner should not be pushed.

- On a track the wind comes back at the same place of every lap. Only what differs from the lap before counts, or what
  lasts longer than half a lap.
- Off the track a runner whose heart rate is what their target usually costs is not asked for more speed.
"""

from typing import Final

from coach.signals.readings import Reading
from coach.signals.smoothing import Ema, RecentMean

_PLACE_M: Final = 25.0
"""Length of a place on the track; judged: a smoothed speed changes little over it."""
_LEAST_LAP: Final = 0.75
"""The share of a lap that must be known before an error counts as wind; judged: three of its four parts."""
_MOST_WIND: Final = 0.1
"""Largest error that wind alone explains, as a share of the speed; judged: 6 m/s against the runner cost 8 to 9 %."""
EACH_S: Final = 3.0
"""Seconds between two samples that are learned from; judged: a place is run through in five seconds and more."""
_LEAST_READINGS: Final = 10
"""Fewest heart rates on a target that show what it costs; judged: half a minute."""
_MOST_READINGS: Final = 20
"""Most heart rates of the cost: the last minute on a target; judged: the heart rate drifts up over a run, and a fade
shows soon."""
_MARGIN_BPM: Final = 1.0
"""A heart rate this little under the cost counts as the same effort; judged: a mean of six seconds varies as much."""
_RECENT_S: Final = 6.0
"""Length of the mean of the heart rate that is compared; judged: two breaths, over which a heart rate swings."""


class LapSwing:
    """Compares the runner with themselves at the same places one lap before.

    The error expected from the lap before is smoothed like the speed, so that both contain as much of the straight and
    the bend before. A place is counted from the start of the step. A rep is assumed to start where the last one did; if
    it does not, its first lap differs from all others, and every error counts.
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
        """Forget the expected error, because the smoothing of the speed restarts."""
        self._expected.reseed()

    def reset(self) -> None:
        """Start with no lap run, because another source begins."""
        self._latest.clear()
        self._before.clear()
        self.begin_step()

    def add(self, at: float, metres: float, errors: tuple[float, float], least: float, tau_s: float) -> None:
        """Add the errors at a place, in metres into the step: of the last seconds, and smoothed over `tau_s`.

        A smoothed error under `least` counts as zero.
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

        It is the wind if it is shorter than half a lap, and less than half of it, or less than `limit`, is not expected
        from the lap before.
        """
        expected = self._expected.value
        if expected is None or self._place_at(metres) not in self._before or not self.is_lap_known():
            return False
        if self._is_long(metres):
            return False
        unexplained = expected - error if error < 0.0 else error - expected
        return unexplained <= max(0.5 * abs(error), limit)

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
    """The usual heart rate of each target of a run: that of the last minute in which the runner was on it."""

    __slots__ = ("_costs", "_recent")

    def __init__(self) -> None:
        """Start with no target run."""
        self._costs: dict[float, tuple[float, int]] = {}
        self._recent = RecentMean(_RECENT_S)

    def add(self, reading: Reading) -> None:
        """Add a heart rate in bpm."""
        self._recent.add(reading.at, reading.value, reading.period_s)

    def learn(self, aim: float) -> None:
        """Learn the cost of a target (m/s) while the runner is on it and their heart rate has settled."""
        bpm = self._recent.value
        if bpm is not None:
            mean, count = self._costs.get(aim, (0.0, 0))
            count = min(count + 1, _MOST_READINGS)
            self._costs[aim] = (mean + (bpm - mean) / count, count)

    def is_reached(self, aim: float) -> bool:
        """Return True if the heart rate is what a target usually costs; False while that is not known."""
        mean, count = self._costs.get(aim, (0.0, 0))
        bpm = self._recent.value
        return bpm is not None and count >= _LEAST_READINGS and bpm >= mean - _MARGIN_BPM
