"""The meaning that each mark is given."""

from dataclasses import replace

import pytest

from coach.live.contract import Opened
from coach.live.run import LiveRun
from coach.quantities import Metres, Seconds
from coach.session.config import SessionSettings, StartPolicy
from coach.session.events import EndReason, MovedBy, Split, StepEnded
from coach.session.marks import by_plausibility, by_position, mark_spacing, planned_marks
from coach.session.phases import Button, Phase
from coach.signals.readings import Rejected
from coach.workout.kinds import Kind
from coach.workout.timeline import Context, MarkEnd, PressStart
from tests.session.builders import (
    BY_PRESS,
    Track,
    by_mark,
    checklist,
    float_,
    jog,
    open_,
    pace,
    rest,
    step,
    work,
    work_time,
)

SETTINGS = SessionSettings()
ZERO = Metres(0.0)


def _planned(length):
    return planned_marks(Metres(length), Metres(200.0))


@pytest.mark.parametrize(
    ("length", "marks"),
    [
        (400.0, [200.0, 400.0]),
        (1000.0, [200.0, 400.0, 600.0, 800.0, 1000.0]),
        (500.0, [200.0, 400.0, 500.0]),
        (150.0, [150.0]),
    ],
)
def test_planned_marks(length, marks):
    """Planned marks are every 200 m from the start of the step, and its end."""
    assert planned_marks(Metres(length), Metres(200.0)) == marks


def test_the_marks_of_a_mile_are_where_the_lines_are():
    """A mile begins 9.3 m before the line: its laps end at 409, 809, 1209 and 1609 m."""
    mile, over = Metres(1609.344), Metres(9.344)
    assert planned_marks(mile, Metres(400.0), over) == pytest.approx([409.344, 809.344, 1209.344, 1609.344])
    assert planned_marks(Metres(393.0), Metres(200.0), Metres(-7.0)) == [193.0, 393.0]


@pytest.mark.parametrize(
    ("surface", "lap", "lane", "every", "spacing"),
    [
        ("track", 400.0, 1, 200.0, 200.0),
        ("track", 400.0, 1, 100.0, 100.0),
        ("track", 200.0, 1, 200.0, 200.0),
        ("track", 300.0, 1, 200.0, 150.0),
        ("track", 400.0, 4, 200.0, 211.18),
        ("road", 300.0, 1, 200.0, 200.0),
    ],
)
def test_planned_marks_are_where_lines_can_be_seen(surface, lap, lane, every, spacing):
    """On a track they are halves or quarters of a lap in the lane; elsewhere the setting stands."""
    context = Context(surface, Metres(lap), lane)
    settings = SessionSettings(mark_every=Metres(every))
    assert mark_spacing(context, settings) == pytest.approx(spacing, abs=0.01)


@pytest.mark.parametrize(
    ("at", "length", "credited", "role", "metres"),
    [
        (200.0, 1000.0, 0.0, "split", 200.0),
        (175.0, 1000.0, 0.0, "split", 200.0),
        (174.0, 1000.0, 0.0, "doubtful", None),
        (225.0, 1000.0, 0.0, "split", 200.0),
        (226.0, 1000.0, 0.0, "doubtful", None),
        (769.0, 1000.0, 0.0, "split", 800.0),  # 4 % of 800 is 32 m
        (767.0, 1000.0, 0.0, "doubtful", None),
        (961.0, 1000.0, 0.0, "end", 1000.0),
        (205.0, 1000.0, 200.0, "doubtful", None),
    ],
)
def test_by_position(at, length, credited, role, metres):
    """A measured mark is credited to the nearest planned mark within max(25 m, 4 %), each of them once."""
    meant = by_position(Metres(at), _planned(length), Metres(length), Metres(credited), SETTINGS)
    assert (meant.role.value, meant.metres) == (role, metres)


