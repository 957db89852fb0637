"""Slopes, heat and top speed against their vectors."""
# mypy: disable-error-code="comparison-overlap"
# Bare numbers read better here than quantities with their names.

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.physiology import surroundings
from coach.physiology.performance import used_share
from coach.physiology.surroundings import Course, factor
from coach.quantities import METRES_PER_MILE, MetresPerSecond, format_pace, speed_from_pace

COSTS = [
    (-0.20, 1.8000, "10:00"),
    (-0.10, 2.1517, "8:22"),
    (-0.05, 2.7459, "6:33"),
    (-0.02, 3.2289, "5:34"),
    (0, 3.6000, "5:00"),
    (0.01, 3.7996, "4:44"),
    (0.02, 4.0082, "4:29"),
    (0.05, 4.6852, "3:51"),
    (0.10, 5.9682, "3:01"),
    (0.20, 9.0067, "2:00"),
]


@pytest.mark.parametrize(("slope", "cost", "pace"), COSTS)
def test_slopes_cost_what_minetti_found(slope, cost, pace):
    """Cost, and the pace on the level that costs as much as 5:00/km on the slope, are the computed vectors."""
    assert surroundings.cost(slope) == pytest.approx(cost, abs=5e-5)
    assert format_pace(MetresPerSecond(speed_from_pace(300) * factor(slope)), with_unit=False) == pace


def test_the_cheapest_slope_and_the_steepest():
    """Running is cheapest at -18.14 %, and what is steeper than 45 % is taken as 45 %."""
    assert surroundings.cost(-0.1814) == pytest.approx(1.7813, abs=5e-5)
    assert surroundings.cost(0.45) == surroundings.cost(0.6) == pytest.approx(19.4260, abs=5e-5)
    assert surroundings.factor(0.45) == pytest.approx(5.3961, abs=5e-5)


def test_what_a_slope_gives_is_labelled():
    """Nobody can take a metabolic equivalent for a target without having read what it is."""
    assert "metabolic" in surroundings.LABEL


@given(st.floats(-0.45, 0.45))
def test_no_slope_is_free(slope):
    """Every slope costs something, and none uphill less than the level."""
    assert surroundings.cost(slope) > 1.78
    if slope >= 0:
        assert surroundings.cost(slope) >= surroundings.cost(0)


@pytest.mark.parametrize(
    ("celsius", "humidity", "dew", "total"),
    [(30, 0.5, 18.45, 151.2), (25, 0.8, 21.31, 147.4), (20, 0.4, 5.99, 110.8), (10, 0.6, 2.59, 86.7)],
)
def test_dew_points_and_sums(celsius, humidity, dew, total):
    """Dew points to 0.01 degrees, sums to 0.1 degrees Fahrenheit."""
    found = surroundings.dew_point(celsius, humidity)
    assert found == pytest.approx(dew, abs=5e-3)
    assert surroundings.heat_sum(celsius, found) == pytest.approx(total, abs=0.05)


def test_a_sum_of_145_is_3_to_4_5_per_cent():
    """The table's row is given whole for a run and halved for repeats of up to a mile."""
    whole, half = surroundings.adjustment(145), surroundings.adjustment(145, rep_metres=400)
    assert (whole.least, whole.most, whole.caution) == (3.0, 4.5, False)
    assert (half.least, half.most) == (1.5, 2.25)
    assert surroundings.adjustment(145, rep_metres=2000) == whole


def test_seven_minutes_a_mile_on_such_a_day():
    """7:00 a mile becomes 7:12.6 to 7:18.9."""
    paces = [METRES_PER_MILE / surroundings.slowed(METRES_PER_MILE / 420, percent) for percent in (3.0, 4.5)]
    assert paces == pytest.approx([432.6, 438.9])


@pytest.mark.parametrize(
    ("total", "least", "most"), [(90, 0, 0), (100, 0, 0), (105, 0, 0.5), (151, 4.5, 6), (175, 8, 10)]
)
def test_other_rows_of_the_table(total, least, most):
    """Cool air asks for nothing; each row ends at a whole ten."""
    found = surroundings.adjustment(total)
    assert (found.least, found.most, found.caution) == (least, most, False)


def test_over_180_hard_running_is_cautioned_against():
    """Beyond the table nothing is calculated for, only warned of."""
    assert surroundings.adjustment(181).caution


def test_speed_reserve():
    """6:00 a mile of a runner who can do 4:30 is 75 % of top speed."""
    race, top = METRES_PER_MILE / 360, METRES_PER_MILE / 270
    assert used_share(race, top) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: surroundings.cost(1.5), "slope of 1.5"),
        (lambda: surroundings.dew_point(80, 0.5), "temperature of 80"),
        (lambda: surroundings.dew_point(20, 50), "relative humidity of 50"),
        (lambda: surroundings.heat_sum(20, 25), "cannot lie above"),
        (lambda: surroundings.adjustment(400), "sum of temperature"),
        (lambda: surroundings.slowed(4, -3), "slowing of -3"),
        (lambda: used_share(5, 4), "not above the top speed"),
        (lambda: used_share(5, 20), "top speed of 20"),
    ],
)
def test_what_is_out_of_range_is_refused(ask, reason):
    """Outside its range a formula refuses and says why."""
    with pytest.raises(ValueError, match=reason):
        ask()


# --- a course


def test_a_course_has_its_climb_and_its_slope():
    """A kilometre up at 5 % costs 1.3 times the level one; before the start and after the end it is level."""
    course = Course.of([(0.0, 10.0), (1000.0, 60.0), (2000.0, 10.0)])
    climb, descent, cost = course.between(0.0, 900.0)
    assert (climb, descent) == (pytest.approx(45.0), 0.0)
    assert cost == pytest.approx(factor(0.05), rel=1e-6)
    assert course.between(1100.0, 2000.0)[:2] == (0.0, pytest.approx(45.0))
    assert (course.slope(-1.0), course.slope(2000.0), course.slope(1e9)) == (0.0, 0.0, 0.0)
    assert course.slope(500.0) == pytest.approx(0.05)


def test_jumps_of_a_height_are_smoothed():
    """One point that is 5 m too high is no wall."""
    course = Course.of([(25.0 * place, 105.0 if place == 20 else 100.0) for place in range(41)])
    assert max(abs(course.slope(place)) for place in range(1000)) < 0.03


def test_a_course_of_a_place_is_none():
    """It needs a length."""
    for points in ([], [(0.0, 1.0)], [(0.0, 1.0), (3.0, 1.0)]):
        with pytest.raises(ValueError, match="two points"):
            Course.of(points)


def test_a_course_is_as_long_as_it_is_said_to_be():
    """Its slopes change with it, its heights do not."""
    course = Course.of([(0.0, 0.0), (10_000.0, 100.0)]).scaled(20_000.0)
    assert course.length == 20_000.0
    assert course.slope(5000.0) == pytest.approx(0.005)
