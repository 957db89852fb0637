"""Planned marks passed by distance are said with their time, once."""

import pytest

from coach.session.events import Split
from coach.session.phases import Button, SplitRole
from tests.session.builders import Track, work


def passed(track: Track) -> list[tuple[float | None, float | None]]:
    """The metres and times of the marks nobody pressed at."""
    splits = [event for event in track.events if isinstance(event, Split) and not event.pressed]
    return [(event.metres, event.time_s) for event in splits]


def test_marks_are_passed_every_200_m():
    """A rep of 700 m at 4 m/s is at 200, 400 and 600 m after 50, 100 and 150 s; its end is no split."""
    track = Track(work(700))
    track.run_at(4.0, 0.0, 200.0)

    assert [metres for metres, _ in passed(track)] == [200.0, 400.0, 600.0]
    assert [time for _, time in passed(track)] == pytest.approx([50.0, 100.0, 150.0], abs=0.3)


def test_a_light_is_told_at_a_mark():
    """At 200 m of a rep run at its pace the runner is level with the light."""
    track = Track(work(700))
    track.run_at(4.0, 0.0, 60.0)
    split = next(event for event in track.events if isinstance(event, Split))

    assert split.role is SplitRole.SPLIT
    assert split.light is not None
    assert split.light.behind_s == pytest.approx(0.0, abs=0.3)


def test_a_mark_pressed_first_is_not_told_again():
    """A press credited with 200 m a little early leaves nothing to say when the pod comes there."""
    track = Track(work(700))
    track.run_at(4.0, 0.0, 48.0)
    track.mark(48.0)
    track.run_at(4.0, 48.0, 80.0)

    assert passed(track) == []


def test_an_undo_does_not_say_a_mark_again():
    """A change of target taken back after 400 m does not bring the split of 400 m again."""
    track = Track(work(700))
    track.run_at(4.0, 0.0, 96.0)
    track.press(Button.SLOWER, 96.0)
    track.run_at(4.0, 96.0, 110.0)
    track.press(Button.UNDO, 110.5)
    track.run_at(4.0, 111.0, 120.0)

    assert [metres for metres, _ in passed(track)] == [200.0, 400.0]


def test_timed_by_hand_nothing_is_passed():
    """Where a coach marks the lines, the pod does not say them too."""
    track = Track(work(700), by_hand=True)
    track.run_at(4.0, 0.0, 120.0)

    assert passed(track) == []


def test_off_the_track_a_kilometre_is_a_mark():
    """On a road there are no lines: 2500 m have a split at each kilometre."""
    track = Track(work(2500), surface="road")
    track.run_at(4.0, 0.0, 600.0)

    assert [metres for metres, _ in passed(track)] == [1000.0, 2000.0]
