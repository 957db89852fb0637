"""The total of all sources, counters that wrap or jump, and the factor of a pod."""
# mypy: disable-error-code="arg-type"
# plain numbers stand for quantities here

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.gatt.running_speed_cadence import DISTANCE_WRAPS_AT
from coach.signals.config import LearntFactor, SignalSettings
from coach.signals.odometer import Odometer
from coach.signals.readings import DISTANCE_PRIORITY, Source


def an_odometer(**changes):
    """An odometer with the defaults, but for what a test changes."""
    return Odometer(SignalSettings(**changes))


def run(odometer, seconds, speed, *, source=Source.POD, start=0.0, counter=0.0, period=1.0, wraps=False):
    """Feed a cumulative source at an even speed; the counter and time it ends with."""
    at = start
    while at <= start + seconds:
        odometer.on_sample(source, at, period, counter + speed * (at - start), speed, wraps=wraps)
        at += period
    return at - period, counter + speed * (at - period - start)


def jog(odometer, seconds, speed, *, source=Source.WATCH, start=0.0, period=1.0):
    """Feed a source that knows its speed only."""
    at = start
    while at <= start + seconds:
        odometer.on_sample(source, at, period, None, speed)
        at += period


def test_knows_nothing_before_the_first_sample():
    """Without a sample there is no distance, no source and no time, never 0."""
    odometer = an_odometer()
    assert odometer.latest() is None
    assert odometer.source_at(0.0) is None
    assert odometer.last_source() is None
    assert odometer.metres_at(0.0) is None
    assert odometer.time_at(0.0, 0.0) is None
    assert odometer.factor() == (1.0, 0.03)
    assert odometer.period_s() == 1.0
    assert odometer.learn(0.0, 400.0, 400.0, "mark") is None


def test_differences_are_used_never_the_counter_itself():
    """A pod that has a lifetime behind it starts the run at 0 m."""
    odometer = an_odometer()
    run(odometer, 100, 4.0, counter=123_456.0)
    assert odometer.latest() == (100.0, pytest.approx(400.0))


def test_metres_and_times_are_interpolated():
    """Between samples the total is a straight line; beyond the newest nothing is known."""
    odometer = an_odometer()
    run(odometer, 10, 4.0)
    assert odometer.metres_at(2.5) == pytest.approx(10.0)
    assert odometer.metres_at(10.0) == pytest.approx(40.0)
    assert odometer.metres_at(10.1) is None
    assert odometer.metres_at(-0.1) is None
    assert odometer.time_at(10.0, 0.0) == pytest.approx(2.5)
    assert odometer.time_at(10.0, 7.0) == 7.0
    assert odometer.time_at(40.1, 0.0) is None
    assert odometer.time_at(0.0, 0.0) == 0.0


def test_the_first_time_counts_while_the_runner_stands():
    """A distance reached before a rest was reached when the runner got there, not when the rest ended."""
    odometer = an_odometer()
    end, counter = run(odometer, 10, 4.0)
    run(odometer, 30, 0.0, start=end + 1, counter=counter)
    assert odometer.time_at(40.0, 0.0) == pytest.approx(10.0)
    assert odometer.metres_at(25.0) == pytest.approx(40.0)


def test_a_lost_link_is_bridged_by_the_counter():
    """The metres of a lost half minute come back with the pod, and leave no hole."""
    odometer = an_odometer()
    run(odometer, 10, 4.0)
    odometer.on_sample(Source.POD, 40.0, 1.0, 160.0, 4.0)
    assert odometer.latest() == (40.0, pytest.approx(160.0))
    assert odometer.metres_at(25.0) == pytest.approx(100.0)
    assert list(odometer.gaps(0.0, 40.0)) == []


def test_the_counter_of_a_pod_wraps():
    """A u32 of decimetres that passes its end goes on counting; a file's counter that falls was reset."""
    odometer = an_odometer()
    for second in range(10):
        counter = (DISTANCE_WRAPS_AT - 20.0 + 4.0 * second) % DISTANCE_WRAPS_AT
        assert odometer.on_sample(Source.POD, float(second), 1.0, counter, 4.0, wraps=True) == ""
    assert odometer.latest() == (9.0, pytest.approx(36.0))


