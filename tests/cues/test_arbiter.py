"""Which proposed cues are said, by class, budget and silence."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

from dataclasses import replace
from itertools import pairwise

import pytest

from coach.cues.arbiter import TTL_S, CueArbiter
from coach.cues.config import CueSettings
from coach.cues.cue import CueClass, CueKind, Why
from coach.session.phases import Button
from coach.signals.readings import Source
from coach.workout.kinds import Kind
from coach.workout.timeline import CoachBy, EndConditions, MarkEnd
from tests.cues.bench import Bench, kinds, pace, rep, rest, step, texts

WHY = Why("test")


def manners():
    """An arbiter in a step of an hour."""
    bench = Bench(rest(3600))
    bench.start(came_from=Kind.WORK)
    found = CueArbiter(CueSettings(), bench.session, bench.signals)
    found.begin_step(None, 3600.0)
    return found


def arbiter_of(plan):
    """A bench a minute into a step, on pace."""
    bench = Bench(plan)
    bench.start()
    bench.run(60, 4.0)
    return bench


def test_every_class_has_a_time_to_live():
    """A countdown a second, safety half a minute."""
    assert set(TTL_S) == set(CueClass)
    assert TTL_S[CueClass.COUNTDOWN] == 1.0


def test_shown_is_the_first_class_and_in_it_the_newest():
    """Safety hides a step cue, a newer step cue an older one; all of them end."""
    found = manners()
    found.emit(0.0, CueKind.STEP, CueClass.STEP, "one", WHY)
    found.emit(1.0, CueKind.STEP, CueClass.STEP, "two", WHY)
    assert found.cue_to_show(1.0).text == "two"
    found.emit(2.0, CueKind.HEART_RATE_CEILING, CueClass.SAFETY, "slow", WHY)
    assert found.cue_to_show(3.0).text == "slow"
    assert found.cue_to_show(3.0) is found.last_verdict
    found.emit(2.5, CueKind.STEP, CueClass.STEP, "three", WHY)
    assert found.cue_to_show(31.9).text == "slow"
    assert found.cue_to_show(32.0) is None


def test_words_that_are_empty_are_silence():
    """Without words there is no cue."""
    assert not manners().emit(0.0, CueKind.STEP, CueClass.STEP, "", WHY)


def test_a_pause_is_confirmed_and_so_is_its_end():
    """Paused; clock runs; then a standing start's settle time."""
    bench = Bench(rep(1600, rep=2, of=3))
    bench.start(came_from=Kind.FLOAT)
    bench.run(60, 4.0)
    assert texts(bench.press(Button.PAUSE)) == ["Paused."]
    assert texts(bench.press(Button.RESUME)) == ["Clock runs."]
    assert CueKind.TOO_FAST not in kinds(bench.run(19, 4.5))
    assert CueKind.TOO_FAST in kinds(bench.run(10, 4.5))


def test_still_paused_is_said_once_to_feet_that_run():
    """Over 150 steps a minute for 15 s."""
    bench = Bench(rep(1600))
    bench.start()
    bench.press(Button.PAUSE)
    assert bench.run(60, feet=120) == []
    assert texts(bench.run(120, feet=170)) == ["Still paused."]


def test_a_coach_with_a_stopwatch_hears_nothing():
    """In coach mode without sensors every cue is for the screen."""
    bench = Bench(rest(20), rep(400), by_hand=True, pod=False)
    said = bench.start(came_from=Kind.WORK) + bench.run(20) + bench.end() + bench.start(1)
    assert said
    assert not any(cue.spoken for cue in said)


def test_a_failing_recorder_is_safety_once_a_minute():
    """Said at once, again after a minute."""
    bench = Bench(rep())
    coach = bench.coach
    said = [
        cue for at in range(0, 90, 10) for cue in coach.on_recorder_failing("full", float(at), lasts=False)
    ]
    assert [(cue.at, cue.cue_class) for cue in said] == [(0, CueClass.SAFETY), (60, CueClass.SAFETY)]
    assert (said[0].text, said[0].why.rule) == ("The recording is failing.", "recorder: full")
    assert coach.recording_trouble() == ""


