"""A race result is read as runners tell it."""

import pytest

from coach.spelling import Misspelt, read_coming_race, read_dated_race, read_day, read_race, read_spoken_pace

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
        ("22:30 for 5k", "5 km", "22:30"),
        ("5k: 22:30", "5 km", "22:30"),
        ("5k:22:30", "5 km", "22:30"),
        ("5k/22:30", "5 km", "22:30"),
        ("5k22:30", "5 km", "22:30"),
        ("5k - 22:30", "5 km", "22:30"),
        ("5k 22,30", "5 km", "22:30"),
        ("I ran a 5k PB of 22:30!", "5 km", "22:30"),
        ("22 min 30 sec for 5k", "5 km", "22:30"),
        ("22m 30s 5k", "5 km", "22:30"),
        ("5,000 m 22:30", "5000 m", "22:30"),
        ("1500 in 4:30", "1500 m", "4:30"),
        ("ten miles 1:12:40", "10 miles", "1:12:40"),
        ("mile 5:30.25", "1 mile", "5:30.2"),
        ("1h35 half", HALF, "1:35:00"),
        ("half=1.35.00", HALF, "1:35:00"),
        ("half marathon in 1 hour 35", HALF, "1:35:00"),
        ("half 95 min", HALF, "1:35:00"),
        ("42,195 km 3:10:00", MARATHON, "3:10:00"),
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
        ("5k 22.5", "5 km", "22:30", "22.5 for 5 km was read as 22:30."),
        ("800 2", "800 m", "2:00", "2 for 800 m was read as 2:00."),
        ("800 m 130", "800 m", "2:10", "130 for 800 m was read as 2:10."),
        ("400 in 62", "400 m", "1:02", "62 for 400 m was read as 1:02."),
        ("400m 58.5", "400 m", "0:58.5", "58.5 for 400 m was read as 0:58.5."),
        ("100m 12", "100 m", "0:12", "12 for 100 m was read as 0:12."),
    ],
)
def test_what_is_guessed_is_said(text, distance, time, guess):
    """A time nobody can have run is hours and minutes; a bare number is minutes, of a sprint seconds."""
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


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("5k 22:75", "time"),
        ("5k", "time"),
        ("10 miles", "time"),
        ("22:30", "distance"),
        ("swim 22:30", "distance"),
    ],
)
def test_what_is_missing_of_a_result_is_named(text, what):
    """Half a result says which half is not clear."""
    with pytest.raises(Misspelt, match=f"the {what} is not clear"):
        read_race(text)


TODAY = "2026-11-29"  # a Sunday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("", "2026-11-29"),
        ("today", "2026-11-29"),
        ("yesterday", "2026-11-28"),
        ("10 May", "2026-05-10"),
        ("May 10", "2026-05-10"),
        ("on the 10th of May, 2025", "2025-05-10"),
        ("30 Nov", "2025-11-30"),
        ("29 Feb", "2024-02-29"),
        ("10.5.", "2026-05-10"),
        ("10.05.2026", "2026-05-10"),
        ("31/5", "2026-05-31"),
        ("5/31", "2026-05-31"),
        ("2026-05-10", "2026-05-10"),
        ("3 weeks ago", "2026-11-08"),
        ("two months ago", "2026-09-29"),
        ("a few weeks ago", "2026-11-08"),
        ("half a year ago", "2026-05-31"),
        ("last week", "2026-11-22"),
        ("last weekend", "2026-11-22"),
        ("last Saturday", "2026-11-28"),
        ("sunday", "2026-11-22"),
        ("in May", "2026-05-15"),
        ("December", "2025-12-15"),
        ("November", "2026-11-15"),
        ("April 2025", "2025-04-15"),
        ("2025", "2025-07-01"),
        ("last year", "2025-11-29"),
    ],
)
def test_a_day_is_read_as_it_is_told(text, day):
    """What has no year is the last there was."""
    assert read_day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("10/5", "may be 10 May or 5 October"),
        ("tomorrow", "still to come"),
        ("next week", "still to come"),
        ("2027-01-01", "still to come"),
        ("2026-13-10", "not a date"),
        ("31 June", "not a date"),
        ("before the flood", "not a date"),
        ("1 January 1890", "over 90 years ago"),
    ],
)
def test_a_day_that_is_none_is_told_as_typed(text, reason):
    """The message repeats what was typed, with the ways a day is written."""
    with pytest.raises(Misspelt, match=reason) as problem:
        read_day(text, TODAY)
    assert f'"{text}"' in problem.value.reason
    assert problem.value.fix


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("5k=22:30", ""),
        ("5k @ 22:30", ""),
        ("5k=22:30@2026-05-31", "2026-05-31"),
        ("5k=22:30@10 May", "2026-05-10"),
        ("5k 22:30 on 10 May", "2026-05-10"),
        ("5k 22:30 (10 May)", "2026-05-10"),
        ("5k 22:30, 3 weeks ago", "2026-11-08"),
        ("5k 22:30 two months ago", "2026-09-29"),
        ("22:30 5k yesterday", "2026-11-28"),
        ("parkrun 22:30 in May", "2026-05-15"),
        ("5k 22:30 2026-10-10", "2026-10-10"),
    ],
)
def test_a_result_may_have_its_day_behind_it(text, day):
    """In the form of a command, or as it is told."""
    assert read_dated_race(text, TODAY) == (("5 km", "22:30", ""), day)


