"""The evidence of a cue in words: only what there is."""

import pytest

from coach.cues.cue import Why
from coach.quantities import Seconds
from coach.review.reasons import band, evidence


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
    """A cue that judges nobody has its rule and nothing else."""
    assert evidence(Why("countdown")) == [("rule", "countdown")]


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(None, 165.0, "up to 165.0 bpm"), (120.0, None, "from 120.0 bpm"), (None, None, "")],
)
def test_an_open_side_is_not_made_up(low, high, words):
    """A band with one side names that one."""
    assert band(Why("cap", 171.0, "heart_rate_bpm", low, high)) == words
