"""Riegel, critical speed, D' and its balance against computed vectors."""

import pytest

from coach.physiology import performance
from coach.physiology.performance import (
    Balance,
    CriticalSpeed,
    fit_critical_speed,
    time_over,
)
from coach.quantities import Metres, MetresPerSecond, Seconds

TRIALS = [(1200.0, 216.0), (2400.0, 462.0), (3600.0, 714.0)]
FOUR = CriticalSpeed(MetresPerSecond(4.0), Metres(200.0), 2, Seconds(0.0))


@pytest.mark.parametrize(
    ("metres", "seconds", "target", "expected"),
    [(5000, 1200, 10_000, 2501.918), (10_000, 2400, 42_195, 11_040.478)],
)
def test_the_power_law_matches_its_vectors(metres, seconds, target, expected):
    """The bare law gives the computed times, also where a runner would not be told them."""
    assert performance.scaled_time(metres, seconds, target) == pytest.approx(expected, abs=1e-3)


def test_a_race_speaks_for_four_times_its_length_and_no_more():
    """Four times as far is predicted, more is refused with the factor in words, either way."""
    assert performance.predicted_time(5000, 1200, 20_000) == pytest.approx(1200 * 4**1.06)
    with pytest.raises(ValueError, match=r"8\.4 times as far"):
        performance.predicted_time(5000, 1200, 42_195)
    with pytest.raises(ValueError, match=r"4\.2 times as short"):
        performance.predicted_time(42_195, 10_800, 10_000)


def test_the_spread_holds_the_prediction():
    """The usual exponents lie either side of 1.06, whichever way one predicts."""
    for target in (10_000, 2500):
        quick, slow = performance.spread(5000, 1200, target)
        assert quick < performance.predicted_time(5000, 1200, target) < slow
    assert set(performance.spread(5000, 1200, 5000)) == {Seconds(1200)}


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: performance.predicted_time(100, 12, 400), "distance of 100 m"),
        (lambda: performance.predicted_time(1500, 100, 3000), "race time of 100 s"),
        (lambda: performance.predicted_time(21_097.5, 17_000, 42_195), "predicted time of"),
        (lambda: performance.predicted_time(5000, 1200, 10_000, exponent=2), "an exponent of 2"),
        (lambda: performance.predicted_time(5000, float("nan"), 10_000), "race time of nan"),
    ],
)
def test_what_the_law_was_not_drawn_from_is_refused(ask, reason):
    """Outside its range the law says why it is silent."""
    with pytest.raises(ValueError, match=reason):
        ask()


def test_critical_speed_of_three_runs_matches_its_vector():
    """Least squares of distance on time give 4.819 m/s and 164 m, and name how far off the worst run is."""
    found = fit_critical_speed(TRIALS)
    assert found.speed == pytest.approx(4.819044, abs=1e-6)
    assert found.reserve == pytest.approx(163.964, abs=1e-3)
    assert found.trials == 3
    assert found.worst_s == pytest.approx(2.0, abs=0.1)


def test_two_runs_give_the_line_through_them():
    """Of 1200 and 3600 m alone the line gives 4.819277 m/s and 159.036 m."""
    found = fit_critical_speed([TRIALS[2], TRIALS[0]])
    assert found.speed == pytest.approx(4.819277, abs=1e-6)
    assert found.reserve == pytest.approx(159.036, abs=1e-3)


def test_times_by_critical_speed():
    """With 4.0 m/s and 200 m, 5000 m take 1200 s."""
    assert time_over(FOUR, 5000) == pytest.approx(1200.0)


def test_the_balance_matches_its_vector():
    """80 s at 5.0 and 80 s at 2.5 by turns leave what the vector says, in one step or second by second."""
    expected = [120.0, 156.095, 76.095, 132.0, 52.0, 118.78, 38.78, 111.52, 31.52, 107.54]
    whole, fine = Balance(4.0, 200.0), Balance(4.0, 200.0)
    for place, left in enumerate(expected):
        speed = 2.5 if place % 2 else 5.0
        assert whole.run(speed, 80) == pytest.approx(left, abs=5e-3)
        for _ in range(80):
            fine.run(speed, 1)
        assert fine.metres == pytest.approx(whole.metres, abs=1e-9)
    assert whole.fraction == pytest.approx(0.5377, abs=1e-4)


def test_a_balance_below_zero_is_shown_not_hidden():
    """A runner who outlasts the model gets a negative share, so that nobody trusts it."""
    balance = Balance(4.0, 100.0)
    balance.run(6.0, 60)
    assert balance.fraction == pytest.approx(-0.2)


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: fit_critical_speed(TRIALS[:1]), "at least two"),
        (lambda: fit_critical_speed([(1200, 216), (1600, 300)]), "twice as long"),
        (lambda: fit_critical_speed([(1200, 216), (3600, 640)]), "not a full effort"),
        (lambda: fit_critical_speed([(300, 216), (3600, 714)]), "trial distance of 300"),
        (lambda: fit_critical_speed([(1200, 100), (3600, 714)]), "trial time of 100"),
        (lambda: fit_critical_speed([(1200, 120), (3600, 1400)]), "critical speed of|D' of"),
        (lambda: time_over(FOUR, 300), "time by critical speed"),
        (lambda: Balance(4.0, 5.0), "D' of 5"),
        (lambda: Balance(9.0, 200.0), "critical speed of 9"),
    ],
)
def test_runs_nobody_can_have_are_refused(ask, reason):
    """Too few, too alike or impossible runs are refused with the reason."""
    with pytest.raises(ValueError, match=reason):
        ask()
