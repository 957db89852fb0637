"""Debounced keys, and what an undo restores."""

import pytest

from coach.cues.cue import Cue, CueKind
from coach.live.contract import RecorderTrouble, RunEnded
from coach.quantities import Seconds
from coach.session.events import MovedBy, PhaseChanged, Split, StepEnded, StepStarted, Undone, WorkoutChanged
from coach.session.phases import Button, Origin, Phase
from coach.signals.readings import Rejected
from coach.workout.kinds import Kind
from coach.workout.timeline import Step, TimeEnd
from tests.session.builders import BY_PRESS, Track, jog, recover_below, rest, step, work, work_time

KEY = Origin.KEY


def reps(count: int = 4) -> list[Step]:
    """Reps of 60 s with rests of 30 s."""
    steps = []
    for rep in range(1, count + 1):
        steps += [work_time(60.0, f"rep {rep}"), rest(30.0, f"rest {rep}")]
    return steps


def test_a_held_key_acts_once():
    """Of a space bar held for three seconds, 40 times a second, the first press acts and no other."""
    track = Track(work_time(60.0))
    for place in range(120):
        track.press(Button.MARK, 10.0 + place * 0.025, KEY)
    assert track.splits() == [("split", None)]


def test_a_held_unguarded_key_acts_once_and_again_when_let_go():
    """A held extend acts once; pressed anew 150 ms after the last repeat it acts again, guard or no guard."""
    track = Track(work_time(60.0))
    for at in (10.0, 10.1, 10.2, 10.3, 10.451):
        track.press(Button.EXTEND, at, KEY)
    assert len(track.all(WorkoutChanged)) == 2


def test_the_limits_of_the_debounce():
    """A key pressed again after exactly 150 ms is no held key, and after exactly 0.7 s no guarded one."""
    track = Track(work_time(60.0))
    for at in (0.0, 0.149, 0.297):
        track.press(Button.EXTEND, at, KEY)
    assert len(track.all(WorkoutChanged)) == 1
    track = Track(work_time(60.0))
    for at in (0.0, 0.15):
        track.press(Button.EXTEND, at, KEY)
    assert len(track.all(WorkoutChanged)) == 2
    track = Track(work_time(60.0))
    for at in (0.0, 0.7):
        track.press(Button.MARK, at, KEY)
    assert len(track.all(Split)) == 2


@pytest.mark.parametrize(
    "button", [Button.MARK, Button.NEXT, Button.ABANDON, Button.RESTART, Button.BACK, Button.GO]
)
def test_guarded_keys(button):
    """After one of the guarded keys acted the same key does nothing for 0.7 s, and is not even refused."""
    for again, acts in ((10.69, False), (10.71, True)):
        track = Track(*reps(), starts=BY_PRESS)
        if button is Button.GO:
            track.press(Button.RESTART, 5.0)
        assert track.press(button, 10.0, KEY)
        if button in {Button.BACK, Button.RESTART}:
            track.go(10.1)
        assert bool(track.press(button, again, KEY)) is acts


@pytest.mark.parametrize(
    "button", [Button.FASTER, Button.SLOWER, Button.EXTEND, Button.ADD_REP, Button.DROP_REP, Button.UNDO,
               Button.LINE_EARLIER, Button.LINE_LATER],
)  # fmt: skip
def test_unguarded_keys(button):
    """These keys may follow one another after 0.2 s: each is taken, if only to be refused."""
    steps = [work(400.0, f"rep {rep}", rep=rep, of=9, set_id="s") for rep in range(1, 10)]
    track = Track(*steps)
    for at in (10.0, 11.0, 12.0):
        track.press(Button.FASTER, at)
    assert track.press(button, 20.0, KEY)
    assert track.press(button, 20.2, KEY)


@pytest.mark.parametrize("origin", [Origin.STDIN, Origin.MQTT, Origin.RECORDING])
def test_only_keys_are_debounced(origin):
    """Marks 50 ms apart from a pipe, a broker or a recording are all taken."""
    track = Track(work_time(60.0))
    for place in range(3):
        track.press(Button.MARK, 10.0 + place * 0.05, origin)
    assert len(track.splits()) == 3


def test_the_guard_is_of_keys_alone():
    """A mark from a broker does not guard against a key."""
    track = Track(work_time(60.0))
    track.press(Button.MARK, 10.0, Origin.MQTT)
    track.press(Button.MARK, 10.3, KEY)
    assert len(track.splits()) == 2


