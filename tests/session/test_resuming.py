"""An interrupted run goes on: its step continues, begins anew or counts as done, and the gap stays a gap."""

import pytest

from coach.cues.cue import Cue, CueKind
from coach.quantities import Seconds
from coach.session.config import StartPolicy
from coach.session.events import EndReason, ResumeChoice, RunResumed, StepEnded, StepStarted, StepUnderWay
from coach.session.phases import Button, Phase
from coach.signals.readings import Rejected, SensorChanged, Source
from coach.workout.timeline import DelayStart
from tests.session.builders import Track, pace, rest, send_off, work, work_time

WALK = StartPolicy(first=DelayStart(Seconds(60.0)))
"""As live on a terminal: the first step begins after a minute to walk to the line."""


def cut_off(*, starts: StartPolicy | None = None) -> Track:
    """A run that was cut off 43 s into its second rep of 400 m, after one of 100 m and a rest of 10 s."""
    track = Track(work(100.0, "rep 1"), rest(10.0), work(400.0, "rep 2"), rest(90.0, "rest 2"), starts=starts)
    if starts is not None:
        track.wait(60.0)
    begin = track.now
    track.run_at(4.0, begin, begin + 35.0)
    track.run_at(4.0, begin + 35.0, begin + 79.0)
    assert track.session.step.step_id == "rep 2"
    return track


def test_continued_it_goes_on_where_it_was():
    """After 8 s the rep goes on at 0:43: the clock did not run, and the event says since when nothing is known."""
    track = cut_off()
    now = track.now
    before = track.session.step_time(Seconds(now))
    events = track.resume(now + 8.0)
    assert events[-1] == RunResumed(Seconds(now + 8.0), Seconds(now), ResumeChoice.CONTINUE, "rep 2")
    assert track.session.step_time(Seconds(now + 8.0)) == before
    assert track.is_in(Phase.WORK)


def test_a_rep_that_begins_anew_leaves_no_result():
    """The rep is restarted: what was run of it counts for nothing, and it starts as the first step of the run did."""
    track = cut_off(starts=WALK)
    track.resume(track.now + 120.0, ResumeChoice.RESTART)
    ended = track.all(StepEnded)[-1]
    assert (ended.step.step_id, ended.reason) == ("rep 2", EndReason.RESTARTED)
    assert track.is_in(Phase.READY)
    assert track.session.left_s(Seconds(track.now)) == 60.0
    track.wait(track.now + 61.0)
    assert track.all(StepStarted)[-1].step.step_id == "rep 2"


def test_a_simulated_rep_begins_anew_at_once():
    """Where the first step began at once, so does the rep."""
    track = cut_off()
    track.resume(track.now + 120.0, ResumeChoice.RESTART)
    assert track.is_in(Phase.WORK)
    assert track.session.step_time(Seconds(track.now)) == 0.0


def test_a_rep_that_counts_as_done_has_no_distance():
    """Nobody saw its end: it has the time that was seen, and no distance, no pace and no place against the light."""
    track = cut_off()
    now = track.now
    track.resume(now + 120.0, ResumeChoice.DONE)
    ended = track.all(StepEnded)[-1]
    assert (ended.reason, ended.ended_at, ended.broken, ended.cut) == (EndReason.DONE, now, True, False)
    assert (ended.distance, ended.mean_speed, ended.light_s) == (None, None, None)
    assert ended.measured == pytest.approx(176.0, abs=9.0)
    assert track.is_in(Phase.RECOVERY)
    assert track.session.left_s(Seconds(track.now)) == 90.0
    assert [cue.kind for cue in track.all(Cue) if cue.at > now] == [CueKind.STEP]


def test_a_rest_that_counts_as_done_leads_to_the_line():
    """The runner sits at the laptop: the next rep begins after the walk to the line."""
    track = Track(work(100.0, "rep 1"), rest(60.0), work(100.0, "rep 2"), starts=WALK)
    track.wait(60.0)
    track.run_at(4.0, 60.0, 95.0)
    assert track.is_in(Phase.RECOVERY)
    track.resume(track.now + 300.0, ResumeChoice.DONE)
    assert (track.phase, track.session.step.step_id) == (Phase.READY, "rep 2")
    assert track.session.left_s(Seconds(track.now)) == 60.0


def test_a_rest_that_begins_anew_does_so_now():
    """A rest begins anew without a press."""
    track = Track(work(100.0, "rep 1"), rest(60.0), work(100.0, "rep 2"), starts=WALK)
    track.wait(60.0)
    track.run_at(4.0, 60.0, 95.0)
    track.resume(track.now + 300.0, ResumeChoice.RESTART)
    assert track.is_in(Phase.RECOVERY)
    assert track.session.left_s(Seconds(track.now)) == 60.0


def test_the_last_step_counts_as_done():
    """After the last step the run is finished, and all of it was run."""
    track = Track(work_time(60.0), ends_after_s=0.0)
    track.run_at(4.0, 0.0, 30.0)
    track.resume(600.0, ResumeChoice.DONE)
    assert track.run.has_ended
    assert track.events[-1].completed


