"""What does a slope cost? The metabolic cost of running up and down.

Source: A. E. Minetti et al., J Appl Physiol 93 (2002) 1039-1046, a polynomial for slopes of -0.45 to 0.45. It gives
3.6 J/kg/m on the level where 3.40 +- 0.24 were measured. What is derived is a *metabolic* equivalent, not a pace to
aim at: below about -10 % it flatters, because legs, not oxygen, limit a descent. No command uses this yet.
"""

from typing import Final

from coach.physiology.limits import within
from coach.quantities import MetresPerSecond

LABEL: Final = "metabolic equivalent, not a target"
"""What must stand beside every speed made here."""
STEEPEST: Final = 0.45
FLATTERS_BELOW: Final = -0.10
"""Slopes below this want a note beside the label."""


def cost(slope: float) -> float:
    """Energy in J per kg and metre at a slope (rise over run); steeper than +-0.45 is taken as +-0.45.

    Raises:
        ValueError: a slope outside -1 to 1.
    """
    i = min(STEEPEST, max(-STEEPEST, within(slope, -1.0, 1.0, "slope")))
    return ((((155.4 * i - 30.4) * i - 43.3) * i + 46.3) * i + 19.5) * i + 3.6


def factor(slope: float) -> float:
    """Cost at a slope as a multiple of that on the level, 0.49 to 5.4.

    Raises:
        ValueError: a slope outside -1 to 1.
    """
    return cost(slope) / cost(0.0)


def level_equivalent(speed: float, slope: float) -> MetresPerSecond:
    """Speed in m/s on the level that costs as much per second as `speed` on a slope; show `LABEL` beside it.

    Raises:
        ValueError: a speed outside 0 to 12.5 m/s or a slope outside -1 to 1.
    """
    return MetresPerSecond(within(speed, 0.0, 12.5, "speed", "m/s") * factor(slope))
