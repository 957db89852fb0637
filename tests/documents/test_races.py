"""A race result is read as runners tell it."""

import pytest

from coach.documents.faults import Misspelt
from coach.documents.races import read_race

HALF, MARATHON = "21.0975 km", "42.195 km"


@pytest.mark.parametrize(
    ("text", "distance", "time"),
    [
        ("5k=22:30", "5 km", "22:30"),
        ("5 km=20:15", "5 km", "20:15"),
        ("5K = 22:30", "5 km", "22:30"),
        ("5k in 22.30", "5 km", "22:30"),
        ("22:30 5k", "5 km", "22:30"),
        ("parkrun 22:30", "5 km", "22:30"),
        ("22'30\" parkrun", "5 km", "22:30"),
        ("10 km, 45:00", "10 km", "45:00"),
        ("10k in 45 min", "10 km", "45:00"),
        ("3k=10:05.5", "3 km", "10:05.5"),
        ("1500m 4:30", "1500 m", "4:30"),
        ("800 m=2:05", "800 m", "2:05"),
        ("mile=5:30", "1 mile", "5:30"),
        ("10 miles=1:12:40", "10 miles", "1:12:40"),
        ("10mi=72:40", "10 miles", "1:12:40"),
        ("half=1:35:00", HALF, "1:35:00"),
        ("half marathon 1h35", HALF, "1:35:00"),
        ("HM 1h 35m 20s", HALF, "1:35:20"),
        ("a marathon in 2:59:59", MARATHON, "2:59:59"),
        ("5,5 km 25:00", "5.5 km", "25:00"),
    ],
)
def test_a_result_is_read_in_either_order(text, distance, time):
    """Nothing is guessed where the words are plain."""
    assert read_race(text) == (distance, time, "")


@pytest.mark.parametrize(
    ("text", "distance", "time", "guess"),
    [
        ("half=1:35", HALF, "1:35:00", "1:35 for 21.0975 km was read as 1:35:00."),
        ("marathon 3:20", MARATHON, "3:20:00", "3:20 for 42.195 km was read as 3:20:00."),
        ("10 mi in 1:05", "10 miles", "1:05:00", "1:05 for 10 miles was read as 1:05:00."),
        ("10k 45", "10 km", "45:00", "45 for 10 km was read as 45:00."),
    ],
)
def test_what_is_guessed_is_said(text, distance, time, guess):
    """A time nobody can have run is hours and minutes; a bare number is minutes."""
    assert read_race(text) == (distance, time, guess)


@pytest.mark.parametrize(
    "text", ["", "5k", "22:30", "5k=", "=22:30", "5k=0:00", "5k=99:99", "5x=22:30", "17"]
)
def test_what_is_no_result_is_refused_with_an_example(text):
    """The message repeats what was typed."""
    with pytest.raises(Misspelt) as problem:
        read_race(text)
    assert f'"{text}"' in problem.value.reason
    assert "5k=22:30" in problem.value.fix
