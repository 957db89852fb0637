"""The mean of a value with its scatter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.signals.scatter import Scatter


def test_scatter_is_the_share_values_swing_by():
    """A cadence of 180 that swings by 2 to both sides scatters by 1.1 %; an even one by nothing."""
    swinging, even = Scatter(15.0), Scatter(15.0)
    for second in range(120):
        mean = swinging.take(second, 178.0 if second % 2 else 182.0)
        even.take(second, 180.0)
    assert mean == pytest.approx(180.0, abs=0.2)
    assert swinging.relative() == pytest.approx(2.0 / 180.0, rel=0.02)
    assert even.relative() == pytest.approx(0.0, abs=1e-6)


def test_nothing_is_known_of_nothing():
    """Before the first sample, after a new start, and around 0 there is no share."""
    scatter = Scatter(15.0)
    assert scatter.relative() is None
    scatter.take(0.0, 0.0)
    assert scatter.relative() is None
    scatter.take(1.0, 5.0)
    assert scatter.relative() is not None
    scatter.reseed()
    assert scatter.relative() is None


@given(st.lists(st.floats(-1e3, 1e3), min_size=1))
def test_scatter_is_never_below_nothing(values):
    """Whatever came."""
    scatter = Scatter(5.0)
    for second, value in enumerate(values):
        scatter.take(float(second), value)
    relative = scatter.relative()
    assert relative is None or relative >= 0.0
