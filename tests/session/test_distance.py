"""Boundaries by distance: measured, bridged, re-timed, and by the clock."""

import pytest

from coach.gatt.running_speed_cadence import RunningSpeedCadenceMeasurement
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.session.events import Asked, EndReason, MovedBy, StepEnded
from coach.session.phases import Button, Phase
from coach.signals.readings import Characteristic, Notified, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import DistanceEnd
from tests.session.builders import Track, float_, jog, open_, rest, step, work, work_time


def test_an_end_is_interpolated_and_carried():
    """The first sample past the end ends the step, dated back to the crossing; the overshoot is the next step's."""
    track = Track(work(402.0), jog(200.0))
    track.run_at(4.0, 0.0, 102.0)
    ended = track.ended("work")
    assert (ended.at, ended.ended_at, ended.distance, ended.estimated) == (101.0, 100.5, 402.0, False)
    assert ended.time_s == 100.5
    assert ended.mean_speed == pytest.approx(4.0)
    assert ended.distance_source is Source.POD
    started = track.started("jog")
    assert (started.at, started.effective_at) == (101.0, 100.5)
    assert track.session.step_metres(Seconds(101.0)) == 2.0


def test_two_ends_between_two_samples():
    """Two boundaries between two samples end two steps, each at its own time."""
    track = Track(float_(10.0, "a"), float_(10.0, "b"), rest(60.0))
    track.run_at(4.0, 0.0, 1.0)
    track.unseen(4.0, 5.0)
    track.run_at(4.0, 2.5, 3.0)
    assert [event.step.step_id for event in track.all(StepEnded)] == ["a", "b"]


def test_what_is_not_stale_is_not_predicted():
    """A sample that comes 3 s late, past the end, ends the step where it was measured, never estimated."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 99.0)
    track.unseen(4.0, 2.0)
    track.wait(101.0)
    assert track.is_in(Phase.WORK)
    track.run_at(4.0, 101.0, 102.0)
    assert (track.ended("work").estimated, track.ended("work").ended_at) == (False, pytest.approx(100.0))


def gap_before_the_end() -> Track:
    """400 m at 4 m/s, lost at 90 s with 44 m to go."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 90.0)
    return track


def test_a_gap_is_bridged_by_the_mean_speed():
    """When the source is stale the bridge ends the step by its mean speed, and says that it is estimated."""
    track = gap_before_the_end()
    track.wait(95.0)
    assert track.session.step_metres(Seconds(95.0)) == pytest.approx(380.0)
    assert track.session.is_estimated(Seconds(95.0))
    track.wait(99.9)
    assert track.is_in(Phase.WORK)
    track.wait(110.0)
    ended = track.ended("work")
    assert ended.at == pytest.approx(100.0)
    assert ended.ended_at == pytest.approx(100.0)
    assert (ended.estimated, ended.distance, ended.distance_source) == (True, 400.0, Source.POD)
    assert track.started("rest").at == pytest.approx(100.0)


