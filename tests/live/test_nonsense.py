"""Nonsense from sensors, through the whole fold."""

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.live.contract import Closed, Input, Opened, RunEnded, RunSetup, encode_event, encode_line
from coach.live.run import LiveRun
from coach.quantities import Seconds
from coach.signals.readings import Characteristic, Notified, Rejected, Source
from tests.benchmarks.fold import a_workout
from tests.recording.journals import journaled

SPOKEN = st.tuples(st.sampled_from(Characteristic), st.sampled_from(Source), st.binary(max_size=40))


@settings(max_examples=60, deadline=None)
@given(st.lists(SPOKEN, max_size=120), st.floats(0.01, 5.0))
def test_any_bytes_of_any_sensor_end_in_a_whole_run(spoken, apart_s):
    """Whatever bytes come, and however fast: nothing is raised, every line can be told, the journal has every byte."""
    inputs: list[Input] = [Opened(Seconds(0.0))]
    for place, (what, source, payload) in enumerate(spoken):
        inputs.append(Notified(Seconds(place * apart_s), source, what, payload))
    inputs.append(Closed(Seconds(len(spoken) * apart_s)))
    run = LiveRun(RunSetup("nonsense", a_workout()))
    said = [output for event in inputs for output in run.receive(event)]
    assert all(encode_line(encode_event(output)) for output in said)
    assert isinstance(said[-1], RunEnded)
    assert journaled(inputs) == tuple(inputs)


def test_an_hour_of_nonsense_is_a_hundred_lines_or_so():
    """A peripheral that offers our services and sends one wrong byte a second on each cannot fill a screen."""
    run = LiveRun(RunSetup("nonsense", a_workout()))
    run.receive(Opened(Seconds(0.0)))
    told = 0
    for second in range(3600):
        for what in Characteristic:
            event = Notified(Seconds(float(second)), Source.POD, what, b"\xff")
            told += sum(isinstance(output, Rejected) for output in run.receive(event))
    assert 0 < told <= 3600 / 30 * len(Characteristic)
    assert run.snapshot().sensors == ()
