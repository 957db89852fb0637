"""What a strap and a footpod would send of it, byte for byte."""

from math import exp, sqrt
from typing import Final

from coach.gatt.heart_rate import Contact, HeartRateMeasurement
from coach.gatt.running_speed_cadence import DISTANCE_WRAPS_AT, RunningSpeedCadenceMeasurement
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds
from coach.simulate.dice import Dice
from coach.simulate.legs import natural_cadence
from coach.simulate.profile import RunnerProfile

_MOST_INTERVALS: Final = 9
"""As many as fit a packet of 20 bytes."""
_RATE_SD: Final = 0.3
_INTERVAL_SD: Final = 0.01
"""Beat-to-beat variability while running is about 1 %."""
_CADENCE_SD: Final = 1.5
"""Steps per minute; footpods at an even pace scatter by 1.6."""
_FASTEST: Final = 255.0
"""What a u16 of 1/256 m/s can say."""


class Strap:
    """A heart-rate strap that sends the rate and the intervals of the beats since its last packet."""

    def __init__(self, dice: Dice) -> None:
        """Wait for the first beat."""
        self._dice = dice
        self._phase = 0.0
        self._since_beat_s = 0.0
        self._intervals: list[Seconds] = []

    def feel(self, rate: float, step_s: float) -> None:
        """Live one step at a heart rate in bpm."""
        self._phase += rate / 60.0 * step_s
        self._since_beat_s += step_s
        while self._phase >= 1.0:
            self._phase -= 1.0
            late_s = self._phase * 60.0 / rate
            interval = (self._since_beat_s - late_s) * (1.0 + self._dice.normal(_INTERVAL_SD))
            self._intervals.append(Seconds(round(max(0.0, interval) * 1024) / 1024))
            self._since_beat_s = late_s

    def send(self, rate: float) -> bytes:
        """The packet for now."""
        intervals, self._intervals = self._intervals[-_MOST_INTERVALS:], []
        shown = max(0, min(255, round(rate + self._dice.normal(_RATE_SD))))
        return bytes(
            HeartRateMeasurement(BeatsPerMinute(shown), Contact.DETECTED, rr_s=tuple(intervals)),
        )


class Footpod:
    """A footpod with a factor of its own, slow noise, and a count of metres that outlives a lost link."""

    def __init__(self, profile: RunnerProfile, dice: Dice, step_s: float) -> None:
        """Lie still on a shoe."""
        self._profile = profile
        self._dice = dice
        self._follows = 1.0 - exp(-step_s / profile.pod_lag_s) if profile.pod_lag_s else 1.0
        self._keeps = exp(-1.0 / profile.pod_noise_s) if profile.pod_noise_s else 0.0
        self._stirs = profile.pod_noise * sqrt(1.0 - self._keeps**2)
        self._error = 0.0
        self._speed = 0.0
        self._metres = 0.0

    def feel(self, speed: float, gone: float) -> None:
        """Live one step: its true speed in m/s at the end and its true metres."""
        self._speed += (speed - self._speed) * self._follows
        self._metres += gone * self._profile.pod_factor * (1.0 + self._error)

    def send(self, speed: float) -> bytes:
        """The packet for now; `speed` is the true one."""
        self._error = self._keeps * self._error + self._dice.normal(self._stirs)
        cadence: float = natural_cadence(speed)
        if cadence:
            cadence += self._profile.cadence_offset + self._dice.normal(_CADENCE_SD)
        said = self._speed * self._profile.pod_factor * (1.0 + self._error)
        if not cadence:
            said = 0.0
        per_minute = cadence / 2 if self._profile.counts_one_foot else cadence
        return bytes(
            RunningSpeedCadenceMeasurement(
                MetresPerSecond(max(0.0, min(said, _FASTEST))),
                max(0, min(255, round(per_minute))),
                distance=Metres(self._metres % (DISTANCE_WRAPS_AT - 0.1)),
                is_running=speed > 2.0,
            )
        )
