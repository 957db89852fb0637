"""Live edits, checklists, prompts, the light and a pod's factor."""

from dataclasses import replace
from typing import Any

import pytest

from coach.cues.cue import Cue
from coach.live.contract import Opened, WorkoutSwitched, encode_event
from coach.live.run import LiveRun
from coach.quantities import BeatsPerMinute, Metres, Seconds
from coach.session.config import SessionSettings, StartPolicy
from coach.session.events import (
    Answered,
    Asked,
    MovedBy,
    Split,
    StepEnded,
    WorkoutChanged,
    light_at,
    light_time,
)
from coach.session.phases import Button, Phase
from coach.signals.readings import Calibrated, Rejected, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, Context, PressStart, Quantity, StepTarget, TimeEnd, Timeline
from tests.session.builders import (
    Track,
    by_mark,
    checklist,
    float_,
    jog,
    open_,
    pace,
    prompt,
    rest,
    step,
    work,
    work_time,
)


def reps(count: int = 3) -> Track:
    """Reps of 400 m with rests of 60 s, then a cool-down."""
    steps = []
    for rep in range(1, count + 1):
        steps.append(work(400.0, f"rep {rep}", rep=rep, of=count, set_id="s"))
        steps.append(rest(60.0, f"rest {rep}", rep=rep, of=count, set_id="s"))
    return Track(*steps, step("cool", Kind.COOL_DOWN, TimeEnd(Seconds(300.0))))


def names(track: Track) -> list[str]:
    """The steps of the revision in force."""
    return [event.step_id for event in track.session.timeline.steps]


def test_add_and_drop():
    """Add makes the next revision with a rep more, its id new and the others as they were; drop takes one away."""
    track = reps()
    old = names(track)
    track.press(Button.ADD_REP, 10.0)
    assert [event for event in names(track) if event in old] == old
    assert len(names(track)) == len(old) + 2
    track.press(Button.DROP_REP, 11.0)
    track.press(Button.DROP_REP, 12.0)
    assert len(names(track)) == len(old) - 2
    assert [(event.button, event.revision, event.steps_left) for event in track.all(WorkoutChanged)] == [
        (Button.ADD_REP, 1, 9), (Button.DROP_REP, 2, 7), (Button.DROP_REP, 3, 5),
    ]  # fmt: skip


def test_edits_keep_results():
    """An edit after a rep leaves its result as it was."""
    track = reps()
    track.run_at(4.0, 0.0, 105.0)
    before = track.session.results
    track.press(Button.ADD_REP, 105.0)
    track.press(Button.SLOWER, 106.0)
    assert track.session.results == before


def test_shorten_leaves_the_rep_under_way():
    """Shorten makes the remaining reps a fifth shorter, and not the one under way."""
    track = reps()
    track.press(Button.SHORTEN, 10.0)
    lengths = [event.until.distance() for event in track.session.timeline.steps if event.kind is Kind.WORK]
    assert lengths == [400.0, 300.0, 300.0]


def test_faster_and_slower():
    """One press of slower makes 400 m one second slower, from the step under way on; faster takes it back."""
    track = reps()
    track.press(Button.SLOWER, 10.0)
    aim = track.session.timeline.steps[0].target
    assert aim is not None
    assert aim.band.aim == pytest.approx(400.0 / 101.0)
    track.press(Button.FASTER, 11.0)
    back = track.session.timeline.steps[0].target
    assert back is not None
    assert back.band.aim == pytest.approx(4.0)


def test_effort_day():
    """An effort day makes every pace 3 % slower; pressed again, it is as before."""
    track = reps()
    track.press(Button.EFFORT_DAY, 10.0)
    assert track.session.is_effort_day
    slow = track.session.timeline.steps[0].target
    assert slow is not None
    assert slow.band.aim == pytest.approx(4.0 / 1.03)
    track.press(Button.EFFORT_DAY, 11.0)
    assert not track.session.is_effort_day
    back = track.session.timeline.steps[0].target
    assert back is not None
    assert back.band.aim == pytest.approx(4.0)


