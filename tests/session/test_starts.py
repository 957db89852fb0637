"""How a step starts."""

import pytest

from coach.cues.cue import Cue, CueKind
from coach.quantities import Metres, Seconds
from coach.session.config import StartPolicy
from coach.session.events import Asked, StepEnded, StepStarted, Waiting
from coach.session.phases import Button, Phase
from coach.signals.readings import Source
from coach.workout.kinds import Kind
from coach.workout.timeline import DelayStart, DistanceEnd, MarkEnd, Move, MovementStart, PressStart, TimeEnd
from tests.session.builders import (
    BY_PRESS,
    Track,
    checklist,
    pace,
    prompt,
    rest,
    send_off,
    step,
    work,
    work_time,
)

IN_A_MINUTE = StartPolicy(first=DelayStart(Seconds(60.0)))
HOLDS = StartPolicy(holds_for_standing=True)


def test_auto():
    """By default the first step starts at 0 and every other when the one before ends."""
    track = Track(work_time(20.0), rest(30.0), work_time(20.0, "second"))
    track.wait(60.0)
    assert [(event.step.step_id, event.at) for event in track.all(StepStarted)] == [
        ("work", 0.0), ("rest", 20.0), ("second", 50.0),
    ]  # fmt: skip


def test_the_first_step_counts_down():
    """Live, the first step is armed for 60 s: left counts down, run time is unknown, then it starts."""
    track = Track(work_time(20.0), starts=IN_A_MINUTE)
    assert track.is_in(Phase.READY)
    assert track.session.left_s(Seconds(45.0)) == 15.0
    assert track.session.run_time(Seconds(45.0)) is None
    track.wait(60.0)
    assert track.started("work").at == 60.0
    assert track.session.run_time(Seconds(70.0)) == 10.0


def test_a_press_starts_before_the_countdown_is_over():
    """Space while the count-down runs starts the step now."""
    track = Track(work_time(20.0), starts=IN_A_MINUTE)
    track.mark(40.0)
    assert track.started("work").at == 40.0


def test_p_cancels_and_space_re_arms():
    """A cancelled count-down waits for ever; space begins it anew, and once more starts the step."""
    track = Track(work_time(20.0), starts=IN_A_MINUTE)
    track.press(Button.PAUSE, 10.0)
    track.wait(200.0)
    assert track.is_in(Phase.READY)
    assert track.session.left_s(Seconds(200.0)) is None
    track.mark(200.0)
    assert track.session.left_s(Seconds(201.0)) == 59.0
    track.mark(210.0)
    assert track.started("work").at == 210.0


def test_extend_puts_the_start_off():
    """Extend puts a count-down off by 30 s."""
    track = Track(work_time(20.0), starts=IN_A_MINUTE)
    track.press(Button.EXTEND, 10.0)
    track.wait(89.9)
    assert track.is_in(Phase.READY)
    track.wait(90.0)
    assert track.started("work").at == 90.0


def test_a_rest_counts_over_until_the_press():
    """With starts by press an expired rest counts over, left below 0, and go starts the rep now."""
    track = Track(work_time(20.0), rest(30.0), work_time(20.0, "second"), starts=BY_PRESS)
    track.wait(57.0)
    assert track.is_in(Phase.OVERTIME)
    assert track.session.left_s(Seconds(57.0)) == -7.0
    track.go(58.0)
    assert track.ended("rest").time_s == 38.0
    assert track.started("second").at == 58.0


def test_go_before_the_rest_is_over():
    """With starts by press a mark in the rest goes early and is kept as a start; next and go do it too."""
    for button, reason in ((Button.MARK, "mark"), (Button.GO, "next"), (Button.NEXT, "next")):
        track = Track(work_time(20.0), rest(30.0), work_time(20.0, "second"), starts=BY_PRESS)
        track.press(button, 40.0)
        assert (track.ended("rest").reason.value, track.ended("rest").time_s) == (reason, 20.0)
        assert track.started("second").at == 40.0
        assert track.splits() == ([("start", None)] if button is Button.MARK else [])


