"""A rep ends where its runner stops: pods that read short or long, rests of every kind, and stops that are no line."""

import pytest

from coach.live.contract import Closed, Opened, RunSetup
from coach.live.run import LiveRun
from coach.quantities import Metres, Seconds
from coach.session.config import SessionSettings
from coach.session.edits import agreed_factor
from coach.session.events import Asked, BoundaryMoved, EndReason, MovedBy, StepEnded, Undone
from coach.session.own_stop import find_fall, find_onset
from coach.session.phases import Button, Phase
from coach.workout.timeline import Move
from tests.session.builders import Track, checklist, float_, jog, rest, send_off, step, work

STAND = {"move": Move.STAND}


def short_rep(track: Track, factor: float = 0.98, until: float = 130.0, metres: float = 400.0) -> None:
    """Run a rep at 4 m/s by a pod that reads `factor` of it, and stand from the line on."""
    line = metres / 4.0
    track.run_at(4.0 * factor, 0.0, line)
    track.stand(line, until)


def three_reps() -> Track:
    """Three reps of 400 m with rests that are stood."""
    return Track(
        work(400.0, "rep 1"), rest(90.0, "rest 1", **STAND), work(400.0, "rep 2"), rest(90.0, "rest 2", **STAND)
    )  # fmt: skip


def test_a_stop_ends_the_rep_of_a_short_pod():
    """The pod has 392 m: the rep ended, dated back to the line, over its planned metres; both figures are told."""
    track = three_reps()
    short_rep(track)
    ended = track.ended("rep 1")
    assert (ended.reason, ended.cut, ended.distance) == (EndReason.LINE, False, 400.0)
    assert ended.ended_at == pytest.approx(100.0, abs=2.0)
    assert ended.measured == pytest.approx(388.0, abs=3.0)
    assert ended.at <= 111.0
    assert track.is_in(Phase.RECOVERY)
    assert track.session.left_s(Seconds(track.now)) == pytest.approx(ended.ended_at + 90.0 - track.now)


def test_nothing_is_said_before_it_is_sure():
    """For the first seconds of a stop the rep goes on: it may be a shoe."""
    track = three_reps()
    short_rep(track, until=104.0)
    assert track.all(StepEnded) == []


def test_who_runs_on_has_not_ended_the_rep():
    """A halt of 8 s, 40 m before the line, is no end."""
    track = three_reps()
    track.run_at(4.0, 0.0, 90.0)
    track.stand(90.0, 98.0)
    track.run_at(4.0, 98.0, 108.2)
    assert track.ended("rep 1").ended_at == pytest.approx(108.0, abs=0.5)
    assert track.ended("rep 1").reason is EndReason.DONE


def test_a_stop_far_from_the_end_is_no_end():
    """Who stands 60 m before the end has given up, and says so themselves."""
    track = three_reps()
    track.run_at(4.0, 0.0, 85.0)
    track.stand(85.0, 300.0)
    assert track.all(StepEnded) == []


def test_a_pod_that_is_short_by_84_m_of_3_km_ends_its_rep_at_the_line():
    """Its runner stands at 2,916 m of the pod; who has given up stands further from the end."""
    for factor, ends in ((0.972, [EndReason.LINE]), (0.955, [])):
        track = Track(work(3000.0, "rep 1"), rest(90.0, "rest 1", **STAND))
        short_rep(track, factor=factor, until=780.0, metres=3000.0)
        assert [event.reason for event in track.all(StepEnded)] == ends


def test_a_long_pod_has_its_boundary_moved():
    """The pod had 400 m 12 m early: the end moves to where the runner stopped, and the rest with it."""
    track = three_reps()
    short_rep(track, factor=1.03)
    (moved,) = track.moves()
    assert (moved.step_id, moved.by) == ("rep 1", MovedBy.LINE)
    assert moved.from_s == pytest.approx(97.1, abs=0.1)
    assert moved.to_s == pytest.approx(100.0, abs=2.0)
    assert track.session.step_started_at == moved.to_s
    assert len([event for event in track.all(StepEnded) if event.step.step_id == "rep 1"]) == 1
    (row,) = [row for row in track.session.results if row.step.step_id == "rep 1"]
    assert (row.ended_at, row.measured) == (moved.to_s, moved.measured)


