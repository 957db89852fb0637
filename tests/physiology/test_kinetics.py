"""How the heart follows: the closed form, what is learnt of it from a recording, and what is not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.physiology.heart_rate import EffortChange, HeartRateKinetics, curve_after, fit_kinetics
from coach.quantities import Seconds

TRUE = HeartRateKinetics(Seconds(5.0), Seconds(28.0), Seconds(12.0), Seconds(48.0))
"""A fit runner."""


def session(kinetics=TRUE, *, reps=6, rep_s=180, rest_s=180, low=120.0, high=170.0, noise=None):
    """Heart rates, one a second, and changes of effort of an interval session."""
    rates: list[tuple[float, float]] = []
    changes: list[EffortChange] = []
    rate, at = low, 0.0
    for half in range(2 * reps):
        rising = half % 2 == 0
        length, start = (rep_s if rising else rest_s), rate
        changes.append(EffortChange(Seconds(at), Seconds(at + length), rising))
        for second in range(length):
            rate = kinetics.after(start, high if rising else low, second)
            rates.append((at + second, rate + (noise[len(rates) % len(noise)] if noise else 0.0)))
        at += length
    return rates, changes


def test_after_a_step_up_the_heart_rate_follows_the_closed_form():
    """100 to 160 bpm with a delay of 10 s and a time constant of 40 s gives the published values."""
    kinetics = HeartRateKinetics(Seconds(10.0), Seconds(40.0))
    for seconds, rate in ((20, 113.27), (30, 123.61), (50, 137.93), (90, 151.88), (130, 157.01)):
        assert kinetics.after(100, 160, seconds) == pytest.approx(rate, abs=0.01)


def test_the_fall_is_slower_than_the_rise():
    """A minute after the change more of a rise is done than of a fall."""
    plain = HeartRateKinetics()
    assert plain.follows(60, rising=True) == pytest.approx(0.755, abs=0.001)
    assert plain.follows(60, rising=False) == pytest.approx(0.514, abs=0.001)


@given(st.tuples(*[st.floats(-1e6, 1e6)] * 5))
def test_every_number_is_answered_with_a_share(numbers):
    """However odd the numbers, a share lies between 0 and 1, and a heart rate between start and end."""
    delay, tau, start, steady, seconds = numbers
    kinetics = HeartRateKinetics(Seconds(delay), Seconds(tau), Seconds(delay), Seconds(tau))
    assert all(0.0 <= kinetics.follows(seconds, rising=rising) <= 1.0 for rising in (True, False))
    between = kinetics.after(start, steady, seconds)
    assert min(start, steady) - 1e-6 <= between <= max(start, steady) + 1e-6


def test_a_runner_who_follows_faster_is_learnt_from_one_session():
    """Six reps and six jogs move both directions most of the way, and say how many are behind it."""
    found = fit_kinetics(*session())
    assert (found.ups, found.downs) == (6, 6)
    assert found.tau_up_s == pytest.approx(37 + 0.6 * (28 - 37), abs=0.5)
    assert found.tau_down_s == pytest.approx(61 + 0.6 * (48 - 61), abs=0.5)
    assert found.delay_up_s == pytest.approx(8 + 0.6 * (5 - 8), abs=0.5)


def test_session_after_session_it_comes_close_to_the_truth():
    """After four sessions the time constant is within a second and a half of the true one."""
    known = None
    steps = []
    for _ in range(4):
        rates, changes = session(noise=(0.0, 1.0, -1.0, 0.5))
        known = fit_kinetics(rates, changes, known)
        steps.append(abs(known.tau_up_s - 28))
    assert all(later < sooner for sooner, later in pairwise(steps))
    assert steps[-1] < 1.5


def test_three_reps_say_nothing():
    """Under four changes that fit, all stays as it was."""
    assert fit_kinetics(*session(reps=3)) == HeartRateKinetics()


def test_what_does_not_look_like_a_curve_is_left_out():
    """A flat heart rate, one that falls in a rep, and a rep of 50 s have no curve."""
    up = EffortChange(Seconds(0.0), Seconds(180.0), rising=True)
    flat = [(float(at), 150.0 + at % 2) for at in range(180)]
    falling = [(float(at), TRUE.after(170, 120, at)) for at in range(180)]
    rising = [(float(at), TRUE.after(120, 170, at)) for at in range(180)]
    assert curve_after(flat, up) is None
    assert curve_after(falling, up) is None
    assert curve_after(rising[:50], up) is None
    assert curve_after([], up) is None
    assert curve_after([(float(at), 150.0) for at in range(180)], up) is None
    assert curve_after(rising, up) is not None


def test_a_heart_rate_that_climbs_in_a_line_has_no_time_constant():
    """A drift over four minutes is found at the edge of what is looked for, which is no finding."""
    line = [(float(at), 140.0 + at / 4) for at in range(240)]
    assert curve_after(line, EffortChange(Seconds(0.0), Seconds(240.0), rising=True)) is None
