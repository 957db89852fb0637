"""The results of steps."""

import pytest

from coach.quantities import Metres, Seconds
from coach.session.config import StartPolicy
from coach.session.distance import RunningClock
from coach.session.phases import Button
from coach.session.results import ReadingHistory, ReadingSeries
from coach.signals.readings import Reading, Reported, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, DelayStart, Quantity, StepTarget, TimeEnd
from tests.session.builders import Track, jog, pace, rest, send_off, step, work, work_time


def target(quantity: Quantity, low: float, high: float) -> StepTarget:
    """A target of any quantity."""
    return StepTarget(quantity, Band(low, None, high), "it")


def test_heart_rate_and_cadence():
    """A result holds mean and highest heart rate, and the mean cadence while above 0."""
    track = Track(work_time(20.0), rest(20.0))
    for second in range(20):
        track.feed(Reported(Seconds(second + 0.5), Source.STRAP, heart_rate=140.0 + second))  # type: ignore[arg-type]
        cadence = 0.0 if second < 10 else 180.0
        track.feed(Reported(Seconds(second + 0.6), Source.POD, cadence=cadence))  # type: ignore[arg-type]
    track.wait(21.0)
    ended = track.ended("work")
    assert (ended.mean_heart_rate, ended.max_heart_rate, ended.cadence) == (149.5, 159.0, 180.0)


@pytest.mark.parametrize(("length", "drop"), [(59.0, None), (60.0, 30.0), (90.0, 30.0)])
def test_a_rest_of_a_minute_has_a_drop(length, drop):
    """The heart rate after 60 s is known at the end of a rest of 60 s, when no later one is."""
    track = Track(work_time(20.1), rest(length), work_time(30.0))
    for second in range(int(length) + 24):
        rate = 160.0 - 0.5 * max(0.0, second + 0.9 - 20.1)
        track.feed(Reported(Seconds(second + 0.9), Source.STRAP, heart_rate=rate))  # type: ignore[arg-type]
    track.wait(length + 25.0)
    assert track.ended("rest").heart_rate_drop == (None if drop is None else pytest.approx(drop, abs=0.6))


def test_what_was_measured_in_a_pause_is_left_out():
    """Heart rates of a pause are no part of the step's mean."""
    track = Track(work_time(20.0), rest(20.0))
    track.heart(160.0, 1.0, 10.0)
    track.press(Button.PAUSE, 10.0)
    track.heart(100.0, 11.0, 30.0)
    track.press(Button.RESUME, 30.0)
    track.heart(160.0, 31.0, 40.0)
    track.wait(41.0)
    assert track.ended("work").mean_heart_rate == 160.0
    assert track.ended("work").broken


@pytest.mark.parametrize(
    ("aim", "share"),
    [
        (target(Quantity.SPEED, 3.9, 4.1), 0.5),
        (target(Quantity.HEART_RATE, 150.0, 160.0), 1.0),
        (target(Quantity.CADENCE, 175.0, 185.0), 0.0),
        (target(Quantity.EFFORT, 0.0, 1.0), None),
        (None, None),
    ],
)
def test_share_in_band(aim, share):
    """The share on target is that of the samples after the first 15 s, and unknown for words."""
    track = Track(work_time(35.0, target=aim), rest(20.0))
    track.run_at(4.0, 0.0, 26.0, heart_rate=155.0)
    track.run_at(5.0, 26.0, 36.5, heart_rate=155.0)
    ended = track.ended("work")
    assert ended.in_band_fraction == (None if share is None else pytest.approx(share, abs=0.05))


def test_share_in_band_of_a_paused_step():
    """What was run in a pause is not held against the band."""
    track = Track(work_time(40.0, target=target(Quantity.SPEED, 3.9, 4.1)), rest(20.0))
    track.run_at(4.0, 0.0, 20.5)
    track.press(Button.PAUSE, 20.5)
    track.run_at(1.0, 21.0, 60.5)
    track.press(Button.RESUME, 60.5)
    track.run_at(4.0, 61.0, 82.0)
    assert track.ended("work").in_band_fraction == 1.0


def test_a_short_step_has_no_share():
    """A step over in its first 15 s has no share on target."""
    track = Track(work_time(10.0, target=pace(4.0)), rest(20.0))
    track.run_at(4.0, 0.0, 12.0)
    assert track.ended("work").in_band_fraction is None


def test_power_has_a_share_too():
    """Power is held against its band like any quantity."""
    track = Track(work_time(30.0, target=target(Quantity.POWER, 290.0, 310.0)), rest(20.0))
    for second in range(31):
        track.feed(Reported(Seconds(second + 0.5), Source.POD, power=300.0))  # type: ignore[arg-type]
    assert track.ended("work").in_band_fraction == 1.0