@pytest.mark.parametrize(
    ("took", "role", "metres", "counts"),
    [
        (29.9, "doubtful", 200.0, False),
        (30.0, "split", 200.0, True),
        (70.0, "split", 200.0, True),
        (70.1, "doubtful", 200.0, True),
        (79.9, "doubtful", 200.0, True),
        (80.0, "split", 400.0, True),
        (120.0, "split", 400.0, True),
        (120.1, "doubtful", 400.0, True),
        (155.0, "doubtful", 600.0, True),
        (251.0, "end", 1000.0, True),
    ],
)
def test_by_plausibility(took, role, metres, counts):
    """With 50 s expected, ratios under 0.6, to 1.4, to 1.6, to 2.4 and beyond credit as the table says."""
    meant = by_plausibility(Seconds(took), 0.25, _planned(1000.0), Metres(1000.0), ZERO)
    assert (meant.role.value, meant.metres, meant.counts) == (role, metres, counts)


def test_nothing_expected_accepts_all_that_can_be_run():
    """Without a split before and without a target a mark counts for the next planned one, unless nobody is so fast."""
    meant = by_plausibility(Seconds(16.0), None, _planned(1000.0), Metres(1000.0), ZERO)
    assert (meant.role.value, meant.metres, meant.counts) == ("split", 200.0, True)
    flying = by_plausibility(Seconds(15.9), None, _planned(1000.0), Metres(1000.0), ZERO)
    assert (flying.role.value, flying.metres, flying.counts) == ("doubtful", None, False)


def test_past_the_last_planned_mark():
    """A mark beyond the last planned one is doubtful and counts for nothing."""
    meant = by_plausibility(Seconds(50.0), 0.25, _planned(400.0), Metres(400.0), Metres(400.0))
    assert (meant.role.value, meant.metres, meant.counts) == ("doubtful", None, False)


def test_splits_by_hand():
    """Without sensors the marks of a rep are credited one after the other and the last one ends it."""
    track = Track(work(600.0), rest(60.0), by_hand=True)
    track.mark(50.0)
    track.mark(101.0)
    assert track.session.step_time(Seconds(101.0)) == 101.0
    track.mark(149.0)
    assert track.splits() == [("split", 200.0), ("split", 400.0), ("end", 600.0)]
    ended = track.ended("work")
    assert (ended.reason, ended.ended_at, ended.distance, ended.distance_source) == (
        EndReason.MARK, 149.0, 600.0, "marks",
    )  # fmt: skip
    assert ended.mean_speed == pytest.approx(600.0 / 149.0)
    assert ended.light_s == pytest.approx(-1.0)
    assert track.is_in(Phase.RECOVERY)


def test_the_expectation_is_the_split_before():
    """After a first split of 60 s a second of 80 s is plausible, though the target says 50 s."""
    track = Track(work(1000.0), by_hand=True)
    track.mark(60.0)
    track.mark(140.0)
    assert track.splits() == [("split", 200.0), ("split", 400.0)]


def test_missed_mark():
    """A split of twice the time credits two planned marks."""
    track = Track(work(1000.0), by_hand=True)
    track.mark(50.0)
    track.mark(150.0)
    assert track.splits() == [("split", 200.0), ("split", 600.0)]


def test_too_soon_counts_when_pressed_again():
    """A mark too soon is doubtful; pressed again within 2 s it counts, at the time of the first press."""
    track = Track(work(600.0), by_hand=True)
    track.mark(20.0)
    track.mark(21.5)
    assert track.splits() == [("doubtful", None), ("split", 200.0)]
    assert track.all(Split)[-1].time_s == 20.0


def test_too_soon_alone_counts_for_nothing():
    """A mark too soon that is not pressed again within 2 s leaves the next one its place."""
    track = Track(work(600.0), by_hand=True)
    track.mark(20.0)
    track.mark(50.0)
    assert track.splits() == [("doubtful", None), ("split", 200.0)]
    assert track.all(Split)[-1].time_s == 50.0


