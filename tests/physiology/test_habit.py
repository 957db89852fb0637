"""One line through the cadences of several runs."""

import pytest

from coach.athlete import CadenceLesson, Lesson
from coach.physiology.performance import cadence_line


def run(name, speed, cadence, *, stretches=20, spread=0.04, slope=8.0, scatter=4.0):
    """A run whose cadences lie about a line of a slope, scattered by a variance."""
    about = CadenceLesson(
        stretches=stretches,
        speed_mps=speed,
        cadence_spm=cadence,
        speed_variance=spread,
        cadence_variance=slope * slope * spread + scatter,
        covariance=slope * spread,
    )
    return Lesson(run=name, day="2026-05-31", cadence=about)


def test_three_runs_on_one_line_give_that_line():
    """The slope, the point in the middle, and the scatter about it."""
    line = cadence_line([run("a", 3.0, 170.0), run("b", 3.5, 174.0), run("c", 4.0, 178.0)])
    assert line is not None
    assert line.slope == pytest.approx(8.0)
    assert line.at(3.5) == pytest.approx(174.0)
    assert line.sd_spm == pytest.approx(2.0)


def test_two_runs_are_no_habit():
    """However long they were."""
    assert cadence_line([run("a", 3.0, 170.0, stretches=500), run("b", 4.0, 178.0, stretches=500)]) is None


def test_three_short_runs_are_no_habit():
    """Ten minutes of even running are wanted in all."""
    assert cadence_line([run(name, 3.0, 170.0, stretches=9) for name in "abc"]) is None


def test_a_longer_run_counts_for_more():
    """The mean lies nearer to where more was run."""
    line = cadence_line([run("a", 3.0, 170.0, stretches=80), run("b", 3.0, 170.0), run("c", 4.0, 178.0)])
    assert line is not None
    assert line.speed_mps == pytest.approx(3.1667, abs=0.001)


def test_at_one_speed_no_slope_is_made_up():
    """With all speeds alike the line is level, and ends nearby."""
    line = cadence_line([run(name, 3.0, 170.0, spread=0.0001) for name in "abc"])
    assert line is not None
    assert line.slope == 0.0
    assert line.at(3.2) == 170.0
    assert line.at(3.5) is None


def test_what_taught_nothing_of_cadence_is_passed_over():
    """A lesson about a pod is no run for the habit."""
    assert cadence_line([Lesson(run="x", day="2026-05-31")] * 5) is None
