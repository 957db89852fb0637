"""The freshness table."""

import pytest

from coach.signals.readings import Freshness, freshness, gone_after, is_stale, must_reset, stale_after


@pytest.mark.parametrize(
    ("age_s", "period_s", "expected"),
    [
        (0.0, 1.0, Freshness.LIVE),
        (2.0, 1.0, Freshness.LIVE),
        (2.1, 1.0, Freshness.HELD),
        (3.0, 1.0, Freshness.HELD),
        (3.1, 1.0, Freshness.STALE),
        (8.0, 1.0, Freshness.STALE),
        (8.1, 1.0, Freshness.GONE),
        (10.0, 5.0, Freshness.LIVE),
        (15.0, 5.0, Freshness.HELD),
        (20.0, 5.0, Freshness.STALE),
        (20.1, 5.0, Freshness.GONE),
        (0.9, 0.25, Freshness.LIVE),
        (7.9, 0.25, Freshness.STALE),
    ],
)
def test_the_table(age_s, period_s, expected):
    """Live to max(2 s, 2 P), held to max(3 s, 3 P), stale to max(8 s, 4 P), then gone; limits are in."""
    assert freshness(age_s, period_s) is expected


@pytest.mark.parametrize("period_s", [0.25, 1.0, 2.0, 5.0, 30.0])
def test_the_due_times_agree_with_the_table(period_s):
    """A value is stale right after `stale_after` and gone right after `gone_after`, and not before."""
    tick = 1e-3
    assert not is_stale(stale_after(period_s) - tick, period_s)
    assert freshness(stale_after(period_s) - tick, period_s) is Freshness.HELD
    assert is_stale(stale_after(period_s) + tick, period_s)
    assert freshness(stale_after(period_s) + tick, period_s) is Freshness.STALE
    assert freshness(gone_after(period_s) + tick, period_s) is Freshness.GONE


def test_decimal_seconds_do_not_make_a_value_stale():
    """A value three tenths-rounded seconds old is held, whatever binary fractions make of it."""
    assert all(freshness(start / 10 + 3.0 - start / 10, 1.0) is Freshness.HELD for start in range(100_000))


def test_filters_reset_after_fifteen_seconds_or_five_periods():
    """Up to 15 s (or five periods) filters go on; after that they start anew."""
    assert not must_reset(15.0, 1.0)
    assert must_reset(15.1, 1.0)
    assert not must_reset(25.0, 5.0)
    assert must_reset(25.1, 5.0)
