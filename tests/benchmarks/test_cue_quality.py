"""The benchmark of the cues is itself right: what it does to windows, what it counts, and what it makes up."""

from math import inf
from pathlib import Path
from random import Random
from statistics import fmean, median

import pytest

from coach.signals.readings import Source
from coach.workout.timeline import CoachBy
from tests.benchmarks.cue_quality import product
from tests.benchmarks.cue_quality.bench import PRODUCT, false_per_10_min, ruled, thresholded
from tests.benchmarks.cue_quality.classes import CLASSES, SourceClass, class_of, made_up_windows
from tests.benchmarks.cue_quality.fade import faded
from tests.benchmarks.cue_quality.fed import said_of
from tests.benchmarks.cue_quality.hearts import HEARTS, reps_of
from tests.benchmarks.cue_quality.rivals import BAND, Exponential, RunnerUp, RunPowerWorkout, coloured
from tests.benchmarks.cue_quality.series import Sample, Series, series_in
from tests.benchmarks.cue_quality.starts import RAMPS_S, even, frozen, silent, uncounted
from tests.benchmarks.cue_quality.trials import (
    ONSETS_S,
    Judged,
    Trial,
    Verdict,
    apart,
    figures,
    injected,
    is_out,
    poisson_interval,
    unfounded,
)
from tests.benchmarks.cue_quality.windows import WINDOW_S, autocorrelation, windows_of

EVEN = (1.0,) * WINDOW_S


def _run(speeds: list[float]) -> Series:
    return Series("a run", Source.POD, tuple(Sample(float(s), speed, None) for s, speed in enumerate(speeds)))


def test_a_step_comes_through_the_response_of_the_sensor() -> None:
    """Three seconds after the onset a pod shows 63 % of a step, and positions 95 %; before it, nothing."""
    pod, positions = (injected(EVEN, 0.08, 45, source) for source in (Source.POD, Source.POSITIONS))

    assert pod[:46] == [1.0] * 46
    assert pod[48] == pytest.approx(1.0 + 0.08 * 0.632, abs=1e-4)
    assert positions[48] == pytest.approx(1.0 + 0.08 * 0.950, abs=1e-4)
    assert injected(EVEN, -0.08, 45, Source.POD)[-1] == pytest.approx(0.92)
    assert len(ONSETS_S) == 10
    assert (ONSETS_S[0], ONSETS_S[-1]) == (45, 117)


def test_an_even_run_is_cut_into_windows_and_an_uneven_one_is_not() -> None:
    """Ten even minutes hold three windows; one that speeds up by 20 %, stops for 3 s or stands still holds none."""
    assert [window.start_s for window in windows_of(_run([3.0] * 600))] == [0.0, 180.0, 360.0]
    assert not windows_of(_run([3.0 * (1.0 + 0.20 * s / 180) for s in range(180)]))
    assert not windows_of(_run([1.0 if 90 <= s < 93 else 3.0 for s in range(180)]))
    assert not windows_of(_run([0.0] * 600))


def test_a_window_is_free_of_drift_and_of_the_wildest_values() -> None:
    """A slow drift is taken out of a window, a stumble is clipped at 8 robust standard deviations."""
    rng = Random(1)
    speeds = [3.0 * (1.0 + 0.03 * s / 180) * (1.0 + rng.gauss(0.0, 0.01)) for s in range(180)]
    speeds[90] = 1.5
    window = windows_of(_run(speeds))[0]

    assert fmean(window.shares) == pytest.approx(1.0)
    assert abs(fmean(window.shares[:60]) - fmean(window.shares[120:])) < 0.01
    assert 0.88 < min(window.shares) < 0.94


def test_what_is_counted_of_a_trial() -> None:
    """Delay runs from the onset to the first verdict the right way; a wrong one first is wrong, a late one missed."""
    right = Trial(0.08, 45, False, (Verdict(57.0, 1),))
    turned = Trial(-0.08, 45, False, (Verdict(50.0, 1), Verdict(65.0, -1)))
    late = Trial(0.08, 45, False, (Verdict(106.0, 1),))

    assert (right.delay_s, right.wrong) == (12.0, False)
    assert (turned.delay_s, turned.wrong) == (20.0, True)
    assert (late.delay_s, late.wrong) == (inf, False)