def test_a_recorder_that_keeps_failing_is_told_every_minute_until_it_works():
    """Trouble that lasts is said again each minute with its reason, stays known meanwhile, and its end is said once."""
    bench = Bench(rep())
    coach = bench.coach
    bench.start()
    said = coach.on_recorder_failing("the disk is full", 5.0, lasts=True)
    assert said[0].text == "The recording is failing: the disk is full."
    assert coach.recording_trouble() == "the disk is full"
    said = [cue for at in (64.9, 65.0, 124.9, 125.0) for cue in coach.fire(at)]
    assert [cue.at for cue in said if cue.kind is CueKind.RECORDING_FAILING] == [65.0, 125.0]
    assert coach.cue_to_show(126.0).kind is CueKind.RECORDING_FAILING
    assert coach.on_recorder_recovered(126.0) == []
    back = coach.fire(136.0)
    assert coach.cue_to_show(136.0).kind is CueKind.RECORDING_BACK
    assert [cue.kind for cue in back] == [CueKind.RECORDING_BACK]
    assert coach.recording_trouble() == ""
    assert coach.on_recorder_recovered(137.0) == []
    assert not [cue for cue in coach.fire(200.0) if cue.kind is CueKind.RECORDING_FAILING]


def test_a_disk_that_comes_and_goes_is_not_called_good():
    """That the recorder works is said once it has done so for a while; trouble after these words is said at once."""
    coach = Bench(rep()).coach
    said = coach.on_recorder_failing("the disk is full", 0.0, lasts=True)
    for at in range(1, 60, 8):
        said += coach.on_recorder_recovered(float(at))
        said += coach.fire(at + 5.0)
        said += coach.on_recorder_failing("the disk is full", at + 6.0, lasts=True)
    assert [cue.at for cue in said] == [0.0, 63.0]
    assert coach.recording_trouble() == "the disk is full"
    coach.on_recorder_recovered(65.0)
    assert coach.wake_at() == 75.0
    assert [cue.kind for cue in coach.fire(75.0)] == [CueKind.RECORDING_BACK]
    again = coach.on_recorder_failing("the disk is full", 80.0, lasts=True)
    assert [cue.kind for cue in again] == [CueKind.RECORDING_FAILING]


def test_other_trouble_within_the_minute_is_known_and_not_said_again():
    """A reason that changes is shown at once; it is said when the next warning is due."""
    coach = Bench(rep()).coach
    coach.on_recorder_failing("the disk is too slow", 0.0, lasts=True)
    assert coach.on_recorder_failing("the disk is full", 10.0, lasts=True) == []
    assert coach.recording_trouble() == "the disk is full"
    assert coach.fire(60.0)[0].text == "The recording is failing: the disk is full."


def test_marks_beside_sensors_silence_nobody():
    """A runner who presses at the line and wears a pod is coached aloud."""
    bench = Bench(rep(400), by_hand=True)
    bench.report(Source.POD, distance=0.0)
    assert all(cue.spoken for cue in bench.start())


def test_a_long_run_gets_another_cue_after_ten_minutes_of_silence():
    """An hour 4 % too fast: three, and then one in ten minutes at the most."""
    bench = Bench(step(seconds=3600, target=pace(), steer=CoachBy.RATE))
    bench.start()
    times = [cue.at for cue in bench.run(3600, 4.16) if cue.kind is CueKind.TOO_FAST]
    assert 4 <= len(times) <= 8
    assert all(later - sooner >= 600 for sooner, later in pairwise(times[2:]))


def test_a_severe_error_is_called_though_the_words_are_spent():
    """15 % too fast for half an hour: every 45 s, and from the third unanswered call on after twice as long."""
    bench = Bench(step(seconds=1800, target=pace(), steer=CoachBy.RATE))
    bench.start()
    fast = {CueKind.START_TOO_FAST, CueKind.TOO_FAST}
    cues = [cue for cue in bench.run(1800, 4.6) if cue.kind in fast]
    assert [later.at - sooner.at for sooner, later in pairwise(cues)][:5] == [45, 45, 90, 180, 360]
    assert all(sooner.text != later.text for sooner, later in pairwise(cues))


def test_the_end_of_a_step_is_no_place_for_a_severe_error():
    """In the last ten seconds of a rep whose words are spent nothing more is said."""
    found = arbiter_of(rep(1600, rep=2, of=3))
    now, left_s = found.now, found.session.expected_end(found.now) - found.now
    for at, is_said in ((now + left_s - 10.0, False), (now + left_s - 11.0, True)):
        arbiter = CueArbiter(CueSettings(budget=0), found.session, found.signals)
        arbiter.begin_step(1600, 400)
        assert arbiter.advise(at, CueKind.TOO_FAST, "Fast.", WHY, is_severe=True) is is_said


