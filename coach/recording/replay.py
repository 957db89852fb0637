"""A recorded run, folded again: the one loop behind replay, review, resume, explain and the tests."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from coach.live.encoding import encode_event, encode_line
from coach.live.inputs import Input
from coach.live.outputs import Output
from coach.live.snapshot import Snapshot
from coach.quantities import Seconds


class Folds(Protocol):
    """What a run must be able to do to be folded; `coach.live.run.LiveRun` does."""

    def receive(self, event: Input) -> list[Output]:
        """Take one input and say what follows from it."""
        ...

    def snapshot(self, at: Seconds | None = None) -> Snapshot:
        """What a screen would show."""
        ...

    def run_s(self, at: Seconds) -> Seconds | None:
        """Running time at a moment that was reached already, pauses excluded; None before the start."""
        ...


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


def refold(run: Folds, inputs: Iterable[Input], *, snapshots: bool = False) -> ReplayResult:
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


def encode_lines(folded: ReplayResult) -> list[str]:
    """The lines `--json` prints, without their line breaks."""
    return [encode_line(encode_event(one.output, one.run_s)) for one in folded.said]
