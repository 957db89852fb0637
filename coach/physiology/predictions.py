"""What a runner would race: VDOT and Riegel side by side, with what lies between them.

VDOT is asked of the result that the paces are made from, so that a race and its pace never disagree. Riegel is asked of
the recent race nearest in length, and speaks for distances up to four times as long or as short; farther
off there is a wide spread, and it is said how far. Where critical-speed trials are known, and the race lasts 2 to 25
minutes, they are a third voice. The truth lies within the spread for somebody trained for the distance.

Riegel's law: P. S. Riegel, "Athletic Records and Human Endurance", American Scientist 69 (1981) 285-290: times grow
with distance to the power 1.06, from about 3.5 minutes to 4 hours. Error: a few per cent over a doubling; it flatters
recreational runners over the marathon, who slow by 1.08 and more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from coach.athlete import Now
from coach.physiology import vdot
from coach.physiology.critical_speed import CriticalSpeed, time_over
from coach.physiology.fitness import Result, critical_speed, fitness, results
from coach.physiology.limits import within
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
    """The result that the paces are made from; None when nothing speaks for it."""
    nearest: Result | None = None
    """The race nearest in length, which Riegel and the spread go by."""
    vdot_s: Seconds | None = None
    riegel_s: Seconds | None = None
    critical_speed_s: Seconds | None = None
    quickest_s: Seconds | None = None
    slowest_s: Seconds | None = None
    """All formulas lie between these two, Riegel's with exponents from 1.05 to 1.08, far from a race to 1.10."""
    times_off: float = 1.0
    """How many times as long or as short the nearest race is."""
    refused: str = ""
    """Why there is no time, one sentence; empty if there is one."""

    @property
    def is_far(self) -> bool:
        """Is every race so far off that only a wide spread can be told?"""
        return self.times_off > FARTHEST + 1e-9


def predictions(now: Now, distances: dict[str, Metres] | None = None) -> tuple[Prediction, ...]:
    """Predict races over the usual distances, or over those given by name (m); empty when nothing is known."""
    basis = fitness(now)
    if basis is None:
        return ()
    known = list(results(now)) or [basis]
    try:
        critical = critical_speed(now)
    except ValueError:
        critical = None  # the trials do not fit together; whoever shows critical speed says why
    wanted = DISTANCES if distances is None else distances
    return tuple(predicted(name, metres, basis, known, critical) for name, metres in wanted.items())


def predicted(
    name: str, metres: Metres, basis: Result, known: Sequence[Result], critical: CriticalSpeed | None = None
) -> Prediction:
    """Predict one distance from the result the paces are made from and the nearest of the known ones (at least one)."""
    by = min(known, key=lambda result: (abs(log(metres / result.metres)), -result.vdot))
    times_off = max(metres / by.metres, by.metres / metres)
    riegel_s = None
    try:
        if times_off > FARTHEST + 1e-9:
            voices = [*far_spread(by.metres, by.seconds, metres)]
        else:
            riegel_s = predicted_time(by.metres, by.seconds, metres)
            voices = [riegel_s, *spread(by.metres, by.seconds, metres)]
    except ValueError as reason:
        return Prediction(name, metres, None, refused=f"{by.words}: {reason}")
    try:
        vdot_s = vdot.race_time(basis.vdot, metres)
        voices.append(vdot_s)
    except ValueError:
        vdot_s = None
    critical_s = _by_critical_speed(critical, metres)
    if critical_s is not None:
        voices.append(critical_s)
    return Prediction(
        name, metres, basis, by, vdot_s, riegel_s, critical_s, min(voices), max(voices), times_off
    )


def _by_critical_speed(critical: CriticalSpeed | None, metres: Metres) -> Seconds | None:
    if critical is None:
        return None
    try:
        return time_over(critical, metres)
    except ValueError:
        return None


# --- Riegel's power law of endurance

EXPONENT: Final = 1.06
"""Growth of time with distance."""
USUAL_EXPONENTS: Final = (1.05, 1.08)
"""Where the exponents of trained and of recreational runners mostly lie: the honest width of the one above."""
FARTHEST: Final = 4.0
"""The law itself speaks for a distance up to this many times as long or as short, not farther."""
FAR_EXPONENTS: Final = (1.05, 1.10)
"""Where times lie that are farther off. Over the marathon half of the recreational runners are at least 10 minutes
slower than the law says (Vickers and Vertosick 2016), about an exponent of 1.10 from 10 km; the border is judged."""
SHORTEST_S: Final = 180.0
LONGEST_S: Final = 5 * 3600.0
"""The law was drawn from efforts of about 3.5 minutes to 4 hours; a little room on either side."""


def scaled_time(metres: float, seconds: float, target_m: float, *, exponent: float = EXPONENT) -> Seconds:
    """The bare law: time in seconds over `target_m` from one over `metres`, all above 0, however far apart.

    For comparing with other tools; a runner is told `predicted_time`, which knows what the law is not good for.
    """
    return Seconds(seconds * (target_m / metres) ** exponent)


def predicted_time(metres: float, seconds: float, target_m: float, *, exponent: float = EXPONENT) -> Seconds:
    """Time in seconds over `target_m` metres of a runner who took `seconds` over `metres`.

    Raises:
        ValueError: a race or an answer outside 3 minutes to 5 hours, an exponent outside 1 to 1.2, or a distance more
            than four times as long or as short.
    """
    within(metres, 400, 200_000, "distance", "m")
    within(target_m, 400, 200_000, "distance", "m")
    within(seconds, SHORTEST_S, LONGEST_S, "race time", "s")
    within(exponent, 1.0, 1.2, "exponent")
    factor = max(target_m / metres, metres / target_m)
    if factor > FARTHEST + 1e-9:
        raise ValueError(
            f"{factor:.1f} times as {'far' if target_m > metres else 'short'} is too far from the race: "
            f"it speaks for up to {FARTHEST:g} times"
        )
    found = scaled_time(metres, seconds, target_m, exponent=exponent)
    return Seconds(within(found, SHORTEST_S, LONGEST_S, "predicted time", "s"))


def spread(metres: float, seconds: float, target_m: float) -> tuple[Seconds, Seconds]:
    """Fastest and slowest time in seconds that the usual exponents (1.05 to 1.08) give over `target_m`.

    Raises:
        ValueError: as `predicted_time`.
    """
    times = [predicted_time(metres, seconds, target_m, exponent=each) for each in USUAL_EXPONENTS]
    return min(times), max(times)


def far_spread(metres: float, seconds: float, target_m: float) -> tuple[Seconds, Seconds]:
    """As `spread`, for a distance that is too far from the race for the law: wide, and only that.

    Raises:
        ValueError: a race or an answer outside 3 minutes to 5 hours.
    """
    within(seconds, SHORTEST_S, LONGEST_S, "race time", "s")
    times = [scaled_time(metres, seconds, target_m, exponent=each) for each in FAR_EXPONENTS]
    within(min(times), SHORTEST_S, LONGEST_S, "predicted time", "s")
    return min(times), max(times)