def test_by_effort():
    """In wind and on hills a pace becomes its effort, with a limit of heart rate where it has the time to tell."""
    threshold = replace(work(1000.0, "tempo"), target=replace(pace(4.0), ref="threshold"))
    track = Track(work(400.0, "rep"), threshold)
    track.run = LiveRun(replace(track.setup, threshold_bpm=BeatsPerMinute(170.0)))
    track.feed(Opened(Seconds(0.0)))
    before = track.session.timeline.steps
    track.press(Button.BY_EFFORT, 10.0)

    short, long = track.session.timeline.steps
    assert (short.target.quantity, short.target.label) == (
        Quantity.EFFORT,
        f"effort of {before[0].target.label}",
    )
    assert (short.caps, short.else_time_s) == ((), pytest.approx(100.0))
    assert long.target.label == "effort of threshold"
    assert [cap.label for cap in long.caps] == ["under 173 bpm"]
    assert track.session.light(Seconds(10.0)) is None
    assert track.session.is_by_effort
    assert track.run.snapshot().is_by_effort
    assert track.all(Cue)[-1].text == "By effort and heart rate. No pace counts."

    track.press(Button.BY_EFFORT, 12.0)
    again = [(step.target, step.caps, step.else_time_s) for step in track.session.timeline.steps]
    assert again == [(step.target, step.caps, step.else_time_s) for step in before]
    assert not track.session.is_by_effort
    assert [event.is_by_effort for event in track.all(WorkoutChanged)] == [True, False]


def test_an_effort_day_under_a_run_by_effort():
    """Paces that are slower come back slower; a rep that was added meanwhile keeps its effort."""
    track = reps()
    track.press(Button.EFFORT_DAY, 10.0)
    track.press(Button.BY_EFFORT, 12.0)
    track.press(Button.ADD_REP, 14.0)
    track.press(Button.BY_EFFORT, 16.0)
    paces = {
        round(step.target.band.aim, 6) for step in track.session.timeline.steps if step.target is not None
    }
    assert paces == {round(4.0 / 1.03, 6)}


def test_an_effort_day_ends_a_run_by_effort():
    """Whoever leaves the effort day has the paces back as they are written."""
    track = reps()
    before = [step.target for step in track.session.timeline.steps]
    for at, button in enumerate((Button.EFFORT_DAY, Button.BY_EFFORT, Button.EFFORT_DAY)):
        track.press(button, 10.0 + 2 * at)
    assert not track.session.is_by_effort
    assert not track.session.is_effort_day
    aims = [None if target is None else target.band.aim for target in before]
    now = [step.target for step in track.session.timeline.steps]
    assert [None if target is None else target.band.aim for target in now] == pytest.approx(aims)


def test_a_result_run_by_effort_says_so():
    """The end of a step that had a pace and was run by effort carries a mark."""
    track = reps()
    track.press(Button.BY_EFFORT, 1.0)
    track.press(Button.NEXT, 100.0)
    ended = track.all(StepEnded)[0]
    tree = encode_event(ended)
    assert tree["by_effort"] is True
    assert "light_s" not in tree


def test_extend_a_distance():
    """Extend makes the rep 100 m longer: it ends at 500 m."""
    track = reps()
    track.press(Button.EXTEND, 10.0)
    track.run_at(4.0, 10.0, 140.0)
    assert track.ended("rep 1").distance == 500.0


def test_extend_a_time():
    """Extend makes a timed step 30 s longer, and it is not cut."""
    track = Track(work_time(60.0), rest(30.0))
    track.press(Button.EXTEND, 10.0)
    track.wait(91.0)
    assert (track.ended("work").time_s, track.ended("work").cut) == (90.0, False)


def test_cool_down_leaves_the_rest_out():
    """Cool-down now ends the step with its reason and skips what lies between."""
    track = reps()
    track.press(Button.COOL_DOWN, 10.0)
    assert track.ended("rep 1").reason.value == "cool_down"
    assert {track.ended(name).reason.value for name in ("rest 1", "rep 2", "rest 3")} == {"skipped"}
    (refused,) = track.press(Button.COOL_DOWN, 20.0)
    assert isinstance(refused, Rejected)


