"""How slow is easy? Three ways to say it, which need not agree.

Sources: shares of VDOT (see `vdot`); marathon pace plus one to two minutes a mile (coaching practice; Daniels' own
easy range at VDOT 50 is 40 to 101 s a mile slower than marathon); heart-rate caps (coaching practice; 85 % of the
threshold heart rate, else 75 % of a measured maximum).
"""

from typing import Final

from coach.physiology.limits import within
from coach.quantities import METRES_PER_MILE, BeatsPerMinute, MetresPerSecond

BEYOND_MARATHON_S: Final = (60.0, 120.0)
"""Seconds a mile slower than marathon pace: fastest and slowest easy."""
CAP_OF_THRESHOLD: Final = 0.85
CAP_OF_MAXIMUM: Final = 0.75


def beyond_marathon(marathon_speed: float) -> tuple[MetresPerSecond, MetresPerSecond]:
    """Slowest and fastest easy speed in m/s by marathon speed: one to two minutes a mile slower.

    Raises:
        ValueError: a marathon speed outside 1.5 to 6.5 m/s.
    """
    per_mile = METRES_PER_MILE / within(marathon_speed, 1.5, 6.5, "marathon speed", "m/s")
    least, most = BEYOND_MARATHON_S
    return MetresPerSecond(METRES_PER_MILE / (per_mile + most)), MetresPerSecond(
        METRES_PER_MILE / (per_mile + least)
    )


def heart_rate_cap(threshold: float | None, measured_maximum: float | None) -> BeatsPerMinute | None:
    """The heart rate in bpm an easy run stays under; None when neither number was measured.

    A maximum guessed from age makes no cap: it is off by 7 to 11 bpm in one person of three.

    Raises:
        ValueError: a threshold outside 90 to 230 or a maximum outside 100 to 240.
    """
    if threshold is not None:
        return BeatsPerMinute(CAP_OF_THRESHOLD * within(threshold, 90, 230, "threshold heart rate", "bpm"))
    if measured_maximum is not None:
        return BeatsPerMinute(
            CAP_OF_MAXIMUM * within(measured_maximum, 100, 240, "maximum heart rate", "bpm")
        )
    return None
