"""Runs with rules switched on: each fires when it is broken and says its name; by default none does."""

from dataclasses import replace
from typing import Any

import pytest

from coach.cues.cue import Cue, CueKind
from coach.workout.edits import OptIn, with_opt_in
from coach.workout.timeline import Step, Timeline
from tests.session.builders import Track, work, work_time


def gates_of(opt_in: OptIn, *steps: Step, red_s: int, mps: float = 3.0, then: float = 160.0) -> list[Any]:
    """What gates say to a runner who is red for so many seconds, then at another heart rate to 900 s."""
    track = Track(*with_opt_in(Timeline("w", steps), opt_in, threshold_bpm=170.0).steps)
    track.run_at(mps, 0.0, 5.0, heart_rate=150.0)
    track.run_at(mps, 5.0, 5.0 + red_s, heart_rate=175.0)
    track.run_at(mps, 5.0 + red_s, 900.0, heart_rate=then)
    return [cue for cue in track.all(Cue) if cue.kind is CueKind.GATE]


def test_red_minutes_fire_after_their_time_within_a_kilometre():
    """180 s above threshold in the first kilometre: it speaks once, then, and says by which rule.

    Each sample speaks for the second before it, so the sample at 5 s is the first red second.
    """
    said = gates_of(OptIn(red_minutes_per_km=3.0), work_time(1200.0), red_s=200)
    assert [(cue.at, cue.why.rule) for cue in said] == [(184.0, "gate: red minutes per km")]
    assert (said[0].why.value, said[0].why.high, said[0].why.window_s) == (175.0, 170.0, 180.0)


@pytest.mark.parametrize(("red_s", "mps"), [(179, 3.0), (300, 6.0)])
def test_red_minutes_are_silent_below_their_time_and_beyond_the_kilometre(red_s, mps):
    """179 s are no three minutes; nor are 300 s at 2:47/km, where no kilometre takes that long."""
    assert gates_of(OptIn(red_minutes_per_km=3.0), work_time(1200.0), red_s=red_s, mps=mps) == []


def test_reps_of_a_set_are_added_up_and_another_set_counts_anew():
    """Two reps of 170 s above threshold are more than three minutes in one set, and not in two."""
    one, two = work_time(170.0, "one", set_id="a"), work_time(170.0, "two", set_id="a")
    opt_in = OptIn(red_minutes_per_km=3.0)
    assert [cue.at for cue in gates_of(opt_in, one, two, red_s=400)] == [185.0]
    assert gates_of(opt_in, one, replace(two, set_id="b"), red_s=400) == []


def test_hrv_is_asked_at_the_start_of_the_first_step_only():
    """One question, with the rule it comes from and what to do instead."""
    said = gates_of(
        OptIn(hrv_within_percent=3.0, fallback_bpm=130.0), work_time(100.0), work_time(100.0, "two"), red_s=0
    )
    assert [cue.why.rule for cue in said] == ["gate: HRV within 3 % of the 30-day mean"]
    assert (
        said[0].text == "Is this morning's HRV within 3 % of your 30-day mean? If not, run at 130 bpm today."
    )


def test_nothing_fires_by_default():
    """A quarter of an hour above threshold breaks no rule nobody switched on."""
    assert gates_of(OptIn(), work_time(800.0), work(400.0), red_s=800, then=180.0) == []
