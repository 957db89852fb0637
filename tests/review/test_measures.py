"""The measures of a review against worked examples, and against what they must not say."""

from dataclasses import replace

import pytest

from coach.physiology import zones
from coach.quantities import MetresPerSecond, Seconds
from coach.review import measures
from coach.review.measures import DoesNotApply, NotMeasured, Thresholds
from coach.review.reviewer import answered_after, heard_share, nearer_after
from coach.review.trace import (
    RunSeconds,
    TraceRow,
    Values,
    run_seconds,
    running_spans,
    share_known,
    step_rows,
)
from coach.session.events import EndReason, StepEnded
from coach.workout.timeline import free_run


def a_run(speeds: Values, beats: Values | None = None, slope: float | None = None) -> RunSeconds:
    """A run with one value a second."""
    count = len(speeds)
    return RunSeconds(
        at=tuple(second + 0.5 for second in range(count)),
        speed=tuple(speeds),
        heart_rate=tuple(beats if beats is not None else [None] * count),
        cadence=(None,) * count,
        power=(None,) * count,
        slope=(slope,) * count,
    )


def steady(minutes: int, speed: float = 3.0, beats: float = 150.0) -> RunSeconds:
    """A run at one speed and one heart rate."""
    return a_run([speed] * (60 * minutes), [beats] * (60 * minutes))


# --- rows


def row(at: float, run_s: float | None, speed: float | None = None, *, is_paused: bool = False) -> TraceRow:
    """A row of a trace."""
    return TraceRow(
        at_s=Seconds(at),
        run_s=None if run_s is None else Seconds(run_s),
        distance_m=None,
        speed_mps=None if speed is None else MetresPerSecond(speed),
        heart_rate_bpm=None,
        cadence_spm=None,
        power_w=None,
        step_id=None,
        is_paused=is_paused,
        has_gap=False,
    )


def test_only_seconds_of_running_time_have_rows():
    """Rows before the start, in a pause or after the end belong to no second; a slope holds until the next."""
    rows = [
        row(0, None),
        row(1, 0.0, 3.0),
        row(2, 1.0),
        row(3, 1.0, 2.0, is_paused=True),
        row(4, 1.0, 3.1),
        row(5, None, 3.0),
    ]

    kept = run_seconds(rows, [(2.0, 0.01), (4.0, 0.02)])

    assert list(kept.at) == [1, 2, 4]
    assert list(kept.speed) == [3.0, None, 3.1]
    assert list(kept.slope) == [None, 0.01, 0.02]
    assert share_known(kept.speed) == pytest.approx(2 / 3)


def test_pauses_are_cut_out_of_a_run():
    """They may overlap, and lie outside it."""
    spans = running_spans(2.0, 20.0, [(5.0, 9.0), (8.0, 12.0), (30.0, 40.0)])

    assert spans == ((2.0, 5.0), (12.0, 20.0))
    assert running_spans(0.0, 0.0, []) == ()


def test_a_step_has_the_rows_of_its_running_time():
    """Rows are found by the run's own clock, from the end back; a pause in a step has none."""
    step = StepEnded(
        Seconds(20.0), 0, free_run().steps[0], EndReason.DONE, Seconds(20.0), Seconds(10.0), None
    )
    assert step_rows(steady(1), step) == slice(10, 20)
    seconds = steady(1)
    paused = replace(seconds, at=tuple(at + (30.0 if at > 14.0 else 0.0) for at in seconds.at))
    assert step_rows(paused, replace(step, ended_at=Seconds(50.0))) == slice(10, 20)
    assert steady(1).between(0.0, 5.0) == slice(0, 5)


# --- loads, by their published examples


def test_trimp_of_half_an_hour_is_that_of_the_paper():
    """30 min at 130 with 40 to 200 bpm come to 31.8; an hour at 150 with 50 to 190 to 108.1."""
    assert measures.trimp_of([130.0] * 1800, 40.0, 200.0, "men") == pytest.approx(31.8025, abs=1e-3)
    assert measures.trimp_of([150.0] * 3600, 50.0, 190.0, "men") == pytest.approx(108.0954, abs=1e-3)
    assert measures.trimp_of([150.0] * 3600, 50.0, 190.0, "women") == pytest.approx(121.4991, abs=1e-3)


