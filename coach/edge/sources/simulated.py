"""Runs the virtual runner of `coach.simulate` in real time; they react to the cues."""

import asyncio

from coach.edge.clock import Clock
from coach.edge.sinks import is_late
from coach.edge.sources import Inbox
from coach.live.run import TimedOutput
from coach.quantities import Seconds
from coach.session.events import RunResumed
from coach.simulate.runner import STEP_S, VirtualRunner


class SimulatedRunner:
    """Advances a virtual runner with a clock; it is both a source and a sink of the run."""

    def __init__(self, runner: VirtualRunner, clock: Clock) -> None:
        """Advance `runner` by this clock."""
        self._runner = runner
        self._clock = clock
        self._inbox: Inbox | None = None
        self._unheard_until = Seconds(-1.0)

    def skip_to(self, at: Seconds) -> None:
        """Let the runner live up to a time whose packets were recorded, or which nobody heard."""
        self._runner.advance(at)

    async def listen(self, inbox: Inbox) -> None:
        """Advance the runner step by step until cancelled.

        They run on while the machine sleeps, and what their sensors send meanwhile is heard by nobody.
        """
        self._inbox = inbox
        zero = self._clock.monotonic() - inbox.now()
        steps = int(inbox.now() / STEP_S)
        while True:
            reached = int(inbox.now() / STEP_S)
            if reached >= steps:
                for event in self._runner.advance(Seconds(reached * STEP_S)):
                    if event.at > self._unheard_until:
                        inbox.put(event)
                steps = reached + 1
            await asyncio.sleep(0)  # a moment that is past is not waited for
            await self._clock.sleep_until(zero + steps * STEP_S)

    def offer(self, output: TimedOutput) -> None:
        """Hand an output to the runner, unless it comes too late to be said."""
        if isinstance(output.output, RunResumed):
            self._unheard_until = output.output.at
        if self._inbox is None or not is_late(output, self._inbox.now()):
            self._runner.hear(output.output)

    async def close(self) -> None:
        """Do nothing: there is nothing to release."""
