"""Which of several sensors is the runner's? The nearest, if it is clearly the nearest; else the runner says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from statistics import median
from typing import Final

from coach.edge.radio.found import DiscoveredSensor

MARGIN_DB: Final = 10.0
"""A body between strap and laptop costs 5 to 10 dB, so less than this is no difference in distance."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one sensor may be meant: the runner has to say which."""

    candidates: tuple[DiscoveredSensor, ...]
    """The strongest signal first; those without a signal last."""


def nearest(heard: Iterable[Sequence[DiscoveredSensor]]) -> DiscoveredSensor | Ambiguous | None:
    """Name the sensor that is nearest beyond doubt; None when there is none at all.

    Each sequence is what was heard of one sensor over two seconds or more, never empty: one advertisement alone
    may be 10 dB off. A sensor without a signal (the system holds it) may be anywhere, so beside others it leaves
    the choice to the runner.
    """
    ranked = sorted(((_signal(each), each[-1]) for each in heard), key=lambda one: (-one[0], one[1].id))
    if len(ranked) <= 1:
        return ranked[0][1] if ranked else None
    if ranked[-1][0] > -inf and ranked[0][0] - ranked[1][0] >= MARGIN_DB:
        return ranked[0][1]
    return Ambiguous(tuple(found for _, found in ranked))


def _signal(heard: Sequence[DiscoveredSensor]) -> float:
    """The usual signal of a sensor in dBm; minus infinity where it has none."""
    signals = [found.rssi_dbm for found in heard if found.rssi_dbm is not None]
    return median(signals) if signals else -inf