def test_a_float_to_jog():
    """An abandoned float goes on as a jog recovery to its old end, with one result."""
    track = Track(float_(200.0), work(400.0))
    track.run_at(2.0, 0.0, 50.0)
    track.press(Button.ABANDON, 49.5)
    assert track.is_in(Phase.RECOVERY)
    track.run_at(2.0, 50.0, 102.0)
    ended = track.ended("float")
    assert (ended.step.kind, ended.distance, ended.reason.value) == (Kind.RECOVERY, 200.0, "done")


def test_a_checklist_is_ticked_off():
    """Each tick is an item, either side for itself; back unticks, and the last tick ends the list."""
    track = Track(checklist(), work_time(60.0))
    track.mark(1.0)
    track.mark(2.0)
    track.press(Button.BACK, 3.0)
    assert track.session.item == 1
    track.mark(4.0)
    track.mark(5.0)
    assert track.ended("drills").reason.value == "done"
    assert track.is_in(Phase.WORK)


def test_back_from_the_first_item():
    """Back from the first item goes to the step before."""
    track = Track(rest(10.0), checklist(), work_time(60.0))
    track.wait(15.0)
    track.press(Button.BACK, 16.0)
    assert track.is_in(Phase.RECOVERY)


def test_a_prompt_is_answered_later():
    """A question holds no clock; its answer is welcome in the steps after it, once, in its range."""
    track = Track(prompt(), work_time(60.0))
    assert track.is_in(Phase.WORK)
    assert isinstance(track.press(Button.ANSWER, 5.0, answer=4)[0], Rejected)
    assert isinstance(track.press(Button.ANSWER, 6.0)[0], Rejected)
    track.press(Button.ANSWER, 7.0, answer=3)
    (answered,) = track.all(Answered)
    assert (answered.step_id, answered.question, answered.answer) == ("rpe", "How was it?", 3)
    assert isinstance(track.press(Button.ANSWER, 8.0, answer=3)[0], Rejected)
    assert track.session.step_time(Seconds(8.0)) == 8.0


def test_two_prompts_in_a_row_are_both_answered():
    """The first answer is for the first, the second for the second; a prompt after a step replaces both."""
    track = Track(prompt("rpe"), prompt("legs"), work_time(60.0), prompt("later"), work_time(60.0))
    track.press(Button.ANSWER, 5.0, answer=3)
    track.press(Button.ANSWER, 6.0, answer=1)
    assert [(event.step_id, event.answer) for event in track.all(Answered)] == [("rpe", 3), ("legs", 1)]
    assert isinstance(track.press(Button.ANSWER, 7.0, answer=1)[0], Rejected)
    track = Track(prompt("rpe"), prompt("legs"), work_time(60.0), prompt("later"), work_time(60.0))
    track.press(Button.ANSWER, 70.0, answer=2)
    assert [event.step_id for event in track.all(Answered)] == ["later"]
    assert track.session.question is None


def test_back_passes_a_prompt():
    """Back from a rep after a question goes to the step before the question."""
    track = Track(work_time(20.0, "one"), prompt(), work_time(60.0, "two"))
    track.wait(30.0)
    track.press(Button.BACK, 30.0)
    assert track.session.step is not None
    assert track.session.step.step_id == "one"
    assert track.is_in(Phase.READY)


# --- the light ---------------------------------------------------------------------------------------------


def test_behind_and_ahead():
    """At 3.8 m/s against 4 the runner is 5 s behind after 380 m, and is projected to that pace's time."""
    light = light_at(work(1000.0), Metres(380.0), Seconds(100.0), Seconds(0.0))
    assert light is not None
    assert (light.behind_s, light.behind_m) == (5.0, 20.0)
    assert light.projected_s == pytest.approx(1000.0 / 3.8)
    ahead = light_at(work(1000.0), Metres(420.0), Seconds(100.0), Seconds(0.0))
    assert ahead is not None
    assert ahead.behind_s == -5.0
    assert ahead.needed == pytest.approx(580.0 / 150.0)


