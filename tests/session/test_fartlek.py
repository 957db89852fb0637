"""In a fartlek a mark turns from hard to easy and back; both are totalled."""

import pytest

from coach.quantities import Metres, Seconds
from coach.session.events import Split
from coach.session.phases import Button, Phase
from coach.workout.kinds import Kind
from coach.workout.timeline import DistanceEnd, End, OpenEnd, TimeEnd
from tests.session.builders import Track, rest, step, work

ENDS = (OpenEnd(), TimeEnd(Seconds(300.0)), DistanceEnd(Metres(1200.0)))


def fartlek(end: End) -> Track:
    """A fartlek that ends so, and a rest after it."""
    return Track(step("fartlek", Kind.FARTLEK, end), rest(60.0))


@pytest.mark.parametrize("end", ENDS, ids=lambda end: type(end).__name__)
def test_marks_turn_it_however_it_ends(end: End) -> None:
    """It begins hard; marks at any place turn it, and at its end both totals are known."""
    track = fartlek(end)
    for since, at, is_easy in ((0.0, 60.0, True), (61.0, 100.0, False), (101.0, 180.0, True)):
        track.run_at(4.0, since, at)
        track.mark(at)
        assert track.session.is_easy_stretch is is_easy
    track.run_at(4.0, 181.0, 301.0)
    track.press(Button.NEXT, 301.0)
    ended = track.ended("fartlek")
    assert ended.hard_s == pytest.approx(60.0 + 80.0)
    assert ended.hard_s + ended.easy_s == pytest.approx(ended.time_s)
    assert {event.role.value for event in track.all(Split)} == {"split"}


def test_a_pause_belongs_to_neither() -> None:
    """A pause counts neither as hard nor as easy."""
    track = fartlek(OpenEnd())
    track.mark(50.0)
    track.press(Button.PAUSE, 60.0)
    track.press(Button.RESUME, 160.0)
    track.press(Button.NEXT, 200.0)
    ended = track.ended("fartlek")
    assert (ended.hard_s, ended.easy_s) == (50.0, 50.0)


def test_an_undone_mark_never_turned_it() -> None:
    """Undo takes a turn back."""
    track = fartlek(OpenEnd())
    track.mark(50.0)
    track.press(Button.UNDO, 55.0)
    assert track.session.is_easy_stretch is False
    track.press(Button.NEXT, 80.0)
    ended = track.ended("fartlek")
    assert (ended.hard_s, ended.easy_s) == (80.0, 0.0)


def test_other_steps_have_no_totals() -> None:
    """Only a fartlek has hard and easy stretches."""
    track = Track(work(400.0), rest(60.0))
    assert track.session.is_easy_stretch is None
    track.run_at(4.0, 0.0, 102.0)
    assert track.ended("work").hard_s is None
    assert track.ended("work").easy_s is None


def test_extend_makes_it_longer_by_what_ends_it() -> None:
    """By 30 s, by 100 m, or not at all."""
    endless, timed, measured = (fartlek(end) for end in ENDS)
    timed.press(Button.EXTEND, 10.0)
    measured.press(Button.EXTEND, 10.0)
    assert timed.session.step.until.time() == 330.0
    assert measured.session.step.until.distance() == 1300.0
    endless.press(Button.EXTEND, 10.0)
    assert endless.session.timeline.revision == 0
    assert endless.is_in(Phase.WORK)
