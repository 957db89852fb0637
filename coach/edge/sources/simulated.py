"""Runs the virtual runner of `coach.simulate` in real time; they react to the cues."""

from coach.edge.clock import Clock
from coach.edge.sources import Inbox
from coach.quantities import Seconds
from coach.recording.replay import TimedOutput
from coach.simulate.runner import STEP_S, VirtualRunner


class SimulatedRunner:
    """Advances a virtual runner with a clock; it is both a source and a sink of the run."""

    def __init__(self, runner: VirtualRunner, clock: Clock) -> None:
        """Advance `runner` by this clock."""
        self._runner = runner
        self._clock = clock

    def skip_to(self, at: Seconds) -> None:
        """Let the runner live up to a time whose packets were recorded, or which nobody heard."""
        self._runner.advance(at)

    async def listen(self, inbox: Inbox) -> None:
        """Advance the runner step by step until cancelled; after the machine slept they catch up."""
        zero = self._clock.monotonic() - inbox.now()
        steps = int(inbox.now() / STEP_S)
        while True:
            for event in self._runner.advance(Seconds(steps * STEP_S)):
                inbox.put(event)
            steps = max(steps, int((self._clock.monotonic() - zero) / STEP_S)) + 1
            await self._clock.sleep_until(zero + steps * STEP_S)

    def offer(self, output: TimedOutput) -> None:
        """Hand an output to the runner."""
        self._runner.hear(output.output)

    async def close(self) -> None:
        """Do nothing: there is nothing to release."""