def test_trimp_is_summed_second_by_second():
    """It is convex: half at 130 and half at 170 is more than all at their mean."""
    halves = measures.trimp_of([130.0] * 1800 + [170.0] * 1800, 50.0, 190.0, "men")

    assert halves > measures.trimp_of([150.0] * 3600, 50.0, 190.0, "men")


def test_edwards_counts_tenths_of_the_maximum():
    """10 20 15 10 5 minutes in the five zones come to 160; below 50 % counts nothing."""
    beats: list[float | None] = []
    for minutes, rate in ((10, 110.0), (20, 130.0), (15, 150.0), (10, 170.0), (5, 190.0), (7, 90.0)):
        beats += [rate] * (60 * minutes)

    assert measures.edwards_of(beats, 200.0) == pytest.approx(160.0)


def test_lucia_counts_thirds_with_their_metres():
    """30 15 5 minutes come to 75; the border belongs to the zone above."""
    beats: Values = [120.0] * 1800 + [150.0] * 900 + [175.0] * 300
    limits = Thresholds(150.0, 170.0)

    time_s, metres = measures.thirds_of(a_run([2.0] * 3000, beats), limits)

    assert metres is not None

    assert time_s == (1800.0, 900.0, 300.0)
    assert metres == (3600.0, 1800.0, 600.0)
    assert zones.lucia([each / 60 for each in time_s]) == 75.0


def test_thirds_need_a_heart_rate_for_half_of_the_time():
    """A minute of an hour says nothing of the hour; without a speed there are no metres instead of 0."""
    limits = Thresholds(150.0, 170.0)
    with pytest.raises(measures.NotMeasured, match="known for 49 %"):
        measures.thirds_of(a_run([2.0] * 100, [120.0] * 49 + [None] * 51), limits)
    assert measures.thirds_of(a_run([None] * 100, [120.0] * 100), limits) == ((100.0, 0.0, 0.0), None)


@pytest.mark.parametrize(
    ("hard_s", "thirds", "is_hard"),
    [
        (None, None, None),
        (0.0, None, None),
        (240.0, None, False),
        (300.0, None, True),
        (None, (3000.0, 0.0, 0.0), False),
        (None, (3000.0, 0.0, 400.0), True),
        (240.0, (3000.0, 0.0, 400.0), True),
        (None, (0.0, 0.0, 0.0), None),
    ],
)
def test_a_session_is_hard_by_its_steps_or_its_zones(hard_s, thirds, is_hard):
    """Without either it is unknown, which is not easy."""
    assert measures.is_hard_session(hard_s, thirds) is is_hard


def test_red_kilometres_need_heart_rate_and_speed():
    """A strap that was heard a minute says nothing of a kilometre."""
    assert len(measures.red_kilometres(steady(10, 4.0, 170.0), 165.0)) == 3
    for lost in (a_run([4.0] * 600, [170.0] * 60 + [None] * 540), a_run([None] * 600, [170.0] * 600)):
        with pytest.raises(measures.NotMeasured):
            measures.red_kilometres(lost, 165.0)


def test_an_hour_at_threshold_is_a_load_of_100():
    """45 minutes at 3.6 with a threshold of 4.0 m/s are 60.75; a slope counts by its cost."""
    assert measures.graded_load(steady(60, 4.0), 4.0) == pytest.approx(100.0)
    assert measures.graded_load(steady(45, 3.6), 4.0) == pytest.approx(60.75)
    uphill = measures.graded_load(a_run([3.0] * 3600, slope=0.05), 4.0)
    assert uphill == pytest.approx(100 * (3.0 * 1.3014 / 4.0) ** 2, rel=1e-3)


