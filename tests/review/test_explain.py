"""A moment of a recording shows what was known then, and nothing of what came later."""

from coach.live.inputs import Closed, Input, Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import MetresPerSecond, Seconds
from coach.review.explain import moment_of
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
    """What came at exactly that time was known."""
    found = moment(21.0)
    assert found.snapshot.speed is not None
    assert found.snapshot.speed.value == 4.0


def test_deadlines_up_to_the_moment_are_settled():
    """A pod silent since 30 s is told as stale before 34 s, and as gone after 39 s."""
    assert any(getattr(one.output, "state", None) == "stale" for one in moment(34.0).before)
    assert moment(39.0).snapshot.speed is None


def test_what_follows_stands_apart():
    """What was said later is in `after`, and only for a quarter of a minute."""
    found = moment(20.0)
    assert all(one.output.at <= 20.0 for one in found.before)
    assert all(20.0 <= one.output.at <= 35.0 for one in found.after)
    assert any(getattr(one.output, "state", None) == "stale" for one in found.after)


def test_the_end_of_the_recording_is_a_moment_too():
    """At the last input the run has ended and says so."""
    found = moment(40.0)
    assert type(found.before[-1].output).__name__ == "RunEnded"
    assert found.after == ()