def test_a_bridge_shorter_than_staleness_ends_when_stale():
    """An end that the bridge puts before the source went stale is said when it is stale, with its true time."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 100.0)
    track.wait(110.0)
    ended = track.ended("work")
    assert ended.at == pytest.approx(102.0, abs=0.01)
    assert ended.ended_at == pytest.approx(100.0)
    assert ended.estimated


def test_a_bridge_without_a_mean_takes_the_target():
    """In the first 5 s of a step the bridge goes by the target."""
    track = Track(rest(10.0), work(80.0, mps=5.0), rest(60.0, "after"))
    track.run_at(3.0, 0.0, 12.0)
    track.wait(40.0)
    assert track.ended("work").estimated
    assert track.ended("work").ended_at == pytest.approx(11.0 + (80.0 - 3.0) / 5.0, abs=0.5)


def test_a_source_that_returns_re_times_the_boundary():
    """When the source returns past the end, the boundary moves to where it really was, and the carry with it."""
    track = gap_before_the_end()
    track.wait(105.0)
    track.unseen(4.0 * 14 / 15, 15.0)  # slower than bridged
    track.run_at(4.0, 105.0, 106.0)
    (moved,) = track.moves()
    assert (moved.by, moved.step_id, moved.distance) == (MovedBy.SOURCE, "work", None)
    assert moved.from_s == pytest.approx(100.0)
    assert 100.5 < moved.to_s < 101.5
    (result,) = track.session.results
    assert (result.estimated, result.distance) == (False, 400.0)
    assert result.ended_at == moved.to_s
    assert track.session.step_time(Seconds(106.0)) == pytest.approx(106.0 - moved.to_s)
    assert track.session.step_metres(Seconds(105.0)) == pytest.approx(16.0)


def test_a_runner_who_had_not_got_there_is_not_sent_back():
    """A runner short of the announced end keeps the new step; the true distance is said, and counted from there."""
    track = gap_before_the_end()
    track.wait(103.0)
    track.unseen(2.0, 13.0)
    track.run_at(4.0, 103.0, 104.0)
    (moved,) = track.moves()
    assert moved.from_s == moved.to_s == pytest.approx(100.0)
    assert (moved.by, moved.distance) == (MovedBy.SOURCE, pytest.approx(360 - 4 + 11 * (30 / 14), abs=1.0))
    assert track.is_in(Phase.RECOVERY)
    assert track.session.results[0].distance == moved.distance
    assert track.session.step_metres(Seconds(103.0)) == pytest.approx(3 * 30 / 14, abs=0.2)


def test_a_mark_moves_an_estimated_boundary():
    """A mark in the confirm window moves an estimated boundary too."""
    track = gap_before_the_end()
    track.wait(103.0)
    track.mark(103.0)
    (moved,) = track.moves()
    assert (moved.by, moved.to_s) == (MovedBy.MARK, 103.0)
    assert not track.session.results[0].estimated


def test_a_bridge_ends_after_thirty_seconds():
    """Beyond 30 s after the last sample nothing is known: no metres, and no end by distance."""
    track = Track(work(1000.0), rest(60.0))
    track.run_at(4.0, 0.0, 100.0)
    track.wait(130.0)
    assert track.session.step_metres(Seconds(128.9)) is not None
    assert track.session.step_metres(Seconds(129.1)) is None


def lost_for_good() -> Track:
    """1000 m for 250 s, the source lost at 99 s."""
    track = Track(work(1000.0), rest(60.0))
    track.run_at(4.0, 0.0, 100.0)
    return track


def test_a_long_gap_asks_for_the_line_and_offers_the_clock():
    """After 45 s it asks to press at the line, after 60 s it offers the clock; nothing is said twice."""
    track = lost_for_good()
    track.wait(240.0)
    assert [(event.at, event.offer) for event in track.all(Asked)] == [
        (144.0, "press_at_line"),
        (159.0, "clock_mode"),
    ]
    assert track.session.offer == "clock_mode"


def test_unanswered_it_ends_at_its_target_time():
    """Unanswered, the step ends at its target time, estimated.

    The 396 m that were measured in 99 s count in the run; of a step of 250 s they tell no distance, speed or light.
    """
    track = lost_for_good()
    track.wait(300.0)
    ended = track.ended("work")
    assert (ended.ended_at, ended.estimated, ended.light_s) == (250.0, True, None)
    assert (ended.distance, ended.mean_speed, ended.measured) == (None, None, 396.0)
    assert ended.run_metres == 396.0
    assert ended.reason is EndReason.DONE


def test_unanswered_it_ends_no_earlier_than_sixty_seconds():
    """A step whose target time is over ends 60 s after the last sample."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(2.0, 0.0, 90.0)
    track.wait(160.0)
    assert track.ended("work").ended_at == 89.0 + 60.0


def test_an_unpaced_step_ends_by_its_else_time():
    """An unpaced step in a gap ends at its else_time if that is later than 60 s."""
    track = Track(work(1000.0, mps=None, else_time_s=Seconds(300.0)), rest(60.0))
    track.run_at(2.0, 0.0, 100.0)
    track.wait(310.0)
    assert track.ended("work").ended_at == 300.0