def test_marks_that_start_are_kept_as_starts():
    """A mark that starts a step waiting for it, or an expired rest's rep, has the role start."""
    track = Track(work_time(20.0, start=PressStart()), rest(30.0), work_time(20.0, "second"), starts=BY_PRESS)
    track.mark(5.0)
    track.mark(60.0)
    assert track.splits() == [("start", None), ("start", None)]
    assert [mark.role.value for mark in track.session.marks] == []


def test_a_prompt_between_does_not_hide_the_rest():
    """A question between rest and rep takes no time and changes nothing of how the rep starts."""
    track = Track(work_time(20.0), rest(30.0), prompt(), work_time(20.0, "second"), starts=BY_PRESS)
    track.wait(57.0)
    assert track.is_in(Phase.OVERTIME)
    track.go(58.0)
    assert track.started("second").at == 58.0
    assert track.is_in(Phase.WORK)
    assert track.session.question is not None
    assert "prompt" in track.phases()


def test_a_prompt_after_a_rep_keeps_its_boundary():
    """A question right after a rep does not stop a mark from re-timing the end of the rep."""
    track = Track(work(400.0), prompt(), rest(60.0))
    track.run_at(4.0, 0.0, 102.5)
    track.mark(102.5)
    assert [(event.step_id, event.to_s) for event in track.moves()] == [("work", 102.5)]
    assert track.session.step_time(Seconds(110.0)) == 7.5


def test_a_question_first_starts_no_clock():
    """A question before the first step is put at once; the run's clock starts with the step."""
    track = Track(prompt(), work_time(20.0), starts=IN_A_MINUTE)
    assert track.is_in(Phase.READY)
    assert track.session.run_time(Seconds(10.0)) is None
    track.wait(61.0)
    assert track.session.run_time(Seconds(61.0)) == 1.0


def test_movement_starts_at_its_onset():
    """By movement the clock is dated back to when the runner got over 2.2 m/s, held for 2 s."""
    track = Track(work_time(60.0, start=MovementStart()))
    track.run_at(1.5, 0.0, 10.0)
    track.run_at(4.0, 10.0, 12.0)
    assert track.is_in(Phase.READY)
    track.run_at(4.0, 12.0, 13.0)
    started = track.started("work")
    assert (started.at, started.effective_at) == (12.0, 10.0)
    assert track.session.step_metres(Seconds(12.0)) == pytest.approx(8.0, abs=2.1)


def test_movement_needs_to_last():
    """A second of running, a walk, and it still waits."""
    track = Track(work_time(60.0, start=MovementStart()))
    track.run_at(4.0, 0.0, 2.0)
    track.run_at(1.0, 2.0, 3.0)
    track.run_at(4.0, 3.0, 5.0)
    assert track.is_in(Phase.READY)


def test_movement_across_a_hole_does_not_count():
    """Two samples of running 10 s apart are no 2 s of running."""
    track = Track(work_time(60.0, start=MovementStart()))
    track.run_at(4.0, 0.0, 1.0)
    track.run_at(4.0, 10.0, 11.0)
    assert track.is_in(Phase.READY)


def test_movement_of_a_slow_step():
    """For a target of 2.4 m/s, 75 % of it (1.8 m/s) is running."""
    track = Track(step("slow", Kind.WARM_UP, TimeEnd(Seconds(60.0)), target=pace(2.4), start=MovementStart()))
    track.run_at(1.9, 0.0, 3.0)
    assert track.is_in(Phase.WORK)


@pytest.mark.parametrize(("cadence", "starts"), [(130.0, False), (141.0, True), (None, True)])
def test_movement_needs_running_cadence(cadence, starts):
    """Where cadence is known it must be over 140: fast walking is no start."""
    track = Track(work_time(60.0, start=MovementStart()))
    track.run_at(2.5, 0.0, 4.0, cadence=cadence)
    assert (track.is_in(Phase.WORK)) is starts


def test_movement_without_speed_is_by_press():
    """Where nothing measures speed for 10 s a start by movement says that it takes a press, and a press starts it."""
    track = Track(work_time(60.0, start=MovementStart()))
    track.wait(9.9)
    assert track.all(Asked) == []
    track.wait(12.0)
    assert [(event.at, event.offer, event.step_id) for event in track.all(Asked)] == [
        (10.0, "press_to_start", "work")
    ]
    track.mark(15.0)
    assert track.started("work").at == 15.0