def test_half_of_the_time_must_be_known():
    """A load of a strap that was lost for most of the run is none."""
    beats: Values = [150.0] * 100 + [None] * 150

    with pytest.raises(NotMeasured, match="known for 40 % of the time"):
        measures.trimp_of(beats, 50.0, 190.0, "men")
    with pytest.raises(NotMeasured, match="no heart rate was measured"):
        measures.edwards_of([None, None], 190.0)


# --- steady running


def halves(first: tuple[float, float], second: tuple[float, float], minutes: int = 60) -> RunSeconds:
    """Ten minutes to warm up, then two halves of one speed and heart rate each."""
    half = 30 * minutes
    speeds: Values = [3.0] * 600 + [first[0]] * half + [second[0]] * half
    beats: Values = [130.0] * 600 + [first[1]] * half + [second[1]] * half
    return a_run(speeds, beats)


def test_decoupling_is_that_of_its_example():
    """3.333 m/s at 145, then 3.300 at 152, are 5.55 %."""
    run = halves((3.333, 145.0), (3.300, 152.0))

    assert measures.decoupling_of(measures.steady_halves(run), None) == pytest.approx(0.055498, abs=1e-5)
    assert measures.drift_of(measures.steady_halves(run)) == pytest.approx(7.0)


def test_decoupling_needs_a_long_steady_level_cool_run():
    """Each condition has its own reason."""
    with pytest.raises(NotMeasured, match="30 min after the first 10, 40 are needed"):
        measures.steady_halves(halves((3.0, 140.0), (3.0, 141.0), minutes=30))
    with pytest.raises(NotMeasured, match="not steady: its minutes differ by 20 %"):
        measures.steady_halves(halves((2.5, 140.0), (3.7, 170.0)))
    with pytest.raises(NotMeasured, match="too warm"):
        measures.decoupling_of(measures.steady_halves(halves((3.0, 140.0), (3.0, 141.0))), 145.0)
    with pytest.raises(NotMeasured, match="not on the level"):
        measures.steady_halves(a_run([3.0] * 4000, [140.0] * 4000, slope=0.04))
    with pytest.raises(NotMeasured, match="no heart rate"):
        measures.steady_halves(a_run([3.0] * 4000))


def test_drift_needs_one_speed():
    """A faster second half says nothing of drift."""
    run = halves((3.0, 140.0), (3.1, 150.0))

    with pytest.raises(NotMeasured, match=r"3.3 % faster"):
        measures.drift_of(measures.steady_halves(run))


def test_late_pace_is_held_against_the_same_heart_rate():
    """After 90 min the same 150 bpm give 5 % less; a run of 95 min is too short to tell."""
    run = a_run([3.0] * 5400 + [2.85] * 1200, [150.0] * 6600)

    assert measures.late_pace(run) == pytest.approx(-0.05)
    with pytest.raises(NotMeasured, match="95 min, 100 are needed"):
        measures.late_pace(steady(95))
    with pytest.raises(NotMeasured, match="150 bpm were not held"):
        measures.late_pace(a_run([3.0] * 6600, [150.0] * 5400 + [160.0] * 1200))


def test_heart_rate_at_a_pace_waits_for_the_heart():
    """The first ten minutes and the first three at a pace do not count."""
    run = a_run([2.5] * 900 + [3.0] * 900, [120.0] * 900 + [130.0] * 180 + [150.0] * 720)

    beats, seconds = measures.heart_rate_at(run, 3.0)

    assert beats == pytest.approx(150.0)
    assert 690 <= seconds <= 720
    with pytest.raises(NotMeasured, match="3 min are needed"):
        measures.heart_rate_at(run, 4.0)
    assert measures.heart_at_paces(run)[330][0] == pytest.approx(150.0)
    assert measures.heart_at_paces(run)[400][0] == pytest.approx(120.0, abs=0.2)


# --- even


