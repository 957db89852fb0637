"""An effort day is slower by the share of the heat table if the heat is large enough, else by a plain share."""

import pytest

from coach.quantities import Metres, Seconds
from coach.workout.edits import EffortDay, effort_day, is_too_hot
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    DistanceEnd,
    EndConditions,
    OpenEnd,
    Quantity,
    Step,
    StepTarget,
    TimeEnd,
)

PACE = StepTarget(Quantity.SPEED, Band(3.9, 4.0, 4.1), "4:10/km")


def of(end, kind=Kind.WORK, target=PACE):
    """The share of a step at a sum of 145 degrees."""
    return effort_day(3.0, 145.0).of(Step("0", "Main", "Main", kind, "Step", EndConditions((end,)), target))


@pytest.mark.parametrize(
    ("heat", "day"),
    [
        (None, EffortDay(3.0, 3.0)),
        (60.0, EffortDay(3.0, 3.0)),
        (120.0, EffortDay(3.0, 3.0)),
        (125.0, EffortDay(1.5, 0.75)),
        (145.0, EffortDay(3.75, 1.875)),
        (200.0, EffortDay(9.0, 4.5)),
    ],
)
def test_the_heat_table_from_one_per_cent_on(heat, day):
    """Its middle, half of it for reps up to a mile; cooler than that it is hills or tired legs: 3 % of all."""
    assert effort_day(3.0, heat) == day


@pytest.mark.parametrize(
    ("end", "kind", "target", "percent"),
    [
        (DistanceEnd(Metres(1000.0)), Kind.WORK, PACE, 1.875),
        (DistanceEnd(Metres(5000.0)), Kind.WORK, PACE, 3.75),
        (TimeEnd(Seconds(300.0)), Kind.WORK, PACE, 1.875),
        (TimeEnd(Seconds(1200.0)), Kind.WORK, PACE, 3.75),
        (OpenEnd(), Kind.WORK, PACE, 3.75),
        (TimeEnd(Seconds(300.0)), Kind.WORK, None, 3.75),
        (DistanceEnd(Metres(1000.0)), Kind.WARM_UP, PACE, 3.75),
    ],
)
def test_short_reps_take_half(end, kind, target, percent):
    """Reps of up to a mile, by their distance or by time and pace; everything else is run on end."""
    assert of(end, kind, target) == pytest.approx(percent)


def test_above_180_it_is_too_hot():
    """The table ends there, and so does hard running."""
    assert [is_too_hot(heat) for heat in (None, 180.0, 180.5)] == [False, False, True]
