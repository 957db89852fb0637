"""Who runs when nobody runs? The virtual runner of `coach.simulate` in real time, hearing the coach."""

from collections.abc import Iterable
from typing import Protocol

from coach.edge.clock import Clock
from coach.edge.sources import Inbox
from coach.live.inputs import Input
from coach.live.outputs import Output
from coach.quantities import Seconds
from coach.recording.fold import Said


class Runner(Protocol):
    """What this source needs of `coach.simulate.VirtualRunner`."""

    def hear(self, output: Output) -> None:
        """Listen to the coach."""
        ...

    def step(self, at: Seconds) -> Iterable[Input]:
        """Run up to `at` and give what the sensors sent since the last call."""
        ...


class SimulatedRunner:
    """Steps a virtual runner once a second of real time; both a source and a sink."""

    def __init__(self, runner: Runner, clock: Clock) -> None:
        """Let `runner` run by this clock."""
        self._runner = runner
        self._clock = clock

    async def listen(self, inbox: Inbox) -> None:
        """Run until cancelled, on whole seconds of the run."""
        zero = self._clock.monotonic() - inbox.now()
        second = int(inbox.now()) + 1
        while True:
            await self._clock.sleep_until(zero + second)
            for event in self._runner.step(Seconds(float(second))):
                inbox.put(event)
            second += 1

    def offer(self, said: Said) -> None:
        """Let the runner hear what was said."""
        self._runner.hear(said.output)

    async def close(self) -> None:
        """Nothing is held."""