def test_a_pod_that_starts_again_at_zero_loses_nothing_within_a_second():
    """When the counter falls to 0 between two seconds, the second is run at the speeds around it."""
    odometer = an_odometer()
    run(odometer, 100, 4.0)
    assert odometer.on_sample(Source.POD, 101.0, 1.0, 0.0, 4.0) == "the distance was reset"
    assert odometer.on_sample(Source.POD, 102.0, 1.0, 4.0, 4.0) == ""
    assert odometer.latest() == (102.0, pytest.approx(408.0))


def test_a_pod_reset_during_a_gap_brings_what_it_counted_since():
    """A pod that woke up anew in a gap credits its own count, and the gap is a hole."""
    odometer = an_odometer()
    run(odometer, 100, 4.0)
    assert odometer.on_sample(Source.POD, 160.0, 1.0, 80.0, 4.0)
    assert odometer.latest() == (160.0, pytest.approx(480.0))
    assert list(odometer.gaps(0.0, 200.0)) == [(100.0, 160.0)]
    assert list(odometer.gaps(120.0, 130.0)) == [(120.0, 130.0)]
    assert list(odometer.gaps(160.0, 200.0)) == []
    assert list(odometer.gaps(20.0, 90.0)) == []


def test_a_count_that_nobody_could_run_is_not_believed():
    """A leap of 10 km in a second is told and not run; the count goes on from there."""
    odometer = an_odometer()
    run(odometer, 10, 4.0)
    assert odometer.on_sample(Source.POD, 11.0, 1.0, 10_040.0, 4.0) == "the distance jumped"
    assert odometer.on_sample(Source.POD, 12.0, 1.0, 10_044.0, 4.0) == ""
    assert odometer.latest() == (12.0, pytest.approx(48.0))


def test_a_count_that_falls_a_little_waits():
    """A watch that takes back two metres stands still until it is past them; nothing is counted twice."""
    odometer = an_odometer()
    run(odometer, 10, 4.0, source=Source.WATCH)
    assert odometer.on_sample(Source.WATCH, 11.0, 1.0, 38.0, 4.0) == ""
    assert odometer.latest() == (11.0, pytest.approx(40.0))
    odometer.on_sample(Source.WATCH, 12.0, 1.0, 44.0, 4.0)
    assert odometer.latest() == (12.0, pytest.approx(44.0))


def test_speed_alone_is_integrated_by_trapezoid():
    """From standing to 4 m/s in one second is 2 m, then 4 m a second."""
    odometer = an_odometer()
    for second, speed in enumerate([0.0, 4.0, 4.0, 2.0]):
        odometer.on_sample(Source.WATCH, float(second), 1.0, None, speed)
    assert odometer.latest() == (3.0, pytest.approx(2.0 + 4.0 + 3.0))


def test_speed_alone_is_not_integrated_across_a_gap():
    """What a speed-only source did in a gap is unknown: no metres, and a hole."""
    odometer = an_odometer()
    jog(odometer, 10, 3.0)
    jog(odometer, 10, 3.0, start=30.0)
    assert odometer.latest() == (40.0, pytest.approx(60.0))
    assert list(odometer.gaps(0.0, 40.0)) == [(10.0, 30.0)]


def test_sparse_speeds_are_integrated_at_their_own_period():
    """Speeds every five seconds are no gap for a file that has one every five seconds."""
    odometer = an_odometer()
    jog(odometer, 60, 3.0, period=5.0)
    assert odometer.latest() == (60.0, pytest.approx(180.0))
    assert odometer.period_s() == 5.0
    assert list(odometer.gaps(0.0, 60.0)) == []


def test_speeds_between_the_counts_are_not_counted_twice():
    """A source whose counter comes every fifth sample moves on with its speed and ends on its count."""
    odometer = an_odometer()
    for second in range(101):
        count = 4.0 * second if second % 5 == 0 else None
        odometer.on_sample(Source.WATCH, float(second), 1.0, count, 4.1)
    assert odometer.latest() == (100.0, pytest.approx(400.0, abs=0.5))