def test_needed_is_capped():
    """What is needed to catch up is at most 2 % faster than the target, and so when no time is left."""
    for time_s in (150.0, 260.0):
        light = light_at(work(1000.0), Metres(380.0), Seconds(time_s), Seconds(0.0))
        assert light is not None
        assert light.needed == pytest.approx(4.0 * 1.02)


def test_no_light():
    """No light runs without a pace, nor is anything projected in the first 5 s or without a length."""
    assert light_at(work(1000.0, mps=None), Metres(100.0), Seconds(30.0), Seconds(0.0)) is None
    early = light_at(work(1000.0), Metres(10.0), Seconds(3.0), Seconds(0.0))
    assert early is not None
    assert (early.projected_s, early.needed) == (None, None)
    timed = light_at(work_time(300.0, target=pace(4.0)), Metres(100.0), Seconds(30.0), Seconds(0.0))
    assert timed is not None
    assert (timed.behind_s, timed.projected_s) == (5.0, None)


def test_a_ramp():
    """On a ramp from 3 to 5 m/s the light takes its time: over 400 m as over 100 s."""
    ramp = StepTarget(Quantity.SPEED, Band(aim=3.0), "3 to 5", ramp=Band(aim=5.0))
    by_distance = light_time(step("r", Kind.WORK, *work(400.0).until.ends, target=ramp), 400.0, None)
    assert by_distance == pytest.approx(400.0 / 2.0 * 0.5108256, rel=1e-5)  # 200 ln(5/3)
    by_time = light_time(step("r", Kind.WORK, TimeEnd(Seconds(100.0)), target=ramp), 400.0, 100.0)
    assert by_time == pytest.approx(100.0)


def test_the_light_of_a_run():
    """The session's light is that of the newest sample; there is none on a belt, nor on the clock."""
    track = Track(work(1000.0))
    track.run_at(3.8, 0.0, 101.0)
    light = track.session.light(Seconds(100.9))
    assert light is not None
    assert light.behind_s == pytest.approx(5.0)
    belt = Track(work(1000.0), surface="treadmill")
    belt.run_at(3.8, 0.0, 101.0)
    assert belt.session.light(Seconds(100.0)) is None
    assert Track(work(1000.0)).session.light(Seconds(10.0)) is None


def test_resetting_the_light():
    """Set back to the runner, the light is with them and says so; splits and the result stay against the plan."""
    track = Track(work(600.0), rest(60.0))
    track.run_at(3.8, 0.0, 51.0)
    behind = track.session.light(Seconds(50.0))
    assert behind is not None
    assert behind.set_back_s == 0.0
    track.session.reset_light(Seconds(50.0))
    reset = track.session.light(Seconds(50.0))
    assert reset is not None
    assert reset.behind_s == pytest.approx(0.0)
    assert reset.set_back_s == pytest.approx(behind.behind_s)
    track.run_at(3.8, 51.0, 160.0)
    splits = {event.metres: event.light for event in track.events if isinstance(event, Split) and event.light}
    assert splits[Metres(400.0)].behind_s == pytest.approx(400.0 / 3.8 - 100.0)
    assert track.ended("work").light_s == pytest.approx(600.0 / 3.8 - 150.0)


def test_a_ramped_target_now():
    """Half way through a ramp the target is half way between its ends."""
    ramp = StepTarget(Quantity.SPEED, Band(3.0, 3.1, 3.2), "ramp", ramp=Band(4.0, 4.1, 4.2))
    track = Track(work_time(100.0, target=ramp))
    now = track.session.target_now(Seconds(50.0))
    assert now is not None
    assert (now.band.low, now.band.aim, now.band.high, now.ramp) == pytest.approx((3.5, 3.6, 3.7, None))


# --- a pod's factor ----------------------------------------------------------------------------------------

LONG = 1.02
"""A pod that reads 2 % long."""


def lap(track: Track, until: float, since: float = 0.0, mps: float = 4.0) -> None:
    """Run at a true speed with the pod that reads long."""
    track.run_at(mps * LONG, since, until)


