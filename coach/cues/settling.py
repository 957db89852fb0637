"""Has the runner settled after a start? The clock says the least and the most, the signal what lies between.

Standing starts, belts and lagging watches all look the same from here: the speed is still on its way. It has
settled once two means of 5 s in a row agree and there is not much of the way to go; after a bound it is judged
as it is.
"""

from coach.cues.defaults import CueSettings


class Settling:
    """Watches the speed from the beginning of a paced step."""

    __slots__ = ("_at", "_before", "_count", "_ends", "_from_above", "_settings", "_sum", "is_steady")

    def __init__(self, settings: CueSettings) -> None:
        """Begin with nothing to wait for."""
        self._settings = settings
        self.is_steady = True
        """Has the speed settled, or is there none to wait for?"""
        self._ends: float | None = None
        self._before: float | None = None
        self._from_above = False
        self._sum = 0.0
        self._count = 0
        self._at = 0.0

    def begin(self, *, paced: bool, from_above: bool) -> None:
        """Begin with a step: is there a speed to wait for, and does the runner come down to it?"""
        self.is_steady = not paced
        self._from_above = from_above
        self._ends = self._before = None

    def take(self, at: float, speed: float, aim: float, noise: float) -> bool:
        """Add a speed (m/s) at the time `at`; was it still changing, so that no mean should remember it?

        `aim` is the target in m/s, `noise` the relative noise of the source.
        """
        settings = self._settings
        if self._ends is None or at - self._at > 2.0 * settings.settle_block_s:
            self._ends, self._sum, self._count, self._before = at + settings.settle_block_s, 0.0, 0, None
        self._at = at
        self._sum += speed
        self._count += 1
        if at < self._ends:
            return False
        mean, before = self._sum / self._count, self._before
        self._ends, self._sum, self._count, self._before = at + settings.settle_block_s, 0.0, 0, mean
        if before is None or abs(mean - before) > aim * max(settings.settle_change, noise):
            return True
        to_go = mean - aim if self._from_above else aim - mean
        self.is_steady = to_go <= aim * settings.settle_near
        return False