def test_accepting_the_clock():
    """Accepted, the step runs on the clock: it ends at its target time, and its result says clock and no metres."""
    track = lost_for_good()
    track.wait(170.0)
    track.press(Button.ACCEPT, 170.0)
    assert track.session.is_clock_mode
    assert track.session.left_s(Seconds(170.0)) == 80.0
    track.wait(251.0)
    ended = track.ended("work")
    assert (ended.ended_at, ended.distance_source, ended.distance) == (250.0, Source.CLOCK, None)
    assert (ended.mean_speed, ended.light_s) == (None, None)


def test_accepting_the_clock_late_ends_the_step_now():
    """Accepted after the target time, the step ends at the press."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(2.0, 0.0, 100.0)
    track.wait(159.0)
    track.press(Button.ACCEPT, 159.0)
    assert track.ended("work").ended_at == 159.0


def test_a_mark_ends_a_step_that_asks_for_the_line():
    """Past the bridge the step is open to a mark, which is its end."""
    track = Track(work(1000.0, mps=None), rest(60.0))
    track.run_at(4.0, 0.0, 100.0)
    track.wait(150.0)
    track.mark(150.0)
    ended = track.ended("work")
    assert (ended.reason, ended.distance, ended.ended_at) == (EndReason.MARK, 1000.0, 150.0)


def test_a_source_that_returns_withdraws_the_offer():
    """When the source is back nothing is on offer, and the distance goes on across the gap."""
    track = lost_for_good()
    track.wait(165.0)
    track.unseen(4.0, 65.0)
    track.run_at(4.0, 165.0, 252.0)
    assert track.session.offer == ""
    assert (track.ended("work").estimated, track.ended("work").ended_at) == (False, pytest.approx(250.0))


def test_a_source_that_returns_re_times_an_end_by_the_clock():
    """A step that ended unanswered is re-timed too, when a returning source knows where its end was."""
    track = lost_for_good()
    track.wait(280.0)
    track.unseen(4.0, 180.0)
    track.run_at(4.0, 280.0, 281.0)
    (moved,) = track.moves()
    assert moved.to_s == pytest.approx(250.0, abs=1.0)
    assert track.session.results[0].distance == 1000.0


def test_clock_mode():
    """A step that begins with no source, not timed by hand, runs on its target time."""
    track = Track(work(400.0), rest(60.0))
    assert track.session.is_clock_mode
    assert track.session.left_s(Seconds(40.0)) == 60.0
    track.wait(101.0)
    ended = track.ended("work")
    assert (ended.reason, ended.ended_at, ended.distance_source) == (EndReason.DONE, 100.0, Source.CLOCK)
    assert (ended.distance, ended.mean_speed, ended.light_s, ended.estimated) == (None, None, None, False)
    assert track.all(Asked) == []


def test_clock_mode_without_a_pace():
    """An unpaced step on the clock takes its else_time, or 90 s per 200 m."""
    track = Track(jog(400.0), jog(400.0, "second", else_time_s=Seconds(100.0)), rest(60.0))
    track.wait(290.0)
    assert [(event.step.step_id, event.ended_at) for event in track.all(StepEnded)] == [
        ("jog", 180.0),
        ("second", 280.0),
    ]


def test_by_hand_there_is_no_clock_mode():
    """Timed by hand a step by distance waits for its mark, for ever."""
    track = Track(work(400.0), rest(60.0), by_hand=True)
    track.wait(2000.0)
    assert not track.session.is_clock_mode
    assert track.is_in(Phase.WORK)


@pytest.mark.parametrize("woken", [2.0, 8.0, 11.0, 60.0])
def test_a_source_that_wakes_late_measures_all_the_same(woken: float):
    """A step by distance that began on the clock ends by distance, its beginning taken at the target speed."""
    track = Track(work(400.0), rest(60.0))
    track.unseen(4.0, woken)
    track.run_at(4.0, woken, 110.0)
    ended = track.ended("work")
    assert (ended.distance_source, ended.distance) == (Source.POD, 400.0)
    assert ended.ended_at == pytest.approx(100.0)
    assert ended.estimated is (woken > 3.0)


@pytest.mark.parametrize("lifetime_m", [None, 0.0, 12_345.0])
def test_a_live_pod_that_wakes_late(lifetime_m: float | None):
    """Bytes of a pod that wakes 20 s into the rep measure it, whatever its counter stands at."""
    track = Track(work(400.0), work_time(30.0, "after"))
    for second in range(20, 131):
        counted = None if lifetime_m is None else Metres(lifetime_m + 4.0 * (second - 20))
        sent = RunningSpeedCadenceMeasurement(MetresPerSecond(4.0), 85, distance=counted)
        track.feed(Notified(Seconds(second), Source.POD, Characteristic.RSC_MEASUREMENT, bytes(sent)))
    ended = track.ended("work")
    assert (ended.reason, ended.distance, ended.distance_source) == (EndReason.DONE, 400.0, Source.POD)
    assert (ended.ended_at, ended.estimated) == (pytest.approx(100.0), True)
    assert track.ended("after").distance == pytest.approx(120.0)
    assert track.ended("after").estimated is False


def test_a_late_source_without_a_target_is_bridged_by_the_mean():
    """Without a target the first 30 s at most are taken at the mean speed of what follows."""
    for woken, ended_at in ((11.0, 100.0), (30.0, 100.0), (50.0, 120.0)):
        track = Track(jog(400.0), rest(60.0))
        track.unseen(4.0, woken)
        track.run_at(4.0, woken, 130.0)
        ended = track.ended("jog")
        assert (ended.ended_at, ended.estimated) == (pytest.approx(ended_at), True)


def test_a_step_not_by_distance_counts_from_the_first_value():
    """Nothing is invented for the seconds before it, and the mean speed is that of the measured rest."""
    for woken, metres in ((8.0, 168.0), (20.0, 120.0)):
        track = Track(work_time(50.0))
        track.unseen(4.0, woken)
        track.run_at(4.0, woken, 60.0)
        ended = track.ended("work")
        assert (ended.distance, ended.estimated) == (pytest.approx(metres), False)
        assert ended.mean_speed == pytest.approx(4.0)


def test_less_than_half_of_a_step_tells_no_distance():
    """A sprint of 10 s whose pod is lost after 2 s has no distance and no speed; its metres count in the run."""
    track = Track(work_time(10.0), work_time(10.0, "next"))
    track.run_at(6.0, 0.0, 3.0)
    track.wait(300.0)
    ended = track.ended("work")
    assert (ended.distance, ended.mean_speed, ended.light_s) == (None, None, None)
    assert ended.measured == ended.run_metres == pytest.approx(12.0)
    track.close(301.0)
    assert track.events[-1].distance == pytest.approx(12.0)


def test_what_was_measured_before_a_lost_end_counts():
    """A source lost for good leaves its metres; what follows is unknown, and the run's last step is not bridged."""
    for lost in (40.0, 90.0):
        track = Track(work_time(200.0))
        track.run_at(4.0, 0.0, 200.0 - lost)
        track.wait(300.0)
        ended = track.ended("work")
        assert (ended.distance, ended.estimated) == (pytest.approx(4.0 * (199.0 - lost)), False)
        assert (ended.mean_speed, ended.measured) == (pytest.approx(4.0), None)
    track = Track(open_("work"))
    track.run_at(4.0, 0.0, 100.0)
    track.wait(120.0)
    track.close(120.0)
    assert (track.ended("work").distance, track.ended("work").estimated) == (396.0, False)