def test_marks_teach_the_pod():
    """Marks at 200 and 600 m teach the pod its factor, which is in force from the next step on."""
    track = Track(work(1000.0), work(1000.0, "second"))
    lap(track, 50.0)
    track.mark(50.0)
    lap(track, 100.0, 50.0)
    track.mark(100.0)
    lap(track, 150.0, 100.0)
    track.mark(150.0)
    (learnt,) = track.all(Calibrated)
    assert learnt.origin == "mark"
    assert learnt.factor == pytest.approx(1 / LONG, abs=0.002)
    assert learnt.sd < 0.01
    assert track.run.signals.distance.factor()[0] == 1.0
    lap(track, 251.0, 150.0)
    assert track.session.index == 1
    assert track.run.signals.distance.factor()[0] == learnt.factor


def test_short_of_four_hundred_metres_teaches_nothing():
    """Marks 200 m apart teach nothing; those 400 m apart do."""
    track = Track(work(1000.0))
    lap(track, 50.0)
    track.mark(50.0)
    lap(track, 100.0, 50.0)
    track.mark(100.0)
    assert track.all(Calibrated) == []


@pytest.mark.parametrize("why", ["grass", "watch", "pause", "gap", "slow"])
def test_what_teaches_nothing(why):
    """Nothing is learnt on grass, by a watch, across a pause or a gap, nor at a jog."""
    track = Track(work(1000.0), surface="grass" if why == "grass" else "track")
    source = Source.WATCH if why == "watch" else Source.POD
    speed = 2.5 if why == "slow" else 4.0
    half, whole = 200.0 / speed, 600.0 / speed
    track.run_at(speed * LONG, 0.0, half, source=source)
    track.mark(half)
    if why == "pause":
        track.press(Button.PAUSE, half + 1.0)
        track.press(Button.RESUME, half + 1.5)
    if why == "gap":
        track.unseen(speed * LONG, 10.0)
        track.run_at(speed * LONG, half + 10.0, whole, source=source)
    else:
        track.run_at(speed * LONG, half, whole, source=source)
    track.mark(whole)
    assert track.splits()[0][0] == "split"
    assert track.all(Calibrated) == []


def test_a_confirmed_finish_teaches():
    """A go by press, and a mark that confirms the finish of 1000 m, are a known stretch."""
    track = Track(rest(5.0), work(1000.0), rest(60.0, "after"))
    track.run_at(0.0, 0.0, 5.0)
    track.press(Button.RESTART, 3.0)
    track.press(Button.NEXT, 5.0)
    lap(track, 255.0, 5.0)
    track.mark(254.9)
    assert track.moves()[0].by is MovedBy.MARK
    assert len(track.all(Calibrated)) <= 1


def test_a_declared_stretch_is_offered_and_accepted():
    """A declared stretch off by 6 % is offered at its mark; accepted, it counts for the running step at once."""
    track = Track(work(800.0, calibrate=True, mps=None), work(1000.0, "second"))
    track.run_at(4.0 / 1.06, 0.0, 200.0)
    track.mark(200.0)
    assert track.ended("work").distance == 800.0
    assert [event.offer for event in track.all(Asked)] == ["calibration"]
    assert track.session.offer == "calibration"
    assert track.all(Calibrated) == []
    track.run_at(4.0 / 1.06, 200.0, 221.0)
    before = track.session.step_metres(Seconds(220.0))
    track.press(Button.ACCEPT, 220.5)
    (learnt,) = track.all(Calibrated)
    assert (learnt.origin, learnt.factor) == ("stretch", pytest.approx(1.06, abs=0.005))
    assert track.session.offer == ""
    after = track.session.step_metres(Seconds(220.0))
    assert before is not None
    assert after == pytest.approx(before * learnt.factor, rel=1e-6)


