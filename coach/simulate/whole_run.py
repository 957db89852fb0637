"""A whole run at once: a live run and a virtual runner in one loop, as fast as they go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from coach.live.inputs import Closed, Input, Opened
from coach.live.outputs import Output, RunEnded
from coach.quantities import Seconds
from coach.session.events import PhaseChanged
from coach.session.phases import Phase
from coach.simulate.runner import STEP_S, VirtualRunner

_LONGEST: Final = Seconds(6 * 3600.0)
_LINGERS: Final = Seconds(5.0)
"""He stands that long after the last step before the run is closed."""


class Run(Protocol):
    """What is needed of `coach.live.run.LiveRun`."""

    def receive(self, event: Input) -> Sequence[Output]:
        """Settle every deadline up to the input's time, then the input."""
        ...

    def fire(self, at: Seconds) -> Sequence[Output]:
        """Settle every deadline up to `at`."""
        ...


@dataclass(frozen=True, slots=True)
class Simulated:
    """What happened, and what was said."""

    inputs: tuple[Input, ...]
    """Everything the run received: `Opened` first, `Closed` last, in order of time."""
    outputs: tuple[Output, ...]
    """Everything it said; folding the inputs again says the same."""
    completed: bool
    """Did the run come to the end of its workout (or was it ended for lasting too long)?"""


def simulate(run: Run, runner: VirtualRunner, *, longest_s: Seconds = _LONGEST) -> Simulated:
    """Let `runner` run what `run` says, from its first input to its last.

    Args:
        run: A live run that has received nothing yet; it is used up.
        runner: A virtual runner who has not run yet; one with `presses` gets through any workout.
        longest_s: A run that still goes on then is closed as it stands.
    """
    inputs: list[Input] = []
    outputs: list[Output] = []
    ends_at: float | None = None
    ended = False

    def said(what: Sequence[Output]) -> None:
        nonlocal ends_at, ended
        outputs.extend(what)
        for output in what:
            runner.hear(output)
            if isinstance(output, PhaseChanged):
                ends_at = output.at + _LINGERS if output.phase is Phase.FINISHED else None
            ended = ended or isinstance(output, RunEnded)

    def feed(event: Input) -> None:
        inputs.append(event)
        said(run.receive(event))

    now = Seconds(0.0)
    feed(Opened(now))
    quarter = 0
    while not ended and now < longest_s and (ends_at is None or now < ends_at):
        now = Seconds(quarter * STEP_S)
        for event in runner.advance(now):
            feed(event)
        said(run.fire(now))
        quarter += 1
    completed = ended or ends_at is not None
    feed(Closed(now))
    return Simulated(tuple(inputs), tuple(outputs), completed)