def test_a_step_begun_in_a_short_gap_is_measured():
    """A step that begins 20 s into a gap is not on the clock: the source has been there."""
    track = Track(work_time(30.0), work(400.0, "second"))
    track.run_at(4.0, 0.0, 10.0)
    track.wait(30.0)
    assert not track.session.is_clock_mode


def test_a_pod_that_was_reset_goes_on():
    """A pod that starts again at 0 in mid-rep ends the rep where the runner is, a second's metres apart."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 50.0)
    track.metres = 0.0
    track.run_at(4.0, 50.0, 110.0)
    assert track.ended("work").ended_at == pytest.approx(100.0, abs=1.1)


def test_speed_alone_is_integrated():
    """A source of speed alone measures by its integral."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 110.0, distance=False)
    assert track.ended("work").ended_at == pytest.approx(100.0)


def test_a_hole_in_speed_is_filled_and_said():
    """A hole of 20 s in a source of speed alone is filled at the rep's mean speed, and the distance is estimated."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 50.0, distance=False)
    track.run_at(4.0, 70.0, 110.0, distance=False)
    ended = track.ended("work")
    assert ended.ended_at == pytest.approx(100.0, abs=1.0)


def test_a_hole_over_the_end_keeps_the_estimate():
    """When speed alone returns after a bridged end, nobody knows better, and the boundary stays."""
    track = Track(work(400.0), jog(400.0))
    track.run_at(4.0, 0.0, 90.0, distance=False)
    track.run_at(4.0, 110.0, 118.0, distance=False)
    assert track.moves() == []
    assert track.session.results[0].distance == 400.0
    assert track.session.step_metres(Seconds(117.0)) == pytest.approx(68.0, abs=1.0)
    assert track.session.is_estimated(Seconds(117.0))


def test_metres_run_in_a_pause_are_nobodys():
    """Metres run while paused count for no step and not for the run."""
    track = Track(work(400.0), rest(10.0), ends_after_s=0.0)
    track.run_at(4.0, 0.0, 50.5)
    track.press(Button.PAUSE, 50.0)
    track.run_at(4.0, 50.5, 70.5)
    assert track.session.step_metres(Seconds(70.0)) == pytest.approx(200.0)
    track.press(Button.RESUME, 70.0)
    track.run_at(4.0, 70.5, 125.0)
    ended = track.ended("work")
    assert ended.ended_at == pytest.approx(120.0)
    assert (ended.time_s, ended.distance, ended.broken) == (pytest.approx(100.0), 400.0, True)


def test_smart_recording_is_not_a_gap():
    """With a period of 5 s a boundary is found between samples, and 14 s of silence predict nothing."""
    track = Track(work(402.0), rest(60.0), rest(60.0, "more"))
    track.run_at(4.0, 0.0, 106.0, period=5.0)
    ended = track.ended("work")
    assert (ended.at, ended.ended_at, ended.estimated) == (105.0, 100.5, False)
    silent = Track(work(400.0), rest(60.0))
    silent.run_at(4.0, 0.0, 91.0, period=5.0)
    silent.wait(104.9)
    assert silent.is_in(Phase.WORK)
    silent.wait(105.1)
    assert silent.ended("work").ended_at == pytest.approx(100.0)


def test_any_of_distance_and_time():
    """A step by distance or time ends at the first of both."""
    for speed, at in ((4.0, 100.0), (3.0, 110.0)):
        ends = (DistanceEnd(Metres(400.0)), work_time(110.0).until.ends[0])
        track = Track(step("work", Kind.WORK, *ends), rest(60.0))
        track.run_at(speed, 0.0, 120.0)
        assert track.ended("work").ended_at == pytest.approx(at)


def test_a_cut_rep():
    """Next ends a rep at its true distance, scored as cut; what ends by itself is not."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 60.0)
    track.press(Button.NEXT, 59.5)
    ended = track.ended("work")
    assert (ended.reason, ended.cut) == (EndReason.NEXT, True)
    assert ended.distance == pytest.approx(238.0)


def test_a_pause_is_no_gap():
    """Silence in a pause of two minutes is no gap: after it nobody is asked for the line, and metres go on."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 50.0)
    track.press(Button.PAUSE, 49.5)
    track.press(Button.RESUME, 169.5)
    track.wait(175.0)
    assert track.all(Asked) == []
    track.unseen(4.0, 5.5)
    track.run_at(4.0, 175.0, 222.0)
    assert track.all(Asked) == []
    assert track.ended("work").time_s == pytest.approx(100.0, abs=1.0)
    assert not track.ended("work").estimated


def test_a_pause_is_no_part_of_a_gap():
    """A gap counts in running time: with a pause of 100 s inside, the line is asked for 45 s of running into it."""
    track = lost_for_good()
    track.press(Button.PAUSE, 110.0)
    track.press(Button.RESUME, 210.0)
    track.wait(300.0)
    assert [(event.at, event.offer) for event in track.all(Asked)] == [
        (244.0, "press_at_line"),
        (259.0, "clock_mode"),
    ]
