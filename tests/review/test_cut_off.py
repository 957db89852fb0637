"""The place where a run was cut off, read from its journaled outputs alone, in the words of the offer."""

from typing import Any

import pytest

from coach.live.contract import encode_event
from coach.quantities import Seconds
from coach.recording.codec import encode_input, encode_output
from coach.review.journaled import CutOff, WayOn, cut_off, read_cut_off
from coach.session.config import StartPolicy
from coach.session.events import StepUnderWay
from coach.session.phases import Button
from coach.signals.readings import LinkChanged, LinkState, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import PressStart
from tests.session.builders import Track, prompt, rest, step, work, work_time

STEPS = (
    step("warm-up", Kind.WARM_UP, *work_time(30.0).until.ends),
    prompt(),
    work(100.0, "rep 1"),
    rest(60.0, "rest 1"),
    work(400.0, "rep 2"),
    rest(60.0, "rest 2"),
)


def events(track: Track) -> list[dict[str, Any]]:
    """The outputs of a run as its journal has them."""
    return [encode_event(output, track.run.run_s(output.at)) for output in track.events]


def told(track: Track, last_at: float | None = None) -> CutOff:
    """The place of the run by its outputs."""
    return cut_off(events(track), Seconds(track.now if last_at is None else last_at))


def fold(track: Track) -> StepUnderWay | None:
    """The place of the run by its fold."""
    session = track.session
    if session.step_started_at is None:
        return None
    return StepUnderWay(session.step.step_id, session.index, session.step_started_at)


def agree(track: Track) -> bool:
    """Check that both agree."""
    where, folded = told(track), fold(track)
    if where.under_way is None or folded is None:
        return where.under_way is folded
    assert where.step_s == pytest.approx(track.session.step_time(Seconds(track.now)), abs=0.02)
    began_at, folded_at = where.under_way.started_at, folded.started_at
    assert began_at is not None
    assert folded_at is not None
    is_same_step = (where.under_way.step_id, where.under_way.index) == (folded.step_id, folded.index)
    return is_same_step and abs(began_at - folded_at) < 0.002


def test_it_agrees_with_the_fold_at_every_sample():
    """Through steps by time and by distance, with starts that lie between samples, both name the same step."""
    track = Track(*STEPS)
    for second in range(200):
        track.run_at(3.7, float(second), second + 1.0)
        assert agree(track), second
    assert told(track).is_over is (track.session.step is None)


PRESSES = {
    "pause": [(Button.PAUSE, 40.0), (Button.RESUME, 55.0)],
    "undo": [(Button.NEXT, 45.0), (Button.UNDO, 50.0)],
    "restart": [(Button.RESTART, 40.0)],
    "restart and go": [(Button.RESTART, 40.0), (Button.GO, 44.0)],
    "back": [(Button.NEXT, 40.0), (Button.BACK, 45.0)],
    "next": [(Button.NEXT, 40.0)],
    "marks": [(Button.MARK, 56.0), (Button.MARK, 58.5)],
    "cool-down": [(Button.FINISH, 60.0)],
    "held": [(Button.PAUSE, 50.0)],
}


@pytest.mark.parametrize("name", PRESSES)
def test_it_agrees_with_the_fold_after_presses(name):
    """After pauses, undos, restarts and marks both name the same step, its time and when it began."""
    track = Track(*STEPS, starts=StartPolicy(after_rest=PressStart()))
    presses = list(PRESSES[name])
    for second in range(90):
        track.run_at(3.7, float(second), second + 0.5)
        while presses and presses[0][1] <= second + 1:
            track.press(*presses.pop(0))
        assert agree(track), second


def test_after_a_gap_it_agrees_with_the_fold():
    """A run that was resumed once can be cut off again; the gap counts in no clock."""
    track = Track(*STEPS)
    track.run_at(3.7, 0.0, 50.0)
    track.resume(200.0)
    track.run_at(3.7, 200.0, 204.0)
    assert agree(track)


