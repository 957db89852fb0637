"""What would this runner race? VDOT and Riegel side by side, with what lies between them.

Both are asked from the recent race nearest in length, which speaks for distances up to four times as long or as short
(see `riegel`); without a race, from an hour at the threshold pace. Where critical-speed trials are known, and the race
lasts 2 to 25 minutes, they are a third voice. The truth lies within the spread for somebody trained for the distance;
over a marathon recreational runners are mostly slower than all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from coach.athlete import Now
from coach.physiology import riegel, vdot
from coach.physiology.critical_speed import CriticalSpeed, time_over
from coach.physiology.fitness import Result, critical_speed, of_threshold, results
from coach.quantities import Metres, Seconds

DISTANCES: Final = {
    "1500 m": Metres(1500.0),
    "mile": vdot.RACES["mile"],
    "3k": vdot.RACES["3k"],
    "5k": vdot.RACES["5k"],
    "10k": vdot.RACES["10k"],
    "15k": Metres(15_000.0),
    "half": vdot.RACES["half"],
    "marathon": vdot.RACES["marathon"],
}
"""What is predicted when nobody names a distance."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A race time by each formula; what a formula cannot say is None."""

    name: str
    metres: Metres
    by: Result | None
    """The result it was made from; None when nothing speaks for it."""
    vdot_s: Seconds | None = None
    riegel_s: Seconds | None = None
    critical_speed_s: Seconds | None = None
    quickest_s: Seconds | None = None
    slowest_s: Seconds | None = None
    """All formulas lie between these two, Riegel's with exponents from 1.05 to 1.08."""
    refused: str = ""
    """Why there is no time, one sentence; empty if there is one."""


def predictions(now: Now, distances: dict[str, Metres] | None = None) -> tuple[Prediction, ...]:
    """Predict races over the usual distances, or over those given by name (m); empty when nothing is known."""
    known = list(results(now))
    if not known:
        known = [found for found in (of_threshold(now),) if found is not None]
    if not known:
        return ()
    try:
        critical = critical_speed(now)
    except ValueError:
        critical = None  # the trials do not fit together; whoever shows critical speed says why
    wanted = DISTANCES if distances is None else distances
    return tuple(predicted(name, metres, known, critical) for name, metres in wanted.items())


def predicted(
    name: str, metres: Metres, known: Sequence[Result], critical: CriticalSpeed | None = None
) -> Prediction:
    """Predict one distance from the nearest of the known results (at least one)."""
    by = min(known, key=lambda result: (abs(log(metres / result.metres)), -result.vdot))
    try:
        riegel_s = riegel.predicted_time(by.metres, by.seconds, metres)
        voices = [riegel_s, *riegel.spread(by.metres, by.seconds, metres)]
    except ValueError as reason:
        return Prediction(name, metres, None, refused=f"{by.words}: {reason}")
    try:
        vdot_s = vdot.race_time(by.vdot, metres)
        voices.append(vdot_s)
    except ValueError:
        vdot_s = None
    critical_s = _by_critical_speed(critical, metres)
    if critical_s is not None:
        voices.append(critical_s)
    return Prediction(name, metres, by, vdot_s, riegel_s, critical_s, min(voices), max(voices))


def _by_critical_speed(critical: CriticalSpeed | None, metres: Metres) -> Seconds | None:
    if critical is None:
        return None
    try:
        return time_over(critical, metres)
    except ValueError:
        return None