def test_a_stretch_that_reads_long_is_confirmed_late():
    """A declared stretch whose pod reads 6 % long ends early by itself; its mark still confirms and offers."""
    track = Track(work(800.0, calibrate=True, mps=None), rest(100.0))
    track.run_at(4.0 * 1.06, 0.0, 200.0)
    track.mark(200.0)
    assert track.splits() == [("confirm", None)]
    assert track.session.offer == "calibration"


def test_nothing_to_accept():
    """Accept without an offer is refused."""
    assert isinstance(Track(work(400.0)).press(Button.ACCEPT, 5.0)[0], Rejected)


def test_the_line_came_later():
    """In the rest after a rep by distance, line later moves its end by 5 m, twice by 10."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 111.0)
    track.press(Button.LINE_LATER, 110.5)
    track.press(Button.LINE_LATER, 110.6)
    assert [(event.by, event.to_s) for event in track.moves()] == [
        (MovedBy.LINE, pytest.approx(101.25)), (MovedBy.LINE, pytest.approx(102.5)),
    ]  # fmt: skip
    track.press(Button.LINE_EARLIER, 110.7)
    assert track.session.results[0].ended_at == pytest.approx(101.25)
    assert {event.origin for event in track.all(Calibrated)} == {"line"}


def test_a_line_not_reached_yet():
    """A line the runner has not come to is refused, and so is any line outside the rest after a rep by distance."""
    track = Track(work(400.0), rest(60.0))
    track.run_at(4.0, 0.0, 101.0)
    assert isinstance(track.press(Button.LINE_LATER, 100.5)[0], Rejected)
    assert isinstance(Track(open_()).press(Button.LINE_LATER, 5.0)[0], Rejected)


def test_after_the_end():
    """After the last step a mark begins a free lap, which a mark ends, and extend five free minutes."""
    track = Track(work_time(20.0))
    track.wait(40.0)
    track.mark(40.0)
    assert track.is_in(Phase.WORK)
    track.mark(130.0)
    assert track.is_in(Phase.FINISHED)
    track.press(Button.EXTEND, 135.0)
    track.wait(500.0)
    assert [(event.step.step_id, event.time_s) for event in track.session.results] == [
        ("work", 20.0), ("free/1", 90.0), ("free/2", 300.0),
    ]  # fmt: skip


def test_a_fartlek_toggles():
    """A mark in a fartlek is a split and ends nothing; next ends it."""
    track = Track(step("play", Kind.FARTLEK, *open_().until.ends), rest(60.0))
    track.mark(30.0)
    track.mark(60.0)
    assert track.splits() == [("split", None), ("split", None)]
    track.press(Button.NEXT, 90.0)
    assert track.is_in(Phase.RECOVERY)


def test_slots_slide_only_when_they_run():
    """Before the first rep of a send-off has begun there is nothing to slide, only its count-down."""
    track = Track(work(400.0, send_off_s=Seconds(120.0)), jog(100.0))
    track.press(Button.EXTEND, 5.0)
    assert track.session.index == 0


def test_an_effort_day_in_heat_goes_by_the_table():
    """At 23.3 degrees and a dew point of 21.7 (a sum of 145 F) short reps are 1.9 % slower, and taken back as well."""
    track = reps()
    hot = replace(track.setup.session, temperature_c=23.3333, dew_point_c=21.6667)
    track.run = LiveRun(replace(track.setup, session=hot))
    track.feed(Opened(Seconds(0.0)))
    track.press(Button.EFFORT_DAY, 10.0)
    assert track.session.timeline.steps[0].target.band.aim == pytest.approx(4.0 / 1.01875)
    assert track.session.slower_percent == pytest.approx(1.875)
    track.press(Button.EFFORT_DAY, 11.0)
    assert track.session.timeline.steps[0].target.band.aim == pytest.approx(4.0)
    assert track.session.slower_percent == 0.0
    told = [(event.day.percent, event.day.reps_percent) for event in track.all(WorkoutChanged)]
    assert told == [pytest.approx((3.75, 1.875)), (0.0, 0.0)]


def test_in_dangerous_heat_no_target_is_raised():
    """Faster is refused with the reason; slower is not."""
    track = reps()
    hot = replace(track.setup.session, temperature_c=36.0, dew_point_c=32.0)
    track.run = LiveRun(replace(track.setup, session=hot))
    track.feed(Opened(Seconds(0.0)))
    track.press(Button.FASTER, 10.0)
    assert "too hot" in track.all(Rejected)[0].reason
    track.press(Button.SLOWER, 12.0)
    assert [event.button for event in track.all(WorkoutChanged)] == [Button.SLOWER]


@pytest.mark.parametrize(
    "weather",
    [
        {"temperature_c": 90.0},
        {"dew_point_c": -80.0},
        {"temperature_c": 20.0, "dew_point_c": 25.0},
        {"effort_day_percent": -3.0},
    ],
)
def test_a_weather_nobody_runs_in_is_refused(weather):
    """Fahrenheit taken for Celsius, and a dew point above the temperature."""
    with pytest.raises(ValueError, match=r"lies outside|cannot lie above"):
        SessionSettings(**weather)


# --- to another workout


def _other() -> Timeline:
    """Three reps of 200 m on another lane."""
    steps = (work(200.0, "200 a"), rest(30.0, "other rest"), work(200.0, "200 b"))
    return Timeline("200s", steps, Context(lane=2))


def _switched(track: Track, at: float) -> list[Any]:
    return track.feed(WorkoutSwitched(Seconds(at), _other()))


def test_a_switch_lets_a_rep_end_and_the_other_workout_follow():
    """What is under way goes on as it was planned; what would have followed is gone."""
    track = Track(by_mark("rep 1"), rest(60.0), by_mark("rep 2"))
    (changed,) = _switched(track, 10.0)
    assert (changed.button, changed.workout, changed.revision, changed.steps_left) == (None, "200s", 1, 4)
    assert track.session.step.step_id == "rep 1"
    track.mark(70.0)
    assert track.is_in(Phase.READY)
    assert track.session.timeline.context.lane == 2
    track.go(80.0)
    assert track.session.step.name == "200 a"
    assert [result.step.name for result in track.session.results] == ["rep 1"]


def test_a_switch_in_a_rest_waits_at_its_end():
    """The next rep is another's, and nobody starts it but a press."""
    track = Track(work_time(20.0, "rep 1"), rest(60.0), work_time(20.0, "rep 2"))
    track.wait(25.0)
    _switched(track, 30.0)
    track.wait(85.0)
    assert track.is_in(Phase.OVERTIME)
    track.go(90.0)
    assert track.session.step.name == "200 a"


