"""Relief for a runner who slows: a longer rest, else slower paces, offered by the session and taken by `accept`."""

import pytest

from coach.quantities import Seconds
from coach.session.events import Asked, StepStarted, WorkoutChanged
from coach.session.phases import Button, Phase
from coach.signals.readings import Rejected
from coach.workout.timeline import Step
from tests.session.builders import BY_PRESS, Track, jog, rest, work


def reps(between: Step, *, count: int = 3, starts: object = None, mps: float | None = 4.0) -> Track:
    """Reps of 400 m at 4 m/s with a rest between them; the first was run at 3.9, and its rest has begun."""
    steps: list[Step] = []
    for rep in range(1, count + 1):
        steps.append(work(400.0, f"rep {rep}", rep=rep, of=count, set_id="s", mps=mps))
        if rep < count:
            steps.append(between)
    track = Track(*steps, work(400.0, "other set", set_id="t"), starts=starts)  # type: ignore[arg-type]
    track.run_at(3.9, 0.0, 105.0)
    return track


def offered(track: Track, at: float = 106.0) -> list[str]:
    """What was put on offer."""
    events = track.session.offer_relief(Seconds(at))
    assert all(isinstance(event, Asked) for event in events)
    return [event.offer for event in events]


def aims(track: Track) -> dict[str, float]:
    """The pace of every rep in m/s."""
    steps = track.session.timeline.steps
    return {event.step_id: event.target.band.aim for event in steps if event.target is not None}


def test_a_rest_by_time_is_made_longer() -> None:
    """Accept gives it 30 s more, and the next rep starts so much later."""
    track = reps(rest(60.0, set_id="s"))
    assert offered(track) == ["longer_rest"]
    assert track.session.offer == "longer_rest"
    track.press(Button.ACCEPT, 110.0)
    assert track.session.offer == ""
    assert [event.button for event in track.all(WorkoutChanged)] == [Button.ACCEPT]
    track.wait(300.0)
    assert track.started("rep 2").at == pytest.approx(400 / 3.9 + 90.0, abs=0.1)


def test_undo_takes_the_rest_back_and_leaves_the_offer() -> None:
    """The rest is 60 s again, and may be lengthened still."""
    track = reps(rest(60.0, set_id="s"))
    offered(track)
    track.press(Button.ACCEPT, 110.0)
    track.press(Button.UNDO, 112.0)
    assert track.session.offer == "longer_rest"
    track.wait(300.0)
    assert track.started("rep 2").at == pytest.approx(400 / 3.9 + 60.0, abs=0.1)


def test_a_rest_that_is_over_goes_on_for_thirty_seconds_from_the_press() -> None:
    """In overtime the 30 s count from the press."""
    track = reps(rest(60.0, set_id="s"), starts=BY_PRESS)
    offered(track)
    track.wait(170.0)
    assert track.is_in(Phase.OVERTIME)
    track.press(Button.ACCEPT, 175.0)
    assert track.is_in(Phase.RECOVERY)
    assert track.session.left_s(Seconds(175.0)) == pytest.approx(30.0)


def test_an_offer_goes_with_its_rest() -> None:
    """Once the next rep has started there is nothing to accept."""
    track = reps(rest(60.0, set_id="s"))
    offered(track)
    track.wait(200.0)
    assert [event.step.step_id for event in track.all(StepStarted)][-1] == "rep 2"
    assert track.session.offer == ""
    assert isinstance(track.press(Button.ACCEPT, 201.0)[-1], Rejected)


def test_after_a_jog_by_distance_the_paces_of_the_set_are_eased() -> None:
    """By as much as the last rep was slow; the rep of another set keeps its pace, and undo brings all back."""
    track = reps(jog(200.0, set_id="s"))
    before = aims(track)
    assert offered(track) == ["slower_target"]
    track.press(Button.ACCEPT, 110.0)
    after = aims(track)
    assert after["rep 2"] == after["rep 3"] == pytest.approx(3.9, abs=0.01)
    assert (after["rep 1"], after["other set"]) == (before["rep 1"], before["other set"])
    track.press(Button.UNDO, 111.0)
    assert aims(track) == before


def test_paces_are_eased_by_three_per_cent_at_most() -> None:
    """A runner who was 11 % slow is offered 3 %."""
    steps = [work(400.0, "rep 1", set_id="s"), jog(200.0), work(400.0, "rep 2", set_id="s")]
    track = Track(*steps)
    track.run_at(3.6, 0.0, 113.0)
    assert offered(track, 114.0) == ["slower_target"]
    track.press(Button.ACCEPT, 115.0)
    assert aims(track)["rep 2"] == pytest.approx(4.0 / 1.03)


def test_where_nothing_helps_nothing_is_offered() -> None:
    """Reps without a pace and a jog by distance; the last rep of a set; the middle of a rep; before the start."""
    assert offered(reps(jog(200.0), mps=None)) == []
    last = Track(work(400.0, "rep 1", set_id="s"), rest(60.0), work(400.0, "rep 2", set_id="t"))
    last.run_at(3.9, 0.0, 105.0)
    assert offered(last) == []
    middle = Track(work(400.0, set_id="s"), work(400.0, set_id="s"))
    assert offered(middle, 1.0) == []
    middle.run_at(3.9, 0.0, 60.0)
    assert offered(middle, 61.0) == []


def test_an_offer_that_stands_is_not_made_again() -> None:
    """A second offer of the same kind is not made while one stands."""
    track = reps(rest(60.0, set_id="s"))
    assert offered(track) == ["longer_rest"]
    assert offered(track, 108.0) == []