@pytest.mark.parametrize("choice", [ResumeChoice.RESTART, ResumeChoice.DONE])
def test_a_pause_ends_with_the_gap(choice):
    """Cut off in a pause, a rep that begins anew or counts as done is no longer paused; one that continues is."""
    track = cut_off()
    track.press(Button.PAUSE, track.now)
    continued = cut_off()
    continued.press(Button.PAUSE, continued.now)
    track.resume(track.now + 100.0, choice)
    continued.resume(continued.now + 100.0)
    assert not track.is_in(Phase.PAUSED)
    assert continued.is_in(Phase.PAUSED)


def test_before_its_start_a_step_is_armed_again_or_left_out():
    """In the count-down nothing is under way: anew it counts down from the whole minute, as done it is left out."""
    anew, done = (Track(work_time(60.0), rest(30.0), starts=WALK) for _ in range(2))
    for track, choice in ((anew, ResumeChoice.RESTART), (done, ResumeChoice.DONE)):
        track.wait(40.0)
        track.resume(100.0, choice)
    assert anew.session.left_s(Seconds(100.0)) == 60.0
    assert [event.reason for event in done.all(StepEnded)] == [EndReason.SKIPPED]
    assert done.is_in(Phase.RECOVERY)


def test_after_the_last_step_nothing_is_left_to_choose():
    """A run cut off in its last minute, when all was run, stays finished."""
    track = Track(work_time(20.0))
    track.wait(30.0)
    track.resume(60.0, ResumeChoice.RESTART)
    assert track.is_in(Phase.FINISHED)
    assert len(track.all(StepEnded)) == 1


def test_send_off_slots_are_counted_from_the_rep_that_begins_anew():
    """A rep of a send-off that begins anew begins its slots anew."""
    track = Track(*send_off(60.0, 100.0, 3))
    track.run_at(4.0, 0.0, 70.0)
    assert track.session.step.step_id == "rep 2"
    track.resume(200.0, ResumeChoice.RESTART)
    track.run_at(4.0, 201.0, 230.0)
    assert track.session.left_s(Seconds(230.0)) == pytest.approx(30.0, abs=0.1)


def test_nothing_is_said_late():
    """The sensors fall silent in the gap, which is told; no cue about it or about the gap is said."""
    track = Track(work(1000.0), rest(60.0))
    track.run_at(4.0, 0.0, 100.0)
    before = len(track.events)
    track.resume(400.0)
    told = track.events[before:]
    assert {event.sensor for event in told if isinstance(event, SensorChanged)} == {Source.POD}
    assert [event for event in told if isinstance(event, Cue)] == []


def test_a_countdown_is_not_counted_in_a_gap():
    """The marks of a rest lie in its running time: none of them is said in the gap, all of them after it."""
    track = Track(work(100.0), rest(60.0), work(100.0, "next"))
    track.run_at(4.0, 0.0, 32.0)
    before = len(track.events)
    track.resume(132.0)
    assert [event for event in track.events[before:] if isinstance(event, Cue)] == []
    track.wait(190.0)
    counted = [cue.at for cue in track.all(Cue) if cue.kind is CueKind.COUNTDOWN]
    assert counted[:2] == [156.0, 176.0]


def test_undo_does_not_lead_across_the_gap():
    """A press before the gap is not taken back after a rep that began anew."""
    track = cut_off()
    track.press(Button.EXTEND, track.now)
    track.resume(track.now + 20.0, ResumeChoice.RESTART)
    assert [type(event) for event in track.press(Button.UNDO, track.now + 1.0)] == [Rejected]


def test_metres_of_the_gap_belong_to_no_step():
    """The pod counts on in the gap; the rep that continues has only the metres of its own clock."""
    track = cut_off()
    now, before = track.now, track.session.step_metres(Seconds(track.now))
    track.unseen(4.0, 8.0)
    track.resume(now + 8.0)
    track.run_at(4.0, now + 8.0, now + 10.0)
    assert track.session.step_metres(Seconds(now + 9.0)) == pytest.approx(before + 4.0, abs=4.1)


def at_step(track: Track, step_id: str, index: int, started_at: float | None) -> list[object]:
    """Continue where the journal says the run was."""
    under_way = StepUnderWay(step_id, index, None if started_at is None else Seconds(started_at))
    return track.resume(track.now + 5.0, under_way=under_way)


def test_where_the_fold_agrees_nothing_is_said_of_it():
    """The journal and the fold name the same step: there is one event."""
    track = cut_off()
    started = track.session.step_started_at
    events = at_step(track, "rep 2", 2, started)
    assert [type(event) for event in events if not isinstance(event, SensorChanged)] == [RunResumed]
    assert track.session.step_started_at == started


