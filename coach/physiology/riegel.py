"""What would this race be over another distance? Riegel's power law of endurance.

Source: P. S. Riegel, "Athletic Records and Human Endurance", American Scientist 69 (1981) 285-290: times grow with
distance to the power 1.06, from about 3.5 minutes to 4 hours. Error: a few per cent over a doubling; it flatters
recreational runners over the marathon, who slow by 1.08 and more.
"""

from math import exp, log
from typing import Final

from coach.physiology.limits import within
from coach.quantities import Seconds

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


def exponent_between(metres: float, seconds: float, other_m: float, other_s: float) -> float:
    """The runner's own exponent from two races of different length (in m and s), for judging the spread.

    Raises:
        ValueError: the races are nearer than a factor 1.5, or the exponent lies outside 1.0 to 1.2: then one of the
            two was no full effort.
    """
    ratio = log(other_m / metres)
    if abs(ratio) < log(1.5):
        raise ValueError(f"the races are too alike: one should be {exp(log(1.5)):g} times as long")
    found = log(other_s / seconds) / ratio
    return within(found, 1.0, 1.2, "exponent between the races")