def test_a_true_pod_moves_nothing():
    """The runner stops at the measured end, or a few metres after it."""
    for run_on in (0.0, 1.5):
        track = three_reps()
        track.run_at(4.0, 0.0, 100.0 + run_on)
        track.stand(100.0 + run_on, 140.0)
        assert track.moves() == []


def test_a_jog_after_the_line_ends_the_rep():
    """A rest jogged at 65 % is no running of the rep."""
    track = Track(work(400.0, "rep 1"), rest(90.0, "jog"), work(400.0, "rep 2"))
    track.run_at(3.92, 0.0, 100.0)
    track.run_at(2.55, 100.0, 120.0)
    (moved,) = track.moves()
    assert moved.to_s == pytest.approx(100.0, abs=2.0)


@pytest.mark.parametrize(
    ("steps", "more"),
    [
        ((work(400.0, "rep 1"), work(400.0, "rep 2")), {}),
        ((work(400.0, "rep 1"), float_(200.0)), {}),
        ((jog(400.0, "rep 1"), rest(90.0)), {}),
        ((work(400.0, "rep 1"), rest(90.0)), {"surface": "grass"}),
        ((work(400.0, "rep 1"), rest(90.0)), {"surface": "trail"}),
        ((work(400.0, "rep 1"), rest(90.0)), {"surface": "treadmill"}),
        ((work(400.0, "rep 1"), rest(90.0)), {"surface": "road"}),
        ((work(400.0, "rep 1"), rest(90.0)), {"by_hand": True}),
    ],
)
def test_where_there_is_no_line_a_stop_ends_nothing(steps, more):
    """Between two reps, before a float, in a recovery, off the track and in a run timed by marks."""
    track = Track(*steps, **more)
    short_rep(track, until=140.0)
    assert track.all(StepEnded) == []


def test_it_can_be_switched_off():
    """With the setting off, as in a journal of an older version, only the metres end a rep."""
    track = three_reps()
    track.run = LiveRun(RunSetup("run", track.setup.timeline, session=SessionSettings(stop_ends_rep=False)))
    track.feed(Opened(Seconds(0.0)))
    short_rep(track, until=180.0)
    assert track.all(StepEnded) == []


def test_a_checklist_or_nothing_may_follow():
    """A rep before a checklist ends at its line, and so does the last rep."""
    for steps in ((work(400.0, "rep 1"),), (work(400.0, "rep 1"), checklist())):
        track = Track(*steps)
        short_rep(track)
        assert track.ended("rep 1").reason is EndReason.LINE


def test_undo_switches_it_off_for_the_step():
    """The rep goes on until a mark ends it, however long the runner stands."""
    track = three_reps()
    short_rep(track, until=112.0)
    track.press(Button.UNDO, 112.0)
    assert isinstance(track.all(Undone)[-1], Undone)
    track.stand(113.0, 150.0)
    assert track.is_in(Phase.WORK)
    track.mark(151.0)
    assert track.ended("rep 1").reason is EndReason.MARK


def test_a_mark_overrules():
    """A press in the confirm window re-times the line, and no stop moves it again."""
    track = three_reps()
    track.run_at(4.08, 0.0, 100.0)
    track.mark(100.0)
    track.stand(100.5, 140.0)
    assert [(move.by, move.to_s) for move in track.moves()] == [(MovedBy.MARK, 100.0)]


def test_send_off_slots_stay():
    """The rep ends at the runner's line, and the next still goes at its slot."""
    track = Track(*send_off(180.0, 400.0, 3))
    short_rep(track, until=185.0)
    assert track.ended("rep 1").reason is EndReason.LINE
    assert track.started("rep 2").at == pytest.approx(180.0)


def test_a_pod_lost_over_the_line_ends_the_rep_at_its_own_speed():
    """The runner stands when the pod comes back: the metres in the gap were not run evenly."""
    track = three_reps()
    track.run_at(4.0, 0.0, 97.0)
    track.unseen(4.0, 4.0)  # they stand four metres past the line
    track.stand(112.0, 140.0)
    ends = [event.ended_at for event in track.all(StepEnded)] + [move.to_s for move in track.moves()]
    assert ends[-1] == pytest.approx(100.0, abs=2.0)