def test_bands_of_a_ramp():
    """Half way up a ramp the band is half way; an open side stays open, one that begins later is its own."""
    ramp = StepTarget(Quantity.SPEED, Band(3.0, None, None), "r", ramp=Band(4.0, None, 5.0))
    assert ramp.at(0.5) == Band(3.5, None, 5.0)
    assert ramp.at(7.0) == Band(4.0, None, 5.0)
    assert Band(3.0, None, None).contains(99.0)
    assert not Band(3.0, None, 4.0).contains(4.1)


def test_a_timed_rep_cut_short_is_cut():
    """A timed rep ended by next is cut when more than half a second is missing."""
    for at, cut in ((30.0, True), (59.8, False)):
        track = Track(work_time(60.0), rest(20.0))
        track.press(Button.NEXT, at)
        assert track.ended("work").cut is cut


def test_a_series_keeps_each_time_once():
    """A series takes what is newer than its newest, and nothing else."""
    series = ReadingSeries()
    reading = Reading(Seconds(1.0), 5.0, Source.POD, Seconds(1.0))
    assert series.add(reading)
    assert not series.add(reading)
    assert not series.add(None)
    assert not ReadingHistory().speed.between(Seconds(0.0), Seconds(9.0))


def test_the_running_clock():
    """Running time stands still in pauses, also for moments asked for later, and knows its moments again."""
    clock = RunningClock()
    assert not clock.has_paused
    clock.resume(Seconds(1.0))
    clock.pause(Seconds(10.0))
    clock.pause(Seconds(12.0))
    assert (clock.running(Seconds(15.0)), clock.moment(Seconds(11.0))) == (10.0, None)
    assert clock.moment(Seconds(9.0)) == 9.0
    clock.resume(Seconds(20.0))
    clock.pause(Seconds(30.0))
    clock.resume(Seconds(35.0))
    assert clock.running(Seconds(12.0)) == 10.0
    assert clock.running(Seconds(40.0)) == 25.0
    assert clock.moment(Seconds(25.0)) == 40.0
    assert clock.between(Seconds(5.0), Seconds(40.0)) == 20.0
    assert clock.pauses(Seconds(0.0), Seconds(32.0)) == [(10.0, 20.0), (30.0, 32.0)]


def test_confirming_before_a_countdown_moves_it():
    """A mark that re-times a rep before a step with a count-down moves the count-down with it."""
    track = Track(work(400.0), work(400.0, "second", start=DelayStart(Seconds(30.0))))
    track.run_at(4.0, 0.0, 103.0)
    assert track.session.left_s(Seconds(103.0)) == pytest.approx(27.0)
    track.mark(103.0)
    assert track.session.left_s(Seconds(103.0)) == pytest.approx(30.0)


def test_confirming_before_a_send_off_moves_its_slots():
    """A mark that re-times the jog before a send-off moves the slots with the first rep."""
    track = Track(jog(200.0), *send_off(120.0, 400.0, 2))
    track.run_at(4.0, 0.0, 52.5)
    track.mark(52.5)
    track.press(Button.NEXT, 120.0)
    assert track.session.left_s(Seconds(120.0)) == pytest.approx(52.5 + 120.0 - 120.0)


def test_left_and_expected():
    """What is left of a step, and when it will end, by time, by distance at its mean, and unknown."""
    timed = Track(work_time(60.0))
    assert (timed.session.left_s(Seconds(20.0)), timed.session.expected_end(Seconds(20.0))) == (40.0, 60.0)
    measured = Track(work(400.0), starts=StartPolicy())
    measured.run_at(4.0, 0.0, 51.0)
    assert measured.session.left_s(Seconds(50.0)) is None
    assert measured.session.left_m(Seconds(50.0)) == pytest.approx(200.0)
    assert measured.session.expected_end(Seconds(50.0)) == pytest.approx(100.0)
    assert measured.session.mean_speed(Seconds(50.0)) == pytest.approx(4.0)
    assert measured.session.mean_speed(Seconds(60.0)) is None
    by_hand = Track(work(400.0), by_hand=True)
    assert by_hand.session.expected_end(Seconds(50.0)) is None
    assert by_hand.session.left_m(Seconds(50.0)) is None


def test_a_ramp_by_distance_now():
    """A ramp of a step by distance goes with its metres."""
    ramp = StepTarget(Quantity.SPEED, Band(3.0, 3.1, 3.2), "ramp", ramp=Band(4.0, 4.1, 4.2))
    track = Track(step("work", Kind.WORK, *work(400.0).until.ends, target=ramp))
    track.run_at(4.0, 0.0, 51.0)
    now = track.session.target_now(Seconds(50.0))
    assert now is not None
    assert now.band.aim == pytest.approx(3.6)
    assert Metres(now.band.low or 0.0) == pytest.approx(3.5)


def test_the_plan_is_in_the_result():
    """A result carries the step as it was when it ended."""
    track = Track(step("work", Kind.WORK, TimeEnd(Seconds(10.0))), rest(20.0))
    track.wait(11.0)
    assert track.ended("work").step.until.time() == 10.0
