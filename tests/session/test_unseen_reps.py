"""A rep of which nothing was measured has no distance, pace or place against the light."""

import pytest

from coach.quantities import Metres, Seconds
from coach.session.events import StepEnded
from coach.signals.readings import Source
from coach.workout.timeline import Step
from tests.session.builders import Track, pace, rest, work, work_time


def lost_before(*, until: float, rep: Step | None = None) -> Track:
    """A pod that falls silent in the rest before a second rep of 100 m, which takes from 35 to 60 s."""
    second = rep or work(100.0, "rep 2")
    track = Track(work(100.0, "rep 1"), rest(10.0), second, rest(90.0, "rest 2"))
    track.run_at(4.0, 0.0, until)
    return track


@pytest.mark.parametrize("rep", [work(100.0, "rep 2"), work_time(20.0, "rep 2", target=pace(4.0))])
def test_a_rep_without_a_sample_has_no_pace_no_metres_and_no_place_against_the_light(rep):
    """The bridge ends the rep, and is no measurement of it."""
    track = lost_before(until=34.0, rep=rep)
    track.wait(70.0)
    ended = track.all(StepEnded)[-1]

    assert (ended.step.step_id, ended.estimated) == ("rep 2", True)
    assert (ended.distance, ended.mean_speed, ended.light_s, ended.distance_source) == (
        None,
        None,
        None,
        None,
    )
    assert ended.time_s > 0


def test_a_rep_with_samples_is_bridged_to_its_end():
    """Most of it was measured; the last metres are estimated, as before."""
    track = lost_before(until=56.0)
    track.wait(70.0)
    ended = track.all(StepEnded)[-1]

    assert (ended.step.step_id, ended.distance, ended.estimated) == ("rep 2", 100.0, True)
    assert ended.mean_speed == pytest.approx(4.0, abs=0.1)


def test_a_mark_at_its_line_gives_the_rep_back():
    """The runner presses 2 s after the estimated end: now the time over the distance is known."""
    track = lost_before(until=34.0)
    track.wait(61.0)
    track.mark(62.0)
    result = next(one for one in track.session.results if one.step.step_id == "rep 2")

    assert (result.time_s, result.distance, result.distance_source) == (27.0, Metres(100.0), Source.MARKS)
    assert result.light_s == pytest.approx(Seconds(2.0))
