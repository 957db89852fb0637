"""Will the heart rate cross its cap? Asked while there is still time to ease, and answered only when sure.

- Nothing before the heart has followed the step for a dead time and most of a time constant: that a rep has begun is
  no reason.
- Sure is nine in ten, over a minute at most and never beyond the step's end, for some seconds in a row.
- The figures and how they were found: docs/decisions/0012-the-heart-rate-ahead.md.
"""

from math import inf
from typing import NamedTuple

from coach.cues.scene import Scene
from coach.physiology.heading import EACH_S, Heading
from coach.quantities import Seconds
from coach.signals.readings import Reading


class Expected(NamedTuple):
    """A heart rate that is coming."""

    bpm: float
    sd: float
    """Its standard deviation in bpm."""
    in_s: float
    held_s: float
    """How long it has been as sure."""


class HeartAhead:
    """Follows the heart rate of a step, and says what it leads to."""

    __slots__ = ("_expected", "_heading", "_next_at", "_scene", "_sure_since")

    def __init__(self, scene: Scene) -> None:
        """Begin with nothing seen."""
        self._scene = scene
        self._heading = Heading(scene.kinetics)
        self._expected: tuple[float, float, float] | None = None
        self._next_at = -inf
        self._sure_since: float | None = None

    def begin(self) -> None:
        """Begin anew: another effort, of which nothing is known."""
        self._heading.forget()
        self._expected = None
        self._next_at = -inf
        self._sure_since = None

    def take(self, reading: Reading, high: float | None, now: Seconds) -> None:
        """Take in a heart rate and hold what it leads to against a cap in bpm; most come too soon to tell anything."""
        if now < self._next_at:
            return
        self._next_at = now + EACH_S
        scene = self._scene
        step = scene.session.step_time(now)
        if step is None or step < scene.kinetics.delay_up_s or not scene.heart_is_clean(now):
            self.begin()
            return
        self._heading.take(reading.at, reading.value)
        self._expected = None
        if not self._will_cross(reading.value, high, now):
            self._sure_since = None
        elif self._sure_since is None:
            self._sure_since = now

    def warning(self, now: Seconds) -> Expected | None:
        """Give what is coming, if it lies over the cap and that is sure; None otherwise."""
        if self._sure_since is None or self._expected is None:
            return None
        held = now - self._sure_since
        settings, kinetics = self._scene.settings, self._scene.kinetics
        if (
            held < settings.heart_rate_sure_s
            or self._heading.seen_s < settings.heart_rate_seen * kinetics.tau_up_s
        ):
            return None
        return Expected(*self._expected, held)

    def comes_down(self, high: float, now: Seconds) -> bool:
        """Is the heart rate on its way under a cap in bpm by itself?"""
        found = self._foretold(now)
        return found is not None and found[0] <= high

    def noise(self) -> float | None:
        """Relative uncertainty of the heart rate of now; None while it is not followed."""
        found = self._heading.ahead(0.0)
        return None if found is None else found[1] / found[0]

    def _will_cross(self, rate: float, high: float | None, now: Seconds) -> bool:
        """Does a heart rate under the cap lead over it, surely?"""
        settings = self._scene.settings
        if high is None or rate > high or self._heading.most() <= high + settings.heart_rate_over:
            return False
        self._expected = self._foretold(now)
        if self._expected is None:
            return False
        bpm, sd, _ = self._expected
        return bpm > high + settings.heart_rate_over and bpm - settings.heart_rate_sure_sd * sd > high

    def _foretold(self, now: Seconds) -> tuple[float, float, float] | None:
        """Heart rate at the end of the step, or in a minute; None when the end is near."""
        settings = self._scene.settings
        end = self._scene.session.expected_end(now)
        in_s = settings.heart_rate_ahead_s if end is None else min(settings.heart_rate_ahead_s, end - now)
        if in_s < settings.heart_rate_ahead_least_s:
            return None
        found = self._heading.ahead(in_s)
        return None if found is None else (*found, in_s)