def test_who_is_far_past_the_line_when_the_radio_comes_back_is_looked_at_for_some_seconds():
    """A long pod ends the rep in a gap, and the runner jogs 50 m past its end when they are seen again."""
    track = Track(work(400.0, "rep 1"), rest(90.0, "jog"), work(400.0, "rep 2"))
    track.run_at(4.08, 0.0, 95.0)
    track.unseen(4.08, 6.0)
    track.unseen(2.6, 21.0)
    track.run_at(2.6, 122.0, 140.0)
    moved = track.moves()[-1]
    assert (moved.step_id, moved.by) == ("rep 1", MovedBy.LINE)
    assert moved.to_s == pytest.approx(100.0, abs=2.0)


def test_a_rep_after_standing_starts_at_the_onset():
    """The runner goes 3 s after the go: the rest was longer by as much, and the rep is timed from there."""
    track = three_reps()
    short_rep(track, until=100.0)
    track.stand(100.0, 193.0)
    go = track.ended("rep 1").ended_at + 90.0
    track.run_at(3.92, 193.0, 203.0)
    moved = track.moves()[-1]
    assert (moved.step_id, moved.by, moved.from_s) == ("rest 1", MovedBy.LINE, pytest.approx(go))
    assert moved.to_s == pytest.approx(193.0, abs=1.2)
    assert track.session.step_started_at == moved.to_s


def test_who_walked_on_after_the_go_did_not_wait_at_a_line():
    """Twelve metres walked after the go belong to the rep."""
    track = three_reps()
    track.run_at(4.0, 0.0, 100.0)
    track.run_at(1.5, 100.0, 198.0)
    track.run_at(4.0, 198.0, 208.0)
    assert [move for move in track.moves() if move.step_id == "rest 1"] == []


def test_the_run_stays_open_for_the_line_of_its_last_rep():
    """A long pod ends the last rep early: a run that would end at once waits for the stop."""
    track = Track(work(400.0, "rep 1"), ends_after_s=0.0)
    short_rep(track, factor=1.03, until=140.0)
    (moved,) = track.moves()
    assert moved.to_s == pytest.approx(100.0, abs=2.0)
    assert track.run.has_ended


def test_reps_of_different_length_offer_a_factor():
    """A pod that misses 2 % of 400, 800 and 1200 m is offered its factor once; accepted, it is in force."""
    track = Track(*(one for length in (400.0, 800.0, 1200.0) for one in (
        work(length, f"{length:.0f}"), rest(60.0, f"rest {length:.0f}", **STAND))))  # fmt: skip
    at = 0.0
    for length in (400.0, 800.0, 1200.0):
        track.run_at(3.92, at, at + length / 4.0)
        track.stand(at + length / 4.0, at + length / 4.0 + 50.0)
        at += length / 4.0 + 60.0
    assert [event.offer for event in track.all(Asked)] == ["calibration"]
    track.press(Button.ACCEPT, track.now)
    assert track.run.signals.distance.factor()[0] == pytest.approx(1.02, abs=0.01)


def reps(*pairs: tuple[float, float]) -> list[tuple[Metres, Metres]]:
    """Planned and measured metres."""
    return [(Metres(planned), Metres(measured)) for planned, measured in pairs]


def test_a_habit_is_no_factor():
    """Ten metres early in each rep, reps of one length, two reps and a true pod agree on nothing."""
    assert agreed_factor(reps((400, 390), (800, 790), (1200, 1190))) is None
    assert agreed_factor(reps((400, 392), (400, 392), (400, 392))) is None
    assert agreed_factor(reps((400, 392), (800, 784))) is None
    assert agreed_factor(reps((400, 400), (800, 799), (1200, 1203))) is None
    assert agreed_factor(reps((400, 392), (800, 820), (1200, 1140))) is None
    assert agreed_factor(reps((400, 392), (800, 784), (1200, 1176))) == pytest.approx(1.0204, abs=1e-3)


def at_1_hz(*speeds: float) -> list[tuple[float, float]]:
    """Speeds a second apart."""
    return [(float(at), speed) for at, speed in enumerate(speeds)]


