"""A whole run at once: a live run and a virtual runner in one loop, as fast as they go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from coach.live.inputs import Closed, Input, Opened
from coach.live.outputs import Output, RunEnded
from coach.live.run import LiveRun
from coach.quantities import Seconds
from coach.session.events import PhaseChanged
from coach.session.phases import Phase
from coach.simulate.runner import STEP_S, VirtualRunner

_LONGEST: Final = Seconds(6 * 3600.0)
_LINGER_S: Final = Seconds(5.0)
"""How long the runner stands after the last step before the run is closed."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """The inputs and outputs of a simulated run."""

    inputs: tuple[Input, ...]
    """Everything the run received: `Opened` first, `Closed` last, in order of time."""
    outputs: tuple[Output, ...]
    """Every output of the run; folding the inputs again gives the same."""
    completed: bool
    """Whether the run came to the end of its workout; False where it was closed for lasting too long."""


def simulate(run: LiveRun, runner: VirtualRunner, *, longest_s: Seconds = _LONGEST) -> Simulated:
    """Let `runner` run the workout of `run`, from the first input to the last.

    Args:
        run: A live run that has received nothing yet; it is used up.
        runner: A virtual runner who has not run yet; one with `presses` gets through any workout.
        longest_s: A run that has not ended by then is closed.
    """
    inputs: list[Input] = []
    outputs: list[Output] = []
    ends_at: float | None = None
    has_ended = False

    def emit(new_outputs: Sequence[Output]) -> None:
        nonlocal ends_at, has_ended
        outputs.extend(new_outputs)
        for output in new_outputs:
            runner.hear(output)
            if isinstance(output, PhaseChanged):
                ends_at = output.at + _LINGER_S if output.phase is Phase.FINISHED else None
            has_ended = has_ended or isinstance(output, RunEnded)

    def receive(event: Input) -> None:
        inputs.append(event)
        emit(run.receive(event))

    now = Seconds(0.0)
    receive(Opened(now))
    tick = 0
    while not has_ended and now < longest_s and (ends_at is None or now < ends_at):
        now = Seconds(tick * STEP_S)
        for event in runner.advance(now):
            receive(event)
        emit(run.fire(now))
        tick += 1
    completed = has_ended or ends_at is not None
    receive(Closed(now))
    return Simulated(tuple(inputs), tuple(outputs), completed)