UNDOABLE = [
    Button.MARK, Button.NEXT, Button.BACK, Button.RESTART, Button.ABANDON, Button.EXTEND, Button.ADD_REP,
    Button.DROP_REP, Button.SHORTEN, Button.COOL_DOWN, Button.FASTER, Button.SLOWER, Button.EFFORT_DAY,
]  # fmt: skip


@pytest.mark.parametrize("button", UNDOABLE)
def test_every_button_can_be_taken_back(button):
    """A stray press, taken back five seconds later, leaves step, clock, plan and results as without it."""

    def made(stray: bool) -> Track:
        steps = [work(1000.0, f"rep {rep}", rep=rep, of=3, set_id="s") for rep in (1, 2, 3)]
        track = Track(*steps, step("cool", Kind.COOL_DOWN, TimeEnd(Seconds(60.0))))
        track.run_at(4.0, 0.0, 40.0)
        track.mark(40.0)
        if stray:
            track.press(button, 41.0)
        track.run_at(4.0, 40.0, 45.0)
        if stray:
            (undone,) = [event for event in track.press(Button.UNDO, 46.0) if isinstance(event, Undone)]
            assert (undone.button, undone.step_id) == (button, "rep 1")
        track.run_at(4.0, 45.0, 270.0)
        return track

    stray, clean = made(stray=True).session, made(stray=False).session
    assert stray.timeline == clean.timeline
    assert (stray.index, stray.phase, stray.step_started_at) == (
        clean.index,
        clean.phase,
        clean.step_started_at,
    )
    assert [
        (event.step.step_id, event.ended_at, event.distance, event.reason) for event in stray.results
    ] == [(event.step.step_id, event.ended_at, event.distance, event.reason) for event in clean.results]


def test_cool_down_is_harmless():
    """A stray f jumps to the cool-down and one undo brings the rep back, its clock running on."""
    track = Track(work(400.0), rest(30.0), step("cool", Kind.COOL_DOWN, TimeEnd(Seconds(60.0))))
    track.run_at(4.0, 0.0, 40.0)
    track.press(Button.COOL_DOWN, 40.5)
    assert track.session.index == 2
    track.press(Button.UNDO, 50.0)
    assert (track.session.index, track.session.step_time(Seconds(50.0))) == (0, 50.0)
    assert track.session.results == ()


def test_pause_and_undo_are_not_undone():
    """An undo after a pause and a resume takes back the button before them."""
    track = Track(work_time(100.0), rest(30.0))
    track.press(Button.EXTEND, 10.0)
    track.press(Button.PAUSE, 11.0)
    track.press(Button.RESUME, 12.0)
    events = track.press(Button.UNDO, 13.0)
    assert [event.button for event in events if isinstance(event, Undone)] == [Button.EXTEND]
    assert track.session.left_s(Seconds(13.0)) == 88.0


def test_five_deep():
    """The last five presses can be taken back, a sixth cannot."""
    track = Track(work_time(1000.0))
    for at in range(6):
        track.press(Button.EXTEND, 10.0 + at)
    for at in range(5):
        track.press(Button.UNDO, 20.0 + at)
    assert track.session.left_s(Seconds(24.0)) == 1030.0 - 24.0
    (refused,) = track.press(Button.UNDO, 25.0)
    assert isinstance(refused, Rejected)


def test_within_a_minute():
    """A press can be taken back for 60 s and no longer."""
    for late, works in ((60.0, True), (60.1, False)):
        track = Track(work_time(1000.0))
        track.press(Button.EXTEND, 10.0)
        events = track.press(Button.UNDO, 10.0 + late)
        assert any(isinstance(event, Undone) for event in events) is works


def test_a_step_that_ended_by_itself_runs_on():
    """With no press since, undo un-ends a step, which then runs on until a mark, however long."""
    track = Track(*reps())
    track.wait(70.0)
    assert track.is_in(Phase.RECOVERY)
    events = track.press(Button.UNDO, 70.0)
    assert [event.step_id for event in events if isinstance(event, Undone)] == ["rep 1"]
    track.wait(300.0)
    assert track.is_in(Phase.WORK)
    track.mark(301.0)
    assert track.ended("rep 1").ended_at == 301.0
    assert track.is_in(Phase.RECOVERY)
    assert [event.step.step_id for event in track.session.results] == ["rep 1"]


