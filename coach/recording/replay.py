"""Folds a recorded run again: the one loop behind replay, review, resume, explain and the tests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coach.live.inputs import Input, Resumed
from coach.live.outputs import Output
from coach.live.run import LiveRun
from coach.live.snapshot import Snapshot
from coach.quantities import Seconds


@dataclass(frozen=True, slots=True)
class TimedOutput:
    """One output with the running time at its moment."""

    output: Output
    run_s: Seconds | None
    """Pauses excluded; None before the start."""


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """The outputs of a refolded run."""

    timed_outputs: tuple[TimedOutput, ...]
    snapshots: tuple[Snapshot, ...] = ()
    """The run after each input, if they were asked for."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """Every output, in order."""
        return tuple(timed.output for timed in self.timed_outputs)


def refold(run: LiveRun, inputs: Iterable[Input], *, snapshots: bool = False) -> ReplayResult:
    """Fold the inputs of a recording again, in a fresh run.

    Args:
        run: a run that has received nothing yet; it is used up.
        inputs: in order of time.
        snapshots: keep a snapshot of the run after each input (large).
    """
    outputs: list[TimedOutput] = []
    run_snapshots: list[Snapshot] = []
    for event in inputs:
        outputs.extend(TimedOutput(output, run.run_s(output.at)) for output in run.receive(event))
        if snapshots:
            run_snapshots.append(run.snapshot())
    return ReplayResult(tuple(outputs), tuple(run_snapshots))


def alive_until(inputs: Sequence[Input], place: int) -> Seconds:
    """Until when a run is known to have gone on before the input at `place`: to the input, but not through a gap."""
    event = inputs[place]
    if not isinstance(event, Resumed):
        return event.at
    known_at = event.alive_until
    if known_at is None:
        known_at = inputs[place - 1].at if place else event.at
    return min(event.at, known_at)
