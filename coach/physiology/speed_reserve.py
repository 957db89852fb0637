"""How much faster could this runner go? Race speed as a share of top speed.

Coaching practice (a "speed reserve"): a runner whose race pace is a small share of top speed has speed and wants
endurance, and the other way round. Top speed is the best over 60 to 100 m; a footpod at one value a second measures
it to about 3 %, a timed 60 m by hand to about 4 %.
"""

from coach.physiology.limits import within
from coach.quantities import MetresPerSecond


def used_share(race_speed: float, top_speed: float) -> float:
    """Race speed as a share of top speed, both in m/s; 0 to 1.

    Raises:
        ValueError: a top speed outside 3 to 12.5 m/s, or a race speed above it.
    """
    within(top_speed, 3.0, 12.5, "top speed", "m/s")
    if not 0 < race_speed <= top_speed:
        raise ValueError("the race speed must lie above 0 and not above the top speed")
    return race_speed / top_speed


def reserve(race_speed: float, top_speed: float) -> MetresPerSecond:
    """What lies between race speed and top speed, in m/s.

    Raises:
        ValueError: as `used_share`.
    """
    used_share(race_speed, top_speed)
    return MetresPerSecond(top_speed - race_speed)
