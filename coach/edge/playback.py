"""Runs without sensors, in real time: a recording played back, and a simulated runner who reacts to the cues.

In a playback the log is the clock: wall time only paces it. Every input keeps the time it was recorded with, and
deadlines fire at their own time. So the outputs are the same, byte for byte, at any speed and with any pauses.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from coach.edge.clock import Clock, wait_until
from coach.edge.conductor import RunFold
from coach.edge.sinks import Fanout, Sink, is_late
from coach.edge.sources import Inbox
from coach.live.inputs import Closed, Input
from coach.live.outputs import Output
from coach.live.run import TimedOutput, alive_until
from coach.quantities import Seconds
from coach.session.events import RunResumed
from coach.simulate.runner import STEP_S, VirtualRunner

_BATCH: Final = 256
"""Inputs played between two turns of the event loop when a recording is played as fast as possible."""
_LATE_S: Final = 2.0
"""A playback that is later than this continues from its position, and does not catch up with the clock."""


def replay_max(run: RunFold, inputs: Sequence[Input]) -> Iterator[TimedOutput]:
    """Fold a recording as fast as possible; one that was cut off is closed at its last input."""
    for event in close_inputs(inputs):
        for output in run.receive(event):
            yield TimedOutput(output, run.run_s(output.at))


def close_inputs(inputs: Sequence[Input]) -> Sequence[Input]:
    """The inputs of a recording, with a `Closed` added if it does not end with one."""
    if not inputs or isinstance(inputs[-1], Closed):
        return inputs
    return (*inputs, Closed(inputs[-1].at))


class Playback:
    """Plays a recording through a run, paced by wall time; it can be paused and change speed."""

    def __init__(
        self,
        run: RunFold,
        inputs: Sequence[Input],
        clock: Clock,
        *,
        sinks: Iterable[Sink] = (),
        speed: float | None = 1.0,
    ) -> None:
        """Play `inputs` at `speed` times real time; None: as fast as possible."""
        self._run = run
        self._inputs = close_inputs(inputs)
        self._clock = clock
        self._next_index = 0
        self._speed = speed
        self._is_paused = False
        self._has_left = False
        self._log_at = Seconds(0.0)
        self._paced_from = (clock.monotonic(), 0.0)
        self._changed = asyncio.Event()
        self.fanout = Fanout(sinks)

    @property
    def speed(self) -> float | None:
        """Multiple of real time; None: as fast as possible."""
        return self._speed

    @property
    def is_paused(self) -> bool:
        """True while playback is paused."""
        return self._is_paused

    @property
    def is_finished(self) -> bool:
        """True once the last input has been played."""
        return self._next_index >= len(self._inputs)

    def set_speed(self, speed: float | None) -> None:
        """Change the speed (above 0; None: as fast as possible) from the current position."""
        self._change_pacing(speed=speed, paused=self._is_paused)

    def pause(self) -> None:
        """Pause at the current position."""
        self._change_pacing(speed=self._speed, paused=True)

    def resume(self) -> None:
        """Continue from the current position."""
        self._change_pacing(speed=self._speed, paused=False)

    def leave(self) -> None:
        """Stop playing at the current position."""
        self._has_left = True
        self._changed.set()

    def now(self) -> Seconds:
        """The position in the log, in seconds since its first input; never past the next input to play."""
        if self._is_paused or self._speed is None or self.is_finished:
            return self._log_at
        wall_from, log_from = self._paced_from
        paced_at = log_from + (self._clock.monotonic() - wall_from) * self._speed
        return Seconds(max(self._log_at, min(paced_at, alive_until(self._inputs, self._next_index))))

    async def play(self) -> bool:
        """Play to the end; returns False if playback was stopped before."""
        self._paced_from = (self._clock.monotonic(), self._log_at)
        while not self._has_left and not self.is_finished:
            if self._is_paused:
                await self._wait_for_change(None)
            elif self._speed is None:
                await self._play_batch()
            else:
                await self._play_next(self._speed)
        return not self._has_left

    async def _play_batch(self) -> None:
        """Play a batch of inputs without pacing."""
        for event in self._inputs[self._next_index : self._next_index + _BATCH]:
            self._receive(event)
        await asyncio.sleep(0)

    async def _play_next(self, speed: float) -> None:
        """Wait for the next input or deadline, whichever is first, and play it; a gap is skipped."""
        event, known_at = self._inputs[self._next_index], alive_until(self._inputs, self._next_index)
        wake_at = self._run.wake_at()
        due_at = known_at if wake_at is None else min(wake_at, known_at)
        wall_from, log_from = self._paced_from
        moment = wall_from + (due_at - log_from) / speed
        if await self._wait_for_change(moment):
            return
        if self._clock.monotonic() - moment > _LATE_S:  # the machine slept, and the playback with it
            self._paced_from = (self._clock.monotonic(), due_at)
        if due_at < known_at:
            self._log_at = Seconds(max(self._log_at, due_at))
            self._emit(self._run.fire(due_at))
            return
        self._receive(event)
        if known_at < event.at:
            self._paced_from = (self._clock.monotonic(), event.at)

    def _receive(self, event: Input) -> None:
        self._next_index += 1
        self._log_at = event.at
        self._emit(self._run.receive(event))

    def _emit(self, outputs: Sequence[Output]) -> None:
        self.fanout.emit([TimedOutput(output, self._run.run_s(output.at)) for output in outputs])

    def _change_pacing(self, *, speed: float | None, paused: bool) -> None:
        """Change the pacing from the current position."""
        self._log_at = self.now()
        self._speed, self._is_paused = speed, paused
        self._paced_from = (self._clock.monotonic(), self._log_at)
        self._changed.set()

    async def _wait_for_change(self, moment: float | None) -> bool:
        """Sleep until a moment of the clock; returns True if a change of speed, a pause or `leave` came first."""
        if moment is not None and moment <= self._clock.monotonic():
            await asyncio.sleep(0)
            return False
        self._changed.clear()
        return await wait_until(self._changed, self._clock, moment)


# --- The virtual runner of `coach.simulate` in real time


class SimulatedRunner:
    """Advances a virtual runner with a clock; it is both a source and a sink of the run."""

    def __init__(self, runner: VirtualRunner, clock: Clock) -> None:
        """Advance `runner` by this clock."""
        self._runner = runner
        self._clock = clock
        self._inbox: Inbox | None = None
        self._unheard_until = Seconds(-1.0)

    def skip_to(self, at: Seconds) -> None:
        """Advance the runner to a time whose packets were recorded already, or were lost."""
        self._runner.advance(at)

    async def listen(self, inbox: Inbox) -> None:
        """Advance the runner step by step until cancelled.

        They run on while the machine sleeps, and the packets of that time are lost.
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
            await asyncio.sleep(0)  # do not wait for a past moment
            await self._clock.sleep_until(zero + steps * STEP_S)

    def offer(self, output: TimedOutput) -> None:
        """Hand an output to the runner, unless it comes too late to be said."""
        if isinstance(output.output, RunResumed):
            self._unheard_until = output.output.at
        if self._inbox is None or not is_late(output, self._inbox.now()):
            self._runner.hear(output.output)

    async def close(self) -> None:
        """Do nothing: there is nothing to release."""