@pytest.mark.parametrize(
    ("before", "at", "lines", "answer", "splits"),
    [
        ([], 10.0, [100.0], 1, [("doubtful", None), ("split", 100.0)]),
        ([], 10.0, [100.0], 2, [("doubtful", None)]),
        ([20.0], 33.0, [400.0, 300.0], 1, [("split", 200.0), ("doubtful", None), ("end", 400.0)]),
        ([20.0], 33.0, [400.0, 300.0], 2, [("split", 200.0), ("doubtful", None), ("split", 300.0)]),
        ([20.0], 33.0, [400.0, 300.0], 3, [("split", 200.0), ("doubtful", None)]),
        ([20.0], 30.0, [300.0], 2, [("split", 200.0), ("doubtful", None)]),
    ],
)
def test_a_press_without_a_distance_is_given_its_line(before, at, lines, answer, splits):
    """The lines are asked for and the answer counts it at its own time; then nothing is asked any more."""
    track = Track(work(400.0, mps=None), rest(60.0), by_hand=True)
    for mark in (*before, at):
        track.mark(mark)
    now = Seconds(at + 5)
    assert list(track.session.lines_asked(now)) == lines
    track.press(Button.ANSWER, now, answer=len(lines) + 2)
    assert track.all(Rejected)[-1].reason == f"The question takes an answer from 1 to {len(lines) + 1}."
    track.press(Button.ANSWER, now, answer=answer)
    assert track.splits() == splits
    assert track.session.lines_asked(now) == ()
    if answer <= len(lines):
        assert track.all(Split)[-1].time_s == at


def test_no_line_is_asked_for_where_nobody_can_have_been_at_one():
    """Nor after a minute, nor where distance is measured, nor in a run recorded before the question."""
    hand = Track(work(400.0, mps=None), by_hand=True)
    hand.mark(3.0)
    assert hand.session.lines_asked(Seconds(4.0)) == ()
    hand.mark(12.0)
    assert hand.session.lines_asked(Seconds(72.0)) == (100.0,)
    assert hand.session.lines_asked(Seconds(72.1)) == ()
    old = Track(work(400.0, mps=None), opened=False)
    old.run = LiveRun(replace(old.setup, by_hand=True, session=SessionSettings(asks_line=False)))
    old.feed(Opened(Seconds(0.0)))
    old.mark(12.0)
    assert old.session.lines_asked(Seconds(13.0)) == ()
    old.press(Button.ANSWER, 13.0, answer=1)
    assert old.all(Rejected)[-1].reason == "No question is open."


@pytest.mark.parametrize(
    ("mps", "presses", "splits"),
    [
        (None, [0.0, 50.0], [("doubtful", None), ("split", 200.0)]),
        (None, [0.3, 40.0], [("doubtful", None), ("split", 200.0)]),
        (None, [0.3, 1.0, 50.0], [("doubtful", None), ("doubtful", None), ("split", 200.0)]),
        (4.0, [0.0, 0.0, 50.0], [("doubtful", None), ("doubtful", None), ("split", 200.0)]),
        (4.0, [0.0, 0.0, 20.0], [("doubtful", None), ("doubtful", None), ("doubtful", None)]),
    ],
)
def test_a_mark_nobody_can_have_run_to_counts_for_nothing(mps, presses, splits):
    """A mark just after the start is doubtful, also when pressed twice, and the next one is the first that counts."""
    track = Track(work(1000.0, mps=mps), by_hand=True)
    for at in presses:
        track.mark(at)
    assert track.splits() == splits
    assert track.is_in(Phase.WORK)


def test_measured_mark_is_credited_and_ends_nothing():
    """With a pod a mark at 200 m of 600 is a split, and one far from any line is doubtful."""
    track = Track(work(600.0))
    track.run_at(4.0, 0.0, 50.5)
    track.mark(50.6)
    track.run_at(4.0, 51.0, 75.0)
    track.mark(75.1)
    assert track.splits() == [("split", 200.0), ("doubtful", None)]
    assert track.is_in(Phase.WORK)


