"""The heart model against closed forms and the vectors of the science report, section 2.8."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from itertools import pairwise

import pytest

from coach.simulate import Heart, RunnerProfile, steady_heart_rate

STEP = 0.25
FIT = RunnerProfile(vo2max=55.0, heart_rate_rest=50.0, heart_rate_max=190.0, heart_drift_bpm=0.0)


def run(heart, seconds, speed):
    """Run for some seconds; the heart rate after each quarter."""
    return [heart.beat(speed) for _ in range(round(seconds / STEP))]


@pytest.mark.parametrize(
    ("speed", "bpm"),
    [(2.5, 108.66), (3.0, 126.32), (3.5, 144.49), (4.0, 163.18), (4.5, 182.36), (5.0, 190.0), (0.0, 50.0)],
)
def test_steady_state(speed, bpm):
    """Rest 50, maximum 190, VO2max 55: each speed leads to its heart rate, the fastest to the maximum."""
    assert steady_heart_rate(FIT, speed) == pytest.approx(bpm, abs=0.02)


def test_the_response_to_a_step():
    """From 60 bpm: 300 s standing, 300 s at 4.0 m/s, 300 s standing, as the closed form has it."""
    heart = Heart(
        RunnerProfile(
            vo2max=55.0,
            heart_rate_rest=50.0,
            heart_rate_max=190.0,
            heart_rate_start=60.0,
            heart_drift_bpm=0.0,
        ),
        STEP,
    )
    rates = run(heart, 300, 0.0) + run(heart, 300, 4.0) + run(heart, 300, 0.0)
    at = {320: 75.09, 340: 109.75, 360: 130.77, 420: 155.94, 600: 163.09, 660: 99.16, 720: 68.08}
    for second, bpm in at.items():
        assert rates[round(second / STEP) - 1] == pytest.approx(bpm, abs=0.1), second


def test_dead_time_and_time_constant():
    """From 100 to a target of 160 with a delay of 10 s and tau 40 s: 113.27 after 20 s, 157.01 after 130 s."""
    profile = RunnerProfile(
        vo2max=55.0, heart_rate_rest=100.0, heart_rate_max=160.0, heart_rate_start=100.0, heart_drift_bpm=0.0
    )
    rates = run(Heart(profile, STEP), 130, 9.0)
    at = {10: 100.0, 20: 113.27, 30: 123.61, 50: 137.93, 90: 151.88, 130: 157.01}
    for second, bpm in at.items():
        assert rates[round(second / STEP) - 1] == pytest.approx(bpm, abs=0.01), second


def test_it_rises_without_a_break_after_a_step_up():
    """The model is monotone after one step, and never beyond the maximum."""
    rates = run(Heart(FIT, STEP), 400, 6.0)
    rates = rates[round(FIT.heart_delay_s / STEP) :]
    assert all(after >= before for before, after in pairwise(rates))
    assert max(rates) <= 190.0


def test_six_reps_of_a_threshold_session():
    """10 min at 3.0, then 6 x (96 s at 4.6, 90 s at 2.2): reps end near 179, recoveries near 121."""
    profile = RunnerProfile(
        vo2max=55.0, heart_rate_rest=50.0, heart_rate_max=190.0, heart_rate_start=70.0, heart_drift_bpm=1.0
    )
    heart = Heart(profile, STEP)
    run(heart, 600, 3.0)
    reps, recoveries = [], []
    for _ in range(6):
        reps.append(run(heart, 96, 4.6)[-1])
        recoveries.append(run(heart, 90, 2.2)[-1])
    assert reps == pytest.approx([179.4, 178.6, 178.8, 179.2, 179.5, 179.8], abs=1.0)
    assert recoveries[0] == pytest.approx(120.3, abs=1.0)
    assert recoveries[-1] == pytest.approx(121.6, abs=1.0)


def test_it_drifts_only_after_ten_minutes():
    """At an even pace the heart rate stands after some minutes, and after ten creeps up by the drift."""
    heart = Heart(RunnerProfile(heart_drift_bpm=2.0), STEP)
    at_ten = run(heart, 600, 3.0)[-1]
    at_thirty = run(heart, 1200, 3.0)[-1]
    assert at_thirty - at_ten == pytest.approx(4.0, abs=0.3)


def test_a_heart_without_inertia_is_allowed():
    """Delay and time constants of 0 follow at once."""
    heart = Heart(RunnerProfile(heart_delay_s=0.0, heart_tau_up_s=0.0, heart_tau_down_s=0.0), STEP)
    assert heart.beat(3.0) == pytest.approx(steady_heart_rate(RunnerProfile(), 3.0))
    assert heart.beat(0.0) == pytest.approx(50.0)
