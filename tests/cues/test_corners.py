"""Rare cases of the rules: unknown values, marks that lie behind, and undo."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

from dataclasses import replace

import pytest

from coach.cues.cue import VERDICTS, CueKind, Phrases
from coach.session.events import EndReason, StepEnded, Undone
from coach.session.phases import Button, Phase
from coach.signals.readings import Reported, SensorChanged, SensorState, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    ChecklistItem,
    CoachBy,
    HeartRateEnd,
    OpenEnd,
    Quantity,
    SlotEnd,
    StepReminder,
    StepTarget,
)
from tests.cues.bench import Bench, kinds, pace, rep, rest, step, texts

phrases = Phrases()


def judged(cues):
    """The kinds of verdicts."""
    return [cue.kind for cue in cues if cue.kind in VERDICTS]


def test_a_slow_rep_that_is_undone_does_not_count():
    """The undone rep and the next slow one are not two in a row."""
    bench = Bench(*[rep(1000, set_id="a", step_id=str(place)) for place in range(3)])
    bench.start()
    bench.finish(3.5)
    bench.press(Button.UNDO)
    bench.start(1)
    assert CueKind.ADVICE not in kinds(bench.finish(3.5))


def test_a_rep_ended_again_is_one_rep():
    """A second end of one step replaces the first; it is not a second slow rep."""
    bench = Bench(rep(1000, set_id="a", step_id="0"), rep(1000, set_id="a", step_id="1"))
    bench.start()
    ended = StepEnded(0.0, 0, bench.session.step, EndReason.DONE, 0.0, 280.0, mean_speed=3.5)
    assert CueKind.ADVICE not in kinds(bench.hear(ended) + bench.hear(replace(ended, mean_speed=3.4)))


def test_a_rep_ended_in_another_set_begins_its_count():
    """Reps that were skipped to belong to their own set."""
    bench = Bench(rep(set_id="a"), rep(set_id="b"))
    ended = StepEnded(0.0, 1, bench.session.timeline.steps[1], EndReason.DONE, 0.0, 280.0, mean_speed=3.5)
    assert CueKind.ADVICE not in kinds(bench.hear(ended))


def test_the_newest_verdict_and_the_cue_to_show_can_be_asked_for():
    """The newest verdict is for the key `w`, the cue to show for the cue box."""
    bench = Bench(rep(1600, rep=2, of=3))
    bench.start()
    cue = next(cue for cue in bench.run(29, 4.5) if cue.kind in VERDICTS)
    assert bench.coach.last_verdict() is cue
    assert bench.coach.cue_to_show(cue.at) is cue


def test_settling_before_a_deadline_says_nothing():
    """Only what is due at that time."""
    bench = Bench(rest(60), rep())
    bench.start()
    assert bench.coach.fire(5.0) == []


def test_a_delay_that_is_taken_back_counts_no_more():
    """The plan follows the session even without a fact, and nothing is said of an old one."""
    bench = Bench(rep(), pod=False)
    bench.delay(30)
    bench.press(Button.PAUSE)
    assert bench.run(40) == []


def test_a_rest_of_unknown_length_is_not_counted():
    """A rest of unknown length is not counted down."""
    bench = Bench(step(Kind.RECOVERY, ends=[OpenEnd()]), rep(), pod=False)
    bench.start()
    assert bench.run(60) == []


def test_a_rest_nearly_over_does_not_name_the_next_step_any_more():
    """After an undo within the last 20 s of a rest the words would come too late."""
    bench = Bench(rest(60), rep())
    bench.start()
    bench.run(45)
    bench.press(Button.NEXT)
    assert CueKind.STEP not in kinds(bench.press(Button.UNDO) + bench.run(14))


def test_a_treadmill_step_by_distance_tells_its_speed_by_its_projected_end():
    """Ten seconds before it is likely to end."""
    bench = Bench(rep(400), step(seconds=60, target=pace(3.5)), surface="treadmill")
    bench.start()
    said = [cue for cue in bench.run(100, 4.0) if cue.why.rule == "belt_speed"]
    assert [(cue.at, cue.text) for cue in said] == [(90, "In ten: twelve six.")]


def test_a_send_off_rep_by_distance_is_not_counted():
    """What is left of the slot belongs to the rest, so the rep is not counted down."""
    bench = Bench(rep(400, send_off_s=120.0), step(Kind.RECOVERY, ends=[SlotEnd(120.0)]))
    bench.start()
    assert bench.session.phase is Phase.SEND_OFF_REP
    assert CueKind.COUNTDOWN not in kinds(bench.run(90, 4.0))


def test_clock_mode_without_a_target_has_no_light_to_call():
    """The step runs on its own time and is only counted down."""
    bench = Bench(step(metres=400, else_time_s=100.0), pod=False)
    bench.start()
    assert {cue.text for cue in bench.run(99)} == {"Thirty seconds.", "Ten.", "Three.", "Two."}


def test_walking_is_not_judged_by_the_light_or_the_start():
    """Under 130 steps a minute nothing is said of pace."""
    for number in (1, 2):
        bench = Bench(rep(600, rep=number, of=3, steer=CoachBy.TIME))
        bench.start(came_from=Kind.FLOAT)
        assert judged(bench.run(100, 4.8, feet=110) + bench.run(10, 3.0, feet=110)) == []


def test_a_light_without_distance_is_silent():
    """A step the session cannot place has no light."""
    bench = Bench(
        rep(600, rep=2, of=3, steer=CoachBy.TIME, target=StepTarget(Quantity.SPEED, Band(3.9, None, 4.1), ""))
    )
    bench.start(came_from=Kind.FLOAT)
    assert judged(bench.run(150, 4.15)) == []
    bench = Bench(rep(600, rep=2, of=3), pod=False)
    bench.start()
    assert CueKind.BEHIND_LIGHT not in kinds(bench.run(60, 3.0, source=Source.STRAP))


def test_a_runner_ahead_who_slows_down_is_left_alone():
    """Ahead of the light but slower than the target: it is coming back."""
    bench = Bench(rep(700, rep=2, of=3, steer=CoachBy.TIME))
    bench.start(came_from=Kind.FLOAT)
    bench.run(28, 4.4)
    assert CueKind.AHEAD_OF_LIGHT not in kinds(bench.run(20, 3.9))


def test_a_target_without_numbers_is_not_judged():
    """A speed target with no side at all has no band."""
    bench = Bench(rep(1600, rep=2, of=3, target=StepTarget(Quantity.SPEED, Band(), "free")))
    bench.start()
    assert judged(bench.run(120, 5.0)) == []


def test_the_heart_comes_back_and_may_be_called_again_only_after_its_silence():
    """After 20 s three beats inside it is right again, silently."""
    cap = StepTarget(Quantity.HEART_RATE, Band(high=150.0), "under")
    bench = Bench(step(Kind.OPEN, seconds=3600, caps=(cap,)))
    bench.start()
    assert judged(bench.run(340, heart=160)) == [CueKind.HEART_RATE_HIGH]
    assert judged(bench.run(40, heart=140)) == []
    assert judged(bench.run(60, heart=149) + bench.run(20, heart=160)) == []
    assert judged(bench.run(60, heart=160)) == [CueKind.HEART_RATE_HIGH]


def test_two_caps_are_as_strict_as_the_lower_one():
    """The lowest cap counts."""
    caps = tuple(StepTarget(Quantity.HEART_RATE, Band(high=bpm), "under") for bpm in (170.0, 150.0))
    bench = Bench(step(Kind.OPEN, seconds=3600, caps=caps))
    bench.start()
    assert judged(bench.run(340, heart=160)) == [CueKind.HEART_RATE_HIGH]


def test_heart_rate_in_a_long_rep_shares_its_budget():
    """In work under ten minutes the heart counts as a coach cue like any other."""
    cap = StepTarget(Quantity.HEART_RATE, Band(high=150.0), "under")
    bench = Bench(step(Kind.WARM_UP, seconds=400), step(seconds=500, caps=(cap,), rep=1, of=2))
    bench.start()
    bench.run(400, heart=120)
    bench.start(1)
    assert judged(bench.run(500, heart=170)) == [CueKind.HEART_RATE_HIGH] * 3


def test_reminders_of_the_run_may_count_metres():
    """Every 500 m of the whole run; what lies behind after an undo is left out."""
    what = (StepReminder("drink", every_m=500, of_run=True), StepReminder("tall", at_s=10, every_m=200))
    bench = Bench(step(metres=5000, reminders=what))
    bench.start()
    assert texts(bench.run(260, 4.0)).count("Drink.") == 2
    bench.hear(Undone(0.0, Button.NEXT, "x"), quiet=True)
    assert texts(bench.run(60, 4.0), CueKind.FORM) == ["Tall."]


def test_silence_after_three_losses_is_for_good():
    """A fourth loss schedules no words."""
    bench = Bench(rep(100_000))
    bench.start()
    for _ in range(4):
        bench.run(10, 4.0)
        bench.hear(SensorChanged(bench.now, Source.POD, SensorState.GONE, 0.0))
        bench.run(60)
        bench.hear(SensorChanged(bench.now, Source.POD, SensorState.LIVE))
    assert sum(cue.kind is CueKind.SENSOR_GONE and cue.spoken for cue in bench.cues) == 3


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (phrases.split(None, 148.0, tenths=False, about=False), "Two twenty-eight."),
        (phrases.question("Ready?", ()), "Ready?"),
        (phrases.item(ChecklistItem("stretch")), "Stretch."),
        (phrases.first_words(step(path="Main / set of rope"), None), "Step."),
        (
            phrases.first_words(rep(path="a / set x of 3", first_of_set=True, name="Rep"), None),
            "Rep. One thousand metres.",
        ),
        (phrases.offer("nothing"), ""),
        (phrases.low_battery(Source.MARKS, 9), "Sensor battery 9 %."),
        (phrases.pod_reads(1.0), "Pod reads true, factor 1.000."),
        (phrases.until(step(ends=[HeartRateEnd(120, below=True)]).until), "until one twenty"),
        (phrases.until(step(ends=[OpenEnd()]).until), ""),
        (phrases.target_words(StepTarget(Quantity.SPEED, Band(), ""), step()), ""),
        (phrases.target_words(StepTarget(Quantity.POWER, Band(), ""), step()), ""),
    ],
)
def test_words_for_the_rare_cases(said, words):
    """Whatever is missing is left out."""
    assert said == words


def test_an_undo_within_a_rep_renews_neither_its_budget_nor_its_start():
    """What was said in this rep was said, whatever is taken back."""
    bench = Bench(rep(1600, rep=1, of=3))
    bench.start()
    said = bench.run(150, 4.16)
    assert len(judged(said)) == 2
    bench.hear(Undone(150.0, Button.MARK, bench.session.step.step_id), quiet=True)
    assert judged(bench.run(150, 4.16)) == []


def test_a_target_without_a_slow_side_is_never_slow():
    """Easy reps have no slow side, so two of them are no reason to stop."""
    easy = StepTarget(Quantity.SPEED, Band(None, 4.0, 4.1), "easy")
    bench = Bench(*[rep(1000, set_id="a", target=easy) for _ in range(3)])
    for place in range(2):
        bench.start(place)
        assert CueKind.ADVICE not in kinds(bench.finish(2.0))


def test_a_replayed_past_is_judged_in_silence():
    """Samples heard while an undo replays give no verdict."""
    bench = Bench(rep(1600, rep=2, of=3))
    bench.start()
    bench.run(19, 4.5)
    bench.now = 20.0
    bench.signals.on_event(Reported(20.0, Source.POD, speed=4.5, distance=90.0))
    bench.session.on_readings(20.0)
    assert bench.hear(quiet=True) == []
    assert judged(bench.run(30, 4.5)) == [CueKind.TOO_FAST]


def test_good_news_waits_its_turn_and_the_last_seconds():
    """On pace is not said within the last three seconds of a step."""
    bench = Bench(step(seconds=62, target=pace(), steer=CoachBy.RATE, rep=2, of=3))
    bench.start()
    bench.run(40, 4.5)
    assert CueKind.BACK_ON_TARGET not in kinds([cue for cue in bench.run(22, 4.0) if cue.at >= 59])


def test_checks_of_distance_wait_for_a_distance():
    """A step the session cannot place has no last two hundred."""
    bench = Bench(step(metres=1000), pod=False)
    bench.start()
    assert CueKind.COUNTDOWN not in kinds(bench.run(250, 4.0, source=Source.STRAP))