def test_the_best_source_that_is_not_stale_drives():
    """The pod drives while it is heard; the watch takes over once it is stale; the pod takes it back."""
    odometer = an_odometer()
    for second in range(61):
        at = float(second)
        if not 20 < second < 40:
            odometer.on_sample(Source.POD, at, 1.0, 4.0 * at, 4.0)
        odometer.on_sample(Source.WATCH, at + 0.5, 1.0, 5.0 * (at + 0.5), 5.0)
        if second == 20:
            assert odometer.last_source() is Source.POD
        if second == 30:
            assert (odometer.last_source(), odometer.source_at(at)) == (Source.WATCH, Source.WATCH)
            assert odometer.latest() == (30.5, pytest.approx(80.0 + 5.0 * 10.5))
    assert odometer.last_source() is Source.POD
    assert odometer.source_at(60.0) is Source.POD
    assert odometer.source_at(100.0) is None
    metres_by_watch = 5.0 * 19.5  # from the pod's last sample at 20 s to the watch's at 39.5 s
    assert odometer.latest() == (60.0, pytest.approx(80.0 + metres_by_watch + 4.0 * 20.5))


def test_a_source_heard_for_the_first_time_in_a_gap_leaves_a_hole():
    """Nobody knows the metres between the last of one source and the first of another."""
    odometer = an_odometer()
    run(odometer, 10, 4.0)
    run(odometer, 10, 4.0, source=Source.TREADMILL, start=20.0, counter=900.0)
    assert odometer.latest() == (30.0, pytest.approx(80.0))
    assert list(odometer.gaps(0.0, 30.0)) == [(10.0, 20.0)]


def test_a_hole_is_filled_when_a_count_covers_it():
    """What a watch without a count left open, the pod's count fills when it is back."""
    odometer = an_odometer()
    run(odometer, 20, 4.0)
    jog(odometer, 10, 4.0, start=18.5)
    jog(odometer, 5, 4.0, start=50.5)
    assert list(odometer.gaps(0.0, 60.0)) == [(28.5, 50.5)]
    assert odometer.latest()[1] == pytest.approx(80.0 + 8.5 * 4.0 + 5.0 * 4.0)
    odometer.on_sample(Source.POD, 60.0, 1.0, 240.0, 4.0)
    assert odometer.latest() == (60.0, pytest.approx(240.0))
    assert list(odometer.gaps(0.0, 60.0)) == []


def test_a_count_that_comes_again_fills_its_own_gap():
    """A source whose count and speed were both missing for a while closes the hole with its next count."""
    odometer = an_odometer()
    run(odometer, 10, 4.0, source=Source.WATCH)
    odometer.on_sample(Source.WATCH, 20.0, 1.0, None, 4.0)
    assert list(odometer.gaps(0.0, 20.0)) == [(10.0, 20.0)]
    odometer.on_sample(Source.WATCH, 21.0, 1.0, 84.0, 4.0)
    assert odometer.latest() == (21.0, pytest.approx(84.0))
    assert list(odometer.gaps(0.0, 21.0)) == []


def test_a_count_that_began_with_the_run_fills_every_hole():
    """A worse source whose count spans a hole of the better one fills it once it has to drive."""
    odometer = an_odometer()
    odometer.on_sample(Source.WATCH, 0.0, 1.0, 0.0, 4.0)
    jog(odometer, 5, 4.0, source=Source.POD, start=0.0)
    jog(odometer, 5, 4.0, source=Source.POD, start=30.0)
    odometer.on_sample(Source.WATCH, 39.0, 1.0, 156.0, 4.0)
    assert odometer.latest() == (39.0, pytest.approx(156.0))


def test_sources_off_the_ladder_are_no_distance():
    """What a strap or a clock says of distance is not the distance run."""
    odometer = an_odometer()
    run(odometer, 10, 4.0, source=Source.STRAP)
    assert odometer.latest() is None


def test_two_samples_at_one_time_are_one_point():
    """Duplicates change nothing, and late bytes that arrive at once are all counted."""
    odometer = an_odometer()
    run(odometer, 10, 4.0)
    odometer.on_sample(Source.POD, 10.0, 1.0, 40.0, 4.0)
    odometer.on_sample(Source.POD, 10.0, 1.0, 44.0, 4.0)
    assert odometer.latest() == (10.0, pytest.approx(44.0))
    assert odometer.metres_at(10.0) == pytest.approx(44.0)


def long_pod(odometer, laps=3, *, factor=1.02, speed=4.0):
    """A pod that says `factor` metres for each true one, over some laps; the time it took."""
    seconds = int(400 * laps / speed)
    run(odometer, seconds, speed * factor)
    return float(seconds)


