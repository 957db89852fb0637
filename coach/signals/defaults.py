"""The constants of this room, each with its reason. The athlete's settings may change them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute, Watts
from coach.signals.readings import CORE_TEMPERATURE, INCLINE, SKIN_TEMPERATURE, SMO2, Source

METRIC_LIMITS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        SMO2: (0.0, 100.0),  # a share; sensors send more for "too much light" and "no tissue"
        CORE_TEMPERATURE: (30.0, 45.0),  # below and above nobody runs, and few live
        SKIN_TEMPERATURE: (-5.0, 50.0),  # a strap lying in the sun, or in the snow
        INCLINE: (-30.0, 45.0),  # what treadmills can do, and a little
    }
)
"""What the metrics of our own sensors can be; any finite number will do for others."""


@dataclass(frozen=True, slots=True)
class LearntFactor:
    """What earlier runs taught about one pod in one shoe."""

    source: Source
    """Which sensor of this run it is."""
    factor: float
    """True metres per metre the pod says, 0.9 to 1.1."""
    sd: float
    """Standard deviation of the factor."""


@dataclass(frozen=True, slots=True)
class SignalSettings:
    """What is believed of a sensor."""

    lowest_heart_rate: BeatsPerMinute = BeatsPerMinute(25.0)
    """Below the lowest resting heart rates on record (26 to 27 bpm); a bad contact makes such values."""
    highest_heart_rate: BeatsPerMinute = BeatsPerMinute(250.0)
    """No adult's heart follows effort beyond it; static from a dry shirt reads 230 and more."""
    highest_speed: MetresPerSecond = MetresPerSecond(12.0)
    """The fastest 100 m ever run peaked at 12.4 m/s; whoever reads this page does not."""
    highest_cadence: StepsPerMinute = StepsPerMinute(300.0)
    """Sprinters reach 290 steps per minute; beyond it a per-foot cadence was doubled wrongly."""
    highest_power: Watts = Watts(2000.0)
    """Running power of a sprint stays below it."""
    jitter: Metres = Metres(5.0)
    """A cumulative distance that falls by less is smoothing of the device; by more, it was reset."""

    prior_factor_sd: float = 0.03
    """An uncalibrated pod is within 3 % two times in three (track_semantics, section 5)."""
    press_sd_s: Seconds = Seconds(0.25)
    """How well a thumb hits the moment the runner crosses the line."""
    lowest_factor: float = 0.9
    """A pod further off than this is laced wrong or sits on somebody else's shoe."""
    highest_factor: float = 1.1
    """As above."""
    most_per_press: float = 0.02
    """After the first press, one press moves the factor no further: it may have been a mistake."""
    lowest_factor_sd: float = 0.001
    """However many presses agree, later ones still count about an eighth: shoe, surface and fatigue drift."""
    mark_tolerance: float = 0.04
    """A press further off than this was for another mark."""
    mark_tolerance_m: Metres = Metres(4.0)
    """The same for short stretches, where 4 % is less than a late thumb."""
    stretch_tolerance: float = 0.10
    """A declared stretch may be further off: the distance is certain."""
    shortest_stretch: Metres = Metres(400.0)
    """Over less, a late press is more than the pod's own error."""
    slowest_stretch: MetresPerSecond = MetresPerSecond(3.0)
    """Pods read jogging and walking differently from running."""

    running_speed: MetresPerSecond = MetresPerSecond(2.2)
    """From here on everybody runs, so a cadence tells how it is counted (ble.md 7, "the cadence trap")."""
    per_foot_below: StepsPerMinute = StepsPerMinute(115.0)
    """A median cadence below it, at running speed, counts one foot."""
    per_step_above: StepsPerMinute = StepsPerMinute(130.0)
    """Above it, both feet are counted."""
    walking_per_foot_below: StepsPerMinute = StepsPerMinute(75.0)
    """While the count is unknown: walkers take 90 to 130 steps per minute, so less than this is one foot."""
    cadence_watch_s: Seconds = Seconds(20.0)
    """How much running it takes to know how a sensor counts."""

    learnt: tuple[LearntFactor, ...] = ()
    """Pod factors of earlier runs; none for a foreign file."""