def test_mark_before_the_end_is_the_finish():
    """A mark within max(5 s, 4 %) before the end of a distance step ends it, at the time of the press."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 96.0)
    track.mark(95.5)
    ended = track.ended("work")
    assert (ended.reason, ended.ended_at, ended.distance, ended.cut) == (EndReason.MARK, 95.5, 400.0, False)
    assert track.splits() == [("end", 400.0)]


def test_mark_after_the_end_moves_the_boundary():
    """A mark within the window after a step ended by itself re-times it, the next clock too, and never advances."""
    track = Track(work(400.0), rest(60.0), work(400.0, "next"), starts=BY_PRESS)
    track.run_at(4.0, 0.0, 103.5)
    assert track.ended("work").ended_at == pytest.approx(100.0)
    track.mark(103.5)
    assert track.splits() == [("confirm", None)]
    (moved,) = track.moves()
    assert (moved.step_id, moved.by, moved.to_s) == ("work", MovedBy.MARK, 103.5)
    assert moved.from_s == pytest.approx(100.0)
    assert track.is_in(Phase.RECOVERY)
    assert track.session.step_time(Seconds(110.0)) == 6.5
    (result,) = track.session.results
    assert (result.ended_at, result.time_s, result.distance) == (103.5, 103.5, 400.0)
    track.run_at(4.0, 103.5, 110.0)
    assert track.session.step_metres(Seconds(109.5)) == pytest.approx(24.0)


def test_a_second_confirmation_is_a_better_one():
    """A second mark inside the window re-times the boundary again and still starts nothing."""
    track = Track(work(400.0), rest(60.0), work(400.0, "next"), starts=BY_PRESS)
    track.run_at(4.0, 0.0, 102.0)
    track.mark(102.0)
    track.mark(103.0)
    assert [moved.to_s for moved in track.moves()] == [102.0, 103.0]
    assert track.is_in(Phase.RECOVERY)


def test_the_window_grows_with_the_step():
    """The confirm window of a step of 250 s is 4 % of it: 10 s after its end still confirms, 11 s does not."""
    for late, role in ((9.9, "confirm"), (10.5, "split")):
        track = Track(work(1000.0), rest(60.0))
        track.run_at(4.0, 0.0, 250.0 + late)
        track.mark(250.0 + late)
        assert track.splits()[0][0] == role


def test_mark_ends_steps_by_mark_and_open_ones():
    """A mark ends a step by mark and an open one, and is a split in a step by time."""
    track = Track(by_mark(), open_(), work_time(60.0, "timed"))
    track.mark(10.0)
    track.mark(30.0)
    track.mark(40.0)
    assert [(event.step.step_id, event.reason.value) for event in track.all(StepEnded)] == [
        ("work", "mark"), ("open", "mark"),
    ]  # fmt: skip
    assert track.splits() == [("end", None), ("end", None), ("split", None)]


def test_mark_in_a_pause_is_refused():
    """A mark in a pause is refused, and the sentence says Paused."""
    track = Track(work(400.0), by_hand=True)
    track.press(Button.PAUSE, 10.0)
    (refused,) = track.mark(20.0)
    assert isinstance(refused, Rejected)
    assert refused.what == "mark"
    assert refused.reason.startswith("Paused")
    assert track.splits() == []


def test_mark_after_the_last_step_confirms_it():
    """A mark just after the last step ended by itself re-times it instead of starting a free lap."""
    track = Track(work(400.0))
    track.run_at(4.0, 0.0, 103.0)
    assert track.is_in(Phase.FINISHED)
    track.mark(103.0)
    assert track.is_in(Phase.FINISHED)
    assert track.session.results[0].time_s == 103.0
    assert track.session.finished_at == 103.0


def test_mark_never_confirms_a_checklist():
    """On a checklist a mark ticks an item off, even just after a rep."""
    track = Track(work(400.0), checklist())
    track.run_at(4.0, 0.0, 102.0)
    track.mark(102.0)
    assert track.session.item == 1
    assert track.moves() == []


def test_the_mark_of_a_float_is_its_end():
    """A mark near the end of a float by distance ends it and starts the rep behind it at that line."""
    track = Track(float_(200.0, mps=4.0), work(400.0))
    track.run_at(4.0, 0.0, 49.0)
    track.mark(48.5)
    assert track.ended("float").reason is EndReason.MARK
    assert track.session.step_started_at == 48.5
    assert track.is_in(Phase.WORK)


def test_timed_split_takes_the_nearest_line():
    """In a timed step with a pod a mark near 400 m is credited with 400 m."""
    track = Track(work_time(300.0))
    track.run_at(4.0, 0.0, 101.0)
    track.mark(101.0)
    assert track.splits() == [("split", 400.0)]


def test_laps_of_a_mile_are_credited_to_the_lines():
    """Presses at the line, 409, 809 and 1209 m into the mile, are level with the light, with and without a pod."""
    for mps in (None, 4.0):
        track = Track(work(1609.344, line_m=Metres(9.344), start_mark="A"), rest(60.0), by_hand=mps is None)
        for metres in (409.344, 809.344, 1209.344):
            if mps is not None:
                track.run_at(mps, track.now and track.now + 1.0, metres / 4.0)
            track.mark(metres / 4.0)
        pressed = [event for event in track.all(Split) if event.pressed]
        assert [event.metres for event in pressed] == pytest.approx([409.344, 809.344, 1209.344])
        assert [event.light.behind_s for event in pressed] == pytest.approx([0.0] * 3, abs=0.3)


def test_the_lines_of_a_mile_are_passed_too():
    """Without a press the splits of a mile are at its lines."""
    track = Track(work(1609.344, line_m=Metres(9.344), start_mark="A"), rest(60.0))
    track.run_at(4.0, 0.0, 410.0)
    passed = [event.metres for event in track.all(Split)]
    assert passed == pytest.approx([209.344 + 200.0 * place for place in range(7)])
    assert track.is_in(Phase.RECOVERY)


@pytest.mark.parametrize(
    ("stray", "told"),
    [(79.0, [("split", 200.0), ("doubtful", None), ("split", 400.0)]),
     (81.1, [("split", 200.0), ("split", 400.0), ("split", 400.0)])],
)  # fmt: skip
def test_a_stray_mark_does_not_spoil_the_next_split(stray, told):
    """The lap of the next row is whole, whether the stray press was doubtful or, a little later, taken for a line."""
    track = Track(work(1000.0), by_hand=True)
    for at in (50.0, stray, 100.0, 150.0):
        track.mark(at)
    assert track.splits() == [*told, ("split", 600.0)]
    rows = track.run.snapshot().splits
    assert [(row.role.value, row.metres, row.lap_s) for row in rows] == [
        ("split", 200.0, 50.0), ("doubtful", None, pytest.approx(stray - 50.0)),
        ("split", 400.0, 50.0), ("split", 600.0, 50.0),
    ]  # fmt: skip


def test_a_fast_split_is_no_stray():
    """Two splits of 35 s, for a target of 50 s, are two splits: together they are no single one."""
    track = Track(work(1000.0), by_hand=True)
    for at in (50.0, 85.0, 120.0):
        track.mark(at)
    assert track.splits() == [("split", 200.0), ("split", 400.0), ("split", 600.0)]


def test_a_pod_that_is_wrong_does_not_shift_the_lines():
    """With a press a lap the metres count from the last line: 4 % over eight laps would be the next line."""
    track = Track(work(5000.0), rest(60.0))
    for lap in range(9):
        track.run_at(4.16, lap * 100.0 + (lap > 0), (lap + 1) * 100.0 + 1.0)
        track.mark((lap + 1) * 100.0 + 0.5)
    pressed = [event.metres for event in track.all(Split) if event.pressed]
    assert pressed == [400.0 * (lap + 1) for lap in range(9)]


def test_the_last_lap_of_a_long_rep_is_no_end():
    """Two hundred metres before the end of 5 km are within 4 % of its time, and a line of their own."""
    track = Track(work(5000.0), rest(60.0))
    track.run_at(4.0, 0.0, 1201.0)
    track.mark(1200.5)
    assert [(event.role.value, event.metres) for event in track.all(Split) if event.pressed] == [
        ("split", 4800.0)
    ]
    assert track.is_in(Phase.WORK)


def test_marks_of_a_timed_rep_are_lines():
    """Without distance the marks of a paced rep by time are credited as in one by distance; none of them ends it."""
    track = Track(work_time(900.0, target=pace(4.0)), by_hand=True)
    for at in (100.0, 201.0, 220.0, 299.0):
        track.mark(at)
    assert track.splits() == [("split", 400.0), ("split", 800.0), ("doubtful", None), ("split", 1200.0)]
    bare = Track(work_time(900.0), by_hand=True)
    bare.mark(100.0)
    assert bare.splits() == [("split", None)]


REST_BY_MARK = step("rest", Kind.RECOVERY, MarkEnd())


@pytest.mark.parametrize(
    ("steps", "starts", "presses", "phase", "index"),
    [
        ((by_mark(), REST_BY_MARK, by_mark("next")), None, (60.0, 62.0), Phase.RECOVERY, 1),
        ((by_mark(), rest(90.0), by_mark("next")), BY_PRESS, (60.0, 62.0), Phase.RECOVERY, 1),
        ((by_mark(), by_mark("next")), None, (60.0, 62.0), Phase.WORK, 1),
        ((by_mark(), by_mark("next", start=PressStart())), None, (60.0, 62.0), Phase.READY, 1),
        ((by_mark(), rest(50.0), by_mark("next")), BY_PRESS, (60.0, 112.0, 114.0), Phase.WORK, 2),
        ((by_mark(), rest(50.0), by_mark("next")), None, (60.0, 112.0), Phase.WORK, 2),
        ((by_mark(), checklist()), None, (60.0, 62.0), Phase.CHECKLIST, 1),
        ((work_time(60.0), REST_BY_MARK, by_mark("next")), None, (62.0,), Phase.RECOVERY, 1),
        ((work_time(60.0), rest(90.0), by_mark("next")), BY_PRESS, (62.0,), Phase.RECOVERY, 1),
        ((by_mark(), jog(200.0), by_mark("next")), None, (60.0, 62.0), Phase.RECOVERY, 1),
        ((by_mark(),), None, (60.0, 62.0), Phase.FINISHED, 1),
        ((work_time(60.0),), None, (62.0,), Phase.FINISHED, 1),
    ],
)
def test_a_press_just_after_a_boundary_advances_nothing(steps, starts, presses, phase, index):
    """Pressed twice, or late, it is about the boundary just behind, whoever brought that."""
    track = Track(*steps, starts=starts)
    for at in presses:
        track.mark(at)
    assert (track.phase, track.session.index) == (phase, index)
    assert track.splits()[-1] == ("ignored", None)
    assert track.session.item == 0


def test_a_press_well_after_a_boundary_acts():
    """Three seconds later it is another press."""
    track = Track(by_mark(), REST_BY_MARK, by_mark("next"))
    for at in (60.0, 63.0, 66.0):
        track.mark(at)
    assert track.is_in(Phase.FINISHED)


def test_when_a_rest_is_over_the_first_press_is_go():
    """The first press after a rest is a go at once, like the first press of a run."""
    track = Track(by_mark(), rest(50.0), by_mark("next"), starts=StartPolicy(PressStart(), PressStart()))
    track.mark(0.5)
    assert track.is_in(Phase.WORK)
    track.mark(60.0)
    track.mark(110.5)
    assert (track.phase, track.session.index) == (Phase.WORK, 2)


def test_a_short_sprint_timed_by_hand_ends_at_its_mark():
    """Thirty metres in four seconds are a rep, not a press twice."""
    track = Track(work(30.0, mps=8.0), rest(60.0), starts=StartPolicy(first=PressStart()), by_hand=True)
    track.mark(1.0)
    track.mark(5.0)
    assert track.ended("work").time_s == 4.0
