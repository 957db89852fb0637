"""Who runs when nobody runs? The virtual runner of `coach.simulate` in real time, hearing the coach."""

from coach.edge.clock import Clock
from coach.edge.sources import Inbox
from coach.quantities import Seconds
from coach.recording.replay import TimedOutput
from coach.simulate.runner import STEP_S, VirtualRunner


class SimulatedRunner:
    """Lets a virtual runner live in step with a clock; both a source and a sink."""

    def __init__(self, runner: VirtualRunner, clock: Clock) -> None:
        """Let `runner` run by this clock."""
        self._runner = runner
        self._clock = clock

    async def listen(self, inbox: Inbox) -> None:
        """Run until cancelled, a step of the runner at a time; a machine that slept finds him further on."""
        zero = self._clock.monotonic() - inbox.now()
        steps = int(inbox.now() / STEP_S)
        while True:
            for event in self._runner.advance(Seconds(steps * STEP_S)):
                inbox.put(event)
            steps = max(steps, int((self._clock.monotonic() - zero) / STEP_S)) + 1
            await self._clock.sleep_until(zero + steps * STEP_S)

    def offer(self, said: TimedOutput) -> None:
        """Let the runner hear what was said."""
        self._runner.hear(said.output)

    async def close(self) -> None:
        """Nothing is held."""
