"""Ends by heart rate, floors and caps, and send-offs."""

import pytest

from coach.quantities import Seconds
from coach.session.events import StepStarted
from coach.session.phases import Button, Phase
from coach.workout.kinds import Kind
from coach.workout.timeline import EndConditions, HeartRateEnd, MarkEnd, SlotEnd, TimeEnd
from tests.session.builders import Track, recover_below, send_off, step, work_time


def test_a_recovery_by_heart_rate_needs_five_seconds_below():
    """A recovery by heart rate ends after 5 s of fresh values below it."""
    track = Track(recover_below(120.0), work_time(60.0))
    track.heart(150.0, 0.0, 60.0)
    track.heart(119.0, 60.0, 64.0)
    track.heart(121.0, 64.0, 65.0)
    track.heart(119.0, 65.0, 70.0)
    assert track.is_in(Phase.RECOVERY)
    track.heart(119.0, 70.0, 71.0)
    ended = track.ended("rest")
    assert (ended.reason.value, ended.ended_at) == ("done", 70.0)


def test_the_floor_of_a_recovery():
    """Before 45 s no heart rate ends a recovery; at 45 s it does if the heart is below still."""
    track = Track(recover_below(120.0), work_time(60.0))
    track.heart(110.0, 0.0, 45.0)
    assert track.is_in(Phase.RECOVERY)
    track.wait(45.0)
    assert track.ended("rest").ended_at == 45.0


def test_a_heart_that_rose_again_does_not_end_it():
    """Five seconds below long before the floor count for nothing when the heart is above again."""
    track = Track(recover_below(120.0), work_time(60.0))
    track.heart(110.0, 0.0, 20.0)
    track.heart(150.0, 20.0, 60.0)
    assert track.is_in(Phase.RECOVERY)


def test_a_heart_that_fell_silent_does_not_end_it():
    """Values below that stopped before the floor are not fresh at it."""
    track = Track(recover_below(120.0), work_time(60.0))
    track.heart(110.0, 0.0, 30.0)
    track.wait(100.0)
    assert track.is_in(Phase.RECOVERY)


def test_a_gap_begins_the_five_seconds_anew():
    """Values below on both sides of a gap of 4 s are not five fresh seconds."""
    track = Track(recover_below(120.0), work_time(60.0))
    track.heart(150.0, 0.0, 50.0)
    track.heart(110.0, 50.0, 53.0)
    track.heart(110.0, 56.0, 61.0)
    assert track.is_in(Phase.RECOVERY)
    track.heart(110.0, 61.0, 62.0)
    assert track.ended("rest").ended_at == 61.0


def test_the_cap_of_a_recovery():
    """A heart that stays up ends the recovery at 3:00, reason cap; extend puts that off by 30 s."""
    track = Track(recover_below(120.0), work_time(60.0))
    track.wait(181.0)
    ended = track.ended("rest")
    assert (ended.reason.value, ended.ended_at) == ("cap", 180.0)
    later = Track(recover_below(120.0), work_time(60.0))
    later.press(Button.EXTEND, 100.0)
    later.wait(209.0)
    assert later.is_in(Phase.RECOVERY)
    later.wait(210.0)
    assert later.ended("rest").reason.value == "cap"


def test_written_floor_and_cap():
    """A floor and a cap that the document writes take the place of the defaults."""
    until = EndConditions(
        (HeartRateEnd(120.0, below=True),), not_before_s=Seconds(90.0), cap_s=Seconds(100.0)
    )
    track = Track(step("rest", Kind.RECOVERY, until=until), work_time(60.0))
    track.heart(110.0, 0.0, 90.0)
    track.wait(90.0)
    assert track.ended("rest").ended_at == 90.0
    high = Track(step("rest", Kind.RECOVERY, until=until), work_time(60.0))
    high.wait(101.0)
    assert (high.ended("rest").ended_at, high.ended("rest").reason.value) == (100.0, "cap")


def test_work_above_a_heart_rate():
    """Work until a heart rate is above a value has no default floor, and a mark does not end it."""
    track = Track(step("work", Kind.WORK, HeartRateEnd(170.0, below=False)), work_time(60.0))
    track.heart(160.0, 0.0, 10.0)
    track.mark(10.0)
    assert track.is_in(Phase.WORK)
    track.heart(171.0, 10.0, 16.0)
    assert track.ended("work").ended_at == 15.0


def test_any_of_heart_rate_and_time():
    """Of a heart rate and a time the first ends the recovery."""
    ends = (HeartRateEnd(120.0, below=True), TimeEnd(Seconds(60.0)))
    track = Track(step("rest", Kind.RECOVERY, *ends), work_time(60.0))
    track.heart(150.0, 0.0, 60.0)
    track.wait(60.0)
    assert track.ended("rest").ended_at == 60.0


def test_a_floor_holds_a_time_back():
    """not_before holds every end back, a cap holds none."""
    until = EndConditions((TimeEnd(Seconds(20.0)),), not_before_s=Seconds(30.0))
    track = Track(step("rest", Kind.RECOVERY, until=until), work_time(60.0))
    track.wait(31.0)
    assert track.ended("rest").ended_at == 30.0