def test_halves_finish_and_quarters():
    """1:30:00 and 1:36:00 are +6.7 %; the last fifth 10 % faster is +10 %."""
    assert measures.halves_of([5400.0, 5760.0]) == pytest.approx(0.066667, abs=1e-6)
    assert measures.halves_of([90.0, 91.0, 200.0, 92.0, 93.0]) == pytest.approx(185 / 181 - 1)
    assert measures.finish_of(a_run([3.0] * 1200 + [3.3] * 300)) == pytest.approx(0.1)
    assert measures.quarters_of([3.0] * 480) == 0.0
    assert measures.negative_split(a_run([3.0] * 1000 + [3.0 / 1.1] * 1100)) == pytest.approx(0.1, abs=1e-3)
    with pytest.raises(NotMeasured, match=r"1.8 km, 3 are needed"):
        measures.negative_split(steady(10))
    with pytest.raises(NotMeasured, match="10 min, 20 are needed"):
        measures.finish_of(steady(10))


def test_reps_against_each_other():
    """The first against the others, the last against the first, and the trend of them."""
    times = [96.0, 98.0, 99.0, 100.0]

    assert measures.first_against_others(times) == pytest.approx(96 / 99 - 1)
    assert measures.last_over_first(times) == pytest.approx(100 / 96 - 1)
    assert measures.trend_of(times) == pytest.approx(1.3)
    laps = [96.0, 97.0, 96.0, 98.0, 99.0, 97.0, 98.0, 95.0]
    assert zones.variation(laps) == pytest.approx(0.013498, abs=1e-6)


def test_fade_is_the_last_third_against_the_first():
    """The seconds of getting up to speed do not count, and a short rep has no fade."""
    speeds: Values = [1.0] * 7 + [4.4] * 30 + [4.2] * 30 + [4.0] * 30

    assert measures.fade_of(speeds) == pytest.approx(0.1)
    with pytest.raises(NotMeasured, match="too short"):
        measures.fade_of(speeds[:40])
    with pytest.raises(NotMeasured, match="a stop in it"):
        measures.fade_of([*speeds, 1.0, 0.5, 0.0, 0.0])
    with pytest.raises(NotMeasured, match="speed"):
        measures.fade_of([*speeds[:60], *([None] * 37)])


def test_kilometres_are_scaled_to_the_metres_of_the_run():
    """A speed that reads 2 % short of the distance is stretched, and the last lap is what is left."""
    laps = measures.splits_of(steady(15, 3.0), 2754.0)

    assert [round(lap.metres) for lap in laps] == [1000, 1000, 754]
    assert laps[0].time_s == pytest.approx(1000 / 3.06, abs=0.01)
    assert laps[-1].total_s == pytest.approx(900.0)
    assert laps[0].heart_rate == 150.0
    assert measures.splits_of(steady(15, 3.0), None, "mile")[0].metres == pytest.approx(1609.344)
    with pytest.raises(NotMeasured):
        measures.splits_of(a_run([3.0, None, None]), 1000.0)


def test_best_efforts_are_the_shortest_windows():
    """400 m at 5 m/s inside a jog take 80 s."""
    run = a_run([2.5] * 100 + [5.0] * 100 + [2.5] * 300)

    bests = measures.best_efforts(run)

    assert bests["400"] == pytest.approx(80.0)
    assert bests["800"] == pytest.approx(100 + 300 / 2.5)
    assert "5k" not in bests
    assert list(measures.best_efforts(a_run([5.0] * 8500)))[-1] == "marathon"


def test_red_seconds_are_counted_by_the_kilometre():
    """3 min over threshold in the second kilometre, and a last one that is not whole."""
    beats: Values = [150.0] * 300 + [172.0] * 180 + [150.0] * 120 + [None] * 100

    kilometres = measures.red_kilometres(a_run([4.0] * 700, beats), 170.0)

    assert [(each.number, each.seconds) for each in kilometres] == [(1, 0.0), (2, 180.0), (3, 0.0)]
    assert kilometres[-1].metres == pytest.approx(800.0)


