"""A trace says what was live at each second, and nothing else."""

from collections.abc import Iterable

import pytest

from coach.gatt.heart_rate import HeartRateMeasurement
from coach.live.contract import Closed, Input, Opened, RunSetup
from coach.live.run import LiveRun, refold
from coach.quantities import BeatsPerMinute, Metres, MetresPerSecond, Seconds, StepsPerMinute, Watts
from coach.review.summary import summarize
from coach.review.trace import RunTrace, TraceRow, trace_of
from coach.session.events import Split
from coach.session.phases import Button, Origin, Pressed
from coach.signals.readings import Characteristic, Notified, Reported, Source
from coach.workout.document import compile_workout, document_from
from coach.workout.timeline import Timeline, free_run


def traced(inputs: Iterable[Input], timeline: Timeline | None = None) -> RunTrace:
    """The trace of a run with these inputs, closed a second after the last."""
    inputs = sorted(inputs, key=lambda event: event.at)
    inputs = [Opened(Seconds(0.0)), *inputs, Closed(Seconds(inputs[-1].at + 1))]
    run = LiveRun(RunSetup(run="01", timeline=timeline or free_run()))
    folded = refold(run, inputs)
    return trace_of(run, summarize(folded.outputs), folded.timed_outputs, inputs)


def pod(at: float, metres: float | None = None, speed: float = 4.0, period_s: float = 1.0) -> Reported:
    """A second of a pod; without metres 4 m for each second."""
    return Reported(
        Seconds(at),
        Source.POD,
        Seconds(period_s),
        speed=MetresPerSecond(speed),
        distance=Metres(4.0 * at if metres is None else metres),
        cadence=StepsPerMinute(180.0),
        power=Watts(300.0),
    )


def strap(at: float, bpm: float = 150.0, *rr_s: float) -> Reported:
    """A second of a strap."""
    beats = tuple(map(Seconds, rr_s))
    return Reported(Seconds(at), Source.STRAP, heart_rate=BeatsPerMinute(bpm), rr_s=beats)


def press(at: float, button: Button) -> Pressed:
    """A key."""
    return Pressed(Seconds(at), button, Origin.KEY)


def row(trace: RunTrace, at: int) -> TraceRow:
    """The row of a second."""
    assert trace.rows[at].at_s == float(at)
    return trace.rows[at]


def test_every_second_has_a_row_with_what_was_live():
    """Each value stands under its second; the metres count from the start of the run."""
    trace = traced(each for at in range(61) for each in (pod(at, 1000.0 + 4.0 * at), strap(at, 100.0 + at)))

    assert [round(each.at_s) for each in trace.rows] == list(range(62))
    second = row(trace, 30)
    assert (second.run_s, second.distance_m, second.speed_mps) == (30.0, 120.0, 4.0)
    assert (second.heart_rate_bpm, second.cadence_spm, second.power_w) == (130.0, 180.0, 300.0)
    assert not second.is_paused
    assert not second.has_gap
    assert (trace.distance, trace.distance_source) == (240.0, Source.POD)


def test_a_value_that_is_not_live_is_none():
    """A pod is lost for half a minute: two seconds on nothing is known, and the last value does not stay."""
    trace = traced(pod(at) for at in (*range(21), *range(50, 61)))

    assert row(trace, 22).speed_mps == 4.0
    for at in range(23, 50):
        lost = row(trace, at)
        assert (lost.speed_mps, lost.cadence_spm, lost.power_w, lost.distance_m) == (None,) * 4
        assert lost.has_gap
    assert (row(trace, 50).distance_m, row(trace, 50).has_gap) == (200.0, False)
    assert trace.distance == 240.0  # the pod's own count bridges the gap


def test_a_slow_source_is_live_for_longer():
    """A file with a value every 5 s has one at every second of it."""
    trace = traced(pod(at, period_s=5.0) for at in range(0, 61, 5))

    assert all(each.speed_mps == 4.0 for each in trace.rows[:61])
    assert [each.distance_m for each in trace.rows[:61]] == [4.0 * at for at in range(61)]


