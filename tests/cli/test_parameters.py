"""How a speed is written on a command line."""

from math import inf

import click
import pytest

from coach.cli.parameters import SpeedType


@pytest.mark.parametrize(
    ("text", "speed"), [("1", 1.0), ("0.5", 0.5), ("60x", 60.0), (" MAX ", inf), (2.0, 2.0)]
)
def test_a_speed_is_a_factor_or_max(text, speed):
    """A number above 0, with or without an x, and `max` where it makes sense."""
    assert SpeedType(has_max=True).convert(text, None, None) == speed


@pytest.mark.parametrize("text", ["", "x", "0", "-3", "nan", "inf", "5000", "max"])
def test_anything_else_is_refused(text):
    """What is no speed is a usage error that says what one is."""
    with pytest.raises(click.UsageError, match="is no speed"):
        SpeedType(has_max=False).convert(text, None, None)
