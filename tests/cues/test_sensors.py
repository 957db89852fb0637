"""Sensors lost and found."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.config import CueSettings
from coach.cues.cue import CueClass, CueKind
from coach.session.events import Asked
from coach.signals.readings import (
    Calibrated,
    LinkChanged,
    LinkState,
    SensorChanged,
    SensorState,
    Source,
)
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, HeartRateEnd, Quantity, StepTarget
from tests.cues.bench import Bench, kinds, rep, rest, step, texts

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


def test_a_loss_is_on_the_sensor_row_and_a_cue_after_45_s():
    """In a paced step: no cue when it is gone, one 45 s after the last sample, shown and spoken."""
    bench = Bench(rep(3000))
    bench.start()
    bench.run(60, 4.0)
    assert lose(bench) == []
    assert bench.signals.sensors(bench.now)[0].state is SensorState.GONE
    assert spoken(bench.run(200)) == [(pytest.approx(105), GONE)]


def test_a_loss_was_shown_at_once_in_runs_recorded_before():
    """A journal of an earlier version replays to what its runner saw."""
    bench = Bench(rep(3000), settings=CueSettings(losses_shown=True))
    bench.start()
    bench.run(60, 4.0)
    said = lose(bench)
    assert [(cue.kind, cue.spoken, cue.cue_class) for cue in said] == [(GONE, False, CueClass.INFO)]


def test_six_of_800_with_a_loss_each_lap_have_no_cue_of_it():
    """12 s without the pod in every lap: "lost" fills no box; the same run without losses has as many other cues."""
    counts = []
    for lost_s in (0, 12):
        bench = Bench(*(each for _ in range(6) for each in (rep(800), rest(90))))
        bench.start()
        for _ in range(1800):
            bench.run(1, 4.0 if bench.now % 100 >= lost_s else None)
        assert not any(cue.kind in {GONE, BACK} for cue in bench.cues)
        counts.append(len(bench.cues))
    assert counts[0] > 30
    assert abs(counts[1] - counts[0]) <= counts[0] / 2


def test_back_is_never_told_in_the_breath_of_lost():
    """The pod returns in the very instant in which its loss is told: back is told 5 s later, if it is still there."""
    for is_lost_again in (False, True):
        bench = Bench(rep(3000))
        bench.start()
        bench.run(60, 4.0)
        said = bench.run(45.001)
        assert spoken(said) == [(pytest.approx(105), GONE)]
        said = find(bench)
        assert spoken(said) == []
        said = bench.run(3) if is_lost_again else bench.run(3, 4.0)
        if is_lost_again:
            assert spoken(bench.run(6)) == []
        else:
            assert spoken(said + bench.run(6, 4.0)) == [(pytest.approx(110), BACK)]


def searching(source):
    """A paired sensor that was not found yet."""
    return LinkChanged(0.0, source, LinkState.SEARCHING, name="Mine")


def test_a_pod_that_is_never_heard_is_shown_after_20_s_and_spoken_of_after_45():
    """Once, in the first step that wants it, with what to do; not in a step that does not want it."""
    bench = Bench(step(Kind.RECOVERY, seconds=120), rep(1000), rep(1000), pod=False)
    bench.start(came_from=Kind.WORK)
    bench.receive(searching(Source.POD))
    assert kinds(bench.run(120)).count(GONE) == 0
    began = bench.now
    bench.start(1)
    told = [cue for cue in bench.run(200) if cue.kind is GONE]
    assert [(round(cue.at - began), cue.spoken) for cue in told] == [(20, False), (45, True)]
    assert {cue.why.state for cue in told} == {"searching"}
    assert told[0].text == "Footpod missing. Shake it; check that its battery is not flat."
    assert told[1].speech == "Footpod missing."
    bench.start(2)
    assert [cue for cue in bench.run(100) if cue.kind is GONE] == []
    assert spoken(bench.report(Source.POD, speed=4.0, distance=0.0)) == [(bench.now, BACK)]


def test_a_pod_that_another_source_stands_in_for_is_not_missed():
    """The watch measures: nobody has to look for the pod."""
    bench = Bench(rep(3000), pod=False)
    bench.start()
    bench.receive(searching(Source.POD))
    assert kinds(bench.run(100, 4.0, source=Source.WATCH)).count(GONE) == 0


def test_a_strap_that_is_never_heard_is_missed_where_it_steers():
    """A cap, a target or an end by heart rate wants it: shown after 20 s, spoken of after two minutes."""
    cap = StepTarget(Quantity.HEART_RATE, Band(high=150.0), "under 150")
    below = HeartRateEnd(120.0, below=True)
    for steps, expected in (
        ((step(Kind.OPEN, seconds=3600, caps=(cap,)),), [(20, False), (120, True)]),
        ((step(Kind.OPEN, seconds=3600, target=cap),), [(20, False), (120, True)]),
        ((step(Kind.RECOVERY, ends=[below]),), [(20, False), (120, True)]),
        ((step(Kind.OPEN, seconds=3600),), []),
    ):
        bench = Bench(*steps, pod=False, surface="road")
        bench.start()
        bench.receive(searching(Source.STRAP))
        told = [cue for cue in bench.run(170) if cue.kind is GONE]
        assert [(round(cue.at), cue.spoken) for cue in told] == expected


def test_a_strap_that_sends_no_heart_rate_is_told_in_its_own_words():
    """The link is up and every packet holds 0: the words say so, and what to do."""
    cap = StepTarget(Quantity.HEART_RATE, Band(high=150.0), "under 150")
    bench = Bench(step(Kind.OPEN, seconds=3600, caps=(cap,)), pod=False, surface="road")
    bench.start()
    bench.receive(searching(Source.STRAP))
    told = [cue for cue in bench.run(30, heart=0.0) if cue.kind is GONE]
    assert len(told) == 1
    assert "sends none" in told[0].text


def test_nobody_was_missed_in_runs_recorded_before():
    """A journal of an earlier version replays without these cues."""
    bench = Bench(rep(3000), pod=False, settings=CueSettings(unheard_s=0.0))
    bench.start()
    bench.receive(searching(Source.POD))
    assert kinds(bench.run(100)).count(GONE) == 0


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