def test_a_speed_that_comes_in_time_is_enough():
    """A source that speaks within those 10 s is waited for, and nothing is said."""
    track = Track(rest(5.0), work_time(60.0, "second", start=MovementStart()))
    track.wait(8.0)
    assert track.is_in(Phase.OVERTIME)
    track.stand(12.0, 20.0)
    assert track.all(Asked) == []


def test_movement_after_a_rest_counts_over():
    """Before a start by movement an expired rest counts over, and ends when the runner got going."""
    track = Track(work_time(10.0), rest(20.0), work_time(60.0, "second", start=MovementStart()))
    track.run_at(4.0, 0.0, 10.0)
    track.stand(10.0, 35.0)
    assert track.is_in(Phase.OVERTIME)
    track.run_at(4.0, 35.0, 38.0)
    assert track.ended("rest").ended_at == 35.0
    assert track.started("second").effective_at == 35.0


def test_a_file_has_no_countdown():
    """In a foreign file a written first delay is 0."""
    files = StartPolicy(counts_delays=False)
    track = Track(work_time(20.0, start=DelayStart(Seconds(60.0))), starts=files)
    assert track.is_in(Phase.WORK)


def test_a_press_of_a_file_is_its_next_mark():
    """In a file, press waits for the next recorded mark; after the last mark it is automatic."""
    files = StartPolicy(presses_until=Seconds(50.0))
    track = Track(
        work_time(20.0), rest(20.0), work_time(20.0, "second", start=PressStart()),
        rest(20.0, "rest 2"), work_time(20.0, "third", start=PressStart()), starts=files,
    )  # fmt: skip
    track.wait(50.0)
    assert track.is_in(Phase.OVERTIME)
    track.mark(50.0)
    assert track.started("second").at == 50.0
    track.wait(95.0)
    assert track.started("third").at == 90.0


def standing(track: Track, since: float, until: float) -> None:
    """Walk the rest, then stand with cadence received."""
    track.stand(since, until, cadence=30.0)


def test_waiting_for_a_standing_runner():
    """A go after a rest is taken back once when the runner stood for 10 s before and after it, until he moves."""
    track = Track(work_time(20.0), rest(40.0), work_time(60.0, "second"), starts=HOLDS)
    track.run_at(4.0, 0.0, 30.0)
    standing(track, 30.0, 75.0)
    (waiting,) = track.all(Waiting)
    assert (waiting.at, waiting.step_id) == (70.0, "second")
    assert track.is_in(Phase.READY)
    assert track.session.step_time(Seconds(74.0)) is None
    assert [event.kind for event in track.all(Cue) if event.kind is CueKind.WAITING] == [CueKind.WAITING]
    track.run_at(4.0, 75.0, 80.0)
    assert [event.at for event in track.all(StepStarted) if event.step.step_id == "second"] == [60.0, 75.0]
    track.run_at(4.0, 80.0, 136.0)
    assert track.ended("second").time_s == 60.0


def test_a_press_starts_what_waits():
    """Space starts a step that waits for a standing runner."""
    track = Track(work_time(20.0), rest(40.0), work_time(60.0, "second"), starts=HOLDS)
    track.run_at(4.0, 0.0, 30.0)
    standing(track, 30.0, 75.0)
    track.mark(75.0)
    assert track.started("second").at == 75.0


@pytest.mark.parametrize("late", ["starts to walk", "moved before", "unheard"])
def test_a_runner_who_moves_is_not_held(late):
    """The go stands when the runner moved within 10 s before or after it, or was not heard throughout."""
    track = Track(work_time(20.0), rest(40.0), work_time(60.0, "second"), starts=HOLDS)
    track.run_at(4.0, 0.0, 30.0)
    if late == "starts to walk":
        standing(track, 30.0, 68.0)
        track.run_at(1.0, 68.0, 80.0, cadence=100.0)
    elif late == "moved before":
        track.run_at(1.0, 30.0, 52.0, cadence=100.0)
        standing(track, 52.0, 80.0)
    else:
        standing(track, 30.0, 55.0)
        standing(track, 60.0, 80.0)
    assert track.all(Waiting) == []
    assert track.is_in(Phase.WORK)


