"""Loads of sessions and weeks against computed vectors."""

import pytest

from coach.physiology import zones

WEEK = (300, 0, 420, 200, 0, 350, 630)
LAPS = (96, 97, 96, 98, 99, 97, 98, 95)


@pytest.mark.parametrize(
    ("minutes", "rates", "weights", "expected"),
    [
        (30, (130, 40, 200), "men", 31.8025),
        (60, (150, 50, 190), "men", 108.0954),
        (60, (150, 50, 190), "women", 121.4991),
    ],
)
def test_impulses_match_their_vectors(minutes, rates, weights, expected):
    """Banister's impulse, with the weights of men and of women."""
    found = zones.trimp(60 * minutes, *rates, weights=weights)
    assert found == pytest.approx(expected, abs=1e-4)


def test_an_impulse_is_not_that_of_the_mean():
    """Half an hour at 130 and half at 170 weigh more than an hour at 150."""
    parts = zones.trimp(1800, 130, 50, 190) + zones.trimp(1800, 170, 50, 190)
    assert parts > zones.trimp(3600, 150, 50, 190)


def test_sums_of_zones():
    """Edwards' five and Lucia's three zones."""
    assert zones.edwards((10, 20, 15, 10, 5)) == 160
    assert zones.lucia((30, 15, 5)) == 75


def test_a_week_with_its_monotony_and_strain():
    """Sample standard deviation: 1900, 1.1940, 2268.5; seven equal days have no monotony."""
    found = zones.week(WEEK)
    assert found.load == 1900
    assert found.monotony == pytest.approx(1.1940, abs=1e-4)
    assert found.strain == pytest.approx(2268.5, abs=0.1)
    assert zones.week([100] * 7).monotony is None
    assert zones.session_load(5, 60) == 300


def test_fitness_and_fatigue():
    """42 days of 100 from nothing make 63.654 and 99.846; one day moves each by its share."""
    assert zones.running_mean([100] * 42, zones.FITNESS_DAYS) == pytest.approx(63.654, abs=1e-3)
    assert zones.running_mean([100] * 42, zones.FATIGUE_DAYS) == pytest.approx(99.846, abs=1e-3)
    assert zones.running_mean([80], zones.FITNESS_DAYS, start=50) == pytest.approx(50.7143, abs=1e-4)
    assert zones.running_mean([80], zones.FATIGUE_DAYS, start=70) == pytest.approx(71.4286, abs=1e-4)


def test_a_week_against_the_last():
    """A tenth more is 0.1, and after a week of nothing nothing is said."""
    assert zones.weekly_change(300, 330) == pytest.approx(0.1)
    assert zones.weekly_change(0, 100) is None


def test_how_steady_a_run_was():
    """Decoupling 5.5498 %, laps within 1.3498 %."""
    assert zones.decoupling((3.333, 145), (3.300, 152)) == pytest.approx(0.055498, abs=1e-6)
    assert zones.variation(LAPS) == pytest.approx(0.013498, abs=1e-6)


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: zones.trimp(60, 150, 50, 190, weights="all"), "men or women"),
        (lambda: zones.trimp(60, 150, 170, 190), "at least 30 above"),
        (lambda: zones.edwards((1, 2)), "minutes of 5 zones"),
        (lambda: zones.lucia((1, 2, -3)), "none below 0"),
        (lambda: zones.session_load(11, 60), "rating of effort of 11"),
        (lambda: zones.week((1, 2)), "seven days"),
        (lambda: zones.running_mean((), 1), "time constant of 1"),
        (lambda: zones.decoupling((0, 145), (3, 150)), "above 0"),
        (lambda: zones.variation((1,)), "at least two"),
    ],
)
def test_what_makes_no_sense_is_refused(ask, reason):
    """Numbers out of range are refused with the reason."""
    with pytest.raises(ValueError, match=reason):
        ask()
