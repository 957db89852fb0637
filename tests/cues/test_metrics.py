"""External metrics: said once when they are beyond somebody's own limit, by a gate or by a target or cap."""
# mypy: disable-error-code="arg-type, assignment, comparison-overlap, operator"
# Bare numbers read better here than quantities with their names.

import pytest

from coach.cues.config import CueSettings
from coach.cues.cue import CueKind
from coach.signals.readings import Source
from coach.workout.kinds import Kind
from coach.workout.timeline import Band, Quantity, StepGate, StepTarget
from tests.cues.bench import Bench, kinds, step, texts

HIGH, LOW, GATE = CueKind.METRIC_HIGH, CueKind.METRIC_LOW, CueKind.GATE
CORE, SMO2 = "core_temperature_c", "smo2_percent"


def limit(metric=CORE, low=None, high=None):
    """A cap or floor on a metric."""
    return StepTarget(Quantity.METRIC, Band(low=low, high=high), "own", metric=metric)


def begun(kind=Kind.WORK, **more):
    """A step of an hour under way."""
    bench = Bench(step(kind, seconds=3600, **more), step(kind, seconds=3600, **more), pod=False)
    bench.start()
    return bench


def send(bench, seconds, **values):
    """Let a sensor send for so many seconds."""
    said = []
    for _ in range(seconds):
        said += bench.run(1)
        said += bench.report(Source.CORE, metrics=tuple(values.items()))
    return said


@pytest.mark.parametrize(
    ("target", "value", "kind", "words"),
    [
        (limit(CORE, high=38.9), 39.2, HIGH, "Core temperature high. Ease off."),
        (limit(SMO2, low=35.0), 30.0, LOW, "Muscle oxygen low. Ease off."),
        (limit(SMO2, high=70.0), 80.0, HIGH, "Muscle oxygen high."),
        (limit("lactate_mmol_l", high=4.0), 5.0, HIGH, "Lactate mmol l high."),
    ],
)
def test_beyond_a_limit_for_half_a_minute_is_said_once(target, value, kind, words):
    """With its value, its limit, its unit and its age behind it, and not again while it lasts."""
    for where in ({"caps": (target,)}, {"target": target}):
        said = [cue for cue in send(begun(**where), 600, **{target.metric: value}) if cue.kind in {HIGH, LOW}]
        assert [(cue.kind, cue.text, cue.at) for cue in said] == [(kind, words, 31)]
        why = said[0].why
        assert (why.rule, why.value, why.quantity) == ("metric_band", value, target.metric)
        assert why.noise == pytest.approx(0.0, abs=1e-6)
        assert (why.low, why.high, why.window_s, why.sample_age_s) == (
            *(target.band.low, target.band.high),
            30,
            0,
        )


def test_it_is_said_again_after_it_was_back_inside():
    """Half a minute inside ends it; the next time is another time."""
    bench = begun(caps=(limit(SMO2, low=35.0),))
    said = send(bench, 60, smo2_percent=30.0)
    said += send(bench, 60, smo2_percent=50.0)
    said += send(bench, 60, smo2_percent=30.0)
    assert kinds(said).count(LOW) == 2


def test_a_swing_or_a_hole_is_no_limit_broken():
    """Twenty seconds beyond it are none, nor twice twenty with a hole between."""
    bench = begun(caps=(limit(SMO2, low=35.0),))
    said = send(bench, 20, smo2_percent=30.0)
    bench.run(10)
    said += send(bench, 20, smo2_percent=30.0)
    said += send(bench, 20, smo2_percent=50.0)
    assert LOW not in kinds(said)


def test_what_was_told_holds_through_the_next_step():
    """A core temperature that stays high is not told anew with every rep."""
    bench = begun(caps=(limit(CORE, high=38.9),))
    said = send(bench, 60, core_temperature_c=39.2)
    bench.start(1, came_from=Kind.WORK)
    said += send(bench, 60, core_temperature_c=39.2)
    assert kinds(said).count(HIGH) == 1


def test_strides_are_left_alone():
    """No verdict in a stride."""
    assert send(begun(Kind.STRIDE, caps=(limit(CORE, high=38.9),)), 60, core_temperature_c=40.0) == []


def test_a_gate_of_the_workout_watches_a_metric():
    """It fires as a gate, with its author's words and the metric's name as the unit."""
    gate = StepGate("hot", "during", "Cool down", Quantity.METRIC, above=38.9, for_s=20, metric=CORE)
    said = [cue for cue in send(begun(gates=(gate,)), 60, core_temperature_c=39.2) if cue.kind is GATE]
    assert texts(said) == ["Cool down."]
    assert (said[0].why.rule, said[0].why.quantity, said[0].why.value) == ("gate: hot", CORE, 39.2)


def test_two_rules_may_watch_two_metrics():
    """A gate on oxygen and a cap on temperature each hear their own."""
    gate = StepGate("oxygen", "during", "Low", Quantity.METRIC, below=35.0, for_s=20, metric=SMO2)
    bench = begun(gates=(gate,), caps=(limit(CORE, high=38.9),))
    said = send(bench, 60, core_temperature_c=38.0, smo2_percent=30.0)
    assert kinds(said).count(GATE) == 1
    assert HIGH not in kinds(said)


def test_each_limit_hears_its_own_metric():
    """Two caps and two gates on two metrics: only those about oxygen speak of oxygen."""
    gates = tuple(
        StepGate(name, "during", name, Quantity.METRIC, below=35.0, for_s=20, metric=name)
        for name in (CORE, SMO2)
    )
    bench = begun(gates=gates, caps=(limit(CORE, low=35.0), limit(SMO2, low=35.0)))
    said = send(bench, 60, core_temperature_c=38.0, smo2_percent=30.0)
    assert {cue.why.quantity for cue in said if cue.kind in {HIGH, LOW, GATE}} == {SMO2}


def test_without_a_budget_a_metric_is_not_said():
    """What the budget of a rep does not allow stays unsaid."""
    bench = Bench(
        step(seconds=600, caps=(limit(SMO2, low=35.0),)), settings=CueSettings(budget=0, budget_long=0)
    )
    bench.start()
    assert LOW not in kinds(send(bench, 60, smo2_percent=30.0))
