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

_BREATH: Final = 256
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
        self._next = 0
        self._speed = speed
        self._paused = False
        self._left = False
        self._at = Seconds(0.0)
        self._paced_from = (clock.monotonic(), 0.0)
        self._changed = asyncio.Event()
        self.fanout = Fanout(sinks)

    @property
    def speed(self) -> float | None:
        """Times real time; None is as fast as possible."""
        return self._speed

    @property
    def paused(self) -> bool:
        """Does the log stand still?"""
        return self._paused

    @property
    def duration(self) -> Seconds:
        """The time of the recording's last input."""
        return self._inputs[-1].at if self._inputs else Seconds(0.0)

    @property
    def finished(self) -> bool:
        """Has the last input been played?"""
        return self._next >= len(self._inputs)

    def set_speed(self, speed: float | None) -> None:
        """Go on at another speed (above 0; None: as fast as possible) from where the log is now."""
        self._steer(speed=speed, paused=self._paused)

    def pause(self) -> None:
        """Let the log stand still."""
        self._steer(speed=self._speed, paused=True)

    def resume(self) -> None:
        """Let the log run on."""
        self._steer(speed=self._speed, paused=False)

    def leave(self) -> None:
        """Stop playing where the log is now."""
        self._left = True
        self._changed.set()

    def now(self) -> Seconds:
        """Where the log is, in seconds since its first input; never past the next input not yet played."""
        if self._paused or self._speed is None or self.finished:
            return self._at
        wall, log = self._paced_from
        paced = log + (self._clock.monotonic() - wall) * self._speed
        return Seconds(max(self._at, min(paced, self._inputs[self._next].at)))

    def snapshot(self) -> Snapshot:
        """The run where the log is now."""
        return self._run.snapshot(self.now())

    async def play(self) -> bool:
        """Play to the end; False when it was left before."""
        self._paced_from = (self._clock.monotonic(), self._at)
        while not self._left and not self.finished:
            if self._paused:
                await self._wait_for_change(None)
            elif self._speed is None:
                await self._gulp()
            else:
                await self._pace(self._speed)
        return not self._left

    async def _gulp(self) -> None:
        """Fold a handful of inputs without pacing."""
        for event in self._inputs[self._next : self._next + _BREATH]:
            self._receive(event)
        await asyncio.sleep(0)

    async def _pace(self, speed: float) -> None:
        """Wait for the next input or deadline of the log, whichever is first, and play it."""
        event = self._inputs[self._next]
        wake = self._run.wake_at()
        due = event.at if wake is None else min(wake, event.at)
        wall, log = self._paced_from
        if await self._wait_for_change(wall + (due - log) / speed):
            return
        if due < event.at:
            self._at = Seconds(max(self._at, due))
            self._deal(self._run.settle(due))
        else:
            self._receive(event)

    def _receive(self, event: Input) -> None:
        self._next += 1
        self._at = event.at
        self._deal(self._run.receive(event))

    def _deal(self, outputs: Sequence[Output]) -> None:
        self.fanout.emit([Said(output, self._run.run_s(output.at)) for output in outputs])

    def _steer(self, *, speed: float | None, paused: bool) -> None:
        """Change the pacing from where the log is now."""
        self._at = self.now()
        self._speed, self._paused = speed, paused
        self._paced_from = (self._clock.monotonic(), self._at)
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
