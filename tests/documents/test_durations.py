"""How long something lasts, as people type it."""

import pytest

from coach.quantities import read_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:30", 90),
        ("90s", 90),
        ("1.5 min", 90),
        ("1h 30min", 5400),
        ("1h30m", 5400),
        ("1h30", 5400),
        ("2'5\"", 125),
        ("7", 7),
    ],
)
def test_a_duration_is_read_as_people_type_it(text, seconds):
    """Clocks, and hours, minutes and seconds with their units; a bare number is seconds."""
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", ["", " ", "soon", "5 km", "s", "-3", "1:99"])
def test_what_is_no_duration_raises(text):
    """Nothing is guessed."""
    with pytest.raises(ValueError, match=r"time|clock|60"):
        read_duration(text)