def test_every_heart_rate_has_one_zone():
    """Seconds of all zones add up; below the first there is a place without a name."""
    found = measures.zone_seconds([90.0, 120.0, 150.0, None, 189.0], zones.maximum(190.0))

    assert found == {"": 1.0, "1": 0.0, "2": 1.0, "3": 1.0, "4": 0.0, "5": 1.0}


# --- beats


def lcg(count: int) -> list[float]:
    """The noise of the reference vector: 500 ms and 20 times a linear congruential generator."""
    state, values = 1, []
    for _ in range(count):
        state = (1103515245 * state + 12345) % 2**31
        values.append(500.0 + 20.0 * (state / 2**31 - 0.5))
    return values


def test_dfa_is_taken_of_windows_of_two_minutes():
    """Noise of ten minutes has five windows near 0.5 to 0.7, each of them usable."""
    at, intervals = 0.0, []
    for length in lcg(1300):
        at += length / 1000.0
        intervals.append((at, length))

    beats = measures.beats_of(intervals)

    assert beats.windows == 5
    assert len(beats.alphas) == 5
    assert 0.45 < measures.alpha_of(beats) < 0.75
    assert measures.share_over(beats, 0.75) == 0.0
    assert beats.artefact_share < 0.02


def test_dfa_says_nothing_of_spoilt_or_few_beats():
    """Every tenth beat missed leaves no window; a minute of beats has none."""
    at, intervals = 0.0, []
    for place, length in enumerate(lcg(1300)):
        at += length / 1000.0
        intervals.append((at, 2 * length if place % 10 == 0 else length))

    with pytest.raises(NotMeasured, match="of 5 windows have at most 3 % of artefacts"):
        measures.alpha_of(measures.beats_of(intervals))
    assert measures.beats_of(intervals[:100]).windows == 0
    metronome = [(0.5 * place, 0.0 if place == 7 else 500.0) for place in range(600)]
    assert measures.beats_of(metronome).alphas == ()


# --- cues and sensors


def test_an_answer_is_five_seconds_inside_the_band():
    """Too slow at 3.0, back at 3.6 after 8 s: the mean of five is in the band 4 s later."""
    after: Values = [3.0] * 8 + [3.6] * 20

    assert answered_after(after, 3.5, 3.7, 30.0) == 13.0
    assert answered_after([3.0] * 30, 3.5, None, 30.0) is None
    assert answered_after([None] * 10 + [3.6] * 20, 3.5, None, 30.0) == 13.0
    with pytest.raises(NotMeasured):
        answered_after([None] * 30, 3.5, None, 30.0)


def test_an_answer_to_seconds_is_a_change_of_speed():
    """Behind the light: 2 % faster is an answer, 1 % is none."""
    assert nearer_after([4.0] * 10, [4.0] * 5 + [4.08] * 25, faster=True) == 9.0
    assert nearer_after([4.0] * 10, [4.04] * 30, faster=True) is None
    assert nearer_after([4.0] * 10, [3.9] * 30, faster=False) == 5.0


def test_a_gap_in_a_pause_is_no_drop_out():
    """Silent from 50 to 60 while running, and from 100 to 200 in a pause."""
    changes = [
        (0.0, True, 0.0),
        (53.0, False, 3.0),
        (60.0, True, 0.0),
        (103.0, False, 3.0),
        (200.0, True, 0.0),
    ]

    live, gaps = heard_share(changes, ((0.0, 100.0), (200.0, 300.0)))

    assert gaps == [10.0]
    assert live == pytest.approx(0.95)
    assert heard_share([(5.0, False, 3.0)], ((0.0, 100.0),)) == (0.0, [])


def test_a_silence_to_the_end_counts():
    """A strap that was lost for good is silent until the end."""
    live, gaps = heard_share([(0.0, True, 0.0), (43.0, False, 3.0)], ((0.0, 100.0),))

    assert gaps == [60.0]
    assert live == pytest.approx(0.4)


def test_what_does_not_apply_is_also_not_measured():
    """A caller that asks for a reason gets it in both cases."""
    assert issubclass(DoesNotApply, NotMeasured)