def test_whoever_is_never_held():
    """The first step, a standing rest, a hill, a belt, a send-off, a checklist and a pressed go are never held."""
    hill = step("second", Kind.HILL, TimeEnd(Seconds(60.0)))
    cases = [
        ([rest(40.0), work_time(60.0, "second")], HOLDS, "treadmill"),
        ([rest(40.0, move=Move.STAND), work_time(60.0, "second")], HOLDS, "track"),
        ([rest(40.0), hill], HOLDS, "track"),
        ([checklist(), work_time(60.0, "second")], HOLDS, "track"),
        ([rest(40.0), work_time(60.0, "second")], StartPolicy(), "track"),
    ]
    for steps, policy, surface in cases:
        track = Track(work_time(20.0), *steps, starts=policy, surface=surface)
        track.run_at(4.0, 0.0, 30.0)
        standing(track, 30.0, 59.0)
        if steps[0].kind is Kind.CHECKLIST:
            for at in (59.1, 59.2, 59.3):
                track.mark(at)
        standing(track, 60.0, 80.0)
        assert track.all(Waiting) == [], (steps[0].kind, steps[1].kind, surface)
        assert track.started("second")


def test_a_pressed_go_is_not_held():
    """Whoever pressed next meant it: the rep runs though the runner stands."""
    track = Track(work_time(20.0), rest(100.0), work_time(60.0, "second"), starts=HOLDS)
    track.run_at(4.0, 0.0, 30.0)
    standing(track, 30.0, 60.0)
    track.press(Button.NEXT, 60.0)
    standing(track, 60.0, 80.0)
    assert track.all(Waiting) == []


def test_a_send_off_is_not_held():
    """A send-off goes on its slot, whoever stands."""
    steps = send_off(60.0, 80.0, 2)
    track = Track(*steps, starts=HOLDS)
    track.run_at(4.0, 0.0, 22.0)
    standing(track, 22.0, 80.0)
    assert track.all(Waiting) == []
    assert track.started("rep 2").at == 60.0


def test_re_arm_of_a_press_start_waits():
    """Re-arming a step that starts by press keeps it waiting."""
    track = Track(work_time(20.0), rest(30.0), by_press := work_time(20.0, "second", start=PressStart()))
    assert by_press.start == PressStart()
    track.wait(30.0)
    track.press(Button.NEXT, 30.0)
    track.press(Button.RESTART, 31.0)
    assert track.is_in(Phase.READY)
    track.press(Button.RESTART, 33.0)
    assert track.is_in(Phase.READY)


def test_skipping_the_first_step_starts_no_clock():
    """A step skipped before it started has reason skipped, and the next one starts as a first step does."""
    track = Track(work_time(20.0), work_time(20.0, "second"), starts=IN_A_MINUTE)
    track.press(Button.NEXT, 10.0)
    (skipped,) = track.all(StepEnded)
    assert (skipped.reason.value, skipped.time_s) == ("skipped", 0.0)
    assert track.is_in(Phase.READY)
    assert track.session.left_s(Seconds(20.0)) == 50.0


def test_came_from():
    """A rep after a jogged rest is begun on the move; after a standing one it is not."""
    for move, kind in ((Move.JOG, Kind.RECOVERY), (Move.STAND, None), (Move.WALK, None)):
        track = Track(work_time(20.0), rest(30.0, move=move), work_time(20.0, "second"))
        track.wait(55.0)
        assert track.session.came_from() is kind


def test_the_watch_can_start_too():
    """Any source of speed can start a step by movement."""
    track = Track(step("work", Kind.WORK, DistanceEnd(Metres(400.0)), start=MovementStart()))
    track.run_at(4.0, 0.0, 4.0, source=Source.WATCH)
    assert track.is_in(Phase.WORK)
    assert track.session.step is not None
    assert not isinstance(track.session.step.until.ends[0], MarkEnd)