def test_a_paused_clock_stands():
    """Cut off in a pause, the step is as far as it was when the pause began, and may go on after any gap."""
    track = Track(work_time(600.0))
    track.run_at(3.7, 0.0, 43.5)
    track.press(Button.PAUSE, 43.5)
    where = told(track, 100.0)
    assert where.where == "Rep, 0:44 in, paused"
    assert [way for way, _ in where.ways(900.0)] == [WayOn.CONTINUE, WayOn.RESTART, WayOn.DONE, WayOn.FINISH]


def test_a_rep_in_words():
    """The offer names rep and time, and what can be done."""
    reps = [work(400.0, f"rep {rep}", rep=rep, of=10) for rep in range(1, 11)]
    steps = [one for rep in reps for one in (rep, rest(90.0, f"rest {rep.rep}", rep=rep.rep, of=10))]
    under_way = StepUnderWay("rep 4", 6, Seconds(100.0))
    where = CutOff(
        "01", "10 x 400", Seconds(143.0), under_way, Kind.WORK, "Main / rep 4 of 10 / work", Seconds(43.0)
    )
    assert where.sentence(120.0, steps) == (
        "Rep 4 of 10, 0:43 in: restart the rep, count it as done and be in recovery, or finish"
    )
    assert where.sentence(14.9, steps) == (
        "Rep 4 of 10, 0:43 in: continue at 0:43, restart the rep, count it as done and be in recovery, or finish"
    )
    assert where.sentence(15.0) == "Rep 4 of 10, 0:43 in: restart the rep, count it as done, or finish"


@pytest.mark.parametrize(
    ("kind", "path", "words"),
    [
        (
            Kind.WORK,
            "Main / set 1 of 2 / rep 3 of 5 / work",
            "Set 1 of 2, rep 3 of 5, 0:10 in: restart the rep",
        ),
        (Kind.FLOAT, "Main / rep 3 of 5 / float", "Float after rep 3 of 5, 0:10 in: restart the float"),
        (
            Kind.RECOVERY,
            "Main / rep 3 of 5 / recovery",
            "Recovery after rep 3 of 5, 0:10 in: restart the recovery",
        ),
        (Kind.RECOVERY, "Main / rep 3 of 5 / rest", "Rest after rep 3 of 5, 0:10 in: restart the rest"),
        (Kind.STRIDE, "Main / sprint 2 of 4 / stride", "Sprint 2 of 4, 0:10 in: restart the sprint"),
        (Kind.WARM_UP, "Warm-up / warm-up", "Warm-up, 0:10 in: restart the warm-up"),
        (Kind.WORK, "Main / Last 10 minutes", "Last 10 minutes, 0:10 in: restart the rep"),
        (Kind.CHECKLIST, "Warm-up / Drills", "Drills, 0:10 in: restart the list"),
        (Kind.OPEN, "Run / open", "Run, 0:10 in: restart the run"),
    ],
)
def test_each_kind_of_step_has_its_word(kind, path, words):
    """A step is called as its runner calls it."""
    where = CutOff("01", "", Seconds(10.0), StepUnderWay("a", 0, Seconds(0.0)), kind, path, Seconds(10.0))
    assert where.sentence(60.0).startswith(words + ",")


def test_what_follows_is_named():
    """A step that counts as done leads to the rest, to the next rep, or to the end."""
    plan = [
        work(100.0, "rep 1", rep=1, of=2),
        rest(60.0, "rest 1"),
        step("cool", Kind.COOL_DOWN, *work_time(30.0).until.ends),
    ]

    def done(place: int) -> str:
        under_way = StepUnderWay(plan[place].step_id, place, Seconds(0.0))
        where = CutOff("01", "", Seconds(9.0), under_way, plan[place].kind, plan[place].path)
        return dict(where.ways(60.0, plan))[WayOn.DONE]

    assert done(0) == "count it as done and be in recovery"
    assert done(1) == "count it as done and go to the cool-down"
    assert done(2) == "count it as done (it is the last)"