def test_an_un_ended_rest_runs_on_until_next():
    """A rest that was un-ended holds until next, which starts the rep."""
    track = Track(*reps())
    track.wait(95.0)
    track.press(Button.UNDO, 95.0)
    track.wait(200.0)
    assert track.is_in(Phase.RECOVERY)
    track.press(Button.NEXT, 200.0)
    assert track.started("rep 2").at == 200.0


def test_a_press_between_is_taken_back_first():
    """A press after the end of a step is taken back first; the undo after that un-ends the step."""
    track = Track(*reps())
    track.wait(62.0)
    track.press(Button.EXTEND, 63.0)
    track.press(Button.UNDO, 64.0)
    track.press(Button.UNDO, 65.0)
    assert [(event.button, event.step_id) for event in track.all(Undone)] == [
        (Button.EXTEND, "rest 1"),
        (None, "rep 1"),
    ]


def test_deadlines_that_passed_are_settled_with_their_true_time():
    """A rep abandoned by mistake, taken back after its time was over, ends at its true time, without a cue."""
    track = Track(*reps())
    track.press(Button.ABANDON, 50.0)
    track.wait(64.0)
    before = len(track.events)
    track.press(Button.UNDO, 65.0)
    events = track.events[before:]
    ended = [event for event in events if isinstance(event, StepEnded)]
    assert [(event.step.step_id, event.at, event.ended_at, event.reason.value) for event in ended] == [
        ("rep 1", 65.0, 60.0, "done")
    ]
    started = [event for event in events if isinstance(event, StepStarted)]
    assert [(event.step.step_id, event.at, event.effective_at) for event in started] == [
        ("rest 1", 65.0, 60.0)
    ]
    assert not [event for event in events if type(event).__name__ == "Cue"]
    assert [event.step.step_id for event in track.session.results] == ["rep 1"]
    assert track.session.left_s(Seconds(65.0)) == 25.0


def test_boundaries_behind_an_undo_are_found_in_what_was_measured():
    """A rep by distance, abandoned and taken back past its end, ends where the pod said."""
    track = Track(work(400.0), jog(400.0))
    track.run_at(4.0, 0.0, 90.0)
    track.press(Button.NEXT, 89.5)
    track.run_at(4.0, 90.0, 106.0)
    track.press(Button.UNDO, 106.0)
    assert track.ended("work").ended_at == pytest.approx(100.0)
    assert track.session.step_metres(Seconds(106.0)) == pytest.approx(20.0)


def test_heart_rates_behind_an_undo_count():
    """A rest by heart rate, skipped and taken back, ends when the heart had been below for 5 s after the floor.

    A leap of 40 beats counts from its second reading on.
    """
    track = Track(recover_below(120.0), work_time(60.0))
    track.heart(150.0, 0.0, 40.0)
    track.press(Button.NEXT, 39.5)
    track.heart(150.0, 40.0, 50.0)
    track.heart(110.0, 50.0, 60.0)
    track.press(Button.UNDO, 60.0)
    assert track.ended("rest").ended_at == 56.0
    assert track.session.step_time(Seconds(60.0)) == 4.0


