"""Averages over a time constant, and how much a value scatters around its mean."""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.signals.smoothing import Ema, RecentMean, Scatter, SpeedFilter


def test_a_step_is_followed_with_the_time_constant():
    """Ten seconds after a step, a filter of 10 s that had settled has made 63 % of it."""
    ema = Ema(10.0)
    for second in range(200):
        ema.add(float(second), 4.0)
    for second in range(200, 210):
        value = ema.add(float(second), 5.0)
    assert value == pytest.approx(5.0 - exp(-1.0), abs=1e-6)


def test_sparse_samples_weigh_for_the_time_they_stand_for():
    """One value after five seconds counts as much as five of them, one a second."""
    dense, sparse = Ema(12.0), Ema(12.0)
    dense.add(0.0, 3.0)
    sparse.add(0.0, 3.0)
    for second in range(1, 6):
        dense.add(float(second), 4.0)
    sparse.add(5.0, 4.0, period_s=5.0)
    assert sparse.value == pytest.approx(dense.value)


def test_the_first_samples_are_a_plain_mean():
    """Right after a reseed the value is near the mean of what came: the first sample is no anchor."""
    ema = Ema(20.0)
    for at, value in enumerate([6.0, 4.0, 4.0, 4.0]):
        ema.add(float(at), value)
    assert ema.value == pytest.approx(4.5, abs=0.06)


def test_nothing_is_known_before_the_first_sample():
    """An empty filter has no value, never 0."""
    assert Ema(5.0).value is None
    assert SpeedFilter(5.0).value is None


def test_a_reseed_starts_anew():
    """After a reseed nothing of the step before shines through."""
    speeds = SpeedFilter(15.0)
    for second in range(60):
        speeds.add(float(second), 2.0)
    speeds.reseed()
    assert speeds.add(60.0, 4.0) == 4.0


def test_a_long_silence_starts_it_anew():
    """After 15 s without a sample the speed of before counts for nothing; after 14 s it still does."""
    kept, reset = SpeedFilter(20.0), SpeedFilter(20.0)
    for speeds in (kept, reset):
        speeds.add(0.0, 2.0)
        speeds.add(1.0, 2.0)
    assert kept.add(15.0, 4.0) < 4.0
    assert reset.add(17.0, 4.0) == 4.0


def test_the_memory_fills():
    """The weight goes from 0 when empty towards 1."""
    ema = Ema(10.0)
    assert ema.weight == 0.0
    ema.add(0.0, 3.0)
    first = ema.weight
    for second in range(1, 60):
        ema.add(float(second), 3.0)
    assert 0.0 < first < 0.2
    assert ema.weight > 0.99


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 12)), min_size=1, max_size=50), st.floats(0.5, 60))
def test_the_mean_lies_among_what_came(samples, tau_s):
    """Whatever the spacing, duplicates and steps back in time included, the value stays among the samples."""
    ema = Ema(tau_s)
    for at, value in samples:
        ema.add(at, value)
    speeds = [value for _, value in samples]
    assert ema.value is not None
    assert min(speeds) - 1e-9 <= ema.value <= max(speeds) + 1e-9


def test_scatter_is_the_share_values_swing_by():
    """A cadence of 180 that swings by 2 to both sides scatters by 1.1 %; an even one by nothing."""
    swinging, even = Scatter(15.0), Scatter(15.0)
    for second in range(120):
        mean = swinging.add(second, 178.0 if second % 2 else 182.0)
        even.add(second, 180.0)
    assert mean == pytest.approx(180.0, abs=0.2)
    assert swinging.relative() == pytest.approx(2.0 / 180.0, rel=0.02)
    assert even.relative() == pytest.approx(0.0, abs=1e-6)


def test_nothing_is_known_of_nothing():
    """Before the first sample, after a new start, and around 0 there is no share."""
    scatter = Scatter(15.0)
    assert scatter.relative() is None
    scatter.add(0.0, 0.0)
    assert scatter.relative() is None
    scatter.add(1.0, 5.0)
    assert scatter.relative() is not None
    scatter.reseed()
    assert scatter.relative() is None


@given(st.lists(st.floats(-1e3, 1e3), min_size=1))
def test_scatter_is_never_below_nothing(values):
    """The scatter of any values is 0 or more."""
    scatter = Scatter(5.0)
    for second, value in enumerate(values):
        scatter.add(float(second), value)
    relative = scatter.relative()
    assert relative is None or relative >= 0.0


def test_a_recent_mean_is_of_the_last_seconds_alone() -> None:
    """The plain mean of the last 5 s, or of two periods of a slower source; what is older does not count."""
    mean = RecentMean(5.0)
    values = [mean.value]
    for second in range(10):
        mean.add(float(second), float(second))
    values.append(mean.value)
    mean.add(30.0, 100.0)
    values.append(mean.value)
    mean.add(37.0, 50.0, 7.0)
    values.append(mean.value)
    mean.reseed()
    values.append(mean.value)
    assert values == [None, 7.0, 100.0, 75.0, None]
