"""How do legs follow the will? With a pick-up, and never quite evenly."""

from math import exp, sqrt
from typing import Final

from coach.quantities import StepsPerMinute
from coach.simulate.dice import Dice
from coach.simulate.profile import RunnerProfile

_MOST_PICK_UP: Final = 2.5
"""m/s per second: a brisk standing start of a distance runner."""
_STANDS_BELOW: Final = 0.3
"""m/s: a runner who slows further stands."""
_RUNS_FROM: Final = 2.0
"""m/s: above it most people run."""


class Legs:
    """True speed and true metres of a runner, in steps of one fixed length."""

    def __init__(self, profile: RunnerProfile, dice: Dice, step_s: float) -> None:
        """Stand still."""
        self.speed = 0.0
        """Now, in m/s."""
        self.metres = 0.0
        """Run since the beginning."""
        self._dice = dice
        self._step_s = step_s
        self._follows = 1.0 - exp(-step_s / profile.pick_up_s) if profile.pick_up_s else 1.0
        self._keeps = exp(-step_s / profile.wobble_s) if profile.wobble_s else 0.0
        self._stirs = profile.wobble * sqrt(1.0 - self._keeps**2)
        self._wobble = 0.0

    def move(self, goal: float) -> float:
        """Run one step towards a goal speed in m/s; the metres of that step."""
        if goal > _RUNS_FROM:
            self._wobble = self._keeps * self._wobble + self._dice.normal(self._stirs)
            goal *= 1.0 + self._wobble
        most = _MOST_PICK_UP * self._step_s
        before = self.speed
        self.speed += max(-most, min(most, (goal - before) * self._follows))
        if goal == 0.0 and self.speed < _STANDS_BELOW:
            self.speed = 0.0
        gone = 0.5 * (before + self.speed) * self._step_s
        self.metres += gone
        return gone


def natural_cadence(speed: float) -> StepsPerMinute:
    """Steps per minute most runners take at a speed in m/s; 0 when they stand.

    A line through self-selected cadences of novices (van Oeveren 2017); walkers take 100 to 120.
    """
    if speed < _STANDS_BELOW:
        return StepsPerMinute(0.0)
    if speed < _RUNS_FROM:
        return StepsPerMinute(95.0 + 12.0 * speed)
    return StepsPerMinute(126.84 + 11.579 * speed)