def test_one_good_press_teaches_nearly_the_whole_factor():
    """A pod that reads long 2 % is believed 0.980 after one press over 400 m, from `apply` on."""
    odometer = an_odometer()
    end = long_pod(odometer, 1)
    learnt = odometer.learn(end, 408.0, 400.0, "mark")
    assert learnt is not None
    assert (learnt.at, learnt.origin) == (end, "mark")
    assert learnt.factor == pytest.approx(1 / 1.02, abs=0.0003)
    assert learnt.sd == pytest.approx(0.0025, abs=0.0001)
    assert odometer.factor() == (1.0, 0.03)
    before = odometer.latest()
    odometer.apply()
    assert odometer.factor() == (learnt.factor, learnt.sd)
    assert odometer.latest() == before
    odometer.on_sample(Source.POD, end + 1.0, 1.0, 408.0 + 4.08, 4.08)
    assert odometer.latest()[1] == pytest.approx(408.0 + 4.0, abs=0.01)
    assert odometer.speed_factor_of(Source.POD) == learnt.factor
    assert odometer.speed_factor_of(Source.WATCH) == 1.0


def test_the_update_is_the_normal_posterior():
    """Prior 1.00 +- 0.03 and a press 0.25 s off at 4 m/s over 400 m (0.0025) weigh by their variances."""
    odometer = an_odometer()
    end = long_pod(odometer, 1)
    learnt = odometer.learn(end, 408.0, 400.0, "mark")
    press = 0.25 * 4.08 / 400
    weight = 0.03**2 / (0.03**2 + press**2)
    assert learnt.factor == pytest.approx(1.0 + weight * (400 / 408 - 1.0))
    assert learnt.sd == pytest.approx((0.03**-2 + press**-2) ** -0.5)


def test_a_later_press_moves_it_two_per_cent_at_most():
    """After the first, one press is no more than 2 %, even where it says 4."""
    odometer = an_odometer()
    end = long_pod(odometer, 2, factor=1.0)
    assert odometer.learn(end, 400.0, 400.0, "mark").factor == pytest.approx(1.0)
    odometer.apply()
    second = odometer.learn(end, 400.0, 438.0, "stretch")
    assert 1.0 < second.factor <= 1.02 + 1e-9


def test_what_was_learnt_twice_before_it_applies_adds_up():
    """Two presses in one step both count, from the pod's own metres."""
    odometer = an_odometer()
    end = long_pod(odometer, 2)
    odometer.learn(end - 100.0, 408.0, 400.0, "mark")
    second = odometer.learn(end, 408.0, 400.0, "mark")
    assert second.factor == pytest.approx(1 / 1.02, abs=0.0003)
    assert second.sd < 0.0025
    assert second.sd >= 0.0017


def test_a_factor_that_changed_on_the_way_is_not_taken_for_the_whole_stretch():
    """A press after the boundary measures metres of the factor before it: the pod is the same pod."""
    odometer = an_odometer()
    end = long_pod(odometer, 2)
    odometer.learn(end - 100.0, 408.0, 400.0, "mark")
    odometer.apply()
    second = odometer.learn(end, 408.0, 400.0, "mark")
    assert second.factor == pytest.approx(1 / 1.02, abs=0.0003)


@pytest.mark.parametrize(
    ("measured", "true", "origin", "learns"),
    [
        (412.0, 400.0, "mark", True),
        (417.0, 400.0, "mark", False),
        (417.0, 400.0, "stretch", True),
        (441.0, 400.0, "stretch", False),
        (300.0, 300.0, "mark", False),
        (400.0, float("nan"), "mark", False),
        (float("inf"), 400.0, "mark", False),
        (-400.0, 400.0, "mark", False),
    ],
)
def test_only_a_long_enough_and_likely_stretch_teaches(measured, true, origin, learns):
    """From 400 m on, within 4 % for a press and 10 % for a declared stretch."""
    odometer = an_odometer()
    end = long_pod(odometer, 3)
    assert (odometer.learn(end, measured, true, origin) is not None) is learns


