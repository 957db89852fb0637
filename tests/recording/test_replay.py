"""A recorded run, folded again: outputs with their running time, and what a screen would have shown."""

from coach.live.contract import Closed, Input, Opened, RunEnded, RunSetup, RunStarted
from coach.live.run import LiveRun, TimedOutput, refold
from coach.quantities import Seconds
from coach.session.phases import Button, Pressed
from coach.workout.timeline import PressStart, Timeline
from tests.recording.journals import encode_lines
from tests.session.builders import work_time

INPUTS: tuple[Input, ...] = (
    Opened(Seconds(0.0)),
    Pressed(Seconds(1.0), Button.GO),
    Closed(Seconds(10.0)),
)


def a_run() -> LiveRun:
    """A run of one rep that nothing has been told yet."""
    return LiveRun(RunSetup("01X", Timeline("A rep", (work_time(60.0, start=PressStart()),))))


def test_each_output_keeps_its_running_time():
    """What a run says is kept in order, with the running time at its own moment."""
    result = refold(a_run(), INPUTS)

    assert result.timed_outputs[0] == TimedOutput(RunStarted(Seconds(0.0), "01X", "A rep", ""), None)
    assert isinstance(result.timed_outputs[-1].output, RunEnded)
    assert result.timed_outputs[-1].run_s == 9.0
    assert result.outputs == tuple(each.output for each in result.timed_outputs)
    assert result.snapshots == ()


def test_snapshots_are_kept_if_asked_for():
    """One snapshot stands after each input."""
    snapshots = refold(a_run(), INPUTS, snapshots=True).snapshots

    assert [(snapshot.at, snapshot.run_s) for snapshot in snapshots] == [(0.0, None), (1.0, 0.0), (10.0, 9.0)]


def test_lines_are_the_events():
    """The lines are the events as `--json` prints them."""
    lines = encode_lines(refold(a_run(), INPUTS))

    assert lines[0] == '{"v":1,"at_s":0.0,"event":"run_started","run":"01X","workout":"A rep"}'
    assert lines[-1].startswith('{"v":1,"at_s":10.0,"run_s":9.0,"event":"run_ended","completed":false')