def test_nothing_is_known_before_the_first_value():
    """The pod wakes 10 s into the run: no gap, and no metres before."""
    trace = traced(pod(at) for at in range(10, 31))

    assert (row(trace, 9).speed_mps, row(trace, 9).distance_m, row(trace, 9).has_gap) == (None, None, False)
    assert row(trace, 9).run_s == 9.0
    assert trace.distance == 80.0


def test_metres_in_a_pause_belong_to_no_second():
    """The clock and the metres of the run stand still in a pause, whatever the runner walks."""
    inputs: list[Input] = [pod(at) for at in range(61)]
    trace = traced([*inputs, press(20.5, Button.PAUSE), press(40.5, Button.RESUME)])

    assert trace.pauses == ((20.5, 40.5),)
    assert [each.is_paused for each in trace.rows[19:23]] == [False, False, True, True]
    assert (row(trace, 30).run_s, row(trace, 30).distance_m) == (20.5, 82.0)
    assert (row(trace, 50).run_s, row(trace, 50).distance_m) == (30.0, 120.0)
    assert trace.distance == 160.0


def two_steps() -> Timeline:
    """200 m, then half a minute."""
    steps: list[object] = [
        {"kind": "work", "until": {"distance": "200 m"}},
        {"kind": "recovery", "until": {"time": "0:30"}},
    ]
    sections = [{"name": "Main", "steps": steps}]
    tree: dict[str, object] = {"format": "coach-workout/1", "name": "x", "sections": sections}
    return compile_workout(document_from(tree, name="x"), None)


def test_each_second_names_its_step():
    """The step of a second is the one that ran at that time, by its corrected ends."""
    trace = traced((pod(at) for at in range(100)), two_steps())
    first, second = trace.steps

    assert first.from_s == 0.0
    assert first.to_s == pytest.approx(50.0)
    assert first.metres == pytest.approx(200.0)
    assert second.from_run_s == pytest.approx(50.0)
    assert second.to_run_s == pytest.approx(80.0)
    assert {row(trace, at).step_id for at in range(50)} == {first.step.step_id}
    assert {row(trace, at).step_id for at in range(51, 80)} == {second.step.step_id}
    assert row(trace, 81).step_id is None
    assert row(trace, 81).run_s is None
    assert len(trace.rows_of(second)) == 30
    assert trace.run_rows[-1].at_s == 80.0


def test_the_beats_of_one_sensor_are_kept_as_sent():
    """Intervals come from bytes and from numbers; those of a second sensor are left out."""
    payload = bytes(HeartRateMeasurement(BeatsPerMinute(150), rr_s=(Seconds(0.4), Seconds(0.41))))
    inputs: list[Input] = [
        Notified(Seconds(1.0), Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, payload),
        Notified(Seconds(1.5), Source.STRAP, Characteristic.HEART_RATE_MEASUREMENT, b"\x00"),
        strap(2.0, 150.0, 0.42),
        Reported(Seconds(2.0), Source.WATCH, heart_rate=BeatsPerMinute(150), rr_s=(Seconds(0.9),)),
    ]
    trace = traced([*inputs, *(pod(at) for at in range(5))])

    assert [at for at, _ in trace.beats] == [1.0, 1.0, 2.0]
    assert [beat for _, beat in trace.beats] == pytest.approx([0.4, 0.41, 0.42], abs=0.001)


def test_a_run_that_nothing_measured_has_no_metres():
    """By hand alone: no distance, and no source of one."""
    trace = traced([press(10.0, Button.MARK), press(20.0, Button.MARK)])

    assert (trace.distance, trace.distance_source) == (None, None)
    assert all(each.distance_m is None and not each.has_gap for each in trace.rows)
    assert len(list(trace.outputs_of(Split))) == 2


def test_curves_hold_what_is_known():
    """A picture gets the seconds that have a value."""
    curves = traced([pod(0), pod(1), strap(1, 140.0), pod(20)]).curves

    assert [at for at, _ in curves.speed] == [0, 1, 2, 3, 20, 21]
    assert set(curves.heart_rate) == {(1, 140.0), (2, 140.0), (3, 140.0)}
