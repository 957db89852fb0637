"""A recorded run, folded: outputs with their running time, and what a screen would have shown."""

from typing import Any, cast

from coach.live.inputs import Closed, Input, Opened
from coach.live.outputs import Output, RunEnded, RunStarted
from coach.live.snapshot import Snapshot
from coach.quantities import Seconds
from coach.recording.replay import TimedOutput, encode_lines, refold


class Echo:
    """A run that says it started and ended, and runs from second 1 on."""

    def __init__(self) -> None:
        self.now = Seconds(0.0)

    def receive(self, event: Input) -> list[Output]:
        """Answer the beginning and the end."""
        self.now = event.at
        if isinstance(event, Opened):
            return [RunStarted(event.at, "01X", "Free run", "")]
        return [RunEnded(event.at, completed=True, steps_done=1, time_s=Seconds(9.0), distance=None)]

    def snapshot(self, at: Seconds | None = None) -> Snapshot:
        """The moment itself stands for what a screen shows."""
        return cast("Snapshot", at or self.now)

    def run_s(self, at: Seconds) -> Seconds | None:
        """Running since second 1."""
        return Seconds(at - 1.0) if at > 1 else None


INPUTS: tuple[Input, ...] = (Opened(Seconds(0.0)), Closed(Seconds(10.0)))


def test_each_output_keeps_its_running_time():
    """What a run says is kept in order, with the running time at its own moment."""
    folded = refold(Echo(), INPUTS)

    assert folded.said == (
        TimedOutput(RunStarted(Seconds(0.0), "01X", "Free run", ""), None),
        TimedOutput(RunEnded(Seconds(10.0), True, 1, Seconds(9.0), None), Seconds(9.0)),
    )
    assert folded.outputs == tuple(one.output for one in folded.said)
    assert folded.snapshots == ()


def test_snapshots_are_kept_if_asked_for():
    """One snapshot stands after each input."""
    shown: tuple[Any, ...] = refold(Echo(), INPUTS, snapshots=True).snapshots

    assert shown == (0.0, 10.0)


def test_lines_are_the_events():
    """The lines are the events as `--json` prints them."""
    assert encode_lines(refold(Echo(), INPUTS)) == [
        '{"v":1,"at_s":0.0,"event":"run_started","run":"01X","workout":"Free run"}',
        '{"v":1,"at_s":10.0,"run_s":9.0,"event":"run_ended","completed":true,"steps_done":1,"time_s":9.0}',
    ]
