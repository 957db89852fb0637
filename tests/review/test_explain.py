"""A moment of a recording shows what was known then and nothing of what came later, and its evidence in words."""

import pytest

from coach.cues.cue import Why
from coach.live.contract import Closed, Input, Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import MetresPerSecond, Seconds
from coach.review.trace import band, evidence, moment_of
from coach.signals.readings import Reported, Source
from coach.workout.timeline import free_run

SETUP = RunSetup(run="01", timeline=free_run())
INPUTS: list[Input] = [
    Opened(Seconds(0.0)),
    *(
        Reported(Seconds(float(at)), Source.POD, speed=MetresPerSecond(3.0 if at <= 20 else 4.0))
        for at in range(1, 31)
    ),
    Closed(Seconds(40.0)),
]


def moment(at):
    """The story of a moment."""
    return moment_of(LiveRun(SETUP), INPUTS, Seconds(at))


def test_what_was_known_is_of_that_moment():
    """At 20.5 s the speed is that of 20 s, half a second old; what came at 21 s is not known."""
    found = moment(20.5)
    assert found.snapshot.speed is not None
    assert (found.snapshot.speed.value, found.snapshot.speed.age_s) == (3.0, 0.5)
    assert found.run_s == 20.5


def test_an_input_at_the_moment_itself_counts():
    """An input at exactly that time is included."""
    found = moment(21.0)
    assert found.snapshot.speed is not None
    assert found.snapshot.speed.value == 4.0


def test_deadlines_up_to_the_moment_are_settled():
    """A pod silent since 30 s is stale before 34 s, and gone after 39 s."""
    assert any(getattr(one.output, "state", None) == "stale" for one in moment(34.0).before)
    assert moment(39.0).snapshot.speed is None


def test_what_follows_stands_apart():
    """Later outputs are in `after`, for a quarter of a minute only."""
    found = moment(20.0)
    assert all(one.output.at <= 20.0 for one in found.before)
    assert all(20.0 <= one.output.at <= 35.0 for one in found.after)
    assert any(getattr(one.output, "state", None) == "stale" for one in found.after)


def test_the_end_of_the_recording_is_a_moment_too():
    """At the last input the run has ended and says so."""
    found = moment(40.0)
    assert type(found.before[-1].output).__name__ == "RunEnded"
    assert found.after == ()


def test_everything_that_is_known_is_named():
    """Rule, value, band, window, age and noise each have a row."""
    why = Why("pace_alarm", 3.5, "speed_mps", 3.8, 4.0, Seconds(12.0), Seconds(0.4), 0.021)
    assert evidence(why) == [
        ("rule", "pace_alarm"),
        ("value", "4:46/km (3.50 m/s)"),
        ("band", "4:23/km (3.80 m/s) to 4:10/km (4.00 m/s)"),
        ("over", "12.0 s"),
        ("sample age", "0.4 s"),
        ("noise", "2.1 %"),
    ]


def test_what_does_not_apply_is_left_out():
    """A cue that is no verdict has its rule and nothing else."""
    assert evidence(Why("countdown")) == [("rule", "countdown")]


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(None, 165.0, "up to 165.0 bpm"), (120.0, None, "from 120.0 bpm"), (None, None, "")],
)
def test_an_open_side_is_not_made_up(low, high, words):
    """A band with one side names that one."""
    assert band(Why("cap", 171.0, "heart_rate_bpm", low, high)) == words
