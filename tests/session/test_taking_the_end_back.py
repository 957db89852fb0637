"""A run that ended by a slip goes on, minutes later: where it was closed, else before the end of its last step."""

import pytest

from coach.live.contract import Closed, RunEnded
from coach.quantities import Seconds
from coach.session.events import EndReason, ResumeChoice, RunResumed, StepEnded, Undone
from coach.session.phases import Button, Phase
from coach.signals.readings import SensorChanged, SensorState
from tests.session.builders import Track, rest, work, work_time

BACK = ResumeChoice.TAKE_BACK


def in_the_second_rep() -> Track:
    """A run 20 s into its second rep of 400 m."""
    track = Track(work(100.0, "rep 1"), rest(10.0), work(400.0, "rep 2"))
    track.run_at(4.0, 0.0, 55.0)
    assert track.session.step.step_id == "rep 2"
    return track


def close(track: Track, by: str) -> None:
    """End the run: by the dialogue, or as leaving its review does."""
    if by == "finish":
        track.press(Button.FINISH, track.now)
    else:
        track.feed(Closed(Seconds(track.now)))
    assert track.all(RunEnded)


@pytest.mark.parametrize("by", ["finish", "closed"])
def test_a_run_closed_in_a_rep_goes_on_in_it(by):
    """The rep runs on, the minutes between count nowhere, and it can still be completed."""
    track = in_the_second_rep()
    close(track, by)
    ended_at, before = track.now, track.all(StepEnded)[-1].time_s
    assert track.all(StepEnded)[-1].reason is EndReason.FINISHED
    track.resume(ended_at + 300.0, BACK)

    assert track.is_in(Phase.WORK)
    assert track.session.step.step_id == "rep 2"
    assert track.session.step_time(Seconds(track.now)) == pytest.approx(before, abs=0.01)
    assert RunResumed(Seconds(track.now), Seconds(ended_at), BACK, "") in track.all(RunResumed)
    assert track.all(Undone)[-1].button is Button.FINISH
    track.run_at(4.0, track.now, track.now + 120.0)
    assert track.all(StepEnded)[-1].step.step_id == "rep 2"
    track.feed(Closed(Seconds(track.now)))
    assert track.all(RunEnded)[-1].completed


@pytest.mark.parametrize("press", [None, Button.NEXT])
def test_a_run_that_had_come_to_its_end_goes_on_before_it(press):
    """A last rep that ended by itself stays open for a mark; one that was ended by a key runs on."""
    track = Track(work_time(60.0, "rep 1"))
    track.run_at(4.0, 0.0, 30.0)
    if press is None:
        track.wait(61.0)
    else:
        track.press(press, track.now)
    track.feed(Closed(Seconds(track.now)))
    track.resume(track.now + 400.0, BACK)

    assert track.is_in(Phase.WORK)
    assert track.session.step.step_id == "rep 1"
    track.press(Button.NEXT, track.now)
    assert track.is_in(Phase.FINISHED)


def test_nothing_is_said_of_the_time_between():
    """Sensors that fell silent meanwhile are no news, and the end can be taken back more than once."""
    track = in_the_second_rep()
    for _ in range(2):
        track.feed(Closed(Seconds(track.now)))
        at = track.now
        events = track.resume(at + 200.0, BACK)
        assert not [event for event in events if type(event).__name__ == "Cue"]
        assert track.is_in(Phase.WORK)


def test_a_run_that_has_ended_takes_nothing_else():
    """Going on as after a crash is for a run that was cut off, and a press comes too late."""
    track = in_the_second_rep()
    track.feed(Closed(Seconds(track.now)))
    assert track.resume(track.now + 9.0, ResumeChoice.CONTINUE) == []
    assert track.press(Button.MARK, track.now) == []


def test_times_never_run_back():
    """What the sensors did in the time between stands before the run goes on."""
    track = in_the_second_rep()
    track.feed(Closed(Seconds(track.now)))
    track.resume(track.now + 200.0, BACK)
    times = [event.at for event in track.events]
    assert times == sorted(times)
    assert any(isinstance(event, SensorChanged) and event.state is SensorState.GONE for event in track.events)
