"""A recorded run, folded again: the one loop behind replay, review, resume, explain and the tests."""

from collections.abc import Iterable
from dataclasses import dataclass

from coach.live.inputs import Input
from coach.live.outputs import Output
from coach.live.run import LiveRun
from coach.live.snapshot import Snapshot
from coach.quantities import Seconds


@dataclass(frozen=True, slots=True)
class TimedOutput:
    """One output and the running time at which it was said."""

    output: Output
    run_s: Seconds | None


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What came of a recording."""

    said: tuple[TimedOutput, ...]
    snapshots: tuple[Snapshot, ...] = ()
    """The run after each input, if they were asked for."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """Everything the run said, in order."""
        return tuple(one.output for one in self.said)


def refold(run: LiveRun, inputs: Iterable[Input], *, snapshots: bool = False) -> ReplayResult:
    """Feed a fresh run with everything that happened.

    Args:
        run: a run that has received nothing yet; it is used up.
        inputs: in order of time.
        snapshots: keep what a screen would have shown after each input (large: one for every input).
    """
    said: list[TimedOutput] = []
    shown: list[Snapshot] = []
    for event in inputs:
        said.extend(TimedOutput(output, run.run_s(output.at)) for output in run.receive(event))
        if snapshots:
            shown.append(run.snapshot())
    return ReplayResult(tuple(said), tuple(shown))