def reps(speeds: list[float], every: float = 120.0) -> Track:
    """Reps of 400 m at given speeds that go every two minutes; jogged between at 1 m/s."""
    track = Track(*send_off(every, 400.0, len(speeds) + 1))
    now = 0.0
    for rep, speed in enumerate(speeds, start=1):
        track.run_at(speed, now, now + 400.0 / speed + 1.0)
        now += 400.0 / speed + 1.0
        while track.session.step is not None and track.session.step.step_id == f"slot {rep}":
            track.run_at(1.0, now, now + 1.0)
            now += 1.0
    return track


def begins(track: Track) -> list[float]:
    """When the reps began."""
    found = [event for event in track.all(StepStarted) if event.step.step_id.startswith("rep")]
    return [event.at if event.effective_at is None else event.effective_at for event in found]


def test_slots():
    """Reps go every two minutes, whatever the rep took."""
    assert begins(reps([4.2, 5.0, 4.2])) == [0.0, 120.0, 240.0, 360.0]


def test_minimum_rest_then_the_grid_again():
    """A slow rep keeps 20 s of rest and starts late; a faster one after it is back on the grid of slots."""
    track = reps([3.6, 5.0])  # 111 s, then 80 s
    assert begins(track) == [0.0, pytest.approx(400 / 3.6 + 20.0), 240.0]


def test_minimum_rest_is_a_quarter_of_a_long_one():
    """Where 200 s of rest are planned, 50 s are kept."""
    track = reps([1.6], every=300.0)  # planned 100 s, took 250 s
    assert begins(track) == [0.0, pytest.approx(300.0)]
    slower = reps([1.5], every=300.0)  # took 267 s
    assert begins(slower) == [0.0, pytest.approx(400 / 1.5 + 50.0)]


def in_rest() -> Track:
    """In the first rest at 110 s, ten seconds before the slot."""
    track = Track(*send_off(120.0, 400.0, 4))
    track.run_at(4.0, 0.0, 110.0)
    assert track.is_in(Phase.SEND_OFF_REST)
    assert track.session.left_s(Seconds(110.0)) == pytest.approx(10.0)
    return track


def test_a_pause_shifts_the_cycle():
    """A pause of 30 s puts every later slot off by 30 s."""
    track = in_rest()
    track.press(Button.PAUSE, 110.0)
    track.press(Button.RESUME, 140.0)
    track.wait(151.0)
    assert begins(track)[1] == pytest.approx(150.0)


def test_extend_slides_every_slot():
    """Extend puts this slot and every later one off by 30 s."""
    track = in_rest()
    track.press(Button.EXTEND, 112.0)
    track.wait(151.0)
    assert begins(track)[1] == pytest.approx(150.0)
    track.press(Button.NEXT, 200.0)
    track.wait(271.0)
    assert begins(track)[2] == pytest.approx(270.0)


def test_next_re_bases_the_slots():
    """Next starts the rep now, and the slots count from there."""
    track = in_rest()
    track.press(Button.NEXT, 112.0)
    track.press(Button.NEXT, 190.0)
    track.wait(233.0)
    assert begins(track)[1:] == [112.0, 232.0]


def test_an_abandoned_rep_keeps_its_slot():
    """An abandoned rep rests to its slot."""
    track = Track(*send_off(120.0, 400.0, 3))
    track.press(Button.ABANDON, 50.0)
    assert track.is_in(Phase.SEND_OFF_REST)
    assert track.session.left_s(Seconds(50.0)) == 70.0


def test_a_false_start_re_bases_the_slots():
    """A rep taken back to ready starts a grid of its own when it goes."""
    track = in_rest()
    track.wait(121.0)
    track.press(Button.RESTART, 125.0)
    track.go(140.0)
    track.press(Button.NEXT, 200.0)
    track.wait(261.0)
    assert begins(track)[-1] == 260.0


def test_re_slot_of_a_rest():
    """Restarting the rest gives it its planned 20 s again, and the slots count from it."""
    track = in_rest()
    track.press(Button.RESTART, 115.0)
    assert track.session.left_s(Seconds(115.0)) == pytest.approx(20.0)
    track.wait(136.0)
    assert begins(track)[1] == pytest.approx(135.0)


def test_a_send_off_by_mark():
    """The rep of a send-off that ends by mark ends at a mark, and rests to its slot."""
    rep = step("rep 1", Kind.WORK, MarkEnd(), send_off_s=Seconds(120.0))
    track = Track(rep, step("slot", Kind.RECOVERY, SlotEnd(Seconds(120.0))), work_time(60.0))
    track.mark(70.0)
    assert track.is_in(Phase.SEND_OFF_REST)
    assert track.session.left_s(Seconds(70.0)) == 50.0


def test_a_recovery_by_heart_rate_that_is_held_ends_after_it_goes_on():
    """A heart that calms down in a pause ends no rest in it; the last one would leave a run that is paused and over."""
    track = Track(recover_below(120.0))
    track.heart(150.0, 0.0, 60.0)
    track.press(Button.PAUSE, 60.0)
    track.heart(110.0, 61.0, 90.0)
    assert track.session.step is not None
    assert track.is_in(Phase.PAUSED)
    track.press(Button.RESUME, 90.0)
    track.heart(110.0, 91.0, 98.0)
    assert track.is_in(Phase.FINISHED)
