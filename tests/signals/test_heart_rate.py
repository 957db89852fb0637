"""The validator of a heart rate: real hearts, and sensors that count steps, stand still or leap."""

from math import inf, sin

import pytest

from coach.interchange.recordings.common import read_recording
from coach.signals.config import DoubtSettings
from coach.signals.readings import Reported
from coach.signals.sensors import FOLLOWS_CADENCE, STANDS_STILL, HeartRateValidator
from coach.signals.smoothing import Ema

RECORDINGS = [
    # file, s for which a heart rate was doubted (all of them on a wrist), hours of running behind it
    ("intervals_11x80s_1hz.gpx", 0),
    ("intervals_fenix6x_stryd_4xhalfmile.fit", 0),
    ("long_fenix5x_stryd_7pauses.fit", 20),
    ("outdoor_stryd_speed_source.fit", 0),
    ("steady_11km_sparse.tcx", 0),
    ("steady_fenix2.fit", 0),
    ("steady_fenix6x_stryd_3pauses.fit", 0),
    ("stryd_app_pod_and_gps_speed.fit", 0),
    ("track_12x400m_1hz.gpx", 0),
    ("track_7x1km_1hz.gpx", 0),
    ("treadmill_stryd_280s_hole.fit", 0),
    ("workout_10x10s_strides_smartrec.fit", 0),
    ("workout_10x400m_90s_smartrec.fit", 0),
    ("workout_9x2min_pace_target_smartrec.fit", 0),
]


def a_watch():
    """A watch that has heard nothing."""
    return HeartRateValidator(DoubtSettings())


def watched(values, *, cadence=170.0, watch=None, start=0.0, rr_s=()):
    """Feed heart rates, one a second, beside a cadence (a number, or one each); the doubt after each."""
    watch = watch or a_watch()
    steps = [cadence] * len(values) if isinstance(cadence, float) else cadence
    doubts = []
    for second, (bpm, spm) in enumerate(zip(values, steps, strict=True)):
        watch.on_sample(start + second, bpm, 1.0, spm, rr_s)
        doubts.append(watch.doubt)
    return watch, doubts


def test_an_ordinary_heart_is_clean_from_its_first_value():
    """A heart that rises to a plateau as hearts do is clean since it was first heard."""
    watch, doubts = watched([round(165 - 45 * 0.97**second) for second in range(200)])
    assert not any(doubts)
    assert watch.clean_since == 0.0


def test_a_heart_may_be_as_high_as_the_cadence_is():
    """170 bpm beside 170 steps per minute for minutes is no proof of anything: hearts and legs do not fit together."""
    hearts = [round(170 + 2.4 * sin(second / 9)) for second in range(300)]
    legs = [round(170 + 2.0 * sin(second / 7 + 1)) for second in range(300)]
    assert not any(watched(hearts, cadence=legs)[1])


def test_one_leap_is_a_spike_and_two_alike_are_a_new_level():
    """230 once is not believed and costs the clean stretch; 190 twice is taken, and clean from there."""
    watch, _ = watched([150] * 40)
    assert watch.on_sample(40.0, 230.0, 1.0, 170.0) == "a leap from 150 to 230 bpm"
    assert watch.clean_since == 40.0
    assert watch.on_sample(41.0, 151.0, 1.0, 170.0) == ""
    assert watch.clean_since == 41.0
    assert watch.on_sample(42.0, 190.0, 1.0, 170.0) != ""
    assert watch.on_sample(43.0, 191.0, 1.0, 170.0) == ""
    assert watch.clean_since == 43.0


def test_a_slow_source_may_leap_further():
    """A recording with a value every five seconds may rise by 25 between two of them."""
    watch = a_watch()
    assert [watch.on_sample(5.0 * n, bpm, 5.0, 170.0) for n, bpm in enumerate((120, 144, 160))] == [
        "",
        "",
        "",
    ]


def test_after_a_gap_it_is_clean_from_the_first_new_value():
    """What was heard before a loss says nothing of what comes after it, however far apart they are."""
    watch, _ = watched([150] * 40)
    assert watch.on_sample(60.0, 110.0, 1.0, 170.0) == ""
    assert watch.clean_since == 60.0


def test_a_dropout_is_not_clean_in_runs_recorded_before_gaps_were_forgiven():
    """After a dropout (0 bpm on the wire) nothing was clean until the next value."""
    watch, _ = watched([150] * 40)
    watch.on_dropout()
    assert watch.clean_since == inf
    watch.on_sample(41.0, 150.0, 1.0, 170.0)
    assert watch.clean_since == 41.0


@pytest.mark.parametrize("blend_s", [3, 8])
def test_a_heart_rate_that_jumps_to_the_cadence_follows_it(blend_s):
    """From 140 to the 172 of the legs in a few seconds, and staying there: doubted within 25 s."""
    locked = [round(140 + 32 * min(1.0, second / blend_s)) for second in range(40)]
    watch, doubts = watched([140] * 60 + locked, cadence=172.0)
    assert not any(doubts[:60])
    assert doubts[60 + 25] == FOLLOWS_CADENCE
    assert watch.clean_since == inf


