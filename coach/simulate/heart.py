"""How does a heart follow the legs? First order with dead time, faster up than down, with drift.

Structure: F1000Research 13:894 (a first-order model with dead time is adequate for running); figures from the
same and from 24 recorded interval sessions. Oxygen cost: Daniels and Gilbert; %HRR = %VO2R (ACSM).
"""

from collections import deque
from math import exp
from typing import Final

from coach.physiology.vdot import oxygen_cost
from coach.quantities import BeatsPerMinute
from coach.simulate.profile import RunnerProfile

_AT_REST: Final = 3.5
"""Oxygen uptake at rest, ml/kg/min: one MET."""
_DRIFT_AFTER_S: Final = 600.0
_RUNNING: Final = 2.0
"""Above this speed in m/s it counts as running, for the drift."""


class Heart:
    """The heart rate of a runner, in steps of one fixed length."""

    def __init__(self, profile: RunnerProfile, step_s: float) -> None:
        """Start at the profile's heart rate, standing."""
        self.rate: float = profile.heart_rate_start
        """Now, in bpm, with fractions."""
        self._profile = profile
        self._step_s = step_s
        self._on_its_way: deque[float] = deque(
            [steady_heart_rate(profile, 0.0)] * round(profile.heart_delay_s / step_s)
        )
        self._up = 1.0 - exp(-step_s / profile.heart_tau_up_s) if profile.heart_tau_up_s else 1.0
        self._down = 1.0 - exp(-step_s / profile.heart_tau_down_s) if profile.heart_tau_down_s else 1.0
        self._ran_s = 0.0
        self._speed = 0.0
        self._steady = steady_heart_rate(profile, 0.0)

    def beat(self, speed: float) -> float:
        """Live one step at a speed in m/s; the heart rate after it."""
        if speed != self._speed:
            self._speed = speed
            self._steady = steady_heart_rate(self._profile, speed)
        self._on_its_way.append(self._steady)
        target = self._on_its_way.popleft()
        if speed > _RUNNING:
            self._ran_s += self._step_s
            target += self._profile.heart_drift_bpm * max(0.0, self._ran_s - _DRIFT_AFTER_S) / 600.0
        target = min(target, self._profile.heart_rate_max)
        self.rate += (target - self.rate) * (self._up if target > self.rate else self._down)
        return self.rate


def steady_heart_rate(profile: RunnerProfile, speed: float) -> BeatsPerMinute:
    """The heart rate a speed in m/s leads to in the end, in bpm; at most the maximum."""
    oxygen = max(_AT_REST, oxygen_cost(speed)) if speed > 0 else _AT_REST
    share = min(1.0, (oxygen - _AT_REST) / (profile.vo2max - _AT_REST))
    reserve = profile.heart_rate_max - profile.heart_rate_rest
    return BeatsPerMinute(profile.heart_rate_rest + share * reserve)