def test_a_moved_boundary_moves_back():
    """Taking a confirming mark back moves the boundary back, and says so."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 103.0)
    track.mark(103.0)
    track.press(Button.UNDO, 104.0)
    back = track.moves()[-1]
    assert (back.by, back.from_s, back.to_s) == (MovedBy.UNDO, 103.0, pytest.approx(100.0))
    assert track.session.step_time(Seconds(104.0)) == pytest.approx(4.0)
    assert track.session.results[0].ended_at == pytest.approx(100.0)


def test_an_end_in_a_pause_taken_back_is_a_pause_again():
    """Next in a pause resumes; taken back, the rep is paused again."""
    track = Track(*reps())
    track.press(Button.PAUSE, 20.0)
    track.press(Button.NEXT, 25.0)
    assert track.is_in(Phase.RECOVERY)
    track.press(Button.UNDO, 26.0)
    assert track.is_in(Phase.PAUSED)
    track.press(Button.RESUME, 30.0)
    assert track.session.step_time(Seconds(30.0)) == 21.0


def test_undo_works_in_a_pause():
    """A button can be taken back in a pause, which goes on."""
    track = Track(*reps())
    track.press(Button.EXTEND, 10.0)
    track.press(Button.PAUSE, 20.0)
    track.press(Button.UNDO, 25.0)
    assert track.is_in(Phase.PAUSED)
    assert track.session.left_s(Seconds(25.0)) == 40.0


def test_a_finished_run_is_un_finished():
    """Within 60 s after the last step an undo un-ends it."""
    track = Track(work_time(60.0))
    track.wait(100.0)
    assert track.is_in(Phase.FINISHED)
    track.press(Button.UNDO, 100.0)
    assert track.is_in(Phase.WORK)
    assert track.session.finished_at is None


def test_the_second_end_of_a_step_replaces_the_first():
    """A rep run again after a false start has one result, its last."""
    track = Track(*reps())
    track.press(Button.RESTART, 20.0)
    track.go(30.0)
    track.wait(95.0)
    assert [(event.reason.value, event.ended_at) for event in track.all(StepEnded)] == [
        ("false_start", 20.0), ("done", 90.0),
    ]  # fmt: skip
    assert [(event.step.step_id, event.time_s) for event in track.session.results] == [("rep 1", 60.0)]


def test_false_start_keeps_the_rest_counting():
    """After a false start the clock shows how long the rest has been over."""
    track = Track(*reps())
    track.wait(100.0)
    track.press(Button.RESTART, 100.0)
    assert track.is_in(Phase.READY)
    assert track.session.left_s(Seconds(107.0)) == -17.0
    track.press(Button.RESTART, 110.0)
    assert track.is_in(Phase.READY)
    track.mark(112.0)
    assert track.is_in(Phase.WORK)


def test_cool_down_from_a_pause_lets_the_clock_run():
    """Going to the cool-down from a pause ends the pause."""
    track = Track(work_time(60.0), step("cool", Kind.COOL_DOWN, TimeEnd(Seconds(60.0))))
    track.press(Button.PAUSE, 20.0)
    track.press(Button.COOL_DOWN, 25.0)
    assert track.is_in(Phase.WORK)
    assert track.session.left_s(Seconds(26.0)) == 59.0


def test_phases_say_their_button():
    """A phase that a button brought names it; one that time brought names none."""
    track = Track(*reps())
    track.press(Button.PAUSE, 20.0)
    track.press(Button.PAUSE, 25.0)
    track.wait(70.0)
    assert [(event.phase.value, event.button) for event in track.all(PhaseChanged)] == [
        ("work", None), ("paused", Button.PAUSE), ("work", Button.PAUSE), ("recovery", None),
    ]  # fmt: skip


def test_finish_ends_the_run():
    """Finish ends the step with its reason, and the run with its last line; nothing is heard after it."""
    track = Track(*reps())
    track.press(Button.FINISH, 20.0)
    assert track.ended("rep 1").reason.value == "finished"
    last = track.events[-1]
    assert isinstance(last, RunEnded)
    assert (last.completed, last.steps_done, last.time_s) == (False, 0, 20.0)
    assert track.mark(30.0) == []
    assert len(track.all(Split)) == 0


def test_a_pause_does_not_outlive_what_it_paused():
    """A free lap that was paused and then taken back leaves the run finished, not paused."""
    track = Track(work_time(10.0))
    track.wait(20.0)
    track.mark(20.0)
    track.press(Button.PAUSE, 21.0)
    track.press(Button.UNDO, 22.0)
    assert track.is_in(Phase.FINISHED)
    track.press(Button.NEXT, 23.0)
    track.close(24.0)
    assert track.phases()[-1] == "finished"


def test_an_end_that_a_press_brought_goes_with_the_press():
    """A line moved earlier ends the rest at once; the undo after that of the press takes back the press before."""
    track = Track(work(400.0), rest(10.0), work_time(60.0, "rep 2"))
    track.run_at(4.0, 0.0, 80.0)
    track.press(Button.FASTER, 80.0)
    track.run_at(4.0, 80.5, 109.0)
    assert track.is_in(Phase.RECOVERY)
    track.press(Button.LINE_EARLIER, 109.5)
    track.wait(109.6)
    assert track.is_in(Phase.WORK)
    track.press(Button.UNDO, 109.8)
    track.press(Button.UNDO, 109.9)
    assert [event.button for event in track.all(Undone)] == [Button.LINE_EARLIER, Button.FASTER]


def test_an_undo_keeps_no_later_warning_unsaid():
    """What an undo goes through again is not said; a disk that is full right after it is."""
    track = Track(work_time(60.0))
    track.press(Button.EXTEND, 10.0)
    track.press(Button.UNDO, 11.0)
    cues = track.feed(RecorderTrouble(Seconds(11.5), "the disk is full"))
    assert [cue.kind for cue in cues if isinstance(cue, Cue)] == [CueKind.RECORDING_FAILING]