def test_a_heart_rate_that_drifts_to_a_steady_cadence_follows_it():
    """30 beats in 25 s while the legs have done the same for minutes is no heart."""
    drift = [round(140 + 30 * min(1.0, second / 25)) for second in range(60)]
    assert FOLLOWS_CADENCE in watched([140] * 120 + drift, cadence=170.0)[1]


def test_a_heart_rate_that_repeats_the_cadence_follows_it():
    """It came slowly, but goes up and down with the legs by 4 and more: doubted within a minute."""
    legs = [round(172 + 6 * sin(second / 8)) for second in range(120)]
    rise = [round(150 + 20 * second / 60) for second in range(60)]
    assert FOLLOWS_CADENCE in watched([*rise, *legs], cadence=[170] * 60 + legs)[1][60 + 15 : 60 + 60]


def test_once_it_leaves_the_cadence_it_is_clean_again():
    """Two seconds do not count, four do; the clean stretch begins there."""
    watch, doubts = watched([140] * 60 + [172] * 30, cadence=172.0)
    assert doubts[-1] == FOLLOWS_CADENCE
    watched([160, 155, 150, 148, 147], cadence=172.0, watch=watch, start=90.0)
    assert watch.doubt == ""
    assert watch.clean_since == 93.0


def test_walking_legs_are_followed_by_nobody():
    """A heart that falls fast to 110 beside a walk of 110 steps is a recovery."""
    assert not any(watched([160] * 30 + [120, 112] + [110] * 60, cadence=110.0)[1])


def test_a_heart_that_stays_the_same_while_the_legs_stop_is_none():
    """160 to the beat for 60 s, through a rep and into the rest, stands still; at one effort it may."""
    legs = [180.0] * 40 + [110.0] * 40
    watch, doubts = watched([160] * 80, cadence=legs)
    assert doubts.index(STANDS_STILL) == 60
    assert watch.clean_since == inf
    assert not any(watched([160] * 300, cadence=[178.0, 182.0] * 150)[1])


def test_a_value_that_stays_the_same_while_the_beats_move_is_none():
    """150 bpm held beside intervals of 0.5 s (120 bpm) stands still; beside those of 150 bpm it is steady."""
    assert STANDS_STILL in watched([150] * 60, rr_s=(0.5, 0.5))[1][:40]
    assert not any(watched([150] * 60, rr_s=(0.4, 0.4))[1])


def test_a_few_wrong_beats_prove_nothing():
    """Missed beats (twice the interval) among good ones leave a steady heart alone."""
    assert not any(watched([150] * 60, rr_s=(0.4, 0.8, 0.4))[1])


def hearts_and_legs(recordings, name):
    """Heart rates of a recording with the newest cadence beside them, and the nominal period."""
    recording = read_recording((recordings / name).read_bytes(), name=name)
    steps: tuple[float, float | None] = (-inf, None)
    for event in recording.inputs:
        if isinstance(event, Reported):
            if event.cadence is not None:
                steps = (event.at, event.cadence)
            if event.heart_rate:
                fresh = event.at - steps[0] <= 10.0
                yield event, steps[1] if fresh else None


@pytest.mark.parametrize(("name", "doubted_s"), RECORDINGS)
def test_real_hearts_are_hardly_ever_doubted(recordings, name, doubted_s):
    """Of 10.8 h of public recordings, hard reps at 180 bpm and 180 steps included, 20 s at most are doubted."""
    watch, doubted, last = a_watch(), 0.0, 0.0
    for event, cadence in hearts_and_legs(recordings, name):
        watch.on_sample(event.at, event.heart_rate, event.period_s, cadence, event.rr_s)
        if watch.doubt:
            doubted += min(event.at - last, 5.0)
        last = event.at
    assert doubted <= doubted_s


@pytest.mark.parametrize("name", ["outdoor_stryd_speed_source.fit", "stryd_app_pod_and_gps_speed.fit"])
@pytest.mark.parametrize("minute", [12, 25, 40])
def test_a_lock_laid_over_a_real_run_is_seen(recordings, name, minute):
    """From some minute on the heart rate is the smoothed cadence of the same run: doubted within 30 s."""
    watch, legs, seen = a_watch(), Ema(3.0), None
    for event, cadence in hearts_and_legs(recordings, name):
        bpm, locked_s = event.heart_rate, event.at - 60 * minute
        if cadence and cadence > 100:
            legs.add(event.at, cadence)
        if locked_s >= 0 and legs.value is not None:
            share = min(1.0, locked_s / 6.0)
            bpm = round((1.0 - share) * bpm + share * legs.value)
        watch.on_sample(event.at, bpm, event.period_s, cadence, event.rr_s)
        if locked_s >= 0 and watch.doubt == FOLLOWS_CADENCE:
            seen = locked_s
            break
    assert seen is not None
    assert seen <= 30.0


def test_a_leap_within_a_doubt_does_not_clean_it():
    """A heart rate that follows the cadence, leaps once and goes on following was never clean in between."""
    watch, _ = watched([140] * 60 + [172] * 30, cadence=172.0)
    assert watch.clean_since == inf
    watch.on_sample(90.0, 220.0, 1.0, 172.0)
    assert watch.clean_since == inf
    watch.on_sample(91.0, 172.0, 1.0, 172.0)
    assert (watch.doubt, watch.clean_since) == (FOLLOWS_CADENCE, inf)
