"""Sensors lost and found."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.cue import CueClass, CueKind
from coach.session.events import Asked
from coach.signals.readings import Calibrated, SensorChanged, SensorState, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, Quantity, StepTarget
from tests.cues.bench import Bench, kinds, rep, step, texts

GONE, BACK = CueKind.SENSOR_GONE, CueKind.SENSOR_BACK


def lose(bench):
    """The sensors fall silent: stale after 3 s, gone after 8."""
    return bench.run(9)


def find(bench):
    """The pod is back."""
    return bench.report(Source.POD, speed=4.0, distance=bench.metres)


def spoken(cues):
    """What was spoken, and when."""
    return [(cue.at, cue.kind) for cue in cues if cue.spoken and cue.kind in {GONE, BACK}]


def test_a_loss_is_shown_at_once_and_spoken_after_45_s():
    """In a paced step: on the screen when gone, aloud 45 s after the last sample, once."""
    bench = Bench(rep(3000))
    bench.start()
    bench.run(60, 4.0)
    said = lose(bench)
    assert [(cue.kind, cue.spoken, cue.cue_class) for cue in said] == [(GONE, False, CueClass.INFO)]
    assert spoken(bench.run(200)) == [(pytest.approx(105), GONE)]


def test_a_short_loss_is_never_spoken_of_and_neither_is_its_end():
    """Once a lap the link blinks: silence."""
    bench = Bench(rep(3000))
    bench.start()
    for _ in range(5):
        bench.run(60, 4.0)
        said = lose(bench) + bench.run(20) + find(bench)
        assert spoken(said) == []


def test_back_is_said_if_the_loss_was_and_three_times_at_most():
    """Three losses spoken a run, each with its return."""
    bench = Bench(rep(10_000))
    bench.start()
    said = []
    for _ in range(5):
        bench.run(60, 4.0)
        said += lose(bench) + bench.run(60) + find(bench)
    assert [kind for _, kind in spoken(said)] == [GONE, BACK] * 3


def test_a_loss_in_a_step_without_pace_waits_for_one_that_needs_it():
    """Lost in a jog, spoken of 5 s into the rep."""
    bench = Bench(step(Kind.RECOVERY, seconds=120), rep(1000))
    bench.start(came_from=Kind.WORK)
    bench.run(10, 3.0)
    assert spoken(lose(bench) + bench.run(101)) == []
    bench.start(1)
    assert spoken(bench.run(60)) == [(125, GONE)]


def test_a_strap_is_spoken_of_only_where_it_steers_and_after_two_minutes():
    """120 s; in a step without heart rate never."""
    cap = StepTarget(Quantity.HEART_RATE, Band(high=150.0), "under 150")
    for caps, expected in (((cap,), [(180, GONE)]), ((), [])):
        bench = Bench(step(Kind.OPEN, seconds=3600, caps=caps))
        bench.start()
        bench.run(60, heart=140)
        assert spoken(lose(bench) + bench.run(300)) == expected


def test_a_source_that_another_has_replaced_is_not_missed():
    """The watch took over: the pod's silence costs nothing."""
    bench = Bench(rep(3000))
    bench.start()
    bench.run(60, 4.0)
    assert spoken(bench.run(110, 4.0, source=Source.WATCH)) == []


def test_low_battery_calibration_and_offers_are_for_the_screen():
    """Shown, not spoken; a battery once a sensor."""
    bench = Bench(rep(3000))
    bench.start()
    low = SensorChanged(0.0, Source.POD, SensorState.LIVE, battery_percent=12)
    said = bench.hear(low) + bench.hear(low)
    said += bench.hear(Calibrated(0.0, 0.98, 0.005, "mark", Source.POD), Asked(0.0, "clock_mode", "x"))
    assert kinds(said) == [CueKind.SENSOR_LOW_BATTERY, CueKind.CALIBRATION, CueKind.ADVICE]
    assert not any(cue.spoken for cue in said)
    assert texts(said)[1] == "Pod reads long 2 %, factor 0.980."