def test_spoiled_trials_count_and_their_delays_do_not() -> None:
    """Delays and misses are of unspoiled trials; a median beyond a minute is no number."""
    trials = [Trial(0.08, 45, True)] * 2 + [Trial(0.08, 45, False, (Verdict(55.0, 1),))] * 3
    trials += [Trial(-0.04, 45, False)] * 3
    found = figures([Judged("a", 160.0, (Verdict(60.0, 1),), trials), Judged("b", 160.0, ())])

    assert found.spoiled == 2 / 8
    assert (found.median_s[0.08], found.missed[0.08]) == (10.0, 0.0)
    assert (found.median_s[0.04], found.missed[0.04]) == (inf, 1.0)
    assert found.false_per_10_min == pytest.approx(600 / 320)
    assert found.first_per_10_min == pytest.approx(600 / (40 + 160))


def test_a_word_of_a_large_error_is_not_false():
    """Seven per cent for 20 s are an error that must be called; five, or seven for 10 s, or on the other side, not."""
    shares = [1.0] * 100 + [1.07] * 20 + [1.05] * 60

    said = [Verdict(110.0, 1), Verdict(120.0, 1), Verdict(121.0, -1), Verdict(150.0, 1)]
    assert unfounded(said, shares) == [said[0], *said[2:]]
    assert is_out(said[1:], said[2:], 125)
    assert not is_out(said[1:], said[2:], 115)
    assert not is_out(said, [said[0], *said[2:]], 125)


def test_a_rate_has_the_interval_of_the_book():
    """The exact 95 % intervals of 0, 3 and 20 events are those of any table of the Poisson distribution."""
    found = [poisson_interval(count) for count in (0, 3, 20)]

    assert found == [
        pytest.approx((0.0, 3.689), abs=1e-3),
        pytest.approx((0.619, 8.767), abs=1e-3),
        pytest.approx((12.217, 30.888), abs=1e-3),
    ]


def test_verdicts_closer_than_ten_seconds_are_one() -> None:
    """A detector that says the same every second says one thing in ten of them."""
    said = [Verdict(float(second), 1) for second in range(30, 55)]

    assert [one.at for one in apart(said)] == [30.0, 40.0, 50.0]


def test_runner_up_is_measured_as_its_source_says() -> None:
    """Its first cue for a runner 10 % too fast comes at 21 s and then every 31 s; a fade is called after 17 to 47 s."""
    fast = ruled(RunnerUp)([1.1] * WINDOW_S)
    delays = []
    for onset in ONSETS_S:
        said = ruled(RunnerUp)(injected(EVEN, -0.08, onset, Source.POD))
        delays.append(min(one.at - onset for one in said if one.at > onset))

    assert [one.at + 1 for one in fast] == [21.0, 52.0, 83.0, 114.0, 145.0, 176.0]
    assert not ruled(RunnerUp)(EVEN)
    assert 15 <= min(delays) <= max(delays) <= 47
    assert 25 <= median(delays) <= 40


def test_run_power_workout_says_it_three_times() -> None:
    """Out of the band from the start, it speaks after 15 s, at most every 15 s, and three times."""
    said = [one.at + 1 for one in ruled(RunPowerWorkout)([1.0 + 2 * BAND] * WINDOW_S)]

    assert said == [16.0, 32.0, 48.0]


def test_a_threshold_keeps_to_one_false_verdict_in_ten_minutes() -> None:
    """The threshold found is the lowest that does: a little lower, and there are more."""
    windows = made_up_windows(_kind("slow"), runs=3)
    alarm = thresholded(lambda: Exponential(0.07), windows)

    assert 0.0 < false_per_10_min(alarm, windows) <= 1.0


def test_the_colour_of_noise_is_found_again() -> None:
    """A process with known weights gives these weights, and the variance of what drives it."""
    rng, values = Random(2), [0.0, 0.0]
    for _ in range(20_000):
        values.append(0.6 * values[-1] - 0.3 * values[-2] + rng.gauss(0.0, 0.1))
    weights, left = coloured([values], order=2)

    assert weights == pytest.approx([0.6, -0.3], abs=0.03)
    assert left == pytest.approx(0.01, rel=0.05)


def _kind(name: str) -> SourceClass:
    return next(kind for kind in CLASSES if kind.name == name)


