"""How much slower is right today? On a day run by effort every pace is re-based by a share that is told.

In heat the share is the middle of Hadley's table (`coach.physiology.surroundings`), half of it for reps of up to a
mile. Where the table asks for under 1 %, or nobody told the weather, it was not the heat: hills and tired legs have no
table, and the plain share stands.
"""

from dataclasses import dataclass
from typing import Final

from coach.physiology.surroundings import CAUTION_SUM_F, REPEAT_M, adjustment
from coach.workout.kinds import REPS
from coach.workout.timeline import Quantity, Step

HOT_SUM_F: Final = 120.0
"""From this sum of temperature and dew point in Fahrenheit on the table asks for 1 % and more."""


@dataclass(frozen=True, slots=True)
class EffortDay:
    """By how much paces are slower, in per cent of the pace."""

    percent: float
    """Of everything run on end."""
    reps_percent: float
    """Of reps of up to a mile, whose rests cool."""

    def of(self, step: Step) -> float:
        """The share of one step."""
        return self.reps_percent if _is_short_rep(step) else self.percent


def effort_day(plain_percent: float, heat_sum_f: float | None) -> EffortDay:
    """Choose the shares of a day.

    Args:
        plain_percent: the share without a table, above -100.
        heat_sum_f: temperature and dew point added up in Fahrenheit, -100 to 250; None where nobody told.
    """
    if heat_sum_f is None or heat_sum_f <= HOT_SUM_F:
        return EffortDay(plain_percent, plain_percent)
    long, short = adjustment(heat_sum_f), adjustment(heat_sum_f, rep_metres=REPEAT_M)
    return EffortDay((long.least + long.most) / 2, (short.least + short.most) / 2)


def is_too_hot(heat_sum_f: float | None) -> bool:
    """Is it too hot for hard running, whatever the pace? Then no target may be raised."""
    return heat_sum_f is not None and heat_sum_f > CAUTION_SUM_F


def _is_short_rep(step: Step) -> bool:
    if step.kind not in REPS:
        return False
    metres: float | None = step.until.distance()
    seconds, target = step.until.time(), step.target
    if metres is None and seconds is not None and target is not None and target.quantity is Quantity.SPEED:
        metres = seconds * (target.band.aim or target.band.high or target.band.low or 0.0)
    return metres is not None and metres <= REPEAT_M