def test_of_an_edited_workout_nothing_is_named_that_follows():
    """A rep that was added or dropped makes the places and numbers of the workout as it began wrong."""
    plan = [rest(60.0, "rest 1"), work(100.0, "rep 2", rep=2, of=2)]
    started = {"event": "step_started", "at_s": 5.0, "run_s": 5.0, "step": 0, "step_id": plan[0].step_id}
    rest_began = started | {"kind": "recovery", "path": "Main / rep 1 of 2 / rest"}
    edited = {"event": "workout_changed", "at_s": 7.0, "run_s": 7.0, "button": "add_rep"}

    as_planned = cut_off([rest_began], Seconds(9.0)).ways(60.0, plan)
    after_edit = cut_off([rest_began, edited], Seconds(9.0)).ways(60.0, plan)

    assert dict(as_planned)[WayOn.DONE] == "count it as done and go to the rep"
    assert dict(after_edit)[WayOn.DONE] == "count it as done"


def test_between_steps_there_is_the_next_one():
    """Cut off where the next rep waits for its press, the run goes to its start."""
    track = Track(
        work(100.0, "rep 1"), rest(5.0), work(100.0, "rep 2"), starts=StartPolicy(after_rest=PressStart())
    )
    track.run_at(4.0, 0.0, 30.0)
    track.press(Button.NEXT, 30.0)
    track.press(Button.RESTART, 32.0)
    where = told(track)
    assert where.under_way is None
    steps = track.session.timeline.steps
    assert where.ways(60.0, steps)[0] == (WayOn.RESTART, "go to the start of rep 2")
    assert where.ways(60.0)[0] == (WayOn.RESTART, "go to the start of the next step")


def test_a_run_that_is_over_is_offered_nothing():
    """After the last step nothing is left to go on with."""
    track = Track(work_time(20.0))
    track.wait(30.0)
    assert told(track).ways(1.0) == ()


def test_an_end_that_was_taken_back_is_none():
    """A run that went on after its end was a slip, and is cut off then, is offered as any other."""
    ended = [*events(Track(work_time(90.0))), {"event": "run_ended", "at_s": 20.0, "run_s": 20.0}]
    again = {"event": "resumed", "at_s": 30.0, "run_s": 20.0, "choice": "take_back"}
    assert cut_off(ended, Seconds(20.0)).is_over
    assert not cut_off([*ended, again], Seconds(31.0)).is_over


def test_a_false_start_is_one_that_ended_nothing():
    """A run of seconds is a false start; one that ended a step, or ran for a minute, is none."""
    short, ended, long = (
        Track(work_time(90.0)),
        Track(work_time(5.0), work_time(90.0)),
        Track(work_time(90.0)),
    )
    short.run_at(4.0, 0.0, 20.0)
    ended.run_at(4.0, 0.0, 20.0)
    long.run_at(4.0, 0.0, 70.0)
    assert [told(track).is_false_start for track in (short, ended, long)] == [True, False, False]


def test_a_torn_journal_is_read_as_far_as_its_lines_are_whole():
    """Half a line at the end, or a flipped bit in the middle, costs its line and no more."""
    track = Track(work(400.0, "rep 1"))
    track.run_at(4.0, 0.0, 43.0)
    lines = [
        *map(encode_output, events(track)),
        encode_input(LinkChanged(Seconds(43.0), Source.POD, LinkState.LOST)),
    ]
    flipped = lines[0].replace(b"run_started", b"run_startet")
    whole = read_cut_off(b"".join(lines))
    assert whole == told(track, 43.0)
    assert read_cut_off(b"".join([lines[0], flipped, *lines[1:], b'{"out":{"event":"run_en'])) == whole


@pytest.mark.parametrize(
    "data", [b"", b"\n", b'{"in":"opened","at":0}\t00000000\n', b'{"out":[]}\t2d9f2b1c\n', b"\xff" * 99]
)
def test_any_bytes_are_survived(data):
    """A file without outputs offers nothing."""
    assert read_cut_off(data) is None