@pytest.mark.parametrize(
    ("name", "sd", "alike"),
    [
        ("treadmill", (0.008, 0.013), (0.83, 0.56, 0.31, 0.22)),
        ("outdoor", (0.019, 0.030), (0.92, 0.65, 0.41, 0.16)),
        ("positions", (0.24, 0.30), (-0.56, -0.13, 0.14, 0.08)),
    ],
)
def test_made_up_noise_is_like_the_real(name: str, sd: tuple[float, float], alike: tuple[float, ...]) -> None:
    """Made-up windows have the size and the autocorrelations at 1, 3, 5 and 10 s that were measured on real ones."""
    windows = made_up_windows(_kind(name))
    found = [median(autocorrelation(one.shares, lag) for one in windows) for lag in (1, 3, 5, 10)]

    assert sd[0] <= median(one.sd for one in windows) <= sd[1]
    assert found == pytest.approx(alike, abs=0.2)
    assert len(windows) >= 30
    assert all(one.made_up for one in windows)


def test_made_up_noise_fools_detectors_as_often_as_the_real(recordings: Path) -> None:
    """A threshold set on a real hilly run lets through a like number of false verdicts of made-up ones."""
    kind = _kind("slow")
    series = series_in(recordings, ["outdoor_stryd_speed_source.fit"])
    real = [window for one in series for window in windows_of(one)]
    alarm = thresholded(lambda: Exponential(0.07), real, 3.0)
    made = made_up_windows(kind)

    assert class_of(series[0].source, median(one.sd for one in real)) is kind
    assert 1.0 <= false_per_10_min(alarm, made) <= 9.0
    assert median(one.sd for one in made) == pytest.approx(median(one.sd for one in real), rel=0.25)


def test_a_series_belongs_to_a_class_by_source_and_noise() -> None:
    """A quiet pod is one of a treadmill, a loud one of hills; a strap is of no class."""
    found = [class_of(Source.POD, 0.01), class_of(Source.POD, 0.025), class_of(Source.POD, 0.06)]

    assert [kind and kind.name for kind in found] == ["treadmill", "outdoor", "slow"]
    assert class_of(Source.STRAP, 0.01) is None


def test_a_trial_from_a_copy_is_the_trial_run_whole() -> None:
    """A run copied at the onset says what it would have said without the copy."""
    window = made_up_windows(_kind("outdoor"), runs=1)[1]
    judged = product.judge(window, (45,), (-0.08, 0.08))

    assert any(trial.verdicts for trial in judged.trials)
    for trial in judged.trials:
        whole = product.trial_from_the_start(window, trial.step, trial.onset)
        assert trial.verdicts == whole[: len(trial.verdicts)]


@pytest.mark.parametrize("ramp_s", RAMPS_S)
def test_a_standing_start_to_the_exact_pace_is_no_error(ramp_s: int) -> None:
    """Whoever reaches the pace in 3 to 12 s hears nothing of it from us, and `speed up` from RunnerUp at 21 s."""
    said = said_of(even(60, ramp_s), 1000 / 225, Source.POD)

    assert not said[PRODUCT]
    assert next((one.at + 1, one.sign) for one in said["RunnerUp"]) == (21.0, -1)


def test_a_gap_takes_away_what_it_says() -> None:
    """A silent link loses samples, a frozen receiver repeats one and catches up; ours says nothing of either."""
    run = even(150)
    quiet, stood, bare = silent(run, 90, 10), frozen(run, 90, 10), uncounted(run, 90, 10)

    assert (len(quiet), quiet[90].at) == (140, 100.0)
    assert stood[99].metres == stood[89].metres == run[89].metres
    assert stood[100] == run[100]
    assert len(bare) == 140
    assert all(one.metres is None for one in bare)
    for gap in (quiet, stood, bare):
        assert not said_of(gap, run[0].speed, Source.POD)[PRODUCT]


def test_a_fade_is_called_after_it_began() -> None:
    """A runner who fades by 8 % hears of it within a minute, and not before he fades."""
    found = faded(CoachBy.RATE, 0.08, 120.0, 1)

    assert 0.0 < found.delays_s[PRODUCT] <= 60.0
    assert not found.early[PRODUCT]


def test_a_heart_under_its_cap_is_left_alone() -> None:
    """Reps that lead the heart 10 bpm under its cap bring no warning; 12 bpm over it, each of them crosses it."""
    under, over = (reps_of(HEARTS[0][1], bpm, 0, reps=2) for bpm in (-10.0, 12.0))

    assert [rep.crossed_at for rep in under] == [None] * 2
    assert [rep.called_at for rep in under] == [None] * 2
    assert all(rep.crossed_at is not None and 20.0 < rep.crossed_at < 120.0 for rep in over)
