"""The curves of Daniels and Gilbert against published tables and computed vectors."""

import pytest

from coach.physiology import performance
from coach.quantities import METRES_PER_MILE, format_pace, parse_clock, speed_from_pace

HALF, MARATHON = performance.RACES["half"], performance.RACES["marathon"]

RACES = [
    (5000, "20:00", 49.806),
    (5000, "19:57", 49.952),
    (5000, "17:03", 59.985),
    (5000, "30:40", 30.017),
    (10_000, "41:21", 49.967),
    (10_000, "50:00", 40.012),
    (METRES_PER_MILE, "5:50", 49.968),
    (HALF, "1:31:35", 49.960),
    (MARATHON, "3:10:49", 49.952),
    (MARATHON, "3:00:00", 53.528),
    (MARATHON, "4:49:17", 30.069),
]

TABLE_METRES = (1500, METRES_PER_MILE, 3000, 2 * METRES_PER_MILE, 5000, 10_000, 15_000, HALF, MARATHON)
TABLE = {
    30: "8:30 9:11 17:56 19:19 30:40 63:46 98:14 2:21:04 4:49:17",
    35: "7:25 8:01 15:45 16:58 27:00 56:03 86:22 2:04:13 4:16:03",
    40: "6:35 7:07 14:03 15:08 24:08 50:03 77:06 1:50:59 3:49:45",
    45: "5:56 6:25 12:40 13:40 21:50 45:16 69:40 1:40:20 3:28:26",
    50: "5:24 5:50 11:33 12:28 19:57 41:21 63:36 1:31:35 3:10:49",
    55: "4:57 5:21 10:37 11:28 18:22 38:06 58:33 1:24:18 2:56:01",
    60: "4:35 4:57 9:50 10:37 17:03 35:22 54:18 1:18:09 2:43:25",
    65: "4:16 4:37 9:09 9:53 15:54 33:01 50:40 1:12:53 2:32:35",
    70: "4:00 4:19 8:34 9:16 14:55 31:00 47:32 1:08:21 2:23:10",
    75: "3:46 4:04 8:04 8:43 14:03 29:14 44:48 1:04:23 2:14:55",
    80: "3:34.2 3:51.2 7:37.5 8:14.2 13:17.8 27:41 42:25 1:00:54 2:07:38",
    85: "3:23.5 3:39.6 7:14.0 7:48.8 12:37.4 26:19 40:17 57:50 2:01:10",
}
TRAINING = {
    30: ("7:27", "8:14", "6:24"),
    35: ("6:36", "7:21", "5:40"),
    40: ("5:56", "6:38", "5:06"),
    45: ("5:23", "6:03", "4:38"),
    50: ("4:56", "5:34", "4:15"),
    55: ("4:34", "5:10", "3:56"),
    60: ("4:15", "4:49", "3:40"),
    65: ("3:59", "4:31", "3:26"),
    70: ("3:44", "4:15", "3:14"),
}
INTERVALS = {40: "4:42", 45: "4:16", 50: "3:55", 55: "3:37", 60: "3:23", 65: "3:10", 70: "2:59"}
REPETITIONS = {35: 117, 40: 104, 45: 94, 50: 87, 55: 81, 60: 75, 65: 70, 70: 65}
MARATHON_PACES = {45: "4:57", 50: "4:31", 55: "4:10", 60: "3:52", 65: "3:37", 70: "3:24"}


def test_the_two_curves_match_their_vectors():
    """Oxygen cost at 300 m/min and the share held for 20 minutes are the computed vectors."""
    assert performance.oxygen_cost(5.0) == pytest.approx(59.4374, abs=1e-4)
    assert performance.sustainable_fraction(1200) == pytest.approx(0.952983, abs=1e-6)


@pytest.mark.parametrize(("metres", "clock", "expected"), RACES)
def test_vdot_of_a_race_matches_its_vector(metres, clock, expected):
    """VDOT of a race result agrees with the computed vector to 0.001."""
    assert performance.vdot_of_race(metres, parse_clock(clock)) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("level", TABLE)
def test_race_times_match_the_printed_table(level):
    """Every race time of the printed table is met to a quarter of a per cent."""
    for metres, clock in zip(TABLE_METRES, TABLE[level].split(), strict=True):
        assert performance.race_time(level, metres) == pytest.approx(parse_clock(clock), rel=0.0025), metres


@pytest.mark.parametrize("level", TRAINING)
def test_training_paces_match_the_printed_table(level):
    """Threshold pace is met to 1 s/km and both ends of the easy range to 3 s/km, in whole seconds."""
    quick, slow, threshold = (parse_clock(text) for text in TRAINING[level])
    slowest, fastest = performance.easy_speeds(level)
    assert abs(round(1000 / performance.threshold_speed(level)) - threshold) <= 1
    assert abs(round(1000 / fastest) - quick) <= 3
    assert abs(round(1000 / slowest) - slow) <= 3


@pytest.mark.parametrize(("level", "clock"), MARATHON_PACES.items())
def test_marathon_pace_matches_the_printed_table(level, clock):
    """Marathon pace is met to 1 s/km from VDOT 45 to 70."""
    assert 1000 / performance.race_speed(level, "marathon") == pytest.approx(parse_clock(clock), abs=1.0)


@pytest.mark.parametrize(("level", "clock"), INTERVALS.items())
def test_interval_pace_matches_the_printed_table(level, clock):
    """Interval pace is met to 1 s/km, in whole seconds."""
    assert abs(round(1000 / performance.interval_speed(level)) - parse_clock(clock)) <= 1


@pytest.mark.parametrize(("level", "seconds"), REPETITIONS.items())
def test_repetition_pace_matches_the_printed_table(level, seconds):
    """400 m at repetition pace are met to 1.3 s from VDOT 35 to 70."""
    assert 400 / performance.repetition_speed(level) == pytest.approx(seconds, abs=1.3)


def test_a_threshold_pace_gives_back_its_own_vdot():
    """VDOT of a threshold speed is the VDOT whose threshold that is."""
    assert performance.vdot_of_threshold(performance.threshold_speed(50)) == pytest.approx(50)
    assert (
        format_pace(performance.threshold_speed(performance.vdot_of_threshold(speed_from_pace(250))))
        == "4:10/km"
    )


def test_speed_at_cost_turns_oxygen_cost_around():
    """The inverse of the cost curve gives the speed back."""
    assert performance.speed_at_cost(performance.oxygen_cost(4.2)) == pytest.approx(4.2)


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: performance.vdot_of_race(800, 300), "under 1200 m"),
        (lambda: performance.vdot_of_race(1500, 170), "under 1200 m or 3 minutes"),
        (lambda: performance.vdot_of_race(42_195, 5.5 * 3600), "over 5 hours"),
        (lambda: performance.vdot_of_race(10_000, 1000), "outside 15 to 95"),
        (lambda: performance.race_time(50, 800), "from 1200 m"),
        (lambda: performance.race_time(10, 5000), "outside 15 to 95"),
        (lambda: performance.easy_speeds(200), "outside 15 to 95"),
        (lambda: performance.vdot_of_threshold(1.0), "outside 15 to 95"),
    ],
)
def test_what_the_formula_was_not_made_for_is_refused(ask, reason):
    """Outside its range the formula refuses and says why."""
    with pytest.raises(ValueError, match=reason):
        ask()