def test_a_walk_a_gap_or_a_watch_teach_nothing():
    """No factor is learnt under 3 m/s, across a hole, or for anything but a pod."""
    slow, broken, watch = an_odometer(), an_odometer(), an_odometer()
    run(slow, 200, 2.5)
    assert slow.learn(200.0, 400.0, 400.0, "mark") is None
    run(broken, 50, 4.0)
    broken.on_sample(Source.POD, 60.0, 1.0, 10.0, 4.0)
    run(broken, 60, 4.0, start=61.0, counter=14.0)
    assert broken.learn(121.0, 404.0, 400.0, "mark") is None
    run(watch, 100, 4.0, source=Source.WATCH)
    assert watch.learn(100.0, 400.0, 400.0, "mark") is None


def test_the_factor_of_earlier_runs_is_in_force_from_the_start():
    """A pod known to read long is corrected from the first metre; a watch never is."""
    learnt = (LearntFactor(Source.POD, 0.98, 0.004), LearntFactor(Source.WATCH, 0.9, 0.004))
    odometer = an_odometer(learnt=learnt)
    run(odometer, 100, 4.0)
    assert odometer.latest() == (100.0, pytest.approx(392.0))
    assert odometer.factor() == (0.98, 0.004)
    watch = an_odometer(learnt=learnt)
    run(watch, 100, 4.0, source=Source.WATCH)
    assert watch.latest() == (100.0, pytest.approx(400.0))


@given(st.lists(st.floats(0.9, 1.1), min_size=1, max_size=8))
def test_the_factor_stays_within_bounds(trues):
    """Whatever is pressed, the factor stays from 0.9 to 1.1 and its sd above 0."""
    odometer = an_odometer()
    end = long_pod(odometer, 1, factor=1.0)
    for true in trues:
        odometer.learn(end, 400.0, 440.0 * true / 1.1 + 1.0, "stretch")
        odometer.apply()
        factor, sd = odometer.factor()
        assert 0.9 <= factor <= 1.1
        assert 0.0 < sd <= 0.03


steps = st.tuples(
    st.sampled_from(DISTANCE_PRIORITY),
    st.floats(0, 40),
    st.none() | st.floats(0, 1e6) | st.floats(DISTANCE_WRAPS_AT - 100, DISTANCE_WRAPS_AT),
    st.none() | st.floats(0, 12),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=150)
@given(st.lists(steps, max_size=60))
def test_the_total_never_falls(what_comes):
    """Whatever sources say and when, the total never falls or leaps beyond what somebody could run."""
    odometer = an_odometer()
    at, seen = 0.0, []
    for source, later, distance, speed, wraps, learns in what_comes:
        at += later
        odometer.on_sample(source, at, 1.0, distance, speed, wraps=wraps)
        if learns:
            odometer.learn(at, 400.0, 396.0, "mark")
            odometer.apply()
        latest = odometer.latest()
        if latest is not None:
            seen.append(latest)
            assert odometer.metres_at(latest[0]) == latest[1]
            found = odometer.time_at(latest[1], 0.0)
            assert found is not None
            assert found <= latest[0]
    for (before, had), (after, has) in pairwise(seen):
        assert has >= had
        assert after >= before
    if seen:
        times = [seen[0][0] + (at - seen[0][0]) * part / 7 for part in range(8)]
        metres = [odometer.metres_at(time) for time in times if time <= seen[-1][0]]
        assert metres == sorted(metres)


@pytest.mark.parametrize(
    ("since", "at", "first", "total"),
    [
        (0.0, 11.0, 33.0, 63.0),
        (0.0, 11.0, 0.0, 30.0),
        (5.0, 11.0, 33.0, 63.0),
        (0.0, 11.0, 5033.0, 30.0),
        (0.0, 11.0, 132.1, 30.0),
        (0.0, 0.0, 33.0, 30.0),
    ],
    ids=["counted", "nothing yet", "later start", "cut out", "too fast by a hair", "at once"],
)
def test_the_first_count_of_a_file_is_since_its_start(since, at, first, total):
    """What was counted before the first value is run since the start, unless nobody runs 12 m/s for so long."""
    odometer = an_odometer()
    odometer.count_from(since)
    run(odometer, 10.0, 3.0, source=Source.WATCH, start=at, counter=first)

    assert odometer.latest() == (at + 10.0, pytest.approx(total))
    assert odometer.metres_at(since) == (0.0 if total > 30.0 or first == 0.0 or at == since else None)
    assert odometer.gaps(0.0, at + 10.0) == ()
