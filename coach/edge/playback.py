"""How is a recording played? The log is the clock: wall time only paces it.

Every input keeps the time it was recorded with, and deadlines are settled at their own time, so the run says
the same at any speed, with any pauses, byte for byte.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from coach.edge.clock import Clock
from coach.edge.conductor import RunFold
from coach.edge.sinks import Fanout, Sink
from coach.live.inputs import Closed, Input
from coach.live.outputs import Output
from coach.live.snapshot import Snapshot
from coach.quantities import Seconds
from coach.recording.fold import Said

_BATCH: Final = 256
"""As fast as possible, this many inputs are folded between two looks at the screen's own work."""


def replay_max(run: RunFold, inputs: Sequence[Input]) -> Iterator[Said]:
    """Fold a recording as fast as possible; one that was cut off is closed at its last moment."""
    for event in closed(inputs):
        for output in run.receive(event):
            yield Said(output, run.run_s(output.at))


def closed(inputs: Sequence[Input]) -> Sequence[Input]:
    """The inputs of a recording, ending with `Closed`: the end of a recording ends its run."""
    if not inputs or isinstance(inputs[-1], Closed):
        return inputs
    return (*inputs, Closed(inputs[-1].at))


class Playback:
    """Plays a recording through a run, paced by the wall; can be paused and change speed on the way."""

    def __init__(
        self,
        run: RunFold,
        inputs: Sequence[Input],
        clock: Clock,
        *,
        sinks: Iterable[Sink] = (),
        speed: float | None = 1.0,
    ) -> None:
        """Play `inputs` at `speed` times real time, or as fast as possible when it is None."""
        self._run = run
        self._inputs = closed(inputs)
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
        """Times real time; None is as fast as possible."""
        return self._speed

    @property
    def is_paused(self) -> bool:
        """Does the log stand still?"""
        return self._is_paused

    @property
    def duration(self) -> Seconds:
        """The time of the recording's last input."""
        return self._inputs[-1].at if self._inputs else Seconds(0.0)

    @property
    def is_finished(self) -> bool:
        """Has the last input been played?"""
        return self._next_index >= len(self._inputs)

    def set_speed(self, speed: float | None) -> None:
        """Go on at another speed (above 0; None: as fast as possible) from where the log is now."""
        self._change_pacing(speed=speed, paused=self._is_paused)

    def pause(self) -> None:
        """Let the log stand still."""
        self._change_pacing(speed=self._speed, paused=True)

    def resume(self) -> None:
        """Let the log run on."""
        self._change_pacing(speed=self._speed, paused=False)

    def leave(self) -> None:
        """Stop playing where the log is now."""
        self._has_left = True
        self._changed.set()

    def now(self) -> Seconds:
        """Where the log is, in seconds since its first input; never past the next input not yet played."""
        if self._is_paused or self._speed is None or self.is_finished:
            return self._log_at
        wall, log = self._paced_from
        paced = log + (self._clock.monotonic() - wall) * self._speed
        return Seconds(max(self._log_at, min(paced, self._inputs[self._next_index].at)))

    def snapshot(self) -> Snapshot:
        """The run where the log is now."""
        return self._run.snapshot(self.now())

    async def play(self) -> bool:
        """Play to the end; False when it was left before."""
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
        """Fold a handful of inputs without pacing."""
        for event in self._inputs[self._next_index : self._next_index + _BATCH]:
            self._receive(event)
        await asyncio.sleep(0)

    async def _play_next(self, speed: float) -> None:
        """Wait for the next input or deadline of the log, whichever is first, and play it."""
        event = self._inputs[self._next_index]
        wake = self._run.wake_at()
        due = event.at if wake is None else min(wake, event.at)
        wall, log = self._paced_from
        if await self._wait_for_change(wall + (due - log) / speed):
            return
        if due < event.at:
            self._log_at = Seconds(max(self._log_at, due))
            self._emit(self._run.settle(due))
        else:
            self._receive(event)

    def _receive(self, event: Input) -> None:
        self._next_index += 1
        self._log_at = event.at
        self._emit(self._run.receive(event))

    def _emit(self, outputs: Sequence[Output]) -> None:
        self.fanout.emit([Said(output, self._run.run_s(output.at)) for output in outputs])

    def _change_pacing(self, *, speed: float | None, paused: bool) -> None:
        """Change the pacing from where the log is now."""
        self._log_at = self.now()
        self._speed, self._is_paused = speed, paused
        self._paced_from = (self._clock.monotonic(), self._log_at)
        self._changed.set()

    async def _wait_for_change(self, moment: float | None) -> bool:
        """Sleep until a moment of the clock; was it cut short by a change of speed, a pause or leaving?"""
        if moment is not None and moment <= self._clock.monotonic():
            await asyncio.sleep(0)
            return False
        self._changed.clear()
        change = asyncio.ensure_future(self._changed.wait())
        waits: set[asyncio.Future[Any]] = {change}
        if moment is not None:
            waits.add(asyncio.ensure_future(self._clock.sleep_until(moment)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return change.done() and not change.cancelled()