@pytest.mark.parametrize(
    ("text", "pace"),
    [
        ("4:10", "4:10/km"),
        ("4.10/km", "4:10/km"),
        ("4:10 min/km", "4:10/km"),
        ("4:10 per kilometre", "4:10/km"),
        ("threshold 4:10", "4:10/km"),
        ("4'10\"/km", "4:10/km"),
        ("6:42 a mile", "6:42/mile"),
        ("6:42/mi", "6:42/mile"),
    ],
)
def test_a_pace_is_read_as_it_is_said(text, pace):
    """Without a unit it is per the runner's own."""
    assert read_spoken_pace(text) == pace
    assert read_spoken_pace("6:42", "mile") == "6:42/mile"


@pytest.mark.parametrize("text", ["", "10", "4:70", "fast", "0:30/km", "4:10/h"])
def test_a_pace_that_is_none_is_told_as_typed(text):
    """Also one that nobody runs."""
    with pytest.raises(Misspelt) as problem:
        read_spoken_pace(text)
    assert f'"{text}"' in problem.value.reason


@pytest.mark.parametrize(
    ("text", "distance", "day"),
    [
        ("10k 16 May", "10 km", "2027-05-16"),
        ("10k 16 December", "10 km", "2026-12-16"),
        ("half 3 Oct 2027", HALF, "2027-10-03"),
        ("5k on the 12th of June", "5 km", "2027-06-12"),
        ("16 May 2027, 10 km", "10 km", "2027-05-16"),
        ("10k 2027-05-16", "10 km", "2027-05-16"),
        ("10k May 16", "10 km", "2027-05-16"),
        ("marathon 29 Feb", MARATHON, "2028-02-29"),
        ("mile saturday", "1 mile", "2026-12-05"),
        ("mile monday", "1 mile", "2026-12-07"),
        ("parkrun tomorrow", "5 km", "2026-12-01"),
        ("5k today", "5 km", "2026-11-30"),
        ("half in 12 weeks", HALF, "2027-02-22"),
        ("half in a week", HALF, "2026-12-07"),
        ("10k 3.10.", "10 km", "2027-10-03"),
        ("10k 16.5.2027", "10 km", "2027-05-16"),
    ],
)
def test_a_race_to_come_is_read_in_either_order(text, distance, day):
    """A day without its year is the next there is."""
    assert read_coming_race(text, "2026-11-30") == (distance, day)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("10k", "has no day yet"),
        ("10k 30 Feb", "has no day yet"),
        ("10k some day", "has no day yet"),
        ("10k in zero weeks", "has no day yet"),
        ("16 May", "begins with a distance"),
        ("", "begins with a distance"),
        ("tempo 16 May", "begins with a distance"),
        ("10k 29 Nov 2026", "is over: Sun 29 Nov 2026"),
        ("10k 3/4", "3 April or 4 March"),
    ],
)
def test_what_is_no_race_to_come_says_why(text, reason):
    """No distance, no day, or a day that is over or may be two."""
    with pytest.raises(Misspelt, match=reason):
        read_coming_race(text, "2026-11-30")