def test_a_switch_before_the_start_and_after_the_end():
    """The first step is the other's; a run that was over goes on with it."""
    track = Track(by_mark("rep 1"), starts=StartPolicy(first=PressStart()))
    _switched(track, 5.0)
    assert [step.name for step in track.session.timeline.steps] == ["200 a", "other rest", "200 b"]
    assert track.is_in(Phase.READY)
    track = Track(work_time(20.0, "rep 1"))
    track.wait(25.0)
    assert track.is_in(Phase.FINISHED)
    _switched(track, 30.0)
    assert track.is_in(Phase.READY)
    track.go(35.0)
    assert [step.name for step in track.session.timeline.steps] == ["rep 1", "200 a", "other rest", "200 b"]
    assert track.session.step.name == "200 a"


def test_no_undo_leads_back_before_a_switch():
    """The steps that were pressed through are no longer those of the workout."""
    track = Track(by_mark("rep 1"), rest(60.0), by_mark("rep 2"))
    track.mark(50.0)
    _switched(track, 52.0)
    (refused,) = track.press(Button.UNDO, 53.0)
    assert isinstance(refused, Rejected)
    assert track.is_in(Phase.RECOVERY)


def test_two_switches_keep_their_steps_apart():
    """The ids of the steps stay different, though both are of one workout."""
    track = Track(by_mark("rep 1"), rest(60.0))
    _switched(track, 5.0)
    track.mark(50.0)
    track.go(51.0)
    _switched(track, 55.0)
    ids = [step.step_id for step in track.session.timeline.steps]
    assert len(set(ids)) == len(ids) == 5