@pytest.mark.parametrize(
    ("plan", "surface"),
    [
        (rest(600, target=pace()), "track"),
        (rep(300), "track"),
        (rep(1600), "treadmill"),
    ],
)
def test_severity_never_breaks_what_must_be_silent(plan, surface):
    """Rests, reps up to 300 m and the treadmill keep their budget, however large the error."""
    bench = Bench(plan, surface=surface)
    bench.start(came_from=Kind.FLOAT)
    arbiter = CueArbiter(CueSettings(budget=0, budget_rest=0, budget_long=0), bench.session, bench.signals)
    arbiter.begin_step(plan.until.distance(), 600.0, plan.kind)
    assert not arbiter.advise(30.0, CueKind.TOO_FAST, "Fast.", WHY, is_severe=True)


def test_more_speed_is_asked_for_twice():
    """By whatever name; then the light is set back once, 45 s later, and one word more is allowed."""
    found = manners()
    assert found.advise(100.0, CueKind.TOO_SLOW, "One.", WHY, is_severe=True)
    assert not found.is_said_twice()
    assert found.advise(220.0, CueKind.FADE, "Two.", WHY, is_severe=True)
    assert found.is_said_twice()
    assert not found.advise(1000.0, CueKind.BEHIND_LIGHT, "Three.", WHY, is_severe=True)
    assert not found.let_be(264.9)
    assert not found.take_new_light()
    assert found.let_be(265.0)
    assert found.take_new_light()
    assert not found.take_new_light()
    assert found.advise(1000.0, CueKind.BEHIND_LIGHT, "Three.", WHY, is_severe=True)
    assert found.is_said_twice()
    assert not found.let_be(2000.0)
    found.reset_back_off()
    assert not found.is_said_twice()
    assert not found.has_let_be()


def test_too_fast_is_the_answer_to_too_slow():
    """Who was slow and is too fast now has answered."""
    found = manners()
    for at, kind in ((100.0, CueKind.TOO_SLOW), (500.0, CueKind.TOO_FAST), (900.0, CueKind.TOO_SLOW)):
        assert found.advise(at, kind, "Word.", WHY)
    assert not found.is_said_twice()


def test_a_rep_that_only_a_mark_ends_is_a_rep_and_no_run():
    """Its silences are those of a rep: as long as its speeds are averaged. A run to the mark keeps the long ones."""
    for one, gap in (
        (step(ends=(MarkEnd(),), target=pace(), steer=CoachBy.RATE, rep=2, of=3), 31.0),
        (step(ends=(MarkEnd(),), target=pace(), steer=CoachBy.RATE), 120.0),
    ):
        bench = Bench(one)
        bench.start(came_from=Kind.FLOAT)
        fast = {CueKind.START_TOO_FAST, CueKind.TOO_FAST}
        said = [cue.at for cue in bench.run(200, 4.16) if cue.kind in fast]
        assert said[1] - said[0] == gap


def test_the_cap_of_a_rep_that_a_mark_ends_tells_how_long_it_may_be():
    """At most forty seconds: too short to mend anything on the way, however fast it is run."""
    until = EndConditions((MarkEnd(),), cap_s=40.0)
    bench = Bench(replace(step(target=pace(), steer=CoachBy.RATE, rep=2, of=3), until=until))
    bench.start()
    assert CueKind.TOO_FAST not in kinds(bench.run(38, 4.2))


def test_a_record_counts_within_one_scope():
    """Too fast twice and then too slow is once: the words of a third time belong to one side of a band."""
    record = manners().record("pace")
    for now, side in ((1.0, "high"), (2.0, "high"), (3.0, "low")):
        record.note(now, side)
    assert (record.times, record.at) == (1, 3.0)
    assert record.was_said_of("low")
    assert not record.was_said_of("high")
    record.note(4.0, "low")
    assert record.times == 2


def test_a_remark_begins_a_silence():
    """For 20 s after a remark nothing is advised and nothing else remarked."""
    found = manners()
    assert found.remark(100.0, CueKind.HEART_RATE_HIGH, CueClass.COACH, "Easy.", WHY)
    assert not found.advise(119.9, CueKind.TOO_FAST, "Fast.", WHY)
    assert not found.remark(119.9, CueKind.HEART_RATE_HIGH, CueClass.COACH, "Easy.", WHY)
    assert found.advise(120.0, CueKind.TOO_FAST, "Fast.", WHY)
