"""Speeds and times as they are written on a command line."""

from math import inf

import click
import pytest

from coach.cli.shared import ClockType, SpeedType


@pytest.mark.parametrize(
    ("text", "speed"), [("1", 1.0), ("0.5", 0.5), ("60x", 60.0), (" MAX ", inf), (2.0, 2.0)]
)
def test_a_speed_is_a_factor_or_max(text, speed):
    """A number above 0, with or without an x, and `max` where it makes sense."""
    assert SpeedType(has_max=True).convert(text, None, None) == speed


@pytest.mark.parametrize("text", ["", "x", "0", "-3", "nan", "inf", "5000", "max"])
def test_anything_else_is_refused(text):
    """An invalid speed is a usage error that shows valid ones."""
    with pytest.raises(click.UsageError, match="is not a speed"):
        SpeedType(has_max=False).convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("754.2", 754.2),
        ("12:34", 754.0),
        ("1:02:03", 3723.0),
        ("90s", 90.0),
        ("90 sec", 90.0),
        ("12min", 720.0),
        ("1h30m", 5400.0),
        ("1h 5min 10s", 3910.0),
        ("2'", 120.0),
        ("0", 0.0),
        (8.0, 8.0),
    ],
)
def test_a_time_is_typed_with_or_without_its_unit(text, seconds):
    """A clock, seconds, minutes and hours, each as people write them."""
    assert ClockType().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-3", "nan", "inf", "1e400", "1:99", "5 km", "s"])
def test_what_is_no_time_is_refused(text):
    """An invalid time is a usage error that shows valid ones."""
    with pytest.raises(
        click.UsageError, match="is not a time: write it as 12:34, 1:02:03, 90s or in seconds"
    ):
        ClockType().convert(text, None, None)


@pytest.mark.parametrize("text", ["0.05", "11min"])
def test_a_time_lies_in_its_range(text):
    """Too short and too long are told with the range."""
    with pytest.raises(click.UsageError, match=r"out of range: from 0\.1 to 600 seconds"):
        ClockType(0.1, 600).convert(text, None, None)