def test_a_step_the_fold_has_not_come_to_is_come_to():
    """Another version ended the rep later than it was shown: the rest that was shown is under way."""
    track = cut_off()
    now = track.now
    at_step(track, "rest 2", 3, now - 10.0)
    ended = track.all(StepEnded)[-1]
    assert (ended.step.step_id, ended.reason, ended.ended_at) == ("rep 2", EndReason.DONE, now - 10.0)
    assert track.session.step.step_id == "rest 2"
    assert track.session.step_time(Seconds(track.now)) == pytest.approx(10.0)


def test_a_step_the_fold_has_left_is_gone_back_to():
    """Another version ended the rep earlier than it was shown: the rep that was shown is under way."""
    track = Track(work(100.0, "rep 1"), rest(60.0), work(100.0, "rep 2"))
    track.run_at(4.0, 0.0, 40.0)
    assert track.is_in(Phase.RECOVERY)
    at_step(track, "rep 1", 0, 0.0)
    assert (track.session.step.step_id, track.phase) == ("rep 1", Phase.WORK)
    assert track.session.step_time(Seconds(track.now)) == pytest.approx(39.0)


def test_a_step_that_began_at_another_time_is_timed_from_there():
    """Another version dates the start otherwise than it was shown: the clock that was shown goes on."""
    track = cut_off()
    now = track.now
    at_step(track, "rep 2", 2, now - 43.0)
    assert track.session.step_time(Seconds(track.now)) == pytest.approx(43.0)


def test_a_step_that_is_not_in_the_plan_is_looked_up_by_its_place():
    """Another version names a step otherwise: its place in the plan tells which it was."""
    track = cut_off()
    at_step(track, "another name", 3, track.now - 10.0)
    assert track.session.step.step_id == "rest 2"


def test_a_step_that_waited_for_its_start_waits():
    """The journal says the next rep waited for its start, where the fold has it in its rest: it waits."""
    track = Track(work(100.0, "rep 1"), rest(60.0), work_time(30.0, "rep 2", target=pace(4.0)))
    track.run_at(4.0, 0.0, 40.0)
    at_step(track, "rep 2", 2, None)
    assert (track.session.step.step_id, track.phase) == ("rep 2", Phase.READY)


def test_paused_it_waits_for_a_button():
    """After a sleep the rep stands at 0:43; counted as done it has what was measured of it, and a rest follows."""
    track = cut_off()
    now = track.now
    track.resume(now + 90.0, ResumeChoice.PAUSE)
    assert track.is_in(Phase.PAUSED)
    assert track.session.step_time(Seconds(track.now)) == 43.0
    track.metres += 360.0
    track.run_at(4.0, track.now, track.now + 5.0)
    track.press(Button.NEXT, track.now)
    ended = track.all(StepEnded)[-1]
    assert (ended.reason, ended.time_s, ended.broken) == (EndReason.DONE, 43.0, True)
    assert ended.distance == pytest.approx(172.0, abs=5.0)
    assert track.is_in(Phase.RECOVERY)


def test_what_is_paused_or_not_begun_is_not_paused_again():
    """A run that was paused stays so, and one that waits for its first step goes on waiting."""
    track = cut_off()
    track.press(Button.PAUSE, track.now)
    track.resume(track.now + 90.0, ResumeChoice.PAUSE)
    track.press(Button.RESUME, track.now)
    assert track.is_in(Phase.WORK)

    waiting = Track(work(100.0, "rep 1"), starts=WALK)
    waiting.wait(10.0)
    waiting.resume(100.0, ResumeChoice.PAUSE)
    assert waiting.is_in(Phase.READY)
    assert waiting.session.left_s(Seconds(100.0)) == 50.0


def test_what_was_run_in_a_gap_belongs_to_no_step():
    """The pod went on counting while nobody listened; what its next sample adds is not of the rep."""
    track = cut_off()
    now = track.now + 0.5
    track.wait(now)
    track.resume(now + 90.0, ResumeChoice.PAUSE)
    track.metres += 91.0 * 4.0
    track.run_at(4.0, now + 90.5, now + 94.0)
    metres = track.session.step_metres(Seconds(track.now))
    assert metres == pytest.approx(176.0, abs=5.0)


def test_sensors_that_come_back_after_the_gap_are_not_announced():
    """Nobody was told that the pod was lost, so nobody is told that it is back."""
    track = Track(work(1000.0), rest(60.0))
    track.run_at(4.0, 0.0, 100.0)
    track.resume(400.0)
    before = len(track.events)
    track.run_at(4.0, 402.0, 410.0)
    assert CueKind.SENSOR_BACK not in {cue.kind for cue in track.events[before:] if isinstance(cue, Cue)}


def test_a_pod_that_stays_away_after_the_gap_is_told_of():
    """A pod that is not found again is told of as long after the gap as after any loss."""
    track = Track(work(1000.0), rest(60.0))
    track.run_at(4.0, 0.0, 100.0)
    track.resume(400.0)
    track.wait(460.0)
    assert [
        cue.at for cue in track.all(Cue) if cue.kind is CueKind.SENSOR_GONE and cue.spoken
    ] == pytest.approx([445.0])
