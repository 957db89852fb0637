"""An easy step has a heart-rate cap, unless its author gives one or no heart rate is measured."""

import pytest

from coach.athlete import HeartRates, HeartRateValue, Now
from coach.quantities import Seconds
from coach.workout.edits import easy_cap, with_easy_cap
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, EndConditions, Move, Quantity, Step, StepTarget, TimeEnd, Timeline

EASY = StepTarget(Quantity.SPEED, Band(None, 2.8, 3.0), "5:57/km", ref="easy")
FAST = StepTarget(Quantity.SPEED, Band(3.9, 4.0, 4.1), "4:10/km", ref="threshold")
OWN = StepTarget(Quantity.HEART_RATE, Band(high=150.0), "under 150 bpm")
WORDS = StepTarget(Quantity.EFFORT, Band(), "by feel")


def known(**rates):
    """A heart rate of an athlete: bpm, and whether it is measured."""
    values = {name: HeartRateValue(bpm=bpm, source=source) for name, (bpm, source) in rates.items()}
    return Now(heart_rate=HeartRates(**values))


def capped(kind, target=None, caps=()):
    """The caps of a step of a kind, at 145 bpm."""
    step = Step("0", "Main", "Main", kind, "Step", EndConditions((TimeEnd(Seconds(600.0)),)), target, caps)
    return [cap.band.high for cap in with_easy_cap(Timeline("t", (step,)), 145.0).steps[0].caps]


@pytest.mark.parametrize(
    ("rates", "bpm"),
    [
        ({"threshold": (170, "measured"), "max": (190, "measured")}, 144.5),
        ({"max": (190, "measured")}, 142.5),
        ({"threshold": (170, "estimated"), "max": (190, "measured")}, 142.5),
        ({"max": (190, "estimated")}, None),
        ({}, None),
    ],
)
def test_the_cap_comes_from_what_was_measured(rates, bpm):
    """85 % of a measured threshold, else 75 % of a measured maximum, else none: a guess never makes a cue."""
    assert easy_cap(known(**rates)) == (None if bpm is None else pytest.approx(bpm))


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (Kind.WARM_UP, None),
        (Kind.COOL_DOWN, WORDS),
        (Kind.OPEN, EASY),
        (Kind.WORK, EASY),
        (Kind.WARM_UP, EASY),
    ],
)
def test_easy_steps_are_capped(kind, target):
    """Easy pace, and a warm-up or cool-down without a number to run by."""
    assert capped(kind, target) == [145.0]


@pytest.mark.parametrize(
    ("kind", "target", "caps"),
    [
        (Kind.WORK, FAST, ()),
        (Kind.OPEN, None, ()),
        (Kind.RECOVERY, EASY, ()),
        (Kind.STRIDE, WORDS, ()),
        (Kind.WARM_UP, OWN, ()),
        (Kind.WARM_UP, FAST, ()),
    ],
)
def test_others_are_not(kind, target, caps):
    """Work, recoveries, strides, free runs, and steps that are run by a number of their own."""
    assert capped(kind, target, caps) == []


def test_a_cap_its_author_wrote_stands_alone():
    """150 as written is not lowered to 145."""
    assert capped(Kind.OPEN, EASY, (OWN,)) == [150.0]


def test_without_a_cap_the_timeline_is_the_same():
    """An unchanged timeline is not copied."""
    step = Step(
        "0", "Main", "Main", Kind.WORK, "Step", EndConditions((TimeEnd(Seconds(60.0)),)), FAST, move=Move.JOG
    )
    timeline = Timeline("t", (step,))
    assert with_easy_cap(timeline, None) is timeline
    assert with_easy_cap(timeline, 145.0) is timeline