def test_a_fall_is_dated_to_its_first_quarter():
    """From 4 m/s to standing in 2 s: a quarter is done half a second after the last full speed."""
    fall = find_fall(at_1_hz(*[4.0] * 20, 2.0, *[0.0] * 6), 4.0, None)
    assert fall is not None
    assert fall.began_at == pytest.approx(19.5)
    assert (fall.is_stop, fall.is_clear, fall.is_sharp) == (True, True, False)


def test_a_fall_that_came_back_is_none():
    """A dodge before the line is not the fall at the line, and alone it is none."""
    dodge = [*[4.0] * 20, *[2.0] * 4, *[4.0] * 3]
    assert find_fall(at_1_hz(*dodge), 4.0, None) is None
    fall = find_fall(at_1_hz(*dodge, *[2.6] * 8), 4.0, None)
    assert fall is not None
    assert 26.0 < fall.began_at < 27.0


def test_a_fade_is_no_fall():
    """A runner who slows bit by bit, and one who was slow long before they stop, are dated to no line."""
    assert find_fall(at_1_hz(*(4.0 - 0.03 * at for at in range(60))), 4.0, None) is None
    assert find_fall(at_1_hz(*[4.0] * 20, *[2.5] * 40, *[0.0] * 6), 4.0, None) is None


def test_a_slow_bend_is_not_the_line():
    """After a bend 25 % slower the fall to the jog counts, not the one into the bend."""
    fall = find_fall(at_1_hz(*[4.0] * 20, *[3.0] * 25, *[2.5] * 9), 4.0, 2.5)
    assert fall is not None
    assert 44.0 < fall.began_at < 46.0


def test_a_small_fall_after_a_slow_bend_is_the_line():
    """A jog at 68 % after a bend at 75 %: the runner was at one speed before and after."""
    fall = find_fall(at_1_hz(*[4.0] * 20, *[3.0] * 25, *[2.72] * 9), 4.0, 2.7)
    assert fall is not None
    assert 44.0 < fall.began_at < 46.0


def test_a_walk_after_a_bend_that_is_30_percent_slower_is_the_line():
    """The bend is longer than a fall is looked for, so nothing but it comes before the walk."""
    fall = find_fall(at_1_hz(*[4.0] * 10, *[2.72] * 35, *[1.4] * 9), 4.0, None)
    assert fall is not None
    assert 44.0 < fall.began_at < 46.0


def test_too_little_is_no_fall():
    """Five samples tell nothing, and a runner at speed has not fallen."""
    assert find_fall(at_1_hz(4.0, 4.0, 0.0, 0.0, 0.0), 4.0, None) is None
    assert find_fall(at_1_hz(*[4.0] * 30), 4.0, None) is None
    assert find_fall(at_1_hz(*[1.0] * 30), 4.0, None) is None


def test_an_onset_needs_some_seconds_at_the_speed_of_the_rep():
    """A faster walk is no onset, nor is running for 2 s only."""
    assert find_onset(at_1_hz(*[0.0] * 10, *[2.5] * 10), 4.0) is None
    assert find_onset(at_1_hz(*[0.0] * 10, *[4.0] * 3), 4.0) is None
    assert find_onset(at_1_hz(*[4.0] * 10), 4.0) is None
    onset = find_onset(at_1_hz(*[0.0] * 10, 2.0, *[4.0] * 6), 4.0)
    assert onset == pytest.approx(9.5 - 0.3)


def test_a_pause_holds_it():
    """Nothing is judged while the run is paused."""
    track = three_reps()
    track.run_at(3.92, 0.0, 100.0)
    track.press(Button.PAUSE, 100.5)
    track.stand(101.0, 140.0)
    assert track.all(StepEnded) == []
    track.feed(Closed(Seconds(141.0)))
    assert track.all(BoundaryMoved) == []


def test_only_work_by_distance_has_a_line():
    """A rep by time ends by its time, wherever the runner stops."""
    track = Track(step("rep 1", work(400.0).kind, rest(90.0).until.ends[0]), rest(30.0))
    short_rep(track, until=89.0, metres=300.0)
    assert track.all(StepEnded) == []


def test_who_stood_for_most_of_a_rep_ends_it_nowhere():
    """Without a usual speed there is no fall from it."""
    assert find_fall(at_1_hz(*[0.0] * 20), 0.0, 2.5) is None
